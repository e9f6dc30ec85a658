//! Runs `cohort`: lists all trainees. Read-only.

use chrono::NaiveDate;
use clap::Args;
use serde::Serialize;

use crate::commands::programme::hours::number;
use crate::commands::record::rows::Card;
use crate::context::Context;
use crate::context::filter::filter;
use crate::context::values::one_of;
use crate::output::report::{CommandOutput, Failure};
use crate::output::table::{OutputBlock, Table};
use countersign_app::cohort::{detail, grid};
use countersign_core::filter::schema::FilterTarget;
use countersign_core::primitives::text::SafeText;
use countersign_core::programme::cohort::{CohortHours, CohortOrder, CohortRow, Disputed, ReassessmentDue};
use countersign_core::programme::cohort_csv;
use countersign_core::programme::cohort_summary::CohortSummary;
use countersign_core::statement::kind::Kind;
use countersign_core::statement::kinds::training_plan::Month;

#[derive(Debug, Args)]
pub struct CohortArgs {
    /// Lists only those who fit: words of a name or specialism, behind, late, lapsed, hours, duty:7, by:hawthorn, level:associate.
    pub filter: Vec<String>,
    /// In which order.
    #[arg(long, default_value = "behind", value_parser = one_of::<CohortOrder>(CohortOrder::ALL.map(CohortOrder::slug).to_vec()))]
    pub order: CohortOrder,
    /// The most to list.
    #[arg(long, value_name = "N", default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub most: u32,
    /// Writes all columns as CSV, for a spreadsheet.
    #[arg(long, conflicts_with_all = ["json", "plain"])]
    pub csv: bool,
}

/// Lists the cohort in the chosen order.
pub fn cohort(context: &Context, asked: &CohortArgs) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let filter = filter(&asked.filter, FilterTarget::Cohort, app.today())?;
    let (cohort, today) = (grid::cohort(app, &filter, asked.order)?, app.today());
    let rows = detail::detailed_rows(app, &cohort, 0, asked.most as usize)?;
    if asked.csv {
        return Ok(CommandOutput::text(cohort_csv::csv(&rows, today)));
    }
    let summary = grid::summary(app)?;
    let head = vec![
        "trainee",
        "standard",
        "specialism",
        "month",
        "signed",
        "expected",
        "weeks",
        "since",
        "hours",
        "lapsed",
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
        summary: Sums::new(&summary),
        trainees: rows.iter().map(|row| Trainee::new(row, today)).collect(),
    };
    let parts = if rows.is_empty() {
        let none =
            if filter.is_empty() { "No trainee is enrolled yet: `countersign enrol`" } else { "No trainee matches" };
        vec![OutputBlock::Line(none.to_owned())]
    } else {
        let order = asked.order.words();
        let all = cohort.len();
        let shown = match (rows.len() < all, filter.is_empty()) {
            (true, true) => format!("The first {} of {all}", rows.len()),
            (true, false) => format!("The first {} of {all} who fit", rows.len()),
            (false, true) => format!("All {all}"),
            (false, false) => format!("{all} who fit"),
        };
        let spoken = rows.iter().map(|row| row.spoken(today)).collect();
        vec![
            OutputBlock::Spoken(Box::new(OutputBlock::Line(summary.sentence())), vec![summary.spoken()]),
            OutputBlock::Line(format!("{shown}, {order}:")),
            OutputBlock::Gap,
            OutputBlock::Spoken(Box::new(OutputBlock::Table(table)), spoken),
        ]
    };
    Ok(CommandOutput::new(parts, &shape)?)
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
        row.behind_since.map(Month::words).unwrap_or_default(),
        row.hours.words(),
        if row.lapsed() == 0 { String::new() } else { row.lapsed().to_string() },
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
    pub summary: Sums,
    pub trainees: Vec<Trainee>,
}

json_row! {
    /// The figures of all current trainees.
    Sums from (sum: &CohortSummary) {
        trainees: u32 = sum.trainees,
        behind: u32 = sum.behind,
        reviews_late: u32 = sum.reviews_late,
        lapsed: u32 = sum.lapsed,
        with_lapsed: u32 = sum.with_lapsed,
        claims: u32 = sum.claims,
        oldest_claim_days: Option<u32> = sum.oldest_claim,
        hours_short: u32 = sum.hours_short,
        paused: u32 = sum.paused,
        sentence: String = sum.sentence(),
    }
}

json_row! {
    Trainee from (row: &CohortRow, today: NaiveDate) {
        /// The same fields as in `trainee`.
        #[serde(flatten)]
        trainee: Card = Card::new(&row.trainee),
        level: Option<String> = row.level.as_ref().map(ToString::to_string),
        month: u16 = row.month,
        months: u16 = row.months,
        expected: u16 = row.expected,
        ahead: i32 = row.ahead,
        weeks: i32 = row.weeks,
        behind_since: Option<String> = row.behind_since.map(|month| month.to_string()),
        by_plan: bool = row.trainee.planned.is_some(),
        paused: bool = row.paused,
        gateway: String = row.gateway.to_string(),
        not_yet: u16 = row.not_yet,
        lapses: Vec<LapseRow> = row.again.iter().map(LapseRow::new).collect(),
        claims: u16 = row.claims,
        oldest_claim: Option<String> = row.oldest_claim.map(|day| day.to_string()),
        review_due: Option<String> = row.review.map(|(due, _)| due.to_string()),
        review_overdue: u32 = row.review_overdue,
        hours: HoursRow = HoursRow::new(&row.hours),
        actions_late: u16 = row.late.count,
        oldest_action: Option<String> = row.late.oldest.map(|day| day.to_string()),
        disputes: Vec<DisputeRow> = row.disputes.iter().map(DisputeRow::new).collect(),
        supervisors: Vec<String> = row.supervisors.iter().map(ToString::to_string).collect(),
        reason: String = row.reason(today),
        duties: Vec<DutyCount> =
            row.duties.iter().map(|(signed, total)| DutyCount { signed: *signed, total: *total }).collect(),
    }
}

json_row! {
    HoursRow from (hours: &CohortHours) {
        confirmed: f64 = number(hours.confirmed),
        waiting: f64 = number(hours.waiting),
        expected: Option<u32> = hours.expected,
        minimum: Option<u32> = hours.minimum,
        short: u32 = hours.short(),
    }
}

json_row! {
    /// What a trainee disputes.
    DisputeRow from (disputed: &Disputed) {
        code: Option<String> = match disputed {
            Disputed::Ksb(code) => Some(code.to_string()),
            Disputed::Other(..) => None,
        },
        kind: &'static str = match disputed {
            Disputed::Ksb(_) => Kind::SignOff.slug(),
            Disputed::Other(kind, _) => kind.slug(),
        },
        day: Option<String> = match disputed {
            Disputed::Ksb(_) => None,
            Disputed::Other(_, day) => Some(day.to_string()),
        },
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
pub struct DutyCount {
    pub signed: u16,
    pub total: u16,
}
