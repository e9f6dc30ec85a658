//! Defines what a dialog or an overlay returns for a key.

use crate::command::Command;
use crate::key::KeyPress;
use crate::msg::group::Group;
use crate::msg::records::RecordsPreview;
use crate::msg::roster::RosterPreview;
use crate::msg::{Draft, Effect, PersonChoice};
use countersign_core::primitives::ids::{ClaimId, KsbCode, PersonId};
use countersign_core::record::view::PersonRow;

/// The reply to one key.
#[derive(Debug, Clone, PartialEq)]
pub enum DialogEvent {
    /// It stays; nothing to do.
    Stay,
    /// It stays and requests effects (search, save a draft, sign).
    Ask(Vec<Effect>),
    /// It closes and requests effects.
    Close(Vec<Effect>),
    /// It closes and runs a command.
    Run(Command),
    /// It closes and runs a command on this claim.
    Claim(ClaimId, Command),
    /// It closes and opens a trainee.
    Trainee(PersonId),
    /// It closes and lets this person set their own PIN and passphrase.
    OwnSecrets(Box<PersonRow>),
    /// It closes and asks for the signature that adds the rows of a roster that are right.
    AddRoster(Box<RosterPreview>),
    /// It closes and asks for the signature that carries records over.
    CarryOver(Box<RecordsPreview>),
    /// It closes and shows the preview of records again.
    Records(Box<RecordsPreview>),
    /// It closes and shows the preview of a roster again.
    Roster(Box<RosterPreview>),
    /// It closes and asks for the signature of one item for several people.
    SignGroup(Box<Group>),
    /// It closes; the item and the marks are kept.
    LeaveGroup(Box<Group>),
    /// It closes if this key means something on every screen, which then happens; the item and the marks are kept.
    LeaveGroupBy(Box<Group>, KeyPress),
    /// It closes and shows the people of a group again.
    Group(Box<Group>),
    /// It closes and signs this person in.
    Person(Box<PersonChoice>),
    /// It closes and goes to a KSB.
    Ksb(KsbCode),
    /// It closes and leaves a draft for a trainee who may not be the open one.
    Keep(SavedDraft),
}

/// A draft with its owner and its trainee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedDraft {
    pub person: PersonId,
    pub trainee: PersonId,
    pub draft: Draft,
}
