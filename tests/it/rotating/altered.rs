//! No alteration by a hub's administrator gets in: each is named, and the old copy stays.

use std::path::PathBuf;

use countersign_app::hub::copy::{CopyOutcome, Fetch};
use countersign_app::hub::pull::{PullOutcome, PulledLogs, pull_all};
use countersign_hub::rows::{EntryRow, SignedRow};

use crate::bundle::{away, home};
use crate::cli::book::{Book, copy};
use crate::rotating::hub::{FakeHub, FakeSite};
use crate::rotating::{exchanged, intact, joined, opened, outcome, rejected};

/// The file of the only copy of a book.
fn copy_of(book: &Book) -> PathBuf {
    std::fs::read_dir(book.data().join("sites")).unwrap().next().unwrap().unwrap().path().join("log.db")
}

/// The files with both checkpoints of rejected logs.
fn evidence(book: &Book) -> Vec<(PathBuf, bool)> {
    countersign_app::hub::selection::evidence(&book.data())
}

fn whole(book: &Book, hub: &mut FakeHub) -> PulledLogs {
    hub.asked_by(book);
    pull_all(&mut opened(book), hub, (Fetch::All, 2), &mut |_, _, _| {}).unwrap()
}

/// Alters one column of a row.
type Alter = fn(&mut EntryRow);

fn text(row: &mut EntryRow, change: impl FnOnce(&mut SignedRow)) {
    if let Some(signed) = &mut row.signed {
        change(signed);
    }
}

const COLUMNS: [(&str, Alter); 9] = [
    ("position", |row| row.position += 1),
    ("id", |row| row.id = countersign_core::primitives::ids::StatementId(uuid::Uuid::from_u128(7))),
    ("key", |row| row.key = row.key.replacen("AAAAI", "AAAAJ", 1)),
    ("scheme", |row| row.scheme = 2),
    ("signature", |row| text(row, |signed| signed.signature[9] ^= 1)),
    ("signature's length", |row| text(row, |signed| signed.signature.push(0))),
    ("text", |row| text(row, |signed| signed.text = signed.text.replacen('a', "b", 1))),
    ("text taken away", |row| row.signed = None),
    ("leaf", |row| row.leaf.0[3] ^= 1),
];

#[test]
#[ignore = "slow: many departments exchange their logs"]
fn every_altered_column_of_every_row_is_named_and_the_old_copy_stays() {
    let (home, away) = (home(), away());
    joined(&home, &away);
    let hub = FakeHub::with(&[&home]);
    exchanged(&away, &mut hub.clone());
    let before = std::fs::read(copy_of(&away)).unwrap();
    let rows = hub.sites[0].entries.len();
    for at in 0..rows {
        for (column, alter) in COLUMNS {
            let mut altered = hub.clone();
            alter(&mut altered.site(&home).entries[at]);
            if column == "signature's length" && altered.site(&home).entries[at].signed.is_none() {
                continue;
            }
            let done = whole(&away, &mut altered);
            let why = rejected(&done);
            assert_eq!(why.position, Some(at as u64), "{column} of {at}: {why:?}");
            assert_eq!(std::fs::read(copy_of(&away)).unwrap(), before, "{column} of {at}");
        }
    }
    assert!(evidence(&away).is_empty(), "two equal checkpoints prove nothing");
    assert!(matches!(outcome(&whole(&away, &mut hub.clone())), CopyOutcome::Grown { .. }));
    intact(&away);
}

#[test]
#[ignore = "slow: many departments exchange their logs"]
fn an_altered_row_whose_leaf_fits_is_named_by_its_signature() {
    let (home, away) = (home(), away());
    joined(&home, &away);
    let hub = FakeHub::with(&[&home]);
    for at in 0..hub.sites[0].entries.len() {
        let mut altered = hub.clone();
        let row = &mut altered.site(&home).entries[at];
        text(row, |signed| signed.text = signed.text.replacen("signed 20", "signed 21", 1));
        refit(row);
        let done = exchanged(&away, &mut altered);
        let why = rejected(&done);
        assert!(why.position == Some(at as u64) && why.what.contains("signature is not valid"), "{at}: {why:?}");
        assert!(done.brought[0].new == 0 && !copy_exists(&away), "{at}");
    }
}

fn copy_exists(book: &Book) -> bool {
    copy_of(book).exists()
}

/// Gives a row the leaf of its text.
fn refit(row: &mut EntryRow) {
    use countersign_core::primitives::ids::Digest;
    use countersign_ledger::merkle::{entry, leaf_hash};
    use countersign_ledger::sshsig::{NAMESPACE, blob_digest};
    let Some(signed) = &row.signed else { return };
    let blob = blob_digest(&row.key.parse().unwrap(), NAMESPACE, signed.signature.as_slice().try_into().unwrap());
    row.leaf = leaf_hash(&entry(row.id, Digest::of(signed.text.as_bytes()), blob));
}

#[test]
#[ignore = "slow: many departments exchange their logs"]
fn missing_swapped_repeated_and_further_rows_are_named() {
    let (home, away) = (home(), away());
    joined(&home, &away);
    let hub = FakeHub::with(&[&home]);
    let rows = hub.sites[0].entries.len();
    for at in 0..rows {
        for what in ["missing", "missing, and the rest moved up", "swapped", "twice"] {
            let mut altered = hub.clone();
            let entries = &mut altered.site(&home).entries;
            match what {
                "missing" => drop(entries.remove(at)),
                "missing, and the rest moved up" => {
                    entries.remove(at);
                    entries[at..].iter_mut().for_each(|row| row.position -= 1);
                }
                "swapped" if at + 1 < rows => {
                    entries.swap(at, at + 1);
                    (entries[at].position, entries[at + 1].position) = (at as u64, at as u64 + 1);
                }
                "swapped" => continue,
                _ => {
                    let again = EntryRow { position: rows as u64, ..entries[at].clone() };
                    entries.push(again);
                }
            }
            let done = exchanged(&away, &mut altered);
            let named = rejected(&done).position;
            assert!(named.is_some() && !copy_exists(&away), "{what} at {at}: {done:?}");
        }
    }
    // A text that no statement adopts, one that is another's, and one that is missing.
    for alter in [
        |site: &mut FakeSite| site.texts[0].canonical.push('x'),
        |site: &mut FakeSite| site.texts[0].digest.0[0] ^= 1,
        |site: &mut FakeSite| site.texts.clear(),
    ] {
        let mut altered = hub.clone();
        alter(altered.site(&home));
        rejected(&exchanged(&away, &mut altered));
        assert!(!copy_exists(&away));
    }
}

#[test]
#[ignore = "slow: many departments exchange their logs"]
fn an_older_head_and_a_fork_signed_by_the_log_itself_are_rejected_with_both_checkpoints_kept() {
    let (home, away) = (home(), away());
    joined(&home, &away);
    let older = FakeHub::with(&[&home]);
    let fork = Book(tempfile::tempdir().unwrap());
    copy(home.0.path(), fork.0.path());
    home.supervisor(&["sign-off", "Ann Trainee", "K5"]).done();
    let newer = FakeHub::with(&[&home]);
    exchanged(&away, &mut newer.clone());
    let before = std::fs::read(copy_of(&away)).unwrap();
    // The same length with another last entry, and a longer one.
    fork.supervisor(&["sign-off", "Ann Trainee", "K8"]).done();
    let same = FakeHub::with(&[&fork]);
    fork.supervisor(&["sign-off", "Ann Trainee", "K9", "S9"]).done();
    let longer = FakeHub::with(&[&fork]);
    for (hub, words) in [(older, "fewer than the"), (same, "another history"), (longer, "another history")] {
        for fetch in [Fetch::New, Fetch::All] {
            let mut hub = hub.clone();
            hub.asked_by(&away);
            let done = pull_all(&mut opened(&away), &mut hub, (fetch, 2), &mut |_, _, _| {}).unwrap();
            let why = rejected(&done);
            assert!(why.what.contains(words), "{words}: {why:?}");
            assert!(done.cosigned.is_empty(), "no fork is cosigned");
            let CopyOutcome::Rejected { evidence: Some(evidence), .. } = outcome(&done) else { panic!("{done:?}") };
            let text = std::fs::read_to_string(evidence).unwrap();
            for checkpoint in [&newer.sites[0].head.checkpoint, &hub.sites[0].head.checkpoint] {
                assert!(text.contains(checkpoint.as_deref().unwrap().trim_end()), "{text}");
            }
            assert_eq!(std::fs::read(copy_of(&away)).unwrap(), before);
        }
    }
    intact(&away);
    assert!(matches!(outcome(&exchanged(&away, &mut newer.clone())), CopyOutcome::Same { .. }));
}

#[test]
#[ignore = "slow: many departments exchange their logs"]
fn a_pull_that_breaks_after_any_row_changes_nothing_and_the_next_one_is_whole() {
    let (home, away) = (home(), away());
    joined(&home, &away);
    let mut hub = FakeHub::with(&[&home]);
    exchanged(&away, &mut hub);
    let before = std::fs::read(copy_of(&away)).unwrap();
    home.supervisor(&["sign-off", "Ann Trainee", "K5", "K8", "S2"]).done();
    hub.push(&home);
    for fetch in [Fetch::New, Fetch::All] {
        for rows in 0..200 {
            let mut breaks = FakeHub { breaks_after: Some(rows), ..hub.clone() };
            breaks.asked_by(&away);
            let fresh = Book(tempfile::tempdir().unwrap());
            copy(away.0.path(), fresh.0.path());
            let done = pull_all(&mut opened(&fresh), &mut breaks, (fetch, 2), &mut |_, _, _| {}).unwrap();
            match &done.sites[0].outcome {
                PullOutcome::Failed(_) => assert_eq!(std::fs::read(copy_of(&fresh)).unwrap(), before, "{rows}"),
                PullOutcome::Copied(CopyOutcome::Grown { .. }) => break,
                other => panic!("{other:?}"),
            }
            let left: Vec<_> = std::fs::read_dir(copy_of(&fresh).parent().unwrap()).unwrap().flatten().collect();
            assert_eq!(left.len(), 2, "the copy and the lock: {left:?}");
        }
    }
    let done = exchanged(&away, &mut hub);
    assert_eq!(done.brought[0].new, 3, "{done:?}");
    intact(&away);
}

#[test]
fn a_hub_that_names_another_key_for_a_log_is_not_believed() {
    let (home, away) = (home(), away());
    joined(&home, &away);
    // The administrator makes a log of the same name with a key of their own.
    let mut hub = FakeHub::with(&[&home]);
    let other = FakeHub::with(&[&away]).sites[0].clone();
    let site = hub.site(&home);
    (site.entries, site.texts, site.head.vkey) = (other.entries, other.texts, other.head.vkey);
    site.head.checkpoint = other.head.checkpoint;
    let why = rejected(&exchanged(&away, &mut hub)).clone();
    assert!(why.what.contains("checkpoint cannot be used"), "{why:?}");
    assert!(!copy_exists(&away));
}
