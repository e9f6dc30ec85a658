//! The loop on made-up faces and worlds: what is carried out before the picture, after it, and when nobody waits.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use countersign_tui::command::Command;
use countersign_tui::key::Key;
use countersign_tui::msg::export::Export;
use countersign_tui::msg::{Effect, Msg, Outcome};
use countersign_tui::runtime::event_loop::{EffectHandler, Stage, Ui, run};
use countersign_tui::runtime::input::Input;
use ratatui::backend::TestBackend;
use ratatui::{Frame, Terminal};

type Notes = Rc<RefCell<Vec<String>>>;

/// Longer than anything that the loop puts off, but for a housekeeping that failed.
const A_WHILE: Duration = Duration::from_millis(400);
/// What does not come by then never comes.
const FOREVER: Duration = Duration::from_mins(1);

struct Fake {
    notes: Notes,
    typed: String,
    idle: Option<Duration>,
}

impl Ui for Fake {
    fn update(&mut self, msg: Msg) -> Vec<Effect> {
        match msg {
            Msg::Key(press) if press.key == Key::Char('q') => vec![Effect::Quit],
            Msg::Key(press) if press.key == Key::Char('e') => {
                "writing".clone_into(&mut self.typed);
                let what = Export::Log { filter: String::new() };
                vec![Effect::Export { what, to: "log.xlsx".to_owned(), by: None, replace: false }]
            }
            // As after a signature: the tabs are counted again and the trainee is opened again.
            Msg::Key(press) if press.key == Key::Enter => {
                let person = "s".parse().unwrap();
                vec![Effect::LoadCounts(None), Effect::MarkRead { trainee: person, read_to: 7 }]
            }
            Msg::Key(press) => {
                self.typed.push_str(&press.to_string());
                let draft = vec![("typed".to_owned(), self.typed.clone())];
                let (person, trainee) = ("s".parse().unwrap(), "t".parse().unwrap());
                vec![Effect::SaveDraft { person, trainee, draft }]
            }
            Msg::Do(Command::Suspend) => vec![Effect::Suspend],
            Msg::Changed => vec![Effect::CheckForChanges],
            Msg::Idle => {
                self.notes.borrow_mut().push("idle".into());
                Vec::new()
            }
            Msg::Done(Outcome::SessionEnded(_)) | Msg::SessionEnd => vec![Effect::Quit],
            _ => vec![],
        }
    }

    fn view(&self, frame: &mut Frame<'_>) {
        frame.render_widget(self.typed.as_str(), frame.area());
        self.notes.borrow_mut().push(format!("draw {}", self.typed));
    }

    fn idle(&self) -> Option<Duration> {
        self.idle
    }
}

struct FakeWorld {
    notes: Notes,
    blind: usize,
    /// The session ends a while after this was noted so many times.
    until: Option<(&'static str, usize)>,
    ends: Cell<Option<Instant>>,
    untidy: bool,
}

impl EffectHandler for FakeWorld {
    fn perform(&mut self, effect: Effect) -> Outcome {
        let note = match effect {
            Effect::SaveDraft { draft, .. } => {
                self.untidy = true;
                format!("save {}", draft[0].1)
            }
            Effect::LoadCounts(_) => "count".into(),
            Effect::Export { to, .. } => format!("export {to}"),
            Effect::MarkRead { read_to, .. } => format!("write {read_to}"),
            Effect::CheckForChanges if self.blind == 0 => return Outcome::SessionEnded("s".parse().unwrap()),
            Effect::CheckForChanges => {
                self.blind -= 1;
                "look".into()
            }
            _ => return Outcome::Nothing,
        };
        self.notes.borrow_mut().push(note);
        Outcome::Nothing
    }

    fn is_untidy(&self) -> bool {
        self.untidy
    }

    fn rest(&mut self) -> bool {
        self.untidy = false;
        self.notes.borrow_mut().push("rest".into());
        true
    }

    fn session_left(&self) -> Option<Duration> {
        let (until, times) = self.until?;
        if self.notes.borrow().iter().filter(|note| note.starts_with(until)).count() < times {
            return Some(FOREVER);
        }
        let end = self.ends.get().unwrap_or_else(|| Instant::now() + A_WHILE);
        self.ends.set(Some(end));
        Some(end.saturating_duration_since(Instant::now()))
    }
}

fn key(name: &str) -> Input {
    Input::Msg(Msg::Key(name.parse().unwrap()))
}

/// Runs until a quit, the session's end a while after something was noted, or the inputs' end where it has none.
fn ran(inputs: Vec<Input>, blind: usize, idle: Option<u64>, until: Option<(&'static str, usize)>) -> Vec<String> {
    let notes = Notes::default();
    let mut face = Fake { notes: notes.clone(), typed: String::new(), idle: idle.map(Duration::from_millis) };
    let mut world = FakeWorld { notes: notes.clone(), blind, until, ends: Cell::default(), untidy: false };
    let (sender, receiver) = channel();
    for input in inputs {
        sender.send(input).unwrap();
    }
    let _open = until.map(|_| sender);
    let mut terminal = Terminal::new(TestBackend::new(10, 1)).unwrap();
    let stage = Stage { suspend: || Ok(true), retake: || Ok(()) };
    run(&mut face, &mut world, &mut terminal, &receiver, stage, vec![]).unwrap();
    notes.take()
}

#[test]
fn keys_that_come_together_are_drawn_once_and_saved_once_after_the_picture() {
    assert_eq!(ran(vec![key("a"), key("b"), key("c")], 0, None, None), ["draw ", "draw abc", "save abc"]);
}

#[test]
fn what_waits_behind_the_tabs_is_counted_after_the_picture_and_holds_nothing_up() {
    assert_eq!(ran(vec![key("enter")], 0, None, None), ["draw ", "write 7", "draw ", "count"]);
}

#[test]
fn a_document_is_written_after_the_picture_that_says_so() {
    assert_eq!(ran(vec![key("e")], 0, None, None), ["draw ", "draw writing", "export log.xlsx"]);
}

#[test]
fn what_was_typed_is_saved_before_the_program_ends() {
    assert_eq!(ran(vec![key("a"), key("q"), key("b")], 0, None, None).last().unwrap(), "save ab");
    for end in [Input::Over, Input::Ending(15)] {
        assert_eq!(ran(vec![key("a"), end, key("b")], 0, None, None).last().unwrap(), "save a");
    }
}

#[test]
fn a_change_is_looked_for_until_it_is_seen_and_nothing_is_drawn_for_a_look_in_vain() {
    let change = || vec![Input::Changed, Input::Changed];
    // The fourth sees it, and it leaves.
    assert_eq!(ran(change(), 3, None, Some(("look", 9))), ["draw ", "look", "look", "look"]);
    assert_eq!(ran(change(), 9, None, Some(("look", 5))), ["draw ", "look", "look", "look", "look", "look"]);
}

#[test]
fn idleness_is_told_once() {
    let notes = ran(vec![key("a")], 0, Some(5), Some(("idle", 1)));
    assert_eq!(notes.iter().filter(|note| *note == "idle").count(), 1);
}

#[test]
#[ignore = "slow: many runs of the program"]
fn the_housekeeping_is_done_once_when_no_key_came_for_a_while_and_never_between_keys_that_come_together() {
    let keys: Vec<Input> = "abcdef".chars().map(|c| key(&c.to_string())).collect();
    let notes = ran(keys, 0, None, Some(("rest", 1)));
    assert_eq!(notes.iter().filter(|note| *note == "rest").count(), 1, "{notes:?}");
    assert!(notes.iter().position(|note| note == "rest") > notes.iter().position(|note| note == "save abcdef"));
    assert!(!ran(vec![], 0, None, Some(("draw", 1))).contains(&"rest".to_owned()), "at rest nothing runs");
}

#[test]
fn before_the_program_is_stopped_by_the_shell_the_housekeeping_is_done() {
    let notes = ran(vec![key("a"), Input::Suspend], 0, None, None);
    let at = |wanted: &str| notes.iter().position(|note| note == wanted);
    assert!(at("save a") < at("rest") && at("rest").is_some(), "{notes:?}");
}
