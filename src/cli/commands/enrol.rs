//! Runs `enrol` and `policy`.

use chrono::NaiveDate;

use crate::app::error::Error;
use crate::cli::commands::enrol_scope::{answered, changed, scope_of};
use crate::cli::commands::enrolment_transfer;
use crate::cli::commands::planned::warn_of_end;
use crate::cli::context::prompt::Terminal;
use crate::cli::context::{Context, day, name, one};
use crate::cli::json::log::{Policies, PolicyRow, Written};
use crate::cli::output::report::{CommandOutput, Failure};
use crate::cli::output::table::{OutputBlock, Table, fact};
use crate::cli::verbs::{Enrol, PolicyVerb};
use crate::domain::people::person::{Enrolment, Role};
use crate::domain::primitives::date::{day_words, long_day};
use crate::domain::primitives::ids::PersonId;
use crate::domain::primitives::text::{SafeText, said_yes};
use crate::domain::rules::log_state::Policy;
use crate::domain::statement::kinds::policy::PolicyName;

/// Enrols a trainee.
pub fn enrol(context: &mut Context, asked: &Enrol) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let trainee = one(app, &asked.trainee, &[Role::Trainee])?;
    let start = day(&asked.start, "--start", app.today())?;
    let specialism = name(asked.specialism.as_deref(), "--specialism")?;
    // Options that are not given keep their value.
    let before = app.enrolment(&trainee.id)?;
    let reference = app.standard_for(&asked.standard, start, before.as_ref().map(|before| &before.standard))?;
    let weekly = asked.weekly_hours.or(before.as_ref().and_then(|before| before.weekly));
    let specialism = specialism.or(before.as_ref().and_then(|before| before.specialism.clone()));
    let end = asked.planned_end.as_deref().map(|text| day(text, "--planned-end", app.today())).transpose()?;
    let end_typed = end.is_some();
    let end = end.or(before.as_ref().and_then(|before| before.end));
    let aged_16_to_18 = asked.aged_16_to_18.or(before.as_ref().and_then(|before| before.aged_on(start)));
    let scope = scope_of(app, &reference, before.as_ref(), asked.option.as_deref())?;
    let moved = app.move_of(&trainee.id, &reference)?;
    if asked.preview {
        return enrolment_transfer::preview(&trainee, &reference, moved.as_ref());
    }
    if let (Some(moved), false) = (&moved, asked.move_over) {
        return Err(enrolment_transfer::refusal(&trainee, moved).into());
    }
    let warnings = app.start_warnings(&reference, start)?;
    let unmapped = app.standard(&reference)?.unmapped_options();
    let officer = context.signer(app, &[Role::TrainingOfficer])?;
    let proof = context.proof(&officer)?;
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
    let done = app.enrol(&officer.id, &proof, enrolment)?;
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
    facts.push(fact("Checkpoint", &done.head.code));
    let parts = vec![OutputBlock::Line(line), OutputBlock::Facts(facts)];
    let shape = Written { person: Some(trainee.id.to_string()), ..Written::new(&done.ids, &done.head) };
    Ok(CommandOutput::new(parts, &shape)?)
}

/// Asks whether a trainee was aged 16 to 18, if there is a terminal. Without an answer, this stays open.
fn ask_age(name: &SafeText, start: NaiveDate) -> Result<Option<bool>, Error> {
    let Some(mut terminal) = Terminal::find() else { return Ok(None) };
    let question = format!("Is {name} aged 16 to 18 on {}? yes or no (Enter to answer later)", day_words(start));
    for _ in 0..3 {
        let typed = terminal.ask(&question)?;
        match said_yes(&typed) {
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

/// Shows or changes the policy.
pub fn policy(context: &mut Context, verb: Option<&PolicyVerb>) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let Some(PolicyVerb::Set { settings }) = verb else { return shown(app.policy()?) };
    let officer = context.signer(app, &[Role::TrainingOfficer])?;
    let proof = context.proof(&officer)?;
    let mut settings = settings.clone();
    settings.sort_by_key(|(name, _)| *name);
    // Of several values for one name the last counts, as with other options.
    settings.reverse();
    settings.dedup_by_key(|(name, _)| *name);
    settings.reverse();
    let done = app.set_policy(&officer.id, &proof, settings.clone())?;
    let mut facts: Vec<_> = settings.iter().map(|(name, value)| fact(name.slug(), value)).collect();
    facts.push(fact("Checkpoint", &done.head.code));
    let parts = vec![OutputBlock::Line("Changed the policy".to_owned()), OutputBlock::Facts(facts)];
    Ok(CommandOutput::new(parts, &Written::new(&done.ids, &done.head))?)
}

fn shown(policy: Policy) -> Result<CommandOutput, Failure> {
    let meaning = |name| match name {
        PolicyName::SessionHours => {
            "hours that you stay signed in after typing your passphrase; 0 asks every time you sign"
        }
        PolicyName::IdleMinutes => "idle minutes until the screen locks",
        PolicyName::LateDays => "days after which an observation needs a reason for being late",
        PolicyName::Countersign => "second signatures that an achieved sign-off needs before it counts",
        PolicyName::TwoPersonKeys => "1: a new key can sign only after another training officer countersigns it",
        PolicyName::ReassessMonths => "months after which a KSB must be reassessed; 0 means never",
    };
    let row = |name: PolicyName| {
        let range = name.range();
        let range = format!("{} to {}", range.start(), range.end());
        vec![name.slug().to_owned(), policy.value(name).to_string(), range, meaning(name).to_owned()]
    };
    let rows = PolicyName::ALL.into_iter().map(row).collect();
    let shape = |name: PolicyName| PolicyRow {
        id: name.slug(),
        value: policy.value(name),
        least: *name.range().start(),
        most: *name.range().end(),
    };
    let policies = PolicyName::ALL.into_iter().map(shape).collect();
    let table = Table { head: vec!["setting", "value", "range", "meaning"], rows };
    Ok(CommandOutput::new(vec![OutputBlock::Table(table)], &Policies { schema: "countersign/policy/1", policies })?)
}
