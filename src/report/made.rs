//! Says when, by whom and from which log a document was made: what every document shows.

use chrono::{NaiveDate, NaiveTime};

/// What a document was made from, and for whom it speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The department, as its log names it.
    pub department: String,
    /// The local day and time.
    pub day: NaiveDate,
    pub time: NaiveTime,
    /// Who had it made, such as `Tilly Officer, training officer`; empty if nobody was named.
    pub by: String,
    /// The number of entries in the log.
    pub size: u64,
    /// The whole checkpoint code, such as `1952 · YDNSA-TR8DP-DVJ5J-SKT5B-F2EXEV`.
    pub code: String,
}

impl Made {
    /// Says in one sentence how to check a document.
    pub fn how_to_check(&self) -> String {
        format!(
            "Ask the department to run “countersign verify --checkpoint” with the code at the foot of this page: it answers \
             “Intact” only if nothing that was signed up to entry {} has been changed or removed since.",
            self.size
        )
    }
}
