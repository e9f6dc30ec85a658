//! Plans a trainee's hours and KSBs, month by month.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike as _, Months, NaiveDate};

use crate::people::person::PersonRef;
use crate::primitives::ids::{KsbCode, StandardRef, ValueFault, fault};
use crate::programme::hours::QuarterHours;
use crate::statement::content::{About, Content, days_fault};
use crate::statement::fields::{DecodeFault, FieldReader, FieldWriter, codes_of, joined};

/// The maximum months of a plan: ten years.
pub const MOST_MONTHS: usize = 120;
/// The maximum hours in a month: 31 full days.
pub const MOST_A_MONTH: QuarterHours = QuarterHours(744 * 4);

/// A calendar month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Month(NaiveDate);

impl Month {
    /// Returns the month of a day.
    pub fn of(day: NaiveDate) -> Self {
        Self(day.with_day(1).unwrap_or(day))
    }

    /// Returns its first day.
    pub fn first(self) -> NaiveDate {
        self.0
    }

    /// Returns the first day after it.
    pub fn end(self) -> NaiveDate {
        self.0.checked_add_months(Months::new(1)).unwrap_or(NaiveDate::MAX)
    }

    /// Returns the following month.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.end())
    }

    /// Returns the month before it.
    #[must_use]
    pub fn previous(self) -> Self {
        self.0.checked_sub_months(Months::new(1)).map_or(self, Self)
    }

    /// Returns words such as `Sep 2025`.
    pub fn words(self) -> String {
        self.0.format("%b %Y").to_string()
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.format("%Y-%m").to_string())
    }
}

impl FromStr for Month {
    type Err = ValueFault;

    /// Parses only `2025-09`.
    fn from_str(s: &str) -> Result<Self, ValueFault> {
        let digits = |text: &str, length: usize| text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
        let parts = s.split_once('-').filter(|(year, month)| digits(year, 4) && digits(month, 2));
        let read = parts
            .and_then(|(year, month)| NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, 1).map(Self));
        read.ok_or_else(|| fault(s, "a month, such as 2025-09"))
    }
}

/// The plan for one month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedMonth {
    pub month: Month,
    /// Off-the-job hours; may be zero.
    pub hours: QuarterHours,
    /// KSBs to be signed by the end of the month; sorted, without repeats.
    pub codes: Vec<KsbCode>,
}

/// A trainee's training plan. The newest one that is not withdrawn replaces all earlier ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrainingPlan {
    pub trainee: PersonRef,
    /// The codes are of this standard.
    pub standard: StandardRef,
    /// Sorted, without repeats; a month that is absent has no plan.
    pub months: Vec<PlannedMonth>,
}

impl Content for TrainingPlan {
    fn write(&self, to: &mut FieldWriter<'_>) {
        to.person("trainee", &self.trainee);
        to.plain("standard", &self.standard);
        for PlannedMonth { month, hours, codes } in &self.months {
            let codes = if codes.is_empty() { String::new() } else { format!(" {}", joined(codes)) };
            to.plain("month", format_args!("{month} {hours}{codes}"));
        }
    }

    fn read(from: &mut FieldReader<'_>) -> Result<Self, DecodeFault> {
        Ok(Self {
            trainee: from.person("trainee")?,
            standard: from.parsed("standard")?,
            months: from.repeated("month", month_of)?,
        })
    }

    fn fault(&self) -> Option<&'static str> {
        if let Some(fault) = days_fault(self.months.iter().map(|month| month.month.first())) {
            return Some(fault);
        }
        if self.months.iter().all(|month| month.hours.0 == 0 && month.codes.is_empty()) {
            return Some("A training plan plans nothing");
        }
        if self.months.len() > MOST_MONTHS || self.months.iter().any(|month| month.hours > MOST_A_MONTH) {
            return Some("A training plan has more than 120 months, or more hours in a month than are possible");
        }
        if !self.months.is_sorted_by(|a, b| a.month < b.month) {
            return Some("The months of a training plan are out of order or there twice");
        }
        let mut codes: Vec<KsbCode> = self.months.iter().flat_map(|month| month.codes.iter().copied()).collect();
        let all = codes.len();
        codes.sort_unstable();
        codes.dedup();
        let sorted = self.months.iter().all(|month| month.codes.is_sorted_by(|a, b| a < b));
        (!sorted || codes.len() != all).then_some("The KSBs of a training plan are out of order or there twice")
    }

    fn about(&self) -> About<'_> {
        About::Record(&self.trainee)
    }

    fn standard(&self) -> Option<&StandardRef> {
        Some(&self.standard)
    }

    fn replaceable(&self) -> Option<String> {
        Some("training plan".to_owned())
    }

    fn summary(&self) -> String {
        let hours: QuarterHours = self.months.iter().map(|month| month.hours).sum();
        let ksbs: usize = self.months.iter().map(|month| month.codes.len()).sum();
        format!("{} months, {hours} hours, {ksbs} KSBs · {}", self.months.len(), self.trainee.name)
    }
}

fn month_of(value: &str) -> Option<PlannedMonth> {
    let (month, rest) = value.split_once(' ')?;
    let (hours, codes) = rest.split_once(' ').map_or((rest, None), |(hours, codes)| (hours, Some(codes)));
    let hours = if hours == "0" { QuarterHours::default() } else { hours.parse().ok()? };
    Some(PlannedMonth { month: month.parse().ok()?, hours, codes: codes.map_or(Some(Vec::new()), codes_of)? })
}
