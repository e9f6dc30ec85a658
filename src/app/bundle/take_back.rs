//! Takes back what bundles brought for a trainee, such as when it turns out to be somebody else's.

use std::collections::BTreeSet;

use crate::app::App;
use crate::error::Error;
use crate::keys::session::Credential;
use crate::log::rule_context::kept_list;
use crate::log::sign;
use crate::log::writer::AppendResult;
use crate::maintenance::backup::{LastBackup, remembered};
use crate::maintenance::erased_copies;
use countersign_core::people::person::{Person, PersonRef, Role, Viewer};
use countersign_core::primitives::ids::{LogOrigin, PersonId};
use countersign_core::primitives::text::SafeText;
use countersign_core::statement::Body;
use countersign_core::statement::kinds::taken_back::{TakenBack, TakenBackLog};
use countersign_store::from_elsewhere::held::{self, Held};
use countersign_store::index::{elsewhere, people};

/// What would be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakeBackPlan {
    /// The person of this log.
    pub trainee: Person,
    /// By origin.
    pub parts: Vec<TakeBackPart>,
    /// The number of evidence files that are deleted with it.
    pub files: usize,
    /// The position of the first bundle that brought some of it.
    first: u64,
    content: TakenBack,
}

/// What would be taken back of one log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakeBackPart {
    pub origin: LogOrigin,
    /// The trainee's id in that log, and the name there.
    pub there: PersonId,
    pub there_name: Option<SafeText>,
    /// Statements that are removed.
    pub statements: usize,
}

impl TakeBackPlan {
    /// Returns how many statements are removed.
    pub fn statements(&self) -> usize {
        self.parts.iter().map(|part| part.statements).sum()
    }
}

/// Returns everybody for whom something is kept, with each log that it is from.
pub fn all_received(app: &App) -> Result<Vec<(PersonRef, LogOrigin)>, Error> {
    app.log.db.read(|tx| {
        let mut found = Vec::new();
        for trainee in held::trainees(tx)? {
            let Some(person) = people::person(tx, &trainee)? else { continue };
            for row in elsewhere::received_for(tx, &app.viewer, &trainee)? {
                found.push((PersonRef { id: trainee.clone(), name: person.name.clone() }, row.origin));
            }
        }
        Ok(found)
    })
}

/// Plans to take back what came for a trainee from these logs, or from the only one there is.
pub fn plan(app: &App, trainee: &PersonId, from: &[String], reason: &SafeText) -> Result<TakeBackPlan, Error> {
    let person = app.person(trainee)?;
    app.log.db.read(|tx| {
        let received = elsewhere::received_for(tx, &Viewer::Department, trainee)?;
        let chosen = chosen(&person, received.iter().map(|row| &row.origin).collect(), from)?;
        let all = held::by_bundles(tx, trainee)?;
        let replays = elsewhere::replay(tx, trainee, u64::MAX)?;
        let name_of = |origin: &LogOrigin, there: &PersonId| {
            let replay = replays.iter().find(|(of, _)| of == origin);
            replay.and_then(|(_, replay)| replay.roster.people.get(there)).map(|person| person.name.clone())
        };
        let of = |origin: &LogOrigin| all.iter().filter(|held| held.origin == *origin).count();
        let parts: Vec<TakeBackPart> = received
            .into_iter()
            .filter(|row| chosen.contains(&row.origin))
            .map(|row| TakeBackPart {
                there_name: name_of(&row.origin, &row.there),
                statements: of(&row.origin),
                origin: row.origin,
                there: row.there,
            })
            .collect();
        let first = all.iter().filter(|held| chosen.contains(&held.origin)).map(|held| held.received).min();
        let unnamed = held::unnamed_without(tx, trainee, &chosen)?;
        let rest: Vec<Held> = all.into_iter().filter(|held| !chosen.contains(&held.origin)).collect();
        let (kept, list) = kept_list(&rest);
        let content = TakenBack {
            trainee: PersonRef { id: person.id.clone(), name: person.name.clone() },
            logs: parts
                .iter()
                .map(|part| TakenBackLog { origin: part.origin.clone(), there: part.there.clone() })
                .collect(),
            kept,
            list,
            evidence: unnamed.of_nobody,
            reason: reason.clone(),
        };
        Ok(TakeBackPlan {
            files: content.evidence.len(),
            trainee: person.clone(),
            parts,
            first: first.unwrap_or_default(),
            content,
        })
    })
}

/// Returns the logs that are named, or the only one.
fn chosen(person: &Person, all: Vec<&LogOrigin>, from: &[String]) -> Result<BTreeSet<LogOrigin>, Error> {
    let list = |all: &[&LogOrigin]| all.iter().map(|origin| origin.as_str()).collect::<Vec<_>>().join(", ");
    if all.is_empty() {
        return Err(Error::refused(format!("Nothing from another department is kept for {}", person.name))
            .hint("`countersign bundle NAME` shows what was received"));
    }
    if let Some(unknown) = from.iter().find(|named| all.iter().all(|origin| origin.as_str() != named.as_str())) {
        return Err(Error::usage(format!("Nothing from {unknown} is kept for {}", person.name))
            .hint(format!("There are statements from {}", list(&all))));
    }
    match (from, &all[..]) {
        ([], [only]) => Ok(BTreeSet::from([(*only).clone()])),
        ([], several) => Err(Error::usage(format!("There is something from several departments for {}", person.name))
            .hint(format!("Say from which, each with --log: {}", list(several)))),
        (named, _) => {
            Ok(all.into_iter().filter(|origin| named.iter().any(|one| one == origin.as_str())).cloned().collect())
        }
    }
}

/// What was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenBackBundle {
    pub done: AppendResult,
    /// Why traces of it may be left in the file, if they may.
    pub traces: Option<Error>,
    /// Earlier backups, which still contain it.
    pub backups: Vec<LastBackup>,
}

/// Takes it back in a training officer's name: the statements are deleted, and the log says so.
pub fn take_back(
    app: &mut App,
    officer: &PersonId,
    proof: &Credential,
    plan: TakeBackPlan,
) -> Result<TakenBackBundle, Error> {
    let first = plan.first;
    let doing = format!("Taking back what was received for {}", plan.trainee.name);
    app.log.db.wipe_what_goes()?;
    let body = Body::TakenBack(plan.content);
    let done = sign::sign(app, officer, Role::TrainingOfficer, proof, vec![body]).map_err(|e| e.context(doing))?;
    if done.is_dry_run() {
        return Ok(TakenBackBundle { done, traces: None, backups: Vec::new() });
    }
    let traces = erased_copies::scrub(app).err();
    let backups = remembered(&app.folder).into_iter().filter(|backup| backup.size > first).collect();
    Ok(TakenBackBundle { done, traces, backups })
}
