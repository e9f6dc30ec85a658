//! Keys that explain themselves: Esc goes back, the footer shows what may follow, `?` finds what people ask for, and Caps
//! Lock is noticed.

use countersign_tui::command::{Command, ScreenId};
use countersign_tui::model::Overlay;
use countersign_tui::theme::Appearance;

use crate::tui_face::{Bench, at_work, cohort, history, log_head, said};

#[test]
fn esc_goes_back_through_the_screens_that_were_visited() {
    let mut bench = at_work();
    let way = [ScreenId::SignOff, ScreenId::Readiness, ScreenId::Log, ScreenId::Queue, ScreenId::Log, ScreenId::Cohort];
    bench.keys("4 6 2 6 3");
    assert_eq!(bench.model.screen, ScreenId::Cohort);
    for screen in way.iter().rev().skip(1) {
        bench.keys("esc");
        assert_eq!(bench.model.screen, *screen);
    }
    bench.keys("esc esc");
    assert_eq!(bench.model.screen, ScreenId::SignOff);
}

#[test]
fn esc_closes_a_message_and_clears_a_filter_before_it_goes_back() {
    let mut bench = at_work();
    bench.keys("6");
    bench.answer(history(30), 30, Some(log_head(30, "")));
    bench.keys("/ s 1 enter");
    bench.answer(history(30), 30, Some(log_head(30, "")));
    bench.keys("esc");
    assert_eq!(bench.model.screen, ScreenId::Log);
    assert!(bench.model.list(ScreenId::Log).filter.is_empty());
    bench.keys("U");
    assert!(bench.model.message.is_some());
    bench.keys("esc");
    assert_eq!((bench.model.screen, said(&bench)), (ScreenId::Log, ""));
    bench.keys("esc");
    assert_eq!(bench.model.screen, ScreenId::SignOff);
}

#[test]
fn after_a_trainee_was_opened_from_the_cohort_esc_finds_it_as_it_was_left() {
    let mut bench = at_work();
    bench.keys("3");
    bench.answer(cohort(12), 12, None);
    bench.keys("/ b e e enter");
    bench.answer(cohort(12), 12, None);
    bench.keys("down down down down down");
    let (at, filter) = (bench.model.list(ScreenId::Cohort).at, bench.model.list(ScreenId::Cohort).filter.text.clone());
    assert_eq!((at, filter.as_str()), (5, "bee"));
    bench.keys("enter");
    assert_eq!(bench.model.screen, ScreenId::SignOff);
    bench.keys("esc");
    assert_eq!(bench.model.screen, ScreenId::Cohort);
    let list = bench.model.list(ScreenId::Cohort);
    assert_eq!((list.at, list.filter.text.as_str()), (at, "bee"));
}

#[test]
fn esc_without_a_filter_leaves_the_cursor_where_it_is() {
    let mut bench = at_work();
    bench.keys("6");
    bench.answer(history(30), 30, Some(log_head(30, "")));
    bench.keys("down down down");
    bench.model.visited.clear();
    bench.keys("esc");
    assert_eq!((bench.model.screen, bench.model.list(ScreenId::Log).at), (ScreenId::Log, 3));
}

#[test]
fn while_a_key_waits_for_a_second_one_the_footer_shows_what_may_follow() {
    for size in [(80, 24), (120, 36)] {
        let mut bench = Bench::at_work(size.0, size.1, Appearance::FULL);
        let footer = |bench: &Bench| bench.text().lines().nth(usize::from(size.1) - 1).unwrap().to_owned();
        // Signed ones are folded away until they are shown.
        bench.keys("z V");
        assert!(footer(&bench).contains("V mark the signed too"), "{}", footer(&bench));
        bench.keys("down");
        assert!(!footer(&bench).contains("V mark the signed too"));
        bench.keys("q");
        assert!(bench.model.leaving && footer(&bench).contains("q leave"), "{}", footer(&bench));
        assert!(footer(&bench).contains("esc stay"));
        bench.keys("esc");
        assert!(!bench.model.leaving && footer(&bench).contains("? "), "{}", footer(&bench));
    }
}

#[test]
fn help_finds_a_key_for_each_word_that_people_use_and_says_where_it_works() {
    for (words, command) in [
        ("undo", Command::Undo),
        ("wrong", Command::Undo),
        ("mistake", Command::Undo),
        ("who", Command::Person),
        ("late", Command::ToCohort),
        ("log in", Command::Person),
        ("quit", Command::Leave),
        ("print", Command::PrintRecord),
        ("hand over", Command::Person),
        ("fail", Command::NotAchieved),
    ] {
        for screen in [Command::ToSignOff, Command::ToQueue, Command::ToLog, Command::ToReviews] {
            let mut bench = at_work();
            bench.run(screen);
            bench.keys("?");
            bench.type_text(words);
            let does = command.row().does;
            assert!(bench.text().contains(does), "{words}: {does}\n{}", bench.text());
        }
    }
}

#[test]
fn help_runs_the_chosen_command_and_its_cursor_is_on_it() {
    let mut bench = at_work();
    bench.keys("?");
    bench.type_text("career framework");
    let cursor = bench.draw().1.unwrap();
    let row = bench.text().lines().nth(usize::from(cursor.y)).unwrap().to_owned();
    assert!(row.contains(Command::Framework.row().does), "{row}");
    let effects = bench.keys("enter");
    assert_eq!(effects, [countersign_tui::msg::Effect::LoadFramework]);
    assert!(!matches!(bench.model.overlay, Some(Overlay::Help(_))));
}

#[test]
fn capitals_that_do_nothing_are_taken_for_caps_lock_the_second_time_and_forgotten_after_another_key() {
    let mut bench = at_work();
    bench.keys("K");
    assert!(said(&bench).starts_with("K does nothing here"), "{}", said(&bench));
    bench.keys("K");
    assert!(said(&bench).starts_with("Caps Lock seems to be on"), "{}", said(&bench));
    bench.keys("k K");
    assert!(said(&bench).starts_with("K does nothing here"), "{}", said(&bench));
}

#[test]
fn a_secret_in_capitals_says_that_caps_lock_may_be_on() {
    let mut bench = at_work();
    // A PIN has no letters.
    bench.model.sessions.iter_mut().for_each(|session| session.pin = false);
    bench.keys("s");
    bench.type_text("LAN");
    assert!(bench.text().contains("Caps Lock seems to be on"), "{}", bench.text());
    bench.keys("backspace");
    assert!(!bench.text().contains("Caps Lock"));
}
