//! Loads what the dialogs of a training officer's tasks are filled from.

use std::collections::HashMap;

use crate::msg::office::{KnownEnrolment, OfficeData, OfficeQuery, OfficeTask};
use countersign_app::app::App;
use countersign_app::bundle::other_logs::{self, AcceptedLog};
use countersign_app::bundle::take_back;
use countersign_app::error::Error;
use countersign_app::keys::known_keys::{self, KnownKey};
use countersign_app::maintenance::backup;
use countersign_app::people::{person, supervision};
use countersign_app::record::records;
use countersign_app::standards::adopted;
use countersign_app::storage::chosen_file::medium_of;
use countersign_core::people::person::{Enrolment, Person, PersonRef, Role};
use countersign_core::primitives::date::{day_words, long_day};
use countersign_core::primitives::ids::{LogOrigin, PersonId, StandardRef};
use countersign_core::primitives::text::{SafeText, counted};
use countersign_core::statement::kinds::policy::PolicyName;

/// Trainees that are looked at for the usual standard.
const LOOKED_AT: usize = 100;

/// Options of a field: value, and words.
type Options = Vec<(String, String)>;

/// Describes what was received for somebody from a log, and what taking it back would delete.
fn take_back_option(app: &App, who: &PersonRef, origin: &LogOrigin) -> Result<String, Error> {
    let plan = take_back::plan(app, &who.id, &[origin.to_string()], &SafeText::line("Shown")?)?;
    let about = plan.parts.iter().find_map(|part| part.there_name.as_ref());
    let about = about.map_or_else(String::new, |name| format!(", about {name}"));
    let files =
        if plan.files > 0 { format!(" and {}", counted(plan.files as u64, "evidence file")) } else { String::new() };
    let statements = counted(plan.statements() as u64, "statement");
    Ok(format!("{} ({}): {statements}{files}{about}, from {origin}", who.name, who.id))
}

/// Loads the data of a task's dialog.
pub fn load(app: &mut App, query: &OfficeQuery) -> Result<OfficeData, Error> {
    let mut data = OfficeData::empty(query.task);
    match query.task {
        OfficeTask::AddPerson => {
            standards(app, query, &mut data)?;
            data.options.push(("supervisor", people(app, &[Role::Supervisor, Role::TrainingOfficer])?));
            set(&mut data, "start", "today");
        }
        OfficeTask::Enrol => {
            standards(app, query, &mut data)?;
            trainee(app, query, &mut data)?;
            // For who is not enrolled yet; the others have a start.
            set(&mut data, "start", "today");
            data.enrolled = person::enrolments(app)?.iter().map(|one| known(app, one)).collect::<Result<_, _>>()?;
        }
        OfficeTask::Supervise => {
            data.options.push(("supervisor", people(app, &[Role::Supervisor, Role::TrainingOfficer])?));
            trainee(app, query, &mut data)?;
            if let Some(open) = &query.trainee {
                let over = supervision::supervisors_of(app, open)?;
                let names: Vec<&str> = over.iter().map(|person| person.name.as_str()).collect();
                let names = if names.is_empty() { "nobody".to_owned() } else { names.join(", ") };
                data.notes.push(format!("{} is supervised by {names}.", app.person(open)?.name));
            }
        }
        OfficeTask::IssueKey | OfficeTask::SshKey => data.options.push(("person", people(app, &Role::ALL)?)),
        OfficeTask::Leave => {
            data.options.push(("person", people(app, &Role::ALL)?));
            data.options.push(("leaver", leavers(app)?));
        }
        OfficeTask::EndKey => data.options.push(("key", keys(app)?)),
        OfficeTask::Break => {
            // The days are typed: nobody chose the trainee who happens to be open.
            trainee(app, query, &mut data)?;
            if let Some(open) = &query.trainee {
                breaks(app, open, &mut data)?;
            }
        }
        OfficeTask::Move => {
            standards(app, query, &mut data)?;
            data.values.clear();
            trainee(app, query, &mut data)?;
            if let Some(open) = &query.trainee
                && let Some(enrolment) = person::enrolment(app, open)?
            {
                let name = app.person(open)?.name;
                data.notes.push(format!(
                    "{name} has been on {} since {}.",
                    enrolment.standard,
                    day_words(enrolment.start)
                ));
            }
        }
        OfficeTask::Policy => {
            let policy = app.policy()?;
            for name in PolicyName::ALL {
                set(&mut data, name.slug(), &policy.value(name).to_string());
            }
            data.notes.push(
                "Signed in: hours until the passphrase is needed again, 0 for every time. Lock after: minutes without a \
                 key. Late after: days after which a sign-off needs a reason. Reassess: months, 0 for never. Key by two: a second officer \
                 countersigns each new key. Elsewhere: what other departments signed, as bundles bring it."
                    .to_owned(),
            );
        }
        OfficeTask::BackUp => last_backup(app, &mut data),
        OfficeTask::SetPin
        | OfficeTask::Verify
        | OfficeTask::AdoptStandard
        | OfficeTask::AdoptList
        | OfficeTask::CheckBundle => {}
        OfficeTask::MakeBundle => trainee(app, query, &mut data)?,
        OfficeTask::ImportBundle => {
            data.options.push(("trainee", people(app, &[Role::Trainee])?));
            data.notes.push(
                "Choose a trainee only if the name in the bundle is not the one here, and type the name in the bundle too. \
                 They must be added and enrolled first."
                    .to_owned(),
            );
        }
        OfficeTask::TakeBackBundle => {
            let mut options = Vec::new();
            for (who, origin) in take_back::all_received(app)? {
                let words = take_back_option(app, &who, &origin)?;
                options.push((format!("{} {origin}", who.id), words));
            }
            data.options.push(("received", options));
        }
        OfficeTask::AcceptLog => data.notes.push(format!("The key of this log is {}", other_logs::own_key(app)?)),
        OfficeTask::StopLog => {
            let accepted = other_logs::accepted_logs(app)?.into_iter().filter(|log| log.stopped.is_none());
            let origin = |log: AcceptedLog| log.log.origin().to_string();
            data.options.push(("log", accepted.map(origin).map(|origin| (origin.clone(), origin)).collect()));
        }
        OfficeTask::ImportRecords => data.notes.push(
            "A matrix: a row for each person, a column for each item, in each cell the day. Or a list: a row for each \
             record, under headings: name, code, date, assessor. CSV or a spreadsheet (.xlsx). People in: the headings \
             or letters of the columns that name them, if they are not found."
                .to_owned(),
        ),
        OfficeTask::ImportRoster => data.notes.push(
            "One person on each row, under headings: name, roles, department, registration, level, standard, start, \
             specialism, supervisor. CSV or a spreadsheet (.xlsx)."
                .to_owned(),
        ),
    }
    Ok(data)
}

fn set(data: &mut OfficeData, name: &str, value: &str) {
    data.values.push((name.to_owned(), value.to_owned()));
}

/// Offers the adopted standards, and suggests the version for a start today of the one that the open trainee is on, or
/// most of the trainees who were looked at.
fn standards(app: &App, query: &OfficeQuery, data: &mut OfficeData) -> Result<(), Error> {
    let all = adopted::standards(app)?;
    let options: Options = all.iter().map(|one| (one.reference().to_string(), one.reference().to_string())).collect();
    let usual = usual_standard(app, query)?.or_else(|| all.first().map(|first| first.reference().clone()));
    if let Some(usual) = usual {
        let suggested = adopted::standard_for(app, usual.reference(), app.today(), None).unwrap_or(usual);
        set(data, "standard", &suggested.to_string());
    }
    data.options.push(("standard", options));
    Ok(())
}

/// Returns the standard of the open trainee, or the one that most trainees are on.
fn usual_standard(app: &App, query: &OfficeQuery) -> Result<Option<StandardRef>, Error> {
    if let Some(open) = &query.trainee
        && let Some(enrolment) = person::enrolment(app, open)?
    {
        return Ok(Some(enrolment.standard));
    }
    let mut counts: HashMap<StandardRef, usize> = HashMap::new();
    for trainee in person::people(app, &[Role::Trainee])?.iter().filter(|trainee| !trainee.left).take(LOOKED_AT) {
        if let Some(enrolment) = person::enrolment(app, &trainee.id)? {
            *counts.entry(enrolment.standard).or_default() += 1;
        }
    }
    Ok(counts.into_iter().max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(&a.0))).map(|(standard, _)| standard))
}

/// Offers the trainees, and suggests the open one.
fn trainee(app: &App, query: &OfficeQuery, data: &mut OfficeData) -> Result<(), Error> {
    let all = people(app, &[Role::Trainee])?;
    let open = query.trainee.as_ref().and_then(|open| all.iter().find(|(id, _)| id == open.as_str()));
    if let Some((_, name)) = open {
        let name = name.clone();
        set(data, "trainee", &name);
    }
    data.options.push(("trainee", all));
    Ok(())
}

/// Returns an enrolment as its dialog shows it.
fn known(app: &App, enrolment: &Enrolment) -> Result<KnownEnrolment, Error> {
    let name = app.person(&enrolment.trainee)?.name;
    let (standard, start) = (enrolment.standard.to_string(), day_words(enrolment.start));
    let text = |text: Option<&dyn ToString>| text.map_or_else(String::new, ToString::to_string);
    let values = [
        ("standard", standard.clone()),
        ("start", start.clone()),
        ("option", text(enrolment.scope.option.as_ref().map(|option| option as &dyn ToString))),
        ("specialism", text(enrolment.specialism.as_ref().map(|specialism| specialism as &dyn ToString))),
        ("weekly", text(enrolment.weekly.as_ref().map(|weekly| weekly as &dyn ToString))),
        ("planned-end", enrolment.end.map_or_else(String::new, day_words)),
    ];
    Ok(KnownEnrolment {
        trainee: enrolment.trainee.clone(),
        words: format!("{name} is already enrolled, on {standard} since {start}."),
        values: values.map(|(field, value)| (field.to_owned(), value)).into(),
    })
}

/// Returns the people with one of these roles who are here, by name; those of the same name with their ids.
fn people(app: &App, with: &[Role]) -> Result<Options, Error> {
    let here: Vec<Person> = person::people(app, with)?.into_iter().filter(|person| !person.left).collect();
    Ok(named(&here))
}

/// Returns the people who left.
fn leavers(app: &App) -> Result<Options, Error> {
    let gone: Vec<Person> = person::people(app, &Role::ALL)?.into_iter().filter(|person| person.left).collect();
    Ok(named(&gone))
}

/// Returns the keys that can be retired or compromised, by their holder.
fn keys(app: &App) -> Result<Options, Error> {
    let all = known_keys::known_keys(app, None)?.into_iter().filter(|one| one.state.may_be_retired());
    let words = |one: &KnownKey| {
        let (since, print) = (long_day(one.since.local_day()), one.key.fingerprint_text());
        format!("{}, since {since}, {print}", one.person.name)
    };
    Ok(all.map(|one| (one.key.fingerprint_text(), words(&one))).collect())
}

/// Names people; those of the same name with their ids.
fn named(here: &[Person]) -> Options {
    let mut many: HashMap<&str, usize> = HashMap::new();
    for person in here {
        *many.entry(person.name.as_str()).or_default() += 1;
    }
    let words = |person: &Person| match many.get(person.name.as_str()) {
        Some(1) | None => person.name.to_string(),
        Some(_) => format!("{} ({})", person.name, person.id),
    };
    here.iter().map(|person| (person.id.to_string(), words(person))).collect()
}

fn breaks(app: &mut App, open: &PersonId, data: &mut OfficeData) -> Result<(), Error> {
    if person::enrolment(app, open)?.is_none() {
        return Ok(());
    }
    let trainee = records::trainee_record(app, open)?.trainee;
    if let Some(span) = trainee.pauses.iter().find(|span| span.back.is_none()) {
        set(data, "change", "end");
        data.notes.push(format!("{} has been on a break in learning since {}.", trainee.name, day_words(span.from)));
    }
    Ok(())
}

/// Suggests the folder of the last backup, and says how old that is.
fn last_backup(app: &App, data: &mut OfficeData) {
    let Some(last) = backup::remembered(app.folder()).pop() else {
        data.notes
            .push("There is no backup yet. Use another disk: a copy on the same disk is lost with it.".to_owned());
        return;
    };
    let day = last.at.local_day();
    let days = (app.today() - day).num_days();
    let age = u32::try_from(days).map_or_else(|_| String::new(), |days| format!(", {} ago", counted(days, "day")));
    let folder = last.path.parent().unwrap_or(&last.path);
    let medium = medium_of(folder).map_or_else(String::new, |medium| format!(" on {medium}"));
    data.notes.push(format!("The last backup{medium} was made on {}{age}: {}", long_day(day), last.path.display()));
    set(data, "to", &folder.display().to_string());
}
