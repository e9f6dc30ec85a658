//! Six that write and four that watch, some of them killed at random: the log has no gap, nobody is told to wait, and every
//! screen shows the newest commit.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use countersign_app::app::App;
use countersign_app::storage::data_dir::DataDir;
use rusqlite::Connection;

use crate::cli::book::Book;
use crate::faults::work::{pause, verified};
use crate::pty::terminal::{PATIENCE, Screen};
use crate::random::{in_full, random};
use crate::signer::{SIGNED, Signer, seed};

const WRITERS: usize = 6;
const READERS: usize = 4;
/// How often each writes before everybody looks whether all is there, a kill among them at least.
const ROUND: usize = 20;

/// What a writer did in a round: batches, kills, and when the last thing it did was over.
#[derive(Debug, Clone, Copy)]
struct Wrote {
    batches: usize,
    kills: usize,
    last: Instant,
}

/// Writes a round; now and then it is killed in the midst of a batch, and another goes on.
fn write(book: &Book, seed: &[u8; 32], signer: &mut Signer, random: &mut fastrand::Rng) -> Wrote {
    let mut wrote = Wrote { batches: 0, kills: 0, last: Instant::now() };
    let killed = random.usize(..ROUND);
    for time in 0..ROUND {
        signer.ask(random.choice(["1", "3", "9", "0"]).unwrap());
        if time == killed || random.u8(..12) == 0 {
            pause(Duration::from_micros(random.u64(..20_000)));
            assert!(signer.child.try_wait().unwrap().is_none(), "a writer ended by itself");
            signer.child.kill().unwrap();
            signer.child.wait().unwrap();
            wrote.kills += 1;
            wrote.last = Instant::now();
            *signer = Signer::new(book, seed);
        } else {
            signer.wait_for(SIGNED);
            wrote.batches += 1;
            wrote.last = Instant::now();
        }
    }
    wrote
}

/// Watches the history, and says when a code that it is asked for was on the screen.
fn watch(book: &Book, asked: &Receiver<String>, told: &Sender<Instant>) -> Vec<u8> {
    let mut screen = Screen::sam(book);
    screen.keys("6", "  Log ─");
    loop {
        match asked.try_recv() {
            Ok(code) => {
                screen.wait_for(&code);
                told.send(Instant::now()).unwrap();
                // Somebody is there: the screen does not lock. The cursor stays on the newest.
                screen.type_in("g");
            }
            Err(std::sync::mpsc::TryRecvError::Empty) => drop(screen.listen(Duration::from_millis(2))),
            Err(std::sync::mpsc::TryRecvError::Disconnected) => break,
        }
    }
    screen.type_in("q");
    std::mem::take(&mut screen.end().with(0).bytes)
}

fn crowd(rounds: usize) {
    let book = Book::demo();
    let seed = seed(&book);
    let mut late: Vec<Duration> = Vec::new();
    let (mut batches, mut kills) = (0, 0);
    thread::scope(|scope| {
        let (tell, reports) = channel();
        // A test that fails drops these, and everybody goes home.
        let mut goes = Vec::new();
        for number in 0..WRITERS {
            let (book, seed, tell, (go, gone)) = (&book, &seed, tell.clone(), channel::<()>());
            goes.push(go);
            scope.spawn(move || {
                let mut random = random(number);
                let mut signer = Signer::new(book, seed);
                while gone.recv().is_ok() {
                    tell.send(write(book, seed, &mut signer, &mut random)).unwrap();
                }
                signer.done();
            });
        }
        drop(tell);
        let mut readers = Vec::new();
        for _ in 0..READERS {
            let ((ask, asked), (shown, arrivals), book) = (channel::<String>(), channel(), &book);
            readers.push((ask, arrivals, scope.spawn(move || watch(book, &asked, &shown))));
        }
        for _ in 0..rounds {
            for go in &goes {
                go.send(()).unwrap();
            }
            let wrote: Vec<Wrote> = (0..WRITERS).map(|_| reports.recv_timeout(PATIENCE).unwrap()).collect();
            batches += wrote.iter().map(|wrote| wrote.batches).sum::<usize>();
            kills += wrote.iter().map(|wrote| wrote.kills).sum::<usize>();
            let last = wrote.iter().map(|wrote| wrote.last).max().unwrap();
            let code = App::open_default(DataDir::new(book.data())).unwrap().head().unwrap().code;
            for (ask, ..) in &readers {
                ask.send(code.clone()).unwrap();
            }
            for (_, arrivals, _) in &readers {
                late.push(arrivals.recv_timeout(PATIENCE).unwrap().saturating_duration_since(last));
            }
        }
        drop(goes);
        for (ask, _, reader) in readers {
            drop(ask);
            let shown = String::from_utf8_lossy(&reader.join().unwrap()).into_owned();
            assert!(!shown.contains("Another program") && !shown.contains("busy"), "somebody was told to wait");
        }
    });
    let file = Connection::open(book.database()).unwrap();
    let sql = "SELECT count(*), max(place) + 1, (SELECT size FROM head) FROM entry";
    let counts: [i64; 3] = file.query_row(sql, [], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?])).unwrap();
    assert!(counts.iter().all(|count| *count == counts[0]), "a gap: {counts:?}");
    assert_eq!(verified(&book.database(), &[]).unwrap().faults, []);
    late.sort_unstable();
    let (median, longest) = (late[late.len() / 2], late[late.len() - 1]);
    println!(
        "{WRITERS} writers, {READERS} readers: {batches} batches, {kills} kills, {} statements; the newest commit on \
         a screen after {} ms (median), {} ms (longest of {})",
        counts[0],
        median.as_millis(),
        longest.as_millis(),
        late.len(),
    );
    assert!(batches + kills == rounds * WRITERS * ROUND && kills >= rounds * WRITERS);
}

#[test]
#[ignore = "slow: hundreds of runs with a fault"]
fn a_crowd_that_writes_and_is_killed_leaves_no_gap_and_every_screen_shows_the_newest() {
    crowd(2);
}

#[test]
#[ignore = "the full figure"]
fn a_crowd_that_writes_and_is_killed_leaves_no_gap_and_every_screen_shows_the_newest_in_full() {
    crowd(in_full(10));
}
