//! Defines an item that a dialog lists.

/// An item that a dialog lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// A code, a day or a number in front of it.
    pub lead: String,
    pub words: String,
    /// Notes, one per line.
    pub notes: Vec<String>,
}
