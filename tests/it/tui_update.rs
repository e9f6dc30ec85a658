//! Messages in, effects out.

use countersign_core::people::person::Role;
use countersign_core::primitives::ids::{DutyNo, Secret};
use countersign_core::programme::cohort::{CohortOrder, CohortRow};
use countersign_core::record::ksb_status::State;
use countersign_core::statement::kinds::sign_off::Outcome;
use countersign_tui::command::{Command, PaneId, ScreenId, TABLE};
use countersign_tui::dialog::sign_off;
use countersign_tui::list::{ListQuery, PageRequest};
use countersign_tui::model::{Lock, Overlay};
use countersign_tui::msg::acts::{Action, ActionResult, ResultKind, SignMode};
use countersign_tui::msg::credential_kind::CredentialKind;
use countersign_tui::msg::trial::Trial;
use countersign_tui::msg::{Effect, Msg, Outcome as Done, UiError};
use countersign_tui::screen::disabled_reason;
use countersign_tui::theme::{Appearance, Background};

use crate::tui_face::{
    Bench, at_work, cards, code, cohort, full_statement, head, history, id, loaded, log_head, marks, record, said,
    saved, standing, statement, two_records,
};
use crate::tui_own::choice;

#[test]
fn space_marks_the_row_keeps_the_mark_on_disk_and_moves_down() {
    let mut bench = at_work();
    let effects = bench.keys("space");
    assert_eq!(saved(&effects), Some(vec![code("S26")]));
    assert_eq!(bench.model.trainee_view.current(), Some(code("K28")));
    let effects = bench.keys("up space");
    assert_eq!(saved(&effects), Some(vec![]));
}

#[test]
fn mark_all_never_flips_a_mixed_list_and_unmarks_only_one_that_is_all_marked() {
    let mut bench = at_work();
    bench.keys("z space V");
    // Eight are signed: they are marked when it is asked for again.
    assert_eq!(bench.model.trainee_view.marks.len(), 5);
    bench.keys("V");
    assert_eq!(bench.model.trainee_view.marks.len(), 13);
    bench.keys("V");
    assert!(bench.model.trainee_view.marks.is_empty());
}

#[test]
fn mark_all_marks_what_the_filter_shows_and_marks_outlive_the_filter() {
    let mut bench = at_work();
    bench.keys("/");
    bench.type_text("s25 s26 s27");
    bench.keys("enter V");
    assert_eq!(marks(&bench), ["S25", "S26"]);
    bench.keys("V esc esc");
    assert_eq!(marks(&bench), ["S25", "S26", "S27"]);
    assert!(bench.model.trainee_view.ksbs.filter.kept.is_empty());
    assert_eq!(marks(&bench), ["S25", "S26", "S27"]);
    assert_eq!(saved(&bench.keys("U")), Some(vec![]));
}

#[test]
fn a_record_is_asked_for_when_the_cursor_comes_to_another_ksb_and_never_twice() {
    let mut bench = at_work();
    let asked =
        |effects: &[Effect]| effects.iter().filter(|effect| matches!(effect, Effect::LoadRecord { .. })).count();
    assert_eq!(asked(&bench.keys("down")), 1);
    assert_eq!(asked(&bench.keys("down")), 1);
    assert_eq!(asked(&bench.keys("up up")), 0);
    assert_eq!(asked(&bench.keys("space U")), 0);
}

#[test]
fn the_sign_dialog_opens_with_the_marks_or_else_the_row_and_needs_no_more_than_a_pin() {
    let mut bench = at_work();
    bench.keys("s");
    let Some(Overlay::Act(state)) = &bench.model.overlay else { panic!("no dialog") };
    assert_eq!(state.sign_off().unwrap().items.iter().map(|item| item.code).collect::<Vec<_>>(), [code("S26")]);
    bench.keys("esc space space s");
    let effects = [bench.type_text("1234"), bench.keys("enter")].concat();
    let signed = effects.iter().find_map(|effect| match effect {
        Effect::Sign(request) if request.mode == SignMode::Write => Some(request.clone()),
        _ => None,
    });
    let request = signed.unwrap();
    let Action::SignOff(sign_off) = &request.action else { panic!("{request:?}") };
    let codes: Vec<_> = sign_off.items.iter().map(|(code, _)| *code).collect();
    assert_eq!(codes, [code("K28"), code("S26")]);
    assert_eq!(request.credential, Some((CredentialKind::Pin, Secret::new("1234".into()))));
    assert_eq!(request.signer, id("02c1"));
}

#[test]
fn what_is_signed_is_said_loses_its_marks_and_is_read_again() {
    let mut bench = at_work();
    bench.keys("space space s");
    let result = ActionResult {
        said: "Signed 2 KSBs for B. Trainee".to_owned(),
        mirror_warning: None,
        head: head(6),
        trainee: Some(id("7f3a")),
        ids: vec![statement(1); 2],
        kind: ResultKind::SignOff,
    };
    let effects = bench.say(Msg::Done(Done::Signed(Box::new(result))));
    assert_eq!(bench.model.overlay, None);
    assert_eq!(said(&bench), "Signed 2 KSBs for B. Trainee");
    assert_eq!(saved(&effects), Some(vec![]));
    assert!(effects.contains(&Effect::OpenTrainee { trainee: id("7f3a"), marks_of: Some(id("02c1")) }));
}

#[test]
fn what_was_signed_in_the_moment_of_the_lock_is_said_on_the_locked_screen_which_stays_locked() {
    let result = |kind| ActionResult {
        said: "Signed 2 KSBs for B. Trainee".to_owned(),
        mirror_warning: None,
        head: head(6),
        trainee: Some(id("7f3a")),
        ids: vec![statement(1); 2],
        kind,
    };
    let failure = UiError { what: "You gave up waiting. Nothing was signed".into(), hint: None, session_ended: None };
    let signed = |kind| (Done::Signed(Box::new(result(kind))), "What you were signing is signed.");
    for (outcome, words) in [
        signed(ResultKind::SignOff),
        signed(ResultKind::Claim),
        signed(ResultKind::Withdrawal),
        signed(ResultKind::Other),
        (Done::Failed(failure), "Nothing was signed."),
    ] {
        let mut bench = at_work();
        bench.keys("space space s");
        bench.say(Msg::Idle);
        bench.say(Msg::Done(Done::Left(Box::new(outcome))));
        let text = bench.text();
        assert!(matches!(bench.model.overlay, Some(Overlay::Person(_))) && bench.model.lock == Lock::Locked, "{text}");
        assert!(text.contains("Locked after 2 minutes") && text.contains(words), "{text}");
        assert!(!text.contains("B. Trainee") && !text.contains("gave up"), "{text}");
        // No key reaches the screen behind it.
        bench.keys("2 u");
        assert!(bench.text().contains("Who is signing?"));
    }
}

#[test]
fn a_failure_leaves_the_dialog_and_everything_in_it() {
    let mut bench = at_work();
    bench.keys("space s");
    bench.type_text("9999");
    bench.keys("enter");
    let failure = UiError { what: "Wrong PIN".into(), hint: Some("2 tries left".into()), session_ended: None };
    bench.say(Msg::Done(Done::Failed(failure)));
    assert!(matches!(&bench.model.overlay, Some(Overlay::Act(_))));
    assert_eq!(marks(&bench), ["S26"]);
    assert!(bench.text().contains("Wrong PIN"));
}

#[test]
fn not_achieved_opens_the_dialog_with_that_outcome() {
    let mut bench = at_work();
    bench.keys("n");
    let Some(Overlay::Act(state)) = &bench.model.overlay else { panic!("no dialog") };
    assert_eq!(sign_off::outcome(&state.form), Outcome::NotAchieved);
}

#[test]
fn a_withdrawn_record_another_s_record_and_no_record_say_why_they_cannot_be_withdrawn() {
    let mut bench = at_work();
    bench.keys("w");
    assert_eq!(said(&bench), "Only T. Officer or a training officer can withdraw this");
    bench.keys("tab down w");
    assert_eq!(said(&bench), "It is already withdrawn. Nothing is ever deleted");
    bench.keys("shift-tab down w");
    assert_eq!(said(&bench), "Nothing is signed for this KSB yet");
    bench.keys("v");
    assert_eq!(said(&bench), "Nothing is signed for this KSB yet");
}

#[test]
fn the_signed_text_of_the_newest_record_that_counts_is_shown() {
    let mut bench = at_work();
    let newest = two_records()[0].id;
    assert_eq!(bench.keys("v"), [Effect::LoadStatement(newest)]);
    bench.say(Msg::Done(Done::Statement(Box::new(full_statement()))));
    assert!(matches!(bench.model.overlay, Some(Overlay::Statement(_))));
    bench.keys("esc");
    assert_eq!(bench.model.overlay, None);
}

#[test]
fn news_from_another_process_leaves_the_cursor_in_its_duty_and_row() {
    let mut bench = at_work();
    assert_eq!(bench.say(Msg::Changed), [Effect::CheckForChanges]);
    let mut newer = standing("7f3a", "A. Trainee");
    let at = newer.standard.ksbs().iter().position(|ksb| ksb.code == code("S26")).unwrap();
    newer.states[at] = State::Signed;
    let effects = bench.open(newer, 9);
    assert_eq!(
        (bench.model.trainee_view.current(), bench.model.trainee_view.duties.chosen),
        (Some(code("K28")), Some(DutyNo(7)))
    );
    assert!(effects.iter().any(|effect| matches!(effect, Effect::LoadRecord { .. })));
    assert!(bench.text().contains("✓ 9 signed"));
}

#[test]
fn an_answer_about_a_trainee_who_is_no_longer_open_changes_nothing() {
    let mut bench = at_work();
    let before = bench.model.clone();
    bench.open(standing("7f3b", "B. Trainee"), 9);
    let records = vec![record("S26", Outcome::Achieved, "02c1", "S. Supervisor")];
    bench.say(Msg::Done(Done::Records { trainee: id("7f3b"), code: code("S26"), records }));
    assert_eq!(bench.model, before);
}

#[test]
fn a_trainee_is_chosen_by_name_and_their_own_marks_come_with_them() {
    let mut bench = at_work();
    assert_eq!(bench.keys("space t").pop(), Some(Effect::FindTrainees { text: String::new(), most: 40 }));
    bench.say(Msg::Done(Done::Trainees(cards())));
    let effects = bench.keys("down enter");
    assert_eq!(effects, [Effect::OpenTrainee { trainee: id("7f3b"), marks_of: Some(id("02c1")) }]);
    assert!(bench.model.trainee_view.marks.is_empty());
    bench.open(standing("7f3b", "B. Trainee"), 6);
    assert!(bench.text().contains("B. Trainee"));
}

#[test]
fn the_palette_finds_a_ksb_by_its_code_and_a_command_by_its_name() {
    let mut bench = at_work();
    bench.keys(":");
    bench.type_text("k9");
    bench.keys("enter");
    assert_eq!((bench.model.trainee_view.current(), bench.model.overlay.clone()), (Some(code("K9")), None));
    bench.keys(":");
    bench.type_text("history");
    bench.keys("enter");
    assert_eq!(bench.model.screen, ScreenId::Log);
}

#[test]
fn the_palette_begins_with_the_trainees_opened_last_except_the_open_one() {
    let mut bench = at_work();
    assert_eq!(bench.keys(":"), [Effect::FindTrainees { text: String::new(), most: 8 }]);
    bench.say(Msg::Done(Done::Trainees(vec![
        standing("7f3a", "A. Trainee").trainee,
        standing("7f3b", "B. Other").trainee,
    ])));
    assert_eq!(bench.text().matches("A. Trainee").count(), 0, "the dialog covers the open one: {}", bench.text());
    let effects = bench.keys("enter");
    assert_eq!(effects, [Effect::OpenTrainee { trainee: id("7f3b"), marks_of: Some(id("02c1")) }]);
}

#[test]
fn a_background_that_is_told_late_decides_the_colours_only_where_they_were_not_known() {
    for (before, base, after) in [
        (Background::Unknown, [255; 3], Background::Light),
        (Background::Unknown, [0; 3], Background::Dark),
        (Background::Dark, [255; 3], Background::Dark),
        (Background::HighContrast, [255; 3], Background::HighContrast),
    ] {
        let mut bench = Bench::at_work(80, 24, Appearance { background: before, ..Appearance::FULL });
        assert_eq!(bench.say(Msg::Background(base)), []);
        assert_eq!(bench.model.theme.looks.background, after);
    }
}

#[test]
fn help_runs_what_is_chosen_and_lists_only_what_a_key_reaches() {
    let mut bench = at_work();
    bench.keys("?");
    bench.type_text("next pane");
    bench.keys("enter");
    assert_eq!(bench.model.trainee_view.focus, PaneId::Record);
}

fn page_of(list: ListQuery, filter: &str, skip: u64, rows: u16) -> PageRequest {
    PageRequest { list, filter: filter.into(), skip, rows }
}

#[test]
fn the_history_asks_for_a_window_and_another_only_when_the_cursor_leaves_it() {
    let mut bench = at_work();
    let effects = bench.keys("6");
    let wish = |filter: &str, skip, rows| Effect::LoadPage(page_of(ListQuery::Log, filter, skip, rows));
    assert_eq!(effects, [wish("", 0, 18)]);
    bench.answer(history(18), 100, Some(log_head(100, "")));
    assert!(bench.keys("down down down").is_empty());
    let effects = bench.keys("page-down");
    assert_eq!(effects, [wish("", 10, 18)]);
    bench.keys("/");
    let effects = bench.type_text("s");
    assert_eq!(effects.last(), Some(&wish("s", 0, 17)));
}

#[test]
fn the_cohort_asks_for_windows_and_opens_the_trainee_under_the_cursor() {
    let mut bench = at_work();
    let request = |filter: &str, order, skip, rows| page_of(ListQuery::Cohort(order), filter, skip, rows);
    let wish = |filter: &str, order, skip, rows| Effect::LoadPage(request(filter, order, skip, rows));
    let came = |filter: &str, order, skip: u16, rows: u16| {
        let request = request(filter, order, skip.into(), rows);
        loaded(request, cohort(skip + rows).split_off(skip.into()), 2000, None)
    };
    let rows = 14;
    assert_eq!(bench.keys("3"), [wish("", CohortOrder::Behind, 0, rows)]);
    assert!(bench.keys("enter").is_empty());
    assert_eq!(said(&bench), "No trainee is chosen");
    // The reasons for a row are read when the cursor reaches it.
    let row = |at: usize| Effect::LoadCohortRow(Box::new(cohort(30).remove(at)));
    assert_eq!(bench.say(came("", CohortOrder::Behind, 0, rows)), [row(0)]);
    assert_eq!(bench.keys("down down"), [row(1), row(2)]);
    assert_eq!(bench.keys("page-down"), [wish("", CohortOrder::Behind, 7, rows)]);
    assert_eq!(bench.keys("o"), [wish("", CohortOrder::Hours, 0, rows), row(0)]);
    // What comes late answers a question that nobody asks any more.
    bench.say(came("", CohortOrder::Behind, 7, 10));
    assert!(bench.model.list(ScreenId::Cohort).rows::<CohortRow>().len() == usize::from(rows));
    bench.say(came("", CohortOrder::Hours, 0, rows));
    bench.keys("/");
    assert_eq!(bench.type_text("b"), [wish("b", CohortOrder::Hours, 0, rows - 1)]);
    // What cannot be read asks for nothing, and says so in its place.
    assert_eq!(bench.type_text(":x"), [wish("b:", CohortOrder::Hours, 0, rows - 1)]);
    bench.keys("esc");
    bench.say(came("", CohortOrder::Hours, 0, rows));
    bench.keys("down");
    let opened = bench.keys("enter");
    assert!(matches!(&opened[..], [Effect::OpenTrainee { trainee, .. }] if trainee.as_str() == "c1"), "{opened:?}");
}

#[test]
fn what_another_process_signed_is_asked_for_again_where_it_is_shown() {
    let mut bench = at_work();
    let screens = [
        ("6", "LoadPage(PageRequest { list: Log"),
        ("3", "LoadPage(PageRequest { list: Cohort"),
        ("4", "LoadReadiness"),
        ("5", "LoadProgramme"),
        ("1", "OpenTrainee"),
    ];
    for (key, asked) in screens {
        bench.keys(key);
        let effects = bench.say(Msg::Done(Done::Changed));
        assert!(effects.iter().any(|effect| format!("{effect:?}").starts_with(asked)), "{key}: {effects:?}");
    }
}

#[test]
fn esc_clears_the_message_then_the_filter() {
    let mut bench = Bench::at_work(120, 36, Appearance::FULL);
    bench.keys("/");
    bench.type_text("lapsed");
    bench.keys("enter space");
    assert_eq!(said(&bench), "No KSB fits the filter: esc clears it");
    bench.keys("esc");
    assert_eq!((said(&bench), bench.model.trainee_view.ksbs.filter.text.as_str()), ("", "lapsed"));
    bench.keys("esc");
    assert_eq!(bench.model.trainee_view.ksbs.filter.text, "");
}

#[test]
fn leaving_keeps_the_draft_and_then_quits() {
    let mut bench = at_work();
    bench.keys("s shift-tab");
    bench.type_text("Led it");
    let effects = bench.run(Command::Leave);
    assert!(matches!(effects.as_slice(), [Effect::SaveDraft { .. }, Effect::Quit]), "{effects:?}");
    assert_eq!(at_work().keys("q"), [Effect::Quit]);
}

#[test]
fn leaving_asks_first_while_marks_are_set_and_any_other_key_stays() {
    let mut bench = at_work();
    bench.keys("space");
    assert_eq!(bench.keys("q"), []);
    assert_eq!(said(&bench), "Leave? 1 mark is not signed yet");
    bench.keys("down");
    assert_eq!(bench.keys("q"), []);
    assert_eq!(bench.keys("q"), [Effect::Quit]);
    // A made-up department is thrown away: there is nothing to ask.
    let mut bench = at_work();
    bench.model.trial = Some(Trial { pin: "4071".to_owned(), passphrase: "five words".to_owned() });
    bench.keys("space");
    assert!(bench.keys("q").contains(&Effect::Quit));
}

#[test]
fn a_locked_screen_stays_locked_while_it_asks_whether_to_leave() {
    for (kiosk, key) in [(false, "ctrl-q"), (false, "ctrl-c"), (true, "ctrl-q"), (true, "ctrl-c")] {
        let mut bench = at_work();
        bench.model.kiosk = kiosk;
        bench.keys("space L");
        let asked = |bench: &Bench| {
            assert_eq!(bench.model.lock, Lock::Locked);
            assert!(matches!(bench.model.overlay, Some(Overlay::Person(_))), "{key}: {:?}", bench.model.overlay);
        };
        for pressed in [key, "x", key] {
            let effects = bench.keys(pressed);
            assert!(!effects.contains(&Effect::Quit), "{pressed}");
            asked(&bench);
        }
        let words = if kiosk { "Only a training officer" } else { "Leave? 1 mark is not signed yet" };
        assert!(bench.text().contains(words), "{}", bench.text());
        assert_eq!(bench.keys(key).contains(&Effect::Quit), !kiosk, "{key}");
    }
}

#[test]
fn a_kiosk_is_neither_left_nor_suspended_by_a_key() {
    let mut bench = at_work();
    bench.model.kiosk = true;
    for key in ["q", "ctrl-c", "ctrl-q", "ctrl-z"] {
        let effects = bench.keys(key);
        assert!(!effects.iter().any(|effect| matches!(effect, Effect::Quit | Effect::Suspend)), "{key}: {effects:?}");
        bench.model.overlay = None;
    }
}

#[test]
fn a_kiosk_asks_training_officers_alone_who_leaves_and_shows_no_pin_typed_where_a_name_is_asked_for() {
    let people = || {
        vec![
            choice("7f01", "Sam Supervisor", Role::Supervisor, CredentialKind::Pin),
            choice("7f02", "Tilly Officer", Role::TrainingOfficer, CredentialKind::Pin),
        ]
    };
    for locked in [false, true] {
        let mut bench = at_work();
        bench.model.kiosk = true;
        bench.keys(if locked { "L ctrl-q" } else { "q" });
        bench.say(Msg::Done(Done::People(people())));
        assert!(bench.text().contains("Tilly Officer") && !bench.text().contains("Sam Supervisor"), "{}", bench.text());
        bench.keys("2 9 4 7");
        assert!(!bench.text().contains("2947"), "{}", bench.text());
        let Some(Overlay::Person(state)) = &bench.model.overlay else { panic!() };
        assert!(state.chosen.is_some() && !state.secret.is_empty());
    }
    // Somebody else may still unlock it.
    let mut bench = at_work();
    bench.model.kiosk = true;
    bench.keys("L ctrl-q esc");
    bench.say(Msg::Done(Done::People(people())));
    assert!(bench.text().contains("Sam Supervisor"), "{}", bench.text());
    bench.keys("2 9 4 7");
    assert!(!bench.text().contains("2947"), "{}", bench.text());
}

#[test]
fn every_command_refused_says_what_to_do_in_a_sentence_and_none_is_silent() {
    let bench = Bench::new(80, 24, Appearance::FULL);
    for row in TABLE {
        if let Some(why) = disabled_reason(&bench.model, row.command) {
            assert!(why.starts_with(char::is_uppercase) && !why.ends_with('.'), "{why}");
        }
    }
}
