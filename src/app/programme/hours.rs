//! Enters, confirms and totals off-the-job hours; only hours that a supervisor confirmed count.

use std::collections::HashSet;

use chrono::NaiveDate;

use crate::app::App;
use crate::error::Error;
use crate::keys::session::Credential;
use crate::log::referenced::{effective_statement_at, index_mismatch};
use crate::log::sign;
use crate::people::person::{named, not_enrolled};
use crate::programme::rules::programme_rules;
use crate::programme::signed_plan;
use crate::random::id;
use crate::record::sign_off::not_asked;
use crate::standards::adopted;
use countersign_core::people::break_in_learning::{BreakPeriod, in_break, reached, reached_as_of};
use countersign_core::people::paid_hours::PaidHours;
use countersign_core::people::person::{Enrolment, Person};
use countersign_core::primitives::date::long_day;
use countersign_core::primitives::ids::{KsbCode, PersonId, StatementId};
use countersign_core::primitives::text::SafeText;
use countersign_core::programme::cohort::CohortHours;
use countersign_core::programme::funding_rules::{HoursRule, ProgrammeRules};
use countersign_core::programme::hours::{HourEntry, HourRow, MOST_A_DAY, MOST_ENTRIES_A_DAY, MOST_WHAT, QuarterHours};
use countersign_core::programme::hours_plan::{self, HoursFacts, HoursPlan, HoursTargets};
use countersign_core::programme::training_plan::{self, SignedPlan};
use countersign_core::record::view::SignedReceipt;
use countersign_core::standard::Standard;
use countersign_core::statement::Body;
use countersign_core::statement::kinds::hours::{Hours, MEANING_HOURS};
use countersign_core::statement::kinds::recognition::Recognised;
use countersign_core::statement::kinds::training_plan::Month;
use countersign_store::hours;
use countersign_store::index::programme_index::{self, FactKind};
use countersign_store::index::{pauses, people};

/// Size limit of the entries in one statement, in bytes: 16 KiB less names and ids.
const ROOM: usize = 14 * 1024;

/// An entry of hours to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewHours {
    pub day: NaiveDate,
    pub hours: QuarterHours,
    pub what: SafeText,
    pub codes: Vec<KsbCode>,
}

/// Saves hours that a trainee entered; they count once a supervisor confirms them.
pub fn add_hours(app: &mut App, trainee: &PersonId, new: NewHours) -> Result<HourEntry, Error> {
    let person = app.person(trainee)?;
    let doing = format!("Entering hours of {}", person.name);
    entered(app, &person, new).map_err(|e| e.context(doing))
}

fn entered(app: &mut App, trainee: &Person, new: NewHours) -> Result<HourEntry, Error> {
    let enrolment = app.log.db.read(|tx| people::enrolment(tx, &trainee.id))?;
    let enrolment = enrolment.ok_or_else(|| not_enrolled(trainee))?;
    let (day, today) = (new.day, app.today());
    if day > today {
        return Err(
            Error::usage(format!("{} is in the future", long_day(day))).hint("Enter hours once they have been done")
        );
    }
    if day < enrolment.start {
        return Err(Error::usage(format!(
            "{} is before the programme began, on {}",
            long_day(day),
            long_day(enrolment.start)
        ))
        .hint("Only hours of the programme count"));
    }
    if new.hours > MOST_A_DAY {
        return Err(Error::usage(format!("{} hours is more than there are in a day", new.hours))
            .hint("Enter each day separately"));
    }
    if new.what.as_str().len() > MOST_WHAT {
        return Err(Error::usage(format!("The description is too long (more than {MOST_WHAT} bytes)"))
            .hint("Describe it in a line or two"));
    }
    let standard = adopted::standard(app, &enrolment.standard)?;
    if let Some(code) = new.codes.iter().find(|code| standard.ksb(**code).is_none()) {
        return Err(Error::usage(format!("{} has no {code}", enrolment.standard))
            .hint("`countersign standard show` lists the codes"));
    }
    if let Some((code, why)) =
        new.codes.iter().find_map(|code| Some((*code, standard.why_not_asked(&enrolment.scope, *code)?)))
    {
        return Err(not_asked(&trainee.name, code, &why));
    }
    let mut codes = new.codes;
    codes.sort_unstable();
    codes.dedup();
    let entry =
        HourEntry { id: id(&mut *app.random, app.clock.millis())?, day, hours: new.hours, what: new.what, codes };
    let before: Vec<HourRow> = hours(app, &trainee.id)?.into_iter().filter(|row| row.entry.day == day).collect();
    let sum = entry.hours + before.iter().map(|row| row.entry.hours).sum::<QuarterHours>();
    if sum > MOST_A_DAY {
        return Err(Error::usage(format!(
            "{sum} hours on {}: all entries for a day can come to 24 at most",
            long_day(day)
        ))
        .hint("`countersign hours list` shows them, `countersign hours remove` takes one back"));
    }
    if before.len() >= MOST_ENTRIES_A_DAY {
        return Err(Error::usage(format!("There can be at most {MOST_ENTRIES_A_DAY} entries on {}", long_day(day)))
            .hint("Put several things in one entry"));
    }
    // Over SSH, the file is opened for writing only while a trainee's entry is saved.
    sign::writing(app, |app| Ok(app.log.db.write(|tx| hours::put(tx, &trainee.id, &entry))?))?;
    Ok(entry)
}

/// Returns a warning if some of these days fall in a trainee's break in learning. Their hours are kept, as they may be
/// right.
pub fn break_warning(app: &App, trainee: &PersonId, days: &[NaiveDate]) -> Result<Option<String>, Error> {
    Ok(in_break(&app.log.db.read(|tx| pauses::of(tx, trainee))?, days))
}

/// Removes unconfirmed hours.
pub fn remove_hours(app: &mut App, trainee: &PersonId, id: StatementId) -> Result<HourEntry, Error> {
    let rows = hours(app, trainee)?;
    let none = || Error::usage(format!("There is no entry {id}")).hint("`countersign hours list` shows them");
    let row = rows.into_iter().find(|row| row.entry.id == id).ok_or_else(none)?;
    if row.confirmed.is_some() {
        return Err(Error::refused("These hours are confirmed, so they cannot be removed")
                .hint("The person who confirmed them, or a training officer, can withdraw the confirmation: `countersign withdraw`"));
    }
    let gone = app.log.db.write(|tx| hours::remove(tx, trainee, id))?;
    if gone { Ok(row.entry) } else { Err(none()) }
}

/// Returns a trainee's waiting and confirmed hours, newest day first.
pub fn hours(app: &App, trainee: &PersonId) -> Result<Vec<HourRow>, Error> {
    let mut rows = app.log.db.read(|tx| {
        let waiting = hours::waiting(tx, &app.viewer, trainee)?;
        let mut rows: Vec<HourRow> =
            waiting.into_iter().map(|entry| HourRow { entry, confirmed: None, statement: None }).collect();
        for fact in programme_index::of(tx, &app.viewer, trainee, FactKind::Hours)?
            .into_iter()
            .filter(programme_index::FactRow::is_live)
        {
            let statement = effective_statement_at(tx, fact.position)?;
            let Body::Hours(hours) = statement.body else { return Err(index_mismatch().into()) };
            let (by, on) = (statement.signer.who.name, statement.signed.day());
            rows.extend(hours.entries.into_iter().map(|entry| HourRow {
                entry,
                confirmed: Some((by.clone(), on)),
                statement: Some(statement.id),
            }));
        }
        Ok::<_, Error>(rows)
    })?;
    rows.sort_by_key(|row| std::cmp::Reverse((row.entry.day, row.entry.id.0)));
    Ok(rows)
}

/// What a trainee's hours are measured by.
pub(crate) struct HoursSubject<'a> {
    pub start: NaiveDate,
    pub end: Option<NaiveDate>,
    pub spans: &'a [BreakPeriod],
    pub standard: &'a Standard,
    pub weekly: Option<PaidHours>,
    /// Recognised prior learning on the trainee's own standard.
    pub recognised: Option<&'a Recognised>,
    /// The training plan for the trainee's own standard.
    pub plan: Option<&'a SignedPlan>,
    pub today: NaiveDate,
}

impl<'a> HoursSubject<'a> {
    fn facts(&self, rule: &'a HoursRule, confirmed: QuarterHours) -> HoursFacts<'a> {
        // Break days before the planned end and before today are not part of the programme.
        let after = self.end.and_then(|end| end.succ_opt());
        HoursFacts {
            rule,
            start: self.start,
            end: after.and_then(|after| reached_as_of(self.spans, after, self.today).pred_opt()),
            months: self.standard.months(),
            published: self.standard.hours(),
            weekly: self.weekly,
            confirmed,
            waiting: QuarterHours::default(),
            recognised: self.recognised,
            plan: self.plan.and_then(|plan| plan.hours(self.spans, self.today)),
            idle: &[],
            // No hours are expected for break days.
            today: reached(self.spans, self.today),
        }
    }
}

/// Returns the hours of a trainee with these confirmed, without those that wait.
pub(crate) fn hours_targets(rules: &ProgrammeRules, of: &HoursSubject<'_>, confirmed: QuarterHours) -> CohortHours {
    let targets = rules.hours_for(of.start).map(|rule| hours_plan::hours_targets(&of.facts(rule, confirmed)));
    let HoursTargets { minimum, expected } = targets.unwrap_or_default();
    CohortHours { confirmed, waiting: QuarterHours::default(), expected, minimum }
}

/// Returns a trainee's hours that wait for a supervisor.
pub(crate) fn waiting_hours(app: &App, trainee: &PersonId) -> Result<QuarterHours, Error> {
    let waiting = app.log.db.read(|tx| hours::waiting(tx, &app.viewer, trainee))?;
    Ok(waiting.iter().map(|entry| entry.hours).sum())
}

/// Compares a trainee's hours with the rule for their start day.
pub fn hours_plan(app: &App, trainee: &PersonId) -> Result<HoursPlan, Error> {
    let confirmed = app.log.db.read(|tx| programme_index::confirmed_hours(tx, &app.viewer, trainee))?;
    plan_at(app, trainee, app.today(), confirmed)?.ok_or_else(|| Error::refused("No rule for hours applies"))
}

/// Compares the hours of a trainee that were confirmed by the end of an earlier day with those expected by then, by the
/// training plan and breaks of today; `None` if no rule applies.
pub fn hours_plan_on(app: &App, trainee: &PersonId, day: NaiveDate) -> Result<Option<HoursPlan>, Error> {
    let by_then = |row: &HourRow| row.confirmed.as_ref().is_some_and(|(_, on)| *on <= day);
    let confirmed = hours(app, trainee)?.into_iter().filter(by_then).map(|row| row.entry.hours).sum();
    plan_at(app, trainee, day, confirmed)
}

fn plan_at(
    app: &App,
    trainee: &PersonId,
    today: NaiveDate,
    confirmed: QuarterHours,
) -> Result<Option<HoursPlan>, Error> {
    let rules = programme_rules()?;
    let (enrolment, waiting, spans) = app.log.db.read(|tx| {
        let waiting = hours::waiting(tx, &app.viewer, trainee)?;
        Ok::<_, Error>((people::enrolment(tx, trainee)?, waiting, pauses::of(tx, trainee)?))
    })?;
    let Some(enrolment) = enrolment else { return Err(not_enrolled(&app.person(trainee)?)) };
    let standard = adopted::standard(app, &enrolment.standard)?;
    let Some(rule) = rules.hours_for(enrolment.start) else { return Ok(None) };
    let recognised = signed_plan::recognised(app, trainee)?.filter(|prior| prior.holds_on(&enrolment.standard));
    let plan = signed_plan::training_plan(app, trainee)?;
    let idle = idle_months(app, &enrolment)?;
    let subject = HoursSubject {
        start: enrolment.start,
        end: enrolment.end,
        spans: &spans,
        standard: &standard,
        weekly: enrolment.weekly,
        recognised: recognised.as_ref(),
        plan: plan.as_ref(),
        today,
    };
    let waiting = waiting.iter().map(|entry| entry.hours).sum();
    Ok(Some(hours_plan::hours_plan(&HoursFacts { waiting, idle: &idle, ..subject.facts(rule, confirmed) })))
}

/// Returns the trainees whose hours wait for a supervisor, with the number of entries and the oldest day.
pub fn hours_waiting(app: &App) -> Result<Vec<(Person, u32, NaiveDate)>, Error> {
    let found = app.log.db.read(|tx| hours::all_waiting(tx, &app.viewer))?;
    found.into_iter().map(|(whose, count, oldest)| Ok((app.person(&whose)?, count, oldest))).collect()
}

/// Confirms a trainee's waiting entries; all of them if `entries` is empty.
pub fn confirm_hours(
    app: &mut App,
    signer: &PersonId,
    proof: &Credential,
    trainee: &PersonId,
    entries: &[StatementId],
) -> Result<(SignedReceipt, QuarterHours), Error> {
    let person = app.person(trainee)?;
    let doing = format!("Confirming hours of {}", person.name);
    let say = |app: &mut App| {
        let waiting = app.log.db.read(|tx| hours::waiting(tx, &app.viewer, trainee))?;
        let chosen = chosen(waiting, entries)?;
        let sum: QuarterHours = chosen.iter().map(|entry| entry.hours).sum();
        let warning = break_warning(app, trainee, &chosen.iter().map(|entry| entry.day).collect::<Vec<_>>())?;
        let by = app.person(signer)?;
        let role = by.signs_as();
        let meaning = SafeText::line(MEANING_HOURS)?;
        let body = |entries| Body::Hours(Hours { trainee: named(&person), entries, meaning: meaning.clone() });
        let bodies: Vec<Body> = parted(&chosen).into_iter().map(body).collect();
        Ok::<_, Error>((sign::sign(app, signer, role, proof, bodies)?, sum, warning))
    };
    let (done, sum, warning) = say(app).map_err(|e| e.context(doing))?;
    Ok((app.receipt(person.name, done, warning), sum))
}

fn chosen(waiting: Vec<HourEntry>, entries: &[StatementId]) -> Result<Vec<HourEntry>, Error> {
    let wanted: HashSet<StatementId> = entries.iter().copied().collect();
    let known: HashSet<StatementId> = waiting.iter().map(|entry| entry.id).collect();
    if let Some(missing) = entries.iter().find(|id| !known.contains(id)) {
        return Err(
            Error::usage(format!("No entry {missing} is waiting")).hint("`countersign hours list` shows those that do")
        );
    }
    let chosen: Vec<HourEntry> =
        waiting.into_iter().filter(|entry| wanted.is_empty() || wanted.contains(&entry.id)).collect();
    if chosen.is_empty() {
        return Err(Error::refused("No hours are waiting").hint("The trainee enters them: `countersign hours add`"));
    }
    Ok(chosen)
}

/// Splits the entries, in order, into as many statements as they need; a day is not split, because its total is checked
/// within one statement.
fn parted(entries: &[HourEntry]) -> Vec<Vec<HourEntry>> {
    let size = |entry: &HourEntry| 80 + 2 * entry.what.as_str().len().min(MOST_WHAT) + 8 * entry.codes.len();
    let mut parts: Vec<(usize, Vec<HourEntry>)> = Vec::new();
    for day in entries.chunk_by(|a, b| a.day == b.day) {
        let bytes: usize = day.iter().map(size).sum();
        match parts.last_mut() {
            Some((used, part)) if *used + bytes <= ROOM => {
                *used += bytes;
                part.extend_from_slice(day);
            }
            _ => parts.push((bytes, day.to_vec())),
        }
    }
    parts.into_iter().map(|(_, part)| part).collect()
}

/// Returns the months in which a trainee entered no off-the-job learning.
pub fn idle_months(app: &App, enrolment: &Enrolment) -> Result<Vec<Month>, Error> {
    let whose = &enrolment.trainee;
    let (days, spans) = app.log.db.read(|tx| {
        let mut days = programme_index::days_of_hours(tx, &app.viewer, whose)?;
        days.extend(hours::waiting(tx, &app.viewer, whose)?.into_iter().map(|entry| entry.day));
        Ok::<_, Error>((days, pauses::of(tx, whose)?))
    })?;
    Ok(training_plan::idle_months(enrolment.start, enrolment.end, &spans, &days, app.today()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_core::primitives::date::parse_day;

    #[test]
    fn many_entries_go_into_several_statements_and_a_day_into_one() {
        let entry = |n: u64| HourEntry {
            id: StatementId(uuid::Uuid::from_u128(u128::from(n))),
            day: parse_day("2026-01-05").unwrap() + chrono::Duration::days((n / 3).cast_signed()),
            hours: QuarterHours(4),
            what: SafeText::line(&"x".repeat(400)).unwrap(),
            codes: Vec::new(),
        };
        let all: Vec<HourEntry> = (0..90).map(entry).collect();
        let parts = parted(&all);
        assert!(parts.len() > 1);
        assert_eq!(parts.concat(), all);
        for pair in parts.windows(2) {
            assert!(pair[0].last().unwrap().day < pair[1].first().unwrap().day);
        }
        for part in &parts {
            assert!(part.iter().map(|entry| entry.what.as_str().len() + 80).sum::<usize>() < 16 * 1024);
        }
    }
}
