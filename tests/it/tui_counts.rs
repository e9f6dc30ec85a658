//! Counts the keys of common tasks from Home, in the real loop on the demo's department.
//!
//! Every key counts as one: a letter of a search, a move, Enter. A PIN that is typed counts as one, and its Enter as one. What
//! a person writes in words (a name, an answer of a review, each with the key that ends it) is in quotation marks and is not
//! counted.

use std::io;
use std::sync::mpsc::channel;

use countersign_app::app::App;
use countersign_app::clock::SystemClock;
use countersign_app::demo::PIN;
use countersign_app::random::SystemRandom;
use countersign_app::storage::data_dir::DataDir;
use countersign_core::record::view::TreeHead;
use countersign_store::db::Access;
use countersign_tui::ModelUi;
use countersign_tui::command::ScreenId;
use countersign_tui::effect::runner::EffectRunner;
use countersign_tui::key::{Key, KeyPress};
use countersign_tui::keymap::{Keymap, OwnKeys};
use countersign_tui::model::{Model, Overlay, Setup};
use countersign_tui::msg::group::Group;
use countersign_tui::msg::{Effect, Msg};
use countersign_tui::runtime::event_loop::{Stage, run};
use countersign_tui::runtime::input::Input;
use countersign_tui::theme::{Appearance, Theme};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use tempfile::TempDir;

use crate::demo::at;

/// A workstation with the demo's department, on Home.
struct Workstation {
    ui: ModelUi,
    door: EffectRunner,
    terminal: Terminal<TestBackend>,
    folder: TempDir,
    pressed: usize,
}

/// Whose screen it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Signer {
    Supervisor,
    Officer,
}

impl Workstation {
    fn new(signer: Signer) -> Self {
        let (folder, mut demo) = at("2026-11-21T10:00:00Z");
        let (width, height) = (80, 24);
        let mut model = Model::new(Setup {
            theme: Theme::choose(Appearance::FULL),
            keymap: Keymap::new(&OwnKeys::default()).unwrap(),
            size: (width, height),
            today: demo.app.today(),
            idle_minutes: 2,
            late_days: 7,
            kiosk: false,
        });
        model.sessions = demo.app.sessions();
        model.signer = Some(if signer == Signer::Officer { demo.officer } else { demo.supervisor });
        model.head = Some(demo.app.head().unwrap());
        let begin = Effect::OpenTrainee { trainee: demo.trainee, marks_of: model.signer.clone() };
        let terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        let mut station = Self { ui: ModelUi(model), door: EffectRunner::new(demo.app), terminal, folder, pressed: 0 };
        station.turn(Vec::new(), vec![begin]);
        assert_eq!(station.model().screen, ScreenId::Home);
        station
    }

    fn model(&self) -> &Model {
        &self.ui.0
    }

    /// Lets the loop handle these inputs, draw, and carry out what it put off.
    fn turn(&mut self, inputs: Vec<Input>, begin: Vec<Effect>) {
        let (sender, receiver) = channel();
        for input in inputs {
            sender.send(input).unwrap();
        }
        drop(sender);
        let stage = Stage { suspend: || Ok::<bool, io::Error>(false), retake: || Ok(()) };
        run(&mut self.ui, &mut self.door, &mut self.terminal, &receiver, stage, begin).unwrap();
    }

    fn press(&mut self, press: KeyPress) {
        self.turn(vec![Input::Msg(Msg::Key(press))], Vec::new());
    }

    fn write(&mut self, text: &str) {
        text.chars().for_each(|c| self.press(KeyPress::plain(Key::Char(c))));
    }

    /// Presses keys by name and counts them; `PIN` types the PIN and counts one; what is in quotation marks is written.
    fn keys(&mut self, names: &str) -> String {
        for (at, part) in names.split('\'').enumerate() {
            if at % 2 == 1 {
                self.write(part);
                continue;
            }
            for name in part.split_whitespace() {
                match name {
                    "PIN" => self.write(PIN),
                    name => self.press(name.parse().unwrap()),
                }
                self.pressed += 1;
            }
        }
        self.text()
    }

    /// Ends a text with Enter, which belongs to its words.
    fn words(&mut self, text: &str) {
        self.write(text);
        self.press(KeyPress::plain(Key::Enter));
    }

    /// Begins to count, on Home.
    fn home(&mut self) {
        self.press("0".parse().unwrap());
        assert_eq!((self.model().screen, self.model().overlay.is_none()), (ScreenId::Home, true));
        self.pressed = 0;
    }

    fn text(&self) -> String {
        let buf = self.terminal.backend().buffer();
        let row = |y| (0..buf.area.width).map(|x| buf[(x, y)].symbol()).collect::<String>();
        (0..buf.area.height).map(row).collect::<Vec<_>>().join("\n")
    }

    fn said(&self) -> &str {
        self.model().message.as_ref().map_or("", |message| &message.what)
    }

    /// The tree head of the file, as another program reads it.
    fn signed(&self) -> TreeHead {
        let data = DataDir::new(self.folder.path().join("demo"));
        let random = Box::new(SystemRandom::default());
        App::open(data, Access::Read, Box::new(SystemClock), random).unwrap().head().unwrap()
    }

    fn trainee(&self) -> String {
        self.model().trainee_view.trainee_record.as_ref().map_or_else(String::new, |one| one.trainee.name.to_string())
    }

    /// Asserts how many keys it took at most.
    fn within(&self, most: usize) {
        assert!((1..=most).contains(&self.pressed), "{} keys, not {most}\n{}", self.pressed, self.text());
    }

    /// Asserts that something was signed since.
    fn signed_since(&self, before: &TreeHead, what: &str) {
        assert!(self.signed().size > before.size, "nothing signed\n{}", self.text());
        assert!(self.said().contains(what), "{what}: {}\n{}", self.said(), self.text());
    }
}

#[test]
fn a_trainee_is_found_in_three_keys() {
    let mut desk = Workstation::new(Signer::Supervisor);
    desk.home();
    let screen = desk.keys("t x enter");
    desk.within(3);
    assert_eq!((desk.trainee().as_str(), desk.model().screen), ("Xanthe Cherry", ScreenId::SignOff));
    assert!(screen.contains("Xanthe Cherry"), "{screen}");
}

#[test]
fn the_oldest_claim_is_answered_in_four_keys_with_the_pin() {
    let mut desk = Workstation::new(Signer::Supervisor);
    desk.home();
    let (before, waiting) = (desk.signed(), desk.model().waiting);
    let oldest = desk.text().lines().find(|line| line.starts_with('▌')).unwrap().to_owned();
    desk.keys("s PIN enter");
    desk.within(4);
    desk.signed_since(&before, "for Jamal Elm");
    assert!(oldest.contains("Jamal Elm"), "{oldest}");
    assert_ne!(desk.model().waiting, waiting, "one claim less waits");
}

#[test]
fn a_seen_skill_is_signed_in_six_keys() {
    let mut desk = Workstation::new(Signer::Supervisor);
    desk.home();
    let before = desk.signed();
    desk.keys("t x enter s PIN enter");
    desk.within(6);
    desk.signed_since(&before, "for Xanthe Cherry");
    assert_eq!(desk.signed().size, before.size + 1);
}

#[test]
fn a_whole_duty_is_signed_in_eight_keys() {
    let mut desk = Workstation::new(Signer::Supervisor);
    desk.home();
    let before = desk.signed();
    desk.keys("t x enter ] V s PIN enter");
    desk.within(8);
    desk.signed_since(&before, "KSBs for Xanthe Cherry");
    let (view, signed) = (&desk.model().trainee_view, desk.signed().size - before.size);
    assert!(view.duties.chosen.is_some() && signed > 1, "{signed}\n{}", desk.text());
    assert_eq!(view.listed().left, 0, "all of the duty\n{}", desk.text());
}

#[test]
fn a_batch_is_taken_back_in_five_keys() {
    let mut desk = Workstation::new(Signer::Supervisor);
    desk.keys("t x enter ] V s PIN enter");
    let batch = desk.said().to_owned();
    desk.home();
    let before = desk.signed();
    desk.keys("u PIN enter");
    desk.within(5);
    desk.signed_since(&before, "Took back");
    assert!(batch.contains("KSBs"), "{batch}");
}

#[test]
fn the_screen_is_handed_over_and_work_goes_on_in_six_keys() {
    let mut desk = Workstation::new(Signer::Supervisor);
    desk.home();
    let (first, trainee) = (desk.model().signer.clone(), desk.trainee());
    let screen = desk.keys("i p enter PIN enter 1");
    desk.within(6);
    assert!(screen.contains("signing as Priya Sudbury"), "{screen}");
    assert_ne!(desk.model().signer, first);
    assert_eq!((desk.trainee(), desk.model().screen), (trainee, ScreenId::SignOff));
}

#[test]
#[ignore = "slow: whole tasks, key by key"]
fn each_question_of_the_month_is_answered_in_two_keys() {
    for signer in [Signer::Supervisor, Signer::Officer] {
        for (keys, figure, words) in [
            ("3", "behind plan", &["Fionnuala", "behind"][..]),
            ("3 w", "late", &["Fionnuala", "Review was due"]),
            ("3 p", "lapsed", &["×"]),
            ("3 m", "h short", &["h short"]),
        ] {
            let mut desk = Workstation::new(signer);
            desk.home();
            let screen = desk.keys(keys);
            desk.within(2);
            let summary = screen.lines().nth(2).unwrap().to_owned();
            assert!(summary.contains(figure), "{screen}");
            for word in words {
                assert!(screen.lines().skip(3).any(|line| line.contains(word)), "{keys} {word}: {screen}");
            }
            // Where the sentence counts trainees, the filter lists as many.
            if figure == "late" {
                let before = &summary[..summary.find(" review").unwrap()];
                let counted = before.split_whitespace().next_back().unwrap();
                assert!(screen.contains(&format!("1 of {counted} ")), "{keys}\n{screen}");
            }
        }
    }
}

#[test]
#[ignore = "slow: whole tasks, key by key"]
fn a_progress_review_is_recorded_in_seven_keys_and_its_words() {
    let mut desk = Workstation::new(Signer::Supervisor);
    desk.home();
    let before = desk.signed();
    desk.keys("5 n t i enter");
    for answer in ["All done", "Two new", "On plan", "None", "-", "-", "Write up S26 by 1 Feb"] {
        desk.words(answer);
    }
    desk.keys("PIN enter");
    desk.within(7);
    desk.signed_since(&before, "review");
}

#[test]
fn a_new_trainee_is_enrolled_in_twelve_keys_and_the_name() {
    let mut desk = Workstation::new(Signer::Officer);
    desk.home();
    let before = desk.signed();
    desk.keys(": a d d enter");
    desk.words("Nia Newcomer");
    desk.keys("PIN enter");
    desk.within(12);
    desk.signed_since(&before, "Nia Newcomer");
    let found = desk.keys("t n i a enter");
    assert_eq!(desk.trainee(), "Nia Newcomer", "{found}");
}

#[test]
fn one_item_is_signed_for_everyone_who_was_there_in_eight_keys_after_the_marking_and_taken_back_as_one() {
    let mut desk = Workstation::new(Signer::Supervisor);
    desk.home();
    desk.keys("3 T");
    desk.write("S26");
    desk.keys("enter");
    let Some(Overlay::Group(open)) = desk.model().overlay.as_ref() else { panic!("{}", desk.text()) };
    let required = open.group.selection().len();
    assert_eq!(required, 1, "the row under the cursor");
    let marked = desk.keys("V");
    let Some(Overlay::Group(open)) = desk.model().overlay.as_ref() else { panic!("{marked}") };
    let (people, names): (usize, Vec<String>) =
        (open.group.selection().len(), open.group.selection().iter().map(|member| member.name.to_string()).collect());
    assert!(people > 5 && marked.contains(&format!("{people} marked")), "{marked}");
    assert!(open.group.selection().iter().all(|member| !member.counts), "nobody is signed twice");
    let before = desk.signed();
    desk.pressed = 0;
    // Every name is in the dialog, a page at a time.
    let mut seen = desk.keys("s");
    assert!(seen.contains(&format!("Sign off S26 for {people} people")), "{seen}");
    for _ in 0..people {
        desk.press("page-down".parse().unwrap());
        seen += &desk.text();
    }
    for name in &names {
        assert!(seen.contains(name.as_str()), "{name}\n{seen}");
    }
    // Esc keeps the marks.
    desk.press("esc".parse().unwrap());
    let again = desk.text();
    assert!(again.contains(&format!("{people} marked")), "{again}");
    desk.press("esc".parse().unwrap());
    desk.press("T".parse().unwrap());
    desk.press("s".parse().unwrap());
    desk.keys("PIN enter");
    desk.within(8);
    desk.signed_since(&before, &format!("Signed S26 for {people} people"));
    assert_eq!(desk.signed().size, before.size + people as u64);
    // The item is named once, with everyone whose record it is taken back from.
    let asked = desk.keys("u");
    assert_eq!(asked.matches("S26:").count(), 1, "{asked}");
    assert!(asked.contains(&format!("Take back {people} sign-offs for {people} people")), "{asked}");
    assert!(names.iter().all(|name| asked.contains(name.split(' ').next().unwrap())), "{asked}");
    let taken = desk.keys("PIN enter");
    assert!(desk.said().contains("Took back"), "{taken}");
    assert_eq!(desk.signed().size, before.size + 2 * people as u64);
}

fn group(desk: &Workstation) -> &Group {
    match desk.model().overlay.as_ref() {
        Some(Overlay::Group(state)) => &state.group,
        _ => panic!("{}", desk.text()),
    }
}

#[test]
fn the_people_to_sign_for_follow_the_filter_of_the_cohort_each_time_they_are_shown() {
    let mut desk = Workstation::new(Signer::Supervisor);
    desk.home();
    let everyone = {
        desk.keys("3 T 'S26' enter");
        group(&desk).chosen.as_ref().unwrap().members.len()
    };
    for filter in ["hawthorn", "alder", "zzzz", ""] {
        // Esc leaves the list, and then clears the filter.
        desk.keys(if group(&desk).filter.is_empty() { "esc /" } else { "esc esc /" });
        desk.write(filter);
        let shown = desk.keys("enter T");
        let chosen = group(&desk).chosen.as_ref().unwrap();
        assert!(chosen.members.iter().all(|one| one.name.to_string().to_lowercase().contains(filter)), "{shown}");
        assert_eq!(group(&desk).filter, filter);
        match filter {
            "" => assert_eq!(chosen.members.len(), everyone),
            "zzzz" => assert!(shown.contains("Nobody who fits “zzzz” needs this item"), "{shown}"),
            _ => assert!(!chosen.members.is_empty() && chosen.members.len() < everyone, "{shown}"),
        }
    }
}

#[test]
#[ignore = "slow: whole tasks, key by key"]
fn what_came_with_a_claim_is_shown_in_the_list_and_below_it_before_it_is_answered_for_many_people() {
    let mut desk = Workstation::new(Signer::Supervisor);
    desk.keys("3 T 'K12' enter");
    let members = group(&desk).chosen.as_ref().unwrap().members.clone();
    let mut claims = 0;
    for (at, member) in members.iter().enumerate() {
        desk.keys("home");
        (0..at).for_each(|_| desk.press("down".parse().unwrap()));
        let shown = desk.text();
        let row = shown.lines().find(|line| line.contains(member.name.as_str())).unwrap_or_else(|| panic!("{shown}"));
        assert_eq!(row.contains("~ claimed"), member.claim.is_some(), "{row}");
        let below = format!("{} claimed it on", member.name.as_str().split(' ').next().unwrap());
        assert_eq!(shown.contains(&below), member.claim.is_some(), "{shown}");
        let Some(claim) = &member.claim else { continue };
        claims += 1;
        let files = claim.files_line();
        assert!(row.contains(files.split([' ', ',']).next().unwrap()), "{row}");
        let words = claim.content(("“", "”"));
        let flat = shown.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.split_whitespace().all(|word| flat.contains(word)), "{words}\n{shown}");
        let files: Vec<&str> = shown.lines().filter(|line| line.trim_start().starts_with(&files)).collect();
        assert_eq!(files.len(), 1, "{shown}");
        let whole = desk.keys("v");
        assert!(whole.contains(&format!("{}: claim of K12", member.name)), "{whole}");
        let flat = whole.split_whitespace().collect::<Vec<_>>().join(" ");
        let wrote = claim.reflection.as_ref().unwrap().as_str();
        assert!(wrote.split_whitespace().all(|word| flat.contains(word)), "{wrote}\n{whole}");
        let back = desk.keys("esc");
        assert!(back.contains(&below) && back.contains("whole claim"), "{back}");
        let asked = desk.keys("U s");
        assert!(asked.contains(&format!("claimed{}", claim.with_words())), "{asked}");
        desk.keys("esc");
    }
    assert!(claims > 0, "the demo has such a claim");
}

#[test]
fn keys_that_work_on_every_screen_work_in_the_list_of_people_and_each_signers_marks_wait_for_them() {
    let mut desk = Workstation::new(Signer::Supervisor);
    let marked = |desk: &Workstation| group(desk).chosen.as_ref().unwrap().marks.len();
    desk.keys("3 T 'S26' enter space space");
    // A key that does nothing says so and signs nothing.
    let before = desk.signed();
    desk.keys("z");
    assert!(desk.said().contains("z does nothing here"), "{}", desk.said());
    assert_eq!((marked(&desk), desk.signed().size), (2, before.size));
    let locked = desk.keys("L");
    assert!(locked.contains("Locked"), "{locked}");
    // Another signer chooses another item.
    desk.keys("p enter PIN enter 3 T 'K15' enter space");
    assert_eq!(group(&desk).item().unwrap().code.to_string(), "K15");
    desk.keys("2");
    assert_eq!(desk.model().screen, ScreenId::Queue);
    let shown = desk.keys("i 'Sam' enter PIN enter 3 T");
    assert_eq!((group(&desk).item().unwrap().code.to_string().as_str(), marked(&desk)), ("S26", 2), "{shown}");
    assert!(shown.contains("2 marked"), "{shown}");
}
