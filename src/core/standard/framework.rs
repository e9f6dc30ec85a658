//! Parses the career framework: each level's work, training, routes and standard.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::Deserialize;
use thiserror::Error;

use crate::primitives::date::day_words;
use crate::primitives::level::Level;
use crate::primitives::toml_value::{date, parsed};

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelStandard {
    /// Such as `ST0413`.
    pub reference: String,
    pub level: u8,
    pub months: u16,
    pub hours: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelNotes {
    #[serde(deserialize_with = "parsed")]
    pub level: Level,
    pub name: String,
    /// What they do, in our own words.
    pub does: String,
    pub trained: String,
    pub standard: Option<LevelStandard>,
    #[serde(default)]
    pub routes: Vec<String>,
    /// The registers that its standard leads to.
    #[serde(default)]
    pub registers: Vec<String>,
    /// Other public standards of the level, a sentence each.
    #[serde(default)]
    pub others: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// A stable slug, such as `stp`.
    pub id: String,
    pub name: String,
    /// A description, in our own words.
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Framework {
    pub source: String,
    #[serde(deserialize_with = "date")]
    pub dated: NaiveDate,
    /// When the standards' figures were checked.
    #[serde(deserialize_with = "date")]
    pub checked: NaiveDate,
    pub attribution: String,
    /// An introduction, in our own words.
    pub about: String,
    levels: Vec<LevelNotes>,
    routes: Vec<Route>,
}

#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FrameworkFault {
    #[error("The career framework cannot be read: {0}")]
    Shape(String),
    #[error("The career framework does not contain its five levels in order")]
    Levels,
    #[error("The career framework names a route that it does not have, or has one twice")]
    Routes,
}

impl LevelStandard {
    /// Returns words: `Standard: ST0413, level 6, typically 36 months, at least 926 off-the-job hours`.
    pub fn words(&self) -> String {
        format!(
            "Standard: {}, level {}, typically {} months, at least {} off-the-job hours",
            self.reference, self.level, self.months, self.hours
        )
    }
}

impl Framework {
    pub fn built_in() -> Result<Self, FrameworkFault> {
        Self::parse(include_str!("../../../data/career-framework.toml"))
    }

    pub fn parse(text: &str) -> Result<Self, FrameworkFault> {
        let framework: Self = toml::from_str(text).map_err(|e| FrameworkFault::Shape(e.to_string()))?;
        let ids: BTreeSet<&str> = framework.routes.iter().map(|route| route.id.as_str()).collect();
        let known = framework.levels.iter().flat_map(|level| &level.routes).all(|id| ids.contains(id.as_str()));
        if !known || ids.len() != framework.routes.len() {
            return Err(FrameworkFault::Routes);
        }
        if !framework.levels.iter().map(|notes| notes.level).eq(Level::ALL) {
            return Err(FrameworkFault::Levels);
        }
        Ok(framework)
    }

    pub fn levels(&self) -> &[LevelNotes] {
        &self.levels
    }

    /// Returns the routes, in the order in which they lead upwards.
    pub fn routes(&self) -> &[Route] {
        &self.routes
    }

    pub fn routes_to(&self, notes: &LevelNotes) -> Vec<&str> {
        let name = |id: &String| self.routes.iter().find(|route| route.id == *id).map(|route| route.name.as_str());
        notes.routes.iter().filter_map(name).collect()
    }

    pub fn from(&self) -> String {
        let (dated, checked) = (day_words(self.dated), day_words(self.checked));
        format!("{}, dated {dated}; the figures of the standards were checked on {checked}", self.source)
    }

    pub fn sections(&self) -> Vec<(String, Vec<String>)> {
        let level = |notes: &LevelNotes| {
            let mut texts = vec![notes.does.clone(), format!("Training: {}", notes.trained)];
            texts.push(format!("Routes: {}", self.routes_to(notes).join(", ")));
            texts.extend(notes.standard.as_ref().map(LevelStandard::words));
            texts.extend(notes.others.iter().map(|other| format!("Also: {other}")));
            texts.extend((!notes.registers.is_empty()).then(|| format!("Registers: {}", notes.registers.join("; "))));
            (notes.name.clone(), texts)
        };
        let mut all = vec![("Career framework".to_owned(), vec![self.about.clone()])];
        all.extend(self.levels.iter().map(level));
        let routes = self.routes.iter().map(|route| format!("{}. {}", route.name, route.text)).collect();
        all.push(("Routes".to_owned(), routes));
        all.push(("Where this is from".to_owned(), vec![self.from(), self.attribution.clone()]));
        all
    }

    pub fn level(&self, level: Level) -> Option<&LevelNotes> {
        self.levels.iter().find(|notes| notes.level == level)
    }

    pub fn level_of(&self, reference: &str) -> Option<Level> {
        let trains = |notes: &&LevelNotes| notes.standard.as_ref().is_some_and(|s| s.reference == reference);
        self.levels.iter().find(trains).map(|notes| notes.level)
    }
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
        let text = include_str!("../../../data/career-framework.toml");
        let swapped = text.replace("\"associate\"", "\"consultant\"");
        assert_eq!(Framework::parse(&swapped), Err(FrameworkFault::Levels));
        for (from, to) in [("id = \"stp\"", "id = \"other\""), ("id = \"school\"", "id = \"stp\"")] {
            assert_eq!(Framework::parse(&text.replace(from, to)), Err(FrameworkFault::Routes), "{from}");
        }
        let unknown = text.replace("trained =", "taught =");
        assert!(matches!(Framework::parse(&unknown), Err(FrameworkFault::Shape(_))));
    }
}
