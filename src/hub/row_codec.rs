//! Encodes the rows of a log as fields, and decodes them: the same for PostgreSQL and for a folder.

use std::io::{self, BufRead, Write};

use crate::copy_binary::{Row, RowReader, RowWriter, damaged};
use crate::error::TransportError;
use crate::rows::{
    BatchRow, EntryRow, ImportedRow, MOST_KEY_LINE, MOST_SIGNATURE, MOST_STANDARD, NAME, SignedRow, TextRow,
};
use countersign_core::primitives::ids::{Digest, StatementId};
use countersign_core::statement::MAX_BYTES;
use uuid::Uuid;

/// The columns of each table, in the order of the fields.
pub const ENTRY_COLUMNS: &str = "position, id, key, scheme, statement, signature, leaf";
pub const IMPORTED_COLUMNS: &str = "position, id, key, statement, signature";
pub const BATCH_COLUMNS: &str = "name, key, signature, body";
pub const TEXT_COLUMNS: &str = "digest, canonical, titles";

/// The columns of the tables in digests, with how each value is sent.
pub const ENTRY_SENT: &[(&str, &str)] = &[
    ("position", "int8send(?)"),
    ("id", "uuid_send(?)"),
    ("key", "convert_to(?, 'UTF8')"),
    ("scheme", "int2send(?)"),
    ("statement", "?"),
    ("signature", "?"),
    ("leaf", "?"),
];
pub const IMPORTED_SENT: &[(&str, &str)] = &[
    ("position", "int8send(?)"),
    ("id", "uuid_send(?)"),
    ("key", "convert_to(?, 'UTF8')"),
    ("statement", "?"),
    ("signature", "?"),
];
pub const BATCH_SENT: &[(&str, &str)] =
    &[("name", "?"), ("key", "convert_to(?, 'UTF8')"), ("signature", "?"), ("body", "?")];
/// Without the titles, which nobody signs.
pub const TEXT_SENT: &[(&str, &str)] = &[("digest", "?"), ("canonical", "?")];

const ENTRY_MOST: &[usize] = &[8, 16, MOST_KEY_LINE, 2, MAX_BYTES, MOST_SIGNATURE, 32];
const IMPORTED_MOST: &[usize] = &[8, 16, MOST_KEY_LINE, MAX_BYTES, MOST_SIGNATURE];
const BATCH_MOST: &[usize] = &[NAME, MOST_KEY_LINE, MOST_SIGNATURE, MAX_BYTES];
const TEXT_MOST: &[usize] = &[32, MOST_STANDARD, MOST_STANDARD];

pub fn write_entry<W: Write>(to: &mut RowWriter<W>, entry: &EntryRow) -> io::Result<()> {
    let (text, signature) = halves(entry.signed.as_ref());
    to.row(&[
        Some(&entry.position.to_be_bytes()),
        Some(entry.id.0.as_bytes()),
        Some(entry.key.as_bytes()),
        Some(&entry.scheme.to_be_bytes()),
        text,
        signature,
        Some(&entry.leaf.0),
    ])
}

pub fn write_imported<W: Write>(to: &mut RowWriter<W>, row: &ImportedRow) -> io::Result<()> {
    let (text, signature) = halves(row.signed.as_ref());
    let position = row.position.to_be_bytes();
    to.row(&[Some(&position), Some(row.id.0.as_bytes()), Some(row.key.as_bytes()), text, signature])
}

pub fn write_batch<W: Write>(to: &mut RowWriter<W>, row: &BatchRow) -> io::Result<()> {
    to.row(&[Some(&row.name), Some(row.key.as_bytes()), Some(&row.signature), Some(row.text.as_bytes())])
}

pub fn write_text<W: Write>(to: &mut RowWriter<W>, row: &TextRow) -> io::Result<()> {
    to.row(&[Some(&row.digest.0), Some(row.canonical.as_bytes()), Some(row.titles.as_bytes())])
}

fn halves(signed: Option<&SignedRow>) -> (Option<&[u8]>, Option<&[u8]>) {
    (signed.map(|signed| signed.text.as_bytes()), signed.map(|signed| signed.signature.as_slice()))
}

/// Reads a stream with one digest in one row.
pub fn read_digest<R: BufRead>(from: &mut R) -> Result<Digest, TransportError> {
    let mut found = None;
    let mut reader = RowReader::new(from, &[32])?;
    while let Some(mut row) = reader.next()? {
        if found.replace(Digest(row.array(0)?)).is_some() {
            return Err(damaged("it has more than one digest"));
        }
    }
    found.ok_or_else(|| damaged("it has no digest"))
}

/// Reads a stream of entries.
pub fn read_entries<R: BufRead>(
    from: &mut R,
    into: &mut dyn FnMut(EntryRow) -> Result<(), TransportError>,
) -> Result<(), TransportError> {
    let mut reader = RowReader::new(from, ENTRY_MOST)?;
    while let Some(mut row) = reader.next()? {
        into(EntryRow {
            position: row.count(0)?,
            id: id(&mut row, 1)?,
            key: row.text(2)?,
            scheme: u16::from_be_bytes(row.array(3)?),
            signed: signed(&mut row, 4)?,
            leaf: Digest(row.array(6)?),
        })?;
    }
    Ok(())
}

/// Reads a stream of statements that were put back.
pub fn read_imported<R: BufRead>(
    from: &mut R,
    into: &mut dyn FnMut(ImportedRow) -> Result<(), TransportError>,
) -> Result<(), TransportError> {
    let mut reader = RowReader::new(from, IMPORTED_MOST)?;
    while let Some(mut row) = reader.next()? {
        into(ImportedRow {
            position: row.count(0)?,
            id: id(&mut row, 1)?,
            key: row.text(2)?,
            signed: signed(&mut row, 3)?,
        })?;
    }
    Ok(())
}

/// Reads a stream of batches.
pub fn read_batches<R: BufRead>(
    from: &mut R,
    into: &mut dyn FnMut(BatchRow) -> Result<(), TransportError>,
) -> Result<(), TransportError> {
    let mut reader = RowReader::new(from, BATCH_MOST)?;
    while let Some(mut row) = reader.next()? {
        into(BatchRow { name: row.array(0)?, key: row.text(1)?, signature: row.bytes(2)?, text: row.text(3)? })?;
    }
    Ok(())
}

/// Reads a stream of texts of standards.
pub fn read_texts<R: BufRead>(
    from: &mut R,
    into: &mut dyn FnMut(TextRow) -> Result<(), TransportError>,
) -> Result<(), TransportError> {
    let mut reader = RowReader::new(from, TEXT_MOST)?;
    while let Some(mut row) = reader.next()? {
        into(TextRow { digest: Digest(row.array(0)?), canonical: row.text(1)?, titles: row.text(2)? })?;
    }
    Ok(())
}

fn id(row: &mut Row<'_>, field: usize) -> Result<StatementId, TransportError> {
    Ok(StatementId(Uuid::from_bytes(row.array(field)?)))
}

/// Takes a text and the signature after it; both are there or neither.
fn signed(row: &mut Row<'_>, field: usize) -> Result<Option<SignedRow>, TransportError> {
    match (row.optional_text(field)?, row.optional(field + 1)) {
        (Some(text), Some(signature)) => Ok(Some(SignedRow { text, signature })),
        (None, None) => Ok(None),
        _ => Err(damaged("a statement and its signature are not both there")),
    }
}
