//! The career framework: five levels, what each does and how it is trained. Must never say what a person may sign.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use serde::Deserialize;
use thiserror::Error;

use crate::domain::toml_date::date;
use crate::domain::value::{ValueFault, fault};

/// A level of the healthcare science career framework, lowest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// Healthcare science assistant.
    Assistant,
    /// Healthcare science associate.
    Associate,
    /// Healthcare science practitioner.
    Practitioner,
    /// Clinical scientist.
    ClinicalScientist,
    /// Consultant clinical scientist.
    Consultant,
}

impl Level {
    /// All five, lowest first.
    pub const ALL: [Self; 5] =
        [Self::Assistant, Self::Associate, Self::Practitioner, Self::ClinicalScientist, Self::Consultant];

    /// The one word that stands for it in files: `clinical-scientist`.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Assistant => "assistant",
            Self::Associate => "associate",
            Self::Practitioner => "practitioner",
            Self::ClinicalScientist => "clinical-scientist",
            Self::Consultant => "consultant",
        }
    }

    /// The level that this one leads to.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        Self::ALL.into_iter().find(|level| *level > self)
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(if *self == Self::ClinicalScientist { "clinical scientist" } else { self.slug() })
    }
}

impl FromStr for Level {
    type Err = ValueFault;

    /// From a slug or from words, in any case: `clinical-scientist`, `Clinical scientist`.
    fn from_str(s: &str) -> Result<Self, ValueFault> {
        let slug = s.trim().to_lowercase().replace(' ', "-");
        Self::ALL
            .into_iter()
            .find(|level| level.slug() == slug)
            .ok_or_else(|| fault(s, "a level: assistant, associate, practitioner, clinical-scientist or consultant"))
    }
}

/// The public occupational standard for a level.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelStandard {
    /// Its reference: `ST0413`.
    pub reference: String,
    /// Its level.
    pub level: u8,
    /// Typical months to the gateway.
    pub months: u16,
    /// Minimum off-the-job hours.
    pub hours: u32,
}

/// What the framework says of one level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LevelNotes {
    /// Which level.
    pub level: Level,
    /// What a person at it is called.
    pub name: String,
    /// What they do, in our own words.
    pub does: String,
    /// How they are trained.
    pub trained: String,
    /// The public standard for it, where there is one.
    pub standard: Option<LevelStandard>,
}

/// The career framework as shipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Framework {
    /// Where the description is from.
    pub source: String,
    /// The description's own date.
    pub dated: NaiveDate,
    /// When the figures of the standards were checked.
    pub checked: NaiveDate,
    /// The licence line.
    pub attribution: String,
    levels: Vec<LevelNotes>,
}

/// Why a framework's file was refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FrameworkFault {
    /// It is not TOML of the right shape; the parser's words say where.
    #[error("The career framework cannot be read: {0}")]
    Shape(String),
    /// The levels are not the five, each once, lowest first.
    #[error("The career framework does not hold its five levels in order")]
    Levels,
}

impl Framework {
    /// The framework that ships with the program.
    pub fn built_in() -> Result<Self, FrameworkFault> {
        Self::parse(include_str!("../../data/career-framework.toml"))
    }

    /// The framework of a TOML text.
    pub fn parse(text: &str) -> Result<Self, FrameworkFault> {
        let file: File = toml::from_str(text).map_err(|e| FrameworkFault::Shape(e.to_string()))?;
        let levels = file
            .levels
            .into_iter()
            .map(|FileLevel { level, name, does, trained, standard }| {
                level.parse().map(|level| LevelNotes { level, name, does, trained, standard })
            })
            .collect::<Result<Vec<_>, ValueFault>>()
            .map_err(|e| FrameworkFault::Shape(e.to_string()))?;
        if !levels.iter().map(|notes| notes.level).eq(Level::ALL) {
            return Err(FrameworkFault::Levels);
        }
        let File { source, dated, checked, attribution, .. } = file;
        Ok(Self { source, dated, checked, attribution, levels })
    }

    /// The five levels, lowest first.
    #[must_use]
    pub fn levels(&self) -> &[LevelNotes] {
        &self.levels
    }

    /// What it says of one level.
    #[must_use]
    pub fn level(&self, level: Level) -> Option<&LevelNotes> {
        self.levels.iter().find(|notes| notes.level == level)
    }

    /// The level that a public standard trains for.
    #[must_use]
    pub fn level_of(&self, reference: &str) -> Option<Level> {
        let trains = |notes: &&LevelNotes| notes.standard.as_ref().is_some_and(|s| s.reference == reference);
        self.levels.iter().find(trains).map(|notes| notes.level)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    source: String,
    #[serde(deserialize_with = "date")]
    dated: NaiveDate,
    #[serde(deserialize_with = "date")]
    checked: NaiveDate,
    attribution: String,
    levels: Vec<FileLevel>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileLevel {
    level: String,
    name: String,
    does: String,
    trained: String,
    standard: Option<LevelStandard>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_level_leads_to_the_one_above_and_the_highest_to_none() {
        assert_eq!(Level::Practitioner.next(), Some(Level::ClinicalScientist));
        assert_eq!(Level::Consultant.next(), None);
    }

    #[test]
    fn a_level_reads_back_from_its_slug_and_from_its_words_and_from_nothing_else() {
        for level in Level::ALL {
            assert_eq!(level.slug().parse(), Ok(level));
            assert_eq!(level.to_string().to_uppercase().parse(), Ok(level));
        }
        assert!("scientist".parse::<Level>().is_err());
    }

    #[test]
    fn the_framework_as_shipped_has_five_levels_and_four_standards() {
        let framework = Framework::built_in().unwrap();
        let figures: Vec<_> = framework
            .levels()
            .iter()
            .filter_map(|l| l.standard.as_ref())
            .map(|s| (s.reference.as_str(), s.level, s.months, s.hours))
            .collect();
        assert_eq!(
            figures,
            [("ST0218", 2, 14, 326), ("ST0220", 4, 24, 578), ("ST0413", 6, 36, 926), ("ST0893", 7, 36, 626)]
        );
        assert_eq!(framework.level_of("ST0413"), Some(Level::Practitioner));
        assert_eq!(framework.level(Level::Consultant).unwrap().standard, None);
    }

    #[test]
    fn levels_out_of_order_or_unknown_words_are_refused() {
        let text = include_str!("../../data/career-framework.toml");
        let swapped = text.replace("\"associate\"", "\"consultant\"");
        assert_eq!(Framework::parse(&swapped), Err(FrameworkFault::Levels));
        let unknown = text.replace("trained =", "taught =");
        assert!(matches!(Framework::parse(&unknown), Err(FrameworkFault::Shape(_))));
    }
}
