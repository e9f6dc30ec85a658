//! Backups: one state of the file, whole and verified, or no file at all; never over what the current file does not hold.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::cli::book::{Book, Ran};
use crate::owner::Owner;
use crate::random::random;
use crate::signer::{Signer, seed};

/// A folder for backups next to the data.
fn place(book: &Book) -> PathBuf {
    let place = book.0.path().join("backups");
    fs::create_dir(&place).unwrap();
    fs::set_permissions(&place, fs::Permissions::from_mode(0o700)).unwrap();
    place
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn back_up(book: &Book, to: &Path, more: &[&str]) -> Ran {
    book.run(&[&["backup", to.to_str().unwrap()], more].concat())
}

/// Keeps the present checkpoint in a file of its own.
fn checkpoint(book: &Book, name: &str) -> String {
    let path = book.0.path().join(name);
    fs::write(&path, book.run(&["checkpoint", "--json"]).json()["checkpoints"][0]["note"].as_str().unwrap()).unwrap();
    path.to_str().unwrap().to_owned()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_backup_is_one_whole_sound_file_for_its_owner_alone_and_needs_nothing_next_to_it() {
    let (book, note) = (Book::demo(), "newest");
    let (to, note) = (place(&book), checkpoint(&book, note));
    let row = back_up(&book, &to, &["--json"]).done().json()["backups"][0].clone();
    let made = PathBuf::from(row["id"].as_str().unwrap());
    assert_eq!((row["size"].as_u64(), mode(&made)), (Some(Book::demo_size()), 0o600));
    for _ in 0..2 {
        assert_eq!(names(&to).len(), 1, "{:?}", names(&to));
        let verified = book.run(&["verify", made.to_str().unwrap(), "--checkpoint", &note]).done();
        assert!(verified.out.starts_with("Intact"), "{verified:?}");
    }
    let head = fs::read(&made).unwrap();
    assert_eq!(head[18..20], [1, 1], "it still waits for a write-ahead log");
}

#[test]
#[ignore = "slow: backups while others write"]
fn what_is_signed_while_a_backup_runs_is_in_it_whole_or_not_at_all() {
    let book = Book::demo();
    let to = place(&book);
    let seed = seed(&book);
    let mut signer = Signer::new(&book, &seed);
    for _ in 0..40 {
        signer.ask("72");
    }
    let mut sizes = Vec::new();
    for turn in 0..6 {
        let file = to.join(format!("{turn}.db"));
        let row = back_up(&book, &file, &["--json"]).done().json()["backups"][0].clone();
        let size = row["size"].as_u64().unwrap();
        assert_eq!((size - Book::demo_size()) % 72, 0, "part of a batch");
        sizes.push(size);
        let then = book.run(&["verify", file.to_str().unwrap(), "--json"]);
        assert_eq!((then.code, then.json()["size"].as_u64()), (3, Some(size)), "{then:?}");
    }
    assert!(sizes.is_sorted(), "{sizes:?}");
    signer.child.kill().unwrap();
    signer.child.wait().unwrap();
    assert!(book.size() > Book::demo_size(), "nobody signed meanwhile");
}

#[test]
fn a_backup_goes_over_an_older_one_and_over_nothing_that_the_file_does_not_hold() {
    let book = Book::founded();
    let to = place(&book);
    let file = to.join("b.db");
    let older = to.join("older.db");
    back_up(&book, &older, &[]);
    let before = book.0.path().join("before.db");
    fs::copy(&older, &before).unwrap();
    book.supervisor(&["sign-off", "Ann Trainee", "K1"]).done();
    back_up(&book, &file, &["--json"]).done();
    back_up(&book, &older, &["--json"]).done();
    assert_eq!(fs::read(&older).unwrap(), fs::read(&file).unwrap());
    // The file goes back to what it was; the newer backup stays.
    for ending in ["-wal", "-shm"] {
        fs::remove_file(format!("{}{ending}", book.database().display())).ok();
    }
    fs::copy(&before, book.database()).unwrap();
    let kept = fs::read(&file).unwrap();
    back_up(&book, &file, &[]).refused(1, "The backup there is newer: it has 8 entries, and the data file has 7");
    book.supervisor(&["sign-off", "Ann Trainee", "K2"]).done();
    back_up(&book, &file, &[]).refused(1, "has a different history");
    let other = Book::founded();
    assert_eq!(other.size(), 7);
    let demo = Book::demo();
    back_up(&demo, &file, &[]).refused(1, "A backup of another department is there");
    assert_eq!(fs::read(&file).unwrap(), kept);
    for text in ["", "minutes of the meeting"] {
        let notes = to.join("notes");
        fs::write(&notes, text).unwrap();
        let ran = back_up(&book, &notes, &[]);
        assert_eq!((ran.code, fs::read_to_string(&notes).unwrap().as_str()), (1, text), "{ran:?}");
        assert!(ran.err.contains("--replace"), "{ran:?}");
    }
    back_up(&book, &file, &["--replace", "--json"]).done();
    assert_ne!(fs::read(&file).unwrap(), kept);
    assert_eq!(names(&to), ["b.db", "notes", "older.db"]);
}

#[test]
fn the_file_itself_is_never_a_place_for_its_backup() {
    let book = Book::founded();
    let link = book.0.path().join("link");
    std::os::unix::fs::symlink(book.database(), &link).unwrap();
    let kept = fs::read(book.database()).unwrap();
    for to in [book.database(), link] {
        back_up(&book, &to, &["--replace"]).refused(2, "This is the data file itself");
    }
    back_up(&book, &book.0.path().join("nowhere/b.db"), &[]).refused(2, "There is no folder");
    assert_eq!(fs::read(book.database()).unwrap(), kept);
}

#[test]
fn keys_are_copied_when_asked_for_and_never_to_a_folder_that_others_can_look_into() {
    let book = Book::demo();
    let to = place(&book);
    for open in [0o755, 0o740, 0o701] {
        fs::set_permissions(&to, fs::Permissions::from_mode(open)).unwrap();
        back_up(&book, &to, &["--keys"]).refused(1, "Other people can read");
        assert_eq!(names(&to), Vec::<String>::new());
    }
    fs::set_permissions(&to, fs::Permissions::from_mode(0o700)).unwrap();
    let without = back_up(&book, &to.join("a.db"), &[]);
    assert!(without.code == 0 && without.err.contains("The signing keys are not in the backup"), "{without:?}");
    back_up(&book, &to.join("b.db"), &["--keys"]).done();
    assert_eq!(names(&to), ["a.db", "b.db", "b.db.keys"]);
    let keys = to.join("b.db.keys");
    assert_eq!(mode(&keys), 0o700);
    assert_eq!(names(&keys), names(&book.data().join("keys")));
    for name in names(&keys) {
        assert_eq!(mode(&keys.join(&name)), 0o600);
        assert_eq!(fs::read(keys.join(&name)).unwrap(), fs::read(book.data().join("keys").join(&name)).unwrap());
    }
}

#[test]
fn an_altered_file_is_not_backed_up_and_the_older_backup_stays() {
    let book = Book::founded();
    let to = place(&book);
    let file = to.join("b.db");
    back_up(&book, &file, &["--json"]).done();
    let kept = fs::read(&file).unwrap();
    let raw = Owner::of(&book.database());
    raw.execute_batch("UPDATE entry SET text = replace(text, 'Ann Trainer', 'Eve Trainer')").unwrap();
    drop(raw);
    back_up(&book, &file, &[]).refused(1, "The backup there has a different history from the data file");
    let ran = back_up(&book, &to.join("c.db"), &[]).refused(1, "The copy did not pass its check: entry ");
    assert!(ran.err.contains("older backups stay"), "{ran:?}");
    assert_eq!((fs::read(&file).unwrap(), names(&to)), (kept, vec!["b.db".to_owned()]));
}

#[test]
#[ignore = "slow: backups while others write"]
fn a_backup_killed_at_any_moment_leaves_no_file_or_a_sound_one_and_the_next_one_tidies_up() {
    let book = Book::demo();
    let to = place(&book);
    let mut random = random(0);
    let (mut whole, mut none, mut left) = (0, 0, 0);
    for turn in 0..40 {
        let file = to.join(format!("{turn}.db"));
        let mut child = Command::new(assert_cmd::cargo::cargo_bin!("countersign"))
            .env_clear()
            .args(["--data", book.data().to_str().unwrap(), "backup", file.to_str().unwrap()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::park_timeout(Duration::from_micros(random.u64(0..=turn * 3_000)));
        child.kill().unwrap();
        child.wait().unwrap();
        left += names(&to).iter().filter(|name| name.starts_with(".countersign-")).count();
        if file.exists() {
            let verified = book.run(&["verify", file.to_str().unwrap()]);
            assert_eq!(verified.code, 3, "{verified:?}");
            whole += 1;
        } else {
            none += 1;
        }
    }
    println!("40 kills: {whole} sound files, {none} none, {left} temporary ones seen");
    assert!(none > 0, "nothing was cut short");
    back_up(&book, &to.join("last.db"), &["--json"]).done();
    assert!(names(&to).iter().all(|name| !name.starts_with('.')), "{:?}", names(&to));
    assert_eq!(book.run(&["verify"]).code, 3);
}
