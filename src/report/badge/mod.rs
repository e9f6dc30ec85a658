//! Makes Open Badges 3.0 credentials: a document of one fixed shape, its canonical form, and its proof.

pub mod credential;
pub mod did;
pub mod node;
pub mod proof;
