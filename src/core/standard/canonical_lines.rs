//! Reads the lines of a canonical text, `key SP value LF`, in the one order that they may have.

use std::iter::Peekable;
use std::str::{FromStr, Split};

use thiserror::Error;

use crate::standard::error::StandardFault;
use crate::standard::local_parts::LocalFault;

#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CanonicalFault {
    #[error("Line {line} of the {of}'s text is not {expected}")]
    Line { of: &'static str, line: usize, expected: &'static str },
    #[error("{0}")]
    Standard(StandardFault),
    #[error("{0}")]
    List(LocalFault),
    #[error("The {0}'s text is not written in the one way that it must be")]
    Spelling(&'static str),
}

pub struct Lines<'a> {
    of: &'static str,
    rest: Peekable<Split<'a, char>>,
    /// The number of the next line, from 1.
    next: usize,
}

impl<'a> Lines<'a> {
    /// Reads the first line, which must be `head`, of the text of a standard or list.
    pub fn after(head: &'static str, of: &'static str, text: &'a str) -> Result<Self, CanonicalFault> {
        let body = text.strip_suffix('\n').ok_or(CanonicalFault::Spelling(of))?;
        let mut lines = Self { of, rest: body.split('\n').peekable(), next: 2 };
        if lines.rest.next() == Some(head) { Ok(lines) } else { Err(lines.fault(1, head)) }
    }

    fn fault(&self, line: usize, expected: &'static str) -> CanonicalFault {
        CanonicalFault::Line { of: self.of, line, expected }
    }

    fn read<T>(
        &mut self,
        key: &str,
        expected: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, CanonicalFault> {
        let value = self.rest.peek().and_then(|line| line.strip_prefix(key)?.strip_prefix(' '));
        let Some(value) = value else { return Ok(None) };
        self.rest.next();
        self.next += 1;
        parse(value).map(Some).ok_or_else(|| self.fault(self.next - 1, expected))
    }

    pub fn optional<T: FromStr>(&mut self, key: &str, expected: &'static str) -> Result<Option<T>, CanonicalFault> {
        self.read(key, expected, |value| value.parse().ok())
    }

    pub fn value<T: FromStr>(&mut self, key: &str, expected: &'static str) -> Result<T, CanonicalFault> {
        self.optional(key, expected)?.ok_or_else(|| self.fault(self.next, expected))
    }

    pub fn all<T: FromStr>(&mut self, key: &str, expected: &'static str) -> Result<Vec<T>, CanonicalFault> {
        std::iter::from_fn(|| self.optional(key, expected).transpose()).collect()
    }

    /// Reads two values from the next line if it has this key.
    pub fn pair<A: FromStr, B: FromStr>(
        &mut self,
        key: &str,
        expected: &'static str,
    ) -> Result<Option<(A, B)>, CanonicalFault> {
        self.read(key, expected, |value| {
            let (a, b) = value.split_once(' ')?;
            Some((a.parse().ok()?, b.parse().ok()?))
        })
    }

    pub fn end(mut self) -> Result<(), CanonicalFault> {
        match self.rest.next() {
            None => Ok(()),
            Some(_) => Err(self.fault(self.next, "a line that may stand there")),
        }
    }
}
