//! Writes and reads a statement's fields, one a line.

use std::borrow::Cow;
use std::fmt::{self, Display, Write};
use std::str::FromStr;

use chrono::NaiveDate;
use memchr::memchr;
use thiserror::Error;

use crate::people::person::PersonRef;
use crate::primitives::date::{Timestamp, parse_day};
use crate::primitives::ids::{Digest, KsbCode, PersonId};
use crate::primitives::text::SafeText;

/// A tree head: number of entries and Merkle root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tree {
    pub size: u64,
    pub root: Digest,
}

/// Writes fields, one a line, and keeps the first error.
pub struct FieldWriter<'w> {
    to: &'w mut dyn Write,
    result: fmt::Result,
    /// The time of signing, until its line is written.
    signed: Option<Timestamp>,
}

impl<'w> FieldWriter<'w> {
    pub fn new(to: &'w mut dyn Write, signed: Timestamp) -> Self {
        Self { to, result: Ok(()), signed: Some(signed) }
    }

    /// Returns whether everything was written.
    pub fn finish(self) -> fmt::Result {
        self.result
    }

    /// Writes a free-text field, escaped.
    pub fn text(&mut self, key: &str, value: impl Display) {
        self.line(key, |to| write!(Escaped(to), "{value}"));
    }

    /// Writes a field whose value cannot contain a line feed or backslash.
    pub fn plain(&mut self, key: &str, value: impl Display) {
        self.line(key, |to| write!(to, "{value}"));
    }

    /// Writes a free-text field if there is a value.
    pub fn optional(&mut self, key: &str, value: Option<impl Display>) {
        if let Some(value) = value {
            self.text(key, value);
        }
    }

    pub fn person(&mut self, key: &str, who: &PersonRef) {
        self.named(key, &who.id, &who.name);
    }

    pub fn named(&mut self, key: &str, id: &PersonId, name: &SafeText) {
        self.text(key, format_args!("{id} {name}"));
    }

    pub fn sha256(&mut self, key: &str, digest: &Digest) {
        self.plain(key, format_args!("sha256:{}", digest.hex()));
    }

    pub fn tree(&mut self, key: &str, tree: &Tree) {
        self.plain(key, format_args!("{} {}", tree.size, tree.root.base64()));
    }

    /// Writes KSBs in one line, if there are any.
    pub fn codes(&mut self, key: &str, codes: &[KsbCode]) {
        if !codes.is_empty() {
            self.plain(key, joined(codes));
        }
    }

    /// Writes the time of signing, unless it is written already: only a sign-off has it among its own fields.
    pub fn signed(&mut self) {
        if let Some(signed) = self.signed.take() {
            self.plain("signed", signed);
        }
    }

    /// Writes the line of the version, before all fields.
    pub fn version(&mut self) {
        self.result = self.to.write_str("countersign/1\n");
    }

    fn line(&mut self, key: &str, value: impl FnOnce(&mut dyn Write) -> fmt::Result) {
        let to = &mut *self.to;
        let write = || {
            to.write_str(key)?;
            to.write_str(" ")?;
            value(&mut *to)?;
            to.write_str("\n")
        };
        if self.result.is_ok() {
            self.result = write();
        }
    }
}

/// Returns KSBs separated by spaces.
pub fn joined(codes: &[KsbCode]) -> String {
    codes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

/// A writer that escapes line feeds and backslashes.
struct Escaped<'w>(&'w mut dyn Write);

impl Write for Escaped<'_> {
    fn write_str(&mut self, s: &str) -> fmt::Result {
        let special = |b: &u8| matches!(b, b'\n' | b'\\');
        let mut left = s;
        while let Some(at) = left.as_bytes().iter().position(special) {
            self.0.write_str(&left[..at])?;
            self.0.write_str(if left.as_bytes()[at] == b'\n' { "\\n" } else { "\\\\" })?;
            left = &left[at + 1..];
        }
        self.0.write_str(left)
    }
}

/// Why a text is not a statement.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DecodeFault {
    /// The first line is wrong, the text is too long or it does not end in a line feed.
    #[error("This is not a statement of version 1")]
    NotAStatement,
    /// A field is missing, out of order or malformed.
    #[error("Line {line} should be the field “{expected}”")]
    Field {
        /// From 1.
        line: usize,
        expected: &'static str,
    },
    /// It parses, but a value is not allowed.
    #[error("{0}")]
    Form(&'static str),
    /// It parses, but is not the canonical encoding.
    #[error("The statement is not in its one spelling")]
    Spelling,
}

/// The lines not read yet.
pub struct FieldReader<'a> {
    /// The next line, split off once for repeated peeks.
    next: Option<&'a str>,
    /// The text after it.
    rest: &'a str,
    line: usize,
    /// Whether the statement contains any backslash.
    escapes: bool,
    /// The time of signing, once it is read.
    signed: Option<Timestamp>,
}

impl<'a> FieldReader<'a> {
    /// Reads the fields of a text that begins with the line of the version.
    pub fn new(text: &'a str) -> Result<Self, DecodeFault> {
        let rest = text.strip_prefix("countersign/1\n").filter(|_| text.ends_with('\n'));
        let rest = rest.ok_or(DecodeFault::NotAStatement)?;
        let escapes = memchr(b'\\', rest.as_bytes()).is_some();
        let mut reader = Self { next: None, rest, line: 2, escapes, signed: None };
        reader.advance();
        Ok(reader)
    }

    /// Checks that no line is left.
    pub fn finish(self) -> Result<(), DecodeFault> {
        let left = self.next.is_some();
        if left { Err(DecodeFault::Field { line: self.line, expected: "end of the statement" }) } else { Ok(()) }
    }

    fn advance(&mut self) {
        // The text ends in a line feed: without one, nothing is left.
        self.next = memchr(b'\n', self.rest.as_bytes()).map(|end| {
            let line = &self.rest[..end];
            self.rest = &self.rest[end + 1..];
            line
        });
    }

    /// Reads the next line's value if the line is this field.
    pub fn optional<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, DecodeFault> {
        let value = self.next.and_then(|line| line.strip_prefix(key)?.strip_prefix(' '));
        let Some(value) = value else { return Ok(None) };
        let value = read(value).ok_or(DecodeFault::Field { line: self.line, expected: key })?;
        self.advance();
        self.line += 1;
        Ok(Some(value))
    }

    /// Reads the next line's value, which must be this field.
    pub fn field<T>(&mut self, key: &'static str, read: impl FnOnce(&str) -> Option<T>) -> Result<T, DecodeFault> {
        let line = self.line;
        self.optional(key, read)?.ok_or(DecodeFault::Field { line, expected: key })
    }

    /// Reads this field as often as it comes.
    pub fn repeated<T>(
        &mut self,
        key: &'static str,
        read: impl Fn(&str) -> Option<T> + Copy,
    ) -> Result<Vec<T>, DecodeFault> {
        std::iter::from_fn(|| self.optional(key, read).transpose()).collect()
    }

    pub fn parsed<T: FromStr>(&mut self, key: &'static str) -> Result<T, DecodeFault> {
        self.field(key, |v| v.parse().ok())
    }

    pub fn optional_parsed<T: FromStr>(&mut self, key: &'static str) -> Result<Option<T>, DecodeFault> {
        self.optional(key, |v| v.parse().ok())
    }

    pub fn text(&mut self, key: &'static str) -> Result<SafeText, DecodeFault> {
        let escapes = self.escapes;
        self.field(key, |v| text_of(v, escapes))
    }

    pub fn optional_text(&mut self, key: &'static str) -> Result<Option<SafeText>, DecodeFault> {
        let escapes = self.escapes;
        self.optional(key, |v| text_of(v, escapes))
    }

    pub fn person(&mut self, key: &'static str) -> Result<PersonRef, DecodeFault> {
        self.field(key, person_of)
    }

    pub fn day(&mut self, key: &'static str) -> Result<NaiveDate, DecodeFault> {
        self.field(key, parse_day)
    }

    pub fn sha256(&mut self, key: &'static str) -> Result<Digest, DecodeFault> {
        self.field(key, sha256_of)
    }

    /// Reads KSBs in one line; none if the line is absent.
    pub fn codes(&mut self, key: &'static str) -> Result<Vec<KsbCode>, DecodeFault> {
        Ok(self.optional(key, codes_of)?.unwrap_or_default())
    }

    /// Reads the time of signing, unless it is read already: only a sign-off has it among its own fields.
    pub fn signed(&mut self) -> Result<Timestamp, DecodeFault> {
        let signed = match self.signed {
            Some(signed) => signed,
            None => self.parsed("signed")?,
        };
        Ok(*self.signed.insert(signed))
    }
}

/// Parses `ada Ada Apprentice`.
pub fn person_of(value: &str) -> Option<PersonRef> {
    let (id, name) = value.split_once(' ')?;
    Some(PersonRef { id: id.parse().ok()?, name: text_of(name, true)? })
}

/// Parses `sha256:` and a digest in hex.
pub fn sha256_of(value: &str) -> Option<Digest> {
    Digest::from_hex(value.strip_prefix("sha256:")?).ok()
}

/// Parses KSBs separated by spaces.
pub fn codes_of(value: &str) -> Option<Vec<KsbCode>> {
    value.split(' ').map(code_of).collect()
}

/// Parses a KSB in upper case; [`KsbCode`] also parses lower case, but a statement must not.
pub fn code_of(value: &str) -> Option<KsbCode> {
    value.parse().ok().filter(|_| value.starts_with(|c: char| c.is_ascii_uppercase()))
}

/// Parses a tree head as [`FieldWriter::tree`] writes it.
pub(crate) fn tree_of(value: &str) -> Option<Tree> {
    let (size, root) = value.split_once(' ')?;
    Some(Tree { size: number_of(size)?, root: Digest::from_base64(root).ok()? })
}

/// Parses an unsigned integer without sign or leading zeros.
pub fn number_of<T: FromStr>(value: &str) -> Option<T> {
    let second = value.starts_with('+') || (value.starts_with('0') && value.len() > 1);
    if second { None } else { value.parse().ok() }
}

/// Parses a text, with its escapes decoded if there are any.
pub fn text_of(value: &str, escapes: bool) -> Option<SafeText> {
    if escapes { SafeText::as_signed(&unescape(value)?) } else { SafeText::as_signed(value) }
}

/// Decodes `\n` and `\\`; returns `None` for any other escape.
pub(crate) fn unescape(value: &str) -> Option<Cow<'_, str>> {
    if !value.contains('\\') {
        return Some(Cow::Borrowed(value));
    }
    let mut text = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        text.push(match c {
            '\\' => match chars.next()? {
                'n' => '\n',
                '\\' => '\\',
                _ => return None,
            },
            other => other,
        });
    }
    Some(Cow::Owned(text))
}
