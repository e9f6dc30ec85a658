//! Receives a bundle into this log, in one transaction and after a preview.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::app::App;
use crate::bundle::check::{CheckedBundle, CheckedPart, GIVE, check, refused};
use crate::bundle::other_logs::{KnownLog, known};
use crate::bundle::select;
use crate::error::Error;
use crate::keys::session::Credential;
use crate::log::historical_root::old_root;
use crate::log::referenced::leaf_at;
use crate::log::rule_context::{StagedBundle, kept_list};
use crate::log::sign;
use crate::log::writer::AppendResult;
use crate::maintenance::erased_copies;
use crate::storage::chosen_file::open_chosen;
use countersign_core::people::person::{Person, PersonRef, Role, Viewer};
use countersign_core::primitives::date::{Timestamp, long_day};
use countersign_core::primitives::fold::may_be_one;
use countersign_core::primitives::ids::{Digest, LogOrigin, PersonId};
use countersign_core::primitives::text::SafeText;
use countersign_core::statement::Body;
use countersign_core::statement::decode::decode;
use countersign_core::statement::kinds::received::{ErasedElsewhere, Received, ReceivedPart};
use countersign_ledger::batch::SignedBatch;
use countersign_ledger::bundle::{BundleReader, Section};
use countersign_ledger::checkpoint_code::code;
use countersign_ledger::merkle::LeafHistory;
use countersign_store::db::{Tx, WriteTx};
use countersign_store::error::damaged;
use countersign_store::evidence;
use countersign_store::from_elsewhere::held::{self, Held};
use countersign_store::from_elsewhere::held_leaves;
use countersign_store::index::people;
use countersign_store::log;

/// What a bundle would bring.
#[derive(Debug)]
pub struct BundlePlan {
    pub bundle: CheckedBundle,
    /// The person of this log that the bundle is about.
    pub trainee: Person,
    /// The name in the bundle, if it is another one than the person's here: the person who receives it has said that they are the same.
    pub other_name: Option<SafeText>,
    /// In the order of the manifest.
    pub parts: Vec<PlannedPart>,
    /// The digests of evidence files that are not here yet.
    pub files: BTreeSet<[u8; 32]>,
    /// What is recorded; `None` if nothing is new.
    received: Option<Received>,
    staged: StagedBundle,
    path: PathBuf,
}

/// What a bundle would bring of one log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedPart {
    pub origin: LogOrigin,
    pub known: KnownLog,
    /// Statements that are not here yet.
    pub new: usize,
    /// Statements that are here already.
    pub here: usize,
    /// Statements whose text will be deleted here, because their log erased them.
    pub erased: usize,
    /// Whether an earlier bundle brought a newer state of this log.
    pub is_older: bool,
}

impl BundlePlan {
    /// Returns whether everything in it is here already.
    pub fn is_empty(&self) -> bool {
        self.received.is_none()
    }

    /// Returns how many statements are new.
    pub fn new_statements(&self) -> usize {
        self.parts.iter().map(|part| part.new).sum()
    }
}

/// Who receives a bundle, as far as its names do not say it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Recipient<'a> {
    /// The person of this log that it is about.
    pub trainee: Option<&'a PersonId>,
    /// The name in the bundle, repeated by somebody who knows that the person here is the same one.
    pub known_there_as: Option<&'a str>,
}

/// Checks a bundle and plans what it brings.
pub fn plan(app: &App, path: &Path, recipient: Recipient<'_>) -> Result<BundlePlan, Error> {
    let bundle = check(path, &|log| known(app, log).map(|_| ()))?;
    let doing = || format!("Looking at {}", path.display());
    plan_checked(app, path, bundle, recipient).map_err(|error| error.context(doing()))
}

fn plan_checked(app: &App, path: &Path, bundle: CheckedBundle, recipient: Recipient<'_>) -> Result<BundlePlan, Error> {
    let kinds = bundle.parts.iter().map(|part| known(app, &part.log)).collect::<Result<Vec<_>, _>>()?;
    app.log.db.read(|tx| -> Result<BundlePlan, Error> {
        let person = whose(tx, &bundle, &kinds, recipient.trainee)?;
        let other_name = other_name(tx, &bundle, &kinds, &person, recipient.known_there_as)?;
        let before = held::by_bundles(tx, &person.id)?;
        let mut all: BTreeMap<(LogOrigin, u64), Held> =
            before.iter().map(|held| ((held.origin.clone(), held.position), held.clone())).collect();
        let (mut parts, mut put) = (Vec::new(), Vec::new());
        let mut is_older = false;
        for (number, (part, known)) in bundle.parts.iter().zip(&kinds).enumerate() {
            match known {
                KnownLog::Own => parts.push(own(tx, part)?),
                KnownLog::Accepted => {
                    compare_history(tx, part)?;
                    let planned = others(tx, part, &person.id, &mut all, &mut put)?;
                    is_older |= planned.is_older && number == 0;
                    if number == 0 && !planned.is_older {
                        nothing_left_out(part, &bundle, &all)?;
                    }
                    parts.push(planned);
                }
            }
        }
        let erased: BTreeSet<ErasedElsewhere> = bundle
            .erased
            .iter()
            .filter(|(origin, position, id)| {
                let held = all.get(&(origin.clone(), *position));
                held.is_some_and(|held| held.id == *id && held.erased.is_none())
            })
            .map(|(origin, position, _)| ErasedElsewhere { origin: origin.clone(), position: *position })
            .collect();
        for one in &erased {
            if let Some(part) = parts.iter_mut().find(|part| part.origin == one.origin) {
                part.erased += 1;
            }
        }
        let evidence_gone = evidence_gone(tx, &all, &erased)?;
        let files = new_files(tx, &bundle, &person.id, &all, &erased)?;
        // An older one may still bring evidence that a newer one was made without.
        if is_older && files.is_empty() {
            return Err(older(&bundle, &person));
        }
        let kept: Vec<Held> = all.into_values().collect();
        let (kept, list) = kept_list(&kept);
        let newer = parts.iter().any(|part| part.known == KnownLog::Accepted && (part.new > 0 || part.erased > 0));
        let received = (newer || !files.is_empty()).then(|| Received {
            trainee: PersonRef { id: person.id.clone(), name: person.name.clone() },
            bundle: bundle.digest,
            made: bundle.manifest.made,
            parts: received_parts(&bundle, &kinds),
            kept,
            list,
            erased: erased.into_iter().collect(),
            evidence: evidence_gone,
        });
        let others = bundle.parts.iter().zip(&kinds).filter(|(_, known)| **known == KnownLog::Accepted);
        let histories = others.map(|(part, _)| (part.log.origin().clone(), part.history.leaves().to_vec())).collect();
        let batches = batches_of(&bundle, &put);
        let staged = StagedBundle { held: put, texts: bundle.texts.clone(), batches, histories };
        Ok(BundlePlan { trainee: person, other_name, parts, files, received, staged, path: path.to_owned(), bundle })
    })
}

/// Returns the batches that the statements to be stored were signed in.
fn batches_of(bundle: &CheckedBundle, put: &[Held]) -> Vec<SignedBatch> {
    let names: BTreeSet<[u8; 64]> = put.iter().map(|held| held.signature).collect();
    let receipts = bundle.parts.iter().flat_map(|part| &part.receipts);
    let batches: BTreeMap<[u8; 64], SignedBatch> = receipts
        .filter(|one| names.contains(&one.signature))
        .filter_map(|one| Some((one.signature, one.batch.clone()?)))
        .collect();
    batches.into_values().collect()
}

/// Returns what the statement says of each other log, by origin.
fn received_parts(bundle: &CheckedBundle, kinds: &[KnownLog]) -> Vec<ReceivedPart> {
    let others = bundle.parts.iter().zip(kinds).filter(|(_, known)| **known == KnownLog::Accepted);
    let mut parts: Vec<ReceivedPart> = others
        .map(|(part, _)| ReceivedPart {
            origin: part.log.origin().clone(),
            there: part.trainee.clone(),
            tree: part.tree,
            statements: u32::try_from(part.receipts.len()).unwrap_or(u32::MAX),
        })
        .collect();
    parts.sort_by(|a, b| a.origin.cmp(&b.origin));
    parts
}

fn older(bundle: &CheckedBundle, person: &Person) -> Error {
    let why = format!(
        "This bundle, made on {}, is older than what is here for {}",
        long_day(bundle.manifest.made.local_day()),
        person.name,
    );
    Error::refused(why).hint("Nothing was changed, and nothing in it is missing here. Ask for a new bundle")
}

/// Compares the part of this log with the log: each statement must be at its place.
fn own(tx: &Tx<'_>, part: &CheckedPart) -> Result<PlannedPart, Error> {
    let origin = part.log.origin();
    let lost = |what: String| {
        Error::refused(what).hint("Was this file restored from an older copy? `countersign verify` with a checkpoint that you kept shows it. Receipts put back what was lost: `countersign import --receipt FILE`")
    };
    let size = log::head(tx)?.map_or(0, |head| head.size);
    for one in &part.receipts {
        let same = one.position < size && leaf_at(tx, one.position)? == one.leaf;
        if !same {
            return Err(lost(format!("The bundle has statement {} of this log, which is not here", one.position)));
        }
    }
    if part.tree.size > size || old_root(tx, part.tree.size)? != Some(part.tree.root) {
        return Err(lost(format!(
            "The bundle was made from {} entries of this log with another history",
            part.tree.size
        )));
    }
    let here = part.receipts.len();
    Ok(PlannedPart { origin: origin.clone(), known: KnownLog::Own, new: 0, here, erased: 0, is_older: false })
}

/// Compares the histories of the logs in a bundle with those that are known here, of every trainee.
pub fn compare_histories(app: &App, bundle: &CheckedBundle) -> Result<(), Error> {
    app.log.db.read(|tx| bundle.parts.iter().try_for_each(|part| compare_history(tx, part)))
}

/// Compares the history of a log with the one that earlier bundles had, entry by entry as far as both go.
fn compare_history(tx: &Tx<'_>, part: &CheckedPart) -> Result<(), Error> {
    let origin = part.log.origin();
    let known = LeafHistory::new(held_leaves::leaves(tx, origin)?);
    let mut both = known.leaves().iter().zip(part.history.leaves());
    let Some(at) = both.position(|(known, new)| known != new) else { return Ok(()) };
    let code_of = |history: &LeafHistory| {
        let size = history.size();
        history.root_at(size).map(|root| code(size, &root)).unwrap_or_default()
    };
    let why = format!(
        "The log {origin} in the bundle has another history than the one that is known here: entry {at} differs"
    );
    Err(Error::refused(why).hint(format!(
        "Nothing was changed. One of the two was probably restored from an older copy. Ask that department which is right: {} came before, {} is in the bundle",
        code_of(&known),
        code_of(&part.history)
    )))
}

/// Refuses a newer bundle that lacks a statement of its log that an earlier one had.
fn nothing_left_out(
    part: &CheckedPart,
    bundle: &CheckedBundle,
    all: &BTreeMap<(LogOrigin, u64), Held>,
) -> Result<(), Error> {
    let origin = part.log.origin();
    let has = |at: u64| part.receipts.binary_search_by_key(&at, |one| one.position).is_ok();
    let erased = |held: &Held| {
        held.erased.is_some() || bundle.erased.iter().any(|(of, at, _)| of == origin && *at == held.position)
    };
    let known = all.values().filter(|held| held.origin == *origin && !erased(held));
    let known = known.map(|held| Ok((held.position, decode(&held.text)?))).collect::<Result<_, Error>>()?;
    let needed = select::still_needed(known, &part.trainee);
    match needed.iter().find(|at| !has(**at)) {
        None => Ok(()),
        Some(at) => {
            let what = format!("The bundle lacks statement {at} of {origin}, which an earlier one had");
            Err(Error::refused(what).hint("Nothing was changed. Ask the department that made it to make it again"))
        }
    }
}

/// Compares the part of another log with what this file holds of it, and adds what is new.
fn others(
    tx: &Tx<'_>,
    part: &CheckedPart,
    person: &PersonId,
    all: &mut BTreeMap<(LogOrigin, u64), Held>,
    put: &mut Vec<Held>,
) -> Result<PlannedPart, Error> {
    let origin = part.log.origin();
    let earlier = held::earlier(tx, origin, &part.trainee, person)?;
    let newest = earlier.iter().map(|one| one.size).max().unwrap_or_default();
    let is_older = part.tree.size < newest;
    let (mut new, mut here) = (0, 0);
    for one in &part.receipts {
        let held = Held {
            trainee: person.clone(),
            origin: origin.clone(),
            position: one.position,
            id: one.id,
            leaf: one.leaf,
            key: one.key.clone(),
            signature: one.signature,
            text: one.text.clone(),
            proof: one.proof.clone(),
            vkey: part.log.to_string(),
            received: 0,
            erased: None,
        };
        match all.get(&(origin.clone(), one.position)) {
            Some(known) if known.leaf != one.leaf => {
                let what = format!("Statement {} of {origin} is not the one that an earlier bundle had", one.position);
                return Err(Error::refused(what)
                    .hint("Nothing was changed. Ask that department whether its log was restored from an older copy"));
            }
            Some(_) => here += 1,
            None => {
                if log::entry_of(tx, one.id)?.is_some() {
                    let what = format!("Statement {} of {origin} has the id of a statement of this log", one.position);
                    return Err(Error::refused(what).hint("Nothing was changed. Ask that department to check its log"));
                }
                new += 1;
                all.insert((origin.clone(), one.position), held.clone());
            }
        }
        if !is_older {
            put.push(held);
        } else if let Some(known) = all.get(&(origin.clone(), one.position))
            && known.proof == one.proof
        {
            put.push(held);
        }
    }
    Ok(PlannedPart { origin: origin.clone(), known: KnownLog::Accepted, new, here, erased: 0, is_older })
}

/// How a bundle is known to be about somebody here whose record came home.
const OWN: &str = "by the statements of this log in it";

/// Finds the person of this log that a bundle is about.
fn whose(tx: &Tx<'_>, bundle: &CheckedBundle, kinds: &[KnownLog], named: Option<&PersonId>) -> Result<Person, Error> {
    let there = &bundle.manifest.trainee;
    let from = bundle.log().origin();
    let who = |id: &PersonId| people::person(tx, id);
    let mut found: Option<(Person, String)> = None;
    let take_back = |name: &SafeText| {
        format!(
            "Nothing was changed. If {name} was wrong, first: `countersign bundle take-back \"{name}\" --reason \"…\"`"
        )
    };
    let mut settle = |person: Person, why: String| match &found {
        Some((known, before)) if known.id != person.id => Err(Error::refused(format!(
            "The bundle is about two people here: {} ({before}) and {} ({why})",
            known.name, person.name
        ))
        .hint(take_back(&if before == OWN { person.name } else { known.name.clone() }))),
        Some(_) => Ok(()),
        None => {
            found = Some((person, why));
            Ok(())
        }
    };
    for (part, known) in bundle.parts.iter().zip(kinds) {
        if *known == KnownLog::Own {
            let person = who(&part.trainee)?.ok_or_else(|| damaged("a trainee of this log is not in it"))?;
            settle(person, OWN.to_owned())?;
            continue;
        }
        for earlier in held::earlier(tx, part.log.origin(), &part.trainee, &part.trainee)? {
            if earlier.there == part.trainee {
                let person = who(&earlier.trainee)?.ok_or_else(|| damaged("a trainee is not in this log"))?;
                settle(person, format!("by an earlier bundle from {}", part.log.origin()))?;
            }
        }
    }
    if let Some(named) = named {
        let person = who(named)?.ok_or_else(|| Error::usage(format!("Nobody here has the id {named}")))?;
        match &found {
            Some((known, why)) if known.id != person.id && why == OWN => {
                return Err(Error::refused(format!(
                    "This bundle has statements of this log about {}, and you named {}",
                    known.name, person.name
                ))
                .hint(format!("Nothing was changed. It can only be received for {}", known.name)));
            }
            Some((known, why)) if known.id != person.id => {
                return Err(Error::refused(format!(
                    "This bundle's trainee was received here for {} ({why}), and you named {}",
                    known.name, person.name
                ))
                .hint(take_back(&known.name)));
            }
            Some(_) => {}
            None => found = Some((person, String::new())),
        }
    }
    let person = match found {
        Some((person, _)) => person,
        None => by_name(tx, there, from)?,
    };
    if !person.roles.contains(&Role::Trainee) {
        return Err(Error::refused(format!("{} is not a trainee here", person.name))
            .hint("A training officer can give the role: `countersign person add --help`"));
    }
    for (part, known) in bundle.parts.iter().zip(kinds) {
        let earlier = held::earlier(tx, part.log.origin(), &part.trainee, &person.id)?;
        if *known == KnownLog::Accepted
            && let Some(other) = earlier.iter().find(|one| one.trainee == person.id && one.there != part.trainee)
        {
            let (name, origin, id) = (&person.name, part.log.origin(), &other.there);
            let why = format!(
                "Earlier bundles for {name} were about {id} at {origin}, and this one is about {}",
                part.trainee
            );
            let hint = format!(
                "Nothing was changed. If those are somebody else's, first: `countersign bundle take-back \"{name}\" --reason \"…\"`"
            );
            return Err(Error::refused(why).hint(hint));
        }
    }
    Ok(person)
}

/// Returns the name in the bundle if it is another one than the person's here. Unless a bundle of the same trainee was
/// received for them before, somebody must say that the two are one.
fn other_name(
    tx: &Tx<'_>,
    bundle: &CheckedBundle,
    kinds: &[KnownLog],
    person: &Person,
    known_there_as: Option<&str>,
) -> Result<Option<SafeText>, Error> {
    let there = &bundle.manifest.trainee;
    if may_be_one(person.name.as_str(), there.name.as_str()) {
        return Ok(None);
    }
    let mut known =
        bundle.parts.iter().zip(kinds).any(|(part, known)| *known == KnownLog::Own && part.trainee == person.id);
    for part in &bundle.parts {
        let earlier = held::earlier(tx, part.log.origin(), &part.trainee, &person.id)?;
        known |= earlier.iter().any(|one| one.trainee == person.id && one.there == part.trainee);
    }
    let said = known_there_as.is_some_and(|name| may_be_one(name, there.name.as_str()));
    if known || said {
        return Ok(Some(there.name.clone()));
    }
    let why = format!("The bundle is about {}, and the person here is {}", there.name, person.name);
    Err(Error::refused(why).hint(format!(
        "Nothing was changed. If you know that they are one person, repeat the name in the bundle: --known-there-as \"{}\"",
        there.name
    )))
}

/// Finds the trainee by id and name; one of another name is never taken for them.
fn by_name(tx: &Tx<'_>, there: &PersonRef, from: &LogOrigin) -> Result<Person, Error> {
    const SAY: &str = "If you know whose it is, add --trainee with their name or id here";
    let one = |person: &Person| may_be_one(person.name.as_str(), there.name.as_str());
    let trainees = people::people(tx, &Viewer::Department, &[Role::Trainee])?;
    let mut same: Vec<&Person> = trainees.iter().filter(|person| one(person)).collect();
    if same.len() > 1 {
        same.retain(|person| person.id == there.id);
    }
    if let [person] = same[..] {
        return Ok(person.clone());
    }
    let holder = people::person(tx, &there.id)?;
    let why = match holder {
        Some(other) if !one(&other) => format!(
            "{} here is {}, but the bundle from {from} is about {}, who has that id there",
            there.id, other.name, there.name
        ),
        _ if trainees.iter().filter(|person| one(person)).count() > 1 => {
            format!("Several trainees here are called {}", there.name)
        }
        _ => format!("No trainee here is called {}", there.name),
    };
    let add = "Add and enrol the trainee first: `countersign person add`, then `countersign enrol`";
    Err(Error::refused(why).hint(format!("Nothing was changed. {SAY}. {add}")))
}

/// Returns the evidence that only statements which are to be erased name.
fn evidence_gone(
    tx: &Tx<'_>,
    all: &BTreeMap<(LogOrigin, u64), Held>,
    erased: &BTreeSet<ErasedElsewhere>,
) -> Result<Vec<Digest>, Error> {
    let goes = |held: &Held| erased.contains(&ErasedElsewhere { origin: held.origin.clone(), position: held.position });
    let named = |held: &Held| -> Vec<[u8; 32]> {
        let statement = decode(&held.text).map(|statement| statement.body);
        if let Ok(Body::SignOff(sign_off)) = statement {
            sign_off.evidence.iter().map(|file| file.digest.0).collect()
        } else {
            Vec::new()
        }
    };
    let gone: BTreeSet<[u8; 32]> = all.values().filter(|held| goes(held)).flat_map(named).collect();
    if gone.is_empty() {
        return Ok(Vec::new());
    }
    let kept: BTreeSet<[u8; 32]> = all.values().filter(|held| !goes(held)).flat_map(named).collect();
    let mut found = Vec::new();
    for digest in gone.difference(&kept).copied().map(Digest) {
        if evidence::is_here(tx, &digest)? && !held::names_elsewhere(tx, &digest, erased)? {
            found.push(digest);
        }
    }
    Ok(found)
}

/// Returns the evidence files that a statement which is kept names and that are not here.
fn new_files(
    tx: &Tx<'_>,
    bundle: &CheckedBundle,
    person: &PersonId,
    all: &BTreeMap<(LogOrigin, u64), Held>,
    erased: &BTreeSet<ErasedElsewhere>,
) -> Result<BTreeSet<[u8; 32]>, Error> {
    let mut new = BTreeSet::new();
    for part in &bundle.parts {
        for entry in part.replay.entries.values() {
            let place = (part.log.origin().clone(), entry.position);
            let of = ErasedElsewhere { origin: place.0.clone(), position: place.1 };
            let lives = all.get(&place).is_some_and(|held| held.erased.is_none()) && !erased.contains(&of);
            let Some(sign_off) = entry.sign_off().filter(|_| lives) else { continue };
            for file in &sign_off.evidence {
                let there = bundle.evidence.iter().any(|one| one.looked.digest == file.digest);
                let listed = evidence::listed_as(tx, &Viewer::Department, person, &file.digest)?.is_some();
                if there && !(listed && evidence::is_here(tx, &file.digest)?) {
                    new.insert(file.digest.0);
                }
            }
        }
    }
    Ok(new)
}

/// A bundle that was received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedBundle {
    pub done: AppendResult,
    /// Why traces of what its logs erased may be left in the file, if they may.
    pub traces: Option<Error>,
}

/// Receives a planned bundle in a training officer's name: everything or nothing.
pub fn import(
    app: &mut App,
    officer: &PersonId,
    proof: &Credential,
    plan: BundlePlan,
) -> Result<ReceivedBundle, Error> {
    let BundlePlan { bundle, trainee, files: wanted, received, staged, path, .. } = plan;
    let Some(received) = received else {
        return Err(Error::refused("Everything in this bundle is here already").hint("Nothing was changed"));
    };
    let doing = format!("Receiving the bundle of {}", trainee.name);
    let now = app.now();
    let erases = !received.erased.is_empty();
    if erases {
        app.log.db.wipe_what_goes()?;
    }
    app.log.stage_bundle(Some(staged));
    let mut fault = None;
    let mut files = |tx: &WriteTx<'_>| {
        let put = put_files(tx, &bundle, &path, &trainee.id, &wanted, now);
        put.map_err(|error| {
            let why = error.why.clone();
            fault = Some(error);
            damaged(why)
        })
    };
    let body = Body::Received(received);
    let done = sign::sign_groups(app, officer, Role::TrainingOfficer, proof, vec![vec![body]], &mut files);
    app.log.stage_bundle(None);
    let done = done.map_err(|error| fault.unwrap_or(error).context(doing))?;
    let traces = if erases && !done.is_dry_run() { erased_copies::scrub(app).err() } else { None };
    Ok(ReceivedBundle { done, traces })
}

/// Stores the evidence files of a bundle, read again from it.
fn put_files(
    tx: &WriteTx<'_>,
    bundle: &CheckedBundle,
    path: &Path,
    trainee: &PersonId,
    wanted: &BTreeSet<[u8; 32]>,
    now: Timestamp,
) -> Result<(), Error> {
    if bundle.evidence.is_empty() {
        return Ok(());
    }
    let mut reader = BundleReader::open(open_chosen(path, GIVE)?.0).map_err(refused)?;
    while let Some(section) = reader.section().map_err(refused)? {
        let Section::Evidence { digest, .. } = section else { continue };
        let Some(file) = bundle.evidence.iter().find(|file| file.looked.digest == digest) else { continue };
        if wanted.contains(&digest.0) {
            let number = evidence::put(tx, &file.looked, &mut reader)?;
            evidence::hold(tx, &Viewer::Department, trainee, number, (&file.name, now))?;
        }
    }
    Ok(())
}
