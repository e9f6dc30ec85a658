//! Wrong input: who, what, when and how much. Nothing is added to the log by any of it.

use crate::cli::book::{Book, OFFICER, SUPERVISOR};

#[test]
fn who_is_meant_must_be_one_person() {
    let book = Book::founded();
    book.supervisor(&["sign-off", "zed", "K1"]).refused(2, "No trainee matches “zed”");
    let several = book.supervisor(&["sign-off", "ann", "K1"]).refused(2, "“ann” matches 2 trainees");
    let (one, other) = (book.id_of("Ann Trainee"), book.id_of("Ann Trainer"));
    assert!(several.err.contains(&format!("{one} Ann Trainee")) && several.err.contains(&other), "{several:?}");
    book.run(&["trainee", &one]).done();
    book.run(&["sign-off", &one, "K1"]).refused(2, "No signer was named");
    book.run(&["sign-off", &one, "K1", "--as", "Olu"]).refused(2, "Olu Officer is not a supervisor");
    book.run(&["sign-off", &one, "K1", "--as", "Sam"]).refused(2, "there is no terminal to type it in");
    book.run(&["outstanding", &other]).refused(1, "Ann Trainer is not enrolled on a standard");
    assert_eq!(book.size(), 7);
}

#[test]
fn what_is_signed_must_be_sound() {
    let book = Book::founded();
    let long = "x".repeat(17 * 1024);
    let ann = ["sign-off", "Ann Trainee"];
    for (rest, code, words) in [
        (vec!["K99"], 2, "ST0413 1.1 has no K99"),
        (vec!["X1"], 2, "“X1” is not a KSB code"),
        (vec!["K2", "--observed", "soon"], 2, "--observed: “soon” is not a date"),
        (vec!["K2", "--observed", "31/02/2026"], 2, "“31/02/2026” is not a date"),
        (vec!["K2", "--observed", "tomorrow"], 2, "The day seen is in the future"),
        (vec!["K2", "--feedback", "a\u{7}b"], 2, "U+0007 at character 2"),
        (vec!["K2", "--feedback", "a\u{202e}b"], 2, "U+202E at character 2"),
        (vec!["K2", "--place", "two\nlines"], 2, "U+000A"),
        (vec!["K2", "--feedback", &long], 2, "too long: 17408 bytes"),
        (vec!["K2", "--feedback", "seen 943 476 5919"], 2, "a valid NHS number (*** *** *919)"),
        (vec!["K2", "--feedback", " "], 2, "The text is empty"),
        (vec!["K2", "--not-achieved"], 2, "--feedback"),
        (vec!["K2", "--action", "Again"], 2, "--by"),
        (vec!["K2", "--method", "guess"], 2, "possible values: dops"),
        (vec![], 2, "<CODE>"),
    ] {
        book.supervisor(&[&ann[..], &rest].concat()).refused(code, words);
    }
    let back = ["--not-achieved", "--feedback", "x", "--action", "y", "--by", "3 days ago"];
    book.supervisor(&[&ann[..], &["K2"], &back[..]].concat()).refused(1, "The action would be due before it is agreed");
    assert_eq!(book.size(), 7);
}

#[test]
fn a_wrong_passphrase_signs_nothing_and_each_try_is_counted() {
    let book = Book::founded();
    let sign = ["sign-off", "Ann Trainee", "K1", "--as", "Sam", "--passphrase-file", &book.secret("wrong")];
    for _ in 0..4 {
        book.run(&sign).refused(1, "Wrong passphrase\n");
    }
    book.run(&sign).refused(1, "hint: You can try again in 15 seconds");
    book.supervisor(&["sign-off", "Ann Trainee", "K1"]).refused(1, "5 tries in a row were wrong or interrupted");
    assert_eq!(book.size(), 7);
}

#[test]
fn only_who_may_may() {
    let book = Book::founded();
    let key = ["--as", &book.id_of("Sam Supervisor"), "--passphrase-file", &book.secret("supervisor")];
    book.run(&[&["person", "add", "Eve", "--role", "trainee"], &key[..]].concat()).refused(1, "not a training officer");
    book.run(&[&["policy", "set", "late-days=30"], &key[..]].concat()).refused(1, "not a training officer");
    book.officer(&["policy", "set", "late-days=366"]).refused(2, "late-days is 0 to 365");
    book.officer(&["policy", "set", "colour=1"]).refused(2, "session-hours, idle-minutes, late-days, countersign");
    book.officer(&["enrol", "Ann Trainer", "ST9999", "--start", "today"]).refused(2, "No standard “ST9999” is adopted");
    book.officer(&["person", "leave", "Olu"]).refused(1, "You cannot remove your own training officer role");
    let missing = "01a1fc57-6256-7a10-927e-9b27b8d65736";
    book.supervisor(&["withdraw", missing, "--reason", "x"]).refused(2, "There is no statement");
    book.supervisor(&["withdraw", "x", "--reason", "x"]).refused(2, "not a statement id");
    let genesis = book.run(&["history", "--json"]).json()["statements"][6]["id"].as_str().unwrap().to_owned();
    book.supervisor(&["withdraw", &genesis, "--reason", "x"])
        .refused(1, "Only a sign-off, a countersign, a progress review, hours, recognised prior learning, a training plan or a gateway record can be withdrawn");
    assert_eq!(book.size(), 7);
}

#[test]
fn a_secret_is_never_an_argument_and_never_in_the_environment() {
    let book = Book::founded();
    for argument in ["--passphrase", "--pin", "--new-passphrase"] {
        for command in [vec!["key", "passphrase"], vec!["key", "pin"], vec!["sign-off", "ann", "K1"]] {
            book.run(&[&command[..], &[argument, "x"]].concat()).refused(2, "unexpected argument");
        }
    }
    let mut command = book.command();
    for name in ["PASSPHRASE", "COUNTERSIGN_PASSPHRASE", "COUNTERSIGN_PASSPHRASE_FILE", "COUNTERSIGN_PASSPHRASE_FD"] {
        command.env(name, book.secret("supervisor"));
    }
    let output = command.args(["sign-off", "Ann Trainee", "K1", "--as", "Sam"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no terminal to type it in"));
}

#[test]
fn a_passphrase_file_that_others_may_read_is_warned_of() {
    use std::os::unix::fs::PermissionsExt as _;
    let book = Book::founded();
    std::fs::set_permissions(book.secret("supervisor"), std::fs::Permissions::from_mode(0o644)).unwrap();
    let signed = book.supervisor(&["sign-off", "Ann Trainee", "K1"]);
    assert_eq!(signed.code, 0, "{signed:?}");
    assert!(signed.err.starts_with("warning: Other people can read"), "{}", signed.err);
    let empty = book.keep("empty", "");
    book.run(&["key", "pin", "--as", "Sam", "--passphrase-file", &empty]).refused(2, "The first line is empty");
    book.run(&["key", "pin", "--as", "Sam", "--passphrase-file", "none"]).refused(2, "There is no such file");
    book.run(&["key", "pin", "--as", "Sam", "--passphrase-fd", "77"]).refused(2, "nothing is open under this number");
}

#[test]
fn wrong_usage_is_exit_code_2_and_help_is_0() {
    let book = Book::empty();
    for args in [vec!["fly"], vec!["history", "--most", "0"], vec!["history", "--json", "--plain"]] {
        book.run(&args).refused(2, "error: ");
    }
    let fault = book.run(&["\u{1b}[31mfly\u{202e}"]).refused(2, "there is no command");
    assert!(!fault.err.contains('\u{1b}') && !fault.err.contains('\u{202e}'), "{fault:?}");
    book.run(&["--json"]).refused(2, "--json and --plain need a command");
    book.run(&["export"]).refused(2, "--signers");
    let erase = book.run(&["erase"]).refused(2, "<ID>");
    assert!(erase.err.contains("--reason"), "{erase:?}");
    book.run(&["man", "fly"]).refused(2, "There is no command “fly”");
    for args in [vec!["--help"], vec!["sign-off", "--help"], vec!["--version"], vec!["man"], vec!["man", "sign-off"]] {
        assert!(!book.run(&args).done().out.is_empty());
    }
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(book.run(&["completions", shell]).done().out.contains("sign-off"), "{shell}");
    }
}

#[test]
fn a_text_that_contains_the_signers_passphrase_is_refused_however_it_is_written() {
    let book = Book::founded();
    let size = book.size();
    let shouted = SUPERVISOR.to_uppercase();
    let parted = SUPERVISOR.replace(' ', "\n");
    for text in [SUPERVISOR, &shouted, &parted, &format!("Calm \\ clear: {SUPERVISOR}!")] {
        for args in [
            vec!["sign-off", "Ann Trainee", "K1", "--feedback", text],
            vec!["sign-off", "Ann Trainee", "K1", "--late", text],
            vec!["sign-off", "Ann Trainee", "K1", "--feedback", "x", "--action", text, "--by", "friday"],
        ] {
            let refused = book.supervisor(&args).refused(2, "Something you typed contains your passphrase. Remove it");
            assert!(refused.err.contains("key passphrase"), "{refused:?}");
        }
    }
    let pause = ["enrolment", "break", "Ann Trainee", "--from", "today", "--reason", OFFICER];
    book.officer(&pause).refused(2, "contains your passphrase");
    book.officer(&["person", "add", OFFICER, "--role", "trainee"]).refused(2, "contains your passphrase");
    assert_eq!(book.size(), size);
    // Another's, and a part of it, gives nothing away that the program could know.
    book.supervisor(&["sign-off", "Ann Trainee", "K1", "--feedback", "The fox at the river"]).done();
}
