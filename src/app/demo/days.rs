//! Computes the days and times of the demo department's work, counted back from a given day.

use chrono::{Datelike as _, Days, Months, NaiveDate, NaiveTime, Weekday};

use countersign_core::primitives::date::Timestamp;

/// Returns the day `days` before a day; after it, if negative.
pub fn back(from: NaiveDate, days: i64) -> NaiveDate {
    let by = Days::new(days.unsigned_abs());
    let day = if days < 0 { from.checked_add_days(by) } else { from.checked_sub_days(by) };
    day.unwrap_or(from)
}

/// Returns the day `months` before a day.
pub fn months_back(from: NaiveDate, months: u32) -> NaiveDate {
    from.checked_sub_months(Months::new(months)).unwrap_or(from)
}

pub fn works(day: NaiveDate) -> bool {
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

/// Returns the day itself if it is a working day, else the next one; if that is not in the past, the one before.
pub fn working(day: NaiveDate, today: NaiveDate) -> NaiveDate {
    let on = |step: i64| (0..3).map(|n| back(day, step * n)).find(|day| works(*day) && *day < today);
    on(-1).or_else(|| (0..9).map(|n| back(day.min(today), n)).find(|day| works(*day) && *day < today)).unwrap_or(day)
}

/// Returns the time on a day, `minutes` after 8:00 UTC.
pub fn at(day: NaiveDate, minutes: i64) -> Timestamp {
    let midnight = day.and_time(NaiveTime::MIN).and_utc().timestamp();
    Timestamp::from_seconds(midnight + 8 * 3600 + minutes * 60)
}

/// Returns the working days in a range, excluding its last day and those of a pause.
pub fn working_days(from: NaiveDate, to: NaiveDate, pause: Option<(NaiveDate, NaiveDate)>) -> Vec<NaiveDate> {
    let paused = |day: NaiveDate| pause.is_some_and(|(from, back)| from <= day && day < back);
    from.iter_days().take_while(|day| *day < to).filter(|day| works(*day) && !paused(*day)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_core::primitives::date::parse_day;

    #[test]
    fn a_working_day_is_never_today_nor_on_a_weekend() {
        let today = parse_day("2026-11-22").unwrap();
        for days in -3..20 {
            let day = working(back(today, days), today);
            assert!(works(day) && day < today, "{day}");
        }
        assert_eq!(working(parse_day("2026-11-14").unwrap(), today), parse_day("2026-11-16").unwrap());
    }
}
