//! Defines the state of Home.

use crate::msg::home::HomeContent;
use countersign_core::primitives::ids::{KsbCode, PersonId};

/// The most parts that a Home has.
const PARTS: usize = 5;

#[derive(Debug, Clone, Default, PartialEq)]
pub struct State {
    /// Whose Home is loaded, and what it shows.
    pub loaded: Option<(PersonId, HomeContent)>,
    /// `Good morning`, by the time of day when it was loaded.
    pub greeting: &'static str,
    /// Whose Home was asked for.
    pub asked: Option<PersonId>,
    /// The part with the focus.
    pub part: usize,
    /// The chosen row of each part.
    pub at: [usize; PARTS],
    /// The KSB to go to once its trainee is open.
    pub then: Option<(PersonId, KsbCode)>,
}
