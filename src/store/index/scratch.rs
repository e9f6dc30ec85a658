//! Opens a temporary database over the log of another file, to rebuild its indexes and compare them without changing it.

use std::sync::OnceLock;

use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags, OptionalExtension as _, params};

use crate::claims;
use crate::codec::{ksb, place, position};
use crate::db::{Access, Db, Tx, WriteTx};
use crate::error::StoreError;
use crate::index::indexer;
use crate::schema::{NEWEST, upgrade};
use countersign_core::primitives::ids::{ClaimId, KsbCode};

const ANSWERED: &str = "SELECT answered FROM file.claim_item JOIN file.claim USING (claim) WHERE id = ?1 AND ksb = ?2";

const WITHDRAWN: &str = "SELECT 1 FROM file.sign_off WHERE place = ?1 AND withdrawn IS NOT NULL";

/// How many differing rows of a table are named.
const MOST_NAMED: usize = 5;

/// The longest value that is read, in bytes.
const MOST_BYTES: i32 = 64 << 20;

/// Page cache for the temporary database: enough for the indexes of a million sign-offs, which are written in random order.
const CACHE_KIB: u32 = 64 << 10;

/// A temporary database with its own indexes, and the log of the attached file as `entry`, `erased` and so on.
#[derive(Debug)]
pub struct Scratch(Db);

impl Scratch {
    /// Opens a temporary database over a file. SQLite keeps it in memory while it is small, then in an unnamed temporary
    /// file, so nothing is left behind even if the program is killed.
    pub fn over(file: &Db) -> Result<Self, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_URI
            | OpenFlags::SQLITE_OPEN_NO_MUTEX
            | OpenFlags::SQLITE_OPEN_EXRESCODE;
        let conn = Connection::open_with_flags("", flags)?;
        conn.execute_batch(&format!(
            "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF; PRAGMA foreign_keys=OFF; PRAGMA trusted_schema=OFF;
            PRAGMA cache_size=-{CACHE_KIB};"
        ))?;
        conn.execute_batch(tables_sql()?)?;
        conn.set_limit(Limit::SQLITE_LIMIT_LENGTH, MOST_BYTES)?;
        conn.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 1)?;
        conn.execute("ATTACH ?1 AS file", [file.uri()])?;
        conn.execute_batch("PRAGMA file.mmap_size=0; PRAGMA file.cache_size=-16000; PRAGMA cell_size_check=ON;")?;
        Ok(Self(Db::unshared(conn, Access::Write)))
    }

    /// Makes every statement fail with [`StoreError::Stopped`] once `stop` returns true.
    pub fn stop_when(&self, stop: impl FnMut() -> bool + Send + 'static) -> Result<(), StoreError> {
        self.0.stop_when(stop)
    }

    /// Returns the database, to be kept.
    pub(crate) fn into_db(self) -> Db {
        self.0
    }

    /// Runs `act` in one transaction over one snapshot of the file, and rolls it back.
    pub fn work<T, E: From<StoreError>>(&mut self, act: impl FnOnce(&WriteTx<'_>) -> Result<T, E>) -> Result<T, E> {
        self.0.write(|tx| {
            for table in indexer::FOLLOWED {
                tx.batch(&format!("INSERT INTO main.{table} SELECT * FROM file.{table}"))?;
            }
            claims::reset(tx)?;
            act(tx)
        })
    }
}

/// A row that only one of the two databases has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Whether the row is in the file; otherwise it follows from the statements.
    pub in_file: bool,
    /// The values with their column names.
    pub row: String,
}

/// Returns the tables to compare.
pub fn compared() -> impl Iterator<Item = &'static str> {
    indexer::TABLES.iter().chain(indexer::FOLLOWED).copied()
}

/// Compares an index of the file with the rebuilt one in both directions; returns the first rows that differ.
pub fn differences(tx: &Tx<'_>, table: &str) -> Result<Vec<Difference>, StoreError> {
    let columns = columns(tx, table)?;
    // Primary key columns first, so that neither side needs sorting and memory stays flat.
    let by = columns.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
    let mut found = Vec::new();
    for (in_file, one, other) in [(true, "file", "main"), (false, "main", "file")] {
        let sql = format!(
            "SELECT {by} FROM {one}.{table} EXCEPT SELECT {by} FROM {other}.{table} ORDER BY {by} LIMIT {MOST_NAMED}"
        );
        let mut statement = tx.prepared(&sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let mut values = Vec::new();
            for (at, name) in columns.iter().enumerate() {
                values.push(format!("{name} {}", value(row.get_ref(at)?)));
            }
            found.push(Difference { in_file, row: values.join(", ") });
        }
    }
    Ok(found)
}

/// Returns the position of what answered a KSB of a claim, according to the file; the outer `None` means there is no such
/// claim.
pub fn answered_in_file(tx: &Tx<'_>, id: ClaimId, code: KsbCode) -> Result<Option<Option<u64>>, StoreError> {
    let read = |row: &rusqlite::Row<'_>| row.get::<_, Option<i64>>(0);
    let found = tx.prepared(ANSWERED)?.query_row(params![id.0.as_bytes(), ksb(code)], read).optional()?;
    Ok(found.map(|answered| answered.map(position)))
}

/// Returns whether the sign-off at a position is withdrawn, according to the file.
pub fn withdrawn_in_file(tx: &Tx<'_>, at: u64) -> Result<bool, StoreError> {
    Ok(tx.prepared(WITHDRAWN)?.exists([place(at)])?)
}

/// Formats a value for display, truncated if long.
fn value(value: rusqlite::types::ValueRef<'_>) -> String {
    use rusqlite::types::ValueRef;
    match value {
        ValueRef::Null => "none".to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(text) => format!("“{}”", String::from_utf8_lossy(text).chars().take(60).collect::<String>()),
        ValueRef::Blob(bytes) => bytes.iter().take(16).fold("0x".to_owned(), |hex, byte| format!("{hex}{byte:02x}")),
    }
}

/// Returns the columns of a table, primary key first.
fn columns(tx: &Tx<'_>, table: &str) -> Result<Vec<String>, StoreError> {
    tx.rows("SELECT name FROM pragma_table_info(?1, 'main') ORDER BY pk = 0, pk, cid", [table], |row| Ok(row.get(0)?))
}

/// Returns the statements that create the temporary database's tables and indexes. Other tables are read from the file.
fn tables_sql() -> Result<&'static str, StoreError> {
    static SQL: OnceLock<String> = OnceLock::new();
    if let Some(sql) = SQL.get() {
        return Ok(sql);
    }
    let fresh = Connection::open_in_memory()?;
    upgrade(&fresh, NEWEST)?;
    let mut statement =
        fresh.prepare("SELECT tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type = 'index', name")?;
    let mut rows = statement.query([])?;
    let mut sql = String::new();
    while let Some(row) = rows.next()? {
        let table: String = row.get(0)?;
        if compared().any(|one| one == table) {
            sql.push_str(&row.get::<_, String>(1)?);
            sql.push(';');
        }
    }
    Ok(SQL.get_or_init(|| sql))
}
