//! Adopts a standard or a department's own list of competences, by the digest of its text.

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

/// The adoption of a local competence list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Competences {
    pub list: StandardRef,
    pub title: SafeText,
    /// The standards it is for, sorted, without repeats.
    pub beside: Vec<StandardRef>,
    /// The digest of its text.
    pub content: Digest,
}

impl Content for Competences {
    fn write(&self, to: &mut FieldWriter<'_>) {
        to.plain("list", &self.list);
        to.text("title", &self.title);
        for standard in &self.beside {
            to.plain("beside", standard);
        }
        to.sha256("content", &self.content);
    }

    fn read(from: &mut FieldReader<'_>) -> Result<Self, DecodeFault> {
        Ok(Self {
            list: from.parsed("list")?,
            title: from.text("title")?,
            beside: from.repeated("beside", |v| v.parse().ok())?,
            content: from.sha256("content")?,
        })
    }

    fn fault(&self) -> Option<&'static str> {
        let sorted = !self.beside.is_empty() && self.beside.is_sorted_by(|a, b| a < b);
        let unsorted = (!sorted).then_some("The standards of a list are missing, out of order or named twice");
        lines_fault([&self.title]).or(unsorted)
    }

    fn about(&self) -> About<'_> {
        About::Department
    }

    fn standard(&self) -> Option<&StandardRef> {
        Some(&self.list)
    }

    fn adopts(&self) -> Option<&Digest> {
        Some(&self.content)
    }

    fn summary(&self) -> String {
        let beside: Vec<String> = self.beside.iter().map(ToString::to_string).collect();
        format!("{} beside {}", self.list, beside.join(", "))
    }
}
