//! Defines the JSON shapes of a record that several commands share.

use countersign_core::primitives::ids::KsbCode;
use countersign_core::record::claim::PendingClaim;
use countersign_core::record::view::CarriedRecord;
use countersign_core::record::view::{AnnotationMark, Record, RecordedReview, TraineeCard, TraineeRecord, Withdrawal};
use countersign_core::standard::options::LeftOut;
use countersign_core::statement::kinds::review::{Attended, ReviewAction, ReviewAnswer};
use countersign_core::statement::kinds::sample::Sampled;
use countersign_core::statement::kinds::sign_off::{Action, Evidence, Method, Supervision};

json_row! {
    /// KSBs that a trainee does not answer for.
    LeftOutRow from (left: &LeftOut) {
        ksbs: Vec<String> = left.codes.iter().map(ToString::to_string).collect(),
        reason: String = left.reason.to_string(),
    }
}

json_row! {
    /// A trainee's summary.
    Card from (card: &TraineeCard) {
        id: String = card.id.to_string(),
        name: String = card.name.to_string(),
        standard: String = card.standard.to_string(),
        specialism: Option<String> = card.specialism.as_ref().map(ToString::to_string),
        option: Option<String> = card.scope.option.as_ref().map(ToString::to_string),
        left_out: Vec<LeftOutRow> = card.scope.left_out.iter().map(LeftOutRow::new).collect(),
        start: String = card.start.to_string(),
        planned_end: Option<String> = card.end.map(|end| end.to_string()),
        signed: u16 = card.signed,
        total: u16 = card.total,
    }
}

json_row! {
    /// A next action.
    ActionRow from (action: &Action) {
        what: String = action.what.to_string(),
        by: String = action.by.to_string(),
    }
}

json_row! {
    /// A sign-off.
    RecordRow from (record: &Record) {
        id: String = record.id.to_string(),
        position: u64 = record.position,
        outcome: &'static str = record.outcome.slug(),
        method: Option<&'static str> = record.method.map(Method::slug),
        supervision: Option<&'static str> = record.supervision.map(Supervision::slug),
        observed: String = record.observed.to_string(),
        signed: String = record.signed.to_string(),
        signer: String = record.signer.to_string(),
        signer_name: String = record.signer_name.to_string(),
        place: Option<String> = record.place.as_ref().map(ToString::to_string),
        feedback: Option<String> = record.feedback.as_ref().map(ToString::to_string),
        action: Option<ActionRow> = record.action.as_ref().map(ActionRow::new),
        late: Option<String> = record.late.as_ref().map(ToString::to_string),
        evidence: Vec<EvidenceRow> = record.evidence.iter().map(EvidenceRow::new).collect(),
        withdrawn: Option<WithdrawalRow> = record.withdrawn.as_ref().map(WithdrawalRow::new),
        marks: Vec<MarkRow> = record.marks.iter().map(MarkRow::new).collect(),
        in_review: bool = record.in_review,
        /// What a security key showed: `touched` or `verified` (with a PIN or fingerprint).
        touch: Option<&'static str> = record.presence.word(),
        /// The log of another department in which it was signed.
        source: Option<String> = record.source.as_ref().map(|source| source.origin.to_string()),
    }
}

json_row! {
    /// An item of an earlier record.
    CarriedRow from (carried: &CarriedRecord) {
        id: String = carried.id.to_string(),
        position: u64 = carried.position,
        seen: String = carried.item.on.to_string(),
        assessor: Option<String> = carried.item.assessor.as_ref().map(ToString::to_string),
        level: Option<String> = carried.item.level.as_ref().map(ToString::to_string),
        source: String = carried.source.to_string(),
        file: EvidenceRow = EvidenceRow::new(&carried.file),
        signed: String = carried.signed.to_string(),
        signer: String = carried.signer.to_string(),
        signer_name: String = carried.signer_name.to_string(),
        withdrawn: Option<WithdrawalRow> = carried.withdrawn.as_ref().map(WithdrawalRow::new),
        marks: Vec<MarkRow> = carried.marks.iter().map(MarkRow::new).collect(),
        in_review: bool = carried.in_review,
    }
}

/// Returns what earlier records say of an item, newest first.
pub fn carried_rows(trainee_record: &TraineeRecord, code: KsbCode) -> Vec<CarriedRow> {
    trainee_record.carried.get(&code).into_iter().flatten().map(CarriedRow::new).collect()
}

json_row! {
    /// How a sign-off stopped counting.
    WithdrawalRow from (withdrawal: &Withdrawal) {
        id: String = withdrawal.id.to_string(),
        at: String = withdrawal.at.to_string(),
        by: String = withdrawal.by.to_string(),
        by_name: String = withdrawal.by_name.to_string(),
        reason: String = withdrawal.reason.to_string(),
    }
}

json_row! {
    /// A file as a sign-off names it.
    EvidenceRow from (evidence: &Evidence) {
        id: String = evidence.digest.hex(),
        name: String = evidence.name.to_string(),
    }
}

json_row! {
    /// A waiting claim of a KSB.
    PendingClaimRow from (asked: &PendingClaim) {
        id: String = asked.claim.to_string(),
        since: String = asked.since.to_string(),
        of_name: Option<String> = asked.of.as_ref().map(ToString::to_string),
    }
}

json_row! {
    /// A later mark on a record.
    MarkRow from (mark: &AnnotationMark) {
        id: String = mark.id.to_string(),
        kind: &'static str = mark.kind.slug(),
        outcome: Option<&'static str> = mark.sampled.map(Sampled::slug),
        at: String = mark.at.to_string(),
        by: String = mark.by.to_string(),
        by_name: String = mark.by_name.to_string(),
        reason: Option<String> = mark.reason.as_ref().map(ToString::to_string),
        gone: bool = mark.withdrawn,
        in_review: bool = mark.in_review,
    }
}

json_row! {
    /// A progress review.
    ReviewRow from (recorded: &RecordedReview) {
        id: String = recorded.id.to_string(),
        position: u64 = recorded.position,
        held: String = recorded.review.held.to_string(),
        next: String = recorded.review.next.to_string(),
        ksbs_signed: u16 = recorded.review.signed,
        ksbs: u16 = recorded.review.all,
        attended: Vec<AttendedRow> = recorded.review.attended.iter().map(AttendedRow::new).collect(),
        meeting: &'static str = recorded.review.meeting.slug(),
        discussed: String = recorded.review.discussed(),
        answers: Vec<AnswerRow> = recorded.review.answers().into_iter().map(AnswerRow::new).collect(),
        rating: Option<&'static str> = recorded.review.rated().map(|rated| rated.rating.slug()),
        rating_worked_out: Option<&'static str> = recorded.review.rated().map(|rated| rated.worked_out.slug()),
        rating_basis: Option<String> = recorded.review.rated().map(|rated| rated.basis.to_string()),
        rating_reason: Option<String> =
            recorded.review.rated().and_then(|rated| rated.reason.as_ref()).map(ToString::to_string),
        actions: Vec<ReviewActionRow> = recorded.review.actions.iter().map(ReviewActionRow::new).collect(),
        late: Option<String> = recorded.review.late.as_ref().map(ToString::to_string),
        signer: String = recorded.signer.to_string(),
        signer_name: String = recorded.signer_name.to_string(),
        signed: String = recorded.signed.to_string(),
        marks: Vec<MarkRow> = recorded.marks.iter().map(MarkRow::new).collect(),
        gone: bool = recorded.withdrawn,
        in_review: bool = recorded.in_review,
    }
}

json_row! {
    /// An answer of a progress review.
    AnswerRow from (one: ReviewAnswer) {
        id: &'static str = one.topic.slug(),
        text: String = one.text,
        nothing: bool = one.nothing,
    }
}

json_row! {
    /// An attendee.
    AttendedRow from (one: &Attended) {
        id: String = one.who.id.to_string(),
        name: String = one.who.name.to_string(),
        party: &'static str = one.party.slug(),
    }
}

json_row! {
    ReviewActionRow from (action: &ReviewAction) {
        what: String = action.what.to_string(),
        by: String = action.by.to_string(),
        owner: Option<String> = action.owner.as_ref().map(|owner| owner.id.to_string()),
    }
}
