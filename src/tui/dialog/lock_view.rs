//! Draws the lock screen: who may sign and how, and why it is locked. Nothing on it is about a trainee.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::dialog::sign_in::{Locked, State};
use crate::dialog::sign_in_view::way_words;
use crate::dialog::signature::Stage;
use crate::theme::{Charset, Focus, Theme};
use crate::widget::frame::{VisibleRows, scrolled};
use crate::widget::part::{INDENT, choose};
use crate::widget::window::{FooterKey, Ready, footer};
use crate::widget::{dialog_box, draw, list, text, trace};

/// The program's name at the head of a locked screen.
const NAME: &str = "countersign";
/// Columns of the shortest column of names, of what a person signs with, and of `signed in`.
const NAMES: u16 = 18;
const WAY: u16 = 7;
const SIGNED_IN: &str = "signed in";
/// Rows kept for names, so that few of them move nothing, and the maximum shown.
const LEAST_SHOWN: u16 = 3;
const MOST_SHOWN: u16 = 8;

impl State {
    /// Draws the locked screen and returns the cursor position.
    pub(in crate::dialog) fn lock(
        &self,
        locked: &Locked,
        theme: &Theme,
        area: Rect,
        buf: &mut Buffer,
    ) -> Option<Position> {
        draw::clear(buf, area);
        let foot = area.height.saturating_sub(1);
        self.draw_foot(theme, area, &locked.code, buf);
        let body = Rect { height: foot, ..area };
        let most = body.width.saturating_sub(2 * INDENT);
        let width = (self.name_columns() + WAY + SIGNED_IN.len() as u16).min(most);
        let x = body.x + if body.width < 44 { INDENT } else { (body.width - width) / 2 };
        let room = body.right().saturating_sub(x + 1);
        let (said, trial) = (self.said_of_it(), self.said_of_trial());
        let rows_of = |line: &str| dialog_box::rows(line, room);
        let said_rows = said.iter().map(|(line, _)| rows_of(line)).sum();
        let trial_rows = trial.as_deref().map_or(0, rows_of);
        let shown = if self.chosen.is_some() { 1 } else { self.people.len() as u16 };
        let rows = Rows::share(body.height, shown, said_rows, trial_rows);
        let row = |at: u16, height: u16| Rect::new(x, body.y + at, room, height).intersection(body);
        if rows.head > 0 {
            let head = Rect { width, ..row(rows.top, 2) };
            draw::line(buf, head, 0, &[(NAME, theme.key)], theme);
            draw::right(buf, head, 0, ("locked", theme.dim), theme);
            let heavy = (NAME.len() as u16).min(width);
            buf.set_string(x, head.y + 1, theme.glyphs.heavy.repeat(usize::from(heavy)), theme.accent);
            let rest = theme.glyphs.border[4].repeat(usize::from(width - heavy));
            buf.set_string(x + heavy, head.y + 1, rest, theme.rule);
        }
        let mut at = rows.top + rows.head + rows.gaps[0];
        draw::line(buf, row(at, 1), 0, &[("Who is signing?", theme.strong)], theme);
        at += 1 + rows.gaps[1];
        let find = row(at, 1);
        at += 1 + rows.gaps[2];
        let people = row(at, rows.people);
        let cursor = if let Some(choice) = &self.chosen {
            draw::line(buf, find, 0, &[(choice.person.name.as_str(), theme.strong)], theme);
            self.draw_secret(choice.way, Rect { height: 1, ..people }, buf, theme)
        } else {
            self.draw_names(theme, people, width, buf);
            self.draw_find("/ ", find, buf, theme)
        };
        at += rows.people + rows.gaps[3];
        for (line, wrong) in &said {
            let style = self.style_of_said(*wrong, theme);
            at += dialog_box::words(buf, row(at, body.height.saturating_sub(at)), 0, line, style, theme);
        }
        if let Some(trial) = &trial {
            at += rows.gaps[4];
            dialog_box::words(buf, row(at, body.height.saturating_sub(at)), 0, trial, theme.dim, theme);
        }
        cursor.filter(|_| self.stage == Stage::Asking)
    }

    fn name_columns(&self) -> u16 {
        let longest = self.people.iter().map(|choice| text::columns(choice.person.name.as_str()) + 2).max();
        NAMES.max(longest.unwrap_or(0).min(60) as u16)
    }

    /// Draws the names: `area` begins at their column, the pointer stands to its left.
    fn draw_names(&self, theme: &Theme, area: Rect, width: u16, buf: &mut Buffer) {
        if self.people.is_empty() {
            draw::line(buf, area, 0, &[(self.nobody(), theme.dim)], theme);
            return;
        }
        let one = |_| 1;
        let first = list::first(0, self.selected, self.people.len(), area.height, one);
        let left = area.x.saturating_sub(INDENT);
        let lit = (width + 2 * INDENT).min(buf.area.right().saturating_sub(left + 1));
        let seen = VisibleRows { first, shown: usize::from(area.height), of: self.people.len() };
        scrolled(buf, Rect { x: left, width: lit, ..area }, seen, theme);
        let names = width.saturating_sub(WAY + SIGNED_IN.len() as u16);
        for (index, row) in list::rows(first, self.people.len(), area, one) {
            let choice = &self.people[index];
            trace::choice(Rect { x: left, width: lit, ..row });
            let chosen = index == self.selected;
            let style = if chosen { theme.strong } else { theme.text };
            let place = Rect { width: names.saturating_sub(2), ..row };
            draw::line(buf, place, 0, &[(choice.person.name.as_str(), style)], theme);
            let way = Rect { x: row.x + names, width: width.saturating_sub(names), ..row };
            let words = way_words(choice.way);
            if !choice.signed_in || text::columns(words) < usize::from(WAY) {
                draw::line(buf, way, 0, &[(words, theme.dim)], theme);
            }
            if choice.signed_in {
                draw::right(buf, way, 0, (SIGNED_IN, theme.signed), theme);
            }
            if chosen {
                choose(buf, Rect { x: left, width: lit, ..row }, Focus::Here, theme);
            }
        }
    }

    /// Draws the keys, and above them the checkpoint's code where there is room.
    fn draw_foot(&self, theme: &Theme, area: Rect, code: &str, buf: &mut Buffer) {
        let last = area.bottom().saturating_sub(1);
        let within = Rect { x: area.x + 1, width: area.width.saturating_sub(3), ..area };
        let code =
            if theme.looks.glyphs == Charset::Ascii { code.replace('·', theme.glyphs.dot) } else { code.to_owned() };
        if area.height >= 16 && text::columns(&code) <= usize::from(within.width) {
            draw::right(buf, within, area.height - 2, (&code, theme.dim), theme);
        }
        let key = |(key, label): (&str, String)| FooterKey { key: key.to_owned(), label, ready: Ready::Yes };
        let typed = self.chosen.is_none() && area.width >= 60;
        let typed = typed.then(|| key(("type", "a name".to_owned())));
        let keys: Vec<_> = typed.into_iter().chain(self.hints().into_iter().map(key)).collect();
        footer(&keys, theme, buf, Rect { y: last, height: 1, ..area });
    }
}

/// The rows of a locked screen by part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Rows {
    top: u16,
    /// Rows of the head: 0 or 2.
    head: u16,
    people: u16,
    /// Empty rows: below the head, the question and the find line, before the reason, before the demo's secret.
    gaps: [u16; 5],
}

impl Rows {
    /// Shares `most` rows out: empty rows are dropped first, then the head, then names.
    fn share(most: u16, people: u16, said: u16, trial: u16) -> Self {
        let wanted = people.clamp(LEAST_SHOWN, MOST_SHOWN);
        let fixed = 2 + said + trial;
        let head = if fixed + people.clamp(1, LEAST_SHOWN) + 2 <= most { 2 } else { 0 };
        let people = wanted.min(most.saturating_sub(fixed + head)).max(1);
        let mut spare = most.saturating_sub(fixed + head + people);
        let mut gaps = [0; 5];
        for gap in [0, 3, 2, 1, 4] {
            if (gap > 0 || head > 0) && (gap < 4 || trial > 0) {
                gaps[gap] = spare.min(1);
                spare -= gaps[gap];
            }
        }
        // As if there were few names and a reason of two lines: then neither moves what is above it.
        let usual = 13 + if trial > 0 { trial + 1 } else { 0 };
        Self { top: (most.saturating_sub(usual) / 2).min(spare), head, people, gaps }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialog::sign_in::SignInContext;
    use crate::dialog::sign_in::tests::{drawn, found, holds, keys, locked, three};
    use crate::msg::UiError;
    use crate::msg::trial::Trial;
    use crate::theme::Appearance;

    fn demo(state: State) -> State {
        State { trial: Some(Trial { pin: "4071".into(), passphrase: "five words of a demo".into() }), ..state }
    }

    #[test]
    fn a_locked_screen_shows_names_and_the_checkpoint_and_nothing_else() {
        holds("lock-80x24", &drawn(&found(locked()), 80, 24, Appearance::FULL));
        holds("lock-demo-80x24", &drawn(&demo(found(locked())), 80, 24, Appearance::FULL));
        holds("lock-120x36", &drawn(&found(locked()), 120, 36, Appearance::FULL));
        holds("lock-ascii-60x20", &drawn(&found(locked()), 60, 20, Appearance::PLAIN));
        holds("lock-40x10", &drawn(&found(locked()), 40, 10, Appearance::FULL));
        holds("lock-empty-80x24", &drawn(&locked(), 80, 24, Appearance::FULL));
    }

    #[test]
    fn on_a_locked_screen_the_chosen_person_is_asked_for_their_secret() {
        let mut state = demo(found(locked()));
        keys(&mut state, "enter 1 2 3");
        holds("lock-pin-80x24", &drawn(&state, 80, 24, Appearance::FULL));
        let hint = Some("Two more tries, then the session ends".to_owned());
        state.failed(&UiError { what: "That is not the PIN of S. Supervisor".into(), hint, session_ended: None });
        for (width, height) in [(40, 10), (60, 20), (80, 24), (200, 50)] {
            let screen = drawn(&state, width, height, Appearance::FULL);
            for words in ["S. Supervisor", "PIN", "That is not the PIN", "Two more tries", "4071"] {
                assert!(screen.contains(words), "{words} at {width}x{height}:\n{screen}");
            }
        }
    }

    #[test]
    fn the_question_stays_in_its_row_whoever_is_found_and_whatever_is_said() {
        let row_of = |state: &State, height| {
            let screen = drawn(state, 80, height, Appearance::FULL);
            screen.lines().position(|line| line.contains("Who is signing?")).unwrap()
        };
        for height in [20, 24, 36, 50] {
            let empty = row_of(&locked(), height);
            let mut state = found(locked());
            assert_eq!(row_of(&state, height), empty, "{height}");
            state.found(three()[..1].to_vec());
            assert_eq!(row_of(&state, height), empty, "{height}");
            keys(&mut state, "enter");
            assert_eq!(row_of(&state, height), empty, "{height}");
            state.failed(&UiError { what: "That is not the PIN".into(), hint: None, session_ended: None });
            assert_eq!(row_of(&state, height), empty, "{height}");
        }
    }

    #[test]
    fn names_that_do_not_fit_scroll_and_the_chosen_one_is_in_sight() {
        let mut state = State { over: locked().over, ..State::new(SignInContext::Screen) };
        keys(&mut state, "s");
        state.found((0..20).flat_map(|_| three()).collect());
        keys(&mut state, "up");
        for (width, height) in [(40, 10), (60, 14), (80, 24)] {
            let screen = drawn(&state, width, height, Appearance::FULL);
            assert!(screen.contains("▌ T. Sumner"), "{width}x{height}:\n{screen}");
        }
    }
}
