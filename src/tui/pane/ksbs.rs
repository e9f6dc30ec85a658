//! Lists what is left to sign of a duty, most urgent first, or what matches the filter. What is signed is folded below.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use ratatui::layout::Rect;

use crate::command::Command;
use crate::pane::cursor::{follow, move_cursor};
use crate::pane::filter_input::FilterInput;
use crate::widget::text;
use countersign_core::primitives::date::short_day;
use countersign_core::primitives::ids::{DutyNo, KsbCode};
use countersign_core::record::ksb_status;
use countersign_core::record::left_reason::LeftReason;
use countersign_core::record::outstanding::Outstanding;
use countersign_core::record::view::CarriedRecord;
use countersign_core::record::view::TraineeRecord;
use countersign_core::standard::Ksb;

/// The cursor, the filter, and whether signed KSBs are listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// The KSB under the cursor.
    pub at: Option<KsbCode>,
    /// Its row when it was last listed: if it is signed since, the cursor stays at this row.
    pub place: usize,
    /// First visible row.
    pub top: usize,
    pub filter: FilterInput,
    pub signed: SignedRows,
}

/// Whether signed KSBs are listed below those that are left.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SignedRows {
    #[default]
    Folded,
    Shown,
}

/// A row of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row<'a> {
    pub ksb: &'a Ksb,
    pub state: ksb_status::State,
    /// Why it is left; `None` if it is signed.
    pub left: Option<&'a Outstanding>,
}

/// The rows, those that are left first, and how many are signed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listed<'a> {
    pub rows: Vec<Row<'a>>,
    pub left: usize,
    /// Signed KSBs of the duty, or that match the filter; folded or in `rows`.
    pub signed: usize,
    /// How many of these are not signed, but carried over and count.
    pub carried: usize,
}

impl Listed<'_> {
    /// Whether signed KSBs are folded away.
    pub fn folded(&self) -> bool {
        self.rows.len() < self.left + self.signed
    }

    /// Says that nothing is left: `All 13 are signed`.
    pub fn all_done(&self) -> String {
        let done = match (self.carried, self.signed) {
            (0, _) => "signed",
            (carried, signed) if carried == signed => "carried over",
            _ => "signed or carried over",
        };
        if self.signed == 1 { format!("The only one is {done}") } else { format!("All {} are {done}", self.signed) }
    }

    /// Says how many are done: `13 signed`, `9 signed, 4 carried over`.
    pub fn done_words(&self) -> String {
        match (self.signed - self.carried, self.carried) {
            (signed, 0) => format!("{signed} signed"),
            (0, carried) => format!("{carried} carried over"),
            (signed, carried) => format!("{signed} signed, {carried} carried over"),
        }
    }

    /// Whether a rule precedes this row: it is the first of those signed.
    fn ruled(&self, index: usize) -> bool {
        index == self.left && self.signed > 0 && !self.folded()
    }

    /// Returns what comes after this row, by state in the order of the list: `20 more, 2 claimed, 18 open`.
    pub fn rest(&self, from: usize) -> String {
        let rest = self.rows.get(from..).unwrap_or_default();
        let mut counts: Vec<(ksb_status::State, usize)> = Vec::new();
        for row in rest {
            match counts.iter_mut().find(|(state, _)| *state == row.state) {
                Some((_, count)) => *count += 1,
                None => counts.push((row.state, 1)),
            }
        }
        let words = match counts.as_slice() {
            [(state, _)] if rest.len() > 1 => format!("all {}", state.label()),
            counts => {
                counts.iter().map(|(state, count)| format!("{count} {}", state.label())).collect::<Vec<_>>().join(", ")
            }
        };
        format!("{} more, {words}", rest.len())
    }
}

/// Lists the duty or group, or what matches the filter in the standard and its local competences.
pub fn listed<'a>(
    state: &State,
    trainee_record: &'a TraineeRecord,
    left: &'a [Outstanding],
    (duty, today): (Option<DutyNo>, NaiveDate),
) -> Listed<'a> {
    let filter = Some(&state.filter.kept).filter(|filter| !filter.is_empty());
    let fits = |row: &Row<'_>| match filter {
        Some(filter) => match row.left {
            Some(left) => left.fits(filter, trainee_record, today),
            None => trainee_record.fits(filter, row.ksb, row.state),
        },
        None => duty.is_none_or(|no| row.ksb.duties.contains(&no)),
    };
    let of = |one: &'a Outstanding| Some(Row { ksb: trainee_record.ksb(one.code)?, state: one.state, left: Some(one) });
    let mut rows: Vec<Row<'a>> = left.iter().filter_map(of).filter(fits).collect();
    let signed = trainee_record.all().map(|(ksb, state)| Row { ksb, state, left: None });
    let signed: Vec<Row<'a>> = signed.filter(|row| trainee_record.is_done(row.state)).filter(fits).collect();
    let carried = signed.iter().filter(|row| row.state == ksb_status::State::CarriedOver).count();
    let (left, count) = (rows.len(), signed.len());
    if filter.is_some() || state.signed == SignedRows::Shown {
        rows.extend(signed);
    }
    Listed { rows, left, signed: count, carried }
}

/// Returns the index of the row under the cursor.
pub fn row(state: &State, rows: &[Row<'_>]) -> usize {
    let found = state.at.and_then(|code| rows.iter().position(|row| row.ksb.code == code));
    found.unwrap_or(state.place.min(rows.len().saturating_sub(1)))
}

/// Moves the cursor and returns whether it handled the command.
pub fn update(state: &mut State, rows: &[Row<'_>], page: u16, command: Command) -> bool {
    let Some(to) = move_cursor(command, row(state, rows), rows.len(), usize::from(page)) else { return false };
    (state.at, state.place) = (rows.get(to).map(|row| row.ksb.code), to);
    true
}

/// Returns why a command cannot run on these rows; `show` is the key that shows what is signed.
pub fn disabled_reason(state: &State, listed: &Listed<'_>, command: Command, show: &str) -> Option<String> {
    // All that is signed and folded can be marked too.
    let folded = command == Command::MarkAll && state.filter.kept.is_empty() && listed.signed > 0;
    let needs_row = matches!(command, Command::Mark | Command::MarkAll | Command::OpenRecord) && !folded;
    (needs_row && listed.rows.is_empty()).then(|| match (state.filter.kept.is_empty(), listed.signed) {
        (false, _) => "No KSB fits the filter: esc clears it".into(),
        (true, 0) => "This duty has no KSBs".into(),
        (true, _) => format!("{}: press {show} to show them", listed.all_done()),
    })
}

/// Moves the window to the cursor.
pub fn load_visible(state: &mut State, list: &Listed<'_>, plan: &ListPlan) {
    let at = row(state, &list.rows);
    if let Some(row) = list.rows.get(at) {
        (state.at, state.place) = (Some(row.ksb.code), at);
    }
    state.top = follow(state.top, at, list.rows.len(), plan.rows.height, |index| plan.tall(list, index));
}

/// How a row shows its text and its reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowDensity {
    /// One line without a reason.
    OneLine,
    /// Up to two lines of text, with the reason below the state.
    TwoLines,
    /// One line, with the reason in a column of its own.
    Reasons,
}

/// Columns before the code: pointer, mark, space.
pub const LEFT: u16 = 3;
/// Columns of the state's mark and word.
const STATE: u16 = 11;
/// The same, if something in the list is carried over.
const CARRIED: u16 = 15;
/// Columns of the state if its reason is below it.
const STATE_TWO: u16 = 13;
/// Columns of the reason.
pub const REASON: u16 = 25;

/// The places in a list of this size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListPlan {
    pub density: RowDensity,
    /// The rows.
    pub rows: Rect,
    /// Columns of the longest code.
    pub code: u16,
    /// Columns of the text.
    pub text: u16,
    /// Columns of the state's mark and word.
    pub state: u16,
    /// Whether a line says how many more there are.
    pub more: bool,
    /// The row of the rule of what is signed, if it is folded.
    pub fold: Option<u16>,
}

impl ListPlan {
    /// Divides the area of a list.
    pub fn new(state: &State, list: &Listed<'_>, density: RowDensity, inner: Rect) -> Self {
        let area = list_area(state, inner);
        let code =
            list.rows.iter().map(|row| text::columns(&row.ksb.code.to_string())).max().unwrap_or(0).max(3) as u16;
        let carried = list.rows.iter().any(|row| row.state == ksb_status::State::CarriedOver);
        let state = if carried { CARRIED } else { STATE };
        let after = match density {
            RowDensity::OneLine => 2 + state,
            RowDensity::TwoLines => 1 + state.max(STATE_TWO),
            RowDensity::Reasons => 2 + state + REASON,
        };
        let width = area.width.saturating_sub(LEFT + code + 1 + after).max(4);
        let mut plan = Self { density, rows: area, code, text: width, state, more: false, fold: None };
        // From three panes on, the rule of what is signed has a blank row above and below it.
        let airy = density != RowDensity::OneLine && area.height >= 16;
        let folded = list.signed > 0 && list.folded();
        let (below, gap) = (u16::from(folded), u16::from(folded && airy));
        let room = area.height.saturating_sub(below + 2 * gap);
        let all: u16 = (0..list.rows.len()).map(|index| plan.tall(list, index)).fold(0, u16::saturating_add);
        plan.more = all > room && room > 3;
        plan.rows.height = if plan.more { room - 1 } else { room };
        if folded {
            let bottom = area.bottom().saturating_sub(1 + gap);
            let end = area.y + all.min(room) + gap;
            plan.fold = Some(if airy && !plan.more && !list.rows.is_empty() { end.min(bottom) } else { bottom });
        }
        plan
    }

    /// Returns the lines that a row takes, with the rule before the first of those signed.
    pub fn tall(&self, list: &Listed<'_>, index: usize) -> u16 {
        let own = match (self.density, list.rows.get(index)) {
            (RowDensity::TwoLines, Some(row)) => {
                let one = row.state == ksb_status::State::Open && row.left.is_none_or(|left| left.rejected.is_none());
                let fits = text::columns(&row.ksb.text) <= usize::from(self.text);
                if one && fits { 1 } else { 2 }
            }
            (RowDensity::OneLine | RowDensity::Reasons | RowDensity::TwoLines, _) => 1,
        };
        own + u16::from(list.ruled(index))
    }

    /// Returns the visible rows: index, area, and whether the rule of what is signed is on its first line.
    pub fn window(&self, state: &State, list: &Listed<'_>) -> Vec<(usize, Rect, bool)> {
        let mut y = self.rows.y;
        let mut shown = Vec::new();
        for index in state.top..list.rows.len() {
            let tall = self.tall(list, index);
            if y + tall > self.rows.bottom() && y > self.rows.y || y >= self.rows.bottom() {
                break;
            }
            let height = tall.min(self.rows.bottom() - y);
            shown.push((index, Rect { y, height, ..self.rows }, list.ruled(index)));
            y += tall;
        }
        shown
    }
}

/// Returns the area of the rows, without the filter line.
pub fn list_area(state: &State, inner: Rect) -> Rect {
    Rect { height: inner.height.saturating_sub(state.filter.lines(inner.width)), ..inner }
}

/// The content of the pane.
#[derive(Debug, Clone, Copy)]
pub struct KsbListProps<'a> {
    pub list: &'a Listed<'a>,
    pub trainee_record: &'a TraineeRecord,
    pub duty: Option<DutyNo>,
    pub marks: &'a BTreeSet<KsbCode>,
    pub density: RowDensity,
    pub today: NaiveDate,
    /// The name of who reads it: a claim that waits for them is `for you`.
    pub reader: Option<&'a str>,
    /// Whether a trainee reads it, who does not sign.
    pub own: bool,
    /// The keys that lead on where nothing is left: the key, and what it does.
    pub next: &'a [(String, String)],
    /// The key that shows or hides what is signed.
    pub show: &'a str,
    /// The key of a page more, and of one less.
    pub pages: [&'a str; 2],
}

impl KsbListProps<'_> {
    /// Returns why a row is left; of a signed one, when it was seen and by whom.
    pub fn reason(&self, row: &Row<'_>) -> LeftReason {
        if let Some(left) = row.left {
            return left.reason(self.trainee_record, self.today, self.reader);
        }
        let Some(last) = self.trainee_record.last.get(&row.ksb.code) else {
            let carried = self.trainee_record.carried_over(row.ksb.code);
            return carried.map(|carried| self.earlier(carried)).unwrap_or_default();
        };
        let on = short_day(last.on, self.today);
        LeftReason { long: format!("{on} by {}", last.by), short: on }
    }

    /// Says when an earlier record has it, and by whom.
    fn earlier(&self, carried: &CarriedRecord) -> LeftReason {
        let on = short_day(carried.item.on, self.today);
        let by = carried.item.assessor.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
        LeftReason { long: format!("{on}{by}"), short: on }
    }
}
