//! Edits a passphrase or PIN: shown as dots, wiped from memory when dropped.

use std::fmt;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use zeroize::Zeroizing;

use crate::key::{Key, KeyModifier, KeyPress};
use crate::theme::Theme;
use crate::widget::text::columns;
use crate::widget::text_input::EditResult;
use countersign_core::primitives::ids::Secret;
use countersign_core::primitives::text::gives_away;

/// Maximum bytes of a secret: the buffer never grows, so no copy is left behind.
const ROOM: usize = 512;

/// Letters from which on Caps Lock is the likely reason that all are capitals.
const MOST_CAPITALS: usize = 3;
/// What to say then.
pub const CAPS_LOCK: &str = "Caps Lock seems to be on";

/// A secret being typed.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct SecretInput(Zeroizing<String>);

impl SecretInput {
    /// Whether nothing is typed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether several letters are typed and all of them are capitals.
    pub fn is_in_capitals(&self) -> bool {
        let letters = || self.0.chars().filter(|c| c.is_alphabetic());
        letters().count() >= MOST_CAPITALS && letters().all(char::is_uppercase)
    }

    /// Returns the columns of its dots.
    pub fn columns(&self, theme: &Theme) -> usize {
        self.0.chars().count() * columns(theme.glyphs.hidden)
    }

    /// Whether a text contains the typed secret.
    pub fn is_in(&self, text: &str) -> bool {
        gives_away(text, &self.0)
    }

    /// Takes the typed secret out.
    pub fn take(&mut self) -> Secret {
        Secret::new(std::mem::take(&mut *self.0))
    }

    /// Clears the typed secret.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Handles a key: characters, backspace, ctrl-u and ctrl-w to delete all.
    pub fn key(&mut self, press: KeyPress) -> EditResult {
        match (press.modifier, press.key) {
            (KeyModifier::Nothing, Key::Char(c)) => self.push(c),
            (KeyModifier::Nothing, Key::Backspace) | (KeyModifier::Ctrl, Key::Char('h')) => {
                self.0.pop();
            }
            (KeyModifier::Ctrl, Key::Char('u' | 'w')) => self.clear(),
            _ => return EditResult::Ignored,
        }
        EditResult::Changed
    }

    /// Appends a pasted secret, trimmed.
    pub fn paste(&mut self, pasted: &str) -> EditResult {
        pasted.trim().chars().filter(|c| !c.is_control()).for_each(|c| self.push(c));
        EditResult::Changed
    }

    fn push(&mut self, c: char) {
        if self.0.capacity() == 0 {
            self.0.reserve_exact(ROOM);
        }
        if self.0.len() + c.len_utf8() <= ROOM {
            self.0.push(c);
        }
    }

    /// Draws a dot per character, the last ones if not all fit. Returns the cursor position.
    pub fn draw(&self, area: Rect, buf: &mut Buffer, theme: &Theme) -> Option<Position> {
        let area = area.intersection(buf.area);
        if area.is_empty() {
            return None;
        }
        let dots = self.0.chars().count().min(usize::from(area.width) - 1);
        buf.set_string(area.x, area.y, theme.glyphs.hidden.repeat(dots), theme.key);
        Some(Position::new(area.x + dots as u16, area.y))
    }
}

impl fmt::Debug for SecretInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::Appearance;

    #[test]
    fn a_secret_is_drawn_and_printed_as_nothing_but_dots() {
        let mut hidden = SecretInput::default();
        hidden.paste(" 12\n");
        hidden.key("3".parse().unwrap());
        hidden.key("x".parse().unwrap());
        hidden.key("backspace".parse().unwrap());
        let mut buf = Buffer::empty(Rect::new(0, 0, 5, 1));
        let place = hidden.draw(buf.area, &mut buf, &Theme::choose(Appearance::PLAIN));
        assert_eq!((0..5).map(|x| buf[(x, 0)].symbol()).collect::<String>(), "***  ");
        assert_eq!(place, Some(Position::new(3, 0)));
        assert_eq!(format!("{hidden:?}"), "***");
        assert_eq!(hidden.take(), Secret::new("123".into()));
        assert!(hidden.is_empty());
    }

    #[test]
    fn only_letters_that_are_all_capitals_look_like_caps_lock() {
        for (typed, expected) in
            [("LAN", true), ("LANTERN 12", true), ("Lan", false), ("LA", false), ("4071", false), ("", false)]
        {
            let mut hidden = SecretInput::default();
            hidden.paste(typed);
            assert_eq!(hidden.is_in_capitals(), expected, "{typed}");
        }
    }

    #[test]
    fn a_secret_never_moves_in_memory_while_it_is_typed() {
        let mut hidden = SecretInput::default();
        hidden.key("1".parse().unwrap());
        let place = hidden.0.as_ptr();
        hidden.paste(&"x".repeat(2000));
        assert_eq!((hidden.0.as_ptr(), hidden.0.len()), (place, ROOM));
    }
}
