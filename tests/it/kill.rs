//! `kill -9` while signing: what was acknowledged is in the file, no batch is there in part, and the file verifies.

use std::collections::{HashMap, HashSet};
use std::io::BufRead as _;
use std::os::unix::process::ExitStatusExt as _;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use countersign_app::verify::log::{Verdict, verify};
use rusqlite::Connection;

use crate::cli::book::{Book, PIN};
use crate::pty::terminal::{PATIENCE, Screen};
use crate::random::{in_full, random};
use crate::signer::{SIGNED, Signer, seed};

/// Kills of one file before the next begins afresh: the older, the longer a look through it takes.
const TOGETHER: usize = 25;
/// Batches that it acknowledges at most before it is killed.
const BATCHES: usize = 4;
/// The latest moment of a kill after that. A batch of 72 takes a good part of it.
const LATEST: Duration = Duration::from_millis(30);

/// What became of some kills.
#[derive(Debug, Default)]
struct Tally {
    kills: usize,
    acknowledged: usize,
    statements: usize,
    /// Batches that were on the disk before anybody was told.
    untold: usize,
    verified: usize,
}

/// What a process acknowledges, until it is gone.
fn answers(signer: &mut Signer) -> Receiver<(Vec<String>, String)> {
    let (sender, receiver) = channel();
    let pipe = signer.answers.take().unwrap();
    thread::spawn(move || {
        for line in pipe.lines().map_while(Result::ok) {
            // A line cut off by the kill has no checkpoint's end.
            let Some((ids, note)) = line.strip_prefix(SIGNED).and_then(|rest| rest.split_once(' ')) else { continue };
            if note.ends_with('|') {
                sender.send((ids.split(',').map(|id| id.replace('-', "")).collect(), note.replace('|', "\n"))).unwrap();
            }
        }
    });
    receiver
}

/// Kills a signing process so many times, each at a random moment; looks at the file each time.
fn killed(times: usize, random: &mut fastrand::Rng) -> Tally {
    let book = Book::demo();
    let seed = seed(&book);
    let mut tally = Tally::default();
    let mut size = Book::demo_size().cast_signed();
    let mut newest = None;
    for time in 1..=times {
        let mut signer = Signer::new(&book, &seed);
        let answers = answers(&mut signer);
        for _ in 0..60 {
            signer.ask(random.choice(["1", "3", "72", "0"]).unwrap());
        }
        let mut told: Vec<_> = (0..random.usize(..=BATCHES)).map(|_| answers.recv_timeout(PATIENCE).unwrap()).collect();
        let moment = Instant::now() + LATEST.mul_f32(random.f32());
        while let Ok(answer) = answers.recv_timeout(moment.saturating_duration_since(Instant::now())) {
            told.push(answer);
        }
        signer.child.kill().unwrap();
        // It was signing to its last moment: it did not end by itself.
        assert_eq!(signer.child.wait().unwrap().signal(), Some(9));
        told.extend(answers);
        let (now, untold) = look(&book, size, &told);
        tally.kills += 1;
        tally.acknowledged += told.len();
        tally.statements += usize::try_from(now - size).unwrap();
        tally.untold += untold;
        size = now;
        newest = told.pop().map(|(_, note)| note).or(newest);
        if let Some(note) = &newest
            && (time % 5 == 0 || time == times)
        {
            let report = verify(&book.database(), std::slice::from_ref(note), 2, &mut |_, _| {}).unwrap();
            assert_eq!((report.verdict, report.faults, report.head.size.cast_signed()), (Verdict::Sound, vec![], size));
            tally.verified += 1;
        }
    }
    tally
}

/// Looks at what was added: gapless, whole batches, nothing missing that was acknowledged. Gives the size, and how many
/// batches nobody was told of.
fn look(book: &Book, before: i64, told: &[(Vec<String>, String)]) -> (i64, usize) {
    let file = Connection::open(book.database()).unwrap();
    let mut rows =
        file.prepare("SELECT place, lower(hex(id)), text FROM entry WHERE place >= ?1 ORDER BY place").unwrap();
    let mut rows = rows.query([before]).unwrap();
    let mut size = before;
    let mut there = HashSet::new();
    let mut batches: HashMap<String, (usize, usize)> = HashMap::new();
    let mut alone = 0;
    while let Some(row) = rows.next().unwrap() {
        assert_eq!(row.get::<_, i64>(0).unwrap(), size, "a gap");
        size += 1;
        there.insert(row.get::<_, String>(1).unwrap());
        let text: String = row.get(2).unwrap();
        match text.lines().find_map(|line| line.strip_prefix("batch ")) {
            Some(batch) => {
                let words: Vec<&str> = batch.split(' ').collect();
                batches.entry(words[0].to_owned()).or_insert((0, words[3].parse().unwrap())).0 += 1;
            }
            None => alone += 1,
        }
    }
    for (batch, (found, of)) in &batches {
        assert_eq!(found, of, "batch {batch} is there in part");
    }
    for id in told.iter().flat_map(|(ids, _)| ids) {
        assert!(there.contains(id), "{id} was acknowledged and is not there");
    }
    let head: i64 = file.query_row("SELECT size FROM head", [], |row| row.get(0)).unwrap();
    assert_eq!(head, size);
    (size, batches.len() + alone - told.len())
}

fn kills(count: usize) {
    let begun = Instant::now();
    let workers: Vec<_> = (0..2)
        .map(|worker| {
            thread::spawn(move || {
                let mut random = random(worker);
                let runs = count / 2 / TOGETHER;
                (0..runs).map(|_| killed(TOGETHER, &mut random)).collect::<Vec<_>>()
            })
        })
        .collect();
    let tallies: Vec<Tally> = workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect();
    let sum = |of: fn(&Tally) -> usize| tallies.iter().map(of).sum::<usize>();
    let kills = sum(|tally| tally.kills);
    println!(
        "{kills} kills in {:.1} s: {} batches acknowledged and {} not, {} statements, {} times sound",
        begun.elapsed().as_secs_f32(),
        sum(|tally| tally.acknowledged),
        sum(|tally| tally.untold),
        sum(|tally| tally.statements),
        sum(|tally| tally.verified),
    );
    assert_eq!(kills, count);
    assert!(sum(|tally| tally.acknowledged) > count && sum(|tally| tally.verified) >= count / 5);
}

#[test]
#[ignore = "slow: kills the program at many moments"]
fn a_process_killed_at_any_moment_of_signing_leaves_whole_batches_and_all_that_it_acknowledged() {
    kills(100);
}

#[test]
#[ignore = "the full figure"]
fn a_process_killed_at_any_moment_of_signing_leaves_whole_batches_and_all_that_it_acknowledged_in_full() {
    kills(in_full(200));
}

#[test]
fn a_screen_killed_while_it_signs_has_signed_all_marks_or_none() {
    let mut random = random(0);
    for _ in 0..6 {
        let book = Book::demo();
        let mut screen = Screen::sam(&book);
        screen.keys("V", " marked");
        screen.keys("V", "72 marked");
        screen.keys("s", "PIN");
        screen.type_in(&format!("{PIN}\r"));
        let moment = Instant::now() + LATEST.mul_f32(random.f32());
        while Instant::now() < moment && !screen.says("Signed 72") {
            screen.listen(moment.saturating_duration_since(Instant::now()));
        }
        let told = screen.says("Signed 72");
        screen.cut();
        let before = Book::demo_size().cast_signed();
        let (size, _) = look(&book, before, &[]);
        println!("told: {told}, in the file: {}", size - before);
        assert!(size == before + 72 || (size == before && !told), "{told} {size}");
    }
}
