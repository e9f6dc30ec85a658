//! When an effect is wanted. Must never say how it is carried out.

/// When rows are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// They are shown.
    Now,
    /// They lie beside those that are, and may be shown next: nobody waits for them.
    Ahead,
}
