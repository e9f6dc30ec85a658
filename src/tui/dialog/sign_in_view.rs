//! Draws the sign-in question, over a screen or on a locked one.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::dialog::sign_in::{EndedWait, SignInContext, State};
use crate::dialog::signature::{Stage, secret_label};
use crate::msg::credential_kind::CredentialKind;
use crate::theme::{Focus, Theme};
use crate::widget::dialog_box;
use crate::widget::frame::{Titles, VisibleRows, scrolled};
use crate::widget::part::choose;
use crate::widget::secret::{CAPS_LOCK, SecretInput};
use crate::widget::{draw, list, text, text_line_view, trace};

/// Text columns of the box, and the maximum number of people shown.
const WIDTH: u16 = 36;
const MOST_SHOWN: u16 = 8;

impl State {
    /// Draws the question over `area` (the whole screen when locked) and returns the cursor position.
    pub fn view(&self, theme: &Theme, area: Rect, buf: &mut Buffer) -> Option<Position> {
        match &self.over {
            SignInContext::Lock(locked) => self.lock(locked, theme, area, buf),
            SignInContext::Screen => self.question(theme, area, buf),
        }
    }

    /// Draws the box in the middle of `area` and returns the cursor position.
    fn question(&self, theme: &Theme, area: Rect, buf: &mut Buffer) -> Option<Position> {
        let padding: u16 = if area.width >= 44 { 2 } else { 1 };
        let width = WIDTH.max(self.widest()).min(area.width.saturating_sub(2 + 2 * padding));
        let said = self.said();
        let said_rows: u16 = said.iter().map(|(line, _)| dialog_box::rows(line, width)).sum();
        let most = area.height.saturating_sub(2);
        let people = (self.people.len() as u16).clamp(1, MOST_SHOWN);
        let people = if self.chosen.is_some() { 1 } else { people.min(most.saturating_sub(1 + said_rows).max(1)) };
        let wanted = 1 + people + said_rows;
        // Empty rows: at the top, below the input, before the messages, at the bottom.
        let gaps = u16::from(wanted + 4 <= most);
        let rows = wanted + gaps * if said.is_empty() { 3 } else { 4 };
        let titles = Titles { left: "Who is signing?", ..Titles::default() };
        let inner = dialog_box::open_at(buf, area, (width, padding, rows), titles, theme);
        let row = |at: u16, height: u16| Rect { y: inner.y + at, height, ..inner }.intersection(inner);
        let cursor = if let Some(choice) = &self.chosen {
            draw::line(buf, row(gaps, 1), 0, &[(choice.person.name.as_str(), theme.strong)], theme);
            self.draw_secret(choice.way, row(1 + 2 * gaps, 1), buf, theme)
        } else {
            self.draw_people(theme, row(1 + 2 * gaps, people), padding, buf);
            self.draw_find("> ", row(gaps, 1), buf, theme)
        };
        let mut at = 0;
        let foot = row(1 + people + 3 * gaps, said_rows);
        for (line, wrong) in &said {
            at += dialog_box::words(buf, foot, at, line, self.style_of_said(*wrong, theme), theme);
        }
        cursor.filter(|_| self.stage == Stage::Asking)
    }

    /// Draws the field of the secret and returns the cursor position.
    pub(in crate::dialog) fn draw_secret(
        &self,
        way: CredentialKind,
        place: Rect,
        buf: &mut Buffer,
        theme: &Theme,
    ) -> Option<Position> {
        let used = draw::line(buf, place, 0, &[(secret_label(way), theme.key), (" ", theme.text)], theme);
        if way.is_in_agent() {
            let rest = Rect { x: place.x + used, width: place.width.saturating_sub(used), ..place };
            draw::line(buf, rest, 0, &[("in your SSH agent", theme.text)], theme);
            return Some(rest.as_position());
        }
        self.secret.draw(Rect { x: place.x + used, width: place.width.saturating_sub(used), ..place }, buf, theme)
    }

    /// Draws the letters typed of a name and returns the cursor position.
    pub(in crate::dialog) fn draw_find(
        &self,
        sign: &str,
        place: Rect,
        buf: &mut Buffer,
        theme: &Theme,
    ) -> Option<Position> {
        let used = draw::line(buf, place, 0, &[(sign, theme.key)], theme);
        let room = Rect { x: place.x + used, width: place.width.saturating_sub(used), ..place };
        if self.is_number() {
            let mut hidden = SecretInput::default();
            hidden.paste(self.filter.text());
            hidden.draw(room, buf, theme)
        } else {
            text_line_view::draw(&self.filter, room, buf, theme.text)
        }
    }

    /// Returns what stands in place of the names while there are none.
    pub(in crate::dialog) fn nobody(&self) -> &'static str {
        if self.filter.text().is_empty() {
            "Type a few letters of your name"
        } else if self.is_number() {
            "Choose who you are first, then type the PIN"
        } else {
            "No signer by that name"
        }
    }

    fn draw_people(&self, theme: &Theme, area: Rect, padding: u16, buf: &mut Buffer) {
        if self.people.is_empty() {
            draw::line(buf, area, 0, &[(self.nobody(), theme.dim)], theme);
            return;
        }
        let one = |_| 1;
        let first = list::first(0, self.selected, self.people.len(), area.height, one);
        let seen = VisibleRows { first, shown: usize::from(area.height), of: self.people.len() };
        scrolled(buf, Rect { width: area.width + padding, ..area }, seen, theme);
        for (index, row) in list::rows(first, self.people.len(), area, one) {
            let choice = &self.people[index];
            trace::choice(row);
            let chosen = index == self.selected;
            let pointer = if chosen { theme.glyphs.pointer } else { " " };
            let used = draw::right(buf, row, 0, (way_words(choice.way), theme.dim), theme);
            let left = Rect { width: row.width.saturating_sub(used + 1), ..row };
            let style = if chosen { theme.strong } else { theme.text };
            let name = choice.person.name.as_str();
            draw::line(buf, left, 0, &[(pointer, theme.accent), (" ", theme.text), (name, style)], theme);
            if chosen {
                choose(buf, row, Focus::Here, theme);
            }
        }
    }

    /// Returns the messages below the names; the flag marks an error.
    fn said(&self) -> Vec<(String, bool)> {
        let mut said = self.said_of_it();
        said.extend(self.said_of_trial().map(|line| (line, false)));
        said
    }

    /// Returns the style of a message: what to do now is not dim.
    pub(in crate::dialog) fn style_of_said(&self, wrong: bool, theme: &Theme) -> Style {
        match wrong {
            true => theme.urgent,
            false if self.waits_for_key() => theme.strong,
            false => theme.dim,
        }
    }

    pub(in crate::dialog) fn said_of_trial(&self) -> Option<String> {
        self.trial.as_ref().and_then(|trial| trial.asked(self.chosen.as_ref().map(|choice| choice.way)))
    }

    pub(in crate::dialog) fn said_of_it(&self) -> Vec<(String, bool)> {
        if let Some(failure) = &self.failure {
            let hint = failure.hint.clone().map(|hint| (hint, false));
            return std::iter::once((failure.what.clone(), true)).chain(hint).collect();
        }
        if self.stage == Stage::Doing {
            let words = match self.chosen.as_ref().map(|choice| choice.way) {
                Some(CredentialKind::Agent) => "Waiting for your SSH agent",
                Some(CredentialKind::SecurityKey) => "Waiting for your security key",
                _ => "One moment",
            };
            return vec![(self.progress.clone().unwrap_or_else(|| words.to_owned()), false)];
        }
        if self.secret.is_in_capitals() {
            return vec![(CAPS_LOCK.to_owned(), false)];
        }
        match &self.over {
            SignInContext::Lock(locked) => {
                let safe = match locked.wait {
                    None => "Your marks are safe.",
                    Some(EndedWait::NothingSigned) => "Nothing was signed. Your marks are safe.",
                    Some(EndedWait::Signed) => "What you were signing is signed. Your marks are safe.",
                };
                let said = locked.after_minutes.map_or(vec![format!("Locked. {safe}")], |minutes| {
                    let plural = if minutes == 1 { "" } else { "s" };
                    vec![format!("Locked after {minutes} minute{plural} without a key."), safe.to_owned()]
                });
                said.into_iter().map(|line| (line, false)).collect()
            }
            SignInContext::Screen => vec![],
        }
    }

    fn widest(&self) -> u16 {
        let each = self.people.iter().map(|choice| text::columns(choice.person.name.as_str()) + 14);
        let trial = self.said_of_trial().map(|line| text::columns(&line));
        each.chain(trial).max().unwrap_or(0).min(60) as u16
    }
}

/// Returns what a person signs with, in a list of names.
pub(in crate::dialog) fn way_words(way: CredentialKind) -> &'static str {
    match way {
        CredentialKind::Pin => "PIN",
        CredentialKind::Passphrase => "passphrase",
        CredentialKind::Agent => "SSH agent",
        CredentialKind::SecurityKey => "security key",
        CredentialKind::NoKey => "no key",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialog::sign_in::tests::{drawn, found, holds, keys, three};
    use crate::msg::UiError;
    use crate::theme::Appearance;

    #[test]
    fn the_chosen_person_is_asked_for_their_secret_and_told_what_was_wrong() {
        let mut state = found(State::new(SignInContext::Screen));
        keys(&mut state, "enter 1 2 3");
        holds("person-pin-80x24", &drawn(&state, 80, 23, Appearance::FULL));
        let hint = Some("Two more tries, then the session ends".to_owned());
        state.failed(&UiError { what: "That is not the PIN of S. Supervisor".into(), hint, session_ended: None });
        holds("person-failed-60x20", &drawn(&state, 60, 19, Appearance::FULL));
    }

    #[test]
    fn many_people_scroll_within_what_there_is_room_for() {
        let mut state = State::new(SignInContext::Screen);
        state.found((0..20).flat_map(|_| three()).collect());
        keys(&mut state, "up");
        assert!(drawn(&state, 40, 9, Appearance::FULL).contains("▌ T. Sumner"));
    }
}
