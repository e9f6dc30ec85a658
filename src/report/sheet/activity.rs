//! Makes the activity between two days as a workbook: who signed what, how often and when.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{Datelike as _, NaiveDate};

use countersign_core::primitives::date::day_words;
use countersign_core::primitives::ids::KsbCode;
use countersign_core::statement::kinds::sign_off::{Method, Supervision};

use crate::made::Made;
use crate::sheet::book::{Book, BookFault};
use crate::sheet::cell::{Cell, Look, Value};
use crate::sheet::part::{Column, Sheet};
use crate::words::method_words;

/// The most months that have a column each; beyond them, quarters have.
const MOST_MONTHS: i32 = 24;

/// What was signed between two days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// More days than this between observation and signature are late.
    pub late_days: u32,
    /// In the order of the log.
    pub acts: Vec<Act>,
    /// By name.
    pub samples: Vec<Samples>,
}

/// A sign-off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    pub trainee: Someone,
    /// The standard or list.
    pub on: Arc<str>,
    pub code: KsbCode,
    pub signer: Someone,
    pub registration: Arc<str>,
    pub signed: NaiveDate,
    pub seen: NaiveDate,
    pub achieved: bool,
    pub method: Option<Method>,
    pub supervision: Option<Supervision>,
    /// The reason given for being late.
    pub late: Arc<str>,
    pub id: Arc<str>,
}

/// A person, ordered by what sorts their name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Someone {
    pub sorted: (Arc<str>, Arc<str>),
    pub id: Arc<str>,
    pub name: Arc<str>,
}

/// What a verifier sampled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Samples {
    pub verifier: Arc<str>,
    pub accepted: u32,
    pub rejected: u32,
    /// Drawn at random, and not sampled yet.
    pub waiting: u32,
}

/// A count of sign-offs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Count {
    by_span: BTreeMap<usize, u32>,
    achieved: u32,
    not_yet: u32,
    late: u32,
    direct: u32,
    trainees: BTreeSet<Arc<str>>,
    first: Option<NaiveDate>,
    last: Option<NaiveDate>,
}

impl Count {
    fn total(&self) -> u32 {
        self.achieved + self.not_yet
    }

    fn spans(&self, of: usize) -> impl Iterator<Item = Cell> {
        (0..of).map(|at| Cell::some(self.by_span.get(&at).copied().unwrap_or(0)))
    }
}

impl Activity {
    /// Returns the activity as an XLSX file.
    pub fn xlsx(&self, made: &Made) -> Result<Vec<u8>, BookFault> {
        let title = "Activity: who signed what, how often and when".to_owned();
        let sheets = vec![self.people(), self.items(), self.methods(), self.late(), self.sampled()];
        Book { title, sheets, legend: self.legend() }.xlsx(made)
    }

    /// Returns the sheet *By trainee and item* as a CSV file.
    pub fn csv(&self) -> String {
        self.items().csv()
    }

    fn about(&self, more: &str) -> String {
        format!("Signed from {} to {}.{more}", day_words(self.from), day_words(self.to))
    }

    fn is_by_month(&self) -> bool {
        month_no(self.to) - month_no(self.from) < MOST_MONTHS
    }

    /// Returns the number of the column of a day.
    fn span_of(&self, day: NaiveDate) -> usize {
        let by = if self.is_by_month() { 1 } else { 3 };
        let span = month_no(day).div_euclid(by) - month_no(self.from).div_euclid(by);
        usize::try_from(span).unwrap_or(0)
    }

    /// Returns the headings of the months or quarters.
    fn spans(&self) -> Vec<Column> {
        let by = if self.is_by_month() { 1 } else { 3 };
        let (first, last) = (month_no(self.from).div_euclid(by), month_no(self.to).div_euclid(by));
        let head = |span: i32| {
            let month = |no: i32| {
                let day = NaiveDate::from_ymd_opt(no.div_euclid(12), no.rem_euclid(12).cast_unsigned() + 1, 1);
                day.map(|day| day.format("%b").to_string()).unwrap_or_default()
            };
            let year = (span * by).div_euclid(12);
            if by == 1 {
                Column::new(format!("{}\n{year}", month(span)), 6.1)
            } else {
                Column::new(format!("{}–{}\n{year}", month(span * 3), month(span * 3 + 2)), 8.6)
            }
        };
        (first..=last).map(head).collect()
    }

    fn count<'a>(&self, acts: impl Iterator<Item = &'a Act>) -> Count {
        let mut count = Count::default();
        for act in acts {
            *count.by_span.entry(self.span_of(act.signed)).or_default() += 1;
            count.achieved += u32::from(act.achieved);
            count.not_yet += u32::from(!act.achieved);
            count.late += u32::from(self.is_late(act));
            count.direct += u32::from(matches!(act.method, Some(Method::Dops | Method::Oce)));
            count.trainees.insert(Arc::clone(&act.trainee.id));
            count.first = Some(count.first.map_or(act.seen, |first| first.min(act.seen)));
            count.last = count.last.max(Some(act.seen));
        }
        count
    }

    fn is_late(&self, act: &Act) -> bool {
        (act.signed - act.seen).num_days() > i64::from(self.late_days)
    }

    fn people(&self) -> Sheet {
        let spans = self.spans();
        let mut columns = vec![Column::new("Signed by", 16.0), Column::new("Registration", 14.6)];
        columns.extend(spans.iter().cloned());
        let rest = [("Total", 7.0), ("Achieved", 9.0), ("Not yet", 7.6), ("Late", 6.6), ("Direct observation", 11.0)];
        columns.extend(rest.map(|(head, width)| Column::new(head, width)));
        columns.extend([("Other methods", 9.0), ("Trainees", 9.0)].map(|(head, width)| Column::new(head, width)));
        let mut by: BTreeMap<&Someone, Vec<&Act>> = BTreeMap::new();
        for act in &self.acts {
            by.entry(&act.signer).or_default().push(act);
        }
        let row = |name: &Arc<str>, registration: &Arc<str>, count: &Count| -> Vec<Cell> {
            let mut row = vec![Cell::from(name).bold(), registration.into()];
            row.extend(count.spans(spans.len()));
            row.push(Cell::from(count.total()).bold());
            let other = count.total() - count.direct;
            let rest = [count.achieved, count.not_yet, count.late, count.direct, other, count.trainees.len() as u32];
            row.extend(rest.map(Cell::from));
            row
        };
        let mut sheet = Sheet { nothing: NOTHING, ..Sheet::new("By person and month", self.about(""), columns) };
        let none: Arc<str> = "".into();
        for (who, acts) in &by {
            let registration = acts.last().map_or(&none, |act| &act.registration);
            sheet.rows.push(row(&who.name, registration, &self.count(acts.iter().copied())));
        }
        let all = row(&"All".into(), &none, &self.count(self.acts.iter()));
        sheet.foot = vec![all.into_iter().map(Cell::bold).collect()];
        sheet
    }

    fn items(&self) -> Sheet {
        let spans = self.spans();
        let mut columns = [("Trainee", 24.0), ("Standard or list", 15.0), ("Item", 6.6)]
            .map(|(head, width)| Column::new(head, width))
            .to_vec();
        columns.extend(spans.iter().cloned());
        let rest = [("Total", 7.0), ("Achieved", 9.0), ("Not yet", 7.6), ("First seen", 12.0), ("Last seen", 12.0)];
        columns.extend(rest.map(|(head, width)| Column::new(head, width)));
        let about = self.about(" One row for each item of a trainee with at least one sign-off.");
        let mut sheet = Sheet { nothing: NOTHING, frozen: 3, ..Sheet::new("By trainee and item", about, columns) };
        let mut by: BTreeMap<(&Someone, &Arc<str>, KsbCode), Vec<&Act>> = BTreeMap::new();
        for act in &self.acts {
            by.entry((&act.trainee, &act.on, act.code)).or_default().push(act);
        }
        for ((who, on, code), acts) in by {
            let count = self.count(acts.into_iter());
            let mut row = vec![Cell::from(&who.name).bold(), on.into(), code.to_string().into()];
            row.extend(count.spans(spans.len()));
            row.extend([count.total(), count.achieved, count.not_yet].map(Cell::from));
            row.extend([Cell::day(count.first), Cell::day(count.last)]);
            sheet.rows.push(row);
        }
        sheet
    }

    fn methods(&self) -> Sheet {
        let columns = [
            ("Method", 30.0),
            ("Achieved", 11.0),
            ("Not yet achieved", 12.0),
            ("Total", 10.0),
            ("Direct", 10.0),
            ("Indirect", 10.0),
            ("Unsupervised", 14.0),
        ];
        let columns = columns.map(|(head, width)| Column::new(head, width)).to_vec();
        let mut sheet = Sheet { nothing: NOTHING, ..Sheet::new("Methods and outcomes", self.about(""), columns) };
        for method in Method::ALL.into_iter().map(Some).chain([None]) {
            let acts: Vec<&Act> = self.acts.iter().filter(|act| act.method == method).collect();
            if acts.is_empty() {
                continue;
            }
            let count = self.count(acts.iter().copied());
            let under = |one| acts.iter().filter(|act| act.supervision == Some(one)).count() as u32;
            let mut row = vec![Cell::from(method.map_or("None recorded", method_words)).bold()];
            row.extend([count.achieved, count.not_yet, count.total()].map(Cell::from));
            row.extend(
                [Supervision::Direct, Supervision::Indirect, Supervision::Unsupervised].map(|one| under(one).into()),
            );
            sheet.rows.push(row);
        }
        sheet
    }

    fn late(&self) -> Sheet {
        let columns = [
            ("Trainee", 24.0),
            ("Item", 8.0),
            ("Seen", 13.0),
            ("Signed", 13.0),
            ("Days", 8.0),
            ("Signed by", 17.0),
            ("Reason given", 44.0),
            ("Statement id", 38.0),
        ];
        let columns = columns.map(|(head, width)| Column::new(head, width)).to_vec();
        let days = self.late_days;
        let about = self.about(&format!(" Signed more than {days} days after it was seen. Longest first."));
        let nothing = "Nothing was signed late in this period.";
        let mut sheet = Sheet { nothing, ..Sheet::new("Signed late", about, columns) };
        let mut late: Vec<&Act> = self.acts.iter().filter(|act| self.is_late(act)).collect();
        late.sort_by_key(|act| (act.seen - act.signed, act.seen));
        for act in late {
            sheet.rows.push(vec![
                (&act.trainee.name).into(),
                act.code.to_string().into(),
                Value::Day(act.seen).into(),
                Value::Day(act.signed).into(),
                (act.signed - act.seen).num_days().into(),
                (&act.signer.name).into(),
                if act.late.is_empty() { "none recorded".into() } else { (&act.late).into() },
                (&act.id).into(),
            ]);
        }
        sheet
    }

    fn sampled(&self) -> Sheet {
        let columns = [("Verifier", 24.0), ("Accepted", 11.0), ("Rejected", 10.0), ("Waiting now", 10.0)];
        let columns = columns.map(|(head, width)| Column::new(head, width)).to_vec();
        let nothing = "No sign-off was sampled in this period.";
        let mut sheet = Sheet { nothing, ..Sheet::new("Samples", self.about(""), columns) };
        for one in &self.samples {
            let mut row = vec![Cell::from(&one.verifier).bold()];
            row.extend([one.accepted, one.rejected, one.waiting].map(Cell::from));
            sheet.rows.push(row);
        }
        sheet
    }

    fn legend(&self) -> Vec<(Cell, String)> {
        let late = format!("Signed more than {} days after it was seen (policy late-days).", self.late_days);
        let said = |word: &str, meaning: &str| (Cell::from(word).looking(Look::Bold), meaning.to_owned());
        vec![
            said(
                "Counted",
                "Sign-offs that stand today. Those withdrawn, rejected by a sample or in review are not counted.",
            ),
            said("Late", &late),
            said("Not yet", "Not yet to the standard when seen. It is not a fail."),
            said("Direct observation", "Direct observation of practical skills, and observed clinical events."),
            said("Empty cell", "None in that month or quarter."),
            said("Months", "By the day of signing, not the day it was seen. Over 24 months, quarters."),
            said("Waiting now", "Drawn at random to be sampled, and not sampled yet on the day the document was made."),
        ]
    }
}

/// What a sheet of sign-offs says without any.
const NOTHING: &str = "Nothing was signed in this period.";

fn month_no(day: NaiveDate) -> i32 {
    day.year() * 12 + day.month0().cast_signed()
}
