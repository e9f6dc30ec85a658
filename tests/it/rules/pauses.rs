//! What a pause of an enrolment may be, and what it is refused for.

use countersign_core::people::break_in_learning::{BreakPeriod, gateway};
use countersign_core::people::person::Role;
use countersign_core::primitives::date::parse_day;
use countersign_core::statement::Body;
use countersign_core::statement::kinds::enrolment::Pause;

use crate::rules::further::{Case, begin, by_officer, by_other};
use crate::world::{SUPERVISOR, TRAINEE, World, clean, named, person, pid};

fn pause(who: &str, from: &str, back: Option<&str>) -> Body {
    let day = |text: &str| parse_day(text).unwrap();
    let span = BreakPeriod { from: day(from), back: back.map(day) };
    Body::Pause(Pause { trainee: named(who), span, reason: clean("Parental leave") })
}

/// With one pause that has ended and one that has not.
fn paused(w: &mut World) {
    begin(w);
    w.officer_says(pause(TRAINEE, "2026-03-01", Some("2026-05-01")));
    w.officer_says(pause(TRAINEE, "2026-11-01", None));
}

pub const REFUSED: &[(&str, Case)] = &[
    ("NotInRole", |w| by_other(w, pause(TRAINEE, "2026-03-01", None))),
    ("NotInRole", |w| by_officer(w, pause(SUPERVISOR, "2026-03-01", None))),
    ("NotEnrolled", |w| {
        w.officer_says(Body::Person(person("0new", &[Role::Trainee])));
        by_officer(w, pause("0new", "2026-03-01", None))
    }),
    ("PauseDays", |w| by_officer(w, pause(TRAINEE, "1999-12-31", None))),
    ("PauseDays", |w| by_officer(w, pause(TRAINEE, "2026-03-01", Some("2026-02-28")))),
    ("PauseMeets", |w| {
        paused(w);
        by_officer(w, pause(TRAINEE, "2026-04-30", Some("2026-06-01")))
    }),
    ("PauseMeets", |w| {
        paused(w);
        by_officer(w, pause(TRAINEE, "2026-12-01", Some("2027-01-01")))
    }),
    ("PauseMeets", |w| {
        paused(w);
        by_officer(w, pause(TRAINEE, "2026-02-01", None))
    }),
    ("PauseSame", |w| {
        paused(w);
        by_officer(w, pause(TRAINEE, "2026-11-01", None))
    }),
];

#[test]
fn a_pause_said_again_with_its_first_day_is_changed_and_those_next_to_it_stay() {
    let mut w = World::new();
    paused(&mut w);
    w.officer_says(pause(TRAINEE, "2026-05-01", Some("2026-06-01")));
    w.officer_says(pause(TRAINEE, "2026-11-01", Some("2026-11-21")));
    let spans = &w.roster.pauses[&pid(TRAINEE)];
    assert_eq!(spans.len(), 3, "{spans:?}");
    let (start, today) = (parse_day("2025-09-20").unwrap(), parse_day("2026-11-20").unwrap());
    // 61, 31 and 20 days.
    assert_eq!(gateway(start, 36, spans, today), parse_day("2029-01-10").unwrap());
    // One that was none after all no longer counts.
    w.officer_says(pause(TRAINEE, "2026-11-01", Some("2026-11-01")));
    assert_eq!(gateway(start, 36, &w.roster.pauses[&pid(TRAINEE)], today), parse_day("2028-12-21").unwrap());
}
