//! A passphrase or PIN being typed: shown as dots, gone from memory when dropped. Must never print, copy or undo.

use std::fmt;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use zeroize::Zeroizing;

use crate::domain::text::gives_away;
use crate::domain::value::Secret;
use crate::tui::key::{Held, Key, KeyPress};
use crate::tui::theme::Theme;
use crate::tui::widget::edit::Edited;

/// The most bytes of a secret: the buffer never grows, so no copy stays behind.
const ROOM: usize = 512;

/// A secret being typed at its end.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Hidden(Zeroizing<String>);

impl Hidden {
    /// Whether nothing is typed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a text contains what was typed.
    #[must_use]
    pub fn is_in(&self, text: &str) -> bool {
        gives_away(text, &self.0)
    }

    /// Takes what was typed out.
    pub fn take(&mut self) -> Secret {
        Secret::new(std::mem::take(&mut *self.0))
    }

    /// Forgets what was typed.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Does what a key means to a secret: characters, backspace, ctrl-u and ctrl-w for all of it.
    pub fn key(&mut self, press: KeyPress) -> Edited {
        match (press.held, press.key) {
            (Held::Nothing, Key::Char(c)) => self.push(c),
            (Held::Nothing, Key::Backspace) | (Held::Ctrl, Key::Char('h')) => {
                self.0.pop();
            }
            (Held::Ctrl, Key::Char('u' | 'w')) => self.clear(),
            _ => return Edited::Ignored,
        }
        Edited::Changed
    }

    /// Puts a pasted secret at the end; white space around it goes.
    pub fn paste(&mut self, pasted: &str) -> Edited {
        pasted.trim().chars().filter(|c| !c.is_control()).for_each(|c| self.push(c));
        Edited::Changed
    }

    fn push(&mut self, c: char) {
        if self.0.capacity() == 0 {
            self.0.reserve_exact(ROOM);
        }
        if self.0.len() + c.len_utf8() <= ROOM {
            self.0.push(c);
        }
    }

    /// Draws a dot for each character, the last ones where not all fit; returns the place of the cursor.
    pub fn draw(&self, area: Rect, buf: &mut Buffer, theme: &Theme) -> Option<Position> {
        let area = area.intersection(buf.area);
        if area.is_empty() {
            return None;
        }
        let dots = self.0.chars().count().min(usize::from(area.width) - 1);
        buf.set_string(area.x, area.y, theme.glyphs.hidden.repeat(dots), theme.strong);
        Some(Position::new(area.x + dots as u16, area.y))
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::theme::Looks;

    #[test]
    fn a_secret_is_drawn_and_printed_as_nothing_but_dots() {
        let mut hidden = Hidden::default();
        hidden.paste(" 12\n");
        hidden.key("3".parse().unwrap());
        hidden.key("x".parse().unwrap());
        hidden.key("backspace".parse().unwrap());
        let mut buf = Buffer::empty(Rect::new(0, 0, 5, 1));
        let place = hidden.draw(buf.area, &mut buf, &Theme::choose(Looks::PLAIN));
        assert_eq!((0..5).map(|x| buf[(x, 0)].symbol()).collect::<String>(), "***  ");
        assert_eq!(place, Some(Position::new(3, 0)));
        assert_eq!(format!("{hidden:?}"), "***");
        assert_eq!(hidden.take(), Secret::new("123".into()));
        assert!(hidden.is_empty());
    }

    #[test]
    fn a_secret_never_moves_in_memory_while_it_is_typed() {
        let mut hidden = Hidden::default();
        hidden.key("1".parse().unwrap());
        let place = hidden.0.as_ptr();
        hidden.paste(&"x".repeat(2000));
        assert_eq!((hidden.0.as_ptr(), hidden.0.len()), (place, ROOM));
    }
}
