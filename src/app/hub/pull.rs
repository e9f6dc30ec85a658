//! Pulls the logs of the departments to which trainees here rotate, and brings their statements.

use crate::app::App;
use crate::error::{Error, Exit};
use crate::hub::copy::{CopyOutcome, Fetch, RejectionKind, Renewal, Titles, renew};
use crate::hub::results::{LogResult, LogState};
use crate::hub::rotating::{self, BroughtStatements, Rotating};
use crate::hub::selection::SiteCopy;
use crate::hub::settings::{self, SeenSite};
use crate::hub::witness;
use countersign_core::primitives::ids::LogOrigin;
use countersign_hub::error::TransportError;
use countersign_hub::rows::{Cosignature, Heads, SiteFault, SiteHead};
use countersign_hub::transport::{RowSink, Transport};
use countersign_ledger::note::LogVerifier;
use countersign_store::from_elsewhere::cosignatures;

/// What became of one log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PullOutcome {
    Copied(CopyOutcome),
    /// The hub has no such log, or this site may not read its entries.
    NotThere,
    NotReadable,
    /// Its key was stopped here while a trainee rotates there.
    Stopped,
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
    /// Returns what became of it, as it is kept until the next exchange.
    pub fn state(&self) -> LogState {
        match &self.outcome {
            PullOutcome::Copied(CopyOutcome::Same { .. } | CopyOutcome::Grown { .. }) => LogState::Sound,
            PullOutcome::Copied(CopyOutcome::Rejected { .. }) => LogState::Rejected,
            PullOutcome::NotReadable => LogState::NotReadable,
            PullOutcome::Stopped => LogState::Stopped,
            PullOutcome::Copied(CopyOutcome::Busy) | PullOutcome::NotThere | PullOutcome::Failed(_) => {
                LogState::NotFetched
            }
        }
    }

    /// Returns why it was not fetched or is rejected, as a sentence without a full stop, and what to do about it.
    pub fn why(&self) -> Option<(String, String)> {
        let origin = &self.origin;
        let (why, hint) = match &self.outcome {
            PullOutcome::Copied(CopyOutcome::Same { .. } | CopyOutcome::Grown { .. }) => return None,
            PullOutcome::Copied(CopyOutcome::Rejected { why, .. }) => {
                let hint = match why.kind {
                    RejectionKind::Damaged => "Tell the hub’s administrator. What came from there before stays as it is",
                    RejectionKind::OtherCheckpoint => "What came from there before stays as it is",
                };
                (why.sentence(origin), hint.to_owned())
            }
            PullOutcome::Copied(CopyOutcome::Busy) => {
                (format!("The copy of {origin} is being renewed at this moment"), "Try again in a moment".to_owned())
            }
            PullOutcome::NotThere => (
                format!("The hub does not have the log {origin}"),
                "That department joins the hub and sends it: `countersign hub sync` there".to_owned(),
            ),
            PullOutcome::NotReadable => (
                format!("The hub’s administrator has not let this department read the log of {origin}"),
                "Ask them: it is `countersign.let_read`, or in a folder the permissions of the site’s folder".to_owned(),
            ),
            PullOutcome::Stopped => (
                format!("The log of {origin} is not fetched: its key was stopped here"),
                "Accept its key again (`countersign bundle accept-key`), or end the rotation (`countersign hub trainee … --end`)"
                    .to_owned(),
            ),
            PullOutcome::Failed(error) => (error.sentence(), error.hint.clone().unwrap_or_default()),
        };
        Some((why, hint))
    }

    /// A log that this department may not read at this moment.
    pub fn not_readable(origin: &LogOrigin) -> Self {
        Self { origin: origin.clone(), site: None, outcome: PullOutcome::NotReadable }
    }

    /// Returns what is stored of it until the next exchange.
    pub fn result(&self) -> LogResult {
        let evidence = match &self.outcome {
            PullOutcome::Copied(CopyOutcome::Rejected { evidence, .. }) => evidence.as_deref(),
            _ => None,
        };
        let name = evidence.and_then(|path| path.file_name()).map(|name| name.to_string_lossy().into_owned());
        let why = self.why().map(|(why, hint)| format!("{why}. {hint}")).unwrap_or_default();
        LogResult { origin: self.origin.clone(), state: self.state(), why, evidence: name }
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

impl PulledLogs {
    /// Returns the exit code if something that should have come did not: a timer has to notice.
    pub fn trouble(&self) -> Option<Exit> {
        let is_busy = |site: &SitePulled| site.outcome == PullOutcome::Copied(CopyOutcome::Busy);
        let sites = self.sites.iter().filter(|site| site.state() != LogState::Sound);
        let (busy, failed): (Vec<&SitePulled>, Vec<&SitePulled>) = sites.partition(|site| is_busy(site));
        let refused = self.brought.iter().any(|one| one.refused.is_some()) || !self.not_cosigned.is_empty();
        if refused || !failed.is_empty() { Some(Exit::Refused) } else { (!busy.is_empty()).then_some(Exit::Busy) }
    }
}

/// Pulls every log to which a trainee here rotates, brings their statements, and cosigns what was checked. `progress` gets
/// the log, the entries checked and their number.
pub fn pull_all(
    app: &mut App,
    transport: &mut dyn Transport,
    (fetch, threads): (Fetch, usize),
    progress: &mut dyn FnMut(&LogOrigin, u64, u64),
) -> Result<PulledLogs, Error> {
    let Heads { sites: heads, faults } = transport.heads().map_err(Error::from)?;
    let Rotating { current, stopped } = rotating::current(app)?;
    let seen = settings::last_exchange(&app.folder).map(|last| last.sites).unwrap_or_default();
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
            None => without_head(&origin, &faults, &seen),
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
    for row in &stopped {
        if done.sites.iter().all(|site| site.origin != row.origin) {
            done.sites.push(SitePulled { origin: row.origin.clone(), site: None, outcome: PullOutcome::Stopped });
        }
    }
    for (row, _) in &current {
        // What fails for one trainee must not keep the others waiting.
        let brought = rotating::bring(app, row);
        done.brought.push(brought.unwrap_or_else(|error| BroughtStatements::refused(row.trainee.clone(), error)));
    }
    if !lines.is_empty() {
        match transport.cosign(&lines) {
            Ok(()) => done.cosigned = lines.into_iter().map(|line| line.origin).collect(),
            Err(error) => done.not_cosigned.push(Error::from(error).context("Cosigning what was fetched")),
        }
    }
    done.witnesses = witness::keep(app, &heads)?;
    Ok(done)
}

/// Says what became of a log that the hub shows no head of.
fn without_head(origin: &LogOrigin, faults: &[SiteFault], seen: &[SeenSite]) -> PullOutcome {
    // Where its name cannot be read either, it is the site that it was with the last exchange.
    let site = seen.iter().find(|site| site.origin.as_ref() == Some(origin)).map(|site| site.site.as_str());
    let is_it = |fault: &&SiteFault| match &fault.origin {
        Some(of) => of == origin,
        None => site == Some(fault.site.as_str()),
    };
    match faults.iter().find(is_it).map(|fault| fault.why.clone()) {
        None => PullOutcome::NotThere,
        Some(TransportError::NotGranted(_)) => PullOutcome::NotReadable,
        Some(why) => PullOutcome::Failed(Error::from(why).context(format!("Fetching the log of {origin}"))),
    }
}

fn pull_one(
    app: &App,
    transport: &mut dyn Transport,
    log: &LogVerifier,
    (head, fetch, threads): (&SiteHead, Fetch, usize),
    progress: &mut dyn FnMut(u64, u64),
) -> PullOutcome {
    let cosigned = match app.log.db.read(|tx| cosignatures::cosigned(tx, log.origin())) {
        Ok(cosigned) => cosigned,
        Err(error) => return PullOutcome::Failed(error.into()),
    };
    let what =
        Renewal { data: app.folder.path(), log, fetch, cosigned, titles: Titles::Dropped, threads, today: app.today() };
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
