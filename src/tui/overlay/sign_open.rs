//! What the sign dialog opens with, and its fields. Must never read what was typed (see `sign`).

use chrono::NaiveDate;

use crate::domain::competence::State as Standing;
use crate::domain::file_name::ReadName;
use crate::domain::statement::{Method, Outcome, Supervision};
use crate::domain::text::Clean;
use crate::domain::value::{ClaimId, KsbCode, PersonId};
use crate::domain::view::PersonRow;
use crate::tui::msg::Draft;
use crate::tui::msg::way::Way;
use crate::tui::overlay::form::{Field, Kind, Need, Options, Place, text};
use crate::tui::overlay::signature::Signature;
use crate::tui::widget::edit::{Shape, Typed};

/// One KSB to sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its code.
    pub code: KsbCode,
    /// Its whole text.
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
pub struct SignOpen {
    /// Whose signature it will be.
    pub signer: PersonRow,
    /// By what they show who they are.
    pub way: Way,
    /// For whom.
    pub trainee: PersonId,
    /// Their name.
    pub trainee_name: Clean,
    /// The claims that it answers, if it was asked for.
    pub claims: Vec<ClaimId>,
    /// The names of the files that it rests on.
    pub rests_on: Vec<ReadName>,
    /// What will be signed, in order.
    pub items: Vec<Item>,
    /// How many of the list are signed already and were left out.
    pub skipped: usize,
    /// Today.
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
#[must_use]
pub fn fields(signature: &Signature) -> Vec<Field> {
    let outcomes = Outcome::ALL.iter().map(|outcome| (outcome.slug(), outcome.words()));
    let methods = Method::ALL.iter().map(|method| (method.slug(), method.words()));
    let levels = Supervision::ALL.iter().map(|level| (level.slug(), level.words()));
    let none = || std::iter::once(("", "not stated"));
    let cycle = |all: Vec<(&'static str, &'static str)>| Kind::Cycle(Options::new(all));
    let day = |today| Kind::Day(Typed::new(Shape::Line, today));
    let required = |field: Field| Field { need: Need::Required, place: Place::Away, ..field };
    vec![
        Field::new("outcome", "Outcome", Kind::Radio(Options::new(outcomes))),
        Field::new("seen", "Seen", day("today")),
        required(Field::new("late", "Late, why", text(Shape::Lines))),
        Field::new("method", "Method", cycle(none().chain(methods).collect())),
        Field::new("supervision", "Supervision", cycle(none().chain(levels).collect())).at(Place::Beside),
        Field::new("where", "Where", text(Shape::Line)),
        Field::new("feedback", "Feedback", text(Shape::Lines)),
        required(Field::new("action", "Action", text(Shape::Lines))),
        required(Field::new("by", "By", day(""))),
        signature.field(),
    ]
}
