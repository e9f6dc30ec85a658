//! What the bytes on the line hold: no colour, no Unicode where it was asked for; and terminals that are small, odd or none.

use crate::cli::book::Book;
use crate::pty::terminal::{Begin, Screen};

/// A tour through the screens and dialogs.
fn tour(mut screen: Screen) -> Vec<u8> {
    screen.wait_for("Everything left");
    screen.keys(" ", "1 marked");
    screen.keys("n", "f Feedback");
    screen.type_in("\x1b");
    screen.wait_without("f Feedback");
    screen.keys("?", "What do you want to do?");
    screen.type_in("\x1b");
    screen.wait_without("What do you want to do?");
    // A mark is kept for the next time, and the program asks before it leaves one.
    screen.type_in("k ");
    screen.wait_without("1 marked");
    screen.keys("6", "valid signature");
    screen.keys("L", "Locked.");
    screen.type_in("\x11");
    screen.end().with(0).bytes.clone()
}

/// The parameters of every SGR sequence.
fn styles(bytes: &[u8]) -> Vec<u16> {
    let text = String::from_utf8_lossy(bytes);
    let sequences = text.split("\x1b[").skip(1).filter_map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != ';')?;
        rest[end..].starts_with('m').then(|| &rest[..end])
    });
    sequences.flat_map(|list| list.split(';')).map(|number| number.parse().unwrap_or(0)).collect()
}

fn coloured(bytes: &[u8]) -> bool {
    styles(bytes).iter().any(|style| matches!(style, 30..=49 | 90..=107))
}

#[test]
fn no_color_sends_no_colour_at_all() {
    let book = Book::demo();
    let plain = tour(Begin { environment: vec![("NO_COLOR", "1")], ..Begin::sam(&book) }.start());
    assert!(!coloured(&plain) && styles(&plain).contains(&1), "{:?}", styles(&plain));
    assert!(coloured(&tour(Begin::sam(&book).start())));
}

#[test]
#[ignore = "slow: a real terminal, again and again"]
fn where_unicode_is_not_shown_every_byte_is_ascii() {
    let book = Book::demo();
    for environment in [vec![("LANG", "C")], vec![("TERM", "linux")], vec![("LC_ALL", "POSIX")]] {
        let bytes = tour(Begin { environment: environment.clone(), ..Begin::sam(&book) }.start());
        assert!(bytes.is_ascii(), "{environment:?}: {}", String::from_utf8_lossy(&bytes));
    }
    let mut asked = Begin::sam(&book);
    asked.args.push("--ascii".into());
    assert!(tour(asked.start()).is_ascii());
    assert!(!tour(Begin::sam(&book).start()).is_ascii());
}

#[test]
fn a_terminal_too_small_says_so_and_one_that_grows_is_used() {
    let book = Book::demo();
    let mut screen = Begin { size: (20, 5), ..Begin::sam(&book) }.start();
    screen.wait("a sentence", |screen| screen.text().to_lowercase().contains("small"));
    screen.resize((80, 24));
    screen.wait_for("Everything left");
    screen.resize((20, 5));
    screen.wait("a sentence", |screen| screen.text().to_lowercase().contains("small"));
    screen.type_in("q");
    screen.end().with(0);
}

#[test]
fn a_storm_of_sizes_ends_in_the_last_one_drawn_whole() {
    let book = Book::demo();
    let mut screen = Screen::sam(&book);
    screen.storm((0..300_u16).map(|turn| (1 + turn * 37 % 180, 1 + turn * 13 % 70)));
    screen.resize((80, 24));
    let mut fresh = Screen::sam(&book);
    // The last row is drawn last.
    fresh.wait("a whole picture", |screen| {
        let text = screen.text();
        text.contains("to sign") && text.lines().last().is_some_and(|row| row.ends_with("keys"))
    });
    let whole = fresh.text();
    screen.wait("the picture of a fresh start", |screen| {
        screen.emulate_fresh();
        screen.text() == whole
    });
    screen.type_in("q");
    screen.end().with(0);
}

#[test]
fn without_a_terminal_there_is_a_sentence_and_no_screen() {
    let book = Book::demo();
    let mut dumb = Begin { environment: vec![("TERM", "dumb")], ..Begin::sam(&book) }.start();
    dumb.wait_for("TERM=dumb");
    let ended = dumb.end();
    assert_eq!(ended.status.code(), Some(1));
    assert!(!ended.screen.bytes.contains(&0x1b), "{}", ended.screen.text());
    let mut none = book.command();
    let output = none.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(1), &b""[..]));
    assert!(said.starts_with("error: The screen needs a terminal"), "{said}");
    // A terminal to draw on, and none to type on.
    let mut half = Begin::sam(&book).shell("{} </dev/null").start();
    half.wait_for("The screen needs a terminal");
    assert_eq!(half.end().status.code(), Some(1));
}
