//! Says how far behind each site of the hub is, and when each last spoke.

use std::path::PathBuf;

use crate::app::App;
use crate::bundle::other_logs::accepted_logs;
use crate::error::Error;
use crate::hub::connection::transport;
use crate::hub::rotating::current;
use crate::hub::selection::{SiteCopy, evidence_files};
use crate::hub::settings::{self, HubSettings, LastExchange, SeenSite};
use crate::hub::witness::newest_time;
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
    let rotations: Vec<LogOrigin> = current(app)?.into_iter().map(|(row, _)| row.origin).collect();
    let mut sites: Vec<SiteStatus> = heads
        .iter()
        .map(|head| -> Result<SiteStatus, Error> {
            // A site whose key is not accepted here can only be seen by the hub's clock.
            let spoke = newest_time(app, head)?.or(if head.own { None } else { unaccepted(app, head)? });
            let copied = match SiteCopy::open(app.folder.path(), &head.origin) {
                Ok(Some(copy)) if rotations.contains(&head.origin) => copy.head().map(|(known, _)| known.size).ok(),
                _ => rotations.contains(&head.origin).then_some(0),
            };
            Ok(SiteStatus {
                site: head.site.clone(),
                origin: head.origin.clone(),
                own: head.own,
                at_hub: head.checkpoint.as_deref().and_then(size_of).unwrap_or_default(),
                here: if head.own { Some(size) } else { copied },
                spoke,
                silent: spoke.is_none_or(|spoke| now.seconds() - spoke.seconds() > SILENT),
                readable: head.is_readable(),
            })
        })
        .collect::<Result<_, Error>>()?;
    sites.sort_by(|a, b| (!a.own, &a.site).cmp(&(!b.own, &b.site)));
    Ok(sites)
}

pub(crate) fn seen(sites: &[SiteStatus]) -> Vec<SeenSite> {
    sites.iter().map(|site| SeenSite { site: site.site.clone(), size: site.at_hub, spoke: site.spoke }).collect()
}

/// Returns when the hub says that it got the newest checkpoint of a log whose key is not accepted here.
fn unaccepted(app: &App, head: &SiteHead) -> Result<Option<Timestamp>, Error> {
    let logs = accepted_logs(app)?;
    let known = logs.iter().any(|log| log.stopped.is_none() && *log.log.origin() == head.origin);
    Ok(head.put.filter(|_| !known))
}

/// Returns the files with the checkpoints of logs that were rejected.
pub fn rejected(app: &App) -> Vec<PathBuf> {
    evidence_files(app.folder.path())
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
