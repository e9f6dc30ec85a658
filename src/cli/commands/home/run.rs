//! Runs `home` for any person. Read-only, except `home read` over SSH.

use clap::Args;

use crate::commands::home::shape::{HomeShape, OfficerShape, SupervisorShape, TraineeShape};
use crate::commands::home::text::{officer_blocks, supervisor_blocks, trainee_blocks};
use crate::context::{Context, one};
use crate::output::report::{CommandOutput, Failure};
use countersign_app::app::App;
use countersign_app::error::Error;
use countersign_app::home::counts::tab_counts;
use countersign_app::home::{officer, supervisor, trainee, visits};
use countersign_core::home::counts::HomeKind;
use countersign_core::people::person::{Person, Role};

/// Rows of each list over SSH.
const MOST: usize = 20;

#[derive(Debug, Args)]
pub struct HomeArgs {
    /// Whose: an id, or any part of a name that matches nobody else. Without it, the person named with --as.
    pub person: Option<String>,
    /// The most rows of each list.
    #[arg(long, value_name = "N", default_value_t = MOST as u32, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub most: u32,
}

/// Shows what waits for a person.
pub fn home(context: &mut Context, asked: &HomeArgs) -> Result<CommandOutput, Failure> {
    let app = context.open()?;
    let who = match &asked.person {
        Some(text) => one(&app, text, &Role::ALL)?,
        None if context.names_a_signer() => context.signer(&app, &Role::ALL)?,
        None => {
            return Err(Error::usage("No person was named")
                .hint("Name one, such as `countersign home sam`. `countersign person list` shows everyone")
                .into());
        }
    };
    home_of(&app, &who, asked.most as usize)
}

/// Shows a person's own Home over SSH. With `read`, also marks what is new as read: all that the answer counts.
pub fn own_home(app: &mut App, who: &Person, read: bool) -> Result<CommandOutput, Failure> {
    let answer = home_of(app, who, MOST)?;
    if !read {
        return Ok(answer);
    }
    if !who.roles.contains(&Role::Trainee) {
        return Err(Error::usage(format!("home read works only for trainees, and {} is not a trainee", who.name))
            .hint("To see your Home: home")
            .into());
    }
    let seen = trainee::trainee_home(app, &who.id, MOST)?.news;
    visits::mark_read(app, &who.id, seen.read_to)?;
    let what = match seen.total {
        0 => "Nothing was new".to_owned(),
        1 => "Marked 1 new thing as read".to_owned(),
        total => format!("Marked {total} new things as read"),
    };
    Ok(answer.aside(what))
}

fn home_of(app: &App, who: &Person, most: usize) -> Result<CommandOutput, Failure> {
    let counts = tab_counts(app, Some(who))?;
    let kind = HomeKind::of(who);
    let mut shape = HomeShape::new(who, kind, &counts);
    let parts = match kind {
        HomeKind::Officer => {
            let home = officer::officer_home(app, most)?;
            shape.officer = Some(OfficerShape::new(&home));
            officer_blocks(&home)
        }
        HomeKind::Supervisor => {
            let home = supervisor::supervisor_home(app, &who.id, most)?;
            shape.supervisor = Some(SupervisorShape::new(&home));
            supervisor_blocks(&home)
        }
        HomeKind::Trainee => {
            let home = trainee::trainee_home(app, &who.id, most)?;
            shape.trainee = Some(TraineeShape::new(&home));
            trainee_blocks(&home)
        }
    };
    Ok(CommandOutput::new(parts, &shape)?)
}
