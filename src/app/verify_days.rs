//! The days from which sign-offs count, held against the index: as signed, or as a later `clock` statement puts them right.

use chrono::NaiveDate;

use crate::app::error::Error;
use crate::app::faults::Faults;
use crate::domain::rules::latest_day;
use crate::domain::when::Timestamp;
use crate::store::days;
use crate::store::db::Tx;

/// What is known of days while the log is gone through.
#[derive(Debug, Default)]
pub(in crate::app) struct Days {
    /// Each `clock` statement: where, and the time that it puts right.
    clocks: Vec<(u64, Timestamp)>,
    /// Sign-offs that the index has on an earlier day: where, the index's day, the day as signed.
    earlier: Vec<(u64, NaiveDate, NaiveDate)>,
}

impl Days {
    /// Notes a `clock` statement.
    pub(in crate::app) fn clock(&mut self, at: u64, signed: Timestamp) {
        self.clocks.push((at, signed));
    }

    /// Says whether the index may have a sign-off on a day; an earlier one is judged at the end.
    pub(in crate::app) fn fits(&mut self, at: u64, indexed: NaiveDate, signed: NaiveDate) -> bool {
        if indexed < signed {
            self.earlier.push((at, indexed, signed));
        }
        indexed <= signed
    }

    /// Holds the days against all `clock` statements.
    pub(in crate::app) fn hold(&self, tx: &Tx<'_>, faults: &mut Faults) -> Result<(), Error> {
        for (at, indexed, signed) in &self.earlier {
            let later = self.clocks.iter().filter(|(clock, _)| clock > at);
            let right = later.fold(*signed, |day, (_, time)| if day > latest_day(*time) { time.day() } else { day });
            if right != *indexed {
                faults.add(Some(*at), "The index says something else of this sign-off");
            }
        }
        for (at, time) in &self.clocks {
            if days::is_ahead(tx, *at, *time)? {
                faults.add(Some(*at), "The index lets a sign-off before it count from a day that had not come");
            }
        }
        Ok(())
    }
}
