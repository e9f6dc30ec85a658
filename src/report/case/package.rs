//! Writes a standard as a CASE 1.1 package: document, items, associations, and the types and licence that they name.
//!
//! What CASE has no field for is in the document's extension `countersign`, as lines of the standard's canonical text, so that
//! an import gives the same standard again.

use serde_json::{Map, Value, json};

use crate::case::identifier::{identifier, made};
use countersign_core::primitives::ids::KsbKind;
use countersign_core::standard::about::{About, Topic};
use countersign_core::standard::page::is_public;
use countersign_core::standard::{Ksb, Standard};

/// Makes the package. `about` is what its publisher says of the standard. Addresses begin with `base`; without one they are
/// `urn:uuid:…`. Author and licence are only those that the attribution names.
pub fn package(standard: &Standard, about: &About, base: Option<&str>) -> Vec<u8> {
    let writer = Writer { standard, base, changed: changed(standard), public: is_public_text(standard, about) };
    let mut package = json!({
        "CFDocument": writer.document(about),
        "CFItems": writer.items(),
        "CFAssociations": writer.associations(),
        "CFDefinitions": {"CFItemTypes": TYPES.iter().map(|name| writer.item_type(name)).collect::<Vec<_>>()},
    });
    if let Some(text) = about.of(Topic::Attribution).next().filter(|_| writer.public) {
        let mut licence = writer.record("CFLicenses", LICENCE);
        licence.insert("title".to_owned(), json!(LICENCE));
        licence.insert("licenseText".to_owned(), json!(text));
        package["CFDefinitions"]["CFLicenses"] = json!([licence]);
    }
    let mut bytes = format!("{package:#}").into_bytes();
    bytes.push(b'\n');
    bytes
}

const LICENCE: &str = "Open Government Licence v3.0";
const PUBLISHER: &str = "Skills England";
const TYPES: [&str; 4] = ["Duty", "Knowledge", "Skill", "Behaviour"];
/// The lines of the canonical text that items and associations carry.
const CARRIED: [&str; 3] = ["duty", "ksb", "link"];

/// A standard's version is never changed, so its time is that of its first start.
fn changed(standard: &Standard) -> String {
    let day = standard.starts().earliest.map_or_else(|| "1970-01-01".to_owned(), |day| day.to_string());
    format!("{day}T00:00:00Z")
}

/// Returns whether this is a text of the public register under its licence: its reference and its attribution say so.
fn is_public_text(standard: &Standard, about: &About) -> bool {
    let words = format!("licensed under the {LICENCE}");
    let says = |text: &str| text.starts_with("Crown copyright") && text.contains(&words);
    is_public(standard.reference()) && about.of(Topic::Attribution).next().is_some_and(says)
}

struct Writer<'a> {
    standard: &'a Standard,
    base: Option<&'a str>,
    changed: String,
    /// Whether the text is the public register's.
    public: bool,
}

impl Writer<'_> {
    fn id(&self, what: &str) -> String {
        identifier(self.standard.reference(), what).to_string()
    }

    fn uri(&self, kind: &str, id: &str) -> String {
        match self.base {
            Some(base) => format!("{}/{kind}/{id}", base.trim_end_matches('/')),
            None => format!("urn:uuid:{id}"),
        }
    }

    /// Begins a record: its identifier, its address and when it changed.
    fn record(&self, kind: &str, what: &str) -> Map<String, Value> {
        let id = self.id(what);
        let mut record = Map::new();
        record.insert("uri".to_owned(), json!(self.uri(kind, &id)));
        record.insert("identifier".to_owned(), json!(id));
        record.insert("lastChangeDateTime".to_owned(), json!(self.changed));
        record
    }

    fn link(&self, kind: &str, what: &str, title: &str) -> Value {
        let id = self.id(what);
        json!({"title": title, "uri": self.uri(kind, &id), "identifier": id})
    }

    fn title(&self) -> String {
        format!("{} {}", self.standard.reference(), self.standard.title())
    }

    fn document(&self, about: &About) -> Value {
        let standard = self.standard;
        let mut record = self.record("CFDocuments", "document");
        let source = about.of(Topic::Source).next().filter(|text| text.starts_with("https://") && !text.contains(' '));
        let attribution = about.of(Topic::Attribution).next();
        let canonical = standard.canonical();
        let lines = canonical.lines().skip(1);
        let kept: Vec<&str> =
            lines.filter(|line| !CARRIED.iter().any(|key| line.split(' ').next() == Some(key))).collect();
        for (name, value) in [
            ("caseVersion", json!("1.1")),
            ("frameworkType", json!("Occupational standard")),
            ("creator", json!(if self.public { PUBLISHER } else { attribution.unwrap_or("Not recorded") })),
            ("title", json!(self.title())),
            ("version", json!(standard.reference().version())),
            ("language", json!("en-GB")),
            ("adoptionStatus", json!("Adopted")),
            ("extensions", json!({"countersign": kept})),
        ] {
            record.insert(name.to_owned(), value);
        }
        record.extend(source.map(|source| ("officialSourceURL".to_owned(), json!(source))));
        record.extend(attribution.map(|text| ("notes".to_owned(), json!(text))));
        if self.public {
            record.insert("licenseURI".to_owned(), self.link("CFLicenses", LICENCE, LICENCE));
        }
        Value::Object(record)
    }

    fn item_type(&self, name: &str) -> Value {
        let mut record = self.record("CFItemTypes", name);
        let place = TYPES.iter().position(|one| *one == name).unwrap_or_default() + 1;
        record.insert("title".to_owned(), json!(name));
        record.insert("description".to_owned(), json!(name));
        record.insert("hierarchyCode".to_owned(), json!(place.to_string()));
        Value::Object(record)
    }

    fn items(&self) -> Vec<Value> {
        let item = |what: &str, text: &str, kind: &str, short: &str| {
            let mut record = self.record("CFItems", what);
            record.insert("fullStatement".to_owned(), json!(text));
            record.insert("humanCodingScheme".to_owned(), json!(what));
            record.insert("CFItemType".to_owned(), json!(kind));
            record.insert("CFItemTypeURI".to_owned(), self.link("CFItemTypes", kind, kind));
            record.insert("language".to_owned(), json!("en-GB"));
            if !short.is_empty() {
                record.insert("abbreviatedStatement".to_owned(), json!(short));
            }
            Value::Object(record)
        };
        let duties = self.standard.duties().iter();
        let duties = duties.map(|duty| item(&format!("Duty {}", duty.no), &duty.text, "Duty", &duty.title));
        let ksbs = self.standard.ksbs().iter();
        duties.chain(ksbs.map(|ksb| item(&ksb.code.to_string(), &ksb.text, kind(ksb), ""))).collect()
    }

    fn associations(&self) -> Vec<Value> {
        let mut all = Vec::new();
        let mut add = |from: &str, how: &str, to: Value, what: &str, place: Option<usize>| {
            // The published records have no identifiers of these.
            let id = made(self.standard.reference(), &format!("{from} {how} {what}")).to_string();
            let mut record = Map::new();
            record.insert("uri".to_owned(), json!(self.uri("CFAssociations", &id)));
            record.insert("identifier".to_owned(), json!(id));
            record.insert("lastChangeDateTime".to_owned(), json!(self.changed));
            record.insert("associationType".to_owned(), json!(how));
            record.insert("originNodeURI".to_owned(), self.link("CFItems", from, from));
            record.insert("destinationNodeURI".to_owned(), to);
            record.extend(place.map(|place| ("sequenceNumber".to_owned(), json!(place))));
            all.push(Value::Object(record));
        };
        let document = || self.link("CFDocuments", "document", &self.title());
        let duties = self.standard.duties().iter().map(|duty| format!("Duty {}", duty.no));
        let ksbs = self.standard.ksbs().iter().map(|ksb| ksb.code.to_string());
        for (at, item) in duties.chain(ksbs).enumerate() {
            add(&item, "isChildOf", document(), "document", Some(at + 1));
        }
        for ksb in self.standard.ksbs() {
            for no in &ksb.duties {
                let duty = format!("Duty {no}");
                add(&ksb.code.to_string(), "isRelatedTo", self.link("CFItems", &duty, &duty), &duty, None);
            }
        }
        all
    }
}

fn kind(ksb: &Ksb) -> &'static str {
    match ksb.code.kind {
        KsbKind::Knowledge => "Knowledge",
        KsbKind::Skill => "Skill",
        KsbKind::Behaviour => "Behaviour",
        KsbKind::Local => "Competence",
    }
}
