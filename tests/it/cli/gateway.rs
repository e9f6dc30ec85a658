//! Hours, reviews and the gateway from the command line: who may say what, what it comes to, what bad input gets.

use std::sync::OnceLock;

use serde_json::Value;

use crate::cli::book::{Book, QUIET, Ran, SAID, review};

const PRIYA: &str = "heron slate ladder moss 5";

/// Ada on ST0413 since September 2025, and a second supervisor.
fn staffed() -> Book {
    static MADE: OnceLock<Book> = OnceLock::new();
    Book::once(&MADE, || {
        let book = Book::founded();
        let key = book.keep("priya", PRIYA);
        book.officer(&["person", "add", "Priya Provider", "--role", "supervisor", "--new-passphrase-file", &key])
            .done();
        book.officer(&["person", "add", "Ada Apprentice", "--role", "trainee"]).done();
        book.officer(&["enrol", "Ada", "ST0413", "--start", "2025-09-01"]).done();
        book
    })
}

fn priya(book: &Book, args: &[&str]) -> Ran {
    book.run(&[args, &["--as", "Priya", "--passphrase-file", &book.secret("priya")]].concat())
}

fn hours(book: &Book) -> Value {
    book.run(&["hours", "list", "Ada", "--json"]).done().json()
}

fn add(book: &Book, hours: &str, day: &str) -> Ran {
    book.run(&["hours", "add", "Ada", "--hours", hours, "--day", day, "--what", "Shadowed the echo clinic"])
}

fn readiness(book: &Book) -> Value {
    book.run(&["readiness", "Ada", "--json"]).done().json()
}

fn requirement(book: &Book, id: &str) -> Value {
    let all = readiness(book)["requirements"].as_array().unwrap().clone();
    all.into_iter().find(|row| row["id"] == id).unwrap()
}

fn sound(book: &Book) {
    assert_eq!(book.run(&["verify"]).code, 3, "{:?}", book.run(&["verify"]));
}

#[test]
fn hours_count_once_a_supervisor_confirms_them_and_no_more_once_that_is_withdrawn() {
    let book = staffed();
    let before = book.size();
    add(&book, "3.5", "yesterday").done();
    add(&book, "0:45", "2026-01-05").done();
    assert_eq!(book.size(), before, "what a trainee enters is no statement");
    assert_eq!((hours(&book)["confirmed"].clone(), hours(&book)["waiting"].clone()), (0.0.into(), 4.25.into()));
    let waiting = book.run(&["hours", "list", "--json"]).done().json();
    assert_eq!(
        (&waiting["trainees"][0]["name"], &waiting["trainees"][0]["entries"]),
        (&"Ada Apprentice".into(), &2.into())
    );
    let said = book.supervisor(&["hours", "confirm", "Ada"]).done().out;
    assert!(said.starts_with("Confirmed 4.25 hours for Ada Apprentice\n"), "{said}");
    let list = hours(&book);
    assert_eq!((&list["confirmed"], &list["waiting"], &list["minimum"]), (&4.25.into(), &0.0.into(), &926.into()));
    assert_eq!(list["entries"][0]["confirmed_by"], "Sam Supervisor");
    book.supervisor(&["hours", "confirm", "Ada"]).refused(1, "No hours are waiting");
    let of = list["entries"][0]["statement"].as_str().unwrap();
    let entry = list["entries"][0]["id"].as_str().unwrap();
    book.run(&["hours", "remove", "Ada", entry]).refused(1, "so they cannot be removed");
    book.supervisor(&["withdraw", of, "--reason", "Not seen by me"]).done();
    assert_eq!((hours(&book)["confirmed"].clone(), hours(&book)["waiting"].clone()), (0.0.into(), 4.25.into()));
    priya(&book, &["hours", "confirm", "Ada", entry]).done();
    assert_eq!((hours(&book)["confirmed"].clone(), hours(&book)["waiting"].clone()), (3.5.into(), 0.75.into()));
    sound(&book);
    book.run(&["rebuild"]).done();
    assert_eq!(hours(&book)["confirmed"], 3.5);
}

#[test]
fn hours_that_cannot_be_are_refused_with_the_day_and_nothing_is_kept() {
    let book = staffed();
    for (how_long, day, words) in [
        ("25", "yesterday", "25 hours is more than there are in a day"),
        ("24.25", "yesterday", "24.25 hours is more than there are in a day"),
        ("3", "tomorrow", "is in the future"),
        ("3", "2025-08-31", "is before the programme began, on Mon 1 Sep 2025"),
        ("3", "soon", "is not a date"),
    ] {
        add(&book, how_long, day).refused(2, words);
    }
    for wrong in ["3.1", "0", "-2", "three", "3:20"] {
        let args = ["hours", "add", "Ada", "--what", "x", &format!("--hours={wrong}")];
        book.run(&args).refused(2, "is not hours in quarters");
    }
    assert_eq!(hours(&book)["entries"].as_array().unwrap().len(), 0);
    add(&book, "20", "yesterday").done();
    add(&book, "4.25", "yesterday").refused(2, "24.25 hours on");
    book.run(&["hours", "add", "Ada", "--hours", "1", "--what", "Read of 943 476 5919"]).refused(2, "NHS number");
    book.run(&["hours", "add", "Ada", "--hours", "1", "--what", "x", "--ksb", "K99"])
        .refused(2, "ST0413 1.1 has no K99");
    book.run(&["hours", "add", "Ada", "--hours", "1", "--what", &"long ".repeat(200)])
        .refused(2, "more than 800 bytes");
    book.run(&["hours", "add", "Sam", "--hours", "1", "--what", "x"]).refused(2, "Sam Supervisor is not a trainee");
    book.supervisor(&["hours", "confirm", "Ada"]).done();
    add(&book, "4.25", "yesterday").refused(2, "24.25 hours on");
    add(&book, "4", "yesterday").done();
}

#[test]
fn a_review_is_of_a_day_that_has_come_and_lies_in_the_programme() {
    let book = staffed();
    let before = book.size();
    for (day, why) in [
        ("tomorrow", "is in the future"),
        ("in 2 weeks", "is in the future"),
        ("2001-01-01", "is before the programme began, on"),
        ("31 Feb", "31 Feb"),
    ] {
        let held = review("Ada", ["Sam", "Priya"], &["--held", day, "--action", "nothing"]);
        let said = book.supervisor(&held).refused(2, why);
        assert!(said.err.contains("today, yesterday, "), "{}", said.err);
        assert_eq!(book.size(), before, "{day}");
    }
    book.supervisor(&review("Ada", ["Sam", "Sam"], &QUIET))
        .refused(1, "Name one person for the employer and another for the provider");
    book.supervisor(&review("Ada", ["Olu", "Priya"], &QUIET)).refused(1, "Only someone who attended can sign");
    assert_eq!(book.size(), before);
}

#[test]
fn a_review_is_due_twelve_weeks_after_the_last_and_is_signed_by_all_who_attended() {
    let book = staffed();
    let due = book.run(&["reviews", "--json"]).done().json();
    let row = due["trainees"].as_array().unwrap().iter().find(|row| row["name"] == "Ada Apprentice").unwrap().clone();
    assert_eq!((&row["call"], &row["due"], &row["last"]), (&"overdue".into(), &"2025-11-24".into(), &Value::Null));
    assert_eq!(requirement(&book, "reviews")["standing"], "not-met");
    let held = review("Ada", ["Sam", "Priya"], &[]);
    book.supervisor(&["review", "Ada", "--employer", "Sam"]).refused(2, "--provider");
    book.supervisor(&review("Ada", ["Sam", "Sam"], &QUIET))
        .refused(1, "needs its trainee, the employer and the training provider");
    book.supervisor(&[&held[..], &["--action", "Write up S26 by in 2 weeks"]].concat()).done();
    let of = book.run(&["reviews", "Ada", "--json"]).done().json();
    assert_eq!((&of["call"], of["open"][0]["what"].as_str()), (&"later".into(), Some("Write up S26")));
    assert_eq!(of["unsigned"][0]["missing"].as_array().unwrap().len(), 2);
    let id = of["reviews"][0]["id"].as_str().unwrap().to_owned();
    priya(&book, &["acknowledge", &id]).done();
    let of = book.run(&["reviews", "Ada", "--json"]).done().json();
    assert_eq!(of["unsigned"][0]["missing"].as_array().unwrap().len(), 1);
    let ready = requirement(&book, "reviews");
    assert!(ready["short"].as_str().unwrap().starts_with("1 of 1 unsigned"), "{ready}");
    let listed = book.run(&["reviews"]).done().out;
    assert!(!listed.contains("Ada"), "{listed}");
    assert!(book.run(&["reviews", "--all"]).done().out.contains("Ada"));
    // What goes on is carried over by its number; what is not is taken as done.
    book.supervisor(&[&held[..], &["--carry", "2"]].concat()).refused(2, "is not an open action");
    book.supervisor(&[&held[..], &["--carry", "1 by in 3 weeks"]].concat()).done();
    let of = book.run(&["reviews", "Ada", "--json"]).done().json();
    assert_eq!((of["open"].as_array().unwrap().len(), &of["open"][0]["what"]), (1, &"Write up S26".into()));
    book.supervisor(&[&held[..], &QUIET].concat()).done();
    let of = book.run(&["reviews", "Ada", "--json"]).done().json();
    assert_eq!(of["open"].as_array().unwrap().len(), 0);
    sound(&book);
}

#[test]
fn the_action_of_what_was_not_achieved_stays_open_until_a_later_sign_off_answers_it() {
    let book = staffed();
    let open = || book.run(&["reviews", "Ada", "--json"]).done().json()["open"].as_array().unwrap().clone();
    let not_yet = ["sign-off", "Ada", "S26", "--not-achieved", "--feedback", "The axis was off"];
    book.supervisor(&[&not_yet[..], &["--action", "Repeat it", "--by", "in 2 weeks"]].concat()).done();
    assert_eq!((open().len(), &open()[0]["code"]), (1, &"S26".into()));
    book.supervisor(&review("Ada", ["Sam", "Priya"], &QUIET)).done();
    assert_eq!(open().len(), 1, "a review alone does not answer it");
    book.supervisor(&["sign-off", "Ada", "S26"]).done();
    assert_eq!(open().len(), 0);
}

#[test]
fn every_requirement_is_met_not_met_or_not_known_and_says_what_fixes_it() {
    let book = staffed();
    let all = readiness(&book)["requirements"].as_array().unwrap().clone();
    let ids: Vec<&str> = all.iter().map(|row| row["id"].as_str().unwrap()).collect();
    let expected =
        ["months", "ksbs", "hours", "english-maths", "reviews", "degree", "reassessment", "employer", "provider"];
    assert_eq!(ids, expected);
    for row in &all {
        assert!(!row["why"].as_array().unwrap().is_empty(), "{row}");
        assert_eq!(row["mend"].is_null(), row["standing"] == "met", "{row}");
    }
    assert_eq!(requirement(&book, "english-maths")["standing"], "not-known");
    book.officer(&["requirement", "Ada", "english-maths", "--met", "--reason", "GCSE certificates seen"]).done();
    let row = requirement(&book, "english-maths");
    assert_eq!((&row["standing"], &row["short"]), (&"met".into(), &"GCSE certificates seen".into()));
    book.officer(&["requirement", "Ada", "degree", "--waived", "--reason", "Holds the degree"]).done();
    let row = requirement(&book, "degree");
    assert_eq!((&row["standing"], &row["waived"]), (&"met".into(), &true.into()));
    let of = book.run(&["history", "kind:requirement", "--json"]).json();
    let of = of["statements"][0]["id"].as_str().unwrap().to_owned();
    book.officer(&["withdraw", &of, "--reason", "It was another degree"]).done();
    assert_eq!(requirement(&book, "degree")["standing"], "not-known");
    sound(&book);
}

#[test]
fn nobody_records_what_other_records_show_nor_confirms_while_a_requirement_is_open() {
    let book = staffed();
    book.supervisor(&["requirement", "Ada", "english-maths", "--met", "--reason", "x"]).refused(2, "training officer");
    book.officer(&["requirement", "Ada", "ksbs", "--met", "--reason", "x"])
        .refused(1, "“ksbs” cannot be recorded by hand");
    book.officer(&["requirement", "Ada", "tea", "--met", "--reason", "x"]).refused(2, "It has: months, ksbs");
    book.officer(&["requirement", "Ada", "degree", "--reason", "x"]).refused(2, "--met");
    book.supervisor(&["confirm", "Ada", "employer"])
        .refused(1, "Other requirements are not met yet: 72 of 72 KSBs signed");
    book.supervisor(&["confirm", "Ada", "trainee"]).refused(2, "neither employer nor provider");
}

#[test]
fn once_all_else_is_met_employer_and_provider_confirm_and_the_trainee_is_ready() {
    let book = staffed();
    let codes = book.run(&["standard", "show", "ST0413", "--json"]).done().json();
    let codes: Vec<String> = codes["standards"][0]["ksbs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|ksb| ksb["id"].as_str().unwrap().to_owned())
        .collect();
    let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
    book.supervisor(&[&["sign-off", "Ada"][..], &codes].concat()).done();
    for (id, how) in [("english-maths", "--met"), ("degree", "--met"), ("hours", "--waived"), ("reviews", "--waived")] {
        book.officer(&["requirement", "Ada", id, how, "--reason", "Seen on paper"]).done();
    }
    let row = requirement(&book, "employer");
    assert_eq!(row["short"], "can confirm now: everything else is met");
    book.supervisor(&["confirm", "Ada", "employer"]).done();
    book.supervisor(&["confirm", "Ada", "employer"]).refused(1, "The employer has already confirmed");
    book.supervisor(&["confirm", "Ada", "provider"]).refused(1, "Two different people must confirm");
    priya(&book, &["confirm", "Ada", "provider"]).done();
    let ready = readiness(&book);
    assert_eq!((&ready["ready"], &ready["met"]), (&true.into(), &9.into()));
    assert!(book.run(&["readiness", "Ada"]).done().out.contains("ready for the gateway"));
    sound(&book);
}

#[test]
fn recognised_ksbs_count_for_what_employer_and_provider_confirm_and_no_more_once_they_are_taken_back() {
    let book = staffed();
    let all = book.run(&["standard", "show", "ST0413", "--json"]).done().json();
    let all = all["standards"][0]["ksbs"].as_array().unwrap().clone();
    let codes: Vec<&str> = all.iter().map(|ksb| ksb["id"].as_str().unwrap()).collect();
    book.supervisor(&[&["sign-off", "Ada"][..], &codes[2..]].concat()).done();
    for (id, how) in [("english-maths", "--met"), ("degree", "--met"), ("hours", "--waived"), ("reviews", "--waived")] {
        book.officer(&["requirement", "Ada", id, how, "--reason", "Seen on paper"]).done();
    }
    let recognise = |codes: &str| {
        let why = ["--reason", "Ran the clinic for years", "--support", "Appraisal 2024"];
        book.officer(&[&["enrolment", "recognise", "Ada", "--ksb", codes][..], &why].concat()).done()
    };
    let open = "Other requirements are not met yet: 72 of 72 KSBs signed or recognised";
    book.supervisor(&["confirm", "Ada", "employer"])
        .refused(1, "Other requirements are not met yet: 72 of 72 KSBs signed");
    recognise(codes[0]);
    book.supervisor(&["confirm", "Ada", "employer"]).refused(1, open);
    recognise(&codes[..2].join(","));
    assert_eq!(requirement(&book, "ksbs")["short"], "70 signed, 2 recognised");
    assert_eq!(requirement(&book, "employer")["short"], "can confirm now: everything else is met");
    book.supervisor(&["confirm", "Ada", "employer"]).done();
    // What was recognised at first, one KSB, holds again: the provider cannot confirm on that.
    let id = readiness(&book)["recognised"]["id"].as_str().unwrap().to_owned();
    book.officer(&["withdraw", &id, "--reason", "It was another's appraisal"]).done();
    priya(&book, &["confirm", "Ada", "provider"]).refused(1, open);
    assert_eq!(readiness(&book)["ready"], false);
    recognise(&codes[..2].join(","));
    priya(&book, &["confirm", "Ada", "provider"]).done();
    assert_eq!(readiness(&book)["ready"], true);
    sound(&book);
}

#[test]
fn none_of_the_seven_answers_may_be_left_out_and_the_rating_is_confirmed_or_changed_with_a_reason() {
    let book = staffed();
    let all = review("Ada", ["Sam", "Priya"], &QUIET);
    let without = |option: &str| {
        let at = all.iter().position(|word| *word == option).unwrap();
        [&all[..at], &all[at + 2..]].concat()
    };
    let before = book.size();
    for (number, option) in (1..).zip([
        "--last-actions",
        "--evidence",
        "--against-plan",
        "--changes",
        "--concerns",
        "--new-information",
        "--action",
    ]) {
        let said = book.supervisor(&without(option)).refused(2, &format!("Question {number} has no answer"));
        assert!(said.err.contains(&format!("{option} nothing")), "{}", said.err);
    }
    for party in ["--employer", "--provider"] {
        book.supervisor(&without(party)).refused(2, "Nobody is named for the");
    }
    let said = book.supervisor(&without("--rating")).refused(2, "The suggested rating is red: KSBs ");
    assert!(said.err.contains("Confirm it with --rating red"), "{}", said.err);
    let other = [&without("--rating")[..], &["--rating", "green"]].concat();
    book.supervisor(&other).refused(2, "suggested rating is red");
    book.supervisor(&[&all[..], &["--rating-reason", "x"]].concat()).refused(2, "This rating needs no reason");
    assert_eq!(book.size(), before);
    let done = book.supervisor(&[&other[..], &["--rating-reason", "The plan is being rewritten"]].concat()).done().out;
    assert!(done.contains("green, not red as suggested (KSBs "), "{done}");
    let row = book.run(&["reviews", "Ada", "--json"]).done().json()["reviews"][0].clone();
    let said: Vec<_> = row["answers"].as_array().unwrap().iter().map(|one| one["text"].as_str().unwrap()).collect();
    let nothing = "Nothing to report";
    assert_eq!(said, [nothing, "Two entries read together", "All as planned", nothing, nothing, nothing, nothing]);
    assert_eq!((&row["rating"], &row["rating_reason"]), (&"green".into(), &"The plan is being rewritten".into()));
    sound(&book);
}

#[test]
fn an_action_is_the_trainees_unless_it_begins_with_who_does_it_and_keeps_its_owner_when_carried_over() {
    let book = staffed();
    let owners = || -> Vec<(String, String)> {
        let row = book.run(&["reviews", "Ada", "--json"]).done().json()["reviews"][0].clone();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        row["actions"].as_array().unwrap().iter().map(|one| (text(&one["what"]), text(&one["owner"]))).collect()
    };
    let id = |name: &str| {
        let people = book.run(&["person", "list", "--json"]).done().json();
        let row = people["people"].as_array().unwrap().iter().find(|row| row["name"] == name).unwrap().clone();
        row["id"].as_str().unwrap().to_owned()
    };
    let (ada, sam, priya) = (id("Ada Apprentice"), id("Sam Supervisor"), id("Priya Provider"));
    let actions = [
        ("Write up S26", "Write up S26", &ada),
        ("S26: write it up", "S26: write it up", &ada),
        ("sam: Book the clinic", "Book the clinic", &sam),
        ("Priya Provider: Send the list", "Send the list", &priya),
        ("provider: Send it again", "Send it again", &priya),
        ("Olu: Ring the ward", "Olu: Ring the ward", &ada),
    ];
    let given: Vec<String> = actions.iter().map(|(typed, ..)| format!("{typed} by in 2 weeks")).collect();
    let given: Vec<&str> = given.iter().flat_map(|text| ["--action", text.as_str()]).collect();
    book.supervisor(&review("Ada", ["Sam", "Priya"], &given)).done();
    let wanted: Vec<_> = actions.iter().map(|(_, what, owner)| ((*what).to_owned(), (*owner).clone())).collect();
    assert_eq!(owners(), wanted);
    let open = book.run(&["reviews", "Ada", "--json"]).done().json()["open"].as_array().unwrap().clone();
    let carry = open.iter().find(|one| one["what"] == "Book the clinic").unwrap()["id"].as_str().unwrap().to_owned();
    book.supervisor(&review("Ada", ["Sam", "Priya"], &["--carry", &carry])).done();
    assert_eq!(owners(), [("Book the clinic".to_owned(), sam)]);
}

#[test]
fn english_and_maths_follow_the_answer_on_age_and_the_employers_decision() {
    let book = staffed();
    let standing = || {
        let row = requirement(&book, "english-maths");
        (row["standing"].as_str().unwrap().to_owned(), row["short"].as_str().unwrap().to_owned())
    };
    let answer = |answer: &str| book.officer(&["enrolment", "aged-16-to-18", "Ada", answer]);
    let decide = |id: &str, how: &[&str]| {
        book.officer(&[&["requirement", "Ada", id], how, &["--reason", "Agreed with the employer"]].concat())
    };
    assert_eq!(standing(), ("not-known".into(), "not recorded whether aged 16 to 18 at the start".into()));
    decide("english-maths", &["--decided", "declined"]).refused(1, "Ada Apprentice is not recorded as aged 19 or over");
    book.supervisor(&["enrolment", "aged-16-to-18", "Ada", "no"]).refused(2, "training officer");
    answer("perhaps").refused(2, "yes or no");
    answer("yes").done();
    assert_eq!(standing(), ("not-met".into(), "required: aged 16 to 18 at the start".into()));
    decide("english-maths", &["--decided", "declined"]).refused(1, "only for people aged 19 or over");
    answer("no").done();
    assert_eq!(standing(), ("not-met".into(), "the employer's decision is not recorded".into()));
    decide("degree", &["--decided", "declined"]).refused(1, "only English and maths is");
    decide("english-maths", &["--decided", "met"]).refused(2, "neither included nor declined");
    decide("english-maths", &["--decided", "declined"]).done();
    let (met, short) = standing();
    assert!(met == "met" && short.starts_with("declined by the employer, "), "{short}");
    decide("english-maths", &["--decided", "included"]).done();
    let (met, short) = standing();
    assert!(met == "not-met" && short.starts_with("included by the employer, "), "{short}");
    decide("english-maths", &["--met"]).done();
    assert_eq!(standing().0, "met");
    // The answer is of that first day: another start asks again.
    let enrol = |start: &str, more: &[&str]| {
        let said = book.officer(&[&["enrol", "Ada", "ST0413", "--start", start], more].concat()).done().out;
        said.lines().find(|line| line.starts_with("English and maths")).unwrap().to_owned()
    };
    assert!(enrol("2025-09-01", &[]).contains("the employer decides"));
    assert!(enrol("2025-09-08", &[]).contains("aged 16 to 18 at the start?"));
    assert!(enrol("2025-09-08", &["--aged-16-to-18", "yes"]).contains("required"));
    assert!(enrol("2025-09-08", &[]).contains("required"));
    let roster = book.data().join("roster.csv");
    std::fs::write(&roster, "name,aged 16 to 18\nAda Apprentice,no\n").unwrap();
    book.officer(&["person", "import", roster.to_str().unwrap(), "--yes"]).done();
    assert!(enrol("2025-09-08", &[]).contains("the employer decides"));
    std::fs::write(&roster, "name,aged 16 to 18\nAda Apprentice,maybe\n").unwrap();
    let wrong = book.officer(&["person", "import", roster.to_str().unwrap()]);
    assert!(wrong.code == 1 && wrong.out.contains("“maybe” is neither yes nor no"), "{wrong:?}");
    sound(&book);
}

#[test]
fn a_standard_names_its_programme_and_with_it_how_often_reviews_are_held_and_by_whom() {
    let book = staffed();
    let text = include_str!("../../../data/made-up-assistant.toml");
    let import = |reference: &str, programme: &str| {
        let text = text.replacen("MADE-UP-2", reference, 1);
        let text = text.replacen("hours = 280", &format!("hours = 280\nprogramme = \"{programme}\""), 1);
        let path = book.data().join(format!("{reference}.toml"));
        std::fs::write(&path, text).unwrap();
        book.officer(&["standard", "import", path.to_str().unwrap(), "--yes"])
    };
    import("TRAINING", "stp").done();
    import("WRONG", "S T P").refused(1, "The programme: it is a short name");
    book.officer(&["person", "add", "Sia Scientist", "--role", "trainee"]).done();
    book.officer(&["enrol", "Sia", "TRAINING", "--start", "2026-01-05", "--aged-16-to-18", "no"]).done();
    let of = |who: &str| book.run(&["reviews", who, "--json"]).done().json();
    assert_eq!((&of("Sia")["meeting"], &of("Sia")["due"]), (&"training-meeting".into(), &"2026-02-05".into()));
    assert_eq!((&of("Ada")["meeting"], &of("Ada")["due"]), (&"progress-review".into(), &"2025-11-24".into()));
    let calls = book.run(&["reviews", "--json"]).done().json();
    let due = calls["trainees"].as_array().unwrap().iter().find(|row| row["name"] == "Sia Scientist").unwrap();
    assert_eq!(due["due"], "2026-02-05");
    // A meeting of two; an apprentice's review needs all three.
    let two = |who: &'static str| [&["review", who, "--provider", "Priya"], &SAID[..], &QUIET].concat();
    priya(&book, &two("Ada")).refused(2, "Nobody is named for the employer");
    priya(&book, &[&two("Ada")[..], &["--year-end", "--employer", "Sam"]].concat())
        .refused(2, "has no year-end review");
    priya(&book, &[&two("Sia")[..], &["--next", "in 5 weeks"]].concat()).refused(2, "more than 1 month later");
    let wrong = [&two("Sia")[..], &["--year-end", "--held", "2026-08-31"]].concat();
    priya(&book, &wrong).refused(2, "A year-end review can be held from");
    let done = priya(&book, &[&two("Sia")[..], &["--held", "2026-10-29"]].concat()).done().out;
    assert!(
        done.contains("Recorded a training meeting of Sia Scientist") && done.contains("Sun 29 Nov 2026"),
        "{done}"
    );
    priya(&book, &[&two("Sia")[..], &["--year-end", "--held", "2026-09-30"]].concat()).done();
    assert_eq!(of("Sia")["reviews"][1]["meeting"], "year-end-review");
    sound(&book);
}
