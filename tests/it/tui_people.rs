//! Who is at the screen: messages in, effects out.

use countersign_core::people::person::Role;
use countersign_core::primitives::ids::DutyNo;
use countersign_tui::command::Command;
use countersign_tui::model::{Lock, Overlay};
use countersign_tui::msg::acts::Action;
use countersign_tui::msg::credential_kind::CredentialKind;
use countersign_tui::msg::{Effect, Msg, Outcome as Done, UiError};
use countersign_tui::screen::disabled_reason;
use countersign_tui::theme::Appearance;

use crate::tui_face::{Bench, at_work, code, id, marks, said, saved, session, standing, two_records};

#[test]
fn nobody_signs_for_themselves_and_only_a_supervisor_signs() {
    let mut bench = at_work();
    bench.model.trainee_view.trainee = Some(id("02c1"));
    bench.keys("s");
    assert_eq!(said(&bench), "You cannot sign off your own record: press i to change who is signing");
    let mut bench = at_work();
    bench.model.sessions = vec![session("02c1", "V. Verifier", &[Role::Verifier])];
    bench.keys("s");
    assert_eq!(said(&bench), "V. Verifier is not a supervisor: press i to change who is signing");
}

#[test]
fn everyone_finds_their_own_place_again() {
    let mut bench = at_work();
    bench.keys("space");
    bench.unlock("03d2", "T. Sumner", &[Role::Supervisor], None);
    // The next one goes on with the same trainee, and finds no marks of another's.
    assert_eq!(bench.model.trainee_view.trainee, Some(id("7f3a")));
    assert!(bench.model.trainee_view.marks.is_empty());
    let effects = bench.unlock("02c1", "S. Supervisor", &[Role::Supervisor], None);
    assert_eq!(marks(&bench), ["S26"]);
    assert_eq!(bench.model.trainee_view.current(), Some(code("K28")));
    assert_eq!(bench.model.trainee_view.duties.chosen, Some(DutyNo(7)));
    assert!(effects.contains(&Effect::OpenTrainee { trainee: id("7f3a"), marks_of: Some(id("02c1")) }));
}

#[test]
fn a_person_who_unlocks_is_told_of_a_key_that_was_added_in_their_name() {
    let mut bench = at_work();
    let news = vec!["A key was added in your name on Sat 21 Nov 2026 by T. Officer: SHA256:x".to_owned()];
    let session = session("03d2", "T. Sumner", &[Role::Supervisor]);
    bench.say(Msg::Done(Done::Unlocked { session: session.clone(), place: None, news: news.clone() }));
    assert_eq!(said(&bench), news[0]);
    bench.say(Msg::Done(Done::Unlocked { session, place: None, news: vec![] }));
    assert_eq!(bench.model.message, None);
}

#[test]
fn a_person_who_comes_new_goes_to_the_trainee_they_had_last() {
    let mut bench = at_work();
    bench.model.lock = Lock::Locked;
    let effects = bench.unlock("03d2", "T. Sumner", &[Role::Supervisor], Some("7f3b"));
    assert!(effects.contains(&Effect::OpenTrainee { trainee: id("7f3b"), marks_of: Some(id("03d2")) }));
}

#[test]
fn what_was_marked_before_anyone_said_who_they_are_becomes_theirs() {
    let mut bench = Bench::new(80, 24, Appearance::FULL);
    bench.open(standing("7f3a", "A. Trainee"), 6);
    assert_eq!(saved(&bench.keys("space")), None);
    let effects = bench.unlock("02c1", "S. Supervisor", &[Role::Supervisor], Some("7f3b"));
    assert_eq!(saved(&effects), Some(vec![code("S26")]));
    assert_eq!(bench.model.trainee_view.trainee, Some(id("7f3a")));
}

#[test]
fn idle_locks_shows_nobody_s_record_and_unlocking_finds_all_as_it_was() {
    let mut bench = at_work();
    bench.keys("space");
    let before = (bench.model.trainee_view.marks.clone(), bench.model.trainee_view.current());
    bench.say(Msg::Idle);
    assert_eq!(bench.model.lock, Lock::Locked);
    for hidden in ["A. Trainee", "S26", "Undertake", "41/72"] {
        assert!(!bench.text().contains(hidden), "{hidden}\n{}", bench.text());
    }
    bench.unlock("02c1", "S. Supervisor", &[Role::Supervisor], None);
    assert_eq!(bench.model.lock, Lock::Open);
    assert_eq!((bench.model.trainee_view.marks.clone(), bench.model.trainee_view.current()), before);
}

#[test]
fn who_is_not_known_is_asked_and_what_they_wanted_is_then_done() {
    let mut bench = Bench::new(80, 24, Appearance::FULL);
    bench.open(standing("7f3a", "A. Trainee"), 6);
    let effects = bench.keys("space s");
    assert!(matches!(effects.as_slice(), [.., Effect::FindPeople { .. }]), "{effects:?}");
    bench.unlock("02c1", "S. Supervisor", &[Role::Supervisor], Some("7f3b"));
    let Some(Overlay::Act(state)) = &bench.model.overlay else { panic!("no dialog") };
    assert_eq!(state.sign_off().unwrap().items.len(), 1);
    assert_eq!(state.open.trainee, Some(id("7f3a")));
}

#[test]
fn a_hand_over_says_which_trainee_stays_open_and_a_first_sign_in_says_nothing() {
    let mut bench = at_work();
    bench.unlock("05f4", "P. Supervisor", &[Role::Supervisor], None);
    assert_eq!(said(&bench), "A. Trainee stays open: 1 goes there");
    assert_eq!(bench.model.trainee_view.trainee, Some(id("7f3a")));
    let mut bench = Bench::new(80, 24, Appearance::FULL);
    bench.open(standing("7f3a", "A. Trainee"), 6);
    bench.unlock("02c1", "S. Supervisor", &[Role::Supervisor], None);
    assert_eq!(said(&bench), "");
}

#[test]
fn who_does_not_say_who_they_are_has_wanted_nothing() {
    let mut bench = Bench::new(80, 24, Appearance::FULL);
    bench.open(standing("7f3a", "A. Trainee"), 6);
    bench.keys("s esc i");
    bench.unlock("02c1", "S. Supervisor", &[Role::Supervisor], None);
    assert_eq!(bench.model.overlay, None);
}

#[test]
fn a_session_ended_by_wrong_pins_at_a_dialog_leaves_the_dialog_which_asks_for_the_passphrase() {
    let mut bench = at_work();
    bench.keys("space s");
    let ended = UiError { what: "Wrong PIN".into(), hint: None, session_ended: Some(id("02c1")) };
    bench.say(Msg::Done(Done::Failed(ended)));
    bench.type_text("correct horse");
    let effects = bench.keys("enter");
    let [Effect::Sign(request)] = &effects[..] else { panic!("{effects:?}") };
    assert!(matches!(request.credential, Some((CredentialKind::Passphrase, _))), "{effects:?}");
}

#[test]
fn a_session_ended_by_wrong_pins_at_a_locked_screen_is_gone_and_its_place_waits_for_the_passphrase() {
    let mut bench = at_work();
    bench.keys("space L");
    let ended = UiError { what: "Wrong PIN".into(), hint: None, session_ended: Some(id("02c1")) };
    bench.say(Msg::Done(Done::Failed(ended)));
    assert!(bench.model.sessions.is_empty());
    assert_eq!(bench.model.lock, Lock::Locked);
    bench.unlock("02c1", "S. Supervisor", &[Role::Supervisor], None);
    assert_eq!(marks(&bench), ["S26"]);
}

#[test]
fn a_withdrawal_is_asked_of_a_training_officer_with_a_reason() {
    let mut bench = at_work();
    bench.unlock("off9", "O. Officer", &[Role::TrainingOfficer], Some("7f3a"));
    bench.open(standing("7f3a", "A. Trainee"), 6);
    bench.keys("/");
    bench.type_text("s26");
    bench.keys("enter w");
    bench.type_text("wrong trainee");
    bench.keys("tab");
    bench.type_text("1234");
    let effects = bench.keys("enter");
    let [Effect::Sign(request)] = &effects[..] else { panic!("{effects:?}") };
    let Action::Withdraw { of, reason, .. } = &request.action else { panic!("{request:?}") };
    assert_eq!((of.clone(), reason.as_str()), (vec![two_records()[0].id], "wrong trainee"));
}

#[test]
fn a_session_that_ends_takes_its_place_off_the_screen() {
    let mut bench = at_work();
    assert_eq!(bench.keys("E"), [Effect::EndSession(id("02c1"))]);
    bench.say(Msg::Done(Done::SessionEnded(id("02c1"))));
    assert_eq!((bench.model.signer.clone(), bench.model.trainee_view.trainee.clone()), (None, None));
    assert_eq!(said(&bench), "S. Supervisor is signed out");
    assert_eq!(disabled_reason(&bench.model, Command::EndSession).as_deref(), Some("Nobody is signed in"));
}

#[test]
fn the_session_that_ends_first_is_the_one_that_ends() {
    let mut bench = at_work();
    let mut early = session("03d2", "T. Sumner", &[Role::Supervisor]);
    early.ends = early.ends.plus(-60);
    bench.model.sessions.push(early);
    assert_eq!(bench.say(Msg::SessionEnd), [Effect::EndSession(id("03d2"))]);
}
