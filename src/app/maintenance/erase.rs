//! Erases a statement: records who, when and why, deletes its text and scrubs the file.
//!
//! Invariant: the leaf hash stays, so every other proof still verifies.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::app::App;
use crate::error::Error;
use crate::keys::session::Credential;
use crate::log::referenced::leaf_at;
use crate::log::sign;
use crate::log::statements::signed_elsewhere;
use crate::log::writer::AppendResult;
use crate::maintenance::backup::{LastBackup, remembered};
use crate::maintenance::erased_copies::{self, Copy};
use crate::standards::local;
use countersign_core::people::person::{Role, Viewer};
use countersign_core::primitives::ids::{KsbCode, PersonId, StandardRef, StatementId};
use countersign_core::primitives::text::SafeText;
use countersign_core::record::ksb_status::{State, StatusContext};
use countersign_core::record::state_change::StateChange;
use countersign_core::standard::Standard;
use countersign_core::statement::Body;
use countersign_core::statement::decode::decode;
use countersign_core::statement::kinds::erase::Erase;
use countersign_store::db::Tx;
use countersign_store::error::StoreError;
use countersign_store::index::{indexer, people, sign_off_index};
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

/// Returns the items whose state is another one once a statement is erased.
pub fn state_changes(app: &mut App, of: StatementId) -> Result<Vec<StateChange>, Error> {
    let entry = app.log.db.read(|tx| log::entry_of(tx, of))?;
    let Some(entry) = entry else { return Ok(Vec::new()) };
    let put_back = app.log.db.read(|tx| erased_and_imported::imported(tx, entry.position))?;
    let text = put_back.map_or(entry.signed.text, |back| back.signed.text);
    // An annotation comes after its statement, so one whose statement was erased decides nothing.
    let Some(trainee) = decode(&text)?.body.trainee().cloned() else { return Ok(Vec::new()) };
    let enrolment = app.log.db.read(|tx| people::enrolment(tx, &trainee.id))?;
    let Some(enrolment) = enrolment else { return Ok(Vec::new()) };
    let (measure, standard) = (app.measure()?, enrolment.standard);
    let lists = local::lists_for(app, &standard)?;
    let (viewer, name) = (app.viewer.clone(), app.person(&trainee.id)?.name);
    app.log.db.trial(|tx| {
        let items = || item_states(tx, &viewer, (&trainee.id, &standard), &lists, &measure);
        let before = items()?;
        indexer::without(tx, entry.position)?;
        let after = items()?;
        let nothing = (State::Open, 0, 0);
        let codes: BTreeSet<KsbCode> = before.keys().chain(after.keys()).copied().collect();
        let changes = codes.into_iter().filter_map(|code| {
            let [was, now] = [&before, &after].map(|states| states.get(&code).copied());
            let needed = was.or(now).unwrap_or(nothing).2;
            let [was, now] = [was, now].map(|state| state.unwrap_or(nothing));
            let seen = (needed > 0).then_some([was.1, now.1, needed]);
            let changed = (was.0, was.1) != (now.0, now.1);
            changed.then(|| StateChange { trainee: name.clone(), code, before: was.0, after: now.0, seen })
        });
        Ok::<_, Error>(changes.collect())
    })
}

/// The state of an item, with how many observations of a local competence count and how many it needs.
type ItemState = (State, u16, u16);

fn item_states(
    tx: &Tx<'_>,
    viewer: &Viewer,
    (trainee, standard): (&PersonId, &StandardRef),
    lists: &[Arc<Standard>],
    measure: &StatusContext,
) -> Result<BTreeMap<KsbCode, ItemState>, StoreError> {
    let known = sign_off_index::states(tx, viewer, trainee, standard, measure)?;
    let mut states: BTreeMap<KsbCode, ItemState> =
        known.into_iter().map(|(code, state)| (code, (state, 0, 0))).collect();
    for list in lists {
        let Some(local) = list.local() else { continue };
        for (code, tally) in sign_off_index::tallies(tx, viewer, trainee, list.reference())? {
            let Some(term) = local.terms.get(&code) else { continue };
            states.insert(code, (tally.state(term, measure), tally.counted(&measure.policy), term.observations));
        }
    }
    Ok(states)
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
