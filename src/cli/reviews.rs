//! `reviews`: whose next progress review is due, and where one trainee's stand. Reading alone.

use crate::app::service::App;
use crate::cli::answer::{Answer, Failure, listed};
use crate::cli::context::{Context, one};
use crate::cli::json::gateway::{CallRow, Reviews as Shape, TraineeReviews};
use crate::cli::json::marks::ReviewRow;
use crate::cli::sheet::{Part, Table};
use crate::cli::trainee::review_row;
use crate::cli::verbs_gateway::Reviews;
use crate::domain::person::{Person, Role};
use crate::domain::review_plan::{ActionFrom, Call, OpenAction, ReviewCall};
use crate::domain::when::day_words;

/// One trainee's reviews, or all whose next is due.
pub fn reviews(context: &Context, asked: &Reviews) -> Result<Answer, Failure> {
    let app = &mut context.open()?;
    if let Some(text) = &asked.trainee {
        let trainee = one(app, text, &[Role::Trainee])?;
        return of_trainee(app, &trainee);
    }
    let mut calls = app.review_calls()?;
    calls.retain(|row| asked.all || !matches!(row.call, Call::Later(_)));
    let row = |row: &ReviewCall| {
        let last = row.last.map_or_else(|| "none yet".to_owned(), day_words);
        vec![row.name.to_string(), row.call.words(), day_words(row.due), last, row.id.to_string()]
    };
    let head = vec!["trainee", "review", "by", "last", "id"];
    let table = Table { head, rows: calls.iter().map(row).collect() };
    let shape = Shape { schema: "countersign/reviews/1", trainees: calls.iter().map(CallRow::from).collect() };
    Ok(Answer::new(
        vec![listed(table, "No review is due; `countersign reviews --all` lists the next of everyone")],
        &shape,
    )?)
}

fn of_trainee(app: &mut App, trainee: &Person) -> Result<Answer, Failure> {
    let (plan, reviews) = (app.review_plan(&trainee.id)?, app.reviews(&trainee.id)?);
    let mut parts =
        vec![Part::Line(format!("Progress reviews of {}: the next is {}", trainee.name, plan.call.words())), Part::Gap];
    parts.extend(plan.why.iter().cloned().map(Part::Line));
    if !plan.open.is_empty() {
        let rows = (1..).zip(&plan.open).map(|(number, action)| open_row(number, action, app.today())).collect();
        let head = vec!["open", "by", "from", "action"];
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
    vec![number.to_string(), format!("{}{late}", day_words(action.by)), from, action.what.to_string()]
}
