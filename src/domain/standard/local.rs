//! A department's own competences beside a standard: what is wanted of each, who may sign. Must never know where one stands
//! (`local_state`).

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use crate::domain::people::person::{Person, Role};
use crate::domain::primitives::ids::{KsbCode, PersonId, StandardRef, ValueFault, fault};

/// What makes a list of competences more than texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalCompetenceList {
    /// The standards that it stands beside, in order, each once; at least one.
    pub beside: Vec<StandardRef>,
    /// The terms of each competence.
    pub terms: BTreeMap<KsbCode, CompetenceTerms>,
}

/// What is wanted of one competence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompetenceTerms {
    /// How often it is to be seen, from 1.
    pub observations: u16,
    /// Months after which it is to be shown again; the policy's where none are set.
    pub months: Option<u32>,
    /// The KSBs of the standard that each observation counts towards, in order, each once.
    pub links: Vec<KsbCode>,
    /// Who may sign it off, in order, each once; every supervisor where nobody is named.
    pub who: Vec<AllowedSigner>,
}

/// Who may sign a competence off: a supervisor all the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum AllowedSigner {
    /// Those who also have this role.
    Role(Role),
    Person(PersonId),
}

impl LocalCompetenceList {
    /// The people who are named as those who may sign.
    pub fn people(&self) -> impl Iterator<Item = &PersonId> {
        self.terms.values().flat_map(|term| &term.who).filter_map(|who| match who {
            AllowedSigner::Person(id) => Some(id),
            AllowedSigner::Role(_) => None,
        })
    }
}

impl CompetenceTerms {
    /// Whether a person is one of those who may sign it off.
    pub fn may_sign(&self, person: &Person) -> bool {
        let fits = |who: &AllowedSigner| match who {
            AllowedSigner::Role(role) => person.may_act_as(*role),
            AllowedSigner::Person(id) => *id == person.id,
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
            // A trainee signs nothing off, whatever the list says.
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
