//! Exchanges with the hub once: sends what it lacks of this log, then fetches what is new of others.

use crate::app::App;
use crate::error::Error;
use crate::hub::connection::transport;
use crate::hub::copy::Fetch;
use crate::hub::pull::{PulledLogs, pull_all};
use crate::hub::push::{Pushed, push};
use crate::hub::settings::{self, HubSettings, LastExchange};
use crate::hub::status::{SiteStatus, seen, sites};
use crate::hub::witness::{cosign_own, keep};
use countersign_hub::rows::SiteHead;

/// What an exchange is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Sending,
    Checking,
}

/// What an exchange did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Synced {
    pub hub: HubSettings,
    pub pushed: Pushed,
    /// What came of the logs to which trainees here rotate.
    pub pulled: PulledLogs,
    /// Every site as it is after the exchange.
    pub sites: Vec<SiteStatus>,
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
    keep(app, &heads)?;
    let own = own_head(app, &hub, &heads)?;
    let pushed = push(app, to.as_mut(), own, &mut |done, of| progress(Stage::Sending, done, of))?;
    // Its time shows the others when this department last spoke, also when nothing was signed. Cosigned is what the hub has: by
    // now, somebody may have signed more.
    let spoke = cosign_own(app, pushed.until, &pushed.checkpoint)?;
    to.cosign(&[spoke]).map_err(|error| Error::from(error).context("Cosigning this log"))?;
    let pulled = pull_all(app, to.as_mut(), (fetch, threads), &mut |_, done, of| progress(Stage::Checking, done, of))?;
    let heads = to.heads().map_err(|error| Error::from(error).context(doing))?;
    let sites = sites(app, &heads)?;
    settings::remember_exchange(&app.folder, &LastExchange { at: app.now(), sites: seen(&sites) })?;
    Ok(Synced { hub, pushed, pulled, sites })
}

/// Returns the hub's head of this log.
pub(crate) fn own_head<'a>(app: &App, hub: &HubSettings, heads: &'a [SiteHead]) -> Result<&'a SiteHead, Error> {
    let origin = app.log.origin()?;
    let own = heads.iter().find(|head| head.own).ok_or_else(|| {
        Error::refused("The hub does not know this department")
            .hint(format!("Join again: `countersign hub join {} --site {}`", hub.address, hub.site))
    })?;
    if own.origin != origin {
        return Err(Error::refused(format!("The hub has the log {} for this role, not {origin}", own.origin))
            .hint("Each log needs a role of its own at the hub. Check the address"));
    }
    Ok(own)
}
