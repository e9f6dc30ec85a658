//! People as the screen is given them. Must never hold more of anyone than their choice needs.

use crate::domain::text::Clean;
use crate::domain::value::PersonId;

/// A person who may sign here.
#[derive(Debug, Clone, PartialEq)]
pub struct PersonChoice {
    /// Who.
    pub person: PersonRow,
    /// By what they show it.
    pub way: Way,
}
