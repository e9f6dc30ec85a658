//! Decodes a text file that a person saved, undoing Windows encodings and line ends.

use zeroize::Zeroizing;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// Little-endian; Windows calls it Unicode.
    Utf16Le,
    /// Big-endian.
    Utf16Be,
}

impl Encoding {
    /// Detects the encoding from the first bytes. It relies on the text starting with ASCII and containing no NUL.
    pub fn of(first: &[u8]) -> Self {
        match first {
            [0xfe, 0xff, ..] | [0, ..] => Self::Utf16Be,
            [0xff, 0xfe, ..] | [_, 0, ..] => Self::Utf16Le,
            _ => Self::Utf8,
        }
    }

    /// Returns whether bytes that start on a character boundary end with a line feed.
    pub fn ends_a_line(self, bytes: &[u8]) -> bool {
        let even = bytes.len().is_multiple_of(2);
        match self {
            Self::Utf8 => bytes.ends_with(b"\n"),
            Self::Utf16Le => even && bytes.ends_with(b"\n\0"),
            Self::Utf16Be => even && bytes.ends_with(b"\0\n"),
        }
    }

    /// Returns the bytes after the first line feed; `bytes` may start inside a character.
    pub fn after_a_line(self, bytes: &[u8]) -> &[u8] {
        let unit = if self == Self::Utf8 { 1 } else { 2 };
        let end = (1..=bytes.len() / unit).map(|n| n * unit).find(|end| self.ends_a_line(&bytes[..*end]));
        end.map_or(bytes, |end| &bytes[end..])
    }

    /// Decodes bytes, with line ends normalised and byte order marks removed; `None` if they are not text.
    pub fn read(self, bytes: &[u8]) -> Option<String> {
        // The text may be a secret, so no other copy of it is left in memory.
        let wide = match self {
            Self::Utf8 => None,
            Self::Utf16Le => Some(wide(bytes, u16::from_le_bytes)?),
            Self::Utf16Be => Some(wide(bytes, u16::from_be_bytes)?),
        };
        let text = wide.as_ref().map_or_else(|| std::str::from_utf8(bytes), |text| Ok(text.as_str())).ok()?;
        (!text.contains('\0')).then(|| plain(text))
    }
}

pub fn saved_text(bytes: &[u8]) -> Option<String> {
    Encoding::of(bytes).read(bytes)
}

const MARK: char = '\u{feff}';

fn wide(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<Zeroizing<String>> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = Zeroizing::new(String::with_capacity(pairs.len() * 3));
    for c in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        text.push(c.ok()?);
    }
    rest.is_empty().then_some(text)
}

/// Removes byte order marks at line starts, where files were joined, and carriage returns at line ends.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let line = line.trim_start_matches(MARK);
        match line.strip_suffix('\n') {
            Some(line) => {
                plain.push_str(line.trim_end_matches('\r'));
                plain.push('\n');
            }
            None => plain.push_str(line),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the text in every encoding and line ending.
    fn ways(text: &str) -> Vec<Vec<u8>> {
        let mut ways = Vec::new();
        for ends in ["\n", "\r\n", "\r\r\n"] {
            for mark in ["", "\u{feff}", "\u{feff}\u{feff}"] {
                let text = format!("{mark}{}", text.replace('\n', ends));
                ways.push(text.as_bytes().to_vec());
                ways.push(text.encode_utf16().flat_map(u16::to_le_bytes).collect());
                ways.push(text.encode_utf16().flat_map(u16::to_be_bytes).collect());
            }
        }
        ways
    }

    #[test]
    fn however_a_text_was_saved_it_reads_the_same() {
        for text in ["x", "countersign-receipt/1\nZoë “…” 𝄞\n— x\n", "a\n\nb", "one\ntwo"] {
            for bytes in ways(text) {
                assert_eq!(saved_text(&bytes).as_deref(), Some(text), "{bytes:?}");
            }
        }
        assert_eq!(saved_text(b"").as_deref(), Some(""));
    }

    #[test]
    fn what_no_program_saves_as_text_is_not_text() {
        for bytes in [&b"caf\xe9"[..], b"a\0b", b"\xff\xfea", b"\xfe\xff\xd8\0", b"\xff"] {
            assert_eq!(saved_text(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn a_return_inside_a_line_and_a_mark_inside_a_line_stay_for_the_reader_to_refuse() {
        for text in ["a\rb\n", "a\u{feff}b\n", "a\r"] {
            assert_eq!(saved_text(text.as_bytes()).as_deref(), Some(text));
        }
    }

    #[test]
    fn the_lines_of_a_piece_are_found_in_each_encoding() {
        // U+0A61 and U+610A contain the byte of a line feed.
        for bytes in ways("\u{a61}\u{610a}b\nsecond\n") {
            let encoding = Encoding::of(&bytes);
            if encoding == Encoding::Utf8 && bytes.contains(&0) {
                // Without a mark, only a text that starts with ASCII is detected.
                continue;
            }
            let rest = encoding.read(encoding.after_a_line(&bytes));
            assert_eq!(rest.as_deref(), Some("second\n"), "{bytes:?}");
        }
        assert_eq!(Encoding::Utf16Le.after_a_line(b"a\0"), b"a\0");
    }
}
