//! A forger who owns the machine: the file without its triggers, the log's own key, and the keys of some people. Lays down
//! any log of any statements, with its tree, checkpoint and indexes made right. Must never be what the program does.

use countersign_app::app::App;
use countersign_app::clock::{Clock as _, SystemClock};
use countersign_app::demo::PASSPHRASE;
use countersign_app::keys::keystore;
use countersign_app::record::receipts;
use countersign_app::record::records;
use countersign_app::storage::data_dir::DataDir;
use countersign_app::verify::rebuild;
use countersign_core::people::person::{Person, PersonRef, Role};
use countersign_core::primitives::ids::{Digest, Nonce, Secret, StatementId};
use countersign_core::standard::Standard;
use countersign_core::statement::encode::encode;
use countersign_core::statement::fields::Tree;
use countersign_core::statement::{AuthMethod, Body, Signer, Statement};
use countersign_ledger::merkle::{CompactRange, entry, leaf_hash};
use countersign_ledger::note::LogKey;
use countersign_ledger::sshsig::{NAMESPACE, SigningKey, blob_digest};
use countersign_store::db::{Access, Db};
use countersign_store::error::StoreError;
use countersign_store::log::{self, RawEntry};
use rusqlite::params;

use crate::cli::book::Book;
use crate::made::id_of;
use crate::owner::Owner;
use crate::signer::{person, sign_off};

/// An entry of the log.
#[derive(Clone)]
pub struct Forged {
    pub id: StatementId,
    pub text: String,
    /// The number of its key.
    pub key: i64,
    pub signature: [u8; 64],
}

impl From<RawEntry> for Forged {
    fn from(entry: RawEntry) -> Self {
        let text = String::from_utf8(entry.text).unwrap();
        Self { id: entry.id, text, key: entry.key, signature: entry.signature }
    }
}

/// A department that is about to be forged.
pub struct Forger {
    pub book: Book,
    pub entries: Vec<Forged>,
    /// What was kept outside before.
    pub checkpoint: String,
    /// The receipts of all that was signed by then.
    pub receipts: String,
    pub sam: (Person, SigningKey),
    pub tilly: (Person, SigningKey),
    pub priya: Person,
    pub alex: Person,
    pub standard: std::sync::Arc<Standard>,
    log_key: LogKey,
    made: u64,
}

impl Forger {
    pub fn new() -> Self {
        let book = Book::small();
        let folder = DataDir::new(book.data());
        let app = App::open_default(folder.clone()).unwrap();
        let [sam, tilly, priya, alex] = ["Sam Supervisor", "Tilly Officer", "Priya Sudbury", "Alex Trainee"]
            .map(|name| app.person(&person(&app, name)).unwrap());
        let opened = |who: &Person| {
            let secret = Secret::new(PASSPHRASE.to_owned());
            SigningKey::from_seed(&keystore::open(&folder, who, &secret, &SystemClock).unwrap().key.seed())
        };
        let standard = records::trainee_record(&app, &alex.id).unwrap().standard;
        drop(app);
        let db = Db::open(&book.database(), Access::Read).unwrap();
        let (entries, verifier) =
            db.read(|tx| Ok::<_, StoreError>((log::entries(tx, 0..10_000)?, log::log(tx)?.unwrap().1))).unwrap();
        let log_key = keystore::log_key(&folder, &verifier.parse().unwrap()).unwrap();
        let (sam_key, tilly_key) = (opened(&sam), opened(&tilly));
        let mut forger = Self {
            book,
            entries: entries.into_iter().map(Forged::from).collect(),
            checkpoint: String::new(),
            receipts: String::new(),
            sam: (sam, sam_key),
            tilly: (tilly, tilly_key),
            priya,
            alex,
            standard,
            log_key,
            made: 0,
        };
        // Three that nothing is wrong with, and what was kept outside then.
        let key = SigningKey::from_seed(&forger.sam.1.seed());
        for _ in 0..3 {
            let statement = forger.sign_off();
            forger.add(&statement, &key);
        }
        forger.lay();
        let edge = forger.edge();
        forger.checkpoint = forger.log_key.checkpoint(edge.size(), edge.root());
        let app = App::open_default(DataDir::new(forger.book.data())).unwrap();
        forger.receipts =
            receipts::receipts(&app, None, None).unwrap().into_iter().map(|receipt| receipt.text).collect();
        forger
    }

    /// A new statement at the end of the log, allowed in itself, by somebody in a role.
    pub fn statement(&mut self, who: &Person, role: Role, body: Body) -> Statement {
        self.made += 1;
        let edge = self.edge();
        Statement {
            log: self.log_key.verifier().origin().clone(),
            id: id_of(self.made),
            nonce: Nonce([7; 16]),
            seen: Tree { size: edge.size(), root: edge.root() },
            body,
            signed: SystemClock.now(),
            signer: Signer {
                who: PersonRef { id: who.id.clone(), name: who.name.clone() },
                registration: who.registration.clone(),
                role,
                auth: AuthMethod::Passphrase,
            },
            batch: None,
            clock_suspect: false,
        }
    }

    /// That Alex showed a KSB, as Sam would say it.
    pub fn sign_off(&mut self) -> Statement {
        let body = sign_off(&self.alex, &self.standard, &self.standard.ksbs()[5]);
        let sam = self.sam.0.clone();
        self.statement(&sam, Role::Supervisor, body)
    }

    /// Adds a statement with a good signature by one of the keys that the file knows.
    pub fn add(&mut self, statement: &Statement, key: &SigningKey) -> StatementId {
        let text = encode(statement).unwrap();
        let signature = key.sign(NAMESPACE, text.as_bytes());
        let number = self.key_number(key);
        self.entries.push(Forged { id: statement.id, text, key: number, signature });
        statement.id
    }

    /// The number of a key in the file, which comes to know it if it did not.
    pub fn key_number(&self, key: &SigningKey) -> i64 {
        let mut db = Db::open(&self.book.database(), Access::Write).unwrap();
        db.write(|tx| log::add_key(tx, &key.public())).unwrap()
    }

    fn edge(&self) -> CompactRange {
        let mut edge = CompactRange::new();
        self.leaves().into_iter().for_each(|leaf| {
            edge.push(leaf);
        });
        edge
    }

    /// The leaves of all entries.
    pub fn leaves(&self) -> Vec<Digest> {
        let db = Db::open(&self.book.database(), Access::Read).unwrap();
        let keys = db.read(log::keys).unwrap();
        let leaf = |one: &Forged| {
            let signature = blob_digest(&keys[&one.key], NAMESPACE, &one.signature);
            leaf_hash(&entry(one.id, Digest::of(one.text.as_bytes()), signature))
        };
        self.entries.iter().map(leaf).collect()
    }

    /// A statement by the training officer.
    pub fn by_tilly(&mut self, body: Body) {
        let (who, key) = (self.tilly.0.clone(), SigningKey::from_seed(&self.tilly.1.seed()));
        let statement = self.statement(&who, Role::TrainingOfficer, body);
        self.add(&statement, &key);
    }

    /// Lays the entries down as the log, with all that must fit them: tree, checkpoint, indexes and schema.
    pub fn lay(&self) {
        let path = self.book.database();
        let keys = Db::open(&path, Access::Read).unwrap().read(log::keys).unwrap();
        let file = Owner::of(&path);
        let unique: String =
            file.query_row("SELECT sql FROM sqlite_schema WHERE name = 'entry_id'", [], |row| row.get(0)).unwrap();
        // So that two entries may have one id.
        file.execute_batch("DROP INDEX entry_id; CREATE INDEX entry_id ON entry (id)").unwrap();
        file.execute_batch("BEGIN; DELETE FROM entry; DELETE FROM tile").unwrap();
        let mut edge = CompactRange::new();
        for (at, one) in (0_i64..).zip(&self.entries) {
            let row = params![at, one.id.0.as_bytes(), one.key, one.signature, one.text];
            file.execute("INSERT INTO entry VALUES (?1, ?2, ?3, 1, ?4, ?5)", row).unwrap();
            let digest = blob_digest(&keys[&one.key], NAMESPACE, &one.signature);
            if let Some(tile) = edge.push(leaf_hash(&entry(one.id, Digest::of(one.text.as_bytes()), digest))) {
                file.execute("INSERT INTO tile VALUES (?1, ?2)", params![tile.index.cast_signed(), tile.hash.0])
                    .unwrap();
            }
        }
        let head =
            params![edge.size().cast_signed(), edge.to_bytes(), self.log_key.checkpoint(edge.size(), edge.root())];
        file.execute("UPDATE head SET size = ?1, edge = ?2, checkpoint = ?3", head).unwrap();
        file.execute_batch("COMMIT; PRAGMA writable_schema = ON").unwrap();
        file.execute("UPDATE sqlite_schema SET sql = ?1 WHERE name = 'entry_id'", [unique]).unwrap();
        file.execute_batch("PRAGMA writable_schema = RESET").unwrap();
        drop(file);
        self.index();
    }

    /// Makes the indexes fit. What nobody could state may not be indexed either: then the old indexes stay.
    pub fn index(&self) {
        let _ = rebuild::rebuild(&mut App::open_default(DataDir::new(self.book.data())).unwrap(), &mut |_, _| {});
    }
}
