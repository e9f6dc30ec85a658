//! `reviews`: whose next progress review is due, and where one trainee's stand. Reading alone.

use crate::app::service::App;
use crate::cli::answer::{Answer, Failure, listed};
use crate::cli::context::Context;
use crate::cli::filtered::{filter, trainee_first};
use crate::cli::json::gateway::{CallRow, Reviews as Shape, TraineeReviews};
use crate::cli::json::marks::ReviewRow;
use crate::cli::sheet::{Part, Table};
use crate::cli::trainee::review_row;
use crate::cli::verbs_gateway::Reviews;
use crate::domain::filter::Filter;
use crate::domain::lists::List;
use crate::domain::person::Person;
use crate::domain::review_plan::{ActionFrom, Call, OpenAction, ReviewCall};
use crate::domain::sieve::Sieve;
use crate::domain::when::day_words;

/// One trainee's reviews, or all whose next is due.
pub fn reviews(context: &Context, asked: &Reviews) -> Result<Answer, Failure> {
    let app = &mut context.open()?;
    let (trainee, rest) = trainee_first(app, &asked.filter, List::Reviews)?;
    if let Some(trainee) = trainee {
        let filter = filter(rest, List::Programme, app.today())?;
        return of_trainee(app, &trainee, &filter);
    }
    let filter = filter(rest, List::Reviews, app.today())?;
    let mut calls = app.review_calls_that(&filter)?;
    // Who asks for days means those, near or not.
    calls.retain(|row| asked.all || filter.asks_days() || !matches!(row.call, Call::Later(_)));
    let row = |row: &ReviewCall| {
        let last = row.last.map_or_else(|| "none yet".to_owned(), day_words);
        vec![row.name.to_string(), row.call.words(), day_words(row.due), last, row.id.to_string()]
    };
    let head = vec!["trainee", "review", "by", "last", "id"];
    let table = Table { head, rows: calls.iter().map(row).collect() };
    let shape = Shape { schema: "countersign/reviews/1", trainees: calls.iter().map(CallRow::from).collect() };
    let nothing = if filter.is_empty() {
        "No review is due; `countersign reviews --all` lists the next of everyone"
    } else {
        "No review fits"
    };
    Ok(Answer::new(vec![listed(table, nothing)], &shape)?)
}

fn of_trainee(app: &mut App, trainee: &Person, filter: &Filter) -> Result<Answer, Failure> {
    let (plan, mut reviews) = (app.review_plan(&trainee.id)?, app.reviews(&trainee.id)?);
    let standing = app.standing(&trainee.id)?;
    let sieve = Sieve::new(filter, &standing, app.today());
    reviews.retain(|held| sieve.review(held, &plan));
    // Its number is that which `review --carry` takes, whatever is listed.
    let open: Vec<(usize, &OpenAction)> = (1..).zip(&plan.open).filter(|(_, action)| sieve.action(action)).collect();
    let mut parts =
        vec![Part::Line(format!("Progress reviews of {}: the next is {}", trainee.name, plan.call.words())), Part::Gap];
    parts.extend(plan.why.iter().cloned().map(Part::Line));
    if !open.is_empty() {
        let rows = open.iter().map(|(number, action)| open_row(*number, action, app.today())).collect();
        let head = vec!["open", "by", "who", "from", "action"];
        parts.extend([Part::Gap, Part::Line("Still to be done".to_owned()), Part::Table(Table { head, rows })]);
    }
    if !reviews.is_empty() {
        let head = vec!["review", "state", "next", "signed", "attended", "id", "said"];
        let rows = reviews.iter().map(review_row).collect();
        parts.extend([Part::Gap, Part::Line("Held".to_owned()), Part::Table(Table { head, rows })]);
    }
    let rows = reviews.iter().map(ReviewRow::from).collect();
    Ok(Answer::new(parts, &TraineeReviews::new(trainee.id.to_string(), &plan, rows))?)
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
