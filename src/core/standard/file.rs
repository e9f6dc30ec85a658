//! Parses a standard in the TOML authoring format that `data/st0413-1.1.toml` explains.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;
use thiserror::Error;

use crate::primitives::ids::{DutyNo, KsbCode, StandardRef, ValueFault};
use crate::standard::Standard;
use crate::standard::about::{About, Assessment, Topic, VersionDates};
use crate::standard::builder::{Duty, StandardParts};
use crate::standard::error::StandardFault;
use crate::standard::gateway_requirement::GatewayRequirement;
use crate::standard::metadata::{FundingRule, StandardNotes};
use crate::standard::options::{StandardOption, follow_duties};
use crate::standard::start_dates::StartDates;

#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StandardFileFault {
    #[error("The standard's file cannot be read{}: {why}", .line.map(|line| format!(" (line {line})")).unwrap_or_default())]
    Shape { line: Option<usize>, why: String },
    #[error("{0}")]
    Value(#[from] ValueFault),
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Standard(Vec<StandardFault>),
}

/// The reference and version of the built-in standard.
const SHIPPED: (&str, &str) = ("ST0413", "1.1");

/// Returns whether this is the built-in version. Its text was frozen before canonical texts included the gateway and
/// descriptive part, so both come from the program, whichever file it is read from.
pub fn is_shipped(of: &StandardRef) -> bool {
    (of.reference(), of.version()) == SHIPPED
}

/// Returns the versions that the built-in standard lists; empty for another standard.
pub fn shipped_versions(reference: &str) -> Vec<VersionDates> {
    static VERSIONS: OnceLock<Vec<VersionDates>> = OnceLock::new();
    if reference != SHIPPED.0 {
        return Vec::new();
    }
    VERSIONS.get_or_init(|| st0413().map(|(_, notes)| notes.about.versions).unwrap_or_default()).clone()
}

/// Parses the built-in standard: ST0413 version 1.1.
pub fn st0413() -> Result<(Standard, StandardNotes), StandardFileFault> {
    standard(include_str!("../../../data/st0413-1.1.toml"))
}

pub fn standard(text: &str) -> Result<(Standard, StandardNotes), StandardFileFault> {
    let (parts, notes) = read(text)?;
    Ok((Standard::build(parts).map_err(StandardFileFault::Standard)?, notes))
}

/// Parses a standard's parts, not yet validated, and its notes from TOML.
pub fn read(text: &str) -> Result<(StandardParts, StandardNotes), StandardFileFault> {
    let file: File = toml::from_str(text).map_err(|e: toml::de::Error| {
        let line = e.span().and_then(|span| text.get(..span.start)).map(|before| before.matches('\n').count() + 1);
        StandardFileFault::Shape { line, why: e.message().replace('\n', ", ") }
    })?;
    let about = about(&file)?;
    let mut ksbs = Vec::with_capacity(file.ksbs.len());
    for (code, text) in file.ksbs {
        ksbs.push((code.parse::<KsbCode>()?, text));
    }
    let mut links = Vec::new();
    for duty in &file.duties {
        for code in &duty.ksbs {
            links.push((DutyNo(duty.no), code.parse::<KsbCode>()?));
        }
    }
    let mut options = Vec::with_capacity(file.options.len());
    for FileOption { name, duties, ksbs } in file.options {
        let ksbs = ksbs.iter().map(|code| code.parse()).collect::<Result<_, _>>()?;
        options.push(StandardOption { name, duties: duties.into_iter().map(DutyNo).collect(), ksbs });
    }
    follow_duties(&mut options, &links);
    let duty = |FileDuty { no, title, text, .. }| Duty { no: DutyNo(no), title, text };
    let reference = StandardRef::new(&file.reference, &file.version)?;
    let shipped = is_shipped(&reference);
    let parts = StandardParts {
        reference,
        title: file.title,
        level: file.level,
        months: file.months_to_gateway,
        hours: file.hours,
        programme: file.programme,
        starts: file.starts,
        duties: file.duties.into_iter().map(duty).collect(),
        ksbs,
        links,
        gateway: if shipped { Vec::new() } else { file.gateway.clone() },
        options,
        about: if shipped { About::default() } else { about.clone() },
    };
    let notes = StandardNotes { about, funding: file.funding, gateway: file.gateway };
    Ok((parts, notes))
}

fn about(file: &File) -> Result<About, StandardFileFault> {
    let mut versions = file.versions.clone();
    if let Some(change) = &file.change
        && versions.iter().all(|one| one.version != file.version)
    {
        let StartDates { earliest, latest } = file.starts;
        versions
            .insert(0, VersionDates { version: file.version.clone(), change: Some(change.clone()), earliest, latest });
    }
    let assessment = file.assessment.as_deref().map(str::parse::<Assessment>).transpose()?;
    let mut about = About { assessment, assessment_months: file.months_epa, versions, texts: Vec::new() };
    for (topic, texts) in &file.about {
        let topic: Topic = topic.parse()?;
        match texts {
            Texts::One(text) => about.add(topic, text),
            Texts::Several(texts) => texts.iter().for_each(|text| about.add(topic, text)),
        }
    }
    for (topic, text) in [
        (Topic::Qualification, &file.qualification),
        (Topic::QualityAssurance, &file.quality_assurance),
        (Topic::Source, &file.source),
        (Topic::Attribution, &file.attribution),
    ] {
        if let Some(text) = text {
            about.add(topic, text);
        }
    }
    for one in &file.recognition {
        about.add(Topic::Recognition, format!("{}: {}", one.body, one.level));
    }
    if about.of(Topic::EnglishMaths).next().is_none()
        && let Some(asked) = file.gateway.iter().find(|one| one.id == "english-maths")
    {
        let texts = asked.rule.iter().chain(&asked.alternatives).chain(&asked.note);
        texts.for_each(|text| about.add(Topic::EnglishMaths, text));
    }
    about.texts.sort_by_key(|(topic, _)| *topic);
    Ok(about)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    reference: String,
    version: String,
    title: String,
    level: u8,
    months_to_gateway: u16,
    hours: Option<u32>,
    change: Option<String>,
    assessment: Option<String>,
    months_epa: Option<u16>,
    programme: Option<String>,
    qualification: Option<String>,
    quality_assurance: Option<String>,
    source: Option<String>,
    attribution: Option<String>,
    #[serde(default)]
    about: BTreeMap<String, Texts>,
    #[serde(default)]
    recognition: Vec<FileRecognition>,
    #[serde(default)]
    starts: StartDates,
    #[serde(default)]
    versions: Vec<VersionDates>,
    #[serde(default)]
    funding: Vec<FundingRule>,
    #[serde(default)]
    gateway: Vec<GatewayRequirement>,
    #[serde(default)]
    options: Vec<FileOption>,
    #[serde(default)]
    duties: Vec<FileDuty>,
    ksbs: BTreeMap<String, String>,
}

/// One text of a topic, or several.
#[derive(Deserialize)]
#[serde(untagged)]
enum Texts {
    One(String),
    Several(Vec<String>),
}

/// A professional body that recognises the standard, and the register or title.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileRecognition {
    body: String,
    level: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileDuty {
    no: u16,
    #[serde(default)]
    title: String,
    text: String,
    #[serde(default)]
    ksbs: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileOption {
    name: String,
    #[serde(default)]
    duties: Vec<u16>,
    #[serde(default)]
    ksbs: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::standard::versions::of_start;

    const SMALL: &str = "reference = 'X1'\nversion = '1'\ntitle = 'T'\nlevel = 2\nmonths_to_gateway = 14\n\
                         [[duties]]\nno = 1\ntext = 'D'\nksbs = ['K1']\n[ksbs]\nK1 = 'k'\n";

    #[test]
    fn a_file_with_only_what_is_asked_for_is_a_standard() {
        let (standard, notes) = standard(SMALL).unwrap();
        assert_eq!((standard.ksbs().len(), standard.hours(), notes), (1, None, StandardNotes::default()));
    }

    #[test]
    fn an_unknown_word_a_wrong_code_and_a_link_to_nothing_are_refused_with_their_names() {
        for (from, to, words) in [
            ("title =", "titel =", "titel"),
            ("K1 = 'k'", "Q1 = 'k'", "“Q1” is not a KSB code"),
            ("['K1']", "['K2']", "leads to K2, which is not in the standard"),
            ("[ksbs]", "[starts]\nearliest = 2024-11-01T10:00:00\n[ksbs]", "is not a date"),
            ("version = '1'", "version = '1 2'", "is not a standard's version"),
            ("K1 = 'k'", "K1 = 'k'\nk1 = 'k'", "K1 appears twice"),
        ] {
            let fault = standard(&SMALL.replace(from, to)).unwrap_err().to_string();
            assert!(fault.contains(words), "{fault}");
        }
    }

    #[test]
    fn a_gateway_of_its_own_is_part_of_the_standard_and_each_fault_of_it_is_named() {
        let own =
            "[[gateway]]\nid = 'log-book'\ntext = 'The log book'\nrule = 'Whole'\nalternatives = ['A', 'B']\n[ksbs]";
        let with = SMALL.replace("[ksbs]", own);
        let (bare, with_own) = (standard(SMALL).unwrap().0, standard(&with).unwrap().0);
        assert_eq!((bare.gateway().len(), with_own.gateway()[0].id.as_str()), (0, "log-book"));
        assert_ne!(bare.digest(), with_own.digest());
        assert_eq!(Standard::from_canonical(&with_own.canonical()).unwrap(), with_own.clone());
        assert_eq!(st0413().unwrap().0.gateway(), []);
        for (from, to, words) in [
            ("id = 'log-book'", "id = 'Log book'", "The gateway's requirement Log book: “Log book” is not"),
            (
                "text = 'The log book'",
                "text = ' The log book'",
                "The gateway's requirement log-book: The text has a space",
            ),
            ("rule = 'Whole'", "rule = 'Patient 943 476 5919'", "The gateway's requirement log-book"),
            ("[ksbs]", "[[gateway]]\nid = 'log-book'\ntext = 'x'\n[ksbs]", "requirement log-book appears twice"),
        ] {
            let fault = standard(&with.replace(from, to)).unwrap_err().to_string();
            assert!(fault.contains(words), "{fault}");
        }
    }

    #[test]
    fn the_start_date_decides_the_version_and_the_rule_of_funding() {
        let (_, notes) = st0413().unwrap();
        let day = |y, m, d| chrono::NaiveDate::from_ymd_opt(y, m, d).unwrap();
        let version = |date| of_start(&notes.about.versions, date).map(|v| v.version.as_str());
        assert_eq!(version(day(2024, 11, 1)), Some("1.1"));
        assert_eq!(version(day(2024, 10, 31)), Some("1.0"));
        assert_eq!(version(day(2017, 3, 30)), None);
        assert_eq!(notes.funding_for(day(2025, 7, 31)).unwrap().hours_a_week, Some(6));
        assert_eq!(notes.funding_for(day(2025, 8, 1)).unwrap().minimum_months, Some(8));
    }
}
