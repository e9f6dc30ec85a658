//! Defines the statement, its body by kind, its signer and its signed form.

pub mod content;
pub mod decode;
pub mod encode;
pub mod fields;
#[macro_use]
pub mod kind;
pub mod kinds;
pub mod secrets;

use crate::people::person::{PersonRef, Role, Viewer};
use crate::primitives::date::Timestamp;
use crate::primitives::ids::{Digest, LogOrigin, Nonce, PersonId, StatementId};
use crate::primitives::text::SafeText;
use crate::statement::content::{Content, lines_fault};
use crate::statement::fields::{DecodeFault, FieldReader, Tree};
use crate::statement::kind::Kind;

/// The maximum size of an encoded statement, in bytes.
pub const MAX_BYTES: usize = 16 * 1024;

/// A statement: its body, signer, time, and the log state that the signer had seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The log that it is made for; another log rejects it.
    pub log: LogOrigin,
    pub id: StatementId,
    /// Random, so that an erased statement's text cannot be guessed from its leaf hash.
    pub nonce: Nonce,
    /// The log as the signer's program had last verified it.
    pub seen: Tree,
    pub body: Body,
    /// By the signer's clock.
    pub signed: Timestamp,
    pub signer: Signer,
    /// Set when several statements were signed together.
    pub batch: Option<Batch>,
    /// Whether the signer's clock was more than five minutes behind the newest time in the log.
    pub clock_suspect: bool,
}

impl Statement {
    /// Returns the first value that its type allows but a statement does not, so that each has one encoding.
    pub fn fault(&self) -> Option<&'static str> {
        if let Some(fault) = lines_fault([&self.signer.who.name].into_iter().chain(&self.signer.registration)) {
            return Some(fault);
        }
        if self.batch.is_some_and(|batch| !(1..=batch.of).contains(&batch.number)) {
            return Some("A place in a batch lies outside it");
        }
        let content = self.body.content();
        lines_fault(content.about().person().map(|(_, name)| name)).or_else(|| content.fault())
    }

    /// Returns whether a viewer may see it. Trainees see only what is about themselves, nothing of the department's.
    pub fn is_visible_to(&self, viewer: &Viewer) -> bool {
        viewer.own().is_none_or(|own| self.body.person() == Some(own))
    }
}

/// Who signed, in which role, and how they authenticated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signer {
    pub who: PersonRef,
    pub registration: Option<SafeText>,
    pub role: Role,
    pub auth: AuthMethod,
}

slugs! {
    /// How the signer authenticated.
    AuthMethod: "a way to authenticate: passphrase, pin, agent, forwarded-agent, security-key or forwarded-security-key" {
        /// With the passphrase, for this batch.
        Passphrase = "passphrase";
        /// With the PIN, in a session that the passphrase opened.
        Pin = "pin";
        /// With a key in an SSH agent on the machine of the log.
        Agent = "agent";
        /// With a key in an SSH agent that was, or could have been, on another machine.
        ForwardedAgent = "forwarded-agent";
        /// With a FIDO2 security key, through an SSH agent on the machine of the log.
        SecurityKey = "security-key";
        /// With a FIDO2 security key, through an SSH agent that was, or could have been, on another machine.
        ForwardedSecurityKey = "forwarded-security-key";
    }
}

impl AuthMethod {
    /// Returns whether the agent that signed was, or could have been, on another machine.
    pub fn is_forwarded(self) -> bool {
        matches!(self, Self::ForwardedAgent | Self::ForwardedSecurityKey)
    }

    /// Returns whether a security key signed.
    pub fn is_security_key(self) -> bool {
        matches!(self, Self::SecurityKey | Self::ForwardedSecurityKey)
    }
}

/// A statement's place in its batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Batch {
    pub id: StatementId,
    /// From 1.
    pub number: u16,
    pub of: u16,
}

/// A statement as stored: its text, the key and the signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedText {
    /// The exact signed text.
    pub text: String,
    /// The fingerprint of the signing key.
    pub key: Digest,
    /// The raw signature of 64 bytes; for a security key, the name of the batch that was signed with one touch.
    pub signature: Vec<u8>,
}

macro_rules! body {
    ($($(#[$doc:meta])* $variant:ident: $module:ident::$content:ident =
        $slug:literal, $words:literal, $roles:ident, $undo:expr;)+) => {
        /// A statement's content, by kind.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Body { $($(#[$doc])* $variant(kinds::$module::$content),)+ }

        impl Body {
            pub fn kind(&self) -> Kind {
                match self { $(Self::$variant(_) => Kind::$variant),+ }
            }

            pub fn content(&self) -> &dyn Content {
                match self { $(Self::$variant(content) => content),+ }
            }

            pub(crate) fn read(kind: Kind, from: &mut FieldReader<'_>) -> Result<Self, DecodeFault> {
                match kind { $(Kind::$variant => kinds::$module::$content::read(from).map(Self::$variant)),+ }
            }
        }
    };
}

kinds!(body);

impl Body {
    /// Returns the person that it is about; `None` if it is the department's.
    pub fn person(&self) -> Option<&PersonId> {
        self.content().about().person().map(|(id, _)| id)
    }

    /// Returns the trainee whose record it is on, if any.
    pub fn trainee(&self) -> Option<&PersonRef> {
        self.content().about().trainee()
    }

    /// Returns the trainee whom it is about, also if it is not on their record: an enrolment, a break in learning.
    pub fn whose(&self) -> Option<&PersonId> {
        if let Self::Enrolment(named) = self {
            Some(&named.enrolment.trainee)
        } else if let Self::Pause(pause) = self {
            Some(&pause.trainee.id)
        } else {
            self.trainee().map(|who| &who.id)
        }
    }

    /// Returns the earlier statement that it refers to; for an import, the one it restores.
    pub fn refers_to(&self) -> Option<StatementId> {
        self.content().refers_to()
    }

    /// Returns the statement that an import restores; `None` for every other kind.
    pub fn put_back(&self) -> Option<StatementId> {
        if let Self::Import(import) = self { Some(import.of) } else { None }
    }
}
