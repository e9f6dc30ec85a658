//! Computes the state of a local competence for one trainee from its observations and the list's terms.

use chrono::NaiveDate;

use crate::record::ksb_status::{CountedRun, CountedSignOff, KsbOutcome, State, StatusContext, in_order_seen};
use crate::rules::log_state::Policy;
use crate::standard::local::CompetenceTerms;
use crate::statement::kinds::sign_off::Outcome;

/// The result of a competence's live sign-offs, with the number of observations.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LocalTally {
    /// The result as for a KSB.
    run: CountedRun,
    /// The number of *achieved* sign-offs; a *not achieved* does not reduce it.
    pub achieved: u16,
    pub countersigned: u16,
    /// The latest observation day of an *achieved* sign-off.
    pub latest: Option<NaiveDate>,
}

impl LocalTally {
    /// Returns the tally after one more sign-off, which was seen last.
    #[must_use]
    pub fn with(self, live: CountedSignOff) -> Self {
        let achieved = live.outcome == Outcome::Achieved;
        Self {
            run: self.run.with(live),
            achieved: self.achieved.saturating_add(u16::from(achieved)),
            countersigned: self.countersigned.saturating_add(u16::from(achieved && live.countersigned)),
            latest: if achieved { self.latest.max(Some(live.observed)) } else { self.latest },
        }
    }

    /// Returns the tally with the latest day on which it was carried over, which only matters without a sign-off.
    #[must_use]
    pub fn or_carried(self, seen: Option<NaiveDate>) -> Self {
        Self { run: self.run.or_carried(seen), ..self }
    }

    /// Returns whether only an earlier record shows it.
    pub fn is_carried(&self) -> bool {
        matches!(self.run.result(), Some(KsbOutcome::CarriedOver { .. }))
    }

    /// Returns the day on which it was last seen and not achieved, if nothing has answered that.
    pub fn unanswered(&self) -> Option<NaiveDate> {
        self.run.unanswered()
    }

    /// Tallies sign-offs, given in the order in which they were signed.
    pub fn of(signed: impl IntoIterator<Item = CountedSignOff>) -> Self {
        in_order_seen(signed).into_iter().fold(Self::default(), Self::with)
    }

    pub fn counted(&self, policy: &Policy) -> u16 {
        if policy.countersign > 0 { self.countersigned } else { self.achieved }
    }

    /// Returns the state today, by the list's terms.
    pub fn state(&self, term: &CompetenceTerms, measure: &StatusContext) -> State {
        let Some(shown) = self.run.result() else { return State::Open };
        let state = shown.state(&by_term(term, measure));
        if state == State::NotYet || self.is_enough(term, measure) { state } else { State::Partly }
    }

    /// Returns whether it was seen often enough. An earlier record says that it was, without saying how often.
    fn is_enough(&self, term: &CompetenceTerms, measure: &StatusContext) -> bool {
        self.is_carried() || self.counted(&measure.policy) >= term.observations
    }

    /// Returns the last day on which it counts; `None` if it does not count or never lapses.
    pub fn due(&self, term: &CompetenceTerms, measure: &StatusContext) -> Option<NaiveDate> {
        let from = self.run.result()?.counts_from(&measure.policy)?;
        if self.is_enough(term, measure) { by_term(term, measure).due(from) } else { None }
    }
}

/// Replaces the policy's reassessment months with the competence's own, if it has them.
fn by_term(term: &CompetenceTerms, measure: &StatusContext) -> StatusContext {
    let reassess_months = term.months.unwrap_or(measure.policy.reassess_months);
    StatusContext { policy: Policy { reassess_months, ..measure.policy }, ..*measure }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::primitives::date::tests::day;

    fn term(observations: u16, months: Option<u32>) -> CompetenceTerms {
        CompetenceTerms { observations, months, links: Vec::new(), who: Vec::new() }
    }

    fn seen(observed: &str) -> CountedSignOff {
        CountedSignOff { outcome: Outcome::Achieved, observed: day(observed), countersigned: false }
    }

    fn on(today: &str, policy: Policy) -> StatusContext {
        StatusContext { policy, today: day(today) }
    }

    #[test]
    fn a_competence_is_partly_at_every_count_below_the_one_wanted_and_signed_at_it_and_above() {
        let measure = on("2026-11-21", Policy::default());
        for wanted in 1..=5_u16 {
            for count in 0..=7_u16 {
                let tally = LocalTally::of((0..count).map(|_| seen("2026-11-20")));
                let state = match count {
                    0 => State::Open,
                    n if n < wanted => State::Partly,
                    _ => State::Signed,
                };
                assert_eq!(tally.state(&term(wanted, Some(24)), &measure), state, "{count} of {wanted}");
                assert_eq!(tally.counted(&measure.policy), count);
            }
        }
    }

    #[test]
    fn the_list_s_months_decide_when_it_is_renew_and_lapsed_else_the_policy_s_and_a_reassessment_is_one_sign_off() {
        let five: Vec<CountedSignOff> =
            ["2024-01-10", "2024-02-10", "2024-03-10", "2024-09-01", "2024-11-20"].map(seen).to_vec();
        let yearly = Policy { reassess_months: 12, ..Policy::default() };
        for (months, policy, today, state) in [
            (Some(24), yearly, "2026-10-20", State::Signed),
            (Some(24), yearly, "2026-10-21", State::Renew),
            (Some(24), yearly, "2026-11-20", State::Renew),
            (Some(24), yearly, "2026-11-21", State::Lapsed),
            (None, yearly, "2025-10-20", State::Signed),
            (None, yearly, "2025-10-21", State::Renew),
            (None, yearly, "2025-11-21", State::Lapsed),
            (None, Policy::default(), "2099-01-01", State::Signed),
        ] {
            let tally = LocalTally::of(five.iter().copied());
            assert_eq!(tally.state(&term(5, months), &on(today, policy)), state, "{months:?} {today}");
        }
        let lapsed = on("2026-11-21", yearly);
        let again = LocalTally::of(five.iter().copied().chain([seen("2026-11-21")]));
        assert_eq!(again.state(&term(5, Some(24)), &lapsed), State::Signed);
        assert_eq!(again.due(&term(5, Some(24)), &lapsed), Some(day("2028-11-21")));
    }

    #[test]
    fn one_that_is_not_achieved_asks_for_another_and_takes_no_observation_away() {
        let bad = CountedSignOff { outcome: Outcome::NotAchieved, ..seen("2026-11-20") };
        let measure = on("2026-11-21", Policy::default());
        let state = |live: &[CountedSignOff]| LocalTally::of(live.iter().copied()).state(&term(2, None), &measure);
        let good = seen("2026-11-20");
        assert_eq!(state(&[bad]), State::NotYet);
        assert_eq!(state(&[good, bad]), State::NotYet);
        assert_eq!(state(&[bad, good]), State::Partly);
        assert_eq!(state(&[good, bad, good]), State::Signed);
    }

    #[test]
    fn an_earlier_record_is_as_good_as_all_observations_until_there_is_a_sign_off_and_lapses_by_the_list_s_months() {
        let counts = Policy { carried_over: 1, ..Policy::default() };
        let carried = |tally: LocalTally| tally.or_carried(Some(day("2024-11-20")));
        let alone = carried(LocalTally::default());
        for (policy, today, state, due) in [
            (counts, "2026-10-20", State::CarriedOver, Some("2026-11-20")),
            (counts, "2026-11-20", State::Renew, Some("2026-11-20")),
            (counts, "2026-11-21", State::Lapsed, Some("2026-11-20")),
            (Policy::default(), "2026-11-21", State::CarriedOver, None),
        ] {
            assert_eq!(alone.state(&term(5, Some(24)), &on(today, policy)), state, "{today}");
            assert_eq!(alone.due(&term(5, Some(24)), &on(today, policy)), due.map(day), "{today}");
        }
        assert_eq!(alone.counted(&counts), 0);
        let one = carried(LocalTally::of([seen("2026-11-20")]));
        assert_eq!(one, LocalTally::of([seen("2026-11-20")]));
        assert_eq!(one.state(&term(5, None), &on("2026-11-20", counts)), State::Partly);
        assert_eq!(LocalTally::default().or_carried(None), LocalTally::default());
    }

    #[test]
    fn where_the_policy_wants_two_signatures_only_observations_with_two_count() {
        let two = on("2026-11-21", Policy { countersign: 1, ..Policy::default() });
        let both = CountedSignOff { countersigned: true, ..seen("2026-11-20") };
        let state = |live: &[CountedSignOff]| LocalTally::of(live.iter().copied()).state(&term(2, None), &two);
        assert_eq!(state(&[seen("2026-11-20"), seen("2026-11-20")]), State::Partly);
        assert_eq!(state(&[both, seen("2026-11-20")]), State::Partly);
        assert_eq!(state(&[both, both]), State::Signed);
    }
}
