//! Runs `readiness`, `requirement` and `confirm`: the gateway.

use crate::app::error::Error;
use crate::cli::context::filter::filter;
use crate::cli::context::{Context, lines, one};
use crate::cli::json::gateway::Readiness as Shape;
use crate::cli::json::log::Written;
use crate::cli::output::report::{CommandOutput, Failure, listed};
use crate::cli::output::table::{OutputBlock, Table, fact};
use crate::cli::verbs::TraineeList;
use crate::cli::verbs_gateway::{Confirm, Requirement};
use crate::domain::filter::schema::FilterTarget;
use crate::domain::people::person::{Person, Role};
use crate::domain::primitives::date::day_words;
use crate::domain::programme::filter::ProgrammeFilter;
use crate::domain::programme::funding_rules::assessment_of;
use crate::domain::programme::gateway::{Readiness, Reason, RequirementStatus};
use crate::domain::record::view::SignedReceipt;
use crate::domain::statement::kinds::requirement::RequirementOutcome;

/// Lists the gateway requirements, with reasons and what to do.
pub fn readiness(context: &Context, asked: &TraineeList) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let trainee = one(app, &asked.trainee, &[Role::Trainee])?;
    let filter = filter(&asked.filter, FilterTarget::Readiness, app.today())?;
    let mut ready = app.readiness(&trainee.id)?;
    let (met, all) = (ready.met(), ready.figures.len());
    let standing = app.standing(&trainee.id)?;
    let sieve = ProgrammeFilter::new(&filter, &standing, app.today());
    ready.figures.retain(|figure| sieve.figure(figure));
    let gateway = assessment_of(&standing.standard).gateway().to_lowercase();
    Ok(CommandOutput::new(parts(&ready, (met, all), &gateway), &Shape::new(&ready, met, all))?)
}

fn parts(ready: &Readiness, (met, all): (usize, usize), gateway: &str) -> Vec<OutputBlock> {
    let card = &ready.trainee;
    let verdict = if met == all { format!("ready for the {gateway}") } else { format!("{met} of {all} met") };
    let mut parts = vec![
        OutputBlock::Line(format!(
            "{}, {}: {verdict}; {gateway} {}",
            card.name,
            card.standard,
            day_words(ready.gateway)
        )),
        OutputBlock::Gap,
    ];
    let row = |figure: &RequirementStatus| {
        let standing = if figure.waived { "waived" } else { figure.met.words() };
        vec![figure.text.clone(), standing.to_owned(), figure.id.clone(), figure.short.clone()]
    };
    let head = vec!["requirement", "state", "name", "why"];
    parts.push(listed(Table { head, rows: ready.figures.iter().map(row).collect() }, "No requirement fits"));
    for figure in &ready.figures {
        parts.extend([OutputBlock::Gap, OutputBlock::Line(format!("{}: {}", figure.text, figure.met.words()))]);
        parts.extend(figure.why.iter().map(Reason::line).map(|words| OutputBlock::Line(format!("- {words}"))));
        parts.extend(figure.mend.as_ref().map(|mend| OutputBlock::Line(format!("- To fix: {mend}"))));
    }
    parts
}

/// Records a requirement as met or waived.
pub fn requirement(context: &mut Context, asked: &Requirement) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let trainee = one(app, &asked.trainee, &[Role::Trainee])?;
    let reason = lines(Some(&asked.reason), "--reason")?.ok_or_else(|| Error::usage("--reason is needed"))?;
    let outcome = asked.decided.unwrap_or(if asked.met { RequirementOutcome::Met } else { RequirementOutcome::Waived });
    let officer = context.signer(app, &[Role::TrainingOfficer])?;
    let proof = context.proof(&officer)?;
    let said = (asked.requirement.clone(), outcome, reason);
    let done = app.record_requirement(&officer.id, &proof, &trainee.id, said)?;
    let words = format!("Recorded “{}” for {} as {}", asked.requirement.as_str(), trainee.name, outcome.slug());
    written(words, Vec::new(), &trainee, &officer, &done)
}

/// Confirms for the employer or the provider.
pub fn confirm(context: &mut Context, asked: &Confirm) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let trainee = one(app, &asked.trainee, &[Role::Trainee])?;
    let signer = context.signer(app, &[Role::Supervisor, Role::TrainingOfficer])?;
    let proof = context.proof(&signer)?;
    let done = app.confirm_gateway(&signer.id, &proof, &trainee.id, asked.party)?;
    let words = format!("Confirmed {} for the gateway on behalf of the {}", trainee.name, asked.party.slug());
    let assessment = assessment_of(&app.standing(&trainee.id)?.standard);
    let meaning = vec![fact("Meaning", assessment.meaning_of(asked.party).unwrap_or_default())];
    written(words, meaning, &trainee, &signer, &done)
}

fn written(
    words: String,
    mut facts: Vec<(String, String)>,
    trainee: &Person,
    signer: &Person,
    done: &SignedReceipt,
) -> Result<CommandOutput, Failure> {
    facts.push(fact("Signer", format!("{} {}", signer.id, signer.name)));
    facts.extend(done.ids.iter().map(|id| fact("Id", id)));
    facts.push(fact("Checkpoint", &done.head.code));
    let shape = Written { person: Some(trainee.id.to_string()), ..Written::new(&done.ids, &done.head) };
    Ok(CommandOutput::new(vec![OutputBlock::Line(words), OutputBlock::Facts(facts)], &shape)?)
}
