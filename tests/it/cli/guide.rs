//! The guide's page for each kind of user, run line by line as one story: no command that a page shows may fail, and no line
//! of output that it shows may be other than what the program says.

use std::io::Write as _;
use std::process::Stdio;

use countersign_core::primitives::ids::KsbCode;
use countersign_tui::keymap::{Keymap, OwnKeys};

use crate::cli::book::Book;

/// In the order in which the story goes.
pub const PAGES: [(&str, &str); 3] = [
    ("training-officer.md", include_str!("../../../data/guide/training-officer.md")),
    ("trainee.md", include_str!("../../../data/guide/trainee.md")),
    ("supervisor.md", include_str!("../../../data/guide/supervisor.md")),
];
const SSH: &str = "ssh countersign@book.example.org ";

/// A command of a page and the lines that the page shows under it.
#[derive(Debug)]
struct Step {
    page: &'static str,
    command: &'static str,
    shown: Vec<&'static str>,
}

fn steps() -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for (page, text) in PAGES {
        let mut within = false;
        for line in text.lines() {
            if line.starts_with("```") {
                within = !within;
            } else if let Some(command) = line.strip_prefix("$ ").filter(|_| within) {
                steps.push(Step { page, command, shown: Vec::new() });
            } else if let (true, Some(step)) = (within, steps.last_mut()) {
                step.shown.push(line);
            }
        }
    }
    steps
}

/// A command line as a shell parts it.
fn words(command: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted, mut some) = (Vec::new(), String::new(), false, false);
    for c in command.chars() {
        match c {
            '"' => (quoted, some) = (!quoted, true),
            ' ' if !quoted => {
                if some {
                    words.push(std::mem::take(&mut word));
                }
                some = false;
            }
            c => {
                word.push(c);
                some = true;
            }
        }
    }
    if some {
        words.push(word);
    }
    words
}

/// A line without what differs from run to run: spaces, numbers, ids, codes, days, offered passphrases.
fn steady(line: &str) -> String {
    let word = |word: &str| -> String {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let day = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].contains(&bare);
        let month = bare.len() == 3 && "JanFebMarAprMayJunJulAugSepOctNovDec".contains(bare);
        // A KSB's code and a standard's reference are said to the letter.
        let written = |code: KsbCode| code.to_string() == bare;
        let code = bare.parse().is_ok_and(written) || bare.starts_with("ST");
        if !code && (day || month || bare.chars().any(|c| c.is_ascii_digit())) {
            "#".to_owned()
        } else {
            word.to_owned()
        }
    };
    if line.starts_with("Passphrase ") {
        return "Passphrase".to_owned();
    }
    let mut words: Vec<String> = line.split_whitespace().map(word).collect();
    words.dedup_by(|a, b| a == "#" && b == "#");
    words.join(" ")
}

/// Runs a step; gives what it wrote.
fn run(book: &Book, step: &Step) -> String {
    let (mut command, input) = if let Some(wanted) = step.command.strip_prefix(SSH) {
        let (wanted, file) = wanted.split_once(" < ").map_or((wanted, None), |(wanted, file)| (wanted, Some(file)));
        let wanted = wanted.split_once(" > ").map_or(wanted, |(wanted, _)| wanted);
        // A trainee's page is told by the trainee, the others by the supervisor.
        let who = book.id_of(if step.page == "trainee.md" { "Ben Learner" } else { "Sam Supervisor" });
        let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("countersign"));
        command.arg("--data").arg(book.data()).args(["session", &who]).env("SSH_ORIGINAL_COMMAND", wanted);
        (command, file.map(|file| std::fs::read(book.0.path().join(file)).unwrap()))
    } else {
        let mut args = words(step.command.strip_prefix("countersign ").unwrap());
        if let Some(at) = args.iter().position(|word| word == "--as") {
            let secret = book.secret(&args[at + 1].to_lowercase());
            args.extend(["--passphrase-file".to_owned(), secret]);
        }
        let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("countersign"));
        command.arg("--data").arg(book.data()).args(args);
        (command, None)
    };
    command.env("HOME", book.0.path()).env_remove("COUNTERSIGN_DATA").current_dir(book.0.path());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(&input.unwrap_or_default()).unwrap();
    let output = child.wait_with_output().unwrap();
    let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    // A file that nothing from outside was held against is sound as far as the file shows.
    let good = if step.command.starts_with("countersign verify") { 3 } else { 0 };
    assert_eq!(output.status.code(), Some(good), "{}: {}: {out}{err}", step.page, step.command);
    if let (Some(offered), Some(who)) =
        (out.lines().find_map(|line| line.strip_prefix("Passphrase")), words(step.command).get(3))
    {
        book.keep(&who.split(' ').next().unwrap().to_lowercase(), offered.trim());
    }
    out + &err
}

#[test]
fn the_pages_for_each_kind_of_user_are_one_story_that_the_program_tells_in_those_words() {
    let book = Book::founded();
    book.keep("olu", crate::cli::book::OFFICER);
    book.keep("sam", crate::cli::book::SUPERVISOR);
    std::fs::write(book.0.path().join("audit.txt"), "Audit of the fourth quarter\n").unwrap();
    std::fs::write(book.0.path().join("plan.csv"), "month,hours,ksbs\n2025-09,24,K1 K2\n2025-10,25.5,S1\n").unwrap();
    let steps = steps();
    assert!(steps.len() > 25, "{}", steps.len());
    for step in &steps {
        if step.command.starts_with(SSH) && !book.map().exists() {
            book.officer(&["ssh", "add", "Ben Learner", "--key", &book.login_key("ben")]).done();
            book.officer(&["ssh", "add", "Sam Supervisor", "--key", &book.login_key("sam-login")]).done();
        }
        let said = run(&book, step);
        let lines: Vec<String> = said.lines().map(steady).collect();
        let mut rest = lines.as_slice();
        for shown in &step.shown {
            let wanted = steady(shown);
            let fits = |line: &String| match wanted.strip_suffix('…') {
                Some(beginning) => line.starts_with(beginning.trim_end()),
                None => *line == wanted,
            };
            let at = rest.iter().position(fits);
            let at = at.unwrap_or_else(|| panic!("{}: {}: “{shown}” is not in\n{said}", step.page, step.command));
            rest = &rest[at + 1..];
        }
    }
}

#[test]
fn every_key_that_the_pages_name_is_a_key_of_the_screen_and_every_page_of_the_guide_that_they_lead_to_is_there() {
    let keymap = Keymap::new(&OwnKeys::new()).unwrap().markdown();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/data/guide/");
    let readme = include_str!("../../../README.md");
    for (page, text) in PAGES {
        assert!(readme.contains(&format!("data/guide/{page}")), "the README leads to {page}");
        for part in text.split('`').skip(1).step_by(2) {
            let one_key = part.chars().count() == 1 || ["space", "enter", "esc"].contains(&part);
            if one_key {
                assert!(keymap.contains(&format!("`{part}`")), "{page}: `{part}`");
            }
        }
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            assert!(std::path::Path::new(folder).join(link).is_file(), "{page} leads to {link}");
        }
    }
}
