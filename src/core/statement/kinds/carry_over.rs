//! Carries over what an earlier record says of a trainee: each item with its day and who saw it, as text.

use chrono::NaiveDate;

use crate::people::person::PersonRef;
use crate::primitives::date::parse_day;
use crate::primitives::ids::{Digest, KsbCode, StandardRef};
use crate::primitives::text::{MOST_LETTERS, SafeText, counted};
use crate::statement::content::{About, Content, days_fault, lines_fault};
use crate::statement::fields::{DecodeFault, FieldReader, FieldWriter, code_of, sha256_of, text_of};
use crate::statement::kinds::sign_off::Evidence;

/// The meaning that a training officer signs when carrying a record over.
pub const MEANING_CARRIED: &str =
    "I have seen this earlier record. It says so of this trainee; I did not observe it myself.";

/// What an earlier record says that a trainee achieved. The signer has seen the record, not the work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarryOver {
    pub trainee: PersonRef,
    /// What the record was: `Training matrix of the echo lab, 2024`.
    pub source: SafeText,
    /// The file that the record was in.
    pub file: Evidence,
    /// Sorted by standard, without repeats; at least one.
    pub lists: Vec<CarriedList>,
    /// The meaning, as shown when it was signed.
    pub meaning: SafeText,
}

/// The items of one standard or local list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarriedList {
    pub standard: StandardRef,
    /// The SHA-256 of its exact text.
    pub content: Digest,
    /// Sorted by code, without repeats; at least one.
    pub items: Vec<CarriedItem>,
}

/// An item of the earlier record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarriedItem {
    pub code: KsbCode,
    /// The day on which it was seen.
    pub on: NaiveDate,
    /// Who saw it, as the record has it; not a person of this department's list.
    pub assessor: Option<SafeText>,
    /// The level in the record: `3`, `unsupervised`.
    pub level: Option<SafeText>,
}

impl CarryOver {
    /// Returns each item with its standard or list.
    pub fn items(&self) -> impl Iterator<Item = (&StandardRef, &CarriedItem)> {
        self.lists.iter().flat_map(|list| list.items.iter().map(|item| (&list.standard, item)))
    }

    /// Returns the first and last day on which an item was seen.
    pub fn days(&self) -> (NaiveDate, NaiveDate) {
        let days = || self.items().map(|(_, item)| item.on);
        (days().min().unwrap_or(NaiveDate::MIN), days().max().unwrap_or(NaiveDate::MIN))
    }
}

impl Content for CarryOver {
    fn write(&self, to: &mut FieldWriter<'_>) {
        to.person("trainee", &self.trainee);
        to.text("source", &self.source);
        to.text("file", format_args!("sha256:{} {}", self.file.digest.hex(), self.file.name));
        for list in &self.lists {
            to.plain("standard", format_args!("{} sha256:{}", list.standard, list.content.hex()));
            for item in &list.items {
                to.plain("item", format_args!("{} {}", item.code, item.on));
                to.optional("assessor", item.assessor.as_ref());
                to.optional("level", item.level.as_ref());
            }
        }
        to.text("meaning", &self.meaning);
    }

    fn read(from: &mut FieldReader<'_>) -> Result<Self, DecodeFault> {
        let trainee = from.person("trainee")?;
        let source = from.text("source")?;
        let file = from.field("file", |v| {
            let (digest, name) = v.split_once(' ')?;
            Some(Evidence { digest: sha256_of(digest)?, name: text_of(name, true)? })
        })?;
        let list = |v: &str| {
            let (standard, content) = v.rsplit_once(' ')?;
            Some((standard.parse().ok()?, sha256_of(content)?))
        };
        let item = |v: &str| {
            let (code, on) = v.split_once(' ')?;
            Some((code_of(code)?, parse_day(on)?))
        };
        let mut lists = Vec::new();
        while let Some((standard, content)) = from.optional("standard", list)? {
            let mut items = Vec::new();
            while let Some((code, on)) = from.optional("item", item)? {
                let (assessor, level) = (from.optional_text("assessor")?, from.optional_text("level")?);
                items.push(CarriedItem { code, on, assessor, level });
            }
            lists.push(CarriedList { standard, content, items });
        }
        Ok(Self { trainee, source, file, lists, meaning: from.text("meaning")? })
    }

    fn fault(&self) -> Option<&'static str> {
        let texts = self.items().flat_map(|(_, item)| item.assessor.iter().chain(&item.level));
        let texts: Vec<&SafeText> = texts.chain([&self.source, &self.file.name]).collect();
        if let Some(fault) = lines_fault(texts.iter().copied()) {
            return Some(fault);
        }
        if texts.iter().any(|text| text.as_str().chars().count() > MOST_LETTERS) {
            return Some("A name or another text of one line is longer than 200 letters");
        }
        if self.lists.is_empty() || self.lists.iter().any(|list| list.items.is_empty()) {
            return Some("A record is carried over, and nothing is in it");
        }
        let lists = self.lists.is_sorted_by(|a, b| a.standard < b.standard);
        if !lists || !self.lists.iter().all(|list| list.items.is_sorted_by(|a, b| a.code < b.code)) {
            return Some("What is carried over is out of the order of its codes or there twice");
        }
        days_fault(self.items().map(|(_, item)| item.on))
    }

    fn about(&self) -> About<'_> {
        About::Record(&self.trainee)
    }

    fn standards(&self) -> Vec<&StandardRef> {
        self.lists.iter().map(|list| &list.standard).collect()
    }

    fn summary(&self) -> String {
        let items = match self.items().collect::<Vec<_>>().as_slice() {
            [(_, one)] => one.code.to_string(),
            all => counted(all.len() as u64, "item"),
        };
        format!("{items} carried over · {} · “{}”", self.trainee.name, self.source)
    }
}
