//! Defines the JSON of the hub.

use serde::Serialize;

use countersign_app::hub::settings::HubSettings;
use countersign_app::hub::status::SiteStatus;
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
    pub sites: Vec<SiteRow>,
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
        /// When it last spoke.
        spoke: Option<String> = site.spoke.map(|spoke| spoke.to_string()),
        /// Whether that is more than a day ago.
        silent: bool = site.silent,
    }
}
