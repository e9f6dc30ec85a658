//! Signs a badge: a Data Integrity proof of the cryptosuite `eddsa-rdfc-2022`.

use serde_json::{Value as Json, json};

use crate::badge::credential::{Badge, CONTEXTS};
use crate::badge::did::{multibase, verification_method};
use crate::badge::node::{DATE_TIME, Field, Node, Value};
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::ids::Digest;

const SECURITY: &str = "https://w3id.org/security#";
const SUITE: &str = "eddsa-rdfc-2022";

/// Signs a badge at a time with the issuer's Ed25519 key, and returns it as JSON. `sign` signs the bytes it is given, with
/// the key of this public point.
pub fn signed(badge: &Badge, made: Timestamp, point: &[u8; 32], sign: impl FnOnce(&[u8]) -> [u8; 64]) -> Vec<u8> {
    let (document, options) = (badge.document(), options(made, point));
    let value = multibase(&sign(&signed_bytes(&document, &options)));
    let mut proof = options.json();
    proof.insert("proofValue".to_owned(), json!(value));
    let mut whole = document.json();
    whole.insert("@context".to_owned(), json!(CONTEXTS));
    // As a list, since the published schema of a badge asks for one.
    whole.insert("proof".to_owned(), json!([proof]));
    let mut bytes = format!("{:#}", Json::Object(whole)).into_bytes();
    bytes.push(b'\n');
    bytes
}

/// Returns the bytes that a proof signs: the hash of its options, then that of the document.
fn signed_bytes(document: &Node, options: &Node) -> Vec<u8> {
    let hash = |node: &Node| Digest::of(node.quads().as_bytes()).0;
    [hash(options), hash(document)].concat()
}

/// Returns the options of a proof: all of it but its value.
fn options(made: Timestamp, point: &[u8; 32]) -> Node {
    let suite_type = "https://w3id.org/security#cryptosuiteString";
    let field = |name, value| Field { name, predicate: format!("{SECURITY}{name}"), value };
    let created = Value::Typed(DATE_TIME, made.to_string());
    Node {
        id: None,
        types: vec![("DataIntegrityProof", format!("{SECURITY}DataIntegrityProof"))],
        single_type: true,
        fields: vec![
            Field { name: "created", predicate: "http://purl.org/dc/terms/created".to_owned(), value: created },
            field("cryptosuite", Value::Typed(suite_type, SUITE.to_owned())),
            field("proofPurpose", Value::Iri(format!("{SECURITY}assertionMethod"), "assertionMethod")),
            field("verificationMethod", Value::Link(verification_method(point))),
        ],
    }
}
