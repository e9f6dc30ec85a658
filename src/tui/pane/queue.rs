//! Lists the waiting claims page by page, oldest first, with their marks.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::domain::primitives::ids::{ClaimId, PersonId};
use crate::domain::record::claim::QueueRow;
use crate::tui::command::Command;
use crate::tui::msg::Effect;
use crate::tui::pane::filter_input::filter_line;
use crate::tui::pane::paged_list::{PageRequest, Paged, RowArea, Window};
use crate::tui::theme::{Focus, Theme};
use crate::tui::widget::draw::line;
use crate::tui::widget::frame::{Titles, frame};
use crate::tui::widget::text::{columns, fit, pad};

/// The list, its cursor and the marks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    pub list: Paged<QueueRow>,
    /// The marked claims and their trainees.
    pub marks: BTreeMap<ClaimId, PersonId>,
    /// The supervisor of the last request.
    pub of: Option<PersonId>,
}

/// Returns the row under the cursor, if it is loaded.
pub fn row(state: &State) -> Option<&QueueRow> {
    state.list.row()
}

/// Toggles the mark of the claim under the cursor.
pub fn toggle(state: &mut State) {
    let Some((claim, trainee)) = row(state).map(|row| (row.claim, row.trainee.clone())) else { return };
    if state.marks.remove(&claim).is_none() {
        state.marks.insert(claim, trainee);
    }
}

/// Returns the claims to sign: the marked ones of the trainee under the cursor, or of the only trainee with marks; without
/// marks, the claim under the cursor.
pub fn to_sign(state: &State) -> Vec<ClaimId> {
    let here = row(state);
    let of = |trainee: &PersonId| -> Vec<ClaimId> {
        state.marks.iter().filter(|(_, whose)| *whose == trainee).map(|(claim, _)| *claim).collect()
    };
    let marked = here.map(|row| of(&row.trainee)).unwrap_or_default();
    if !marked.is_empty() {
        return marked;
    }
    match trainees(state).as_slice() {
        [] => here.map(|row| row.claim).into_iter().collect(),
        [one] => of(one),
        _ => Vec::new(),
    }
}

/// Returns the trainees of the marked claims.
fn trainees(state: &State) -> Vec<&PersonId> {
    let mut all: Vec<&PersonId> = state.marks.values().collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Moves the window to the cursor and returns the page to load for this supervisor, if any.
pub fn load_visible(state: &mut State, of: Option<&PersonId>, height: u16) -> Option<Effect> {
    if state.of.as_ref() != of {
        state.of = of.cloned();
        state.list.asked = None;
    }
    let PageRequest { filter, skip, rows } = state.list.load_visible(height)?;
    Some(Effect::LoadQueue { of: of.cloned(), filter, skip, rows })
}

/// Receives a page and drops the marks of claims that were answered.
pub fn load(state: &mut State, window: Window<QueueRow>) {
    let whole = window.skip == 0 && window.of == Some(window.rows.len() as u64) && state.list.filter.is_empty();
    if whole {
        state.marks.retain(|claim, _| window.rows.iter().any(|row| row.claim == *claim));
    }
    state.list.load(window);
}

/// Returns why a command cannot run here.
pub fn disabled_reason(state: &State, command: Command) -> Option<String> {
    if row(state).is_none() {
        return Some("No claim is chosen".into());
    }
    let signs = matches!(command, Command::SignClaims | Command::RefuseClaims);
    (signs && to_sign(state).is_empty()).then(|| {
        format!("The marked claims are from {} trainees. Move to a claim of one of them", trainees(state).len())
    })
}

/// Returns the number of rows that fit into the pane.
pub fn page(state: &State, inner: Rect) -> u16 {
    state.list.list_area(inner).height.saturating_sub(1)
}

/// Column widths; 0 for a column that does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Room {
    name: usize,
    codes: usize,
    whom: usize,
    says: usize,
}

/// Columns of the pointer, mark, days, the gap before the codes, and the files.
const FIXED: usize = 1 + 2 + 7 + 2 + 6;

fn room(width: u16) -> Room {
    let width = usize::from(width).saturating_sub(FIXED);
    if width < 20 + 16 + 18 {
        let name = (width / 2 + 2).min(width);
        return Room { name, codes: width - name, whom: 0, says: 0 };
    }
    let left = width - 20 - 16 - 18;
    let says = left.saturating_sub(2);
    Room { name: 20, codes: 16, whom: 16, says: if says >= 16 { says } else { 0 } }
}

/// Draws the pane and returns the cursor position.
pub fn view(state: &State, today: NaiveDate, theme: &Theme, buf: &mut Buffer, area: Rect) -> Option<Position> {
    let window = state.list.loaded.as_ref();
    let count = window.and_then(|window| window.of).map_or(String::new(), claims);
    let inner = frame(buf, area, Titles { left: "Queue", right: &count, right_style: None }, Focus::Here, theme);
    let list = state.list.list_area(inner);
    let typing = filter_line(&state.list.filter, (&format!("{count} "), theme.dim), theme, buf, inner);
    let Some(window) = window else { return typing };
    if window.rows.is_empty() {
        let words = if state.list.filter.is_empty() {
            "No claims are waiting. Trainees claim with c, on their own screen"
        } else {
            "No claim fits the filter: esc clears it"
        };
        line(buf, list, 0, &[("  ", theme.text), (words, theme.dim)], theme);
        return typing;
    }
    let room = room(inner.width);
    heading(room, theme, buf, list);
    let rows = Rect { y: list.y + 1, height: list.height.saturating_sub(1), ..list };
    let cursor = state.list.draw(theme, buf, rows, &mut |row, RowArea { area, here }, buf| {
        let marked = state.marks.contains_key(&row.claim);
        draw_row(row, room, (here, marked, today), theme, buf, area);
    });
    typing.or(cursor)
}

fn claims(of: u64) -> String {
    if of == 1 { "1 claim".into() } else { format!("{of} claims") }
}

fn heading(room: Room, theme: &Theme, buf: &mut Buffer, area: Rect) {
    let mut words = format!("    days  {}  {}", pad("Trainee", room.name, theme), pad("KSBs", room.codes, theme));
    if room.whom > 0 {
        words.push_str("  ");
        words.push_str(&pad("of", room.whom, theme));
    }
    words += " files";
    if room.says > 0 {
        words += "  says";
    }
    line(buf, area, 0, &[(&words, theme.dim)], theme);
}

fn draw_row(
    row: &QueueRow,
    room: Room,
    (here, marked, today): (bool, bool, NaiveDate),
    theme: &Theme,
    buf: &mut Buffer,
    area: Rect,
) {
    let style = if here { theme.bold } else { theme.text };
    let days = row.days(today);
    let old = if days > 14 { theme.warn } else { theme.text };
    let cut = |text: &str, width: usize| pad(&fit(text, width, theme), width, theme);
    let files = if row.files == 0 { String::new() } else { row.files.to_string() };
    let mut pieces = vec![
        (if here { theme.glyphs.pointer } else { " " }.to_owned(), theme.accent),
        (if marked { format!("{} ", theme.glyphs.mark) } else { "  ".to_owned() }, theme.accent),
        (format!("{days:>5}  "), old),
        (cut(row.trainee_name.as_str(), room.name), style),
        (format!("  {}", cut(&codes(row, room.codes), room.codes)), style),
    ];
    if room.whom > 0 {
        let whom = row.of.as_ref().map_or("any supervisor", |of| of.as_str());
        pieces.push((format!("  {}", cut(whom, room.whom)), theme.dim));
    }
    pieces.push((format!(" {files:>5}"), theme.text));
    if let (true, Some(says)) = (room.says > 0, &row.reflection) {
        pieces.push((format!("  {}", fit(says.as_str(), room.says, theme)), theme.dim));
    }
    let pieces: Vec<_> = pieces.iter().map(|(words, style)| (words.as_str(), *style)).collect();
    line(buf, area, 0, &pieces, theme);
}

/// Returns the codes that fit into this width, and how many more there are.
fn codes(row: &QueueRow, width: usize) -> String {
    let all: Vec<String> = row.codes.iter().map(ToString::to_string).collect();
    for shown in (1..=all.len()).rev() {
        let rest = all.len() - shown;
        let more = if rest > 0 { format!(" +{rest}") } else { String::new() };
        let words = all[..shown].join(" ") + &more;
        if columns(&words) <= width {
            return words;
        }
    }
    format!("{} KSBs", all.len())
}
