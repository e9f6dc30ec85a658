//! `second-looks` and the draw of a sample: what asks for a second signature, a sample, an answer to one that rejected. Reading,
//! and keeping a draw; must never sign.

use clap::Args;

use crate::app::error::Error;
use crate::app::second_looks::{DrawCame, DrawWish};
use crate::app::service::App;
use crate::cli::answer::{Answer, Failure, listed};
use crate::cli::context::{Context, one};
use crate::cli::filtered::{filter, misread};
use crate::cli::json::looks::{DrawRow, LookRow, SampleDraw, SecondLooks as Shape};
use crate::cli::sheet::{Part, Table, fact};
use crate::cli::verbs_marks::Sample;
use crate::domain::lists::List;
use crate::domain::log_filter::LogFilter;
use crate::domain::person::{Person, Role};
use crate::domain::second_look::{Look, SecondLook};
use crate::domain::when::day_words;

/// `second-looks`.
#[derive(Debug, Args)]
pub struct SecondLooks {
    /// Lists only what fits: words of the trainee's or the signer's name, a code, countersign, sample, rejected.
    pub filter: Vec<String>,
    /// What asks this person; without it, what asks anyone.
    #[arg(long, value_name = "PERSON")]
    pub of: Option<String>,
    /// The most to list.
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    pub most: usize,
}

/// What asks for a second look: what was rejected first, then the oldest.
pub fn second_looks(context: &Context, asked: &SecondLooks) -> Result<Answer, Failure> {
    let app = &context.open()?;
    let roles = [Role::Supervisor, Role::TrainingOfficer, Role::Verifier];
    let of: Option<Person> = asked.of.as_deref().map(|text| one(app, text, &roles)).transpose()?;
    let filter = filter(&asked.filter, List::Looks, app.today())?;
    let window = app.second_looks(of.as_ref().map(|person| &person.id), &filter, (0, asked.most))?;
    let looks = window.rows.iter().map(LookRow::from).collect();
    let shape = Shape { schema: "countersign/second-looks/1", of: window.of, sign_offs: looks };
    Ok(Answer::new(vec![listed(table(&window.rows), "Nothing asks for a second look")], &shape)?)
}

fn table(rows: &[SecondLook]) -> Table {
    let row = |row: &SecondLook| {
        let why = match &row.look {
            Look::Rejected { by, reason } => {
                reason.as_ref().map_or_else(|| by.to_string(), |reason| format!("{by}: {reason}"))
            }
            Look::Countersign => "wants a second signature".to_owned(),
            Look::Sample { draw, .. } => format!("drawn {} of {} from {}", draw.number, draw.of, draw.seed),
        };
        vec![
            row.look.word().to_owned(),
            row.code.to_string(),
            row.trainee_name.to_string(),
            row.outcome.words().to_owned(),
            row.signer_name.to_string(),
            day_words(row.signed.local_day()),
            row.id.to_string(),
            why,
        ]
    };
    let head = vec!["look", "ksb", "trainee", "outcome", "signer", "signed", "id", "why"];
    Table { head, rows: rows.iter().map(row).collect() }
}

/// Draws sign-offs to sample.
pub fn draw(context: &mut Context, asked: &Sample, most: u32) -> Result<Answer, Failure> {
    let app = &mut context.open()?;
    let from = asked.of.join(" ");
    LogFilter::parse(&from, app.today()).map_err(|fault| misread(&fault, &from))?;
    let verifier = context.signer(app, &[Role::Verifier])?;
    let wish = DrawWish { most, seed: asked.seed, at: asked.at, from };
    let came = app.draw_sample(&verifier.id, &wish)?;
    let kept = asked.at.is_none();
    Ok(Answer::new(parts(app, &came, &verifier, kept), &shape(&came, &verifier))?)
}

fn parts(app: &App, came: &DrawCame, verifier: &Person, kept: bool) -> Vec<Part> {
    let from = if came.from.is_empty() { "all".to_owned() } else { came.from.clone() };
    let mut facts = vec![
        fact("Drawn", format!("{} of {} sign-offs", came.rows.len(), came.among)),
        fact("From", from),
        fact("Seed", came.seed),
        fact("At", format!("{} entries of the log", came.at)),
        fact("Verifier", format!("{} {}", verifier.id, verifier.name)),
    ];
    if kept {
        facts.push(fact("Next", "`countersign sample ID --accept`, or `--reject --reason TEXT`, for each"));
    }
    facts.extend(app.head().ok().map(|head| fact("Checkpoint", head.code)));
    vec![Part::Facts(facts), Part::Gap, Part::Table(table(&came.rows))]
}

fn shape(came: &DrawCame, verifier: &Person) -> SampleDraw {
    SampleDraw {
        schema: "countersign/draw/1",
        draw: DrawRow {
            seed: came.seed,
            at: came.at,
            from: came.from.clone(),
            among: came.among,
            verifier: verifier.id.to_string(),
        },
        sign_offs: came.rows.iter().map(LookRow::from).collect(),
    }
}

/// What `sample` needs besides a draw: one sign-off.
pub fn sampled(asked: &Sample) -> Result<&str, Error> {
    asked.id.as_deref().ok_or_else(|| Error::usage("No sign-off is named").hint("Or draw some with --choose N"))
}
