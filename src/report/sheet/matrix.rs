//! Makes the competency matrix: people by the items of a standard or of a local list.

use std::sync::Arc;

use chrono::NaiveDate;

use countersign_core::primitives::date::day_words;
use countersign_core::primitives::text::counted;
use countersign_core::record::ksb_status::State;

use crate::made::Made;
use crate::person::{short_name, state_words};
use crate::sheet::book::{Book, BookFault};
use crate::sheet::cell::{Cell, Look, Value};
use crate::sheet::part::{Column, Paper, Sheet};
use crate::sheet::person::look_of;

/// The most items that one printed page shows at a size that can be read.
const ITEMS_ON_A_PAGE: usize = 17;
/// The most letters of an item's name in a heading.
const MOST_OF_NAME: usize = 60;
/// The width of an item's column, in characters, and where its cells have many words: a date that is too wide is not shown.
const ITEM_WIDTH: f64 = 16.3;
const WIDE_ITEM_WIDTH: f64 = 19.6;

/// A matrix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matrix {
    /// Such as `CARDIO-LOCAL 3, Physiological measurement`.
    pub of: String,
    /// What its items are: `competence` or `KSB`.
    pub noun: &'static str,
    /// The filter that chose the people; empty for all.
    pub filter: String,
    /// The day of which it is the state.
    pub day: NaiveDate,
    pub items: Vec<Item>,
    /// By family name, then given name.
    pub people: Vec<Person>,
}

/// An item that people are asked to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub code: Arc<str>,
    pub text: Arc<str>,
    /// Months until it must be shown again; `None` if never.
    pub months: Option<u32>,
    /// How often it must be seen.
    pub times: u16,
}

/// A person's row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub id: Arc<str>,
    pub name: Arc<str>,
    /// The level of the career framework that they work towards; empty if it is not recorded.
    pub level: Arc<str>,
    pub month: u16,
    pub months: u16,
    /// When they start, if that is after the day of the matrix: until then nothing is required of them.
    pub starts: Option<NaiveDate>,
    /// Empty if they have none.
    pub supervisors: Arc<str>,
    /// One for each item; `None` if it is not required of them.
    pub standings: Vec<Option<Standing>>,
}

/// Where a person stands in an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub state: State,
    /// Whether it counts under the policy.
    pub counts: bool,
    /// The last day on which it counts; `None` if it does not count or never ends.
    pub ends: Option<NaiveDate>,
    /// How many sign-offs count.
    pub seen: u16,
    /// The observation that was last, here or in an earlier record; `None` if there is none.
    pub last: Option<Seen>,
}

/// An observation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub on: NaiveDate,
    pub by: Arc<str>,
    pub registration: Arc<str>,
    pub method: &'static str,
    /// The level that an earlier record has for it; empty for a sign-off.
    pub level: Arc<str>,
    /// The id of the statement.
    pub id: Arc<str>,
}

/// The people of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    pub required: u32,
    pub lapsed: u32,
    pub expiring: u32,
    /// The names of those who are current.
    pub current: Vec<Arc<str>>,
}

impl Matrix {
    /// Returns the matrix as an XLSX file.
    pub fn xlsx(&self, made: &Made) -> Result<Vec<u8>, BookFault> {
        let tallies = self.tallies();
        let sheets = vec![self.grid(&tallies), self.cells(), self.list(&tallies)];
        Book { title: format!("Competency matrix: {}", self.of), sheets, legend: self.legend() }.xlsx(made)
    }

    /// Returns whether everybody is shown: only then does it say who is the only one for an item.
    pub fn is_of_all(&self) -> bool {
        self.filter.is_empty()
    }

    /// Returns the sheet *Matrix* as a CSV file, without its foot. `as_of` is the day, if it is not the one on which it is made.
    pub fn csv(&self, as_of: Option<NaiveDate>) -> String {
        self.grid(&[]).dated(as_of).csv()
    }

    /// Returns the sheet *Cells* as a CSV file: a row for each required item of each person, with ids, which can be
    /// imported as records.
    pub fn cells_csv(&self, as_of: Option<NaiveDate>) -> String {
        self.cells().dated(as_of).csv()
    }

    /// Returns how many people are current in each item, of how many.
    pub fn tallies(&self) -> Vec<Tally> {
        let tally = |at: usize| {
            let mut tally = Tally { required: 0, lapsed: 0, expiring: 0, current: Vec::new() };
            for person in &self.people {
                let Some(Some(standing)) = person.standings.get(at) else { continue };
                tally.required += 1;
                tally.lapsed += u32::from(standing.state == State::Lapsed);
                tally.expiring += u32::from(standing.state == State::Renew);
                tally.current.extend(standing.counts.then(|| Arc::clone(&person.name)));
            }
            tally
        };
        (0..self.items.len()).map(tally).collect()
    }

    fn grid(&self, tallies: &[Tally]) -> Sheet {
        let (people, items) = (self.people.len() as u64, self.items.len() as u64);
        let people = if people == 1 { "1 person".to_owned() } else { format!("{people} people") };
        let filter = if self.filter.is_empty() { String::new() } else { format!(" Only: {}.", self.filter) };
        let about = format!(
            "{people}, {}, as at {}.{filter} Each date is a real date. Words are in the Legend.",
            counted(items, self.noun),
            day_words(self.day)
        );
        let mut columns = vec![
            Column::new("Person", 17.0),
            Column::new("Working towards", 14.0),
            Column::new("Month", 8.0),
            Column::new("Supervisor", 13.5),
        ];
        let wordy = |at: usize| {
            let mut standings = self.people.iter().filter_map(|person| person.standings.get(at)?.as_ref());
            standings.any(|standing| matches!(standing.state, State::CarriedOver | State::Partly))
        };
        columns.extend(
            self.items
                .iter()
                .enumerate()
                .map(|(at, item)| Column::of_grid(item.head(), if wordy(at) { WIDE_ITEM_WIDTH } else { ITEM_WIDTH })),
        );
        columns.extend(
            [("Current", 8.0), ("Required", 8.6), ("Current of required", 9.0)]
                .map(|(head, width)| Column::new(head, width)),
        );
        let mut sheet = Sheet {
            paper: Paper::A3,
            pages_wide: u16::try_from(self.items.len().div_ceil(ITEMS_ON_A_PAGE)).unwrap_or(u16::MAX).max(1),
            nothing: "Nobody fits.",
            ..Sheet::new("Matrix", about, columns)
        };
        for person in &self.people {
            let mut row: Vec<Cell> = vec![
                Cell::from(&person.name).bold(),
                worded(&person.level, "none recorded"),
                person.month_words().into(),
                worded(&person.supervisors, "nobody"),
            ];
            let required = person.standings.iter().flatten().count() as u32;
            let current = person.standings.iter().flatten().filter(|standing| standing.counts).count() as u32;
            row.extend(self.items.iter().zip(&person.standings).map(|(item, standing)| match standing {
                Some(standing) => standing.cell(item),
                None => Cell::from("– not required").looking(Look::Faint),
            }));
            row.extend([current.into(), required.into(), Cell::from(Value::Share(current, required)).bold()]);
            sheet.rows.push(row);
        }
        let labelled = |label: &str, cell: &dyn Fn(&Tally) -> Cell| {
            let before = std::iter::once(Cell::from(label).bold()).chain((1..4).map(|_| Cell::EMPTY));
            before.chain(tallies.iter().map(cell)).chain((0..3).map(|_| Cell::EMPTY)).collect()
        };
        sheet.foot = vec![
            labelled("People current", &|tally| Cell::from(tally.current.len() as u32).bold()),
            labelled("People required", &|tally| tally.required.into()),
        ];
        sheet.foot.extend(self.is_of_all().then(|| labelled("Single point of failure", &Tally::mark)));
        sheet
    }

    fn cells(&self) -> Sheet {
        let about = format!("One row for each required {} of each person. Filter here.", self.noun);
        let columns = [
            ("Person", 24.0),
            ("Person id", 9.0),
            ("Working towards", 16.0),
            ("Item", 7.0),
            (if self.noun == "KSB" { "KSB" } else { "Competence" }, 48.0),
            ("Letter", 7.0),
            ("State", 16.0),
            ("Last seen", 13.0),
            ("Ends", 13.0),
            ("Days left", 9.0),
            ("Seen", 7.0),
            ("Needed", 8.0),
            ("Last assessed by", 17.0),
            ("Registration", 15.0),
            ("Method", 24.0),
            ("Level in that record", 14.0),
            ("Statement id", 38.0),
        ];
        let columns = columns.map(|(head, width)| Column::new(head, width)).to_vec();
        let mut sheet = Sheet { nothing: "Nothing is required of anyone here.", ..Sheet::new("Cells", about, columns) };
        let names: Vec<Cell> = self.items.iter().map(|item| item.name().into()).collect();
        let empty: Arc<str> = "".into();
        for person in &self.people {
            for ((item, name), standing) in self.items.iter().zip(&names).zip(&person.standings) {
                let Some(standing) = standing else { continue };
                let (letter, word, look) = named(standing.state);
                let last = standing.last.as_ref();
                let said = |of: fn(&Seen) -> &Arc<str>| Cell::from(last.map_or(&empty, of));
                sheet.rows.push(vec![
                    (&person.name).into(),
                    (&person.id).into(),
                    worded(&person.level, "none recorded"),
                    (&item.code).into(),
                    name.clone(),
                    Cell::from(letter.to_string()).looking(look),
                    Cell::from(word).looking(look),
                    Cell::day(last.map(|last| last.on)),
                    Cell::day(standing.ends),
                    standing.ends.map_or(Cell::EMPTY, |ends| (ends - self.day).num_days().into()),
                    u32::from(standing.seen).into(),
                    u32::from(item.times).into(),
                    said(|last| &last.by),
                    said(|last| &last.registration),
                    last.map_or("", |last| last.method).into(),
                    said(|last| &last.level),
                    said(|last| &last.id),
                ]);
            }
        }
        sheet
    }

    fn list(&self, tallies: &[Tally]) -> Sheet {
        let full = if self.noun == "KSB" { "KSB in full" } else { "Competence in full" };
        let columns = [
            ("Item", 7.0),
            (full, 60.0),
            ("Again every (months)", 11.0),
            ("Times", 8.0),
            ("People required", 10.0),
            ("Current", 9.0),
            ("Expiring within 30 days", 12.0),
            ("Lapsed", 9.0),
            ("Mark", 26.0),
            (if self.is_of_all() { "Who is current" } else { "Who is current, of those shown" }, 60.0),
        ];
        let columns = columns.map(|(head, width)| Column::new(head, width)).to_vec();
        let about = format!("One row for each {}.", self.noun);
        let mut sheet = Sheet::new("Items", about, columns);
        for (item, tally) in self.items.iter().zip(tallies) {
            let who = if tally.current.is_empty() { "nobody".to_owned() } else { tally.current.join(", ") };
            sheet.rows.push(vec![
                Cell::from(&item.code).bold(),
                (&item.text).into(),
                item.months.map_or_else(|| "no expiry".into(), Cell::from),
                u32::from(item.times).into(),
                tally.required.into(),
                (tally.current.len() as u32).into(),
                tally.expiring.into(),
                tally.lapsed.into(),
                if self.is_of_all() { tally.mark() } else { Cell::EMPTY },
                who.into(),
            ]);
        }
        sheet
    }

    fn legend(&self) -> Vec<(Cell, String)> {
        let said = |state: State, meaning: &str| {
            let (letter, word, look) = named(state);
            let look = if look == Look::Plain { Look::Bold } else { look };
            (Cell::from(format!("{letter} {word}")).looking(look), meaning.to_owned())
        };
        let looking = |look: Look, word: &str, meaning: &str| (Cell::from(word).looking(look), meaning.to_owned());
        let bold = |word: &str, meaning: &str| looking(Look::Bold, word, meaning);
        let noun = self.noun;
        let mut words = vec![
            said(
                State::Signed,
                &format!(
                    "Seen as often as is asked and not older than its interval. The date is the last day on which it counts. A {noun} without an interval shows the day it was last seen."
                ),
            ),
            said(State::Renew, "Current, and ends within 30 days."),
            said(State::Lapsed, "Older than its interval. The date is the day it ended."),
            said(
                State::Partly,
                "Seen fewer times than is asked (1 of 2), or not countersigned where the policy asks for it.",
            ),
            said(State::NotYet, "Not to the standard when last seen."),
            said(State::Open, "Required, and nothing signed that counts."),
            said(
                State::CarriedOver,
                "An earlier record says so, and nobody has signed it off here. The date is the day on which it was seen.",
            ),
            looking(
                Look::Faint,
                "– not required",
                "Not part of what the person is enrolled for, or they have not started.",
            ),
            bold(
                "Current of required",
                &format!("Current and expiring, of each {noun} that is required of the person."),
            ),
            bold(
                "Required",
                "What the person is enrolled for: the standard with its option and what is left out, and the lists that go with it.",
            ),
        ];
        if self.is_of_all() {
            words.extend([
                looking(Look::Dark, "ONE", "One person only is current: a single point of failure."),
                looking(Look::Dark, "NONE", "Nobody is current, and somebody is required to be."),
            ]);
        }
        words
    }
}

impl Person {
    /// Says in which month they are: `12 of 36`.
    pub fn month_words(&self) -> String {
        match self.starts {
            Some(day) => format!("starts {}", day_words(day)),
            None => format!("{} of {}", self.month, self.months),
        }
    }
}

impl Item {
    /// Returns the heading: code, name and how often.
    fn head(&self) -> String {
        let again = match self.months {
            None => "no expiry".to_owned(),
            Some(1) => "every month".to_owned(),
            Some(months) => format!("every {months} months"),
        };
        format!("{}\n{}\n{again}", self.code, self.name())
    }

    /// Returns the beginning of the text, cut at a space.
    pub fn name(&self) -> String {
        short_name(&self.text, MOST_OF_NAME)
    }
}

impl Standing {
    fn cell(&self, item: &Item) -> Cell {
        let (letter, word, look) = named(self.state);
        let stated = match (self.state, self.ends, self.last.as_ref()) {
            (State::Signed, Some(ends), _) => Value::Stated("C current", ends),
            (State::Signed, None, Some(last)) => Value::Stated("C no end,", last.on),
            (State::Renew, Some(ends), _) => Value::Stated("E expires", ends),
            (State::Lapsed, Some(ends), _) => Value::Stated("X lapsed", ends),
            (State::CarriedOver, _, Some(last)) => Value::Stated("H carried over", last.on),
            (State::Partly, ..) if self.seen < item.times && item.times > 1 => {
                Value::Text(format!("P partly, {} of {}", self.seen, item.times).into())
            }
            (State::Partly, ..) => Value::Text("P partly, not countersigned".into()),
            _ => Value::Text(format!("{letter} {word}").into()),
        };
        Cell::from(stated).looking(look)
    }
}

impl Tally {
    fn mark(&self) -> Cell {
        match (self.required, self.current.as_slice()) {
            (0, _) => Cell::EMPTY,
            (_, []) => Cell::from("NONE current").looking(Look::Dark),
            (_, [one]) => Cell::from(format!("ONE: {one}")).looking(Look::Dark),
            _ => Cell::EMPTY,
        }
    }
}

/// Returns the letter, word and look of a state.
fn named(state: State) -> (char, &'static str, Look) {
    let (letter, word) = state_words(state);
    (letter, word, look_of(state))
}

fn worded(text: &Arc<str>, nothing: &str) -> Cell {
    if text.is_empty() { nothing.into() } else { text.into() }
}
