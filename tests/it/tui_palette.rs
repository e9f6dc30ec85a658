//! The palette finds everyone, by what they are.

use countersign_core::people::person::Role;
use countersign_tui::model::Overlay;
use countersign_tui::msg::credential_kind::CredentialKind;
use countersign_tui::msg::{Effect, Msg, Outcome as Done, PersonChoice};

use crate::tui_face::{at_work, id, person, standing};

/// What the palette asks for once letters are typed.
fn looked_for(text: &str) -> Vec<Effect> {
    let (text, most) = (text.to_owned(), 8);
    vec![Effect::FindTrainees { text: text.clone(), most }, Effect::FindOthers { text, most }]
}

#[test]
fn the_palette_finds_everyone_with_what_they_are_and_switches_to_those_who_sign() {
    for (way, foot) in [
        (CredentialKind::Pin, "enter switches to them with a PIN"),
        (CredentialKind::Passphrase, "enter signs in with a passphrase"),
    ] {
        let mut bench = at_work();
        bench.keys(":");
        bench.keys("s");
        assert_eq!(bench.keys("u"), looked_for("su"));
        let tilly = PersonChoice {
            person: person("05f4", "Su Officer", &[Role::TrainingOfficer, Role::Verifier]),
            way,
            signed_in: false,
        };
        bench.say(Msg::Done(Done::People(vec![tilly.clone()])));
        bench.say(Msg::Done(Done::Trainees(vec![standing("7f3b", "Su Trainee").trainee])));
        let shown = bench.text();
        for (name, what) in [("Su Officer", "training officer, verifier"), ("Su Trainee", "trainee  ST0413 1.1")] {
            let row = shown.lines().find(|line| line.contains(name)).expect(&shown);
            assert!(row.contains(what), "{row}");
        }
        while !bench.text().lines().any(|line| line.contains('▌') && line.contains("Su Officer")) {
            bench.keys("down");
        }
        assert!(bench.text().contains(foot), "{}", bench.text());
        let effects = bench.keys("enter");
        assert!(matches!(&effects[..], [Effect::FindPeople { .. }]), "{effects:?}");
        bench.say(Msg::Done(Done::People(vec![tilly.clone()])));
        let Some(Overlay::Person(state)) = &bench.model.overlay else { panic!("{:?}", bench.model.overlay) };
        assert_eq!(state.chosen, Some(tilly));
        let effects = bench.keys("4 0 7 1 enter");
        assert!(matches!(&effects[..], [Effect::Unlock { person, .. }] if *person == id("05f4")), "{effects:?}");
    }
}

#[test]
fn the_palette_says_why_somebody_it_finds_cannot_be_switched_to() {
    for (roles, way, why) in [
        (&[Role::Supervisor][..], CredentialKind::NoKey, "No key on this machine. A training officer can make one"),
        (&[Role::Trainee], CredentialKind::NoKey, "Not enrolled yet. A training officer can enrol them"),
    ] {
        let mut bench = at_work();
        bench.keys(": z o e");
        bench.say(Msg::Done(Done::People(vec![PersonChoice {
            person: person("05f4", "Zoe New", roles),
            way,
            signed_in: false,
        }])));
        while !bench.text().lines().any(|line| line.contains('▌') && line.contains("Zoe New")) {
            bench.keys("down");
        }
        assert_eq!(bench.keys("enter"), []);
        assert!(bench.text().contains(why), "{}", bench.text());
    }
}
