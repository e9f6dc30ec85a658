//! What a department's own list may be, what of it may be signed off by whom, and what it is refused for.

use std::sync::Arc;

use countersign_core::people::person::Role;
use countersign_core::primitives::ids::{Digest, StandardRef};
use countersign_core::rules::refusal::RuleViolation;
use countersign_core::standard::Standard;
use countersign_core::statement::kinds::adoption::Competences;
use countersign_core::statement::kinds::policy::PolicyName;
use countersign_core::statement::kinds::sign_off::{Outcome, SignOff};
use countersign_core::statement::{Body, Statement};

use crate::local::{adopting, list};
use crate::rules::further::{Case, begin, by_officer, by_other};
use crate::world::{OTHER_SUPERVISOR, SUPERVISOR, TRAINEE, World, clean};

/// Tries to adopt a changed list.
fn with(w: &mut World, list: Arc<Standard>) -> Statement {
    w.list = list;
    by_officer(w, adopting(&w.list))
}

/// With the list adopted.
fn adopted(w: &mut World) {
    begin(w);
    w.officer_says(adopting(&w.list.clone()));
}

fn other(w: &mut World, change: impl FnOnce(&mut Competences)) -> Statement {
    let Body::Competences(mut body) = adopting(&w.list) else { unreachable!() };
    change(&mut body);
    by_officer(w, Body::Competences(body))
}

fn seen(w: &mut World, by: &str, code: &str, change: impl FnOnce(&mut SignOff)) -> Statement {
    adopted(w);
    let mut body = w.sign_off(TRAINEE, code, Outcome::Achieved);
    change(&mut body);
    w.say(by, Role::Supervisor, Body::SignOff(body))
}

pub const REFUSED: &[(&str, Case)] = &[
    ("NotInRole", |w| by_other(w, adopting(&w.list))),
    ("OtherContent", |w| other(w, |a| a.content = Digest::of(b"another"))),
    ("OtherContent", |w| other(w, |a| a.title = clean("Lamps"))),
    ("OtherContent", |w| other(w, |a| a.list = StandardRef::new("ECG-LOCAL", "2").unwrap())),
    ("OtherContent", |w| other(w, |a| a.beside.push(StandardRef::new("ST9999", "1.0").unwrap()))),
    ("Form", |w| other(w, |a| a.beside.clear())),
    ("Form", |w| other(w, |a| a.beside.push(a.beside[0].clone()))),
    ("ListAdoptedTwice", |w| {
        adopted(w);
        by_officer(w, adopting(&w.list))
    }),
    // No list is adopted as a standard, nor a standard as a list, nor anybody enrolled on one.
    ("OtherContent", |w| {
        let list = Arc::clone(&w.list);
        let adoption = countersign_core::statement::kinds::adoption::Adoption {
            standard: list.reference().clone(),
            title: clean(list.title()),
            content: list.digest(),
        };
        w.standard = list;
        by_officer(w, Body::Standard(adoption))
    }),
    ("OtherContent", |w| {
        let standard = Arc::clone(&w.standard);
        w.list = standard;
        let body = Competences {
            list: StandardRef::new("ST0413", "9").unwrap(),
            title: clean(w.list.title()),
            beside: vec![w.list.reference().clone()],
            content: w.list.digest(),
        };
        by_officer(w, Body::Competences(body))
    }),
    ("OnList", |w| {
        adopted(w);
        let mut body = w.enrolment(TRAINEE);
        if let Body::Enrolment(named) = &mut body {
            named.enrolment.standard = w.list.reference().clone();
        }
        by_officer(w, body)
    }),
    ("NotAdopted", |w| with(w, list("beside ST0413 1.1", "beside ST0413 1.0"))),
    ("List", |w| with(w, list("link S26", "link S99"))),
    ("List", |w| {
        adopted(w);
        let on_itself = list("ECG-LOCAL 1\ntitle", "OTHER 1\ntitle");
        let text = countersign_core::standard::local_text::canonical(&on_itself)
            .replace("beside ST0413 1.1", "beside ECG-LOCAL 1");
        with(w, Arc::new(countersign_core::standard::local_text::read(&text).unwrap()))
    }),
    ("Unknown", |w| with(w, list("person:02c1", "person:0who"))),
    ("CodeTaken", |w| {
        adopted(w);
        with(w, list("list ECG-LOCAL", "list ECHO-LOCAL"))
    }),
    ("OtherStandard", |w| {
        let body = w.sign_off(TRAINEE, "L1", Outcome::Achieved);
        w.say(SUPERVISOR, Role::Supervisor, Body::SignOff(body))
    }),
    ("NoSuchKsb", |w| seen(w, SUPERVISOR, "L1", |s| s.item.code = "L4".parse().unwrap())),
    ("NoSuchKsb", |w| seen(w, SUPERVISOR, "L1", |s| s.item.code = "K1".parse().unwrap())),
    ("NoSuchKsb", |w| {
        let on = w.standard.reference().clone();
        seen(w, SUPERVISOR, "L1", |s| s.item.standard = on)
    }),
    ("OtherText", |w| seen(w, SUPERVISOR, "L1", |s| s.item.text = Digest::of(b"Record an ECG"))),
    ("MayNotSign", |w| seen(w, OTHER_SUPERVISOR, "L2", |_| {})),
    ("ListReplaced", |w| {
        adopted(w);
        let first = w.sign_off(TRAINEE, "L1", Outcome::Achieved);
        w.list = list("ECG-LOCAL 1", "ECG-LOCAL 2");
        w.officer_says(adopting(&w.list.clone()));
        w.say(SUPERVISOR, Role::Supervisor, Body::SignOff(first))
    }),
];

#[test]
fn what_is_signed_of_a_list_is_signed_by_those_who_may_and_withdrawn_and_countersigned_like_a_ksb() {
    let mut w = World::new();
    adopted(&mut w);
    for (by, code) in
        [(SUPERVISOR, "L1"), (OTHER_SUPERVISOR, "L1"), (SUPERVISOR, "L2"), (SUPERVISOR, "L3"), (SUPERVISOR, "L1")]
    {
        w.signed_off(by, TRAINEE, code, Outcome::Achieved);
    }
    let at = w.log.len() - 1;
    w.tell(OTHER_SUPERVISOR, Role::Supervisor, crate::further::countersigned(&w, at, TRAINEE));
    w.tell(SUPERVISOR, Role::Supervisor, w.withdrawal(at, TRAINEE));
    // A supervisor who is a training officer too is one of those whom L2 names.
    let officer = [Role::Supervisor, Role::TrainingOfficer];
    w.officer_says(Body::Person(crate::world::person(OTHER_SUPERVISOR, &officer)));
    w.signed_off(OTHER_SUPERVISOR, TRAINEE, "L2", Outcome::Achieved);
}

#[test]
fn a_later_version_takes_the_place_of_the_earlier_and_what_was_signed_by_that_stays() {
    let mut w = World::new();
    adopted(&mut w);
    w.signed_off(SUPERVISOR, TRAINEE, "L1", Outcome::Achieved);
    let of_first = w.log.len() - 1;
    let second = list("ECG-LOCAL 1", "ECG-LOCAL 2");
    w.list = Arc::clone(&second);
    w.officer_says(adopting(&second));
    w.signed_off(SUPERVISOR, TRAINEE, "L1", Outcome::Achieved);
    let on = w.standard.reference().clone();
    let beside: Vec<_> = w.roster.lists_for(&on).map(|list| list.reference().to_string()).collect();
    assert_eq!(beside, ["ECG-LOCAL 2"]);
    w.tell(SUPERVISOR, Role::Supervisor, w.withdrawal(of_first, TRAINEE));
}

#[test]
fn a_list_with_codes_of_its_own_is_next_to_another_and_a_late_observation_needs_its_reason() {
    let mut w = World::new();
    adopted(&mut w);
    let text =
        "countersign-competences/1\nlist ECHO 1\ntitle Echo\nbeside ST0413 1.1\ncompetence L9 Scan\nobservations 1\n";
    w.list = Arc::new(countersign_core::standard::local_text::read(text).unwrap());
    w.officer_says(adopting(&w.list.clone()));
    w.signed_off(SUPERVISOR, TRAINEE, "L9", Outcome::Achieved);
    w.officer_says(Body::Policy(vec![(PolicyName::LateDays, 0)]));
    let mut late = w.sign_off(TRAINEE, "L9", Outcome::Achieved);
    late.observed -= chrono::Duration::days(1);
    let statement = w.say(SUPERVISOR, Role::Supervisor, Body::SignOff(late));
    assert_eq!(w.judge(&statement), Err(RuleViolation::Late { days: 1, most: 0 }));
}
