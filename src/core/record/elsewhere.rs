//! Replays the part of another department's log that a bundle brings, with what befell each statement there.
//!
//! Invariant: a part of a log is checked with the rules of a log. Only what depends on entries that a bundle leaves out is
//! not: the newest time before a statement, the root that it saw, and the hours and confirmations of other statements.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::primitives::ids::{Digest, PersonId, StatementId};
use crate::primitives::presence::Presence;
use crate::rules::facts::{PriorRecords, PriorStatement, ReferencedEntry, RuleContext};
use crate::rules::log_state::Roster;
use crate::rules::refusal::RuleViolation;
use crate::rules::{CLOCK_SLACK, check_decoded, check_signer};
use crate::standard::Standard;
use crate::statement::kind::Kind;
use crate::statement::kinds::sample::Sampled;
use crate::statement::kinds::sign_off::{Outcome, SignOff};
use crate::statement::{Body, Statement};

/// A statement of another log that is on the trainee's record, with what befell it there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ElsewhereEntry {
    /// In that log, from 0.
    pub position: u64,
    pub statement: Statement,
    /// The fingerprint of the key that signed it.
    pub key: Digest,
    /// The position of the statement that it refers to, if the bundle has that.
    pub target: Option<u64>,
    /// The positions of the statements that ended it.
    pub withdrawn: Option<u64>,
    pub rejected: Option<u64>,
    /// The statement that its key was compromised.
    pub doubted: Option<u64>,
    /// How many countersignatures count.
    pub countersigned: u32,
}

impl ElsewhereEntry {
    /// Returns whether it is neither withdrawn, rejected nor in review.
    pub fn is_live(&self) -> bool {
        self.withdrawn.is_none() && self.rejected.is_none() && self.doubted.is_none()
    }

    pub fn sign_off(&self) -> Option<&SignOff> {
        if let Body::SignOff(sign_off) = &self.statement.body { Some(sign_off) } else { None }
    }
}

/// The replay of the part of another log that is about one trainee.
#[derive(Debug, Default)]
pub struct ElsewhereReplay {
    pub roster: Roster,
    /// The statements on the trainee's record, by position.
    pub entries: BTreeMap<u64, ElsewhereEntry>,
    positions: HashMap<StatementId, u64>,
    /// What later statements may refer to, by position.
    prior: HashMap<u64, PriorStatement>,
}

impl ElsewhereReplay {
    /// Notes a statement whose text was erased in its log: others may refer to it.
    pub fn pass_over(&mut self, id: StatementId, position: u64) {
        self.positions.insert(id, position);
    }

    /// Checks the next statement, in the order of its log, and takes it into account. `standard` is the text that it adopts.
    pub fn step(
        &mut self,
        statement: Statement,
        position: u64,
        (key, presence): (Digest, Presence),
        standard: Option<&Arc<Standard>>,
    ) -> Result<(), RuleViolation> {
        let of = statement.body.refers_to().and_then(|of| self.positions.get(&of).copied());
        let target = of.map(|at| {
            let prior = self.prior.get(&at).cloned();
            // What is erased, or was itself put back from a receipt, can be referred to but not judged.
            let erased = prior.is_none().then_some((u64::MAX, Digest([0; 32])));
            ReferencedEntry { position: at, leaf: None, prior, erased }
        });
        self.check(&statement, position, (&key, presence), target.as_ref(), standard)?;
        self.roster.apply(&statement, position, standard);
        self.positions.insert(statement.id, position);
        self.note(&statement, position, of);
        if let Body::Import(import) = &statement.body {
            self.positions.insert(import.of, position);
        } else {
            let whose = statement.body.trainee().map(|who| who.id.clone());
            let mut prior =
                PriorStatement::new(statement.body.kind(), statement.signer.who.id.clone(), statement.signed, whose);
            if let Body::SignOff(sign_off) = &statement.body {
                prior.achieved = sign_off.outcome == Outcome::Achieved;
            } else if let Body::Review(review) = &statement.body {
                prior.attended = review.attended.iter().map(|attended| attended.who.id.clone()).collect();
            }
            self.prior.insert(position, prior);
        }
        if statement.body.trainee().is_some() {
            let entry = ElsewhereEntry {
                position,
                key,
                target: of,
                withdrawn: None,
                rejected: None,
                doubted: None,
                countersigned: 0,
                statement,
            };
            self.entries.insert(position, entry);
        }
        Ok(())
    }

    fn check(
        &mut self,
        statement: &Statement,
        position: u64,
        (key, presence): (&Digest, Presence),
        target: Option<&ReferencedEntry>,
        standard: Option<&Arc<Standard>>,
    ) -> Result<(), RuleViolation> {
        let kind = statement.body.kind();
        let never = [
            Kind::Erase,
            Kind::Restore,
            Kind::Clock,
            Kind::IssuerKey,
            Kind::OtherLog,
            Kind::Received,
            Kind::TakenBack,
            Kind::Rotation,
        ];
        if never.contains(&kind) {
            return Err(RuleViolation::Form("A statement of this kind is not part of a bundle"));
        }
        // Another department's list names people whom a bundle leaves out; an import's receipt stays in its log.
        if [Kind::Competences, Kind::Import].contains(&kind) {
            return check_signer(&self.roster, statement, key, presence);
        }
        // Entries that the bundle leaves out may have had a later time.
        self.roster.newest = statement.clock_suspect.then(|| statement.signed.plus(CLOCK_SLACK + 1));
        let before = PriorRecords::NONE;
        let facts = RuleContext { position, key, presence, target, standard, inner: None, before: &before };
        check_decoded(&self.roster, statement, facts)
    }

    /// Applies a statement to those before it.
    fn note(&mut self, statement: &Statement, position: u64, of: Option<u64>) {
        match (&statement.body, of) {
            (Body::Withdraw(_), Some(of)) => {
                if let Some(prior) = self.prior.get_mut(&of) {
                    prior.withdrawn = true;
                }
                let Some(ended) = self.entries.get_mut(&of) else { return };
                let was_live = ended.is_live();
                ended.withdrawn = ended.withdrawn.or(Some(position));
                if ended.statement.body.kind() == Kind::Countersign && was_live {
                    let (of, by) = (ended.target, ended.statement.signer.who.id.clone());
                    self.uncount(of, &by);
                }
            }
            (Body::Countersign(_), Some(of)) => {
                let by = statement.signer.who.id.clone();
                if let Some(prior) = self.prior.get_mut(&of) {
                    prior.notes.push((Kind::Countersign, by));
                }
                if let Some(entry) = self.entries.get_mut(&of) {
                    entry.countersigned += 1;
                }
            }
            (Body::Sample(sample), Some(of)) if sample.outcome == Sampled::Rejected => {
                if let Some(prior) = self.prior.get_mut(&of) {
                    prior.rejected = true;
                }
                if let Some(entry) = self.entries.get_mut(&of) {
                    entry.rejected = entry.rejected.or(Some(position));
                }
            }
            (Body::Acknowledge(_) | Body::Dispute(_), Some(of)) => {
                let note = (statement.body.kind(), statement.signer.who.id.clone());
                if let Some(prior) = self.prior.get_mut(&of) {
                    prior.notes.push(note);
                }
            }
            (Body::Compromise(compromise), _) => self.doubt(&compromise.key, compromise.from, position),
            _ => {}
        }
    }

    /// Puts in review what a compromised key signed from a position on.
    fn doubt(&mut self, key: &Digest, from: u64, by: u64) {
        let mut uncounted = Vec::new();
        for (position, entry) in self.entries.range_mut(from..) {
            if entry.key != *key || entry.doubted.is_some() {
                continue;
            }
            if entry.statement.body.kind() == Kind::Countersign && entry.is_live() {
                uncounted.push((entry.target, entry.statement.signer.who.id.clone()));
            }
            entry.doubted = Some(by);
            if let Some(prior) = self.prior.get_mut(position) {
                prior.doubted = true;
            }
        }
        for (of, who) in uncounted {
            self.uncount(of, &who);
        }
    }

    /// Takes back one countersignature of the entry at a position.
    fn uncount(&mut self, of: Option<u64>, by: &PersonId) {
        let Some(of) = of else { return };
        if let Some(entry) = self.entries.get_mut(&of) {
            entry.countersigned = entry.countersigned.saturating_sub(1);
        }
        if let Some(prior) = self.prior.get_mut(&of)
            && let Some(at) = prior.notes.iter().position(|(kind, who)| *kind == Kind::Countersign && who == by)
        {
            prior.notes.remove(at);
        }
    }
}
