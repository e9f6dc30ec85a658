//! Runs `reviews`: lists whose next progress review is due, or one trainee's reviews. Read-only.

use clap::Args;
use serde::Serialize;

use crate::app::app::App;
use crate::app::programme::gateway;
use crate::app::programme::reviews;
use crate::app::record::records;
use crate::cli::commands::record::rows::ReviewRow;
use crate::cli::commands::record::trainee::review_row;
use crate::cli::context::Context;
use crate::cli::context::filter::{filter, trainee_first};
use crate::cli::output::report::{CommandOutput, Failure, listed};
use crate::cli::output::table::{OutputBlock, Table};
use crate::domain::filter::Filter;
use crate::domain::filter::schema::FilterTarget;
use crate::domain::people::person::Person;
use crate::domain::primitives::date::day_words;
use crate::domain::programme::filter::ProgrammeFilter;
use crate::domain::programme::review_plan::{ActionFrom, OpenAction, ReviewDue, ReviewPlan, TraineeReviewDue};

/// `reviews`.
#[derive(Debug, Args)]
pub struct ReviewsArgs {
    /// Whose, or else whose next review is due; then what they must be: overdue, by:hawthorn, until:20/11, level:associate.
    #[arg(value_name = "TRAINEE|FILTER")]
    pub filter: Vec<String>,
    /// Also lists those whose next review is not due yet.
    #[arg(long)]
    pub all: bool,
}

/// Lists one trainee's reviews, or all whose next is due.
pub fn reviews(context: &Context, asked: &ReviewsArgs) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let (trainee, rest) = trainee_first(app, &asked.filter, FilterTarget::Reviews)?;
    if let Some(trainee) = trainee {
        let filter = filter(rest, FilterTarget::Programme, app.today())?;
        return of_trainee(app, &trainee, &filter);
    }
    let filter = filter(rest, FilterTarget::Reviews, app.today())?;
    let mut calls = reviews::filter_reviews_due(app, &filter)?;
    // A filter by date overrides the limit to near dates.
    calls.retain(|row| asked.all || filter.asks_days() || !matches!(row.call, ReviewDue::Later(_)));
    let row = |row: &TraineeReviewDue| {
        let last = row.last.map_or_else(|| "none yet".to_owned(), day_words);
        vec![row.name.to_string(), row.call.words(), day_words(row.due), last, row.id.to_string()]
    };
    let head = vec!["trainee", "review", "by", "last", "id"];
    let table = Table { head, rows: calls.iter().map(row).collect() };
    let shape = Reviews { schema: "countersign/reviews/1", trainees: calls.iter().map(CallRow::from).collect() };
    let nothing = if filter.is_empty() {
        "No reviews are due. To list everyone's next review: `countersign reviews --all`"
    } else {
        "No review fits"
    };
    Ok(CommandOutput::new(vec![listed(table, nothing)], &shape)?)
}

fn of_trainee(app: &mut App, trainee: &Person, filter: &Filter) -> Result<CommandOutput, Failure> {
    let (plan, mut reviews) = (gateway::review_plan(app, &trainee.id)?, reviews::reviews(app, &trainee.id)?);
    let standing = records::standing(app, &trainee.id)?;
    let sieve = ProgrammeFilter::new(filter, &standing, app.today());
    reviews.retain(|held| sieve.review(held, &plan));
    // The number is the one that `review --carry` takes, even if the list is filtered.
    let open: Vec<(usize, &OpenAction)> = (1..).zip(&plan.open).filter(|(_, action)| sieve.action(action)).collect();
    let mut parts = vec![
        OutputBlock::Line(format!("Progress reviews of {}: the next is {}", trainee.name, plan.call.words())),
        OutputBlock::Gap,
    ];
    parts.extend(plan.why.iter().cloned().map(OutputBlock::Line));
    if !open.is_empty() {
        let rows = open.iter().map(|(number, action)| open_row(*number, action, app.today())).collect();
        let head = vec!["open", "by", "who", "from", "action"];
        parts.extend([
            OutputBlock::Gap,
            OutputBlock::Line("Still to be done".to_owned()),
            OutputBlock::Table(Table { head, rows }),
        ]);
    }
    if !reviews.is_empty() {
        let head = vec!["review", "state", "next", "signed", "attended", "id", "said"];
        let rows = reviews.iter().map(review_row).collect();
        parts.extend([
            OutputBlock::Gap,
            OutputBlock::Line("Held".to_owned()),
            OutputBlock::Table(Table { head, rows }),
        ]);
    }
    let rows = reviews.iter().map(ReviewRow::from).collect();
    Ok(CommandOutput::new(parts, &TraineeReviews::new(trainee.id.to_string(), &plan, rows))?)
}

fn open_row(number: usize, action: &OpenAction, today: chrono::NaiveDate) -> Vec<String> {
    let late = if action.by < today { " (overdue)" } else { "" };
    let from = match &action.from {
        ActionFrom::Review => "last review".to_owned(),
        ActionFrom::Ksb(code) => format!("{code}, not achieved"),
    };
    let owner = action.owner.as_ref().map(|owner| owner.name.to_string()).unwrap_or_default();
    vec![number.to_string(), format!("{}{late}", day_words(action.by)), owner, from, action.what.to_string()]
}

/// A trainee's reviews.
#[derive(Debug, Serialize)]
pub struct TraineeReviews {
    /// `countersign/trainee-reviews/1`.
    pub schema: &'static str,
    pub person: String,
    pub due: String,
    pub call: &'static str,
    pub days: i64,
    pub meeting: &'static str,
    pub why: Vec<String>,
    pub unsigned: Vec<UnsignedRow>,
    pub open: Vec<OpenRow>,
    pub reviews: Vec<ReviewRow>,
}

/// A review that an attendee has not signed.
#[derive(Debug, Serialize)]
pub struct UnsignedRow {
    pub id: String,
    pub held: String,
    pub missing: Vec<String>,
}

/// An open action.
#[derive(Debug, Serialize)]
pub struct OpenRow {
    /// Its number, from 1.
    pub id: String,
    pub what: String,
    pub by: String,
    pub owner: Option<String>,
    pub code: Option<String>,
}

impl TraineeReviews {
    /// Returns a person's reviews.
    pub fn new(person: String, plan: &ReviewPlan, reviews: Vec<ReviewRow>) -> Self {
        let missing = |one: &crate::domain::programme::review_plan::Unsigned| UnsignedRow {
            id: one.id.to_string(),
            held: one.held.to_string(),
            missing: one.missing.iter().map(|there| there.who.id.to_string()).collect(),
        };
        Self {
            schema: "countersign/trainee-reviews/1",
            person,
            due: plan.due.to_string(),
            call: plan.call.slug(),
            days: days(plan.call),
            meeting: plan.meeting.slug(),
            why: plan.why.clone(),
            unsigned: plan.unsigned.iter().map(missing).collect(),
            open: (1..).zip(&plan.open).map(|(number, action)| OpenRow::new(number, action)).collect(),
            reviews,
        }
    }
}

impl OpenRow {
    fn new(number: usize, action: &OpenAction) -> Self {
        Self {
            id: number.to_string(),
            what: action.what.to_string(),
            by: action.by.to_string(),
            owner: action.owner.as_ref().map(|owner| owner.id.to_string()),
            code: match &action.from {
                ActionFrom::Ksb(code) => Some(code.to_string()),
                ActionFrom::Review => None,
            },
        }
    }
}

/// Returns the days until the due date; negative if overdue.
fn days(call: ReviewDue) -> i64 {
    match call {
        ReviewDue::Overdue(days) => -days,
        ReviewDue::Due(days) | ReviewDue::Later(days) => days,
    }
}

/// Trainees whose next review is due or overdue.
#[derive(Debug, Serialize)]
pub struct Reviews {
    /// `countersign/reviews/1`.
    pub schema: &'static str,
    pub trainees: Vec<CallRow>,
}

/// A trainee's next review.
#[derive(Debug, Serialize)]
pub struct CallRow {
    pub id: String,
    pub name: String,
    pub last: Option<String>,
    pub due: String,
    pub call: &'static str,
    pub days: i64,
}

impl From<&TraineeReviewDue> for CallRow {
    fn from(row: &TraineeReviewDue) -> Self {
        Self {
            id: row.id.to_string(),
            name: row.name.to_string(),
            last: row.last.map(|day| day.to_string()),
            due: row.due.to_string(),
            call: row.call.slug(),
            days: days(row.call),
        }
    }
}
