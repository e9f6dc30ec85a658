//! Formats the words of the record pane that do not depend on a record: duties, and the keys to press.

use crate::command::Command;
use crate::keymap::Keymap;
use countersign_core::primitives::ids::DutyNo;

/// Lists the duties of a KSB.
pub fn duties(duties: &[DutyNo]) -> String {
    let list = duties.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    match duties {
        [] => "In no duty".into(),
        [_] => format!("Duty {list}"),
        _ => format!("Duties {list}"),
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
            key(Command::Dispute),
            words(" dispute"),
        ];
    }
    vec![key(Command::SignedText), words(" signed text   "), key(Command::Withdraw), words(" withdraw")]
}

fn first_key(keymap: &Keymap, command: Command) -> String {
    keymap.keys_of(command).first().map_or_else(|| ":".into(), ToString::to_string)
}
