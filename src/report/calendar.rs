//! Writes a calendar (RFC 5545) of all-day events: lines of at most 75 octets that end in CRLF.

use std::fmt::Write as _;

use chrono::NaiveDate;

use crate::made::Made;
use countersign_core::primitives::date::Timestamp;

/// The most octets of a line, without its end.
const LINE: usize = 75;
/// How many days before an event its alarm is.
const ALARM_DAYS: u8 = 14;

/// What an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EventKind {
    Review,
    Action,
    Reassessment,
    Gateway,
}

impl EventKind {
    pub const ALL: [Self; 4] = [Self::Review, Self::Action, Self::Reassessment, Self::Gateway];

    /// Returns the spelling in ids and categories.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Review => "review",
            Self::Action => "action",
            Self::Reassessment => "reassessment",
            Self::Gateway => "gateway",
        }
    }
}

/// A calendar for one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    pub made: Made,
    /// The moment at which it was made.
    pub at: Timestamp,
    /// The log's origin, which makes the ids of events unique.
    pub origin: String,
    /// Whose it is.
    pub name: String,
    pub events: Vec<Event>,
}

/// An event of one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub kind: EventKind,
    /// What tells it from others of its kind, such as `7f3a-6`; the same in every calendar.
    pub id: String,
    pub day: NaiveDate,
    /// Higher after each change of the day, and when it is cancelled.
    pub sequence: u32,
    pub cancelled: bool,
    pub summary: String,
    pub description: String,
}

impl Calendar {
    /// Returns the calendar as the bytes of an `.ics` file.
    pub fn ics(&self) -> String {
        let mut text = String::new();
        let mut line = |name: &str, value: &str| fold(&mut text, &format!("{name}:{value}"));
        let (stamp, today) = (compact(self.at), self.made.day);
        line("BEGIN", "VCALENDAR");
        line("VERSION", "2.0");
        line("PRODID", "-//countersign//countersign//EN");
        line("CALSCALE", "GREGORIAN");
        line("METHOD", "PUBLISH");
        line("X-WR-CALNAME", &escaped(&format!("Countersign: {}", self.name)));
        for event in &self.events {
            let summary = escaped(&event.summary);
            let foot = format!("{}. Checkpoint code {}", self.made.department, self.made.code);
            line("BEGIN", "VEVENT");
            line("SUMMARY", &summary);
            line("DTSTART;VALUE=DATE", &day(event.day));
            line("DTEND;VALUE=DATE", &day(event.day.succ_opt().unwrap_or(event.day)));
            line("DTSTAMP", &stamp);
            line("UID", &uid(event, &self.origin));
            line("SEQUENCE", &event.sequence.to_string());
            line("CATEGORIES", event.kind.slug());
            line("CLASS", "PRIVATE");
            line("DESCRIPTION", &escaped(&format!("{}\n{foot}", event.description)));
            line("LAST-MODIFIED", &stamp);
            line("STATUS", if event.cancelled { "CANCELLED" } else { "CONFIRMED" });
            line("TRANSP", "TRANSPARENT");
            if !event.cancelled && event.day >= today {
                line("BEGIN", "VALARM");
                line("ACTION", "DISPLAY");
                line("DESCRIPTION", &summary);
                line("TRIGGER", &format!("-P{ALARM_DAYS}D"));
                line("END", "VALARM");
            }
            line("END", "VEVENT");
        }
        line("END", "VCALENDAR");
        text
    }
}

/// Returns an event's id, which is the same in every calendar: `KIND-ID@origin`, each slash as a hyphen.
fn uid(event: &Event, origin: &str) -> String {
    format!("{}-{}@{}", event.kind.slug(), event.id, origin.replace('/', "-"))
}

fn day(day: NaiveDate) -> String {
    day.format("%Y%m%d").to_string()
}

/// Returns a time as `20261128T184000Z`.
fn compact(at: Timestamp) -> String {
    at.to_string().replace(['-', ':'], "")
}

/// Escapes what has a meaning in a text value.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | ';' | ',' => safe.extend(['\\', letter]),
            '\n' => safe.push_str("\\n"),
            letter if letter.is_control() => {}
            letter => safe.push(letter),
        }
    }
    safe
}

/// Adds a line, folded between letters where it is too long; what follows begins with a space.
fn fold(text: &mut String, line: &str) {
    let mut used = 0;
    for letter in line.chars() {
        if used + letter.len_utf8() > LINE {
            text.push_str("\r\n ");
            used = 1;
        }
        text.push(letter);
        used += letter.len_utf8();
    }
    // Writing to a String cannot fail.
    let _ = write!(text, "\r\n");
}

#[cfg(test)]
mod tests {
    use chrono::NaiveTime;
    use countersign_core::primitives::date::parse_day;

    use super::*;

    fn event(summary: &str, day: &str) -> Event {
        Event {
            kind: EventKind::Review,
            id: "7f3a-6".to_owned(),
            day: parse_day(day).unwrap(),
            sequence: 0,
            cancelled: false,
            summary: summary.to_owned(),
            description: "Progress review 6 is due by this day, 12 weeks after the last.".to_owned(),
        }
    }

    fn calendar(events: Vec<Event>) -> Calendar {
        let made = Made {
            department: "Demo Department; Ward 3".to_owned(),
            day: parse_day("2026-11-28").unwrap(),
            time: NaiveTime::MIN,
            utc: chrono::NaiveDateTime::default(),
            as_of: None,
            by: String::new(),
            size: 1952,
            code: "1952 · YDNSA-TR8DP-DVJ5J-SKTSB-F2EXEV".to_owned(),
        };
        let at = "2026-11-28T18:40:00Z".parse().unwrap();
        Calendar {
            made,
            at,
            origin: "demo.example.org/cardiology".to_owned(),
            name: "Sam, Supervisor".to_owned(),
            events,
        }
    }

    /// Undoes the folding.
    fn unfolded(text: &str) -> String {
        text.replace("\r\n ", "")
    }

    #[test]
    fn no_line_is_longer_than_75_octets_and_folding_loses_nothing() {
        for width in 0..90 {
            for letter in ["a", "é", "漢", "🩺"] {
                let summary = format!("{}{}", "x".repeat(width), letter.repeat(60));
                let text = calendar(vec![event(&summary, "2027-02-18")]).ics();
                assert!(text.split("\r\n").all(|line| line.len() <= LINE && !line.contains(['\r', '\n'])), "{text}");
                assert!(unfolded(&text).contains(&format!("SUMMARY:{summary}\r\n")));
            }
        }
    }

    #[test]
    fn what_has_a_meaning_is_escaped_and_a_control_character_ends_no_line() {
        let text = unfolded(&calendar(vec![event("A; b, c\\d\r\nEND:VEVENT\u{7}", "2027-02-18")]).ics());
        assert!(text.contains("SUMMARY:A\\; b\\, c\\\\d\\nEND:VEVENT\r\n"), "{text}");
        assert!(text.contains("X-WR-CALNAME:Countersign: Sam\\, Supervisor\r\n"));
        assert!(text.contains("\\nDemo Department\\; Ward 3. Checkpoint code 1952 · YDNSA"));
        assert_eq!(text.matches("\r\nEND:VEVENT\r\n").count(), 1);
    }

    #[test]
    fn an_alarm_is_14_days_before_unless_the_day_has_passed_or_the_event_is_cancelled() {
        for (day, cancelled, alarm) in [
            ("2026-11-27", false, false),
            ("2026-11-28", false, true),
            ("2027-02-18", false, true),
            ("2027-02-18", true, false),
        ] {
            let text = calendar(vec![Event { cancelled, ..event("Review", day) }]).ics();
            assert_eq!(text.contains("TRIGGER:-P14D\r\n"), alarm, "{day} {cancelled}");
            assert_eq!(text.contains("STATUS:CANCELLED\r\n"), cancelled);
        }
    }

    #[test]
    fn an_event_is_all_day_and_its_id_has_no_slash() {
        let text = calendar(vec![event("Review", "2026-12-31")]).ics();
        assert!(
            text.contains("DTSTART;VALUE=DATE:20261231\r\nDTEND;VALUE=DATE:20270101\r\nDTSTAMP:20261128T184000Z\r\n")
        );
        assert!(text.contains("UID:review-7f3a-6@demo.example.org-cardiology\r\n"));
    }
}
