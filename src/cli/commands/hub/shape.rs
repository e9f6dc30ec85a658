//! Defines the JSON of the hub.

use serde::Serialize;

use crate::commands::hub::{pulled, words};
use countersign_app::error::Error;
use countersign_app::hub::pull::SitePulled;
use countersign_app::hub::results::LogResult;
use countersign_app::hub::rotating::{BroughtStatements, RotationView};
use countersign_app::hub::settings::HubSettings;
use countersign_app::hub::status::{DamagedSite, SiteStatus};
use countersign_core::primitives::date::Timestamp;

/// The hub that was joined, or nothing after leaving it.
#[derive(Debug, Serialize)]
pub struct HubShape {
    pub schema: &'static str,
    pub hub: Vec<HubRow>,
}

json_row! {
    HubRow from (hub: &HubSettings) {
        /// The name of this site.
        id: String = hub.site.clone(),
        address: String = hub.address.to_string(),
    }
}

/// What an exchange did.
#[derive(Debug, Serialize)]
pub struct SyncShape {
    pub schema: &'static str,
    /// Entries that were sent.
    pub sent: u64,
    /// Entries whose text was deleted at the hub.
    pub erased: u64,
    /// Entries of this log at the hub.
    pub size: u64,
    /// Why nothing was sent, if the hub's copy of this log is damaged.
    pub refused: Option<String>,
    pub sites: Vec<SiteRow>,
    /// What of sites cannot be read at the hub.
    pub damaged: Vec<DamagedRow>,
    /// The logs to which trainees here rotate.
    pub fetched: Vec<FetchedRow>,
    /// What came for each of these trainees.
    pub trainees: Vec<BroughtRow>,
    /// The logs whose checkpoints were cosigned just now.
    pub cosigned: Vec<String>,
    /// How many other departments have cosigned this log.
    pub witnesses: usize,
}

/// The trainees whose statements the hub brings.
#[derive(Debug, Serialize)]
pub struct RotationsShape {
    pub schema: &'static str,
    pub trainees: Vec<RotationRow>,
}

/// A data folder that was rebuilt.
#[derive(Debug, Serialize)]
pub struct RebuiltShape {
    pub schema: &'static str,
    pub log: String,
    pub key: String,
    pub size: u64,
    pub checkpoint: String,
    /// Sign-offs that name evidence files, which did not come back.
    pub evidence: u64,
    /// Bundles that were received; what they brought did not come back.
    pub bundles: u64,
    /// Whether the log's own key is there, so that it can sign.
    pub can_sign: bool,
}

json_row! {
    FetchedRow from (one: &SitePulled) {
        /// The log.
        id: String = one.origin.to_string(),
        /// What became of it: `same`, `grown`, `rejected`, `busy`, `not-there`, `not-readable`, `stopped` or `failed`.
        outcome: &'static str = pulled::outcome(one),
        /// Entries of the copy, if it is sound.
        size: Option<u64> = pulled::size(one),
        /// Why it was rejected or not fetched.
        why: Option<String> = one.why().map(|(why, _)| why),
    }
}

json_row! {
    DamagedRow from (fault: &DamagedSite) {
        /// The name of the site.
        id: String = fault.site.clone(),
        log: Option<String> = fault.origin.as_ref().map(ToString::to_string),
        why: String = fault.why.sentence(),
    }
}

json_row! {
    BroughtRow from (one: &BroughtStatements) {
        /// The trainee.
        id: String = one.trainee.id.to_string(),
        name: String = one.trainee.name.to_string(),
        /// Statements that are new here.
        new: usize = one.new,
        /// Statements whose text was deleted here.
        erased: usize = one.erased,
        /// Why nothing came, if that needs somebody.
        why: Option<String> = one.refused.as_ref().map(Error::sentence),
    }
}

json_row! {
    RotationRow from (one: &RotationView) {
        /// The trainee here.
        id: String = one.trainee.id.to_string(),
        name: String = one.trainee.name.to_string(),
        log: String = one.origin.to_string(),
        /// Who they are there.
        there: String = one.there.id.to_string(),
        there_name: String = one.there.name.to_string(),
        since: String = one.since.to_string(),
        ended: Option<String> = one.ended.map(|ended| ended.to_string()),
        /// Statements that the hub brought and that are kept.
        kept: usize = one.statements,
        /// Entries of that log when it last brought something.
        size: Option<u64> = one.size,
        /// Whether it is not fetched, because the key of that log was stopped here.
        stopped: bool = one.stopped,
    }
}

/// The hub and its sites.
#[derive(Debug, Serialize)]
pub struct StatusShape {
    pub schema: &'static str,
    /// The name of this site.
    pub site: String,
    pub address: String,
    /// Whether the hub answered.
    pub reached: bool,
    /// The last exchange that succeeded.
    pub last: Option<String>,
    /// Empty if the hub did not answer.
    pub sites: Vec<SiteRow>,
    /// What of sites cannot be read at the hub.
    pub damaged: Vec<DamagedRow>,
    /// Logs that the last exchange should have fetched, and why it did not.
    pub not_fetched: Vec<NotFetchedRow>,
}

json_row! {
    NotFetchedRow from (one: &LogResult) {
        /// The log.
        id: String = one.origin.to_string(),
        /// `not-fetched`, `rejected`, `not-readable` or `stopped`.
        state: &'static str = one.state.name(),
        why: String = one.why.clone(),
    }
}

impl StatusShape {
    /// Returns the status of a hub that answers, without its sites.
    pub fn new(hub: &HubSettings, last: Option<Timestamp>) -> Self {
        Self {
            schema: "countersign/hub-status/1",
            site: hub.site.clone(),
            address: hub.address.to_string(),
            reached: true,
            last: last.map(|last| last.to_string()),
            sites: Vec::new(),
            damaged: Vec::new(),
            not_fetched: Vec::new(),
        }
    }
}

json_row! {
    SiteRow from (site: &SiteStatus) {
        /// The name of the site.
        id: String = site.site.clone(),
        log: String = site.origin.to_string(),
        /// Whether it is this department.
        own: bool = site.own,
        /// Entries at the hub.
        at_hub: u64 = site.at_hub,
        /// Entries here, if they are fetched.
        here: Option<u64> = site.here,
        /// Entries that are still to be sent or fetched.
        behind: Option<u64> = site.behind(),
        /// Whether this department may read its entries.
        readable: bool = site.readable,
        /// How the exchange with it stands: `up-to-date`, `to-send`, `to-fetch`, `not-needed`, `not-granted`, `not-fetched`,
        /// `rejected`, `not-readable`, `stopped`, `file-behind` or `file-differs`.
        state: &'static str = words::state_name(site),
        /// When it last spoke.
        spoke: Option<String> = site.spoke.time().map(|spoke| spoke.to_string()),
        /// Whether that is known: `at`, `not-yet` or `unchecked`.
        spoke_state: &'static str = words::spoke_name(site),
        /// Whether that is more than a day ago.
        silent: bool = site.silent,
    }
}
