//! Documents on the command line: spreadsheets that are whole, name what they were made from and never replace a file
//! unasked.

use std::process::Command;

use serde_json::Value;

use crate::cli::book::{Book, Ran};

/// Twelve trainees, made by the program itself.
fn made() -> Book {
    let book = Book::empty();
    let data = book.data();
    let trainees = ["--trainees", "12", "--sign-offs", "300"];
    book.command().args(["demo", "--make", data.to_str().unwrap()]).args(trainees).assert().success();
    book
}

/// The documents, each with the words that ask for it.
const KINDS: [&[&str]; 4] = [
    &["matrix", "--standard", "ST0413"],
    &["cohort"],
    &["activity", "--from", "2020-01-01"],
    &["person", "Alex Trainee"],
];

fn report(book: &Book, kind: &[&str], more: &[&str]) -> Value {
    book.run(&[&["report"], kind, more, &["--json"]].concat()).done().json()
}

#[test]
#[ignore = "slow: many runs of the program"]
fn every_document_is_written_whole_under_the_name_and_digest_that_the_answer_has_and_never_over_another() {
    let book = made();
    for (kind, ending, begins) in KINDS.iter().flat_map(|kind| {
        [("xlsx", b"PK\x03\x04".as_slice()), ("csv", b"\xef\xbb\xbf".as_slice())]
            .map(|(ending, begins)| (kind, ending, begins))
    }) {
        let to = book.data().with_file_name(format!("{}.{ending}", kind[0]));
        let out = to.to_str().unwrap();
        let said = report(&book, kind, &["--out", out]);
        let bytes = std::fs::read(&to).unwrap();
        assert_eq!((&said["schema"], &said["kind"]), (&"countersign/report/1".into(), &kind[0].into()));
        assert_eq!(said["bytes"].as_u64(), Some(bytes.len() as u64));
        let digest = countersign_core::primitives::ids::Digest::of(&bytes).hex();
        assert_eq!(said["sha256"].as_str(), Some(digest.as_str()));
        assert!(bytes.starts_with(begins), "{out}");
        book.run(&[&["report"], *kind, &["--out", out]].concat()).refused(1, "There is already a file");
        assert_eq!(std::fs::read(&to).unwrap(), bytes);
        report(&book, kind, &["--out", out, "--replace"]);
        let nowhere = book.data().join("no such folder/x.xlsx");
        book.run(&[&["report"], *kind, &["--out", nowhere.to_str().unwrap()]].concat()).refused(2, "no such folder");
        book.run(&[&["report"], *kind, &["--out", "x.docx"]].concat()).refused(2, "does not say which format");
    }
}

#[test]
fn the_matrix_has_a_row_for_each_trainee_of_the_standard_and_its_current_cells_are_the_ksbs_that_count() {
    let book = made();
    let cohort = book.run(&["cohort", "--json"]).done().json();
    let to = book.data().with_file_name("matrix.csv");
    report(&book, KINDS[0], &["--out", to.to_str().unwrap()]);
    let text = std::fs::read_to_string(&to).unwrap();
    let rows = countersign_core::import::csv::rows(text.trim_start_matches('\u{feff}'), 1000).unwrap();
    let of: Vec<&Value> =
        cohort["trainees"].as_array().unwrap().iter().filter(|row| row["standard"] == "ST0413 1.1").collect();
    assert!(!of.is_empty());
    assert_eq!(rows.len(), of.len() + 1);
    for row in of {
        let line = rows.iter().find(|line| line.cell(0) == row["name"].as_str().unwrap()).unwrap();
        let current = line.cells.iter().filter(|cell| cell.starts_with("C ") || cell.starts_with("E ")).count();
        assert_eq!(row["signed"].as_u64(), Some(current as u64), "{row}\n{line:?}");
        assert_eq!(line.cell(line.cells.len() - 3), current.to_string());
    }
}

#[test]
#[ignore = "slow: many runs of the program"]
fn another_program_reads_the_workbooks_with_real_dates_fixed_headings_and_no_formula() {
    let python = |code: &str, file: &str| Command::new("python3").args(["-c", code, file]).output();
    if !python("import openpyxl", "").is_ok_and(|done| done.status.success()) {
        return println!("skipped: python3 with openpyxl is not here");
    }
    let book = made();
    for kind in KINDS {
        let to = book.data().with_file_name(format!("read-{}.xlsx", kind[0]));
        report(&book, kind, &["--out", to.to_str().unwrap()]);
        let code = "
import sys, datetime, openpyxl
book = openpyxl.load_workbook(sys.argv[1])
dates = 0
for sheet in book:
    if sheet.title != 'Legend':
        assert sheet.freeze_panes and sheet.print_title_rows == '$5:$5', sheet.title
        assert sheet.page_setup.orientation == 'landscape', sheet.title
    for row in sheet.iter_rows():
        for cell in row:
            assert cell.data_type != 'f', (sheet.title, cell.coordinate, cell.value)
            dates += isinstance(cell.value, datetime.datetime)
assert dates > 0, 'no dates'
assert book.sheetnames[-1] == 'Legend', book.sheetnames
";
        let done = python(code, to.to_str().unwrap()).unwrap();
        assert!(done.status.success(), "{kind:?}: {}", String::from_utf8_lossy(&done.stderr));
    }
}

#[test]
fn a_day_of_a_period_without_its_year_is_the_latest_such_day() {
    let book = made();
    let today = chrono::Local::now().date_naive();
    // Not a day of the week, which is the last one in any case.
    for days in [1, 40, 200, 360] {
        let from = (today - chrono::Days::new(days)).format("%-d %b").to_string();
        let to = book.data().with_file_name(format!("{days}.csv"));
        let said = report(&book, &["activity", "--from", &from], &["--out", to.to_str().unwrap()]);
        assert!(said["bytes"].as_u64().is_some(), "{from}: {said}");
    }
}

const NOT: [&str; 7] = ["--not-achieved", "--feedback", "Unsafe", "--action", "Again", "--by", "in 2 weeks"];

/// Signs an item of Ann's as somebody, as seen so many days ago.
fn seen(book: &Book, by: &str, code: &str, days: u64, outcome: &[&str]) -> Ran {
    let (day, pass) = (format!("{days} days ago"), book.secret("supervisor"));
    let args = ["sign-off", "Ann Trainee", code, "--observed", &day, "--as", by, "--passphrase-file", &pass];
    book.run(&[&args[..], outcome].concat())
}

/// Ann's department with a second supervisor.
fn with_tom() -> Book {
    let book = Book::founded();
    let key = ["--new-passphrase-file", &book.secret("supervisor")];
    book.officer(&[&["person", "add", "Tom Other", "--role", "supervisor"], &key[..]].concat()).done();
    book
}

fn state(book: &Book, code: &str) -> String {
    let record = book.run(&["trainee", "Ann Trainee", "--json"]).done().json();
    let ksbs = record["ksbs"].as_array().unwrap();
    ksbs.iter().find(|ksb| ksb["id"] == code).unwrap()["state"].as_str().unwrap().to_owned()
}

#[test]
fn every_list_and_document_names_the_record_that_was_seen_last_with_its_day_and_signer() {
    let decides = chrono::Local::now().date_naive() - chrono::Days::new(4);
    let (day, iso) = (decides.format("%-d %b %Y").to_string(), decides.format("%Y-%m-%d").to_string());
    let all = [(6, &NOT[..], "Sam"), (5, &[][..], "Sam"), (4, &[][..], "Tom")];
    for order in [[0, 1, 2], [0, 2, 1], [2, 0, 1]] {
        let book = with_tom();
        for (days, outcome, by) in order.map(|at| all[at]) {
            assert_eq!(seen(&book, by, "K1", days, outcome).code, 0, "{order:?}");
        }
        let said = book.run(&["trainee", "Ann Trainee"]).done().out;
        let row = said.lines().find(|line| line.starts_with("K1 ")).unwrap();
        assert!(row.contains(&day) && row.contains("Tom Other"), "{order:?}: {row}");
        let by_tom = book.run(&["trainee", "Ann Trainee", "by:tom"]).done().out;
        assert!(by_tom.lines().any(|line| line.starts_with("K1 ")), "{order:?}: {by_tom}");
        for (report, more) in [("matrix", &["--standard", "ST0413"][..]), ("person", &["Ann Trainee"])] {
            let out = book.secret(&format!("{report}.csv"));
            book.run(&[&["report", report], more, &["--out", &out]].concat()).done();
            let text = std::fs::read_to_string(&out).unwrap();
            assert!(text.contains(&iso), "{order:?} {report}: {text}");
        }
    }
}

#[test]
fn what_was_seen_last_decides_after_a_withdrawal_and_after_a_late_entry() {
    // Two *not achieved*, the later one entered first: it still has to be answered.
    let book = with_tom();
    seen(&book, "Sam", "K7", 2, &NOT).done();
    seen(&book, "Sam", "K7", 6, &NOT).done();
    seen(&book, "Tom", "K7", 5, &[]).refused(1, "K7 was not achieved on");
    assert_eq!(state(&book, "K7"), "not-yet");
    seen(&book, "Tom", "K7", 1, &[]).done();
    assert_eq!(state(&book, "K7"), "signed");

    // Once its answer is withdrawn, an older observation does not answer a *not achieved*.
    seen(&book, "Sam", "K8", 5, &NOT).done();
    let answer = seen(&book, "Sam", "K8", 4, &[]).done();
    assert!(!answer.err.contains("Warning"), "{answer:?}");
    seen(&book, "Tom", "K8", 6, &[]).done();
    let id = book.run(&["history", "kind:sign-off", "--most", "2", "--json"]).done().json();
    let id = id["statements"][1]["id"].as_str().unwrap().to_owned();
    book.officer(&["withdraw", &id, "--reason", "The wrong trainee"]).done();
    assert_eq!(state(&book, "K8"), "not-yet");
    let left = book.run(&["outstanding", "Ann Trainee"]).done().out;
    let row = left.lines().find(|line| line.contains("K8 ")).unwrap();
    assert!(row.contains("Again"), "{row}");

    // A *not achieved* of an earlier day changes nothing, and the answer says so.
    seen(&book, "Sam", "K9", 2, &[]).done();
    let late = seen(&book, "Tom", "K9", 5, &NOT);
    assert_eq!(late.code, 0, "{late:?}");
    assert!(late.err.contains("K9 was achieved on a later day, so it stays signed off"), "{late:?}");
    assert_eq!(state(&book, "K9"), "signed");
    book.run(&["rebuild"]).done();
    assert_eq!(["K7", "K8", "K9"].map(|code| state(&book, code)), ["signed", "not-yet", "signed"]);
}
