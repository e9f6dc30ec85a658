//! Finds the log that a word names: by the name of its site at the hub, by its origin, or by the beginning of that.

use crate::app::App;
use crate::bundle::other_logs::{AcceptedLog, accepted_logs};
use crate::error::Error;
use crate::hub::connection::transport;
use crate::hub::settings;
use countersign_core::primitives::ids::LogOrigin;

/// A log that can be named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NamedLog {
    pub origin: LogOrigin,
    /// The names of its site at the hub, as far as they are known.
    pub sites: Vec<String>,
}

/// What a word names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Named<'l> {
    One(&'l NamedLog),
    None,
    /// More than one, which a reader has to tell apart.
    Several(Vec<&'l NamedLog>),
}

/// Finds what a word names. A whole origin is that log. Otherwise the name of a site at the hub and the first part of an
/// origin count alike, so that a word that is one log's name and another log's beginning names neither.
pub(crate) fn find<'l>(named: &str, logs: &'l [NamedLog]) -> Named<'l> {
    if let Some(log) = logs.iter().find(|log| log.origin.as_str() == named) {
        return Named::One(log);
    }
    let begins = |log: &NamedLog| !named.is_empty() && log.origin.as_str().starts_with(named);
    let found: Vec<&NamedLog> =
        logs.iter().filter(|log| begins(log) || log.sites.iter().any(|site| site == named)).collect();
    match found[..] {
        [one] => Named::One(one),
        [] => Named::None,
        _ => Named::Several(found),
    }
}

/// Returns the error for a word that names several logs.
pub(crate) fn ambiguous(named: &str, found: &[&NamedLog]) -> Error {
    let one = |log: &&NamedLog| match &log.sites[..] {
        [] => log.origin.to_string(),
        sites => format!("{} ({} at the hub)", log.origin, sites.join(", ")),
    };
    let all: Vec<String> = found.iter().map(one).collect();
    Error::usage(format!("“{named}” can be more than one log")).hint(format!("Give one in full: {}", all.join(", ")))
}

/// Returns the logs whose keys were accepted here, and stopped too if `also_stopped`, with their names at the hub as of the
/// last exchange.
fn known_logs(app: &App, also_stopped: bool) -> Result<Vec<NamedLog>, Error> {
    let logs: Vec<AcceptedLog> = accepted_logs(app)?;
    let last = settings::last_exchange(&app.folder);
    let seen = last.map(|last| last.sites).unwrap_or_default();
    let mut known: Vec<NamedLog> = Vec::new();
    for log in logs.iter().filter(|log| also_stopped || log.stopped.is_none()) {
        let origin = log.log.origin().clone();
        if known.iter().all(|one| one.origin != origin) {
            let sites = seen.iter().filter(|site| site.origin.as_ref() == Some(&origin));
            known.push(NamedLog { sites: sites.map(|site| site.site.clone()).collect(), origin });
        }
    }
    Ok(known)
}

/// Adds the names that the hub has now, if it answers.
fn add_names(app: &App, logs: &mut [NamedLog]) {
    let Ok(Some(hub)) = settings::joined(&app.folder) else { return };
    let Ok(heads) = transport(&app.folder, &hub).heads() else { return };
    for head in heads.sites {
        if let Some(log) = logs.iter_mut().find(|log| log.origin == head.origin && !log.sites.contains(&head.site)) {
            log.sites.push(head.site);
        }
    }
}

/// Returns the log, among those whose keys are accepted here, that a word names: its key, its origin, the first part of it,
/// or the name of its site at the hub.
pub fn named_log(app: &App, named: &str) -> Result<LogOrigin, Error> {
    among(app, named, known_logs(app, false)?)?.ok_or_else(|| not_accepted(named))
}

/// Returns the log that a word names, also if its key was stopped.
pub fn named_log_or_stopped(app: &App, named: &str) -> Result<LogOrigin, Error> {
    known_log(app, named)?.ok_or_else(|| not_accepted(named))
}

/// Returns the log that a word names, also if its key was stopped; `None` if no key of it was ever accepted here.
pub fn known_log(app: &App, named: &str) -> Result<Option<LogOrigin>, Error> {
    among(app, named, known_logs(app, true)?)
}

fn not_accepted(named: &str) -> Error {
    Error::usage(format!("No key of {} is accepted here", named.trim())).hint(
        "`countersign bundle keys` lists those that are. The other department reads its key out: `countersign bundle key`",
    )
}

fn among(app: &App, named: &str, mut logs: Vec<NamedLog>) -> Result<Option<LogOrigin>, Error> {
    let named = named.trim();
    if let Some(log) = accepted_logs(app)?.into_iter().find(|log| log.log.to_string() == named)
        && logs.iter().any(|one| one.origin == *log.log.origin())
    {
        return Ok(Some(log.log.origin().clone()));
    }
    // A word that is not a whole origin may be the name of a site that has joined since the last exchange.
    let known = |log: &NamedLog| log.origin.as_str() == named || log.sites.iter().any(|site| site == named);
    if !logs.iter().any(known) {
        add_names(app, &mut logs);
    }
    match find(named, &logs) {
        Named::One(log) => Ok(Some(log.origin.clone())),
        Named::Several(found) => Err(ambiguous(named, &found)),
        Named::None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_names_one_log_by_its_site_its_origin_or_a_part_of_it_and_none_where_two_fit() {
        let log = |origin: &str, sites: &[&str]| NamedLog {
            origin: origin.parse().unwrap(),
            sites: sites.iter().map(|site| (*site).to_owned()).collect(),
        };
        let logs = [
            log("demo.example.org/cardiology", &["cardiology"]),
            log("audio.example.org/1", &["sound"]),
            log("audio-two.example.org/1", &[]),
            log("echo.example.org/1", &["xray"]),
            log("xray.example.org/1", &["echo-lab"]),
        ];
        for (named, at) in [
            ("cardiology", 0),
            ("demo.example.org/cardiology", 0),
            ("demo", 0),
            ("sound", 1),
            ("audio-", 2),
            ("dem", 0),
            ("echo", 3),
            ("echo-lab", 4),
            ("xray.example.org/1", 4),
        ] {
            assert_eq!(find(named, &logs), Named::One(&logs[at]), "{named}");
        }
        for (named, first, second) in [("audio", 1, 2), ("xray", 3, 4)] {
            assert_eq!(find(named, &logs), Named::Several(vec![&logs[first], &logs[second]]), "{named}");
            let said = ambiguous(named, &[&logs[first], &logs[second]]).hint.unwrap();
            assert!(said.contains(logs[first].origin.as_str()) && said.contains(logs[second].origin.as_str()));
        }
        for named in ["", "card", "example.org", "c"] {
            assert_eq!(find(named, &logs), Named::None, "{named}");
        }
    }
}
