//! What `verify` covers and what it does not: it says the second itself, and every table of the file is on one side.

use rusqlite::Connection;

use crate::cli::book::Book;
use crate::owner::Owner;

/// Tables of which every row is signed, or follows from what is signed.
const COVERED: &[&str] = &[
    "carried",
    "content",
    "cosignature",
    "elsewhere",
    "enrolment",
    "entry",
    "erased",
    "evidence_piece",
    "fact",
    "head",
    "held",
    "held_leaf",
    "held_text",
    "holder",
    "hour",
    "imported",
    "key",
    "list",
    "log",
    "newest",
    "note",
    "other_log",
    "pause",
    "person",
    "policy",
    "pulled",
    "received",
    "review",
    "rotation",
    "sign_off",
    "standard",
    "standing",
    "state",
    "summary",
    "tile",
    "touch",
];

/// The others, each with words by which `--explain` names it and a change that nobody can see.
const OTHERS: &[(&str, &str, &str)] = &[
    ("brought", "how far the hub brought", "INSERT INTO brought VALUES (1, 9)"),
    ("rebuilt", "rebuilt from a hub", "INSERT INTO rebuilt VALUES (1, 3)"),
    ("cosigned", "cosigned of other logs", "INSERT INTO cosigned VALUES ('x', 9, zeroblob(32))"),
    (
        "claim",
        "claims that nobody has answered",
        "INSERT INTO claim SELECT 99, zeroblob(16), id, 'ST0413', '1.1', 'x', NULL, NULL, 1, 1, NULL, NULL, 1 FROM person LIMIT 1;
        INSERT INTO claim_item SELECT 99, 1, trainee, 1, NULL FROM claim",
    ),
    ("claim_item", "claims that nobody has answered", ""),
    ("claim_evidence", "claims that nobody has answered", ""),
    (
        "claimed_hour",
        "hours that were entered",
        "INSERT INTO claimed_hour SELECT zeroblob(16), id, 20000, 4, 'x', '' FROM person LIMIT 1",
    ),
    ("draft", "drafts", "INSERT INTO draft VALUES ('x', 'y', '{}')"),
    ("draw", "drawn to be sampled", "INSERT INTO draw SELECT 99, id, 1, 1, '', 1 FROM person LIMIT 1"),
    (
        "drawn",
        "drawn to be sampled",
        "INSERT INTO draw SELECT 98, id, 1, 1, '', 1 FROM person LIMIT 1; INSERT INTO drawn VALUES (98, 1, 1)",
    ),
    ("evidence", "names of evidence", ""),
    ("holding", "names of evidence", ""),
    (
        "login",
        "who may log in",
        "INSERT INTO login SELECT 99, id, fingerprint, line, 1, 'x', 'x', NULL, NULL, NULL FROM person, key LIMIT 1",
    ),
    ("mark", "marks", "INSERT INTO mark VALUES ('x', 'y', 'K1')"),
    ("recent", "opened last", "INSERT INTO recent VALUES ('x', 'y', 1)"),
    (
        "supervision",
        "who supervises whom",
        "INSERT INTO supervision SELECT a.id, b.id FROM person AS a, person AS b LIMIT 1",
    ),
];

/// Rows that this program never writes, each with the words that name it.
const STRAY: &[(&str, &str)] = &[
    (
        "INSERT INTO claim VALUES (99, zeroblob(16), 'x', 'ST0413', '1.1', 'x', NULL, NULL, 1, 1, NULL, NULL, 0);
        INSERT INTO claim_item VALUES (99, 1, 'x', 0, NULL)",
        "The table claim contains 1 row of a person that the log does not know",
    ),
    (
        "INSERT INTO claim SELECT 99, zeroblob(16), id, 'ST0413', '1.1', 'x', 'nobody', NULL, 1, 1, NULL, NULL, 0 FROM person LIMIT 1",
        "The table claim contains 1 row of a person that the log does not know",
    ),
    (
        "INSERT INTO claim SELECT 99, zeroblob(16), id, 'ST0413', '1.1', 'x', NULL, NULL, 1, 1, NULL, NULL, 0 FROM person LIMIT 1",
        "The table claim contains 1 row that asks for no KSB",
    ),
    (
        "INSERT INTO claim SELECT 99, zeroblob(16), id, 'ST0413', '1.1', 'x', NULL, NULL, 1, 1, NULL, 77, 0 FROM person LIMIT 1",
        "The table claim contains 1 row of no claim",
    ),
    ("INSERT INTO claim_item VALUES (99, 1, 'x', 0, NULL)", "The table claim_item contains 1 row of no claim"),
    (
        "INSERT INTO claim SELECT 99, zeroblob(16), id, 'ST0413', '1.1', 'x', NULL, NULL, 1, 1, NULL, NULL, 0 FROM person LIMIT 1;
        INSERT INTO claim_item VALUES (99, 1, 'x', 0, NULL)",
        "The table claim_item contains 1 row of another trainee than its claim",
    ),
    (
        "INSERT INTO claim_evidence VALUES (99, 7), (99, 8)",
        "The table claim_evidence contains 2 rows of no claim",
    ),
    ("INSERT INTO claim_evidence VALUES (99, 7)", "The table claim_evidence contains 1 row of no evidence"),
    ("INSERT INTO holding VALUES ('x', 7, 'x', 1)", "The table holding contains 1 row of no evidence"),
    ("INSERT INTO holding VALUES ('x', 7, 'x', 1)", "The table holding contains 1 row of a person that the log does not know"),
    (
        "INSERT INTO claimed_hour VALUES (zeroblob(16), 'x', 20000, 4, 'x', '')",
        "The table claimed_hour contains 1 row of a person that the log does not know",
    ),
    (
        "INSERT INTO claimed_hour SELECT zeroblob(16), id, 9000000000, 4, 'x', '' FROM person LIMIT 1",
        "The table claimed_hour contains 1 row of a day that no calendar has",
    ),
    ("INSERT INTO supervision SELECT id, 'x' FROM person LIMIT 1", "The table supervision contains 1 row of a person"),
    ("INSERT INTO supervision SELECT 'x', id FROM person LIMIT 1", "The table supervision contains 1 row of a person"),
    (
        "INSERT INTO login SELECT 99, 'x', fingerprint, line, 1, 'x', 'x', NULL, NULL, NULL FROM key LIMIT 1",
        "The table login contains 1 row of a person that the log does not know",
    ),
    (
        "INSERT INTO login SELECT 99, id, zeroblob(32), line, 1, 'x', 'x', NULL, NULL, NULL FROM person, key LIMIT 1",
        "The table login contains 1 row whose key is not that of its fingerprint",
    ),
    (
        "INSERT INTO login SELECT 99, id, fingerprint, 'junk', 1, 'x', 'x', NULL, NULL, NULL FROM person, key LIMIT 1",
        "The table login contains 1 row whose key is not that of its fingerprint",
    ),
    ("INSERT INTO draw VALUES (99, 'x', 1, 1, '', 1)", "The table draw contains 1 row of a person that the log does not know"),
    ("INSERT INTO drawn VALUES (98, 1, 1)", "The table drawn contains 1 row of no draw or no entry"),
    (
        "INSERT INTO draw SELECT 98, id, 1, 1, '', 1 FROM person LIMIT 1; INSERT INTO drawn VALUES (98, 1, 99999)",
        "The table drawn contains 1 row of no draw or no entry",
    ),
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
    assert!(told.out.contains("who or which department was asked to answer a claim"));
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
        assert!(lines.len() == 1 && lines[0].ends_with("`verify --explain` lists everything"), "{ran:?}");
    }
}

#[test]
#[ignore = "slow: many runs of the program"]
fn a_row_without_a_person_a_claim_or_a_file_is_a_fault_and_is_named() {
    let book = Book::founded();
    let backup = book.0.path().join("kept.db");
    book.run(&["backup", backup.to_str().unwrap(), "--json"]).done();
    for (sql, words) in STRAY {
        let copy = book.0.path().join("copy.db");
        std::fs::copy(&backup, &copy).unwrap();
        Owner::of(&copy).execute_batch(sql).unwrap();
        let ran = book.run(&["verify", copy.to_str().unwrap()]);
        assert_eq!(ran.code, 1, "{sql}: {ran:?}");
        assert!(ran.out.contains(words), "{sql}: {ran:?}");
    }
}
