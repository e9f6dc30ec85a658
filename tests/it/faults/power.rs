//! The power goes: what the real program had written and flushed is turned into disks as they may be found afterwards, and
//! each is opened. Nothing that was acknowledged is gone, and no batch is there in part.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use countersign_app::app::App;
use countersign_app::storage::data_dir::DataDir;
use countersign_core::primitives::ids::Digest;
use countersign_ledger::checkpoint_code::code;
use countersign_ledger::wrapped_key::header;

use crate::cli::book::Book;
use crate::faults::disk::{Disk, Event, read, shim};
use crate::faults::work::{by_sam, each, folder, preloaded, verified};
use crate::random::{in_full, random};
use crate::signer::{FOLD, SIGNED, Signer, seed};

/// What was done, from which disk, and where the log stood at each acknowledgement.
struct Story {
    data: PathBuf,
    before: Disk,
    events: Vec<Event>,
    /// After so many events, somebody had been told of this size and code, with so many keys in the folder.
    told: Vec<(usize, u64, String, usize)>,
}

/// Signs, withdraws, adds a person with a key, makes indexes again, folds the log back, all of it recorded.
fn story() -> Story {
    let book = Book::small();
    let record = book.0.path().join("record");
    let seed = seed(&book);
    let head = App::open_default(DataDir::new(book.data())).unwrap().head().unwrap();
    let before = Disk::of(&book.data());
    let secret = book.secret("demo");
    let data = book.data();
    let variables = [
        ("DISK_RECORD", record.to_str().unwrap()),
        ("DISK_FOLDER", data.to_str().unwrap()),
        ("LD_PRELOAD", shim().unwrap().to_str().unwrap()),
    ];
    let run = |args: &[&str]| {
        let output = preloaded(&book, &by_sam(&secret, args), &variables[..1]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    let new = book.keep("new", "heron basalt clover tin 55");
    let add = ["person", "add", "Nina New", "--role", "supervisor", "--new-passphrase-file", &new];
    let officer = [&add[..], &["--as", "Tilly", "--passphrase-file", &secret]].concat();
    run(&["sign-off", "Alex", "K1", "K2"]);
    let mut signer = Signer::with(&book, &seed, &variables);
    for ask in ["3", "1", "0"] {
        signer.ask(ask);
        signer.wait_for(SIGNED);
    }
    run(&["sign-off", "Alex", "S1"]);
    signer.ask(FOLD);
    signer.wait_for(FOLD);
    // From here on the write-ahead log is written over from its beginning.
    signer.ask("5");
    signer.wait_for(SIGNED);
    assert!(preloaded(&book, &officer, &variables[..1]).status.success());
    assert!(preloaded(&book, &["rebuild"], &variables[..1]).status.success());
    signer.ask("40");
    signer.wait_for(SIGNED);
    signer.done();
    run(&["sign-off", "Alex", "B1"]);
    let events = read(&record);
    let told = acknowledged(&events, head.size, &head.code, &before);
    Story { data, before, events, told }
}

/// What every acknowledgement says of the log.
fn acknowledged(events: &[Event], size: u64, first: &str, before: &Disk) -> Vec<(usize, u64, String, usize)> {
    let mut told = vec![(0, size, first.to_owned(), before.keys())];
    let mut disk = before.clone();
    let mut heard = String::new();
    for (at, event) in events.iter().enumerate() {
        disk.step(event);
        let Event::Said(said) = event else { continue };
        // A long line is told in parts, and is told once it ends.
        heard += said;
        let Some(end) = heard.rfind('\n') else { continue };
        let lines: String = heard.drain(..=end).collect();
        for line in lines.lines() {
            let (size, code) = if let Some(code) = line.strip_prefix("Checkpoint") {
                let code = code.trim().to_owned();
                (code.split(' ').next().unwrap().parse().unwrap(), code)
            } else if let Some((_, note)) = line.strip_prefix(SIGNED).and_then(|rest| rest.split_once(' ')) {
                let lines: Vec<&str> = note.split('|').collect();
                let size = lines[1].parse().unwrap();
                (size, code(size, &Digest::from_base64(lines[2]).unwrap()))
            } else {
                continue;
            };
            told.push((at + 1, size, code, disk.keys()));
        }
    }
    told
}

/// What became of an image.
#[derive(Debug, Default, Clone, Copy)]
struct Found {
    /// The disk was found as after a write that nobody was told of yet.
    after: usize,
}

/// Lays an image out, opens it as the program does and looks at all of it.
fn look(story: &Story, at: usize, image: &BTreeMap<PathBuf, Vec<u8>>) -> Found {
    let place = folder();
    for (path, bytes) in image {
        let path = place.path().join(path.strip_prefix(&story.data).unwrap());
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let told = story.told.iter().rposition(|(since, ..)| *since <= at).unwrap();
    let (_, size, code, keys) = &story.told[told];
    let database = DataDir::new(place.path().to_owned()).database();
    let report = verified(&database, &[]).unwrap_or_else(|error| panic!("after {at}: {error}"));
    assert_eq!(report.faults, [], "after {at}");
    let head = &report.head;
    let next = story.told.iter().find(|(_, next, ..)| next > size).map(|(_, size, code, _)| (*size, code.as_str()));
    let found = (head.size, head.code.as_str());
    assert!(found == (*size, code.as_str()) || Some(found) == next, "after {at}: told {size}, found {}", head.size);
    assert!(key_files(place.path()) >= *keys, "after {at}: a key is gone");
    // And the program goes on from it.
    let app = App::open_default(DataDir::new(place.path().to_owned())).unwrap();
    assert_eq!(app.head().unwrap(), *head);
    drop(app);
    let again = verified(&database, &[]).unwrap();
    assert_eq!((again.faults, again.head.code), (vec![], head.code.clone()), "after {at}, folded back");
    Found { after: usize::from(head.size > *size) }
}

/// How many whole keys there are.
fn key_files(data: &Path) -> usize {
    let files = fs::read_dir(data.join("keys")).unwrap().map(|entry| entry.unwrap().path());
    let keys = files.filter(|path| path.extension().is_some_and(|e| e == "key"));
    // The log's own was read when the file was opened.
    let whole = |path: &PathBuf| path.ends_with("log.key") || header(&fs::read_to_string(path).unwrap()).is_ok();
    keys.inspect(|path| assert!(whole(path), "{}", path.display())).count()
}

fn images(count: usize) {
    if shim().is_none() {
        return;
    }
    let story = story();
    // The disk before every event, made once.
    let mut disks = vec![story.before.clone()];
    for event in &story.events {
        let mut disk = disks.last().unwrap().clone();
        disk.step(event);
        disks.push(disk);
    }
    let found = each(count, |number| {
        let mut random = random(number);
        // Every prefix in its turn; where there are fewer images than prefixes, spread over all of them.
        let at = if count < disks.len() { number * disks.len() / count } else { number % disks.len() };
        look(&story, at, &disks[at].image(&mut random))
    });
    let after: usize = found.iter().map(|found| found.after).sum();
    let (prefixes, told) = (disks.len(), story.told.len() - 1);
    println!(
        "{count} images of {prefixes} prefixes, {told} acknowledgements: {after} with a write nobody was told of yet"
    );
    assert!(after > 0 && told == 10);
}

#[test]
#[ignore = "slow: hundreds of runs with a fault"]
fn after_a_power_cut_the_file_is_as_before_or_after_the_write_and_nothing_acknowledged_is_gone() {
    images(120);
}

#[test]
#[ignore = "the full figure"]
fn after_a_power_cut_the_file_is_as_before_or_after_the_write_and_nothing_acknowledged_is_gone_in_full() {
    images(in_full(1_000));
}
