//! Plans what an existing record carries over: whose each row is, which item each column is, and what is there already.
//!
//! Invariant: a person or item that is not certain is a fault with the nearest candidates, never a guess.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::NaiveDate;

use crate::import::cell::letters;
use crate::import::diagnostic::{Diagnostic, Severity, SourceLocation};
use crate::import::records::file::{Entry, EntryMark, NamedPerson, RecordsFile};
use crate::import::records::items::Items;
use crate::import::records::mark::cut;
use crate::import::records::words::{is_certain_name, people_of, split};
use crate::import::roster::person_matcher::Index;
use crate::people::person::{Person, Role};
use crate::primitives::fold::folded;
use crate::primitives::ids::{KsbCode, PersonId, StandardRef};
use crate::primitives::name::first_name_first;
use crate::primitives::text::{SafeText, counted};
use crate::standard::Standard;

/// The most unknown names for which the nearest people are searched, and the most unknown items.
const MOST_SEARCHED: usize = 200;
const MOST_CANDIDATES: usize = 3;
/// How alike a name must be to be named as a candidate, in per cent of its pairs of letters.
const LEAST_ALIKE: usize = 45;

/// What is known of the department.
#[derive(Debug, Clone, Default)]
pub struct RecordsSnapshot {
    /// Including those who have left.
    pub people: Vec<Person>,
    /// What each enrolled person is asked for.
    pub enrolled: HashMap<PersonId, Arc<Standard>>,
    /// Items that have a sign-off here, which wins over any older record.
    pub signed: HashSet<(PersonId, KsbCode)>,
    pub carried: HashMap<(PersonId, KsbCode), Vec<CarriedMark>>,
    /// What was carried over and withdrawn, with the words about it: `withdrawn on 3 Jun 2026: “wrong file”`.
    pub withdrawn: HashMap<(PersonId, KsbCode), Vec<(CarriedMark, String)>>,
}

/// When an item was seen, and by whom, in an older record.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CarriedMark {
    pub on: NaiveDate,
    pub assessor: Option<SafeText>,
    pub level: Option<SafeText>,
}

slugs! {
    /// What happens with a cell.
    CellFate {
        Carry = "carry over";
        /// Carried over already, with the same day, level and assessor.
        Same = "here already";
        /// Signed off here, which counts instead.
        Signed = "signed here";
        /// Another cell of the same person and item has a later day.
        Older = "older";
        Fault = "fault";
        LeftOut = "left out";
    }
}

/// A cell as it is carried over, or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedCell {
    pub line: usize,
    /// From 0.
    pub column: usize,
    /// The index of the person in the file.
    pub named: usize,
    pub item: usize,
    pub person: Option<PersonId>,
    pub code: Option<KsbCode>,
    /// `None` if the day itself is at fault.
    pub mark: Option<CarriedMark>,
    pub fate: CellFate,
    /// Why it is not carried over, or what to know before it is; may be empty.
    pub why: String,
}

/// What is carried over for a person: an item each, the latest day of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedPerson {
    pub person: Person,
    /// Sorted by code.
    pub items: Vec<(KsbCode, CarriedMark)>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordsPlan {
    /// In the file's order.
    pub cells: Vec<PlannedCell>,
    /// Who has something to carry over, in the file's order.
    pub people: Vec<PlannedPerson>,
    /// Any fault rejects the file.
    pub remarks: Vec<Diagnostic>,
}

impl RecordsPlan {
    pub fn of(&self, weight: Severity) -> impl Iterator<Item = &Diagnostic> {
        self.remarks.iter().filter(move |remark| remark.weight == weight)
    }

    pub fn count(&self, fate: CellFate) -> usize {
        self.cells.iter().filter(|cell| cell.fate == fate).count()
    }

    /// Refuses a cell: it becomes a fault, and its person loses the item.
    pub fn refuse(&mut self, person: &PersonId, code: Option<KsbCode>, why: &str) {
        let is_it = |cell: &PlannedCell| {
            cell.person.as_ref() == Some(person) && code.is_none_or(|code| cell.code == Some(code))
        };
        for cell in self.cells.iter_mut().filter(|cell| cell.fate == CellFate::Carry && is_it(cell)) {
            (cell.fate, cell.why) = (CellFate::Fault, why.to_owned());
        }
        for planned in self.people.iter_mut().filter(|planned| planned.person.id == *person) {
            planned.items.retain(|(item, _)| code.is_some_and(|code| code != *item));
        }
        self.people.retain(|planned| !planned.items.is_empty());
    }

    /// Leaves out everything that has a fault and a place: the faults become warnings.
    pub fn leave_out_faults(&mut self) {
        for remark in self.remarks.iter_mut().filter(|r| r.weight == Severity::Fault && r.place.is_some()) {
            remark.weight = Severity::Warning;
            remark.what = format!("Left out: {}", remark.what);
        }
        for cell in self.cells.iter_mut().filter(|cell| cell.fate == CellFate::Fault) {
            cell.fate = CellFate::LeftOut;
        }
    }
}

/// Plans what a record carries over.
pub fn plan(file: &RecordsFile, known: &RecordsSnapshot, items: &Items) -> RecordsPlan {
    let mut planner = Planner {
        file,
        known,
        items,
        by: Index::of(&known.people),
        pairs: None,
        searched: 0,
        searched_items: 0,
        found: HashMap::new(),
        said: HashSet::new(),
        assessors: assessors(file),
        remarks: file.remarks.clone(),
    };
    let whose: Vec<Result<&Person, String>> = file.people.iter().map(|named| planner.person(named)).collect();
    let mut cells: Vec<PlannedCell> =
        file.entries.iter().map(|entry| planner.cell(entry, &whose[entry.person])).collect();
    planner.warn_of_rows(&whose);
    planner.keep_latest(&mut cells);
    planner.warn_of_withdrawn(&cells);
    let mut plan = RecordsPlan { people: gathered(&cells, known), cells, remarks: planner.remarks };
    plan.remarks.sort_by_key(|remark| remark.place.as_ref().map(|place| place.line));
    plan
}

/// Collects the folded names of those who certainly saw something in a file.
fn assessors(file: &RecordsFile) -> HashSet<String> {
    let certain = file.entries.iter().filter_map(|entry| match &entry.mark {
        EntryMark::Seen { assessor, doubtful, .. } if doubtful.is_empty() => Some(assessor),
        _ => None,
    });
    let people = certain.flat_map(|names| {
        let words = split(names);
        people_of(&words).map(|one| folded(&one.join(" ")).into_owned()).collect::<Vec<_>>()
    });
    people.collect()
}

/// Collects what is carried over by person.
fn gathered(cells: &[PlannedCell], known: &RecordsSnapshot) -> Vec<PlannedPerson> {
    let people: HashMap<&PersonId, &Person> = known.people.iter().map(|person| (&person.id, person)).collect();
    let mut at: HashMap<&PersonId, usize> = HashMap::new();
    let mut all: Vec<PlannedPerson> = Vec::new();
    for cell in cells.iter().filter(|cell| cell.fate == CellFate::Carry) {
        let (Some(id), Some(code), Some(mark)) = (&cell.person, cell.code, &cell.mark) else { continue };
        let Some(person) = people.get(id) else { continue };
        let place = *at.entry(id).or_insert_with(|| {
            all.push(PlannedPerson { person: (*person).clone(), items: Vec::new() });
            all.len() - 1
        });
        all[place].items.push((code, mark.clone()));
    }
    for person in &mut all {
        person.items.sort_by_key(|(code, _)| *code);
    }
    all
}

/// The pairs of letters of a name, sorted.
type Pairs = Vec<[char; 2]>;

/// What an item is for people enrolled on one standard: its code, or why it is none.
type FoundItem = Result<KsbCode, String>;

struct Planner<'a> {
    file: &'a RecordsFile,
    known: &'a RecordsSnapshot,
    items: &'a Items,
    by: Index<'a>,
    /// The pairs of letters of everyone's name.
    pairs: Option<Vec<(Pairs, &'a Person)>>,
    searched: usize,
    searched_items: usize,
    found: HashMap<(usize, StandardRef, usize), FoundItem>,
    /// The places and faults that are reported.
    said: HashSet<(String, String)>,
    /// The folded names of who certainly saw something in the file.
    assessors: HashSet<String>,
    remarks: Vec<Diagnostic>,
}

impl<'a> Planner<'a> {
    /// Adds a fault, once at each place.
    fn fault(&mut self, place: SourceLocation, what: &str, hint: &str) {
        if self.said.insert((place.to_string(), what.to_owned())) {
            self.remarks.push(Diagnostic::fault(Some(place), what, hint));
        }
    }

    /// Finds the person of a row, or says why it is nobody certain.
    fn person(&mut self, named: &NamedPerson) -> Result<&'a Person, String> {
        let by_id = named.id_column.filter(|_| !named.id.is_empty());
        let place = self.file.place(named.line, by_id.unwrap_or(named.column));
        let found = self.find(named, &place);
        let found = found.and_then(|person| match (person.left, self.known.enrolled.contains_key(&person.id)) {
            (true, _) => Err((
                format!("{} has left", person.name),
                "`countersign person return` brings them back first".to_owned(),
            )),
            (false, false) if !person.may_act_as(Role::Trainee) => Err((
                format!("{} is not a trainee", person.name),
                "Give them the role first, or leave the row out".to_owned(),
            )),
            (false, false) => Err((
                format!("{} is not enrolled on a standard", person.name),
                "Enrol them first, or leave the row out".to_owned(),
            )),
            (false, true) => Ok(person),
        });
        found.map_err(|(what, hint)| {
            self.fault(place, &what, &hint);
            what
        })
    }

    fn find(&mut self, named: &NamedPerson, place: &SourceLocation) -> Result<&'a Person, (String, String)> {
        let which = "Say which in a column “person id”".to_owned();
        if !named.id.is_empty() {
            let id = named.id.to_lowercase();
            let Some(person) = self.by.ids.get(id.as_str()).copied() else {
                return Err((format!("Nobody here has the id “{}”", named.id), self.nearest(&named.name)));
            };
            let fits = named.name.is_empty()
                || self.named(&named.name).iter().any(|one| one.id == person.id)
                || self.by.alike(&named.name).any(|one| one.id == person.id);
            if !fits {
                let what = format!("{} is the id of {}, not of {}", named.id, person.name, named.name);
                return Err((what, "Correct the id or the name".to_owned()));
            }
            return Ok(person);
        }
        if named.name.is_empty() {
            return Err((
                "The name is missing".to_owned(),
                "Write whose record it is, or leave the row out".to_owned(),
            ));
        }
        if named.chosen {
            let by_id = self.by.ids.get(named.name.to_lowercase().as_str()).copied();
            let by_registration = || self.by.registrations.get(folded(&named.name).as_ref()).copied();
            if let Some(person) = by_id.or_else(by_registration) {
                return Ok(person);
            }
        }
        let turned = first_name_first(&named.name);
        let same = match turned.as_deref().map(|turned| self.named(turned)) {
            Some(found) if !found.is_empty() => found,
            _ => self.named(&named.name),
        };
        match same.as_slice() {
            [one] => return Ok(one),
            [] => {}
            several => {
                let ids: Vec<String> = several.iter().map(|person| person.id.to_string()).collect();
                return Err((
                    format!("{} people have the name {}: {}", several.len(), named.name, ids.join(", ")),
                    which,
                ));
            }
        }
        let alike: Vec<&Person> = self.by.alike(&named.name).collect();
        match alike.as_slice() {
            [one] => {
                let what = format!("“{}” is read as {} {}", named.name, one.id, one.name);
                self.remarks.push(Diagnostic::warning(Some(place.clone()), what));
                Ok(one)
            }
            [] => Err((format!("Nobody here has the name “{}”", named.name), self.nearest(&named.name))),
            several => {
                let who: Vec<String> = several.iter().map(|one| format!("{} {}", one.id, one.name)).collect();
                Err((format!("“{}” may be {}", named.name, who.join(" or ")), which))
            }
        }
    }

    fn named(&self, name: &str) -> Vec<&'a Person> {
        self.by.names.get(folded(name).as_ref()).cloned().unwrap_or_default()
    }

    /// Names the people whose names are most alike.
    fn nearest(&mut self, name: &str) -> String {
        let other = "Correct the name, add the person first, or leave the row out";
        self.searched += 1;
        if self.searched > MOST_SEARCHED || name.is_empty() {
            return other.to_owned();
        }
        let all = self.pairs.get_or_insert_with(|| {
            let present = self.known.people.iter().filter(|person| !person.left);
            present.map(|person| (pairs_of(person.name.as_str()), person)).collect()
        });
        let wanted = pairs_of(name);
        let mut alike: Vec<(usize, &Person)> =
            all.iter().map(|(pairs, person)| (alike_by_pairs(&wanted, pairs), *person)).collect();
        alike.retain(|(alike, _)| *alike >= LEAST_ALIKE);
        alike.sort_by_key(|(alike, person)| (std::cmp::Reverse(*alike), person.id.clone()));
        let names: Vec<String> =
            alike.iter().take(MOST_CANDIDATES).map(|(_, one)| format!("{} {}", one.id, one.name)).collect();
        if names.is_empty() { other.to_owned() } else { format!("Nearest: {}. {other}", names.join(", ")) }
    }

    fn cell(&mut self, entry: &Entry, whose: &Result<&'a Person, String>) -> PlannedCell {
        let mut cell = PlannedCell {
            line: entry.line,
            column: entry.column,
            named: entry.person,
            item: entry.item,
            person: whose.as_ref().ok().map(|person| person.id.clone()),
            code: None,
            mark: None,
            fate: CellFate::Fault,
            why: String::new(),
        };
        let read = match &entry.mark {
            EntryMark::Fault { column, what, hint } => {
                let place = self.file.place(entry.line, *column);
                self.fault(place, what, hint);
                Err(what.clone())
            }
            EntryMark::Seen { doubtful, .. } if !doubtful.is_empty() && !self.names_somebody(doubtful) => {
                let what = format!("“{}” may not be who saw it", cut(doubtful));
                let hint = "If it is a name, write “by” before it in one cell, or add the person. If not, write no or leave the cell out";
                self.fault(self.file.place(entry.line, entry.column), &what, hint);
                Err(what)
            }
            EntryMark::Seen { day, level, assessor, .. } => {
                let level = self.text((entry.line, entry.level), level, "level");
                let assessor = self.text((entry.line, entry.assessor), assessor, "assessor");
                level.and_then(|level| Ok(CarriedMark { on: *day, level, assessor: assessor? }))
            }
        };
        let code = whose.as_ref().map_err(Clone::clone).and_then(|person| self.item(entry, person));
        cell.code = code.as_ref().ok().copied();
        let fault = [read.as_ref().err(), code.as_ref().err()].into_iter().flatten().next();
        cell.why = fault.cloned().unwrap_or_default();
        cell.mark = read.ok();
        if let (Some(person), Some(code), Some(mark)) = (&cell.person, cell.code, &cell.mark) {
            let key = (person.clone(), code);
            let there = self.known.carried.get(&key);
            (cell.fate, cell.why) = if self.known.signed.contains(&key) {
                (CellFate::Signed, "It was assessed here, and that decides".to_owned())
            } else if there.is_some_and(|there| there.contains(mark)) {
                (CellFate::Same, "It is carried over already".to_owned())
            } else {
                let withdrawn = self.known.withdrawn.get(&key).into_iter().flatten();
                let why = withdrawn.filter(|(one, _)| one == mark).map(|(_, why)| why.clone()).next_back();
                (CellFate::Carry, why.unwrap_or_default())
            };
        }
        cell
    }

    /// Returns whether words name people of this department, or of whom the file says elsewhere that they saw something.
    fn names_somebody(&self, words: &str) -> bool {
        let words = split(words);
        people_of(&words).all(|group| {
            let one = group.join(" ");
            let turned = first_name_first(&one).is_some_and(|turned| !self.named(&turned).is_empty());
            turned
                || is_certain_name(group)
                || self.assessors.contains(folded(&one).as_ref())
                || !self.named(&one).is_empty()
                || self.by.alike(&one).next().is_some()
        })
    }

    /// Checks a level's or assessor's text; an empty one is none.
    fn text(&mut self, (line, column): (usize, usize), text: &str, what: &str) -> Result<Option<SafeText>, String> {
        if text.is_empty() {
            return Ok(None);
        }
        SafeText::name(text).map(Some).map_err(|fault| {
            let what = format!("The {what}: {fault}");
            let place = self.file.place(line, column);
            self.fault(place, &what, "Correct the text, or leave the cell out");
            what
        })
    }

    fn item(&mut self, entry: &Entry, person: &Person) -> FoundItem {
        let Some(scoped) = self.known.enrolled.get(&person.id) else { return Err(String::new()) };
        // People on one standard may answer for different parts of it.
        let key = (entry.item, scoped.reference().clone(), Arc::as_ptr(scoped).addr());
        if let Some(found) = self.found.get(&key) {
            return found.clone();
        }
        let name = &self.file.items[entry.item].name;
        let names_nearest = self.searched_items < MOST_SEARCHED;
        let found = self.items.find(name, scoped.reference(), scoped, names_nearest);
        self.searched_items += usize::from(found.is_err());
        let found = found.map(|(_, code)| code).map_err(|fault| {
            let place = self.file.item_place(entry);
            self.fault(place, &fault.what, &fault.hint);
            fault.what
        });
        self.found.insert(key, found.clone());
        found
    }

    /// Warns of people who are named in several ways, or in several rows of a matrix.
    fn warn_of_rows(&mut self, whose: &[Result<&'a Person, String>]) {
        let mut lines: HashMap<&PersonId, Vec<usize>> = HashMap::new();
        if self.file.is_list {
            for (named, person) in self.file.people.iter().zip(whose) {
                if let Ok(person) = person {
                    lines.entry(&person.id).or_default().push(named.line);
                }
            }
        } else {
            for entry in &self.file.entries {
                if let Ok(person) = &whose[entry.person] {
                    let lines = lines.entry(&person.id).or_default();
                    if lines.last() != Some(&entry.line) {
                        lines.push(entry.line);
                    }
                }
            }
        }
        let mut several: Vec<(&PersonId, Vec<usize>)> =
            lines.into_iter().filter(|(_, lines)| lines.len() > 1).collect();
        several.sort_by_key(|(_, lines)| lines[0]);
        for (id, lines) in several {
            let Some(person) = self.by.ids.get(id.as_str()) else { continue };
            let all: Vec<String> = lines.iter().map(ToString::to_string).collect();
            let what = format!("{} is named on lines {}. All are read as one person", person.name, all.join(", "));
            self.remarks.push(Diagnostic::warning_at(lines[0], what));
        }
    }

    /// Warns of what was carried over before and withdrawn.
    fn warn_of_withdrawn(&mut self, cells: &[PlannedCell]) {
        const MOST_NAMED: usize = 6;
        let again: Vec<&PlannedCell> =
            cells.iter().filter(|cell| cell.fate == CellFate::Carry && !cell.why.is_empty()).collect();
        let Some(first) = again.first() else { return };
        let words = |cell: &&PlannedCell| format!("{}{} was {}", letters(cell.column), cell.line, cell.why);
        let mut named: Vec<String> = again.iter().take(MOST_NAMED).map(words).collect();
        if again.len() > MOST_NAMED {
            named.push(format!("and {} more", again.len() - MOST_NAMED));
        }
        let (begin, them) = match again.len() {
            1 => ("1 item was carried over before and withdrawn".to_owned(), "It"),
            n => (format!("{n} items were carried over before and withdrawn"), "They"),
        };
        let what = format!("{begin}. {them} would be carried over again: {}", named.join(", "));
        self.remarks.push(Diagnostic::warning(Some(self.file.place(first.line, first.column)), what));
    }

    /// Keeps the latest day of each item of each person.
    fn keep_latest(&mut self, cells: &mut [PlannedCell]) {
        let mut best: HashMap<(PersonId, KsbCode), usize> = HashMap::new();
        let mut older = Vec::new();
        for (at, cell) in cells.iter().enumerate() {
            let (Some(person), Some(code), Some(mark)) = (&cell.person, cell.code, &cell.mark) else { continue };
            if !matches!(cell.fate, CellFate::Carry | CellFate::Same) {
                continue;
            }
            let key = (person.clone(), code);
            match best.get(&key).copied() {
                None => {
                    best.insert(key, at);
                }
                Some(there) if cells[there].mark.as_ref().is_some_and(|best| best.on < mark.on) => {
                    best.insert(key, at);
                    older.push((there, at));
                }
                Some(there) => older.push((at, there)),
            }
        }
        let mut first = None;
        for (at, than) in &older {
            let (line, column) = (cells[*than].line, cells[*than].column);
            let place = self.file.place(line, column);
            let cell = &mut cells[*at];
            (cell.fate, cell.why) = (CellFate::Older, format!("Line {line} has the latest day of it"));
            first.get_or_insert(place);
        }
        if !older.is_empty() {
            let what = format!(
                "{} of an item of which another record has a later day, or the same. Only the latest is carried over",
                counted(older.len() as u64, "record")
            );
            self.remarks.push(Diagnostic::warning(first, what));
        }
    }
}

/// Returns the pairs of letters of a name, sorted.
fn pairs_of(name: &str) -> Pairs {
    let folded = folded(name);
    let letters: Vec<char> = folded.chars().filter(|c| c.is_alphanumeric()).collect();
    let mut pairs: Pairs = letters.windows(2).map(|pair| [pair[0], pair[1]]).collect();
    pairs.sort_unstable();
    pairs
}

/// Returns how many of two names' pairs are common, in per cent.
fn alike_by_pairs(one: &[[char; 2]], other: &[[char; 2]]) -> usize {
    let (mut i, mut j, mut both) = (0, 0, 0);
    while i < one.len() && j < other.len() {
        match one[i].cmp(&other[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => (i, j, both) = (i + 1, j + 1, both + 1),
        }
    }
    200 * both / (one.len() + other.len()).max(1)
}
