//! Runs `reviews`: lists whose next progress review is due, or one trainee's reviews. Read-only.

use clap::Args;
use serde::Serialize;

use crate::commands::record::rows::ReviewRow;
use crate::commands::record::trainee::review_row;
use crate::context::Context;
use crate::context::filter::{filter, trainee_first};
use crate::output::report::{CommandOutput, Failure, listed, section};
use crate::output::table::{OutputBlock, Table};
use countersign_app::app::App;
use countersign_app::programme::{gateway, reviews};
use countersign_app::record::records;
use countersign_core::filter::Filter;
use countersign_core::filter::schema::FilterTarget;
use countersign_core::people::person::Person;
use countersign_core::primitives::date::day_words;
use countersign_core::programme::filter::ProgrammeFilter;
use countersign_core::programme::review_plan::{
    ActionFrom, OpenAction, ReviewDue, ReviewPlan, TraineeReviewDue, Unsigned,
};

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
    let shape = Reviews { schema: "countersign/reviews/1", trainees: calls.iter().map(ReviewDueRow::new).collect() };
    let nothing = if filter.is_empty() {
        "No reviews are due. To list everyone's next review: `countersign reviews --all`"
    } else {
        "No review matches"
    };
    Ok(CommandOutput::new(vec![listed(table, nothing)], &shape)?)
}

fn of_trainee(app: &mut App, trainee: &Person, filter: &Filter) -> Result<CommandOutput, Failure> {
    let (plan, mut reviews) = (gateway::review_plan(app, &trainee.id)?, reviews::reviews(app, &trainee.id)?);
    let trainee_record = records::trainee_record(app, &trainee.id)?;
    let sieve = ProgrammeFilter::new(filter, &trainee_record, app.today());
    reviews.retain(|recorded| sieve.review(recorded, &plan));
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
        parts.extend(section("Still to be done", Table { head, rows }));
    }
    if !reviews.is_empty() {
        let head = vec!["review", "state", "next", "signed", "attended", "id", "said"];
        let rows = reviews.iter().map(review_row).collect();
        parts.extend(section("Held", Table { head, rows }));
    }
    if open.is_empty() && reviews.is_empty() {
        let nothing = if filter.is_empty() { "No review is recorded yet" } else { "No review matches" };
        parts.extend([OutputBlock::Gap, OutputBlock::Line(nothing.to_owned())]);
    }
    let rows = reviews.iter().map(ReviewRow::new).collect();
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

json_row! {
    /// A trainee's reviews.
    TraineeReviews from (person: String, plan: &ReviewPlan, reviews: Vec<ReviewRow>) {
        schema: &'static str = "countersign/trainee-reviews/1",
        person: String = person,
        due: String = plan.due.to_string(),
        call: &'static str = plan.call.slug(),
        days: i64 = days(plan.call),
        meeting: &'static str = plan.meeting.slug(),
        why: Vec<String> = plan.why.clone(),
        unsigned: Vec<UnsignedRow> = plan.unsigned.iter().map(UnsignedRow::new).collect(),
        open: Vec<OpenRow> = (1..).zip(&plan.open).map(|(number, action)| OpenRow::new(number, action)).collect(),
        reviews: Vec<ReviewRow> = reviews,
    }
}

json_row! {
    /// A review that an attendee has not signed.
    UnsignedRow from (one: &Unsigned) {
        id: String = one.id.to_string(),
        held: String = one.held.to_string(),
        missing: Vec<String> = one.missing.iter().map(|there| there.who.id.to_string()).collect(),
    }
}

json_row! {
    OpenRow from (number: usize, action: &OpenAction) {
        /// Its number, from 1.
        id: String = number.to_string(),
        what: String = action.what.to_string(),
        by: String = action.by.to_string(),
        owner: Option<String> = action.owner.as_ref().map(|owner| owner.id.to_string()),
        code: Option<String> = match &action.from {
            ActionFrom::Ksb(code) => Some(code.to_string()),
            ActionFrom::Review => None,
        },
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
    pub schema: &'static str,
    pub trainees: Vec<ReviewDueRow>,
}

json_row! {
    /// A trainee's next review.
    ReviewDueRow from (row: &TraineeReviewDue) {
        id: String = row.id.to_string(),
        name: String = row.name.to_string(),
        last: Option<String> = row.last.map(|day| day.to_string()),
        due: String = row.due.to_string(),
        call: &'static str = row.call.slug(),
        days: i64 = days(row.call),
    }
}
