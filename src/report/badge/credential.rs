//! Builds the document of a badge: one credential for one KSB or local competence that was signed off.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::badge::node::{ANY_URI, DATE_TIME, Field, Node, Value};
use countersign_core::primitives::date::{Timestamp, day_words};
use countersign_core::primitives::ids::{Digest, StatementId};

/// The contexts of the document, pinned to their versions.
pub const CONTEXTS: [&str; 2] =
    ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"];

const CREDENTIALS: &str = "https://www.w3.org/2018/credentials#";
const BADGES: &str = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#";
const SCHEMA: &str = "https://schema.org/";
/// The most letters of a badge's name.
const NAME_LETTERS: usize = 120;

/// A KSB or local competence that somebody has achieved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Badge {
    pub issuer: Issuer,
    pub code: String,
    /// Its exact text.
    pub text: String,
    /// The standard or list: `ST0413 1.1 Healthcare science practitioner`.
    pub framework: String,
    /// The item's identifier, the same as in the standard as a CASE package.
    pub item: Uuid,
    /// The KSBs that it shows; for a KSB, itself.
    pub alignments: Vec<Alignment>,
    /// Whose it is, the name first; each is hashed with a salt of its own. Not empty.
    pub identities: Vec<Identity>,
    /// The statements that it rests on, newest first; at least one.
    pub evidence: Vec<Evidence>,
    pub from: Timestamp,
    /// The last day on which it counts, if it is to be reassessed.
    pub until: Option<NaiveDate>,
    /// The checkpoint code of the log when it was made.
    pub checkpoint: String,
}

/// The department as the issuer of a badge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuer {
    pub name: String,
    /// `did:key:…`.
    pub did: String,
    /// The origin of the log that the evidence is in.
    pub log: String,
}

/// A KSB of a standard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alignment {
    pub code: String,
    pub text: String,
    pub framework: String,
    /// Where the standard is published, or the item's own `urn:uuid:…`.
    pub url: String,
}

/// A name or address of the person whose badge it is: only a hash is in the badge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    pub kind: IdentityKind,
    /// The name or address, which is hashed.
    pub value: String,
    pub salt: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdentityKind {
    Name,
    Email,
}

/// A signed statement of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    pub statement: StatementId,
    /// In the log, from 0.
    pub position: u64,
    /// The SHA-256 of the signed text.
    pub digest: Digest,
    pub observed: NaiveDate,
}

impl Identity {
    /// Returns the hash that a badge shows; the salt is in the badge too.
    pub fn hash(&self) -> String {
        format!("sha256${}", Digest::of(format!("{}{}", self.value, self.salt).as_bytes()).hex())
    }

    fn word(&self) -> &'static str {
        match self.kind {
            IdentityKind::Name => "name",
            IdentityKind::Email => "emailAddress",
        }
    }
}

impl Badge {
    /// Returns the credential's own id, which is made from its newest statement and whose it is.
    pub fn id(&self) -> String {
        self.urn("credential")
    }

    /// Returns its name: the code, and the text as far as there is room.
    pub fn name(&self) -> String {
        let whole = format!("{} {}", self.code, self.text);
        if whole.chars().count() <= NAME_LETTERS {
            return whole;
        }
        let cut: String = whole.chars().take(NAME_LETTERS - 1).collect();
        let words = cut.rsplit_once(' ').map_or(cut.as_str(), |(words, _)| words);
        format!("{}…", words.trim_end_matches([' ', ',', ';', '.']))
    }

    /// Returns the document without its proof.
    pub fn document(&self) -> Node {
        let mut fields = vec![
            text("name", SCHEMA, self.name()),
            field("issuer", CREDENTIALS, Value::One(self.profile())),
            time("validFrom", self.from),
        ];
        fields.extend(self.until.map(|day| {
            let end = format!("{day}T23:59:59Z");
            field("validUntil", CREDENTIALS, Value::Typed(DATE_TIME, end))
        }));
        fields.push(field("credentialSubject", CREDENTIALS, Value::One(self.subject())));
        let evidence = self.evidence.iter().map(|one| self.evidence(one)).collect();
        fields.push(field("evidence", CREDENTIALS, Value::Several(evidence)));
        Node {
            id: Some(self.id()),
            types: vec![
                ("VerifiableCredential", format!("{CREDENTIALS}VerifiableCredential")),
                badge_type("OpenBadgeCredential"),
            ],
            single_type: false,
            fields,
        }
    }

    fn profile(&self) -> Node {
        Node {
            id: Some(self.issuer.did.clone()),
            types: vec![badge_type("Profile")],
            single_type: false,
            fields: vec![text("name", SCHEMA, self.issuer.name.clone())],
        }
    }

    fn subject(&self) -> Node {
        let identities = self.identities.iter().map(|one| Node {
            id: None,
            types: vec![badge_type("IdentityObject")],
            single_type: true,
            fields: vec![
                field("hashed", BADGES, Value::Flag(true)),
                text("identityHash", BADGES, one.hash()),
                text("identityType", BADGES, one.word().to_owned()),
                text("salt", BADGES, one.salt.clone()),
            ],
        });
        Node {
            id: Some(self.urn("subject")),
            types: vec![badge_type("AchievementSubject")],
            single_type: false,
            fields: vec![
                field("identifier", BADGES, Value::Several(identities.collect())),
                field("achievement", BADGES, Value::One(self.achievement())),
            ],
        }
    }

    fn achievement(&self) -> Node {
        let criteria = Node {
            id: Some(self.urn("criteria")),
            types: Vec::new(),
            single_type: false,
            fields: vec![text("narrative", BADGES, self.criteria())],
        };
        let mut fields = vec![
            text("achievementType", BADGES, "Competency".to_owned()),
            text("name", SCHEMA, self.name()),
            text("description", SCHEMA, format!("{} of {}: {}", self.code, self.framework, self.text)),
            text("humanCode", BADGES, self.code.clone()),
            Field { name: "criteria", predicate: format!("{BADGES}Criteria"), value: Value::One(criteria) },
        ];
        if !self.alignments.is_empty() {
            let alignments = self.alignments.iter().map(|one| self.alignment(one)).collect();
            fields.push(field("alignment", BADGES, Value::Several(alignments)));
        }
        Node {
            id: Some(format!("urn:uuid:{}", self.item)),
            types: vec![badge_type("Achievement")],
            single_type: false,
            fields,
        }
    }

    fn criteria(&self) -> String {
        let day = self.evidence.first().map(|last| day_words(last.observed)).unwrap_or_default();
        match self.evidence.len() {
            0 | 1 => format!("Achieved to the standard of the text: seen on {day} by an assessor, who signed it."),
            times => format!(
                "Achieved to the standard of the text: seen {times} times, the last time on {day}. \
                 Each time, the person who saw it signed it."
            ),
        }
    }

    fn alignment(&self, one: &Alignment) -> Node {
        Node {
            id: Some(self.urn(&format!("alignment {}", one.code))),
            types: vec![("Alignment", format!("{SCHEMA}AlignmentObject"))],
            single_type: false,
            fields: vec![
                text("targetCode", BADGES, one.code.clone()),
                text("targetName", SCHEMA, one.text.clone()),
                text("targetFramework", SCHEMA, one.framework.clone()),
                text("targetType", BADGES, "CFItem".to_owned()),
                field("targetUrl", SCHEMA, Value::Typed(ANY_URI, one.url.clone())),
            ],
        }
    }

    fn evidence(&self, one: &Evidence) -> Node {
        let narrative = format!(
            "Statement {}, entry {} of the log {}. SHA-256 of its signed text: {}. Checkpoint when the badge was made: {}. \
             The department can confirm it, and the trainee's receipt shows the full text.",
            one.statement,
            one.position,
            self.issuer.log,
            one.digest.hex(),
            self.checkpoint
        );
        Node {
            id: Some(format!("urn:uuid:{}", one.statement)),
            types: vec![badge_type("Evidence")],
            single_type: false,
            fields: vec![
                text("name", SCHEMA, format!("Signed statement of {}", day_words(one.observed))),
                text("narrative", BADGES, narrative),
            ],
        }
    }

    /// Returns an id made from the newest statement, whose badge it is, and a word.
    fn urn(&self, word: &str) -> String {
        let statement = self.evidence.first().map(|one| one.statement.to_string()).unwrap_or_default();
        let hashes: Vec<String> = self.identities.iter().map(Identity::hash).collect();
        let name = format!("countersign badge {} {statement} {} {word}", self.issuer.log, hashes.join(" "));
        format!("urn:uuid:{}", Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes()))
    }
}

fn badge_type(name: &'static str) -> (&'static str, String) {
    (name, format!("{BADGES}{name}"))
}

fn field(name: &'static str, vocabulary: &str, value: Value) -> Field {
    Field { name, predicate: format!("{vocabulary}{name}"), value }
}

fn text(name: &'static str, vocabulary: &str, text: String) -> Field {
    field(name, vocabulary, Value::Text(text))
}

fn time(name: &'static str, at: Timestamp) -> Field {
    field(name, CREDENTIALS, Value::Typed(DATE_TIME, at.to_string()))
}
