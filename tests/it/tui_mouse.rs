//! The mouse: a click reaches what the keys reach, the wheel moves what it is over, and neither ever breaks a screen.

use countersign_tui::command::{Command, PaneId, ScreenId};
use countersign_tui::key::KeyPress;
use countersign_tui::list::ListQuery;
use countersign_tui::model::{Lock, Model, Overlay};
use countersign_tui::msg::mouse::{Mouse, MouseAction};
use countersign_tui::msg::{Effect, Msg, Outcome as Done};
use countersign_tui::theme::{Appearance, Theme};
use proptest::prelude::{any, proptest};
use ratatui::layout::Position;

use crate::random::cases;
use crate::tui_dialogs::dialog;
use crate::tui_face::{Bench, cards, history, loaded, log_head};

const SIZES: [(u16, u16); 5] = [(50, 14), (80, 24), (120, 36), (200, 50), (99, 17)];

fn mouse(bench: &mut Bench, action: MouseAction, x: u16, y: u16) -> Vec<Effect> {
    bench.say(Msg::Mouse(Mouse { action, at: Position::new(x, y) }))
}

fn click(bench: &mut Bench, x: u16, y: u16) -> Vec<Effect> {
    mouse(bench, MouseAction::Click, x, y)
}

/// Where a text is drawn, from this row on.
fn place(bench: &Bench, text: &str, from: u16) -> Option<(u16, u16)> {
    let (buf, _) = bench.draw();
    let wanted: Vec<String> = text.chars().map(String::from).collect();
    let area = *buf.area();
    (from..area.height)
        .flat_map(|y| (0..area.width).map(move |x| (x, y)))
        .find(|(x, y)| wanted.iter().zip(*x..).all(|(symbol, x)| x < area.width && buf[(x, *y)].symbol() == symbol))
}

/// The rows of the lit surface.
fn lit(bench: &Bench) -> Vec<u16> {
    let (buf, _) = bench.draw();
    let theme = Theme::choose(Appearance::FULL);
    let mut one = ratatui::buffer::Buffer::empty(ratatui::layout::Rect::new(0, 0, 1, 1));
    theme.light(&mut one, ratatui::layout::Rect::new(0, 0, 1, 1));
    let lit = one[(0, 0)].bg;
    let area = *buf.area();
    (0..area.height).filter(|y| (0..area.width).any(|x| buf[(x, *y)].bg == lit)).collect()
}

fn with_history(width: u16, height: u16, looks: Appearance) -> Bench {
    let mut bench = Bench::at_work(width, height, looks);
    bench.run(Command::ToLog);
    let rows: Vec<_> = history(100).into_iter().take(usize::from(height)).collect();
    bench.answer(rows, 100, Some(log_head(100, "")));
    bench
}

#[test]
fn a_click_on_the_ellipsis_of_the_tabs_leads_to_every_hidden_tab_in_turn() {
    for (width, height) in [(50, 14), (80, 24)] {
        let mut bench = Bench::at_work(width, height, Appearance::FULL);
        let mut opened = Vec::new();
        for _ in 0..8 {
            let row: Vec<char> = bench.text().lines().next().unwrap().chars().collect();
            let Some(x) = row.iter().position(|c| *c == '…') else { break };
            let hidden = bench.model.screen;
            click(&mut bench, x as u16, 0);
            assert_ne!(bench.model.screen, hidden, "{}", bench.text());
            opened.push(bench.model.screen);
        }
        assert!(!opened.is_empty(), "{width}: {}", bench.text());
        assert!(width > 50 || opened.contains(&ScreenId::SecondChecks) || opened.len() > 2, "{opened:?}");
    }
}

#[test]
fn a_click_on_a_key_that_a_dialog_names_presses_it() {
    let mut bench = Bench::at_work(80, 24, Appearance::FULL);
    bench.keys("s");
    let Some((x, y)) = place(&bench, "esc ", 3).filter(|(_, y)| *y < 22) else {
        // The dialog names no keys of its own.
        return;
    };
    click(&mut bench, x, y);
    assert_eq!(bench.model.overlay, None, "{}", bench.text());
}

#[test]
fn a_click_on_a_tab_opens_its_screen() {
    for (width, height) in SIZES {
        for looks in [Appearance::FULL, Appearance::NO_COLOUR, Appearance::PLAIN] {
            for (tab, screen) in [("Queue", ScreenId::Queue), ("Cohort", ScreenId::Cohort), ("Log", ScreenId::Log)] {
                let mut bench = Bench::at_work(width, height, looks);
                let shown = place(&bench, tab, 0).filter(|(_, y)| *y == 0);
                let Some((x, y)) = shown else { continue };
                click(&mut bench, x, y);
                assert_eq!(bench.model.screen, screen, "{tab} at {width}x{height}");
            }
        }
    }
}

#[test]
fn a_click_on_a_key_in_the_footer_presses_it() {
    for (width, height) in SIZES {
        let mut bench = Bench::at_work(width, height, Appearance::FULL);
        let (x, y) = place(&bench, "? ", height - 1).unwrap();
        click(&mut bench, x + 3, y);
        assert!(matches!(bench.model.overlay, Some(Overlay::Help(_))), "{width}x{height}");
        let (x, y) = place(&bench, "esc close", height - 1).unwrap();
        click(&mut bench, x, y);
        assert_eq!(bench.model.overlay, None);
    }
}

#[test]
#[ignore = "slow: every cell of the window is clicked"]
fn every_row_of_a_list_that_shows_can_be_clicked_and_a_second_click_opens_it() {
    for (width, height) in SIZES {
        for looks in [Appearance::FULL, Appearance::NO_COLOUR, Appearance::PLAIN] {
            let mut bench = with_history(width, height, looks);
            let rows: Vec<u16> =
                (0..height).filter(|y| place(&bench, "achieved", *y).is_some_and(|at| at.1 == *y)).collect();
            assert!(rows.len() > 4, "{width}x{height}\n{}", bench.text());
            for y in [rows.len() - 1, 0, rows.len() / 2, 1].map(|at| &rows[at]) {
                let before = bench.draw().1.unwrap().y;
                let effects = click(&mut bench, width / 2, *y);
                assert_eq!(bench.draw().1.unwrap().y, *y, "{width}x{height}\n{}", bench.text());
                assert_eq!(before == *y, matches!(effects[..], [Effect::LoadStatement(_)]), "{effects:?}");
                if looks == Appearance::FULL {
                    assert_eq!(lit(&bench), [*y]);
                }
            }
        }
    }
}

#[test]
#[ignore = "slow: every cell of the window is clicked"]
fn a_click_in_another_pane_takes_the_focus_there_and_to_the_row() {
    for (width, height) in [(80, 24), (120, 36), (200, 50)] {
        for y in (0..height - 1).step_by(3) {
            for x in (3..width).step_by(29) {
                let mut bench = Bench::at_work(width, height, Appearance::FULL);
                let before = bench.model.clone();
                click(&mut bench, x, y);
                if bench.model.screen != before.screen || bench.model.overlay.is_some() || bench.model.message.is_some()
                {
                    continue;
                }
                let moved = bench.model.trainee_view != before.trainee_view;
                let on_row = lit(&bench).contains(&y);
                let focused = bench.model.trainee_view.focus != before.trainee_view.focus;
                assert!(!moved || on_row || focused, "{x},{y} at {width}x{height}\n{}", bench.text());
            }
        }
        let mut bench = Bench::at_work(width, height, Appearance::FULL);
        let (x, y) = place(&bench, "S28 ", 4).unwrap();
        click(&mut bench, x, y);
        assert_eq!(bench.model.trainee_view.focus, PaneId::Ksbs);
        assert!(lit(&bench).contains(&y));
    }
}

#[test]
fn the_wheel_moves_what_it_is_over_by_three_rows_and_leaves_the_focus() {
    for (width, height) in SIZES {
        let mut bench = with_history(width, height, Appearance::FULL);
        let middle = (width / 2, height / 2);
        mouse(&mut bench, MouseAction::WheelDown, middle.0, middle.1);
        assert_eq!(bench.model.list(ScreenId::Log).at, 3);
        mouse(&mut bench, MouseAction::WheelUp, middle.0, middle.1);
        assert_eq!(bench.model.list(ScreenId::Log).at, 0);
    }
    let mut bench = Bench::at_work(120, 36, Appearance::FULL);
    let (focus, duty) = (bench.model.trainee_view.focus, bench.model.trainee_view.duties.chosen);
    mouse(&mut bench, MouseAction::WheelUp, 6, 8);
    assert_eq!(bench.model.trainee_view.focus, focus);
    assert_ne!(bench.model.trainee_view.duties.chosen, duty, "{}", bench.text());
}

#[test]
fn in_a_picker_a_click_chooses_a_second_one_takes_and_one_outside_does_nothing() {
    for (width, height) in SIZES {
        let mut bench = Bench::at_work(width, height, Appearance::FULL);
        bench.keys("t");
        bench.say(Msg::Done(Done::Trainees(cards())));
        let before = bench.model.clone();
        for (x, y) in [(0, 2), (width - 1, height / 2), (0, height / 2)] {
            click(&mut bench, x, y);
        }
        if width > 60 {
            assert_eq!(bench.model, before);
        }
        let (x, y) = place(&bench, "B. Tra", 0).unwrap();
        click(&mut bench, x, y);
        assert_eq!(bench.draw().1.unwrap().y, y, "{}", bench.text());
        let effects = click(&mut bench, x, y);
        let opened =
            |effect: &Effect| matches!(effect, Effect::OpenTrainee { trainee, .. } if trainee.to_string() == "7f3b");
        assert!(effects.iter().any(opened), "{effects:?}");
    }
}

#[test]
fn in_a_dialog_a_click_on_a_field_focuses_it_and_one_outside_does_nothing() {
    for (width, height) in [(80, 24), (120, 36)] {
        let mut bench = Bench::at_work(width, height, Appearance::FULL);
        bench.keys("n");
        let Some((x, y)) = place(&bench, "Feedback", 0) else { panic!("{}", bench.text()) };
        let before = bench.model.clone();
        click(&mut bench, 0, 3);
        assert_eq!(bench.model, before);
        click(&mut bench, x, y);
        bench.type_text("Read it again");
        assert!(bench.text().contains("Read it again"), "{}", bench.text());
    }
}

#[test]
#[ignore = "slow: every cell of the window is clicked"]
fn a_click_on_an_option_chooses_it_and_the_focus_of_a_pin_stays() {
    let review = ("review", "5", "n");
    let requirement = ("requirement", "4", "down down down m");
    for (width, height) in [(80, 24), (120, 36), (200, 50)] {
        for (of, options) in [(review, &["red", "amber", "green", "blue"][..]), (requirement, &["waived:", "met "])] {
            for looks in [Appearance::FULL, Appearance::PLAIN] {
                let mut bench = dialog(of, (width, height), looks);
                let [off, on] = if looks == Appearance::FULL { ["( )", "(•)"] } else { ["( )", "(*)"] };
                for option in options.iter().chain(options.iter().rev()) {
                    let at = [off, on].iter().find_map(|mark| place(&bench, &format!("{mark} {option}"), 3));
                    let (x, y) = at.unwrap_or_else(|| panic!("{option}: {}", bench.text()));
                    click(&mut bench, x + 1, y);
                    assert!(place(&bench, &format!("{on} {option}"), 3).is_some(), "{option}: {}", bench.text());
                }
                assert_eq!(bench.text().matches(on).count(), 1, "{}", bench.text());
            }
        }
        for looks in [Appearance::FULL, Appearance::PLAIN] {
            let mut bench = Bench::at_work(width, height, looks);
            bench.keys("s");
            for outcome in ["not achieved", "achieved", "not achieved"] {
                let (x, y) = place(&bench, "Outcome", 2).unwrap();
                click(&mut bench, x + 10, y);
                assert!(place(&bench, &format!("Outcome   {outcome}"), 2).is_some(), "{}", bench.text());
            }
            let Some(Overlay::Act(state)) = &bench.model.overlay else { panic!("{}", bench.text()) };
            assert!(state.form.takes_letters(), "the PIN keeps the focus");
        }
    }
}

#[test]
fn a_click_answers_a_refusal_and_the_question_about_leaving() {
    let mut bench = Bench::at_work(80, 24, Appearance::FULL);
    bench.keys("space q");
    assert!(bench.model.leaving);
    assert!(bench.text().lines().last().is_some() && bench.text().contains("q leave"), "{}", bench.text());
    click(&mut bench, 40, 8);
    assert!(!bench.model.leaving && bench.model.message.is_none());
}

#[test]
fn a_locked_screen_takes_no_click_on_what_is_behind_it() {
    let mut bench = Bench::at_work(80, 24, Appearance::FULL);
    bench.keys("L");
    for (x, y) in (0..80).step_by(3).flat_map(|x| (0..24).map(move |y| (x, y))) {
        click(&mut bench, x, y);
        assert_eq!((bench.model.lock, bench.model.screen), (Lock::Locked, ScreenId::SignOff), "{x},{y}");
    }
}

/// What a model shows, whatever the mouse did.
fn drawn(model: &Model) -> bool {
    let area = ratatui::layout::Rect::new(0, 0, model.size.0, model.size.1);
    let mut buf = ratatui::buffer::Buffer::empty(area);
    countersign_tui::view::draw(model, &mut buf, area).is_none_or(|at| area.contains(at))
}

proptest! {
    #![proptest_config(cases(48))]
    #[test]
    #[ignore = "slow: every cell of the window is clicked"]
    fn no_click_and_no_wheel_anywhere_breaks_a_screen_of_any_size(
        places in proptest::collection::vec((0u16..200, 0u16..60, 0u8..4), 0..25),
        width in 1u16..200, height in 1u16..60, plain in any::<bool>(),
    ) {
        let mut bench = Bench::at_work(width, height, if plain { Appearance::PLAIN } else { Appearance::FULL });
        for (x, y, what) in places {
            let msg = match what {
                0 => Msg::Key("down".parse::<KeyPress>().unwrap()),
                1 => Msg::Mouse(Mouse { action: MouseAction::WheelDown, at: Position::new(x, y) }),
                2 => Msg::Mouse(Mouse { action: MouseAction::WheelUp, at: Position::new(x, y) }),
                _ => Msg::Mouse(Mouse { action: MouseAction::Click, at: Position::new(x, y) }),
            };
            for effect in bench.say(msg) {
                match effect {
                    Effect::FindTrainees { .. } => { bench.say(Msg::Done(Done::Trainees(cards()))); }
                    Effect::LoadPage(request) if request.list == ListQuery::Log => {
                        let all = history(100);
                        let from = usize::try_from(request.skip).unwrap().min(all.len());
                        let rows: Vec<_> = all[from..].iter().take(usize::from(request.rows)).cloned().collect();
                        bench.say(loaded(request, rows, 100, Some(log_head(100, ""))));
                    }
                    _ => {}
                }
            }
            assert!(drawn(&bench.model));
        }
    }
}
