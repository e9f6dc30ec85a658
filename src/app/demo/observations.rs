//! Generates the demo department's sign-offs and claims: visits, outcomes not yet achieved, reassessments and waiting
//! claims.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::demo::days::{at, back, months_back, working, working_days};
use crate::demo::event::{DemoAction, Tag};
use crate::demo::papers::{Paper, paper};
use crate::demo::people::{Programme, WaitingClaim};
use crate::demo::phrases::sign_off;
use crate::demo::trainee::{FIRST_SUPERVISOR, Life, SUPERVISORS, Story, VERIFIER};
use crate::demo::words::{PAPERS, REFLECTIONS};
use crate::error::Error;
use countersign_core::people::person::Role;
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::ids::{ClaimId, KsbCode, PersonId};
use countersign_core::primitives::text::SafeText;
use countersign_core::standard::Standard;
use countersign_core::statement::Body;
use countersign_core::statement::kinds::response::{Acknowledge, Dispute};
use countersign_core::statement::kinds::sample::{Sample, Sampled};
use countersign_core::statement::kinds::sign_off::{Evidence, Outcome, SignOff};
use countersign_core::statement::kinds::withdraw::Withdraw;
use countersign_store::claims::StoredClaim;

/// Months after which a KSB is due for reassessment.
pub const REASSESS_MONTHS: u32 = 24;
/// Apart from what is due for reassessment, nothing current was observed more than this many months ago.
const GOOD_MONTHS: u32 = 22;

/// For each day, the indexes of the KSBs observed and their outcomes.
type Diary = BTreeMap<NaiveDate, Vec<(usize, Outcome)>>;

/// Adds all sign-offs and claims of a trainee.
pub fn tell(story: &mut Story<'_>, life: &Life) -> Result<(), Error> {
    if life.member.moved {
        before_the_move(story, life)?;
    }
    let total = life.standard.ksbs().len();
    let mut order: Vec<usize> = (0..total).collect();
    story.choice.shuffle(&mut order);
    let (lapsed, renew) = life.member.again;
    let shown = (life.signed() + lapsed).min(total);
    let (done, rest) = order.split_at(shown);
    let (again, fresh) = done.split_at((lapsed + renew).min(shown));
    let mut diary = Diary::new();
    for (at, place) in again.iter().enumerate() {
        let from = months_back(story.today, REASSESS_MONTHS);
        let (nth, late) = if at < lapsed { (at, true) } else { (at - lapsed, false) };
        let nth = i64::try_from(nth).unwrap_or_default();
        let day = if late { back(from, 9 + 11 * nth) } else { back(from, -(4 + 7 * nth)) };
        seen(&mut diary, working(day, story.today), *place, Outcome::Achieved);
    }
    spread(story, life, fresh, &mut diary);
    let mut left = rest.iter().copied();
    for (nth, place) in (0..).zip(left.by_ref().take(life.member.not_yet)) {
        let day = working(back(life.end, 11 + 13 * nth), life.end);
        seen(&mut diary, day.max(working(back(life.start, -1), life.end)), place, Outcome::NotAchieved);
    }
    let tags = visits(story, life, &life.standard, &diary)?;
    for one in life.member.asks {
        let places: Vec<usize> = left.by_ref().take(one.ksbs).collect();
        waits(story, life, one, &places)?;
    }
    annotate(story, life, &tags, left.next())
}

fn seen(diary: &mut Diary, day: NaiveDate, place: usize, outcome: Outcome) {
    diary.entry(day).or_default().push((place, outcome));
}

/// Spreads current sign-offs over the days, one to three a visit; some are first not achieved, and old ones are reassessed.
fn spread(story: &mut Story<'_>, life: &Life, places: &[usize], diary: &mut Diary) {
    let days = life.days(9, 3);
    let good_from = months_back(story.today, GOOD_MONTHS);
    let Some(last) = days.last().copied() else { return };
    let mut nth = 0;
    while nth < places.len() {
        let size = story.choice.usize(1..=3).min(places.len() - nth);
        let day = days[nth * days.len() / places.len()];
        for place in &places[nth..nth + size] {
            let before = working(back(day, 30), life.end);
            if before > back(life.start, -4) && story.choice.u8(..) < 24 {
                seen(diary, before, *place, Outcome::NotAchieved);
            }
            seen(diary, day, *place, Outcome::Achieved);
            if day < good_from {
                let again = working(back(day, -(600 + story.choice.i64(0..60))), life.end);
                let paused = life.pause.is_some_and(|(from, till)| from <= again && again < till);
                let again =
                    if again >= last || paused { working(back(last, story.choice.i64(1..40)), last) } else { again };
                seen(diary, again, *place, Outcome::Achieved);
            }
        }
        nth += size;
    }
}

/// Signs a diary visit by visit, some after a claim. Returns the tag and day of each visit.
fn visits(
    story: &mut Story<'_>,
    life: &Life,
    standard: &Arc<Standard>,
    diary: &Diary,
) -> Result<Vec<(Tag, NaiveDate, Outcome)>, Error> {
    let mut tags = Vec::new();
    for (day, seen) in diary {
        for outcome in [Outcome::NotAchieved, Outcome::Achieved] {
            let mut places: Vec<usize> = seen.iter().filter(|one| one.1 == outcome).map(|one| one.0).collect();
            places.sort_unstable();
            places.dedup();
            if places.is_empty() {
                continue;
            }
            let by = supervisor(story, life);
            let moment = at(*day, story.choice.i64(30..520));
            let mut bodies = Vec::new();
            for place in places {
                bodies.push(sign_off(&mut story.choice, &life.who, standard, place, outcome, *day)?);
            }
            // The deadlines of open actions are around today: some past, some to come.
            for body in &mut bodies {
                let open = outcome == Outcome::NotAchieved && *day > back(life.end, 40);
                if let (true, Some(action)) = (open, &mut body.action) {
                    action.by = back(*day, -story.choice.i64(4..31));
                }
            }
            let asked = back(*day, story.choice.i64(2..7));
            if outcome == Outcome::Achieved && asked > life.start && story.choice.u8(..) < 28 {
                answered(story, life, standard, &mut bodies, at(asked, 600), by)?;
            }
            let tag = story.tag();
            let bodies = bodies.into_iter().map(Body::SignOff).collect();
            story.add(moment, by, Role::Supervisor, DemoAction::Sign(bodies, Some(tag)));
            tags.push((tag, *day, outcome));
        }
    }
    Ok(tags)
}

/// Picks a supervisor, mostly one the trainee is assigned to.
fn supervisor(story: &mut Story<'_>, life: &Life) -> usize {
    let under = life.member.under;
    if story.choice.u8(..) < 200 && !under.is_empty() {
        return FIRST_SUPERVISOR + under[story.choice.usize(..under.len())];
    }
    FIRST_SUPERVISOR + story.choice.usize(..SUPERVISORS)
}

/// Adds the claim that these bodies answer.
fn answered(
    story: &mut Story<'_>,
    life: &Life,
    standard: &Standard,
    bodies: &mut [SignOff],
    made: Timestamp,
    by: usize,
) -> Result<(), Error> {
    let codes = bodies.iter().map(|body| body.item.code).collect();
    let of = if story.choice.bool() { Some(story.holders[by].person.id.clone()) } else { None };
    let file = if story.choice.bool() { Some(a_paper(story, life)?) } else { None };
    let id = claim(story, life, standard, codes, of, made, file.clone())?;
    for body in bodies {
        body.claim = Some(id);
        let known = file.iter().map(|file| Evidence { digest: file.looked.digest, name: file.name.text().clone() });
        body.evidence = known.collect();
    }
    Ok(())
}

fn waits(story: &mut Story<'_>, life: &Life, ask: &WaitingClaim, places: &[usize]) -> Result<(), Error> {
    let codes: Vec<KsbCode> = places.iter().map(|place| life.standard.ksbs()[*place].code).collect();
    if codes.is_empty() {
        return Ok(());
    }
    let of = ask.of.map(|of| story.holders[FIRST_SUPERVISOR + of].person.id.clone());
    let made = at(back(story.today, ask.days.max(1)), 500 + story.choice.i64(0..120));
    let file = if ask.file { Some(a_paper(story, life)?) } else { None };
    claim(story, life, &life.standard, codes, of, made, file).map(drop)
}

fn a_paper(story: &mut Story<'_>, life: &Life) -> Result<Paper, Error> {
    let (name, about) = PAPERS[story.choice.usize(..PAPERS.len())];
    paper(name, about, life.who.name.as_str())
}

fn claim(
    story: &mut Story<'_>,
    life: &Life,
    standard: &Standard,
    mut codes: Vec<KsbCode>,
    of: Option<PersonId>,
    made: Timestamp,
    file: Option<Paper>,
) -> Result<ClaimId, Error> {
    codes.sort_unstable();
    let id = ClaimId(story.id(made)?.0);
    let new = StoredClaim {
        id,
        trainee: life.who.id.clone(),
        standard: standard.reference().clone(),
        codes,
        reflection: Some(SafeText::lines(REFLECTIONS[story.choice.usize(..REFLECTIONS.len())])?),
        evidence: file.iter().map(|file| file.looked.digest).collect(),
        of,
        made,
        again: None,
    };
    story.add(made, life.place, Role::Trainee, DemoAction::Claim(Box::new(new), file.map(Box::new)));
    Ok(id)
}

/// Signs all of the assistant's standard, for a trainee who later moved to another.
fn before_the_move(story: &mut Story<'_>, life: &Life) -> Result<(), Error> {
    let standard = story.standard(Programme::Assistant);
    let days = working_days(back(life.start, 380), back(life.start, 20), None);
    let mut diary = Diary::new();
    let total = standard.ksbs().len();
    for place in 0..total {
        seen(&mut diary, days[place / 2 * 2 * days.len() / total], place, Outcome::Achieved);
    }
    visits(story, life, &standard, &diary).map(drop)
}

/// Adds statements about sign-offs: acknowledgements, disputes, samples and withdrawals.
fn annotate(
    story: &mut Story<'_>,
    life: &Life,
    tags: &[(Tag, NaiveDate, Outcome)],
    open: Option<usize>,
) -> Result<(), Error> {
    let who = &life.who;
    let past = |day: NaiveDate, days: i64| back(day, -days) < back(life.end, 1);
    let late = |day: NaiveDate, days: i64, minutes: i64| at(back(day, -days), minutes);
    for (nth, (tag, day, outcome)) in tags.iter().enumerate() {
        let whose = who.clone();
        if life.at.is_multiple_of(5) && nth.is_multiple_of(3) && past(*day, 1) {
            let say = move |of| Body::Acknowledge(Acknowledge { of, trainee: whose.clone() });
            story.add(late(*day, 1, 615), life.place, Role::Trainee, DemoAction::SignAbout(*tag, Box::new(say)));
        } else if life.at % 6 == 1 && nth % 8 == 3 && past(*day, 14) && *outcome == Outcome::Achieved {
            let say = move |of| {
                let trainee = whose.clone();
                Body::Sample(Sample {
                    of,
                    trainee,
                    outcome: Sampled::Accepted,
                    reason: None,
                    draw: None,
                    drawn_from: None,
                })
            };
            story.add(late(*day, 14, 300), VERIFIER, Role::Verifier, DemoAction::SignAbout(*tag, Box::new(say)));
        } else if life.at == 16 && *outcome == Outcome::NotAchieved && nth + 1 == tags.len() && past(*day, 2) {
            let reason = SafeText::lines("I was called away to another room; I would like to show it again")?;
            let say = move |of| Body::Dispute(Dispute { of, trainee: whose.clone(), reason: reason.clone() });
            story.add(late(*day, 2, 620), life.place, Role::Trainee, DemoAction::SignAbout(*tag, Box::new(say)));
        }
    }
    if let (true, Some(place), Some((_, day, _))) = (life.at % 9 == 2, open, tags.last()) {
        let (tag, by) = (story.tag(), life.supervisor());
        let body = sign_off(&mut story.choice, who, &life.standard, place, Outcome::Achieved, *day)?;
        story.add(at(*day, 540), by, Role::Supervisor, DemoAction::Sign(vec![Body::SignOff(body)], Some(tag)));
        let (trainee, reason) = (who.clone(), SafeText::lines("Recorded for the wrong trainee")?);
        let say = move |of| Body::Withdraw(Withdraw { of, trainee: trainee.clone(), reason: reason.clone() });
        story.add(at(*day, 552), by, Role::Supervisor, DemoAction::SignAbout(tag, Box::new(say)));
    }
    Ok(())
}
