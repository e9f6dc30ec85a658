//! Documents as PDF, from the book to the file: whole or not at all, readable by others' tools, complete.

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use countersign_app::demo::PASSPHRASE;
use countersign_core::primitives::ids::Digest;
use serde_json::Value;

use crate::cli::book::Book;

/// A made-up department with everything on its trainees' records.
pub fn book() -> Book {
    static MADE: OnceLock<Book> = OnceLock::new();
    Book::once(&MADE, || {
        let book = Book::empty();
        book.keep("demo", PASSPHRASE);
        let make = ["--trainees", "3", "--sign-offs", "200", "--seed", "1"];
        book.run(&[&["demo", "--make", &book.secret("data")], &make[..]].concat()).done();
        book
    })
}

/// Runs a tool that reads PDF, if it is there.
pub fn tool(name: &str, args: &[&str]) -> Option<String> {
    let Ok(output) = Command::new(name).args(args).output() else {
        println!("skipped: {name} is not here");
        return None;
    };
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{name} {args:?}: {text}{}", String::from_utf8_lossy(&output.stderr));
    Some(text)
}

fn report(book: &Book, kind: &str, name: &str) -> String {
    let path = book.secret(name);
    let answer = book.run(&["report", kind, "Alex Trainee", "--out", &path, "--json"]).done().json();
    let bytes = std::fs::read(&path).unwrap();
    assert!(bytes.starts_with(b"%PDF-1.7"), "{kind}");
    assert_eq!(answer["schema"], "countersign/report/1");
    assert_eq!(answer["kind"], kind);
    assert_eq!(answer["bytes"], bytes.len());
    assert_eq!(answer["sha256"].as_str().unwrap(), Digest::of(&bytes).hex());
    let full = std::fs::canonicalize(&path).unwrap();
    assert_eq!(Path::new(answer["path"].as_str().unwrap()), full);
    path
}

#[test]
fn a_certificate_of_nothing_is_refused_and_so_is_a_name_with_another_ending_or_what_is_no_file() {
    let book = Book::founded();
    let out = book.secret("c.pdf");
    let refused = book.run(&["report", "certificate", "Ann Trainee", "--out", &out]);
    refused.refused(1, "No sign-off of Ann Trainee counts, so there is nothing to certify");
    assert!(!Path::new(&out).exists());
    book.supervisor(&["sign-off", "Ann Trainee", "S1"]).done();
    for kind in ["certificate", "portfolio"] {
        for name in ["c.xlsx", "c.docx", "c.json"] {
            let out = book.secret(name);
            book.run(&["report", kind, "Ann Trainee", "--out", &out]).refused(2, "does not end in .pdf");
        }
        let pipe = book.secret("pipe.pdf");
        if !Path::new(&pipe).exists() {
            assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        }
        let refused = book.run(&["report", kind, "Ann Trainee", "--replace", "--out", &pipe]);
        refused.refused(1, "is not an ordinary file");
        book.run(&["report", kind, "Ann Trainee", "--out", &book.secret(&format!("{kind}.pdf"))]).done();
    }
}

#[test]
fn a_portfolio_holds_every_ksb_and_every_statement_of_the_record_in_order() {
    let book = book();
    let path = report(&book, "portfolio", "portfolio.pdf");
    tool("qpdf", &["--check", &path]);
    let Some(text) = tool("pdftotext", &["-layout", &path, "-"]) else { return };
    let record = book.run(&["portfolio", "Alex Trainee", "--json"]).done().json();
    let mut statements = 0;
    for ksb in record["ksbs"].as_array().unwrap() {
        let code = ksb["id"].as_str().unwrap();
        assert!(text.lines().any(|line| line.split_whitespace().next() == Some(code)), "{code} begins no line");
        for one in ksb["records"].as_array().unwrap() {
            statements += 1;
            let id = one["id"].as_str().unwrap();
            assert!(text.contains(id), "{code}: {id}");
        }
    }
    assert!(statements > 0);
    let code = book.run(&["checkpoint", "--code"]).done().out.trim().to_owned();
    let (size, letters) = code.split_once(" · ").unwrap();
    let pages: Vec<&str> = text.trim_end_matches('\u{c}').split('\u{c}').collect();
    for (at, page) in pages.iter().enumerate().skip(1) {
        assert!(page.contains(&format!("page {} of {}", at + 1, pages.len())), "{page}");
        assert!(page.contains(letters), "{page}");
    }
    assert!(pages[0].contains(size) && pages[0].contains(letters) && pages[0].contains("Alex Trainee"), "{}", pages[0]);
    let mut from = 0;
    for heading in [
        "Contents",
        "Progress by duty",
        "Knowledge, skills and behaviours in full",
        "Feedback and actions",
        "Evidence, progress reviews and hours",
        "Off-the-job hours",
        "How to check this portfolio",
    ] {
        let found = text[from..].find(heading).unwrap_or_else(|| panic!("{heading} is not after {from}"));
        from += found;
    }
}

#[test]
fn a_competence_record_says_of_every_ksb_what_the_book_says_since_when_and_who_assessed_it() {
    let book = book();
    let path = report(&book, "person", "person.pdf");
    tool("qpdf", &["--check", &path]);
    let Some(text) = tool("pdftotext", &["-layout", &path, "-"]) else { return };
    for heading in ["What may this person do today?", "Who authorised, and for what", "How to check this document"] {
        assert!(text.contains(heading), "{heading}: {text}");
    }
    let record = book.run(&["portfolio", "Alex Trainee", "--json"]).done().json();
    let (_, blocks) = text.split_once("Each requirement, how it was assessed").unwrap();
    let mut from = 0;
    let mut current = 0;
    for ksb in record["ksbs"].as_array().unwrap() {
        let code = ksb["id"].as_str().unwrap();
        let begins = |line: &&str| line.split_whitespace().next() == Some(code);
        let line = blocks[from..].lines().find(begins).unwrap_or_else(|| panic!("{code} begins no line in order"));
        from += blocks[from..].find(line).unwrap();
        let word = match ksb["state"].as_str().unwrap() {
            "signed" => "current",
            "not-yet" => "not yet achieved",
            "partly" => "partly",
            "renew" => "expires",
            "lapsed" => "lapsed",
            "open" | "claimed" => "open",
            other => panic!("{code} is {other}"),
        };
        assert!(line.contains(word), "{code} is {}: {line}", ksb["state"]);
        current += usize::from(["current", "expires"].contains(&word));
        for one in ksb["records"].as_array().unwrap() {
            let id = one["id"].as_str().unwrap();
            assert!(blocks[from..].contains(id), "{code}: {id}");
        }
    }
    assert!(current > 0);
    assert_eq!(blocks.matches("Authorised from").count(), current);
    book.run(&["report", "person", "Sam Supervisor", "--out", &book.secret("x.pdf")]).refused(2, "is not a trainee");
}

#[test]
fn a_matrix_on_paper_has_every_person_and_item_and_names_each_single_point_of_failure() {
    let book = book();
    let (pdf, csv) = (book.secret("matrix.pdf"), book.secret("matrix.csv"));
    for to in [&pdf, &csv] {
        book.run(&["report", "matrix", "--standard", "ST0413", "--out", to]).done();
    }
    tool("qpdf", &["--check", &pdf]);
    let Some(text) = tool("pdftotext", &["-layout", &pdf, "-"]) else { return };
    let sheet = std::fs::read_to_string(&csv).unwrap();
    let rows = countersign_core::import::csv::rows(sheet.trim_start_matches('\u{feff}'), 1000).unwrap();
    let (head, people) = rows.split_first().unwrap();
    let pages: Vec<&str> = text.trim_end_matches('\u{c}').split('\u{c}').collect();
    let mut parts = 0;
    for page in &pages {
        assert!(page.contains("Who is current in what") && page.contains("People current"), "{page}");
        assert!(people.iter().all(|person| page.contains(person.cell(0))), "{page}");
        parts += 1;
    }
    assert_eq!(parts, 5, "K in two parts, S in two, B in one: {text}");
    let raw = tool("pdftotext", &["-raw", &pdf, "-"]).unwrap();
    let words = raw.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut alone = 0;
    let items = head.cells.len() - 3;
    for (at, item) in head.cells.iter().enumerate().take(items).skip(4) {
        let code = item.split(' ').next().unwrap();
        let current: Vec<&str> = people
            .iter()
            .filter(|person| ["C ", "E "].iter().any(|letter| person.cell(at).starts_with(letter)))
            .map(|person| person.cell(0))
            .collect();
        let says = |who: &str| {
            let parts = words.split("Single points of failure and gaps.").skip(1);
            let mut few = parts.flat_map(|part| part.split(" The percentage").next().unwrap().split(" required."));
            few.any(|said| said.starts_with(&format!(" {code} ")) && said.contains(who))
        };
        match current.as_slice() {
            [] => assert!(says(": nobody is current, "), "{code}"),
            [one] => {
                alone += 1;
                assert!(says(&format!(": only {one} is current, ")), "{code} {one}");
            }
            _ => assert!(!says("is current, "), "{code}"),
        }
    }
    assert!(alone > 0, "somebody is the only one for something");
    assert_eq!(text.matches("ONE – ").count(), alone);
}

#[test]
fn a_record_of_achievement_is_one_page_that_says_what_it_does_not_prove() {
    let book = book();
    let path = report(&book, "certificate", "certificate.pdf");
    tool("qpdf", &["--check", &path]);
    let Some(text) = tool("pdftotext", &["-layout", &path, "-"]) else { return };
    assert!(text.contains("page 1 of 1"), "{text}");
    for said in ["Record of achievement", "Alex Trainee", "What it does not prove", "not a qualification"] {
        assert!(text.contains(said), "{said}: {text}");
    }
}

#[test]
fn a_review_on_paper_has_every_answer_and_who_signed() {
    let book = book();
    let path = report(&book, "review", "review.pdf");
    tool("qpdf", &["--check", &path]);
    let reviews = book.run(&["reviews", "Alex Trainee", "--json"]).done().json();
    let newest = &reviews["reviews"][0];
    if let Some(text) = tool("pdftotext", &["-layout", &path, "-"]) {
        assert!(text.contains(newest["id"].as_str().unwrap()), "{text}");
        for said in ["Where the trainee is", "Actions", "Next review: by", "How to check."] {
            assert!(text.contains(said), "{said}: {text}");
        }
        // The hours of the page are those confirmed by the day of the review.
        let hours = book.run(&["hours", "list", "Alex Trainee", "--json"]).done().json();
        let by_then =
            |entry: &&Value| entry["confirmed_on"].as_str().is_some_and(|on| on <= newest["held"].as_str().unwrap());
        let entries = hours["entries"].as_array().unwrap().iter().filter(by_then);
        let confirmed: f64 = entries.map(|entry| entry["hours"].as_f64().unwrap()).sum();
        let row = text.lines().find(|line| line.trim_start().starts_with("Off-the-job hours confirmed")).unwrap();
        assert!(row.split_whitespace().any(|word| word == confirmed.to_string()), "{confirmed}: {row}");
    }
    book.run(&["report", "review", "Alex Trainee", "--number", "99", "--out", &book.secret("x.pdf")])
        .refused(2, "has no review 99");
    assert!(!Path::new(&book.secret("x.pdf")).exists());
}

#[test]
fn a_document_replaces_no_file_and_is_never_half_there() {
    let book = book();
    let there = book.keep("there.pdf", "mine");
    let archive = book.keep("there.zip", "mine");
    for kind in ["person", "portfolio", "review", "certificate", "gateway"] {
        let (there, ending) = if kind == "gateway" { (&archive, "zip") } else { (&there, "pdf") };
        book.run(&["report", kind, "Alex Trainee", "--out", there]).refused(1, "There is already a file");
        assert_eq!(std::fs::read_to_string(there).unwrap(), "mine\n");
        let nowhere = book.secret(&format!("no-such-folder/a.{ending}"));
        book.run(&["report", kind, "Alex Trainee", "--out", &nowhere]).refused(2, "no-such-folder");
    }
    book.run(&["report", "certificate", "Alex Trainee", "--out", &there, "--replace"]).done();
    assert!(std::fs::read(&there).unwrap().starts_with(b"%PDF"));
}

#[test]
fn a_trainee_gets_their_own_portfolio_over_ssh_and_nobody_else_does() {
    let book = book();
    let session = |who: &str| {
        let id = book.id_of(who);
        book.command().args(["session", &id]).env("SSH_ORIGINAL_COMMAND", "portfolio pdf").output().unwrap()
    };
    let key = book.login_key("alex");
    let pass = book.secret("demo");
    for who in ["Alex Trainee", "Sam Supervisor"] {
        let key = if who.starts_with("Alex") { key.clone() } else { book.login_key("sam") };
        let add = ["ssh", "add", who, "--key", &key, "--as", "Tilly", "--passphrase-file", &pass];
        book.run(&add).done();
    }
    let own = session("Alex Trainee");
    assert_eq!(own.status.code(), Some(0), "{}", String::from_utf8_lossy(&own.stderr));
    assert!(own.stdout.starts_with(b"%PDF-1.7") && own.stdout.trim_ascii_end().ends_with(b"%%EOF"));
    let other = session("Sam Supervisor");
    assert_eq!((other.status.code(), other.stdout.len()), (Some(2), 0));
}
