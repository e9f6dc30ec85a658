//! Writes a tree of nodes twice: as JSON-LD, and as the canonical N-Quads (RDFC-1.0) that a proof signs.
//!
//! Invariant: every value of the JSON is in the quads, since both are written from the same field. At most one node has no
//! id, so that its canonical label is `_:c14n0` without comparing graphs.

use serde_json::{Map, Value as Json, json};

const TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
/// The label of the one node without an id.
const BLANK: &str = "_:c14n0";

/// A node of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// An IRI; `None` for at most one node of a document.
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
        let mut lines = Vec::new();
        self.lines(&mut lines);
        lines.sort_unstable();
        lines.dedup();
        lines.concat()
    }

    fn label(&self) -> String {
        self.id.as_ref().map_or_else(|| BLANK.to_owned(), |id| format!("<{id}>"))
    }

    fn lines(&self, out: &mut Vec<String>) {
        let subject = self.label();
        let mut line = |predicate: &str, object: &str| out.push(format!("{subject} <{predicate}> {object} .\n"));
        for (_, iri) in &self.types {
            line(TYPE, &format!("<{iri}>"));
        }
        for field in &self.fields {
            match &field.value {
                Value::Text(text) => line(&field.predicate, &literal(text)),
                Value::Typed(datatype, text) => line(&field.predicate, &format!("{}^^<{datatype}>", literal(text))),
                Value::Flag(flag) => line(&field.predicate, &format!("\"{flag}\"^^<{BOOLEAN}>")),
                Value::Link(iri) | Value::Iri(iri, _) => line(&field.predicate, &format!("<{iri}>")),
                Value::One(node) => line(&field.predicate, &node.label()),
                Value::Several(nodes) => nodes.iter().for_each(|node| line(&field.predicate, &node.label())),
            }
        }
        for field in &self.fields {
            match &field.value {
                Value::One(node) => node.lines(out),
                Value::Several(nodes) => nodes.iter().for_each(|node| node.lines(out)),
                Value::Text(_) | Value::Typed(..) | Value::Flag(_) | Value::Link(_) | Value::Iri(..) => {}
            }
        }
    }
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
