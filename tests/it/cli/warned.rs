//! What is recorded although it looks odd: it counts, and a warning says what to check.

use countersign_tui::model::Overlay;

use crate::cli::book::{Book, Ran, SUPERVISOR};
use crate::live::Live;

fn hours(book: &Book, day: &str) -> Ran {
    book.run(&["hours", "add", "Ann Trainee", "--hours", "2", "--day", day, "--what", "Read"])
}

fn warned(ran: &Ran, words: &str) {
    assert!(ran.code == 0 && ran.err == format!("warning: {words}\n"), "{words}: {ran:?}");
}

fn paused(book: &Book, from: &str, until: &[&str]) -> Ran {
    let pause = ["enrolment", "break", "Ann Trainee", "--from", from, "--reason", "Leave"];
    book.officer(&[&pause[..], until].concat())
}

#[test]
fn hours_on_a_day_of_a_break_are_kept_and_warned_of_when_they_are_entered_and_when_they_are_confirmed() {
    let book = Book::founded();
    paused(&book, "2026-02-01", &["--until", "2026-03-01"]).done();
    let said = "is during a break in learning that began on 1 Feb 2026. Check the day";
    for (day, odd) in [("2026-01-31", false), ("2026-02-01", true), ("2026-02-28", true), ("2026-03-01", false)] {
        let ran = hours(&book, day);
        assert!(ran.out.starts_with("Entered 2 hours"), "{ran:?}");
        if odd { warned(&ran, &format!("{} {said}", words_of(day))) } else { drop(ran.done()) }
    }
    let ran = book.supervisor(&["hours", "confirm", "Ann Trainee"]);
    warned(&ran, "2 days are in a break in learning, the first 1 Feb 2026. Check the days");
    assert!(ran.out.starts_with("Confirmed 8 hours"), "{ran:?}");
    hours(&book, "2026-03-02").done();
    book.supervisor(&["hours", "confirm", "Ann Trainee"]).done();
}

fn words_of(day: &str) -> String {
    countersign_core::primitives::date::day_words(day.parse().unwrap())
}

#[test]
fn a_break_over_days_with_hours_is_warned_of() {
    let book = Book::founded();
    hours(&book, "2026-02-10").done();
    let odd = "Hours are recorded: 10 Feb 2026 is during a break in learning that began on 1 Feb 2026. Check the day";
    warned(&paused(&book, "2026-02-01", &["--until", "2026-03-01"]), odd);
    // The break ended earlier after all.
    paused(&book, "2026-02-01", &["--until", "2026-02-10"]).done();
}

#[test]
fn what_was_seen_before_the_programme_began_is_signed_and_warned_of_alone_and_in_answer_to_a_claim() {
    let book = Book::founded();
    let ada = book.keep("ann", "wren basil copper dune 3");
    let key = ["key", "add", "Ann Trainee", "--new-passphrase-file", &ada];
    book.officer(&key).done();
    for (day, code, odd) in [("2025-08-31", "K2", true), ("2025-09-01", "K3", false)] {
        let seen = ["--observed", day, "--late", "Found in the old log"];
        let said = "31 Aug 2025, the day seen, is before the programme began on 1 Sep 2025. Check the day";
        let check = |ran: Ran| if odd { warned(&ran, said) } else { drop(ran.done()) };
        check(book.supervisor(&[&["sign-off", "Ann Trainee", "K1"], &seen[..]].concat()));
        book.run(&["claim", code, "--as", "Ann Trainee", "--passphrase-file", &ada]).done();
        let claims = book.run(&["claim", "list", "Ann Trainee", "waiting", "--json"]).done().json();
        let claim = claims["claims"][0]["id"].as_str().unwrap().to_owned();
        let answered = book.supervisor(&[&["claim", "answer", &claim], &seen[..]].concat());
        let told = [("KSBs", code), ("Outcome", "achieved")];
        let told = told.map(|(name, value)| answered.out.contains(&format!("{name:<12}{value}\n")));
        assert_eq!(told, [true; 2], "{answered:?}");
        check(answered);
    }
    let shown = book.run(&["trainee", "Ann Trainee", "--json"]).done().json();
    assert_eq!(shown["trainee"]["signed"], 3);
}

#[test]
fn on_the_screen_the_message_after_signing_warns_too_and_still_offers_to_take_it_back() {
    let book = Book::founded();
    paused(&book, "2026-02-01", &["--until", "2026-03-01"]).done();
    hours(&book, "2026-02-10");
    let mut live = Live::at(book, (80, 24));
    live.sign_in("Sam", SUPERVISOR);
    live.open("Ann Trainee");
    live.keys("g s");
    let fill = |live: &mut Live, field: &str, typed: &str, then: &'static str| {
        let Some(Overlay::Act(dialog)) = &mut live.model.overlay else { panic!("{}", live.text()) };
        dialog.form.restore(&vec![(field.to_owned(), typed.to_owned())]);
        dialog.form.focus_on(then);
    };
    // The last key tells the dialog that it is late: then it asks why.
    fill(&mut live, "seen", "2025-08-3", "seen");
    live.keys("end '1'");
    fill(&mut live, "late", "Found in the old log", "secret");
    live.keys(&format!("'{SUPERVISOR}' enter"));
    assert_eq!(
        live.said(),
        "Signed 1 KSB for Ann Trainee. Warning: 31 Aug 2025, the day seen, is before the programme began on 1 Sep 2025. \
         Check the day"
    );
    live.shows("take it back");
    live.keys("1 5 home down s");
    live.sign(SUPERVISOR);
    assert!(
        live.said().starts_with("Confirmed 2 hours for Ann Trainee. Warning: 10 Feb 2026 is during a break"),
        "{}",
        live.said()
    );
}
