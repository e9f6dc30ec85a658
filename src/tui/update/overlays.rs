//! Routes keys and pasted texts to the overlay and carries out its reply.

use ratatui::layout::Rect;

use crate::command::CommandScope;
use crate::dialog::event::DialogEvent;
use crate::dialog::sign_in::SignInContext;
use crate::key::{Key, KeyPress};
use crate::model::requests::{keep, open_ksb, open_trainee, say};
use crate::model::{MessageLevel, Model, Overlay};
use crate::msg::Effect;
use crate::overlay::{claim_detail, group, help as help_list, page, palette, statement, trainee};
use crate::update::{commands, dialogs, office};
use crate::view::over;
use crate::widget::window::SMALLEST;

/// Passes a key to the overlay and carries out its reply.
pub fn key(model: &mut Model, key: KeyPress) -> Vec<Effect> {
    let size = model.size;
    let area = over(Rect::new(0, 0, size.0, size.1));
    let reply = match &mut model.overlay {
        Some(Overlay::Help(state)) => help_list::update(state, key, size),
        Some(Overlay::Palette(state)) => palette::update(state, key, size),
        Some(Overlay::Trainee(state)) => trainee::update(state, key, size),
        Some(Overlay::Statement(state)) => statement::update(state, key, size),
        Some(Overlay::Page(state)) => page::update(state, key, size),
        Some(Overlay::Person(state)) => {
            // Esc on a locked screen drops the pending command: the next person may be another one.
            if key.key == Key::Esc && matches!(state.over, SignInContext::Lock(_)) {
                model.pending = None;
            }
            state.key(key)
        }
        Some(Overlay::Claim(state)) => claim_detail::update(state, key, size),
        Some(Overlay::Save(state)) => state.key(key),
        // Nothing is signed in a window that is too small to show it.
        Some(Overlay::Act(_)) if (size.0 < SMALLEST.0 || size.1 < SMALLEST.1) && key.key != Key::Esc => {
            DialogEvent::Stay
        }
        Some(Overlay::Act(state)) => state.key(key, &model.theme, area),
        Some(Overlay::Words(state)) => state.key(key),
        Some(Overlay::Roster(state)) => state.key(key, size),
        Some(Overlay::Group(state)) => state.key(key, size),
        Some(Overlay::Records(state)) => state.key(key, size),
        None => DialogEvent::Stay,
    };
    answer(model, reply)
}

/// Passes a pasted text to the overlay.
pub fn paste(model: &mut Model, text: &str) -> Vec<Effect> {
    let reply = match &mut model.overlay {
        Some(Overlay::Help(state)) => {
            help_list::paste(state, text);
            DialogEvent::Stay
        }
        Some(Overlay::Palette(state)) => palette::paste(state, text),
        Some(Overlay::Trainee(state)) => trainee::paste(state, text),
        Some(Overlay::Person(state)) => state.paste(text),
        Some(Overlay::Save(state)) => state.paste(text),
        Some(Overlay::Act(state)) => state.paste(text),
        Some(Overlay::Roster(state)) => {
            state.paste(text);
            DialogEvent::Stay
        }
        Some(Overlay::Records(state)) => {
            state.paste(text);
            DialogEvent::Stay
        }
        Some(Overlay::Group(state)) => {
            state.paste(text);
            DialogEvent::Stay
        }
        Some(Overlay::Statement(_) | Overlay::Page(_) | Overlay::Claim(_) | Overlay::Words(_)) | None => {
            DialogEvent::Stay
        }
    };
    answer(model, reply)
}

fn answer(model: &mut Model, reply: DialogEvent) -> Vec<Effect> {
    match reply {
        DialogEvent::Stay => Vec::new(),
        DialogEvent::Ask(effects) => effects,
        DialogEvent::Close(effects) => {
            (model.overlay, model.pending) = (None, None);
            effects
        }
        DialogEvent::Run(command) => {
            model.overlay = None;
            commands::run(model, command)
        }
        DialogEvent::Claim(claim, command) => {
            model.overlay = None;
            if let Some(row) = model.claim().filter(|row| row.claim == claim) {
                let trainee = row.trainee.clone();
                model.marks.claims.insert(claim, trainee);
            }
            commands::run(model, command)
        }
        DialogEvent::Trainee(trainee) => {
            model.overlay = None;
            open_trainee(model, trainee)
        }
        DialogEvent::OwnSecrets(person) => {
            model.overlay = None;
            office::first_secrets(model, *person)
        }
        DialogEvent::AddRoster(preview) => office::add_roster(model, *preview),
        DialogEvent::CarryOver(preview) => office::carry_over(model, *preview),
        DialogEvent::Records(preview) => {
            model.overlay = None;
            office::records(model, *preview);
            Vec::new()
        }
        DialogEvent::Roster(preview) => {
            model.overlay = None;
            office::preview(model, *preview);
            Vec::new()
        }
        DialogEvent::SignGroup(state) => dialogs::open_group_sign(model, *state),
        DialogEvent::Group(state) => {
            model.overlay = Some(Overlay::Group(Box::new(group::State::new(*state))));
            Vec::new()
        }
        DialogEvent::LeaveGroup(group) => {
            model.overlay = None;
            dialogs::keep_group(model, group);
            Vec::new()
        }
        DialogEvent::LeaveGroupBy(group, press) => {
            let command = model.keymap.lookup(model.screen, None, press);
            if let Some(command) = command.filter(|command| command.row().place == CommandScope::Everywhere) {
                model.overlay = None;
                dialogs::keep_group(model, group);
                return commands::run(model, command);
            }
            let back = format!("{press} does nothing here. Press esc to go back: the marks stay");
            say(model, MessageLevel::Refused, back, String::new());
            Vec::new()
        }
        DialogEvent::Person(choice) => dialogs::ask_them(model, &choice),
        DialogEvent::Ksb(code) => {
            model.overlay = None;
            open_ksb(model, code);
            Vec::new()
        }
        DialogEvent::Keep(kept) => {
            model.overlay = None;
            keep(model, kept)
        }
    }
}
