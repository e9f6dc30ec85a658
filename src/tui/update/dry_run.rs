//! Requests the dry run of a dialog that opens: whether the rules refuse it whatever is typed.

use crate::domain::primitives::ids::Secret;
use crate::domain::primitives::text::SafeText;
use crate::domain::record::view::Observation;
use crate::domain::statement::kinds::sample::Sampled;
use crate::domain::statement::kinds::sign_off::Outcome;
use crate::tui::msg::acts::{Act, ActRequest};
use crate::tui::msg::{Effect, SignRequest};
use crate::tui::overlay::act::ActDialogParams;
use crate::tui::overlay::deed::Deed;
use crate::tui::overlay::sign_open::SignDialogParams;

/// Dry-runs these sign-offs as achieved, observed today.
pub fn sign(open: &SignDialogParams) -> Vec<Effect> {
    let observation = Observation {
        outcome: Outcome::Achieved,
        method: None,
        supervision: None,
        observed: open.today,
        place: None,
        feedback: None,
        action: None,
        late: None,
    };
    asked(Effect::Sign(SignRequest {
        signer: open.signer.id.clone(),
        trainee: open.trainee.clone(),
        codes: open.items.iter().map(|item| item.code).collect(),
        claims: open.claims.clone(),
        observation,
        way: open.way,
        secret: Secret::default(),
    }))
}

/// Dry-runs an action, unless the result depends on what is typed.
pub fn act(open: &ActDialogParams) -> Vec<Effect> {
    let trainee = || open.trainee.clone();
    let act = match &open.deed {
        Deed::Countersign(of) => Some(Act::Countersign(of.clone())),
        Deed::Sample(of) => Some(Act::Sample { of: *of, outcome: Sampled::Accepted, reason: None }),
        Deed::ConfirmHours(entries) => trainee().map(|trainee| Act::ConfirmHours { trainee, entries: entries.clone() }),
        Deed::Confirm(party, _) => trainee().map(|trainee| Act::Confirm { trainee, party: *party }),
        Deed::Acknowledge(of, subject) => Some(Act::Answer { of: *of, subject: *subject, reason: None }),
        Deed::Dispute(of, subject) => {
            unsaid().map(|reason| Act::Answer { of: *of, subject: *subject, reason: Some(reason) })
        }
        Deed::Withdraw(withdrawal) => {
            unsaid().map(|reason| Act::Withdraw { of: withdrawal.ids.clone(), reason, said: String::new() })
        }
        Deed::Requirement(..) | Deed::Review(_) | Deed::Draw | Deed::EnterHours => None,
    };
    let signer = open.signer.id.clone();
    act.map_or_else(Vec::new, |act| asked(Effect::Act(Box::new(ActRequest { signer, act, proof: None }))))
}

/// Returns a placeholder for a reason that is not typed yet; the rules that are checked do not read it.
fn unsaid() -> Option<SafeText> {
    SafeText::line("-").ok()
}

fn asked(effect: Effect) -> Vec<Effect> {
    vec![Effect::Foretell(Box::new(effect))]
}
