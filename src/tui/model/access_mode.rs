//! Whose screen it is: a workstation that people share, or the one of a person whom sshd let in; and what is offered there.
//! Must never decide what may be seen: the store does.

use crate::domain::primitives::ids::PersonId;
use crate::tui::command::Command;
use crate::tui::msg::PersonChoice;

/// Who sits at a screen.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum AccessMode {
    /// Whoever says who they are.
    #[default]
    Shared,
    /// A person of the department, over SSH: they are asked first when something is to be signed.
    Person(PersonChoice),
    /// A trainee with their own record, over SSH.
    Own(PersonChoice),
}

impl AccessMode {
    /// The trainee whose own record is all that there is to see.
    pub fn own(&self) -> Option<&PersonChoice> {
        match self {
            Self::Own(choice) => Some(choice),
            Self::Shared | Self::Person(_) => None,
        }
    }

    /// Whether a command is for this seat. What is not is named nowhere: not in the footer, the help or the palette.
    pub fn is_available(&self, command: Command) -> bool {
        use Command::{
            ConfirmGateway, ConfirmHours, Countersign, Dispute, DrawSample, EndSession, HoldReview, Lock, MarkClaim,
            MarkHours, MarkLook, NotAchieved, OpenClaim, OpenLook, OpenTrainee, Order, Person, Receipts, RefuseClaims,
            Requirement, Sample, SaveFiles, Sign, SignClaims, SignLooks, SignThis, TakeBack, ToCohort, ToLooks,
            ToQueue, Trainee, Undo, Withdraw,
        };
        match command {
            Sign | SignThis | NotAchieved | Undo | Withdraw | Trainee | Person | Lock | EndSession | ToCohort
            | OpenTrainee | Order | ToQueue | OpenClaim | MarkClaim | SignClaims | RefuseClaims | ToLooks
            | MarkLook | OpenLook | SignLooks | DrawSample | Countersign | Sample | MarkHours | ConfirmHours
            | HoldReview | Requirement | ConfirmGateway => self.own().is_none(),
            SaveFiles => *self == Self::Shared,
            Dispute | Receipts | TakeBack => self.own().is_some(),
            _ => true,
        }
    }

    /// Why a command that is not for this seat does not run.
    pub fn disabled_reason(&self, command: Command) -> Option<String> {
        let why = if command == Command::SaveFiles {
            "Over SSH nothing is written on the server; on your machine: ssh ACCOUNT@HOST evidence get ID > FILE"
        } else if self.own().is_some() && matches!(command, Command::Trainee | Command::ToCohort | Command::ToQueue) {
            "This is your own record, to read: those of others are for their supervisors"
        } else if self.own().is_some() {
            "This is your own record, to read: a supervisor signs"
        } else {
            "That is for a trainee's own record, over SSH"
        };
        (!self.is_available(command)).then(|| why.to_owned())
    }

    /// Who is asked first.
    pub fn first(&self, signed_in: &[PersonId]) -> Option<&PersonChoice> {
        match self {
            Self::Person(choice) => Some(choice).filter(|choice| !signed_in.contains(&choice.person.id)),
            Self::Shared | Self::Own(_) => None,
        }
    }
}
