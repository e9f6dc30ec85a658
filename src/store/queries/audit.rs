//! Runs the queries that only verification needs: extra rows in the log's tables, stray workspace rows and page checks.

use crate::codec::{digest_of, id_of, place, position};
use crate::db::{Db, Tx};
use crate::error::{StoreError, damaged};
use countersign_core::primitives::ids::{Digest, StatementId};
use countersign_core::primitives::key::PublicKey;

/// Page cache during the page check.
const CACHE_KIB: u32 = 48 << 10;
/// How many page faults are listed.
const MOST_FAULTS: u32 = 100;

const LOGS: &str = "SELECT (SELECT count(*) FROM log), (SELECT count(*) FROM head)";
const BEYOND: &str =
    "SELECT place FROM entry WHERE place >= ?1 UNION ALL SELECT place FROM entry WHERE place < 0 LIMIT 5";
const TILES: &str = "SELECT tile FROM tile WHERE tile >= ?1 UNION ALL SELECT tile FROM tile WHERE tile < 0 LIMIT 5";
/// Rows of another log: a place holds its log's number above bit 40.
const OF_OTHERS: &str = "SELECT 'erased', place FROM erased WHERE place >> 40 <> 0 OR statement >> 40 <> 0
    UNION ALL SELECT 'imported', place FROM imported WHERE place >> 40 <> 0
    UNION ALL SELECT 'evidence', erased FROM evidence WHERE erased >> 40 <> 0 LIMIT 5";
const ODD_IMPORTS: &str = "SELECT place FROM imported WHERE key NOT IN (SELECT key FROM key)
    OR (place IN (SELECT place FROM erased) AND (octet_length(text) > 0 OR signature <> zeroblob(64))) LIMIT 20";
const KEYS: &str = "SELECT key, fingerprint, line FROM key ORDER BY key";
const CONTENTS: &str = "SELECT digest FROM content ORDER BY digest";
const EVIDENCE_NAMED: &str = "SELECT count(*) FROM entry WHERE instr(text, char(10) || 'evidence sha256:') > 0
    AND instr(text, char(10) || 'kind sign-off' || char(10)) > 0";
const BUNDLES: &str = "SELECT count(DISTINCT place) FROM received";
/// Ids used by two entries, or by an entry and an imported statement.
const REPEATED: &str = "SELECT id, max(place) FROM entry GROUP BY id HAVING count(*) > 1
    UNION ALL SELECT imported.id, imported.place FROM imported JOIN entry USING (id) LIMIT 20";
const ERASED_ID: &str = "SELECT id FROM entry WHERE place = ?1";
const PUT_BACK_ID: &str = "SELECT id FROM imported WHERE place = ?1";

/// Workspace tables, a condition that no row may meet, and a description of such rows.
const STRAY_ROWS: [(&str, &str, &str); 16] = [
    ("claim", "trainee NOT IN (SELECT id FROM person)", OF_NOBODY),
    ("claim", "again IS NOT NULL AND again NOT IN (SELECT claim FROM claim)", OF_NO_CLAIM),
    ("claim", "asked NOT IN (SELECT id FROM person)", OF_NOBODY),
    ("claim", "NOT EXISTS (SELECT 1 FROM claim_item WHERE claim_item.claim = claim.claim)", "that asks for no KSB"),
    ("claim_item", "claim NOT IN (SELECT claim FROM claim)", OF_NO_CLAIM),
    (
        "claim_item",
        "EXISTS (SELECT 1 FROM claim WHERE claim.claim = claim_item.claim AND claim.trainee <> claim_item.trainee)",
        "of another trainee than its claim",
    ),
    ("claim_evidence", "claim NOT IN (SELECT claim FROM claim)", OF_NO_CLAIM),
    ("claim_evidence", "evidence NOT IN (SELECT evidence FROM evidence)", "of no evidence"),
    ("holding", "evidence NOT IN (SELECT evidence FROM evidence)", "of no evidence"),
    ("holding", "trainee NOT IN (SELECT id FROM person)", OF_NOBODY),
    ("claimed_hour", "trainee NOT IN (SELECT id FROM person)", OF_NOBODY),
    ("claimed_hour", "day NOT BETWEEN -719162 AND 2932896", "of a day that no calendar has"),
    ("supervision", "supervisor NOT IN (SELECT id FROM person) OR trainee NOT IN (SELECT id FROM person)", OF_NOBODY),
    ("login", "person NOT IN (SELECT id FROM person)", OF_NOBODY),
    ("draw", "verifier NOT IN (SELECT id FROM person)", OF_NOBODY),
    (
        "drawn",
        "draw NOT IN (SELECT draw FROM draw) OR place NOT IN (SELECT place FROM entry)",
        "of no draw or no entry",
    ),
];
const OF_NOBODY: &str = "of a person that the log does not know";
const OF_NO_CLAIM: &str = "of no claim";
const LOGINS: &str = "SELECT fingerprint, line FROM login";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRow {
    /// The number by which entries refer to it.
    pub number: i64,
    pub fingerprint: Option<Digest>,
    pub key: Option<PublicKey>,
}

/// Returns how many sign-offs name evidence, and how many bundles were received: what a log alone does not bring back.
pub fn named_elsewhere(tx: &Tx<'_>) -> Result<(u64, u64), StoreError> {
    let count = |sql| -> Result<u64, StoreError> {
        Ok(tx.prepared(sql)?.query_row([], |row| row.get::<_, i64>(0))?.cast_unsigned())
    };
    Ok((count(EVIDENCE_NAMED)?, count(BUNDLES)?))
}

/// Returns the number of logs and heads in the file; each should be 1.
pub fn logs(tx: &Tx<'_>) -> Result<(u64, u64), StoreError> {
    let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?));
    let (logs, heads) = tx.prepared(LOGS)?.query_row([], read)?;
    Ok((logs.cast_unsigned(), heads.cast_unsigned()))
}

/// Returns the first rows of `entry` beyond a log of this size.
pub fn entries_beyond(tx: &Tx<'_>, size: u64) -> Result<Vec<i64>, StoreError> {
    numbers(tx, BEYOND, size)
}

pub fn tiles_from(tx: &Tx<'_>, tile: u64) -> Result<Vec<i64>, StoreError> {
    numbers(tx, TILES, tile)
}

/// Returns the first rows of another log in the tables next to `entry`: the table and the place.
pub fn rows_of_others(tx: &Tx<'_>) -> Result<Vec<(String, i64)>, StoreError> {
    tx.rows(OF_OTHERS, [], |row| Ok((row.get(0)?, row.get(1)?)))
}

fn numbers(tx: &Tx<'_>, sql: &str, from: u64) -> Result<Vec<i64>, StoreError> {
    tx.rows(sql, [place(from)], |row| Ok(row.get(0)?))
}

/// Returns the positions of invalid imported statements: erased with content left, or without a known key.
pub fn odd_imports(tx: &Tx<'_>) -> Result<Vec<u64>, StoreError> {
    tx.rows(ODD_IMPORTS, [], |row| Ok(position(row.get(0)?)))
}

pub fn keys(tx: &Tx<'_>) -> Result<Vec<KeyRow>, StoreError> {
    tx.rows(KEYS, [], |row| {
        Ok(KeyRow {
            number: row.get(0)?,
            fingerprint: row.get_ref(1)?.as_blob().ok().and_then(|bytes| digest_of(bytes).ok()),
            key: row.get_ref(2)?.as_str().ok().and_then(|line| line.parse().ok()),
        })
    })
}

/// Returns workspace rows that this program never writes: the table, their number and a description.
pub fn stray_rows(tx: &Tx<'_>) -> Result<Vec<(&'static str, u64, &'static str)>, StoreError> {
    let mut found = Vec::new();
    for (table, condition, what) in STRAY_ROWS {
        let count = format!("SELECT count(*) FROM {table} WHERE {condition}");
        let rows: i64 = tx.prepared(&count)?.query_row([], |row| row.get(0))?;
        found.extend((rows > 0).then_some((table, rows.cast_unsigned(), what)));
    }
    let mut odd = 0;
    tx.rows::<(), ()>(LOGINS, [], |row| {
        let fingerprint = row.get_ref(0)?.as_blob().ok().and_then(|bytes| digest_of(bytes).ok());
        let key = row.get_ref(1)?.as_str().ok().and_then(|line| line.parse::<PublicKey>().ok());
        odd += u64::from(key.is_none_or(|key| fingerprint != Some(key.fingerprint())));
        Ok(())
    })?;
    found.extend((odd > 0).then_some(("login", odd, "whose key is not that of its fingerprint")));
    Ok(found)
}

pub fn contents(tx: &Tx<'_>) -> Result<Vec<Digest>, StoreError> {
    tx.rows(CONTENTS, [], |row| digest_of(row.get_ref(0)?.as_bytes().map_err(damaged)?))
}

/// Returns ids used twice, each with the position of the later statement.
pub fn repeated_ids(tx: &Tx<'_>) -> Result<Vec<(StatementId, u64)>, StoreError> {
    tx.some_rows(REPEATED, [], |row| {
        let id = id_of(row.get_ref(0)?.as_bytes().map_err(damaged)?).ok();
        Ok(id.zip(Some(position(row.get(1)?))))
    })
}

/// Returns the id of the entry at a position, even if its text is unreadable.
pub fn id_at(tx: &Tx<'_>, at: u64) -> Result<Option<StatementId>, StoreError> {
    id(tx, ERASED_ID, at)
}

/// Returns the id of the statement imported at a position, even if its text is unreadable.
pub fn put_back_at(tx: &Tx<'_>, at: u64) -> Result<Option<StatementId>, StoreError> {
    id(tx, PUT_BACK_ID, at)
}

fn id(tx: &Tx<'_>, sql: &str, at: u64) -> Result<Option<StatementId>, StoreError> {
    Ok(tx.row(sql, [place(at)], |row| Ok(id_of(row.get_ref(0)?.as_bytes().map_err(damaged)?).ok()))?.flatten())
}

/// Runs SQLite's integrity check over every page and index; returns its messages.
pub fn pages(db: &Db) -> Result<Vec<String>, StoreError> {
    db.read(|tx| {
        // Each index is compared with its table in index order: without a cache, every page would be read many times.
        tx.prepared(&format!("PRAGMA cache_size=-{CACHE_KIB}"))?.query([])?.next()?;
        let mut statement = tx.prepared(&format!("PRAGMA integrity_check({MOST_FAULTS})"))?;
        let mut rows = statement.query([])?;
        let mut faults = Vec::new();
        while let Some(row) = rows.next()? {
            let found = String::from_utf8_lossy(row.get_ref(0)?.as_bytes().map_err(damaged)?).into_owned();
            for line in found.lines().map(str::trim).filter(|line| *line != "ok" && !line.starts_with("***")) {
                if could_not_be_read(line) {
                    let source = std::io::Error::other("A page could not be read");
                    return Err(StoreError::Io { path: db.path().to_owned(), source });
                }
                faults.push(line.to_owned());
            }
        }
        Ok(faults)
    })
}

/// Returns whether a message reports a read error of the disk, which says nothing about the page.
fn could_not_be_read(line: &str) -> bool {
    let code = line.rsplit_once("error code=").and_then(|(_, code)| code.parse::<i32>().ok());
    code.is_some_and(|code| code & 0xff == rusqlite::ffi::SQLITE_IOERR)
}
