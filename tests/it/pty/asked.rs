//! What the terminal is asked before the first picture, what it answers, and what a person types meanwhile.

use std::fs;

use crate::cli::book::Book;
use crate::pty::terminal::{Begin, Screen, find};

const QUESTION: &[u8] = b"\x1b]11;?\x1b\\\x1b[c";

fn background(colour: &str) -> String {
    format!("\x1b]11;rgb:{colour}\x1b\\\x1b[?62;22c")
}

/// A screen in true colour.
fn begin(book: &Book) -> Begin<'_> {
    Begin { environment: vec![("COLORTERM", "truecolor")], ..Begin::sam(book) }
}

/// Starts, and waits for the question.
fn asked(begin: Begin<'_>) -> Screen {
    let mut screen = begin.start();
    screen.wait("the question", |screen| find(&screen.bytes, QUESTION).is_some());
    screen
}

fn colours(screen: &Screen, hex: [u8; 3]) -> bool {
    let [red, green, blue] = hex;
    find(&screen.bytes, format!("38;2;{red};{green};{blue}").as_bytes()).is_some()
}

const DARK_TEXT: [u8; 3] = [0xd5, 0xdc, 0xe4];
const LIGHT_TEXT: [u8; 3] = [0x21, 0x2b, 0x32];
/// The key in the footer where the background is not known.
const UNKNOWN_KEY: [u8; 3] = [0x00, 0x78, 0xce];

#[test]
fn the_colours_follow_the_background_that_the_terminal_reports_and_keys_typed_meanwhile_are_kept() {
    let book = Book::demo();
    for (colour, text, other) in [
        ("ffff/ffff/ffff", LIGHT_TEXT, DARK_TEXT),
        ("0c0c/0c0c/0c0c", DARK_TEXT, LIGHT_TEXT),
        ("fd/f6/e3", LIGHT_TEXT, DARK_TEXT),
    ] {
        let mut screen = asked(begin(&book));
        screen.type_in(&format!("6{}/", background(colour)));
        screen.wait_for("keep the filter");
        screen.keys("zz", "zz");
        assert!(colours(&screen, text) && !colours(&screen, other), "{colour}");
        assert!(!screen.says("rgb") && !screen.says("62;22"), "{}", screen.text());
        screen.type_in("\r");
        screen.wait_without("keep the filter");
        screen.type_in("q");
        screen.end().with(0);
    }
}

#[test]
fn an_answer_that_comes_late_types_nothing_and_decides_the_colours_until_it_comes_they_read_on_any_background() {
    let book = Book::demo();
    for split in [0, 3, 12, 30] {
        let mut screen = asked(begin(&book));
        let answer = background("ffff/ffff/ffff");
        let split = split.min(answer.len());
        screen.type_in(&answer[..split]);
        // The program no longer waits.
        screen.wait("the screen", |screen| find(&screen.bytes, b"\x1b[?1049h").is_some());
        // A half is followed by the other half at once, as on a slow line.
        if split == 0 {
            screen.wait("colours for any background", |screen| colours(screen, UNKNOWN_KEY));
            assert!(!colours(&screen, DARK_TEXT) && !colours(&screen, LIGHT_TEXT));
        }
        screen.type_in(&answer[split..]);
        screen.wait_for("Alex Trainee");
        screen.wait("the colours of the background", |screen| colours(screen, LIGHT_TEXT));
        screen.keys("/", "keep the filter");
        assert!(!screen.says("rgb") && !screen.says("ffff"), "{split}: {}", screen.text());
        screen.type_in("\r");
        screen.wait_without("keep the filter");
        screen.type_in("q");
        screen.end().with(0);
    }
}

#[test]
fn nothing_is_asked_where_the_answer_would_decide_nothing() {
    let book = Book::demo();
    let home = tempfile::tempdir().unwrap();
    let settings = home.path().join("countersign");
    fs::create_dir(&settings).unwrap();
    fs::write(settings.join("config.toml"), "theme = \"light\"\nmouse = false\n").unwrap();
    let folder = home.path().to_str().unwrap().to_owned();
    for environment in [vec![("NO_COLOR", "1")], vec![("TERM", "linux")], vec![("XDG_CONFIG_HOME", folder.as_str())]] {
        let set = environment[0].0 == "XDG_CONFIG_HOME";
        let mut environment = environment;
        environment.push(("COLORTERM", "truecolor"));
        let mut screen = Begin { environment, ..Begin::sam(&book) }.start();
        screen.wait_for("Alex Trainee");
        assert!(find(&screen.bytes, QUESTION).is_none());
        assert_eq!(colours(&screen, LIGHT_TEXT), set);
        assert_eq!(find(&screen.bytes, b"\x1b[?1000h").is_some(), !set);
        screen.type_in("q");
        screen.end().with(0);
    }
}

#[test]
fn a_click_and_the_wheel_arrive_and_the_terminal_reports_no_movement() {
    let book = Book::demo();
    let mut screen = Screen::sam(&book);
    let row = screen.text().lines().next().unwrap().to_owned();
    let column = row.chars().take_while(|c| *c != '6').count() + 3;
    screen.type_in(&format!("\x1b[<0;{column};1M\x1b[<0;{column};1m"));
    screen.wait_for("valid signature");
    for mode in ["1002", "1003"] {
        assert!(find(&screen.bytes, format!("\x1b[?{mode}h").as_bytes()).is_none());
    }
    screen.type_in("q");
    screen.end().with(0);
}

#[test]
fn an_error_before_the_screen_gives_the_terminal_back_without_the_answer() {
    let book = Book::demo();
    let mut begin = Begin::new(&book, &["--trainee", "Nobody Here"]);
    begin.environment.push(("COLORTERM", "truecolor"));
    let mut screen = begin.shell("{}; stty -a; read -r line; echo \"line:$line.\"").start();
    screen.wait("the question", |screen| find(&screen.bytes, QUESTION).is_some());
    screen.type_in(&background("ffff/ffff/ffff"));
    screen.wait_for("Nobody Here");
    screen.wait_for("icanon");
    assert!(!screen.says("-icanon") && !screen.says(" -echo "), "{}", screen.text());
    screen.keys("x\r", "line:x.");
}
