//! What a rule must know besides the roster and the statement. Must never be looked up by a rule: the caller brings it.

use std::sync::Arc;

use chrono::NaiveDate;

use crate::domain::people::person::PersonRef;
use crate::domain::primitives::date::Timestamp;
use crate::domain::primitives::ids::{Digest, PersonId, StatementId};
use crate::domain::programme::hours::QuarterHours;
use crate::domain::rules::refusal::RuleViolation;
use crate::domain::standard::Standard;
use crate::domain::statement::review::Party;
use crate::domain::statement::{Kind, Statement};

/// What a rule must know besides the roster and the statement.
#[derive(Debug, Clone, Copy)]
pub struct RuleContext<'a> {
    /// Where the statement stands or would stand, from 0.
    pub position: u64,
    /// The fingerprint of the key that signs it.
    pub key: &'a Digest,
    /// The statement that it is about (`of`), if that stands in the log before.
    pub target: Option<&'a ReferencedEntry>,
    /// The standard whose text a `standard` statement adopts.
    pub standard: Option<&'a Arc<Standard>>,
    /// The statement that an `import` puts back.
    pub inner: Option<ImportedStatement<'a>>,
    /// What stands on the trainee's record before, where the statement confirms hours or for the gateway.
    pub before: &'a PriorRecords,
}

/// What stands on a trainee's record already and is neither withdrawn nor in review.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PriorRecords {
    /// Hours confirmed, of the days that the statement is about: one for each entry.
    pub hours: Vec<(NaiveDate, QuarterHours)>,
    /// Which of the statement's own entries are confirmed.
    pub entries: Vec<StatementId>,
    /// Who confirmed for the gateway.
    pub confirmed: Vec<(Party, PersonId)>,
}

impl PriorRecords {
    /// Nothing.
    pub const NONE: Self = Self { hours: Vec::new(), entries: Vec::new(), confirmed: Vec::new() };
}

/// A statement that is put back: its signature was checked by the caller.
#[derive(Debug, Clone, Copy)]
pub struct ImportedStatement<'a> {
    pub statement: &'a Statement,
    /// The fingerprint of the key that signed it.
    pub key: &'a Digest,
    /// The digest of its text.
    pub text: Digest,
    /// The digest of its signature, as an SSHSIG blob.
    pub signature: Digest,
    /// The statement that it is about, if it is a withdrawal.
    pub target: Option<&'a ReferencedEntry>,
}

/// An earlier statement, as one that is about it must know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferencedEntry {
    /// Where it counts: its own place, or that of the import that put it back.
    pub position: u64,
    /// Its leaf, where it is to be erased.
    pub leaf: Option<Digest>,
    /// What it said; nothing once it is erased.
    pub said: Option<PriorStatement>,
    /// Which statement erased it, and the leaf that was kept.
    pub erased: Option<(u64, Digest)>,
}

/// What an earlier statement said, and what was said of it since.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own; all combinations can be")]
pub struct PriorStatement {
    /// What kind of statement it is.
    pub kind: Kind,
    pub signer: PersonId,
    pub signed: Timestamp,
    /// On whose record it stands, if on one.
    pub record: Option<PersonId>,
    /// Whether it is a sign-off to the standard.
    pub achieved: bool,
    pub withdrawn: bool,
    /// Whether a sample rejected it.
    pub rejected: bool,
    /// Whether its key was in other hands by then.
    pub doubted: bool,
    /// What was said of it and is not withdrawn: countersign, acknowledge, dispute, and by whom.
    pub notes: Vec<(Kind, PersonId)>,
    /// Who attended, if it is a progress review.
    pub attended: Vec<PersonId>,
    /// Whether it decides whether another statement counts, which is still there.
    pub upholds: bool,
}

impl PriorStatement {
    /// A statement of which nothing was said yet.
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

    /// Whether this person said so of it.
    pub fn noted(&self, kind: Kind, by: &PersonId) -> bool {
        self.notes.iter().any(|(noted, who)| *noted == kind && who == by)
    }
}

impl<'a> RuleContext<'a> {
    /// What the earlier statement said; nothing where it was erased since, and can no longer be judged by.
    pub(crate) fn said(&self) -> Result<Option<&'a PriorStatement>, RuleViolation> {
        of(self.target, self.position)
    }

    /// The same, where it stands on the record of `whose`.
    pub(crate) fn on_record(&self, whose: &PersonRef) -> Result<Option<&'a PriorStatement>, RuleViolation> {
        let Some(said) = self.said()? else { return Ok(None) };
        match &said.record {
            Some(record) if *record == whose.id => Ok(Some(said)),
            Some(_) => Err(RuleViolation::NoTarget),
            None => Err(RuleViolation::NotOnRecord),
        }
    }
}

/// What a target said, as a statement at `position` finds it.
pub(crate) fn of(target: Option<&ReferencedEntry>, position: u64) -> Result<Option<&PriorStatement>, RuleViolation> {
    let target = target.filter(|target| target.position < position).ok_or(RuleViolation::NoTarget)?;
    match (target.erased, &target.said) {
        (Some((by, _)), _) if by <= position => Err(RuleViolation::Erased),
        (Some(_), _) | (None, None) => Ok(None),
        (None, Some(said)) => Ok(Some(said)),
    }
}
