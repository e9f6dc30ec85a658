//! Reads what other departments signed on a trainee's record, with its source.

use std::collections::{BTreeMap, BTreeSet};

use crate::app::App;
use crate::bundle::check::CheckedBundle;
use crate::error::Error;
use crate::log::referenced::statement_at;
use crate::log::touched::{self, full_statement};
use countersign_core::people::person::{PersonRef, Viewer};
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::ids::{KsbCode, LogOrigin, PersonId, StandardRef, StatementId};
use countersign_core::primitives::key::PublicKey;
use countersign_core::primitives::text::SafeText;
use countersign_core::record::view::{AnnotationMark, FullStatement, LastObservation, Record, Source, Withdrawal};
use countersign_core::rules::log_state::Policy;
use countersign_core::statement::decode::decode;
use countersign_core::statement::kind::Kind;
use countersign_core::statement::{Body, Statement};
use countersign_ledger::note::LogVerifier;
use countersign_ledger::receipt::TlogProof;
use countersign_ledger::receipt_text::Receipt;
use countersign_store::db::Tx;
use countersign_store::error::{StoreError, damaged};
use countersign_store::from_elsewhere::held::{self, Held};
use countersign_store::from_elsewhere::pulled;
use countersign_store::index::elsewhere::{self, ElsewhereRow, ReceivedRow};
use countersign_store::touches;

/// What this file holds of one other log for a trainee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ElsewherePart {
    pub origin: LogOrigin,
    /// The trainee's id there.
    pub there: PersonId,
    /// Entries of that log in the newest bundle, or when the hub last brought something.
    pub size: u64,
    /// Statements that are kept, without those that were erased.
    pub statements: usize,
    /// How many of them are sign-offs.
    pub sign_offs: usize,
    /// When the newest bundle was received, and by whom; for what only the hub brought, when that began.
    pub received: Timestamp,
    pub by: SafeText,
}

/// A statement on a trainee's record in another log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ElsewhereStatement {
    pub origin: LogOrigin,
    pub position: u64,
    pub id: StatementId,
    pub kind: Kind,
    pub signed: Timestamp,
    pub signer: PersonRef,
    pub summary: String,
    /// Whether a later one ended it.
    pub ended: bool,
}

/// Returns what this file holds of other logs for a trainee, by origin.
pub fn parts(app: &App, trainee: &PersonId) -> Result<Vec<ElsewherePart>, Error> {
    app.log.db.read(|tx| {
        let mut parts = Vec::new();
        let kept = held::of(tx, &app.viewer, trainee)?;
        let mut rows = elsewhere::received_for(tx, &app.viewer, trainee)?;
        rows.extend(by_hub_alone(tx, &app.viewer, trainee, &rows)?);
        rows.sort_by(|a, b| a.origin.cmp(&b.origin));
        for row in rows {
            let received = statement_at(tx, row.position)?;
            let of: Vec<&Held> = kept.iter().filter(|one| one.origin == row.origin && one.erased.is_none()).collect();
            let is_sign_off = |one: &&&Held| one.text.contains("\nkind sign-off\n");
            parts.push(ElsewherePart {
                statements: of.len(),
                sign_offs: of.iter().filter(is_sign_off).count(),
                origin: row.origin,
                there: row.there,
                size: row.size,
                received: received.signed,
                by: received.signer.who.name,
            });
        }
        Ok(parts)
    })
}

/// Returns the logs from which the hub brought something for a trainee and no bundle did.
fn by_hub_alone(
    tx: &Tx<'_>,
    viewer: &Viewer,
    trainee: &PersonId,
    by_bundles: &[ReceivedRow],
) -> Result<Vec<ReceivedRow>, Error> {
    let mut rows: Vec<ReceivedRow> = Vec::new();
    for row in elsewhere::rotations(tx)?.into_iter().filter(|row| row.trainee.id == *trainee && viewer.may_see(trainee))
    {
        let known = |one: &&ReceivedRow| one.origin == row.origin;
        let brought = pulled::of(tx, trainee)?.iter().any(|one| one.origin == row.origin);
        let Some(size) = pulled::brought_until(tx, row.position)?.filter(|_| brought) else { continue };
        if !by_bundles.iter().chain(&rows).any(|one| known(&one)) {
            rows.push(ReceivedRow { origin: row.origin, there: row.there.id, size, position: row.position });
        }
    }
    Ok(rows)
}

/// Returns everything on a trainee's record in other logs, newest first.
pub fn statements(app: &App, trainee: &PersonId) -> Result<Vec<ElsewhereStatement>, Error> {
    app.log.db.read(|tx| {
        let rows = elsewhere::records(tx, &app.viewer, trainee, None)?;
        let each = rows.iter().map(|row| {
            let statement = read(tx, trainee, row)?;
            Ok(ElsewhereStatement {
                origin: row.origin.clone(),
                position: row.position,
                id: row.id,
                kind: statement.body.kind(),
                signed: statement.signed,
                summary: statement.body.content().summary(),
                signer: statement.signer.who,
                ended: row.withdrawn.is_some() || row.rejected.is_some() || row.doubted.is_some(),
            })
        });
        each.collect()
    })
}

fn read(tx: &Tx<'_>, trainee: &PersonId, row: &ElsewhereRow) -> Result<Statement, Error> {
    read_at(tx, trainee, &row.origin, row.position)
}

fn read_at(tx: &Tx<'_>, trainee: &PersonId, origin: &LogOrigin, at: u64) -> Result<Statement, Error> {
    let held = held::at_position(tx, trainee, origin, at)?;
    let held = held.ok_or_else(|| damaged(format!("statement {at} of {origin} is not there")))?;
    Ok(decode(&held.text)?)
}

/// Returns the sign-offs of a KSB in other logs, newest first. The signer's name says where they signed.
pub(crate) fn records(
    tx: &Tx<'_>,
    viewer: &Viewer,
    trainee: &PersonId,
    (on, code): (&StandardRef, KsbCode),
    policy: &Policy,
) -> Result<Vec<Record>, Error> {
    let rows = elsewhere::records(tx, viewer, trainee, Some((on, code)))?;
    rows.iter().map(|row| record(tx, viewer, trainee, row, policy)).collect()
}

fn record(
    tx: &Tx<'_>,
    viewer: &Viewer,
    trainee: &PersonId,
    row: &ElsewhereRow,
    policy: &Policy,
) -> Result<Record, Error> {
    let held = held::at_position(tx, trainee, &row.origin, row.position)?.ok_or_else(mismatch)?;
    let presence = touches::presence_of(tx, &held.key, &held.signature)?;
    let statement = decode(&held.text)?;
    let source = Source { origin: row.origin.clone(), counts: row.matched && policy.imported > 0 };
    let withdrawn = match row.withdrawn {
        None => None,
        Some(at) => {
            let by = read_at(tx, trainee, &row.origin, at)?;
            let Body::Withdraw(withdraw) = by.body else { return Err(mismatch().into()) };
            let (who, reason) = (by.signer.who, withdraw.reason);
            Some(Withdrawal { id: by.id, at: by.signed, by: who.id, by_name: who.name, reason })
        }
    };
    let signer_name = SafeText::line(&source.named(&statement.signer.who.name))?;
    let marks = marks(tx, viewer, trainee, row)?;
    let Body::SignOff(s) = statement.body else { return Err(mismatch().into()) };
    Ok(Record {
        id: statement.id,
        position: row.position,
        code: s.item.code,
        outcome: s.outcome,
        method: s.method,
        supervision: s.supervision,
        observed: s.observed,
        signed: statement.signed,
        signer: statement.signer.who.id,
        signer_name,
        place: s.place,
        feedback: s.feedback,
        action: s.action,
        late: s.late,
        evidence: s.evidence,
        withdrawn,
        marks,
        in_review: row.doubted.is_some(),
        presence,
        source: Some(source),
    })
}

/// Returns the notes on a sign-off of another log, oldest first, except withdrawals.
fn marks(tx: &Tx<'_>, viewer: &Viewer, trainee: &PersonId, row: &ElsewhereRow) -> Result<Vec<AnnotationMark>, Error> {
    let mut marks = Vec::new();
    for note in elsewhere::notes(tx, viewer, trainee, &row.origin, row.position)? {
        let statement = read_at(tx, trainee, &row.origin, note.position)?;
        let kind = statement.body.kind();
        let (mut sampled, mut reason) = (None, None);
        if let Body::Sample(sample) = &statement.body {
            (sampled, reason) = (Some(sample.outcome), sample.reason.clone());
        } else if let Body::Dispute(dispute) = &statement.body {
            reason = Some(dispute.reason.clone());
        }
        if [Kind::Sample, Kind::Dispute, Kind::Countersign, Kind::Acknowledge].contains(&kind) {
            marks.push(AnnotationMark {
                id: statement.id,
                kind,
                sampled,
                at: statement.signed,
                by: statement.signer.who.id,
                by_name: statement.signer.who.name,
                reason,
                withdrawn: note.withdrawn,
                in_review: note.doubted,
            });
        }
    }
    Ok(marks)
}

fn mismatch() -> StoreError {
    damaged("the index of what was received does not match it. To rebuild it: `countersign rebuild`")
}

/// Returns a statement of another log, and its signer's name with where they signed.
pub(crate) fn signed(tx: &Tx<'_>, id: StatementId) -> Result<(Statement, SafeText), Error> {
    let held = held::with_id(tx, &Viewer::Department, id)?.ok_or_else(mismatch)?;
    let statement = decode(&held.text)?;
    let source = Source { origin: held.origin, counts: true };
    let by = SafeText::line(&source.named(&statement.signer.who.name))?;
    Ok((statement, by))
}

/// Adds who last observed each KSB in other logs, where that was later.
pub(crate) fn add_last(
    tx: &Tx<'_>,
    viewer: &Viewer,
    trainee: &PersonId,
    on: &StandardRef,
    last: &mut BTreeMap<KsbCode, LastObservation>,
) -> Result<(), Error> {
    for row in elsewhere::records(tx, viewer, trainee, None)? {
        let live = row.withdrawn.is_none() && row.rejected.is_none() && row.doubted.is_none();
        let Some(code) = row.code.filter(|_| live && row.matched && row.standard.as_ref() == Some(on)) else {
            continue;
        };
        let statement = read(tx, trainee, &row)?;
        let Body::SignOff(sign_off) = &statement.body else { continue };
        if last.get(&code).is_none_or(|known| known.on < sign_off.observed) {
            let source = Source { origin: row.origin.clone(), counts: true };
            let by = SafeText::line(&source.named(&statement.signer.who.name))?;
            last.insert(code, LastObservation { by, on: sign_off.observed });
        }
    }
    Ok(())
}

/// Returns a statement of another log in full.
pub(crate) fn statement(tx: &Tx<'_>, held: &Held) -> Result<FullStatement, Error> {
    if held.erased.is_some() {
        return Err(Error::refused(format!("It was erased at {}: only its place there is known", held.origin)));
    }
    let signed = (&held.key, &held.signature);
    Ok(full_statement(tx, (held.position, held.id), held.text.clone(), signed, None)?)
}

/// Returns everything about a person that bundles brought, in full.
pub(crate) fn full(app: &App, person: &PersonId) -> Result<Vec<FullStatement>, Error> {
    app.log.db.read(|tx| {
        let kept = held::of(tx, &app.viewer, person)?;
        kept.iter().filter(|one| one.erased.is_none()).map(|one| statement(tx, one)).collect()
    })
}

/// Returns the logs whose statements about a person bundles brought.
pub(crate) fn logs(app: &App, person: &PersonId) -> Result<Vec<LogVerifier>, Error> {
    let kept = app.log.db.read(|tx| held::of(tx, &app.viewer, person))?;
    let keys: BTreeSet<String> = kept.into_iter().filter(|one| one.erased.is_none()).map(|one| one.vkey).collect();
    keys.iter().map(|key| Ok(key.parse().map_err(damaged)?)).collect()
}

/// Returns the receipts of what is on a trainee's record in other logs, as those logs made them.
pub(crate) fn receipts(app: &App, trainee: &PersonId) -> Result<Vec<(StatementId, Receipt)>, Error> {
    app.log.db.read(|tx| {
        let mut found = Vec::new();
        for row in elsewhere::records(tx, &app.viewer, trainee, None)? {
            let held = held::at_position(tx, trainee, &row.origin, row.position)?.ok_or_else(mismatch)?;
            found.push((held.id, receipt_of(tx, &held)?));
        }
        Ok(found)
    })
}

/// Returns the receipt of a statement of another log, as its own log made it.
pub(crate) fn receipt_of(tx: &Tx<'_>, held: &Held) -> Result<Receipt, Error> {
    Ok(Receipt {
        text: held.text.clone(),
        key: held.key.clone(),
        signature: held.signature,
        batch: touched::batch_of(tx, &held.key, &held.signature)?,
        signer: decode(&held.text)?.signer.who.id,
        log: held.vkey.parse().map_err(damaged)?,
        proof: TlogProof::parse(&held.proof).map_err(damaged)?,
    })
}

/// A signer of what bundles brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ElsewhereSigner {
    /// The person's id with the log's origin, `ID@ORIGIN`, so that nobody here is taken for someone there.
    pub name: String,
    pub key: PublicKey,
    /// When the key was certified, if that is known.
    pub since: Option<Timestamp>,
}

/// Returns the signers of what bundles brought, by log and id.
pub(crate) fn signers(tx: &Tx<'_>, viewer: &Viewer) -> Result<Vec<ElsewhereSigner>, Error> {
    let mut keys: BTreeMap<(LogOrigin, PersonId), BTreeSet<String>> = BTreeMap::new();
    let mut since: BTreeMap<(LogOrigin, String), Timestamp> = BTreeMap::new();
    for trainee in held::trainees(tx)? {
        for held in held::of(tx, viewer, &trainee)?.into_iter().filter(|held| held.erased.is_none()) {
            let statement = decode(&held.text)?;
            if let Some(key) = statement.body.content().certifies() {
                since.insert((held.origin.clone(), key.to_string()), statement.signed);
            }
            let of = keys.entry((held.origin, statement.signer.who.id)).or_default();
            of.insert(held.key.to_string());
        }
    }
    let mut found = Vec::new();
    for ((origin, person), of) in keys {
        for line in of {
            let name = format!("{person}@{origin}");
            let key = line.parse().map_err(damaged)?;
            found.push(ElsewhereSigner { name, key, since: since.get(&(origin.clone(), line)).copied() });
        }
    }
    Ok(found)
}

/// Returns what a checked bundle says on the trainee's record, newest first.
pub fn in_bundle(bundle: &CheckedBundle) -> Vec<ElsewhereStatement> {
    let mut all = Vec::new();
    for part in &bundle.parts {
        all.extend(part.replay.entries.values().map(|entry| ElsewhereStatement {
            origin: part.log.origin().clone(),
            position: entry.position,
            id: entry.statement.id,
            kind: entry.statement.body.kind(),
            signed: entry.statement.signed,
            signer: entry.statement.signer.who.clone(),
            summary: entry.statement.body.content().summary(),
            ended: !entry.is_live(),
        }));
    }
    all.sort_by_key(|one| std::cmp::Reverse((one.signed, one.position)));
    all
}
