//! Existing records on the command line: a matrix is seen before it is carried over, whole or not at all; the same file
//! again adds nothing; what `report matrix` writes comes back the same.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use countersign_core::import::csv::rows;
use serde_json::Value;

use crate::cli::book::Book;

const MATRIX: &str =
    "Echo lab training matrix\n\nName,K1,K2,S1\nAnn Trainee,12/05/2025,2: 03/06/2025 J. Smith,not yet\n";
const SOURCE: [&str; 2] = ["--source", "Training matrix of the echo lab"];

fn file(book: &Book, name: &str, bytes: impl AsRef<[u8]>) -> String {
    let path = book.0.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

fn whole(book: &Book) -> Vec<u8> {
    std::fs::read(book.database()).unwrap()
}

/// The KSBs of a trainee that are in a state, by code.
fn in_state(book: &Book, trainee: &str, state: &str) -> Vec<String> {
    let answer = book.run(&["trainee", trainee, "--json"]).done().json();
    let of = answer["ksbs"].as_array().unwrap().iter().filter(|ksb| ksb["state"] == state);
    of.map(|ksb| ksb["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_matrix_is_shown_cell_by_cell_then_carried_over_in_one_go_and_again_adds_nothing() {
    let book = Book::founded();
    let matrix = file(&book, "matrix.csv", MATRIX);
    let (before, size) = (whole(&book), book.size());
    for flags in [&["--preview"][..], &["--dry-run"], &[]] {
        let shown = book.run(&[&["records", "import", &matrix], flags].concat()).done().out;
        for words in [
            "matrix.csv, read as a matrix",
            "2 items of 1 person to carry over",
            "B4    Ann Trainee  K1    2025-05-12                   carry over",
            "C4    Ann Trainee  K2    2025-06-03  2      J. Smith  carry over",
            "1 cell says that nothing was seen. It is not carried over: “not yet” (1)",
            "2 days could be read two ways. They are read with the day first: B4 “12/05/2025” is 12 May 2025",
            "This was a preview; nothing has changed. To carry it over:",
        ] {
            assert!(shown.contains(words), "{words}: {shown}");
        }
    }
    assert_eq!(whole(&book), before);
    book.officer(&["records", "import", &matrix, "--yes"]).refused(2, "Say what the record is");
    let done = book.officer(&[&["records", "import", &matrix, "--yes"], &SOURCE[..]].concat());
    assert_eq!(done.code, 0, "{done:?}");
    let words = "Carried over 2 items of 1 person from “Training matrix of the echo lab”";
    assert!(done.out.contains(words) && done.err.contains("could be read two ways"), "{done:?}");
    assert_eq!(book.size(), size + 1);
    assert_eq!(in_state(&book, "Ann Trainee", "carried-over"), ["K1", "K2"]);
    let last = book.run(&["history", "--json", "--most", "1"]).json()["statements"][0].clone();
    assert_eq!((&last["kind"], &last["sound"]), (&"carry-over".into(), &true.into()));
    let after = whole(&book);
    for flags in [&["--yes"][..], &["--preview"]] {
        let again = book.officer(&[&["records", "import", &matrix], flags, &SOURCE[..]].concat()).done().out;
        assert!(again.contains("0 items of 0 people to carry over, 2 carried over already"), "{again}");
        assert!(again.contains("There is nothing to carry over"), "{again}");
    }
    assert!(whole(&book) == after);
    assert_eq!(book.run(&["verify", "--json"]).json()["faults"], Value::Array(vec![]));
}

#[test]
fn one_fault_anywhere_keeps_everything_out_until_it_is_left_out_by_name() {
    let book = Book::founded();
    let text = "Name,K1,K99\nAnn Trainee,12/05/2025,12/05/2025\nAnn Trainer,13/05/2025,\nZed Quux,13/05/2025,\n";
    let matrix = file(&book, "matrix.csv", text);
    let before = whole(&book);
    let shown = book.run(&["records", "import", &matrix]);
    assert_eq!((shown.code, shown.err.as_str()), (1, ""), "{shown:?}");
    for words in [
        "1 item of 1 person to carry over, 3 with a fault",
        "There is no K99 in ST0413 1.1",
        "Ann Trainer is not enrolled on a standard",
        "Nobody here has the name “Zed Quux”",
        "line 4, cell A4 “Name”",
        "Nothing is carried over while there are faults",
    ] {
        assert!(shown.out.contains(words), "{words}: {}", shown.out);
    }
    let yes = [&["records", "import", &matrix, "--yes"], &SOURCE[..]].concat();
    book.officer(&yes).refused(1, "There are 2 more faults");
    assert!(whole(&book) == before);
    let left_out = ["--leave-out", "item:K99", "row:3", "person:Zed Quux"];
    let done = book.officer(&[&yes[..], &left_out].concat());
    assert!(done.code == 0 && done.out.contains("Carried over 1 item of 1 person"), "{done:?}");
    assert_eq!(in_state(&book, "Ann Trainee", "carried-over"), ["K1"]);
    // An officer cannot carry over what is their own, and the answer says so before the passphrase is asked for.
    book.officer(&[&yes[..], &["--leave-out", "shoe"]].concat()).refused(2, "“shoe” is not a part of a file");
}

#[test]
fn what_cannot_be_read_is_not_called_a_matrix_and_what_is_left_out_must_be_there() {
    let book = Book::founded();
    for (name, bytes, words) in [
        ("a.xlsx", &b"PK\x03\x04rubbish"[..], "It is a packed file, but not a complete spreadsheet"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "This is an old or password-protected spreadsheet"),
        ("ff.csv", b"\xff\xff\xff\xff", "not text"),
        ("empty.csv", b"", "The file is empty"),
        ("ann.bundle", b"countersign-bundle/1\nlog\nK1 a\nK2 b\nK3 c\n", "`countersign bundle import` takes it"),
    ] {
        let path = file(&book, name, bytes);
        let shown = book.run(&["records", "import", &path]);
        assert_eq!(shown.code, 1, "{shown:?}");
        assert!(shown.out.starts_with(&format!("{name} could not be read\n")), "{}", shown.out);
        assert!(shown.out.contains(words) && !shown.out.contains("Transpose"), "{}", shown.out);
    }
    let matrix = file(&book, "matrix.csv", "name,K1\nAnn Trainee,12/05/2025\nAnn Trainer,12/05/2025\n");
    for left_out in ["row:99", "column:Q", "cell:B9", "item:K77", "person:Zed", "person:ann"] {
        let shown = book.officer(&[&["records", "import", &matrix, "--leave-out", left_out], &SOURCE[..]].concat());
        let said = [format!("This file has no {left_out}"), "“ann” is 2 people in this file".to_owned()];
        assert!(shown.code == 1 && said.iter().any(|words| shown.out.contains(words)), "{shown:?}");
    }
    let trainer = book.run(&["person", "list", "--json"]).json();
    let trainer = trainer["people"].as_array().unwrap().iter().find(|one| one["name"] == "Ann Trainer").unwrap();
    for left_out in ["person:trainer", &format!("person:{}", trainer["id"].as_str().unwrap())] {
        let shown = book.run(&["records", "import", &matrix, "--leave-out", left_out]).done().out;
        assert!(shown.contains("1 item of 1 person to carry over, 1 left out"), "{shown}");
    }
}

#[test]
fn what_was_carried_over_says_how_to_take_it_back_and_is_told_when_it_is_offered_again() {
    let book = Book::founded();
    let matrix = file(&book, "matrix.csv", MATRIX);
    let yes = [&["records", "import", &matrix, "--yes"], &SOURCE[..]].concat();
    let done = book.officer(&yes);
    assert_eq!(done.code, 0, "{done:?}");
    let command = done.out.split('`').nth(1).unwrap();
    let id = command.strip_prefix("countersign withdraw ").unwrap().split(' ').next().unwrap();
    assert_eq!(command, format!("countersign withdraw {id} --reason TEXT"));
    book.officer(&["withdraw", id, "--reason", "wrong file"]).done();
    assert_eq!(in_state(&book, "Ann Trainee", "carried-over"), [""; 0]);
    let shown = book.run(&["records", "import", &matrix]).done().out;
    let words =
        "2 items were carried over before and withdrawn. They would be carried over again: B4 was withdrawn on ";
    assert!(shown.contains(words) && shown.contains("“wrong file”"), "{shown}");
}

#[test]
fn a_sign_off_made_here_wins_and_the_answer_for_programs_has_every_cell() {
    let book = Book::founded();
    book.supervisor(&["sign-off", "Ann Trainee", "K1"]).done();
    let list = "name,code,date,assessor\nAnn Trainee,K1,2025-05-12,J. Smith\nAnn Trainee,S1,2025-05-12,J. Smith\n";
    let list = file(&book, "list.csv", list);
    let said = book.run(&["records", "import", &list, "--json"]).done().json();
    assert_eq!(said["schema"], "countersign/records-import/1");
    assert_eq!((&said["layout"], &said["carried"], &said["signed"]), (&"list".into(), &1.into(), &1.into()));
    let cells: Vec<String> = said["cells"]
        .as_array()
        .unwrap()
        .iter()
        .map(|cell| ["id", "code", "seen", "assessor", "result"].map(|name| cell[name].as_str().unwrap()).join(" "))
        .collect();
    assert_eq!(cells, ["C2 K1 2025-05-12 J. Smith signed here", "C3 S1 2025-05-12 J. Smith carry over"]);
    let digest = countersign_core::primitives::ids::Digest::of(&std::fs::read(&list).unwrap()).hex();
    assert_eq!(said["sha256"].as_str(), Some(digest.as_str()));
}

#[test]
fn on_the_first_day_the_roster_and_the_matrix_are_imported_and_the_cohort_is_right() {
    let book = Book::founded();
    let (mut roster, mut matrix) = ("name,roles,standard,start\n".to_owned(), "Name,K1,K2,K3,K4,S1\n".to_owned());
    for at in 0..20 {
        let name = format!("Trainee {}{}", char::from(b'A' + at), "xyz".repeat(2));
        writeln!(roster, "{name},trainee,ST0413,2025-09-01").unwrap();
        // The first has one item, the next two, and so on up to five.
        let days: Vec<&str> = (0..5).map(|item| if item <= at % 5 { "12 May 2025" } else { "" }).collect();
        writeln!(matrix, "{name},{}", days.join(",")).unwrap();
    }
    let (roster, matrix) = (file(&book, "roster.csv", roster), file(&book, "matrix.csv", matrix));
    book.officer(&["person", "import", &roster, "--yes"]).done();
    let size = book.size();
    book.officer(&[&["records", "import", &matrix, "--yes"], &SOURCE[..]].concat()).done();
    assert_eq!(book.size(), size + 20);
    let signed = || {
        let cohort = book.run(&["cohort", "--json"]).done().json();
        let of = cohort["trainees"].as_array().unwrap().iter();
        let of = of.filter(|row| row["name"].as_str().unwrap().starts_with("Trainee "));
        let mut all: Vec<(String, u64)> =
            of.map(|row| (row["name"].as_str().unwrap().to_owned(), row["signed"].as_u64().unwrap())).collect();
        all.sort();
        all.into_iter().map(|(_, signed)| signed).collect::<Vec<u64>>()
    };
    assert_eq!(signed(), [0; 20]);
    book.officer(&["policy", "set", "carried-over=counts"]).done();
    assert_eq!(signed(), (0..20).map(|at| at % 5 + 1).collect::<Vec<u64>>());
}

/// What is current, expires, has lapsed or was carried over in a CSV of cells: person and item, to the last day and who
/// saw it.
fn cells(text: &str) -> BTreeMap<(String, String), [String; 3]> {
    let all = rows(text.trim_start_matches('\u{feff}'), 100_000).unwrap();
    let (head, rows) = all.split_first().unwrap();
    let at = |name: &str| head.cells.iter().position(|cell| cell == name).unwrap();
    let [id, item, letter] = ["Person id", "Item", "Letter"].map(at);
    let said = ["Last seen", "Last assessed by", "Level in that record"].map(at);
    rows.iter()
        .filter(|row| ["C", "E", "X", "H"].contains(&row.cell(letter)))
        .map(|row| ((row.cell(id).to_owned(), row.cell(item).to_owned()), said.map(|at| row.cell(at).to_owned())))
        .collect()
}

#[test]
#[ignore = "slow: many runs of the program"]
fn the_matrix_of_one_department_imported_in_another_with_the_same_people_gives_the_same_cells() {
    let book = Book::empty();
    let data = book.data();
    let make = ["demo", "--make", data.to_str().unwrap(), "--trainees", "12", "--sign-offs", "600", "--seed", "3"];
    book.run(&make).done();
    let (xlsx, csv) = (book.secret("matrix.xlsx"), book.secret("cells.csv"));
    let of = ["report", "matrix", "--standard", "ST0413", "--out"];
    book.run(&[&of[..], &[&xlsx]].concat()).done();
    book.run(&[&of[..], &[&csv, "--cells"]].concat()).done();
    book.run(&[&of[..], &[&book.secret("x.xlsx"), "--cells"]].concat()).refused(2, "--cells is for CSV");
    let wanted = cells(&std::fs::read_to_string(&csv).unwrap());
    assert!(wanted.len() > 100, "{}", wanted.len());
    let mut roster = "id,name,roles,standard,start\n".to_owned();
    let cohort = book.run(&["cohort", "--json"]).done().json();
    for row in cohort["trainees"].as_array().unwrap().iter().filter(|row| row["standard"] == "ST0413 1.1") {
        let [id, name] = ["id", "name"].map(|field| row[field].as_str().unwrap());
        writeln!(roster, "{id},{name},trainee,ST0413 1.1,2025-09-01").unwrap();
    }
    for from in [&xlsx, &csv] {
        let other = Book::empty();
        let init = ["init", "--department", "Elsewhere", "--name", "Olu Officer", "--passphrase-file"];
        other.run(&[&init[..], &[&other.secret("officer")]].concat()).done();
        let roster = file(&other, "roster.csv", &roster);
        let added = other.officer(&["person", "import", &roster, "--yes"]);
        assert_eq!(added.code, 0, "{added:?}");
        let done = other.officer(&[&["records", "import", from, "--yes"], &SOURCE[..]].concat());
        assert_eq!(done.code, 0, "{done:?}");
        let to = other.secret("cells.csv");
        other.run(&[&of[..], &[&to, "--cells"]].concat()).done();
        let found = cells(&std::fs::read_to_string(&to).unwrap());
        assert_eq!(found, wanted, "{from}");
        // What came from an import goes out and in again without a change.
        let again = other.officer(&[&["records", "import", &to, "--yes"], &SOURCE[..]].concat());
        assert!(again.code == 0 && again.out.contains("There is nothing to carry over"), "{again:?}");
    }
    // The matrix itself shows when items end, which is not when they were seen.
    let plain = book.secret("matrix.csv");
    book.run(&[&of[..], &[&plain]].concat()).done();
    let refused = book.run(&["records", "import", &plain]);
    assert!(refused.code == 1 && refused.out.contains("days on which items end"), "{refused:?}");
}
