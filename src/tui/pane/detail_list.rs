//! Lists lines in parts, with the details of the chosen one beside or below the list, or over it in full.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::command::Command;
use crate::pane::cursor::move_cursor;
use crate::pane::filter_input::{FilterInput, filter_line};
use crate::theme::{Focus, Theme};
use crate::widget::draw::{line, owned_line};
use crate::widget::pane_heading::{Pieces, width};
use crate::widget::part::{INDENT, choose, divider, group, heading, words_area};
use crate::widget::text::{columns, fit, pad, wrap};
use crate::widget::trace;
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

/// Where the reasons of a part's rows stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ends {
    /// In a column after the longest text.
    Column,
    /// At the right end.
    Right,
}

/// The part of the list that a row is in. The rows of a part follow each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub name: &'static str,
    /// What it counts; may be empty.
    pub count: String,
    pub ends: Ends,
}

/// A row of the list.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub part: Part,
    /// What is before the text: its mark, its day or its label.
    pub lead: Pieces,
    /// The text, which is cut if it does not fit.
    pub text: Pieces,
    pub short: (String, Style),
    /// Lines below, as they are.
    pub below: Vec<Pieces>,
    /// Title of its details, and what is at its right end.
    pub heading: (String, Pieces),
    pub details: Vec<Detail>,
    /// What to do about it. It is before the details where it has no place of its own.
    pub finish: Vec<Detail>,
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

/// A detail.
#[derive(Debug, Clone, PartialEq)]
pub enum Detail {
    /// A sentence, with a label and its style if it has one.
    Words {
        label: Option<(String, Style)>,
        words: String,
        style: Style,
    },
    /// A line with an end at the right.
    Line(Pieces, Pieces),
    /// The heading of those that follow.
    Group(String),
    Blank,
}

impl Detail {
    /// Returns a sentence without a label.
    pub fn plain(words: impl Into<String>, style: Style) -> Self {
        Self::Words { label: None, words: words.into(), style }
    }

    /// Returns a sentence with a label.
    pub fn labelled(label: (impl Into<String>, Style), words: impl Into<String>, style: Style) -> Self {
        Self::Words { label: Some((label.0.into(), label.1)), words: words.into(), style }
    }
}

/// The areas of the panes; `None` for one that is hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Areas {
    pub list: Option<Rect>,
    pub details: Option<Rect>,
    /// What is at the right of both, if anything has its place there.
    pub side: Option<Rect>,
    /// The column of the line between what is side by side.
    pub divider: Option<u16>,
}

/// What is at the right of the list, if the window is wide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside {
    /// The details, which take three fifths.
    Details,
    /// A pane of its own, which takes at most a half; the details are below the list.
    Side,
}

/// Below this width or height, one pane is shown at a time.
const ONE_PANE: (u16, u16) = (60, 16);
/// Minimum width for panes side by side.
const WIDE: u16 = 100;
/// Columns in which a list has its names and reasons in full, and the minimum of what is next to it.
const LIST: u16 = 58;
const SIDE_LEAST: u16 = 40;
/// Minimum rows of the details below the list.
const DETAILS_LEAST: u16 = 8;

/// Divides the body for a window of this size. A list that needs `lines` lines takes no more.
pub fn areas(body: Rect, window: (u16, u16), lines: usize, beside: Beside, state: &State) -> Areas {
    let none = Areas { list: None, details: None, side: None, divider: None };
    if state.open.is_some() {
        return Areas { details: Some(body), ..none };
    }
    if window.0 < ONE_PANE.0 || window.1 < ONE_PANE.1 {
        return Areas { list: Some(body), ..none };
    }
    let (left, right) = if window.0 < WIDE {
        (body, None)
    } else {
        let column = match beside {
            Beside::Details => body.width * 2 / 5 + 1,
            Beside::Side => (body.width / 2).max(LIST.min(body.width.saturating_sub(SIDE_LEAST))),
        };
        let x = body.x + column;
        (Rect { width: column - 1, ..body }, Some((x, Rect { x: x + 1, width: body.right() - x - 1, ..body })))
    };
    let divider = right.map(|(x, _)| x);
    if let (Beside::Details, Some((_, details))) = (beside, right) {
        return Areas { list: Some(left), details: Some(details), divider, ..none };
    }
    let most = left.height - (left.height / 3).max(DETAILS_LEAST);
    let wanted = u16::try_from(lines + 1).unwrap_or(u16::MAX);
    let above = wanted.max(left.height / 3).min(most);
    let list = Rect { height: above, ..left };
    let details = Rect { y: left.y + above, height: left.height - above, ..left };
    Areas { list: Some(list), details: Some(details), side: right.map(|(_, side)| side), divider }
}

/// Gives the list one more row if it would end with a heading.
pub fn with_a_row_below_each_heading(areas: Areas, rows: &[Row]) -> Areas {
    let (Some(list), Some(details)) = (areas.list, areas.details) else { return areas };
    let height = usize::from(list.height);
    let ends_with_heading = height > 0 && matches!(laid(rows, height).get(height - 1), Some(Laid::Heading(_)));
    if !ends_with_heading || details.y != list.bottom() || details.height <= DETAILS_LEAST / 2 {
        return areas;
    }
    let list = Rect { height: list.height + 1, ..list };
    let details = Rect { y: details.y + 1, height: details.height - 1, ..details };
    Areas { list: Some(list), details: Some(details), ..areas }
}

/// Returns the line under the cursor.
pub fn chosen<'r>(state: &State, rows: &'r [Row]) -> Option<&'r Row> {
    rows.get(state.at.min(rows.len().saturating_sub(1))).filter(|row| !row.hidden)
}

/// A line of the list as it is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Laid {
    Blank,
    /// The heading of the part of the row with this index.
    Heading(usize),
    /// A line of the row with this index.
    Row(usize, usize),
}

/// From this many rows on there are blank rows between parts, even if the list goes on below.
const TALL: usize = 24;

/// Lays out the rows with the headings of their parts; without blank rows if the height is short.
fn laid(rows: &[Row], height: usize) -> Vec<Laid> {
    let with = lay(rows, true);
    if height >= TALL || with.len() <= height { with } else { lay(rows, false) }
}

fn lay(rows: &[Row], blanks: bool) -> Vec<Laid> {
    let mut lines = Vec::new();
    let mut before: Option<&str> = None;
    for at in listed(rows) {
        let row = &rows[at];
        if before != Some(row.part.name) {
            if blanks && before.is_some() {
                lines.push(Laid::Blank);
            }
            lines.push(Laid::Heading(at));
            before = Some(row.part.name);
        }
        lines.extend((0..=row.below.len()).map(|part| Laid::Row(at, part)));
    }
    lines
}

/// Returns how many lines the list has with its blank rows.
pub fn lines_wanted(rows: &[Row]) -> usize {
    lay(rows, true).len()
}

/// A line of the details as it is laid out.
enum Written {
    Pieces(Pieces, Pieces),
    Group(String),
}

/// Wraps details into lines.
fn lines(details: &[&Detail], room: u16, theme: &Theme) -> Vec<Written> {
    let room = usize::from(room);
    let label = |detail: &&Detail| match detail {
        Detail::Words { label: Some((word, _)), .. } => Some(columns(word)).filter(|_| !word.trim().is_empty()),
        Detail::Words { .. } | Detail::Line(..) | Detail::Group(_) | Detail::Blank => None,
    };
    let indent = details.iter().filter_map(label).max().map_or(0, |label| label + 2);
    let mut lines = Vec::new();
    for detail in details {
        match detail {
            Detail::Blank => lines.push(Written::Pieces(Vec::new(), Vec::new())),
            Detail::Group(name) => lines.push(Written::Group(name.clone())),
            Detail::Line(left, end) => {
                // An end that leaves the text too little room goes below it.
                if width(left) + width(end) + 2 <= room || end.is_empty() {
                    lines.push(Written::Pieces(left.clone(), end.clone()));
                } else {
                    let style = left.last().map_or(theme.text, |(_, style)| *style);
                    let (lead, text) = left.split_at(left.len().saturating_sub(1));
                    let before = width(lead);
                    let words: String = text.iter().map(|(words, _)| words.as_str()).collect();
                    for (at, part) in wrap(&words, room.saturating_sub(before).max(8)).into_iter().enumerate() {
                        let mut pieces = if at == 0 { lead.to_vec() } else { vec![(" ".repeat(before), style)] };
                        pieces.push((part.trim_end().to_owned(), style));
                        lines.push(Written::Pieces(pieces, Vec::new()));
                    }
                    lines.push(Written::Pieces(Vec::new(), end.clone()));
                }
            }
            Detail::Words { label, words, style } => {
                // Without a label, the sentence takes the full width; one of blanks indents it by its own.
                let indent = match label {
                    None => 0,
                    Some((word, _)) if word.trim().is_empty() => columns(word),
                    Some(_) => indent,
                };
                let room = room.saturating_sub(indent).max(8);
                for (at, words) in words.split('\n').flat_map(|line| wrap(line, room)).enumerate() {
                    let before = match label {
                        Some((word, style)) if at == 0 => (pad(word, indent, theme), *style),
                        _ => (" ".repeat(indent), *style),
                    };
                    lines.push(Written::Pieces(vec![before, (words.trim_end().to_owned(), *style)], Vec::new()));
                }
            }
        }
    }
    lines
}

/// Returns the details that are shown below or beside the list: with what to do first, if that has no place of its own.
fn shown_details(row: &Row, areas: Areas) -> Vec<&Detail> {
    let finish = if areas.side.is_some() { &[][..] } else { &row.finish };
    finish.iter().chain(&row.details).collect()
}

/// Moves the cursor, or scrolls the open details.
pub fn update(state: &mut State, rows: &[Row], areas: Areas, theme: &Theme, command: Command) {
    if let (Some(first), Some(area), Some(row)) = (state.open, areas.details, chosen(state, rows)) {
        let room = words_area(area);
        let last = lines(&shown_details(row, areas), room.width, theme).len().saturating_sub(usize::from(room.height));
        state.open = move_cursor(command, first, last + 1, usize::from(room.height)).or(state.open);
        return;
    }
    let page = areas.list.map_or(1, |area| usize::from(area.height.saturating_sub(2)));
    let listed = listed(rows);
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
    let height = usize::from(list_area(filter, area).height);
    let laid = laid(rows, height);
    let first = laid.iter().position(|line| matches!(line, Laid::Row(at, _) if *at == state.at)).unwrap_or(0);
    let last = laid.iter().rposition(|line| matches!(line, Laid::Row(at, _) if *at == state.at)).unwrap_or(0);
    // The heading of the first row of a part is shown with it.
    let from = if first > 0 && matches!(laid.get(first - 1), Some(Laid::Heading(_))) { first - 1 } else { first };
    let top = state.top.min(from).max((last + 1).saturating_sub(height)).min(first);
    state.top = top.min(laid.len().saturating_sub(height));
}

/// Returns the area of the lines, without the filter.
fn list_area(filter: &FilterInput, area: Rect) -> Rect {
    let lines = filter.lines(area.width.saturating_sub(1));
    Rect { height: area.height.saturating_sub(lines), ..area }
}

/// Draws the panes but the one at the side, and returns the cursor position.
pub fn view(
    state: &State,
    rows: Option<&[Row]>,
    filter: &FilterInput,
    areas: Areas,
    theme: &Theme,
    buf: &mut Buffer,
) -> Option<Position> {
    let all = rows.unwrap_or_default();
    let (mut cursor, shown) = (None, count(all));
    if let Some(area) = areas.list {
        trace::part(area, Focus::Here);
        let of = format!("{shown} of {} ", all.len());
        let inner = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
        let typing = filter_line(filter, (&of, theme.dim), theme, buf, inner);
        let room = list_area(filter, area);
        if shown == 0 && !all.is_empty() {
            line(buf, room, 0, &[("  Nothing fits the filter: esc clears it", theme.dim)], theme);
        }
        cursor = typing.or(list(state, all, theme, buf, room));
    }
    if let (Some(x), Some(list)) = (areas.divider, areas.list) {
        let bottom = areas.details.map_or(list.bottom(), Rect::bottom);
        divider(buf, Rect { height: bottom.saturating_sub(list.y + 1), ..list }, x, theme);
    }
    let reading = details(state, all, areas, theme, buf);
    if state.open.is_some() { reading.or(cursor) } else { cursor }
}

/// Draws the details of the line under the cursor and returns their first position.
fn details(state: &State, all: &[Row], areas: Areas, theme: &Theme, buf: &mut Buffer) -> Option<Position> {
    let (area, row) = (areas.details?, chosen(state, all)?);
    let focus = if state.open.is_some() { Focus::Here } else { Focus::Elsewhere };
    heading(buf, area, (&row.heading.0, theme.heading(focus)), &row.heading.1, theme);
    let room = words_area(area);
    let shown = shown_details(row, areas);
    let all = lines(&shown, room.width, theme).len();
    let rest = all.saturating_sub(usize::from(room.height));
    if state.open.is_some() || rest == 0 || room.height < 2 {
        draw_details(&shown, state.open.unwrap_or(0), theme, buf, room);
        return Some(Position::new(room.x, room.y));
    }
    // What does not fit is counted; the key that shows it is in the footer.
    let above = Rect { height: room.height - 1, ..room };
    draw_details(&shown, 0, theme, buf, above);
    let words = format!("{} more lines", rest + 1);
    owned_line(buf, room, above.height, &[(words, theme.dim)], theme);
    Some(Position::new(room.x, room.y))
}

/// Draws details from a line on. Returns the lines drawn.
pub fn draw_details(details: &[&Detail], first: usize, theme: &Theme, buf: &mut Buffer, room: Rect) -> u16 {
    let lines = lines(details, room.width, theme);
    let first = first.min(lines.len().saturating_sub(1));
    let mut y = 0;
    for written in lines.iter().skip(first).take(usize::from(room.height)) {
        match written {
            Written::Pieces(left, end) => {
                owned_line(buf, room, y, left, theme);
                let wide = (width(end) as u16).min(room.width);
                owned_line(buf, Rect { x: room.right() - wide, width: wide, ..room }, y, end, theme);
            }
            Written::Group(name) => {
                let place = Rect { x: room.x - INDENT, y: room.y + y, width: room.width + INDENT + 1, height: 1 };
                group(buf, place, (name, theme.strong), &[], theme);
            }
        }
        y += 1;
    }
    y
}

/// Minimum columns of the reasons that stand in a column.
const REASON_LEAST: usize = 16;

/// The columns of a part's rows.
struct Columns {
    text: usize,
    short: usize,
}

impl Columns {
    fn of(part: &Part, rows: &[Row], room: usize) -> Self {
        let own = || rows.iter().filter(|row| row.part.name == part.name);
        let widest = own().map(|row| width(&row.lead) + width(&row.text)).max().unwrap_or(0);
        let short = own().map(|row| columns(&row.short.0)).max().unwrap_or(0);
        let gap = if short == 0 { 0 } else { 2 };
        let rest = |reason: usize| room.saturating_sub(reason + gap).max(room / 2);
        let text = match part.ends {
            // A name is cut only where the reasons are as narrow as they may be.
            Ends::Column => widest.min(rest(short.min(REASON_LEAST))),
            Ends::Right => rest(short),
        };
        Self { text, short: room.saturating_sub(text + gap).min(short) }
    }
}

fn list(state: &State, rows: &[Row], theme: &Theme, buf: &mut Buffer, area: Rect) -> Option<Position> {
    let mut cursor = None;
    let laid = laid(rows, usize::from(area.height));
    let here = rows.get(state.at).map(|row| row.part.name);
    let row_area = |y: u16| Rect { y: area.y + y, height: 1, width: area.width.saturating_sub(1), ..area };
    let text_area = |y: u16| Rect { x: area.x + INDENT, width: area.width.saturating_sub(INDENT + 1), ..row_area(y) };
    let seen = || (0..).zip(laid.iter().skip(state.top).take(usize::from(area.height)));
    for (y, line) in seen() {
        match *line {
            Laid::Blank => {}
            // A heading says nothing without a row below it.
            Laid::Heading(_) if y + 1 == area.height => {}
            Laid::Heading(at) => {
                let part = &rows[at].part;
                let focus =
                    if here == Some(part.name) && state.open.is_none() { Focus::Here } else { Focus::Elsewhere };
                let count: Pieces =
                    if part.count.is_empty() { Vec::new() } else { vec![(part.count.clone(), theme.dim)] };
                let style = if focus == Focus::Here { theme.accent } else { theme.strong };
                group(buf, Rect { width: area.width, ..row_area(y) }, (part.name, style), &count, theme);
            }
            Laid::Row(at, 0) => draw_row(&rows[at], rows, theme, buf, text_area(y)),
            Laid::Row(at, below) => {
                owned_line(buf, text_area(y), 0, &rows[at].below[below - 1], theme);
            }
        }
    }
    let own: Vec<u16> =
        seen().filter(|(_, line)| matches!(line, Laid::Row(at, _) if *at == state.at)).map(|(y, _)| y).collect();
    if let (Some(first), Some(last)) = (own.first(), own.last()) {
        let place = Rect { height: last - first + 1, ..row_area(*first) };
        choose(buf, place, Focus::Here, theme);
        cursor = Some(Position::new(area.x + INDENT, place.y));
    }
    cursor
}

fn draw_row(row: &Row, rows: &[Row], theme: &Theme, buf: &mut Buffer, area: Rect) {
    let sizes = Columns::of(&row.part, rows, usize::from(area.width));
    let mut pieces = row.lead.clone();
    let mut left = sizes.text.saturating_sub(width(&row.lead));
    // At the right end a row leaves only the columns that its own reason needs; without one it has the whole line.
    let own = columns(&row.short.0).min(sizes.short);
    if row.part.ends == Ends::Right || own == 0 {
        let reason = if own == 0 { 0 } else { own + 2 };
        left = usize::from(area.width).saturating_sub(width(&row.lead) + reason);
    }
    for (words, style) in &row.text {
        let shown = fit(words, left, theme).into_owned();
        left = left.saturating_sub(columns(&shown));
        pieces.push((shown, *style));
    }
    if !row.short.0.is_empty() {
        let short = fit(&row.short.0, sizes.short, theme);
        pieces.push((" ".repeat(left + 2), theme.text));
        pieces.push((short.into_owned(), row.short.1));
    }
    owned_line(buf, area, 0, &pieces, theme);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(part: &'static str, below: usize) -> Row {
        Row {
            part: Part { name: part, count: String::new(), ends: Ends::Column },
            lead: Vec::new(),
            text: Vec::new(),
            short: (String::new(), Style::new()),
            below: vec![Vec::new(); below],
            heading: (String::new(), Vec::new()),
            details: Vec::new(),
            finish: Vec::new(),
            ksbs: Vec::new(),
            hidden: false,
        }
    }

    #[test]
    fn the_panes_fill_the_body_but_for_the_line_between_them_and_the_reasons_always_have_room() {
        for (width, height) in (40..210).flat_map(|width| (10..60).map(move |height| (width, height))) {
            let body = Rect::new(0, 1, width - 1, height - 3);
            for (count, beside) in [0, 9, 300].into_iter().flat_map(|n| [(n, Beside::Side), (n, Beside::Details)]) {
                let areas = areas(body, (width, height), count, beside, &State::default());
                let shown: Vec<Rect> = [areas.list, areas.details, areas.side].into_iter().flatten().collect();
                let all: u32 = shown.iter().map(|area| area.area()).sum();
                let between = areas.divider.map_or(0, |_| 2 * u32::from(body.height));
                assert_eq!(all + between, body.area(), "{width}x{height}");
                assert!(shown.iter().all(|area| area.intersection(body) == *area), "{width}x{height}");
                assert!(areas.details.is_none_or(|area| area.height >= DETAILS_LEAST.min(body.height / 2)));
            }
            let open = State { open: Some(0), ..State::default() };
            let areas = super::areas(body, (width, height), 9, Beside::Side, &open);
            assert_eq!(areas, Areas { list: None, details: Some(body), side: None, divider: None });
        }
    }

    #[test]
    fn the_chosen_row_is_in_view_in_full_with_its_heading_at_any_height() {
        let rows: Vec<Row> = [("Next", 0), ("Next", 2), ("Actions", 0), ("Actions", 0), ("Held", 0), ("Held", 0)]
            .map(|(part, below)| row(part, below))
            .into();
        for height in 4..20_u16 {
            let list = Some(Rect::new(0, 0, 40, height));
            let areas = Areas { list, details: None, side: None, divider: None };
            let mut state = State::default();
            for at in (0..rows.len()).chain((0..rows.len()).rev()) {
                state.at = at;
                load_visible(&mut state, &rows, &FilterInput::default(), areas);
                let laid = laid(&rows, height.into());
                let seen = laid.iter().skip(state.top).take(height.into());
                let shown = seen.clone().filter(|line| matches!(line, Laid::Row(row, _) if *row == at)).count();
                assert_eq!(shown, 1 + rows[at].below.len(), "row {at} at {height}");
                let first = rows.iter().position(|row| row.part == rows[at].part) == Some(at);
                assert!(!first || seen.clone().any(|line| *line == Laid::Heading(at)), "row {at} at {height}");
            }
        }
    }

    #[test]
    fn a_list_does_not_end_with_a_heading_and_the_reasons_keep_a_place() {
        let rows: Vec<Row> = ["Next", "Next", "Actions", "Hours", "Held", "Held"].map(|part| row(part, 0)).into();
        for (width, height) in (60..100).step_by(13).flat_map(|width| (16..40).map(move |height| (width, height))) {
            let body = Rect::new(0, 1, width, height - 5);
            let areas = areas(body, (width, height), lines_wanted(&rows), Beside::Side, &State::default());
            let areas = with_a_row_below_each_heading(areas, &rows);
            let (list, details) = (areas.list.unwrap(), areas.details.unwrap());
            let shown = usize::from(list.height);
            let end = laid(&rows, shown).get(shown - 1).copied();
            assert!(!matches!(end, Some(Laid::Heading(_))), "{width}x{height}: {end:?}");
            assert_eq!((list.bottom(), details.bottom()), (details.y, body.bottom()), "{width}x{height}");
            assert!(details.height >= DETAILS_LEAST / 2, "{width}x{height}");
        }
    }

    #[test]
    fn blank_rows_are_the_first_to_go() {
        let rows: Vec<Row> = ["To do", "Met"].map(|part| row(part, 0)).into();
        assert!(laid(&rows, 5).contains(&Laid::Blank));
        assert!(!laid(&rows, 4).contains(&Laid::Blank));
    }
}
