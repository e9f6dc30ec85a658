//! No byte of a log with all kinds changes unseen: each column of each table, each part of each entry.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use countersign_app::verify::log::{Verdict, verify};
use rusqlite::Connection;
use rusqlite::types::Value;

use crate::kinds::department::Department;
use crate::kinds::history::{Choices, told};
use crate::owner::Owner;
use crate::random::{in_full, seed};
use crate::store::{raw, tables, texts};

/// What a cell becomes: another value that its column takes.
fn other(value: &Value) -> Value {
    match value {
        Value::Null => Value::Integer(3),
        Value::Integer(n) => Value::Integer(n ^ 1),
        Value::Real(n) => Value::Real(n + 1.0),
        Value::Text(text) if text.is_empty() => Value::Text("x".into()),
        Value::Text(text) => {
            let mut bytes = text.clone().into_bytes();
            let at = bytes.len() / 2;
            bytes[at] ^= 1;
            Value::Text(String::from_utf8(bytes).unwrap_or_else(|_| format!("{text}x")))
        }
        Value::Blob(bytes) => {
            let mut bytes = bytes.clone();
            let at = bytes.len() / 2;
            bytes[at] ^= 1;
            Value::Blob(bytes)
        }
    }
}

/// Columns that say nothing once their row is erased: nothing is left that they could be wrong about.
const OF_WHAT_IS_THERE: &[(&str, &str)] = &[
    ("entry", "key"),
    ("imported", "id"),
    ("imported", "key"),
    ("held", "id"),
    ("held", "key"),
    ("held", "proof"),
    ("pulled", "id"),
    ("pulled", "key"),
    ("pulled", "proof"),
];

/// Tables of what bundles bring, of which this history has none: they are tried on a book that received one, and the batches of
/// security keys on one that has them.
pub const OF_BUNDLES: [&str; 5] = ["held", "held_leaf", "held_text", "received", "elsewhere"];

/// Tables of what a hub brings, of which this history has none: they are tried on a book that exchanged with one.
pub const OF_HUBS: [&str; 2] = ["pulled", "rotation"];
/// What a book keeps of an exchange that can be changed unseen, or that is tried elsewhere.
const OF_EXCHANGES: [&str; 4] = ["brought", "cosigned", "cosignature", "rebuilt"];

/// A file, made once and only copied, with the first history that has a row in every table of the log and every index.
pub fn full() -> &'static Path {
    static MADE: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    &MADE.get_or_init(make_full).1
}

fn make_full() -> (tempfile::TempDir, PathBuf) {
    let has_all = |d: &Department| {
        let file = raw(&d.path());
        let rows = |table: &String| file.query_row(&format!("SELECT 1 FROM {table}"), [], |_| Ok(())).is_ok();
        of_the_log(&file).iter().all(rows)
    };
    let found = (3..30).map(|seed| told(seed, 700)).find(has_all).expect("no history has something in every table");
    let (path, Department { folder, .. }) = (found.path(), found);
    raw(&path).query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    assert_eq!(verify(&path, &[], 2, &mut |_, _| {}).unwrap().verdict, Verdict::CannotTell);
    (folder, path)
}

/// Columns that no statement speaks of: a workspace's, and what is for display alone.
const FREE: &[(&str, &str)] = &[("content", "titles")];

/// Tables that no statement speaks of.
const WORKSPACE: [&str; 14] = [
    "draw",
    "drawn",
    "supervision",
    "mark",
    "draft",
    "recent",
    "login",
    "claimed_hour",
    "claim",
    "claim_item",
    "claim_evidence",
    "evidence",
    "evidence_piece",
    "holding",
];

/// The tables of a file of which every row is signed or follows from what is.
fn of_the_log(file: &Connection) -> Vec<String> {
    let all = [&WORKSPACE[..], &OF_BUNDLES, &OF_HUBS, &OF_EXCHANGES, &["touch"]].concat();
    let others = |table: &String| all.contains(&table.as_str());
    tables(file).into_iter().filter(|table| !others(table)).collect()
}

#[test]
#[ignore = "slow: each table of a long log is altered"]
fn any_one_cell_that_is_changed_is_seen_whichever_table_it_lies_in() {
    let all = of_the_log(&raw(full()));
    each_cell(full(), &all, 1);
}

#[test]
#[ignore = "slow: four cells of each column"]
fn any_one_cell_that_is_changed_is_seen_whichever_table_it_lies_in_every_one() {
    let all = of_the_log(&raw(full()));
    each_cell(full(), &all, in_full(4));
}

/// Changes so many cells of each column of these tables, and expects that `verify` sees each change.
pub fn each_cell(of: &Path, all: &[String], times: usize) {
    let mut choices = Choices::new(seed());
    let file = raw(of);
    for table in all {
        let columns = texts(&file, &format!("SELECT name FROM pragma_table_info('{table}')"));
        for column in &columns {
            let there = OF_WHAT_IS_THERE.contains(&(table.as_str(), column.as_str()));
            let among = match table.as_str() {
                "held" | "pulled" if there => "WHERE erased IS NULL",
                _ if there => "WHERE place NOT IN (SELECT place FROM erased)",
                _ => "",
            };
            let count = format!("SELECT count(*) FROM {table} {among}");
            let rows: i64 = file.query_row(&count, [], |row| row.get(0)).unwrap();
            assert!(rows > 0, "{table} is empty: this history is of no use");
            if FREE.contains(&(table.as_str(), column.as_str())) {
                continue;
            }
            for _ in 0..times {
                let skip = choices.below(usize::try_from(rows).unwrap());
                let copy = tempfile::tempdir().unwrap();
                let path = copy.path().join("x.db");
                file.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
                std::fs::copy(of, &path).unwrap();
                let changed = Owner::of(&path);
                let keys = texts(&changed, &format!("SELECT name FROM pragma_table_info('{table}') WHERE pk > 0"));
                let by = keys.iter().map(|key| format!("\"{key}\"")).collect::<Vec<_>>().join(", ");
                let one = format!("SELECT {by} FROM {table} {among} ORDER BY {by} LIMIT 1 OFFSET {skip}");
                let value: Value = changed
                    .query_row(&format!("SELECT \"{column}\" FROM {table} WHERE ({by}) = ({one})"), [], |row| {
                        row.get(0)
                    })
                    .unwrap();
                let sql = format!("UPDATE {table} SET \"{column}\" = ?1 WHERE ({by}) = ({one})");
                let new = other(&value);
                // What the file itself refuses need not be seen.
                if changed.execute(&sql, [&new]).is_err() {
                    continue;
                }
                drop(changed);
                let verdict = verify(&path, &[], 2, &mut |_, _| {}).map_or(Verdict::Altered, |report| report.verdict);
                assert_eq!(verdict, Verdict::Altered, "{table}.{column}, row {skip}: {value:?} became {new:?}");
            }
        }
    }
}

#[test]
#[ignore = "slow: each table of a long log is altered"]
fn any_row_that_is_taken_away_is_seen_whichever_table_it_lies_in() {
    let all = of_the_log(&raw(full()));
    each_row(full(), &all);
}

/// Takes rows of these tables away, and expects that `verify` sees each.
pub fn each_row(of: &Path, all: &[String]) {
    let mut choices = Choices::new(seed());
    let file = raw(of);
    file.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    for table in all {
        // What is left of an erased import is nothing.
        let among = if table == "imported" { "WHERE place NOT IN (SELECT place FROM erased)" } else { "" };
        let count = format!("SELECT count(*) FROM {table} {among}");
        let rows: i64 = file.query_row(&count, [], |row| row.get(0)).unwrap();
        for _ in 0..2 {
            let skip = choices.below(usize::try_from(rows).unwrap());
            let copy = tempfile::tempdir().unwrap();
            let path = copy.path().join("x.db");
            std::fs::copy(of, &path).unwrap();
            let changed = Owner::of(&path);
            let keys = texts(&changed, &format!("SELECT name FROM pragma_table_info('{table}') WHERE pk > 0"));
            let by = keys.iter().map(|key| format!("\"{key}\"")).collect::<Vec<_>>().join(", ");
            let one = format!("SELECT {by} FROM {table} {among} ORDER BY {by} LIMIT 1 OFFSET {skip}");
            let gone = changed.execute(&format!("DELETE FROM {table} WHERE ({by}) = ({one})"), []).unwrap();
            assert_eq!(gone, 1, "{table}");
            drop(changed);
            let verdict = verify(&path, &[], 2, &mut |_, _| {}).map_or(Verdict::Altered, |report| report.verdict);
            assert_eq!(verdict, Verdict::Altered, "{table}, row {skip}");
        }
    }
}
