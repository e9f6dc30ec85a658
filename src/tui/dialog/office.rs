//! Describes the dialog of a training officer's task: title, meaning, and how it is signed.

use crate::dialog::form::{Field, Form};
use crate::dialog::item::Item;
use crate::dialog::office_fields;
use crate::dialog::office_read;
use crate::dialog::read::Read;
use crate::msg::credential_kind::CredentialKind;
use crate::msg::office::{KnownEnrolment, OfficeAction, OfficeData, OfficeTask};
use countersign_core::people::person::Role;
use countersign_core::primitives::ids::PersonId;

/// The dialog of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficeForm {
    pub data: OfficeData,
    pub signer: PersonId,
    /// What the action with the current values would do, once it is known.
    pub foreseen: Option<String>,
    /// The trainee whose enrolment the fields show.
    shown: Option<String>,
}

impl OfficeForm {
    pub fn new(data: OfficeData, signer: PersonId) -> Self {
        Self { data, signer, foreseen: None, shown: None }
    }

    pub fn title(&self) -> &'static str {
        match self.data.task {
            OfficeTask::AddPerson => "Add a person",
            OfficeTask::ImportRoster => "Add people from a roster",
            OfficeTask::ImportRecords => "Carry records over",
            OfficeTask::Enrol => "Enrol a trainee",
            OfficeTask::Supervise => "Who supervises whom",
            OfficeTask::IssueKey => "Give a person a key",
            OfficeTask::Leave => "Somebody leaves, or is back",
            OfficeTask::EndKey => "Retire a key, or one that was compromised",
            OfficeTask::SetPin => "Set your own PIN or passphrase",
            OfficeTask::SshKey => "SSH keys",
            OfficeTask::Break => "Break in learning",
            OfficeTask::Move => "Move to another version",
            OfficeTask::Policy => "Settings of the department",
            OfficeTask::BackUp => "Back up the book",
            OfficeTask::Verify => "Check the book",
            OfficeTask::AdoptStandard => "Adopt a standard",
            OfficeTask::AdoptList => "Adopt a list of local competences",
            OfficeTask::MakeBundle => "Write a record for another department",
            OfficeTask::CheckBundle => "Check a bundle",
            OfficeTask::ImportBundle => "Receive a bundle",
            OfficeTask::TakeBackBundle => "Take back a bundle",
            OfficeTask::AcceptLog => "Accept another department's key",
            OfficeTask::StopLog => "Stop accepting a department's key",
        }
    }

    /// Returns what Enter does, for the line of keys.
    pub fn verb(&self) -> &'static str {
        match self.data.task {
            OfficeTask::AddPerson => "add",
            OfficeTask::ImportRoster if self.data.roster.is_some() => "add them",
            OfficeTask::ImportRecords if self.data.records.is_some() => "carry them over",
            OfficeTask::ImportRoster | OfficeTask::ImportRecords => "preview",
            OfficeTask::Enrol if self.known().is_some() => "change the enrolment",
            OfficeTask::Enrol => "enrol",
            OfficeTask::Supervise | OfficeTask::Leave | OfficeTask::EndKey | OfficeTask::SshKey | OfficeTask::Break => {
                "record"
            }
            OfficeTask::IssueKey => "make the key",
            OfficeTask::SetPin => "set",
            OfficeTask::Move => "move",
            OfficeTask::Policy => "change",
            OfficeTask::BackUp => "back up",
            OfficeTask::Verify | OfficeTask::CheckBundle => "check",
            OfficeTask::AdoptStandard | OfficeTask::AdoptList => "adopt",
            OfficeTask::MakeBundle => "write it",
            OfficeTask::ImportBundle => "receive",
            OfficeTask::TakeBackBundle => "take it back",
            OfficeTask::AcceptLog => "accept",
            OfficeTask::StopLog => "stop",
        }
    }

    /// Returns the role that signs.
    pub fn role(&self) -> Option<Role> {
        (self.data.task != OfficeTask::SetPin).then_some(Role::TrainingOfficer)
    }

    /// Returns the credential to ask for, if the signer has this one: some tasks need the passphrase, reading needs none.
    pub fn way(&self, own: CredentialKind) -> Option<CredentialKind> {
        match self.data.task {
            OfficeTask::SetPin | OfficeTask::SshKey => Some(CredentialKind::Passphrase),
            OfficeTask::Verify | OfficeTask::CheckBundle => None,
            OfficeTask::ImportRoster => self.data.roster.is_some().then_some(own),
            OfficeTask::ImportRecords => self.data.records.is_some().then_some(own),
            OfficeTask::AddPerson
            | OfficeTask::Enrol
            | OfficeTask::Supervise
            | OfficeTask::IssueKey
            | OfficeTask::Leave
            | OfficeTask::EndKey
            | OfficeTask::Break
            | OfficeTask::Move
            | OfficeTask::Policy
            | OfficeTask::BackUp
            | OfficeTask::AdoptStandard
            | OfficeTask::AdoptList
            | OfficeTask::MakeBundle
            | OfficeTask::ImportBundle
            | OfficeTask::TakeBackBundle
            | OfficeTask::AcceptLog
            | OfficeTask::StopLog => Some(own),
        }
    }

    /// Whether the action can be tried before the secret is typed.
    pub fn is_foreseeable(&self) -> bool {
        matches!(
            self.data.task,
            OfficeTask::AddPerson
                | OfficeTask::Enrol
                | OfficeTask::Leave
                | OfficeTask::EndKey
                | OfficeTask::Break
                | OfficeTask::Move
                | OfficeTask::Policy
                | OfficeTask::AdoptStandard
                | OfficeTask::AdoptList
                | OfficeTask::ImportBundle
                | OfficeTask::TakeBackBundle
                | OfficeTask::AcceptLog
                | OfficeTask::StopLog
        )
    }

    pub fn items(&self) -> Vec<Item> {
        let item = |note: &String| Item { lead: String::new(), words: note.clone(), notes: Vec::new() };
        self.data.notes.iter().map(item).collect()
    }

    pub fn fields(&self) -> Vec<Field> {
        let previewed = self.data.roster.is_some() || self.data.records.is_some();
        if previewed { Vec::new() } else { office_fields::fields(&self.data) }
    }

    pub fn arrange(&mut self, form: &mut Form) {
        office_fields::arrange(self.data.task, form);
        if self.data.task == OfficeTask::Enrol {
            office_fields::show_enrolment(&self.data, &mut self.shown, form);
        }
    }

    /// Returns the enrolment that the fields show, if the trainee has one.
    fn known(&self) -> Option<&KnownEnrolment> {
        self.shown.as_deref().and_then(|trainee| self.data.enrolment_of(trainee))
    }

    pub fn action(&self, form: &Form) -> Read<OfficeAction> {
        office_read::action(&self.data, &self.signer, form)
    }

    /// Returns what the action means: what it would do, where that is known, else what it is for.
    pub fn meaning(&self, form: &Form) -> String {
        match &self.foreseen {
            Some(foreseen) => foreseen.clone(),
            None => match self.known() {
                Some(known) => format!("{} Only what you change here changes.", known.words),
                None => self.purpose(form).to_owned(),
            },
        }
    }

    fn purpose(&self, form: &Form) -> &'static str {
        match self.data.task {
            OfficeTask::AddPerson if form.value("roles") == "trainee" => {
                "The trainee is added and enrolled. What you sign is kept in the log."
            }
            OfficeTask::AddPerson => "The person is added with a key. Five words for it are shown once.",
            OfficeTask::ImportRoster if self.data.roster.is_some() => {
                "All or nothing, in one signature. Those who may sign get a key with “issue key”."
            }
            OfficeTask::ImportRecords if self.data.records.is_some() => {
                "All or nothing, in one signature: one statement for each person. You have seen the record, not the work."
            }
            OfficeTask::ImportRoster => "You see every row before anything is saved.",
            OfficeTask::ImportRecords => "You see every cell before anything is saved.",
            OfficeTask::Enrol => "Fields that you leave empty keep their value.",
            OfficeTask::Supervise => {
                "A supervisor sees their own trainees and claims first. This is not signed and not in the log."
            }
            OfficeTask::IssueKey => "Five words are shown once. Their other keys stay until they are retired.",
            OfficeTask::Leave if form.value("change") == "return" => {
                "They can be enrolled again. To sign, they need a new key: “issue key”."
            }
            OfficeTask::Leave => "Their keys are retired and they can no longer log in. What they signed stays valid.",
            OfficeTask::EndKey if form.value("change") == "compromise" => {
                "What it signed from that entry on is under review. The Log shows the numbers of the entries."
            }
            OfficeTask::EndKey => "It can sign no more. What it signed stays valid.",
            OfficeTask::SetPin => {
                "Enter a new PIN, a new passphrase or both, then your present passphrase below. Leave a field empty to keep what you have."
            }
            OfficeTask::SshKey if form.value("change") == "revoke" => {
                "They can no longer log in over SSH with this key. What they signed stays valid."
            }
            OfficeTask::SshKey => "This key lets them log in over SSH. It cannot sign.",
            OfficeTask::Break if form.value("change") == "end" => "Expected dates move by the days of the break.",
            OfficeTask::Break => "The days of a break do not count. Expected dates move by the same number of days.",
            OfficeTask::Move => "Sign-offs are kept, but count only on the version that they were made on.",
            OfficeTask::Policy => "This applies to everyone from now on.",
            OfficeTask::BackUp => "The copy is checked in full before it gets its name.",
            OfficeTask::Verify => {
                "Enter a checkpoint code that you kept, to find out whether entries were cut off at the end."
            }
            OfficeTask::AdoptStandard | OfficeTask::AdoptList => "An adopted text never changes.",
            OfficeTask::MakeBundle => {
                "Everything on the record, signed as it is, and what it takes to check it. Nothing is signed again."
            }
            OfficeTask::CheckBundle => "Nothing is changed. You see what is in it.",
            OfficeTask::ImportBundle => "All of it is checked first. It is received in one step, or not at all.",
            OfficeTask::TakeBackBundle => {
                "What was received is deleted here, and the log records it. You can then receive it for the right person."
            }
            OfficeTask::AcceptLog => "Take the key from that department by telephone or in person, not from a mail.",
            OfficeTask::StopLog => "What was received stays.",
        }
    }
}
