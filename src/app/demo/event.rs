//! Defines the events of the demo department: who does what, and when.

use crate::demo::papers::Paper;
use countersign_core::people::person::{Person, PersonRef, Role};
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::ids::{PersonId, StatementId};
use countersign_core::primitives::key::PublicKey;
use countersign_core::programme::hours::HourEntry;
use countersign_core::statement::Body;
use countersign_ledger::sshsig::SigningKey;
use countersign_store::claims::StoredClaim;

/// A person with their key.
pub struct Holder {
    pub person: Person,
    pub key: SigningKey,
    pub public: PublicKey,
}

impl Holder {
    pub fn new(person: Person, key: SigningKey) -> Self {
        Self { public: key.public(), person, key }
    }

    /// Returns the person as statements refer to them.
    pub fn named(&self) -> PersonRef {
        PersonRef { id: self.person.id.clone(), name: self.person.name.clone() }
    }
}

/// A key for finding an earlier statement.
pub type Tag = usize;

/// Builds a body that refers to an earlier statement.
pub type BodyOf = Box<dyn Fn(StatementId) -> Body>;

/// An action.
pub enum DemoAction {
    /// Signs these bodies in one batch; the tag finds them.
    Sign(Vec<Body>, Option<Tag>),
    /// Signs a body that refers to an earlier statement.
    SignAbout(Tag, BodyOf),
    Claim(Box<StoredClaim>, Option<Box<Paper>>),
    /// Enters hours for a trainee.
    Enter(PersonId, HourEntry),
}

/// An action of one person at one time.
pub struct Event {
    pub at: Timestamp,
    /// The index of the person in the list of key holders.
    pub by: usize,
    pub role: Role,
    pub act: DemoAction,
}
