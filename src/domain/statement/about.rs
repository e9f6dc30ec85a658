//! Returns which earlier statement a body refers to, and whose record it is on.

use crate::domain::people::person::PersonRef;
use crate::domain::primitives::ids::StatementId;
use crate::domain::statement::Body;
use crate::domain::statement::annotation::MEANING_COUNTERSIGN;

/// Returns the earlier statement that a body refers to; for an import, the one it restores.
pub fn refers_to(body: &Body) -> Option<StatementId> {
    match body {
        Body::Withdraw(withdraw) => Some(withdraw.of),
        Body::Countersign(countersign) => Some(countersign.of),
        Body::Sample(sample) => Some(sample.of),
        Body::Acknowledge(acknowledge) => Some(acknowledge.of),
        Body::Dispute(dispute) => Some(dispute.of),
        Body::Erase(erase) => Some(erase.of),
        Body::Import(import) => Some(import.of),
        _ => None,
    }
}

/// Returns the trainee whose record a body is on, if any.
pub fn trainee_of(body: &Body) -> Option<&PersonRef> {
    match body {
        Body::SignOff(sign_off) => Some(&sign_off.trainee),
        Body::Withdraw(withdraw) => Some(&withdraw.trainee),
        Body::Countersign(countersign) if countersign.meaning.as_str() == MEANING_COUNTERSIGN => {
            Some(&countersign.whose)
        }
        Body::Sample(sample) => Some(&sample.trainee),
        Body::Acknowledge(acknowledge) => Some(&acknowledge.trainee),
        Body::Dispute(dispute) => Some(&dispute.trainee),
        Body::Review(review) => Some(&review.trainee),
        Body::Hours(hours) => Some(&hours.trainee),
        Body::Recognition(said) => Some(&said.trainee),
        Body::TrainingPlan(plan) => Some(&plan.trainee),
        Body::Requirement(said) => Some(&said.trainee),
        Body::Confirm(confirm) => Some(&confirm.trainee),
        Body::Import(import) => Some(&import.trainee),
        _ => None,
    }
}
