//! Shows five words for a person, once, and offers to let them choose a PIN and passphrase of their own.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::dialog::event::DialogEvent;
use crate::key::{Key, KeyModifier, KeyPress};
use crate::msg::office_result::FirstWords;
use crate::theme::Theme;
use crate::widget::dialog_box::{self, Hint};
use crate::widget::draw;
use crate::widget::frame::Titles;

/// The words and whom they are for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    pub first: FirstWords,
}

impl State {
    pub fn new(first: FirstWords) -> Self {
        Self { first }
    }

    /// Handles a key. Esc does not close it: a key that is pressed by habit would lose words that nobody has written down.
    pub fn key(&self, press: KeyPress) -> DialogEvent {
        match (press.modifier, press.key) {
            (KeyModifier::Nothing, Key::Enter) => DialogEvent::Close(Vec::new()),
            (KeyModifier::Nothing, Key::Char('p')) => DialogEvent::OwnSecrets(Box::new(self.first.person.clone())),
            _ => DialogEvent::Stay,
        }
    }

    /// Returns the keys that work here.
    pub fn hints() -> Vec<Hint> {
        vec![("enter", "they have the words".to_owned()), ("p", "set a PIN and passphrase now".to_owned())]
    }

    /// Draws the words and returns the cursor position.
    pub fn view(&self, theme: &Theme, area: Rect, buf: &mut Buffer) -> Option<Position> {
        let (width, _) = dialog_box::columns(area);
        let after = self.after();
        let rows = 6 + dialog_box::rows(&after, width);
        let title = format!("A passphrase for {}", self.first.person.name);
        let titles = Titles { left: &title, right: "shown once", right_style: Some(theme.claimed) };
        let inner = dialog_box::open(buf, area, rows, titles, theme);
        draw::line(buf, inner, 1, &[(self.first.words.reveal(), theme.strong)], theme);
        dialog_box::words(buf, inner, 3, &after, theme.text, theme);
        dialog_box::draw_hints(buf, inner, inner.height.saturating_sub(1), &Self::hints(), theme);
        (inner.height > 1).then(|| Position::new(inner.x, inner.y + 1))
    }

    fn after(&self) -> String {
        let waits =
            if self.first.waits { " The key cannot sign until another training officer countersigns it." } else { "" };
        format!(
            "Give these words to {}. They will not be shown again. They type them when they first sign in, and can \
             then set their own PIN and passphrase.{waits}",
            self.first.person.name
        )
    }
}
