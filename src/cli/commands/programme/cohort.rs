//! Runs `cohort`: lists all trainees. Read-only.

use clap::Args;
use serde::Serialize;

use crate::commands::record::rows::Card;
use crate::context::Context;
use crate::context::filter::filter;
use crate::context::values::one_of;
use crate::output::report::{CommandOutput, Failure, listed};
use crate::output::table::Table;
use countersign_app::cohort::grid;
use countersign_core::filter::schema::FilterTarget;
use countersign_core::primitives::text::SafeText;
use countersign_core::programme::cohort::{CohortOrder, CohortRow, ReassessmentDue};

#[derive(Debug, Args)]
pub struct CohortArgs {
    /// Lists only those who fit: words of a name or specialism, behind, overdue, renew, duty:7, by:hawthorn, level:associate.
    pub filter: Vec<String>,
    /// In which order.
    #[arg(long, default_value = "behind", value_parser = one_of::<CohortOrder>(CohortOrder::ALL.map(CohortOrder::slug).to_vec()))]
    pub order: CohortOrder,
    /// The most to list.
    #[arg(long, value_name = "N", default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub most: u32,
}

/// Lists the cohort in the chosen order.
pub fn cohort(context: &Context, asked: &CohortArgs) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let filter = filter(&asked.filter, FilterTarget::Cohort, app.today())?;
    let cohort = grid::cohort(app, &filter, asked.order)?;
    let rows = grid::cohort_rows(app, &cohort, 0, asked.most as usize)?;
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
    let shape = Cohort {
        schema: "countersign/cohort/1",
        order: asked.order.slug(),
        of: cohort.len(),
        trainees: rows.iter().map(Trainee::new).collect(),
    };
    let nothing = if filter.is_empty() { "No trainee is enrolled yet: `countersign enrol`" } else { "No trainee fits" };
    Ok(CommandOutput::new(vec![listed(table, nothing)], &shape)?)
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
        card.scope.option.iter().chain(&card.specialism).map(SafeText::as_str).collect::<Vec<_>>().join(", "),
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

/// A page of the cohort.
#[derive(Debug, Serialize)]
pub struct Cohort {
    pub schema: &'static str,
    pub order: &'static str,
    /// Total number of matches.
    pub of: usize,
    pub trainees: Vec<Trainee>,
}

json_row! {
    Trainee from (row: &CohortRow) {
        /// The same fields as in `trainee`.
        #[serde(flatten)]
        trainee: Card = Card::new(&row.trainee),
        level: Option<String> = row.level.as_ref().map(ToString::to_string),
        month: u16 = row.month,
        months: u16 = row.months,
        expected: u16 = row.expected,
        weeks: i32 = row.weeks,
        by_plan: bool = row.trainee.planned.is_some(),
        paused: bool = row.paused,
        gateway: String = row.gateway.to_string(),
        not_yet: u16 = row.not_yet,
        lapses: Vec<LapseRow> = row.again.iter().map(LapseRow::new).collect(),
        claims: u16 = row.claims,
        review_overdue: u32 = row.review_overdue,
        duties: Vec<Figure> =
            row.duties.iter().map(|(signed, total)| Figure { signed: *signed, total: *total }).collect(),
    }
}

json_row! {
    /// A KSB that must be shown again.
    LapseRow from (again: &ReassessmentDue) {
        code: String = again.code.to_string(),
        state: &'static str = again.state.slug(),
        due: String = again.due.to_string(),
    }
}

/// Progress in one duty.
#[derive(Debug, Serialize)]
pub struct Figure {
    pub signed: u16,
    pub total: u16,
}
