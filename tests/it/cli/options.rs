//! Standards with core and options: a trainee answers for the core and their own option, in every list and figure; a change
//! of option is signed and keeps what was signed; KSBs are left out with a reason where the standard does not say.

use serde_json::Value;

use crate::cli::book::Book;

const START: [&str; 2] = ["--start", "2025-03-03"];

fn fixture(name: &str) -> String {
    format!("{}/tests/fixtures/standards/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// A department with a standard of this file.
fn with(file: &str) -> Book {
    let book = Book::founded();
    let ran = book.officer(&["standard", "import", &fixture(file), "--yes"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    book
}

fn enrol(book: &Book, standard: &str, option: &str) {
    book.officer(&[&["enrol", "Ann Trainer", standard, "--option", option][..], &START].concat()).done();
}

/// On “Oil lamps” of a standard with core and options.
fn on_oil() -> Book {
    let book = with("options.json");
    enrol(&book, "MU0300", "oil");
    book
}

fn ids(rows: &Value) -> Vec<String> {
    rows.as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

fn trainee(book: &Book) -> Value {
    book.run(&["trainee", "Ann Trainer", "--json"]).done().json()
}

/// Signed and all, of every place that counts.
fn counted(book: &Book) -> Vec<(Value, Value)> {
    let cards = [
        trainee(book)["trainee"].clone(),
        book.run(&["outstanding", "Ann Trainer", "--json"]).done().json()["trainee"].clone(),
        book.run(&["cohort", "trainer", "--json"]).done().json()["trainees"][0].clone(),
    ];
    cards.iter().map(|card| (card["signed"].clone(), card["total"].clone())).collect()
}

fn sound(book: &Book) {
    let verdict = book.run(&["verify", "--json"]).json();
    assert_eq!((verdict["verdict"].as_str(), &verdict["faults"]), (Some("cannot-tell"), &Value::Array(Vec::new())));
}

#[test]
fn a_trainee_answers_for_the_core_and_their_option_in_every_list_and_figure() {
    let book = on_oil();
    let shown = trainee(&book);
    assert_eq!(ids(&shown["ksbs"]), ["K1", "K2"]);
    assert_eq!(shown["trainee"]["option"], "Oil lamps");
    assert_eq!(ids(&book.run(&["outstanding", "Ann Trainer", "--json"]).done().json()["ksbs"]), ["K1", "K2"]);
    assert!(counted(&book).iter().all(|one| *one == (0.into(), 2.into())), "{:?}", counted(&book));
    let row = book.run(&["cohort", "trainer", "--json"]).done().json()["trainees"][0].clone();
    // Each duty keeps its place; there is nothing in that of another option.
    let totals: Vec<&Value> = row["duties"].as_array().unwrap().iter().map(|duty| &duty["total"]).collect();
    assert_eq!(totals, [1, 1, 0], "{row}");
    for args in [&["portfolio", "Ann Trainer"][..], &["readiness", "Ann Trainer"], &["trainee", "Ann Trainer"]] {
        let out = book.run(args).done().out;
        assert!(!out.contains("Trim a wick") && !out.contains("of 3 "), "{args:?}: {out}");
    }
    // Their option is among the words that find them, and in the table.
    for (word, finds) in [("oil", 1), ("gas", 0)] {
        let found = book.run(&["cohort", word, "--json"]).done().json();
        assert_eq!(found["trainees"].as_array().map(Vec::len), Some(finds), "{word}: {found}");
    }
    let table = book.run(&["cohort", "trainer"]).done().out;
    assert!(table.contains("Oil lamps"), "{table}");
    // A filter of KSBs asks what she answers for, whatever the standard has besides.
    for (filter, finds) in [("k2", 1), ("s1", 0), ("duty:2", 1), ("duty:3", 0)] {
        let found =
            book.run(&["cohort", "trainer", filter, "open", "--json"]).json()["trainees"].as_array().map(Vec::len);
        assert_eq!(found, Some(finds), "{filter}");
    }
    book.supervisor(&["sign-off", "Ann Trainer", "K1,K2"]).done();
    assert!(counted(&book).iter().all(|one| *one == (2.into(), 2.into())), "{:?}", counted(&book));
    sound(&book);
}

#[test]
fn what_is_of_another_option_is_neither_signed_nor_claimed_nor_counted_in_hours_and_the_reason_is_said() {
    let book = on_oil();
    let size = book.size();
    let why = "S1 is not required of Ann Trainer: it belongs to “Gas lamps”, and they are on “Oil lamps”";
    for codes in ["S1", "K1,S1"] {
        book.supervisor(&["sign-off", "Ann Trainer", codes]).refused(1, why);
    }
    let own = ["--as", "Ann Trainer", "--passphrase-file", &book.secret("wrong")];
    book.run(&[&["claim", "S1", "--reflection", "Lit one"][..], &own].concat()).refused(1, why);
    let hours =
        ["hours", "add", "Ann Trainer", "--hours", "2", "--day", "2025-03-10", "--what", "Lit one", "--ksb", "S1"];
    book.run(&hours).refused(1, why);
    assert_eq!(book.size(), size);
}

#[test]
fn a_standard_with_options_asks_which_and_refuses_one_that_it_has_not() {
    let book = with("options.json");
    let size = book.size();
    let plain = [&["enrol", "Ann Trainer", "MU0300"][..], &START].concat();
    book.officer(&plain).refused(1, "MU0300 1.0 has options. Say which one the trainee is on: Oil lamps, Gas lamps");
    for other in ["lamps", "Wax", ""] {
        let ran = book.officer(&[&plain[..], &["--option", other]].concat());
        ran.refused(1, "Its options are: Oil lamps, Gas lamps");
    }
    book.officer(&[&["enrol", "Ann Trainer", "ST0413"][..], &START, &["--option", "Oil"]].concat())
        .refused(1, "ST0413 1.1 has no option “Oil”. It has no options");
    let roster = book.0.path().join("roster.csv");
    let path = roster.to_str().unwrap();
    for (text, words) in [
        ("name,standard,start\nAnn Trainer,MU0300,2025-03-03\n", "Say which one the trainee is on"),
        ("name,standard,start,option\nAnn Trainer,MU0300,2025-03-03,Wax\n", "has no option “Wax”"),
    ] {
        std::fs::write(&roster, text).unwrap();
        let ran = book.run(&["person", "import", path]);
        assert!(ran.code == 1 && format!("{}{}", ran.out, ran.err).contains(words), "{ran:?}");
    }
    assert_eq!(book.size(), size);
    std::fs::write(&roster, "name,standard,start,Option\nAnn Trainer,MU0300,2025-03-03,GAS LAMPS\n").unwrap();
    book.officer(&["person", "import", path, "--yes"]).done();
    assert_eq!(ids(&trainee(&book)["ksbs"]), ["K1", "S1"]);
    assert!(book.run(&["person", "import", path]).done().out.contains("1 the same"));
    // A roster that does not speak of options leaves them as they are; one that names another changes it.
    std::fs::write(&roster, "name,option\nAnn Trainer,oil lamps\n").unwrap();
    book.officer(&["person", "import", path, "--yes"]).done();
    std::fs::write(&roster, "name,specialism\nAnn Trainer,Wicks\n").unwrap();
    book.officer(&["person", "import", path, "--yes"]).done();
    assert_eq!(ids(&trainee(&book)["ksbs"]), ["K1", "K2"]);
    sound(&book);
}

#[test]
fn a_change_of_option_is_signed_and_keeps_what_was_signed_and_counts_it_again_when_it_is_changed_back() {
    let ways: [&[&str]; 2] = [
        &["enrolment", "option", "Ann Trainer", "gas"],
        &["enrol", "Ann Trainer", "MU0300", "--start", "2025-03-03", "--option", "Gas lamps"],
    ];
    for way in ways {
        let book = on_oil();
        book.supervisor(&["sign-off", "Ann Trainer", "K1,K2"]).done();
        let size = book.size();
        let said = book.officer(way).done().out;
        assert!(said.contains("Changed Ann Trainer's option from Oil lamps to Gas lamps"), "{said}");
        assert!(said.contains("Signed and kept, but no longer counted  K2"), "{said}");
        assert_eq!(book.size(), size + 1);
        let entry = book.run(&["history", "--json", "--most", "1"]).json()["statements"][0]["id"].clone();
        let text = book.run(&["export", "--statement", entry.as_str().unwrap(), "--plain"]).done().out;
        assert!(text.contains("\noption Gas lamps\n"), "{text}");
        assert!(counted(&book).iter().all(|one| *one == (1.into(), 2.into())), "{:?}", counted(&book));
        assert_eq!(ids(&trainee(&book)["ksbs"]), ["K1", "S1"]);
        sound(&book);
        // What befalls a kept sign-off meanwhile counts once it counts again.
        let rebuilt = book.run(&["rebuild"]);
        assert_eq!(rebuilt.code, 0, "{rebuilt:?}");
        book.officer(&["enrolment", "option", "Ann Trainer", "oil"]).done();
        assert!(counted(&book).iter().all(|one| *one == (2.into(), 2.into())), "{:?}", counted(&book));
        sound(&book);
    }
}

#[test]
fn a_kept_sign_off_that_is_withdrawn_while_another_option_holds_does_not_count_when_the_option_comes_back() {
    let book = on_oil();
    book.supervisor(&["sign-off", "Ann Trainer", "K2"]).done();
    let record = trainee(&book)["ksbs"][1]["records"][0]["id"].as_str().unwrap().to_owned();
    book.officer(&["enrolment", "option", "Ann Trainer", "gas"]).done();
    book.supervisor(&["withdraw", &record, "--reason", "Another trainee"]).done();
    sound(&book);
    book.officer(&["enrolment", "option", "Ann Trainer", "oil"]).done();
    assert!(counted(&book).iter().all(|one| *one == (0.into(), 2.into())), "{:?}", counted(&book));
    sound(&book);
}

#[test]
fn a_standard_that_names_options_and_maps_none_warns_and_lets_an_officer_leave_ksbs_out_with_a_reason() {
    let warning = "MU0301 1.0 has options (Oil lamps, Gas lamps) but does not say which KSBs belong to which. \
                   The KSBs of all options are included";
    let book = Book::founded();
    for args in [&["check"][..], &["import"]] {
        let out = book.run(&[&["standard"], args, &[&fixture("options-named.json")]].concat()).out;
        assert!(out.split_whitespace().collect::<Vec<_>>().join(" ").contains(warning), "{out}");
    }
    let ran = book.officer(&["standard", "import", &fixture("options-named.json"), "--yes"]);
    assert!(ran.code == 0 && ran.err.contains(warning), "{ran:?}");
    let ran = book.officer(&[&["enrol", "Ann Trainer", "MU0301", "--option", "Oil"][..], &START].concat());
    assert!(ran.code == 0 && ran.err.contains(warning), "{ran:?}");
    assert_eq!(ids(&trainee(&book)["ksbs"]), ["K1", "K2", "S1"]);
    book.supervisor(&["sign-off", "Ann Trainer", "K1,S1"]).done();
    let leave = ["enrolment", "leave-out", "Ann Trainer", "S1", "--reason", "Gas lamps alone asks for it"];
    book.supervisor(&leave).refused(2, "is not a training officer");
    book.officer(&leave[..4]).refused(2, "--reason");
    for (codes, words) in [(&["S9"][..], "MU0301 1.0 has no S9"), (&["K1", "K2", "S1"], "All KSBs")] {
        let args = [&["enrolment", "leave-out", "Ann Trainer"], codes, &["--reason", "Why"]].concat();
        book.officer(&args).refused(1, words);
    }
    let said = book.officer(&leave).done().out;
    assert!(said.contains("2 of the standard's 3 KSBs"), "{said}");
    let shown = trainee(&book);
    assert_eq!(ids(&shown["ksbs"]), ["K1", "K2"]);
    assert_eq!(shown["trainee"]["left_out"][0]["reason"], "Gas lamps alone asks for it");
    assert!(book.run(&["trainee", "Ann Trainer"]).done().out.contains("S1: Gas lamps alone asks for it"));
    assert!(counted(&book).iter().all(|one| *one == (1.into(), 2.into())), "{:?}", counted(&book));
    book.supervisor(&["sign-off", "Ann Trainer", "S1"])
        .refused(1, "S1 is not required of Ann Trainer: it is left out for them (“Gas lamps alone asks for it”)");
    // Said again with all else, it stays; another option brings it back.
    book.officer(&["enrolment", "paid-hours", "Ann Trainer", "37.5"]).done();
    assert_eq!(trainee(&book)["trainee"]["total"], 2);
    sound(&book);
    book.officer(&["enrolment", "include", "Ann Trainer", "S1"]).done();
    assert!(counted(&book).iter().all(|one| *one == (2.into(), 3.into())), "{:?}", counted(&book));
    book.officer(&leave).done();
    let said = book.officer(&["enrolment", "option", "Ann Trainer", "Gas"]).done().out;
    assert!(said.contains("No longer left out  S1"), "{said}");
    sound(&book);
}

#[test]
fn nothing_is_left_out_of_a_standard_that_says_who_answers_for_what() {
    let book = on_oil();
    let leave = |code| ["enrolment", "leave-out", "Ann Trainer", code, "--reason", "Why"];
    book.officer(&leave("K1")).refused(1, "K1 cannot be left out: MU0300 1.0 says who must show it");
    book.officer(&[&["enrol", "Ann Trainer", "ST0413", "--move"][..], &START].concat()).done();
    book.officer(&leave("K1")).refused(1, "K1 cannot be left out: ST0413 1.1 says who must show it");
}

#[test]
fn options_can_share_ksbs_and_csv_and_toml_say_the_same() {
    let shapes = ["options.toml", "options.csv"].map(|file| {
        let book = with(file);
        let shown = book.run(&["standard", "show", "MU0302", "--json"]).done().json()["standards"][0].clone();
        let of = |option: &str| {
            enrol(&book, "MU0302", option);
            ids(&trainee(&book)["ksbs"])
        };
        // K2 is on the duties of two options, so it is theirs; K1 is on a core duty too, so it is everyone's.
        assert_eq!(of("Oil lamps"), ["K1", "K2"], "{file}");
        assert_eq!(of("Gas lamps"), ["K1", "K2", "S1", "B1"], "{file}");
        assert_eq!(of("both"), ["K1", "B1"], "{file}");
        sound(&book);
        shown
    });
    assert_eq!(shapes[0], shapes[1]);
}

#[test]
fn what_was_signed_for_another_option_or_left_out_is_shown_with_the_reason_and_can_be_sampled() {
    let book = on_oil();
    let vera = book.keep("vera", "cedar plume anvil frost 6");
    book.officer(&["person", "add", "Vera Verifier", "--role", "verifier", "--new-passphrase-file", &vera]).done();
    book.supervisor(&["sign-off", "Ann Trainer", "K1", "K2", "--feedback", "Neat filling"]).done();
    let kept = |command: &str| book.run(&[command, "Ann Trainer", "--json"]).done().json()["no_longer_asked"].clone();
    for command in ["trainee", "portfolio"] {
        assert_eq!(kept(command), Value::Array(Vec::new()));
        assert!(!book.run(&[command, "Ann Trainer"]).done().out.to_lowercase().contains("no longer required"));
    }
    let record = trainee(&book)["ksbs"][1]["records"][0]["id"].clone();
    book.officer(&["enrolment", "option", "Ann Trainer", "gas"]).done();
    for command in ["trainee", "portfolio"] {
        let rows = kept(command);
        assert_eq!((ids(&rows), &rows[0]["records"][0]["id"]), (vec!["K2".to_owned()], &record), "{command}");
        assert_eq!(rows[0]["why"], "it belongs to “Oil lamps”, and they are on “Gas lamps”");
        let out = book.run(&[command, "Ann Trainer"]).done().out;
        let flat = out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(out.to_lowercase().contains("signed, but no longer required"), "{out}");
        for words in ["Neat filling", "it belongs to “Oil lamps”, and they are on “Gas lamps”"] {
            assert!(flat.contains(words), "{words}: {out}");
        }
    }
    // A sample is drawn among all that was signed.
    let drawn = book.run(&["sample", "--as", "Vera", "--choose", "9", "--json"]).done().json();
    assert!(ids(&drawn["sign_offs"]).contains(&record.as_str().unwrap().to_owned()), "{drawn}");
    book.officer(&["enrolment", "option", "Ann Trainer", "oil"]).done();
    assert_eq!(kept("trainee"), Value::Array(Vec::new()));
}
