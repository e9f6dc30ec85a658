//! What `verify` covers and what it does not: it says the second itself, and every table of the file is on one side.

use rusqlite::Connection;

use crate::cli::book::Book;

/// Tables of which every row is signed, or follows from what is signed.
const COVERED: &[&str] = &[
    "content",
    "enrolment",
    "entry",
    "erased",
    "evidence_piece",
    "fact",
    "head",
    "holder",
    "hour",
    "imported",
    "key",
    "list",
    "log",
    "newest",
    "note",
    "pause",
    "person",
    "policy",
    "review",
    "sign_off",
    "standard",
    "standing",
    "state",
    "summary",
    "tile",
];

/// The others, each with words by which `--explain` names it and a change that nobody can see.
const OTHERS: &[(&str, &str, &str)] = &[
    (
        "claim",
        "claims that nobody has answered",
        "INSERT INTO claim VALUES (99, zeroblob(16), 'x', 'ST0413', '1.1', 'x', NULL, NULL, 1, 1, NULL, NULL, 0)",
    ),
    ("claim_item", "claims that nobody has answered", ""),
    ("claim_evidence", "claims that nobody has answered", ""),
    ("claimed_hour", "hours that were entered", ""),
    ("draft", "drafts", "INSERT INTO draft VALUES ('x', 'y', '{}')"),
    ("draw", "drawn to be sampled", "INSERT INTO draw VALUES (99, 'x', 1, 1, '', 1)"),
    (
        "drawn",
        "drawn to be sampled",
        "INSERT INTO draw VALUES (98, 'x', 1, 1, '', 1); INSERT INTO drawn VALUES (98, 1, 1)",
    ),
    ("evidence", "names of evidence", ""),
    ("holding", "names of evidence", ""),
    ("login", "who may log in", "INSERT INTO login VALUES (99, 'x', zeroblob(32), 'x', 1, 'x', 'x', NULL, NULL, NULL)"),
    ("mark", "marks", "INSERT INTO mark VALUES ('x', 'y', 'K1')"),
    ("recent", "opened last", "INSERT INTO recent VALUES ('x', 'y', 1)"),
    ("supervision", "who supervises whom", "INSERT INTO supervision VALUES ('x', 'y')"),
];

#[test]
fn every_table_is_covered_by_verify_or_named_by_explain_as_not_covered() {
    let book = Book::founded();
    let told = book.run(&["verify", "--explain"]);
    let file = Connection::open(book.database()).unwrap();
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name";
    let mut names = file.prepare(sql).unwrap();
    let names: Vec<String> = names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    for name in names {
        match OTHERS.iter().find(|(other, ..)| *other == name) {
            Some((_, words, _)) => assert!(told.out.contains(words), "{name}: {}", told.out),
            None => assert!(COVERED.contains(&name.as_str()), "{name} is on neither side"),
        }
    }
    assert!(told.out.contains("What this does not prove:") && told.out.contains("the short titles of duties"));
}

#[test]
fn what_is_named_as_not_covered_can_be_changed_unseen_and_the_usual_answer_says_so_in_one_line() {
    for (table, _, sql) in OTHERS.iter().filter(|(.., sql)| !sql.is_empty()) {
        let book = Book::founded();
        let file = Connection::open(book.database()).unwrap();
        file.execute_batch(sql).unwrap();
        drop(file);
        let ran = book.run(&["verify"]);
        assert_eq!(ran.code, 3, "{table}: {ran:?}");
        let lines: Vec<&str> = ran.out.lines().filter(|line| line.starts_with("Not covered: ")).collect();
        assert!(lines.len() == 1 && lines[0].ends_with("--explain lists all"), "{ran:?}");
    }
}
