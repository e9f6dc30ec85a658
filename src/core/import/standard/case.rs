//! Parses a standard from a CASE 1.1 package, our own or a foreign one.
//!
//! Duties are the items of the type *Duty* and those with items below them. All others are KSBs, linked to the duties above
//! them and to those that they are related to.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Deserialize;
use serde_json::Value;

use crate::import::diagnostic::{Diagnostic, Places};
use crate::import::draft::Draft;
use crate::primitives::ids::{DutyNo, KsbCode, KsbKind, StandardRef};
use crate::standard::Standard;
use crate::standard::builder::{Duty, MOST_ITEMS, MOST_LINKS, StandardParts};

const PACKAGE: &str = "Give the complete CASE package of one framework, as it was exported";
const MISSING: &str =
    "Add what is missing to its CFDocument: \"extensions\": {\"countersign\": [\"level 3\", \"months 12\"]}";
/// The keys of the canonical text before its duties.
const FIRST: [&str; 8] = ["standard", "title", "level", "months", "hours", "programme", "earliest", "latest"];

/// Returns whether a JSON text is a CASE package.
pub fn is_package(text: &str) -> bool {
    text.contains("\"CFDocument\"") && text.contains("\"CFItems\"")
}

#[derive(Deserialize)]
struct Package {
    #[serde(rename = "CFDocument")]
    document: Document,
    #[serde(rename = "CFItems", default)]
    items: Vec<Item>,
    #[serde(rename = "CFAssociations", default)]
    associations: Vec<Association>,
}

#[derive(Deserialize)]
struct Document {
    identifier: String,
    title: String,
    version: Option<String>,
    #[serde(default)]
    extensions: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    identifier: String,
    full_statement: String,
    abbreviated_statement: Option<String>,
    human_coding_scheme: Option<String>,
    #[serde(rename = "CFItemType")]
    kind: Option<String>,
}

#[derive(Deserialize)]
struct Association {
    #[serde(rename = "associationType")]
    kind: String,
    #[serde(rename = "originNodeURI")]
    origin: Node,
    #[serde(rename = "destinationNodeURI")]
    destination: Node,
}

#[derive(Deserialize)]
struct Node {
    identifier: String,
}

pub fn read(text: &str) -> Result<Draft, Vec<Diagnostic>> {
    let package: Package = serde_json::from_str(text).map_err(|error| {
        let words = error.to_string();
        let words = words.rsplit_once(" at line ").map_or(words.as_str(), |(words, _)| words);
        vec![Diagnostic::fault_at(error.line(), format!("The CASE package cannot be read: {words}"), PACKAGE)]
    })?;
    let fault = |what: String| vec![Diagnostic::fault(None, what, PACKAGE)];
    if package.items.len() > MOST_ITEMS {
        return Err(fault(format!("The package has {} items. At most {MOST_ITEMS} are read", package.items.len())));
    }
    if package.associations.len() > MOST_ITEMS + MOST_LINKS {
        return Err(fault(format!("The package has {} associations, too many to read", package.associations.len())));
    }
    let mut at: HashMap<&str, usize> = HashMap::new();
    for (place, item) in package.items.iter().enumerate() {
        if at.insert(&item.identifier, place).is_some() || item.identifier == package.document.identifier {
            return Err(fault(format!("The identifier {} appears twice", shown(&item.identifier))));
        }
    }
    let (mut remarks, mut outside) = (Vec::new(), 0);
    let (mut above, mut related) = (vec![BTreeSet::new(); package.items.len()], BTreeSet::new());
    for one in &package.associations {
        let (from, to) = (at.get(one.origin.identifier.as_str()), at.get(one.destination.identifier.as_str()));
        let to_document = one.destination.identifier == package.document.identifier;
        match (one.kind.as_str(), from, to) {
            ("isChildOf" | "isPartOf", Some(from), Some(to)) => {
                above.get_mut(*from).map(|above| above.insert(*to));
            }
            ("isRelatedTo", Some(from), Some(to)) => {
                related.extend([(*from, *to), (*to, *from)]);
            }
            ("isChildOf" | "isPartOf", Some(_), None) if to_document => {}
            ("isChildOf" | "isPartOf" | "isRelatedTo", ..) => outside += 1,
            _ => {}
        }
    }
    if let Some(place) = circle(&above) {
        let name = package.items.get(place).map_or("", |item| &item.identifier);
        return Err(fault(format!("The item {} is below itself", shown(name))));
    }
    if outside > 0 {
        let what = format!("Associations that lead out of the package are left out: {outside}");
        remarks.push(Diagnostic::warning(None, what));
    }
    let groups: BTreeSet<usize> = above.iter().flatten().copied().collect();
    let is_duty = |place: usize, item: &Item| {
        groups.contains(&place) || item.kind.as_deref().is_some_and(|kind| kind.eq_ignore_ascii_case("duty"))
    };
    let (mut duties, mut ksbs) = (Vec::new(), Vec::new());
    let (mut numbers, mut codes) = (HashMap::new(), HashMap::new());
    let all: Vec<(usize, &Item)> = package.items.iter().enumerate().collect();
    let (groups, leaves): (Vec<_>, Vec<_>) = all.into_iter().partition(|(place, item)| is_duty(*place, item));
    let given = groups.iter().map(|(_, item)| duty_number(item)).collect::<Option<Vec<u16>>>();
    for (next, (place, item)) in groups.iter().enumerate() {
        let no = given.as_ref().and_then(|given| given.get(next).copied()).unwrap_or(next as u16 + 1);
        let title = item.abbreviated_statement.clone().unwrap_or_default();
        numbers.insert(*place, DutyNo(no));
        duties.push(Duty { no: DutyNo(no), title, text: one_line(&item.full_statement) });
    }
    let given = leaves.iter().map(|(_, item)| code(item)).collect::<Option<Vec<KsbCode>>>();
    if given.is_none() {
        let what = "Not every item has a code such as K1, S1 or B1, so all are numbered in their order";
        remarks.push(Diagnostic::warning(None, what));
    }
    let mut counts: BTreeMap<KsbKind, u16> = BTreeMap::new();
    for (next, (place, item)) in leaves.iter().enumerate() {
        let code = given.as_ref().and_then(|given| given.get(next).copied()).unwrap_or_else(|| {
            let kind = kind(item);
            let count = counts.entry(kind).or_default();
            *count += 1;
            KsbCode { kind, number: *count }
        });
        codes.insert(*place, code);
        ksbs.push((code, one_line(&item.full_statement)));
    }
    let mut links = BTreeSet::new();
    let parents = above.iter().enumerate().flat_map(|(from, above)| above.iter().map(move |to| (from, *to)));
    for (from, to) in parents.chain(related) {
        if let (Some(code), Some(no)) = (codes.get(&from), numbers.get(&to)) {
            links.insert((*no, *code));
        }
    }
    let mut parts = head(&package.document)?;
    (parts.duties, parts.ksbs, parts.links) = (duties, ksbs, links.into_iter().collect());
    Ok(Draft { parts: completed(parts, &package.document)?, places: Places::default(), remarks })
}

/// Returns an item that is below itself, if there is one.
fn circle(above: &[BTreeSet<usize>]) -> Option<usize> {
    // Items without anything above them are taken away, layer by layer; what is left goes round in a circle.
    let mut waits: Vec<usize> = above.iter().map(BTreeSet::len).collect();
    let mut below = vec![Vec::new(); above.len()];
    for (from, all) in above.iter().enumerate() {
        for to in all {
            if let Some(below) = below.get_mut(*to) {
                below.push(from);
            }
        }
    }
    let mut free: Vec<usize> = (0..above.len()).filter(|place| waits.get(*place) == Some(&0)).collect();
    while let Some(place) = free.pop() {
        for from in below.get(place).into_iter().flatten() {
            if let Some(left) = waits.get_mut(*from) {
                *left -= 1;
                if *left == 0 {
                    free.push(*from);
                }
            }
        }
    }
    waits.iter().position(|left| *left > 0)
}

/// Returns the lines of the document's extension.
fn lines(document: &Document) -> Vec<&str> {
    let lines = document.extensions.get("countersign").and_then(Value::as_array);
    lines.into_iter().flatten().filter_map(Value::as_str).collect()
}

/// Returns the parts that the document names, without items.
fn head(document: &Document) -> Result<StandardParts, Vec<Diagnostic>> {
    let kept = lines(document);
    let value = |key: &str| kept.iter().find_map(|line| line.strip_prefix(key)?.strip_prefix(' '));
    let fault = |what: String, hint: &str| vec![Diagnostic::fault(None, what, hint)];
    let number = |key: &str, words: &str| {
        let found = value(key).and_then(|value| value.parse::<u16>().ok());
        found.ok_or_else(|| fault(format!("The package does not say {words}"), MISSING))
    };
    let own = value("standard").and_then(|value| value.split_once(' '));
    let short: String = document.identifier.chars().filter(char::is_ascii_alphanumeric).take(8).collect();
    let foreign = format!("CASE-{}", short.to_uppercase());
    let version = document.version.as_deref().map_or("1", str::trim);
    let (reference, version) = own.unwrap_or((&foreign, version));
    let reference = StandardRef::new(reference, version).map_err(|why| fault(why.to_string(), PACKAGE))?;
    let title = value("title").map_or_else(|| one_line(&document.title), str::to_owned);
    let level = u8::try_from(number("level", "the level")?).unwrap_or(u8::MAX);
    Ok(StandardParts::new(reference, title, level, number("months", "how many months the programme takes")?))
}

/// Adds what only the document's extension has: hours, dates, options, the gateway and the publisher's texts.
fn completed(parts: StandardParts, document: &Document) -> Result<StandardParts, Vec<Diagnostic>> {
    let kept = lines(document);
    if !kept.iter().any(|line| line.starts_with("standard ")) {
        return Ok(parts);
    }
    let Ok(bare) = Standard::build(parts.clone()) else { return Ok(parts) };
    let canonical = bare.canonical();
    let items = canonical.lines().filter(|line| {
        let key = line.split(' ').next().unwrap_or_default();
        matches!(key, "duty" | "ksb" | "link")
    });
    let is_first = |line: &&&str| FIRST.contains(&line.split(' ').next().unwrap_or_default());
    let first = kept.iter().filter(is_first).copied();
    let last = kept.iter().filter(|line| !is_first(line)).copied();
    let all = canonical.lines().take(1).chain(first).chain(items).chain(last);
    let text = all.flat_map(|line| [line, "\n"]).collect::<String>();
    let whole = Standard::from_canonical(&text)
        .map_err(|why| vec![Diagnostic::fault(None, format!("The extension `countersign`: {why}"), PACKAGE)])?;
    Ok(StandardParts {
        hours: whole.hours(),
        programme: whole.programme().map(str::to_owned),
        starts: whole.starts(),
        gateway: whole.gateway().to_vec(),
        options: whole.options().to_vec(),
        about: whole.about().clone(),
        ..parts
    })
}

/// Returns the number of a duty: `Duty 3`.
fn duty_number(item: &Item) -> Option<u16> {
    item.human_coding_scheme.as_deref()?.strip_prefix("Duty ")?.parse().ok()
}

fn code(item: &Item) -> Option<KsbCode> {
    let code: KsbCode = item.human_coding_scheme.as_deref()?.trim().parse().ok()?;
    (code.kind != KsbKind::Local).then_some(code)
}

fn kind(item: &Item) -> KsbKind {
    let word = item.kind.as_deref().unwrap_or_default().trim().to_ascii_lowercase();
    if word.starts_with("knowledge") {
        KsbKind::Knowledge
    } else if word.starts_with("behaviour") || word.starts_with("behavior") {
        KsbKind::Behaviour
    } else {
        KsbKind::Skill
    }
}

/// Returns a text on one line, without spaces at its ends.
fn one_line(text: &str) -> String {
    if text.contains(['\n', '\r', '\t']) || text.trim() != text {
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    } else {
        text.to_owned()
    }
}

/// Returns the start of an identifier, for a message.
fn shown(text: &str) -> String {
    format!("“{}”", text.chars().take(40).collect::<String>())
}
