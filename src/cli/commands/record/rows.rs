//! Defines the JSON shapes of a record that several commands share.

use serde::Serialize;

use crate::domain::record::claim::PendingClaim;
use crate::domain::record::view::{AnnotationMark, HeldReview, Record, TraineeCard};
use crate::domain::standard::options::LeftOut;
use crate::domain::statement::kinds::review::Answered;
use crate::domain::statement::kinds::sign_off::{Action, Evidence, Method, Supervision};

/// KSBs that a trainee does not answer for.
#[derive(Debug, Serialize)]
pub struct LeftOutRow {
    pub ksbs: Vec<String>,
    pub reason: String,
}

impl From<&LeftOut> for LeftOutRow {
    fn from(left: &LeftOut) -> Self {
        Self { ksbs: left.codes.iter().map(ToString::to_string).collect(), reason: left.reason.to_string() }
    }
}

/// A trainee's summary.
#[derive(Debug, Serialize)]
pub struct Card {
    pub id: String,
    pub name: String,
    pub standard: String,
    pub specialism: Option<String>,
    pub option: Option<String>,
    pub left_out: Vec<LeftOutRow>,
    pub start: String,
    pub planned_end: Option<String>,
    pub signed: u16,
    pub total: u16,
}

impl From<&TraineeCard> for Card {
    fn from(card: &TraineeCard) -> Self {
        Self {
            id: card.id.to_string(),
            name: card.name.to_string(),
            standard: card.standard.to_string(),
            specialism: card.specialism.as_ref().map(ToString::to_string),
            option: card.scope.option.as_ref().map(ToString::to_string),
            left_out: card.scope.left_out.iter().map(LeftOutRow::from).collect(),
            start: card.start.to_string(),
            planned_end: card.end.map(|end| end.to_string()),
            signed: card.signed,
            total: card.total,
        }
    }
}

/// A next action.
#[derive(Debug, Serialize)]
pub struct ActionRow {
    pub what: String,
    pub by: String,
}

impl From<&Action> for ActionRow {
    fn from(action: &Action) -> Self {
        Self { what: action.what.to_string(), by: action.by.to_string() }
    }
}

/// A sign-off.
#[derive(Debug, Serialize)]
pub struct RecordRow {
    pub id: String,
    pub position: u64,
    pub outcome: &'static str,
    pub method: Option<&'static str>,
    pub supervision: Option<&'static str>,
    pub observed: String,
    pub signed: String,
    pub signer: String,
    pub signer_name: String,
    pub place: Option<String>,
    pub feedback: Option<String>,
    pub action: Option<ActionRow>,
    pub late: Option<String>,
    pub evidence: Vec<EvidenceRow>,
    pub withdrawn: Option<WithdrawalRow>,
    pub marks: Vec<MarkRow>,
    pub in_review: bool,
}

/// How a sign-off stopped counting.
#[derive(Debug, Serialize)]
pub struct WithdrawalRow {
    pub id: String,
    pub at: String,
    pub by: String,
    pub by_name: String,
    pub reason: String,
}

impl From<&Record> for RecordRow {
    fn from(record: &Record) -> Self {
        let text = |clean: &Option<crate::domain::primitives::text::SafeText>| clean.as_ref().map(ToString::to_string);
        Self {
            id: record.id.to_string(),
            position: record.position,
            outcome: record.outcome.slug(),
            method: record.method.map(Method::slug),
            supervision: record.supervision.map(Supervision::slug),
            observed: record.observed.to_string(),
            signed: record.signed.to_string(),
            signer: record.signer.to_string(),
            signer_name: record.signer_name.to_string(),
            place: text(&record.place),
            feedback: text(&record.feedback),
            action: record.action.as_ref().map(ActionRow::from),
            late: text(&record.late),
            evidence: record.evidence.iter().map(EvidenceRow::from).collect(),
            withdrawn: record.withdrawn.as_ref().map(|withdrawal| WithdrawalRow {
                id: withdrawal.id.to_string(),
                at: withdrawal.at.to_string(),
                by: withdrawal.by.to_string(),
                by_name: withdrawal.by_name.to_string(),
                reason: withdrawal.reason.to_string(),
            }),
            marks: record.marks.iter().map(MarkRow::from).collect(),
            in_review: record.in_review,
        }
    }
}

/// A file as a sign-off names it.
#[derive(Debug, Serialize)]
pub struct EvidenceRow {
    pub id: String,
    pub name: String,
}

impl From<&Evidence> for EvidenceRow {
    fn from(evidence: &Evidence) -> Self {
        Self { id: evidence.digest.hex(), name: evidence.name.to_string() }
    }
}

/// A waiting claim of a KSB.
#[derive(Debug, Serialize)]
pub struct AskedRow {
    pub id: String,
    pub since: String,
    pub of_name: Option<String>,
}

impl From<&PendingClaim> for AskedRow {
    fn from(asked: &PendingClaim) -> Self {
        let of_name = asked.of.as_ref().map(ToString::to_string);
        Self { id: asked.claim.to_string(), since: asked.since.to_string(), of_name }
    }
}

/// A later mark on a record.
#[derive(Debug, Serialize)]
pub struct MarkRow {
    pub id: String,
    pub kind: &'static str,
    pub outcome: Option<&'static str>,
    pub at: String,
    pub by: String,
    pub by_name: String,
    pub reason: Option<String>,
    pub gone: bool,
    pub in_review: bool,
}

impl From<&AnnotationMark> for MarkRow {
    fn from(mark: &AnnotationMark) -> Self {
        Self {
            id: mark.id.to_string(),
            kind: mark.kind.slug(),
            outcome: mark.sampled.map(crate::domain::statement::kinds::sample::Sampled::slug),
            at: mark.at.to_string(),
            by: mark.by.to_string(),
            by_name: mark.by_name.to_string(),
            reason: mark.reason.as_ref().map(ToString::to_string),
            gone: mark.withdrawn,
            in_review: mark.in_review,
        }
    }
}

/// A progress review.
#[derive(Debug, Serialize)]
pub struct ReviewRow {
    pub id: String,
    pub position: u64,
    pub held: String,
    pub next: String,
    pub ksbs_signed: u16,
    pub ksbs: u16,
    pub attended: Vec<AttendedRow>,
    pub meeting: &'static str,
    pub discussed: String,
    pub answers: Vec<AnswerRow>,
    pub rating: Option<&'static str>,
    pub rating_worked_out: Option<&'static str>,
    pub rating_basis: Option<String>,
    pub rating_reason: Option<String>,
    pub actions: Vec<ReviewActionRow>,
    pub late: Option<String>,
    pub signer: String,
    pub signer_name: String,
    pub signed: String,
    pub marks: Vec<MarkRow>,
    pub gone: bool,
    pub in_review: bool,
}

/// An answer of a progress review.
#[derive(Debug, Serialize)]
pub struct AnswerRow {
    pub id: &'static str,
    pub text: String,
    pub nothing: bool,
}

/// An attendee.
#[derive(Debug, Serialize)]
pub struct AttendedRow {
    pub id: String,
    pub name: String,
    pub party: &'static str,
}

/// An action of a review.
#[derive(Debug, Serialize)]
pub struct ReviewActionRow {
    pub what: String,
    pub by: String,
    pub owner: Option<String>,
}

impl From<&HeldReview> for ReviewRow {
    fn from(held: &HeldReview) -> Self {
        let review = &held.review;
        let there = review.attended.iter().map(|one| AttendedRow {
            id: one.who.id.to_string(),
            name: one.who.name.to_string(),
            party: one.party.slug(),
        });
        let todo = review.actions.iter().map(|action| ReviewActionRow {
            what: action.what.to_string(),
            by: action.by.to_string(),
            owner: action.owner.as_ref().map(|owner| owner.id.to_string()),
        });
        let answer = |one: Answered| AnswerRow { id: one.topic.slug(), text: one.text, nothing: one.nothing };
        let rated = review.rated();
        Self {
            id: held.id.to_string(),
            position: held.position,
            held: review.held.to_string(),
            next: review.next.to_string(),
            ksbs_signed: review.signed,
            ksbs: review.all,
            attended: there.collect(),
            meeting: review.meeting.slug(),
            discussed: review.discussed(),
            answers: review.answers().into_iter().map(answer).collect(),
            rating: rated.map(|rated| rated.rating.slug()),
            rating_worked_out: rated.map(|rated| rated.worked_out.slug()),
            rating_basis: rated.map(|rated| rated.basis.to_string()),
            rating_reason: rated.and_then(|rated| rated.reason.as_ref()).map(ToString::to_string),
            actions: todo.collect(),
            late: review.late.as_ref().map(ToString::to_string),
            signer: held.signer.to_string(),
            signer_name: held.signer_name.to_string(),
            signed: held.signed.to_string(),
            marks: held.marks.iter().map(MarkRow::from).collect(),
            gone: held.withdrawn,
            in_review: held.in_review,
        }
    }
}
