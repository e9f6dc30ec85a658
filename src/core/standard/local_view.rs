//! Defines a trainee's local competences as the screen and the command line show them.

use chrono::NaiveDate;

use crate::primitives::date::day_words;
use crate::primitives::ids::{DutyNo, StandardRef};
use crate::primitives::text::counted;
use crate::record::ksb_status::State;
use crate::standard::Ksb;
use crate::standard::local::CompetenceTerms;
use crate::standard::local_state::LocalTally;

/// The group of local competences among the duties on a screen; no standard has a duty with this number.
pub const LOCAL_GROUP: DutyNo = DutyNo(0);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalKsb {
    pub list: StandardRef,
    /// Code and text in a KSB's shape; its duty is [`LOCAL_GROUP`].
    pub ksb: Ksb,
    pub term: CompetenceTerms,
    pub tally: LocalTally,
    /// How many of its observations count under the policy.
    pub seen: u16,
    pub state: State,
    /// The last day on which it counts; `None` if it does not count or never lapses.
    pub due: Option<NaiveDate>,
}

impl LocalKsb {
    /// Returns the observations so far: `2 of 5`; or that only an earlier record has it.
    pub fn figure(&self) -> String {
        if self.tally.is_carried() {
            return "carried over".to_owned();
        }
        format!("{} of {}", self.seen, self.term.observations)
    }

    pub fn words(&self) -> String {
        let seen = match (self.seen, self.term.observations) {
            _ if self.tally.is_carried() => "Seen in an earlier record".to_owned(),
            (1, 1) => "Seen once".to_owned(),
            (seen, needed) if seen > needed => format!("Seen {} ({needed} needed)", counted(seen, "time")),
            (seen, needed) => format!("Seen {seen} of {}", counted(needed, "time")),
        };
        let mut parts = vec![seen];
        match (self.due, self.state) {
            (Some(due), State::Lapsed) => parts.push(format!("Lapsed {}", day_words(due))),
            (Some(due), _) => parts.push(format!("Due again by {}", day_words(due))),
            (None, _) => {
                parts.extend(self.term.months.map(|months| format!("Due again after {}", counted(months, "month"))));
            }
        }
        if !self.term.links.is_empty() {
            let links: Vec<String> = self.term.links.iter().map(ToString::to_string).collect();
            parts.push(format!("Also recorded towards {}", and_words(&links)));
        }
        parts.join(". ")
    }
}

fn and_words(all: &[String]) -> String {
    match all {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        all => all.concat(),
    }
}

/// Describes the local competences through which a KSB was also seen: `Also seen in L1 (2, last 20 Nov 2026)`; `None`
/// without any.
pub fn also_seen<'a>(linked: impl Iterator<Item = &'a LocalKsb>) -> Option<String> {
    let one = |local: &LocalKsb| {
        let last = local.tally.latest.map(|day| format!(", last {}", day_words(day))).unwrap_or_default();
        format!("{} ({}{last})", local.ksb.code, local.seen)
    };
    let all: Vec<String> = linked.filter(|local| local.seen > 0).map(one).collect();
    (!all.is_empty()).then(|| format!("Also seen in {}", all.join(", ")))
}
