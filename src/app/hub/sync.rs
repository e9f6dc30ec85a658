//! Exchanges with the hub once: sends what it lacks of this log, then fetches what is new of others.

use crate::app::App;
use crate::error::{Error, Exit};
use crate::hub::connection::transport;
use crate::hub::copy::Fetch;
use crate::hub::join::joining;
use crate::hub::own_log;
use crate::hub::pull::{PulledLogs, SitePulled, pull_all};
use crate::hub::push::{Pushed, push};
use crate::hub::results::{self, LogResult, LogState, last_results};
use crate::hub::settings::{self, HubSettings, LastExchange};
use crate::hub::status::{DamagedSite, SiteStatus, seen, sites};
use crate::hub::witness::{cosign_own, keep};
use countersign_hub::error::TransportError;
use countersign_hub::rows::{Heads, SiteHead};

/// What an exchange is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Sending,
    Checking,
    /// The hub's copy of this log with the file.
    Comparing,
}

/// What an exchange did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Synced {
    pub hub: HubSettings,
    pub pushed: Pushed,
    /// How what the hub has of this log differs from the file, if all of it was compared and does.
    pub own_differs: Option<Error>,
    /// What came of the logs to which trainees here rotate.
    pub pulled: PulledLogs,
    /// Every site as it is after the exchange.
    pub sites: Vec<SiteStatus>,
    /// What of sites cannot be read at the hub.
    pub damaged: Vec<DamagedSite>,
}

impl Synced {
    /// Returns the exit code if something that should have gone or come did not.
    pub fn trouble(&self) -> Option<Exit> {
        let own = self.pushed.refused.as_ref().or(self.own_differs.as_ref());
        own.map(|error| error.exit).or_else(|| self.pulled.trouble())
    }
}

/// Exchanges once. Safe to interrupt at any moment: what was not finished is done by the next exchange.
pub fn sync(
    app: &mut App,
    (fetch, threads): (Fetch, usize),
    progress: &mut dyn FnMut(Stage, u64, u64),
) -> Result<Synced, Error> {
    let hub = settings::must_have_joined(&app.folder)?;
    let _lock = settings::lock(&app.folder)?;
    let mut to = transport(&app.folder, &hub);
    let doing = "Asking the hub what it has";
    let heads = to.heads().map_err(|error| Error::from(error).context(doing))?;
    // What others cosigned is under the newest checkpoint: once there is a newer one, it no longer shows.
    keep(app, &heads.sites)?;
    let mut not_cosigned = Vec::new();
    let pushed = match own_head(app, &hub, &heads) {
        Ok(own) => {
            // Without it, the others cannot check when this department last spoke.
            let joining = joining(app, &hub)?;
            if own.witness_key != joining.witness_key {
                let named = to.join(&joining).err();
                not_cosigned.extend(named.map(|error| Error::from(error).context("Naming the key that cosigns")));
            }
            push(app, to.as_mut(), own, &mut |done, of| progress(Stage::Sending, done, of))?
        }
        Err(NoHead::Damaged(why)) => Pushed::refused(why),
        Err(NoHead::Other(error)) => return Err(*error),
    };
    // Its time shows the others when this department last spoke, also when nothing was signed. Cosigned is what the hub has: by
    // now, somebody may have signed more.
    if pushed.refused.is_none() {
        let spoke = cosign_own(app, pushed.until, &pushed.checkpoint)?;
        let failed = to.cosign(&[spoke]).err();
        not_cosigned.extend(failed.map(|error| Error::from(error).context("Cosigning this log")));
    }
    let mut pulled =
        pull_all(app, to.as_mut(), (fetch, threads), &mut |_, done, of| progress(Stage::Checking, done, of))?;
    pulled.not_cosigned.extend(not_cosigned);
    let heads = to.heads().map_err(|error| Error::from(error).context(doing))?;
    let mut results: Vec<LogResult> = pulled.sites.iter().map(SitePulled::result).collect();
    // What differed once is compared again until it is right.
    let differed = last_results(app.folder.path()).into_iter().find(|result| result.state == LogState::OwnDiffers);
    let own_differs = match own_head(app, &hub, &heads) {
        Ok(own) if (fetch == Fetch::All || differed.is_some()) && pushed.refused.is_none() => {
            let found =
                own_log::difference(app, to.as_mut(), own, &mut |done, of| progress(Stage::Comparing, done, of))?;
            results.extend(found.as_ref().map(|error| own_log::result(&own.origin, error)));
            found
        }
        _ => {
            results.extend(differed);
            None
        }
    };
    results::remember(app.folder.path(), &results)?;
    let sites = sites(app, &heads.sites)?;
    settings::remember_exchange(&app.folder, &LastExchange { at: app.now(), sites: seen(&sites) })?;
    let damaged = heads.faults.into_iter().map(DamagedSite::from).collect();
    Ok(Synced { hub, pushed, own_differs, pulled, sites, damaged })
}

/// Returns the hub's head of this log.
pub(crate) fn own_head<'a>(app: &App, hub: &HubSettings, heads: &'a Heads) -> Result<&'a SiteHead, NoHead> {
    let origin = app.log.origin()?;
    let own = heads.sites.iter().find(|head| head.own).ok_or_else(|| {
        if let Some(fault) = heads.faults.iter().find(|fault| fault.own) {
            return NoHead::Damaged(fault.why.clone());
        }
        Error::refused("The hub does not know this department")
            .hint(format!("Join again: `countersign hub join {} --site {}`", hub.address, hub.site))
            .into()
    })?;
    if own.origin != origin {
        return Err(Error::refused(format!("The hub has the log {} for this role, not {origin}", own.origin))
            .hint("Each log needs a role of its own at the hub. Check the address")
            .into());
    }
    Ok(own)
}

/// Why the hub has no head of this log.
pub(crate) enum NoHead {
    /// What the hub has of it cannot be read.
    Damaged(TransportError),
    Other(Box<Error>),
}

impl From<Error> for NoHead {
    fn from(error: Error) -> Self {
        Self::Other(Box::new(error))
    }
}
