//! Decodes a statement from its canonical text.
//!
//! Invariant: `encode` writes every accepted text back byte for byte.

use crate::primitives::encoding::unhex;
use crate::primitives::ids::Nonce;
use crate::statement::encode::matches_canonical;
use crate::statement::fields::{DecodeFault, FieldReader, number_of, tree_of};
use crate::statement::{Batch, Body, MAX_BYTES, Signer, Statement};

/// Decodes a statement from its canonical text.
pub fn decode(text: &str) -> Result<Statement, DecodeFault> {
    if text.len() > MAX_BYTES {
        return Err(DecodeFault::NotAStatement);
    }
    let statement = read(FieldReader::new(text)?)?;
    if let Some(what) = statement.fault() {
        return Err(DecodeFault::Form(what));
    }
    // Every field of a sign-off is read strictly, and a log has a million of them: release builds skip the comparison,
    // tests check that it would find nothing.
    if matches!(statement.body, Body::SignOff(_)) {
        debug_assert!(matches_canonical(&statement, text), "two spellings are read as one: {text}");
    } else if !matches_canonical(&statement, text) {
        return Err(DecodeFault::Spelling);
    }
    Ok(statement)
}

fn read(mut from: FieldReader<'_>) -> Result<Statement, DecodeFault> {
    let log = from.parsed("log")?;
    let id = from.parsed("id")?;
    let nonce = from.field("nonce", |v| unhex(v).map(Nonce))?;
    let kind = from.parsed("kind")?;
    let seen = from.field("seen", tree_of)?;
    let body = Body::read(kind, &mut from)?;
    let statement = Statement {
        log,
        id,
        nonce,
        seen,
        body,
        signed: from.signed()?,
        signer: Signer {
            who: from.person("signer")?,
            registration: from.optional_text("registration")?,
            role: from.parsed("role")?,
            auth: from.parsed("auth")?,
        },
        batch: from.optional("batch", |v| {
            let (id, rest) = v.split_once(' ')?;
            let (number, of) = rest.split_once(" of ")?;
            Some(Batch { id: id.parse().ok()?, number: number_of(number)?, of: number_of(of)? })
        })?,
        clock_suspect: from.optional("clock", |v| (v == "suspect").then_some(()))?.is_some(),
    };
    from.finish()?;
    Ok(statement)
}
