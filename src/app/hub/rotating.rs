//! Says who a trainee is in another department's log, and brings their statements from the checked copy of it.

use std::collections::BTreeSet;

use crate::app::App;
use crate::bundle::other_logs::{AcceptedLog, accepted_logs};
use crate::error::Error;
use crate::hub::selection::{Selected, SiteCopy, remove_copy};
use crate::keys::session::Credential;
use crate::log::referenced::statement_at;
use crate::log::rule_context::{brought, erased_by_exchanges, kept_list, same_rotations};
use crate::log::sign;
use crate::log::touched;
use crate::log::writer::AppendResult;
use crate::maintenance::erased_copies;
use countersign_core::people::person::{Person, PersonRef, Role};
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::fold::may_be_one;
use countersign_core::primitives::ids::{LogOrigin, PersonId};
use countersign_core::primitives::text::SafeText;
use countersign_core::statement::Body;
use countersign_core::statement::kinds::received::ErasedElsewhere;
use countersign_core::statement::kinds::rotation::{Rotation, RotationEnd};
use countersign_ledger::note::LogVerifier;
use countersign_store::error::StoreError;
use countersign_store::from_elsewhere::held::{self, Held};
use countersign_store::from_elsewhere::pulled;
use countersign_store::index::elsewhere::{self, RotationRow};
use countersign_store::index::indexer::Indexer;

/// A rotation, as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RotationView {
    /// The trainee, as this log knows them.
    pub trainee: PersonRef,
    pub origin: LogOrigin,
    /// The trainee, as that log knows them.
    pub there: PersonRef,
    pub since: Timestamp,
    /// The training officer who said so.
    pub by: SafeText,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// Statements that the hub brought for it and that are kept, without those that were erased.
    pub statements: usize,
    /// How many entries that log had when the hub last brought something; `None` before that.
    pub size: Option<u64>,
    /// Whether it runs and that log is not fetched, because its key was stopped here.
    pub stopped: bool,
}

/// Which rotations are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewRotation<'a> {
    /// The person of this log.
    pub trainee: &'a PersonId,
    /// Their id in the other log.
    pub there: &'a PersonId,
    /// Their name there, if it is another one: somebody who says it knows that they are one person.
    pub known_there_as: Option<&'a SafeText>,
}

/// Returns all rotations, current ones first.
pub fn rotations(app: &App) -> Result<Vec<RotationView>, Error> {
    let stopped = current(app)?.stopped;
    let mut all = app.log.db.read(|tx| {
        let rows = elsewhere::rotations(tx)?.into_iter().filter(|row| app.viewer.may_see(&row.trainee.id));
        let each = rows.map(|row| -> Result<RotationView, Error> {
            let begun = statement_at(tx, row.position)?;
            let ended = row.ended.map(|at| statement_at(tx, at)).transpose()?;
            let kept = brought(tx, &row.trainee.id, &BTreeSet::from([row.position]))?;
            Ok(RotationView {
                since: begun.signed,
                by: begun.signer.who.name,
                ended: ended.map(|statement| statement.signed),
                statements: kept.iter().filter(|one| one.erased.is_none()).count(),
                size: pulled::brought_until(tx, row.position)?,
                stopped: stopped.iter().any(|one| one.position == row.position),
                trainee: row.trainee,
                origin: row.origin,
                there: row.there,
            })
        });
        each.collect::<Result<Vec<_>, Error>>()
    })?;
    all.sort_by_key(|one| one.ended.is_some());
    Ok(all)
}

/// Says, in a training officer's name, that a trainee here is a trainee of an accepted log.
pub fn begin(
    app: &mut App,
    officer: &PersonId,
    proof: &Credential,
    origin: &LogOrigin,
    what: NewRotation<'_>,
) -> Result<AppendResult, Error> {
    let person = app.person(what.trainee)?;
    let doing = format!("Saying who {} is at {origin}", person.name);
    let there = who_there(app, origin, &person, what).map_err(|error| error.context(doing.clone()))?;
    let trainee = PersonRef { id: person.id, name: person.name };
    let body = Body::Rotation(Rotation { trainee, origin: origin.clone(), there, ended: None });
    let done = sign::sign(app, officer, Role::TrainingOfficer, proof, vec![body]);
    done.map_err(|error| error.context(doing))
}

/// Finds the person there, as far as bundles and the copy of that log know them.
fn who_there(app: &App, origin: &LogOrigin, person: &Person, what: NewRotation<'_>) -> Result<PersonRef, Error> {
    let earlier = app.log.db.read(|tx| held::earlier(tx, origin, what.there, &person.id))?;
    for one in earlier {
        if one.trainee != person.id {
            let other = app.person(&one.trainee)?.name;
            return Err(Error::refused(format!("Bundles about {} at {origin} were received for {other}", what.there))
                .hint("Nothing was changed. One person there is one person here"));
        }
        if one.there != *what.there {
            let why =
                format!("Bundles for {} were about {} at {origin}, not about {}", person.name, one.there, what.there);
            return Err(Error::refused(why).hint("Nothing was changed. Check the id with the other department"));
        }
    }
    let Some(copy) = SiteCopy::open(app.folder.path(), origin)? else {
        // The first exchange compares the name.
        return Ok(PersonRef { id: what.there.clone(), name: what.known_there_as.unwrap_or(&person.name).clone() });
    };
    let found = one_there(&copy, origin, what.there)?;
    let said = what.known_there_as.unwrap_or(&person.name);
    if may_be_one(said.as_str(), found.name.as_str()) { Ok(found) } else { Err(other_name(person, &found, origin)) }
}

/// Returns a trainee of a copy.
fn one_there(copy: &SiteCopy, origin: &LogOrigin, id: &PersonId) -> Result<PersonRef, Error> {
    let found = copy.person(id)?.filter(|person| person.roles.contains(&Role::Trainee));
    found.map(|person| PersonRef { id: person.id, name: person.name }).ok_or_else(|| {
        Error::refused(format!("No trainee of {origin} has the id {id}"))
            .hint("Nothing was changed. Ask that department: `countersign person list` shows the ids there")
    })
}

fn other_name(person: &Person, there: &PersonRef, origin: &LogOrigin) -> Error {
    let why = format!("{} at {origin} is called {}, and the person here is {}", there.id, there.name, person.name);
    Error::refused(why).hint(format!(
        "Nothing was changed. If you know that they are one person, repeat the name there: --known-there-as \"{}\"",
        there.name
    ))
}

/// What happens to the statements that a rotation brought when it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Brought {
    /// They stay on the record: the trainee was there.
    Stays,
    /// They go: they are somebody else's.
    Goes,
}

/// A rotation that ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndedRotation {
    pub done: AppendResult,
    /// Statements that stay, and that went: also those of earlier rotations to the same person there.
    pub kept: usize,
    pub removed: usize,
    /// Statements of that log that a bundle brought, which stay either way.
    pub bundled: usize,
    /// Why traces of what went may be left in the file, or the copy of that log next to it, if they may.
    pub traces: Option<Error>,
}

/// Ends a rotation in a training officer's name: the hub brings nothing more for it.
pub fn end(
    app: &mut App,
    officer: &PersonId,
    proof: &Credential,
    (trainee, origin): (&PersonId, &LogOrigin),
    (what, reason): (Brought, &SafeText),
) -> Result<EndedRotation, Error> {
    let person = app.person(trainee)?;
    let doing = format!("Ending the rotation of {} to {origin}", person.name);
    let rows = app.log.db.read(elsewhere::rotations)?;
    let of_it: Vec<&RotationRow> =
        rows.iter().filter(|row| row.trainee.id == *trainee && row.origin == *origin).collect();
    let row = of_it.iter().find(|row| row.ended.is_none()).ok_or_else(|| no_longer(&person, origin, &of_it))?;
    let same = same_rotations(&rows, row);
    let all = app.log.db.read(|tx| brought(tx, trainee, &same))?;
    let bundled = app.log.db.read(|tx| held::by_bundles(tx, trainee))?;
    let bundled: Vec<Held> = bundled.into_iter().filter(|one| one.origin == *origin).collect();
    if what == Brought::Goes {
        let held = app.log.db.read(|tx| pulled::of(tx, trainee))?;
        leans_on_none(&person, (origin, &same), &of_it, &held)?;
    }
    let kept: &[Held] = if what == Brought::Stays { &all } else { &[] };
    let (count, list) = kept_list(kept);
    let before = app.log.db.read(|tx| pulled::of(tx, trainee))?;
    let stays = |one: &&Held| one.origin == *origin && (what == Brought::Stays || !same.contains(&one.received));
    let brought = before.iter().filter(stays);
    let all_rotations = of_it.iter().map(|row| row.position).collect();
    let erased = erased_by_exchanges(brought.chain(&bundled), &all_rotations);
    let erased = kept_list(&erased);
    let body = Body::Rotation(Rotation {
        trainee: PersonRef { id: person.id, name: person.name },
        origin: origin.clone(),
        there: row.there.clone(),
        ended: Some(RotationEnd { kept: count, list, erased: Some(erased), reason: reason.clone() }),
    });
    let (kept, removed) = (kept.len(), all.len() - kept.len());
    if removed > 0 {
        app.log.db.wipe_what_goes()?;
    }
    let done = sign::sign(app, officer, Role::TrainingOfficer, proof, vec![body]);
    let done = done.map_err(|error| error.context(doing))?;
    let traces = if removed > 0 && !done.is_dry_run() { erased_copies::scrub(app).err() } else { None };
    let running = app.log.db.read(elsewhere::rotations)?.into_iter().any(|row| row.is_running(origin));
    let left = if running || done.is_dry_run() { Ok(()) } else { remove_copy(app.folder.path(), origin) };
    let traces = traces.or(left.err());
    let bundled = bundled.iter().filter(|one| one.erased.is_none()).count();
    Ok(EndedRotation { done, kept, removed, bundled, traces })
}

/// Refuses to remove what other rotations need: they took over what had come before, such as keys and standards.
fn leans_on_none(
    person: &Person,
    (origin, same): (&LogOrigin, &BTreeSet<u64>),
    all: &[&RotationRow],
    held: &[Held],
) -> Result<(), Error> {
    let first = same.first().copied().unwrap_or_default();
    let leans = |one: &&Held| one.origin == *origin && one.received > first && !same.contains(&one.received);
    let Some(other) = held.iter().find(leans) else { return Ok(()) };
    let there = all.iter().find(|row| row.position == other.received).map(|row| row.there.id.to_string());
    let there = there.unwrap_or_default();
    let why = format!("What the hub brought of {there} at {origin} for {} rests on what is to be removed", person.name);
    Err(Error::refused(why).hint(format!(
        "Nothing was changed. First end this rotation without --wrong-person. Then begin the one to {there} again and end it with --wrong-person, and after it this one. Begin the right one last: the next exchange brings all of it again"
    )))
}

/// The error for a rotation that does not run.
fn no_longer(person: &Person, origin: &LogOrigin, earlier: &[&RotationRow]) -> Error {
    let error = Error::refused(format!("The hub brings nothing from {origin} for {}", person.name));
    match earlier.last() {
        None => error.hint("`countersign hub trainees` lists the rotations"),
        Some(ended) => error.hint(format!(
            "That rotation has ended. If what it brought was somebody else’s, begin it again and end it with --wrong-person, which deletes all of it here: `countersign hub trainee \"{}\" --site {origin} --there {}`",
            person.name, ended.there.id
        )),
    }
}

/// What an exchange brought for one trainee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BroughtStatements {
    pub trainee: PersonRef,
    /// Statements that are new on their record, with those needed to check them.
    pub new: usize,
    /// Statements whose text was deleted here, because their own log erased them.
    pub erased: usize,
    /// Why nothing came, if that needs somebody.
    pub refused: Option<Error>,
    /// Why traces of what was erased may be left in the file, if they may.
    pub traces: Option<Error>,
}

impl BroughtStatements {
    pub(crate) fn refused(trainee: PersonRef, error: Error) -> Self {
        Self { trainee, new: 0, erased: 0, refused: Some(error), traces: None }
    }
}

/// The rotations that have not ended.
pub(crate) struct Rotating {
    /// Those whose statements the hub brings, with the keys of their logs.
    pub current: Vec<(RotationRow, LogVerifier)>,
    /// Those from logs whose keys were stopped.
    pub stopped: Vec<RotationRow>,
}

impl Rotating {
    /// Returns whether a trainee here rotates to a log.
    pub(crate) fn names(&self, origin: &LogOrigin) -> bool {
        self.current.iter().map(|(row, _)| row).chain(&self.stopped).any(|row| row.origin == *origin)
    }
}

/// Returns the rotations that have not ended.
pub(crate) fn current(app: &App) -> Result<Rotating, Error> {
    let logs: Vec<AcceptedLog> = accepted_logs(app)?.into_iter().filter(|log| log.stopped.is_none()).collect();
    let mut rotating = Rotating { current: Vec::new(), stopped: Vec::new() };
    for row in app.log.db.read(elsewhere::rotations)?.into_iter().filter(|row| row.ended.is_none()) {
        match logs.iter().find(|log| *log.log.origin() == row.origin) {
            Some(log) => rotating.current.push((row, log.log.clone())),
            None => rotating.stopped.push(row),
        }
    }
    Ok(rotating)
}

/// Says whose statements a log no longer brings once its key is stopped; nothing if no rotation from there runs.
pub fn not_fetched_for(app: &App, origin: &LogOrigin) -> Result<Option<String>, Error> {
    let rows = app.log.db.read(elsewhere::rotations)?.into_iter();
    let names: Vec<String> = rows
        .filter(|row| row.ended.is_none() && row.origin == *origin)
        .map(|row| row.trainee.name.to_string())
        .collect();
    let whose = names.join(", ");
    let what = "The hub also fetches nothing more from there";
    Ok((!names.is_empty())
        .then(|| format!("{what} for {whose}. To end a rotation: `countersign hub trainee … --site {origin} --end`")))
}

/// Brings what the copy of a log has on a trainee's record and is not here, in one transaction.
pub(crate) fn bring(app: &mut App, row: &RotationRow) -> Result<BroughtStatements, Error> {
    let doing = format!("Bringing the statements of {} from {}", row.trainee.name, row.origin);
    bring_from(app, row).map_err(|error| error.context(doing))
}

fn bring_from(app: &mut App, row: &RotationRow) -> Result<BroughtStatements, Error> {
    let mut done = BroughtStatements { trainee: row.trainee.clone(), new: 0, erased: 0, refused: None, traces: None };
    let Some(copy) = SiteCopy::open(app.folder.path(), &row.origin)? else { return Ok(done) };
    let size = copy.head()?.0.size;
    let (until, here, all) = app.log.db.read(|tx| {
        // An earlier rotation may have brought some of it.
        let here = pulled::of(tx, &row.trainee.id)?.into_iter().filter(|one| one.origin == row.origin).collect();
        let all = held::by_bundles(tx, &row.trainee.id)?;
        Ok::<(_, Vec<Held>, _), StoreError>((pulled::brought_until(tx, row.position)?, here, all))
    })?;
    let of_log = here.iter().chain(all.iter().filter(|one| one.origin == row.origin));
    let gone = erased_there(&copy, of_log)?;
    // A bundle may have brought a text again that its log has erased.
    if until == Some(size) && gone.is_empty() {
        return Ok(done);
    }
    if !here.iter().any(|one| one.received == row.position)
        && let Err(error) = same_person(app, &copy, row)
    {
        done.refused = Some(error);
        return Ok(done);
    }
    let known: BTreeSet<u64> = here.iter().map(|one| one.position).collect();
    let Selected { rows, texts, batches } = copy.select(&row.trainee.id, &row.there.id, (row.position, &known))?;
    if !gone.is_empty() {
        app.log.db.wipe_what_goes()?;
    }
    let trainee = &row.trainee.id;
    app.log.db.write(|tx| {
        let still =
            elsewhere::rotations(tx)?.into_iter().any(|one| one.position == row.position && one.ended.is_none());
        if !still {
            return Err(StoreError::HeadMoved);
        }
        texts.iter().try_for_each(|(digest, text)| held::add_text(tx, digest, text))?;
        batches.iter().try_for_each(|batch| touched::keep(tx, batch))?;
        rows.values().try_for_each(|one| pulled::add(tx, one))?;
        for (position, by) in &gone {
            pulled::blank(tx, trainee, &row.origin, *position, *by)?;
            let of = ErasedElsewhere { origin: row.origin.clone(), position: *position };
            held::blank(tx, trainee, &of, row.position)?;
        }
        pulled::set_brought_until(tx, row.position, size)?;
        let mut indexer = Indexer::default();
        indexer.add_pulled(tx, trainee)?;
        indexer.finish(tx)
    })?;
    (done.new, done.erased) = (rows.len(), gone.len());
    done.traces = if done.erased > 0 { erased_copies::scrub(app).err() } else { None };
    Ok(done)
}

/// Compares the name there with the one that was said, before anything is brought.
fn same_person(app: &App, copy: &SiteCopy, row: &RotationRow) -> Result<(), Error> {
    let there = one_there(copy, &row.origin, &row.there.id)?;
    if may_be_one(row.there.name.as_str(), there.name.as_str()) {
        return Ok(());
    }
    let person = app.person(&row.trainee.id)?;
    let error = other_name(&person, &there, &row.origin);
    let name = &row.trainee.name;
    Err(error.hint(format!(
        "Nothing was brought. End it first: `countersign hub trainee \"{name}\" --end --wrong-person --reason \"…\"`. If they are one person, say so again with --known-there-as \"{}\"",
        there.name
    )))
}

/// Returns which of these statements their log has erased, with the entry that did it. Each must be where it was.
fn erased_there<'h>(copy: &SiteCopy, all: impl Iterator<Item = &'h Held>) -> Result<BTreeSet<(u64, u64)>, Error> {
    let size = copy.head()?.0.size;
    let mut erased = BTreeSet::new();
    for one in all.filter(|one| one.position < size) {
        let (leaf, by) = copy.leaf(one.position)?;
        if leaf != one.leaf {
            let why = format!("Statement {} that came from {} before is not in its log", one.position, one.origin);
            return Err(Error::refused(why)
                .hint("Nothing was changed. Ask that department whether its log was restored from an older copy"));
        }
        if let Some(by) = by.filter(|_| one.erased.is_none()) {
            erased.insert((one.position, by));
        }
    }
    Ok(erased)
}
