//! Defines who a screen is for, a shared workstation or one SSH user, and which commands it offers. The store restricts what
//! can be read.

use crate::command::{Audience, Command};
use crate::msg::PersonChoice;
use countersign_core::primitives::ids::PersonId;

/// Who uses the screen.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum AccessMode {
    /// Anyone, who identifies themselves when they sign.
    #[default]
    Shared,
    /// A staff member over SSH, who is the suggested signer.
    Person(PersonChoice),
    /// A trainee over SSH, who sees their own record.
    Own(PersonChoice),
}

impl AccessMode {
    /// Returns the trainee, if the screen shows only their own record.
    pub fn own(&self) -> Option<&PersonChoice> {
        match self {
            Self::Own(choice) => Some(choice),
            Self::Shared | Self::Person(_) => None,
        }
    }

    /// Whether this mode offers a command. Others are left out of the footer, help and the palette.
    pub fn is_available(&self, command: Command) -> bool {
        match command.row().audience {
            Audience::Everyone => true,
            Audience::Staff => self.own().is_none(),
            Audience::Trainee => self.own().is_some(),
            Audience::Workstation => *self == Self::Shared,
        }
    }

    /// Returns why a command does not run in this mode.
    pub fn disabled_reason(&self, command: Command) -> Option<String> {
        let reason = if command == Command::SaveFiles {
            "Over SSH, files on the server are not read or written. Run this on your own machine: ssh ACCOUNT@HOST evidence get ID > FILE"
        } else if command == Command::Export {
            "Over SSH, files on the server are not read or written. Do this at the workstation"
        } else if self.own().is_some() && matches!(command, Command::Trainee | Command::ToCohort | Command::ToQueue) {
            "You can see only your own record"
        } else if self.own().is_some() {
            "You can read your record here. Only a supervisor can sign it off"
        } else {
            "Only trainees can do that, on their own record over SSH"
        };
        (!self.is_available(command)).then(|| reason.to_owned())
    }

    /// Returns the suggested signer.
    pub fn first(&self, signed_in: &[PersonId]) -> Option<&PersonChoice> {
        match self {
            Self::Person(choice) => Some(choice).filter(|choice| !signed_in.contains(&choice.person.id)),
            Self::Shared | Self::Own(_) => None,
        }
    }
}
