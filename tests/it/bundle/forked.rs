//! A log that was restored from an older copy and went on in another way: two histories with one key.

use std::path::{Path, PathBuf};

use super::{accept, away, bundle, home, import, intact};
use crate::cli::book::{Book, Ran, copy};

const OTHER: &str = "has another history than the one that is known here";

/// Ann's home department with a second trainee, and a copy of it that will go on in another way.
fn two_histories() -> (Book, Book) {
    let home = home();
    home.officer(&["person", "add", "Dan Different", "--role", "trainee"]).done();
    home.officer(&["enrol", "Dan Different", "ST0413", "--start", "2025-09-01"]).done();
    let fork = Book(tempfile::tempdir().unwrap());
    copy(home.0.path(), fork.0.path());
    (home, fork)
}

fn away_with_dan() -> Book {
    let away = away();
    away.officer(&["person", "add", "Dan Different", "--role", "trainee"]).done();
    away.officer(&["enrol", "Dan Different", "ST0413", "--start", "2025-09-01"]).done();
    away
}

fn sign(book: &Book, whose: &str, codes: &[&str]) {
    for code in codes {
        book.supervisor(&["sign-off", whose, code]).done();
    }
}

fn of_dan(book: &Book, name: &str) -> PathBuf {
    let out = book.secret(name);
    book.run(&["bundle", "Dan Different", "--out", &out]).done();
    out.into()
}

/// Imports and checks a bundle, which must give the same refusal.
fn refused(away: &Book, file: &Path) -> Ran {
    let (size, path) = (away.size(), file.to_str().unwrap());
    away.run(&["bundle", "check", path]).refused(1, OTHER);
    let ran = import(away, file, &[]).refused(1, OTHER);
    assert_eq!(away.size(), size);
    ran
}

#[test]
#[ignore = "slow: many departments exchange bundles"]
fn whichever_history_comes_second_is_refused_whatever_its_size_and_about_any_trainee() {
    // How many statements about Ann and Dan the two histories sign after they part.
    for (first, second) in [([1, 0], [1, 0]), ([1, 0], [2, 0]), ([2, 0], [1, 0]), ([1, 0], [0, 2]), ([3, 0], [0, 1])] {
        let (home, fork) = two_histories();
        let away = away_with_dan();
        accept(&away, &home);
        let codes = ["K2", "K5", "K6"];
        let go_on = |book: &Book, [ann, dan]: [usize; 2], feedback: &str| {
            for (whose, many) in [("Ann Trainee", ann), ("Dan Different", dan)] {
                for code in &codes[..many] {
                    book.supervisor(&["sign-off", whose, code, "--feedback", feedback]).done();
                }
            }
        };
        go_on(&home, first, "In the first history");
        go_on(&fork, second, "In the second history");
        import(&away, &bundle(&home, "home.bundle", &[]), &[]).done();
        let told = refused(&away, &bundle(&fork, "fork.bundle", &[]));
        refused(&away, &of_dan(&fork, "dan.bundle"));
        // Both checkpoints are named, for the two departments to compare.
        for book in [&home, &fork] {
            let head = book.run(&["verify", "--json"]).json();
            let code = head["checkpoint"].as_str().unwrap();
            assert!(code.len() > 20 && told.err.contains(code), "{code}: {told:?}");
        }
        // The one that came first goes on.
        import(&away, &of_dan(&home, "dan.bundle"), &[]);
        sign(&home, "Ann Trainee", &["S2"]);
        import(&away, &bundle(&home, "newer.bundle", &[]), &[]).done();
        intact(&away);
    }
}

#[test]
fn a_bundle_that_is_older_than_what_came_for_someone_else_is_received_if_it_is_of_the_same_history() {
    let (home, fork) = two_histories();
    let away = away_with_dan();
    accept(&away, &home);
    let older = of_dan(&home, "older.bundle");
    sign(&home, "Ann Trainee", &["K2", "K5"]);
    import(&away, &bundle(&home, "ann.bundle", &[]), &[]).done();
    import(&away, &older, &[]).done();
    sign(&fork, "Dan Different", &["K2"]);
    refused(&away, &of_dan(&fork, "fork.bundle"));
    intact(&away);
}

#[test]
#[ignore = "slow: many departments exchange bundles"]
fn the_right_history_is_received_once_everything_of_the_wrong_one_was_taken_back() {
    let (home, fork) = two_histories();
    let away = away_with_dan();
    accept(&away, &home);
    import(&away, &bundle(&home, "before.bundle", &[]), &[]).done();
    sign(&home, "Ann Trainee", &["K2"]);
    sign(&fork, "Dan Different", &["K5"]);
    import(&away, &of_dan(&fork, "fork.bundle"), &[]).done();
    let right = bundle(&home, "right.bundle", &[]);
    refused(&away, &right);
    // What both histories have stays: it goes back to the size of the other trainee's bundle.
    let reason = ["--reason", "Restored from an older copy", "--yes"];
    away.officer(&[&["bundle", "take-back", "Dan Different"], &reason[..]].concat()).done();
    intact(&away);
    import(&away, &right, &[]).done();
    intact(&away);
    refused(&away, &bundle(&fork, "again.bundle", &[]));
    assert_eq!(away.run(&["rebuild"]).code, 0);
    intact(&away);
}

#[test]
#[ignore = "slow: many departments exchange bundles"]
fn a_history_that_came_through_another_department_is_compared_too() {
    let (home, fork) = two_histories();
    let (away, third) = (away_with_dan(), away_with_dan_named("Physiology"));
    for book in [&away, &third] {
        accept(book, &home);
    }
    accept(&third, &away);
    sign(&home, "Ann Trainee", &["K2"]);
    sign(&fork, "Ann Trainee", &["K5"]);
    import(&away, &bundle(&home, "out.bundle", &[]), &[]).done();
    let through = bundle(&away, "through.bundle", &[]);
    import(&third, &through, &[]).done();
    intact(&third);
    refused(&third, &bundle(&fork, "fork.bundle", &[]));
    // And the other way round.
    let fourth = away_with_dan_named("Neurology");
    for book in [&home, &away] {
        accept(&fourth, book);
    }
    import(&fourth, &bundle(&fork, "fork.bundle", &["--replace"]), &[]).done();
    refused(&fourth, &through);
}

/// A department of this name with the same people.
fn away_with_dan_named(name: &str) -> Book {
    let book = Book::empty();
    let init = ["init", "--department", name, "--name", "Olu Officer", "--passphrase-file"];
    book.run(&[&init[..], &[&book.secret("officer")]].concat()).done();
    for trainee in ["Ann Trainee", "Dan Different"] {
        book.officer(&["person", "add", trainee, "--role", "trainee"]).done();
        book.officer(&["enrol", trainee, "ST0413", "--start", "2025-09-01"]).done();
    }
    book
}
