//! Shows screen 3, Cohort: one trainee per row, with progress per duty.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::command::{Command, ScreenId};
use crate::list::ListQuery;
use crate::model::Model;
use crate::model::requests::open_trainee;
use crate::msg::Effect;
use crate::pane::paged_list::{ListText, RowArea};
use crate::screen::base::{Screen, ScreenInfo};
use crate::theme::Theme;
use crate::widget::draw::owned_line;
use crate::widget::gauge::bar;
use crate::widget::text::{columns, pad, pad_left};
use crate::widget::window::Title;
use countersign_core::filter::schema::FilterTarget;
use countersign_core::primitives::date::{day_words, short_day};
use countersign_core::programme::cohort::{CohortOrder, CohortRow};
use countersign_core::record::ksb_status::State as Ksb;

pub struct Cohort;

static INFO: ScreenInfo = ScreenInfo {
    id: ScreenId::Cohort,
    name: "Cohort",
    go: Command::ToCohort,
    own_name: "Cohort",
    filter_target: FilterTarget::Cohort,
    list: Some(|model| ListQuery::Cohort(model.cohort_order)),
    details: None,
    needs_trainee: false,
    next: None,
};

impl Screen for Cohort {
    fn info(&self) -> &'static ScreenInfo {
        &INFO
    }

    fn title(&self, model: &Model) -> Title {
        Title::new("Cohort", vec![model.cohort_order.words().into()])
    }

    fn disabled_reason(&self, model: &Model, command: Command) -> Option<String> {
        let nobody = command == Command::OpenTrainee && model.list(ScreenId::Cohort).row::<CohortRow>().is_none();
        nobody.then(|| "No trainee is chosen".into())
    }

    fn run(&self, model: &mut Model, command: Command) -> Option<Vec<Effect>> {
        match command {
            Command::OpenTrainee => {
                let trainee = model.list(ScreenId::Cohort).row().map(|row: &CohortRow| row.trainee.id.clone());
                Some(trainee.map_or_else(Vec::new, |trainee| open_trainee(model, trainee)))
            }
            Command::Order => {
                model.cohort_order = model.cohort_order.next();
                model.list_mut(ScreenId::Cohort).go_to_top();
                Some(Vec::new())
            }
            _ => None,
        }
    }

    fn view(&self, model: &Model, buf: &mut Buffer, body: Rect) -> Option<Position> {
        let (list, theme) = (model.list(ScreenId::Cohort), &model.theme);
        let count = list.count("trainee", "trainees");
        let text = ListText {
            title: "Cohort",
            figure: &count,
            count: &format!("{count} "),
            empty: &["Nobody is enrolled on a standard yet. To enrol someone: `countersign enrol`"],
            no_match: "No trainee fits the filter: esc clears it",
        };
        let duties = list.rows().iter().map(|row: &CohortRow| row.duties.len()).max().unwrap_or(0);
        let lapses = model.cohort_order == CohortOrder::Lapses;
        // The column before the border stays empty.
        let room = |width: u16| room(width.saturating_sub(1), duties);
        let name = |width: u16| usize::from((width / 3).clamp(NAME, 40));
        let heading = |width| {
            if lapses {
                format!(" {}  signed  reassessment due", pad("Trainee", name(width), theme))
            } else {
                heading(room(width), theme)
            }
        };
        list.view(text, theme, buf, body, Some(&heading), &mut |row, RowArea { area, here }, buf| {
            if lapses {
                draw_lapses(row, name(area.width), here, theme, buf, area);
            } else {
                draw_row(row, room(area.width), here, theme, buf, area);
            }
        })
    }
}

/// Columns of a duty's bar, with the space after it.
const CELL: u16 = 5;
/// Columns of the single bar for all duties, with the space after it.
const BAR: u16 = 11;
/// Minimum columns of the name next to bars.
const NAME: u16 = 12;
/// Columns of the pointer, month, signed KSBs, weeks, not-yet KSBs, waiting claims and overdue review, each with its space.
const FIGURES: u16 = 1 + 1 + MONTH + 6 + 11 + 3 + 3 + REVIEW;
/// Columns of the month, with its spaces.
const MONTH: u16 = 7;
/// Columns of the overdue review, with its space.
const REVIEW: u16 = 11;
/// Columns of the expected KSBs, with their space.
const EXPECTED: u16 = 10;

/// The columns that fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Room {
    name: usize,
    /// Number of duties, each with a bar.
    duties: usize,
    /// Whether one bar stands for all duties.
    one: bool,
    expected: bool,
    optional: Optional,
}

/// Whether the months and the overdue review have columns: names take precedence over both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Optional {
    Both,
    Month,
    Neither,
}

fn room(width: u16, duties: usize) -> Room {
    let all = u16::try_from(duties).unwrap_or(u16::MAX).saturating_mul(CELL);
    let left = |used: u16| width.checked_sub(FIGURES.saturating_add(used)).filter(|name| *name >= NAME);
    let room = |name: u16, duties, one, expected| Room {
        name: usize::from(name),
        duties,
        one,
        expected,
        optional: Optional::Both,
    };
    if let (Some(name), true) = (left(EXPECTED.saturating_add(all)), duties > 0) {
        return room(name, duties, false, true);
    }
    if let Some(name) = left(EXPECTED + BAR) {
        return room(name, 0, true, true);
    }
    match left(BAR) {
        Some(name) => room(name, 0, true, false),
        None => narrow(width),
    }
}

/// Leaves out the bars, and any column for which the names leave no space.
fn narrow(width: u16) -> Room {
    let left = |used: u16| usize::from(width.saturating_sub(used));
    let plain = Room { name: left(FIGURES), duties: 0, one: false, expected: false, optional: Optional::Both };
    if plain.name >= usize::from(NAME) {
        return plain;
    }
    let plain = Room { name: left(FIGURES - REVIEW), optional: Optional::Month, ..plain };
    if plain.name >= usize::from(NAME) {
        return plain;
    }
    Room { name: left(FIGURES - REVIEW - MONTH).max(1), optional: Optional::Neither, ..plain }
}

fn heading(room: Room, theme: &Theme) -> String {
    let duties: Vec<String> = (1..=room.duties).map(|duty| pad_left(&format!("D{duty}"), 3, theme)).collect();
    let duties = if duties.is_empty() { String::new() } else { format!("{}  ", duties.join("  ")) };
    let name = pad("Trainee", room.name, theme);
    let one = if room.one { "progress   " } else { "" };
    let expected = if room.expected { " expected " } else { "" };
    let month = if room.optional == Optional::Neither { " " } else { " month  " };
    let review = if room.optional == Optional::Both { "     review" } else { "" };
    format!(" {name}{month}{duties}{one}signed {expected}{:>9}   !  ~{review}", "weeks")
}

/// Draws a trainee's lapsing KSBs instead of bars and figures: `↻ S9 25 Nov`.
fn draw_lapses(row: &CohortRow, name: usize, here: bool, theme: &Theme, buf: &mut Buffer, area: Rect) {
    let style = if here { theme.strong } else { theme.text };
    let mut pieces: Vec<(String, Style)> = vec![
        (if here { theme.glyphs.pointer } else { " " }.to_owned(), theme.accent),
        (pad(row.trainee.name.as_str(), name, theme), style),
        (format!(" {:>7}  ", format!("{}/{}", row.trainee.signed, row.trainee.total)), theme.text),
    ];
    for again in &row.again {
        // Dates within a month need no year; lapsed ones may be older.
        let due = if again.state == Ksb::Lapsed { day_words(again.due) } else { short_day(again.due, again.due) };
        pieces.push((format!("{} {}", theme.state_mark(again.state), again.code), theme.state(again.state)));
        pieces.push((format!(" {due}   "), theme.text));
    }
    owned_line(buf, area, 0, &pieces, theme);
}

fn draw_row(row: &CohortRow, room: Room, here: bool, theme: &Theme, buf: &mut Buffer, area: Rect) {
    let style = if here { theme.strong } else { theme.text };
    let (signed, total) = (row.trainee.signed, row.trainee.total);
    let mut pieces: Vec<(String, Style)> = vec![
        (if here { theme.glyphs.pointer } else { " " }.to_owned(), theme.accent),
        (pad(row.trainee.name.as_str(), room.name, theme), style),
        (
            if room.optional == Optional::Neither {
                " ".to_owned()
            } else {
                format!(" {:>5}  ", format!("{}/{}", row.month, row.months))
            },
            theme.text,
        ),
    ];
    for at in 0..room.duties {
        match row.duties.get(at) {
            Some((signed, of)) if *of > 0 => gauge(&mut pieces, usize::from(CELL) - 1, (*signed, *of), theme),
            _ => pieces.push((" ".repeat(usize::from(CELL)), theme.text)),
        }
    }
    if room.one {
        gauge(&mut pieces, usize::from(BAR) - 1, (signed, total), theme);
    }
    let done = if total > 0 && signed == total { theme.ok } else { style };
    pieces.push((pad_left(&format!("{signed}/{total}"), 6, theme), done));
    if room.expected {
        pieces.push((format!("{:>10}", row.expected), theme.dim));
    }
    let (weeks, weeks_style) = weeks(row, theme);
    pieces.push((format!("{weeks:>11}"), weeks_style));
    let not_yet = if row.not_yet == 0 { String::new() } else { row.not_yet.to_string() };
    pieces.push((format!("{not_yet:>3}"), theme.urgent));
    let claims = if row.claims == 0 { String::new() } else { row.claims.to_string() };
    pieces.push((format!("{claims:>3}"), theme.claimed));
    let review = match row.review_overdue {
        0 => String::new(),
        days @ ..=99 => format!("{days}d late"),
        days => format!("{}w late", (days / 7).min(999)),
    };
    if room.optional == Optional::Both {
        pieces.push((format!("{review:>11}"), theme.claimed));
    }
    owned_line(buf, area, 0, &pieces, theme);
}

/// Draws a bar and a space: the signed part in the accent colour, the rest dim.
fn gauge(pieces: &mut Vec<(String, Style)>, width: usize, (signed, of): (u16, u16), theme: &Theme) {
    let bar = bar(width, signed.into(), of.into(), theme);
    let (full, rest) = bar.split_at(bar.find(theme.glyphs.bar[2]).unwrap_or(bar.len()));
    let full_style = if of > 0 && signed == of { theme.ok } else { theme.accent };
    debug_assert_eq!(columns(&bar), width);
    pieces.extend([(full.to_owned(), full_style), (format!("{rest} "), theme.dim)]);
}

fn weeks(row: &CohortRow, theme: &Theme) -> (String, Style) {
    match row.weeks {
        // Nothing is expected during a break in learning.
        _ if row.paused => ("on a break".to_owned(), theme.dim),
        0 if row.trainee.planned.is_some() => ("on plan".to_owned(), theme.text),
        0 => ("on time".to_owned(), theme.text),
        weeks @ 1.. => (format!("{weeks} ahead"), theme.text),
        weeks => (format!("{} behind", weeks.unsigned_abs()), theme.claimed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_room_in_every_window_and_no_row_is_wider_than_the_pane() {
        for (width, duties) in (37..160).flat_map(|width| [0, 3, 10, 40].map(|duties| (width, duties))) {
            let room = room(width, duties);
            let bars = room.duties * usize::from(CELL) + if room.one { usize::from(BAR) } else { 0 };
            let month = if room.optional == Optional::Neither { 1 } else { 8 };
            let review = if room.optional == Optional::Both { usize::from(REVIEW) } else { 0 };
            let expected = if room.expected { usize::from(EXPECTED) } else { 0 };
            let all = 1 + room.name + month + bars + 6 + expected + 11 + 3 + 3 + review;
            assert!(room.name >= usize::from(NAME) && all <= usize::from(width), "{width} {duties}: {room:?}");
        }
    }
}
