//! What the sign dialog opens with, and its fields. Must never read what was typed (see `sign`).

use chrono::NaiveDate;

use crate::domain::primitives::file_name::ReadName;
use crate::domain::primitives::ids::{ClaimId, KsbCode, PersonId};
use crate::domain::primitives::text::SafeText;
use crate::domain::record::ksb_status::State as Standing;
use crate::domain::record::view::PersonRow;
use crate::domain::statement::{Method, Outcome, Supervision};
use crate::tui::msg::Draft;
use crate::tui::msg::credential_kind::CredentialKind;
use crate::tui::overlay::form::{Field, FieldKind, FieldLayout, Options, Requiredness, text};
use crate::tui::overlay::signature::Signature;
use crate::tui::widget::text_input::{LineMode, TextInput};

/// One KSB to sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub code: KsbCode,
    pub text: String,
    /// Where it stands now.
    pub state: Standing,
    /// Since when it stands there, where that is known.
    pub since: Option<NaiveDate>,
    /// Whether the list behind the dialog does not show it.
    pub hidden: bool,
}

/// What the dialog opens with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignDialogParams {
    /// Whose signature it will be.
    pub signer: PersonRow,
    /// By what they show who they are.
    pub way: CredentialKind,
    pub trainee: PersonId,
    pub trainee_name: SafeText,
    /// The claims that it answers, if it was asked for.
    pub claims: Vec<ClaimId>,
    /// The names of the files that it rests on.
    pub rests_on: Vec<ReadName>,
    /// What will be signed, in order.
    pub items: Vec<Item>,
    /// How many of the list are signed already and were left out.
    pub skipped: usize,
    pub today: NaiveDate,
    /// After so many days an observation needs a reason for being late.
    pub late_days: u32,
    /// The outcome that was asked for by its own key; without one, the draft's or *achieved*.
    pub outcome: Option<Outcome>,
    /// What was typed the last time, for whatever KSBs.
    pub draft: Draft,
    /// Method, supervision and place as the signer last signed them here.
    pub last_used: Draft,
}

/// The dialog's fields, in the order of the Tab key.
pub fn fields(signature: &Signature) -> Vec<Field> {
    let outcomes = Outcome::ALL.iter().map(|outcome| (outcome.slug(), outcome.words()));
    let methods = Method::ALL.iter().map(|method| (method.slug(), method.words()));
    let levels = Supervision::ALL.iter().map(|level| (level.slug(), level.words()));
    let none = || std::iter::once(("", "not stated"));
    let cycle = |all: Vec<(&'static str, &'static str)>| FieldKind::Cycle(Options::new(all));
    let day = |today| FieldKind::Day(TextInput::new(LineMode::Line, today));
    let required = |field: Field| Field { need: Requiredness::Required, place: FieldLayout::Away, ..field };
    vec![
        Field::new("outcome", "Outcome", FieldKind::Radio(Options::new(outcomes))),
        Field::new("seen", "Seen", day("today")),
        required(Field::new("late", "Late, why", text(LineMode::Lines))),
        Field::new("method", "Method", cycle(none().chain(methods).collect())),
        Field::new("supervision", "Supervision", cycle(none().chain(levels).collect())).at(FieldLayout::Beside),
        Field::new("where", "Where", text(LineMode::Line)),
        Field::new("feedback", "Feedback", text(LineMode::Lines)),
        required(Field::new("action", "Action", text(LineMode::Lines))),
        required(Field::new("by", "By", day(""))),
        signature.field(),
    ]
}
