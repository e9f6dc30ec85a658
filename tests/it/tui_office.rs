//! What a training officer does on the screen, on a real book: every task is found by plain words, is for training officers,
//! can be left with nothing written, and does what the command line does.

use std::sync::{OnceLock, mpsc::channel};
use std::time::Duration;

use countersign_core::primitives::ids::Secret;
use countersign_core::record::view::SessionCredential;
use countersign_tui::dialog::signature::Stage;
use countersign_tui::model::Overlay;
use countersign_tui::model::access_mode::AccessMode;
use countersign_tui::msg::credential_kind::CredentialKind;
use countersign_tui::msg::office::OfficeTask;
use countersign_tui::msg::{Effect, Msg, Outcome, PersonChoice};
use countersign_tui::overlay::words;
use countersign_tui::runtime::event_loop::EffectHandler as _;
use countersign_tui::runtime::input::Input;

use crate::bundle;
use crate::cli::book::{Book, OFFICER, SUPERVISOR};
use crate::live::{Live, VERA, sound, staffed};
use crate::tui_face::person;

/// The words that people use for each task.
const PLAIN: [(OfficeTask, &[&str]); 23] = [
    (OfficeTask::AddPerson, &["add", "new trainee", "new starter"]),
    (OfficeTask::ImportRoster, &["roster", "excel"]),
    (OfficeTask::ImportRecords, &["import records", "matrix", "e-portfolio"]),
    (OfficeTask::Enrol, &["enrol", "start date"]),
    (OfficeTask::Supervise, &["supervises", "mentor"]),
    (OfficeTask::IssueKey, &["issue key", "forgotten", "lost"]),
    (OfficeTask::Leave, &["leaves", "resign", "moved"]),
    (OfficeTask::EndKey, &["compromised", "stolen", "retire"]),
    (OfficeTask::SetPin, &["my own", "set pin"]),
    (OfficeTask::SshKey, &["ssh", "putty"]),
    (OfficeTask::Break, &["maternity", "break"]),
    (OfficeTask::Move, &["another version", "upgrade"]),
    (OfficeTask::Policy, &["settings", "policy"]),
    (OfficeTask::BackUp, &["backup", "back up", "usb"]),
    (OfficeTask::Verify, &["verify", "tamper"]),
    (OfficeTask::AdoptStandard, &["adopt", "new version"]),
    (OfficeTask::AdoptList, &["local competences"]),
    (OfficeTask::MakeBundle, &["bundle out"]),
    (OfficeTask::CheckBundle, &["bundle check"]),
    (OfficeTask::ImportBundle, &["bundle in"]),
    (OfficeTask::TakeBackBundle, &["take back bundle", "wrong trainee"]),
    (OfficeTask::AcceptLog, &["accept log"]),
    (OfficeTask::StopLog, &["stop log"]),
];

fn fixture(name: &str) -> String {
    format!("{}/tests/fixtures/standards/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// With a second version of a standard, on whose first version Bo is.
fn versions() -> Book {
    static MADE: OnceLock<Book> = OnceLock::new();
    Book::once(&MADE, || {
        let book = staffed();
        for file in ["record-1.0.json", "record-1.1.json"] {
            assert_eq!(book.officer(&["standard", "import", &fixture(file), "--yes"]).code, 0);
        }
        book.officer(&["person", "add", "Bo Beginner", "--role", "trainee"]).done();
        book.officer(&["enrol", "Bo", "MU0413 1.0", "--start", "2024-03-01"]).done();
        book
    })
}

fn officer(book: Book) -> Live {
    with(book, "Ada")
}

/// The training officer at the screen, with this trainee open.
fn with(book: Book, trainee: &str) -> Live {
    let mut live = Live::at(book, (100, 36));
    live.sign_in("Olu", OFFICER);
    live.open(trainee);
    live
}

/// The task whose dialog is open.
fn open_task(live: &Live) -> Option<OfficeTask> {
    let Some(Overlay::Act(dialog)) = &live.model.overlay else { return None };
    OfficeTask::ALL.iter().copied().find(|task| task.name() == dialog.open.kind.name())
}

fn begin(live: &mut Live, task: OfficeTask) {
    live.say(Msg::Do(task.command()));
    assert_eq!(open_task(live), Some(task), "{}", live.text());
}

/// Everything that a task could have changed.
fn facts(book: &Book) -> Vec<String> {
    let ask: [&[&str]; 6] = [
        &["history", "--json", "--most", "1"],
        &["person", "list", "--json"],
        &["supervise", "--json"],
        &["policy", "--json"],
        &["key", "list", "--json"],
        &["ssh", "list", "--json"],
    ];
    ask.iter().map(|args| book.run(args).done().out).collect()
}

/// Another department, where Ann has K1.
fn elsewhere() -> Book {
    static MADE: OnceLock<Book> = OnceLock::new();
    Book::once(&MADE, || {
        let other = bundle::away();
        other.supervisor(&["sign-off", "Ann Trainee", "K1"]).done();
        other
    })
}

/// Keys that fill a dialog in, up to its secret, with a book's files.
fn fill(task: OfficeTask, book: &Book) -> String {
    let path = |name: &str| book.0.path().join(name).to_str().unwrap().to_owned();
    match task {
        OfficeTask::AddPerson => "'Bea Newcomer' enter".into(),
        OfficeTask::ImportRoster => {
            std::fs::write(path("roster.csv"), "name,roles\nCy Clinician,supervisor\nDee Doe,trainee\n").unwrap();
            format!("'{}' enter A", path("roster.csv"))
        }
        OfficeTask::ImportRecords => {
            std::fs::write(path("matrix.csv"), "name,K1,K2\nAda Apprentice,12 May 2025,13 May 2025\n").unwrap();
            format!("'{}' tab 'The old matrix' enter A", path("matrix.csv"))
        }
        OfficeTask::Supervise => "'priya' enter".into(),
        OfficeTask::IssueKey | OfficeTask::Leave => "'vera' enter".into(),
        OfficeTask::EndKey => "'vera' tab tab 'Phone lost' enter".into(),
        OfficeTask::SetPin => "'1357' tab '1357' enter".into(),
        OfficeTask::SshKey => "'ada' tab tab 'ssh-ed25519 AAAA' enter".into(),
        OfficeTask::Break => "'today' tab tab 'Parental leave' enter".into(),
        OfficeTask::Enrol => "tab tab ctrl-u '2 Sep 2025' enter".into(),
        OfficeTask::Move => "'MU0413 1.1' enter".into(),
        OfficeTask::Policy => "ctrl-u '2' enter".into(),
        OfficeTask::BackUp => {
            std::fs::create_dir_all(path("stick")).unwrap();
            format!("ctrl-u '{}' enter", path("stick"))
        }
        OfficeTask::AdoptStandard => format!("'{}' enter", fixture("assistant.csv")),
        OfficeTask::AdoptList => {
            std::fs::write(path("list.toml"), include_str!("../../data/competences-example.toml")).unwrap();
            format!("'{}' enter", path("list.toml"))
        }
        OfficeTask::Verify => String::new(),
        OfficeTask::MakeBundle => format!("'{}' enter", path("ada.bundle")),
        // Enter checks it at once.
        OfficeTask::CheckBundle => format!("'{}'", path("ann.bundle")),
        OfficeTask::ImportBundle => {
            let other = elsewhere();
            bundle::accept(book, &other);
            std::fs::copy(bundle::bundle(&other, "out.bundle", &[]), path("ann.bundle")).unwrap();
            format!("'{}' tab 'ada' tab 'Ann Trainee' enter", path("ann.bundle"))
        }
        OfficeTask::TakeBackBundle => {
            let other = elsewhere();
            bundle::accept(book, &other);
            let file = bundle::bundle(&other, "out.bundle", &[]);
            let named = ["--trainee", "Ada", "--known-there-as", "Ann Trainee", "--yes"];
            book.officer(&[&["bundle", "import", file.to_str().unwrap()], &named[..]].concat()).done();
            "'ada' tab 'It is about somebody else' enter".into()
        }
        OfficeTask::AcceptLog => format!("'{}' enter", bundle::key_of(&elsewhere())),
        OfficeTask::StopLog => {
            let other = elsewhere();
            bundle::accept(book, &other);
            let key = bundle::key_of(&other);
            format!("'{}' tab 'It closed' enter", key.split('+').next().unwrap())
        }
    }
}

#[test]
#[ignore = "slow: each task of the office in turn"]
fn every_task_is_found_in_the_palette_by_the_words_that_people_use() {
    assert_eq!(PLAIN.len(), OfficeTask::ALL.len());
    let mut live = officer(versions());
    for (task, all) in PLAIN {
        for words in all {
            live.keys(&format!(": '{words}' enter"));
            assert_eq!(open_task(&live), Some(task), "{words}\n{}", live.text());
            live.keys("esc");
            assert_eq!(live.model.overlay, None, "{words}");
        }
    }
}

#[test]
fn who_is_not_a_training_officer_is_told_so_and_whom_to_ask() {
    for (who, secret) in [("Sam", SUPERVISOR), ("Vera", VERA)] {
        let mut live = Live::new(staffed(), who, secret);
        for task in OfficeTask::ALL {
            live.say(Msg::Do(task.command()));
            let own = *task == OfficeTask::SetPin || (*task == OfficeTask::Verify && who == "Vera");
            assert_eq!(open_task(&live), own.then_some(*task), "{}", live.text());
            if !own {
                let said = live.said().to_owned();
                assert!(
                    said.contains("training officer") && said.ends_with("press i to change who is signing"),
                    "{said}"
                );
            }
            live.keys("esc");
        }
    }
}

#[test]
fn nobody_signed_in_is_asked_who_they_are_and_then_gets_the_dialog() {
    for task in OfficeTask::ALL {
        let mut live = Live::at(staffed(), (100, 36));
        live.say(Msg::Do(task.command()));
        assert!(matches!(live.model.overlay, Some(Overlay::Person(_))), "{task:?}");
        live.sign_in("Olu", OFFICER);
        assert_eq!(open_task(&live), Some(*task), "{}", live.text());
    }
}

#[test]
fn over_ssh_no_file_of_the_server_is_named_and_the_program_says_so() {
    let mut live = officer(staffed());
    let own =
        PersonChoice { person: person("05f4", "Olu Officer", &[]), way: CredentialKind::Passphrase, signed_in: false };
    live.model.access_mode = AccessMode::Person(own);
    for task in OfficeTask::ALL.iter().filter(|task| task.needs_files()) {
        live.say(Msg::Do(task.command()));
        assert!(live.said().starts_with("Over SSH, files on the server are not read or written"), "{}", live.said());
        assert_eq!(live.model.overlay, None);
    }
}

#[test]
#[ignore = "slow: each task of the office in turn"]
fn each_dialog_is_left_by_esc_with_nothing_written_whatever_was_typed() {
    for task in OfficeTask::ALL {
        let mut live = with(versions(), if *task == OfficeTask::Move { "Bo" } else { "Ada" });
        let keys = fill(*task, &live.book);
        let before = facts(&live.book);
        begin(&mut live, *task);
        live.keys("esc");
        begin(&mut live, *task);
        live.keys(&keys);
        assert_eq!(open_task(&live), Some(*task), "{}", live.text());
        live.keys("'2468' esc");
        if matches!(task, OfficeTask::ImportRoster | OfficeTask::ImportRecords) {
            // Back to the preview, and out of it.
            live.keys("esc");
        }
        assert_eq!(live.model.overlay, None, "{task:?}");
        assert_eq!(facts(&live.book), before, "{task:?}");
    }
}

/// Fills a task's dialog in and signs it.
fn carried_out(live: &mut Live, task: OfficeTask) {
    let keys = fill(task, &live.book);
    begin(live, task);
    live.keys(&keys);
    live.sign(OFFICER);
}

#[test]
#[ignore = "slow: each task of the office in turn"]
fn each_task_does_on_the_file_what_the_command_line_does() {
    type Check = fn(&Live);
    let checks: [(OfficeTask, &str, Check); 17] = [
        (OfficeTask::AddPerson, "Added Bea Newcomer, enrolled on ", |live| {
            let card = live.book.run(&["trainee", "Bea", "--json"]).done().json();
            assert!(card["trainee"]["standard"].as_str().unwrap().starts_with("ST0413"), "{card}");
        }),
        (OfficeTask::ImportRoster, "Added 2 people, 0 enrolled", |live| {
            assert!(!live.id("Cy Clinician").as_str().is_empty() && !live.id("Dee Doe").as_str().is_empty());
        }),
        (OfficeTask::ImportRecords, "Carried over 2 items of 1 person", |live| {
            assert_eq!(live.newest("carry-over")["signer_name"], "Olu Officer");
        }),
        (OfficeTask::Enrol, "Changed the enrolment of Ada Apprentice: start 1 Sep 2025 becomes 2 Sep 2025", |live| {
            assert_eq!(live.newest("enrolment")["signer_name"], "Olu Officer");
        }),
        (OfficeTask::Supervise, "Priya Provider supervises Ada Apprentice", |live| {
            let all = live.book.run(&["supervise", "Priya", "--json"]).done().out;
            assert!(all.contains("Ada Apprentice"), "{all}");
        }),
        (OfficeTask::Leave, "Recorded that Vera Verifier has left", |live| {
            let people = live.book.run(&["person", "list", "left", "--json"]).done().out;
            assert!(people.contains("Vera Verifier"), "{people}");
        }),
        (OfficeTask::EndKey, "Retired a key of Vera Verifier", |live| {
            let keys = live.book.run(&["key", "list", "Vera", "--json"]).done().json();
            assert_eq!(keys["keys"][0]["state"], "retired");
        }),
        (OfficeTask::Break, "Ada Apprentice is on a break in learning from ", |live| {
            assert_eq!(live.newest("pause")["signer_name"], "Olu Officer");
        }),
        (OfficeTask::Policy, "Changed the settings: session-hours 2", |live| {
            let policy = live.book.run(&["policy", "--json"]).done().json();
            let row = policy["policies"].as_array().unwrap().iter().find(|row| row["id"] == "session-hours").cloned();
            assert_eq!(row.unwrap()["value"], 2);
        }),
        (OfficeTask::BackUp, "Backed up to ", |live| {
            let made: Vec<_> = std::fs::read_dir(live.book.0.path().join("stick")).unwrap().collect();
            let path = made.into_iter().next().unwrap().unwrap().path();
            assert_eq!(live.book.run(&["verify", path.to_str().unwrap()]).code, 3);
        }),
        (OfficeTask::AdoptStandard, "Adopted ", |live| {
            assert_eq!(live.newest("standard")["signer_name"], "Olu Officer");
        }),
        (OfficeTask::AdoptList, "Adopted ", |live| {
            assert_eq!(live.newest("competences")["signer_name"], "Olu Officer");
        }),
        (OfficeTask::MakeBundle, "Wrote the bundle of Ada Apprentice to ", |live| {
            let file = live.book.0.path().join("ada.bundle");
            assert_eq!(live.book.run(&["bundle", "check", file.to_str().unwrap()]).code, 0);
        }),
        (OfficeTask::ImportBundle, "Received ", |live| {
            let kept = live.book.run(&["bundle", "Ada", "--json"]).done().json();
            assert_eq!(kept["logs"].as_array().unwrap().len(), 1, "{kept}");
        }),
        (OfficeTask::TakeBackBundle, "Took back ", |live| {
            let kept = live.book.run(&["bundle", "Ada", "--json"]).done().json();
            assert_eq!(kept["logs"].as_array().unwrap().len(), 0, "{kept}");
            assert_eq!(live.newest("taken-back")["signer_name"], "Olu Officer");
        }),
        (OfficeTask::AcceptLog, "Accepted the key of ", |live| {
            assert_eq!(live.newest("other-log")["signer_name"], "Olu Officer");
        }),
        (OfficeTask::StopLog, "Bundles from ", |live| {
            let keys = live.book.run(&["bundle", "keys", "--json"]).done().json();
            assert_eq!(keys["logs"][0]["reason"], "It closed");
        }),
    ];
    for (task, said, check) in checks {
        let mut live = officer(staffed());
        carried_out(&mut live, task);
        assert!(live.said().starts_with(said), "{task:?} {}\n{}", live.said(), live.text());
        check(&live);
        sound(&live.book);
    }
}

#[test]
#[ignore = "slow: each task of the office in turn"]
fn a_wrong_secret_writes_nothing_even_where_nothing_is_signed() {
    let reads = [OfficeTask::Verify, OfficeTask::CheckBundle];
    for task in OfficeTask::ALL.iter().filter(|task| !reads.contains(task)) {
        let mut live = with(versions(), if *task == OfficeTask::Move { "Bo" } else { "Ada" });
        let keys = fill(*task, &live.book);
        let before = facts(&live.book);
        begin(&mut live, *task);
        live.keys(&keys);
        live.sign("not the right words at all 9");
        let Some(Overlay::Act(dialog)) = &live.model.overlay else { panic!("{task:?} {}", live.text()) };
        assert_eq!(dialog.signature.stage, Stage::Asking);
        assert!(dialog.signature.failure.is_some(), "{}", live.text());
        assert_eq!(facts(&live.book), before, "{task:?}");
    }
}

#[test]
fn a_trainee_is_moved_to_another_version_after_seeing_what_that_means() {
    let mut live = with(versions(), "Bo");
    begin(&mut live, OfficeTask::Move);
    live.shows("Bo Beginner has been on MU0413 1.0");
    live.keys("'MU0413 1.1' enter");
    live.shows("Nothing is");
    live.sign(OFFICER);
    assert_eq!(live.said(), "Moved Bo Beginner from MU0413 1.0 to MU0413 1.1");
    let card = live.book.run(&["trainee", "Bo", "--json"]).done().json();
    assert_eq!(card["trainee"]["standard"], "MU0413 1.1");
    // Enrolling does not move: it says which task does.
    begin(&mut live, OfficeTask::Enrol);
    live.keys("shift-tab");
    let Some(Overlay::Act(dialog)) = &mut live.model.overlay else { panic!("{}", live.text()) };
    dialog.form.focus_on("standard");
    live.keys("'MU0413 1.0' enter");
    live.shows("is already on MU0413 1.1");
    sound(&live.book);
}

#[test]
fn the_form_of_an_enrolled_trainee_shows_their_own_enrolment_and_changes_only_what_is_typed() {
    let mut live = officer(versions());
    let before = facts(&live.book);
    begin(&mut live, OfficeTask::Enrol);
    live.shows("Ada Apprentice is already enrolled");
    live.shows("since 1 Sep 2025");
    // Neither Enter nor the passphrase alone changes anything.
    live.keys(&format!("enter enter '{OFFICER}' enter esc esc"));
    assert_eq!(facts(&live.book), before);
    // Another trainee is shown with their own values; one who is not enrolled, with those of a beginner.
    begin(&mut live, OfficeTask::Enrol);
    live.keys("'Bo Beginner'");
    let value = |live: &Live, name: &str| match &live.model.overlay {
        Some(Overlay::Act(dialog)) => dialog.form.value(name).to_owned(),
        _ => panic!("{}", live.text()),
    };
    assert_eq!((value(&live, "standard"), value(&live, "start")), ("MU0413 1.0".into(), "1 Mar 2024".into()));
    live.keys("ctrl-u 'Ann Trainer'");
    assert_eq!(value(&live, "start"), "today");
    // What was typed stays when another trainee is chosen.
    live.keys("tab tab ctrl-u '5 Oct 2025' shift-tab shift-tab ctrl-u 'Ada Apprentice'");
    assert_eq!(value(&live, "start"), "5 Oct 2025");
    live.keys("enter");
    live.shows("start 1 Sep 2025 becomes 5 Oct 2025");
    live.sign(OFFICER);
    assert_eq!(live.said(), "Changed the enrolment of Ada Apprentice: start 1 Sep 2025 becomes 5 Oct 2025");
    let card = live.book.run(&["trainee", "Ada", "--json"]).done().json();
    assert_eq!(card["trainee"]["start"], "2025-10-05");
    sound(&live.book);
}

#[test]
fn no_form_gives_a_day_to_the_trainee_who_happens_to_be_open() {
    for task in [OfficeTask::Enrol, OfficeTask::Break] {
        let mut live = officer(versions());
        let before = facts(&live.book);
        begin(&mut live, task);
        let Some(Overlay::Act(dialog)) = &live.model.overlay else { panic!("{}", live.text()) };
        for name in ["start", "from", "on"] {
            assert_ne!(dialog.form.value(name), "today", "{task:?} {name}");
        }
        live.keys(&format!("enter '{OFFICER}' enter"));
        assert_eq!(facts(&live.book), before, "{task:?}\n{}", live.text());
    }
}

#[test]
fn five_words_are_shown_once_open_the_key_and_are_replaced_by_a_pin_and_a_passphrase_of_ones_own() {
    const OWN: &str = "maple tunnel copper violin 8";
    for (task, keys) in [(OfficeTask::IssueKey, "'vera' enter"), (OfficeTask::AddPerson, "'Cy Clinician' tab s enter")]
    {
        let mut live = officer(staffed());
        begin(&mut live, task);
        live.keys(keys);
        live.sign(OFFICER);
        let Some(Overlay::Words(shown)) = &live.model.overlay else { panic!("{}", live.text()) };
        let words::State { first } = shown.as_ref().clone();
        assert_eq!(first.words.reveal().split('-').count(), 5);
        live.shows(first.words.reveal());
        live.keys("p");
        assert_eq!(open_task(&live), Some(OfficeTask::SetPin), "{}", live.text());
        live.keys(&format!("'1357' tab '1357' tab '{OWN}' tab '{OWN}' enter"));
        live.sign(first.words.reveal());
        assert!(live.said().starts_with("Set a new passphrase and PIN for "), "{}", live.text());
        assert!(!live.text().contains(first.words.reveal()));
        let person = first.person.id.clone();
        for (secret, opens) in [(first.words.reveal(), false), (OWN, true)] {
            let secret = Secret::new(secret.to_owned());
            let unlock = Effect::Unlock { person: person.clone(), way: CredentialKind::Passphrase, secret };
            match live.door.perform(unlock) {
                Outcome::Unlocked { session, .. } => assert!(opens && session.credential == SessionCredential::Pin),
                other => assert!(!opens, "{other:?}"),
            }
        }
        sound(&live.book);
    }
}

#[test]
fn who_left_can_be_back_and_a_compromised_key_puts_what_it_signed_under_review() {
    let mut live = officer(staffed());
    carried_out(&mut live, OfficeTask::Leave);
    begin(&mut live, OfficeTask::Leave);
    live.keys("tab right shift-tab 'vera' enter");
    live.sign(OFFICER);
    assert!(live.said().starts_with("Vera Verifier is back. Their keys were retired"), "{}", live.text());
    begin(&mut live, OfficeTask::EndKey);
    live.keys("'priya' tab right tab enter");
    live.shows("Type the number of the first entry");
    live.keys("'5' tab 'Left signed in' enter");
    live.sign(OFFICER);
    assert!(
        live.said().starts_with("Everything that the key of Priya Provider signed from entry 5"),
        "{}",
        live.text()
    );
    let keys = live.book.run(&["key", "list", "Priya", "--json"]).done().json();
    assert_eq!(keys["keys"][0]["state"], "compromised");
    sound(&live.book);
}

#[test]
fn a_level_is_recorded_with_a_new_person() {
    let mut live = officer(staffed());
    begin(&mut live, OfficeTask::AddPerson);
    live.keys("'Cy Clinician' tab s");
    let Some(Overlay::Act(dialog)) = &mut live.model.overlay else { panic!("{}", live.text()) };
    dialog.form.focus_on("level");
    live.keys("right right enter");
    live.sign(OFFICER);
    let people = live.book.run(&["person", "list", "Cy", "--json"]).done().json();
    assert_eq!(people["people"][0]["level"], "associate");
}

#[test]
fn a_new_pin_is_typed_twice_and_signs_from_then_on() {
    let mut live = officer(staffed());
    begin(&mut live, OfficeTask::SetPin);
    for (keys, fault) in [
        ("enter", "Type a new PIN of 4 to 8 digits"),
        ("'1357' enter", "Type the new PIN again"),
        ("tab '1358' enter", "The two are not the same"),
    ] {
        live.keys(keys);
        live.shows(fault);
    }
    live.keys("ctrl-u '1357' enter");
    live.sign(OFFICER);
    assert_eq!(live.said(), "The PIN of Olu Officer is set");
    assert_eq!(live.model.session().unwrap().credential, SessionCredential::Pin);
    begin(&mut live, OfficeTask::Supervise);
    live.keys("'priya' enter '1357' enter");
    assert_eq!(live.said(), "Priya Provider supervises Ada Apprentice");
}

#[test]
fn a_new_trainee_is_enrolled_in_twelve_keys_and_the_name() {
    let mut live = officer(staffed());
    carried_out(&mut live, OfficeTask::SetPin);
    let name = "Bea Newcomer";
    let keys = [": a d d enter", "enter", "1 3 5 7 enter"];
    live.keys(keys[0]);
    live.keys(&format!("'{name}'"));
    live.keys(keys[1]);
    live.shows("Adds Bea Newcomer, trainee, enrolled on ST0413");
    live.keys(keys[2]);
    assert!(live.said().starts_with("Added Bea Newcomer, enrolled on ST0413"), "{}", live.text());
    let count: usize = keys.iter().map(|keys| keys.split(' ').count()).sum();
    assert!(count <= 12, "{count}");
    let card = live.book.run(&["trainee", "Bea", "--json"]).done().json();
    assert_eq!(card["trainee"]["signed"], 0);
}

#[test]
fn somebody_of_the_same_name_is_added_only_when_asked_for() {
    let mut live = officer(staffed());
    begin(&mut live, OfficeTask::AddPerson);
    live.keys("'Ada Apprentice' enter");
    live.shows("There is already");
    let before = live.book.size();
    let Some(Overlay::Act(dialog)) = &mut live.model.overlay else { panic!("{}", live.text()) };
    dialog.form.focus_on("another");
    live.keys("right enter");
    live.sign(OFFICER);
    assert!(live.said().starts_with("Added Ada Apprentice"), "{}", live.text());
    assert_eq!(live.book.size(), before + 2);
}

#[test]
fn a_roster_is_previewed_row_by_row_corrected_and_only_what_is_right_is_added() {
    let mut live = officer(staffed());
    let path = live.book.0.path().join("faulty.csv");
    let rows = "name,roles,standard,start,supervisor\n\
                Bea Newcomer,trainee,ST0413,1 Sep 2026,Sam Supervisor\n\
                Callum Sloe,trainee,ST0413,31/02/2026,Sam Supervisor\n\
                Hattie Quince,trainee,ST0413,1 Sep 2026,Sam Supervisr\n\
                Ada Apprentice,trainee,,,\n";
    std::fs::write(&path, rows).unwrap();
    let before = facts(&live.book);
    begin(&mut live, OfficeTask::ImportRoster);
    live.keys(&format!("'{}' enter", path.display()));
    for words in ["1 to add", "1 here already", "2 to fix", "Row 3, Callum Sloe", "31/02/2026", "row 1 of 2 to fix"] {
        live.shows(words);
    }
    // What is typed for a cell is read as if the file had it.
    live.keys("enter ctrl-u '28 Feb 2026' enter");
    for words in ["2 to add", "1 to fix"] {
        live.shows(words);
    }
    live.keys("f");
    live.shows("Row 4, Hattie Quince");
    assert_eq!(facts(&live.book), before, "a preview writes nothing");
    // From the question for the secret, Esc leads back to the preview.
    live.keys("A");
    live.shows("2 people added from faulty.csv, 2 of them enrolled, 1 with faults left for later");
    live.keys("esc");
    live.shows("1 to fix");
    live.keys("A");
    live.sign(OFFICER);
    assert!(live.said().starts_with("Added 2 people, 2 enrolled. Rows left out: 1"), "{}", live.text());
    let people = live.book.run(&["person", "list", "--json"]).done().out;
    for (name, there) in [("Bea Newcomer", true), ("Callum Sloe", true), ("Hattie Quince", false)] {
        assert_eq!(people.contains(name), there, "{name}");
    }
    sound(&live.book);
}

#[test]
fn a_fault_of_a_roster_suggests_what_may_have_been_intended_and_a_row_that_is_right_but_unusual_is_to_check() {
    let mut live = officer(staffed());
    let path = live.book.0.path().join("odd.csv");
    let rows = "name,roles,standard,start,supervisor\n\
                Callum Sloe,trainee,ST0413,31/02/2026,Sam Supervisor\n\
                Hattie Quince,trainee,ST0413,1 Sep 2026,Sam Supervisr\n\
                Beth Damson,trainee,ST0413 1.1,1 Sep 2023,Sam Supervisor\n";
    std::fs::write(&path, rows).unwrap();
    begin(&mut live, OfficeTask::ImportRoster);
    live.keys(&format!("'{}' enter", path.display()));
    for words in [
        "1 to add, 2 to fix, 1 to check",
        "! not a date",
        "! nobody by that name",
        "? add, enrol: check",
        "28 Feb 2026   enter fills it in   x leaves row 2 out",
        "row 3: Supervisor “Sam Supervisr”, did you mean Sam Supervisor?",
        "1 person added and enrolled, 2 rows to fix left for later",
    ] {
        live.shows(words);
    }
    live.keys("enter enter");
    live.shows("2 to add, 1 to fix, 1 to check");
    live.keys("f enter enter");
    live.shows("3 to add, 1 to check");
    live.shows("3 people added and enrolled");
    live.keys("G");
    live.shows("Row 4, Beth Damson");
    assert!(live.text().contains("? “1 Sep 2023”") || live.text().contains("2024"), "{}", live.text());
}

#[test]
fn a_row_of_a_roster_is_left_out_and_esc_leaves_the_preview_with_nothing_saved() {
    let mut live = officer(staffed());
    let path = live.book.0.path().join("two.csv");
    std::fs::write(&path, "name,roles\nBea Newcomer,trainee\nCy Clinician,nurse\n").unwrap();
    let before = facts(&live.book);
    begin(&mut live, OfficeTask::ImportRoster);
    live.keys(&format!("'{}' enter", path.display()));
    live.shows("1 to add, 1 to fix");
    live.keys("x");
    live.shows("1 to add, 1 left out");
    live.keys("esc");
    assert_eq!(live.model.overlay, None);
    assert_eq!(facts(&live.book), before);
}

#[test]
fn records_are_previewed_cell_by_cell_what_has_a_fault_is_left_out_and_the_rest_is_carried_over() {
    let mut live = officer(staffed());
    let path = live.book.0.path().join("matrix.csv");
    let rows = "Name,K1,K99,K2\nAda Apprentice,12/05/2025,12/05/2025,31/02/2025\nZed Quux,12/05/2025,,\n";
    std::fs::write(&path, rows).unwrap();
    let before = facts(&live.book);
    begin(&mut live, OfficeTask::ImportRecords);
    live.keys(&format!("'{}' enter", path.display()));
    live.shows("Say what the record is, such as");
    live.keys("'The old matrix' enter");
    for words in ["1 to carry over, 3 with a fault", "C2, K99 of Ada Apprentice", "There is no K99 in ST0413 1.1"] {
        live.shows(words);
    }
    live.keys("f");
    live.shows("“31/02/2025” is not a date");
    live.keys("x");
    live.shows("1 to carry over, 2 with a fault, 1 left out");
    live.shows("B3, K1 of Zed Quux");
    live.shows("Nobody here has the name “Zed Quux”");
    live.keys("r");
    live.shows("1 to carry over, 1 with a fault, 2 left out");
    // Nothing is carried over while there is a fault.
    live.keys("A");
    live.shows("This is a preview. Nothing is saved yet.");
    live.keys("X");
    live.shows("1 to carry over, 3 left out");
    assert_eq!(facts(&live.book), before, "a preview writes nothing");
    live.keys("A");
    live.shows("1 item of 1 person carried over from matrix.csv: “The old matrix”");
    live.keys("esc");
    live.shows("1 to carry over, 3 left out");
    live.keys("A");
    live.sign(OFFICER);
    assert!(live.said().starts_with("Carried over 1 item of 1 person"), "{}", live.text());
    sound(&live.book);
}

#[test]
fn a_cell_with_a_fault_is_given_a_day_on_the_screen_and_that_day_is_carried_over() {
    let mut live = officer(staffed());
    let path = live.book.0.path().join("matrix.csv");
    let rows = "Name,K1,K2,K3\nAda Apprentice,31/02/2025,Training only,yes\nZed Quux,12/05/2025,,\n";
    std::fs::write(&path, rows).unwrap();
    begin(&mut live, OfficeTask::ImportRecords);
    live.keys(&format!("'{}' tab 'The old matrix' enter", path.display()));
    live.shows("0 to carry over, 4 with a fault");
    live.shows("“31/02/2025” is not a date");
    for (typed, words) in [("1 Jan 2098", "is after today"), ("soon", "“soon” is not")] {
        live.keys(&format!("enter '{typed}' enter"));
        live.shows(words);
        live.shows("0 to carry over, 4 with a fault");
        live.keys("esc");
    }
    live.keys("enter '28/02/2025' enter");
    live.shows("1 to carry over, 3 with a fault");
    live.shows("Carried over as seen on 28 Feb 2025");
    // A person who is not certain is not made certain by a day.
    live.keys("f f f enter");
    live.shows("Nobody here has the name “Zed Quux”");
    assert!(!live.text().contains("use this day"), "{}", live.text());
    live.keys("X");
    live.shows("1 to carry over, 3 left out");
    live.keys("A");
    live.sign(OFFICER);
    assert!(live.said().starts_with("Carried over 1 item of 1 person"), "{}", live.text());
    let record = live.book.run(&["trainee", "Ada Apprentice", "--json"]).done().out;
    assert!(record.contains("2025-02-28"), "{record}");
    sound(&live.book);
}

#[test]
fn the_form_of_existing_records_says_how_they_are_read_as_the_command_line_does() {
    let mut live = officer(staffed());
    let path = live.book.0.path().join("matrix.csv");
    std::fs::write(&path, "Staff,K1,K2,Remarks\nAda Apprentice,05/31/2025,yes,No\n").unwrap();
    begin(&mut live, OfficeTask::ImportRecords);
    let begun = format!("'{}' tab 'The old matrix' tab tab 'A' tab right tab '1 Jun 2025' tab", path.display());
    live.keys(&format!("{begun} 'shoe:3' enter"));
    live.shows("“shoe:3” is not a part of a file");
    live.keys("esc");
    begin(&mut live, OfficeTask::ImportRecords);
    live.keys(&format!("{begun} enter"));
    live.shows("“No” in D2 may be a result");
    live.keys("esc");
    begin(&mut live, OfficeTask::ImportRecords);
    live.keys(&format!("{begun} 'column:D' enter"));
    let all = ["2 to carry over", "31 May 2025", "1 Jun 2025"];
    assert!(all.iter().all(|words| live.text().contains(words)), "{}", live.text());
    live.keys("esc");
    begin(&mut live, OfficeTask::ImportRecords);
    live.keys(&format!("'{}' tab 'The old matrix' tab 'Sheet 2' enter", path.display()));
    live.shows("matrix.csv could not be read");
    live.shows("It is CSV, and has no sheet “Sheet 2”");
}

#[test]
fn the_book_is_checked_on_the_screen_and_against_a_code_that_was_kept() {
    let mut live = officer(staffed());
    let code = live.book.run(&["verify", "--json"]).json()["checkpoint"].as_str().unwrap().to_owned();
    for (typed, sentence) in [
        (String::new(), "Intact: every signature is valid"),
        (format!("'{code}'"), "Intact: every signature is valid, and the file matches what you kept"),
    ] {
        begin(&mut live, OfficeTask::Verify);
        live.keys(&format!("{typed} enter"));
        assert!(matches!(live.model.overlay, Some(Overlay::Page(_))), "{}", live.text());
        assert!(live.said().starts_with(sentence), "{}", live.said());
        live.keys("esc");
    }
    begin(&mut live, OfficeTask::Verify);
    live.keys("'nonsense' enter");
    live.shows("is not a checkpoint code");
}

#[test]
fn a_long_task_runs_by_itself_says_how_far_it_is_and_goes_on_when_its_dialog_is_left() {
    for (task, said) in [(OfficeTask::BackUp, "Backed up to "), (OfficeTask::Verify, "Intact: ")] {
        for left in [false, true] {
            let mut live = officer(staffed());
            let (sender, inputs) = channel();
            live.door.report_to(sender);
            let keys = fill(task, &live.book);
            begin(&mut live, task);
            live.keys(&keys);
            if task == OfficeTask::BackUp {
                live.keys(&format!("'{OFFICER}'"));
            }
            live.keys("enter");
            assert!(matches!(&live.model.overlay, Some(Overlay::Act(dialog)) if dialog.does(task)), "{}", live.text());
            if left {
                live.keys("esc");
                assert_eq!(live.model.overlay, None);
            }
            let mut told = 0;
            loop {
                let Ok(Input::Msg(msg)) = inputs.recv_timeout(Duration::from_mins(2)) else { panic!("no answer") };
                let progress = matches!(msg, Msg::Done(Outcome::OfficeProgress(_)));
                live.say(msg);
                if !progress {
                    break;
                }
                told += 1;
                live.shows(" %");
            }
            assert!(told > 0, "{task:?} said nothing on its way");
            assert!(live.said().starts_with(said), "{}", live.said());
            assert!(!matches!(live.model.overlay, Some(Overlay::Act(_))), "{}", live.text());
        }
    }
}

#[test]
fn a_bundle_is_checked_on_the_screen_and_says_what_is_in_it() {
    let mut live = officer(staffed());
    let keys = fill(OfficeTask::ImportBundle, &live.book);
    assert!(keys.contains("ann.bundle"));
    begin(&mut live, OfficeTask::CheckBundle);
    let keys = fill(OfficeTask::CheckBundle, &live.book);
    live.keys(&format!("{keys} enter"));
    assert!(live.text().contains("Check of a bundle"), "{}", live.text());
    live.shows("Ann Trainee");
    live.shows("K1 achieved");
}
