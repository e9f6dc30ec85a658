//! Every table of the log, every index and every page of SQLite's own indexes: nothing is missing from it, nothing is there
//! in excess.

use std::path::{Path, PathBuf};

use countersign_app::verify::anchors::ExternalAnchors;
use countersign_app::verify::log::{Verdict, verify_against};
use countersign_store::db::{Access, Db};
use countersign_store::index::indexer;
use countersign_store::log;
use countersign_store::queries::audit;
use rusqlite::Connection;

use crate::kinds::altered::full;
use crate::owner::Owner;
use crate::store::checks::ROWS;
use crate::store::{raw, texts};

/// Rows that indexes of some rows alone hold.
const OF_PARTIAL_INDEXES: &str = "
    INSERT INTO person VALUES (2, '8b4c', 'B. TRAINEE', 1, 1, NULL, NULL, NULL, 0);
    INSERT INTO fact VALUES (8, 1, 1, 20000, 20084, 1, NULL, NULL);
    INSERT INTO fact VALUES (7, 7, 1, 20000, 20000, 1, NULL, NULL);
    INSERT INTO login VALUES (2, '8b4c', randomblob(32), 'ssh-ed25519 AAAA', 1, '0ff1', 'O', NULL, NULL, NULL);
    INSERT INTO claim VALUES (2, randomblob(16), '7f3a', 'ST0413', '1.1', 'said', '02c1', 'lab', 1, 1, NULL, 1, 1);
    INSERT INTO claim_item VALUES (2, 1, '7f3a', 1, NULL);
    INSERT INTO other_log VALUES (8, 'c.example/3', 'vkey', NULL);
    INSERT INTO rotation VALUES (8, 1, 'c.example/3', '02c1', 'B. TRAINEE', NULL);";

/// The tables of the log itself: what they hold is signed, or follows from what is.
const LOG: [&str; 8] = ["log", "entry", "erased", "imported", "head", "tile", "key", "content"];

fn sound() -> (&'static Path, String) {
    let db = Db::open(full(), Access::Read).unwrap();
    let checkpoint = db.read(log::head).unwrap().unwrap().checkpoint;
    (full(), checkpoint)
}

/// What `verify` says of a changed copy, alone and with a checkpoint.
fn verified(path: &Path, checkpoint: &str) -> [(Verdict, Vec<String>); 2] {
    let mut kept = ExternalAnchors::default();
    kept.add_checkpoints("kept", checkpoint).unwrap();
    [ExternalAnchors::default(), kept].map(|evidence| {
        let report = match verify_against(path, &evidence, 2, &mut |_, _| {}) {
            Ok(report) => report,
            Err(error) => panic!("it says no verdict: {error}"),
        };
        (report.verdict, report.faults.into_iter().map(|fault| fault.what).collect())
    })
}

fn copy(of: &Path) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("countersign.db");
    std::fs::copy(of, &path).unwrap();
    (folder, path)
}

/// A row that looks like one of the table's and is none; a key column of its own.
fn extra_row(file: &Connection, table: &str) -> String {
    let columns = texts(file, &format!("SELECT name FROM pragma_table_info('{table}') ORDER BY cid"));
    let values: Vec<String> = columns
        .iter()
        .map(|column| match (table, column.as_str()) {
            ("log" | "head", "log") => "7".to_owned(),
            ("log", "origin") => "'other.example/1'".to_owned(),
            ("entry", "place") => "(1 << 40) + 3".to_owned(),
            ("tile", "tile") => "(SELECT count(*) FROM tile)".to_owned(),
            ("erased", "place") => {
                "(SELECT max(place) FROM entry WHERE place NOT IN (SELECT place FROM erased))".to_owned()
            }
            ("erased", "statement") => "(SELECT max(place) + 1 FROM entry)".to_owned(),
            ("imported", "place") => {
                "(SELECT max(place) FROM entry WHERE place NOT IN (SELECT place FROM imported))".to_owned()
            }
            ("key", "key") => "(SELECT max(key) + 1 FROM key)".to_owned(),
            ("entry" | "imported", "id") => "randomblob(16)".to_owned(),
            ("key", "fingerprint") | ("content", "digest") => "randomblob(32)".to_owned(),
            (_, other) => format!("\"{other}\""),
        })
        .collect();
    format!("INSERT INTO {table} SELECT {} FROM {table} LIMIT 1", values.join(", "))
}

#[test]
#[ignore = "slow: each table of a long log is altered"]
fn a_row_too_many_or_too_few_in_any_table_of_the_log_is_found_alone_and_with_a_checkpoint() {
    let (full, checkpoint) = sound();
    let mut tried = 0;
    for table in LOG {
        let file = raw(full);
        let gone = match table {
            // What is left of an erased import is nothing.
            "imported" => {
                "DELETE FROM imported WHERE place = (SELECT max(place) FROM imported WHERE text <> '')".to_owned()
            }
            _ => format!("DELETE FROM {table} WHERE rowid = (SELECT max(rowid) FROM {table})"),
        };
        for sql in [extra_row(&file, table), gone] {
            let (_folder, path) = copy(full);
            assert_eq!(Owner::of(&path).execute(&sql, []).unwrap(), 1, "{sql}");
            for (verdict, faults) in verified(&path, &checkpoint) {
                assert!(matches!(verdict, Verdict::Altered | Verdict::Inconsistent), "{sql}: {verdict:?} {faults:?}");
            }
            tried += 1;
        }
    }
    println!("{tried} rows too many or too few in the tables of the log");
}

#[test]
#[ignore = "slow: each table of a long log is altered"]
fn a_row_too_many_or_too_few_in_any_index_is_found_and_named() {
    let (full, checkpoint) = sound();
    // Bundles and the hub have tests of their own.
    let of_bundles = ["received", "elsewhere", "rotation"];
    for table in indexer::TABLES.iter().filter(|table| !of_bundles.contains(table)) {
        let file = raw(full);
        let keys = texts(&file, &format!("SELECT name FROM pragma_table_info('{table}') WHERE pk > 0 ORDER BY pk"));
        let columns = texts(&file, &format!("SELECT name FROM pragma_table_info('{table}') ORDER BY cid"));
        // A row as the last, with another key.
        let values: Vec<String> = columns
            .iter()
            .map(|column| match (keys.last() == Some(column), table, column.as_str()) {
                (_, &"person", "id") | (_, &"other_log", "origin") => "'zzzz'".to_owned(),
                (_, &"standard", "reference") | (_, &"policy", "name") => "'ZZ'".to_owned(),
                (_, &"pause", "first") => "'1999-01-01'".to_owned(),
                (true, ..) => format!("\"{column}\" + 1000000"),
                _ => format!("\"{column}\""),
            })
            .collect();
        let by = keys.iter().map(|key| format!("\"{key}\"")).collect::<Vec<_>>().join(", ");
        let last = format!("SELECT {by} FROM {table} ORDER BY {by} DESC LIMIT 1");
        for sql in [
            format!("INSERT INTO {table} SELECT {} FROM {table} WHERE ({by}) = ({last})", values.join(", ")),
            format!("DELETE FROM {table} WHERE ({by}) = ({last})"),
        ] {
            let (_folder, path) = copy(full);
            assert_eq!(Owner::of(&path).execute(&sql, []).unwrap(), 1, "{sql}");
            for (verdict, faults) in verified(&path, &checkpoint) {
                assert_eq!(verdict, Verdict::Altered, "{sql}: {faults:?}");
                assert!(faults.iter().any(|what| what.contains(&format!("The index {table} "))), "{sql}: {faults:?}");
            }
        }
    }
}

/// The place in a page of an index's first cell's last byte, and whether the page is a leaf of an index that holds any.
fn last_byte_of_first_cell(page: &[u8]) -> Option<usize> {
    let number = |at: usize| usize::from(u16::from_be_bytes([page[at], page[at + 1]]));
    if page[0] != 10 || number(3) == 0 {
        return None;
    }
    let cell = number(8);
    // A payload of less than 128 bytes has its length in one byte.
    let length = usize::from(page[cell]);
    (length < 128).then_some(cell + length)
}

#[test]
fn an_index_of_sqlites_own_that_differs_from_its_table_is_found_whichever_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.db");
    drop(Db::create(&path).unwrap());
    let file = raw(&path);
    file.execute_batch(ROWS).unwrap();
    file.execute_batch(OF_PARTIAL_INDEXES).unwrap();
    let mut query =
        file.prepare("SELECT name, rootpage FROM sqlite_schema WHERE type = 'index' ORDER BY name").unwrap();
    let rows = query
        .query_map([], |row| Ok((row.get::<_, String>(0)?, usize::try_from(row.get::<_, i64>(1)?).unwrap())))
        .unwrap();
    let indexes: Vec<(String, usize)> = rows.map(Result::unwrap).collect();
    drop(query);
    file.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    drop(file);
    let bytes = std::fs::read(&path).unwrap();
    assert_eq!(audit::pages(&Db::open(&path, Access::Read).unwrap()).unwrap(), Vec::<String>::new());
    let page_size = usize::from(u16::from_be_bytes([bytes[16], bytes[17]]));
    let mut tried = 0;
    for (name, root) in &indexes {
        let mut page = root - 1;
        // Down to the first leaf.
        while bytes[page * page_size] == 2 {
            let from = page * page_size;
            let cell = usize::from(u16::from_be_bytes([bytes[from + 12], bytes[from + 13]]));
            page = u32::from_be_bytes(bytes[from + cell..][..4].try_into().unwrap()) as usize - 1;
        }
        let from = page * page_size;
        let Some(at) = last_byte_of_first_cell(&bytes[from..from + page_size]) else {
            panic!("the index {name} is empty");
        };
        let mut changed = bytes.clone();
        changed[from + at] ^= 1;
        std::fs::write(&path, &changed).unwrap();
        let found = audit::pages(&Db::open(&path, Access::Read).unwrap()).unwrap();
        assert!(!found.is_empty(), "{name}");
        tried += 1;
    }
    println!("{tried} indexes of SQLite's own, each found to differ from its table");
    assert_eq!(tried, indexes.len());
}

#[test]
#[ignore = "slow: each table of a long log is altered"]
fn what_is_left_of_an_erased_entry_and_values_of_any_size_are_checked() {
    let (full, checkpoint) = sound();
    let erased_import = "(SELECT min(imported.place) FROM imported JOIN erased USING (place))";
    let there: bool =
        raw(full).query_row(&format!("SELECT {erased_import} IS NOT NULL"), [], |row| row.get(0)).unwrap();
    assert!(there, "this history erases no import");
    for sql in [
        "UPDATE entry SET key = 999 WHERE place = (SELECT min(place) FROM erased)".to_owned(),
        format!("UPDATE imported SET key = 999, text = 'back', signature = randomblob(64) WHERE place = {erased_import}"),
        format!("UPDATE imported SET text = 'back' WHERE place = {erased_import}"),
        format!("UPDATE imported SET id = randomblob(16) WHERE place = {erased_import}"),
        "UPDATE imported SET key = 999 WHERE text <> ''".to_owned(),
        "UPDATE entry SET text = CAST(zeroblob(40 << 20) AS TEXT) WHERE place = 40".to_owned(),
        "UPDATE entry SET signature = zeroblob(40 << 20) WHERE place = 40".to_owned(),
        "UPDATE entry SET id = zeroblob(40 << 20) WHERE place = 40".to_owned(),
        "INSERT INTO evidence VALUES (1 << 60, randomblob(32), 3, 0, NULL); INSERT INTO evidence_piece VALUES (0, x'00')"
            .to_owned(),
        "INSERT INTO evidence VALUES (-5, randomblob(32), 3, 0, NULL)".to_owned(),
        "INSERT INTO evidence VALUES (5, randomblob(32), 3, 0, 1 << 39)".to_owned(),
    ] {
        let (_folder, path) = copy(full);
        Owner::of(&path).execute_batch(&sql).unwrap();
        for (verdict, faults) in verified(&path, &checkpoint) {
            assert!(matches!(verdict, Verdict::Altered | Verdict::Inconsistent), "{sql}: {verdict:?} {faults:?}");
        }
    }
}

#[test]
#[ignore = "slow: each table of a long log is altered"]
fn a_file_that_claims_more_pages_than_any_log_has_is_refused_before_they_are_counted() {
    let (full, checkpoint) = sound();
    let (_folder, path) = copy(full);
    let mut bytes = std::fs::read(&path).unwrap();
    // Bytes 28 to 31 of an SQLite file are its number of pages.
    bytes[28..32].copy_from_slice(&(1u32 << 29).to_be_bytes());
    std::fs::write(&path, bytes).unwrap();
    // A file with holes: it takes no more room on the disk than before.
    std::fs::File::options().write(true).open(&path).unwrap().set_len(4096 << 29).unwrap();
    for (verdict, faults) in verified(&path, &checkpoint) {
        assert_eq!(verdict, Verdict::Altered);
        assert_eq!(faults, ["The file claims to be 2048 GiB in size, which is too large to be a log"]);
    }
}

#[test]
#[ignore = "slow: each table of a long log is altered"]
fn a_file_whose_texts_are_in_another_encoding_is_named_and_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.db");
    drop(Db::create(&path).unwrap());
    let other = raw(&folder.path().join("other.db"));
    other
        .execute_batch("PRAGMA encoding = 'UTF-16le'; PRAGMA application_id = 1131636590; PRAGMA journal_mode = WAL")
        .unwrap();
    let file = raw(&path);
    let version: i64 = file.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
    for sql in
        texts(&file, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type = 'trigger', type = 'index'")
    {
        other.execute_batch(&sql).unwrap();
    }
    other.execute_batch(&format!("PRAGMA user_version = {version}")).unwrap();
    drop((other, file));
    let fault = Db::open(&folder.path().join("other.db"), Access::Read).unwrap_err();
    assert!(fault.to_string().contains("UTF-16"), "{fault}");
}
