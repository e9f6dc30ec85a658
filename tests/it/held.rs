//! What is held of a person comes out whole and of no one else, and what was kept long enough is named and stays.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::cli::book::Book;

fn ids(answer: &Value) -> BTreeSet<String> {
    answer["statements"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

/// The ids of all statements whose text has the person's id as a word.
fn with(book: &Book, id: &str) -> BTreeSet<String> {
    let all = book.run(&["history", "--json", "--most", "10000"]).json();
    let mut found = BTreeSet::new();
    for one in ids(&all) {
        let text = book.run(&["export", "--statement", &one]).out;
        if text.split_whitespace().any(|word| word == id) {
            found.insert(one);
        }
    }
    found
}

#[test]
#[ignore = "slow: many runs of the program"]
fn all_that_is_held_of_a_person_comes_out_and_nothing_of_others() {
    let book = Book::founded();
    book.supervisor(&["sign-off", "Ann Trainee", "K1", "S1", "--feedback", "steady hands"]).done();
    let newest = book.run(&["history", "--json", "--most", "1"]).json()["statements"][0]["id"].clone();
    book.supervisor(&["withdraw", newest.as_str().unwrap(), "--reason", "the wrong one"]).done();
    for name in ["Ann Trainee", "Sam Supervisor", "Olu Officer", "Ann Trainer"] {
        let id = book.id_of(name);
        let answer = book.run(&["export", "--person", &id, "--json"]).done().json();
        assert_eq!(answer["schema"], "countersign/person-export/1");
        assert_eq!((&answer["people"][0]["id"], &answer["people"][0]["name"]), (&id.clone().into(), &name.into()));
        assert_eq!(ids(&answer), with(&book, &id), "{name}");
        assert!(!ids(&answer).is_empty());
        let keys = answer["keys"].as_array().unwrap().len();
        assert_eq!(keys, usize::from(!name.starts_with("Ann")), "{name}");
        let text = book.run(&["export", "--person", &id]).done().out;
        assert!(text.starts_with(&format!("person: {id} {name}\n")), "{text}");
        assert!(ids(&answer).iter().all(|id| text.contains(&format!("==> {id} <=="))), "{text}");
    }
}

#[test]
fn what_was_begun_and_not_signed_is_held_too() {
    let book = Book::founded();
    let (sam, ann) = (book.id_of("Sam Supervisor"), book.id_of("Ann Trainee"));
    let raw = rusqlite::Connection::open(book.database()).unwrap();
    raw.execute("INSERT INTO draft VALUES (?1, ?2, 'feedback half a word')", [&sam, &ann]).unwrap();
    raw.execute("INSERT INTO mark VALUES (?1, ?2, 'S1 S2')", [&sam, &ann]).unwrap();
    drop(raw);
    for name in [&sam, &ann] {
        let answer = book.run(&["export", "--person", name, "--json"]).done().json();
        assert_eq!(answer["begun"].as_array().unwrap().len(), 2, "{answer}");
        assert!(book.run(&["export", "--person", name]).out.contains("half a word"));
    }
    let other = book.run(&["export", "--person", "Ann Trainer", "--json"]).done().json();
    assert_eq!(other["begun"], Value::Array(vec![]));
}

#[test]
fn an_export_to_a_folder_can_be_checked_by_ssh_keygen_and_read_by_a_program() {
    let book = Book::founded();
    let out = book.0.path().join("out");
    book.run(&["export", "--person", "Ann Trainee", "--out", "out"]).done();
    let ann = book.id_of("Ann Trainee");
    let json: Value =
        serde_json::from_str(&std::fs::read_to_string(out.join(format!("person-{ann}.json"))).unwrap()).unwrap();
    for id in ids(&json) {
        let row = json["statements"].as_array().unwrap().iter().find(|row| row["id"] == *id).unwrap();
        assert_eq!(row["text"].as_str(), std::fs::read_to_string(out.join(format!("{id}.txt"))).ok().as_deref());
        assert!(out.join(format!("{id}.txt.sig")).exists());
    }
    assert!(out.join(format!("person-{ann}.txt")).exists());
    book.run(&["export", "--person", "Ann Trainee", "--signers"])
        .refused(2, "--person cannot be combined with --signers or --statement");
}

#[test]
fn what_was_kept_long_enough_is_named_and_stays() {
    let book = Book::demo();
    let list = |years: &str| book.run(&["retention", "list", "--years", years, "--json"]).done().json();
    let due = list("1");
    let records = book.run(&["history", "--json", "--most", "10000"]).json();
    let people = due["people"].as_array().unwrap();
    for row in people {
        assert!(row["newest"].as_str() < row["since"].as_str(), "{row}");
    }
    assert_eq!(list("100")["people"], Value::Array(vec![]));
    assert_eq!(book.run(&["history", "--json", "--most", "10000"]).json(), records);
    let config = book.0.path().join(".config/countersign");
    std::fs::create_dir_all(&config).unwrap();
    std::fs::write(config.join("config.toml"), "retention_years = 9\n").unwrap();
    assert_eq!(book.run(&["retention", "list", "--json"]).done().json()["years"], 9);
    assert!(book.run(&["retention", "list"]).done().out.contains("No record is older than 9 years"));
}
