//! Lists the keys that work here, with search; Enter runs the chosen command.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::command::Command;
use crate::dialog::event::DialogEvent;
use crate::key::KeyPress;
use crate::overlay::picker::{Finder, PickerEvent, PickerProps, view as view_finder};
use crate::theme::Theme;
use crate::widget::text::{columns, pad};

/// The help list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    all: Vec<Row>,
    finder: Finder,
}

/// A command with a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub command: Command,
    /// Its keys, as printed.
    pub keys: String,
    /// Why it cannot run now.
    pub refused: Option<String>,
}

impl State {
    pub fn new(all: Vec<Row>) -> Self {
        Self { all, finder: Finder::default() }
    }

    fn listed(&self) -> Vec<&Row> {
        let query = self.finder.query.to_lowercase();
        let fits = |row: &&Row| {
            let table = row.command.row();
            let text = format!("{} {} {} {}", row.keys, table.name, table.label, table.does).to_lowercase();
            query.split_whitespace().all(|word| text.contains(word))
        };
        self.all.iter().filter(fits).collect()
    }
}

/// Handles a key.
pub fn update(state: &mut State, key: KeyPress, size: (u16, u16)) -> DialogEvent {
    let count = state.listed().len();
    match state.finder.key(key, count, size) {
        PickerEvent::Taken => {
            state.listed().get(state.finder.chosen).map_or(DialogEvent::Stay, |row| DialogEvent::Run(row.command))
        }
        PickerEvent::Left => DialogEvent::Close(Vec::new()),
        PickerEvent::Changed | PickerEvent::Moved => DialogEvent::Stay,
    }
}

/// Pastes a text into the search.
pub fn paste(state: &mut State, pasted: &str) {
    crate::widget::query::paste_into(&mut state.finder.query, pasted);
}

/// Draws the list and returns the cursor position.
pub fn view(state: &State, theme: &Theme, buf: &mut Buffer, screen: Rect) -> Option<Position> {
    let listed = state.listed();
    let wide = state.all.iter().map(|row| columns(&row.keys)).max().unwrap_or(0).min(20);
    let row = |row: &&Row| {
        let (key, does) = if row.refused.is_some() { (theme.dim, theme.dim) } else { (theme.key, theme.text) };
        vec![(pad(&row.keys, wide, theme), key), (format!("  {}", row.command.row().does), does)]
    };
    let rows: Vec<_> = listed.iter().map(row).collect();
    let foot = match listed.get(state.finder.chosen).map(|row| row.refused.as_deref()) {
        Some(Some(why)) => (why, theme.claimed),
        _ => ("enter runs it   esc closes", theme.dim),
    };
    let shown = PickerProps { title: "Keys that work here", rows: &rows, none: "No matching key", foot };
    view_finder(&state.finder, shown, theme, buf, screen)
}
