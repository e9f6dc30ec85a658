//! Accepts the keys of other departments' logs, and stops accepting them.

use crate::app::App;
use crate::error::Error;
use crate::keys::session::Credential;
use crate::log::referenced::statement_at;
use crate::log::sign;
use crate::log::writer::AppendResult;
use countersign_core::people::person::Role;
use countersign_core::primitives::date::{Timestamp, long_day};
use countersign_core::primitives::ids::{LogOrigin, PersonId};
use countersign_core::primitives::text::SafeText;
use countersign_core::statement::Body;
use countersign_core::statement::kinds::other_log::OtherLog;
use countersign_ledger::note::LogVerifier;
use countersign_store::error::damaged;
use countersign_store::index::elsewhere;

/// Another department's log whose key was accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedLog {
    pub log: LogVerifier,
    pub since: Timestamp,
    /// The training officer who accepted it.
    pub by: SafeText,
    /// When that ended, and why.
    pub stopped: Option<(Timestamp, SafeText)>,
}

/// Returns the verifier key of this log, to be read out to the officer of another department.
pub fn own_key(app: &App) -> Result<LogVerifier, Error> {
    app.log.verifier()
}

/// Returns the logs whose keys were ever accepted, by origin.
pub fn accepted_logs(app: &App) -> Result<Vec<AcceptedLog>, Error> {
    app.log.db.read(|tx| {
        let mut logs = Vec::new();
        for row in elsewhere::other_logs(tx)? {
            let accepted = statement_at(tx, row.position)?;
            let stopped = match row.stopped {
                None => None,
                Some(at) => {
                    let statement = statement_at(tx, at)?;
                    let Body::OtherLog(OtherLog { stopped: Some(reason), .. }) = statement.body else {
                        return Err(damaged(format!("entry {at} does not end a log's key")).into());
                    };
                    Some((statement.signed, reason))
                }
            };
            logs.push(AcceptedLog {
                log: row.vkey.parse().map_err(damaged)?,
                since: accepted.signed,
                by: accepted.signer.who.name,
                stopped,
            });
        }
        Ok(logs)
    })
}

/// Parses a log's key as it is read out or copied; spaces and line ends around it do not matter.
pub fn parse_key(text: &str) -> Result<LogVerifier, Error> {
    text.trim().parse().map_err(|_| {
        Error::usage("This is not the key of a log").hint(
            "It looks like cardiology.example.org/8d1f4c20+f8f40de5+Ac3e…, in one piece. The other department gets it from `countersign bundle key`",
        )
    })
}

/// Accepts bundles from the log with this key, in a training officer's name.
pub fn accept(app: &mut App, officer: &PersonId, proof: &Credential, log: &LogVerifier) -> Result<AppendResult, Error> {
    let body = Body::OtherLog(OtherLog { log_key: SafeText::line(&log.to_string())?, stopped: None });
    let done = sign::sign(app, officer, Role::TrainingOfficer, proof, vec![body]);
    done.map_err(|error| error.context(format!("Accepting the key of {}", log.origin())))
}

/// Stops accepting bundles from a log. What was received stays.
pub fn stop(
    app: &mut App,
    officer: &PersonId,
    proof: &Credential,
    log: &LogVerifier,
    reason: &SafeText,
) -> Result<AppendResult, Error> {
    let body = Body::OtherLog(OtherLog { log_key: SafeText::line(&log.to_string())?, stopped: Some(reason.clone()) });
    let done = sign::sign(app, officer, Role::TrainingOfficer, proof, vec![body]);
    done.map_err(|error| error.context(format!("Stopping the key of {}", log.origin())))
}

/// Returns the accepted log with this origin, or with this key.
pub fn accepted_log(app: &App, named: &str) -> Result<LogVerifier, Error> {
    let named = named.trim();
    let logs = accepted_logs(app)?;
    let of = |log: &AcceptedLog| log.log.origin().as_str() == named || log.log.to_string() == named;
    let found = logs.iter().find(|log| log.stopped.is_none() && of(log));
    found.map(|log| log.log.clone()).ok_or_else(|| {
        Error::usage(format!("No key of {named} is accepted here")).hint("`countersign bundle keys` lists them")
    })
}

/// How a log in a bundle is known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KnownLog {
    Own,
    Accepted,
}

/// How the key of a log in a bundle compares with those that this file knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyComparison {
    Known(KnownLog),
    /// It has the name of this log or of an accepted one, and another key than it has.
    Differs(Error),
    /// Bundles from it are no longer accepted.
    Stopped(Error),
    /// Nothing here says which key its log has.
    Unknown(Error),
}

impl KeyComparison {
    /// Returns how the log is known, or why it is refused.
    pub fn known(self) -> Result<KnownLog, Error> {
        match self {
            Self::Known(known) => Ok(known),
            Self::Differs(error) | Self::Stopped(error) | Self::Unknown(error) => Err(error),
        }
    }
}

/// Returns how the log with this key is known here, or refuses it.
pub fn known(app: &App, log: &LogVerifier) -> Result<KnownLog, Error> {
    compare(app, log)?.known()
}

/// Compares the key of a log with those that this file knows. The errors never show a bundle's own key: somebody who can
/// forge a bundle could have put theirs there.
pub fn compare(app: &App, log: &LogVerifier) -> Result<KeyComparison, Error> {
    let own = app.log.verifier()?;
    if *log == own {
        return Ok(KeyComparison::Known(KnownLog::Own));
    }
    let origin = log.origin();
    if origin == own.origin() {
        return Ok(KeyComparison::Differs(
            Error::refused(format!(
                "The bundle is from a log that calls itself {origin} as this one does, with another key"
            ))
            .hint(
                "Nothing was changed. Two logs cannot have one name: ask the other department where its log comes from",
            ),
        ));
    }
    let logs: Vec<AcceptedLog> =
        accepted_logs(app)?.into_iter().filter(|accepted| accepted.log.origin() == origin).collect();
    Ok(match (logs.iter().find(|accepted| accepted.stopped.is_none()), logs.last()) {
        (Some(accepted), _) if accepted.log == *log => KeyComparison::Known(KnownLog::Accepted),
        (Some(_), _) => KeyComparison::Differs(another_key(origin)),
        (None, Some(AcceptedLog { stopped: Some((at, reason)), .. })) => {
            let day = long_day(at.local_day());
            let why = format!("The key of {origin} has been stopped here, on {day}: “{reason}”");
            KeyComparison::Stopped(
                Error::refused(why).hint(format!("Nothing was changed. To accept bundles from there again, {ASK}")),
            )
        }
        (None, _) => KeyComparison::Unknown(
            Error::refused(format!("The key of {origin} was never accepted here"))
                .hint(format!("Nothing was changed. To accept it, {ASK}")),
        ),
    })
}

/// Compares the key of a log in a bundle with keys that were given.
pub fn compare_given(given: &[LogVerifier], log: &LogVerifier) -> KeyComparison {
    let origin = log.origin();
    if given.contains(log) {
        KeyComparison::Known(KnownLog::Accepted)
    } else if given.iter().any(|key| key.origin() == origin) {
        KeyComparison::Differs(
            Error::refused(format!("The bundle has another key of {origin} than the one that you gave"))
                .hint("Do not trust it. Compare the key with that department again, by telephone or in person"),
        )
    } else {
        KeyComparison::Unknown(Error::refused(format!("No key of {origin} was given")).hint("Add it with --key KEY"))
    }
}

/// How an officer gets another department's key.
const ASK: &str = "ask that department for its key by telephone or in person: `countersign bundle key` shows it there. Then `countersign bundle accept-key KEY`";

/// Refuses a bundle whose log has another key than the one known for its name.
fn another_key(origin: &LogOrigin) -> Error {
    Error::refused(format!("The bundle has another key of {origin} than the one accepted here")).hint(
        "Nothing was changed. Ask that department by telephone or in person. If its key is new, stop the old one first: `countersign bundle stop-key`",
    )
}
