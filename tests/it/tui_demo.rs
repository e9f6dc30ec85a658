//! A training officer asks the demo's screens, with real key presses: each answer stands on a screen in under ten of them.

use countersign_app::demo::Demo;
use countersign_tui::effect::EffectRunner;
use countersign_tui::key::KeyPress;
use countersign_tui::keymap::{Keymap, OwnKeys};
use countersign_tui::model::{Model, Setup};
use countersign_tui::msg::{Effect, Msg, Outcome};
use countersign_tui::runtime::event_loop::EffectHandler as _;
use countersign_tui::theme::{Appearance, Theme};
use countersign_tui::update::update;
use tempfile::TempDir;

use crate::demo::at;
use crate::tui_face::Bench;

/// A screen on the whole program: what is pressed does what it does.
struct Desk {
    bench: Bench,
    door: EffectRunner,
    presses: usize,
    _folder: TempDir,
}

impl Desk {
    /// The demo with the training officer at the screen.
    fn officer(moment: &str, (width, height): (u16, u16)) -> Self {
        let looks = Appearance::FULL;
        let (folder, Demo { mut app, officer, trainee, .. }) = at(moment);
        let mut model = Model::new(Setup {
            theme: Theme::choose(looks),
            keymap: Keymap::new(&OwnKeys::default()).unwrap(),
            size: (width, height),
            today: app.today(),
            idle_minutes: 2,
            late_days: 7,
            kiosk: false,
        });
        model.sessions = app.sessions();
        model.signer = Some(officer.clone());
        model.head = Some(app.head().unwrap());
        let mut desk = Self {
            bench: Bench { model, ..Bench::new(width, height, looks) },
            door: EffectRunner::new(app),
            presses: 0,
            _folder: folder,
        };
        desk.carry_out(vec![Effect::OpenTrainee { trainee, marks_of: Some(officer) }]);
        desk
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            let outcome = self.door.perform(effect);
            if outcome != Outcome::Nothing {
                let more = update(&mut self.bench.model, Msg::Done(outcome));
                self.carry_out(more);
            }
        }
    }

    /// Presses keys by their names, counting them; gives what the screen says then.
    fn keys(&mut self, names: &str) -> String {
        for name in names.split_whitespace() {
            self.presses += 1;
            let effects = update(&mut self.bench.model, Msg::Key(name.parse::<KeyPress>().unwrap()));
            self.carry_out(effects);
        }
        self.bench.text()
    }
}

/// The rows of a list: what is between its frame's sides.
fn rows(screen: &str) -> Vec<&str> {
    screen.lines().filter(|line| line.starts_with(['│', '|'])).collect()
}

/// The row under the cursor.
fn chosen(screen: &str) -> &str {
    screen.lines().find(|line| line.starts_with(['▌', '>'])).unwrap_or_default()
}

/// Each question, and what it takes; the answer is looked at by hand.
fn furthest_behind(desk: &mut Desk) {
    let screen = desk.keys("3");
    let first = chosen(&screen);
    assert!(first.contains("Fionnuala") && first.contains("behind"), "{screen}");
}

fn waits_longest(desk: &mut Desk) {
    let screen = desk.keys("2");
    let first = chosen(&screen);
    assert!(first.contains("47 days") && first.contains("Xanthe Cherry") && screen.contains("14 claims"), "{screen}");
}

/// What is not met of a trainee's gateway, as the screen lists it.
fn not_met(desk: &mut Desk, keys: &str, words: &[&str]) -> usize {
    let screen = desk.keys(keys);
    let open = |row: &&str| row.chars().skip(1).take(4).any(|mark| "·?!".contains(mark));
    let open: Vec<&str> = rows(&screen).into_iter().take_while(|row| !row.contains("───")).filter(open).collect();
    for word in words {
        assert!(open.iter().any(|row| row.contains(word)), "{word}: {screen}");
    }
    open.len()
}

fn stops_one_gateway(desk: &mut Desk) {
    assert_eq!(not_met(desk, "t r o s a enter 4", &["Provider confirms"]), 1);
}

fn stops_another_gateway(desk: &mut Desk) {
    let stops = ["off-the-job hours", "Reviews every 12 weeks", "Employer confirms", "Provider confirms"];
    assert!(not_met(desk, "t g w e n enter 4", &stops) >= stops.len());
}

fn lapses_this_month(desk: &mut Desk) {
    let screen = desk.keys("3 o o o o o");
    assert!(screen.contains("reassessment due"), "{screen}");
    let rows = rows(&screen);
    let place =
        |name: &str| rows.iter().position(|row| row.contains(name)).unwrap_or_else(|| panic!("{name}: {screen}"));
    let counts = |name: &str| {
        let marks = |mark: &str| rows[place(name)].split(' ').filter(|word| *word == mark).count();
        (marks("×"), marks("↻"))
    };
    let names = ["Jamal Elm", "Katya Hazel", "Oluwaseun", "José"];
    assert_eq!(names.map(counts), [(2, 0), (1, 1), (0, 2), (0, 3)], "{screen}");
    // They stand above all who have nothing to show again.
    let mut places = names.map(place);
    places.sort_unstable();
    assert_eq!(places, [1, 2, 3, 4], "{screen}");
}

#[test]
fn a_training_officer_has_every_answer_from_the_screens_in_under_ten_keys() {
    let questions: [fn(&mut Desk); 5] =
        [furthest_behind, waits_longest, stops_one_gateway, stops_another_gateway, lapses_this_month];
    for (day, size) in [("2026-11-21T10:00:00Z", (80, 24)), ("2027-05-31T12:00:00Z", (120, 36))] {
        let mut desk = Desk::officer(day, size);
        for question in questions {
            desk.presses = 0;
            question(&mut desk);
            assert!((1..10).contains(&desk.presses), "{} keys", desk.presses);
        }
    }
}
