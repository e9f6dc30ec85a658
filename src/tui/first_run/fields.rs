//! Defines the fields of the first run as data, and checks them by the rules that hold everywhere.

use std::borrow::Cow;

use chrono::NaiveDate;

use crate::dialog::form::{Field, FieldKind, FieldLayout, Form, Options, text};
use crate::dialog::signature::shown;
use crate::first_run::state::{
    DEPARTMENT, FirstRun, OFFICER, PASSPHRASE, PASSPHRASE_AGAIN, PIN, PIN_AGAIN, REGISTRATION, STANDARD, SUPERVISES,
};
use crate::msg::credential_kind::CredentialKind;
use crate::msg::new_book::ShippedStandard;
use crate::msg::page::Text;
use crate::widget::secret::SecretInput;
use crate::widget::text_input::LineMode;
use countersign_core::primitives::text::{SafeText, TextFault};

/// Returns the empty form.
pub fn form(standards: &[ShippedStandard]) -> Form {
    let secret = || FieldKind::Secret(SecretInput::default());
    let line = || text(LineMode::Line);
    // What is in brackets after the title has no room; the next page has the figures.
    let title = |one: &ShippedStandard| one.title.split(" (").next().unwrap_or_default().to_owned();
    let words = |one: &ShippedStandard| format!("{}  {}", one.reference, title(one));
    let offered = standards.iter().map(|one| (Cow::from(one.reference.to_string()), Cow::from(words(one))));
    let none = (Cow::from(""), Cow::from("none yet, I shall adopt one later"));
    let fields = vec![
        Field::new(DEPARTMENT, "Department", line()),
        Field::new(OFFICER, "Your name", line()),
        Field::new(REGISTRATION, "Registration", line()),
        Field::new(
            SUPERVISES,
            "Also a supervisor",
            FieldKind::Radio(Options { chosen: 1, ..Options::new([("yes", "yes"), ("no", "no")]) }),
        ),
        Field::new(PASSPHRASE, "Passphrase", secret()),
        Field::new(PASSPHRASE_AGAIN, "Passphrase again", secret()).at(FieldLayout::Away),
        Field::new(PIN, "PIN", secret()),
        Field::new(PIN_AGAIN, "PIN again", secret()),
        Field::new(STANDARD, "Standard", FieldKind::Cycle(Options::new(offered.chain([none])))),
    ];
    // No field is a date, so any day will do.
    Form::new(NaiveDate::default(), fields)
}

/// Returns what to know about a field, next to it.
pub fn hint(name: &str) -> &'static str {
    match name {
        REGISTRATION => "empty if none",
        SUPERVISES => "can be changed later",
        PASSPHRASE => "or one of your own",
        PIN => "4 to 8 digits",
        PIN_AGAIN => "not one of your cards",
        _ => "",
    }
}

/// Returns a name as typed, if it may be kept.
pub fn name(run: &FirstRun, field: &str) -> Option<SafeText> {
    SafeText::name(run.form.value(field)).ok()
}

pub fn supervises(run: &FirstRun) -> bool {
    run.form.value(SUPERVISES) == "yes"
}

/// Returns the chosen standard.
pub fn standard(run: &FirstRun) -> Option<&ShippedStandard> {
    let chosen = run.form.value(STANDARD);
    run.data.standards.iter().find(|one| one.reference.to_string() == chosen)
}

/// Returns what is wrong with the passphrase as it is now.
pub fn weakness(run: &FirstRun) -> Option<String> {
    let names = [run.form.value(OFFICER), run.form.value(DEPARTMENT)];
    (run.data.rules.passphrase)(&names, &run.passphrase()).err()
}

/// Returns what is wrong with a field.
pub fn fault(run: &FirstRun, field: &str) -> Option<String> {
    let typed = |name| run.form.new_secret(name);
    match field {
        DEPARTMENT => wrong_name(run, field, Some("Enter the department")),
        OFFICER => wrong_name(run, field, Some("Enter your name")),
        REGISTRATION => wrong_name(run, field, None),
        PASSPHRASE => weakness(run),
        PASSPHRASE_AGAIN if typed(PASSPHRASE) != typed(PASSPHRASE_AGAIN) => Some("The two do not match".to_owned()),
        PIN => match typed(PIN) {
            Some(pin) => (run.data.rules.pin)(&pin).err(),
            None => Some("Choose a PIN of 4 to 8 digits".to_owned()),
        },
        PIN_AGAIN => match typed(PIN_AGAIN) {
            None => Some("Type the PIN again".to_owned()),
            again if again != typed(PIN) => Some("The two PINs do not match".to_owned()),
            Some(_) => None,
        },
        _ => None,
    }
}

/// Returns what is wrong with a name; an empty one is right unless something is to be said about it.
fn wrong_name(run: &FirstRun, field: &str, empty: Option<&str>) -> Option<String> {
    let text = run.form.value(field);
    let leaks = |name: &str| run.form.new_secret(name).is_some_and(|secret| secret.is_in(text));
    match SafeText::name(text) {
        Err(TextFault::Empty) => empty.map(str::to_owned),
        Err(fault) => Some(fault.to_string()),
        Ok(_) if leaks(PIN) => Some(shown(CredentialKind::Pin)),
        Ok(_) if leaks(PASSPHRASE) || run.data.offered.is_in(text) => Some(shown(CredentialKind::Passphrase)),
        Ok(_) => None,
    }
}

/// Returns the page of help.
pub fn help() -> Text {
    let section =
        |heading: &str, texts: &[&str]| (heading.to_owned(), texts.iter().map(|&text| text.to_owned()).collect());
    Text {
        title: "Setting up a sign-off book".to_owned(),
        sections: vec![
            section(
                "Keys",
                &[
                    "Enter goes to the next field, and from the last one to the page that says what will be made.",
                    "The up arrow and Shift-Tab go back a field. Tab and the down arrow go on.",
                    "Left, right and space change a choice. A click goes to a field.",
                    "Ctrl-U empties a field. Ctrl-C stops: nothing is saved.",
                ],
            ),
            section(
                "Passphrase and PIN",
                &[
                    "The five words were made for you. To use a passphrase of your own, type it over them: at least 15 characters. Empty the field to have the five words back.",
                    "Write the passphrase down and keep it away from this computer. Nobody can look it up. If it is lost, another training officer gives you a new key.",
                    "The PIN signs while you are signed in. Both can be changed later.",
                ],
            ),
            section(
                "Names",
                &[
                    "The department is printed on every record. Your name and registration are shown with what you sign.",
                    "Do not enter anything about patients.",
                ],
            ),
            section("Standard", &["Trainees are enrolled on a standard. More can be adopted later, from a file."]),
        ],
    }
}
