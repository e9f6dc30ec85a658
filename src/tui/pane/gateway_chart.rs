//! Draws a trainee's progress up to the gateway: what is signed by now, and the plan to the end.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::theme::Theme;
use crate::widget::chart::{self, Chart, Point, draw_legend, legend};
use crate::widget::part::{INDENT, heading};
use chrono::NaiveDate;
use countersign_core::programme::progress_series::ProgressSeries;

/// Rows around the plot: the heading, the months and the legend.
pub const AROUND: u16 = 3;

/// Draws the heading, the chart and its legend.
pub fn view(series: &ProgressSeries, today: NaiveDate, theme: &Theme, buf: &mut Buffer, area: Rect) {
    let planned = (format!("{} signed, {} planned", series.signed, series.expected), theme.text);
    heading(buf, area, ("Signed against plan, by month", theme.strong), &[planned], theme);
    let points: Vec<Point> =
        (series.months.iter()).map(|one| Point { signed: one.signed, plan: one.plan, shaded: one.in_break }).collect();
    let plot = Rect {
        x: area.x + INDENT - 1,
        y: area.y + 1,
        width: area.width.saturating_sub(INDENT),
        height: area.height.saturating_sub(2),
    };
    let chart = Chart { points: &points, most: series.total.max(1), labels: &labels(series) };
    chart::view(&chart, theme, buf, plot);
    let breaks = series.break_words(today);
    let breaks = breaks.last().map(|words| format!("break, {words}"));
    let below = Rect { x: area.x + INDENT, y: plot.bottom(), width: area.width.saturating_sub(INDENT + 1), height: 1 };
    draw_legend(&legend("plan", breaks.as_deref(), theme), theme, buf, below);
}

/// Returns the words below the months: both ends, now, and where each break begins.
fn labels(series: &ProgressSeries) -> Vec<(usize, String)> {
    let words = |at: usize| series.months.get(at).map(|one| (at, one.month.first().format("%b %y").to_string()));
    let now = series.now.map(|at| (at, "now".to_owned()));
    let shaded = |at: usize| series.months.get(at).is_some_and(|one| one.in_break);
    let breaks = (1..series.months.len()).filter(|at| shaded(*at) && !shaded(at - 1));
    [words(0), now, words(series.months.len().saturating_sub(1))]
        .into_iter()
        .flatten()
        .chain(breaks.filter_map(words))
        .collect()
}
