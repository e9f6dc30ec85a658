//! The files next to the database: none of whatever kind ends or hangs a command, none that cannot be read is advised to be
//! deleted, and tries at a passphrase are all counted.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use countersign_app::app::App;
use countersign_app::clock::SystemClock;
use countersign_app::keys::keystore;
use countersign_app::storage::data_dir::DataDir;
use countersign_core::people::person::Person;
use countersign_core::primitives::ids::Secret;

use crate::cli::book::{Book, Ran, SUPERVISOR};
use crate::random::every;
use crate::signer::person;

/// What may lie in the place of a file, by its name.
type Instead = (&'static str, fn(&Path, &[u8]));

const INSTEAD: &[Instead] = &[
    ("an empty file", |path, _| fs::write(path, "").unwrap()),
    ("half of it", |path, bytes| fs::write(path, &bytes[..bytes.len() / 2]).unwrap()),
    ("all but its end", |path, bytes| fs::write(path, &bytes[..bytes.len().saturating_sub(9)]).unwrap()),
    ("bytes that are not text", |path, _| fs::write(path, [0xff; 300]).unwrap()),
    ("zeros", |path, bytes| fs::write(path, vec![0; bytes.len()]).unwrap()),
    ("far too many bytes", |path, _| fs::File::create(path).unwrap().set_len(8 << 30).unwrap()),
    ("a folder", |path, _| fs::create_dir(path).unwrap()),
    ("a pipe", |path, _| assert!(Command::new("mkfifo").arg(path).status().unwrap().success())),
    ("a device without an end", |path, _| symlink("/dev/zero", path).unwrap()),
    ("a terminal", |path, _| symlink("/dev/tty", path).unwrap()),
    ("a link to nothing", |path, _| symlink("/nowhere/x", path).unwrap()),
    ("a link to itself", |path, _| symlink(path, path).unwrap()),
];

fn put(path: &Path, bytes: &[u8], instead: fn(&Path, &[u8])) {
    take_away(path);
    instead(path, bytes);
}

fn take_away(path: &Path) {
    if path.is_dir() && !path.is_symlink() {
        fs::remove_dir_all(path).unwrap();
    } else if fs::symlink_metadata(path).is_ok() {
        fs::remove_file(path).unwrap();
    }
}

fn check(book: &Book, id: &str) -> (String, String) {
    let ran = book.run(&["doctor", "--json"]);
    let checks = ran.json()["checks"].as_array().unwrap().clone();
    let row = checks.into_iter().find(|row| row["id"] == id).unwrap_or_else(|| panic!("{id}: {ran:?}"));
    let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
    (text("state"), format!("{}. {}", text("why"), text("hint")))
}

#[test]
#[ignore = "slow: many runs of the program"]
fn a_key_file_that_cannot_be_read_is_named_is_never_advised_to_be_deleted_and_hangs_nothing() {
    let book = Book::founded();
    let keys = book.data().join("keys");
    let sam = keys.join(format!("{}.key", book.id_of("Sam Supervisor")));
    let bytes = fs::read(&sam).unwrap();
    for (name, instead) in INSTEAD {
        put(&sam, &bytes, *instead);
        let (state, words) = check(&book, "keys");
        assert_eq!(state, "wrong", "{name}: {words}");
        assert!(words.contains(sam.file_name().unwrap().to_str().unwrap()), "{name}: {words}");
        assert!(words.contains("Do not delete") && words.contains("`backup --keys`"), "{name}: {words}");
        assert!(!words.contains("Move it away") && !words.contains("emove it"), "{name}: {words}");
        // The others' keys are looked at all the same, and so is the rest of the folder.
        assert_eq!(check(&book, "log-key").0, "good", "{name}");
        let refused = book.supervisor(&["sign-off", "Ann Trainee", "K1"]);
        assert!(refused.code == 1 && !refused.err.contains("Wrong passphrase"), "{name}: {refused:?}");
        book.officer(&["policy", "set", "late-days=8", "--json"]).done();
        book.run(&["key", "list"]).done();
        let to = book.0.path().join("keys.db");
        fs::set_permissions(book.0.path(), std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
        let backed_up = book.run(&["backup", to.to_str().unwrap(), "--keys", "--replace"]);
        assert!(matches!(backed_up.code, 0 | 1), "{name}: {backed_up:?}");
    }
    put(&sam, &bytes, |path, bytes| fs::write(path, bytes).unwrap());
    let tries = sam.with_extension("tries");
    take_away(&tries);
    book.supervisor(&["sign-off", "Ann Trainee", "K1"]).done();
    // Whatever lies next to a sound key neither stops it nor ends the doctor.
    for (name, instead) in INSTEAD {
        let further = sam.with_extension("0000.key");
        let stray = keys.join("zzzz.key");
        put(&further, &bytes, *instead);
        put(&stray, &bytes, *instead);
        assert_eq!(check(&book, "keys").0, "wrong", "{name}");
        book.supervisor(&["sign-off", "Ann Trainee", "K2"]).done();
        take_away(&further);
        take_away(&stray);
    }
}

#[test]
#[ignore = "slow: many runs of the program"]
fn no_file_of_the_data_folder_hangs_a_command_whatever_lies_in_its_place() {
    in_place_of_each(20);
}

#[test]
#[ignore = "slow: everything in every place"]
fn no_file_of_the_data_folder_hangs_a_command_whatever_lies_in_its_place_every_one() {
    in_place_of_each(1);
}

/// Puts something else in the place of each file, every `step`th of all the ways, and runs commands.
fn in_place_of_each(step: usize) {
    let book = Book::founded();
    let sam = book.id_of("Sam Supervisor");
    let backup = book.0.path().join("b.db");
    book.run(&["backup", backup.to_str().unwrap(), "--json"]).done();
    let kept = book.0.path().join("kept");
    assert!(Command::new("cp").arg("-a").arg(book.data()).arg(&kept).status().unwrap().success());
    let names = [
        "backups",
        "countersign.db",
        "countersign.db-wal",
        "countersign.db-shm",
        "countersign.db-journal",
        ".countersign-00.part",
        ".countersign-00.part-wal",
        "countersign-before-restore-1.db",
        "keys",
        "keys/log.key",
        "stray.db",
    ];
    let more = [format!("keys/{sam}.key"), format!("keys/{sam}.tries"), format!("keys/{sam}.seen")];
    let places = names.iter().map(|name| (*name).to_owned()).chain(more);
    let ways: Vec<_> = places.flat_map(|place| INSTEAD.iter().map(move |instead| (place.clone(), instead))).collect();
    for (place, (name, instead)) in every(step, &ways) {
        let path = book.data().join(place);
        put(&path, &fs::read(&path).unwrap_or_default(), *instead);
        let secret = book.secret("supervisor");
        for command in [
            vec!["doctor"],
            vec!["history"],
            vec!["verify"],
            vec!["backup", backup.to_str().unwrap(), "--json"],
            vec!["sign-off", "Ann Trainee", "K1", "--as", "Sam", "--passphrase-file", &secret],
        ] {
            let ran = in_time(&book, &command);
            assert!((0..=4).contains(&ran.code), "{place} is {name}: {command:?}: {ran:?}");
            assert!(!ran.err.contains("panicked"), "{place} is {name}: {command:?}: {ran:?}");
        }
        fs::remove_dir_all(book.data()).unwrap();
        assert!(Command::new("cp").arg("-a").arg(&kept).arg(book.data()).status().unwrap().success());
    }
}

/// Runs a command, which must end by itself within a minute.
fn in_time(book: &Book, args: &[&str]) -> Ran {
    let mut command = Command::new("timeout");
    command.arg("60").arg(assert_cmd::cargo::cargo_bin!("countersign")).env_clear();
    command.env("HOME", book.0.path()).env("PATH", "/usr/bin:/bin").current_dir(book.0.path());
    let output = command.arg("--data").arg(book.data()).args(args).stdin(Stdio::null()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    assert_ne!(output.status.code(), Some(124), "{args:?} hangs");
    Ran { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

fn tries(book: &Book) -> PathBuf {
    book.data().join("keys").join(format!("{}.tries", book.id_of("Sam Supervisor")))
}

#[test]
fn sixty_tries_at_the_same_moment_are_as_many_as_one_after_the_other() {
    let book = Book::founded();
    let folder = DataDir::new(book.data());
    let app = App::open_default(folder.clone()).unwrap();
    let sam: Person = app.person(&person(&app, "Sam Supervisor")).unwrap();
    drop(app);
    let start = std::sync::Barrier::new(60);
    let told: Vec<String> = std::thread::scope(|scope| {
        let attempt = || {
            start.wait();
            let guess = Secret::new("not the right words at all 9".to_owned());
            keystore::open(&folder, &sam, &guess, &SystemClock).unwrap_err().to_string()
        };
        let all: Vec<_> = (0..60).map(|_| scope.spawn(attempt)).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let (wrong, refused): (Vec<_>, Vec<_>) = told.iter().partition(|why| why.contains("Wrong passphrase"));
    assert_eq!((wrong.len(), refused.len()), (5, 55), "{told:?}");
    assert!(refused.iter().all(|why| why.contains("wrong or interrupted")), "{refused:?}");
    assert!(fs::read_to_string(tries(&book)).unwrap().starts_with("5 "));
    book.supervisor(&["sign-off", "Ann Trainee", "K1"]).refused(1, "You can try again in");
}

#[test]
fn other_processes_are_counted_too() {
    let book = Book::founded();
    let wrong = book.secret("wrong");
    let guess = || -> Child {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("countersign"));
        command.env_clear().env("HOME", book.0.path()).arg("--data").arg(book.data());
        command.args(["sign-off", "Ann Trainee", "K1", "--as", "Sam", "--passphrase-file", &wrong]);
        command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let all: Vec<Child> = (0..20).map(|_| guess()).collect();
    let told: Vec<String> =
        all.into_iter().map(|child| String::from_utf8(child.wait_with_output().unwrap().stderr).unwrap()).collect();
    let wrong = told.iter().filter(|err| err.contains("Wrong passphrase")).count();
    assert_eq!(wrong, 5, "{told:?}");
}

#[test]
fn the_count_never_goes_round_and_a_torn_one_lets_nobody_guess_for_nothing() {
    let book = Book::founded();
    let now = chrono::Utc::now().timestamp();
    for text in [format!("{} {now}", u32::MAX), format!("{} {now}", u32::MAX - 1), format!("2147483648 {now}")] {
        fs::write(tries(&book), &text).unwrap();
        book.supervisor(&["sign-off", "Ann Trainee", "K1"]).refused(1, "in 15 minutes");
    }
    // The wait is over: the next wrong one is counted, and the count stays where it is.
    fs::write(tries(&book), format!("{} {}", u32::MAX, now - 1_000)).unwrap();
    let ran = book.run(&["sign-off", "Ann Trainee", "K1", "--as", "Sam", "--passphrase-file", &book.secret("wrong")]);
    ran.refused(1, "Wrong passphrase");
    assert!(fs::read_to_string(tries(&book)).unwrap().starts_with(&format!("{} ", u32::MAX)));
    for text in ["", "x", "5", "5 ", "-1 0", "99999999999999999999 1", "5 99999999999999999999"] {
        fs::write(tries(&book), text).unwrap();
        let guess = ["sign-off", "Ann Trainee", "K1", "--as", "Sam", "--passphrase-file", &book.secret("wrong")];
        book.run(&guess).refused(1, "Wrong passphrase");
        book.run(&guess).refused(1, "wrong or interrupted");
    }
    for text in [format!("9 {}", i64::MIN), format!("9 {}", i64::MAX)] {
        fs::write(tries(&book), text).unwrap();
        let ran = book.supervisor(&["sign-off", "Ann Trainee", "K1"]);
        assert!(!ran.err.contains("panicked") && ran.code < 2, "{ran:?}");
    }
}

#[test]
fn a_right_passphrase_after_interrupted_tries_is_told_how_long_the_wait_is_and_why() {
    let book = Book::founded();
    let folder = DataDir::new(book.data());
    let app = App::open_default(folder.clone()).unwrap();
    let sam = app.person(&person(&app, "Sam Supervisor")).unwrap();
    // What five programs leave that are killed while they open a key.
    // The time is one to come, which counts as this one: the wait is whole, however slow this machine is.
    fs::write(tries(&book), format!("5 {}\n", chrono::Utc::now().timestamp() + 60)).unwrap();
    let told = keystore::open(&folder, &sam, &Secret::new(SUPERVISOR.to_owned()), &SystemClock).unwrap_err();
    assert!(
        told.why.contains("5 tries in a row were wrong or interrupted") && told.why.contains("15 seconds"),
        "{told:?}"
    );
    assert!(told.hint.as_ref().unwrap().contains("Nothing is locked for good"), "{told:?}");
    let mut live = crate::live::Live::at(book, (100, 30));
    live.sign_in("Sam Supervisor", SUPERVISOR);
    let said = format!("{}\n{}", live.text(), live.said());
    assert!(said.contains("wrong or interrupted"), "{said}");
}
