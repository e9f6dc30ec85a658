//! Computes the log's Merkle tree (RFC 6962 §2.1): leaf and node hashes, and the compact range that an append needs, with 32
//! bytes for each set bit of the size.

use std::cell::RefCell;
use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};
use thiserror::Error;

use countersign_core::primitives::ids::{Digest, StatementId};

/// Leaves per tile. The hash of every complete tile is stored, so that a proof need not read the whole log.
pub const TILE: u64 = 256;

/// Maximum size of a log: what SQLite and the proofs can count.
pub const MOST: u64 = i64::MAX as u64;

pub fn leaf_hash(data: &[u8]) -> Digest {
    Digest(Sha256::new().chain_update([0]).chain_update(data).finalize().into())
}

pub fn node_hash(left: &Digest, right: &Digest) -> Digest {
    Digest(Sha256::new().chain_update([1]).chain_update(left.0).chain_update(right.0).finalize().into())
}

pub fn empty_root() -> Digest {
    Digest::of(b"")
}

/// Returns a leaf's data: an id and two hashes, so that a statement can be erased while every proof stays valid.
///
/// `statement` is the SHA-256 of the statement's bytes, `signature` the SHA-256 of its SSHSIG blob.
pub fn entry(id: StatementId, statement: Digest, signature: Digest) -> Vec<u8> {
    let mut data = Vec::with_capacity(160);
    data.extend_from_slice(b"countersign-entry/1 ");
    data.extend_from_slice(id.0.hyphenated().encode_lower(&mut uuid::Uuid::encode_buffer()).as_bytes());
    data.push(b'\n');
    for digest in [statement, signature] {
        data.extend_from_slice(digest.base64().as_bytes());
        data.push(b'\n');
    }
    data
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("The stored edge of the log is damaged")]
pub struct CompactRangeFault;

/// A tile that an append completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tile {
    /// Tile index: the tile covers the leaves `256 * index .. 256 * (index + 1)`.
    pub index: u64,
    /// Hash of the subtree over these leaves.
    pub hash: Digest,
}

/// The compact range of a tree: its size and the roots of its perfect subtrees, largest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CompactRange {
    size: u64,
    peaks: Vec<Digest>,
}

impl CompactRange {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf hash, in O(log n), and returns the tile that it completed, if any.
    pub fn push(&mut self, leaf: Digest) -> Option<Tile> {
        let mut node = leaf;
        let mut tile = None;
        // Every trailing set bit of the size is a perfect subtree that the new leaf completes.
        for height in 0..self.size.trailing_ones() {
            let Some(left) = self.peaks.pop() else { break };
            node = node_hash(&left, &node);
            if 2 << height == TILE {
                tile = Some(Tile { index: self.size / TILE, hash: node });
            }
        }
        self.peaks.push(node);
        self.size += 1;
        tile
    }

    pub fn root(&self) -> Digest {
        let mut peaks = self.peaks.iter().rev();
        let Some(last) = peaks.next() else { return empty_root() };
        peaks.fold(*last, |right, left| node_hash(left, &right))
    }

    /// Encodes the range: the size as 8 big-endian bytes, then the peaks.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(8 + 32 * self.peaks.len());
        bytes.extend_from_slice(&self.size.to_be_bytes());
        for peak in &self.peaks {
            bytes.extend_from_slice(&peak.0);
        }
        bytes
    }

    /// Decodes a range. Whether the peaks belong to the log is for the caller to check against its root.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CompactRangeFault> {
        let (size, rest) = bytes.split_first_chunk::<8>().ok_or(CompactRangeFault)?;
        let size = u64::from_be_bytes(*size);
        let (peaks, over) = rest.as_chunks::<32>();
        Self::from_peaks(size, peaks.iter().copied().map(Digest).collect())
            .filter(|_| over.is_empty())
            .ok_or(CompactRangeFault)
    }

    /// Returns the range of a size and the roots of its perfect subtrees, largest first, or `None` if their number is wrong.
    pub fn from_peaks(size: u64, peaks: Vec<Digest>) -> Option<Self> {
        let sound = size < MOST && peaks.len() == size.count_ones() as usize;
        sound.then_some(Self { size, peaks })
    }
}

/// The leaf hashes of a log from its first entry on, with the roots that it had.
#[derive(Debug, Default)]
pub struct LeafHistory {
    leaves: Vec<Digest>,
    roots: RefCell<BTreeMap<u64, CompactRange>>,
}

impl LeafHistory {
    pub fn new(leaves: Vec<Digest>) -> Self {
        Self { leaves, roots: RefCell::default() }
    }

    pub fn leaves(&self) -> &[Digest] {
        &self.leaves
    }

    pub fn size(&self) -> u64 {
        self.leaves.len() as u64
    }

    /// Returns a leaf by its index.
    pub fn leaf(&self, index: u64) -> Option<&Digest> {
        usize::try_from(index).ok().and_then(|index| self.leaves.get(index))
    }

    /// Returns the root of the tree at a size; `None` beyond the last leaf. Each part of the leaves is hashed once.
    pub fn root_at(&self, size: u64) -> Option<Digest> {
        let until = usize::try_from(size).ok().filter(|until| *until <= self.leaves.len())?;
        let mut roots = self.roots.borrow_mut();
        let before = roots.range(..=size).next_back().map(|(_, range)| range.clone());
        let mut range = before.unwrap_or_default();
        let from = usize::try_from(range.size()).ok()?;
        for leaf in &self.leaves[from..until] {
            range.push(*leaf);
        }
        let root = range.root();
        roots.insert(size, range);
        Some(root)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(index: u64) -> Digest {
        leaf_hash(&index.to_be_bytes())
    }

    /// The recursive definition of RFC 6962 §2.1.
    fn naive_root(leaves: &[Digest]) -> Digest {
        match leaves {
            [] => empty_root(),
            [one] => *one,
            many => {
                let (left, right) = many.split_at(many.len().next_power_of_two() / 2);
                node_hash(&naive_root(left), &naive_root(right))
            }
        }
    }

    #[test]
    fn the_edge_has_the_root_of_the_whole_tree_at_every_size() {
        let leaves: Vec<Digest> = (0..600).map(leaf).collect();
        let mut edge = CompactRange::new();
        for size in 0..=600 {
            assert_eq!(edge.size(), size as u64);
            assert_eq!(edge.root(), naive_root(&leaves[..size]), "size {size}");
            if let Some(next) = leaves.get(size) {
                edge.push(*next);
            }
        }
    }

    #[test]
    fn a_history_has_the_root_of_every_size_in_whatever_order_they_are_asked_for() {
        let leaves: Vec<Digest> = (0..70).map(leaf).collect();
        let history = LeafHistory::new(leaves.clone());
        for turn in 0..71 {
            let size = turn * 37 % 71;
            assert_eq!(history.root_at(size as u64), Some(naive_root(&leaves[..size])), "size {size}");
        }
        assert_eq!(history.root_at(71), None);
    }

    #[test]
    fn a_tile_is_reported_when_its_last_leaf_comes_and_at_no_other_time() {
        let leaves: Vec<Digest> = (0..1100).map(leaf).collect();
        let mut edge = CompactRange::new();
        for (index, leaf) in leaves.iter().enumerate() {
            let wanted = (index % 256 == 255)
                .then(|| Tile { index: index as u64 / 256, hash: naive_root(&leaves[index - 255..=index]) });
            assert_eq!(edge.push(*leaf), wanted, "leaf {index}");
        }
    }

    #[test]
    fn an_edge_reads_back_from_its_bytes_at_every_size_and_from_no_other_bytes() {
        let mut edge = CompactRange::new();
        for index in 0..600 {
            let bytes = edge.to_bytes();
            assert_eq!(CompactRange::from_bytes(&bytes), Ok(edge.clone()));
            assert_eq!(CompactRange::from_bytes(&[&bytes[..], &[0]].concat()), Err(CompactRangeFault));
            assert_eq!(CompactRange::from_bytes(&[&bytes[..], &[0; 32]].concat()), Err(CompactRangeFault));
            assert_eq!(CompactRange::from_bytes(&bytes[..bytes.len() - 1]), Err(CompactRangeFault));
            edge.push(leaf(index));
        }
        assert_eq!(
            CompactRange::from_bytes(&[0xff; 8 + 32 * 64]),
            Err(CompactRangeFault),
            "more leaves than can be counted"
        );
    }

    #[test]
    fn the_known_roots_of_the_rfc_6962_test_tree_come_out() {
        let leaves: [&[u8]; 8] = [
            b"",
            b"\x00",
            b"\x10",
            b"\x20\x21",
            b"\x30\x31",
            b"\x40\x41\x42\x43",
            b"\x50\x51\x52\x53\x54\x55\x56\x57",
            b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
        ];
        let mut edge = CompactRange::new();
        assert_eq!(edge.root().hex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        edge.push(leaf_hash(leaves[0]));
        assert_eq!(edge.root().hex(), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
        for data in &leaves[1..] {
            edge.push(leaf_hash(data));
        }
        assert_eq!(edge.root().hex(), "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
    }
}
