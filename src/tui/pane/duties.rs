//! The duties of the open standard: which one is chosen, and how far each is. Must never say what a duty's KSBs are.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::domain::standard::Standard;
use crate::domain::value::DutyNo;
use crate::domain::view::Standing;
use crate::tui::command::Command;
use crate::tui::pane::travel::{follow, travel};
use crate::tui::theme::{Focus, Theme};
use crate::tui::widget::draw::line;
use crate::tui::widget::frame::{Seen, Titles, frame, scrolled};
use crate::tui::widget::gauge::bar;
use crate::tui::widget::text::{pad, pad_left};

/// Which duty is chosen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// The duty; `None` is the row of all KSBs.
    pub chosen: Option<DutyNo>,
    /// The first row of the window.
    pub top: usize,
}

impl State {
    /// The row of the chosen duty: 0 is All.
    #[must_use]
    pub fn row(&self, standard: &Standard) -> usize {
        let place = |no| standard.duties().iter().position(|duty| duty.no == no);
        self.chosen.and_then(place).map_or(0, |at| at + 1)
    }
}

/// Moves the choice; says whether it went elsewhere.
pub fn update(state: &mut State, standard: &Standard, page: u16, command: Command) -> bool {
    let count = standard.duties().len() + 1;
    let Some(row) = travel(command, state.row(standard), count, usize::from(page)) else { return false };
    let chosen = row.checked_sub(1).and_then(|at| standard.duties().get(at)).map(|duty| duty.no);
    let moved = chosen != state.chosen;
    state.chosen = chosen;
    moved
}

/// Brings the window to the choice.
pub fn settle(state: &mut State, standard: &Standard, height: u16) {
    if state.chosen.is_some_and(|no| standard.duty(no).is_none()) {
        state.chosen = None;
    }
    state.top = follow(state.top, state.row(standard), standard.duties().len() + 1, height, |_| 1);
}

/// How wide a duty's bar is.
const BAR: usize = 4;
/// The columns of a figure such as `12/15`.
const FIGURE: usize = 5;

/// Whether there is room for bars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// For figures alone.
    Figures,
    /// For bars beside them.
    Bars,
}

/// Draws the pane; gives back where the cursor stands in it.
pub fn view(
    state: &State,
    standing: &Standing,
    room: Room,
    focus: Focus,
    theme: &Theme,
    buf: &mut Buffer,
    area: Rect,
) -> Option<Position> {
    let inner = frame(buf, area, Titles { left: "Duties", ..Titles::default() }, focus, theme);
    let duties = standing.standard.duties();
    let (count, shown) = (duties.len() + 1, usize::from(inner.height));
    scrolled(buf, inner, Seen { first: state.top, shown, of: count }, theme);
    let chosen = state.row(&standing.standard);
    let bars = if room == Room::Bars { BAR + 1 } else { 0 };
    for (y, row) in (state.top..count).take(shown).enumerate() {
        let duty = row.checked_sub(1).and_then(|at| duties.get(at));
        let (signed, total) = standing.figures(duty.map(|duty| duty.no));
        let figure_style = if total > 0 && signed == total {
            theme.ok
        } else if duty.is_none() {
            theme.bold
        } else if signed == 0 {
            theme.dim
        } else {
            theme.text
        };
        let here = row == chosen;
        let title_style = if here || duty.is_none() { theme.bold } else { theme.text };
        let pointer = if here { theme.glyphs.pointer } else { " " };
        let number = duty.map_or(String::new(), |duty| duty.no.0.to_string());
        let figure = format!("{signed}/{total}");
        // Without a bar of its own, the row of all KSBs has room for a longer figure.
        let own_bar = if duty.is_some() { bars } else { 0 };
        let width = usize::from(inner.width).saturating_sub(7 + own_bar + figure.len().max(FIGURE));
        let title = pad(duty.map_or("All", |duty| duty.label()), width, theme);
        let bar =
            if own_bar > 0 { format!("{} ", bar(BAR, signed.into(), total.into(), theme)) } else { String::new() };
        let (full, rest) = bar.split_at(bar.find(theme.glyphs.bar[2]).unwrap_or(bar.len()));
        let full_style = if signed == total { theme.ok } else { theme.accent };
        let pieces = [
            (" ", theme.text),
            (pointer, theme.accent),
            (&*pad_left(&number, 2, theme), theme.text),
            (" ", theme.text),
            (&*title, title_style),
            (" ", theme.text),
            (full, full_style),
            (rest, theme.dim),
            (&*pad_left(&figure, FIGURE, theme), figure_style),
        ];
        line(buf, inner, y as u16, &pieces, theme);
    }
    let y = chosen.checked_sub(state.top).filter(|y| *y < shown)?;
    Some(Position::new(inner.x + 2, inner.y + y as u16))
}
