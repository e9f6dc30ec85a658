//! How the program is left: at once, after a question, or with the PIN of a training officer. Must never lose what was typed.

use crate::domain::person::Role;
use crate::tui::command::Command;
use crate::tui::model::{Lock, Model, Tone};
use crate::tui::msg::Effect;
use crate::tui::overlay::person::Over;
use crate::tui::update::common::say;
use crate::tui::update::dialogs;

/// Leaves, or asks first where others are signed in or marks are set. A kiosk asks for a training officer.
pub fn leave(model: &mut Model) -> Vec<Effect> {
    if model.kiosk {
        // On a locked screen the question who it is lies there already; what is typed goes on.
        if model.lock == Lock::Locked {
            return Vec::new();
        }
        let effects = dialogs::leave(model);
        model.pending = Some(Command::Leave);
        say(model, Tone::Refused, "A training officer's PIN leaves the program here".into(), String::new());
        return effects.into_iter().chain(dialogs::ask_person(model, Over::Screen)).collect();
    }
    // A locked screen has nothing half done: marks are kept, and nobody is in the middle of anything.
    let asks = !model.leaving && !model.trial && model.lock == Lock::Open;
    if let Some(why) = reason_to_ask(model).filter(|_| asks) {
        model.leaving = true;
        let again = format!("{} again leaves, any other key stays", model.key(Command::Leave));
        say(model, Tone::Refused, format!("Leave? {why}"), again);
        return Vec::new();
    }
    quit(model)
}

/// Somebody showed who they are in order to leave a kiosk.
pub fn shown(model: &mut Model) -> Vec<Effect> {
    if model.person().is_some_and(|person| person.roles.contains(&Role::TrainingOfficer)) {
        return quit(model);
    }
    let name = model.person().map(|person| person.name.to_string()).unwrap_or_default();
    let what = format!("{name} is not a training officer: only a training officer leaves the program here");
    say(model, Tone::Refused, what, String::new());
    Vec::new()
}

fn quit(model: &mut Model) -> Vec<Effect> {
    let mut effects = dialogs::leave(model);
    effects.push(Effect::Quit);
    effects
}

/// What would be left behind.
fn reason_to_ask(model: &Model) -> Option<String> {
    let others: Vec<&str> = model
        .sessions
        .iter()
        .filter(|session| Some(&session.person.id) != model.signer.as_ref())
        .map(|session| session.person.name.as_str())
        .collect();
    let desks = || std::iter::once(&model.desk).chain(model.others.values());
    let marks: usize = desks().map(|desk| desk.marks.len() + desk.hour_marks.len()).sum();
    let marks = marks + model.queue.marks.len() + model.looks.marks.len();
    let mut said = Vec::new();
    match others.as_slice() {
        [] => {}
        [one] => said.push(format!("{one} is signed in, too")),
        more => said.push(format!("{} others are signed in", more.len())),
    }
    if marks > 0 {
        said.push(if marks == 1 { "1 mark is set".into() } else { format!("{marks} marks are set") });
    }
    (!said.is_empty()).then(|| said.join("; "))
}
