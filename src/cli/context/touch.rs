//! Tells a person on standard error that their security key waits for a touch.

use std::io::{self, Write as _};

use countersign_app::keys::touch::{TouchPrompt, TouchRequest};

/// Writes to standard error. Ctrl-C gives up.
#[derive(Debug)]
pub struct OnStandardError;

impl TouchPrompt for OnStandardError {
    fn ask(&self, request: TouchRequest) {
        // Somebody who cannot read it still sees the key blink.
        let _ = writeln!(io::stderr(), "{}", request.sentence());
    }
}
