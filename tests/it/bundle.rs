//! Bundles: a trainee's record goes to another department's file and back, checked at each step, with nothing signed again.

mod altered;
mod counted;
mod erased_signers;
mod forked;
mod refused;
mod rotation;
mod taken_back;
mod told;

pub use taken_back::received_and_taken_back;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use countersign_app::bundle::check::{CheckedBundle, check};
use countersign_app::error::Error;
use serde_json::Value;

use crate::cli::book::{Book, Ran};

/// The trainee's own department, with two KSBs signed off, one not yet achieved and one taken back.
pub fn home() -> Book {
    static MADE: OnceLock<Book> = OnceLock::new();
    Book::once(&MADE, || {
        let book = Book::founded();
        book.supervisor(&["sign-off", "Ann Trainee", "K1", "S1", "--feedback", "Gentle with frightened patients"])
            .done();
        let not_yet = ["--not-achieved", "--feedback", "Not yet", "--action", "Try again", "--by", "in 3 days"];
        book.supervisor(&[&["sign-off", "Ann Trainee", "K3"], &not_yet[..]].concat()).done();
        book.supervisor(&["sign-off", "Ann Trainee", "K4"]).done();
        let id = record(&book, "K4")[0]["id"].as_str().unwrap().to_owned();
        book.supervisor(&["withdraw", &id, "--reason", "The wrong trainee"]).done();
        book
    })
}

/// Another department that Ann goes to, whose people have the same names.
pub fn away() -> Book {
    static MADE: OnceLock<Book> = OnceLock::new();
    Book::once(&MADE, || {
        let book = Book::empty();
        let init = ["init", "--department", "Audiology", "--name", "Olu Officer", "--passphrase-file"];
        book.run(&[&init[..], &[&book.secret("officer")]].concat()).done();
        let key = ["--new-passphrase-file", &book.secret("supervisor")];
        book.officer(&[&["person", "add", "Sam Supervisor", "--role", "supervisor"], &key[..]].concat()).done();
        book.officer(&["person", "add", "Ann Trainee", "--role", "trainee"]).done();
        book.officer(&["person", "add", "Bea Trainee", "--role", "trainee"]).done();
        for name in ["Ann Trainee", "Bea Trainee"] {
            book.officer(&["enrol", name, "ST0413", "--start", "2025-09-01"]).done();
        }
        book
    })
}

/// The records of a KSB of Ann's, as a book has them.
pub fn record(book: &Book, code: &str) -> Vec<Value> {
    let record = book.run(&["trainee", "Ann Trainee", "--json"]).done().json();
    let ksbs = record["ksbs"].as_array().unwrap();
    ksbs.iter().find(|ksb| ksb["id"] == code).unwrap()["records"].as_array().unwrap().clone()
}

/// The states of Ann's KSBs, by code.
pub fn state(book: &Book, code: &str) -> String {
    let record = book.run(&["trainee", "Ann Trainee", "--json"]).done().json();
    let ksbs = record["ksbs"].as_array().unwrap();
    ksbs.iter().find(|ksb| ksb["id"] == code).unwrap()["state"].as_str().unwrap().to_owned()
}

pub fn key_of(book: &Book) -> String {
    book.run(&["bundle", "key", "--plain"]).done().out.trim().to_owned()
}

pub fn accept(book: &Book, other: &Book) {
    book.officer(&["bundle", "accept-key", &key_of(other), "--yes"]).done();
}

/// Ann's bundle from a book, in a file of this name.
pub fn bundle(book: &Book, name: &str, more: &[&str]) -> PathBuf {
    let out = book.secret(name);
    let ran = book.run(&[&["bundle", "Ann Trainee", "--out", &out], more].concat());
    assert_eq!(ran.code, 0, "{ran:?}");
    out.into()
}

pub fn import(book: &Book, file: &Path, more: &[&str]) -> Ran {
    book.officer(&[&["bundle", "import", file.to_str().unwrap(), "--yes"], more].concat())
}

/// Checks a bundle as someone who trusts every log in it.
fn looked(file: &Path) -> Result<CheckedBundle, Error> {
    check(file, &|_| Ok(()))
}

/// What stock `ssh-keygen` says of a statement that a book exports; nothing where this system has none.
fn keygen_verifies(book: &Book, id: &str, signer: &str) -> Option<Output> {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    assert_eq!(book.run(&["export", "--signers", "--statement", id, "--out", out]).code, 0);
    let text = std::fs::File::open(folder.path().join(format!("{id}.txt"))).unwrap();
    let signature = format!("{id}.txt.sig");
    let args = ["-Y", "verify", "-f", "allowed_signers", "-I", signer, "-n", "countersign-statement", "-s", &signature];
    let ran = Command::new("ssh-keygen").current_dir(folder.path()).args(args).stdin(text).output();
    ran.map_err(|fault| println!("skipped: ssh-keygen is not here ({fault})")).ok()
}

/// A book whose every check is content, with nothing kept to compare with.
fn intact(book: &Book) {
    let ran = book.run(&["verify"]);
    assert_eq!(ran.code, 3, "{ran:?}");
}
