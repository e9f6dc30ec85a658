//! Packs files into a ZIP archive, uncompressed and without times, so that the same files make the same bytes.

/// The day that every file in an archive bears: 1 January 1980, the first one that the format has.
const DAY: u16 = 0x21;
/// Version 2.0 of the format.
const VERSION: u16 = 20;
/// Made as on Unix, so that no program takes a name for one in an old code page.
const MADE_BY: u16 = 3 << 8 | VERSION;
/// A plain file that its owner reads and writes, as the upper half of the attributes of Unix.
const MODE: u32 = 0o100_600 << 16;
/// File names are UTF-8.
const UTF_8: u16 = 1 << 11;

/// Packs named files. Fails if there are more than 65,535 of them, or 4 GiB.
pub fn zip(files: &[(String, Vec<u8>)]) -> Result<Vec<u8>, &'static str> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, bytes) in files {
        let (size, at, letters) = (number(bytes.len())?, number(out.len())?, short(name.len())?);
        let mut about = Vec::new();
        for value in [VERSION, UTF_8, 0, 0, DAY] {
            about.extend(value.to_le_bytes());
        }
        for value in [checksum(bytes), size, size] {
            about.extend(value.to_le_bytes());
        }
        about.extend(letters.to_le_bytes());
        about.extend([0; 2]);
        out.extend(b"PK\x03\x04");
        out.extend(&about);
        out.extend(name.as_bytes());
        out.extend(bytes);
        directory.extend(b"PK\x01\x02");
        directory.extend(MADE_BY.to_le_bytes());
        directory.extend(&about);
        directory.extend([0; 6]);
        directory.extend(MODE.to_le_bytes());
        directory.extend(at.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (count, start, length) = (short(files.len())?, number(out.len())?, number(directory.len())?);
    out.extend(directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(length.to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0; 2]);
    Ok(out)
}

fn number(of: usize) -> Result<u32, &'static str> {
    u32::try_from(of).map_err(|_| "An archive holds at most 4 GiB")
}

fn short(of: usize) -> Result<u16, &'static str> {
    u16::try_from(of).map_err(|_| "An archive holds at most 65,535 files")
}

/// Computes the CRC-32 of ISO 3309, as ZIP has it.
fn checksum(bytes: &[u8]) -> u32 {
    let step = |crc: u32| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_one_of_the_format() {
        assert_eq!(checksum(b"123456789"), 0xcbf4_3926);
        assert_eq!(checksum(b""), 0);
    }

    #[test]
    fn the_same_files_make_the_same_bytes_and_an_empty_archive_is_one_too() {
        let files = [("a.txt".to_owned(), b"a".to_vec()), ("é.txt".to_owned(), Vec::new())];
        assert_eq!(zip(&files).unwrap(), zip(&files).unwrap());
        assert_eq!(zip(&[]).unwrap().len(), 22);
    }
}
