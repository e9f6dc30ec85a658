//! Parses a standard from a CASE 1.1 package, our own or a foreign one.
//!
//! Duties are the items of the type *Duty* and those with items below them. All others are KSBs, linked to the duties above
//! them and to those that they are related to.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::error::Category;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::import::diagnostic::{Diagnostic, Places};
use crate::import::draft::Draft;
use crate::import::html::plain;
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

struct Package {
    document: Document,
    items: Vec<Item>,
    associations: Vec<Association>,
}

struct Document {
    identifier: String,
    title: String,
    version: Option<String>,
    /// The lines of our own extension; empty in a package of another system.
    lines: Vec<String>,
}

struct Item {
    identifier: String,
    full_statement: String,
    abbreviated_statement: Option<String>,
    human_coding_scheme: Option<String>,
    kind: Option<String>,
}

struct Association {
    kind: String,
    origin: String,
    destination: String,
}

/// An object of the package, with its place in words: `CFItems, item 2 (K1)`.
struct Part<'a> {
    of: &'a Map<String, Value>,
    place: String,
}

impl<'a> Part<'a> {
    fn new(value: &'a Value, place: String) -> Result<Self, String> {
        let of = value.as_object().ok_or_else(|| format!("{place} is not an object"))?;
        Ok(Self { of, place })
    }

    /// Returns a field; what says `null` is not there.
    fn field(&self, name: &str) -> Option<&'a Value> {
        self.of.get(name).filter(|value| !value.is_null())
    }

    fn text(&self, name: &str) -> Result<Option<String>, String> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let wrong = || format!("{}: {name} is not a text", self.place);
        self.field(name).map(|value| text(value).ok_or_else(wrong)).transpose()
    }

    fn needed(&self, name: &str) -> Result<String, String> {
        self.text(name)?.ok_or_else(|| format!("{}: {name} is missing", self.place))
    }

    fn list(&self, name: &str) -> Result<&'a [Value], String> {
        let Some(value) = self.field(name) else { return Ok(&[]) };
        let list = value.as_array().ok_or_else(|| format!("{name} is not a list"))?;
        Ok(list)
    }
}

fn package(value: &Value) -> Result<Package, String> {
    let whole = Part::new(value, "The package".to_owned())?;
    let document = whole.field("CFDocument").ok_or("CFDocument is missing")?;
    let document = Part::new(document, "CFDocument".to_owned())?;
    let (items, associations) = (whole.list("CFItems")?, whole.list("CFAssociations")?);
    if items.len() > MOST_ITEMS {
        return Err(format!("The package has {} items. At most {MOST_ITEMS} are read", items.len()));
    }
    if associations.len() > MOST_ITEMS + MOST_LINKS {
        return Err(format!("The package has {} associations, too many to read", associations.len()));
    }
    Ok(Package {
        document: Document {
            identifier: document.needed("identifier")?,
            title: document.needed("title")?,
            version: document.text("version")?,
            lines: lines(&document)?,
        },
        items: (1..).zip(items).map(|(no, value)| item(no, value)).collect::<Result<_, _>>()?,
        associations: (1..).zip(associations).map(|(no, value)| association(no, value)).collect::<Result<_, _>>()?,
    })
}

fn item(no: usize, value: &Value) -> Result<Item, String> {
    let code = value.get("humanCodingScheme").and_then(Value::as_str).filter(|code| !code.is_empty());
    let code = code.map(|code| format!(" ({})", short(code))).unwrap_or_default();
    let item = Part::new(value, format!("CFItems, item {no}{code}"))?;
    Ok(Item {
        identifier: item.needed("identifier")?,
        full_statement: item.needed("fullStatement")?,
        abbreviated_statement: item.text("abbreviatedStatement")?,
        human_coding_scheme: item.text("humanCodingScheme")?,
        kind: item.text("CFItemType")?,
    })
}

fn association(no: usize, value: &Value) -> Result<Association, String> {
    let one = Part::new(value, format!("CFAssociations, number {no}"))?;
    let node = |name: &str| {
        let node = one.field(name).ok_or_else(|| format!("{}: {name} is missing", one.place))?;
        Part::new(node, format!("{}: {name}", one.place))?.needed("identifier")
    };
    Ok(Association {
        kind: one.needed("associationType")?,
        origin: node("originNodeURI")?,
        destination: node("destinationNodeURI")?,
    })
}

/// Returns the lines of our own extension of the document.
fn lines(document: &Part<'_>) -> Result<Vec<String>, String> {
    let Some(extensions) = document.field("extensions") else { return Ok(Vec::new()) };
    let extensions = Part::new(extensions, "CFDocument: extensions".to_owned())?;
    let lines = extensions.list("countersign")?.iter().map(|line| line.as_str().map(str::to_owned));
    lines
        .collect::<Option<_>>()
        .ok_or_else(|| "CFDocument: a line of the extension `countersign` is not a text".to_owned())
}

pub fn read(text: &str) -> Result<Draft, Vec<Diagnostic>> {
    let fault = |what: String| vec![Diagnostic::fault(None, what, PACKAGE)];
    let value: Value = serde_json::from_str(text).map_err(|error| {
        let what = match error.classify() {
            Category::Eof => "The CASE package breaks off before its end",
            _ => "The CASE package is not JSON that can be read",
        };
        let what = format!("{what}, at column {}", error.column());
        vec![Diagnostic::fault_at(error.line(), what, PACKAGE)]
    })?;
    let package = package(&value).map_err(fault)?;
    let own = package.document.lines.iter().any(|line| line.starts_with("standard "));
    let id = package.document.identifier.as_str();
    if !own && (id.len() != 36 || Uuid::try_parse(id).is_err()) {
        return Err(fault("The CFDocument has no identifier that is a GUID".to_owned()));
    }
    let mut at: HashMap<&str, usize> = HashMap::new();
    for (place, item) in package.items.iter().enumerate() {
        if at.insert(&item.identifier, place).is_some() || item.identifier == package.document.identifier {
            return Err(fault(format!("The identifier {} appears twice", shown(&item.identifier))));
        }
    }
    let (mut remarks, mut outside) = (Vec::new(), 0);
    let mut texts = Vec::new();
    for (no, item) in (1..).zip(&package.items) {
        let line = one_line(&item.full_statement);
        let plain = plain(&line);
        let marked = plain != line && (line.contains('<') || line.contains('&'));
        if marked {
            let name = name_of(no, item);
            let what = if own { "They are kept as they are" } else { "They are undone" };
            let what = format!("{name} has tags or signs of a web page in its text. {what}");
            remarks.push(Diagnostic::warning(None, what));
        }
        // Our own package keeps the exact text of the standard.
        texts.push(if marked && !own { plain } else { line });
    }
    let (mut above, mut related) = (vec![BTreeSet::new(); package.items.len()], BTreeSet::new());
    for one in &package.associations {
        let (from, to) = (at.get(one.origin.as_str()), at.get(one.destination.as_str()));
        let to_document = one.destination == package.document.identifier;
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
        let name = package.items.get(place).map(|item| name_of(place + 1, item)).unwrap_or_default();
        return Err(fault(format!("{name} is below itself")));
    }
    if outside > 0 {
        let what = format!("Associations that lead out of the package are left out: {outside}");
        remarks.push(Diagnostic::warning(None, what));
    }
    let groups: BTreeSet<usize> = above.iter().flatten().copied().collect();
    let is_duty = |place: usize, item: &Item| {
        groups.contains(&place) || item.kind.as_deref().is_some_and(|kind| kind.eq_ignore_ascii_case("duty"))
    };
    let text = |place: usize| texts.get(place).cloned().unwrap_or_default();
    let (mut duties, mut ksbs) = (Vec::new(), Vec::new());
    let (mut numbers, mut codes) = (HashMap::new(), HashMap::new());
    let all: Vec<(usize, &Item)> = package.items.iter().enumerate().collect();
    let (groups, leaves): (Vec<_>, Vec<_>) = all.into_iter().partition(|(place, item)| is_duty(*place, item));
    let given = groups.iter().map(|(_, item)| duty_number(item)).collect::<Option<Vec<u16>>>();
    for (next, (place, item)) in groups.iter().enumerate() {
        let no = given.as_ref().and_then(|given| given.get(next).copied()).unwrap_or(next as u16 + 1);
        let title = item.abbreviated_statement.clone().unwrap_or_default();
        numbers.insert(*place, DutyNo(no));
        duties.push(Duty { no: DutyNo(no), title, text: text(*place) });
    }
    let given = leaves.iter().map(|(_, item)| code(item)).collect::<Option<Vec<KsbCode>>>();
    if given.is_none() {
        let first = leaves.iter().find(|(_, item)| code(item).is_none());
        let first = first.map(|(place, item)| format!(": first {}", name_of(place + 1, item))).unwrap_or_default();
        let what = format!("Not every item has a code such as K1, S1 or B1{first}. So all are numbered in their order");
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
        ksbs.push((code, text(*place)));
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

/// Returns the parts that the document names, without items.
fn head(document: &Document) -> Result<StandardParts, Vec<Diagnostic>> {
    let kept = &document.lines;
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
    let kept: Vec<&str> = document.lines.iter().map(String::as_str).collect();
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

/// Names an item for a message, by its code or its first words: `K1`, `Item 2 (“Oil lamps”)`.
fn name_of(no: usize, item: &Item) -> String {
    match item.human_coding_scheme.as_deref().map(str::trim).filter(|code| !code.is_empty()) {
        Some(code) => short(code),
        None => format!("Item {no} {}", shown(&one_line(&item.full_statement))),
    }
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

/// Returns the start of a text in quotes, for a message.
fn shown(text: &str) -> String {
    format!("“{}”", short(text))
}
