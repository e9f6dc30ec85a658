//! The doctor: each thing that is wrong is named, what is not known is not called good, and looking changes nothing.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use countersign_app::clock::{Clock as _, SystemClock};
use countersign_app::doctor::assurance::Level;
use countersign_app::doctor::check::State;
use countersign_app::doctor::examine::{Findings, examine};
use countersign_app::doctor::host::{Machine, look};
use countersign_app::storage::checkpoint_mirror::{CheckpointMirror, MirrorPlace, MirrorWarning};
use countersign_app::storage::data_dir::DataDir;
use serde_json::Value;

use crate::cli::book::Book;

/// A book whose folders are their owner's alone, as `init` makes them.
fn founded() -> Book {
    let book = Book::founded();
    for folder in [book.data(), book.data().join("keys")] {
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).unwrap();
    }
    book
}

fn check(answer: &Value, id: &str) -> (String, String) {
    let rows = answer["checks"].as_array().unwrap();
    let row = rows.iter().find(|row| row["id"] == id).unwrap_or_else(|| panic!("{id}: {answer}"));
    let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
    (text("state"), format!("{} {}", text("why"), text("hint")))
}

/// What the doctor says of one thing, and the exit code.
fn told(book: &Book, id: &str) -> (i32, String, String) {
    let ran = book.run(&["doctor", "--json"]);
    let (state, why) = check(&ran.json(), id);
    (ran.code, state, why)
}

fn found(findings: &Findings, what: &str) -> State {
    findings.checks.iter().find(|check| check.what == what).unwrap().state
}

#[test]
fn a_book_as_it_is_made_has_nothing_wrong_and_every_check_has_a_reason() {
    let book = founded();
    let ran = book.run(&["doctor", "--json"]).done();
    let answer = ran.json();
    assert_eq!(answer["level"], "L0");
    assert!(!answer["missing"].as_array().unwrap().is_empty());
    for row in answer["checks"].as_array().unwrap() {
        assert!(row["why"].as_str().unwrap().len() > 5, "{row}");
        assert!(row["state"] != "wrong", "{row}");
        assert!(row["state"] != "attention" || row["hint"].is_string(), "no advice: {row}");
    }
    assert_eq!(check(&answer, "backup"), ("attention".into(), check(&answer, "backup").1));
    book.run(&["backup", book.0.path().join("b.db").to_str().unwrap(), "--json"]).done();
    assert_eq!(told(&book, "backup").1, "good");
}

#[test]
fn what_others_can_read_is_wrong_whichever_file_it_is() {
    let book = founded();
    let files = [book.data(), book.database(), book.data().join("keys"), book.data().join("keys/log.key")];
    for path in files {
        let before = fs::metadata(&path).unwrap().permissions();
        for more in [0o040, 0o004, 0o010, 0o002] {
            fs::set_permissions(&path, fs::Permissions::from_mode(before.mode() | more)).unwrap();
            let (code, state, why) = told(&book, "permissions");
            assert_eq!((code, state.as_str()), (1, "wrong"), "{} {more:o}", path.display());
            assert!(why.contains("chmod"), "{why}");
        }
        fs::set_permissions(&path, before).unwrap();
    }
    assert_eq!(told(&book, "permissions").1, "good");
}

#[test]
fn the_keys_of_the_department_itself_are_good_until_they_are_cut_anywhere() {
    let book = founded();
    book.officer(&["key", "issuer", "make"]).done();
    let hub = book.0.path().join("hub");
    fs::create_dir(&hub).unwrap();
    assert_eq!(book.run(&["hub", "join", hub.to_str().unwrap(), "--site", "cardiology"]).code, 0);
    assert_eq!(book.run(&["hub", "sync"]).code, 0);
    assert_eq!(told(&book, "keys").1, "good");
    let keys = book.data().join("keys");
    let mut own = 0;
    for entry in fs::read_dir(&keys).unwrap() {
        let (path, name) = {
            let entry = entry.unwrap();
            (entry.path(), entry.file_name().into_string().unwrap())
        };
        if name != "witness.key" && !name.starts_with("issuer-") {
            continue;
        }
        own += 1;
        let whole = fs::read(&path).unwrap();
        for cut in [0, 1, whole.len() / 2, whole.len() - 2] {
            fs::write(&path, &whole[..cut]).unwrap();
            let (code, state, why) = told(&book, "keys");
            assert_eq!((code, state.as_str()), (1, "wrong"), "{name} {cut}: {why}");
            assert!(why.contains(&format!("{name} is empty, incomplete or damaged")), "{why}");
        }
        fs::write(&path, &whole).unwrap();
    }
    assert_eq!((own, told(&book, "keys").1.as_str()), (2, "good"));
}

#[test]
fn keys_that_are_missing_strange_or_unreadable_are_named() {
    let book = founded();
    let keys = book.data().join("keys");
    let sam = book.id_of("Sam Supervisor");
    let log = keys.join("log.key");
    let kept = fs::read(&log).unwrap();
    for bytes in [
        None,
        Some(b"countersign-log-key/1\nxyz\n".to_vec()),
        Some({
            let mut other = kept.clone();
            other[30] = if other[30] == b'0' { b'1' } else { b'0' };
            other
        }),
    ] {
        fs::remove_file(&log).unwrap();
        if let Some(bytes) = &bytes {
            fs::write(&log, bytes).unwrap();
            fs::set_permissions(&log, fs::Permissions::from_mode(0o600)).unwrap();
        }
        let (code, state, why) = told(&book, "log-key");
        assert_eq!((code, state.as_str()), (1, "wrong"), "{why}");
        fs::write(&log, &kept).unwrap();
    }
    let own = keys.join(format!("{sam}.key"));
    let stray = keys.join("0000.key");
    fs::copy(&own, &stray).unwrap();
    let (code, state, why) = told(&book, "keys");
    assert!(code == 1 && state == "wrong" && why.contains("0000"), "{why}");
    fs::remove_file(&stray).unwrap();
    fs::remove_file(&own).unwrap();
    let (code, state, why) = told(&book, "keys");
    assert!(code == 0 && state == "attention" && why.contains("Sam Supervisor"), "{why}");
}

#[test]
fn a_file_that_cannot_be_used_is_said_with_what_to_do_and_the_rest_is_looked_at_all_the_same() {
    let book = founded();
    fs::write(book.database(), "notes").unwrap();
    let (code, state, why) = told(&book, "file");
    assert!(code == 1 && state == "wrong" && why.contains("not a countersign file"), "{why}");
    assert_eq!(told(&book, "disk").1, "good");
    assert_eq!(fs::read(book.database()).unwrap(), b"notes");
}

#[test]
fn a_clock_behind_the_log_an_old_backup_a_network_and_little_room_are_seen() {
    let book = founded();
    let folder = DataDir::new(book.data());
    let now = SystemClock.now();
    let machine = look(&folder, None);
    assert_eq!(found(&examine(&folder, &machine, None, now), "clock"), State::Good);
    assert_eq!(found(&examine(&folder, &machine, None, now.plus(-290)), "clock"), State::Good);
    assert_eq!(found(&examine(&folder, &machine, None, now.plus(-86_400)), "clock"), State::Wrong);
    book.run(&["backup", book.0.path().join("b.db").to_str().unwrap(), "--json"]).done();
    assert_eq!(found(&examine(&folder, &machine, None, now.plus(6 * 86_400)), "backup"), State::Good);
    assert_eq!(found(&examine(&folder, &machine, None, now.plus(8 * 86_400)), "backup"), State::Attention);
    fs::remove_file(book.0.path().join("b.db")).unwrap();
    assert_eq!(found(&examine(&folder, &machine, None, now), "backup"), State::Attention);
    for (machine, state) in [
        (Machine { network: Some("NFS"), ..machine.clone() }, State::Wrong),
        (Machine { room: Some(1 << 20), ..machine.clone() }, State::Attention),
        (Machine { room: None, ..machine.clone() }, State::Unknown),
    ] {
        assert_eq!(found(&examine(&folder, &machine, None, now), "disk"), state);
    }
}

/// A machine as the guide wants it for the first level.
fn as_the_guide_wants(folder: &DataDir) -> Machine {
    let mut machine = look(folder, None);
    machine.user = 990;
    machine.entries.iter_mut().for_each(|entry| entry.owner = 990);
    machine.account = Some("countersign".to_owned());
    let lookup = "authorizedkeyscommand /usr/local/bin/countersign ssh keys %u %t %k\nauthorizedkeyscommanduser keys";
    let says = "authenticationmethods publickey\nauthorizedkeysfile none\ndisableforwarding yes\npermittunnel no\npermituserrc no\nclientaliveinterval 60\nclientalivecountmax 3\npubkeyauthentication yes\ntrustedusercakeys none\nchrootdirectory none\n";
    machine.sshd = Some(Ok(format!("{says}{lookup}\n")));
    machine
}

#[test]
fn the_first_level_needs_an_account_of_its_own_and_sshd_s_lines_for_it() {
    let book = founded();
    let folder = DataDir::new(book.data());
    let machine = as_the_guide_wants(&folder);
    let now = SystemClock.now();
    let findings = examine(&folder, &machine, None, now);
    assert_eq!((findings.level, findings.well()), (Level::L1, true), "{findings:?}");
    let open = |change: &dyn Fn(&mut Machine)| {
        let mut machine = machine.clone();
        change(&mut machine);
        examine(&folder, &machine, None, now).level
    };
    assert_eq!(open(&|machine| machine.sshd = None), Level::L0);
    let asked_in_vain = Some(Err("sshd: no hostkeys available".to_owned()));
    let unknown = examine(&folder, &Machine { sshd: asked_in_vain, ..machine.clone() }, None, now);
    assert_eq!((unknown.level, found(&unknown, "sshd")), (Level::L0, State::Unknown));
    let says = machine.sshd.clone().unwrap().unwrap();
    for (line, other) in [("permittunnel no", "permittunnel yes"), ("authorizedkeyscommand /", "x /")] {
        let weak = says.replace(line, other);
        assert_eq!(open(&|machine| machine.sshd = Some(Ok(weak.clone()))), Level::L0, "{other}");
    }
    assert_eq!(open(&|machine| machine.user = 1000), Level::L0);
    assert_eq!(open(&|machine| machine.entries[0].mode = 0o750), Level::L0);
}

#[test]
fn the_second_level_needs_a_checkpoint_on_another_machine_of_this_log_within_a_day_and_two_people_for_a_key() {
    let book = founded();
    let folder = DataDir::new(book.data());
    let machine = Machine { checkpoints: Some(MirrorPlace::Away("NFS")), ..as_the_guide_wants(&folder) };
    let away = tempfile::tempdir().unwrap();
    let second = |place: &std::path::Path| CheckpointMirror::new(place, &book.data(), MirrorWarning::default());
    let now = || SystemClock.now();
    let level = |place: &std::path::Path, now| {
        let findings = examine(&folder, &machine, Some(&second(place)), now);
        (findings.level, found(&findings, "checkpoints"))
    };
    assert_eq!(level(away.path(), now()), (Level::L1, State::Attention));
    let place = away.path().to_str().unwrap();
    book.officer(&["--checkpoints", place, "policy", "set", "two-person-keys=1"]).done();
    assert_eq!(level(away.path(), now()), (Level::L2, State::Good));
    let missing = examine(&folder, &machine, Some(&second(away.path())), now()).missing;
    assert!(missing.len() == 2 && missing[0].contains("key add PERSON --security-key"), "{missing:?}");
    // Nothing was signed since: it is of all that there is, a week later too. Once something is, it is too old.
    assert_eq!(level(away.path(), now().plus(7 * 86_400)), (Level::L2, State::Good));
    let near = book.0.path().join("near");
    fs::create_dir(&near).unwrap();
    let early = fs::copy(book.database(), book.0.path().join("early.db")).unwrap();
    assert!(early > 0);
    book.officer(&["--checkpoints", near.to_str().unwrap(), "policy", "set", "idle-minutes=5"]).done();
    assert_eq!(level(away.path(), now()), (Level::L2, State::Good));
    assert_eq!(level(away.path(), now().plus(2 * 86_400)), (Level::L1, State::Attention));
    // On this machine it goes with it, one way or another.
    for (place, word) in [
        (None, "was added"),
        (Some(MirrorPlace::SameDisk), "the same disk"),
        (Some(MirrorPlace::Memory), "in memory"),
        (Some(MirrorPlace::OtherDisk), "not from anyone who controls the machine"),
    ] {
        let machine = Machine { checkpoints: place, ..machine.clone() };
        let findings = examine(&folder, &machine, Some(&second(away.path())), now());
        assert_eq!((findings.level, found(&findings, "checkpoints")), (Level::L1, State::Attention), "{place:?}");
        let check = findings.checks.iter().find(|check| check.what == "checkpoints").unwrap();
        assert!(check.why.contains(word), "{check:?}");
    }
    // An older file in its place is seen by it, and is wrong; so is one of another log.
    fs::copy(near.join("checkpoints.log"), away.path().join("checkpoints.log")).unwrap();
    assert_eq!(level(away.path(), now()), (Level::L2, State::Good));
    fs::copy(book.0.path().join("early.db"), book.database()).unwrap();
    for end in ["-wal", "-shm"] {
        let _ = fs::remove_file(book.data().join(format!("countersign.db{end}")));
    }
    assert_eq!(level(away.path(), now()).1, State::Wrong);
    let other = Book::demo();
    let note = other.run(&["checkpoint"]).out;
    fs::write(away.path().join("checkpoints.log"), note).unwrap();
    assert_eq!(level(away.path(), now()).1, State::Wrong);
}

#[test]
fn a_second_folder_counts_as_on_another_machine_by_its_file_system_alone() {
    let (data, near) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let at = |folder: &std::path::Path| {
        fs::write(folder.join("checkpoints.log"), "a note\n").unwrap();
        CheckpointMirror::new(folder, data.path(), MirrorWarning::default()).place()
    };
    // Where folders for the time being lie in memory, that is what is said of both.
    let here = at(near.path());
    assert!(matches!(here, Some(MirrorPlace::SameDisk | MirrorPlace::Memory)), "{here:?}");
    if let Ok(memory) = tempfile::tempdir_in("/dev/shm") {
        assert_eq!(at(memory.path()), Some(MirrorPlace::Memory));
    }
    let nowhere = CheckpointMirror::new(&near.path().join("no"), data.path(), MirrorWarning::default());
    assert_eq!(nowhere.place(), None);
}
