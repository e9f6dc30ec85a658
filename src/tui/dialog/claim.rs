//! Describes and draws the dialog of a claim: its KSBs, the trainee's reflection and evidence, and the supervisor who is asked.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::dialog::drafts;
use crate::dialog::find::FindInput;
use crate::dialog::form::{Field, FieldKind, Form, Read, optional, text};
use crate::dialog::form_draw::{draw_fields, height};
use crate::dialog::signature::{Signature, Stage};
use crate::msg::claims::ClaimRequest;
use crate::theme::Theme;
use crate::widget::dialog_box::{self, Hint};
use crate::widget::draw::line;
use crate::widget::frame::Titles;
use crate::widget::text::fit;
use crate::widget::text_input::LineMode;
use countersign_core::primitives::ids::{KsbCode, PersonId};
use countersign_core::primitives::text::SafeText;
use countersign_core::record::evidence::File;

/// What a claim is about, and what its fields offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimForm {
    pub trainee_name: SafeText,
    /// The KSBs, each with its text.
    pub items: Vec<(KsbCode, String)>,
    /// The supervisors they may ask, by name.
    pub people: Vec<(PersonId, SafeText)>,
    /// The trainee's uploads.
    pub files: Vec<File>,
    /// Whether the trainee logged in; if not, their passphrase is asked for.
    pub own: bool,
}

/// The words for a claim that any supervisor may answer.
const ANYONE: &str = "any supervisor";
/// Minimum rows of items, if there are that many.
const ITEMS: u16 = 3;
/// Columns of a code and the space after it.
const LEAD: u16 = 5;

impl ClaimForm {
    /// Returns the draft target of these KSBs.
    pub fn target(&self) -> String {
        let codes: Vec<_> = self.items.iter().map(|(code, _)| *code).collect();
        drafts::target(&codes, "claim")
    }

    /// Returns the fields in Tab order, without the secret.
    pub fn fields(&self) -> Vec<Field> {
        let anyone = (String::new(), ANYONE.to_owned());
        let people = self.people.iter().map(|(id, name)| (id.to_string(), name.to_string()));
        let people = FindInput::new(std::iter::once(anyone).chain(people).collect(), ANYONE);
        vec![
            Field::new("reflection", "Reflection", text(LineMode::Lines)),
            Field::new("evidence", "Evidence", text(LineMode::Lines)),
            Field::new("of", "Ask", FieldKind::Find(people)),
        ]
    }

    /// Returns the keys that work here.
    pub fn hints(&self, form: &Form) -> Vec<Hint> {
        let on_lines = form.is_on("reflection") || form.is_on("evidence");
        let mut hints = vec![("enter", format!("claim {}", self.items.len())), ("tab", "next field".to_owned())];
        if on_lines {
            hints.push(("alt-enter", "new line".to_owned()));
        }
        hints.push(("esc", if self.own { "keep it for later" } else { "cancel" }.to_owned()));
        hints
    }

    /// Reads the fields into a claim, or returns the first invalid field and why.
    pub fn claimed(&self, form: &Form, trainee: PersonId) -> Read<ClaimRequest> {
        let named = form.value("evidence").lines().map(str::trim).filter(|line| !line.is_empty());
        Ok(ClaimRequest {
            trainee,
            codes: self.items.iter().map(|(code, _)| *code).collect(),
            reflection: optional(form, "reflection", SafeText::lines)?,
            evidence: named.map(str::to_owned).collect(),
            of: form.found("of").map_err(|fault| ("of", fault))?.and_then(|id| id.parse().ok()),
        })
    }

    /// Draws the dialog over `area` and returns the cursor position.
    pub fn view(
        &self,
        fields: &Form,
        signature: &Signature,
        theme: &Theme,
        area: Rect,
        buf: &mut Buffer,
    ) -> Option<Position> {
        let (width, padding) = dialog_box::columns(area);
        let most = area.height.saturating_sub(2);
        let form = height(fields, width, theme);
        let said = self.said(signature);
        let message_rows: u16 = said.iter().map(|(said, _)| dialog_box::rows(said, width)).sum();
        let items = self.items.len() as u16;
        // When space is short, items shrink to one line each, then to a count, before the fields are cut.
        let spare = most.saturating_sub(form + message_rows);
        let room = width.saturating_sub(LEAD);
        let whole: u16 = self.items.iter().map(|(_, text)| dialog_box::rows(text, room)).sum();
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
        for (code, text) in self.items.iter().take(usize::from(shown)) {
            line(buf, inner, at, &[(&code.to_string(), theme.strong)], theme);
            let cut = if whole <= spare { text.into() } else { fit(text, usize::from(room), theme) };
            at += dialog_box::words(buf, indented, at, &cut, theme.text, theme);
        }
        let part = Rect { y: inner.y + listed + airy, height: form, ..inner }.intersection(inner);
        let (cursor, field) = draw_fields(fields, part, buf, theme);
        dialog_box::light(buf, inner, padding, field, theme);
        let foot = Rect { y: part.bottom() + airy, ..inner };
        let foot = Rect { height: inner.bottom().saturating_sub(foot.y), ..foot };
        if signature.stage == Stage::Doing {
            let style = if signature.waits_for_key() { theme.strong } else { theme.dim };
            dialog_box::words(buf, foot, 0, &signature.doing(), style, theme);
            return cursor;
        }
        let mut row = 0;
        for (said, bad) in &said {
            row += dialog_box::words(buf, foot, row, said, if *bad { theme.urgent } else { theme.dim }, theme);
        }
        cursor
    }

    fn title(&self) -> String {
        let what = match self.items.as_slice() {
            [(code, _)] => code.to_string(),
            many => format!("{} KSBs", many.len()),
        };
        if self.own { format!("Claim {what}") } else { format!("Claim {what}, as {}", self.trainee_name) }
    }

    /// Returns the failure, or how to name evidence; the flag marks an error.
    fn said(&self, signature: &Signature) -> Vec<(String, bool)> {
        if signature.failure.is_some() {
            return signature.failure_lines();
        }
        let names: Vec<&str> = self.files.iter().rev().take(5).map(|file| file.name.as_str()).collect();
        let here = if names.is_empty() { String::new() } else { format!("Handed in: {}. ", names.join(", ")) };
        let how = if self.own {
            "Name one piece of evidence on each line. To hand in a file: ssh ACCOUNT@HOST evidence add < FILE"
        } else {
            "Name one evidence file on each line, by its path"
        };
        vec![(format!("{here}{how}"), false)]
    }
}
