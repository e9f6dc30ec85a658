//! Says how the exchange with each site of the hub stands, in words.

use crate::output::report::listed;
use crate::output::table::{OutputBlock, Table};
use countersign_app::hub::results::LogState;
use countersign_app::hub::status::{DamagedSite, SiteState, SiteStatus};
use countersign_app::hub::witness::LastSpoke;
use countersign_core::primitives::text::counted;

/// Returns a row for each site, and for each that cannot be read.
pub fn table(sites: &[SiteStatus], faults: &[DamagedSite]) -> OutputBlock {
    let row = |site: &SiteStatus| {
        let name = if site.own { format!("{} (here)", site.site) } else { site.site.clone() };
        cells![name, site.at_hub, state(site), spoke(site.spoke), site.origin]
    };
    let mut rows: Vec<Vec<String>> = sites.iter().map(row).collect();
    for fault in faults {
        if sites.iter().all(|site| site.site != fault.site) && rows.iter().all(|row| row[0] != fault.site) {
            let log = fault.origin.as_ref().map_or("", |origin| origin.as_str());
            let state = if fault.own { "damaged, not sent" } else { "damaged, not fetched" };
            rows.push(cells![fault.site, "", state, "", log]);
        }
    }
    let head = vec!["site", "entries at the hub", "this department", "last seen", "log"];
    listed(Table { head, rows }, "No site has joined the hub")
}

fn state(site: &SiteStatus) -> String {
    match site.state {
        SiteState::UpToDate => "up to date".to_owned(),
        SiteState::ToSend(left) => format!("{} to send", counted(left, "entry")),
        SiteState::ToFetch(left) => format!("{} to fetch", counted(left, "entry")),
        SiteState::NotNeeded => "nothing to fetch".to_owned(),
        SiteState::NotGranted => "not for this site".to_owned(),
        SiteState::Failed(LogState::Rejected) => "rejected".to_owned(),
        SiteState::Failed(LogState::NotReadable) => "not readable".to_owned(),
        SiteState::Failed(LogState::Stopped) => "not fetched: its key was stopped".to_owned(),
        SiteState::Failed(LogState::NotFetched | LogState::Sound) => "not fetched".to_owned(),
        SiteState::FileBehind => "behind the hub".to_owned(),
        SiteState::FileDiffers | SiteState::Failed(LogState::OwnDiffers) => "differs from the hub".to_owned(),
    }
}

/// Returns the name of a state in JSON.
pub fn state_name(site: &SiteStatus) -> &'static str {
    match site.state {
        SiteState::UpToDate => "up-to-date",
        SiteState::ToSend(_) => "to-send",
        SiteState::ToFetch(_) => "to-fetch",
        SiteState::NotNeeded => "not-needed",
        SiteState::NotGranted => "not-granted",
        SiteState::Failed(state) => state.name(),
        SiteState::FileBehind => "file-behind",
        SiteState::FileDiffers => "file-differs",
    }
}

fn spoke(spoke: LastSpoke) -> String {
    match spoke {
        LastSpoke::At(time) => time.local_words(),
        LastSpoke::NotYet => "has not exchanged yet".to_owned(),
        LastSpoke::Unchecked => "cannot be checked".to_owned(),
    }
}

/// Returns the name of what is known of the time in JSON.
pub fn spoke_name(site: &SiteStatus) -> &'static str {
    match site.spoke {
        LastSpoke::At(_) => "at",
        LastSpoke::NotYet => "not-yet",
        LastSpoke::Unchecked => "unchecked",
    }
}

/// Returns what somebody has to know of the sites: those that cannot be read, have been silent, or show no time.
/// What was `said` already is not said again.
pub fn warnings(sites: &[SiteStatus], faults: &[DamagedSite], said: &[String]) -> Vec<String> {
    let mut warnings: Vec<String> = Vec::new();
    for fault in faults {
        let why = &fault.why.why;
        if !said.iter().chain(&warnings).any(|said| said.contains(why)) {
            let hint = fault.why.hint.as_deref().unwrap_or_default();
            warnings.push(format!("Of the site {}, something cannot be read: {why}. {hint}", fault.site));
        }
    }
    for site in sites {
        if let Some(error) = site.misfit.as_ref().filter(|error| !said.iter().any(|said| said.contains(&error.why))) {
            warnings.push(format!("{}. {}", error.sentence(), error.hint.as_deref().unwrap_or_default()));
        }
    }
    let named = |what: &dyn Fn(&SiteStatus) -> bool| {
        sites.iter().filter(|site| what(site)).map(|site| site.site.as_str()).collect::<Vec<_>>().join(", ")
    };
    let silent = named(&|site| site.silent);
    if !silent.is_empty() {
        warnings.push(format!("Not seen at the hub for more than a day: {silent}"));
    }
    let unchecked = named(&|site| site.spoke == LastSpoke::Unchecked);
    if !unchecked.is_empty() {
        warnings.push(format!(
            "When these last exchanged cannot be checked, because the line that shows it is missing or damaged at the hub: {unchecked}. Their next exchange writes it again"
        ));
    }
    warnings
}
