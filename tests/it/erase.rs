//! Erasing: not a byte of the text is left in the file, its write-ahead log or a backup made after, and every other proof
//! holds as before.

use std::fs;
use std::path::Path;

use rusqlite::Connection;

use crate::cli::book::Book;

const SECRET: &str = "marmalade zeppelin";

/// The files of a data folder in which the words stand.
fn holds(folder: &Path, words: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(holds(&path, words));
        } else if fs::read(&path).unwrap().windows(words.len()).any(|window| window == words.as_bytes()) {
            found.push(path.file_name().unwrap().to_str().unwrap().to_owned());
        }
    }
    found
}

/// A book with a sign-off that says too much, others around it, and the checkpoint of before; gives its id.
fn told_too_much() -> (Book, String, String) {
    let book = Book::founded();
    book.supervisor(&["sign-off", "Ann Trainee", "K1", "--feedback", "fine"]).done();
    let said = book.supervisor(&["sign-off", "Ann Trainee", "K2", "--feedback", SECRET, "--json"]).done().json();
    book.supervisor(&["sign-off", "Ann Trainee", "K3", "--feedback", "well done"]).done();
    let note = book.0.path().join("note");
    let checkpoint = book.run(&["checkpoint", "--json"]).json();
    fs::write(&note, checkpoint["checkpoints"][0]["note"].as_str().unwrap()).unwrap();
    (book, said["statements"][0]["id"].as_str().unwrap().to_owned(), note.to_str().unwrap().to_owned())
}

#[test]
fn nothing_is_left_of_what_was_erased_and_every_other_proof_holds() {
    let (book, id, note) = told_too_much();
    let before = book.0.path().join("before.db");
    book.run(&["backup", before.to_str().unwrap(), "--json"]).done();
    assert!(!holds(&book.data(), SECRET).is_empty());
    let receipts = |name: &str| {
        let (path, text) = (book.0.path().join(name), book.run(&["receipts"]).done().out);
        fs::write(&path, &text).unwrap();
        (path.to_str().unwrap().to_owned(), text.matches("countersign-receipt/1").count())
    };
    let (kept, of_all) = receipts("receipts-before");
    let signature = book.run(&["export", "--statement", &id, "--json"]).json()["statements"][0]["signature"].clone();
    let erased = book.officer(&["erase", &id, "--reason", "it named a patient"]);
    assert_eq!(erased.code, 0, "{erased:?}");
    assert!(erased.err.contains("before.db") && erased.err.contains("receipt"), "{erased:?}");
    let after = book.0.path().join("data/after.db");
    book.run(&["backup", after.to_str().unwrap(), "--json"]).done();
    assert_eq!(holds(&book.data(), SECRET), Vec::<String>::new());
    assert!(!signature.as_str().unwrap().is_empty());
    // One receipt fewer can be made. Those of before hold, that of what is erased too, and those of now, in file and backup.
    let (now, of_others) = receipts("receipts-now");
    assert_eq!((of_all, of_others), (3, 2));
    for file in [&book.database(), &after] {
        for outside in [["--checkpoint", &note], ["--receipt", &kept], ["--receipt", &now]] {
            let verified = book.run(&[&["verify", file.to_str().unwrap()], &outside[..]].concat());
            assert_eq!(verified.code, 0, "{outside:?}: {verified:?}");
        }
    }
    let trainee = book.run(&["trainee", "Ann Trainee", "--json"]).json();
    assert_eq!(trainee["trainee"]["signed"], 2);
    assert!(!trainee.to_string().contains(SECRET));
    let history = book.run(&["history", "--json", "--most", "100"]).done().json();
    assert_eq!(history["statements"].as_array().unwrap().len() as u64, book.size());
    book.run(&["rebuild"]).done();
    assert_eq!(book.run(&["verify", "--checkpoint", &note]).code, 0);
}

#[test]
fn the_raw_bytes_of_the_signature_go_too() {
    let (book, id, _) = told_too_much();
    let raw = Connection::open(book.database()).unwrap();
    let hex = id.replace('-', "");
    let signature: Vec<u8> =
        raw.query_row("SELECT signature FROM entry WHERE hex(id) = upper(?1)", [&hex], |row| row.get(0)).unwrap();
    drop(raw);
    book.officer(&["erase", &id, "--reason", "it named a patient", "--json"]);
    for ending in ["", "-wal", "-shm"] {
        let path = format!("{}{ending}", book.database().display());
        let bytes = fs::read(path).unwrap_or_default();
        assert!(!bytes.windows(64).any(|window| window == signature.as_slice()), "{ending}");
    }
}

#[test]
fn only_a_training_officer_erases_only_records_and_only_once() {
    let (book, id, _) = told_too_much();
    let size = book.size();
    book.supervisor(&["erase", &id, "--reason", "x"]).refused(2, "is not a training officer");
    let history = book.run(&["history", "--json", "--most", "100"]).json();
    for row in history["statements"].as_array().unwrap() {
        if row["kind"] != "sign-off" {
            let refused = book.officer(&["erase", row["id"].as_str().unwrap(), "--reason", "x"]);
            assert_eq!((refused.code, book.size()), (1, size), "{refused:?}");
        }
    }
    book.officer(&["erase", "01a1fc57-6256-7a10-927e-9b27b8d65736", "--reason", "x"])
        .refused(2, "There is no statement");
    assert!(!holds(&book.data(), SECRET).is_empty());
    assert_eq!(book.officer(&["erase", &id, "--reason", "x"]).code, 0);
    book.officer(&["erase", &id, "--reason", "x"]).refused(1, "It is erased already");
    book.officer(&["withdraw", &id, "--reason", "x"]);
    assert_eq!(book.run(&["verify"]).code, 3);
}

#[test]
fn while_another_screen_reads_the_old_state_it_is_said_that_traces_may_be_left() {
    let (book, id, _) = told_too_much();
    let screen = Connection::open(book.database()).unwrap();
    screen.execute_batch("BEGIN; SELECT count(*) FROM entry").unwrap();
    let erased = book.officer(&["erase", &id, "--reason", "x"]);
    assert_eq!(erased.code, 0, "{erased:?}");
    assert!(erased.err.contains("countersign erase --finish"), "{erased:?}");
    screen.execute_batch("COMMIT").unwrap();
    drop(screen);
    book.run(&["erase", "--finish"]).done();
    assert_eq!(holds(&book.data(), SECRET), Vec::<String>::new());
    assert_eq!(book.run(&["verify"]).code, 3);
}
