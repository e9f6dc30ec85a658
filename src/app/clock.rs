//! What time it is: the one place of this floor that asks.

use std::time::{Duration, Instant};

use chrono::{Local, NaiveDate, Utc};

use crate::domain::when::Timestamp;

/// A clock.
pub trait Clock {
    /// Now, in UTC.
    fn now(&self) -> Timestamp;
    /// Milliseconds since 1970, for ids that sort by time.
    fn millis(&self) -> u64;
    /// Today, by this machine's calendar.
    fn today(&self) -> NaiveDate;
}

/// This machine's clock.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(Utc::now().timestamp())
    }

    fn millis(&self) -> u64 {
        u64::try_from(Utc::now().timestamp_millis()).unwrap_or(0)
    }

    fn today(&self) -> NaiveDate {
        Local::now().date_naive()
    }
}

/// A moment by which work must have ended, whatever the clock on the wall says.
#[derive(Debug, Clone, Copy)]
pub struct Deadline(Option<Instant>);

impl Deadline {
    /// The moment after this time; one too far away never comes.
    #[must_use]
    pub fn after(time: Duration) -> Self {
        Self(Instant::now().checked_add(time))
    }

    /// Whether it has passed.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.0.is_some_and(|moment| Instant::now() > moment)
    }
}

/// A clock that stands where it was set: for tests, and for making a demo's past.
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
