//! Defines the preview of a roster, row by row, as plain data.

use countersign_core::import::roster::columns::Column;
use countersign_core::import::roster::read::RosterFixes;
use countersign_core::primitives::ids::PersonId;

/// A request for the preview of a roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterQuery {
    pub path: String,
    /// What was corrected or left out on the screen.
    pub fixes: RosterFixes,
    pub signer: PersonId,
}

/// A roster as it would be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterPreview {
    pub query: RosterQuery,
    /// The file's name without its folder.
    pub name: String,
    pub rows: Vec<RosterRow>,
    /// Faults of the whole file: then nothing of it can be added.
    pub faults: Vec<String>,
}

impl RosterPreview {
    pub fn count(&self, result: RosterResult) -> usize {
        self.rows.iter().filter(|row| row.result == result).count()
    }

    /// Returns the request for the rows that are right, without those that have faults.
    pub fn right_rows(&self) -> RosterQuery {
        let mut query = self.query.clone();
        let faulty = self.rows.iter().filter(|row| row.result == RosterResult::Fault);
        query.fixes.left_out.extend(faulty.map(|row| row.line));
        query
    }

    /// Describes what is added, and what is left for later.
    pub fn promise(&self) -> String {
        let people = |many: usize| if many == 1 { "1 person".to_owned() } else { format!("{many} people") };
        let mut said = vec![format!(
            "{} added from {}",
            people(self.count(RosterResult::Add) + self.count(RosterResult::Enrol)),
            self.name
        )];
        for (result, words) in [(RosterResult::Enrol, "of them enrolled"), (RosterResult::Change, "changed")] {
            let many = self.count(result);
            if many > 0 {
                said.push(format!("{many} {words}"));
            }
        }
        let faulty = self.count(RosterResult::Fault);
        if faulty > 0 {
            said.push(format!("{faulty} with faults left for later"));
        }
        said.join(", ")
    }

    /// Describes what happens with the file once the rows that are right are added.
    pub fn outcome(&self) -> String {
        let people = |many: usize| if many == 1 { "1 person".to_owned() } else { format!("{many} people") };
        let (enrolled, changed) = (self.count(RosterResult::Enrol), self.count(RosterResult::Change));
        let added = self.count(RosterResult::Add) + enrolled;
        let mut said = Vec::new();
        if added > 0 {
            let enrolled = match enrolled {
                0 => String::new(),
                _ if enrolled == added => " and enrolled".to_owned(),
                some => format!(", {some} of them enrolled"),
            };
            said.push(format!("{} added{enrolled}", people(added)));
        }
        if changed > 0 {
            said.push(format!("{changed} changed"));
        }
        let faulty = self.count(RosterResult::Fault);
        if faulty > 0 {
            let rows = if faulty == 1 { "1 row".to_owned() } else { format!("{faulty} rows") };
            said.push(format!("{rows} to fix left for later"));
        }
        said.join(", ")
    }

    /// Returns how many rows would be added or changed.
    pub fn right(&self) -> usize {
        [RosterResult::Add, RosterResult::Enrol, RosterResult::Change].map(|result| self.count(result)).iter().sum()
    }
}

/// A row of a roster, as written and as it would be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterRow {
    /// The row of the file, from 1.
    pub line: usize,
    pub name: String,
    pub roles: String,
    pub standard: String,
    pub start: String,
    pub supervisor: String,
    pub result: RosterResult,
    /// Why it cannot be added; the first one can be corrected here.
    pub faults: Vec<RosterFault>,
    /// What to look at before it is added, each a sentence without a full stop.
    pub warnings: Vec<String>,
}

impl RosterRow {
    /// Whether it would be added, but should be looked at before.
    pub fn is_to_check(&self) -> bool {
        !self.warnings.is_empty() && !matches!(self.result, RosterResult::Fault | RosterResult::Same)
    }
}

/// What happens with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RosterResult {
    Add,
    /// Added and enrolled.
    Enrol,
    Change,
    Same,
    Fault,
}

/// A fault of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterFault {
    /// The cell's column, and what is in it; none if no cell is at fault.
    pub cell: Option<(Column, String)>,
    pub what: String,
    pub hint: String,
    /// What may have been intended.
    pub suggestion: Option<String>,
}
