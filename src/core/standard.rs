//! Defines a standard: its duties, KSBs, links and dates.
//!
//! Invariant: a `Standard` is checked when built, and immutable.

pub mod about;
pub mod builder;
pub mod canonical;
pub mod canonical_lines;
pub mod diff;
pub mod error;
pub mod file;
pub mod framework;
pub mod gateway_requirement;
pub mod local;
pub mod local_parts;
pub mod local_state;
pub mod local_text;
pub mod local_view;
pub mod metadata;
pub mod options;
pub mod page;
pub mod scope;
pub mod start_dates;
pub mod versions;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::primitives::date::day_words;
use crate::primitives::ids::{Digest, DutyNo, KsbCode, StandardRef};
use crate::standard::about::About;
use crate::standard::builder::{Duty, StandardParts, title_fault};
use crate::standard::error::StandardFault;
use crate::standard::gateway_requirement::GatewayRequirement;
use crate::standard::local::{CompetenceTerms, LocalCompetenceList};
use crate::standard::options::StandardOption;
use crate::standard::start_dates::StartDates;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ksb {
    pub code: KsbCode,
    pub text: String,
    /// The SHA-256 of the UTF-8 text, which a sign-off binds.
    pub digest: Digest,
    /// The duties that it is linked to, by number; may be empty.
    pub duties: Vec<DutyNo>,
}

/// One version of an occupational standard, a training programme or a local competence list. Once adopted it never
/// changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standard {
    /// Sorted; its KSBs and links are in `ksbs`.
    parts: StandardParts,
    ksbs: Vec<Ksb>,
    local: Option<LocalCompetenceList>,
}

impl Standard {
    /// Checks and sorts the parts; returns all faults, not only the first.
    pub fn build(mut parts: StandardParts) -> Result<Self, Vec<StandardFault>> {
        let faults = parts.faults();
        if !faults.is_empty() {
            return Err(faults);
        }
        parts.about.texts.sort_by_key(|(topic, _)| *topic);
        for option in &mut parts.options {
            option.duties.sort_unstable();
            option.ksbs.sort_unstable();
        }
        parts.duties.sort_by_key(|duty| duty.no);
        let mut links = std::mem::take(&mut parts.links);
        links.sort_unstable();
        let mut duties_of: BTreeMap<KsbCode, Vec<DutyNo>> = BTreeMap::new();
        for (duty, code) in links {
            duties_of.entry(code).or_default().push(duty);
        }
        let ksbs = ksbs(&mut parts, duties_of);
        Ok(Self { parts, ksbs, local: None })
    }

    /// Builds a local competence list in a standard's shape, with competences as KSBs. The caller has checked the
    /// parts.
    pub(crate) fn of_list(
        reference: StandardRef,
        title: String,
        texts: Vec<(KsbCode, String)>,
        local: LocalCompetenceList,
    ) -> Self {
        let mut parts = StandardParts { ksbs: texts, ..StandardParts::new(reference, title, 0, 0) };
        let ksbs = ksbs(&mut parts, BTreeMap::new());
        Self { parts, ksbs, local: Some(local) }
    }

    /// Returns the standard reduced to these duties and KSBs.
    pub(crate) fn keeping(mut self, duties: &BTreeSet<DutyNo>, ksbs: &BTreeSet<KsbCode>) -> Self {
        self.parts.duties.retain(|duty| duties.contains(&duty.no));
        self.ksbs.retain(|ksb| ksbs.contains(&ksb.code));
        self.ksbs.iter_mut().for_each(|ksb| ksb.duties.retain(|no| duties.contains(no)));
        self
    }

    /// Returns the local list's own part; `None` for a standard.
    pub fn local(&self) -> Option<&LocalCompetenceList> {
        self.local.as_ref()
    }

    pub fn term(&self, code: KsbCode) -> Option<&CompetenceTerms> {
        self.local.as_ref().and_then(|local| local.terms.get(&code))
    }

    /// Returns the standard with other short titles for its duties; titles for unknown duties are ignored.
    pub fn with_titles(mut self, titles: &[(DutyNo, String)]) -> Result<Self, Vec<StandardFault>> {
        let faults: Vec<_> = titles.iter().filter_map(|(no, title)| title_fault(*no, title)).collect();
        if !faults.is_empty() {
            return Err(faults);
        }
        for duty in &mut self.parts.duties {
            if let Some((_, title)) = titles.iter().find(|(no, _)| *no == duty.no) {
                duty.title.clone_from(title);
            }
        }
        Ok(self)
    }

    pub fn reference(&self) -> &StandardRef {
        &self.parts.reference
    }

    pub fn title(&self) -> &str {
        &self.parts.title
    }

    pub fn level(&self) -> u8 {
        self.parts.level
    }

    pub fn months(&self) -> u16 {
        self.parts.months
    }

    pub fn hours(&self) -> Option<u32> {
        self.parts.hours
    }

    /// Returns the training programme's slug in the programme rules; `None` for an apprenticeship.
    pub fn programme(&self) -> Option<&str> {
        self.parts.programme.as_deref()
    }

    pub fn starts(&self) -> StartDates {
        self.parts.starts
    }

    /// Returns the duties, by number.
    pub fn duties(&self) -> &[Duty] {
        &self.parts.duties
    }

    /// Returns the KSBs: K, S, B, each by number.
    pub fn ksbs(&self) -> &[Ksb] {
        &self.ksbs
    }

    /// Returns the gateway requirements, in the standard's order; empty if its text has none.
    pub fn gateway(&self) -> &[GatewayRequirement] {
        &self.parts.gateway
    }

    /// Returns the options, in the standard's order; empty if it has none.
    pub fn options(&self) -> &[StandardOption] {
        &self.parts.options
    }

    /// Returns the descriptive texts; empty if the standard was adopted before they were kept.
    pub fn about(&self) -> &About {
        &self.parts.about
    }

    pub fn duty(&self, no: DutyNo) -> Option<&Duty> {
        self.duties().iter().find(|duty| duty.no == no)
    }

    pub fn ksb(&self, code: KsbCode) -> Option<&Ksb> {
        self.ksbs.binary_search_by_key(&code, |ksb| ksb.code).ok().and_then(|at| self.ksbs.get(at))
    }

    /// Returns the KSBs linked to a duty, in order.
    pub fn of_duty(&self, no: DutyNo) -> impl Iterator<Item = &Ksb> {
        self.ksbs.iter().filter(move |ksb| ksb.duties.contains(&no))
    }

    pub fn start_date_warning(&self, date: NaiveDate) -> Option<String> {
        let (starts, reference) = (self.starts(), self.reference());
        let warning = || format!("{reference} is for starts {}, not {}", starts.span(), day_words(date));
        (!starts.hold(date)).then(warning)
    }
}

fn ksbs(parts: &mut StandardParts, mut duties_of: BTreeMap<KsbCode, Vec<DutyNo>>) -> Vec<Ksb> {
    let mut ksbs = std::mem::take(&mut parts.ksbs);
    ksbs.sort_by_key(|(code, _)| *code);
    let ksb = |(code, text): (KsbCode, String)| {
        let duties = duties_of.remove(&code).unwrap_or_default();
        Ksb { code, digest: Digest::of(text.as_bytes()), text, duties }
    };
    ksbs.into_iter().map(ksb).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts() -> StandardParts {
        let duty = |no, text: &str| Duty { no: DutyNo(no), title: String::new(), text: text.into() };
        let code = |s: &str| s.parse::<KsbCode>().unwrap();
        StandardParts {
            starts: StartDates { earliest: NaiveDate::from_ymd_opt(2024, 11, 1), latest: None },
            duties: vec![duty(2, "Trim the wick."), duty(1, "Light the lamp.")],
            ksbs: ["B1", "S2", "S1", "K1"].map(|s| (code(s), format!("Text of {s}."))).to_vec(),
            links: vec![(DutyNo(2), code("S1")), (DutyNo(1), code("S1")), (DutyNo(1), code("K1"))],
            ..StandardParts::new(StandardRef::new("ST9999", "1.0").unwrap(), "Lamp keeper".into(), 3, 12)
        }
    }

    #[test]
    fn ksbs_stand_in_the_order_k_s_b_by_number_and_know_their_duties() {
        let standard = Standard::build(parts()).unwrap();
        assert_eq!(standard.ksbs().iter().map(|k| k.code.to_string()).collect::<Vec<_>>(), ["K1", "S1", "S2", "B1"]);
        assert_eq!(standard.ksb("S1".parse().unwrap()).unwrap().duties, [DutyNo(1), DutyNo(2)]);
        assert_eq!(standard.of_duty(DutyNo(1)).map(|k| k.code.to_string()).collect::<Vec<_>>(), ["K1", "S1"]);
        assert_eq!(standard.duty(DutyNo(2)).unwrap().label(), "Trim the wick.");
        assert_eq!(standard.ksb("K2".parse().unwrap()), None);
    }

    #[test]
    fn a_ksb_s_digest_is_the_sha256_of_its_exact_text() {
        let standard = Standard::build(parts()).unwrap();
        assert_eq!(standard.ksbs()[0].digest, Digest::of(b"Text of K1."));
    }

    #[test]
    fn a_start_outside_the_version_s_dates_is_warned_of_and_one_inside_is_not() {
        let standard = Standard::build(parts()).unwrap();
        let day = |m, d| NaiveDate::from_ymd_opt(2024, m, d).unwrap();
        assert_eq!(standard.start_date_warning(day(11, 1)), None);
        let warning = standard.start_date_warning(day(10, 31)).unwrap();
        assert_eq!(warning, "ST9999 1.0 is for starts from 1 Nov 2024, not 31 Oct 2024");
    }

    #[test]
    fn every_part_that_may_not_stand_is_refused_by_name() {
        type Break = fn(&mut StandardParts);
        let breaks: [(Break, &str); 15] = [
            (|p| p.ksbs.push(p.ksbs[0].clone()), "B1 appears twice"),
            (|p| p.duties.push(p.duties[0].clone()), "Duty 2 appears twice"),
            (|p| p.links.push(p.links[0]), "The link from duty 2 to S1 appears twice"),
            (|p| p.links.push((DutyNo(3), p.links[0].1)), "leads to duty 3, which is not in the standard"),
            (|p| p.ksbs.retain(|k| k.0.to_string() != "K1"), "leads to K1, which is not in the standard"),
            (|p| p.ksbs[0].1 = " ".into(), "B1: The text is empty"),
            (|p| p.ksbs[0].1.push(' '), "B1: The text has a space at an end"),
            (
                |p| p.duties[0].text = "a\nb".into(),
                "Duty 2: The text contains a character that cannot be shown (U+000A at character 2)",
            ),
            (|p| p.duties[0].title = "a\u{202e}b".into(), "The short title of duty 2: The text contains"),
            (|p| (p.ksbs, p.links) = (Vec::new(), Vec::new()), "The standard has no KSB"),
            (|p| p.ksbs[0].1 = "Zoe\u{308}".into(), "is not composed (NFC)"),
            (|p| p.level = 9, "The level is 9. It must be 1 to 8"),
            (|p| p.months = 0, "It must be 1 to 600"),
            (|p| p.starts.latest = NaiveDate::from_ymd_opt(2024, 1, 1), "is before the first"),
            (|p| p.duties = vec![p.duties[0].clone(); 5_000], "The standard has 5004 items. At most 5000 are read"),
        ];
        for (spoil, words) in breaks {
            let mut parts = parts();
            spoil(&mut parts);
            let faults = Standard::build(parts).unwrap_err();
            assert!(faults.iter().any(|f| f.to_string().contains(words)), "{words}: {faults:?}");
        }
    }
}
