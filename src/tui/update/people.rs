//! Who is at the screen: sessions begin and end, the screen locks, and everyone finds their own place again. Must never
//! show one person's place to another.

use crate::domain::value::PersonId;
use crate::domain::view::SessionRow;
use crate::tui::command::Command;
use crate::tui::model::desk::Desk;
use crate::tui::model::{Lock, Model, Tone};
use crate::tui::msg::Effect;
use crate::tui::update::common::{open, save_marks, say};
use crate::tui::update::dialogs;

/// Locks the screen. Sessions, marks and drafts stay.
pub fn lock(model: &mut Model) -> Vec<Effect> {
    let effects = dialogs::leave(model);
    (model.lock, model.message, model.pending) = (Lock::Locked, None, None);
    model.desk.ksbs.filter.typing = false;
    model.log.typing = false;
    effects.into_iter().chain(dialogs::ask_person(model)).collect()
}

/// Somebody showed who they are. Gives back, too, what they had wanted to do when they were asked.
pub fn unlocked(model: &mut Model, session: SessionRow, place: Option<PersonId>) -> (Vec<Effect>, Option<Command>) {
    let person = session.person.id.clone();
    model.sessions.retain(|other| other.person.id != person);
    model.sessions.push(session);
    (model.lock, model.overlay, model.message) = (Lock::Open, None, None);
    let wanted = model.pending.take();
    if model.signer.as_ref() != Some(&person) {
        sit_down(model, person, place, wanted);
    }
    let mut effects = save_marks(model);
    effects.extend(open(model));
    (effects, wanted)
}

/// Gives the screen to a person: their own place, or what nobody in particular had begun.
fn sit_down(model: &mut Model, person: PersonId, place: Option<PersonId>, wanted: Option<Command>) {
    let begun = model.signer.is_none() && (wanted.is_some() || !model.desk.marks.is_empty());
    let own = model.others.remove(&person);
    let unowned = model.signer.is_none() && model.desk.trainee.is_some();
    let next = match (own, place) {
        _ if begun => None,
        (Some(own), _) => Some(own),
        (None, Some(trainee)) => Some(Desk::at(trainee)),
        (None, None) if unowned => None,
        (None, None) => Some(Desk::default()),
    };
    if let Some(next) = next {
        let left = std::mem::replace(&mut model.desk, next);
        if let Some(owner) = model.signer.take() {
            model.others.insert(owner, left);
        }
    }
    model.signer = Some(person);
}

/// A session has ended: its place leaves the screen; marks and drafts are on the disk.
pub fn ended(model: &mut Model, person: &PersonId) -> Vec<Effect> {
    let name =
        model.sessions.iter().find(|session| session.person.id == *person).map(|session| session.person.name.clone());
    model.sessions.retain(|session| session.person.id != *person);
    model.others.remove(person);
    let mut effects = Vec::new();
    if model.signer.as_ref() == Some(person) {
        effects.extend(dialogs::leave(model));
        (model.signer, model.desk, model.pending) = (None, Desk::default(), None);
    }
    if let Some(name) = name {
        say(model, Tone::Done, format!("The session of {name} has ended"), String::new());
    }
    if model.lock == Lock::Locked {
        // Nobody is left whom the lock would keep things for: what is asked is who comes next.
        effects.extend(dialogs::ask_person(model));
    }
    effects
}

/// The session that ends first has reached its end.
pub fn soonest_ends(model: &mut Model) -> Vec<Effect> {
    let Some(first) = model.sessions.iter().min_by_key(|session| session.ends) else { return Vec::new() };
    vec![Effect::EndSession(first.person.id.clone())]
}
