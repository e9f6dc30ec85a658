//! The guide's chapter of two machines, run as it is written there: what a trainee saved brings back what a backup had not.
//! All that it shows is what came out, but for what no two runs have in common.

use std::fs;
use std::path::Path;

use crate::pty::terminal::Screen;
use crate::sshd::server::{Key, Server};

/// Where the chapter keeps its files, its data, and its map.
const PLACE: &str = "/srv/story/";
const DATA: &str = "/var/lib/countersign/data";
const MAP: &str = "/var/lib/countersign-keys";
/// How the chapter's trainee asks.
const SSH: &str = "ssh countersign@book.example.org";
/// A line of the chapter that stands for any number of lines.
const LEFT_OUT: &str = "…";

/// A command of the chapter with its exit code, which the reader is not shown, and what it shows.
struct Step {
    command: String,
    shown: Vec<String>,
}

fn steps(chapter: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    for block in chapter.split("```").skip(1).step_by(2) {
        let mut lines = block.lines().skip(1).map(str::to_owned);
        let command = lines.next().unwrap();
        let command = command.strip_prefix("$ ").expect("a block begins with its command").to_owned();
        steps.push(Step { command, shown: lines.collect() });
    }
    steps
}

/// The words of a command; what is between quotes is one.
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

/// A line with one space between words, and with names in place of ids, keys, codes, times and dates.
fn plain(line: &str) -> String {
    let mut words: Vec<String> = line.split_whitespace().map(without_time).collect();
    for at in 0..words.len() {
        let parts: Vec<usize> = words[at].trim_end_matches([',', '.']).split('-').map(str::len).collect();
        let of = |set: fn(char) -> bool| words[at].trim_end_matches([',', '.']).chars().all(set);
        let names = words.get(at + 1).is_some_and(|next| ["Alex", "Ben", "Sam", "Tilly"].contains(&next.as_str()));
        let months =
            ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"].map(String::from);
        if parts == [8, 4, 4, 4, 12] && of(|c| c.is_ascii_hexdigit() || c == '-') {
            words[at] = "ID".into();
        } else if parts == [5, 5, 5, 5, 6] && of(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-') {
            words[at] = "CODE".into();
        } else if words[at].starts_with("SHA256:") {
            words[at] = "KEY".into();
        } else if names && (3..=5).contains(&words[at].len()) && of(|c| c.is_ascii_hexdigit()) {
            words[at] = "PERSON".into();
        } else if ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].contains(&words[at].as_str()) {
            words[at] = String::new();
        } else if at >= 1 && months.contains(&words[at]) && words[at - 1].parse::<u8>().is_ok() {
            words[at] = "DATE".into();
            words[at - 1].clear();
            // A date of this year goes without it.
            if let Some(year) = words.get_mut(at + 1).filter(|next| next.parse::<u16>().is_ok_and(|year| year > 2000)) {
                year.clear();
            }
        }
    }
    words.retain(|word| !word.is_empty());
    words.join(" ")
}

/// A word whose time, as in `2026-11-21T11:44:32Z` or in a file's name, is `TIME`.
fn without_time(word: &str) -> String {
    // A day and a time of the clock on the wall are two words.
    let shape: String = word.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    match shape.as_str() {
        "0000-00-00" => return "DATE".to_owned(),
        "00:00" => return "TIME".to_owned(),
        _ => {}
    }
    let begins = word.char_indices().find(|(at, _)| {
        let rest = &word.as_bytes()[*at..];
        rest.len() > 11 && rest.starts_with(b"20") && rest[4] == b'-' && rest[7] == b'-' && rest[10] == b'T'
    });
    let Some((from, _)) = begins else { return word.to_owned() };
    let Some(to) = word[from..].find('Z') else { return word.to_owned() };
    format!("{}TIME{}", &word[..from], &word[from + to + 1..])
}

/// Whether these lines came out, with any number of lines where the chapter leaves some out.
fn is_shown(shown: &[String], came: &[String]) -> bool {
    match shown.split_first() {
        None => came.is_empty(),
        Some((first, rest)) if first == LEFT_OUT => (0..=came.len()).any(|from| is_shown(rest, &came[from..])),
        Some((first, rest)) => came.split_first().is_some_and(|(came, after)| came == first && is_shown(rest, after)),
    }
}

#[test]
#[ignore = "slow: a real sshd"]
fn what_a_chapter_shows_is_held_against_all_that_came_out() {
    let lines = |text: &str| text.lines().map(plain).collect::<Vec<_>>();
    let came = lines("Key  SHA256:66jDXD\n7f3a Alex Trainee  on Sat 21 Nov 2026\nat 2026-11-21T11:44:32Z\n3 entries");
    for (shown, holds) in [
        ("Key SHA256:other\n02c11 Alex Trainee on Mon 2 Mar 2027\nat 2027-01-02T00:00:00Z\n3 entries", true),
        ("…\n3 entries", true),
        ("Key SHA256:other\n…", true),
        ("…\n4 entries", false),
        ("Key SHA256:other", false),
        ("Key SHA256:other\n02c11 Ben Trainee on Mon 2 Mar 2027\n…", false),
        ("Key SHA256:other\nPERSON Alex Trainee on DATE\n3 entries", false),
    ] {
        assert_eq!(is_shown(&lines(shown), &came), holds, "{shown}\n{came:?}");
    }
}

fn signed(screen: &Screen) -> u32 {
    let text = screen.text();
    text.split(" of 72 signed").next().unwrap().rsplit(' ').next().unwrap().parse().unwrap()
}

/// The machine of the chapter, and the screen that its trainee has open.
struct Story {
    server: Server,
    keys: Vec<Key>,
    place: String,
    screen: Option<Screen>,
    before: u32,
    looks: u32,
}

impl Story {
    fn begin(server: Server) -> Self {
        let home = server.data().parent().unwrap().to_owned();
        for name in ["tilly", "sam"] {
            server.secret(name, countersign_app::demo::PASSPHRASE);
        }
        let keys: Vec<Key> = ["alex", "ben"].map(|name| server.key(name)).into();
        for (key, name) in keys.iter().zip(["alex.pub", "ben.pub"]) {
            fs::copy(key.0.with_extension("pub"), home.join(name)).unwrap();
        }
        Self { server, keys, place: format!("{}/", home.display()), screen: None, before: 0, looks: 0 }
    }

    /// What a command comes to, on the screen of anyone who gave it, in the chapter's names.
    fn run(&mut self, Step { command, shown }: &Step) -> (i32, Vec<String>) {
        if command == SSH {
            return (0, self.look(shown));
        }
        if let Some(rest) = command.strip_prefix(SSH) {
            let (asked, to) = rest.trim().split_once(" > ").unwrap();
            let output = self.server.ssh(&self.keys[0], &[], &[asked]);
            fs::write(to.replace(PLACE, &self.place), output.stdout).unwrap();
            return (output.status.code().unwrap(), self.told(&String::from_utf8_lossy(&output.stderr)));
        }
        let mut args = words(command.strip_prefix("countersign ").unwrap(), &self.place);
        if command.contains("ssh install") {
            args.extend(["--user", self.server.account(), "--keys-user", "nobody"].map(str::to_owned));
        }
        let ran = self.server.run(&args.iter().map(String::as_str).collect::<Vec<_>>());
        (ran.code, self.told(&format!("{}{}", ran.out, ran.err)))
    }

    /// The trainee's screen, open from her first look on: the second time one more is signed, then that is lost, then
    /// it is back.
    fn look(&mut self, shown: &[String]) -> Vec<String> {
        match &mut self.screen {
            None => {
                let mut screen = self.server.screen(&self.keys[0]);
                screen.wait_for(" of 72 signed");
                self.before = signed(&screen);
                self.screen = Some(screen);
            }
            Some(screen) => {
                let wanted = self.before + u32::from(self.looks % 2 == 1);
                screen.wait("what was signed, lost or came back", |screen| signed(screen) == wanted);
            }
        }
        self.looks += 1;
        let screen = self.screen.as_mut().unwrap();
        let shown: Vec<String> = shown.iter().map(|line| plain(line)).collect();
        let fits = |screen: &mut Screen| is_shown(&shown, &screen.text().lines().map(plain).collect::<Vec<_>>());
        screen.wait(&format!("what the chapter shows: {shown:#?}"), fits);
        screen.text().lines().map(|line| line.trim_end().to_owned()).collect()
    }

    fn told(&self, text: &str) -> Vec<String> {
        let program = self.server.program();
        let keys = program.with_file_name("keys");
        let [data, program, keys] = [&self.server.data(), &program, &keys].map(|path| path.display().to_string());
        let text = text
            .replace(&format!("--map {keys}/map "), "")
            .replace(&keys, MAP)
            .replace(&program, "/usr/local/bin/countersign")
            .replace(&data, DATA)
            .replace(&self.place, PLACE)
            .replace(self.server.account(), "countersign")
            .replace("nobody", "countersign-keys");
        text.lines().map(|line| line.trim_end().to_owned()).collect()
    }
}

#[test]
#[ignore = "slow: a real sshd"]
fn the_chapter_of_two_machines_comes_out_as_it_is_written() {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/guide/two-machines.md");
    let chapter = fs::read_to_string(guide).unwrap();
    let steps = steps(&chapter);
    assert!(steps.len() >= 12, "{}", steps.len());
    let Some(server) = Server::start("k") else { return };
    let mut story = Story::begin(server);
    let (mut all, mut others) = (Vec::new(), Vec::new());
    for step in &steps {
        let (code, came) = story.run(step);
        let wanted = if step.command.starts_with("countersign verify") { 2 } else { 0 };
        assert_eq!(code, wanted, "{}: {came:?}", step.command);
        let show = |lines: &[String]| lines.iter().map(|line| plain(line)).collect::<Vec<_>>();
        if !is_shown(&show(&step.shown), &show(&came)) {
            others.push(step.command.clone());
        }
        all.push(format!("```\n$ {}\n{}\n```\n", step.command, came.join("\n")));
    }
    let fresh = Path::new(env!("CARGO_TARGET_TMPDIR")).join("two-machines.md");
    fs::write(&fresh, all.join("\n")).unwrap();
    assert!(others.is_empty(), "{others:#?} come out otherwise; all that came out is in {}", fresh.display());
    let mut screen = story.screen.unwrap();
    screen.type_in("q");
    assert_eq!(screen.end().status.code(), Some(0));
}
