//! Parses a date as people type it, in British order, resolving what it leaves open forward or back from a given day.

use chrono::{Datelike, Days, Months, NaiveDate, NaiveTime, Weekday};

use crate::primitives::date::{long_day, parse_day};
use crate::primitives::ids::{ValueFault, fault};

const YEARS: std::ops::Range<i32> = 1980..2100;
/// The most years between two leap days.
const LEAP: i32 = 8;

/// The direction in which an incomplete date is resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DayDirection {
    /// To the future, for starts and due dates.
    Ahead,
    /// To the past, for observations and other events.
    Back,
    /// To the nearest.
    Near,
}

impl DayDirection {
    /// Returns the direction for an option, form field or column: `--start`, `by`, `seen`.
    pub fn of(field: &str) -> Self {
        match field.trim_start_matches('-') {
            "start" | "from" | "until" | "end" | "planned-end" | "The planned end" | "by" | "next" | "due"
            | "action" | "actions" | "carry" => Self::Ahead,
            "on" => Self::Near,
            _ => Self::Back,
        }
    }

    fn such_as(self) -> &'static str {
        match self {
            Self::Ahead => "a date. Write today, in 2 weeks, friday, 12 Dec or 2026-12-12",
            _ => "a date. Write today, yesterday, monday, 20 Nov or 2026-11-20",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TypedDay {
    pub day: NaiveDate,
    /// Whether the text was incomplete, so that the reader must be shown the date understood.
    pub open: bool,
    pub time: Option<NaiveTime>,
}

/// Parses a typed date, relative to `today`: `1 Sept 2026`, `01-Sep-26`, `01/09/26`, `01/09/2026 00:00`, `Tues`, `1st`,
/// `next friday`, `2 weeks`, `3 days ago`.
pub fn typed_day(text: &str, today: NaiveDate, look: DayDirection) -> Result<TypedDay, ValueFault> {
    let read = match read(&text.trim().to_lowercase(), today, look) {
        Some(Ok(read)) => read,
        Some(Err(slip)) => {
            return Err(ValueFault { slip: Some(weekday_of(slip)), ..fault(text.trim(), look.such_as()) });
        }
        None => return Err(fault(text.trim(), look.such_as())),
    };
    if YEARS.contains(&read.day.year()) { Ok(read) } else { Err(fault(text.trim(), "a date between 1980 and 2099")) }
}

/// Parses a typed date, ignoring a time of day after it.
pub fn parse_human_date(text: &str, today: NaiveDate, look: DayDirection) -> Result<NaiveDate, ValueFault> {
    typed_day(text, today, look).map(|read| read.day)
}

/// Returns the date understood, if the text was incomplete: `27/12 is Sun 27 Dec 2026`.
pub fn parsed_as(text: &str, today: NaiveDate, look: DayDirection) -> Option<String> {
    let read = typed_day(text, today, look).ok().filter(|read| read.open)?;
    Some(format!("“{}” is {}", text.trim(), long_day(read.day)))
}

/// Describes a date that was written with the wrong weekday: `a day: the 5th of December 2026 is a Saturday`.
fn weekday_of(day: NaiveDate) -> String {
    let nth = match day.day() {
        1 | 21 | 31 => "st",
        2 | 22 => "nd",
        3 | 23 => "rd",
        _ => "th",
    };
    format!("a date: the {}{nth} of {}", day.day(), day.format("%B %Y is a %A"))
}

/// Parses a date; the inner error is a date written with the wrong weekday.
fn read(text: &str, today: NaiveDate, look: DayDirection) -> Option<Result<TypedDay, NaiveDate>> {
    let (text, time) = without_time(text)?;
    let words: Vec<&str> = text.split([' ', '\t', '\u{a0}', ',']).filter(|word| !word.is_empty()).collect();
    let (day, open) = match relative(&words, today, look) {
        Some(day) => (day, !matches!(words.as_slice(), ["today" | "yesterday" | "tomorrow"])),
        None => match written(text, today, look)? {
            Ok(read) => read,
            Err(slip) => return Some(Err(slip)),
        },
    };
    Some(Ok(TypedDay { day, open, time }))
}

/// Splits off the time of day; `None` if what follows the date is not a time.
fn without_time(text: &str) -> Option<(&str, Option<NaiveTime>)> {
    let day = text.get(..10).filter(|day| parse_day(day).is_some());
    if let Some(day) = day
        && let Some(time) = text[10..].strip_prefix('t')
    {
        return Some((day, Some(time_of(time)?)));
    }
    let Some(colon) = text.find(':') else { return Some((text, None)) };
    let start = text[..colon].rfind(char::is_whitespace)?;
    Some((text[..start].trim_end(), Some(time_of(text[start..].trim())?)))
}

fn time_of(text: &str) -> Option<NaiveTime> {
    let text = text.strip_suffix('z').unwrap_or(text).trim_end();
    // The offset is ignored: the date is the one that the clock showed.
    let text = text.rfind(['+', '-']).map_or(text, |at| &text[..at]);
    let forms = ["%H:%M:%S%.f", "%H:%M", "%I:%M %p", "%I:%M:%S %p", "%I:%M%p"];
    forms.iter().find_map(|form| NaiveTime::parse_from_str(text, form).ok())
}

/// Parses a date relative to today: `yesterday`, `in 2 weeks`, `next friday`.
fn relative(words: &[&str], today: NaiveDate, look: DayDirection) -> Option<NaiveDate> {
    match words {
        ["on" | "by" | "from" | "since" | "the", rest @ ..] if !rest.is_empty() => relative(rest, today, look),
        ["today" | "now"] => Some(today),
        ["yesterday"] => today.pred_opt(),
        ["tomorrow"] => today.succ_opt(),
        ["in", rest @ .., "time"] | ["in" | "within", rest @ ..] | [rest @ .., "from", "now" | "today"] => {
            DayRange::of(rest)?.after(today)
        }
        [rest @ .., "ago"] => DayRange::of(rest)?.before(today),
        ["next", unit @ ("week" | "fortnight" | "month" | "year")] => DayRange::of(&["1", unit])?.after(today),
        [which @ ("next" | "this" | "last" | "coming"), day] => {
            let wanted = weekday(day)?;
            let monday = today.checked_sub_days(Days::new(today.weekday().num_days_from_monday().into()))?;
            let this_week = monday.checked_add_days(Days::new(wanted.num_days_from_monday().into()))?;
            match *which {
                "next" => this_week.checked_add_days(Days::new(7)),
                // On a Sunday, "this Friday" is the coming one.
                "this" if look == DayDirection::Ahead && this_week < today => on_to(wanted, today),
                "this" if look == DayDirection::Back && this_week > today => back_to(wanted, today),
                "this" => Some(this_week),
                "last" => back_to(wanted, today.pred_opt()?),
                _ => on_to(wanted, today.succ_opt()?),
            }
        }
        ["end", "of", "the" | "this", unit] => relative(&["end", "of", unit], today, look),
        ["end", "of", rest @ ..] if look == DayDirection::Ahead => {
            let (unit, later) = match rest {
                ["next", unit] => (*unit, 1),
                [unit] => (*unit, 0),
                _ => return None,
            };
            let (first, months) = match unit {
                "month" => (today.with_day(1)?, 1),
                "year" => (today.with_day(1)?.with_month(1)?, 12),
                _ => return None,
            };
            first.checked_add_months(Months::new(months * (later + 1)))?.pred_opt()
        }
        // `friday week`, `a week today`, `a fortnight tomorrow`.
        [which @ .., "on", day] if look != DayDirection::Back && weekday(day).is_some() && !which.is_empty() => {
            DayRange::of(which)?.after(on_to(weekday(day)?, today.succ_opt()?)?)
        }
        [day, "week"] if look != DayDirection::Back => relative(&[day], today, DayDirection::Ahead)?
            .checked_add_days(Days::new(7))
            .filter(|_| counted(day).is_none()),
        [rest @ .., day @ ("today" | "tomorrow")] if look != DayDirection::Back && !rest.is_empty() => {
            DayRange::of(rest)?.after(relative(&[day], today, look)?)
        }
        [one] if weekday(one).is_some() => {
            let wanted = weekday(one)?;
            let (back, on) = (back_to(wanted, today)?, on_to(wanted, today.succ_opt()?)?);
            match look {
                DayDirection::Ahead => Some(on),
                DayDirection::Back => Some(back),
                DayDirection::Near => Some(nearer(back, on, today)),
            }
        }
        _ => {
            let span = DayRange::of(words)?;
            if look == DayDirection::Back { span.before(today) } else { span.after(today) }
        }
    }
}

/// Returns the last such weekday up to and including `day`.
fn back_to(wanted: Weekday, day: NaiveDate) -> Option<NaiveDate> {
    day.checked_sub_days(Days::new(u64::from(day.weekday().days_since(wanted))))
}

/// Returns the first such weekday from `day` on.
fn on_to(wanted: Weekday, day: NaiveDate) -> Option<NaiveDate> {
    day.checked_add_days(Days::new(u64::from(wanted.days_since(day.weekday()))))
}

fn nearer(back: NaiveDate, on: NaiveDate, today: NaiveDate) -> NaiveDate {
    if today - back <= on - today { back } else { on }
}

/// A duration: `2 weeks`, `a fortnight`.
enum DayRange {
    Days(u64),
    Months(u32),
}

impl DayRange {
    fn of(words: &[&str]) -> Option<Self> {
        let (number, unit) = match words {
            ["fortnight"] => (1, "fortnight"),
            ["a", "couple", "of", unit] => (2, *unit),
            [number, unit] => (counted(number)?, *unit),
            // `2w`, `10days`
            [both] => {
                let (number, unit) = both.split_at(both.find(|c: char| !c.is_ascii_digit())?);
                (counted(number)?, unit)
            }
            _ => return None,
        };
        match unit.trim_end_matches(['\'', '’']) {
            "d" | "day" | "days" => Some(Self::Days(number)),
            "w" | "week" | "weeks" | "wk" | "wks" => Some(Self::Days(number * 7)),
            "fortnight" | "fortnights" => Some(Self::Days(number * 14)),
            "month" | "months" => u32::try_from(number).ok().map(Self::Months),
            "year" | "years" => u32::try_from(number * 12).ok().map(Self::Months),
            _ => None,
        }
    }

    fn after(&self, day: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Days(days) => day.checked_add_days(Days::new(*days)),
            Self::Months(months) => day.checked_add_months(Months::new(*months)),
        }
    }

    fn before(&self, day: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Days(days) => day.checked_sub_days(Days::new(*days)),
            Self::Months(months) => day.checked_sub_months(Months::new(*months)),
        }
    }
}

fn counted(word: &str) -> Option<u64> {
    const WORDS: [&str; 12] =
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    if matches!(word, "a" | "an") {
        return Some(1);
    }
    let word_for = WORDS.iter().zip(1..).find(|(known, _)| **known == word).map(|(_, number)| number);
    word_for.or_else(|| word.parse().ok().filter(|number| *number <= 10_000))
}

#[derive(Clone, Copy)]
enum Piece<'a> {
    Number(&'a str),
    /// Digits with `st`, `nd`, `rd` or `th`.
    Ordinal(&'a str),
    Word(&'a str),
}

/// Parses a written date, with whether it was incomplete: `1 Sept 2026`, `01-Sep-26`, `Tue 1 Sep`, `1/9`, `2026-09-01`,
/// `1st`.
fn written(text: &str, today: NaiveDate, look: DayDirection) -> Option<Result<(NaiveDate, bool), NaiveDate>> {
    use Piece::{Number, Ordinal, Word};
    let pieces = pieces(text)?;
    let (named, pieces) = match pieces.as_slice() {
        [Piece::Word(first), rest @ ..] if !rest.is_empty() && weekday(first).is_some() => (weekday(first), rest),
        all => (None, all),
    };
    let (day, open) = match *pieces {
        [Ordinal(day)] => (of_month(short(day)?, today, look)?, true),
        [Number(day), Number(month)] if text.contains(['/', '.', '-']) => {
            (of_year(short(day)?, short(month)?, today, look)?, true)
        }
        [Number(day) | Ordinal(day), Word(name)] | [Word(name), Number(day) | Ordinal(day)] => {
            (of_year(short(day)?, month(name)?, today, look)?, true)
        }
        [Number(year), Number(month), Number(day)] if year.len() == 4 => {
            (NaiveDate::from_ymd_opt(full(year)?, short(month)?, short(day)?)?, false)
        }
        [Number(day), Number(month), Number(year)] => {
            (NaiveDate::from_ymd_opt(full(year)?, short(month)?, short(day)?)?, false)
        }
        [Number(year), Word(name), Number(day)] if year.len() == 4 => {
            (NaiveDate::from_ymd_opt(full(year)?, month(name)?, short(day)?)?, false)
        }
        [Number(day) | Ordinal(day), Word(name), Number(year)]
        | [Word(name), Number(day) | Ordinal(day), Number(year)] => {
            (NaiveDate::from_ymd_opt(full(year)?, month(name)?, short(day)?)?, false)
        }
        _ => return None,
    };
    // A wrong weekday means that it or the date is a slip.
    Some(if named.is_none_or(|named| named == day.weekday()) { Ok((day, open)) } else { Err(day) })
}

/// Splits a text into tokens; `None` if it contains anything else, or more than a date has.
fn pieces(text: &str) -> Option<Vec<Piece<'_>>> {
    let mut pieces = Vec::new();
    let mut rest = text.strip_suffix('.').unwrap_or(text);
    let whole = rest.len();
    while let Some(first) = rest.chars().next() {
        let is: fn(char) -> bool = match first {
            c if c.is_ascii_digit() => |c| c.is_ascii_digit(),
            c if c.is_ascii_lowercase() => |c| c.is_ascii_lowercase(),
            c if (c.is_whitespace() || ",/.-".contains(c)) && rest.len() < whole => {
                rest = &rest[c.len_utf8()..];
                if rest.is_empty() {
                    return None;
                }
                continue;
            }
            _ => return None,
        };
        let (piece, left) = rest.split_at(rest.find(|c| !is(c)).unwrap_or(rest.len()));
        match (piece, pieces.last()) {
            ("st" | "nd" | "rd" | "th", Some(Piece::Number(number))) => {
                let number = *number;
                pieces.pop();
                pieces.push(Piece::Ordinal(number));
            }
            ("of" | "the", _) => {}
            _ if first.is_ascii_digit() => pieces.push(Piece::Number(piece)),
            _ => pieces.push(Piece::Word(piece)),
        }
        if pieces.len() > 4 {
            return None;
        }
        rest = left;
    }
    Some(pieces)
}

fn of_year(day: u32, month: u32, today: NaiveDate, look: DayDirection) -> Option<NaiveDate> {
    let on = |years: i32| NaiveDate::from_ymd_opt(today.year() + years, month, day);
    found((0..=LEAP).filter_map(on), (0..=LEAP).filter_map(|years| on(-years)), today, look)
}

fn of_month(day: u32, today: NaiveDate, look: DayDirection) -> Option<NaiveDate> {
    let on = |first: Option<NaiveDate>| first?.with_day(day);
    let first = today.with_day(1)?;
    let ahead = (0..3).filter_map(|months| on(first.checked_add_months(Months::new(months))));
    let back = (0..3).filter_map(|months| on(first.checked_sub_months(Months::new(months))));
    found(ahead, back, today, look)
}

/// Returns the first candidate in the wanted direction.
fn found(
    mut ahead: impl Iterator<Item = NaiveDate>,
    mut back: impl Iterator<Item = NaiveDate>,
    today: NaiveDate,
    look: DayDirection,
) -> Option<NaiveDate> {
    let (on, before) = (ahead.find(|day| *day >= today), back.find(|day| *day <= today));
    match look {
        DayDirection::Ahead => on,
        DayDirection::Back => before,
        DayDirection::Near => Some(nearer(before?, on?, today)),
    }
}

/// Parses a weekday's name or its beginning: `tue`, `tues`, `weds`, `thurs`.
fn weekday(word: &str) -> Option<Weekday> {
    let word = if word == "weds" { "wed" } else { word.trim_end_matches('.') };
    let names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    names.iter().find(|name| word.len() >= 3 && name.starts_with(word))?.parse().ok()
}

/// Parses a month's name or its beginning: `sep`, `sept`.
pub(crate) fn month(word: &str) -> Option<u32> {
    const NAMES: &str = "january february march april may june july august september october november december";
    NAMES.split(' ').zip(1..).find(|(name, _)| word.len() >= 3 && name.starts_with(word)).map(|(_, number)| number)
}

fn short(digits: &str) -> Option<u32> {
    if digits.len() <= 2 { digits.parse().ok() } else { None }
}

/// Parses a year of four or two digits; 80 to 99 are in the last century, as no start before 1980 is kept.
fn full(digits: &str) -> Option<i32> {
    let year: i32 = digits.parse().ok()?;
    match (digits.len(), year) {
        (2, 80..) => Some(1900 + year),
        (2, _) => Some(2000 + year),
        (4, _) => Some(year),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::primitives::date::tests::day;

    fn read_on(today: &str, text: &str, look: DayDirection) -> NaiveDate {
        parse_human_date(text, day(today), look).unwrap_or_else(|fault| panic!("{fault}"))
    }

    /// A Saturday.
    const TODAY: &str = "2026-11-28";
    const ALL: [DayDirection; 3] = [DayDirection::Ahead, DayDirection::Back, DayDirection::Near];

    #[test]
    fn a_whole_day_is_read_however_it_is_written_wherever_it_is_typed() {
        for text in "1 Sept 2026|01-Sep-26|01/09/26|01/09/2026|01/09/2026 00:00|1.9.2026|1-9-26|2026-09-01|2026-9-1|\
            2026-09-01T00:00:00|2026-09-01T00:00:00Z|2026-09-01T00:00:00.000Z|01 09 2026|\
            2026-09-01T00:00:00+01:00|2026-09-01 00:00:00|1st September 2026|the 1st of September, 2026|\
            Tues 1 Sep 2026|Tuesday, 1 September 2026|September 1, 2026|1sep2026|1 SEP 26|\
            01/09/2026 12:00 AM|  1 Sep. 2026 |\
            2026/09/01|2026 Sep 1"
            .split('|')
        {
            for look in ALL {
                let read = typed_day(text, day(TODAY), look).unwrap_or_else(|fault| panic!("{fault}"));
                assert_eq!((read.day, read.open), (day("2026-09-01"), false), "{text}");
            }
        }
    }

    #[test]
    fn what_a_day_leaves_open_is_in_the_future_or_in_the_past_as_its_field_requires() {
        for (text, ahead, back) in [
            ("today", "2026-11-28", "2026-11-28"),
            ("Yesterday", "2026-11-27", "2026-11-27"),
            ("tomorrow", "2026-11-29", "2026-11-29"),
            ("friday", "2026-12-04", "2026-11-27"),
            ("Tues", "2026-12-01", "2026-11-24"),
            ("Weds", "2026-12-02", "2026-11-25"),
            ("Thurs", "2026-12-03", "2026-11-26"),
            ("sat", "2026-12-05", "2026-11-28"),
            ("1st", "2026-12-01", "2026-11-01"),
            ("the 2nd", "2026-12-02", "2026-11-02"),
            ("31st", "2026-12-31", "2026-10-31"),
            ("5 Jan", "2027-01-05", "2026-01-05"),
            ("27/12", "2026-12-27", "2025-12-27"),
            ("28 Nov", "2026-11-28", "2026-11-28"),
            ("1 Sept", "2027-09-01", "2026-09-01"),
            ("Tue 1 Dec", "2026-12-01", "2026-12-01"),
            ("29 Feb", "2028-02-29", "2024-02-29"),
            ("2 weeks", "2026-12-12", "2026-11-14"),
            ("a fortnight", "2026-12-12", "2026-11-14"),
            ("in a fortnight", "2026-12-12", "2026-12-12"),
            ("in 2 weeks' time", "2026-12-12", "2026-12-12"),
            ("next friday", "2026-12-04", "2026-12-04"),
            ("last friday", "2026-11-27", "2026-11-27"),
            ("this friday", "2026-12-04", "2026-11-27"),
            ("this monday", "2026-11-30", "2026-11-23"),
            ("this sunday", "2026-11-29", "2026-11-22"),
            ("in 1 month", "2026-12-28", "2026-12-28"),
            ("three months", "2027-02-28", "2026-08-28"),
            ("3 days ago", "2026-11-25", "2026-11-25"),
            ("a fortnight ago", "2026-11-14", "2026-11-14"),
            ("1 month ago", "2026-10-28", "2026-10-28"),
        ] {
            if text == "Tue 1 Dec" {
                assert_eq!(read_on(TODAY, text, DayDirection::Ahead), day(ahead));
                // 1 December 2025 was a Monday, so weekday or date is a slip.
                assert!(parse_human_date(text, day(TODAY), DayDirection::Back).is_err());
                continue;
            }
            assert_eq!(read_on(TODAY, text, DayDirection::Ahead), day(ahead), "{text}");
            assert_eq!(read_on(TODAY, text, DayDirection::Back), day(back), "{text}");
        }
        for text in ["27/12", "27 Dec", "27 December", "Dec 27th"] {
            assert_eq!(read_on("2027-01-04", text, DayDirection::Back), day("2026-12-27"), "{text}");
        }
        assert_eq!(read_on("2027-01-04", "30 Dec", DayDirection::Near), day("2026-12-30"));
        assert_eq!(read_on("2027-01-04", "10 Jan", DayDirection::Near), day("2027-01-10"));
    }

    #[test]
    fn what_is_not_a_day_or_not_of_our_time_is_refused_in_words() {
        for look in ALL {
            for bad in "|soon|31/02/2026|last month|99999999 days ago|2026-13-01|11/20|5|1 5|1/9/026|1 Sep 2026 noon|\
                1 Sep 2026 25:00|12:30|-1/9/2026|1/9/2026/3|1//|Smarch 1|ma 1|2026-09-01T|1 Sep 2|in|ago|next|\
                ٣ Sep 2026|“1 Sep”"
                .split('|')
            {
                let fault = parse_human_date(bad, day(TODAY), look).unwrap_err();
                assert!(fault.to_string().contains("is not a date. Write today"), "{bad}: {fault}");
            }
            for bad in ["0026-09-01", "9999-12-31", "1 Sep 1979", "1/1/2100", "in 9000 weeks"] {
                let fault = parse_human_date(bad, day(TODAY), look).unwrap_err();
                assert!(fault.to_string().contains("is not a date between 1980 and 2099"), "{bad}: {fault}");
            }
        }
    }

    #[test]
    fn a_day_that_looks_forward_is_the_coming_one_and_is_read_as_people_say_it() {
        // A Sunday.
        let today = "2026-11-29";
        for (text, ahead) in [
            ("this friday", "2026-12-04"),
            ("this sunday", "2026-11-29"),
            ("next friday", "2026-12-04"),
            ("2w", "2026-12-13"),
            ("10d", "2026-12-09"),
            ("3 wks", "2026-12-20"),
            ("in 2w", "2026-12-13"),
            ("friday week", "2026-12-11"),
            ("a week on friday", "2026-12-11"),
            ("a week today", "2026-12-06"),
            ("today week", "2026-12-06"),
            ("a week tomorrow", "2026-12-07"),
            ("a fortnight tomorrow", "2026-12-14"),
            ("end of month", "2026-11-30"),
            ("by the end of the month", "2026-11-30"),
            ("end of next month", "2026-12-31"),
            ("end of the year", "2026-12-31"),
        ] {
            assert_eq!(read_on(today, text, DayDirection::Ahead), day(ahead), "{text}");
        }
        assert_eq!(read_on("2027-01-31", "end of next month", DayDirection::Ahead), day("2027-02-28"));
        assert_eq!(read_on("2026-12-02", "this friday", DayDirection::Ahead), day("2026-12-04"));
        for text in ["friday week", "a week today", "end of month", "a week", "a week week", "2 week week"] {
            assert!(text == "a week" || parse_human_date(text, day(today), DayDirection::Back).is_err(), "{text}");
        }
        for text in ["a week week", "one week week", "week today", "end of", "end of time", "2x"] {
            assert!(parse_human_date(text, day(today), DayDirection::Ahead).is_err(), "{text}");
        }
    }

    #[test]
    fn a_weekday_that_the_day_does_not_have_is_named() {
        let refused = |text: &str, look| parse_human_date(text, day(TODAY), look).unwrap_err().to_string();
        assert_eq!(
            refused("friday 5 december", DayDirection::Ahead),
            "“friday 5 december” is not a date: the 5th of December 2026 is a Saturday"
        );
        for look in ALL {
            let words = "“Mon 1 Sep 2026” is not a date: the 1st of September 2026 is a Tuesday";
            assert_eq!(refused("Mon 1 Sep 2026", look), words);
        }
    }

    #[test]
    fn a_field_looks_forward_for_what_begins_or_is_due_and_back_for_what_was() {
        for (look, names) in [
            (
                DayDirection::Ahead,
                &["start", "--start", "--from", "--until", "--planned-end", "by", "--by", "next", "--next", "due"][..],
            ),
            (
                DayDirection::Back,
                &["seen", "--observed", "held", "--held", "--since", "since", "day", "--day", "the day"],
            ),
            (DayDirection::Near, &["--on"]),
        ] {
            for name in names {
                assert_eq!(DayDirection::of(name), look, "{name}");
            }
        }
    }

    proptest! {
        #[test]
        fn a_day_without_a_year_is_less_than_a_year_away_on_the_side_that_was_asked(
            today in 0..20_000_u64, wanted in 0..366_u64,
        ) {
            let today = day("2000-01-01").checked_add_days(Days::new(today)).unwrap();
            let wanted = day("2023-01-01").checked_add_days(Days::new(wanted % 365)).unwrap();
            for form in ["%-d %b", "%d/%m", "%B %-d", "%-d.%-m"] {
                let text = wanted.format(form).to_string();
                let on = parse_human_date(&text, today, DayDirection::Ahead).unwrap();
                let back = parse_human_date(&text, today, DayDirection::Back).unwrap();
                prop_assert!(today <= on && (on - today).num_days() < 366, "{text} {on}");
                prop_assert!(back <= today && (today - back).num_days() < 366, "{text} {back}");
                prop_assert_eq!((on.month(), on.day(), back.month(), back.day()),
                    (wanted.month(), wanted.day(), wanted.month(), wanted.day()));
            }
        }

        #[test]
        fn what_the_program_shows_is_read_back_as_the_same_day(days in 0..36_000_u64) {
            let shown = day("1990-01-01").checked_add_days(Days::new(days)).unwrap();
            for text in [long_day(shown), crate::primitives::date::day_words(shown), shown.to_string()] {
                for look in ALL {
                    prop_assert_eq!(parse_human_date(&text, day(TODAY), look), Ok(shown));
                }
            }
        }

        #[test]
        fn no_text_is_read_with_a_panic(text in any::<String>()) {
            for look in ALL {
                let _ = typed_day(&text, day(TODAY), look);
            }
        }
    }
}
