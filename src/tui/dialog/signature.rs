//! Handles and draws the foot of a signing dialog: meaning, signer and secret.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::dialog::form::{Field, FieldKind, FieldLayout, Form, FormEvent};
use crate::msg::UiError;
use crate::msg::credential_kind::CredentialKind;
use crate::theme::{Focus, Theme};
use crate::widget::dialog_box::{self, Hint};
use crate::widget::secret::{CAPS_LOCK, SecretInput};
use crate::widget::{draw, text, trace};
use countersign_core::people::person::Role;
use countersign_core::record::view::PersonRow;

/// Name of the secret's field.
pub const SECRET: &str = "secret";
/// Columns between the secret and what is next to it.
const GAP: u16 = 3;

/// Whether a request is in progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Keys go to the fields.
    Asking,
    /// The request is running; keys are ignored.
    Doing,
}

/// The signer, and the state of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    pub signer: PersonRow,
    /// The role to sign in, if not one of the usual ones.
    pub role: Option<Role>,
    pub way: CredentialKind,
    /// Why the last attempt failed.
    pub failure: Option<UiError>,
    /// Why the rules refuse any attempt. Then none is made, so no wrong PIN is counted.
    pub refused: Option<UiError>,
    pub stage: Stage,
    /// How far the request is, if it takes long.
    pub progress: Option<String>,
    /// Says that the policy asks for a security key, if none is here.
    pub lacks_key: Option<String>,
}

impl Signature {
    pub fn new(signer: PersonRow, way: CredentialKind) -> Self {
        Self {
            signer,
            role: None,
            way,
            failure: None,
            refused: None,
            stage: Stage::Asking,
            progress: None,
            lacks_key: None,
        }
    }

    /// Returns the field of what signs: a secret, or a key.
    pub fn field(&self) -> Field {
        Field::new(SECRET, secret_label(self.way), self.input()).at(FieldLayout::Apart)
    }

    fn input(&self) -> FieldKind {
        match self.way {
            CredentialKind::Agent => FieldKind::Key("in your SSH agent"),
            CredentialKind::SecurityKey if self.lacks_key.is_some() => FieldKind::Key("needed"),
            CredentialKind::SecurityKey => FieldKind::Key("touch it after enter"),
            CredentialKind::Pin | CredentialKind::Passphrase | CredentialKind::NoKey => {
                FieldKind::Secret(SecretInput::default())
            }
        }
    }

    /// Returns the words to show while the request is running.
    pub fn doing(&self) -> String {
        let words = match self.way {
            CredentialKind::Agent => "Waiting for your SSH agent",
            CredentialKind::SecurityKey => "Waiting for your security key",
            CredentialKind::Pin | CredentialKind::Passphrase | CredentialKind::NoKey => "One moment",
        };
        self.progress.clone().unwrap_or_else(|| words.to_owned())
    }

    /// Returns where the cursor is: nowhere while a key is waited for.
    pub fn cursor(&self, at: Option<Position>) -> Option<Position> {
        at.filter(|_| !self.waits_for_key())
    }

    /// Whether an SSH agent or a security key is waited for, which Esc ends.
    pub fn waits_for_key(&self) -> bool {
        self.stage == Stage::Doing && self.way.is_in_agent()
    }

    /// Whether what is typed here goes nowhere: a key signs, and the focus is on it.
    pub fn takes_nothing_typed(&self, form: &Form) -> bool {
        self.way.is_in_agent() && self.stage == Stage::Asking && self.lacks_key.is_none() && form.is_on(SECRET)
    }

    /// Says that only a security key signs, in place of what was to be typed.
    pub fn needs_security_key(&mut self, refusal: &UiError, form: &mut Form) {
        // What is needed takes the place of what a signature would mean; what to do is said where failures are.
        let what = refusal.hint.clone().unwrap_or_default();
        (self.stage, self.progress) = (Stage::Asking, None);
        self.refused = Some(UiError { what, hint: None, session_ended: None });
        self.failure.clone_from(&self.refused);
        (self.way, self.lacks_key) = (CredentialKind::SecurityKey, Some(refusal.what.clone()));
        self.set_field(form);
    }

    /// Puts the field of what signs into the form again.
    fn set_field(&self, form: &mut Form) {
        let (label, kind) = (secret_label(self.way), self.input());
        form.change(SECRET, |field| (field.kind, field.label) = (kind, label));
    }

    /// Returns the message for a missing secret.
    pub fn wanted(&self) -> String {
        format!("Type your {}, then Enter", secret_words(self.way))
    }

    /// Refuses to sign, if the rules refuse it or if a text contains the secret, which others would read. Returns whether it
    /// did.
    pub fn refuses(&mut self, form: &mut Form) -> bool {
        if let Some(refused) = &self.refused {
            self.failure = Some(refused.clone());
            return true;
        }
        let Some(name) = form.shows_secret() else { return false };
        form.refuse(name, shown(self.way));
        form.change(name, |field| field.leaks = true);
        true
    }

    /// Pastes a text into the form, unless a request is in progress.
    pub fn paste(&self, form: &mut Form, pasted: &str) -> Option<FormEvent> {
        (self.stage != Stage::Doing).then(|| form.paste(pasted))
    }

    /// Shows a failure and clears the secret; after the session ended, the passphrase is asked for.
    pub fn failed(&mut self, failure: &UiError, form: &mut Form) {
        (self.stage, self.progress) = (Stage::Asking, None);
        if failure.session_ended.as_ref() == Some(&self.signer.id) {
            self.way = CredentialKind::Passphrase;
        }
        self.failure = Some(failure.clone());
        form.letters &= self.way != CredentialKind::Passphrase;
        self.set_field(form);
        form.focus_on(SECRET);
    }

    /// Returns the minimum height in rows.
    pub fn height(&self, form: &Form, meaning: &str, hints: &[Hint], width: u16) -> u16 {
        let hints = &*self.hints_now(hints);
        let same_line = self.hints_on_same_line(hints, width);
        dialog_box::rows(meaning, width)
            + self.who_rows(width)
            + self.trouble_rows(form, hints, width)
            + 1
            + u16::from(!same_line)
    }

    /// Returns the rows without which a signature would be given blindly: what it means, who signs, what went wrong, and the
    /// secret. None while a field is edited.
    pub fn least_height(&self, form: &Form, meaning: &str, hints: &[Hint], width: u16) -> u16 {
        if !form.is_on(SECRET) {
            return 0;
        }
        let hints = &*self.hints_now(hints);
        dialog_box::rows(meaning, width) + 1 + self.trouble_rows(form, hints, width) + 1
    }

    /// Draws the signature at the foot of `area`. If `area` is lower than its height, who signs is still shown, then what went
    /// wrong, then as much of the meaning as there is room for.
    pub fn draw(
        &self,
        form: &Form,
        said: (&str, &[Hint]),
        area: Rect,
        buf: &mut Buffer,
        theme: &Theme,
    ) -> Option<Position> {
        let (meaning, hints) = (said.0, &*self.hints_now(said.1));
        let width = area.width;
        let same_line = self.hints_on_same_line(hints, width);
        let below = u16::from(!same_line && area.height > self.height(form, meaning, hints, width) - 1);
        let secret_row = area.height.saturating_sub(1 + below);
        let troubles = self.troubles(form, hints, width);
        let in_row = self.fits_in_row(form, hints, width);
        let first = troubles.get(usize::from(in_row)).map_or(0, |(said, _)| dialog_box::rows(said, width));
        let rows_of_meaning = dialog_box::rows(meaning, width);
        let room = secret_row.saturating_sub(1);
        let trouble =
            self.trouble_rows(form, hints, width).min(room.saturating_sub(rows_of_meaning).max(first)).min(room);
        let rows_of_meaning = rows_of_meaning.min(room - trouble);
        dialog_box::words(buf, Rect { height: rows_of_meaning, ..area }, 0, meaning, theme.text, theme);
        let mut row = rows_of_meaning;
        let who = self.who_words();
        let pieces = self.who_pieces(&who, theme);
        if self.who_rows(width) == 1 || row + 2 + trouble > secret_row {
            if row < secret_row {
                draw::line(buf, area, row, &pieces, theme);
                row += 1;
            }
        } else {
            draw::line(buf, area, row, &pieces[..1], theme);
            draw::line(buf, area, row + 1, &[(who.trim_start_matches([' ', ',']), theme.dim)], theme);
            row += 2;
        }
        let mut row = secret_row.saturating_sub(trouble).max(row);
        let colour = |bad: bool| if bad { theme.urgent } else { theme.dim };
        for (said, bad) in troubles.iter().skip(usize::from(in_row)) {
            let style = colour(*bad);
            row += dialog_box::words(buf, Rect { height: secret_row, ..area }, row, said, style, theme);
        }
        let label = secret_label(self.way);
        let focused = form.is_on(SECRET);
        let style = if focused { theme.key } else { theme.strong };
        let row_of_secret = Rect { y: area.y + secret_row, height: 1, ..area };
        trace::row(row_of_secret, if focused { Focus::Here } else { Focus::Elsewhere });
        let waits = self.wait_in_row(hints, width);
        let used = match &waits {
            Some(doing) => draw::line(buf, area, secret_row, &[(doing, theme.strong)], theme),
            None => draw::line(buf, area, secret_row, &[(label, style), (" ", theme.text)], theme),
        };
        let room = self.secret_columns().min(width.saturating_sub(used));
        let secret = Rect { x: area.x + used, y: area.y + secret_row, width: room, height: 1 }.intersection(area);
        let cursor = match form.field(SECRET).map(|field| &field.kind) {
            Some(FieldKind::Secret(hidden)) => hidden.draw(secret, buf, theme),
            Some(FieldKind::Key(place)) => {
                let place = if self.waits_for_key() { "" } else { place };
                draw::line(buf, secret, 0, &[(place, theme.text)], theme);
                Some(secret.as_position())
            }
            _ => None,
        };
        let doing = [("", self.doing())];
        let hints = if self.stage == Stage::Doing && !self.way.is_in_agent() { &doing[..] } else { hints };
        if let Some((reason, bad)) = troubles.first().filter(|_| in_row && form.secret_is_empty()) {
            let reason = self.short(reason, width).unwrap_or(reason);
            let start = used + self.secret_columns() + GAP;
            let rest = Rect { x: area.x + start, width: width.saturating_sub(start), ..area };
            draw::line(buf, rest, secret_row, &[(reason, colour(*bad))], theme);
        } else if same_line {
            let start = width.saturating_sub(dialog_box::hint_columns(hints));
            let rest = Rect { x: area.x + start, width: width.saturating_sub(start), ..area };
            dialog_box::draw_hints(buf, rest, secret_row, hints, theme);
        } else if below > 0 {
            dialog_box::draw_hints(buf, area, secret_row + 1, hints, theme);
        }
        cursor.filter(|_| focused)
    }

    /// Returns the keys next to the secret: one ends a wait.
    fn hints_now<'h>(&self, hints: &'h [Hint]) -> Cow<'h, [Hint]> {
        if self.waits_for_key() { vec![gives_up()].into() } else { hints.into() }
    }

    /// Returns the rows of the signer: two if the name is so long that registration and role would be cut off.
    fn who_rows(&self, width: u16) -> u16 {
        let rest = self.who_words();
        let all = text::columns(self.signer.name.as_str()) + text::columns(&rest);
        if all > usize::from(width) && !rest.is_empty() { 2 } else { 1 }
    }

    fn who_words(&self) -> String {
        let role = [Role::Supervisor, Role::TrainingOfficer].into_iter().find(|role| self.signer.roles.contains(role));
        let role = self.role.or(role).or(self.signer.roles.first().copied()).map(|role| role.words().to_owned());
        let registration = self.signer.registration.as_ref().map(ToString::to_string);
        let all: Vec<String> = role.into_iter().chain(registration).collect();
        if all.is_empty() { String::new() } else { format!(", {}", all.join(", ")) }
    }

    fn who_pieces<'a>(&'a self, rest: &'a str, theme: &Theme) -> [(&'a str, ratatui::style::Style); 2] {
        [(self.signer.name.as_str(), theme.strong), (rest, theme.dim)]
    }

    /// Returns why the last attempt failed; the flag marks an error, as opposed to a hint.
    pub fn failure_lines(&self) -> Vec<(String, bool)> {
        let failure = self.failure.iter();
        let lines = |failure: &UiError| {
            let hint = failure.hint.clone().map(|hint| (hint, false));
            std::iter::once((failure.what.clone(), true)).chain(hint)
        };
        failure.flat_map(lines).collect()
    }

    /// Returns the messages to show; the flag marks an error, as opposed to a hint.
    fn troubles(&self, form: &Form, hints: &[Hint], width: u16) -> Vec<(String, bool)> {
        let mut troubles = self.failure_lines();
        let above = self.waits_for_key() && self.wait_in_row(hints, width).is_none();
        troubles.extend(above.then(|| (self.doing(), false)));
        let secret = form.field(SECRET);
        troubles.extend(secret.and_then(|field| field.fault.clone()).map(|fault| (fault, true)));
        let hidden =
            secret.and_then(|field| if let FieldKind::Secret(hidden) = &field.kind { Some(hidden) } else { None });
        troubles.extend(hidden.filter(|hidden| hidden.is_in_capitals()).map(|_| (CAPS_LOCK.to_owned(), false)));
        troubles
    }

    /// Returns what is waited for as it fits on the row of the key, in place of it.
    fn wait_in_row(&self, hints: &[Hint], width: u16) -> Option<String> {
        let doing = Some(self.doing()).filter(|_| self.waits_for_key())?;
        let room =
            if self.hints_on_same_line(hints, width) { width - GAP - dialog_box::hint_columns(hints) } else { width };
        (text::columns(&doing) <= usize::from(room)).then_some(doing)
    }

    /// Whether the first message is on the secret's own line, in place of the keys until the next character.
    fn fits_in_row(&self, form: &Form, hints: &[Hint], width: u16) -> bool {
        !self.way.is_in_agent()
            && self.hints_on_same_line(hints, width)
            && self.troubles(form, hints, width).first().is_some_and(|(said, _)| self.short(said, width).is_some())
    }

    /// Returns a message as it fits next to the secret: whole, or at a PIN without what was being done, which the title says.
    fn short<'s>(&self, said: &'s str, width: u16) -> Option<&'s str> {
        let room = width.saturating_sub(text::columns(secret_label(self.way)) as u16 + 1 + self.secret_columns() + GAP);
        let doing = |before: &&str| before.split(' ').next().is_some_and(|verb| verb.ends_with("ing"));
        let why = said.split_once(": ").filter(|(before, _)| doing(before)).map(|(_, why)| why);
        let why = why.filter(|_| self.way == CredentialKind::Pin);
        std::iter::once(said).chain(why).find(|words| text::columns(words) <= usize::from(room))
    }

    fn trouble_rows(&self, form: &Form, hints: &[Hint], width: u16) -> u16 {
        let above = usize::from(self.fits_in_row(form, hints, width));
        self.troubles(form, hints, width).iter().skip(above).map(|(said, _)| dialog_box::rows(said, width)).sum()
    }

    fn secret_columns(&self) -> u16 {
        match self.input() {
            FieldKind::Key(place) => text::columns(place) as u16,
            _ if self.way == CredentialKind::Pin => 9,
            _ => 28,
        }
    }

    fn hints_on_same_line(&self, hints: &[Hint], width: u16) -> bool {
        let label = text::columns(secret_label(self.way)) as u16 + 1;
        label + self.secret_columns() + GAP + dialog_box::hint_columns(hints) <= width
    }
}

/// Returns the message for a text that contains the secret.
pub fn shown(way: CredentialKind) -> String {
    format!("This text contains your {}. Remove it", secret_words(way))
}

/// Returns what signs, as a label.
pub fn secret_label(way: CredentialKind) -> &'static str {
    match way {
        CredentialKind::Pin => "PIN",
        CredentialKind::Passphrase | CredentialKind::NoKey => "Passphrase",
        CredentialKind::Agent => "Key",
        CredentialKind::SecurityKey => "Security key",
    }
}

/// Returns what signs, for use in a sentence.
pub fn secret_words(way: CredentialKind) -> &'static str {
    match way {
        CredentialKind::Pin => "PIN",
        CredentialKind::Passphrase | CredentialKind::NoKey => "passphrase",
        CredentialKind::Agent => "key",
        CredentialKind::SecurityKey => "security key",
    }
}

/// Returns the key that ends the wait for an SSH agent or a security key.
pub fn gives_up() -> Hint {
    ("esc", "gives up".to_owned())
}
