//! Runs `supervise`: shows and changes who supervises whom.

use clap::Args;
use serde::Serialize;

use crate::context::{Context, one};
use crate::output::report::{CommandOutput, Failure, listed};
use crate::output::table::{OutputBlock, Table};
use countersign_app::people::supervision;
use countersign_core::people::person::{Person, Role};

#[derive(Debug, Args)]
pub struct SuperviseArgs {
    /// Who supervises: an id, or any part of a name that matches nobody else; without anyone, all are shown.
    pub supervisor: Option<String>,
    /// Whom: ids or parts of names; without anyone, the supervisor's trainees are shown.
    pub trainees: Vec<String>,
    /// Ends the supervision of these trainees.
    #[arg(long, requires = "trainees")]
    pub stop: bool,
}

/// Runs `supervise`.
pub fn supervise(context: &Context, asked: &SuperviseArgs) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let Some(text) = &asked.supervisor else {
        return shown(Vec::new(), &supervision::supervision(app)?, "Nobody supervises anybody yet");
    };
    let supervisor = one(app, text, &[Role::Supervisor, Role::TrainingOfficer])?;
    let trainees =
        asked.trainees.iter().map(|text| one(app, text, &[Role::Trainee])).collect::<Result<Vec<Person>, _>>()?;
    let mut parts = Vec::new();
    if !trainees.is_empty() {
        let (done, verb, not) = if asked.stop {
            (supervision::stop_supervising(app, &supervisor, &trainees)?, "no longer supervises", "did not supervise")
        } else {
            (supervision::supervise(app, &supervisor, &trainees)?, "supervises", "already supervises")
        };
        for trainee in &trainees {
            let verb = if done.contains(&trainee.id) { verb } else { not };
            parts.push(OutputBlock::Line(format!("{} {verb} {}", supervisor.name, trainee.name)));
        }
        parts.push(OutputBlock::Gap);
    }
    let under = supervision::trainees_under(app, &supervisor.id)?;
    let nothing = format!("{} supervises nobody", supervisor.name);
    shown(parts, &[(supervisor, under)], &nothing)
}

fn shown(mut parts: Vec<OutputBlock>, all: &[(Person, Vec<Person>)], nothing: &str) -> Result<CommandOutput, Failure> {
    let rows = all.iter().flat_map(|(supervisor, trainees)| {
        trainees.iter().map(|trainee| cells![supervisor.name, trainee.name, supervisor.id, trainee.id])
    });
    let table = Table { head: vec!["supervisor", "trainee", "supervisor id", "trainee id"], rows: rows.collect() };
    parts.push(listed(table, nothing));
    let supervisors = all.iter().map(SupervisorRow::from).collect();
    Ok(CommandOutput::new(parts, &Supervision { schema: "countersign/supervision/1", supervisors })?)
}

/// Supervisors with their trainees.
#[derive(Debug, Serialize)]
pub struct Supervision {
    pub schema: &'static str,
    pub supervisors: Vec<SupervisorRow>,
}

/// A supervisor with their trainees.
#[derive(Debug, Serialize)]
pub struct SupervisorRow {
    pub id: String,
    pub name: String,
    pub trainees: Vec<UnderRow>,
}

/// A supervised trainee.
#[derive(Debug, Serialize)]
pub struct UnderRow {
    pub id: String,
    pub name: String,
}

impl From<&(Person, Vec<Person>)> for SupervisorRow {
    fn from((supervisor, trainees): &(Person, Vec<Person>)) -> Self {
        let under = |person: &Person| UnderRow { id: person.id.to_string(), name: person.name.to_string() };
        Self {
            id: supervisor.id.to_string(),
            name: supervisor.name.to_string(),
            trainees: trainees.iter().map(under).collect(),
        }
    }
}
