//! The one file is complete in itself whenever nothing is being signed at that instant: what is committed is folded into it when
//! a command ends, when a screen is at rest, before it stops, and when it ends.

use std::path::{Path, PathBuf};
use std::process::Command;

use countersign_app::app::App;
use countersign_app::storage::data_dir::DataDir;
use countersign_tui::effect::runner::EffectRunner;
use countersign_tui::list::{ListQuery, PageRequest};
use countersign_tui::msg::{Effect, Outcome};
use countersign_tui::runtime::event_loop::EffectHandler as _;
use rusqlite::Connection;

use crate::cli::book::{Book, SUPERVISOR};
use crate::live::{Live, staffed};
use crate::signer::{SIGNED, Signer, seed};

/// A plain copy of the file alone. Another process makes it: this one may have the file open.
fn copied(book: &Book) -> PathBuf {
    let to = book.0.path().join("plain-copy.db");
    assert!(Command::new("cp").arg(book.database()).arg(&to).status().unwrap().success());
    to
}

/// How many entries a file holds, and all its tables but for the counters of SQLite.
fn holds(path: &Path) -> (u64, Vec<String>) {
    let uri = format!("file:{}?immutable=1", path.display());
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY | rusqlite::OpenFlags::SQLITE_OPEN_URI;
    let conn = Connection::open_with_flags(uri, flags).unwrap();
    let size = conn.query_row("SELECT count(*) FROM entry", [], |row| row.get::<_, i64>(0)).unwrap();
    (size.cast_unsigned(), crate::store::dump(&conn))
}

/// Asserts that a plain copy holds what the file and its write-ahead log hold together.
fn is_complete(book: &Book, when: &str) {
    let all = Connection::open(book.database()).unwrap();
    let (size, tables) = holds(&copied(book));
    let now: i64 = all.query_row("SELECT count(*) FROM entry", [], |row| row.get(0)).unwrap();
    assert_eq!(size, now.cast_unsigned(), "{when}");
    assert!(tables == crate::store::dump(&all), "{when}");
}

#[test]
fn a_plain_copy_is_complete_after_every_command_while_a_screen_is_open() {
    let book = staffed();
    let _screen = EffectRunner::new(App::open_default(DataDir::new(book.data())).unwrap());
    let pdf = book.0.path().join("audit.pdf");
    std::fs::write(&pdf, b"%PDF-1.7\naudit\n").unwrap();
    let trainee = book.secret("trainee");
    let by_ada = ["--as", "Ada", "--passphrase-file", &trainee];
    is_complete(&book, "at first");
    let mut size = book.size();
    for (line, grows) in [
        ("sign-off Ada K1", 1),
        ("sign-off Ada K2 K3 K4 K5 S1 S2 S3", 7),
        ("person add Bea --role trainee", 1),
        ("enrol Bea ST0413 --start 2025-09-01", 1),
        ("policy set late-days=9", 1),
        ("claim K6 --evidence audit.pdf", 0),
        ("person leave Bea", 1),
        ("rebuild", 0),
    ] {
        let words: Vec<&str> = line.split(' ').collect();
        let ran = match words[0] {
            "claim" => book.run(&[&words[..], &by_ada].concat()),
            "sign-off" => book.supervisor(&words),
            "rebuild" => book.run(&words),
            _ => book.officer(&words),
        };
        assert_eq!(ran.code, 0, "{line}: {ran:?}");
        is_complete(&book, line);
        size += grows;
        assert_eq!(book.size(), size, "{line}");
    }
}

#[test]
fn a_screen_at_rest_leaves_a_complete_file_while_others_are_open() {
    let book = staffed();
    let _other = EffectRunner::new(App::open_default(DataDir::new(book.data())).unwrap());
    let mut live = Live::new(book, "Sam", SUPERVISOR);
    let sign = format!("s '{SUPERVISOR}' enter");
    for (keys, signed) in [("space space", 0), (sign.as_str(), 2), ("space", 0), (sign.as_str(), 1)] {
        let before = live.book.size();
        live.keys(keys);
        assert_eq!(live.book.size(), before + signed, "{}", live.text());
        assert!(live.door.is_untidy(), "{keys}");
        assert!(live.door.rest() && !live.door.is_untidy());
        is_complete(&live.book, keys);
    }
    live.book.supervisor(&["sign-off", "Ada", "B1"]).done();
    live.door.rest();
    is_complete(&live.book, "another program's");
    let Live { door, book, .. } = live;
    book.supervisor(&["sign-off", "Ada", "B2"]).done();
    drop(door);
    is_complete(&book, "when it ends");
}

#[test]
fn what_a_killed_program_left_in_the_write_ahead_log_is_folded_by_the_next_screen_that_sees_it() {
    let book = Book::demo();
    let seed = seed(&book);
    let mut door = EffectRunner::new(App::open_default(DataDir::new(book.data())).unwrap());
    assert!(door.is_untidy() && door.rest());
    let request = PageRequest { list: ListQuery::Log, filter: String::new(), skip: 0, rows: 5 };
    let opened = door.perform(Effect::LoadPage(request));
    assert!(matches!(opened, Outcome::PageLoaded { .. }));
    let mut signer = Signer::new(&book, &seed);
    signer.ask("3");
    signer.wait_for(SIGNED);
    signer.child.kill().unwrap();
    signer.child.wait().unwrap();
    assert_eq!(holds(&copied(&book)).0, Book::demo_size(), "nothing was in the write-ahead log");
    assert_eq!(door.perform(Effect::CheckForChanges), Outcome::Changed);
    assert!(door.is_untidy() && door.rest());
    is_complete(&book, "after the look");
}

#[test]
fn a_reader_that_holds_an_old_state_is_not_an_error_and_what_it_kept_back_is_folded_later() {
    let book = staffed();
    let mut door = EffectRunner::new(App::open_default(DataDir::new(book.data())).unwrap());
    let reader = Connection::open(book.database()).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM entry").unwrap();
    book.supervisor(&["sign-off", "Ada", "K1"]).done();
    book.supervisor(&["sign-off", "Ada", "K2"]).done();
    assert!(!door.rest(), "it says that it is done");
    reader.execute_batch("COMMIT").unwrap();
    assert!(door.rest());
    is_complete(&book, "after the reader");
}
