//! Finds a secret in what is to be signed: it would be read by others and never be deleted. Must never keep a secret.

use crate::domain::primitives::ids::Secret;
use crate::domain::statement::Body;
use crate::domain::statement::decode::unescape;
use crate::domain::statement::encode::spell_body;

/// Whether a line of what is to be signed gives a secret away.
pub fn shows(body: &Body, secret: &Secret) -> bool {
    spell_body(body).lines().any(|line| unescape(line).is_some_and(|line| secret.is_in(&line)))
}
