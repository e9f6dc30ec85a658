//! Defines the JSON shape of what a command added to the log.

use serde::Serialize;

use crate::domain::primitives::ids::StatementId;
use crate::domain::record::view::TreeHead;

/// What a command added to the log.
#[derive(Debug, Serialize)]
pub struct Written {
    /// `countersign/written/1`.
    pub schema: &'static str,
    /// Entries in the log after it.
    pub size: u64,
    /// The checkpoint code after it.
    pub checkpoint: String,
    /// The person it was about, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// The generated passphrase, shown only here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offered_passphrase: Option<String>,
    /// The new statements.
    pub statements: Vec<IdRow>,
}

/// A row with only an id.
#[derive(Debug, Serialize)]
pub struct IdRow {
    /// The id of a statement or a person.
    pub id: String,
}

impl Written {
    /// Returns the shape of these statements and the new tree head.
    pub fn new(ids: &[StatementId], head: &TreeHead) -> Self {
        Self {
            schema: "countersign/written/1",
            size: head.size,
            checkpoint: head.code.clone(),
            person: None,
            offered_passphrase: None,
            statements: ids.iter().map(|id| IdRow { id: id.to_string() }).collect(),
        }
    }
}
