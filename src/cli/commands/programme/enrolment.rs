//! Runs `enrolment`: breaks in learning, paid hours and age. `enrol_scope` and `planned` have the other verbs.

use chrono::NaiveDate;
use clap::{Args, Subcommand};

use crate::commands::programme::enrol::age_words;
use crate::commands::programme::enrol_scope::{self, ChangeOption, Include, LeaveOut};
use crate::commands::programme::planned::{self, GivePlannedEnd, Plan, Recognise};
use crate::context::values::yes_or_no;
use crate::context::{Context, day, one};
use crate::output::report::{CommandOutput, Failure};
use crate::output::table::fact;
use crate::output::written::Written;
use countersign_app::app::App;
use countersign_app::error::Error;
use countersign_app::people::roster;
use countersign_app::programme::hours;
use countersign_app::record::records;
use countersign_core::people::break_in_learning::{BreakPeriod, in_break};
use countersign_core::people::paid_hours::PaidHours;
use countersign_core::people::person::{Enrolment, Person, Role};
use countersign_core::primitives::date::day_words;
use countersign_core::primitives::text::SafeText;

#[derive(Debug, Subcommand)]
pub enum EnrolmentVerb {
    /// Starts a break in learning. Its days do not count, and every expected date moves by as many days.
    #[command(name = "break", visible_alias = "pause")]
    Pause(PauseEnrolment),
    /// Says when a trainee is back from a break in learning.
    Resume(Resume),
    /// Records the hours a week that a trainee is paid for. Needed for a start before August 2022, or before August 2025 on
    /// fewer than 30 hours.
    PaidHours(GivePaidHours),
    /// Sets the planned last day before the gateway. Without one, the standard's typical months apply.
    PlannedEnd(GivePlannedEnd),
    /// Recognises prior learning: hours and KSBs that they do not need to repeat. It replaces what was recognised before.
    Recognise(Recognise),
    /// Enters a training plan, hours and KSBs by month; without a file, shows the one that was entered.
    Plan(Plan),
    /// Records whether a trainee was aged 16 to 18 at the start. If so, English and maths are required.
    #[command(name = "aged-16-to-18")]
    Aged16To18(GiveAge),
    /// Changes a trainee's option. What was signed is kept; only the core and the new option count.
    Option(ChangeOption),
    /// Leaves KSBs out for a trainee, where the standard does not say which KSBs belong to which option.
    LeaveOut(LeaveOut),
    /// Includes KSBs again that were left out.
    Include(Include),
}

#[derive(Debug, Args)]
pub struct PauseEnrolment {
    /// Who: an id, or any part of a name that matches nobody else.
    pub trainee: String,
    /// The first day of the break: 2026-12-01, “1 Dec”, monday.
    #[arg(long, value_name = "DATE")]
    pub from: String,
    /// The first day back, if it is known.
    #[arg(long, value_name = "DATE")]
    pub until: Option<String>,
    /// Why; it is kept in the log.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}

#[derive(Debug, Args)]
pub struct Resume {
    /// Who: an id, or any part of a name that matches nobody else.
    pub trainee: String,
    /// The first day back.
    #[arg(long, value_name = "DATE", default_value = "today")]
    pub on: String,
    /// Why; without it, that they are back.
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
}

#[derive(Debug, Args)]
pub struct GivePaidHours {
    /// Who: an id, or any part of a name that matches nobody else.
    pub trainee: String,
    /// Paid hours a week, such as 37.5.
    #[arg(value_name = "HOURS")]
    pub weekly: PaidHours,
}

#[derive(Debug, Args)]
pub struct GiveAge {
    /// Who: an id, or any part of a name that matches nobody else.
    pub trainee: String,
    /// yes or no.
    #[arg(value_name = "yes|no", value_parser = yes_or_no, action = clap::ArgAction::Set)]
    pub answer: bool,
}

/// Runs `enrolment`.
pub fn enrolment(context: &mut Context, verb: &EnrolmentVerb) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let today = app.today();
    match verb {
        EnrolmentVerb::Pause(asked) => {
            let who = one(app, &asked.trainee, &[Role::Trainee])?;
            let back = asked.until.as_deref().map(|text| day(text, "--until", today)).transpose()?;
            let span = BreakPeriod { from: day(&asked.from, "--from", today)?, back };
            paused(context, app, &who, span, &asked.reason)
        }
        EnrolmentVerb::Resume(asked) => {
            let who = one(app, &asked.trainee, &[Role::Trainee])?;
            let on = day(&asked.on, "--on", today)?;
            let pauses = records::trainee_record(app, &who.id)?.trainee.pauses;
            let open = pauses.iter().find(|span| span.back.is_none());
            let open = open.or_else(|| pauses.iter().find(|span| span.holds(on)));
            let open = open.ok_or_else(|| {
                Error::refused(format!("{} is not on a break in learning", who.name))
                    .hint("`countersign enrolment break` starts one")
            })?;
            let span = BreakPeriod { from: open.from, back: Some(on) };
            paused(context, app, &who, span, asked.reason.as_deref().unwrap_or("Back"))
        }
        EnrolmentVerb::PaidHours(asked) => paid_hours(context, app, asked),
        EnrolmentVerb::PlannedEnd(asked) => planned::planned_end(context, app, asked),
        EnrolmentVerb::Recognise(asked) => planned::recognise(context, app, asked),
        EnrolmentVerb::Plan(asked) => planned::plan(context, app, asked),
        EnrolmentVerb::Aged16To18(asked) => aged(context, app, asked),
        EnrolmentVerb::Option(asked) => enrol_scope::option(context, app, asked),
        EnrolmentVerb::LeaveOut(asked) => enrol_scope::leave_out(context, app, asked),
        EnrolmentVerb::Include(asked) => enrol_scope::include(context, app, asked),
    }
}

fn paused(
    context: &mut Context,
    app: &mut App,
    who: &Person,
    span: BreakPeriod,
    reason: &str,
) -> Result<CommandOutput, Failure> {
    let reason = SafeText::line(reason).map_err(|fault| Error::from(fault).context("--reason"))?;
    let (officer, proof) = context.signer_and_proof(app, &[Role::TrainingOfficer])?;
    let days: Vec<NaiveDate> = hours::hours(app, &who.id)?.iter().map(|row| row.entry.day).collect();
    let warning = in_break(&[span], &days).map(|warning| format!("Hours are recorded: {warning}"));
    let done = roster::pause(app, &officer.id, &proof, who, span, reason)?;
    let trainee_record = records::trainee_record(app, &who.id)?;
    let months = trainee_record.standard.months();
    let expected = trainee_record.trainee.gateway(months, app.today());
    let line = match span.back {
        None => format!("{} is on a break in learning from {}", who.name, day_words(span.from)),
        Some(back) => {
            let (from, back) = (day_words(span.from), day_words(back));
            format!("{} is on a break in learning from {from} and back on {back}", who.name)
        }
    };
    let facts = vec![fact("Gateway expected", day_words(expected))];
    Ok(CommandOutput::written(line, facts, &Written::about(&who.id, &done.ids, &done.head))?.warning(warning))
}

/// Records the enrolment again with this age.
fn aged(context: &mut Context, app: &mut App, asked: &GiveAge) -> Result<CommandOutput, Failure> {
    let (who, before) = enrol_scope::enrolled(app, &asked.trainee)?;
    if before.aged_16_to_18 == Some(asked.answer) {
        return Err(enrol_scope::unchanged(&who).into());
    }
    let (officer, proof) = context.signer_and_proof(app, &[Role::TrainingOfficer])?;
    let start = day_words(before.start);
    let aged_16_to_18 = Some(asked.answer);
    let done = roster::enrol(app, &officer.id, &proof, Enrolment { aged_16_to_18, ..before })?;
    let was = if asked.answer { "aged 16 to 18" } else { "aged 19 or over" };
    let line = format!("Recorded that {} was {was} on {start}", who.name);
    let facts = vec![fact("English and maths", age_words(aged_16_to_18, &who.id))];
    Ok(CommandOutput::written(line, facts, &Written::about(&who.id, &done.ids, &done.head))?)
}

/// Records the enrolment again with these paid hours.
fn paid_hours(context: &mut Context, app: &mut App, asked: &GivePaidHours) -> Result<CommandOutput, Failure> {
    let (who, before) = enrol_scope::enrolled(app, &asked.trainee)?;
    if before.weekly == Some(asked.weekly) {
        return Err(enrol_scope::unchanged(&who).into());
    }
    let (officer, proof) = context.signer_and_proof(app, &[Role::TrainingOfficer])?;
    let done = roster::enrol(app, &officer.id, &proof, Enrolment { weekly: Some(asked.weekly), ..before })?;
    let minimum = hours::hours_plan(app, &who.id)?.minimum.map(|hours| hours.to_string()).unwrap_or_default();
    let line = format!("{} is paid for {} hours a week", who.name, asked.weekly);
    let facts = vec![fact("Off-the-job hours in all", minimum)];
    Ok(CommandOutput::written(line, facts, &Written::about(&who.id, &done.ids, &done.head))?)
}
