//! Reads the live sign-offs of many trainees at once: on one standard or list, or signed between two days.
//!
//! Invariant: queries about records take a viewer.

use chrono::NaiveDate;
use rusqlite::params;

use crate::codec::{day_of, id_of, ksb_of, outcome_of, position};
use crate::db::Tx;
use crate::error::{StoreError, damaged};
use crate::index::people::{id, standard_ref};
use crate::queries::cohort::{TraineeNo, own};
use countersign_core::people::person::Viewer;
use countersign_core::primitives::ids::{KsbCode, PersonId, StandardRef, StatementId};
use countersign_core::record::ksb_status::CountedSignOff;
use countersign_core::rules::log_state::Policy;
use countersign_core::statement::kinds::sign_off::Outcome;

const ON: &str = "SELECT trainee, ksb, outcome, observed, countersigned, place, NULL FROM sign_off
    WHERE standard = (SELECT standard FROM standard WHERE reference = ?1 AND version = ?2)
    AND withdrawn IS NULL AND rejected IS NULL AND doubted IS NULL
    AND (?3 IS NULL OR trainee = (SELECT person FROM person WHERE id = ?3)) ORDER BY trainee, ksb, observed, place";
/// Of this log and others. Of one day, those that were signed later come later: ids sort by time.
const ON_ANYWHERE: &str = "SELECT trainee, ksb, outcome, observed, countersigned, place, NULL, entry.id AS at
    FROM sign_off JOIN entry USING (place)
    WHERE standard = (SELECT standard FROM standard WHERE reference = ?1 AND version = ?2)
    AND withdrawn IS NULL AND rejected IS NULL AND doubted IS NULL
    AND (?3 IS NULL OR trainee = (SELECT person FROM person WHERE id = ?3))
    UNION ALL SELECT trainee, ksb, outcome, observed, countersigned, position, id, id AS at FROM elsewhere
    WHERE standard = (SELECT standard FROM standard WHERE reference = ?1 AND version = ?2)
    AND withdrawn IS NULL AND rejected IS NULL AND doubted IS NULL
    AND (?3 IS NULL OR trainee = (SELECT person FROM person WHERE id = ?3)) ORDER BY trainee, ksb, observed, at";
const EVERY: &str = "SELECT trainee, ksb, outcome, observed, countersigned, place, NULL FROM sign_off
    WHERE withdrawn IS NULL AND rejected IS NULL AND doubted IS NULL
    AND (?1 IS NULL OR trainee = (SELECT person FROM person WHERE id = ?1)) ORDER BY place";

const ITEMS: &str = "SELECT DISTINCT standard.reference, standard.version, person.id, sign_off.ksb FROM sign_off
    JOIN person ON person.person = sign_off.trainee JOIN standard ON standard.standard = sign_off.standard
    WHERE withdrawn IS NULL AND rejected IS NULL AND doubted IS NULL AND (?1 IS NULL OR person.id = ?1)";

/// A sign-off that is neither withdrawn, rejected nor in review.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LiveSignOff {
    pub trainee: TraineeNo,
    pub code: KsbCode,
    pub outcome: Outcome,
    pub observed: NaiveDate,
    pub countersigned: bool,
    /// Its position in its log.
    pub position: u64,
    /// Its id, if it is of another department's log.
    pub elsewhere: Option<StatementId>,
}

impl LiveSignOff {
    /// Returns what a state is counted from.
    pub fn counted(&self) -> CountedSignOff {
        CountedSignOff { outcome: self.outcome, observed: self.observed, countersigned: self.countersigned }
    }
}

/// Returns the live sign-offs that count on a standard or list, by trainee and code, in the order in which they were seen.
pub fn on(tx: &Tx<'_>, viewer: &Viewer, of: &StandardRef, policy: &Policy) -> Result<Vec<LiveSignOff>, StoreError> {
    let sql = if policy.imported > 0 { ON_ANYWHERE } else { ON };
    tx.rows(sql, params![of.reference(), of.version(), own(viewer)], live)
}

/// Returns all live sign-offs of this log, oldest first.
pub fn every(tx: &Tx<'_>, viewer: &Viewer) -> Result<Vec<LiveSignOff>, StoreError> {
    tx.rows(EVERY, params![own(viewer)], live)
}

/// Returns each item of each trainee that has a live sign-off, with its standard or list.
pub fn items(tx: &Tx<'_>, viewer: &Viewer) -> Result<Vec<(PersonId, StandardRef, KsbCode)>, StoreError> {
    tx.rows(ITEMS, params![own(viewer)], |row| Ok((id(row, 2)?, standard_ref(row, 0)?, ksb_of(row.get(3)?)?)))
}

fn live(row: &rusqlite::Row<'_>) -> Result<LiveSignOff, StoreError> {
    Ok(LiveSignOff {
        trainee: TraineeNo(row.get(0)?),
        code: ksb_of(row.get(1)?)?,
        outcome: outcome_of(row.get(2)?)?,
        observed: day_of(row.get(3)?)?,
        countersigned: row.get::<_, i64>(4)? > 0,
        position: position(row.get(5)?),
        elsewhere: row.get_ref(6)?.as_blob_or_null().map_err(damaged)?.map(id_of).transpose()?,
    })
}
