//! Defines the text of a page to read.

/// A title and paragraphs under headings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    pub title: String,
    /// Headings, each with its paragraphs.
    pub sections: Vec<(String, Vec<String>)>,
}
