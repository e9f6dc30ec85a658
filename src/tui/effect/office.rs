//! Carries out the tasks of a training officer through the use cases that the command line has too.

use crate::effect::office_by::{By, over_ssh, prove};
use crate::effect::{office_bundle, office_work, records_preview, roster_preview};
use crate::msg::office::{EnrolRequest, NewcomerRequest, OfficeAction, OfficeTask, SupervisionChange};
use crate::msg::office_result::{FirstWords, OfficeResult};
use crate::msg::roster::RosterQuery;
use chrono::NaiveDate;
use countersign_app::app::{App, person_row};
use countersign_app::config::typed_path;
use countersign_app::error::Error;
use countersign_app::keys::keystore::five_words;
use countersign_app::keys::known_keys::{KnownKey, known_keys};
use countersign_app::keys::session::Credential;
use countersign_app::people::roster::{self, NewPerson};
use countersign_app::people::{change_passphrase, import, person, signing_keys, ssh_keys, supervision};
use countersign_app::programme::hours;
use countersign_app::random::SystemRandom;
use countersign_app::record::import_records;
use countersign_app::record::records;
use countersign_app::standards::standard::VersionMove;
use countersign_app::standards::{adopted, local, standard};
use countersign_app::storage::chosen_file::capped_file;
use countersign_core::import::diagnostic::{Diagnostic, Severity};
use countersign_core::import::format::MOST_BYTES;
use countersign_core::import::local::read::local as read_list;
use countersign_core::import::roster::diff::{Plan, RowChange};
use countersign_core::import::standard::read::standard as read_standard;
use countersign_core::people::break_in_learning::{BreakPeriod, in_break};
use countersign_core::people::person::{Enrolment, Person, Role};
use countersign_core::primitives::date::day_words;
use countersign_core::primitives::ids::{PersonId, Secret, StandardRef};
use countersign_core::primitives::name::first_name_first;
use countersign_core::primitives::text::{SafeText, counted};
use countersign_core::record::recorded::warned;
use countersign_core::standard::Standard;
use countersign_core::standard::diff::Change;
use countersign_core::statement::kinds::policy::PolicyName;

/// Does a task and says what was done.
pub fn carry_out(app: &mut App, by: &By<'_>, action: OfficeAction) -> Result<OfficeResult, Error> {
    let task = action.task();
    if by.remote && task.needs_files() {
        return Err(over_ssh());
    }
    match action {
        OfficeAction::AddPerson(request) => add_person(app, by, &request),
        OfficeAction::Enrol(request) => {
            let (trainee, enrolment, before) = enrolment_of(app, &request)?;
            let said = match &before {
                Some(before) => {
                    let warned = start_warnings(app, &enrolment.standard, enrolment.start)?;
                    format!("Changed the enrolment of {}: {}{warned}", trainee.name, changes(before, &enrolment))
                }
                None => enrolled_words(app, &trainee, &enrolment)?,
            };
            roster::enrol(app, by.signer, by.proof, enrolment)?;
            done(app, task, said)
        }
        OfficeAction::Supervise { supervisor, trainee, change } => supervise(app, by, (&supervisor, &trainee, change)),
        OfficeAction::IssueKey(who) => issue_key(app, by, &who),
        OfficeAction::Leave(who) => {
            let name = app.person(&who)?.name;
            roster::leave(app, by.signer, by.proof, &who)?;
            done(app, task, format!("Recorded that {name} has left. What they signed stays valid"))
        }
        OfficeAction::Return(who) => {
            let person = app.person(&who)?;
            roster::reinstate(app, by.signer, by.proof, &who)?;
            let keyless = person.roles.iter().any(|role| *role != Role::Trainee);
            let key = if keyless { ". Their keys were retired: “issue key” gives them a new one" } else { "" };
            done(app, task, format!("{} is back{key}", person.name))
        }
        OfficeAction::RetireKey { key, reason } => {
            let known = known_key(app, &key)?;
            let name = known.person.name.clone();
            signing_keys::retire_keys(app, by.signer, by.proof, &[known], &reason)?;
            done(app, task, format!("Retired a key of {name}. What it signed stays valid"))
        }
        OfficeAction::CompromiseKey { key, from, reason } => {
            let known = known_key(app, &key)?;
            signing_keys::compromise_key(app, by.signer, by.proof, &known, from, &reason)?;
            let said = format!(
                "Everything that the key of {} signed from entry {from} on is now under review. The key can no longer sign",
                known.person.name
            );
            done(app, task, said)
        }
        OfficeAction::SetPin { passphrase, pin } => set_pin(app, by, passphrase.as_ref(), pin.as_ref()),
        OfficeAction::AddSshKey { person, key } => {
            let name = app.person(&person)?.name;
            let (file, text) = public_key(&key, by.remote)?;
            let added = ssh_keys::add_login(app, by.signer, stronger_than_a_pin(by)?, &person, (&file, &text))?;
            done(app, task, format!("{name} can log in over SSH with the key {}", added.key.fingerprint_text()))
        }
        OfficeAction::RevokeSshKey { person, fingerprint } => {
            let name = app.person(&person)?.name;
            let gone =
                ssh_keys::revoke_login(app, by.signer, stronger_than_a_pin(by)?, &person, fingerprint.as_deref())?;
            let keys = counted(u32::try_from(gone.len()).unwrap_or(u32::MAX), "SSH key");
            done(app, task, format!("Revoked {keys} of {name}"))
        }
        OfficeAction::StartBreak { trainee, from, back, reason } => {
            let who = app.person(&trainee)?;
            pause(app, by, &who, BreakPeriod { from, back }, reason)
        }
        OfficeAction::EndBreak { trainee, on, reason } => {
            let who = app.person(&trainee)?;
            let span = ended_break(app, &who, on)?;
            let reason = reason.map_or_else(|| SafeText::line("Back"), Ok)?;
            pause(app, by, &who, span, reason)
        }
        OfficeAction::Move { trainee, to } => {
            let (who, enrolment, moved) = move_of(app, &trainee, &to)?;
            roster::enrol(app, by.signer, by.proof, enrolment)?;
            done(app, task, format!("Moved {} from {} to {to}", who.name, moved.from))
        }
        OfficeAction::Policy(settings) => {
            let named: Vec<String> = settings.iter().map(|(name, value)| setting_words(*name, *value)).collect();
            roster::set_policy(app, by.signer, by.proof, settings)?;
            done(app, task, format!("Changed the settings: {}", named.join(", ")))
        }
        OfficeAction::BackUp { to, keys, replace } => {
            prove(app, by)?;
            office_work::back_up(app, (&to, keys, replace), &mut |_| {})
        }
        OfficeAction::Verify { code } => office_work::verify(app, code.as_deref(), &mut |_| {}),
        OfficeAction::AdoptStandard { path } => {
            let (standard, remarks) = standard_in(&path)?;
            let said = format!("Adopted {} {}{}", standard.reference(), standard.title(), warnings(&remarks));
            roster::adopt(app, by.signer, by.proof, standard)?;
            done(app, task, said)
        }
        OfficeAction::AdoptList { path } => {
            let (list, remarks) = list_in(&path)?;
            let said = format!("Adopted {} {}{}", list.reference(), list.title(), warnings(&remarks));
            local::adopt_list(app, by.signer, by.proof, list)?;
            done(app, task, said)
        }
        OfficeAction::Bundle(action) => office_bundle::carry_out(app, by, task, action),
        OfficeAction::ImportRecords(query) => {
            let found = records_preview::planned(app, &query)?;
            let faults: Vec<Diagnostic> = found.plan.of(Severity::Fault).cloned().collect();
            if !faults.is_empty() {
                return Err(first_fault(&query.path, &faults));
            }
            let written = import_records::import_records(app, by.signer, by.proof, &query.source, &found)?;
            done(app, task, carried_words(written.items, written.people))
        }
        OfficeAction::ImportRoster(query) => {
            let (_, plan) = roster_preview::planned(app, &query)?;
            let faults: Vec<Diagnostic> = plan.of(Severity::Fault).cloned().collect();
            if !faults.is_empty() {
                return Err(first_fault(&query.path, &faults));
            }
            import::import_people(app, by.signer, by.proof, &plan)?;
            done(app, task, roster_words(&query, &plan))
        }
    }
}

/// Tries a task without signing, and says what it would do.
pub fn foresee(app: &mut App, by: &By<'_>, action: &OfficeAction) -> Result<Option<String>, Error> {
    if by.remote && action.task().needs_files() {
        return Err(over_ssh());
    }
    match action {
        OfficeAction::AddPerson(request) => {
            let person = new_person(request)?;
            let who = format!("Adds {}, {}", person.name, roles_words(&person.roles));
            if request.enrolment.is_none() {
                roster::add_person(app, by.signer, &Credential::DryRun, person, None).map_err(same_name)?;
                Ok(Some(format!("{who}, with a key. Five words for it are shown once.")))
            } else {
                let (enrolment, supervisor) = first_enrolment(app, request)?;
                let warned = start_warnings(app, &enrolment.standard, enrolment.start)?;
                let on = format!("{} from {}", enrolment.standard, day_words(enrolment.start));
                let over = supervisor.as_ref();
                roster::add_trainee(app, by.signer, &Credential::DryRun, person, enrolment, over).map_err(same_name)?;
                Ok(Some(format!("{who}, enrolled on {on}{warned}.")))
            }
        }
        OfficeAction::Enrol(request) => {
            let (trainee, enrolment, before) = enrolment_of(app, request)?;
            let warned = start_warnings(app, &enrolment.standard, enrolment.start)?;
            let (on, from) = (enrolment.standard.clone(), day_words(enrolment.start));
            let said = match &before {
                Some(before) => {
                    format!("Changes the enrolment of {}: {}{warned}.", trainee.name, changes(before, &enrolment))
                }
                None => format!("Enrols {} on {on} from {from}{warned}.", trainee.name),
            };
            roster::enrol(app, by.signer, &Credential::DryRun, enrolment)?;
            Ok(Some(said))
        }
        OfficeAction::Leave(who) => {
            roster::leave(app, by.signer, &Credential::DryRun, who)?;
            Ok(None)
        }
        OfficeAction::Return(who) => {
            roster::reinstate(app, by.signer, &Credential::DryRun, who)?;
            Ok(None)
        }
        OfficeAction::RetireKey { key, reason } => {
            let known = known_key(app, key)?;
            signing_keys::retire_keys(app, by.signer, &Credential::DryRun, &[known], reason)?;
            Ok(None)
        }
        OfficeAction::CompromiseKey { key, from, reason } => {
            let known = known_key(app, key)?;
            signing_keys::compromise_key(app, by.signer, &Credential::DryRun, &known, *from, reason)?;
            Ok(None)
        }
        OfficeAction::StartBreak { trainee, from, back, reason } => {
            let who = app.person(trainee)?;
            let span = BreakPeriod { from: *from, back: *back };
            roster::pause(app, by.signer, &Credential::DryRun, &who, span, reason.clone())?;
            break_warning(app, trainee, span)
        }
        OfficeAction::EndBreak { trainee, on, .. } => {
            let who = app.person(trainee)?;
            let span = ended_break(app, &who, *on)?;
            roster::pause(app, by.signer, &Credential::DryRun, &who, span, SafeText::line("Back")?)?;
            Ok(Some(format!("{}: a break from {} to {}.", who.name, day_words(span.from), day_words(*on))))
        }
        OfficeAction::Move { trainee, to } => {
            let (_, enrolment, moved) = move_of(app, trainee, to)?;
            roster::enrol(app, by.signer, &Credential::DryRun, enrolment)?;
            let same = moved.signed(&[Change::Same, Change::Moved]);
            let other = moved.signed(&[Change::Reworded, Change::Gone]);
            Ok(Some(format!(
                "Of the signed KSBs, {same} have the same text. {other} have a different text or no longer \
                 exist. Nothing is carried over: a supervisor who still agrees can sign again."
            )))
        }
        OfficeAction::Policy(settings) => {
            let named: Vec<String> = settings.iter().map(|(name, value)| setting_words(*name, *value)).collect();
            roster::set_policy(app, by.signer, &Credential::DryRun, settings.clone())?;
            Ok(Some(format!("Sets {} for everyone.", named.join(", "))))
        }
        OfficeAction::AdoptStandard { path } => {
            let (standard, remarks) = standard_in(path)?;
            if adopted::is_adopted(app, standard.reference())? {
                let what = format!("{} is already adopted. An adopted standard never changes", standard.reference());
                return Err(Error::refused(what).hint("Give the changed standard a new version"));
            }
            Ok(Some(contents(&standard, &remarks)))
        }
        OfficeAction::AdoptList { path } => {
            let (list, remarks) = list_in(path)?;
            local::list_may(app, &list)?;
            Ok(Some(contents(&list, &remarks)))
        }
        OfficeAction::Bundle(action) => office_bundle::foresee(app, by, action),
        OfficeAction::ImportRoster(_)
        | OfficeAction::ImportRecords(_)
        | OfficeAction::Supervise { .. }
        | OfficeAction::IssueKey(_)
        | OfficeAction::SetPin { .. }
        | OfficeAction::AddSshKey { .. }
        | OfficeAction::RevokeSshKey { .. }
        | OfficeAction::BackUp { .. }
        | OfficeAction::Verify { .. } => Ok(None),
    }
}

/// Returns the key with this fingerprint.
fn known_key(app: &App, fingerprint: &str) -> Result<KnownKey, Error> {
    let found = known_keys(app, None)?.into_iter().find(|one| one.key.fingerprint_text() == fingerprint);
    found.ok_or_else(|| Error::usage(format!("There is no key {fingerprint} here")))
}

/// Returns what proves who it is, unless it is only a PIN.
fn stronger_than_a_pin<'a>(by: &By<'a>) -> Result<&'a Credential, Error> {
    match by.proof {
        Credential::Agent(_) => Ok(by.proof),
        _ => passphrase_of(by).map(|_| by.proof),
    }
}

fn passphrase_of<'a>(by: &By<'a>) -> Result<&'a Secret, Error> {
    match by.proof {
        Credential::Passphrase(passphrase) => Ok(passphrase),
        Credential::Pin(_) | Credential::Session | Credential::Agent(_) | Credential::DryRun => {
            Err(Error::refused("This needs your passphrase, not the PIN"))
        }
    }
}

/// Returns the result of a task that shows nothing more than a sentence.
fn done(app: &App, task: OfficeTask, said: String) -> Result<OfficeResult, Error> {
    Ok(OfficeResult::new(task, said, app.head()?))
}

fn new_person(request: &NewcomerRequest) -> Result<NewPerson, Error> {
    let turned = first_name_first(&request.name);
    let name = SafeText::name(turned.as_deref().unwrap_or(&request.name));
    Ok(NewPerson {
        name: name.map_err(|fault| Error::from(fault).context("The name"))?,
        roles: request.roles.clone(),
        department: request.department.clone(),
        registration: request.registration.clone(),
        level: request.level.map(|level| SafeText::line(level.slug())).transpose()?,
        second: request.another,
    })
}

fn roles_words(roles: &[Role]) -> String {
    roles.iter().map(|role| role.words()).collect::<Vec<_>>().join(" and ")
}

/// Returns the enrolment of a new trainee, who has no id yet, and their supervisor.
fn first_enrolment(app: &App, request: &NewcomerRequest) -> Result<(Enrolment, Option<Person>), Error> {
    let wanted = request.enrolment.as_ref().ok_or_else(|| Error::usage("Say on which standard"))?;
    let supervisor = wanted.supervisor.as_ref().map(|id| app.person(id)).transpose()?;
    let enrolment = Enrolment {
        // Replaced when the trainee gets an id.
        trainee: "0000".parse().map_err(Error::from)?,
        standard: wanted.standard.clone(),
        start: wanted.start,
        specialism: None,
        weekly: None,
        end: None,
        scope: roster::scope_of(app, &wanted.standard, None, wanted.option.as_deref())?,
        aged_16_to_18: None,
    };
    Ok((enrolment, supervisor))
}

/// Says how to add somebody of the same name on the screen, where the error names an option of the command line.
fn same_name(error: Error) -> Error {
    match &error.hint {
        Some(hint) if hint.contains("--another") => {
            error.hint("If it is somebody else of this name, choose “add another person” under Same name")
        }
        Some(_) | None => error,
    }
}

fn add_person(app: &mut App, by: &By<'_>, request: &NewcomerRequest) -> Result<OfficeResult, Error> {
    let new = new_person(request)?;
    let (name, roles) = (new.name.clone(), new.roles.clone());
    if request.enrolment.is_some() {
        let (enrolment, supervisor) = first_enrolment(app, request)?;
        let warned = start_warnings(app, &enrolment.standard, enrolment.start)?;
        let on = format!("{} from {}", enrolment.standard, day_words(enrolment.start));
        roster::add_trainee(app, by.signer, by.proof, new, enrolment, supervisor.as_ref()).map_err(same_name)?;
        return done(app, OfficeTask::AddPerson, format!("Added {name}, enrolled on {on}{warned}"));
    }
    // A trainee signs only what they have read, so they get a key only when they ask for one.
    let words = if roles == [Role::Trainee] { None } else { Some(five_words(&mut SystemRandom::default())?) };
    let (id, _) = roster::add_person(app, by.signer, by.proof, new, words.as_ref()).map_err(same_name)?;
    let waits = app.policy()?.two_person_keys > 0;
    let row = person_row(&app.person(&id)?);
    let words = words.map(|words| FirstWords { person: row, words, waits });
    let said = format!("Added {name}, {}", roles_words(&roles));
    Ok(OfficeResult { words, ..done(app, OfficeTask::AddPerson, said)? })
}

/// Returns the enrolment that a request asks for, and whether it changes one. What is not given keeps its value.
fn enrolment_of(app: &App, request: &EnrolRequest) -> Result<(Person, Enrolment, Option<Enrolment>), Error> {
    let trainee = app.person(&request.trainee)?;
    let before = person::enrolment(app, &request.trainee)?;
    if let Some(moved) = standard::move_of(app, &request.trainee, &request.standard)? {
        let signed = counted(u32::try_from(moved.signed(&Change::ALL)).unwrap_or(u32::MAX), "KSB");
        let what = format!("{} is already on {}, with {signed} signed", trainee.name, moved.from);
        return Err(Error::refused(what).hint("“Move a trainee to another version” moves them"));
    }
    let kept = before.as_ref();
    let enrolment = Enrolment {
        trainee: request.trainee.clone(),
        standard: request.standard.clone(),
        start: request.start,
        specialism: request.specialism.clone().or(kept.and_then(|kept| kept.specialism.clone())),
        weekly: request.weekly.or(kept.and_then(|kept| kept.weekly)),
        end: request.end.or(kept.and_then(|kept| kept.end)),
        scope: roster::scope_of(app, &request.standard, kept, request.option.as_deref())?,
        aged_16_to_18: request.aged_16_to_18.or(kept.and_then(|kept| kept.aged_on(request.start))),
    };
    if request.end.is_some()
        && let Some(fault) = enrolment.end_fault()
    {
        return Err(Error::usage(fault));
    }
    match enrolment.start_fault() {
        Some(fault) => Err(Error::usage(fault).hint("Type the new planned end too")),
        None if before.as_ref() == Some(&enrolment) => {
            Err(Error::refused(format!("This is the enrolment of {} now", trainee.name)).hint("Change a field"))
        }
        None => Ok((trainee, enrolment, before)),
    }
}

/// Says what changes of an enrolment: `start 19 Feb 2025 becomes 30 Nov 2026`.
fn changes(before: &Enrolment, after: &Enrolment) -> String {
    let days = |enrolment: &Enrolment| enrolment.end.map(day_words);
    let aged = |enrolment: &Enrolment| enrolment.aged_16_to_18.map(|aged| if aged { "yes" } else { "no" }.to_owned());
    let option = |enrolment: &Enrolment| enrolment.scope.option.as_ref().map(ToString::to_string);
    let specialism = |enrolment: &Enrolment| enrolment.specialism.as_ref().map(ToString::to_string);
    let weekly = |enrolment: &Enrolment| enrolment.weekly.as_ref().map(ToString::to_string);
    let all = [
        ("standard", Some(before.standard.to_string()), Some(after.standard.to_string())),
        ("start", Some(day_words(before.start)), Some(day_words(after.start))),
        ("option", option(before), option(after)),
        ("specialism", specialism(before), specialism(after)),
        ("paid hours", weekly(before), weekly(after)),
        ("planned end", days(before), days(after)),
        ("aged 16 to 18", aged(before), aged(after)),
    ];
    let changed = all.into_iter().filter(|(_, before, after)| before != after).map(|(name, before, after)| {
        let words = |value: Option<String>| value.unwrap_or_else(|| "not recorded".to_owned());
        format!("{name} {} becomes {}", words(before), words(after))
    });
    changed.collect::<Vec<_>>().join(", ")
}

fn enrolled_words(app: &App, trainee: &Person, enrolment: &Enrolment) -> Result<String, Error> {
    let option = enrolment.scope.option.as_ref().map_or_else(String::new, |option| format!(", option {option}"));
    let warned = start_warnings(app, &enrolment.standard, enrolment.start)?;
    let from = day_words(enrolment.start);
    Ok(format!("Enrolled {} on {} from {from}{option}{warned}", trainee.name, enrolment.standard))
}

/// Returns the warnings about a start, each as a sentence after what is said.
fn start_warnings(app: &App, on: &StandardRef, start: NaiveDate) -> Result<String, Error> {
    let all = adopted::start_warnings(app, on, start)?;
    Ok(all.iter().map(|warning| warned(Some(warning))).collect())
}

fn supervise(
    app: &mut App,
    by: &By<'_>,
    (supervisor, trainee, change): (&PersonId, &PersonId, SupervisionChange),
) -> Result<OfficeResult, Error> {
    let (over, under) = (app.person(supervisor)?, app.person(trainee)?);
    prove(app, by)?;
    let (changed, verb, already) = match change {
        SupervisionChange::Begin => {
            let new = supervision::supervise(app, &over, std::slice::from_ref(&under))?;
            (new, "supervises", "already supervises")
        }
        SupervisionChange::Stop => {
            let gone = supervision::stop_supervising(app, &over, std::slice::from_ref(&under))?;
            (gone, "no longer supervises", "did not supervise")
        }
    };
    let verb = if changed.is_empty() { already } else { verb };
    done(app, OfficeTask::Supervise, format!("{} {verb} {}", over.name, under.name))
}

fn issue_key(app: &mut App, by: &By<'_>, who: &PersonId) -> Result<OfficeResult, Error> {
    let words = five_words(&mut SystemRandom::default())?;
    let new = signing_keys::add_key(app, by.signer, by.proof, who, &words)?;
    let person = person_row(&app.person(who)?);
    let said = format!("Made a key for {}", person.name);
    let words = Some(FirstWords { person, words, waits: new.waits });
    Ok(OfficeResult { words, ..done(app, OfficeTask::IssueKey, said)? })
}

fn set_pin(
    app: &mut App,
    by: &By<'_>,
    passphrase: Option<&Secret>,
    pin: Option<&Secret>,
) -> Result<OfficeResult, Error> {
    change_passphrase::change_own(app, by.signer, passphrase_of(by)?, passphrase, pin)?;
    let name = app.person(by.signer)?.name;
    let said = match (passphrase.is_some(), pin.is_some()) {
        (true, true) => format!("Set a new passphrase and PIN for {name}"),
        (true, false) => format!("Changed the passphrase of {name}. The PIN stays the same"),
        (false, _) => format!("The PIN of {name} is set"),
    };
    let sessions = Some(app.sessions());
    Ok(OfficeResult { sessions, ..done(app, OfficeTask::SetPin, said)? })
}

/// Returns a public key as text, with a name for messages: what was pasted, or the file that a path names.
fn public_key(typed: &str, remote: bool) -> Result<(String, String), Error> {
    let pasted = ["ssh-", "ecdsa-", "sk-", "-----"].iter().any(|begin| typed.starts_with(begin));
    if pasted {
        return Ok(("The key".to_owned(), typed.to_owned()));
    }
    if remote {
        return Err(over_ssh().hint("Paste the public key itself: it begins with ssh-ed25519, ssh-rsa or ecdsa"));
    }
    let bytes = capped_file(&typed_path(typed), 1 << 20)?;
    let text = String::from_utf8(bytes).map_err(|_| Error::usage(format!("{typed} is not text")))?;
    Ok((typed.to_owned(), text))
}

fn pause(app: &mut App, by: &By<'_>, who: &Person, span: BreakPeriod, reason: SafeText) -> Result<OfficeResult, Error> {
    roster::pause(app, by.signer, by.proof, who, span, reason)?;
    let from = day_words(span.from);
    let line = match span.back {
        None => format!("{} is on a break in learning from {from}", who.name),
        Some(back) => format!("{} is on a break in learning from {from} and back on {}", who.name, day_words(back)),
    };
    let warning = break_warning(app, &who.id, span)?;
    done(app, OfficeTask::Break, line + &warned(warning.as_deref()))
}

fn break_warning(app: &App, who: &PersonId, span: BreakPeriod) -> Result<Option<String>, Error> {
    let days: Vec<NaiveDate> = hours::hours(app, who)?.iter().map(|row| row.entry.day).collect();
    Ok(in_break(&[span], &days).map(|warning| format!("Hours are recorded: {warning}")))
}

/// Returns the break that ends with this first day back.
fn ended_break(app: &mut App, who: &Person, on: NaiveDate) -> Result<BreakPeriod, Error> {
    let pauses = records::trainee_record(app, &who.id)?.trainee.pauses;
    let open = pauses.iter().find(|span| span.back.is_none()).or_else(|| pauses.iter().find(|span| span.holds(on)));
    let open = open.ok_or_else(|| Error::refused(format!("{} is not on a break in learning", who.name)))?;
    Ok(BreakPeriod { from: open.from, back: Some(on) })
}

/// Returns the enrolment that moves a trainee to another version, and what that means for what is signed.
fn move_of(app: &App, trainee: &PersonId, to: &StandardRef) -> Result<(Person, Enrolment, VersionMove), Error> {
    let who = app.person(trainee)?;
    let before = person::enrolment(app, trainee)?.ok_or_else(|| person::not_enrolled(&who))?;
    let moved = standard::move_of(app, trainee, to)?
        .ok_or_else(|| Error::refused(format!("{} is already on {to}", who.name)).hint("Choose another version"))?;
    let scope = roster::scope_of(app, to, Some(&before), None)?;
    Ok((who, Enrolment { standard: to.clone(), scope, ..before }, moved))
}

fn setting_words(name: PolicyName, value: u32) -> String {
    if name == PolicyName::Imported {
        let words = if value > 0 { "counts" } else { "is only shown" };
        return format!("what other departments signed {words}");
    }
    format!("{} {}", name.slug(), name.shown(value))
}

/// Reads a standard from a file, with its warnings, or returns the first fault in it.
fn standard_in(path: &str) -> Result<(Standard, Vec<Diagnostic>), Error> {
    let mut read = read_standard(&capped_file(&typed_path(path), MOST_BYTES)?);
    match read.standard.take() {
        Some(standard) => Ok((standard, read.remarks)),
        None => Err(first_fault(path, &read.remarks)),
    }
}

/// Reads a list of local competences from a file.
fn list_in(path: &str) -> Result<(Standard, Vec<Diagnostic>), Error> {
    let mut read = read_list(&capped_file(&typed_path(path), MOST_BYTES)?);
    match read.list.take() {
        Some(list) => Ok((list, read.remarks)),
        None => Err(first_fault(path, &read.remarks)),
    }
}

/// Describes what was carried over.
fn carried_words(items: usize, people: usize) -> String {
    let people = if people == 1 { "1 person".to_owned() } else { format!("{people} people") };
    let items = if items == 1 { "1 item".to_owned() } else { format!("{items} items") };
    format!("Carried over {items} of {people}")
}

/// Describes what a roster changed.
fn roster_words(query: &RosterQuery, plan: &Plan) -> String {
    let [new, changed] = [RowChange::New, RowChange::Changed].map(|fate| plan.count(fate));
    let enrolled = plan.rows.iter().filter(|row| row.enrolment.is_some()).count();
    let people = |many: usize| if many == 1 { "1 person".to_owned() } else { format!("{many} people") };
    let changed = if changed > 0 { format!(", {changed} changed") } else { String::new() };
    let left_out = match query.fixes.left_out.len() {
        0 => String::new(),
        many => format!(". Rows left out: {many}"),
    };
    let said = format!("Added {}, {enrolled} enrolled{changed}{left_out}", people(new));
    said + &warnings(&plan.remarks)
}

/// Returns the error for a file with faults: the first one, and how many more.
pub fn first_fault(path: &str, remarks: &[Diagnostic]) -> Error {
    let mut faults = remarks.iter().filter(|remark| remark.weight == Severity::Fault);
    let first = faults.next();
    let more = match u32::try_from(faults.count()) {
        Ok(0) | Err(_) => String::new(),
        Ok(more) => format!(" and {}", counted(more, "more fault")),
    };
    let what = first.map_or_else(|| "It cannot be read".to_owned(), ToString::to_string);
    let hint = first.map_or_else(String::new, |fault| fault.hint.clone());
    Error::refused(format!("{what}{more}")).context(format!("Reading {path}")).hint(hint)
}

fn warnings(remarks: &[Diagnostic]) -> String {
    let all = remarks.iter().filter(|remark| remark.weight == Severity::Warning);
    all.map(|remark| warned(Some(&remark.to_string()))).collect()
}

/// Describes what a file would have adopted.
fn contents(standard: &Standard, remarks: &[Diagnostic]) -> String {
    let count = |count: usize, noun: &str| counted(u32::try_from(count).unwrap_or(u32::MAX), noun);
    let ksbs = count(standard.ksbs().len(), "KSB");
    let duties = match standard.duties().len() {
        0 => String::new(),
        1 => "1 duty and ".to_owned(),
        many => format!("{many} duties and "),
    };
    let named = format!("{} {}", standard.reference(), standard.title());
    format!("{named}: {duties}{ksbs}. An adopted text never changes{}.", warnings(remarks))
}
