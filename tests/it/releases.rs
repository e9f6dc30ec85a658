//! The files of a release, made once when it was released: every later version opens them, verifies them and goes on.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use countersign_app::app::App;
use countersign_app::storage::data_dir::DataDir;
use countersign_core::filter::log::LogFilter;
use countersign_core::statement::kind::Kind;
use countersign_store::schema::NEWEST;

use crate::bundle;
use crate::cli::book::{self, Book};
use crate::kinds::history;
use crate::{rotating, security_keys};

const RELEASES: [&str; 2] = ["0.2.0", "0.2.1"];
/// The parts of a release: a department that people sign in, one that signed every kind that needs no other, one that received
/// bundles, one to which a trainee rotates, and one where a security key signed.
const PARTS: [&str; 5] = ["department", "kinds", "received", "rotation", "touched"];
/// The kinds of statement that the release had, a line each.
const KINDS: &str = "kinds.txt";

fn fixtures(release: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(release)
}

/// A copy of a part, as a book whose data it is.
fn copied(release: &str, part: &str) -> Book {
    let book = Book::empty();
    book.keep("demo", countersign_app::demo::PASSPHRASE);
    book::copy(&fixtures(release).join(part), &book.data());
    book
}

fn kinds_in(book: &Book) -> BTreeSet<Kind> {
    let app = App::open_default(DataDir::new(book.data())).unwrap();
    let size = usize::try_from(book.size()).unwrap();
    let page = countersign_app::record::records::history(&app, &LogFilter::default(), None, size).unwrap();
    page.rows.iter().map(|row| row.kind).collect()
}

#[test]
#[ignore = "slow: many runs of the program"]
fn the_files_of_each_release_verify_with_what_was_kept_then_before_and_after_their_indexes_are_made_again() {
    for release in RELEASES {
        let mut found = BTreeSet::new();
        for part in PARTS {
            let book = copied(release, part);
            let kept = |name: &str| book.data().join(name).to_str().unwrap().to_owned();
            let (checkpoint, receipts) = (kept("checkpoint.txt"), kept("receipts.txt"));
            let mut verify = vec!["verify", "--checkpoint", &checkpoint];
            if Path::new(&receipts).exists() {
                verify.extend(["--receipt", &receipts]);
            }
            for rebuilt in [false, true] {
                if rebuilt {
                    book.run(&["rebuild"]).done();
                }
                let verified = book.run(&verify);
                // The copy of the other log is not a part of the file, so what the hub brought cannot be compared.
                let expected = if part == "rotation" { 3 } else { 0 };
                assert_eq!(verified.code, expected, "{release} {part}, rebuilt: {rebuilt}: {verified:?}");
            }
            found.extend(kinds_in(&book).into_iter().map(|kind| kind.slug().to_owned()));
        }
        let had = std::fs::read_to_string(fixtures(release).join(KINDS)).unwrap();
        let missing: Vec<&str> = had.lines().filter(|kind| !found.contains(*kind)).collect();
        assert!(missing.is_empty(), "{release}: {missing:?}");
    }
}

#[test]
fn people_of_a_department_of_each_release_sign_withdraw_and_take_their_record_elsewhere() {
    for release in RELEASES {
        let book = copied(release, "department");
        book.sam(&["sign-off", "Alex Trainee", "K2"]).done();
        let id = book.run(&["history", "kind:sign-off", "--most", "1", "--json"]).done().json();
        let id = id["statements"][0]["id"].as_str().unwrap().to_owned();
        book.sam(&["withdraw", &id, "--reason", "The wrong trainee"]).done();
        let out = book.0.path().join("alex.bundle");
        let made = book.run(&["bundle", "Alex Trainee", "--out", out.to_str().unwrap()]);
        assert_eq!(made.code, 0, "{made:?}");
        assert_eq!(book.run(&["bundle", "check", out.to_str().unwrap()]).code, 0);
        let checkpoint = book.data().join("checkpoint.txt");
        let verified = book.run(&["verify", "--checkpoint", checkpoint.to_str().unwrap()]);
        assert_eq!(verified.code, 0, "{release}: {verified:?}");
    }
}

#[test]
fn the_newest_release_has_the_newest_file_format() {
    let newest = RELEASES[RELEASES.len() - 1];
    let bytes = std::fs::read(fixtures(newest).join("department/countersign.db")).unwrap();
    let format = u32::from_be_bytes(bytes[60..64].try_into().unwrap());
    assert_eq!(
        format, NEWEST,
        "a format that was released is never changed: add a migration, and a file of its release"
    );
}

/// Keeps a book's file, keys, newest checkpoint and receipts as a part of a release.
fn keep(book: &Book, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    let verified = book.run(&["verify"]);
    assert_eq!(verified.code, 3, "sound, and nothing to compare with: {verified:?}");
    for (name, args) in [("checkpoint.txt", ["checkpoint"]), ("receipts.txt", ["receipts"])] {
        let ran = book.run(&args);
        assert_eq!(ran.code, 0, "{ran:?}");
        // A department with nothing signed of its own has no receipts.
        if name == "checkpoint.txt" || ran.out.starts_with("countersign-receipt") {
            std::fs::write(to.join(name), ran.out).unwrap();
        }
    }
    // Everything is in the one file once the last program has closed it.
    assert!(!book.data().join("countersign.db-wal").exists());
    std::fs::copy(book.database(), to.join("countersign.db")).unwrap();
    book::copy(&book.data().join("keys"), &to.join("keys"));
}

/// Makes the files of this release in tests/fixtures, where there are none.
#[test]
#[ignore = "makes the files of a release"]
fn the_files_of_this_release_are_made() {
    let to = fixtures(env!("CARGO_PKG_VERSION"));
    assert!(!to.exists(), "{} is there: the files of a release are never made again", to.display());
    let department = Book::empty();
    department.keep("demo", countersign_app::demo::PASSPHRASE);
    let data = department.secret("data");
    department.run(&["demo", "--make", &data, "--trainees", "3", "--sign-offs", "60", "--seed", "1"]).done();

    // A history that happens to have each kind that one department alone can sign.
    let alone: BTreeSet<Kind> = Kind::ALL
        .into_iter()
        .filter(|kind| ![Kind::Received, Kind::TakenBack, Kind::Rotation].contains(kind))
        .collect();
    let told = (0..100).map(|seed| history::told(seed, 400)).find(|told| {
        let said: BTreeSet<Kind> = told.log.iter().map(|statement| statement.body.kind()).collect();
        alone.is_subset(&said)
    });
    let kinds = Book::empty();
    book::copy(told.unwrap().folder.path(), &kinds.data());

    let received = bundle::received_and_taken_back();
    let rotation = rotating::rotated();
    let (touched, agent) = security_keys::with_key(41);
    assert_eq!(agent.sam(&touched, &["sign-off", "Ann Trainee", "K1", "K2"]).code, 0);
    for (part, book) in PARTS.into_iter().zip([&department, &kinds, &received, &rotation, &touched]) {
        keep(book, &to.join(part));
    }
    let slugs: Vec<&str> = Kind::ALL.into_iter().map(Kind::slug).collect();
    std::fs::write(to.join(KINDS), slugs.join("\n") + "\n").unwrap();
}
