//! What is said of records from the command line: second signatures, samples, a trainee's word, progress reviews.

use serde_json::Value;

use crate::cli::book::Book;

const PRIYA: &str = "heron slate ladder moss 5";
const VERA: &str = "cedar plume anvil frost 6";
const ANN: &str = "wren basil copper dune 3";

/// Ann with a key of her own, a second supervisor, a verifier, and a sign-off of S26 whose id is given.
fn staffed() -> (Book, String) {
    let book = Book::founded();
    for (name, role, secret, file) in [
        ("Priya Provider", "supervisor", PRIYA, "priya"),
        ("Vera Verifier", "verifier", VERA, "vera"),
        ("Ada Apprentice", "trainee", ANN, "ada"),
    ] {
        let key = book.keep(file, secret);
        book.officer(&["person", "add", name, "--role", role, "--new-passphrase-file", &key]).done();
    }
    book.officer(&["enrol", "Ada", "ST0413", "--start", "2025-09-01"]).done();
    book.supervisor(&["sign-off", "Ada", "S26"]).done();
    let id = records(&book)[0]["id"].as_str().unwrap().to_owned();
    (book, id)
}

fn by(book: &Book, who: &str, file: &str, args: &[&str]) -> crate::cli::book::Ran {
    book.run(&[args, &["--as", who, "--passphrase-file", &book.secret(file)]].concat())
}

fn trainee(book: &Book) -> Value {
    book.run(&["trainee", "Ada", "--json"]).done().json()
}

fn s26(book: &Book) -> Value {
    trainee(book)["ksbs"].as_array().unwrap().iter().find(|ksb| ksb["id"] == "S26").unwrap().clone()
}

fn records(book: &Book) -> Vec<Value> {
    s26(book)["records"].as_array().unwrap().clone()
}

fn sound(book: &Book) {
    assert_eq!(book.run(&["verify"]).code, 3, "{:?}", book.run(&["verify"]));
}

#[test]
fn where_the_policy_wants_it_a_sign_off_counts_once_another_supervisor_has_countersigned_it() {
    let (book, id) = staffed();
    assert_eq!(s26(&book)["state"], "signed");
    book.officer(&["policy", "set", "countersign=1"]).done();
    assert_eq!((s26(&book)["state"].clone(), trainee(&book)["trainee"]["signed"].clone()), ("partly".into(), 0.into()));
    book.supervisor(&["countersign", &id]).refused(1, "A second signature is another person's than the first");
    let said = by(&book, "Priya", "priya", &["countersign", &id]).done().out;
    assert!(said.starts_with("Countersigned 1 statement of Ada Apprentice\n"), "{said}");
    assert_eq!((s26(&book)["state"].clone(), trainee(&book)["trainee"]["signed"].clone()), ("signed".into(), 1.into()));
    by(&book, "Priya", "priya", &["countersign", &id]).refused(1, "has countersigned it already");
    let mark = records(&book)[0]["marks"][0].clone();
    assert_eq!((&mark["kind"], &mark["by_name"]), (&"countersign".into(), &"Priya Provider".into()));
    let of = mark["id"].as_str().unwrap();
    by(&book, "Priya", "priya", &["withdraw", of, "--reason", "Not read closely"]).done();
    assert_eq!(s26(&book)["state"], "partly");
    sound(&book);
}

#[test]
fn a_rejected_sample_takes_a_sign_off_out_of_the_count_and_says_why() {
    let (book, id) = staffed();
    by(&book, "Vera", "vera", &["sample", &id, "--reject"]).refused(2, "--reason");
    by(&book, "Vera", "vera", &["sample", &id, "--accept", "--draw", "5/4/3"]).refused(2, "5/4/3");
    book.supervisor(&["sample", &id, "--accept"]).refused(2, "Sam");
    by(&book, "Vera", "vera", &["sample", &id, "--accept", "--draw", "2026/3/20"]).done();
    assert_eq!(s26(&book)["state"], "signed");
    by(&book, "Vera", "vera", &["sample", &id, "--reject", "--reason", "Nothing shows it"]).done();
    assert_eq!(s26(&book)["state"], "open");
    let shown = book.run(&["trainee", "Ada"]).done().out;
    assert!(
        shown.contains("rejected") && shown.contains("sample rejected by Vera Verifier: Nothing shows it"),
        "{shown}"
    );
    by(&book, "Vera", "vera", &["sample", &id, "--accept"]).refused(1, "It is rejected");
    sound(&book);
}

#[test]
fn a_trainee_acknowledges_and_disputes_in_their_own_name_and_nobody_does_it_for_them() {
    let (book, id) = staffed();
    by(&book, "Ada", "ada", &["acknowledge", &id]).done();
    by(&book, "Ada", "ada", &["acknowledge", &id]).refused(1, "has acknowledged it already");
    by(&book, "Ada", "ada", &["dispute", &id, "--reason", "I was on leave"]).done();
    by(&book, "Priya", "priya", &["acknowledge", &id]).refused(1, "Only the trainee");
    let shown = book.run(&["trainee", "Ada"]).done().out;
    assert!(shown.contains("acknowledged by Ada Apprentice"), "{shown}");
    assert!(shown.contains("disputed by Ada Apprentice: I was on leave"), "{shown}");
    assert_eq!(s26(&book)["state"], "signed");
    let history = book.run(&["history", "kind:dispute"]).done().out;
    assert!(history.contains("“I was on leave”"), "{history}");
    sound(&book);
}

#[test]
fn a_progress_review_is_signed_by_one_who_attended_and_read_by_the_others() {
    let (book, _) = staffed();
    let held = ["review", "Ada", "--employer", "Sam", "--provider", "Priya", "--discussed", "All as planned"];
    book.supervisor(&[&held[..], &["--action", "Write up S26"]].concat()).refused(2, "has no day");
    book.supervisor(&[&held[..], &["--next", "in 20 weeks"]].concat()).refused(1, "more than 84 days need a reason");
    book.officer(&held).refused(1, "who attended");
    book.supervisor(&[&held[..], &["--action", "Write up S26 by in 2 weeks"]].concat()).done();
    let review = trainee(&book)["reviews"][0].clone();
    assert_eq!((&review["ksbs_signed"], &review["ksbs"]), (&1.into(), &72.into()));
    assert_eq!(review["actions"][0]["what"], "Write up S26");
    let id = review["id"].as_str().unwrap();
    for (who, file) in [("Ada", "ada"), ("Priya", "priya")] {
        by(&book, who, file, &["acknowledge", id]).done();
    }
    book.supervisor(&["acknowledge", id]).refused(1, "Who signed it need not acknowledge it");
    assert_eq!(trainee(&book)["reviews"][0]["marks"].as_array().unwrap().len(), 2);
    let shown = book.run(&["trainee", "Ada"]).done().out;
    assert!(shown.contains("Progress reviews") && shown.contains("provider Priya Provider"), "{shown}");
    sound(&book);
}

#[test]
fn a_clock_is_put_right_only_where_it_was_ahead() {
    let (book, _) = staffed();
    let before = book.size();
    book.officer(&["clock", "--reason", "It was ahead"]).refused(1, "nothing is to be put right");
    assert_eq!(book.size(), before);
}

#[test]
fn what_does_not_fit_is_refused_before_anybody_types_a_passphrase() {
    let (book, id) = staffed();
    let nothing = "01a1fc57-6256-7a10-927e-9b27b8d65736";
    for args in [
        vec!["countersign", nothing],
        vec!["acknowledge", nothing],
        vec!["dispute", nothing, "--reason", "x"],
        vec!["sample", nothing, "--accept"],
    ] {
        let who = if args[0] == "sample" { "Vera" } else { "Ada" };
        let who = if args[0] == "countersign" { "Sam" } else { who };
        book.run(&[&args[..], &["--as", who]].concat()).refused(2, "There is no statement");
    }
    book.run(&["countersign", "x", "--as", "Sam"]).refused(2, "is not a statement id");
    book.run(&["policy", "list", "--json"]).done();
    let genesis = book.run(&["history", "kind:genesis", "--json"]).json();
    let genesis = genesis["statements"][0]["id"].as_str().unwrap().to_owned();
    by(&book, "Ada", "ada", &["acknowledge", &genesis]).refused(1, "It stands on nobody's record");
    by(&book, "Ada", "ada", &["acknowledge", &id]).done();
}
