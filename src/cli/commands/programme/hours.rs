//! Runs `hours`: enters, lists, removes and confirms off-the-job hours.

use clap::{Args, Subcommand};
use serde::Serialize;

use crate::commands::record::marks::ids_of;
use crate::context::filter::{filter, trainee_first};
use crate::context::{Context, day, line, one};
use crate::output::report::{CommandOutput, Failure, listed};
use crate::output::table::{OutputBlock, Table, fact};
use crate::output::written::Written;
use countersign_app::app::App;
use countersign_app::error::Error;
use countersign_app::programme::hours::{self, NewHours};
use countersign_app::record::records;
use countersign_core::filter::Filter;
use countersign_core::filter::row::FilterRow;
use countersign_core::filter::schema::FilterTarget;
use countersign_core::people::person::{Person, Role};
use countersign_core::primitives::date::{day_words, long_day};
use countersign_core::primitives::ids::KsbCode;
use countersign_core::primitives::text::SafeText;
use countersign_core::programme::filter::ProgrammeFilter;
use countersign_core::programme::hours::{HourEntry, HourRow, QuarterHours};
use countersign_core::programme::hours_plan::HoursPlan;

#[derive(Debug, Subcommand)]
pub enum HoursVerb {
    /// Enters off-the-job hours for a trainee. They count once a supervisor confirms them.
    Add(HoursAdd),
    /// Lists a trainee's hours against what is expected. Without a trainee, lists everyone with waiting hours.
    List(HoursList),
    /// Removes hours that are not confirmed yet.
    Remove(HoursRemove),
    /// Confirms hours that wait, as a supervisor.
    Confirm(HoursConfirm),
}

#[derive(Debug, Args)]
pub struct HoursAdd {
    /// Whose: an id, or any part of a name that matches nobody else.
    pub trainee: String,
    /// How long, in quarters of an hour: 3, 3.5, 0:45.
    #[arg(long, value_name = "HOURS")]
    pub hours: QuarterHours,
    /// What was done, in a line.
    #[arg(long, value_name = "TEXT")]
    pub what: String,
    /// The day: today, yesterday, “20 Nov”, 2026-11-20.
    #[arg(long, value_name = "DATE", default_value = "today")]
    pub day: String,
    /// A KSB that it was towards, such as K12. Can be repeated.
    #[arg(long = "ksb", value_name = "CODE")]
    pub ksbs: Vec<String>,
}

#[derive(Debug, Args)]
pub struct HoursList {
    /// Whose, if only theirs; then what they must be: by:hawthorn, since:monday, s26, waiting, confirmed.
    #[arg(value_name = "TRAINEE|FILTER")]
    pub filter: Vec<String>,
}

#[derive(Debug, Args)]
pub struct HoursRemove {
    /// Whose: an id, or any part of a name that matches nobody else.
    pub trainee: String,
    /// The entry's id, as `hours list` shows it.
    pub id: String,
}

#[derive(Debug, Args)]
pub struct HoursConfirm {
    /// Whose: an id, or any part of a name that matches nobody else.
    pub trainee: String,
    /// Only these entries, as `hours list` shows them; without one, all that wait.
    #[arg(value_name = "ID")]
    pub ids: Vec<String>,
}

/// Runs `hours`.
pub fn hours(context: &mut Context, verb: &HoursVerb) -> Result<CommandOutput, Failure> {
    match verb {
        HoursVerb::Add(asked) => add(context, asked),
        HoursVerb::List(asked) => list(context, asked),
        HoursVerb::Remove(asked) => remove(context, asked),
        HoursVerb::Confirm(asked) => confirm(context, asked),
    }
}

fn add(context: &Context, asked: &HoursAdd) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let trainee = one(app, &asked.trainee, &[Role::Trainee])?;
    let codes = asked.ksbs.iter().map(|code| code.parse::<KsbCode>()).collect::<Result<_, _>>()?;
    let new = NewHours {
        day: day(&asked.day, "--day", app.today())?,
        hours: asked.hours,
        what: line(Some(&asked.what), "--what")?.ok_or_else(|| Error::usage("--what is empty"))?,
        codes,
    };
    entered(app, &trainee, new)
}

/// Enters hours for a trainee and reports the totals.
pub fn entered(app: &mut App, trainee: &Person, new: NewHours) -> Result<CommandOutput, Failure> {
    let entry = hours::add_hours(app, &trainee.id, new)?;
    let parts = vec![
        OutputBlock::Line(format!(
            "Entered {} hours for {}. They count once a supervisor confirms them",
            entry.hours, trainee.name
        )),
        OutputBlock::Facts(vec![
            fact("Day", long_day(entry.day)),
            fact("What", &entry.what),
            fact("KSBs", codes(&entry)),
            fact("Id", entry.id),
        ]),
    ];
    let warning = hours::break_warning(app, &trainee.id, &[entry.day])?;
    Ok(answer(app, trainee, parts, Some(&entry))?.warning(warning))
}

/// Lists a trainee's hours against what is expected.
pub fn hours_of(app: &mut App, trainee: &Person, filter: &Filter) -> Result<CommandOutput, Failure> {
    let plan = hours::hours_plan(app, &trainee.id)?;
    let entries = hours_that(app, trainee, filter)?;
    let mut parts =
        vec![OutputBlock::Line(format!("Off-the-job hours of {}: {}", trainee.name, plan.short())), OutputBlock::Gap];
    parts.extend(plan.why.iter().cloned().map(OutputBlock::Line));
    parts.push(OutputBlock::Gap);
    let head = vec!["day", "hours", "state", "ksbs", "id", "what"];
    let rows = entries.iter().map(row).collect();
    let nothing = if filter.is_empty() { "No hours are entered yet: `countersign hours add`" } else { "No hours fit" };
    parts.push(listed(Table { head, rows }, nothing));
    Ok(CommandOutput::new(parts, &Hours::new(trainee.id.to_string(), &plan, &entries))?)
}

/// Returns the trainee's entries that match a filter.
fn hours_that(app: &mut App, trainee: &Person, filter: &Filter) -> Result<Vec<HourRow>, Error> {
    let mut rows = hours::hours(app, &trainee.id)?;
    let trainee_record = records::trainee_record(app, &trainee.id)?;
    let sieve = ProgrammeFilter::new(filter, &trainee_record, app.today());
    rows.retain(|row| sieve.entry(row));
    Ok(rows)
}

/// Returns an answer with the hours as JSON: all entries, or only `of`.
fn answer(
    app: &mut App,
    trainee: &Person,
    parts: Vec<OutputBlock>,
    of: Option<&HourEntry>,
) -> Result<CommandOutput, Failure> {
    let (plan, mut rows) = (hours::hours_plan(app, &trainee.id)?, hours::hours(app, &trainee.id)?);
    rows.retain(|row| of.is_none_or(|entry| entry.id == row.entry.id));
    Ok(CommandOutput::new(parts, &Hours::new(trainee.id.to_string(), &plan, &rows))?)
}

fn list(context: &Context, asked: &HoursList) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let (trainee, rest) = trainee_first(app, &asked.filter, FilterTarget::Hours)?;
    if let Some(trainee) = trainee {
        let filter = filter(rest, FilterTarget::Programme, app.today())?;
        return hours_of(app, &trainee, &filter);
    }
    let filter = filter(rest, FilterTarget::Hours, app.today())?;
    let mut waiting = hours::hours_waiting(app)?;
    waiting.retain(|(who, _, oldest)| {
        filter.fits(&FilterRow {
            texts: &[who.name.as_str(), who.department.as_ref().map_or("", SafeText::as_str)],
            day: Some(*oldest),
            level: who.level.as_ref().map_or("", SafeText::as_str),
            ..FilterRow::default()
        })
    });
    let row = |(who, entries, oldest): &(Person, u32, chrono::NaiveDate)| {
        vec![who.name.to_string(), entries.to_string(), day_words(*oldest), who.id.to_string()]
    };
    let table = Table { head: vec!["trainee", "entries", "oldest", "id"], rows: waiting.iter().map(row).collect() };
    let shape = HoursWaiting {
        schema: "countersign/hours-waiting/1",
        trainees: waiting
            .iter()
            .map(|(who, entries, oldest)| WaitingRow {
                id: who.id.to_string(),
                name: who.name.to_string(),
                entries: *entries,
                oldest: oldest.to_string(),
            })
            .collect(),
    };
    let nothing = if filter.is_empty() { "No hours are waiting for a supervisor" } else { "No waiting hours match" };
    Ok(CommandOutput::new(vec![listed(table, nothing)], &shape)?)
}

fn remove(context: &Context, asked: &HoursRemove) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let trainee = one(app, &asked.trainee, &[Role::Trainee])?;
    let ids = ids_of(std::slice::from_ref(&asked.id))?;
    let id = *ids.first().ok_or_else(|| Error::usage("Which entry?"))?;
    let gone = hours::remove_hours(app, &trainee.id, id)?;
    let words = format!("Took back {} hours of {} on {}", gone.hours, trainee.name, long_day(gone.day));
    answer(app, &trainee, vec![OutputBlock::Line(words)], Some(&gone))
}

fn confirm(context: &mut Context, asked: &HoursConfirm) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let trainee = one(app, &asked.trainee, &[Role::Trainee])?;
    let ids = ids_of(&asked.ids)?;
    let (signer, proof) = context.signer_and_proof(app, &[Role::Supervisor, Role::TrainingOfficer])?;
    let (done, sum) = hours::confirm_hours(app, &signer.id, &proof, &trainee.id, &ids)?;
    let mut facts = vec![fact("Signer", format!("{} {}", signer.id, signer.name))];
    facts.extend(done.ids.iter().map(|id| fact("Id", id)));
    facts.push(fact("Now", hours::hours_plan(app, &trainee.id)?.short()));
    let line = format!("Confirmed {sum} hours for {}", trainee.name);
    Ok(CommandOutput::written(line, facts, &Written::about(&trainee.id, &done.ids, &done.head))?.warning(done.warning))
}

fn row(row: &HourRow) -> Vec<String> {
    let state = match &row.confirmed {
        Some((by, on)) => format!("confirmed by {by}, {}", day_words(*on)),
        None => "waits".to_owned(),
    };
    let entry = &row.entry;
    cells![day_words(entry.day), entry.hours, state, codes(entry), entry.id, entry.what]
}

fn codes(entry: &HourEntry) -> String {
    entry.codes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

json_row! {
    /// A trainee's hours, as numbers in quarters.
    Hours from (person: String, plan: &HoursPlan, rows: &[HourRow]) {
        schema: &'static str = "countersign/hours/1",
        person: String = person,
        confirmed: f64 = number(plan.confirmed),
        waiting: f64 = number(plan.waiting),
        minimum: Option<u32> = plan.minimum,
        expected: Option<u32> = plan.expected,
        ahead: Option<i64> = plan.ahead,
        measured: Option<&'static str> = plan.ahead.map(|_| plan.measured.slug()),
        months_without: Vec<String> = plan.idle.iter().map(ToString::to_string).collect(),
        why: Vec<String> = plan.why.clone(),
        entries: Vec<EntryRow> = rows.iter().map(EntryRow::new).collect(),
    }
}

json_row! {
    EntryRow from (row: &HourRow) {
        id: String = row.entry.id.to_string(),
        day: String = row.entry.day.to_string(),
        hours: f64 = number(row.entry.hours),
        what: String = row.entry.what.to_string(),
        codes: Vec<String> = row.entry.codes.iter().map(ToString::to_string).collect(),
        confirmed_by: Option<String> = row.confirmed.as_ref().map(|(by, _)| by.to_string()),
        confirmed_on: Option<String> = row.confirmed.as_ref().map(|(_, on)| on.to_string()),
        statement: Option<String> = row.statement.map(|id| id.to_string()),
    }
}

/// Trainees with unconfirmed hours.
#[derive(Debug, Serialize)]
pub struct HoursWaiting {
    pub schema: &'static str,
    pub trainees: Vec<WaitingRow>,
}

/// A trainee with unconfirmed hours.
#[derive(Debug, Serialize)]
pub struct WaitingRow {
    pub id: String,
    pub name: String,
    pub entries: u32,
    pub oldest: String,
}

pub fn number(hours: QuarterHours) -> f64 {
    f64::from(hours.0) / 4.0
}
