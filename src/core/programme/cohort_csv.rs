//! Writes rows of the cohort as CSV, for a spreadsheet.

use chrono::NaiveDate;

use crate::import::csv::formula;
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

/// Returns the rows as the bytes of a file: with the mark by which a spreadsheet knows UTF-8, and lines that end in CR LF.
pub fn csv_file(rows: &[CohortRow], today: NaiveDate) -> String {
    format!("\u{feff}{}", csv(rows, today).replace('\n', "\r\n"))
}

/// Returns a line for each row, under headings. A cell that a spreadsheet would read as a formula begins with an apostrophe.
pub fn csv(rows: &[CohortRow], today: NaiveDate) -> String {
    let mut text = String::new();
    line(&mut text, HEAD.iter().map(|head| (*head).to_owned()));
    for row in rows {
        line(&mut text, cells(row, today).into_iter());
    }
    text
}

fn cells(row: &CohortRow, today: NaiveDate) -> [String; 30] {
    let card = &row.trainee;
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let supervisors: Vec<&str> = row.supervisors.iter().map(SafeText::as_str).collect();
    let (review, late) = (row.review.map(|(due, _)| due), row.review_overdue);
    [
        text(card.id.as_str()),
        text(card.name.as_str()),
        text(&card.standard.to_string()),
        card.scope.option.as_ref().map(|option| text(option.as_str())).unwrap_or_default(),
        card.specialism.as_ref().map(|one| text(one.as_str())).unwrap_or_default(),
        text(&supervisors.join("; ")),
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
        text(&row.reason(today)),
    ]
}

/// Guards a text, so that a spreadsheet does not read it as a formula. A tab or line break becomes a blank.
fn text(cell: &str) -> String {
    let cell = cell.split(['\t', '\r', '\n']).collect::<Vec<_>>().join(" ");
    let guarded = cell.trim_start();
    if formula(guarded).is_some() || guarded.starts_with(['-', '|', '%']) { format!("'{cell}") } else { cell }
}

fn line(text: &mut String, cells: impl Iterator<Item = String>) {
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            text.push(',');
        }
        if cell.contains([',', '"']) {
            text.push('"');
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(&cell);
        }
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_a_spreadsheet_would_run_begins_with_an_apostrophe() {
        for armed in ["=1+1", "@SUM(A1)", "+44", "-1+1", "- 1", " =1", "\t=1", "|calc", "%x"] {
            assert!(text(armed).starts_with('\''), "{armed}");
        }
        for plain in ["Ann Bell", "O'Brien", "Bell, Ann", "12-lead", ""] {
            assert_eq!(text(plain), plain);
        }
    }

    #[test]
    fn a_cell_stays_one_cell_of_one_line_whatever_it_holds() {
        let mut whole = String::new();
        line(&mut whole, ["a", "b, \"c\"", &text("d\r\ne")].map(str::to_owned).into_iter());
        assert_eq!(whole, "a,\"b, \"\"c\"\"\",d  e\n");
        let read = crate::import::csv::rows(&whole, 1).unwrap();
        assert_eq!(read[0].cells, ["a", "b, \"c\"", "d  e"]);
    }
}
