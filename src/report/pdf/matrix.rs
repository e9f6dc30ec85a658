//! Lays out the competency matrix on A3: people by items, with who is the only one for an item.

use std::fmt::Write as _;

use countersign_core::primitives::date::day_words;
use countersign_core::primitives::text::counted;
use countersign_core::record::ksb_status::State;
use krilla::tagging::{TableHeaderScope, Tag, TagKind};

use crate::made::Made;
use crate::pdf::font::Fonts;
use crate::pdf::parts::{TICK, TITLE, open_frame, state};
use crate::pdf::said::competence_frame;
use crate::pdf::sheet::{About, Format, Op, Sheet, ops_of};
use crate::pdf::text::{Align, Ink, Style, Text, mm};
use crate::pdf::write::{WriteFault, write};
use crate::person::short_name;
use crate::sheet::matrix::{Item, Matrix, Person, Standing, Tally};

/// A3 landscape.
const PAPER: Format =
    Format { width: mm(420.0), height: mm(297.0), left: mm(15.0), right: mm(15.0), top: mm(22.0), bottom: mm(19.0) };
/// The columns of people and of percentages.
const WHO: f32 = mm(43.5);
const SHARE: f32 = mm(12.5);
/// The most items on a page, with two lines a cell and with one.
const MOST_ITEMS: usize = 14;
const MOST_SHORT_ITEMS: usize = 17;
/// The most letters of an item's name in a heading.
const MOST_OF_NAME: usize = 44;
/// The space around the text of a cell.
const PAD: [f32; 2] = [mm(0.6), mm(0.92)];
const LEADING: f32 = 0.32;

const NAME: Style = Style::new(8.0).bold();
const ABOUT: Style = Style::new(6.6);
const CELL: Style = Style::new(6.5);
const CODE: Style = Style::new(9.0).bold();
const HEAD: Style = Style::new(7.2).bold();
const NOTE: Style = Style::new(8.0);

/// Writes the matrix. `attribution` is what the licence of the standard's text requires.
pub fn matrix(of: &Matrix, made: &Made, attribution: Option<&str>) -> Result<Vec<u8>, WriteFault> {
    let fonts = Fonts::load().ok_or_else(|| WriteFault("the fonts cannot be read".to_owned()))?;
    write(&lay_out(of, made, attribution, &fonts))
}

/// Lays out the matrix: all people for the first items, then all people for the next.
pub fn lay_out<'a>(of: &Matrix, made: &'a Made, attribution: Option<&str>, fonts: &'a Fonts) -> Sheet<'a> {
    let about = About { kind: "Competency matrix".to_owned(), who: of.of.clone(), made };
    let mut sheet = Sheet::new(fonts, PAPER, about);
    let tallies = of.tallies();
    let parts = of.parts();
    let count = parts.len();
    for (at, columns) in parts.into_iter().enumerate() {
        if at > 0 {
            sheet.next_page();
        }
        let part = Part { of, columns, number: (at + 1, count), tallies: &tallies };
        part.draw(&mut sheet);
    }
    let missing = sheet.missing.clone();
    sheet.gap(mm(2.0));
    sheet.together(|sheet| sheet.closing(attribution, &missing));
    sheet
}

impl Matrix {
    /// Returns the items of each part: at most as many as a page shows, and KSBs of one kind only.
    fn parts(&self) -> Vec<Vec<usize>> {
        let most = if self.is_short() { MOST_SHORT_ITEMS } else { MOST_ITEMS };
        let kind = |at: &usize| self.items.get(*at).and_then(|item| item.code.chars().next());
        let all: Vec<usize> = (0..self.items.len()).collect();
        let mut parts: Vec<Vec<usize>> = Vec::new();
        for same in all.chunk_by(|one, other| self.noun != "KSB" || kind(one) == kind(other)) {
            // Pages of about the same number of columns.
            let pages = same.len().div_ceil(most);
            parts.extend(same.chunks(same.len().div_ceil(pages.max(1)).max(1)).map(<[usize]>::to_vec));
        }
        if parts.is_empty() { vec![Vec::new()] } else { parts }
    }

    /// Returns whether a cell is one line: a KSB that never lapses.
    fn is_short(&self) -> bool {
        self.noun == "KSB" && self.items.iter().all(|item| item.months.is_none())
    }
}

/// The items that are next to each other on a page, for all people.
struct Part<'a> {
    of: &'a Matrix,
    /// Their places among all items.
    columns: Vec<usize>,
    /// Which part it is, and of how many.
    number: (usize, usize),
    tallies: &'a [Tally],
}

/// A cell: its text and its ground.
struct Drawn {
    text: Text,
    ground: Option<Ink>,
    scope: Option<TableHeaderScope>,
}

impl Drawn {
    fn plain(text: Text) -> Self {
        Self { text, ground: None, scope: None }
    }
}

impl Part<'_> {
    fn items(&self) -> impl Iterator<Item = (&Item, &Tally)> {
        self.columns.iter().filter_map(|at| self.of.items.get(*at).zip(self.tallies.get(*at)))
    }

    fn draw(&self, sheet: &mut Sheet<'_>) {
        self.top(sheet, true);
        sheet.tagged(Tag::Table, |sheet| {
            let head = self.head();
            sheet.tagged(Tag::THead, |sheet| self.row(sheet, &head, (0.8, Ink::Black), true));
            sheet.tagged(Tag::TBody, |sheet| {
                for (at, person) in self.of.people.iter().enumerate() {
                    let row = self.person(person);
                    let rule = if at == 0 { (0.8, Ink::Black) } else { (0.35, Ink::FaintLine) };
                    if sheet.y + self.height(sheet, &row) > sheet.floor() + 0.01 {
                        self.next_page(sheet, &head);
                    }
                    self.row(sheet, &row, rule, true);
                }
            });
            if self.of.people.is_empty() {
                return;
            }
            let foot = self.foot();
            if sheet.y + self.height(sheet, &foot) > sheet.floor() + 0.01 {
                self.next_page(sheet, &head);
            }
            sheet.tagged(Tag::TFoot, |sheet| self.row(sheet, &foot, (0.8, Ink::Black), true));
        });
        sheet.rule(0.8, Ink::Black);
        sheet.y += mm(2.6);
        if self.of.people.is_empty() {
            sheet.para(&Text::of(Style::new(9.5), "Nobody fits."));
            return;
        }
        let half = (sheet.width - mm(10.0)) / 2.0;
        let (points, check) = (self.single_points(), Self::how_to_check(sheet.about.made));
        sheet.together(|sheet| {
            sheet.side_by_side(&[(0.0, half), (half + mm(10.0), half)], |sheet, at| {
                sheet.para(if at == 0 { &points } else { &check });
            });
        });
    }

    fn next_page(&self, sheet: &mut Sheet<'_>, head: &[Drawn]) {
        sheet.rule(0.35, Ink::FaintLine);
        sheet.next_page();
        self.top(sheet, false);
        self.row(sheet, head, (0.8, Ink::Black), false);
        sheet.rule(0.8, Ink::Black);
    }

    /// Draws the title and the legend; they are read on the first page only.
    fn top(&self, sheet: &mut Sheet<'_>, read: bool) {
        let (left, top, whole) = (sheet.left, sheet.y, sheet.width);
        let half = mm(160.0);
        let (number, count) = self.number;
        let of = if count == 1 { String::new() } else { format!(", part {number} of {count}") };
        let title = Text::of(TITLE, &format!("Who is current in what{of}")).leading(0.3);
        sheet.bar(mm(14.0), mm(1.6));
        sheet.y += mm(2.6);
        if read {
            (sheet.left, sheet.width) = (left, half);
            sheet.heading(if number == 1 { 1 } else { 2 }, &title, None);
            (sheet.left, sheet.width) = (left, whole);
        } else {
            sheet.y += place(sheet, &title, [left, sheet.y, half], None);
        }
        sheet.y += mm(3.0);
        sheet.y += place(sheet, &self.about(), [left, sheet.y, half], read.then_some(Tag::P.into()));
        let lowest = sheet.y;
        let from = mm(168.0);
        (sheet.left, sheet.width, sheet.y) = (left + from, whole - from, top);
        sheet.rule(0.8, Ink::Black);
        sheet.y += mm(1.9);
        let third = sheet.width / 3.0;
        for row in legend(self.of.is_short(), self.of.is_of_all()) {
            let mut high: f32 = 0.0;
            for (at, text) in row.iter().enumerate() {
                let x = sheet.left + third * f32::from(u8::try_from(at).unwrap_or(0));
                high = high.max(place(sheet, text, [x, sheet.y, third - mm(2.0)], read.then_some(Tag::P.into())));
            }
            sheet.y += high + mm(2.2);
        }
        sheet.rule(0.4, Ink::Hairline);
        let y = sheet.y.max(lowest) + mm(3.0);
        (sheet.left, sheet.width, sheet.y) = (left, whole, y);
    }

    fn about(&self) -> Text {
        let Matrix { people, items, noun, filter, day, .. } = self.of;
        let people = if people.len() == 1 { "1 person".to_owned() } else { format!("{} people", people.len()) };
        let filter = if filter.is_empty() { String::new() } else { format!(" · only: {filter}") };
        let items = counted(items.len() as u64, noun);
        let words = format!("{people} · {items} · as at {} · sorted by family name{filter}", day_words(*day));
        Text::of(Style::new(10.0), &words)
    }

    fn head(&self) -> Vec<Drawn> {
        let head = |text: Text| Drawn { text, ground: None, scope: Some(TableHeaderScope::Column) };
        let mut row = vec![head(
            Text::of(NAME, "Person")
                .line()
                .styled(Style::new(6.8), "working towards · month · supervisor")
                .leading(LEADING),
        )];
        row.extend(self.items().map(|(item, _)| {
            let again = match item.months {
                None => "no expiry".to_owned(),
                Some(1) => "every month".to_owned(),
                Some(months) => format!("every {months} months"),
            };
            let mut text =
                Text::of(CODE, &item.code).line().styled(HEAD, &short_name(&item.text, MOST_OF_NAME)).leading(LEADING);
            if !self.of.is_short() {
                text = text.line().styled(ABOUT, &again);
            }
            if item.times > 1 {
                text = text.line().styled(ABOUT, &format!("seen {} times", item.times));
            }
            head(text)
        }));
        row.push(head(Text::of(HEAD, "Current of required").align(Align::Right).leading(LEADING)));
        row
    }

    fn person(&self, person: &Person) -> Vec<Drawn> {
        let level = if person.level.is_empty() { "no level" } else { &person.level };
        let supervisors = if person.supervisors.is_empty() { "nobody" } else { &person.supervisors };
        let month = match person.starts {
            Some(_) => person.month_words(),
            None => format!("{}/{}", person.month, person.months),
        };
        let about = format!("{level} · {month} · {supervisors}");
        let name = Text::of(NAME, &person.name).line().styled(ABOUT, &about).leading(LEADING);
        let mut row = vec![Drawn { text: name, ground: None, scope: Some(TableHeaderScope::Row) }];
        row.extend(self.columns.iter().filter_map(|at| {
            let (item, standing) = self.of.items.get(*at).zip(person.standings.get(*at))?;
            Some(match standing {
                Some(standing) => self.cell(item, standing),
                None => Drawn::plain(Text::of(CELL.soft(), "–")),
            })
        }));
        let required = person.standings.iter().flatten().count();
        let current = person.standings.iter().flatten().filter(|standing| standing.counts).count();
        let share = if required == 0 { "–".to_owned() } else { format!("{} %", percent(current, required)) };
        let text = Text::of(NAME, &share).line().styled(CELL, &format!("{current} of {required}"));
        row.push(Drawn::plain(text.align(Align::Right).leading(LEADING)));
        row
    }

    fn cell(&self, item: &Item, standing: &Standing) -> Drawn {
        let ends = standing.ends.map(day_words).unwrap_or_default();
        let seen = standing.last.as_ref().map(|last| day_words(last.on));
        let plain = Text::new(CELL).leading(LEADING);
        if self.of.is_short() {
            let day = seen.unwrap_or_default();
            return Drawn::plain(match standing.state {
                State::Signed | State::Renew => plain.bold("✓ ").say(&day),
                State::CarriedOver => plain.bold("H ").say(&day),
                State::Lapsed => plain.bold("X lapsed"),
                State::Partly => plain.bold("P").say("artly"),
                State::NotYet => plain.bold("Not yet achieved"),
                State::Open | State::Claimed => plain.styled(CELL.soft(), "Open"),
            });
        }
        let white = Text::new(CELL.ink(Ink::White)).leading(LEADING);
        let (mut text, ground) = match standing.state {
            State::Signed if standing.ends.is_none() => (plain.bold("C").say("urrent, no expiry"), None),
            State::Signed => (plain.bold("C").say(&format!("urrent to {ends}")), None),
            State::Renew => (plain.bold(&format!("Expires {ends}")), Some(Ink::Mid)),
            State::Lapsed => (white.bold(&format!("X lapsed {ends}")), Some(Ink::Black)),
            State::Partly if standing.seen < item.times && item.times > 1 => {
                (plain.bold("P").say(&format!("artly, {} of {}", standing.seen, item.times)), None)
            }
            State::Partly => (plain.bold("P").say("artly, not countersigned"), None),
            State::CarriedOver if standing.ends.is_some() => {
                (plain.bold("H").say(&format!(" carried over, to {ends}")), None)
            }
            State::CarriedOver => (plain.bold("H").say(" carried over"), None),
            State::NotYet => (plain.bold("Not yet achieved"), None),
            State::Open | State::Claimed => (plain.styled(CELL.bold().soft(), "O").styled(CELL.soft(), "pen"), None),
        };
        if let Some(day) = seen {
            text = text.line().say(&format!("seen {day}"));
        }
        Drawn { text, ground, scope: None }
    }

    fn foot(&self) -> Vec<Drawn> {
        let of = if self.of.is_of_all() { "of those required" } else { "of those required, among those shown" };
        let label = Text::of(NAME, "People current").line().styled(ABOUT, of).leading(LEADING);
        let mut row = vec![Drawn { text: label, ground: None, scope: Some(TableHeaderScope::Row) }];
        row.extend(self.items().map(|(_, tally)| {
            let few = self.of.is_of_all() && tally.is_single_point();
            let ink = if few { Ink::White } else { Ink::Black };
            let words = match tally.current.as_slice() {
                _ if tally.required == 0 => "–".to_owned(),
                all if !self.of.is_of_all() => all.len().to_string(),
                [] => "NONE".to_owned(),
                [one] => format!("ONE – {}", one.split(' ').next().unwrap_or_default()),
                all => all.len().to_string(),
            };
            let mut of = format!("of {}", tally.required);
            for (count, letter) in [(tally.expiring, 'E'), (tally.lapsed, 'X')] {
                if count > 0 {
                    // Writing to a String cannot fail.
                    let _ = write!(of, ", {count} {letter}");
                }
            }
            let text = Text::of(NAME.ink(ink), &words).line().styled(CELL.ink(ink), &of).leading(LEADING);
            Drawn { text, ground: few.then_some(Ink::Black), scope: None }
        }));
        row.push(Drawn::plain(Text::new(CELL)));
        row
    }

    /// Says in words which items only one person may do, and which nobody.
    fn single_points(&self) -> Text {
        let mut text = Text::new(NOTE).bold("Single points of failure and gaps.");
        let few: Vec<(&Item, &Tally)> = self.items().filter(|(_, tally)| tally.is_single_point()).collect();
        if !self.of.is_of_all() {
            let words = format!(
                " Not shown: this matrix has only the people who fit “{}”, and others may be current.",
                self.of.filter
            );
            text = text.say(&words);
        } else if few.is_empty() {
            text = text.say(" None: at least two people are current in each item that is required of somebody.");
        }
        for (item, tally) in few.into_iter().filter(|_| self.of.is_of_all()) {
            let who = match tally.current.as_slice() {
                [one] => format!("only {one} is current"),
                _ => "nobody is current".to_owned(),
            };
            let name = short_name(&item.text, MOST_OF_NAME);
            text = text.say(&format!(" {} {name}: {who}, {} required.", item.code, tally.required));
        }
        let current = if self.of.is_short() { "signed off (✓)" } else { "current (C and E)" };
        let expires = self.of.items.iter().any(|item| item.months.is_some());
        let expires = if expires { " A person counts as current on the day of expiry." } else { "" };
        text.soft(&format!(" The percentage is {current} of required.{expires}"))
    }

    fn how_to_check(made: &Made) -> Text {
        Text::new(NOTE).bold("How to check.").say(&format!(
            " {} Each cell is based on signed sign-offs, listed with their ids in that person's competence record.",
            made.how_to_check()
        ))
    }

    /// Returns the left edge and width of each column.
    fn places(&self, sheet: &Sheet<'_>) -> Vec<(f32, f32)> {
        let count = u16::try_from(self.columns.len().max(1)).unwrap_or(u16::MAX);
        let each = (sheet.width - WHO - SHARE) / f32::from(count);
        let mut places = vec![(sheet.left, WHO)];
        places.extend(
            (0..self.columns.len())
                .map(|at| (sheet.left + WHO + each * f32::from(u16::try_from(at).unwrap_or(u16::MAX)), each)),
        );
        places.push((sheet.left + sheet.width - SHARE, SHARE));
        places
    }

    fn height(&self, sheet: &mut Sheet<'_>, row: &[Drawn]) -> f32 {
        let places = self.places(sheet);
        let text = row.iter().zip(&places).map(|(cell, (_, wide))| sheet.lay(&cell.text, wide - PAD[0] * 2.0).height);
        text.fold(0.0, f32::max) + PAD[1] * 2.0
    }

    /// Draws a row, with the rule over it. One that is not read repeats what was read before.
    fn row(&self, sheet: &mut Sheet<'_>, row: &[Drawn], rule: (f32, Ink), read: bool) {
        let places = self.places(sheet);
        let height = self.height(sheet, row);
        let top = sheet.y;
        for (cell, (x, wide)) in row.iter().zip(&places) {
            if let Some(ink) = cell.ground {
                sheet.decorate(vec![Op::Fill { areas: vec![[*x, top, *wide, height]], ink }]);
            }
        }
        let lines: Vec<[f32; 4]> = places.iter().skip(1).map(|(x, _)| [x - 0.175, top, 0.35, height]).collect();
        sheet.decorate(vec![Op::Fill { areas: lines, ink: Ink::FaintLine }]);
        sheet.rule(rule.0, rule.1);
        let cells = |sheet: &mut Sheet<'_>| {
            for (cell, (x, wide)) in row.iter().zip(&places) {
                let tag: TagKind = match cell.scope {
                    Some(scope) => Tag::TH(scope).into(),
                    None => Tag::TD.into(),
                };
                let at = [x + PAD[0], top + PAD[1], wide - PAD[0] * 2.0];
                place(sheet, &cell.text, at, read.then_some(tag));
            }
        };
        if read {
            sheet.tagged(Tag::TR, cells);
        } else {
            cells(sheet);
        }
        sheet.y = top + height;
    }
}

/// Draws a text at a place (left, top, width): under a tag, or as something that is only seen. Returns its height.
fn place(sheet: &mut Sheet<'_>, text: &Text, [x, y, width]: [f32; 3], tag: Option<TagKind>) -> f32 {
    let laid = sheet.lay(text, width);
    let ops = ops_of(&laid.lines, x, y);
    match tag {
        Some(tag) => {
            sheet.tagged(tag, |sheet| {
                if !ops.is_empty() {
                    sheet.draw(ops);
                }
            });
        }
        None => sheet.decorate(ops),
    }
    laid.height
}

/// Returns the legend, row by row; without the marks of single points if not everybody is shown.
fn legend(short: bool, all: bool) -> Vec<Vec<Text>> {
    let style = Style::new(8.4);
    let said = |of: State, words: &str| state(style, competence_frame(of), words);
    let bold = |word: &str, words: &str| Text::new(style).bold(word).say(words);
    let rows = if short {
        vec![
            vec![
                state(style, TICK, "signed off, with the day it was last seen"),
                said(State::Partly, "partly: not countersigned, or seen too few times"),
                said(State::NotYet, "not yet achieved when last seen"),
            ],
            vec![
                said(State::Open, "open: required, nothing signed that counts"),
                state(style, open_frame('–'), "not required of this person"),
                said(State::Lapsed, "lapsed"),
            ],
            vec![said(State::CarriedOver, "carried over from an earlier record, with the day it was seen")],
        ]
    } else {
        vec![
            vec![
                said(State::Signed, "current, with the day it ends"),
                said(State::Partly, "partly: seen fewer times than is asked"),
                said(State::Open, "open: required, nothing signed that counts"),
            ],
            vec![
                said(State::Renew, "expires within 30 days"),
                said(State::NotYet, "not yet achieved when last seen"),
                state(style, open_frame('–'), "not required of this person"),
            ],
            vec![
                said(State::Lapsed, "lapsed, with the day it ended"),
                said(State::CarriedOver, "carried over from an earlier record"),
            ],
        ]
    };
    let mut rows = rows;
    if !all {
        return rows;
    }
    let marks = [bold("ONE", " one person only: single point of failure"), bold("NONE", " nobody is current")];
    match rows.last_mut().filter(|row| row.len() == 1) {
        Some(row) => row.extend(marks),
        None => rows.push(marks.to_vec()),
    }
    rows
}

/// Returns a share in whole per cent, half rounded up.
fn percent(part: usize, of: usize) -> usize {
    (part * 200 + of) / (of * 2)
}

impl Tally {
    /// Returns whether one person only, or nobody, is current in what somebody is required to do.
    pub fn is_single_point(&self) -> bool {
        self.required > 0 && self.current.len() <= 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_rounded_half_up_and_whole_only_if_all_are_current() {
        for (part, of, share) in [(0, 3, 0), (1, 8, 13), (1, 3, 33), (2, 3, 67), (3, 3, 100), (1, 200, 1)] {
            assert_eq!(percent(part, of), share, "{part} of {of}");
        }
    }
}
