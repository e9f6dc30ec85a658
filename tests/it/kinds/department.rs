//! A department with real keys that says whatever it is told to, if the rules allow it.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use countersign_app::clock::SetClock;
use countersign_app::keys::keystore::make_log_key;
use countersign_app::log::append::SigningIdentity;
use countersign_app::log::writer::LogWriter;
use countersign_app::random::{SeededRandom, bytes};
use countersign_app::storage::data_dir::DataDir;
use countersign_core::people::person::{Enrolment, Person, PersonRef, Role};
use countersign_core::primitives::date::{Timestamp, parse_day};
use countersign_core::primitives::ids::{Digest, KsbCode, KsbKind, LogOrigin, Nonce, StatementId};
use countersign_core::standard::Standard;
use countersign_core::standard::file::st0413;
use countersign_core::standard::options::Scope;
use countersign_core::statement::encode::encode;
use countersign_core::statement::fields::Tree;
use countersign_core::statement::kinds::adoption::Adoption;
use countersign_core::statement::kinds::enrolment::NamedEnrolment;
use countersign_core::statement::kinds::genesis::Genesis;
use countersign_core::statement::kinds::keys::{KeyGrant, proof_text};
use countersign_core::statement::kinds::sign_off::{
    Action, Item, MEANING_ACHIEVED, MEANING_NOT_ACHIEVED, Outcome, SignOff,
};
use countersign_core::statement::{AuthMethod, Body, Signer, Statement};
use countersign_ledger::replay::ReceiptStatement;
use countersign_ledger::sshsig::{NAMESPACE, PROOF_NAMESPACE, SigningKey};
use countersign_store::db::Db;

use crate::further::{PROVIDER, SECOND_OFFICER, VERIFIER};
use crate::local::{adopting, list};
use crate::made::id_of;
use crate::world::{OFFICER, OTHER_SUPERVISOR, OTHER_TRAINEE, SUPERVISOR, TRAINEE, clean, named, person, pid};

pub const EVERYONE: [(&str, Role); 8] = [
    (OFFICER, Role::TrainingOfficer),
    (SECOND_OFFICER, Role::TrainingOfficer),
    (SUPERVISOR, Role::Supervisor),
    (OTHER_SUPERVISOR, Role::Supervisor),
    (PROVIDER, Role::Supervisor),
    (TRAINEE, Role::Trainee),
    (OTHER_TRAINEE, Role::Trainee),
    (VERIFIER, Role::Verifier),
];

pub struct Department {
    pub folder: tempfile::TempDir,
    pub book: LogWriter,
    pub standard: Standard,
    pub list: Arc<Standard>,
    pub log: Vec<Statement>,
    /// What was put back, by the position of its import.
    pub imported: HashMap<u64, Statement>,
    /// What was erased, by position.
    pub erased: HashMap<u64, u64>,
    /// The newest key of each, and which it was.
    pub keys: HashMap<&'static str, SigningKey>,
    pub now: Timestamp,
    random: SeededRandom,
    spare: u64,
}

fn origin() -> LogOrigin {
    "kinds.example/1".parse().unwrap()
}

impl Department {
    pub fn new(seed: u64) -> Self {
        let folder = crate::faults::work::folder();
        let data = DataDir::new(folder.path().to_owned());
        data.make().unwrap();
        let mut random = SeededRandom::new(seed);
        let log_key = make_log_key(&data, &origin(), &mut random).unwrap();
        let vkey = clean(&log_key.verifier().to_string());
        let book = LogWriter::new(Db::create(&data.database()).unwrap()).with_log_key(log_key);
        let mut made = Self {
            folder,
            book,
            standard: st0413().unwrap().0,
            list: list("1", "1"),
            log: Vec::new(),
            imported: HashMap::new(),
            erased: HashMap::new(),
            keys: HashMap::new(),
            now: "2026-11-20T08:00:00Z".parse().unwrap(),
            random,
            spare: 70_000,
        };
        let key = made.fresh();
        let genesis = Genesis {
            department: clean("Cardiology"),
            officer: named(OFFICER),
            roles: vec![Role::TrainingOfficer],
            key: key.public(),
            log_key: vkey,
            policy: Vec::new(),
        };
        made.keys.insert(OFFICER, key);
        made.must(OFFICER, Role::TrainingOfficer, Body::Genesis(genesis));
        for (id, role) in &EVERYONE[1..] {
            made.must(OFFICER, Role::TrainingOfficer, Body::Person(person(id, &[*role])));
            let (body, key) = made.grant(id);
            made.must(OFFICER, Role::TrainingOfficer, body);
            made.keys.insert(id, key);
        }
        made.book.store_standard(made.standard.clone()).unwrap();
        let adoption = Adoption {
            standard: made.standard.reference().clone(),
            title: clean(made.standard.title()),
            content: made.standard.digest(),
        };
        made.must(OFFICER, Role::TrainingOfficer, Body::Standard(adoption));
        made.book.store_standard((*made.list).clone()).unwrap();
        made.must(OFFICER, Role::TrainingOfficer, adopting(&made.list.clone()));
        for id in [TRAINEE, OTHER_TRAINEE] {
            let start = parse_day("2025-09-20").unwrap();
            let standard = made.standard.reference().clone();
            let enrolment = Enrolment {
                trainee: pid(id),
                standard,
                start,
                specialism: None,
                end: parse_day("2029-08-31"),
                weekly: None,
                scope: Scope::default(),
                aged_16_to_18: None,
            };
            let body = Body::Enrolment(NamedEnrolment { name: named(id).name, enrolment });
            made.must(OFFICER, Role::TrainingOfficer, body);
        }
        made
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("countersign.db")
    }

    fn fresh(&mut self) -> SigningKey {
        SigningKey::from_seed(&bytes::<32>(&mut self.random).unwrap())
    }

    /// A new key for a person, with its consent.
    pub fn grant(&mut self, id: &str) -> (Body, SigningKey) {
        let key = self.fresh();
        let proof = key.sign(PROOF_NAMESPACE, proof_text(&origin(), &pid(id), &key.public()).as_bytes());
        (Body::Key(KeyGrant { person: named(id), key: key.public(), proof: proof.into() }), key)
    }

    /// States it, if the rules allow it; gives its position.
    pub fn say(&mut self, by: &'static str, role: Role, body: Body) -> Option<usize> {
        let public = self.keys[by].public();
        let person = Person { roles: vec![role], ..person(by, &[role]) };
        let hand = SigningIdentity {
            person: &person,
            key: &self.keys[by],
            public: &public,
            role,
            auth: AuthMethod::Passphrase,
        };
        let clock = SetClock(self.now);
        let done = self.book.append(&hand, vec![body], &clock, &mut self.random).ok()?;
        let at = self.log.len();
        let full = self.read(done.ids[0]);
        if let Body::Erase(erase) = &full.body {
            self.erased.insert(erase.position, at as u64);
        }
        self.log.push(full);
        self.now = self.now.plus(60);
        Some(at)
    }

    pub fn must(&mut self, by: &'static str, role: Role, body: Body) -> usize {
        let shown = format!("{body:?}");
        self.say(by, role, body).unwrap_or_else(|| panic!("{shown} is refused"))
    }

    fn read(&self, id: StatementId) -> Statement {
        let db = Db::open(&self.path(), countersign_store::db::Access::Read).unwrap();
        let entry = db.read(|tx| countersign_store::log::entry_of(tx, id)).unwrap().unwrap();
        countersign_core::statement::decode::decode(&entry.signed.text).unwrap()
    }

    pub fn sign_off(&self, trainee: &str, code: &str, outcome: Outcome, days_ago: i64) -> SignOff {
        let code: KsbCode = code.parse().unwrap();
        let of = if code.kind == KsbKind::Local { &*self.list } else { &self.standard };
        let text = of.ksb(code).unwrap().digest;
        let fell_short = outcome == Outcome::NotAchieved;
        let observed = self.now.plus(-86_400 * days_ago).day();
        SignOff {
            trainee: named(trainee),
            item: Item { standard: of.reference().clone(), code, text },
            outcome,
            method: None,
            supervision: None,
            observed,
            place: None,
            feedback: fell_short.then(|| clean("The axis was off")),
            action: fell_short.then(|| Action { what: clean("Repeat it"), by: self.now.plus(9_000_000).day() }),
            late: (days_ago > 7).then(|| clean("On leave")),
            claim: None,
            claimed: None,
            evidence: Vec::new(),
            meaning: clean(if fell_short { MEANING_NOT_ACHIEVED } else { MEANING_ACHIEVED }),
        }
    }

    /// A statement that was signed once, and that this log has not.
    pub fn lost(&mut self, by: &'static str, body: Body) -> ReceiptStatement {
        self.spare += 1;
        let who = PersonRef { id: pid(by), name: named(by).name };
        let statement = Statement {
            log: origin(),
            id: id_of(self.spare),
            nonce: Nonce([8; 16]),
            seen: Tree { size: 3, root: Digest([2; 32]) },
            body,
            signed: self.now.plus(-3600),
            signer: Signer {
                who,
                registration: person(by, &[Role::Supervisor]).registration,
                role: Role::Supervisor,
                auth: AuthMethod::Pin,
            },
            batch: None,
            clock_suspect: false,
        };
        let text = encode(&statement).unwrap();
        let signature = self.keys[by].sign(NAMESPACE, text.as_bytes());
        ReceiptStatement::look(text, self.keys[by].public(), signature, None).unwrap()
    }

    /// What counts, with its position: what is not erased, an import as what it puts back.
    pub fn counting(&self) -> Vec<(u64, &Statement)> {
        let own = (0..).zip(&self.log).filter(|(at, _)| !self.erased.contains_key(at));
        own.map(|(at, statement)| (at, self.imported.get(&at).unwrap_or(statement))).collect()
    }
}
