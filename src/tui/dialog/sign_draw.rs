//! Draws the dialog of a sign-off: items above, fields in the middle, the signature below. Items that do not fit scroll, and the line
//! below them says so.

use chrono::NaiveDate;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::dialog::action::State;
use crate::dialog::form_draw::{draw_fields, height};
use crate::dialog::sign_off::{Ksb, SignOffForm, outcome};
use crate::theme::Theme;
use crate::widget::dialog_box;
use crate::widget::frame::{Titles, VisibleRows, scrolled};
use crate::widget::part::{INDENT, group};
use crate::widget::{draw, text};
use countersign_core::primitives::date::short_day;
use countersign_core::primitives::file_name::StoredFileName;
use countersign_core::record::ksb_status::State as Standing;
use countersign_core::statement::kinds::sign_off::Outcome;

/// A sign-off and the state of its dialog.
pub struct SignOffView<'a> {
    pub state: &'a State,
    pub of: &'a SignOffForm,
}

impl SignOffView<'_> {
    /// Draws the dialog over `area` and returns the cursor position.
    pub fn view(&self, theme: &Theme, area: Rect, buf: &mut Buffer) -> Option<Position> {
        let (_, padding) = dialog_box::columns(area);
        let Layout { lines, rows, skipped } = self.layout(theme, area);
        let (meaning, hints) = (self.state.meaning(), self.state.hints_at_secret());
        let shown = shown(&lines, self.state.first, rows.items);
        let (first, count) = (shown.start, shown.len());
        let shown = &lines[shown];
        // People are counted without the item above them.
        let counted = |line: &&Line| line.last && (line.item >= self.of.items.len() || self.of.group.is_none());
        let seen = shown.iter().filter(counted).count().max(1);
        let before = lines.iter().take(first).filter(counted).count();
        let of = self.of.count();
        let partly = usize::from(rows.items) < lines.len();
        let range = format!("{} to {} of {of}", before + 1, before + seen);
        // Where there is no row for it, it is in the title.
        let in_title = partly && rows.range == 0;
        let right = match seen {
            _ if !in_title => self.of.duty.clone(),
            1 => format!("{} of {of}, PgDn", before + 1),
            _ => format!("{range}, PgDn"),
        };
        let title = if in_title && self.names_many() { self.short_title() } else { self.title() };
        let titles = Titles { left: &title, right: &right, right_style: Some(theme.dim) };
        let inner = dialog_box::open(buf, area, rows.total() + skipped, titles, theme);
        if skipped > 0 {
            self.draw_skipped(inner, buf, theme);
        }
        let top = inner.y + skipped + rows.gaps[0];
        let items = Rect { y: top, height: rows.items, ..inner }.intersection(inner);
        let code = self.code_columns();
        for (row, line) in shown.iter().enumerate() {
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
        let part = Rect { width: items.width + padding, ..items };
        scrolled(buf, part, VisibleRows { first, shown: count, of: lines.len() }, theme);
        if rows.range > 0 {
            let place = Rect { y: items.bottom(), height: 1, ..inner }.intersection(inner);
            draw_range(buf, place, (&range, before, of - (before + seen).min(of)), theme);
        }
        let below = items.bottom() + rows.range + rows.gaps[1];
        let fields = Rect { y: below, height: rows.form, ..inner }.intersection(inner);
        let (cursor, field) = draw_fields(&self.state.form, fields, buf, theme);
        let foot =
            Rect { y: fields.bottom() + rows.gaps[2], height: rows.foot + rows.gaps[3], ..inner }.intersection(inner);
        let secret = self.state.signature.draw(&self.state.form, (&meaning, &hints), foot, buf, theme);
        let lit = secret.map(|at| Rect { y: at.y, height: 1, ..inner }).or(field);
        dialog_box::light(buf, inner, padding, lit, theme);
        cursor.or(self.state.signature.cursor(secret))
    }

    /// Shares out the rows of a dialog over `area`.
    fn layout(&self, theme: &Theme, area: Rect) -> Layout {
        let (width, _) = dialog_box::columns(area);
        let mut lines = self.item_lines(width, theme);
        let most = area.height.saturating_sub(2);
        let State { signature, form, .. } = self.state;
        let (meaning, hints) = (self.state.meaning(), self.state.hints_at_secret());
        let mut foot = signature.height(form, &meaning, &hints, width);
        if most < 12 {
            // The screen's footer shows the keys too.
            let least = signature.least_height(form, &meaning, &hints, width);
            foot = foot.min(most.saturating_sub(2).max(least)).min(most);
        }
        let skipped = u16::from(!self.of.skipped.is_empty() && most >= 12);
        let form = height(&self.state.form, width, theme);
        let mut rows = Rows::share(most - skipped, lines.len() as u16, form, foot);
        let of_items = lines.iter().filter(|line| line.item < self.of.items.len()).count();
        if self.names_many() && usize::from(rows.items) <= of_items {
            // The title has the code; who it is signed for is nowhere else.
            lines.drain(..of_items);
            rows = Rows::share(most - skipped, lines.len() as u16, form, foot);
        }
        Layout { lines, rows, skipped }
    }

    /// Returns the item after the last one shown, or the first one shown if there is none.
    pub fn page_down(&self, theme: &Theme, area: Rect) -> usize {
        let Layout { lines, rows, .. } = self.layout(theme, area);
        let shown = shown(&lines, self.state.first, rows.items);
        let first = lines.get(shown.start).map_or(0, |line| line.item);
        // A cut item is the only one shown: the next one follows it.
        lines.get(shown.end).map_or(first, |next| next.item.max(first + 1)).min(self.rows_of().saturating_sub(1))
    }

    /// Returns how many items or, after one item, people are listed.
    fn rows_of(&self) -> usize {
        self.of.items.len() + self.of.members().len()
    }

    /// Returns the item from which the items shown lead up to the first one shown.
    pub fn page_up(&self, theme: &Theme, area: Rect) -> usize {
        let Layout { lines, rows, .. } = self.layout(theme, area);
        let start = shown(&lines, self.state.first, rows.items).start;
        let first = lines.get(start).map_or(0, |line| line.item);
        (0..first).find(|from| shown(&lines, *from, rows.items).end >= start).unwrap_or(first.saturating_sub(1))
    }

    /// Draws how many are left out and why.
    fn draw_skipped(&self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let codes: Vec<String> = self.of.skipped.iter().map(ToString::to_string).collect();
        let duty = if self.of.duty.is_empty() { "" } else { " in this duty" };
        let words = match codes.len() {
            1 => format!("1 more{duty} is already signed and is skipped: "),
            many => format!("{many} more{duty} are already signed and are skipped: "),
        };
        // A narrow dialog says less, and keeps the codes.
        let short = format!("{} more{duty} signed, skipped: ", codes.len());
        let room = |words: &str| usize::from(area.width).saturating_sub(text::columns(words));
        let long = whole_codes(&codes, room(&words));
        let (words, (codes, rest)) =
            if long.0.is_empty() { (&short, whole_codes(&codes, room(&short))) } else { (&words, long) };
        draw::line(buf, area, 0, &[(words, theme.dim), (&codes, theme.signed), (&rest, theme.dim)], theme);
    }

    fn title(&self) -> String {
        let what = match self.of.items.as_slice() {
            [one] => one.code.to_string(),
            many => format!("{} KSBs", many.len()),
        };
        let name = &self.of.trainee_name;
        match outcome(&self.state.form) {
            Outcome::Achieved => format!("Sign off {what} for {name}"),
            Outcome::NotAchieved => format!("Record {what} as not yet achieved for {name}"),
        }
    }

    /// Whether one item is signed for several people.
    fn names_many(&self) -> bool {
        self.of.members().len() > 1
    }

    /// Returns the title that leaves room for the number of the person shown: `L1 for 7 people`.
    fn short_title(&self) -> String {
        let code = self.of.items.first().map(|item| item.code.to_string()).unwrap_or_default();
        let many = self.of.members().len();
        match outcome(&self.state.form) {
            Outcome::Achieved => format!("{code} for {many} people"),
            Outcome::NotAchieved => format!("{code} not yet for {many}"),
        }
    }

    fn code_columns(&self) -> u16 {
        let longest = self.of.items.iter().map(|item| item.code.to_string().len()).max();
        longest.unwrap_or(0) as u16 + 1
    }

    fn item_lines(&self, width: u16, theme: &Theme) -> Vec<Line> {
        let room = usize::from(width.saturating_sub(self.code_columns()).max(4));
        let items = self.of.items.iter().enumerate();
        let lines = items.flat_map(|(index, item)| self.lines_of(index, item, room, theme));
        lines.chain(self.member_lines(room, theme)).chain(self.claim_lines(room)).collect()
    }

    /// Lists the people that an item is signed for, each in full, with what they have already.
    fn member_lines(&self, room: usize, theme: &Theme) -> Vec<Line> {
        let members = self.of.members().into_iter().enumerate();
        let lines = members.flat_map(|(at, member)| {
            let state = (member.state, None);
            let note = match &member.claim {
                Some(claim) => [self.state_note(state), claim.with_words()].join(""),
                None => self.state_note(state),
            };
            Self::wrapped(self.of.items.len() + at, member.name.as_str(), state, &note, room, theme)
        });
        lines.collect()
    }

    /// Lists the claims that the sign-offs answer and their evidence files.
    fn claim_lines(&self, room: usize) -> Vec<Line> {
        let claims = match self.of.claims.len() {
            0 => return Vec::new(),
            1 => "Answers 1 claim".to_owned(),
            many => format!("Answers {many} claims"),
        };
        let names: Vec<&str> = self.of.rests_on.iter().map(StoredFileName::as_str).collect();
        let rests = if names.is_empty() { String::new() } else { format!(", with evidence {}", names.join(", ")) };
        let item = self.of.items.len().saturating_sub(1);
        let line = |text: &str| Line { item, note: text.to_owned(), state: Standing::Claimed, ..Line::default() };
        text::wrap(&(claims + &rests), room).into_iter().map(line).collect()
    }

    fn lines_of(&self, index: usize, item: &Ksb, room: usize, theme: &Theme) -> Vec<Line> {
        let mut lines = Self::wrapped(index, &item.text, (item.state, item.since), &self.note(item), room, theme);
        if let Some(first) = lines.first_mut() {
            first.code = item.code.to_string();
        }
        lines
    }

    /// Wraps a text and puts a note after it, on a row of its own if need be.
    fn wrapped(index: usize, text: &str, state: StateSince, note: &str, room: usize, theme: &Theme) -> Vec<Line> {
        let line = |text: &str| Line { item: index, state: state.0, text: text.to_owned(), ..Line::default() };
        let mut lines: Vec<Line> = text::wrap(text, room).into_iter().map(line).collect();
        if let Some(last) = lines.last_mut()
            && !note.is_empty()
        {
            if text::columns(&last.text) + 2 + text::columns(note) <= room {
                last.text.push_str("  ");
                note.clone_into(&mut last.note);
            } else {
                lines.push(Line { note: text::fit(note, room, theme).into_owned(), ..line("") });
            }
        }
        if let Some(last) = lines.last_mut() {
            last.last = true;
        }
        lines
    }

    /// Returns what the signer should know of an item that is not simply open.
    fn note(&self, item: &Ksb) -> String {
        let state = self.state_note((item.state, item.since));
        let hidden = if item.hidden { "not shown in the list" } else { "" };
        [hidden, &state].into_iter().filter(|said| !said.is_empty()).collect::<Vec<_>>().join(", ")
    }

    /// Returns what the signer should know of a state that is not simply open.
    fn state_note(&self, (state, since): StateSince) -> String {
        let on = since.map_or(String::new(), |day| format!(" on {}", short_day(day, self.state.open.today)));
        match state {
            Standing::Open => String::new(),
            Standing::NotYet => format!("was not yet achieved{on}"),
            Standing::Signed => format!("already signed{on}"),
            Standing::Partly => format!("already partly signed{on}"),
            Standing::Claimed => format!("claimed{on}"),
            Standing::Renew => "to renew".to_owned(),
            Standing::Lapsed if on.is_empty() => "lapsed".to_owned(),
            Standing::Lapsed => format!("lapsed, last seen{on}"),
            Standing::CarriedOver => "carried over from an earlier record".to_owned(),
        }
    }
}

/// A state, and the day since which it holds, if known.
type StateSince = (Standing, Option<NaiveDate>);

/// The lines of the items, and the rows of each part.
struct Layout {
    lines: Vec<Line>,
    rows: Rows,
    /// Rows of the line that says what is skipped: 0 or 1.
    skipped: u16,
}

/// Returns the lines shown from an item on: whole items, as many as fit; of an item that is too long alone, its first lines.
fn shown(lines: &[Line], from: usize, rows: u16) -> std::ops::Range<usize> {
    let rows = usize::from(rows);
    let begins = |at: &usize| *at == 0 || lines[at - 1].item != lines[*at].item;
    let starts = || (0..lines.len()).filter(begins);
    let wanted = lines.iter().position(|line| line.item == from).unwrap_or(0);
    let last = starts().find(|at| lines.len() - at <= rows).or_else(|| starts().next_back()).unwrap_or(0);
    let first = wanted.min(last);
    let end = (first + rows).min(lines.len());
    let whole = (first + 1..=end).rev().find(|at| *at == lines.len() || begins(at));
    first..whole.unwrap_or(end)
}

/// Returns the codes that fit, none of them cut, and how many more there are: `B2 B4`, ` and 4 more`.
fn whole_codes(codes: &[String], room: usize) -> (String, String) {
    let line = |shown: usize| {
        let rest = codes.len() - shown;
        // The words before the codes count them all.
        let more = if shown == 0 || rest == 0 { String::new() } else { format!(" and {rest} more") };
        (codes[..shown].join(" "), more)
    };
    let fits = |(codes, more): &(String, String)| text::columns(codes) + text::columns(more) <= room;
    (0..=codes.len()).rev().map(line).find(fits).unwrap_or_default()
}

/// Draws which items are shown, and the key that shows the others: how many come before and after.
fn draw_range(buf: &mut Buffer, place: Rect, shown: (&str, usize, usize), theme: &Theme) {
    let (range, before, after) = shown;
    let (key, others) = if after > 0 { ("PgDn", after) } else { ("PgUp", before) };
    let right = [(key.to_owned(), theme.key), (format!(" the other {others}"), theme.dim)];
    // As the heading of a part, over the dialog's own columns.
    let area = Rect { x: place.x - INDENT, width: place.width + INDENT + 1, ..place };
    group(buf, area, (range, theme.dim), &right, theme);
}

/// Rows of items that are shown before there are empty rows.
const AIRY: u16 = 8;

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
    /// Rows of the line below the items that says which are shown: 0 or 1.
    range: u16,
    /// Empty rows: at the top, between items and fields, before the signature, before the secret.
    gaps: [u16; 4],
}

impl Rows {
    /// Shares `most` rows out: all if it fits; else fewer items, then no empty rows, then fewer fields. The foot is never
    /// cut.
    fn share(most: u16, items: u16, form: u16, foot: u16) -> Self {
        let mut gaps = [0; 4];
        let all = items + form + foot;
        let mut spare = most.saturating_sub(all);
        if all <= most {
            for gap in [1, 2, 3, 0] {
                gaps[gap] = spare.min(1);
                spare -= gaps[gap];
            }
            return Self { items, form, foot, range: 0, gaps };
        }
        let left = most.saturating_sub(foot);
        let least = items.min(if left >= 8 { 3 } else { 1 });
        let range = u16::from(left > form + 4);
        let shown = left.saturating_sub(form + range).max(least).min(left);
        // Empty rows around the fields only where most items are still shown.
        let mut shown = shown;
        for gap in [2, 3, 0] {
            gaps[gap] = u16::from(range > 0 && shown > AIRY);
            shown -= gaps[gap];
        }
        Self {
            items: shown,
            form: left.saturating_sub(shown + range + gaps.iter().sum::<u16>()).min(form),
            foot,
            range,
            gaps,
        }
    }

    fn total(self) -> u16 {
        self.items + self.range + self.form + self.foot + self.gaps.iter().sum::<u16>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialog::action::ActionDialogParams;
    use crate::dialog::sign_off::tests::{dialog, form, keys, keys_in, open};
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
        let mut state = State::new(ActionDialogParams {
            way: Some(CredentialKind::Passphrase),
            ..dialog(SignOffForm { outcome: Some(Outcome::NotAchieved), ..form(1) })
        });
        keys(&mut state, "tab tab tab tab tab N o enter enter");
        holds("sign-not-achieved-80x24", &drawn(&state, 80, 23));
        let hint = Some("Two more tries, then the session ends".to_owned());
        state.failed(&UiError { what: "That is not the passphrase".into(), hint, session_ended: None });
        holds("sign-failed-60x20", &drawn(&state, 60, 19));
    }

    #[test]
    fn the_title_counts_what_is_signed_and_a_line_of_its_own_what_is_skipped() {
        let skipped = ["B2", "B4", "B6"].map(|code| code.parse().unwrap());
        for (count, said) in [(1, "1 more is already signed and is skipped: B2"), (3, "3 more are already")] {
            for (width, height) in [(60, 19), (80, 22), (120, 34)] {
                let open = SignOffForm { skipped: skipped[..count].to_vec(), ..form(10) };
                let screen = drawn(&State::new(dialog(open.clone())), width, height);
                assert!(screen.contains("Sign off 10 KSBs for A. Trainee ─"), "{screen}");
                assert!(screen.contains(said), "{width}x{height}:\n{screen}");
                let duty = SignOffForm { duty: "Audit".to_owned(), ..open };
                let screen = drawn(&State::new(dialog(duty)), width, height);
                assert!(screen.contains("─ Audit ─") && screen.contains("more in this duty"), "{screen}");
            }
        }
    }

    #[test]
    fn the_codes_that_are_skipped_are_never_cut_and_the_rest_of_them_is_counted() {
        let codes: Vec<String> = (1..=23).map(|number| format!("S{number}")).collect();
        for (count, width) in (1..=codes.len()).flat_map(|count| (60..140).map(move |width| (count, width))) {
            let skipped = codes[..count].iter().map(|code| code.parse().unwrap()).collect();
            let open = SignOffForm { skipped, duty: "Audit".to_owned(), ..form(10) };
            let screen = drawn(&State::new(dialog(open)), width, 30);
            let line = screen.lines().find(|line| line.contains("skipped: ")).unwrap_or_else(|| panic!("{screen}"));
            let said = line.split_once("skipped: ").unwrap().1.trim_matches(['│', ' ']);
            let (shown, rest) = said.split_once(" and ").unwrap_or((said, ""));
            let shown: Vec<&str> = shown.split_whitespace().collect();
            assert_eq!(shown, codes[..shown.len()], "{width}: {line}");
            let rest: usize =
                rest.split(' ').next().filter(|rest| !rest.is_empty()).map_or(0, |rest| rest.parse().unwrap());
            assert!(!shown.is_empty() && shown.len() + rest == count, "{width}: {line}");
        }
    }

    #[test]
    fn only_whole_items_are_shown_and_the_line_below_says_how_many_others_there_are() {
        for height in 18..30 {
            let mut state = filled(30);
            for _ in 0..12 {
                let screen = drawn(&state, 80, height);
                let range = screen.lines().find(|line| line.contains(" of 30 ─")).unwrap_or_else(|| panic!("{screen}"));
                let numbers: Vec<usize> = range.split(' ').filter_map(|word| word.parse().ok()).collect();
                let [from, to, of, others] = numbers[..] else { panic!("{range}") };
                let rest = if range.contains("PgDn") { of - to } else { from - 1 };
                assert_eq!(others, rest, "{range}");
                let codes: Vec<_> = (from..=to).map(|at| format!("S{} ", 24 + at)).collect();
                assert!(codes.iter().all(|code| screen.contains(code)), "{height}:\n{screen}");
                let ends = screen.matches("processes.").count() + screen.matches("of work.").count();
                assert_eq!(ends, codes.len(), "{height}:\n{screen}");
                keys_in(&mut state, "page-down", Rect::new(0, 0, 80, height));
            }
        }
    }

    #[test]
    fn page_down_shows_the_items_that_follow_and_page_up_leads_back() {
        for (height, count) in [14, 18, 23, 29].into_iter().flat_map(|height| [1, 5, 40].map(|count| (height, count))) {
            let mut state = filled(count);
            let area = Rect::new(0, 0, 80, height);
            let theme = Theme::choose(Appearance::FULL);
            let seen = |state: &State| {
                let of = state.sign_off().unwrap();
                let Layout { lines, rows, .. } = SignOffView { state, of }.layout(&theme, area);
                let shown = shown(&lines, state.first, rows.items);
                (lines[shown.start].item, lines[shown.end - 1].item)
            };
            let mut pages = vec![seen(&state)];
            for _ in 0..count {
                keys_in(&mut state, "page-down", area);
                let page = seen(&state);
                let (_, last) = pages[pages.len() - 1];
                assert!(page.0 <= last + 1 && page.1 >= last, "{height} {count}: {pages:?} {page:?}");
                assert!(page.0 == last + 1 || page.1 == count - 1, "{height} {count}: {pages:?} {page:?}");
                pages.push(page);
            }
            assert_eq!(pages[pages.len() - 1].1, count - 1, "{height} {count}");
            for _ in 0..count {
                let before = seen(&state);
                keys_in(&mut state, "page-up", area);
                let page = seen(&state);
                assert!(before.0 == 0 || (page.0 < before.0 && page.1 + 1 >= before.0), "{before:?} {page:?}");
            }
            assert_eq!(seen(&state).0, 0, "{height} {count}");
        }
    }

    #[test]
    fn after_a_wrong_pin_the_field_is_empty_the_reason_is_on_its_line_and_the_focus_stays() {
        let mut state = filled(1);
        let before = drawn(&state, 80, 23).lines().count();
        let what = "Wrong PIN. 2 tries left".to_owned();
        let said = format!("Recording 1 KSB for A. Trainee of a long name: {what}");
        state.failed(&UiError { what: said, hint: None, session_ended: None });
        let screen = drawn(&state, 80, 23);
        let line = screen.lines().find(|line| line.contains("▌ PIN")).unwrap();
        assert!(line.contains(&what) && !line.contains("enter sign") && !line.contains('•'), "{screen}");
        assert_eq!(screen.lines().count(), before);
        keys(&mut state, "4");
        let screen = drawn(&state, 80, 23);
        let line = screen.lines().find(|line| line.contains("▌ PIN •")).unwrap();
        assert!(line.contains("enter sign") && !line.contains(&what), "{screen}");
    }

    #[test]
    fn in_the_smallest_window_it_is_seen_who_signs_what_it_means_and_what_went_wrong() {
        let flat = |screen: &str| {
            let plain = screen.replace(['│', '┃', '▌'], " ");
            plain.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        for way in [CredentialKind::Pin, CredentialKind::Passphrase, CredentialKind::Agent, CredentialKind::SecurityKey]
        {
            for (width, height) in [(40, 9), (40, 10), (40, 11), (60, 9), (80, 9)] {
                let mut state = State::new(ActionDialogParams { way: Some(way), ..open(2) });
                let shows = |state: &State, more: &str| {
                    let screen = drawn(state, width, height);
                    let meaning = "I observed this myself, to the standard stated, and am competent in it.";
                    for words in [meaning, "S. Supervisor", more] {
                        assert!(flat(&screen).contains(words), "{way:?} {width}x{height} {words}:\n{screen}");
                    }
                };
                shows(&state, "Sign off 2 KSBs");
                let what = "Wrong PIN. 2 tries left".to_owned();
                state.failed(&UiError { what: what.clone(), hint: None, session_ended: None });
                shows(&state, &what);
            }
        }
    }

    #[test]
    fn every_item_can_be_scrolled_to() {
        let mut state = filled(72);
        keys(&mut state, &["page-down"; 40].join(" "));
        assert!(drawn(&state, 80, 23).contains("S96"));
    }
}
