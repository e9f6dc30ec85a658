//! Validates the parts that a standard is built from.

use std::collections::BTreeSet;
use std::fmt;

use crate::primitives::fold::folded;
use crate::primitives::ids::{DutyNo, KsbCode, KsbKind, StandardRef};
use crate::primitives::text::SafeText;
use crate::standard::about::{About, MOST_TEXTS, MOST_VERSIONS};
use crate::standard::error::StandardFault;
use crate::standard::gateway_requirement::GatewayRequirement;
use crate::standard::options::{MOST_OPTIONS, StandardOption, option_name};
use crate::standard::start_dates::StartDates;
use crate::statement::kinds::requirement::RequirementId;

/// The maximum duties and KSBs together.
pub const MOST_ITEMS: usize = 5_000;
pub const MOST_REQUIREMENTS: usize = 100;
pub const MOST_LINKS: usize = 50_000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    /// From 1.
    pub no: DutyNo,
    /// Our short title, for the screen only and never signed; may be empty.
    pub title: String,
    pub text: String,
}

impl Duty {
    /// Returns the short title, or the text if there is none.
    pub fn label(&self) -> &str {
        if self.title.is_empty() { &self.text } else { &self.title }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandardParts {
    pub reference: StandardRef,
    pub title: String,
    /// 1 to 8.
    pub level: u8,
    pub months: u16,
    pub hours: Option<u32>,
    /// The training programme; `None` for an apprenticeship.
    pub programme: Option<String>,
    pub starts: StartDates,
    /// In any order; may be empty.
    pub duties: Vec<Duty>,
    /// Codes and texts, in any order.
    pub ksbs: Vec<(KsbCode, String)>,
    /// Pairs of linked duties and KSBs, in any order.
    pub links: Vec<(DutyNo, KsbCode)>,
    pub gateway: Vec<GatewayRequirement>,
    /// In order; may be empty.
    pub options: Vec<StandardOption>,
    pub about: About,
}

impl StandardParts {
    /// Returns parts without anything that may be left out.
    pub fn new(reference: StandardRef, title: String, level: u8, months: u16) -> Self {
        Self {
            reference,
            title,
            level,
            months,
            hours: None,
            programme: None,
            starts: StartDates::default(),
            duties: Vec::new(),
            ksbs: Vec::new(),
            links: Vec::new(),
            gateway: Vec::new(),
            options: Vec::new(),
            about: About::default(),
        }
    }

    pub fn faults(&self) -> Vec<StandardFault> {
        // Sizes first, so that oversized input is neither compared nor hashed.
        let items = self.duties.len() + self.ksbs.len();
        let gateway = ("requirements of the gateway", self.gateway.len(), MOST_REQUIREMENTS);
        let options = ("options", self.options.len(), MOST_OPTIONS);
        let texts = ("texts about itself", self.about.texts.len(), MOST_TEXTS);
        let versions = ("versions", self.about.versions.len(), MOST_VERSIONS);
        let counts = [("items", items, MOST_ITEMS), ("links", self.links.len(), MOST_LINKS), gateway, options];
        let sizes: Vec<_> = counts
            .into_iter()
            .chain([texts, versions])
            .filter(|&(_, found, most)| found > most)
            .map(|(what, found, most)| StandardFault::TooMany { what, found, most })
            .collect();
        if !sizes.is_empty() {
            return sizes;
        }
        let mut faults = number_faults(self);
        faults.extend(text_faults(self));
        faults.extend(link_faults(self));
        faults.extend(gateway_faults(self));
        faults.extend(option_faults(self));
        faults.extend(about_faults(self));
        faults
    }
}

fn number_faults(parts: &StandardParts) -> Vec<StandardFault> {
    let number = |what, found: u32, range| StandardFault::Number { what, found, range };
    let mut faults = Vec::new();
    if parts.ksbs.is_empty() {
        faults.push(StandardFault::Empty);
    }
    if !(1..=8).contains(&parts.level) {
        faults.push(number("The level", parts.level.into(), "1 to 8"));
    }
    if !(1..=600).contains(&parts.months) {
        faults.push(number("The number of months to the gateway", parts.months.into(), "1 to 600"));
    }
    let slug = |name: &String| name.parse::<RequirementId>().is_ok();
    if !parts.programme.iter().all(slug) {
        let why = "it is a short name in small letters, such as stp".to_owned();
        faults.push(StandardFault::Text { of: "The programme".to_owned(), why });
    }
    if let (Some(earliest), Some(latest)) = (parts.starts.earliest, parts.starts.latest)
        && latest < earliest
    {
        faults.push(StandardFault::Dates { earliest, latest });
    }
    if parts.duties.iter().any(|duty| duty.no.0 == 0) {
        faults.push(number("A duty's number", 0, "1 or more"));
    }
    if parts.ksbs.iter().any(|(code, _)| code.kind == KsbKind::Local) {
        faults.push(StandardFault::Local);
    }
    if parts.ksbs.iter().any(|(code, _)| code.number == 0) {
        faults.push(number("A KSB's number", 0, "1 or more"));
    }
    faults
}

fn text_faults(parts: &StandardParts) -> Vec<StandardFault> {
    let fault = |of: fmt::Arguments<'_>, text: &str| {
        text_fault(text).map(|why| StandardFault::Text { of: of.to_string(), why })
    };
    let title = fault(format_args!("The title"), &parts.title);
    let titles = parts.duties.iter().filter_map(|duty| title_fault(duty.no, &duty.title));
    let duties = parts.duties.iter().filter_map(|duty| fault(format_args!("Duty {}", duty.no), &duty.text));
    let ksbs = parts.ksbs.iter().filter_map(|(code, text)| fault(format_args!("{code}"), text));
    title.into_iter().chain(titles).chain(duties).chain(ksbs).collect()
}

/// Returns what is wrong with a duty's short title; an empty one is valid.
pub fn title_fault(no: DutyNo, title: &str) -> Option<StandardFault> {
    let why = if title.is_empty() { None } else { text_fault(title) };
    why.map(|why| StandardFault::Text { of: format!("The short title of duty {no}"), why })
}

fn link_faults(parts: &StandardParts) -> Vec<StandardFault> {
    let mut faults = Vec::new();
    let (mut duties, mut ksbs, mut links) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for duty in &parts.duties {
        if !duties.insert(duty.no) {
            faults.push(StandardFault::Twice(format!("Duty {}", duty.no)));
        }
    }
    for (code, _) in &parts.ksbs {
        if !ksbs.insert(*code) {
            faults.push(StandardFault::Twice(code.to_string()));
        }
    }
    for &(duty, ksb) in &parts.links {
        if !links.insert((duty, ksb)) {
            faults.push(StandardFault::Twice(format!("The link from duty {duty} to {ksb}")));
        }
        if !duties.contains(&duty) {
            faults.push(StandardFault::Link { duty, ksb, missing: format!("duty {duty}") });
        }
        if !ksbs.contains(&ksb) {
            faults.push(StandardFault::Link { duty, ksb, missing: ksb.to_string() });
        }
    }
    faults
}

fn gateway_faults(parts: &StandardParts) -> Vec<StandardFault> {
    let (mut faults, mut ids) = (Vec::new(), BTreeSet::new());
    for one in &parts.gateway {
        let of = requirement_name(&one.id);
        if let Err(why) = one.id.parse::<RequirementId>() {
            faults.push(StandardFault::Text { of: of.clone(), why: why.to_string() });
        }
        if !ids.insert(one.id.as_str()) {
            faults.push(StandardFault::Twice(of.clone()));
        }
        let texts = [Some(&one.text), one.rule.as_ref(), one.note.as_ref(), one.source.as_ref()];
        let texts = texts.into_iter().flatten().chain(&one.alternatives);
        faults.extend(texts.filter_map(|text| Some(StandardFault::Text { of: of.clone(), why: text_fault(text)? })));
    }
    faults
}

fn option_faults(parts: &StandardParts) -> Vec<StandardFault> {
    let mut faults = Vec::new();
    let (ksbs, duties): (BTreeSet<_>, BTreeSet<_>) =
        (parts.ksbs.iter().map(|(code, _)| *code).collect(), parts.duties.iter().map(|duty| duty.no).collect());
    let mut names = BTreeSet::new();
    for option in &parts.options {
        let of = option_name(&option.name);
        if let Some(why) = text_fault(&option.name) {
            faults.push(StandardFault::Text { of: of.clone(), why });
        }
        if !names.insert(folded(&option.name).into_owned()) {
            faults.push(StandardFault::Twice(of.clone()));
        }
        let (mut seen_duties, mut seen_ksbs) = (BTreeSet::new(), BTreeSet::new());
        for no in &option.duties {
            if !duties.contains(no) {
                faults.push(StandardFault::Option { of: of.clone(), missing: format!("duty {no}") });
            } else if !seen_duties.insert(*no) {
                faults.push(StandardFault::Twice(format!("Duty {no} of {}", lower(&of))));
            }
        }
        for code in &option.ksbs {
            if !ksbs.contains(code) {
                faults.push(StandardFault::Option { of: of.clone(), missing: code.to_string() });
            } else if !seen_ksbs.insert(*code) {
                faults.push(StandardFault::Twice(format!("{code} of {}", lower(&of))));
            }
        }
    }
    faults
}

fn about_faults(parts: &StandardParts) -> Vec<StandardFault> {
    let (about, mut faults, mut seen) = (&parts.about, Vec::new(), BTreeSet::new());
    for (topic, text) in &about.texts {
        let why = text_fault(text).map(|why| StandardFault::Text { of: topic.words().to_owned(), why });
        faults.extend(why);
    }
    for one in &about.versions {
        let of = format!("Version {}", one.version);
        if let Err(why) = StandardRef::new(parts.reference.reference(), &one.version) {
            faults.push(StandardFault::Text { of: of.clone(), why: why.to_string() });
        }
        if let (Some(earliest), Some(latest)) = (one.earliest, one.latest)
            && latest < earliest
        {
            faults.push(StandardFault::Dates { earliest, latest });
        }
        let why = one.change.as_deref().and_then(text_fault);
        faults.extend(why.map(|why| StandardFault::Text { of: of.clone(), why }));
        if !seen.insert(one.version.as_str()) {
            faults.push(StandardFault::Twice(of));
        }
    }
    if about.assessment_months.is_some_and(|months| !(1..=60).contains(&months)) {
        let found = about.assessment_months.unwrap_or_default().into();
        faults.push(StandardFault::Number { what: "The number of months of assessment", found, range: "1 to 60" });
    }
    faults
}

fn lower(of: &str) -> String {
    of.replacen("The", "the", 1)
}

pub fn requirement_name(id: &str) -> String {
    format!("The gateway's requirement {id}")
}

/// Returns why a text is not valid in a standard. It must already be canonical, as an outer space or decomposed letter
/// is invisible and would change the signed digest.
pub(crate) fn text_fault(text: &str) -> Option<String> {
    match SafeText::line(text) {
        Err(fault) => Some(fault.to_string()),
        Ok(clean) if clean.as_str() != text => {
            Some("The text has a space at an end, or is not composed (NFC)".to_owned())
        }
        Ok(_) => None,
    }
}
