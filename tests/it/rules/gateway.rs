//! The refusals of confirmed hours and of what is recorded for the gateway, and what is allowed to its very edges.

use countersign_core::people::person::Role;
use countersign_core::primitives::date::parse_day;
use countersign_core::primitives::ids::StandardRef;
use countersign_core::programme::hours::{HourEntry, QuarterHours};
use countersign_core::standard::about::{Assessment, MEANING_EMPLOYER};
use countersign_core::statement::kind::Kind;
use countersign_core::statement::kinds::confirm::Confirm;
use countersign_core::statement::kinds::hours::{Hours, MEANING_HOURS};
use countersign_core::statement::kinds::recognition::Recognition;
use countersign_core::statement::kinds::requirement::{Requirement, RequirementOutcome};
use countersign_core::statement::kinds::review::Party;
use countersign_core::statement::kinds::training_plan::{PlannedMonth, TrainingPlan};
use countersign_core::statement::{Body, Statement};

use crate::further::{PROVIDER, compromised, erased, staffed};
use crate::made::id_of;
use crate::rules::further::{Case, begin, by_officer, by_other, by_verifier};
use crate::world::{OTHER_TRAINEE, SUPERVISOR, TRAINEE, World, clean, named, person};

/// Entries of the first trainee: a number for the id, the day, quarters of hours.
fn hours(entries: &[(u64, &str, u32)]) -> Hours {
    let entry = |(id, day, quarters): &(u64, &str, u32)| HourEntry {
        id: id_of(*id),
        day: parse_day(day).unwrap(),
        hours: QuarterHours(*quarters),
        what: clean("Shadowed the echo clinic"),
        codes: vec!["K1".parse().unwrap(), "S26".parse().unwrap()],
    };
    Hours { trainee: named(TRAINEE), entries: entries.iter().map(entry).collect(), meaning: clean(MEANING_HOURS) }
}

fn confirmed(w: &World, entries: &[(u64, &str, u32)]) -> Statement {
    w.say(SUPERVISOR, Role::Supervisor, Body::Hours(hours(entries)))
}

fn changed(w: &World, change: impl FnOnce(&mut Hours)) -> Statement {
    let mut hours = hours(&[(900, "2026-11-19", 14)]);
    change(&mut hours);
    w.say(SUPERVISOR, Role::Supervisor, Body::Hours(hours))
}

fn met(requirement: &str) -> Body {
    outcome(requirement, RequirementOutcome::Met)
}

/// The first trainee's enrolment again, with their age at the start.
fn aged(w: &mut World, young: bool) {
    let mut body = w.enrolment(TRAINEE);
    if let Body::Enrolment(named) = &mut body {
        named.enrolment.aged_16_to_18 = Some(young);
    }
    w.officer_says(body);
}

fn outcome(requirement: &str, outcome: RequirementOutcome) -> Body {
    let reason = clean("GCSE certificates seen");
    Body::Requirement(Requirement {
        trainee: named(TRAINEE),
        requirement: requirement.parse().unwrap(),
        outcome,
        reason,
    })
}

fn confirms(party: Party) -> Body {
    let meaning = clean(Assessment::EndPoint.meaning_of(party).unwrap_or(MEANING_EMPLOYER));
    Body::Confirm(Confirm { trainee: named(TRAINEE), party, meaning })
}

fn recognised(change: impl FnOnce(&mut Recognition)) -> Body {
    let mut said = Recognition {
        trainee: named(TRAINEE),
        standard: StandardRef::new("ST0413", "1.1").unwrap(),
        hours: Some(QuarterHours(480)),
        codes: vec!["K1".parse().unwrap(), "S26".parse().unwrap()],
        reason: clean("Five years as an assistant"),
        support: clean("Certificate of ST0218"),
    };
    change(&mut said);
    Body::Recognition(said)
}

fn planned(change: impl FnOnce(&mut TrainingPlan)) -> Body {
    let month = |month: &str, codes: &[&str]| PlannedMonth {
        month: month.parse().unwrap(),
        hours: QuarterHours(96),
        codes: codes.iter().map(|code| code.parse().unwrap()).collect(),
    };
    let mut plan = TrainingPlan {
        trainee: named(TRAINEE),
        standard: StandardRef::new("ST0413", "1.1").unwrap(),
        months: vec![month("2026-01", &["K1", "S26"]), month("2026-02", &[])],
    };
    change(&mut plan);
    Body::TrainingPlan(plan)
}

fn both_roles(w: &mut World, role: Role) {
    begin(w);
    w.officer_says(Body::Person(person(TRAINEE, &[Role::Trainee, role])));
}

pub const REFUSED: &[(&str, Case)] = &[
    ("HoursAhead", |w| confirmed(w, &[(900, "2026-11-19", 14), (901, "2026-11-22", 4)])),
    ("HoursOfDay", |w| confirmed(w, &[(900, "2026-11-19", 90), (901, "2026-11-19", 7)])),
    ("HoursOfDay", |w| {
        w.add(confirmed(w, &[(900, "2026-11-18", 4), (901, "2026-11-19", 93)]));
        confirmed(w, &[(902, "2026-11-19", 4)])
    }),
    ("HoursTwice", |w| {
        w.add(confirmed(w, &[(900, "2026-11-19", 14)]));
        confirmed(w, &[(900, "2026-11-19", 14)])
    }),
    ("OtherHoursMeaning", |w| changed(w, |h| h.meaning = clean("Fine by me."))),
    ("Form", |w| changed(w, |h| h.entries.clear())),
    ("Form", |w| changed(w, |h| h.entries[0].hours = QuarterHours(97))),
    ("Form", |w| changed(w, |h| h.entries[0].codes.reverse())),
    ("Form", |w| changed(w, |h| h.entries[0].what = clean(&"x".repeat(801)))),
    ("Form", |w| confirmed(w, &[(901, "2026-11-19", 4), (900, "2026-11-19", 4)])),
    ("Form", |w| confirmed(w, &[(900, "2026-11-18", 4), (900, "2026-11-19", 4)])),
    ("NotInRole", |w| {
        begin(w);
        by_verifier(w, Body::Hours(hours(&[(900, "2026-11-19", 14)])))
    }),
    ("NotInRole", |w| w.say(TRAINEE, Role::Trainee, Body::Hours(hours(&[(900, "2026-11-19", 14)])))),
    ("NotInRole", |w| changed(w, |h| h.trainee = named(crate::world::OTHER_SUPERVISOR))),
    ("OwnRecord", |w| {
        both_roles(w, Role::Supervisor);
        w.say(TRAINEE, Role::Supervisor, Body::Hours(hours(&[(900, "2026-11-19", 14)])))
    }),
    ("ShownByRecords", |w| by_officer(w, met("ksbs"))),
    ("ShownByRecords", |w| by_officer(w, met("employer"))),
    ("NotInRole", |w| by_other(w, met("english-maths"))),
    ("NotToDecide", |w| by_officer(w, outcome("degree", RequirementOutcome::Declined))),
    // Not while nobody said how old they were, nor for those aged 16 to 18.
    ("NotAged19", |w| by_officer(w, outcome("english-maths", RequirementOutcome::Included))),
    ("NotAged19", |w| {
        aged(w, true);
        by_officer(w, outcome("english-maths", RequirementOutcome::Declined))
    }),
    ("OwnRecord", |w| {
        both_roles(w, Role::TrainingOfficer);
        w.say(TRAINEE, Role::TrainingOfficer, met("english-maths"))
    }),
    ("NoPartyOfGateway", |w| by_other(w, confirms(Party::Trainee))),
    ("ConfirmedAlready", |w| {
        w.add(by_other(w, confirms(Party::Employer)));
        by_officer(w, confirms(Party::Employer))
    }),
    ("SameForBoth", |w| {
        w.add(by_other(w, confirms(Party::Employer)));
        by_other(w, confirms(Party::Provider))
    }),
    ("OtherConfirm", |w| {
        let mut body = confirms(Party::Provider);
        if let Body::Confirm(confirm) = &mut body {
            confirm.meaning = clean(MEANING_EMPLOYER);
        }
        by_other(w, body)
    }),
    ("NotInRole", |w| {
        begin(w);
        by_verifier(w, confirms(Party::Provider))
    }),
    ("NotInRole", |w| by_other(w, recognised(|_| {}))),
    ("NotInRole", |w| by_other(w, planned(|_| {}))),
    ("NotInRole", |w| by_officer(w, recognised(|said| said.trainee = named(SUPERVISOR)))),
    ("NotInRole", |w| by_officer(w, planned(|plan| plan.trainee = named(SUPERVISOR)))),
    ("OwnRecord", |w| {
        both_roles(w, Role::TrainingOfficer);
        w.say(TRAINEE, Role::TrainingOfficer, recognised(|_| {}))
    }),
    ("OwnRecord", |w| {
        both_roles(w, Role::TrainingOfficer);
        w.say(TRAINEE, Role::TrainingOfficer, planned(|_| {}))
    }),
    ("NotEnrolled", |w| {
        w.officer_says(Body::Person(person("0new", &[Role::Trainee])));
        by_officer(w, recognised(|said| said.trainee = named("0new")))
    }),
    ("OtherStandard", |w| by_officer(w, recognised(|said| said.standard = StandardRef::new("ST0413", "1.0").unwrap()))),
    ("OtherStandard", |w| by_officer(w, planned(|plan| plan.standard = StandardRef::new("ST0413", "1.0").unwrap()))),
    ("NoSuchKsb", |w| by_officer(w, recognised(|said| said.codes = vec!["K99".parse().unwrap()]))),
    ("NoSuchKsb", |w| by_officer(w, planned(|plan| plan.months[1].codes = vec!["K99".parse().unwrap()]))),
    ("Form", |w| by_officer(w, recognised(|said| said.codes.reverse()))),
    ("Form", |w| by_officer(w, recognised(|said| (said.hours, said.codes) = (None, Vec::new())))),
    ("Form", |w| by_officer(w, recognised(|said| said.hours = Some(QuarterHours(40_001))))),
    ("Form", |w| by_officer(w, planned(|plan| plan.months.reverse()))),
    ("Form", |w| by_officer(w, planned(|plan| plan.months.clear()))),
    ("Form", |w| by_officer(w, planned(|plan| plan.months[1].codes = vec!["K1".parse().unwrap()]))),
    ("Form", |w| by_officer(w, planned(|plan| plan.months[0].hours = QuarterHours(744 * 4 + 1)))),
    ("OwnRecord", |w| {
        both_roles(w, Role::TrainingOfficer);
        w.say(TRAINEE, Role::TrainingOfficer, confirms(Party::Employer))
    }),
];

#[test]
fn a_day_is_full_at_24_hours_and_what_was_withdrawn_or_is_in_review_or_is_another_s_takes_no_room() {
    let ok = |w: &World, s: &Statement| assert_eq!(w.judge(s), Ok(()), "{:?}", s.body);
    let mut w = staffed();
    ok(&w, &confirmed(&w, &[(900, "2026-11-19", 96), (901, "2026-11-21", 96)]));
    w.add(confirmed(&w, &[(900, "2026-11-19", 92)]));
    ok(&w, &confirmed(&w, &[(902, "2026-11-19", 4), (903, "2026-11-20", 96)]));
    let mut another = hours(&[(904, "2026-11-19", 96)]);
    another.trainee = named(OTHER_TRAINEE);
    ok(&w, &w.say(SUPERVISOR, Role::Supervisor, Body::Hours(another)));
    let at = w.log.len() - 1;
    let again = [(900, "2026-11-19", 92), (905, "2026-11-19", 4)];
    let mut erased_it = w.clone();
    w.tell(SUPERVISOR, Role::Supervisor, w.withdrawal(at, TRAINEE));
    ok(&w, &confirmed(&w, &again));
    erased_it.officer_says(erased(&erased_it, at));
    ok(&erased_it, &confirmed(&erased_it, &again));
    let mut doubted = staffed();
    doubted.add(confirmed(&doubted, &[(900, "2026-11-19", 92)]));
    doubted.officer_says(compromised(SUPERVISOR, SUPERVISOR, 3));
    ok(&doubted, &by_other(&doubted, Body::Hours(hours(&again))));
}

#[test]
fn what_is_recognised_and_what_is_planned_are_said_again_and_withdrawn_by_a_training_officer() {
    let mut w = staffed();
    for body in [recognised(|_| {}), planned(|_| {})] {
        w.officer_says(body.clone());
        w.officer_says(body.clone());
        let at = w.newest(body.kind());
        w.officer_says(w.withdrawal(at, TRAINEE));
        w.officer_says(body);
    }
}

#[test]
fn the_gateway_is_recorded_by_a_training_officer_and_confirmed_by_two_people_again_once_one_is_withdrawn() {
    let mut w = staffed();
    w.officer_says(met("english-maths"));
    w.officer_says(met("english-maths"));
    aged(&mut w, false);
    w.officer_says(outcome("english-maths", RequirementOutcome::Included));
    w.officer_says(outcome("english-maths", RequirementOutcome::Declined));
    w.add(by_other(&w, confirms(Party::Employer)));
    w.tell(PROVIDER, Role::Supervisor, confirms(Party::Provider));
    let at = w.newest(Kind::Confirm);
    w.officer_says(w.withdrawal(at, TRAINEE));
    w.officer_says(confirms(Party::Provider));
    w.tell(TRAINEE, Role::Trainee, crate::further::acknowledged(&w, at - 1, TRAINEE));
}
