//! Maps each screen to its code, and passes on what concerns the open screen.

pub mod base;
pub mod cohort;
pub mod details;
pub mod home;
pub mod log;
pub mod no_trainee;
pub mod queue;
pub mod readiness;
pub mod reviews;
pub mod second_checks;
pub mod sign_off;
pub mod trainee_title;

use crate::command::{Command, CommandScope, PaneId, Row, ScreenId};
use crate::list::{Page, PageRequest};
use crate::model::layout::body;
use crate::model::{Lock, Model};
use crate::msg::{Effect, Outcome};
use crate::pane::filter_input::FilterInput;
use crate::screen::base::{Screen, ScreenInfo};
use crate::screen::cohort::Cohort;
use crate::screen::home::Home;
use crate::screen::log::Log;
use crate::screen::queue::Queue;
use crate::screen::readiness::ReadinessList;
use crate::screen::reviews::Reviews;
use crate::screen::second_checks::SecondChecks;
use crate::screen::sign_off::SignOff;

/// Returns the code of a screen.
pub fn get(id: ScreenId) -> &'static dyn Screen {
    match id {
        ScreenId::Home => &Home,
        ScreenId::SignOff => &SignOff,
        ScreenId::Queue => &Queue,
        ScreenId::Cohort => &Cohort,
        ScreenId::Readiness => &ReadinessList,
        ScreenId::Reviews => &Reviews,
        ScreenId::Log => &Log,
        ScreenId::SecondChecks => &SecondChecks,
    }
}

/// Returns the code of the open screen.
pub fn open(model: &Model) -> &'static dyn Screen {
    get(model.screen)
}

/// Returns the fixed part of the open screen.
pub fn info(model: &Model) -> &'static ScreenInfo {
    open(model).info()
}

/// Returns the pane of the open screen that keys go to.
pub fn pane(model: &Model) -> Option<PaneId> {
    open(model).pane(model)
}

/// Returns the commands with a key in the focused pane that are offered here.
pub fn reachable(model: &Model) -> impl Iterator<Item = &'static Row> {
    model.keymap.reachable(model.screen, pane(model)).filter(|row| model.is_available(row.command))
}

/// Whether keys go to a filter input.
pub fn typing(model: &Model) -> bool {
    model.lock == Lock::Open && open(model).filter(model).typing
}

/// Goes to a screen.
pub fn go(model: &mut Model, to: ScreenId) {
    if model.screen != to {
        // Readiness and Reviews share the input, but not the list.
        model.trainee_view.detail_filter = FilterInput::default();
    }
    model.screen = to;
    get(to).enter(model);
}

/// Moves the windows to the cursors and returns the effects that load what is shown.
pub fn load_visible(model: &mut Model) -> Vec<Effect> {
    if model.lock == Lock::Locked || body(model).is_none() {
        return Vec::new();
    }
    let mut effects: Vec<_> = load_counts(model).into_iter().collect();
    effects.extend(open(model).load(model));
    effects
}

/// Returns the effect that counts what waits behind the tabs, unless they are counted for this person.
fn load_counts(model: &mut Model) -> Option<Effect> {
    let of = model.owner().cloned();
    if model.counted.as_ref() == Some(&of) {
        return None;
    }
    model.counted = Some(of.clone());
    Some(Effect::LoadCounts(of))
}

/// Gives loaded data to the screen that it is for.
pub fn receive(model: &mut Model, outcome: Outcome) {
    ScreenId::ALL.iter().try_fold(outcome, |outcome, id| get(*id).receive(model, outcome));
}

/// Gives a page to the open screen, unless it answers a request that is out of date.
pub fn receive_page(model: &mut Model, request: &PageRequest, page: Page) {
    if model.list(model.screen).awaits(request) {
        open(model).receive_page(model, &page);
        model.list_mut(model.screen).load(page);
    }
}

/// Returns why a command cannot run now and what to do, or `None` if it can.
pub fn disabled_reason(model: &Model, command: Command) -> Option<String> {
    if let Some(reason) = model.access_mode.disabled_reason(command) {
        return Some(reason);
    }
    let scope = command.row().place;
    if let Some(other) = scope.screen().filter(|other| *other != model.screen).map(get) {
        let (key, own) = (model.key(other.info().go), model.access_mode.own().is_some());
        return Some(match other.info().id {
            ScreenId::SignOff if own => format!("That is on your record: press {key} to go there"),
            _ => format!("That is on the {} screen: press {key} to go there", other.info().name),
        });
    }
    let here = open(model);
    let on_trainee = here.info().needs_trainee && (scope != CommandScope::Everywhere || command == Command::Filter);
    if (on_trainee || matches!(command, Command::About | Command::PrintRecord))
        && model.trainee_view.trainee_record.is_none()
    {
        return Some(model.no_trainee());
    }
    match command {
        Command::Export => here.offer(model).err(),
        Command::Suspend if model.kiosk => Some("This workstation stays open, so you cannot leave to the shell".into()),
        Command::Claim | Command::TakeBack => model.claim_refusal(command),
        Command::Acknowledge if model.screen == ScreenId::Home && model.access_mode.own().is_some() => {
            here.disabled_reason(model, command)
        }
        Command::Acknowledge | Command::Dispute if model.screen == ScreenId::Reviews => model.review_refusal(command),
        // On Home a trainee marks the news as read, wherever the cursor of the record is.
        Command::Acknowledge if model.screen == ScreenId::Home && model.access_mode.own().is_some() => {
            here.disabled_reason(model, command)
        }
        Command::Acknowledge | Command::Dispute => model.answer_refusal(command),
        Command::Undo => model.undo_target().is_none().then(|| model.nothing_to_undo()),
        Command::Lock => model.sessions.is_empty().then(|| "Nobody is signed in, so there is nothing to lock".into()),
        Command::EndSession => model.signer.is_none().then(|| "Nobody is signed in".into()),
        _ => here.disabled_reason(model, command).or_else(|| model.act_refusal(command)),
    }
}
