//! Defines the tasks that move a trainee's record between departments.

use countersign_core::primitives::ids::PersonId;
use countersign_core::primitives::text::SafeText;

/// What a training officer wants done with bundles, or with the logs that they come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BundleAction {
    Make {
        trainee: PersonId,
        /// The file, or a folder.
        to: String,
        evidence: bool,
    },
    Check {
        path: String,
    },
    Import {
        path: String,
        /// The person here, if the name in the bundle does not say it.
        trainee: Option<PersonId>,
        /// The name in the bundle, if the person here has another one.
        known_there_as: Option<String>,
    },
    /// Takes back what was received for a trainee from a log.
    TakeBack {
        trainee: PersonId,
        /// Its origin.
        log: String,
        reason: SafeText,
    },
    /// Accepts the key of another log.
    Accept {
        key: String,
    },
    /// Stops accepting bundles from a log.
    Stop {
        /// Its origin.
        log: String,
        reason: SafeText,
    },
}
