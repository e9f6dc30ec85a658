//! Finds the headings of an existing record: a matrix of people by items, or a list with a row for each record.

use crate::import::cell::{Cell, Line, letters, plain_heading};
use crate::import::diagnostic::{Diagnostic, SourceLocation};
use crate::import::records::items::{ItemName, Items};

/// How many rows are searched for headings, as titles and notes may come first.
const FIRST_ROWS: usize = 40;

slugs! {
    /// What a column that names a person holds, by its headings in lower-case letters and digits only.
    PersonPart {
        Id = "personid id countersignid";
        Name = "name person trainee fullname employee staffname staff apprentice traineename staffmember employeename personname learner learnername candidate student studentname staffmembername traineefullname";
        First = "firstname firstnames forename forenames givenname givennames";
        Last = "lastname lastnames surname surnames familyname";
    }
}

slugs! {
    /// What a column of a list holds, by its headings, the most telling first.
    ListPart {
        Item = "itemcode ksbcode code competencecode competencycode item ksb competence competency element criterion criteria unit skill task procedure";
        Standard = "standard list framework standardreference";
        Day = "lastseen dateseen seenon dateobserved observedon observed dateassessed assessedon assessmentdate datecompleted completedon completiondate dateachieved achievedon dateachieved datesigned signedon signoffdate signedoffon dateofassessment dateofcompletion completed achieved assessed date day seen when";
        Level = "levelachieved competencelevel competencylevel level grade score rating";
        Assessor = "lastassessedby assessedby assessor assessorname seenby observedby signedby signedoffby supervisor supervisorname trainer mentor by who";
        Outcome = "state status outcome result results passfail passorfail pf pass competent competentyn decision assessmentdecision assessmentresult assessmentoutcome judgement judgment verdict achievedyn passedyn signedoff signedoffyn";
    }
}

slugs! {
    /// What a column under or after an item's heading holds.
    MarkPart {
        Day = "date day seen lastseen dateseen observed assessed completed achieved signed signedoff dateachieved datecompleted dateassessed when";
        Level = "level grade score rating";
        Assessor = "assessor by assessedby seenby signedby supervisor initials who sign signature assessorinitials trainer mentor";
        Outcome = "status outcome result passfail passorfail pf competent competentyn decision judgement verdict achievedyn passedyn";
    }
}

/// Headings of a matrix that are not items and are not read.
const NOT_ITEMS: &[&str] = &[
    "level",
    "month",
    "supervisor",
    "supervisors",
    "department",
    "dept",
    "team",
    "section",
    "role",
    "roles",
    "band",
    "grade",
    "jobtitle",
    "title",
    "startdate",
    "start",
    "started",
    "enddate",
    "end",
    "email",
    "notes",
    "note",
    "comments",
    "comment",
    "total",
    "totals",
    "percent",
    "percentage",
    "complete",
    "completed",
    "current",
    "required",
    "currentofrequired",
    "registration",
    "registrationnumber",
    "hcpc",
    "hcpcnumber",
    "standard",
    "specialism",
    "cohort",
    "year",
    "line",
    "linemanager",
    "manager",
    "location",
    "site",
    "phone",
    "no",
    "number",
    "payroll",
    "payrollnumber",
    "staffno",
    "staffnumber",
    "employeeno",
    "employeenumber",
    "wte",
    "hours",
    "progress",
    "date",
    "unit",
    "ward",
    "updated",
    "lastupdated",
    "reviewdate",
    "dateofbirth",
];

/// Where the columns of a person are, from 0.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonColumns {
    pub id: Option<usize>,
    /// One, or first names and surname.
    pub name: Vec<usize>,
    /// Whether the reader chose the columns, so that they may also hold an id or a registration.
    pub chosen: bool,
}

/// A heading that names an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemHeading {
    pub line: usize,
    pub column: usize,
    pub name: ItemName,
    pub day: Option<usize>,
    pub level: Option<usize>,
    pub assessor: Option<usize>,
    pub outcome: Option<usize>,
}

/// Where the columns of a list are, from 0.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListColumns {
    pub item: usize,
    pub standard: Option<usize>,
    pub day: usize,
    pub level: Option<usize>,
    pub assessor: Option<usize>,
    pub outcomes: Vec<usize>,
    /// Whether it is this program's own list, whose words are taken as they are.
    pub own: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Layout {
    Matrix(Vec<ItemHeading>),
    List(ListColumns),
}

/// The headings of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Headings {
    pub layout: Layout,
    pub person: PersonColumns,
    /// The index of the first row below the headings.
    pub first: usize,
    /// The line of the headings, from 1.
    pub line: usize,
    /// The headings by column, for messages.
    pub texts: Vec<String>,
    /// The columns that are not read.
    pub unread: Vec<usize>,
    pub remarks: Vec<Diagnostic>,
}

const HINT: &str = "A matrix begins with a row such as `name,K1,K2,S1`, a list with `name,code,date,assessor`";
const WHO_HINT: &str = "Head the column of the people “name”, or name it with --person";

impl Headings {
    /// Finds the headings; `chosen` are the columns that name the people, by heading or letters.
    pub fn find(lines: &[Line], chosen: &[String], items: &Items) -> Result<Self, Diagnostic> {
        if lines.is_empty() {
            return Err(Diagnostic::fault(None, "The file is empty", HINT));
        }
        if let Some(found) = (0..lines.len().min(FIRST_ROWS)).find_map(|at| list_at(lines, at, chosen)) {
            return found;
        }
        matrix(lines, chosen, items)
    }

    /// Returns whether a sheet is a matrix or a list. The sheet *Matrix* of this program is neither: it shows when items
    /// end, and the sheet *Cells* after it shows when they were seen.
    pub fn begin(lines: &[Line], chosen: &[String], items: &Items) -> bool {
        Self::find(lines, chosen, items).is_ok_and(|found| !found.is_of_ends())
    }

    /// Returns whether this is this program's own matrix, whose days are those on which items end.
    pub fn is_of_ends(&self) -> bool {
        let last = |name: &str| self.texts.iter().any(|text| plain_heading(text) == name);
        matches!(self.layout, Layout::Matrix(_)) && last("currentofrequired")
    }

    /// Returns a cell's location: `line 12, cell C12 “K7”`.
    pub fn place(&self, line: usize, column: usize) -> SourceLocation {
        let heading = self.texts.get(column).map(String::as_str).unwrap_or_default();
        let cell = format!("cell {}{line}", letters(column));
        let path = if heading.is_empty() { cell } else { format!("{cell} “{heading}”") };
        SourceLocation { line, path: Some(path) }
    }

    /// Returns a column's location.
    pub fn column(&self, column: usize) -> SourceLocation {
        let heading = self.texts.get(column).map(String::as_str).unwrap_or_default();
        let path = format!("column {} “{heading}”", letters(column));
        SourceLocation { line: self.line, path: Some(path) }
    }
}

/// Returns the text of a heading.
pub fn text(cell: &Cell) -> &str {
    match cell {
        Cell::Text(text) => text,
        Cell::Formula(Some(value)) => match value.as_ref() {
            Cell::Text(text) => text,
            _ => "",
        },
        _ => "",
    }
}

/// Returns a heading in one line.
pub fn one_line(text: &str) -> String {
    const MOST: usize = 40;
    let line = text.lines().next().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= MOST { line } else { format!("{}…", line.chars().take(MOST).collect::<String>()) }
}

/// Returns the first column with a heading of a part, in the order of the part's headings.
fn column_of(head: &Line, names: &str) -> Option<usize> {
    let plain: Vec<String> = head.cells.iter().map(|cell| plain_heading(text(cell))).collect();
    names.split(' ').find_map(|name| plain.iter().position(|heading| heading == name))
}

/// Returns the columns of the people; a fault if a chosen one is not there.
fn person_columns(head: &Line, chosen: &[String]) -> Result<PersonColumns, Diagnostic> {
    if chosen.is_empty() {
        let part = |part: PersonPart| column_of(head, part.slug());
        let parts: Vec<usize> = [part(PersonPart::First), part(PersonPart::Last)].into_iter().flatten().collect();
        let name = match part(PersonPart::Name) {
            Some(name) if parts.len() < 2 => vec![name],
            _ => parts,
        };
        return Ok(PersonColumns { id: part(PersonPart::Id), name, chosen: false });
    }
    let mut name = Vec::new();
    for wanted in chosen {
        let plain = plain_heading(wanted);
        let by_heading = head.cells.iter().position(|cell| !plain.is_empty() && plain_heading(text(cell)) == plain);
        let by_letters = || (0..head.cells.len()).find(|at| letters(*at).eq_ignore_ascii_case(wanted.trim()));
        let Some(at) = by_heading.or_else(by_letters) else {
            let headings = head.cells.iter().map(|cell| one_line(text(cell))).filter(|text| !text.is_empty());
            let headings: Vec<String> = headings.take(8).collect();
            return Err(Diagnostic::fault(
                Some(SourceLocation::line(head.line)),
                format!("No column is headed “{wanted}”"),
                &format!("Give a heading or its letter. Headings: {}", headings.join(", ")),
            ));
        };
        name.push(at);
    }
    Ok(PersonColumns { id: None, name, chosen: true })
}

/// Returns the headings of a list, if this row has them: who, what and when.
fn list_at(lines: &[Line], at: usize, chosen: &[String]) -> Option<Result<Headings, Diagnostic>> {
    let head = &lines[at];
    // A matrix may have such columns too.
    if head.cells.iter().filter(|cell| item_and_part(text(cell)).0.code.is_some()).count() > 1 {
        return None;
    }
    let part = |part: ListPart| column_of(head, part.slug());
    let (item, day) = (part(ListPart::Item)?, part(ListPart::Day)?);
    let person = match person_columns(head, chosen) {
        Ok(person) => person,
        Err(fault) => return Some(Err(fault)),
    };
    if person.id.is_none() && person.name.is_empty() {
        return None;
    }
    // This program's own list has a level of the career framework.
    let own = column_of(head, "statementid").is_some() && column_of(head, "letter").is_some();
    let level = part(ListPart::Level).filter(|_| !own).filter(|level| !person.name.contains(level));
    let assessor = part(ListPart::Assessor).filter(|one| !person.name.contains(one));
    let level = if own { column_of(head, "levelinthatrecord") } else { level };
    let taken = [Some(item), Some(day), level, assessor, part(ListPart::Standard)];
    let is_outcome = |at: &usize| {
        let plain = plain_heading(text(head.cell(*at)));
        ListPart::Outcome.slug().split(' ').any(|name| name == plain) && !taken.contains(&Some(*at))
    };
    let outcomes: Vec<usize> =
        (0..head.cells.len()).filter(is_outcome).take(if own { 1 } else { usize::MAX }).collect();
    let columns = ListColumns { item, standard: part(ListPart::Standard), day, level, assessor, outcomes, own };
    let texts: Vec<String> = head.cells.iter().map(|cell| one_line(text(cell))).collect();
    let used: Vec<usize> = taken.into_iter().chain([person.id]).flatten().chain(columns.outcomes.clone()).collect();
    let unread = (0..width(lines)).filter(|at| !used.contains(at) && !person.name.contains(at));
    let unread: Vec<usize> = if own { Vec::new() } else { unread.collect() };
    let mut remarks = Vec::new();
    remarks.extend(heading_faults(head));
    remarks.extend(list_next_to(head, &person));
    remarks.extend(idle(head.line, unread.iter().filter_map(|at| texts.get(*at))));
    let first = at + 1;
    Some(Ok(Headings { layout: Layout::List(columns), person, first, line: head.line, texts, unread, remarks }))
}

fn width(lines: &[Line]) -> usize {
    lines.iter().map(|line| line.cells.len()).max().unwrap_or(0)
}

/// Warns of columns that are not read, by their headings.
fn idle<'a>(line: usize, headings: impl Iterator<Item = &'a String>) -> Option<Diagnostic> {
    let idle: Vec<String> = headings.filter(|text| !text.is_empty()).map(|text| format!("“{text}”")).collect();
    let what = format!("These columns are not read: {}", idle.join(", "));
    (!idle.is_empty()).then(|| Diagnostic::warning(Some(SourceLocation::line(line)), what))
}

/// Returns the faults of headings that have no text: an error, or a formula without a saved value.
fn heading_faults(head: &Line) -> Vec<Diagnostic> {
    let fault = |(at, cell): (usize, &Cell)| {
        let what = match cell {
            Cell::Error(error) => format!("The heading is the spreadsheet's error {error}"),
            Cell::Formula(None) => "The heading is a formula without a saved value".to_owned(),
            Cell::Formula(Some(value)) => match value.as_ref() {
                Cell::Error(error) => format!("The heading is the spreadsheet's error {error}"),
                _ => return None,
            },
            _ => return None,
        };
        let place = SourceLocation { line: head.line, path: Some(format!("cell {}{}", letters(at), head.line)) };
        Some(Diagnostic::fault(Some(place), what, "Write the heading as text"))
    };
    head.cells.iter().enumerate().filter_map(fault).collect()
}

const NEXT_HINT: &str = "Put each table on a sheet of its own. One is read at a time, with --sheet";

/// Returns the fault of a second table to the right, whose records would be read as those of the people of the first.
fn next_to(head: &Line, person: &PersonColumns, is_before: bool, is_after: bool, at: usize) -> Option<Diagnostic> {
    let is_foreign = is_person_heading(text(head.cell(at))) && !person.name.contains(&at) && person.id != Some(at);
    // It has no place: leaving it out would leave its records to the wrong people.
    let what = || {
        format!(
            "Two tables are next to each other: the one from cell {}{} “{}” is of other people",
            letters(at),
            head.line,
            one_line(text(head.cell(at)))
        )
    };
    (is_foreign && is_before && is_after).then(|| Diagnostic::fault(None, what(), NEXT_HINT))
}

fn list_next_to(head: &Line, person: &PersonColumns) -> Option<Diagnostic> {
    let is = |cell: &Cell, part: ListPart| {
        let plain = plain_heading(text(cell));
        part.slug().split(' ').any(|name| name == plain)
    };
    let has = |cells: &[Cell]| {
        [ListPart::Item, ListPart::Day].into_iter().all(|part| cells.iter().any(|cell| is(cell, part)))
    };
    (0..head.cells.len()).find_map(|at| next_to(head, person, has(&head.cells[..at]), has(&head.cells[at..]), at))
}

fn matrix_next_to(head: &Line, person: &PersonColumns, found: &[ItemHeading]) -> Option<Diagnostic> {
    (0..head.cells.len()).find_map(|at| {
        let (before, after) = (found.iter().any(|item| item.column < at), found.iter().any(|item| item.column > at));
        next_to(head, person, before, after, at)
    })
}

fn is_person_heading(text: &str) -> bool {
    let plain = plain_heading(text);
    PersonPart::ALL.into_iter().any(|part| part.slug().split(' ').any(|name| name == plain))
}

/// Returns what a heading under or after an item says that the column holds.
pub fn mark_part(text: &str) -> Option<MarkPart> {
    let plain = plain_heading(text);
    MarkPart::ALL.into_iter().find(|part| part.slug().split(' ').any(|name| name == plain))
}

/// Returns the item and the part that a heading such as `K7`, `K7 date` or `K7 assessor` names.
fn item_and_part(heading: &str) -> (ItemName, Option<MarkPart>) {
    let line = heading.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((front, last)) = line.rsplit_once(' ')
        && let Some(part) = mark_part(last)
    {
        let name = ItemName::of(front);
        if name.code.is_some() && front.split(' ').count() <= 3 {
            return (name, Some(part));
        }
    }
    (ItemName::of(heading), None)
}

fn matrix(lines: &[Line], chosen: &[String], items: &Items) -> Result<Headings, Diagnostic> {
    let is_item = |cell: &Cell| {
        let text = text(cell);
        !text.is_empty() && (items.is_item(text) || item_and_part(text).0.code.is_some())
    };
    let score = |line: &Line| {
        let found = line.cells.iter().filter(|cell| is_item(cell)).count();
        let is_chosen = |cell: &Cell| chosen.iter().any(|one| plain_heading(one) == plain_heading(text(cell)));
        let named = line.cells.iter().any(|cell| {
            !text(cell).is_empty() && if chosen.is_empty() { is_person_heading(text(cell)) } else { is_chosen(cell) }
        });
        // Levels such as L2 look like codes: a row with a heading of a person comes first.
        if found == 0 && !named { 0 } else { found + if named { 10_000 } else { 0 } }
    };
    let scores: Vec<usize> = lines.iter().take(FIRST_ROWS).map(score).collect();
    let best = scores.iter().copied().max().unwrap_or(0);
    let at = scores.iter().position(|score| *score == best).unwrap_or(0);
    let least = if chosen.is_empty() { 2 } else { 1 };
    if best < least || best == 10_000 && lines[at].cells.len() < 2 {
        let begins = lines.iter().filter(|line| line.cells.len() > 1 && is_item(line.cell(0))).count();
        if begins > 2 {
            return Err(Diagnostic::fault(
                None,
                "The items are in rows here, and the people in columns",
                "Turn the table round: copy it, then paste it with Transpose",
            ));
        }
        return Err(Diagnostic::fault(None, "No row has the headings of a matrix or a list", HINT));
    }
    let head = &lines[at];
    let mut person = person_columns(head, chosen)?;
    let mut remarks = Vec::new();
    if person.id.is_none() && person.name.is_empty() {
        // The corner of a matrix is often empty, or its title is above.
        let first_item = head.cells.iter().position(is_item).unwrap_or(0);
        match (0..first_item).find(|at| text(head.cell(*at)).is_empty()) {
            Some(corner) if corner == 0 || first_item == 1 => {
                person.name = vec![corner];
                let place = Some(SourceLocation::column(head.line, corner));
                remarks
                    .push(Diagnostic::warning(place, "This column has no heading. It is read as the people's names"));
            }
            _ => {
                let place = Some(SourceLocation::line(head.line));
                return Err(Diagnostic::fault(place, "No column is headed as the people's", WHO_HINT));
            }
        }
    }
    let below = lines.get(at + 1).filter(|below| is_second_row(head, below, &person));
    let found = item_columns(head, below, &person, &mut remarks);
    if found.is_empty() {
        let place = Some(SourceLocation::line(head.line));
        return Err(Diagnostic::fault(place, "No column is headed with an item", HINT));
    }
    remarks.extend(heading_faults(head));
    remarks.extend(matrix_next_to(head, &person, &found));
    let columns = |item: &ItemHeading| [item.day, item.level, item.assessor, item.outcome];
    let used: Vec<usize> = found.iter().flat_map(columns).flatten().chain(person.id).collect();
    let unread = (0..width(lines)).filter(|at| !used.contains(at) && !person.name.contains(at)).collect();
    let mut texts: Vec<String> = head.cells.iter().map(|cell| one_line(text(cell))).collect();
    for item in &found {
        for at in columns(item).into_iter().flatten() {
            if texts.len() <= at {
                texts.resize(at + 1, String::new());
            }
            if texts[at].is_empty() {
                texts[at] = one_line(&item.name.text);
            }
        }
    }
    let first = at + 1 + usize::from(below.is_some());
    Ok(Headings { layout: Layout::Matrix(found), person, first, line: head.line, texts, unread, remarks })
}

/// Returns whether a row below the headings says what the columns of each item are: `date`, `assessor`.
fn is_second_row(head: &Line, below: &Line, person: &PersonColumns) -> bool {
    let parts = below.cells.iter().filter(|cell| mark_part(text(cell)).is_some()).count();
    let of_person = person.name.iter().chain(&person.id).all(|at| {
        let under = text(below.cell(*at));
        under.is_empty() || under == text(head.cell(*at))
    });
    parts > 0 && of_person
}

fn item_columns(
    head: &Line,
    below: Option<&Line>,
    person: &PersonColumns,
    remarks: &mut Vec<Diagnostic>,
) -> Vec<ItemHeading> {
    let mut found: Vec<ItemHeading> = Vec::new();
    // A heading over several columns is in the first of them.
    let mut over: Option<ItemName> = None;
    let mut not_read = Vec::new();
    let last = head.cells.len().max(below.map_or(0, |below| below.cells.len()));
    for at in 0..last {
        if person.name.contains(&at) || person.id == Some(at) {
            over = None;
            continue;
        }
        let heading = text(head.cell(at));
        let under = below.and_then(|below| mark_part(text(below.cell(at))));
        let (name, part) = if heading.is_empty() {
            match (&over, under) {
                (Some(name), Some(part)) => (name.clone(), Some(part)),
                _ => continue,
            }
        } else {
            let plain = plain_heading(heading);
            let (name, part) = item_and_part(heading);
            // `K1, date, K2, date`: a heading that is there again belongs to the item before it.
            let repeats = || head.cells.iter().filter(|cell| plain_heading(text(cell)) == plain).count() > 1;
            let own = mark_part(heading).filter(|_| name.code.is_none() && repeats());
            if let (Some(own), Some(item)) = (own, over.as_ref().and(found.last_mut())) {
                match own {
                    MarkPart::Day if item.day == Some(item.column) => {
                        item.level.get_or_insert(item.column);
                        item.day = Some(at);
                    }
                    MarkPart::Day => item.day = Some(at),
                    MarkPart::Level => item.level = Some(at),
                    MarkPart::Assessor => item.assessor = Some(at),
                    MarkPart::Outcome => item.outcome = Some(at),
                }
                continue;
            }
            if name.code.is_none() && (NOT_ITEMS.contains(&plain.as_str()) || is_person_heading(heading)) {
                not_read.push(one_line(heading));
                over = None;
                continue;
            }
            over = Some(name.clone());
            (name, part.or(under))
        };
        let known = found.iter().rposition(|item| item.name == name).filter(|_| part.is_some());
        let place = known.unwrap_or_else(|| {
            let none = ItemHeading {
                line: head.line,
                column: at,
                name,
                day: None,
                level: None,
                assessor: None,
                outcome: None,
            };
            found.push(none);
            found.len() - 1
        });
        let item = &mut found[place];
        match part {
            None | Some(MarkPart::Day) => item.day = Some(at),
            Some(MarkPart::Level) => item.level = Some(at),
            Some(MarkPart::Assessor) => item.assessor = Some(at),
            Some(MarkPart::Outcome) => item.outcome = Some(at),
        }
    }
    remarks.extend(idle(head.line, not_read.iter()));
    found
}
