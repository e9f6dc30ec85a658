//! Writes a tree of nodes twice: as JSON-LD, and as the canonical N-Quads (RDFC-1.0) that a proof signs.
//!
//! Invariant: every value of the JSON is in the quads, since both are written from the same field. No node without an id
//! leads to another one, and no two of them say the same, so that the hash of its own lines names each.

use countersign_core::primitives::ids::Digest;
use serde_json::{Map, Value as Json, json};

const TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";

/// The subject or object of a line.
enum Term {
    Written(String),
    /// A node without an id, by its place.
    Blank(usize),
}

/// A fact: subject, predicate, object.
struct Line(Term, String, Term);

impl Line {
    fn is_about(&self, node: usize) -> bool {
        [&self.0, &self.2].iter().any(|term| matches!(term, Term::Blank(place) if *place == node))
    }

    fn written(&self, label: &dyn Fn(usize) -> String) -> String {
        let term = |term: &Term| match term {
            Term::Written(text) => text.clone(),
            Term::Blank(place) => label(*place),
        };
        format!("{} <{}> {} .\n", term(&self.0), self.1, term(&self.2))
    }
}

/// A node of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// An IRI; `None` for a node that only its facts name.
    pub id: Option<String>,
    /// Each type as JSON has it, and its IRI.
    pub types: Vec<(&'static str, String)>,
    /// Whether JSON has one type as a plain word and not as a list.
    pub single_type: bool,
    pub fields: Vec<Field>,
}

/// A field of a node: its name in JSON, its IRI in the quads, and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub name: &'static str,
    pub predicate: String,
    pub value: Value,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Text(String),
    /// A text of a datatype, by its IRI.
    Typed(&'static str, String),
    /// An IRI that JSON writes in another way.
    Iri(String, &'static str),
    /// An IRI.
    Link(String),
    Flag(bool),
    One(Node),
    Several(Vec<Node>),
}

pub const DATE_TIME: &str = "http://www.w3.org/2001/XMLSchema#dateTime";
// The context of badges writes these two with https, unlike XML Schema itself.
pub const ANY_URI: &str = "https://www.w3.org/2001/XMLSchema#anyURI";
const BOOLEAN: &str = "https://www.w3.org/2001/XMLSchema#boolean";

impl Node {
    /// Returns the node as a JSON object, its keys in alphabetical order.
    pub fn json(&self) -> Map<String, Json> {
        let mut object = Map::new();
        object.extend(self.id.as_ref().map(|id| ("id".to_owned(), json!(id))));
        let types: Vec<&str> = self.types.iter().map(|(name, _)| *name).collect();
        match types.as_slice() {
            [] => {}
            [one] if self.single_type => {
                object.insert("type".to_owned(), json!(one));
            }
            all => {
                object.insert("type".to_owned(), json!(all));
            }
        }
        for field in &self.fields {
            let value = match &field.value {
                Value::Text(text) | Value::Typed(_, text) | Value::Link(text) => json!(text),
                Value::Iri(_, word) => json!(word),
                Value::Flag(flag) => json!(flag),
                Value::One(node) => Json::Object(node.json()),
                Value::Several(nodes) => nodes.iter().map(|node| Json::Object(node.json())).collect(),
            };
            object.insert(field.name.to_owned(), value);
        }
        object
    }

    /// Returns the canonical N-Quads: a line for each fact, sorted.
    pub fn quads(&self) -> String {
        let (mut lines, mut blanks) = (Vec::new(), 0);
        self.lines(&mut lines, &mut blanks);
        let mut hashes: Vec<(String, usize)> = (0..blanks).map(|node| (hash(&lines, node), node)).collect();
        hashes.sort_unstable();
        let label = |node: usize| {
            let place = hashes.iter().position(|(_, one)| *one == node).unwrap_or_default();
            format!("_:c14n{place}")
        };
        sorted(lines.iter().map(|line| line.written(&label)))
    }

    /// Adds the facts of this node and of those below it; returns how other lines name it.
    fn lines(&self, out: &mut Vec<Line>, blanks: &mut usize) -> Term {
        let own = self.id.as_ref().map(|id| format!("<{id}>"));
        let place = *blanks;
        *blanks += usize::from(own.is_none());
        let label = || own.clone().map_or(Term::Blank(place), Term::Written);
        for (_, iri) in &self.types {
            out.push(Line(label(), TYPE.to_owned(), Term::Written(format!("<{iri}>"))));
        }
        for field in &self.fields {
            let mut line = |object: Term| out.push(Line(label(), field.predicate.clone(), object));
            match &field.value {
                Value::Text(text) => line(Term::Written(literal(text))),
                Value::Typed(datatype, text) => line(Term::Written(format!("{}^^<{datatype}>", literal(text)))),
                Value::Flag(flag) => line(Term::Written(format!("\"{flag}\"^^<{BOOLEAN}>"))),
                Value::Link(iri) | Value::Iri(iri, _) => line(Term::Written(format!("<{iri}>"))),
                Value::One(node) => {
                    let object = node.lines(out, blanks);
                    out.push(Line(label(), field.predicate.clone(), object));
                }
                Value::Several(nodes) => {
                    for node in nodes {
                        let object = node.lines(out, blanks);
                        out.push(Line(label(), field.predicate.clone(), object));
                    }
                }
            }
        }
        label()
    }
}

/// Returns the hash of the lines about a node without an id, in which it is called `_:a` and every other `_:z`.
fn hash(lines: &[Line], node: usize) -> String {
    let label = |other: usize| if other == node { "_:a" } else { "_:z" }.to_owned();
    let about = lines.iter().filter(|line| line.is_about(node));
    Digest::of(sorted(about.map(|line| line.written(&label))).as_bytes()).hex()
}

fn sorted(lines: impl Iterator<Item = String>) -> String {
    let mut lines: Vec<String> = lines.collect();
    lines.sort_unstable();
    lines.dedup();
    lines.concat()
}

/// Writes a literal as canonical N-Quads do.
fn literal(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            c if c.is_ascii_control() => out.extend(format!("\\u{:04X}", u32::from(c)).chars()),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
