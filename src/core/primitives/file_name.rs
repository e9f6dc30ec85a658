//! Parses file names, both of uploads and as stored in the database, which may have been altered.
//!
//! Invariant: a `FileName` has no path, so saving under it stays within the chosen folder.

use std::fmt;

use crate::primitives::ids::Digest;
use crate::primitives::text::SafeText;

/// The maximum length of a name that a file system accepts, in bytes.
pub const LONGEST: usize = 255;
/// The maximum characters shown of an unusable name.
const SHOWN: usize = 80;

/// A name that is safe to save under in any folder.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileName(SafeText);

impl FileName {
    /// Parses a name: one line, no path, not hidden, at most 255 bytes; the error completes a sentence.
    pub fn parse(name: &str) -> Result<Self, &'static str> {
        if name.is_empty() {
            return Err("it is empty");
        }
        if name.len() > LONGEST {
            return Err("it is longer than 255 bytes");
        }
        // On Windows a colon separates a drive or stream.
        if name.contains(['/', '\\', ':']) {
            return Err("it contains a path");
        }
        // Includes `.` and `..`, options, and files that a shell reads automatically.
        if name.starts_with(['.', '-', '~']) {
            return Err("it begins with . or - or ~");
        }
        match SafeText::as_signed(name) {
            Some(clean) if !name.contains('\n') => Ok(Self(clean)),
            _ => Err("it contains a character that cannot be shown, or begins or ends with a space"),
        }
    }

    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    pub fn text(&self) -> &SafeText {
        &self.0
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A stored file name: usable, or only fit to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoredFileName {
    Usable(FileName),
    /// The text, escaped for a terminal, and why it is unusable.
    Unusable(String, &'static str),
}

impl StoredFileName {
    pub fn read(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        match (std::str::from_utf8(bytes), FileName::parse(&text)) {
            (Ok(_), Ok(name)) => Self::Usable(name),
            (Ok(_), Err(why)) => Self::Unusable(escaped(&text), why),
            (Err(_), _) => Self::Unusable(escaped(&text), "it is not text"),
        }
    }

    pub fn as_str(&self) -> &str {
        match self {
            Self::Usable(name) => name.as_str(),
            Self::Unusable(shown, _) => shown,
        }
    }

    /// Returns the name to save under: its own if usable, otherwise one made from the digest.
    pub fn to_save(&self, digest: &Digest, ending: &str) -> Result<FileName, &'static str> {
        match self {
            Self::Usable(name) => Ok(name.clone()),
            Self::Unusable(..) => of_digest(digest, ending),
        }
    }
}

impl fmt::Display for StoredFileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Makes a name from a digest: only letters, digits, a hyphen and a full stop.
pub fn of_digest(digest: &Digest, ending: &str) -> Result<FileName, &'static str> {
    FileName::parse(&format!("evidence-{}.{ending}", &digest.hex()[..8]))
}

fn escaped(text: &str) -> String {
    let mut shown = String::new();
    for (at, c) in text.chars().enumerate() {
        if at == SHOWN {
            shown.push_str("...");
            break;
        }
        if c.is_ascii_graphic() || (c == ' ' && !shown.is_empty()) {
            shown.push(c);
        } else {
            shown.extend(c.escape_unicode());
        }
    }
    if shown.is_empty() { "(no name)".to_owned() } else { shown }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_that_could_lead_elsewhere_or_hides_something_is_not_usable_and_is_shown_in_plain_signs() {
        let long = "x".repeat(LONGEST + 1);
        for bad in [
            "",
            ".",
            "..",
            "...",
            "/",
            "/etc/passwd",
            "../z",
            "a/b",
            "a/",
            "a\\b",
            "c:a",
            ".profile",
            "-rf",
            "~x",
            "a\0b",
            "a\nb",
            "a\r",
            " a",
            "a ",
            "\u{1b}[2Ja",
            "a\u{202e}fdp.exe",
            "a\u{200b}",
            "e\u{301}",
            "a\u{2028}b",
            &long,
        ] {
            let read = StoredFileName::read(bad.as_bytes());
            assert!(matches!(read, StoredFileName::Unusable(..)), "{bad:?}");
            let shown = read.as_str();
            assert!(!shown.is_empty() && shown.len() < 1000, "{bad:?}");
            assert!(shown.chars().all(|c| c == ' ' || c.is_ascii_graphic()), "{bad:?} {shown:?}");
        }
        for bytes in [&b"\xff"[..], b"a\xc3", b"../\x80"] {
            assert!(matches!(StoredFileName::read(bytes), StoredFileName::Unusable(..)));
        }
        for good in ["audit q4.pdf", "a", "Zo\u{eb} \u{e5}.docx", "a..b", &"x".repeat(LONGEST)] {
            assert_eq!(StoredFileName::read(good.as_bytes()).as_str(), good);
            assert!(FileName::parse(good).is_ok(), "{good}");
        }
    }

    proptest! {
        #[test]
        fn whatever_the_file_holds_is_saved_as_one_name_in_the_folder_that_was_chosen(bytes in any::<Vec<u8>>()) {
            let digest = Digest::of(&bytes);
            let name = StoredFileName::read(&bytes).to_save(&digest, "pdf").unwrap();
            let path = std::path::Path::new("/chosen").join(name.as_str());
            prop_assert_eq!(path.parent(), Some(std::path::Path::new("/chosen")));
            prop_assert_eq!(path.file_name().and_then(|name| name.to_str()), Some(name.as_str()));
            let hides = name.as_str().chars().any(char::is_control);
            prop_assert!(!hides && name.as_str().len() <= LONGEST);
        }
    }
}
