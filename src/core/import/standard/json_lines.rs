//! Maps values of a JSON text to their lines.

use std::collections::HashMap;

use serde_json::value::RawValue;

use crate::import::diagnostic::SourceLocation;

pub type Fields<'a> = HashMap<String, &'a RawValue>;

#[derive(Debug, Clone)]
pub struct Lines<'a> {
    text: &'a str,
    ends: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub fn of(text: &'a str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at).collect();
        Self { text, ends }
    }

    /// Returns the line, from 1, of a byte offset.
    pub fn line(&self, at: usize) -> usize {
        self.ends.partition_point(|end| *end < at) + 1
    }

    /// Returns the location of a value that borrows from this text.
    pub fn place(&self, raw: &RawValue, path: String) -> SourceLocation {
        let at = raw.get().as_ptr().addr().saturating_sub(self.text.as_ptr().addr());
        SourceLocation { line: self.line(at.min(self.text.len())), path: Some(path) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_on_the_line_where_it_begins() {
        let text = "{\n \"a\": 1,\n \"b\":\n  [2,\n   3]\n}";
        let lines = Lines::of(text);
        let fields: Fields<'_> = serde_json::from_str(text).unwrap();
        let items: Vec<&RawValue> = serde_json::from_str(fields["b"].get()).unwrap();
        let line = |raw: &RawValue| lines.place(raw, String::new()).line;
        assert_eq!((line(fields["a"]), line(fields["b"]), line(items[1])), (2, 4, 5));
    }
}
