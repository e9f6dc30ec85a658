//! Defines the JSON shape of what a command added to the log.

use serde::Serialize;

use countersign_core::primitives::ids::{PersonId, StatementId};
use countersign_core::record::view::TreeHead;

json_row! {
    /// What a command added to the log.
    Written from (ids: &[StatementId], head: &TreeHead) {
        schema: &'static str = "countersign/written/1",
        /// Entries in the log after it.
        size: u64 = head.size,
        /// The checkpoint code after it.
        checkpoint: String = head.code.clone(),
        /// The person it was about, if any.
        #[serde(skip_serializing_if = "Option::is_none")]
        person: Option<String> = None,
        /// The generated passphrase, shown only here.
        #[serde(skip_serializing_if = "Option::is_none")]
        offered_passphrase: Option<String> = None,
        /// The new statements.
        statements: Vec<IdRow> = ids.iter().map(|id| IdRow { id: id.to_string() }).collect(),
    }
}

/// A row with only an id.
#[derive(Debug, Serialize)]
pub struct IdRow {
    /// The id of a statement or a person.
    pub id: String,
}

impl Written {
    /// Returns the shape of statements about a person.
    pub fn about(person: &PersonId, ids: &[StatementId], head: &TreeHead) -> Self {
        Self { person: Some(person.to_string()), ..Self::new(ids, head) }
    }
}
