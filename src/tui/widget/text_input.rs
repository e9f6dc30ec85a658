//! Edits a text with a cursor. Secrets use `secret` instead.
//!
//! Invariant: the cursor is always at a grapheme boundary.

use unicode_segmentation::UnicodeSegmentation;

use crate::key::{Key, KeyModifier, KeyPress};
use countersign_core::primitives::text::MAX_BYTES;

/// Whether line feeds may be typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineMode {
    Line,
    /// Several lines: alt-enter or ctrl-j starts a new one.
    Lines,
}

/// The effect of a key on a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EditResult {
    Changed,
    /// The cursor moved, or is at its end already.
    Moved,
    /// The input does not use the key.
    Ignored,
}

/// A text and its cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextInput {
    shape: LineMode,
    text: String,
    cursor: usize,
}

impl TextInput {
    /// Returns an input with the cursor at the end of the text.
    pub fn new(shape: LineMode, text: &str) -> Self {
        let mut typed = Self { shape, text: String::new(), cursor: 0 };
        typed.paste(text);
        typed
    }

    pub fn shape(&self) -> LineMode {
        self.shape
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the cursor as a byte index, at a grapheme boundary or the text's end.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    pub fn clear(&mut self) {
        self.text.clear();
        self.cursor = 0;
    }

    /// Inserts a text at the cursor: in a single-line input line feeds become spaces; other control characters are dropped.
    pub fn paste(&mut self, pasted: &str) -> EditResult {
        let one_line = self.shape == LineMode::Line;
        let pasted = pasted.replace("\r\n", "\n");
        let kept = pasted.chars().filter_map(|c| match c {
            '\n' | '\r' if !one_line => Some('\n'),
            '\n' | '\r' | '\t' => Some(' '),
            c if c.is_control() => None,
            c => Some(c),
        });
        let mut room = MAX_BYTES.saturating_sub(self.text.len());
        let kept: String = kept
            .take_while(|c| {
                let fits = c.len_utf8() <= room;
                room = room.saturating_sub(c.len_utf8());
                fits
            })
            .collect();
        if kept.is_empty() {
            return EditResult::Moved;
        }
        self.text.insert_str(self.cursor, &kept);
        self.cursor = boundary(&self.text, self.cursor + kept.len());
        EditResult::Changed
    }

    /// Handles a key. Up and down move by lines; on the first and last they are ignored.
    pub fn key(&mut self, press: KeyPress) -> EditResult {
        let (text, at) = (self.text.as_str(), self.cursor);
        let target = match (press.modifier, press.key) {
            (KeyModifier::Nothing, Key::Char(c)) => return self.paste(c.encode_utf8(&mut [0; 4])),
            (KeyModifier::Alt, Key::Enter) | (KeyModifier::Ctrl, Key::Char('j')) if self.shape == LineMode::Lines => {
                return self.paste("\n");
            }
            (KeyModifier::Nothing, Key::Backspace) | (KeyModifier::Ctrl, Key::Char('h')) => {
                return self.cut(before(text, at), at);
            }
            (KeyModifier::Nothing, Key::Delete) | (KeyModifier::Ctrl, Key::Char('d')) => {
                return self.cut(at, after(text, at));
            }
            (KeyModifier::Ctrl, Key::Char('w') | Key::Backspace) | (KeyModifier::Alt, Key::Backspace) => {
                return self.cut(word_before(text, at), at);
            }
            (KeyModifier::Ctrl, Key::Char('u')) => return self.cut(line_start(text, at), at),
            (KeyModifier::Ctrl, Key::Char('k')) => return self.cut(at, line_end(text, at)),
            (KeyModifier::Nothing, Key::Left) | (KeyModifier::Ctrl, Key::Char('b')) => before(text, at),
            (KeyModifier::Nothing, Key::Right) | (KeyModifier::Ctrl, Key::Char('f')) => after(text, at),
            (KeyModifier::Nothing, Key::Home) | (KeyModifier::Ctrl, Key::Char('a')) => line_start(text, at),
            (KeyModifier::Nothing, Key::End) | (KeyModifier::Ctrl, Key::Char('e')) => line_end(text, at),
            (KeyModifier::Ctrl | KeyModifier::Alt, Key::Left) | (KeyModifier::Alt, Key::Char('b')) => {
                word_before(text, at)
            }
            (KeyModifier::Ctrl | KeyModifier::Alt, Key::Right) | (KeyModifier::Alt, Key::Char('f')) => {
                word_after(text, at)
            }
            (KeyModifier::Nothing, Key::Up) if line_start(text, at) > 0 => {
                let above = line_start(text, at) - 1;
                same_place(text, line_start(text, above), above, at)
            }
            (KeyModifier::Nothing, Key::Down) if line_end(text, at) < text.len() => {
                let below = line_end(text, at) + 1;
                same_place(text, below, line_end(text, below), at)
            }
            _ => return EditResult::Ignored,
        };
        self.cursor = boundary(text, target);
        EditResult::Moved
    }

    fn cut(&mut self, from: usize, to: usize) -> EditResult {
        if from == to {
            return EditResult::Moved;
        }
        self.text.replace_range(from..to, "");
        self.cursor = boundary(&self.text, from);
        EditResult::Changed
    }
}

/// Returns the end of the grapheme around `at` (an edit may have joined two into one).
fn boundary(text: &str, at: usize) -> usize {
    text.grapheme_indices(true).map(|(start, _)| start).find(|&start| start >= at).unwrap_or(text.len())
}

fn before(text: &str, at: usize) -> usize {
    text[..at].grapheme_indices(true).next_back().map_or(0, |(start, _)| start)
}

fn after(text: &str, at: usize) -> usize {
    at + text[at..].graphemes(true).next().map_or(0, str::len)
}

fn word_before(text: &str, at: usize) -> usize {
    let trimmed = text[..at].trim_end();
    trimmed
        .rfind(char::is_whitespace)
        .map_or(0, |space| space + trimmed[space..].chars().next().map_or(0, char::len_utf8))
}

fn word_after(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    let word = rest.len() - rest.trim_start().len();
    at + rest[word..].find(char::is_whitespace).map_or(rest.len(), |end| word + end)
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |feed| feed + 1)
}

fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |feed| at + feed)
}

/// Returns the position in the line `start..end` with as many graphemes before it as `at` has in its own line.
fn same_place(text: &str, start: usize, end: usize, at: usize) -> usize {
    let into = text[line_start(text, at)..at].graphemes(true).count();
    text[start..end].grapheme_indices(true).nth(into).map_or(end, |(offset, _)| start + offset)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::proptest;

    use super::*;

    fn typed(shape: LineMode, keys: &str) -> (String, usize) {
        let mut typed = TextInput::new(shape, "");
        for key in keys.split(' ') {
            typed.key(key.parse().unwrap());
        }
        (typed.text().to_owned(), typed.cursor())
    }

    #[test]
    fn keys_edit_a_line_as_everywhere() {
        assert_eq!(typed(LineMode::Line, "a b left c home d end e"), ("dacbe".into(), 5));
        assert_eq!(typed(LineMode::Line, "a b space c ctrl-w"), ("ab ".into(), 3));
        assert_eq!(typed(LineMode::Line, "a b left ctrl-u"), ("b".into(), 0));
        assert_eq!(typed(LineMode::Line, "a b left delete backspace backspace"), (String::new(), 0));
        assert_eq!(typed(LineMode::Line, "a alt-enter b"), ("ab".into(), 2));
        assert_eq!(typed(LineMode::Lines, "a b alt-enter c up x down y"), ("axb\ncy".into(), 6));
        assert_eq!(TextInput::new(LineMode::Line, "a").key("up".parse().unwrap()), EditResult::Ignored);
        assert_eq!(TextInput::new(LineMode::Line, "a").key("ctrl-q".parse().unwrap()), EditResult::Ignored);
    }

    #[test]
    fn a_paste_leaves_no_control_character_and_never_grows_beyond_what_can_be_signed() {
        assert_eq!(TextInput::new(LineMode::Line, "a\r\nb\tc\u{1b}[31m").text(), "a b c[31m");
        assert_eq!(TextInput::new(LineMode::Lines, "a\r\nb\rc").text(), "a\nb\nc");
        assert_eq!(TextInput::new(LineMode::Lines, &"x".repeat(20_000)).text().len(), MAX_BYTES);
    }

    proptest! {
        #[test]
        fn no_key_ever_leaves_the_cursor_within_a_character(
            keys in proptest::collection::vec(proptest::sample::select(vec![
                "e", "\u{301}", "心", "👩", "\u{1f1ec}", "\u{1f1e7}", "space", "left", "right", "up", "down", "home", "end",
                "backspace", "delete", "ctrl-w", "ctrl-u", "ctrl-k", "ctrl-left", "ctrl-right", "alt-enter", "ctrl-d",
            ]), 0..60),
        ) {
            let mut typed = TextInput::new(LineMode::Lines, "");
            for key in keys {
                typed.key(key.parse().unwrap());
                let starts: Vec<_> = typed.text().grapheme_indices(true).map(|(at, _)| at).collect();
                let at = typed.cursor();
                assert!(at == typed.text().len() || starts.contains(&at), "{:?} {at}", typed.text());
            }
        }
    }
}
