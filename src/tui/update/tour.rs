//! Begins, goes on with and ends the tour. It signs nothing: every key does what it always does.

use crate::command::Command;
use crate::model::requests::say;
use crate::model::{MessageLevel, Model};
use crate::overlay::tour::State;
use crate::overlay::tour_steps::Tour;
use countersign_core::people::person::Role;

/// Begins the tour of whoever is at the screen.
pub fn begin(model: &mut Model) {
    let officer = model.person().is_some_and(|person| person.roles.contains(&Role::TrainingOfficer));
    let tour = match model.access_mode.own() {
        Some(_) => Tour::Trainee,
        None if officer => Tour::Officer,
        None => Tour::Supervisor,
    };
    (model.tour, model.message) = (Some(State::new(tour)), None);
}

/// Notices that a command is about to run.
pub fn ran(model: &mut Model, command: Command) {
    let Some(tour) = model.tour else { return };
    model.tour = tour.ran(command, model.screen);
    if model.tour.is_none() {
        over(model, "That is the end of the tour");
    }
}

/// Leaves the tour.
pub fn leave(model: &mut Model) {
    model.tour = None;
    over(model, "You left the tour");
}

fn over(model: &mut Model, what: &str) {
    let again = format!("To see it again: {} then tour", model.key(Command::Help));
    say(model, MessageLevel::Done, what.to_owned(), again);
}
