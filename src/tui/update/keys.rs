//! Routes a key to the overlay, else to the open filter, else through the keymap to a command.

use crate::command::Command;
use crate::key::{Key, KeyPress};
use crate::model::requests::say;
use crate::model::{Message, MessageLevel, Model};
use crate::msg::Effect;
use crate::pane::filter_input::FilterContext;
use crate::screen::{self, disabled_reason, pane, typing};
use crate::update::{commands, overlays, tour};

/// Handles a key.
pub fn key(model: &mut Model, key: KeyPress) -> Vec<Effect> {
    let asks_to_leave = std::mem::take(&mut model.leaving);
    if model.overlay.is_some() {
        // A locked screen asks in its overlay whether to leave; any other key answers no.
        model.leaving = asks_to_leave;
        let effects = overlays::key(model, key);
        model.leaving &= !asks_to_leave;
        return effects;
    }
    let filtered = typing(model);
    let command = if filtered { type_filter(model, key) } else { model.keymap.lookup(model.screen, pane(model), key) };
    model.last_command = command.filter(|_| !filtered);
    let capitals =
        if command.is_none() && !filtered && is_capital(model, key) { model.capitals.saturating_add(1) } else { 0 };
    model.capitals = capitals;
    if command == Some(Command::Back) && model.tour.is_some() && !filtered {
        tour::leave(model);
        return Vec::new();
    }
    // The next key answers a refusal. What was done stays in sight until Esc or the next message.
    let refused = |message: &Message| message.tone == MessageLevel::Refused;
    if command != Some(Command::Back) {
        model.message.take_if(|message| refused(message));
    }
    model.leaving = asks_to_leave && command == Some(Command::Leave);
    match command {
        Some(command) => commands::run(model, command),
        None if typing(model) || filtered => Vec::new(),
        None => {
            unbound(model, key);
            Vec::new()
        }
    }
}

/// Whether a key is a capital whose small letter does something here, for this person.
fn is_capital(model: &Model, key: KeyPress) -> bool {
    let Some(letter) = key.typed().filter(char::is_ascii_uppercase) else { return false };
    let small = KeyPress::plain(Key::Char(letter.to_ascii_lowercase()));
    let command = model.keymap.lookup(model.screen, pane(model), small);
    command.is_some_and(|command| model.is_available(command) && disabled_reason(model, command).is_none())
}

/// Capitals in a row from which on Caps Lock is the likely reason.
const CAPS_LOCK: u8 = 2;

/// Says why a key does nothing here: where it works, or that it works nowhere.
fn unbound(model: &mut Model, key: KeyPress) {
    if model.capitals >= CAPS_LOCK {
        let small = key.to_string().to_lowercase();
        let what = format!("Caps Lock seems to be on: {key} does nothing here, but {small} does");
        say(model, MessageLevel::Refused, what, String::new());
        return;
    }
    let elsewhere = model.keymap.elsewhere(key).and_then(|command| disabled_reason(model, command));
    let what = elsewhere.unwrap_or_else(|| {
        format!("{key} does nothing here. Press {} to see the keys that work", model.key(Command::Help))
    });
    say(model, MessageLevel::Refused, what, String::new());
}

/// Handles a pasted text.
pub fn paste(model: &mut Model, text: &str) -> Vec<Effect> {
    if model.overlay.is_some() {
        return overlays::paste(model, text);
    }
    if typing(model) {
        let context = filter_context(model);
        screen::open(model).filter_mut(model).paste(text, context);
        model.list_mut(model.screen).go_to_top();
    }
    Vec::new()
}

fn type_filter(model: &mut Model, key: KeyPress) -> Option<Command> {
    let context = filter_context(model);
    let filter = screen::open(model).filter_mut(model);
    let before = filter.text.clone();
    let command = filter.key(key, context);
    if filter.text != before {
        model.list_mut(model.screen).go_to_top();
    }
    command
}

fn filter_context(model: &Model) -> FilterContext {
    FilterContext { list: screen::info(model).filter_target, today: model.today }
}
