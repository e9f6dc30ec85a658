//! The shapes of answers about one trainee's record: KSBs and local competences. A field is never renamed or taken away within
//! a version (the guide describes them). Must never hold a reader's layout.

use serde::Serialize;

use crate::cli::json::book::{Card, PauseRow, RecordRow};
use crate::cli::json::claims::AskedRow;
use crate::cli::json::marks::ReviewRow;
use crate::domain::primitives::ids::KsbCode;
use crate::domain::record::claim::PendingClaim;
use crate::domain::record::view::{NoLongerAsked, Record, TraineeRecord};
use crate::domain::standard::local_view::LocalKsb;

/// A trainee's KSBs.
#[derive(Debug, Serialize)]
pub struct Trainee {
    /// `countersign/trainee/1`.
    pub schema: &'static str,
    /// Whose.
    pub trainee: Card,
    /// The day on which the gateway is expected.
    pub gateway: String,
    /// The pauses of their programme.
    pub pauses: Vec<PauseRow>,
    /// One row a KSB, in the standard's order.
    pub ksbs: Vec<KsbState>,
    /// One row a local competence, by code.
    pub competences: Vec<LocalRow>,
    /// One row a KSB that was signed and that they do not answer for now.
    pub no_longer_asked: Vec<KeptRow>,
    /// The progress reviews, the newest day first.
    pub reviews: Vec<ReviewRow>,
    /// The line that the licence of the texts asks for, where there is one.
    pub attribution: Option<String>,
}

/// Where a KSB stands.
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

/// A KSB that was signed and that they do not answer for now.
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

/// A trainee's local competence, and where it stands.
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

/// Where a KSB was seen through a local competence.
#[derive(Debug, Serialize)]
pub struct SeenIn {
    pub id: String,
    pub observations: u16,
    pub latest: Option<String>,
}

/// The local competences through which a KSB was seen.
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
    /// A trainee's local competence with its records.
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
