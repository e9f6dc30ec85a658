//! Runs `countersign`, `sample`, `acknowledge` and `dispute`, which refer to an earlier statement.

use clap::Args;

use crate::commands::record::quality_assurance::{SampleArgs, draw, sampled};
use crate::context::{Context, lines};
use crate::output::report::{CommandOutput, Failure};
use crate::output::table::{OutputBlock, Table, fact};
use crate::output::written::Written;
use countersign_app::app::App;
use countersign_app::error::Error;
use countersign_app::log::batches;
use countersign_app::record::annotations;
use countersign_core::people::person::{Person, Role};
use countersign_core::primitives::ids::{StatementId, ValueFault};
use countersign_core::record::view::SignedReceipt;
use countersign_core::statement::kinds::sample::Sampled;

#[derive(Debug, Args)]
pub struct StatementArgs {
    /// The statements' ids, as `trainee` and `history` show them.
    #[arg(required = true, value_name = "ID")]
    pub ids: Vec<String>,
}

#[derive(Debug, Args)]
pub struct DisputeArgs {
    /// The statement's id, as `trainee` and `history` show it.
    pub id: String,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}

/// Countersigns sign-offs or new keys.
pub fn countersign(context: &mut Context, asked: &StatementArgs) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let ids = ids_of(&asked.ids)?;
    let signer = context.signer(app, &[Role::Supervisor, Role::TrainingOfficer])?;
    // Unknown ids are reported before the passphrase is asked for.
    let shown = shown(app, &ids)?;
    let proof = context.proof(app, &signer)?;
    let done = annotations::countersign(app, &signer.id, &proof, &ids)?;
    answer(format!("Countersigned {} for {}", counted(ids.len()), done.trainee), shown, &done, &signer)
}

/// Records the outcome of sampling a sign-off.
pub fn sample(context: &mut Context, asked: &SampleArgs) -> Result<CommandOutput, Failure> {
    if let Some(most) = asked.choose {
        return draw(context, asked, most);
    }
    let app = &mut context.open()?;
    let of = id_of(sampled(asked)?)?;
    let reason = lines(asked.reason.as_deref(), "--reason")?;
    let verifier = context.signer(app, &[Role::Verifier])?;
    let shown = shown(app, &[of])?;
    let code = batches::batch(app, &[of])?.what.concat();
    let proof = context.proof(app, &verifier)?;
    let outcome = if asked.reject { Sampled::Rejected } else { Sampled::Accepted };
    let done = annotations::sample(app, &verifier.id, &proof, of, (outcome, reason), asked.draw)?;
    let what = match outcome {
        Sampled::Accepted => format!("Accepted the sign-off of {code} for {}", done.trainee),
        Sampled::Rejected => {
            format!("Rejected the sign-off of {code} for {}. It stays in the log but no longer counts", done.trainee)
        }
    };
    answer(what, shown, &done, &verifier)
}

pub fn acknowledge(context: &mut Context, asked: &StatementArgs) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let ids = ids_of(&asked.ids)?;
    let who = context.signer(app, &Role::ALL)?;
    let shown = shown(app, &ids)?;
    let proof = context.proof(app, &who)?;
    let done = annotations::acknowledge(app, &who.id, &proof, &ids)?;
    answer(format!("Acknowledged {}", counted(ids.len())), shown, &done, &who)
}

/// Disputes a statement.
pub fn dispute(context: &mut Context, asked: &DisputeArgs) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let of = id_of(&asked.id)?;
    let reason = lines(Some(&asked.reason), "--reason")?.ok_or_else(|| Error::usage("--reason is needed"))?;
    let who = context.signer(app, &[Role::Trainee])?;
    let shown = shown(app, &[of])?;
    let proof = context.proof(app, &who)?;
    let done = annotations::dispute(app, &who.id, &proof, of, &reason)?;
    answer(
        "Recorded that you disagree. Your reason is kept with the record, which still counts".to_owned(),
        shown,
        &done,
        &who,
    )
}

/// Parses statement ids.
pub fn ids_of(texts: &[String]) -> Result<Vec<StatementId>, Error> {
    let mut ids: Vec<StatementId> = Vec::new();
    for text in texts {
        let id = id_of(text)?;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(ids)
}

fn id_of(text: &str) -> Result<StatementId, Error> {
    text.parse().map_err(|fault: ValueFault| Error::from(fault).hint("`countersign trainee` shows the ids"))
}

/// Returns a row for each statement: its id and a summary.
fn shown(app: &App, ids: &[StatementId]) -> Result<Vec<Vec<String>>, Error> {
    ids.iter().map(|id| Ok(vec![id.to_string(), annotations::in_one_line(app, *id)?])).collect()
}

fn answer(what: String, shown: Vec<Vec<String>>, done: &SignedReceipt, by: &Person) -> Result<CommandOutput, Failure> {
    let facts = vec![
        fact("Signer", format!("{} {}", by.id, by.name)),
        fact("Statements", done.ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
    ];
    let mut answer = CommandOutput::written(what, facts, &Written::new(&done.ids, &done.head))?;
    answer.parts.extend([OutputBlock::Gap, OutputBlock::Table(Table { head: vec!["id", "says"], rows: shown })]);
    Ok(answer)
}

fn counted(statements: usize) -> String {
    if statements == 1 { "1 statement".to_owned() } else { format!("{statements} statements") }
}
