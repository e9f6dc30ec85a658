//! The whole way: from an empty folder to a signature that ssh-keygen accepts.

use std::process::{Command, Stdio};

use crate::cli::book::{Book, OFFICER};

#[test]
fn a_book_is_begun_signed_looked_at_and_checked_by_anyone() {
    let book = Book::founded();
    let signed = book.supervisor(&["sign-off", "Ann Trainee", "s26,K1", "--method", "dops", "--observed", "yesterday"]);
    let signed = signed.done();
    assert!(signed.out.starts_with("Signed 2 KSBs for Ann Trainee\n"), "{}", signed.out);
    let not_yet =
        ["--not-achieved", "--feedback", "Too quick", "--action", "Once more", "--by", "in 2 weeks", "--json"];
    let second = book.supervisor(&[&["sign-off", "Ann Trainee", "S2"], &not_yet[..]].concat()).done().json();
    assert_eq!(second["schema"], "countersign/written/1");

    let left = book.run(&["outstanding", "Ann Trainee", "--json"]).done().json();
    assert_eq!(left["ksbs"][0]["id"], "S2");
    assert_eq!(left["ksbs"][0]["action"]["what"], "Once more");
    assert_eq!(left["ksbs"].as_array().unwrap().len(), 70);
    let whole = book.run(&["trainee", "Ann Trainee", "--json"]).done().json();
    assert_eq!((&whole["trainee"]["signed"], &whole["trainee"]["total"]), (&2.into(), &72.into()));

    let id =
        whole["ksbs"].as_array().unwrap().iter().find(|ksb| ksb["id"] == "S26").unwrap()["records"][0]["id"].clone();
    let id = id.as_str().unwrap();
    book.supervisor(&["withdraw", id, "--reason", "Another trainee"]).done();
    let whole = book.run(&["trainee", "Ann Trainee"]).done().out;
    assert!(whole.contains("withdrawn by Sam Supervisor: Another trainee"), "{whole}");
    let history = book.run(&["history", "withdraw", "Another"]).done().out;
    assert_eq!(history.lines().count(), 2, "{history}");

    let out = book.0.path().join("out");
    book.run(&["export", "--signers", "--statement", id, "--out", "out", "--plain"]).done();
    let text = std::fs::File::open(out.join(format!("{id}.txt"))).unwrap();
    let check = Command::new("ssh-keygen")
        .args(["-Y", "verify", "-f", "allowed_signers", "-I", &book.id_of("Sam Supervisor")])
        .args(["-n", "countersign-statement", "-s", &format!("{id}.txt.sig")])
        .current_dir(&out)
        .stdin(Stdio::from(text))
        .output()
        .unwrap();
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stderr));

    let note = book.run(&["checkpoint", "--plain"]).done().out;
    let kept = book.0.path().join("kept");
    std::fs::write(&kept, note).unwrap();
    book.officer(&["person", "leave", "Sam"]).done();
    let sound = book.run(&["verify", "--checkpoint", kept.to_str().unwrap(), "--plain"]).done();
    assert!(sound.out.starts_with("Intact: every signature is valid, and the file matches"), "{}", sound.out);
    let alone = book.run(&["verify", "--plain"]);
    assert_eq!(
        (alone.code, alone.out.contains("Intact: every signature is valid. Nothing that you kept was compared")),
        (3, true),
        "{alone:?}"
    );
}

#[test]
fn the_policy_is_shown_changed_and_binds() {
    let book = Book::founded();
    let late = ["sign-off", "Ann Trainee", "K2", "--observed", "10 days ago"];
    let refused = book.supervisor(&late).refused(1, "After 7 days you must say why it is late");
    assert!(refused.err.contains("hint: Say why: with --late"), "{}", refused.err);
    book.officer(&["policy", "set", "late-days=14", "idle-minutes=5"]).done();
    let shown = book.run(&["policy", "--json"]).done().json();
    assert_eq!(shown["policies"][2]["value"], 14);
    book.supervisor(&late).done();
    book.supervisor(&["sign-off", "Ann Trainee", "K3", "--observed", "20 days ago", "--late", "Leave"]).done();
}

#[test]
fn a_key_gets_another_passphrase_and_a_pin() {
    let book = Book::founded();
    let (new, pin) = (book.keep("new", "wolf tent gravel mint 8"), book.keep("pin", "2947"));
    book.supervisor(&["key", "pin", "--pin-file", &pin]).done();
    book.supervisor(&["key", "passphrase", "--new-passphrase-file", &new]).done();
    book.supervisor(&["sign-off", "Ann Trainee", "K2"]).refused(1, "Wrong passphrase");
    book.run(&["sign-off", "Ann Trainee", "K2", "--as", "Sam", "--passphrase-file", &new]).done();
    let (short, obvious) = (book.keep("short", "too short"), book.keep("obvious", "1234"));
    let key = ["--as", "Sam", "--passphrase-file", &new];
    book.run(&[&["key", "passphrase", "--new-passphrase-file", &short], &key[..]].concat()).refused(2, "at least 15");
    book.run(&[&["key", "pin", "--pin-file", &obvious], &key[..]].concat()).refused(2, "too easy to guess");
}

#[test]
fn several_secrets_come_down_one_pipe_a_line_each() {
    let book = Book::founded();
    let run = |args: &[&str], lines: &str| {
        let output = book.command().args(args).write_stdin(lines.to_owned()).output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let add = ["person", "add", "Vi Verifier", "--role", "verifier", "--as", "Olu", "--passphrase-fd", "0"];
    let lines = format!("{OFFICER}\nwolf tent gravel mint 8\n");
    assert_eq!(run(&[&add[..], &["--new-passphrase-fd", "0"]].concat(), &lines), (0, String::new()));
    let pin = ["key", "pin", "--as", "Vi V", "--passphrase-fd", "0", "--pin-fd", "0"];
    assert_eq!(run(&pin, "wolf tent gravel mint 8\n4071\n"), (0, String::new()));
}

#[test]
fn an_offered_passphrase_is_printed_once_and_opens_the_key() {
    let book = Book::founded();
    let added =
        book.officer(&["person", "add", "Una New", "--role", "supervisor", "--level", "practitioner", "--json"]);
    let added = added.done().json();
    let words = book.keep("offered", added["offered_passphrase"].as_str().unwrap());
    let id = added["person"].as_str().unwrap();
    book.run(&["sign-off", "Ann Trainee", "B1", "--as", id, "--passphrase-file", &words]).done();
}

#[test]
fn a_start_outside_the_standard_s_dates_is_warned_of() {
    let book = Book::founded();
    let enrolled =
        book.officer(&["enrol", "Ann Trainer", "ST0413 1.1", "--start", "1/9/2024", "--specialism", "Audiology"]);
    assert_eq!(enrolled.code, 0);
    assert_eq!(
        enrolled.err,
        "warning: ST0413 1.1 is for starts from 1 Nov 2024, not 1 Sep 2024. That start date belongs to version 1.0, which is not adopted here\n"
    );
    assert!(enrolled.out.contains("Sun 1 Sep 2024"), "{}", enrolled.out);
}

#[test]
fn a_demo_of_any_size_is_written_and_verifies_and_rebuilds() {
    let book = Book::empty();
    let folder = book.data();
    let size = ["--trainees", "3", "--sign-offs", "40", "--seed", "5", "--json"];
    let made = book.run(&[&["demo", "--make", folder.to_str().unwrap()], &size[..]].concat()).done().json();
    assert!(made["size"].as_u64().unwrap() > 40);
    let checkpoint = made["checkpoint"].clone();
    assert_eq!(book.run(&["rebuild", "--json"]).done().json()["checkpoint"], checkpoint);
    assert_eq!(book.run(&["verify", "--json"]).json()["verdict"], "cannot-tell");
    book.run(&["demo", "--make", folder.to_str().unwrap()]).refused(1, "This folder already has a sign-off book");
}
