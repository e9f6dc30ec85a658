//! What a command came to: an answer in both forms, or a failure. Values alone; must never print.

use std::io;

use serde::Serialize;

use crate::app::error::Error;
use crate::cli::output::table::{OutputBlock, Table};
use crate::domain::primitives::ids::ValueFault;
use crate::domain::primitives::text::TextFault;

/// An answer, for readers and for programs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommandOutput {
    /// For a reader.
    pub parts: Vec<OutputBlock>,
    /// For a program: one JSON object.
    pub json: String,
    /// Said beside the answer, on standard error; not for programs.
    pub aside: Vec<String>,
    /// Warnings that it came to.
    pub warnings: Vec<String>,
    /// The exit code.
    pub code: u8,
}

impl CommandOutput {
    /// An answer of `parts`, and of `shape` for a program.
    pub fn new(parts: Vec<OutputBlock>, shape: &impl Serialize) -> Result<Self, Error> {
        let json = serde_json::to_string_pretty(shape).map_err(Error::refused)?;
        Ok(Self { parts, json, aside: Vec::new(), warnings: Vec::new(), code: 0 })
    }

    /// An answer that is one text, the same in every form.
    pub fn text(text: String) -> Self {
        Self { parts: vec![OutputBlock::Verbatim(text)], ..Self::default() }
    }

    /// With a warning, if there is one.
    pub fn warning(mut self, warning: Option<String>) -> Self {
        self.warnings.extend(warning);
        self
    }

    /// With a word beside it.
    pub fn aside(mut self, text: impl Into<String>) -> Self {
        self.aside.push(text.into());
        self
    }
}

/// A table, or a sentence where it has no row.
pub fn listed(table: Table, nothing: &str) -> OutputBlock {
    if table.rows.is_empty() { OutputBlock::Line(nothing.to_owned()) } else { OutputBlock::Table(table) }
}

/// Why a command did not answer.
#[derive(Debug)]
pub enum Failure {
    /// It was refused or failed.
    Told(Error),
    /// The output could not be written.
    Output(io::Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Told(error)
    }
}

impl From<ValueFault> for Failure {
    fn from(fault: ValueFault) -> Self {
        Self::Told(fault.into())
    }
}

impl From<TextFault> for Failure {
    fn from(fault: TextFault) -> Self {
        Self::Told(fault.into())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}
