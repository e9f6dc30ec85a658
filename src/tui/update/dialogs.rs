//! How overlays are opened and left. Must never take a key for one.

use crate::domain::statement::Outcome;
use crate::tui::command::{Command, Footer, TABLE};
use crate::tui::model::{Model, Overlay};
use crate::tui::msg::Effect;
use crate::tui::overlay::help as help_list;

/// Leaves whatever lies over the screen, keeping what was typed.
pub fn leave(model: &mut Model) -> Vec<Effect> {
    model.overlay = None;
    Vec::new()
}

/// Asks who is signing.
pub fn ask_person(_model: &mut Model) -> Vec<Effect> {
    Vec::new()
}

/// Opens the sign dialog, or asks first who is signing.
pub fn sign(_model: &mut Model, _outcome: Outcome) -> Vec<Effect> {
    Vec::new()
}

/// Opens the withdraw dialog, or asks first who is signing.
pub fn withdraw(_model: &mut Model) -> Vec<Effect> {
    Vec::new()
}

/// The list of keys that work here.
#[must_use]
pub fn help(model: &Model) -> Overlay {
    let reachable = model.keymap.reachable(model.screen, model.pane());
    let mut rows: Vec<_> = reachable.map(|row| help_row(model, row.command)).collect();
    // What the footer names is what people look for first.
    rows.sort_by_key(|row| row.command.row().footer == Footer::Hidden);
    Overlay::Help(help_list::State::new(rows))
}

/// All commands, those that can run now first.
#[must_use]
pub fn commands(model: &Model) -> Vec<help_list::Row> {
    let mut rows: Vec<_> = TABLE.iter().map(|row| help_row(model, row.command)).collect();
    rows.sort_by_key(|row| row.refused.is_some());
    rows
}

fn help_row(model: &Model, command: Command) -> help_list::Row {
    let keys: Vec<_> = model.keymap.keys_of(command).iter().map(ToString::to_string).collect();
    help_list::Row { command, keys: keys.join(" "), refused: model.refusal(command) }
}
