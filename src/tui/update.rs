//! Routes each message to the code that changes the model, and returns the effects to perform. Performs no I/O.

pub mod acts;
pub mod commands;
pub mod dialogs;
mod dry_run;
pub mod keys;
pub mod leaving;
pub mod mouse;
pub mod office;
pub mod outcomes;
pub mod overlays;
pub mod people;
pub mod tour;
pub mod withdraw;

use crate::model::Model;
use crate::msg::{Effect, Msg};
use crate::screen;

/// Screens that Esc goes back through.
const MOST_VISITED: usize = 32;

/// Handles a message and returns the effects to perform.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    let (from, visited) = (model.screen, model.visited.len());
    let mut effects = match msg {
        Msg::Key(key) => keys::key(model, key),
        Msg::Paste(text) => keys::paste(model, &text),
        Msg::Mouse(mouse) => mouse::mouse(model, mouse),
        Msg::Resize(columns, rows) => {
            model.size = (columns, rows);
            Vec::new()
        }
        Msg::Do(command) => commands::run(model, command),
        Msg::Done(outcome) => outcomes::take(model, outcome),
        Msg::Changed => vec![Effect::CheckForChanges],
        Msg::Idle => people::lock(model, Some(model.idle_minutes)),
        Msg::SessionEnd => people::soonest_ends(model),
        Msg::Resumed => vec![Effect::Redraw],
        Msg::Background(base) => {
            model.theme.learn(base);
            Vec::new()
        }
    };
    // Going back takes a screen off the list.
    if model.screen != from && model.visited.len() >= visited {
        model.visited.push(from);
        model.visited.drain(..model.visited.len().saturating_sub(MOST_VISITED));
    }
    effects.extend(screen::load_visible(model));
    effects
}
