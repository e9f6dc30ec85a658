//! Holds key files that are made when they are first read: a demo has many keys, and nobody asks for most of them.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::Error;

/// Makes the text of a key file.
pub type MakeText = Box<dyn Fn() -> Result<String, Error> + Send>;

/// The key files that are not on disk yet, by name; clones share them. Only memory knows of them: a folder that is opened by
/// its path has none.
#[derive(Clone, Default)]
pub struct LateKeys(Arc<Mutex<BTreeMap<String, MakeText>>>);

impl LateKeys {
    /// Adds a file to make later.
    pub(crate) fn add(&self, name: String, text: MakeText) {
        self.waiting().insert(name, text);
    }

    /// Returns the names of the files to make, sorted.
    pub fn names(&self) -> Vec<String> {
        self.waiting().keys().cloned().collect()
    }

    /// Drops a file: another took its place, or it goes before it was made.
    pub fn forget(&self, name: &str) {
        self.waiting().remove(name);
    }

    /// Makes a file's text and gives it to `write`, unless it was made before. A failure leaves it for the next time.
    pub fn make(&self, name: &str, write: impl FnOnce(&str) -> Result<(), Error>) -> Result<(), Error> {
        // Locked until it is written, so that a request at the same time finds the file.
        let mut waiting = self.waiting();
        let Some(text) = waiting.get(name) else { return Ok(()) };
        write(&text()?)?;
        waiting.remove(name);
        Ok(())
    }

    fn waiting(&self) -> MutexGuard<'_, BTreeMap<String, MakeText>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for LateKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LateKeys").field(&self.names()).finish()
    }
}
