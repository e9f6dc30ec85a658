//! Formats the words of the record pane: what a record is, and the keys to press.

use crate::command::Command;
use crate::keymap::Keymap;
use crate::theme::Theme;
use countersign_core::record::ksb_status::State;
use countersign_core::record::view::Record;
use countersign_core::statement::kinds::sign_off::Outcome;

/// Returns the name to call someone by: the first word, or all of it if that is an initial.
pub fn first_name(name: &str) -> &str {
    match name.split_once(' ') {
        Some((first, _)) if !first.ends_with('.') => first,
        _ => name,
    }
}

/// Returns the mark and the word of a record: a withdrawn one is neither signed nor not yet.
pub fn outcome_words(record: &Record, theme: &Theme) -> (&'static str, &'static str) {
    match (&record.withdrawn, record.outcome) {
        (Some(_), _) => ("", "withdrawn"),
        (None, Outcome::Achieved) => (theme.state_mark(State::Signed), State::Signed.label()),
        (None, Outcome::NotAchieved) => (theme.state_mark(State::NotYet), State::NotYet.label()),
    }
}

/// Returns the keys to press when nothing is signed.
pub fn empty(keymap: &Keymap, own: bool) -> Vec<(String, bool)> {
    let key = |command| first_key(keymap, command);
    let words = |text: &str| (text.to_owned(), false);
    if own {
        return vec![words("Nothing signed yet")];
    }
    vec![
        words("Nothing signed yet: "),
        (key(Command::Sign), true),
        words(" to sign it off, "),
        (key(Command::NotAchieved), true),
        words(" for not yet"),
    ]
}

/// Returns the keys to press when something is signed.
pub fn keys(keymap: &Keymap, own: bool) -> Vec<(String, bool)> {
    let key = |command| (first_key(keymap, command), true);
    let words = |text: &str| (text.to_owned(), false);
    if own {
        return vec![
            key(Command::SignedText),
            words(" signed text   "),
            key(Command::Acknowledge),
            words(" mark as read   "),
            key(Command::OpenRecord),
            words(" in full"),
        ];
    }
    vec![key(Command::SignedText), words(" signed text   "), key(Command::OpenRecord), words(" in full")]
}

fn first_key(keymap: &Keymap, command: Command) -> String {
    keymap.keys_of(command).first().map_or_else(|| ":".into(), ToString::to_string)
}
