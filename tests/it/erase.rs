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
    found.sort();
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
    book.officer(&["erase", &id, "--reason", "x"]).refused(1, "It is already erased");
    book.officer(&["withdraw", &id, "--reason", "x"]);
    assert_eq!(book.run(&["verify"]).code, 3);
}

#[test]
#[ignore = "slow: waits for a lock"]
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

/// What the doctor says of erased text: state and words.
fn erased(book: &Book) -> (String, String) {
    let checks = book.run(&["doctor", "--json"]).json()["checks"].as_array().unwrap().clone();
    let row = checks.into_iter().find(|row| row["id"] == "erased").unwrap();
    (row["state"].as_str().unwrap().to_owned(), row["why"].as_str().unwrap().to_owned())
}

#[test]
#[ignore = "slow: waits for a lock"]
fn every_copy_in_the_data_folder_that_still_holds_the_text_is_swept_or_named_and_then_dealt_with() {
    let (book, id, _) = told_too_much();
    let data = book.data();
    let backup = book.0.path().join("b.db");
    book.run(&["backup", backup.to_str().unwrap(), "--json"]).done();
    book.supervisor(&["sign-off", "Ann Trainee", "K4"]).done();
    let put_back = ["restore", backup.to_str().unwrap(), "--reason", "trial", "--yes", "--json"];
    let before_restore = book.officer(&put_back).json()["aside"].as_str().unwrap().to_owned();
    // What a killed restore, backup or taking in of evidence leaves, with what SQLite laid next to it.
    let parts = [".countersign-0a1b2c.part", ".countersign-ffff.part", ".countersign-0a1b2c.part-wal"];
    for name in parts {
        fs::copy(book.database(), data.join(name)).unwrap();
    }
    fs::copy(book.database(), data.join(".countersign-gone.part-wal")).unwrap();
    let beside_backup = book.0.path().join(".countersign-77.part");
    fs::copy(book.database(), &beside_backup).unwrap();
    // What somebody copied by hand, a file that cannot be read, and files that are nobody's business.
    fs::copy(book.database(), data.join("copy-by-hand.bak")).unwrap();
    fs::create_dir(data.join("old")).unwrap();
    fs::copy(book.database(), data.join("old/monday.db")).unwrap();
    let broken = data.join("countersign-before-restore-2020-01-01T000000Z.db");
    fs::write(&broken, &fs::read(book.database()).unwrap()[..5000]).unwrap();
    let notes = Connection::open(data.join("notes.db")).unwrap();
    notes.execute_batch("CREATE TABLE entry (id, text); CREATE TABLE imported (id, text)").unwrap();
    notes.close().unwrap();
    assert_eq!(erased(&book).0, "attention", "what was left behind goes unseen");
    let done = book.officer(&["erase", &id, "--reason", "it named a patient"]);
    assert_eq!(done.code, 0, "{done:?}");
    for name in [before_restore.as_str(), "copy-by-hand.bak", "old/monday.db", broken.to_str().unwrap()] {
        assert!(done.err.contains(name), "{name}: {done:?}");
    }
    assert!(done.err.contains("countersign erase --finish") && done.err.contains("Delete it yourself"), "{done:?}");
    for name in parts.iter().chain(&[".countersign-gone.part-wal"]) {
        assert!(!data.join(name).exists(), "{name} is left");
    }
    assert!(!beside_backup.exists());
    let (state, why) = erased(&book);
    assert!(state == "attention" && why.contains(&before_restore) && why.contains("monday.db"), "{why}");
    // A copy of before a restore that was made since holds nothing of it, and stays.
    book.run(&["backup", backup.to_str().unwrap(), "--replace", "--json"]).done();
    book.supervisor(&["sign-off", "Ann Trainee", "K5"]).done();
    let later = book.officer(&put_back).json()["aside"].as_str().unwrap().to_owned();
    let finished = book.run(&["erase", "--finish"]);
    assert!(finished.code == 0 && finished.out.contains(&before_restore), "{finished:?}");
    assert!(finished.err.contains("monday.db") && !finished.err.contains("before-restore"), "{finished:?}");
    assert!(!Path::new(&before_restore).exists() && !broken.exists() && Path::new(&later).exists());
    assert_eq!(holds(&data, SECRET), ["copy-by-hand.bak", "monday.db"]);
    fs::remove_file(data.join("copy-by-hand.bak")).unwrap();
    fs::remove_file(data.join("old/monday.db")).unwrap();
    assert!(data.join("notes.db").exists());
    book.run(&["erase", "--finish"]).done();
    assert_eq!((holds(&data, SECRET), erased(&book).0), (Vec::new(), "good".to_owned()));
    assert_eq!(book.run(&["verify"]).code, 3);
}

#[test]
fn a_copy_that_another_program_is_making_is_named_and_not_swept() {
    let (book, id, _) = told_too_much();
    let part = book.data().join(".countersign-5e.part");
    fs::copy(book.database(), &part).unwrap();
    let held = fs::File::open(&part).unwrap();
    held.try_lock().unwrap();
    let done = book.officer(&["erase", &id, "--reason", "x"]);
    assert!(done.code == 0 && done.err.contains("another program is using it"), "{done:?}");
    assert!(part.exists() && erased(&book).1.contains("5e.part"));
    drop(held);
    book.run(&["erase", "--finish"]).done();
    assert_eq!((holds(&book.data(), SECRET), erased(&book).0), (Vec::new(), "good".to_owned()));
}

#[test]
fn nothing_is_deleted_where_nothing_was_erased() {
    let book = Book::founded();
    let kept = book.data().join("countersign-before-restore-2020-01-01T000000Z.db");
    fs::copy(book.database(), &kept).unwrap();
    book.run(&["erase", "--finish"]).done();
    assert!(kept.exists());
    assert_eq!(erased(&book).0, "good");
}

#[test]
#[ignore = "slow: waits for a lock"]
fn an_erasure_says_of_every_kind_of_record_whether_the_state_of_its_item_changes_by_it() {
    let book = Book::founded();
    let id = |ran: crate::cli::book::Ran| ran.done().json()["statements"][0]["id"].as_str().unwrap().to_owned();
    let sign = |words: &[&str]| id(book.supervisor(&[&["sign-off", "Ann Trainee"], words, &["--json"]].concat()));
    let not_yet = ["--not-achieved", "--feedback", "Unsafe", "--action", "Again", "--by", "in 2 weeks"];
    let state = |code: &str| {
        let record = book.run(&["trainee", "Ann Trainee", "--json"]).done().json();
        let ksbs = record["ksbs"].as_array().unwrap().clone();
        ksbs.into_iter().find(|ksb| ksb["id"] == code).unwrap()["state"].as_str().unwrap().to_owned()
    };
    let withdrawn = |of: &str| id(book.supervisor(&["withdraw", of, "--reason", "x", "--json"]));

    let alone = sign(&["K1"]);
    sign(&["K2", "--observed", "yesterday"]);
    let hides = sign(&[&["K2"], &not_yet[..]].concat());
    let failed = sign(&[&["K3"], &not_yet[..]].concat());
    let gone = sign(&["K4"]);
    let withdrawal = withdrawn(&gone);
    let (first, _) = (sign(&["K5", "--observed", "yesterday"]), sign(&["K5"]));
    let cases = [
        ("K1", &alone, Some("K1 of Ann Trainee was signed off. Now it is open")),
        ("K2", &hides, Some("K2 of Ann Trainee was not yet achieved. Now it is signed off")),
        ("K3", &failed, Some("K3 of Ann Trainee was not yet achieved. Now it is open")),
        ("K4", &gone, None),
        ("K4", &withdrawal, None),
        ("K5", &first, None),
    ];
    for (code, of, said) in cases {
        let before = state(code);
        let erased = book.officer(&["erase", of, "--reason", "it named a patient"]);
        assert_eq!(erased.code, 0, "{erased:?}");
        assert_eq!(before != state(code), said.is_some(), "{code}: {erased:?}");
        match said {
            Some(said) => assert!(erased.out.contains(said), "{code}: {erased:?}"),
            None => assert!(!erased.out.contains("Now it is"), "{code}: {erased:?}"),
        }
    }
}
