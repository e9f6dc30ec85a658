//! What is said of records from the command line: second signatures, samples, a trainee's word, progress reviews.

use serde_json::Value;

use crate::cli::book::{Book, QUIET, review};

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
    book.supervisor(&["countersign", &id]).refused(1, "The second signature must be from a different person");
    let said = by(&book, "Priya", "priya", &["countersign", &id]).done().out;
    assert!(said.starts_with("Countersigned 1 statement for Ada Apprentice\n"), "{said}");
    assert_eq!((s26(&book)["state"].clone(), trainee(&book)["trainee"]["signed"].clone()), ("signed".into(), 1.into()));
    by(&book, "Priya", "priya", &["countersign", &id]).refused(1, "has already countersigned it");
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
    by(&book, "Vera", "vera", &["sample", &id, "--accept"]).refused(1, "It was rejected");
    sound(&book);
}

fn looks(book: &Book, args: &[&str]) -> Vec<Value> {
    let answer = book.run(&[&["second-checks", "--json"], args].concat()).done().json();
    let rows = answer["sign_offs"].as_array().unwrap().clone();
    assert_eq!(answer["of"], rows.len());
    rows
}

#[test]
fn what_waits_for_a_second_signature_is_listed_for_others_than_who_gave_the_first_and_goes_once_it_is_given() {
    let (book, id) = staffed();
    assert_eq!(looks(&book, &[]), [Value::Null; 0], "the policy wants one signature");
    book.officer(&["policy", "set", "countersign=1"]).done();
    let waits = looks(&book, &["--of", "Priya"]);
    assert_eq!(
        (&waits[0]["id"], &waits[0]["look"], &waits[0]["ksb"]),
        (&id.as_str().into(), &"countersign".into(), &"S26".into())
    );
    assert_eq!(looks(&book, &["--of", "Sam"]).len(), 0);
    assert_eq!((looks(&book, &["s26", "ada"]).len(), looks(&book, &["S27"]).len()), (1, 0));
    by(&book, "Priya", "priya", &["countersign", &id]).done();
    assert_eq!(looks(&book, &[]).len(), 0);
    // Not achieved wants none, and what stood before it counts for nothing.
    book.supervisor(&["sign-off", "Ada", "S27"]).done();
    assert_eq!(looks(&book, &[]).len(), 1);
    book.supervisor(&[
        "sign-off",
        "Ada",
        "S27",
        "--not-achieved",
        "--feedback",
        "x",
        "--action",
        "y",
        "--by",
        "tomorrow",
    ])
    .done();
    assert_eq!(looks(&book, &[]).len(), 0);
}

#[test]
fn a_rejected_sample_reopens_the_item_everywhere_and_its_supervisor_is_told_until_they_sign_again() {
    let (book, id) = staffed();
    let figures = |book: &Book| {
        let cohort = book.run(&["cohort", "ada", "--json"]).done().json()["trainees"][0]["signed"].clone();
        let outstanding = book.run(&["outstanding", "Ada", "--json"]).done().json()["ksbs"].as_array().unwrap().len();
        let ready = book.run(&["readiness", "Ada", "--json"]).done().json();
        let ksbs = ready["requirements"].as_array().unwrap().iter().find(|one| one["id"] == "ksbs").unwrap().clone();
        (
            s26(book)["state"].clone(),
            trainee(book)["trainee"]["signed"].clone(),
            cohort,
            outstanding,
            ksbs["short"].clone(),
        )
    };
    book.supervisor(&["sign-off", "Ada", "K1"]).done();
    let before = figures(&book);
    assert_eq!((&before.0, &before.1, &before.2, before.3), (&"signed".into(), &2.into(), &2.into(), 70));
    by(&book, "Vera", "vera", &["sample", &id, "--reject", "--reason", "Nothing shows it"]).done();
    let after = figures(&book);
    assert_eq!((&after.0, &after.1, &after.2, after.3), (&"open".into(), &1.into(), &1.into(), 71));
    assert_ne!(after.4, before.4);
    let told = looks(&book, &["--of", "Sam"]);
    assert_eq!(told.len(), 1);
    assert_eq!((&told[0]["look"], &told[0]["reason"]), (&"rejected".into(), &"Nothing shows it".into()));
    assert_eq!(looks(&book, &["--of", "Priya"]).len(), 0);
    book.run(&["rebuild"]).done();
    assert_eq!((figures(&book), looks(&book, &[]).len()), (after, 1));
    book.supervisor(&["sign-off", "Ada", "S26"]).done();
    assert_eq!((figures(&book), looks(&book, &[]).len()), (before, 0));
    sound(&book);
}

#[test]
fn the_same_seed_over_the_same_log_draws_the_same_sign_offs_and_what_they_come_to_says_so() {
    let (book, _) = staffed();
    let codes = ["K1", "K2", "K3", "K4", "K5", "K6", "S1", "S2", "S3", "B1"];
    book.supervisor(&[&["sign-off", "Ada"][..], &codes].concat()).done();
    let draw =
        |args: &[&str]| book.run(&[&["sample", "--as", "Vera", "--json", "--choose"], args].concat()).done().json();
    let first = draw(&["4", "--seed", "2026"]);
    let at = first["draw"]["at"].as_u64().unwrap();
    assert_eq!((at, &first["draw"]["among"]), (book.size(), &11.into()));
    let ids = |answer: &Value| -> Vec<String> {
        answer["sign_offs"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
    };
    let chosen = ids(&first);
    assert_eq!(chosen.len(), 4);
    // It is kept for the verifier until each is sampled, and the signed statement says how it was chosen.
    assert_eq!(looks(&book, &["--of", "Vera"]).len(), 4);
    by(&book, "Vera", "vera", &["sample", &chosen[2], "--accept"]).done();
    by(&book, "Vera", "vera", &["sample", &chosen[0], "--reject", "--reason", "No evidence"]).done();
    assert_eq!(looks(&book, &["sample", "--of", "Vera"]).len(), 2);
    let newest = book.run(&["history", "kind:sample", "--json"]).json();
    let said = |n: usize| {
        let id = newest["statements"][n]["id"].as_str().unwrap();
        book.run(&["export", "--statement", id, "--json"]).json()["statements"][0]["text"].as_str().unwrap().to_owned()
    };
    assert!(said(1).contains(&format!("\ndraw 2026 3 of 4 at {at}\n")), "{}", said(1));
    assert!(said(0).contains(&format!("\ndraw 2026 1 of 4 at {at}\n")), "{}", said(0));
    // Whatever was signed, sampled and withdrawn since.
    book.supervisor(&["sign-off", "Ada", "B2", "B3"]).done();
    book.supervisor(&["withdraw", &chosen[3], "--reason", "Wrong day"]).done();
    let again = draw(&["4", "--seed", "2026", "--at", &at.to_string()]);
    assert_eq!((ids(&again), &again["draw"]), (chosen.clone(), &first["draw"]));
    assert_eq!(ids(&draw(&["2", "--seed", "2026", "--at", &at.to_string()])), chosen[..2]);
    assert_ne!(ids(&draw(&["4", "--seed", "2027", "--at", &at.to_string()])), chosen);
    assert_eq!(
        looks(&book, &["sample", "--of", "Vera"]).len(),
        1,
        "a repetition keeps nothing; a withdrawn one is sampled no more"
    );
    let told = book.run(&["sample", "--as", "Vera", "--choose", "2", "--seed", "2026", "--at", &at.to_string()]).done();
    assert!(told.out.starts_with("Drew 2 of 11 sign-offs\n"), "{told:?}");
    let some = draw(&["20", "--seed", "1", "--at", &at.to_string(), "--of", "kind:sign-off", "by:Sam", "S26"]);
    assert_eq!((ids(&some).len(), &some["draw"]["from"]), (1, &"s26 by:sam kind:sign-off".into()));
    sound(&book);
}

#[test]
fn a_draw_that_cannot_be_is_refused_and_keeps_nothing() {
    let (book, id) = staffed();
    let draw = |who: &str, args: &[&str]| book.run(&[&["sample", "--as", who, "--choose"], args].concat());
    draw("Sam", &["3"]).refused(2, "Sam");
    draw("Vera", &["0"]).refused(2, "0");
    draw("Vera", &["501"]).refused(2, "501");
    draw("Vera", &["3", "--at", "9"]).refused(2, "--seed");
    draw("Vera", &["3", "--seed", "1", "--at", "999"]).refused(2, "entries, not 999");
    draw("Vera", &["3", "--of", "since:soon"]).refused(2, "is not understood");
    draw("Vera", &["3", "--of", "nothing-holds-this"]).refused(1, "There are no sign-offs to draw");
    book.run(&["sample", &id, "--choose", "3", "--as", "Vera"]).refused(2, "cannot be used with");
    assert_eq!(looks(&book, &[]).len(), 0);
    by(&book, "Vera", "vera", &["sample", &id, "--accept"]).done();
    draw("Vera", &["3"]).refused(1, "Sign-offs already sampled");
}

#[test]
fn a_trainee_acknowledges_and_disputes_in_their_own_name_and_nobody_does_it_for_them() {
    let (book, id) = staffed();
    by(&book, "Ada", "ada", &["acknowledge", &id]).done();
    by(&book, "Ada", "ada", &["acknowledge", &id]).refused(1, "has already marked it as read");
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
    let held = review("Ada", ["Sam", "Priya"], &[]);
    book.supervisor(&[&held[..], &["--action", "Write up S26"]].concat()).refused(2, "has no date");
    book.supervisor(&[&held[..], &QUIET, &["--next", "in 20 weeks"]].concat()).refused(2, "more than 12 weeks later");
    book.officer(&[&held[..], &QUIET].concat()).refused(1, "who attended");
    book.supervisor(&[&held[..], &["--action", "Write up S26 by in 2 weeks"]].concat()).done();
    let review = trainee(&book)["reviews"][0].clone();
    assert_eq!((&review["ksbs_signed"], &review["ksbs"]), (&1.into(), &72.into()));
    assert_eq!(review["actions"][0]["what"], "Write up S26");
    let id = review["id"].as_str().unwrap();
    for (who, file) in [("Ada", "ada"), ("Priya", "priya")] {
        by(&book, who, file, &["acknowledge", id]).done();
    }
    book.supervisor(&["acknowledge", id]).refused(1, "You signed it, so you do not need to mark it as read");
    assert_eq!(trainee(&book)["reviews"][0]["marks"].as_array().unwrap().len(), 2);
    let shown = book.run(&["trainee", "Ada"]).done().out;
    assert!(shown.contains("Progress reviews") && shown.contains("provider Priya Provider"), "{shown}");
    sound(&book);
}

#[test]
fn an_action_is_carried_over_although_its_owner_is_not_at_the_next_review() {
    let (book, _) = staffed();
    let first = review("Ada", ["Sam", "Olu"], &["--action", "Olu: book the echo list by in 2 weeks"]);
    book.supervisor(&first).done();
    book.supervisor(&review("Ada", ["Sam", "Priya"], &["--carry", "1"])).done();
    let reviews = trainee(&book)["reviews"].as_array().unwrap().clone();
    let owners: Vec<_> = reviews.iter().map(|review| &review["actions"][0]["owner"]).collect();
    assert_eq!(owners, [&book.id_of("Olu Officer"); 2]);
    sound(&book);
}

#[test]
fn a_clock_is_put_right_only_where_it_was_ahead() {
    let (book, _) = staffed();
    let before = book.size();
    book.officer(&["clock", "--reason", "It was ahead"]).refused(1, "there is nothing to put right");
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
    by(&book, "Ada", "ada", &["acknowledge", &genesis]).refused(1, "It is not on anyone's record");
    by(&book, "Ada", "ada", &["acknowledge", &id]).done();
}

#[test]
fn a_review_whose_next_or_action_lies_before_it_names_the_one_that_is_wrong() {
    let (book, _) = staffed();
    let held = review("Ada", ["Sam", "Priya"], &["--held", "2026-11-02"]);
    let next = book.supervisor(&[&held[..], &QUIET, &["--next", "2026-10-20"]].concat());
    next.refused(1, "The next review, on Tue 20 Oct 2026, is not after this one, on Mon 2 Nov 2026");
    let action = ["--action", "Read it by 20 Nov 2026", "--action", "Write up S26 by 20 Oct 2026"];
    let action = book.supervisor(&[&held[..], &action].concat());
    let said = "The action “Write up S26” is due on Tue 20 Oct 2026, before the review on Mon 2 Nov 2026";
    action.refused(1, said);
}
