//! Texts that a person saved on Windows: receipts, checkpoints, passphrases, reflections and public keys read the same.

use std::path::PathBuf;
use std::process::Command;

use crate::cli::book::Book;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/guide/check-receipt.py");

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(format!("{}/tests/fixtures/saved/{name}", env!("CARGO_MANIFEST_DIR")))
}

/// Every way in which Windows programs save a text.
fn ways(text: &str) -> Vec<(String, Vec<u8>)> {
    let mut ways = Vec::new();
    for (ends, lines) in [("LF", "\n"), ("CRLF", "\r\n")] {
        for (marked, mark) in [("", ""), (" with a mark", "\u{feff}")] {
            let text = format!("{mark}{}", text.replace('\n', lines));
            let wide = |unit: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(unit).collect();
            ways.push((format!("UTF-8 {ends}{marked}"), text.as_bytes().to_vec()));
            ways.push((format!("UTF-16LE {ends}{marked}"), wide(u16::to_le_bytes)));
            ways.push((format!("UTF-16BE {ends}{marked}"), wide(u16::to_be_bytes)));
        }
    }
    ways
}

/// Saves bytes in a file of its owner's.
fn save(book: &Book, name: &str, bytes: &[u8]) -> String {
    let path = book.keep(name, "");
    std::fs::write(&path, bytes).unwrap();
    path
}

/// What the script says: whether all is good, and its answer.
fn script(path: &str) -> Option<(bool, String, String)> {
    let there = |program: &str| Command::new(program).arg("-V").output().is_ok();
    if !there("python3") || !there("ssh-keygen") {
        println!("skipped: python3 or ssh-keygen is not here");
        return None;
    }
    let output = Command::new("python3").arg(SCRIPT).arg(path).output().unwrap();
    let [out, err] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    Some((output.status.success(), out, err))
}

#[test]
#[ignore = "slow: many runs of other programs"]
fn a_receipt_saved_on_windows_is_the_receipt_that_was_printed() {
    let book = Book::empty();
    let plain = std::fs::read_to_string(fixture("receipt-lf.txt")).unwrap();
    let mut all = ways(&plain);
    all.push(("the kept file".into(), std::fs::read(fixture("receipt-crlf.txt")).unwrap()));
    // Two saved files joined, as `copy a+b` does.
    let half = plain[1..].find("countersign-receipt/1\n").unwrap() + 1;
    all.push(("joined".into(), format!("\u{feff}{}\u{feff}{}", &plain[..half], &plain[half..]).into_bytes()));
    for (way, bytes) in all {
        let file = save(&book, "saved.receipt", &bytes);
        let ran = book.run(&["verify", "--receipt", &file, "--json"]);
        assert_eq!((ran.code, ran.json()["verdict"].as_str()), (3, Some("cannot-tell")), "{way}: {ran:?}");
        if let Some((good, out, err)) = script(&file) {
            assert!(good && out.lines().count() == 2, "{way}: {out}{err}");
        }
        // The signature decides: one letter otherwise, and it is no longer good.
        let Ok(text) = String::from_utf8(bytes) else { continue };
        let altered = text.replacen("Alex", "Axel", 1);
        if altered != text {
            let file = save(&book, "altered.receipt", altered.as_bytes());
            assert_eq!(book.run(&["verify", "--receipt", &file]).code, 1, "{way}");
            assert!(script(&file).is_none_or(|(good, out, _)| !good && out.is_empty()), "{way}");
        }
    }
}

#[test]
fn a_receipt_saved_on_windows_puts_a_lost_sign_off_back() {
    let book = Book::founded();
    let old = book.0.path().join("old.db");
    book.run(&["backup", old.to_str().unwrap(), "--json"]).done();
    let mut kept = Vec::new();
    for code in ["K1", "K2", "K3", "K4", "K5", "K6"] {
        book.supervisor(&["sign-off", "Ann Trainee", code]).done();
        let all = book.run(&["receipts", "Ann Trainee", "--json"]).done().json();
        kept.push(all["receipts"].as_array().unwrap().last().unwrap()["text"].as_str().unwrap().to_owned());
    }
    std::fs::copy(&old, book.database()).unwrap();
    for beside in ["countersign.db-wal", "countersign.db-shm"] {
        let _ = std::fs::remove_file(book.data().join(beside));
    }
    for (number, text) in kept.iter().enumerate() {
        let (way, bytes) = ways(text).swap_remove(number * 2 + 1);
        let file = save(&book, "saved.receipt", &bytes);
        let put = book.officer(&["import", "--receipt", &file, "--reason", "The disk failed", "--yes", "--json"]);
        assert_eq!((put.code, put.json()["done"].as_bool()), (0, Some(true)), "{way}: {put:?}");
    }
    assert_eq!(book.run(&["trainee", "Ann Trainee", "--json"]).done().json()["trainee"]["signed"], 6);
}

#[test]
#[ignore = "slow: many runs of other programs"]
fn the_script_prints_nothing_of_a_receipt_but_its_keys_and_refuses_what_a_terminal_acts_on() {
    let book = Book::empty();
    let plain = std::fs::read_to_string(fixture("receipt-lf.txt")).unwrap();
    let line = |word: &str| plain.lines().filter(|line| line.starts_with(word)).find(|line| line.len() > 60).unwrap();
    let (signer, log) = (line("signer "), line("log "));
    let show = "\u{1b}[2K\rgood: sign-off by e687 ssh-ed25519 AAAATheirs log department+00000000+Theirs";
    for tail in [" ward", "\u{1b}[8m", " \u{1b}[2K\r", show, "\t", " ", " \u{202e}x", " \u{9b}2K", "\u{0}", " \u{200b}"]
    {
        for line in [signer, log] {
            let forged = plain.replacen(&format!("{line}\n"), &format!("{line}{tail}\n"), 1);
            let file = save(&book, "forged.receipt", forged.as_bytes());
            let Some((good, out, err)) = script(&file) else { return };
            assert!(!good && out.is_empty(), "{tail:?}: {out:?}");
            assert!(err.starts_with("BAD: ") && err.chars().all(|c| c == '\n' || (' '..='~').contains(&c)), "{err:?}");
            let ours = book.run(&["verify", "--receipt", &file]);
            assert!([1, 2].contains(&ours.code) && ours.out.is_empty(), "{tail:?}: {ours:?}");
        }
    }
    // Other words in the signer's line, which ssh-keygen would read as options or as another principal.
    for other in [
        signer.replacen("signer ", "signer *,", 1),
        signer.replacen(" namespaces", " cert-authority,namespaces", 1),
        signer.replacen(" namespaces=\"countersign-statement\"", "", 1),
        signer.replacen("countersign-statement", "countersign-statement,x", 1),
    ] {
        let file = save(&book, "forged.receipt", plain.replacen(signer, &other, 1).as_bytes());
        let Some((good, out, _)) = script(&file) else { return };
        assert!(!good && out.is_empty(), "{other}: {out}");
    }
    let file = save(&book, "good.receipt", plain.as_bytes());
    let Some((good, out, _)) = script(&file) else { return };
    let words = format!("by {} {} {}", "e687", &signer[signer.find("ssh-ed25519").unwrap()..], log);
    assert!(good && out.lines().all(|line| line.ends_with(&words)), "{out}");
}

#[test]
#[ignore = "slow: many runs of other programs"]
fn a_checkpoint_saved_on_windows_is_compared_and_a_later_one_is_missed() {
    let book = Book::founded();
    let note = book.run(&["checkpoint"]).out;
    let log = format!("{note}{}", {
        book.supervisor(&["sign-off", "Ann Trainee", "K1"]).done();
        book.run(&["checkpoint"]).out
    });
    let earlier = book.0.path().join("earlier.db");
    book.run(&["backup", earlier.to_str().unwrap(), "--json"]).done();
    book.supervisor(&["sign-off", "Ann Trainee", "K2"]).done();
    let later = book.run(&["checkpoint"]).out;
    for (text, code) in [(&note, 0), (&log, 0), (&later, 2)] {
        for (way, bytes) in ways(text) {
            let file = save(&book, "note.txt", &bytes);
            let ran = book.run(&["verify", earlier.to_str().unwrap(), "--checkpoint", &file]);
            assert_eq!(ran.code, code, "{way}: {ran:?}");
        }
    }
    for (way, bytes) in ways(&later) {
        let file = save(&book, "note.txt", &bytes);
        let reason = ["--reason", "x", "--checkpoint", &file];
        let ran = book.officer(&[&["restore", earlier.to_str().unwrap()], &reason[..]].concat());
        assert!(ran.code == 1 && !ran.err.contains("cannot be used"), "{way}: {ran:?}");
    }
}

#[test]
#[ignore = "slow: many runs of other programs"]
fn of_a_long_file_of_checkpoints_saved_as_utf_16_the_newest_are_read() {
    let book = Book::founded();
    let note = book.run(&["checkpoint"]).out;
    let long = note.repeat((5 << 20) / (2 * note.len()));
    book.supervisor(&["sign-off", "Ann Trainee", "K1"]).done();
    let text = format!("{long}{}", book.run(&["checkpoint"]).out);
    for (way, bytes) in ways(&text) {
        let file = save(&book, "checkpoints.log", &bytes);
        let ran = book.run(&["verify", "--checkpoint", &file]);
        assert_eq!(ran.code, 0, "{way}: {ran:?}");
    }
}

#[test]
fn a_passphrase_saved_on_windows_is_the_right_one_and_costs_no_try() {
    let book = Book::founded();
    for (number, (way, bytes)) in ways("fox lamp river stone 4\n").into_iter().enumerate() {
        let file = save(&book, "saved", &bytes);
        let code = format!("K{}", number + 1);
        let ran = book.run(&["sign-off", "Ann Trainee", &code, "--as", "Sam", "--passphrase-file", &file]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{way}: {ran:?}");
    }
    // A new one is the words alone, however its file was saved.
    let new = save(&book, "new", &std::fs::read(fixture("passphrase-bom.txt")).unwrap());
    let old = book.secret("supervisor");
    book.run(&["key", "passphrase", "--as", "Sam", "--passphrase-file", &old, "--new-passphrase-file", &new]).done();
    let plain = book.keep("plain", "lantern orchid gravel walnut harbour");
    for file in [&plain, &new] {
        let pin = book.keep("pin", "2947");
        book.run(&["key", "pin", "--as", "Sam", "--passphrase-file", file, "--pin-file", &pin]).done();
    }
}

#[test]
#[ignore = "slow: many runs of other programs"]
fn a_public_key_and_a_reflection_saved_on_windows_are_read() {
    let book = Book::founded();
    let key = std::fs::read_to_string(book.login_key("ann")).unwrap();
    let print = |path: &str| {
        let added = book.officer(&["ssh", "add", "Ann Trainee", "--key", path, "--json"]).done().json();
        added["logins"][0]["key"].as_str().unwrap_or_default().to_owned()
    };
    let plain = print(&save(&book, "plain.pub", key.as_bytes()));
    for (way, bytes) in ways(&key) {
        book.officer(&["ssh", "revoke", "Ann Trainee"]).done();
        assert_eq!(print(&save(&book, "saved.pub", &bytes)), plain, "{way}");
    }
    for file in ["utf16.pub", "ssh2.pub"] {
        book.officer(&["ssh", "add", "Ann Trainer", "--key", fixture(file).to_str().unwrap()]).done();
        book.officer(&["ssh", "revoke", "Ann Trainer"]).done();
    }
    let ann = book.keep("ann", "elm harp cliff basin 3");
    book.officer(&["key", "add", "Ann Trainee", "--new-passphrase-file", &ann]).done();
    let mut all = ways("Done\n\nsecond “line”\n");
    all.push(("the kept file".into(), std::fs::read(fixture("reflection-bom.txt")).unwrap()));
    for (number, (way, bytes)) in all.into_iter().enumerate() {
        let file = save(&book, "reflection", &bytes);
        let code = format!("S{}", number + 1);
        let made = ["claim", &code, "--reflection-file", &file, "--json", "--as", "Ann Trainee", "--passphrase-file"];
        let made = book.run(&[&made[..], &[&ann]].concat()).done().json();
        assert_eq!(made["claims"][0]["reflection"], "Done\n\nsecond “line”", "{way}");
    }
}
