//! Runs `supervise`: shows and changes who supervises whom.

use clap::Args;

use crate::cli::context::{Context, one};
use crate::cli::json::people::{Supervision, SupervisorRow};
use crate::cli::output::report::{CommandOutput, Failure, listed};
use crate::cli::output::table::{OutputBlock, Table};
use crate::domain::people::person::{Person, Role};

/// `supervise`.
#[derive(Debug, Args)]
pub struct Supervise {
    /// Who supervises: an id, or any part of a name that only they have; without anyone, all are shown.
    pub supervisor: Option<String>,
    /// Whom: ids or parts of names; without anyone, the supervisor's trainees are shown.
    pub trainees: Vec<String>,
    /// Takes them from under the supervisor again.
    #[arg(long, requires = "trainees")]
    pub stop: bool,
}

/// Runs `supervise`.
pub fn supervise(context: &Context, asked: &Supervise) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let Some(text) = &asked.supervisor else { return shown(Vec::new(), &app.supervision()?) };
    let supervisor = one(app, text, &[Role::Supervisor, Role::TrainingOfficer])?;
    let trainees =
        asked.trainees.iter().map(|text| one(app, text, &[Role::Trainee])).collect::<Result<Vec<Person>, _>>()?;
    let mut parts = Vec::new();
    if !trainees.is_empty() {
        let (done, verb, not) = if asked.stop {
            (app.stop_supervising(&supervisor, &trainees)?, "no longer supervises", "did not supervise")
        } else {
            (app.supervise(&supervisor, &trainees)?, "supervises", "already supervises")
        };
        for trainee in &trainees {
            let verb = if done.contains(&trainee.id) { verb } else { not };
            parts.push(OutputBlock::Line(format!("{} {verb} {}", supervisor.name, trainee.name)));
        }
        parts.push(OutputBlock::Gap);
    }
    let under = app.trainees_under(&supervisor.id)?;
    shown(parts, &[(supervisor, under)])
}

fn shown(mut parts: Vec<OutputBlock>, all: &[(Person, Vec<Person>)]) -> Result<CommandOutput, Failure> {
    let rows = all.iter().flat_map(|(supervisor, trainees)| {
        trainees.iter().map(|trainee| {
            vec![
                supervisor.name.to_string(),
                trainee.name.to_string(),
                supervisor.id.to_string(),
                trainee.id.to_string(),
            ]
        })
    });
    let table = Table { head: vec!["supervisor", "trainee", "supervisor id", "trainee id"], rows: rows.collect() };
    parts.push(listed(table, "Nobody supervises anybody yet"));
    let supervisors = all.iter().map(SupervisorRow::from).collect();
    Ok(CommandOutput::new(parts, &Supervision { schema: "countersign/supervision/1", supervisors })?)
}
