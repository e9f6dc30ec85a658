//! Encodes a statement as its canonical text: one field a line, in a fixed order for each kind.

use std::fmt::{self, Display, Write};

use chrono::NaiveDate;

use crate::domain::people::department::{Genesis, PolicyName};
use crate::domain::people::person::{PersonRef, Role};
use crate::domain::people::recovery::Tree;
use crate::domain::primitives::date::Timestamp;
use crate::domain::primitives::encoding::hex;
use crate::domain::primitives::ids::KsbCode;
use crate::domain::primitives::key::fingerprint_text;
use crate::domain::programme::hours::Hours;
use crate::domain::statement::review::{Meeting, NOTHING, Review, ReviewContent, Topic};
use crate::domain::statement::{AuthMethod, Body, MAX_BYTES, Method, SignOff, Statement, Supervision};

/// The encoded statement exceeds [`MAX_BYTES`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("The statement would be {bytes} bytes long; at most {MAX_BYTES} are allowed")]
pub struct TooLong {
    /// The encoded length.
    pub bytes: usize,
}

/// Returns the bytes that are signed and stored.
pub fn encode(statement: &Statement) -> Result<String, TooLong> {
    let text = spell(statement);
    if text.len() > MAX_BYTES { Err(TooLong { bytes: text.len() }) } else { Ok(text) }
}

/// Returns the canonical text, without the length check.
pub(crate) fn spell(statement: &Statement) -> String {
    let mut text = String::with_capacity(1024);
    // Writing to a String cannot fail.
    let _ = Lines { to: &mut text, went: Ok(()) }.statement(statement);
    text
}

/// Returns the body's lines, before anyone signs.
pub(crate) fn spell_body(body: &Body) -> String {
    let mut text = String::with_capacity(1024);
    // Writing to a String cannot fail.
    Lines { to: &mut text, went: Ok(()) }.body(body, Timestamp::from_seconds(0));
    text
}

/// Returns whether `text` is the statement's canonical text, by comparing as it is written, without allocating.
pub(crate) fn is_spelled(statement: &Statement, text: &str) -> bool {
    let mut along = Along(text);
    let went = Lines { to: &mut along, went: Ok(()) }.statement(statement);
    went.is_ok() && along.0.is_empty()
}

/// A writer that compares what is written with the rest of a text.
struct Along<'t>(&'t str);

impl Write for Along<'_> {
    fn write_str(&mut self, s: &str) -> fmt::Result {
        self.0 = self.0.strip_prefix(s).ok_or(fmt::Error)?;
        Ok(())
    }
}

/// A writer that escapes line feeds and backslashes.
struct Escaped<'w>(&'w mut dyn Write);

impl Write for Escaped<'_> {
    fn write_str(&mut self, s: &str) -> fmt::Result {
        let special = |b: &u8| matches!(b, b'\n' | b'\\');
        let mut left = s;
        while let Some(at) = left.as_bytes().iter().position(special) {
            self.0.write_str(&left[..at])?;
            self.0.write_str(if left.as_bytes()[at] == b'\n' { "\\n" } else { "\\\\" })?;
            left = &left[at + 1..];
        }
        self.0.write_str(left)
    }
}

fn joined(codes: &[KsbCode]) -> String {
    codes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

/// Returns an authentication method's spelling.
pub(crate) fn auth(auth: AuthMethod) -> &'static str {
    match auth {
        AuthMethod::Passphrase => "passphrase",
        AuthMethod::Pin => "pin",
    }
}

/// Writes fields, one a line, and keeps the first error.
struct Lines<'w> {
    to: &'w mut dyn Write,
    went: fmt::Result,
}

impl Lines<'_> {
    fn statement(mut self, statement: &Statement) -> fmt::Result {
        self.to.write_str("countersign/1\n")?;
        self.plain("log", &statement.log);
        self.plain("id", statement.id);
        self.plain("nonce", hex(&statement.nonce.0));
        self.plain("kind", statement.body.kind());
        self.plain("seen", format_args!("{} {}", statement.seen.size, statement.seen.root.base64()));
        self.body(&statement.body, statement.signed);
        let signer = &statement.signer;
        self.named("signer", &signer.who);
        self.optional("registration", signer.registration.as_ref());
        self.plain("role", signer.role);
        self.plain("auth", auth(signer.auth));
        if let Some(batch) = statement.batch {
            self.plain("batch", format_args!("{} {} of {}", batch.id, batch.number, batch.of));
        }
        if statement.clock_suspect {
            self.plain("clock", "suspect");
        }
        self.went
    }

    /// Writes a free-text field, escaped.
    fn field(&mut self, key: &str, value: impl Display) {
        self.line(key, |to| write!(Escaped(to), "{value}"));
    }

    /// Writes a field whose value cannot contain a line feed or backslash.
    fn plain(&mut self, key: &str, value: impl Display) {
        self.line(key, |to| write!(to, "{value}"));
    }

    fn line(&mut self, key: &str, value: impl FnOnce(&mut dyn Write) -> fmt::Result) {
        let to = &mut *self.to;
        let write = || {
            to.write_str(key)?;
            to.write_str(" ")?;
            value(&mut *to)?;
            to.write_str("\n")
        };
        if self.went.is_ok() {
            self.went = write();
        }
    }

    fn optional(&mut self, key: &str, value: Option<impl Display>) {
        if let Some(value) = value {
            self.field(key, value);
        }
    }

    fn named(&mut self, key: &str, who: &PersonRef) {
        self.field(key, format_args!("{} {}", who.id, who.name));
    }

    fn day(&mut self, key: &str, day: NaiveDate) {
        self.plain(key, day);
    }

    fn roles(&mut self, roles: &[Role]) {
        let words: Vec<&str> = roles.iter().map(|role| role.slug()).collect();
        self.plain("roles", if words.is_empty() { "none".to_owned() } else { words.join(" ") });
    }

    fn policy(&mut self, policy: &[(PolicyName, u32)]) {
        for (name, value) in policy {
            self.plain("policy", format_args!("{} {value}", name.slug()));
        }
    }

    fn body(&mut self, body: &Body, signed: Timestamp) {
        match body {
            Body::Genesis(genesis) => self.genesis(genesis),
            Body::Person(person) => {
                self.field("person", format_args!("{} {}", person.id, person.name));
                self.roles(&person.roles);
                self.plain("status", if person.left { "left" } else { "current" });
                self.optional("department", person.department.as_ref());
                self.optional("registered", person.registration.as_ref());
                self.optional("level", person.level.as_ref());
            }
            Body::Key(grant) => {
                self.named("person", &grant.person);
                self.plain("key", &grant.key);
                self.plain("proof", hex(&grant.proof));
            }
            Body::Standard(adoption) => {
                self.plain("standard", &adoption.standard);
                self.field("title", &adoption.title);
                self.plain("content", format_args!("sha256:{}", adoption.content.hex()));
            }
            Body::Enrolment(named) => {
                self.field("trainee", format_args!("{} {}", named.enrolment.trainee, named.name));
                self.plain("standard", &named.enrolment.standard);
                self.day("start", named.enrolment.start);
                self.optional("specialism", named.enrolment.specialism.as_ref());
                if let Some(weekly) = named.enrolment.weekly {
                    self.plain("weekly-hours", weekly);
                }
                if let Some(end) = named.enrolment.end {
                    self.day("planned-end", end);
                }
                self.optional("option", named.enrolment.scope.option.as_ref());
                for left in &named.enrolment.scope.left_out {
                    let codes: Vec<String> = left.codes.iter().map(ToString::to_string).collect();
                    self.plain("left-out", codes.join(" "));
                    self.field("because", &left.reason);
                }
                let young = named.enrolment.aged_16_to_18;
                self.optional("aged-16-to-18", young.map(|young| if young { "yes" } else { "no" }));
            }
            Body::Policy(policy) => self.policy(policy),
            Body::SignOff(sign_off) => return self.sign_off(sign_off, signed),
            Body::Withdraw(withdraw) => {
                self.plain("of", withdraw.of);
                self.named("trainee", &withdraw.trainee);
                self.field("reason", &withdraw.reason);
            }
            other => self.further(other),
        }
        self.plain("signed", signed);
    }

    fn genesis(&mut self, genesis: &Genesis) {
        self.field("department", &genesis.department);
        self.named("person", &genesis.officer);
        self.roles(&genesis.roles);
        self.plain("key", &genesis.key);
        self.field("logkey", &genesis.log_key);
        self.policy(&genesis.policy);
    }

    fn sign_off(&mut self, s: &SignOff, signed: Timestamp) {
        self.named("trainee", &s.trainee);
        self.plain("item", format_args!("{} {} sha256:{}", s.item.standard, s.item.code, s.item.text.hex()));
        self.plain("outcome", s.outcome.slug());
        self.optional("method", s.method.map(Method::slug));
        self.optional("supervision", s.supervision.map(Supervision::slug));
        self.day("observed", s.observed);
        self.plain("signed", signed);
        self.optional("place", s.place.as_ref());
        self.optional("feedback", s.feedback.as_ref());
        if let Some(action) = &s.action {
            self.field("action", &action.what);
            self.day("by", action.by);
        }
        self.optional("late", s.late.as_ref());
        self.optional("claim", s.claim);
        if let Some(claimed) = s.claimed {
            self.plain("claimed", format_args!("sha256:{}", claimed.hex()));
        }
        for evidence in &s.evidence {
            self.field("evidence", format_args!("sha256:{} {}", evidence.digest.hex(), evidence.name));
        }
        self.field("meaning", &s.meaning);
    }
}

/// The kinds that `decode_more` reads: annotations, keys, reviews, gateway and recovery.
impl Lines<'_> {
    fn further(&mut self, body: &Body) {
        match body {
            Body::Retire(retire) => {
                self.named("person", &retire.person);
                self.plain("key", fingerprint_text(&retire.key));
                self.field("reason", &retire.reason);
            }
            Body::Compromise(compromise) => {
                self.named("person", &compromise.person);
                self.plain("key", fingerprint_text(&compromise.key));
                self.plain("from", compromise.from);
                self.field("reason", &compromise.reason);
            }
            Body::Countersign(countersign) => {
                self.plain("of", countersign.of);
                self.named("whose", &countersign.whose);
                self.field("meaning", &countersign.meaning);
            }
            Body::Review(review) => self.review(review),
            Body::Hours(hours) => self.hours(hours),
            Body::Recognition(said) => {
                self.named("trainee", &said.trainee);
                self.plain("standard", &said.standard);
                self.optional("hours", said.hours);
                if !said.codes.is_empty() {
                    self.plain("ksbs", joined(&said.codes));
                }
                self.field("reason", &said.reason);
                self.field("support", &said.support);
            }
            Body::TrainingPlan(plan) => {
                self.named("trainee", &plan.trainee);
                self.plain("standard", &plan.standard);
                for month in &plan.months {
                    let codes =
                        if month.codes.is_empty() { String::new() } else { format!(" {}", joined(&month.codes)) };
                    self.plain("month", format_args!("{} {}{codes}", month.month, month.hours));
                }
            }
            Body::Requirement(said) => {
                self.named("trainee", &said.trainee);
                self.field("requirement", said.requirement.as_str());
                self.field("outcome", said.outcome.slug());
                self.field("reason", &said.reason);
            }
            Body::Confirm(confirm) => {
                self.named("trainee", &confirm.trainee);
                self.field("party", confirm.party.slug());
                self.field("meaning", &confirm.meaning);
            }
            Body::Sample(sample) => {
                self.plain("of", sample.of);
                self.named("trainee", &sample.trainee);
                self.plain("outcome", sample.outcome.slug());
                self.optional("reason", sample.reason.as_ref());
                if let Some(draw) = sample.draw {
                    let at = draw.at.map_or_else(String::new, |at| format!(" at {at}"));
                    self.plain("draw", format_args!("{} {} of {}{at}", draw.seed, draw.number, draw.of));
                }
                self.optional("drawn-from", sample.drawn_from.as_ref());
            }
            Body::Acknowledge(acknowledge) => {
                self.plain("of", acknowledge.of);
                self.named("trainee", &acknowledge.trainee);
            }
            Body::Dispute(dispute) => {
                self.plain("of", dispute.of);
                self.named("trainee", &dispute.trainee);
                self.field("reason", &dispute.reason);
            }
            Body::Erase(erase) => {
                self.plain("of", erase.of);
                self.plain("position", erase.position);
                self.plain("leaf", erase.leaf.base64());
                self.plain("time", erase.time);
                if let Some(kind) = erase.kind {
                    self.plain("erased-kind", kind);
                }
                if let Some(id) = erase.put_back {
                    self.plain("put-back", id);
                }
                for digest in &erase.evidence {
                    self.plain("evidence", format_args!("sha256:{}", digest.hex()));
                }
                self.field("reason", &erase.reason);
            }
            Body::Import(import) => {
                self.plain("of", import.of);
                self.named("trainee", &import.trainee);
                self.plain("text", format_args!("sha256:{}", import.text.hex()));
                self.plain("signature", format_args!("sha256:{}", import.signature.hex()));
                self.plain("position", import.position);
                self.tree("of-tree", import.of_tree);
                self.field("reason", &import.reason);
            }
            Body::Restore(restore) => {
                self.tree("to", restore.to);
                self.tree("lost", restore.lost);
                self.field("reason", &restore.reason);
            }
            Body::Competences(adoption) => {
                self.plain("list", &adoption.list);
                self.field("title", &adoption.title);
                for standard in &adoption.beside {
                    self.plain("beside", standard);
                }
                self.plain("content", format_args!("sha256:{}", adoption.content.hex()));
            }
            Body::Pause(pause) => {
                self.named("trainee", &pause.trainee);
                self.day("from", pause.span.from);
                self.optional("back", pause.span.back);
                self.field("reason", &pause.reason);
            }
            Body::Clock(clock) => {
                self.plain("newest", clock.newest);
                self.field("reason", &clock.reason);
            }
            _ => {}
        }
    }

    fn review(&mut self, review: &Review) {
        self.named("trainee", &review.trainee);
        self.day("held", review.held);
        if review.meeting != Meeting::Progress {
            self.plain("meeting", review.meeting.slug());
        }
        for attended in &review.attended {
            let (party, who) = (attended.party.slug(), &attended.who);
            self.field("attended", format_args!("{party} {} {}", who.id, who.name));
        }
        self.plain("progress", format_args!("{} of {}", review.signed, review.all));
        match &review.said {
            ReviewContent::Discussed(text) => self.field("discussed", text),
            ReviewContent::Answers(answers) => {
                for (topic, text) in Topic::TEXTS.into_iter().zip(&answers.texts) {
                    self.field(topic.slug(), text);
                }
            }
        }
        for action in &review.actions {
            self.field("action", &action.what);
            self.day("by", action.by);
            if let Some(owner) = &action.owner {
                self.named("owner", owner);
            }
        }
        if let Some(rated) = review.rated() {
            if review.actions.is_empty() {
                self.field(Topic::NewActions.slug(), NOTHING);
            }
            self.plain("worked-out", rated.worked_out.slug());
            self.field("from-figures", &rated.basis);
            self.plain("rating", rated.rating.slug());
            self.optional("rating-reason", rated.reason.as_ref());
        }
        self.day("next", review.next);
        self.optional("late", review.late.as_ref());
    }

    fn hours(&mut self, hours: &Hours) {
        self.named("trainee", &hours.trainee);
        for entry in &hours.entries {
            self.field("entry", format_args!("{} {} {}", entry.id, entry.day, entry.hours));
            self.field("what", &entry.what);
            if !entry.codes.is_empty() {
                let codes: Vec<String> = entry.codes.iter().map(ToString::to_string).collect();
                self.field("ksbs", codes.join(" "));
            }
        }
        self.field("meaning", &hours.meaning);
    }

    fn tree(&mut self, key: &str, tree: Tree) {
        self.plain(key, format_args!("{} {}", tree.size, tree.root.base64()));
    }
}
