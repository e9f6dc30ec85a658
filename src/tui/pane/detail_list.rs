//! Lists lines whose details open below the list, or over it in full.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::domain::primitives::ids::KsbCode;
use crate::tui::command::Command;
use crate::tui::pane::cursor::{follow, move_cursor};
use crate::tui::pane::filter_input::{FilterInput, filter_line};
use crate::tui::theme::{Focus, Theme};
use crate::tui::widget::draw::line;
use crate::tui::widget::frame::{Seen, Titles, frame, scrolled};
use crate::tui::widget::text::{columns, fit, pad, wrap};

/// The cursor, the window and the open details.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct State {
    /// Index of the line under the cursor.
    pub at: usize,
    /// First visible line.
    pub top: usize,
    /// First visible line of the details, while they are open.
    pub open: Option<usize>,
    /// Whether the lines were requested.
    pub asked: bool,
}

/// A line of the list.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub mark: (&'static str, Style),
    pub text: String,
    pub short: (String, Style),
    /// Title of its details.
    pub heading: String,
    pub why: Vec<Told>,
    /// The KSBs that it concerns.
    pub ksbs: Vec<KsbCode>,
    /// Whether the filter hides it. It keeps its index.
    pub hidden: bool,
}

/// Returns the indexes of the lines that match the filter.
fn listed(rows: &[Row]) -> Vec<usize> {
    (0..).zip(rows).filter(|(_, row)| !row.hidden).map(|(at, _)| at).collect()
}

/// Returns how many lines match the filter.
pub fn count(rows: &[Row]) -> usize {
    rows.iter().filter(|row| !row.hidden).count()
}

/// A detail: a sentence, with a label if it has one.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// The label and its style.
    pub lead: Option<(String, Style)>,
    pub words: String,
    pub style: Style,
}

impl Told {
    /// Returns a sentence without a label.
    pub fn plain(words: impl Into<String>, style: Style) -> Self {
        Self { lead: None, words: words.into(), style }
    }
}

/// The areas of both panes; `None` for one that is hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Areas {
    pub list: Option<Rect>,
    pub why: Option<Rect>,
}

/// Returns the line under the cursor.
pub fn chosen<'r>(state: &State, rows: &'r [Row]) -> Option<&'r Row> {
    rows.get(state.at.min(rows.len().saturating_sub(1))).filter(|row| !row.hidden)
}

/// Wraps the details of a line into styled pieces, one vector per line.
fn lines(row: &Row, width: u16) -> Vec<Vec<(String, Style)>> {
    let lead = row.why.iter().filter_map(|told| told.lead.as_ref()).map(|(word, _)| columns(word)).max().unwrap_or(0);
    let indent = if lead == 0 { 1 } else { lead + 3 };
    let room = usize::from(width).saturating_sub(indent + 1).max(8);
    let mut lines = Vec::new();
    for told in &row.why {
        // Without a label, the sentence takes the full width.
        let (indent, room) = match &told.lead {
            Some(_) => (indent, room),
            None => (1, usize::from(width).saturating_sub(2).max(8)),
        };
        for (at, words) in told.words.split('\n').flat_map(|line| wrap(line, room)).enumerate() {
            let before = match &told.lead {
                Some((word, style)) if at == 0 => {
                    (format!(" {word}{}", " ".repeat(indent - 1 - columns(word))), *style)
                }
                _ => (" ".repeat(indent), told.style),
            };
            lines.push(vec![before, (words.trim_end().to_owned(), told.style)]);
        }
    }
    lines
}

/// Moves the cursor, or scrolls the open details. Returns whether it handled the command.
pub fn update(state: &mut State, rows: &[Row], areas: Areas, command: Command) -> bool {
    let within = |area: Rect| (area.width.saturating_sub(2), usize::from(area.height.saturating_sub(2)));
    if let (Some(first), Some(area), Some(row)) = (state.open, areas.why, chosen(state, rows)) {
        let (width, height) = within(area);
        let last = lines(row, width).len().saturating_sub(height);
        let Some(to) = move_cursor(command, first, last + 1, height) else { return false };
        state.open = Some(to);
        return true;
    }
    let (page, listed) = (areas.list.map_or(1, |area| within(area).1), listed(rows));
    let at = listed.iter().position(|place| *place >= state.at).unwrap_or(0);
    let Some(to) = move_cursor(command, at, listed.len(), page) else { return false };
    state.at = listed.get(to).copied().unwrap_or(state.at);
    true
}

/// Moves the cursor to a line that matches the filter, and the window to the cursor.
pub fn load_visible(state: &mut State, rows: &[Row], filter: &FilterInput, areas: Areas) {
    let listed = listed(rows);
    let at = listed.iter().position(|place| *place >= state.at).unwrap_or(listed.len().saturating_sub(1));
    state.at = listed.get(at).copied().unwrap_or(0);
    // While the details cover the list, its window stays as it was.
    let Some(area) = areas.list else { return };
    let height = list_area(filter, area).height;
    state.top = follow(state.top, at, listed.len(), height, |_| 1);
}

/// Returns the area of the lines, without the border and the filter.
fn list_area(filter: &FilterInput, area: Rect) -> Rect {
    let inner = Rect { x: area.x + 1, y: area.y + 1, width: area.width - 2, height: area.height.saturating_sub(2) };
    Rect { height: inner.height.saturating_sub(filter.lines(inner.width)), ..inner }
}

/// Draws both panes and returns the cursor position.
pub fn view(
    state: &State,
    rows: Option<&[Row]>,
    (titles, filter): (Titles<'_>, &FilterInput),
    areas: Areas,
    theme: &Theme,
    buf: &mut Buffer,
) -> Option<Position> {
    let all = rows.unwrap_or_default();
    let (mut cursor, shown) = (None, count(all));
    if let Some(area) = areas.list {
        let focus = if state.open.is_some() { Focus::Elsewhere } else { Focus::Here };
        let inner = frame(buf, area, titles, focus, theme);
        let of = format!("{shown} of {} ", all.len());
        let typing = filter_line(filter, (&of, theme.dim), theme, buf, inner);
        let room = list_area(filter, area);
        if shown == 0 && !all.is_empty() {
            line(buf, room, 0, &[("   Nothing fits the filter: esc clears it", theme.dim)], theme);
        }
        cursor = typing.or(list(state, all, theme, buf, room));
    }
    let reading = why(state, all, areas, theme, buf);
    if state.open.is_some() { reading.or(cursor) } else { cursor }
}

/// Draws the details of the line under the cursor and returns their first position.
fn why(state: &State, all: &[Row], areas: Areas, theme: &Theme, buf: &mut Buffer) -> Option<Position> {
    let (area, row) = (areas.why?, chosen(state, all)?);
    let focus = if state.open.is_some() { Focus::Here } else { Focus::Elsewhere };
    let inner = frame(buf, area, Titles { left: &row.heading, ..Titles::default() }, focus, theme);
    let lines = lines(row, inner.width);
    let first = state.open.unwrap_or(0).min(lines.len().saturating_sub(1));
    let shown = usize::from(inner.height);
    for (y, pieces) in lines.iter().skip(first).take(shown).enumerate() {
        let pieces: Vec<_> = pieces.iter().map(|(words, style)| (words.as_str(), *style)).collect();
        line(buf, inner, y as u16, &pieces, theme);
    }
    scrolled(buf, inner, Seen { first, shown, of: lines.len() }, theme);
    Some(Position::new(inner.x, inner.y))
}

fn list(state: &State, rows: &[Row], theme: &Theme, buf: &mut Buffer, inner: Rect) -> Option<Position> {
    let widest = rows.iter().map(|row| columns(&row.text)).max().unwrap_or(0);
    let shorts = rows.iter().map(|row| columns(&row.short.0)).max().unwrap_or(0);
    // The text takes half the width, or what the short reason leaves; the column before the border stays empty.
    let both = usize::from(inner.width).saturating_sub(6);
    let text = widest.min(both.saturating_sub(shorts).max(both / 2));
    let mut cursor = None;
    let listed = listed(rows);
    let seen = listed.iter().skip(state.top).take(usize::from(inner.height));
    for (y, (at, row)) in seen.filter_map(|at| Some((*at, rows.get(*at)?))).enumerate() {
        let here = at == state.at;
        let y = y as u16;
        if here {
            cursor = Some(Position::new(inner.x + 1, inner.y + y));
        }
        let style = if here { theme.bold } else { theme.text };
        let room = usize::from(inner.width).saturating_sub(text + 6);
        let pieces = [
            (if here { theme.glyphs.pointer } else { " " }, theme.accent),
            (row.mark.0, row.mark.1),
            (" ", theme.text),
            (&*pad(&fit(&row.text, text, theme), text, theme), style),
            ("  ", theme.text),
            (&*fit(&row.short.0, room, theme), row.short.1),
        ];
        line(buf, Rect { y: inner.y + y, height: 1, ..inner }, 0, &pieces, theme);
    }
    scrolled(buf, inner, Seen { first: state.top, shown: usize::from(inner.height), of: listed.len() }, theme);
    cursor
}
