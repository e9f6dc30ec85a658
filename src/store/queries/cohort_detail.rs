//! Reads full cohort rows, and the KSBs that are claimed or due for reassessment.
//!
//! Invariant: queries about records take a viewer.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use rusqlite::{OptionalExtension as _, Row, params};

use crate::codec::{StandardNo, day, day_of, ksb_of, position};
use crate::db::Tx;
use crate::error::{StoreError, damaged};
use crate::index::packed_states::{PackedState, PackedStates};
use crate::index::pauses;
use crate::index::people::{card_of, clean};
use crate::index::sign_off_index::again;
use crate::queries::cohort::{TraineeNo, own};
use countersign_core::people::paid_hours::PaidHours;
use countersign_core::people::person::Viewer;
use countersign_core::primitives::ids::KsbCode;
use countersign_core::primitives::text::SafeText;
use countersign_core::programme::cohort::ReassessmentDue;
use countersign_core::programme::hours::QuarterHours;
use countersign_core::record::ksb_status::StatusContext;
use countersign_core::record::view::TraineeCard;

const ROW: &str = r#"SELECT id, name, reference, version, specialism, start, coalesce(signed, 0), level, duties, ksbs,
    (SELECT count(*) FROM claim INDEXED BY claim_waits WHERE claim.trainee = person.id AND waiting > 0),
    (SELECT last FROM fact INDEXED BY fact_review WHERE fact.trainee = enrolment.trainee AND kind = 1
    AND withdrawn IS NULL AND doubted IS NULL ORDER BY first DESC, place DESC LIMIT 1), scope, planned_end, weekly,
    (SELECT place FROM fact INDEXED BY fact_plan WHERE fact.trainee = enrolment.trainee AND kind = 7
    AND withdrawn IS NULL AND doubted IS NULL ORDER BY first DESC, place DESC LIMIT 1) AS plan,
    (SELECT place FROM fact WHERE fact.trainee = enrolment.trainee AND kind = 6
    AND withdrawn IS NULL AND doubted IS NULL ORDER BY first DESC, place DESC LIMIT 1) AS recognition,
    (SELECT coalesce(sum(quarters), 0) FROM hour WHERE hour.trainee = enrolment.trainee)
    - (SELECT coalesce(sum(quarters), 0) FROM fact CROSS JOIN hour USING (place) WHERE fact.trainee = enrolment.trainee
    AND kind = 2 AND (withdrawn IS NOT NULL OR doubted IS NOT NULL)) AS quarters,
    (SELECT group_concat(who.name, char(10)) FROM supervision JOIN person AS who ON who.id = supervisor
    WHERE supervision.trainee = person.id AND who."left" = 0) AS supervisors
    FROM enrolment JOIN person ON person = trainee JOIN standard USING (standard)
    LEFT JOIN summary USING (trainee, standard) LEFT JOIN standing USING (trainee, standard)
    WHERE enrolment.trainee = ?1 AND (?2 IS NULL OR id = ?2)"#;
const SEEN_BEFORE: &str =
    "SELECT trainee, standard, ksb, observed FROM state WHERE observed < ?1 AND (state <> 3 OR ?3)
    AND (?2 IS NULL OR trainee = (SELECT person FROM person WHERE id = ?2))";
const COUNTERSIGNED_BEFORE: &str =
    "SELECT trainee, standard, ksb, countersigned FROM state WHERE countersigned < ?1 AND (state <> 3 OR ?3)
    AND (?2 IS NULL OR trainee = (SELECT person FROM person WHERE id = ?2))";
const CLAIMED: &str = "SELECT person, claim_item.ksb FROM claim_item JOIN claim USING (claim)
    JOIN person ON person.id = claim_item.trainee JOIN enrolment ON enrolment.trainee = person
    JOIN standard USING (standard, reference, version) WHERE waits = 1 AND (?1 IS NULL OR person.id = ?1)";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CohortDetail {
    /// The summary; `total` stays 0, because it comes from the standard.
    pub card: TraineeCard,
    pub level: Option<SafeText>,
    /// KSBs signed for each duty, in the standard's order; empty if none is signed.
    pub duties: Vec<u16>,
    /// KSBs that were *not achieved* when they were seen last.
    pub not_yet: u16,
    pub claims: u16,
    /// The day set for the next progress review, if one was held.
    pub next_review: Option<NaiveDate>,
    /// KSBs to renew or lapsed, earliest first.
    pub again: Vec<ReassessmentDue>,
    pub weekly: Option<PaidHours>,
    /// The positions of the newest training plan and recognition of prior learning that count, for any standard.
    pub plan: Option<u64>,
    pub recognition: Option<u64>,
    /// Confirmed hours that count.
    pub confirmed: QuarterHours,
    /// The current supervisors, by name.
    pub supervisors: Vec<SafeText>,
}

/// Returns a trainee's full row, if they still exist.
pub fn whole(
    tx: &Tx<'_>,
    viewer: &Viewer,
    trainee: TraineeNo,
    measure: &StatusContext,
) -> Result<Option<CohortDetail>, StoreError> {
    let mut statement = tx.prepared(ROW)?;
    let found = statement.query_row(params![trainee.0, own(viewer)], |row| Ok(whole_of(row))).optional()?;
    let Some(mut whole) = found.transpose()? else { return Ok(None) };
    whole.card.pauses = pauses::of_number(tx, trainee.0)?;
    if measure.good_from().is_some() {
        whole.again = again(tx, viewer, &whole.card.id, &whole.card.standard, measure)?;
    }
    Ok(Some(whole))
}

fn whole_of(row: &Row<'_>) -> Result<CohortDetail, StoreError> {
    let blob =
        |at: usize| Ok::<_, StoreError>(row.get_ref(at)?.as_blob_or_null().map_err(damaged)?.unwrap_or_default());
    let (duties, states) = (blob(8)?, PackedStates::read(blob(9)?));
    let not_yet = states.each().filter(|(_, mark)| *mark == PackedState::NotAchieved).count();
    Ok(CohortDetail {
        card: card_of(row)?,
        level: clean(row, 7)?,
        duties: duties.chunks_exact(2).map(|two| u16::from_be_bytes([two[0], two[1]])).collect(),
        not_yet: u16::try_from(not_yet).unwrap_or(u16::MAX),
        claims: row.get(10)?,
        next_review: row.get::<_, Option<i64>>(11)?.map(day_of).transpose()?,
        again: Vec::new(),
        weekly: row.get::<_, Option<u16>>("weekly")?.and_then(PaidHours::hundredths),
        plan: row.get::<_, Option<i64>>("plan")?.map(position),
        recognition: row.get::<_, Option<i64>>("recognition")?.map(position),
        confirmed: QuarterHours(row.get("quarters")?),
        supervisors: names(row)?,
    })
}

fn names(row: &Row<'_>) -> Result<Vec<SafeText>, StoreError> {
    let joined = row.get_ref("supervisors")?.as_str_or_null().map_err(damaged)?.unwrap_or_default();
    let name = |name: &str| SafeText::as_signed(name).ok_or_else(|| damaged("a text contains what no text may"));
    let mut names = joined.lines().map(name).collect::<Result<Vec<_>, _>>()?;
    names.sort_unstable();
    Ok(names)
}

/// Calls `each` with every KSB due for reassessment or lapsed, and the day it counts from.
pub fn due_reassessments(
    tx: &Tx<'_>,
    viewer: &Viewer,
    measure: &StatusContext,
    each: &mut dyn FnMut((TraineeNo, StandardNo), KsbCode, NaiveDate),
) -> Result<(), StoreError> {
    let Some(calm) = measure.calm_from() else { return Ok(()) };
    let mut statement = tx.prepared(if measure.policy.countersign > 0 { COUNTERSIGNED_BEFORE } else { SEEN_BEFORE })?;
    let mut rows = statement.query(params![day(calm), own(viewer), measure.policy.carried_over])?;
    while let Some(row) = rows.next()? {
        each((TraineeNo(row.get(0)?), StandardNo(row.get(1)?)), ksb_of(row.get(2)?)?, day_of(row.get(3)?)?);
    }
    Ok(())
}

/// Returns each trainee's KSBs with a waiting claim on their current standard.
pub fn claimed(tx: &Tx<'_>, viewer: &Viewer) -> Result<HashMap<TraineeNo, HashSet<KsbCode>>, StoreError> {
    let mut statement = tx.prepared(CLAIMED)?;
    let mut rows = statement.query([own(viewer)])?;
    let mut found: HashMap<TraineeNo, HashSet<KsbCode>> = HashMap::new();
    while let Some(row) = rows.next()? {
        found.entry(TraineeNo(row.get(0)?)).or_default().insert(ksb_of(row.get(1)?)?);
    }
    Ok(found)
}
