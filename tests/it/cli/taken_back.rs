//! What `withdraw` says: what it needs, what was taken back by its own name, and what counts again.

use crate::cli::book::{Book, Ran};

fn recognise(book: &Book, code: &str) -> String {
    let args = ["enrolment", "recognise", "Ann Trainee", "--ksb", code, "--reason", "Held", "--support", "Certificate"];
    newest(&book.officer(&args))
}

fn plan(book: &Book, month: &str) -> String {
    let path = book.0.path().join("plan.csv");
    std::fs::write(&path, format!("month,hours,ksbs\n{month},6,K1\n")).unwrap();
    newest(&book.officer(&["enrolment", "plan", "Ann Trainee", path.to_str().unwrap()]))
}

fn requirement(book: &Book, outcome: &str) -> String {
    let args = ["requirement", "Ann Trainee", "degree", outcome, "--reason", "Seen", "--json"];
    book.officer(&args).done().json()["statements"][0]["id"].as_str().unwrap().to_owned()
}

/// The id of what was just signed.
fn newest(ran: &Ran) -> String {
    assert_eq!(ran.code, 0, "{ran:?}");
    let line = ran.out.lines().find(|line| line.starts_with("Id ")).unwrap_or_else(|| panic!("{ran:?}"));
    line.split_whitespace().last().unwrap().to_owned()
}

fn withdraw(book: &Book, ids: &[&str]) -> String {
    book.officer(&[&["withdraw"], ids, &["--reason", "Signed in error"]].concat()).done().out
}

#[test]
fn without_ids_both_ways_to_say_what_is_withdrawn_are_named() {
    let book = Book::founded();
    for args in [&["withdraw"][..], &["withdraw", "--reason", "x"]] {
        let ran = book.supervisor(args);
        assert!(ran.code == 2 && ran.err.contains("<ID") && ran.err.contains("--batch"), "{ran:?}");
    }
    let id = "01a1fc57-6256-7a10-927e-9b27b8d65736";
    book.supervisor(&["withdraw", id, "--batch", id, "--reason", "x"]).refused(2, "cannot be used with");
}

#[test]
fn what_is_taken_back_is_called_by_its_name_and_what_it_had_replaced_counts_again() {
    let book = Book::founded();
    let today = countersign_core::primitives::date::day_words(chrono::Local::now().date_naive());
    for (what, name, [first, second]) in [
        ("recognition of prior learning", "recognition", [recognise(&book, "K1"), recognise(&book, "K2")]),
        ("training plan", "training plan", [plan(&book, "2025-10"), plan(&book, "2025-11")]),
        ("record of a requirement", "record of “degree”", ["--waived", "--met"].map(|how| requirement(&book, how))),
    ] {
        let said = withdraw(&book, &[&second]);
        let count = if what.starts_with("record") { "1" } else { "the" };
        assert!(said.starts_with(&format!("Withdrew {count} {what} for Ann Trainee. It stays in the log")), "{said}");
        assert!(said.contains(&format!("The {name} of {today} counts again")), "{said}");
        let last = withdraw(&book, &[&first]);
        assert!(last.contains(what) && !last.contains("counts again"), "{last}");
    }
    // One that was replaced counts for nothing: nothing comes back for it, nor where both go.
    let [first, _] = [recognise(&book, "K1"), recognise(&book, "K2")];
    assert!(!withdraw(&book, &[&first]).contains("counts again"));
    let [first, second] = [recognise(&book, "K1"), plan(&book, "2025-10")];
    let both = withdraw(&book, &[&first, &second]);
    assert!(both.starts_with("Withdrew the recognition of prior learning and the training plan for Ann"), "{both}");
}

#[test]
fn not_yet_achieved_is_never_called_a_sign_off() {
    let book = Book::founded();
    let sign = |code: &str, more: &[&str]| {
        let ran = book.supervisor(&[&["sign-off", "Ann Trainee", code, "--json"], more].concat()).done();
        ran.json()["statements"][0]["id"].as_str().unwrap().to_owned()
    };
    let not = ["--not-achieved", "--feedback", "Too fast", "--action", "Once more", "--by", "in 1 week"];
    let [one, two, three, signed] = [sign("K1", &not), sign("K2", &not), sign("K3", &not), sign("K4", &[])];
    let said = withdraw(&book, &[&one]);
    assert!(said.starts_with("Withdrew 1 record of not yet achieved for Ann Trainee"), "{said}");
    let said = withdraw(&book, &[&two, &three, &signed]);
    assert!(said.starts_with("Withdrew 2 records of not yet achieved and 1 sign-off for Ann Trainee"), "{said}");
}
