//! Edits the one-line text of filters and pickers. Text is typed at its end only, so there is no cursor.

use unicode_segmentation::UnicodeSegmentation;

use crate::key::{Key, KeyModifier, KeyPress};

/// Maximum characters of a query.
pub const LONGEST: usize = 200;

/// The effect of a key on a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueryEvent {
    /// The text changed.
    Changed,
    /// Enter: keep it.
    Kept,
    /// Esc, or backspace in an empty query: leave it.
    Left,
    /// The query does not use the key.
    Other,
}

/// Types a key into the query.
pub fn type_into(text: &mut String, key: KeyPress) -> QueryEvent {
    match (key.key, key.modifier) {
        (Key::Esc, _) => QueryEvent::Left,
        (Key::Enter, _) => QueryEvent::Kept,
        (Key::Char('u'), KeyModifier::Ctrl) => {
            text.clear();
            QueryEvent::Changed
        }
        (Key::Char('w'), KeyModifier::Ctrl) => {
            let end = text.trim_end().rfind(char::is_whitespace).map_or(0, |at| at + 1);
            text.truncate(end);
            QueryEvent::Changed
        }
        (Key::Backspace, _) => match text.grapheme_indices(true).next_back() {
            None => QueryEvent::Left,
            Some((at, _)) => {
                text.truncate(at);
                QueryEvent::Changed
            }
        },
        _ => match key.typed() {
            Some(c) if text.chars().count() < LONGEST => {
                text.push(c);
                QueryEvent::Changed
            }
            Some(_) => QueryEvent::Changed,
            None => QueryEvent::Other,
        },
    }
}

/// Appends the first line of a pasted text, without control characters.
pub fn paste_into(text: &mut String, pasted: &str) {
    let room = LONGEST.saturating_sub(text.chars().count());
    let line = pasted.trim().lines().next().unwrap_or_default();
    text.extend(line.chars().filter(|c| !c.is_control()).take(room));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backspace_takes_what_a_reader_calls_a_character_and_leaves_when_there_is_none() {
        let mut text = "ae\u{301}".to_owned();
        let back = KeyPress::plain(Key::Backspace);
        assert_eq!(type_into(&mut text, back), QueryEvent::Changed);
        assert_eq!(text, "a");
        assert_eq!(type_into(&mut text, back), QueryEvent::Changed);
        assert_eq!(type_into(&mut text, back), QueryEvent::Left);
    }

    #[test]
    fn a_paste_brings_one_line_without_controls_and_never_too_much() {
        let mut text = String::new();
        paste_into(&mut text, "  au\u{1b}dit\nrm -rf");
        assert_eq!(text, "audit");
        paste_into(&mut text, &"x".repeat(500));
        assert_eq!(text.chars().count(), LONGEST);
    }
}
