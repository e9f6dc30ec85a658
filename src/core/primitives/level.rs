//! Defines the five levels of the healthcare science career framework.

use std::fmt;
use std::str::FromStr;

use crate::primitives::ids::{ValueFault, fault};

slugs! {
    /// A level of the healthcare science career framework, lowest first.
    Level {
        Assistant = "assistant";
        Associate = "associate";
        Practitioner = "practitioner";
        ClinicalScientist = "clinical-scientist";
        Consultant = "consultant";
    }
}

impl Level {
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

    /// Parses a slug or words, in any case: `clinical-scientist`, `Clinical scientist`.
    fn from_str(s: &str) -> Result<Self, ValueFault> {
        let slug = s.trim().to_lowercase().replace(' ', "-");
        Self::ALL
            .into_iter()
            .find(|level| level.slug() == slug)
            .ok_or_else(|| fault(s, "a level: assistant, associate, practitioner, clinical-scientist or consultant"))
    }
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
}
