//! What a site's role may do at the hub, and what is refused: the log of another site, a gap, a change, what is not granted.

use crate::cli::book::Book;
use crate::hub::push::{at_hub, sync};
use crate::hub::server::Hub;

const TABLES: [&str; 9] =
    ["format", "log", "witness", "statement", "imported", "batch", "standard", "checkpoint", "cosignature"];

/// 64 bytes that begin with the digest of `x`.
const NAMED: &str = "sha256('x') || sha256('x')";

fn two() -> Option<(Hub, Book, Book)> {
    let hub = Hub::new()?;
    let (book, other) = (Book::founded(), Book::small());
    hub.join(&book, "cardiology");
    hub.join(&other, "respiratory");
    sync(&book);
    sync(&other);
    Some((hub, book, other))
}

/// A row after the last entry of the first log, with what is altered in it.
fn row(log: &str, position: &str) -> String {
    format!("INSERT INTO countersign.statement SELECT {log}, {position}, gen_random_uuid(), key, 1, statement, signature, leaf
        FROM countersign.statement WHERE log_id = countersign.mine() AND position = 0;")
}

#[test]
#[ignore = "slow: a real PostgreSQL"]
fn a_site_changes_and_removes_nothing_not_even_its_own() {
    let Some((hub, _, _)) = two() else { return };
    let (first, second) = (at_hub(&hub, "cardiology"), at_hub(&hub, "respiratory"));
    for table in TABLES.iter().chain(&["reads"]) {
        let column = match *table {
            "format" => "number = 2",
            "log" => "site = 'x'",
            "witness" => "note = 'x'",
            "statement" | "imported" => "statement = NULL",
            "batch" => "key = 'x'",
            "standard" => "titles = ''",
            "checkpoint" => "note = ''",
            "cosignature" => "line = 'x'",
            _ => "reader = 'x'",
        };
        for sql in [
            format!("UPDATE countersign.{table} SET {column};"),
            format!("DELETE FROM countersign.{table};"),
            format!("TRUNCATE countersign.{table} CASCADE;"),
            format!("DROP TABLE countersign.{table};"),
            format!("ALTER TABLE countersign.{table} DISABLE TRIGGER ALL;"),
            format!("ALTER TABLE countersign.{table} DISABLE ROW LEVEL SECURITY;"),
        ] {
            let refused = hub.site("cardiology", &sql).unwrap_err();
            assert!(refused.contains("permission denied") || refused.contains("must be owner"), "{sql}: {refused}");
        }
    }
    for sql in [
        "SET session_replication_role = replica;",
        "SET ROLE countersign_hub;",
        "SET SESSION AUTHORIZATION postgres;",
        "CREATE TABLE countersign.mine (x int);",
        "CREATE OR REPLACE FUNCTION countersign.mine() RETURNS smallint LANGUAGE sql AS 'SELECT 1::smallint';",
        "SELECT countersign.let_read('cardiology', 'respiratory');",
        "SELECT countersign.stop_reading('cardiology', 'respiratory');",
        "INSERT INTO countersign.reads VALUES (session_user, 2);",
        "INSERT INTO countersign.format VALUES (2);",
    ] {
        hub.site("cardiology", sql).unwrap_err();
    }
    assert_eq!((at_hub(&hub, "cardiology"), at_hub(&hub, "respiratory")), (first, second));
}

#[test]
#[ignore = "slow: a real PostgreSQL"]
fn even_the_owner_of_the_tables_and_a_superuser_meet_the_triggers() {
    let Some((hub, _, _)) = two() else { return };
    for table in &TABLES[1..] {
        // A table without rows has nothing to change, but what empties it is refused as well.
        let (done, _, err) =
            hub.server.psql("postgres", &hub.database, &format!("TRUNCATE countersign.{table} CASCADE;"));
        assert!(!done && err.contains("never changed or removed"), "{table}: {err}");
    }
    for sql in [
        "UPDATE countersign.statement SET key = 'x' WHERE position = 0;",
        "UPDATE countersign.statement SET statement = NULL WHERE position = 0;",
        "UPDATE countersign.statement SET leaf = sha256('x') WHERE position = 0;",
        "UPDATE countersign.statement SET position = 900 WHERE position = 0;",
        "DELETE FROM countersign.statement WHERE position = 0;",
        "UPDATE countersign.checkpoint SET size = 1;",
        "UPDATE countersign.log SET vkey = 'x';",
    ] {
        let (done, _, err) = hub.server.psql("postgres", &hub.database, sql);
        assert!(!done, "{sql}: {err}");
    }
}

#[test]
#[ignore = "slow: a real PostgreSQL"]
fn a_site_appends_to_its_own_log_alone_without_a_gap_and_never_twice() {
    let Some((hub, book, other)) = two() else { return };
    let (first, second) = (at_hub(&hub, "cardiology"), at_hub(&hub, "respiratory"));
    let (own, theirs) = (book.size(), other.size());
    let refused = |sql: &str, words: &str| {
        let refused = hub.site("cardiology", sql).unwrap_err();
        assert!(refused.contains(words), "{sql}: {refused}");
    };
    let other_log = "(SELECT log_id FROM countersign.log WHERE site = 'respiratory')";
    refused(&row(other_log, &theirs.to_string()), "row-level security");
    for (position, words) in
        [(own + 1, "a gap"), (own + 1_000_000, "a gap"), (own - 1, "duplicate key"), (0, "duplicate key")]
    {
        refused(&row("countersign.mine()", &position.to_string()), words);
    }
    refused(&row("countersign.mine()", "-1"), "check constraint");
    // Two rows of which the second leaves one out.
    refused(
        &format!("INSERT INTO countersign.statement SELECT countersign.mine(), {own} + 2 * n, gen_random_uuid(), key, 1, statement,
            signature, leaf FROM countersign.statement, generate_series(0, 1) AS n
            WHERE log_id = countersign.mine() AND position = 0;"),
        "a gap",
    );
    for (size, words) in [(own + 1, "does not end where the log does"), (own - 1, "does not end where the log does")] {
        refused(
            &format!(
                "INSERT INTO countersign.checkpoint (log_id, size, note) VALUES (countersign.mine(), {size}, 'x');"
            ),
            words,
        );
    }
    for (table, columns, values) in [
        ("checkpoint", "log_id, size, note", format!("{other_log}, {theirs}, 'x'")),
        ("witness", "log_id, note", format!("{other_log}, 'x'")),
        ("standard", "log_id, digest, canonical, titles", format!("{other_log}, sha256('x'), 'x', ''")),
        ("batch", "log_id, name, key, signature, body", format!("{other_log}, {NAMED}, 'k', {NAMED}, 'x'")),
        ("imported", "log_id, position, id, key", format!("{other_log}, 0, gen_random_uuid(), 'k'")),
    ] {
        refused(&format!("INSERT INTO countersign.{table} ({columns}) VALUES ({values});"), "row-level security");
    }
    refused("INSERT INTO countersign.standard VALUES (countersign.mine(), sha256('x'), 'y', '');", "check constraint");
    // A batch under another name than its text's, and of a size that none has.
    for (name, signature, body) in [
        (NAMED, NAMED, "'y'"),
        ("sha256('x')", NAMED, "'x'"),
        (NAMED, "sha256('x')", "'x'"),
        (NAMED, "decode(repeat('00', 1025), 'hex')", "'x'"),
        ("sha256(decode(repeat('00', 16385), 'hex')) || sha256('x')", NAMED, "decode(repeat('00', 16385), 'hex')"),
    ] {
        let values = format!("countersign.mine(), {name}, 'k', {signature}, {body}");
        refused(&format!("INSERT INTO countersign.batch VALUES ({values});"), "check constraint");
    }
    refused(
        "INSERT INTO countersign.log (origin, site, vkey) VALUES ('ward.example.org/2', 'ward', 'k');",
        "duplicate key",
    );
    refused(
        "INSERT INTO countersign.log (origin, site, vkey, owner) VALUES ('w', 'w', 'k', 'postgres');",
        "permission denied",
    );
    refused("SELECT countersign.begin_push(0);", "other entries");
    assert_eq!((at_hub(&hub, "cardiology"), at_hub(&hub, "respiratory")), (first, second));
}

#[test]
#[ignore = "slow: a real PostgreSQL"]
fn a_site_reads_its_own_log_and_what_was_granted_to_it() {
    let Some((hub, book, other)) = two() else { return };
    let count =
        |site: &str, table: &str| hub.site(site, &format!("SELECT count(*) FROM countersign.{table};")).unwrap();
    let (own, theirs) = (book.size(), other.size());
    assert_eq!(count("cardiology", "statement"), own.to_string());
    assert_eq!(count("respiratory", "statement"), theirs.to_string());
    assert_eq!(count("cardiology", "standard"), "1");
    assert_eq!(count("cardiology", "log"), "2", "everyone knows who is there");
    hub.let_read("cardiology", "respiratory");
    assert_eq!(count("cardiology", "statement"), (own + theirs).to_string());
    assert_eq!(count("respiratory", "statement"), theirs.to_string(), "that is one way");
    assert_eq!((count("cardiology", "reads"), count("respiratory", "reads")), ("1".to_owned(), "0".to_owned()));
    hub.superuser("SELECT countersign.stop_reading('cardiology', 'respiratory');");
    assert_eq!(count("cardiology", "statement"), own.to_string());
    let (done, _, err) =
        hub.server.psql("postgres", &hub.database, "SELECT countersign.let_read('cardiology', 'nobody');");
    assert!(!done && err.contains("no two sites"), "{err}");
}

#[test]
#[ignore = "slow: a real PostgreSQL"]
fn an_erasure_needs_the_statement_that_declares_it_in_the_same_log() {
    let Some((hub, book, _)) = two() else { return };
    book.supervisor(&["sign-off", "Ann Trainee", "K1", "K2", "--place", "Echo lab", "--feedback", "one"]).done();
    let history = book.run(&["history", "--json", "--most", "1"]).json();
    let id = history["statements"][0]["id"].as_str().unwrap().to_owned();
    let erased = book.size() - 1;
    sync(&book);
    let first = at_hub(&hub, "cardiology");
    for position in 0..=erased {
        for by in [0, position, position + 1, erased, erased + 1] {
            let refused = hub.site("cardiology", &format!("SELECT countersign.erase({position}, {by});")).unwrap_err();
            assert!(refused.contains("does not erase"), "{position} by {by}: {refused}");
        }
    }
    assert_eq!(at_hub(&hub, "cardiology"), first);
    let ran = book.officer(&["erase", &id, "--reason", "Named a patient"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    sync(&book);
    let by = book.size() - 1;
    let second = at_hub(&hub, "cardiology");
    assert_ne!(first, second);
    for position in (0..by).filter(|position| *position != erased) {
        hub.site("cardiology", &format!("SELECT countersign.erase({position}, {by});")).unwrap_err();
    }
    // Again does no harm, and no other site can do it.
    hub.site("cardiology", &format!("SELECT countersign.erase({erased}, {by});")).unwrap();
    hub.site("respiratory", &format!("SELECT countersign.erase({erased}, {by});")).unwrap_err();
    assert_eq!(at_hub(&hub, "cardiology"), second);
}
