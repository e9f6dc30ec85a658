//! Finds the statements signed together in one batch, and describes what withdrawing them would change.

use std::collections::BTreeSet;

use crate::app::App;
use crate::error::Error;
use crate::log::statements;
use crate::record::{carried, records};
use countersign_core::people::person::PersonRef;
use countersign_core::primitives::date::day_words;
use countersign_core::primitives::ids::{KsbCode, PersonId, StatementId};
use countersign_core::primitives::text::SafeText;
use countersign_core::record::view::decisive;
use countersign_core::record::view::{Batch, StatementNoun};
use countersign_core::rules::refusal::RuleViolation;
use countersign_core::statement::decode::decode;
use countersign_core::statement::{Body, Statement};
use countersign_store::db::Tx;
use countersign_store::index::programme_index::{self, FactKind};
use countersign_store::index::{annotation_index, people, sign_off_index};
use countersign_store::{erased_and_imported, log};

/// Returns the batch that a statement was signed in. A batch is contiguous in the log, and each statement names its
/// batch and its place in it; an imported statement is alone, as its batch is in another log.
pub fn batch_of(app: &App, id: StatementId) -> Result<Batch, Error> {
    let together = app.log.db.read(|tx| {
        let Some(own) = log::seen_entry(tx, &app.viewer, id)? else { return Ok(vec![id]) };
        let signed_at = |at: u64| -> Result<Option<(StatementId, Statement)>, Error> {
            let entry = log::entry_at(tx, at)?.filter(|entry| entry.signed.key == own.signed.key);
            match entry {
                // An erased statement cannot be withdrawn.
                Some(entry) if erased_and_imported::erased(tx, at)?.is_none() => {
                    Ok(Some((entry.id, decode(&entry.signed.text)?)))
                }
                _ => Ok(None),
            }
        };
        let stated = signed_at(own.position)?.filter(|(there, _)| *there == id);
        let Some(batch) = stated.and_then(|(_, statement)| statement.batch) else { return Ok(vec![id]) };
        let first = own.position.saturating_sub(u64::from(batch.number).saturating_sub(1));
        let mut ids = Vec::with_capacity(usize::from(batch.of));
        for at in first..first + u64::from(batch.of) {
            let one = signed_at(at)?.filter(|(_, one)| one.batch.is_some_and(|other| other.id == batch.id));
            ids.extend(one.map(|(id, _)| id));
        }
        Ok::<_, Error>(ids)
    })?;
    batch(app, &together)
}

/// Returns these statements as a batch to withdraw, without those withdrawn already.
pub fn batch(app: &App, ids: &[StatementId]) -> Result<Batch, Error> {
    let mut live = Vec::new();
    for id in ids {
        let gone = app.log.db.read(|tx| {
            let at = erased_and_imported::position_of(tx, *id)?;
            at.map_or(Ok(false), |at| is_withdrawn(tx, at))
        })?;
        if !gone {
            live.push((*id, statements::referenced_statement(app, *id)?));
        }
    }
    if live.is_empty() {
        return Err(RuleViolation::WithdrawnAlready.into());
    }
    if live.iter().any(|(_, one)| !one.body.kind().is_withdrawable()) {
        return Err(RuleViolation::NotWithdrawable.into());
    }
    let mut trainees: Vec<SafeText> =
        live.iter().filter_map(|(_, one)| one.body.trainee()).map(|who| who.name.clone()).collect();
    trainees.sort();
    trainees.dedup();
    let progress = progress_without(app, &live)?;
    let Some((_, first)) = live.first() else { return Err(RuleViolation::WithdrawnAlready.into()) };
    let mut signers: Vec<PersonRef> = live.iter().map(|(_, one)| one.signer.who.clone()).collect();
    signers.sort_by(|a, b| a.id.cmp(&b.id));
    signers.dedup_by(|a, b| a.id == b.id);
    let times = live.iter().map(|(_, one)| one.signed);
    Ok(Batch {
        called: live.iter().map(|(_, one)| called(one)).collect(),
        what: live.iter().map(|(_, one)| words(app, one)).collect(),
        trainees,
        signers,
        signed: [times.clone().min().unwrap_or(first.signed), times.max().unwrap_or(first.signed)],
        ids: live.iter().map(|(id, _)| *id).collect(),
        progress,
        revived: revived(app, &live)?,
    })
}

/// Describes the statements that these replaced, which count again once they are gone.
fn revived(app: &App, gone: &[(StatementId, Statement)]) -> Result<Vec<String>, Error> {
    let is_gone = |one: &Statement| gone.iter().any(|(id, _)| *id == one.id);
    let mut revived = Vec::new();
    for (_, statement) in gone {
        let body = &statement.body;
        let kind = FactKind::ALL.into_iter().find(|fact| fact.kind() == body.kind());
        let what = body.content().replaceable();
        let (Some(what), Some(kind), Some(trainee)) = (what, kind, body.trainee()) else { continue };
        let mut of_these = statements::live_facts(app, &trainee.id, kind)?;
        of_these.retain(|one| replaces(statement, one));
        // Withdrawing a replaced statement brings nothing back.
        let counted = of_these.first().is_some_and(is_gone);
        let Some(before) = of_these.iter().find(|one| !is_gone(one)).filter(|_| counted) else { continue };
        let line = format!("The {what} of {} counts again", day_words(before.signed.local_day()));
        if !revived.contains(&line) {
            revived.push(line);
        }
    }
    Ok(revived)
}

/// Describes a statement for the person who withdraws it; for a countersignature, also its sign-off.
fn words(app: &App, statement: &Statement) -> String {
    if let Body::SignOff(sign_off) = &statement.body {
        return sign_off.item.code.to_string();
    }
    if let Body::Countersign(countersign) = &statement.body
        && let Ok(Body::SignOff(sign_off)) =
            statements::referenced_statement(app, countersign.of).map(|target| target.body)
    {
        return format!("{} of {}", sign_off.item.code, sign_off.trainee.name);
    }
    if let Body::Hours(hours) = &statement.body {
        let (first, last) = hours.days();
        let days = if first == last {
            format!("on {}", day_words(first))
        } else {
            format!("from {} to {}", day_words(first), day_words(last))
        };
        return format!("{} hours {days}", hours.sum());
    }
    statement.body.content().summary()
}

/// Returns KSBs signed now, without these sign-offs, and in total, as an earlier sign-off of a KSB would count again;
/// `None` unless all are sign-offs of one trainee and the figure changes.
fn progress_without(app: &App, gone: &[(StatementId, Statement)]) -> Result<Option<[u16; 3]>, Error> {
    let mut codes = BTreeSet::new();
    let mut whose = None;
    for (_, statement) in gone {
        let Body::SignOff(sign_off) = &statement.body else { return Ok(None) };
        if *whose.get_or_insert(&sign_off.trainee.id) != &sign_off.trainee.id {
            return Ok(None);
        }
        codes.insert(sign_off.item.code);
    }
    let Some(trainee) = whose else { return Ok(None) };
    if app.log.db.read(|tx| people::enrolment(tx, trainee))?.is_none() {
        return Ok(None);
    }
    let (trainee_record, measure) = (records::trainee_record(app, trainee)?, app.measure()?);
    let on = &trainee_record.trainee.standard;
    let (before, total) = (trainee_record.trainee.signed, trainee_record.trainee.total);
    let lost = app.log.db.read(|tx| {
        let at = |(id, _): &(StatementId, Statement)| erased_and_imported::position_of(tx, *id);
        let at: Vec<u64> = gone.iter().filter_map(|one| at(one).transpose()).collect::<Result<_, _>>()?;
        let mut lost = 0;
        let counted = trainee_record.standard.ksbs().iter().zip(&trainee_record.states);
        for (ksb, _) in counted.filter(|(ksb, state)| trainee_record.counts(**state) && codes.contains(&ksb.code)) {
            let left = sign_off_index::shown_without(tx, &app.viewer, (trainee, on, ksb.code), &at, &measure.policy)?;
            lost += u16::from(!left.is_some_and(|left| left.state(&measure).counts(&measure.policy)));
        }
        Ok::<_, Error>(lost)
    })?;
    Ok((lost > 0).then_some([before, before - lost, total]))
}

/// Returns the newest live sign-off of each KSB that has one, or else the earlier record that was carried over.
pub fn newest_signed(app: &App, trainee: &PersonId, codes: &[KsbCode]) -> Result<Vec<StatementId>, Error> {
    let mut found = Vec::new();
    let carried = carried::carried(app, trainee)?;
    for code in codes {
        let records = records::records(app, trainee, *code, MOST_LOOKED_AT)?;
        // What was signed elsewhere is withdrawn there.
        let here = records.iter().find(|record| record.is_live() && record.source.is_none());
        let signed = here.map(|record| record.id);
        let earlier = || carried.get(code).and_then(|records| decisive(records)).map(|record| record.id);
        // Several KSBs may come from one earlier record.
        found.extend(signed.or_else(earlier).filter(|id| !found.contains(id)));
    }
    Ok(found)
}

/// How many records of a KSB are searched for a live one.
const MOST_LOOKED_AT: usize = 200;

fn called(statement: &Statement) -> StatementNoun {
    let outcome = if let Body::SignOff(sign_off) = &statement.body { Some(sign_off.outcome) } else { None };
    StatementNoun::of(statement.body.kind(), outcome)
}

/// Returns whether the newer of the two replaces the other.
fn replaces(a: &Statement, b: &Statement) -> bool {
    let slot = |one: &Statement| one.body.content().replaceable().map(|what| (what, one.body.kind()));
    slot(a).is_some() && slot(a) == slot(b) && a.body.content().standard() == b.body.content().standard()
}

fn is_withdrawn(tx: &Tx<'_>, at: u64) -> Result<bool, Error> {
    let noted = annotation_index::note(tx, at)?.and_then(|note| note.withdrawn);
    let fact = programme_index::fate(tx, at)?.and_then(|(withdrawn, _)| withdrawn);
    let signed = sign_off_index::fate(tx, at)?.and_then(|fate| fate.withdrawn);
    Ok(noted.or(fact).or(signed).is_some())
}
