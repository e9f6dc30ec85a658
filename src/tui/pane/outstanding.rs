//! Lists a trainee's outstanding KSBs, most urgent first, with reason and due date.

use std::collections::BTreeSet;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use chrono::NaiveDate;

use crate::command::Command;
use crate::pane::cursor::{follow, move_cursor};
use crate::pane::filter_input::{FilterInput, filter_line};
use crate::theme::{Focus, Theme};
use crate::widget::draw::line;
use crate::widget::frame::Titles;
use crate::widget::part::part;
use crate::widget::text::{columns, fit, pad};
use countersign_core::primitives::date::{late_words, short_day};
use countersign_core::primitives::ids::KsbCode;
use countersign_core::record::ksb_status;
use countersign_core::record::outstanding::Outstanding;
use countersign_core::record::view::TraineeRecord;
use countersign_core::standard::local_view::LocalKsb;

/// The list and its cursor.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct State {
    /// The list, once loaded.
    pub rows: Option<Vec<Outstanding>>,
    /// The KSB under the cursor.
    pub at: Option<KsbCode>,
    /// Its index when it was last listed: if it was signed since, the cursor stays at this row.
    pub place: usize,
    /// First visible row.
    pub top: usize,
    pub filter: FilterInput,
    /// Whether the list was requested.
    pub requested: bool,
}

/// Returns the rows that match the filter.
pub fn listed<'a>(state: &'a State, trainee_record: &TraineeRecord, today: NaiveDate) -> Vec<&'a Outstanding> {
    let filter = &state.filter.kept;
    let fits = |row: &&Outstanding| filter.is_empty() || row.fits(filter, trainee_record, today);
    state.rows.iter().flatten().filter(fits).collect()
}

/// Returns the index of the row under the cursor.
pub fn row(state: &State, listed: &[&Outstanding]) -> usize {
    let found = state.at.and_then(|code| listed.iter().position(|row| row.code == code));
    found.unwrap_or(state.place.min(listed.len().saturating_sub(1)))
}

/// Moves the cursor and returns whether it handled the command.
pub fn update(
    state: &mut State,
    (trainee_record, today): (&TraineeRecord, NaiveDate),
    page: u16,
    command: Command,
) -> bool {
    let rows = listed(state, trainee_record, today);
    let Some(to) = move_cursor(command, row(state, &rows), rows.len(), usize::from(page)) else { return false };
    let at = rows.get(to).map(|row| row.code);
    (state.at, state.place) = (at, to);
    true
}

/// Moves the window to the cursor and returns the KSB under it.
pub fn load_visible(
    state: &mut State,
    (trainee_record, today): (&TraineeRecord, NaiveDate),
    height: u16,
) -> Option<KsbCode> {
    let rows = listed(state, trainee_record, today);
    let (at, count) = (row(state, &rows), rows.len());
    let code = rows.get(at).map(|row| row.code);
    state.top = follow(state.top, at, count, height, |_| 1);
    if code.is_some() {
        (state.at, state.place) = (code, at);
    }
    code
}

/// Returns the area of the rows within the border.
pub fn list_area(state: &State, inner: Rect) -> Rect {
    Rect { height: inner.height.saturating_sub(state.filter.lines(inner.width)), ..inner }
}

/// Draws the pane and returns the cursor position.
pub fn view(
    state: &State,
    trainee_record: &TraineeRecord,
    (marks, today): (&BTreeSet<KsbCode>, NaiveDate),
    focus: Focus,
    theme: &Theme,
    buf: &mut Buffer,
    area: Rect,
) -> Option<Position> {
    let rows = listed(state, trainee_record, today);
    let left = if state.filter.kept.is_empty() {
        "Outstanding".to_owned()
    } else {
        format!("Outstanding matching {}", state.filter.text.trim())
    };
    let count = match (&state.rows, marks.len()) {
        (None, _) => String::new(),
        (Some(_), 0) => rows.len().to_string(),
        (Some(_), marked) => format!("{marked} marked of {}", rows.len()),
    };
    let inner = part(buf, area, Titles { left: &left, right: &count, right_style: None }, focus, theme);
    let list = list_area(state, inner);
    let of = state.rows.as_ref().map_or(0, Vec::len);
    let typing = filter_line(&state.filter, (&format!("{} of {of} ", rows.len()), theme.dim), theme, buf, inner);
    if rows.is_empty() {
        let words = match (&state.rows, state.filter.kept.is_empty()) {
            (None, _) => "",
            (Some(_), true) => "Nothing is outstanding",
            (Some(_), false) => "Nothing outstanding fits the filter: esc clears it",
        };
        line(buf, list, 0, &[("   ", theme.text), (words, theme.dim)], theme);
        return typing;
    }
    let at = row(state, &rows);
    let wide = rows.iter().map(|row| columns(&reason(row, trainee_record, today))).max().unwrap_or(0);
    let mut cursor = None;
    for (y, (index, row)) in rows.iter().enumerate().skip(state.top).take(usize::from(list.height)).enumerate() {
        let here = index == at;
        if here {
            cursor = Some(Position::new(list.x + 1, list.y + y as u16));
        }
        let text = trainee_record.ksb(row.code).map_or("", |ksb| &ksb.text);
        let reason = reason(row, trainee_record, today);
        let marked = marks.contains(&row.code);
        draw_row(
            row,
            (text, &reason),
            (here, marked, wide),
            theme,
            buf,
            Rect { y: list.y + y as u16, height: 1, ..list },
        );
    }
    typing.or(cursor)
}

fn draw_row(
    row: &Outstanding,
    (text, reason): (&str, &str),
    (here, marked, wide): (bool, bool, usize),
    theme: &Theme,
    buf: &mut Buffer,
    area: Rect,
) {
    let style = if here { theme.strong } else { theme.text };
    let pointer = if here { theme.glyphs.pointer } else { " " };
    let state = theme.state(row.state);
    // In a narrow window the text is cut before the reason.
    let room = usize::from(area.width).saturating_sub(LEFT + wide + 3);
    let text = pad(&fit(text, room, theme), room, theme);
    let calm = row.state == ksb_status::State::Open && row.rejected.is_none();
    let urgent = if calm { theme.dim } else { theme.claimed };
    let pieces = [
        (pointer, theme.accent),
        (if marked { theme.glyphs.mark } else { " " }, theme.mark),
        (theme.state_mark(row.state), state),
        (" ", theme.text),
        (&*format!("{:<8}", row.state.word()), state),
        (&*format!("{:<4}", row.code), style),
        (&*text, style),
        ("  ", theme.text),
        (reason, urgent),
    ];
    line(buf, area, 0, &pieces, theme);
}

/// Columns before the text: pointer, mark, state's mark, space, word, code.
const LEFT: usize = 16;

/// Returns why the KSB is at its position: its due date, or its duty.
fn reason(row: &Outstanding, trainee_record: &TraineeRecord, today: NaiveDate) -> String {
    let late = row.days_late(trainee_record, today).map(late_words);
    let action = row.action();
    let claim = row.claim.as_ref().map(|claim| (short_day(claim.since.local_day(), today), claim.whom()));
    match (row.state, action, row.duty) {
        (ksb_status::State::NotYet, Some(action), _) => {
            let again = claim.map(|(since, _)| format!(", claimed {since}")).unwrap_or_default();
            match late {
                Some(late) => format!("{late}{again}"),
                None => format!("by {}{again}", short_day(action.by, today)),
            }
        }
        _ if row.rejected.is_some() => {
            let rejected = row.rejected.as_ref().map(|rejected| short_day(rejected.at.local_day(), today));
            let again = claim.map(|(since, _)| format!(", claimed {since}")).unwrap_or_default();
            format!("rejected {}{again}", rejected.unwrap_or_default())
        }
        _ if claim.is_some() => claim.map(|(since, whom)| format!("since {since}, {whom}")).unwrap_or_default(),
        (_, _, Some(no)) => format!("duty {no}"),
        (state, _, None) => match (trainee_record.local_of(row.code), state) {
            (Some(LocalKsb { due: Some(due), .. }), ksb_status::State::Renew) => {
                format!("by {}", short_day(*due, today))
            }
            (Some(LocalKsb { due: Some(due), .. }), ksb_status::State::Lapsed) => {
                late.unwrap_or_else(|| format!("since {}", short_day(*due, today)))
            }
            (Some(local), ksb_status::State::Partly) => local.figure(),
            (Some(_), _) => "local".to_owned(),
            (None, _) => String::new(),
        },
    }
}
