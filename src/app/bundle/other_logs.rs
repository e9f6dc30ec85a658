//! Accepts the keys of other departments' logs, and stops accepting them.

use crate::app::App;
use crate::error::Error;
use crate::keys::session::Credential;
use crate::log::referenced::statement_at;
use crate::log::sign;
use crate::log::writer::AppendResult;
use countersign_core::people::person::Role;
use countersign_core::primitives::date::Timestamp;
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

/// Returns how the log with this key is known here, or refuses it.
pub fn known(app: &App, log: &LogVerifier) -> Result<KnownLog, Error> {
    let own = app.log.verifier()?;
    if *log == own {
        return Ok(KnownLog::Own);
    }
    let origin = log.origin();
    if origin == own.origin() {
        return Err(Error::refused(format!(
            "The bundle is from a log that calls itself {origin} as this one does, with another key"
        ))
        .hint(
            "Nothing was changed. Two logs cannot have one name: ask the other department where its log comes from",
        ));
    }
    let logs = app.log.db.read(elsewhere::other_logs)?;
    let of = |origin: &LogOrigin| logs.iter().filter(move |row| row.origin == *origin).collect::<Vec<_>>();
    let rows = of(origin);
    let accept = format!(
        "Ask that department for its key by telephone or in person. If it is {log}, accept it: `countersign bundle accept-key KEY`"
    );
    match rows.iter().find(|row| row.stopped.is_none()) {
        Some(row) if row.vkey == log.to_string() => Ok(KnownLog::Accepted),
        Some(_) => Err(Error::refused(format!("The bundle has another key of {origin} than the one accepted here"))
            .hint("Nothing was changed. Ask that department. If its key is new, stop the old one first: `countersign bundle stop-key`")),
        None if rows.is_empty() => {
            Err(Error::refused(format!("The key of {origin} was never accepted here")).hint(accept))
        }
        None => Err(Error::refused(format!("The key of {origin} has been stopped here")).hint(accept)),
    }
}
