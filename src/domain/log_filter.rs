//! A filter of the history: what of it a signed text answers. Must never know how a log is read.

use chrono::NaiveDate;

use crate::domain::filter::{Filter, FilterFault};
use crate::domain::filter_facts::Facts;
use crate::domain::lists::List;
use crate::domain::when::{parse_day, understand};

/// Which statements are listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogFilter {
    parts: Filter,
    canonical: String,
}

impl LogFilter {
    /// Reads what a person typed on `today`: `audit by:hawthorn since:monday`.
    pub fn parse(text: &str, today: NaiveDate) -> Result<Self, FilterFault> {
        let parts = Filter::parse(text, List::History, today)?;
        let on_any_day = |part: &str| match part.split_once(':') {
            Some((name @ ("since" | "until"), day)) => {
                understand(day, today).map_or_else(|_| part.to_owned(), |day| format!("{name}:{day}"))
            }
            _ => part.to_owned(),
        };
        let canonical = text.to_lowercase().split_whitespace().map(on_any_day).collect::<Vec<_>>().join(" ");
        Ok(Self { parts, canonical })
    }

    /// Whether everything is listed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// The filter as it reads on any other day: `audit by:hawthorn since:2026-11-16`.
    #[must_use]
    pub fn canonical(&self) -> &str {
        &self.canonical
    }

    /// Whether a statement of this signed text is listed. A text that is no statement fits no more than its words.
    #[must_use]
    pub fn fits(&self, text: &str) -> bool {
        let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        // Words alone are the most common wish, and a million statements are looked at.
        if self.parts.is_words() {
            return self.parts.fits(&Facts { texts: &[text], ..Facts::default() });
        }
        self.parts.fits(&Facts {
            texts: &[text],
            by: &[field("signer").unwrap_or_default()],
            day: field("signed").and_then(|signed| parse_day(signed.get(..10)?)),
            statement: field("kind").and_then(|kind| kind.parse().ok()),
            ..Facts::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "countersign/1\nkind sign-off\nitem ST0413 1.1 S26 sha256:0b\nsigned 2026-11-20T14:03:23Z\n\
        feedback Led the audit by: herself\nsigner 02c1 Ann Hawthorn\n";

    fn listed(filter: &str) -> bool {
        let today = parse_day("2026-11-21").unwrap();
        LogFilter::parse(filter, today).unwrap().fits(TEXT)
    }

    #[test]
    fn every_part_of_a_filter_must_hold_and_of_like_parts_one() {
        for fits in [
            "",
            "s26",
            "AUDIT led",
            "by:hawthorn",
            "by:02c1 by:pear",
            "kind:sign-off kind:key",
            "since:yesterday",
            "since:2026-11-20 until:friday",
            "sha256:0b",
            "until:today audit",
        ] {
            assert!(listed(fits), "{fits}");
        }
        for not in ["s27", "by:pear", "kind:key", "since:today", "until:19/11", "by:hawthorn s27", "signer pear"] {
            assert!(!listed(not), "{not}");
        }
    }

    #[test]
    fn a_filter_reads_the_same_on_another_day() {
        let (today, later) = (parse_day("2026-11-21").unwrap(), parse_day("2027-02-03").unwrap());
        for text in ["", "s26 by:Hawthorn", "since:monday until:today audit", "kind:sign-off by:a by:b x"] {
            let filter = LogFilter::parse(text, today).unwrap();
            assert_eq!(LogFilter::parse(filter.canonical(), later).unwrap(), filter, "{text}");
        }
    }
}
