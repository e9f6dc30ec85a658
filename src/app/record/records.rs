//! Reads what the CLI and the TUI show: trainees' records, the history and single statements.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::app::App;
use crate::bundle::elsewhere;
use crate::error::Error;
use crate::log::append::head_of;
use crate::log::referenced::{effective_statement_at, index_mismatch, marks_of, statement_at};
use crate::log::touched::full_statement;
use crate::people::person::not_enrolled;
use crate::programme::signed_plan;
use crate::record::carried::{carried, withdrawal};
use crate::standards::local;
use countersign_core::filter::log::LogFilter;
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::ids::{KsbCode, KsbKind, PersonId, StandardRef, StatementId};
use countersign_core::primitives::presence::Presence;
use countersign_core::primitives::text::{SafeText, TextFault};
use countersign_core::record::ksb_status::State;
use countersign_core::record::view::{FullStatement, HistoryRow, Record, RecordCheck, TraineeRecord, TreeHead};
use countersign_core::statement::Body;
use countersign_core::statement::decode::decode;
use countersign_core::statement::kind::Kind;
use countersign_store::db::Tx;
use countersign_store::error::{StoreError, damaged};
use countersign_store::from_elsewhere::held;
use countersign_store::index::people;
use countersign_store::index::sign_off_index::{self, SignOffStatus};
use countersign_store::log::{self, StoredEntry};
use countersign_store::{claims, erased_and_imported, touches};

/// How many entries one page of a filtered history searches; the next page continues from there.
const LOOK: u64 = 20_000;

/// A page of the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryWindow {
    /// Newest first.
    pub rows: Vec<HistoryRow>,
    /// The position to continue before; `None` at the start of the log.
    pub next: Option<u64>,
    pub head: TreeHead,
}

/// Returns a trainee's record on their standard.
pub fn trainee_record(app: &App, trainee: &PersonId) -> Result<TraineeRecord, Error> {
    let measure = app.measure()?;
    let card = app.log.db.read(|tx| people::card(tx, &app.viewer, trainee, &measure))?;
    let Some(mut card) = card else { return Err(not_enrolled(&app.person(trainee)?)) };
    let standard = app.log.standard_in(&card.standard, &card.scope)?;
    let standard = standard.ok_or_else(|| damaged(format!("{} is not there", card.standard)))?;
    let (known, claims, mut last) = app.log.db.read(|tx| {
        let known = sign_off_index::states(tx, &app.viewer, trainee, &card.standard, &measure)?;
        let mut last = sign_off_index::deciding(tx, &app.viewer, trainee, &card.standard, &measure.policy)?;
        if measure.policy.imported > 0 {
            elsewhere::add_last(tx, &app.viewer, trainee, &card.standard, &mut last)?;
        }
        Ok::<_, Error>((known, claims::waiting_on(tx, &app.viewer, trainee, &card.standard)?, last))
    })?;
    // A claim shows only if the KSB has no other state.
    let nothing = |code: KsbCode| if claims.contains_key(&code) { State::Claimed } else { State::Open };
    let state = |code: KsbCode| known.get(&code).copied().unwrap_or_else(|| nothing(code));
    let states: Vec<State> = standard.ksbs().iter().map(|ksb| state(ksb.code)).collect();
    for list in local::lists_for(app, &card.standard)? {
        let of = list.reference();
        last.extend(app.log.db.read(|tx| sign_off_index::deciding(tx, &app.viewer, trainee, of, &measure.policy))?);
    }
    let local = local::local_of(app, trainee, &card.standard, &claims)?;
    card.total = u16::try_from(states.len()).unwrap_or(u16::MAX);
    card.signed =
        u16::try_from(states.iter().filter(|state| state.counts(&measure.policy)).count()).unwrap_or(u16::MAX);
    card.planned = signed_plan::planned_ksbs(app, trainee, &standard, &card.pauses)?;
    let carried = carried(app, trainee)?;
    let erased = erased(app, trainee, &card.standard)?;
    let (left, policy) = (app.person(trainee)?.left, measure.policy);
    Ok(TraineeRecord { trainee: card, standard, states, claims, last, local, carried, erased, left, policy })
}

/// Returns when the last sign-off of an item was erased, for the items that a claim still names.
fn erased(app: &App, trainee: &PersonId, on: &StandardRef) -> Result<BTreeMap<KsbCode, NaiveDate>, Error> {
    app.log.db.read(|tx| {
        let mut found = BTreeMap::new();
        for (code, by) in claims::erased_answers(tx, &app.viewer, trainee, on)? {
            found.insert(code, statement_at(tx, by)?.signed.local_day());
        }
        Ok(found)
    })
}

/// Returns at most `most` records of a KSB for a trainee, newest first.
pub fn records(app: &App, trainee: &PersonId, code: KsbCode, most: usize) -> Result<Vec<Record>, Error> {
    let enrolment = app.log.db.read(|tx| people::enrolment(tx, trainee))?;
    let Some(mut of) = enrolment.map(|enrolment| enrolment.standard) else { return Ok(Vec::new()) };
    if code.kind == KsbKind::Local {
        let Some(list) = local::list_with(app, &of, code)? else { return Ok(Vec::new()) };
        of = list.reference().clone();
    }
    app.log.db.read(|tx| {
        let found = sign_off_index::history(tx, &app.viewer, trainee, &of, code)?;
        let here = found.into_iter().take(most).map(|(at, fate)| record(tx, at, fate));
        let mut records = here.collect::<Result<Vec<_>, Error>>()?;
        let elsewhere = elsewhere::records(tx, &app.viewer, trainee, (&of, code), &people::policy(tx)?)?;
        if !elsewhere.is_empty() {
            records.extend(elsewhere);
            records.sort_by_key(|record| std::cmp::Reverse(record.signed));
            records.truncate(most);
        }
        Ok(records)
    })
}

/// Returns a page of the log, newest first: at most `most` rows before a position that match `filter`.
pub fn history(app: &App, filter: &LogFilter, before: Option<u64>, most: usize) -> Result<HistoryWindow, Error> {
    app.log.db.read(|tx| {
        let head = head_of(tx)?;
        let before = before.unwrap_or(head.size).min(head.size);
        let look = if filter.is_empty() && app.viewer.own().is_none() { most as u64 } else { LOOK };
        let mut fits = |entry: &StoredEntry| filter.fits(&entry.signed.text);
        let (entries, looked) = log::entries_before(tx, &app.viewer, before, most, look, &mut fits)?;
        let next = before - looked;
        let rows = entries.iter().map(|entry| history_row(tx, entry)).collect::<Result<_, Error>>()?;
        Ok(HistoryWindow { rows, next: (next > 0).then_some(next), head })
    })
}

/// Returns one statement in full.
pub fn statement(app: &App, id: StatementId) -> Result<FullStatement, Error> {
    app.log.db.read(|tx| {
        let entry = log::seen_entry(tx, &app.viewer, id)?;
        if entry.is_none()
            && let Some(held) = held::with_id(tx, &app.viewer, id)?
        {
            return elsewhere::statement(tx, &held);
        }
        let entry = entry.ok_or_else(|| {
            Error::usage(format!("There is no statement {id}")).hint("`countersign history` lists them")
        })?;
        if erased_and_imported::erased(tx, entry.position)?.is_some() {
            return Err(Error::refused("It was erased: only its place in the log is left"));
        }
        let (holder, key) =
            people::holder(tx, &entry.signed.key)?.ok_or_else(|| damaged("the key that signed is not there"))?;
        let signature: [u8; 64] = entry.signed.signature.as_slice().try_into().map_err(damaged)?;
        Ok(full_statement(tx, (entry.position, id), entry.signed.text, (&key, &signature), Some(&holder))?)
    })
}

/// Checks the signature of a sign-off again, and says until when it counts under the policy.
pub fn check(app: &App, id: StatementId) -> Result<RecordCheck, Error> {
    let full = statement(app, id)?;
    let Ok(signed) = decode(&full.text) else {
        return Ok(RecordCheck { id, sound: false, registration: None, due: None });
    };
    let due = if let Body::SignOff(sign_off) = &signed.body { app.measure()?.due(sign_off.observed) } else { None };
    Ok(RecordCheck { id, sound: full.sound, registration: signed.signer.registration, due })
}

/// Returns whether an entry's signature verifies with the recorded key and its text is in canonical form, and what the
/// signature shows about the person at the key.
fn checked(tx: &Tx<'_>, entry: &StoredEntry) -> Result<(bool, Presence), StoreError> {
    let unsound = (false, Presence::Unknown);
    let Some((holder, key)) = people::holder(tx, &entry.signed.key)? else { return Ok(unsound) };
    let Ok(signature) = <[u8; 64]>::try_from(entry.signed.signature.as_slice()) else { return Ok(unsound) };
    let (at, text) = ((entry.position, entry.id), entry.signed.text.clone());
    let full = full_statement(tx, at, text, (&key, &signature), Some(&holder))?;
    Ok((full.sound, full.presence))
}

/// Returns what the signature of a statement at a position shows about the person at the key; for an import, of what it
/// brought back.
fn presence_at(tx: &Tx<'_>, at: u64) -> Result<Presence, Error> {
    if let Some(back) = erased_and_imported::imported(tx, at)? {
        return Ok(touches::presence_of(tx, &back.key, &back.signed.signature)?);
    }
    let Some(entry) = log::entry_at(tx, at)? else { return Err(index_mismatch().into()) };
    let key = log::key_of(tx, &entry.signed.key)?.ok_or_else(index_mismatch)?;
    Ok(touches::presence_of(tx, &key, &entry.signed.signature)?)
}

fn record(tx: &Tx<'_>, at: u64, fate: SignOffStatus) -> Result<Record, Error> {
    let statement = effective_statement_at(tx, at)?;
    let withdrawn = fate.withdrawn.map(|by| withdrawal(tx, by)).transpose()?;
    let Body::SignOff(s) = statement.body else { return Err(index_mismatch().into()) };
    Ok(Record {
        id: statement.id,
        position: at,
        code: s.item.code,
        outcome: s.outcome,
        method: s.method,
        supervision: s.supervision,
        observed: s.observed,
        signed: statement.signed,
        signer: statement.signer.who.id,
        signer_name: statement.signer.who.name,
        place: s.place,
        feedback: s.feedback,
        action: s.action,
        late: s.late,
        evidence: s.evidence,
        withdrawn,
        marks: marks_of(tx, at)?,
        in_review: fate.doubted.is_some(),
        presence: presence_at(tx, at)?,
        source: None,
    })
}

fn history_row(tx: &Tx<'_>, entry: &StoredEntry) -> Result<HistoryRow, Error> {
    let (position, id) = (entry.position, entry.id);
    let (sound, presence) = checked(tx, entry)?;
    let sound = Some(sound);
    if let Some((_, by)) = erased_and_imported::erased(tx, position)? {
        return Ok(erased_row(position, id, by)?);
    }
    let Ok(statement) = decode(&entry.signed.text) else {
        let kind = Kind::SignOff;
        let nobody = SafeText::line("?")?;
        let signed = Timestamp::from_seconds(0);
        let summary = "This text is not a statement: the file was altered".to_owned();
        return Ok(HistoryRow {
            position,
            id,
            kind,
            signed,
            signer_name: nobody,
            summary,
            sound: Some(false),
            presence,
        });
    };
    let mut summary = summary(tx, position, &statement.body)?;
    if in_review(tx, entry)? {
        summary.push_str(" · in review");
    }
    if let Some(words) = presence.words() {
        summary.push_str(" · signed ");
        summary.push_str(words);
    }
    let kind = statement.body.kind();
    Ok(HistoryRow {
        position,
        id,
        kind,
        signed: statement.signed,
        signer_name: statement.signer.who.name,
        summary,
        sound,
        presence,
    })
}

/// Summarizes a statement; an import also says what it put back.
fn summary(tx: &Tx<'_>, position: u64, body: &Body) -> Result<String, Error> {
    if let Body::Import(import) = body
        && let Some(found) = erased_and_imported::imported(tx, position)?
        && let Ok(back) = decode(&found.signed.text)
    {
        let (kind, what) = (back.body.kind().words(), back.body.content().summary());
        return Ok(format!("{kind}: {what} · restored from a receipt: “{}”", import.reason));
    }
    Ok(body.content().summary())
}

/// Builds the row of an erased entry, whose id still contains its time.
fn erased_row(position: u64, id: StatementId, by: u64) -> Result<HistoryRow, TextFault> {
    let seconds = id.0.get_timestamp().map_or(0, |at| at.to_unix().0.cast_signed());
    Ok(HistoryRow {
        position,
        id,
        kind: Kind::Erase,
        signed: Timestamp::from_seconds(seconds),
        signer_name: SafeText::line("?")?,
        summary: format!("Erased by statement {by}: only its place in the log is left"),
        sound: None,
        presence: Presence::Unknown,
    })
}

/// Returns whether an entry was signed after its key was compromised.
fn in_review(tx: &Tx<'_>, entry: &StoredEntry) -> Result<bool, StoreError> {
    let registered = people::registered_key(tx, &entry.signed.key)?;
    Ok(registered.and_then(|registered| registered.compromised).is_some_and(|from| from <= entry.position))
}
