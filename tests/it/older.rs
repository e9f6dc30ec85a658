//! A file that an earlier build made opens, verifies and signs; one of a format before it is refused in one sentence.

use std::path::Path;

use crate::cli::book::Book;
use crate::owner::Owner;

fn copied(folder: &str) -> Book {
    let book = Book::empty();
    book.keep("demo", countersign_app::demo::PASSPHRASE);
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(folder);
    crate::cli::book::copy(&from, &book.data());
    book
}

#[test]
fn a_file_of_a_format_that_was_never_released_is_refused_and_left_as_it_was() {
    let book = copied("format-12");
    for format in [1_u32, 9, 11] {
        let mut bytes = std::fs::read(book.database()).unwrap();
        bytes[60..64].copy_from_slice(&format.to_be_bytes());
        std::fs::write(book.database(), &bytes).unwrap();
        for args in [&["history"][..], &["verify"], &["backup", "b.db"], &["rebuild"]] {
            let ran = book.run(args);
            // For `verify`, 1 means that a file was changed.
            assert_eq!(ran.code, if args == ["verify"] { 3 } else { 1 }, "{ran:?}");
            let words =
                format!("was made by a trial build of countersign (format {format}; this one reads 12 and later)");
            assert!(ran.err.contains(&words), "{ran:?}");
            assert!(ran.err.contains("Open it once with a build of 29 November 2026"), "{ran:?}");
            assert!(std::fs::read(book.database()).unwrap() == bytes, "{args:?}");
        }
    }
}

#[test]
fn a_file_of_the_first_version_verifies_with_what_was_kept_then_and_goes_on() {
    let book = copied("format-12");
    let kept = |name: &str| book.data().join(name).to_str().unwrap().to_owned();
    let (checkpoint, receipts) = (kept("checkpoint.txt"), kept("receipts.txt"));
    let against = ["verify", "--checkpoint", &checkpoint, "--receipt", &receipts];
    let verified = book.run(&against);
    assert_eq!(verified.code, 0, "{verified:?}");
    assert!(verified.err.contains("An earlier version erased entry 61"), "{verified:?}");
    book.sam(&["sign-off", "Alex Trainee", "K2"]).done();
    let id = book.run(&["history", "kind:sign-off", "--most", "1", "--json"]).done().json()["statements"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let erased = book.run(&[
        "erase",
        &id,
        "--reason",
        "it named a patient",
        "--as",
        "Tilly Officer",
        "--passphrase-file",
        &book.secret("demo"),
    ]);
    assert_eq!(erased.code, 0, "{erased:?}");
    assert_eq!(book.run(&["rebuild"]).code, 0);
    let verified = book.run(&against);
    assert_eq!(verified.code, 0, "{verified:?}");
}

#[test]
fn a_file_of_an_earlier_format_that_is_only_read_stays_as_it_was_and_its_copy_goes() {
    let book = copied("format-12");
    let bytes = std::fs::read(book.database()).unwrap();
    let temporary = tempfile::tempdir().unwrap();
    for (args, code) in [(&["verify"][..], 3), (&["doctor"], 1)] {
        let ran = book.command().env("TMPDIR", temporary.path()).args(args).output().unwrap();
        assert_eq!(ran.status.code(), Some(code), "{args:?}: {ran:?}");
        assert!(!String::from_utf8_lossy(&ran.stdout).contains("can be read but not written"), "{args:?}: {ran:?}");
        assert!(std::fs::read(book.database()).unwrap() == bytes, "{args:?}");
        assert_eq!(std::fs::read_dir(temporary.path()).unwrap().count(), 0, "{args:?}");
    }
}

#[test]
fn the_name_and_kind_under_which_evidence_is_listed_are_those_that_an_earlier_sign_off_names() {
    for (sql, words) in [
        ("UPDATE holding SET name = 'other.txt' WHERE evidence = 1", "but the list has another name for it"),
        ("DELETE FROM holding WHERE evidence = 1", "which is not in the trainee's list"),
        ("UPDATE holding SET trainee = '3dc4b' WHERE evidence = 1", "which is not in the trainee's list"),
        ("UPDATE evidence SET kind = (kind + 1) % 6 WHERE evidence = 1", "is listed as a kind of file that it is not"),
        ("UPDATE evidence SET kind = (kind + 1) % 6 WHERE evidence = 2", "is listed as a kind of file that it is not"),
    ] {
        let book = copied("format-12");
        Owner::of(&book.database()).execute_batch(sql).unwrap();
        let ran = book.run(&["verify"]);
        assert_eq!(ran.code, 1, "{sql}: {ran:?}");
        assert!(ran.out.contains(words), "{sql}: {ran:?}");
    }
}

#[test]
fn evidence_that_an_earlier_erasure_may_have_taken_is_counted_in_a_note() {
    let book = copied("format-12");
    let file = Owner::of(&book.database());
    let by = "(SELECT statement FROM erased LIMIT 1)";
    file.execute_batch(&format!(
        "DELETE FROM evidence_piece WHERE piece >> 16 = 2; DELETE FROM holding WHERE evidence = 2;
        UPDATE evidence SET erased = {by} WHERE evidence = 2"
    ))
    .unwrap();
    drop(file);
    let ran = book.run(&["verify"]);
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(ran.err.contains("The bytes of 1 file of evidence are gone"), "{ran:?}");
}
