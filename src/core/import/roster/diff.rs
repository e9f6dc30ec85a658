//! Plans the changes that a roster makes: who is new, changed or the same.
//!
//! Invariant: people are matched only by id, registration or name.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::NaiveDate;

use crate::import::diagnostic::{Diagnostic, Severity};
use crate::import::roster::columns::Column;
use crate::import::roster::person_matcher::Index;
use crate::import::roster::read::{PeopleFile, PersonLine};
use crate::people::person::{Enrolment, Person, Role};
use crate::primitives::date::day_words;
use crate::primitives::fold::{NameQuery, folded, letters_of, may_be_one, same};
use crate::primitives::ids::PersonId;
use crate::primitives::name::{first_name_first, is_one_word};
use crate::primitives::text::SafeText;
use crate::programme::funding_rules::{end_warning, start_warnings};
use crate::standard::Standard;
use crate::standard::options::Scope;
use crate::standard::versions::{picked, versioned};

#[derive(Debug, Clone, Default)]
pub struct RosterSnapshot {
    /// Including those who have left.
    pub people: Vec<Person>,
    pub enrolments: HashMap<PersonId, Enrolment>,
    pub standards: Vec<Arc<Standard>>,
    /// Pairs of supervisor and trainee.
    pub supervision: HashSet<(PersonId, PersonId)>,
}

slugs! {
    RowChange {
        New = "new";
        /// The person, their enrolment or their supervisors change.
        Changed = "changed";
        Same = "same";
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    pub line: usize,
    pub fate: RowChange,
    /// The person after the import.
    pub person: Person,
    pub stated: bool,
    pub enrolment: Option<Enrolment>,
    pub supervisors: Vec<PersonId>,
    /// The changes in words, such as `department Echo lab`.
    pub changes: Vec<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// In the file's order; a row with a fault may be missing.
    pub rows: Vec<Planned>,
    /// Any fault rejects the file.
    pub remarks: Vec<Diagnostic>,
}

impl Plan {
    pub fn of(&self, weight: Severity) -> impl Iterator<Item = &Diagnostic> {
        self.remarks.iter().filter(move |remark| remark.weight == weight)
    }

    pub fn count(&self, fate: RowChange) -> usize {
        self.rows.iter().filter(|row| row.fate == fate).count()
    }
}

/// Plans a roster's changes. `fresh` holds unused ids, at least one per row.
pub fn plan(file: &PeopleFile, known: &RosterSnapshot, fresh: Vec<PersonId>) -> Plan {
    let (lines, turned) = names_read(file);
    let mut planner = Planner {
        file,
        known,
        seen: HashMap::new(),
        names: HashMap::new(),
        remarks: file.remarks.clone(),
        by: Index::of(&known.people),
    };
    let people: Vec<Option<(Person, bool)>> =
        lines.iter().zip(fresh).map(|(line, fresh)| planner.person(line, fresh)).collect();
    let after = Index::over(people.iter().flatten().map(|(person, _)| person), &planner.by);
    let mut rows = Vec::new();
    planner.remarks.extend(turned);
    for (line, person) in lines.iter().zip(&people) {
        if let Some((person, new)) = person {
            rows.push(planner.row(line, person.clone(), *new, &after));
        }
    }
    planner.remarks.sort_by_key(|remark| remark.place.as_ref().map(|place| place.line));
    Plan { rows, remarks: planner.remarks }
}

/// Returns the rows with first names first, and a warning for every name with a comma.
fn names_read(file: &PeopleFile) -> (Vec<PersonLine>, Vec<Diagnostic>) {
    let mut remarks = Vec::new();
    let lines = file.lines.iter().map(|line| {
        let mut line = line.clone();
        let Some(name) = line.name.clone().filter(|name| name.as_str().contains(',')) else { return line };
        let place = Some(file.columns.place(line.line, Column::Name));
        match first_name_first(name.as_str()).and_then(|turned| SafeText::line(&turned).ok()) {
            Some(turned) => {
                remarks.push(Diagnostic::warning(place, format!("“{name}” is read as {turned}")));
                line.name = Some(turned);
            }
            None => remarks.push(Diagnostic::warning(place, format!("{name}: the comma will be part of the name"))),
        }
        line
    });
    (lines.collect(), remarks)
}

struct Faulty;

struct Planner<'a> {
    file: &'a PeopleFile,
    known: &'a RosterSnapshot,
    /// The lines of earlier rows, by id, registration and name.
    seen: HashMap<(Column, String), usize>,
    /// The names and lines of earlier rows without an id, by sorted letters.
    names: HashMap<String, Vec<(SafeText, usize)>>,
    remarks: Vec<Diagnostic>,
    by: Index<'a>,
}

impl<'a> Planner<'a> {
    /// Reports a fault of a cell, unless the parser has reported one there.
    fn fault(&mut self, line: &PersonLine, column: Column, what: impl Into<String>, hint: &str) {
        let place = Some(self.file.columns.place(line.line, column));
        let is_reported = |remark: &Diagnostic| remark.weight == Severity::Fault && remark.place == place;
        if !self.file.remarks.iter().any(is_reported) {
            self.remarks.push(Diagnostic::fault(place, what, hint));
        }
    }

    fn warn(&mut self, line: &PersonLine, column: Column, what: String) {
        let place = Some(self.file.columns.place(line.line, column));
        self.remarks.push(Diagnostic::warning(place, what));
    }

    /// Returns the person of a row after the import, and whether they are new.
    fn person(&mut self, line: &PersonLine, fresh: PersonId) -> Option<(Person, bool)> {
        let Ok(found) = self.find(line) else {
            if let Some(name) = &line.name {
                self.seen.entry((Column::Name, called(name))).or_insert(line.line);
            }
            return None;
        };
        if let Some(person) = found.filter(|person| person.left) {
            let what = format!("{} has left", person.name);
            self.fault(line, Column::Name, what, "`countersign person return` brings them back first");
            return None;
        }
        let mut person = match (found, &line.name) {
            (Some(person), _) => person.clone(),
            (None, Some(name)) => Person {
                id: line.id.clone().unwrap_or(fresh),
                name: name.clone(),
                roles: Vec::new(),
                left: false,
                department: None,
                registration: None,
                level: None,
            },
            (None, None) => {
                self.fault(line, Column::Name, "There is no name", "Write one");
                return None;
            }
        };
        if self.twice(line, &person) {
            return None;
        }
        if let Some(name) = &line.name {
            self.name(line, name, found, &mut person);
        }
        if !line.roles.is_empty() {
            person.roles.clone_from(&line.roles);
        } else if found.is_none() && line.standard.is_some() {
            person.roles = vec![Role::Trainee];
        }
        let set = |to: &mut Option<SafeText>, from: &Option<SafeText>| {
            if from.is_some() {
                to.clone_from(from);
            }
        };
        set(&mut person.department, &line.department);
        set(&mut person.registration, &line.registration);
        set(&mut person.level, &line.level);
        if person.roles.is_empty() {
            let hint = "Write trainee, supervisor, training officer or verifier. Put `;` between several";
            self.fault(line, Column::Roles, format!("{} has no role", person.name), hint);
            return None;
        }
        Some((person, found.is_none()))
    }

    /// Applies a row's name. Without an id it does not change an existing name's spelling, as a spreadsheet may have
    /// lost accents (`Jose`).
    fn name(&mut self, line: &PersonLine, name: &SafeText, found: Option<&Person>, person: &mut Person) {
        let Some(there) = found else {
            let alike = self.by.alike(name.as_str()).next();
            let others: Vec<String> =
                self.by.names.get(&called(name)).into_iter().flatten().map(|one| one.id.to_string()).collect();
            if !others.is_empty() {
                let what = format!("{name} will be a second person of this name, after {}", others.join(", "));
                self.warn(line, Column::Name, what);
            } else if let Some(like) = alike {
                let what = format!("{name} will be a new person, although {} {} already exists", like.id, like.name);
                self.warn(line, Column::Name, what);
            } else if is_one_word(name.as_str()) {
                self.warn(line, Column::Name, format!("{name} is only one name. Write the full name"));
            }
            return;
        };
        if line.id.is_some() || !same(there.name.as_str(), name.as_str()) {
            person.name.clone_from(name);
        } else if there.name != *name {
            let what = format!(
                "{name} is matched to {} {}, whose name is not changed. To change it, give their id",
                there.id, there.name
            );
            self.warn(line, Column::Name, what);
        }
    }

    /// Finds the recorded person by id, else registration, else name; `None` if they are new.
    fn find(&mut self, line: &PersonLine) -> Result<Option<&'a Person>, Faulty> {
        if let Some(id) = &line.id {
            return Ok(self.by.ids.get(id.as_str()).copied());
        }
        let registered = line.registration.as_ref().and_then(|text| self.by.registrations.get(&called(text)).copied());
        let Some(name) = &line.name else { return Ok(registered) };
        let named = self.by.names.get(&called(name)).cloned().unwrap_or_default();
        match (registered, named.as_slice()) {
            (None, []) => self.new_name(line, name),
            (Some(one), named) if named.iter().any(|person| person.id == one.id) => Ok(Some(one)),
            (Some(one), _) => {
                let what = format!("This registration belongs to {} {}", one.id, one.name);
                self.fault(line, Column::Registration, what, "Correct it, or give that id to change their name");
                Err(Faulty)
            }
            (None, [one]) if line.registration.is_none() || one.registration.is_none() => Ok(Some(*one)),
            (None, [one]) => {
                let what = format!("{} {} already exists, with another registration", one.id, one.name);
                let hint = "If this is the same person, give their id. If not, give a new id";
                self.fault(line, Column::Name, what, hint);
                Err(Faulty)
            }
            (None, several) => {
                let ids: Vec<&str> = several.iter().map(|person| person.id.as_str()).collect();
                let what = format!("{} people have this name: {}", several.len(), ids.join(", "));
                self.fault(line, Column::Name, what, "Say which in a column `id`, or give a new id");
                Err(Faulty)
            }
        }
    }

    /// Lists people by name, recorded ones with their ids: `02c1 Ann Bell, Tom Bell`.
    fn people(&self, all: &[&Person]) -> String {
        const MOST: usize = 5;
        let words = |one: &&Person| match self.by.ids.get(one.id.as_str()) {
            Some(_) => format!("{} {}", one.id, one.name),
            None => one.name.to_string(),
        };
        let mut listed: Vec<String> = all.iter().take(MOST).map(words).collect();
        listed.extend((all.len() > MOST).then(|| format!("{} more", all.len() - MOST)));
        listed.join(", ")
    }

    /// Checks that an unknown name cannot be a recorded person's.
    fn new_name(&mut self, line: &PersonLine, name: &SafeText) -> Result<Option<&'a Person>, Faulty> {
        let wanted = NameQuery::of(name.as_str());
        let in_name = |person: &&Person| is_one_word(name.as_str()) && wanted.is_in(person.name.as_str());
        let may_be: Vec<&Person> = match self.by.alike(name.as_str()).next() {
            Some(one) => vec![one],
            None => self.known.people.iter().filter(in_name).collect(),
        };
        if may_be.is_empty() {
            return Ok(None);
        }
        let are = if may_be.len() == 1 { "is" } else { "are" };
        let what = format!("{name} may be {}, who {are} there already", self.people(&may_be));
        self.fault(line, Column::Name, what, "Give their id if it is the same person, or a new id if it is another");
        Err(Faulty)
    }

    /// Reports whether an earlier row is about the same person.
    fn twice(&mut self, line: &PersonLine, person: &Person) -> bool {
        let mut calls = vec![(Column::Id, person.id.to_string())];
        calls.extend(line.registration.as_ref().map(|text| (Column::Registration, called(text))));
        // Two people may share a name if each has an id.
        let apart = line.id.is_some();
        calls.extend(line.name.as_ref().filter(|_| !apart).map(|name| (Column::Name, called(name))));
        let found = calls.iter().find_map(|call| self.seen.get(call).map(|earlier| (call.0, *earlier)));
        for call in calls {
            self.seen.entry(call).or_insert(line.line);
        }
        let letters = line.name.as_ref().filter(|_| !apart).map(|name| (name, letters_of(name.as_str())));
        if let (None, Some((name, letters))) = (found, &letters) {
            let mut there = self.names.get(letters).into_iter().flatten();
            let alike = there.find(|(other, _)| may_be_one(other.as_str(), name.as_str())).cloned();
            if let Some((other, earlier)) = alike {
                let what = format!("{name} may be {other} on line {earlier}");
                self.fault(line, Column::Name, what, "Remove one of the two, or give each an id of its own");
                return true;
            }
        }
        if let Some((name, letters)) = letters {
            self.names.entry(letters).or_default().push((name.clone(), line.line));
        }
        let Some((column, earlier)) = found else { return false };
        let what = match (column, &line.registration) {
            (Column::Registration, Some(registration)) => {
                format!("The registration “{registration}” of {} is already on line {earlier}", person.name)
            }
            (Column::Id, _) => format!("{}, id {}, is already on line {earlier}", person.name, person.id),
            _ => format!("{} is already on line {earlier}", person.name),
        };
        let column = if self.file.columns.at(column).is_some() { column } else { Column::Name };
        let hint = match column {
            Column::Registration => "Correct one of the two, or leave it empty",
            _ => "Remove one of the two, or give each an id of its own",
        };
        self.fault(line, column, what, hint);
        true
    }

    /// Plans a row, once everyone in the file is known.
    fn row(&mut self, line: &PersonLine, person: Person, new: bool, after: &Index<'_>) -> Planned {
        let before = self.by.ids.get(person.id.as_str()).copied();
        let mut changes = Vec::new();
        let stated = before != Some(&person);
        if let (Some(before), true) = (before, stated) {
            let text = |clean: &Option<SafeText>| clean.as_ref().map(ToString::to_string).unwrap_or_default();
            let roles = |person: &Person| person.roles.iter().map(|role| role.words()).collect::<Vec<_>>().join(", ");
            for (what, was, is) in [
                ("name", before.name.to_string(), person.name.to_string()),
                ("roles", roles(before), roles(&person)),
                ("department", text(&before.department), text(&person.department)),
                ("registration", text(&before.registration), text(&person.registration)),
                ("level", text(&before.level), text(&person.level)),
            ] {
                if was != is {
                    changes.push(format!("{what} {is}"));
                }
            }
        }
        let enrolment = self.enrolment(line, &person);
        if let Some(e) = &enrolment {
            changes.push(format!("{} from {}", e.standard, day_words(e.start)));
            changes.extend(e.end.map(|end| format!("planned end {}", day_words(end))));
            changes.extend(e.specialism.as_ref().map(ToString::to_string));
            changes.extend(e.scope.option.as_ref().map(|option| format!("option {option}")));
            changes.extend(e.weekly.map(|weekly| format!("{weekly} paid hours a week")));
            changes.extend(e.aged_16_to_18.map(|y| if y { "aged 16 to 18" } else { "aged 19 or over" }.to_owned()));
        }
        let supervisors = self.supervisors(line, &person, after);
        changes.extend(supervisors.iter().map(|(_, name)| format!("under {name}")));
        let supervisors: Vec<PersonId> = supervisors.into_iter().map(|(id, _)| id).collect();
        let fate = match (new, changes.is_empty()) {
            (true, _) => RowChange::New,
            (false, false) => RowChange::Changed,
            (false, true) => RowChange::Same,
        };
        Planned { line: line.line, fate, person, stated, enrolment, supervisors, changes }
    }

    fn warn_of_end(&mut self, line: &PersonLine, enrolment: &Enrolment) {
        if let Ok(Some(warning)) = end_warning(enrolment.start, enrolment.end) {
            self.warn(line, Column::End, warning);
        }
    }

    fn ends_after_start(&mut self, line: &PersonLine, enrolment: &Enrolment) -> bool {
        let Some(fault) = enrolment.end_fault() else { return true };
        match enrolment.start_fault().filter(|_| line.end.is_none()) {
            Some(what) => {
                self.fault(line, Column::Start, what, "Check it, or write a new end in a column `planned end`");
            }
            None => {
                self.fault(line, Column::End, fault, "Write the last day up to the gateway as 2029-08-31");
            }
        }
        false
    }

    fn enrolment(&mut self, line: &PersonLine, person: &Person) -> Option<Enrolment> {
        let before = self.known.enrolments.get(&person.id);
        let Some(text) = &line.standard else {
            let given = [
                (line.start.is_some(), Column::Start),
                (line.end.is_some(), Column::End),
                (line.specialism.is_some(), Column::Specialism),
                (line.option.is_some(), Column::Option),
                (line.weekly.is_some(), Column::Weekly),
                (line.aged_16_to_18.is_some(), Column::Aged),
            ];
            let (_, column) = given.into_iter().find(|(given, _)| *given)?;
            let Some(before) = before else {
                let what = format!("{} is not on a standard", person.name);
                self.fault(line, column, what, "Say which in a column `standard`");
                return None;
            };
            let on = self.known.standards.iter().find(|standard| *standard.reference() == before.standard).cloned();
            let scope = match on {
                Some(standard) => self.scope(line, &standard, Some(&before.scope))?,
                None => before.scope.clone(),
            };
            let start = line.start.unwrap_or(before.start);
            let changed = merged(line, Enrolment { scope, ..before.clone() }, start);
            if !self.ends_after_start(line, &changed) {
                return None;
            }
            if changed.end != before.end {
                self.warn_of_end(line, &changed);
            }
            return (changed != *before).then_some(changed);
        };
        let standard = self.standard(line, text, before)?;
        let on = standard.reference().clone();
        if !person.roles.contains(&Role::Trainee) {
            let what = format!("{} is not a trainee", person.name);
            self.fault(line, Column::Standard, what, "Give them the trainee role too");
            return None;
        }
        if let Some(before) = before.filter(|before| before.standard != on) {
            let what = format!("{} is on {}", person.name, before.standard);
            self.fault(line, Column::Standard, what, "`countersign enrol --move` moves one trainee to another version");
            return None;
        }
        let Some(start) = line.start.or(before.map(|before| before.start)) else {
            let what = format!("{} has no start date", person.name);
            self.fault(line, Column::Start, what, "Write the first day of the programme as 2026-09-01");
            return None;
        };
        let scope = self.scope(line, &standard, before.map(|before| &before.scope))?;
        let new = || Enrolment {
            trainee: person.id.clone(),
            standard: on,
            start,
            specialism: None,
            weekly: None,
            end: None,
            scope: Scope::default(),
            aged_16_to_18: None,
        };
        let enrolment = merged(line, Enrolment { scope, ..before.cloned().unwrap_or_else(new) }, start);
        if !self.ends_after_start(line, &enrolment) {
            return None;
        }
        if before == Some(&enrolment) {
            return None;
        }
        self.warn_of_end(line, &enrolment);
        for warning in start_warnings(&standard, &self.known.standards, start).unwrap_or_default() {
            self.warn(line, Column::Start, warning);
        }
        if let Some(warning) = standard.unmapped_options()
            && self.remarks.iter().all(|remark| remark.what != warning)
        {
            self.warn(line, Column::Standard, warning);
        }
        Some(enrolment)
    }

    /// Returns a row's scope; without an option it is unchanged.
    fn scope(&mut self, line: &PersonLine, standard: &Standard, before: Option<&Scope>) -> Option<Scope> {
        let before = before.cloned().unwrap_or_default();
        let (column, hint) = (Column::Option, "Write one of its options in a column `option`");
        let column = if self.file.columns.at(column).is_some() { column } else { Column::Standard };
        let scope = match &line.option {
            None => Ok(before),
            Some(text) => standard
                .find_option(text)
                .map_err(|fault| fault.to_string())
                .and_then(|option| SafeText::line(&option.name).map_err(|fault| fault.to_string()))
                .map(|name| before.on_option(name)),
        };
        let scope = scope.and_then(|scope| match standard.scope_fault(&scope) {
            Some(fault) => Err(fault.to_string()),
            None => Ok(scope),
        });
        scope.map_err(|what| self.fault(line, column, what, hint)).ok()
    }

    /// Finds the adopted standard of a row: by version, else the current one, else the one for the start date.
    fn standard(&mut self, line: &PersonLine, text: &str, before: Option<&Enrolment>) -> Option<Arc<Standard>> {
        let known = &self.known.standards;
        let of = |reference: &str| -> Vec<&Arc<Standard>> {
            known.iter().filter(|one| one.reference().reference().eq_ignore_ascii_case(reference)).collect()
        };
        let (mut fits, mut version, mut column) = (of(text), line.version.as_deref(), Column::Version);
        if fits.is_empty()
            && let (None, Some((reference, word))) = (version, text.rsplit_once(' '))
        {
            (fits, version, column) = (of(reference.trim_end()), Some(word), Column::Standard);
        }
        let all: Vec<String> = fits.iter().map(|one| one.reference().to_string()).collect();
        if fits.is_empty() {
            let hint = "`countersign standard list` shows what is adopted, `standard import` adopts another";
            self.fault(line, Column::Standard, format!("No standard “{text}” is adopted"), hint);
            return None;
        }
        if let Some(version) = version {
            return match versioned(&fits, version) {
                Some((found, true)) => Some(Arc::clone(found)),
                Some((found, false)) => {
                    let found = Arc::clone(found);
                    let read = found.reference().version();
                    let what = format!("“{version}” is read as version {read}, the only one adopted");
                    self.warn(line, column, what);
                    Some(found)
                }
                None => {
                    let what = format!("Version “{version}” of this standard is not adopted");
                    self.fault(line, column, what, &format!("Adopted: {}", all.join(", ")));
                    None
                }
            };
        }
        let on = before.and_then(|before| fits.iter().find(|one| *one.reference() == before.standard));
        let start = line.start.or(before.map(|before| before.start));
        let by_start = || start.and_then(|start| picked(&fits, known, start));
        let found = match fits.as_slice() {
            [one] => Some(*one),
            _ => on.copied().or_else(by_start),
        };
        let found = found.map(Arc::clone);
        if found.is_none() {
            let what = format!("“{text}” is more than one standard: {}", all.join(", "));
            self.fault(line, Column::Standard, what, "Write the version too");
        }
        found
    }

    /// Finds the one supervisor with this full name, in another order or spacing. For only part of a name, the fault
    /// lists the candidates.
    fn became_supervisor<'p>(
        &mut self,
        line: &PersonLine,
        trainee: &Person,
        text: &str,
        after: &Index<'p>,
    ) -> Option<&'p Person> {
        let mut alike: Vec<&Person> = after.alike(text).collect();
        if let [one] = alike.as_slice() {
            let what = format!("“{text}” is read as {}", self.people(&[one]));
            self.warn(line, Column::Supervisor, what);
            return Some(one);
        }
        if alike.is_empty() {
            let wanted = NameQuery::of(text);
            let may = |one: &&Person| one.may_act_as(Role::Supervisor) || one.may_act_as(Role::TrainingOfficer);
            let others = after.ids.values().copied().filter(|one| one.id != trainee.id).filter(may);
            alike = others.filter(|one| wanted.fit(one.name.as_str()).is_some()).collect();
            alike.sort_by(|a, b| a.name.cmp(&b.name).then_with(|| a.id.cmp(&b.id)));
        }
        let (what, hint) = if alike.is_empty() {
            (format!("Nobody is called “{text}”"), "Give a name or an id")
        } else {
            (format!("“{text}” could be {}", self.people(&alike)), "Write the whole name, or the id")
        };
        self.fault(line, Column::Supervisor, what, hint);
        None
    }

    /// Returns a trainee's additional supervisors, with their names.
    fn supervisors(&mut self, line: &PersonLine, person: &Person, after: &Index<'_>) -> Vec<(PersonId, SafeText)> {
        let mut found: Vec<(PersonId, SafeText)> = Vec::new();
        for text in &line.supervisors {
            let turned = first_name_first(text);
            let call = folded(turned.as_deref().unwrap_or(text)).into_owned();
            let named = after.names.get(&call).map(Vec::as_slice).unwrap_or_default();
            let one = match (after.ids.get(text.as_str()), named) {
                (Some(one), _) | (None, [one]) => *one,
                // A supervisor whose own row has a fault is reported there.
                (None, []) if self.seen.contains_key(&(Column::Name, call.clone())) => continue,
                (None, []) => {
                    let Some(one) = self.became_supervisor(line, person, text, after) else { continue };
                    one
                }
                (None, _) => {
                    let what = format!("Several people are called “{text}”");
                    self.fault(line, Column::Supervisor, what, "Give the id instead");
                    continue;
                }
            };
            if !one.may_act_as(Role::Supervisor) && !one.may_act_as(Role::TrainingOfficer) {
                let what = format!("{} is not a supervisor", one.name);
                self.fault(line, Column::Supervisor, what, "Give them that role");
            } else if one.id == person.id {
                self.fault(line, Column::Supervisor, "A person cannot supervise themselves", "Name another person");
            } else if !self.known.supervision.contains(&(one.id.clone(), person.id.clone())) {
                found.push((one.id.clone(), one.name.clone()));
            }
        }
        found.dedup();
        found
    }
}

/// Applies a row's values to an enrolment.
fn merged(line: &PersonLine, before: Enrolment, start: NaiveDate) -> Enrolment {
    Enrolment {
        start,
        aged_16_to_18: line.aged_16_to_18.or(before.aged_on(start)),
        specialism: line.specialism.clone().or(before.specialism),
        weekly: line.weekly.or(before.weekly),
        end: line.end.or(before.end),
        ..before
    }
}

fn called(text: &SafeText) -> String {
    folded(text.as_str()).into_owned()
}
