//! Routes a key to the overlay, else to the open filter, else through the keymap to a command.

use crate::tui::command::{Command, ScreenId};
use crate::tui::key::KeyPress;
use crate::tui::model::{MessageLevel, Model};
use crate::tui::msg::Effect;
use crate::tui::pane::filter_input::FilterContext;
use crate::tui::screen::frame::parts;
use crate::tui::update::common::say;
use crate::tui::update::{commands, overlays};

/// Handles a key.
pub fn key(model: &mut Model, key: KeyPress) -> Vec<Effect> {
    let asked = std::mem::take(&mut model.leaving);
    if model.overlay.is_some() {
        // A locked screen asks in its overlay whether to leave; any other key answers no.
        model.leaving = asked;
        let effects = overlays::key(model, key);
        model.leaving &= !asked;
        return effects;
    }
    let filtered = model.typing();
    let command = if filtered { type_filter(model, key) } else { model.keymap.lookup(model.screen, model.pane(), key) };
    // The next key dismisses a message. If the message covered the footer, Esc does only that.
    let said = model.message.is_some();
    if said && command != Some(Command::Back) && footer_is_taken(model) {
        model.message = None;
    }
    model.leaving = asked && command == Some(Command::Leave);
    match command {
        Some(command) => commands::run(model, command),
        None if model.typing() || filtered => Vec::new(),
        None => {
            unbound(model, key);
            Vec::new()
        }
    }
}

/// Says why a key does nothing here: where it works, or that it works nowhere.
fn unbound(model: &mut Model, key: KeyPress) {
    let elsewhere = model.keymap.elsewhere(key).and_then(|command| model.disabled_reason(command));
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
    if model.typing() {
        let by = FilterContext { list: model.list(), today: model.today };
        model.filtering_mut().paste(text, by);
        from_top(model);
    }
    Vec::new()
}

fn type_filter(model: &mut Model, key: KeyPress) -> Option<Command> {
    let by = FilterContext { list: model.list(), today: model.today };
    let before = model.filtering_mut().text.clone();
    let command = model.filtering_mut().key(key, by);
    if model.filtering_mut().text != before {
        from_top(model);
    }
    command
}

/// Moves the cursor to the top of the list, for a new filter.
fn from_top(model: &mut Model) {
    match model.screen {
        ScreenId::Queue => model.queue.list.from_top(),
        ScreenId::Looks => model.looks.list.from_top(),
        ScreenId::Cohort => model.cohort.list.from_top(),
        ScreenId::History => model.log.from_top(),
        ScreenId::SignOff | ScreenId::Outstanding | ScreenId::Readiness | ScreenId::Reviews => {}
    }
}

fn footer_is_taken(model: &Model) -> bool {
    let area = ratatui::layout::Rect::new(0, 0, model.size.0, model.size.1);
    parts(area).is_none_or(|parts| parts.message.is_none())
}
