//! Finds since when a person has been authorised in an item, and until when.

use chrono::NaiveDate;

use crate::record::ksb_status::{State, StatusContext};
use crate::record::view::{Record, live_in_order_seen};
use crate::standard::local::CompetenceTerms;
use crate::standard::local_state::LocalTally;
use crate::statement::kinds::sign_off::Outcome;

/// The days between which an item counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Authorised {
    /// The day on which the last observation that was needed was made, with no lapse since; `None` if it does not count.
    pub from: Option<NaiveDate>,
    /// The last day on which it counts; `None` if it does not count or never lapses.
    pub until: Option<NaiveDate>,
    /// How many observations count.
    pub seen: u16,
}

/// Returns between which days an item counts. `records` are its sign-offs, newest first; without any, the day on which
/// it was seen by an earlier record decides.
pub fn authorised(
    records: &[Record],
    carried: Option<NaiveDate>,
    term: &CompetenceTerms,
    measure: &StatusContext,
) -> Authorised {
    let live = live_in_order_seen(records);
    let last_not = live.iter().rposition(|record| record.outcome == Outcome::NotAchieved);
    let (before, run) = live.split_at(last_not.map_or(0, |at| at + 1));
    let before = before.iter().map(|record| record.counted());
    let (mut tally, mut from) = (LocalTally::of(before), None);
    for record in run {
        let due = tally.due(term, measure);
        tally = tally.with(record.counted());
        let enough = matches!(tally.state(term, measure), State::Signed | State::Renew | State::Lapsed);
        from = match from {
            _ if !enough => None,
            Some(since) if due.is_none_or(|due| record.observed <= due) => Some(since),
            _ => Some(record.observed),
        };
    }
    let tally = tally.or_carried(carried);
    if tally.is_carried() && tally.state(term, measure).counts(&measure.policy) {
        from = carried;
    }
    Authorised { from, until: tally.due(term, measure), seen: tally.counted(&measure.policy) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::primitives::date::Timestamp;
    use crate::primitives::date::tests::day;
    use crate::primitives::ids::{PersonId, StatementId};
    use crate::primitives::presence::Presence;
    use crate::primitives::text::SafeText;
    use crate::rules::log_state::Policy;

    fn record(observed: &str, outcome: Outcome) -> Record {
        Record {
            id: "01a22370-7d99-7116-8d18-b0f2bc871ac1".parse::<StatementId>().unwrap(),
            position: 0,
            code: "L1".parse().unwrap(),
            outcome,
            method: None,
            supervision: None,
            observed: day(observed),
            signed: "2026-11-28T12:00:00Z".parse::<Timestamp>().unwrap(),
            signer: "02c1".parse::<PersonId>().unwrap(),
            signer_name: SafeText::line("Sam Supervisor").unwrap(),
            place: None,
            feedback: None,
            action: None,
            late: None,
            evidence: Vec::new(),
            withdrawn: None,
            marks: Vec::new(),
            in_review: false,
            presence: Presence::Unknown,
            source: None,
        }
    }

    fn of(days: &[(&str, Outcome)], observations: u16, months: Option<u32>) -> Authorised {
        let measure = StatusContext { policy: Policy::default(), today: day("2026-11-28") };
        let term = CompetenceTerms { observations, months, links: Vec::new(), who: Vec::new() };
        let newest_first: Vec<Record> = days.iter().rev().map(|(on, outcome)| record(on, *outcome)).collect();
        authorised(&newest_first, None, &term, &measure)
    }

    #[test]
    fn it_counts_from_the_observation_that_made_it_enough_and_a_further_one_only_moves_the_end() {
        use Outcome::Achieved;
        let three = [("2025-10-30", Achieved), ("2025-11-08", Achieved), ("2026-03-01", Achieved)];
        for (count, from, until) in [
            (0, None, None),
            (1, None, None),
            (2, Some("2025-11-08"), Some("2027-11-08")),
            (3, Some("2025-11-08"), Some("2028-03-01")),
        ] {
            let found = of(&three[..count], 2, Some(24));
            let seen = u16::try_from(count).unwrap();
            assert_eq!(found, Authorised { from: from.map(day), until: until.map(day), seen }, "{count}");
        }
    }

    #[test]
    fn it_counts_from_the_day_seen_that_made_it_enough_in_whatever_order_the_observations_are_signed() {
        use Outcome::Achieved;
        let days = ["2026-11-18", "2026-11-19", "2026-11-20", "2026-11-22"];
        for needed in 1..=4_u16 {
            for turn in 0..4 {
                for swap in 0..4 {
                    let mut order = days;
                    order.rotate_left(turn);
                    order.swap(0, swap);
                    let from = of(&order.map(|on| (on, Achieved)), needed, Some(24)).from;
                    assert_eq!(from, Some(day(days[usize::from(needed) - 1])), "{order:?}, {needed} needed");
                }
            }
        }
    }

    #[test]
    fn one_of_a_day_before_a_not_achieved_counts_as_an_observation_and_never_as_the_day_from_which_it_counts() {
        use Outcome::{Achieved, NotAchieved};
        let late = [("2026-11-24", NotAchieved), ("2026-11-25", Achieved), ("2026-11-22", Achieved)];
        for (needed, from, seen) in [(1, Some("2026-11-25"), 2), (2, Some("2026-11-25"), 2), (3, None, 2)] {
            let found = of(&late, needed, None);
            assert_eq!((found.from, found.seen), (from.map(day), seen), "{needed}");
        }
    }

    #[test]
    fn after_a_lapse_or_a_not_yet_it_counts_from_the_observation_that_restored_it() {
        use Outcome::{Achieved, NotAchieved};
        let lapsed = [("2024-01-10", Achieved), ("2025-02-01", Achieved)];
        assert_eq!(of(&lapsed, 1, Some(12)).from, Some(day("2025-02-01")));
        assert_eq!(of(&lapsed, 1, Some(24)).from, Some(day("2024-01-10")));
        let not_yet = [("2025-01-10", Achieved), ("2025-03-01", NotAchieved), ("2025-04-01", Achieved)];
        assert_eq!(of(&not_yet[..2], 1, None).from, None);
        assert_eq!(of(&not_yet, 1, None).from, Some(day("2025-04-01")));
    }
}
