//! Writes a statement's fields, one a line.

use std::fmt::{self, Display, Write};

use crate::domain::people::person::PersonRef;
use crate::domain::primitives::date::Timestamp;
use crate::domain::primitives::ids::{Digest, KsbCode, PersonId};
use crate::domain::primitives::text::SafeText;

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

    /// Writes a tree head: number of entries and Merkle root.
    pub fn tree(&mut self, key: &str, size: u64, root: &Digest) {
        self.plain(key, format_args!("{size} {}", root.base64()));
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
