//! What a standard says of itself, on the command line; the licence's line wherever its texts are; the version that a start
//! date picks; the words of a reformed plan.

use crate::cli::book::{Book, Ran};

fn fixture(name: &str) -> String {
    format!("{}/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// A standard in a file of its own, adopted. `more` comes before its KSBs.
fn adopt(book: &Book, reference: &str, version: &str, more: &str) {
    let file = book.0.path().join(format!("{reference}-{version}.toml"));
    let head = format!("reference = '{reference}'\nversion = '{version}'\ntitle = 'Lamp keeper'\nlevel = 2");
    let text = format!("{head}\nmonths_to_gateway = 14\n{more}\n[ksbs]\nK1 = 'k'\nB1 = 'b'\n");
    std::fs::write(&file, text).unwrap();
    book.officer(&["standard", "import", file.to_str().unwrap(), "--yes"]).done();
}

/// Two versions of one standard, one after the other.
fn lamps() -> Book {
    let book = Book::founded();
    adopt(&book, "LAMP", "1.0", "[starts]\nearliest = 2017-03-31\nlatest = 2024-10-31");
    adopt(&book, "LAMP", "1.1", "[starts]\nearliest = 2024-11-01");
    book
}

#[test]
fn the_page_about_a_standard_is_shown_before_and_after_it_is_adopted_and_from_a_file() {
    let empty = Book::empty();
    let record = fixture("standards/record-1.1.json");
    for (book, standard, words) in [
        (&empty, "ST0413", "SPECIALISMS\n  Healthcare Science covers a vast range of specialist areas"),
        (&Book::founded(), "ST0413 1.1", "1.0, for starts from 31 Mar 2017 to 31 Oct 2024: Approved for delivery"),
        (&empty, &record, "Attribution  Crown copyright. Contains public sector"),
    ] {
        let shown = book.run(&["standard", "show", standard, "--about"]).done().out;
        assert!(shown.contains(words), "{shown}");
        let json = book.run(&["standard", "show", standard, "--about", "--json"]).done().json();
        let about = json["standards"][0]["about"].as_array().unwrap();
        assert!(about.iter().any(|part| part["id"] == "attribution"), "{about:?}");
        assert!(about.iter().all(|part| !part["texts"].as_array().unwrap().is_empty()), "{about:?}");
    }
    empty.run(&["standard", "show", "ST9999", "--about"]).refused(2, "“ST9999” is neither a standard");
}

#[test]
fn the_line_of_the_licence_is_wherever_the_texts_are_printed() {
    let book = Book::founded();
    let record = fixture("standards/record-1.1.json");
    let texts: [&[&str]; 7] = [
        &["standard", "show", "ST0413"],
        &["standard", "show", "ST0413", "--about"],
        &["standard", "import", &record],
        &["standard", "diff", "ST0413", &record],
        &["trainee", "Ann Trainee"],
        &["outstanding", "Ann Trainee"],
        &["portfolio", "Ann Trainee"],
    ];
    for args in texts {
        let said = book.run(args).done().out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains("licensed under the Open Government Licence v3.0."), "{args:?}: {said}");
    }
    let signed = book.supervisor(&["sign-off", "Ann Trainee", "K1"]).done().out;
    assert!(signed.contains("Open Government Licence v3.0."), "{signed}");
    for (args, of) in [("trainee", ""), ("outstanding", ""), ("portfolio", ""), ("show", "standards")] {
        let args: &[&str] =
            if args == "show" { &["standard", "show", "ST0413", "--json"] } else { &[args, "Ann Trainee", "--json"] };
        let json = book.run(args).done().json();
        let line = if of.is_empty() { &json["attribution"] } else { &json[of][0]["attribution"] };
        assert!(line.as_str().unwrap().starts_with("Crown copyright"), "{args:?}");
    }
    // A department's own words have no such licence.
    let own = lamps();
    let shown = own.run(&["standard", "show", "LAMP 1.0"]).done().out;
    assert!(!shown.contains("Crown"), "{shown}");
}

#[test]
fn a_standard_without_duties_still_has_a_list_of_them() {
    let book = Book::founded();
    book.officer(&["standard", "import", &fixture("cases/no-duties.json"), "--yes"]);
    let shown = book.run(&["standard", "show", "MU0300", "--json"]).done().json();
    assert_eq!(shown["standards"][0]["duties"], serde_json::json!([]));
    let all = book.run(&["standard", "list", "--json"]).done().json();
    assert!(all["standards"][0].get("duties").is_none());
}

fn on(book: &Book) -> String {
    book.run(&["trainee", "Ann Trainer", "--json"]).done().json()["trainee"]["standard"].as_str().unwrap().to_owned()
}

#[test]
fn the_start_date_picks_the_version_and_another_one_is_warned_of() {
    let enrol = |book: &Book, standard: &str, start: &str| -> Ran {
        book.officer(&["enrol", "Ann Trainer", standard, "--start", start])
    };
    for (standard, start, version, said) in [
        ("LAMP", "2024-10-31", "LAMP 1.0", ""),
        ("lamp", "2024-11-01", "LAMP 1.1", ""),
        ("LAMP 1.1", "2024-10-31", "LAMP 1.1", "That start date belongs to version 1.0\n"),
        ("LAMP 1.0", "2024-11-01", "LAMP 1.0", "That start date belongs to version 1.1\n"),
        ("ST0413", "2024-10-31", "ST0413 1.1", "That start date belongs to version 1.0, which is not adopted here\n"),
        ("ST0413", "2017-03-30", "ST0413 1.1", "This one is 30 Mar 2017\n"),
    ] {
        let book = lamps();
        let done = enrol(&book, standard, start);
        assert_eq!(done.code, 0, "{done:?}");
        assert!(done.err.ends_with(said) && done.err.is_empty() == said.is_empty(), "{standard} {start}: {done:?}");
        assert_eq!(on(&book), version);
    }
    let book = lamps();
    enrol(&book, "LAMP", "2016-01-01").refused(2, "“LAMP” is more than one standard");
    enrol(&book, "LAMP", "2024-10-01").done();
    // Who is on a version stays on it.
    let again = enrol(&book, "LAMP", "2024-12-01");
    assert!(again.code == 0 && again.err.contains("belongs to version 1.1"), "{again:?}");
    assert_eq!(on(&book), "LAMP 1.0");
}

#[test]
fn a_roster_s_version_is_the_one_adopted_however_a_spreadsheet_wrote_it_and_a_fault_names_its_column() {
    for file in ["cases/ver.csv", "cases/ver.xlsx"] {
        let book = Book::founded();
        adopt(&book, "MADE-UP-5", "1.0", "");
        let done = book.officer(&["person", "import", &fixture(file), "--yes"]);
        assert_eq!(done.code, 0, "{file}: {done:?}");
        let shown = book.run(&["trainee", "Ann Bell", "--json"]).done().json();
        assert_eq!(shown["trainee"]["standard"], "MADE-UP-5 1.0", "{file}");
        adopt(&book, "MADE-UP-5", "1.5", "");
        let said = book.run(&["person", "import", &fixture(file)]);
        let words = "Version “1” of this standard is not adopted. Adopted: MADE-UP-5 1.0, MADE-UP-5 1.5";
        assert!(said.out.contains(words) && said.out.contains("column C “version”"), "{file}: {said:?}");
    }
}

#[test]
fn a_roster_row_without_a_version_goes_by_its_start_and_says_where_a_start_belongs() {
    let book = lamps();
    let roster = book.0.path().join("roster.csv");
    std::fs::write(&roster, "name,standard,version,start\nBo Ng,LAMP,,2024-10-01\nCy Fry,LAMP,,2025-01-06\nDi Day,LAMP,1.1,2024-01-01\nEd Hall,LAMP,,2010-01-01\n").unwrap();
    let said = book.run(&["person", "import", roster.to_str().unwrap()]).out;
    for words in [
        "LAMP 1.0 from 1 Oct 2024",
        "LAMP 1.1 from 6 Jan 2025",
        "That start date belongs to version 1.0",
        "“LAMP” is more than one standard: LAMP 1.0, LAMP 1.1",
    ] {
        assert!(said.split_whitespace().collect::<Vec<_>>().join(" ").contains(words), "{words}: {said}");
    }
}

#[test]
fn the_gateway_of_a_reformed_plan_asks_for_behaviours_and_is_confirmed_in_its_words() {
    let book = Book::founded();
    adopt(&book, "LAMP", "2.0", "assessment = 'reformed'");
    book.officer(&["enrol", "Ann Trainer", "LAMP", "--start", "2024-09-02"]).done();
    let said = book.run(&["readiness", "Ann Trainer"]).done().out;
    assert!(said.contains("Behaviours verified by the employer") && said.contains("gateway to completion"), "{said}");
    book.supervisor(&["sign-off", "Ann Trainer", "K1", "B1", "--observed", "today"]).done();
    for id in ["hours", "english-maths", "reviews"] {
        book.officer(&["requirement", "Ann Trainer", id, "--waived", "--reason", "Made up"]).done();
    }
    book.supervisor(&["confirm", "Ann Trainer", "employer"]).refused(1, "Behaviours verified by the employer");
    let met = ["requirement", "Ann Trainer", "behaviours", "--met", "--reason", "Sam saw them at work on 3 Nov"];
    book.officer(&met).done();
    let said = book.supervisor(&["confirm", "Ann Trainer", "employer"]).done().out;
    assert!(said.contains("the employer has verified their behaviours"), "{said}");
    assert!(!said.contains("end-point"), "{said}");
    assert_eq!(book.run(&["verify"]).code, 3);
    // A plan that is not reformed has no such row.
    let own = book.run(&["readiness", "Ann Trainee", "--json"]).done().json();
    assert!(own["requirements"].as_array().unwrap().iter().all(|row| row["id"] != "behaviours"));
}

#[test]
fn the_levels_show_routes_registers_and_their_date() {
    let said = Book::empty().run(&["standard", "levels"]).done().out;
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        "Routes: Practitioner Training Programme (PTP), Apprenticeships",
        "Routes: Scientist Training Programme (STP), Apprenticeships",
        "Routes: Higher Specialist Scientist Training (HSST)",
        "National School of Healthcare Science.",
        "Registers: Academy for Healthcare Science: Healthcare Science Assistant Register (non-accredited)",
        "Registered Science Technician (RSciTech)",
        "Register of Clinical Technologists",
        "ST1314 Biomedical scientist",
        "Health and Care Professions Council (HCPC); “clinical scientist” is a protected title",
        "dated 19 Nov 2015",
        "Open Government Licence v3.0.",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
}
