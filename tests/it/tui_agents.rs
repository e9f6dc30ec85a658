//! The screen with a key in an SSH agent and with a security key, through the event loop itself: what is touched, what is shown
//! while it waits, and the message when it does not sign.

use std::path::Path;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use countersign_app::app::App;
use countersign_app::keys::agent::AgentPlace;
use countersign_app::storage::data_dir::DataDir;
use countersign_tui::command::ScreenId;
use countersign_tui::effect::runner::EffectRunner;
use countersign_tui::key::{Key, KeyPress};
use countersign_tui::keymap::{Keymap, OwnKeys};
use countersign_tui::msg::{Effect, Msg};
use countersign_tui::runtime::event_loop::{Stage, Ui, run};
use countersign_tui::runtime::input::Input;
use countersign_tui::theme::{Appearance, Theme};
use countersign_tui::{ModelUi, model};
use ratatui::backend::TestBackend;
use ratatui::{Frame, Terminal};

use crate::agent::Agent;
use crate::cli::book::{Book, SUPERVISOR};
use crate::security_keys::{Answer, SoftAgent, intact, with_key};

const LONG: Duration = Duration::from_mins(1);

/// A screen that runs on a thread of its own, as it does in the program: keys in, pictures out.
struct Station {
    keys: Sender<Input>,
    picture: Arc<Mutex<String>>,
    thread: Option<JoinHandle<()>>,
}

/// A screen that remembers its last picture.
struct Watched {
    ui: ModelUi,
    picture: Arc<Mutex<String>>,
}

impl Ui for Watched {
    fn update(&mut self, msg: Msg) -> Vec<Effect> {
        self.ui.update(msg)
    }

    fn view(&self, frame: &mut Frame<'_>) {
        self.ui.view(frame);
        let buf = frame.buffer_mut();
        let row = |y| (0..buf.area.width).map(|x| buf[(x, y)].symbol()).collect::<String>();
        *self.picture.lock().unwrap() = (0..buf.area.height).map(row).collect::<Vec<_>>().join("\n");
    }

    fn idle(&self) -> Option<Duration> {
        None
    }

    fn signs_on_enter(&self) -> bool {
        self.ui.signs_on_enter()
    }
}

impl Station {
    /// Opens Ann's record, with nobody signed in.
    fn start(book: &Book, socket: Option<&Path>, size: (u16, u16)) -> Self {
        Self::with(book, socket.map(|socket| AgentPlace { socket: socket.to_owned(), forwarded: false }), size)
    }

    fn with(book: &Book, agent: Option<AgentPlace>, size: (u16, u16)) -> Self {
        let (keys, inputs) = channel();
        let picture = Arc::new(Mutex::new(String::new()));
        let (data, sender, seen) = (DataDir::new(book.data()), keys.clone(), Arc::clone(&picture));
        let ann = book.id_of("Ann Trainee").parse().unwrap();
        let thread = std::thread::spawn(move || {
            let mut app = App::open_default(data).unwrap();
            let keymap = Keymap::new(&OwnKeys::new()).unwrap();
            let mut model = model(&mut app, Theme::choose(Appearance::FULL), keymap, size).unwrap();
            model.screen = ScreenId::SignOff;
            model.head = Some(app.head().unwrap());
            let mut door = EffectRunner::new(app).with_agent(agent);
            door.report_to(sender);
            let mut ui = Watched { ui: ModelUi(model), picture: seen };
            let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).unwrap();
            let stage = Stage { suspend: || Ok(false), retake: || Ok(()) };
            let begin = vec![Effect::OpenTrainee { trainee: ann, marks_of: None }];
            run(&mut ui, &mut door, &mut terminal, &inputs, stage, begin).unwrap();
            drop(door.into_app());
        });
        let station = Self { keys, picture, thread: Some(thread) };
        station.waits_for("Everything left");
        station
    }

    fn press(&self, press: KeyPress) {
        self.keys.send(Input::Msg(Msg::Key(press))).unwrap();
    }

    /// Presses keys by name; what is between `'` is typed.
    fn keys(&self, names: &str) {
        for (at, part) in names.split('\'').enumerate() {
            match at % 2 {
                1 => part.chars().for_each(|c| self.press(KeyPress::plain(Key::Char(c)))),
                _ => part.split_whitespace().for_each(|name| self.press(name.parse().unwrap())),
            }
        }
    }

    /// Waits until the picture is without these words.
    fn waits_without(&self, words: &str) {
        let begun = Instant::now();
        while self.text().contains(words) {
            assert!(begun.elapsed() < LONG, "“{words}” stays:\n{}", self.text());
            std::thread::sleep(Duration::from_millis(3));
        }
    }

    fn text(&self) -> String {
        self.picture.lock().unwrap().clone()
    }

    /// Waits until the picture has these words, across lines too, and returns it.
    fn waits_for(&self, words: &str) -> String {
        let begun = Instant::now();
        loop {
            let text = self.text();
            if flat(&text).contains(words) {
                return text;
            }
            assert!(begun.elapsed() < LONG, "“{words}” does not come:\n{text}");
            std::thread::sleep(Duration::from_millis(3));
        }
    }

    /// Signs Sam in with the key in the agent.
    fn sam(&self) {
        self.keys("i");
        self.waits_for("Who is signing?");
        self.keys("'sam'");
        self.waits_for("Sam Supervisor");
        self.keys("enter");
        self.waits_for("signing as Sam Supervisor");
        self.keys("1");
    }
}

impl Drop for Station {
    fn drop(&mut self) {
        let _ = self.keys.send(Input::Over);
        let ended = self.thread.take().map(JoinHandle::join);
        if !std::thread::panicking() {
            ended.unwrap().unwrap();
        }
    }
}

/// The words of a picture without its frames and line ends; then those of the dialog alone, if there is one.
fn flat(picture: &str) -> String {
    let words = |text: &str| {
        let plain: String = text.chars().map(|c| if "│─╭╮╰╯▌▐█".contains(c) { ' ' } else { c }).collect();
        plain.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    format!("{}\n{}", words(picture), words(&dialog(picture).join("\n")))
}

/// The rows of the dialog in a picture.
fn dialog(picture: &str) -> Vec<String> {
    let rows: Vec<Vec<char>> = picture.lines().map(|line| line.chars().collect()).collect();
    let Some(top) = rows.iter().rposition(|row| row.contains(&'╭')) else { return Vec::new() };
    let (from, to) = (rows[top].iter().position(|c| *c == '╭').unwrap(), rows[top].iter().rposition(|c| *c == '╮'));
    let last = rows.iter().rposition(|row| row.get(from) == Some(&'╰')).unwrap_or(rows.len() - 1);
    rows[top..=last].iter().map(|row| row[from..=to.unwrap_or(row.len() - 1)].iter().collect()).collect()
}

/// Compares a dialog with its reviewed picture, in which no day is named.
fn holds(name: &str, screen: &str) {
    let undated = |row: String| match row.split_once("today, ") {
        Some((before, after)) => {
            let rest = after.split_once("  ").map_or("", |(_, rest)| rest.trim_start());
            format!("{before}today, DAY  {rest}")
        }
        None => row,
    };
    let screen = dialog(screen).into_iter().map(undated).collect::<Vec<_>>().join("\n");
    // Nor how many seconds are left.
    let screen = (10..60).fold(screen, |all, left| all.replace(&format!("within {left} s"), "within 60 s"));
    insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, screen);
    });
}

/// How many statements the log has of a kind.
fn count(book: &Book, kind: &str) -> usize {
    let rows = book.run(&["history", &format!("kind:{kind}"), "--json"]).done().json();
    rows["statements"].as_array().unwrap().len()
}

#[test]
fn one_touch_signs_in_one_signs_all_ksbs_of_a_standard_and_the_record_says_so() {
    let (book, agent) = with_key(71);
    let station = Station::start(&book, Some(&agent.socket), (80, 24));
    station.sam();
    assert_eq!(agent.touched(), 1, "to sign in");
    station.keys("tab V s");
    let dialog = station.waits_for("Sign off 72 KSBs for Ann Trainee");
    assert!(flat(&dialog).contains("Security key touch it after enter enter sign 72"), "{dialog}");
    let before = book.size();
    station.keys("enter");
    station.waits_for("Signed 72 KSBs for Ann Trainee");
    assert_eq!((agent.touched(), book.size()), (1, before + 72));
    intact(&book);
    let record = book.run(&["trainee", "Ann Trainee", "--json"]).done();
    assert!(record.out.contains("\"touched\""), "{record:?}");
    // The next batch is another touch, and one that is taken back too.
    station.keys("u");
    let dialog = station.waits_for("Take back 72 sign-offs for Ann Trainee");
    assert!(!dialog.contains("Signed 72"), "what an earlier dialog did is not said under this one: {dialog}");
    station.keys("enter");
    let took = station.waits_for("Took back 72 sign-offs for Ann Trainee");
    assert!(!took.contains("Signed 72"), "{took}");
    assert_eq!(agent.touched(), 1);
    intact(&book);
}

#[test]
#[ignore = "slow: many runs of agents"]
fn while_the_key_waits_the_screen_is_drawn_nothing_else_is_signed_and_others_write() {
    let (book, agent) = with_key(72);
    let station = Station::start(&book, Some(&agent.socket), (80, 24));
    station.sam();
    station.keys("tab s");
    let dialog = station.waits_for("enter sign 1");
    holds("security-key-80x24", &dialog);
    let (before, _) = (book.size(), agent.touched());
    agent.answers(Answer { waits: true, ..Answer::touched() });
    station.keys("enter");
    let waiting = station.waits_for("Touch your security key within");
    assert!(flat(&waiting).contains("esc gives up") && !waiting.contains("enter sign"), "{waiting}");
    holds("security-key-waits-80x24", &waiting);
    // The seconds are counted down.
    let left = || -> u64 {
        let shown = station.waits_for("Touch your security key within ");
        shown.split("key within ").nth(1).and_then(|rest| rest.split(' ').next()?.parse().ok()).unwrap()
    };
    let first = left();
    let begun = Instant::now();
    while left() + 2 > first {
        assert!(begun.elapsed() < LONG, "the seconds are not counted down");
        std::thread::sleep(Duration::from_millis(20));
    }
    // No other key does anything, and the loop goes on: it draws again after a resize of what it waits on.
    station.keys("enter 'o' '4071' tab enter");
    *station.picture.lock().unwrap() = String::new();
    station.keys.send(Input::Msg(Msg::Resize(80, 24))).unwrap();
    station.waits_for("Touch your security key within");
    // The file is not locked: the officer signs a setting, which the statement then follows.
    book.officer(&["policy", "set", "late-days=6"]).done();
    assert_eq!(book.size(), before + 1);
    agent.answers(Answer::touched());
    station.waits_for("Signed 1 KSB for Ann Trainee");
    assert_eq!((agent.touched(), book.size()), (2, before + 2), "somebody else signed in between");
    intact(&book);
}

#[test]
fn esc_gives_up_the_dialog_stays_and_enter_asks_again() {
    let (book, agent) = with_key(73);
    let station = Station::start(&book, Some(&agent.socket), (80, 24));
    agent.answers(Answer { waits: true, ..Answer::touched() });
    // At the sign-in too.
    station.keys("i");
    station.waits_for("Who is signing?");
    station.keys("'sam'");
    station.waits_for("security key");
    station.keys("enter");
    station.waits_for("Touch your security key within");
    station.keys("esc");
    station.waits_for("You gave up waiting. You are not signed in");
    agent.answers(Answer::touched());
    station.keys("enter");
    station.waits_for("signing as Sam Supervisor");
    station.keys("1 tab s tab tab tab tab tab 'Calm' enter");
    station.waits_for("Feedback Calm");
    let before = book.size();
    agent.touched();
    agent.answers(Answer { waits: true, ..Answer::touched() });
    station.keys("enter");
    station.waits_for("Touch your security key within");
    let begun = Instant::now();
    station.keys("esc");
    let left = station.waits_for("You gave up waiting. Nothing was signed");
    assert!(begun.elapsed() < Duration::from_secs(10) && flat(&left).contains("Feedback Calm"), "{left}");
    assert_eq!(book.size(), before);
    agent.answers(Answer::touched());
    station.keys("enter");
    station.waits_for("Signed 1 KSB for Ann Trainee");
    assert_eq!((book.size(), agent.touched()), (before + 1, 2));
    intact(&book);
}

/// A screen on which Sam is about to sign one KSB with a security key.
fn asked_to_sign(book: &Book, agent: &SoftAgent) -> Station {
    let station = Station::start(book, Some(&agent.socket), (80, 24));
    station.sam();
    station.keys("tab s");
    station.waits_for("enter sign 1");
    station
}

#[test]
#[ignore = "slow: many runs of agents"]
fn what_the_agent_does_wrong_is_said_and_the_dialog_stays() {
    let (book, agent) = with_key(74);
    let station = asked_to_sign(&book, &agent);
    let before = book.size();
    for (answer, words) in [
        (Answer { refuses: true, ..Answer::touched() }, "The security key did not sign. Nothing was signed"),
        (Answer::with_flags(0), "The security key signed without a touch, which does not count"),
        (
            Answer { application: "ssh:other", ..Answer::touched() },
            "The signature that the SSH agent made is not valid",
        ),
        (Answer { cut: 3, ..Answer::touched() }, "The SSH agent ended the connection. Nothing was signed"),
        (Answer { cut: 40, ..Answer::touched() }, "The SSH agent ended the connection. Nothing was signed"),
    ] {
        agent.answers(answer);
        station.keys("enter");
        let said = station.waits_for(words);
        assert!(said.contains("Sign off") && book.size() == before, "{said}");
        // The next attempt clears it.
        agent.answers(Answer { waits: true, ..Answer::touched() });
        station.keys("enter");
        station.waits_for("Touch your security key within");
        station.keys("esc");
        station.waits_for("You gave up waiting");
    }
    agent.answers(Answer::touched());
    station.keys("enter");
    station.waits_for("Signed 1 KSB for Ann Trainee");
    intact(&book);
}

#[test]
fn leaving_the_program_does_not_wait_for_a_touch() {
    let (book, agent) = with_key(75);
    let station = asked_to_sign(&book, &agent);
    let before = book.size();
    agent.answers(Answer { waits: true, ..Answer::touched() });
    station.keys("enter");
    station.waits_for("Touch your security key within");
    let begun = Instant::now();
    drop(station);
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    agent.answers(Answer::touched());
    assert_eq!(book.size(), before);
    intact(&book);
}

#[test]
fn an_agent_with_another_key_opens_nobody_and_a_person_without_one_here_is_told_why() {
    let (book, agent) = with_key(76);
    let other = SoftAgent::start(77);
    // Sam has a passphrase here too, which is asked for where the agent has no key of theirs.
    let station = Station::start(&book, Some(&other.socket), (80, 24));
    station.keys("i");
    station.waits_for("Who is signing?");
    station.keys("'sam'");
    station.waits_for("Sam Supervisor passphrase");
    drop(station);
    let keys = book.run(&["key", "list", "Sam", "--json"]).json();
    let first = keys["keys"][0]["id"].as_str().unwrap().to_owned();
    book.officer(&["key", "retire", &first, "--reason", "Has another"]).done();
    let station = Station::start(&book, Some(&other.socket), (80, 24));
    station.keys("i");
    station.waits_for("Who is signing?");
    station.keys("'sam'");
    station.waits_for("Sam Supervisor no key");
    station.keys("enter");
    station.waits_for("The SSH agent has no key of Sam Supervisor that may sign. You are not signed in");
    drop(station);
    // A forwarded agent signs only where the policy allows it.
    let forwarded = || Some(AgentPlace { socket: agent.socket.clone(), forwarded: true });
    let station = Station::with(&book, forwarded(), (80, 24));
    station.keys("i");
    station.waits_for("Who is signing?");
    station.keys("'sam'");
    station.waits_for("Sam Supervisor no key");
    station.keys("enter");
    station.waits_for("This SSH agent counts as forwarded, because you came by ssh");
    drop(station);
    book.officer(&["policy", "set", "forwarded-agent=1"]).done();
    let station = Station::with(&book, forwarded(), (80, 24));
    station.sam();
    station.keys("tab s");
    station.waits_for("enter sign 1");
    station.keys("enter");
    station.waits_for("Signed 1 KSB for Ann Trainee");
    assert_eq!((agent.touched(), other.touched()), (2, 0));
    intact(&book);
}

#[test]
#[ignore = "slow: many runs of agents"]
fn where_the_policy_asks_for_a_security_key_the_dialog_says_so_before_a_pin_is_typed_and_takes_none() {
    for (policy, more) in [("required", ""), ("verified", " and its PIN or your fingerprint")] {
        let (book, agent) = with_key(78);
        book.officer(&["policy", "set", &format!("security-key={policy}")]).done();
        for size in [(80, 24), (40, 12)] {
            let station = Station::start(&book, None, size);
            station.keys("i");
            station.waits_for("Who is signing?");
            station.keys("'sam'");
            station.waits_for("Sam Supervisor");
            station.keys("enter");
            station.waits_for("Passphrase");
            station.keys(&format!("'{SUPERVISOR}' enter"));
            station.waits_without("Who is signing?");
            station.keys("1 tab s");
            let said = station.waits_for("Security key needed");
            if size == (80, 24) {
                let words =
                    format!("Sign-offs need a security key here, with a touch{more}. A PIN or a passphrase does not");
                assert!(flat(&said).contains(&words), "{said}");
                assert!(
                    flat(&said).contains("Sign in where your SSH agent has it: there, `ssh-add -l` lists it"),
                    "{said}"
                );
            }
            if policy == "required" {
                holds(&format!("security-key-needed-{}x{}", size.0, size.1), &said);
            }
            assert!(!said.contains("enter sign"), "{said}");
            let before = book.size();
            station.keys("'4071' enter 'lantern' enter enter");
            station.waits_for("Security key needed");
            station.keys("esc");
            assert_eq!(book.size(), before);
        }
        // With it, one touch does; where its PIN is asked for, a touch alone does not.
        let station = Station::start(&book, Some(&agent.socket), (80, 24));
        station.sam();
        station.keys("tab s");
        station.waits_for("touch it after enter");
        station.keys("enter");
        if policy == "verified" {
            station.waits_for("PIN");
            agent.answers(Answer::with_flags(5));
            station.waits_for("enter sign 1");
            station.keys("enter");
        }
        station.waits_for("Signed 1 KSB for Ann Trainee");
        intact(&book);
    }
}

/// Somebody looks at the question before they answer it.
fn deliberately() {
    std::thread::sleep(Duration::from_millis(700));
}

#[test]
#[ignore = "slow: many runs of agents"]
fn with_a_key_in_an_agent_nothing_is_signed_by_haste_habit_or_in_a_window_too_small_to_show_it() {
    let Some(agent) = Agent::start() else { return };
    let book = Book::founded();
    agent.add("ed25519", "desk");
    agent.give_sam(&book, &[]).done();
    let station = Station::start(&book, Some(&agent.socket()), (80, 24));
    // The key to sign comes first, and Enter is pressed too often: at the sign-in, and before the question is seen.
    station.keys("tab s");
    station.waits_for("Who is signing?");
    station.keys("'sam'");
    station.waits_for("Sam Supervisor SSH agent");
    station.keys("enter enter enter enter enter enter enter enter enter enter");
    station.waits_for("Key in your SSH agent enter sign 1");
    station.keys("esc s enter enter enter enter");
    station.waits_for("Key in your SSH agent enter sign 1");
    // A passphrase that is typed from habit goes nowhere.
    station.keys(&format!("'{SUPERVISOR}'"));
    let dialog = station.waits_for("Nothing is typed here: Enter signs with your key");
    for word in SUPERVISOR.split(' ').filter(|word| word.len() > 2) {
        assert!(!dialog.contains(word), "{word}: {dialog}");
    }
    // What cannot be seen is not signed.
    deliberately();
    station.keys.send(Input::Msg(Msg::Resize(39, 9))).unwrap();
    station.keys("enter");
    deliberately();
    station.keys("enter");
    station.keys.send(Input::Msg(Msg::Resize(80, 24))).unwrap();
    deliberately();
    assert_eq!(count(&book, "sign-off"), 0);
    station.keys("enter");
    station.waits_for("Signed 1 KSB for Ann Trainee");
    assert_eq!(count(&book, "sign-off"), 1);
    intact(&book);
}

#[test]
#[ignore = "slow: many runs of agents"]
fn a_key_in_openssh_s_agent_signs_in_and_signs_with_enter_alone() {
    let Some(agent) = Agent::start() else { return };
    let book = Book::founded();
    agent.add("ed25519", "desk");
    agent.give_sam(&book, &[]).done();
    let station = Station::start(&book, Some(&agent.socket()), (80, 24));
    station.keys("i");
    station.waits_for("Who is signing?");
    station.keys("'sam'");
    station.waits_for("Sam Supervisor SSH agent");
    station.keys("enter");
    station.waits_for("signing as Sam Supervisor");
    station.keys("1 space space s");
    let dialog = station.waits_for("Key in your SSH agent enter sign 2");
    holds("agent-key-80x24", &dialog);
    station.keys("tab tab space enter");
    station.waits_for("Method DOPS");
    deliberately();
    station.keys("enter");
    station.waits_for("Signed 2 KSBs for Ann Trainee");
    assert_eq!(count(&book, "sign-off"), 2);
    // A locked key refuses, and says so.
    agent.ssh_add(&["-D"]);
    station.keys("down s");
    station.waits_for("Key in your SSH agent");
    deliberately();
    station.keys("enter");
    station.waits_for("The SSH agent has no key of Sam Supervisor that may sign");
    intact(&book);
}

#[test]
#[ignore = "slow: many runs of agents"]
fn a_screen_that_locks_while_a_key_is_waited_for_says_so_signs_nothing_and_stays_locked() {
    let (book, agent) = with_key(82);
    let station = asked_to_sign(&book, &agent);
    let before = book.size();
    // At a signature, and at the sign-in of somebody else.
    for keys in ["enter", "i"] {
        agent.answers(Answer { waits: true, ..Answer::touched() });
        station.keys(keys);
        if keys == "i" {
            station.waits_for("Who is signing?");
            station.keys("'sam'");
            station.waits_for("Sam Supervisor security key");
            station.keys("enter");
        }
        station.waits_for("Touch your security key within");
        station.keys.send(Input::Msg(Msg::Idle)).unwrap();
        let said = "Locked after 2 minutes without a key. Nothing was signed. Your marks are safe.";
        let locked = station.waits_for(said);
        assert!(!locked.contains("gave up"), "{locked}");
        agent.answers(Answer::touched());
        deliberately();
        let still = station.text();
        assert!(still.contains("Locked after 2 minutes") && !still.contains("gave up"), "{still}");
        assert_eq!(book.size(), before);
        station.keys("'sam'");
        station.waits_for("Sam Supervisor signed in");
        station.keys("enter");
        station.waits_for("signing as Sam Supervisor");
        station.keys("1");
        station.waits_for("Everything left");
    }
    intact(&book);
}

#[test]
fn where_a_security_key_is_needed_the_advice_fits_what_the_person_has_and_uses() {
    let none = "You have none: a training officer adds one with `countersign key add";
    let here = "Sign in where your SSH agent has it";
    let typed = "A PIN or a passphrase does not sign them";
    let (with, _sk) = with_key(83);
    for (book, advice) in [(with, here), (Book::founded(), none)] {
        let station = Station::start(&book, None, (80, 24));
        station.keys("i");
        station.waits_for("Who is signing?");
        station.keys("'sam'");
        station.waits_for("Sam Supervisor");
        station.keys("enter");
        station.waits_for("Passphrase");
        station.keys(&format!("'{SUPERVISOR}' enter"));
        station.waits_without("Who is signing?");
        station.keys("1 tab s");
        station.waits_for("Sign off K1");
        let before = book.size();
        // The policy changes while the dialog is open.
        book.officer(&["policy", "set", "security-key=required"]).done();
        station.keys(&format!("'{SUPERVISOR}' enter"));
        let said = station.waits_for("Security key needed");
        assert!(flat(&said).contains(typed) && flat(&said).contains(advice), "{advice}: {said}");
        assert_eq!(book.size(), before + 1);
        book.supervisor(&["sign-off", "Ann Trainee", "K2"]).refused(1, "The policy requires a security key");
        let ran = book.supervisor(&["sign-off", "Ann Trainee", "K2"]);
        assert!(ran.err.contains(advice), "{ran:?}");
    }
    // Somebody with an ordinary key in their agent types nothing anyway.
    let Some(agent) = Agent::start() else { return };
    let book = Book::founded();
    agent.add("ed25519", "desk");
    agent.give_sam(&book, &[]).done();
    book.officer(&["policy", "set", "security-key=required"]).done();
    let station = Station::start(&book, Some(&agent.socket()), (80, 24));
    station.sam();
    station.keys("tab s");
    let said = flat(&station.waits_for("Security key needed"));
    assert!(said.contains("An ordinary key does not sign them") && said.contains(none), "{said}");
    assert!(!said.contains("PIN") && !said.contains("assphrase"), "{said}");
}

#[test]
fn in_the_smallest_window_it_is_seen_who_signs_what_it_means_and_what_went_wrong() {
    let (book, agent) = with_key(84);
    let station = Station::start(&book, Some(&agent.socket), (40, 10));
    station.keys("i");
    station.waits_for("Who is signing?");
    station.keys("'sam'");
    station.waits_for("security key");
    station.keys("enter");
    station.waits_without("Who is signing?");
    station.keys("1 tab s");
    let shows = |picture: String| {
        let said = flat(&picture);
        let meaning = "I observed this myself, to the standard stated, and am competent in it.";
        assert!(said.contains(meaning) && said.contains("Sam Supervisor, supervisor"), "{picture}");
    };
    shows(station.waits_for("Security key touch it"));
    agent.answers(Answer { waits: true, ..Answer::touched() });
    station.keys("enter");
    shows(station.waits_for("Touch your security key within"));
    station.keys("esc");
    shows(station.waits_for("You gave up waiting. Nothing was signed"));
}

#[test]
fn a_claim_says_that_its_security_key_waits_and_is_not_handed_in_without_a_touch() {
    let (book, agent) = (Book::founded(), SoftAgent::start(85));
    assert_eq!(agent.give(&book, "Ann Trainee").code, 0);
    let station = Station::start(&book, Some(&agent.socket), (80, 24));
    station.keys("tab c");
    station.waits_for("Claim K1, as Ann Trainee");
    station.keys("'I did it' enter");
    agent.answers(Answer { waits: true, ..Answer::touched() });
    station.keys("enter");
    station.waits_for("Touch your security key within");
    station.keys("esc");
    station.waits_for("You gave up waiting. Nothing was handed in");
    let claims = || book.run(&["claim", "list", "--json"]).done().json()["claims"].as_array().unwrap().len();
    assert_eq!(claims(), 0);
    agent.answers(Answer::touched());
    station.keys("enter");
    station.waits_without("Claim K1, as Ann Trainee");
    assert_eq!(claims(), 1);
}
