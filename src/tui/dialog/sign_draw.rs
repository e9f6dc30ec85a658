//! Draws the sign dialog: items above, fields in the middle, the signature below. What does not fit scrolls, and the title
//! says so.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::dialog::form_draw::{draw_form, height};
use crate::dialog::sign::State;
use crate::dialog::sign_open::Item;
use crate::theme::Theme;
use crate::widget::dialog_box;
use crate::widget::frame::{Titles, VisibleRows, scrolled};
use crate::widget::{draw, text};
use countersign_core::primitives::date::short_day;
use countersign_core::primitives::file_name::StoredFileName;
use countersign_core::record::ksb_status::State as Standing;
use countersign_core::statement::kinds::sign_off::Outcome;

impl State {
    /// Draws the dialog over `area` and returns the cursor position.
    pub fn view(&self, theme: &Theme, area: Rect, buf: &mut Buffer) -> Option<Position> {
        let (width, _) = dialog_box::columns(area);
        let lines = self.item_lines(width, theme);
        let (hints, meaning) = (self.hints(), self.meaning());
        let most = area.height.saturating_sub(2);
        let mut foot = self.signature.height(&self.form, meaning, &hints, width);
        if most < 12 {
            // The screen's footer shows the keys too.
            foot = foot.min(most.saturating_sub(2));
        }
        let rows = Rows::share(most, lines.len() as u16, height(&self.form, width, theme), foot);
        let first = self.first_line(&lines, rows.items);
        let shown = lines.iter().skip(first).take(usize::from(rows.items));
        let seen = shown.clone().filter(|line| line.last).count();
        let before = lines.iter().take(first).filter(|line| line.last).count();
        let of = self.open.items.len();
        let right = if usize::from(rows.items) < lines.len() {
            format!("{} to {} of {of}, page-down", before + 1, before + seen.max(1))
        } else {
            String::new()
        };
        let titles = Titles { left: &self.title(), right: &right, right_style: Some(theme.dim) };
        let inner = dialog_box::open(buf, area, rows.total(), titles, theme);
        let items = Rect { y: inner.y + rows.gaps[0], height: rows.items, ..inner }.intersection(inner);
        let code = self.code_columns();
        for (row, line) in shown.enumerate() {
            let rest = Rect { x: items.x + code, width: items.width.saturating_sub(code), ..items };
            draw::line(buf, items, row as u16, &[(&line.code, theme.strong)], theme);
            draw::line(
                buf,
                rest,
                row as u16,
                &[(&line.text, theme.text), (&line.note, theme.state(line.state))],
                theme,
            );
        }
        let part = Rect { width: items.width + dialog_box::columns(area).1, ..items };
        scrolled(buf, part, VisibleRows { first, shown: usize::from(rows.items), of: lines.len() }, theme);
        let fields = Rect { y: items.bottom() + rows.gaps[1], height: rows.form, ..inner }.intersection(inner);
        let cursor = draw_form(&self.form, fields, buf, theme);
        let foot =
            Rect { y: fields.bottom() + rows.gaps[2], height: rows.foot + rows.gaps[3], ..inner }.intersection(inner);
        let secret = self.signature.draw(&self.form, (meaning, &hints), foot, buf, theme);
        cursor.or(secret)
    }

    fn title(&self) -> String {
        let what = match self.open.items.as_slice() {
            [one] => one.code.to_string(),
            many => format!("{} KSBs", many.len()),
        };
        let name = &self.open.trainee_name;
        let said = match self.outcome() {
            Outcome::Achieved => format!("Sign off {what} for {name}"),
            Outcome::NotAchieved => format!("Record {what} as not yet achieved for {name}"),
        };
        match self.open.skipped {
            0 => said,
            many => format!("{said}, leaving out {many} already signed"),
        }
    }

    fn code_columns(&self) -> u16 {
        let longest = self.open.items.iter().map(|item| item.code.to_string().len()).max();
        longest.unwrap_or(0) as u16 + 1
    }

    fn item_lines(&self, width: u16, theme: &Theme) -> Vec<Line> {
        let room = usize::from(width.saturating_sub(self.code_columns()).max(4));
        let items = self.open.items.iter().enumerate();
        let lines = items.flat_map(|(index, item)| self.lines_of(index, item, room, theme));
        lines.chain(self.claim_lines(room)).collect()
    }

    /// Lists the claims that the sign-offs answer and their evidence files.
    fn claim_lines(&self, room: usize) -> Vec<Line> {
        let claims = match self.open.claims.len() {
            0 => return Vec::new(),
            1 => "Answers 1 claim".to_owned(),
            many => format!("Answers {many} claims"),
        };
        let names: Vec<&str> = self.open.rests_on.iter().map(StoredFileName::as_str).collect();
        let rests = if names.is_empty() { String::new() } else { format!(", with evidence {}", names.join(", ")) };
        let item = self.open.items.len().saturating_sub(1);
        let line = |text: &str| Line { item, note: text.to_owned(), state: Standing::Claimed, ..Line::default() };
        text::wrap(&(claims + &rests), room).into_iter().map(line).collect()
    }

    fn lines_of(&self, index: usize, item: &Item, room: usize, theme: &Theme) -> Vec<Line> {
        let note = self.note(item);
        let line = |text: &str| Line { item: index, state: item.state, text: text.to_owned(), ..Line::default() };
        let mut lines: Vec<Line> = text::wrap(&item.text, room).into_iter().map(line).collect();
        if let Some(last) = lines.last_mut()
            && !note.is_empty()
        {
            if text::columns(&last.text) + 2 + text::columns(&note) <= room {
                last.text.push_str("  ");
                last.note = note;
            } else {
                lines.push(Line { note: text::fit(&note, room, theme).into_owned(), ..line("") });
            }
        }
        if let Some(first) = lines.first_mut() {
            first.code = item.code.to_string();
        }
        if let Some(last) = lines.last_mut() {
            last.last = true;
        }
        lines
    }

    /// Returns what the signer should know of an item that is not simply open.
    fn note(&self, item: &Item) -> String {
        let on = item.since.map_or(String::new(), |day| format!(" on {}", short_day(day, self.open.today)));
        let state = match item.state {
            Standing::Open => String::new(),
            Standing::NotYet => format!("was NOT YET{on}"),
            Standing::Signed => format!("already SIGNED{on}"),
            Standing::Partly => format!("already PARTLY signed{on}"),
            Standing::Claimed => format!("CLAIMED{on}"),
            Standing::Renew => "to RENEW".to_owned(),
            Standing::Lapsed => format!("LAPSED{on}"),
        };
        let hidden = if item.hidden { "not shown in the list" } else { "" };
        [hidden, &state].into_iter().filter(|said| !said.is_empty()).collect::<Vec<_>>().join(", ")
    }

    fn first_line(&self, lines: &[Line], rows: u16) -> usize {
        let wanted = lines.iter().position(|line| line.item == self.first).unwrap_or(0);
        wanted.min(lines.len().saturating_sub(usize::from(rows)))
    }
}

/// One row of the list of items.
#[derive(Debug, Clone)]
struct Line {
    item: usize,
    code: String,
    text: String,
    note: String,
    state: Standing,
    last: bool,
}

impl Default for Line {
    fn default() -> Self {
        Self {
            item: 0,
            code: String::new(),
            text: String::new(),
            note: String::new(),
            state: Standing::Open,
            last: false,
        }
    }
}

/// The dialog's rows by part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Rows {
    items: u16,
    form: u16,
    foot: u16,
    /// Empty rows: at the top, between items and fields, before the signature, before the secret.
    gaps: [u16; 4],
}

impl Rows {
    /// Shares `most` rows out: all if it fits; else no empty rows, then fewer items, then fewer fields. The foot is never
    /// cut.
    fn share(most: u16, items: u16, form: u16, foot: u16) -> Self {
        let mut gaps = [0; 4];
        let mut spare = most.saturating_sub(items + form + foot);
        for gap in [1, 2, 3, 0] {
            gaps[gap] = spare.min(1);
            spare -= gaps[gap];
        }
        if items + form + foot <= most {
            return Self { items, form, foot, gaps };
        }
        let left = most.saturating_sub(foot);
        let least = items.min(if left >= 8 { 3 } else { 1 });
        if left > form + 4 {
            gaps[1] = 1;
        }
        let shown = left.saturating_sub(form + gaps[1]).max(least).min(left);
        Self { items: shown, form: left.saturating_sub(shown + gaps[1]).min(form), foot, gaps }
    }

    fn total(self) -> u16 {
        self.items + self.form + self.foot + self.gaps.iter().sum::<u16>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialog::sign::tests::{keys, open};
    use crate::dialog::sign_open::SignDialogParams;
    use crate::msg::UiError;
    use crate::msg::credential_kind::CredentialKind;
    use crate::theme::Appearance;
    use countersign_core::statement::kinds::sign_off::Outcome;

    fn drawn(state: &State, width: u16, height: u16) -> String {
        let mut buf = Buffer::empty(Rect::new(0, 0, width, height));
        let area = buf.area;
        let cursor = state.view(&Theme::choose(Appearance::FULL), area, &mut buf);
        crate::widget::draw::tests::shown(&buf, cursor)
    }

    fn holds(name: &str, screen: &str) {
        insta::with_settings!({ snapshot_path => "../../../tests/it/snapshots", prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(name, screen);
        });
    }

    fn filled(count: usize) -> State {
        let mut state = State::new(open(count));
        state.form.restore(&vec![
            ("method".into(), "dops".into()),
            ("supervision".into(), "unsupervised".into()),
            ("where".into(), "echo lab".into()),
            ("feedback".into(), "Led the Q4 audit end to end; sample size justified well.".into()),
        ]);
        keys(&mut state, "1 2 3 4");
        state
    }

    #[test]
    fn the_sign_dialog_shows_every_item_who_signs_and_what_is_meant() {
        holds("sign-80x24", &drawn(&filled(2), 80, 23));
        holds("sign-120x36", &drawn(&filled(2), 120, 35));
        holds("sign-60x20", &drawn(&filled(2), 60, 19));
        holds("sign-40x10", &drawn(&filled(2), 40, 9));
        holds("sign-72-items-80x24", &drawn(&filled(72), 80, 23));
    }

    #[test]
    fn not_achieved_shows_what_it_needs_and_what_is_wrong() {
        let mut state = State::new(SignDialogParams {
            outcome: Some(Outcome::NotAchieved),
            way: CredentialKind::Passphrase,
            ..open(1)
        });
        keys(&mut state, "enter N o tab enter");
        holds("sign-not-achieved-80x24", &drawn(&state, 80, 23));
        let hint = Some("Two more tries, then the session ends".to_owned());
        state.failed(&UiError { what: "That is not the passphrase".into(), hint, session_ended: None });
        holds("sign-failed-60x20", &drawn(&state, 60, 19));
    }

    #[test]
    fn every_item_can_be_scrolled_to() {
        let mut state = filled(72);
        keys(&mut state, "page-down page-down");
        let screen = drawn(&state, 80, 23);
        assert!(screen.contains("S33") && !screen.contains("S25 "), "{screen}");
        keys(&mut state, &["page-down"; 40].join(" "));
        assert!(drawn(&state, 80, 23).contains("S96"));
    }
}
