//! Draws the open trainee's progress against an even pace or a training plan.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use chrono::NaiveDate;

use crate::theme::{Focus, Theme};
use crate::widget::draw::line;
use crate::widget::frame::Titles;
use crate::widget::gauge::bar;
use crate::widget::part::part;
use countersign_core::primitives::date::day_words;
use countersign_core::record::ksb_status::State;
use countersign_core::record::progress::progress_of;
use countersign_core::record::view::TraineeRecord;

/// Minimum rows of the pane, with its border.
pub const LEAST: u16 = 5;
const BAR: usize = 10;

/// Draws the pane.
pub fn view(trainee_record: &TraineeRecord, today: NaiveDate, theme: &Theme, buf: &mut Buffer, area: Rect) {
    let right = if trainee_record.trainee.planned.is_some() { "by training plan" } else { "if spread evenly" };
    let inner = part(buf, area, Titles { left: "Progress", right, ..Titles::default() }, Focus::Elsewhere, theme);
    let pace = progress_of(trainee_record, today);
    let bars = |value: u16| bar(BAR, value.into(), pace.total.into(), theme);
    let split = |bar: &str| {
        let at = bar.find(theme.glyphs.bar[2]).unwrap_or(bar.len());
        (bar[..at].to_owned(), bar[at..].to_owned())
    };
    let done = if pace.signed == pace.total { theme.ok } else { theme.accent };
    let (full, rest) = split(&bars(pace.signed));
    let figure = format!(" {} of {}", pace.signed, pace.total);
    line(
        buf,
        inner,
        0,
        &[(" Signed    ", theme.text), (&full, done), (&rest, theme.dim), (&figure, theme.strong)],
        theme,
    );
    let expected = format!(" Expected  {} {}", bars(pace.expected), pace.expected);
    line(buf, inner, 1, &[(&expected, theme.dim)], theme);
    let (label, style) = match pace.signed.cmp(&pace.expected) {
        std::cmp::Ordering::Less => (" Behind by ", theme.claimed),
        std::cmp::Ordering::Equal => (" On pace", theme.ok),
        std::cmp::Ordering::Greater => (" Ahead by  ", theme.ok),
    };
    let by = pace.signed.abs_diff(pace.expected);
    let by = match by {
        0 => String::new(),
        1 => "1 KSB".to_owned(),
        _ => format!("{by} KSBs"),
    };
    let by = match pace.weeks.unsigned_abs() {
        0 => by,
        1 => format!("{by}, 1 week"),
        weeks => format!("{by}, {weeks} weeks"),
    };
    let since = trainee_record.trainee.pauses.iter().find(|span| span.holds(today)).map(|span| day_words(span.from));
    let how = match &since {
        Some(since) => [(" On a break since ", theme.text), (since.as_str(), theme.strong)],
        None => [(label, theme.text), (by.as_str(), style)],
    };
    line(buf, inner, 2, &how, theme);
    let counted = [
        (State::Claimed, "claimed"),
        (State::Partly, "partly signed"),
        (State::NotYet, "not yet"),
        (State::Renew, "to renew"),
        (State::Lapsed, "lapsed"),
    ];
    let mut y = 4;
    for (state, words) in counted {
        let count = trainee_record.states.iter().filter(|one| **one == state).count();
        if count > 0 {
            let mark = format!(" {} {count}", theme.state_mark(state));
            line(buf, inner, y, &[(&mark, theme.state(state)), (" ", theme.text), (words, theme.text)], theme);
            y += 1;
        }
    }
}
