//! Junk, empty and foreign files under the names that SQLite looks for next to the database: none is written into it.

use std::fs;
use std::path::Path;

use rusqlite::Connection;

use crate::cli::book::Book;

/// A rollback journal, a write-ahead log and its index as some other program left them when it was killed.
fn of_another_program(name: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.db");
    let other = Connection::open(&path).unwrap();
    let wal = name != "-journal";
    other.pragma_update(None, "journal_mode", if wal { "wal" } else { "delete" }).unwrap();
    other.execute_batch("PRAGMA cache_size=2; CREATE TABLE t(x); INSERT INTO t VALUES (1); BEGIN;").unwrap();
    for _ in 0..400 {
        other.execute("INSERT INTO t VALUES (zeroblob(900))", []).unwrap();
    }
    fs::read(format!("{}{name}", path.display())).unwrap()
}

fn beside(book: &Book, name: &str) -> String {
    format!("{}{name}", book.database().display())
}

/// A book at rest: all of it is in the one file.
fn at_rest() -> (Book, Vec<u8>) {
    let book = Book::founded();
    for name in ["-wal", "-shm"] {
        let _ = fs::remove_file(beside(&book, name));
    }
    let bytes = fs::read(book.database()).unwrap();
    (book, bytes)
}

#[test]
#[ignore = "slow: many files and waits"]
fn what_is_not_ours_and_sqlite_would_write_into_the_file_is_refused_by_name_and_left_alone() {
    let junk: Vec<u8> = (0..5000_u32).map(|n| (n * 7 + 1) as u8 | 1).collect();
    for (name, bytes) in [
        ("-journal", junk.clone()),
        ("-journal", b"x".to_vec()),
        ("-journal", of_another_program("-journal")),
        ("-wal", of_another_program("-wal")),
    ] {
        let (book, before) = at_rest();
        fs::write(beside(&book, name), &bytes).unwrap();
        let signing = ["sign-off", "Ann Trainee", "K1", "--as", "Sam", "--passphrase-file", &book.secret("supervisor")];
        for (args, code) in [
            (&["verify"][..], 3),
            (&["history"], 1),
            (&["person", "list"], 1),
            (&["rebuild"], 1),
            (&["backup", "kept.db"], 1),
            (&signing, 1),
        ] {
            let ran = book.run(args).refused(code, &format!("countersign.db{name} is not from this program"));
            assert!(ran.err.contains("\nhint: Nothing was changed. Move that file"), "{ran:?}");
            assert_eq!(fs::read(book.database()).unwrap(), before, "{name} {args:?}");
            assert_eq!(fs::read(beside(&book, name)).unwrap(), bytes, "{name} {args:?}");
        }
        fs::remove_file(beside(&book, name)).unwrap();
        assert_eq!(book.run(&["verify"]).code, 3);
        book.run(&signing).done();
    }
}

#[test]
#[ignore = "slow: many files and waits"]
fn what_sqlite_passes_over_is_passed_over() {
    let junk: Vec<u8> = (0..5000_u32).map(|n| (n * 7 + 1) as u8).collect();
    for name in ["-journal", "-wal", "-shm"] {
        for bytes in [Vec::new(), vec![0; 5000], junk.clone(), of_another_program("-shm")] {
            if name == "-journal" && bytes.first().is_some_and(|first| *first != 0) {
                continue;
            }
            let (book, _) = at_rest();
            fs::write(beside(&book, name), &bytes).unwrap();
            assert_eq!(book.run(&["verify"]).code, 3, "{name}");
            book.supervisor(&["sign-off", "Ann Trainee", "K1"]).done();
            assert_eq!(book.run(&["verify"]).code, 3, "{name}");
        }
    }
}

#[test]
fn the_write_ahead_log_of_another_book_is_not_folded_into_this_one() {
    let (book, before) = at_rest();
    let other = Book::demo();
    let screen = Connection::open(other.database()).unwrap();
    screen.query_row("SELECT count(*) FROM entry", [], |_| Ok(())).unwrap();
    other.sam(&["sign-off", "Alex Trainee", "K1", "K2"]).done();
    let wal = fs::read(beside(&other, "-wal")).unwrap();
    assert!(wal.len() > 10_000);
    fs::write(beside(&book, "-wal"), &wal).unwrap();
    let ran = book.supervisor(&["sign-off", "Ann Trainee", "K1"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{ran:?}");
    assert!([1, 3].contains(&book.run(&["verify"]).code));
    book.run(&["history"]);
    assert_eq!(fs::read(book.database()).unwrap(), before);
    drop(screen);
}

#[test]
fn what_a_killed_writer_of_ours_left_is_taken_up() {
    let book = Book::founded();
    let screen = Connection::open(book.database()).unwrap();
    screen.query_row("SELECT count(*) FROM entry", [], |_| Ok(())).unwrap();
    book.supervisor(&["sign-off", "Ann Trainee", "K1"]).done();
    let folder = book.0.path().join("killed");
    fs::create_dir_all(folder.join("keys")).unwrap();
    for entry in fs::read_dir(book.data()).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file()) {
        fs::copy(&entry, folder.join(Path::new(entry.file_name().unwrap()))).unwrap();
    }
    drop(screen);
    let found = book.run(&["verify", folder.join("countersign.db").to_str().unwrap(), "--json"]);
    assert_eq!((found.code, found.json()["size"].as_u64()), (3, Some(8)), "{found:?}");
}
