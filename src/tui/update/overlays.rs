//! Overlays open, take keys, and close on what they answer. Must never know what stands in one.

use crate::domain::statement::Outcome;
use crate::tui::command::{Footer, TABLE};
use crate::tui::key::KeyPress;
use crate::tui::model::{Model, Overlay};
use crate::tui::msg::Effect;
use crate::tui::overlay::reply::Reply;
use crate::tui::overlay::{help as help_list, palette, statement, trainee};
use crate::tui::update::commands;

/// Gives a key to the overlay and does what it answers.
pub fn key(model: &mut Model, key: KeyPress) -> Vec<Effect> {
    let size = model.size;
    let reply = match &mut model.overlay {
        Some(Overlay::Help(state)) => help_list::update(state, key, size),
        Some(Overlay::Palette(state)) => palette::update(state, key, size),
        Some(Overlay::Trainee(state)) => trainee::update(state, key, size),
        Some(Overlay::Statement(state)) => statement::update(state, key, size),
        None => Reply::Stay,
    };
    answer(model, reply)
}

/// Gives a pasted text to the overlay.
pub fn paste(model: &mut Model, text: &str) -> Vec<Effect> {
    let reply = match &mut model.overlay {
        Some(Overlay::Help(state)) => {
            help_list::paste(state, text);
            Reply::Stay
        }
        Some(Overlay::Palette(state)) => palette::paste(state, text),
        Some(Overlay::Trainee(state)) => trainee::paste(state, text),
        Some(Overlay::Statement(_)) | None => Reply::Stay,
    };
    answer(model, reply)
}

fn answer(model: &mut Model, reply: Reply) -> Vec<Effect> {
    match reply {
        Reply::Stay => Vec::new(),
        Reply::Ask(effects) => effects,
        Reply::Close(effects) => {
            model.overlay = None;
            effects
        }
        Reply::Run(command) => {
            model.overlay = None;
            commands::run(model, command)
        }
        Reply::Trainee(trainee) => {
            model.overlay = None;
            commands::open_trainee(model, trainee)
        }
        Reply::Ksb(code) => {
            model.overlay = None;
            commands::open_ksb(model, code);
            Vec::new()
        }
        Reply::Leave(draft) => {
            model.overlay = None;
            model.desk.draft = draft;
            Vec::new()
        }
    }
}

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

fn help_row(model: &Model, command: crate::tui::command::Command) -> help_list::Row {
    let keys: Vec<_> = model.keymap.keys_of(command).iter().map(ToString::to_string).collect();
    help_list::Row { command, keys: keys.join(" "), refused: model.refusal(command) }
}
