//! Gives a standard and its items the identifiers that frameworks and badges name them by: the published ones where they
//! are known, else ones made from reference, version and code, which never change.

use std::collections::HashMap;
use std::sync::OnceLock;

use uuid::Uuid;

use countersign_core::primitives::ids::StandardRef;

/// The identifiers in the public records of standards, a line each: reference, version, what, identifier.
const PUBLISHED: &str = include_str!("../../../data/published-identifiers.txt");

/// Returns the identifier of a part of a standard, such as `S26`, `Duty 3` or `document`.
pub fn identifier(of: &StandardRef, what: &str) -> Uuid {
    published(&format!("{of} {what}")).unwrap_or_else(|| made(of, what))
}

/// Returns an identifier made from reference, version and a word.
pub fn made(of: &StandardRef, what: &str) -> Uuid {
    let standard = Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("countersign standard {of}").as_bytes());
    Uuid::new_v5(&standard, what.as_bytes())
}

fn published(name: &str) -> Option<Uuid> {
    static KNOWN: OnceLock<HashMap<&str, Uuid>> = OnceLock::new();
    let known = KNOWN.get_or_init(|| {
        let line = |line: &'static str| line.rsplit_once(' ').and_then(|(name, id)| Some((name, id.parse().ok()?)));
        PUBLISHED.lines().filter_map(line).collect()
    });
    known.get(name).copied()
}
