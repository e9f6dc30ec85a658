//! Defines the three verbs of an exchange with a hub: heads, push and pull.

use crate::error::TransportError;
use crate::rows::{
    BatchRow, Cosignature, EntryRow, ErasedRow, Heads, ImportedRow, Pulled, PulledRow, SiteHead, TextRow,
};
use countersign_core::primitives::ids::LogOrigin;

/// The rows that a push sends, in the order of the log. The transport takes them one by one, so that none of it needs the
/// memory of a whole log.
pub type EntrySource<'a> = &'a mut dyn Iterator<Item = Result<EntryRow, TransportError>>;

/// The batches that those entries, and what they put back, were signed in: each once.
pub type BatchSource<'a> = &'a mut dyn Iterator<Item = Result<BatchRow, TransportError>>;

/// Takes a row of a pull; an error ends the pull.
pub type RowSink<'a> = &'a mut dyn FnMut(PulledRow) -> Result<(), TransportError>;

/// What a push adds to this site's log, except its entries and batches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushedPart {
    pub origin: LogOrigin,
    /// How many entries the hub has before: the position of the first one sent.
    pub from: u64,
    /// How many it has afterwards.
    pub until: u64,
    /// What the entries from `from` on put back from receipts.
    pub imported: Vec<ImportedRow>,
    /// The texts of standards that they adopt.
    pub texts: Vec<TextRow>,
    /// Entries before `from` that entries from `from` on erased.
    pub erased: Vec<ErasedRow>,
    /// The checkpoint at `until`.
    pub checkpoint: String,
}

/// What a site says of itself when it joins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoiningSite {
    pub origin: LogOrigin,
    pub vkey: String,
    pub site: String,
    pub witness_key: Option<String>,
}

/// A way to a hub.
pub trait Transport {
    /// Makes this site's log known at the hub, if it is not. A log that is there under another name or key is refused.
    fn join(&mut self, site: &JoiningSite) -> Result<(), TransportError>;

    /// Returns what the hub knows of each log that this site may know of, by origin. What is damaged of one site does not
    /// keep the others from being read.
    fn heads(&mut self) -> Result<Heads, TransportError>;

    /// Appends to this site's log: all of it, or nothing. [`TransportError::Moved`] if the hub does not have exactly
    /// `part.from` entries, [`TransportError::OlderHub`] if it has no place for a batch. A batch goes there with the first
    /// statement that names it, and goes from there once none names it any longer, because all of them were erased.
    fn push(
        &mut self,
        part: &PushedPart,
        entries: EntrySource<'_>,
        batches: BatchSource<'_>,
    ) -> Result<(), TransportError>;

    /// Adds cosignatures of this site; one that is there already stays.
    fn cosign(&mut self, lines: &[Cosignature]) -> Result<(), TransportError>;

    /// Streams a log from a position on, and returns its head as it was at that same moment: all rows that the hub has, even
    /// if they do not end where the checkpoint does. Of entries before `from`, digests show whether they are still what they
    /// were: those that were erased in the meantime are blank, as the statements that erased them say. Texts of standards are
    /// sent only if there are entries from `from` on.
    fn pull(&mut self, origin: &LogOrigin, from: u64, into: RowSink<'_>) -> Result<Pulled, TransportError>;

    /// Checks what a hub has of this site's own log for other tools only.
    fn check_for_others(&mut self, origin: &LogOrigin) -> Result<(), TransportError>;
}

/// Returns why a site cannot join, from what is at the hub; `None` if it can, or has.
pub fn join_fault(heads: &[SiteHead], site: &JoiningSite) -> Option<TransportError> {
    let refused = |why: String, hint| Some(TransportError::Address { why, hint });
    let same = |head: &SiteHead| head.origin == site.origin && head.vkey == site.vkey && head.site == site.site;
    match heads.iter().find(|head| head.own) {
        Some(own) if same(own) => return None,
        Some(own) => {
            return refused(
                format!("This role has joined as {}, with the log {}", own.site, own.origin),
                "Each log needs a role of its own. Use that name, or ask the hub’s administrator for another role",
            );
        }
        None => {}
    }
    let taken = heads.iter().find(|head| head.origin == site.origin || head.site == site.site)?;
    if taken.origin == site.origin {
        return refused(
            format!("The log {} is at the hub already, put there by another role", site.origin),
            "Log in with that role, or ask the hub’s administrator who it is",
        );
    }
    refused(format!("Another log has the name {} at the hub", site.site), "Choose another name with --site")
}
