//! Restoring: what would be lost is said before, the file is the old one or the restored one at every moment, and the log
//! tells of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use countersign_app::app::App;
use countersign_app::keys::session::Credential;
use countersign_app::maintenance::restore::{carry_out, plan};
use countersign_app::storage::data_dir::DataDir;
use countersign_core::primitives::ids::Secret;
use countersign_core::primitives::text::SafeText;

use crate::cli::book::{Book, OFFICER, Ran};
use crate::random::random;
use crate::signer::{SIGNED, Signer, person, seed};

/// All files of a data folder, by name; but for what SQLite lays next to one, which reading changes too.
fn lies_in(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { all.extend(lies_in(&path)) } else { all.extend([(path.clone(), fs::read(path).unwrap())]) }
    }
    all.retain(|path, _| !path.to_str().unwrap().ends_with("-shm") && !path.to_str().unwrap().ends_with("-wal"));
    all
}

/// A book with a backup of 7 entries, and two more signed since.
fn two_lost() -> (Book, String) {
    let book = Book::founded();
    let backup = book.0.path().join("yesterday.db").to_str().unwrap().to_owned();
    book.run(&["backup", &backup, "--json"]).done();
    book.supervisor(&["sign-off", "Ann Trainee", "K1"]).done();
    book.supervisor(&["sign-off", "Ann Trainee", "S4"]).done();
    (book, backup)
}

fn restore(book: &Book, from: &str, more: &[&str]) -> Ran {
    book.officer(&[&["restore", from, "--reason", "the disk failed"], more].concat())
}

fn note(book: &Book, name: &str) -> String {
    let path = book.0.path().join(name);
    fs::write(&path, book.run(&["checkpoint", "--json"]).json()["checkpoints"][0]["note"].as_str().unwrap()).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn what_would_be_lost_is_named_before_and_nothing_is_changed_by_asking() {
    let (book, backup) = two_lost();
    let before = lies_in(&book.data());
    let asked = restore(&book, &backup, &[]);
    assert_eq!(asked.code, 1, "{asked:?}");
    for words in ["2 entries would be lost", "Sam Supervisor", "Ann Trainee", "K1", "S4", "in the current file"] {
        assert!(asked.out.contains(words), "{words}: {asked:?}");
    }
    assert!(asked.err.contains("Nothing has changed. To do it, add --yes"), "{asked:?}");
    let json = restore(&book, &backup, &["--json"]).json();
    assert_eq!((json["done"].as_bool(), json["missing"].as_u64()), (Some(false), Some(2)));
    assert_eq!(json["lost"].as_array().unwrap().len(), 2);
    assert_eq!(lies_in(&book.data()), before);
}

#[test]
fn a_restored_file_goes_on_says_so_and_the_one_before_is_kept() {
    let (book, backup) = two_lost();
    let newest = note(&book, "newest");
    let done = restore(&book, &backup, &["--yes", "--json"]);
    assert_eq!(done.code, 0, "{done:?}");
    let done = done.json();
    assert_eq!((done["done"].as_bool(), done["size"].as_u64()), (Some(true), Some(8)));
    let history = book.run(&["history", "--json"]).json();
    assert_eq!((&history["statements"][0]["kind"], &history["size"]), (&"restore".into(), &8.into()));
    assert_eq!(book.run(&["verify"]).code, 3);
    let against = book.run(&["verify", "--checkpoint", &newest]);
    assert_eq!(against.code, 2, "{against:?}");
    let told = "2 entries of a kept checkpoint for 9 are missing: entry 7 says that Olu Officer restored a backup of 7";
    assert!(against.out.contains(told), "{against:?}");
    let aside = done["aside"].as_str().unwrap();
    let kept = book.run(&["verify", aside, "--checkpoint", &newest]);
    assert_eq!(kept.code, 0, "{kept:?}");
    book.supervisor(&["sign-off", "Ann Trainee", "K2"]).done();
    assert_eq!(book.run(&["verify"]).code, 3);
    let states = book.run(&["trainee", "Ann Trainee", "--json"]).json();
    assert_eq!(states["trainee"]["signed"], 1);
}

#[test]
fn what_an_earlier_restore_set_aside_in_the_same_second_is_not_overwritten() {
    let (book, backup) = two_lost();
    // Whatever second the restore runs in, a file of that name is there.
    let now = chrono::Utc::now();
    let names = (0..60).map(|later| {
        let second = (now + chrono::Duration::seconds(later)).format("%Y-%m-%dT%H%M%SZ");
        book.data().join(format!("countersign-before-restore-{second}.db"))
    });
    let names: Vec<PathBuf> = names.collect();
    for name in &names {
        fs::write(name, "kept").unwrap();
    }
    for number in 2..5 {
        let done = restore(&book, &backup, &["--yes", "--json"]);
        assert_eq!(done.code, 0, "{done:?}");
        let aside = PathBuf::from(done.json()["aside"].as_str().unwrap());
        assert!(!names.contains(&aside), "{number}: {}", aside.display());
        assert!(fs::read(&aside).unwrap().starts_with(b"SQLite format 3"));
        assert!(names.iter().all(|name| fs::read(name).unwrap() == b"kept"), "{number}: overwritten");
    }
    let set_aside =
        lies_in(&book.data()).keys().filter(|path| path.to_string_lossy().contains("before-restore")).count();
    assert_eq!(set_aside, names.len() + 3);
}

#[test]
fn a_checkpoint_from_outside_names_what_no_file_holds_any_more() {
    let (book, backup) = two_lost();
    let newest = note(&book, "newest");
    for ending in ["", "-wal", "-shm"] {
        fs::remove_file(format!("{}{ending}", book.database().display())).ok();
    }
    let asked = restore(&book, &backup, &["--checkpoint", &newest]);
    assert!(asked.out.contains("2 entries would be lost"), "{asked:?}");
    assert!(asked.out.contains("This machine cannot show what they are. Receipts may show them"), "{asked:?}");
    restore(&book, &backup, &["--checkpoint", &newest, "--yes", "--json"]);
    assert_eq!(book.size(), 8);
}

#[test]
fn a_backup_of_another_history_than_the_checkpoint_that_was_kept_is_refused() {
    // The same log, signed on in two ways.
    let (book, _) = two_lost();
    let (fork, _) = two_lost();
    let theirs = fork.0.path().join("fork.db").to_str().unwrap().to_owned();
    fork.run(&["backup", &theirs, "--json"]).done();
    let kept = note(&book, "kept");
    let before = lies_in(&book.data());
    restore(&book, &theirs, &["--checkpoint", &kept, "--yes"]).refused(1, "Its history does not match the checkpoint");
    assert_eq!(lies_in(&book.data()), before);
    // So it is by what the second folder keeps. Without any nobody can tell which is true; what the file holds is named.
    restore(&book, &theirs, &[]).refused(1, "Its history does not match the checkpoint");
    fs::remove_file(book.0.path().join(".local/state/countersign/checkpoints.log")).unwrap();
    let asked = restore(&book, &theirs, &[]);
    assert!(asked.out.contains("From entry 7 on, the current file's history differs from the backup's"), "{asked:?}");
    assert!(asked.out.contains("2 entries would be lost"), "{asked:?}");
}

#[test]
fn what_is_foreign_damaged_newer_or_cut_short_is_refused_and_nothing_is_changed() {
    let (book, backup) = two_lost();
    let whole = fs::read(&backup).unwrap();
    let bad = book.0.path().join("bad.db");
    let others = book.0.path().join("others.db").to_str().unwrap().to_owned();
    Book::demo().run(&["backup", &others, "--json"]).done();
    let before = lies_in(&book.data());
    let flipped = {
        let mut bytes = whole.clone();
        let at = bytes.windows(11).position(|window| window == b"Ann Trainer").unwrap();
        bytes[at + 10] = b'd';
        bytes
    };
    let newer = {
        let mut bytes = whole.clone();
        bytes[60..64].copy_from_slice(&999_u32.to_be_bytes());
        bytes
    };
    let older = {
        let mut bytes = whole.clone();
        bytes[60..64].copy_from_slice(&11_u32.to_be_bytes());
        bytes
    };
    let name_one = "Give a file that `countersign backup` made";
    for (bytes, words, hint) in [
        (Vec::new(), "is empty", name_one),
        (
            b"minutes of the meeting, and of the one before, and who was there".repeat(9),
            "is not a countersign file",
            name_one,
        ),
        (newer, "was made by a newer countersign", "Use the newer version of countersign"),
        (older, "was made by a trial build", "Open it once with a build of 29 November 2026"),
        (whole[..whole.len() / 2].to_vec(), "is cut short", "Use another backup"),
        (flipped, "did not pass its check", "`countersign verify` lists every fault"),
        (fs::read(&others).unwrap(), "The backup belongs to another log", "--data"),
    ] {
        fs::write(&bad, bytes).unwrap();
        let refused = restore(&book, bad.to_str().unwrap(), &["--yes"]).refused(1, words);
        assert!(refused.err.contains(hint), "{refused:?}");
        assert_eq!(lies_in(&book.data()), before, "{words}");
    }
    restore(&book, "nowhere", &["--yes"]).refused(1, "There is no file nowhere");
    restore(&book, book.database().to_str().unwrap(), &["--yes"])
        .refused(2, "This is the data file itself, not a backup");
    assert_eq!(lies_in(&book.data()), before);
}

#[test]
fn only_a_training_officer_with_their_passphrase_restores() {
    let (book, backup) = two_lost();
    let before = fs::read(book.database()).unwrap();
    let args = ["restore", &backup, "--reason", "x", "--yes"];
    book.supervisor(&args).refused(2, "is not a training officer");
    let wrong = book.secret("wrong");
    book.run(&[&args[..], &["--as", "Olu", "--passphrase-file", &wrong]].concat()).refused(1, "Wrong passphrase");
    assert_eq!((fs::read(book.database()).unwrap(), book.size()), (before, 9));
    let left = lies_in(&book.data()).into_keys().filter(|path| path.to_str().unwrap().contains(".part")).count();
    assert_eq!(left, 0);
}

#[test]
#[ignore = "slow: many runs of the program"]
fn a_file_that_is_gone_or_cannot_be_used_is_replaced_and_its_bytes_are_kept() {
    for bytes in [None, Some(b"".to_vec()), Some(vec![7; 9_000])] {
        let (book, backup) = two_lost();
        for ending in ["", "-wal", "-shm"] {
            fs::remove_file(format!("{}{ending}", book.database().display())).ok();
        }
        if let Some(bytes) = &bytes {
            fs::write(book.database(), bytes).unwrap();
        }
        let done = restore(&book, &backup, &["--yes", "--json"]);
        assert_eq!(done.code, 0, "{done:?}");
        let aside = done.json()["aside"].as_str().map(|path| fs::read(path).unwrap());
        assert_eq!((aside, book.size()), (bytes, 8));
        assert_eq!(book.run(&["verify"]).code, 3);
        book.supervisor(&["sign-off", "Ann Trainee", "K2"]).done();
    }
}

#[test]
fn a_folder_in_place_of_the_file_is_named_and_left_alone() {
    let (book, backup) = two_lost();
    for ending in ["", "-wal", "-shm"] {
        fs::remove_file(format!("{}{ending}", book.database().display())).ok();
    }
    fs::create_dir(book.database()).unwrap();
    let refused = restore(&book, &backup, &["--yes"]).refused(1, "countersign.db is a folder, not a file");
    assert!(refused.err.contains("Move that folder away"), "{refused:?}");
    assert!(book.database().is_dir());
}

#[test]
fn the_program_on_another_screen_goes_on_with_the_restored_file() {
    let book = Book::demo();
    let backup = book.0.path().join("yesterday.db").to_str().unwrap().to_owned();
    book.run(&["backup", &backup, "--json"]).done();
    let seed = seed(&book);
    let mut signer = Signer::new(&book, &seed);
    signer.ask("3");
    signer.wait_for(SIGNED);
    let screen = App::open_default(DataDir::new(book.data())).unwrap();
    let (version, head) = (screen.version().unwrap(), screen.head().unwrap());
    assert_eq!(head.size, Book::demo_size() + 3);
    let args = ["restore", &backup, "--reason", "x", "--yes", "--json", "--as", "Tilly", "--passphrase-file"];
    let done = book.run(&[&args[..], &[&book.secret("demo")]].concat());
    assert_eq!(done.code, 0, "{done:?}");
    assert_ne!(screen.version().unwrap(), version, "the screen was not told");
    assert_eq!(screen.head().unwrap().size, Book::demo_size() + 1);
    signer.ask("72");
    signer.wait_for(SIGNED);
    assert_eq!(screen.head().unwrap().size, Book::demo_size() + 73);
    signer.child.kill().unwrap();
    signer.child.wait().unwrap();
    assert_eq!(book.run(&["verify"]).code, 3);
}

#[test]
fn what_was_signed_after_it_was_asked_is_never_lost_unseen() {
    let (book, backup) = two_lost();
    let folder = DataDir::new(book.data());
    let planned = plan(&folder, Path::new(&backup), &[], 2, &mut |_, _, _| {}).unwrap();
    assert_eq!((planned.missing(), planned.lost.len()), (2, 2));
    let olu = person(planned.app(), "Olu Officer");
    book.supervisor(&["sign-off", "Ann Trainee", "K9"]).done();
    let (proof, reason) = (Credential::Passphrase(Secret::new(OFFICER.to_owned())), SafeText::line("x").unwrap());
    let refused = carry_out(planned, &olu, &proof, &reason, &mut |_, _, _| {}).unwrap_err();
    assert!(refused.why.contains("Something else was signed in the meantime"), "{refused:?}");
    assert_eq!(book.size(), 10);
    assert_eq!(book.run(&["verify"]).code, 3);
}

#[test]
#[ignore = "slow: many runs of the program"]
fn a_restore_killed_at_any_moment_leaves_the_file_as_it_was_or_restored() {
    let mut random = random(0);
    let (mut was, mut restored) = (0, 0);
    let (book, backup) = two_lost();
    let newest = note(&book, "newest");
    let args = ["restore", &backup, "--reason", "x", "--yes", "--as", "Olu", "--passphrase-file"];
    for turn in 0..16 {
        let mut child = Command::new(assert_cmd::cargo::cargo_bin!("countersign"))
            .env_clear()
            .args(["--data", book.data().to_str().unwrap()])
            .args(args)
            .arg(book.secret("officer"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // The first at once, however quick the machine is.
        std::thread::park_timeout(Duration::from_micros(random.u64(0..=turn * 60_000)));
        child.kill().unwrap();
        child.wait().unwrap();
        let verified = book.run(&["verify", "--json"]);
        assert_eq!(verified.code, 3, "{verified:?}");
        match book.size() {
            8 => restored += 1,
            9 => was += 1,
            other => panic!("{other}"),
        }
        if book.size() == 9 {
            assert_eq!(book.run(&["verify", "--checkpoint", &newest]).code, 0);
        } else {
            // Back to where it was, to be killed again; the wrong passphrases that a kill looks like are forgotten.
            let aside =
                lies_in(&book.data()).into_keys().find(|path| path.to_str().unwrap().contains("before-restore"));
            for ending in ["-wal", "-shm"] {
                fs::remove_file(format!("{}{ending}", book.database().display())).ok();
            }
            fs::rename(aside.unwrap(), book.database()).unwrap();
        }
        for path in lies_in(&book.data()).into_keys() {
            let name = path.to_str().unwrap();
            if name.contains(".tries") || name.contains("before-restore") {
                fs::remove_file(path).unwrap();
            }
        }
    }
    println!("16 kills: {was} as it was, {restored} restored");
    assert!(was > 0);
}

#[test]
fn a_restore_that_brings_an_erased_text_back_names_it_before_and_after() {
    let book = Book::founded();
    let text = "Bed 12 was told the wrong time";
    book.supervisor(&["sign-off", "Ann Trainee", "K1", "--feedback", text]).done();
    book.supervisor(&["sign-off", "Ann Trainee", "S4"]).done();
    let signed = book.run(&["history", "--json"]).done().json();
    let of = |code: &str| {
        let rows = signed["statements"].as_array().unwrap().iter();
        let mut found = rows.filter(|row| row["summary"].as_str().unwrap().starts_with(code));
        found.next().unwrap()["id"].as_str().unwrap().to_owned()
    };
    let (k1, s4) = (of("K1"), of("S4"));
    let backup = |name: &str| {
        let path = book.0.path().join(name).to_str().unwrap().to_owned();
        book.run(&["backup", &path, "--json"]).done();
        path
    };
    let whole = backup("whole.db");
    let erase = |id: &str| assert_eq!(book.officer(&["erase", id, "--reason", "it named a patient"]).code, 0);
    erase(&k1);
    let without = backup("without.db");
    erase(&s4);
    // Each names what it would bring back, and nothing that it has erased too.
    for (path, back) in [(&whole, vec![&k1, &s4]), (&without, vec![&s4])] {
        let asked = restore(&book, path, &["--json"]).json();
        let mut named: Vec<&str> =
            asked["not_erased"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
        named.sort_unstable();
        let mut wanted: Vec<&str> = back.iter().map(|id| id.as_str()).collect();
        wanted.sort_unstable();
        assert_eq!(named, wanted, "{path}");
    }
    let asked = restore(&book, &without, &[]);
    assert!(asked.out.contains("The backup brings back a text that has been erased since"), "{asked:?}");
    let done = restore(&book, &whole, &["--yes"]);
    assert!(done.out.contains("The backup brings back 2 texts that have been erased since"), "{done:?}");
    for id in [&k1, &s4] {
        assert!(done.err.contains(&format!("`countersign erase {id}`")), "{done:?}");
        erase(id);
    }
    let record = book.run(&["export", "--person", "Ann Trainee", "--json"]);
    assert!(record.code == 0 && !record.out.contains(text), "{record:?}");
    // A backup that is as erased as the file says nothing.
    let same = backup("same.db");
    assert_eq!(restore(&book, &same, &["--json"]).json()["not_erased"], serde_json::json!([]));
}
