//! A trainee's own screen over SSH, and that of a supervisor who logged in: what is offered, what is shown.

use std::collections::BTreeSet;

use countersign_app::home::trainee::trainee_home;
use countersign_core::home::trainee::TraineeHome;
use countersign_core::people::person::Role;
use countersign_core::record::ksb_status;
use countersign_core::record::view::PersonRow;
use countersign_tui::command::{Command, TABLE};
use countersign_tui::dialog::action_kind::ActionKind;
use countersign_tui::list::{ListQuery, PageRequest};
use countersign_tui::model::Overlay;
use countersign_tui::model::access_mode::AccessMode;
use countersign_tui::msg::PersonChoice;
use countersign_tui::msg::acts::SignMode;
use countersign_tui::msg::credential_kind::CredentialKind;
use countersign_tui::msg::home::HomeContent;
use countersign_tui::msg::{Effect, Msg, Outcome as Done};
use countersign_tui::pane::ksbs::State;
use countersign_tui::theme::Appearance;

use crate::demo::at;
use crate::tui_face::{Bench, DRAWN, at_work, clean, id, said, two_records};

pub fn choice(who: &str, name: &str, role: Role, way: CredentialKind) -> PersonChoice {
    let (id, name, roles) = (id(who), clean(name), vec![role]);
    PersonChoice {
        person: PersonRow { id, name, roles, registration: None, left: false },
        way,
        signed_in: way == CredentialKind::Pin,
    }
}

/// The trainee of the bench at a screen of their own, with their list there.
fn own(way: CredentialKind) -> Bench {
    own_at(way, (120, 36), Appearance::FULL)
}

fn own_at(way: CredentialKind, (width, height): (u16, u16), looks: Appearance) -> Bench {
    let mut bench = Bench::at_work(width, height, looks);
    let standing = bench.model.trainee_view.trainee_record.clone().unwrap();
    let own = choice(standing.trainee.id.as_str(), standing.trainee.name.as_str(), Role::Trainee, way);
    (bench.model.sessions, bench.model.signer) = (Vec::new(), None);
    bench.model.access_mode = AccessMode::Own(own);
    bench.model.trainee_view.duties.chosen = None;
    bench.model.trainee_view.ksbs = State::default();
    bench.say(Msg::Resize(width, height));
    bench
}

#[test]
#[ignore = "slow: every size of the window"]
fn no_key_and_no_command_of_a_trainee_s_screen_signs_or_finds_anyone_or_marks_for_another() {
    for command in TABLE.iter().map(|row| row.command) {
        let mut bench = own(CredentialKind::Passphrase);
        let effects = bench.say(Msg::Do(command));
        for effect in &effects {
            let own = bench.model.trainee_view.trainee.clone().unwrap();
            let harmless = match effect {
                Effect::OpenTrainee { trainee, marks_of } => *trainee == own && marks_of.as_ref() == Some(&own),
                Effect::SaveMarks { person, trainee, .. } => (person, trainee) == (&own, &own),
                Effect::LoadRecord { trainee, .. }
                | Effect::LoadProgress(trainee)
                | Effect::LoadReadiness(trainee)
                | Effect::LoadProgramme(trainee)
                | Effect::LoadAsking(trainee)
                | Effect::LoadHome(trainee)
                | Effect::TakeBack { trainee, .. } => *trainee == own,
                Effect::LoadPage(PageRequest { list: ListQuery::Log, .. })
                | Effect::LoadStatement(_)
                | Effect::CheckRecord(_)
                | Effect::LoadAbout(_)
                | Effect::LoadFramework
                | Effect::Redraw
                | Effect::Suspend
                | Effect::Quit => true,
                Effect::Sign(request) => request.mode == SignMode::DryRun,
                _ => false,
            };
            assert!(harmless, "{command:?}: {effect:?}");
        }
        let alone = match &bench.model.overlay {
            None | Some(Overlay::Help(_) | Overlay::Palette(_) | Overlay::Statement(_)) => true,
            Some(Overlay::Act(state)) => {
                matches!(state.open.kind, ActionKind::Acknowledge(..) | ActionKind::Dispute(..))
            }
            _ => false,
        };
        assert!(alone, "{command:?}");
    }
}

#[test]
fn letters_in_a_trainee_s_own_palette_look_for_nobody() {
    let mut bench = own(CredentialKind::Passphrase);
    assert_eq!(bench.keys(": s u p"), []);
}

#[test]
fn what_is_not_for_a_trainee_is_named_nowhere() {
    let mut bench = own(CredentialKind::Passphrase);
    for keys in ["?", "esc", ":", "esc", "1", "?", "esc", "6"] {
        bench.keys(keys);
        let shown = bench.text();
        for words in ["Sign off", "Withdraw a", "Choose a trainee", "who is signing", "Lock the", "Queue screen"] {
            assert!(!shown.contains(words), "{keys}: {words}\n{shown}");
        }
    }
}

#[test]
fn the_list_has_what_is_left_the_most_urgent_first_and_the_record_follows_it() {
    let mut bench = own(CredentialKind::Passphrase);
    let codes: Vec<_> = bench.model.trainee_view.left.iter().map(|left| left.code).collect();
    for code in &codes[..3] {
        assert_eq!((bench.model.trainee_view.current(), bench.model.trainee_view.about), (Some(*code), Some(*code)));
        bench.keys("down");
    }
    bench.keys("/");
    bench.type_text("open");
    bench.keys("enter");
    let here = bench.model.trainee_view.current().unwrap();
    assert_eq!(bench.model.trainee_view.ksb(here).map(|(_, state)| state), Some(ksb_status::State::Open));
    bench.keys("enter");
    assert!(bench.text().contains("Nothing signed yet"), "{}", bench.text());
    bench.keys("esc");
    assert_eq!(bench.model.trainee_view.current(), Some(here));
}

#[test]
fn a_trainee_without_a_key_is_told_who_makes_one() {
    let mut bench = own(CredentialKind::NoKey);
    let (at, records) = (bench.model.trainee_view.current().unwrap(), two_records());
    bench.model.trainee_view.records.insert(at, records);
    bench.say(Msg::Do(Command::Acknowledge));
    assert_eq!(bench.model.message.as_ref().unwrap().what, "You have no key to sign with here");
    assert!(bench.model.overlay.is_none());
}

#[test]
fn a_supervisor_who_logged_in_is_the_one_who_is_asked() {
    let mut bench = at_work();
    (bench.model.sessions, bench.model.signer) = (Vec::new(), None);
    bench.model.access_mode =
        AccessMode::Person(choice("ssup", "S. Supervisor", Role::Supervisor, CredentialKind::Passphrase));
    bench.keys("s");
    let Some(Overlay::Person(state)) = &bench.model.overlay else { panic!("nobody is asked") };
    assert_eq!(state.chosen.as_ref().unwrap().person.name, clean("S. Supervisor"));
}

#[test]
fn a_trainee_s_screen_is_as_drawn_at_every_size_and_look() {
    for (name, looks, size) in [
        ("80x24", Appearance::FULL, (80, 24)),
        ("120x36", Appearance::FULL, (120, 36)),
        ("60x20", Appearance::FULL, (60, 20)),
        ("40x10", Appearance::FULL, (40, 10)),
        ("ascii_80x24", Appearance::PLAIN, (80, 24)),
    ] {
        let bench = own_at(CredentialKind::Passphrase, size, looks);
        bench.assert_fits(&["S26", "not yet", "? all keys"]);
        if size == DRAWN {
            insta::assert_snapshot!(name, format!("{}{}", bench.text(), bench.styles()));
        }
    }
}

/// The Home of a trainee of the demo.
fn demo_home() -> TraineeHome {
    let (_folder, demo) = at("2026-11-28T12:00:00Z");
    trainee_home(&demo.app, &demo.trainee, 100).unwrap()
}

/// The trainee of the bench on Home, with these contents.
fn on_home(home: TraineeHome, (width, height): (u16, u16)) -> Bench {
    let mut bench = own_at(CredentialKind::Passphrase, (width, height), Appearance::FULL);
    bench.keys("0");
    show_home(&mut bench, home);
    bench
}

fn show_home(bench: &mut Bench, home: TraineeHome) {
    let of = bench.model.owner().cloned().unwrap();
    bench.say(Msg::Done(Done::Home { of, content: Box::new(HomeContent::Trainee(Box::new(home))), greeting: "" }));
}

#[test]
fn news_is_marked_as_read_on_home_wherever_the_cursors_are_and_a_row_stays_chosen() {
    let home = demo_home();
    assert!(home.news.total > 0);
    let open = home.outstanding.iter().map(|(state, _)| *state).collect::<BTreeSet<_>>();
    assert!(open.contains(&ksb_status::State::Open));
    for keys in ["", "tab", "tab tab", "down down"] {
        let mut bench = on_home(home.clone(), DRAWN);
        // The cursor of the record is on a KSB that is not signed.
        bench.model.trainee_view.focus = countersign_tui::command::PaneId::Ksbs;
        bench.model.trainee_view.about = None;
        bench.keys(keys);
        let asked = bench.keys("a");
        let wish =
            |effect: &Effect| matches!(effect, Effect::MarkRead { read_to, .. } if *read_to == home.news.read_to);
        assert!(asked.iter().any(wish), "{keys}: {asked:?} {}", said(&bench));
        let mut read = home.clone();
        (read.news.rows, read.news.total) = (Vec::new(), 0);
        show_home(&mut bench, read);
        assert!(bench.draw().1.is_some(), "{keys}\n{}", bench.text());
        assert!(bench.text().contains("enter "), "{keys}\n{}", bench.text());
        bench.keys("a");
        assert!(said(&bench).starts_with("Nothing here is new"), "{}", said(&bench));
    }
}

#[test]
#[ignore = "slow: every size of the window"]
fn what_is_shown_and_what_is_left_out_of_what_to_do_next_add_up_at_every_size_and_place_of_the_cursor() {
    let home = demo_home();
    let total = home.total();
    let mut seen = 0;
    for (width, height) in [60, 80, 120, 200].into_iter().flat_map(|width| (16..50).map(move |height| (width, height)))
    {
        let mut bench = on_home(home.clone(), (width, height));
        for _ in 0..6 {
            let text = bench.text();
            let lines: Vec<&str> = text.lines().collect();
            let from = lines.iter().position(|line| line.contains("Do next")).unwrap();
            let part: Vec<&str> = lines[from + 1..].iter().take_while(|line| !line.contains("New ")).copied().collect();
            let rest = part.iter().find(|line| line.contains("opens all"));
            let words = rest.map_or("", |line| line.split("1 opens all").next().unwrap());
            let left: usize = words.split_whitespace().filter_map(|word| word.parse::<usize>().ok()).sum();
            let row = |line: &&&str| home.next.iter().any(|step| line.contains(&format!(" {} ", step.code)));
            let shown = part.iter().filter(|line| !line.contains("opens all")).filter(row).count();
            if rest.is_some() {
                assert_eq!(shown + left, total, "{width}x{height}\n{text}");
                seen += 1;
            }
            bench.keys("down down");
        }
    }
    assert!(seen > 100, "{seen}");
}

#[test]
fn no_message_on_a_trainee_s_screen_names_a_screen_that_they_do_not_have() {
    for keys in ["0 v", "0 z", "0 space", "0 c", "4 v", "4 c", "4 a", "6 v", "6 c", "6 d", "5 c"] {
        let mut bench = own(CredentialKind::Passphrase);
        bench.keys(keys);
        let what = said(&bench);
        assert!(!what.is_empty(), "{keys}\n{}", bench.text());
        assert!(!what.contains("Sign-off") && !what.contains("a trainee"), "{keys}: {what}");
    }
}
