//! Makes a bundle of a trainee's record, for another department.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::app::App;
use crate::bundle::elsewhere::receipt_of;
use crate::bundle::select;
use crate::error::Error;
use crate::record::receipts::ReceiptWriter;
use crate::report::file::{Overwrite, place_of};
use crate::storage::atomic_file::{TempFile, folder_of, full_path, is_there};
use crate::storage::chosen_file::reason;
use crate::verify::rebuild::all_leaves;
use countersign_core::people::person::PersonRef;
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::ids::{Digest, LogOrigin, PersonId, StatementId};
use countersign_core::statement::decode::decode;
use countersign_core::statement::fields::Tree;
use countersign_core::statement::{Body, Statement};
use countersign_ledger::bundle::{BodyWriter, Manifest, ManifestPart, Measure};
use countersign_ledger::note::LogVerifier;
use countersign_store::db::Tx;
use countersign_store::error::{StoreError, damaged};
use countersign_store::from_elsewhere::held::{self, Held};
use countersign_store::from_elsewhere::held_leaves;
use countersign_store::index::{elsewhere, people, standards};
use countersign_store::queries::department;
use countersign_store::{evidence, log};

/// A bundle that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeBundle {
    pub manifest: Manifest,
    /// Its length.
    pub bytes: u64,
    /// Evidence that the record names and the bundle does not have.
    pub evidence_left_out: usize,
}

/// Whether the evidence files that the record names go along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WithEvidence {
    Yes,
    No,
}

/// What a bundle will contain, except the bytes of evidence.
struct Contents {
    texts: BTreeMap<[u8; 32], String>,
    erased: Vec<(LogOrigin, u64, StatementId)>,
    /// The leaf hashes of each log.
    histories: Vec<(LogOrigin, Vec<Digest>)>,
    receipts: Vec<String>,
    evidence: Vec<(Digest, u64, String)>,
}

/// Writes a trainee's bundle to a new file that its owner only can read, whole or not at all. `to` is its name, or a folder.
/// Returns its full path, and nothing else if a file is there that may not be replaced.
pub fn make_file(
    app: &App,
    trainee: &PersonId,
    with: WithEvidence,
    to: &Path,
    overwrite: Overwrite,
) -> Result<(PathBuf, Option<MadeBundle>), Error> {
    let place = place_of(to, &format!("bundle-{trainee}-{}.countersign", app.today()))?;
    if overwrite == Overwrite::Refused && is_there(&place) {
        return Ok((full_path(&place), None));
    }
    let part = TempFile::in_folder(folder_of(&place), &format!("bundle-{}", std::process::id()))?;
    let made = match part.file() {
        Some(file) => {
            let mut to = BufWriter::new(file);
            let made = make(app, trainee, with, &mut to)?;
            to.flush().map_err(|error| not_written(&error))?;
            made
        }
        None => return Err(Error::refused("The file could not be made")),
    };
    part.put(&place)?;
    Ok((full_path(&place), Some(made)))
}

/// Writes a trainee's bundle, signed by this log's key.
pub fn make(app: &App, trainee: &PersonId, with: WithEvidence, to: &mut dyn Write) -> Result<MadeBundle, Error> {
    let doing = "Making the bundle";
    let key = app.log.key().map_err(|error| error.context(doing))?;
    let made = app.now();
    let made = app.log.db.read(|tx| -> Result<MadeBundle, Error> {
        let person = people::person(tx, trainee)?.filter(|_| app.viewer.may_see(trainee));
        let person = person.ok_or_else(|| Error::usage(format!("Nobody here has the id {trainee}")))?;
        if people::enrolment(tx, trainee)?.is_none() && held::by_bundles(tx, trainee)?.is_empty() {
            return Err(Error::refused(format!("{} has no record here", person.name))
                .hint("A bundle is made of a trainee who is enrolled on a standard"));
        }
        let (parts, contents, left_out) = contents(app, tx, trainee, with)?;
        let mut measure = Measure::default();
        write(app, tx, trainee, &contents, &mut measure)?;
        let (bytes, body) = measure.result();
        let manifest = Manifest {
            made: Timestamp::from_seconds(made.seconds()),
            trainee: PersonRef { id: trainee.clone(), name: person.name },
            parts,
            texts: count(contents.texts.len()),
            evidence: count(contents.evidence.len()),
            bytes,
            body,
        };
        let note = manifest.signed(key);
        to.write_all(note.as_bytes()).map_err(|error| not_written(&error))?;
        write(app, tx, trainee, &contents, to)?;
        Ok(MadeBundle { manifest, bytes: note.len() as u64 + bytes, evidence_left_out: left_out })
    });
    made.map_err(|error| error.context(doing))
}

fn count(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}

fn not_written(error: &io::Error) -> Error {
    Error::refused(reason(error)).hint("Nothing was saved. Make room, or choose another place")
}

/// Collects what a trainee's bundle contains, with the number of evidence files that it leaves out.
fn contents(
    app: &App,
    tx: &Tx<'_>,
    trainee: &PersonId,
    with: WithEvidence,
) -> Result<(Vec<ManifestPart>, Contents, usize), Error> {
    let writer = ReceiptWriter::new(tx)?.ok_or_else(|| damaged("it contains no log"))?;
    let own = writer.log().clone();
    let mut contents = Contents {
        texts: BTreeMap::new(),
        erased: Vec::new(),
        histories: Vec::new(),
        receipts: Vec::new(),
        evidence: Vec::new(),
    };
    let mut files: BTreeMap<[u8; 32], String> = BTreeMap::new();
    let statements = select::statements(tx, trainee)?;
    for (position, statement) in &statements {
        contents.receipts.push(writer.receipt(*position, statement.signer.who.id.clone())?.render());
        if let Some(digest) = statement.body.content().adopts() {
            let standard = standards::content(tx, digest)?;
            let standard = standard.ok_or_else(|| damaged("the text of a standard is missing"))?;
            contents.texts.insert(digest.0, standard.canonical());
        }
        files.extend(named(statement));
    }
    let erased = department::erased(tx)?;
    contents.erased.extend(erased.into_iter().map(|(position, id)| (own.origin().clone(), position, id)));
    let head = log::head(tx)?.ok_or_else(|| damaged("it contains no log"))?;
    let checkpoint = own.open(&head.checkpoint).map_err(damaged)?;
    let tree = Tree { size: checkpoint.size, root: checkpoint.root };
    let mut parts =
        vec![ManifestPart { log: own, trainee: trainee.clone(), tree, statements: count(statements.len()) }];
    for held in held::by_bundles(tx, trainee)? {
        add_held(tx, &held, &mut parts, &mut contents, &mut files)?;
    }
    contents.histories.push((parts[0].log.origin().clone(), all_leaves(tx)?));
    for part in &parts[1..] {
        let mut leaves = held_leaves::leaves(tx, part.log.origin())?;
        leaves.truncate(usize::try_from(part.tree.size).map_err(damaged)?);
        contents.histories.push((part.log.origin().clone(), leaves));
    }
    let mut left_out = 0;
    let listed = evidence::files(tx, &app.viewer, trainee)?;
    for (digest, name) in files {
        let digest = Digest(digest);
        let here = listed.iter().find(|file| file.digest == digest && !file.erased);
        match (with, here) {
            (WithEvidence::Yes, Some(file)) => contents.evidence.push((digest, file.size, name)),
            _ => left_out += 1,
        }
    }
    Ok((parts, contents, left_out))
}

/// Returns the evidence that a statement names.
fn named(statement: &Statement) -> Vec<([u8; 32], String)> {
    let Body::SignOff(sign_off) = &statement.body else { return Vec::new() };
    sign_off.evidence.iter().map(|file| (file.digest.0, file.name.to_string())).collect()
}

/// Adds a statement that came from another log: nothing of it is signed again.
fn add_held(
    tx: &Tx<'_>,
    held: &Held,
    parts: &mut Vec<ManifestPart>,
    contents: &mut Contents,
    files: &mut BTreeMap<[u8; 32], String>,
) -> Result<(), Error> {
    if held.erased.is_some() {
        contents.erased.push((held.origin.clone(), held.position, held.id));
        return Ok(());
    }
    let log: LogVerifier = held.vkey.parse().map_err(damaged)?;
    let statement = decode(&held.text)?;
    let receipt = receipt_of(tx, held)?;
    let checkpoint = log.open(&receipt.proof.checkpoint_text).map_err(damaged)?;
    let tree = Tree { size: checkpoint.size, root: checkpoint.root };
    contents.receipts.push(receipt.render());
    if let Some(digest) = statement.body.content().adopts() {
        let text = held::text(tx, digest)?.ok_or_else(|| damaged("the text of a standard is missing"))?;
        contents.texts.insert(digest.0, text);
    }
    files.extend(named(&statement));
    match parts.last_mut() {
        Some(part) if *part.log.origin() == held.origin => {
            part.statements += 1;
            if tree.size > part.tree.size {
                part.tree = tree;
            }
        }
        _ => {
            let earlier = elsewhere_id(tx, held)?;
            parts.push(ManifestPart { log, trainee: earlier, tree, statements: 1 });
        }
    }
    Ok(())
}

/// Returns the trainee's id in the log of a statement.
fn elsewhere_id(tx: &Tx<'_>, held: &Held) -> Result<PersonId, StoreError> {
    let there = elsewhere::there(tx, &held.trainee, &held.origin)?;
    there.ok_or_else(|| damaged("nothing says whose a statement of another log is"))
}

fn write(app: &App, tx: &Tx<'_>, trainee: &PersonId, contents: &Contents, to: &mut dyn Write) -> Result<(), Error> {
    let mut body = BodyWriter::new(to);
    for (digest, canonical) in &contents.texts {
        body.text(&Digest(*digest), canonical).map_err(|error| not_written(&error))?;
    }
    for (origin, position, id) in &contents.erased {
        body.erased(origin, *position, *id).map_err(|error| not_written(&error))?;
    }
    for (origin, leaves) in &contents.histories {
        body.history(origin, leaves).map_err(|error| not_written(&error))?;
    }
    for receipt in &contents.receipts {
        body.receipt(receipt).map_err(|error| not_written(&error))?;
    }
    for (digest, bytes, name) in &contents.evidence {
        body.evidence(digest, *bytes, name).map_err(|error| not_written(&error))?;
        let mut failed = None;
        let mut each = |piece: &[u8]| {
            if failed.is_none() {
                failed = body.piece(piece).err();
            }
            Ok(())
        };
        let read = evidence::read(tx, &app.viewer, trainee, digest, &mut each)?;
        match failed {
            Some(error) => return Err(not_written(&error)),
            None if read => {}
            None => return Err(damaged("evidence is not there").into()),
        }
    }
    Ok(())
}
