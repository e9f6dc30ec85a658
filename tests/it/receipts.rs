//! What is kept outside a file: receipts and checkpoints that hold, that no change passes, and that tell what a file lost.

use std::path::{Path, PathBuf};
use std::process::Command;

use countersign_ledger::note::LogVerifier;
use countersign_ledger::receipt::TlogProof;
use countersign_ledger::receipt_text::Receipt;

use crate::cli::book::Book;
use crate::random::{in_full, random};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/guide/check-receipt.py");

/// The receipts of the demo's first trainee, one file each, and their folder.
fn receipts(book: &Book) -> Vec<PathBuf> {
    let folder = book.0.path().join("kept");
    book.run(&["receipts", "Alex Trainee", "--out", "kept"]).done();
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    assert!(files.len() > 20, "{files:?}");
    files
}

fn python(files: &[PathBuf]) -> bool {
    let output = Command::new("python3").arg(SCRIPT).args(files).output().unwrap();
    let good = String::from_utf8_lossy(&output.stdout).lines().filter(|line| line.starts_with("good: ")).count();
    output.status.success() && good == files.len()
}

#[test]
#[ignore = "slow: many runs of other programs"]
fn a_receipt_is_checked_by_a_small_script_and_no_altered_line_of_one_passes() {
    let there = |program: &str| Command::new(program).arg("-V").output().is_ok();
    if !there("python3") || !there("ssh-keygen") {
        return eprintln!("skipped: python3 or ssh-keygen is not here");
    }
    assert!(std::fs::read_to_string(SCRIPT).unwrap().lines().count() <= 90);
    let book = Book::demo();
    let files = receipts(&book);
    assert!(python(&files[..5]));
    let text = std::fs::read_to_string(&files[3]).unwrap();
    let altered = book.0.path().join("altered.receipt");
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.is_empty()) {
        let at = line.len() / 2;
        let other = if &line[at..=at] == "7" { "8" } else { "7" };
        let changed = format!("{}{other}{}", &line[..at], &line[at + 1..]);
        let lines: Vec<&str> =
            text.lines().enumerate().map(|(n, l)| if n == number { changed.as_str() } else { l }).collect();
        std::fs::write(&altered, lines.join("\n") + "\n").unwrap();
        assert!(!python(std::slice::from_ref(&altered)), "line {}: {line}", number + 1);
        let ours = book.run(&["verify", "--receipt", altered.to_str().unwrap()]);
        assert!([1, 2].contains(&ours.code), "line {}: {ours:?}", number + 1);
    }
}

/// Small changes from a seed: a byte, two bytes swapped, a piece cut out or doubled, a piece of another.
fn mutated(text: &str, other: &str, random: &mut fastrand::Rng) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let at = random.usize(..bytes.len());
    let to = (at + random.usize(1..40)).min(bytes.len());
    match random.u8(..5) {
        0 => bytes[at] = bytes[at].wrapping_add(random.u8(1..)),
        1 => bytes.swap(at, random.usize(..text.len())),
        2 => drop(bytes.drain(at..to)),
        3 => {
            let piece = bytes[at..to].to_vec();
            bytes.splice(at..at, piece);
        }
        _ => {
            let from = random.usize(..other.len());
            let piece = other.as_bytes()[from..(from + to - at).min(other.len())].to_vec();
            bytes.splice(at..to, piece);
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn mutations(count: usize) {
    let book = Book::demo();
    let texts: Vec<String> = receipts(&book).iter().map(|file| std::fs::read_to_string(file).unwrap()).collect();
    let first = Receipt::parse(&texts[2]).unwrap();
    let leaf = first.check().unwrap().leaf_data;
    let (log, proof): (LogVerifier, String) = (first.log.clone(), first.proof.render());
    let note = first.proof.checkpoint_text.clone();
    let mut random = random(0);
    let mut tried = 0;
    while tried < count {
        let (one, other) = (random.choice(&texts).unwrap().clone(), random.choice(&texts).unwrap().clone());
        let altered = mutated(&one, &other, &mut random);
        if altered != one {
            tried += 1;
            assert!(Receipt::parse(&altered).and_then(|receipt| receipt.check()).is_err(), "{altered}");
        }
        let altered = mutated(&proof, &other, &mut random);
        if altered != proof {
            tried += 1;
            assert!(TlogProof::parse(&altered).and_then(|proof| proof.verify(&leaf, &log)).is_err(), "{altered}");
        }
        let altered = mutated(&note, &other, &mut random);
        if altered != note {
            tried += 1;
            assert!(log.open(&altered).is_err(), "{altered}");
        }
    }
}

#[test]
#[ignore = "slow: many runs of other programs"]
fn of_thousands_of_mutated_receipts_proofs_and_checkpoints_none_is_accepted() {
    mutations(15_000);
}

#[test]
#[ignore = "the full figure"]
fn of_thousands_of_mutated_receipts_proofs_and_checkpoints_none_is_accepted_in_full() {
    mutations(in_full(100_000));
}

fn verified(file: &Path, receipt: &Path) -> (i32, String) {
    let book = Book::empty();
    let ran = book.run(&["verify", file.to_str().unwrap(), "--receipt", receipt.to_str().unwrap()]);
    (ran.code, ran.out)
}

#[test]
#[ignore = "slow: many runs of other programs"]
fn a_receipt_tells_what_a_file_alone_cannot_a_cut_tail_an_old_copy_a_fork_a_new_key() {
    let book = Book::demo();
    let old = book.0.path().join("old.db");
    std::fs::copy(book.database(), &old).unwrap();
    book.sam(&["sign-off", "Alex Trainee", "K1", "K2"]).done();
    let newest = book.0.path().join("newest.receipt");
    let text =
        book.run(&["receipts", "Alex Trainee", "--json"]).done().json()["receipts"].as_array().unwrap().last().unwrap()
            ["text"]
            .clone();
    std::fs::write(&newest, text.as_str().unwrap()).unwrap();
    let now = book.0.path().join("now.db");
    let connection = rusqlite::Connection::open(book.database()).unwrap();
    connection.execute("VACUUM INTO ?1", [now.to_str().unwrap()]).unwrap();
    assert_eq!(verified(&now, &newest).0, 0);
    // An old copy: sound by itself, and not what it was.
    let alone = Book::empty().run(&["verify", old.to_str().unwrap()]);
    assert_eq!(alone.code, 3, "{alone:?}");
    let (code, said) = verified(&old, &newest);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("is missing") && said.contains("2 entries are missing"), "{said}");
    // A fork: the old copy goes on otherwise.
    let fork = Book::demo();
    std::fs::copy(&old, fork.database()).unwrap();
    fork.sam(&["sign-off", "Alex Trainee", "S1", "S2", "S3"]).done();
    let forked = fork.0.path().join("forked.db");
    let connection = rusqlite::Connection::open(fork.database()).unwrap();
    connection.execute("VACUUM INTO ?1", [forked.to_str().unwrap()]).unwrap();
    assert_eq!(Book::empty().run(&["verify", forked.to_str().unwrap()]).code, 3);
    let (code, said) = verified(&forked, &newest);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("This is not statement") && said.contains("do not match"), "{said}");
    // Another log of the same name with a key of its own.
    let other = Book::empty();
    other.run(&[
        "demo",
        "--make",
        other.data().to_str().unwrap(),
        "--trainees",
        "3",
        "--sign-offs",
        "300",
        "--seed",
        "9",
    ]);
    let (code, said) = verified(&other.database(), &newest);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("The log's key is not the one in the receipt"), "{said}");
    // And one of another name is refused in words.
    let founded = Book::founded();
    let refused =
        Book::empty().run(&["verify", founded.database().to_str().unwrap(), "--receipt", newest.to_str().unwrap()]);
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(refused.err.contains("is a receipt of the log"), "{refused:?}");
}

#[test]
fn a_checkpoint_code_that_a_person_copied_is_compared_too() {
    let book = Book::demo();
    let code = book.run(&["checkpoint", "--code"]).done().out.trim().to_owned();
    for copy in [code.clone(), code.to_lowercase(), code.replace('-', " ")] {
        assert_eq!(book.run(&["verify", "--checkpoint", &copy]).code, 0, "{copy}");
    }
    let wrong = if code.ends_with('Z') { code.replace('Z', "Y") } else { format!("{}Z", &code[..code.len() - 1]) };
    let ran = book.run(&["verify", "--checkpoint", &wrong]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.out.contains("do not match the code"), "{ran:?}");
    let later = code.replacen(|c: char| c.is_ascii_digit(), "9999", 1);
    assert!(book.run(&["verify", "--checkpoint", &later]).out.contains("are missing"));
    book.run(&["verify", "--checkpoint", "no-such-file"]).refused(2, "There is no such file");
}

#[test]
fn what_is_not_a_receipt_is_named_with_its_file_and_line_and_a_good_one_needs_no_file() {
    let book = Book::demo();
    let files = receipts(&book);
    let text = std::fs::read_to_string(&files[0]).unwrap();
    let kept = |name: &str, text: &str| {
        let path = book.0.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let lines = text.lines().count();
    for (file, words) in [
        (kept("empty", ""), "Line 1 should be countersign-receipt/1".to_owned()),
        (kept("mark", &text.replacen("signer", "\u{feff}x", 1)), "Line 3 should be the statement".to_owned()),
        (kept("second", &format!("{text}countersign-receipt/1\nnothing\n")), format!("Line {} should be", lines + 2)),
        (kept("note", &book.run(&["checkpoint"]).out), "Line 1 should be".to_owned()),
    ] {
        let ran = book.run(&["verify", "--receipt", &file]);
        assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{file}: {ran:?}");
        assert!(ran.err.contains(&words) && ran.err.contains(&file), "{words}: {ran:?}");
    }
    let nowhere = Book::empty();
    let ran = nowhere.run(&["verify", "--json", "--receipt", files[0].to_str().unwrap()]);
    assert_eq!((ran.code, ran.json()["verdict"].as_str()), (3, Some("cannot-tell")), "{ran:?}");
}
