//! Batches that are altered, missing, moved or of no use in the file: `verify` finds each; and what is erased.

use countersign_app::verify::log::{Verdict, verify};

use super::{SoftAgent, ids, intact, with_key};
use crate::cli::book::{Book, copy};
use crate::kinds::altered::{each_cell, each_row};
use crate::owner::Owner;

/// Two batches, of three and of one, and a statement before, between and after them.
fn two_batches(seed: u8) -> (Book, SoftAgent, Vec<String>) {
    let (book, agent) = with_key(seed);
    let signed = agent.sam(&book, &["sign-off", "Ann Trainee", "K1", "K2", "K3", "--json"]);
    assert_eq!(book.supervisor(&["sign-off", "Ann Trainee", "K4"]).code, 0);
    let more = agent.sam(&book, &["sign-off", "Ann Trainee", "K5", "--json"]);
    book.supervisor(&["sign-off", "Ann Trainee", "K6"]).done();
    intact(&book);
    let all = [ids(&signed), ids(&more)].concat();
    (book, agent, all)
}

/// Whether `verify` finds a file altered once its owner did this.
fn is_found(book: &Book, change: impl FnOnce(&Owner)) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.db");
    Owner::of(&book.database()).query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    std::fs::copy(book.database(), &path).unwrap();
    change(&Owner::of(&path));
    verify(&path, &[], 1, &mut |_, _| {}).unwrap().verdict == Verdict::Altered
}

#[test]
#[ignore = "slow: each byte is altered"]
fn any_byte_of_a_batch_its_signature_its_key_or_its_name_that_changes_is_found() {
    let (book, _agent, _) = two_batches(41);
    assert!(!is_found(&book, |_| {}));
    for column in ["name", "key", "signature", "text"] {
        let sql = format!("SELECT length(CAST({column} AS BLOB)) FROM touch ORDER BY length(text) DESC LIMIT 1");
        let length: i64 = Owner::of(&book.database()).query_row(&sql, [], |row| row.get(0)).unwrap();
        for at in (0..length).step_by(23) {
            let kind = if ["name", "signature"].contains(&column) { "BLOB" } else { "TEXT" };
            let bytes = format!("CAST({column} AS BLOB)");
            let found = is_found(&book, |file| {
                let longest = "(SELECT rowid FROM touch ORDER BY length(text) DESC LIMIT 1)";
                let byte: Vec<u8> = file
                    .query_row(
                        &format!("SELECT substr({bytes}, {}, 1) FROM touch WHERE rowid = {longest}", at + 1),
                        [],
                        |row| row.get(0),
                    )
                    .unwrap();
                let sql = format!(
                    "UPDATE touch SET {column} = CAST(substr({bytes}, 1, {at}) || x'{:02x}' || substr({bytes}, {}) AS {kind}) WHERE rowid = {longest}",
                    byte[0] ^ 1,
                    at + 2
                );
                assert_eq!(file.execute(&sql, []).unwrap(), 1);
            });
            assert!(found, "{column} {at}");
        }
    }
}

#[test]
#[ignore = "slow: each byte is altered"]
fn a_batch_that_is_missing_swapped_repeated_or_of_no_use_and_members_that_are_moved_or_changed_are_found() {
    let (book, _agent, _) = two_batches(42);
    let sk = "key = (SELECT key FROM key WHERE line LIKE 'sk-%')";
    for sql in [
        "DELETE FROM touch".to_owned(),
        "DELETE FROM touch WHERE length(text) = (SELECT min(length(text)) FROM touch)".to_owned(),
        "INSERT INTO touch SELECT randomblob(64), key, signature, text FROM touch LIMIT 1".to_owned(),
        // The text of the one with the signature of the other.
        "UPDATE touch SET text = (SELECT max(text) FROM touch)".to_owned(),
        "UPDATE touch SET signature = (SELECT max(signature) FROM touch)".to_owned(),
        // Its lines in another order.
        "UPDATE touch SET text = replace(text, 'count 3', 'count 2')".to_owned(),
        // A member with the name of the other batch, and two members exchanged.
        format!("UPDATE entry SET signature = (SELECT max(signature) FROM entry WHERE {sk}) WHERE {sk}"),
        format!("UPDATE entry SET text = text || ' ' WHERE place = (SELECT max(place) FROM entry WHERE {sk})"),
        format!("UPDATE entry SET signature = randomblob(64) WHERE place = (SELECT min(place) FROM entry WHERE {sk})"),
        // Signed by another key, in name.
        format!("UPDATE entry SET key = 1 WHERE {sk}"),
    ] {
        let found = is_found(&book, |file| assert!(file.execute(&sql, []).unwrap() > 0, "{sql}"));
        assert!(found, "{sql}");
    }
}

#[test]
fn any_cell_or_row_of_the_batches_that_is_changed_or_taken_away_is_seen() {
    let (book, _agent, _) = two_batches(43);
    let tables = ["touch".to_owned()];
    each_cell(&book.database(), &tables, 1);
    each_row(&book.database(), &tables);
}

#[test]
#[ignore = "slow: each byte is altered"]
fn a_batch_is_valid_whichever_of_its_statements_are_erased_and_goes_with_the_last() {
    let (book, agent, all) = two_batches(44);
    let batches = |book: &Book| -> i64 {
        Owner::of(&book.database()).query_row("SELECT count(*) FROM touch", [], |row| row.get(0)).unwrap()
    };
    for erased in 0..8 {
        let one = Book(tempfile::tempdir().unwrap());
        copy(book.0.path(), one.0.path());
        for (_, id) in all[..3].iter().enumerate().filter(|(at, _)| erased >> at & 1 == 1) {
            let ran = one.officer(&["erase", id, "--reason", "Asked for by the trainee"]);
            assert_eq!(ran.code, 0, "{ran:?}");
        }
        assert_eq!(batches(&one), if erased == 7 { 1 } else { 2 }, "{erased}");
        intact(&one);
    }
    assert_eq!(agent.sam(&book, &["sign-off", "Ann Trainee", "S1"]).code, 0);
}
