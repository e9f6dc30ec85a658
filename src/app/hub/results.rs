//! Keeps what became of each log with the last exchange, in a small file next to the hub's settings, until the next one.

use std::fmt::Write as _;
use std::path::Path;

use crate::error::Error;
use crate::storage::atomic_file;
use countersign_core::primitives::ids::LogOrigin;

/// The folder of the hub's files in a data folder.
pub(crate) const FOLDER: &str = "hub";
/// The file in that folder.
pub(crate) const RESULTS: &str = "results";
/// The most letters of a reason that are kept.
const MOST_WHY: usize = 600;

/// What became of a log to which a trainee here rotates, or of this department’s own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogState {
    /// It was fetched and checked, or had nothing new.
    Sound,
    NotFetched,
    /// It was fetched and is not what its department signed, or not the log that was here.
    Rejected,
    /// The hub's administrator has not let this department read it.
    NotReadable,
    /// Its key was stopped here, so that it is not fetched.
    Stopped,
    /// Of this department itself: the hub has something else than the file.
    OwnDiffers,
}

const NAMES: [(LogState, &str); 6] = [
    (LogState::Sound, "sound"),
    (LogState::NotFetched, "not-fetched"),
    (LogState::Rejected, "rejected"),
    (LogState::NotReadable, "not-readable"),
    (LogState::Stopped, "stopped"),
    (LogState::OwnDiffers, "own-differs"),
];

impl LogState {
    /// Returns its name in files and in JSON.
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(state, _)| *state == self).map_or("", |(_, name)| name)
    }
}

/// What became of one log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogResult {
    pub origin: LogOrigin,
    pub state: LogState,
    /// Why it is not sound, as a sentence without a full stop.
    pub why: String,
    /// The name of the file with both checkpoints, in the folder of its copy, if they prove something.
    pub evidence: Option<String>,
}

/// Returns what became of each log with the last exchange of a data folder; nothing if that is not known.
pub fn last_results(data: &Path) -> Vec<LogResult> {
    let text = atomic_file::text(&data.join(FOLDER).join(RESULTS)).unwrap_or_default();
    text.lines().filter_map(read).collect()
}

fn read(line: &str) -> Option<LogResult> {
    let mut words = line.splitn(4, ' ');
    let (name, origin, evidence) = (words.next()?, words.next()?, words.next()?);
    let (state, _) = NAMES.iter().find(|(_, known)| *known == name)?;
    Some(LogResult {
        origin: origin.parse().ok()?,
        state: *state,
        evidence: (evidence != "-").then(|| evidence.to_owned()),
        why: words.next().unwrap_or_default().to_owned(),
    })
}

pub(crate) fn remember(data: &Path, results: &[LogResult]) -> Result<(), Error> {
    let mut text = String::new();
    for LogResult { origin, state, why, evidence } in results {
        let why: String = why.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MOST_WHY).collect();
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{} {origin} {} {why}", state.name(), evidence.as_deref().unwrap_or("-"));
    }
    atomic_file::write_private(&data.join(FOLDER).join(RESULTS), text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_again_and_a_damaged_line_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(FOLDER)).unwrap();
        let result = |state, why: &str, evidence: Option<&str>| LogResult {
            origin: "ward.example.org/1".parse().unwrap(),
            state,
            why: why.to_owned(),
            evidence: evidence.map(str::to_owned),
        };
        let all: Vec<LogResult> =
            NAMES.iter().map(|(state, _)| result(*state, "It is so. So", Some("a.txt"))).collect();
        remember(folder.path(), &all).unwrap();
        assert_eq!(last_results(folder.path()), all);
        remember(folder.path(), &[result(LogState::Rejected, "two\nlines", None)]).unwrap();
        assert_eq!(last_results(folder.path()), [result(LogState::Rejected, "two lines", None)]);
        std::fs::write(folder.path().join(FOLDER).join(RESULTS), "x\n\nsound ?? - \nsound a - \n").unwrap();
        assert_eq!(last_results(folder.path()).len(), 1);
    }
}
