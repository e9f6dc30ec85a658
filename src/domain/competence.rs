//! The state of one KSB for one trainee, derived from what was signed. Must never be stored as a truth or count a claim.

use crate::domain::statement::Outcome;

/// Where one KSB stands for one trainee. Always shown as a word beside its mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// Nothing yet.
    Open,
    /// The trainee asked for sign-off.
    Claimed,
    /// A valid *achieved*, not withdrawn.
    Signed,
    /// Signed, but fewer observations or signatures than the policy wants.
    Partly,
    /// The newest outcome is *not achieved*.
    NotYet,
    /// Signed, and its reassessment is due within 30 days.
    Renew,
    /// Signed once, reassessment overdue.
    Lapsed,
}

impl State {
    /// All states.
    pub const ALL: [Self; 7] =
        [Self::Open, Self::Claimed, Self::Signed, Self::Partly, Self::NotYet, Self::Renew, Self::Lapsed];

    /// The word, in capitals: `NOT YET`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "OPEN",
            Self::Claimed => "CLAIMED",
            Self::Signed => "SIGNED",
            Self::Partly => "PARTLY",
            Self::NotYet => "NOT YET",
            Self::Renew => "RENEW",
            Self::Lapsed => "LAPSED",
        }
    }

    /// The word for machines: `not-yet`.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Claimed => "claimed",
            Self::Signed => "signed",
            Self::Partly => "partly",
            Self::NotYet => "not-yet",
            Self::Renew => "renew",
            Self::Lapsed => "lapsed",
        }
    }

    /// The mark where Unicode can be shown.
    #[must_use]
    pub fn mark(self) -> &'static str {
        match self {
            Self::Open => "·",
            Self::Claimed => "~",
            Self::Signed => "✓",
            Self::Partly => "½",
            Self::NotYet => "!",
            Self::Renew => "↻",
            Self::Lapsed => "×",
        }
    }

    /// The mark where it cannot.
    #[must_use]
    pub fn ascii(self) -> &'static str {
        match self {
            Self::Open => ".",
            Self::Claimed => "~",
            Self::Signed => "x",
            Self::Partly => "/",
            Self::NotYet => "!",
            Self::Renew => "r",
            Self::Lapsed => "-",
        }
    }

    /// Whether it counts towards progress: signed and still good.
    #[must_use]
    pub fn counts(self) -> bool {
        matches!(self, Self::Signed | Self::Renew)
    }
}

/// The state from the sign-offs of one KSB that are not withdrawn, oldest first: the newest outcome decides.
#[must_use]
pub fn state(live: impl IntoIterator<Item = Outcome>) -> State {
    match live.into_iter().last() {
        None => State::Open,
        Some(Outcome::Achieved) => State::Signed,
        Some(Outcome::NotAchieved) => State::NotYet,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_outcome_that_is_not_withdrawn_decides() {
        use Outcome::{Achieved, NotAchieved};
        assert_eq!(state([]), State::Open);
        assert_eq!(state([Achieved]), State::Signed);
        assert_eq!(state([Achieved, NotAchieved]), State::NotYet);
        assert_eq!(state([NotAchieved, Achieved]), State::Signed);
    }

    #[test]
    fn no_two_states_share_a_word_or_a_mark() {
        for show in [State::word, State::slug, State::mark, State::ascii] {
            let mut seen: Vec<_> = State::ALL.map(show).to_vec();
            seen.sort_unstable();
            seen.dedup();
            assert_eq!(seen.len(), State::ALL.len());
        }
    }
}
