//! Questions on a real terminal: secrets are not echoed, the terminal is given back as it was.

use std::io::{Read as _, Write as _};
use std::process::Child;

use pty_process::blocking::{Command, Pty, open};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::cli::book::{Book, OFFICER, SUPERVISOR};
use crate::pty::terminal::PATIENCE;

/// The program on a terminal, and all that it has said there.
struct Sitting {
    pty: Pty,
    child: Child,
    said: String,
}

impl Sitting {
    fn new(book: &Book, args: &[&str], columns: u16) -> Self {
        Self::on("xterm", book, args, columns)
    }

    /// On a terminal that can only take lines, where a first run has no form.
    fn of_lines(book: &Book) -> Self {
        Self::on("dumb", book, &[], 100)
    }

    fn on(terminal: &str, book: &Book, args: &[&str], columns: u16) -> Self {
        let (pty, pts) = open().unwrap();
        pty.resize(pty_process::Size::new(24, columns)).unwrap();
        let command = Command::new(assert_cmd::cargo::cargo_bin!("countersign"))
            .env_clear()
            .env("HOME", book.0.path())
            .env("TERM", terminal)
            .args(["--data", book.data().to_str().unwrap()])
            .args(args);
        let child = command.spawn(pts).unwrap();
        Self { pty, child, said: String::new() }
    }

    /// More of what it says; false once it has ended.
    fn listen(&mut self) -> bool {
        let mut ready = [PollFd::new(&self.pty, PollFlags::IN)];
        let patience = Timespec { tv_sec: PATIENCE.as_secs().cast_signed(), tv_nsec: 0 };
        assert!(poll(&mut ready, Some(&patience)).unwrap() > 0, "nothing came: {}", self.said);
        let mut bytes = [0; 4096];
        match self.pty.read(&mut bytes) {
            Ok(read) if read > 0 => self.said.push_str(&String::from_utf8_lossy(&bytes[..read])),
            _ => return false,
        }
        true
    }

    fn answer(&mut self, question: &str, answer: &str) {
        while !self.said.contains(question) {
            assert!(self.listen(), "{question}: {}", self.said);
        }
        self.said = self.said.split_off(self.said.find(question).unwrap() + question.len());
        self.pty.write_all(answer.as_bytes()).unwrap();
    }

    fn end(mut self) -> (i32, String) {
        while self.listen() {}
        (self.child.wait().unwrap().code().unwrap(), self.said)
    }
}

#[test]
fn a_passphrase_is_asked_for_and_not_shown() {
    let book = Book::founded();
    let mut sitting = Sitting::new(&book, &["sign-off", "Ann Trainee", "K1", "--as", "Sam"], 100);
    // A mistyped letter of two bytes goes as a whole.
    sitting.answer("Passphrase of Sam Supervisor: ", &format!("{SUPERVISOR}é\u{7f}\r"));
    let (code, said) = sitting.end();
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("Signed 1 KSB for Ann Trainee") && !said.contains("lamp"), "{said}");
}

#[test]
fn a_question_that_is_left_signs_nothing_and_leaves_the_terminal_as_it_was() {
    let book = Book::founded();
    let mut sitting = Sitting::new(&book, &["sign-off", "Ann Trainee", "K1", "--as", "Sam"], 100);
    sitting.answer("Passphrase of Sam Supervisor: ", "fox\u{3}");
    while !sitting.said.contains("hint: ") {
        assert!(sitting.listen());
    }
    // This side of the terminal has the same settings as the other.
    let modes = rustix::termios::tcgetattr(&sitting.pty).unwrap().local_modes;
    assert!(modes.contains(rustix::termios::LocalModes::ECHO | rustix::termios::LocalModes::ICANON));
    let (code, said) = sitting.end();
    assert_eq!(code, 1);
    assert!(said.contains("error: Cancelled"), "{said}");
    assert_eq!(book.size(), 7);
}

#[test]
fn a_book_is_begun_by_answering_and_five_words_are_offered() {
    let book = Book::empty();
    let mut sitting = Sitting::new(&book, &["init", "--role", "supervisor"], 100);
    sitting.answer("Department: ", "Cardiology\n");
    sitting.answer("first training officer: ", "Olu Officer\n");
    sitting.answer("easy to remember:\r\n", "");
    while sitting.said.lines().count() < 2 {
        assert!(sitting.listen());
    }
    let words = sitting.said.lines().next().unwrap().trim().to_owned();
    assert_eq!(words.split('-').count(), 5, "{words}");
    sitting.answer("Passphrase: ", "too short\r");
    sitting.answer("The passphrase is too short (9 characters). Use at least 15", "");
    sitting.answer("Passphrase: ", &format!("{words}\r"));
    let (code, said) = sitting.end();
    assert_eq!(code, 0, "{said}");
    let words = book.keep("words", &words);
    let add = ["person", "add", "Ann", "--role", "trainee", "--as", "Olu", "--passphrase-file", &words];
    book.run(&add).done();
}

#[test]
fn one_s_own_passphrase_and_pin_are_typed_twice() {
    let book = Book::founded();
    let mut sitting = Sitting::new(&book, &["key", "passphrase", "--as", "Olu"], 100);
    sitting.answer("Passphrase of Olu Officer: ", &format!("{OFFICER}\r"));
    sitting.answer("Passphrase: ", "wolf tent gravel mint 8\r");
    sitting.answer("Type it again: ", "wolf tent gravel mint 8\r");
    let (code, said) = sitting.end();
    assert_eq!(code, 0, "{said}");
    let mut sitting = Sitting::new(&book, &["key", "pin", "--as", "Olu"], 100);
    sitting.answer("Passphrase of Olu Officer: ", "wolf tent gravel mint 8\r");
    sitting.answer("New PIN (4 to 8 digits): ", "2947\r");
    sitting.answer("Type it again: ", "2948\r");
    let (code, said) = sitting.end();
    assert_eq!((code, said.contains("The two do not match")), (2, true), "{said}");
}

#[test]
fn a_document_that_is_being_made_shows_a_line_on_a_terminal_that_is_gone_before_the_answer() {
    let book = Book::demo();
    let out = book.secret("matrix.xlsx");
    let args = ["report", "matrix", "--standard", "ST0413", "--out", &out];
    let (code, said) = Sitting::new(&book, &args, 100).end();
    assert_eq!(code, 0, "{said}");
    let (line, answer) = said.split_once("Wrote").expect(&said);
    assert!(line.contains("Making the document 0s"), "{said}");
    // The line was erased last.
    assert!(line.ends_with("\r\u{1b}[2K") && !answer.contains("Making"), "{said:?}");
}

#[test]
fn a_table_fits_the_terminal_and_turns_into_lines_where_it_cannot() {
    let book = Book::founded();
    for (columns, heading) in [(100, "DUTIES"), (30, "duties: ")] {
        let (code, said) = Sitting::new(&book, &["standard", "show", "ST0413"], columns).end();
        assert_eq!((code, said.contains(heading)), (0, true), "{columns}: {said}");
        let fits = |line: &str| line.chars().count() <= usize::from(columns);
        assert!(columns == 30 || said.lines().all(fits), "{said}");
    }
}

#[test]
fn a_first_run_on_a_terminal_of_lines_asks_what_a_book_needs_and_makes_it() {
    let book = Book::empty();
    let mut sitting = Sitting::of_lines(&book);
    // What is left empty or mistyped is asked again: nothing that was answered is lost by it.
    sitting.answer("Department, such as", "\r");
    sitting.answer("An answer is needed", "");
    sitting.answer("Department, such as", "Cardiology\r");
    sitting.answer("Your name, as the first training officer: ", "Olu Officer\r");
    sitting.answer("(Enter for none): ", "HCPC\u{1b}[D\r");
    sitting.answer("a character that cannot be shown", "");
    sitting.answer("(Enter for none): ", "HCPC CS00001\r");
    sitting.answer("(y or n): ", "perhaps\r");
    sitting.answer("Type y or n", "y\r");
    sitting.answer("Passphrase: ", "\r");
    sitting.answer("You need a passphrase", "");
    sitting.answer("Passphrase: ", "short\r");
    sitting.answer("Passphrase: ", &format!("{OFFICER}\r"));
    sitting.answer("Type it again: ", &format!("{OFFICER}\r"));
    sitting.answer("Created the sign-off book for Cardiology", "");
    sitting.answer("PIN (Enter for none): ", "1234\r");
    sitting.answer("PIN (Enter for none): ", "2947\r");
    sitting.answer("A trainee's name (Enter when done): ", "Ann Trainee\r");
    sitting.answer("(Enter for today): ", "no day at all\r");
    sitting.answer("A trainee's name (Enter when done): ", "Ann Trainee\r");
    sitting.answer("(Enter for today): ", "2026-09-01\r");
    sitting.answer("Planned end (Enter for the typical 36 months, up to Sat 1 Sep 2029): ", "2026-08-31\r");
    sitting.answer("The planned end, Mon 31 Aug 2026, is before the start, Tue 1 Sep 2026", "");
    sitting.answer("A trainee's name (Enter when done): ", "Ann Trainee\r");
    sitting.answer("(Enter for today): ", "2026-09-01\r");
    sitting.answer("Planned end", "31 Mar 2027\r");
    sitting.answer("Specialism", "cardiology\r");
    sitting.answer("Aged 16 to 18 on that day?", "no\r");
    sitting.answer("Ann Trainee starts on Tue 1 Sep 2026; the planned end is Wed 31 Mar 2027", "");
    sitting.answer("The planned end leaves fewer than", "");
    sitting.answer("A trainee's name (Enter when done): ", "Una Second\r");
    sitting.answer("(Enter for today): ", "2026-09-01\r");
    sitting.answer("Planned end", "\r");
    sitting.answer("Specialism", "\r");
    sitting.answer("Aged 16 to 18 on that day?", "\r");
    sitting.answer("A trainee's name (Enter when done): ", "\r");
    sitting.answer("A supervisor's name (Enter when done): ", "Sam Supervisor\r");
    sitting.answer("Their registration (Enter for none): ", "\r");
    sitting.answer("which will not be shown again:", "");
    sitting.answer("A supervisor's name (Enter when done): ", "\r");
    sitting.answer("This terminal (TERM=dumb) cannot show a screen", "");
    let (code, said) = sitting.end();
    assert_eq!(code, 1, "{said}");
    let cohort = book.run(&["cohort", "--json"]).done().json();
    assert_eq!((&cohort["of"], &cohort["trainees"][0]["start"]), (&2.into(), &"2026-09-01".into()));
    for (name, end) in [("Ann Trainee", "2027-03-31".into()), ("Una Second", serde_json::Value::Null)] {
        assert_eq!(book.run(&["trainee", name, "--json"]).done().json()["trainee"]["planned_end"], end, "{name}");
    }
    let people = book.run(&["person", "list", "--plain"]).done().out;
    assert!(
        people.contains("Olu Officer\nroles: supervisor, training officer\nregistration: HCPC CS00001"),
        "{people}"
    );
    assert!(people.contains("name: Sam Supervisor\nroles: supervisor\n"), "{people}");
    assert_eq!(book.run(&["verify"]).code, 3);
}

#[test]
fn a_first_run_that_is_left_before_its_passphrase_makes_nothing() {
    let book = Book::empty();
    let mut sitting = Sitting::of_lines(&book);
    sitting.answer("Department, such as", "Cardiology\r");
    sitting.answer("Your name", "Olu Officer\r");
    sitting.answer("(Enter for none): ", "\r");
    sitting.answer("(y or n): ", "n\r");
    sitting.answer("Passphrase: ", "\u{3}");
    let (code, said) = sitting.end();
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("Nothing was changed") && !book.data().exists(), "{said}");
}
