//! A statement's one spelling, written: one field a line, a fixed order for each kind. Must never be the only place that
//! knows the order without `decode`, whose every acceptance is encoded again and compared.

use std::fmt::Display;

use chrono::NaiveDate;

use crate::domain::department::{Genesis, PolicyName};
use crate::domain::key::fingerprint_text;
use crate::domain::person::{Named, Role};
use crate::domain::recovery::Tree;
use crate::domain::review::Review;
use crate::domain::statement::{Auth, Body, MAX_BYTES, Method, SignOff, Statement, Supervision};
use crate::domain::value::hex;

/// A statement that is longer than any may be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("The statement would be {bytes} bytes long; at most {MAX_BYTES} are allowed")]
pub struct TooLong {
    /// How long it would be.
    pub bytes: usize,
}

/// The bytes that are signed and kept.
pub fn encode(statement: &Statement) -> Result<String, TooLong> {
    let text = spell(statement);
    if text.len() > MAX_BYTES { Err(TooLong { bytes: text.len() }) } else { Ok(text) }
}

/// The spelling, whatever its length.
pub(crate) fn spell(statement: &Statement) -> String {
    let mut out = Lines(String::with_capacity(1024));
    out.0.push_str("countersign/1\n");
    out.field("log", &statement.log);
    out.field("id", statement.id);
    out.field("nonce", hex(&statement.nonce.0));
    out.field("kind", statement.body.kind());
    out.field("seen", format_args!("{} {}", statement.seen.size, statement.seen.root.base64()));
    out.body(statement);
    let signer = &statement.signer;
    out.named("signer", &signer.who);
    out.optional("registration", signer.registration.as_ref());
    out.field("role", signer.role);
    out.field("auth", auth(signer.auth));
    if let Some(batch) = statement.batch {
        out.field("batch", format_args!("{} {} of {}", batch.id, batch.number, batch.of));
    }
    if statement.clock_suspect {
        out.field("clock", "suspect");
    }
    out.0
}

/// How the way of showing who one is is spelled.
pub(crate) fn auth(auth: Auth) -> &'static str {
    match auth {
        Auth::Passphrase => "passphrase",
        Auth::Pin => "pin",
    }
}

/// The text being written.
struct Lines(String);

impl Lines {
    fn field(&mut self, key: &str, value: impl Display) {
        use std::fmt::Write as _;
        self.0.push_str(key);
        self.0.push(' ');
        let start = self.0.len();
        // Writing to a String cannot fail.
        let _ = write!(self.0, "{value}");
        if self.0.as_bytes()[start..].iter().any(|b| matches!(b, b'\n' | b'\\')) {
            let escaped = self.0[start..].replace('\\', "\\\\").replace('\n', "\\n");
            self.0.truncate(start);
            self.0.push_str(&escaped);
        }
        self.0.push('\n');
    }

    fn optional(&mut self, key: &str, value: Option<impl Display>) {
        if let Some(value) = value {
            self.field(key, value);
        }
    }

    fn named(&mut self, key: &str, who: &Named) {
        self.field(key, format_args!("{} {}", who.id, who.name));
    }

    fn day(&mut self, key: &str, day: NaiveDate) {
        self.field(key, day);
    }

    fn roles(&mut self, roles: &[Role]) {
        let words: Vec<&str> = roles.iter().map(|role| role.slug()).collect();
        self.field("roles", if words.is_empty() { "none".to_owned() } else { words.join(" ") });
    }

    fn policy(&mut self, policy: &[(PolicyName, u32)]) {
        for (name, value) in policy {
            self.field("policy", format_args!("{} {value}", name.slug()));
        }
    }

    fn body(&mut self, statement: &Statement) {
        match &statement.body {
            Body::Genesis(genesis) => self.genesis(genesis),
            Body::Person(person) => {
                self.field("person", format_args!("{} {}", person.id, person.name));
                self.roles(&person.roles);
                self.field("status", if person.left { "left" } else { "current" });
                self.optional("department", person.department.as_ref());
                self.optional("registered", person.registration.as_ref());
                self.optional("level", person.level.as_ref());
            }
            Body::Key(grant) => {
                self.named("person", &grant.person);
                self.field("key", &grant.key);
                self.field("proof", hex(&grant.proof));
            }
            Body::Standard(adoption) => {
                self.field("standard", &adoption.standard);
                self.field("title", &adoption.title);
                self.field("content", format_args!("sha256:{}", adoption.content.hex()));
            }
            Body::Enrolment(named) => {
                self.field("trainee", format_args!("{} {}", named.enrolment.trainee, named.name));
                self.field("standard", &named.enrolment.standard);
                self.day("start", named.enrolment.start);
                self.optional("specialism", named.enrolment.specialism.as_ref());
            }
            Body::Policy(policy) => self.policy(policy),
            Body::SignOff(sign_off) => return self.sign_off(sign_off, statement),
            Body::Withdraw(withdraw) => {
                self.field("of", withdraw.of);
                self.named("trainee", &withdraw.trainee);
                self.field("reason", &withdraw.reason);
            }
            other => self.further(other),
        }
        self.field("signed", statement.signed);
    }

    fn genesis(&mut self, genesis: &Genesis) {
        self.field("department", &genesis.department);
        self.named("person", &genesis.officer);
        self.roles(&genesis.roles);
        self.field("key", &genesis.key);
        self.field("logkey", &genesis.log_key);
        self.policy(&genesis.policy);
    }

    fn sign_off(&mut self, s: &SignOff, statement: &Statement) {
        self.named("trainee", &s.trainee);
        self.field("item", format_args!("{} {} sha256:{}", s.item.standard, s.item.code, s.item.text.hex()));
        self.field("outcome", s.outcome.slug());
        self.optional("method", s.method.map(Method::slug));
        self.optional("supervision", s.supervision.map(Supervision::slug));
        self.day("observed", s.observed);
        self.field("signed", statement.signed);
        self.optional("place", s.place.as_ref());
        self.optional("feedback", s.feedback.as_ref());
        if let Some(action) = &s.action {
            self.field("action", &action.what);
            self.day("by", action.by);
        }
        self.optional("late", s.late.as_ref());
        for evidence in &s.evidence {
            self.field("evidence", format_args!("sha256:{} {}", evidence.digest.hex(), evidence.name));
        }
        self.field("meaning", &s.meaning);
    }
}

/// The kinds that speak of other statements, of keys, of reviews and of the log itself.
impl Lines {
    fn further(&mut self, body: &Body) {
        match body {
            Body::Retire(retire) => {
                self.named("person", &retire.person);
                self.field("key", fingerprint_text(&retire.key));
                self.field("reason", &retire.reason);
            }
            Body::Compromise(compromise) => {
                self.named("person", &compromise.person);
                self.field("key", fingerprint_text(&compromise.key));
                self.field("from", compromise.from);
                self.field("reason", &compromise.reason);
            }
            Body::Countersign(countersign) => {
                self.field("of", countersign.of);
                self.named("whose", &countersign.whose);
                self.field("meaning", &countersign.meaning);
            }
            Body::Review(review) => self.review(review),
            Body::Sample(sample) => {
                self.field("of", sample.of);
                self.named("trainee", &sample.trainee);
                self.field("outcome", sample.outcome.slug());
                self.optional("reason", sample.reason.as_ref());
                if let Some(draw) = sample.draw {
                    self.field("draw", format_args!("{} {} of {}", draw.seed, draw.number, draw.of));
                }
            }
            Body::Acknowledge(acknowledge) => {
                self.field("of", acknowledge.of);
                self.named("trainee", &acknowledge.trainee);
            }
            Body::Dispute(dispute) => {
                self.field("of", dispute.of);
                self.named("trainee", &dispute.trainee);
                self.field("reason", &dispute.reason);
            }
            Body::Erase(erase) => {
                self.field("of", erase.of);
                self.field("position", erase.position);
                self.field("leaf", erase.leaf.base64());
                self.field("time", erase.time);
                self.field("reason", &erase.reason);
            }
            Body::Import(import) => {
                self.field("of", import.of);
                self.named("trainee", &import.trainee);
                self.field("text", format_args!("sha256:{}", import.text.hex()));
                self.field("signature", format_args!("sha256:{}", import.signature.hex()));
                self.field("position", import.position);
                self.tree("of-tree", import.of_tree);
                self.field("reason", &import.reason);
            }
            Body::Restore(restore) => {
                self.tree("to", restore.to);
                self.tree("lost", restore.lost);
                self.field("reason", &restore.reason);
            }
            Body::Pause(pause) => {
                self.named("trainee", &pause.trainee);
                self.day("from", pause.span.from);
                self.optional("back", pause.span.back);
                self.field("reason", &pause.reason);
            }
            Body::Clock(clock) => {
                self.field("newest", clock.newest);
                self.field("reason", &clock.reason);
            }
            _ => {}
        }
    }

    fn review(&mut self, review: &Review) {
        self.named("trainee", &review.trainee);
        self.day("held", review.held);
        for attended in &review.attended {
            let (party, who) = (attended.party.slug(), &attended.who);
            self.field("attended", format_args!("{party} {} {}", who.id, who.name));
        }
        self.field("progress", format_args!("{} of {}", review.signed, review.all));
        self.field("discussed", &review.discussed);
        for action in &review.actions {
            self.field("action", &action.what);
            self.day("by", action.by);
        }
        self.day("next", review.next);
        self.optional("late", review.late.as_ref());
    }

    fn tree(&mut self, key: &str, tree: Tree) {
        self.field(key, format_args!("{} {}", tree.size, tree.root.base64()));
    }
}
