//! One of the things that a dialog is about. A plain value.

/// One of the things that a dialog is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// A code, a day or a number before it.
    pub lead: String,
    pub words: String,
    /// What should be known of it: a line each.
    pub notes: Vec<String>,
}
