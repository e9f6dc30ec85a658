//! `enrolment`: a pause, and its end. Must never count a day itself.

use clap::{Args, Subcommand};

use crate::app::error::Error;
use crate::cli::answer::{Answer, Failure};
use crate::cli::context::{Context, day, one};
use crate::cli::json::log::Written;
use crate::cli::sheet::{Part, fact};
use crate::domain::pause::{Span, gateway};
use crate::domain::person::Role;
use crate::domain::text::Clean;
use crate::domain::when::day_words;

/// `enrolment`.
#[derive(Debug, Subcommand)]
pub enum EnrolmentVerb {
    /// Pauses an enrolment: no day of it counts, and all that is expected comes later.
    Pause(PauseEnrolment),
    /// Says when a paused trainee is back.
    Resume(Resume),
}

/// `enrolment pause`.
#[derive(Debug, Args)]
pub struct PauseEnrolment {
    /// Who: an id, or any part of a name that only they have.
    pub trainee: String,
    /// The first day of the pause: 2026-12-01, “1 Dec”, monday.
    #[arg(long, value_name = "DATE")]
    pub from: String,
    /// The first day back, if it is known.
    #[arg(long, value_name = "DATE")]
    pub until: Option<String>,
    /// Why; it stands in the log.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}

/// `enrolment resume`.
#[derive(Debug, Args)]
pub struct Resume {
    /// Who: an id, or any part of a name that only they have.
    pub trainee: String,
    /// The first day back.
    #[arg(long, value_name = "DATE", default_value = "today")]
    pub on: String,
    /// Why; without it, that they are back.
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
}

/// Pauses or resumes.
pub fn enrolment(context: &mut Context, verb: &EnrolmentVerb) -> Result<Answer, Failure> {
    let app = &mut context.open()?;
    let today = app.today();
    let (text, reason) = match verb {
        EnrolmentVerb::Pause(asked) => (&asked.trainee, asked.reason.as_str()),
        EnrolmentVerb::Resume(asked) => (&asked.trainee, asked.reason.as_deref().unwrap_or("Back")),
    };
    let who = one(app, text, &[Role::Trainee])?;
    let reason = Clean::line(reason).map_err(|fault| Error::from(fault).doing("--reason"))?;
    let span = match verb {
        EnrolmentVerb::Pause(asked) => {
            let back = asked.until.as_deref().map(|text| day(text, "--until", today)).transpose()?;
            Span { from: day(&asked.from, "--from", today)?, back }
        }
        EnrolmentVerb::Resume(asked) => {
            let on = day(&asked.on, "--on", today)?;
            let pauses = app.standing(&who.id)?.trainee.pauses;
            let open = pauses.iter().find(|span| span.back.is_none());
            let open = open.or_else(|| pauses.iter().find(|span| span.holds(on)));
            let open = open.ok_or_else(|| {
                Error::refused(format!("{} is not paused", who.name)).hint("`countersign enrolment pause` pauses")
            })?;
            Span { from: open.from, back: Some(on) }
        }
    };
    let officer = context.signer(app, &[Role::TrainingOfficer])?;
    let proof = context.proof(&officer)?;
    let done = app.pause(&officer.id, &proof, &who, span, reason)?;
    let standing = app.standing(&who.id)?;
    let expected = gateway(standing.trainee.start, standing.standard.months(), &standing.trainee.pauses, today);
    let line = match span.back {
        None => format!("{} is paused from {}", who.name, day_words(span.from)),
        Some(back) => format!("{} is paused from {} and back on {}", who.name, day_words(span.from), day_words(back)),
    };
    let parts = vec![
        Part::Line(line),
        Part::Facts(vec![fact("Gateway expected", day_words(expected)), fact("Checkpoint", &done.head.code)]),
    ];
    let shape = Written { person: Some(who.id.to_string()), ..Written::new(&done.ids, &done.head) };
    Ok(Answer::new(parts, &shape)?)
}
