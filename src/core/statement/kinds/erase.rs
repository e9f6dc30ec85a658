//! Erases a statement's text and signature; its leaf hash stays, so that all other proofs still verify.

use crate::primitives::date::Timestamp;
use crate::primitives::ids::{Digest, StatementId};
use crate::primitives::text::SafeText;
use crate::statement::content::{About, Content};
use crate::statement::fields::{DecodeFault, FieldReader, FieldWriter, sha256_of};
use crate::statement::kind::Kind;

/// Deletes a statement's text and signature. The leaf hash stays, so that all other proofs still verify.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erase {
    pub of: StatementId,
    /// The erased statement's position.
    pub position: u64,
    pub leaf: Digest,
    /// When it was signed, so that the log's newest time can still be computed.
    pub time: Timestamp,
    /// The erased statement's kind; absent in statements of earlier versions.
    pub kind: Option<Kind>,
    /// The statement that it imported, if it was an import: that text is erased as well.
    pub put_back: Option<StatementId>,
    /// The evidence files to erase with it.
    pub evidence: Vec<Digest>,
    pub reason: SafeText,
}

impl Content for Erase {
    fn write(&self, to: &mut FieldWriter<'_>) {
        to.plain("of", self.of);
        to.plain("position", self.position);
        to.plain("leaf", self.leaf.base64());
        to.plain("time", self.time);
        to.optional("erased-kind", self.kind);
        to.optional("put-back", self.put_back);
        for digest in &self.evidence {
            to.sha256("evidence", digest);
        }
        to.text("reason", &self.reason);
    }

    fn read(from: &mut FieldReader<'_>) -> Result<Self, DecodeFault> {
        Ok(Self {
            of: from.parsed("of")?,
            position: from.parsed("position")?,
            leaf: from.field("leaf", |v| Digest::from_base64(v).ok())?,
            time: from.parsed("time")?,
            kind: from.optional_parsed("erased-kind")?,
            put_back: from.optional_parsed("put-back")?,
            evidence: from.repeated("evidence", sha256_of)?,
            reason: from.text("reason")?,
        })
    }

    fn about(&self) -> About<'_> {
        About::Department
    }

    fn refers_to(&self) -> Option<StatementId> {
        Some(self.of)
    }

    fn summary(&self) -> String {
        format!("Entry {} · “{}”", self.position, self.reason)
    }
}
