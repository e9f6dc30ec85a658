//! Writes and reads bundles: a trainee's statements with their proofs, in one file signed by the key of the log that made it.
//!
//! A bundle is a signed note (the manifest), then the body that it gives the length and digest of. The body is a sequence of
//! logs' leaf hashes, of receipts, of the places of erased statements, of the texts of standards and of evidence files.
//!
//! Invariant: reading needs memory for one section only, and each has a limit. What a section says is not verified here.

use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, Read, Write};

use sha2::{Digest as _, Sha256};
use thiserror::Error;

use crate::note::{LogKey, LogVerifier};
use crate::receipt_text;
use countersign_core::people::person::PersonRef;
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::encoding::{hex, unhex};
use countersign_core::primitives::ids::{Digest, LogOrigin, PersonId, StatementId};
use countersign_core::statement::fields::{Tree, number_of, person_of};

const HEAD: &str = "countersign-bundle/1";
/// The longest manifest, in bytes.
const LONGEST_MANIFEST: u64 = 64 << 10;
/// The longest line that begins a section, in bytes.
const LONGEST_LINE: u64 = 1 << 10;
/// The largest body that is read, in bytes: more than a trainee's evidence may take.
pub const MOST_BODY: u64 = 320 << 20;
/// The most entries of logs whose hashes a bundle may have.
pub const MOST_LEAVES: u64 = 2_000_000;
/// The longest text of a standard, in bytes.
pub const LONGEST_TEXT: u64 = 5 << 20;
const PIECE: usize = 1 << 16;

#[derive(Debug, Error)]
pub enum BundleFault {
    #[error("This is not a bundle that countersign wrote")]
    NotOne,
    #[error("The bundle was changed on its way: {0}")]
    Converted(&'static str),
    #[error("The bundle is cut short")]
    Short,
    #[error("The bundle is cut short: {found} of {bytes} bytes are here")]
    CutShort { found: u64, bytes: u64 },
    #[error("{0} bytes follow the end of the bundle")]
    TooLong(u64),
    #[error("The bundle is too large: {} MiB, and at most {} MiB are accepted", .0.div_ceil(1 << 20), MOST_BODY >> 20)]
    TooLarge(u64),
    #[error("The bundle was altered: the log that it names did not sign this")]
    Signature,
    #[error("The bundle was altered: its content does not match what its log signed")]
    Altered,
    #[error("Part {number} of the bundle is not as countersign writes it: {why}")]
    Section { number: u64, why: &'static str },
    #[error("The bundle cannot be read: {0}")]
    Read(#[from] io::Error),
}

/// What a bundle contains of one log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestPart {
    pub log: LogVerifier,
    /// The trainee's id in that log.
    pub trainee: PersonId,
    /// The tree head that its proofs lead to, the newest if there are several.
    pub tree: Tree,
    /// The number of its statements in the bundle.
    pub statements: u32,
}

/// What a bundle says about itself, as its log's key signed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    pub made: Timestamp,
    /// The trainee, as the log that made the bundle knows them.
    pub trainee: PersonRef,
    /// The log that made it, then others, by origin.
    pub parts: Vec<ManifestPart>,
    /// The numbers of texts of standards and of evidence files.
    pub texts: u32,
    pub evidence: u32,
    /// The length and digest of the body.
    pub bytes: u64,
    pub body: Digest,
}

impl Manifest {
    /// Returns the log that made the bundle.
    pub fn log(&self) -> Option<&LogVerifier> {
        self.parts.first().map(|part| &part.log)
    }

    fn text(&self) -> String {
        let mut text = format!("{HEAD}\nmade {}\ntrainee {} {}\n", self.made, self.trainee.id, self.trainee.name);
        for ManifestPart { log, trainee, tree, statements } in &self.parts {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "part {log} {trainee} {statements} {} {}", tree.size, tree.root.base64());
        }
        let (texts, evidence) = (self.texts, self.evidence);
        let (bytes, body) = (self.bytes, self.body.hex());
        let _ = writeln!(text, "texts {texts}\nevidence {evidence}\nbody {bytes} sha256:{body}");
        text
    }

    /// Returns the manifest as the log's key signs it.
    pub fn signed(&self, key: &LogKey) -> String {
        key.note(&self.text())
    }

    /// Parses the text that is signed; only the canonical form is accepted.
    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let mut field = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ');
        let made = field("made")?.parse().ok()?;
        let trainee = person_of(field("trainee")?)?;
        let (mut parts, mut next) = (Vec::new(), lines.next()?);
        while let Some(part) = next.strip_prefix("part ") {
            let words: Vec<&str> = part.split(' ').collect();
            let [log, trainee, statements, size, root] = words[..] else { return None };
            let tree = Tree { size: number_of(size)?, root: Digest::from_base64(root).ok()? };
            let (log, trainee) = (log.parse().ok()?, trainee.parse().ok()?);
            parts.push(ManifestPart { log, trainee, tree, statements: number_of(statements)? });
            next = lines.next()?;
        }
        let texts = number_of(next.strip_prefix("texts ")?)?;
        let evidence = number_of(lines.next()?.strip_prefix("evidence ")?)?;
        let (bytes, body) = lines.next()?.strip_prefix("body ")?.split_once(" sha256:")?;
        let (bytes, body) = (number_of(bytes)?, Digest::from_hex(body).ok()?);
        let manifest = Self { made, trainee, parts, texts, evidence, bytes, body };
        let own_first = manifest.parts.get(1..).is_some_and(|others| {
            others.is_sorted_by(|a, b| a.log.origin() < b.log.origin())
                && others.iter().all(|other| other.log.origin() != manifest.parts[0].log.origin())
        });
        (own_first && lines.next().is_none() && manifest.headed() == text).then_some(manifest)
    }

    fn headed(&self) -> String {
        self.text().split_once('\n').map(|(_, rest)| rest.to_owned()).unwrap_or_default()
    }
}

/// A part of a bundle's body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Section {
    /// The leaf hashes of all entries of a log, in its order: with them, its history can be compared with an earlier state.
    History { origin: LogOrigin, leaves: Vec<Digest> },
    /// A statement, as a receipt.
    Receipt(String),
    /// A statement that its log erased.
    Erased { origin: LogOrigin, position: u64, id: StatementId },
    /// The text of a standard.
    Text { digest: Digest, canonical: String },
    /// An evidence file, whose bytes are read separately.
    Evidence { digest: Digest, bytes: u64, name: String },
}

/// Writes the sections of a body.
pub struct BodyWriter<'w> {
    to: &'w mut dyn Write,
}

impl<'w> BodyWriter<'w> {
    pub fn new(to: &'w mut dyn Write) -> Self {
        Self { to }
    }

    pub fn history(&mut self, origin: &LogOrigin, leaves: &[Digest]) -> io::Result<()> {
        writeln!(self.to, "history {origin} {}", leaves.len())?;
        leaves.iter().try_for_each(|leaf| self.to.write_all(&leaf.0))
    }

    pub fn receipt(&mut self, text: &str) -> io::Result<()> {
        write!(self.to, "receipt {}\n{text}", text.len())
    }

    pub fn erased(&mut self, origin: &LogOrigin, position: u64, id: StatementId) -> io::Result<()> {
        writeln!(self.to, "erased {origin} {position} {id}")
    }

    pub fn text(&mut self, digest: &Digest, canonical: &str) -> io::Result<()> {
        write!(self.to, "text {} sha256:{}\n{canonical}", canonical.len(), hex(&digest.0))
    }

    /// Writes the line of an evidence file; its bytes follow with [`BodyWriter::piece`].
    pub fn evidence(&mut self, digest: &Digest, bytes: u64, name: &str) -> io::Result<()> {
        writeln!(self.to, "evidence {bytes} sha256:{} {name}", hex(&digest.0))
    }

    pub fn piece(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.to.write_all(bytes)
    }
}

/// Counts and hashes what is written.
#[derive(Debug, Default)]
pub struct Measure {
    hash: Sha256,
    bytes: u64,
}

impl Measure {
    /// Returns the length and digest of what was written.
    pub fn result(self) -> (u64, Digest) {
        (self.bytes, Digest(self.hash.finalize().into()))
    }
}

impl Write for Measure {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Reads a bundle from its start.
pub struct BundleReader<R> {
    from: BufReader<R>,
    manifest: Manifest,
    /// The bytes of the manifest with its signature.
    head: u64,
    /// Bytes of the body not read yet.
    left: u64,
    /// The number of the section read last.
    number: u64,
    /// Bytes of the current evidence file not read yet.
    file: u64,
}

impl<R: Read> BundleReader<R> {
    /// Reads the manifest and verifies that the log which it names signed it. Whether that log is to be trusted is not
    /// verified.
    pub fn open(from: R) -> Result<Self, BundleFault> {
        let mut from = BufReader::with_capacity(PIECE, from);
        let note = read_note(&mut from)?;
        let (text, signatures) = note.split_once("\n\n").ok_or(BundleFault::Short)?;
        let signed = &note[..=text.len()];
        let rest = signed.split_once('\n').map_or("", |(_, rest)| rest);
        // Without a readable manifest, the note itself was altered.
        let altered = || BundleFault::Signature;
        let manifest = Manifest::parse(rest).ok_or_else(altered)?;
        let log = manifest.log().ok_or_else(altered)?;
        log.verify_signed(signed, signatures).map_err(|_| BundleFault::Signature)?;
        if manifest.bytes > MOST_BODY {
            return Err(BundleFault::TooLarge(manifest.bytes));
        }
        let (head, left) = (note.len() as u64, manifest.bytes);
        Ok(Self { from, manifest, head, left, number: 0, file: 0 })
    }

    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Returns the length that the whole bundle must have, in bytes.
    pub fn length(&self) -> u64 {
        self.head + self.manifest.bytes
    }

    /// Returns the length of the manifest with its signature, in bytes.
    pub fn head(&self) -> u64 {
        self.head
    }

    /// Reads the body to its end and verifies its length and digest, without looking at its sections.
    pub fn verify_body(mut self) -> Result<Manifest, BundleFault> {
        let mut hash = Sha256::new();
        let mut piece = vec![0; PIECE];
        let mut found = 0;
        loop {
            let read = self.from.read(&mut piece)?;
            if read == 0 {
                break;
            }
            found += read as u64;
            if found > self.manifest.bytes {
                let mut more = found - self.manifest.bytes;
                more += io::copy(&mut self.from.by_ref().take(MOST_BODY), &mut io::sink())?;
                return Err(BundleFault::TooLong(more));
            }
            hash.update(&piece[..read]);
        }
        if found < self.manifest.bytes {
            return Err(BundleFault::CutShort { found: self.head + found, bytes: self.length() });
        }
        let same = Digest(hash.finalize().into()) == self.manifest.body;
        if same { Ok(self.manifest) } else { Err(BundleFault::Altered) }
    }

    /// Reads the next section; `None` at the end. An evidence file's bytes must be read with [`BundleReader::piece`] first.
    pub fn section(&mut self) -> Result<Option<Section>, BundleFault> {
        while self.file > 0 {
            self.piece(&mut vec![0; PIECE])?;
        }
        if self.left == 0 {
            return Ok(None);
        }
        self.number += 1;
        let line = self.line()?;
        let (kind, rest) = line.split_once(' ').ok_or_else(|| self.fault("it has no kind"))?;
        let section = match kind {
            "history" => {
                let parse = || {
                    let (origin, leaves) = rest.split_once(' ')?;
                    Some((origin.parse().ok()?, number_of(leaves)?))
                };
                let (origin, leaves) = parse().ok_or_else(|| self.fault("it names no log"))?;
                Section::History { origin, leaves: self.leaves(leaves)? }
            }
            "receipt" => {
                let bytes = number_of(rest).filter(|bytes| *bytes <= receipt_text::LONGEST as u64);
                Section::Receipt(self.text_of(bytes)?)
            }
            "erased" => {
                let parse = || {
                    let mut words = rest.split(' ');
                    let origin = words.next()?.parse().ok()?;
                    let (position, id) = (number_of(words.next()?)?, words.next()?.parse().ok()?);
                    words.next().is_none().then_some(Section::Erased { origin, position, id })
                };
                parse().ok_or_else(|| self.fault("it names no erased statement"))?
            }
            "text" => {
                let (bytes, digest) = rest.split_once(" sha256:").ok_or_else(|| self.fault("it has no digest"))?;
                let digest = unhex(digest).map(Digest).ok_or_else(|| self.fault("it has no digest"))?;
                let canonical = self.text_of(number_of(bytes).filter(|bytes| *bytes <= LONGEST_TEXT))?;
                if Digest::of(canonical.as_bytes()) != digest {
                    return Err(self.fault("the text of a standard does not have its digest"));
                }
                Section::Text { digest, canonical }
            }
            "evidence" => {
                let parse = || {
                    let (bytes, rest) = rest.split_once(" sha256:")?;
                    let (digest, name) = rest.split_once(' ')?;
                    Some((number_of(bytes)?, unhex(digest).map(Digest)?, name.to_owned()))
                };
                let found = parse().filter(|(bytes, _, _)| *bytes <= self.left);
                let (bytes, digest, name) = found.ok_or_else(|| self.fault("it names no evidence file"))?;
                self.file = bytes;
                Section::Evidence { digest, bytes, name }
            }
            _ => return Err(self.fault("it is of an unknown kind")),
        };
        Ok(Some(section))
    }

    /// Reads more bytes of the current evidence file; 0 at its end.
    pub fn piece(&mut self, into: &mut [u8]) -> Result<usize, BundleFault> {
        let most = usize::try_from(self.file).unwrap_or(usize::MAX).min(into.len());
        if most == 0 {
            return Ok(0);
        }
        let read = self.from.read(&mut into[..most])?;
        if read == 0 {
            return Err(BundleFault::Short);
        }
        self.file -= read as u64;
        self.left -= read as u64;
        Ok(read)
    }

    fn fault(&self, why: &'static str) -> BundleFault {
        BundleFault::Section { number: self.number, why }
    }

    fn line(&mut self) -> Result<String, BundleFault> {
        let mut line = Vec::new();
        let most = self.left.min(LONGEST_LINE);
        let read = self.from.by_ref().take(most).read_until(b'\n', &mut line)?;
        self.left -= read as u64;
        let line = String::from_utf8(line).map_err(|_| self.fault("it is not text"))?;
        line.strip_suffix('\n').map(str::to_owned).ok_or_else(|| self.fault("its first line does not end"))
    }

    fn leaves(&mut self, count: u64) -> Result<Vec<Digest>, BundleFault> {
        if count > MOST_LEAVES || count * 32 > self.left {
            return Err(self.fault("its length is wrong"));
        }
        let mut leaves = Vec::new();
        for _ in 0..count {
            let mut leaf = [0; 32];
            self.from.read_exact(&mut leaf).map_err(|_| BundleFault::Short)?;
            self.left -= 32;
            leaves.push(Digest(leaf));
        }
        Ok(leaves)
    }

    /// Reads a text of this many bytes; `None` is a length that cannot be.
    fn text_of(&mut self, bytes: Option<u64>) -> Result<String, BundleFault> {
        let bytes = bytes.filter(|bytes| *bytes <= self.left).ok_or_else(|| self.fault("its length is wrong"))?;
        let mut text = Vec::new();
        let read = self.from.by_ref().take(bytes).read_to_end(&mut text)? as u64;
        self.left -= read;
        if read < bytes {
            return Err(BundleFault::Short);
        }
        String::from_utf8(text).map_err(|_| self.fault("it is not text"))
    }
}

impl<R: Read> Read for BundleReader<R> {
    /// Reads bytes of the current evidence file.
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.piece(into).map_err(|fault| match fault {
            BundleFault::Read(fault) => fault,
            other => io::Error::new(io::ErrorKind::InvalidData, other.to_string()),
        })
    }
}

/// Returns what an editor or a mail program did to a bundle, by its first line.
fn conversion(line: &[u8]) -> Option<&'static str> {
    let wide = |low: usize| -> Vec<u8> { line.iter().copied().skip(low).step_by(2).collect() };
    if line == format!("{HEAD}\r\n").as_bytes() {
        Some("its line ends are those of Windows")
    } else if line.strip_prefix(b"\xef\xbb\xbf").is_some_and(|rest| rest.starts_with(HEAD.as_bytes())) {
        Some("it begins with a byte order mark")
    } else if [wide(2), wide(3)].iter().any(|text| text.starts_with(HEAD.as_bytes())) {
        Some("it is in UTF-16")
    } else {
        None
    }
}

/// Reads the manifest with its one signature.
fn read_note(from: &mut impl BufRead) -> Result<String, BundleFault> {
    let (mut note, mut ended) = (Vec::new(), false);
    loop {
        let start = note.len();
        let most = LONGEST_MANIFEST.saturating_sub(start as u64);
        from.by_ref().take(most).read_until(b'\n', &mut note)?;
        let line = &note[start..];
        if start == 0
            && let Some(how) = conversion(line)
        {
            return Err(BundleFault::Converted(how));
        }
        if start == 0 && line != format!("{HEAD}\n").as_bytes() {
            let begun = !line.is_empty() && HEAD.as_bytes().starts_with(line);
            return Err(if begun { BundleFault::Short } else { BundleFault::NotOne });
        }
        if line.last() != Some(&b'\n') {
            return Err(if most == 0 { BundleFault::NotOne } else { BundleFault::Short });
        }
        if ended {
            break;
        }
        ended = line == b"\n";
    }
    String::from_utf8(note).map_err(|_| BundleFault::Signature)
}
