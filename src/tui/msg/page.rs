//! A page to read, as it comes to the screen. Must never hold a layout.

/// What a page says: its title and paragraphs under headings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    pub title: String,
    /// Headings, each with its paragraphs.
    pub sections: Vec<(String, Vec<String>)>,
}
