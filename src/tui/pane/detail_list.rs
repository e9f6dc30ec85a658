//! Lists lines whose details open below the list, or over it in full.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::command::Command;
use crate::pane::cursor::{follow, move_cursor};
use crate::pane::filter_input::{FilterInput, filter_line};
use crate::theme::{Focus, Theme};
use crate::widget::draw::{line, owned_line};
use crate::widget::frame::Titles;
use crate::widget::part::part;
use crate::widget::text::{columns, fit, pad, wrap};
use countersign_core::primitives::ids::KsbCode;

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
    pub requested: bool,
}

/// A line of the list.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub mark: (&'static str, Style),
    pub text: String,
    pub short: (String, Style),
    /// Title of its details.
    pub heading: String,
    pub details: Vec<Detail>,
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
pub struct Detail {
    /// The label and its style.
    pub label: Option<(String, Style)>,
    pub words: String,
    pub style: Style,
}

impl Detail {
    /// Returns a sentence without a label.
    pub fn plain(words: impl Into<String>, style: Style) -> Self {
        Self { label: None, words: words.into(), style }
    }
}

/// The areas of both panes; `None` for one that is hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Areas {
    pub list: Option<Rect>,
    pub details: Option<Rect>,
}

/// Below this width or height, one pane is shown at a time.
const ONE_PANE: (u16, u16) = (60, 16);
/// Minimum rows of the details below the list.
const DETAILS_LEAST: u16 = 8;

/// Divides the body for a window of this size. A list of `count` lines takes no more than it needs.
pub fn areas(body: Rect, window: (u16, u16), count: usize, state: &State) -> Areas {
    if state.open.is_some() {
        return Areas { list: None, details: Some(body) };
    }
    if window.0 < ONE_PANE.0 || window.1 < ONE_PANE.1 {
        return Areas { list: Some(body), details: None };
    }
    let most = body.height - (body.height / 3).max(DETAILS_LEAST);
    let wanted = u16::try_from(count + 2).unwrap_or(u16::MAX);
    let above = wanted.max(body.height / 2).min(most);
    let list = Rect { height: above, ..body };
    Areas { list: Some(list), details: Some(Rect { y: body.y + above, height: body.height - above, ..body }) }
}

/// Returns the line under the cursor.
pub fn chosen<'r>(state: &State, rows: &'r [Row]) -> Option<&'r Row> {
    rows.get(state.at.min(rows.len().saturating_sub(1))).filter(|row| !row.hidden)
}

/// Wraps the details of a line into styled pieces, one vector per line.
fn lines(row: &Row, width: u16) -> Vec<Vec<(String, Style)>> {
    let label =
        row.details.iter().filter_map(|detail| detail.label.as_ref()).map(|(word, _)| columns(word)).max().unwrap_or(0);
    let indent = if label == 0 { 1 } else { label + 3 };
    let room = usize::from(width).saturating_sub(indent + 1).max(8);
    let mut lines = Vec::new();
    for detail in &row.details {
        // Without a label, the sentence takes the full width.
        let (indent, room) = match &detail.label {
            Some(_) => (indent, room),
            None => (1, usize::from(width).saturating_sub(2).max(8)),
        };
        for (at, words) in detail.words.split('\n').flat_map(|line| wrap(line, room)).enumerate() {
            let before = match &detail.label {
                Some((word, style)) if at == 0 => {
                    (format!(" {word}{}", " ".repeat(indent - 1 - columns(word))), *style)
                }
                _ => (" ".repeat(indent), detail.style),
            };
            lines.push(vec![before, (words.trim_end().to_owned(), detail.style)]);
        }
    }
    lines
}

/// Moves the cursor, or scrolls the open details.
pub fn update(state: &mut State, rows: &[Row], areas: Areas, command: Command) {
    let within = |area: Rect| (area.width.saturating_sub(2), usize::from(area.height.saturating_sub(2)));
    if let (Some(first), Some(area), Some(row)) = (state.open, areas.details, chosen(state, rows)) {
        let (width, height) = within(area);
        let last = lines(row, width).len().saturating_sub(height);
        state.open = move_cursor(command, first, last + 1, height).or(state.open);
        return;
    }
    let (page, listed) = (areas.list.map_or(1, |area| within(area).1), listed(rows));
    let at = listed.iter().position(|place| *place >= state.at).unwrap_or(0);
    let to = move_cursor(command, at, listed.len(), page).and_then(|to| listed.get(to));
    state.at = to.copied().unwrap_or(state.at);
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
        let inner = part(buf, area, titles, focus, theme);
        let of = format!("{shown} of {} ", all.len());
        let typing = filter_line(filter, (&of, theme.dim), theme, buf, inner);
        let room = list_area(filter, area);
        if shown == 0 && !all.is_empty() {
            line(buf, room, 0, &[("   Nothing fits the filter: esc clears it", theme.dim)], theme);
        }
        cursor = typing.or(list(state, all, theme, buf, room));
    }
    let reading = details(state, all, areas, theme, buf);
    if state.open.is_some() { reading.or(cursor) } else { cursor }
}

/// Draws the details of the line under the cursor and returns their first position.
fn details(state: &State, all: &[Row], areas: Areas, theme: &Theme, buf: &mut Buffer) -> Option<Position> {
    let (area, row) = (areas.details?, chosen(state, all)?);
    let focus = if state.open.is_some() { Focus::Here } else { Focus::Elsewhere };
    let inner = part(buf, area, Titles { left: &row.heading, ..Titles::default() }, focus, theme);
    let lines = lines(row, inner.width);
    let first = state.open.unwrap_or(0).min(lines.len().saturating_sub(1));
    let shown = usize::from(inner.height);
    for (y, pieces) in lines.iter().skip(first).take(shown).enumerate() {
        owned_line(buf, inner, y as u16, pieces, theme);
    }
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
        let style = if here { theme.strong } else { theme.text };
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
    cursor
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_panes_fill_the_body_and_the_reasons_always_have_room() {
        for (width, height) in (40..140).flat_map(|width| (10..60).map(move |height| (width, height))) {
            let body = Rect::new(0, 1, width, height - 2);
            for count in [0, 9, 300] {
                let areas = areas(body, (width, height), count, &State::default());
                let all: u32 = [areas.list, areas.details].into_iter().flatten().map(Rect::area).sum();
                assert_eq!(all, body.area(), "{width}x{height}");
                assert!(areas.details.is_none_or(|area| area.height >= DETAILS_LEAST.min(body.height / 2)));
            }
            let open = State { open: Some(0), ..State::default() };
            assert_eq!(super::areas(body, (width, height), 9, &open), Areas { list: None, details: Some(body) });
        }
    }
}
