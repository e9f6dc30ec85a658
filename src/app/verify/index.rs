//! Compares the tables of a file with its statements: absences, imports, evidence, workspace rows and every index.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::verify::findings::{Absent, Faults};
use countersign_core::people::person::Viewer;
use countersign_core::primitives::ids::{Digest, LogOrigin, PersonId};
use countersign_core::primitives::key::PublicKey;
use countersign_core::statement::decode::decode;
use countersign_core::statement::kind::Kind;
use countersign_core::statement::kinds::erase::Erase;
use countersign_core::statement::kinds::received::Received;
use countersign_core::statement::kinds::rotation::Rotation;
use countersign_core::statement::kinds::taken_back::TakenBack;
use countersign_core::statement::{Body, Statement};
use countersign_ledger::merkle::TILE;
use countersign_ledger::note::LogVerifier;
use countersign_store::db::Tx;
use countersign_store::erased_and_imported::{self, Erased};
use countersign_store::error::StoreError;
use countersign_store::evidence::{self, Checked};
use countersign_store::index::scratch::{self, Difference};
use countersign_store::log;
use countersign_store::queries::audit;

/// What the statements say the file must contain besides them, collected during the replay.
#[derive(Debug, Default)]
pub(crate) struct ExpectedContent {
    /// By position, each erasure's content and its own position.
    pub(crate) erasures: BTreeMap<u64, (Erase, u64)>,
    /// The positions of imports that are not erased.
    imports: BTreeSet<u64>,
    /// The digests of adopted standards and lists.
    contents: BTreeSet<[u8; 32]>,
    /// The keys of people, and of the signers of imported statements.
    keys: BTreeSet<[u8; 32]>,
    /// The bundles that were received, with their positions.
    pub(crate) received: Vec<(u64, Received)>,
    /// What was taken back of them, with the positions.
    pub(crate) taken_back: Vec<(u64, TakenBack)>,
    /// The statements that begin or end a rotation, with their positions.
    pub(crate) rotations: Vec<(u64, Rotation)>,
    /// The keys of other logs that were ever accepted.
    pub(crate) other_logs: BTreeSet<String>,
}

impl ExpectedContent {
    /// Adds one statement. `back` is the key of the statement it imports.
    pub(crate) fn add(&mut self, statement: &Statement, at: u64, back: Option<Digest>, faults: &mut Faults) {
        let content = statement.body.content();
        self.contents.extend(content.adopts().map(|digest| digest.0));
        self.keys.extend(content.certifies().map(|key| key.fingerprint().0));
        self.keys.extend(back.map(|key| key.0));
        if statement.body.put_back().is_some() {
            self.imports.insert(at);
        }
        if let Body::Received(received) = &statement.body {
            self.received.push((at, received.clone()));
        }
        if let Body::TakenBack(content) = &statement.body {
            self.taken_back.push((at, content.clone()));
        }
        if let Body::Rotation(content) = &statement.body {
            self.rotations.push((at, content.clone()));
        }
        if let Body::OtherLog(content) = &statement.body {
            self.other_logs.insert(content.log_key.to_string());
        }
        if let Body::Erase(erase) = &statement.body
            && let Some((_, before)) = self.erasures.insert(erase.position, (erase.clone(), at))
        {
            faults.add(Some(at), format!("It erases what entry {before} had already erased"));
        }
    }

    /// Returns whether what a bundle at a position brought for a trainee from a log was taken back later.
    pub(crate) fn is_taken_back(&self, received: u64, trainee: &PersonId, origin: &LogOrigin) -> bool {
        let of_it = |content: &TakenBack| {
            content.trainee.id == *trainee && content.logs.iter().any(|log| log.origin == *origin)
        };
        self.taken_back.iter().any(|(by, content)| *by > received && of_it(content))
    }

    /// Returns a note on erasures that do not record the kind of what they erased, as earlier versions of the program did
    /// not.
    pub(crate) fn note(&self) -> Option<String> {
        let unknown: Vec<String> =
            self.erasures.iter().filter(|(_, (erase, _))| erase.kind.is_none()).map(|(at, _)| at.to_string()).collect();
        if unknown.is_empty() {
            return None;
        }
        let entries = unknown.join(", ");
        Some(format!(
            "An earlier version erased entry {entries} without recording what kind of statement it was. A receipt would show it"
        ))
    }
}

/// Returns the log's verifier key, as its genesis states it.
pub(crate) fn log_verifier(tx: &Tx<'_>, faults: &mut Faults) -> Result<Option<LogVerifier>, StoreError> {
    let genesis = log::entry_at(tx, 0)?.and_then(|entry| decode(&entry.signed.text).ok());
    let Some((origin, Body::Genesis(genesis))) = genesis.map(|statement| (statement.log, statement.body)) else {
        return Ok(None);
    };
    let kept = log::log(tx)?;
    if kept.as_ref().map(|(kept, vkey)| (kept, vkey.as_str())) != Some((&origin, genesis.log_key.as_str())) {
        faults.add(None, "The log's name or key in the file is not the one that its first entry names");
    }
    Ok(genesis.log_key.as_str().parse().ok())
}

/// Compares the log's tables with the statements in both directions: nothing missing and nothing extra.
pub(crate) fn compare_log(
    tx: &Tx<'_>,
    stated: &ExpectedContent,
    erased: &HashMap<u64, Erased>,
    size: u64,
    faults: &mut Faults,
) -> Result<(), StoreError> {
    let (logs, heads) = audit::logs(tx)?;
    let one = u64::from(size > 0);
    if (logs, heads) != (one, one) {
        faults.add(None, format!("The file contains {logs} logs and {heads} log heads; there must be one of each"));
    }
    for row in audit::entries_beyond(tx, size)? {
        faults.add(None, format!("The file contains an entry (row {row}) that is not one of the log's {size}"));
    }
    for (table, place) in audit::rows_of_others(tx)? {
        faults.add(None, format!("The table {table} contains a row ({place}) that is not of this log"));
    }
    for tile in audit::tiles_from(tx, size / TILE)? {
        faults.add(None, format!("The file contains tile {tile}, whose entries are not all in the log"));
    }
    for (id, at) in audit::repeated_ids(tx)? {
        faults.add(Some(at), format!("Another statement has the same id, {id}"));
    }
    let mut keys = stated.keys.clone();
    for row in audit::keys(tx)? {
        let found = row.key.as_ref().map(PublicKey::fingerprint);
        match found {
            Some(found) if row.fingerprint == Some(found) => {
                if !keys.remove(&found.0) {
                    faults
                        .add(None, format!("The file contains key {}, which the log never gave to anyone", row.number));
                }
            }
            _ => faults.add(None, format!("Key {} in the file does not match its fingerprint", row.number)),
        }
    }
    if !keys.is_empty() {
        faults.add(None, format!("The file lacks {} of the keys that the log gave to people", keys.len()));
    }
    let found: BTreeSet<[u8; 32]> = audit::contents(tx)?.into_iter().map(|digest| digest.0).collect();
    for digest in found.symmetric_difference(&stated.contents) {
        let (kept, digest) = (found.contains(digest), Digest(*digest).hex());
        let what = if kept { "is in the file, but was never adopted" } else { "was adopted, but is not in the file" };
        faults.add(None, format!("The text sha256:{digest} of a standard {what}"));
    }
    for (digest, name, why) in evidence::unusable_names(tx)? {
        let evidence = format!("the evidence sha256:{}", digest.hex());
        faults.add(None, format!("The name “{name}” of {evidence} cannot be used for a file: {why}"));
    }
    compare_absences(tx, stated, erased, faults)?;
    compare_imports(tx, stated, erased, faults)
}

/// Compares the table of erased entries with the erasures in the log: position, leaf, id, and the position of the erasure.
fn compare_absences(
    tx: &Tx<'_>,
    stated: &ExpectedContent,
    erased: &HashMap<u64, Erased>,
    faults: &mut Faults,
) -> Result<(), StoreError> {
    let mut positions: Vec<u64> = erased.keys().copied().collect();
    positions.sort_unstable();
    for position in positions {
        let (leaf, by) = erased[&position];
        match stated.erasures.get(&position) {
            None => faults.add(Some(position), "Its text is missing, and no statement in the log erased it"),
            Some((erase, at)) if *at != by || erase.leaf != leaf => {
                faults.add(Some(position), format!("It is missing, but not as the erasure at entry {at} describes"));
            }
            Some((erase, at)) if audit::id_at(tx, position)? != Some(erase.of) => {
                faults
                    .add(Some(position), format!("It is absent under another id than the erasure at entry {at} names"));
            }
            Some((erase, at)) if erase.kind == Some(Kind::Import) => {
                if audit::put_back_at(tx, position)? != erase.put_back {
                    let what = "What it put back is absent under another id than the erasure at entry";
                    faults.add(Some(position), format!("{what} {at} names"));
                }
            }
            Some(_) => {}
        }
    }
    for (position, (_, at)) in &stated.erasures {
        if !erased.contains_key(position) {
            faults.add(Some(*at), format!("It erases entry {position}, which is not erased"));
        }
    }
    Ok(())
}

/// Checks that each import has its imported statement, and that each imported statement has an import.
fn compare_imports(
    tx: &Tx<'_>,
    stated: &ExpectedContent,
    erased: &HashMap<u64, Erased>,
    faults: &mut Faults,
) -> Result<(), StoreError> {
    let kept: BTreeSet<u64> = erased_and_imported::imported_at(tx)?.into_iter().collect();
    for at in audit::odd_imports(tx)? {
        faults.add(Some(at), "What it put back has no key, or is erased and its text or signature is still there");
    }
    for at in kept.iter().filter(|at| !erased.contains_key(at) && !stated.imports.contains(at)) {
        faults.add(Some(*at), "Something was put back here, but no statement records it");
    }
    for at in stated.imports.difference(&kept) {
        faults.add(Some(*at), "What it puts back is not in the file");
    }
    Ok(())
}

/// Returns whether the evidence named in a sign-off is in the file. Erasing another statement never removes it.
pub(crate) fn names_what_is_here(
    tx: &Tx<'_>,
    statement: &Statement,
    at: u64,
    faults: &mut Faults,
) -> Result<(), StoreError> {
    let Body::SignOff(sign_off) = &statement.body else { return Ok(()) };
    for file in &sign_off.evidence {
        let named = format!("It names the evidence sha256:{}", file.digest.hex());
        if !evidence::is_here(tx, &file.digest)? {
            faults.add_absent(Absent::Evidence(file.digest), at, format!("{named}, which is not in the file"));
            continue;
        }
        match evidence::listed_as(tx, &Viewer::Department, &sign_off.trainee.id, &file.digest)? {
            None => faults.add(Some(at), format!("{named}, which is not in the trainee's list")),
            Some(listed) if listed.as_str() != file.name.as_str() => {
                faults.add(Some(at), format!("{named} as “{}”, but the list has another name for it", file.name));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// Compares the evidence with its digests, and missing evidence with the erasures that removed it. Returns a note on
/// erasures by earlier versions, which did not list the evidence.
pub(crate) fn compare_evidence(
    tx: &Tx<'_>,
    stated: &ExpectedContent,
    faults: &mut Faults,
) -> Result<Option<String>, StoreError> {
    let mut unlisted = 0;
    let by_erasure: HashMap<u64, &Erase> = stated.erasures.values().map(|(erase, at)| (*at, erase)).collect();
    let received = stated.received.iter().map(|(at, content)| (at, &content.evidence));
    let taken_back = stated.taken_back.iter().map(|(at, content)| (at, &content.evidence));
    let gone_with_bundles: BTreeSet<(u64, [u8; 32])> =
        received.chain(taken_back).flat_map(|(at, evidence)| evidence.iter().map(|digest| (*at, digest.0))).collect();
    let mut each = |one: Checked| {
        let name = format!("sha256:{}", one.digest.hex());
        match one.erased {
            None if one.sound && one.of_its_kind => {}
            None if one.sound => {
                faults.add(None, format!("The evidence {name} is listed as a kind of file that it is not"));
            }
            None => faults.add(None, format!("The evidence {name} does not match its digest")),
            Some(by) => match by_erasure.get(&by) {
                _ if one.bytes > 0 => {
                    faults.add(None, format!("The evidence {name} is marked as erased, and its bytes are still there"));
                }
                Some(erase) if erase.evidence.contains(&one.digest) => {}
                Some(erase) if erase.kind.is_none() => unlisted += 1,
                None if gone_with_bundles.contains(&(by, one.digest.0)) => {}
                _ => faults.add(None, format!("The evidence {name} is gone, and entry {by} did not erase it")),
            },
        }
    };
    let strays = evidence::check_all(tx, &mut each)?;
    if strays > 0 {
        let pieces = if strays == 1 {
            "1 stored part of an evidence file belongs"
        } else {
            &format!("{strays} stored parts of evidence files belong")
        };
        faults.add(None, format!("{pieces} to no file"));
    }
    Ok((unlisted > 0).then(|| {
        let files = if unlisted == 1 { "1 file" } else { &format!("{unlisted} files") };
        format!("The bytes of {files} of evidence are gone: an earlier version erased them without recording which")
    }))
}

/// Finds workspace rows that this program never writes: their person, claim, file or day does not exist.
pub(crate) fn compare_workspace(tx: &Tx<'_>, faults: &mut Faults) -> Result<(), StoreError> {
    for (table, rows, why) in audit::stray_rows(tx)? {
        let rows = if rows == 1 { "1 row".to_owned() } else { format!("{rows} rows") };
        faults.add(None, format!("The table {table} contains {rows} {why}"));
    }
    Ok(())
}

/// Compares every index with one rebuilt from the statements, and names the first rows that differ.
pub(crate) fn compare_indexes(tx: &Tx<'_>, faults: &mut Faults, progress: &mut dyn FnMut()) -> Result<(), StoreError> {
    for table in scratch::compared() {
        for Difference { in_file, row } in scratch::differences(tx, table)? {
            let what = if in_file {
                "contains a row that does not come from the statements"
            } else {
                "lacks a row that the statements call for"
            };
            faults.add_of_index(format!("The index {table} {what}: {row}"));
        }
        progress();
    }
    Ok(())
}
