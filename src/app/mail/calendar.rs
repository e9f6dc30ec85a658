//! Makes a person's calendar: reviews, actions, reassessments and gateways as all-day events. What an earlier one held and
//! is no longer due is cancelled in the next.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use crate::app::App;
use crate::error::Error;
use crate::mail::given::Shelf;
use crate::mail::outlook::{DatedAction, Lapse, Outlook, outlooks_under, own_outlook};
use crate::report::file::only_files;
use crate::report::made::made;
use crate::storage::atomic_file::{full_path, is_there, place_for, write_private};
use countersign_core::people::person::Person;
use countersign_core::primitives::date::{day_words, parse_day};
use countersign_core::programme::review_plan::ReviewDue;
use countersign_report::calendar::{Calendar, Event, EventKind};

/// How many days a cancelled event stays in the calendars that follow.
const CANCELLED_DAYS: i64 = 92;
/// The most letters of a KSB's text in an event.
const MOST_TEXT: usize = 60;
/// The first line of what is remembered.
const HEAD: &str = "countersign-calendar/1";

/// A calendar that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeCalendar {
    /// The text of an `.ics` file.
    pub ics: String,
    pub events: Vec<EventRow>,
    /// Why it could not be remembered what was given out, if so.
    pub forgotten: Option<Error>,
}

/// An event of a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRow {
    /// Its kind and what tells it from others of its kind.
    pub id: String,
    pub day: NaiveDate,
    pub sequence: u32,
    pub cancelled: bool,
    pub summary: String,
}

/// What an earlier calendar said of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Given {
    sequence: u32,
    day: NaiveDate,
    /// The day on which it was cancelled.
    cancelled: Option<NaiveDate>,
}

type Memory = BTreeMap<(EventKind, String), Given>;

/// Makes a person's calendar and remembers what it holds.
pub fn calendar(app: &App, who: &Person) -> Result<MadeCalendar, Error> {
    let doing = || format!("Making the calendar of {}", who.name);
    let before = remembered(app, who).map_err(|e| e.context(doing()))?;
    let (own, under) = (own_outlook(app, who)?, outlooks_under(app, who)?);
    let mut due = Vec::new();
    if let Some(own) = &own {
        own_events(own, app.today(), &mut due);
    }
    for of in &under {
        events_under(of, who, app.today(), &mut due);
    }
    // A person who supervises themselves in part would have an event twice.
    due.sort_by(|a, b| (a.kind, &a.id).cmp(&(b.kind, &b.id)));
    due.dedup_by(|a, b| (a.kind, &a.id) == (b.kind, &b.id));
    let (memory, mut events) = compared(&before, due, app.today(), &own.iter().chain(&under).collect::<Vec<_>>());
    events.sort_by(|a, b| (a.cancelled, a.day, a.kind, &a.id).cmp(&(b.cancelled, b.day, b.kind, &b.id)));
    let forgotten =
        if memory == before { None } else { Shelf::Calendars.keep(&app.folder, &who.id, &written(&memory)).err() };
    let rows = events.iter().map(|event| EventRow {
        id: format!("{}-{}", event.kind.slug(), event.id),
        day: event.day,
        sequence: event.sequence,
        cancelled: event.cancelled,
        summary: event.summary.clone(),
    });
    let rows = rows.collect();
    let calendar = Calendar {
        made: made(app, None)?,
        at: app.now(),
        origin: app.log.origin()?.to_string(),
        name: who.name.to_string(),
        events,
    };
    Ok(MadeCalendar { ics: calendar.ics(), events: rows, forgotten })
}

/// Writes a calendar to a file, which may be replaced, and returns its full path. A folder gets `calendar.ics`.
pub fn write_calendar(made: &MadeCalendar, to: &Path, replace: bool) -> Result<PathBuf, Error> {
    let hint = "Nothing was written. Give a file name in a folder that is there";
    let place = place_for(to, "calendar.ics", |place| place.extension().is_some(), hint)?;
    if is_there(&place) && !replace {
        return Err(Error::refused(format!("There is already a file {}", full_path(&place).display()))
            .hint("Nothing was written. Give another name, or replace it with --replace"));
    }
    only_files(&place)?;
    write_private(&place, made.ics.as_bytes())?;
    Ok(full_path(&place))
}

fn own_events(own: &Outlook, today: NaiveDate, events: &mut Vec<Event>) {
    let (state, last) = review_words(own);
    events.push(event(EventKind::Review, review_id(own), own.review_by, format!("Your review {state}"), last));
    for action in own.actions.iter().filter(|action| own.is_own(action)) {
        events.push(action_event(action, "", "What is to be done is in your record.".to_owned()));
    }
    for lapse in &own.lapses {
        events.push(lapse_event(own, lapse, "", today));
    }
    let words = "Planned end of the practical period.".to_owned();
    events.push(event(
        EventKind::Gateway,
        own.trainee.id.to_string(),
        own.gateway,
        "Gateway planned".to_owned(),
        words,
    ));
}

fn events_under(of: &Outlook, who: &Person, today: NaiveDate, events: &mut Vec<Event>) {
    let name = &of.trainee.name;
    let (state, last) = review_words(of);
    events.push(event(EventKind::Review, review_id(of), of.review_by, format!("Review {state}: {name}"), last));
    for action in of.actions.iter().filter(|action| action.owner.as_ref() == Some(&who.id)) {
        events.push(action_event(action, "yours, ", format!("{name}. What is to be done is in the record.")));
    }
    for lapse in &of.lapses {
        events.push(lapse_event(of, lapse, &format!("{name}, "), today));
    }
    let (summary, words) = (format!("Gateway planned: {name}"), "Planned end of the practical period.".to_owned());
    events.push(event(EventKind::Gateway, of.trainee.id.to_string(), of.gateway, summary, words));
}

fn event(kind: EventKind, id: String, day: NaiveDate, summary: String, description: String) -> Event {
    Event { kind, id, day, sequence: 0, cancelled: false, summary, description }
}

fn review_id(of: &Outlook) -> String {
    format!("{}-{}", of.trainee.id, of.review)
}

/// Says whether the next review is due or overdue, and when the last was held.
fn review_words(of: &Outlook) -> (&'static str, String) {
    let last = match of.held.last() {
        Some(held) => format!("The last was held on {}.", day_words(*held)),
        None => "None was held before.".to_owned(),
    };
    match of.call {
        ReviewDue::Overdue(_) => ("overdue", format!("It was due on this day. {last}")),
        ReviewDue::Due(_) | ReviewDue::Later(_) => {
            ("due", format!("Progress review {} is due by this day. {last}", of.review))
        }
    }
}

fn action_event(action: &DatedAction, whose: &str, words: String) -> Event {
    let agreed = day_words(action.agreed);
    let summary = match action.code {
        Some(code) => format!("Action: {code}, from the sign-off of {agreed}"),
        None if whose.is_empty() => format!("Action from the review of {agreed}"),
        None => format!("Action: {whose}from the review of {agreed}"),
    };
    event(EventKind::Action, action.id.clone(), action.by, summary, words)
}

fn lapse_event(of: &Outlook, lapse: &Lapse, name: &str, today: NaiveDate) -> Event {
    let words = if lapse.due < today {
        "This was the last day on which it counted."
    } else {
        "This is the last day on which it counts."
    };
    let (id, summary) = (
        format!("{}-{}", of.trainee.id, lapse.code),
        format!("Reassess: {name}{} {}", lapse.code, shortened(&lapse.text)),
    );
    event(EventKind::Reassessment, id, lapse.due, summary, words.to_owned())
}

/// Returns the beginning of a text, up to the end of a word.
fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((end, _)) = line.char_indices().nth(MOST_TEXT) else { return line };
    let end = line[..end].rfind(' ').unwrap_or(end);
    format!("{}…", line[..end].trim_end_matches([',', ';', ':']))
}

/// Compares what is due with what was given out: returns what is given out now, and the events with those that are
/// cancelled.
fn compared(before: &Memory, due: Vec<Event>, today: NaiveDate, people: &[&Outlook]) -> (Memory, Vec<Event>) {
    let (mut memory, mut events) = (before.clone(), Vec::new());
    for (key, given) in &mut memory {
        if given.cancelled.is_none() && !due.iter().any(|event| (event.kind, &event.id) == (key.0, &key.1)) {
            (given.sequence, given.cancelled) = (given.sequence + 1, Some(today));
        }
    }
    for event in due {
        let new = Given { sequence: 0, day: event.day, cancelled: None };
        let given = memory.entry((event.kind, event.id.clone())).or_insert(new);
        if given.day != event.day || given.cancelled.is_some() {
            *given = Given { sequence: given.sequence + 1, ..new };
        }
        events.push(Event { sequence: given.sequence, ..event });
    }
    for ((kind, id), given) in &memory {
        let Some(on) = given.cancelled.filter(|on| (today - *on).num_days() <= CANCELLED_DAYS) else { continue };
        let (summary, description) = cancelled_words(*kind, id, on, people);
        let (day, sequence) = (given.day, given.sequence);
        events.push(Event { kind: *kind, id: id.clone(), day, sequence, cancelled: true, summary, description });
    }
    (memory, events)
}

/// Says what is cancelled and why. A name is given only of someone whose events the calendar has.
fn cancelled_words(kind: EventKind, id: &str, on: NaiveDate, people: &[&Outlook]) -> (String, String) {
    let (person, part) = id.split_once('-').unwrap_or((id, ""));
    let of = people.iter().find(|of| kind != EventKind::Action && of.trainee.id.as_str() == person);
    let name = of.map(|of| format!(": {}", of.trainee.name)).unwrap_or_default();
    let on = day_words(on);
    match kind {
        EventKind::Review => {
            let at = part.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
            let held = of.zip(at).and_then(|(of, at)| of.held.get(at));
            let why = held.map_or_else(
                || format!("It was no longer due on {on}."),
                |held| format!("The review was held on {}.", day_words(*held)),
            );
            (format!("Cancelled: review{name}"), why)
        }
        EventKind::Action => ("Cancelled: action".to_owned(), format!("The action was no longer open on {on}.")),
        EventKind::Reassessment => {
            (format!("Cancelled: reassess {part}{name}"), format!("It was no longer due by this day on {on}."))
        }
        EventKind::Gateway => (format!("Cancelled: gateway{name}"), format!("It was no longer planned on {on}.")),
    }
}

/// Returns what earlier calendars of a person held.
fn remembered(app: &App, who: &Person) -> Result<Memory, Error> {
    let Some(text) = Shelf::Calendars.read(&app.folder, &who.id)? else { return Ok(Memory::new()) };
    read(&text).ok_or_else(|| Shelf::Calendars.unreadable(&app.folder, &who.id))
}

/// Reads what [`written`] wrote.
fn read(text: &str) -> Option<Memory> {
    let mut lines = text.lines();
    lines.next().filter(|head| *head == HEAD)?;
    let given = |line: &str| {
        let mut words = line.split(' ');
        let (kind, id) = (words.next()?, words.next()?.to_owned());
        let kind = EventKind::ALL.into_iter().find(|one| one.slug() == kind)?;
        let (sequence, day) = (words.next()?.parse().ok()?, parse_day(words.next()?)?);
        let cancelled = match words.next()? {
            "-" => None,
            on => Some(parse_day(on)?),
        };
        words.next().is_none().then_some(((kind, id), Given { sequence, day, cancelled }))
    };
    lines.map(given).collect()
}

/// Returns what is remembered as text: a line for each event, with its sequence, its day and the day it was cancelled.
fn written(memory: &Memory) -> String {
    let line = |((kind, id), given): (&(EventKind, String), &Given)| {
        let cancelled = given.cancelled.map_or_else(|| "-".to_owned(), |on| on.to_string());
        format!("{} {id} {} {} {cancelled}\n", kind.slug(), given.sequence, given.day)
    };
    format!("{HEAD}\n{}", memory.iter().map(line).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        parse_day(text).unwrap()
    }

    fn action(id: &str, by: &str) -> Event {
        event(EventKind::Action, id.to_owned(), day(by), "Action".to_owned(), String::new())
    }

    #[test]
    fn an_event_is_given_a_higher_sequence_when_its_day_moves_when_it_is_cancelled_and_when_it_is_due_again() {
        let mut memory = Memory::new();
        for (on, due, sequence, cancelled) in [
            ("2026-11-01", Some("2026-12-01"), 0, false),
            ("2026-11-02", Some("2026-12-01"), 0, false),
            ("2026-11-03", Some("2026-12-05"), 1, false),
            ("2026-11-04", None, 2, true),
            ("2026-11-05", None, 2, true),
            ("2026-11-06", Some("2026-12-05"), 3, false),
        ] {
            let due = due.map(|by| action("a-1", by)).into_iter().collect();
            let (next, events) = compared(&memory, due, day(on), &[]);
            assert_eq!(events.len(), 1, "{on}");
            assert_eq!((events[0].sequence, events[0].cancelled), (sequence, cancelled), "{on}");
            assert_eq!(read(&written(&next)).as_ref(), Some(&next));
            memory = next;
        }
    }

    #[test]
    fn a_cancelled_event_is_left_out_after_three_months_and_its_sequence_is_never_forgotten() {
        let (memory, _) = compared(&Memory::new(), vec![action("a-1", "2026-12-01")], day("2026-11-01"), &[]);
        let (memory, _) = compared(&memory, Vec::new(), day("2026-11-02"), &[]);
        for (on, told) in [("2027-02-02", true), ("2027-02-03", false)] {
            assert_eq!(!compared(&memory, Vec::new(), day(on), &[]).1.is_empty(), told, "{on}");
        }
        let (_, events) = compared(&memory, vec![action("a-1", "2028-01-01")], day("2027-12-01"), &[]);
        assert_eq!((events[0].sequence, events[0].cancelled), (2, false));
    }

    #[test]
    fn a_memory_that_was_altered_is_refused() {
        for bad in [
            "",
            "other\n",
            "countersign-calendar/1\naction a-1 x 2026-12-01 -\n",
            "countersign-calendar/1\naction a-1 0\n",
        ] {
            assert_eq!(read(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_long_text_is_shortened_at_a_word() {
        assert_eq!(shortened("Releasing results"), "Releasing results");
        let long = shortened(&"the anatomy, ".repeat(20));
        assert!(long.ends_with('…') && long.chars().count() <= MOST_TEXT + 1, "{long}");
        let mut words = long.trim_end_matches('…').split(' ');
        assert!(words.all(|word| ["the", "anatomy,", "anatomy"].contains(&word)), "{long}");
    }
}
