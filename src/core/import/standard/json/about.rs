//! Reads the descriptive part of a public JSON record, leaving out what is unusable.
//!
//! Invariant: no person's name or address is read.

use crate::import::diagnostic::Diagnostic;
use crate::import::html::{paragraphs, plain};
use crate::import::standard::json::{NOTHING, Reader, figure, flag, shown_alone, word};
use crate::import::standard::json_lines::Fields;
use crate::standard::about::{About, Assessment, MOST_TEXTS, Topic, VersionDates};
use crate::standard::builder::text_fault;
use crate::standard::page::PUBLIC;
use crate::standard::start_dates::StartDates;

/// The maximum items in a list of job titles, bodies or qualifications.
const MOST_LISTED: usize = 100;

impl<'a> Reader<'a> {
    pub(super) fn about(&mut self, fields: &Fields<'a>, version: &str, starts: StartDates) -> About {
        let mut found = AboutTexts { about: About::default(), left_out: Vec::new() };
        let text = |name: &str| fields.get(name).and_then(|raw| word(raw)).unwrap_or_default();
        found.add(Topic::Overview, &text("overviewOfRole"));
        for paragraph in paragraphs(&text("occupationalSummary")) {
            found.add(topic_of(&paragraph), &paragraph);
        }
        for name in ["typicalJobTitles", "jobRoles"] {
            for raw in self.list(fields, name, MOST_LISTED) {
                found.once(Topic::JobTitles, &word(raw).unwrap_or_default());
            }
        }
        let (route, pathway) = (plain(&text("route")), plain(&text("pathway")));
        let route = if pathway.is_empty() || pathway == route { route } else { format!("{route}: {pathway}") };
        found.add(Topic::Route, &route);
        for (topic, name) in
            [(Topic::Entry, "entryRequirements"), (Topic::EnglishMaths, "englishAndMathsQualifications")]
        {
            for paragraph in paragraphs(&text(name)) {
                found.add(topic, &paragraph);
            }
        }
        self.bodies(fields, &mut found);
        if flag(fields.get("regulated").copied()) == Some(true) {
            found.add(Topic::Regulation, &text("regulatedBody"));
        }
        found.add(Topic::AssessmentPlan, &text("assessmentPlanUrl"));
        let eqa: Option<Fields<'a>> = fields.get("eQAProvider").and_then(|raw| serde_json::from_str(raw.get()).ok());
        let eqa = eqa.as_ref().and_then(|eqa| eqa.get("providerName")).and_then(|raw| word(raw));
        found.add(Topic::QualityAssurance, &eqa.unwrap_or_default());
        if let Some((pounds, _)) = figure(&text("maxFunding")).filter(|(pounds, _)| *pounds > 0) {
            found.add(Topic::Funding, &format!("At most £{}", thousands(pounds)));
        }
        for paragraph in paragraphs(&text("banners")) {
            found.add(Topic::Notice, &paragraph);
        }
        found.add(Topic::Source, &text("standardPageUrl"));
        found.add(Topic::Attribution, PUBLIC);
        let change = usable(&text("change")).ok().filter(|change| !change.is_empty());
        let StartDates { earliest, latest } = starts;
        let about = &mut found.about;
        about.versions.push(VersionDates { version: version.to_owned(), change, earliest, latest });
        // The publisher's flag for a reformed plan.
        let reformed = flag(fields.get("shortAssessment").copied()) == Some(true);
        about.assessment = reformed.then_some(Assessment::Reformed);
        let months = figure(&text("ePALength")).and_then(|(months, _)| u16::try_from(months).ok());
        about.assessment_months = months.filter(|months| (1..=60).contains(months));
        let length = text("ePALength");
        if about.assessment_months.is_none() && !matches!(length.trim(), "" | "0" | "0.0") {
            let place = fields.get("ePALength").map(|raw| self.lines.place(raw, "ePALength".to_owned()));
            let what = format!("The months of assessment are “{}”, not 1 to 60. They are left out", length.trim());
            self.remarks.push(Diagnostic::warning(place, what));
        }
        if !found.left_out.is_empty() {
            let what = format!("These texts about the standard cannot be kept: {}", found.left_out.join(", "));
            self.remarks.push(Diagnostic::warning(None, what));
        }
        found.about
    }

    /// Reads professional recognition and qualifications.
    fn bodies(&mut self, fields: &Fields<'a>, found: &mut AboutTexts) {
        let mut items = |name: &'static str| -> Vec<Fields<'a>> {
            let all = self.list(fields, name, MOST_LISTED);
            all.into_iter().filter_map(|raw| serde_json::from_str(raw.get()).ok()).collect()
        };
        let (recognition, qualifications) = (items("professionalRecognition"), items("qualifications"));
        let field = |item: &Fields<'a>, name: &str| {
            let found = item.get(name).and_then(|raw| word(raw)).map(|found| plain(&found)).unwrap_or_default();
            if NOTHING.contains(&found.to_lowercase().as_str()) { String::new() } else { found }
        };
        for item in &recognition {
            let text = [field(item, "bodyName"), field(item, "level")];
            let text = text.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(": ");
            let partial = field(item, "isPartial") == "partial";
            let more = field(item, "partialFreeText");
            let more = match (partial, more.is_empty()) {
                (false, _) => String::new(),
                (true, true) => " (partial)".to_owned(),
                (true, false) => format!(" (partial: {more})"),
            };
            found.once(Topic::Recognition, &format!("{text}{more}"));
        }
        for item in &qualifications {
            let level = field(item, "level");
            let level = if level.is_empty() { level } else { format!(", level {level}") };
            let more = field(item, "anyAdditionalInformation");
            let more = if more.is_empty() { more } else { format!(". {more}") };
            let title = field(item, "title");
            if !title.is_empty() {
                found.once(Topic::Qualification, &format!("{title}{level}{more}"));
            }
        }
    }
}

struct AboutTexts {
    about: About,
    left_out: Vec<&'static str>,
}

impl AboutTexts {
    fn add(&mut self, topic: Topic, text: &str) {
        match usable(text) {
            Ok(text) if NOTHING.contains(&text.to_lowercase().as_str()) => {}
            Ok(text) if self.about.texts.len() < MOST_TEXTS => self.about.add(topic, text),
            _ if self.left_out.contains(&topic.words()) => {}
            _ => self.left_out.push(topic.words()),
        }
    }

    fn once(&mut self, topic: Topic, text: &str) {
        let known = usable(text).is_ok_and(|text| self.about.of(topic).any(|known| known == text));
        if !known {
            self.add(topic, text);
        }
    }
}

/// Extracts a text and checks that it can be stored; it may be empty.
fn usable(text: &str) -> Result<String, String> {
    let text = shown_alone(&plain(text));
    match text_fault(&text) {
        Some(why) if !text.is_empty() => Err(why),
        _ => Ok(text),
    }
}

/// Formats a number with thousands separators: `27,000`.
fn thousands(number: u32) -> String {
    if number < 1_000 { number.to_string() } else { format!("{},{:03}", thousands(number / 1_000), number % 1_000) }
}

/// Returns the topic of a summary's paragraph, by the publisher's template sentences.
fn topic_of(paragraph: &str) -> Topic {
    let text = paragraph.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|words| text.contains(words));
    if has(&["broad purpose"]) {
        Topic::Purpose
    } else if has(&["in their daily work", "daily work,"]) {
        Topic::WorksWith
    } else if has(&["is found in", "are found in", "different settings"]) {
        Topic::Settings
    } else if has(&["will be responsible for", "are responsible for", "is responsible for", "are accountable for"]) {
        Topic::Responsibilities
    } else if has(&["specialist areas", "specialisms", "specialities"]) {
        Topic::Specialisms
    } else {
        Topic::Summary
    }
}
