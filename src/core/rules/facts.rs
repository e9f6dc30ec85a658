//! Defines what a rule needs besides the roster and the statement, as loaded by the caller.

use std::sync::Arc;

use chrono::NaiveDate;

use crate::people::person::PersonRef;
use crate::primitives::date::Timestamp;
use crate::primitives::ids::{Digest, PersonId, StatementId};
use crate::primitives::presence::Presence;
use crate::programme::hours::QuarterHours;
use crate::rules::refusal::RuleViolation;
use crate::standard::Standard;
use crate::statement::Statement;
use crate::statement::kind::Kind;
use crate::statement::kinds::review::Party;

/// What a rule needs besides the roster and the statement.
#[derive(Debug, Clone, Copy)]
pub struct RuleContext<'a> {
    /// The statement's position, or the one it would get, from 0.
    pub position: u64,
    /// The fingerprint of the signing key.
    pub key: &'a Digest,
    /// What the signature shows about the person at the key.
    pub presence: Presence,
    /// The statement that it refers to (`of`), if that is earlier in the log.
    pub target: Option<&'a ReferencedEntry>,
    /// The standard or local list whose text the statement adopts.
    pub standard: Option<&'a Arc<Standard>>,
    /// The statement that an `import` restores.
    pub inner: Option<ImportedStatement<'a>>,
    /// The trainee's earlier records, if the statement confirms hours or the gateway.
    pub before: &'a PriorRecords,
}

/// Earlier statements on a trainee's record that are neither withdrawn nor in review.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PriorRecords {
    /// Confirmed hours on the statement's days, one item per entry.
    pub hours: Vec<(NaiveDate, QuarterHours)>,
    /// Which of the statement's own entries are confirmed already.
    pub entries: Vec<StatementId>,
    /// Who has confirmed the gateway.
    pub confirmed: Vec<(Party, PersonId)>,
}

impl PriorRecords {
    pub const NONE: Self = Self { hours: Vec::new(), entries: Vec::new(), confirmed: Vec::new() };
}

/// A statement that an import restores; the caller has verified its signature.
#[derive(Debug, Clone, Copy)]
pub struct ImportedStatement<'a> {
    pub statement: &'a Statement,
    /// The fingerprint of the signing key.
    pub key: &'a Digest,
    /// The SHA-256 of its text.
    pub text: Digest,
    /// The SHA-256 of its signature, as an SSHSIG blob.
    pub signature: Digest,
    /// The statement that it withdraws, if it is a withdrawal.
    pub target: Option<&'a ReferencedEntry>,
}

/// An earlier statement that another one refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferencedEntry {
    /// Its own position, or that of the import that restored it.
    pub position: u64,
    /// Its leaf hash, loaded only for an erasure.
    pub leaf: Option<Digest>,
    /// Its content; `None` once erased.
    pub prior: Option<PriorStatement>,
    /// The position of the erasure, and the leaf hash that it kept.
    pub erased: Option<(u64, Digest)>,
}

/// An earlier statement's content, and its annotations since.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own; all combinations can be")]
pub struct PriorStatement {
    pub kind: Kind,
    pub signer: PersonId,
    pub signed: Timestamp,
    /// The trainee whose record it is on, if any.
    pub record: Option<PersonId>,
    /// Whether it is an achieved sign-off.
    pub achieved: bool,
    pub withdrawn: bool,
    /// Whether a sample rejected it.
    pub rejected: bool,
    /// Whether its key was compromised when it was signed.
    pub doubted: bool,
    /// Annotations that are not withdrawn (countersign, acknowledge, dispute), with their signers.
    pub notes: Vec<(Kind, PersonId)>,
    /// Who attended, for a review.
    pub attended: Vec<PersonId>,
    /// Whether another statement that is not erased depends on it to count.
    pub upholds: bool,
}

impl PriorStatement {
    /// Returns a statement without annotations.
    pub fn new(kind: Kind, signer: PersonId, at: Timestamp, record: Option<PersonId>) -> Self {
        Self {
            kind,
            signer,
            signed: at,
            record,
            achieved: false,
            withdrawn: false,
            rejected: false,
            doubted: false,
            notes: Vec::new(),
            attended: Vec::new(),
            upholds: false,
        }
    }

    /// Returns whether this person added an annotation of this kind.
    pub fn noted(&self, kind: Kind, by: &PersonId) -> bool {
        self.notes.iter().any(|(noted, who)| *noted == kind && who == by)
    }
}

impl<'a> RuleContext<'a> {
    /// Returns the referenced statement; `None` if it was erased later, so that it cannot be judged.
    pub(crate) fn prior(&self) -> Result<Option<&'a PriorStatement>, RuleViolation> {
        of(self.target, self.position)
    }

    /// Returns the referenced statement if it is on the record of `whose`.
    pub(crate) fn on_record(&self, whose: &PersonRef) -> Result<Option<&'a PriorStatement>, RuleViolation> {
        let Some(prior) = self.prior()? else { return Ok(None) };
        match &prior.record {
            Some(record) if *record == whose.id => Ok(Some(prior)),
            Some(_) => Err(RuleViolation::NoTarget),
            None => Err(RuleViolation::NotOnRecord),
        }
    }
}

/// Returns a target's content as seen from `position`.
pub(crate) fn of(target: Option<&ReferencedEntry>, position: u64) -> Result<Option<&PriorStatement>, RuleViolation> {
    let target = target.filter(|target| target.position < position).ok_or(RuleViolation::NoTarget)?;
    match (target.erased, &target.prior) {
        (Some((by, _)), _) if by <= position => Err(RuleViolation::Erased),
        (Some(_), _) | (None, None) => Ok(None),
        (None, Some(prior)) => Ok(Some(prior)),
    }
}
