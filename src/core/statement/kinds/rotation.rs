//! Says who in another department's log a trainee here is, so that the hub brings their statements, and when that ends.

use crate::people::person::PersonRef;
use crate::primitives::ids::{Digest, LogOrigin};
use crate::primitives::text::SafeText;
use crate::statement::content::{About, Content, lines_fault};
use crate::statement::fields::{DecodeFault, FieldReader, FieldWriter, number_of, sha256_of};

/// A trainee who rotates between two departments of one hub. Their statements there come without a statement for each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotation {
    /// The trainee, as this log knows them.
    pub trainee: PersonRef,
    /// The other department's log.
    pub origin: LogOrigin,
    /// The trainee, as that log knows them.
    pub there: PersonRef,
    /// `None` begins it.
    pub ended: Option<RotationEnd>,
}

/// The end of a rotation: the hub brings nothing more from that log for the trainee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RotationEnd {
    /// How many of the statements that the hub brought of that person stay; none, if they are somebody else's. With `erased`, those
    /// of earlier rotations to the same person there are among them.
    pub kept: u32,
    /// The digest of their list: see [`crate::statement::kinds::received::kept_line`].
    pub list: Digest,
    /// How many texts of that log the other department had erased, also here, and the digest of their list; `None` if an
    /// earlier version of the program ended it.
    pub erased: Option<(u32, Digest)>,
    pub reason: SafeText,
}

impl Content for Rotation {
    fn write(&self, to: &mut FieldWriter<'_>) {
        to.person("trainee", &self.trainee);
        to.plain("from", &self.origin);
        to.person("there", &self.there);
        if let Some(RotationEnd { kept, list, erased, reason }) = &self.ended {
            to.plain("kept", format_args!("{kept} sha256:{}", list.hex()));
            if let Some((erased, list)) = erased {
                to.plain("erased", format_args!("{erased} sha256:{}", list.hex()));
            }
            to.text("ended", reason);
        }
    }

    fn read(from: &mut FieldReader<'_>) -> Result<Self, DecodeFault> {
        let (trainee, origin, there) = (from.person("trainee")?, from.parsed("from")?, from.person("there")?);
        let list_of = |value: &str| {
            let (many, list) = value.split_once(' ')?;
            Some((number_of(many)?, sha256_of(list)?))
        };
        let ended = match from.optional("kept", list_of)? {
            Some((kept, list)) => {
                let erased = from.optional("erased", list_of)?;
                Some(RotationEnd { kept, list, erased, reason: from.text("ended")? })
            }
            None => None,
        };
        Ok(Self { trainee, origin, there, ended })
    }

    fn fault(&self) -> Option<&'static str> {
        lines_fault([&self.there.name])
    }

    fn about(&self) -> About<'_> {
        About::Person(&self.trainee.id, &self.trainee.name)
    }

    fn summary(&self) -> String {
        let Self { trainee, origin, there, ended } = self;
        match ended {
            None => format!("{} is {} ({}) at {origin}", trainee.name, there.name, there.id),
            Some(end) => format!("{} at {origin} has ended · “{}”", trainee.name, end.reason),
        }
    }
}
