//! Parses the arguments, runs the command and returns the exit code. Opening the screen is left to `main`.

use std::ffi::OsString;
use std::io;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _};

use crate::args::{Command, CommandLine};
use crate::commands::bundle::run as bundle;
use crate::commands::claims::{claim, evidence};
use crate::commands::home::run as home;
use crate::commands::hub::run as hub;
use crate::commands::mail::{calendar, digest};
use crate::commands::maintenance::manual::{self, KeyRow};
use crate::commands::maintenance::setup::{set_up, somebody_is_there};
use crate::commands::maintenance::{backup, doctor, export, import, init, policy, restore, verify};
use crate::commands::people::{erase, key, person, subject_access, supervise};
use crate::commands::programme::{cohort, enrol, enrolment, hours, readiness, review, reviews};
use crate::commands::record::{
    badge, history, marks, portfolio, quality_assurance, receipts, records_import, sign_off, trainee,
};
use crate::commands::report::kind::report;
use crate::commands::standards::{competences, standard};
use crate::context::filter_days::parsed_days;
use crate::context::global::Global;
use crate::context::{Context, one};
use crate::hardening::{have_large_writes_fail, keep_memory_private};
use crate::output::report::{CommandOutput, Failure};
use crate::output::{self, OutputFormat, Style};
use crate::ssh::{authorized_keys, commands as ssh, session};
use countersign_app::app::App;
use countersign_app::claims::evidence::copy_evidence;
use countersign_app::config::surroundings;
use countersign_app::error::Error;
use countersign_app::keys::agent::Purpose;
use countersign_app::keys::unlock;
use countersign_app::maintenance::export::keep_checkpoint;
use countersign_app::storage::checkpoint_mirror::CheckpointMirror;
use countersign_app::storage::data_dir::DataDir;
use countersign_core::people::person::Role;
use countersign_core::primitives::ids::PersonId;

/// What the screen is opened on.
enum Opened {
    /// The app, the signer, the trainee to open.
    Book(Box<App>, Option<PersonId>, Option<PersonId>),
    /// A folder with no book yet.
    Nothing(DataDir),
}

/// What is left for `main` to do.
pub enum Dispatch {
    /// Nothing but to return this exit code.
    Exit(u8),
    /// Opens the screen on this data directory.
    Screen {
        /// The app, with the session of `--as` open if its passphrase was given.
        app: Box<App>,
        signer: Option<PersonId>,
        /// The trainee to open.
        trainee: Option<PersonId>,
        /// The person whom sshd authenticated, if any.
        person: Option<PersonId>,
        ascii: bool,
    },
    /// Sets up a book on the screen, and opens it.
    SetUp {
        folder: DataDir,
        /// The second folder for checkpoints, if any.
        second: Option<CheckpointMirror>,
        ascii: bool,
    },
    /// Opens the screen on demo data.
    Demo { ascii: bool },
    /// Prints the key table in this style.
    Keymap(Style),
}

/// Runs the command of these arguments. `opening` is called before the data directory of a screen is opened.
pub fn run(arguments: impl IntoIterator<Item = OsString>, opening: impl FnOnce(Style)) -> Dispatch {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    if !output::is_open() {
        return Dispatch::Exit(fail(
            &Error::refused("Standard output is closed")
                .hint("Nothing was done. Send the answer to a file, or to /dev/null"),
        ));
    }
    if let Some(code) = authorized_keys::asked(&arguments) {
        return Dispatch::Exit(code);
    }
    keep_memory_private();
    have_large_writes_fail();
    let CommandLine { global, trainee: shown, command } = match parse(arguments) {
        Ok(parsed) => parsed,
        Err(fault) => return Dispatch::Exit(output::usage(&fault)),
    };
    let form = if global.json {
        OutputFormat::Json
    } else if global.plain {
        OutputFormat::Plain
    } else {
        OutputFormat::Table
    };
    let style = Style { form, ascii: global.ascii, raw: global.raw };
    let mut context = Context::new(global);
    let delivered = match command {
        Some(Command::Keymap) => return Dispatch::Keymap(style),
        Some(Command::Demo(asked)) => match &asked.make {
            Some(folder) => verify::demo(folder, &asked),
            None => return Dispatch::Demo { ascii: style.ascii },
        },
        Some(Command::Session(asked)) => match session::session(&context, &asked) {
            Ok(session::SessionOutcome::Answer(answer)) => Ok(answer),
            Ok(session::SessionOutcome::File(app, whose, digest)) => {
                return Dispatch::Exit(output::give("evidence get ID", |out| {
                    copy_evidence(&app, &whose, &digest, out)
                }));
            }
            Ok(session::SessionOutcome::Document(name, bytes)) => {
                let send = |out: &mut dyn io::Write| out.write_all(&bytes).map_err(Error::refused);
                return Dispatch::Exit(output::give(name, send));
            }
            Ok(session::SessionOutcome::Screen(app, person)) => {
                let trainee = app.viewer().own().cloned();
                return Dispatch::Screen { app, signer: None, trainee, person: Some(person), ascii: style.ascii };
            }
            Err(failure) => Err(failure),
        },
        Some(command) => answer(&mut context, &command).map(|answer| {
            let days = parsed_days(&command);
            days.into_iter().fold(answer, CommandOutput::aside)
        }),
        None if form != OutputFormat::Table => Err(Error::usage("--json and --plain need a command")
            .hint("Name one, such as `countersign history --plain`")
            .into()),
        None => match screen(&mut context, shown.as_deref(), || opening(style)) {
            Ok(Opened::Book(app, signer, trainee)) => {
                return Dispatch::Screen { app, signer, trainee, person: None, ascii: style.ascii };
            }
            Ok(Opened::Nothing(folder)) => {
                let second = context.second(&folder);
                return Dispatch::SetUp { folder, second, ascii: style.ascii };
            }
            Err(error) => Err(error.into()),
        },
    };
    Dispatch::Exit(output::finish(delivered, &context.all_warnings(), style))
}

/// Parses the arguments. A session takes its folders from its arguments only, not from the environment.
fn parse(arguments: Vec<OsString>) -> Result<CommandLine, clap::Error> {
    let matches = CommandLine::command().try_get_matches_from(arguments)?;
    let mut line = CommandLine::from_arg_matches(&matches)?;
    let session = matches!(line.command, Some(Command::Session(_)));
    settle(&mut line.global, &matches, session)?;
    Ok(line)
}

/// Drops empty folders from the environment, and for a session all folders from the environment.
fn settle(global: &mut Global, matches: &ArgMatches, session: bool) -> Result<(), clap::Error> {
    for (name, option, folder) in
        [("data", "--data", &mut global.data), ("checkpoints_folder", "--checkpoints", &mut global.checkpoints_folder)]
    {
        let explicit = matches.value_source(name) == Some(ValueSource::CommandLine);
        let empty = folder.as_ref().is_some_and(|folder| folder.as_os_str().is_empty());
        if explicit && empty {
            let why = format!("a folder is required for '{option} <DIR>' but it is empty");
            return Err(CommandLine::command().error(ErrorKind::InvalidValue, why));
        }
        folder.take_if(|_| !explicit && (session || empty));
    }
    Ok(())
}

/// Opens what the screen shows: the data directory, the session of `--as`, the trainee.
fn screen(context: &mut Context, trainee: Option<&str>, opening: impl FnOnce()) -> Result<Opened, Error> {
    let folder = context.folder()?;
    if !folder.is_founded() && !context.names_a_signer() && somebody_is_there() {
        if !is_dumb() {
            opening();
            return Ok(Opened::Nothing(folder));
        }
        let (app, officer) = set_up(&folder)?;
        let app = app.with_checkpoint_mirror(context.second(&folder));
        keep_checkpoint(&app)?;
        return Ok(Opened::Book(Box::new(app), Some(officer), None));
    }
    if !context.names_a_signer() {
        // A passphrase would be typed into the same terminal.
        opening();
    }
    let mut app = context.open()?;
    let trainee = trainee.map(|text| one(&app, text, &[Role::Trainee])).transpose()?;
    let signer = if context.names_a_signer() {
        let named = context.named_signer(&app, &Role::ALL);
        if let Some(trainee) = named.filter(|person| person.roles.iter().all(|role| *role == Role::Trainee)) {
            return Err(Error::usage(format!("{} is a trainee and cannot sign here", trainee.name))
                .hint("Trainees open their own screen over SSH"));
        }
        let person = context.signer(&app, &[Role::Supervisor, Role::TrainingOfficer, Role::Verifier])?;
        let proof = context.proof(&app, &person)?;
        unlock::prove(&mut app, &person.id, &proof, Purpose::SignIn)?;
        Some(person.id)
    } else {
        None
    };
    Ok(Opened::Book(Box::new(app), signer, trainee.map(|person| person.id)))
}

/// Whether the terminal only takes lines: then questions are asked line by line.
fn is_dumb() -> bool {
    surroundings().term.as_deref() == Some("dumb")
}

/// Prints the key table and returns the exit code.
pub fn keymap(rows: Vec<KeyRow>, style: Style) -> u8 {
    output::finish(manual::keymap(rows), &[], style)
}

/// Prints an error and its hint, and returns the exit code.
pub fn fail(error: &Error) -> u8 {
    output::fail(error)
}

fn answer(context: &mut Context, command: &Command) -> Result<CommandOutput, Failure> {
    match command {
        Command::Init(asked) => init::init(context, asked),
        Command::Person(verb) => person::person(context, verb),
        Command::Key(verb) => key::key(context, verb),
        Command::Standard(verb) => standard::standard(context, verb),
        Command::Competences(verb) => competences::competences(context, verb),
        Command::Enrol(asked) => enrol::enrol(context, asked),
        Command::Enrolment(verb) => enrolment::enrolment(context, verb),
        Command::Supervise(asked) => supervise::supervise(context, asked),
        Command::Policy { verb } => policy::policy(context, verb.as_ref()),
        Command::Claim(asked) => claim::claim(context, asked),
        Command::Evidence(verb) => evidence::evidence(context, verb),
        Command::Queue(asked) => claim::queue(context, asked),
        Command::SignOff(asked) => sign_off::sign_off(context, asked),
        Command::Records(verb) => records_import::records(context, verb),
        Command::Withdraw(asked) => sign_off::withdraw(context, asked),
        Command::Countersign(asked) => marks::countersign(context, asked),
        Command::Sample(asked) => marks::sample(context, asked),
        Command::SecondChecks(asked) => quality_assurance::second_looks(context, asked),
        Command::Acknowledge(asked) => marks::acknowledge(context, asked),
        Command::Dispute(asked) => marks::dispute(context, asked),
        Command::Review(asked) => review::review(context, asked),
        Command::Reviews(asked) => reviews::reviews(context, asked),
        Command::Hours(verb) => hours::hours(context, verb),
        Command::Readiness(asked) => readiness::readiness(context, asked),
        Command::Requirement(asked) => readiness::requirement(context, asked),
        Command::Confirm(asked) => readiness::confirm(context, asked),
        Command::Clock(asked) => review::clock(context, asked),
        Command::Home(asked) => home::home(context, asked),
        Command::Calendar(asked) => calendar::calendar(context, asked),
        Command::Digest(asked) => digest::digest(context, asked),
        Command::Outstanding(asked) => trainee::outstanding(context, asked),
        Command::Trainee(asked) => trainee::trainee(context, asked),
        Command::Portfolio(asked) => portfolio::portfolio(context, asked),
        Command::Badge(asked) => badge::badge(context, asked),
        Command::Bundle(asked) => bundle::bundle(context, asked),
        Command::Hub(verb) => hub::hub(context, verb),
        Command::Report(kind) => report(context, kind),
        Command::Ssh(verb) => ssh::ssh(context, verb),
        Command::Cohort(asked) => cohort::cohort(context, asked),
        Command::History(asked) => history::history(context, asked),
        Command::Verify(asked) => verify::verify(context, asked),
        Command::Backup(asked) => backup::backup(context, asked),
        Command::Restore(asked) => restore::restore(context, asked),
        Command::Erase(asked) => erase::erase(context, asked),
        Command::Retention(verb) => subject_access::retention(context, verb),
        Command::Doctor => doctor::doctor(context),
        Command::Rebuild => verify::rebuild(context),
        Command::Checkpoint(asked) => history::checkpoint(context, asked),
        Command::Receipts(asked) => receipts::receipts(context, asked),
        Command::Import(asked) => import::import(context, asked),
        Command::Export(asked) => export::export(context, asked),
        Command::Completions { shell } => Ok(manual::completions(*shell)),
        Command::Man(asked) => manual::manual(asked.command.as_deref()),
        // The caller handles these, as they need modules that this layer does not use.
        Command::Demo(_) | Command::Keymap | Command::Session(_) => Ok(CommandOutput::default()),
    }
}
