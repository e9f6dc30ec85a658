//! Computes the tiles of a log as C2SP `tlog-tiles` has them: 256 hashes each, in levels, with partial ones at the right edge.

use countersign_core::primitives::ids::Digest;
use countersign_ledger::merkle::{CompactRange, TILE, node_hash};

/// Returns the path of a tile from the folder of its level: `x001/x234/067`, with `.p/W` if it has only W hashes.
pub fn tile_path(index: u64, width: u64) -> String {
    let mut path = format!("{:03}", index % 1000);
    let mut rest = index / 1000;
    while rest > 0 {
        path = format!("x{:03}/{path}", rest % 1000);
        rest /= 1000;
    }
    if width == TILE { path } else { format!("{path}.p/{width}") }
}

/// Returns how many hashes of a level are in the tree of a size.
pub fn hashes_at(level: u32, size: u64) -> u64 {
    size.checked_shr(8 * level).unwrap_or_default()
}

/// Returns the root of a tile; `None` if it is not complete.
pub fn tile_hash(hashes: &[Digest]) -> Option<Digest> {
    if hashes.len() as u64 != TILE {
        return None;
    }
    let mut level = hashes.to_vec();
    while level.len() > 1 {
        level = level.chunks(2).map(|pair| node_hash(&pair[0], &pair[pair.len() - 1])).collect();
    }
    level.first().copied()
}

/// A tile that is complete, or the last of its level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuiltTile {
    pub level: u32,
    pub index: u64,
    pub hashes: Vec<Digest>,
}

/// The right edge of the tiles of a log: the incomplete tile of each level.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TileEdge {
    size: u64,
    levels: Vec<Vec<Digest>>,
}

impl TileEdge {
    /// Reads the edge of a tree of a size; `read` returns the incomplete tile of a level, by its index and width.
    pub fn read<E>(size: u64, read: &mut dyn FnMut(u32, u64, u64) -> Result<Vec<Digest>, E>) -> Result<Self, E> {
        let (mut levels, mut level) = (Vec::new(), 0);
        while hashes_at(level, size) > 0 {
            let hashes = hashes_at(level, size);
            let width = hashes % TILE;
            levels.push(if width == 0 { Vec::new() } else { read(level, hashes / TILE, width)? });
            level += 1;
        }
        Ok(Self { size, levels })
    }

    /// Appends a leaf hash; returns the tiles that it completed, lowest first.
    pub fn push(&mut self, leaf: Digest) -> Vec<BuiltTile> {
        self.size += 1;
        let (mut built, mut next, mut level) = (Vec::new(), Some(leaf), 0);
        while let Some(hash) = next.take() {
            if self.levels.len() <= level as usize {
                self.levels.push(Vec::new());
            }
            let hashes = &mut self.levels[level as usize];
            hashes.push(hash);
            next = tile_hash(hashes);
            if next.is_some() {
                let index = hashes_at(level + 1, self.size) - 1;
                built.push(BuiltTile { level, index, hashes: std::mem::take(hashes) });
            }
            level += 1;
        }
        built
    }

    /// Returns the incomplete tile of each level that has one.
    pub fn incomplete(&self) -> Vec<BuiltTile> {
        let with = (0..).zip(&self.levels).filter(|(_, hashes)| !hashes.is_empty());
        with.map(|(level, hashes)| BuiltTile {
            level,
            index: hashes_at(level, self.size) / TILE,
            hashes: hashes.clone(),
        })
        .collect()
    }

    /// Returns the root of the tree; `None` if a tile has another width than the size asks for.
    pub fn root(&self) -> Option<Digest> {
        let mut peaks = Vec::new();
        for hashes in self.levels.iter().rev() {
            let mut range = CompactRange::new();
            for hash in hashes {
                range.push(*hash);
            }
            let bytes = range.to_bytes();
            peaks.extend(bytes[8..].as_chunks::<32>().0.iter().copied().map(Digest));
        }
        CompactRange::from_peaks(self.size, peaks).map(|range| range.root())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_ledger::merkle::leaf_hash;
    use std::collections::HashMap;

    fn leaf(index: u64) -> Digest {
        leaf_hash(&index.to_be_bytes())
    }

    #[test]
    fn paths_are_as_tlog_tiles_spells_them() {
        for (index, width, path) in [
            (0, 256, "000"),
            (67, 256, "067"),
            (999, 256, "999"),
            (1000, 256, "x001/000"),
            (1_234_067, 256, "x001/x234/067"),
            (1_234_067, 112, "x001/x234/067.p/112"),
            (5, 1, "005.p/1"),
        ] {
            assert_eq!(tile_path(index, width), path);
        }
    }

    #[test]
    fn the_edge_has_the_root_of_the_tree_at_every_size_and_is_read_back_from_its_tiles() {
        let (mut edge, mut range) = (TileEdge::default(), CompactRange::new());
        let mut tiles: HashMap<(u32, u64, u64), Vec<Digest>> = HashMap::new();
        for index in 0..66_000_u64 {
            for tile in edge.push(leaf(index)) {
                assert_eq!(tile.hashes.len() as u64, TILE);
                tiles.insert((tile.level, tile.index, TILE), tile.hashes);
            }
            range.push(leaf(index));
            if index % 97 == 0 || index > 65_400 {
                assert_eq!(edge.root(), Some(range.root()), "size {}", index + 1);
                for tile in edge.incomplete() {
                    tiles.insert((tile.level, tile.index, tile.hashes.len() as u64), tile.hashes);
                }
                let read = TileEdge::read(index + 1, &mut |level, index, width| {
                    tiles.get(&(level, index, width)).cloned().ok_or((level, index, width))
                });
                assert_eq!(read, Ok(edge.clone()), "size {}", index + 1);
            }
        }
        // Every complete tile is there once, and level 1 has the hashes of level 0.
        assert_eq!(tiles.keys().filter(|(level, _, width)| *level == 0 && *width == TILE).count(), 257);
        let first = &tiles[&(1, 0, TILE)];
        for (index, hash) in first.iter().enumerate() {
            assert_eq!(tile_hash(&tiles[&(0, index as u64, TILE)]), Some(*hash));
        }
    }
}
