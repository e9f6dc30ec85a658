//! What surrounds the program: variables, open descriptors, where the answer goes, the clock. Each that is wrong is said in
//! a sentence, and nothing hangs.

use std::fs::{self, File, OpenOptions};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::cli::book::Book;
use crate::faults::disk::shim;
use crate::faults::work::preloaded;

/// One command line of each kind that answers without signing.
const ANSWERS: &[&[&str]] = &[
    &["--help"],
    &["--version"],
    &["sign-off", "--help"],
    &["man"],
    &["man", "verify"],
    &["completions", "bash"],
    &["keymap"],
    &["history"],
    &["history", "--json"],
    &["history", "--plain"],
    &["verify"],
    &["person", "list"],
    &["trainee", "Ann Trainee"],
    &["cohort"],
    &["portfolio", "Ann Trainee"],
    &["checkpoint"],
    &["checkpoint", "--code"],
    &["receipts"],
    &["export", "--signers"],
    &["export", "--person", "Ann Trainee"],
    &["standard", "show", "ST0413"],
    &["doctor"],
    &["policy"],
    &["outstanding", "Ann Trainee"],
    &["readiness", "Ann Trainee"],
    &["queue"],
];

/// A run whose standard output a shell has redirected.
fn redirected(book: &Book, args: &[&str], how: &str) -> (i32, String) {
    let output = Command::new("sh")
        .args(["-c", &format!("exec \"$@\" {how}"), "sh"])
        .arg(assert_cmd::cargo::cargo_bin!("countersign"))
        .arg("--data")
        .arg(book.data())
        .args(args)
        .env_clear()
        .env("HOME", book.0.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

#[test]
#[ignore = "slow: many runs of the program"]
fn an_answer_that_cannot_be_written_is_a_failure_on_every_command() {
    let book = Book::founded();
    for args in ANSWERS {
        for (how, words) in [
            ("1</dev/null", "error: Standard output is closed\nhint: Nothing was done."),
            (">/dev/full", "error: Writing the answer: The disk is full\nhint: The command itself was done."),
        ] {
            let (code, err) = redirected(&book, args, how);
            assert_eq!(code, 1, "{args:?} {how}: {err}");
            assert!(err.contains(words), "{args:?} {how}: {err}");
        }
        assert_eq!(redirected(&book, args, "1</dev/null 2>&-").0, 1, "{args:?}");
    }
    let sign = ["sign-off", "Ann Trainee", "K1", "--as", "Sam", "--passphrase-file", &book.secret("supervisor")];
    assert_eq!((redirected(&book, &sign, "1</dev/null").0, book.size()), (1, 7));
    assert_eq!((redirected(&book, &sign, ">/dev/full").0, book.size()), (1, 8));
}

#[test]
#[ignore = "slow: many runs of the program"]
fn an_answer_that_is_thrown_away_or_not_read_to_its_end_is_not_a_failure() {
    let book = Book::founded();
    for args in ANSWERS {
        let usual = book.run(args).code;
        let read_and_write = OpenOptions::new().read(true).write(true).open("/dev/null").unwrap();
        for to in [Stdio::null(), Stdio::from(read_and_write)] {
            let mut command = Command::new(assert_cmd::cargo::cargo_bin!("countersign"));
            command.env_clear().env("HOME", book.0.path()).arg("--data").arg(book.data()).args(*args);
            assert_eq!(
                command.stdin(Stdio::null()).stdout(to).output().unwrap().status.code(),
                Some(usual),
                "{args:?}"
            );
        }
        let (from, to) = std::io::pipe().unwrap();
        drop(from);
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("countersign"));
        command.env_clear().env("HOME", book.0.path()).arg("--data").arg(book.data()).args(*args);
        let output = command.stdin(Stdio::null()).stdout(to).stderr(Stdio::piped()).output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(0) && !err.contains("error"), "{args:?}: {err}");
    }
}

#[test]
#[ignore = "slow: many runs of the program"]
fn an_empty_variable_counts_as_not_set() {
    let book = Book::founded();
    let home = book.0.path();
    fs::create_dir_all(home.join(".local/share")).unwrap();
    fs::rename(book.data(), home.join(".local/share/countersign")).unwrap();
    let run = |empty: &[&str], args: &[&str]| {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("countersign"));
        command.env_clear().env("HOME", home).current_dir(home).args(args).stdin(Stdio::null());
        command.envs(empty.iter().map(|name| (*name, "")));
        let output = command.output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    };
    let names = [
        "COUNTERSIGN_DATA",
        "COUNTERSIGN_CHECKPOINTS",
        "SSH_ORIGINAL_COMMAND",
        "NO_COLOR",
        "TERM",
        "LC_ALL",
        "LC_CTYPE",
        "LANG",
        "TMPDIR",
        "XDG_DATA_HOME",
        "XDG_CONFIG_HOME",
        "XDG_STATE_HOME",
    ];
    let ann = run(&[], &["person", "list", "--json"]).1;
    let ann = ann.lines().find_map(|line| line.trim().strip_prefix("\"id\": \"")).unwrap();
    let folder = home.join(".local/share/countersign");
    let session = ["--data", folder.to_str().unwrap(), "session", ann.trim_end_matches(['"', ','])];
    for args in [&["history"][..], &["verify"], &["checkpoint"], &[], &session] {
        let unset = run(&[], args);
        for empty in names.iter().map(std::slice::from_ref).chain([&names[..]]) {
            assert_eq!(run(empty, args), unset, "{empty:?} {args:?}");
        }
    }
    for option in ["--data", "--checkpoints"] {
        let (code, _, err) = run(&[], &["history", option, ""]);
        assert!(code == Some(2) && err.contains(option), "{err}");
        assert_eq!(run(&[], &[option, ""]).0, Some(2));
    }
    let left: Vec<_> = fs::read_dir(home).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name == "checkpoints.log"), "{left:?}");
}

#[test]
fn a_secret_is_never_read_from_where_answers_go_nor_from_a_number_that_is_not_open() {
    let book = Book::founded();
    let secret = book.secret("supervisor");
    let sign = ["sign-off", "Ann Trainee", "K1", "--as", "Sam"];
    let given = ["key", "pin", "--as", "Sam", "--passphrase-file", &secret];
    let new = ["key", "passphrase", "--as", "Sam", "--passphrase-file", &secret];
    let into = format!("5>{}", book.0.path().join("file").display());
    for (number, how, words) in [
        ("1", "", "answers and messages go there"),
        ("2", "", "answers and messages go there"),
        ("3", "3<&-", "nothing is open under this number"),
        ("77", "", "nothing is open under this number"),
        ("4000000000", "", "nothing is open under this number"),
        ("5", into.as_str(), "it is open for writing only"),
        ("-1", "", "--"),
        ("x", "", "a number such as 0 or 3 is needed"),
    ] {
        for (args, option) in [(&sign[..], "--passphrase-fd"), (&given, "--pin-fd"), (&new, "--new-passphrase-fd")] {
            let (code, err) = redirected(&book, &[args, &[option, number]].concat(), how);
            assert!(code == 2 && err.contains(words), "{option} {number}: {err}");
        }
    }
    for path in ["/dev/stdout", "/dev/stderr", "/dev/fd/1", "/proc/self/fd/2"] {
        let mut command = book.command();
        let ran = command.args(sign).args(["--passphrase-file", path]).timeout(Duration::from_mins(1));
        let output = ran.output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && err.contains("Answers and messages go there"), "{path}: {err}");
    }
    // A number that leads to the right words is read, standard input among them.
    for (number, code) in [("0", "K1"), ("3", "K2"), ("9", "K3")] {
        let how = format!("{number}<{secret}");
        let args = ["sign-off", "Ann Trainee", code, "--as", "Sam", "--passphrase-fd", number];
        assert_eq!(redirected(&book, &args, &how), (0, String::new()), "{number}");
    }
}

#[test]
fn one_standard_input_is_not_both_a_file_and_a_passphrase() {
    let book = Book::founded();
    let ann = book.keep("ann", "elm harp cliff basin 3");
    book.officer(&["key", "add", "Ann Trainee", "--new-passphrase-file", &ann]).done();
    for source in [["--passphrase-fd", "0"], ["--passphrase-file", "/dev/stdin"], ["--passphrase-file", "/dev/fd/0"]] {
        let mut command = book.command();
        command.args(["evidence", "add", "--as", "Ann Trainee"]).args(source).timeout(Duration::from_mins(1));
        let output = command.write_stdin("elm harp cliff basin 3\nnotes of the audit\n").output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && err.contains("cannot both come from standard input"), "{err}");
    }
}

#[test]
#[ignore = "slow: many runs of the program"]
fn a_clock_before_1970_or_after_9999_is_said_in_one_sentence() {
    if shim().is_none() {
        return;
    }
    let book = Book::founded();
    let elsewhere = Book::empty();
    let secret = book.secret("supervisor");
    let sign = ["sign-off", "Ann Trainee", "K1", "--as", "Sam", "--passphrase-file", &secret];
    let place = book.0.path().join("made");
    let make = ["demo", "--make", place.to_str().unwrap(), "--trainees", "1", "--sign-offs", "1"];
    let officer = elsewhere.secret("officer");
    let init = ["init", "--department", "x", "--name", "Olu Officer", "--passphrase-file", &officer];
    let restore = ["restore", "none", "--reason", "x", "--as", "Olu"];
    for clock in
        ["-1", "-86400", "-62135596801", "-9000000000000", "253402300800", "9000000000000", "4000000000000000000"]
    {
        for (book, args) in [
            (&book, &sign[..]),
            (&book, &["history"]),
            (&book, &["trainee", "Ann Trainee"]),
            (&book, &["cohort"]),
            (&book, &["person", "list"]),
            (&book, &restore),
            (&book, &make),
            (&elsewhere, &init),
        ] {
            let output = preloaded(book, args, &[("DISK_CLOCK", clock)]);
            let err = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(1), "{clock} {args:?}: {err}");
            assert!(err.contains("This computer's clock is wrong: it shows a date "), "{clock} {args:?}: {err}");
            assert_eq!(err.lines().count(), 2, "{err}");
        }
        // What needs no clock goes on.
        for (args, code) in [(&["verify"][..], 3), (&["doctor"], 1), (&["man"], 0)] {
            let output = preloaded(&book, args, &[("DISK_CLOCK", clock)]);
            let err = String::from_utf8(output.stderr).unwrap();
            assert!(!err.contains("panicked") && output.status.code() == Some(code), "{clock} {args:?}: {err}");
        }
    }
    assert_eq!(book.size(), 7);
    for clock in ["0", "253402300799"] {
        let output = preloaded(&book, &["history"], &[("DISK_CLOCK", clock)]);
        assert!(output.status.success(), "{clock}: {}", String::from_utf8_lossy(&output.stderr));
    }
    assert!(File::open(&place).is_err());
}
