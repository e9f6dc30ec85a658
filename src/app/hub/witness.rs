//! Cosigns the checkpoints of other departments' logs that were checked here, and keeps what others cosigned of this one.
//!
//! Invariant: what is about to be cosigned is on the disk before it is; nothing smaller and no other history follows.

use crate::app::App;
use crate::bundle::other_logs::accepted_logs;
use crate::error::Error;
use crate::hub::selection::SiteCopy;
use crate::keys::keystore;
use crate::log::historical_root::old_root;
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::ids::LogOrigin;
use countersign_hub::rows::{Cosignature, SiteHead};
use countersign_ledger::cosignature::{self, WitnessKey, WitnessVerifier};
use countersign_ledger::note::LogVerifier;
use countersign_store::error::{StoreError, damaged};
use countersign_store::from_elsewhere::cosignatures::{self, CosignatureRow};
use countersign_store::log;

/// Returns the note in which this log names the key of this department's witness, made now if there is none.
pub fn witness_note(app: &mut App) -> Result<String, Error> {
    let witness = witness_key(app)?;
    Ok(cosignature::witness_note(app.log.key()?, witness.verifier()))
}

fn witness_key(app: &mut App) -> Result<WitnessKey, Error> {
    keystore::witness_key(&app.folder, &app.log.origin()?, &mut *app.random)
}

/// Cosigns the newest checkpoint of this log, which shows when this department last spoke.
pub fn self_cosignature(app: &mut App) -> Result<Cosignature, Error> {
    let head = app.log.db.read(log::head)?.ok_or_else(|| damaged("it contains no log"))?;
    cosign_own(app, head.size, &head.checkpoint)
}

/// Cosigns a checkpoint of this log, with the time.
pub(crate) fn cosign_own(app: &mut App, size: u64, checkpoint: &str) -> Result<Cosignature, Error> {
    let origin = app.log.origin()?;
    let line = witness_key(app)?.cosign(checkpoint, app.now()).map_err(Error::refused)?;
    Ok(Cosignature { origin, size, line })
}

/// When a department last spoke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LastSpoke {
    At(Timestamp),
    /// It has joined and not exchanged anything yet.
    NotYet,
    /// What would show it is missing at the hub, or cannot be read.
    Unchecked,
}

impl LastSpoke {
    /// Returns the time, if there is one.
    pub fn time(self) -> Option<Timestamp> {
        match self {
            Self::At(time) => Some(time),
            Self::NotYet | Self::Unchecked => None,
        }
    }
}

/// Returns when a department last spoke: when it cosigned its own newest checkpoint. Only of a site whose key is not accepted
/// here, the hub's clock says it.
pub fn last_spoke(app: &App, head: &SiteHead) -> Result<LastSpoke, Error> {
    let own = app.log.verifier()?;
    let log = if *own.origin() == head.origin { Some(own) } else { accepted(app, &head.origin)? };
    let Some(checkpoint) = head.checkpoint.as_deref() else { return Ok(LastSpoke::NotYet) };
    let Some(log) = log else { return Ok(head.put.map_or(LastSpoke::Unchecked, LastSpoke::At)) };
    let witness = if log.open(checkpoint).is_ok() { witness_at(&log, head) } else { None };
    let Some(witness) = witness else { return Ok(LastSpoke::Unchecked) };
    let newest = head.cosignatures.iter().filter_map(|line| witness.open(checkpoint, line).ok()).max();
    Ok(newest.map_or(LastSpoke::Unchecked, LastSpoke::At))
}

/// Returns the key of the log with this origin, if it is accepted.
fn accepted(app: &App, origin: &LogOrigin) -> Result<Option<LogVerifier>, Error> {
    let logs = accepted_logs(app)?.into_iter().filter(|log| log.stopped.is_none());
    Ok(logs.map(|log| log.log).find(|log| log.origin() == origin))
}

fn witness_at(log: &LogVerifier, head: &SiteHead) -> Option<WitnessVerifier> {
    cosignature::witness_of(log, head.witness_key.as_deref()?).ok()
}

/// Cosigns the newest checkpoint of a checked copy, unless the hub has that already.
pub(crate) fn cosign(app: &mut App, copy: &SiteCopy, head: &SiteHead) -> Result<Option<Cosignature>, Error> {
    let (newest, note) = copy.head()?;
    let origin = newest.origin.clone();
    let before = app.log.db.read(|tx| cosignatures::cosigned(tx, &origin))?;
    if let Some((size, root)) = before
        && (size > newest.size || copy.root_at(size)? != Some(root))
    {
        let why = format!("{origin} is not cosigned: its first {size} entries are not those that were cosigned before");
        return Err(Error::refused(why)
            .hint("Tell that department: its log, or this file, was probably restored from an older copy"));
    }
    let witness = witness_key(app)?;
    let is_there = head.cosignatures.iter().any(|line| witness.verifier().open(&note, line).is_ok());
    let same = head.checkpoint.as_deref().is_some_and(|offered| first_lines(offered) == first_lines(&note));
    if is_there || !same {
        return Ok(None);
    }
    app.log.db.write(|tx| cosignatures::set_cosigned(tx, &origin, newest.size, &newest.root))?;
    let line = witness.cosign(&note, app.now()).map_err(Error::refused)?;
    Ok(Some(Cosignature { origin, size: newest.size, line }))
}

fn first_lines(note: &str) -> &str {
    note.split("\n\n").next().unwrap_or_default()
}

/// Keeps the cosignatures of this log that other departments, whose keys are accepted, put at the hub. Returns how many
/// departments have cosigned it.
pub(crate) fn keep(app: &mut App, heads: &[SiteHead]) -> Result<usize, Error> {
    let own = app.log.verifier()?;
    let here = heads.iter().find(|head| head.own && head.origin == *own.origin());
    let Some((head, note)) = here.and_then(|head| head.checkpoint.as_deref().map(|note| (head, note))) else {
        return Ok(app.log.db.read(cosignatures::all)?.len());
    };
    let Ok(checkpoint) = own.open(note) else { return Ok(app.log.db.read(cosignatures::all)?.len()) };
    let (known, root) = app.log.db.read(|tx| {
        let size = log::head(tx)?.map_or(0, |head| head.size);
        let root = if checkpoint.size <= size { old_root(tx, checkpoint.size)? } else { None };
        Ok::<_, StoreError>((cosignatures::all(tx)?, root))
    })?;
    let mut new = Vec::new();
    if root == Some(checkpoint.root) {
        for other in heads.iter().filter(|other| other.origin != *own.origin()) {
            let Some(log) = accepted(app, &other.origin)? else { continue };
            let Some(witness) = witness_at(&log, other) else { continue };
            let line = head.cosignatures.iter().find(|line| witness.open(note, line).is_ok());
            let older =
                known.iter().find(|row| row.origin == other.origin).is_none_or(|row| row.size < checkpoint.size);
            if let (Some(line), true) = (line, older) {
                let witness = other.witness_key.clone().unwrap_or_default();
                let origin = other.origin.clone();
                new.push(CosignatureRow { origin, size: checkpoint.size, witness, line: line.clone() });
            }
        }
    }
    if new.is_empty() {
        return Ok(known.len());
    }
    Ok(app.log.db.write(|tx| {
        new.iter().try_for_each(|row| cosignatures::put(tx, row))?;
        Ok::<_, StoreError>(cosignatures::all(tx)?.len())
    })?)
}
