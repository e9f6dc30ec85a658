//! Runs `init`: creates a data directory. An existing one is refused.

use clap::Args;
use serde::Serialize;

use crate::context::prompt::Terminal;
use crate::context::values::roles;
use crate::context::{Context, name};
use crate::output::report::{CommandOutput, Failure};
use crate::output::table::{OutputBlock, fact};
use crate::output::written::IdRow;
use countersign_app::clock::SystemClock;
use countersign_app::error::Error;
use countersign_app::init::{InitOptions, found, refuse_founded, shipped_standards};
use countersign_app::keys::keystore::{five_words, judge};
use countersign_app::maintenance::export;
use countersign_app::random::SystemRandom;
use countersign_core::people::person::Role;
use countersign_core::primitives::ids::Secret;
use countersign_core::primitives::text::SafeText;

#[derive(Debug, Args)]
pub struct InitArgs {
    /// The department, such as “Cardiology, Example Hospital”.
    #[arg(long)]
    pub department: Option<String>,
    /// The name of the first training officer, usually you.
    #[arg(long)]
    pub name: Option<String>,
    /// Their professional registration, such as “HCPC CS00000”.
    #[arg(long)]
    pub registration: Option<String>,
    /// Gives them another role as well as training officer. Can be repeated.
    #[arg(long = "role", value_name = "ROLE", value_parser = roles())]
    pub roles: Vec<Role>,
}

/// How often to ask for another passphrase after one was refused.
const TRIES: usize = 5;

/// Creates a data directory.
pub fn init(context: &mut Context, asked: &InitArgs) -> Result<CommandOutput, Failure> {
    let folder = context.folder()?;
    refuse_founded(&folder, "--data")?;
    let path = folder.path().display().to_string();
    let department = needed(asked.department.as_deref(), "--department", "Department")?;
    let officer = needed(asked.name.as_deref(), "--name", "Your name, as the first training officer")?;
    let registration = name(asked.registration.as_deref(), "--registration")?;
    let names = [officer.as_str(), department.as_str()];
    let passphrase = match context.given_passphrase()? {
        Some(given) => given,
        None => chosen(&names)?,
    };
    judge(&names, &passphrase)?;
    let beginning = InitOptions {
        department: department.clone(),
        origin: None,
        officer: officer.clone(),
        registration,
        roles: asked.roles.clone(),
        passphrase,
        pin: None,
        standard: shipped_standards()?.pop(),
    };
    SystemClock.check()?;
    let (app, id) = found(&folder, &beginning, Box::new(SystemClock), Box::new(SystemRandom::default()))?;
    let head = app.head()?;
    let person = app.person(&id)?;
    let roles: Vec<&str> = person.roles.iter().map(|role| role.words()).collect();
    let parts = vec![
        OutputBlock::Line(format!("Created the sign-off book for {department}")),
        OutputBlock::Facts(vec![
            fact("Folder", &path),
            fact("Person", format!("{id} {officer}, {}", roles.join(", "))),
            fact("Checkpoint", &head.code),
        ]),
        OutputBlock::Gap,
        OutputBlock::Line("Next:".to_owned()),
        OutputBlock::Line(format!("countersign person add \"A. Trainee\" --role trainee --as {id}")),
        OutputBlock::Line(format!("countersign enrol \"A. Trainee\" ST0413 --start today --as {id}")),
        OutputBlock::Line("countersign, to open the screen".to_owned()),
    ];
    let people = vec![IdRow { id: id.to_string() }];
    let app = app.with_checkpoint_mirror(context.second(&folder));
    export::keep_checkpoint(&app)?;
    let shape = InitReport { schema: "countersign/begun/1", folder: path, checkpoint: head.code, people };
    Ok(CommandOutput::new(parts, &shape)?)
}

/// Returns a required value: as given, or asked for on the terminal.
fn needed(given: Option<&str>, option: &str, question: &str) -> Result<SafeText, Error> {
    let asked = match (given, Terminal::find()) {
        (Some(given), _) => given.to_owned(),
        (None, Some(mut terminal)) => terminal.ask(question)?,
        (None, None) => {
            return Err(Error::usage(format!("{option} is needed, but there is no terminal to type it in"))
                .hint("`countersign init --help` shows the options"));
        }
    };
    SafeText::name(&asked).map_err(|fault| Error::from(fault).context(option))
}

/// Asks for a new passphrase on the terminal; five words are offered first.
pub fn chosen(names: &[&str]) -> Result<Secret, Error> {
    let mut terminal = Terminal::find().ok_or_else(|| {
        Error::usage("A passphrase is needed, but there is no terminal to type it in")
            .hint("Give it with --passphrase-file or --passphrase-fd")
    })?;
    let offered = five_words(&mut SystemRandom::default())?;
    terminal.say("Suggested passphrase, easy to remember:")?;
    terminal.say(&format!("    {}", offered.reveal()))?;
    terminal.say("Type it to use it, or choose your own (at least 15 characters).")?;
    let mut refused = Error::usage("No passphrase was chosen");
    for _ in 0..TRIES {
        let typed = match terminal.ask_secret("Passphrase") {
            Err(error) if error.why == "Nothing was typed" => {
                terminal.say("You need a passphrase. Ctrl-C stops")?;
                refused = error;
                continue;
            }
            typed => typed?,
        };
        let tried = judge(names, &typed).and_then(|()| {
            // The offered words were visible; a passphrase of one's own may have a typing error.
            if typed == offered || terminal.ask_secret("Type it again")? == typed {
                return Ok(());
            }
            Err(Error::usage("The two do not match"))
        });
        match tried {
            Ok(()) => return Ok(typed),
            Err(error) if error.why == "Cancelled" => return Err(error),
            Err(error) => {
                terminal.say(&error.sentence())?;
                if let Some(hint) = &error.hint {
                    terminal.say(hint)?;
                }
                refused = error;
            }
        }
    }
    Err(refused)
}

/// The result of `init`.
#[derive(Debug, Serialize)]
pub struct InitReport {
    pub schema: &'static str,
    /// The data directory.
    pub folder: String,
    pub checkpoint: String,
    /// The first training officer.
    pub people: Vec<IdRow>,
}
