//! Keys that explain themselves: Esc goes back, the footer shows what may follow, `?` finds what people ask for, and Caps
//! Lock is noticed.

use countersign_core::people::person::Role;
use countersign_core::record::view::SessionCredential;
use countersign_tui::command::{Command, ScreenId};
use countersign_tui::model::Overlay;
use countersign_tui::model::access_mode::AccessMode;
use countersign_tui::msg::credential_kind::CredentialKind;
use countersign_tui::screen;
use countersign_tui::theme::Appearance;
use countersign_tui::view::{Around, around_at};
use ratatui::layout::Position;

use crate::tui_face::{Bench, at_work, cohort, history, log_head, said};
use crate::tui_own::choice;

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
#[ignore = "slow: every key on every screen"]
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
#[ignore = "slow: every key on every screen"]
fn help_and_the_palette_put_the_same_command_first_for_what_people_want() {
    let mut bench = at_work();
    for (words, command) in [
        ("undo", Command::Undo),
        ("wrong", Command::Undo),
        ("mistake", Command::Undo),
        ("forgot pin", Command::IssueKey),
        ("logout", Command::EndSession),
        ("theme", Command::Colours),
        ("dark", Command::Colours),
        ("light", Command::Colours),
        ("colour", Command::Colours),
        ("mouse", Command::Colours),
        ("comment", Command::Sign),
        ("holiday", Command::BreakInLearning),
        ("add someone", Command::AddPerson),
        ("stuck", Command::Help),
    ] {
        for opener in [":", "?"] {
            bench.keys(opener);
            bench.type_text(words);
            let chosen = bench.text().lines().find(|line| line.contains('▌')).map(str::to_owned).unwrap_or_default();
            assert!(chosen.contains(command.row().does), "{opener}{words}\n{}", bench.text());
            bench.keys("esc");
            assert_eq!(bench.model.overlay, None);
        }
    }
}

#[test]
fn help_and_the_palette_say_nothing_twice_and_count_what_fits() {
    let mut bench = at_work();
    for opener in [":", "?"] {
        bench.keys(opener);
        bench.type_text("feedback");
        let does = Command::NotAchieved.row().does;
        assert_eq!(bench.text().matches(does).count(), 1, "{}", bench.text());
        bench.keys("esc");
    }
    for (words, count) in [("career framework", " 1 match "), ("qqqq", " no match ")] {
        bench.keys("?");
        bench.type_text(words);
        assert!(bench.text().contains(count), "{words}\n{}", bench.text());
        bench.keys("esc");
    }
}

/// The commands that the footer offers.
fn offered(bench: &Bench) -> Vec<Command> {
    let (width, height) = bench.model.size;
    let at = |x| around_at(&bench.model, Position::new(x, height - 1));
    let mut keys: Vec<_> = (0..width).filter_map(at).collect();
    keys.dedup();
    let command = |around| match around {
        Around::Key(key) => bench.model.keymap.lookup(bench.model.screen, screen::pane(&bench.model), key),
        _ => None,
    };
    keys.into_iter().filter_map(command).collect()
}

#[test]
#[ignore = "slow: every key on every screen"]
fn no_key_in_the_footer_and_none_that_help_lists_as_working_would_refuse_on_any_screen_for_anyone() {
    let nobody = || Bench::new(160, 36, Appearance::FULL);
    let trainee = || {
        let mut bench = Bench::at_work(160, 36, Appearance::FULL);
        let person = bench.model.trainee_view.trainee.clone().unwrap();
        let way = CredentialKind::Passphrase;
        let choice = choice(person.as_str(), "A. Trainee", Role::Trainee, way);
        (bench.model.sessions, bench.model.signer) = (Vec::new(), None);
        bench.model.access_mode = AccessMode::Own(choice);
        bench
    };
    let supervisor = || Bench::at_work(160, 36, Appearance::FULL);
    let people: [(&str, &dyn Fn() -> Bench); 3] =
        [("nobody", &nobody), ("a trainee", &trainee), ("a supervisor", &supervisor)];
    for (who, begin) in people {
        for keys in ["0", "1", "2", "3", "4", "5", "6", "7"] {
            let mut bench = begin();
            bench.keys(keys);
            let screen = bench.model.screen;
            let offered = offered(&bench);
            assert!(offered.contains(&Command::Help), "{who} {screen:?}\n{}", bench.text());
            for command in offered {
                let refused = screen::disabled_reason(&bench.model, command);
                assert_eq!(refused, None, "{who} {screen:?} {command:?}\n{}", bench.text());
            }
            bench.keys("?");
            let Some(Overlay::Help(state)) = &bench.model.overlay else { panic!("{}", bench.text()) };
            for row in state.here() {
                assert_eq!(row.refused, None, "{who} {screen:?} {:?}", row.command);
            }
        }
    }
}

#[test]
fn caps_lock_is_said_only_where_the_small_letter_works_for_this_person() {
    for (keys, works) in [("D D", false), ("X X", false), ("R R", false), ("K K", true)] {
        let mut bench = at_work();
        bench.keys(keys);
        assert_eq!(said(&bench).starts_with("Caps Lock"), works, "{keys}: {}", said(&bench));
    }
}

#[test]
fn the_line_of_a_filter_is_on_the_screen_while_it_is_typed_at_every_size() {
    for (width, height) in [(40, 10), (60, 16), (40, 24), (80, 12), (80, 24), (120, 36)] {
        for screen in ["1", "2", "3", "4", "5", "6", "7"] {
            let mut bench = Bench::at_work(width, height, Appearance::FULL);
            bench.keys(screen);
            bench.keys("/");
            if !screen::typing(&bench.model) {
                continue;
            }
            bench.type_text("zq");
            let typed = bench.text().lines().any(|line| line.contains("/ zq"));
            assert!(typed, "{width}x{height} {screen}\n{}", bench.text());
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
    bench.model.sessions.iter_mut().for_each(|session| session.credential = SessionCredential::Passphrase);
    bench.keys("s");
    bench.type_text("LAN");
    assert!(bench.text().contains("Caps Lock seems to be on"), "{}", bench.text());
    bench.keys("backspace");
    assert!(!bench.text().contains("Caps Lock"));
}
