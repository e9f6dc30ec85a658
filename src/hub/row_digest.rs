//! Computes digests of rows as PostgreSQL computes them: of each row in its binary form, then of all of those in order.

use std::io;

use sha2::{Digest as _, Sha256};

use crate::copy_binary::RowWriter;
use crate::error::TransportError;
use crate::row_codec::{write_batch, write_entry, write_imported};
use crate::rows::{BatchRow, EarlierRows, EntryRow, ImportedRow};
use countersign_core::primitives::ids::Digest;

/// The digest of the rows that were added so far.
#[derive(Debug, Default)]
struct RowDigest {
    all: Sha256,
    row: Vec<u8>,
}

impl RowDigest {
    /// Adds the row that `write` writes.
    fn add(
        &mut self,
        write: impl FnOnce(&mut RowWriter<&mut Vec<u8>>) -> io::Result<()>,
    ) -> Result<(), TransportError> {
        self.row.clear();
        let written = write(&mut RowWriter::without_header(&mut self.row));
        written.map_err(|error| TransportError::Here(format!("A row cannot be written: {error}")))?;
        self.all.update(Sha256::digest(&self.row));
        Ok(())
    }

    fn finish(self) -> Digest {
        Digest(self.all.finalize().into())
    }
}

/// Digests what a log has before a position, each table in the order of its rows.
#[derive(Debug, Default)]
pub struct EarlierDigests {
    entries: RowDigest,
    imported: RowDigest,
    batches: RowDigest,
    texts: RowDigest,
}

impl EarlierDigests {
    pub fn entry(&mut self, row: &EntryRow) -> Result<(), TransportError> {
        self.entries.add(|to| write_entry(to, row))
    }

    pub fn imported(&mut self, row: &ImportedRow) -> Result<(), TransportError> {
        self.imported.add(|to| write_imported(to, row))
    }

    pub fn batch(&mut self, row: &BatchRow) -> Result<(), TransportError> {
        self.batches.add(|to| write_batch(to, row))
    }

    pub fn text(&mut self, digest: &Digest, canonical: &str) -> Result<(), TransportError> {
        self.texts.add(|to| to.row(&[Some(&digest.0), Some(canonical.as_bytes())]))
    }

    pub fn finish(self) -> EarlierRows {
        EarlierRows {
            entries: self.entries.finish(),
            imported: self.imported.finish(),
            batches: self.batches.finish(),
            texts: self.texts.finish(),
        }
    }
}

/// Returns the SQL that selects the same digest of rows; `from` is what follows FROM, and `order` a column. Each column comes with
/// the function that sends a value of its type.
pub(crate) fn sql(columns: &[(&str, &str)], from: &str, order: &str) -> String {
    let fields: Vec<String> = columns
        .iter()
        .map(|(column, sent)| {
            let value = sent.replace('?', column);
            format!("coalesce(int4send(octet_length({value})) || {value}, int4send(-1))")
        })
        .collect();
    let row = format!("int2send({}::smallint) || {}", columns.len(), fields.join(" || "));
    format!(
        "COPY (SELECT sha256(coalesce(string_agg(sha256({row}), ''::bytea ORDER BY {order}), ''::bytea)) FROM {from}) TO STDOUT (FORMAT binary);\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_differ_in_a_byte_in_order_or_in_where_a_value_ends_have_different_digests() {
        let of = |rows: &[&[Option<&[u8]>]]| {
            let mut digest = RowDigest::default();
            for row in rows {
                digest.add(|to| to.row(row)).unwrap();
            }
            digest.finish()
        };
        let (a, b): (&[u8], &[u8]) = (b"a", b"b");
        let all = [
            of(&[]),
            of(&[&[]]),
            of(&[&[None]]),
            of(&[&[Some(b"")]]),
            of(&[&[Some(a), Some(b)]]),
            of(&[&[Some(b), Some(a)]]),
            of(&[&[Some(b"ab"), Some(b"")]]),
            of(&[&[Some(b"ab"), None]]),
            of(&[&[Some(a)], &[Some(b)]]),
            of(&[&[Some(b)], &[Some(a)]]),
        ];
        for (i, one) in all.iter().enumerate() {
            assert!(all[..i].iter().all(|other| other != one), "{i}");
        }
        assert_eq!(of(&[]), Digest::of(b""));
        assert_eq!(of(&[&[Some(a)]]), Digest::of(&Digest::of(b"\0\x01\0\0\0\x01a").0));
    }
}
