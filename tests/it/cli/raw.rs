//! Texts of an altered file on their way to a pipe, at whose end a terminal may be: nothing that it acts on gets there.

use rusqlite::Connection;

use crate::cli::book::Book;
use crate::owner::Owner;
use crate::random::every;

/// What a terminal acts on: a title, a cursor, C1, a turned direction, a delete, a return.
const HOSTILE: &str = "zeb\u{1b}]0;x\u{7}\u{9b}2J\u{202e}\u{7f}\r\u{1b}[Hra";

fn acted_on(text: &str) -> bool {
    text.chars().any(|c| (c.is_control() && c != '\n' && c != '\t') || ('\u{202a}'..='\u{202e}').contains(&c))
}

#[test]
fn nothing_that_a_terminal_acts_on_reaches_a_pipe_unless_it_is_asked_for() {
    of_columns(30);
}

#[test]
#[ignore = "slow: every column"]
fn nothing_that_a_terminal_acts_on_reaches_a_pipe_unless_it_is_asked_for_every_one() {
    of_columns(1);
}

/// Puts what a terminal acts on into one column at a time, into every `step`th of them, and runs the commands that show it.
fn of_columns(step: usize) {
    let good = Book::founded();
    let signed = good.supervisor(&["sign-off", "Ann Trainee", "K1", "--feedback", "zebra", "--json"]).done().json();
    let id = signed["statements"][0]["id"].as_str().unwrap().to_owned();
    let ann = good.id_of("Ann Trainee");
    let tables: Vec<(String, String)> = {
        let file = Connection::open(good.database()).unwrap();
        let sql = "SELECT m.name, c.name FROM sqlite_schema AS m JOIN pragma_table_info(m.name) AS c
            WHERE m.type = 'table' AND c.type = 'TEXT'";
        let mut all = file.prepare(sql).unwrap();
        all.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect()
    };
    assert!(tables.len() > 15, "{tables:?}");
    let commands: &[&[&str]] = &[
        &["history"],
        &["history", "--json"],
        &["trainee", &ann],
        &["trainee", &ann, "--plain"],
        &["portfolio", &ann],
        &["outstanding", &ann],
        &["cohort"],
        &["person", "list"],
        &["key", "list", "Sam"],
        &["standard", "show", "ST0413"],
        &["checkpoint"],
        &["receipts"],
        &["receipts", &ann, "--json"],
        &["export", "--statement", &id],
        &["export", "--statement", &id, "--json"],
        &["export", "--person", &ann],
        &["export", "--signers"],
        &["reviews", &ann],
        &["queue"],
        &["verify"],
        &["verify", "--json"],
    ];
    let mut raw = 0;
    // What everyone reads is always among them.
    let always = tables.iter().filter(|(table, column)| step > 1 && table == "person" && column == "name");
    for (table, column) in every(step, &tables).chain(always) {
        let book = Book::founded();
        std::fs::remove_dir_all(book.data()).unwrap();
        std::fs::create_dir_all(book.data().join("keys")).unwrap();
        for name in ["countersign.db", "log.key"] {
            let from = good.data().join(name);
            if from.exists() {
                std::fs::copy(from, book.data().join(name)).unwrap();
            }
        }
        let file = Owner::of(&book.database());
        let sql = format!(
            "UPDATE {table} SET {column} = CASE WHEN {column} LIKE '%zebra%'
            THEN replace({column}, 'zebra', ?1) ELSE {column} || ?1 END"
        );
        // A table that needs one value in one form may refuse.
        let _ = file.execute(&sql, [HOSTILE]);
        drop(file);
        for args in commands {
            let ran = book.run(args);
            assert!(!acted_on(&ran.out) && !acted_on(&ran.err), "{table}.{column} {args:?}: {ran:?}");
            if !args.contains(&"--json") {
                let asked = book.run(&[args, &["--raw"][..]].concat());
                raw += usize::from(asked.out.contains(HOSTILE));
                assert!(!acted_on(&asked.err), "{table}.{column} {args:?}: {asked:?}");
            }
        }
    }
    assert!(raw > 0);
}
