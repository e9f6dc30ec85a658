//! Stores the full texts of standards and indexes their adoption.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

use rusqlite::{OptionalExtension as _, params};

use crate::codec::{digest_of, place};
use crate::db::{Tx, WriteTx};
use crate::error::{StoreError, damaged};
use countersign_core::primitives::ids::{Digest, DutyNo, StandardRef};
use countersign_core::standard::Standard;
use countersign_core::standard::local_text;

const ADD_CONTENT: &str = "INSERT INTO content (digest, canonical, titles) VALUES (?1, ?2, ?3)";
const CONTENT: &str = "SELECT canonical, titles FROM content WHERE digest = ?1";
const PUT: &str = "INSERT INTO standard (reference, version, digest, place) VALUES (?1, ?2, ?3, ?4)";
const DIGEST: &str = "SELECT digest FROM standard WHERE reference = ?1 AND version = ?2";
const NUMBER: &str = "SELECT standard FROM standard WHERE reference = ?1 AND version = ?2";
const NUMBERS: &str = "SELECT standard, digest FROM standard";
const SINCE: &str = "SELECT digest, canonical, titles FROM content
    WHERE digest IN (SELECT digest FROM standard WHERE place >= ?1)
        AND digest NOT IN (SELECT digest FROM standard WHERE place < ?1) ORDER BY digest";
const ALL: &str = "SELECT reference, version FROM standard WHERE standard NOT IN (SELECT standard FROM list)
    ORDER BY reference, version";
const LISTS: &str = "SELECT reference, version FROM list JOIN standard USING (standard) ORDER BY reference, place";
const PUT_LIST: &str =
    "INSERT INTO list (standard) SELECT standard FROM standard WHERE reference = ?1 AND version = ?2";

/// Stores the text of a standard, unless it is stored already.
pub fn add_content(tx: &WriteTx<'_>, standard: &Standard) -> Result<(), StoreError> {
    let digest = standard.digest();
    if content(tx, &digest)?.is_some() {
        return Ok(());
    }
    let mut titles = String::new();
    for duty in standard.duties() {
        // Writing to a String cannot fail.
        let _ = writeln!(titles, "{} {}", duty.no, duty.title);
    }
    tx.prepared(ADD_CONTENT)?.execute(params![digest.0, standard.canonical(), titles])?;
    Ok(())
}

/// Stores the text of a standard as another file has it. Titles that cannot be shown are left out.
pub fn add_copied(tx: &WriteTx<'_>, digest: &Digest, canonical: &str, titles: &str) -> Result<(), StoreError> {
    if tx.prepared(CONTENT)?.exists([digest.0])? {
        return Ok(());
    }
    let standard = standard_of(canonical)?;
    let usable = standard.local().is_some() || standard.with_titles(&titles_of(titles)).is_ok();
    tx.run(ADD_CONTENT, params![digest.0, canonical, if usable { titles } else { "" }])
}

/// Parses the text of a standard or a list of local competences.
fn standard_of(canonical: &str) -> Result<Standard, StoreError> {
    if canonical.starts_with(local_text::HEAD) {
        return local_text::read(canonical).map_err(damaged);
    }
    Standard::from_canonical(canonical).map_err(damaged)
}

fn titles_of(titles: &str) -> Vec<(DutyNo, String)> {
    let lines = titles.lines().filter_map(|line| line.split_once(' '));
    lines.filter_map(|(no, title)| Some((DutyNo(no.parse().ok()?), title.to_owned()))).collect()
}

/// Returns the standard whose text has this digest.
pub fn content(tx: &Tx<'_>, digest: &Digest) -> Result<Option<Standard>, StoreError> {
    let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?));
    let Some((canonical, titles)) = tx.prepared(CONTENT)?.query_row([digest.0], read).optional()? else {
        return Ok(None);
    };
    let standard = standard_of(&canonical)?;
    if standard.local().is_some() {
        return Ok(Some(standard));
    }
    let faults = |faults: Vec<_>| damaged(format!("{} short titles cannot be shown", faults.len()));
    Ok(Some(standard.with_titles(&titles_of(&titles)).map_err(faults)?))
}

/// The text of a standard as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredText {
    pub digest: Digest,
    pub canonical: String,
    pub titles: String,
}

/// Returns the texts of standards that entries from a position on adopt, and none before it.
pub fn texts_since(tx: &Tx<'_>, position: u64) -> Result<Vec<StoredText>, StoreError> {
    tx.rows(SINCE, [place(position)], |row| {
        let digest = digest_of(row.get_ref(0)?.as_blob().map_err(damaged)?)?;
        Ok(StoredText { digest, canonical: row.get(1)?, titles: row.get(2)? })
    })
}

pub(crate) fn put(tx: &WriteTx<'_>, of: &StandardRef, digest: &Digest, at: u64) -> Result<(), StoreError> {
    tx.prepared(PUT)?.execute(params![of.reference(), of.version(), digest.0, place(at)])?;
    Ok(())
}

/// Indexes the adoption of a list of local competences.
pub(crate) fn put_list(tx: &WriteTx<'_>, of: &StandardRef, digest: &Digest, at: u64) -> Result<(), StoreError> {
    put(tx, of, digest, at)?;
    tx.prepared(PUT_LIST)?.execute([of.reference(), of.version()])?;
    Ok(())
}

/// Returns the number of an adopted standard.
pub(crate) fn number(tx: &Tx<'_>, of: &StandardRef) -> Result<Option<i64>, StoreError> {
    Ok(tx.prepared(NUMBER)?.query_row([of.reference(), of.version()], |row| row.get(0)).optional()?)
}

/// Returns an adopted standard.
pub fn standard(tx: &Tx<'_>, of: &StandardRef) -> Result<Option<Standard>, StoreError> {
    let digest: Option<Vec<u8>> =
        tx.prepared(DIGEST)?.query_row([of.reference(), of.version()], |row| row.get(0)).optional()?;
    let Some(bytes) = digest else { return Ok(None) };
    content(tx, &digest_of(&bytes)?)
}

/// Returns all adopted standards in full, by number.
pub(crate) fn by_number(tx: &Tx<'_>) -> Result<HashMap<i64, Arc<Standard>>, StoreError> {
    tx.rows(NUMBERS, [], |row| {
        let digest = digest_of(row.get_ref(1)?.as_blob().map_err(damaged)?)?;
        let standard = content(tx, &digest)?.ok_or_else(|| damaged("the text of a standard is missing"))?;
        Ok((row.get(0)?, Arc::new(standard)))
    })
}

/// Returns the adopted standards.
pub fn all(tx: &Tx<'_>) -> Result<Vec<StandardRef>, StoreError> {
    named(tx, ALL)
}

/// Returns the lists of local competences, by reference and then in order of adoption; the last of each reference is in
/// force.
pub fn lists(tx: &Tx<'_>) -> Result<Vec<StandardRef>, StoreError> {
    named(tx, LISTS)
}

fn named(tx: &Tx<'_>, sql: &str) -> Result<Vec<StandardRef>, StoreError> {
    tx.rows(sql, [], |row| {
        let (reference, version): (String, String) = (row.get(0)?, row.get(1)?);
        StandardRef::new(&reference, &version).map_err(damaged)
    })
}
