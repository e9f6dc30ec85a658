//! Makes and verifies inclusion and consistency proofs (RFC 6962 §2.1, RFC 9162 §2.1.3.2 and §2.1.4.2). Making one reads at
//! most two tiles' worth of leaves.

use thiserror::Error;

use crate::merkle::{CompactRange, TILE, empty_root, node_hash};
use countersign_core::primitives::ids::Digest;

/// A source of a log's hashes.
pub trait Hashes {
    type Error;

    fn leaf(&self, index: u64) -> Result<Digest, Self::Error>;

    /// Returns the hash of the complete tile `index`, over the leaves `256 * index .. 256 * (index + 1)`.
    fn tile(&self, index: u64) -> Result<Digest, Self::Error>;
}

#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ProofError<E> {
    #[error("A log of {size} entries has no proof for {asked}")]
    Range { asked: u64, size: u64 },
    #[error(transparent)]
    Read(E),
}

/// Why a proof is invalid for this entry, size and root.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ProofFault {
    #[error("The proof speaks of an entry beyond the end of the log")]
    Range,
    #[error("The proof has the wrong number of hashes")]
    Length,
    #[error("The proof does not lead to the root of the log")]
    Root,
}

/// Returns the compact range of the log at `size` entries, in O(n / 256 + 256) reads.
pub fn edge_at<H: Hashes>(hashes: &H, size: u64) -> Result<CompactRange, ProofError<H::Error>> {
    let mut peaks = Vec::new();
    let mut start = 0;
    for bit in (0..u64::BITS).rev().filter(|bit| size >> bit & 1 == 1) {
        peaks.push(subtree(hashes, start, start + (1 << bit)).map_err(ProofError::Read)?);
        start += 1 << bit;
    }
    CompactRange::from_peaks(size, peaks).ok_or(ProofError::Range { asked: size, size })
}

pub fn root_at<H: Hashes>(hashes: &H, size: u64) -> Result<Digest, ProofError<H::Error>> {
    edge_at(hashes, size).map(|edge| edge.root())
}

pub fn prove_inclusion<H: Hashes>(hashes: &H, index: u64, size: u64) -> Result<Vec<Digest>, ProofError<H::Error>> {
    if index >= size {
        return Err(ProofError::Range { asked: index, size });
    }
    let mut path = Vec::new();
    let (mut start, mut end) = (0, size);
    while end - start > 1 {
        let middle = start + split(end - start);
        let sibling;
        (start, end, sibling) =
            if index < middle { (start, middle, (middle, end)) } else { (middle, end, (start, middle)) };
        path.push(subtree(hashes, sibling.0, sibling.1).map_err(ProofError::Read)?);
    }
    path.reverse();
    Ok(path)
}

/// Returns the consistency proof from the log's first `earlier` entries to `size` entries.
pub fn prove_consistency<H: Hashes>(hashes: &H, earlier: u64, size: u64) -> Result<Vec<Digest>, ProofError<H::Error>> {
    if earlier > size {
        return Err(ProofError::Range { asked: earlier, size });
    }
    let mut path = Vec::new();
    if earlier == 0 || earlier == size {
        return Ok(path);
    }
    let (mut start, mut end) = (0, size);
    while end != earlier {
        let middle = start + split(end - start);
        let sibling;
        (start, end, sibling) =
            if earlier <= middle { (start, middle, (middle, end)) } else { (middle, end, (start, middle)) };
        path.push(subtree(hashes, sibling.0, sibling.1).map_err(ProofError::Read)?);
    }
    // The rest is one subtree of the earlier log. If it is all of that log, the verifier has its root already.
    if start > 0 {
        path.push(subtree(hashes, start, end).map_err(ProofError::Read)?);
    }
    path.reverse();
    Ok(path)
}

/// Verifies that `leaf` is the hash of the entry at `index` in the log of `size` entries with this root.
pub fn verify_inclusion(
    leaf: &Digest,
    index: u64,
    size: u64,
    path: &[Digest],
    root: &Digest,
) -> Result<(), ProofFault> {
    if index >= size {
        return Err(ProofFault::Range);
    }
    let (mut fnode, mut snode) = (index, size - 1);
    let mut hash = *leaf;
    for sibling in path {
        if snode == 0 {
            return Err(ProofFault::Length);
        }
        if fnode & 1 == 1 || fnode == snode {
            hash = node_hash(sibling, &hash);
            // Not zero: it is odd, or equal to `snode`, which is not zero.
            let up = fnode.trailing_zeros();
            (fnode, snode) = (fnode >> up, snode >> up);
        } else {
            hash = node_hash(&hash, sibling);
        }
        (fnode, snode) = (fnode >> 1, snode >> 1);
    }
    if snode != 0 {
        return Err(ProofFault::Length);
    }
    if hash == *root { Ok(()) } else { Err(ProofFault::Root) }
}

/// Verifies that the log of `size` entries with `root` starts with the log of `earlier` entries with `earlier_root`.
pub fn verify_consistency(
    earlier: u64,
    size: u64,
    earlier_root: &Digest,
    root: &Digest,
    path: &[Digest],
) -> Result<(), ProofFault> {
    if earlier > size {
        return Err(ProofFault::Range);
    }
    if earlier == 0 || earlier == size {
        // The empty log and the log itself need no hashes, only the right roots.
        let sound = (earlier > 0 || *earlier_root == empty_root()) && (earlier < size || earlier_root == root);
        return match path {
            [] if sound => Ok(()),
            [] => Err(ProofFault::Root),
            _ => Err(ProofFault::Length),
        };
    }
    let mut path = path.iter();
    // A perfect subtree is not sent: its hash is the earlier root.
    let first = if earlier.is_power_of_two() { Some(earlier_root) } else { path.next() };
    let first = *first.ok_or(ProofFault::Length)?;
    let up = (earlier - 1).trailing_ones();
    let (mut fnode, mut snode) = ((earlier - 1) >> up, (size - 1) >> up);
    let (mut old, mut new) = (first, first);
    for sibling in path {
        if snode == 0 {
            return Err(ProofFault::Length);
        }
        if fnode & 1 == 1 || fnode == snode {
            old = node_hash(sibling, &old);
            new = node_hash(sibling, &new);
            let up = fnode.trailing_zeros();
            (fnode, snode) = (fnode >> up, snode >> up);
        } else {
            new = node_hash(&new, sibling);
        }
        (fnode, snode) = (fnode >> 1, snode >> 1);
    }
    if snode != 0 {
        return Err(ProofFault::Length);
    }
    if old == *earlier_root && new == *root { Ok(()) } else { Err(ProofFault::Root) }
}

/// Returns the number of leaves in the left subtree: the largest power of two below `size`.
fn split(size: u64) -> u64 {
    1 << (size - 1).ilog2()
}

/// Returns the hash over the leaves `start..end`, where `start` is the start of a subtree.
fn subtree<H: Hashes>(hashes: &H, start: u64, end: u64) -> Result<Digest, H::Error> {
    match end - start {
        1 => hashes.leaf(start),
        TILE => hashes.tile(start / TILE),
        size => {
            let middle = start + split(size);
            Ok(node_hash(&subtree(hashes, start, middle)?, &subtree(hashes, middle, end)?))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::merkle::leaf_hash;
    use std::cell::Cell;
    use std::convert::Infallible;

    /// A log that counts its reads.
    struct Log {
        leaves: Vec<Digest>,
        tiles: Vec<Digest>,
        reads: Cell<usize>,
    }

    impl Hashes for Log {
        type Error = Infallible;

        fn leaf(&self, index: u64) -> Result<Digest, Infallible> {
            self.reads.set(self.reads.get() + 1);
            Ok(self.leaves[index as usize])
        }

        fn tile(&self, index: u64) -> Result<Digest, Infallible> {
            Ok(self.tiles[index as usize])
        }
    }

    fn log(size: u64) -> (Log, Vec<Digest>) {
        let mut log = Log { leaves: vec![], tiles: vec![], reads: Cell::new(0) };
        let (mut edge, mut roots) = (CompactRange::new(), vec![empty_root()]);
        for index in 0..size {
            log.leaves.push(leaf_hash(&index.to_be_bytes()));
            log.tiles.extend(edge.push(log.leaves[index as usize]).map(|tile| tile.hash));
            roots.push(edge.root());
        }
        (log, roots)
    }

    const SIZES: [u64; 22] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 100, 128, 255, 256, 257, 300, 511, 512, 513, 600];

    #[test]
    fn the_root_of_every_size_comes_out_of_leaves_and_tiles() {
        let (log, roots) = log(600);
        for (size, root) in roots.iter().enumerate() {
            assert_eq!(root_at(&log, size as u64), Ok(*root), "{size}");
        }
    }

    #[test]
    fn every_entry_is_proved_at_every_size_within_two_tiles_of_reads() {
        let (log, roots) = log(600);
        for size in SIZES {
            for index in 0..size {
                log.reads.set(0);
                let path = prove_inclusion(&log, index, size).unwrap();
                assert!(log.reads.get() < 2 * TILE as usize, "{} reads", log.reads.get());
                let leaf = &log.leaves[index as usize];
                let root = &roots[size as usize];
                assert_eq!(verify_inclusion(leaf, index, size, &path, root), Ok(()), "{index} of {size}");
            }
            assert_eq!(prove_inclusion(&log, size, size), Err(ProofError::Range { asked: size, size }));
        }
    }

    #[test]
    fn an_altered_proof_of_an_entry_is_refused() {
        let (log, roots) = log(600);
        for (index, size) in
            [(0, 1), (0, 5), (4, 5), (254, 255), (255, 256), (256, 257), (300, 511), (511, 513), (599, 600)]
        {
            let (leaf, root) = (log.leaves[index as usize], roots[size as usize]);
            let path = prove_inclusion(&log, index, size).unwrap();
            let check = |leaf: &Digest, index, size, path: &[Digest], root: &Digest| {
                verify_inclusion(leaf, index, size, path, root)
            };
            for bit in 0..256 {
                assert_eq!(check(&flip(leaf, bit), index, size, &path, &root), Err(ProofFault::Root));
                assert_eq!(check(&leaf, index, size, &path, &flip(root, bit)), Err(ProofFault::Root));
                for at in 0..path.len() {
                    let mut altered = path.clone();
                    altered[at] = flip(altered[at], bit);
                    assert_eq!(check(&leaf, index, size, &altered, &root), Err(ProofFault::Root));
                }
            }
            for other in (0..size).filter(|other| *other != index) {
                assert!(check(&leaf, other, size, &path, &root).is_err(), "{index} of {size} as {other}");
            }
            assert!(check(&leaf, index, size, &[&path[..], &[root]].concat(), &root).is_err());
            assert!(path.is_empty() || check(&leaf, index, size, &path[1..], &root).is_err());
            assert_eq!(check(&leaf, size, size, &path, &root), Err(ProofFault::Range));
        }
    }

    #[test]
    fn every_log_is_proved_to_begin_with_every_earlier_one() {
        let (log, roots) = log(600);
        for size in (0..=40).chain(SIZES) {
            for earlier in 0..=size {
                log.reads.set(0);
                let path = prove_consistency(&log, earlier, size).unwrap();
                assert!(log.reads.get() < 2 * TILE as usize + 2, "{} reads", log.reads.get());
                let (old, new) = (&roots[earlier as usize], &roots[size as usize]);
                assert_eq!(verify_consistency(earlier, size, old, new, &path), Ok(()), "{earlier} to {size}");
            }
        }
        assert_eq!(prove_consistency(&log, 6, 5), Err(ProofError::Range { asked: 6, size: 5 }));
    }

    #[test]
    fn an_altered_proof_of_growth_is_refused() {
        let (log, roots) = log(600);
        for (earlier, size) in
            [(0, 5), (5, 5), (1, 2), (3, 5), (4, 8), (6, 7), (255, 257), (256, 512), (257, 600), (300, 513)]
        {
            let (old, new) = (roots[earlier as usize], roots[size as usize]);
            let path = prove_consistency(&log, earlier, size).unwrap();
            for bit in 0..256 {
                assert!(verify_consistency(earlier, size, &flip(old, bit), &new, &path).is_err());
                let any_root_follows_the_empty_one = earlier == 0;
                let altered = verify_consistency(earlier, size, &old, &flip(new, bit), &path);
                assert_eq!(altered.is_ok(), any_root_follows_the_empty_one);
                for at in 0..path.len() {
                    let mut altered = path.clone();
                    altered[at] = flip(altered[at], bit);
                    assert!(verify_consistency(earlier, size, &old, &new, &altered).is_err());
                }
            }
            assert!(verify_consistency(earlier, size, &old, &new, &[&path[..], &[new]].concat()).is_err());
            assert!(path.is_empty() || verify_consistency(earlier, size, &old, &new, &path[1..]).is_err());
            assert!(path.is_empty() || verify_consistency(earlier, size, &old, &new, &path[..path.len() - 1]).is_err());
            let deeper = verify_consistency(earlier, 4 * size, &old, &new, &path);
            assert!(earlier == 0 || deeper == Err(ProofFault::Length), "a log four times as long has a longer proof");
            assert_eq!(verify_consistency(size + 1, size, &new, &new, &[]), Err(ProofFault::Range));
        }
    }

    fn flip(digest: Digest, bit: usize) -> Digest {
        let mut bytes = digest.0;
        bytes[bit / 8] ^= 1 << (bit % 8);
        Digest(bytes)
    }
}
