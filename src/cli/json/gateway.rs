//! Defines the JSON shapes of readiness, hours and due reviews.

use serde::Serialize;

use crate::cli::json::book::Card;
use crate::cli::json::marks::ReviewRow;
use crate::cli::json::planned::{RecognisedRow, number};
use crate::domain::programme::gateway::{Readiness as Domain, Reason, RequirementStatus};
use crate::domain::programme::hours::HourRow;
use crate::domain::programme::hours_plan::HoursPlan;
use crate::domain::programme::review_plan::{ActionFrom, OpenAction, ReviewDue, ReviewPlan, TraineeReviewDue};

/// A trainee's readiness.
#[derive(Debug, Serialize)]
pub struct Readiness {
    /// `countersign/readiness/1`.
    pub schema: &'static str,
    pub trainee: Card,
    pub gateway: String,
    pub met: usize,
    pub ready: bool,
    pub recognised: Option<RecognisedRow>,
    pub requirements: Vec<RequirementRow>,
}

/// A gateway requirement.
#[derive(Debug, Serialize)]
pub struct RequirementRow {
    pub id: String,
    pub text: String,
    pub standing: &'static str,
    pub waived: bool,
    pub short: String,
    pub why: Vec<String>,
    pub mend: Option<String>,
    pub codes: Vec<String>,
}

impl Readiness {
    /// Returns the requirements with their totals.
    pub fn new(readiness: &Domain, met: usize, all: usize) -> Self {
        Self {
            schema: "countersign/readiness/1",
            trainee: Card::from(&readiness.trainee),
            gateway: readiness.gateway.to_string(),
            met,
            ready: met == all,
            recognised: readiness.recognised.as_ref().map(RecognisedRow::from),
            requirements: readiness.figures.iter().map(RequirementRow::from).collect(),
        }
    }
}

impl From<&RequirementStatus> for RequirementRow {
    fn from(figure: &RequirementStatus) -> Self {
        Self {
            id: figure.id.clone(),
            text: figure.text.clone(),
            standing: figure.met.slug(),
            waived: figure.waived,
            short: figure.short.clone(),
            why: figure.why.iter().map(Reason::line).collect(),
            mend: figure.mend.clone(),
            codes: figure.ksbs.iter().map(ToString::to_string).collect(),
        }
    }
}

/// A trainee's hours, as numbers in quarters.
#[derive(Debug, Serialize)]
pub struct Hours {
    /// `countersign/hours/1`.
    pub schema: &'static str,
    pub person: String,
    pub confirmed: f64,
    pub waiting: f64,
    pub minimum: Option<u32>,
    pub expected: Option<u32>,
    pub ahead: Option<i64>,
    pub measured: Option<&'static str>,
    pub months_without: Vec<String>,
    pub why: Vec<String>,
    pub entries: Vec<EntryRow>,
}

/// An hours entry.
#[derive(Debug, Serialize)]
pub struct EntryRow {
    pub id: String,
    pub day: String,
    pub hours: f64,
    pub what: String,
    pub codes: Vec<String>,
    pub confirmed_by: Option<String>,
    pub confirmed_on: Option<String>,
    pub statement: Option<String>,
}

impl Hours {
    /// Returns a person's hours.
    pub fn new(person: String, plan: &HoursPlan, rows: &[HourRow]) -> Self {
        Self {
            schema: "countersign/hours/1",
            person,
            confirmed: number(plan.confirmed),
            waiting: number(plan.waiting),
            minimum: plan.minimum,
            expected: plan.expected,
            ahead: plan.ahead,
            measured: plan.ahead.map(|_| plan.measured.slug()),
            months_without: plan.idle.iter().map(ToString::to_string).collect(),
            why: plan.why.clone(),
            entries: rows.iter().map(EntryRow::from).collect(),
        }
    }
}

impl From<&HourRow> for EntryRow {
    fn from(row: &HourRow) -> Self {
        Self {
            id: row.entry.id.to_string(),
            day: row.entry.day.to_string(),
            hours: number(row.entry.hours),
            what: row.entry.what.to_string(),
            codes: row.entry.codes.iter().map(ToString::to_string).collect(),
            confirmed_by: row.confirmed.as_ref().map(|(by, _)| by.to_string()),
            confirmed_on: row.confirmed.as_ref().map(|(_, on)| on.to_string()),
            statement: row.statement.map(|id| id.to_string()),
        }
    }
}

/// Trainees with unconfirmed hours.
#[derive(Debug, Serialize)]
pub struct HoursWaiting {
    /// `countersign/hours-waiting/1`.
    pub schema: &'static str,
    pub trainees: Vec<WaitingRow>,
}

/// A trainee with unconfirmed hours.
#[derive(Debug, Serialize)]
pub struct WaitingRow {
    pub id: String,
    pub name: String,
    pub entries: u32,
    pub oldest: String,
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
            open: (1..).zip(&plan.open).map(|(number, action)| open(number, action)).collect(),
            reviews,
        }
    }
}

fn open(number: usize, action: &OpenAction) -> OpenRow {
    OpenRow {
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
