//! A supervisor's minute at the real screen: tick, sign, say not yet, withdraw, look things up, lock, come back.

use crate::cli::book::{Book, PIN};
use crate::pty::leaving::desk;
use crate::pty::terminal::{Begin, Screen};

#[test]
fn two_ticks_are_signed_by_a_pin_and_one_is_withdrawn_with_a_reason() {
    let book = Book::demo();
    let mut screen = Screen::sam(&book);
    screen.keys("/k1 k2\r", "2 found");
    screen.keys("  ", "2 marked");
    screen.keys("s", "enter sign 2");
    screen.keys(&format!("{PIN}\r"), "Signed 2 KSBs for Alex Trainee");
    screen.keys("gw", "Withdraw a sign-off of K1");
    screen.keys("Signed for the wrong trainee\r", "Signed for the wrong trainee");
    screen.keys(&format!("{PIN}\r"), "Withdrew a sign-off of K1");
    assert_eq!(book.size(), Book::demo_size() + 3);
    screen.keys("6", "valid signature");
    let code = book.run(&["checkpoint", "--code"]).done().out;
    screen.wait_for(code.trim());
    screen.type_in("q");
    screen.end().with(0);
    let told = book.run(&["trainee", "Alex", "--plain"]).done().out;
    assert!(told.contains("Signed for the wrong trainee"), "{told}");
}

#[test]
fn not_yet_needs_what_was_seen_what_to_do_and_by_when() {
    let book = Book::demo();
    let mut screen = Screen::sam(&book);
    screen.keys("n", "f Feedback");
    // Enter opens what is missing; each letter opens its field, and Enter there goes back to the PIN.
    screen.keys("\r", "Say what was not yet to the standard");
    screen.keys("Unsure of the filter\r", "Unsure of the filter");
    screen.keys("aRepeat under direct supervision\r", "Repeat under direct");
    screen.keys("bin 2 weeks", "in 2 weeks");
    screen.type_in("\r");
    screen.keys(&format!("{PIN}\r"), "as not yet achieved for Alex Trainee; due");
    screen.wait_for("! not yet");
    assert_eq!(book.size(), Book::demo_size() + 1);
}

#[test]
fn three_wrong_pins_end_the_session_and_the_passphrase_opens_another() {
    let book = Book::demo();
    let mut screen = Screen::sam(&book);
    screen.keys(" s", "enter sign 1");
    screen.keys("0000\r", "Wrong PIN. 2 tries left");
    screen.keys("0001\r", "Wrong PIN. 1 try left");
    screen.keys("0002\r", "Wrong PIN 3 times");
    assert_eq!(book.size(), Book::demo_size());
    screen.keys(&format!("{}\r", countersign_app::demo::PASSPHRASE), "Signed 1 KSB");
    assert_eq!(book.size(), Book::demo_size() + 1);
}

#[test]
fn marks_survive_a_kill() {
    let book = Book::demo();
    let mut screen = Screen::sam(&book);
    screen.keys("  j ", "3 marked");
    screen.wait("the marks on the disk", |_| desk(&book).0.len() == 3);
    screen.cut();
    let mut again = Begin::sam(&book).start();
    again.wait_for("3 marked");
}

#[test]
fn lists_are_filtered_keys_are_shown_and_anything_is_found() {
    let book = Book::demo();
    let mut screen = Screen::sam(&book);
    screen.keys("/audit", "audit");
    screen.wait("few rows", |screen| !screen.says("K1  ") && screen.says("S26"));
    screen.keys("\r", "found");
    screen.type_in("\x1b");
    screen.wait_without("Matching “");
    screen.keys("g", "B4  ");
    screen.keys("?", "What do you want to do?");
    screen.type_in("\x1b");
    screen.wait_without("What do you want to do?");
    screen.keys(":carys", "Carys Hawthorn");
    screen.type_in("\r");
    screen.wait("her record", |screen| screen.text().lines().any(|line| line.starts_with(" Carys Hawthorn")));
}

#[test]
fn a_locked_screen_shows_names_alone_and_the_pin_opens_it_where_it_was() {
    let book = Book::demo();
    let mut screen = Screen::sam(&book);
    screen.keys("jj ", "1 marked");
    screen.keys("L", "Locked. Your marks are safe.");
    let locked = screen.text();
    for hidden in ["Alex", "K1 ", "KSB", "of 72", "ST0413"] {
        assert!(!locked.contains(hidden), "{hidden}: {locked}");
    }
    screen.keys("0000\r", "Wrong PIN");
    assert!(!screen.says("Alex"));
    // An unlock leads to Home; the mark is where it was.
    screen.keys(&format!("{PIN}\r"), "Waiting for you");
    screen.keys("1", "1 marked");
}
