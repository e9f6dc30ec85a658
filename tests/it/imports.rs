//! What a backup lost comes back from receipts: by the training officer, all of it or nothing, and the log says so.

use std::fs;
use std::path::PathBuf;

use countersign_app::app::App;
use countersign_app::keys::session::Credential;
use countersign_app::maintenance::receipt_import;
use countersign_app::people::roster;
use countersign_app::storage::data_dir::DataDir;
use countersign_core::primitives::ids::PersonId;
use countersign_core::primitives::text::SafeText;
use countersign_core::rules::refusal::RuleViolation;

use crate::cli::book::{Book, Ran};

fn path(book: &Book, name: &str) -> String {
    book.0.path().join(name).to_str().unwrap().to_owned()
}

/// The receipts of Ann's record now, one file each, oldest first.
pub fn receipts(book: &Book, folder: &str) -> Vec<String> {
    fs::create_dir_all(path(book, folder)).unwrap();
    let taken = book.run(&["receipts", "Ann Trainee", "--to", &path(book, folder), "--json"]).done().json();
    let rows = taken["receipts"].as_array().unwrap();
    rows.iter().map(|row| row["file"].as_str().unwrap().to_owned()).collect()
}

pub fn import(book: &Book, files: &[String], more: &[&str]) -> Ran {
    let mut args = vec!["import", "--reason", "The disk failed"];
    args.push("--receipt");
    args.extend(files.iter().map(String::as_str));
    args.extend(more);
    book.officer(&args)
}

fn verify(book: &Book, files: &[String]) -> Ran {
    let mut args = vec!["verify"];
    if !files.is_empty() {
        args.push("--receipt");
    }
    args.extend(files.iter().map(String::as_str));
    book.run(&args)
}

fn state(book: &Book, code: &str) -> String {
    let all = book.run(&["trainee", "Ann Trainee", "--json"]).done().json();
    let ksbs = all["ksbs"].as_array().unwrap();
    ksbs.iter().find(|ksb| ksb["id"] == code).unwrap()["state"].as_str().unwrap().to_owned()
}

/// A book whose sign-offs of K1 and K2, and the withdrawal of K2's, were lost by going back to an older copy; the receipts.
fn rolled_back() -> (Book, Vec<String>) {
    let book = Book::founded();
    let old = path(&book, "old.db");
    book.run(&["backup", &old, "--json"]).done();
    book.supervisor(&["sign-off", "Ann Trainee", "K1", "--feedback", "Well done"]).done();
    let second = book.supervisor(&["sign-off", "Ann Trainee", "K2", "--json"]).done().json();
    let id = second["statements"][0]["id"].as_str().unwrap().to_owned();
    book.supervisor(&["withdraw", &id, "--reason", "Another trainee"]).done();
    let taken = receipts(&book, "kept");
    assert_eq!((taken.len(), state(&book, "K1").as_str(), state(&book, "K2").as_str()), (3, "signed", "open"));
    fs::copy(&old, book.database()).unwrap();
    for beside in ["countersign.db-wal", "countersign.db-shm"] {
        let _ = fs::remove_file(book.data().join(beside));
    }
    assert_eq!(state(&book, "K1"), "open");
    (book, taken)
}

#[test]
#[ignore = "slow: many runs of the program"]
fn a_lost_record_comes_back_from_its_receipts_and_verify_says_what_is_true() {
    let (book, taken) = rolled_back();
    let size = book.size();
    assert_eq!(verify(&book, &[]).code, 3);
    let missing = verify(&book, &taken);
    assert_eq!(missing.code, 2, "{missing:?}");
    let words = format!("is missing: the file has {size} entries, the receipt says position {size} of {}", size + 3);
    assert!(missing.out.contains(&words), "{words}: {missing:?}");

    // Looked into, nothing is changed.
    let before = fs::read(book.database()).unwrap();
    let preview = import(&book, &taken, &[]);
    assert_eq!(preview.code, 1, "{preview:?}");
    for words in ["3 statements come back", "K1 achieved", "Ann Trainee", "Sam Supervisor", "withdraw"] {
        assert!(preview.out.contains(words), "{words}: {preview:?}");
    }
    assert!(preview.err.contains("Nothing has changed. To do it, add --yes"), "{preview:?}");
    assert_eq!(fs::read(book.database()).unwrap(), before);

    let done = import(&book, &taken, &["--yes", "--json"]).done().json();
    assert_eq!((&done["schema"], &done["done"]), (&"countersign/import/1".into(), &true.into()));
    assert_eq!(done["size"], size + 3);
    assert_eq!((state(&book, "K1").as_str(), state(&book, "K2").as_str()), ("signed", "open"));
    let record = book.run(&["trainee", "Ann Trainee"]).done().out;
    assert!(record.contains("Well done") && record.contains("withdrawn by Sam Supervisor"), "{record}");
    let history = book.run(&["history", "kind:import"]).done().out;
    for words in [
        "K1 achieved · Ann Trainee · restored from a receipt: “",
        "K2 achieved · Ann Trainee · restored from a receipt: “",
        "“Another trainee” · restored from a receipt: “",
    ] {
        assert!(history.contains(words), "{words}: {history}");
    }

    // The file is sound by itself; against the receipts it still lost what it lost, and says what came back.
    assert_eq!(verify(&book, &[]).code, 3);
    let told = verify(&book, &taken);
    assert_eq!(told.code, 2, "{told:?}");
    assert!(told.out.contains("put it back"), "{told:?}");
    book.run(&["rebuild"]).done();
    assert_eq!((verify(&book, &[]).code, state(&book, "K1").as_str()), (3, "signed"));

    // A second time there is nothing left to do, and what is receipted now holds.
    let again = import(&book, &taken, &["--yes"]).done();
    assert!(again.out.starts_with("Nothing to put back") && again.out.contains("there, entry"), "{again:?}");
    assert_eq!(book.size(), size + 3);
    // A receipt covers what the log holds: the import, at its own position, which names what it put back.
    let rows = book.run(&["receipts", "Ann Trainee", "--json"]).done().json()["receipts"].as_array().unwrap().clone();
    assert_eq!(rows.len(), taken.len());
    for ((row, lost), position) in rows.iter().zip(&taken).zip(size..) {
        let (lost, text) = (PathBuf::from(lost), row["text"].as_str().unwrap());
        let lost = lost.file_stem().unwrap().to_str().unwrap();
        assert_eq!((&row["position"], text.contains(lost)), (&position.into(), true), "{text}");
        let full = book.run(&["export", "--statement", row["id"].as_str().unwrap(), "--json"]).done().json();
        assert_eq!(full["statements"][0]["position"], position, "{lost}");
        assert!(text.contains(full["statements"][0]["text"].as_str().unwrap()), "{text}");
    }
    let new = receipts(&book, "new");
    assert_eq!(verify(&book, &new).code, 0, "{:?}", verify(&book, &new));
}

#[test]
fn all_comes_back_or_nothing_and_each_refusal_leaves_the_file_as_it_was() {
    let (book, taken) = rolled_back();
    let before = fs::read(book.database()).unwrap();
    let other = Book::demo();
    fs::create_dir(path(&book, "theirs")).unwrap();
    other.run(&["receipts", "Alex Trainee", "--out", &path(&book, "theirs")]).done();
    let theirs: Vec<PathBuf> = fs::read_dir(path(&book, "theirs")).unwrap().map(|file| file.unwrap().path()).collect();
    let text = fs::read_to_string(&taken[0]).unwrap();
    let altered = path(&book, "altered");
    fs::write(&altered, text.replace("Well done", "Well dome")).unwrap();
    // The withdrawal alone: what it withdraws is not there.
    for (files, code, words) in [
        (vec![theirs[0].to_str().unwrap().to_owned()], 2, "is a receipt of the log"),
        (vec![taken[0].clone(), altered.clone()], 1, "The signature in it is not valid"),
        (vec![taken[2].clone()], 1, "Putting lost sign-offs back"),
        (vec![taken[0].clone(), taken[2].clone()], 1, "Putting lost sign-offs back"),
        (vec![path(&book, "nothing-here")], 2, "There is no such file"),
    ] {
        let refused = import(&book, &files, &["--yes"]);
        assert_eq!((refused.code, refused.out.as_str()), (code, ""), "{files:?}: {refused:?}");
        assert!(refused.err.contains(words), "{words}: {refused:?}");
        assert_eq!(fs::read(book.database()).unwrap(), before, "{files:?}");
    }
    let supervisor = book.supervisor(&["import", "--receipt", &taken[0], "--reason", "mine", "--yes"]);
    supervisor.refused(2, "is not a training officer");
    assert_eq!(fs::read(book.database()).unwrap(), before);
}

#[test]
fn a_dry_run_checks_every_kind_of_statement_and_all_groups_of_them() {
    let (book, taken) = rolled_back();
    let mut app = App::open_default(DataDir::new(book.data())).unwrap();
    let officer: PersonId = book.id_of("Olu Officer").parse().unwrap();
    let own = roster::leave(&mut app, &officer, &Credential::DryRun, &officer).unwrap_err();
    assert_eq!(own.why, RuleViolation::OwnRole.to_string());
    let mut import = |files: &[usize]| {
        let read = |at: &usize| (taken[*at].clone(), fs::read_to_string(&taken[*at]).unwrap());
        let plan = receipt_import::plan_import(&app, &files.iter().map(read).collect::<Vec<_>>()).unwrap();
        let reason = SafeText::line("The disk failed").unwrap();
        receipt_import::import(&mut app, &officer, &Credential::DryRun, plan, &reason)
    };
    assert!(import(&[0, 1, 2]).unwrap().is_dry_run());
    // The withdrawal of K2's sign-off is in the second group, and that sign-off does not come back.
    assert_eq!(import(&[0, 2]).unwrap_err().why, RuleViolation::NoTarget.to_string());
}

#[test]
fn what_was_erased_stays_erased_and_what_is_there_is_not_put_back_twice() {
    let book = Book::founded();
    let signed = book.supervisor(&["sign-off", "Ann Trainee", "K1", "--json"]).done().json();
    let id = signed["statements"][0]["id"].as_str().unwrap().to_owned();
    let taken = receipts(&book, "kept");
    let there = import(&book, &taken, &["--yes"]).done();
    assert!(there.out.contains("there, entry"), "{there:?}");
    let erased = book.officer(&["erase", &id, "--reason", "Asked for"]);
    assert_eq!(erased.code, 0, "{erased:?}");
    let size = book.size();
    let refused = import(&book, &taken, &["--yes"]).done();
    assert!(refused.out.contains("It was erased"), "{refused:?}");
    assert_eq!(book.size(), size);
    assert_eq!(verify(&book, &taken).code, 0, "the leaf is kept");
}

#[test]
fn what_came_back_is_exported_read_and_withdrawn_by_its_own_id() {
    let (book, taken) = rolled_back();
    import(&book, &taken, &["--yes"]).done();
    let record = book.run(&["trainee", "Ann Trainee", "--json"]).json();
    let k1 = record["ksbs"].as_array().unwrap().iter().find(|ksb| ksb["id"] == "K1").unwrap().clone();
    let id = k1["records"][0]["id"].as_str().unwrap();
    let lost = fs::read_to_string(&taken[0]).unwrap();
    let text = lost.split_once(" bytes\n").unwrap().1.split_once("-----BEGIN").unwrap().0;
    let full = book.run(&["export", "--statement", id, "--json"]).done().json();
    let row = &full["statements"][0];
    assert_eq!(
        (&row["text"], &row["sound"], &row["position"]),
        (&text.into(), &true.into(), &k1["records"][0]["position"])
    );
    assert!(lost.contains(row["signature"].as_str().unwrap()), "{row}");
    // A trainee takes it away over SSH, too, with the key that checks it.
    book.officer(&["ssh", "add", "Ann Trainee", "--key", &book.login_key("ann")]).done();
    let mut session = book.command();
    session.args(["session", &book.id_of("Ann Trainee")]).env("SSH_ORIGINAL_COMMAND", "export");
    let taken = String::from_utf8(session.output().unwrap().stdout).unwrap();
    assert!(taken.contains(&format!("==> {id}.txt <==\n{text}==> {id}.txt.sig <==")), "{taken}");
    let sam = format!("{} namespaces=", book.id_of("Sam Supervisor"));
    assert!(taken.contains(&sam), "{taken}");
    // As the department's own file says it, to the letter.
    let all = book.run(&["export", "--signers"]).done().out;
    let lines = taken.lines().filter(|line| line.contains(" namespaces=\"") && !line.starts_with("signer "));
    assert!(lines.clone().count() >= 2 && lines.clone().all(|line| all.lines().any(|l| l == line)), "{taken}\n{all}");
    book.supervisor(&["withdraw", id, "--reason", "Seen again"]).done();
    assert_eq!(state(&book, "K1"), "open");
    assert_eq!(verify(&book, &[]).code, 3);
}
