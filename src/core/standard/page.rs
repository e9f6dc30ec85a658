//! Builds the page about a standard: purpose, entry, versions, gateway and assessment, in the order of a reader's
//! questions.

use crate::primitives::ids::StandardRef;
use crate::standard::Standard;
use crate::standard::about::{About, Assessment, Topic, VersionDates};
use crate::standard::gateway_requirement::GatewayRequirement;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// A stable slug, such as `purpose`.
    pub id: &'static str,
    pub heading: &'static str,
    pub texts: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    pub standard: StandardRef,
    pub title: String,
    pub assessment: Assessment,
    pub sections: Vec<Section>,
}

#[derive(Debug, Clone, Copy)]
pub struct PageContext<'a> {
    pub standard: &'a Standard,
    pub about: &'a About,
    pub assessment: Assessment,
    /// The gateway requirements, and whether they are the standard's own.
    pub gateway: (&'a [GatewayRequirement], bool),
    pub versions: &'a [VersionDates],
}

/// The topics after the figures; those up to the regulation come before them.
const LAST: [Topic; 5] = [Topic::Qualification, Topic::QualityAssurance, Topic::Funding, Topic::Notice, Topic::Source];

pub fn page(facts: &PageContext<'_>) -> Page {
    let mut sections: Vec<Section> = Vec::new();
    sections
        .extend(Topic::ALL.into_iter().filter(|topic| *topic <= Topic::Regulation).map(|topic| of_topic(facts, topic)));
    sections.push(made("programme", "Programme", programme(facts.standard)));
    if !facts.standard.options().is_empty() {
        sections.push(made("options", "Options", vec![facts.standard.option_names()]));
    }
    sections.push(made("versions", "Versions", facts.versions.iter().map(VersionDates::words).collect()));
    let (asked, own) = facts.gateway;
    let general = (!own).then(|| "By the programme rules, as this standard has no list of its own:".to_owned());
    let gateway = general.into_iter().chain(asked.iter().map(|one| requirement(facts, one))).collect();
    sections.push(made("gateway", facts.assessment.gateway(), gateway));
    sections.push(made("assessment", facts.assessment.name(), assessment(facts)));
    sections.extend(LAST.into_iter().map(|topic| of_topic(facts, topic)));
    let attribution: Vec<String> = attribution(facts.standard, facts.about).into_iter().collect();
    let licence = facts.about.of(Topic::Licence).map(str::to_owned);
    let attribution = attribution.into_iter().chain(licence).collect();
    sections.push(made("attribution", Topic::Attribution.words(), attribution));
    sections.retain(|section| !section.texts.is_empty());
    Page {
        standard: facts.standard.reference().clone(),
        title: facts.standard.title().to_owned(),
        assessment: facts.assessment,
        sections,
    }
}

fn made(id: &'static str, heading: &'static str, texts: Vec<String>) -> Section {
    Section { id, heading, texts }
}

fn of_topic(facts: &PageContext<'_>, topic: Topic) -> Section {
    made(topic.slug(), topic.words(), facts.about.of(topic).map(str::to_owned).collect())
}

fn programme(standard: &Standard) -> Vec<String> {
    let mut texts = vec![format!("Level {}", standard.level())];
    texts.push(format!("Typical time to the gateway: {} months", standard.months()));
    texts.extend(standard.hours().map(|hours| format!("At least {hours} off-the-job hours (published minimum)")));
    let starts = standard.starts().words();
    if !starts.is_empty() {
        texts.push(format!("Starts: {starts}"));
    }
    texts.push(format!("{} duties, {} KSBs", standard.duties().len(), standard.ksbs().len()));
    texts
}

fn requirement(facts: &PageContext<'_>, one: &GatewayRequirement) -> String {
    let mut text = one.text.clone();
    // The page has these words already.
    let is_new = |words: &&String| facts.about.of(Topic::EnglishMaths).all(|text| text != **words);
    for more in one.rule.iter().chain(&one.note).filter(is_new) {
        text.push_str(". ");
        text.push_str(more.trim_end_matches('.'));
    }
    let source = one.source.as_ref().map(|source| format!(" ({source})")).unwrap_or_default();
    format!("{text}{source}")
}

fn assessment(facts: &PageContext<'_>) -> Vec<String> {
    let mut texts = Vec::new();
    let name = facts.assessment.name();
    texts.extend(facts.about.assessment_months.map(|months| match (facts.assessment, months) {
        (Assessment::EndPoint, 1) => format!("{name} takes 1 month, after the gateway"),
        (Assessment::EndPoint, _) => format!("{name} takes {months} months, after the gateway"),
        (Assessment::Reformed, 1) => format!("{name} takes 1 month. Parts of it may take place during the programme"),
        (Assessment::Reformed, _) => {
            format!("{name} takes {months} months. Parts of it may take place during the programme")
        }
    }));
    if facts.assessment == Assessment::Reformed {
        texts.push(format!(
            "By a reformed plan: the {} assesses, and the employer verifies the behaviours",
            facts.assessment.organisation()
        ));
    }
    let plans: Vec<&str> = facts.about.of(Topic::AssessmentPlan).collect();
    if !plans.is_empty() {
        texts.push(format!("Its methods and grades are not kept here. The assessment plan: {}", plans.join(" · ")));
    }
    texts
}

/// Returns the attribution that the licence requires next to the texts: the standard's own, or the general one of
/// public standards; `None` for a local list.
pub fn attribution(standard: &Standard, about: &About) -> Option<String> {
    let own = about.of(Topic::Attribution).next().map(str::to_owned);
    own.or_else(|| is_public(standard.reference()).then(|| PUBLIC.to_owned()))
}

/// The attribution of a public standard without its own line.
pub const PUBLIC: &str =
    "Crown copyright. Contains public sector information licensed under the Open Government Licence v3.0.";

/// Returns whether a reference is a public occupational standard's: `ST` and four digits.
pub fn is_public(of: &StandardRef) -> bool {
    let digits = of.reference().strip_prefix("ST").unwrap_or_default();
    digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit())
}
