//! A small department to try rules and indexes on: an officer, two supervisors, two trainees on ST0413. Each statement of
//! its log passed the rules. Must never sign: keys are names only.

use std::sync::Arc;

use countersign::domain::department::{Adoption, Genesis, KeyGrant, NamedEnrolment};
use countersign::domain::key::PublicKey;
use countersign::domain::person::{Enrolment, Named, Person, Role};
use countersign::domain::roster::Roster;
use countersign::domain::rules::{Facts, Refusal, Target, check};
use countersign::domain::standard::Standard;
use countersign::domain::standard_file::st0413;
use countersign::domain::statement::{
    Auth, Body, Item, Kind, MEANING_ACHIEVED, MEANING_NOT_ACHIEVED, Outcome, Seen, SignOff, Signer, Statement, Withdraw,
};
use countersign::domain::text::Clean;
use countersign::domain::value::{Digest, KsbCode, Nonce, PersonId};
use countersign::domain::when::{Timestamp, parse_day};

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
    pub log: Vec<Statement>,
}

pub fn clean(text: &str) -> Clean {
    Clean::line(text).unwrap()
}

pub fn pid(id: &str) -> PersonId {
    id.parse().unwrap()
}

pub fn named(id: &str) -> Named {
    Named { id: pid(id), name: clean(&format!("N. {}", id.to_uppercase())) }
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
    Body::Key(KeyGrant { person: named(id), key: key_of(id), proof: [0; 64] })
}

impl World {
    /// Before anything was said.
    pub fn empty() -> Self {
        Self { roster: Roster::default(), standard: Arc::new(st0413().unwrap().0), log: Vec::new() }
    }

    /// With everyone and everything in place, and nothing signed off.
    pub fn new() -> Self {
        let mut world = Self::empty();
        world.tell(OFFICER, Role::TrainingOfficer, Self::genesis());
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
        let enrolment = Enrolment { trainee: pid(id), standard, start, specialism: None };
        Body::Enrolment(NamedEnrolment { name: named(id).name, enrolment })
    }

    pub fn sign_off(&self, trainee: &str, code: &str, outcome: Outcome) -> SignOff {
        let code: KsbCode = code.parse().unwrap();
        let text = self.standard.ksb(code).unwrap().digest;
        let fell_short = outcome == Outcome::NotAchieved;
        let action = countersign::domain::statement::Action {
            what: clean("Repeat it, watched"),
            by: parse_day("2026-12-01").unwrap(),
        };
        SignOff {
            trainee: named(trainee),
            item: Item { standard: self.standard.reference().clone(), code, text },
            outcome,
            method: None,
            supervision: None,
            observed: parse_day("2026-11-20").unwrap(),
            place: None,
            feedback: fell_short.then(|| clean("The axis was off")),
            action: fell_short.then_some(action),
            late: None,
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
            seen: Seen { size: position, root: Digest([3; 32]) },
            body,
            signed: began.plus(position.cast_signed()),
            signer: Signer {
                who: holds.map_or_else(|| named(id), |p| Named { id: p.id.clone(), name: p.name.clone() }),
                registration: holds.and_then(|p| p.registration.clone()),
                role,
                auth: Auth::Passphrase,
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
    pub fn judge(&self, statement: &Statement) -> Result<(), Refusal> {
        self.judge_by(statement, &key_of(statement.signer.who.id.as_str()))
    }

    pub fn judge_by(&self, statement: &Statement, key: &PublicKey) -> Result<(), Refusal> {
        let target = match &statement.body {
            Body::Withdraw(withdraw) => self.target(withdraw),
            _ => None,
        };
        let position = self.log.len() as u64;
        let key = &key.fingerprint();
        check(&self.roster, statement, Facts { position, key, target: target.as_ref(), standard: Some(&self.standard) })
    }

    fn target(&self, withdraw: &Withdraw) -> Option<Target> {
        let found = self.log.iter().find(|s| s.id == withdraw.of)?;
        let withdrawn = self.log.iter().any(|s| matches!(&s.body, Body::Withdraw(w) if w.of == withdraw.of));
        let trainee = match &found.body {
            Body::SignOff(sign_off) => sign_off.trainee.id.clone(),
            _ => withdraw.trainee.id.clone(),
        };
        Some(Target { kind: found.body.kind(), signer: found.signer.who.id.clone(), trainee, withdrawn })
    }

    /// Adds a statement, which must be allowed.
    pub fn add(&mut self, statement: Statement) -> &mut Self {
        assert_eq!(self.judge(&statement), Ok(()), "{:?}", statement.body);
        self.roster.apply(&statement, Some(&self.standard));
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

    /// Where the newest statement of a kind stands.
    pub fn newest(&self, kind: Kind) -> usize {
        self.log.iter().rposition(|s| s.body.kind() == kind).unwrap()
    }
}
