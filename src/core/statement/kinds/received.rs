//! Records that a trainee's statements were received in a bundle from other departments' logs.

use crate::people::person::PersonRef;
use crate::primitives::date::Timestamp;
use crate::primitives::ids::{Digest, LogOrigin, PersonId};
use crate::statement::content::{About, Content};
use crate::statement::fields::{DecodeFault, FieldReader, FieldWriter, Tree, number_of, sha256_of, tree_of};

/// A bundle that was received. The statements themselves are kept next to the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The trainee, as this log knows them.
    pub trainee: PersonRef,
    /// The SHA-256 of the bundle.
    pub bundle: Digest,
    /// When it was made, by the sender's clock.
    pub made: Timestamp,
    /// What it contains of each other log, by origin; at least one.
    pub parts: Vec<ReceivedPart>,
    /// How many statements of other logs are kept for this trainee from here on.
    pub kept: u32,
    /// The digest of their list: see [`kept_line`].
    pub list: Digest,
    /// The statements whose text is deleted here because their own log erased it, by origin and position.
    pub erased: Vec<ErasedElsewhere>,
    /// The evidence files that are deleted with them.
    pub evidence: Vec<Digest>,
}

/// What a bundle contains of one log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedPart {
    pub origin: LogOrigin,
    /// The trainee's id in that log.
    pub there: PersonId,
    /// The tree head of that log, which its key signed.
    pub tree: Tree,
    /// The statements of that log in the bundle.
    pub statements: u32,
}

/// A statement of another log that was erased there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ErasedElsewhere {
    pub origin: LogOrigin,
    /// Its position in that log, from 0.
    pub position: u64,
}

/// Returns the line of one kept statement, as it goes into [`Received::list`]: origin, position and leaf hash.
pub fn kept_line(origin: &LogOrigin, position: u64, leaf: &Digest) -> String {
    format!("{origin} {position} {}\n", leaf.base64())
}

impl Content for Received {
    fn write(&self, to: &mut FieldWriter<'_>) {
        to.person("trainee", &self.trainee);
        to.sha256("bundle", &self.bundle);
        to.plain("made", self.made);
        for part in &self.parts {
            let ReceivedPart { origin, there, tree, statements } = part;
            to.plain("from", format_args!("{origin} {there} {statements} {} {}", tree.size, tree.root.base64()));
        }
        to.plain("kept", format_args!("{} sha256:{}", self.kept, self.list.hex()));
        for erased in &self.erased {
            to.plain("erased", format_args!("{} {}", erased.origin, erased.position));
        }
        for digest in &self.evidence {
            to.sha256("evidence", digest);
        }
    }

    fn read(from: &mut FieldReader<'_>) -> Result<Self, DecodeFault> {
        let (trainee, bundle, made) = (from.person("trainee")?, from.sha256("bundle")?, from.parsed("made")?);
        let parts = from.repeated("from", |value| {
            let mut words = value.splitn(4, ' ');
            Some(ReceivedPart {
                origin: words.next()?.parse().ok()?,
                there: words.next()?.parse().ok()?,
                statements: number_of(words.next()?)?,
                tree: tree_of(words.next()?)?,
            })
        })?;
        let (kept, list) = from.field("kept", |value| {
            let (kept, list) = value.split_once(' ')?;
            Some((number_of(kept)?, sha256_of(list)?))
        })?;
        let erased = from.repeated("erased", |value| {
            let (origin, position) = value.split_once(' ')?;
            Some(ErasedElsewhere { origin: origin.parse().ok()?, position: number_of(position)? })
        })?;
        let evidence = from.repeated("evidence", sha256_of)?;
        Ok(Self { trainee, bundle, made, parts, kept, list, erased, evidence })
    }

    fn fault(&self) -> Option<&'static str> {
        if self.parts.is_empty() {
            Some("A bundle has nothing of another log")
        } else if !self.parts.is_sorted_by(|a, b| a.origin < b.origin) {
            Some("The logs in a bundle are out of order or there twice")
        } else if !self.erased.is_sorted_by(|a, b| a < b) || !self.evidence.is_sorted_by(|a, b| a.0 < b.0) {
            Some("What was erased is out of order or there twice")
        } else {
            None
        }
    }

    fn about(&self) -> About<'_> {
        About::Person(&self.trainee.id, &self.trainee.name)
    }

    fn summary(&self) -> String {
        let parts = self.parts.iter().map(|part| format!("{} from {}", counted(part.statements), part.origin));
        format!("{} · {}", self.trainee.name, parts.collect::<Vec<_>>().join(", "))
    }
}

/// Returns a number of statements with its noun.
pub fn counted(statements: u32) -> String {
    if statements == 1 { "1 statement".to_owned() } else { format!("{statements} statements") }
}
