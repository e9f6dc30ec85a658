//! What each message does to the model, and what must be done in the world for it. Routing alone: panes and overlays say
//! what a key means to them. Must never reach an app, a clock, a file or a terminal.

pub mod acts;
pub mod commands;
pub mod common;
pub mod detail_list;
pub mod dialogs;
mod dry_run;
pub mod keys;
pub mod leaving;
pub mod load_visible;
pub mod outcomes;
pub mod overlays;
pub mod people;

use crate::tui::model::Model;
use crate::tui::msg::{Effect, Msg};

/// Takes a message; gives back what must be done.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    let mut effects = match msg {
        Msg::Key(key) => keys::key(model, key),
        Msg::Paste(text) => keys::paste(model, &text),
        Msg::Resize(columns, rows) => {
            model.size = (columns, rows);
            Vec::new()
        }
        Msg::Do(command) => commands::run(model, command),
        Msg::Done(outcome) => outcomes::take(model, outcome),
        Msg::Changed => vec![Effect::Look],
        Msg::Idle => people::lock(model, Some(model.idle_minutes)),
        Msg::SessionEnd => people::soonest_ends(model),
        Msg::Resumed => vec![Effect::Redraw],
    };
    effects.extend(load_visible::load_visible(model));
    effects
}
