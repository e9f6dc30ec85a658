//! Runs the first-run set-up: asks a few questions, creates the data directory and opens the screen on it. It asks only for
//! what cannot be changed later, and keeps what was created if a later question is left.

use chrono::NaiveDate;

use crate::commands::maintenance::init::chosen;
use crate::context::prompt::Terminal;
use crate::output::is_seen;
use countersign_app::app::App;
use countersign_app::clock::SystemClock;
use countersign_app::error::Error;
use countersign_app::init::{InitOptions, found, shipped_standards};
use countersign_app::keys::keystore::five_words;
use countersign_app::keys::session::Credential;
use countersign_app::people::change_passphrase;
use countersign_app::people::roster::{self, NewPerson};
use countersign_app::random::SystemRandom;
use countersign_app::standards::adopted;
use countersign_app::storage::data_dir::DataDir;
use countersign_core::people::break_in_learning::gateway;
use countersign_core::people::person::{Enrolment, Role};
use countersign_core::primitives::date::long_day;
use countersign_core::primitives::human_date::{DayDirection, parse_human_date};
use countersign_core::primitives::ids::{PersonId, Secret, StandardRef};
use countersign_core::primitives::text::{SafeText, TextFault, parse_yes};
use countersign_core::programme::funding_rules::end_warning;
use countersign_core::standard::Standard;
use countersign_core::standard::options::Scope;

/// How often to ask a question again before the set-up goes on without it.
const TRIES: usize = 5;

/// Whether there is a person at a terminal to ask.
pub fn somebody_is_there() -> bool {
    is_seen() && Terminal::find().is_some()
}

fn nobody() -> Error {
    Error::usage("There is no terminal to type answers in").hint("`countersign init --help` shows another way")
}

/// Creates a data directory from the answers. Returns it open, with the training officer's session.
pub fn set_up(folder: &DataDir) -> Result<(App, PersonId), Error> {
    let mut to = Terminal::find().ok_or_else(nobody)?;
    to.say(&format!("There is no sign-off book in {} yet", folder.path().display()))?;
    to.say("Let's set one up. You will be asked a few questions.")?;
    to.say("Nothing is saved until you choose a passphrase. Ctrl-C stops.\n")?;
    let department = line(&mut to, "Department, such as “Cardiology, Example Hospital”")?;
    let officer = line(&mut to, "Your name, as the first training officer")?;
    let registration = optional(&mut to, "Your registration, such as “HCPC CS00000” (Enter for none)")?;
    let watches = yes(&mut to, "Will you also sign off trainees yourself? (y or n)")?;
    // Echo stays off from the question until the key is made, so that nothing typed in between is shown.
    let (passphrase, (mut app, id)) = to.without_echo(|| {
        let passphrase = chosen(&[officer.as_str(), department.as_str()])?;
        let beginning = InitOptions {
            department: department.clone(),
            origin: None,
            officer: officer.clone(),
            registration,
            roles: if watches { vec![Role::Supervisor] } else { Vec::new() },
            passphrase: passphrase.clone(),
            pin: None,
            standard: shipped_standards()?.pop(),
        };
        SystemClock.check()?;
        let begun = found(folder, &beginning, Box::new(SystemClock), Box::new(SystemRandom::default()))?;
        Ok((passphrase, begun))
    })?;
    to.say(&format!("\nCreated the sign-off book for {department}, with the standard ST0413."))?;
    // From here on the data directory exists, and everything else can be done later.
    if let Err(left) = furnish(&mut app, &id, &passphrase, &mut to) {
        to.say(&format!("\n{}. You can do the rest at any time.", left.sentence()))?;
    }
    Ok((app, id))
}

/// Asks for a PIN, the first trainees and the first supervisors.
fn furnish(app: &mut App, officer: &PersonId, passphrase: &Secret, to: &mut Terminal) -> Result<(), Error> {
    pin(app, officer, passphrase, to)?;
    if let [standard] = &adopted::standards(app)?[..] {
        let on = standard.reference().clone();
        to.say(&format!("\nAdd your first trainees, on {on} (add more later: `countersign person add`, `enrol`)."))?;
        while again(to, |to| trainee(app, officer, &on, to))? {}
    }
    to.say("\nAdd your first supervisors.")?;
    while again(to, |to| supervisor(app, officer, to))? {}
    Ok(())
}

fn pin(app: &mut App, officer: &PersonId, passphrase: &Secret, to: &mut Terminal) -> Result<(), Error> {
    to.say("Choose a PIN of 4 to 8 digits. You use it to sign once you are signed in.")?;
    again(to, |to| {
        to.without_echo(|| {
            let mut asking = Terminal::find().ok_or_else(nobody)?;
            let pin = match asking.ask_secret("PIN (Enter for none)") {
                Err(error) if error.why == "Nothing was typed" => return Ok(false),
                typed => typed?,
            };
            change_passphrase::set_pin(app, officer, passphrase, &pin).map(|()| true)
        })
    })?;
    Ok(())
}

/// Asks for a trainee and enrols them. Returns whether one was named.
fn trainee(app: &mut App, officer: &PersonId, on: &StandardRef, to: &mut Terminal) -> Result<bool, Error> {
    let Some(name) = optional(to, "A trainee's name (Enter when done)")? else { return Ok(false) };
    let typed = optional(to, "First day: today, 1 Sep, 2026-09-01 (Enter for today)")?;
    let today = app.today();
    let start = typed.map_or(Ok(today), |text| parse_human_date(text.as_str(), today, DayDirection::of("start")))?;
    let standard = adopted::standard(app, on)?;
    let end = ask_end(&standard, (start, today), to)?;
    let specialism = optional(to, "Specialism, such as cardiology (Enter for none)")?;
    let scope = ask_option(&standard, to)?;
    let aged_16_to_18 = match optional(to, "Aged 16 to 18 on that day? yes or no (Enter to answer later)")? {
        Some(text) => Some(parse_yes(text.as_str()).ok_or_else(|| Error::usage("Answer yes or no"))?),
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
    let (id, _) = roster::add_person(app, officer, &Credential::Session, new, None)?;
    let enrolment =
        Enrolment { trainee: id, standard: on.clone(), start, specialism, weekly: None, end, scope, aged_16_to_18 };
    roster::enrol(app, officer, &Credential::Session, enrolment)?;
    let until = end.map(|end| format!("; the planned end is {}", long_day(end))).unwrap_or_default();
    to.say(&format!("  {name} starts on {}{until}", long_day(start)))?;
    let early = end_warning(start, end).map_err(|fault| Error::refused(fault.to_string()))?;
    for warning in adopted::start_warnings(app, on, start)?.into_iter().chain(standard.unmapped_options()).chain(early)
    {
        to.say(&format!("  {warning}"))?;
    }
    Ok(true)
}

/// Asks for the planned end, if it differs from the typical months.
fn ask_end(
    standard: &Standard,
    (start, today): (NaiveDate, NaiveDate),
    to: &mut Terminal,
) -> Result<Option<NaiveDate>, Error> {
    let months = standard.months();
    let typical = long_day(gateway(start, months, &[], today));
    let question = format!("Planned end (Enter for the typical {months} months, up to {typical})");
    let Some(typed) = optional(to, &question)? else { return Ok(None) };
    let end = parse_human_date(typed.as_str(), today, DayDirection::of("planned-end"))?;
    if end < start {
        let what = format!("The planned end, {}, is before the start, {}", long_day(end), long_day(start));
        return Err(Error::usage(what).hint("Give the last day up to the gateway"));
    }
    Ok(Some(end))
}

fn ask_option(standard: &Standard, to: &mut Terminal) -> Result<Scope, Error> {
    match option_question(standard) {
        Some(question) => scope_of(standard, optional(to, &question)?.as_ref()),
        None => Ok(Scope::default()),
    }
}

/// Returns the question for the option, or `None` if the standard has none.
fn option_question(standard: &Standard) -> Option<String> {
    let question = format!("Their option: {}", standard.option_names());
    let question = if standard.maps_options() { question } else { format!("{question} (Enter for none)") };
    (!standard.options().is_empty()).then_some(question)
}

/// Returns the scope that an answer means.
fn scope_of(standard: &Standard, answer: Option<&SafeText>) -> Result<Scope, Error> {
    let found = answer.map(|text| standard.find_option(text.as_str())).transpose();
    let found = found.map_err(|fault| Error::usage(fault.to_string()))?;
    let option = found.map(|option| SafeText::line(&option.name)).transpose()?;
    let scope = Scope { option, ..Scope::default() };
    // Checked before the person is added, so that the question can be asked again.
    standard.scope_fault(&scope).map_or(Ok(scope), |fault| Err(Error::usage(fault.to_string())))
}

/// Asks for a supervisor and makes their key. Returns whether one was named.
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
    let (id, _) = to.without_echo(|| roster::add_person(app, officer, &Credential::Session, new, Some(&words)))?;
    // On a separate line, so that no window wraps it.
    to.say(&format!("  The passphrase for {name}, which will not be shown again:\n    {}", words.reveal()))?;
    to.say(&format!("  To change it: `countersign key passphrase --as {id}`. To set a PIN: `key pin`"))?;
    Ok(true)
}

/// Asks again after a refusal, until the question is answered, left, or refused too often.
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

fn line(to: &mut Terminal, question: &str) -> Result<SafeText, Error> {
    for _ in 0..TRIES {
        match optional(to, question)? {
            Some(clean) => return Ok(clean),
            None => to.say("An answer is needed. Ctrl-C stops")?,
        }
    }
    Err(Error::usage("Nothing was typed"))
}

fn optional(to: &mut Terminal, question: &str) -> Result<Option<SafeText>, Error> {
    let mut refused = Error::usage("Nothing was typed");
    for _ in 0..TRIES {
        match SafeText::name(to.ask(question)?.trim()) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_core::import::standard::read::standard as read;
    use countersign_core::standard::file::st0413;

    fn fixture(bytes: &[u8]) -> Standard {
        read(bytes).standard.unwrap()
    }

    #[test]
    fn the_set_up_asks_for_the_option_of_a_standard_that_has_options_and_takes_only_one_of_them() {
        for bytes in [
            &include_bytes!("../../../../tests/fixtures/standards/options.json")[..],
            include_bytes!("../../../../tests/fixtures/standards/options.csv"),
            include_bytes!("../../../../tests/fixtures/standards/options.toml"),
        ] {
            let standard = fixture(bytes);
            let question = option_question(&standard).unwrap();
            assert!(standard.maps_options() && !question.contains("Enter for none"), "{question}");
            for option in standard.options() {
                assert!(question.contains(&option.name), "{question}");
                let answer = SafeText::line(&option.name.to_uppercase()).unwrap();
                let scope = scope_of(&standard, Some(&answer)).unwrap();
                assert_eq!(scope.option.unwrap().as_str(), option.name);
            }
            for answer in [None, Some("Coal")] {
                let answer = answer.map(|text| SafeText::line(text).unwrap());
                assert!(scope_of(&standard, answer.as_ref()).is_err(), "{answer:?}");
            }
        }
        // If the standard does not list the KSBs of its options, the question may be left open.
        let named = fixture(include_bytes!("../../../../tests/fixtures/standards/options-named.json"));
        assert!(option_question(&named).unwrap().ends_with("(Enter for none)"));
        assert_eq!(scope_of(&named, None).unwrap(), Scope::default());
        assert_eq!(option_question(&st0413().unwrap().0), None);
    }
}
