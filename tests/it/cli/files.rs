//! The file is missing, foreign, newer, cut short, read-only or altered: said in words, and left as it was.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Stdio;

use crate::cli::book::Book;
use crate::owner::Owner;

#[test]
fn a_file_that_cannot_be_used_is_said_in_words_and_left_alone() {
    let book = Book::founded();
    let whole = std::fs::read(book.database()).unwrap();
    let newer = {
        let mut bytes = whole.clone();
        bytes[60..64].copy_from_slice(&999_u32.to_be_bytes());
        bytes
    };
    for (bytes, words) in [
        (b"".to_vec(), "is empty"),
        (
            b"Dear diary, today I saw a very large SQLite database, and it was not one of ours.".repeat(9),
            "not a countersign",
        ),
        (newer, "was made by a newer countersign (format 999"),
        (whole[..whole.len() / 2].to_vec(), "is cut short"),
    ] {
        std::fs::write(book.database(), &bytes).unwrap();
        for command in [vec!["history"], vec!["person", "list"], vec!["verify"], vec!["rebuild"]] {
            let looked_at = words == "is cut short" || command != ["verify"];
            let ran = book.run(&command).refused(if looked_at { 1 } else { 3 }, words);
            assert!(ran.err.contains("\nhint: "), "{ran:?}");
        }
        assert_eq!(std::fs::read(book.database()).unwrap(), bytes, "{words}");
    }
    std::fs::remove_file(book.database()).unwrap();
    let missing = book.run(&["history"]).refused(1, "There is no file");
    assert!(missing.err.contains("countersign init"), "{missing:?}");
}

#[test]
fn a_book_is_never_begun_over_another() {
    let book = Book::founded();
    let init = ["init", "--department", "x", "--name", "y", "--passphrase-file", &book.secret("officer")];
    book.run(&init).refused(1, "This folder already has a sign-off book");
    let demo =
        book.run(&["demo", "--make", &book.secret("data")]).refused(1, "This folder already has a sign-off book");
    assert!(demo.err.contains("another folder with --make"), "{demo:?}");
    let other = Book::empty();
    other.run(&["init"]).refused(2, "--department is needed");
    other.run(&["init", "--department", "x", "--name", "y"]).refused(2, "A passphrase is needed");
    let weak = other.keep("weak", "aaaaaaaaaaaaaaaaaaaa");
    other.run(&["init", "--department", "x", "--name", "y", "--passphrase-file", &weak]).refused(2, "easy to guess");
    assert!(!other.data().exists());
}

#[test]
fn a_read_only_file_is_read_and_not_signed() {
    let book = Book::founded();
    if rustix::process::geteuid().is_root() {
        return; // nothing is read-only for root
    }
    std::fs::set_permissions(book.database(), std::fs::Permissions::from_mode(0o400)).unwrap();
    book.run(&["history"]).done();
    book.supervisor(&["sign-off", "Ann Trainee", "K1"]).refused(1, "can be read but not written");
}

#[test]
#[ignore = "slow: waits for a lock"]
fn while_another_program_writes_nothing_is_signed_and_the_exit_code_says_so() {
    let book = Book::founded();
    let other = rusqlite::Connection::open(book.database()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let sign = ["sign-off", "Ann Trainee", "K1"];
    let busy = book.supervisor(&sign).refused(4, "Another program is writing to the file");
    assert!(busy.err.contains("hint: Nothing was changed. Try again in a moment"), "{busy:?}");
    other.execute_batch("COMMIT").unwrap();
    book.supervisor(&sign).done();
}

#[test]
fn an_altered_statement_is_found_and_shown() {
    let book = Book::founded();
    let db = Owner::of(&book.database());
    let changed = db
        .execute(
            "UPDATE entry SET text = CAST(replace(CAST(text AS TEXT), 'Ann Trainer', 'Ann \u{1b}[31mTr') AS BLOB)",
            [],
        )
        .or_else(|_| db.execute("UPDATE entry SET text = replace(text, 'Ann Trainer', 'Ann \u{1b}[31mTr')", []));
    assert!(changed.unwrap() > 0);
    drop(db);
    let ran = book.run(&["verify"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.out.starts_with("Altered: "), "{ran:?}");
    let history = book.run(&["history"]);
    assert!(history.out.contains("ALTERED") && !history.out.contains('\u{1b}'), "{history:?}");
}

#[test]
fn a_wrong_index_is_told_from_an_altered_statement_and_rebuild_makes_it_again() {
    let book = Book::founded();
    assert_eq!(Owner::of(&book.database()).execute("UPDATE person SET name = 'Ann Other' WHERE person = 1", []), Ok(1));
    let ran = book.run(&["verify"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.out.starts_with("Every signature is valid, but an index does not match what was signed"), "{ran:?}");
    assert!(ran.out.contains("The index person contains a row that does not come from the statements"), "{ran:?}");
    assert!(ran.err.contains("Run `countersign rebuild`"), "{ran:?}");
    assert_eq!(book.run(&["rebuild"]).code, 0);
    assert_eq!(book.run(&["verify"]).code, 3);
}

#[test]
fn a_reader_that_goes_away_ends_the_program_quietly() {
    let book = Book::founded();
    for args in [vec!["standard", "show", "ST0413"], vec!["history", "--json"], vec!["--help"]] {
        let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin!("countersign"))
            .args(["--data", book.data().to_str().unwrap()])
            .args(&args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), output.stderr), (Some(0), vec![]), "{args:?}");
    }
}

#[test]
fn an_export_never_writes_over_another_file() {
    let book = Book::founded();
    let out = book.0.path().join("out");
    let export = ["export", "--signers", "--out", "out"];
    book.run(&export).done();
    book.run(&export).done();
    std::fs::write(out.join("allowed_signers"), "somebody else's").unwrap();
    book.run(&export).refused(1, "There is another file of this name");
}

#[test]
fn all_that_lies_in_the_data_folder_is_for_its_owner_alone() {
    let book = Book::empty();
    let init = ["init", "--department", "x", "--name", "y", "--passphrase-file", &book.secret("officer")];
    book.run(&init).done();
    // What SQLite lays next to the file is there while it is open.
    let open = rusqlite::Connection::open(book.database()).unwrap();
    open.query_row("SELECT count(*) FROM entry", [], |row| row.get::<_, i64>(0)).unwrap();
    for folder in [book.data(), book.data().join("keys")] {
        let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&folder), 0o700, "{}", folder.display());
        for entry in std::fs::read_dir(&folder).unwrap() {
            let entry = entry.unwrap();
            let wanted = if entry.file_type().unwrap().is_dir() { 0o700 } else { 0o600 };
            assert_eq!(mode(&entry.path()), wanted, "{}", entry.path().display());
        }
    }
    assert!(book.data().join("countersign.db-wal").exists());
}

#[test]
fn a_file_that_cannot_be_looked_at_is_not_called_altered() {
    let book = Book::founded();
    let path = |name: &str| book.0.path().join(name).to_str().unwrap().to_owned();
    let backup = path("whole.db");
    book.run(&["backup", &backup, "--json"]).done();
    let whole = std::fs::read(&backup).unwrap();
    let of_format = |format: u32| {
        let mut bytes = whole.clone();
        bytes[60..64].copy_from_slice(&format.to_be_bytes());
        bytes
    };
    std::fs::create_dir(path("folder")).unwrap();
    for (name, bytes, words) in [
        ("none", None, "There is no file"),
        ("folder", None, "is not a countersign file"),
        ("empty", Some(Vec::new()), "is empty"),
        ("text", Some(b"minutes".repeat(99)), "is not a countersign file"),
        ("newer", Some(of_format(999)), "Use the newer version of countersign"),
        ("older", Some(of_format(11)), "Open it once with a build of 29 November 2026"),
    ] {
        if let Some(bytes) = bytes {
            std::fs::write(path(name), bytes).unwrap();
        }
        book.run(&["verify", &path(name)]).refused(3, words);
    }
    std::fs::write(path("short"), &whole[..whole.len() / 2]).unwrap();
    let short = book.run(&["verify", &path("short")]).refused(1, "is cut short");
    assert!(short.err.contains("hint: Nothing was changed. Restore a backup, and keep this file\n"), "{short:?}");
    std::fs::write(path("formless"), of_format(0)).unwrap();
    let formless = book.run(&["verify", &path("formless")]);
    assert!(formless.code == 1 && formless.out.contains("although its format number is 0"), "{formless:?}");
}
