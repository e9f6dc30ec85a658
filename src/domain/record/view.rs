//! What both faces show of the records: plain values, made by the use-cases. Must never hold what a viewer may not see.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::domain::filter::Filter;
use crate::domain::filter::row::{FilterRow, KsbFact};
use crate::domain::people::break_in_learning::{BreakPeriod, gateway, reached};
use crate::domain::people::person::{PersonRef, Role};
use crate::domain::primitives::date::Timestamp;
use crate::domain::primitives::ids::{Digest, KsbCode, PersonId, StandardRef, StatementId};
use crate::domain::primitives::text::SafeText;
use crate::domain::programme::pace::{Pace, months_to, pace};
use crate::domain::record::claim::{Claim, PendingClaim};
use crate::domain::record::ksb_status::State;
use crate::domain::standard::local_view::{LOCAL_GROUP, LocalKsb, also_seen};
use crate::domain::standard::options::Scope;
use crate::domain::standard::{Ksb, Standard};
use crate::domain::statement::annotation::Sampled;
use crate::domain::statement::review::Review;
use crate::domain::statement::{Action, Evidence, Kind, Method, Outcome, Supervision};

/// A person in a list to choose from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRow {
    pub id: PersonId,
    pub name: SafeText,
    pub roles: Vec<Role>,
    pub registration: Option<SafeText>,
    pub left: bool,
}

/// A trainee at a glance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraineeCard {
    pub id: PersonId,
    pub name: SafeText,
    /// The standard they are on.
    pub standard: StandardRef,
    pub specialism: Option<SafeText>,
    /// The first day of the programme.
    pub start: NaiveDate,
    /// The last day up to the gateway, where one is planned for them.
    pub end: Option<NaiveDate>,
    /// KSBs that their training plan has by now, where one was entered.
    pub planned: Option<u16>,
    /// The pauses of their programme.
    pub pauses: Vec<BreakPeriod>,
    /// Their option, and what is left out for them.
    pub scope: Scope,
    pub signed: u16,
    /// KSBs that they answer for.
    pub total: u16,
}

impl TraineeCard {
    /// The day on which the gateway is expected: the planned end, where one is planned, which a break does not move; else the
    /// typical months after the start, and every day of break that is known.
    pub fn gateway(&self, typical: u16, today: NaiveDate) -> NaiveDate {
        self.end.unwrap_or_else(|| gateway(self.start, typical, &self.pauses, today))
    }

    /// The months of learning up to the gateway: the typical ones, unless an end is planned.
    pub fn months(&self, typical: u16, today: NaiveDate) -> u16 {
        months_to(self.start, self.end, &self.pauses, typical, today)
    }

    /// How far they are against what is expected, on a standard of so many typical months.
    pub fn pace(&self, signed: u16, total: u16, typical: u16, today: NaiveDate) -> Pace {
        let months = self.months(typical, today);
        pace(signed, total, self.start, months, reached(&self.pauses, today)).against(self.planned, total, months)
    }
}

/// One trainee's whole standing on their standard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraineeRecord {
    pub trainee: TraineeCard,
    /// The standard, with the duties and KSBs alone that the trainee answers for; `states` follows its KSBs.
    pub standard: Arc<Standard>,
    /// One state a KSB, in the standard's order.
    pub states: Vec<State>,
    /// What waits for a sign-off, whatever its state.
    pub claims: BTreeMap<KsbCode, PendingClaim>,
    /// By whom and on what day each KSB was seen last, of what is live.
    pub last: BTreeMap<KsbCode, SeenLast>,
    /// The local competences beside the standard, by code; no figure counts them.
    pub local: Vec<LocalKsb>,
}

/// A KSB that was signed and that its trainee does not answer for now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoLongerAsked {
    pub code: KsbCode,
    pub text: String,
    /// Why they do not answer for it.
    pub why: String,
    /// What was signed, newest first.
    pub records: Vec<Record>,
}

/// The newest sign-off of a KSB that is live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenLast {
    /// By whom, by the name that holds now.
    pub by: SafeText,
    /// The day seen.
    pub on: NaiveDate,
}

impl TraineeRecord {
    /// Each KSB and where it stands, in the standard's order; then the local competences.
    pub fn all(&self) -> impl Iterator<Item = (&Ksb, State)> {
        let local = self.local.iter().map(|local| (&local.ksb, local.state));
        self.standard.ksbs().iter().zip(self.states.iter().copied()).chain(local)
    }

    /// The KSB or local competence of a code.
    pub fn ksb(&self, code: KsbCode) -> Option<&Ksb> {
        self.standard.ksb(code).or_else(|| self.local_of(code).map(|local| &local.ksb))
    }

    /// The local competence of a code.
    pub fn local_of(&self, code: KsbCode) -> Option<&LocalKsb> {
        self.local.iter().find(|local| local.ksb.code == code)
    }

    /// Where a KSB was seen through local competences, in words.
    pub fn also_seen(&self, code: KsbCode) -> Option<String> {
        also_seen(self.local.iter().filter(|local| local.term.links.contains(&code)))
    }

    /// Signed and all of a duty's KSBs (of all KSBs, where no duty is named; of the local competences, in their group).
    pub fn figures(&self, duty: Option<crate::domain::primitives::ids::DutyNo>) -> (u16, u16) {
        let mut figures = (0, 0);
        if duty == Some(LOCAL_GROUP) {
            let count = |of: usize| u16::try_from(of).unwrap_or(u16::MAX);
            let signed = self.local.iter().filter(|local| local.state.counts()).count();
            return (count(signed), count(self.local.len()));
        }
        for (ksb, state) in self.standard.ksbs().iter().zip(&self.states) {
            if duty.is_none_or(|no| ksb.duties.contains(&no)) {
                figures.0 += u16::from(state.counts());
                figures.1 += 1;
            }
        }
        figures
    }

    /// Whether a KSB of the standard, in this state, is one that a filter asks for.
    pub fn fits(&self, filter: &Filter, ksb: &Ksb, state: State) -> bool {
        let (last, claim) = (self.last.get(&ksb.code), self.claims.get(&ksb.code));
        let by = [last.map_or("", |last| last.by.as_str()), claim.map_or("", PendingClaim::whom)];
        filter.fits(&FilterRow {
            texts: &[&ksb.text],
            ksbs: &[KsbFact { code: ksb.code, state, duties: &ksb.duties }],
            by: &by,
            day: last.map(|last| last.on).or_else(|| claim.map(|claim| claim.since.local_day())),
            ..FilterRow::default()
        })
    }
}

/// A claim with what its KSBs are and where they stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimDetail {
    pub claim: Claim,
    /// Its KSBs, as the claim has them.
    pub items: Vec<ClaimKsb>,
}

/// A KSB of a claim, as the standard has it, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimKsb {
    pub code: KsbCode,
    pub text: String,
    /// Where it stands.
    pub state: State,
    /// Whether it waits for an answer.
    pub waits: bool,
    /// Its newest sign-off that is live.
    pub newest: Option<Record>,
}

/// The newest records of a KSB that a screen asks for; the command line has them all.
pub const MOST_RECORDS: usize = 40;

/// One sign-off in a KSB's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub id: StatementId,
    /// Its position in the log, from 0.
    pub position: u64,
    pub code: KsbCode,
    pub outcome: Outcome,
    pub method: Option<Method>,
    pub supervision: Option<Supervision>,
    /// The day seen.
    pub observed: NaiveDate,
    pub signed: Timestamp,
    pub signer: PersonId,
    pub signer_name: SafeText,
    /// Where.
    pub place: Option<SafeText>,
    pub feedback: Option<SafeText>,
    pub action: Option<Action>,
    pub late: Option<SafeText>,
    pub evidence: Vec<Evidence>,
    /// How it stopped counting, if it did.
    pub withdrawn: Option<Withdrawal>,
    /// What was said of it since, oldest first: countersigned, sampled, acknowledged, disputed.
    pub marks: Vec<AnnotationMark>,
    /// Whether it is in review: its key was in other hands, and it counts no more.
    pub in_review: bool,
}

impl Record {
    /// Whether a sample rejected it.
    pub fn rejected(&self) -> bool {
        self.marks.iter().any(|mark| mark.sampled == Some(Sampled::Rejected))
    }

    /// Whether it is neither withdrawn nor rejected nor in review.
    pub fn is_live(&self) -> bool {
        self.withdrawn.is_none() && !self.in_review && !self.rejected()
    }
}

/// What was said of a statement on a record since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnotationMark {
    /// The statement that says it.
    pub id: StatementId,
    /// Countersign, sample, acknowledge or dispute.
    pub kind: Kind,
    /// What the sample came to, if it is one.
    pub sampled: Option<Sampled>,
    pub at: Timestamp,
    pub by: PersonId,
    pub by_name: SafeText,
    pub reason: Option<SafeText>,
    pub withdrawn: bool,
    /// Whether its key was in other hands.
    pub in_review: bool,
}

impl AnnotationMark {
    /// What it says: `countersigned`, `sample rejected`.
    pub fn words(&self) -> &'static str {
        match (self.kind, self.sampled) {
            (_, Some(Sampled::Accepted)) => "sample accepted",
            (_, Some(Sampled::Rejected)) => "sample rejected",
            (Kind::Countersign, _) => "countersigned",
            (Kind::Acknowledge, _) => "acknowledged",
            (Kind::Dispute, _) => "disputed",
            (other, _) => other.words(),
        }
    }
}

/// A progress review that was held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldReview {
    pub id: StatementId,
    /// Its position in the log, from 0.
    pub position: u64,
    pub review: Review,
    /// By whom it was signed.
    pub signer: PersonId,
    pub signer_name: SafeText,
    pub signed: Timestamp,
    /// Who has read it since.
    pub marks: Vec<AnnotationMark>,
    pub withdrawn: bool,
    /// Whether its key was in other hands.
    pub in_review: bool,
}

/// How a sign-off stopped counting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    pub id: StatementId,
    pub at: Timestamp,
    pub by: PersonId,
    pub by_name: SafeText,
    pub reason: SafeText,
}

/// One line of the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryRow {
    /// Position in the log, from 0.
    pub position: u64,
    pub id: StatementId,
    pub kind: Kind,
    pub signed: Timestamp,
    pub signer_name: SafeText,
    /// What, in one line: `S26 achieved · A. Trainee`.
    pub summary: String,
    /// Whether the signature and encoding hold; `None` where it was not looked at.
    pub sound: Option<bool>,
}

/// Statements that were signed in one go, without those that are withdrawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// The statements, in the log's order.
    pub ids: Vec<StatementId>,
    /// What each is called.
    pub called: Vec<Called>,
    /// What each says in a few words: a code of a sign-off, a line of anything else.
    pub what: Vec<String>,
    /// On whose records they are, each once.
    pub trainees: Vec<SafeText>,
    /// Who signed them, each once.
    pub signers: Vec<PersonRef>,
    /// When the first was signed, and the last.
    pub signed: [Timestamp; 2],
    /// What it does to the figure of the trainee: KSBs signed with it and without it, and in all. Only of sign-offs of one
    /// trainee that change it.
    pub progress: Option<[u16; 3]>,
    /// What had been replaced and counts again without them, a sentence each.
    pub revived: Vec<String>,
}

/// What a statement is called, alone and where there are several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Called(&'static str, &'static str);

impl Called {
    /// A sign-off.
    pub const SIGN_OFF: Self = Self("sign-off", "sign-offs");
    /// One that records *not achieved*.
    pub const NOT_ACHIEVED: Self = Self("record of not yet achieved", "records of not yet achieved");

    /// What a statement of this kind is called, and with this outcome, where it has one.
    pub fn of(kind: Kind, outcome: Option<Outcome>) -> Self {
        match (kind, outcome) {
            (Kind::SignOff, Some(Outcome::NotAchieved)) => Self::NOT_ACHIEVED,
            (Kind::SignOff, _) => Self::SIGN_OFF,
            (Kind::Countersign, _) => Self("countersignature", "countersignatures"),
            (Kind::Review, _) => Self("progress review", "progress reviews"),
            (Kind::Hours, _) => Self("confirmation of hours", "confirmations of hours"),
            (Kind::Requirement, _) => Self("record of a requirement", "records of requirements"),
            (Kind::Confirm, _) => Self("gateway confirmation", "gateway confirmations"),
            (Kind::Recognition, _) => Self("the recognition of prior learning", "recognitions of prior learning"),
            (Kind::TrainingPlan, _) => Self("the training plan", "training plans"),
            _ => Self("statement", "statements"),
        }
    }
}

impl Batch {
    /// Whether all are sign-offs, whatever their outcome.
    pub fn is_of_sign_offs(&self) -> bool {
        self.called.iter().all(|called| [Called::SIGN_OFF, Called::NOT_ACHIEVED].contains(called))
    }

    /// How many of what: `10 sign-offs`, `2 sign-offs and 1 record of not yet achieved`. What a trainee has one of at a time
    /// is named: `the training plan`.
    pub fn counted(&self) -> String {
        let mut told: Vec<(Called, usize)> = Vec::new();
        for one in &self.called {
            match told.iter_mut().find(|(called, _)| called == one) {
                Some((_, count)) => *count += 1,
                None => told.push((*one, 1)),
            }
        }
        let words = |(Called(one, many), count): &(Called, usize)| match (*count, one.strip_prefix("the ")) {
            (1, Some(_)) => (*one).to_owned(),
            (1, None) => format!("1 {one}"),
            (count, _) => format!("{count} {many}"),
        };
        told.iter().map(words).collect::<Vec<_>>().join(" and ")
    }

    /// On whose records, in one line.
    pub fn whose(&self) -> String {
        self.trainees.iter().map(SafeText::as_str).collect::<Vec<_>>().join(", ")
    }
}

/// Where the log stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeHead {
    pub size: u64,
    pub root: Digest,
    /// The checkpoint code: `5 · 754ZX-PZ0PV-8HKGR-GGYDY-SJYVRG`.
    pub code: String,
}

/// A statement in full, for a reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FullStatement {
    /// Position in the log, from 0.
    pub position: u64,
    pub id: StatementId,
    pub text: String,
    /// The signature in OpenSSH's armor.
    pub armored: String,
    /// Whether the signature holds under the key on record, and the key's fingerprint.
    pub sound: bool,
    /// `SHA256:…`
    pub key: String,
}

/// A signing session that is open on this screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    pub person: PersonRow,
    /// Whether a PIN will do for the next batch (else the passphrase is asked each time).
    pub pin: bool,
    /// When the session ends by itself.
    pub ends: Timestamp,
}

/// What a supervisor says in the dialog; the same for every item of the batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    pub outcome: Outcome,
    pub method: Option<Method>,
    pub supervision: Option<Supervision>,
    /// The day seen.
    pub observed: NaiveDate,
    /// Where.
    pub place: Option<SafeText>,
    /// What is said of it.
    pub feedback: Option<SafeText>,
    pub action: Option<Action>,
    pub late: Option<SafeText>,
}

/// What a batch came to, once it is on the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedReceipt {
    pub trainee: SafeText,
    /// The statements, in order.
    pub ids: Vec<StatementId>,
    /// The log after them.
    pub head: TreeHead,
    /// What went wrong beside it, if something did: a sentence.
    pub beside: Option<String>,
    /// What is odd in it, if something is: what was signed counts.
    pub warning: Option<String>,
}
