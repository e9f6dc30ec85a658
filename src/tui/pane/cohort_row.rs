//! Draws the rows of the cohort: the columns that fit, and their heads.

use ratatui::style::Style;

use crate::pane::paged_list::POINTER;
use crate::theme::Theme;
use crate::widget::gauge;
use crate::widget::text::{columns, pad, pad_left};
use countersign_core::home::supervisor::OpenCounts;
use countersign_core::primitives::date::{day_words, short_day};
use countersign_core::programme::cohort::CohortRow;
use countersign_core::programme::review_plan::ReviewDue;
use countersign_core::record::ksb_status::State;

/// Styled pieces of a line.
pub type Pieces = Vec<(String, Style)>;

/// The widths of the columns; 0 for one that does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CohortColumns {
    pub name: usize,
    specialism: usize,
    supervisor: usize,
    month: usize,
    duties: Duties,
    bar: usize,
    signed: usize,
    plan: usize,
    /// Weeks ahead of the plan or behind it, where the rows are in the order of these.
    weeks: usize,
    hours: usize,
    review: usize,
    open: usize,
    /// Blanks before the wider columns.
    gap: usize,
}

/// How the duties are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Duties {
    None,
    /// One cell a duty.
    Cells(usize),
    /// A figure and a cell a duty.
    Figures(usize),
}

impl Duties {
    fn width(self) -> usize {
        match self {
            Self::None => 0,
            Self::Cells(duties) => duties.max(4),
            Self::Figures(duties) => 4 * duties,
        }
    }
}

const NAME_LEAST: usize = 12;
/// A name that other columns do not cut further.
const NAME_GOOD: usize = 28;
/// The longest name that has a column of its own.
const NAME_MOST: usize = 51;
const SPECIALISM: usize = 22;
const SUPERVISOR: usize = 17;
/// Columns of the supervisor that make room for the weeks.
const SUPERVISOR_LEAST: usize = 15;
const MONTH: usize = 5;
const SIGNED: usize = 5;
const PLAN: usize = 9;
const WEEKS: usize = 3;
const HOURS: usize = 7;
const REVIEW: usize = 9;
/// Lapsed, not yet, to renew and claimed, three columns each.
const OPEN: usize = 12;
/// From this width on the wider columns have two blanks before them.
const GAPS_FROM: usize = 100;
const BAR_LEAST: usize = 8;
const BAR_GOOD: usize = 14;
const BAR_MOST: usize = 24;
/// Weeks behind from which a row asks to act.
pub const LONG_BEHIND: i32 = 8;

impl CohortColumns {
    /// Chooses the columns for rows of this width, where a standard has at most so many duties, with the weeks if the rows
    /// are in the order of these.
    pub fn new(width: usize, duties: usize, weeks: bool) -> Self {
        Self::whole(width, duties, weeks).unwrap_or_else(|| Self::by_need(width, duties, weeks))
    }

    /// Returns every column, if all fit.
    fn whole(width: usize, duties: usize, weeks: bool) -> Option<Self> {
        let columns = Self {
            name: NAME_MOST,
            specialism: SPECIALISM,
            supervisor: if weeks { SUPERVISOR_LEAST } else { SUPERVISOR },
            month: MONTH,
            duties: if duties == 0 { Duties::None } else { Duties::Figures(duties) },
            bar: BAR_LEAST,
            signed: SIGNED,
            plan: PLAN,
            weeks: if weeks { WEEKS } else { 0 },
            hours: HOURS,
            review: REVIEW,
            open: OPEN,
            gap: 1,
        };
        let rest = width.checked_sub(columns.width())?;
        let bar = rest.min(BAR_MOST - BAR_LEAST);
        Some(Self { bar: columns.bar + bar, name: columns.name + rest - bar, ..columns })
    }

    /// Returns the columns that answer most, as many as fit.
    fn by_need(width: usize, duties: usize, weeks: bool) -> Self {
        let mut left = width.saturating_sub(POINTER + NAME_LEAST);
        // A column is taken if the name keeps at least so many columns.
        let mut take = |wide: usize, gap: usize, name: usize| {
            let fits = left >= wide + gap + name.saturating_sub(NAME_LEAST);
            left -= if fits { wide + gap } else { 0 };
            if fits { wide } else { 0 }
        };
        let gap = if width < GAPS_FROM { 1 } else { 2 };
        let signed = take(SIGNED, 1, 0);
        let plan = take(PLAN, 1, 0);
        let weeks = if weeks { take(WEEKS, 1, 20) } else { 0 };
        // Where the heading has no room to explain the marks, there are none.
        let open = take(OPEN, 1, NAME_GOOD);
        let month = take(MONTH, 1, 0);
        let mut bar = take(BAR_LEAST, gap, 20);
        let hours = take(HOURS, gap, NAME_GOOD);
        let review = take(REVIEW, gap, NAME_GOOD);
        let cells = if duties == 0 { Duties::None } else { Duties::Cells(duties) };
        let cells = if take(cells.width(), gap, NAME_GOOD) == 0 { Duties::None } else { cells };
        if bar > 0 {
            bar += take(BAR_GOOD - BAR_LEAST, 0, NAME_GOOD);
        }
        let name = left.min(NAME_MOST - NAME_LEAST);
        left -= name;
        let mut rest = |wide: usize| {
            let fits = left > wide;
            left -= if fits { wide + 1 } else { 0 };
            if fits { wide } else { 0 }
        };
        let supervisor = rest(SUPERVISOR);
        let specialism = rest(SPECIALISM);
        let longer = if bar > 0 { left.min(BAR_MOST - bar) } else { 0 };
        Self {
            name: NAME_LEAST + name + left - longer,
            specialism,
            supervisor,
            month,
            duties: cells,
            bar: bar + longer,
            signed,
            plan,
            weeks,
            hours,
            review,
            open,
            gap,
        }
    }

    /// Returns the columns that a row takes.
    fn width(&self) -> usize {
        let with = |wide: usize, gap: usize| if wide == 0 { 0 } else { wide + gap };
        POINTER
            + self.name
            + with(self.specialism, 1)
            + with(self.supervisor, 1)
            + with(self.month, 1)
            + with(self.duties.width(), self.gap)
            + with(self.bar, self.bar_gap())
            + with(self.signed, 1)
            + with(self.plan, 1)
            + with(self.weeks, 1)
            + with(self.hours, self.gap)
            + with(self.review, self.gap)
            + with(self.open, 1)
    }

    /// A duty's figure ends with a blank of its own.
    fn bar_gap(&self) -> usize {
        if matches!(self.duties, Duties::Figures(_)) { 0 } else { self.gap }
    }

    /// Returns the heads of the columns.
    pub fn heads(&self, theme: &Theme) -> String {
        let mut line = format!("{}{}", " ".repeat(POINTER), pad("Trainee", self.name, theme));
        let mut put = |wide: usize, gap: usize, words: String| {
            if wide > 0 {
                line.push_str(&" ".repeat(gap));
                line.push_str(&words);
            }
        };
        let left = |words: &str, wide| pad(words, wide, theme);
        let right = |words: &str, wide| pad_left(words, wide, theme);
        put(self.specialism, 1, left("Specialism", self.specialism));
        put(self.supervisor, 1, left("Supervisor", self.supervisor));
        put(self.month, 1, right("month", self.month));
        let wide = self.duties.width();
        match self.duties {
            Duties::None => {}
            Duties::Cells(duties) => {
                let words = match duties {
                    1 => "D1".to_owned(),
                    2..=4 => format!("D1-{duties}"),
                    5..=8 => format!("D1-D{duties}"),
                    _ => format!("D1 to D{duties}"),
                };
                put(wide, self.gap, left(&words, wide));
            }
            Duties::Figures(duties) => {
                let heads: Vec<String> = (1..=duties).map(|duty| format!("{:>3} ", format!("D{duty}"))).collect();
                put(wide, self.gap, heads.concat());
            }
        }
        // The head of the bar goes on over the figure next to it, which has none.
        let plan = format!("signed, {} plan", theme.glyphs.tick);
        let over = if self.bar > 0 && self.signed > 0 { self.bar + 1 + self.signed } else { 0 };
        let bar = if columns(&plan) <= over { plan } else { "signed".to_owned() };
        put(over, self.bar_gap(), left(&bar, over));
        if over == 0 {
            put(self.signed, 1, right("done", self.signed));
        }
        put(self.plan, 1, right("by plan", self.plan));
        put(self.weeks, 1, right("wks", self.weeks));
        put(self.hours, self.gap, right("hours", self.hours));
        put(self.review, self.gap, right("review", self.review));
        put(self.open, 1, left("open", self.open));
        line
    }

    /// Returns the pieces of a row.
    pub fn row(&self, row: &CohortRow, here: bool, theme: &Theme) -> Pieces {
        let open = OpenCounts { lapsed: row.lapsed(), not_yet: row.not_yet, renew: row.renew(), claimed: row.claims };
        self.row_with(row, open, here, theme)
    }

    /// Returns the pieces of a row that counts local competences as open too.
    pub fn row_with(&self, row: &CohortRow, counts: OpenCounts, here: bool, theme: &Theme) -> Pieces {
        let mut pieces = vec![(" ".repeat(POINTER), theme.text)];
        let blank = |gap: usize| (" ".repeat(gap), theme.text);
        let name = if here { theme.strong } else { theme.text };
        pieces.push((pad(row.trainee.name.as_str(), self.name, theme), name));
        if self.specialism > 0 {
            let words = row.trainee.specialism.as_ref().map_or("", |one| one.as_str());
            pieces.push((format!(" {}", pad(words, self.specialism, theme)), theme.text));
        }
        if self.supervisor > 0 {
            pieces.push((format!(" {}", supervisors(row, self.supervisor, theme)), theme.text));
        }
        if self.month > 0 {
            pieces.push((format!(" {:>MONTH$}", format!("{}/{}", row.month, row.months)), theme.dim));
        }
        self.duties(row, theme, &mut pieces);
        let (signed, total) = (row.trainee.signed, row.trainee.total);
        if self.bar > 0 {
            pieces.push(blank(self.bar_gap()));
            let plan = Some(u32::from(row.expected)).filter(|_| !row.paused);
            pieces.extend(gauge::thin(self.bar, signed.into(), total.into(), plan, theme));
        }
        if self.signed > 0 {
            let style = if total > 0 && signed == total { theme.signed } else { theme.text };
            pieces.push((format!(" {:>SIGNED$}", format!("{signed}/{total}")), style));
        }
        if self.plan > 0 {
            pieces.push((format!(" {:>PLAN$}", row.by_plan_words()), plan_style(row, theme)));
        }
        if self.weeks > 0 {
            let weeks = row.weeks.unsigned_abs().min(999);
            let words = if weeks == 0 || row.paused { String::new() } else { weeks.to_string() };
            let style = if row.weeks < 0 { plan_style(row, theme) } else { theme.dim };
            pieces.push((format!(" {words:>WEEKS$}"), style));
        }
        if self.hours > 0 {
            let words = row.hours.words();
            let (confirmed, rest) = words.split_at(words.find('/').unwrap_or(words.len()));
            let style = if row.hours.is_short() { theme.late } else { theme.text };
            let before = HOURS.saturating_sub(columns(&words));
            pieces.push((format!("{}{confirmed}", " ".repeat(self.gap + before)), style));
            pieces.push((rest.to_owned(), theme.dim));
        }
        if self.review > 0 {
            let style = match row.review.map(|(_, call)| call) {
                Some(ReviewDue::Overdue(_)) => theme.urgent,
                Some(ReviewDue::Due(_)) => theme.text,
                Some(ReviewDue::Later(_)) | None => theme.dim,
            };
            pieces.push((format!("{}{:>REVIEW$}", " ".repeat(self.gap), review_words(row)), style));
        }
        if self.open > 0 {
            pieces.push(blank(1));
            pieces.extend(open(counts, theme));
        }
        pieces
    }

    fn duties(&self, row: &CohortRow, theme: &Theme, pieces: &mut Pieces) {
        let wide = self.duties.width();
        if wide == 0 {
            return;
        }
        pieces.push((" ".repeat(self.gap), theme.text));
        let mut used = 0;
        for (signed, of) in row.duties.iter().take(wide) {
            let (cell, style) =
                if *of == 0 { (" ", theme.text) } else { gauge::height(u32::from(*signed), u32::from(*of), theme) };
            match self.duties {
                Duties::Cells(_) => {
                    pieces.push((cell.to_owned(), style));
                    used += 1;
                }
                Duties::Figures(_) if used + 4 <= wide => {
                    let figure = if *of == 0 { String::new() } else { signed.to_string() };
                    pieces.extend([(format!("{figure:>2}"), theme.text), (format!("{cell} "), style)]);
                    used += 4;
                }
                Duties::None | Duties::Figures(_) => {}
            }
        }
        pieces.push((" ".repeat(wide - used), theme.text));
    }

    /// Returns the pieces of a row that lists what lapses instead of figures: `↻ S9 25 Nov`.
    pub fn lapses(&self, row: &CohortRow, here: bool, theme: &Theme) -> Pieces {
        let name = if here { theme.strong } else { theme.text };
        let figure = format!("{}/{}", row.trainee.signed, row.trainee.total);
        let mut pieces = vec![
            (" ".repeat(POINTER), theme.text),
            (pad(row.trainee.name.as_str(), self.name, theme), name),
            (format!(" {figure:>SIGNED$}  "), theme.text),
        ];
        for again in &row.again {
            // Dates within a month need no year; lapsed ones may be older.
            let due = if again.state == State::Lapsed { day_words(again.due) } else { short_day(again.due, again.due) };
            pieces.push((format!("{} {}", theme.state_mark(again.state), again.code), theme.state(again.state)));
            pieces.push((format!(" {due}   "), theme.text));
        }
        pieces
    }

    /// Returns the heads of the columns of [`Self::lapses`].
    pub fn lapses_heads(&self, theme: &Theme) -> String {
        format!("{}{} {:>SIGNED$}  reassessment due", " ".repeat(POINTER), pad("Trainee", self.name, theme), "done")
    }
}

/// Returns the first supervisor, and how many more there are at the right end of the column.
fn supervisors(row: &CohortRow, width: usize, theme: &Theme) -> String {
    let Some((first, others)) = row.supervisors.split_first() else { return " ".repeat(width) };
    if others.is_empty() {
        return pad(first.as_str(), width, theme);
    }
    let more = format!(" +{}", others.len());
    format!("{}{more}", pad(first.as_str(), width - columns(&more), theme))
}

/// Returns the style of how far ahead of the plan or behind it a trainee is.
pub fn plan_style(row: &CohortRow, theme: &Theme) -> Style {
    match row.ahead {
        _ if row.paused => theme.dim,
        0 => theme.dim,
        1.. => theme.ok,
        _ if row.weeks <= -LONG_BEHIND => theme.urgent,
        _ => theme.text,
    }
}

/// Returns the next review in at most nine columns: one that is very late counts weeks.
fn review_words(row: &CohortRow) -> String {
    match row.review.map(|(_, call)| call) {
        Some(ReviewDue::Overdue(days)) if days > 99 => format!("{} w late", (days / 7).min(999)),
        _ => row.review_words(),
    }
}

/// Returns what is open: lapsed, not yet, to renew and claimed, three columns each.
fn open(counts: OpenCounts, theme: &Theme) -> Pieces {
    let cell = |count: u16, state: State, style: Style| {
        let words = if count == 0 { String::new() } else { format!("{}{}", theme.state_mark(state), count.min(99)) };
        (format!("{words:<3}"), style)
    };
    vec![
        cell(counts.lapsed, State::Lapsed, theme.urgent),
        cell(counts.not_yet, State::NotYet, theme.urgent),
        cell(counts.renew, State::Renew, theme.renew),
        cell(counts.claimed, State::Claimed, theme.claimed),
    ]
}

/// Returns what the marks of the open column mean, and what they count.
pub fn legend(theme: &Theme) -> String {
    let states =
        [(State::Lapsed, "lapsed"), (State::NotYet, "not yet"), (State::Renew, "renew"), (State::Claimed, "claimed")];
    let words = states.map(|(state, words)| format!("{} {words}", theme.state_mark(state)));
    format!("KSBs {}", words.join("  "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::Appearance;

    #[test]
    fn no_row_is_wider_than_its_pane_and_names_keep_their_room() {
        let theme = Theme::choose(Appearance::FULL);
        for (width, duties) in (36..260).flat_map(|width| [0, 1, 3, 4, 10, 40].map(|duties| (width, duties))) {
            for weeks in [true, false] {
                let columns_of = CohortColumns::new(width, duties, weeks);
                assert!(columns_of.width() <= width, "{width} {duties}: {columns_of:?}");
                assert_eq!(columns(&columns_of.heads(&theme)), columns_of.width(), "{width} {duties}: {columns_of:?}");
                assert!(columns_of.name >= NAME_LEAST, "{width} {duties}: {columns_of:?}");
                assert!(columns_of.signed > 0 && columns_of.plan > 0, "{width} {duties}: {columns_of:?}");
                assert!(
                    if weeks { width < 60 || columns_of.weeks > 0 } else { columns_of.weeks == 0 },
                    "{width} {duties}: {columns_of:?}"
                );
            }
        }
    }

    #[test]
    fn each_size_has_the_columns_that_are_drawn_for_it() {
        for (width, cells) in [(78, Duties::None), (118, Duties::Cells(10)), (198, Duties::Figures(10))] {
            let with = CohortColumns::new(width, 10, true);
            assert_eq!((with.weeks, with.duties), (WEEKS, cells), "{width}: {with:?}");
            assert!(with.month > 0 && with.bar > 0 && with.open > 0 && with.name >= NAME_GOOD, "{width}: {with:?}");
        }
        let small = CohortColumns::new(78, 10, false);
        assert!(small.month > 0 && small.bar > 0 && small.open > 0 && small.name >= NAME_GOOD, "{small:?}");
        assert_eq!((small.hours, small.review, small.duties), (0, 0, Duties::None));
        let middle = CohortColumns::new(118, 10, false);
        assert!(middle.hours > 0 && middle.review > 0 && middle.name >= 32, "{middle:?}");
        assert_eq!((middle.duties, middle.specialism), (Duties::Cells(10), 0));
        let large = CohortColumns::new(198, 10, false);
        assert!(large.name >= NAME_MOST && large.specialism > 0 && large.supervisor > 0, "{large:?}");
        assert_eq!(large.duties, Duties::Figures(10));
    }
}
