//! Every column of every table, changed by somebody who owns the file: found by `verify`, or it says nothing to anybody.

use countersign_app::app::App;
use countersign_app::maintenance::export;
use countersign_app::storage::data_dir::DataDir;
use rusqlite::Connection;
use rusqlite::types::Value;

use crate::cli::book::Book;
use crate::faults::flips::says;
use crate::faults::work::{each, verified};
use crate::owner::Owner;

/// Places on the screen, marks and drafts: no statement speaks of them, and everyone may have their own.
const WORKSPACE: &[&str] = &["mark", "draft", "recent", "login"];
/// Columns that no statement speaks of: the short titles of duties come with the standard's file, not with its text.
const SAYS_NOTHING: &[(&str, &str)] = &[("content", "titles")];

/// Columns of a table, by its name.
fn columns() -> Vec<(String, String)> {
    let book = Book::small();
    let file = Connection::open(book.database()).unwrap();
    let sql = "SELECT t.name, c.name FROM sqlite_schema t, pragma_table_info(t.name) c
        WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' ORDER BY t.name, c.cid";
    let mut query = file.prepare(sql).unwrap();
    query.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect()
}

/// A value that looks like this one and is not.
fn other(value: Value, number: usize) -> Value {
    match value {
        Value::Null => Value::Integer(3),
        Value::Integer(n) => Value::Integer(if number == 0 { n + 1 } else { (n - 1).abs() + 5 }),
        Value::Real(n) => Value::Real(n + 1.0),
        Value::Text(text) if number == 0 => Value::Text(format!("{text}x")),
        Value::Text(text) => Value::Text(text.chars().rev().collect()),
        Value::Blob(mut bytes) => {
            let at = if number == 0 { 0 } else { bytes.len() - 1 };
            bytes[at] ^= 1;
            Value::Blob(bytes)
        }
    }
}

/// What came of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Came {
    Found,
    /// Not found, and nothing that is shown differs.
    Same,
    /// Not found, and something that is shown differs.
    Unseen,
}

/// Changes one cell and says what came of it; nothing where the cell would be as it was.
fn changed(table: &str, column: &str, number: usize) -> Option<Came> {
    let book = Book::small();
    let before = says(&book.data()).unwrap();
    let app = App::open_default(DataDir::new(book.data())).unwrap();
    let checkpoint = export::checkpoint(&app).unwrap();
    drop(app);
    let file = Owner::of(&book.database());
    // The first row, then the last.
    let order = if number == 0 { "ASC" } else { "DESC" };
    let key = format!("SELECT \"{column}\" FROM {table} ORDER BY 1 {order} LIMIT 1");
    let value: Value = file.query_row(&key, [], |row| row.get(0)).ok()?;
    let to = other(value.clone(), number);
    let only = format!("UPDATE {table} SET \"{column}\" = ?1 WHERE \"{column}\" IS ?2");
    let rows = file.execute(&only, [&to, &value]).ok()?;
    assert!(rows > 0, "{table}.{column}");
    drop(file);
    let found = match verified(&book.database(), &[checkpoint]) {
        Err(_) => true,
        Ok(report) => !report.faults.is_empty(),
    };
    let same = says(&book.data()).is_ok_and(|now| now == before);
    Some(if found {
        Came::Found
    } else if same {
        Came::Same
    } else {
        Came::Unseen
    })
}

#[test]
#[ignore = "slow: hundreds of runs with a fault"]
fn every_column_that_says_anything_is_watched() {
    let columns: Vec<_> = columns().into_iter().filter(|(table, _)| !WORKSPACE.contains(&table.as_str())).collect();
    let tries = each(columns.len() * 2, |number| {
        let (table, column) = &columns[number / 2];
        changed(table, column, number % 2)
    });
    let of = |came: Came| {
        let two = tries.chunks(2).zip(&columns).filter(move |(two, _)| match came {
            Came::Same => two.contains(&Some(came)) && !two.contains(&Some(Came::Found)),
            came => two.contains(&Some(came)),
        });
        two.map(|(_, (table, column))| (table.as_str(), column.as_str())).collect::<Vec<_>>()
    };
    println!("{} columns, changed twice each: {:?} are not found and change nothing", columns.len(), of(Came::Same));
    assert_eq!(of(Came::Unseen), []);
    assert_eq!(of(Came::Same), SAYS_NOTHING);
}
