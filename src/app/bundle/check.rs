//! Checks a bundle: that it is whole, that its logs have every statement in it, and that each was allowed there.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use crate::error::Error;
use crate::storage::chosen_file::open_chosen;
use countersign_core::primitives::file_name::FileName;
use countersign_core::primitives::ids::{Digest, LogOrigin, PersonId, StatementId};
use countersign_core::primitives::key::PublicKey;
use countersign_core::record::elsewhere::ElsewhereReplay;
use countersign_core::record::evidence::{FileInfo, FileTypeDetector, MOST_OF_ONE, file_name};
use countersign_core::standard::Standard;
use countersign_core::statement::fields::Tree;
use countersign_core::statement::{Body, Statement};
use countersign_ledger::batch::SignedBatch;
use countersign_ledger::bundle::{BundleFault, BundleReader, MOST_LEAVES, Manifest, ManifestPart, Measure, Section};
use countersign_ledger::merkle::{LeafHistory, leaf_hash};
use countersign_ledger::note::LogVerifier;
use countersign_ledger::receipt_text::Receipt;
use countersign_store::from_elsewhere::held;

/// The most that the statements and texts of one bundle may take, in bytes: they are all in memory at once.
const MOST_IN_MEMORY: usize = 48 << 20;
/// The most erased statements that a bundle may name.
const MOST_ERASED: usize = 100_000;
const PIECE: usize = 1 << 16;

/// A bundle that was read to its end and whose every statement was checked. Whether its logs are to be trusted is for the
/// caller to say.
#[derive(Debug)]
pub struct CheckedBundle {
    pub manifest: Manifest,
    /// The SHA-256 of the file.
    pub digest: Digest,
    /// In the order of the manifest.
    pub parts: Vec<CheckedPart>,
    /// The texts of standards, by digest.
    pub texts: Vec<(Digest, String)>,
    /// Statements that their logs erased.
    pub erased: Vec<(LogOrigin, u64, StatementId)>,
    pub evidence: Vec<BundledFile>,
}

/// The statements of one log.
#[derive(Debug)]
pub struct CheckedPart {
    pub log: LogVerifier,
    /// The trainee's id in that log.
    pub trainee: PersonId,
    pub tree: Tree,
    /// The leaf hashes of all its entries.
    pub history: LeafHistory,
    /// In the order of the log.
    pub receipts: Vec<CheckedReceipt>,
    pub replay: ElsewhereReplay,
}

/// A statement with the proof that its log has it.
#[derive(Debug)]
pub struct CheckedReceipt {
    /// In its log, from 0.
    pub position: u64,
    pub id: StatementId,
    pub leaf: Digest,
    pub key: PublicKey,
    /// The signature, or the name of the batch.
    pub signature: [u8; 64],
    /// The batch, if a security key signed it.
    pub batch: Option<SignedBatch>,
    pub text: String,
    /// The proof, with the log's checkpoint.
    pub proof: String,
}

/// An evidence file in a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundledFile {
    pub looked: FileInfo,
    pub name: FileName,
}

impl CheckedBundle {
    /// Returns the log that made it.
    pub fn log(&self) -> &LogVerifier {
        &self.parts[0].log
    }

    /// Returns how many statements it has.
    pub fn statements(&self) -> usize {
        self.parts.iter().map(|part| part.receipts.len()).sum()
    }
}

pub(crate) const GIVE: &str = "Give a bundle that `countersign bundle` wrote";
const SEND_AGAIN: &str = "Nothing was changed. Ask the department that made it to send it again";

/// Checks a bundle. `known` refuses the key of a log that is not accepted, before the rest is read.
pub fn check(path: &Path, known: &dyn Fn(&LogVerifier) -> Result<(), Error>) -> Result<CheckedBundle, Error> {
    let doing = || format!("Checking {}", path.display());
    check_file(path, known).map_err(|error| error.context(doing()))
}

fn check_file(path: &Path, known: &dyn Fn(&LogVerifier) -> Result<(), Error>) -> Result<CheckedBundle, Error> {
    let (file, found) = open_chosen(path, GIVE)?;
    let reader = BundleReader::open(file).map_err(refused)?;
    reader.manifest().parts.iter().try_for_each(|part| known(&part.log))?;
    let (bytes, head) = (reader.length(), reader.head());
    if found < bytes {
        return Err(refused(BundleFault::CutShort { found, bytes }));
    }
    let manifest = reader.verify_body().map_err(refused)?;
    let digest = digest_of(open_chosen(path, GIVE)?.0, head + manifest.bytes)?;
    let mut reader = BundleReader::open(open_chosen(path, GIVE)?.0).map_err(refused)?;
    let mut reading = Reading::new(&manifest);
    while let Some(section) = reader.section().map_err(refused)? {
        reading.section(section, &mut reader)?;
    }
    let Reading { parts, texts, erased, evidence, .. } = reading.finish()?;
    let texts = texts.into_iter().map(|(digest, (canonical, _))| (Digest(digest), canonical)).collect();
    Ok(CheckedBundle { manifest, digest, parts, texts, erased, evidence })
}

fn digest_of(mut file: impl Read, bytes: u64) -> Result<Digest, Error> {
    let mut measure = Measure::default();
    io::copy(&mut file, &mut measure).map_err(|error| refused(error.into()))?;
    let (found, digest) = measure.result();
    // The file may have changed since it was looked at.
    if found == bytes { Ok(digest) } else { Err(refused(BundleFault::Altered)) }
}

/// Puts a fault of the file into a refusal with what to do.
pub(crate) fn refused(fault: BundleFault) -> Error {
    let hint = match &fault {
        BundleFault::NotOne => GIVE,
        BundleFault::Converted(_) => {
            "Nothing was changed. Ask for it again as a file, on a stick or attached, and do not open it in an editor"
        }
        BundleFault::TooLarge(_) => "Nothing was changed. Ask for it again without evidence files",
        BundleFault::Read(_) => "Nothing was changed. Look at the disk or medium that it is on",
        BundleFault::Short
        | BundleFault::CutShort { .. }
        | BundleFault::TooLong(_)
        | BundleFault::Signature
        | BundleFault::Altered
        | BundleFault::Section { .. } => SEND_AGAIN,
    };
    Error::refused(fault).hint(hint)
}

/// What was read so far.
struct Reading {
    parts: Vec<CheckedPart>,
    expected: Vec<u32>,
    texts: BTreeMap<[u8; 32], (String, Arc<Standard>)>,
    erased: Vec<(LogOrigin, u64, StatementId)>,
    evidence: Vec<BundledFile>,
    numbers: (u32, u32),
    /// Bytes of statements and texts.
    bytes: usize,
}

impl Reading {
    fn new(manifest: &Manifest) -> Self {
        let part = |part: &ManifestPart| CheckedPart {
            log: part.log.clone(),
            trainee: part.trainee.clone(),
            tree: part.tree,
            history: LeafHistory::default(),
            receipts: Vec::new(),
            replay: ElsewhereReplay::default(),
        };
        Self {
            parts: manifest.parts.iter().map(part).collect(),
            expected: manifest.parts.iter().map(|part| part.statements).collect(),
            texts: BTreeMap::new(),
            erased: Vec::new(),
            evidence: Vec::new(),
            numbers: (manifest.texts, manifest.evidence),
            bytes: 0,
        }
    }

    fn section(&mut self, section: Section, reader: &mut BundleReader<impl Read>) -> Result<(), Error> {
        match section {
            Section::History { origin, leaves } => self.history(&origin, leaves),
            Section::Receipt(text) => {
                self.room(text.len())?;
                self.receipt(&text)
            }
            Section::Erased { origin, position, id } => {
                if self.erased.len() == MOST_ERASED {
                    return Err(wrong(format!("It names more than {MOST_ERASED} erased statements")));
                }
                if let Some(part) = self.parts.iter_mut().find(|part| *part.log.origin() == origin) {
                    part.replay.pass_over(id, position);
                }
                self.erased.push((origin, position, id));
                Ok(())
            }
            Section::Text { digest, canonical } => {
                self.room(canonical.len())?;
                let standard = held::standard_of(&canonical)
                    .map_err(|_| wrong(format!("The text sha256:{} is not of a standard", digest.hex())))?;
                self.texts.insert(digest.0, (canonical, Arc::new(standard)));
                Ok(())
            }
            Section::Evidence { digest, bytes, name } => self.file(digest, bytes, &name, reader),
        }
    }

    /// Refuses what would take too much memory.
    fn room(&mut self, more: usize) -> Result<(), Error> {
        self.bytes += more;
        if self.bytes <= MOST_IN_MEMORY {
            return Ok(());
        }
        let why = format!("Its statements take more than {} MiB, the most that is accepted", MOST_IN_MEMORY >> 20);
        Err(Error::refused(why).hint(SEND_AGAIN))
    }

    /// Checks that the leaf hashes of a log lead to its checkpoint.
    fn history(&mut self, origin: &LogOrigin, leaves: Vec<Digest>) -> Result<(), Error> {
        let known: u64 = self.parts.iter().map(|part| part.history.size()).sum();
        if known + leaves.len() as u64 > MOST_LEAVES {
            let why = format!("Its logs have more than {MOST_LEAVES} entries, the most that is accepted");
            return Err(Error::refused(why).hint(SEND_AGAIN));
        }
        let found = self.parts.iter_mut().find(|part| part.log.origin() == origin);
        let part = found.ok_or_else(|| wrong(format!("It has a history of {origin}, which it does not name")))?;
        let history = LeafHistory::new(leaves);
        let leads = history.size() == part.tree.size && history.root_at(part.tree.size) == Some(part.tree.root);
        if !leads || part.history.size() > 0 {
            return Err(wrong(format!("The history of {origin} in it is another history of its log")));
        }
        part.history = history;
        Ok(())
    }

    fn receipt(&mut self, text: &str) -> Result<(), Error> {
        let receipt = Receipt::parse(text).map_err(wrong)?;
        let received = receipt.check().map_err(wrong)?;
        let origin = receipt.log.origin().clone();
        let found = self.parts.iter_mut().find(|part| part.log == receipt.log);
        let part = found.ok_or_else(|| wrong(format!("It has a statement of {origin}, which it does not name")))?;
        let at = received.position;
        let place = || format!("Statement {at} of {origin}");
        if part.receipts.last().is_some_and(|last| last.position >= at) {
            return Err(wrong(format!("{} is out of order or there twice", place())));
        }
        if part.history.size() == 0 {
            let why = format!("It does not have the history of {origin}: an earlier version of the program made it");
            return Err(
                Error::refused(why).hint("Nothing was changed. Ask for a new bundle, made with the newest version")
            );
        }
        let leaf = leaf_hash(&received.leaf_data);
        let is_in_history = part.history.root_at(received.checkpoint.size) == Some(received.checkpoint.root)
            && part.history.leaf(at) == Some(&leaf);
        if !is_in_history {
            return Err(wrong(format!("{} is proved for another history of its log", place())));
        }
        let statement = &received.statement;
        begins_with(part, statement, at).map_err(|why| wrong(format!("{}: {why}", place())))?;
        if statement.body.whose().is_some_and(|whose| *whose != part.trainee) {
            return Err(wrong(format!("{} is about someone else", place())));
        }
        let adopted = match statement.body.content().adopts() {
            Some(digest) => match self.texts.get(&digest.0) {
                Some((_, standard)) => Some(Arc::clone(standard)),
                None => return Err(wrong(format!("{} adopts a standard whose text is not in the bundle", place()))),
            },
            None => None,
        };
        let id = statement.id;
        part.replay
            .step(received.statement, at, (receipt.key.fingerprint(), received.presence), adopted.as_ref())
            .map_err(|why| wrong(format!("{} was not allowed in its own log: {why}", place())))?;
        let proof = receipt.proof.render();
        let Receipt { text, key, signature, batch, .. } = receipt;
        part.receipts.push(CheckedReceipt { position: at, id, leaf, key, signature, batch, text, proof });
        Ok(())
    }

    fn file(
        &mut self,
        digest: Digest,
        bytes: u64,
        name: &str,
        reader: &mut BundleReader<impl Read>,
    ) -> Result<(), Error> {
        let named = || format!("The evidence sha256:{}", digest.hex());
        let total: u64 = self.evidence.iter().map(|file| file.looked.size).sum();
        if total + bytes > MOST_OF_ONE {
            let why = format!("Its evidence takes more than {} MiB, the most for one trainee", MOST_OF_ONE >> 20);
            return Err(
                Error::refused(why).hint("Nothing was changed. Ask for the bundle again without evidence files")
            );
        }
        let name = file_name(name).map_err(|why| wrong(format!("{}: {why}", named())))?;
        let mut detector = FileTypeDetector::default();
        let mut piece = vec![0; PIECE];
        loop {
            let read = reader.piece(&mut piece).map_err(refused)?;
            if read == 0 {
                break;
            }
            detector.push(&piece[..read]).map_err(|why| wrong(format!("{}: {why}", named())))?;
        }
        let looked = detector.finish().map_err(|why| wrong(format!("{}: {why}", named())))?;
        if looked.digest != digest {
            return Err(wrong(format!("{} does not have that digest", named())));
        }
        let relies_on_it = |part: &CheckedPart| {
            let mut entries = part.replay.entries.values().filter_map(|entry| entry.sign_off());
            entries.any(|sign_off| sign_off.evidence.iter().any(|file| file.digest == digest))
        };
        if !self.parts.iter().any(relies_on_it) {
            return Err(wrong(format!("{} is named by no statement", named())));
        }
        self.evidence.push(BundledFile { looked, name });
        Ok(())
    }

    /// Compares what was read with the numbers in the manifest.
    fn finish(self) -> Result<Self, Error> {
        let counts = self.parts.iter().map(|part| u32::try_from(part.receipts.len()).unwrap_or(u32::MAX));
        let found = (u32::try_from(self.texts.len()), u32::try_from(self.evidence.len()));
        if !counts.eq(self.expected.iter().copied()) || found != (Ok(self.numbers.0), Ok(self.numbers.1)) {
            return Err(wrong("It does not contain what its first lines say"));
        }
        Ok(self)
    }
}

/// Checks that a log begins with the key that it is known by.
fn begins_with(part: &CheckedPart, statement: &Statement, at: u64) -> Result<(), &'static str> {
    let genesis = if let Body::Genesis(genesis) = &statement.body { Some(genesis) } else { None };
    match (genesis, part.receipts.is_empty()) {
        (Some(genesis), true) if at == 0 && genesis.log_key.as_str() == part.log.to_string() => Ok(()),
        (None, false) => Ok(()),
        (Some(_), _) => Err("it does not begin the log with that log's key"),
        (None, true) => Err("the statement that begins its log is missing"),
    }
}

/// Refuses a bundle whose log signed something that cannot be.
fn wrong(why: impl std::fmt::Display) -> Error {
    Error::refused(why)
        .hint("Nothing was changed. Ask the department that made it to run `countersign verify`, then to make it again")
}
