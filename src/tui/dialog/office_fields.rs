//! Defines the fields of each task of a training officer, as data.

use crate::dialog::find::FindInput;
use crate::dialog::form::{Field, FieldKind, FieldLayout, Form, Options, Requiredness};
use crate::msg::Draft;
use crate::msg::office::{OfficeData, OfficeTask};
use crate::widget::secret::SecretInput;
use crate::widget::text_input::{LineMode, TextInput};

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
pub fn fields(data: &OfficeData) -> Vec<Field> {
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
pub fn show_enrolment(data: &OfficeData, shown: &mut Option<String>, form: &mut Form) {
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
pub fn arrange(task: OfficeTask, form: &mut Form) {
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
