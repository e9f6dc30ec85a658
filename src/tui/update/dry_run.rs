//! Requests the dry run of a dialog that opens: whether the rules refuse it whatever is typed.

use crate::dialog::action::ActionDialogParams;
use crate::dialog::action_kind::ActionKind;
use crate::msg::Effect;
use crate::msg::acts::{Action, ActionRequest, SignMode};
use countersign_core::primitives::text::SafeText;
use countersign_core::record::view::Observation;
use countersign_core::statement::kinds::sample::Sampled;
use countersign_core::statement::kinds::sign_off::Outcome;

/// Dry-runs an action, unless the result depends on what is typed. A sign-off is tried as achieved, observed today.
pub fn act(open: &ActionDialogParams) -> Vec<Effect> {
    let trainee = || open.trainee.clone();
    let action = match &open.kind {
        ActionKind::SignOff(of) => {
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
            trainee().map(|trainee| of.signed(trainee, observation))
        }
        ActionKind::Countersign(of) => Some(Action::Countersign(of.clone())),
        ActionKind::Sample(of) => Some(Action::Sample { of: *of, outcome: Sampled::Accepted, reason: None }),
        ActionKind::ConfirmHours(entries) => {
            trainee().map(|trainee| Action::ConfirmHours { trainee, entries: entries.clone() })
        }
        ActionKind::Confirm(party, _) => trainee().map(|trainee| Action::Confirm { trainee, party: *party }),
        ActionKind::Acknowledge(of, subject) => Some(Action::Answer { of: *of, subject: *subject, reason: None }),
        ActionKind::Dispute(of, subject) => {
            unsaid().map(|reason| Action::Answer { of: *of, subject: *subject, reason: Some(reason) })
        }
        ActionKind::Withdraw(withdrawal) => {
            unsaid().map(|reason| Action::Withdraw { of: withdrawal.ids.clone(), reason, said: String::new() })
        }
        ActionKind::Requirement(..)
        | ActionKind::Review(_)
        | ActionKind::Claim(_)
        | ActionKind::Draw
        | ActionKind::EnterHours
        | ActionKind::Office(_) => None,
    };
    let signer = open.signer.id.clone();
    let request = |action| ActionRequest { signer, action, credential: None, mode: SignMode::DryRun };
    action.map(|action| Effect::Sign(Box::new(request(action)))).into_iter().collect()
}

/// Returns a placeholder for a reason that is not typed yet; the rules that are checked do not read it.
fn unsaid() -> Option<SafeText> {
    SafeText::line("-").ok()
}
