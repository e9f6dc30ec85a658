//! Answers for programs and for screen readers: one object with a schema and rows with ids; one fact a line.

use serde_json::Value;

use crate::cli::book::{Book, QUIET, review};

#[test]
fn every_answer_that_reads_is_one_object_with_a_schema_and_rows_with_ids() {
    let book = Book::founded();
    book.supervisor(&["sign-off", "Ann Trainee", "K1", "S1", "--place", "Echo lab", "--feedback", "one\ntwo"]).done();
    let id = book.run(&["history", "--json"]).json()["statements"][0]["id"].as_str().unwrap().to_owned();
    let key = book.login_key("ann");
    book.officer(&["ssh", "add", "Ann Trainee", "--key", &key]).done();
    book.run(&["hours", "add", "Ann Trainee", "--hours", "2", "--what", "Read for the module"]).done();
    book.supervisor(&review("Ann Trainee", ["Sam", "Olu"], &QUIET)).done();
    for (args, schema, rows) in [
        (vec!["history"], "countersign/history/1", "statements"),
        (vec!["person", "list"], "countersign/people/1", "people"),
        (vec!["supervise", "Sam", "Ann Trainee"], "countersign/supervision/1", "supervisors"),
        (vec!["standard", "list"], "countersign/standards/1", "standards"),
        (vec!["standard", "show", "ST0413"], "countersign/standards/1", "standards"),
        (vec!["standard", "levels"], "countersign/levels/1", "levels"),
        (vec!["standard", "diff", "ST0413", "ST0413"], "countersign/standard-diff/1", "items"),
        (vec!["trainee", "Ann Trainee"], "countersign/trainee/1", "ksbs"),
        (vec!["outstanding", "Ann Trainee"], "countersign/outstanding/1", "ksbs"),
        (vec!["portfolio", "Ann Trainee"], "countersign/portfolio/1", "ksbs"),
        (vec!["ssh", "list"], "countersign/logins/1", "logins"),
        (vec!["cohort"], "countersign/cohort/1", "trainees"),
        (vec!["readiness", "Ann Trainee"], "countersign/readiness/1", "requirements"),
        (vec!["hours", "list", "Ann Trainee"], "countersign/hours/1", "entries"),
        (vec!["hours", "list"], "countersign/hours-waiting/1", "trainees"),
        (vec!["reviews", "--all"], "countersign/reviews/1", "trainees"),
        (vec!["reviews", "Ann Trainee"], "countersign/trainee-reviews/1", "reviews"),
        (vec!["policy"], "countersign/policy/1", "policies"),
        (vec!["checkpoint"], "countersign/checkpoint/1", "checkpoints"),
        (vec!["receipts"], "countersign/receipts/1", "receipts"),
        (vec!["export", "--statement", &id], "countersign/export/1", "statements"),
        (vec!["export", "--signers"], "countersign/export/1", "signers"),
        (vec!["keymap"], "countersign/keymap/1", "commands"),
    ] {
        let answer = book.run(&[&args[..], &["--json"]].concat()).done().json();
        assert_eq!(answer["schema"], schema, "{args:?}");
        let rows = answer[rows].as_array().unwrap();
        assert!(!rows.is_empty() && rows.iter().all(|row| !row["id"].is_null()), "{args:?}");
    }
    let verified: Value = book.run(&["verify", "--json"]).json();
    assert_eq!((&verified["schema"], &verified["exit"]), (&"countersign/verify/1".into(), &3.into()));
}

#[test]
fn the_guide_describes_every_schema() {
    let guide = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/data/guide/json.md")).unwrap();
    let mut structs = 0;
    for file in sources(concat!(env!("CARGO_MANIFEST_DIR"), "/src/cli").as_ref()) {
        let source = std::fs::read_to_string(&file).unwrap();
        let file = file.display();
        let derived = source.split("\n#[derive(").skip(1);
        let derived = derived.filter(|item| item.lines().next().unwrap().contains("Serialize"));
        for shape in derived.chain(source.split("\njson_row! {\n").skip(1)) {
            structs += 1;
            for line in shape.lines().take_while(|line| *line != "}") {
                // A field of a struct, or of `json_row!` with its value.
                let field = line.trim().strip_prefix("pub ").and_then(|field| field.strip_suffix(','));
                let field = field.or_else(|| line.strip_prefix("        ").filter(|row| row.contains(" =")));
                let Some((field, _)) = field.and_then(|field| field.split_once(": ")) else { continue };
                assert!(guide.contains(&format!("`{field}`")), "{file}: {field} is not in the guide");
            }
        }
    }
    assert!(structs > 100, "{structs} shapes");
}

/// Every source file in a folder and the folders in it.
fn sources(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] });
    files.filter(|path| path.extension().is_some_and(|end| end == "rs")).collect()
}

#[test]
fn plain_text_is_one_fact_a_line_without_alignment() {
    let book = Book::founded();
    for args in [
        vec!["history"],
        vec!["person", "list"],
        vec!["trainee", "Ann Trainee"],
        vec!["standard", "list"],
        vec!["readiness", "Ann Trainee"],
        vec!["reviews", "--all"],
        vec!["reviews", "Ann Trainee"],
        vec!["hours", "list", "Ann Trainee"],
    ] {
        let plain = book.run(&[&args[..], &["--plain"]].concat()).done().out;
        assert!(!plain.contains("  ") && !plain.contains('\t') && !plain.contains('\u{1b}'), "{plain}");
    }
    let people = book.run(&["person", "list", "--plain", "--role", "supervisor"]).done().out;
    assert_eq!(people, format!("id: {}\nname: Sam Supervisor\nroles: supervisor\n", book.id_of("Sam Supervisor")));
}

#[test]
fn an_answer_is_the_same_each_time_and_for_every_reader() {
    let book = Book::founded();
    for args in
        [vec!["history"], vec!["trainee", "Ann Trainee"], vec!["outstanding", "Ann Trainee"], vec!["checkpoint"]]
    {
        let first = book.run(&args);
        assert_eq!(first.out, book.run(&args).out);
        assert!(!first.out.contains('\u{1b}'));
        let plain = book.run(&[&args[..], &["--ascii"]].concat());
        assert!(args[0] == "checkpoint" || plain.out.is_ascii(), "{}", plain.out);
    }
}

#[test]
fn history_goes_back_window_by_window() {
    let book = Book::founded();
    let first = book.run(&["history", "--json", "--most", "3"]).done().json();
    let positions = |answer: &Value| -> Vec<u64> {
        answer["statements"].as_array().unwrap().iter().map(|row| row["position"].as_u64().unwrap()).collect()
    };
    assert_eq!((positions(&first), first["next"].as_u64()), (vec![6, 5, 4], Some(4)));
    let rest = book.run(&["history", "--json", "--before", "4"]).done().json();
    assert_eq!((positions(&rest), rest["next"].as_u64()), (vec![3, 2, 1, 0], None));
    let filtered = book.run(&["history", "--json", "kind key"]).done().json();
    assert_eq!(positions(&filtered), [3, 0]);
    assert_eq!(book.run(&["history", "nothing-holds-this"]).done().out, "No entry matches\n");
}

#[test]
fn a_statement_goes_to_a_pipe_byte_for_byte() {
    let book = Book::founded();
    let id = book.run(&["history", "--json"]).json()["statements"][0]["id"].as_str().unwrap().to_owned();
    let both = book.run(&["export", "--statement", &id, "--plain"]).done().out;
    let full = book.run(&["export", "--statement", &id, "--json"]).json();
    let (text, signature) = (full["statements"][0]["text"].as_str().unwrap(), &full["statements"][0]["signature"]);
    assert_eq!(both, format!("==> {id}.txt <==\n{text}==> {id}.txt.sig <==\n{}", signature.as_str().unwrap()));
}

#[test]
fn however_many_are_signed_in_one_go_their_ids_rise_with_their_turn_and_each_signature_is_its_own() {
    let book = Book::founded();
    let codes: Vec<String> = (1..=33).flat_map(|n| [format!("K{n}"), format!("S{n}")]).collect();
    let mut signed = 0;
    for count in [1, 2, 15, 16, 47, 66] {
        let codes: Vec<&str> = codes.iter().take(count).map(String::as_str).collect();
        book.supervisor(&[&["sign-off", "Ann Trainee"], &codes[..]].concat()).done();
        signed += count;
        let answer = book.run(&["history", "--json", "kind:sign-off", "--most", &count.to_string()]).done().json();
        let rows = answer["statements"].as_array().unwrap();
        assert!(rows.len() == count && rows.iter().all(|row| row["sound"] == true), "{count}");
        // The newest comes first.
        let ids: Vec<&str> = rows.iter().rev().map(|row| row["id"].as_str().unwrap()).collect();
        assert!(ids.is_sorted(), "{count}: {ids:?}");
    }
    let verified = book.run(&["verify"]).out;
    assert!(
        verified.contains(&format!("Entries     {}\n", 7 + signed)) && verified.contains("Faults      0\n"),
        "{verified}"
    );
}

#[test]
fn a_list_without_rows_says_what_is_not_there() {
    let book = Book::founded();
    for command in ["second-checks", "queue", "cohort", "history"] {
        book.run(&[command, "--most", "0"]).refused(2, "0 is not from 1 to 100000");
    }
    for (args, words) in [
        (&["second-checks"][..], "No second checks are waiting\n"),
        (&["second-checks", "zzzz"], "No second check matches\n"),
        (&["second-checks", "--of", "Sam"], "No second checks are waiting for Sam Supervisor\n"),
        (&["queue"], "No claims are waiting\n"),
        (&["queue", "zzzz"], "No waiting claim matches\n"),
        (&["queue", "--of", "Sam"], "No claims are waiting for Sam Supervisor\n"),
        (&["trainee", "Ann Trainee", "k99"], "No KSB matches\n"),
        (&["outstanding", "Ann Trainee", "k99"], "Nothing outstanding matches\n"),
        (&["reviews", "Ann Trainee"], "No review is recorded yet\n"),
        (&["reviews", "Ann Trainee", "zzzz"], "No review matches\n"),
        (&["cohort", "zzzz"], "No trainee matches\n"),
        (&["key", "list", "Ann Trainee"], "Ann Trainee has no key\n"),
        (&["supervise", "Sam"], "Sam Supervisor supervises nobody\n"),
        (&["receipts", "Ann Trainer"], "There are no receipts\n"),
        (&["history", "zzzz"], "No entry matches\n"),
    ] {
        let answer = book.run(args).done();
        assert!(answer.out.contains(words), "{args:?}: {answer:?}");
    }
    let empty = Book::empty();
    let init = ["init", "--department", "Cardiology", "--name", "Olu Officer", "--passphrase-file"];
    empty.run(&[&init[..], &[&empty.secret("officer")]].concat()).done();
    assert!(empty.run(&["cohort"]).done().out.starts_with("No trainee is enrolled yet"));
}
