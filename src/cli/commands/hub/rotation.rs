//! Runs `hub trainee` and `hub trainees`: who a trainee here is in another department.

use clap::Args;

use crate::commands::hub::shape::{RotationRow, RotationsShape};
use crate::context::{Context, line, one};
use crate::output::report::{CommandOutput, Failure, listed};
use crate::output::table::{Table, fact};
use crate::output::written::Written;
use countersign_app::app::App;
use countersign_app::error::Error;
use countersign_app::hub::rotating::{self, Brought, NewRotation, RotationView};
use countersign_app::hub::site_names;
use countersign_core::people::person::{Person, Role};
use countersign_core::primitives::ids::{LogOrigin, PersonId};
use countersign_core::primitives::text::counted;

#[derive(Debug, Args)]
pub struct TraineeArgs {
    /// The trainee here.
    pub trainee: String,
    /// The other department: its name at the hub, as `hub status` shows it, or its log, of which the first letters are enough.
    #[arg(long, value_name = "SITE")]
    pub site: String,
    /// The trainee's id in that department.
    #[arg(long, value_name = "ID", required_unless_present = "end")]
    pub there: Option<PersonId>,
    /// Their name there, if it is another one: you say that the two are one person.
    #[arg(long, value_name = "NAME", requires = "there")]
    pub known_there_as: Option<String>,
    /// Ends it: the hub brings no more. What it brought stays on the record.
    #[arg(long, conflicts_with_all = ["there", "known_there_as"], requires = "reason")]
    pub end: bool,
    /// What it brought was somebody else's, and is deleted here.
    #[arg(long, requires = "end")]
    pub wrong_person: bool,
    /// The reason for the end. It is kept in the log.
    #[arg(long, value_name = "TEXT", requires = "end")]
    pub reason: Option<String>,
}

/// Begins or ends a rotation.
pub fn trainee(context: &mut Context, asked: &TraineeArgs) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let who = one(app, &asked.trainee, &[Role::Trainee])?;
    // What was begun can be ended after the key was stopped.
    let find = if asked.end { site_names::named_log_or_stopped } else { site_names::named_log };
    let log = find(app, &asked.site)?;
    match &asked.there {
        Some(there) => begun(context, app, asked, (&who, there, &log)),
        None => ended(context, app, asked, (&who, &log)),
    }
}

fn begun(
    context: &mut Context,
    app: &mut App,
    asked: &TraineeArgs,
    (who, there, log): (&Person, &PersonId, &LogOrigin),
) -> Result<CommandOutput, Failure> {
    let known = line(asked.known_there_as.as_deref(), "--known-there-as")?;
    let (officer, proof) = context.signer_and_proof(app, &[Role::TrainingOfficer])?;
    let what = NewRotation { trainee: &who.id, there, known_there_as: known.as_ref() };
    let done = rotating::begin(app, &officer.id, &proof, log, what)?;
    let said = format!("{} is {there} at {}. Each `countersign hub sync` now brings their statements", who.name, log);
    Ok(CommandOutput::written(said, vec![fact("Log", log)], &Written::new(&done.ids, &done.head))?)
}

fn ended(
    context: &mut Context,
    app: &mut App,
    asked: &TraineeArgs,
    (who, log): (&Person, &LogOrigin),
) -> Result<CommandOutput, Failure> {
    let reason = line(asked.reason.as_deref(), "--reason")?.ok_or_else(|| Error::usage("A reason is needed"))?;
    let what = if asked.wrong_person { Brought::Goes } else { Brought::Stays };
    let (officer, proof) = context.signer_and_proof(app, &[Role::TrainingOfficer])?;
    let ended = rotating::end(app, &officer.id, &proof, (&who.id, log), (what, &reason))?;
    let rest = match what {
        _ if ended.kept + ended.removed == 0 => "It had brought nothing".to_owned(),
        Brought::Stays => format!("{} stay on the record", counted(ended.kept as u64, "statement")),
        Brought::Goes => format!("{} are deleted here", counted(ended.removed as u64, "statement")),
    };
    let said = format!("The hub brings nothing more from {} for {}. {rest}", log, who.name);
    let answer =
        CommandOutput::written(said, vec![fact("Log", log)], &Written::new(&ended.done.ids, &ended.done.head))?;
    let answer = match what {
        Brought::Goes if ended.removed > 0 => answer.aside("Earlier backups still contain them"),
        _ => answer,
    };
    let answer = match what {
        Brought::Goes if ended.bundled > 0 => answer.aside(format!(
            "{} of that log also came in a bundle and stay on the record. To remove them: `countersign bundle take-back \"{}\"`",
            counted(ended.bundled as u64, "statement"),
            who.name
        )),
        _ => answer,
    };
    Ok(match ended.traces {
        None => answer,
        Some(error) => answer.aside(format!("{}. {}", error.sentence(), error.hint.unwrap_or_default())),
    })
}

/// Lists the rotations.
pub fn trainees(context: &Context) -> Result<CommandOutput, Failure> {
    let app = context.open()?;
    let all = rotating::rotations(&app)?;
    let row = |one: &RotationView| {
        let state = match one.ended {
            Some(at) => format!("ended {}", at.local_words()),
            None if one.stopped => "not fetched: its key was stopped".to_owned(),
            None => "now".to_owned(),
        };
        let size =
            one.size.map_or_else(|| "nothing yet".to_owned(), |size| format!("up to entry {}", size.saturating_sub(1)));
        cells![one.trainee.name, one.origin, one.there.name, one.there.id, state, one.statements, size]
    };
    let head = vec!["trainee", "log", "name there", "id there", "state", "statements", "fetched"];
    let table = Table { head, rows: all.iter().map(row).collect() };
    let parts = vec![listed(table, "The hub brings nothing for anyone here")];
    let trainees = all.iter().map(RotationRow::new).collect();
    let shape = RotationsShape { schema: "countersign/hub-trainees/1", trainees };
    Ok(CommandOutput::new(parts, &shape)?)
}
