//! Says how far behind each site of the hub is, and when each last spoke.

use crate::app::App;
use crate::error::Error;
use crate::hub::connection::transport;
use crate::hub::settings::{self, HubSettings, LastExchange, SeenSite};
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::ids::LogOrigin;
use countersign_hub::postgres::SCHEMA;
use countersign_hub::rows::SiteHead;

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
    /// When it last spoke.
    pub spoke: Option<Timestamp>,
    /// Whether that is more than a day ago, or never.
    pub silent: bool,
    /// Whether this department may read its entries.
    pub readable: bool,
}

/// The hub as it is now, or as it was when it could last be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HubStatus {
    Now(Vec<SiteStatus>),
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
        Ok(heads) => HubStatus::Now(sites(app, &heads)?),
        Err(error) => HubStatus::Unreachable(error.into(), last.clone()),
    };
    Ok((hub, last, status))
}

/// Returns what the heads say of each site, this department's first, the others by name.
pub(crate) fn sites(app: &App, heads: &[SiteHead]) -> Result<Vec<SiteStatus>, Error> {
    let size = app.head()?.size;
    let now = app.now();
    let mut sites: Vec<SiteStatus> = heads
        .iter()
        .map(|head| {
            let spoke = head.put;
            SiteStatus {
                site: head.site.clone(),
                origin: head.origin.clone(),
                own: head.own,
                at_hub: head.checkpoint.as_deref().and_then(size_of).unwrap_or_default(),
                here: head.own.then_some(size),
                spoke,
                silent: spoke.is_none_or(|spoke| now.seconds() - spoke.seconds() > SILENT),
                readable: head.is_readable(),
            }
        })
        .collect();
    sites.sort_by(|a, b| (!a.own, &a.site).cmp(&(!b.own, &b.site)));
    Ok(sites)
}

pub(crate) fn seen(sites: &[SiteStatus]) -> Vec<SeenSite> {
    sites.iter().map(|site| SeenSite { site: site.site.clone(), size: site.at_hub, spoke: site.spoke }).collect()
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
}
