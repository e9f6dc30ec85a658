//! What may be carried over from an earlier record, by whom, and what it is refused for.

use countersign_core::people::person::Role;
use countersign_core::primitives::ids::{Digest, StandardRef};
use countersign_core::primitives::text::SafeText;
use countersign_core::statement::kind::Kind;
use countersign_core::statement::kinds::carry_over::{CarriedItem, CarriedList, CarryOver, MEANING_CARRIED};
use countersign_core::statement::kinds::sign_off::Evidence;
use countersign_core::statement::{Body, Statement};

use crate::further::{VERIFIER, acknowledged, countersigned, sampled, staffed};
use crate::local::adopting;
use crate::rules::further::{Case, begin, by_officer, by_other};
use crate::world::{OFFICER, OTHER_TRAINEE, SUPERVISOR, TRAINEE, World, clean, named, person, pid};

fn item(code: &str, on: &str) -> CarriedItem {
    CarriedItem { code: code.parse().unwrap(), on: on.parse().unwrap(), assessor: Some(clean("J. Smith")), level: None }
}

/// An earlier record of two KSBs.
fn carried(w: &World) -> CarryOver {
    CarryOver {
        trainee: named(TRAINEE),
        source: clean("Training matrix of 2024"),
        file: Evidence { digest: Digest([9; 32]), name: clean("matrix.xlsx") },
        lists: vec![CarriedList {
            standard: w.standard.reference().clone(),
            content: w.standard.digest(),
            items: vec![item("K1", "2019-03-12"), item("S26", "2024-03-12")],
        }],
        meaning: clean(MEANING_CARRIED),
    }
}

/// A local competence, of the list of the world.
fn local(w: &World) -> CarriedList {
    let (standard, content) = (w.list.reference().clone(), w.list.digest());
    CarriedList { standard, content, items: vec![item("L1", "2024-03-12")] }
}

fn changed(w: &mut World, change: impl FnOnce(&mut CarryOver)) -> Statement {
    let mut body = carried(w);
    change(&mut body);
    by_officer(w, Body::CarryOver(body))
}

pub const REFUSED: &[(&str, Case)] = &[
    ("NotInRole", |w| {
        let body = Body::CarryOver(carried(w));
        by_other(w, body)
    }),
    ("NotInRole", |w| changed(w, |c| c.trainee = named(SUPERVISOR))),
    ("OwnRecord", |w| {
        begin(w);
        w.officer_says(Body::Person(person(TRAINEE, &[Role::Trainee, Role::TrainingOfficer])));
        w.say(TRAINEE, Role::TrainingOfficer, Body::CarryOver(carried(w)))
    }),
    ("NotEnrolled", |w| {
        w.officer_says(Body::Person(person("0new", &[Role::Trainee])));
        changed(w, |c| c.trainee = named("0new"))
    }),
    ("OtherStandard", |w| changed(w, |c| c.lists[0].standard = StandardRef::new("ST0413", "1.0").unwrap())),
    ("OtherContent", |w| changed(w, |c| c.lists[0].content = Digest([1; 32]))),
    // A list counts once it is adopted.
    ("OtherStandard", |w| {
        let list = local(w);
        changed(w, |c| c.lists = vec![list])
    }),
    ("OtherContent", |w| {
        w.officer_says(adopting(&w.list.clone()));
        let list = CarriedList { content: Digest([1; 32]), ..local(w) };
        changed(w, |c| c.lists = vec![list])
    }),
    ("NoSuchKsb", |w| changed(w, |c| c.lists[0].items[1].code = "S99".parse().unwrap())),
    ("Future", |w| changed(w, |c| c.lists[0].items[0].on = "2026-12-31".parse().unwrap())),
    ("OtherCarried", |w| changed(w, |c| c.meaning = clean("Fine by me."))),
    ("Form", |w| changed(w, |c| c.lists.clear())),
    ("Form", |w| changed(w, |c| c.lists[0].items.clear())),
    ("Form", |w| changed(w, |c| c.lists[0].items.reverse())),
    ("Form", |w| changed(w, |c| c.lists.push(c.lists[0].clone()))),
    ("Form", |w| changed(w, |c| c.lists[0].items[1].code = "K1".parse().unwrap())),
    ("Form", |w| changed(w, |c| c.source = clean(&"x".repeat(201)))),
    ("Form", |w| changed(w, |c| c.lists[0].items[0].assessor = SafeText::lines("J. Smith\nrole supervisor").ok())),
    ("Form", |w| changed(w, |c| c.lists[0].items[0].level = Some(clean(&"x".repeat(201))))),
    ("NotSampled", |w| {
        let mut w2 = staffed();
        w2.officer_says(Body::CarryOver(carried(&w2)));
        let at = w2.newest(Kind::CarryOver);
        let body = sampled(&w2, at, TRAINEE, true);
        let statement = w2.say(VERIFIER, Role::Verifier, body);
        *w = w2;
        statement
    }),
    ("NotCountersignable", |w| {
        let mut w2 = staffed();
        w2.officer_says(Body::CarryOver(carried(&w2)));
        let at = w2.newest(Kind::CarryOver);
        let body = countersigned(&w2, at, TRAINEE);
        let statement = w2.say(SUPERVISOR, Role::Supervisor, body);
        *w = w2;
        statement
    }),
];

#[test]
fn an_earlier_record_of_any_age_is_carried_over_and_withdrawn_by_an_officer_and_answered_by_the_trainee() {
    let mut w = staffed();
    w.officer_says(adopting(&w.list.clone()));
    let mut both = carried(&w);
    both.lists.push(local(&w));
    both.lists.sort_by(|a, b| a.standard.cmp(&b.standard));
    w.officer_says(Body::CarryOver(both.clone()));
    // The same record again is not wrong: another file may say the same.
    w.officer_says(Body::CarryOver(both.clone()));
    let at = w.newest(Kind::CarryOver);
    w.tell(TRAINEE, Role::Trainee, acknowledged(&w, at, TRAINEE));
    w.officer_says(w.withdrawal(at, TRAINEE));
    w.officer_says(Body::CarryOver(CarryOver { trainee: named(OTHER_TRAINEE), ..both }));
    assert_eq!(w.log[w.newest(Kind::CarryOver)].body.trainee().unwrap().id, pid(OTHER_TRAINEE));
    assert_eq!(w.log[at].signer.who.id, pid(OFFICER));
}
