//! Decides which statements a viewer may see, by the person they are about.
//!
//! Invariant: a trainee sees only statements about themselves.

use crate::domain::people::person::Viewer;
use crate::domain::primitives::ids::PersonId;
use crate::domain::statement::{Body, Statement};

/// Returns the person that a statement is about; `None` if it is the department's.
pub fn about(body: &Body) -> Option<&PersonId> {
    match body {
        Body::Person(person) => Some(&person.id),
        Body::Key(grant) => Some(&grant.person.id),
        Body::Enrolment(named) => Some(&named.enrolment.trainee),
        Body::Pause(pause) => Some(&pause.trainee.id),
        Body::SignOff(sign_off) => Some(&sign_off.trainee.id),
        Body::Withdraw(withdraw) => Some(&withdraw.trainee.id),
        Body::Retire(retire) => Some(&retire.person.id),
        Body::Compromise(compromise) => Some(&compromise.person.id),
        Body::Countersign(countersign) => Some(&countersign.whose.id),
        Body::Review(review) => Some(&review.trainee.id),
        Body::Hours(hours) => Some(&hours.trainee.id),
        Body::Recognition(said) => Some(&said.trainee.id),
        Body::TrainingPlan(plan) => Some(&plan.trainee.id),
        Body::Requirement(said) => Some(&said.trainee.id),
        Body::Confirm(confirm) => Some(&confirm.trainee.id),
        Body::Sample(sample) => Some(&sample.trainee.id),
        Body::Acknowledge(acknowledge) => Some(&acknowledge.trainee.id),
        Body::Dispute(dispute) => Some(&dispute.trainee.id),
        Body::Import(import) => Some(&import.trainee.id),
        Body::Genesis(_)
        | Body::Standard(_)
        | Body::Competences(_)
        | Body::Policy(_)
        | Body::Erase(_)
        | Body::Restore(_)
        | Body::Clock(_) => None,
    }
}

/// Returns whether a viewer may see a statement. Trainees do not see the department's own.
pub fn may_see(viewer: &Viewer, statement: &Statement) -> bool {
    match viewer.own() {
        None => true,
        Some(own) => about(&statement.body) == Some(own),
    }
}
