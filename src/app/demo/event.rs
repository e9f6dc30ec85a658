//! What happens in a made-up department: who does what, and when. Must never be written before what it speaks of.

use crate::app::demo::papers::Paper;
use crate::domain::people::person::{Person, PersonRef, Role};
use crate::domain::primitives::date::Timestamp;
use crate::domain::primitives::ids::StatementId;
use crate::domain::primitives::key::PublicKey;
use crate::domain::programme::hours::HourEntry;
use crate::domain::statement::Body;
use crate::ledger::sshsig::SigningKey;
use crate::store::claims::StoredClaim;

/// A person with their key.
pub struct Holder {
    pub person: Person,
    pub key: SigningKey,
    pub public: PublicKey,
}

impl Holder {
    /// A person with a key.
    pub fn new(person: Person, key: SigningKey) -> Self {
        Self { public: key.public(), person, key }
    }

    /// As a statement names them.
    pub fn named(&self) -> PersonRef {
        PersonRef { id: self.person.id.clone(), name: self.person.name.clone() }
    }
}

/// By what an earlier statement is found again.
pub type Tag = usize;

/// What is said of an earlier statement.
pub type Saying = Box<dyn Fn(StatementId) -> Body>;

/// What somebody does.
pub enum Act {
    /// States these bodies in one batch; the first is found again by the tag.
    Say(Vec<Body>, Option<Tag>),
    /// States something of an earlier statement.
    Of(Tag, Saying),
    Claim(Box<StoredClaim>, Option<Box<Paper>>),
    /// Enters hours.
    Enter(HourEntry),
}

/// Somebody does something.
pub struct Event {
    pub at: Timestamp,
    /// Who, as a place among all who hold keys.
    pub by: usize,
    pub role: Role,
    pub act: Act,
}
