//! Documents on the command line: spreadsheets that are whole, name what they were made from and never replace a file
//! unasked.

use std::process::Command;

use serde_json::Value;

use crate::cli::book::Book;

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

#[test]
fn every_list_and_document_names_the_record_that_decides_with_its_day_and_signer() {
    let book = Book::founded();
    let not = ["--not-achieved", "--feedback", "Unsafe", "--action", "Again", "--by", "in 2 weeks"];
    // Signed in this order: the one seen last is older than the *not achieved* that was signed after it.
    for (seen, outcome) in [("4 days ago", &[][..]), ("6 days ago", &not[..]), ("5 days ago", &[][..])] {
        book.supervisor(&[&["sign-off", "Ann Trainee", "K1", "--observed", seen], outcome].concat()).done();
    }
    let decides = chrono::Local::now().date_naive() - chrono::Days::new(5);
    let said = book.run(&["trainee", "Ann Trainee"]).done().out;
    let day = decides.format("%-d %b %Y").to_string();
    assert!(said.lines().any(|line| line.starts_with("K1 ") && line.contains(&day)), "{day}: {said}");
    let out = book.secret("matrix.csv");
    book.run(&["report", "matrix", "--standard", "ST0413", "--out", &out]).done();
    let matrix = std::fs::read_to_string(&out).unwrap();
    assert!(matrix.contains(&decides.format("%Y-%m-%d").to_string()), "{matrix}");
}
