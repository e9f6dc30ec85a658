//! A training officer asks the demo's screens, with real key presses: each answer stands on a screen in under ten of them.

use countersign_app::app::App;
use countersign_app::clock::SystemClock;
use countersign_app::demo::{Demo, PASSPHRASE, PIN};
use countersign_app::random::SystemRandom;
use countersign_app::storage::data_dir::DataDir;
use countersign_core::programme::cohort::CohortOrder;
use countersign_core::record::view::TreeHead;
use countersign_store::db::Access;
use countersign_tui::command::ScreenId;
use countersign_tui::effect::choice;
use countersign_tui::effect::runner::EffectRunner;
use countersign_tui::key::KeyPress;
use countersign_tui::keymap::{Keymap, OwnKeys};
use countersign_tui::model::access_mode::AccessMode;
use countersign_tui::model::{Model, Setup};
use countersign_tui::msg::mouse::{Mouse, MouseAction};
use countersign_tui::msg::trial::Trial;
use countersign_tui::msg::{Effect, Msg, Outcome};
use countersign_tui::overlay::tour_steps::Tour;
use countersign_tui::runtime::event_loop::EffectHandler as _;
use countersign_tui::screen;
use countersign_tui::theme::{Appearance, Theme};
use countersign_tui::update::update;
use ratatui::layout::Position;
use tempfile::TempDir;

use crate::demo::at;
use crate::tui_face::Bench;

/// A screen on the whole program: what is pressed does what it does.
struct Desk {
    bench: Bench,
    door: EffectRunner,
    presses: usize,
    folder: TempDir,
}

impl Desk {
    /// The demo with the training officer at the screen.
    fn officer(moment: &str, size: (u16, u16)) -> Self {
        Self::at(moment, size, Tour::Officer)
    }

    /// The demo with one of its people at the screen: its officer, its first supervisor or its first trainee.
    fn at(moment: &str, (width, height): (u16, u16), who: Tour) -> Self {
        let looks = Appearance::FULL;
        let (folder, Demo { mut app, officer, supervisor, trainee }) = at(moment);
        let own = choice(&app, None, &app.person(&trainee).unwrap()).unwrap();
        let signer = match who {
            Tour::Officer => Some(officer),
            Tour::Supervisor => Some(supervisor),
            Tour::Trainee => None,
        };
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
        model.signer.clone_from(&signer);
        model.trial = Some(Trial { pin: PIN.to_owned(), passphrase: PASSPHRASE.to_owned() });
        if who == Tour::Trainee {
            (model.access_mode, model.screen) = (AccessMode::Own(own), ScreenId::Home);
        }
        model.head = Some(app.head().unwrap());
        let mut desk = Self {
            bench: Bench { model, ..Bench::new(width, height, looks) },
            door: EffectRunner::new(app),
            presses: 0,
            folder,
        };
        desk.carry_out(vec![Effect::OpenTrainee { trainee, marks_of: signer }]);
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

    /// The tree head of the file, as another program reads it.
    fn signed(&self) -> TreeHead {
        let data = DataDir::new(self.folder.path().join("demo"));
        let random = Box::new(SystemRandom::default());
        App::open(data, Access::Read, Box::new(SystemClock), random).unwrap().head().unwrap()
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
    let to_do = screen.lines().skip_while(|line| !line.contains("To do ─")).skip(1);
    let open: Vec<&str> = to_do.take_while(|row| !row.contains("───")).filter(open).collect();
    for word in words {
        assert!(open.iter().any(|row| row.contains(word)), "{word}: {screen}");
    }
    open.len()
}

fn stops_one_gateway(desk: &mut Desk) {
    assert_eq!(not_met(desk, "t r o s a enter 4", &["Provider confirms"]), 1);
}

fn stops_another_gateway(desk: &mut Desk) {
    let stops = ["hours to go", "Reviews every 12 weeks", "Employer confirms", "Provider confirms"];
    assert!(not_met(desk, "t g w e n enter 4", &stops) >= stops.len());
}

fn lapses_this_month(desk: &mut Desk) {
    let screen = desk.keys("3 o o");
    assert!(screen.contains("reassessment due"), "{screen}");
    let rows: Vec<&str> = screen.lines().skip_while(|line| !line.contains("Trainee  ")).skip(1).collect();
    let row = |name: &str| rows.iter().find(|row| row.contains(name)).unwrap_or_else(|| panic!("{name}: {screen}"));
    let counts = |name: &str| row(name).split(' ').filter(|word| *word == "↻").count();
    assert_eq!(["Oluwaseun", "José"].map(counts), [2, 3], "{screen}");
    // They stand above all who have nothing to show again, whatever their standard.
    let listed: Vec<&&str> = rows.iter().take_while(|row| !row.contains("───")).collect();
    let due: Vec<bool> = listed.iter().map(|row| row.contains(['↻', '×'])).collect();
    assert!(due.is_sorted_by(|a, b| a >= b), "{screen}");
    assert!(!screen.contains("ST0413 1.1 ─"), "{screen}");
    // Home has those of every standard, what has lapsed first.
    let home = desk.keys("0");
    assert!(home.contains("Lapsing ─") && home.contains("× lapsed  Jamal Elm"), "{home}");
}

#[test]
#[ignore = "slow: whole tours, key by key"]
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

/// Sizes at which a tour is taken.
const SIZES: [(u16, u16); 3] = [(80, 24), (120, 36), (200, 50)];

/// What the box says to press.
fn to_press(desk: &Desk) -> String {
    let model = &desk.bench.model;
    let wanted = model.tour.unwrap().wanted(model.screen, screen::pane(model), |id| screen::get(id).info().go);
    model.key(wanted.command())
}

#[test]
#[ignore = "slow: whole tours, key by key"]
fn each_tour_is_gone_through_with_the_keys_that_it_names_and_signs_nothing() {
    for who in Tour::ALL {
        for size in SIZES {
            let mut desk = Desk::at("2026-11-21T10:00:00Z", size, who);
            let before = desk.signed();
            desk.keys("? t o u r enter");
            let steps = who.steps();
            for (at, step) in steps.iter().enumerate() {
                let figure = format!("{} of {}", at + 1, steps.len());
                // One key leads to the screen, a few to the part, and one is the step's own.
                let mut pressed = 0;
                while desk.bench.model.tour.is_some_and(|tour| tour.step() == *step) {
                    let key = to_press(&desk);
                    let screen = desk.bench.text();
                    assert!(screen.contains(step.title) && screen.contains(&figure), "{who:?} {size:?}: {screen}");
                    assert!(screen.contains(&format!("{key} ")), "{who:?} {key}: {screen}");
                    desk.keys(&key);
                    pressed += 1;
                    assert!(pressed <= 6, "{who:?} does not get past {}: {screen}", step.title);
                }
                // A dialog or a filter that the key opened: the box waits until it is closed.
                if desk.bench.model.overlay.is_some() || screen::typing(&desk.bench.model) {
                    assert!(!desk.bench.text().contains("leaves the tour"));
                    desk.keys("esc");
                }
            }
            assert_eq!(desk.bench.model.tour, None);
            assert!(desk.bench.text().contains("That is the end of the tour"), "{}", desk.bench.text());
            assert_eq!(desk.signed(), before, "{who:?}");
        }
    }
}

/// Clicks on the text in this row of the screen, if it is there.
fn click(desk: &mut Desk, text: &str, row: u16) -> bool {
    let screen = desk.bench.text();
    let line = screen.lines().nth(usize::from(row)).unwrap_or_default();
    let Some(before) = line.find(text) else { return false };
    let x = u16::try_from(line[..before].chars().count()).unwrap();
    let mouse = Mouse { action: MouseAction::Click, at: Position::new(x + 1, row) };
    let effects = update(&mut desk.bench.model, Msg::Mouse(mouse));
    desk.carry_out(effects);
    true
}

#[test]
#[ignore = "slow: whole tours, key by key"]
fn a_click_on_a_tab_moves_the_tour_on_as_its_key_does() {
    let mut clicks = 0;
    for who in [Tour::Supervisor, Tour::Officer] {
        let mut desk = Desk::at("2026-11-21T10:00:00Z", (120, 36), who);
        desk.keys("? t o u r enter");
        for _ in 0..40 {
            let Some(tour) = desk.bench.model.tour else { break };
            let key = to_press(&desk);
            let model = &desk.bench.model;
            let wanted = tour.wanted(model.screen, screen::pane(model), |id| screen::get(id).info().go).command();
            let tab = ScreenId::ALL.into_iter().map(|id| screen::get(id).info()).find(|info| info.go == wanted);
            match tab {
                Some(info) => {
                    let (from, name) = (model.screen, format!("{key} {}", info.name));
                    assert!(click(&mut desk, &name, 0), "{name}: {}", desk.bench.text());
                    let moved = desk.bench.model.tour != Some(tour) || desk.bench.model.screen != from;
                    assert!(moved, "{who:?} {name}: {}", desk.bench.text());
                    clicks += 1;
                }
                None => {
                    desk.keys(&key);
                }
            }
            if desk.bench.model.overlay.is_some() || screen::typing(&desk.bench.model) {
                desk.keys("esc");
            }
        }
        assert_eq!(desk.bench.model.tour, None, "{who:?}");
    }
    assert!(clicks >= 4, "{clicks}");
}

#[test]
#[ignore = "slow: whole tours, key by key"]
fn a_click_on_a_figure_of_the_cohort_lists_its_trainees_and_a_second_one_everyone() {
    for size in SIZES {
        let mut desk = Desk::officer("2026-11-21T10:00:00Z", size);
        desk.keys("3");
        let row = if size.1 >= 30 { 3 } else { 2 };
        for (figure, filter) in [("behind plan", "behind"), ("reviews late", "late"), (" lapsed", "lapsed")] {
            let text = |desk: &Desk| desk.bench.model.list(ScreenId::Cohort).filter.text.clone();
            assert!(click(&mut desk, figure, row), "{}", desk.bench.text());
            assert_eq!(text(&desk), filter, "{size:?}");
            assert!(desk.bench.text().contains(&format!("/ {filter}")), "{}", desk.bench.text());
            click(&mut desk, figure, row);
            assert_eq!(text(&desk), "", "{size:?}");
            click(&mut desk, figure, row);
            click(&mut desk, "trainees", row);
            assert_eq!(text(&desk), "", "{size:?}");
        }
    }
}

#[test]
fn after_the_key_of_an_order_the_footer_names_the_orders_that_follow() {
    let mut desk = Desk::officer("2026-11-21T10:00:00Z", (120, 36));
    desk.keys("3");
    for next in ["lapses, then name", "name, then month"] {
        let screen = desk.keys("o");
        assert!(screen.contains(&format!(" o {next}")), "{screen}");
    }
    let screen = desk.keys("down");
    assert!(screen.contains("order: lapses"), "{screen}");
}

#[test]
fn an_order_by_what_is_urgent_runs_over_all_standards_and_the_others_keep_each_together() {
    let mut desk = Desk::officer("2026-11-21T10:00:00Z", (120, 36));
    desk.keys("3");
    for order in CohortOrder::ALL {
        assert_eq!(desk.bench.model.cohort_order, order);
        let screen = desk.bench.text();
        let grouped = screen.contains("ST0413 1.1 ─");
        assert_eq!(grouped, order.is_by_standard(), "{order:?}: {screen}");
        desk.keys("o");
    }
}

#[test]
#[ignore = "slow: whole tours, key by key"]
fn esc_leaves_a_tour_at_any_step_and_so_does_a_lock() {
    for (who, lock) in [(Tour::Supervisor, true), (Tour::Officer, true), (Tour::Trainee, false)] {
        let mut desk = Desk::at("2026-11-21T10:00:00Z", (80, 24), who);
        for step in 0..who.steps().len() {
            desk.keys("? t o u r enter");
            for _ in 0..step {
                let key = to_press(&desk);
                desk.keys(&key);
                if desk.bench.model.overlay.is_some() || screen::typing(&desk.bench.model) {
                    desk.keys("esc");
                }
            }
            assert!(desk.bench.text().contains("leaves the tour"), "{who:?} {step}: {}", desk.bench.text());
            let screen = desk.keys("esc");
            assert!(screen.contains("You left the tour") && !screen.contains("leaves the tour"), "{screen}");
        }
        if lock {
            desk.keys("? t o u r enter L");
            assert_eq!(desk.bench.model.tour, None);
        }
    }
}

#[test]
#[ignore = "slow: whole tours, key by key"]
fn the_demo_shows_its_pin_on_the_lock_screen_and_where_it_is_asked_for() {
    for size in SIZES {
        let mut desk = Desk::at("2026-11-21T10:00:00Z", size, Tour::Supervisor);
        desk.keys("1 tab");
        let dialog = desk.keys("s");
        assert!(dialog.contains("demo PIN 4071"), "{dialog}");
        desk.keys("esc");
        let lock = desk.keys("L");
        assert!(lock.contains("Every PIN is 4071."), "{lock}");
        desk.bench.model.trial = None;
        desk.keys("s a m enter 4 0 7 1 enter");
        let lock = desk.keys("L");
        assert!(!lock.contains("4071"), "{lock}");
    }
}
