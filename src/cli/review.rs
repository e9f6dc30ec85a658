//! `review` and `clock`: a progress review that was held, the log's newest time put back. Must never sign for anyone who was
//! not named.

use crate::app::error::Error;
use crate::app::service::App;
use crate::cli::answer::{Answer, Failure};
use crate::cli::context::{Context, day, lines, one};
use crate::cli::json::log::Written;
use crate::cli::sheet::{Part, fact};
use crate::cli::verbs_marks::{Clock, Review};
use crate::domain::person::Role;
use crate::domain::review::{NewReview, Party, ReviewAction};
use crate::domain::value::PersonId;
use crate::domain::when::long_day;

/// States a progress review.
pub fn review(context: &mut Context, asked: &Review) -> Result<Answer, Failure> {
    let app = &mut context.open()?;
    let trainee = one(app, &asked.trainee, &[Role::Trainee])?;
    let today = app.today();
    let mut attended = party(app, Party::Employer, &asked.employers)?;
    attended.extend(party(app, Party::Provider, &asked.providers)?);
    let action = |text: &String| {
        let (what, by) = text
            .rsplit_once(" by ")
            .ok_or_else(|| Error::usage(format!("“{text}” has no day")).hint("Write it as “Write up S26 by 1 Dec”"))?;
        let what = lines(Some(what), "--action")?.ok_or_else(|| Error::usage("--action is empty"))?;
        Ok::<_, Error>(ReviewAction { what, by: day(by, "--action", today)? })
    };
    let mut actions = carried(app, &trainee.id, &asked.carry)?;
    for text in &asked.actions {
        actions.push(action(text)?);
    }
    let new = NewReview {
        trainee: trainee.id.clone(),
        held: day(&asked.held, "--held", today)?,
        attended,
        discussed: lines(Some(&asked.discussed), "--discussed")?
            .ok_or_else(|| Error::usage("--discussed is needed"))?,
        actions,
        next: asked.next.as_deref().map(|text| day(text, "--next", today)).transpose()?,
        late: lines(asked.late.as_deref(), "--late")?,
    };
    let held = new.held;
    let agreed: Vec<String> =
        new.actions.iter().map(|action| format!("{} by {}", action.what, long_day(action.by))).collect();
    let signer = context.signer(app, &[Role::Supervisor, Role::TrainingOfficer])?;
    let proof = context.proof(&signer)?;
    let done = app.hold_review(&signer.id, &proof, new)?;
    let next = app.reviews(&trainee.id)?.into_iter().find(|review| done.ids.contains(&review.id));
    let mut facts = vec![fact("Held", long_day(held))];
    facts.extend(next.map(|kept| fact("Next", long_day(kept.review.next))));
    facts.extend(agreed.into_iter().map(|action| fact("Action", action)));
    facts.push(fact("Signer", format!("{} {}", signer.id, signer.name)));
    facts.push(fact("Id", done.ids.first().map(ToString::to_string).unwrap_or_default()));
    facts.push(fact("Checkpoint", &done.head.code));
    let parts = vec![
        Part::Line(format!("Recorded a progress review of {}; the others who attended acknowledge it", trainee.name)),
        Part::Facts(facts),
    ];
    let shape = Written { person: Some(trainee.id.to_string()), ..Written::new(&done.ids, &done.head) };
    Ok(Answer::new(parts, &shape)?)
}

/// The open actions that go on, by number, each with its day or a new one.
fn carried(app: &mut App, trainee: &PersonId, asked: &[String]) -> Result<Vec<ReviewAction>, Error> {
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let (open, today) = (app.review_plan(trainee)?.open, app.today());
    let one = |text: &String| {
        let (number, by) = match text.split_once(" by ") {
            Some((number, by)) => (number, Some(day(by, "--carry", today)?)),
            None => (text.as_str(), None),
        };
        let at = number.trim().parse::<usize>().ok().and_then(|n| n.checked_sub(1));
        let action = at.and_then(|at| open.get(at)).ok_or_else(|| {
            Error::usage(format!("“{text}” is no open action")).hint("`countersign reviews TRAINEE` numbers them")
        })?;
        Ok(ReviewAction { what: action.what.clone(), by: by.unwrap_or(action.by) })
    };
    asked.iter().map(one).collect()
}

fn party(app: &App, party: Party, names: &[String]) -> Result<Vec<(Party, PersonId)>, Error> {
    names.iter().map(|name| Ok((party, one(app, name, &Role::ALL)?.id))).collect()
}

/// Puts the log's newest time back to now.
pub fn clock(context: &mut Context, asked: &Clock) -> Result<Answer, Failure> {
    let app = &mut context.open()?;
    let reason = lines(Some(&asked.reason), "--reason")?.ok_or_else(|| Error::usage("--reason is needed"))?;
    let officer = context.signer(app, &[Role::TrainingOfficer])?;
    let proof = context.proof(&officer)?;
    let done = app.put_clock_back(&officer.id, &proof, &reason)?;
    let parts = vec![
        Part::Line("Put the log's newest time back; later statements are held against this one".to_owned()),
        Part::Facts(vec![fact("Checkpoint", &done.head.code)]),
    ];
    Ok(Answer::new(parts, &Written::new(&done.ids, &done.head))?)
}
