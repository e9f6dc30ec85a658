//! The planned end, recognised prior learning, the training plan and months without learning: how each is entered, what it changes,
//! and how it is taken back.

use serde_json::Value;

use crate::cli::book::Book;

fn hours(book: &Book) -> Value {
    book.run(&["hours", "list", "Ann Trainee", "--json"]).done().json()
}

fn readiness(book: &Book) -> Value {
    book.run(&["readiness", "Ann Trainee", "--json"]).done().json()
}

fn requirement(book: &Book, id: &str) -> Value {
    let all = readiness(book)["requirements"].as_array().unwrap().clone();
    all.into_iter().find(|row| row["id"] == id).unwrap()
}

fn why(row: &Value) -> String {
    row["why"].as_array().unwrap().iter().map(|why| why.as_str().unwrap().to_owned() + "\n").collect()
}

fn cohort(book: &Book) -> Value {
    book.run(&["cohort", "--json"]).done().json()["trainees"][0].clone()
}

/// The newest statement of a kind, as it was signed.
fn signed(book: &Book, kind: &str) -> (String, String) {
    let list = book.run(&["history", &format!("kind:{kind}"), "--json"]).done().json();
    let id = list["statements"][0]["id"].as_str().unwrap().to_owned();
    let text = book.run(&["export", "--statement", &id]).out;
    (id, text)
}

fn plan(book: &Book, text: &str, more: &[&str]) -> crate::cli::book::Ran {
    let path = book.0.path().join("plan.csv");
    std::fs::write(&path, text).unwrap();
    let args = [&["enrolment", "plan", "Ann Trainee", path.to_str().unwrap()], more].concat();
    if more.contains(&"--preview") { book.run(&args) } else { book.officer(&args) }
}

/// It verifies, and is the same when the indexes are made from the statements again.
fn sound(book: &Book) {
    let before = (hours(book), readiness(book), cohort(book));
    assert_eq!(book.run(&["verify", "--json"]).json()["verdict"], "cannot-tell");
    book.run(&["rebuild"]).done();
    assert_eq!((hours(book), readiness(book), cohort(book)), before);
}

#[test]
fn a_planned_end_is_signed_with_the_enrolment_in_any_of_three_ways_and_replaces_the_typical_months() {
    for way in ["enrol", "later", "roster"] {
        let book = Book::founded();
        assert_eq!(readiness(&book)["gateway"], "2028-09-01");
        match way {
            "enrol" => {
                let args = ["enrol", "Ann Trainee", "ST0413", "--start", "2025-09-01", "--planned-end", "2029-02-28"];
                assert!(book.officer(&args).done().out.contains("Planned end"));
            }
            "later" => {
                let said = book.officer(&["enrolment", "planned-end", "Ann Trainee", "2029-02-28"]).done().out;
                assert!(said.starts_with("Ann Trainee's planned end is 28 Feb 2029"), "{said}");
            }
            _ => {
                let path = book.0.path().join("roster.csv");
                std::fs::write(&path, "name,Planned end date\nAnn Trainee,28/02/2029\n").unwrap();
                let file = path.to_str().unwrap();
                let said = book.run(&["person", "import", file]).done().out;
                assert!(said.contains("planned end 28 Feb 2029"), "{said}");
                book.officer(&["person", "import", file, "--yes"]).done();
                assert!(book.run(&["person", "import", file]).done().out.contains("1 the same"));
            }
        }
        let ready = readiness(&book);
        assert_eq!((&ready["gateway"], &ready["trainee"]["planned_end"]), (&"2029-02-28".into(), &"2029-02-28".into()));
        assert_eq!((&cohort(&book)["months"], &cohort(&book)["gateway"]), (&42.into(), &"2029-02-28".into()));
        assert!(signed(&book, "enrolment").1.contains("\nplanned-end 2029-02-28\n"));
        assert!(book.run(&["trainee", "Ann Trainee"]).done().out.contains("Planned end  28 Feb 2029"));
        // Said again without it, it stays, and a break does not move it.
        book.officer(&["enrol", "Ann Trainee", "ST0413", "--start", "2025-09-01", "--specialism", "audiology"]).done();
        let pause =
            ["enrolment", "pause", "Ann Trainee", "--from", "2026-01-01", "--until", "2026-03-01", "--reason", "x"];
        book.officer(&pause).done();
        assert_eq!(readiness(&book)["gateway"], "2029-02-28");
        sound(&book);
        book.officer(&["enrolment", "planned-end", "Ann Trainee", "none"]).done();
        assert_eq!(readiness(&book)["gateway"], "2028-10-30", "the typical months, and the 59 days of the break");
        book.officer(&["enrolment", "planned-end", "Ann Trainee", "none"])
            .refused(1, "This is already recorded for Ann Trainee");
    }
}

#[test]
fn a_planned_end_before_the_start_is_refused_and_one_that_is_too_early_is_warned_of() {
    let book = Book::founded();
    let end = |day: &str| book.officer(&["enrolment", "planned-end", "Ann Trainee", day]);
    end("2025-08-31").refused(2, "The planned end is before the start, 1 Sep 2025");
    let early = end("2026-04-29");
    assert_eq!(early.code, 0);
    let wanted = "fewer than the 8 months that a start on 1 Sep 2025 needs: plan an end on 30 Apr 2026 or later";
    assert!(early.err.contains(wanted), "{early:?}");
    assert!(why(&requirement(&book, "months")).contains(wanted));
    end("2026-04-30").done();
    assert!(!why(&requirement(&book, "months")).contains("fewer than"));
    let path = book.0.path().join("roster.csv");
    std::fs::write(&path, "name,planned end\nAnn Trainee,2025-08-31\n").unwrap();
    let said = book.run(&["person", "import", path.to_str().unwrap()]);
    assert!(said.code == 1 && said.out.contains("The planned end is before the start"), "{said:?}");
}

#[test]
fn the_hours_of_a_start_before_august_2025_follow_the_planned_end_without_breaks() {
    let book = Book::founded();
    let args = ["enrol", "Ann Trainee", "ST0413", "--start", "2024-11-04", "--planned-end", "2025-11-03"];
    book.officer(&args).done();
    assert_eq!(hours(&book)["minimum"], 279);
    let pause = ["enrolment", "pause", "Ann Trainee", "--from", "2025-03-01", "--until", "2025-05-01", "--reason", "x"];
    book.officer(&pause).done();
    book.officer(&["enrolment", "planned-end", "Ann Trainee", "2026-01-03"]).done();
    assert_eq!(hours(&book)["minimum"], 279, "61 days of break, and the end 61 days later");
    sound(&book);
}

#[test]
fn recognised_hours_lower_a_published_minimum_but_never_below_187() {
    let book = Book::founded();
    let recognise = |hours: &str| {
        let reason = ["--reason", "Five years as an assistant", "--support", "Certificate of ST0218"];
        book.officer(&[&["enrolment", "recognise", "Ann Trainee", "--hours", hours][..], &reason].concat())
    };
    for (recognised, minimum) in [("100", 826), ("100.25", 826), ("739", 187), ("740", 187), ("2000", 187)] {
        // More than the published minimum is warned of.
        let ran = recognise(recognised);
        assert_eq!((ran.code, ran.err.is_empty()), (0, recognised != "2000"), "{ran:?}");
        let said = ran.out;
        assert!(said.starts_with("Recognised Ann Trainee's prior learning"), "{said}");
        assert_eq!(hours(&book)["minimum"], minimum, "{recognised}");
        assert_eq!(requirement(&book, "hours")["text"], format!("{minimum} off-the-job hours"));
    }
    let why = why(&requirement(&book, "hours"));
    for words in ["less 2000 recognised", "never below 187", "Five years as an assistant", "Certificate of ST0218"] {
        assert!(why.contains(words), "{words}: {why}");
    }
    let (id, text) = signed(&book, "recognition");
    let lines = "\nhours 2000\nreason Five years as an assistant\nsupport Certificate of ST0218\n";
    assert!(text.contains(lines) && text.contains("\nstandard ST0413 1.1\n"), "{text}");
    sound(&book);
    // What was recognised before holds again once the newest is withdrawn.
    book.officer(&["withdraw", &id, "--reason", "Another trainee's certificate"]).done();
    assert!(hours(&book)["minimum"] == 187 && readiness(&book)["recognised"]["hours"] == 740.0);
    while !readiness(&book)["recognised"].is_null() {
        let id = readiness(&book)["recognised"]["id"].as_str().unwrap().to_owned();
        book.officer(&["withdraw", &id, "--reason", "Not supported"]).done();
    }
    assert_eq!(hours(&book)["minimum"], 926);
    sound(&book);
}

#[test]
fn recognised_hours_lower_no_minimum_of_a_start_before_august_2025() {
    let book = Book::founded();
    book.officer(&["enrol", "Ann Trainee", "ST0413", "--start", "2024-11-04"]).done();
    let args = ["enrolment", "recognise", "Ann Trainee", "--hours", "100", "--reason", "x", "--support", "y"];
    book.officer(&args).done();
    assert_eq!(hours(&book)["minimum"], 836);
    assert!(why(&requirement(&book, "hours")).contains("an earlier planned end does"));
}

#[test]
fn a_recognised_ksb_counts_for_readiness_with_its_reason_and_never_as_signed() {
    let book = Book::founded();
    let reason = ["--reason", "Ran the clinic for years", "--support", "Appraisal 2024"];
    let before = cohort(&book)["signed"].clone();
    book.officer(&[&["enrolment", "recognise", "Ann Trainee", "--ksb", "K2", "--ksb", "k1"][..], &reason].concat())
        .done();
    let row = requirement(&book, "ksbs");
    assert_eq!((&row["text"], &row["standing"]), (&"72 of 72 KSBs signed or recognised".into(), &"not-met".into()));
    assert_eq!(row["short"], "0 signed, 2 recognised; 70 open");
    let codes: Vec<&str> = row["codes"].as_array().unwrap().iter().map(|code| code.as_str().unwrap()).collect();
    assert!(codes.len() == 70 && !codes.contains(&"K1") && !codes.contains(&"K2"), "{codes:?}");
    assert!(why(&row).contains("2 recognised as prior learning: K1, K2. Olu Officer, "), "{row}");
    assert!(why(&row).contains("“Ran the clinic for years” (supported by: Appraisal 2024)"), "{row}");
    assert_eq!(cohort(&book)["signed"], before, "progress counts what is signed");
    assert_eq!(readiness(&book)["recognised"]["codes"], serde_json::json!(["K1", "K2"]));
    // Somebody saw it since, and it was not yet to the standard: that weighs more.
    let not_yet = [
        "sign-off",
        "Ann Trainee",
        "K1",
        "--not-achieved",
        "--feedback",
        "No",
        "--action",
        "Again",
        "--by",
        "in 2 weeks",
    ];
    book.supervisor(&not_yet).done();
    assert_eq!(requirement(&book, "ksbs")["short"], "0 signed, 1 recognised; 70 open, 1 not yet");
    // All others signed, and the one that is recognised is enough.
    let all = book.run(&["standard", "show", "ST0413", "--json"]).done().json();
    let all = all["standards"][0]["ksbs"].as_array().unwrap().clone();
    let codes: Vec<&str> = all.iter().map(|ksb| ksb["id"].as_str().unwrap()).filter(|code| *code != "K2").collect();
    book.supervisor(&[&["sign-off", "Ann Trainee"][..], &codes].concat()).done();
    let row = requirement(&book, "ksbs");
    assert_eq!((&row["standing"], &row["short"]), (&"met".into(), &"71 signed, 1 recognised".into()));
    assert_eq!(book.run(&["trainee", "Ann Trainee", "K2", "--json"]).json()["ksbs"][0]["state"], "open");
    sound(&book);
}

#[test]
fn prior_learning_is_recognised_by_a_training_officer_of_what_the_standard_has_with_reason_and_support() {
    let book = Book::founded();
    let tail = ["--reason", "x", "--support", "y"];
    let ask = |more: &[&'static str]| [&["enrolment", "recognise", "Ann Trainee"][..], more, &tail].concat();
    book.officer(&ask(&[])).refused(2, "neither hours nor KSBs");
    book.officer(&ask(&["--ksb", "K99"])).refused(1, "ST0413 1.1 has no K99");
    book.officer(&ask(&["--hours", "10001"])).refused(2, "more than 10,000");
    book.officer(&ask(&["--hours", "0"])).refused(2, "hours in quarters");
    book.supervisor(&ask(&["--hours", "10"])).refused(2, "training officer");
    book.officer(&["enrolment", "recognise", "Ann Trainee", "--hours", "10", "--reason", "", "--support", "y"])
        .refused(2, "--reason: The text is empty");
    book.officer(&["enrolment", "recognise", "Ann Trainer", "--hours", "10", "--reason", "x", "--support", "y"])
        .refused(1, "not enrolled");
}

#[test]
fn behind_is_measured_against_the_training_plan_where_one_was_entered_and_else_an_even_spread() {
    let book = Book::founded();
    let before = hours(&book);
    assert_eq!(before["measured"], "evenly");
    assert!(requirement(&book, "hours")["short"].as_str().unwrap().ends_with(" h behind if spread evenly"));
    let text = "Month;Hours;KSBs\nSep 2025;20;K1\n10/2025;24,5;K2, S1\n2027-01;441;\n2028-01;440.5;\n";
    let said = plan(&book, text, &["--preview"]).done().out;
    assert!(said.contains("nothing has changed") && said.contains("926"), "{said}");
    assert_eq!(hours(&book), before);
    let said = plan(&book, text, &[]);
    assert_eq!(said.code, 0, "{said:?}");
    let after = hours(&book);
    assert_eq!((&after["measured"], &after["expected"]), (&"training-plan".into(), &44.into()));
    assert_eq!(requirement(&book, "hours")["short"], "0 of 926 h · 44 h behind the training plan");
    let row = cohort(&book);
    assert_eq!(row["by_plan"], true, "{row}");
    assert!(book.run(&["cohort"]).done().out.contains("behind plan"));
    assert_eq!((&row["expected"], &row["weeks"]), (&3.into(), &(-6).into()), "three KSBs by now");
    assert!(book.run(&["cohort", "behind"]).done().out.contains("Ann Trainee"));
    assert!(why(&requirement(&book, "ksbs")).contains("The training plan has 3 by now: 3 KSBs behind"));
    let (id, signed_text) = signed(&book, "plan");
    assert!(
        signed_text
            .contains("\nmonth 2025-09 20 K1\nmonth 2025-10 24.5 K2 S1\nmonth 2027-01 441\nmonth 2028-01 440.5\n"),
        "{signed_text}"
    );
    book.supervisor(&["sign-off", "Ann Trainee", "K1", "K2", "S1"]).done();
    assert_eq!((&cohort(&book)["weeks"], &cohort(&book)["expected"]), (&0.into(), &3.into()));
    let shown = book.run(&["enrolment", "plan", "Ann Trainee", "--json"]).done().json();
    assert_eq!((&shown["months"][1]["id"], &shown["months"][1]["signed"]), (&"2025-10".into(), &2.into()));
    sound(&book);
    // A new plan replaces it; withdrawn, the one before holds, and without any all is spread evenly.
    let few = plan(&book, "month,hours\n2025-09,600\n", &[]);
    assert_eq!((few.code, &hours(&book)["expected"]), (0, &600.into()), "{few:?}");
    assert_ne!(cohort(&book)["expected"], 3, "a plan of hours alone says nothing of KSBs");
    book.officer(&["withdraw", &signed(&book, "plan").0, "--reason", "Not agreed"]).done();
    assert_eq!(hours(&book)["expected"], 44);
    book.officer(&["withdraw", &id, "--reason", "Not agreed"]).done();
    assert_eq!(hours(&book), before);
    book.run(&["enrolment", "plan", "Ann Trainee"]).refused(1, "has no training plan");
    sound(&book);
}

#[test]
fn a_plan_that_cannot_be_read_is_refused_with_its_row_and_nothing_is_entered() {
    let book = Book::founded();
    let before = book.size();
    let text = "month,hours,ksbs\n2025-09,lots,K1\n2025-10,4,K99\n2025-11,4,K1\n";
    let ran = plan(&book, text, &[]);
    assert_eq!(ran.code, 1);
    for words in ["“lots” is not a number of hours (line 2, column B)", "2 more faults", "--preview lists all"] {
        assert!(ran.err.contains(words), "{words}: {ran:?}");
    }
    let ran = plan(&book, text, &["--preview"]);
    assert!(
        ran.code == 1 && ran.out.contains("ST0413 1.1 has no K99") && ran.out.contains("line 3, column C"),
        "{ran:?}"
    );
    assert_eq!(book.size(), before);
    let few = plan(&book, "month,hours\n2025-09,25.72\n", &[]);
    assert!(few.code == 0 && few.err.contains("25.72 hours are read as 25.75"), "{few:?}");
    assert!(why(&requirement(&book, "hours")).contains("fewer than the 926 that are needed"));
}

#[test]
fn a_start_with_a_rule_of_its_own_for_every_week_is_not_measured_by_a_plan() {
    let book = Book::founded();
    book.officer(&["enrol", "Ann Trainee", "ST0413", "--start", "2024-11-04"]).done();
    let before = hours(&book);
    plan(&book, "month,hours\n2024-11,2\n", &[]).done();
    let after = hours(&book);
    assert_eq!((&after["expected"], &after["measured"]), (&before["expected"], &"evenly".into()));
    assert!(why(&requirement(&book, "hours")).contains("measured by its rule, not by the plan"));
}

#[test]
fn a_month_without_learning_is_warned_of_unless_it_was_a_break_or_is_not_over() {
    let book = Book::founded();
    let idle = || -> Vec<String> {
        let all = hours(&book)["months_without"].as_array().unwrap().clone();
        all.into_iter().map(|month| month.as_str().unwrap().to_owned()).collect()
    };
    let add = |day: &str| {
        book.run(&["hours", "add", "Ann Trainee", "--hours", "2", "--what", "Read", "--day", day]).done();
    };
    assert_eq!(idle()[..3], ["2025-09", "2025-10", "2025-11"]);
    let this = book.run(&["hours", "list", "Ann Trainee", "--json"]).done().json();
    assert!(this["why"].to_string().contains("No off-the-job learning has been entered for Sep 2025 to "), "{this}");
    add("2025-10-01");
    add("2025-11-30");
    assert!(!idle().contains(&"2025-10".to_owned()) && !idle().contains(&"2025-11".to_owned()));
    let pause = ["enrolment", "pause", "Ann Trainee", "--from", "2025-12-01", "--until", "2026-03-01", "--reason", "x"];
    book.officer(&pause).done();
    assert_eq!(idle()[..2], ["2025-09", "2026-03"]);
    assert!(idle().is_sorted() && !idle().iter().any(|month| month.as_str() > "2099"));
    book.supervisor(&["hours", "confirm", "Ann Trainee"]).done();
    assert_eq!(idle()[..2], ["2025-09", "2026-03"], "confirmed or waiting, it was entered");
    assert!(
        why(&requirement(&book, "hours")).contains("No off-the-job learning has been entered for Sep 2025 and Mar")
    );
    sound(&book);
}

#[test]
fn prior_learning_beyond_the_published_minimum_or_of_a_signed_ksb_is_accepted_with_a_warning() {
    let book = Book::founded();
    let recognise = |more: &[&str]| {
        let reason = ["--reason", "Five years as an assistant", "--support", "Certificate of ST0218"];
        let ran = book.officer(&[&["enrolment", "recognise", "Ann Trainee"][..], more, &reason].concat());
        assert_eq!(ran.code, 0, "{ran:?}");
        ran.err
    };
    let said = recognise(&["--hours", "1000"]);
    assert!(said.contains("1000 hours is more than the published minimum of 926 for ST0413"), "{said}");
    assert!(!recognise(&["--hours", "926"]).contains("published"));
    assert!(!recognise(&["--ksb", "K1,K2"]).contains("already signed"));
    book.supervisor(&["sign-off", "Ann Trainee", "K1", "--feedback", "x"]).done();
    let said = recognise(&["--ksb", "K1,K2"]);
    assert!(said.contains("K1 is already signed, and counts as signed"), "{said}");
}

#[test]
fn a_start_after_the_recorded_end_is_named_as_what_is_wrong_where_the_end_was_not_typed() {
    let book = Book::founded();
    book.officer(&["enrolment", "planned-end", "Ann Trainee", "2028-08-31"]).done();
    let enrol =
        |more: &[&str]| book.officer(&[&["enrol", "Ann Trainee", "ST0413", "--start", "2029-01-08"], more].concat());
    let said = "The start, 8 Jan 2029, is after the planned end that is recorded, 31 Aug 2028";
    let refused = enrol(&[]).refused(2, said);
    assert!(refused.err.contains("--start") && refused.err.contains("--planned-end"), "{refused:?}");
    let typed = enrol(&["--planned-end", "2028-12-31"]).refused(2, "The planned end is before the start, 8 Jan 2029");
    assert!(!typed.err.contains("recorded"), "{typed:?}");
    let path = book.0.path().join("roster.csv");
    for (text, wanted, not) in [
        ("name,start\nAnn Trainee,2029-01-08\n", said, "The planned end is before"),
        ("name,planned end\nAnn Trainee,2025-08-01\n", "The planned end is before the start", "recorded"),
    ] {
        std::fs::write(&path, text).unwrap();
        let ran = book.run(&["person", "import", path.to_str().unwrap()]);
        assert!(ran.code == 1 && ran.out.contains(wanted) && !ran.out.contains(not), "{ran:?}");
    }
}
