//! Claims and evidence from the command line: made by the trainee alone, answered by a supervisor, and what bad input gets.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::sync::OnceLock;

use serde_json::Value;

use crate::cli::book::{Book, Ran};
use crate::owner::Owner;

const ADA: &str = "wren basil copper dune 3";
const BEA: &str = "fjord maple lantern silk 8";
const PDF: &[u8] = b"%PDF-1.7\naudit of the fourth quarter\n";

/// A book with two trainees who have keys, on ST0413.
pub fn staffed() -> Book {
    static MADE: OnceLock<Book> = OnceLock::new();
    Book::once(&MADE, || {
        let book = Book::founded();
        for (name, secret, file) in [("Ada Apprentice", ADA, "ada"), ("Bea Beginner", BEA, "bea")] {
            let key = book.keep(file, secret);
            book.officer(&["person", "add", name, "--role", "trainee", "--new-passphrase-file", &key]).done();
            book.officer(&["enrol", name, "ST0413", "--start", "2025-09-01"]).done();
        }
        book
    })
}

fn by(book: &Book, who: &str, args: &[&str]) -> Ran {
    book.run(&[args, &["--as", who, "--passphrase-file", &book.secret(&who.to_lowercase())]].concat())
}

pub fn ada(book: &Book, args: &[&str]) -> Ran {
    by(book, "Ada", args)
}

/// A file next to the data.
pub fn file(book: &Book, name: &str, bytes: &[u8]) -> String {
    let path: PathBuf = book.0.path().join(name);
    fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

pub fn claims(book: &Book) -> Vec<Value> {
    book.run(&["claim", "list", "Ada", "--json"]).done().json()["claims"].as_array().unwrap().clone()
}

pub fn claim(book: &Book, args: &[&str]) -> String {
    let said = ada(book, &[&["claim"], args, &["--json"]].concat()).done().json();
    said["claims"][0]["id"].as_str().unwrap().to_owned()
}

pub fn state(book: &Book, code: &str) -> String {
    let trainee = book.run(&["trainee", "Ada", "--json"]).done().json();
    let ksbs = trainee["ksbs"].as_array().unwrap();
    ksbs.iter().find(|ksb| ksb["id"] == code).unwrap()["state"].as_str().unwrap().to_owned()
}

fn queue(book: &Book, args: &[&str]) -> Vec<Value> {
    book.run(&[&["queue", "--json"], args].concat()).done().json()["claims"].as_array().unwrap().clone()
}

pub fn sound(book: &Book) {
    let verified = book.run(&["verify"]);
    assert_eq!(verified.code, 3, "{verified:?}");
}

#[test]
fn a_claim_waits_is_answered_by_a_sign_off_that_names_it_and_its_evidence_and_then_waits_no_more() {
    let book = staffed();
    let pdf = file(&book, "audit-q4.pdf", PDF);
    let said = ["S26", "S27", "--reflection", "I led it.\n  Twice.", "--evidence", &pdf, "--of", "Sam"];
    let id = claim(&book, &said);
    assert_eq!((state(&book, "S26"), state(&book, "S28")), ("claimed".into(), "open".into()));
    let one = &claims(&book)[0];
    assert_eq!(one["reflection"], "I led it.\n  Twice.");
    assert_eq!((&one["files"][0]["name"], &one["files"][0]["claims"]), (&"audit-q4.pdf".into(), &1.into()));
    let outstanding = book.run(&["outstanding", "Ada"]).done().out;
    assert!(outstanding.contains("claimed ") && outstanding.contains("sent to Sam Supervisor"), "{outstanding}");
    assert_eq!(queue(&book, &["--of", "Sam"]).len(), 1);
    let json = book.supervisor(&["claim", "answer", &id, "--ksb", "S26", "--feedback", "Well argued", "--json"]).done();
    let statement = json.json()["statements"][0]["id"].as_str().unwrap().to_owned();
    let text = book.run(&["export", "--statement", &statement, "--json"]).done().json();
    let text = text["statements"][0]["text"].as_str().unwrap().to_owned();
    let digest = one["files"][0]["id"].as_str().unwrap();
    let claimed = one["digest"].as_str().unwrap();
    let lines = format!("\nclaim {id}\nclaimed sha256:{claimed}\nevidence sha256:{digest} audit-q4.pdf\n");
    assert!(text.contains(&lines), "{text}");
    assert_eq!((state(&book, "S26"), state(&book, "S27")), ("signed".into(), "claimed".into()));
    assert_eq!(queue(&book, &[])[0]["ksbs"], serde_json::json!(["S27"]));
    // A sign-off from elsewhere answers it too.
    book.supervisor(&["sign-off", "Ada", "S27"]).done();
    assert_eq!((queue(&book, &[]).len(), claims(&book)[0]["state"].clone()), (0, "answered".into()));
    assert_eq!(claims(&book)[0]["ksbs"][0]["answered_by"], statement.as_str());
    book.supervisor(&["claim", "answer", &id]).refused(1, "is no longer waiting: it is answered");
    sound(&book);
    let before = claims(&book);
    book.run(&["rebuild"]).done();
    assert_eq!(claims(&book), before);
    sound(&book);
}

#[test]
#[ignore = "slow: many runs of the program"]
fn a_claim_whose_answer_is_taken_back_waits_again_with_its_files_unless_it_was_made_again_or_taken_back() {
    let book = staffed();
    let pdf = file(&book, "audit-q4.pdf", PDF);
    let id = claim(&book, &["S26", "S27", "--reflection", "I led it.", "--evidence", &pdf, "--of", "Sam"]);
    let not = ["--not-achieved", "--feedback", "Too small", "--action", "Repeat it", "--by", "in 2 weeks"];
    let settled = |book: &Book| {
        sound(book);
        let before = claims(book);
        book.run(&["rebuild"]).done();
        assert_eq!(claims(book), before);
        sound(book);
    };
    for outcome in [&[][..], &not] {
        let answer = [&["claim", "answer", &id, "--json"], outcome].concat();
        let signed = book.supervisor(&answer).done().json()["statements"][0]["id"].as_str().unwrap().to_owned();
        assert_eq!(queue(&book, &[]).len(), 0);
        book.supervisor(&["withdraw", "--batch", &signed, "--reason", "Signed in error"]).done();
        let waiting = &queue(&book, &["--of", "Sam"])[0];
        assert_eq!(waiting["ksbs"], serde_json::json!(["S26", "S27"]));
        let one = &claims(&book)[0];
        assert_eq!((&one["state"], &one["reflection"]), (&"waiting".into(), &"I led it.".into()));
        assert_eq!(one["files"][0]["name"], "audit-q4.pdf");
        assert_eq!(state(&book, "S26"), "claimed");
        settled(&book);
        // What was withdrawn can be erased: the claim and its words still wait.
        assert_eq!(book.officer(&["erase", &signed, "--reason", "Wrong trainee"]).code, 0);
        assert_eq!(claims(&book)[0]["reflection"], "I led it.");
        settled(&book);
    }
    // Made again after it was answered, it does not wait twice.
    let signed = book.supervisor(&[&["claim", "answer", &id, "--json"], not.as_slice()].concat()).done().json();
    let again = claim(&book, &["--again", &id]);
    let all: Vec<&str> =
        signed["statements"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    book.supervisor(&[&["withdraw"], all.as_slice(), &["--reason", "Signed in error"]].concat()).done();
    assert_eq!(queue(&book, &[]).len(), 1);
    assert_eq!(queue(&book, &[])[0]["id"], again.as_str());
    settled(&book);
    // Of a claim that its trainee took back nothing waits.
    let signed = book.supervisor(&["claim", "answer", &again, "--ksb", "S26", "--json"]).done().json();
    ada(&book, &["claim", "withdraw", &again]).done();
    book.supervisor(&["withdraw", signed["statements"][0]["id"].as_str().unwrap(), "--reason", "x"]).done();
    assert_eq!((queue(&book, &[]).len(), claims(&book)[0]["state"].clone()), (0, "withdrawn".into()));
    settled(&book);
}

#[test]
fn what_is_not_achieved_is_listed_with_its_action_and_is_claimed_again_until_it_is_signed() {
    let book = staffed();
    let id = claim(&book, &["S26", "--reflection", "First try"]);
    let not = ["--not-achieved", "--feedback", "Too small", "--action", "Repeat it", "--by", "in 2 weeks"];
    book.supervisor(&[&["claim", "answer", &id], not.as_slice()].concat()).done();
    let row = |book: &Book| book.run(&["outstanding", "Ada", "--json"]).done().json()["ksbs"][0].clone();
    assert_eq!((row(&book)["id"].clone(), row(&book)["state"].clone()), ("S26".into(), "not-yet".into()));
    assert_eq!(row(&book)["action"]["what"], "Repeat it");
    let again = claim(&book, &["--again", &id, "--reflection", "Second try"]);
    // The action stays while the claim waits.
    assert_eq!(
        (row(&book)["state"].clone(), row(&book)["claim"]["id"].clone()),
        ("not-yet".into(), again.as_str().into())
    );
    assert_eq!(row(&book)["action"]["what"], "Repeat it");
    let newest = &claims(&book)[0];
    assert_eq!((&newest["again"], &newest["reflection"]), (&id.as_str().into(), &"Second try".into()));
    assert!(book.run(&["trainee", "Ada"]).done().out.contains("Repeat it"));
    book.supervisor(&["claim", "answer", &again]).done();
    assert_eq!(state(&book, "S26"), "signed");
    assert!(!book.run(&["outstanding", "Ada"]).done().out.contains("Repeat it"));
    sound(&book);
}

#[test]
fn a_claim_is_taken_back_and_made_again_and_two_never_wait_for_the_same_ksb() {
    let book = staffed();
    let id = claim(&book, &["K1", "K2"]);
    ada(&book, &["claim", "K2", "K3"]).refused(1, "K2 is already in a waiting claim, made on");
    ada(&book, &["claim", "withdraw", &id]).done();
    assert_eq!((state(&book, "K1"), claims(&book)[0]["state"].clone()), ("open".into(), "withdrawn".into()));
    ada(&book, &["claim", "withdraw", &id]).refused(1, "is no longer waiting: it is withdrawn");
    book.supervisor(&["claim", "answer", &id]).refused(1, "it is withdrawn");
    let second = claim(&book, &["K2", "--reflection", "x"]);
    // Taken up again while it waits, it gives way.
    let third = claim(&book, &["--again", &second]);
    let states: Vec<Value> = claims(&book).iter().map(|one| one["state"].clone()).collect();
    assert_eq!(states, ["waiting", "withdrawn", "withdrawn"]);
    assert_eq!(claims(&book)[0]["id"], third.as_str());
    assert_eq!(claims(&book)[0]["reflection"], "x");
}

#[test]
fn nobody_claims_for_anybody_else() {
    let book = staffed();
    let id = claim(&book, &["S26"]);
    let size = book.size();
    by(&book, "Bea", &["claim", "withdraw", &id]).refused(1, "This claim belongs to someone else");
    by(&book, "Bea", &["claim", "--again", &id]).refused(1, "This claim belongs to someone else");
    let bea = book.secret("bea");
    book.run(&["claim", "K1", "--as", "Ada", "--passphrase-file", &bea]).refused(1, "passphrase");
    book.supervisor(&["claim", "K1"]).refused(2, "trainee");
    ada(&book, &["claim", "K1", "--of", "Tess"]).refused(2, "No supervisor here matches “Tess”");
    ada(&book, &["claim", "K99"]).refused(2, "ST0413 1.1 has no K99");
    book.supervisor(&["sign-off", "Ada", "K5"]).done();
    ada(&book, &["claim", "K5"]).refused(1, "K5 is already signed");
    assert_eq!((claims(&book).len(), book.size()), (1, size + 1));
    // Two trainees' claims are two signatures.
    let other = by(&book, "Bea", &["claim", "S26", "--json"]).done().json()["claims"][0]["id"].clone();
    book.supervisor(&["claim", "answer", &id, other.as_str().unwrap()])
        .refused(2, "claims are from Ada Apprentice and Bea");
}

#[test]
fn a_file_is_kept_once_no_matter_who_hands_it_in_however_often_and_comes_out_as_it_went_in() {
    let book = staffed();
    let bytes: Vec<u8> = b"%PDF-1.7\n".iter().copied().chain((0..300_000_u32).map(|n| (n % 251) as u8)).collect();
    let (one, two) = (file(&book, "one.pdf", &bytes), file(&book, "two.pdf", &bytes));
    claim(&book, &["K1", "--evidence", &one]);
    claim(&book, &["K2", "--evidence", &two]);
    by(&book, "Bea", &["claim", "K1", "--evidence", &one]).done();
    let files = book.run(&["evidence", "list", "Ada", "--json"]).done().json()["files"].as_array().unwrap().clone();
    assert_eq!((files.len(), &files[0]["claims"], &files[0]["name"]), (1, &2.into(), &"one.pdf".into()));
    let file = rusqlite::Connection::open(book.database()).unwrap();
    let kept: (i64, i64) = file
        .query_row("SELECT count(*), sum(length(bytes)) FROM evidence_piece", [], |r| Ok((r.get(0)?, r.get(1)?)))
        .unwrap();
    assert_eq!(kept, (5, i64::try_from(bytes.len()).unwrap()));
    let short = &files[0]["id"].as_str().unwrap()[..12];
    let out = book.0.path().join("out");
    fs::create_dir(&out).unwrap();
    book.run(&["evidence", "save", short, out.to_str().unwrap()]).done();
    assert_eq!(fs::read(out.join("one.pdf")).unwrap(), bytes);
    assert_eq!(fs::metadata(out.join("one.pdf")).unwrap().permissions().mode() & 0o777, 0o600);
    book.run(&["evidence", "save", short, out.to_str().unwrap()]).refused(1, "There is a file of this name");
    // What was handed in is named again by its name or digest.
    claim(&book, &["K3", "--evidence", "one.pdf"]);
    claim(&book, &["K4", "--evidence", short]);
    ada(&book, &["evidence", "remove", short]).refused(1, "A claim uses this file");
    sound(&book);
}

#[test]
fn evidence_comes_in_by_standard_input_and_goes_again_where_no_claim_rests_on_it() {
    let book = staffed();
    let pdf = file(&book, "in.pdf", PDF);
    let run = |args: &[&str]| {
        let mut command = book.command();
        command.args(args).args(["--as", "Ada", "--passphrase-file", &book.secret("ada")]);
        command.write_stdin(fs::read(&pdf).unwrap()).output().unwrap()
    };
    assert!(run(&["evidence", "add"]).status.success());
    let files = book.run(&["evidence", "list", "Ada", "--json"]).done().json()["files"].clone();
    let name = files[0]["name"].as_str().unwrap().to_owned();
    assert!(name.starts_with("evidence-") && name.contains(".pdf"), "{name}");
    ada(&book, &["evidence", "remove", &name]).done();
    assert_eq!(book.run(&["evidence", "list", "Ada", "--json"]).done().json()["files"], serde_json::json!([]));
    let file = rusqlite::Connection::open(book.database()).unwrap();
    assert_eq!(file.query_row("SELECT count(*) FROM evidence_piece", [], |row| row.get(0)), Ok(0));
}

#[test]
fn a_file_that_is_none_too_large_or_holds_patient_data_is_refused_and_nothing_of_the_claim_is_kept() {
    let book = staffed();
    let good = file(&book, "good.pdf", PDF);
    let link = book.0.path().join("link.pdf");
    std::os::unix::fs::symlink(&good, &link).unwrap();
    let pipe = book.0.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let huge = book.0.path().join("huge.pdf");
    fs::File::create(&huge).unwrap().set_len(200 << 20).unwrap();
    let long = "x".repeat(140) + ".pdf";
    let own = book.data().join("countersign.db");
    let path = |path: &PathBuf| path.to_str().unwrap().to_owned();
    for (given, words) in [
        (path(&link), "It is a link, not a file"),
        (path(&pipe), "It is a device or pipe, not a file"),
        ("/dev/zero".into(), "It is a device or pipe, not a file"),
        (path(&book.data()), "It is a folder, not a file"),
        (path(&huge), "The file is larger than 25 MiB, the most that is accepted"),
        (path(&own), "It is in the data folder"),
        (path(&book.0.path().join("nothing.pdf")), "There is no such file"),
        (file(&book, "empty.txt", b""), "The file is empty"),
        (
            file(&book, "run.pdf", b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0"),
            "The file is not a PDF, PNG or JPEG picture",
        ),
        (file(&book, "notes.txt", b"one\nfor 943 476 5919 today\n"), "a valid NHS number (*** *** *919) on line 2"),
        (file(&book, "943 476 5919.pdf", PDF), "The file's name cannot be kept"),
        (file(&book, "a\u{202e}fdp.pdf", PDF), "The file's name cannot be kept"),
        (file(&book, &long, PDF), "it is longer than 120 bytes"),
    ] {
        let ran = ada(&book, &["claim", "S26", "--evidence", &good, "--evidence", &given]);
        assert!(ran.code != 0 && ran.err.contains(words), "{given}: {ran:?}");
        assert!(ran.err.contains("hint: "), "{given}: {ran:?}");
    }
    for (text, words) in [("seen 943 476 5919", "NHS number"), ("a\u{202e}b", "cannot be shown"), ("", "empty")] {
        let ran = ada(&book, &["claim", "S26", "--reflection", text]);
        assert!(ran.code != 0 && ran.err.contains(words), "{text:?}: {ran:?}");
    }
    let many: Vec<String> =
        (0..11).map(|n| file(&book, &format!("f{n}.txt"), format!("file {n}\n").as_bytes())).collect();
    let named: Vec<&str> = many.iter().flat_map(|path| ["--evidence", path.as_str()]).collect();
    ada(&book, &[&["claim", "S26"], named.as_slice()].concat())
        .refused(1, "A claim can have at most 10 files. This one has 11");
    assert_eq!((claims(&book).len(), state(&book, "S26")), (0, "open".into()));
    assert_eq!(book.run(&["evidence", "list", "Ada", "--json"]).done().json()["files"], serde_json::json!([]));
    let left: Vec<_> = fs::read_dir(book.data())
        .unwrap()
        .filter(|e| e.as_ref().unwrap().file_name().to_str().unwrap().contains(".part"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn evidence_that_was_changed_or_taken_away_is_seen_by_verify_and_a_backup_has_it() {
    let book = staffed();
    let pdf = file(&book, "audit.pdf", PDF);
    let id = claim(&book, &["S26", "--evidence", &pdf]);
    book.supervisor(&["claim", "answer", &id]).done();
    let backup = book.0.path().join("backup.db");
    book.run(&["backup", backup.to_str().unwrap(), "--json"]).done();
    let digest = claims(&book)[0]["files"][0]["id"].as_str().unwrap().to_owned();
    for (sql, words) in [
        (
            "UPDATE evidence_piece SET bytes = zeroblob(length(bytes))",
            format!("The evidence sha256:{digest} does not match its digest"),
        ),
        ("DELETE FROM evidence_piece", format!("The evidence sha256:{digest} does not match its digest")),
        ("UPDATE evidence SET erased = 1", "is marked as erased, and its bytes are still there".into()),
        (
            "DELETE FROM claim_evidence; DELETE FROM holding; DELETE FROM evidence_piece; DELETE FROM evidence",
            format!("It names the evidence sha256:{digest}, which is not in the file"),
        ),
        (
            "INSERT INTO evidence_piece VALUES (655360, x'01')",
            "1 stored part of an evidence file belongs to no file".into(),
        ),
    ] {
        let copy = book.0.path().join("copy.db");
        fs::copy(&backup, &copy).unwrap();
        let file = Owner::of(&copy);
        file.execute_batch(sql).unwrap();
        drop(file);
        let verified = book.run(&["verify", copy.to_str().unwrap()]);
        assert_eq!(verified.code, 1, "{sql}: {verified:?}");
        assert!(verified.out.contains(&words), "{sql}: {verified:?}");
    }
    sound(&book);
}

#[test]
fn with_a_sign_off_goes_the_evidence_and_the_reflection_that_nothing_else_rests_on() {
    let book = staffed();
    let (own, shared) = (file(&book, "own.txt", b"marmalade zeppelin\n"), file(&book, "shared.txt", b"brass teapot\n"));
    let said = ["K1", "--reflection", "velvet hammer", "--evidence", &own, "--evidence", &shared];
    let first = claim(&book, &said);
    let second = claim(&book, &["K2", "--evidence", &shared]);
    let signed = book.supervisor(&["claim", "answer", &first, "--json"]).done().json();
    book.supervisor(&["claim", "answer", &second]).done();
    book.officer(&[
        "erase",
        signed["statements"][0]["id"].as_str().unwrap(),
        "--reason",
        "it named a patient",
        "--json",
    ])
    .done();
    let raw = fs::read(book.database()).unwrap();
    let holds = |words: &str| raw.windows(words.len()).any(|part| part == words.as_bytes());
    assert_eq!((holds("marmalade zeppelin"), holds("velvet hammer"), holds("brass teapot")), (false, false, true));
    let one = claims(&book).into_iter().find(|one| one["id"] == first.as_str()).unwrap();
    assert_eq!(one["reflection"], Value::Null);
    let erased: Vec<&Value> = one["files"].as_array().unwrap().iter().map(|file| &file["erased"]).collect();
    assert!(erased.contains(&&true.into()) && erased.contains(&&false.into()), "{one}");
    sound(&book);
    book.run(&["rebuild"]).done();
    sound(&book);
}

#[test]
fn who_leaves_waits_for_nothing_and_what_a_person_claimed_comes_out_with_what_is_held_of_them() {
    let book = staffed();
    let pdf = file(&book, "audit.pdf", PDF);
    claim(&book, &["S26", "--reflection", "velvet hammer", "--evidence", &pdf]);
    let stored_files = book.run(&["export", "--person", "Ada", "--json"]).done().json().to_string();
    assert!(stored_files.contains("velvet hammer") && stored_files.contains("audit.pdf"), "{stored_files}");
    book.officer(&["person", "leave", "Ada"]).done();
    assert_eq!(queue(&book, &[]).len(), 0);
    book.run(&["rebuild"]).done();
    assert_eq!(queue(&book, &[]).len(), 0);
    sound(&book);
}

#[test]
fn a_queue_is_of_one_supervisor_and_of_anyone_oldest_first_and_is_filtered_by_words() {
    let book = staffed();
    let tom = book.keep("tom", "anvil ribbon quartz otter 2");
    book.officer(&["person", "add", "Tom Sumner", "--role", "supervisor", "--new-passphrase-file", &tom]).done();
    claim(&book, &["K1", "--of", "Sam"]);
    claim(&book, &["K2"]);
    by(&book, "Bea", &["claim", "K3", "--of", "Tom"]).done();
    let codes = |args: &[&str]| -> Vec<String> {
        queue(&book, args).iter().map(|one| one["ksbs"][0].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(codes(&["--of", "Sam"]), ["K1", "K2"]);
    assert_eq!(codes(&["--of", "Tom"]), ["K2", "K3"]);
    assert_eq!(codes(&[]), ["K1", "K2", "K3"]);
    assert_eq!(codes(&["bea"]), ["K3"]);
    assert_eq!(codes(&["ada", "k2"]), ["K2"]);
    assert_eq!(codes(&["sam"]), ["K1"]);
    assert!(book.run(&["queue"]).done().out.contains("anyone"));
}

/// What `verify` finds wrong.
fn faults(book: &Book) -> Vec<String> {
    let verified = book.run(&["verify", "--json"]).json();
    verified["faults"].as_array().unwrap().iter().map(|fault| fault["what"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn evidence_of_a_statement_that_is_there_is_never_gone_under_the_erasure_of_another() {
    let book = staffed();
    let pdf = file(&book, "audit.pdf", PDF);
    let claimed = claim(&book, &["K1", "--evidence", &pdf]);
    book.supervisor(&["claim", "answer", &claimed]).done();
    let other = book.supervisor(&["sign-off", "Ada", "K2", "--json"]).done().json();
    let other = other["statements"][0]["id"].as_str().unwrap();
    assert_eq!(book.officer(&["erase", other, "--reason", "it named a patient"]).code, 0);
    assert_eq!(faults(&book), [""; 0]);
    let kept = fs::read(book.database()).unwrap();
    for sql in [
        "DELETE FROM evidence_piece; UPDATE evidence SET erased = (SELECT statement FROM erased)",
        "DELETE FROM evidence_piece; UPDATE evidence SET erased = 3",
        "UPDATE evidence SET erased = (SELECT statement FROM erased)",
        "DELETE FROM evidence_piece; DELETE FROM holding; DELETE FROM claim_evidence; DELETE FROM evidence",
        "DELETE FROM evidence_piece",
        "UPDATE evidence_piece SET bytes = CAST(bytes || x'00' AS BLOB)",
        "UPDATE evidence SET digest = randomblob(32)",
    ] {
        fs::write(book.database(), &kept).unwrap();
        Owner::of(&book.database()).execute_batch(sql).unwrap();
        let told = faults(&book);
        assert!(told.iter().any(|what| what.contains("evidence sha256:")), "{sql}: {told:?}");
    }
}
