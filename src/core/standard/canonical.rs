//! Encodes a standard as the canonical text that its digest covers, and decodes it.
//!
//! One field a line, `key SP value LF`, in this order; unset fields and short titles are left out. No text contains a
//! line break, so nothing is escaped:
//!
//! ```text
//! countersign-standard/1
//! standard ST0413 1.1
//! title Healthcare science practitioner (integrated degree)
//! level 6
//! months 36
//! hours 926
//! programme stp                             not for an apprenticeship
//! earliest 2024-11-01
//! latest 2030-12-31
//! duty 1 Practice according to …            each duty, by number
//! ksb K1 Legislation, standards of …        each KSB, K S B by number, and after it
//! link K1 1                                 each duty it is linked to, by number
//! gateway english-maths English and maths   each requirement of the gateway, in the author's order, and after it
//! rule …  alternative …  note …  source …   those that it has, a line each; a requirement can have alternatives
//! option Oil lamps                          each option, in the author's order, and after it
//! option-duty 2  option-ksb K2              the duties and KSBs that belong to options, a line each
//! assessment reformed                       if the standard says so
//! assessment-months 2                       the months of assessment
//! version 1.1 2024-11-01 - Revised          each version: first and last start date (- is open), what changed
//! about purpose The broad purpose of …      each text of a topic, the topics in order
//! ```

use std::fmt::Write as _;

use crate::primitives::ids::{Digest, DutyNo, KsbCode};
use crate::standard::Standard;
use crate::standard::about::Topic;
use crate::standard::builder::{Duty, StandardParts};
use crate::standard::canonical_lines::{CanonicalFault, Lines};
use crate::standard::gateway_requirement::GatewayRequirement;
use crate::standard::local_text::canonical;
use crate::standard::options::StandardOption;

const HEAD: &str = "countersign-standard/1";

impl Standard {
    /// Returns the canonical text (see the module documentation; `local_text` has the format of a local list).
    pub fn canonical(&self) -> String {
        if self.local().is_some() {
            return canonical(self);
        }
        let mut text =
            format!("{HEAD}\nstandard {}\ntitle {}\nlevel {}\n", self.reference(), self.title(), self.level());
        let mut line = |key: &str, value: &dyn std::fmt::Display| {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{key} {value}");
        };
        line("months", &self.months());
        self.hours().iter().for_each(|hours| line("hours", hours));
        self.programme().iter().for_each(|programme| line("programme", programme));
        self.starts().earliest.iter().for_each(|day| line("earliest", day));
        self.starts().latest.iter().for_each(|day| line("latest", day));
        for duty in self.duties() {
            line("duty", &format_args!("{} {}", duty.no, duty.text));
        }
        for ksb in self.ksbs() {
            line("ksb", &format_args!("{} {}", ksb.code, ksb.text));
            for duty in &ksb.duties {
                line("link", &format_args!("{} {duty}", ksb.code));
            }
        }
        for one in self.gateway() {
            line("gateway", &format_args!("{} {}", one.id, one.text));
            one.rule.iter().for_each(|rule| line("rule", rule));
            one.alternatives.iter().for_each(|other| line("alternative", other));
            one.note.iter().for_each(|note| line("note", note));
            one.source.iter().for_each(|source| line("source", source));
        }
        for option in self.options() {
            line("option", &option.name);
            option.duties.iter().for_each(|no| line("option-duty", no));
            option.ksbs.iter().for_each(|code| line("option-ksb", code));
        }
        let about = self.about();
        about.assessment.iter().for_each(|one| line("assessment", &one.slug()));
        about.assessment_months.iter().for_each(|months| line("assessment-months", months));
        about.versions.iter().for_each(|version| line("version", version));
        about.texts.iter().for_each(|(topic, text)| line("about", &format_args!("{topic} {text}")));
        text
    }

    /// Returns the SHA-256 of the canonical text, which an adoption signs.
    pub fn digest(&self) -> Digest {
        Digest::of(self.canonical().as_bytes())
    }

    /// Decodes a canonical text; the duties have no short titles. Any other encoding of the same standard is refused.
    pub fn from_canonical(text: &str) -> Result<Self, CanonicalFault> {
        let mut lines = Lines::after(HEAD, "standard", text)?;
        let mut parts = StandardParts::new(
            lines.value("standard", "the standard's reference and version")?,
            lines.value("title", "its title")?,
            lines.value("level", "its level")?,
            lines.value("months", "its months to the gateway")?,
        );
        parts.hours = lines.optional("hours", "its off-the-job hours")?;
        parts.programme = lines.optional("programme", "its training programme")?;
        parts.starts.earliest = lines.optional("earliest", "its first start date")?;
        parts.starts.latest = lines.optional("latest", "its last start date")?;
        while let Some((no, text)) = lines.pair("duty", "a duty")? {
            parts.duties.push(Duty { no: DutyNo(no), title: String::new(), text });
        }
        while let Some((code, text)) = lines.pair::<KsbCode, String>("ksb", "a KSB")? {
            parts.ksbs.push((code, text));
            while let Some((code, no)) = lines.pair("link", "a link")? {
                parts.links.push((DutyNo(no), code));
            }
        }
        while let Some((id, text)) = lines.pair("gateway", "a requirement of the gateway")? {
            let rule = lines.optional("rule", "its rule")?;
            let alternatives = lines.all("alternative", "an alternative")?;
            let (note, source) = (lines.optional("note", "its note")?, lines.optional("source", "its source")?);
            parts.gateway.push(GatewayRequirement { id, text, rule, alternatives, note, source });
        }
        while let Some(name) = lines.optional("option", "an option")? {
            let duties = lines.all("option-duty", "a duty of an option")?.into_iter().map(DutyNo).collect();
            parts.options.push(StandardOption { name, duties, ksbs: lines.all("option-ksb", "a KSB of an option")? });
        }
        let about = &mut parts.about;
        about.assessment = lines.optional("assessment", "how it is assessed")?;
        about.assessment_months = lines.optional("assessment-months", "its months of assessment")?;
        about.versions = lines.all("version", "a version of it")?;
        while let Some((topic, text)) = lines.pair::<Topic, String>("about", "a text about it")? {
            about.add(topic, text);
        }
        lines.end()?;
        let spelling = CanonicalFault::Spelling("standard");
        let standard = Self::build(parts)
            .map_err(|faults| faults.into_iter().next().map_or(spelling.clone(), CanonicalFault::Standard))?;
        if standard.canonical() == text { Ok(standard) } else { Err(spelling) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::primitives::ids::StandardRef;
    use crate::standard::about::{About, Assessment, VersionDates};
    use crate::standard::start_dates::StartDates;
    use proptest::prelude::*;

    fn standards() -> impl Strategy<Value = Standard> {
        let text = || "[!-~£é’]([ -~£é’]{0,20}[!-~£é’])?";
        let day = || proptest::option::of((1990..2100_i32, 1..=365_u32));
        let codes = proptest::collection::btree_map(("[KSB]", 1..40_u16), text(), 1..12);
        let duties = proptest::collection::btree_map(1..40_u16, (text(), text()), 0..6);
        let maybe = || proptest::option::of(text());
        let others = proptest::collection::vec(text(), 0..3);
        let requirement = (text(), maybe(), others, maybe(), maybe());
        let gateway = proptest::collection::btree_map("[a-z0-9][a-z0-9-]{0,8}", requirement, 0..4);
        let programme = proptest::option::of("[a-z0-9][a-z0-9-]{0,8}");
        let head = (text(), 1..=8_u8, 1..=600_u16, (proptest::option::of(any::<u32>()), programme), day(), day());
        let options = proptest::collection::btree_set("[a-z]([a-z -]{0,8}[a-z])?", 0..4);
        let topic = proptest::sample::select(&Topic::ALL);
        let texts = proptest::collection::vec((topic, text()), 0..6);
        let version = ("[0-9]\\.[0-9]", day(), day(), maybe());
        let assessment = proptest::option::of(proptest::sample::select(&Assessment::ALL));
        let versions = proptest::collection::vec(version, 0..4);
        let about = (assessment, proptest::option::of(1..=60_u16), versions, texts);
        (head, codes, duties, any::<u64>(), gateway, options, about).prop_map(
            |(head, codes, duties, chosen, gateway, options, about)| {
                let (title, level, months, (hours, programme), a, b) = head;
                let date = |d: Option<(i32, u32)>| d.and_then(|(y, d)| chrono::NaiveDate::from_yo_opt(y, d));
                let (a, b) = (date(a), date(b));
                let (earliest, latest) = if a.is_some() && b.is_some() && b < a { (b, a) } else { (a, b) };
                let ksbs: Vec<(KsbCode, String)> =
                    codes.into_iter().map(|((k, n), text)| (format!("{k}{n}").parse().unwrap(), text)).collect();
                let duties: Vec<_> =
                    duties.into_iter().map(|(no, (title, text))| Duty { no: DutyNo(no), title, text }).collect();
                let every = ksbs.iter().flat_map(|(code, _)| duties.iter().map(|d| (d.no, *code)));
                let links =
                    every.enumerate().filter(|(i, _)| chosen.rotate_left(*i as u32) & 1 == 1).map(|(_, l)| l).collect();
                let reference = StandardRef::new("ST1", "1.0").unwrap();
                let starts = StartDates { earliest, latest };
                let requirement = |(id, (text, rule, alternatives, note, source))| GatewayRequirement {
                    id,
                    text,
                    rule,
                    alternatives,
                    note,
                    source,
                };
                let gateway = gateway.into_iter().map(requirement).collect();
                let option = |(at, name): (u32, String)| StandardOption {
                    name,
                    duties: duties
                        .iter()
                        .filter(|d| chosen.rotate_left(u32::from(d.no.0) + at) & 3 == 1)
                        .map(|d| d.no)
                        .collect(),
                    ksbs: ksbs
                        .iter()
                        .filter(|k| chosen.rotate_left(u32::from(k.0.number) * 3 + at) & 3 == 2)
                        .map(|k| k.0)
                        .collect(),
                };
                let options = (0..).zip(options).map(option).collect();
                let (assessment, assessment_months, versions, texts) = about;
                let mut known = std::collections::BTreeSet::new();
                let version = |(version, a, b, change)| {
                    let (a, b) = (date(a), date(b));
                    let (earliest, latest) = if a.is_some() && b.is_some() && b < a { (b, a) } else { (a, b) };
                    VersionDates { version, change, earliest, latest }
                };
                let versions = versions.into_iter().map(version);
                let versions = versions.filter(|one| known.insert(one.version.clone())).collect();
                let about = About { assessment, assessment_months, versions, texts };
                let parts = StandardParts {
                    reference,
                    title,
                    level,
                    months,
                    hours,
                    programme,
                    starts,
                    duties,
                    ksbs,
                    links,
                    gateway,
                    options,
                    about,
                };
                Standard::build(parts).unwrap()
            },
        )
    }

    proptest! {
        #[test]
        fn the_text_of_a_standard_reads_back_as_that_standard(standard in standards()) {
            let titles: Vec<_> = standard.duties().iter().map(|d| (d.no, d.title.clone())).collect();
            let text = standard.canonical();
            let read = Standard::from_canonical(&text).unwrap();
            prop_assert_eq!(read.digest(), standard.digest());
            prop_assert_eq!(read.with_titles(&titles).unwrap(), standard);
        }

        #[test]
        fn no_changed_text_is_taken_for_the_same_standard(standard in standards(), at: prop::sample::Index, c in "[ -~\n]") {
            let text = standard.canonical();
            let at = at.index(text.len());
            prop_assume!(text.is_char_boundary(at) && text.is_char_boundary(at + 1) && text[at..=at] != c);
            let changed = format!("{}{c}{}", &text[..at], &text[at + 1..]);
            if let Ok(other) = Standard::from_canonical(&changed) {
                prop_assert_eq!(other.canonical(), changed);
                prop_assert_ne!(other.digest(), standard.digest());
            }
        }

        #[test]
        fn a_short_title_is_not_part_of_the_digest(standard in standards()) {
            let bare: Vec<_> = standard.duties().iter().map(|d| (d.no, String::new())).collect();
            prop_assert_eq!(standard.clone().with_titles(&bare).unwrap().digest(), standard.digest());
        }
    }

    #[test]
    fn a_second_spelling_is_refused() {
        let good =
            "countersign-standard/1\nstandard ST1 1.0\ntitle T\nlevel 3\nmonths 12\nduty 1 D\nksb K1 k\nlink K1 1\n";
        assert_eq!(Standard::from_canonical(good).unwrap().canonical(), good);
        let spoilt = [
            (good.replace("level 3", "level +3"), "in the one way"),
            (good.replace("months 12", "months 012"), "in the one way"),
            (good.replace("ksb K1", "ksb k1"), "in the one way"),
            (good.trim_end().to_owned(), "in the one way"),
            (good.replace("link K1 1\n", "link K1 1\nlink K1 1\n"), "appears twice"),
            (good.replace("level 3\n", ""), "Line 4 of the standard's text is not its level"),
            (good.replace("duty 1 D", "duty one D"), "Line 6 of the standard's text is not a duty"),
            (format!("{good}note x\n"), "Line 9"),
            (good.replace("/1", "/2"), "Line 1"),
        ];
        for (text, words) in spoilt {
            let fault = Standard::from_canonical(&text).unwrap_err().to_string();
            assert!(fault.contains(words), "{fault}");
        }
    }
}
