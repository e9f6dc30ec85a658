//! The filter language of the history: words, who signed, since when, which kind. Must never know how a log is read.

use chrono::NaiveDate;

use crate::domain::filter::FilterFault;
use crate::domain::statement::Kind;
use crate::domain::when::{parse_day, understand};

/// Which statements are listed. Words must all stand in the signed text; of several signers or kinds one is enough.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogFilter {
    words: Vec<String>,
    by: Vec<String>,
    kinds: Vec<Kind>,
    since: Option<NaiveDate>,
    until: Option<NaiveDate>,
}

const PREFIXES: &str = "write words, by:hawthorn, since:monday, until:2026-11-20 or kind:sign-off";
const DAY: &str = "write a day in one word, as in since:monday, since:20/11 or since:2026-11-20";
const KIND: &str = "write a kind of statement, as in kind:sign-off or kind:withdraw";

impl LogFilter {
    /// Reads what a person typed on `today`: `audit by:hawthorn since:monday`.
    pub fn parse(text: &str, today: NaiveDate) -> Result<Self, FilterFault> {
        let (mut filter, mut at) = (Self::default(), 1);
        for part in text.to_lowercase().split(char::is_whitespace) {
            if !part.is_empty() {
                filter.add(part, today).map_err(|hint| FilterFault { read: part.to_owned(), at, hint })?;
            }
            at += part.chars().count() + 1;
        }
        Ok(filter)
    }

    fn add(&mut self, part: &str, today: NaiveDate) -> Result<(), &'static str> {
        match part.split_once(':') {
            Some(("by", name)) if !name.is_empty() => self.by.push(name.to_owned()),
            Some(("kind", kind)) => self.kinds.push(kind.parse().map_err(|_| KIND)?),
            Some(("since", day)) => self.since = Some(understand(day, today).map_err(|_| DAY)?),
            Some(("until", day)) => self.until = Some(understand(day, today).map_err(|_| DAY)?),
            Some((name, value))
                if name == "by" || !name.is_empty() && !value.is_empty() && name.chars().all(char::is_alphabetic) =>
            {
                return Err(PREFIXES);
            }
            _ => self.words.push(part.to_owned()),
        }
        Ok(())
    }

    /// Whether everything is listed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The filter as it reads on any other day: `audit by:hawthorn since:2026-11-16`.
    #[must_use]
    pub fn canonical(&self) -> String {
        let by = self.by.iter().map(|name| format!("by:{name}"));
        let kinds = self.kinds.iter().map(|kind| format!("kind:{}", kind.slug()));
        let days = [("since", self.since), ("until", self.until)];
        let days = days.into_iter().filter_map(|(name, day)| day.map(|day| format!("{name}:{day}")));
        self.words.iter().cloned().chain(by).chain(kinds).chain(days).collect::<Vec<_>>().join(" ")
    }

    /// Whether a statement of this signed text is listed. A text that is no statement fits no more than its words.
    #[must_use]
    pub fn fits(&self, text: &str) -> bool {
        let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        let kind = || field("kind").is_some_and(|kind| self.kinds.iter().any(|wanted| wanted.slug() == kind));
        let day = || field("signed").and_then(|signed| parse_day(signed.get(..10)?));
        let by = || {
            let signer = field("signer").unwrap_or_default().to_lowercase();
            self.by.iter().any(|name| signer.contains(name.as_str()))
        };
        (self.kinds.is_empty() || kind())
            && (self.by.is_empty() || by())
            && self.since.is_none_or(|since| day().is_some_and(|day| day >= since))
            && self.until.is_none_or(|until| day().is_some_and(|day| day <= until))
            && (self.words.is_empty() || {
                let text = text.to_lowercase();
                self.words.iter().all(|word| text.contains(word.as_str()))
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
            assert_eq!(LogFilter::parse(&filter.canonical(), later).unwrap(), filter, "{text}");
        }
    }

    #[test]
    fn what_is_not_understood_is_named_with_its_place() {
        let today = parse_day("2026-11-21").unwrap();
        for (text, at) in [("x since:soon", 3), ("kind:", 1), ("by:", 1), ("a b colour:red", 5)] {
            let fault = LogFilter::parse(text, today).unwrap_err();
            assert_eq!(fault.at, at, "{text}: {fault}");
        }
    }
}
