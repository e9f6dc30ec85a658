//! Shows a training officer what needs them, who is furthest behind, the gateways ahead, what lapses, and the book.

use ratatui::layout::Rect;

use crate::command::{Command, ScreenId};
use crate::model::Model;
use crate::msg::office::OfficeTask;
use crate::pane::cohort_row::{LONG_BEHIND, plan_style};
use crate::screen::home::parts::{PartSize, PartView, RowView, Target, cell, figure, stack, widest};
use crate::screen::home::supervisor::of;
use crate::theme::Theme;
use crate::widget::gauge::thin;
use crate::widget::text::{columns, pad, pad_left};
use countersign_core::home::officer::{BookFigures, GatewayAhead, LapsingTrainee, Need, NeedKind, OfficerHome};
use countersign_core::primitives::date::short_day;
use countersign_core::primitives::text::{SafeText, counted};
use countersign_core::programme::cohort::CohortRow;
use countersign_core::record::ksb_status::State;

/// Columns before the rows of a part and after them, with the blank between two parts.
const AROUND: usize = 3;
/// The columns of the names of what the book holds.
const BOOK_NAME: usize = 10;
/// The rows about the book.
const BOOK_ROWS: usize = 6;
/// Columns of `24/28`, `21 behind` and `45 weeks`, with the blanks between them.
const FIGURES: usize = 7 + 9 + 10;
/// Columns of who supervises a trainee, with the blanks before.
const SUPERVISORS: usize = 20;
/// From this many columns on, the short lists stand two by two.
const PAIRS_FROM: u16 = 100;

/// Returns how many lines each part has.
pub fn sizes(home: &OfficerHome) -> [PartSize; 5] {
    [home.needs.len(), home.behind.len(), home.gateways.len(), home.lapsing.rows.len(), BOOK_ROWS].map(PartSize::of)
}

/// Returns where Enter on a row of a part leads.
pub fn target(home: &OfficerHome, part: usize, row: usize) -> Option<Target> {
    match part {
        0 => home.needs.get(row).map(need_target),
        1 => home.behind.get(row).map(|row| Target::Trainee(row.trainee.id.clone())),
        2 => home.gateways.get(row).map(|row| Target::Gateway(row.trainee.id.clone())),
        3 => home.lapsing.rows.get(row).map(|row| match row.items.first() {
            Some((code, _)) => Target::Ksb(row.trainee.id.clone(), *code),
            None => Target::Trainee(row.trainee.id.clone()),
        }),
        _ => [
            Target::Screen(ScreenId::Log),
            Target::Task(OfficeTask::Verify),
            Target::Task(OfficeTask::BackUp),
            Target::Screen(ScreenId::Cohort),
            Target::Screen(ScreenId::Cohort),
            Target::Screen(ScreenId::Log),
        ]
        .get(row)
        .cloned(),
    }
}

/// Returns the areas of the parts: the first over the whole width, the others two by two where there is room; `None` if not
/// even one row of each has room.
pub fn areas(home: &OfficerHome, area: Rect) -> Option<Vec<Rect>> {
    let wanted = sizes(home).map(PartSize::wanted);
    let [needs, behind, gateways, lapsing, book] = wanted;
    if area.width < PAIRS_FROM || area.height < 20 {
        return (area.height >= 15).then(|| stack(area, &[needs, behind, gateways, lapsing, book.min(3)]));
    }
    let stacked = stack(area, &[needs, behind.max(gateways), lapsing.max(book)]);
    let left = left_width(home, area.width);
    let halves = |row: Rect, a: usize, b: usize| {
        let height = |rows: usize| row.height.min(rows as u16 + 1);
        [
            Rect { width: left, height: height(a), ..row },
            Rect { x: row.x + left, width: row.width - left, height: height(b), ..row },
        ]
    };
    let [behind, gateways] = halves(stacked[1], behind, gateways);
    let [lapsing, book] = halves(stacked[2], lapsing, book);
    Some(vec![stacked[0], behind, gateways, lapsing, book])
}

/// Returns the columns of the left of two parts: what its rows need, unless the right one needs more than is left.
fn left_width(home: &OfficerHome, width: u16) -> u16 {
    let whole = usize::from(width);
    let left = BehindColumns::of(home, whole).width().max(LapsingColumns::of(home, whole).width(home)) + AROUND;
    let right = GatewayColumns::of(home, whole).width(home).max(BOOK_NAME + 24) + AROUND;
    let most = whole.saturating_sub(right).max(whole / 2);
    // What neither needs is shared.
    let spare = whole.saturating_sub(left + right) / 2;
    u16::try_from(left.min(most) + spare).unwrap_or(width)
}

/// Returns the parts for these areas: what needs the officer, then four short lists.
pub fn parts(home: &OfficerHome, model: &Model, areas: &[Rect]) -> Vec<PartView> {
    let theme = &model.theme;
    let sizes = sizes(home);
    let shown = |at: usize| sizes[at].shown(areas[at].height);
    let inner = |at: usize| usize::from(areas[at].width).saturating_sub(AROUND);
    let total = home.needs_total;
    let needs = NeedColumns::of(home, inner(0));
    let (behind, gateways) = (BehindColumns::of(home, inner(1)), GatewayColumns::of(home, inner(2)));
    let lapsing = LapsingColumns::of(home, inner(3));
    vec![
        PartView {
            title: "Needs you".into(),
            note: match total {
                0 => Vec::new(),
                _ if shown(0) >= total => vec![(format!("{total}, most urgent first"), theme.dim)],
                _ => vec![(format!("{} of {total}, most urgent first", shown(0)), theme.dim)],
            },
            rows: home.needs.iter().map(|need| need_row(need, home, needs, theme)).collect(),
            empty: "Nothing is late and nobody waits".into(),
            ..PartView::default()
        },
        PartView {
            title: "Furthest behind".into(),
            note: vec![
                (model.key(Command::ToCohort), theme.key),
                (format!(" opens all {}", home.figures.trainees), theme.dim),
            ],
            rows: home.behind.iter().map(|row| behind_row(row, behind, theme)).collect(),
            empty: match home.figures.trainees {
                0 => format!("No trainee yet. {}", model.how_to_add_trainees()),
                _ => "Nobody is behind plan".into(),
            },
            ..PartView::default()
        },
        PartView {
            title: "Gateway, past or near".into(),
            note: of(shown(2), home.gateways_total, theme),
            rows: home.gateways.iter().map(|row| gateway_row(row, home, gateways, theme)).collect(),
            empty: "No gateway is near".into(),
            ..PartView::default()
        },
        PartView {
            title: "Lapsing".into(),
            note: vec![(home.lapsing.heading(home.today), theme.dim)],
            rows: home.lapsing.rows.iter().map(|row| lapsing_row(row, home, lapsing, theme)).collect(),
            empty: "Nothing has lapsed or is to be renewed soon".into(),
            ..PartView::default()
        },
        PartView {
            title: "The book".into(),
            note: if shown(4) < BOOK_ROWS { of(shown(4), BOOK_ROWS, theme) } else { Vec::new() },
            rows: book_rows(&home.book, home, inner(4), theme),
            ..PartView::default()
        },
    ]
}

/// The columns of what needs the officer: when and about whom.
#[derive(Debug, Clone, Copy)]
struct NeedColumns {
    when: usize,
    subject: usize,
}

impl NeedColumns {
    fn of(home: &OfficerHome, inner: usize) -> Self {
        let whens: Vec<String> = home.needs.iter().map(Need::when).collect();
        let subjects: Vec<String> = home.needs.iter().map(Need::subject).collect();
        let when = widest(whens.iter().map(String::as_str), 14).saturating_sub(1);
        // The reason keeps about as much as the subject.
        let room = inner.saturating_sub(when + 2 + 9) * 11 / 20;
        Self { when, subject: widest(subjects.iter().map(String::as_str), room) + usize::from(inner >= 100) }
    }
}

fn need_row(need: &Need, home: &OfficerHome, columns: NeedColumns, theme: &Theme) -> RowView {
    // Enter opens the form here, so no command is named.
    let why = match need.what {
        NeedKind::Backup { .. } => "enter makes one, and checks it".to_owned(),
        _ => need.why(home.today),
    };
    let late = matches!(need.what, NeedKind::Backup { .. } | NeedKind::Review { .. })
        || matches!(need.what, NeedKind::Claim { days, .. } if days > 14);
    RowView {
        pieces: vec![
            figure(&need.when(), columns.when, if late { theme.urgent } else { theme.text }, theme),
            cell(need.word(), 9, theme.dim, theme),
            cell(&need.subject(), columns.subject, theme.text, theme),
            (why, theme.text),
        ],
        name: 2,
        right: None,
    }
}

fn need_target(need: &Need) -> Target {
    match &need.what {
        NeedKind::Backup { .. } => Target::Task(OfficeTask::BackUp),
        NeedKind::Review { trainee, .. } => Target::Reviews(trainee.id.clone()),
        NeedKind::Claim { claim, .. } => Target::Claim(*claim),
        NeedKind::Dispute { trainee, code: Some(code), .. } => Target::Ksb(trainee.id.clone(), *code),
        NeedKind::Dispute { statement, .. } => Target::Statement(*statement),
        NeedKind::Gateway { trainee, .. } => Target::Gateway(trainee.id.clone()),
    }
}

/// The columns of who is behind; 0 for one that does not fit.
#[derive(Debug, Clone, Copy)]
struct BehindColumns {
    name: usize,
    bar: usize,
    weeks: bool,
    /// Whether who supervises them has room.
    supervisors: bool,
}

impl BehindColumns {
    fn of(home: &OfficerHome, inner: usize) -> Self {
        let name = widest(home.behind.iter().map(|row| row.trainee.name.as_str()), 36);
        let bar = [14, 8].into_iter().find(|bar| name + bar + 1 + FIGURES <= inner).unwrap_or(0);
        let weeks = bar > 0 || name + FIGURES <= inner;
        let figures = if weeks { FIGURES } else { FIGURES - 10 };
        let supervisors = name + bar + 1 + FIGURES + SUPERVISORS <= inner;
        Self { name: name.min(inner.saturating_sub(figures)), bar, weeks, supervisors }
    }

    fn width(self) -> usize {
        self.name + if self.bar > 0 { self.bar + 1 } else { 0 } + FIGURES
    }
}

fn behind_row(row: &CohortRow, columns: BehindColumns, theme: &Theme) -> RowView {
    let (signed, total) = (u32::from(row.trainee.signed), u32::from(row.trainee.total));
    let mut pieces = vec![cell(row.trainee.name.as_str(), columns.name, theme.text, theme)];
    if columns.bar > 0 {
        let plan = Some(u32::from(row.expected)).filter(|_| !row.paused);
        pieces.extend(thin(columns.bar, signed, total, plan, theme));
        pieces.push((" ".into(), theme.text));
    }
    pieces.push(figure(&format!("{signed}/{total}"), 5, theme.text, theme));
    pieces.push((pad_left(&row.by_plan_words(), 9, theme), plan_style(row, theme)));
    if columns.weeks && row.weeks < 0 {
        let weeks = counted(u64::from(row.weeks.unsigned_abs()), "week");
        let style = if row.weeks <= -LONG_BEHIND { theme.late } else { theme.text };
        pieces.push((format!("  {}", pad_left(&weeks, 8, theme)), style));
    }
    if columns.supervisors {
        let weeks = if row.weeks < 0 { 2 } else { 12 };
        let names: Vec<&str> = row.supervisors.iter().map(SafeText::as_str).collect();
        pieces.push((format!("{}{}", " ".repeat(weeks), names.join(", ")), theme.dim));
    }
    RowView { pieces, ..RowView::default() }
}

/// The columns of the gateways: the name and the day.
#[derive(Debug, Clone, Copy)]
struct GatewayColumns {
    name: usize,
    day: usize,
}

impl GatewayColumns {
    fn of(home: &OfficerHome, inner: usize) -> Self {
        let days: Vec<String> = home.gateways.iter().map(|row| short_day(row.day, home.today)).collect();
        let day = widest(days.iter().map(String::as_str), 12).saturating_sub(1);
        let room = inner.saturating_sub(day + 2 + 12);
        Self { name: widest(home.gateways.iter().map(|row| row.trainee.name.as_str()), room.min(36)), day }
    }

    fn width(self, home: &OfficerHome) -> usize {
        let words: Vec<String> = home.gateways.iter().map(GatewayAhead::words).collect();
        self.name + self.day + 2 + words.iter().map(|words| columns(words)).max().unwrap_or(0)
    }
}

fn gateway_row(row: &GatewayAhead, home: &OfficerHome, columns: GatewayColumns, theme: &Theme) -> RowView {
    let style = match row {
        GatewayAhead { ksbs: 0, hours: 0, others: 0, .. } => theme.ok,
        row if row.day < home.today => theme.late,
        _ => theme.text,
    };
    RowView {
        pieces: vec![
            cell(row.trainee.name.as_str(), columns.name, theme.text, theme),
            figure(&short_day(row.day, home.today), columns.day, theme.text, theme),
            (row.words(), style),
        ],
        ..RowView::default()
    }
}

/// The columns of what lapses: the name and the KSBs.
#[derive(Debug, Clone, Copy)]
struct LapsingColumns {
    name: usize,
    codes: usize,
}

/// Columns of a mark, its word and the gap after them.
const STATE: usize = 10;
/// Columns of the days of what lapses.
const DAYS: usize = 20;

impl LapsingColumns {
    fn of(home: &OfficerHome, inner: usize) -> Self {
        let rows = &home.lapsing.rows;
        let codes: Vec<String> = rows.iter().map(LapsingTrainee::codes).collect();
        let name = widest(rows.iter().map(|row| row.trainee.name.as_str()), 36);
        let codes = widest(codes.iter().map(String::as_str), 16);
        // Codes give way before days, and days before names.
        let room = inner.saturating_sub(STATE + name + DAYS);
        let codes = codes.min(room.max(8));
        Self { name: name.min(inner.saturating_sub(STATE + codes + 8)), codes }
    }

    fn width(self, home: &OfficerHome) -> usize {
        let days = home.lapsing.rows.iter().map(|row| columns(&row.days(home.today))).max().unwrap_or(0);
        STATE + self.name + self.codes + days
    }
}

fn lapsing_row(row: &LapsingTrainee, home: &OfficerHome, columns: LapsingColumns, theme: &Theme) -> RowView {
    let word = format!("{} {}", theme.state_mark(row.state), row.state.label());
    RowView {
        pieces: vec![
            cell(&word, STATE, theme.state(row.state), theme),
            cell(row.trainee.name.as_str(), columns.name, theme.text, theme),
            cell(&row.codes(), columns.codes, theme.text, theme),
            (row.days(home.today), theme.dim),
        ],
        name: 1,
        right: None,
    }
}

fn book_rows(book: &BookFigures, home: &OfficerHome, inner: usize, theme: &Theme) -> Vec<RowView> {
    let row = |name: &str, words: String, style| RowView {
        pieces: vec![(pad(name, BOOK_NAME, theme), theme.dim), (words, style)],
        name: 1,
        right: None,
    };
    let marked = |state: State, words: String| format!("{} {words}", theme.state_mark(state));
    let newest = book.newest.map(|at| format!(", newest {}", at.local().format("%-d %b %H:%M")));
    let checked = book.verified_words(home.today);
    let (checked, check) = match book.verified.map(|check| check.sound) {
        Some(true) => (marked(State::Signed, checked), theme.signed),
        Some(false) => (marked(State::Lapsed, checked), theme.urgent),
        None => (checked, theme.text),
    };
    let backup = book.backup_words(home.today);
    let (backup, kept) = match book.backup {
        Some(_) => (backup, theme.text),
        None => (marked(State::NotYet, backup), theme.urgent),
    };
    // The number of entries is in the first row: the rest of the code stays whole.
    let room = inner.saturating_sub(BOOK_NAME);
    let short = book.code.rsplit(' ').next().unwrap_or_default();
    let code = if columns(&book.code) <= room { &book.code } else { short };
    vec![
        row("Entries", format!("{}{}", book.entries, newest.unwrap_or_default()), theme.text),
        row("Checked", checked, check),
        row("Backup", backup, kept),
        row("People", book.people(), theme.text),
        row("Standards", book.standards(), theme.text),
        row("Code", code.to_owned(), theme.dim),
    ]
}
