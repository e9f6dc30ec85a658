//! Says how far behind each site of the hub is, and when each last spoke.

use crate::app::App;
use crate::error::Error;
use crate::hub::connection::transport;
use crate::hub::push::misfit;
use crate::hub::results::{LogResult, LogState, last_results};
use crate::hub::rotating::current;
use crate::hub::selection::SiteCopy;
use crate::hub::settings::{self, HubSettings, LastExchange, SeenSite};
use crate::hub::witness::{LastSpoke, last_spoke};
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::ids::LogOrigin;
use countersign_hub::postgres::SCHEMA;
use countersign_hub::rows::{SiteFault, SiteHead};

/// A site that has not spoken for so long is named: a day, and an hour for the timer.
const SILENT: i64 = 25 * 3_600;

/// One site of the hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteStatus {
    pub site: String,
    pub origin: LogOrigin,
    pub own: bool,
    /// How many entries its newest checkpoint at the hub has.
    pub at_hub: u64,
    /// How many of them are here; `None` if they are not fetched.
    pub here: Option<u64>,
    pub spoke: LastSpoke,
    /// Whether that is more than a day ago, or it joined more than a day ago and has not spoken.
    pub silent: bool,
    /// Whether this department may read its entries.
    pub readable: bool,
    pub state: SiteState,
    /// Why the exchange cannot go on, if this file does not fit what the hub has of its log.
    pub misfit: Option<Error>,
}

/// What of a site cannot be read at the hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DamagedSite {
    pub site: String,
    /// Its log, as far as that can be read.
    pub origin: Option<LogOrigin>,
    pub own: bool,
    /// Why, with what to do about it.
    pub why: Error,
}

impl From<SiteFault> for DamagedSite {
    fn from(fault: SiteFault) -> Self {
        Self { site: fault.site, origin: fault.origin, own: fault.own, why: fault.why.into() }
    }
}

/// How the exchange with a site stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SiteState {
    UpToDate,
    ToSend(u64),
    ToFetch(u64),
    /// No trainee here rotates there.
    NotNeeded,
    /// This department may not read it, and needs nothing of it.
    NotGranted,
    /// What the last exchange said of a log that is to be fetched.
    Failed(LogState),
    /// This file has fewer entries than the hub, or others.
    FileBehind,
    FileDiffers,
}

/// The hub as it is now, or as it was when it could last be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HubStatus {
    /// Its sites, and what of them cannot be read.
    Now(Vec<SiteStatus>, Vec<DamagedSite>),
    /// Why it cannot be reached, and what was last seen.
    Unreachable(Error, Option<LastExchange>),
}

/// Returns the SQL that makes a hub.
pub fn schema() -> &'static str {
    SCHEMA
}

/// Returns the hub of this department and its sites, by name.
pub fn status(app: &App) -> Result<(HubSettings, Option<LastExchange>, HubStatus), Error> {
    let hub = settings::must_have_joined(&app.folder)?;
    let last = settings::last_exchange(&app.folder);
    let status = match transport(&app.folder, &hub).heads() {
        Ok(heads) => {
            HubStatus::Now(sites(app, &heads.sites)?, heads.faults.into_iter().map(DamagedSite::from).collect())
        }
        Err(error) => HubStatus::Unreachable(error.into(), last.clone()),
    };
    Ok((hub, last, status))
}

/// Returns what the heads say of each site, this department's first, the others by name.
pub(crate) fn sites(app: &App, heads: &[SiteHead]) -> Result<Vec<SiteStatus>, Error> {
    let size = app.head()?.size;
    let rotating = current(app)?;
    let results = last_results(app.folder.path());
    let mut sites: Vec<SiteStatus> = heads
        .iter()
        .map(|head| {
            let needed = rotating.names(&head.origin);
            let here = if head.own { Some(size) } else { needed.then(|| copied(app, &head.origin)) };
            let at_hub = head.checkpoint.as_deref().and_then(size_of).unwrap_or_default();
            let misfit = if head.own { misfit(app, head)? } else { None };
            let last = results.iter().find(|result| (needed || head.own) && result.origin == head.origin);
            let spoke = last_spoke(app, head)?;
            let state = match (here, last.map(|last| last.state)) {
                _ if misfit.is_some() && at_hub > size => SiteState::FileBehind,
                _ if misfit.is_some() => SiteState::FileDiffers,
                (_, Some(LogState::OwnDiffers)) if head.own => SiteState::FileDiffers,
                (Some(here), _) if head.own => towards(here.saturating_sub(at_hub), SiteState::ToSend),
                (Some(_), _) if !head.is_readable() => SiteState::Failed(LogState::NotReadable),
                // What was not readable then is readable now.
                (Some(_), Some(state)) if !matches!(state, LogState::Sound | LogState::NotReadable) => {
                    SiteState::Failed(state)
                }
                (Some(here), _) => towards(at_hub.saturating_sub(here), SiteState::ToFetch),
                (None, _) if head.is_readable() => SiteState::NotNeeded,
                (None, _) => SiteState::NotGranted,
            };
            Ok(SiteStatus {
                site: head.site.clone(),
                origin: head.origin.clone(),
                own: head.own,
                at_hub,
                here,
                silent: is_silent(app.now(), spoke, head),
                spoke,
                readable: head.is_readable(),
                state,
                misfit,
            })
        })
        .collect::<Result<_, Error>>()?;
    sites.sort_by(|a, b| (!a.own, &a.site).cmp(&(!b.own, &b.site)));
    Ok(sites)
}

fn towards(left: u64, state: impl Fn(u64) -> SiteState) -> SiteState {
    if left == 0 { SiteState::UpToDate } else { state(left) }
}

/// Returns how many entries the copy of a log has.
fn copied(app: &App, origin: &LogOrigin) -> u64 {
    let copy = SiteCopy::open(app.folder.path(), origin).ok().flatten();
    copy.and_then(|copy| copy.head().ok()).map_or(0, |(known, _)| known.size)
}

/// Returns whether a site has been silent for more than a day: since it last spoke, or since it joined.
fn is_silent(now: Timestamp, spoke: LastSpoke, head: &SiteHead) -> bool {
    let since = match spoke {
        LastSpoke::At(time) => Some(time),
        LastSpoke::NotYet => head.put,
        // It is said that nothing shows it.
        LastSpoke::Unchecked => None,
    };
    since.is_some_and(|since| now.seconds() - since.seconds() > SILENT)
}

pub(crate) fn seen(sites: &[SiteStatus]) -> Vec<SeenSite> {
    let seen = |site: &SiteStatus| SeenSite {
        site: site.site.clone(),
        size: site.at_hub,
        spoke: site.spoke.time(),
        origin: Some(site.origin.clone()),
    };
    sites.iter().map(seen).collect()
}

/// Returns what the last exchange said of each log that is still to be fetched and was not, and of this department’s own.
pub fn troubles(app: &App) -> Result<Vec<LogResult>, Error> {
    let rotating = current(app)?;
    let is_trouble = |result: &LogResult| match result.state {
        LogState::Sound => false,
        LogState::OwnDiffers => true,
        _ => rotating.names(&result.origin),
    };
    Ok(last_results(app.folder.path()).into_iter().filter(is_trouble).collect())
}

/// Returns the size that a checkpoint names. Its signature is checked by those who use its entries.
fn size_of(note: &str) -> Option<u64> {
    note.lines().nth(1)?.parse().ok()
}

impl SiteStatus {
    /// Returns how many entries this department lacks of another log, or the hub of this one; `None` if it does not fetch it.
    pub fn behind(&self) -> Option<u64> {
        let here = self.here?;
        Some(if self.own { here.saturating_sub(self.at_hub) } else { self.at_hub.saturating_sub(here) })
    }

    /// Returns whether the exchange with it goes on as it should.
    pub fn is_well(&self) -> bool {
        !matches!(self.state, SiteState::Failed(_) | SiteState::FileBehind | SiteState::FileDiffers)
    }
}
