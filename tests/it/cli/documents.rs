//! What documents say of items that do not count, of people who have left or not started, and of who had them made.

use chrono::{Days, Local};
use countersign_core::primitives::date::day_words;
use countersign_core::primitives::ids::Digest;

use crate::cli::book::Book;
use crate::cli::package::package;
use crate::cli::papers::tool;

/// Reads a PDF as words with one space between them.
fn words(path: &str) -> Option<String> {
    tool("pdftotext", &["-raw", path, "-"]).map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Makes a document of Ann Trainee and reads it.
fn paper(book: &Book, kind: &str) -> Option<String> {
    if kind == "gateway" {
        let (folder, _) = package(book, "Ann Trainee")?;
        return words(folder.join("gateway.pdf").to_str().unwrap());
    }
    let to = book.secret(&format!("{kind}.pdf"));
    book.run(&["report", kind, "Ann Trainee", "--replace", "--out", &to]).done();
    words(&to)
}

const PAPERS: [&str; 4] = ["gateway", "portfolio", "person", "certificate"];

#[test]
#[ignore = "slow: many runs of the program"]
fn every_document_says_what_became_of_each_item_of_which_something_was_signed() {
    let book = Book::founded();
    let own = book.keep("own", "heron slate ladder moss 5");
    book.officer(&["key", "add", "Ann Trainee", "--new-passphrase-file", &own]).done();
    let file = book.keep("evidence.txt", "What was seen.");
    let claim = ["claim", "K3", "--evidence", &file, "--as", "Ann Trainee", "--passphrase-file", &own];
    book.run(&claim).done();
    let not = ["sign-off", "Ann Trainee", "K1", "--not-achieved", "--feedback", "Unsafe", "--action", "Again"];
    book.supervisor(&[&not[..], &["--by", "in 2 weeks"]].concat()).done();
    for code in ["K2", "K3", "K5"] {
        book.supervisor(&["sign-off", "Ann Trainee", code]).done();
    }
    let record = book.run(&["portfolio", "Ann Trainee", "--json"]).done().json();
    let id = |code: &str| {
        let ksb = record["ksbs"].as_array().unwrap().iter().find(|ksb| ksb["id"] == code).unwrap();
        ksb["records"][0]["id"].as_str().unwrap().to_owned()
    };
    book.supervisor(&["withdraw", &id("K2"), "--reason", "Wrong person"]).done();
    let erased = book.officer(&["erase", &id("K3"), "--reason", "Patient data"]);
    assert_eq!(erased.code, 0, "{erased:?}");
    let (today, total) = (day_words(Local::now().date_naive()), record["ksbs"].as_array().unwrap().len());
    for kind in PAPERS {
        let Some(text) = paper(&book, kind) else { return };
        let said = match kind {
            "certificate" => ["Not yet achieved: K1.", "Withdrawn: K2.", "Erased: K3."].map(str::to_owned).to_vec(),
            "gateway" => {
                ["Not yet achieved on", "Withdrawn on", "Erased on"].map(|word| format!("{word} {today}")).to_vec()
            }
            _ => vec!["Not yet achieved".to_owned(), format!("Withdrawn {today} by"), format!("Erased on {today}")],
        };
        for words in said {
            assert!(text.contains(&words), "{kind}: {words} in {text}");
        }
        assert!(!text.contains("Nothing has been signed"), "{kind}: {text}");
        if kind != "certificate" {
            // K1, K2, K3 and K5 have something to say.
            assert_eq!(text.matches("No sign-off is on record").count(), total - 4, "{kind}: {text}");
        }
        if kind == "gateway" {
            let digest = Digest::of(b"What was seen.\n").hex();
            assert!(text.contains(&digest) && text.contains("name of one file were erased"), "{digest}: {text}");
        }
    }
    book.officer(&["person", "leave", "Ann Trainee"]).done();
    for kind in PAPERS {
        let Some(text) = paper(&book, kind) else { return };
        assert!(text.contains("Has left the department."), "{kind}: {text}");
        assert!(!text.contains("What may this person do today?"), "{kind}: {text}");
    }
}

#[test]
#[ignore = "slow: many runs of the program"]
fn a_document_names_only_somebody_who_signed_in_to_have_it_made() {
    let book = Book::founded();
    book.supervisor(&["sign-off", "Ann Trainee", "K5"]).done();
    for (kind, ending) in [
        ("person", "pdf"),
        ("portfolio", "pdf"),
        ("certificate", "pdf"),
        ("gateway", "zip"),
        ("matrix", "pdf"),
        ("cohort", "csv"),
    ] {
        let to = book.secret(&format!("by-{kind}.{ending}"));
        let mut asked = vec!["report", kind];
        match kind {
            "matrix" => asked.extend(["--standard", "ST0413"]),
            "cohort" => {}
            _ => asked.push("Ann Trainee"),
        }
        asked.extend(["--out", &to, "--as", "Olu Officer"]);
        book.run(&asked).refused(2, "The passphrase of Olu Officer is needed");
        let wrong = book.secret("wrong");
        book.run(&[&asked[..], &["--passphrase-file", &wrong]].concat()).refused(1, "passphrase");
        assert!(!std::path::Path::new(&to).exists(), "{kind}");
        let officer = book.secret("officer");
        book.run(&[&asked[..], &["--passphrase-file", &officer]].concat()).done();
        let unnamed = book.secret(&format!("unnamed-{kind}.{ending}"));
        let named = asked.iter().position(|word| *word == "--as").unwrap();
        let mut asked = asked[..named].to_vec();
        *asked.last_mut().unwrap() = &unnamed;
        book.run(&asked).done();
        if ending == "pdf"
            && let (Some(named), Some(unnamed)) = (words(&to), words(&unnamed))
        {
            assert!(named.contains("by Olu Officer") && !unnamed.contains("Olu Officer"), "{kind}: {named}");
        }
    }
}

#[test]
fn a_matrix_of_some_people_does_not_say_who_is_the_only_one() {
    let book = crate::cli::papers::book();
    let (pdf, csv) = (book.secret("some.pdf"), book.secret("some.csv"));
    for to in [&pdf, &csv] {
        book.run(&["report", "matrix", "--standard", "ST0413", "--out", to, "Alex"]).done();
    }
    assert_eq!(std::fs::read_to_string(&csv).unwrap().split("\r\n").filter(|line| line.starts_with("Alex")).count(), 1);
    let Some(text) = words(&pdf) else { return };
    for claim in ["ONE", "NONE", "is current,", "single point of failure"] {
        assert!(!text.contains(claim), "{claim}: {text}");
    }
    assert!(text.contains("only the people who fit “Alex”") && text.contains("among those shown"), "{text}");
}

#[test]
fn nothing_is_required_of_somebody_who_has_not_started() {
    let book = Book::founded();
    let start = Local::now().date_naive() + Days::new(40);
    book.officer(&["enrol", "Ann Trainer", "ST0413", "--start", &start.to_string()]).done();
    let csv = book.secret("m.csv");
    book.run(&["report", "matrix", "--standard", "ST0413", "--out", &csv]).done();
    let text = std::fs::read_to_string(&csv).unwrap();
    let rows = countersign_core::import::csv::rows(text.trim_start_matches('\u{feff}'), 1000).unwrap();
    for (name, required) in [("Ann Trainee", 72), ("Ann Trainer", 0)] {
        let row = rows.iter().find(|row| row.cell(0) == name).unwrap();
        assert_eq!(row.cells.iter().filter(|cell| *cell == "– not required").count(), 72 - required, "{name}");
        assert_eq!(row.cell(row.cells.len() - 2), required.to_string(), "{name}");
    }
    let row = rows.iter().find(|row| row.cell(0) == "Ann Trainer").unwrap();
    assert_eq!(row.cell(2), format!("starts {}", day_words(start)));
    for kind in ["portfolio", "person"] {
        let to = book.secret(&format!("{kind}.pdf"));
        book.run(&["report", kind, "Ann Trainer", "--out", &to]).done();
        let Some(text) = words(&to) else { return };
        assert!(!text.contains("Started") && !text.contains("onth 0"), "{text}");
    }
}

#[test]
fn a_look_back_names_the_day_and_not_the_name_if_somebody_or_something_was_not_there_yet() {
    let book = crate::cli::papers::book();
    let pass = book.secret("demo");
    let tilly = ["--as", "Tilly Officer", "--passphrase-file", &pass];
    book.run(&[&["person", "add", "Nora New", "--role", "trainee"], &tilly[..]].concat()).done();
    book.run(&[&["enrol", "Nora New", "ST0413", "--start", "today"], &tilly[..]].concat()).done();
    let yesterday = Local::now().date_naive() - Days::new(1);
    let day = day_words(yesterday);
    let back = ["--as-of", &yesterday.to_string(), "--out", &book.secret("x.pdf")].map(str::to_owned);
    let back: Vec<&str> = back.iter().map(String::as_str).collect();
    for kind in ["portfolio", "person", "certificate"] {
        let asked = [&["report", kind, "Nora New"], &back[..]].concat();
        book.run(&asked).refused(1, &format!("Nora New was not here on {day}"));
        let asked = [&["report", kind, "Nobody At All"], &back[..]].concat();
        book.run(&asked).refused(2, "No trainee matches “Nobody At All”");
    }
    for kind in [&["gateway", "Alex Trainee"][..], &["review", "Alex Trainee"], &["activity", "--from", "1 Oct"]] {
        let to = book.secret("x.zip");
        let asked = [&["report"], kind, &["--as-of", "yesterday", "--out", &to]].concat();
        book.run(&asked).refused(2, "it has no --as-of");
    }
}

#[test]
fn a_name_that_is_neither_a_new_file_of_the_kind_nor_a_folder_is_refused_with_what_to_give() {
    let book = Book::founded();
    let name = book.secret("noext");
    for (kind, ending) in [("gateway", "zip"), ("portfolio", "pdf"), ("person", "pdf")] {
        let report = |to: &str| book.run(&["report", kind, "Ann Trainee", "--out", to]);
        let refused = report(&name);
        assert!(refused.err.contains(&format!("give {name}.{ending}")), "{refused:?}");
        refused.refused(2, "as the name of a file it has no ending");
        report("-").refused(2, "not to standard output");
        report("/dev/null").refused(1, "is not an ordinary file");
        report("/dev/stdout").refused(1, "is not an ordinary file");
    }
    let other = book.secret("x.pdf");
    book.run(&["report", "gateway", "Ann Trainee", "--out", &other]).refused(2, "does not end in .zip");
}
