//! Which option an enrolment may name, what may be left out, and what a trainee on an option is signed off for.

use std::sync::Arc;

use countersign_core::people::person::Role;
use countersign_core::rules::refusal::RuleViolation;
use countersign_core::standard::file as standard_file;
use countersign_core::standard::options::{LeftOut, Scope};
use countersign_core::statement::kinds::sign_off::Outcome;
use countersign_core::statement::{Body, Statement};

use crate::rules::further::Case;
use crate::world::{OFFICER, SUPERVISOR, TRAINEE, World, clean};

const FILE: &str = include_str!("../../fixtures/standards/options.toml");

/// With this standard adopted too, the one that enrolments and sign-offs name from here on.
fn adopt(w: &mut World, text: &str) {
    let (standard, _) = standard_file::standard(text).unwrap();
    w.standard = Arc::new(standard);
    w.officer_says(w.adoption());
}

/// The same standard, its options named alone.
fn unmapped() -> String {
    FILE.replace("duties = [2]\n", "").replace("duties = [3]\n", "").replace("ksbs = [\"B1\"]\n", "")
}

fn scope(option: Option<&str>, left_out: &[&str]) -> Scope {
    let codes: Vec<_> = left_out.iter().map(|code| code.parse().unwrap()).collect();
    let left = LeftOut { codes, reason: clean("Gas lamps alone asks for it") };
    Scope { option: option.map(clean), left_out: if left_out.is_empty() { Vec::new() } else { vec![left] } }
}

fn enrolment(w: &World, scope: Scope) -> Body {
    let Body::Enrolment(mut named) = w.enrolment(TRAINEE) else { unreachable!() };
    named.enrolment.scope = scope;
    Body::Enrolment(named)
}

fn enrol(w: &mut World, text: &str, scope: Scope) -> Statement {
    adopt(w, text);
    w.say(OFFICER, Role::TrainingOfficer, enrolment(w, scope))
}

fn seen(w: &World, code: &str) -> Statement {
    w.say(SUPERVISOR, Role::Supervisor, Body::SignOff(w.sign_off(TRAINEE, code, Outcome::Achieved)))
}

pub const REFUSED: &[(&str, Case)] = &[
    ("Scope", |w| enrol(w, FILE, scope(None, &[]))),
    ("Scope", |w| enrol(w, FILE, scope(Some("oil lamps"), &[]))),
    ("Scope", |w| enrol(w, FILE, scope(Some("Wax"), &[]))),
    ("Scope", |w| enrol(w, FILE, scope(Some("Oil lamps"), &["K1"]))),
    ("Scope", |w| enrol(w, &unmapped(), scope(None, &["K9"]))),
    ("Scope", |w| enrol(w, &unmapped(), scope(None, &["K1", "K2", "S1", "B1"]))),
    ("Scope", |w| w.say(OFFICER, Role::TrainingOfficer, enrolment(w, scope(Some("Oil lamps"), &[])))),
    ("Scope", |w| w.say(OFFICER, Role::TrainingOfficer, enrolment(w, scope(None, &["K1"])))),
    ("Form", |w| enrol(w, &unmapped(), scope(None, &["K2", "K1"]))),
    ("NotAsked", |w| {
        adopt(w, FILE);
        w.officer_says(enrolment(w, scope(Some("Oil lamps"), &[])));
        seen(w, "S1")
    }),
    ("NotAsked", |w| {
        adopt(w, &unmapped());
        w.officer_says(enrolment(w, scope(Some("Oil lamps"), &["S1"])));
        seen(w, "S1")
    }),
];

#[test]
fn each_option_allows_its_own_ksbs_and_the_core_and_no_other_and_the_newest_option_holds() {
    let mut w = World::new();
    adopt(&mut w, FILE);
    let options =
        [("Oil lamps", "K1 K2"), ("Gas lamps", "K1 K2 S1 B1"), ("Both, on one floor", "K1 B1"), ("Oil lamps", "K1 K2")];
    for (option, asked) in options {
        w.officer_says(enrolment(&w, scope(Some(option), &[])));
        for code in ["K1", "K2", "S1", "B1"] {
            let found = w.judge(&seen(&w, code));
            let allowed = asked.split(' ').any(|one| one == code);
            assert_eq!(found.is_ok(), allowed, "{option} {code}");
            assert!(allowed || matches!(found, Err(RuleViolation::NotAsked { .. })), "{option} {code}: {found:?}");
        }
    }
}

#[test]
fn a_standard_that_only_names_its_options_asks_for_all_and_needs_none() {
    let mut w = World::new();
    adopt(&mut w, &unmapped());
    for option in [None, Some("Gas lamps")] {
        w.officer_says(enrolment(&w, scope(option, &[])));
        for code in ["K1", "K2", "S1", "B1"] {
            assert_eq!(w.judge(&seen(&w, code)), Ok(()), "{option:?} {code}");
        }
    }
}
