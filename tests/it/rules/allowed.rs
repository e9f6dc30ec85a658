//! What is allowed of the further kinds, to its very edges.

use countersign_core::people::person::Role;
use countersign_core::primitives::date::parse_day;
use countersign_core::primitives::ids::Digest;
use countersign_core::rules::refusal::RuleViolation;
use countersign_core::statement::{Body, Statement};

use crate::further::{
    PROVIDER, SECOND_OFFICER, acknowledged, clock_back, compromised, countersigned, countersigned_key, disputed,
    erased, imported, issuer_key, issuer_retired, other_log, received, restored, retired, rotation, sampled, staffed,
    taken_back,
};
use crate::rules::further::{by_officer, by_other, by_trainee, by_verifier, held, lost, signed, waiting};
use crate::rules::log::restore;
use crate::world::{OTHER_SUPERVISOR, OTHER_TRAINEE, SUPERVISOR, TRAINEE, World, clean, leaf_of, named};
use countersign_core::statement::kinds::sign_off::Outcome;

#[test]
fn what_is_said_of_keys_and_statements_is_allowed_to_its_very_edges() {
    let ok = |w: &World, s: &Statement| assert_eq!(w.judge(s), Ok(()), "{:?}", s.body);
    let mut w = staffed();
    ok(&w, &by_officer(&w, retired(SUPERVISOR, SUPERVISOR)));
    ok(&w, &w.say(SUPERVISOR, Role::Supervisor, retired(SUPERVISOR, SUPERVISOR)));
    ok(&w, &w.say(SUPERVISOR, Role::Supervisor, compromised(SUPERVISOR, SUPERVISOR, 0)));
    ok(&w, &by_officer(&w, compromised(SUPERVISOR, SUPERVISOR, w.log.len() as u64)));
    let at = signed(&mut w);
    ok(&w, &by_other(&w, countersigned(&w, at, TRAINEE)));
    ok(&w, &w.say(PROVIDER, Role::Supervisor, countersigned(&w, at, TRAINEE)));
    ok(&w, &by_verifier(&w, sampled(&w, at, TRAINEE, true)));
    ok(&w, &by_verifier(&w, sampled(&w, at, TRAINEE, false)));
    ok(&w, &by_trainee(&w, acknowledged(&w, at, TRAINEE)));
    ok(&w, &by_trainee(&w, disputed(&w, at, TRAINEE)));
    ok(&w, &by_officer(&w, erased(&w, at)));
    // Withdrawn, a countersign can be given again; a review is withdrawn as a sign-off is.
    w.add(by_other(&w, countersigned(&w, at, TRAINEE)));
    w.tell(OTHER_SUPERVISOR, Role::Supervisor, w.withdrawal(at + 1, TRAINEE));
    ok(&w, &by_other(&w, countersigned(&w, at, TRAINEE)));
    let statement = held(&mut w, |_| {});
    w.add(statement);
    let at = w.log.len() - 1;
    ok(&w, &w.say(SUPERVISOR, Role::Supervisor, w.withdrawal(at, TRAINEE)));
    ok(&w, &w.say(PROVIDER, Role::Supervisor, acknowledged(&w, at, TRAINEE)));
    ok(&w, &by_trainee(&w, acknowledged(&w, at, TRAINEE)));
    let statement = held(&mut w, |r| r.next = parse_day("2027-02-12").unwrap());
    ok(&w, &statement);
    let long = Some(clean("A break in learning"));
    let statement = held(&mut w, |r| (r.next, r.late) = (parse_day("2028-01-01").unwrap(), long));
    ok(&w, &statement);
    ok(&w, &by_officer(&w, restored(&w)));
    let lost_nothing = restore(&mut w, |r| r.lost = r.to);
    ok(&w, &lost_nothing);
    lost(&mut w);
    ok(&w, &by_officer(&w, imported(&w, 3)));
}

#[test]
fn a_key_that_waits_signs_once_a_second_training_officer_has_countersigned_it_and_a_later_compromise_may_be_earlier() {
    let mut w = staffed();
    let at = waiting(&mut w);
    w.tell(SECOND_OFFICER, Role::TrainingOfficer, countersigned_key(&w, at, "0new"));
    let sign_off = w.sign_off(TRAINEE, "S26", Outcome::Achieved);
    w.tell("0new", Role::Supervisor, Body::SignOff(sign_off));
    w.officer_says(compromised("0new", "0new", w.log.len() as u64));
    assert_eq!(w.judge(&by_officer(&w, compromised("0new", "0new", 3))), Ok(()));
}

#[test]
fn a_clock_that_was_ahead_is_put_right_and_the_log_goes_on_from_there() {
    let mut w = staffed();
    let late = w.log.last().unwrap().signed.plus(90_000);
    let mut ahead = w.allowed();
    ahead.signed = late;
    w.add(ahead);
    let behind = w.allowed();
    assert_eq!(w.judge(&behind), Err(RuleViolation::Clock));
    w.officer_says(clock_back(&w));
    w.officer_says(issuer_key(9));
    w.officer_says(issuer_key(8));
    w.officer_says(issuer_retired(8));
    w.officer_says(issuer_key(8));
    w.officer_says(other_log("ward.example.org/1+01234567+AQ", false));
    for _ in 0..2 {
        w.officer_says(received("ward.example.org/1", named(TRAINEE)));
        w.officer_says(received("ward.example.org/1", named(TRAINEE)));
        w.officer_says(taken_back("ward.example.org/1", "x1", named(TRAINEE)));
        w.officer_says(rotation("ward.example.org/1", "x1", named(TRAINEE), false));
        w.officer_says(rotation("ward.example.org/1", "x2", named(OTHER_TRAINEE), false));
        w.officer_says(rotation("ward.example.org/1", "x2", named(OTHER_TRAINEE), true));
        w.officer_says(rotation("ward.example.org/1", "x1", named(TRAINEE), true));
    }
    w.officer_says(other_log("ward.example.org/1+01234567+AQ", true));
    w.officer_says(other_log("ward.example.org/1+76543210+AQ", false));
    assert_eq!(w.roster.newest, Some(w.log.last().unwrap().signed));
    assert_eq!(w.judge(&w.allowed()), Ok(()));
}

#[test]
fn what_was_put_back_is_withdrawn_countersigned_and_read_as_if_it_had_never_been_lost() {
    let mut w = staffed();
    lost(&mut w);
    let of = w.put_back.as_ref().unwrap().id;
    w.officer_says(imported(&w, 3));
    let about = |mut body: Body| {
        match &mut body {
            Body::Countersign(countersign) => countersign.of = of,
            Body::Acknowledge(acknowledge) => acknowledge.of = of,
            Body::Withdraw(withdraw) => withdraw.of = of,
            other => panic!("{other:?}"),
        }
        body
    };
    w.add(by_other(&w, about(countersigned(&w, 0, TRAINEE))));
    w.add(by_trainee(&w, about(acknowledged(&w, 0, TRAINEE))));
    w.tell(SUPERVISOR, Role::Supervisor, about(w.withdrawal(0, TRAINEE)));
    assert_eq!(w.judge(&by_other(&w, about(countersigned(&w, 0, TRAINEE)))), Err(RuleViolation::WithdrawnAlready));
}

#[test]
fn what_was_erased_says_nothing_to_those_before_it_in_a_replay() {
    let mut w = staffed();
    signed(&mut w);
    let at = w.log.len() - 1;
    let countersign = by_other(&w, countersigned(&w, at, TRAINEE));
    let erase = by_officer(&w, erased(&w, at));
    // As a replay finds it: the text is gone, and a later statement says why.
    let of = w.log[at].id;
    let by = w.log.len() as u64 + 1;
    w.erased.insert(of, (by, leaf_of(of)));
    assert_eq!(w.judge(&countersign), Ok(()));
    w.erased.insert(of, (by - 1, leaf_of(of)));
    assert_eq!(w.judge(&erase), Ok(()));
    w.erased.insert(of, (by - 1, Digest([1; 32])));
    assert_eq!(w.judge(&erase), Err(RuleViolation::OtherLeaf));
    w.erased.insert(of, (by - 2, leaf_of(of)));
    assert_eq!(w.judge(&erase), Err(RuleViolation::Erased));
}
