//! A small department to try rules and indexes on: an officer, two supervisors, two trainees on ST0413. Each statement of
//! its log passed the rules. Must never sign: keys are names only.

use std::collections::HashMap;
use std::sync::Arc;

use countersign_core::people::person::{Enrolment, Person, PersonRef, Role};
use countersign_core::primitives::date::{Timestamp, parse_day};
use countersign_core::primitives::ids::{Digest, KsbCode, KsbKind, Nonce, PersonId, StatementId};
use countersign_core::primitives::key::PublicKey;
use countersign_core::primitives::presence::Presence;
use countersign_core::primitives::text::SafeText;
use countersign_core::rules::facts::{ImportedStatement, PriorRecords, PriorStatement, ReferencedEntry, RuleContext};
use countersign_core::rules::log_state::Roster;
use countersign_core::rules::refusal::RuleViolation;
use countersign_core::rules::{check, check_decoded};
use countersign_core::standard::Standard;
use countersign_core::standard::file::st0413;
use countersign_core::standard::options::Scope;
use countersign_core::statement::encode::encode;
use countersign_core::statement::fields::Tree;
use countersign_core::statement::kind::Kind;
use countersign_core::statement::kinds::adoption::Adoption;
use countersign_core::statement::kinds::enrolment::NamedEnrolment;
use countersign_core::statement::kinds::genesis::Genesis;
use countersign_core::statement::kinds::keys::KeyGrant;
use countersign_core::statement::kinds::sample::Sampled;
use countersign_core::statement::kinds::sign_off::{Item, MEANING_ACHIEVED, MEANING_NOT_ACHIEVED, Outcome, SignOff};
use countersign_core::statement::kinds::withdraw::Withdraw;
use countersign_core::statement::{AuthMethod, Body, Signer, Statement};

use crate::local::list;
use crate::made::id_of;

pub const OFFICER: &str = "0ff1";
pub const SUPERVISOR: &str = "02c1";
pub const OTHER_SUPERVISOR: &str = "03d2";
pub const TRAINEE: &str = "7f3a";
pub const OTHER_TRAINEE: &str = "8b4c";

/// The department, with all that was said in it.
#[derive(Clone)]
pub struct World {
    pub roster: Roster,
    pub standard: Arc<Standard>,
    /// A list of local competences, which nobody adopted yet.
    pub list: Arc<Standard>,
    pub log: Vec<Statement>,
    /// Which statement erased which, and the leaf that was kept.
    pub erased: HashMap<StatementId, (u64, Digest)>,
    /// What was put back, by the place of its import.
    pub imported: Vec<(u64, Statement)>,
    /// What the next import puts back.
    pub put_back: Option<Statement>,
    /// What the signature of the next statement shows.
    pub presence: Presence,
}

/// The signature's digest of all that is put back.
pub const INNER_SIGNATURE: Digest = Digest([5; 32]);

/// The leaf of a statement, as far as this department is concerned.
pub fn leaf_of(id: StatementId) -> Digest {
    Digest::of(id.0.as_bytes())
}

pub fn clean(text: &str) -> SafeText {
    SafeText::line(text).unwrap()
}

pub fn pid(id: &str) -> PersonId {
    id.parse().unwrap()
}

pub fn named(id: &str) -> PersonRef {
    PersonRef { id: pid(id), name: clean(&format!("N. {}", id.to_uppercase())) }
}

/// The key of a person; each has another.
pub fn key_of(id: &str) -> PublicKey {
    PublicKey::from_strings("ssh-ed25519", &[&Digest::of(id.as_bytes()).0])
}

pub fn person(id: &str, roles: &[Role]) -> Person {
    Person {
        id: pid(id),
        name: named(id).name,
        roles: roles.to_vec(),
        left: false,
        department: None,
        registration: Some(clean("HCPC CS00000")).filter(|_| roles.contains(&Role::Supervisor)),
        level: None,
    }
}

pub fn grant(id: &str) -> Body {
    Body::Key(KeyGrant { person: named(id), key: key_of(id), proof: [0; 64].into() })
}

impl World {
    /// Before anything was said.
    pub fn empty() -> Self {
        Self {
            roster: Roster::default(),
            standard: Arc::new(st0413().unwrap().0),
            list: list("1", "1"),
            log: Vec::new(),
            erased: HashMap::new(),
            imported: Vec::new(),
            put_back: None,
            presence: Presence::Unknown,
        }
    }

    /// With everyone and everything in place, and nothing signed off.
    pub fn new() -> Self {
        let mut world = Self::empty();
        world.tell(OFFICER, Role::TrainingOfficer, World::genesis());
        for (id, role) in [
            (SUPERVISOR, Role::Supervisor),
            (OTHER_SUPERVISOR, Role::Supervisor),
            (TRAINEE, Role::Trainee),
            (OTHER_TRAINEE, Role::Trainee),
        ] {
            world.officer_says(Body::Person(person(id, &[role])));
            world.officer_says(grant(id));
        }
        world.officer_says(world.adoption());
        for id in [TRAINEE, OTHER_TRAINEE] {
            world.officer_says(world.enrolment(id));
        }
        world
    }

    pub fn genesis() -> Body {
        Body::Genesis(Genesis {
            department: clean("Cardiology"),
            officer: named(OFFICER),
            roles: vec![Role::TrainingOfficer],
            key: key_of(OFFICER),
            log_key: clean("cardiology.example.org/8d1f4c20+00000000+AAAA"),
            policy: Vec::new(),
        })
    }

    pub fn adoption(&self) -> Body {
        Body::Standard(Adoption {
            standard: self.standard.reference().clone(),
            title: clean(self.standard.title()),
            content: self.standard.digest(),
        })
    }

    pub fn enrolment(&self, id: &str) -> Body {
        let start = parse_day("2025-09-20").unwrap();
        let standard = self.standard.reference().clone();
        let enrolment = Enrolment {
            trainee: pid(id),
            standard,
            start,
            specialism: None,
            weekly: None,
            end: None,
            scope: Scope::default(),
            aged_16_to_18: None,
        };
        Body::Enrolment(NamedEnrolment { name: named(id).name, enrolment })
    }

    pub fn sign_off(&self, trainee: &str, code: &str, outcome: Outcome) -> SignOff {
        let code: KsbCode = code.parse().unwrap();
        let of = if code.kind == KsbKind::Local { &self.list } else { &self.standard };
        let text = of.ksb(code).unwrap().digest;
        let fell_short = outcome == Outcome::NotAchieved;
        let action = countersign_core::statement::kinds::sign_off::Action {
            what: clean("Repeat it, watched"),
            by: parse_day("2026-12-01").unwrap(),
        };
        SignOff {
            trainee: named(trainee),
            item: Item { standard: of.reference().clone(), code, text },
            outcome,
            method: None,
            supervision: None,
            observed: parse_day("2026-11-20").unwrap(),
            place: None,
            feedback: fell_short.then(|| clean("The axis was off")),
            action: fell_short.then_some(action),
            late: None,
            claim: None,
            claimed: None,
            evidence: Vec::new(),
            meaning: clean(if fell_short { MEANING_NOT_ACHIEVED } else { MEANING_ACHIEVED }),
        }
    }

    /// The next statement of the log, in the name of `id` as the log has it.
    pub fn say(&self, id: &str, role: Role, body: Body) -> Statement {
        let position = self.log.len() as u64;
        let began: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
        let holds = self.roster.people.get(&pid(id));
        Statement {
            log: "cardiology.example.org/8d1f4c20".parse().unwrap(),
            id: id_of(position),
            nonce: Nonce([9; 16]),
            seen: Tree { size: position, root: Digest([3; 32]) },
            body,
            signed: began.plus(position.cast_signed()),
            signer: Signer {
                who: holds.map_or_else(|| named(id), |p| PersonRef { id: p.id.clone(), name: p.name.clone() }),
                registration: holds.and_then(|p| p.registration.clone()),
                role,
                auth: AuthMethod::Passphrase,
            },
            batch: None,
            clock_suspect: false,
        }
    }

    /// An allowed sign-off that was not added yet.
    pub fn allowed(&self) -> Statement {
        let sign_off = self.sign_off(TRAINEE, "S26", Outcome::Achieved);
        self.say(SUPERVISOR, Role::Supervisor, Body::SignOff(sign_off))
    }

    /// What the rules say, by the signer's own key and with the target that the log has.
    pub fn judge(&self, statement: &Statement) -> Result<(), RuleViolation> {
        self.judge_by(statement, &key_of(statement.signer.who.id.as_str()))
    }

    pub fn judge_by(&self, statement: &Statement, key: &PublicKey) -> Result<(), RuleViolation> {
        self.judge_with(statement, key, check)
    }

    /// What the rules say of a statement that is in a log already.
    pub fn judge_in_log(&self, statement: &Statement) -> Result<(), RuleViolation> {
        self.judge_with(statement, &key_of(statement.signer.who.id.as_str()), check_decoded)
    }

    fn judge_with(
        &self,
        statement: &Statement,
        key: &PublicKey,
        rules: fn(&Roster, &Statement, RuleContext<'_>) -> Result<(), RuleViolation>,
    ) -> Result<(), RuleViolation> {
        let position = self.log.len() as u64;
        let target = statement.body.refers_to().and_then(|of| self.target(of));
        let inner = self.put_back.as_ref().filter(|_| matches!(statement.body, Body::Import(_)));
        let inner_key = inner.map(|inner| key_of(inner.signer.who.id.as_str()).fingerprint());
        let inner_target = inner.and_then(|inner| inner.body.refers_to()).and_then(|of| self.target(of));
        let inner = inner.zip(inner_key.as_ref()).map(|(statement, key)| ImportedStatement {
            statement,
            key,
            text: Digest::of(encode(statement).unwrap().as_bytes()),
            signature: INNER_SIGNATURE,
            target: inner_target.as_ref(),
        });
        let key = &key.fingerprint();
        let before = self.before(&statement.body);
        let standard = Some(self.whole(&statement.body));
        let facts = RuleContext {
            position,
            key,
            presence: self.presence,
            target: target.as_ref(),
            standard,
            inner,
            before: &before,
        };
        rules(&self.roster, statement, facts)
    }

    /// The text that a body adopts, if it adopts one.
    fn whole(&self, body: &Body) -> &Arc<Standard> {
        if matches!(body, Body::Competences(_)) { &self.list } else { &self.standard }
    }

    /// The statements that count, each with its place: an import as what it puts back.
    fn counting(&self) -> impl Iterator<Item = (u64, &Statement)> {
        let own = (0..).zip(&self.log).filter(|(_, s)| !self.erased.contains_key(&s.id));
        let back = self.imported.iter().filter(|(at, _)| !self.erased.contains_key(&self.log[*at as usize].id));
        own.chain(back.map(|(at, s)| (*at, s)))
    }

    /// What the log says of a statement, found the long way round.
    pub fn target(&self, of: StatementId) -> Option<ReferencedEntry> {
        if let Some((by, leaf)) = self.erased.get(&of) {
            let position = self.log.iter().position(|s| s.id == of)? as u64;
            return Some(ReferencedEntry { position, leaf: None, prior: None, erased: Some((*by, *leaf)) });
        }
        let (position, found) = self.counting().find(|(_, s)| s.id == of)?;
        let notes: Vec<_> = self.counting().filter(|(_, s)| s.body.refers_to() == Some(of)).collect();
        let gone = |id: StatementId| self.counting().any(|(_, s)| matches!(&s.body, Body::Withdraw(w) if w.of == id));
        let key = key_of(found.signer.who.id.as_str()).fingerprint();
        let doubted = self.roster.keys.get(&key).and_then(|held| held.compromised);
        let attended = match &found.body {
            Body::Review(review) => review.attended.iter().map(|a| a.who.id.clone()).collect(),
            _ => Vec::new(),
        };
        let decides = match &found.body {
            Body::Countersign(_) | Body::Sample(_) | Body::Withdraw(_) => true,
            Body::Import(_) => {
                self.imported.iter().any(|(at, inner)| *at == position && matches!(inner.body, Body::Withdraw(_)))
            }
            _ => false,
        };
        let under = found.body.refers_to().or_else(|| {
            self.imported.iter().find(|(at, _)| *at == position).and_then(|(_, inner)| inner.body.refers_to())
        });
        let said = PriorStatement {
            kind: found.body.kind(),
            signer: found.signer.who.id.clone(),
            signed: found.signed,
            record: found.body.trainee().map(|who| who.id.clone()),
            achieved: matches!(&found.body, Body::SignOff(s) if s.outcome == Outcome::Achieved),
            withdrawn: gone(of),
            rejected: notes
                .iter()
                .any(|(_, s)| matches!(&s.body, Body::Sample(sample) if sample.outcome == Sampled::Rejected)),
            doubted: doubted.is_some_and(|from| from <= position),
            notes: notes
                .iter()
                .filter(|(_, s)| !gone(s.id))
                .map(|(_, s)| (s.body.kind(), s.signer.who.id.clone()))
                .collect(),
            attended,
            upholds: decides && under.is_some_and(|of| !self.erased.contains_key(&of)),
        };
        Some(ReferencedEntry { position, leaf: Some(leaf_of(of)), prior: Some(said), erased: None })
    }

    /// What is on a record before, as a statement of hours or for the gateway must know it, found the long way round.
    fn before(&self, body: &Body) -> PriorRecords {
        let mut before = PriorRecords::default();
        let counts = |s: &Statement, at: u64| {
            let key = key_of(s.signer.who.id.as_str()).fingerprint();
            let doubted = self.roster.keys.get(&key).and_then(|held| held.compromised);
            let gone = self.counting().any(|(_, w)| matches!(&w.body, Body::Withdraw(w) if w.of == s.id));
            !gone && doubted.is_none_or(|from| from > at)
        };
        for (_, s) in self.counting().filter(|(at, s)| counts(s, *at)) {
            match (body, &s.body) {
                (Body::Hours(new), Body::Hours(old)) if new.trainee.id == old.trainee.id => {
                    let fits = |day| new.entries.iter().any(|entry| entry.day == day);
                    before.hours.extend(old.entries.iter().filter(|e| fits(e.day)).map(|e| (e.day, e.hours)));
                    let twice = |id| new.entries.iter().any(|entry| entry.id == id);
                    before.entries.extend(old.entries.iter().filter(|e| twice(e.id)).map(|e| e.id));
                }
                (Body::Confirm(new), Body::Confirm(old)) if new.trainee.id == old.trainee.id => {
                    before.confirmed.push((old.party, s.signer.who.id.clone()));
                }
                _ => {}
            }
        }
        before
    }

    /// Adds a statement, which must be allowed.
    pub fn add(&mut self, statement: Statement) -> &mut Self {
        assert_eq!(self.judge(&statement), Ok(()), "{:?}", statement.body);
        let position = self.log.len() as u64;
        let whole = Arc::clone(self.whole(&statement.body));
        self.roster.apply(&statement, position, Some(&whole));
        match &statement.body {
            Body::Erase(erase) => {
                self.erased.insert(erase.of, (position, erase.leaf));
            }
            Body::Import(_) => self.imported.extend(self.put_back.take().map(|inner| (position, inner))),
            _ => {}
        }
        self.log.push(statement);
        self
    }

    pub fn tell(&mut self, id: &str, role: Role, body: Body) -> &mut Self {
        let statement = self.say(id, role, body);
        self.add(statement)
    }

    pub fn officer_says(&mut self, body: Body) -> &mut Self {
        self.tell(OFFICER, Role::TrainingOfficer, body)
    }

    pub fn signed_off(&mut self, by: &str, trainee: &str, code: &str, outcome: Outcome) -> &mut Self {
        let sign_off = self.sign_off(trainee, code, outcome);
        self.tell(by, Role::Supervisor, Body::SignOff(sign_off))
    }

    /// A withdrawal of the statement at a position.
    pub fn withdrawal(&self, at: usize, trainee: &str) -> Body {
        Body::Withdraw(Withdraw { of: self.log[at].id, trainee: named(trainee), reason: clean("Wrong trainee") })
    }

    /// Where the newest statement of a kind is.
    pub fn newest(&self, kind: Kind) -> usize {
        self.log.iter().rposition(|s| s.body.kind() == kind).unwrap()
    }
}
