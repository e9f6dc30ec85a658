//! Defines a local competence list: what each competence requires and who may sign it off.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use crate::people::person::{Person, Role};
use crate::primitives::ids::{KsbCode, PersonId, StandardRef, ValueFault, fault};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalCompetenceList {
    /// The standards it is for, sorted, without repeats; at least one.
    pub beside: Vec<StandardRef>,
    pub terms: BTreeMap<KsbCode, CompetenceTerms>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompetenceTerms {
    pub observations: u16,
    /// Months until reassessment; `None` uses the policy's.
    pub months: Option<u32>,
    /// The KSBs that each observation also counts towards, sorted, without repeats.
    pub links: Vec<KsbCode>,
    /// Who may sign it off, sorted, without repeats; empty allows every supervisor.
    pub who: Vec<AllowedSigner>,
}

/// Who may sign a competence off, besides being a supervisor.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum AllowedSigner {
    Role(Role),
    Person(PersonId),
}

impl LocalCompetenceList {
    pub fn people(&self) -> impl Iterator<Item = &PersonId> {
        self.terms.values().flat_map(|term| &term.who).filter_map(|who| match who {
            AllowedSigner::Person(id) => Some(id),
            AllowedSigner::Role(_) => None,
        })
    }
}

impl CompetenceTerms {
    pub fn may_sign(&self, person: &Person) -> bool {
        let held: Vec<Role> = Role::ALL.into_iter().filter(|role| person.may_act_as(*role)).collect();
        self.allows(&person.id, &held)
    }

    /// Whether a person with these roles may sign it off.
    pub fn allows(&self, person: &PersonId, roles: &[Role]) -> bool {
        let fits = |who: &AllowedSigner| match who {
            AllowedSigner::Role(role) => roles.contains(role),
            AllowedSigner::Person(id) => id == person,
        };
        self.who.is_empty() || self.who.iter().any(fits)
    }
}

impl fmt::Display for AllowedSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Role(role) => f.write_str(role.slug()),
            Self::Person(id) => write!(f, "person:{id}"),
        }
    }
}

impl FromStr for AllowedSigner {
    type Err = ValueFault;

    fn from_str(s: &str) -> Result<Self, ValueFault> {
        let refused = || fault(s, "who may sign: supervisor, training-officer, verifier or person:ID");
        match s.strip_prefix("person:") {
            Some(id) => id.parse().map(Self::Person).map_err(|_| refused()),
            // A trainee never signs off.
            None => s.parse().ok().filter(|role| *role != Role::Trainee).map(Self::Role).ok_or_else(refused),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_sign_has_one_spelling_and_no_trainee() {
        for good in ["supervisor", "training-officer", "verifier", "person:02c1"] {
            assert_eq!(good.parse::<AllowedSigner>().unwrap().to_string(), good);
        }
        for bad in ["", "trainee", "porter", "person:", "person:A1", "02c1"] {
            assert!(bad.parse::<AllowedSigner>().is_err(), "{bad}");
        }
    }
}
