//! Generates the demo's list of local competences and the sign-offs on it.

use std::sync::Arc;

use chrono::NaiveDate;

use crate::demo::days::{at, back, months_back, working};
use crate::demo::event::DemoAction;
use crate::demo::phrases::sign_off;
use crate::demo::trainee::{FIRST_SUPERVISOR, Life, Story};
use crate::error::Error;
use countersign_core::import::local::read::local;
use countersign_core::people::person::Role;
use countersign_core::primitives::ids::PersonId;
use countersign_core::standard::Standard;
use countersign_core::statement::Body;
use countersign_core::statement::kinds::sign_off::Outcome;

/// The example that ships with the program, adapted to this department.
const TEXT: &str = include_str!("../../../data/competences-example.toml");

/// Returns the list. One supervisor signs what the example leaves to training officers, who do not supervise here, and
/// monitor fitting is reassessed every year.
pub fn list(examiner: &PersonId) -> Result<Standard, Error> {
    let mut text = TEXT.to_owned();
    for (from, to) in [
        ("may-sign = [\"training-officer\"]", format!("may-sign = [\"person:{examiner}\"]")),
        ("observations = 3\nmonths = 24", "observations = 3\nmonths = 12".to_owned()),
        ("Cardiology: local competences (example)", "Demo Department: local competences (made up)".to_owned()),
    ] {
        text = text.replacen(from, &to, 1);
    }
    local(text.as_bytes()).list.ok_or_else(|| Error::refused("The demo's list cannot be read"))
}

/// Index of the competence; number of observations; time since the last one, in whole months and days; its outcome.
type Seen = (usize, i64, (u32, i64), Outcome);

const WELL: Outcome = Outcome::Achieved;

/// The observations of each trainee.
const SEEN: [(&str, &[Seen]); 4] = [
    // One in each state: partly, renew, lapsed, signed.
    ("Alex Trainee", &[(0, 3, (0, 8), WELL), (1, 3, (12, -15), WELL), (2, 5, (12, 20), WELL), (3, 1, (1, 0), WELL)]),
    ("Ben Hawthorn", &[(0, 2, (0, 6), WELL), (3, 1, (0, 13), Outcome::NotAchieved)]),
    ("Liam Alder", &[(0, 5, (2, 0), WELL), (1, 2, (0, 20), WELL), (3, 1, (5, 0), WELL)]),
    ("Siân Llywelyn-Pritchard-Jones", &[(0, 5, (3, 0), WELL), (1, 3, (4, 0), WELL), (3, 1, (9, 0), WELL)]),
];

/// Adds a trainee's observations of local competences, three weeks apart.
pub fn tell(story: &mut Story<'_>, life: &Life, list: &Arc<Standard>) -> Result<(), Error> {
    let Some((_, all)) = SEEN.iter().find(|(name, _)| *name == life.member.name) else { return Ok(()) };
    // A separate generator, so that the draws here do not change the other stories.
    let mut choice = fastrand::Rng::with_seed(life.at as u64);
    for (place, times, (months, days), last) in *all {
        let newest: NaiveDate = back(months_back(story.today, *months), *days);
        let by = if list.ksbs().get(*place).is_some_and(|ksb| list.term(ksb.code).is_some_and(|t| !t.who.is_empty())) {
            FIRST_SUPERVISOR + 1
        } else {
            life.supervisor()
        };
        for time in 0..*times {
            let day = working(back(newest, 21 * time), story.today);
            let outcome = if time == 0 { *last } else { WELL };
            let body = sign_off(&mut choice, &life.who, list, *place, outcome, day)?;
            story.add(at(day, 525), by, Role::Supervisor, DemoAction::Sign(vec![Body::SignOff(body)], None));
        }
    }
    Ok(())
}
