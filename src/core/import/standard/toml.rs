//! Parses a standard from TOML, with the line of each item; `standard::file` reads the values.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;
use toml::Spanned;

use crate::import::diagnostic::{Diagnostic, MINIMUM_HOURS, Places, SourceLocation, link_name};
use crate::import::draft::Draft;
use crate::import::standard::json_lines::Lines;
use crate::primitives::ids::{DutyNo, KsbCode};
use crate::standard::builder::{MOST_ITEMS, requirement_name};
use crate::standard::file::{self, StandardFileFault};
use crate::standard::options::option_name;

const SHAPE: &str = "The guide's page on standards has the shape of such a file";

pub fn read(text: &str) -> Result<Draft, Vec<Diagnostic>> {
    let lines = Lines::of(text);
    let at = |span: std::ops::Range<usize>| SourceLocation::line(lines.line(span.start));
    let spans: Spans = toml::from_str(text)
        .map_err(|error| vec![Diagnostic::fault(error.span().map(&at), unread(error.message()), SHAPE)])?;
    let items = spans.ksbs.len() + spans.duties.len();
    if items > MOST_ITEMS {
        let what = format!("The standard has {items} items. At most {MOST_ITEMS} are read");
        return Err(vec![Diagnostic::fault(None, what, "Leave out what is not a duty or a KSB")]);
    }
    let (mut places, mut faults) = (Places::default(), Vec::new());
    let mut code = |word: &Spanned<String>, places: &mut Places, name: &dyn Fn(KsbCode) -> String| match word
        .get_ref()
        .parse::<KsbCode>(
    ) {
        Ok(code) => places.add(name(code), at(word.span())),
        Err(fault) => faults.push(Diagnostic::fault(Some(at(word.span())), fault.to_string(), SHAPE)),
    };
    for word in spans.ksbs.keys() {
        code(word, &mut places, &|code| code.to_string());
    }
    for duty in &spans.duties {
        let (span, duty) = (duty.span(), duty.get_ref());
        places.add(format!("Duty {}", duty.no), at(span.clone()));
        places.add(format!("The short title of duty {}", duty.no), at(span));
        for word in &duty.ksbs {
            code(word, &mut places, &|code| link_name(&DutyNo(duty.no), &code));
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    for one in &spans.gateway {
        places.add(requirement_name(&one.get_ref().id), at(one.span()));
    }
    for one in &spans.options {
        places.add(option_name(&one.get_ref().name), at(one.span()));
    }
    for (name, span) in [
        ("The title", &spans.title),
        ("The level", &spans.level),
        ("The number of months to the gateway", &spans.months_to_gateway),
        ("The number of months of assessment", &spans.months_epa),
        (MINIMUM_HOURS, &spans.hours),
        ("The last start date", &spans.starts),
        ("The reference", &spans.reference),
    ] {
        if let Some(value) = span {
            places.add(name, at(value.span()));
        }
    }
    match file::read(text) {
        Ok((parts, _)) => Ok(Draft { parts, places, remarks: Vec::new() }),
        Err(StandardFileFault::Shape { line, why }) => {
            Err(vec![Diagnostic::fault(line.map(SourceLocation::line), unread(&why), SHAPE)])
        }
        Err(fault) => Err(vec![Diagnostic::fault(places.first("The reference"), fault.to_string(), SHAPE)]),
    }
}

/// Returns a parser's message, simplified for a number out of range.
pub(in crate::import) fn unread(why: &str) -> String {
    let number = why.split_once("integer `").or_else(|| why.split_once("floating point `"));
    match number.and_then(|(_, rest)| rest.split_once('`')) {
        Some((number, rest)) if rest.contains("expected u") || rest.contains("expected i") => {
            format!("{number} is not a number that can be here")
        }
        _ => format!("The file cannot be read: {}", why.replace('\n', ", ")),
    }
}

/// The items whose lines are needed; `standard::file` validates the rest.
#[derive(Deserialize)]
struct Spans {
    reference: Option<Spanned<IgnoredAny>>,
    title: Option<Spanned<IgnoredAny>>,
    level: Option<Spanned<IgnoredAny>>,
    months_to_gateway: Option<Spanned<IgnoredAny>>,
    months_epa: Option<Spanned<IgnoredAny>>,
    hours: Option<Spanned<IgnoredAny>>,
    starts: Option<Spanned<IgnoredAny>>,
    #[serde(default)]
    duties: Vec<Spanned<SpanDuty>>,
    #[serde(default)]
    gateway: Vec<Spanned<SpanRequirement>>,
    #[serde(default)]
    options: Vec<Spanned<SpanOption>>,
    #[serde(default)]
    ksbs: BTreeMap<Spanned<String>, Spanned<IgnoredAny>>,
}

#[derive(Deserialize)]
struct SpanRequirement {
    #[serde(default)]
    id: String,
}

#[derive(Deserialize)]
struct SpanOption {
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
struct SpanDuty {
    no: u16,
    #[serde(default)]
    ksbs: Vec<Spanned<String>>,
}
