//! Defines people, roles, enrolments and viewers.

use std::fmt;

use chrono::NaiveDate;

use crate::people::paid_hours::PaidHours;
use crate::primitives::date::day_words;
use crate::primitives::ids::{PersonId, StandardRef};
use crate::primitives::text::SafeText;
use crate::standard::options::Scope;

slugs! {
    /// A person's role in the department; one person may have several. The order is that of the bits in the database.
    Role: "a role: trainee, supervisor, training-officer or verifier" {
        /// Shows every KSB at work.
        Trainee = "trainee";
        /// Observes and signs (the assessor).
        Supervisor = "supervisor";
        /// Adds people, keys and standards; responsible for the whole programme.
        TrainingOfficer = "training-officer", "training officer";
        /// Samples sign-offs (IQA).
        Verifier = "verifier";
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.slug())
    }
}

/// A reference to a person in a statement: the id, which decides, and the name that was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRef {
    pub id: PersonId,
    /// As shown when it was signed.
    pub name: SafeText,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub id: PersonId,
    pub name: SafeText,
    /// In the order of [`Role::ALL`], without repeats.
    pub roles: Vec<Role>,
    /// Whether they have left: they can no longer sign, but their records stay.
    pub left: bool,
    pub department: Option<SafeText>,
    pub registration: Option<SafeText>,
    /// Their level in the career framework, as its slug.
    pub level: Option<SafeText>,
}

impl Person {
    /// Returns whether they have this role and have not left.
    pub fn may_act_as(&self, role: Role) -> bool {
        !self.left && self.roles.contains(&role)
    }

    /// Returns the role to sign in where supervisors and training officers both may; supervisor if they have both roles
    /// or neither.
    pub fn signs_as(&self) -> Role {
        let officer = self.may_act_as(Role::TrainingOfficer) && !self.may_act_as(Role::Supervisor);
        if officer { Role::TrainingOfficer } else { Role::Supervisor }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolment {
    pub trainee: PersonId,
    pub standard: StandardRef,
    pub start: NaiveDate,
    pub specialism: Option<SafeText>,
    pub weekly: Option<PaidHours>,
    /// The planned last day before the gateway, if set.
    pub end: Option<NaiveDate>,
    /// Their option and the KSBs left out for them.
    pub scope: Scope,
    /// Whether they were aged 16 to 18 on the first day, so that English and maths are required; `None` if not
    /// recorded.
    pub aged_16_to_18: Option<bool>,
}

impl Enrolment {
    /// Returns whether they were aged 16 to 18 on that first day; the answer applies to no other day.
    pub fn aged_on(&self, start: NaiveDate) -> Option<bool> {
        self.aged_16_to_18.filter(|_| self.start == start)
    }

    pub fn end_fault(&self) -> Option<&'static str> {
        self.end.is_some_and(|end| end < self.start).then_some("The planned end is before the start")
    }

    /// Returns what is wrong with a typed start, given the recorded planned end.
    pub fn start_fault(&self) -> Option<String> {
        let (start, end) = (day_words(self.start), self.end.filter(|end| *end < self.start).map(day_words)?);
        Some(format!("The start, {start}, is after the planned end that is recorded, {end}"))
    }
}

/// Whose records a caller may see; every query about records takes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Viewer {
    /// A supervisor, training officer or verifier of the department: all records.
    Department,
    /// A trainee: only their own records.
    Own(PersonId),
}

impl Viewer {
    /// Returns whether this caller may see the records of `trainee`.
    pub fn may_see(&self, trainee: &PersonId) -> bool {
        self.own().is_none_or(|own| own == trainee)
    }

    /// Returns the trainee, if the caller may see only their own records.
    pub fn own(&self) -> Option<&PersonId> {
        match self {
            Self::Department => None,
            Self::Own(own) => Some(own),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PersonSearch<T> {
    One(T),
    Nobody,
    Several(Vec<T>),
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn with_roles(roles: &[Role]) -> Person {
        Person {
            id: "0a".parse().unwrap(),
            name: SafeText::line("A. Person").unwrap(),
            roles: roles.to_vec(),
            left: false,
            department: None,
            registration: None,
            level: None,
        }
    }

    #[test]
    fn one_signs_as_a_supervisor_unless_they_are_a_training_officer_alone() {
        use Role::{Supervisor, Trainee, TrainingOfficer, Verifier};
        for (roles, wanted) in [
            (vec![Supervisor], Supervisor),
            (vec![TrainingOfficer], TrainingOfficer),
            (vec![Supervisor, TrainingOfficer], Supervisor),
            (vec![TrainingOfficer, Verifier], TrainingOfficer),
            (vec![Trainee], Supervisor),
            (vec![], Supervisor),
        ] {
            assert_eq!(with_roles(&roles).signs_as(), wanted, "{roles:?}");
        }
    }
}
