//! Previews moving a trainee to another version of their standard. Nothing is carried over: a sign-off counts for the
//! version that it names, until it is signed again on the other.

use serde::Serialize;

use crate::commands::standards::standard_rows::{ItemRow, worded};
use crate::output::report::{CommandOutput, Failure, section};
use crate::output::table::{OutputBlock, Table};
use countersign_app::error::Error;
use countersign_app::standards::standard::VersionMove;
use countersign_core::people::person::Person;
use countersign_core::primitives::ids::StandardRef;
use countersign_core::record::ksb_status::State;
use countersign_core::standard::diff::{Change, Pair};

/// Lists the KSBs of both versions, with their current state.
pub fn preview(trainee: &Person, to: &StandardRef, moved: Option<&VersionMove>) -> Result<CommandOutput, Failure> {
    let name = &trainee.name;
    let (parts, from, items) = match moved {
        None => {
            let line = format!("{name} is not on another version, so enrolling on {to} moves nothing");
            (vec![OutputBlock::Line(line)], String::new(), Vec::new())
        }
        Some(moved) => {
            (transfer_blocks(trainee, moved), moved.from.to_string(), moved.ksbs.iter().map(shape).collect())
        }
    };
    let shape = TransferPreview {
        schema: "countersign/move/1",
        person: trainee.id.to_string(),
        before: from,
        after: to.to_string(),
        items,
    };
    Ok(CommandOutput::new(parts, &shape)?)
}

/// Returns the error for a move that was not confirmed.
pub fn refusal(trainee: &Person, moved: &VersionMove) -> Error {
    let signed = moved.signed(&Change::ALL);
    let name = &trainee.name;
    Error::refused(format!("{name} is already on {}, with {signed} KSBs signed", moved.from))
        .context(format!("Enrolling {name} on {}", moved.to))
        .hint("--preview shows which texts are the same. --move moves them, but no sign-offs are carried over")
}

fn transfer_blocks(trainee: &Person, moved: &VersionMove) -> Vec<OutputBlock> {
    let same = moved.signed(&[Change::Same, Change::Moved]);
    let other = moved.signed(&[Change::Reworded, Change::Gone]);
    let mut parts = vec![
        OutputBlock::Line(format!("{} from {} to {}", trainee.name, moved.from, moved.to)),
        OutputBlock::Line(format!("Signed KSBs with the same text: {same}; with a different text: {other}")),
        OutputBlock::Line(
            "Nothing is carried over. Sign-offs are kept, but count only on the version they were made on".to_owned(),
        ),
    ];
    for (heading, changes) in [
        ("Same text: a supervisor who still agrees can sign it off again", &[Change::Same, Change::Moved][..]),
        ("Different text, or removed", &[Change::Reworded, Change::Gone][..]),
        ("New", &[Change::New][..]),
    ] {
        let of_these = moved.ksbs.iter().filter(|(pair, _)| changes.contains(&pair.change));
        let rows: Vec<Vec<String>> = of_these.map(row).collect();
        let head = vec!["change", "before", "after", "state before", "text"];
        parts.extend(section(heading, Table { head, rows }));
    }
    parts
}

fn row((pair, state): &(Pair, State)) -> Vec<String> {
    let code = |code: &Option<String>| code.clone().unwrap_or_default();
    let word = if pair.before.is_some() { state.label() } else { "" };
    vec![pair.change.slug().to_owned(), code(&pair.before), code(&pair.after), word.to_owned(), worded(pair)]
}

fn shape((pair, state): &(Pair, State)) -> ItemRow {
    ItemRow { state: pair.before.is_some().then(|| state.slug()), ..ItemRow::from(pair) }
}

/// The preview of a move to another version.
#[derive(Debug, Serialize)]
pub struct TransferPreview {
    pub schema: &'static str,
    pub person: String,
    pub before: String,
    pub after: String,
    pub items: Vec<ItemRow>,
}
