//! One bit of the file is another, as rot or a bad cable leaves it: it is found, or it changes nothing that the file says.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use countersign_app::app::App;
use countersign_app::clock::SystemClock;
use countersign_app::maintenance::export;
use countersign_app::random::SystemRandom;
use countersign_app::record::records;
use countersign_app::storage::data_dir::DataDir;
use countersign_app::verify::log::Verdict;
use countersign_core::filter::log::LogFilter;
use countersign_store::db::Access;
use rusqlite::Connection;

use crate::cli::book::Book;
use crate::faults::work::{each, folder, verified};
use crate::random::{in_full, random};
use crate::signer::{SIGNED, Signer, seed};
use countersign_app::record::find_trainees;

/// What the flips resulted in.
#[derive(Debug, Default)]
struct Tally {
    refused: usize,
    altered: usize,
    inconsistent: usize,
    harmless: usize,
}

/// All that the file says, as the program reads it: history, statements, states, people, signers, checkpoint.
pub fn says(data: &Path) -> Result<String, String> {
    let folder = DataDir::new(data.to_owned());
    let open = App::open(folder, Access::Read, Box::new(SystemClock), Box::new(SystemRandom::default()));
    let app = open.map_err(|error| error.to_string())?;
    let read = || -> Result<String, countersign_app::error::Error> {
        let history = records::history(&app, &LogFilter::default(), None, 10_000)?;
        let mut all = format!("{history:?}\n{:?}\n{}\n", app.head()?, export::signers(&app)?);
        for row in &history.rows {
            let _ = writeln!(all, "{:?}", records::statement(&app, row.id)?);
        }
        let _ = writeln!(all, "{:?}", find_trainees::trainees(&app)?);
        for card in find_trainees::trainees(&app)? {
            let standing = records::trainee_record(&app, &card.id)?;
            let _ = writeln!(all, "{:?} {}", standing.states, standing.standard.canonical());
        }
        Ok(all + &export::checkpoint(&app)?)
    };
    read().map_err(|error| error.to_string())
}

/// Where two texts begin to differ, and how.
fn differ(now: &str, said: &str) -> String {
    let at = now.bytes().zip(said.bytes()).take_while(|(a, b)| a == b).count();
    let from = |all: &str| all[all.floor_char_boundary(at.saturating_sub(80))..].chars().take(160).collect::<String>();
    format!("{}\nwas\n{}", from(now), from(said))
}

/// Flips one bit of `flipped` in a copy of the files and says what is found.
fn flip(
    files: &[(PathBuf, Vec<u8>)],
    flipped: usize,
    bit: usize,
    said: &str,
    checkpoints: &[String],
) -> Option<Verdict> {
    let place = folder();
    fs::create_dir(place.path().join("keys")).unwrap();
    for (number, (name, bytes)) in files.iter().enumerate() {
        let mut bytes = bytes.clone();
        if number == flipped {
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
        fs::write(place.path().join(name), bytes).unwrap();
    }
    let report = verified(&place.path().join("countersign.db"), checkpoints).ok()?;
    if matches!(report.verdict, Verdict::Sound | Verdict::CannotTell) {
        match says(place.path()) {
            // In what verify does not read: anyone who reads it is told in words that it is damaged.
            Err(words) => {
                assert!(words.contains("damaged"), "{words}");
                return None;
            }
            Ok(now) => {
                assert!(now == said, "bit {bit} of {} is unseen: {}", files[flipped].0.display(), differ(&now, said));
            }
        }
    }
    Some(report.verdict)
}

fn flips(files: &[(PathBuf, Vec<u8>)], flipped: usize, count: usize, checkpoints: &[String]) -> Tally {
    let place = folder();
    fs::create_dir(place.path().join("keys")).unwrap();
    for (name, bytes) in files {
        fs::write(place.path().join(name), bytes).unwrap();
    }
    let said = says(place.path()).unwrap();
    let bits = files[flipped].1.len() * 8;
    let verdicts = each(count, |number| {
        // Spread over all of the file, at random within each part.
        let part = bits / count;
        let bit = number * part + random(number).usize(..part);
        flip(files, flipped, bit, &said, checkpoints)
    });
    verdicts.into_iter().fold(Tally::default(), |mut tally, verdict| {
        *match verdict {
            None => &mut tally.refused,
            Some(Verdict::Altered) => &mut tally.altered,
            Some(Verdict::Inconsistent) => &mut tally.inconsistent,
            Some(Verdict::Sound | Verdict::CannotTell) => &mut tally.harmless,
        } += 1;
        tally
    })
}

/// The files of a data folder that a copy needs, by their names in it.
fn taken(book: &Book, wal: bool) -> Vec<(PathBuf, Vec<u8>)> {
    let mut names = vec!["countersign.db", "keys/log.key"];
    names.extend(wal.then_some("countersign.db-wal"));
    names.into_iter().map(|name| (name.into(), fs::read(book.data().join(name)).unwrap())).collect()
}

fn of_the_database(count: usize) {
    let book = Book::small();
    let files = taken(&book, false);
    let tally = flips(&files, 0, count, &[]);
    println!("{count} flips in {} bytes of the database: {tally:?}", files[0].1.len());
    // One bit in eight lies where it changes anything; half of that leaves no room for bad luck.
    assert!(tally.altered + tally.refused > count / 20);
}

fn of_the_write_ahead_log(count: usize) {
    let book = Book::small();
    // Somebody has it open, so that the log is not folded back.
    let open = Connection::open(book.database()).unwrap();
    open.query_row("SELECT size FROM head", [], |_| Ok(())).unwrap();
    let mut signer = Signer::new(&book, &seed(&book));
    let mut note = String::new();
    for ask in ["3", "1", "0", "2"] {
        signer.ask(ask);
        note = signer.wait_for(SIGNED).split_once(' ').unwrap().1.replace('|', "\n");
    }
    signer.done();
    let files = taken(&book, true);
    // A cut tail is what a power cut leaves, too: that it was longer is known from outside alone.
    let tally = flips(&files, 2, count, &[note]);
    println!("{count} flips in {} bytes of the write-ahead log: {tally:?}", files[2].1.len());
    assert!(tally.inconsistent + tally.altered + tally.refused > count / 10);
}

#[test]
#[ignore = "slow: hundreds of runs with a fault"]
fn a_bit_of_the_database_that_changes_anything_is_found_by_verify() {
    of_the_database(300);
}

#[test]
#[ignore = "the full figure"]
fn a_bit_of_the_database_that_changes_anything_is_found_by_verify_in_full() {
    of_the_database(in_full(4_000));
}

#[test]
#[ignore = "slow: hundreds of runs with a fault"]
fn a_bit_of_the_write_ahead_log_that_changes_anything_is_found_with_a_checkpoint() {
    of_the_write_ahead_log(100);
}

#[test]
#[ignore = "the full figure"]
fn a_bit_of_the_write_ahead_log_that_changes_anything_is_found_with_a_checkpoint_in_full() {
    of_the_write_ahead_log(in_full(800));
}
