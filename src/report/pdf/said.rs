//! Says what a record holds, in words and as a row of a table.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use countersign_core::primitives::date::day_words;
use countersign_core::primitives::ids::{PersonId, StatementId};
use countersign_core::record::ksb_status::State;
use countersign_core::record::view::{AnnotationMark, CarriedRecord, Record, RecordedReview};
use countersign_core::statement::kind::Kind;
use countersign_core::statement::kinds::sign_off::Outcome;

use crate::pdf::parts::{ID, TABLE, TICK, open_frame};
use crate::pdf::table::Row;
use crate::pdf::text::{Framed, Ink, Style, Text, mm};
use crate::words::{exact, method_words};

/// Returns the letter of a state in its frame, and its word.
pub fn state_frame(state: State) -> (Framed, &'static str) {
    let filled = |letter, fill, ink| Framed { letter, fill, frame: Ink::Black, ink };
    match state {
        State::Signed => (TICK, "signed off"),
        State::NotYet => (open_frame('N'), "not yet achieved"),
        State::Partly => (open_frame('P'), "partly"),
        State::Open | State::Claimed => (open_frame('O'), "open"),
        State::Renew => (filled('E', Ink::Mid, Ink::Black), "expires soon"),
        State::Lapsed => (filled('X', Ink::Black, Ink::White), "lapsed"),
        State::CarriedOver => (open_frame('H'), "carried over"),
    }
}

/// Returns the letter of a state of a competence in its frame.
pub fn competence_frame(state: State) -> Framed {
    let (framed, _) = state_frame(state);
    if state == State::Signed { Framed { letter: 'C', ..framed } } else { framed }
}

/// Says how something was seen: method, supervision, place.
pub fn seen_words(record: &Record) -> String {
    let mut words = Vec::new();
    words.extend(record.method.map(|method| method_words(method).to_owned()));
    words.extend(record.supervision.map(|supervision| supervision.words().to_owned()));
    words.extend(record.place.as_ref().map(ToString::to_string));
    if words.is_empty() { "Not recorded".to_owned() } else { words.join(", ") }
}

/// Says the result of a record, and whether it counts.
pub fn result(style: Style, record: &Record) -> Text {
    let text = match record.outcome {
        Outcome::Achieved => Text::of(style, "Achieved"),
        Outcome::NotAchieved => Text::new(style).bold("Not yet achieved"),
    };
    if record.withdrawn.is_some() {
        text.line().bold("Withdrawn")
    } else if record.rejected() {
        text.line().bold("Rejected by a verifier")
    } else if record.in_review {
        text.line().bold("In review")
    } else {
        text
    }
}

/// Says what else belongs to a record: a late signature, evidence, what others signed later.
pub fn later_words(record: &Record) -> Vec<String> {
    let mut said = Vec::new();
    said.extend(record.late.as_ref().map(|why| format!("Signed late: {why}")));
    if !record.evidence.is_empty() {
        let names: Vec<&str> = record.evidence.iter().map(|evidence| evidence.name.as_str()).collect();
        said.push(format!("Evidence: {}", exact(&names.join(", "))));
    }
    for mark in &record.marks {
        let mut words = mark.words().to_owned();
        if let Some(first) = words.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        let why = mark.reason.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
        let gone = if mark.withdrawn { " (withdrawn)" } else { "" };
        said.push(format!("{words} {} by {}{gone}{why}", day_words(mark.at.local_day()), mark.by_name));
    }
    said.extend(
        record
            .withdrawn
            .as_ref()
            .map(|gone| format!("Withdrawn {} by {}: {}", day_words(gone.at.local_day()), gone.by_name, gone.reason)),
    );
    if record.in_review {
        said.push("In review: the key that signed it was compromised".to_owned());
    }
    said
}

/// Returns records as rows, the last seen first: some are signed later than others that were seen after them.
pub fn record_rows(records: &[Record], registrations: &BTreeMap<StatementId, String>) -> Vec<Row> {
    let mut by_day: Vec<&Record> = records.iter().collect();
    by_day.sort_by_key(|record| Reverse((record.observed, record.position)));
    by_day.into_iter().map(|record| record_row(record, registrations)).collect()
}

/// Says what an earlier record has of an item, who carried it over, and what that does not say.
pub fn carried_text(carried: &CarriedRecord) -> Text {
    let style = Style::new(8.2);
    let entered = format!(
        ". {} carried it over on {}, from {}. Nobody has signed it off here.",
        carried.signer_name,
        day_words(carried.signed.local_day()),
        carried.origin()
    );
    let text = Text::new(style).bold("Carried over: ").say(&carried.seen()).say(&entered).line();
    let signed = format!("entry {}", carried.position);
    text.mono(ID, &carried.id.to_string()).space(mm(2.0)).styled(style.sized(7.2).soft(), &signed)
}

/// Returns a record as a row: what was seen and by whom, below it the feedback, the action and what came later.
fn record_row(record: &Record, registrations: &BTreeMap<StatementId, String>) -> Row {
    let style = Style::new(8.2);
    let mut by = Text::of(style, record.signer_name.as_str());
    if let Some(registration) = registrations.get(&record.id) {
        by = by.say(", ").styled(style.sized(7.6).soft(), registration);
    }
    let mut below = Text::new(style);
    if let Some(feedback) = &record.feedback {
        below = below.italic(&format!("“{feedback}”"));
    }
    if let Some(action) = &record.action {
        let gap = if below.is_empty() { "" } else { " " };
        let words = format!("{}, by {}.", action.what, day_words(action.by));
        below = below.soft(&format!("{gap}To do: ")).say(&words);
    }
    if !below.is_empty() {
        below = below.line();
    }
    for words in later_words(record) {
        below = below.say(&words).line();
    }
    let signed = format!("{}, signed {}", record.entry(), day_words(record.signed.local_day()));
    below = below.mono(ID, &record.id.to_string()).space(mm(2.0)).styled(style.sized(7.2).soft(), &signed);
    let cells =
        [Text::of(style, &day_words(record.observed)), Text::of(style, &seen_words(record)), result(style, record), by];
    Row { below: Some(below), ..Row::new(cells) }
}

/// Says by how many of those who were there a review is signed: `Signed by 1 of 3.`
fn signed_words(of: &RecordedReview) -> String {
    let signs = |who: &PersonId| {
        let theirs = |mark: &&AnnotationMark| mark.by == *who && mark.kind == Kind::Acknowledge;
        of.signer == *who || of.marks.iter().filter(theirs).any(|mark| !mark.withdrawn && !mark.in_review)
    };
    let there = &of.review.attended;
    let signed = there.iter().filter(|one| signs(&one.who.id)).count();
    if signed == there.len() { "Signed by all.".to_owned() } else { format!("Signed by {signed} of {}.", there.len()) }
}

/// Returns a review as a row: when it was held, who was there with the statement, and when the next is due.
pub fn review_row(of: &RecordedReview) -> Row {
    let there: Vec<String> =
        of.review.attended.iter().map(|one| format!("{} ({})", one.who.name, one.party.words())).collect();
    let mut who = Text::of(TABLE, &there.join(", "));
    if of.withdrawn || of.in_review {
        who = who.say(" ").bold(if of.withdrawn { "Withdrawn." } else { "In review: the key was compromised." });
    }
    who = who.say(" ").say(&signed_words(of));
    let entry = format!("entry {}", of.position);
    let who = who.line().mono(ID, &of.id.to_string()).space(mm(2.0)).styled(TABLE.sized(7.2).soft(), &entry);
    Row::new([Text::of(TABLE, &day_words(of.review.held)), who, Text::of(TABLE, &day_words(of.review.next))])
}
