//! A trainee's local competences as both faces show them. Must never be counted among the KSBs of the standard.

use chrono::NaiveDate;

use crate::domain::primitives::date::day_words;
use crate::domain::primitives::ids::{DutyNo, StandardRef};
use crate::domain::record::ksb_status::State;
use crate::domain::standard::Ksb;
use crate::domain::standard::local::CompetenceTerms;
use crate::domain::standard::local_state::LocalTally;

/// Where local competences stand among the duties on a screen: no standard has a duty of this number.
pub const LOCAL_GROUP: DutyNo = DutyNo(0);

/// A competence of a list in force, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalKsb {
    /// The list that it is of.
    pub list: StandardRef,
    /// Code and text, as a KSB has them; its duty is [`LOCAL_GROUP`].
    pub ksb: Ksb,
    /// What the list wants of it.
    pub term: CompetenceTerms,
    /// What its sign-offs come to.
    pub tally: LocalTally,
    /// How many of its observations count under the policy.
    pub seen: u16,
    /// Where it stands.
    pub state: State,
    /// The last day on which it counts, where it does and that ends.
    pub due: Option<NaiveDate>,
}

impl LocalKsb {
    /// How far it is: `2 of 5`.
    pub fn figure(&self) -> String {
        format!("{} of {}", self.seen, self.term.observations)
    }

    /// What the list wants and how far it is, in words.
    pub fn words(&self) -> String {
        let mut said = vec![format!("Seen {} of {}", self.seen, times(self.term.observations))];
        match (self.due, self.state) {
            (Some(due), State::Lapsed) => said.push(format!("lapsed {}", day_words(due))),
            (Some(due), _) => said.push(format!("again by {}", day_words(due))),
            (None, _) => said.extend(self.term.months.map(|months| format!("again after {}", counted(months)))),
        }
        if !self.term.links.is_empty() {
            let links: Vec<String> = self.term.links.iter().map(ToString::to_string).collect();
            said.push(format!("an observation towards {}", links.join(", ")));
        }
        said.join("; ")
    }
}

fn times(count: u16) -> String {
    if count == 1 { "1 time".to_owned() } else { format!("{count} times") }
}

fn counted(months: u32) -> String {
    if months == 1 { "1 month".to_owned() } else { format!("{months} months") }
}

/// Where a KSB was seen through local competences that are linked to it: `Also seen in L1 (2, last 20 Nov 2026)`; nothing
/// where it was not.
pub fn also_seen<'a>(linked: impl Iterator<Item = &'a LocalKsb>) -> Option<String> {
    let one = |local: &LocalKsb| {
        let last = local.tally.latest.map(|day| format!(", last {}", day_words(day))).unwrap_or_default();
        format!("{} ({}{last})", local.ksb.code, local.seen)
    };
    let all: Vec<String> = linked.filter(|local| local.seen > 0).map(one).collect();
    (!all.is_empty()).then(|| format!("Also seen in {}", all.join(", ")))
}
