//! Describes the dialog of a training officer's task: title, meaning, fields, and how it is signed.

use crate::dialog::find::FindInput;
use crate::dialog::form::{Field, FieldKind, FieldLayout, Form, Item, Options, Read, Requiredness};
use crate::dialog::office_read;
use crate::msg::Draft;
use crate::msg::credential_kind::CredentialKind;
use crate::msg::office::{KnownEnrolment, OfficeAction, OfficeData, OfficeTask};
use crate::widget::secret::SecretInput;
use crate::widget::text_input::{LineMode, TextInput};
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
            OfficeTask::SshKey if own.is_in_agent() => Some(own),
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
        if previewed { Vec::new() } else { fields_of(&self.data) }
    }

    pub fn arrange(&mut self, form: &mut Form) {
        arrange(self.data.task, form);
        if self.data.task == OfficeTask::Enrol {
            show_enrolment(&self.data, &mut self.shown, form);
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

/// A field before it is filled in.
struct Spec {
    name: &'static str,
    label: &'static str,
    kind: Kind,
    need: Requiredness,
}

enum Kind {
    Line,
    Day,
    /// One of the options that the data has under the field's name.
    Find,
    Choice(&'static [(&'static str, &'static str)]),
    /// A choice with so many options that one is shown at a time.
    Cycle(&'static [(&'static str, &'static str)]),
    NewSecret,
}

const fn field(name: &'static str, label: &'static str, kind: Kind) -> Spec {
    Spec { name, label, kind, need: Requiredness::Optional }
}

const fn needed(name: &'static str, label: &'static str, kind: Kind) -> Spec {
    Spec { name, label, kind, need: Requiredness::Required }
}

/// The roles of a person who is added; several are joined by a space.
const ROLES: &[(&str, &str)] = &[
    ("trainee", "trainee"),
    ("supervisor", "supervisor"),
    ("training-officer", "training officer"),
    ("verifier", "verifier"),
    ("supervisor training-officer", "supervisor and training officer"),
];
const ANOTHER: &[(&str, &str)] = &[("no", "ask me"), ("yes", "add another person")];
const AGED: &[(&str, &str)] = &[("", "as recorded"), ("yes", "yes"), ("no", "no")];
const SUPERVISES: &[(&str, &str)] = &[("begin", "supervises"), ("stop", "no longer supervises")];
const SSH: &[(&str, &str)] = &[("add", "add a key"), ("revoke", "revoke")];
const BREAK: &[(&str, &str)] = &[("start", "starts a break"), ("end", "is back")];
const LEAVES: &[(&str, &str)] = &[("leave", "leave"), ("return", "are back")];
const ENDS: &[(&str, &str)] = &[("retire", "retired"), ("compromise", "compromised")];
const LEVELS: &[(&str, &str)] = &[
    ("", "not stated"),
    ("assistant", "assistant"),
    ("associate", "associate"),
    ("practitioner", "practitioner"),
    ("clinical-scientist", "clinical scientist"),
    ("consultant", "consultant"),
];
const KEYS: &[(&str, &str)] = &[("no", "no"), ("yes", "copy them too, encrypted")];
const REPLACE: &[(&str, &str)] = &[("no", "keep it"), ("yes", "overwrite it")];
const COUNTS: &[(&str, &str)] = &[("0", "is shown"), ("1", "counts")];
const EVIDENCE: &[(&str, &str)] = &[("no", "without files"), ("yes", "with the files")];
const TOUCH: &[(&str, &str)] = &[("0", "not needed"), ("1", "needed to sign off"), ("2", "with a PIN or fingerprint")];
const ON_OFF: &[(&str, &str)] = &[("0", "no"), ("1", "yes")];

const ADD_PERSON: &[Spec] = &[
    needed("name", "Name", Kind::Line),
    field("roles", "Role", Kind::Cycle(ROLES)),
    needed("standard", "Standard", Kind::Find),
    needed("start", "Start", Kind::Day),
    field("option", "Option", Kind::Line),
    field("supervisor", "Supervisor", Kind::Find),
    field("department", "Department", Kind::Line),
    field("registration", "Registered", Kind::Line),
    field("level", "Level", Kind::Cycle(LEVELS)),
    field("another", "Same name", Kind::Choice(ANOTHER)),
];
const ENROL: &[Spec] = &[
    needed("trainee", "Trainee", Kind::Find),
    needed("standard", "Standard", Kind::Find),
    needed("start", "Start", Kind::Day),
    field("option", "Option", Kind::Line),
    field("specialism", "Specialism", Kind::Line),
    field("weekly", "Paid hours", Kind::Line),
    field("planned-end", "Planned end", Kind::Day),
    field("aged", "Aged 16-18", Kind::Choice(AGED)),
];
const SUPERVISE: &[Spec] = &[
    needed("supervisor", "Supervisor", Kind::Find),
    needed("trainee", "Trainee", Kind::Find),
    field("change", "From now on", Kind::Choice(SUPERVISES)),
];
const ISSUE_KEY: &[Spec] = &[needed("person", "Person", Kind::Find)];
const LEAVE: &[Spec] = &[
    needed("person", "Person", Kind::Find),
    needed("leaver", "Person", Kind::Find),
    field("change", "They", Kind::Choice(LEAVES)),
];
const END_KEY: &[Spec] = &[
    needed("key", "Key of", Kind::Find),
    field("change", "It is", Kind::Choice(ENDS)),
    needed("entry", "From entry", Kind::Line),
    needed("reason", "Reason", Kind::Line),
];
const SET_PIN: &[Spec] = &[
    field("new-pin", "New PIN", Kind::NewSecret),
    field("new-pin-again", "PIN again", Kind::NewSecret),
    field("new-words", "New words", Kind::NewSecret),
    field("new-words-again", "Words again", Kind::NewSecret),
];
const SSH_KEY: &[Spec] = &[
    needed("person", "Person", Kind::Find),
    field("change", "Action", Kind::Choice(SSH)),
    needed("key", "Public key", Kind::Line),
    field("fingerprint", "Only key", Kind::Line),
];
const BREAK_IN_LEARNING: &[Spec] = &[
    needed("trainee", "Trainee", Kind::Find),
    field("change", "The trainee", Kind::Choice(BREAK)),
    needed("from", "First day", Kind::Day),
    field("until", "Back on", Kind::Day),
    needed("on", "Back on", Kind::Day),
    needed("reason", "Reason", Kind::Line),
];
const MOVE: &[Spec] = &[needed("trainee", "Trainee", Kind::Find), needed("standard", "To", Kind::Find)];
const POLICY: &[Spec] = &[
    needed("session-hours", "Signed in", Kind::Line),
    needed("idle-minutes", "Lock after", Kind::Line),
    needed("late-days", "Late after", Kind::Line),
    needed("reassess-months", "Reassess", Kind::Line),
    field("countersign", "Countersign", Kind::Choice(ON_OFF)),
    field("two-person-keys", "Key by two", Kind::Choice(ON_OFF)),
    field("carried-over", "Carry over", Kind::Choice(COUNTS)),
    field("imported", "Elsewhere", Kind::Choice(COUNTS)),
    field("forwarded-agent", "Forwarded", Kind::Choice(ON_OFF)),
    field("security-key", "Touch", Kind::Choice(TOUCH)),
];
const BACK_UP: &[Spec] = &[
    needed("to", "Folder", Kind::Line),
    field("keys", "Keys", Kind::Choice(KEYS)),
    field("replace", "If newer", Kind::Choice(REPLACE)),
];
const VERIFY: &[Spec] = &[field("code", "Code", Kind::Line)];
const DATES: &[(&str, &str)] = &[("day", "day first"), ("month", "month first")];
const RECORDS: &[Spec] = &[
    needed("path", "File", Kind::Line),
    needed("source", "What it is", Kind::Line),
    field("sheet", "Sheet", Kind::Line),
    field("person", "People in", Kind::Line),
    field("order", "Dates", Kind::Choice(DATES)),
    field("day", "If no day", Kind::Day),
    field("leave-out", "Leave out", Kind::Line),
];
const MAKE_BUNDLE: &[Spec] = &[
    needed("trainee", "Trainee", Kind::Find),
    needed("to", "File", Kind::Line),
    field("evidence", "Evidence", Kind::Choice(EVIDENCE)),
];
const IMPORT_BUNDLE: &[Spec] = &[
    needed("path", "File", Kind::Line),
    field("trainee", "Trainee", Kind::Find),
    field("named", "Name there", Kind::Line),
];
const TAKE_BACK_BUNDLE: &[Spec] = &[needed("received", "Received", Kind::Find), needed("reason", "Reason", Kind::Line)];
const ACCEPT_LOG: &[Spec] = &[needed("key", "Key", Kind::Line)];
const STOP_LOG: &[Spec] = &[needed("log", "Department", Kind::Find), needed("reason", "Reason", Kind::Line)];
const FILE: &[Spec] = &[needed("path", "File", Kind::Line)];

fn specs(task: OfficeTask) -> &'static [Spec] {
    match task {
        OfficeTask::AddPerson => ADD_PERSON,
        OfficeTask::Enrol => ENROL,
        OfficeTask::Supervise => SUPERVISE,
        OfficeTask::IssueKey => ISSUE_KEY,
        OfficeTask::Leave => LEAVE,
        OfficeTask::EndKey => END_KEY,
        OfficeTask::SetPin => SET_PIN,
        OfficeTask::SshKey => SSH_KEY,
        OfficeTask::Break => BREAK_IN_LEARNING,
        OfficeTask::Move => MOVE,
        OfficeTask::Policy => POLICY,
        OfficeTask::BackUp => BACK_UP,
        OfficeTask::Verify => VERIFY,
        OfficeTask::ImportRecords => RECORDS,
        OfficeTask::MakeBundle => MAKE_BUNDLE,
        OfficeTask::ImportBundle => IMPORT_BUNDLE,
        OfficeTask::TakeBackBundle => TAKE_BACK_BUNDLE,
        OfficeTask::AcceptLog => ACCEPT_LOG,
        OfficeTask::StopLog => STOP_LOG,
        OfficeTask::ImportRoster | OfficeTask::AdoptStandard | OfficeTask::AdoptList | OfficeTask::CheckBundle => FILE,
    }
}

/// Returns the fields of a task in Tab order, filled in from the data.
fn fields_of(data: &OfficeData) -> Vec<Field> {
    specs(data.task).iter().map(|spec| filled(spec, data)).collect()
}

fn filled(spec: &Spec, data: &OfficeData) -> Field {
    let value = data.values.iter().find(|(name, _)| name == spec.name).map_or("", |(_, value)| value.as_str());
    let line = || TextInput::new(LineMode::Line, value);
    let kind = match spec.kind {
        Kind::Line => FieldKind::Text(line()),
        Kind::Day => FieldKind::Day(line()),
        Kind::Find => {
            let options = data.options.iter().find(|(name, _)| *name == spec.name);
            FieldKind::Find(FindInput::new(options.map(|(_, all)| all.clone()).unwrap_or_default(), value))
        }
        Kind::Choice(all) => FieldKind::Radio(chosen(all, value)),
        Kind::Cycle(all) => FieldKind::Cycle(chosen(all, value)),
        Kind::NewSecret => FieldKind::Secret(SecretInput::default()),
    };
    Field { need: spec.need, ..Field::new(spec.name, spec.label, kind) }
}

fn chosen(all: &'static [(&'static str, &'static str)], value: &str) -> Options {
    let chosen = all.iter().position(|(slug, _)| *slug == value).unwrap_or(0);
    Options { chosen, ..Options::new(all.iter().copied()) }
}

/// Fills in the enrolment of the trainee who is found, or what suits somebody who has none, once another one is found.
/// What was typed stays.
fn show_enrolment(data: &OfficeData, shown: &mut Option<String>, form: &mut Form) {
    let Ok(Some(found)) = form.found("trainee").map(|found| found.map(str::to_owned)) else { return };
    if shown.as_ref() == Some(&found) {
        return;
    }
    let value = |trainee: Option<&str>, name: &str| {
        let known = trainee.and_then(|trainee| data.enrolment_of(trainee));
        let values = known.map_or(&data.values, |known| &known.values);
        values.iter().find(|(field, _)| field == name).map_or_else(String::new, |(_, value)| value.clone())
    };
    let names = ["standard", "start", "option", "specialism", "weekly", "planned-end"];
    let untouched = names.into_iter().filter(|name| form.value(name) == value(shown.as_deref(), name));
    let change: Draft = untouched.map(|name| (name.to_owned(), value(Some(&found), name))).collect();
    form.restore(&change);
    *shown = Some(found);
}

/// Shows and hides fields according to the values of others.
fn arrange(task: OfficeTask, form: &mut Form) {
    match task {
        OfficeTask::AddPerson => {
            let trainee = form.value("roles") == "trainee";
            show_all(form, &["standard", "start", "option", "supervisor"], trainee);
        }
        OfficeTask::SshKey => {
            let add = form.value("change") == "add";
            show_all(form, &["key"], add);
            show_all(form, &["fingerprint"], !add);
        }
        OfficeTask::Leave => {
            let leaves = form.value("change") == "leave";
            show_all(form, &["person"], leaves);
            show_all(form, &["leaver"], !leaves);
        }
        OfficeTask::EndKey => {
            let compromised = form.value("change") == "compromise";
            show_all(form, &["entry"], compromised);
        }
        OfficeTask::Break => {
            let start = form.value("change") == "start";
            show_all(form, &["from", "until"], start);
            show_all(form, &["on"], !start);
            let need = if start { Requiredness::Required } else { Requiredness::Optional };
            form.change("reason", |field| field.need = need);
        }
        OfficeTask::Enrol
        | OfficeTask::ImportRoster
        | OfficeTask::ImportRecords
        | OfficeTask::Supervise
        | OfficeTask::IssueKey
        | OfficeTask::SetPin
        | OfficeTask::Move
        | OfficeTask::Policy
        | OfficeTask::BackUp
        | OfficeTask::Verify
        | OfficeTask::AdoptStandard
        | OfficeTask::AdoptList
        | OfficeTask::MakeBundle
        | OfficeTask::CheckBundle
        | OfficeTask::ImportBundle
        | OfficeTask::TakeBackBundle
        | OfficeTask::AcceptLog
        | OfficeTask::StopLog => {}
    }
}

fn show_all(form: &mut Form, names: &[&str], shown: bool) {
    let place = if shown { FieldLayout::Own } else { FieldLayout::Away };
    for name in names {
        form.change(name, |field| field.place = place);
    }
}
