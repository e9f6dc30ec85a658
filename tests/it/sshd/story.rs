//! The guide's chapter of two machines, run as it is written there: what a trainee saved brings back what a backup had not.

use std::fs;
use std::path::Path;

use crate::cli::book::Ran;
use crate::pty::terminal::Screen;
use crate::sshd::server::{Key, Server};

/// Where the chapter keeps its files.
const PLACE: &str = "/srv/story/";
/// How the chapter's trainee asks.
const SSH: &str = "ssh countersign@book.example.org ";

/// The commands of the chapter, in order.
fn commands() -> Vec<String> {
    let chapter = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("data/guide/two-machines.md")).unwrap();
    chapter.lines().filter_map(|line| line.strip_prefix("$ ")).map(str::to_owned).collect()
}

/// The words of a command; what stands between quotes is one.
fn words(command: &str, place: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (number, part) in command.split('"').enumerate() {
        if number % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(|word| word.replace(PLACE, place)));
        }
    }
    words
}

fn signed(screen: &Screen) -> u32 {
    let text = screen.text();
    text.split("/72 signed").next().unwrap().rsplit(' ').next().unwrap().parse().unwrap()
}

/// What each command must come to: a beginning, its exit code, and words of its answer.
const WANTED: [(&str, i32, &str); 10] = [
    ("countersign ssh add \"Alex", 0, "Alex Trainee may log in with this key"),
    ("countersign ssh add", 0, "may log in with this key"),
    ("countersign ssh list", 0, "may log in"),
    ("countersign backup", 0, "yesterday.db"),
    ("countersign sign-off", 0, "Alex Trainee"),
    ("ssh ", 0, ""),
    ("countersign restore", 0, "restore"),
    ("countersign verify", 2, "Entry 214: Not the statement"),
    ("countersign import", 0, ""),
    ("countersign trainee", 0, "Alex Trainee"),
];

#[test]
fn the_chapter_of_two_machines_comes_out_as_it_is_written() {
    let commands = commands();
    assert_eq!(commands.len(), WANTED.len());
    let Some(server) = Server::start("k") else { return };
    let home = server.data().parent().unwrap().to_owned();
    let place = format!("{}/", home.display());
    let readable = |name: &str, text: &str| fs::write(home.join(name), text).unwrap();
    server.secret("tilly", countersign::app::demo::PASSPHRASE);
    let keys: Vec<Key> = ["alex", "ben"].map(|name| server.key(name)).into();
    for (key, name) in keys.iter().zip(["alex.pub", "ben.pub"]) {
        readable(name, &fs::read_to_string(key.0.with_extension("pub")).unwrap());
    }
    let mut hers: Option<Screen> = None;
    let mut before = 0;
    for (command, (begins, code, says)) in commands.iter().zip(WANTED) {
        assert!(command.starts_with(begins), "{command}");
        println!("$ {command}");
        if let Some(rest) = command.strip_prefix(SSH) {
            let (asked, to) = rest.split_once(" > ").unwrap();
            let screen = hers.as_mut().unwrap();
            screen.wait("what was signed meanwhile", |screen| signed(screen) == before + 1);
            let output = server.ssh(&keys[0], &[], &[asked]);
            assert_eq!(output.status.code(), Some(code), "{output:?}");
            fs::write(to.replace(PLACE, &place), output.stdout).unwrap();
            continue;
        }
        if command.starts_with("countersign sign-off") {
            let mut screen = server.screen(&keys[0]);
            screen.wait_for("My record  Alex Trainee");
            before = signed(&screen);
            hers = Some(screen);
        }
        let args = words(command.strip_prefix("countersign ").unwrap(), &place);
        let ran: Ran = server.run(&args.iter().map(String::as_str).collect::<Vec<_>>());
        println!("{}{}", ran.out.replace(&place, PLACE), ran.err.replace(&place, PLACE));
        assert_eq!(ran.code, code, "{command}: {ran:?}");
        assert!(format!("{}{}", ran.out, ran.err).contains(says), "{command}: {ran:?}");
    }
    let mut screen = hers.unwrap();
    screen.wait("what came back", |screen| signed(screen) == before + 1);
    screen.type_in("q");
    assert_eq!(screen.end().status.code(), Some(0));
}
