//! Defines the input to the sign dialog, and its fields.

use chrono::NaiveDate;

use crate::dialog::form::{Field, FieldKind, FieldLayout, Options, Requiredness, text};
use crate::dialog::signature::Signature;
use crate::msg::Draft;
use crate::msg::acts::{Action, NewGroupSignOff, NewSignOff};
use crate::msg::credential_kind::CredentialKind;
use crate::msg::group::Group;
use crate::widget::text_input::{LineMode, TextInput};
use countersign_core::primitives::file_name::StoredFileName;
use countersign_core::primitives::ids::{ClaimId, KsbCode, PersonId};
use countersign_core::primitives::text::SafeText;
use countersign_core::record::group::GroupMember;
use countersign_core::record::ksb_status::State as Standing;
use countersign_core::record::view::{Observation, PersonRow};
use countersign_core::statement::kinds::sign_off::{Method, Outcome, Supervision};

/// A KSB to sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub code: KsbCode,
    pub text: String,
    /// Current state.
    pub state: Standing,
    /// Day since which it has this state, if known.
    pub since: Option<NaiveDate>,
    /// Whether the list behind the dialog does not show it.
    pub hidden: bool,
    /// The claim that waits on it, as it was when the dialog opened.
    pub claim: Option<ClaimId>,
}

/// Input to the sign dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignDialogParams {
    pub signer: PersonRow,
    pub way: CredentialKind,
    pub trainee: PersonId,
    pub trainee_name: SafeText,
    /// The claims that it answers, if any.
    pub claims: Vec<ClaimId>,
    /// Names of the evidence files.
    pub rests_on: Vec<StoredFileName>,
    /// KSBs to sign, in order.
    pub items: Vec<Item>,
    /// Signed KSBs of the list that were left out.
    pub skipped: Vec<KsbCode>,
    /// Name of the duty that all of them are in; empty if there is none.
    pub duty: String,
    pub today: NaiveDate,
    /// Days after which an observation needs a reason for being late.
    pub late_days: u32,
    /// The outcome chosen by the key; if `None`, the draft's or *achieved*.
    pub outcome: Option<Outcome>,
    /// The saved draft, for any KSBs.
    pub draft: Draft,
    /// The signer's last method, supervision and place.
    pub last_used: Draft,
    /// The people, if the one item is signed for several: then the trainee's name is who they are.
    pub group: Option<Box<Group>>,
}

impl SignDialogParams {
    /// Returns the action that signs all of it with this observation.
    pub fn action(&self, observation: Observation) -> Action {
        if let Some((group, item)) = self.group.as_ref().and_then(|group| Some((group, group.item()?))) {
            let member = |one: &GroupMember| (one.id.clone(), one.claim.as_ref().map(|claim| claim.id));
            let people = group.selection().into_iter().map(member).collect();
            let (of, code) = (item.of.clone(), item.code);
            return Action::SignForMany(Box::new(NewGroupSignOff { of, code, people, observation }));
        }
        Action::SignOff(Box::new(NewSignOff {
            trainee: self.trainee.clone(),
            items: self.items.iter().map(|item| (item.code, item.claim)).collect(),
            claims: self.claims.clone(),
            observation,
            skipped: self.skipped.len(),
        }))
    }

    /// Returns the people, if the item is signed for several.
    pub fn members(&self) -> Vec<&GroupMember> {
        self.group.as_ref().map_or_else(Vec::new, |group| group.selection())
    }

    /// Whether what is typed is kept for the open trainee.
    pub fn keeps_a_draft(&self) -> bool {
        self.claims.is_empty() && self.group.is_none()
    }

    /// Returns how many sign-offs are made.
    pub fn count(&self) -> usize {
        self.items.len().max(self.members().len())
    }
}

/// Returns the dialog's fields, row by row.
pub fn fields(signature: &Signature) -> Vec<Field> {
    let outcomes = Outcome::ALL.iter().map(|outcome| (outcome.slug(), outcome.words()));
    let methods = Method::ALL.iter().map(|method| (method.slug(), method.words()));
    let levels = Supervision::ALL.iter().map(|level| (level.slug(), level.words()));
    let none = || std::iter::once(("", "not stated"));
    let cycle = |all: Vec<(&'static str, &'static str)>| FieldKind::Cycle(Options::new(all));
    let day = |today| FieldKind::Day(TextInput::new(LineMode::Line, today));
    let required = |field: Field| Field { need: Requiredness::Required, place: FieldLayout::Away, ..field };
    let beside = |field: Field| field.at(FieldLayout::Beside);
    vec![
        Field::new("outcome", "Outcome", FieldKind::Radio(Options::new(outcomes))).by('o'),
        beside(Field::new("method", "Method", cycle(none().chain(methods).collect())).by('m')),
        Field::new("seen", "Seen", day("today")).by('d'),
        beside(Field::new("supervision", "Supervision", cycle(none().chain(levels).collect())).by('v')),
        required(Field::new("late", "Late", text(LineMode::Lines))).by('l'),
        Field::new("feedback", "Feedback", text(LineMode::Lines)).by('f'),
        beside(Field::new("where", "Where", text(LineMode::Line)).by('w')),
        required(Field::new("action", "Action", text(LineMode::Lines))).by('a'),
        required(Field::new("by", "By", day(""))).by('b'),
        signature.field(),
    ]
}
