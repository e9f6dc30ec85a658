//! Tells the person that their security key waits for a touch, and asks whether they gave up.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// What a security key waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TouchRequest {
    /// Which touch it is, from 1, of how many.
    pub number: usize,
    pub of: usize,
    /// Whether the same was signed before in vain, because the log has grown meanwhile.
    pub again: bool,
}

impl TouchRequest {
    /// Returns what to do now, as a sentence.
    pub fn sentence(self) -> String {
        let which = self.which();
        if self.again {
            format!("Something else was signed meanwhile. Touch your security key again{which}")
        } else {
            format!("Touch your security key now{which}")
        }
    }

    /// Returns what to do for a screen that counts the seconds which are left.
    pub fn on_screen(self, seconds: u64) -> String {
        let which = self.which();
        if self.again {
            format!("Something else was signed meanwhile. Touch your security key again{which} within {seconds} s")
        } else {
            format!("Touch your security key{which} within {seconds} s")
        }
    }

    fn which(self) -> String {
        let Self { number, of, .. } = self;
        if of > 1 { format!(" ({number} of {of})") } else { String::new() }
    }
}

/// Where a person is told to touch their key.
pub trait TouchPrompt: fmt::Debug + Send + Sync {
    fn ask(&self, request: TouchRequest);

    /// Tells how much longer the key waits; called several times a second.
    fn still_waits(&self, _: TouchRequest, _: Duration) {}

    /// Returns whether the person gave up waiting.
    fn is_given_up(&self) -> bool {
        false
    }
}

/// Tells nobody.
#[derive(Debug)]
pub struct Silent;

impl TouchPrompt for Silent {
    fn ask(&self, _: TouchRequest) {}
}

/// A prompt that an app and its agents share.
pub type SharedPrompt = Arc<dyn TouchPrompt>;
