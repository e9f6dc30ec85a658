//! Tables, indexes, triggers and views that the program did not create, changed or removed: named before any of them is used,
//! and nothing is changed.

use std::path::Path;

use countersign_app::verify::log::{Verdict, verify};
use countersign_store::db::{Access, Db};
use countersign_store::error::StoreError;
use countersign_store::workspace;
use rusqlite::Connection;

use crate::cli::book::Book;
use crate::random::every;
use crate::store::texts;
use crate::world::{SUPERVISOR, TRAINEE, pid};

/// Changes a schema in one way; the words that must name it.
type Alteration = (String, String);

fn objects(file: &Connection, kind: &str) -> Vec<(String, String, String)> {
    let sql = "SELECT name, tbl_name, sql FROM sqlite_schema WHERE type = ?1 AND sql IS NOT NULL ORDER BY name";
    let mut query = file.prepare(sql).unwrap();
    let rows = query.query_map([kind], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

/// Every object removed and changed, and something added to every table.
fn alterations(file: &Connection) -> Vec<Alteration> {
    let mut all = Vec::new();
    for (name, table, sql) in objects(file, "trigger") {
        let gone = format!("no trigger {name} on {table}");
        all.push((format!("DROP TRIGGER {name}"), gone));
        let quiet = sql.replacen("BEGIN", "BEGIN SELECT 1;", 1);
        all.push((format!("DROP TRIGGER {name}; {quiet}"), format!("a different trigger {name} on {table}")));
    }
    for (name, table, sql) in objects(file, "index") {
        all.push((format!("DROP INDEX {name}"), format!("no index {name} on {table}")));
        let partial = format!("DROP INDEX {name}; CREATE INDEX {name} ON {table} (rowid + 1) WHERE 0");
        let partial =
            partial.replace("rowid + 1", &texts(file, &format!("SELECT name FROM pragma_table_info('{table}')"))[0]);
        assert!(!partial.contains(&sql));
        all.push((partial, format!("a different index {name} on {table}")));
    }
    for (name, _, sql) in objects(file, "table") {
        all.push((format!("ALTER TABLE {name} ADD COLUMN planted TEXT"), format!("a different table {name}")));
        let column = &texts(file, &format!("SELECT name FROM pragma_table_info('{name}')"))[0];
        all.push((
            format!("CREATE INDEX planted ON {name} ({column})"),
            "an index that this program did not create: planted".into(),
        ));
        let trigger = "a trigger that this program did not create: planted";
        for when in ["AFTER INSERT", "BEFORE UPDATE", "AFTER DELETE"] {
            let act = "INSERT INTO draft VALUES ('intruder', 'fired', 'x')";
            all.push((format!("CREATE TRIGGER planted {when} ON {name} BEGIN {act}; END"), trigger.into()));
        }
        // A table that keeps its name and loses its checks.
        let loose = sql.replace(") STRICT", ")");
        if loose != sql && !name.starts_with("sqlite") {
            let text = loose.replace('\'', "''");
            all.push((
                format!("PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = '{text}' WHERE name = '{name}'; PRAGMA writable_schema = RESET"),
                format!("a different table {name}"),
            ));
        }
    }
    let extra = |kind: &str, name: &str| format!("{kind} that this program did not create: {name}");
    all.extend([
        ("CREATE TABLE planted (x)".to_owned(), extra("a table", "planted")),
        ("CREATE VIEW planted AS SELECT 1".to_owned(), extra("a view", "planted")),
        (
            "CREATE VIEW planted AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x FROM n) SELECT x FROM n".to_owned(),
            extra("a view", "planted"),
        ),
        (
            "CREATE VIEW planted AS SELECT * FROM draft; CREATE TRIGGER on_view INSTEAD OF INSERT ON planted BEGIN SELECT 1; END"
                .to_owned(),
            "on_view".to_owned(),
        ),
        ("ANALYZE".to_owned(), extra("a table", "sqlite_stat1")),
        (
            "ANALYZE; UPDATE sqlite_stat1 SET stat = '1 1 1 1'".to_owned(),
            extra("a table", "sqlite_stat1"),
        ),
        (
            "CREATE INDEX planted ON state (trainee, standard, ksb, state, observed, countersigned) WHERE state = 1".to_owned(),
            extra("an index", "planted"),
        ),
        ("CREATE TABLE planted (x INTEGER PRIMARY KEY AUTOINCREMENT)".to_owned(), "planted".to_owned()),
        ("ALTER TABLE draft RENAME TO planted".to_owned(), "draft".to_owned()),
        ("ALTER TABLE draft RENAME COLUMN fields TO planted".to_owned(), "a different table draft".to_owned()),
        (
            "CREATE TRIGGER \"p\u{1b}[31mx\" AFTER INSERT ON draft BEGIN SELECT 1; END".to_owned(),
            "a trigger that this program did not create: p".to_owned(),
        ),
    ]);
    all
}

fn refused(path: &Path, access: Access, words: &str) -> String {
    match Db::open(path, access) {
        Err(fault @ StoreError::Schema(_)) => {
            let said = fault.to_string();
            assert!(said.starts_with("The file contains ") && said.contains(words), "{words}: {said}");
            assert!(!said.contains('\u{1b}'), "{said:?}");
            said
        }
        other => panic!("{words}: {other:?}"),
    }
}

/// The bytes of the file. SQLite keeps its header's counters in the first page.
fn rows(path: &Path) -> Vec<String> {
    let file = Connection::open(path).unwrap();
    texts(&file, "SELECT person || trainee FROM draft")
}

#[test]
fn a_file_with_any_other_schema_is_named_and_refused_before_anything_of_it_is_used() {
    let (tried, all) = refused_with(36);
    println!("{tried} of {all} altered schemas, each named");
}

#[test]
#[ignore = "slow: every alteration"]
fn a_file_with_any_other_schema_is_named_and_refused_before_anything_of_it_is_used_every_one() {
    let (tried, _) = refused_with(1);
    println!("{tried} altered schemas, each named");
    assert!(tried >= 200, "{tried}");
}

/// Makes every `step`th alteration; returns how many SQLite made, and how many there are.
fn refused_with(step: usize) -> (usize, usize) {
    let book = Book::small();
    let sound = std::fs::read(book.database()).unwrap();
    let all = alterations(&Connection::open(book.database()).unwrap());
    let path = book.0.path().join("altered.db");
    let mut tried = 0;
    for (sql, words) in every(step, &all) {
        for end in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{end}", path.display()));
        }
        std::fs::write(&path, &sound).unwrap();
        let file = Connection::open(&path).unwrap();
        file.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
        if file.execute_batch(sql).is_err() {
            // What SQLite itself refuses need not be found.
            continue;
        }
        file.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
        drop(file);
        tried += 1;
        refused(&path, Access::Read, words);
        refused(&path, Access::Write, words);
        let report = verify(&path, &[], 1, &mut |_, _| {}).unwrap();
        assert_eq!(report.verdict, Verdict::Altered, "{sql}");
        assert!(report.faults[0].what.contains(words.as_str()), "{sql}: {:?}", report.faults);
    }
    assert!(tried > 0);
    (tried, all.len())
}

#[test]
fn an_altered_schema_is_refused_by_every_command_and_nothing_is_signed_copied_or_restored() {
    let trigger =
        "CREATE TRIGGER planted AFTER INSERT ON entry BEGIN INSERT INTO draft VALUES ('intruder', 'fired', 'x'); END";
    let words = "The file contains a trigger that this program did not create: planted";
    let book = Book::founded();
    let backup = book.0.path().join("backup.db");
    assert_eq!(book.run(&["backup", backup.to_str().unwrap()]).code, 0);
    for path in [&book.database(), &backup] {
        Connection::open(path).unwrap().execute_batch(trigger).unwrap();
    }
    for ran in [
        book.supervisor(&["sign-off", "Ann Trainee", "K1"]),
        book.run(&["trainee", "Ann Trainee"]),
        book.run(&["history"]),
        book.run(&["rebuild"]),
        book.run(&["backup", book.0.path().join("other.db").to_str().unwrap()]),
        book.officer(&["restore", backup.to_str().unwrap(), "--reason", "tried"]),
    ] {
        assert_eq!(ran.code, 1, "{ran:?}");
        assert!(ran.err.contains(words), "{ran:?}");
    }
    assert!(!book.0.path().join("other.db").exists());
    let verified = book.run(&["verify"]);
    assert_eq!(verified.code, 1, "{verified:?}");
    assert!(verified.out.contains(words), "{verified:?}");
    assert_eq!(rows(&book.database()), [""; 0], "the trigger ran");
}

#[test]
fn a_trigger_that_is_added_while_the_file_is_open_never_runs() {
    let book = Book::small();
    let mut db = Db::open(&book.database(), Access::Write).unwrap();
    let reader = Db::open(&book.database(), Access::Read).unwrap();
    let put = |db: &mut Db| db.write(|tx| workspace::put_recent(tx, &pid(SUPERVISOR), &pid(TRAINEE)));
    put(&mut db).unwrap();
    let other = Connection::open(book.database()).unwrap();
    let act = "INSERT INTO draft VALUES ('intruder', 'fired', 'x')";
    other.execute_batch(&format!("CREATE TRIGGER planted AFTER INSERT ON recent BEGIN {act}; END")).unwrap();
    assert!(matches!(put(&mut db), Err(StoreError::Schema(_))));
    let read = reader.read(|tx| workspace::recent(tx, &pid(SUPERVISOR), 9));
    assert!(matches!(read, Err(StoreError::Schema(_))), "{read:?}");
    other.execute_batch("DROP TRIGGER planted").unwrap();
    put(&mut db).unwrap();
    drop(db);
    assert_eq!(rows(&book.database()), [""; 0]);
}
