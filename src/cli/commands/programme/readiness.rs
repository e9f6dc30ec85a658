//! Runs `readiness`, `requirement` and `confirm`: the gateway.

use clap::{ArgGroup, Args};

use crate::commands::programme::hours::number;
use crate::commands::record::rows::Card;
use crate::commands::record::trainee::TraineeArgs;
use crate::context::filter::filter;
use crate::context::{Context, lines, one};
use crate::output::report::{CommandOutput, Failure, listed};
use crate::output::table::{OutputBlock, Table, fact};
use crate::output::written::Written;
use countersign_app::error::Error;
use countersign_app::programme::gateway;
use countersign_app::record::records;
use countersign_core::filter::schema::FilterTarget;
use countersign_core::people::person::{Person, Role};
use countersign_core::primitives::date::day_words;
use countersign_core::programme::filter::ProgrammeFilter;
use countersign_core::programme::funding_rules::assessment_of;
use countersign_core::programme::gateway::{Readiness, Readiness as Domain, Reason, RequirementStatus};
use countersign_core::record::view::SignedReceipt;
use countersign_core::statement::kinds::recognition::Recognised;
use countersign_core::statement::kinds::requirement::{RequirementId, RequirementOutcome};
use countersign_core::statement::kinds::review::Party;

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("outcome").required(true))]
pub struct RequirementArgs {
    /// Whose: an id, or any part of a name that matches nobody else.
    pub trainee: String,
    /// Which, by its short name, as `readiness` shows it: english-maths.
    pub requirement: RequirementId,
    /// It is met.
    #[arg(long, group = "outcome")]
    pub met: bool,
    /// It is waived: not required of them.
    #[arg(long, group = "outcome")]
    pub waived: bool,
    /// What the employer decided on English and maths for someone aged 19 or over at the start: included or declined.
    #[arg(long, group = "outcome", value_name = "DECISION", value_parser = decision)]
    pub decided: Option<RequirementOutcome>,
    /// The evidence, or why it is waived, or why the employer decided so.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}

#[derive(Debug, Args)]
pub struct ConfirmArgs {
    /// Whom: an id, or any part of a name that matches nobody else.
    pub trainee: String,
    /// For whom: employer or provider.
    #[arg(value_parser = party)]
    pub party: Party,
}

/// Lists the gateway requirements, with reasons and what to do.
pub fn readiness(context: &Context, asked: &TraineeArgs) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let trainee = one(app, &asked.trainee, &[Role::Trainee])?;
    let filter = filter(&asked.filter, FilterTarget::Readiness, app.today())?;
    let mut ready = gateway::readiness(app, &trainee.id)?;
    let (met, all) = (ready.met(), ready.figures.len());
    let trainee_record = records::trainee_record(app, &trainee.id)?;
    let sieve = ProgrammeFilter::new(&filter, &trainee_record, app.today());
    ready.figures.retain(|figure| sieve.figure(figure));
    let gateway = assessment_of(&trainee_record.standard).gateway().to_lowercase();
    Ok(CommandOutput::new(parts(&ready, (met, all), &gateway), &ReadinessReport::new(&ready, met, all))?)
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
    parts.push(listed(Table { head, rows: ready.figures.iter().map(row).collect() }, "No requirement matches"));
    for figure in &ready.figures {
        parts.extend([OutputBlock::Gap, OutputBlock::Line(format!("{}: {}", figure.text, figure.met.words()))]);
        parts.extend(figure.why.iter().map(Reason::line).map(|words| OutputBlock::Line(format!("- {words}"))));
        parts.extend(figure.mend.as_ref().map(|mend| OutputBlock::Line(format!("- To fix: {mend}"))));
    }
    parts
}

/// Records a requirement as met or waived.
pub fn requirement(context: &mut Context, asked: &RequirementArgs) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let trainee = one(app, &asked.trainee, &[Role::Trainee])?;
    let reason = lines(Some(&asked.reason), "--reason")?.ok_or_else(|| Error::usage("--reason is needed"))?;
    let outcome = asked.decided.unwrap_or(if asked.met { RequirementOutcome::Met } else { RequirementOutcome::Waived });
    let (officer, proof) = context.signer_and_proof(app, &[Role::TrainingOfficer])?;
    let outcome_and_reason = (asked.requirement.clone(), outcome, reason);
    let done = gateway::record_requirement(app, &officer.id, &proof, &trainee.id, outcome_and_reason)?;
    let words = format!("Recorded for {}: “{}” is {}", trainee.name, asked.requirement.as_str(), outcome.slug());
    written(words, Vec::new(), &trainee, &officer, &done)
}

/// Confirms for the employer or the provider.
pub fn confirm(context: &mut Context, asked: &ConfirmArgs) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let trainee = one(app, &asked.trainee, &[Role::Trainee])?;
    let (signer, proof) = context.signer_and_proof(app, &[Role::Supervisor, Role::TrainingOfficer])?;
    let done = gateway::confirm_gateway(app, &signer.id, &proof, &trainee.id, asked.party)?;
    let words = format!("Confirmed {} for the gateway on behalf of the {}", trainee.name, asked.party.slug());
    let assessment = assessment_of(&records::trainee_record(app, &trainee.id)?.standard);
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
    Ok(CommandOutput::written(words, facts, &Written::about(&trainee.id, &done.ids, &done.head))?)
}

json_row! {
    /// A trainee's readiness.
    ReadinessReport from (readiness: &Domain, met: usize, all: usize) {
        schema: &'static str = "countersign/readiness/1",
        trainee: Card = Card::new(&readiness.trainee),
        gateway: String = readiness.gateway.to_string(),
        met: usize = met,
        ready: bool = met == all,
        recognised: Option<RecognisedRow> = readiness.recognised.as_ref().map(RecognisedRow::new),
        requirements: Vec<RequirementRow> = readiness.figures.iter().map(RequirementRow::new).collect(),
    }
}

json_row! {
    /// A gateway requirement.
    RequirementRow from (figure: &RequirementStatus) {
        id: String = figure.id.clone(),
        text: String = figure.text.clone(),
        standing: &'static str = figure.met.slug(),
        waived: bool = figure.waived,
        short: String = figure.short.clone(),
        why: Vec<String> = figure.why.iter().map(Reason::line).collect(),
        mend: Option<String> = figure.mend.clone(),
        codes: Vec<String> = figure.ksbs.iter().map(ToString::to_string).collect(),
    }
}

json_row! {
    /// Recognised prior learning.
    RecognisedRow from (recognised: &Recognised) {
        id: String = recognised.id.to_string(),
        hours: Option<f64> = recognised.body.hours.map(number),
        codes: Vec<String> = recognised.body.codes.iter().map(ToString::to_string).collect(),
        reason: String = recognised.body.reason.to_string(),
        support: String = recognised.body.support.to_string(),
        by: String = recognised.by.to_string(),
        on: String = recognised.on.to_string(),
    }
}

fn decision(text: &str) -> Result<RequirementOutcome, String> {
    let decision = text.parse().ok().filter(|outcome: &RequirementOutcome| outcome.is_decision());
    decision.ok_or_else(|| format!("“{text}” is neither included nor declined"))
}

fn party(text: &str) -> Result<Party, String> {
    let party = text.parse().ok().filter(|party| *party != Party::Trainee);
    party.ok_or_else(|| format!("“{text}” is neither employer nor provider"))
}
