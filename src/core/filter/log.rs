//! Applies a filter to the signed texts of the log.

use chrono::NaiveDate;

use crate::filter::row::FilterRow;
use crate::filter::schema::FilterTarget;
use crate::filter::{Filter, FilterFault};
use crate::primitives::date::parse_day;
use crate::primitives::fold::{folded, holds};
use crate::primitives::human_date::parse_human_date;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogFilter {
    words: Vec<String>,
    parts: Filter,
    canonical: String,
}

impl LogFilter {
    /// Parses a filter, such as `audit by:hawthorn since:monday`; dates are relative to `today`.
    pub fn parse(text: &str, today: NaiveDate) -> Result<Self, FilterFault> {
        let mut parts = Filter::parse(text, FilterTarget::History, today)?;
        let words = std::mem::take(&mut parts.words);
        let on_any_day = |part: &str| match part.split_once(':') {
            Some((name @ ("since" | "until"), day)) => parse_human_date(day, today, FilterTarget::History.looks(name))
                .map_or_else(|_| part.to_owned(), |day| format!("{name}:{day}")),
            _ => part.to_owned(),
        };
        let mut canonical: Vec<String> = text.to_lowercase().split_whitespace().map(on_any_day).collect();
        // The order of terms does not matter: words come first, then who, what and when.
        canonical
            .sort_by_key(|part| ["by:", "kind:", "since:", "until:"].iter().position(|name| part.starts_with(name)));
        let canonical = canonical.join(" ");
        Ok(Self { words, parts, canonical })
    }

    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.parts.is_empty()
    }

    /// Returns the filter with absolute dates, sorted: `audit by:hawthorn since:2026-11-16`.
    pub fn canonical(&self) -> &str {
        &self.canonical
    }

    /// Returns whether a signed text matches. A text that is not a statement can match only words.
    pub fn fits(&self, text: &str) -> bool {
        // Words first: they are the most common filter, and a million statements are scanned.
        self.words.iter().all(|word| says(text, word)) && (self.parts.is_empty() || self.fits_parts(text))
    }

    fn fits_parts(&self, text: &str) -> bool {
        let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        self.parts.fits(&FilterRow {
            by: &[field("signer").unwrap_or_default()],
            day: field("signed").and_then(|signed| parse_day(signed.get(..10)?)),
            statement: field("kind").and_then(|kind| kind.parse().ok()),
            ..FilterRow::default()
        })
    }
}

/// The minimum length of a prefix that finds an id or digest, in characters: four match dozens by chance among a
/// million statements.
const BEGINNING: usize = 6;

/// Returns whether a signed text contains a folded word. Ids, digests and keys match only by prefix: one digest in a
/// thousand contains `key` by chance.
fn says(text: &str, word: &str) -> bool {
    let is_word = |token: &str| {
        let chosen = token.strip_prefix("sha256:").unwrap_or(token);
        if is_drawn(chosen) {
            word.len() >= BEGINNING && (begins(chosen, word) || begins(token, word))
        } else {
            holds(token, word)
        }
    };
    holds(text, word) && text.split_whitespace().any(is_word)
}

fn begins(token: &str, word: &str) -> bool {
    folded(token).starts_with(word)
}

/// Returns whether a token is an id, nonce, digest or key: long hexadecimal or Base64, unlike any word of prose.
fn is_drawn(token: &str) -> bool {
    let all = |is: fn(&u8) -> bool| token.bytes().all(|byte| is(&byte));
    let any = |is: fn(&u8) -> bool| token.bytes().any(|byte| is(&byte));
    token.len() >= 32
        && (all(|byte| byte.is_ascii_hexdigit() || *byte == b'-')
            || all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(byte))
                && any(u8::is_ascii_digit)
                && any(u8::is_ascii_uppercase)
                && any(u8::is_ascii_lowercase))
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
    fn a_word_is_not_found_by_chance_in_what_no_person_chose() {
        let drawn = [
            (
                "sha256:0b1e5dead7a9c0b1e5dead7a9c0b1e5dead7a9c0b1e5dead7a9c0b1e5dead7a9",
                ["0b1e5d", "sha256:0b1e", "dead"],
            ),
            ("01a1ff88-dead-7ef7-ad37-322990881234", ["01a1ff88", "01a1ff88-dead", "dead"]),
            ("441ed1e1dead6bda6acf4d97657d6eaf", ["441ed1e1dead6bda6acf4d97657d6eaf", "441ed1", "dead"]),
            ("tJBG6YLGa7pgz/FDxR0keyi1Bqa6vjRi249TB8fCNxY=", ["tjbg6y", "tjbg6ylga7pgz/fdxr0keyi1", "key"]),
        ];
        let today = parse_day("2026-11-21").unwrap();
        for (token, [start, longer, inside]) in drawn {
            let text = format!("countersign/1\nseen 4 {token}\nfeedback Led the audit\n");
            let listed = |word: &str| LogFilter::parse(word, today).unwrap().fits(&text);
            assert!(listed(start) && listed(longer) && listed("audit"), "{token}");
            assert!(!listed(inside), "{inside} in {token}");
            assert!(!listed(&start[..BEGINNING - 1]), "{start}");
            assert!(
                LogFilter::parse(inside, today).unwrap().fits(&format!("{text}action the {inside}line\n")),
                "{inside}"
            );
        }
        // As long, but words.
        for prose in ["https://example.org/2026/Donaudampfschifffahrt", "donaudampfschifffahrtsgesellschaftskapitän"] {
            assert!(LogFilter::parse("schifffahrt", today).unwrap().fits(prose), "{prose}");
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
