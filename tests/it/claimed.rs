//! The claim that a sign-off names by its digest: a signature covers the reflection and the evidence that were handed in.

use std::fs;

use countersign_core::primitives::ids::Digest;
use countersign_core::statement::Body;
use countersign_core::statement::decode::decode;
use countersign_core::statement::encode::encode;
use countersign_core::statement::fields::DecodeFault;
use rusqlite::Connection;
use serde_json::Value;

use crate::claims::{ada, claim, claims, file, sound, staffed};
use crate::cli::book::{Book, SUPERVISOR};
use crate::live::Live;
use crate::owner::Owner;

const NOT_YET: [&str; 7] = ["--not-achieved", "--feedback", "x", "--action", "y", "--by", "tomorrow"];

/// The digest of a claim's text as the guide describes it, made of the JSON answer.
fn digest(claim: &Value) -> String {
    let text = |name: &str| claim[name].as_str().unwrap().to_owned();
    let escaped = |text: &str| text.replace('\\', "\\\\").replace('\n', "\\n");
    let (id, trainee, standard, made) = (text("id"), text("trainee"), text("standard"), text("made"));
    let mut lines = vec!["countersign-claim/1".to_owned(), format!("id {id}"), format!("trainee {trainee}")];
    lines.push(format!("standard {standard}"));
    lines.extend(claim["ksbs"].as_array().unwrap().iter().map(|ksb| format!("item {}", ksb["id"].as_str().unwrap())));
    lines.push(format!("made {made}"));
    lines.extend(claim["reflection"].as_str().map(|said| format!("reflection {}", escaped(said))));
    for file in claim["files"].as_array().unwrap() {
        let (id, name) = (file["id"].as_str().unwrap(), file["name"].as_str().unwrap());
        lines.push(format!("evidence sha256:{id} {}", escaped(name)));
    }
    Digest::of((lines.join("\n") + "\n").as_bytes()).hex()
}

fn text(book: &Book, id: &str) -> String {
    book.run(&["export", "--statement", id, "--json"]).json()["statements"][0]["text"].as_str().unwrap().to_owned()
}

fn signed(book: &Book, args: &[&str]) -> Vec<String> {
    let said = book.supervisor(&[args, &["--json"]].concat()).done().json();
    said["statements"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

/// A claim of three KSBs with a reflection and two files, two of its KSBs answered.
fn answered() -> (Book, String, Vec<String>) {
    let book = staffed();
    let (one, two) = (file(&book, "one.txt", b"brass teapot\n"), file(&book, "two.txt", b"marmalade zeppelin\n"));
    let said = ["K1", "K2", "K3", "--reflection", "velvet\nhammer", "--evidence", &one, "--evidence", &two];
    let id = claim(&book, &said);
    let ids = signed(&book, &["claim", "answer", &id, "--ksb", "K1", "--ksb", "K2"]);
    assert_eq!(ids.len(), 2);
    (book, id, ids)
}

#[test]
fn every_sign_off_that_answers_a_waiting_claim_names_its_digest_and_its_evidence() {
    let book = staffed();
    let notes = file(&book, "notes.txt", b"brass teapot\n");
    for (number, how) in [&["claim", "answer"][..], &["sign-off"], &["not"]].into_iter().enumerate() {
        for plain in [true, false] {
            let code = format!("K{}", number * 2 + 1 + usize::from(plain));
            let mut said = vec![code.as_str()];
            if !plain {
                said.extend(["--reflection", "I led it.\n  Twice: a\\b", "--evidence", &notes]);
            }
            let id = claim(&book, &said);
            let ids = match how {
                ["claim", ..] => signed(&book, &["claim", "answer", &id]),
                ["sign-off"] => signed(&book, &["sign-off", "Ada", &code]),
                _ => signed(&book, &[&["sign-off", "Ada", &code][..], &NOT_YET].concat()),
            };
            let claim = book.run(&["claim", "show", &id, "--json"]).done().json()["claims"][0].clone();
            let named = digest(&claim);
            assert_eq!(claim["digest"].as_str(), Some(named.as_str()), "{claim}");
            let text = text(&book, &ids[0]);
            assert!(text.contains(&format!("\nclaim {id}\nclaimed sha256:{named}\n")), "{text}");
            // What was handed in with it is signed too, whichever way it is answered.
            assert_eq!(text.contains("\nevidence sha256:"), !plain, "{text}");
        }
    }
    let ids = signed(&book, &["sign-off", "Ada", "S1"]);
    assert!(!text(&book, &ids[0]).contains("\nclaim"), "nothing waited for it");
    sound(&book);
}

#[test]
#[ignore = "slow: many runs of the program"]
fn a_claim_made_replaced_or_taken_back_after_the_dialog_opened_is_not_signed_unseen() {
    for change in ["made", "replaced", "taken back", "none"] {
        let book = staffed();
        let first = (change != "made").then(|| claim(&book, &["K1", "--reflection", "I watched."]));
        let mut live = Live::new(book, "Sam", SUPERVISOR);
        live.keys("home s");
        live.shows("Sign off K1 for Ada Apprentice");
        match (change, &first) {
            ("made", _) => drop(claim(&live.book, &["K1", "--reflection", "I led it."])),
            ("replaced", Some(id)) => drop(claim(&live.book, &["--again", id, "--reflection", "I led it."])),
            ("taken back", Some(id)) => drop(ada(&live.book, &["claim", "withdraw", id]).done()),
            _ => {}
        }
        let size = live.book.size();
        live.keys(&format!("'{SUPERVISOR}' enter"));
        let signed = live.book.size() - size;
        match change {
            "made" => live.shows("Ada Apprentice has claimed K1 since you looked"),
            "replaced" => live.shows("Ada Apprentice has replaced the claim on K1 since you looked"),
            "taken back" => live.shows("The claim of Ada Apprentice on K1 has gone since you looked"),
            _ => assert!(live.said().starts_with("Signed "), "{}", live.said()),
        }
        assert_eq!(signed, u64::from(change == "none"), "{change}: {}", live.text());
    }
}

#[test]
#[ignore = "slow: many runs of the program"]
fn a_claim_that_was_changed_after_it_was_signed_is_a_fault_at_the_sign_off() {
    let (book, _, _) = answered();
    let backup = book.0.path().join("kept.db");
    book.run(&["backup", backup.to_str().unwrap(), "--json"]).done();
    for sql in [
        "UPDATE claim SET reflection = 'another'",
        "UPDATE claim SET reflection = NULL",
        "UPDATE claim SET made = made - 1",
        "UPDATE claim SET version = '1.0'",
        "UPDATE claim SET id = randomblob(16)",
        "UPDATE claim SET trainee = (SELECT id FROM person WHERE name = 'Bea Beginner')",
        "DELETE FROM claim_item WHERE waits = 1",
        "DELETE FROM claim_item WHERE rowid_of_first", // replaced below
        "INSERT INTO claim_item SELECT claim, ksb + 40, trainee, 0, NULL FROM claim_item WHERE waits = 1",
        "DELETE FROM claim_evidence WHERE evidence = 1",
        "UPDATE holding SET name = 'other.txt' WHERE evidence = 1",
        "DELETE FROM holding WHERE evidence = 1",
        "DELETE FROM claim_evidence; DELETE FROM claim_item; DELETE FROM claim",
    ] {
        let sql = sql.replace("rowid_of_first", "answered IS NOT NULL");
        let copy = book.0.path().join("copy.db");
        fs::copy(&backup, &copy).unwrap();
        Owner::of(&copy).execute_batch(&sql).unwrap();
        let ran = book.run(&["verify", copy.to_str().unwrap(), "--json"]);
        assert_eq!(ran.code, 1, "{sql}: {ran:?}");
        let faults = ran.json()["faults"].clone();
        let at: Vec<u64> = faults
            .as_array()
            .unwrap()
            .iter()
            .filter(|fault| fault["what"].as_str().unwrap().contains("The claim that it answers"))
            .map(|fault| fault["position"].as_u64().unwrap())
            .collect();
        assert_eq!(at.len(), 2, "{sql}: {faults}");
    }
    // What comes after a claim is not in its digest.
    for sql in
        ["UPDATE claim SET asked = (SELECT id FROM person WHERE name LIKE 'Sam%')", "UPDATE claim SET again = NULL"]
    {
        let copy = book.0.path().join("copy.db");
        fs::copy(&backup, &copy).unwrap();
        Owner::of(&copy).execute_batch(sql).unwrap();
        assert_eq!(book.run(&["verify", copy.to_str().unwrap()]).code, 3, "{sql}");
    }
}

#[test]
fn taking_a_claim_back_or_up_again_changes_nothing_of_what_was_signed() {
    let (book, id, ids) = answered();
    let before = text(&book, &ids[0]);
    // The same bytes under another name, and a claim that takes this one up.
    let other = file(&book, "renamed.txt", b"brass teapot\n");
    ada(&book, &["evidence", "add", &other]).done();
    let again = claim(&book, &["K3", "--again", &id, "--reflection", "Once more", "--evidence", &other]);
    sound(&book);
    signed(&book, &["claim", "answer", &again]);
    ada(&book, &["claim", "K4"]).done();
    book.run(&["rebuild"]).done();
    sound(&book);
    assert_eq!(text(&book, &ids[0]), before);
    let (book, id, _) = answered();
    ada(&book, &["claim", "withdraw", &id]).done();
    sound(&book);
    book.run(&["rebuild"]).done();
    sound(&book);
}

#[test]
fn of_two_sign_offs_that_name_one_claim_one_may_be_erased_and_the_words_go_with_the_last() {
    let (book, id, ids) = answered();
    ada(&book, &["claim", "withdraw", &id]).done();
    let words = |book: &Book| {
        let one = claims(book).into_iter().find(|one| one["id"] == id.as_str()).unwrap();
        one["reflection"].as_str().map(str::to_owned)
    };
    let erase = |of: &str| {
        let ran = book.officer(&["erase", of, "--reason", "it named a patient", "--json"]);
        assert_eq!(ran.code, 0, "{ran:?}");
    };
    erase(&ids[0]);
    sound(&book);
    assert_eq!(words(&book).as_deref(), Some("velvet\nhammer"));
    book.run(&["rebuild"]).done();
    sound(&book);
    erase(&ids[1]);
    sound(&book);
    assert_eq!(words(&book), None);
    book.run(&["rebuild"]).done();
    sound(&book);
}

#[test]
fn a_sign_off_put_back_from_its_receipt_may_have_lost_its_claim_but_not_have_another() {
    let book = staffed();
    let old = book.0.path().join("old.db");
    book.run(&["backup", old.to_str().unwrap(), "--json"]).done();
    let id = claim(&book, &["K1", "--reflection", "velvet hammer"]);
    signed(&book, &["claim", "answer", &id]);
    let kept = book.0.path().join("kept.receipt");
    fs::write(&kept, book.run(&["receipts", "Ada"]).out).unwrap();
    fs::copy(&old, book.database()).unwrap();
    for beside in ["countersign.db-wal", "countersign.db-shm"] {
        let _ = fs::remove_file(book.data().join(beside));
    }
    let import = ["import", "--reason", "The disk failed", "--yes", "--json", "--receipt", kept.to_str().unwrap()];
    assert_eq!(book.officer(&import).json()["done"].as_bool(), Some(true));
    sound(&book);
    book.run(&["rebuild"]).done();
    sound(&book);
    let other = claim(&book, &["K2"]);
    let file = Connection::open(book.database()).unwrap();
    let blob = |id: &str| format!("x'{}'", id.replace('-', ""));
    file.execute(&format!("UPDATE claim SET id = {} WHERE id = {}", blob(&id), blob(&other)), []).unwrap();
    drop(file);
    let ran = book.run(&["verify"]);
    assert!(ran.code == 1 && ran.out.contains("is not the one that was signed"), "{ran:?}");
}

#[test]
fn a_claim_s_digest_has_one_spelling_and_statements_without_it_stay_as_they_are() {
    let (book, id, ids) = answered();
    let text = text(&book, &ids[0]);
    let line = text.lines().find(|line| line.starts_with("claimed ")).unwrap().to_owned() + "\n";
    let claim = format!("claim {id}\n");
    let old = text.replace(&line, "");
    let decoded = decode(&old).unwrap();
    assert_eq!(encode(&decoded).as_deref(), Ok(old.as_str()));
    assert!(matches!(&decoded.body, Body::SignOff(s) if s.claim.is_some() && s.claimed.is_none()));
    assert_eq!(encode(&decode(&text).unwrap()).as_deref(), Ok(text.as_str()));
    let evidence = text.lines().find(|line| line.starts_with("evidence ")).unwrap().to_owned() + "\n";
    for other in [
        text.replace(&claim, ""),
        text.replace(&format!("{claim}{line}"), &format!("{line}{claim}")),
        text.replace(&format!("{line}{evidence}"), &format!("{evidence}{line}")),
        text.replace(&line, &line.repeat(2)),
        text.replace(&line, &line.to_uppercase().replace("CLAIMED SHA256", "claimed sha256")),
        text.replace(&line, &line.replace("sha256:", "")),
        text.replace(&line, &line.replace('\n', " x\n")),
        text.replace(&line, "claimed sha256:00\n"),
    ] {
        assert!(other != text, "{other}");
        assert!(matches!(decode(&other), Err(DecodeFault::Field { .. } | DecodeFault::Form(_))), "{other}");
    }
}

#[test]
fn what_answered_a_claim_is_the_sign_off_that_names_it() {
    let (book, _, _) = answered();
    let other = signed(&book, &["sign-off", "Ada", "K9"]);
    assert_eq!(book.officer(&["erase", &other[0], "--reason", "it named a patient"]).code, 0);
    sound(&book);
    let kept = fs::read(book.database()).unwrap();
    let answered = "UPDATE claim_item SET answered = %, waits = 0 WHERE answered IS NOT NULL";
    for sql in [
        answered.replace('%', "(SELECT max(place) FROM entry)"),
        answered.replace('%', "(SELECT place FROM erased)"),
        answered.replace('%', "NULL"),
        format!(
            "UPDATE claim SET withdrawn = made + 5; {}",
            answered.replace('%', "(SELECT max(place) FROM sign_off)")
        ),
        "UPDATE claim SET size = 1000, waiting = 3; UPDATE claim_item SET answered = NULL, waits = 1".to_owned(),
    ] {
        fs::write(book.database(), &kept).unwrap();
        Owner::of(&book.database()).execute_batch(&sql).unwrap();
        let ran = book.run(&["verify"]);
        assert!(ran.code == 1 && ran.out.contains("laim"), "{sql}: {ran:?}");
    }
}

#[test]
fn a_claim_keeps_its_words_while_a_sign_off_that_was_put_back_names_it_and_no_order_is_a_false_alarm() {
    for erased_first in [false, true] {
        let book = staffed();
        let proof = file(&book, "proof.txt", b"brass teapot\n");
        let id = claim(&book, &["K1", "--reflection", "velvet hammer", "--evidence", &proof]);
        let old = book.0.path().join("old.db");
        book.run(&["backup", old.to_str().unwrap(), "--json"]).done();
        signed(&book, &["claim", "answer", &id]);
        let kept = book.0.path().join("kept.receipt");
        fs::write(&kept, book.run(&["receipts", "Ada"]).out).unwrap();
        fs::copy(&old, book.database()).unwrap();
        for beside in ["countersign.db-wal", "countersign.db-shm"] {
            let _ = fs::remove_file(book.data().join(beside));
        }
        let again = signed(&book, &["claim", "answer", &id]);
        let erase = || assert_eq!(book.officer(&["erase", &again[0], "--reason", "it named a patient"]).code, 0);
        let import = ["import", "--reason", "The disk failed", "--yes", "--json", "--receipt", kept.to_str().unwrap()];
        if erased_first {
            erase();
        }
        assert_eq!(book.officer(&import).json()["done"].as_bool(), Some(true));
        if !erased_first {
            erase();
        }
        sound(&book);
        book.run(&["rebuild"]).done();
        sound(&book);
    }
}
