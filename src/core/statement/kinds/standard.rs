//! Adopts a standard, by the digest of its canonical text.

use crate::primitives::ids::{Digest, StandardRef};
use crate::primitives::text::SafeText;
use crate::statement::content::{About, Content, lines_fault};
use crate::statement::fields::{DecodeFault, FieldReader, FieldWriter};

/// The adoption of a standard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adoption {
    pub standard: StandardRef,
    pub title: SafeText,
    /// The digest of its canonical text.
    pub content: Digest,
}

impl Content for Adoption {
    fn write(&self, to: &mut FieldWriter<'_>) {
        to.plain("standard", &self.standard);
        to.text("title", &self.title);
        to.sha256("content", &self.content);
    }

    fn read(from: &mut FieldReader<'_>) -> Result<Self, DecodeFault> {
        let (standard, title) = (from.parsed("standard")?, from.text("title")?);
        Ok(Self { standard, title, content: from.sha256("content")? })
    }

    fn fault(&self) -> Option<&'static str> {
        lines_fault([&self.title])
    }

    fn about(&self) -> About<'_> {
        About::Department
    }

    fn standard(&self) -> Option<&StandardRef> {
        Some(&self.standard)
    }

    fn adopts(&self) -> Option<&Digest> {
        Some(&self.content)
    }

    fn summary(&self) -> String {
        format!("{} adopted", self.standard)
    }
}
