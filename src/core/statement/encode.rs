//! Encodes a statement as its canonical text: one field a line, in a fixed order for each kind.

use std::fmt::{self, Write};

use crate::primitives::date::Timestamp;
use crate::primitives::encoding::hex;
use crate::statement::fields::FieldWriter;
use crate::statement::{Body, MAX_BYTES, Statement};

/// The encoded statement exceeds [`MAX_BYTES`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("The statement would be {bytes} bytes long. At most {MAX_BYTES} are allowed")]
pub struct TooLong {
    /// The encoded length.
    pub bytes: usize,
}

/// Returns the bytes that are signed and stored.
pub fn encode(statement: &Statement) -> Result<String, TooLong> {
    let mut text = String::with_capacity(1024);
    // Writing to a String cannot fail.
    let _ = write(statement, &mut text);
    if text.len() > MAX_BYTES { Err(TooLong { bytes: text.len() }) } else { Ok(text) }
}

/// Returns the body's lines, before anyone signs.
pub(crate) fn encode_body(body: &Body) -> String {
    let mut text = String::with_capacity(1024);
    body.content().write(&mut FieldWriter::new(&mut text, Timestamp::from_seconds(0)));
    text
}

/// Returns whether `text` is the statement's canonical text, by comparing as it is written, without allocating.
pub(crate) fn matches_canonical(statement: &Statement, text: &str) -> bool {
    let mut along = PrefixMatcher(text);
    write(statement, &mut along).is_ok() && along.0.is_empty()
}

/// A writer that compares what is written with the rest of a text.
struct PrefixMatcher<'t>(&'t str);

impl Write for PrefixMatcher<'_> {
    fn write_str(&mut self, s: &str) -> fmt::Result {
        self.0 = self.0.strip_prefix(s).ok_or(fmt::Error)?;
        Ok(())
    }
}

fn write(statement: &Statement, text: &mut dyn Write) -> fmt::Result {
    let mut to = FieldWriter::new(text, statement.signed);
    to.version();
    to.plain("log", &statement.log);
    to.plain("id", statement.id);
    to.plain("nonce", hex(&statement.nonce.0));
    to.plain("kind", statement.body.kind());
    to.tree("seen", &statement.seen);
    statement.body.content().write(&mut to);
    to.signed();
    let signer = &statement.signer;
    to.person("signer", &signer.who);
    to.optional("registration", signer.registration.as_ref());
    to.plain("role", signer.role);
    to.plain("auth", signer.auth.slug());
    if let Some(batch) = statement.batch {
        to.plain("batch", format_args!("{} {} of {}", batch.id, batch.number, batch.of));
    }
    if statement.clock_suspect {
        to.plain("clock", "suspect");
    }
    to.finish()
}
