//! The first run: where there is no book yet, a few questions make one, and the screen opens on it. Must never ask for
//! what can be changed later, nor lose what was made when a later question is left.

use crate::app::clock::SystemClock;
use crate::app::error::Error;
use crate::app::files::Folder;
use crate::app::found::{Beginning, found};
use crate::app::keys::five_words;
use crate::app::random::SystemRandom;
use crate::app::roster::NewPerson;
use crate::app::service::App;
use crate::app::session::Proof;
use crate::cli::init::chosen;
use crate::cli::output::is_seen;
use crate::cli::prompt::Terminal;
use crate::domain::person::{Enrolment, Role};
use crate::domain::standard::Standard;
use crate::domain::standard_options::Scope;
use crate::domain::text::{Clean, TextFault, said_yes};
use crate::domain::typed_day::{Look, understand};
use crate::domain::value::{PersonId, Secret, StandardRef};
use crate::domain::when::long_day;

/// How often one question is asked again before the set-up goes on without it.
const TRIES: usize = 5;

/// Whether somebody sits at a terminal who can be asked.
#[must_use]
pub fn somebody_is_there() -> bool {
    is_seen() && Terminal::find().is_some()
}

/// Asks what a new book needs, makes it, and gives it back with the training officer's session open.
pub fn set_up(folder: &Folder) -> Result<(App, PersonId), Error> {
    let nobody = || Error::usage("There is no terminal to ask on").hint("`countersign init --help` shows another way");
    let mut to = Terminal::find().ok_or_else(nobody)?;
    to.say(&format!("There is no book yet in {}", folder.path().display()))?;
    to.say("A few questions make one.")?;
    to.say("Until the passphrase is chosen nothing is made: Ctrl-C leaves.\n")?;
    let department = line(&mut to, "Department, such as “Cardiology, Example Hospital”")?;
    let officer = line(&mut to, "Your name, as the first training officer")?;
    let registration = optional(&mut to, "Your registration, such as “HCPC CS00000” (Enter for none)")?;
    let watches = yes(&mut to, "Do you also see trainees' work and sign it off? (y or n)")?;
    let passphrase = chosen(&[officer.as_str(), department.as_str()])?;
    let beginning = Beginning {
        department: department.clone(),
        origin: None,
        officer: officer.clone(),
        registration,
        roles: if watches { vec![Role::Supervisor] } else { Vec::new() },
        passphrase: passphrase.clone(),
    };
    SystemClock.check()?;
    let (mut app, id) = found(folder, &beginning, Box::new(SystemClock), Box::new(SystemRandom::default()))?;
    to.say(&format!("\nMade the book of {department}, with the standard ST0413."))?;
    // From here on the book is there: what is left unanswered now can be done at any time.
    if let Err(left) = furnish(&mut app, &id, &passphrase, &mut to) {
        to.say(&format!("\n{}: the rest can be done at any time.", left.sentence()))?;
    }
    Ok((app, id))
}

/// A PIN, the first trainees, the first supervisors.
fn furnish(app: &mut App, officer: &PersonId, passphrase: &Secret, to: &mut Terminal) -> Result<(), Error> {
    pin(app, officer, passphrase, to)?;
    if let [standard] = &app.standards()?[..] {
        let on = standard.reference().clone();
        to.say(&format!("\nThe first trainees, on {on} (more: `countersign person add`, `enrol`)."))?;
        while again(to, |to| trainee(app, officer, &on, to))? {}
    }
    to.say("\nThe first supervisors.")?;
    while again(to, |to| supervisor(app, officer, to))? {}
    Ok(())
}

fn pin(app: &mut App, officer: &PersonId, passphrase: &Secret, to: &mut Terminal) -> Result<(), Error> {
    to.say("A PIN of 4 to 8 digits signs within an open session.")?;
    again(to, |to| {
        let pin = match to.ask_secret("PIN (Enter for none)") {
            Err(error) if error.why == "Nothing was typed" => return Ok(false),
            typed => typed?,
        };
        app.set_pin(officer, passphrase, &pin).map(|()| true)
    })?;
    Ok(())
}

/// A trainee, enrolled; whether one was named.
fn trainee(app: &mut App, officer: &PersonId, on: &StandardRef, to: &mut Terminal) -> Result<bool, Error> {
    let Some(name) = optional(to, "A trainee's name (Enter when done)")? else { return Ok(false) };
    let typed = optional(to, "First day: today, 1 Sep, 2026-09-01 (Enter for today)")?;
    let today = app.today();
    let start = typed.map_or(Ok(today), |text| understand(text.as_str(), today, Look::of("start")))?;
    let specialism = optional(to, "Specialism, such as cardiology (Enter for none)")?;
    let scope = ask_option(&*app.standard(on)?, to)?;
    let aged_16_to_18 = match optional(to, "Aged 16 to 18 on that day? yes or no (Enter to answer later)")? {
        Some(text) => Some(said_yes(text.as_str()).ok_or_else(|| Error::usage("Answer yes or no"))?),
        None => None,
    };
    let new = NewPerson {
        name: name.clone(),
        roles: vec![Role::Trainee],
        department: None,
        registration: None,
        level: None,
        second: false,
    };
    let (id, _) = app.add_person(officer, &Proof::Session, new, None)?;
    let enrolment = Enrolment {
        trainee: id,
        standard: on.clone(),
        start,
        specialism,
        weekly: None,
        end: None,
        scope,
        aged_16_to_18,
    };
    app.enrol(officer, &Proof::Session, enrolment)?;
    to.say(&format!("  {name} starts on {}", long_day(start)))?;
    let unmapped = app.standard(on)?.unmapped_options();
    for warning in app.start_warnings(on, start)?.into_iter().chain(unmapped) {
        to.say(&format!("  {warning}"))?;
    }
    Ok(true)
}

/// The option that a trainee is on, where the standard has options.
fn ask_option(standard: &Standard, to: &mut Terminal) -> Result<Scope, Error> {
    if standard.options().is_empty() {
        return Ok(Scope::default());
    }
    let question = format!("Their option: {}", standard.option_names());
    let question = if standard.maps_options() { question } else { format!("{question} (Enter for none)") };
    let option = match optional(to, &question)? {
        Some(text) => {
            let found = standard.find_option(text.as_str()).map_err(|fault| Error::usage(fault.to_string()))?;
            Some(Clean::line(&found.name)?)
        }
        None => None,
    };
    let scope = Scope { option, ..Scope::default() };
    // Before the person is added: an answer that will not do is asked for again.
    standard.scope_fault(&scope).map_or(Ok(scope), |fault| Err(Error::usage(fault.to_string())))
}

/// A supervisor with a key; whether one was named.
fn supervisor(app: &mut App, officer: &PersonId, to: &mut Terminal) -> Result<bool, Error> {
    let Some(name) = optional(to, "A supervisor's name (Enter when done)")? else { return Ok(false) };
    let registration = optional(to, "Their registration (Enter for none)")?;
    let words = five_words(&mut SystemRandom::default())?;
    let new = NewPerson {
        name: name.clone(),
        roles: vec![Role::Supervisor],
        department: None,
        registration,
        level: None,
        second: false,
    };
    let (id, _) = app.add_person(officer, &Proof::Session, new, Some(&words))?;
    // On a line of its own, which no window breaks.
    to.say(&format!("  The passphrase of {name}, shown this once:\n    {}", words.reveal()))?;
    to.say(&format!("  `countersign key passphrase --as {id}` changes it; `key pin` sets their PIN"))?;
    Ok(true)
}

/// Asks until it is answered well, left, or refused too often; what is refused is said and asked again.
fn again(to: &mut Terminal, mut ask: impl FnMut(&mut Terminal) -> Result<bool, Error>) -> Result<bool, Error> {
    for _ in 0..TRIES {
        match ask(to) {
            Err(error) if error.why != "Cancelled" => {
                to.say(&error.sentence())?;
                if let Some(hint) = &error.hint {
                    to.say(hint)?;
                }
            }
            answered => return answered,
        }
    }
    Ok(false)
}

fn line(to: &mut Terminal, question: &str) -> Result<Clean, Error> {
    let mut refused = Error::usage("Nothing was typed");
    for _ in 0..TRIES {
        match Clean::name(to.ask(question)?.trim()) {
            Ok(clean) => return Ok(clean),
            Err(TextFault::Empty) => to.say("That one is needed: Ctrl-C leaves")?,
            Err(fault) => {
                to.say(&fault.to_string())?;
                refused = fault.into();
            }
        }
    }
    Err(refused)
}

fn optional(to: &mut Terminal, question: &str) -> Result<Option<Clean>, Error> {
    let mut refused = Error::usage("Nothing was typed");
    for _ in 0..TRIES {
        match Clean::name(to.ask(question)?.trim()) {
            Ok(clean) => return Ok(Some(clean)),
            Err(TextFault::Empty) => return Ok(None),
            Err(fault) => {
                to.say(&fault.to_string())?;
                refused = fault.into();
            }
        }
    }
    Err(refused)
}

fn yes(to: &mut Terminal, question: &str) -> Result<bool, Error> {
    for _ in 0..TRIES {
        match to.ask(question)?.trim().to_lowercase().as_str() {
            "y" | "yes" => return Ok(true),
            "n" | "no" => return Ok(false),
            _ => to.say("Type y or n")?,
        }
    }
    Ok(false)
}
