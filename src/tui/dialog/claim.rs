//! Handles and draws the form of a claim: its KSBs, the trainee's reflection and evidence, and the supervisor who is asked.

use chrono::NaiveDate;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::dialog::drafts;
use crate::dialog::event::DialogEvent;
use crate::dialog::find::FindInput;
use crate::dialog::form::{Field, FieldKind, Form, FormEvent, text};
use crate::dialog::form_draw::{draw_fields, height};
use crate::dialog::signature::shown;
use crate::key::{Key, KeyModifier, KeyPress};
use crate::msg::claims::ClaimRequest;
use crate::msg::credential_kind::CredentialKind;
use crate::msg::{Draft, Effect, UiError};
use crate::theme::Theme;
use crate::widget::dialog_box::{self, Hint};
use crate::widget::draw::line;
use crate::widget::frame::Titles;
use crate::widget::secret::SecretInput;
use crate::widget::text::fit;
use crate::widget::text_input::LineMode;
use countersign_core::primitives::ids::{KsbCode, PersonId};
use countersign_core::primitives::text::{SafeText, TextFault};
use countersign_core::record::evidence::File;

/// Input to the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimOpen {
    pub trainee: PersonId,
    pub trainee_name: SafeText,
    /// The KSBs, each with its text.
    pub items: Vec<(KsbCode, String)>,
    /// The supervisors they may ask, by name.
    pub people: Vec<(PersonId, SafeText)>,
    /// The trainee's uploads.
    pub files: Vec<File>,
    /// Whether the trainee logged in; if not, their passphrase is asked for.
    pub own: bool,
    pub today: NaiveDate,
    /// The saved draft.
    pub draft: Draft,
}

/// The form's state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    pub open: ClaimOpen,
    pub form: Form,
    failure: Option<UiError>,
    doing: bool,
}

/// Name of the secret's field.
const SECRET: &str = "secret";
/// The words for a claim that any supervisor may answer.
const ANYONE: &str = "any supervisor";
/// Minimum rows of items, if there are that many.
const ITEMS: u16 = 3;
/// Columns of a code and the space after it.
const LEAD: u16 = 5;

impl ClaimOpen {
    /// Returns the draft target of these KSBs.
    fn target(&self) -> String {
        let codes: Vec<_> = self.items.iter().map(|(code, _)| *code).collect();
        drafts::target(&codes, "claim")
    }
}

impl State {
    /// Opens the form with the focus on the reflection.
    pub fn new(open: ClaimOpen) -> Self {
        let anyone = (String::new(), ANYONE.to_owned());
        let people = open.people.iter().map(|(id, name)| (id.to_string(), name.to_string()));
        let mut fields = vec![
            Field::new("reflection", "Reflection", text(LineMode::Lines)),
            Field::new("evidence", "Evidence", text(LineMode::Lines)),
            Field::new(
                "of",
                "Ask",
                FieldKind::Find(FindInput::new(std::iter::once(anyone).chain(people).collect(), ANYONE)),
            ),
        ];
        if !open.own {
            fields.push(Field::new(SECRET, "Passphrase", FieldKind::Secret(SecretInput::default())));
        }
        let mut form = Form::new(open.today, fields);
        form.restore(&drafts::of_these(&open.draft, &open.target()));
        Self { form, failure: None, doing: false, open }
    }

    /// Returns the draft to save.
    pub fn kept(&self) -> Draft {
        let draft = self.form.draft();
        let typed = draft.iter().any(|(name, value)| name != "of" && !value.trim().is_empty());
        drafts::kept(&self.open.draft, typed.then_some(draft), &self.open.target())
    }

    /// Handles a key.
    pub fn key(&mut self, press: KeyPress) -> DialogEvent {
        match (press.modifier, press.key) {
            (KeyModifier::Nothing, Key::Esc) if self.open.own => DialogEvent::Leave(self.kept()),
            (KeyModifier::Nothing, Key::Esc) => DialogEvent::Close(vec![]),
            _ if self.doing => DialogEvent::Stay,
            (KeyModifier::Nothing, Key::Enter) => self.claim(),
            _ => {
                let touched = self.form.key(press);
                self.touched(touched)
            }
        }
    }

    /// Handles a pasted text.
    pub fn paste(&mut self, pasted: &str) -> DialogEvent {
        if self.doing {
            return DialogEvent::Stay;
        }
        let touched = self.form.paste(pasted);
        self.touched(touched)
    }

    /// Shows a failure and clears the secret; the other fields stay.
    pub fn failed(&mut self, failure: &UiError) {
        self.doing = false;
        self.failure = Some(failure.clone());
    }

    /// Returns the keys that work here.
    pub fn hints(&self) -> Vec<Hint> {
        let on_lines = self.form.is_on("reflection") || self.form.is_on("evidence");
        let mut hints = vec![("enter", format!("claim {}", self.open.items.len())), ("tab", "next field".to_owned())];
        if on_lines {
            hints.push(("alt-enter", "new line".to_owned()));
        }
        hints.push(("esc", if self.open.own { "keep it for later" } else { "cancel" }.to_owned()));
        hints
    }

    fn touched(&mut self, touched: FormEvent) -> DialogEvent {
        if touched != FormEvent::Edited {
            return DialogEvent::Stay;
        }
        self.failure = None;
        if !self.open.own {
            return DialogEvent::Stay;
        }
        let (person, trainee) = (self.open.trainee.clone(), self.open.trainee.clone());
        DialogEvent::Ask(vec![Effect::SaveDraft { person, trainee, draft: self.kept() }])
    }

    fn claim(&mut self) -> DialogEvent {
        self.form.clear_faults();
        let reflection = match SafeText::lines(self.form.value("reflection")) {
            Ok(said) => Some(said),
            Err(TextFault::Empty) => None,
            Err(fault) => {
                self.form.refuse("reflection", fault.to_string());
                return DialogEvent::Stay;
            }
        };
        let of = match self.form.found("of") {
            Ok(found) => found.and_then(|id| id.parse().ok()),
            Err(fault) => {
                self.form.refuse("of", fault);
                return DialogEvent::Stay;
            }
        };
        let named = self.form.value("evidence").lines().map(str::trim).filter(|line| !line.is_empty());
        let evidence: Vec<String> = named.map(str::to_owned).collect();
        if !self.open.own && self.form.secret_is_empty() {
            if self.form.is_on(SECRET) {
                self.form.refuse(SECRET, "Type the trainee's own passphrase, then Enter");
            }
            self.form.focus_on(SECRET);
            return DialogEvent::Stay;
        }
        if let Some(name) = self.form.shows_secret() {
            self.form.refuse(name, shown(CredentialKind::Passphrase));
            return DialogEvent::Stay;
        }
        (self.failure, self.doing) = (None, true);
        DialogEvent::Ask(vec![Effect::Claim(ClaimRequest {
            trainee: self.open.trainee.clone(),
            codes: self.open.items.iter().map(|(code, _)| *code).collect(),
            reflection,
            evidence,
            of,
            secret: (!self.open.own).then(|| self.form.take_secret()),
        })])
    }

    /// Draws the form over `area` and returns the cursor position.
    pub fn view(&self, theme: &Theme, area: Rect, buf: &mut Buffer) -> Option<Position> {
        let (width, padding) = dialog_box::columns(area);
        let most = area.height.saturating_sub(2);
        let form = height(&self.form, width, theme);
        let said = self.said();
        let message_rows: u16 = said.iter().map(|(said, _)| dialog_box::rows(said, width)).sum();
        let items = self.open.items.len() as u16;
        // When space is short, items shrink to one line each, then to a count, before the fields are cut.
        let spare = most.saturating_sub(form + message_rows);
        let room = width.saturating_sub(LEAD);
        let whole: u16 = self.open.items.iter().map(|(_, text)| dialog_box::rows(text, room)).sum();
        let shown = if whole <= spare { items } else { items.min(spare.max(ITEMS.min(items))) };
        let listed = if whole <= spare { whole } else { shown };
        let airy = u16::from(spare >= listed + 2);
        let rest = items - shown;
        let right = if rest > 0 { format!("{rest} more") } else { String::new() };
        let title = self.title();
        let titles = Titles { left: &title, right: &right, right_style: Some(theme.dim) };
        let rows = (listed + form + message_rows + 2 * airy).min(most);
        let inner = dialog_box::open(buf, area, rows, titles, theme);
        let indented = Rect { x: inner.x + LEAD.min(inner.width), width: inner.width.saturating_sub(LEAD), ..inner };
        let mut at = 0;
        for (code, text) in self.open.items.iter().take(usize::from(shown)) {
            line(buf, inner, at, &[(&code.to_string(), theme.strong)], theme);
            let cut = if whole <= spare { text.into() } else { fit(text, usize::from(room), theme) };
            at += dialog_box::words(buf, indented, at, &cut, theme.text, theme);
        }
        let fields = Rect { y: inner.y + listed + airy, height: form, ..inner }.intersection(inner);
        let (cursor, field) = draw_fields(&self.form, fields, buf, theme);
        dialog_box::light(buf, inner, padding, field, theme);
        let foot = Rect { y: fields.bottom() + airy, ..inner };
        let foot = Rect { height: inner.bottom().saturating_sub(foot.y), ..foot };
        if self.doing {
            dialog_box::words(buf, foot, 0, "One moment", theme.dim, theme);
            return cursor;
        }
        let mut row = 0;
        for (said, bad) in &said {
            row += dialog_box::words(buf, foot, row, said, if *bad { theme.urgent } else { theme.dim }, theme);
        }
        cursor
    }

    fn title(&self) -> String {
        let what = match self.open.items.as_slice() {
            [(code, _)] => code.to_string(),
            many => format!("{} KSBs", many.len()),
        };
        if self.open.own { format!("Claim {what}") } else { format!("Claim {what}, as {}", self.open.trainee_name) }
    }

    /// Returns the failure, or how to name evidence; the flag marks an error.
    fn said(&self) -> Vec<(String, bool)> {
        if let Some(failure) = &self.failure {
            let hint = failure.hint.clone().map(|hint| (hint, false));
            return std::iter::once((failure.what.clone(), true)).chain(hint).collect();
        }
        let names: Vec<&str> = self.open.files.iter().rev().take(5).map(|file| file.name.as_str()).collect();
        let here = if names.is_empty() { String::new() } else { format!("Handed in: {}. ", names.join(", ")) };
        let how = if self.open.own {
            "Name one piece of evidence on each line. To hand in a file: ssh ACCOUNT@HOST evidence add < FILE"
        } else {
            "Name one evidence file on each line, by its path"
        };
        vec![(format!("{here}{how}"), false)]
    }
}
