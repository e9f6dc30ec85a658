//! Runs `cohort`: lists all trainees. Read-only.

use crate::cli::context::Context;
use crate::cli::context::filter::filter;
use crate::cli::json::cohort::{Cohort as Shape, Trainee};
use crate::cli::output::report::{CommandOutput, Failure, listed};
use crate::cli::output::table::Table;
use crate::cli::verbs::Cohort;
use crate::domain::filter::schema::FilterTarget;
use crate::domain::primitives::text::SafeText;
use crate::domain::programme::cohort::CohortRow;

/// Lists the cohort in the chosen order.
pub fn cohort(context: &Context, asked: &Cohort) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let filter = filter(&asked.filter, FilterTarget::Cohort, app.today())?;
    let cohort = app.cohort(&filter, asked.order)?;
    let rows = app.cohort_rows(&cohort, 0, asked.most)?;
    let head = vec![
        "trainee",
        "standard",
        "specialism",
        "month",
        "signed",
        "expected",
        "weeks",
        "not yet",
        "claims",
        "review",
        "id",
    ];
    let table = Table { head, rows: rows.iter().map(row).collect() };
    let shape = Shape {
        schema: "countersign/cohort/1",
        order: asked.order.slug(),
        of: cohort.len(),
        trainees: rows.iter().map(Trainee::from).collect(),
    };
    Ok(CommandOutput::new(vec![listed(table, "No trainee fits")], &shape)?)
}

/// Joins texts with commas.
fn listed_all<'a>(texts: impl Iterator<Item = &'a SafeText>) -> String {
    texts.map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn row(row: &CohortRow) -> Vec<String> {
    let card = &row.trainee;
    // Compared with the training plan if there is one, else with an even pace, which the cell does not name.
    let weeks = match (row.weeks, card.planned.is_some()) {
        (0, true) => "on plan".to_owned(),
        (0, false) => "on time".to_owned(),
        (1.., true) => format!("{} ahead of plan", row.weeks),
        (1.., false) => format!("{} ahead", row.weeks),
        (_, true) => format!("{} behind plan", row.weeks.unsigned_abs()),
        (_, false) => format!("{} behind", row.weeks.unsigned_abs()),
    };
    let weeks = if row.paused { format!("{weeks}, on a break") } else { weeks };
    vec![
        card.name.to_string(),
        card.standard.to_string(),
        listed_all(card.scope.option.iter().chain(&card.specialism)),
        format!("{}/{}", row.month, row.months),
        format!("{}/{}", card.signed, card.total),
        row.expected.to_string(),
        weeks,
        if row.not_yet == 0 { String::new() } else { row.not_yet.to_string() },
        if row.claims == 0 { String::new() } else { row.claims.to_string() },
        match row.review_overdue {
            0 => String::new(),
            1 => "1 day overdue".to_owned(),
            days => format!("{days} days overdue"),
        },
        card.id.to_string(),
    ]
}
