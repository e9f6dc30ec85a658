//! Runs `review` and `clock`: records a progress review, or resets the newest time of the log.

use clap::Args;

use crate::context::{Context, day, lines, one};
use crate::output::report::{CommandOutput, Failure};
use crate::output::table::fact;
use crate::output::written::Written;
use countersign_app::app::App;
use countersign_app::error::Error;
use countersign_app::people::roster;
use countersign_app::programme::{gateway, reviews};
use countersign_core::people::person::Role;
use countersign_core::primitives::date::long_day;
use countersign_core::primitives::ids::PersonId;
use countersign_core::primitives::text::SafeText;
use countersign_core::programme::rating::Rating;
use countersign_core::statement::kinds::review::{Meeting, NOTHING, NewReview, Party, ReviewAction, Topic, answer};

#[derive(Debug, Args)]
pub struct ReviewArgs {
    /// Whose: an id, or any part of a name that matches nobody else.
    pub trainee: String,
    /// Who attended for the employer. Can be repeated. The signer must be named here or under --provider.
    #[arg(long = "employer", value_name = "PERSON")]
    pub employers: Vec<String>,
    /// Who attended for the training provider. Can be repeated.
    #[arg(long = "provider", value_name = "PERSON")]
    pub providers: Vec<String>,
    /// The answers.
    #[command(flatten)]
    pub answers: ReviewAnswers,
    /// 7: a new action, and by which day: “Write up S26 by 1 Dec”. It is the trainee's, unless it begins with the name of who
    /// does it: “Sam: book a session by 1 Dec”. Can be repeated; “nothing” where there is none.
    #[arg(long = "action", value_name = "TEXT by DATE")]
    pub actions: Vec<String>,
    /// The rating: red, amber, green or blue. Without it, the program shows what it worked out from the plan.
    #[arg(long, value_name = "RATING")]
    pub rating: Option<Rating>,
    /// Why the rating differs from the one worked out.
    #[arg(long, value_name = "TEXT")]
    pub rating_reason: Option<String>,
    /// This is the review at the end of a year, where the programme has one.
    #[arg(long)]
    pub year_end: bool,
    /// Carries an open action over: its number in `reviews TRAINEE`, with a new date if you want one: 2, or “2 by 1 Dec”.
    /// Can be repeated. An action that is not carried over counts as done.
    #[arg(long = "carry", value_name = "N [by DATE]")]
    pub carry: Vec<String>,
    /// The day it was held: today, yesterday, “20 Nov”, 2026-11-20.
    #[arg(long, value_name = "DATE", default_value = "today")]
    pub held: String,
    /// The day of the next review. Without it, the latest day that the rule allows.
    #[arg(long, value_name = "DATE")]
    pub next: Option<String>,
    /// Why the next is later than the rule allows.
    #[arg(long, value_name = "TEXT")]
    pub late: Option<String>,
}

/// The answers of a review that are texts. None may be left out: “nothing” says that there is nothing to report.
#[derive(Debug, Args)]
pub struct ReviewAnswers {
    /// 1: what came of the last actions, and the training since the last review.
    #[arg(long, value_name = "TEXT")]
    pub last_actions: Option<String>,
    /// 2: the evidence of off-the-job training.
    #[arg(long, value_name = "TEXT")]
    pub evidence: Option<String>,
    /// 3: progress against the plan, planned hours that slipped and what is done about it.
    #[arg(long, value_name = "TEXT")]
    pub against_plan: Option<String>,
    /// 4: changes to the plan.
    #[arg(long, value_name = "TEXT")]
    pub changes: Option<String>,
    /// 5: concerns of any party.
    #[arg(long, value_name = "TEXT")]
    pub concerns: Option<String>,
    /// 6: new information and changes of circumstance: prior learning, learning support.
    #[arg(long, value_name = "TEXT")]
    pub new_information: Option<String>,
}

#[derive(Debug, Args)]
pub struct ClockArgs {
    /// What happened.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}

/// Records a progress review.
pub fn review(context: &mut Context, asked: &ReviewArgs) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let trainee = one(app, &asked.trainee, &[Role::Trainee])?;
    let today = app.today();
    let mut attended = party(app, Party::Employer, &asked.employers)?;
    attended.extend(party(app, Party::Provider, &asked.providers)?);
    let meeting = gateway::review_plan(app, &trainee.id)?.meeting;
    everyone_is_named(if asked.year_end { Meeting::YearEnd } else { meeting }, &attended)?;
    let texts = texts(asked)?;
    let held = day(&asked.held, "--held", today)?;
    let action = |text: &String| {
        let (what, by) = text
            .rsplit_once(" by ")
            .ok_or_else(|| Error::usage(format!("“{text}” has no date")).hint("Write it as “Write up S26 by 1 Dec”"))?;
        let what = lines(Some(what), "--action")?.ok_or_else(|| Error::usage("--action is empty"))?;
        Ok::<_, Error>(ReviewAction { what, by: day(by, "--action", held)?, owner: None })
    };
    let mut actions = carried(app, &trainee.id, &asked.carry)?;
    match asked.actions.as_slice() {
        [none] if is_nothing(none)? => {}
        [] if actions.is_empty() => {
            return Err(Error::usage("Question 7 has no answer: new actions")
                .hint("Give each with --action, such as “Write up S26 by 1 Dec”, or --action nothing")
                .into());
        }
        some => {
            for text in some {
                actions.push(action(text)?);
            }
        }
    }
    let new = NewReview {
        trainee: trainee.id.clone(),
        held,
        attended,
        meeting: asked.year_end.then_some(Meeting::YearEnd),
        texts,
        actions,
        rating: asked.rating,
        rating_reason: lines(asked.rating_reason.as_deref(), "--rating-reason")?,
        next: asked.next.as_deref().map(|text| day(text, "--next", held)).transpose()?,
        late: lines(asked.late.as_deref(), "--late")?,
    };
    let (signer, proof) = context.signer_and_proof(app, &[Role::Supervisor, Role::TrainingOfficer])?;
    let done = reviews::hold_review(app, &signer.id, &proof, new)?;
    let next = reviews::reviews(app, &trainee.id)?.into_iter().find(|review| done.ids.contains(&review.id));
    let mut facts = vec![fact("Held", long_day(held))];
    if let Some(kept) = &next {
        facts.extend(kept.review.rated().map(|rated| fact("Rating", rated.words())));
        facts.extend(kept.review.actions.iter().map(|action| fact("Action", action.words())));
        facts.push(fact("Next", long_day(kept.review.next)));
    }
    facts.push(fact("Signer", format!("{} {}", signer.id, signer.name)));
    facts.push(fact("Id", done.ids.first().map(ToString::to_string).unwrap_or_default()));
    let line = format!(
        "Recorded a {} of {}. The others who attended still need to sign it",
        next.as_ref().map_or(Meeting::Progress, |kept| kept.review.meeting).words(),
        trainee.name
    );
    Ok(CommandOutput::written(line, facts, &Written::about(&trainee.id, &done.ids, &done.head))?)
}

/// Reads the open actions to carry over: numbers, each with its own day or a new one.
fn carried(app: &mut App, trainee: &PersonId, asked: &[String]) -> Result<Vec<ReviewAction>, Error> {
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let (open, today) = (gateway::review_plan(app, trainee)?.open, app.today());
    let one = |text: &String| {
        let (number, by) = match text.split_once(" by ") {
            Some((number, by)) => (number, Some(day(by, "--carry", today)?)),
            None => (text.as_str(), None),
        };
        let at = number.trim().parse::<usize>().ok().and_then(|n| n.checked_sub(1));
        let action = at.and_then(|at| open.get(at)).ok_or_else(|| {
            Error::usage(format!("“{text}” is not an open action"))
                .hint("`countersign reviews TRAINEE` shows their numbers")
        })?;
        Ok(ReviewAction { what: action.what.clone(), by: by.unwrap_or(action.by), owner: action.owner.clone() })
    };
    asked.iter().map(one).collect()
}

/// Returns the six answers, or an error that names the first missing one.
fn texts(asked: &ReviewArgs) -> Result<[SafeText; 6], Error> {
    let mut answers = Vec::with_capacity(Topic::TEXTS.len());
    for ((number, topic), typed_answer) in (1..).zip(Topic::TEXTS).zip(asked.answers.in_order()) {
        let option = format!("--{}", topic.slug());
        let text = lines(typed_answer, &option)?.ok_or_else(|| {
            let what = format!("Question {number} has no answer: {}", topic.words().to_lowercase());
            Error::usage(what)
                .hint(format!("Answer it with {option}. If there is nothing to report: “{option} nothing”"))
        })?;
        answers.push(answer(text));
    }
    answers.try_into().map_err(|_| Error::usage("A review has six answers and its actions"))
}

fn is_nothing(text: &str) -> Result<bool, Error> {
    let text = SafeText::line(text).map_err(|fault| Error::from(fault).context("--action"))?;
    Ok(answer(text).as_str() == NOTHING)
}

/// Checks that all parties are named: a progress review is of all three, other meetings of the trainee and one more.
fn everyone_is_named(meeting: Meeting, attended: &[(Party, PersonId)]) -> Result<(), Error> {
    let missing: Vec<Party> = [Party::Employer, Party::Provider]
        .into_iter()
        .filter(|party| !attended.iter().any(|(of, _)| of == party))
        .collect();
    match (meeting, missing.as_slice()) {
        (Meeting::Progress, [party, ..]) => Err(Error::usage(format!("Nobody is named for the {}", party.slug()))
            .hint(format!("Say who was there with --{}", party.slug()))),
        (_, [_, _]) => {
            Err(Error::usage("Nobody is named but the trainee").hint("Say who was there with --employer or --provider"))
        }
        _ => Ok(()),
    }
}

fn party(app: &App, party: Party, names: &[String]) -> Result<Vec<(Party, PersonId)>, Error> {
    names.iter().map(|name| Ok((party, one(app, name, &Role::ALL)?.id))).collect()
}

/// Resets the newest time of the log to now.
pub fn clock(context: &mut Context, asked: &ClockArgs) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let reason = lines(Some(&asked.reason), "--reason")?.ok_or_else(|| Error::usage("--reason is needed"))?;
    let (officer, proof) = context.signer_and_proof(app, &[Role::TrainingOfficer])?;
    let done = roster::put_clock_back(app, &officer.id, &proof, &reason)?;
    let line = "Put the log's newest time back. Later statements are checked against this one".to_owned();
    let facts = vec![fact("Checkpoint", &done.head.code)];
    Ok(CommandOutput::written(line, facts, &Written::new(&done.ids, &done.head))?)
}

impl ReviewAnswers {
    /// Returns the answers in the order of the questions.
    pub fn in_order(&self) -> [Option<&str>; 6] {
        let all = [
            &self.last_actions,
            &self.evidence,
            &self.against_plan,
            &self.changes,
            &self.concerns,
            &self.new_information,
        ];
        all.map(Option::as_deref)
    }
}
