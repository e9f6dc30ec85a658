//! `kill -9` while indexes are made again, while a file is brought to the newest format and while it is backed up: each is
//! done whole or not at all.

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use countersign_store::schema::NEWEST;
use rusqlite::Connection;

use crate::cli::book::Book;
use crate::faults::flips::says;
use crate::faults::work::{by_sam, each, pause, verified};
use crate::random::{in_full, random};

/// What became of some kills.
#[derive(Debug, Default)]
struct Tally {
    kills: usize,
    /// It was still at work.
    amid: usize,
    /// It was done, and nobody was told.
    done: usize,
}

fn start(book: &Book, args: &[&str]) -> Child {
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("countersign"));
    command.env_clear().env("HOME", book.0.path()).arg("--data").arg(book.data()).args(args);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// How long a run takes at least: the quickest of three, so that a busy moment does not put every kill after the end.
fn takes(book: impl Fn() -> Book, args: &[&str]) -> Duration {
    let run = |_| {
        let book = book();
        let begun = Instant::now();
        start(&book, args).wait().unwrap();
        begun.elapsed()
    };
    (0..3).map(run).min().unwrap()
}

/// Starts it and kills it at a random moment of its time; whether it was still there.
fn killed(book: &Book, args: &[&str], time: Duration, random: &mut fastrand::Rng) -> bool {
    let mut child = start(book, args);
    pause(time.mul_f32(random.f32() * 1.3));
    let amid = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    child.wait().unwrap();
    amid
}

fn rebuilds(count: usize) {
    const TOGETHER: usize = 20;
    let tallies = each(count / TOGETHER, |number| {
        let mut random = random(number);
        let book = Book::demo();
        let said = says(&book.data()).unwrap();
        let time = takes(Book::demo, &["rebuild"]);
        let mut amid = 0;
        for kill in 0..TOGETHER {
            amid += usize::from(killed(&book, &["rebuild"], time, &mut random));
            let report = verified(&book.database(), &[]).unwrap();
            assert_eq!((report.faults, report.head.size), (vec![], Book::demo_size()), "kill {kill}");
        }
        assert_eq!(says(&book.data()).unwrap(), said);
        Tally { kills: TOGETHER, amid, done: TOGETHER - amid }
    });
    report("rebuild", &tallies, count);
}

/// All that the scheme of a file is.
fn scheme(file: &Connection) -> Vec<String> {
    let mut query = file.prepare("SELECT coalesce(sql, name) FROM sqlite_schema ORDER BY name").unwrap();
    query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

/// A file without tables, as a program that was killed while it made the file leaves it.
fn empty() -> Book {
    let book = Book::empty();
    std::fs::create_dir_all(book.data().join("keys")).unwrap();
    let file = Connection::open(book.database()).unwrap();
    let id = countersign_store::schema::APPLICATION_ID;
    file.execute_batch(&format!("PRAGMA application_id = {id}; PRAGMA user_version = 1; PRAGMA user_version = 0"))
        .unwrap();
    book
}

fn upgrades(count: usize) {
    // It is brought to the newest format, and then found to hold no log.
    let time = takes(empty, &["history"]);
    let fresh = empty();
    start(&fresh, &["history"]).wait().unwrap();
    let wanted = scheme(&Connection::open(fresh.database()).unwrap());
    assert!(wanted.len() > 20);
    let tallies = each(count, |number| {
        let mut random = random(number);
        let book = empty();
        let amid = killed(&book, &["history"], time, &mut random);
        let file = Connection::open(book.database()).unwrap();
        let version: u32 = file.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
        let found = scheme(&file);
        assert!((version, &found) == (NEWEST, &wanted) || (version == 0 && found.is_empty()));
        assert!(amid || version > 0);
        drop(file);
        start(&book, &["history"]).wait().unwrap();
        assert_eq!(scheme(&Connection::open(book.database()).unwrap()), wanted);
        Tally { kills: 1, amid: usize::from(amid), done: usize::from(version > 0) }
    });
    report("upgrade", &tallies, count);
}

fn backups(count: usize) {
    const TOGETHER: usize = 10;
    let tallies = each(count / TOGETHER, |number| {
        let mut random = random(number);
        let book = Book::demo();
        let to = book.0.path().join("backup.db");
        let args = ["backup", to.to_str().unwrap()];
        let time = takes(Book::demo, &args);
        let (mut before, mut amid, mut done) = (Book::demo_size(), 0, 0);
        for kill in 0..TOGETHER {
            // There is more to keep than in the one before, which is not to be lost until the new one is whole.
            let secret = book.secret("demo");
            let sign = by_sam(&secret, &["sign-off", "Alex", "K3"]);
            assert!(start(&book, &sign).wait().unwrap().success(), "kill {kill}");
            let now = verified(&book.database(), &[]).unwrap().head.size;
            amid += usize::from(killed(&book, &args, time, &mut random));
            let kept = verified(&to, &[]).unwrap();
            assert!(kept.faults.is_empty(), "kill {kill}: {:?}", kept.faults);
            assert!(kept.head.size == before || kept.head.size == now, "kill {kill}: {}", kept.head.size);
            done += usize::from(kept.head.size == now);
            before = kept.head.size;
            assert_eq!(verified(&book.database(), &[]).unwrap().head.size, now);
        }
        assert!(start(&book, &args).wait().unwrap().success());
        let left = std::fs::read_dir(book.0.path()).unwrap().map(|entry| entry.unwrap().file_name());
        let left: Vec<_> = left.filter(|name| name.to_string_lossy().starts_with(".countersign-")).collect();
        assert!(left.is_empty(), "{left:?}");
        Tally { kills: TOGETHER, amid, done }
    });
    report("backup", &tallies, count);
}

fn report(what: &str, tallies: &[Tally], count: usize) {
    let sum = |of: fn(&Tally) -> usize| tallies.iter().map(of).sum::<usize>();
    let (kills, amid, done) = (sum(|tally| tally.kills), sum(|tally| tally.amid), sum(|tally| tally.done));
    println!("{kills} kills of a {what}: {amid} still at work, {done} done");
    assert!(kills == count && amid > count / 4, "it is killed too late");
}

#[test]
#[ignore = "slow: hundreds of runs with a fault"]
fn indexes_being_made_again_when_the_program_is_killed_are_the_old_or_the_new_ones() {
    rebuilds(40);
}

#[test]
#[ignore = "the full figure"]
fn indexes_being_made_again_when_the_program_is_killed_are_the_old_or_the_new_ones_in_full() {
    rebuilds(in_full(100));
}

#[test]
#[ignore = "slow: hundreds of runs with a fault"]
fn a_file_being_brought_to_the_newest_format_when_the_program_is_killed_is_of_the_old_or_the_newest() {
    upgrades(60);
}

#[test]
#[ignore = "the full figure"]
fn a_file_being_brought_to_the_newest_format_when_the_program_is_killed_is_of_the_old_or_the_newest_in_full() {
    upgrades(in_full(200));
}

#[test]
#[ignore = "slow: hundreds of runs with a fault"]
fn a_backup_being_made_over_an_older_one_when_the_program_is_killed_is_the_older_or_the_new_one() {
    backups(20);
}

#[test]
#[ignore = "the full figure"]
fn a_backup_being_made_over_an_older_one_when_the_program_is_killed_is_the_older_or_the_new_one_in_full() {
    backups(in_full(50));
}
