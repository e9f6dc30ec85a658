//! Another process that signs, by the one write that the program has: killed, raced and watched by other tests. Must never
//! do anything when it is run as a test among others.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use countersign_app::app::App;
use countersign_app::clock::{Clock as _, SystemClock};
use countersign_app::demo::PASSPHRASE;
use countersign_app::keys::keystore;
use countersign_app::log::append::SigningIdentity;
use countersign_app::log::writer::LogWriter as Ledger;
use countersign_app::random::SystemRandom;
use countersign_app::record::records;
use countersign_app::record::sign_off::meaning;
use countersign_app::storage::data_dir::DataDir;
use countersign_core::people::person::{Person, PersonRef, PersonSearch, Role};
use countersign_core::primitives::ids::{PersonId, Secret, StatementId};
use countersign_core::primitives::text::SafeText;
use countersign_core::record::ksb_status::State;
use countersign_core::standard::{Ksb, Standard};
use countersign_core::statement::kinds::sign_off::{Item, Outcome, SignOff};
use countersign_core::statement::kinds::withdraw::Withdraw;
use countersign_core::statement::{AuthMethod, Body};
use countersign_ledger::sshsig::SigningKey;
use countersign_store::db::{Access, Db};

use crate::cli::book::Book;
use countersign_app::people::person;

const FOLDER: &str = "SIGNER_FOLDER";
/// What an answer begins with, among what the test runner says; then ids, a blank, a checkpoint with `|` for its line ends.
pub const SIGNED: &str = "signed ";
const READY: &str = "ready";
/// What it is asked for to fold the write-ahead log back, and what it then says.
pub const FOLD: &str = "fold";

/// Who signs, opened once: the passphrase is made to take its time.
pub fn seed(book: &Book) -> [u8; 32] {
    let app = App::open_default(DataDir::new(book.data())).unwrap();
    let sam = app.person(&person(&app, "Sam Supervisor")).unwrap();
    let opened = keystore::open(app.folder(), &sam, &Secret::new(PASSPHRASE.to_owned()), &SystemClock).unwrap();
    *opened.key.seed()
}

/// The id of the one whose name this is.
pub fn person(app: &App, name: &str) -> PersonId {
    match person::find(app, name, &Role::ALL).unwrap() {
        PersonSearch::One(person) => person.id,
        other => panic!("{other:?}"),
    }
}

/// The process, which signs so many KSBs for each line, first those that are not signed yet, and withdraws what it signed
/// last at 0. At [`FOLD`] it folds the write-ahead log back, as the program does when nobody waits.
pub struct Signer {
    pub child: Child,
    asks: ChildStdin,
    /// What it says, until somebody takes it.
    pub answers: Option<BufReader<ChildStdout>>,
}

impl Signer {
    /// Starts it and waits until it can sign.
    pub fn new(book: &Book, seed: &[u8; 32]) -> Self {
        Self::with(book, seed, &[])
    }

    /// The same, with these variables in its environment.
    pub fn with(book: &Book, seed: &[u8; 32], variables: &[(&str, &str)]) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "signer::another_process_signs_what_it_is_told_to", "--nocapture", "--test-threads=1"])
            .env(FOLDER, book.data())
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (asks, answers) = (child.stdin.take().unwrap(), child.stdout.take().map(BufReader::new));
        let mut signer = Self { child, asks, answers };
        let bytes: Vec<String> = seed.iter().map(u8::to_string).collect();
        signer.ask(&bytes.join(" "));
        signer.wait_for(READY);
        signer
    }

    pub fn ask(&mut self, line: &str) {
        writeln!(self.asks, "{line}").unwrap();
    }

    /// The next answer that begins so, without that.
    pub fn wait_for(&mut self, beginning: &str) -> String {
        let mut line = String::new();
        loop {
            line.clear();
            assert!(self.answers.as_mut().unwrap().read_line(&mut line).unwrap() > 0, "the other process is gone");
            if let Some(rest) = line.strip_prefix(beginning) {
                return rest.trim_end().to_owned();
            }
        }
    }

    /// Ends it, once it has done all that it was asked for.
    pub fn done(self) {
        let Self { mut child, asks, answers } = self;
        drop(asks);
        let _ = std::io::copy(&mut answers.unwrap(), &mut std::io::sink());
        assert!(child.wait().unwrap().success());
    }
}

/// A statement that Alex showed a KSB.
pub fn sign_off(alex: &Person, standard: &Standard, ksb: &Ksb) -> Body {
    let text = "Seen by another process, in the middle of whatever happens";
    Body::SignOff(SignOff {
        trainee: PersonRef { id: alex.id.clone(), name: alex.name.clone() },
        item: Item { standard: standard.reference().clone(), code: ksb.code, text: ksb.digest },
        outcome: Outcome::Achieved,
        method: None,
        supervision: None,
        observed: SystemClock.today(),
        place: None,
        feedback: Some(SafeText::line(text).unwrap()),
        action: None,
        late: None,
        claim: None,
        claimed: None,
        evidence: Vec::new(),
        meaning: meaning(Outcome::Achieved).unwrap(),
    })
}

#[test]
fn another_process_signs_what_it_is_told_to() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let mut lines = std::io::stdin().lines().map(Result::unwrap);
    let seed: Vec<u8> = lines.next().unwrap().split(' ').map(|byte| byte.parse().unwrap()).collect();
    let key = SigningKey::from_seed(&seed.try_into().unwrap());
    let folder = DataDir::new(folder.into());
    let app = App::open_default(folder.clone()).unwrap();
    let sam = app.person(&person(&app, "Sam Supervisor")).unwrap();
    let alex = app.person(&person(&app, "Alex Trainee")).unwrap();
    let standing = records::trainee_record(&app, &alex.id).unwrap();
    let standard = &standing.standard;
    let mut order: Vec<_> = standard.ksbs().iter().zip(&standing.states).collect();
    order.sort_by_key(|(_, state)| **state == State::Signed);
    let ledger = Ledger::new(Db::open(&folder.database(), Access::Write).unwrap());
    let keeper = keystore::log_key(&folder, &ledger.verifier().unwrap()).unwrap();
    let mut ledger = ledger.with_key_in(&folder);
    let public = key.public();
    let hand =
        SigningIdentity { person: &sam, key: &key, public: &public, role: Role::Supervisor, auth: AuthMethod::Pin };
    let mut last: Option<StatementId> = None;
    // The runner's own words stand on the line before.
    println!("\n{READY}");
    for line in lines {
        if line == FOLD {
            // The program itself waits until the log is long.
            let file = rusqlite::Connection::open(folder.database()).unwrap();
            file.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())).unwrap();
            println!("{FOLD}");
            continue;
        }
        let bodies = match (line.parse::<usize>().unwrap(), last.take()) {
            (0, Some(of)) => {
                let trainee = PersonRef { id: alex.id.clone(), name: alex.name.clone() };
                vec![Body::Withdraw(Withdraw { of, trainee, reason: SafeText::line("Signed twice").unwrap() })]
            }
            (count, _) => order.iter().take(count.max(1)).map(|(ksb, _)| sign_off(&alex, standard, ksb)).collect(),
        };
        let withdrawal = matches!(bodies[0], Body::Withdraw(_));
        let done = ledger.append(&hand, bodies, &SystemClock, &mut SystemRandom::default()).unwrap();
        last = done.ids.last().copied().filter(|_| !withdrawal);
        let ids: Vec<String> = done.ids.iter().map(ToString::to_string).collect();
        let note = keeper.checkpoint(done.head.size, done.head.root).replace('\n', "|");
        println!("{SIGNED}{} {note}", ids.join(","));
    }
}
