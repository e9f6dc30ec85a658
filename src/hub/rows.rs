//! Defines what a hub has of a log, row by row. All of it is as the hub says: the receiver checks every part.

use crate::error::TransportError;
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::ids::{Digest, LogOrigin, StatementId};

/// Most bytes of a signature, of the line of a key, of a note, and of the text of a standard with its titles.
pub const MOST_SIGNATURE: usize = 1024;
pub const MOST_KEY_LINE: usize = 1024;
pub const MOST_NOTE: usize = 4096;
pub const MOST_WITNESS_NOTE: usize = 1024;
pub const MOST_STANDARD: usize = 4 * 1024 * 1024;
/// The bytes of a batch's name.
pub const NAME: usize = 64;
/// Most cosignatures of one checkpoint that are read.
pub const MOST_COSIGNATURES: usize = 64;

/// What the hub knows of one log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteHead {
    pub origin: LogOrigin,
    /// The log's verifier key, as the hub has it. Only a key that was accepted here decides.
    pub vkey: String,
    /// The note in which the site's log signed the key that cosigns for it; opaque here.
    pub witness_key: Option<String>,
    /// The site's name, such as `cardiology`.
    pub site: String,
    /// How many entries the hub has; `None` if this site may not read them.
    pub entries: Option<u64>,
    /// The newest checkpoint, a signed note; `None` before the first push.
    pub checkpoint: Option<String>,
    /// The cosignature lines of that checkpoint, oldest first; the site's own show when it last spoke.
    pub cosignatures: Vec<String>,
    /// When that checkpoint was put there, or before there is one, when the site joined; by the hub's clock.
    pub put: Option<Timestamp>,
    /// Whether it is this site's own log.
    pub own: bool,
}

impl SiteHead {
    /// Returns whether this site may read the entries.
    pub fn is_readable(&self) -> bool {
        self.entries.is_some()
    }
}

/// An entry of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryRow {
    /// Its position, from 0.
    pub position: u64,
    pub id: StatementId,
    /// The public key that signed it, as a line of OpenSSH.
    pub key: String,
    /// How it was signed: the number that the log's file has for it.
    pub scheme: u16,
    /// The signed text and the signature; `None` once it was erased.
    pub signed: Option<SignedRow>,
    pub leaf: Digest,
}

/// A text and its signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedRow {
    pub text: String,
    /// 64 bytes for Ed25519, or the name of the batch that it was signed in; up to [`MOST_SIGNATURE`] for others.
    pub signature: Vec<u8>,
}

/// A statement that an entry put back from a receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedRow {
    /// The position of the entry that put it back.
    pub position: u64,
    pub id: StatementId,
    pub key: String,
    /// `None` once that entry was erased.
    pub signed: Option<SignedRow>,
}

/// Statements that a security key signed with one touch: a text that names them, with its signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchRow {
    /// What its statements have in place of a signature.
    pub name: [u8; NAME],
    pub key: String,
    /// Up to [`MOST_SIGNATURE`] bytes.
    pub signature: Vec<u8>,
    pub text: String,
}

/// The text of a standard that the log adopts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextRow {
    pub digest: Digest,
    pub canonical: String,
    pub titles: String,
}

/// An entry that was erased after it was sent, and the entry that erased it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErasedRow {
    pub position: u64,
    pub by: u64,
}

/// A cosignature of this site, for a checkpoint of any log at the hub, its own included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosignature {
    pub origin: LogOrigin,
    pub size: u64,
    /// The signature line, without its line feed.
    pub line: String,
}

/// What a pull brings: all entries first, in order, then what they put back, then the batches that both were signed in, then the
/// texts of standards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PulledRow {
    Entry(EntryRow),
    Imported(ImportedRow),
    Batch(BatchRow),
    Text(TextRow),
}

/// What a hub has, as far as it can be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Heads {
    pub sites: Vec<SiteHead>,
    /// What cannot be read. The rest can be used.
    pub faults: Vec<SiteFault>,
}

/// Something of a site that cannot be read. If it is needed for the site's head, that is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteFault {
    pub site: String,
    /// Its log, as far as that can be read.
    pub origin: Option<LogOrigin>,
    pub own: bool,
    pub why: TransportError,
}

/// What a hub has of a log before a position, as digests of rows: two sides see whether they have the same without sending it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EarlierRows {
    pub entries: Digest,
    pub imported: Digest,
    /// The batches that those entries, and what they put back, were signed in, by name.
    pub batches: Digest,
    /// All texts of standards, without their titles, by digest: which of them are earlier, a hub does not know.
    pub texts: Digest,
}

/// What a pull ends with: the log's head at that moment, and what the hub has before the position that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pulled {
    pub head: SiteHead,
    pub earlier: EarlierRows,
}
