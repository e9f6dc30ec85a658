//! Decodes a statement from its canonical text.
//!
//! Invariant: `encode` writes every accepted text back byte for byte.

use std::borrow::Cow;
use std::str::FromStr;

use chrono::NaiveDate;
use memchr::memchr;
use thiserror::Error;

use crate::domain::people::department::{Adoption, Genesis, KeyGrant, NamedEnrolment, PolicyName};
use crate::domain::people::person::{Enrolment, Person, PersonRef, Role};
use crate::domain::primitives::date::{Timestamp, parse_day};
use crate::domain::primitives::encoding::unhex;
use crate::domain::primitives::ids::{Digest, Nonce, StandardRef};
use crate::domain::primitives::key::PublicKey;
use crate::domain::primitives::text::SafeText;
use crate::domain::standard::options::{LeftOut, Scope};
use crate::domain::statement::decode_more;
use crate::domain::statement::encode::{auth, is_spelled};
use crate::domain::statement::validate::fault;
use crate::domain::statement::{
    Action, AuthMethod, Batch, Body, Evidence, Item, Kind, MAX_BYTES, Seen, SignOff, Signer, Statement, Withdraw,
};

/// Why a text is not a statement.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DecodeFault {
    /// The first line is wrong, the text is too long or it does not end in a line feed.
    #[error("This is no statement of version 1")]
    NotAStatement,
    /// A field is missing, out of order or malformed.
    #[error("Line {line} should be the field “{expected}”")]
    Field {
        /// From 1.
        line: usize,
        expected: &'static str,
    },
    /// It parses, but a value is not allowed.
    #[error("{0}")]
    Form(&'static str),
    /// It parses, but is not the canonical encoding.
    #[error("The statement is not in its one spelling")]
    Spelling,
}

/// Decodes a statement from its canonical text.
pub fn decode(text: &str) -> Result<Statement, DecodeFault> {
    if text.len() > MAX_BYTES || !text.ends_with('\n') {
        return Err(DecodeFault::NotAStatement);
    }
    let Some(rest) = text.strip_prefix("countersign/1\n") else {
        return Err(DecodeFault::NotAStatement);
    };
    let mut fields = Fields { next: None, rest, line: 2, escapes: memchr(b'\\', rest.as_bytes()).is_some() };
    fields.advance();
    let statement = fields.statement()?;
    if let Some(what) = fault(&statement) {
        return Err(DecodeFault::Form(what));
    }
    // Every field of a sign-off is read strictly, and a log has a million of them: release builds skip the comparison,
    // tests check that it would find nothing.
    match statement.body {
        Body::SignOff(_) => debug_assert!(is_spelled(&statement, text), "two spellings are read as one: {text}"),
        _ if is_spelled(&statement, text) => {}
        _ => return Err(DecodeFault::Spelling),
    }
    Ok(statement)
}

/// The lines not read yet.
struct Fields<'a> {
    /// The next line, split off once for repeated peeks.
    next: Option<&'a str>,
    /// The text after it.
    rest: &'a str,
    line: usize,
    /// Whether the statement contains any backslash.
    escapes: bool,
}

impl<'a> Fields<'a> {
    fn statement(&mut self) -> Result<Statement, DecodeFault> {
        let log = self.parsed("log")?;
        let id = self.parsed("id")?;
        let nonce = self.field("nonce", |v| unhex(v).map(Nonce))?;
        let kind: Kind = self.parsed("kind")?;
        let seen = self.field("seen", |v| {
            let (size, root) = v.split_once(' ')?;
            Some(Seen { size: number(size)?, root: Digest::from_base64(root).ok()? })
        })?;
        let (body, signed) = self.body(kind)?;
        let by = Signer {
            who: self.named("signer")?,
            registration: self.optional_clean("registration")?,
            role: self.parsed("role")?,
            auth: self
                .field("auth", |v| [AuthMethod::Passphrase, AuthMethod::Pin].into_iter().find(|a| auth(*a) == v))?,
        };
        let batch = self.optional("batch", |v| {
            let (id, rest) = v.split_once(' ')?;
            let (place, of) = rest.split_once(" of ")?;
            Some(Batch { id: id.parse().ok()?, number: number(place)?, of: number(of)? })
        })?;
        let clock_suspect = self.optional("clock", |v| (v == "suspect").then_some(()))?.is_some();
        if self.next.is_some() {
            return Err(DecodeFault::Field { line: self.line, expected: "end of the statement" });
        }
        Ok(Statement { log, id, nonce, seen, body, signed, signer: by, batch, clock_suspect })
    }

    fn body(&mut self, kind: Kind) -> Result<(Body, Timestamp), DecodeFault> {
        let body = match kind {
            Kind::Genesis => Body::Genesis(Genesis {
                department: self.clean("department")?,
                officer: self.named("person")?,
                roles: self.roles()?,
                key: self.parsed::<PublicKey>("key")?,
                log_key: self.clean("logkey")?,
                policy: self.policy()?,
            }),
            Kind::Person => {
                let who = self.named("person")?;
                Body::Person(Person {
                    id: who.id,
                    name: who.name,
                    roles: self.roles()?,
                    left: self.field("status", |v| match v {
                        "left" => Some(true),
                        "current" => Some(false),
                        _ => None,
                    })?,
                    department: self.optional_clean("department")?,
                    registration: self.optional_clean("registered")?,
                    level: self.optional_clean("level")?,
                })
            }
            Kind::Key => Body::Key(KeyGrant {
                person: self.named("person")?,
                key: self.parsed("key")?,
                proof: self.field("proof", unhex)?,
            }),
            Kind::Standard => Body::Standard(Adoption {
                standard: self.parsed("standard")?,
                title: self.clean("title")?,
                content: self.field("content", sha256)?,
            }),
            Kind::Enrolment => {
                let who = self.named("trainee")?;
                let standard: StandardRef = self.parsed("standard")?;
                let start = self.day("start")?;
                let specialism = self.optional_clean("specialism")?;
                let weekly = self.optional("weekly-hours", |v| v.parse().ok())?;
                let end = self.optional("planned-end", parse_day)?;
                let scope = self.scope()?;
                let aged_16_to_18 = self.optional("aged-16-to-18", |v| match v {
                    "yes" => Some(true),
                    "no" => Some(false),
                    _ => None,
                })?;
                let trainee = who.id;
                let enrolment = Enrolment { trainee, standard, start, specialism, weekly, end, scope, aged_16_to_18 };
                Body::Enrolment(NamedEnrolment { name: who.name, enrolment })
            }
            Kind::Policy => Body::Policy(self.policy()?),
            Kind::SignOff => return self.sign_off(),
            Kind::Withdraw => Body::Withdraw(Withdraw {
                of: self.parsed("of")?,
                trainee: self.named("trainee")?,
                reason: self.clean("reason")?,
            }),
            further => {
                let line = self.line;
                decode_more::body(self, further)?.ok_or(DecodeFault::Field { line, expected: "kind" })?
            }
        };
        Ok((body, self.parsed("signed")?))
    }

    /// Reads the enrolment's option and left-out KSBs; older statements have neither.
    fn scope(&mut self) -> Result<Scope, DecodeFault> {
        let option = self.optional_clean("option")?;
        let mut left_out = Vec::new();
        let codes = |v: &str| {
            let upper = |word: &str| word.starts_with(|c: char| c.is_ascii_uppercase());
            v.split(' ').map(|word| word.parse().ok().filter(|_| upper(word))).collect::<Option<Vec<_>>>()
        };
        while let Some(codes) = self.optional("left-out", codes)? {
            left_out.push(LeftOut { codes, reason: self.clean("because")? });
        }
        Ok(Scope { option, left_out })
    }

    fn sign_off(&mut self) -> Result<(Body, Timestamp), DecodeFault> {
        let trainee = self.named("trainee")?;
        let item = self.field("item", |v| {
            let mut words = v.splitn(4, ' ');
            let standard = StandardRef::new(words.next()?, words.next()?).ok()?;
            // `KsbCode` also parses lower case; a statement must not.
            let code = words.next().filter(|code| code.starts_with(|c: char| c.is_ascii_uppercase()))?;
            Some(Item { standard, code: code.parse().ok()?, text: sha256(words.next()?)? })
        })?;
        let outcome = self.parsed("outcome")?;
        let method = self.optional("method", |v| v.parse().ok())?;
        let supervision = self.optional("supervision", |v| v.parse().ok())?;
        let observed = self.day("observed")?;
        let signed = self.parsed("signed")?;
        let place = self.optional_clean("place")?;
        let feedback = self.optional_clean("feedback")?;
        let action = match self.optional_clean("action")? {
            Some(what) => Some(Action { what, by: self.day("by")? }),
            None => None,
        };
        let late = self.optional_clean("late")?;
        let claim = self.optional("claim", |v| v.parse().ok())?;
        let claimed = self.optional("claimed", sha256)?;
        let evidence = self.repeated("evidence", |v| {
            let (digest, name) = v.split_once(' ')?;
            Some(Evidence { digest: sha256(digest)?, name: text_of(name, true)? })
        })?;
        let meaning = self.clean("meaning")?;
        let sign_off = SignOff {
            trainee,
            item,
            outcome,
            method,
            supervision,
            observed,
            place,
            feedback,
            action,
            late,
            claim,
            claimed,
            evidence,
            meaning,
        };
        Ok((Body::SignOff(sign_off), signed))
    }

    fn advance(&mut self) {
        // The text ends in a line feed: without one, nothing is left.
        self.next = memchr(b'\n', self.rest.as_bytes()).map(|end| {
            let line = &self.rest[..end];
            self.rest = &self.rest[end + 1..];
            line
        });
    }

    /// Returns the next line's value if the line is this field.
    fn peek(&self, key: &str) -> Option<&'a str> {
        self.next?.strip_prefix(key)?.strip_prefix(' ')
    }

    fn optional<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, DecodeFault> {
        let Some(value) = self.peek(key) else { return Ok(None) };
        let value = read(value).ok_or(DecodeFault::Field { line: self.line, expected: key })?;
        self.advance();
        self.line += 1;
        Ok(Some(value))
    }

    fn field<T>(&mut self, key: &'static str, read: impl FnOnce(&str) -> Option<T>) -> Result<T, DecodeFault> {
        let line = self.line;
        self.optional(key, read)?.ok_or(DecodeFault::Field { line, expected: key })
    }

    fn repeated<T>(
        &mut self,
        key: &'static str,
        read: impl Fn(&str) -> Option<T> + Copy,
    ) -> Result<Vec<T>, DecodeFault> {
        std::iter::from_fn(|| self.optional(key, read).transpose()).collect()
    }

    fn parsed<T: FromStr>(&mut self, key: &'static str) -> Result<T, DecodeFault> {
        self.field(key, |v| v.parse().ok())
    }

    fn clean(&mut self, key: &'static str) -> Result<SafeText, DecodeFault> {
        let escapes = self.escapes;
        self.field(key, |v| text_of(v, escapes))
    }

    fn optional_clean(&mut self, key: &'static str) -> Result<Option<SafeText>, DecodeFault> {
        let escapes = self.escapes;
        self.optional(key, |v| text_of(v, escapes))
    }

    fn named(&mut self, key: &'static str) -> Result<PersonRef, DecodeFault> {
        let escapes = self.escapes;
        self.field(key, |v| {
            let (id, name) = v.split_once(' ')?;
            Some(PersonRef { id: id.parse().ok()?, name: text_of(name, escapes)? })
        })
    }

    fn day(&mut self, key: &'static str) -> Result<NaiveDate, DecodeFault> {
        self.field(key, parse_day)
    }

    fn roles(&mut self) -> Result<Vec<Role>, DecodeFault> {
        self.field("roles", |v| {
            if v == "none" {
                return Some(Vec::new());
            }
            v.split(' ').map(|word| word.parse().ok()).collect::<Option<_>>()
        })
    }

    fn policy(&mut self) -> Result<Vec<(PolicyName, u32)>, DecodeFault> {
        self.repeated("policy", |v| {
            let (name, value) = v.split_once(' ')?;
            Some((name.parse().ok()?, value.parse().ok()?))
        })
    }
}

impl decode_more::Read for Fields<'_> {
    type Fault = DecodeFault;

    fn optional<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, DecodeFault> {
        Fields::optional(self, key, read)
    }

    fn field<T>(&mut self, key: &'static str, read: impl FnOnce(&str) -> Option<T>) -> Result<T, DecodeFault> {
        Fields::field(self, key, read)
    }

    fn text(value: &str) -> Option<SafeText> {
        text_of(value, true)
    }
}

fn sha256(value: &str) -> Option<Digest> {
    Digest::from_hex(value.strip_prefix("sha256:")?).ok()
}

/// Parses an unsigned integer without sign or leading zeros.
fn number<T: FromStr>(value: &str) -> Option<T> {
    let second = value.starts_with('+') || (value.starts_with('0') && value.len() > 1);
    if second { None } else { value.parse().ok() }
}

fn text_of(value: &str, escapes: bool) -> Option<SafeText> {
    if escapes { SafeText::as_signed(&unescape(value)?) } else { SafeText::as_signed(value) }
}

/// Decodes `\n` and `\\`; returns `None` for any other escape.
pub(crate) fn unescape(value: &str) -> Option<Cow<'_, str>> {
    if !value.contains('\\') {
        return Some(Cow::Borrowed(value));
    }
    let mut text = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        text.push(match c {
            '\\' => match chars.next()? {
                'n' => '\n',
                '\\' => '\\',
                _ => return None,
            },
            other => other,
        });
    }
    Some(Cow::Owned(text))
}
