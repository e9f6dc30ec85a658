//! People, what they may do, and whose records a caller may see. Must never hold a secret.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;

use crate::domain::people::paid_hours::PaidHours;
use crate::domain::primitives::date::day_words;
use crate::domain::primitives::ids::{PersonId, StandardRef, ValueFault, fault};
use crate::domain::primitives::text::SafeText;
use crate::domain::standard::options::Scope;

/// What a person does in the department; one person may have several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Shows every KSB at work.
    Trainee,
    /// Sees it done and signs (the assessor).
    Supervisor,
    /// Puts people, keys and standards in; responsible for the whole programme.
    TrainingOfficer,
    /// Samples what supervisors signed (IQA).
    Verifier,
}

impl Role {
    /// All roles, in the order in which a statement lists them.
    pub const ALL: [Self; 4] = [Self::Trainee, Self::Supervisor, Self::TrainingOfficer, Self::Verifier];

    /// The one spelling: `training-officer`.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Trainee => "trainee",
            Self::Supervisor => "supervisor",
            Self::TrainingOfficer => "training-officer",
            Self::Verifier => "verifier",
        }
    }

    /// For a reader: `training officer`.
    pub fn words(self) -> &'static str {
        match self {
            Self::TrainingOfficer => "training officer",
            other => other.slug(),
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.slug())
    }
}

impl FromStr for Role {
    type Err = ValueFault;

    fn from_str(s: &str) -> Result<Self, ValueFault> {
        let found = Self::ALL.into_iter().find(|role| role.slug() == s);
        found.ok_or_else(|| fault(s, "a role: trainee, supervisor, training-officer or verifier"))
    }
}

/// A person as a statement names them: the id that counts and the name that was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRef {
    pub id: PersonId,
    /// As shown when it was signed.
    pub name: SafeText,
}

/// A person as their newest `person` statement says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub id: PersonId,
    pub name: SafeText,
    /// In the order of [`Role::ALL`], each at most once.
    pub roles: Vec<Role>,
    /// Whether they have left: they sign nothing any more, their records stay.
    pub left: bool,
    /// Where they work.
    pub department: Option<SafeText>,
    /// Their professional registration: `HCPC CS00000`.
    pub registration: Option<SafeText>,
    /// Their level in the career framework, as its slug.
    pub level: Option<SafeText>,
}

impl Person {
    /// Whether they have this role and have not left.
    pub fn may_act_as(&self, role: Role) -> bool {
        !self.left && self.roles.contains(&role)
    }

    /// The role that they sign in where supervisors and training officers both may: who has neither is told of the first.
    pub fn signs_as(&self) -> Role {
        let officer = self.may_act_as(Role::TrainingOfficer) && !self.may_act_as(Role::Supervisor);
        if officer { Role::TrainingOfficer } else { Role::Supervisor }
    }
}

/// A trainee on one version of one standard from a start date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolment {
    pub trainee: PersonId,
    pub standard: StandardRef,
    /// The first day of the programme.
    pub start: NaiveDate,
    pub specialism: Option<SafeText>,
    /// Paid hours a week, where they are given.
    pub weekly: Option<PaidHours>,
    /// The last day of the programme up to the gateway, where one is planned.
    pub end: Option<NaiveDate>,
    /// Their option, and what is left out for them.
    pub scope: Scope,
    /// Whether they were 16 to 18 years old on the first day: English and maths are required of them. Nothing where it was not
    /// asked.
    pub aged_16_to_18: Option<bool>,
}

impl Enrolment {
    /// Whether they were 16 to 18 on that first day: what was answered of one says nothing about another.
    pub fn aged_on(&self, start: NaiveDate) -> Option<bool> {
        self.aged_16_to_18.filter(|_| self.start == start)
    }
}

impl Enrolment {
    /// What is wrong with the planned end.
    pub fn end_fault(&self) -> Option<&'static str> {
        self.end.is_some_and(|end| end < self.start).then_some("The planned end is before the start")
    }

    /// The same where the start was typed and the end is on the record.
    pub fn start_fault(&self) -> Option<String> {
        let (start, end) = (day_words(self.start), self.end.filter(|end| *end < self.start).map(day_words)?);
        Some(format!("The start, {start}, is after the planned end that is recorded, {end}"))
    }
}

/// Whose records a caller may see; every query about records takes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Viewer {
    /// A supervisor, training officer or verifier of this department: all records.
    Department,
    /// A trainee: their own records and nobody else's.
    Own(PersonId),
}

impl Viewer {
    /// Whether this caller may see the records of `trainee`.
    pub fn may_see(&self, trainee: &PersonId) -> bool {
        match self {
            Self::Department => true,
            Self::Own(own) => own == trainee,
        }
    }

    /// The trainee whose records are all that this caller may see.
    pub fn own(&self) -> Option<&PersonId> {
        match self {
            Self::Department => None,
            Self::Own(own) => Some(own),
        }
    }
}

/// What a text meant among people: one of them, none, or several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found<T> {
    /// Exactly one.
    One(T),
    Nobody,
    /// These, of whom only the caller can choose.
    Several(Vec<T>),
}

#[cfg(test)]
mod tests {
    use super::*;

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
            let person = Person {
                id: "0a".parse().unwrap(),
                name: SafeText::line("A. Person").unwrap(),
                roles: roles.clone(),
                left: false,
                department: None,
                registration: None,
                level: None,
            };
            assert_eq!(person.signs_as(), wanted, "{roles:?}");
        }
    }
}
