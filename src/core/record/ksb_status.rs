//! Computes the state of one KSB for one trainee from its sign-offs.

use chrono::{Days, Months, NaiveDate};

use crate::rules::log_state::Policy;
use crate::statement::kinds::sign_off::Outcome;

slugs! {
    /// A KSB's state for one trainee; always shown as a word with its mark.
    State {
        Open = "open";
        /// The trainee asked for sign-off.
        Claimed = "claimed";
        /// Achieved, and neither withdrawn nor rejected.
        Signed = "signed";
        /// Achieved, but without the countersign that the policy requires.
        Partly = "partly";
        /// It was *not achieved* when it was seen last.
        NotYet = "not-yet";
        /// Signed, with reassessment due within 30 days.
        Renew = "renew";
        Lapsed = "lapsed";
        /// Seen in an earlier record, and not signed here; counts only if the policy says so.
        CarriedOver = "carried-over", "carried over";
    }
}

impl State {
    /// Returns the word as people read it: `not yet`.
    pub fn label(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Claimed => "claimed",
            Self::Signed => "signed",
            Self::Partly => "partly",
            Self::NotYet => "not yet",
            Self::Renew => "renew",
            Self::Lapsed => "lapsed",
            Self::CarriedOver => "carried over",
        }
    }

    pub fn mark(self) -> &'static str {
        match self {
            Self::Open => "·",
            Self::Claimed => "~",
            Self::Signed => "✓",
            Self::Partly => "½",
            Self::NotYet => "!",
            Self::Renew => "↻",
            Self::Lapsed => "×",
            Self::CarriedOver => "»",
        }
    }

    pub fn ascii(self) -> &'static str {
        match self {
            Self::Open => ".",
            Self::Claimed => "~",
            Self::Signed => "+",
            Self::Partly => "/",
            Self::NotYet => "!",
            Self::Renew => "r",
            Self::Lapsed => "x",
            Self::CarriedOver => ">",
        }
    }

    /// Returns whether it counts as progress. What is carried over does only if the policy says so.
    pub fn counts(self, policy: &Policy) -> bool {
        match self {
            Self::Signed | Self::Renew => true,
            Self::CarriedOver => policy.carried_over > 0,
            Self::Open | Self::Claimed | Self::Partly | Self::NotYet | Self::Lapsed => false,
        }
    }

    /// Returns whether nothing is left to do: it counts, and is not due again soon.
    pub fn is_done(self, policy: &Policy) -> bool {
        self != Self::Renew && self.counts(policy)
    }
}

/// How many days before a reassessment is due the state becomes [`State::Renew`].
pub const RENEW_DAYS: u64 = 30;

/// A live sign-off: not withdrawn, not rejected and not in review.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountedSignOff {
    pub outcome: Outcome,
    pub observed: NaiveDate,
    pub countersigned: bool,
}

/// Returns the index of the sign-off that decides, of live ones in the order in which they were seen: the last. If the policy
/// asks for a second signature, it is the last that has one, unless the item was not achieved since.
pub fn deciding(seen: &[CountedSignOff], policy: &Policy) -> Option<usize> {
    let last = seen.len().checked_sub(1)?;
    if policy.countersign == 0 {
        return Some(last);
    }
    let run = seen.iter().rposition(|one| one.outcome == Outcome::NotAchieved).map_or(0, |at| at + 1);
    Some(seen[run..].iter().rposition(|one| one.countersigned).map_or(last, |at| run + at))
}

/// Puts sign-offs, given in the order in which they were signed, in the order in which they were seen.
pub fn in_order_seen(signed: impl IntoIterator<Item = CountedSignOff>) -> Vec<CountedSignOff> {
    let mut seen: Vec<CountedSignOff> = signed.into_iter().collect();
    // Of one day, the one that was signed later stays the later one.
    seen.sort_by_key(|one| one.observed);
    seen
}

/// The result of a KSB's live sign-offs, independent of policy and date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KsbOutcome {
    /// It was *not achieved* when it was seen last.
    NotAchieved,
    /// It was *achieved* when it was seen last. The days are of the achieved sign-offs since the last *not achieved*.
    Achieved {
        observed: NaiveDate,
        /// The latest observation day of those countersigned.
        countersigned: Option<NaiveDate>,
    },
    /// Not signed here, but carried over from an earlier record: the latest day on which it was seen.
    CarriedOver { seen: NaiveDate },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatusContext {
    pub policy: Policy,
    pub today: NaiveDate,
}

impl KsbOutcome {
    /// Folds sign-offs, given in the order in which they were signed; `None` if there are none.
    pub fn of(signed: impl IntoIterator<Item = CountedSignOff>) -> Option<Self> {
        in_order_seen(signed).into_iter().fold(CountedRun::default(), CountedRun::with).result
    }

    /// Returns the observation day from which it counts under a policy, if it counts.
    pub fn counts_from(self, policy: &Policy) -> Option<NaiveDate> {
        match self {
            Self::NotAchieved => None,
            Self::Achieved { countersigned, .. } if policy.countersign > 0 => countersigned,
            Self::Achieved { observed, .. } => Some(observed),
            // A second signature is not asked of an earlier record.
            Self::CarriedOver { seen } => Some(seen).filter(|_| policy.carried_over > 0),
        }
    }

    /// Returns the state today. What is carried over lapses like a sign-off, from the day on which it was seen, once it
    /// counts.
    pub fn state(self, measure: &StatusContext) -> State {
        let age = self.counts_from(&measure.policy).map(|from| measure.age(from));
        match self {
            Self::NotAchieved => State::NotYet,
            Self::Achieved { .. } => age.unwrap_or(State::Partly),
            Self::CarriedOver { .. } => age.filter(|age| *age != State::Signed).unwrap_or(State::CarriedOver),
        }
    }
}

/// The sign-offs of a KSB, folded in the order in which they were seen: the result, and the first day of it. What was seen
/// last decides, whenever and wherever it was signed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CountedRun {
    result: Option<KsbOutcome>,
    /// The day of the last *not achieved*.
    not_achieved: Option<NaiveDate>,
    observed: Option<NaiveDate>,
    countersigned: Option<NaiveDate>,
}

impl CountedRun {
    /// Returns the run that a result comes from, if a sign-off seen on a day can follow it; `None` if it may be in the middle.
    pub fn before(result: Option<KsbOutcome>, observed: NaiveDate) -> Option<Self> {
        let follows = match result {
            None | Some(KsbOutcome::CarriedOver { .. }) => true,
            Some(KsbOutcome::Achieved { observed: last, .. }) => last <= observed,
            // The state does not say on which day.
            Some(KsbOutcome::NotAchieved) => false,
        };
        follows.then(|| Self { result, ..Self::default() })
    }

    /// Returns the run after one more sign-off, which was seen last.
    #[must_use]
    pub fn with(self, live: CountedSignOff) -> Self {
        if live.outcome == Outcome::NotAchieved {
            let not_achieved = Some(live.observed);
            return Self { result: Some(KsbOutcome::NotAchieved), not_achieved, ..Self::default() };
        }
        let seen = live.countersigned.then_some(live.observed);
        let before = match self.result {
            Some(KsbOutcome::Achieved { countersigned, .. }) => countersigned,
            _ => None,
        };
        Self {
            result: Some(KsbOutcome::Achieved { observed: live.observed, countersigned: seen.or(before) }),
            observed: self.observed.or(Some(live.observed)),
            countersigned: self.countersigned.or(seen),
            ..self
        }
    }

    /// Returns the run with the latest day on which it was carried over, which only matters without a sign-off.
    #[must_use]
    pub fn or_carried(self, seen: Option<NaiveDate>) -> Self {
        Self { result: self.result.or(seen.map(|seen| KsbOutcome::CarriedOver { seen })), ..self }
    }

    /// Returns the result; `None` without sign-offs.
    pub fn result(&self) -> Option<KsbOutcome> {
        self.result
    }

    /// Returns the day on which it was last seen and not achieved, if nothing has answered that.
    pub fn unanswered(&self) -> Option<NaiveDate> {
        self.not_achieved.filter(|_| self.result == Some(KsbOutcome::NotAchieved))
    }

    /// Returns the first day on which the KSB was seen, if it counts today.
    pub fn since(&self, measure: &StatusContext) -> Option<NaiveDate> {
        let counts = self.result.is_some_and(|result| result.state(measure).counts(&measure.policy));
        let first = if measure.policy.countersign > 0 { self.countersigned } else { self.observed };
        first.filter(|_| counts)
    }
}

impl StatusContext {
    /// Returns `Signed`, `Renew` or `Lapsed` for an observation day that counts.
    pub fn age(&self, seen: NaiveDate) -> State {
        let Some(due) = self.due(seen) else { return State::Signed };
        if due < self.today {
            return State::Lapsed;
        }
        let announced = due.checked_sub_days(Days::new(RENEW_DAYS)).unwrap_or(due);
        if announced <= self.today { State::Renew } else { State::Signed }
    }

    /// Returns the last day on which an observation counts; `None` if it never lapses.
    pub fn due(&self, seen: NaiveDate) -> Option<NaiveDate> {
        match self.policy.reassess_months {
            0 => None,
            months => seen.checked_add_months(Months::new(months)),
        }
    }

    /// Returns the earliest observation day that is not yet due for renewal; `None` if nothing lapses.
    pub fn calm_from(&self) -> Option<NaiveDate> {
        let today = self.today.checked_add_days(Days::new(RENEW_DAYS + 1))?;
        Self { today, ..*self }.good_from()
    }

    /// Returns the earliest observation day that has not lapsed today; `None` if nothing lapses.
    pub fn good_from(&self) -> Option<NaiveDate> {
        let months = Some(self.policy.reassess_months).filter(|months| *months > 0)?;
        // Clamping to a shorter month moves the day by at most three.
        let first = self.today.checked_sub_months(Months::new(months))?.checked_sub_days(Days::new(3))?;
        first.iter_days().find(|day| self.due(*day).is_none_or(|due| due >= self.today))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

    use super::*;
    use crate::primitives::date::tests::day;

    fn live(outcome: Outcome, observed: &str, countersigned: bool) -> CountedSignOff {
        CountedSignOff { outcome, observed: day(observed), countersigned }
    }

    fn on(today: &str, policy: Policy, live: &[CountedSignOff]) -> State {
        let measure = StatusContext { policy, today: day(today) };
        KsbOutcome::of(live.iter().copied()).map_or(State::Open, |shown| shown.state(&measure))
    }

    /// Every way to sign up to four sign-offs of four days, of two outcomes.
    fn histories() -> Vec<Vec<CountedSignOff>> {
        let mut all: Vec<Vec<CountedSignOff>> = vec![Vec::new()];
        let mut last = all.clone();
        for _ in 0..4 {
            let mut longer = Vec::new();
            for history in &last {
                for outcome in [Outcome::Achieved, Outcome::NotAchieved] {
                    for at in 18..22 {
                        let one = live(outcome, &format!("2026-11-{at}"), history.len() % 2 == 1);
                        longer.push(history.iter().copied().chain([one]).collect());
                    }
                }
            }
            all.extend(longer.iter().cloned());
            last = longer;
        }
        all
    }

    #[test]
    fn what_was_seen_last_decides_in_whatever_order_it_was_signed() {
        for history in histories().into_iter().filter(|history| !history.is_empty()) {
            let last = history.iter().enumerate().max_by_key(|(at, one)| (one.observed, *at)).unwrap().1;
            let failed = history.iter().filter(|one| one.outcome == Outcome::NotAchieved).map(|one| one.observed).max();
            let run = in_order_seen(history.iter().copied()).into_iter().fold(CountedRun::default(), CountedRun::with);
            match run.result() {
                Some(KsbOutcome::Achieved { observed, .. }) => {
                    assert_eq!((last.outcome, last.observed), (Outcome::Achieved, observed), "{history:?}");
                    assert_eq!(run.unanswered(), None);
                    assert!(failed.is_none_or(|failed| failed <= observed), "{history:?}");
                }
                Some(KsbOutcome::NotAchieved) => {
                    assert_eq!(last.outcome, Outcome::NotAchieved, "{history:?}");
                    assert_eq!(run.unanswered(), failed);
                }
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn one_more_sign_off_gives_the_state_of_all_wherever_it_may_follow() {
        let mut followed = 0;
        for history in histories() {
            let Some((newest, before)) = history.split_last() else { continue };
            let state = KsbOutcome::of(before.iter().copied());
            let Some(run) = CountedRun::before(state, newest.observed) else { continue };
            followed += 1;
            assert_eq!(run.with(*newest).result(), KsbOutcome::of(history.iter().copied()), "{history:?}");
        }
        assert!(followed > 200, "{followed}");
    }

    #[test]
    fn the_sign_off_that_decides_is_the_one_whose_day_and_outcome_the_state_has() {
        for countersign in 0..=1 {
            let policy = Policy { countersign, ..Policy::default() };
            for history in histories() {
                let seen = in_order_seen(history.iter().copied());
                let decides = deciding(&seen, &policy).map(|at| seen[at]);
                let Some(state) = KsbOutcome::of(history) else { continue };
                let decides = decides.unwrap();
                match state.counts_from(&policy) {
                    Some(day) => assert_eq!((decides.outcome, decides.observed), (Outcome::Achieved, day)),
                    None if state == KsbOutcome::NotAchieved => assert_eq!(decides.outcome, Outcome::NotAchieved),
                    None => assert!(!decides.countersigned),
                }
            }
        }
    }

    #[test]
    fn of_one_day_the_newest_outcome_that_is_live_decides() {
        use Outcome::{Achieved, NotAchieved};
        let good = live(Achieved, "2026-11-20", false);
        let bad = live(NotAchieved, "2026-11-20", false);
        let state = |live: &[CountedSignOff]| on("2026-11-21", Policy::default(), live);
        assert_eq!(state(&[]), State::Open);
        assert_eq!(state(&[good]), State::Signed);
        assert_eq!(state(&[good, bad]), State::NotYet);
        assert_eq!(state(&[bad, good]), State::Signed);
    }

    #[test]
    fn where_the_policy_wants_two_signatures_one_is_partly_and_another_sign_off_takes_nothing_away() {
        use Outcome::{Achieved, NotAchieved};
        let two = Policy { countersign: 1, ..Policy::default() };
        let (one, both) = (live(Achieved, "2026-11-20", false), live(Achieved, "2026-11-19", true));
        let state = |live: &[CountedSignOff]| on("2026-11-21", two, live);
        assert_eq!(state(&[one]), State::Partly);
        assert_eq!(state(&[both]), State::Signed);
        assert_eq!(state(&[both, one]), State::Signed);
        assert_eq!(state(&[both, live(NotAchieved, "2026-11-20", false), one]), State::Partly);
    }

    #[test]
    fn what_is_to_be_shown_again_is_renew_for_its_last_thirty_days_and_lapsed_after() {
        let yearly = Policy { reassess_months: 12, ..Policy::default() };
        let seen = [live(Outcome::Achieved, "2025-11-20", false)];
        for (today, state) in [
            ("2025-11-20", State::Signed),
            ("2026-10-20", State::Signed),
            ("2026-10-21", State::Renew),
            ("2026-11-20", State::Renew),
            ("2026-11-21", State::Lapsed),
        ] {
            assert_eq!(on(today, yearly, &seen), state, "{today}");
        }
        assert_eq!(on("2099-01-01", Policy::default(), &seen), State::Signed);
        // The latest observation day counts, in whichever order they were signed.
        let both = [live(Outcome::Achieved, "2026-11-20", false), seen[0]];
        assert_eq!(on("2026-11-21", yearly, &both), State::Signed);
    }

    const COUNTS: Policy = Policy {
        session_hours: 4,
        idle_minutes: 2,
        late_days: 7,
        countersign: 0,
        two_person_keys: 0,
        reassess_months: 0,
        carried_over: 1,
        imported: 0,
        forwarded_agent: 0,
        security_key: 0,
    };

    #[test]
    fn every_state_counts_the_same_under_every_policy_except_carried_over_which_counts_where_the_policy_says_so() {
        for (countersign, reassess_months, carried_over) in
            [0, 1].into_iter().flat_map(|a| [0, 12].into_iter().flat_map(move |b| [(a, b, 0), (a, b, 1)]))
        {
            let policy = Policy { countersign, reassess_months, carried_over, ..Policy::default() };
            for state in State::ALL {
                let counts = match state {
                    State::Signed | State::Renew => true,
                    State::CarriedOver => carried_over == 1,
                    State::Open | State::Claimed | State::Partly | State::NotYet | State::Lapsed => false,
                };
                assert_eq!(state.counts(&policy), counts, "{state:?} {policy:?}");
                assert_eq!(state.is_done(&policy), counts && state != State::Renew, "{state:?} {policy:?}");
            }
        }
        assert_eq!(Policy::default().carried_over, 0);
    }

    #[test]
    fn what_is_carried_over_lapses_like_a_sign_off_once_it_counts_and_needs_no_second_signature() {
        let seen = KsbOutcome::CarriedOver { seen: day("2025-11-20") };
        for (today, months, counts, state) in [
            ("2099-01-01", 0, 1, State::CarriedOver),
            ("2026-10-20", 12, 1, State::CarriedOver),
            ("2026-10-21", 12, 1, State::Renew),
            ("2026-11-20", 12, 1, State::Renew),
            ("2026-11-21", 12, 1, State::Lapsed),
            ("2026-10-21", 12, 0, State::CarriedOver),
            ("2099-01-01", 12, 0, State::CarriedOver),
        ] {
            for countersign in [0, 1] {
                let policy = Policy { countersign, reassess_months: months, carried_over: counts, ..COUNTS };
                let measure = StatusContext { policy, today: day(today) };
                assert_eq!(seen.state(&measure), state, "{today} {policy:?}");
                assert_eq!(seen.counts_from(&policy).is_some(), counts == 1);
            }
        }
    }

    #[test]
    fn a_sign_off_decides_whatever_an_earlier_record_says_and_however_old_it_is() {
        let seen = Some(day("2026-11-20"));
        for (outcome, countersigned) in
            [(Outcome::Achieved, false), (Outcome::Achieved, true), (Outcome::NotAchieved, false)]
        {
            let one = live(outcome, "2001-01-01", countersigned);
            assert_eq!(CountedRun::default().or_carried(seen).with(one).result(), KsbOutcome::of([one]));
        }
    }

    proptest! {
        #[test]
        fn the_first_day_that_has_not_lapsed_is_where_the_states_say_so(
            today in 0_i64..20_000, months in 0_u32..=120, before in -5_i64..5,
        ) {
            let start = day("1990-01-31");
            let policy = Policy { reassess_months: months, ..Policy::default() };
            let measure = StatusContext { policy, today: start + chrono::Duration::days(today) };
            match measure.good_from() {
                None => prop_assert_eq!(months, 0),
                Some(first) => {
                    let seen = first + chrono::Duration::days(before);
                    let shown = KsbOutcome::Achieved { observed: seen, countersigned: None };
                    prop_assert_eq!(shown.state(&measure) == State::Lapsed, before < 0);
                }
            }
        }

        #[test]
        fn one_more_achieved_never_takes_a_state_away(
            lives in proptest::collection::vec((any::<bool>(), 0_i64..400, any::<bool>()), 0..6),
            one in (0_i64..400, any::<bool>()), countersign in 0_u32..=1, months in 0_u32..=12,
        ) {
            let start = day("2025-01-01");
            let at = |days: i64| start + chrono::Duration::days(days);
            let outcome = |good: bool| if good { Outcome::Achieved } else { Outcome::NotAchieved };
            let mut all: Vec<CountedSignOff> = lives
                .iter()
                .map(|(good, days, countersigned)| CountedSignOff {
                    outcome: outcome(*good),
                    observed: at(*days),
                    countersigned: *countersigned,
                })
                .collect();
            let policy = Policy { countersign, reassess_months: months, ..Policy::default() };
            let measure = StatusContext { policy, today: at(400) };
            let counts = |all: &[CountedSignOff]| KsbOutcome::of(all.iter().copied()).is_some_and(|s| s.state(&measure).counts(&policy));
            let before = counts(&all);
            all.push(CountedSignOff { outcome: Outcome::Achieved, observed: at(one.0), countersigned: one.1 });
            prop_assert!(counts(&all) >= before);
        }
    }

    #[test]
    fn no_two_states_share_a_word_or_a_mark() {
        for show in [State::label, State::slug, State::mark, State::ascii] {
            let mut seen: Vec<_> = State::ALL.map(show).to_vec();
            seen.sort_unstable();
            seen.dedup();
            assert_eq!(seen.len(), State::ALL.len());
        }
    }
}
