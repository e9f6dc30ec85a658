//! Tells the person that their security key waits for a touch, and asks whether they gave up.

use std::fmt;
use std::sync::Arc;

/// What a security key waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TouchRequest {
    /// Which touch it is, from 1, of how many.
    pub number: usize,
    pub of: usize,
    /// Whether the same was signed before, and somebody else wrote to the log meanwhile.
    pub again: bool,
}

impl TouchRequest {
    /// Returns what to do now, as a sentence.
    pub fn sentence(self) -> String {
        let Self { number, of, again } = self;
        let which = if of > 1 { format!(" ({number} of {of})") } else { String::new() };
        if again {
            format!("Somebody else has just signed. Touch your security key again{which}")
        } else {
            format!("Touch your security key now{which}")
        }
    }

    /// Returns what to do now for a screen that waits so many seconds.
    pub fn on_screen(self, seconds: u64) -> String {
        let Self { number, of, again } = self;
        let which = if of > 1 { format!("{number} of {of}, {seconds} s") } else { format!("{seconds} s") };
        if again {
            format!("Somebody else has just signed. Touch your security key again ({which})")
        } else {
            format!("Touch your security key ({which})")
        }
    }
}

/// Where a person is told to touch their key.
pub trait TouchPrompt: fmt::Debug + Send + Sync {
    fn ask(&self, request: TouchRequest);

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
