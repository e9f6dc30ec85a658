//! Defines what Home shows.

use countersign_core::home::officer::OfficerHome;
use countersign_core::home::supervisor::SupervisorHome;
use countersign_core::home::trainee::TraineeHome;

/// What Home shows, once it is loaded.
#[derive(Debug, Clone, PartialEq)]
pub enum HomeContent {
    Supervisor(Box<SupervisorHome>),
    Trainee(Box<TraineeHome>),
    Officer(Box<OfficerHome>),
}
