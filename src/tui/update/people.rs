//! Handles sessions and the lock screen, and switches between the users' views. Marks and drafts are never passed on to
//! another user.

use crate::command::{Command, ScreenId};
use crate::dialog::sign_in::{EndedWait, Locked, SignInContext};
use crate::model::requests::{open, reload, save_marks, say, say_result};
use crate::model::trainee_view::TraineeView;
use crate::model::{Lock, MessageLevel, Model, Overlay};
use crate::msg::acts::ActionResult;
use crate::msg::{Effect, Outcome};
use crate::screen;
use crate::update::dialogs;
use countersign_core::primitives::ids::PersonId;
use countersign_core::record::view::{SessionCredential, SessionRow};

/// Locks the screen, after idle minutes or by command. Sessions, marks and drafts stay.
pub fn lock(model: &mut Model, after_minutes: Option<u32>) -> Vec<Effect> {
    if model.lock == Lock::Locked {
        return Vec::new();
    }
    let mut effects = dialogs::leave(model);
    effects.extend(dialogs::leave_sign_in(model));
    (model.lock, model.message, model.pending, model.tour) = (Lock::Locked, None, None, None);
    model.visited.clear();
    for id in ScreenId::ALL {
        screen::get(id).filter_mut(model).typing = false;
    }
    let over = over_lock(model, after_minutes);
    effects.into_iter().chain(dialogs::ask_person(model, over)).collect()
}

/// Returns the context of the question on a locked screen.
pub fn over_lock(model: &Model, after_minutes: Option<u32>) -> SignInContext {
    let code = model.head.as_ref().map_or_else(String::new, |head| head.code.clone());
    SignInContext::Lock(Locked { after_minutes, code, wait: None })
}

/// Handles what came of a wait for a key whose dialog was left: it is said, and changes no other dialog. Gives back what
/// is not about a dialog.
pub fn left_waiting(model: &mut Model, outcome: Outcome) -> Result<Vec<Effect>, Box<Outcome>> {
    Ok(match outcome {
        Outcome::Failed(_) | Outcome::NeedsSecurityKey(_) if model.lock == Lock::Locked => {
            on_the_lock(model, EndedWait::NothingSigned);
            Vec::new()
        }
        Outcome::Failed(failure) => {
            say(model, MessageLevel::Failed, failure.what, failure.hint.unwrap_or_default());
            Vec::new()
        }
        Outcome::Signed(result) => signed_unseen(model, *result),
        Outcome::Office(done) => signed_unseen(model, done.result),
        // They proved who they are, but the screen was locked meanwhile: it stays so.
        Outcome::Unlocked { session, .. } => {
            model.sessions.retain(|other| other.person.id != session.person.id);
            model.sessions.push(session);
            match &model.overlay {
                Some(Overlay::Person(state)) => vec![state.ask()],
                _ => Vec::new(),
            }
        }
        other => return Err(Box::new(other)),
    })
}

/// Handles what was signed in the moment in which its dialog was left.
fn signed_unseen(model: &mut Model, result: ActionResult) -> Vec<Effect> {
    let code = result.head.code.clone();
    say_result(model, result);
    if model.lock == Lock::Locked {
        // A locked screen says nothing about a trainee.
        model.message = None;
        on_the_lock(model, EndedWait::Signed);
        if let Some(Overlay::Person(state)) = &mut model.overlay
            && let SignInContext::Lock(locked) = &mut state.over
        {
            locked.code = code;
        }
    }
    reload(model)
}

/// Says on the locked screen what came of a signature that was waited for.
fn on_the_lock(model: &mut Model, wait: EndedWait) {
    if let Some(Overlay::Person(state)) = &mut model.overlay
        && let SignInContext::Lock(locked) = &mut state.over
    {
        locked.wait = Some(wait);
    }
}

/// Handles a person who signed in. Also returns the command that they were asked for.
pub fn unlocked(model: &mut Model, session: SessionRow, place: Option<PersonId>) -> (Vec<Effect>, Option<Command>) {
    let person = session.person.id.clone();
    let handed_over = model.lock == Lock::Open && model.trainee_view.trainee.is_some();
    model.sessions.retain(|other| other.person.id != person);
    model.sessions.push(session);
    (model.lock, model.overlay, model.message) = (Lock::Open, None, None);
    let wanted = model.pending.take();
    if wanted.is_none() {
        screen::go(model, ScreenId::Home);
        say_who_stays(model, &person, handed_over);
    }
    if model.signer.as_ref() != Some(&person) {
        take_session(model, person, place.filter(|_| !handed_over), wanted, handed_over);
    }
    let mut effects = save_marks(model);
    effects.extend(open(model));
    (effects, wanted)
}

/// Says which trainee stays open when the screen is handed over: Home names nobody.
fn say_who_stays(model: &mut Model, person: &PersonId, handed_over: bool) {
    let other = handed_over && model.signer.as_ref().is_some_and(|signer| signer != person);
    let record = model.trainee_view.trainee_record.as_ref().filter(|_| other);
    let Some(name) = record.map(|record| record.trainee.name.clone()) else { return };
    let what = format!("{name} stays open: {} goes there", model.key(Command::ToSignOff));
    say(model, MessageLevel::Done, what, String::new());
}

/// Makes a person the signer. Keeps the open trainee if the screen is handed over; else restores the person's own view, or
/// adopts one that has no owner yet. Marks and drafts are always their own.
fn take_session(
    model: &mut Model,
    person: PersonId,
    place: Option<PersonId>,
    wanted: Option<Command>,
    handed_over: bool,
) {
    let begun = model.signer.is_none() && (wanted.is_some() || !model.trainee_view.marks.is_empty());
    let own = model.others.remove(&person);
    let unowned = model.signer.is_none() && model.trainee_view.trainee.is_some();
    let next = match (own, place) {
        _ if begun => None,
        (Some(own), _) if !handed_over || own.trainee == model.trainee_view.trainee => Some(own),
        _ if handed_over && model.signer.is_some() => Some(model.trainee_view.for_another()),
        (Some(own), _) => Some(own),
        (None, Some(trainee)) => Some(TraineeView::at(trainee)),
        (None, None) if unowned => None,
        (None, None) => Some(TraineeView::default()),
    };
    if let Some(next) = next {
        let left = std::mem::replace(&mut model.trainee_view, next);
        if let Some(owner) = &model.signer {
            model.others.insert(owner.clone(), left);
        }
    }
    change_signer(model, Some(person));
}

/// Changes the signer. Marks in the queue and the second checks are put away with their owner; those of nobody go to the
/// next signer.
fn change_signer(model: &mut Model, signer: Option<PersonId>) {
    // A tour is of one person's work.
    model.tour = None;
    let mut next = signer.as_ref().and_then(|person| model.other_marks.remove(person)).unwrap_or_default();
    if let Some(owner) = std::mem::replace(&mut model.signer, signer) {
        model.other_marks.insert(owner, std::mem::take(&mut model.marks));
    } else {
        next.claims.append(&mut model.marks.claims);
        next.second_checks.append(&mut model.marks.second_checks);
    }
    model.marks = next;
}

/// Handles the end of a session: its view is hidden until its owner is back.
pub fn ended(model: &mut Model, person: &PersonId) -> Vec<Effect> {
    let mut effects = Vec::new();
    if model.signer.as_ref() == Some(person) {
        if model.lock == Lock::Open {
            effects.extend(dialogs::leave(model));
        }
        let left = std::mem::take(&mut model.trainee_view);
        model.others.insert(person.clone(), left);
        model.pending = None;
        change_signer(model, None);
    }
    let ended = model.sessions.iter().position(|session| session.person.id == *person);
    if let Some(session) = ended.map(|at| model.sessions.remove(at)) {
        say(model, MessageLevel::Done, format!("{} is signed out", session.person.name), String::new());
    }
    // A locked screen names those who are signed in, so its list changes.
    if let (Lock::Locked, Some(Overlay::Person(state))) = (model.lock, &model.overlay) {
        effects.push(state.ask());
    }
    effects
}

/// Handles the end of a session during a dialog: the dialog stays and asks for the passphrase.
pub fn needs_passphrase(model: &mut Model, person: &PersonId) {
    for session in model.sessions.iter_mut().filter(|session| session.person.id == *person) {
        session.credential = SessionCredential::Passphrase;
    }
}

/// Ends the session that expires first.
pub fn soonest_ends(model: &mut Model) -> Vec<Effect> {
    let Some(first) = model.sessions.iter().min_by_key(|session| session.ends) else { return Vec::new() };
    vec![Effect::EndSession(first.person.id.clone())]
}
