//! Keys over the years: another one, a lost passphrase, two people for a new one, one in other hands, a leaver; and anyone who
//! a key is added for is told.

use std::process::Command;

use crate::cli::book::{Book, Ran};

const NEW: &str = "teal orbit maple canyon 9 drums";

/// The key rows of a person.
fn keys(book: &Book, who: &str) -> Vec<(String, String)> {
    let answer = book.run(&["key", "list", who, "--json"]).done().json();
    let text = |row: &serde_json::Value, name: &str| row[name].as_str().unwrap().to_owned();
    answer["keys"].as_array().unwrap().iter().map(|row| (text(row, "id"), text(row, "state"))).collect()
}

fn states(book: &Book, who: &str) -> Vec<String> {
    keys(book, who).into_iter().map(|(_, state)| state).collect()
}

/// A run as Sam with the passphrase in a file of this name.
fn sam(book: &Book, secret: &str, args: &[&str]) -> Ran {
    book.run(&[args, &["--as", "Sam", "--passphrase-file", &book.secret(secret)]].concat())
}

fn sign(book: &Book, secret: &str, code: &str) -> Ran {
    sam(book, secret, &["sign-off", "Ann Trainee", code])
}

/// A book where Sam has another key, under the passphrase in `new`.
fn with_another() -> Book {
    let book = Book::founded();
    let new = book.keep("new", NEW);
    book.officer(&["key", "add", "Sam", "--new-passphrase-file", &new]).done();
    book
}

fn sound(book: &Book) {
    let ran = book.run(&["verify"]);
    assert_eq!(ran.code, 3, "{ran:?}");
}

fn signed(book: &Book) -> u64 {
    book.run(&["trainee", "Ann Trainee", "--json"]).json()["trainee"]["signed"].as_u64().unwrap()
}

#[test]
fn another_key_signs_and_so_does_the_one_before() {
    let book = with_another();
    assert_eq!(states(&book, "Sam"), ["signs", "signs"]);
    assert_eq!(sign(&book, "new", "K1").code, 0);
    assert_eq!(sign(&book, "supervisor", "K2").code, 0);
    let pin = book.keep("pin", "2947");
    sam(&book, "new", &["key", "pin", "--pin-file", &pin]).done();
    let newer = book.keep("newer", "slate ember quartz pillow 12 ducks");
    sam(&book, "new", &["key", "passphrase", "--new-passphrase-file", &newer]).done();
    sign(&book, "new", "K3").refused(1, "Wrong passphrase");
    sign(&book, "newer", "K3").done();
    sign(&book, "supervisor", "K4").done();
    assert_eq!(signed(&book), 4);
    sound(&book);
    assert_eq!(book.run(&["doctor", "--plain"]).out.matches("2 people have a key here").count(), 1);
}

#[test]
fn a_lost_passphrase_is_a_new_key_and_what_was_signed_stays_good() {
    let book = Book::founded();
    sign(&book, "supervisor", "K1").done();
    let lost = keys(&book, "Sam")[0].0.clone();
    let new = book.keep("new", NEW);
    book.officer(&["key", "add", "Sam", "--new-passphrase-file", &new]).done();
    book.officer(&["key", "retire", &lost, "--reason", "passphrase lost"]).done();
    assert_eq!(states(&book, "Sam"), ["retired", "signs"]);
    sign(&book, "supervisor", "K2").refused(1, "Wrong passphrase");
    assert_eq!(sign(&book, "new", "K2").code, 0);
    assert_eq!(signed(&book), 2);
    sound(&book);
}

#[test]
fn a_person_for_whom_a_key_is_added_is_told_once_by_whom_and_when() {
    let book = with_another();
    let key = keys(&book, "Sam")[1].0.clone();
    let told = sign(&book, "supervisor", "K1");
    for words in ["A key was added in your name on", "by Olu Officer", &key] {
        assert!(told.code == 0 && told.err.contains(words), "{words}: {told:?}");
    }
    sign(&book, "supervisor", "K2").done();
    book.officer(&["key", "add", "Sam", "--json"]).done();
    assert!(sign(&book, "new", "K3").err.contains("A key was added in your name"));
    sign(&book, "supervisor", "K4").done();
    // Olu's own was there from the beginning.
    book.officer(&["policy", "set", "late-days=9"]).done();
}

#[test]
fn where_two_people_are_wanted_a_new_key_signs_nothing_before_the_second() {
    let book = Book::founded();
    let second = book.keep("second", "violet anchor tundra basket 31");
    let add = ["person", "add", "Pat Officer", "--role", "training-officer", "--new-passphrase-file", &second];
    book.officer(&add).done();
    book.officer(&["policy", "set", "two-person-keys=1"]).done();
    let new = book.keep("new", NEW);
    let added = book.officer(&["key", "add", "Sam", "--new-passphrase-file", &new]).done();
    let key = keys(&book, "Sam")[1].0.clone();
    assert!(added.out.contains(&format!("countersign key countersign {key}")), "{added:?}");
    assert_eq!(states(&book, "Sam"), ["signs", "waits"]);
    let size = book.size();
    let waits = sign(&book, "new", "K1");
    assert_eq!((waits.code, book.size()), (1, size), "{waits:?}");
    assert!(waits.err.contains("A second training officer must approve this key"), "{waits:?}");
    let own = book.officer(&["key", "countersign", &key]);
    assert_eq!((own.code, book.size()), (1, size), "{own:?}");
    let pat = ["--as", "Pat", "--passphrase-file", &second];
    book.run(&[&["key", "countersign", &key], &pat[..]].concat()).done();
    assert_eq!(states(&book, "Sam"), ["signs", "signs"]);
    assert_eq!(sign(&book, "new", "K1").code, 0);
    sound(&book);
}

#[test]
fn what_a_key_in_other_hands_signed_is_in_review_and_counts_no_more() {
    let book = Book::founded();
    sign(&book, "supervisor", "K1").done();
    let from = book.size().to_string();
    sign(&book, "supervisor", "K2").done();
    sign(&book, "supervisor", "K3").done();
    assert_eq!(signed(&book), 3);
    let key = keys(&book, "Sam")[0].0.clone();
    let ahead = (book.size() + 1).to_string();
    let never = book.officer(&["key", "compromise", &key, "--from", &ahead, "--reason", "left open"]);
    assert_eq!(never.code, 1, "{never:?}");
    book.officer(&["key", "compromise", &key, "--from", &from, "--reason", "left open"]).done();
    assert_eq!((states(&book, "Sam"), signed(&book)), (vec!["compromised".to_owned()], 1));
    let size = book.size();
    assert_eq!(sign(&book, "supervisor", "K4").code, 1);
    assert_eq!(book.size(), size);
    let new = book.keep("new", NEW);
    book.officer(&["key", "add", "Sam", "--new-passphrase-file", &new]).done();
    assert_eq!(sign(&book, "new", "K2").code, 0);
    assert_eq!(signed(&book), 2);
    sound(&book);
}

#[test]
fn one_may_retire_one_s_own_key_and_nobody_else_s() {
    let book = with_another();
    let own = keys(&book, "Sam")[0].0.clone();
    let olus = keys(&book, "Olu")[0].0.clone();
    let refused = sam(&book, "new", &["key", "retire", &olus, "--reason", "x"]);
    assert_eq!(refused.code, 1, "{refused:?}");
    sam(&book, "new", &["key", "retire", &own, "--reason", "moving to another"]).done();
    assert_eq!(
        (states(&book, "Sam"), states(&book, "Olu")),
        (vec!["retired".into(), "signs".into()], vec!["signs".into()])
    );
    book.officer(&["key", "retire", "SHA256:none", "--reason", "x"]).refused(2, "There is no key SHA256:none here");
    sound(&book);
}

#[test]
fn a_leaver_s_keys_end_with_the_leaving_and_their_signatures_are_good_as_of_their_time() {
    let book = Book::founded();
    let signed_off = book.supervisor(&["sign-off", "Ann Trainee", "K1", "--json"]).done().json();
    let id = signed_off["statements"][0]["id"].as_str().unwrap().to_owned();
    let sam = book.id_of("Sam Supervisor");
    book.officer(&["person", "leave", "Sam"]).done();
    for who in [sam.as_str(), "Sam Supervisor", "sam"] {
        assert_eq!(states(&book, who), ["retired"], "{who}");
    }
    book.run(&["export", "--person", "Sam", "--json"]).done();
    // Nothing is signed for or by a leaver, however they are named.
    book.supervisor(&["sign-off", "Ann Trainee", "K2"]).refused(1, "has left");
    assert!(!book.data().join("keys").join(format!("{sam}.key")).exists());
    assert_eq!(signed(&book), 1);
    sound(&book);
    let out = book.0.path().join("out");
    book.run(&["export", "--signers", "--statement", &id, "--out", "out", "--json"]).done();
    let signers = std::fs::read_to_string(out.join("allowed_signers")).unwrap();
    let line = signers.lines().find(|line| line.starts_with(&sam)).unwrap();
    assert!(line.contains("valid-before=\"") && line.contains("valid-after=\""), "{line}");
    let olus = signers.lines().find(|line| !line.starts_with(&sam)).unwrap();
    assert!(!olus.contains("valid-before"), "{olus}");
    let text = std::fs::read(out.join(format!("{id}.txt"))).unwrap();
    let time = String::from_utf8(text.clone()).unwrap();
    let time = time.lines().find_map(|line| line.strip_prefix("signed ")).unwrap().replace(['-', ':', 'T'], "");
    for (time, good) in [(time, true), ("20990101000000Z".to_owned(), false)] {
        let check = Command::new("ssh-keygen")
            .args(["-Y", "verify", "-n", "countersign-statement", "-I", &sam, "-f"])
            .arg(out.join("allowed_signers"))
            .arg("-s")
            .arg(out.join(format!("{id}.txt.sig")))
            .arg(format!("-Overify-time={time}"))
            .stdin(std::fs::File::open(out.join(format!("{id}.txt"))).unwrap())
            .output();
        let Ok(check) = check else { return }; // no OpenSSH here
        assert_eq!(check.status.success(), good, "{check:?}");
    }
}

#[test]
fn a_key_that_came_to_nothing_leaves_no_file_and_the_one_before_opens_still() {
    let book = Book::founded();
    let names = || {
        let mut names: Vec<_> =
            std::fs::read_dir(book.data().join("keys")).unwrap().map(|e| e.unwrap().file_name()).collect();
        names.retain(|name| std::path::Path::new(name).extension().is_some_and(|end| end == "key"));
        names.sort();
        names
    };
    let before = names();
    let (weak, new) = (book.keep("weak", "aaaaaaaaaaaaaaaaaaaa"), book.keep("new", NEW));
    let args = |secret| ["key", "add", "Sam", "--new-passphrase-file", secret];
    book.officer(&args(&weak)).refused(2, "easy to guess");
    book.supervisor(&args(&new)).refused(2, "is not a training officer");
    let wrong = book.secret("wrong");
    let denied = book.run(&[&args(&new)[..], &["--as", "Olu", "--passphrase-file", &wrong]].concat());
    denied.refused(1, "Wrong passphrase");
    assert_eq!(names(), before);
    assert_eq!(sign(&book, "supervisor", "K1").code, 0);
}

#[test]
fn wrong_passphrases_slow_down_across_restarts_and_whichever_key_they_were_meant_for() {
    let book = with_another();
    for _ in 0..5 {
        sign(&book, "wrong", "K1").refused(1, "Wrong passphrase");
    }
    for secret in ["wrong", "supervisor", "new"] {
        let slowed = sign(&book, secret, "K1");
        assert!(slowed.code == 1 && slowed.err.contains("wrong or interrupted"), "{slowed:?}");
    }
    assert_eq!(signed(&book), 0);
}
