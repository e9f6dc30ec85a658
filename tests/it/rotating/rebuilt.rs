//! What a file lacks that was rebuilt from a hub, and how `verify` tells it from what somebody removed.

use countersign_app::hub::rebuild::{LostSite, rebuild};
use countersign_app::hub::rotating::Brought;
use countersign_app::storage::data_dir::DataDir;
use countersign_core::primitives::text::counted;

use crate::bundle::{away, home, received_and_taken_back};
use crate::cli::book::Book;
use crate::owner::Owner;
use crate::rotating::hub::FakeHub;
use crate::rotating::{ends, exchanged, joined, origin_of};

/// A department whose trainees claimed with evidence, more than one KSB with the same.
fn with_claims() -> Book {
    let book = Book::empty();
    book.keep("demo", countersign_app::demo::PASSPHRASE);
    let data = book.secret("data");
    book.run(&["demo", "--make", &data, "--trainees", "3", "--sign-offs", "300", "--seed", "1"]).done();
    book
}

/// A department to which a trainee rotated.
fn with_an_ended_rotation() -> Book {
    let (home, away) = (home(), away());
    joined(&home, &away);
    exchanged(&away, &mut FakeHub::with(&[&home, &away]));
    ends(&away, "Ann Trainee", &home, Brought::Stays);
    away
}

/// A new folder rebuilt from a hub that has everything of this book.
fn rebuilt(book: &Book) -> Book {
    let mut hub = FakeHub::with(&[book]);
    hub.asked_by(book);
    let lost = Book::empty();
    let site = origin_of(book);
    let which = LostSite { site: &site, key: None, threads: 2 };
    rebuild(&DataDir::new(lost.data()), &mut hub, which, &mut |_, _| {}).unwrap();
    lost
}

/// What `verify` says of a book against the newest checkpoint of another.
fn verified(book: &Book, kept: &Book) -> (i32, String) {
    let checkpoint = kept.keep("kept.txt", &kept.run(&["checkpoint"]).out);
    let ran = book.run(&["verify", "--checkpoint", &checkpoint]);
    (ran.code, ran.out + &ran.err)
}

#[test]
#[ignore = "slow: many departments exchange their logs"]
fn what_a_hub_cannot_bring_back_is_counted_and_is_no_fault() {
    let of_claims = with_claims();
    let count = |what: &str| {
        let ask = format!(
            "SELECT count(*), count(DISTINCT {what}) FROM claim_item JOIN claim USING (claim) LEFT JOIN claim_evidence USING (claim) WHERE answered IS NOT NULL AND {what} IS NOT NULL"
        );
        Owner::of(&of_claims.database()).query_row(&ask, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap()
    };
    let (named, files): (u32, u32) = count("evidence");
    let (answers, claims): (u32, u32) = count("claim_item.claim");
    assert!(named > files && answers > claims, "each is named several times: {named} {files} {answers} {claims}");
    let [claims, files] =
        [(claims, "answered claim"), (files, "evidence file")].map(|(many, what)| counted(many, what));
    let books: [(Book, &[&str]); 3] = [
        (of_claims, &[&claims, &files]),
        (received_and_taken_back(), &["what 1 bundle brought"]),
        (with_an_ended_rotation(), &["what 1 rotation brought"]),
    ];
    for (book, words) in books {
        let lost = rebuilt(&book);
        for indexed_again in [false, true] {
            if indexed_again {
                lost.run(&["rebuild"]).done();
            }
            let (code, out) = verified(&lost, &book);
            // Somebody who deletes could say so too, so it is not called intact.
            assert_eq!(code, 3, "{out}");
            assert!(out.contains("cannot be told from what somebody deleted") && !out.contains("Intact"), "{out}");
            assert!(out.contains("This file was rebuilt from a hub, with"), "{out}");
            for words in words {
                assert!(out.contains(words), "{words}: {out}");
            }
        }
        // The same absences in a file that was never rebuilt are faults.
        Owner::of(&lost.database()).execute_batch("DELETE FROM rebuilt").unwrap();
        let (code, out) = verified(&lost, &book);
        assert_eq!(code, 1, "{out}");
        // Nor does a file hide anything that was signed after it was rebuilt.
        Owner::of(&lost.database()).execute_batch("INSERT INTO rebuilt VALUES (1, 3)").unwrap();
        assert_eq!(verified(&lost, &book).0, 1);
        Owner::of(&lost.database()).execute_batch("UPDATE rebuilt SET size = 1000000").unwrap();
        let (code, out) = verified(&lost, &book);
        assert!(code == 1 && out.contains("more entries than it has"), "{out}");
    }
}

#[test]
fn the_titles_of_duties_that_a_hub_has_are_shown_only_by_the_department_that_wrote_them() {
    let home = home();
    let mut hub = FakeHub::with(&[&home]);
    let written = |book: &Book| book.run(&["standard", "show", "ST0413"]).done().out;
    assert!(written(&home).contains("Information governance"));
    for text in &mut hub.site(&home).texts {
        text.titles = text.titles.replace("Information governance", "Information overruling");
    }
    let away = away();
    joined(&home, &away);
    hub.push(&away);
    exchanged(&away, &mut hub);
    let copies = walk(&away.data().join("sites"));
    assert!(!copies.is_empty());
    assert!(copies.iter().all(|bytes| !contains(bytes, "overruling")), "a title that nobody signed was copied");
}

fn walk(folder: &std::path::Path) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() {
            all.extend(walk(&entry.path()));
        } else {
            all.push(std::fs::read(entry.path()).unwrap());
        }
    }
    all
}

fn contains(bytes: &[u8], words: &str) -> bool {
    bytes.windows(words.len()).any(|part| part == words.as_bytes())
}
