//! Defines timestamps, and parses and formats dates.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Local, NaiveDate, NaiveDateTime, NaiveTime, TimeZone as _};

use crate::primitives::ids::{ValueFault, fault};

/// A time in UTC, to the second: `2026-11-20T14:03:23Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(i64);

impl Timestamp {
    /// Converts seconds since 1970, clamped to the years 1 to 9999.
    pub fn from_seconds(seconds: i64) -> Self {
        Self(seconds.clamp(-62_135_596_800, 253_402_300_799))
    }

    /// Returns the first moment of a day in this machine's time zone.
    pub fn start_of(day: NaiveDate) -> Self {
        let midnight = day.and_time(NaiveTime::MIN);
        let local = Local.from_local_datetime(&midnight).earliest();
        Self::from_seconds(local.map_or_else(|| midnight.and_utc().timestamp(), |local| local.timestamp()))
    }

    pub fn seconds(self) -> i64 {
        self.0
    }

    pub fn day(self) -> NaiveDate {
        DateTime::from_timestamp(self.0, 0).unwrap_or_default().date_naive()
    }

    /// Returns the date and time in UTC.
    pub fn utc(self) -> NaiveDateTime {
        DateTime::from_timestamp(self.0, 0).unwrap_or_default().naive_utc()
    }

    /// Returns the date and time in this machine's time zone.
    pub fn local(self) -> NaiveDateTime {
        Local.timestamp_opt(self.0, 0).single().map_or_else(|| self.utc(), |local| local.naive_local())
    }

    pub fn local_day(self) -> NaiveDate {
        self.local().date()
    }

    /// Returns the local date and time: `2026-11-20 14:03`.
    pub fn local_words(self) -> String {
        self.local().format("%Y-%m-%d %H:%M").to_string()
    }

    /// Returns the time `seconds` later; earlier if negative.
    #[must_use]
    pub fn plus(self, seconds: i64) -> Self {
        Self::from_seconds(self.0.saturating_add(seconds))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (day, s) = (self.day(), self.0.rem_euclid(86_400) as u32);
        let mut text = *b"0000-00-00T00:00:00Z";
        let mut put = |at: usize, number: u32| {
            text[at] = b'0' + (number / 10) as u8;
            text[at + 1] = b'0' + (number % 10) as u8;
        };
        // Formatted by hand, as verifying a log encodes a million statements.
        let year = day.year().clamp(0, 9999).unsigned_abs();
        put(0, year / 100);
        put(2, year % 100);
        put(5, day.month());
        put(8, day.day());
        put(11, s / 3600);
        put(14, s / 60 % 60);
        put(17, s % 60);
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

impl FromStr for Timestamp {
    type Err = ValueFault;

    fn from_str(s: &str) -> Result<Self, ValueFault> {
        let read = || -> Option<Self> {
            let b = s.as_bytes();
            if b.len() != 20 || b[10] != b'T' || b[13] != b':' || b[16] != b':' || b[19] != b'Z' {
                return None;
            }
            let day = parse_day(s.get(..10)?)?;
            let (h, m, sec) = (digits(&b[11..13])?, digits(&b[14..16])?, digits(&b[17..19])?);
            let time = day.and_hms_opt(h, m, sec)?;
            Some(Self(time.and_utc().timestamp()))
        };
        read().ok_or_else(|| fault(s, "a time in UTC such as 2026-11-20T14:03:23Z"))
    }
}

/// Parses a date in the form `2026-11-20` only.
pub fn parse_day(s: &str) -> Option<NaiveDate> {
    let b = s.as_bytes();
    if b.len() != 10 || b[4] != b'-' || b[7] != b'-' {
        return None;
    }
    NaiveDate::from_ymd_opt(digits(&b[..4])?.cast_signed(), digits(&b[5..7])?, digits(&b[8..])?)
}

fn digits(bytes: &[u8]) -> Option<u32> {
    bytes.iter().try_fold(0, |n, b| b.is_ascii_digit().then(|| n * 10 + u32::from(b - b'0')))
}

/// Formats a date as `20 Nov 2026`.
pub fn day_words(day: NaiveDate) -> String {
    day.format("%-d %b %Y").to_string()
}

/// Formats a span of days: `6 Nov 2026`, `6 to 13 Nov 2026`, `28 Oct to 3 Nov 2026`.
pub fn days_words(first: NaiveDate, last: NaiveDate) -> String {
    let same = |format| first.format(format).to_string() == last.format(format).to_string();
    let first = match first {
        _ if first == last => return day_words(last),
        _ if same("%b %Y") => first.format("%-d").to_string(),
        _ if same("%Y") => first.format("%-d %b").to_string(),
        _ => day_words(first),
    };
    format!("{first} to {}", day_words(last))
}

/// Formats a date as `20 Nov`, with the year if it is not this year.
pub fn short_day(day: NaiveDate, today: NaiveDate) -> String {
    if day.year() == today.year() { day.format("%-d %b").to_string() } else { day_words(day) }
}

pub fn late_words(days: i64) -> String {
    if days == 1 { "1 day late".to_owned() } else { format!("{days} days late") }
}

/// Formats a date with its weekday, to show how a text was understood: `Sat 21 Nov 2026`.
pub fn long_day(day: NaiveDate) -> String {
    day.format("%a %-d %b %Y").to_string()
}

/// Returns whole months from `start` to `today`; 0 before the start.
pub fn months_between(start: NaiveDate, today: NaiveDate) -> u32 {
    let months = (today.year() - start.year()) * 12 + today.month().cast_signed() - start.month().cast_signed();
    u32::try_from(months - i32::from(today.day() < start.day())).unwrap_or(0)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub fn day(s: &str) -> NaiveDate {
        parse_day(s).unwrap()
    }

    #[test]
    fn a_time_has_one_spelling() {
        let text = "2026-11-20T14:03:23Z";
        assert_eq!(text.parse::<Timestamp>().unwrap().to_string(), text);
        for bad in [
            "2026-11-20 14:03:23Z",
            "2026-11-20T14:03:23",
            "2026-02-30T00:00:00Z",
            "2026-11-20T24:00:00Z",
            "+026-11-20T14:03:23Z",
            "",
        ] {
            assert!(bad.parse::<Timestamp>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_day_begins_at_its_first_moment_in_local_time() {
        for day in [day("2026-01-01"), day("2026-03-29"), day("2026-11-28")] {
            let start = Timestamp::start_of(day);
            assert_eq!((start.local_day(), start.plus(-1).local_day()), (day, day.pred_opt().unwrap()));
        }
    }

    #[test]
    fn months_count_whole_months_only() {
        assert_eq!(months_between(day("2025-09-20"), day("2026-11-19")), 13);
        assert_eq!(months_between(day("2025-09-20"), day("2026-11-20")), 14);
        assert_eq!(months_between(day("2026-12-01"), day("2026-11-20")), 0);
    }
}
