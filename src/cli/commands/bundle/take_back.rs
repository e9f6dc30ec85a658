//! Runs `bundle take-back`: deletes what was received for the wrong person, after a preview.

use crate::commands::bundle::shape::{TakenBackRow, TakenBackShape};
use crate::context::prompt::confirmed;
use crate::context::{Context, line, one};
use crate::output::report::{CommandOutput, Failure};
use crate::output::table::{OutputBlock, Table, fact};
use countersign_app::bundle::take_back::{self, TakeBackPlan, TakenBackBundle};
use countersign_app::error::Error;
use countersign_app::hub::site_names;
use countersign_core::people::person::Role;
use countersign_core::primitives::text::counted;
use countersign_core::record::view::TreeHead;

/// Takes back what was received for a trainee.
pub fn taken_back(
    context: &mut Context,
    trainee: &str,
    logs: &[String],
    reason: &str,
    yes: bool,
) -> Result<CommandOutput, Failure> {
    let reason = line(Some(reason), "--reason")?.ok_or_else(|| Error::usage("A reason is needed"))?;
    let app = &mut context.open()?;
    let who = one(app, trainee, &[Role::Trainee])?;
    let origin =
        |named: &String| Ok(site_names::known_log(app, named)?.map_or_else(|| named.clone(), |log| log.to_string()));
    let logs: Vec<String> = logs.iter().map(origin).collect::<Result<_, Error>>()?;
    let plan = take_back::plan(app, &who.id, &logs, &reason)?;
    let (preview, head) = (preview(&plan), app.head()?);
    let before = shape(false, &head, &plan);
    let officer = context.signer(app, &[Role::TrainingOfficer])?;
    if !yes && let Some(unasked) = confirmed(&preview, &before, "Nothing was taken back")? {
        return Ok(unasked);
    }
    let proof = context.proof(app, &officer)?;
    let said = format!(
        "Took back {} for {}. They are deleted here, and the log records it. If they are somebody else's, the bundle can now be received for them",
        counted(plan.statements() as u64, "statement"),
        plan.trainee.name
    );
    let mut after = shape(true, &head, &plan);
    let TakenBackBundle { done, traces, backups } = take_back::take_back(app, &officer.id, &proof, plan)?;
    (after.size, after.checkpoint) = (done.head.size, done.head.code.clone());
    let mut parts = if yes { [preview, vec![OutputBlock::Gap]].concat() } else { Vec::new() };
    parts.extend([
        OutputBlock::Line(said),
        OutputBlock::Facts(vec![fact("Entries", done.head.size), fact("Checkpoint", &done.head.code)]),
    ]);
    let mut answer = CommandOutput::new(parts, &after)?;
    if !backups.is_empty() {
        let paths: Vec<String> = backups.iter().map(|backup| backup.path.display().to_string()).collect();
        answer = answer.aside(format!("Earlier backups still contain it: {}", paths.join(", ")));
    }
    Ok(match traces {
        None => answer,
        Some(error) => answer.aside(format!("{}. {}", error.sentence(), error.hint.unwrap_or_default())),
    })
}

fn shape(done: bool, head: &TreeHead, plan: &TakeBackPlan) -> TakenBackShape {
    TakenBackShape {
        schema: "countersign/bundle-take-back/1",
        done,
        trainee: plan.trainee.id.to_string(),
        trainee_name: plan.trainee.name.to_string(),
        logs: plan.parts.iter().map(TakenBackRow::new).collect(),
        evidence: plan.files,
        size: head.size,
        checkpoint: head.code.clone(),
    }
}

fn preview(plan: &TakeBackPlan) -> Vec<OutputBlock> {
    let rows = plan.parts.iter().map(|part| {
        let name = part.there_name.as_ref().map_or_else(String::new, ToString::to_string);
        cells![part.origin, name, part.there, part.statements]
    });
    let head = vec!["log", "name there", "id there", "statements"];
    let mut parts = vec![
        OutputBlock::Line(format!("Take back what was received for {}?", plan.trainee.name)),
        OutputBlock::Gap,
        OutputBlock::Table(Table { head, rows: rows.collect() }),
    ];
    let files =
        if plan.files > 0 { format!(" and {}", counted(plan.files as u64, "evidence file")) } else { String::new() };
    let statements = counted(plan.statements() as u64, "statement");
    let line = format!("This deletes {statements}{files} here. The other department still has what it sent");
    parts.push(OutputBlock::Line(line));
    parts
}
