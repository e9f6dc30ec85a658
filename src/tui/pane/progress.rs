//! Draws the open trainee's progress: a chart of what is signed and planned, and what is left by state.

use chrono::{Datelike, NaiveDate};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::theme::Theme;
use crate::widget::chart::{self, Chart, Point, draw_legend, legend};
use crate::widget::draw::line;
use crate::widget::part::{INDENT, heading};
use crate::widget::text::{columns, pad};
use countersign_core::primitives::date::{day_words, late_words, short_day};
use countersign_core::primitives::text::counted;
use countersign_core::programme::Programme;
use countersign_core::programme::progress_series::ProgressSeries;
use countersign_core::programme::review_plan::ReviewDue;
use countersign_core::record::ksb_status::State;
use countersign_core::record::outstanding::Outstanding;
use countersign_core::record::view::TraineeRecord;

/// One line: the mark, the count with its words, and why.
type Count = (State, String, String);

/// Returns what is left by state, most urgent first, without what is open.
pub fn counts(trainee_record: &TraineeRecord, left: &[Outstanding], today: NaiveDate) -> Vec<Count> {
    let order = [State::Lapsed, State::NotYet, State::Renew, State::Partly, State::Claimed, State::CarriedOver];
    let mut lines = Vec::new();
    for state in order {
        let rows: Vec<&Outstanding> = left.iter().filter(|row| row.state == state).collect();
        if rows.is_empty() {
            continue;
        }
        let words = match state {
            State::Renew => "to renew",
            State::Lapsed
            | State::NotYet
            | State::Partly
            | State::Claimed
            | State::CarriedOver
            | State::Open
            | State::Signed => state.label(),
        };
        lines.push((state, format!("{} {words}", rows.len()), why(state, &rows, trainee_record, today)));
    }
    lines
}

fn why(state: State, rows: &[&Outstanding], trainee_record: &TraineeRecord, today: NaiveDate) -> String {
    let due = |row: &&&Outstanding| trainee_record.local_of(row.code).and_then(|local| local.due);
    match state {
        State::Lapsed => rows
            .iter()
            .filter_map(|row| due(&row))
            .min()
            .map_or_else(String::new, |day| format!("since {}", short_day(day, today))),
        State::Renew => rows
            .iter()
            .filter_map(|row| due(&row))
            .min()
            .map_or_else(String::new, |day| format!("by {}", short_day(day, today))),
        State::NotYet => {
            let late: Vec<i64> = rows.iter().filter_map(|row| row.days_late(trainee_record, today)).collect();
            match late.as_slice() {
                [] => {
                    let next = rows.iter().filter_map(|row| row.action()).map(|action| action.by).min();
                    next.map(|day| format!("next by {}", short_day(day, today))).unwrap_or_default()
                }
                [1] => "1 day late".to_owned(),
                [days] => format!("{days} days late"),
                [first, second] => format!("{first} and {second} days late"),
                [first, ..] => format!("{} late, by up to {}", late.len(), counted(first.unsigned_abs(), "day")),
            }
        }
        State::Partly => match rows {
            [one] => trainee_record
                .local_of(one.code)
                .map_or_else(|| "1 of 2 signatures".to_owned(), |local| format!("{} signed", local.figure())),
            _ => String::new(),
        },
        State::Claimed => {
            let oldest = rows.iter().filter_map(|row| row.claim.as_ref()).map(|claim| claim.since.local_day()).min();
            let days = oldest.map(|day| (today - day).num_days().max(0).unsigned_abs());
            match (days, rows.len()) {
                (None, _) => String::new(),
                (Some(0), _) => "today".to_owned(),
                (Some(days), 1) => format!("{} ago", counted(days, "day")),
                (Some(days), _) => format!("oldest {}", counted(days, "day")),
            }
        }
        // Those that count are not left.
        State::CarriedOver => "do not count here".to_owned(),
        State::Open | State::Signed => String::new(),
    }
}

/// The content of the pane.
#[derive(Debug, Clone, Copy)]
pub struct ProgressProps<'a> {
    pub trainee_record: &'a TraineeRecord,
    pub left: &'a [Outstanding],
    /// Progress by month, once loaded.
    pub series: Option<&'a ProgressSeries>,
    /// Reviews and hours, if they are loaded.
    pub programme: Option<&'a Programme>,
    pub today: NaiveDate,
}

/// Rows of the chart besides its plot: heading, months, legend, and a blank row below.
const CHART_AROUND: u16 = 4;
/// Rows of the plot.
const PLOT: (u16, u16) = (4, 11);

/// Draws the chart of what is signed and planned and the counts; the chart only where both fit.
pub fn view(shown: &ProgressProps<'_>, theme: &Theme, buf: &mut Buffer, area: Rect) {
    let counts = counts(shown.trainee_record, shown.left, shown.today);
    let below = counts.len() as u16;
    let room = area.height.saturating_sub(below + CHART_AROUND);
    let mut y = area.y;
    if room >= PLOT.0 {
        let plot = room.min(PLOT.1);
        if let Some(series) = shown.series {
            chart(series, shown.today, theme, buf, Rect { height: plot + CHART_AROUND - 1, ..area });
        }
        y += plot + CHART_AROUND;
    }
    draw_counts(&counts, theme, buf, Rect { y, height: area.bottom().saturating_sub(y), ..area });
    y += below + 1;
    let next = next_lines(shown);
    let lines = next.len() as u16 + 1;
    if let (Some(last), false) = (area.bottom().checked_sub(lines + 1), next.is_empty())
        && last > y
    {
        let place = Rect { y: last, height: lines, ..area };
        heading(buf, place, ("Next", theme.strong), &[], theme);
        let place =
            Rect { x: area.x + INDENT, y: last + 1, width: area.width.saturating_sub(INDENT + 1), height: lines };
        for (at, (label, words)) in next.into_iter().enumerate() {
            line(buf, place, at as u16, &[(&pad(label, 9, theme), theme.dim), (&words, theme.text)], theme);
        }
    }
}

/// Returns the next review and the hours, if they are loaded.
fn next_lines(shown: &ProgressProps<'_>) -> Vec<(&'static str, String)> {
    let Some(programme) = shown.programme else { return Vec::new() };
    let review = match programme.plan.call {
        ReviewDue::Overdue(days) => late_words(days),
        ReviewDue::Due(_) | ReviewDue::Later(_) => format!("by {}", day_words(programme.plan.due)),
    };
    let hours = &programme.hours;
    let of = hours.minimum.map(|minimum| format!(" of {minimum}")).unwrap_or_default();
    let pace = match hours.ahead {
        None => String::new(),
        Some(0) => ", on plan".to_owned(),
        Some(ahead @ 1..) => format!(", {ahead} ahead"),
        Some(behind) => format!(", {} behind", behind.unsigned_abs()),
    };
    vec![("Review", review), ("Hours", format!("{}{of}{pace}", hours.confirmed))]
}

fn chart(series: &ProgressSeries, today: NaiveDate, theme: &Theme, buf: &mut Buffer, area: Rect) {
    let (words, style) = match series.ahead {
        0 => ("on plan".to_owned(), theme.text),
        ahead @ 1.. => (format!("{ahead} ahead"), theme.ok),
        behind => (format!("{} behind", behind.unsigned_abs()), theme.late),
    };
    heading(buf, area, ("Signed and plan", theme.strong), &[(words, style)], theme);
    let until = series.now.map_or(series.months.len(), |now| now + 1);
    let months = &series.months[..until];
    let points: Vec<Point> =
        months.iter().map(|one| Point { signed: one.signed, plan: one.plan, shaded: one.in_break }).collect();
    let highest = points.iter().map(|point| point.plan.max(point.signed.unwrap_or(0))).max().unwrap_or(0);
    let most = highest.max(1).div_ceil(10) * 10;
    let label = |at: usize| months[at].month.first().format("%b %y").to_string();
    let mut labels = Vec::new();
    if let Some(last) = months.len().checked_sub(1) {
        labels = vec![(0, label(0)), (last, "now".to_owned())];
        let january = (1..last).rev().find(|at| months[*at].month.first().month() == 1);
        labels.extend(january.map(|at| (at, label(at))));
    }
    let plot =
        Rect { y: area.y + 1, height: area.height.saturating_sub(2), width: area.width.saturating_sub(2), ..area };
    chart::view(&Chart { points: &points, most, labels: &labels }, theme, buf, plot);
    let breaks = series.break_words(today);
    let breaks = breaks.last().map(|words| format!("break, {words}"));
    let legend = legend(&format!("plan, {}", series.rate_words()), breaks.as_deref(), theme);
    let place = Rect { x: area.x + INDENT, y: plot.bottom(), width: area.width.saturating_sub(INDENT + 1), height: 1 };
    draw_legend(&legend, theme, buf, place);
}

fn draw_counts(counts: &[Count], theme: &Theme, buf: &mut Buffer, area: Rect) {
    let width = counts.iter().map(|(_, words, _)| columns(words)).max().unwrap_or(0);
    let place = Rect { x: area.x + INDENT, width: area.width.saturating_sub(INDENT + 1), ..area };
    for (y, (state, words, why)) in counts.iter().enumerate() {
        let style = theme.state(*state);
        let words = pad(words, width + 2, theme);
        let pieces = [(theme.state_mark(*state), style), (" ", style), (&*words, style), (why, theme.dim)];
        line(buf, place, y as u16, &pieces, theme);
    }
}
