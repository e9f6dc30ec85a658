//! Checks whether a body to be signed contains a secret, as others would read it and it could not be deleted.

use crate::primitives::ids::Secret;
use crate::statement::Body;
use crate::statement::encode::encode_body;
use crate::statement::fields::unescape;

/// Returns whether any line of the body contains the secret.
pub fn shows(body: &Body, secret: &Secret) -> bool {
    encode_body(body).lines().any(|line| unescape(line).is_some_and(|line| secret.is_in(&line)))
}
