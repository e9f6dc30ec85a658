//! Asks for the folder to save a claim's evidence in.

use chrono::NaiveDate;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::dialog::event::DialogEvent;
use crate::dialog::form::{Field, Form, Requiredness, text};
use crate::dialog::form_draw::{draw_form, height};
use crate::key::{Key, KeyModifier, KeyPress};
use crate::msg::{Effect, UiError};
use crate::theme::Theme;
use crate::widget::dialog_box::{self, Hint};
use crate::widget::frame::Titles;
use crate::widget::text_input::LineMode;
use countersign_core::primitives::ids::ClaimId;
use countersign_core::primitives::text::SafeText;

/// The dialog's state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    claim: ClaimId,
    title: String,
    form: Form,
    failure: Option<UiError>,
}

impl State {
    /// Opens the dialog, with the working directory as the default folder.
    pub fn new(claim: ClaimId, trainee: &SafeText, files: u32, today: NaiveDate) -> Self {
        let field = Field { need: Requiredness::Required, ..Field::new("to", "Folder", text(LineMode::Line)) };
        let mut form = Form::new(today, vec![field]);
        form.restore(&vec![("to".to_owned(), ".".to_owned())]);
        let files = if files == 1 { "1 file".to_owned() } else { format!("{files} files") };
        Self { claim, title: format!("Save {files} of {trainee}"), form, failure: None }
    }

    /// Handles a key.
    pub fn key(&mut self, press: KeyPress) -> DialogEvent {
        match (press.modifier, press.key) {
            (KeyModifier::Nothing, Key::Esc) => DialogEvent::Close(vec![]),
            (KeyModifier::Nothing, Key::Enter) => {
                let to = self.form.value("to").trim().to_owned();
                if to.is_empty() {
                    self.form.refuse("to", "Name a folder that exists");
                    return DialogEvent::Stay;
                }
                self.failure = None;
                DialogEvent::Ask(vec![Effect::SaveFiles { claim: self.claim, to }])
            }
            _ => {
                self.form.key(press);
                DialogEvent::Stay
            }
        }
    }

    /// Handles a pasted text.
    pub fn paste(&mut self, pasted: &str) -> DialogEvent {
        self.form.paste(pasted);
        DialogEvent::Stay
    }

    /// Shows why nothing, or not everything, was saved.
    pub fn failed(&mut self, failure: &UiError) {
        self.failure = Some(failure.clone());
    }

    /// Returns the keys that work here.
    pub fn hints(&self) -> Vec<Hint> {
        vec![("enter", "save".to_owned()), ("esc", "cancel".to_owned())]
    }

    /// Draws the dialog over `area` and returns the cursor position.
    pub fn view(&self, theme: &Theme, area: Rect, buf: &mut Buffer) -> Option<Position> {
        let (width, _) = dialog_box::columns(area);
        let said: Vec<(String, bool)> = self.failure.iter().flat_map(troubles).collect();
        let words = "Existing files are not overwritten.";
        let message_rows: u16 = said.iter().map(|(said, _)| dialog_box::rows(said, width)).sum();
        let form = height(&self.form, width, theme);
        let titles = Titles { left: &self.title, ..Titles::default() };
        let inner = dialog_box::open(buf, area, form + message_rows + 2, titles, theme);
        let cursor = draw_form(&self.form, Rect { height: form, ..inner }.intersection(inner), buf, theme);
        let mut row = form;
        for (said, bad) in &said {
            row += dialog_box::words(buf, inner, row, said, if *bad { theme.urgent } else { theme.dim }, theme);
        }
        dialog_box::words(buf, inner, row, words, theme.dim, theme);
        dialog_box::draw_hints(buf, inner, row + 1, &self.hints(), theme);
        cursor
    }
}

fn troubles(failure: &UiError) -> Vec<(String, bool)> {
    let hint = failure.hint.clone().map(|hint| (hint, false));
    std::iter::once((failure.what.clone(), true)).chain(hint).collect()
}
