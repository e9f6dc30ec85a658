//! The career framework: what each level does, how it is trained, which standard is for it. Must never name a person.

use chrono::NaiveDate;
use serde::Deserialize;
use thiserror::Error;

use crate::domain::level::Level;
use crate::domain::toml_date::date;
use crate::domain::value::ValueFault;

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
