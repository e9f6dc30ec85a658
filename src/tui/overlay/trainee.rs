//! Finds a trainee by a few letters of the name, or by a cohort filter; recent ones first.

use chrono::NaiveDate;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::dialog::event::DialogEvent;
use crate::key::KeyPress;
use crate::msg::Effect;
use crate::overlay::picker::{Finder, PickerEvent, PickerProps, row_width, view as view_finder};
use crate::theme::Theme;
use crate::widget::gauge::thin;
use crate::widget::query::paste_into;
use crate::widget::text::{pad, pad_left};
use countersign_core::filter::schema::FilterTarget;
use countersign_core::filter::{Filter, FilterFault};
use countersign_core::record::view::TraineeCard;

/// Limit of trainees to load.
pub const MOST: usize = 40;
const BAR: usize = 8;

/// The picker's state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    finder: Finder,
    found: Option<Vec<TraineeCard>>,
}

impl State {
    /// Returns the search for the current query.
    pub fn query_effect(&self) -> Effect {
        Effect::FindTrainees { text: self.finder.query.trim().to_owned(), most: MOST }
    }

    /// Receives the trainees that were found.
    pub fn take(&mut self, found: Vec<TraineeCard>) {
        self.finder.chosen = self.finder.chosen.min(found.len().saturating_sub(1));
        self.found = Some(found);
    }

    fn rows(&self) -> &[TraineeCard] {
        self.found.as_deref().unwrap_or_default()
    }
}

/// Handles a key.
pub fn update(state: &mut State, key: KeyPress, size: (u16, u16)) -> DialogEvent {
    let count = state.rows().len();
    match state.finder.key(key, count, size) {
        PickerEvent::Taken => state
            .rows()
            .get(state.finder.chosen)
            .map_or(DialogEvent::Stay, |card| DialogEvent::Trainee(card.id.clone())),
        PickerEvent::Left => DialogEvent::Close(Vec::new()),
        // An incomplete filter is searched for once it is valid.
        PickerEvent::Changed if fault(state).is_some() => DialogEvent::Stay,
        PickerEvent::Changed => DialogEvent::Ask(vec![state.query_effect()]),
        PickerEvent::Moved => DialogEvent::Stay,
    }
}

/// Pastes a text into the search.
pub fn paste(state: &mut State, pasted: &str) -> DialogEvent {
    paste_into(&mut state.finder.query, pasted);
    DialogEvent::Ask(vec![state.query_effect()])
}

/// Returns why the query is neither a name nor a cohort filter. Any date will do here: the search parses it again with
/// today's.
fn fault(state: &State) -> Option<FilterFault> {
    Filter::parse(state.finder.query.trim(), FilterTarget::Cohort, NaiveDate::default()).err()
}

/// Draws the picker and returns the cursor position.
pub fn view(state: &State, theme: &Theme, buf: &mut Buffer, screen: Rect) -> Option<Position> {
    let width = row_width(screen);
    let rows: Vec<_> = state.rows().iter().map(|card| row(card, width, theme)).collect();
    let none = match (&state.found, state.finder.query.trim()) {
        (None, _) => "",
        (Some(_), "") => "No trainee is enrolled yet. A training officer can enrol someone: press : and type enrol",
        (Some(_), _) => "No trainee fits",
    };
    let fault = fault(state).map(|fault| format!("“{}” is not understood: {}", fault.read, fault.hint));
    let foot = match &fault {
        Some(words) => (words.as_str(), theme.claimed),
        None => ("", theme.dim),
    };
    view_finder(&state.finder, PickerProps { title: "Which trainee?", rows: &rows, none, foot }, theme, buf, screen)
}

fn row(card: &TraineeCard, width: usize, theme: &Theme) -> Vec<(String, ratatui::style::Style)> {
    let figure = pad_left(&format!("{}/{}", card.signed, card.total), 7, theme);
    let right = BAR + 7;
    // In a narrow list the name gets the bar's space.
    let wide = width >= 50;
    let left = width.saturating_sub(if wide { right + 2 } else { 8 });
    let name = if wide { left * 2 / 5 } else { left };
    let mut about = card.standard.to_string();
    for more in card.scope.option.iter().chain(&card.specialism) {
        about = format!("{about} {} {more}", theme.glyphs.dot);
    }
    let mut pieces = vec![(pad(card.name.as_str(), name, theme), theme.text)];
    if wide {
        pieces.push((format!("  {}", pad(&about, left - name - 2, theme)), theme.dim));
        pieces.push(("  ".to_owned(), theme.text));
        pieces.extend(thin(BAR, card.signed.into(), card.total.into(), None, theme));
    }
    pieces.push((if wide { figure } else { format!(" {figure}") }, theme.text));
    pieces
}
