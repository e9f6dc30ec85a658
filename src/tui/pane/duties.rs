//! Lists the duties of the open standard, with progress per duty.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::command::Command;
use crate::pane::cursor::{follow, move_cursor};
use crate::theme::{Focus, Theme};
use crate::widget::draw::line;
use crate::widget::frame::Titles;
use crate::widget::gauge::bar;
use crate::widget::part::{choose, part};
use crate::widget::text::{pad, pad_left};
use countersign_core::primitives::ids::DutyNo;
use countersign_core::record::view::TraineeRecord;
use countersign_core::standard::local_view::LOCAL_GROUP;

/// The selected duty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// The duty, or the group of local competences; `None` is the row of all KSBs.
    pub chosen: Option<DutyNo>,
    /// First visible row.
    pub top: usize,
}

impl State {
    /// Returns the row of the selected duty; 0 is All.
    pub fn row(&self, trainee_record: &TraineeRecord) -> usize {
        groups(trainee_record).position(|group| group == self.chosen).unwrap_or(0)
    }
}

/// Returns All, each duty, and the local competences if there are any.
fn groups(trainee_record: &TraineeRecord) -> impl Iterator<Item = Option<DutyNo>> {
    let duties = trainee_record.standard.duties().iter().map(|duty| Some(duty.no));
    let local = (!trainee_record.local.is_empty()).then_some(Some(LOCAL_GROUP));
    std::iter::once(None).chain(duties).chain(local)
}

/// Returns the number of rows.
pub fn count(trainee_record: &TraineeRecord) -> usize {
    groups(trainee_record).count()
}

/// Moves the selection and returns whether it changed.
pub fn update(state: &mut State, trainee_record: &TraineeRecord, page: u16, command: Command) -> bool {
    let Some(row) = move_cursor(command, state.row(trainee_record), count(trainee_record), usize::from(page)) else {
        return false;
    };
    let chosen = groups(trainee_record).nth(row).flatten();
    let moved = chosen != state.chosen;
    state.chosen = chosen;
    moved
}

/// Moves the window to the selection.
pub fn load_visible(state: &mut State, trainee_record: &TraineeRecord, height: u16) {
    if groups(trainee_record).all(|group| group != state.chosen) {
        state.chosen = None;
    }
    state.top = follow(state.top, state.row(trainee_record), count(trainee_record), height, |_| 1);
}

/// Columns of a duty's bar.
const BAR: usize = 4;
/// Columns of a figure such as `12/15`.
const FIGURE: usize = 5;

/// Whether there is space for bars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// Only for figures.
    Figures,
    Bars,
}

/// Draws the pane and returns the cursor position.
pub fn view(
    state: &State,
    trainee_record: &TraineeRecord,
    room: Room,
    focus: Focus,
    theme: &Theme,
    buf: &mut Buffer,
    area: Rect,
) -> Option<Position> {
    let inner = part(buf, area, Titles { left: "Duties", ..Titles::default() }, focus, theme);
    let shown = usize::from(inner.height);
    let chosen = state.row(trainee_record);
    let bars = if room == Room::Bars { BAR + 1 } else { 0 };
    for (y, (row, group)) in groups(trainee_record).enumerate().skip(state.top).take(shown).enumerate() {
        let duty = group.and_then(|no| trainee_record.standard.duty(no));
        let (signed, total) = trainee_record.figures(group);
        let figure_style = if total > 0 && signed == total {
            theme.ok
        } else if group.is_none() {
            theme.strong
        } else if signed == 0 {
            theme.dim
        } else {
            theme.text
        };
        let here = row == chosen;
        let title_style = if here || group.is_none() { theme.strong } else { theme.text };
        let figure = format!("{signed}/{total}");
        // The row of all KSBs has no bar, so its figure can be longer.
        let own_bar = if group.is_some() { bars } else { 0 };
        let width = usize::from(inner.width).saturating_sub(3 + own_bar + figure.len().max(FIGURE));
        let title = pad(duty.map_or(if group.is_none() { "All" } else { "Local" }, |duty| duty.label()), width, theme);
        let bar =
            if own_bar > 0 { format!("{} ", bar(BAR, signed.into(), total.into(), theme)) } else { String::new() };
        let (full, rest) = bar.split_at(bar.find(theme.glyphs.bar[2]).unwrap_or(bar.len()));
        let full_style = if signed == total { theme.ok } else { theme.accent };
        let pieces = [
            ("  ", theme.text),
            (&*title, title_style),
            (" ", theme.text),
            (full, full_style),
            (rest, theme.dim),
            (&*pad_left(&figure, FIGURE, theme), figure_style),
        ];
        line(buf, inner, y as u16, &pieces, theme);
        if here {
            choose(buf, Rect { y: inner.y + y as u16, height: 1, ..inner }, focus, theme);
        }
    }
    let y = chosen.checked_sub(state.top).filter(|y| *y < shown)?;
    Some(Position::new(inner.x + 2, inner.y + y as u16))
}
