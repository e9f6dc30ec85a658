//! A list of lines, each of which opens to its reasons: they stand below it, or whole in its place. Must never know what the
//! lines are about.

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

/// The cursor, the window, and whether the reasons are open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct State {
    /// The line under the cursor.
    pub at: usize,
    /// The first line of the window.
    pub top: usize,
    /// The first line of the reasons that is shown, where they are open.
    pub open: Option<usize>,
    /// Whether the lines were asked for.
    pub asked: bool,
}

/// A line of the list.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub mark: (&'static str, Style),
    pub text: String,
    pub short: (String, Style),
    /// What stands over its reasons.
    pub heading: String,
    pub why: Vec<Told>,
    /// The KSBs that it is about.
    pub ksbs: Vec<KsbCode>,
    /// Whether the filter leaves it out: it keeps its place all the same.
    pub hidden: bool,
}

/// The places of the lines that the filter lets through.
fn listed(rows: &[Row]) -> Vec<usize> {
    (0..).zip(rows).filter(|(_, row)| !row.hidden).map(|(at, _)| at).collect()
}

/// How many lines the filter lets through.
pub fn count(rows: &[Row]) -> usize {
    rows.iter().filter(|row| !row.hidden).count()
}

/// One sentence: a word before it, if it has one.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// The word and how it looks.
    pub lead: Option<(String, Style)>,
    pub words: String,
    pub style: Style,
}

impl Told {
    /// A sentence by itself.
    pub fn plain(words: impl Into<String>, style: Style) -> Self {
        Self { lead: None, words: words.into(), style }
    }
}

/// Where both panes stand; one that is not shown has no area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Areas {
    pub list: Option<Rect>,
    pub why: Option<Rect>,
}

/// The line under the cursor.
pub fn chosen<'r>(state: &State, rows: &'r [Row]) -> Option<&'r Row> {
    rows.get(state.at.min(rows.len().saturating_sub(1))).filter(|row| !row.hidden)
}

/// The reasons of a line, wrapped: pieces of one line each.
fn lines(row: &Row, width: u16) -> Vec<Vec<(String, Style)>> {
    let lead = row.why.iter().filter_map(|told| told.lead.as_ref()).map(|(word, _)| columns(word)).max().unwrap_or(0);
    let indent = if lead == 0 { 1 } else { lead + 3 };
    let room = usize::from(width).saturating_sub(indent + 1).max(8);
    let mut lines = Vec::new();
    for told in &row.why {
        // What has no word before it takes the whole line.
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

/// Moves the cursor, or the open reasons; says whether the command was one that does.
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

/// Brings the cursor to a line that is listed, and the window to the cursor.
pub fn load_visible(state: &mut State, rows: &[Row], filter: &FilterInput, areas: Areas) {
    let listed = listed(rows);
    let at = listed.iter().position(|place| *place >= state.at).unwrap_or(listed.len().saturating_sub(1));
    state.at = listed.get(at).copied().unwrap_or(0);
    // Behind reasons that are read whole the list stays as it stood.
    let Some(area) = areas.list else { return };
    let height = list_area(filter, area).height;
    state.top = follow(state.top, at, listed.len(), height, |_| 1);
}

/// The lines' part of a list's area: its border and the filter take the rest.
fn list_area(filter: &FilterInput, area: Rect) -> Rect {
    let inner = Rect { x: area.x + 1, y: area.y + 1, width: area.width - 2, height: area.height.saturating_sub(2) };
    Rect { height: inner.height.saturating_sub(filter.lines(inner.width)), ..inner }
}

/// Draws both panes; gives back where the cursor stands.
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

/// Draws the reasons of the line under the cursor; gives back where they begin.
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
    // What a line is takes half, or what its reason leaves; before the border stays a column free.
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
