//! Runs `enrol` and `policy`.

use chrono::NaiveDate;
use clap::Args;

use crate::commands::programme::enrol_scope::{answered, changed};
use crate::commands::programme::enrolment_transfer;
use crate::commands::programme::planned::warn_of_end;
use crate::context::prompt::Terminal;
use crate::context::values::yes_or_no;
use crate::context::{Context, day, name, one};
use crate::output::report::{CommandOutput, Failure};
use crate::output::table::fact;
use crate::output::written::Written;
use countersign_app::error::Error;
use countersign_app::people::{person, roster};
use countersign_app::standards::{adopted, standard};
use countersign_core::people::paid_hours::PaidHours;
use countersign_core::people::person::{Enrolment, Role};
use countersign_core::primitives::date::{day_words, long_day};
use countersign_core::primitives::ids::PersonId;
use countersign_core::primitives::text::{SafeText, parse_yes};

#[derive(Debug, Args)]
pub struct EnrolArgs {
    /// Who: an id, or any part of a name that matches nobody else.
    pub trainee: String,
    /// On which standard: ST0413, or “ST0413 1.1” where there are several versions.
    pub standard: String,
    /// The first day of the programme: 2026-09-01, “1 Sep”, monday.
    #[arg(long, value_name = "DATE")]
    pub start: String,
    /// Cardiology, audiology, …
    #[arg(long)]
    pub specialism: Option<String>,
    /// Their option, where the standard has options; any part of its name that no other has.
    #[arg(long, value_name = "NAME")]
    pub option: Option<String>,
    /// Paid hours a week, such as 37.5. Needed for a start before August 2022, or before August 2025 on fewer than 30 hours.
    #[arg(long, value_name = "HOURS")]
    pub weekly_hours: Option<PaidHours>,
    /// The last day up to the gateway, if it differs from the start plus the typical months: 2029-08-31.
    #[arg(long, value_name = "DATE")]
    pub planned_end: Option<String>,
    /// Whether they are aged 16 to 18 on that day. If so, English and maths are required. From 19 on, the employer decides.
    #[arg(long, value_name = "yes|no", value_parser = yes_or_no)]
    pub aged_16_to_18: Option<bool>,
    /// Shows what moving them from their current version would mean. Nothing is changed.
    #[arg(long, conflicts_with = "move_over")]
    pub preview: bool,
    /// Moves them from their current version. Sign-offs there are kept, but count only on that version.
    #[arg(long = "move")]
    pub move_over: bool,
}

/// Enrols a trainee.
pub fn enrol(context: &mut Context, asked: &EnrolArgs) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let trainee = one(app, &asked.trainee, &[Role::Trainee])?;
    let start = day(&asked.start, "--start", app.today())?;
    let specialism = name(asked.specialism.as_deref(), "--specialism")?;
    // Options that are not given keep their value.
    let before = person::enrolment(app, &trainee.id)?;
    let reference = adopted::standard_for(app, &asked.standard, start, before.as_ref().map(|before| &before.standard))?;
    let weekly = asked.weekly_hours.or(before.as_ref().and_then(|before| before.weekly));
    let specialism = specialism.or(before.as_ref().and_then(|before| before.specialism.clone()));
    let end = asked.planned_end.as_deref().map(|text| day(text, "--planned-end", app.today())).transpose()?;
    let end_typed = end.is_some();
    let end = end.or(before.as_ref().and_then(|before| before.end));
    let aged_16_to_18 = asked.aged_16_to_18.or(before.as_ref().and_then(|before| before.aged_on(start)));
    let scope = roster::scope_of(app, &reference, before.as_ref(), asked.option.as_deref())?;
    let moved = standard::move_of(app, &trainee.id, &reference)?;
    if asked.preview {
        return enrolment_transfer::preview(&trainee, &reference, moved.as_ref());
    }
    if let (Some(moved), false) = (&moved, asked.move_over) {
        return Err(enrolment_transfer::refusal(&trainee, moved).into());
    }
    let warnings = adopted::start_warnings(app, &reference, start)?;
    let unmapped = adopted::standard(app, &reference)?.unmapped_options();
    let (officer, proof) = context.signer_and_proof(app, &[Role::TrainingOfficer])?;
    let aged_16_to_18 = match aged_16_to_18 {
        None => ask_age(&trainee.name, start)?,
        answered => answered,
    };
    let (who, on) = (trainee.id.clone(), reference.clone());
    let enrolment = Enrolment { trainee: who, standard: on, start, specialism, weekly, end, scope, aged_16_to_18 };
    warn_of_end(context, &enrolment, end_typed)?;
    let was = before.as_ref().filter(|before| before.standard == reference && before.scope != enrolment.scope);
    let changed = was.map(|was| changed(app, was, &enrolment)).transpose()?;
    let started = before.as_ref().filter(|before| before.standard == reference && before.start != start);
    let started = started.map(|before| before.start);
    let option = enrolment.scope.option.clone();
    let done = roster::enrol(app, &officer.id, &proof, enrolment)?;
    context.warnings.extend(warnings.into_iter().chain(unmapped));
    let line = match &moved {
        Some(moved) => format!("Moved {} from {} to {reference}", trainee.name, moved.from),
        None => match (&changed, &option) {
            (Some(changed), _) => changed.line.clone(),
            (None, _) if let Some(was) = started => format!(
                "{} was already enrolled on {reference}. The start is now {}. It was {}",
                trainee.name,
                day_words(start),
                day_words(was)
            ),
            (None, Some(option)) => format!("Enrolled {} on {reference}, option {option}", trainee.name),
            (None, None) => format!("Enrolled {} on {reference}", trainee.name),
        },
    };
    let mut facts = vec![fact("Trainee", format!("{} {}", trainee.id, trainee.name)), fact("Start", long_day(start))];
    facts.extend(end.map(|end| fact("Planned end", long_day(end))));
    facts.extend(weekly.map(|weekly| fact("Paid hours", format!("{weekly} a week"))));
    facts.push(fact("English and maths", age_words(aged_16_to_18, &trainee.id)));
    facts.extend(option.iter().map(|option| fact("Option", option)));
    facts.extend(changed.into_iter().flat_map(|changed| changed.facts));
    facts.extend(answered(app, &trainee.id)?);
    Ok(CommandOutput::written(line, facts, &Written::about(&trainee.id, &done.ids, &done.head))?)
}

/// Asks whether a trainee was aged 16 to 18, if there is a terminal. Without an answer, this stays open.
fn ask_age(name: &SafeText, start: NaiveDate) -> Result<Option<bool>, Error> {
    let Some(mut terminal) = Terminal::find() else { return Ok(None) };
    let question = format!("Is {name} aged 16 to 18 on {}? yes or no (Enter to answer later)", day_words(start));
    for _ in 0..3 {
        let typed = terminal.ask(&question)?;
        match parse_yes(&typed) {
            None if typed.trim().is_empty() => break,
            None => terminal.say("Answer yes or no")?,
            answered => return Ok(answered),
        }
    }
    Ok(None)
}

/// Describes what follows from the age at the start.
pub fn age_words(aged_16_to_18: Option<bool>, who: &PersonId) -> String {
    match aged_16_to_18 {
        Some(true) => "required, aged 16 to 18 at the start".to_owned(),
        Some(false) => "the employer decides, aged 19 or over at the start".to_owned(),
        None => format!("aged 16 to 18 at the start? `countersign enrolment aged-16-to-18 {who} yes`, or `no`"),
    }
}
