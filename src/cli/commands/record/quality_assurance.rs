//! Runs `second-checks` and the draw of `sample`: lists sign-offs that need a second check. Saves the draw, signs nothing.

use clap::{ArgGroup, Args};
use serde::Serialize;

use crate::context::filter::{filter, misread};
use crate::context::{Context, one};
use crate::output::report::{CommandOutput, Failure, listed};
use crate::output::table::{OutputBlock, Table, fact};
use countersign_app::app::App;
use countersign_app::error::Error;
use countersign_app::record::quality_assurance::{self, SampleRequest, SampleResult};
use countersign_core::filter::log::LogFilter;
use countersign_core::filter::schema::FilterTarget;
use countersign_core::people::person::{Person, Role};
use countersign_core::primitives::date::day_words;
use countersign_core::record::quality_assurance::{QaItem, QaReason};
use countersign_core::record::sampling::MOST_DRAWN;
use countersign_core::statement::kinds::sample::Draw;

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").args(["accept", "reject", "choose"]).required(true))]
pub struct SampleArgs {
    /// The sign-off's id, as `trainee`, `history` and `second-checks` show it.
    #[arg(required_unless_present = "choose", conflicts_with = "choose")]
    pub id: Option<String>,
    /// Accepts the sign-off.
    #[arg(long)]
    pub accept: bool,
    /// Rejects the sign-off, so that it no longer counts; needs --reason.
    #[arg(long, requires = "reason")]
    pub reject: bool,
    /// Why.
    #[arg(long, value_name = "TEXT", conflicts_with = "choose")]
    pub reason: Option<String>,
    /// The draw that chose it, if --choose did not, such as 2026/3/20: the third of 20 from seed 2026.
    #[arg(long, value_name = "SEED/PLACE/TOTAL", value_parser = parse_draw, conflicts_with = "choose")]
    pub draw: Option<Draw>,
    /// Draws this many sign-offs at random and lists them. `second-checks` keeps them until they are sampled.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_DRAWN)))]
    pub choose: Option<u32>,
    /// Draws from this seed, or from a random one without it. The same seed and log size give the same sign-offs.
    #[arg(long, value_name = "SEED", requires = "choose")]
    pub seed: Option<u64>,
    /// Repeats a draw from the log as it was with this many entries. The draw is not kept.
    #[arg(long, value_name = "SIZE", requires_all = ["choose", "seed"])]
    pub at: Option<u64>,
    /// Draws only from sign-offs that fit, as in `history`: words of the text, by:NAME, since:DAY, until:DAY.
    #[arg(long, value_name = "FILTER", num_args = 1.., requires = "choose")]
    pub of: Vec<String>,
}

#[derive(Debug, Args)]
pub struct SecondChecksArgs {
    /// Lists only what fits: words of the trainee's or the signer's name, a code, countersign, sample, rejected.
    pub filter: Vec<String>,
    /// Only what waits for this person. Without it, everything that waits.
    #[arg(long, value_name = "PERSON")]
    pub of: Option<String>,
    /// The most to list.
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub most: u32,
}

/// Lists the sign-offs that need a second check: rejected ones first, then the oldest.
pub fn second_looks(context: &Context, asked: &SecondChecksArgs) -> Result<CommandOutput, Failure> {
    let app = &context.open()?;
    let roles = [Role::Supervisor, Role::TrainingOfficer, Role::Verifier];
    let of: Option<Person> = asked.of.as_deref().map(|text| one(app, text, &roles)).transpose()?;
    let filter = filter(&asked.filter, FilterTarget::Looks, app.today())?;
    let window =
        quality_assurance::second_looks(app, of.as_ref().map(|person| &person.id), &filter, (0, asked.most as usize))?;
    let looks = window.rows.iter().map(QaItemRow::new).collect();
    let shape = SecondChecksReport { schema: "countersign/second-looks/1", of: window.of, sign_offs: looks };
    let nothing = match (&of, filter.is_empty()) {
        (_, false) => "No second check matches".to_owned(),
        (Some(person), true) => format!("No second checks are waiting for {}", person.name),
        (None, true) => "No second checks are waiting".to_owned(),
    };
    Ok(CommandOutput::new(vec![listed(table(&window.rows), &nothing)], &shape)?)
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
        cells![
            row.look.word(),
            row.code,
            row.trainee_name,
            row.outcome.words(),
            row.signer_name,
            day_words(row.signed.local_day()),
            row.id,
            why
        ]
    };
    let head = vec!["check", "ksb", "trainee", "outcome", "signer", "signed", "id", "why"];
    Table { head, rows: rows.iter().map(row).collect() }
}

/// Draws sign-offs to sample.
pub fn draw(context: &mut Context, asked: &SampleArgs, most: u32) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let from = asked.of.join(" ");
    LogFilter::parse(&from, app.today()).map_err(|fault| misread(&fault, &from))?;
    let verifier = context.signer(app, &[Role::Verifier])?;
    let wish = SampleRequest { most, seed: asked.seed, at: asked.at, from };
    let drawn = quality_assurance::draw_sample(app, &verifier.id, &wish)?;
    let kept = asked.at.is_none();
    Ok(CommandOutput::new(parts(app, &drawn, &verifier, kept), &shape(&drawn, &verifier))?)
}

fn parts(app: &App, drawn: &SampleResult, verifier: &Person, kept: bool) -> Vec<OutputBlock> {
    let from = if drawn.from.is_empty() { "all".to_owned() } else { drawn.from.clone() };
    let mut facts = vec![
        fact("From", from),
        fact("Seed", drawn.seed),
        fact("At", format!("{} entries of the log", drawn.at)),
        fact("Verifier", format!("{} {}", verifier.id, verifier.name)),
    ];
    if kept {
        facts.push(fact("Next", "`countersign sample ID --accept`, or `--reject --reason TEXT`, for each"));
    }
    facts.extend(app.head().ok().map(|head| fact("Checkpoint", head.code)));
    let line = format!("Drew {} of {} sign-offs", drawn.rows.len(), drawn.among);
    vec![OutputBlock::Line(line), OutputBlock::Facts(facts), OutputBlock::Gap, OutputBlock::Table(table(&drawn.rows))]
}

fn shape(drawn: &SampleResult, verifier: &Person) -> SampleDraw {
    SampleDraw {
        schema: "countersign/draw/1",
        draw: DrawRow {
            seed: drawn.seed,
            at: drawn.at,
            from: drawn.from.clone(),
            among: drawn.among,
            verifier: verifier.id.to_string(),
        },
        sign_offs: drawn.rows.iter().map(QaItemRow::new).collect(),
    }
}

/// Returns the sign-off that `sample` needs if it does not draw.
pub fn sampled(asked: &SampleArgs) -> Result<&str, Error> {
    asked.id.as_deref().ok_or_else(|| Error::usage("No sign-off is named").hint("Or draw some with --choose N"))
}

/// A page of sign-offs that need a second check.
#[derive(Debug, Serialize)]
pub struct SecondChecksReport {
    pub schema: &'static str,
    /// Total number of matches.
    pub of: u64,
    pub sign_offs: Vec<QaItemRow>,
}

#[derive(Debug, Serialize)]
pub struct SampleDraw {
    pub schema: &'static str,
    /// How to repeat the draw.
    pub draw: DrawRow,
    /// The drawn sign-offs.
    pub sign_offs: Vec<QaItemRow>,
}

/// How to repeat a draw.
#[derive(Debug, Serialize)]
pub struct DrawRow {
    pub seed: u64,
    pub at: u64,
    pub from: String,
    pub among: u64,
    pub verifier: String,
}

json_row! {
    /// A sign-off that needs a second check.
    QaItemRow from (row: &QaItem) {
        id: String = row.id.to_string(),
        look: &'static str = row.look.word(),
        ksb: String = row.code.to_string(),
        trainee: String = row.trainee.to_string(),
        trainee_name: String = row.trainee_name.to_string(),
        outcome: &'static str = row.outcome.slug(),
        signer_name: String = row.signer_name.to_string(),
        signed: String = row.signed.to_string(),
        by_name: Option<String> = match &row.look { QaReason::Rejected { by, .. } => Some(by.to_string()), _ => None },
        reason: Option<String> = match &row.look {
            QaReason::Rejected { reason, .. } => reason.as_ref().map(ToString::to_string),
            _ => None,
        },
        number: Option<u32> = match &row.look { QaReason::Sample { draw, .. } => Some(draw.number), _ => None },
    }
}

fn parse_draw(text: &str) -> Result<Draw, String> {
    let refused = || format!("“{text}” is not a draw. Write SEED/PLACE/TOTAL, such as 2026/3/20");
    let parts: Vec<&str> = text.split('/').collect();
    let [seed, number, of] = parts.as_slice() else { return Err(refused()) };
    let read = (seed.parse().ok(), number.parse().ok(), of.parse().ok());
    let (Some(seed), Some(number), Some(of)) = read else { return Err(refused()) };
    if (1..=of).contains(&number) { Ok(Draw { seed, number, of, at: None }) } else { Err(refused()) }
}
