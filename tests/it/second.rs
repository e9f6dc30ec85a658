//! `checkpoints.log` in a second folder: it grows with every commit, costs no flush, and never costs what was signed.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use countersign_app::storage::checkpoint_mirror::{CheckpointMirror, MirrorWarning};

use crate::cli::book::{Book, Ran};
use crate::faults::disk::{Event, read, shim};
use crate::faults::work::{by_sam, preloaded};

fn log_of(book: &Book) -> PathBuf {
    book.0.path().join(".local/state/countersign/checkpoints.log")
}

fn sign(book: &Book, code: &str, more: &[&str]) -> Ran {
    book.sam(&[&["sign-off", "Alex Trainee", code], more].concat())
}

fn notes(log: &Path) -> usize {
    fs::read_to_string(log).unwrap().lines().filter(|line| line.starts_with("— ")).count()
}

#[test]
fn every_commit_adds_its_checkpoint_to_a_file_of_the_state_folder_and_reading_adds_none() {
    let book = Book::demo();
    for (number, code) in [(1, "K1"), (2, "K2"), (3, "K3")] {
        sign(&book, code, &[]).done();
        book.run(&["history"]).done();
        let text = fs::read_to_string(log_of(&book)).unwrap();
        assert_eq!(notes(&log_of(&book)), number, "{text}");
        assert!(text.ends_with(&book.run(&["checkpoint", "--plain"]).done().out), "{text}");
    }
    assert_eq!(fs::metadata(log_of(&book)).unwrap().permissions().mode() & 0o777, 0o600);
    let begun = Book::empty();
    begun.run(&["init", "--department", "x", "--name", "y", "--passphrase-file", &begun.secret("officer")]).done();
    assert_eq!(notes(&log_of(&begun)), 1);
}

#[test]
fn the_folder_comes_from_the_option_the_environment_or_the_settings() {
    let book = Book::demo();
    let folder = |name: &str| book.0.path().join(name);
    for name in ["a/b", "c", "d"] {
        fs::create_dir_all(folder(name)).unwrap();
    }
    sign(&book, "K1", &["--checkpoints", folder("a/b").to_str().unwrap()]).done();
    assert_eq!(notes(&folder("a/b/checkpoints.log")), 1);
    let signs = ["sign-off", "Alex Trainee", "K2", "--as", "Sam Supervisor", "--passphrase-file", &book.secret("demo")];
    let output = book.command().args(signs).env("COUNTERSIGN_CHECKPOINTS", folder("c")).output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    assert_eq!(notes(&folder("c/checkpoints.log")), 1);
    fs::create_dir_all(folder(".config/countersign")).unwrap();
    let settings = format!("checkpoints = {:?}\n", folder("d"));
    fs::write(folder(".config/countersign/config.toml"), settings).unwrap();
    sign(&book, "K3", &[]).done();
    assert_eq!(notes(&folder("d/checkpoints.log")), 1);
    assert!(!log_of(&book).exists());
}

#[test]
fn the_data_folder_itself_is_refused_and_a_place_that_cannot_be_written_loses_no_commit() {
    let book = Book::demo();
    let data = book.data();
    fs::write(book.0.path().join("file"), "x").unwrap();
    fs::create_dir_all(book.0.path().join("led/checkpoints.log")).unwrap();
    let before = book.size();
    let places = [
        (data.clone(), "in the data folder"),
        (data.join("deeper/yet"), "in the data folder"),
        (book.0.path().join("file"), "What was signed is saved"),
        (book.0.path().join("file/below"), "What was signed is saved"),
        (book.0.path().join("led"), "What was signed is saved"),
    ];
    for ((folder, words), code) in places.iter().zip(["K1", "K2", "K3", "S1", "S2"]) {
        let signed = sign(&book, code, &["--checkpoints", folder.to_str().unwrap()]);
        assert_eq!(signed.code, 0, "{signed:?}");
        let said = signed.err.lines().filter(|line| line.starts_with("warning: The checkpoint was not added")).count();
        assert!(said == 1 && signed.err.contains(words), "{signed:?}");
    }
    assert_eq!(book.size(), before + 5);
    assert!(!data.join("checkpoints.log").exists() && !data.join("deeper").exists());
}

#[test]
fn trouble_is_said_once_and_a_pipe_or_a_link_in_its_place_neither_blocks_nor_leads_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let (pipe, link) = (folder.path().join("pipe"), folder.path().join("link"));
    for place in [&pipe, &link] {
        fs::create_dir(place).unwrap();
    }
    let made = std::process::Command::new("mkfifo").arg(pipe.join("checkpoints.log")).status().unwrap();
    assert!(made.success());
    fs::write(folder.path().join("elsewhere"), "").unwrap();
    std::os::unix::fs::symlink(folder.path().join("elsewhere"), link.join("checkpoints.log")).unwrap();
    for place in [&pipe, &link] {
        let warning = MirrorWarning::default();
        let second = CheckpointMirror::new(place, Path::new("/nowhere"), warning.clone());
        assert_eq!(warning.first(), None);
        second.add("note\n");
        second.add("note\n");
        assert!(warning.first().unwrap().contains("was not added"), "{warning:?}");
        assert_eq!((warning.first(), warning.text().is_some()), (None, true));
    }
    assert_eq!(fs::read_to_string(folder.path().join("elsewhere")).unwrap(), "");
}

#[test]
fn a_file_is_held_against_all_of_them_and_an_older_copy_is_told_by_the_newest() {
    let book = Book::demo();
    let old = book.0.path().join("old.db");
    fs::copy(book.database(), &old).unwrap();
    sign(&book, "K1", &[]).done();
    sign(&book, "K2", &[]).done();
    let log = log_of(&book).to_str().unwrap().to_owned();
    let verify = |file: &Path| book.run(&["verify", file.to_str().unwrap(), "--checkpoint", &log]);
    assert_eq!(verify(&book.database()).done().code, 0);
    let told = verify(&old);
    assert_eq!(told.code, 2, "{told:?}");
    assert!(told.out.contains("2 entries are missing") && told.out.contains("Faults      1"), "{told:?}");
    // What a power cut tore, and another log's, are not used, which is said; alone they are refused by name.
    let text = fs::read_to_string(&log).unwrap();
    let other = Book::founded();
    let theirs = other.run(&["checkpoint", "--plain"]).done().out;
    fs::write(&log, format!("{}{theirs}{text}", &text[..30])).unwrap();
    let sound = verify(&book.database());
    assert_eq!(sound.code, 0, "{sound:?}");
    assert!(sound.err.contains("1 of the 3 checkpoints") && sound.err.contains("were not used"), "{sound:?}");
    fs::write(&log, &theirs).unwrap();
    let refused = verify(&book.database());
    assert!(refused.code == 2 && refused.err.contains("The checkpoint is of the log"), "{refused:?}");
    // And restoring knows of it by itself.
    fs::write(&log, &text).unwrap();
    fs::remove_file(book.database()).unwrap();
    let tilly = ["--as", "Tilly Officer", "--passphrase-file", &book.secret("demo")];
    let asked = book.run(&[&["restore", old.to_str().unwrap(), "--reason", "lost"], &tilly[..]].concat());
    assert!(asked.code == 1 && asked.out.contains("2 entries would be lost"), "{asked:?}");
    assert!(asked.out.contains("checkpoints.log"), "{asked:?}");
}

#[test]
fn after_a_torn_end_the_next_checkpoint_begins_a_line_of_its_own() {
    let book = Book::demo();
    sign(&book, "K1", &[]).done();
    let log = log_of(&book);
    let text = fs::read_to_string(&log).unwrap();
    for cut in [1, 20, text.len() / 2, text.len() - 40, text.len() - 2] {
        let whole = (0..=cut).rev().find(|at| text.is_char_boundary(*at)).unwrap();
        fs::write(&log, &text[..whole]).unwrap();
        sign(&book, "K2", &[]).done();
        let held = book.run(&["verify", "--checkpoint", log.to_str().unwrap()]);
        assert_eq!(held.code, 0, "{cut}: {held:?}\n{}", fs::read_to_string(&log).unwrap());
    }
}

#[test]
fn it_is_written_after_the_one_flush_of_a_sign_off_and_has_none_of_its_own() {
    if shim().is_none() {
        return;
    }
    let book = Book::demo();
    let (second, record) = (book.0.path().join("second"), book.0.path().join("record"));
    fs::create_dir(&second).unwrap();
    let (secret, place) = (book.secret("demo"), second.to_str().unwrap().to_owned());
    let signs = ["sign-off", "Alex Trainee", "K1", "--checkpoints", &place];
    let everything = book.0.path().to_str().unwrap().to_owned();
    let variables = [("DISK_FOLDER", everything.as_str()), ("DISK_RECORD", record.to_str().unwrap())];
    let output = preloaded(&book, &by_sam(&secret, &signs), &variables);
    assert!(output.status.success(), "{output:?}");
    let events = read(&record);
    let at = |wanted: &dyn Fn(&Event) -> bool| events.iter().position(wanted);
    let wrote = at(&|event| matches!(event, Event::Wrote(path, ..) if path.starts_with(&second))).unwrap();
    let flushed = at(&|event| matches!(event, Event::Flushed(path) if path.ends_with("countersign.db-wal"))).unwrap();
    assert!(flushed < wrote, "{events:?}");
    assert!(at(&|event| matches!(event, Event::Flushed(path) if path.starts_with(&second))).is_none());
}
