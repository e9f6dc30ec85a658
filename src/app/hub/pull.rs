//! Pulls the logs of the departments to which trainees here rotate, and brings their statements.

use crate::app::App;
use crate::error::Error;
use crate::hub::copy::{CopyOutcome, Fetch, Renewal, Titles, renew};
use crate::hub::rotating::{self, BroughtStatements};
use crate::hub::selection::SiteCopy;
use crate::hub::witness;
use countersign_core::primitives::ids::LogOrigin;
use countersign_hub::rows::{Cosignature, SiteHead};
use countersign_hub::transport::{RowSink, Transport};
use countersign_ledger::note::LogVerifier;

/// What became of one log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PullOutcome {
    Copied(CopyOutcome),
    /// The hub has no such log, or this site may not read its entries.
    NotThere,
    NotReadable,
    /// Something here, or the way to the hub, failed; the old copy stays.
    Failed(Error),
}

/// One log of the hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SitePulled {
    pub origin: LogOrigin,
    /// The site's name at the hub.
    pub site: Option<String>,
    pub outcome: PullOutcome,
}

impl SitePulled {
    /// Returns whether somebody has to look at it.
    pub fn is_rejected(&self) -> bool {
        matches!(self.outcome, PullOutcome::Copied(CopyOutcome::Rejected { .. }))
    }
}

/// What an exchange brought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PulledLogs {
    pub sites: Vec<SitePulled>,
    /// For each trainee who rotates.
    pub brought: Vec<BroughtStatements>,
    /// The logs whose checkpoints were cosigned just now, and why one was not.
    pub cosigned: Vec<LogOrigin>,
    pub not_cosigned: Vec<Error>,
    /// How many other departments have cosigned this log.
    pub witnesses: usize,
}

/// Pulls every log to which a trainee here rotates, brings their statements, and cosigns what was checked. `progress` gets
/// the log, the entries checked and their number.
pub fn pull_all(
    app: &mut App,
    transport: &mut dyn Transport,
    (fetch, threads): (Fetch, usize),
    progress: &mut dyn FnMut(&LogOrigin, u64, u64),
) -> Result<PulledLogs, Error> {
    let heads = transport.heads().map_err(Error::from)?;
    let current = rotating::current(app)?;
    let mut logs: Vec<&LogVerifier> = Vec::new();
    for (_, log) in &current {
        if !logs.contains(&log) {
            logs.push(log);
        }
    }
    let (mut done, mut lines) = (PulledLogs::default(), Vec::new());
    for log in logs {
        let origin = log.origin().clone();
        let head = heads.iter().find(|head| head.origin == origin && !head.own);
        let outcome = match head {
            None => PullOutcome::NotThere,
            Some(head) if !head.is_readable() => PullOutcome::NotReadable,
            Some(head) => {
                pull_one(app, transport, log, (head, fetch, threads), &mut |at, of| progress(&origin, at, of))
            }
        };
        let sound = matches!(outcome, PullOutcome::Copied(CopyOutcome::Same { .. } | CopyOutcome::Grown { .. }));
        if let Some(head) = head.filter(|_| sound)
            && let Some(line) = cosign(app, head, &mut done)?
        {
            lines.push(line);
        }
        done.sites.push(SitePulled { site: head.map(|head| head.site.clone()), origin, outcome });
    }
    for (row, _) in &current {
        // What fails for one trainee must not keep the others waiting.
        let brought = rotating::bring(app, row);
        done.brought.push(brought.unwrap_or_else(|error| BroughtStatements::refused(row.trainee.clone(), error)));
    }
    if !lines.is_empty() {
        transport.cosign(&lines).map_err(Error::from)?;
        done.cosigned = lines.into_iter().map(|line| line.origin).collect();
    }
    done.witnesses = witness::keep(app, &heads)?;
    Ok(done)
}

fn pull_one(
    app: &App,
    transport: &mut dyn Transport,
    log: &LogVerifier,
    (head, fetch, threads): (&SiteHead, Fetch, usize),
    progress: &mut dyn FnMut(u64, u64),
) -> PullOutcome {
    let what = Renewal { data: app.folder.path(), log, fetch, titles: Titles::Dropped, threads, today: app.today() };
    let mut pull = |from: u64, into: RowSink<'_>| transport.pull(log.origin(), from, into);
    renew(&what, head, &mut pull, progress).map_or_else(PullOutcome::Failed, PullOutcome::Copied)
}

/// Cosigns a copy that is sound; a reason not to is kept for the reader.
fn cosign(app: &mut App, head: &SiteHead, done: &mut PulledLogs) -> Result<Option<Cosignature>, Error> {
    let Some(copy) = SiteCopy::open(app.folder.path(), &head.origin)? else { return Ok(None) };
    match witness::cosign(app, &copy, head) {
        Ok(line) => Ok(line),
        Err(error) => {
            done.not_cosigned.push(error);
            Ok(None)
        }
    }
}
