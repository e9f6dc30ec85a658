//! Runs `second-looks` and the draw of `sample`: lists sign-offs that need a second check. Saves the draw, signs nothing.

use clap::Args;

use crate::app::app::App;
use crate::app::error::Error;
use crate::app::record::quality_assurance::{SampleRequest, SampleResult};
use crate::cli::context::filter::{filter, misread};
use crate::cli::context::{Context, one};
use crate::cli::json::looks::{DrawRow, LookRow, SampleDraw, SecondLooks as Shape};
use crate::cli::output::report::{CommandOutput, Failure, listed};
use crate::cli::output::table::{OutputBlock, Table, fact};
use crate::cli::verbs_marks::Sample;
use crate::domain::filter::log::LogFilter;
use crate::domain::filter::schema::FilterTarget;
use crate::domain::people::person::{Person, Role};
use crate::domain::primitives::date::day_words;
use crate::domain::record::quality_assurance::{QaItem, QaReason};

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

/// Lists the sign-offs that need a second check: rejected ones first, then the oldest.
pub fn second_looks(context: &Context, asked: &SecondLooks) -> Result<CommandOutput, Failure> {
    let app = &context.open()?;
    let roles = [Role::Supervisor, Role::TrainingOfficer, Role::Verifier];
    let of: Option<Person> = asked.of.as_deref().map(|text| one(app, text, &roles)).transpose()?;
    let filter = filter(&asked.filter, FilterTarget::Looks, app.today())?;
    let window = app.second_looks(of.as_ref().map(|person| &person.id), &filter, (0, asked.most))?;
    let looks = window.rows.iter().map(LookRow::from).collect();
    let shape = Shape { schema: "countersign/second-looks/1", of: window.of, sign_offs: looks };
    Ok(CommandOutput::new(vec![listed(table(&window.rows), "No second checks are waiting")], &shape)?)
}

fn table(rows: &[QaItem]) -> Table {
    let row = |row: &QaItem| {
        let why = match &row.look {
            QaReason::Rejected { by, reason } => {
                reason.as_ref().map_or_else(|| by.to_string(), |reason| format!("{by}: {reason}"))
            }
            QaReason::Countersign => "needs a second signature".to_owned(),
            QaReason::Sample { draw, .. } => format!("drawn {} of {} from {}", draw.number, draw.of, draw.seed),
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
pub fn draw(context: &mut Context, asked: &Sample, most: u32) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let from = asked.of.join(" ");
    LogFilter::parse(&from, app.today()).map_err(|fault| misread(&fault, &from))?;
    let verifier = context.signer(app, &[Role::Verifier])?;
    let wish = SampleRequest { most, seed: asked.seed, at: asked.at, from };
    let came = app.draw_sample(&verifier.id, &wish)?;
    let kept = asked.at.is_none();
    Ok(CommandOutput::new(parts(app, &came, &verifier, kept), &shape(&came, &verifier))?)
}

fn parts(app: &App, came: &SampleResult, verifier: &Person, kept: bool) -> Vec<OutputBlock> {
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
    vec![OutputBlock::Facts(facts), OutputBlock::Gap, OutputBlock::Table(table(&came.rows))]
}

fn shape(came: &SampleResult, verifier: &Person) -> SampleDraw {
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

/// Returns the sign-off that `sample` needs if it does not draw.
pub fn sampled(asked: &Sample) -> Result<&str, Error> {
    asked.id.as_deref().ok_or_else(|| Error::usage("No sign-off is named").hint("Or draw some with --choose N"))
}
