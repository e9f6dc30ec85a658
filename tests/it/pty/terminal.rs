//! A real terminal with the program on it, and an emulator that says what a person would see. Must never sleep: it waits
//! for what must appear, and gives up after a while.

use std::io::{Read as _, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, ExitStatus};
use std::time::{Duration, Instant};

use pty_process::blocking::{Command, Pty, open};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process};
use rustix::termios::{Termios, tcgetattr};

use crate::cli::book::Book;

/// After this it hangs; nothing here is that slow, however busy the machine is. Shorter than the two minutes after which an
/// idle screen is drawn again.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// A program on a terminal.
pub struct Screen {
    pty: Option<Pty>,
    child: Option<Child>,
    parser: vt100::Parser,
    /// All that it ever sent.
    pub bytes: Vec<u8>,
    /// The terminal's settings before it came.
    before: Termios,
}

/// With what a terminal begins.
pub struct Begin<'a> {
    pub program: String,
    pub args: Vec<String>,
    pub environment: Vec<(&'a str, &'a str)>,
    pub size: (u16, u16),
}

impl Begin<'_> {
    /// The program on this book, with these arguments.
    pub fn new(book: &Book, args: &[&str]) -> Self {
        let data = ["--data".to_owned(), book.data().to_str().unwrap().to_owned()];
        let args = data.into_iter().chain(args.iter().map(ToString::to_string)).collect();
        let program = assert_cmd::cargo::cargo_bin!("countersign").to_str().unwrap().to_owned();
        Self { program, args, environment: vec![], size: (80, 24) }
    }

    /// The screen with Sam's session open on Alex.
    pub fn sam(book: &Book) -> Self {
        let secret = book.secret("demo");
        Self::new(book, &["--as", "Sam Supervisor", "--passphrase-file", &secret, "--trainee", "Alex Trainee"])
    }

    /// The same, started by a shell's words: `{}` stands for the program and its arguments.
    pub fn shell(self, script: &str) -> Self {
        let words: Vec<String> =
            std::iter::once(&self.program).chain(&self.args).map(|word| format!("'{word}'")).collect();
        let script = script.replace("{}", &words.join(" "));
        Self { program: "/bin/sh".into(), args: vec!["-c".into(), script], ..self }
    }

    pub fn start(self) -> Screen {
        let (columns, rows) = self.size;
        let (pty, pts) = open().unwrap();
        pty.resize(pty_process::Size::new(rows, columns)).unwrap();
        let before = tcgetattr(&pty).unwrap();
        let usual = [
            ("TERM", "xterm-256color"),
            ("LANG", "C.UTF-8"),
            ("PATH", "/usr/bin:/bin"),
            ("HOME", env!("CARGO_TARGET_TMPDIR")),
        ];
        let mut command = Command::new(&self.program).env_clear().envs(usual).args(&self.args);
        for (name, value) in self.environment {
            command = command.env(name, value);
        }
        let child = command.spawn(pts).unwrap();
        Screen {
            pty: Some(pty),
            child: Some(child),
            parser: vt100::Parser::new(rows, columns, 0),
            bytes: Vec::new(),
            before,
        }
    }
}

/// How a program ended.
pub struct Ended {
    pub status: ExitStatus,
    pub screen: Screen,
}

impl Screen {
    /// Sam's session open on Alex, and the first picture there.
    pub fn sam(book: &Book) -> Self {
        let mut screen = Begin::sam(book).start();
        screen.wait_for("Alex Trainee");
        screen
    }

    /// Takes in what comes within this time and shows it; whether the program still has the terminal.
    pub fn listen(&mut self, patience: Duration) -> bool {
        let before = self.bytes.len();
        let there = self.take_in(patience);
        self.parser.process(&self.bytes[before..]);
        there
    }

    fn take_in(&mut self, patience: Duration) -> bool {
        let mut ready = [PollFd::new(self.pty(), PollFlags::IN)];
        let patience = Timespec { tv_sec: patience.as_secs().cast_signed(), tv_nsec: patience.subsec_nanos().into() };
        match poll(&mut ready, Some(&patience)) {
            // A signal came for the test's own process: nothing is said of the program.
            Ok(0) | Err(Errno::INTR) => return true,
            other => assert!(other.is_ok(), "{other:?}"),
        }
        let mut bytes = [0; 16_384];
        match self.pty().read(&mut bytes) {
            Ok(read) if read > 0 => {
                self.bytes.extend_from_slice(&bytes[..read]);
                true
            }
            _ => false,
        }
    }

    /// Waits until this holds.
    pub fn wait(&mut self, what: &str, mut holds: impl FnMut(&mut Self) -> bool) -> Duration {
        let begun = Instant::now();
        while !holds(self) {
            assert!(begun.elapsed() < PATIENCE, "{what}: not there\n{}", self.text());
            if !self.listen(Duration::from_millis(5)) {
                assert!(holds(self), "{what}: the program is gone\n{}", self.text());
            }
        }
        begun.elapsed()
    }

    /// Waits until the screen says this.
    pub fn wait_for(&mut self, text: &str) -> Duration {
        self.wait(text, |screen| screen.says(text))
    }

    /// Waits until the screen no longer says this.
    pub fn wait_without(&mut self, text: &str) {
        self.wait(&format!("no {text}"), |screen| !screen.says(text));
    }

    pub fn says(&self, text: &str) -> bool {
        self.text().contains(text)
    }

    fn pty(&self) -> &Pty {
        self.pty.as_ref().unwrap()
    }

    /// What a person sees.
    pub fn text(&self) -> String {
        self.parser.screen().contents()
    }

    pub fn emulated(&self) -> &vt100::Screen {
        self.parser.screen()
    }

    /// Types.
    pub fn type_in(&mut self, keys: &str) {
        self.pty().write_all(keys.as_bytes()).unwrap();
    }

    /// Types, and waits until the screen says this.
    pub fn keys(&mut self, keys: &str, then: &str) {
        self.type_in(keys);
        self.wait_for(then);
    }

    /// Makes the terminal another size.
    pub fn resize(&mut self, (columns, rows): (u16, u16)) {
        self.parser.screen_mut().set_size(rows, columns);
        self.pty().resize(pty_process::Size::new(rows, columns)).unwrap();
    }

    /// Makes the terminal these sizes, one after the other, faster than anything can be drawn. What comes meanwhile is
    /// drawn for a size that is gone, which the emulator may not survive: it is kept unlooked at.
    pub fn storm(&mut self, sizes: impl Iterator<Item = (u16, u16)>) {
        for (columns, rows) in sizes {
            self.pty().resize(pty_process::Size::new(rows, columns)).unwrap();
            self.take_in(Duration::ZERO);
        }
        self.emulate_fresh();
    }

    /// Begins with an empty emulator at the last full clear that the program sent.
    pub fn emulate_fresh(&mut self) {
        let (rows, columns) = self.parser.screen().size();
        let wiped = self.bytes.windows(4).rposition(|four| four == b"\x1b[2J").unwrap_or(0);
        self.parser = vt100::Parser::new(rows, columns, 0);
        self.parser.process(&self.bytes[wiped..]);
    }

    pub fn pid(&self) -> Pid {
        Pid::from_child(self.child.as_ref().unwrap())
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).unwrap();
    }

    /// Drops the line: nobody is at the other end any more.
    pub fn hang_up(mut self) -> Child {
        self.pty = None;
        self.child.take().unwrap()
    }

    /// Kills the program as a power cut would.
    pub fn cut(self) {
        self.signal(Signal::KILL);
        self.end();
    }

    /// Waits until the program has ended.
    pub fn end(mut self) -> Ended {
        let begun = Instant::now();
        let status = loop {
            self.listen(Duration::from_millis(5));
            if let Some(status) = self.child.as_mut().unwrap().try_wait().unwrap() {
                break status;
            }
            assert!(begun.elapsed() < PATIENCE, "it does not end\n{}", self.text());
        };
        while self.has_more() {}
        Ended { status, screen: self }
    }

    fn has_more(&mut self) -> bool {
        let had = self.bytes.len();
        self.listen(Duration::ZERO) && self.bytes.len() > had
    }

    /// The terminal is as it was found: settings, screen, cursor, pastes.
    pub fn assert_given_back(&self) {
        let now = tcgetattr(self.pty()).unwrap();
        assert_eq!(format!("{now:?}"), format!("{:?}", self.before));
        let screen = self.parser.screen();
        assert!(find(&self.bytes, b"\x1b[?1049h").is_some(), "it never had the screen");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
        assert_eq!((screen.alternate_screen(), screen.hide_cursor(), screen.bracketed_paste()), (false, false, false));
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // A test that failed leaves nothing running.
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Ended {
    /// Ended by itself with this exit code, the terminal given back.
    pub fn with(self, code: i32) -> Screen {
        assert_eq!((self.status.code(), self.status.signal()), (Some(code), None), "{}", self.screen.text());
        self.screen.assert_given_back();
        self.screen
    }
}

/// Where these bytes first stand in those.
pub fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}
