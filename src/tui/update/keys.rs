//! Where a key goes: to the overlay, else to the filter that is typed, else through the keymap to a command. Must never
//! decide what a key does there.

use crate::tui::command::{Command, ScreenId};
use crate::tui::key::KeyPress;
use crate::tui::model::Model;
use crate::tui::msg::Effect;
use crate::tui::pane::ksbs;
use crate::tui::screen::frame::parts;
use crate::tui::update::{commands, overlays};
use crate::tui::widget::query::paste_into;

/// Takes a key.
pub fn key(model: &mut Model, key: KeyPress) -> Vec<Effect> {
    if model.overlay.is_some() {
        return overlays::key(model, key);
    }
    let command =
        if model.typing() { type_filter(model, key) } else { model.keymap.lookup(model.screen, model.pane(), key) };
    // A message has been read when the next key comes; where it took the footer's place, Esc does nothing more.
    let said = model.message.is_some();
    if said && command != Some(Command::Back) && footer_is_taken(model) {
        model.message = None;
    }
    command.map_or_else(Vec::new, |command| commands::run(model, command))
}

/// Takes a text that was pasted whole.
pub fn paste(model: &mut Model, text: &str) -> Vec<Effect> {
    if model.overlay.is_some() {
        return overlays::paste(model, text);
    }
    if model.typing() && matches!(model.screen, ScreenId::SignOff | ScreenId::Outstanding) {
        let desk = &mut model.desk;
        let left = model.screen == ScreenId::Outstanding;
        let filter = if left { &mut desk.outstanding.filter } else { &mut desk.ksbs.filter };
        let mut typed = filter.text.clone();
        paste_into(&mut typed, text);
        filter.set(typed);
    } else if model.typing() && model.screen == ScreenId::Queue {
        paste_into(&mut model.queue.list.filter, text);
    } else if model.typing() && model.screen == ScreenId::Looks {
        paste_into(&mut model.looks.list.filter, text);
    } else if model.typing() && model.screen == ScreenId::Cohort {
        paste_into(&mut model.cohort.list.filter, text);
    } else if model.typing() {
        paste_into(&mut model.log.filter, text);
    }
    Vec::new()
}

fn type_filter(model: &mut Model, key: KeyPress) -> Option<Command> {
    match model.screen {
        ScreenId::SignOff => ksbs::type_filter(&mut model.desk.ksbs.filter, key),
        ScreenId::Outstanding => ksbs::type_filter(&mut model.desk.outstanding.filter, key),
        ScreenId::Queue => model.queue.list.type_filter(key),
        ScreenId::Looks => model.looks.list.type_filter(key),
        ScreenId::Cohort => model.cohort.list.type_filter(key),
        ScreenId::History => model.log.type_filter(key),
        ScreenId::Readiness | ScreenId::Reviews => None,
    }
}

fn footer_is_taken(model: &Model) -> bool {
    let area = ratatui::layout::Rect::new(0, 0, model.size.0, model.size.1);
    parts(area).is_none_or(|parts| parts.message.is_none())
}
