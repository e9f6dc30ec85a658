//! The terminal hangs up at any moment, with a signal or without one: the program goes, burns nothing, and what was typed
//! is kept.

use std::time::{Duration, Instant};

use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};

use crate::cli::book::{Book, PIN};
use crate::faults::work::{each, pause, verified};
use crate::pty::leaving::desk;
use crate::pty::terminal::{Begin, PATIENCE, Screen};
use crate::random::{in_full, random};

/// Processor time that leaving may take, in hundredths of a second: one that spins takes all that there is. How long it
/// takes by the clock depends on what else the machine does, and is only printed.
const TICKS: u64 = 100;

/// Processor time of a process so far, a dead one's too until somebody waits for it.
fn ticks(pid: Pid) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).unwrap();
    // After the name, which may hold anything: state is the third field, user and system time the 14th and 15th.
    let fields: Vec<&str> = stat.rsplit_once(") ").unwrap().1.split(' ').collect();
    fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
}

/// Hangs up, and waits until the program is gone: after how long, and with how much processor time.
fn hang_up(screen: Screen) -> (Duration, u64) {
    let pid = screen.pid();
    let before = ticks(pid);
    let begun = Instant::now();
    let mut child = screen.hang_up();
    let ended = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
    // The kernel wakes this up; a program that stays is found out by the bound below.
    while waitid(WaitId::Pid(pid), ended | WaitIdOptions::NOHANG).unwrap().is_none() {
        assert!(begun.elapsed() < PATIENCE, "it outlives its terminal");
        pause(Duration::from_millis(1));
    }
    let (took, burnt) = (begun.elapsed(), ticks(pid) - before);
    child.wait().unwrap();
    (took, burnt)
}

/// Goes to one of the places of the program, and hangs up at a random moment of what follows.
fn hung_up(number: usize) -> (Duration, u64) {
    let mut random = random(number);
    let book = Book::demo();
    let begin = Begin::sam(&book);
    // With the signal blocked, only the terminal itself says that it is gone.
    let mut screen =
        if number.is_multiple_of(2) { begin } else { begin.shell("exec env --block-signal=HUP {}") }.start();
    let moment = Duration::from_millis(random.u64(..60));
    let mut typed = None;
    match number / 2 % 5 {
        // While it starts.
        0 => {
            screen.listen(PATIENCE);
            pause(moment);
        }
        // At rest.
        1 => screen.wait("the screen", |screen| screen.says("Alex Trainee")).checked_add(moment).map_or((), drop),
        // While it is being typed in.
        2 => {
            screen.wait_for("Alex Trainee");
            screen.keys("n", "f Feedback");
            let word: String = (0..random.usize(3..12)).map(|_| random.lowercase()).collect();
            screen.keys(&format!("f{word}"), &format!("f Feedback  {word}"));
            typed = Some(word);
        }
        // While keys come faster than it can draw.
        3 => {
            screen.wait_for("Alex Trainee");
            screen.type_in(&"jk12/open\x1b6".repeat(random.usize(1..20)));
            screen.listen(moment);
        }
        // While it signs.
        _ => {
            screen.wait_for("Alex Trainee");
            screen.keys("V", " marked");
            screen.keys("V", "72 marked");
            screen.keys("s", "PIN");
            screen.type_in(&format!("{PIN}\r"));
            screen.listen(moment);
        }
    }
    let gone = hang_up(screen);
    if let Some(word) = typed {
        assert!(desk(&book).1.contains(&("feedback".into(), word)), "{:?}", desk(&book));
    }
    let report = verified(&book.database(), &[]).unwrap();
    let size = report.head.size - Book::demo_size();
    assert!(report.faults.is_empty() && (size == 0 || size == 72), "{size}: {:?}", report.faults);
    gone
}

fn hang_ups(count: usize) {
    let gone = each(count, hung_up);
    let longest = gone.iter().map(|(took, _)| took).max().unwrap();
    let burnt = gone.iter().map(|(_, ticks)| *ticks).max().unwrap();
    println!(
        "{count} of {count} gone, the last after {} ms. At most {burnt}0 ms of processor time",
        longest.as_millis()
    );
    assert!(burnt < TICKS, "{burnt}");
}

#[test]
#[ignore = "slow: hundreds of runs with a fault"]
fn a_terminal_that_hangs_up_at_any_moment_ends_the_program_and_keeps_what_was_typed() {
    hang_ups(10);
}

#[test]
#[ignore = "the full figure"]
fn a_terminal_that_hangs_up_at_any_moment_ends_the_program_and_keeps_what_was_typed_in_full() {
    hang_ups(in_full(50));
}
