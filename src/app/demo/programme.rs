//! Generates the programme events of demo trainees: enrolment, leaving, pauses, progress reviews, hours and gateway
//! records.

use chrono::NaiveDate;

use crate::demo::days::{at, back, working};
use crate::demo::event::DemoAction;
use crate::demo::people::{Programme, Reviews};
use crate::demo::review_answers::answers;
use crate::demo::trainee::{Life, OFFICER, Story, TUTOR};
use crate::demo::words::{AGREED, DISCUSSED, LEARNT};
use crate::error::Error;
use countersign_core::people::break_in_learning::BreakPeriod;
use countersign_core::people::person::{Enrolment, Person, Role};
use countersign_core::primitives::ids::LogOrigin;
use countersign_core::primitives::text::SafeText;
use countersign_core::programme::hours::{HourEntry, QuarterHours};
use countersign_core::programme::pace::pace;
use countersign_core::standard::about::MEANING_EMPLOYER;
use countersign_core::standard::options::Scope;
use countersign_core::statement::Body;
use countersign_core::statement::kinds::confirm::Confirm;
use countersign_core::statement::kinds::enrolment::{NamedEnrolment, Pause};
use countersign_core::statement::kinds::hours::{Hours, MEANING_HOURS};
use countersign_core::statement::kinds::keys::{KeyGrant, proof_text};
use countersign_core::statement::kinds::requirement::{ENGLISH_MATHS, Requirement, RequirementOutcome};
use countersign_core::statement::kinds::response::Acknowledge;
use countersign_core::statement::kinds::review::{Attended, Party, Review, ReviewAction};
use countersign_ledger::sshsig::PROOF_NAMESPACE;

/// Days from one review to the next.
const BETWEEN: i64 = 79;
/// Days of hours confirmed at once.
const TOGETHER: i64 = 63;

/// Adds all programme events of one trainee.
pub fn tell(story: &mut Story<'_>, life: &Life, origin: &LogOrigin) -> Result<(), Error> {
    arrives(story, life, origin)?;
    if let (Some((from, till)), Some((_, known))) = (life.pause, life.member.pause) {
        let pause = |back| {
            let reason = SafeText::line("Parental leave")?;
            Ok::<_, Error>(Body::Pause(Pause { trainee: life.who.clone(), span: BreakPeriod { from, back }, reason }))
        };
        story.add(at(working(back(from, 9), from), 60), OFFICER, Role::TrainingOfficer, say(pause(None)?));
        if known.is_some() {
            story.add(at(working(back(till, 15), till), 60), OFFICER, Role::TrainingOfficer, say(pause(Some(till))?));
        }
    }
    let mut held = Vec::new();
    match life.pause {
        Some((from, till)) if life.member.pause.is_some_and(|pause| pause.1.is_some()) => {
            held.extend(reviews(life.start, from, 5));
            let last = held.len();
            held.extend(reviews(back(till, -6), life.end, 12));
            meet(story, life, &held, Some((last, till)))?;
        }
        Some((from, _)) => {
            held.extend(reviews(life.start, from, 5));
            meet(story, life, &held, Some((held.len(), back(story.today, -40))))?;
        }
        None => {
            let last = match life.member.reviews {
                Reviews::Late(days) => 84 + days,
                _ => 12 + i64::try_from(life.at * 7 % 41).unwrap_or_default(),
            };
            held.extend(reviews(life.start, life.end, last));
            meet(story, life, &held, None)?;
        }
    }
    hours(story, life)?;
    gateway(story, life)?;
    if let Some(days) = life.member.left {
        let person = Person { left: true, ..story.holders[life.place].person.clone() };
        story.add(
            at(working(back(story.today, days), story.today), 560),
            OFFICER,
            Role::TrainingOfficer,
            say(Body::Person(person)),
        );
    }
    Ok(())
}

fn say(body: Body) -> DemoAction {
    DemoAction::Sign(vec![body], None)
}

/// Adds and enrols the trainee with a key; one who was on the assistant's standard before is moved.
fn arrives(story: &mut Story<'_>, life: &Life, origin: &LogOrigin) -> Result<(), Error> {
    let holder = &story.holders[life.place];
    let proof = holder.key.sign(PROOF_NAMESPACE, proof_text(origin, &life.who.id, &holder.public).as_bytes());
    let grant = KeyGrant { person: life.who.clone(), key: holder.public.clone(), proof: proof.into() };
    let specialism = Some(SafeText::line(life.member.specialism)?);
    let enrol = |on: Programme, start: NaiveDate, story: &Story<'_>| {
        let standard = story.standard(on).reference().clone();
        let enrolment = Enrolment {
            trainee: life.who.id.clone(),
            standard,
            start,
            specialism: specialism.clone(),
            weekly: None,
            end: None,
            scope: Scope::default(),
            aged_16_to_18: Some(life.is_young()),
        };
        Body::Enrolment(NamedEnrolment { name: life.who.name.clone(), enrolment })
    };
    let person = holder.person.clone();
    let (level, first, start) = if life.member.moved {
        (Programme::Assistant, Programme::Assistant, back(life.start, 400))
    } else {
        (life.member.on, life.member.on, life.start)
    };
    let begun = Person { level: Some(SafeText::line(level.level())?), ..person.clone() };
    let bodies = vec![Body::Person(begun), Body::Key(grant), enrol(first, start, story)];
    story.add(at(working(back(start, 6), start), 90), OFFICER, Role::TrainingOfficer, DemoAction::Sign(bodies, None));
    if life.member.moved {
        let bodies = vec![Body::Person(person), enrol(life.member.on, life.start, story)];
        story.add(
            at(working(back(life.start, 5), life.start), 95),
            OFFICER,
            Role::TrainingOfficer,
            DemoAction::Sign(bodies, None),
        );
    }
    Ok(())
}

/// Returns the review days in a range, the last one `last` days before its end.
fn reviews(from: NaiveDate, to: NaiveDate, last: i64) -> Vec<NaiveDate> {
    let span = (to - from).num_days() - last;
    if span < 25 {
        return Vec::new();
    }
    let count = (span + BETWEEN - 1) / BETWEEN;
    (1..=count).map(|nth| working(back(from, -(span * nth / count)), to)).collect()
}

/// Adds reviews; `paused` is the number before a pause, and the first day back.
fn meet(
    story: &mut Story<'_>,
    life: &Life,
    days: &[NaiveDate],
    paused: Option<(usize, NaiveDate)>,
) -> Result<(), Error> {
    let supervisor = life.supervisor();
    let total = life.standard.ksbs().len();
    for (nth, held) in days.iter().enumerate() {
        let attended = [(Party::Trainee, life.place), (Party::Employer, supervisor), (Party::Provider, TUTOR)];
        let attended = attended.map(|(party, who)| Attended { party, who: story.holders[who].named() });
        let mut actions = Vec::new();
        for _ in 0..story.choice.usize(1..=2) {
            let what = SafeText::line(AGREED[story.choice.usize(..AGREED.len())])?;
            actions.push(ReviewAction {
                what,
                by: back(*held, -story.choice.i64(21..60)),
                owner: Some(life.who.clone()),
            });
        }
        // Progress at an even pace, since nothing in the log depends on it.
        let (gone, all) = ((*held - life.start).num_days(), (life.end - life.start).num_days().max(1));
        let signed = i64::try_from(life.signed()).unwrap_or_default() * gone / all;
        let (signed, total) = (u16::try_from(signed).unwrap_or_default(), u16::try_from(total).unwrap_or(u16::MAX));
        let ahead = pace(signed, total, life.start, life.standard.months(), *held).ahead;
        let till = paused.filter(|(before, _)| nth + 1 == *before).map(|(_, till)| back(till, -14));
        let content = answers(nth, story.choice.usize(..DISCUSSED.len()), (signed, total, ahead))?;
        let next = till.unwrap_or_else(|| back(*held, -84));
        let review = Review {
            signed,
            all: total,
            actions,
            late: till.map(|_| SafeText::line("A break in learning until then")).transpose()?,
            ..Review::new(life.who.clone(), attended.to_vec(), *held, next, content)
        };
        let tag = story.tag();
        story.add(
            at(*held, 570),
            supervisor,
            Role::Supervisor,
            DemoAction::Sign(vec![Body::Review(review)], Some(tag)),
        );
        let unsigned = life.member.reviews == Reviews::Unsigned && nth + 1 == days.len();
        for (who, role, after) in [(life.place, Role::Trainee, 2), (TUTOR, Role::Supervisor, 5)] {
            if unsigned && role == Role::Trainee {
                continue;
            }
            let trainee = life.who.clone();
            let read = move |of| Body::Acknowledge(Acknowledge { of, trainee: trainee.clone() });
            story.add(at(back(*held, -after), 580), who, role, DemoAction::SignAbout(tag, Box::new(read)));
        }
    }
    Ok(())
}

/// Adds hours at about six a week and confirms them in between; the newest wait.
fn hours(story: &mut Story<'_>, life: &Life) -> Result<(), Error> {
    let share = i64::try_from(life.member.hours).unwrap_or(100).max(1);
    let paused = |day: NaiveDate| life.pause.is_some_and(|(from, till)| from <= day && day < till);
    // 7.5 hours every 8.75 days is six a week.
    let days = (0..).map(|nth| back(life.start, -(4 + nth * 875 / share))).take_while(|day| *day < back(life.end, 2));
    let mut days: Vec<NaiveDate> = days.map(|day| working(day, life.end)).filter(|day| !paused(*day)).collect();
    days.dedup();
    let mut begun = days.first().copied().unwrap_or(life.start);
    let mut entries: Vec<HourEntry> = Vec::new();
    let by = life.supervisor();
    for (nth, on) in days.iter().enumerate() {
        let moment = at(*on, 590);
        let entry = HourEntry {
            id: story.id(moment)?,
            day: *on,
            hours: QuarterHours(30),
            what: SafeText::line(LEARNT[story.choice.usize(..LEARNT.len())])?,
            codes: Vec::new(),
        };
        story.add(moment, life.place, Role::Trainee, DemoAction::Enter(life.who.id.clone(), entry.clone()));
        entries.push(entry);
        let last = nth + 1 == days.len();
        let ends = life.member.ready || life.member.left.is_some();
        if (*on - begun).num_days() >= TOGETHER && !last || last && ends {
            let meaning = SafeText::line(MEANING_HOURS)?;
            let confirmed = Hours { trainee: life.who.clone(), entries: std::mem::take(&mut entries), meaning };
            let on = if last { *on } else { working(back(*on, -1), life.end) };
            story.add(at(on, 600), by, Role::Supervisor, say(Body::Hours(confirmed)));
            begun = on;
        }
    }
    Ok(())
}

/// Records English and maths, and the employer's confirmation if all else is met.
fn gateway(story: &mut Story<'_>, life: &Life) -> Result<(), Error> {
    if life.at.is_multiple_of(2) || life.member.ready || !life.is_young() {
        let seen = (RequirementOutcome::Met, "Certificates seen: English and maths, level 2");
        let declined = (RequirementOutcome::Declined, "Holds a degree taught in English; decided with the employer");
        let decided = !life.at.is_multiple_of(2) && !life.is_young();
        let (outcome, reason) = if decided { declined } else { seen };
        let requirement = Requirement {
            trainee: life.who.clone(),
            requirement: ENGLISH_MATHS.parse()?,
            outcome,
            reason: SafeText::line(reason)?,
        };
        let day = working(back(life.start, -1), life.end);
        story.add(at(day, 70), OFFICER, Role::TrainingOfficer, say(Body::Requirement(requirement)));
    }
    if life.member.ready {
        let meaning = SafeText::line(MEANING_EMPLOYER)?;
        let confirm = Confirm { trainee: life.who.clone(), party: Party::Employer, meaning };
        let day = working(back(story.today, 1), story.today);
        story.add(at(day, 610), life.supervisor(), Role::Supervisor, say(Body::Confirm(confirm)));
    }
    Ok(())
}
