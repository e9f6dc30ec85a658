//! Which earlier statement a body is about, and on whose record it stands. Must never look anything up.

use crate::domain::person::Named;
use crate::domain::record_marks::MEANING_COUNTERSIGN;
use crate::domain::statement::Body;
use crate::domain::value::StatementId;

/// The earlier statement that a body is about; of an import, what it puts back.
#[must_use]
pub fn about(body: &Body) -> Option<StatementId> {
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

/// On whose record a body stands, if on one.
#[must_use]
pub fn record(body: &Body) -> Option<&Named> {
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
