//! Two processes on one file: each sees what the other commits by itself, and neither ever waits in words.

use std::thread;
use std::time::Duration;

use countersign_app::app::App;
use countersign_app::record::records;
use countersign_app::storage::data_dir::DataDir;
use countersign_app::verify::log::{Verdict, verify};

use crate::cli::book::{Book, PIN};
use crate::pty::terminal::Screen;
use crate::signer::{SIGNED, Signer, person, seed};

#[test]
fn what_another_process_signs_is_on_the_screen_by_itself() {
    let book = Book::demo();
    let mut screen = Screen::sam(&book);
    let app = App::open_default(DataDir::new(book.data())).unwrap();
    let alex = person(&app, "Alex Trainee");
    let (signed, of) = records::trainee_record(&app, &alex).unwrap().figures(None);
    let figures = [signed + 1, signed].map(|signed| format!("{signed} of {of} signed"));
    screen.wait_for(&figures[1]);
    let mut other = Signer::new(&book, &seed(&book));
    let mut took: Vec<Duration> = Vec::new();
    // Signs a KSB and withdraws it, again and again.
    for (ask, figure) in ["1", "0"].into_iter().zip(&figures).cycle().take(20) {
        other.ask(ask);
        other.wait_for(SIGNED);
        took.push(screen.wait_for(figure));
    }
    took.sort_unstable();
    let millis = |at: usize| took[at].as_secs_f32() * 1_000.0;
    println!("on the other screen after {:.0} ms (median), {:.0} ms (longest of 20)", millis(10), millis(19));
    screen.type_in("q");
    screen.end().with(0);
    other.done();
}

/// Waits until the cursor is on the entry with this number.
fn wait_for_cursor(screen: &mut Screen, entry: u64) {
    let there = |line: &str| line.starts_with('▌') && line.trim_end().ends_with(&format!(" {entry}"));
    screen.wait(&format!("entry {entry}"), |screen| screen.text().lines().any(there));
}

#[test]
fn what_another_process_signs_is_in_the_history_on_the_screen_and_the_cursor_stays_on_its_statement() {
    let book = Book::demo();
    let mut screen = Screen::sam(&book);
    screen.keys("6", "  Log ─");
    let code = |book: &Book| book.run(&["checkpoint", "--code"]).done().out.trim().to_owned();
    screen.wait_for(&code(&book));
    let mut other = Signer::new(&book, &seed(&book));
    for ask in ["1", "3"] {
        other.ask(ask);
        other.wait_for(SIGNED);
        screen.wait_for(&code(&book));
    }
    // On the newest the cursor stays with the newest; on an older one, with that.
    let newest = Book::demo_size() + 3;
    wait_for_cursor(&mut screen, newest);
    screen.type_in("jj");
    wait_for_cursor(&mut screen, newest - 2);
    other.ask("9");
    other.wait_for(SIGNED);
    screen.wait_for(&code(&book));
    wait_for_cursor(&mut screen, newest - 2);
    other.done();
}

#[test]
#[ignore = "slow: many runs of the program"]
fn two_writers_at_once_leave_a_gapless_log_and_no_word_of_waiting() {
    const ROUNDS: usize = 30;
    let book = Book::demo();
    let seed = seed(&book);
    let mut screen = Screen::sam(&book);
    let mut others = [Signer::new(&book, &seed), Signer::new(&book, &seed)];
    // A third signs at its screen meanwhile. Its dialog is open before the others leave nothing to sign.
    screen.keys("s", "Sign off ");
    for _ in 0..ROUNDS {
        others[0].ask("3");
        others[1].ask("72");
    }
    screen.keys(&format!("{PIN}\r"), "Signed 1 KSB");
    others.into_iter().for_each(Signer::done);
    // Three runs of the program at the same time, too.
    let runs = thread::scope(|scope| {
        ["K2", "K3", "K4"]
            .map(|code| scope.spawn(|| book.sam(&["sign-off", "Alex Trainee", code])))
            .map(|run| run.join().unwrap())
    });
    for run in runs {
        run.done();
    }
    assert_eq!(book.size(), Book::demo_size() + (ROUNDS as u64) * 75 + 4);
    let report = verify(&book.database(), &[], 2, &mut |_, _| {}).unwrap();
    assert_eq!((report.verdict, report.faults), (Verdict::CannotTell, vec![]));
    assert!(!String::from_utf8_lossy(&screen.bytes).contains("Another program"));
    screen.type_in("q");
    screen.end().with(0);
}
