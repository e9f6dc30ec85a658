//! Defines what the tasks of a training officer return.

use crate::msg::acts::{ActionResult, ResultKind};
use crate::msg::office::OfficeTask;
use crate::msg::page::Text;
use countersign_core::primitives::ids::Secret;
use countersign_core::record::view::{PersonRow, SessionRow, TreeHead};

/// The result of a task.
#[derive(Debug, Clone, PartialEq)]
pub struct OfficeResult {
    pub task: OfficeTask,
    pub result: ActionResult,
    /// Five words for a person, shown once.
    pub words: Option<FirstWords>,
    /// The sessions, if one of them changed.
    pub sessions: Option<Vec<SessionRow>>,
    /// More about the result, as a page.
    pub page: Option<Text>,
}

impl OfficeResult {
    /// Returns the result of a task that shows nothing more than a sentence.
    pub fn new(task: OfficeTask, said: String, head: TreeHead) -> Self {
        let kind = ResultKind::Other;
        let result = ActionResult { said, mirror_warning: None, head, trainee: None, ids: Vec::new(), kind };
        Self { task, result, words: None, sessions: None, page: None }
    }
}

/// A generated passphrase, shown once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstWords {
    pub person: PersonRow,
    pub words: Secret,
    /// Whether the key cannot sign until another training officer countersigns it.
    pub waits: bool,
}

/// How far a long task is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficeProgress {
    pub task: OfficeTask,
    pub words: String,
    pub percent: u8,
}
