//! Asks where to save a claim's evidence, or what a screen shows.

use chrono::NaiveDate;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::dialog::event::DialogEvent;
use crate::dialog::form::{Field, Form, Requiredness, text};
use crate::dialog::form_draw::{draw_fields, height};
use crate::key::{Key, KeyModifier, KeyPress};
use crate::msg::export::{Export, Offer};
use crate::msg::{Effect, UiError};
use crate::theme::Theme;
use crate::widget::dialog_box::{self, Hint};
use crate::widget::frame::Titles;
use crate::widget::text_input::LineMode;
use countersign_core::primitives::ids::{ClaimId, PersonId};
use countersign_core::primitives::text::SafeText;

/// What is saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saved {
    /// The files of a claim, in a folder.
    Evidence(ClaimId),
    /// What a screen shows, in a file; and who has it made.
    Document(Export, Option<PersonId>),
}

/// The dialog's state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    saved: Saved,
    title: String,
    form: Form,
    failure: Option<UiError>,
    /// The name of a file that is there already: saving under it again replaces it.
    taken: Option<String>,
    /// The sentence for the reader of a file that was just written, where there is one; empty until then.
    written: Vec<String>,
    /// Whether it is being written.
    writing: bool,
}

impl State {
    /// Opens the dialog for the files of a claim, with the working directory as the default folder.
    pub fn evidence(claim: ClaimId, trainee: &SafeText, files: u32, today: NaiveDate) -> Self {
        let files = if files == 1 { "1 file".to_owned() } else { format!("{files} files") };
        Self::new(Saved::Evidence(claim), format!("Save {files} of {trainee}"), ("Folder", "."), today)
    }

    /// Opens the dialog for what a screen shows, with the day in the name of the file.
    pub fn document(offer: Offer, by: Option<PersonId>, today: NaiveDate) -> Self {
        let name = format!("{}-{today}.{}", offer.export.stem(), offer.export.ending());
        Self::new(Saved::Document(offer.export, by), format!("Write {}", offer.named), ("File", &name), today)
    }

    fn new(saved: Saved, title: String, (label, place): (&'static str, &str), today: NaiveDate) -> Self {
        let field = Field { need: Requiredness::Required, ..Field::new("to", label, text(LineMode::Line)) };
        let mut form = Form::new(today, vec![field]);
        form.restore(&vec![("to".to_owned(), place.to_owned())]);
        Self { saved, title, form, failure: None, taken: None, written: Vec::new(), writing: false }
    }

    /// Handles a key.
    pub fn key(&mut self, press: KeyPress) -> DialogEvent {
        match (press.modifier, press.key) {
            (KeyModifier::Nothing, Key::Esc | Key::Enter) if !self.written.is_empty() => DialogEvent::Close(vec![]),
            _ if !self.written.is_empty() => DialogEvent::Stay,
            (KeyModifier::Nothing, Key::Esc) => DialogEvent::Close(vec![]),
            // It answers soon.
            (KeyModifier::Nothing, Key::Enter) if self.writing => DialogEvent::Stay,
            (KeyModifier::Nothing, Key::Enter) => {
                let to = self.form.value("to").trim().to_owned();
                if to.is_empty() {
                    let what = match self.saved {
                        Saved::Evidence(_) => "Name a folder that exists",
                        Saved::Document(..) => "Name a file",
                    };
                    self.form.refuse("to", what);
                    return DialogEvent::Stay;
                }
                (self.failure, self.writing) = (None, true);
                DialogEvent::Ask(vec![match &self.saved {
                    Saved::Evidence(claim) => Effect::SaveFiles { claim: *claim, to },
                    Saved::Document(what, by) => Effect::Export {
                        what: what.clone(),
                        by: by.clone(),
                        replace: self.taken.as_ref() == Some(&to),
                        to,
                    },
                }])
            }
            _ => {
                self.writing = false;
                self.form.key(press);
                DialogEvent::Stay
            }
        }
    }

    /// Handles a pasted text.
    pub fn paste(&mut self, pasted: &str) -> DialogEvent {
        if self.written.is_empty() {
            self.form.paste(pasted);
        }
        DialogEvent::Stay
    }

    /// Shows why nothing, or not everything, was saved.
    pub fn failed(&mut self, failure: &UiError) {
        (self.failure, self.writing) = (Some(failure.clone()), false);
        self.taken = None;
    }

    /// Says that the file is written, and what its reader is told: its SHA-256, in parts that can be read aloud.
    pub fn written(&mut self, file: &str, sha256: &str) {
        let parts: Vec<&str> = (0..4).filter_map(|at| sha256.get(at * 16..(at + 1) * 16)).collect();
        self.written = vec![
            format!("Wrote {file}"),
            format!("SHA-256 {}", parts.join(" ")),
            "Tell the reader this SHA-256 by another way, such as by telephone: only it shows that no file was changed."
                .to_owned(),
            "Look through the evidence before you send it: it must not contain patient data.".to_owned(),
        ];
    }

    /// Asks whether to replace a file that is there already.
    pub fn is_there(&mut self, file: &str) {
        let (what, hint) = (format!("There is already a file {file}"), Some("Nothing was saved".to_owned()));
        (self.failure, self.writing) = (Some(UiError { what, hint, session_ended: None }), false);
        self.taken = Some(self.form.value("to").trim().to_owned());
    }

    /// Returns the keys that work here.
    pub fn hints(&self) -> Vec<Hint> {
        if !self.written.is_empty() {
            return vec![("esc", "close".to_owned())];
        }
        vec![("enter", "save".to_owned()), ("esc", "cancel".to_owned())]
    }

    /// Draws the dialog over `area` and returns the cursor position.
    pub fn view(&self, theme: &Theme, area: Rect, buf: &mut Buffer) -> Option<Position> {
        let (width, padding) = dialog_box::columns(area);
        if !self.written.is_empty() {
            let rows = self.written.iter().map(|words| dialog_box::rows(words, width)).sum();
            let titles = Titles { left: &self.title, ..Titles::default() };
            let inner = dialog_box::open(buf, area, rows, titles, theme);
            let mut row = 0;
            for (at, words) in self.written.iter().enumerate() {
                let style = if at < 2 { theme.text } else { theme.dim };
                row += dialog_box::words(buf, inner, row, words, style, theme);
            }
            return None;
        }
        let said: Vec<(String, bool)> = self.failure.iter().flat_map(troubles).collect();
        let words = match (&self.saved, &self.taken) {
            _ if self.writing => "Writing. A long document takes a few seconds.",
            (Saved::Evidence(_), _) => "Existing files are not overwritten.",
            (Saved::Document(what, _), None) => what.about(),
            (Saved::Document(..), Some(_)) => "Press enter again to replace it, or give another name.",
        };
        let message_rows: u16 = said.iter().map(|(said, _)| dialog_box::rows(said, width)).sum();
        let form = height(&self.form, width, theme);
        let titles = Titles { left: &self.title, ..Titles::default() };
        let inner = dialog_box::open(buf, area, form + message_rows + dialog_box::rows(words, width), titles, theme);
        let fields = Rect { height: form, ..inner }.intersection(inner);
        let (cursor, field) = draw_fields(&self.form, fields, buf, theme);
        dialog_box::light(buf, inner, padding, field, theme);
        let mut row = form;
        for (said, bad) in &said {
            row += dialog_box::words(buf, inner, row, said, if *bad { theme.urgent } else { theme.dim }, theme);
        }
        dialog_box::words(buf, inner, row, words, theme.dim, theme);
        cursor
    }
}

fn troubles(failure: &UiError) -> Vec<(String, bool)> {
    let hint = failure.hint.clone().map(|hint| (hint, false));
    std::iter::once((failure.what.clone(), true)).chain(hint).collect()
}
