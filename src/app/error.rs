//! Defines the error shown to a person: what was being done, why it failed and what to do, with a fixed exit code.

use std::fmt;

use countersign_core::primitives::ids::{PersonId, ValueFault};
use countersign_core::primitives::text::TextFault;
use countersign_core::rules::refusal::RuleViolation;
use countersign_core::standard::scope::ScopeFault;
use countersign_core::statement::encode::TooLong;
use countersign_core::statement::fields::DecodeFault;
use countersign_ledger::passphrase::PassphraseFault;
use countersign_ledger::pin::PinFault;
use countersign_ledger::wrapped_key::KeyFault;
use countersign_store::error::StoreError;

/// The program's exit codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    Refused = 1,
    /// Wrong usage, such as an unknown or ambiguous name, code or day.
    Usage = 2,
    /// Verification found no fault but cannot be conclusive.
    CannotTell = 3,
    /// Another process is writing; the command may succeed later.
    Busy = 4,
}

/// A failure described for a person; nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// What was being done; empty until `context` sets it.
    pub doing: String,
    /// Why it failed, as a sentence without a full stop.
    pub why: String,
    pub hint: Option<String>,
    pub exit: Exit,
    /// The person whose signing session this failure ended.
    pub session_ended: Option<PersonId>,
}

impl Error {
    /// Creates an error with the exit code for a refusal.
    pub fn refused(why: impl fmt::Display) -> Self {
        Self { doing: String::new(), why: why.to_string(), hint: None, exit: Exit::Refused, session_ended: None }
    }

    /// Whether a rule refused it because only a security key may sign it.
    pub fn needs_security_key(&self) -> bool {
        self.why.starts_with(&RuleViolation::NeedsSecurityKey.to_string())
    }

    /// Creates an error with the exit code for wrong usage.
    pub fn usage(why: impl fmt::Display) -> Self {
        Self { exit: Exit::Usage, ..Self::refused(why) }
    }

    /// Sets what to do about it.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// Sets what was being done, unless that is set already.
    #[must_use]
    pub fn context(self, doing: impl Into<String>) -> Self {
        if self.doing.is_empty() { Self { doing: doing.into(), ..self } } else { self }
    }

    /// Returns what was being done and why it failed as one sentence.
    pub fn sentence(&self) -> String {
        if self.doing.is_empty() { self.why.clone() } else { format!("{}: {}", self.doing, self.why) }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence())
    }
}

impl std::error::Error for Error {}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        let hint = match &error {
            StoreError::Missing(_) => {
                "Check the name, or give the right folder with --data. To set up a new book: `countersign init`"
            }
            StoreError::Empty(_) => {
                "Nothing can be read from it. Move it away, then restore a backup or run `countersign init`"
            }
            StoreError::Foreign(_) => "Nothing was changed. Give the right folder with --data",
            StoreError::Stray(_) => "Nothing was changed. Move that file to another folder, then do it again",
            StoreError::Newer { .. } => "Nothing was changed. Use the newer version of countersign",
            StoreError::Older { .. } => {
                "Nothing was changed. Open it once with a build of 29 November 2026, which upgrades it, then with this one"
            }
            StoreError::Truncated { .. } => "Nothing was changed. Restore a backup, and keep this file",
            StoreError::Damaged(_) => {
                "Nothing was changed. `countersign verify` shows which entries are still intact, and a backup may have the rest"
            }
            StoreError::Schema(_) => {
                "Nothing in it was run and nothing was changed. Restore a backup, and keep this file so that you can find out who altered it"
            }
            StoreError::ReadOnly(_) => "You can read it. To sign, make the file and its folder writable",
            StoreError::Network { .. } => "File locks are not reliable there. Keep the data on a disk in this machine",
            StoreError::Io { .. } => "Nothing was changed. Check the folder's permissions",
            StoreError::Busy => "Nothing was changed. Try again in a moment",
            StoreError::Full => {
                "Nothing was saved. Make room on the disk, then try again. What was there before is intact"
            }
            StoreError::Unwritable => {
                "Nothing was saved. What was there before is intact. Check the disk, then try again"
            }
            StoreError::Gone(_) => "Not saved. Put it back where it was, or start the program again",
            StoreError::Stopped => {
                "The disk is very slow, or the file was altered so that reading it never ends. Try a copy on another disk"
            }
            StoreError::HeadMoved => "Nothing was changed. Look at what is new, then try again",
            StoreError::OldSqlite(_) => "Build it with the SQLite that comes with it",
            StoreError::Sqlite(_) => "Nothing was saved. What was there before is intact",
        };
        let exit = match &error {
            StoreError::Busy => Exit::Busy,
            StoreError::Stopped => Exit::CannotTell,
            _ => Exit::Refused,
        };
        Self { exit, ..Self::refused(error).hint(hint) }
    }
}

impl From<RuleViolation> for Error {
    fn from(refusal: RuleViolation) -> Self {
        let hint = match &refusal {
            RuleViolation::Late { .. } => Some("Say why: with --late, or in the field “Late, why”"),
            RuleViolation::NeedsFeedback => Some("Say what was seen, what to do next and by when"),
            RuleViolation::NotInRole { .. } => {
                Some("A training officer can give the role: `countersign person add --help`")
            }
            RuleViolation::NotEnrolled(_) => Some("A training officer can enrol them: `countersign enrol`"),
            RuleViolation::NoSuchKsb { .. } => Some("`countersign standard show` lists the codes"),
            RuleViolation::NotAsked { .. } => {
                Some("A training officer changes an option: `countersign enrolment option`")
            }
            RuleViolation::Scope(ScopeFault::NoOption { .. } | ScopeFault::OtherOption { .. }) => {
                Some("Name it with --option, or in a column `option` of a roster")
            }
            RuleViolation::ForwardedAgent => Some(
                "Nothing was signed. Sign at this machine, or have a training officer allow it: `countersign policy set forwarded-agent=1`",
            ),
            RuleViolation::Unverified => Some(
                "Make a key that asks for a PIN: `ssh-keygen -t ed25519-sk -O verify-required`, then `key add --security-key`",
            ),
            RuleViolation::OwnRecord => Some("Ask another supervisor"),
            RuleViolation::PartyMissing => Some("Name one person for the employer and another for the provider"),
            RuleViolation::NotAttended => Some("Only someone who attended can sign"),
            RuleViolation::MayNotSign { .. } => Some("`countersign competences show` says who may"),
            RuleViolation::NotAdopted(_) => Some("`countersign standard list` shows what is adopted"),
            _ => None,
        };
        let error = Self::refused(refusal);
        match hint {
            Some(hint) => error.hint(hint),
            None => error,
        }
    }
}

impl From<ValueFault> for Error {
    fn from(fault: ValueFault) -> Self {
        Self::usage(fault)
    }
}

impl From<TextFault> for Error {
    fn from(fault: TextFault) -> Self {
        let hint = match &fault {
            TextFault::NhsNumber { .. } => "Describe the case without anything that identifies a patient",
            TextFault::Hidden { .. } => "Type it again: pasted text can contain hidden characters",
            TextFault::TooLong { .. } => "Shorten it. A longer version can be kept as evidence",
            TextFault::LongName { .. } => "Write the name alone",
            TextFault::Empty => "Type something, or leave it out",
        };
        Self::usage(fault).hint(hint)
    }
}

impl From<TooLong> for Error {
    fn from(fault: TooLong) -> Self {
        Self::usage(fault).hint("Shorten it. A longer version can be kept as evidence")
    }
}

impl From<DecodeFault> for Error {
    fn from(fault: DecodeFault) -> Self {
        Self::refused(fault).hint("`countersign verify` shows which statements were altered")
    }
}

impl From<KeyFault> for Error {
    fn from(fault: KeyFault) -> Self {
        Self::refused(fault)
    }
}

impl From<PinFault> for Error {
    fn from(fault: PinFault) -> Self {
        Self::usage(fault).hint(fault.hint())
    }
}

impl From<PassphraseFault> for Error {
    fn from(fault: PassphraseFault) -> Self {
        let hint = fault.hint();
        Self::usage(fault).hint(hint)
    }
}
