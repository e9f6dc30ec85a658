//! Shows existing records before they are carried over, cell by cell: what is right, what is here already, and each fault.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::command::Command;
use crate::dialog::event::DialogEvent;
use crate::key::{Key, KeyModifier, KeyPress};
use crate::msg::Effect;
use crate::msg::acts::DialogQuery;
use crate::msg::records::{RecordsPreview, RecordsQuery, RecordsRow};
use crate::theme::{Focus, Theme};
use crate::widget::dialog_box::{self, Hint};
use crate::widget::draw::{clear, line, owned_line};
use crate::widget::frame::Titles;
use crate::widget::part::{self, INDENT};
use crate::widget::text::{columns, fit, pad, pad_left};
use crate::widget::text_input::{LineMode, TextInput};
use crate::widget::window::{self, Title};
use crate::widget::{list, text_line_view, trace};
use countersign_core::import::records::leave_out::LeaveOut;
use countersign_core::import::records::plan::CellFate;
use countersign_core::primitives::date::day_words;
use countersign_core::primitives::human_date::{DayDirection, parse_human_date};
use countersign_core::primitives::text::counted;
use countersign_core::record::ksb_status::State;

/// Rows below the list: a blank one, the heading of the chosen cell, and the words about it.
const FOOT: u16 = 8;
/// Width from which every column is shown.
const WIDE: u16 = 110;

/// The preview and the chosen cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    pub preview: RecordsPreview,
    at: usize,
    /// The day that is typed for the chosen cell, and why it was refused.
    typed: Option<(TextInput, Option<String>)>,
}

impl Preview {
    /// Shows a preview with the cursor on its first fault, or on its first cell.
    pub fn new(preview: RecordsPreview) -> Self {
        let at = preview.rows.iter().position(|row| row.fate == CellFate::Fault).unwrap_or(0);
        Self { preview, at, typed: None }
    }

    /// Shows the preview that answers a change; the cursor goes to the cell after those that were left out.
    pub fn again(&mut self, preview: RecordsPreview) {
        self.at = self.at.min(preview.rows.len().saturating_sub(1));
        (self.preview, self.typed) = (preview, None);
    }

    fn chosen(&self) -> Option<&RecordsRow> {
        self.preview.rows.get(self.at)
    }

    /// Handles a key.
    pub fn key(&mut self, press: KeyPress, size: (u16, u16)) -> DialogEvent {
        if self.typed.is_some() {
            return self.correct(press);
        }
        let page = usize::from(list_rows(size.1));
        let rows = self.preview.rows.len();
        if press.modifier != KeyModifier::Nothing {
            return DialogEvent::Stay;
        }
        match press.key {
            Key::Char('f') => self.next_fault(),
            Key::Char('x') => return self.leave_out(self.chosen().map(|row| LeaveOut::Cell(row.cell.clone()))),
            Key::Char('r') => return self.leave_out(self.chosen().map(|row| LeaveOut::Row(row.line))),
            Key::Char('X') if self.preview.count(CellFate::Fault) > 0 => return self.leave_out(Some(LeaveOut::Faults)),
            Key::Char('o') => return DialogEvent::Run(Command::ImportRecords),
            Key::Char('A') if self.preview.is_right() => {
                return DialogEvent::CarryOver(Box::new(self.preview.clone()));
            }
            Key::Enter if self.chosen().is_some_and(|row| row.can_correct) => {
                self.typed = Some((TextInput::new(LineMode::Line, ""), None));
            }
            Key::Esc => return DialogEvent::Close(Vec::new()),
            key => self.at = list::moved(self.at, rows, page, key).unwrap_or(self.at),
        }
        DialogEvent::Stay
    }

    /// Pastes a text into the day that is typed.
    pub fn paste(&mut self, text: &str) {
        if let Some((typed, _)) = &mut self.typed {
            typed.paste(text);
        }
    }

    fn correct(&mut self, press: KeyPress) -> DialogEvent {
        let Some((typed, refused)) = &mut self.typed else { return DialogEvent::Stay };
        match (press.modifier, press.key) {
            (KeyModifier::Nothing, Key::Esc) => self.typed = None,
            (KeyModifier::Nothing, Key::Enter) => {
                let today = self.preview.today;
                match parse_human_date(typed.text(), today, DayDirection::Back) {
                    Ok(day) if day > today => *refused = Some(format!("{} is after today", day_words(day))),
                    Ok(day) => {
                        let mut query = self.preview.query.clone();
                        query.corrected.extend(self.chosen().map(|row| (row.cell.clone(), day)));
                        return DialogEvent::Ask(vec![Effect::Ask(DialogQuery::Records(query))]);
                    }
                    Err(fault) => *refused = Some(fault.to_string()),
                }
            }
            _ => {
                typed.key(press);
                *refused = None;
            }
        }
        DialogEvent::Stay
    }

    fn next_fault(&mut self) {
        let rows = &self.preview.rows;
        self.at = list::next(self.at, rows.len(), |at| rows[at].fate == CellFate::Fault);
    }

    fn leave_out(&self, what: Option<LeaveOut>) -> DialogEvent {
        let Some(what) = what else { return DialogEvent::Stay };
        let mut query: RecordsQuery = self.preview.query.clone();
        query.left_out.push(what);
        DialogEvent::Ask(vec![Effect::Ask(DialogQuery::Records(query))])
    }

    /// Returns the keys that work here.
    pub fn hints(&self) -> Vec<Hint> {
        if self.typed.is_some() {
            return vec![("enter", "use this day".to_owned()), ("esc", "leave it as it was".to_owned())];
        }
        let mut hints = Vec::new();
        let faults = self.preview.count(CellFate::Fault);
        if self.preview.is_right() {
            hints.push(("A", format!("carry {} over", self.preview.count(CellFate::Carry))));
        }
        if self.chosen().is_some_and(|row| row.can_correct) {
            hints.push(("enter", "give it a day".to_owned()));
        }
        if faults > 0 {
            hints.push(("f", "next fault".to_owned()));
            hints.push(("X", format!("leave out all {faults} with a fault")));
        }
        let others = [("x", "leave the cell out"), ("r", "the row"), ("o", "other file"), ("esc", "leave")];
        hints.extend(others.map(|(key, does)| (key, does.to_owned())));
        hints
    }

    /// Draws the preview below the tabs and returns the cursor position.
    pub fn view(&self, theme: &Theme, buf: &mut Buffer, screen: Rect) -> Option<Position> {
        let parts = window::parts(screen)?;
        for area in parts.context.into_iter().chain([parts.body]) {
            clear(buf, area);
        }
        if let Some(area) = parts.context {
            let about = match (self.preview.is_read, self.preview.is_list) {
                (false, _) => format!("{} could not be read", self.preview.name),
                (true, true) => format!("from {}, a list", self.preview.name),
                (true, false) => format!("from {}, a matrix", self.preview.name),
            };
            let title = Title::new("Carry records over", vec![about]);
            let right = [("This is a preview. Nothing is saved yet.".to_owned(), theme.claimed)];
            window::context(&title, &right, theme, buf, area);
        }
        let foot = FOOT.min(parts.body.height / 2);
        let list = Rect { height: parts.body.height - foot, ..parts.body };
        let below = Rect { y: list.bottom(), height: foot, ..parts.body };
        let place = self.draw_list(theme, buf, list);
        let typed = self.draw_chosen(theme, buf, below);
        typed.or(place)
    }

    fn sums(&self) -> String {
        let mut sums = vec![format!("{} to carry over", self.preview.count(CellFate::Carry))];
        for (fate, words) in [
            (CellFate::Same, "here already"),
            (CellFate::Signed, "signed here"),
            (CellFate::Older, "older"),
            (CellFate::Fault, "with a fault"),
        ] {
            let many = self.preview.count(fate);
            if many > 0 {
                sums.push(format!("{many} {words}"));
            }
        }
        if self.preview.left_out > 0 {
            sums.push(format!("{} left out", self.preview.left_out));
        }
        sums.join(", ")
    }

    fn draw_list(&self, theme: &Theme, buf: &mut Buffer, area: Rect) -> Option<Position> {
        let sums = self.sums();
        let titles = Titles { left: "Preview", right: &sums, right_style: None };
        let inner = part::part(buf, area, titles, Focus::Here, theme);
        let head = RecordsRow {
            line: 0,
            cell: "cell".to_owned(),
            person: "person".to_owned(),
            item: "item".to_owned(),
            seen: "seen".to_owned(),
            level: "level".to_owned(),
            assessor: "assessor".to_owned(),
            fate: CellFate::Carry,
            why: String::new(),
            hint: String::new(),
            can_correct: false,
        };
        let first = Rect { height: 1, ..inner };
        draw_row(buf, first, &head, "result", [theme.dim; 3], theme);
        let rows = Rect { y: inner.y + 1, height: inner.height.saturating_sub(1), ..inner };
        let shown = usize::from(rows.height);
        let top = list::centred(self.at, self.preview.rows.len(), shown);
        let mut place = None;
        for (at, row) in self.preview.rows.iter().enumerate().skip(top).take(shown) {
            let area = Rect { y: rows.y + u16::try_from(at - top).unwrap_or(0), height: 1, ..rows };
            let result = match row.fate {
                CellFate::Fault => theme.late,
                CellFate::Carry => theme.ok,
                _ => theme.dim,
            };
            draw_row(buf, area, row, &result_words(row, theme), [theme.dim, theme.text, result], theme);
            trace::choice(area);
            if at == self.at {
                part::choose(buf, area, Focus::Here, theme);
                place = Some(Position::new(area.x + INDENT.min(area.width.saturating_sub(1)), area.y));
            }
        }
        place
    }

    fn draw_chosen(&self, theme: &Theme, buf: &mut Buffer, area: Rect) -> Option<Position> {
        let heading = self.chosen().map_or_else(
            || "Nothing to carry over".to_owned(),
            |row| format!("{}, {} of {}", row.cell, row.item, row.person),
        );
        let warnings = u32::try_from(self.preview.warnings.len()).unwrap_or(u32::MAX);
        let right = if warnings == 0 { String::new() } else { counted(warnings, "warning") };
        let titles = Titles { left: &heading, right: &right, right_style: None };
        let area = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
        let inner = part::part(buf, area, titles, Focus::Elsewhere, theme);
        let inner = Rect { x: inner.x + INDENT, width: inner.width.saturating_sub(INDENT), ..inner };
        let mut at = 0;
        for what in &self.preview.faults {
            at += dialog_box::words(buf, inner, at, what, theme.late, theme);
        }
        if let Some(row) = self.chosen() {
            let style = if row.fate == CellFate::Fault { theme.late } else { theme.text };
            at += dialog_box::words(buf, inner, at, &sentence(row), style, theme);
        }
        let mut place = None;
        if let Some((typed, refused)) = &self.typed {
            let used = line(buf, inner, at, &[("Day  ", theme.key)], theme);
            let field = Rect { x: inner.x + used, y: inner.y + at, width: inner.width.saturating_sub(used), height: 1 };
            place = text_line_view::draw(typed, field.intersection(inner), buf, theme.strong);
            at += 1;
            if let Some(why) = refused {
                at += dialog_box::words(buf, inner, at, &format!("! {why}."), theme.late, theme);
            }
        }
        for what in &self.preview.warnings {
            if at >= inner.height {
                break;
            }
            at += dialog_box::words(buf, inner, at, what, theme.dim, theme);
        }
        place
    }
}

/// Returns the rows of the list on a screen of this height.
fn list_rows(height: u16) -> u16 {
    height.saturating_sub(7 + FOOT).max(1)
}

fn result_words(row: &RecordsRow, theme: &Theme) -> String {
    match row.fate {
        CellFate::Carry => format!("{} carry over", theme.state_mark(State::Signed)),
        CellFate::Same => "= here already".to_owned(),
        CellFate::Fault => format!("! {}", row.why),
        CellFate::Signed | CellFate::Older | CellFate::LeftOut => format!("= {}", row.fate.words()),
    }
}

fn sentence(row: &RecordsRow) -> String {
    let level = if row.level.is_empty() { String::new() } else { format!(", level {}", row.level) };
    let by = if row.assessor.is_empty() { String::new() } else { format!(" by {}", row.assessor) };
    match row.fate {
        CellFate::Carry if row.why.is_empty() => format!("Carried over as seen on {}{by}{level}.", row.seen),
        CellFate::Carry => format!("Carried over as seen on {}{by}{level}. It was {}.", row.seen, row.why),
        CellFate::Fault if row.hint.is_empty() => format!("! {}.", row.why),
        CellFate::Fault => format!("! {}. {}", row.why, row.hint),
        _ => format!("{}.", row.why),
    }
}

/// Draws a row: the styles are those of the figures, of the texts and of the result.
fn draw_row(buf: &mut Buffer, area: Rect, row: &RecordsRow, result: &str, styles: [Style; 3], theme: &Theme) {
    let [figures, text, style] = styles;
    let within = Rect { x: area.x + 1, width: area.width.saturating_sub(1), ..area };
    let wide = area.width >= WIDE;
    let mut pieces = vec![
        (format!("{}  ", pad_left(&row.cell, 6, theme)), figures),
        (format!("{} ", pad(&row.person, if wide { 26 } else { 20 }, theme)), text),
        (format!("{} ", pad(&row.item, if wide { 10 } else { 6 }, theme)), text),
        (format!("{} ", pad(&row.seen, 11, theme)), text),
    ];
    if wide {
        pieces.push((format!("{} ", pad(&row.level, 8, theme)), figures));
        pieces.push((format!("{} ", pad(&row.assessor, 18, theme)), figures));
    }
    let used: usize = pieces.iter().map(|(words, _)| columns(words)).sum();
    let room = usize::from(within.width).saturating_sub(used + 1);
    pieces.push((fit(result, room.max(1), theme).into_owned(), style));
    owned_line(buf, within, 0, &pieces, theme);
}
