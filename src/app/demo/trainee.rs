//! Holds the state of the demo's story and the key dates of each trainee.

use std::sync::Arc;

use chrono::NaiveDate;

use crate::demo::days::{back, months_back, working_days};
use crate::demo::event::{DemoAction, Event, Holder, Tag};
use crate::demo::people::{Member, Programme};
use crate::error::Error;
use crate::random::{SeededRandom, id};
use countersign_core::people::break_in_learning::{BreakPeriod, reached};
use countersign_core::people::person::{PersonRef, Role};
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::ids::StatementId;
use countersign_core::programme::pace::pace;
use countersign_core::standard::Standard;

/// Index of the training officer among the key holders.
pub const OFFICER: usize = 0;
/// Index of the first supervisor.
pub const FIRST_SUPERVISOR: usize = 1;
/// Number of supervisors.
pub const SUPERVISORS: usize = 7;
/// Index of the training provider's tutor.
pub const TUTOR: usize = FIRST_SUPERVISOR + SUPERVISORS;
/// Index of the verifier.
pub const VERIFIER: usize = TUTOR + 1;
/// Index of the first trainee.
pub const FIRST_TRAINEE: usize = VERIFIER + 1;

/// The department as of one day, with all its events.
pub struct Story<'a> {
    pub today: NaiveDate,
    /// The standards, in the order of [`Programme::ALL`].
    pub standards: &'a [Arc<Standard>],
    /// Everyone who has a key.
    pub holders: &'a [Holder],
    /// The random choices.
    pub choice: fastrand::Rng,
    /// The source of ids that are not statement ids.
    pub random: SeededRandom,
    /// The events, unordered.
    pub events: Vec<Event>,
    /// The number of tags used.
    pub tags: Tag,
}

impl Story<'_> {
    /// Adds an event.
    pub fn add(&mut self, at: Timestamp, by: usize, role: Role, act: DemoAction) {
        self.events.push(Event { at, by, role, act });
    }

    /// Returns a new tag.
    pub fn tag(&mut self) -> Tag {
        self.tags += 1;
        self.tags
    }

    /// Returns a new id for a time.
    pub fn id(&mut self, at: Timestamp) -> Result<StatementId, Error> {
        id(&mut self.random, u64::try_from(at.seconds()).unwrap_or(0) * 1000)
    }

    pub fn standard(&self, on: Programme) -> Arc<Standard> {
        let at = Programme::ALL.iter().position(|one| *one == on).unwrap_or_default();
        Arc::clone(&self.standards[at])
    }

    /// Returns the life of the trainee at an index of the cast.
    pub fn life(&self, at: usize, member: &'static Member) -> Life {
        let (months, days) = member.since;
        let start = back(months_back(self.today, months), days.cast_signed());
        let end = member.left.map_or(self.today, |days| back(self.today, days));
        let pause = member.pause.map(|(from, till)| {
            (back(self.today, from), till.map_or_else(|| back(self.today, -400), |till| back(self.today, till)))
        });
        Life {
            at,
            place: FIRST_TRAINEE + at,
            who: self.holders[FIRST_TRAINEE + at].named(),
            member,
            standard: self.standard(member.on),
            start,
            end,
            pause,
        }
    }
}

/// A trainee and their key dates.
#[derive(Clone)]
pub struct Life {
    /// The index in the cast.
    pub at: usize,
    /// The index among the key holders.
    pub place: usize,
    pub who: PersonRef,
    pub member: &'static Member,
    /// The current standard.
    pub standard: Arc<Standard>,
    /// The first day of the programme.
    pub start: NaiveDate,
    /// Today, or the day they left.
    pub end: NaiveDate,
    /// The first day of their pause, and the first day back, far in the future if open-ended.
    pub pause: Option<(NaiveDate, NaiveDate)>,
}

impl Life {
    /// Returns whether they were 16 to 18 at the start.
    pub fn is_young(&self) -> bool {
        self.at % 5 == 1
    }

    /// Returns the index of their first supervisor.
    pub fn supervisor(&self) -> usize {
        FIRST_SUPERVISOR + self.member.under.first().copied().unwrap_or_default()
    }

    /// Returns their working days from `after` days after the start to `before` days before the end.
    pub fn days(&self, after: i64, before: i64) -> Vec<NaiveDate> {
        working_days(back(self.start, -after), back(self.end, before), self.pause)
    }

    /// Returns how many KSBs are signed and current on the last day.
    pub fn signed(&self) -> usize {
        let spans: Vec<BreakPeriod> =
            self.pause.iter().map(|(from, back)| BreakPeriod { from: *from, back: Some(*back) }).collect();
        let total = u16::try_from(self.standard.ksbs().len()).unwrap_or(u16::MAX);
        let expected = pace(0, total, self.start, self.standard.months(), reached(&spans, self.end)).expected;
        let signed = i32::from(expected) + self.member.ahead;
        usize::try_from(signed.clamp(0, i32::from(total))).unwrap_or_default()
    }
}
