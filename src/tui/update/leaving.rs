//! Leaves the program: at once, after a question, or with a training officer's PIN. Drafts are saved first.

use crate::command::Command;
use crate::dialog::sign_in::SignInContext;
use crate::model::requests::say;
use crate::model::{ListMarks, Lock, MessageLevel, Model, Overlay};
use crate::msg::{Effect, UiError};
use crate::update::{dialogs, people};
use countersign_core::people::person::Role;

/// Leaves, or asks first if others are signed in or marks are set. A kiosk asks for a training officer.
pub fn leave(model: &mut Model) -> Vec<Effect> {
    if model.kiosk {
        let what = "Only a training officer's PIN closes the program here".to_owned();
        if model.lock == Lock::Locked {
            model.pending = Some(Command::Leave);
            return on_the_lock(model, what, None);
        }
        let effects = dialogs::leave(model);
        model.pending = Some(Command::Leave);
        say(model, MessageLevel::Refused, what, String::new());
        return effects.into_iter().chain(dialogs::ask_person(model, SignInContext::Screen)).collect();
    }
    let asks = !model.leaving && model.trial.is_none();
    if let Some(reason) = reason_to_ask(model).filter(|_| asks) {
        model.leaving = true;
        let (what, again) = (format!("Leave? {reason}"), model.key(Command::Leave));
        if model.lock == Lock::Locked {
            // There, a letter is part of a name.
            return on_the_lock(model, what, Some("ctrl-q again to leave, any other key to stay".to_owned()));
        }
        say(model, MessageLevel::Refused, what, format!("{again} again to leave, any other key to stay"));
        return Vec::new();
    }
    quit(model)
}

/// Shows a message on the locked screen, which stays locked.
fn on_the_lock(model: &mut Model, what: String, hint: Option<String>) -> Vec<Effect> {
    let over = people::over_lock(model, None);
    let mut effects: Vec<_> = dialogs::leave_sign_in(model).into_iter().collect();
    effects.extend(dialogs::ask_person(model, over));
    if let Some(Overlay::Person(state)) = &mut model.overlay {
        state.failed(&UiError { what, hint, session_ended: None });
    }
    effects
}

/// Leaves a kiosk, if the person who signed in is a training officer.
pub fn shown(model: &mut Model) -> Vec<Effect> {
    if model.person().is_some_and(|person| person.roles.contains(&Role::TrainingOfficer)) {
        return quit(model);
    }
    let name = model.person().map(|person| person.name.to_string()).unwrap_or_default();
    let what = format!("{name} is not a training officer: only a training officer can close the program here");
    say(model, MessageLevel::Refused, what, String::new());
    Vec::new()
}

fn quit(model: &mut Model) -> Vec<Effect> {
    let mut effects = dialogs::leave(model);
    effects.push(Effect::Quit);
    effects
}

/// Returns what would be left behind.
fn reason_to_ask(model: &Model) -> Option<String> {
    let others: Vec<&str> = model
        .sessions
        .iter()
        .filter(|session| Some(&session.person.id) != model.signer.as_ref())
        .map(|session| session.person.name.as_str())
        .collect();
    let views = std::iter::once(&model.trainee_view).chain(model.others.values());
    let on_trainees: usize = views.map(|view| view.marks.len() + view.hour_marks.len()).sum();
    let in_lists: usize = model.other_marks.values().chain([&model.marks]).map(ListMarks::count).sum();
    let marks = on_trainees + in_lists;
    let mut reasons = Vec::new();
    match others.as_slice() {
        [] => {}
        [one] => reasons.push(format!("{one} is also signed in")),
        more => reasons.push(format!("{} other people are signed in", more.len())),
    }
    if marks > 0 {
        reasons.push(if marks == 1 {
            "1 mark is not signed yet".into()
        } else {
            format!("{marks} marks are not signed yet")
        });
    }
    (!reasons.is_empty()).then(|| reasons.join(", and "))
}
