//! Turns an error into what a dialog or the message line says: without what the dialog's title says already, and with the
//! form of the screen in place of a shell command.

use crate::msg::UiError;
use countersign_app::error::Error;

/// Commands that a hint may name, each with the words that open its form after `:`.
const FORMS: [(&str, &str); 7] = [
    ("countersign enrol", "enrol"),
    ("countersign key add", "issue key"),
    ("countersign key pin", "PIN"),
    ("countersign person add", "add person"),
    ("countersign person import", "roster"),
    ("countersign records import", "import records"),
    ("countersign policy set countersign=1", "settings"),
];

/// Returns what the screen says of an error.
pub fn failure(error: &Error) -> UiError {
    // A reason that begins with a pronoun needs what it is about.
    let about_it = ["It ", "They ", "There is "].iter().any(|pronoun| error.why.starts_with(pronoun));
    let what = if about_it { error.sentence() } else { error.why.clone() };
    UiError { what, hint: error.hint.as_deref().map(on_the_screen), session_ended: error.session_ended.clone() }
}

/// Replaces a command that has a form: whoever is at a workstation may have no shell.
fn on_the_screen(hint: &str) -> String {
    FORMS.iter().fold(hint.to_owned(), |hint, (command, form)| {
        hint.replace(&format!("`{command}`"), &format!("press : and type {form}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dialog_says_why_without_repeating_its_title() {
        let error = Error::refused("Wrong PIN. 2 tries left").context("Recording 1 KSB for Amina");
        assert_eq!(failure(&error).what, "Wrong PIN. 2 tries left");
        let error = Error::refused("It is not a file").context("Reading /a");
        assert_eq!(failure(&error).what, "Reading /a: It is not a file");
    }

    #[test]
    fn a_hint_names_the_form_and_not_the_shell_command() {
        let error = Error::refused("No PIN").hint("Type the passphrase, or set a PIN: `countersign key pin`");
        assert_eq!(failure(&error).hint.unwrap(), "Type the passphrase, or set a PIN: press : and type PIN");
        for (command, form) in FORMS {
            assert_eq!(on_the_screen(&format!("`{command}`")), format!("press : and type {form}"));
        }
    }
}
