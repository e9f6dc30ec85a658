//! Shows a roster before anything is saved, row by row: what is right, who is here already, and each fault with its cell.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::command::Command;
use crate::dialog::event::DialogEvent;
use crate::key::{Key, KeyModifier, KeyPress};
use crate::msg::Effect;
use crate::msg::acts::DialogQuery;
use crate::msg::roster::{RosterFault, RosterPreview, RosterQuery, RosterResult, RosterRow};
use crate::theme::{Focus, Theme};
use crate::widget::dialog_box::{self, Hint};
use crate::widget::draw::{clear, line, owned_line};
use crate::widget::frame::Titles;
use crate::widget::part::{self, INDENT};
use crate::widget::text::{columns, fit, pad, pad_left};
use crate::widget::text_input::{LineMode, TextInput};
use crate::widget::window::{self, Title};
use crate::widget::{list, text_line_view, trace};
use countersign_core::primitives::text::counted;
use countersign_core::record::ksb_status::State;

/// Rows below the list: a blank one, the heading of the chosen row, the words about it, and what is added then.
const FOOT: u16 = 8;
/// Columns of the labels below the list.
const LABEL: usize = 14;
/// Width from which every column is shown.
const WIDE: u16 = 110;

/// The preview, the chosen row and the cell that is being corrected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    pub preview: RosterPreview,
    at: usize,
    typed: Option<TextInput>,
}

impl Preview {
    /// Shows a preview with the cursor on its first fault, or on its first row.
    pub fn new(preview: RosterPreview) -> Self {
        let at = preview.rows.iter().position(|row| row.result == RosterResult::Fault).unwrap_or(0);
        Self { preview, at, typed: None }
    }

    /// Shows the preview that answers a correction; the cursor stays on its row, or goes to the next one.
    pub fn again(&mut self, preview: RosterPreview) {
        let line = self.preview.rows.get(self.at).map_or(0, |row| row.line);
        let last = preview.rows.len().saturating_sub(1);
        self.at = preview.rows.iter().position(|row| row.line >= line).unwrap_or(last);
        (self.preview, self.typed) = (preview, None);
    }

    fn chosen(&self) -> Option<&RosterRow> {
        self.preview.rows.get(self.at)
    }

    /// Returns the fault of the chosen row whose cell can be corrected here.
    fn fault(&self) -> Option<&RosterFault> {
        self.chosen()?.faults.iter().find(|fault| fault.cell.is_some())
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
            Key::Char('x') => return self.leave_out(),
            Key::Char('o') => return DialogEvent::Run(Command::ImportRoster),
            Key::Char('A') if self.can_add() => return DialogEvent::AddRoster(Box::new(self.preview.clone())),
            Key::Enter => {
                // What may have been intended is offered for a second Enter.
                let text = self.fault().and_then(|fault| {
                    fault.suggestion.clone().or_else(|| fault.cell.as_ref().map(|(_, text)| text.clone()))
                });
                self.typed = text.map(|text| TextInput::new(LineMode::Line, &text));
            }
            Key::Esc => return DialogEvent::Close(Vec::new()),
            key => self.at = list::moved(self.at, rows, page, key).unwrap_or(self.at),
        }
        DialogEvent::Stay
    }

    /// Pastes a text into the cell that is being corrected.
    pub fn paste(&mut self, text: &str) {
        if let Some(typed) = &mut self.typed {
            typed.paste(text);
        }
    }

    fn can_add(&self) -> bool {
        self.preview.faults.is_empty() && self.preview.right() > 0
    }

    fn next_fault(&mut self) {
        let rows = &self.preview.rows;
        self.at = list::next(self.at, rows.len(), |at| rows[at].result == RosterResult::Fault);
    }

    fn correct(&mut self, press: KeyPress) -> DialogEvent {
        let Some(typed) = &mut self.typed else { return DialogEvent::Stay };
        match (press.modifier, press.key) {
            (KeyModifier::Nothing, Key::Esc) => self.typed = None,
            (KeyModifier::Nothing, Key::Enter) => {
                let text = typed.text().to_owned();
                let mut query = self.preview.query.clone();
                let cell = self.fault().and_then(|fault| fault.cell.as_ref());
                if let (Some(row), Some((column, _))) = (self.chosen(), cell) {
                    let (line, column) = (row.line, *column);
                    query.fixes.cells.retain(|(at, of, _)| (*at, *of) != (line, column));
                    query.fixes.cells.push((line, column, text));
                }
                return ask(query);
            }
            _ => {
                typed.key(press);
            }
        }
        DialogEvent::Stay
    }

    fn leave_out(&self) -> DialogEvent {
        let Some(row) = self.chosen() else { return DialogEvent::Stay };
        let mut query = self.preview.query.clone();
        query.fixes.left_out.push(row.line);
        ask(query)
    }

    /// Returns the keys that work here.
    pub fn hints(&self) -> Vec<Hint> {
        if self.typed.is_some() {
            return vec![("enter", "use this".to_owned()), ("esc", "leave it as it was".to_owned())];
        }
        let mut hints = Vec::new();
        if self.fault().is_some() {
            hints.push(("enter", "fix this row".to_owned()));
        }
        if self.preview.count(RosterResult::Fault) > 0 {
            hints.push(("f", "next fault".to_owned()));
        }
        if self.can_add() {
            hints.push((
                "A",
                format!(
                    "add the {} that {}",
                    self.preview.right(),
                    if self.preview.right() == 1 { "is right" } else { "are right" }
                ),
            ));
        }
        hints.extend(
            [("x", "leave the row out"), ("o", "other file"), ("esc", "leave")].map(|(k, d)| (k, d.to_owned())),
        );
        hints
    }

    /// Draws the preview below the tabs and returns the cursor position.
    pub fn view(&self, theme: &Theme, buf: &mut Buffer, screen: Rect) -> Option<Position> {
        let parts = window::parts(screen)?;
        for area in parts.context.into_iter().chain([parts.body]) {
            clear(buf, area);
        }
        if let Some(area) = parts.context {
            let about = format!("from {}, {}", self.preview.name, count(self.preview.rows.len(), "row"));
            let title = Title::new("Add people", vec![about]);
            let right = [("This is a preview. Nothing is saved yet.".to_owned(), theme.claimed)];
            window::context(&title, &right, theme, buf, area);
        }
        let foot = FOOT.min(parts.body.height / 2);
        let list = Rect { height: parts.body.height - foot, ..parts.body };
        let below = Rect { y: list.bottom(), height: foot, ..parts.body };
        let row = self.draw_list(theme, buf, list);
        let typed = self.draw_chosen(theme, buf, below);
        typed.or(row)
    }

    fn sums(&self) -> String {
        let sum = |results: &[RosterResult]| results.iter().map(|one| self.preview.count(*one)).sum::<usize>();
        let mut sums = vec![format!("{} to add", sum(&[RosterResult::Add, RosterResult::Enrol]))];
        let others = [
            (RosterResult::Change, "to change"),
            (RosterResult::Same, "here already"),
            (RosterResult::Fault, "to fix"),
        ];
        for (result, words) in others {
            let many = self.preview.count(result);
            if many > 0 {
                sums.push(format!("{many} {words}"));
            }
        }
        let to_check = self.preview.rows.iter().filter(|row| row.is_to_check()).count();
        if to_check > 0 {
            sums.push(format!("{to_check} to check"));
        }
        let left_out = self.preview.query.fixes.left_out.len();
        if left_out > 0 {
            sums.push(format!("{left_out} left out"));
        }
        sums.join(", ")
    }

    fn draw_list(&self, theme: &Theme, buf: &mut Buffer, area: Rect) -> Option<Position> {
        let sums = self.sums();
        let titles = Titles { left: "Preview", right: &sums, right_style: None };
        let inner = part::part(buf, area, titles, Focus::Here, theme);
        let head = Cells {
            line: "row",
            name: "Name",
            roles: "Role",
            standard: "Standard",
            start: "Start",
            supervisor: "Supervisor",
        };
        let style = Styles {
            figures: theme.dim,
            name: theme.dim,
            text: theme.dim,
            result: theme.dim,
            start: theme.dim,
            supervisor: theme.dim,
        };
        draw_row(buf, Rect { height: 1, ..inner }, &head, "Result", &style, theme);
        let rows = Rect { y: inner.y + 1, height: inner.height.saturating_sub(1), ..inner };
        let all = self.preview.rows.len();
        // The last line says how many rows are not shown, and what becomes of them.
        let more = usize::from(all > usize::from(rows.height) && rows.height > 3);
        let shown = usize::from(rows.height) - more;
        let top = list::centred(self.at, self.preview.rows.len(), shown);
        let mut place = None;
        for (at, row) in self.preview.rows.iter().enumerate().skip(top).take(shown) {
            let area = Rect { y: rows.y + u16::try_from(at - top).unwrap_or(0), height: 1, ..rows };
            let number = row.line.to_string();
            let cells = Cells {
                line: &number,
                name: &row.name,
                roles: &row.roles,
                standard: &row.standard,
                start: &row.start,
                supervisor: &row.supervisor,
            };
            draw_row(buf, area, &cells, &result_words(row, theme), &styles(row, theme), theme);
            trace::choice(area);
            if at == self.at {
                part::choose(buf, area, Focus::Here, theme);
                place = Some(Position::new(area.x + INDENT.min(area.width.saturating_sub(1)), area.y));
            }
        }
        if more > 0 {
            let hidden = || (0..).zip(&self.preview.rows).filter(|(at, _)| *at < top || *at >= top + shown);
            let faulty = hidden().filter(|(_, row)| row.result == RosterResult::Fault).count();
            let others = count(hidden().count(), "more row");
            let words = if faulty == 0 { others } else { format!("{others}, {faulty} to fix") };
            let last = Rect { y: rows.bottom() - 1, height: 1, x: rows.x + INDENT, ..rows };
            owned_line(buf, last.intersection(rows), 0, &[(words, theme.dim)], theme);
        }
        place
    }

    fn draw_chosen(&self, theme: &Theme, buf: &mut Buffer, area: Rect) -> Option<Position> {
        let row = self.chosen()?;
        let heading = format!("Row {}, {}", row.line, row.name);
        let faulty: Vec<usize> =
            self.preview.rows.iter().filter(|row| row.result == RosterResult::Fault).map(|row| row.line).collect();
        let right = match faulty.iter().position(|line| *line == row.line) {
            Some(at) => format!("row {} of {} to fix", at + 1, faulty.len()),
            None => String::new(),
        };
        let titles = Titles { left: &heading, right: &right, right_style: None };
        let area = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
        let inner = part::part(buf, area, titles, Focus::Elsewhere, theme);
        let inner = Rect { x: inner.x + INDENT, width: inner.width.saturating_sub(INDENT), ..inner };
        let mut at = 0;
        let mut place = None;
        let label = |words: &str| (pad(words, LABEL, theme), theme.dim);
        for what in &self.preview.faults {
            at += dialog_box::words(buf, inner, at, what, theme.late, theme);
        }
        match row.faults.first() {
            None => {
                let what = result_sentence(row);
                at += dialog_box::words(buf, inner, at, &what, theme.text, theme);
                for warning in &row.warnings {
                    at += dialog_box::words(buf, inner, at, &format!("? {warning}."), theme.claimed, theme);
                }
            }
            Some(fault) => {
                let said = format!("! {}. {}", fault.what, fault.hint);
                at += dialog_box::words(buf, inner, at, &said, theme.late, theme);
            }
        }
        if let (Some(typed), Some((column, _))) = (&self.typed, self.fault().and_then(|fault| fault.cell.as_ref())) {
            let label = pad(&heading_of(column.slug()), LABEL, theme);
            let used = line(buf, inner, at, &[(&label, theme.key)], theme);
            let field = Rect { x: inner.x + used, y: inner.y + at, width: inner.width.saturating_sub(used), height: 1 };
            place = text_line_view::draw(typed, field.intersection(inner), buf, theme.strong);
            at += 1;
        } else if let Some((fault, text)) = self.fault().and_then(|fault| Some((fault, fault.suggestion.as_ref()?))) {
            let column = fault.cell.as_ref().map_or_else(String::new, |(column, _)| heading_of(column.slug()));
            let pieces = [
                label(&column),
                (text.clone(), theme.strong),
                ("   ".to_owned(), theme.text),
                ("enter".to_owned(), theme.key),
                (" fills it in   ".to_owned(), theme.text),
                ("x".to_owned(), theme.key),
                (format!(" leaves row {} out", row.line), theme.text),
            ];
            owned_line(buf, inner, at, &pieces, theme);
            at += 1;
        }
        at += u16::from(at + 2 < inner.height);
        let others = self.preview.rows.iter().filter(|other| other.line != row.line && !other.faults.is_empty());
        let others: Vec<String> =
            others.map(|other| format!("row {}: {}", other.line, said_with_suggestion(other))).collect();
        if !others.is_empty() {
            let room = usize::from(inner.width).saturating_sub(LABEL);
            let words = fit(&others.join("   "), room, theme).into_owned();
            owned_line(buf, inner, at, &[label("Other faults"), (words, theme.text)], theme);
            at += 1;
        }
        if self.can_add() {
            owned_line(buf, inner, at, &[label("Then"), (self.preview.outcome(), theme.text)], theme);
        }
        place
    }
}

fn ask(query: RosterQuery) -> DialogEvent {
    DialogEvent::Ask(vec![Effect::Ask(DialogQuery::Roster(query))])
}

/// Returns the rows of the list on a screen of this height.
fn list_rows(height: u16) -> u16 {
    height.saturating_sub(7 + FOOT).max(1)
}

fn count(many: usize, noun: &str) -> String {
    counted(u32::try_from(many).unwrap_or(u32::MAX), noun)
}

/// Returns the recommended heading of a column.
fn heading_of(slug: &str) -> String {
    let first = slug.split(' ').next().unwrap_or_default();
    let mut letters = first.chars();
    letters.next().map_or_else(String::new, |letter| letter.to_uppercase().chain(letters).collect())
}

/// The texts of a row.
struct Cells<'a> {
    line: &'a str,
    name: &'a str,
    roles: &'a str,
    standard: &'a str,
    start: &'a str,
    supervisor: &'a str,
}

/// The styles of a row.
struct Styles {
    figures: Style,
    name: Style,
    text: Style,
    start: Style,
    supervisor: Style,
    result: Style,
}

fn styles(row: &RosterRow, theme: &Theme) -> Styles {
    let at = |heading: &str| {
        let here = |fault: &RosterFault| fault.cell.as_ref().is_some_and(|(at, _)| at.slug().starts_with(heading));
        if row.faults.iter().any(here) { theme.late } else { theme.text }
    };
    let result = match row.result {
        RosterResult::Fault => theme.late,
        RosterResult::Same => theme.dim,
        _ if row.is_to_check() => theme.claimed,
        RosterResult::Add | RosterResult::Enrol | RosterResult::Change => theme.ok,
    };
    Styles {
        figures: theme.dim,
        name: at("name"),
        text: at("standard"),
        start: at("start"),
        supervisor: at("supervisor"),
        result,
    }
}

fn result_words(row: &RosterRow, theme: &Theme) -> String {
    match row.result {
        RosterResult::Same => "= here already".to_owned(),
        RosterResult::Fault => format!("! {}", said_briefly(row)),
        RosterResult::Add | RosterResult::Enrol | RosterResult::Change => {
            let words = match row.result {
                RosterResult::Add => "add",
                RosterResult::Enrol => "add, enrol",
                _ => "change",
            };
            if row.is_to_check() {
                format!("? {words}: check")
            } else {
                format!("{} {words}", theme.state_mark(State::Signed))
            }
        }
    }
}

/// Returns the first fault with what may have been intended, if that is known.
fn said_with_suggestion(row: &RosterRow) -> String {
    match row.faults.first() {
        Some(RosterFault { cell: Some((column, text)), suggestion: Some(suggestion), .. }) => {
            format!("{} “{text}”, did you mean {suggestion}?", heading_of(column.slug()))
        }
        _ => said_briefly(row),
    }
}

/// Returns the first fault without the text of its cell, which is in the row: `not a date`.
fn said_briefly(row: &RosterRow) -> String {
    let Some(fault) = row.faults.first() else { return "a fault".to_owned() };
    let quoted = fault.cell.as_ref().map(|(_, text)| format!("“{text}”"));
    match quoted.and_then(|quoted| fault.what.split_once(&quoted)) {
        Some(("", said)) => said.trim().trim_start_matches("is ").to_owned(),
        Some(("Nobody is called ", "")) => "nobody by that name".to_owned(),
        _ => fault.what.clone(),
    }
}

fn result_sentence(row: &RosterRow) -> String {
    match row.result {
        RosterResult::Add => "The person is added.".to_owned(),
        RosterResult::Enrol => format!("The person is added and enrolled on {} from {}.", row.standard, row.start),
        RosterResult::Change => "The person is here already. What is different is changed.".to_owned(),
        RosterResult::Same => "The person is here already and nothing changes.".to_owned(),
        RosterResult::Fault => "The row cannot be added.".to_owned(),
    }
}

fn draw_row(buf: &mut Buffer, area: Rect, cells: &Cells<'_>, result: &str, style: &Styles, theme: &Theme) {
    let within = Rect { x: area.x + 1, width: area.width.saturating_sub(1), ..area };
    let wide = area.width >= WIDE;
    let name = if wide { 26 } else { 22 };
    let mut pieces = vec![
        (format!("{}  ", pad_left(cells.line, 5, theme)), style.figures),
        (format!("{} ", pad(cells.name, name, theme)), style.name),
    ];
    if wide {
        pieces.push((format!("{} ", pad(cells.roles, 16, theme)), style.figures));
        pieces.push((format!("{} ", pad(cells.standard, 12, theme)), style.text));
    }
    pieces.push((format!("{} ", pad(cells.start, 11, theme)), style.start));
    pieces.push((format!("{} ", pad(cells.supervisor, if wide { 16 } else { 12 }, theme)), style.supervisor));
    let used: usize = pieces.iter().map(|(words, _)| columns(words)).sum();
    let room = usize::from(within.width).saturating_sub(used + 1);
    pieces.push((fit(result, room.max(1), theme).into_owned(), style.result));
    owned_line(buf, within, 0, &pieces, theme);
}
