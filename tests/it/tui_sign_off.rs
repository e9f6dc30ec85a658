//! The Sign-off screen: what is left comes first, nothing moves that need not, and what is done leads on.

use countersign_core::primitives::ids::DutyNo;
use countersign_core::record::ksb_status::State;
use countersign_core::record::view::RecordCheck;
use countersign_tui::command::PaneId;
use countersign_tui::model::layout::{list_plan, rows_shown};
use countersign_tui::msg::acts::{ActionResult, ResultKind};
use countersign_tui::msg::{Effect, Msg, Outcome as Done};
use countersign_tui::theme::Appearance;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use crate::tui_face::{Bench, clean, code, head, id, marks, standing, statement, two_records};

const SIZES: [(u16, u16); 7] = [(40, 10), (60, 20), (80, 24), (99, 30), (100, 30), (120, 36), (200, 50)];
const LOOKS: [Appearance; 3] = [Appearance::FULL, Appearance::NO_COLOUR, Appearance::PLAIN];

/// The trainee open on everything that is left, the cursor on the first row.
fn everything(width: u16, height: u16, looks: Appearance) -> Bench {
    let mut bench = Bench::at_work(width, height, looks);
    bench.model.trainee_view.duties.chosen = None;
    bench.keys("home");
    bench
}

fn states(bench: &Bench) -> Vec<State> {
    bench.model.trainee_view.listed().rows.iter().map(|row| row.state).collect()
}

#[test]
fn what_is_left_is_listed_most_urgent_first_and_what_is_signed_only_when_asked_for() {
    let mut bench = everything(80, 24, Appearance::FULL);
    let urgency =
        [State::Lapsed, State::NotYet, State::Renew, State::Partly, State::Claimed, State::Open, State::Signed];
    let rank = |state: &State| urgency.iter().position(|one| one == state).unwrap();
    let folded = states(&bench);
    assert!(folded.is_sorted_by_key(rank) && !folded.contains(&State::Signed), "{folded:?}");
    let signed =
        bench.model.trainee_view.trainee_record.as_ref().unwrap().all().filter(|(_, s)| *s == State::Signed).count();
    assert!(bench.text().contains(&format!("✓ {signed} signed ─")), "{}", bench.text());
    bench.keys("z");
    let shown = states(&bench);
    assert!(shown.is_sorted_by_key(rank), "{shown:?}");
    assert_eq!(shown.len(), folded.len() + signed);
    bench.keys("end");
    assert_eq!(
        bench.model.trainee_view.current(),
        bench.model.trainee_view.listed().rows.last().map(|row| row.ksb.code)
    );
    bench.keys("z");
    assert_eq!(states(&bench), folded);
}

#[test]
fn a_filter_finds_what_is_signed_although_it_is_folded() {
    let mut bench = everything(80, 24, Appearance::FULL);
    bench.keys("/");
    bench.type_text("signed");
    bench.keys("enter");
    let found = states(&bench);
    assert!(!found.is_empty() && found.iter().all(|state| *state == State::Signed), "{found:?}");
    bench.keys("esc");
    assert!(!states(&bench).contains(&State::Signed));
}

#[test]
#[ignore = "slow: many runs of the program"]
fn no_row_changes_its_height_and_no_word_its_place_as_the_cursor_moves() {
    for (width, height) in SIZES {
        for looks in LOOKS {
            let mut bench = everything(width, height, looks);
            // Each visible row, without the pointer.
            let listed = |bench: &Bench| -> Vec<(Rect, String)> {
                let (buf, _) = bench.draw();
                let (plan, view) = (list_plan(&bench.model).unwrap(), &bench.model.trainee_view);
                let window = plan.window(&view.ksbs, &view.listed());
                let cells = |area: Rect| area.positions().filter(move |at| at.x > area.x);
                let words = |area: Rect| cells(area).map(|at| buf[at].symbol()).collect::<String>();
                window.into_iter().map(|(_, area, _)| (area, words(area))).collect()
            };
            let (before, top) = (listed(&bench), bench.model.trainee_view.ksbs.top);
            let rows = rows_shown(&bench.model).len();
            assert!(rows >= 2, "{width}x{height}\n{}", bench.text());
            for _ in 1..rows {
                bench.keys("down");
                assert_eq!(bench.model.trainee_view.ksbs.top, top, "{width}x{height}");
                assert_eq!(listed(&bench), before, "{width}x{height}\n{}", bench.text());
            }
        }
    }
}

#[test]
fn one_row_is_lit_and_the_hardware_cursor_is_on_it_in_every_pane_at_every_size() {
    for (width, height) in SIZES {
        let mut bench = everything(width, height, Appearance::NO_COLOUR);
        for pane in [PaneId::Ksbs, PaneId::Record, PaneId::Duties] {
            bench.model.trainee_view.focus = pane;
            bench.say(Msg::Resize(width, height));
            let (buf, cursor) = bench.draw();
            let lit = |y: u16| (0..width).any(|x| buf[(x, y)].modifier.contains(Modifier::REVERSED));
            let rows: Vec<u16> = (0..height).filter(|y| lit(*y)).collect();
            let place = cursor.unwrap_or_else(|| panic!("no cursor at {width}x{height}\n{}", bench.text()));
            assert!(rows.contains(&place.y), "{pane:?} {width}x{height} {place:?} {rows:?}\n{}", bench.text());
            assert!(rows.windows(2).all(|pair| pair[1] == pair[0] + 1), "{pane:?} {width}x{height} {rows:?}");
        }
    }
}

#[test]
fn every_mark_of_a_state_has_its_word_in_its_row() {
    for (width, height) in SIZES {
        for looks in LOOKS {
            let mut bench = everything(width, height, looks);
            for keys in ["", "z", "end"] {
                bench.keys(keys);
                let (text, view) = (bench.text(), &bench.model.trainee_view);
                for code in rows_shown(&bench.model) {
                    let (_, state) = view.ksb(code).unwrap();
                    let row = text.lines().find(|line| line.contains(&format!(" {code} "))).unwrap();
                    assert!(row.contains(state.label()), "{code} at {width}x{height}: {row}\n{text}");
                }
            }
        }
    }
}

#[test]
fn the_heading_says_how_many_are_marked_and_how_many_of_them_are_not_in_sight() {
    let mut bench = everything(80, 24, Appearance::FULL);
    assert!(bench.text().contains("1 of 30 to sign") || bench.text().contains("1 of "), "{}", bench.text());
    bench.keys("space space");
    assert!(bench.text().contains("● 2 marked"), "{}", bench.text());
    bench.keys("end");
    assert!(bench.text().contains("● 2 marked, 2 not shown"), "{}", bench.text());
}

#[test]
fn a_duty_is_marked_from_the_list_of_duties_and_nothing_else() {
    let mut bench = Bench::at_work(80, 24, Appearance::FULL);
    bench.keys("shift-tab V");
    let duty: Vec<String> = bench.model.trainee_view.listed().rows.iter().map(|row| row.ksb.code.to_string()).collect();
    let mut marked = marks(&bench);
    assert_eq!(marked.len(), duty.len());
    marked.retain(|code| !duty.contains(code));
    assert!(marked.is_empty(), "{marked:?}");
}

/// Signs all that is left of duty 7, as the world answers.
fn finished(width: u16, height: u16) -> Bench {
    let mut bench = Bench::at_work(width, height, Appearance::FULL);
    bench.keys("V s");
    let mut newer = standing("7f3a", "A. Trainee");
    let codes: Vec<_> = newer.standard.ksbs().iter().map(|ksb| (ksb.code, ksb.duties.contains(&DutyNo(7)))).collect();
    for ((_, of), state) in codes.iter().zip(&mut newer.states) {
        if *of {
            *state = State::Signed;
        }
    }
    let result = ActionResult {
        said: "Signed 5 KSBs for A. Trainee".to_owned(),
        mirror_warning: None,
        head: head(11),
        trainee: Some(id("7f3a")),
        ids: vec![statement(1); 5],
        kind: ResultKind::SignOff,
    };
    bench.say(Msg::Done(Done::Signed(Box::new(result))));
    bench.open(newer, 11);
    bench
}

#[test]
fn a_duty_that_is_done_says_so_and_offers_keys_that_work() {
    for (width, height) in [(60, 20), (80, 24), (120, 36), (200, 50)] {
        let bench = finished(width, height);
        for words in ["All 13 are signed.", "show the 13 that are signed", "another trainee", "take it back"] {
            assert!(bench.text().contains(words), "{words} at {width}x{height}\n{}", bench.text());
        }
        assert_eq!(bench.model.trainee_view.focus, PaneId::Duties);
        let mut shown = finished(width, height);
        shown.keys("z");
        assert_eq!(states(&shown).len(), 13);
        let mut next = finished(width, height);
        let left = |bench: &Bench| bench.model.trainee_view.listed().left;
        assert!(next.text().contains("j Research and innovation"), "{}", next.text());
        next.keys("j");
        assert_eq!(next.model.trainee_view.duties.chosen, Some(DutyNo(8)));
        assert!(left(&next) > 0);
    }
}

#[test]
fn a_ksb_opens_in_full_with_its_history_and_whether_its_signature_checks_and_esc_leads_back() {
    for (width, height) in [(60, 20), (80, 24), (120, 36), (200, 50)] {
        let mut bench = Bench::at_work(width, height, Appearance::FULL);
        let newest = two_records()[0].clone();
        let effects = bench.keys("enter");
        assert!(effects.contains(&Effect::CheckRecord(newest.id)), "{effects:?}");
        for words in ["S26", "History", "Sample size not justified.", "repeat on Q4 data", "back to the list"] {
            assert!(bench.text().contains(words), "{words} at {width}x{height}\n{}", bench.text());
        }
        let check = |sound| RecordCheck { id: newest.id, sound, registration: Some(clean("HCPC CS00015")), due: None };
        if height >= 24 {
            assert!(bench.text().contains("not checked yet"), "{}", bench.text());
            for (sound, words) in [(true, "✓ valid, entry 41"), (false, "! not valid, entry 41")] {
                bench.say(Msg::Done(Done::RecordChecked(check(sound))));
                assert!(bench.text().contains(words), "{words} at {width}x{height}\n{}", bench.text());
                assert!(bench.text().contains("HCPC CS00015"), "{}", bench.text());
            }
            assert!(bench.text().contains("withdrawn 2 Oct"), "{}", bench.text());
        }
        bench.keys("down");
        assert_eq!(bench.model.trainee_view.selected_record().map(|record| record.id), Some(two_records()[1].id));
        bench.keys("esc");
        assert_eq!(
            (bench.model.trainee_view.focus, bench.model.trainee_view.current()),
            (PaneId::Ksbs, Some(code("S26")))
        );
    }
}
