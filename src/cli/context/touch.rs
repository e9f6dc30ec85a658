//! Tells a person on standard error that their security key waits for a touch.

use crate::output::say_now;
use countersign_app::keys::touch::{TouchPrompt, TouchRequest};

/// Writes to standard error. Ctrl-C gives up.
#[derive(Debug)]
pub struct OnStandardError;

impl TouchPrompt for OnStandardError {
    fn ask(&self, request: TouchRequest) {
        say_now(&request.sentence());
    }
}
