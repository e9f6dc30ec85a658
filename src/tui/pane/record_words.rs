//! Formats the words of the record pane that do not depend on a record: the keys to press.

use crate::command::Command;
use crate::keymap::Keymap;

/// Returns the first part of a name, where the full one is near.
pub fn first_name(name: &str) -> &str {
    name.split_whitespace().next().unwrap_or(name)
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
