//! Writes rows of the cohort as CSV, for a spreadsheet.

use chrono::NaiveDate;

use crate::import::csv_line::{add_line, as_file, guarded};
use crate::primitives::text::SafeText;
use crate::programme::cohort::CohortRow;

const HEAD: [&str; 30] = [
    "id",
    "name",
    "standard",
    "option",
    "specialism",
    "supervisors",
    "start",
    "gateway",
    "month",
    "months",
    "signed",
    "total",
    "planned",
    "ahead",
    "weeks ahead",
    "behind since",
    "on a break",
    "hours confirmed",
    "hours waiting",
    "hours planned",
    "hours short",
    "review due",
    "review days late",
    "lapsed",
    "not yet",
    "renew",
    "claims",
    "oldest claim",
    "actions late",
    "reason",
];

/// Returns the rows as the bytes of a file: with the mark by which a spreadsheet knows UTF-8, and lines that end in CR LF. If
/// `today` is an earlier day than the one on which the file is made, a last column says so.
pub fn csv_file(rows: &[CohortRow], today: NaiveDate, is_earlier: bool) -> String {
    let mut text = String::new();
    let last = |cell: String| is_earlier.then_some(cell);
    add_line(&mut text, HEAD.iter().map(|head| (*head).to_owned()).chain(last("as at".to_owned())));
    for row in rows {
        add_line(&mut text, cells(row, today).into_iter().chain(last(today.to_string())));
    }
    as_file(&text)
}

/// Returns a line for each row, under headings. A cell that a spreadsheet would read as a formula begins with an apostrophe.
pub fn csv(rows: &[CohortRow], today: NaiveDate) -> String {
    let mut text = String::new();
    add_line(&mut text, HEAD.iter().map(|head| (*head).to_owned()));
    for row in rows {
        add_line(&mut text, cells(row, today).into_iter());
    }
    text
}

fn cells(row: &CohortRow, today: NaiveDate) -> [String; 30] {
    let card = &row.trainee;
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let supervisors: Vec<&str> = row.supervisors.iter().map(SafeText::as_str).collect();
    let (review, late) = (row.review.map(|(due, _)| due), row.review_overdue);
    [
        guarded(card.id.as_str()),
        guarded(card.name.as_str()),
        guarded(&card.standard.to_string()),
        card.scope.option.as_ref().map(|option| guarded(option.as_str())).unwrap_or_default(),
        card.specialism.as_ref().map(|one| guarded(one.as_str())).unwrap_or_default(),
        guarded(&supervisors.join("; ")),
        card.start.to_string(),
        row.gateway.to_string(),
        row.month.to_string(),
        row.months.to_string(),
        card.signed.to_string(),
        card.total.to_string(),
        row.expected.to_string(),
        row.ahead.to_string(),
        row.weeks.to_string(),
        row.behind_since.map(|month| month.to_string()).unwrap_or_default(),
        if row.paused { "yes" } else { "no" }.to_owned(),
        row.hours.confirmed.to_string(),
        row.hours.waiting.to_string(),
        row.hours.expected.map(|hours| hours.to_string()).unwrap_or_default(),
        row.hours.short().to_string(),
        day(review),
        late.to_string(),
        row.lapsed().to_string(),
        row.not_yet.to_string(),
        row.renew().to_string(),
        row.claims.to_string(),
        day(row.oldest_claim),
        row.late.count.to_string(),
        guarded(&row.reason(today)),
    ]
}
