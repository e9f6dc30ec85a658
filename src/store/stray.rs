//! Detects write-ahead logs and rollback journals of other databases, which SQLite would write into ours.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek as _};
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use crate::error::StoreError;
use crate::schema::APPLICATION_ID;

/// How many pages of a write-ahead log are checked, so that a long one does not delay opening.
const MOST_FRAMES: usize = 4096;

/// How often a file that looks like another database's is read again, and the pause before: another process may be writing
/// our own, so that its header and pages are from two moments.
const SECOND_READS: usize = 4;
const PAUSE: Duration = Duration::from_millis(25);

/// Refuses a write-ahead log or rollback journal of another database.
pub(crate) fn refuse_stray(wal: &Path, journal: &Path, page: u64) -> Result<(), StoreError> {
    for (path, is_stray) in [(wal, is_stray_wal as fn(File, u64) -> io::Result<bool>), (journal, is_stray_journal)] {
        let look = || match File::open(path) {
            Ok(file) => is_stray(file, page),
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(fault) => Err(fault),
        };
        let mut stray = look();
        for _ in 0..SECOND_READS {
            if !matches!(stray, Ok(true)) {
                break;
            }
            sleep(PAUSE);
            stray = look();
        }
        if stray.map_err(|source| StoreError::Io { path: path.to_owned(), source })? {
            return Err(StoreError::Stray(path.to_owned()));
        }
    }
    Ok(())
}

/// Returns whether SQLite would read pages of another database from a write-ahead log (SQLite file format §4.1).
fn is_stray_wal(file: File, page: u64) -> io::Result<bool> {
    let mut reader = BufReader::new(file);
    let mut header = [0; 32];
    // The lowest bit of the magic number gives the byte order of the checksums.
    if reader.read_exact(&mut header).is_err() || number(&header, 0) & !1 != 0x377f_0682 {
        return Ok(false);
    }
    let big = header[3] & 1 == 1;
    let mut sum = added(big, &header[..24], (0, 0));
    if sum != (number(&header, 24), number(&header, 28)) {
        return Ok(false);
    }
    let size = u64::from(number(&header, 8));
    let skip = i64::try_from(page).unwrap_or(0) - 100;
    let (mut frame, mut first) = ([0; 24], [0; 100]);
    for read in 0..MOST_FRAMES {
        if reader.read_exact(&mut frame).is_err() || frame[8..16] != header[16..24] {
            return Ok(false);
        }
        if size != page {
            return Ok(true);
        }
        if reader.read_exact(&mut first).is_err() {
            return Ok(false);
        }
        if number(&frame, 0) == 1 {
            if number(&first, 68) == APPLICATION_ID {
                return Ok(false);
            }
            // A power cut leaves partial pages, which SQLite skips because of their checksums.
            reader.rewind()?;
            reader.seek_relative(32)?;
            let mut bytes = vec![0; usize::try_from(page).unwrap_or(0)];
            for _ in 0..=read {
                if reader.read_exact(&mut frame).is_err() || reader.read_exact(&mut bytes).is_err() {
                    return Ok(false);
                }
                sum = added(big, &bytes, added(big, &frame[..8], sum));
                if sum != (number(&frame, 16), number(&frame, 20)) {
                    return Ok(false);
                }
            }
            return Ok(true);
        }
        reader.seek_relative(skip)?;
    }
    Ok(false)
}

/// Adds bytes to a write-ahead log checksum.
fn added(big: bool, bytes: &[u8], sum: (u32, u32)) -> (u32, u32) {
    let order = if big { u32::from_be_bytes } else { u32::from_le_bytes };
    let (words, _) = bytes.as_chunks::<8>();
    words.iter().fold(sum, |(a, b), word| {
        let [x, y] = [0, 4].map(|at| order([word[at], word[at + 1], word[at + 2], word[at + 3]]));
        let a = a.wrapping_add(x).wrapping_add(b);
        (a, b.wrapping_add(y).wrapping_add(a))
    })
}

/// Returns whether SQLite would roll back a journal that is not of our file (SQLite file format §3). Each of ours would
/// restore page 1.
fn is_stray_journal(file: File, page: u64) -> io::Result<bool> {
    let mut reader = BufReader::new(file);
    let mut header = Vec::new();
    reader.by_ref().take(28).read_to_end(&mut header)?;
    if header.first().is_none_or(|first| *first == 0) {
        return Ok(false);
    }
    if !header.starts_with(&[0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7]) || u64::from(number(&header, 24)) != page
    {
        return Ok(true);
    }
    let sector = number(&header, 20).clamp(28, 1 << 16);
    reader.seek_relative(i64::from(sector) - 28)?;
    let (mut at, mut bytes) = ([0; 4], vec![0; usize::try_from(page).unwrap_or(0)]);
    while number(&header, 8) > 0 && reader.read_exact(&mut at).is_ok() && reader.read_exact(&mut bytes).is_ok() {
        if number(&at, 0) == 1 {
            return Ok(number(&bytes, 68) != APPLICATION_ID);
        }
        reader.seek_relative(4)?;
    }
    // A journal that restores nothing was cut short by a power cut.
    Ok(number(&header, 8) > 0)
}

pub(crate) fn number(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|four| four.first_chunk::<4>()).map_or(0, |four| u32::from_be_bytes(*four))
}
