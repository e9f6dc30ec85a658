//! Defines the JSON shapes of later marks on records, and of progress reviews.

use serde::Serialize;

use crate::domain::record::view::{AnnotationMark, HeldReview};
use crate::domain::statement::kinds::review::Answered;

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
