//! How the program goes: by a key, a signal, a line that drops; and how it stops and comes back.

use std::time::Instant;

use countersign_app::app::App;
use countersign_app::people::workspace;
use countersign_app::people::workspace::Fields;
use countersign_app::storage::data_dir::DataDir;
use countersign_core::people::person::{PersonSearch, Role};
use countersign_core::primitives::ids::KsbCode;
use rustix::process::Signal;

use crate::cli::book::{Book, PIN};
use crate::pty::terminal::{Begin, PATIENCE, Screen};
use countersign_app::people::person;

/// What the file keeps of Sam's place on Alex: marks and a dialog.
pub fn desk(book: &Book) -> (Vec<KsbCode>, Fields) {
    let app = App::open_default(DataDir::new(book.data())).unwrap();
    let [sam, alex] =
        ["Sam Supervisor", "Alex Trainee"].map(|name| match person::find(&app, name, &Role::ALL).unwrap() {
            PersonSearch::One(person) => person.id,
            other => panic!("{other:?}"),
        });
    workspace::marks_and_draft(&app, &sam, &alex).unwrap()
}

#[test]
fn q_and_ctrl_c_leave_the_terminal_as_it_was() {
    let book = Book::demo();
    for key in ["q", "\x03", "\x11"] {
        let mut screen = Screen::sam(&book);
        screen.type_in(key);
        screen.end().with(0);
    }
}

#[test]
fn a_signal_ends_the_program_and_gives_the_terminal_back() {
    let book = Book::demo();
    for signal in [Signal::TERM, Signal::HUP, Signal::INT, Signal::QUIT] {
        let screen = Screen::sam(&book);
        screen.signal(signal);
        screen.end().with(128 + signal.as_raw());
    }
}

#[test]
#[ignore = "slow: a real terminal, again and again"]
fn a_line_that_drops_in_the_sign_dialog_ends_the_program_and_loses_nothing_that_was_typed() {
    for word in ["Seen", "twice", "on", "the", "ward"] {
        let book = Book::demo();
        let mut screen = Screen::sam(&book);
        screen.keys("n", "f Feedback");
        // Not a moment is left between the word's picture and the end.
        screen.keys(&format!("f{word}"), &format!("f Feedback  {word}"));
        let mut child = screen.hang_up();
        let begun = Instant::now();
        while child.try_wait().unwrap().is_none() {
            assert!(begun.elapsed() < PATIENCE, "it outlives its terminal");
            std::thread::yield_now();
        }
        println!("gone {} ms after its terminal", begun.elapsed().as_millis());
        assert!(desk(&book).1.contains(&("feedback".into(), word.into())), "{:?}", desk(&book));
        let mut again = Screen::sam(&book);
        again.keys("n", &format!("f Feedback  {word}"));
    }
}

#[test]
fn ctrl_z_opens_no_shell_and_suspend_by_name_locks_and_stops_and_fg_asks_who_is_there() {
    let book = Book::demo();
    let mut begin = Begin::sam(&book).shell("{}");
    let line = begin.args.pop().unwrap();
    begin.args = vec!["-i".into()];
    begin.environment.push(("PS1", "READY> "));
    let mut shell = begin.start();
    shell.wait_for("READY>");
    shell.type_in(&format!("{line}\r"));
    shell.wait_for("Everything left");
    // Ctrl-Z takes back; the shell is reached by name alone.
    shell.keys("\x1a", "Take back ");
    shell.type_in("\x1b");
    shell.wait_without("Take back ");
    shell.keys(":suspend", "Lock and leave to the shell");
    shell.type_in("\r");
    shell.wait_for("Stopped");
    assert!(!shell.emulated().alternate_screen() && !shell.emulated().hide_cursor());
    shell.keys("echo still$((40+2))\r", "still42");
    shell.type_in("fg\r");
    shell.wait_for("Locked. Your marks are safe.");
    assert!(shell.emulated().alternate_screen() && !shell.says("Alex"), "{}", shell.text());
    // An unlock leads to Home.
    shell.keys(&format!("{PIN}\r"), "Waiting for you");
    shell.type_in("q");
    shell.wait("the shell", |shell| !shell.emulated().alternate_screen() && shell.text().ends_with("READY> "));
    shell.type_in("exit\r");
    shell.end().with(0);
}

#[test]
fn a_program_that_was_stopped_from_outside_draws_itself_again() {
    let book = Book::demo();
    let mut screen = Screen::sam(&book);
    screen.keys("/open", "Matching “open”");
    screen.keys("\r", "Nothing signed yet");
    screen.signal(Signal::STOP);
    screen.resize((100, 30));
    screen.signal(Signal::CONT);
    screen.wait("the wide screen", |screen| screen.text().lines().any(|line| line.chars().count() > 90));
    screen.wait_for("? all keys");
    assert!(screen.emulated().alternate_screen());
    screen.type_in("q");
    screen.end().with(0);
}

#[test]
#[ignore = "slow: a real terminal, again and again"]
fn a_key_that_arrives_together_with_a_new_size_is_not_kept_waiting_for_the_next_one() {
    let book = Book::demo();
    let mut screen = Screen::sam(&book);
    for turn in 0..60 {
        // The program finds both at once when it continues, or one right after the other.
        let stopped = turn % 2 == 0;
        if stopped {
            screen.signal(Signal::STOP);
        }
        screen.resize((90 + turn % 7, 30));
        screen.type_in("/");
        if stopped {
            screen.signal(Signal::CONT);
        }
        screen.wait_for("keep the filter");
        screen.type_in("\x1b");
        screen.wait_without("keep the filter");
    }
    screen.type_in("q");
    screen.end().with(0);
}
