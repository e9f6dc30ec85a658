//! Reads the system clock, behind the `Clock` trait, for all use cases.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use chrono::{Local, NaiveDate, TimeZone as _};

use crate::error::Error;
use countersign_core::primitives::date::Timestamp;

/// A source of time.
pub trait Clock {
    /// Returns the current time in UTC.
    fn now(&self) -> Timestamp;
    /// Returns milliseconds since 1970, for ids that sort by time.
    fn millis(&self) -> u64;
    /// Returns today's date in local time.
    fn today(&self) -> NaiveDate;
}

#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl SystemClock {
    /// Refuses a clock outside the range of dates that a statement can carry.
    pub fn check(self) -> Result<(), Error> {
        let seconds = seconds();
        if (0..=LAST_SECOND).contains(&seconds) {
            return Ok(());
        }
        let side = if seconds < 0 { "before 1970" } else { "after the year 9999" };
        Err(Error::refused(format!("This computer's clock is wrong: it shows a date {side}"))
            .hint("Nothing was changed. Set the clock, then try again"))
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(seconds())
    }

    fn millis(&self) -> u64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        since.map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    }

    fn today(&self) -> NaiveDate {
        let now = self.now();
        Local.timestamp_opt(now.seconds(), 0).single().map_or_else(|| now.day(), |local| local.date_naive())
    }
}

/// The end of an earlier day, for what was the case on it.
#[derive(Debug, Clone, Copy)]
pub struct PastDay {
    day: NaiveDate,
    end: Timestamp,
}

impl PastDay {
    pub fn new(day: NaiveDate) -> Self {
        let next = day.succ_opt().unwrap_or(day);
        Self { day, end: Timestamp::start_of(next).plus(-1) }
    }

    /// Returns its last second in local time.
    pub fn end(self) -> Timestamp {
        self.end
    }
}

impl Clock for PastDay {
    fn now(&self) -> Timestamp {
        self.end
    }

    fn millis(&self) -> u64 {
        u64::try_from(self.end.seconds()).unwrap_or(0).saturating_mul(1000)
    }

    fn today(&self) -> NaiveDate {
        self.day
    }
}

/// The last second of the year 9999.
const LAST_SECOND: i64 = 253_402_300_799;

/// Returns seconds since 1970. Not through chrono, which panics for earlier years.
fn seconds() -> i64 {
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_secs()).map_or(i64::MIN, |seconds| -seconds - 1),
    }
}

/// A deadline on the monotonic clock.
#[derive(Debug, Clone, Copy)]
pub struct Deadline(Option<Instant>);

impl Deadline {
    /// Returns the deadline after `time`; one too far away never passes.
    pub fn after(time: Duration) -> Self {
        Self(Instant::now().checked_add(time))
    }

    pub fn passed(&self) -> bool {
        self.0.is_some_and(|moment| Instant::now() > moment)
    }
}

/// A clock fixed at a given time, for tests and for a demo's past.
#[derive(Debug, Clone, Copy)]
pub struct SetClock(pub Timestamp);

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        self.0
    }

    fn millis(&self) -> u64 {
        u64::try_from(self.0.seconds()).unwrap_or(0) * 1000
    }

    fn today(&self) -> NaiveDate {
        self.0.day()
    }
}
