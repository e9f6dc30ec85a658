//! Lists the log page by page, newest first.

use chrono::{Datelike, NaiveDate};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::domain::primitives::date::{Timestamp, day_words};
use crate::domain::primitives::ids::StatementId;
use crate::domain::record::view::{HistoryRow, TreeHead};
use crate::tui::command::Command;
use crate::tui::msg::Effect;
use crate::tui::pane::filter_input::filter_line;
use crate::tui::pane::paged_list::{PageRequest, Paged};
use crate::tui::theme::{Charset, Focus, Theme};
use crate::tui::widget::draw::line;
use crate::tui::widget::frame::{Seen, Titles, frame, scrolled};
use crate::tui::widget::text::{columns, pad, pad_left};

/// The loaded page and the cursor, newest first.
pub type State = Paged<HistoryRow, Stand>;

/// The tree head and level when the page was loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stand {
    pub head: TreeHead,
    /// Assurance level; empty if unknown.
    pub level: String,
}

/// Returns the row under the cursor, if it is loaded.
pub fn row(state: &State) -> Option<&HistoryRow> {
    state.row()
}

/// Prepares for rows of a longer log: the cursor stays on its statement, or at the newest.
pub fn grown(state: &mut State, head: &TreeHead) {
    let Some(window) = state.loaded.as_ref().filter(|window| window.beside.head.size < head.size) else { return };
    // With a filter, the number of new matches is unknown.
    if state.at > 0 && state.filter.is_empty() {
        let more = head.size - window.beside.head.size;
        (state.at, state.top, state.asked) = (state.at + more, state.top + more, None);
    }
}

/// Moves the window to the cursor and returns the page to load, if any.
pub fn load_visible(state: &mut State, height: u16) -> Option<Effect> {
    let PageRequest { filter, skip, rows } = state.load_visible(height)?;
    Some(Effect::LoadHistory { filter, skip, rows })
}

/// Returns why a command cannot run here.
pub fn disabled_reason(state: &State, command: Command) -> Option<String> {
    (command == Command::OpenEntry && row(state).is_none()).then(|| "No entry is chosen".into())
}

/// Returns the statement under the cursor.
pub fn chosen(state: &State) -> Option<StatementId> {
    row(state).map(|row| row.id)
}

/// Draws the pane and returns the cursor position.
pub fn view(state: &State, today: NaiveDate, theme: &Theme, buf: &mut Buffer, area: Rect) -> Option<Position> {
    let left = if state.filter.is_empty() {
        "History".into()
    } else {
        format!("History matching {}", state.filter.text.trim())
    };
    let code = state.loaded.as_ref().map_or(String::new(), |window| match window.beside.level.as_str() {
        "" => window.beside.head.code.clone(),
        level => format!("{level} · {}", window.beside.head.code),
    });
    let inner = frame(buf, area, Titles { left: &left, right: &code, right_style: None }, Focus::Here, theme);
    let list = state.list_area(inner);
    let said = entries(state.loaded.as_ref().and_then(|window| window.of));
    let typing = filter_line(&state.filter, (said.as_str(), theme.dim), theme, buf, inner);
    let Some(window) = &state.loaded else { return typing };
    if window.rows.is_empty() {
        let words = if state.filter.is_empty() {
            "Nothing has been signed yet"
        } else {
            "No entry fits the filter: esc clears it"
        };
        line(buf, list, 0, &[("  ", theme.text), (words, theme.dim)], theme);
        return typing;
    }
    let digits = window.beside.head.size.to_string().len().max(3);
    let mut cursor = None;
    for (y, (place, row)) in
        (window.skip..).zip(&window.rows).skip(state.above()).take(usize::from(list.height)).enumerate()
    {
        let here = place == state.at;
        if here {
            cursor = Some(Position::new(list.x + 2, list.y + y as u16));
        }
        draw_row(row, Columns { digits, here, today }, theme, buf, Rect { y: list.y + y as u16, height: 1, ..list });
    }
    let count = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    if let Some(of) = window.of {
        scrolled(buf, list, Seen { first: count(state.top), shown: usize::from(list.height), of: count(of) }, theme);
    }
    typing.or(cursor)
}

/// The columns of a row.
#[derive(Clone, Copy)]
struct Columns {
    digits: usize,
    here: bool,
    today: NaiveDate,
}

/// Minimum widths for a column of the kind, and of the signer.
const WITH_KIND: u16 = 70;
const WITH_SIGNER: u16 = 50;
/// Columns of a kind; the longest is `countersign`.
const KIND: usize = 11;

fn draw_row(row: &HistoryRow, look: Columns, theme: &Theme, buf: &mut Buffer, area: Rect) {
    let style = if look.here { theme.bold } else { theme.text };
    let pointer = if look.here { theme.glyphs.pointer } else { " " };
    let position = pad_left(&row.position.to_string(), look.digits, theme);
    let when = pad(&time(row.signed, look.today, area.width), if area.width >= 98 { 17 } else { 12 }, theme);
    let kind =
        if area.width >= WITH_KIND { format!("  {}", pad(row.kind.shown(), KIND, theme)) } else { String::new() };
    let wide = if area.width >= 98 { 24 } else { 14 };
    let who = if area.width >= WITH_SIGNER {
        format!("  {}", pad(row.signer_name.as_str(), wide, theme))
    } else {
        String::new()
    };
    let (verdict, verdict_style) = match (row.sound, theme.looks.glyphs) {
        (Some(true), Charset::Unicode) => ("✓", theme.ok),
        (Some(true), Charset::Ascii) => ("x", theme.ok),
        (Some(false), Charset::Unicode) => ("×", theme.bad),
        (Some(false), Charset::Ascii) => ("!", theme.bad),
        (None, _) => (" ", theme.dim),
    };
    let used = 2 + columns(&position) + 2 + columns(&when) + columns(&kind) + columns(&who) + 2 + 3;
    let summary = pad(&row.summary, usize::from(area.width).saturating_sub(used), theme);
    let pieces = [
        (pointer, theme.accent),
        (" ", theme.text),
        (&*position, theme.dim),
        ("  ", theme.text),
        (&*when, theme.text),
        (&*kind, theme.dim),
        (&*who, theme.text),
        ("  ", theme.text),
        (&*summary, style),
        (" ", theme.text),
        (verdict, verdict_style),
    ];
    line(buf, area, 0, &pieces, theme);
}

/// Returns the local time in aligned columns: `20 Nov 14:03` for this year, `20 Nov 2025` for others, both if there is
/// space.
fn time(at: Timestamp, today: NaiveDate, width: u16) -> String {
    let (day, clock) = (at.local_day(), at.local().format("%H:%M"));
    if width >= 98 {
        format!("{:>11} {clock}", day_words(day))
    } else if day.year() == today.year() {
        format!("{} {clock}", day.format("%e %b"))
    } else {
        format!("{:>11}", day_words(day))
    }
}

fn entries(of: Option<u64>) -> String {
    of.map_or(String::new(), |of| if of == 1 { "1 entry ".into() } else { format!("{of} entries ") })
}
