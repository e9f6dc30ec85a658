//! The department of the demo: what it promises holds on any day on which it is opened.

use std::collections::BTreeMap;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::{Arc, Mutex, PoisonError};

use countersign_app::app::App;
use countersign_app::claims::queue;
use countersign_app::clock::SetClock;
use countersign_app::cohort::grid;
use countersign_app::demo::{self, Demo, PASSPHRASE, PIN};
use countersign_app::keys::known_keys::known_keys;
use countersign_app::keys::session::Credential;
use countersign_app::keys::unlock::{resume_session, unlock};
use countersign_app::maintenance::backup::{BackupRequest, backup};
use countersign_app::maintenance::export;
use countersign_app::people::change_passphrase::change_passphrase;
use countersign_app::people::person;
use countersign_app::people::signing_keys::retire_keys;
use countersign_app::programme::gateway;
use countersign_app::programme::hours;
use countersign_app::random::SystemRandom;
use countersign_app::record::records;
use countersign_app::storage::data_dir::DataDir;
use countersign_app::verify::log::{Verdict, verify};
use countersign_core::filter::Filter;
use countersign_core::people::person::Role;
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::ids::{PersonId, Secret};
use countersign_core::primitives::text::SafeText;
use countersign_core::programme::cohort::{CohortOrder, CohortRow};
use countersign_core::programme::gateway::{Fulfilment, Reason};
use countersign_core::record::ksb_status::State;
use countersign_core::record::view::SessionCredential;
use countersign_store::db::Access;
use tempfile::TempDir;

use crate::cli::book::copy;
use crate::faults::work::folder;

/// The department at a moment, made by the program.
fn made(moment: &str) -> (TempDir, Demo) {
    let folder = folder();
    let now: Timestamp = moment.parse().unwrap();
    let demo =
        demo::department(&DataDir::new(folder.path().join("demo")), Box::new(SetClock(now)), &mut |_, _| {}).unwrap();
    (folder, demo)
}

/// A department that is copied.
struct Template {
    folder: TempDir,
    /// Whose sessions are open in it.
    sessions: Vec<PersonId>,
    /// The supervisor to start as, the officer and the trainee to show first.
    people: [PersonId; 3],
}

/// The department at a moment, made once for each moment and copied, which is quicker. Its keys are all wrapped.
pub fn at(moment: &str) -> (TempDir, Demo) {
    static MADE: Mutex<BTreeMap<String, Arc<Template>>> = Mutex::new(BTreeMap::new());
    let now: Timestamp = moment.parse().unwrap();
    let make = || {
        let (folder, Demo { mut app, supervisor, officer, trainee }) = made(moment);
        app.folder().make_all_late().unwrap();
        let sessions = app.sessions().into_iter().map(|session| session.person.id).collect();
        Arc::new(Template { folder, sessions, people: [supervisor, officer, trainee] })
    };
    let mut all = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    let template = Arc::clone(all.entry(moment.to_owned()).or_insert_with(make));
    drop(all);
    let folder = folder();
    copy(template.folder.path(), folder.path());
    let data = DataDir::new(folder.path().join("demo"));
    let mut app = App::open(data, Access::Write, Box::new(SetClock(now)), Box::new(SystemRandom::default())).unwrap();
    for person in &template.sessions {
        unlock(&mut app, person, &passphrase(PASSPHRASE)).unwrap();
    }
    let [supervisor, officer, trainee] = template.people.clone();
    (folder, Demo { app, supervisor, officer, trainee })
}

fn rows(demo: &mut Demo, order: CohortOrder) -> Vec<CohortRow> {
    let cohort = grid::cohort(&demo.app, &Filter::default(), order).unwrap();
    grid::cohort_rows(&demo.app, &cohort, 0, 100).unwrap()
}

fn named(rows: &[CohortRow], fits: impl Fn(&CohortRow) -> bool) -> Vec<&str> {
    let mut names: Vec<&str> = rows.iter().filter(|row| fits(row)).map(|row| row.trainee.name.as_str()).collect();
    names.sort_unstable();
    names
}

#[test]
#[ignore = "slow: the department of many days"]
fn its_states_hold_on_every_day_on_which_it_is_opened() {
    for moment in [
        "2026-11-21T10:00:00Z",
        "2027-02-28T23:50:00Z",
        "2027-05-31T12:00:00Z",
        "2027-08-01T00:05:00Z",
        "2028-02-29T09:00:00Z",
    ] {
        let (_folder, mut demo) = made(moment);
        let all = rows(&mut demo, CohortOrder::Behind);
        let first = &all[0];
        assert_eq!((all.len(), first.trainee.name.as_str()), (41, "Fionnuala Ní Dhomhnaill"), "{moment}");
        assert!(first.weeks <= -40 && all[1].weeks > first.weeks + 20, "{moment}: {} {}", first.weeks, all[1].weeks);
        let overdue = named(&all, |row| row.review_overdue > 0);
        assert_eq!(overdue, ["Fionnuala Ní Dhomhnaill", "Marion Reed", "Quinn Cedar"], "{moment}");
        assert_eq!(named(&all, |row| row.paused), ["Mei Rowan"], "{moment}");
        let again: BTreeMap<&str, (usize, usize)> = all
            .iter()
            .filter(|row| !row.again.is_empty())
            .map(|row| {
                let of = |state| row.again.iter().filter(|one| one.state == state).count();
                (row.trainee.name.as_str(), (of(State::Lapsed), of(State::Renew)))
            })
            .collect();
        let wanted = [
            ("Jamal Elm", (2, 0)),
            ("José Luis Fernández Iglesias", (0, 3)),
            ("Katya Hazel", (1, 1)),
            ("Oluwaseun Adébáyọ̀", (0, 2)),
        ];
        assert_eq!(again, wanted.into(), "{moment}");
        let queue = queue::queue(&demo.app, None, &Filter::default(), (0, 40)).unwrap();
        assert_eq!((queue.of, queue.rows[0].trainee_name.as_str()), (14, "Xanthe Cherry"), "{moment}");
        assert!(queue.rows.iter().any(|row| row.files > 0 && row.reflection.is_some()));
        let rosa = all.iter().find(|row| row.trainee.name.as_str() == "Rosa Juniper").unwrap();
        let ready = gateway::readiness(&demo.app, &rosa.trainee.id).unwrap();
        let open: Vec<&str> =
            ready.figures.iter().filter(|one| one.met != Fulfilment::Met).map(|one| one.id.as_str()).collect();
        assert_eq!(open, ["provider"], "{moment}: {:?}", ready.figures);
        let local = |demo: &mut Demo, name: &str| {
            let id = all.iter().find(|row| row.trainee.name.as_str() == name).unwrap().trainee.id.clone();
            let local = records::trainee_record(&demo.app, &id).unwrap().local;
            local.iter().map(|one| (one.ksb.code.to_string(), one.state)).collect::<BTreeMap<_, _>>()
        };
        let alex = [State::Partly, State::Renew, State::Lapsed, State::Signed];
        let codes = ["L1", "L2", "L3", "L4"].map(str::to_owned);
        assert_eq!(local(&mut demo, "Alex Trainee"), codes.clone().into_iter().zip(alex).collect(), "{moment}");
        let ben = [State::Partly, State::Open, State::Open, State::NotYet];
        assert_eq!(local(&mut demo, "Ben Hawthorn"), codes.into_iter().zip(ben).collect(), "{moment}");
        // No requirement of the gateway speaks of them: it is the standard's.
        let id = all.iter().find(|row| row.trainee.name.as_str() == "Alex Trainee").unwrap().trainee.id.clone();
        for figure in gateway::readiness(&demo.app, &id).unwrap().figures {
            let said: Vec<String> = figure.why.iter().map(Reason::line).chain([figure.short]).collect();
            for code in ["L1", "L2", "L3", "L4"] {
                assert!(said.iter().all(|line| !line.contains(code)), "{moment}: {}: {said:?}", figure.id);
            }
        }
        let waiting = hours::hours_waiting(&demo.app).unwrap();
        assert!(waiting.len() > 20 && waiting.iter().all(|(person, ..)| person.name != rosa.trainee.name), "{moment}");
    }
}

#[test]
#[ignore = "slow: the department of many days"]
fn it_is_sound_as_made_and_the_same_on_the_same_day() {
    let (folder, demo) = made("2026-11-21T10:00:00Z");
    let checkpoint = export::checkpoint(&demo.app).unwrap();
    let left = person::people(&demo.app, &[Role::Trainee]).unwrap().into_iter().filter(|person| person.left).count();
    assert_eq!(left, 1);
    let head = demo.app.head().unwrap();
    assert!(head.size > 2_000, "{}", head.size);
    drop(demo);
    let file = folder.path().join("demo/countersign.db");
    let report = verify(&file, &[checkpoint], 2, &mut |_, _| {}).unwrap();
    assert_eq!((report.verdict, report.faults), (Verdict::Sound, vec![]));
    let (_again, demo) = made("2026-11-21T10:00:00Z");
    assert_eq!(demo.app.head().unwrap(), head);
}

/// The names of a data folder's key files.
fn key_files(folder: &DataDir) -> Vec<String> {
    let entries = std::fs::read_dir(folder.key("")).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn passphrase(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

#[test]
#[ignore = "slow: the department of many days"]
fn a_key_is_wrapped_when_it_is_first_asked_for_and_then_opens_like_any_other() {
    let (_folder, Demo { mut app, officer, supervisor, trainee, .. }) = made("2026-11-21T10:00:00Z");
    let folder = app.folder().clone();
    assert_eq!(key_files(&folder), ["log.key"]);
    let mut wrapped = vec!["log.key".to_owned()];
    for id in [&officer, &supervisor, &trainee] {
        app.end_session(id);
        let error = unlock(&mut app, id, &passphrase("lantern orchid gravel walnut")).unwrap_err();
        assert!(error.why.contains("Wrong passphrase"), "{error:?}");
        wrapped.extend([format!("{id}.key"), format!("{id}.tries")]);
        wrapped.sort();
        assert_eq!(key_files(&folder), wrapped);
        assert!(unlock(&mut app, id, &passphrase(PASSPHRASE)).unwrap().credential == SessionCredential::Pin);
        wrapped.retain(|name| name.strip_suffix(".tries").is_none());
        assert_eq!(key_files(&folder), wrapped);
        resume_session(&mut app, id, &passphrase(PIN)).unwrap();
        assert!(resume_session(&mut app, id, &passphrase("4072")).unwrap_err().why.contains("Wrong PIN"));
    }
}

#[test]
#[ignore = "slow: the department of many days"]
fn a_folder_that_is_opened_by_its_path_holds_only_the_keys_that_are_on_its_disk() {
    let (_folder, Demo { app, officer, .. }) = made("2026-11-21T10:00:00Z");
    let path = app.folder().path().to_owned();
    let names = app.folder().key_names();
    assert_eq!(names.len(), 12, "log.key and the keys of officer, staff and first trainee: {names:?}");
    drop(app);
    let clock = SetClock("2026-11-21T10:00:00Z".parse().unwrap());
    let random = Box::new(SystemRandom::default());
    let mut real = App::open(DataDir::new(path), Access::Write, Box::new(clock), random).unwrap();
    assert_eq!(real.folder().key_names(), ["log.key"]);
    let error = unlock(&mut real, &officer, &passphrase(PASSPHRASE)).unwrap_err();
    assert!(error.why.contains("has no key on this machine"), "{error:?}");
}

#[test]
fn a_new_passphrase_or_a_retired_key_leaves_no_key_behind_that_the_old_one_opens() {
    let (_folder, Demo { mut app, officer, supervisor, .. }) = at("2026-11-21T10:00:00Z");
    let new = passphrase("violet canyon thimble marble otter");
    change_passphrase(&mut app, &officer, &passphrase(PASSPHRASE), &new).unwrap();
    assert!(unlock(&mut app, &officer, &passphrase(PASSPHRASE)).is_err());
    unlock(&mut app, &officer, &new).unwrap();
    let known = known_keys(&app, Some(&supervisor)).unwrap();
    let reason = SafeText::line("Lost").unwrap();
    retire_keys(&mut app, &officer, &Credential::Session, &known, &reason).unwrap();
    let error = unlock(&mut app, &supervisor, &passphrase(PASSPHRASE)).unwrap_err();
    assert!(error.why.contains("has no key on this machine"), "{error:?}");
}

#[test]
#[ignore = "slow: the department of many days"]
fn a_backup_with_keys_holds_those_that_nobody_has_asked_for() {
    let (folder, Demo { mut app, .. }) = made("2026-11-21T10:00:00Z");
    let wish = BackupRequest { keys: true, replace: false, threads: 2 };
    // The default of a temporary folder depends on the user's umask, and keys go only to a private one.
    std::fs::set_permissions(folder.path(), Permissions::from_mode(0o700)).unwrap();
    let to = folder.path().join("copy.db");
    let made = backup(&mut app, &to, wish, &mut |_, _, _| {}).unwrap();
    let (place, copied) = made.keys.unwrap();
    assert_eq!((copied, std::fs::read_dir(place).unwrap().count()), (12, 12));
}

#[test]
#[ignore = "slow: the department of many days"]
fn it_says_how_far_it_is_before_it_begins_and_as_it_goes() {
    let folder = tempfile::tempdir().unwrap();
    let data = DataDir::new(folder.path().join("demo"));
    let (mut said, mut begun_with) = (Vec::new(), None);
    let clock = Box::new(SetClock("2026-11-21T10:00:00Z".parse().unwrap()));
    let made = demo::department(&data, clock, &mut |done, of| {
        begun_with.get_or_insert(data.is_founded());
        said.push((done, of));
    });
    made.unwrap();
    assert_eq!((begun_with, said[0].0), (Some(false), 0));
    assert!(said.len() > 20 && said.windows(2).all(|two| two[0].0 <= two[1].0), "{said:?}");
    assert!(said.iter().all(|(done, of)| done < of), "{said:?}");
}
