//! Defines the JSON shapes of a trainee's record: KSBs and local competences. Within a version no field is renamed or
//! removed.

use serde::Serialize;

use crate::cli::json::book::{Card, PauseRow, RecordRow};
use crate::cli::json::claims::AskedRow;
use crate::cli::json::marks::ReviewRow;
use crate::domain::primitives::ids::KsbCode;
use crate::domain::record::claim::PendingClaim;
use crate::domain::record::view::{NoLongerAsked, Record, TraineeRecord};
use crate::domain::standard::local_view::LocalKsb;

/// A trainee's record.
#[derive(Debug, Serialize)]
pub struct Trainee {
    /// `countersign/trainee/1`.
    pub schema: &'static str,
    pub trainee: Card,
    /// Expected day of the gateway.
    pub gateway: String,
    /// Breaks in learning.
    pub pauses: Vec<PauseRow>,
    /// In the standard's order.
    pub ksbs: Vec<KsbState>,
    /// By code.
    pub competences: Vec<LocalRow>,
    /// Signed KSBs that they no longer answer for.
    pub no_longer_asked: Vec<KeptRow>,
    /// Progress reviews, newest first.
    pub reviews: Vec<ReviewRow>,
    /// The attribution that the licence of the texts requires, if any.
    pub attribution: Option<String>,
}

/// The state of a KSB.
#[derive(Debug, Serialize)]
pub struct KsbState {
    pub id: String,
    pub state: &'static str,
    pub counts: bool,
    pub duties: Vec<u16>,
    pub text: String,
    pub claim: Option<AskedRow>,
    pub seen_in: Vec<SeenIn>,
    pub records: Vec<RecordRow>,
}

/// A signed KSB that they no longer answer for.
#[derive(Debug, Serialize)]
pub struct KeptRow {
    pub id: String,
    pub why: String,
    pub text: String,
    pub records: Vec<RecordRow>,
}

impl From<&NoLongerAsked> for KeptRow {
    fn from(kept: &NoLongerAsked) -> Self {
        Self {
            id: kept.code.to_string(),
            why: kept.why.clone(),
            text: kept.text.clone(),
            records: kept.records.iter().map(RecordRow::from).collect(),
        }
    }
}

/// The state of a local competence.
#[derive(Debug, Serialize)]
pub struct LocalRow {
    pub id: String,
    pub list: String,
    pub state: &'static str,
    pub observations: u16,
    pub wanted: u16,
    pub due: Option<String>,
    pub months: Option<u32>,
    pub linked: Vec<String>,
    pub may_sign: Vec<String>,
    pub text: String,
    pub claim: Option<AskedRow>,
    pub records: Vec<RecordRow>,
}

/// A local competence that a KSB was shown by.
#[derive(Debug, Serialize)]
pub struct SeenIn {
    pub id: String,
    pub observations: u16,
    pub latest: Option<String>,
}

/// Returns the local competences that a KSB was shown by.
pub fn seen_in(standing: &TraineeRecord, code: KsbCode) -> Vec<SeenIn> {
    let linked = standing.local.iter().filter(|local| local.seen > 0 && local.term.links.contains(&code));
    let row = |local: &LocalKsb| SeenIn {
        id: local.ksb.code.to_string(),
        observations: local.seen,
        latest: local.tally.latest.map(|day| day.to_string()),
    };
    linked.map(row).collect()
}

impl LocalRow {
    /// Returns the row of a local competence.
    pub fn new(local: &LocalKsb, claim: Option<&PendingClaim>, records: &[Record]) -> Self {
        Self {
            id: local.ksb.code.to_string(),
            list: local.list.to_string(),
            state: local.state.slug(),
            observations: local.seen,
            wanted: local.term.observations,
            due: local.due.map(|day| day.to_string()),
            months: local.term.months,
            linked: local.term.links.iter().map(ToString::to_string).collect(),
            may_sign: local.term.who.iter().map(ToString::to_string).collect(),
            text: local.ksb.text.clone(),
            claim: claim.map(AskedRow::from),
            records: records.iter().map(RecordRow::from).collect(),
        }
    }
}
