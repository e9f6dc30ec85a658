//! Describes how the state of an item changes once a record is erased.

use crate::primitives::ids::KsbCode;
use crate::primitives::text::SafeText;
use crate::record::ksb_status::State;

/// The state of an item of one trainee, with a record and without it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateChange {
    pub trainee: SafeText,
    pub code: KsbCode,
    pub before: State,
    pub after: State,
    /// For a local competence: how many observations count, before and after, and how many it needs.
    pub seen: Option<[u16; 3]>,
}

impl StateChange {
    /// Returns the sentence to show before: `K7 of Ann Trainee is not yet achieved by this record. Without it, it is signed off`.
    pub fn foretold(&self) -> String {
        let Self { trainee, code, before, .. } = self;
        let by = if *before == State::NotYet { "by" } else { "with" };
        let [is, then] = self.words();
        format!("{code} of {trainee} is {is} {by} this record. Without it, it is {then}")
    }

    /// Returns the sentence to show after: `K7 of Ann Trainee was not yet achieved. Now it is signed off`.
    pub fn told(&self) -> String {
        let [was, now] = self.words();
        format!("{} of {} was {was}. Now it is {now}", self.code, self.trainee)
    }

    /// Returns whether what was not achieved is then taken for achieved.
    pub fn hides_not_achieved(&self) -> bool {
        self.before == State::NotYet
            && [State::Signed, State::Renew, State::Partly, State::Lapsed].contains(&self.after)
    }

    fn words(&self) -> [String; 2] {
        let [before, after] = [self.before, self.after].map(words);
        match self.seen {
            Some([was, now, needed]) => {
                [format!("{before} ({was} of {needed} seen)"), format!("{after} ({now} of {needed} seen)")]
            }
            None => [before.to_owned(), after.to_owned()],
        }
    }
}

fn words(state: State) -> &'static str {
    match state {
        State::Open => "open",
        State::Claimed => "claimed",
        State::Signed => "signed off",
        State::Partly => "signed once and waits for a second signature",
        State::NotYet => "not yet achieved",
        State::Renew => "signed off and soon due for reassessment",
        State::Lapsed => "lapsed",
        State::CarriedOver => "carried over from an earlier record",
    }
}
