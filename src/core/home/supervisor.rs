//! Defines what Home shows a supervisor: claims that wait for them, their trainees, and what is due or lapsed.

use chrono::NaiveDate;

use crate::home::due::DueItem;
use crate::programme::cohort::CohortRow;
use crate::programme::hours_plan::HoursPlan;
use crate::programme::review_plan::ReviewDue;
use crate::record::claim::QueueRow;
use crate::record::ksb_status::State;

/// The first rows of each part, with how many there are in all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupervisorHome {
    pub today: NaiveDate,
    /// Waiting claims, oldest first.
    pub waiting: Vec<QueueRow>,
    pub waiting_total: u64,
    /// By name.
    pub trainees: Vec<SupervisedTrainee>,
    pub trainees_total: usize,
    /// Current trainees of the department.
    pub department: usize,
    /// The most urgent first.
    pub due: Vec<DueItem>,
    pub due_total: usize,
}

impl SupervisorHome {
    /// Returns the days that the oldest claim has waited.
    pub fn oldest(&self) -> Option<i64> {
        self.waiting.first().map(|row| row.days(self.today))
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupervisedTrainee {
    pub row: CohortRow,
    pub open: OpenCounts,
    pub hours: HoursPlan,
    /// The last day for the next progress review.
    pub review: NaiveDate,
    pub call: ReviewDue,
}

/// How many of a trainee's KSBs and local competences need something done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OpenCounts {
    pub lapsed: u16,
    pub not_yet: u16,
    pub renew: u16,
    pub claimed: u16,
}

impl OpenCounts {
    pub fn of(states: impl IntoIterator<Item = State>) -> Self {
        let mut counts = Self::default();
        for state in states {
            match state {
                State::Lapsed => counts.lapsed += 1,
                State::NotYet => counts.not_yet += 1,
                State::Renew => counts.renew += 1,
                State::Claimed => counts.claimed += 1,
                State::Open | State::Signed | State::Partly | State::CarriedOver => {}
            }
        }
        counts
    }

    /// Returns those above 0, the most urgent first.
    pub fn some(self) -> impl Iterator<Item = (State, u16)> {
        [
            (State::Lapsed, self.lapsed),
            (State::NotYet, self.not_yet),
            (State::Renew, self.renew),
            (State::Claimed, self.claimed),
        ]
        .into_iter()
        .filter(|(_, count)| *count > 0)
    }

    /// Returns them in words: `1 lapsed, 2 not yet, 3 claimed`.
    pub fn words(self) -> String {
        self.some().map(|(state, count)| format!("{count} {}", state.label())).collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_work_is_counted_by_state_and_what_is_open_or_done_is_not_part_of_it() {
        for state in State::ALL {
            let counts = OpenCounts::of([state, state]);
            let wanted = matches!(state, State::Lapsed | State::NotYet | State::Renew | State::Claimed);
            assert_eq!(counts.some().collect::<Vec<_>>(), if wanted { vec![(state, 2)] } else { vec![] });
        }
        let counts = OpenCounts::of([State::Claimed, State::NotYet, State::Lapsed, State::NotYet]);
        assert_eq!(counts.words(), "1 lapsed, 2 not yet, 1 claimed");
    }
}
