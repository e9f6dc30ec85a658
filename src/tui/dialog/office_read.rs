//! Reads the fields of a training officer's task into what is to be done.

use std::str::FromStr;

use chrono::NaiveDate;

use crate::dialog::form::{Form, Read, number, optional};
use crate::msg::office::{
    EnrolRequest, NewcomerEnrolment, NewcomerRequest, OfficeAction, OfficeData, OfficeTask, SupervisionChange,
};
use crate::msg::office_bundle::BundleAction;
use crate::msg::records::RecordsQuery;
use crate::msg::roster::RosterQuery;
use countersign_core::import::records::leave_out::LeaveOut;
use countersign_core::import::records::mark::DayOrder;
use countersign_core::import::roster::read::RosterFixes;
use countersign_core::people::person::Role;
use countersign_core::primitives::ids::{PersonId, ValueFault};
use countersign_core::primitives::text::SafeText;
use countersign_core::statement::kinds::policy::PolicyName;

/// Reads the fields, or returns the first invalid one and why.
pub fn action(data: &OfficeData, signer: &PersonId, form: &Form) -> Read<OfficeAction> {
    match data.task {
        OfficeTask::AddPerson => newcomer(form),
        OfficeTask::Enrol => Ok(OfficeAction::Enrol(Box::new(enrolment(data, form)?))),
        OfficeTask::Supervise => Ok(OfficeAction::Supervise {
            supervisor: person(form, "supervisor", "Say who supervises")?,
            trainee: person(form, "trainee", "Say whom")?,
            change: if form.value("change") == "stop" { SupervisionChange::Stop } else { SupervisionChange::Begin },
        }),
        OfficeTask::IssueKey => Ok(OfficeAction::IssueKey(person(form, "person", "Say for whom")?)),
        OfficeTask::Leave if form.value("change") == "return" => {
            Ok(OfficeAction::Return(person(form, "leaver", "Say who is back")?))
        }
        OfficeTask::Leave => Ok(OfficeAction::Leave(person(form, "person", "Say who leaves")?)),
        OfficeTask::EndKey => ended_key(form),
        OfficeTask::SetPin => own_secrets(form),
        OfficeTask::SshKey => {
            let person = person(form, "person", "Say whose key")?;
            if form.value("change") == "revoke" {
                return Ok(OfficeAction::RevokeSshKey { person, fingerprint: typed(form, "fingerprint") });
            }
            let wanted = "Paste the public key: it begins with ssh-ed25519, ssh-rsa or ecdsa";
            let key = typed(form, "key").ok_or_else(|| ("key", wanted.to_owned()))?;
            Ok(OfficeAction::AddSshKey { person, key })
        }
        OfficeTask::Break => break_in_learning(form),
        OfficeTask::Move => Ok(OfficeAction::Move {
            trainee: person(form, "trainee", "Say which trainee")?,
            to: chosen(form, "standard", "Say to which version")?,
        }),
        OfficeTask::Policy => policy(data, form),
        OfficeTask::BackUp => {
            let wanted = "Say where to: a folder on another disk, such as a USB stick";
            Ok(OfficeAction::BackUp {
                to: typed(form, "to").ok_or_else(|| ("to", wanted.to_owned()))?,
                keys: form.value("keys") == "yes",
                replace: form.value("replace") == "yes",
            })
        }
        OfficeTask::Verify => Ok(OfficeAction::Verify { code: typed(form, "code") }),
        OfficeTask::ImportRoster => {
            let query = match &data.roster {
                Some(preview) => preview.right_rows(),
                None => RosterQuery { path: file(form)?, fixes: RosterFixes::default(), signer: signer.clone() },
            };
            Ok(OfficeAction::ImportRoster(Box::new(query)))
        }
        OfficeTask::ImportRecords => {
            let query = match &data.records {
                Some(preview) => preview.query.clone(),
                None => records(signer, form)?,
            };
            Ok(OfficeAction::ImportRecords(Box::new(query)))
        }
        OfficeTask::AdoptStandard => Ok(OfficeAction::AdoptStandard { path: file(form)? }),
        OfficeTask::AdoptList => Ok(OfficeAction::AdoptList { path: file(form)? }),
        OfficeTask::MakeBundle
        | OfficeTask::CheckBundle
        | OfficeTask::ImportBundle
        | OfficeTask::TakeBackBundle
        | OfficeTask::AcceptLog
        | OfficeTask::StopLog => bundle(data.task, form).map(OfficeAction::Bundle),
    }
}

/// Reads which records are carried over, and how they are read.
fn records(signer: &PersonId, form: &Form) -> Read<RecordsQuery> {
    let wanted = || ("source", "Say what the record is, such as: Training matrix of the echo lab, 2024".to_owned());
    let columns = typed(form, "person").unwrap_or_default();
    let columns = columns.split(',').map(str::trim).filter(|column| !column.is_empty());
    let left_out = typed(form, "leave-out").unwrap_or_default();
    let left_out = left_out.split(',').map(str::trim).filter(|part| !part.is_empty()).map(LeaveOut::from_str);
    Ok(RecordsQuery {
        path: file(form)?,
        source: optional(form, "source", SafeText::name)?.ok_or_else(wanted)?,
        sheet: typed(form, "sheet"),
        person: columns.map(str::to_owned).collect(),
        order: if form.value("order") == "month" { DayOrder::MonthFirst } else { DayOrder::DayFirst },
        undated: maybe_day(form, "day")?,
        left_out: left_out.collect::<Result<_, _>>().map_err(|fault| ("leave-out", fault))?,
        corrected: Vec::new(),
        signer: signer.clone(),
    })
}

/// Reads what is to be done with a bundle, or with the log that it comes from.
fn bundle(task: OfficeTask, form: &Form) -> Read<BundleAction> {
    match task {
        OfficeTask::MakeBundle => {
            let wanted = "Say where to: a file, or a folder such as a USB stick";
            Ok(BundleAction::Make {
                trainee: person(form, "trainee", "Say whose record")?,
                to: typed(form, "to").ok_or_else(|| ("to", wanted.to_owned()))?,
                evidence: form.value("evidence") == "yes",
            })
        }
        OfficeTask::ImportBundle => {
            let found = form.found("trainee").map_err(|fault| ("trainee", fault))?;
            let trainee = found.map(str::parse).transpose();
            let trainee = trainee.map_err(|fault: ValueFault| ("trainee", fault.to_string()))?;
            Ok(BundleAction::Import { path: file(form)?, trainee, known_there_as: typed(form, "named") })
        }
        OfficeTask::TakeBackBundle => {
            let found = form.found("received").map_err(|fault| ("received", fault))?;
            let wanted = || ("received", "Say what to take back, by the name of the trainee".to_owned());
            let (trainee, log) = found.and_then(|found| found.split_once(' ')).ok_or_else(wanted)?;
            let trainee = trainee.parse().map_err(|fault: ValueFault| ("received", fault.to_string()))?;
            let reason = optional(form, "reason", SafeText::line)?;
            let reason = reason.ok_or_else(|| ("reason", "Say why".to_owned()))?;
            Ok(BundleAction::TakeBack { trainee, log: log.to_owned(), reason })
        }
        OfficeTask::AcceptLog => {
            let wanted = "Type the key as the other department reads it out";
            Ok(BundleAction::Accept { key: typed(form, "key").ok_or_else(|| ("key", wanted.to_owned()))? })
        }
        OfficeTask::StopLog => {
            let found = form.found("log").map_err(|fault| ("log", fault))?;
            let log = found.ok_or_else(|| ("log", "Say which department".to_owned()))?.to_owned();
            let reason = optional(form, "reason", SafeText::line)?;
            Ok(BundleAction::Stop { log, reason: reason.ok_or_else(|| ("reason", "Say why".to_owned()))? })
        }
        _ => Ok(BundleAction::Check { path: file(form)? }),
    }
}

fn typed(form: &Form, name: &str) -> Option<String> {
    Some(form.value(name).trim().to_owned()).filter(|text| !text.is_empty())
}

fn file(form: &Form) -> Read<String> {
    typed(form, "path").ok_or_else(|| ("path", "Say which file, with its folder".to_owned()))
}

/// Reads the option that a field finds.
fn chosen<T: FromStr<Err = ValueFault>>(form: &Form, name: &'static str, wanted: &str) -> Read<T> {
    let found = form.found(name).map_err(|fault| (name, fault))?;
    let slug = found.ok_or_else(|| (name, wanted.to_owned()))?;
    slug.parse().map_err(|fault: ValueFault| (name, fault.to_string()))
}

fn person(form: &Form, name: &'static str, wanted: &str) -> Read<PersonId> {
    chosen(form, name, wanted)
}

fn day(form: &Form, name: &'static str) -> Read<NaiveDate> {
    form.day(name).map_err(|fault| (name, fault))
}

/// Reads a date that may be left out.
fn maybe_day(form: &Form, name: &'static str) -> Read<Option<NaiveDate>> {
    typed(form, name).map(|_| day(form, name)).transpose()
}

fn newcomer(form: &Form) -> Read<OfficeAction> {
    let name = typed(form, "name").ok_or_else(|| ("name", "Type the name as it should appear".to_owned()))?;
    SafeText::name(&name).map_err(|fault| ("name", fault.to_string()))?;
    let roles: Vec<Role> = form.value("roles").split(' ').filter_map(|role| role.parse().ok()).collect();
    let enrolment = if roles == [Role::Trainee] {
        let supervisor = form.found("supervisor").map_err(|fault| ("supervisor", fault))?;
        let supervisor = supervisor.map(str::parse).transpose();
        Some(NewcomerEnrolment {
            standard: chosen(form, "standard", "Say which standard")?,
            start: day(form, "start")?,
            option: typed(form, "option"),
            supervisor: supervisor.map_err(|fault: ValueFault| ("supervisor", fault.to_string()))?,
        })
    } else {
        None
    };
    Ok(OfficeAction::AddPerson(Box::new(NewcomerRequest {
        name,
        roles,
        department: optional(form, "department", SafeText::name)?,
        registration: optional(form, "registration", SafeText::name)?,
        level: form.value("level").parse().ok(),
        another: form.value("another") == "yes",
        enrolment,
    })))
}

/// Reads an enrolment, or what changes of one. A field that still shows what is recorded is not given.
fn enrolment(data: &OfficeData, form: &Form) -> Read<EnrolRequest> {
    let trainee = person(form, "trainee", "Say which trainee")?;
    let known = data.enrolment_of(trainee.as_str());
    let recorded = |name: &str, value: &str| {
        known.is_some_and(|known| known.values.iter().any(|(field, kept)| field == name && kept == value.trim()))
    };
    let is_changed = |name: &str| !form.value(name).trim().is_empty() && !recorded(name, form.value(name));
    let fields = ["standard", "start", "option", "specialism", "weekly", "planned-end", "aged"];
    if known.is_some() && !fields.into_iter().any(is_changed) {
        return Err(("trainee", "This is the enrolment now. Change a field, or choose another trainee".to_owned()));
    }
    let typed = |form: &Form, name: &str| typed(form, name).filter(|value| !recorded(name, value));
    let weekly = typed(form, "weekly").map(|hours| hours.parse()).transpose();
    Ok(EnrolRequest {
        trainee,
        standard: chosen(form, "standard", "Say which standard")?,
        start: day(form, "start")?,
        option: typed(form, "option"),
        specialism: optional(form, "specialism", SafeText::name)?
            .filter(|value| !recorded("specialism", value.as_str())),
        weekly: weekly.map_err(|fault: ValueFault| ("weekly", fault.to_string()))?,
        end: maybe_day(form, "planned-end")?.filter(|_| is_changed("planned-end")),
        aged_16_to_18: match form.value("aged") {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        },
    })
}

/// Reads a new PIN and a new passphrase, each typed twice.
fn own_secrets(form: &Form) -> Read<OfficeAction> {
    let twice = |name: &str, again: &'static str, words: &str| {
        let (first, second) = (form.new_secret(name), form.new_secret(again));
        match (first, second) {
            (first, second) if first == second => Ok(first),
            (Some(_), None) => Err((again, format!("Type the new {words} again"))),
            _ => Err((again, format!("The two are not the same. Type the new {words} again"))),
        }
    };
    let pin = twice("new-pin", "new-pin-again", "PIN")?;
    let passphrase = twice("new-words", "new-words-again", "passphrase")?;
    if pin.is_none() && passphrase.is_none() {
        return Err(("new-pin", "Type a new PIN of 4 to 8 digits, or a new passphrase below".to_owned()));
    }
    Ok(OfficeAction::SetPin { passphrase, pin })
}

fn ended_key(form: &Form) -> Read<OfficeAction> {
    let found = form.found("key").map_err(|fault| ("key", fault))?;
    let key = found.ok_or_else(|| ("key", "Say whose key".to_owned()))?.to_owned();
    let compromised = form.value("change") == "compromise";
    let from = if compromised { number(form, "entry")? } else { Some(0) };
    let wanted = || ("entry", "Type the number of the first entry that they did not sign: the Log shows it".to_owned());
    let from = from.ok_or_else(wanted)?;
    let wanted = || ("reason", "Say why, in a few words: it is kept in the log".to_owned());
    let reason = optional(form, "reason", SafeText::line)?.ok_or_else(wanted)?;
    Ok(if compromised {
        OfficeAction::CompromiseKey { key, from, reason }
    } else {
        OfficeAction::RetireKey { key, reason }
    })
}

fn break_in_learning(form: &Form) -> Read<OfficeAction> {
    let trainee = person(form, "trainee", "Say which trainee")?;
    if form.value("change") == "end" {
        let (on, reason) = (day(form, "on")?, optional(form, "reason", SafeText::line)?);
        return Ok(OfficeAction::EndBreak { trainee, on, reason });
    }
    let (from, back) = (day(form, "from")?, maybe_day(form, "until")?);
    let wanted = || ("reason", "Say why, in a few words: it is kept in the log".to_owned());
    let reason = optional(form, "reason", SafeText::line)?.ok_or_else(wanted)?;
    Ok(OfficeAction::StartBreak { trainee, from, back, reason })
}

/// Reads the settings that differ from those that the dialog opened with.
fn policy(data: &OfficeData, form: &Form) -> Read<OfficeAction> {
    let mut changed = Vec::new();
    for name in PolicyName::ALL {
        let range = name.range();
        let wanted = || format!("Type a number from {} to {}", range.start(), range.end());
        let value: u32 = number(form, name.slug())?.ok_or_else(|| (name.slug(), wanted()))?;
        if !range.contains(&value) {
            return Err((name.slug(), wanted()));
        }
        let before = data.values.iter().find(|(field, _)| field == name.slug());
        if before.is_none_or(|(_, before)| *before != value.to_string()) {
            changed.push((name, value));
        }
    }
    if changed.is_empty() {
        return Err((PolicyName::SessionHours.slug(), "These are the settings now. Change at least one".to_owned()));
    }
    Ok(OfficeAction::Policy(changed))
}
