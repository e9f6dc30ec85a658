//! Names the department's issuer key, which signs badges, or retires it.

use crate::primitives::encoding::{hex, unhex};
use crate::primitives::ids::{Digest, LogOrigin};
use crate::primitives::key::PublicKey;
use crate::primitives::text::SafeText;
use crate::statement::content::{About, Content, lines_fault};
use crate::statement::fields::{DecodeFault, FieldReader, FieldWriter};

/// A statement about the department's issuer key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerKey {
    pub key: PublicKey,
    pub change: IssuerChange,
}

/// What happens to an issuer key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IssuerChange {
    /// It signs badges from now on, instead of an earlier one.
    InForce {
        /// The issuer's name, as badges show it.
        issuer: SafeText,
        /// The key's signature over [`issuer_proof_text`], which proves possession.
        proof: [u8; 64],
    },
    /// It signs no more badges; those that it signed stay valid.
    Retired { reason: SafeText },
}

/// Returns the text that a new issuer key signs to prove possession: log, issuer and key.
pub fn issuer_proof_text(log: &LogOrigin, issuer: &SafeText, key: &PublicKey) -> String {
    format!("countersign-issuer-proof/1\nlog {log}\nissuer {issuer}\nkey {key}\n")
}

impl Content for IssuerKey {
    fn write(&self, to: &mut FieldWriter<'_>) {
        to.plain("key", &self.key);
        match &self.change {
            IssuerChange::InForce { issuer, proof } => {
                to.text("issuer", issuer);
                to.plain("proof", hex(proof));
            }
            IssuerChange::Retired { reason } => to.text("reason", reason),
        }
    }

    fn read(from: &mut FieldReader<'_>) -> Result<Self, DecodeFault> {
        let key = from.parsed("key")?;
        let change = match from.optional_text("issuer")? {
            Some(issuer) => IssuerChange::InForce { issuer, proof: from.field("proof", unhex)? },
            None => IssuerChange::Retired { reason: from.text("reason")? },
        };
        Ok(Self { key, change })
    }

    fn fault(&self) -> Option<&'static str> {
        match &self.change {
            IssuerChange::InForce { issuer, .. } => lines_fault([issuer]),
            IssuerChange::Retired { .. } => None,
        }
    }

    fn about(&self) -> About<'_> {
        About::Department
    }

    fn key(&self) -> Option<Digest> {
        Some(self.key.fingerprint())
    }

    fn summary(&self) -> String {
        match &self.change {
            IssuerChange::InForce { issuer, .. } => format!("A key for badges of {issuer}"),
            IssuerChange::Retired { reason } => format!("The key for badges, retired · “{reason}”"),
        }
    }
}
