//! Imports lost sign-offs and withdrawals from their receipts, all in one transaction and after a preview.

use crate::app::App;
use crate::error::Error;
use crate::keys::session::Credential;
use crate::log::sign;
use crate::log::writer::AppendResult;
use crate::verify::anchors::{AnchorSource, checked};
use countersign_core::people::person::{PersonRef, Role};
use countersign_core::primitives::ids::PersonId;
use countersign_core::primitives::text::SafeText;
use countersign_core::statement::Body;
use countersign_core::statement::fields::Tree;
use countersign_core::statement::kind::Kind;
use countersign_core::statement::kinds::recovery::Import;
use countersign_ledger::receipt_text::{Receipt, Received};
use countersign_store::index::people;
use countersign_store::{erased_and_imported, log};

/// The outcome planned for a receipt's statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportFate {
    Back,
    /// Already in the log, at this position.
    There(u64),
    /// Cannot be imported; the sentence says why.
    Not(String),
}

/// A checked receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub source: AnchorSource,
    pub fate: ImportFate,
}

/// A planned import.
#[derive(Debug)]
pub struct ImportPlan {
    /// Each statement once, by its original position.
    pub candidates: Vec<Candidate>,
    receipts: Vec<(Receipt, Received)>,
}

impl ImportPlan {
    /// Returns how many statements would be imported.
    pub fn back(&self) -> usize {
        self.candidates.iter().filter(|one| one.fate == ImportFate::Back).count()
    }
}

/// Plans an import of the receipts in these files (name and text).
pub fn plan_import(app: &App, files: &[(String, String)]) -> Result<ImportPlan, Error> {
    let mut receipts: Vec<(Receipt, Received)> = Vec::new();
    for (name, text) in files {
        for (receipt, received) in checked(name, text)? {
            is_ours(app, name, &receipt)?;
            // Of several receipts of one statement, the one with the newest checkpoint says most.
            match receipts.iter_mut().find(|(_, known)| known.statement.id == received.statement.id) {
                Some(known) if known.1.checkpoint.size >= received.checkpoint.size => {}
                Some(known) => *known = (receipt, received),
                None => receipts.push((receipt, received)),
            }
        }
    }
    receipts.sort_by_key(|(_, received)| received.position);
    let candidates = receipts
        .iter()
        .map(|(_, received)| Ok(Candidate { source: AnchorSource::new(received), fate: fate_of(app, received)? }))
        .collect::<Result<_, Error>>()?;
    Ok(ImportPlan { candidates, receipts })
}

/// Imports the planned statements in the training officer's name, in one transaction.
pub fn import(
    app: &mut App,
    officer: &PersonId,
    proof: &Credential,
    plan: ImportPlan,
    reason: &SafeText,
) -> Result<AppendResult, Error> {
    let (mut sign_offs, mut withdrawals) = (Vec::new(), Vec::new());
    let ImportPlan { candidates, receipts } = plan;
    for (candidate, (receipt, received)) in candidates.into_iter().zip(receipts) {
        if candidate.fate != ImportFate::Back {
            continue;
        }
        let statement = &received.statement;
        let whose = statement.body.trainee().ok_or_else(|| Error::refused("It is not on anyone's record"))?;
        // The person's current name, which may have changed since.
        let person = app.person(&whose.id)?;
        let back = receipt.statement().map_err(Error::refused)?;
        let body = Body::Import(Import {
            of: statement.id,
            trainee: PersonRef { id: person.id, name: person.name },
            text: back.text_digest(),
            signature: back.signature_digest(),
            position: received.position,
            of_tree: Tree { size: received.checkpoint.size, root: received.checkpoint.root },
            reason: reason.clone(),
        });
        app.log.stage_import(back);
        if statement.body.kind() == Kind::Withdraw { withdrawals.push(body) } else { sign_offs.push(body) }
    }
    // A lost withdrawal may refer to a lost sign-off, so sign-offs go first.
    let groups: Vec<Vec<Body>> = [sign_offs, withdrawals].into_iter().filter(|group| !group.is_empty()).collect();
    if groups.is_empty() {
        return Err(Error::refused("None of these receipts is for a missing statement"));
    }
    sign::sign_groups(app, officer, Role::TrainingOfficer, proof, groups, &mut |_| Ok(()))
}

/// Refuses a receipt of another log, or of a log with the same origin but another key.
fn is_ours(app: &App, name: &str, receipt: &Receipt) -> Result<(), Error> {
    let (origin, vkey) = app.log.db.read(log::log)?.ok_or_else(|| Error::refused("The file contains no log"))?;
    let why = if *receipt.log.origin() != origin {
        format!("{name} is a receipt of the log {}, not of {origin}", receipt.log.origin())
    } else if receipt.log.to_string() != vkey {
        format!("{name} is a receipt from a log {origin} with a different key")
    } else {
        return Ok(());
    };
    Err(Error::usage(why).hint("Nothing was changed. Use receipts from this log"))
}

fn fate_of(app: &App, received: &Received) -> Result<ImportFate, Error> {
    let statement = &received.statement;
    app.log.db.read(|tx| {
        if let Some(at) = erased_and_imported::position_of(tx, statement.id)? {
            return Ok(match erased_and_imported::erased(tx, at)? {
                Some((_, by)) => ImportFate::Not(format!("It was erased (see entry {by})")),
                None => ImportFate::There(at),
            });
        }
        if !matches!(statement.body.kind(), Kind::SignOff | Kind::Withdraw) {
            return Ok(ImportFate::Not("Only sign-offs and withdrawals can be put back".to_owned()));
        }
        let whose = statement.body.trainee().map(|who| who.id.clone());
        Ok(match whose {
            Some(whose) if people::person(tx, &whose)?.is_none() => {
                ImportFate::Not(format!("Nobody here has the id {whose}: add and enrol the trainee again first"))
            }
            _ => ImportFate::Back,
        })
    })
}
