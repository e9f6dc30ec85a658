//! Paid hours a week: given with an enrolment, by a roster or later, signed, and what a start before August 2022 is held to.

use crate::cli::book::Book;

fn hours(book: &Book) -> serde_json::Value {
    book.run(&["hours", "list", "Ann Trainee", "--json"]).done().json()
}

/// Enrols Ann; that the day lies outside the standard's own is warned of.
fn enrol(book: &Book, more: &[&str]) -> String {
    let ran = book.officer(&[&["enrol", "Ann Trainee", "ST0413"][..], more].concat());
    assert!(ran.code == 0 && ran.err.starts_with("warning: ST0413 1.1 is for starts from"), "{ran:?}");
    ran.out
}

/// Ann, who started in July 2022.
fn early() -> Book {
    let book = Book::founded();
    enrol(&book, &["--start", "2022-07-04"]);
    book
}

#[test]
fn what_is_asked_of_an_early_start_is_not_known_until_the_paid_hours_are_given_in_any_of_three_ways() {
    let roster = |book: &Book, text: &str| {
        let path = book.0.path().join("roster.csv");
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    for way in ["enrol", "later", "roster"] {
        let book = early();
        let before = hours(&book);
        assert!(before["minimum"].is_null() && before["expected"].is_null(), "{before}");
        let said = book.run(&["hours", "list", "Ann Trainee"]).done().out;
        assert!(said.contains("countersign enrolment paid-hours"), "{said}");
        let gateway = book.run(&["readiness", "Ann Trainee"]).done().out;
        assert!(gateway.contains("To fix: A training officer enters their paid hours a week"), "{gateway}");
        match way {
            "enrol" => {
                let said = enrol(&book, &["--start", "2022-07-04", "--weekly-hours", "37.50"]);
                assert!(said.contains("37.5 a week"), "{said}");
            }
            "later" => {
                let said = book.officer(&["enrolment", "paid-hours", "Ann Trainee", "37.5"]).done().out;
                assert!(said.starts_with("Ann Trainee is paid for 37.5 hours a week"), "{said}");
                assert!(said.contains("1044"), "{said}");
            }
            _ => {
                let file = roster(&book, "name,Weekly hours\nAnn Trainee,37.5\n");
                let said = book.run(&["person", "import", &file]).done().out;
                assert!(said.contains("37.5 paid hours a week"), "{said}");
                book.officer(&["person", "import", &file, "--yes"]).done();
                let again = book.run(&["person", "import", &file]).done().out;
                assert!(again.contains("1 the same"), "{again}");
            }
        }
        let after = hours(&book);
        assert_eq!(after["minimum"], 1044, "{way}: {after}");
        // The programme is over: all of it is expected by now.
        assert_eq!(after["expected"], 1044, "{way}: {after}");
        let text = book.run(&["history", "kind:enrolment", "--json"]).done().json();
        let id = text["statements"][0]["id"].as_str().unwrap().to_owned();
        let text = book.run(&["export", "--statement", &id]).out;
        assert!(text.contains("\nweekly-hours 37.5\n") && text.contains("\nstart 2022-07-04\n"), "{text}");
        assert_eq!(book.run(&["verify", "--json"]).json()["verdict"], "cannot-tell");
        book.run(&["rebuild"]).done();
        assert_eq!(hours(&book), after);
        // Said again without them, they stay, as a specialism does.
        enrol(&book, &["--start", "2022-07-04", "--specialism", "cardiology"]);
        enrol(&book, &["--start", "2022-07-05"]);
        assert_eq!(hours(&book)["minimum"], 1044);
        let card = book.run(&["trainee", "Ann Trainee", "--json"]).done().json();
        assert!(card.to_string().contains("\"specialism\":\"cardiology\""), "{card}");
    }
}

#[test]
fn a_day_of_pause_asks_for_no_share_of_the_paid_hours() {
    let book = Book::founded();
    enrol(&book, &["--start", "2022-07-04", "--weekly-hours", "37.5"]);
    let pause = ["enrolment", "pause", "Ann Trainee", "--from", "2023-01-02", "--reason", "Long illness"];
    book.officer(&pause).done();
    let held = hours(&book);
    // 26 weeks had passed when it began, and none since: 20 % of 37.5 hours for each of them, less leave.
    assert_eq!((&held["minimum"], &held["expected"]), (&1044.into(), &174.into()), "{held}");
}

#[test]
fn paid_hours_that_no_week_has_are_refused_and_nothing_is_changed() {
    let book = early();
    let size = book.size();
    for wrong in ["0", "169", "37,5", "many", "-3"] {
        let ran = book.officer(&["enrolment", "paid-hours", "Ann Trainee", "--", wrong]);
        assert_ne!(ran.code, 0, "{wrong}");
        let path = book.0.path().join("roster.csv");
        std::fs::write(&path, format!("name,weekly hours\nAnn Trainee,\"{wrong}\"\n")).unwrap();
        let said = book.officer(&["person", "import", path.to_str().unwrap(), "--yes"]);
        let words = if wrong == "-3" { "“-3” is a negative number" } else { "paid hours a week" };
        assert!(said.code != 0 && (said.out + &said.err).contains(words), "{wrong}");
    }
    book.supervisor(&["enrolment", "paid-hours", "Ann Trainee", "37"]).refused(2, "is not a training officer");
    book.officer(&["enrolment", "paid-hours", "Ann Trainer", "37"]).refused(1, "Ann Trainer is not enrolled");
    assert_eq!(book.size(), size);
}
