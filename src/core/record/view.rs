//! Defines the record as the screen and the command line show it: plain values for one viewer.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::filter::Filter;
use crate::filter::row::{FilterRow, KsbFact};
use crate::people::break_in_learning::{BreakPeriod, gateway, reached};
use crate::people::person::{PersonRef, Role};
use crate::primitives::date::{Timestamp, day_words};
use crate::primitives::ids::{Digest, KsbCode, LogOrigin, PersonId, StandardRef, StatementId};
use crate::primitives::presence::Presence;
use crate::primitives::text::SafeText;
use crate::programme::pace::{Pace, months_to, pace};
use crate::record::claim::{Claim, PendingClaim};
use crate::record::ksb_status::{self, CountedSignOff, State};
use crate::rules::log_state::Policy;
use crate::standard::local_view::{LOCAL_GROUP, LocalKsb, also_seen};
use crate::standard::options::Scope;
use crate::standard::{Ksb, Standard};
use crate::statement::kind::{Kind, Undo};
use crate::statement::kinds::carry_over::CarriedItem;
use crate::statement::kinds::review::Review;
use crate::statement::kinds::sample::Sampled;
use crate::statement::kinds::sign_off::{Action, Evidence, Method, Outcome, Supervision};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRow {
    pub id: PersonId,
    pub name: SafeText,
    pub roles: Vec<Role>,
    pub registration: Option<SafeText>,
    pub left: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraineeCard {
    pub id: PersonId,
    pub name: SafeText,
    pub standard: StandardRef,
    pub specialism: Option<SafeText>,
    pub start: NaiveDate,
    /// The planned last day before the gateway, if set.
    pub end: Option<NaiveDate>,
    /// KSBs that the training plan has by now, if there is a plan.
    pub planned: Option<u16>,
    pub pauses: Vec<BreakPeriod>,
    /// Their option and the KSBs left out for them.
    pub scope: Scope,
    pub signed: u16,
    pub total: u16,
}

impl TraineeCard {
    /// Returns the expected day of the gateway: the planned end, which breaks do not move, or the start plus the
    /// typical months and all known days of break.
    pub fn gateway(&self, typical: u16, today: NaiveDate) -> NaiveDate {
        self.end.unwrap_or_else(|| gateway(self.start, typical, &self.pauses, today))
    }

    /// Returns the months of learning to the gateway: up to the planned end, or the typical ones.
    pub fn months(&self, typical: u16, today: NaiveDate) -> u16 {
        months_to(self.start, self.end, &self.pauses, typical, today)
    }

    /// Computes their pace on a standard with this many typical months.
    pub fn pace(&self, signed: u16, total: u16, typical: u16, today: NaiveDate) -> Pace {
        let months = self.months(typical, today);
        pace(signed, total, self.start, months, reached(&self.pauses, today)).against(self.planned, total, months)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraineeRecord {
    pub trainee: TraineeCard,
    /// The standard, reduced to the trainee's scope.
    pub standard: Arc<Standard>,
    /// One state per KSB, in the standard's order.
    pub states: Vec<State>,
    /// Pending claims, by KSB, in any state.
    pub claims: BTreeMap<KsbCode, PendingClaim>,
    /// The newest live sign-off of each KSB.
    pub last: BTreeMap<KsbCode, LastObservation>,
    /// The local competences for the standard, by code; not counted in the standard's figures.
    pub local: Vec<LocalKsb>,
    /// What earlier records say, withdrawn ones included, newest first.
    pub carried: BTreeMap<KsbCode, Vec<CarriedRecord>>,
    /// When the last sign-off of an item was erased, where a claim that it answered still says which item it was.
    pub erased: BTreeMap<KsbCode, NaiveDate>,
    /// Whether the trainee has left.
    pub left: bool,
    /// The settings that decide what counts.
    pub policy: Policy,
}

/// A signed KSB that is no longer in the trainee's scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoLongerAsked {
    pub code: KsbCode,
    pub text: String,
    pub why: String,
    /// Its sign-offs, newest first.
    pub records: Vec<Record>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastObservation {
    /// The supervisor's current name.
    pub by: SafeText,
    pub on: NaiveDate,
}

impl TraineeRecord {
    /// Returns each KSB with its state, in the standard's order, then the local competences.
    pub fn all(&self) -> impl Iterator<Item = (&Ksb, State)> {
        let local = self.local.iter().map(|local| (&local.ksb, local.state));
        self.standard.ksbs().iter().zip(self.states.iter().copied()).chain(local)
    }

    pub fn ksb(&self, code: KsbCode) -> Option<&Ksb> {
        self.standard.ksb(code).or_else(|| self.local_of(code).map(|local| &local.ksb))
    }

    pub fn local_of(&self, code: KsbCode) -> Option<&LocalKsb> {
        self.local.iter().find(|local| local.ksb.code == code)
    }

    /// Returns whether a state counts as progress.
    pub fn counts(&self, state: State) -> bool {
        state.counts(&self.policy)
    }

    /// Returns whether nothing is left to do for an item in this state.
    pub fn is_done(&self, state: State) -> bool {
        state.is_done(&self.policy)
    }

    /// Returns the earlier record that an item's state is derived from: the one that decides, unless a sign-off does.
    pub fn carried_over(&self, code: KsbCode) -> Option<&CarriedRecord> {
        let carried = self.carried.get(&code).filter(|_| !self.last.contains_key(&code))?;
        decisive(carried)
    }

    /// Returns how many KSBs of the standard count because an earlier record says so.
    pub fn counting_carried(&self) -> u16 {
        let ksbs = self.standard.ksbs().iter().zip(&self.states);
        let carried = ksbs.filter(|(ksb, state)| self.counts(**state) && self.carried_over(ksb.code).is_some());
        u16::try_from(carried.count()).unwrap_or(u16::MAX)
    }

    pub fn also_seen(&self, code: KsbCode) -> Option<String> {
        also_seen(self.local.iter().filter(|local| local.term.links.contains(&code)))
    }

    /// Returns signed and total KSBs of a duty; of all KSBs for `None`, of the local competences for [`LOCAL_GROUP`].
    pub fn figures(&self, duty: Option<crate::primitives::ids::DutyNo>) -> (u16, u16) {
        let mut figures = (0, 0);
        if duty == Some(LOCAL_GROUP) {
            let count = |of: usize| u16::try_from(of).unwrap_or(u16::MAX);
            let signed = self.local.iter().filter(|local| self.counts(local.state)).count();
            return (count(signed), count(self.local.len()));
        }
        for (ksb, state) in self.standard.ksbs().iter().zip(&self.states) {
            if duty.is_none_or(|no| ksb.duties.contains(&no)) {
                figures.0 += u16::from(self.counts(*state));
                figures.1 += 1;
            }
        }
        figures
    }

    /// Returns whether a filter selects a KSB of the standard in this state.
    pub fn fits(&self, filter: &Filter, ksb: &Ksb, state: State) -> bool {
        let (last, claim) = (self.last.get(&ksb.code), self.claims.get(&ksb.code));
        let carried = self.carried_over(ksb.code);
        let assessor = carried.and_then(|carried| carried.item.assessor.as_ref());
        let by = [
            last.map_or("", |last| last.by.as_str()),
            claim.map_or("", PendingClaim::whom),
            assessor.map_or("", SafeText::as_str),
        ];
        filter.fits(&FilterRow {
            texts: &[&ksb.text],
            ksbs: &[KsbFact { code: ksb.code, state, duties: &ksb.duties }],
            by: &by,
            day: last
                .map(|last| last.on)
                .or_else(|| carried.map(|carried| carried.item.on))
                .or_else(|| claim.map(|claim| claim.since.local_day())),
            ..FilterRow::default()
        })
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimDetail {
    pub claim: Claim,
    pub items: Vec<ClaimKsb>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimKsb {
    pub code: KsbCode,
    pub text: String,
    pub state: State,
    pub waits: bool,
    pub newest: Option<Record>,
}

/// The maximum records of a KSB on the screen, newest first; the command line shows all.
pub const MOST_RECORDS: usize = 40;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub id: StatementId,
    /// In the log, from 0.
    pub position: u64,
    pub code: KsbCode,
    pub outcome: Outcome,
    pub method: Option<Method>,
    pub supervision: Option<Supervision>,
    pub observed: NaiveDate,
    pub signed: Timestamp,
    pub signer: PersonId,
    pub signer_name: SafeText,
    pub place: Option<SafeText>,
    pub feedback: Option<SafeText>,
    pub action: Option<Action>,
    pub late: Option<SafeText>,
    pub evidence: Vec<Evidence>,
    pub withdrawn: Option<Withdrawal>,
    /// Annotations, oldest first: countersign, sample, acknowledgement, dispute.
    pub marks: Vec<AnnotationMark>,
    /// Whether its key was compromised, so that it no longer counts.
    pub in_review: bool,
    /// What its signature shows about the person at the key.
    pub presence: Presence,
    /// Where it was signed, if not here; then `signer_name` says so as well, and `position` is that log's.
    pub source: Option<Source>,
}

/// The log of another department in which a record was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub origin: LogOrigin,
    /// Whether it counts here: the policy says so, and this department adopted the same text of the KSB.
    pub counts: bool,
}

impl Source {
    /// Returns a signer's name with where they signed: `Sam Supervisor, seen at cardiology.example.org/8d1f4c20`.
    pub fn named(&self, signer: &SafeText) -> String {
        format!("{signer}, seen at {}", self.origin)
    }
}

impl Record {
    pub fn rejected(&self) -> bool {
        self.marks.iter().any(|mark| mark.sampled == Some(Sampled::Rejected))
    }

    /// Says where it is in its log: `entry 442`, with the log if that is another department's.
    pub fn entry(&self) -> String {
        let of = self.source.as_ref().map(|source| format!(" of {}", source.origin)).unwrap_or_default();
        format!("entry {}{of}", self.position)
    }

    /// Returns what a state is counted from.
    pub fn counted(&self) -> CountedSignOff {
        let countersigned =
            |mark: &AnnotationMark| mark.kind == Kind::Countersign && !mark.withdrawn && !mark.in_review;
        let countersigned = self.marks.iter().any(countersigned);
        CountedSignOff { outcome: self.outcome, observed: self.observed, countersigned }
    }

    /// Returns whether it is neither withdrawn, rejected, in review nor from elsewhere and only shown.
    pub fn is_live(&self) -> bool {
        let only_shown = self.source.as_ref().is_some_and(|source| !source.counts);
        self.withdrawn.is_none() && !self.in_review && !self.rejected() && !only_shown
    }
}

/// An item of an earlier record, with the statement that carried it over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarriedRecord {
    pub id: StatementId,
    /// In the log, from 0.
    pub position: u64,
    pub item: CarriedItem,
    /// What the earlier record was.
    pub source: SafeText,
    pub file: Evidence,
    /// Who saw the record and carried it over.
    pub signer: PersonId,
    pub signer_name: SafeText,
    pub signed: Timestamp,
    pub withdrawn: Option<Withdrawal>,
    /// Annotations of the whole statement, oldest first.
    pub marks: Vec<AnnotationMark>,
    /// Whether its key was compromised, so that it no longer counts.
    pub in_review: bool,
}

impl CarriedRecord {
    pub fn code(&self) -> KsbCode {
        self.item.code
    }

    /// Returns whether it is neither withdrawn nor in review.
    pub fn is_live(&self) -> bool {
        self.withdrawn.is_none() && !self.in_review
    }

    /// Returns who saw it, as the earlier record has it: `J. Smith`, or `not named`.
    pub fn assessor(&self) -> &str {
        self.item.assessor.as_ref().map_or("not named", SafeText::as_str)
    }

    /// Returns when and by whom it was seen: `seen 12 Mar 2024 by J. Smith, level 3`.
    pub fn seen(&self) -> String {
        let by = self.item.assessor.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
        let level = self.item.level.as_ref().map(|level| format!(", level {level}")).unwrap_or_default();
        format!("seen {}{by}{level}", day_words(self.item.on))
    }

    /// Returns what the earlier record was, and in which file: `Training matrix 2024 (matrix.xlsx)`.
    pub fn origin(&self) -> String {
        format!("{} ({})", self.source, self.file.name)
    }
}

/// Returns the record that a state is derived from if there is no sign-off: the live one last seen, of several on one day
/// the newest.
pub fn decisive(records: &[CarriedRecord]) -> Option<&CarriedRecord> {
    records.iter().filter(|record| record.is_live()).max_by_key(|record| (record.item.on, record.position))
}

/// Returns the sign-offs of an item that count, in the order in which they were seen; `records` are newest first.
pub fn live_in_order_seen(records: &[Record]) -> Vec<&Record> {
    let mut live: Vec<&Record> = records.iter().rev().filter(|record| record.is_live()).collect();
    live.sort_by_key(|record| record.observed);
    live
}

/// Returns the sign-off that decides a state, of all of an item, newest first.
pub fn deciding<'a>(records: &'a [Record], policy: &Policy) -> Option<&'a Record> {
    let live = live_in_order_seen(records);
    let counted: Vec<CountedSignOff> = live.iter().map(|record| record.counted()).collect();
    ksb_status::deciding(&counted, policy).and_then(|at| live.get(at).copied())
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnotationMark {
    pub id: StatementId,
    /// Countersign, sample, acknowledge or dispute.
    pub kind: Kind,
    pub sampled: Option<Sampled>,
    pub at: Timestamp,
    pub by: PersonId,
    pub by_name: SafeText,
    pub reason: Option<SafeText>,
    pub withdrawn: bool,
    pub in_review: bool,
}

impl AnnotationMark {
    /// Returns words such as `countersigned` or `sample rejected`.
    pub fn words(&self) -> &'static str {
        match self.sampled {
            Some(Sampled::Accepted) => "sample accepted",
            Some(Sampled::Rejected) => "sample rejected",
            None if self.kind == Kind::Countersign => "countersigned",
            None if self.kind == Kind::Acknowledge => "acknowledged",
            None if self.kind == Kind::Dispute => "disputed",
            None => self.kind.words(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedReview {
    pub id: StatementId,
    /// In the log, from 0.
    pub position: u64,
    pub review: Review,
    pub signer: PersonId,
    pub signer_name: SafeText,
    pub signed: Timestamp,
    pub marks: Vec<AnnotationMark>,
    pub withdrawn: bool,
    pub in_review: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    pub id: StatementId,
    pub at: Timestamp,
    pub by: PersonId,
    pub by_name: SafeText,
    pub reason: SafeText,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryRow {
    /// In the log, from 0.
    pub position: u64,
    pub id: StatementId,
    pub kind: Kind,
    pub signed: Timestamp,
    pub signer_name: SafeText,
    /// One line: `S26 achieved · A. Trainee`.
    pub summary: String,
    /// Whether signature and encoding are valid; `None` if not checked.
    pub sound: Option<bool>,
    /// What the signature shows about the person at the key.
    pub presence: Presence,
}

/// Statements signed together, without those that are withdrawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// In the log's order.
    pub ids: Vec<StatementId>,
    pub called: Vec<StatementNoun>,
    /// A short description of each: a sign-off's code, or one line.
    pub what: Vec<String>,
    /// The trainees on whose records they are, without repeats.
    pub trainees: Vec<SafeText>,
    /// The signers, without repeats.
    pub signers: Vec<PersonRef>,
    /// The first and last time of signing.
    pub signed: [Timestamp; 2],
    /// KSBs signed with the batch, without it, and in total. Only for sign-offs of one trainee that change the figure.
    pub progress: Option<[u16; 3]>,
    /// What they had replaced and would count again without them, one sentence each.
    pub revived: Vec<String>,
}

/// A statement's noun, in singular and plural.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatementNoun(&'static str, &'static str);

impl StatementNoun {
    pub const SIGN_OFF: Self = Self("sign-off", "sign-offs");
    /// A sign-off with the outcome *not achieved*.
    pub const NOT_ACHIEVED: Self = Self("record of not yet achieved", "records of not yet achieved");

    pub fn of(kind: Kind, outcome: Option<Outcome>) -> Self {
        match kind.undo() {
            _ if outcome == Some(Outcome::NotAchieved) => Self::NOT_ACHIEVED,
            Undo::Withdraw(one, many) => Self(one, many),
            Undo::Never | Undo::Erase => Self("statement", "statements"),
        }
    }
}

impl Batch {
    /// Returns whether all are sign-offs, whatever their outcome.
    pub fn is_of_sign_offs(&self) -> bool {
        self.called.iter().all(|called| [StatementNoun::SIGN_OFF, StatementNoun::NOT_ACHIEVED].contains(called))
    }

    /// Returns counts with nouns: `10 sign-offs`, `2 sign-offs and 1 record of not yet achieved`. A noun with an
    /// article is used alone: `the training plan`.
    pub fn counted(&self) -> String {
        let mut counts: Vec<(StatementNoun, usize)> = Vec::new();
        for one in &self.called {
            match counts.iter_mut().find(|(called, _)| called == one) {
                Some((_, count)) => *count += 1,
                None => counts.push((*one, 1)),
            }
        }
        let words =
            |(StatementNoun(one, many), count): &(StatementNoun, usize)| match (*count, one.strip_prefix("the ")) {
                (1, Some(_)) => (*one).to_owned(),
                (1, None) => format!("1 {one}"),
                (count, _) => format!("{count} {many}"),
            };
        counts.iter().map(words).collect::<Vec<_>>().join(" and ")
    }
}

/// What a second look at a record's statement shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordCheck {
    pub id: StatementId,
    /// Whether the signature verifies with the key in the log.
    pub sound: bool,
    /// The signer's registration, as signed.
    pub registration: Option<SafeText>,
    /// The last day on which it counts under the policy; `None` if it never lapses.
    pub due: Option<NaiveDate>,
}

/// A tree head with its checkpoint code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeHead {
    pub size: u64,
    pub root: Digest,
    /// Such as `5 · 754ZX-PZ0PV-8HKGR-GGYDY-SJYVRG`.
    pub code: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FullStatement {
    /// In the log, from 0.
    pub position: u64,
    pub id: StatementId,
    pub text: String,
    /// The signature, armored as OpenSSH does; of the batch if there is one.
    pub armored: String,
    /// The text that names this statement and others, which were signed with one touch of a security key.
    pub batch: Option<String>,
    /// What the signature shows about the person at the key.
    pub presence: Presence,
    /// Whether the signature verifies with the key in the log.
    pub sound: bool,
    /// The key's fingerprint: `SHA256:…`
    pub key: String,
}

impl FullStatement {
    /// Returns the files that it is checked with, by name: its text, and the signature of the text or of its batch.
    pub fn files(&self) -> Vec<(String, &str)> {
        let id = self.id;
        let text = (format!("{id}.txt"), self.text.as_str());
        match &self.batch {
            None => vec![text, (format!("{id}.txt.sig"), &self.armored)],
            Some(batch) => vec![text, (format!("{id}.batch"), batch), (format!("{id}.batch.sig"), &self.armored)],
        }
    }
}

/// What the next batch of an open session is signed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionCredential {
    Pin,
    Passphrase,
    /// The key is in an SSH agent.
    Agent,
    /// The key is a security key, which is touched.
    SecurityKey,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    pub person: PersonRow,
    pub credential: SessionCredential,
    pub ends: Timestamp,
}

/// The answers of the sign-off dialog, the same for every KSB of the batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    pub outcome: Outcome,
    pub method: Option<Method>,
    pub supervision: Option<Supervision>,
    pub observed: NaiveDate,
    pub place: Option<SafeText>,
    pub feedback: Option<SafeText>,
    pub action: Option<Action>,
    pub late: Option<SafeText>,
}

/// The result of a signed batch, once it is durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedReceipt {
    pub trainee: SafeText,
    /// In order.
    pub ids: Vec<StatementId>,
    pub head: TreeHead,
    /// A warning about the checkpoint mirror, as a sentence.
    pub mirror_warning: Option<String>,
    /// A warning about what was signed, which counts all the same.
    pub warning: Option<String>,
}
