//! One trainee of the demo's department with the days that matter to them, and who else there is. Must never read a clock.

use std::sync::Arc;

use chrono::NaiveDate;

use crate::app::demo::days::{back, months_back, working_days};
use crate::app::demo::event::{Act, Event, Holder, Tag};
use crate::app::demo::people::{Member, Programme};
use crate::app::error::Error;
use crate::app::random::{SeededRandom, id};
use crate::domain::people::break_in_learning::{BreakPeriod, reached};
use crate::domain::people::person::{PersonRef, Role};
use crate::domain::primitives::date::Timestamp;
use crate::domain::primitives::ids::StatementId;
use crate::domain::programme::pace::pace;
use crate::domain::standard::Standard;

/// Where the training officer stands among all who hold keys.
pub const OFFICER: usize = 0;
/// Where the first supervisor does.
pub const FIRST_SUPERVISOR: usize = 1;
/// How many supervisors there are.
pub const SUPERVISORS: usize = 7;
/// Where the one from the training provider stands.
pub const TUTOR: usize = FIRST_SUPERVISOR + SUPERVISORS;
/// Where the verifier stands.
pub const VERIFIER: usize = TUTOR + 1;
/// Where the first trainee stands.
pub const FIRST_TRAINEE: usize = VERIFIER + 1;

/// The department, the day on which it is looked at, and all that happens in it.
pub struct Story<'a> {
    /// The day.
    pub today: NaiveDate,
    /// The standards, in the order of [`Programme::ALL`].
    pub standards: &'a [Arc<Standard>],
    /// Everyone who holds a key.
    pub holders: &'a [Holder],
    /// What varies from one to the next.
    pub choice: fastrand::Rng,
    /// Ids of what is no statement.
    pub random: SeededRandom,
    /// What happens, in no order yet.
    pub events: Vec<Event>,
    /// How many statements can be found again.
    pub tags: Tag,
}

impl Story<'_> {
    /// Somebody does something.
    pub fn add(&mut self, at: Timestamp, by: usize, role: Role, act: Act) {
        self.events.push(Event { at, by, role, act });
    }

    /// A new tag.
    pub fn tag(&mut self) -> Tag {
        self.tags += 1;
        self.tags
    }

    /// A new id, made at a moment.
    pub fn id(&mut self, at: Timestamp) -> Result<StatementId, Error> {
        id(&mut self.random, u64::try_from(at.seconds()).unwrap_or(0) * 1000)
    }

    /// The standard of a programme.
    pub fn standard(&self, on: Programme) -> Arc<Standard> {
        let at = Programme::ALL.iter().position(|one| *one == on).unwrap_or_default();
        Arc::clone(&self.standards[at])
    }

    /// The trainee who stands at a place of the cast.
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

/// One trainee.
#[derive(Clone)]
pub struct Life {
    /// Their place in the cast.
    pub at: usize,
    /// Their place among all who hold keys.
    pub place: usize,
    pub who: PersonRef,
    pub member: &'static Member,
    /// The standard that they are on now.
    pub standard: Arc<Standard>,
    /// The first day of the programme.
    pub start: NaiveDate,
    /// Today, or the day on which they left.
    pub end: NaiveDate,
    /// Their pause: the first day of it, and the first day back or one that is far away.
    pub pause: Option<(NaiveDate, NaiveDate)>,
}

impl Life {
    /// Whether they were 16 to 18 years old at the start: now and then someone is.
    pub fn is_young(&self) -> bool {
        self.at % 5 == 1
    }

    /// The supervisor whom they are under first.
    pub fn supervisor(&self) -> usize {
        FIRST_SUPERVISOR + self.member.under.first().copied().unwrap_or_default()
    }

    /// Their working days from so many days after the start to so many before the end.
    pub fn days(&self, after: i64, before: i64) -> Vec<NaiveDate> {
        working_days(back(self.start, -after), back(self.end, before), self.pause)
    }

    /// KSBs that are signed and good on the last day.
    pub fn signed(&self) -> usize {
        let spans: Vec<BreakPeriod> =
            self.pause.iter().map(|(from, back)| BreakPeriod { from: *from, back: Some(*back) }).collect();
        let total = u16::try_from(self.standard.ksbs().len()).unwrap_or(u16::MAX);
        let expected = pace(0, total, self.start, self.standard.months(), reached(&spans, self.end)).expected;
        let signed = i32::from(expected) + self.member.ahead;
        usize::try_from(signed.clamp(0, i32::from(total))).unwrap_or_default()
    }
}
