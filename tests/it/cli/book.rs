//! A founded book, made once by the program itself and copied for each test: opening a key takes its time.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use assert_cmd::Command;
use countersign_app::demo::PASSPHRASE;
use serde_json::Value;

use crate::faults::work::folder;

pub const OFFICER: &str = "owl kite plum bridge 7";
pub const SUPERVISOR: &str = "fox lamp river stone 4";
/// The PIN of a made-up department's supervisor.
pub const PIN: &str = "2947";
/// There are no new actions.
pub const QUIET: [&str; 2] = ["--action", "nothing"];
/// The answers of a review of someone far behind, but for its actions.
pub const SAID: [&str; 14] = [
    "--last-actions",
    "nothing",
    "--evidence",
    "Two entries read together",
    "--against-plan",
    "All as planned",
    "--changes",
    "nothing",
    "--concerns",
    "nothing",
    "--new-information",
    "nothing",
    "--rating",
    "red",
];

/// A review of these: whose, who was there for the employer and for the provider, with the answers and then `more`.
pub fn review<'a>(whose: &'a str, there: [&'a str; 2], more: &[&'a str]) -> Vec<&'a str> {
    [&["review", whose, "--employer", there[0], "--provider", there[1]], &SAID[..], more].concat()
}

/// What a run resulted in.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }

    /// Done, without a word on standard error.
    pub fn done(self) -> Self {
        assert_eq!((self.code, self.err.as_str()), (0, ""), "{self:?}");
        self
    }

    /// Refused with this code, in these words, with nothing on the output.
    pub fn refused(self, code: i32, words: &str) -> Self {
        assert_eq!((self.code, self.out.as_str()), (code, ""), "{self:?}");
        assert!(self.err.contains(words), "{words}: {self:?}");
        self
    }
}

/// A data folder and the passphrases of its people.
#[derive(Debug)]
pub struct Book(pub tempfile::TempDir);

impl Book {
    /// An empty place with the passphrases next to where the data will be.
    pub fn empty() -> Self {
        let book = Self(folder());
        book.keep("officer", OFFICER);
        book.keep("supervisor", SUPERVISOR);
        book.keep("wrong", "not the right words at all 9");
        book
    }

    /// A book that is made once and copied for each test, with the files next to its data.
    pub fn once(template: &'static OnceLock<Self>, make: impl FnOnce() -> Self) -> Self {
        let book = Self(folder());
        copy(template.get_or_init(make).0.path(), book.0.path());
        book
    }

    /// Olu Officer, Sam Supervisor and Ann Trainee, enrolled; Ann Trainer is another trainee, on nothing.
    pub fn founded() -> Self {
        static MADE: OnceLock<Book> = OnceLock::new();
        Self::once(&MADE, || {
            let book = Self::empty();
            let init = ["init", "--department", "Cardiology", "--name", "Olu Officer", "--passphrase-file"];
            book.run(&[&init[..], &[&book.secret("officer")]].concat()).done();
            let key = ["--new-passphrase-file", &book.secret("supervisor")];
            book.officer(&[&["person", "add", "Sam Supervisor", "--role", "supervisor"], &key[..]].concat()).done();
            book.officer(&["person", "add", "Ann Trainee", "--role", "trainee"]).done();
            book.officer(&["person", "add", "Ann Trainer", "--role", "trainee"]).done();
            book.officer(&["enrol", "Ann Trainee", "ST0413", "--start", "2025-09-01"]).done();
            book
        })
    }

    /// A made-up department, whose Sam Supervisor has a PIN, with three trainees and what was signed for them.
    pub fn demo() -> Self {
        static MADE: OnceLock<Book> = OnceLock::new();
        Self::once(&MADE, || {
            let book = Self::made_up("3", "200");
            let pin = book.keep("pin", PIN);
            book.sam(&["key", "pin", "--pin-file", &pin]).done();
            book
        })
    }

    /// A made-up department with one trainee and next to nothing signed: the smallest that can be signed in.
    pub fn small() -> Self {
        static MADE: OnceLock<Book> = OnceLock::new();
        Self::once(&MADE, || Self::made_up("1", "4"))
    }

    pub fn made_up(trainees: &str, sign_offs: &str) -> Self {
        let book = Self::empty();
        book.keep("demo", PASSPHRASE);
        let (data, seed) = (book.secret("data"), ["--seed", "1", "--sign-offs-only"]);
        let make = ["demo", "--make", &data, "--trainees", trainees, "--sign-offs", sign_offs];
        book.run(&[&make[..], &seed[..]].concat()).done();
        book
    }

    pub fn data(&self) -> PathBuf {
        self.0.path().join("data")
    }

    pub fn database(&self) -> PathBuf {
        self.data().join("countersign.db")
    }

    /// Keeps a secret in a file of its owner's.
    pub fn keep(&self, name: &str, secret: &str) -> String {
        use std::os::unix::fs::PermissionsExt as _;
        let path = self.0.path().join(name);
        std::fs::write(&path, format!("{secret}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        path.to_str().unwrap().to_owned()
    }

    pub fn secret(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    pub fn command(&self) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("countersign"));
        command.env_clear().env("HOME", self.0.path()).arg("--data").arg(self.data()).current_dir(self.0.path());
        command
    }

    pub fn run(&self, args: &[&str]) -> Ran {
        let output = self.command().args(args).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Ran { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// A run signed by the training officer.
    pub fn officer(&self, args: &[&str]) -> Ran {
        self.run(&[args, &["--as", "Olu", "--passphrase-file", &self.secret("officer")]].concat())
    }

    /// A run signed by the supervisor.
    pub fn supervisor(&self, args: &[&str]) -> Ran {
        self.run(&[args, &["--as", "Sam", "--passphrase-file", &self.secret("supervisor")]].concat())
    }

    /// A run signed by a made-up department's supervisor.
    pub fn sam(&self, args: &[&str]) -> Ran {
        self.run(&[args, &["--as", "Sam Supervisor", "--passphrase-file", &self.secret("demo")]].concat())
    }

    /// How many statements a made-up department begins with.
    pub fn demo_size() -> u64 {
        static SIZE: OnceLock<u64> = OnceLock::new();
        *SIZE.get_or_init(|| Self::demo().size())
    }

    /// A new public key to log in with; the map that sshd reads lies next to the data.
    pub fn login_key(&self, name: &str) -> String {
        let settings = self.0.path().join(".config/countersign");
        std::fs::create_dir_all(&settings).unwrap();
        let map = format!("[ssh]\nmap = \"{}\"\n", self.map().display());
        std::fs::write(settings.join("config.toml"), map).unwrap();
        let seed = countersign_core::primitives::ids::Digest::of(name.as_bytes()).0;
        let key = countersign_core::primitives::key::PublicKey::from_strings("ssh-ed25519", &[&seed]);
        self.keep(&format!("{name}.pub"), &format!("{key} {name}@ward"))
    }

    /// The map that sshd's lookup reads.
    pub fn map(&self) -> PathBuf {
        self.0.path().join("map")
    }

    /// The id of the one whose name this is.
    pub fn id_of(&self, name: &str) -> String {
        let people = self.run(&["person", "list", "--json"]).json();
        let found = people["people"].as_array().unwrap().iter().find(|person| person["name"] == name).unwrap();
        found["id"].as_str().unwrap().to_owned()
    }

    /// How many statements there are.
    pub fn size(&self) -> u64 {
        self.run(&["history", "--json", "--most", "1"]).json()["size"].as_u64().unwrap()
    }
}

pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let place = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &place);
        } else {
            std::fs::copy(entry.path(), place).unwrap();
        }
    }
}
