//! Lists the KSBs of the selected duty, or those that match the filter, with their marks.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::iter;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::command::Command;
use crate::pane::cursor::{follow, move_cursor};
use crate::pane::filter_input::{FilterInput, filter_line};
use crate::theme::{Focus, Theme};
use crate::widget::draw::line;
use crate::widget::frame::Titles;
use crate::widget::part::{choose, part};
use crate::widget::text;
use countersign_core::primitives::ids::{DutyNo, KsbCode, KsbKind};
use countersign_core::record::ksb_status;
use countersign_core::record::view::TraineeRecord;
use countersign_core::standard::Ksb;
use countersign_core::standard::local_view::LOCAL_GROUP;

/// The cursor and the filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// The KSB under the cursor; the first row if it is not listed.
    pub at: Option<KsbCode>,
    /// First visible row.
    pub top: usize,
    pub filter: FilterInput,
}

/// A row of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row<'a> {
    pub ksb: &'a Ksb,
    pub state: ksb_status::State,
}

/// Returns the rows of the duty or group; with a filter, of the standard and its local competences.
pub fn rows<'a>(state: &State, trainee_record: &'a TraineeRecord, duty: Option<DutyNo>) -> Vec<Row<'a>> {
    let filter = Some(&state.filter.kept).filter(|filter| !filter.is_empty());
    let listed = |row: &Row<'_>| match filter {
        Some(filter) => trainee_record.fits(filter, row.ksb, row.state),
        None => duty.map_or(row.ksb.code.kind != KsbKind::Local, |no| row.ksb.duties.contains(&no)),
    };
    trainee_record.all().map(|(ksb, state)| Row { ksb, state }).filter(listed).collect()
}

/// Returns the index of the row under the cursor.
pub fn row(state: &State, rows: &[Row<'_>]) -> usize {
    state.at.and_then(|code| rows.iter().position(|row| row.ksb.code == code)).unwrap_or(0)
}

/// Moves the cursor and returns whether it handled the command.
pub fn update(state: &mut State, rows: &[Row<'_>], page: u16, command: Command) -> bool {
    let Some(to) = move_cursor(command, row(state, rows), rows.len(), usize::from(page)) else { return false };
    state.at = rows.get(to).map(|row| row.ksb.code);
    true
}

/// Returns why a command cannot run on these rows.
pub fn disabled_reason(state: &State, rows: &[Row<'_>], command: Command) -> Option<String> {
    let needs_row = matches!(command, Command::Mark | Command::MarkAll | Command::OpenRecord);
    (needs_row && rows.is_empty()).then(|| {
        if state.filter.kept.is_empty() {
            "This duty has no KSBs".into()
        } else {
            "No KSB fits the filter: esc clears it".into()
        }
    })
}

/// Moves the window to the cursor.
pub fn load_visible(state: &mut State, rows: &[Row<'_>], height: u16, tall: impl Fn(usize) -> u16) {
    let at = row(state, rows);
    state.at = rows.get(at).map(|row| row.ksb.code).or(state.at);
    state.top = follow(state.top, at, rows.len(), height, tall);
}

/// How many lines of text a row shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowDensity {
    OneLine,
    /// Two lines; the full text under the cursor.
    TwoLines,
}

/// The content of the pane.
#[derive(Debug, Clone, Copy)]
pub struct KsbListProps<'a> {
    pub rows: &'a [Row<'a>],
    /// Number of KSBs and local competences.
    pub of: usize,
    pub duty: Option<DutyNo>,
    pub marks: &'a BTreeSet<KsbCode>,
    pub room: RowDensity,
}

/// Columns before the text: pointer, mark, space, code, two spaces.
const LEFT: u16 = 8;
/// Columns after the text: two spaces, mark, space, word, two spaces.
const RIGHT: u16 = 13;

/// Returns the area of the rows within the border, without the filter line.
pub fn list_area(state: &State, inner: Rect) -> Rect {
    Rect { height: inner.height.saturating_sub(state.filter.lines(inner.width)), ..inner }
}

/// Returns the lines that a row takes in a pane of this inner width.
pub fn tall(row: &Row<'_>, here: bool, room: RowDensity, width: u16) -> u16 {
    match room {
        RowDensity::OneLine => 1,
        RowDensity::TwoLines => {
            let lines = text::wrap(&row.ksb.text, text_width(width)).len();
            (if here { lines } else { lines.min(2) }) as u16
        }
    }
}

/// Returns the visible rows, each with its area within the pane's border.
pub fn window<'a>(
    state: &'a State,
    rows: &'a [Row<'a>],
    room: RowDensity,
    inner: Rect,
) -> impl Iterator<Item = (&'a Row<'a>, u16)> {
    let (height, at) = (list_area(state, inner).height, row(state, rows));
    let mut y = 0;
    rows.iter().enumerate().skip(state.top).map_while(move |(index, row)| {
        let tall = tall(row, index == at, room, inner.width);
        if y >= height || (y + tall > height && y > 0) {
            return None;
        }
        y += tall;
        Some((row, tall))
    })
}

fn text_width(width: u16) -> usize {
    usize::from(width.saturating_sub(LEFT + RIGHT)).max(4)
}

/// Draws the pane and returns the cursor position.
pub fn view(
    state: &State,
    shown: KsbListProps<'_>,
    focus: Focus,
    theme: &Theme,
    buf: &mut Buffer,
    area: Rect,
) -> Option<Position> {
    let filter = &state.filter;
    let left = match (filter.kept.is_empty(), shown.duty) {
        (false, _) => format!("KSBs matching {}", filter.text.trim()),
        (true, Some(LOCAL_GROUP)) => "Local competences".to_owned(),
        (true, Some(no)) => format!("KSBs of duty {no}"),
        (true, None) => "All KSBs".to_owned(),
    };
    let marked = if shown.marks.is_empty() { String::new() } else { format!("{} marked", shown.marks.len()) };
    let inner = part(buf, area, Titles { left: &left, right: &marked, right_style: None }, focus, theme);
    let list = list_area(state, inner);
    let typing = filter_line(filter, (&format!("{} of {} ", shown.rows.len(), shown.of), theme.dim), theme, buf, inner);
    if shown.rows.is_empty() {
        line(
            buf,
            list,
            0,
            &[("   ", theme.text), (&disabled_reason(state, &[], Command::Mark).unwrap_or_default(), theme.dim)],
            theme,
        );
    }
    let at = row(state, shown.rows);
    let (mut y, mut cursor, mut whole) = (0, None, 0);
    for (index, (row, tall)) in (state.top..).zip(window(state, shown.rows, shown.room, inner)) {
        if index == at {
            cursor = Some(Position::new(list.x + 3, list.y + y)).filter(|place| place.x < list.right());
        }
        let place = Rect { y: list.y + y, height: tall.min(list.height - y), ..list };
        draw_row(row, index == at, shown.marks.contains(&row.ksb.code), theme, buf, place);
        if index == at {
            choose(buf, place, focus, theme);
        }
        (y, whole) = (y + tall, whole + 1);
    }
    typing.or(cursor)
}

fn draw_row(row: &Row<'_>, here: bool, marked: bool, theme: &Theme, buf: &mut Buffer, area: Rect) {
    let width = text_width(area.width);
    let (text_style, pointer) = if here { (theme.strong, theme.glyphs.pointer) } else { (theme.text, " ") };
    let mark = if marked { theme.glyphs.mark } else { " " };
    let code = format!("{:<5}", row.ksb.code);
    let last = usize::from(area.height).saturating_sub(1);
    // A single line is cut instead of wrapped.
    let lines =
        if last == 0 { iter::once(0..row.ksb.text.len()).collect() } else { text::ranges(&row.ksb.text, width) };
    let words = |y: usize| -> Cow<'_, str> {
        let from = lines.get(y).map_or(row.ksb.text.len(), |range| range.start);
        let to = lines.get(y).map_or(from, |range| range.end);
        let rest = if y == last { &row.ksb.text[from..] } else { &row.ksb.text[from..to] };
        text::fit(rest.trim_end(), width, theme)
    };
    let first = text::pad(&words(0), width, theme);
    let state = theme.state(row.state);
    let pieces = [
        (pointer, theme.accent),
        (mark, theme.mark),
        (" ", theme.text),
        (&*code, text_style),
        (&*first, text_style),
        ("  ", theme.text),
        (theme.state_mark(row.state), state),
        (" ", theme.text),
        (row.state.word(), state),
    ];
    line(buf, area, 0, &pieces, theme);
    let below = if here { theme.strong } else { theme.dim };
    for y in 1..usize::from(area.height) {
        line(buf, area, y as u16, &[("        ", theme.text), (&words(y), below)], theme);
    }
}
