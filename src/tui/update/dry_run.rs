//! What a dialog that opens asks first: whether it would be refused whatever is typed. Must never know a rule.

use crate::domain::primitives::ids::Secret;
use crate::domain::primitives::text::SafeText;
use crate::domain::record::view::Observation;
use crate::domain::statement::Outcome;
use crate::domain::statement::annotation::Sampled;
use crate::tui::msg::acts::{Act, ActRequest, AnswerRequest, WithdrawRequest};
use crate::tui::msg::{Effect, SignRequest};
use crate::tui::overlay::act::ActDialogParams;
use crate::tui::overlay::deed::Deed;
use crate::tui::overlay::sign_open::SignDialogParams;
use crate::tui::overlay::withdraw::{Meant, WithdrawDialogParams};

/// What is said where nothing is typed yet: no rule of who may looks at it.
const UNSAID: &str = "-";

/// Whether these sign-offs would be refused: as they stand before a field is filled, seen today and to the standard.
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

/// Whether a withdrawal, or a trainee's word on their record, would be refused.
pub fn withdraw(open: &WithdrawDialogParams) -> Vec<Effect> {
    let (signer, ids, way, secret) = (open.signer.id.clone(), open.about.ids(), open.way, Secret::default());
    let (Ok(reason), Some(of)) = (SafeText::line(UNSAID), ids.first().copied()) else { return Vec::new() };
    asked(match open.meant {
        Meant::Withdraw => Effect::Withdraw(WithdrawRequest { signer, of: ids, reason, way, secret }),
        Meant::Dispute => Effect::Answer(AnswerRequest { signer, of, reason: Some(reason), way, secret }),
        Meant::Acknowledge => Effect::Answer(AnswerRequest { signer, of, reason: None, way, secret }),
    })
}

/// Whether a deed would be refused; nothing is asked where what is typed decides.
pub fn act(open: &ActDialogParams) -> Vec<Effect> {
    let trainee = || open.trainee.clone();
    let act = match &open.deed {
        Deed::Countersign(of) => Some(Act::Countersign(of.clone())),
        Deed::Sample(of) => Some(Act::Sample { of: *of, outcome: Sampled::Accepted, reason: None }),
        Deed::ConfirmHours(entries) => trainee().map(|trainee| Act::ConfirmHours { trainee, entries: entries.clone() }),
        Deed::Confirm(party, _) => trainee().map(|trainee| Act::Confirm { trainee, party: *party }),
        Deed::Acknowledge(of) => Some(Act::Answer { of: *of, reason: None }),
        Deed::Dispute(of) => SafeText::line(UNSAID).ok().map(|reason| Act::Answer { of: *of, reason: Some(reason) }),
        Deed::Requirement(..) | Deed::Review(_) | Deed::Draw | Deed::EnterHours => None,
    };
    let signer = open.signer.id.clone();
    act.map_or_else(Vec::new, |act| asked(Effect::Act(Box::new(ActRequest { signer, act, proof: None }))))
}

fn asked(meant: Effect) -> Vec<Effect> {
    vec![Effect::Foretell(Box::new(meant))]
}
