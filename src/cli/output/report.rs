//! Defines the result of a command: an answer as text and as JSON, or a failure.

use std::io;

use serde::Serialize;

use crate::output::table::{OutputBlock, Table, fact};
use crate::output::written::Written;
use countersign_app::error::Error;
use countersign_core::primitives::ids::ValueFault;
use countersign_core::primitives::text::TextFault;

/// An answer as text and as JSON.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommandOutput {
    /// The text.
    pub parts: Vec<OutputBlock>,
    /// One JSON object.
    pub json: String,
    /// Notes for standard error; not part of the JSON.
    pub aside: Vec<String>,
    pub warnings: Vec<String>,
    pub code: u8,
}

impl CommandOutput {
    /// Returns an answer of `parts` as text and `shape` as JSON.
    pub fn new(parts: Vec<OutputBlock>, shape: &impl Serialize) -> Result<Self, Error> {
        let json = serde_json::to_string_pretty(shape).map_err(Error::refused)?;
        Ok(Self { parts, json, aside: Vec::new(), warnings: Vec::new(), code: 0 })
    }

    /// Returns the answer of a command that added to the log: what it did, facts and the new checkpoint.
    pub fn written(
        line: impl Into<String>,
        mut facts: Vec<(String, String)>,
        written: &Written,
    ) -> Result<Self, Error> {
        facts.push(fact("Checkpoint", &written.checkpoint));
        Self::new(vec![OutputBlock::Line(line.into()), OutputBlock::Facts(facts)], written)
    }

    /// Returns an answer of one text that is the same in every format.
    pub fn text(text: String) -> Self {
        Self { parts: vec![OutputBlock::Verbatim(text)], ..Self::default() }
    }

    /// Adds a warning, if there is one.
    #[must_use]
    pub fn warning(mut self, warning: Option<String>) -> Self {
        self.warnings.extend(warning);
        self
    }

    /// Adds a note for standard error.
    #[must_use]
    pub fn aside(mut self, text: impl Into<String>) -> Self {
        self.aside.push(text.into());
        self
    }
}

/// Returns a table, or a sentence if it has no row.
pub fn listed(table: Table, nothing: &str) -> OutputBlock {
    if table.rows.is_empty() { OutputBlock::Line(nothing.to_owned()) } else { OutputBlock::Table(table) }
}

/// Returns a table under a heading, or nothing if it has no row.
pub fn section(heading: &str, table: Table) -> Vec<OutputBlock> {
    if table.rows.is_empty() {
        return Vec::new();
    }
    vec![OutputBlock::Gap, OutputBlock::Line(heading.to_owned()), OutputBlock::Table(table)]
}

/// Why a command has no answer.
#[derive(Debug)]
pub enum Failure {
    /// It was refused or failed.
    Error(Error),
    /// The output could not be written.
    Output(io::Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl From<ValueFault> for Failure {
    fn from(fault: ValueFault) -> Self {
        Self::Error(fault.into())
    }
}

impl From<TextFault> for Failure {
    fn from(fault: TextFault) -> Self {
        Self::Error(fault.into())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}
