//! Lists the duties of the open standard, with how full each is and what is left of it.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::command::Command;
use crate::pane::cursor::{follow, move_cursor};
use crate::theme::{Focus, Theme};
use crate::widget::draw::line;
use crate::widget::gauge::height;
use crate::widget::pane_heading::beside;
use crate::widget::part::{choose, inner};
use crate::widget::text::{columns, pad, pad_left};
use countersign_core::primitives::ids::DutyNo;
use countersign_core::record::ksb_status;
use countersign_core::record::view::TraineeRecord;
use countersign_core::standard::local_view::LOCAL_GROUP;

/// The selected duty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// The duty, or the group of local competences; `None` is the row of everything.
    pub chosen: Option<DutyNo>,
    /// First visible row.
    pub top: usize,
}

impl State {
    /// Returns the row of the selected duty; 0 is everything.
    pub fn row(&self, trainee_record: &TraineeRecord) -> usize {
        groups(trainee_record).position(|group| group == self.chosen).unwrap_or(0)
    }
}

/// Returns everything, each duty, and the local competences if there are any.
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

/// Columns of the figure of what is left.
const FIGURE: usize = 4;
/// Columns next to a name: the pointer, a blank, the cell, the figure and the margin.
const AROUND: usize = 2 + 1 + 1 + FIGURE + 1;

/// Returns the name of a duty, or of a group.
pub fn name(trainee_record: &TraineeRecord, group: Option<DutyNo>) -> String {
    match group {
        None => "Everything left".to_owned(),
        Some(LOCAL_GROUP) => "Local competences".to_owned(),
        Some(no) => {
            trainee_record.standard.duty(no).map_or_else(|| format!("Duty {no}"), |duty| duty.label().to_owned())
        }
    }
}

/// Returns the columns in which every name is in full.
pub fn wanted(trainee_record: &TraineeRecord) -> u16 {
    let longest = groups(trainee_record).map(|group| columns(&name(trainee_record, group))).max().unwrap_or(0);
    (longest + AROUND) as u16
}

/// Returns how many KSBs of a duty are left, and how many it has; all of them with the local competences for `None`.
pub fn left(trainee_record: &TraineeRecord, group: Option<DutyNo>) -> (u32, u32) {
    let of = trainee_record.all().filter(|(ksb, _)| group.is_none_or(|no| ksb.duties.contains(&no)));
    of.fold((0, 0), |(left, all), (_, state)| (left + u32::from(!trainee_record.is_done(state)), all + 1))
}

/// Draws the pane and returns the cursor position.
pub fn view(
    state: &State,
    trainee_record: &TraineeRecord,
    focus: Focus,
    theme: &Theme,
    buf: &mut Buffer,
    area: Rect,
) -> Option<Position> {
    let inner = inner(area).intersection(buf.area);
    let (shown, chosen) = (usize::from(inner.height), state.row(trainee_record));
    let heading = match focus {
        Focus::Here => format!("Duties, {} of {}", chosen + 1, count(trainee_record)),
        Focus::Elsewhere => "Duties".to_owned(),
    };
    beside(buf, area, 2, &vec![(heading, theme.heading(focus))], &[vec![("left".to_owned(), theme.dim)]], theme);
    let width = usize::from(area.width).saturating_sub(AROUND);
    for (y, (row, group)) in groups(trainee_record).enumerate().skip(state.top).take(shown).enumerate() {
        let (left, all) = left(trainee_record, group);
        let here = row == chosen;
        let words = if here { theme.strong } else { theme.text };
        let name = pad(&name(trainee_record, group), width, theme);
        // The row of everything has its figure in the large bar above.
        let (cell, cell_style) = if group.is_some() { height(all - left, all, theme) } else { (" ", theme.text) };
        let done = all > 0 && left == 0;
        let figure = if done { theme.state_mark(ksb_status::State::Signed).to_owned() } else { left.to_string() };
        let figure_style = if done { theme.signed } else { words };
        let pieces = [
            ("  ", theme.text),
            (&*name, words),
            (" ", theme.text),
            (cell, cell_style),
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
