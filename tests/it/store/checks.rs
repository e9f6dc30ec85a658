//! Every CHECK, trigger, type, reference and NOT NULL of the tables: each is tried, and each trigger is shown to be what
//! refuses by taking it away.

use std::collections::BTreeSet;

use countersign_store::db::Db;
use rusqlite::Connection;

use crate::store::{dump, raw, tables, texts};

/// One row in every table.
pub const ROWS: &str = "
    INSERT INTO log VALUES (0, 'a.example/1', 'vkey');
    INSERT INTO key VALUES (1, randomblob(32), 'ssh-ed25519 AAAA');
    INSERT INTO entry VALUES (0, randomblob(16), 1, 1, randomblob(64), 'text');
    INSERT INTO entry VALUES (9, randomblob(16), 1, 1, randomblob(64), 'why');
    INSERT INTO erased VALUES (0, randomblob(32), 9);
    INSERT INTO imported VALUES (0, randomblob(16), 1, randomblob(64), 'text');
    INSERT INTO head VALUES (0, 1, x'00', 'note');
    INSERT INTO tile VALUES (0, randomblob(32));
    INSERT INTO content VALUES (randomblob(32), 'canonical', '');
    INSERT INTO person VALUES (1, '7f3a', 'A. TRAINEE', 1, 0, NULL, NULL, NULL, 0);
    INSERT INTO holder VALUES (1, 1, 0, 0, 0, 0);
    INSERT INTO standard SELECT 1, 'ST0413', '1.1', digest, 0 FROM content;
    INSERT INTO list VALUES (1);
    INSERT INTO enrolment VALUES (1, 1, '2025-09-20', NULL, 0, 3750, 'Oil lamps', 21792, 1);
    INSERT INTO policy VALUES ('late-days', 7);
    INSERT INTO sign_off VALUES (0, 1, 1, 1, 1, 20000, 1, 9, 9, 9, 0);
    INSERT INTO note VALUES (9, 1, 0, 1, 9, 9);
    INSERT INTO fact VALUES (9, 1, 1, 20000, 20084, 1, 9, 9);
    INSERT INTO carried VALUES (9, 1, 1, 1, 20000);
    INSERT INTO hour VALUES (9, 0, randomblob(16), 1, 20000, 14);
    INSERT INTO claimed_hour VALUES (randomblob(16), '7f3a', 20000, 14, 'Shadowed the clinic', 'K1');
    INSERT INTO newest VALUES (0, 0);
    INSERT INTO state VALUES (1, 1, 1, 1, 20000, 20000);
    INSERT INTO summary VALUES (1, 1, 1, x'0001');
    INSERT INTO standing VALUES (1, 1, x'00000101');
    INSERT INTO mark VALUES ('02c1', '7f3a', 'S26');
    INSERT INTO draft VALUES ('02c1', '7f3a', 'place lab');
    INSERT INTO recent VALUES ('02c1', '7f3a', 1);
    INSERT INTO login VALUES (1, '7f3a', randomblob(32), 'ssh-ed25519 AAAA', 1, '0ff1', 'O', 2, '0ff1', 'O');
    INSERT INTO evidence VALUES (1, randomblob(32), 3, 0, 9);
    INSERT INTO evidence_piece VALUES (65536, x'010203');
    INSERT INTO holding VALUES ('7f3a', 1, 'a.pdf', 1);
    INSERT INTO claim VALUES (1, randomblob(16), '7f3a', 'ST0413', '1.1', 'said', '02c1', 'lab', 1, 1, 2, 1, 0);
    INSERT INTO claim_item VALUES (1, 1, '7f3a', 0, 9);
    INSERT INTO claim_evidence VALUES (1, 1);
    INSERT INTO supervision VALUES ('02c1', '7f3a');
    INSERT INTO pause VALUES (1, '2026-03-01', '2026-04-01', 0);
    INSERT INTO draw VALUES (1, '04e3', 2026, 9, '', 20);
    INSERT INTO drawn VALUES (1, 1, 0);
    INSERT INTO held VALUES ('7f3a', 'b.example/2', 4, randomblob(16), randomblob(32), 'ssh-ed25519 AAAA', randomblob(64),
        'content sha256:' || lower(hex(zeroblob(32))), 'proof', 'vkey', 9, NULL);
    INSERT INTO pulled VALUES ('7f3a', 'b.example/2', 3, randomblob(16), randomblob(32), 'ssh-ed25519 AAAA', randomblob(64),
        'text', 'proof', 'vkey', 9, NULL);
    INSERT INTO rotation VALUES (9, 1, 'b.example/2', '02c1', 'B. TRAINEE', 9);
    INSERT INTO brought VALUES (9, 5);
    INSERT INTO rebuilt VALUES (1, 5);
    INSERT INTO cosigned VALUES ('b.example/2', 5, randomblob(32));
    INSERT INTO cosignature VALUES ('b.example/2', 5, 'witness', 'line');
    INSERT INTO held_leaf VALUES ('b.example/2', 0, randomblob(160));
    INSERT INTO held_text VALUES (zeroblob(32), 'canonical');
    INSERT INTO other_log VALUES (9, 'b.example/2', 'vkey', 9);
    INSERT INTO received VALUES (9, 'b.example/2', 1, '02c1', 5);
    INSERT INTO elsewhere VALUES (1, 'b.example/2', 4, randomblob(16), 3, 1, 'ST0413', '1.1', 1, randomblob(32), 1, 20000, 9, 9,
        9, 0);
    INSERT INTO touch SELECT signature, 'sk-ssh-ed25519@openssh.com AAAA', randomblob(69), 'batch' FROM held;";

fn filled() -> (tempfile::TempDir, Connection) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.db");
    drop(Db::create(&path).unwrap());
    let conn = raw(&path);
    conn.execute_batch(ROWS).unwrap();
    let empty: Vec<String> = tables(&conn)
        .into_iter()
        .filter(|table| conn.query_row(&format!("SELECT 1 FROM {table}"), [], |_| Ok(())).is_err())
        .collect();
    assert_eq!(empty, [""; 0], "a table has no row to try");
    (folder, conn)
}

/// What SQLite says to `sql`, of which nothing stays.
fn tried(conn: &Connection, sql: &str) -> Result<(), String> {
    conn.execute_batch("SAVEPOINT try").unwrap();
    let said = conn.execute_batch(sql).map_err(|fault| fault.to_string());
    conn.execute_batch("ROLLBACK TO try; RELEASE try").unwrap();
    said
}

#[test]
fn what_the_log_rests_on_is_never_changed_removed_or_replaced_and_the_triggers_see_to_it() {
    let (_folder, conn) = filled();
    let triggers = texts(&conn, "SELECT name FROM sqlite_schema WHERE type = 'trigger' ORDER BY name");
    assert_eq!(triggers.len(), 12 * 3 + 2 + 1, "{triggers:?}");
    let before = dump(&conn);
    for trigger in &triggers {
        let (table, what) = trigger.split_once("_no_").unwrap();
        let column = &texts(&conn, &format!("SELECT name FROM pragma_table_info('{table}')"))[0];
        let tries = match what {
            "update" => vec![format!("UPDATE {table} SET {column} = {column}")],
            "delete" => vec![format!("DELETE FROM {table}")],
            "replace" => {
                vec![
                    format!("INSERT OR REPLACE INTO {table} SELECT * FROM {table}"),
                    format!("REPLACE INTO {table} SELECT * FROM {table}"),
                    format!("INSERT INTO {table} SELECT * FROM {table} WHERE true ON CONFLICT DO NOTHING"),
                ]
            }
            other => panic!("{trigger} does {other}"),
        };
        for sql in &tries {
            let said = tried(&conn, sql).expect_err(sql);
            assert!(said.contains("never"), "{sql}: {said}");
            let free = format!("DROP TRIGGER {trigger}; {sql}");
            assert_eq!(tried(&conn, &free), Ok(()), "something else than {trigger} refuses {sql}");
        }
    }
    assert_eq!(dump(&conn), before);
}

#[test]
fn what_is_erased_is_blanked_and_nothing_else_of_it_changes_nor_anything_else_of_the_log() {
    let (_folder, conn) = filled();
    for table in ["entry", "imported"] {
        let blank = format!("UPDATE {table} SET text = '', signature = zeroblob(64)");
        assert_eq!(tried(&conn, &format!("{blank} WHERE place = 0")), Ok(()));
        for sql in [
            format!("{blank}, id = randomblob(16) WHERE place = 0"),
            format!("{blank}, key = 7 WHERE place = 0"),
            format!("{blank}, place = 5 WHERE place = 0"),
            format!("UPDATE {table} SET text = '' WHERE place = 0"),
            format!("UPDATE {table} SET signature = zeroblob(64) WHERE place = 0"),
            format!("UPDATE {table} SET text = 'other', signature = zeroblob(64) WHERE place = 0"),
            format!("UPDATE {table} SET text = '', signature = randomblob(64) WHERE place = 0"),
            format!("DELETE FROM {table} WHERE place = 0"),
        ] {
            let said = tried(&conn, &sql).expect_err(&sql);
            assert!(said.contains("never"), "{sql}: {said}");
        }
        // Blanked, it does not come back.
        let back = format!("{blank} WHERE place = 0; UPDATE {table} SET text = 'text' WHERE place = 0");
        assert!(tried(&conn, &back).is_err());
    }
    let whole = "UPDATE entry SET text = '', signature = zeroblob(64)";
    assert!(tried(&conn, whole).is_err(), "an entry that is not erased is blanked");
}

#[test]
fn what_was_received_gets_a_newer_proof_or_is_blanked_and_nothing_else_of_it_changes() {
    let (_folder, conn) = filled();
    let blank = "UPDATE held SET text = '', signature = zeroblob(64), erased = 9";
    for fine in ["UPDATE held SET proof = 'newer', vkey = 'other'", blank] {
        assert_eq!(tried(&conn, fine), Ok(()), "{fine}");
    }
    for sql in [
        "UPDATE held SET proof = 'newer', text = 'other'",
        "UPDATE held SET proof = 'newer', signature = randomblob(64)",
        "UPDATE held SET proof = 'newer', leaf = randomblob(32)",
        "UPDATE held SET proof = 'newer', received = 7",
        "UPDATE held SET proof = 'newer', erased = 9",
        "UPDATE held SET text = '', erased = 9",
        "UPDATE held SET text = '', signature = zeroblob(64)",
        "UPDATE held SET text = 'other', signature = zeroblob(64), erased = 9",
    ] {
        let said = tried(&conn, sql).expect_err(sql);
        assert!(said.contains("never"), "{sql}: {said}");
    }
    let back = format!("{blank}; UPDATE held SET proof = 'newer', text = 'text'");
    assert!(tried(&conn, &back).is_err(), "blanked, it does not come back");
}

#[test]
fn what_the_hub_brought_is_blanked_and_nothing_else_of_it_changes_and_a_witness_goes_only_forward() {
    let (_folder, conn) = filled();
    let blank = "UPDATE pulled SET text = '', signature = zeroblob(64), erased = 9";
    for fine in [blank, "UPDATE cosigned SET size = 6, root = randomblob(32)", "DELETE FROM pulled"] {
        assert_eq!(tried(&conn, fine), Ok(()), "{fine}");
    }
    let again = format!("{blank}; UPDATE pulled SET text = 'text'");
    for sql in [
        "UPDATE pulled SET text = 'other'",
        "UPDATE pulled SET signature = randomblob(64)",
        "UPDATE pulled SET leaf = randomblob(32)",
        "UPDATE pulled SET proof = 'newer'",
        "UPDATE pulled SET rotation = 7",
        "UPDATE pulled SET text = '', erased = 9",
        &again,
        "INSERT OR REPLACE INTO pulled SELECT * FROM pulled",
        "UPDATE cosigned SET size = 4",
        "UPDATE cosigned SET root = randomblob(32)",
        "DELETE FROM cosigned",
        "INSERT OR REPLACE INTO cosigned VALUES ('b.example/2', 4, randomblob(32))",
    ] {
        let said = tried(&conn, sql).expect_err(sql);
        assert!(said.contains("never"), "{sql}: {said}");
    }
}

#[test]
fn what_was_received_goes_only_once_no_bundle_of_it_is_indexed_and_a_text_once_nothing_adopts_it() {
    let (_folder, conn) = filled();
    let (bundles, statements, texts) = ("DELETE FROM received", "DELETE FROM held", "DELETE FROM held_text");
    for refused in [statements.to_owned(), texts.to_owned(), format!("{bundles}; {texts}")] {
        let said = tried(&conn, &refused).expect_err(&refused);
        assert!(said.contains("never"), "{refused}: {said}");
    }
    // A bundle of another trainee or of another log makes no difference.
    for other in ["UPDATE received SET trainee = trainee + 1", "UPDATE received SET origin = 'c.example/3'"] {
        assert_eq!(tried(&conn, &format!("{other}; {statements}")), Ok(()), "{other}");
    }
    assert_eq!(tried(&conn, &format!("{bundles}; {statements}; {texts}")), Ok(()));
}

#[test]
fn the_history_of_another_log_grows_and_goes_back_no_further_than_to_what_bundles_show() {
    let (_folder, conn) = filled();
    let more = "UPDATE held_leaf SET leaves = CAST(leaves || randomblob(64) AS BLOB)";
    let shorter = |leaves: u32| format!("UPDATE held_leaf SET leaves = substr(leaves, 1, {})", leaves * 32);
    for fine in [
        more.to_owned(),
        format!("{more}; {}", shorter(5)),
        "INSERT INTO held_leaf VALUES ('b.example/2', 1, randomblob(32)); DELETE FROM held_leaf WHERE tile = 1"
            .to_owned(),
        format!("UPDATE received SET size = 3; {}", shorter(3)),
        "DELETE FROM received; DELETE FROM held_leaf".to_owned(),
    ] {
        assert_eq!(tried(&conn, &fine), Ok(()), "{fine}");
    }
    for sql in [
        shorter(4),
        format!("UPDATE received SET size = 3; {}", shorter(2)),
        "UPDATE held_leaf SET leaves = randomblob(160)".to_owned(),
        "UPDATE held_leaf SET leaves = randomblob(192)".to_owned(),
        "UPDATE held_leaf SET tile = 1".to_owned(),
        "UPDATE held_leaf SET origin = 'c.example/3', leaves = CAST(leaves || randomblob(32) AS BLOB)".to_owned(),
        "DELETE FROM held_leaf".to_owned(),
    ] {
        let said = tried(&conn, &sql).expect_err(&sql);
        assert!(said.contains("never"), "{sql}: {said}");
    }
}

#[test]
fn a_replacing_insert_that_hits_another_rows_second_name_is_refused() {
    let (_folder, conn) = filled();
    for sql in [
        "INSERT OR REPLACE INTO entry SELECT 7, id, key, scheme, signature, 'other' FROM entry",
        "INSERT OR REPLACE INTO entry SELECT place, randomblob(16), key, scheme, signature, 'other' FROM entry",
        "INSERT OR REPLACE INTO key SELECT 7, fingerprint, 'other' FROM key",
        "INSERT OR REPLACE INTO key SELECT NULL, fingerprint, 'other' FROM key",
        "INSERT OR REPLACE INTO key SELECT key, randomblob(32), 'other' FROM key",
        "INSERT OR REPLACE INTO imported SELECT 9, id, key, signature, 'other' FROM imported",
        "INSERT OR REPLACE INTO imported SELECT place, randomblob(16), key, signature, 'other' FROM imported",
        "INSERT OR REPLACE INTO erased SELECT place, randomblob(32), statement FROM erased",
        "INSERT OR REPLACE INTO log SELECT 7, origin, 'other' FROM log",
        "INSERT OR REPLACE INTO log SELECT log, 'b.example/2', 'other' FROM log",
    ] {
        let said = tried(&conn, sql).expect_err(sql);
        assert!(said.contains("never"), "{sql}: {said}");
    }
}

#[test]
fn every_check_refuses_what_it_is_there_for() {
    let (_folder, conn) = filled();
    let mut reached = BTreeSet::new();
    for sql in [
        "INSERT INTO log VALUES (-1, 'b.example/2', 'v')",
        "INSERT INTO entry VALUES (-1, randomblob(16), 1, 1, randomblob(64), 't')",
        "INSERT INTO entry VALUES (1, randomblob(15), 1, 1, randomblob(64), 't')",
        "INSERT INTO entry VALUES (1, randomblob(17), 1, 1, randomblob(64), 't')",
        "INSERT INTO entry VALUES (1, randomblob(16), 1, 2, randomblob(64), 't')",
        "INSERT INTO entry VALUES (1, randomblob(16), 1, 1, randomblob(63), 't')",
        "INSERT INTO entry VALUES (1, randomblob(16), 1, 1, randomblob(65), 't')",
        "INSERT INTO entry VALUES (1, randomblob(16), 1, 1, randomblob(64), printf('%.16385c', 'x'))",
        "INSERT INTO entry VALUES (1, randomblob(16), 1, 1, randomblob(64), printf('%.8193c', 'é'))",
        "UPDATE head SET size = -1",
        "INSERT INTO tile VALUES (-1, randomblob(32))",
        "INSERT INTO tile VALUES (1, randomblob(31))",
        "INSERT INTO key VALUES (2, randomblob(33), 'line')",
        "INSERT INTO content VALUES (randomblob(20), 'c', '')",
        "UPDATE person SET roles = 16",
        "UPDATE person SET roles = -1",
        "UPDATE person SET \"left\" = 2",
        "UPDATE sign_off SET outcome = 2",
        "INSERT INTO erased VALUES (9, randomblob(31), 10)",
        "INSERT INTO erased VALUES (9, randomblob(32), 9)",
        "INSERT INTO imported VALUES (9, randomblob(15), 1, randomblob(64), 't')",
        "INSERT INTO imported VALUES (9, randomblob(16), 1, randomblob(63), 't')",
        "INSERT INTO imported VALUES (9, randomblob(16), 1, randomblob(64), printf('%.16385c', 'x'))",
        "UPDATE holder SET pending = 2",
        "UPDATE sign_off SET countersigned = -1",
        "UPDATE note SET kind = 0",
        "UPDATE note SET kind = 7",
        "UPDATE fact SET kind = 0",
        "UPDATE fact SET kind = 9",
        "UPDATE hour SET number = -1",
        "UPDATE hour SET entry = randomblob(15)",
        "UPDATE hour SET quarters = 0",
        "UPDATE hour SET quarters = 97",
        "UPDATE claimed_hour SET entry = randomblob(17)",
        "UPDATE claimed_hour SET quarters = 97",
        "UPDATE state SET state = 0",
        "UPDATE state SET state = 4",
        "UPDATE standing SET ksbs = x''",
        "UPDATE standing SET ksbs = x'000001'",
        "UPDATE enrolment SET weekly = 0",
        "UPDATE enrolment SET weekly = 16801",
        "UPDATE enrolment SET scope = ''",
        "UPDATE enrolment SET aged_16_to_18 = 2",
        "UPDATE pause SET back = '2026-02-28'",
        "UPDATE login SET fingerprint = randomblob(31)",
        "UPDATE login SET revoked = NULL",
        "UPDATE login SET revoked_by = NULL",
        "UPDATE login SET revoked_by_name = NULL",
        "UPDATE evidence SET digest = randomblob(31)",
        "UPDATE evidence SET size = 0",
        "UPDATE evidence SET kind = 6",
        "UPDATE evidence SET kind = -1",
        "INSERT INTO evidence_piece VALUES (-1, x'00')",
        "INSERT INTO evidence_piece VALUES (1, x'')",
        "INSERT INTO evidence_piece VALUES (1, zeroblob(65537))",
        "UPDATE claim SET id = randomblob(15)",
        "UPDATE claim SET size = -1",
        "UPDATE claim SET waiting = -1",
        "UPDATE claim_item SET waits = 2, answered = NULL",
        "UPDATE claim_item SET waits = 1",
        "UPDATE draw SET size = -1",
        "UPDATE drawn SET number = 0",
        "INSERT INTO held VALUES ('7f3a', 'b.example/2', -1, randomblob(16), randomblob(32), 'k', randomblob(64), 't', 'p', 'v', 9, NULL)",
        "INSERT INTO held VALUES ('7f3a', 'b.example/2', 8, randomblob(15), randomblob(32), 'k', randomblob(64), 't', 'p', 'v', 9, NULL)",
        "INSERT INTO held VALUES ('7f3a', 'b.example/2', 8, randomblob(16), randomblob(31), 'k', randomblob(64), 't', 'p', 'v', 9, NULL)",
        "INSERT INTO held VALUES ('7f3a', 'b.example/2', 8, randomblob(16), randomblob(32), 'k', randomblob(63), 't', 'p', 'v', 9, NULL)",
        "INSERT INTO held VALUES ('7f3a', 'b.example/2', 8, randomblob(16), randomblob(32), 'k', randomblob(64), printf('%.16385c', 'x'), 'p', 'v', 9, NULL)",
        "INSERT INTO held VALUES ('7f3a', 'b.example/2', 8, randomblob(16), randomblob(32), 'k', randomblob(64), 't', printf('%.16385c', 'x'), 'v', 9, NULL)",
        "INSERT INTO pulled VALUES ('7f3a', 'b.example/2', -1, randomblob(16), randomblob(32), 'k', randomblob(64), 't', 'p', 'v', 9, NULL)",
        "INSERT INTO pulled VALUES ('7f3a', 'b.example/2', 8, randomblob(15), randomblob(32), 'k', randomblob(64), 't', 'p', 'v', 9, NULL)",
        "INSERT INTO pulled VALUES ('7f3a', 'b.example/2', 8, randomblob(16), randomblob(31), 'k', randomblob(64), 't', 'p', 'v', 9, NULL)",
        "INSERT INTO pulled VALUES ('7f3a', 'b.example/2', 8, randomblob(16), randomblob(32), 'k', randomblob(63), 't', 'p', 'v', 9, NULL)",
        "INSERT INTO pulled VALUES ('7f3a', 'b.example/2', 8, randomblob(16), randomblob(32), 'k', randomblob(64), printf('%.16385c', 'x'), 'p', 'v', 9, NULL)",
        "INSERT INTO pulled VALUES ('7f3a', 'b.example/2', 8, randomblob(16), randomblob(32), 'k', randomblob(64), 't', printf('%.16385c', 'x'), 'v', 9, NULL)",
        "UPDATE brought SET size = -1",
        "UPDATE rebuilt SET size = -1",
        "INSERT INTO rebuilt VALUES (2, 5)",
        "INSERT INTO cosigned VALUES ('c.example/3', -1, randomblob(32))",
        "INSERT INTO cosigned VALUES ('c.example/3', 1, randomblob(31))",
        "UPDATE cosignature SET size = -1",
        "UPDATE cosignature SET witness = printf('%.1025c', 'x')",
        "UPDATE cosignature SET line = printf('%.1025c', 'x')",
        "INSERT INTO held_text VALUES (randomblob(31), 'c')",
        "INSERT INTO held_leaf VALUES ('b.example/2', -1, randomblob(32))",
        "INSERT INTO held_leaf VALUES ('b.example/2', 1, randomblob(33))",
        "INSERT INTO touch VALUES (randomblob(63), 'k', randomblob(69), 't')",
        "INSERT INTO touch VALUES (randomblob(64), 'k', randomblob(68), 't')",
        "INSERT INTO touch VALUES (randomblob(64), 'k', randomblob(69), printf('%.16385c', 'x'))",
        "UPDATE received SET size = -1",
        "UPDATE elsewhere SET id = randomblob(15)",
        "UPDATE elsewhere SET item = randomblob(31)",
        "UPDATE elsewhere SET outcome = 2",
        "UPDATE elsewhere SET countersigned = -1",
    ] {
        let said = tried(&conn, sql).expect_err(sql);
        let words: Vec<&str> = sql.split(' ').collect();
        let table = if words[0] == "UPDATE" { words[1] } else { words[2] };
        let (_, check) = said.split_once("CHECK constraint failed: ").unwrap_or_else(|| panic!("{sql}: {said}"));
        reached.insert(format!("{table}: {check}"));
    }
    let schema = texts(&conn, "SELECT sql FROM sqlite_schema WHERE type = 'table'").join(";");
    assert_eq!(reached.len(), schema.matches("CHECK (").count(), "{reached:#?}");
    for fine in [
        "INSERT INTO entry VALUES (1, randomblob(16), 1, 1, randomblob(64), printf('%.16384c', 'x'))",
        "UPDATE person SET roles = 15",
        "UPDATE state SET state = 2",
    ] {
        assert_eq!(tried(&conn, fine), Ok(()), "{fine}");
    }
}

#[test]
#[ignore = "slow: many files and waits"]
fn every_table_takes_values_of_its_types_alone_and_nothing_where_something_must_be() {
    let (_folder, conn) = filled();
    for table in tables(&conn) {
        let strict = format!("SELECT strict FROM pragma_table_list('{table}')");
        assert_eq!(conn.query_row(&strict, [], |row| row.get(0)), Ok(1), "{table}");
        let named = |what: &str| texts(&conn, &format!("SELECT name FROM pragma_table_info('{table}') WHERE {what}"));
        let all = named("true");
        let with = |column: &str, value: &str| {
            let cells: Vec<String> =
                all.iter().map(|c| if c == column { value.to_owned() } else { format!("\"{c}\"") }).collect();
            // What would be refused for another reason is taken away first: rows, and the triggers that keep them.
            let mut sql = format!("CREATE TEMP TABLE copy AS SELECT * FROM {table};");
            for trigger in
                texts(&conn, &format!("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = '{table}'"))
            {
                sql.push_str("DROP TRIGGER ");
                sql.push_str(&trigger);
                sql.push(';');
            }
            sql + &format!("DELETE FROM {table}; INSERT INTO {table} SELECT {} FROM copy", cells.join(", "))
        };
        assert_eq!(tried(&conn, &with("", "")), Ok(()), "{table}");
        for column in named("\"notnull\" = 1") {
            let said = tried(&conn, &with(&column, "NULL")).expect_err(&column);
            assert!(said.contains("NOT NULL constraint failed"), "{table}.{column}: {said}");
        }
        for (kind, wrong) in [("INTEGER", "'x'"), ("BLOB", "'x'"), ("TEXT", "x'00'")] {
            for column in named(&format!("type = '{kind}'")) {
                let said = tried(&conn, &with(&column, wrong)).expect_err(&column);
                assert!(
                    said.contains("cannot store") || said.contains("datatype mismatch"),
                    "{table}.{column}: {said}"
                );
            }
        }
    }
}

#[test]
fn what_refers_to_nothing_is_refused() {
    let (_folder, conn) = filled();
    conn.execute_batch("PRAGMA foreign_keys = ON").unwrap();
    for (table, column, nothing) in [
        ("head", "log", "9"),
        ("holder", "key", "9"),
        ("holder", "person", "9"),
        ("standard", "digest", "randomblob(32)"),
        ("enrolment", "trainee", "9"),
        ("enrolment", "standard", "9"),
        ("list", "standard", "9"),
        ("holding", "evidence", "9"),
        ("claim", "again", "9"),
        ("claim_item", "claim", "9"),
        ("claim_evidence", "claim", "9"),
        ("claim_evidence", "evidence", "9"),
        ("pause", "trainee", "9"),
        ("drawn", "draw", "9"),
    ] {
        let said = tried(&conn, &format!("UPDATE {table} SET {column} = {nothing}")).expect_err(table);
        assert!(said.contains("FOREIGN KEY"), "{table}.{column}: {said}");
    }
    for sql in [
        "INSERT INTO erased VALUES (7, randomblob(32), 9)",
        "INSERT INTO erased VALUES (9, randomblob(32), 11)",
        "INSERT INTO imported VALUES (7, randomblob(16), 1, randomblob(64), 't')",
        "INSERT INTO imported VALUES (9, randomblob(16), 7, randomblob(64), 't')",
    ] {
        let said = tried(&conn, sql).expect_err(sql);
        assert!(said.contains("FOREIGN KEY"), "{sql}: {said}");
    }
    let count = "SELECT count(*) FROM sqlite_schema AS s JOIN pragma_foreign_key_list(s.name) WHERE s.type = 'table'";
    assert_eq!(conn.query_row(count, [], |row| row.get(0)), Ok(18), "a reference is not tried");
}
