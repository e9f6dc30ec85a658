//! Reads files in a ZIP archive (APPNOTE 6.3) by name.
//!
//! Invariant: unpacked size is limited by the caller, and stated lengths are checked.

use miniz_oxide::inflate::decompress_to_vec_with_limit;

struct Entry<'a> {
    name: &'a [u8],
    packed: &'a [u8],
    method: u16,
    sum: u32,
}

pub struct ZipArchive<'a> {
    entries: Vec<Entry<'a>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnzipError {
    /// It is incomplete, or its compression method is not supported.
    Damaged,
    /// It exceeds the limit.
    TooLarge,
    /// The archive has more than [`MOST_ENTRIES`] files.
    TooMany,
}

pub const MOST_ENTRIES: usize = 4096;

impl<'a> ZipArchive<'a> {
    /// Reads an archive's directory, which must be complete, not encrypted and within the limit.
    pub fn of(bytes: &'a [u8]) -> Result<Self, UnzipError> {
        let (count, at) = Self::directory(bytes).ok_or(UnzipError::Damaged)?;
        if count > MOST_ENTRIES {
            return Err(UnzipError::TooMany);
        }
        Self::entries(bytes, count, at).map(|entries| Self { entries }).ok_or(UnzipError::Damaged)
    }

    /// Returns the number of entries, and where the directory begins.
    fn directory(bytes: &[u8]) -> Option<(usize, usize)> {
        // The end record is 22 bytes and a comment of at most 65,535.
        let first = bytes.len().saturating_sub(22 + 0xffff);
        let end = (first..=bytes.len().checked_sub(22)?).rev().find(|at| bytes[*at..].starts_with(b"PK\x05\x06"))?;
        Some((usize::from(short(bytes, end + 10)?), long(bytes, end + 16)? as usize))
    }

    fn entries(bytes: &'a [u8], count: usize, mut at: usize) -> Option<Vec<Entry<'a>>> {
        let mut entries = Vec::new();
        for _ in 0..count {
            let head = bytes.get(at..)?;
            let locked = short(head, 8)? & 1 == 1;
            if !head.starts_with(b"PK\x01\x02") || locked {
                return None;
            }
            let lengths = [28, 30, 32].map(|of| short(head, of).map(usize::from));
            let [Some(name), Some(extra), Some(comment)] = lengths else { return None };
            let local = bytes.get(long(head, 42)? as usize..)?;
            let start = 30 + usize::from(short(local, 26)?) + usize::from(short(local, 28)?);
            let packed = local.get(start..start.checked_add(long(head, 20)? as usize)?)?;
            let name_bytes = head.get(46..46 + name)?;
            entries.push(Entry { name: name_bytes, packed, method: short(head, 10)?, sum: long(head, 16)? });
            at += 46 + name + extra + comment;
        }
        Some(entries)
    }

    pub fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| is_named(entry.name, name))
    }

    /// Unpacks a file of at most `most` bytes; `None` if there is no such file.
    pub fn file(&self, name: &str, most: usize) -> Result<Option<Vec<u8>>, UnzipError> {
        let Some(entry) = self.entries.iter().find(|entry| is_named(entry.name, name)) else { return Ok(None) };
        let bytes = match entry.method {
            0 if entry.packed.len() > most => return Err(UnzipError::TooLarge),
            0 => entry.packed.to_vec(),
            8 => decompress_to_vec_with_limit(entry.packed, most).map_err(|fault| match fault.status {
                miniz_oxide::inflate::TINFLStatus::HasMoreOutput => UnzipError::TooLarge,
                _ => UnzipError::Damaged,
            })?,
            _ => return Err(UnzipError::Damaged),
        };
        if crc32(&bytes) == entry.sum { Ok(Some(bytes)) } else { Err(UnzipError::Damaged) }
    }
}

/// Returns whether an entry has this name. Some programs write backslashes instead of slashes.
fn is_named(entry: &[u8], name: &str) -> bool {
    let plain = |byte: u8| if byte == b'\\' { b'/' } else { byte.to_ascii_lowercase() };
    entry.len() == name.len() && entry.iter().zip(name.bytes()).all(|(a, b)| plain(*a) == plain(b))
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// Computes a file's CRC-32 (ISO 3309).
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 & 0_u32.wrapping_sub(sum & 1)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_is_the_one_of_the_standard() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn no_cut_and_no_flip_of_a_packed_file_is_read_as_another_text() {
        let whole = include_bytes!("../../../tests/fixtures/people/people.xlsx");
        let name = "xl/workbook.xml";
        let wanted = ZipArchive::of(whole).unwrap().file(name, 1 << 20).unwrap().unwrap();
        assert!(wanted.starts_with(b"<"));
        assert_eq!(ZipArchive::of(whole).unwrap().file(name, 10), Err(UnzipError::TooLarge));
        for cut in 0..whole.len() {
            let read = ZipArchive::of(&whole[..cut]).and_then(|packed| packed.file(name, 1 << 20));
            assert!(read.ok().flatten().is_none_or(|bytes| bytes == wanted), "{cut}");
        }
        for at in 0..whole.len() {
            let mut bytes = whole.to_vec();
            bytes[at] ^= 0x10;
            let read = ZipArchive::of(&bytes).and_then(|packed| packed.file(name, 1 << 20));
            assert!(read.ok().flatten().is_none_or(|bytes| bytes == wanted), "{at}");
        }
    }

    #[test]
    fn an_archive_of_too_many_files_is_refused_and_none_is_left_out() {
        for (count, fault) in
            [(MOST_ENTRIES as u16, UnzipError::Damaged), (MOST_ENTRIES as u16 + 1, UnzipError::TooMany)]
        {
            let mut bytes = b"PK\x05\x06".to_vec();
            bytes.resize(22, 0);
            bytes[10..12].copy_from_slice(&count.to_le_bytes());
            assert_eq!(ZipArchive::of(&bytes).err(), Some(fault), "{count}");
        }
    }
}
