//! Detects the kind of an evidence file from its content and computes its digest, in a streaming pass.

use sha2::{Digest as _, Sha256};
use thiserror::Error;

use crate::primitives::date::Timestamp;
use crate::primitives::file_name::{FileName, StoredFileName};
use crate::primitives::ids::Digest;
use crate::primitives::text::{SafeText, TextFault, nhs_number};

pub const MOST_BYTES: u64 = 25 << 20;
/// The maximum size of all of a trainee's files together, in bytes.
pub const MOST_OF_ONE: u64 = 250 << 20;
pub const MOST_FILES_OF_ONE: usize = 200;
/// The maximum length of a file name, in bytes.
pub const LONGEST_NAME: usize = 120;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// The SHA-256 of its content, which identifies it.
    pub digest: Digest,
    pub name: StoredFileName,
    /// In bytes.
    pub size: u64,
    /// Detected from its content.
    pub kind: FileKind,
    pub added: Timestamp,
    pub claims: u32,
    pub erased: bool,
}

slugs! {
    /// The order is that of their numbers in the database.
    FileKind {
        Pdf = "pdf";
        Png = "png";
        Jpeg = "jpeg";
        /// UTF-8.
        Text = "text";
        /// An office document: docx, xlsx, pptx, odt and others.
        Office = "office";
        Zip = "zip";
    }
}

impl FileKind {
    /// Returns the kind of a stored file from its first bytes.
    pub fn of(first: &[u8]) -> Self {
        kind_of(&first[..first.len().min(HEAD)]).unwrap_or(Self::Text)
    }

    /// Returns the file name extension, when the first bytes are not available.
    pub fn ending(self) -> &'static str {
        ending(self, &[])
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FileFault {
    #[error("The file is empty")]
    Empty,
    #[error("The file is larger than {} MiB, the most that is accepted", MOST_BYTES >> 20)]
    TooLarge,
    #[error(
        "The file is not a PDF, PNG or JPEG picture, office document, zip archive or UTF-8 text, whatever its name says"
    )]
    Unknown,
    #[error("The text contains a control character on line {line}")]
    Control { line: u64 },
    #[error("The text contains a valid NHS number ({number}) on line {line}. Patient data is never kept here")]
    NhsNumber { number: String, line: u64 },
    #[error("The file's name cannot be kept: {0}")]
    Name(String),
}

/// Parses a new file's name: valid on every system, at most [`LONGEST_NAME`] bytes, without an NHS number.
pub fn file_name(name: &str) -> Result<FileName, FileFault> {
    let refused = |why: &str| Err(FileFault::Name(why.to_owned()));
    let clean = SafeText::line(name).map_err(|fault: TextFault| FileFault::Name(fault.to_string()))?;
    if clean.as_str().len() > LONGEST_NAME {
        return refused(&format!("it is longer than {LONGEST_NAME} bytes"));
    }
    FileName::parse(clean.as_str()).or_else(refused)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileInfo {
    pub digest: Digest,
    /// In bytes.
    pub size: u64,
    pub kind: FileKind,
    /// The file name extension for a file that came without a name.
    pub ending: &'static str,
}

#[derive(Debug, Default)]
pub struct FileTypeDetector {
    hash: Sha256,
    size: u64,
    head: Vec<u8>,
    text: TextDetector,
}

/// How many leading bytes decide the kind; they include an archive's first entry names.
const HEAD: usize = 4096;

impl FileTypeDetector {
    pub fn push(&mut self, piece: &[u8]) -> Result<(), FileFault> {
        self.size += piece.len() as u64;
        if self.size > MOST_BYTES {
            return Err(FileFault::TooLarge);
        }
        self.hash.update(piece);
        let room = HEAD.saturating_sub(self.head.len()).min(piece.len());
        self.head.extend_from_slice(&piece[..room]);
        self.text.push(piece);
        // Only text has no signature, so a fault in the text ends the upload early.
        match (kind_of(&self.head), &self.text.fault) {
            (None, Some(fault)) if self.head.len() >= 16 => Err(fault.clone()),
            _ => Ok(()),
        }
    }

    /// Returns the result once the whole file was pushed.
    pub fn finish(mut self) -> Result<FileInfo, FileFault> {
        if self.size == 0 {
            return Err(FileFault::Empty);
        }
        let kind = match kind_of(&self.head) {
            Some(kind) => kind,
            None => self.text.finish().map(|()| FileKind::Text)?,
        };
        let ending = ending(kind, &self.head);
        Ok(FileInfo { digest: Digest(self.hash.finalize().into()), size: self.size, kind, ending })
    }
}

/// Returns the file name extension; for an archive, by its first entry names.
fn ending(kind: FileKind, head: &[u8]) -> &'static str {
    let holds = |words: &[u8]| head.windows(words.len()).any(|part| part == words);
    let office: [(&[u8], &str); 6] = [
        (b"opendocument.text", "odt"),
        (b"opendocument.spreadsheet", "ods"),
        (b"opendocument.presentation", "odp"),
        (b"word/", "docx"),
        (b"xl/", "xlsx"),
        (b"ppt/", "pptx"),
    ];
    match kind {
        FileKind::Pdf => "pdf",
        FileKind::Png => "png",
        FileKind::Jpeg => "jpg",
        FileKind::Text => "txt",
        FileKind::Office => office.iter().find(|(words, _)| holds(words)).map_or("zip", |(_, ending)| ending),
        FileKind::Zip => "zip",
    }
}

/// Returns the kind that a file signature shows; `None` if it can only be text.
fn kind_of(head: &[u8]) -> Option<FileKind> {
    let holds = |words: &[u8]| head.windows(words.len()).any(|part| part == words);
    if head.starts_with(b"%PDF-") {
        return Some(FileKind::Pdf);
    }
    if head.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Some(FileKind::Png);
    }
    if head.starts_with(&[0xff, 0xd8, 0xff]) {
        return Some(FileKind::Jpeg);
    }
    if head.starts_with(b"PK\x03\x04") {
        let office = holds(b"[Content_Types].xml") || holds(b"application/vnd.oasis.opendocument");
        return Some(if office { FileKind::Office } else { FileKind::Zip });
    }
    None
}

/// Checks that a stream is UTF-8, without control characters or valid NHS numbers.
#[derive(Debug, Default)]
struct TextDetector {
    /// The end of the last chunk, which may be an incomplete character or number.
    rest: Vec<u8>,
    begun: bool,
    line: u64,
    fault: Option<FileFault>,
}

/// The longest run of digits, spaces and hyphens that is kept for the next chunk, in bytes.
const LONGEST_RUN: usize = 4096;

impl TextDetector {
    fn push(&mut self, piece: &[u8]) {
        if self.fault.is_some() {
            return;
        }
        self.rest.extend_from_slice(piece);
        let run = |b: &u8| b.is_ascii_digit() || matches!(b, b' ' | b'-');
        let tail = self.rest.iter().rev().take_while(|b| run(b)).count();
        // Checks a number or character only once it is complete.
        let mut whole = if tail > LONGEST_RUN { self.rest.len() } else { self.rest.len() - tail };
        if tail == 0 {
            whole -= unfinished(&self.rest);
        }
        let rest = self.rest.split_off(whole);
        let now = std::mem::replace(&mut self.rest, rest);
        self.look(&now);
    }

    fn finish(&mut self) -> Result<(), FileFault> {
        let rest = std::mem::take(&mut self.rest);
        if self.fault.is_none() {
            self.look(&rest);
        }
        self.fault.take().map_or(Ok(()), Err)
    }

    fn look(&mut self, bytes: &[u8]) {
        let Ok(text) = std::str::from_utf8(bytes) else {
            self.fault = Some(FileFault::Unknown);
            return;
        };
        // A byte order mark is not part of the text.
        let text = if self.begun { text } else { text.strip_prefix('\u{feff}').unwrap_or(text) };
        self.begun |= !bytes.is_empty();
        for line in text.split_inclusive('\n') {
            let at = self.line + 1;
            if line.contains('\0') {
                self.fault = Some(FileFault::Unknown);
                return;
            }
            if line.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\x0c')) {
                self.fault = Some(FileFault::Control { line: at });
                return;
            }
            if let Some(number) = nhs_number(line.as_bytes()) {
                self.fault = Some(FileFault::NhsNumber { number, line: at });
                return;
            }
            self.line += u64::from(line.ends_with('\n'));
        }
    }
}

/// Returns how many bytes at the end are an incomplete character.
fn unfinished(bytes: &[u8]) -> usize {
    match std::str::from_utf8(bytes) {
        Err(fault) if fault.error_len().is_none() => bytes.len() - fault.valid_up_to(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs the detector on chunks of `piece` bytes.
    fn looked(bytes: &[u8], piece: usize) -> Result<FileInfo, FileFault> {
        let mut inspector = FileTypeDetector::default();
        bytes.chunks(piece).try_for_each(|piece| inspector.push(piece))?;
        inspector.finish()
    }

    #[test]
    fn a_file_is_what_its_bytes_say() {
        let sheet = b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0[Content_Types].xml...xl/workbook.xml";
        assert_eq!(looked(sheet, 5).unwrap().ending, "xlsx");
        let docx = b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0[Content_Types].xml";
        for (bytes, kind) in [
            (b"%PDF-1.7\n\x80\x81".as_slice(), FileKind::Pdf),
            (b"\x89PNG\r\n\x1a\n\0\0", FileKind::Png),
            (&[0xff, 0xd8, 0xff, 0xe0, 0, 0x10], FileKind::Jpeg),
            (docx, FileKind::Office),
            (b"PK\x03\x04\x14\0\0\0photos/a.bin", FileKind::Zip),
            ("Größe\n\tein Satz\r\n".as_bytes(), FileKind::Text),
            (b"\xef\xbb\xbfcode,text\n", FileKind::Text),
        ] {
            for piece in [1, 3, 7, 64] {
                let found = looked(bytes, piece).unwrap();
                assert_eq!((found.kind, found.size), (kind, bytes.len() as u64), "{piece}");
                assert_eq!(found.digest, Digest::of(bytes));
            }
        }
    }

    #[test]
    fn what_is_neither_a_known_kind_nor_text_is_refused_whatever_it_is_called() {
        for bytes in
            [b"MZ\x90\0\x03".as_slice(), b"\x7fELF\x02\x01\x01\0\0\0", b"GIF89a\x80\x81\x82", b"caf\xe9 au lait"]
        {
            for piece in [1, 5, 64] {
                assert!(
                    matches!(looked(bytes, piece), Err(FileFault::Unknown | FileFault::Control { .. })),
                    "{bytes:?}"
                );
            }
        }
        assert_eq!(looked(b"", 1), Err(FileFault::Empty));
        assert_eq!(looked(b"one\ntwo\x1b[31m\n", 4), Err(FileFault::Control { line: 2 }));
    }

    #[test]
    fn a_valid_nhs_number_in_a_text_is_found_wherever_the_pieces_end_and_no_other_number_is() {
        for bad in ["seen\n943 476 5919\n", "a\nid:9434765919", "x\n943-476-5919 y"] {
            for piece in 1..20 {
                let found = looked(bad.as_bytes(), piece);
                assert!(matches!(found, Err(FileFault::NhsNumber { line: 2, .. })), "{bad} {piece}: {found:?}");
            }
        }
        for fine in ["19434765919 and 94347659190", "943 476 5918", "tel 01234 567890"] {
            for piece in 1..20 {
                assert!(looked(fine.as_bytes(), piece).is_ok(), "{fine} {piece}");
            }
        }
    }

    #[test]
    fn a_file_that_is_too_large_is_refused_before_its_end() {
        let mut inspector = FileTypeDetector::default();
        inspector.push(b"%PDF-1.7").unwrap();
        let piece = vec![0; 1 << 20];
        let taken = (0..100).take_while(|_| inspector.push(&piece).is_ok()).count();
        assert_eq!(taken as u64, (MOST_BYTES >> 20) - 1);
    }

    #[test]
    fn a_name_is_one_that_can_be_saved_under_anywhere() {
        assert_eq!(file_name("audit q4.pdf").unwrap().as_str(), "audit q4.pdf");
        let long = "x".repeat(LONGEST_NAME + 1);
        for bad in
            ["", "../x", "a/b", "a\\b", ".ssh", "-rf", "~x", "a\u{202e}fdp.exe", "a\nb", "943 476 5919.txt", &long]
        {
            assert!(matches!(file_name(bad), Err(FileFault::Name(_))), "{bad:?}");
        }
    }
}
