//! Reads, writes and checks the tiles of a hub that is a folder: hashes and the data of leaves, as other tools read them.

use std::path::Path;

use crate::error::TransportError;
use crate::folder_files::{FileWriter, MOST_FILE, damaged_file, read, unreadable};
use crate::folder_rows::{bundle_path, each_entry, read_file_of_entries, rows_of};
use crate::row_codec::write_entry;
use crate::rows::EntryRow;
use crate::tiles::{BuiltTile, TileEdge, tile_path};
use countersign_core::primitives::ids::Digest;
use countersign_core::primitives::key::PublicKey;
use countersign_ledger::merkle::{TILE, entry, leaf_hash};
use countersign_ledger::security_key::{KeySignature, blob_of};
use countersign_ledger::sshsig::NAMESPACE;

/// Up to 256 entries, as rows and as the data of their leaves.
pub struct Bundle {
    pub rows: Vec<EntryRow>,
    /// Data of the leaves that were sent before, whose text may be erased by now.
    data: Vec<Vec<u8>>,
}

impl Bundle {
    /// Reads the last bundle of a log of a size; none if the size is a multiple of 256.
    pub fn read(own: &Path, size: u64) -> Result<Self, TransportError> {
        let mut bundle = Self { rows: Vec::new(), data: Vec::new() };
        if size.is_multiple_of(TILE) {
            return Ok(bundle);
        }
        let rows_path = own.join("statements").join(bundle_path(size - 1, size));
        bundle.rows = read_file_of_entries(&rows_path)?;
        let path = own.join("tile/entries").join(bundle_path(size - 1, size));
        bundle.data = leaves(&path)?;
        let width = size % TILE;
        for (path, found) in [(&rows_path, bundle.rows.len()), (&path, bundle.data.len())] {
            if found as u64 != width {
                return Err(damaged_file(path, "it has other entries than expected"));
            }
        }
        Ok(bundle)
    }

    pub fn push(&mut self, row: EntryRow) {
        self.data.push(leaf_data(&row).unwrap_or_default());
        self.rows.push(row);
    }

    /// Writes the entries, and begins the next bundle.
    pub fn write(&mut self, own: &Path, index: u64, files: &mut FileWriter) -> Result<(), TransportError> {
        let path = tile_path(index, self.rows.len() as u64);
        let mut data = Vec::new();
        for leaf in self.data.drain(..) {
            let length = u16::try_from(leaf.len()).unwrap_or_default();
            data.extend_from_slice(&length.to_be_bytes());
            data.extend_from_slice(&leaf);
        }
        files.put(&own.join("tile/entries").join(&path), &data)?;
        files.put(&own.join("statements").join(&path), &entries_file(&self.rows)?)?;
        self.rows.clear();
        Ok(())
    }
}

/// Returns the data of an entry's leaf. An entry that was erased before it was sent has only its hash.
fn leaf_data(row: &EntryRow) -> Option<Vec<u8>> {
    let signed = row.signed.as_ref()?;
    let key: PublicKey = row.key.parse().ok()?;
    // The leaf names the signature by the digest of its SSHSIG blob, or of the bytes that name its batch.
    let blob = KeySignature::from_bytes(key.algorithm(), &signed.signature);
    let blob = blob.map(|signature| Digest::of(&blob_of(&key, NAMESPACE, &signature)));
    let text = Digest::of(signed.text.as_bytes());
    let all = [blob, Some(Digest::of(&signed.signature))].into_iter().flatten();
    all.map(|digest| entry(row.id, text, digest)).find(|data| leaf_hash(data) == row.leaf)
}

pub fn entries_file(rows: &[EntryRow]) -> Result<Vec<u8>, TransportError> {
    rows_of(|to| rows.iter().try_for_each(|row| write_entry(to, row)))
}

pub fn read_tile(own: &Path, level: u32, index: u64, width: u64) -> Result<Vec<Digest>, TransportError> {
    let path = own.join(format!("tile/{level}")).join(tile_path(index, width));
    let bytes = read(&path, 32 * TILE).map_err(|fault| unreadable(&path, &fault))?;
    if bytes.len() as u64 != 32 * width {
        return Err(damaged_file(&path, "it has the wrong length"));
    }
    Ok(bytes.as_chunks::<32>().0.iter().copied().map(Digest).collect())
}

pub fn write_tile(own: &Path, tile: &BuiltTile, files: &mut FileWriter) -> Result<(), TransportError> {
    let path = own.join(format!("tile/{}", tile.level)).join(tile_path(tile.index, tile.hashes.len() as u64));
    let bytes: Vec<u8> = tile.hashes.iter().flat_map(|hash| hash.0).collect();
    files.put(&path, &bytes)
}

/// Reads the data of leaves, each after its length.
fn leaves(path: &Path) -> Result<Vec<Vec<u8>>, TransportError> {
    let bytes = read(path, MOST_FILE).map_err(|fault| unreadable(path, &fault))?;
    let (mut all, mut rest) = (Vec::new(), bytes.as_slice());
    while !rest.is_empty() {
        let cut = || damaged_file(path, "it is cut");
        let (length, more) = rest.split_first_chunk::<2>().ok_or_else(cut)?;
        let (data, more) = more.split_at_checked(usize::from(u16::from_be_bytes(*length))).ok_or_else(cut)?;
        all.push(data.to_vec());
        rest = more;
    }
    Ok(all)
}

/// Checks the tiles of a log of a size against its statements.
pub fn check_tiles(own: &Path, size: u64) -> Result<(), TransportError> {
    let (mut edge, mut rows) = (TileEdge::default(), Vec::new());
    each_entry(own, (0, size), &mut |row| {
        let built = edge.push(row.leaf);
        rows.push(row);
        for tile in built {
            if tile.level == 0 {
                check_leaves(own, tile.index, &std::mem::take(&mut rows))?;
            }
            check_tile(own, &tile)?;
        }
        Ok(())
    })?;
    for tile in edge.incomplete() {
        check_tile(own, &tile)?;
    }
    if rows.is_empty() { Ok(()) } else { check_leaves(own, size / TILE, &rows) }
}

fn check_tile(own: &Path, tile: &BuiltTile) -> Result<(), TransportError> {
    if read_tile(own, tile.level, tile.index, tile.hashes.len() as u64)? == tile.hashes {
        return Ok(());
    }
    let path = own.join(format!("tile/{}", tile.level)).join(tile_path(tile.index, tile.hashes.len() as u64));
    Err(damaged_file(&path, "its hashes are not those of the statements"))
}

fn check_leaves(own: &Path, index: u64, rows: &[EntryRow]) -> Result<(), TransportError> {
    let path = own.join("tile/entries").join(tile_path(index, rows.len() as u64));
    let data = leaves(&path)?;
    // Of an entry that was erased before it was sent, there is only the hash.
    let is_of =
        |(row, data): (&EntryRow, &Vec<u8>)| leaf_hash(data) == row.leaf || data.is_empty() && leaf_data(row).is_none();
    if data.len() == rows.len() && rows.iter().zip(&data).all(is_of) {
        return Ok(());
    }
    Err(damaged_file(&path, "it is not the data of the statements"))
}
