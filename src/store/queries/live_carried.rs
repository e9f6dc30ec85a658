//! Reads what is carried over of many trainees at once.
//!
//! Invariant: queries about records take a viewer.

use chrono::NaiveDate;
use rusqlite::params;

use crate::codec::{day_of, ksb_of, position};
use crate::db::Tx;
use crate::error::StoreError;
use crate::queries::cohort::{TraineeNo, own};
use countersign_core::people::person::Viewer;
use countersign_core::primitives::ids::{KsbCode, StandardRef};

const ON: &str = "SELECT carried.trainee, ksb, seen, carried.place FROM carried CROSS JOIN fact USING (place)
    WHERE standard = (SELECT standard FROM standard WHERE reference = ?1 AND version = ?2)
    AND withdrawn IS NULL AND doubted IS NULL
    AND (?3 IS NULL OR carried.trainee = (SELECT person FROM person WHERE id = ?3))
    ORDER BY carried.trainee, ksb, seen, carried.place";

/// An item of an earlier record that is neither withdrawn nor in review.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LiveCarried {
    pub trainee: TraineeNo,
    pub code: KsbCode,
    pub seen: NaiveDate,
    /// The statement's position in the log.
    pub position: u64,
}

/// Returns what is carried over on a standard or list, by trainee and code, the last seen last.
pub fn on(tx: &Tx<'_>, viewer: &Viewer, of: &StandardRef) -> Result<Vec<LiveCarried>, StoreError> {
    tx.rows(ON, params![of.reference(), of.version(), own(viewer)], |row| {
        Ok(LiveCarried {
            trainee: TraineeNo(row.get(0)?),
            code: ksb_of(row.get(1)?)?,
            seen: day_of(row.get(2)?)?,
            position: position(row.get(3)?),
        })
    })
}
