//! Days as people type them on the command line: forward or back as the option requires, shown with their year; what no
//! day, name or version may be.

use chrono::{Datelike as _, Local, NaiveDate};

use crate::cli::book::Book;

fn today() -> NaiveDate {
    Local::now().date_naive()
}

fn from_now(days: i64) -> NaiveDate {
    today() + chrono::Duration::days(days)
}

fn long(day: NaiveDate) -> String {
    day.format("%a %-d %b %Y").to_string()
}

/// The next day of this day and month, and the last.
fn around(day: NaiveDate) -> (NaiveDate, NaiveDate) {
    let on = |years: i32| day.with_year(today().year() + years);
    let next = (0..9).filter_map(on).find(|day| *day >= today()).unwrap();
    let last = (0..9).filter_map(|years| on(-years)).find(|day| *day <= today()).unwrap();
    (next, last)
}

#[test]
#[ignore = "slow: many runs of the program"]
fn a_day_without_a_year_is_the_coming_one_for_what_begins_or_is_due_and_is_shown_with_its_year() {
    let book = Book::founded();
    // A day that has been this year and one that is to come, each on both sides of the year.
    for away in [-200, -40, -1, 0, 1, 40, 200] {
        let (next, last) = around(from_now(away));
        for form in ["%-d %b", "%d/%m", "%-d.%-m", "%B %-d"] {
            let text = next.format(form).to_string();
            let said = book.officer(&["enrol", "Ann Trainer", "ST0413", "--start", &text]).done().out;
            assert!(said.contains(&long(next)), "{text}: {said}");
            let since = book.run(&["history", &format!("since:{}", next.format("%d/%m"))]);
            assert!(since.code == 0 && since.err.contains(&long(last)), "{text}: {since:?}");
            let kept = book.run(&["receipts", "--since", &text]);
            assert!(kept.code == 0 && kept.err.contains(&long(last)), "{text}: {kept:?}");
        }
    }
    let friday = (1..8).map(from_now).find(|day| day.weekday() == chrono::Weekday::Fri).unwrap();
    let not_yet = ["sign-off", "Ann Trainee", "K1", "--not-achieved", "--feedback", "x", "--action", "y", "--by"];
    for (by, due) in [
        ("friday", friday),
        ("2 weeks", from_now(14)),
        ("a fortnight", from_now(14)),
        ("2w", from_now(14)),
        ("a week tomorrow", from_now(8)),
        ("this friday", (0..7).map(from_now).find(|day| day.weekday() == chrono::Weekday::Fri).unwrap()),
        ("friday week", friday + chrono::Duration::days(7)),
        ("in 1 month", today().checked_add_months(chrono::Months::new(1)).unwrap()),
    ] {
        let said = book.supervisor(&[&not_yet[..], &[by]].concat()).done().out;
        assert!(said.contains(&format!("Action by   {}", long(due))), "{by}: {said}");
    }
    let pause = ["enrolment", "pause", "Ann Trainee", "--reason", "x", "--from"];
    let (next, _) = around(from_now(-3));
    let said = book.officer(&[&pause[..], &[&next.format("%-d %b").to_string()]].concat()).done().out;
    assert!(said.contains(&format!("is on a break in learning from {}", next.format("%-d %b %Y"))), "{said}");
}

#[test]
fn an_action_is_never_due_before_it_is_agreed() {
    let book = Book::founded();
    let size = book.size();
    let seen = from_now(-5).to_string();
    for by in ["yesterday", "3 days ago", &from_now(-1).to_string(), &seen] {
        let ran = book.supervisor(&[
            "sign-off",
            "Ann Trainee",
            "K1",
            "--not-achieved",
            "--observed",
            &seen,
            "--feedback",
            "x",
            "--action",
            "y",
            "--by",
            by,
        ]);
        let ran = ran.refused(1, "The action would be due before it is agreed");
        assert!(ran.err.contains("hint: Give today or a later day"), "{ran:?}");
    }
    assert_eq!(book.size(), size);
}

#[test]
fn what_a_roster_refuses_is_refused_by_a_command_too() {
    let book = Book::founded();
    let size = book.size();
    for start in ["0026-09-01", "9999-12-31", "1979-12-31", "2100-01-01"] {
        let enrol = ["enrol", "Ann Trainer", "ST0413", "--start", start];
        book.officer(&enrol).refused(2, &format!("“{start}” is not a date between 1980 and 2099"));
    }
    let long = "é".repeat(1_000);
    let words = "The text is too long for a name: 1000 letters, at most 200";
    for asked in [
        &["person", "add", &long, "--role", "trainee"][..],
        &["person", "add", "Bo Ng", "--role", "trainee", "--department", &long],
        &["person", "add", "Bo Ng", "--role", "trainee", "--registration", &long],
        &["enrol", "Ann Trainer", "ST0413", "--start", "today", "--specialism", &long],
    ] {
        book.officer(asked).refused(2, words);
    }
    assert_eq!(book.size(), size);
    let empty = Book::empty();
    let secret = empty.secret("officer");
    let init = ["init", "--department", "Cardiology", "--name", &long, "--passphrase-file", &secret];
    empty.run(&init).refused(2, words);
}

#[test]
fn a_version_that_a_spreadsheet_made_a_number_is_the_one_that_was_meant_where_there_is_one() {
    let book = Book::founded();
    let standard = format!("{}/tests/fixtures/standards/associate.toml", env!("CARGO_MANIFEST_DIR"));
    book.officer(&["standard", "import", &standard, "--yes"]).done();
    let import = |version: &str| {
        let path = book.0.path().join("roster.csv");
        std::fs::write(&path, format!("name,standard,version,start\nBo Ng,MU0220,{version},2026-09-01\n")).unwrap();
        book.run(&["person", "import", path.to_str().unwrap()])
    };
    for version in ["1", "1.0", "v1"] {
        let ran = import(version);
        assert!(ran.code == 0 && ran.out.contains("MU0220 1.0 from 1 Sep 2026"), "{version}: {ran:?}");
    }
    for version in ["2", "1.1", "10", "one"] {
        let ran = import(version);
        let words = format!("Version “{version}” of this standard is not adopted. Adopted: MU0220 1.0");
        assert!(ran.code == 1 && ran.out.contains(&words) && ran.out.contains("column C “version”"), "{ran:?}");
    }
}

#[test]
fn what_clashes_in_a_roster_is_named_and_so_is_the_line() {
    let book = Book::founded();
    for (rows, words) in [
        (
            "Bo Ng,supervisor,HCPC 1,\nCy Owen,supervisor,hcpc 1,\n",
            "The registration “hcpc 1” of Cy Owen is already on line 2",
        ),
        ("Bo Ng,supervisor,HCPC 1,\nBo Ng,supervisor,HCPC 2,\n", "Bo Ng is already on line 2"),
        ("Bo Ng,supervisor,,77aa\nCy Owen,supervisor,,77aa\n", "Cy Owen, id 77aa, is already on line 2"),
    ] {
        let path = book.0.path().join("roster.csv");
        std::fs::write(&path, format!("name,roles,registration,id\n{rows}")).unwrap();
        let ran = book.run(&["person", "import", path.to_str().unwrap()]);
        assert!(ran.code == 1 && ran.out.contains(words) && ran.out.contains("line 3, column"), "{words}: {ran:?}");
    }
    // What only keeps a place clashes with nothing.
    let case = format!("{}/tests/fixtures/cases/placeholder.csv", env!("CARGO_MANIFEST_DIR"));
    let ran = book.run(&["person", "import", &case]);
    assert!(ran.code == 0 && ran.out.contains("3 people: 3 would be new"), "{ran:?}");
}

#[test]
fn a_sheet_of_a_roster_is_named_in_the_answer_and_can_be_chosen() {
    let book = Book::founded();
    let case = format!("{}/tests/fixtures/cases/instr.xlsx", env!("CARGO_MANIFEST_DIR"));
    let shown = book.run(&["person", "import", &case, "--json"]).json();
    assert_eq!((&shown["sheet"], &shown["new"]), (&"Roster".into(), &1.into()));
    let said = book.run(&["person", "import", &case]).out;
    assert!(said.contains("The sheet “Roster” is read. Not read: “Sheet1”"), "{said}");
    let other = book.run(&["person", "import", &case, "--sheet", "sheet1", "--json"]);
    assert_eq!((other.code, &other.json()["sheet"]), (1, &"Sheet1".into()));
    book.officer(&["person", "import", &case, "--sheet", "Nowhere", "--yes"]).refused(1, "There is no sheet “Nowhere”");
}
