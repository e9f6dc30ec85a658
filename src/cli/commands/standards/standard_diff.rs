//! Runs `standard diff`: compares the texts of two standards. Read-only.

use std::path::Path;
use std::sync::Arc;

use clap::Args;
use serde::Serialize;

use crate::commands::standards::standard_file::from_file;
use crate::commands::standards::standard_page::attribution;
use crate::commands::standards::standard_rows::{self, ItemRow, MappedRow, counts, items};
use crate::context::Context;
use crate::output::report::{CommandOutput, Failure};
use crate::output::table::OutputBlock;
use countersign_app::error::{Error, Exit};
use countersign_app::standards::standard::named;
use countersign_core::standard::Standard;
use countersign_core::standard::diff::diff;

#[derive(Debug, Args)]
pub struct StandardCompare {
    /// The first: “ST0413 1.0”, adopted or shipped, or a file.
    pub before: String,
    /// The second, likewise.
    pub after: String,
}

/// Compares two standards.
pub fn compare(context: &Context, asked: &StandardCompare) -> Result<CommandOutput, Failure> {
    let (before, after) = (resolve_standard(context, &asked.before)?, resolve_standard(context, &asked.after)?);
    let found = diff(&before, &after);
    let line = format!("{} to {}: {}", before.reference(), after.reference(), counts(&found));
    let mut parts = vec![OutputBlock::Line(line)];
    parts.extend(items(&found));
    // Without a difference, no text is printed that needs attribution.
    let both = if before.reference() == after.reference() { vec![&before] } else { vec![&before, &after] };
    if !found.is_none() {
        parts.extend(both.into_iter().flat_map(|standard| attribution(standard)));
    }
    let fact = |(what, before, after): &(&'static str, String, String)| FactRow {
        id: what,
        before: before.clone(),
        after: after.clone(),
    };
    let shape = Differences {
        schema: "countersign/standard-diff/1",
        before: before.reference().to_string(),
        after: after.reference().to_string(),
        facts: found.facts.iter().map(fact).collect(),
        items: standard_rows::item_rows(&found),
        mapped: standard_rows::mapped_rows(&found),
    };
    Ok(CommandOutput::new(parts, &shape)?)
}

/// Finds the standard of a name, or else of a file.
pub fn resolve_standard(context: &Context, text: &str) -> Result<Arc<Standard>, Error> {
    let app = if context.folder()?.is_founded() { Some(context.open()?) } else { None };
    if let Some(standard) = named(app.as_ref(), text)? {
        return Ok(standard);
    }
    match from_file(Path::new(text)) {
        Ok((standard, _)) => Ok(Arc::new(standard)),
        Err(error) if error.exit == Exit::Usage => Err(Error::usage(format!(
            "“{text}” is neither a standard that is adopted or shipped nor a file that can be read"
        ))
        .hint("`countersign standard list` shows what is adopted. Put reference and version in quotes")),
        Err(error) => Err(error),
    }
}

/// The differences between two standards.
#[derive(Debug, Serialize)]
pub struct Differences {
    pub schema: &'static str,
    pub before: String,
    pub after: String,
    pub facts: Vec<FactRow>,
    pub items: Vec<ItemRow>,
    pub mapped: Vec<MappedRow>,
}

/// A fact that differs.
#[derive(Debug, Serialize)]
pub struct FactRow {
    pub id: &'static str,
    pub before: String,
    pub after: String,
}
