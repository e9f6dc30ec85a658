//! Makes the cohort as a workbook: a row for each trainee, and the reason of every figure that is more than a count.

use chrono::NaiveDate;

use countersign_core::primitives::date::day_words;
use countersign_core::primitives::text::{SafeText, counted};
use countersign_core::programme::cohort::{CohortRow, ReassessmentDue};
use countersign_core::programme::review_plan::ReviewDue;
use countersign_core::record::ksb_status::State;

use crate::made::Made;
use crate::sheet::book::{Book, BookFault};
use crate::sheet::cell::{Cell, Look};
use crate::sheet::part::{Column, Sheet};

/// How many weeks behind are marked dark.
const FAR_BEHIND: u32 = 12;

/// A cohort.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CohortBook {
    /// In the order of the sheet.
    pub rows: Vec<CohortRow>,
    /// The order in words: `by weeks behind`.
    pub order: String,
    /// The filter that chose the trainees; empty for all.
    pub filter: String,
    /// The day of which it is the state.
    pub day: NaiveDate,
}

impl CohortBook {
    /// Returns the cohort as an XLSX file.
    pub fn xlsx(&self, made: &Made) -> Result<Vec<u8>, BookFault> {
        Book { title: "Cohort".to_owned(), sheets: vec![self.trainees(), self.reasons()], legend: legend() }.xlsx(made)
    }

    fn trainees(&self) -> Sheet {
        let filter = if self.filter.is_empty() { String::new() } else { format!(" Only: {}.", self.filter) };
        let trainees = counted(self.rows.len() as u64, "trainee");
        let about = format!("{trainees} as at {}, {}.{filter}", day_words(self.day), self.order);
        let columns = [
            ("Trainee", 17.0),
            ("Standard", 14.6),
            ("Option or specialism", 19.6),
            ("Supervisor", 14.0),
            ("Start", 11.6),
            ("Planned gateway", 11.6),
            ("Month", 6.6),
            ("of months", 7.6),
            ("Signed", 7.0),
            ("Expected by now", 9.0),
            ("of KSBs", 6.6),
            ("Weeks against plan", 8.6),
            ("Position", 17.6),
            ("Hours confirmed", 9.6),
            ("Hours expected by now", 9.6),
            ("Not yet achieved", 9.0),
            ("Claims waiting", 8.0),
            ("Lapsed", 7.6),
            ("Lapse within 30 days", 8.6),
            ("Review due", 11.6),
            ("Review", 9.0),
            ("Days overdue", 8.6),
            ("What to look at first", 56.0),
        ];
        let columns = columns.map(|(head, width)| Column::new(head, width)).to_vec();
        let mut sheet = Sheet { nothing: "No trainee fits.", ..Sheet::new("Cohort", about, columns) };
        sheet.rows = self.rows.iter().map(|row| self.trainee(row)).collect();
        sheet
    }

    fn trainee(&self, row: &CohortRow) -> Vec<Cell> {
        let card = &row.trainee;
        let of: Vec<&str> = card.scope.option.iter().chain(&card.specialism).map(SafeText::as_str).collect();
        let under: Vec<&str> = row.supervisors.iter().map(SafeText::as_str).collect();
        let overdue = matches!(row.review, Some((_, ReviewDue::Overdue(_))));
        let review = match row.review {
            None => Cell::from("none due"),
            Some(_) if overdue => Cell::from("overdue").looking(Look::Grey),
            Some(_) => Cell::from("in time"),
        };
        vec![
            Cell::from(card.name.as_str()).bold(),
            card.standard.to_string().into(),
            or(&of.join(", "), "none recorded"),
            or(&under.join(", "), "nobody"),
            Cell::day(Some(card.start)),
            Cell::day(Some(row.gateway)),
            u32::from(row.month).into(),
            u32::from(row.months).into(),
            u32::from(card.signed).into(),
            u32::from(row.expected).into(),
            u32::from(card.total).into(),
            i64::from(row.weeks).into(),
            position(row),
            row.hours.confirmed.whole().into(),
            row.hours.expected.map_or_else(|| Cell::from("not known"), Cell::from),
            u32::from(row.not_yet).into(),
            u32::from(row.claims).into(),
            u32::from(row.lapsed()).into(),
            u32::from(row.renew()).into(),
            Cell::day(row.review.map(|(due, _)| due)),
            review,
            row.review_overdue.into(),
            row.reason(self.day).into(),
        ]
    }

    fn reasons(&self) -> Sheet {
        let about = "Every figure of the first sheet that is more than a count, with its reason.";
        let columns = [("Trainee", 24.0), ("Figure", 20.0), ("Value", 26.0), ("Why", 86.0)];
        let columns = columns.map(|(head, width)| Column::new(head, width)).to_vec();
        let mut sheet = Sheet { nothing: "No trainee fits.", ..Sheet::new("Reasons", about, columns) };
        for row in &self.rows {
            for (figure, value, why) in reasons(row) {
                let name = Cell::from(row.trainee.name.as_str()).bold();
                sheet.rows.push(vec![name, figure.into(), value.into(), why.into()]);
            }
        }
        sheet
    }
}

/// Returns where a trainee stands against the plan, as a word and a fill.
fn position(row: &CohortRow) -> Cell {
    let look = match row.weeks.unsigned_abs() {
        _ if row.ahead >= 0 => Look::Plain,
        weeks if weeks > FAR_BEHIND => Look::Dark,
        _ => Look::Grey,
    };
    Cell::from(position_words(row)).looking(look)
}

fn position_words(row: &CohortRow) -> String {
    let weeks = || counted(row.weeks.unsigned_abs(), "week");
    let words = match (row.weeks, row.ahead) {
        (0, 0..) => "on plan".to_owned(),
        (0, _) => "under a week behind".to_owned(),
        (1.., _) => format!("{} ahead", weeks()),
        (_, _) => format!("{} behind", weeks()),
    };
    if row.paused { format!("{words}, on a break") } else { words }
}

/// Returns the figure, value and reason of each figure of a row that is more than a count.
fn reasons(row: &CohortRow) -> Vec<(&'static str, String, String)> {
    let card = &row.trainee;
    let (signed, total, expected) = (card.signed, card.total, row.expected);
    let by_now = if card.planned.is_some() {
        "As the signed training plan has it for this month".to_owned()
    } else {
        format!("{total} KSBs spread evenly: month {} of {}", row.month, row.months)
    };
    let since = row.behind_since.map(|month| format!("; behind since {}", month.words())).unwrap_or_default();
    let pace = format!("{signed} signed against {expected} expected, at {total} KSBs in {} months{since}", row.months);
    let mut found =
        vec![("Expected by now", format!("{expected} of {total}"), by_now), ("Position", position_words(row), pace)];
    if let Some(hours) = row.hours.expected {
        let waits = if row.hours.waiting.0 == 0 {
            String::new()
        } else {
            format!("; {} h wait to be confirmed", row.hours.waiting)
        };
        let why = format!("{} h confirmed of {hours} h expected by now{waits}", row.hours.confirmed);
        found.push(("Hours", format!("{} h short", row.hours.short()), why));
    }
    if let Some((due, call)) = row.review {
        let value = match call {
            ReviewDue::Overdue(_) => format!("{} overdue", counted(row.review_overdue, "day")),
            ReviewDue::Due(_) | ReviewDue::Later(_) => "in time".to_owned(),
        };
        found.push(("Review", value, format!("The next is due {}", day_words(due))));
    }
    for (figure, state) in [("Lapsed", State::Lapsed), ("Lapse within 30 days", State::Renew)] {
        let all: Vec<&ReassessmentDue> = row.again.iter().filter(|again| again.state == state).collect();
        if !all.is_empty() {
            let days: Vec<String> = all.iter().map(|one| format!("{} {}", one.code, day_words(one.due))).collect();
            found.push((figure, all.len().to_string(), format!("The last day that counts: {}", days.join(", "))));
        }
    }
    if row.not_yet > 0 {
        let why = "Not to the standard when last seen, and not achieved since".to_owned();
        found.push(("Not yet achieved", row.not_yet.to_string(), why));
    }
    if let Some(oldest) = row.oldest_claim {
        found.push(("Claims waiting", row.claims.to_string(), format!("The oldest since {}", day_words(oldest))));
    }
    if let Some(oldest) = row.late.oldest {
        let on = row.late.code.map(|code| format!(", on {code}")).unwrap_or_default();
        found.push((
            "Actions late",
            row.late.count.to_string(),
            format!("The oldest was due {}{on}", day_words(oldest)),
        ));
    }
    if !row.disputes.is_empty() {
        let why = "The trainee disagrees with it, and nothing has replaced it since".to_owned();
        found.push(("Disputed", row.disputes.len().to_string(), why));
    }
    found
}

fn or(text: &str, nothing: &str) -> Cell {
    if text.is_empty() { nothing.into() } else { text.into() }
}

fn legend() -> Vec<(Cell, String)> {
    let said = |word: &str, look, meaning: &str| (Cell::from(word).looking(look), meaning.to_owned());
    vec![
        said(
            "Weeks against plan",
            Look::Bold,
            "Negative: behind. The KSBs missing against the training plan or, without one, an even spread, turned into weeks.",
        ),
        said("Position: dark", Look::Dark, "More than 12 weeks behind. The word says it too."),
        said("Position: grey", Look::Grey, "Behind by up to 12 weeks. The word says it too."),
        said("Review: grey", Look::Grey, "Overdue: the day of the next review has passed."),
        said("Signed", Look::Bold, "Achieved and counting today: withdrawn and lapsed sign-offs do not count."),
        said("Hours confirmed", Look::Bold, "Off-the-job hours that a supervisor has confirmed, in whole hours."),
        said(
            "What to look at first",
            Look::Bold,
            "In this order: behind or short of hours, review overdue, lapsed, actions late, disputes, old claims, not yet achieved.",
        ),
    ]
}
