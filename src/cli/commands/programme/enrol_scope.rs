//! Runs `enrolment option`, `leave-out` and `include`, which change what part of a standard a trainee answers for.

use clap::Args;

use crate::context::{Context, one};
use crate::output::report::{CommandOutput, Failure};
use crate::output::table::fact;
use crate::output::written::Written;
use countersign_app::app::App;
use countersign_app::error::Error;
use countersign_app::people::{person, roster};
use countersign_app::record::records;
use countersign_app::standards::adopted;
use countersign_core::people::person::{Enrolment, Person, Role};
use countersign_core::primitives::ids::{KsbCode, PersonId};
use countersign_core::primitives::text::SafeText;
use countersign_core::rules::refusal::RuleViolation;
use countersign_core::standard::options::Scope;

#[derive(Debug, Args)]
pub struct ChangeOption {
    /// Who: an id, or any part of a name that matches nobody else.
    pub trainee: String,
    /// The option: its name, or any part of it that no other option has.
    pub option: String,
}

#[derive(Debug, Args)]
pub struct LeaveOut {
    /// Who: an id, or any part of a name that matches nobody else.
    pub trainee: String,
    /// The KSBs that are not required of them.
    #[arg(required = true, value_name = "KSB")]
    pub codes: Vec<KsbCode>,
    /// Why; it is signed and kept in the log.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}

#[derive(Debug, Args)]
pub struct Include {
    /// Who: an id, or any part of a name that matches nobody else.
    pub trainee: String,
    /// The KSBs that are required again.
    #[arg(required = true, value_name = "KSB")]
    pub codes: Vec<KsbCode>,
}

/// The effect of a change of scope.
pub struct Changed {
    /// The summary.
    pub line: String,
    /// Further facts.
    pub facts: Vec<(String, String)>,
}

/// Describes what a change of scope means for the trainee.
pub fn changed(app: &mut App, was: &Enrolment, now: &Enrolment) -> Result<Changed, Error> {
    let name = app.person(&now.trainee)?.name;
    let trainee_record = records::trainee_record(app, &now.trainee)?;
    let full = adopted::standard(app, &now.standard)?;
    let words = |option: &Option<SafeText>| option.as_ref().map_or_else(|| "none".to_owned(), ToString::to_string);
    let line = if was.scope.option == now.scope.option {
        format!("Changed which KSBs are required of {name} on {}", now.standard)
    } else {
        format!("Changed {name}'s option from {} to {}", words(&was.scope.option), words(&now.scope.option))
    };
    let lost: Vec<KsbCode> = trainee_record
        .standard
        .ksbs()
        .iter()
        .zip(&trainee_record.states)
        .filter(|(ksb, state)| trainee_record.counts(**state) && !full.asks(&now.scope, ksb.code))
        .map(|(ksb, _)| ksb.code)
        .collect();
    let again: Vec<KsbCode> =
        was.scope.left_out_codes().into_iter().filter(|code| full.asks(&now.scope, *code)).collect();
    let mut facts = Vec::new();
    if !lost.is_empty() {
        facts.push(fact("Signed and kept, but no longer counted", listed(&lost)));
    }
    if !again.is_empty() {
        facts.push(fact("No longer left out", listed(&again)));
    }
    Ok(Changed { line, facts })
}

/// Returns how many KSBs a trainee answers for, if not the whole standard.
pub fn answered(app: &mut App, trainee: &PersonId) -> Result<Option<(String, String)>, Error> {
    let trainee_record = records::trainee_record(app, trainee)?;
    let card = &trainee_record.trainee;
    if card.scope.is_whole() {
        return Ok(None);
    }
    let all = adopted::standard(app, &card.standard)?.ksbs().len();
    Ok(Some(fact("Required", format!("{} of the standard's {all} KSBs", card.total))))
}

pub fn option(context: &mut Context, app: &mut App, asked: &ChangeOption) -> Result<CommandOutput, Failure> {
    let (who, before) = enrolled(app, &asked.trainee)?;
    let scope = roster::scope_of(app, &before.standard, Some(&before), Some(&asked.option))?;
    state(context, app, &who, &before, scope)
}

/// Leaves KSBs out, with a reason.
pub fn leave_out(context: &mut Context, app: &mut App, asked: &LeaveOut) -> Result<CommandOutput, Failure> {
    let (who, before) = enrolled(app, &asked.trainee)?;
    let reason = SafeText::line(&asked.reason).map_err(|fault| Error::from(fault).context("--reason"))?;
    if reason.as_str().is_empty() {
        return Err(Error::usage("The reason is empty").hint("Say why, such as “only Gas lamps asks for it”").into());
    }
    let scope = before.scope.leaving_out(&asked.codes, reason);
    state(context, app, &who, &before, scope)
}

/// Includes KSBs again.
pub fn include(context: &mut Context, app: &mut App, asked: &Include) -> Result<CommandOutput, Failure> {
    let (who, before) = enrolled(app, &asked.trainee)?;
    let left_out = before.scope.left_out_codes();
    if let Some(code) = asked.codes.iter().find(|code| !left_out.contains(code)) {
        return Err(Error::usage(format!("{code} is not left out for {}", who.name)).into());
    }
    let scope = before.scope.taking_back(&asked.codes);
    state(context, app, &who, &before, scope)
}

/// Finds a trainee and their current enrolment.
pub fn enrolled(app: &mut App, trainee: &str) -> Result<(Person, Enrolment), Failure> {
    let who = one(app, trainee, &[Role::Trainee])?;
    let before = person::enrolment(app, &who.id)?.ok_or_else(|| {
        Error::refused(format!("{} is not enrolled on a standard", who.name)).hint("`countersign enrol` enrols")
    })?;
    Ok((who, before))
}

/// Returns the error for a value that is recorded already.
pub fn unchanged(who: &Person) -> Error {
    Error::refused(format!("This is already recorded for {}. Nothing has changed", who.name))
}

/// Records the enrolment again with another scope.
fn state(
    context: &mut Context,
    app: &mut App,
    who: &Person,
    before: &Enrolment,
    scope: Scope,
) -> Result<CommandOutput, Failure> {
    if scope == before.scope {
        return Err(unchanged(who).into());
    }
    if let Some(fault) = adopted::standard(app, &before.standard)?.scope_fault(&scope) {
        return Err(Error::from(RuleViolation::Scope(fault)).into());
    }
    let now = Enrolment { scope, ..before.clone() };
    let changed = changed(app, before, &now)?;
    let (officer, proof) = context.signer_and_proof(app, &[Role::TrainingOfficer])?;
    let left_out = listed(&now.scope.left_out_codes());
    let option = now.scope.option.clone();
    let done = roster::enrol(app, &officer.id, &proof, now)?;
    let mut facts: Vec<_> = option.iter().map(|option| fact("Option", option)).collect();
    if !left_out.is_empty() {
        facts.push(fact("Left out", left_out));
    }
    facts.extend(changed.facts);
    facts.extend(answered(app, &who.id)?);
    Ok(CommandOutput::written(changed.line, facts, &Written::about(&who.id, &done.ids, &done.head))?)
}

fn listed(codes: &[KsbCode]) -> String {
    codes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}
