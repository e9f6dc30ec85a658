//! Erases a statement: records who, when and why, deletes its text and scrubs the file.
//!
//! Invariant: the leaf hash stays, so every other proof still verifies.

use crate::app::App;
use crate::error::Error;
use crate::keys::session::Credential;
use crate::log::referenced::leaf_at;
use crate::log::sign;
use crate::log::statements::signed_elsewhere;
use crate::log::writer::AppendResult;
use crate::maintenance::backup::{LastBackup, remembered};
use crate::maintenance::erased_copies::{self, Copy};
use countersign_core::people::person::Role;
use countersign_core::primitives::ids::{PersonId, StatementId};
use countersign_core::primitives::text::SafeText;
use countersign_core::statement::Body;
use countersign_core::statement::decode::decode;
use countersign_core::statement::kinds::erase::Erase;
use countersign_store::{erased_and_imported, evidence, log};

/// The result of an erasure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erased {
    /// The erasure statement.
    pub done: AppendResult,
    /// The position of the erased statement.
    pub position: u64,
    /// Why traces may be left in the file, if they may.
    pub traces: Option<Error>,
    /// Copies in the data folder that still contain its text.
    pub copies: Vec<Copy>,
    /// Earlier backups, which still contain its text.
    pub backups: Vec<LastBackup>,
}

/// Erases a statement: deletes its text and signature and keeps its leaf hash.
pub fn erase(
    app: &mut App,
    officer: &PersonId,
    proof: &Credential,
    of: StatementId,
    reason: &SafeText,
) -> Result<Erased, Error> {
    let doing = "Erasing a statement";
    let entry = app.log.db.read(|tx| log::entry_of(tx, of)).map_err(|e| Error::from(e).context(doing))?;
    let Some(entry) = entry else {
        let missing = || Error::usage(format!("There is no statement {of}")).hint("`countersign history` lists them");
        let elsewhere = app.log.db.read(|tx| signed_elsewhere(tx, &app.viewer, of))?;
        return Err(elsewhere.unwrap_or_else(missing).context(doing));
    };
    let position = entry.position;
    if app.log.db.read(|tx| erased_and_imported::erased(tx, position))?.is_some() {
        return Err(Error::refused("It is already erased").context(doing));
    }
    let leaf = app.log.db.read(|tx| leaf_at(tx, position)).map_err(|e| Error::from(e).context(doing))?;
    let erased = decode(&entry.signed.text)?;
    let kind = Some(erased.body.kind());
    let put_back = erased.body.put_back();
    let evidence =
        app.log.db.read(|tx| evidence::removed_with(tx, position)).map_err(|e| Error::from(e).context(doing))?;
    let (time, reason) = (erased.signed, reason.clone());
    let body = Body::Erase(Erase { of, position, leaf, time, kind, put_back, evidence, reason });
    app.log.db.wipe_what_goes()?;
    let done = sign::sign(app, officer, Role::TrainingOfficer, proof, vec![body]).map_err(|e| e.context(doing))?;
    if done.is_dry_run() {
        return Ok(Erased { done, position, traces: None, copies: Vec::new(), backups: Vec::new() });
    }
    let copies = erased_copies::sweep_erased(app).map_err(|e| e.context(doing))?;
    let traces = erased_copies::scrub(app).err();
    // A backup made before the statement was signed does not contain it.
    let backups = remembered(&app.folder).into_iter().filter(|backup| backup.size > position).collect();
    Ok(Erased { done, position, traces, copies, backups })
}
