//! Lists sign-offs for a second check page by page: to countersign, to sample, or rejected by a sample.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::domain::primitives::date::short_day;
use crate::domain::primitives::ids::{PersonId, StatementId};
use crate::domain::record::quality_assurance::{QaItem, QaReason};
use crate::tui::msg::Effect;
use crate::tui::msg::acts::DialogQuery;
use crate::tui::pane::filter_input::filter_line;
use crate::tui::pane::paged_list::{PageRequest, Paged, RowArea, Window};
use crate::tui::theme::{Focus, Theme};
use crate::tui::widget::draw::line;
use crate::tui::widget::frame::{Titles, frame};
use crate::tui::widget::text::{fit, pad};

/// The list, its cursor and the marks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    pub list: Paged<QaItem>,
    pub marks: BTreeSet<StatementId>,
    /// The person of the last request.
    pub of: Option<PersonId>,
}

/// What signing on this list does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToSign {
    /// Countersigns these.
    Countersign(Vec<StatementId>),
    /// Samples this one.
    Sample(StatementId),
    /// Nothing here: it was rejected and must be signed again elsewhere.
    Rejected,
}

/// Returns what to sign: the marked countersignatures, or the row under the cursor.
pub fn to_sign(state: &State) -> Option<ToSign> {
    let row = state.list.row()?;
    Some(match &row.look {
        _ if !state.marks.is_empty() => ToSign::Countersign(state.marks.iter().copied().collect()),
        QaReason::Countersign => ToSign::Countersign(vec![row.id]),
        QaReason::Sample { .. } => ToSign::Sample(row.id),
        QaReason::Rejected { .. } => ToSign::Rejected,
    })
}

/// Toggles the mark of the sign-off under the cursor, if it needs a countersignature.
pub fn toggle(state: &mut State) {
    let Some(row) = state.list.row().filter(|row| row.look == QaReason::Countersign) else { return };
    let id = row.id;
    if !state.marks.remove(&id) {
        state.marks.insert(id);
    }
}

/// Moves the window to the cursor and returns the page to load for this person, if any.
pub fn load_visible(state: &mut State, of: Option<&PersonId>, height: u16) -> Option<Effect> {
    if state.of.as_ref() != of {
        state.of = of.cloned();
        state.list.asked = None;
        state.marks.clear();
    }
    let PageRequest { filter, skip, rows } = state.list.load_visible(height)?;
    Some(Effect::Ask(DialogQuery::Looks { of: of.cloned(), filter, skip, rows }))
}

/// Receives a page and drops the marks of sign-offs that were countersigned.
pub fn load(state: &mut State, window: Window<QaItem>) {
    let whole = window.skip == 0 && window.of == Some(window.rows.len() as u64) && state.list.filter.is_empty();
    if whole {
        state.marks.retain(|id| window.rows.iter().any(|row| row.id == *id && row.look == QaReason::Countersign));
    }
    state.list.load(window);
}

/// Returns the number of rows that fit into the pane.
pub fn page(state: &State, inner: Rect) -> u16 {
    state.list.list_area(inner).height.saturating_sub(1)
}

/// Columns of the name and of the signer; the reason takes the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Room {
    name: usize,
    signer: usize,
    why: usize,
}

/// Columns of the pointer, mark, request, code and the gaps between them.
const FIXED: usize = 1 + 2 + 13 + 6;

fn room(width: u16) -> Room {
    let left = usize::from(width).saturating_sub(FIXED + 1);
    match left {
        0..=29 => Room { name: left, signer: 0, why: 0 },
        30..=59 => Room { name: 20.min(left - 12), signer: 0, why: left - 20.min(left - 12) - 2 },
        _ => Room { name: 20, signer: 18, why: left - 42 },
    }
}

/// Draws the pane and returns the cursor position.
pub fn view(state: &State, today: NaiveDate, theme: &Theme, buf: &mut Buffer, area: Rect) -> Option<Position> {
    let window = state.list.loaded.as_ref();
    let count = window.and_then(|window| window.of).map_or(String::new(), sign_offs);
    let inner =
        frame(buf, area, Titles { left: "Second checks", right: &count, right_style: None }, Focus::Here, theme);
    let list = state.list.list_area(inner);
    let typing = filter_line(&state.list.filter, (count.as_str(), theme.dim), theme, buf, inner);
    let Some(window) = window else { return typing };
    if window.rows.is_empty() {
        let words: &[&str] = if state.list.filter.is_empty() {
            &["No second checks are waiting", "Verifiers: press D to draw sign-offs to sample"]
        } else {
            &["Nothing fits the filter: esc clears it"]
        };
        for (row, words) in (0..).zip(words) {
            line(buf, list, row, &[("  ", theme.text), (words, theme.dim)], theme);
        }
        return typing;
    }
    let room = room(inner.width);
    let mut heading =
        format!("   {}{}{}", pad("asked", 13, theme), pad("KSB", 6, theme), pad("Trainee", room.name, theme));
    if room.signer > 0 {
        heading.push_str("  signed by");
    }
    line(buf, list, 0, &[(&heading, theme.dim)], theme);
    let rows = Rect { y: list.y + 1, height: list.height.saturating_sub(1), ..list };
    let cursor = state.list.draw(theme, buf, rows, &mut |row, RowArea { area, here }, buf| {
        let marked = state.marks.contains(&row.id);
        draw_row(row, room, (here, marked, today), theme, buf, area);
    });
    typing.or(cursor)
}

fn sign_offs(of: u64) -> String {
    if of == 1 { "1 sign-off".into() } else { format!("{of} sign-offs") }
}

fn draw_row(
    row: &QaItem,
    room: Room,
    (here, marked, today): (bool, bool, NaiveDate),
    theme: &Theme,
    buf: &mut Buffer,
    area: Rect,
) {
    let style = if here { theme.bold } else { theme.text };
    let rejected = matches!(row.look, QaReason::Rejected { .. });
    let asked = if rejected { theme.bad } else { theme.accent };
    let cut = |text: &str, width: usize| pad(&fit(text, width, theme), width, theme);
    let mut pieces = vec![
        (if here { theme.glyphs.pointer } else { " " }.to_owned(), theme.accent),
        (if marked { format!("{} ", theme.glyphs.mark) } else { "  ".to_owned() }, theme.accent),
        (cut(row.look.word(), 13), asked),
        (cut(&row.code.to_string(), 6), style),
        (cut(row.trainee_name.as_str(), room.name), style),
    ];
    if room.signer > 0 {
        pieces.push((format!("  {}", cut(row.signer_name.as_str(), room.signer)), theme.dim));
    }
    if room.why > 0 {
        pieces.push((format!("  {}", fit(&why(row, room, today), room.why, theme)), theme.dim));
    }
    let pieces: Vec<_> = pieces.iter().map(|(words, style)| (words.as_str(), *style)).collect();
    line(buf, area, 0, &pieces, theme);
}

/// Returns why the sign-off is listed.
fn why(row: &QaItem, room: Room, today: NaiveDate) -> String {
    let by = if room.signer == 0 { format!("{}, ", row.signer_name) } else { String::new() };
    let signed = format!("{by}{}", short_day(row.signed.local_day(), today));
    match &row.look {
        QaReason::Countersign => signed,
        QaReason::Sample { draw, .. } => format!("{} of {}: {signed}", draw.number, draw.of),
        QaReason::Rejected { by, reason: Some(reason) } => format!("{by}: {reason}"),
        QaReason::Rejected { by, reason: None } => by.to_string(),
    }
}
