//! Draws the list of what is left to sign.

use std::iter;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};

use crate::pane::filter_input::filter_line;
use crate::pane::ksbs::{KsbListProps, LEFT, ListPlan, REASON, Row, RowDensity, State, row};
use crate::theme::{Focus, Theme};
use crate::widget::draw::{line, owned_line};
use crate::widget::pane_heading::{Pieces, beside};
use crate::widget::part::{choose, inner};
use crate::widget::text;
use countersign_core::record::ksb_status;
use countersign_core::standard::local_view::LOCAL_GROUP;

/// Draws the pane and returns the cursor position.
pub fn view(
    state: &State,
    shown: KsbListProps<'_>,
    focus: Focus,
    theme: &Theme,
    buf: &mut Buffer,
    area: Rect,
) -> Option<Position> {
    let (within, list) = (inner(area).intersection(buf.area), shown.list);
    let plan = ListPlan::new(state, list, shown.density, within);
    let (at, filtered) = (row(state, &list.rows), !state.filter.kept.is_empty());
    let window = plan.window(state, list);
    let heading = vec![(name(state, &shown), theme.heading(focus))];
    beside(buf, area, 2, &heading, &endings(state, &shown, at, &window, theme), theme);
    let count = format!("{} found ", list.rows.len());
    let typing = filter_line(&state.filter, (&count, theme.dim), theme, buf, within);
    if list.rows.is_empty() {
        nothing_left(state, &shown, theme, buf, plan.rows);
    }
    let (mut cursor, mut end) = (None, (plan.rows.y, state.top));
    for (index, place, ruled) in window {
        let row = &list.rows[index];
        let own =
            Rect { y: place.y + u16::from(ruled), height: place.height.saturating_sub(u16::from(ruled)), ..place };
        if ruled {
            fold(&shown, filtered, theme, buf, place, place.y);
        }
        draw_row(row, &shown, &plan, index == at, theme, buf, own);
        if index == at {
            cursor = Some(Position::new(own.x + LEFT, own.y)).filter(|place| place.x < own.right() && own.height > 0);
            choose(buf, own, focus, theme);
        }
        end = (place.bottom(), index + 1);
    }
    if plan.more {
        more(&shown, state.top, end, theme, buf, plan.rows);
    }
    if let Some(y) = plan.fold {
        fold(&shown, filtered, theme, buf, plan.rows, y);
    }
    typing.or(cursor)
}

fn name(state: &State, shown: &KsbListProps<'_>) -> String {
    match (state.filter.kept.is_empty(), shown.duty) {
        (false, _) => format!("Matching “{}”", state.filter.text.trim()),
        (true, None) => "Everything left".to_owned(),
        (true, Some(LOCAL_GROUP)) => "Local competences".to_owned(),
        (true, Some(no)) => {
            shown.trainee_record.standard.duty(no).map_or_else(|| format!("Duty {no}"), |duty| duty.label().to_owned())
        }
    }
}

/// Returns the endings of the heading, the longest first: how many there are to sign and, if any are marked, how many, and
/// how many of those are off the screen; else the position, which a screen reader says.
fn endings(
    state: &State,
    shown: &KsbListProps<'_>,
    at: usize,
    window: &[(usize, Rect, bool)],
    theme: &Theme,
) -> Vec<Pieces> {
    let list = shown.list;
    let filtered = !state.filter.kept.is_empty();
    let count = match list.left {
        0 if filtered => "nothing to sign".to_owned(),
        0 if shown.own => "nothing left".to_owned(),
        0 => "nothing left to sign".to_owned(),
        left if shown.own => format!("{left} left"),
        left => format!("{left} to sign"),
    };
    let plain = |words: String| vec![(words, theme.dim)];
    if !shown.marks.is_empty() {
        let seen = |index: &usize| shown.marks.contains(&list.rows[*index].ksb.code);
        let hidden = shown.marks.len() - window.iter().filter(|(index, ..)| seen(index)).count();
        let marked = format!("{} {} marked", theme.glyphs.mark, shown.marks.len());
        let off = if hidden == 0 { String::new() } else { format!(", {hidden} not shown") };
        let dot = format!(" {} ", theme.glyphs.dot);
        let marked = vec![(marked, theme.mark), (off, theme.mark)];
        return vec![[plain(count + &dot), marked.clone()].concat(), marked];
    }
    match list.rows.len() {
        0 => vec![plain(count)],
        rows if rows == list.left => vec![plain(format!("{} of {count}", at + 1)), plain(count)],
        rows => {
            let place = format!("{} of {rows}", at + 1);
            vec![plain(format!("{place}, {count}")), plain(place)]
        }
    }
}

/// Draws the rule of what is signed, with the key that shows or hides it.
fn fold(shown: &KsbListProps<'_>, filtered: bool, theme: &Theme, buf: &mut Buffer, area: Rect, y: u16) {
    if area.width <= LEFT + 1 || y >= buf.area.bottom() {
        return;
    }
    let place = Rect { x: area.x + LEFT, y, width: area.width - LEFT, height: 1 };
    let mark = theme.state_mark(ksb_status::State::Signed);
    let words = format!("{mark} {} ", shown.list.done_words());
    // A filter shows all that match.
    let key = match (shown.list.folded(), filtered) {
        (true, _) => Some("show"),
        (false, false) => Some("hide"),
        (false, true) => None,
    };
    let after = key.map_or(0, |does| text::columns(shown.show) + text::columns(does) + 2);
    let used = text::columns(&words);
    let rule = theme.glyphs.border[4].repeat(usize::from(place.width).saturating_sub(used + after));
    let mut pieces = vec![(words, theme.signed), (rule, theme.rule)];
    if let Some(does) = key {
        pieces.extend([(format!(" {}", shown.show), theme.key), (format!(" {does}"), theme.dim)]);
    }
    owned_line(buf, place, 0, &pieces, theme);
}

/// Draws how many rows are below the window, or above it at its end, with the key of the page.
fn more(shown: &KsbListProps<'_>, top: usize, (y, next): (u16, usize), theme: &Theme, buf: &mut Buffer, rows: Rect) {
    let place = Rect { x: rows.x + LEFT, y, width: rows.width.saturating_sub(LEFT), height: 1 };
    let (words, page) = if next < shown.list.rows.len() {
        (shown.list.rest(next), shown.pages[0])
    } else {
        (format!("{top} above"), shown.pages[1])
    };
    let key = [(page, theme.key), (" more", theme.dim)];
    let wide = text::columns(page) + 5;
    let room = usize::from(place.width).saturating_sub(wide + 2);
    line(buf, place, 0, &[(&text::fit(&words, room, theme), theme.dim)], theme);
    let x = place.right().saturating_sub(wide as u16);
    line(buf, Rect { x, width: place.right().saturating_sub(x), ..place }, 0, &key, theme);
}

/// Draws what to do where the list is empty.
fn nothing_left(state: &State, shown: &KsbListProps<'_>, theme: &Theme, buf: &mut Buffer, rows: Rect) {
    let place = Rect { x: rows.x + LEFT, width: rows.width.saturating_sub(LEFT), ..rows };
    if !state.filter.kept.is_empty() {
        line(buf, place, 1, &[("No KSB fits the filter: esc clears it", theme.dim)], theme);
        return;
    }
    if shown.list.signed == 0 {
        line(buf, place, 1, &[("This duty has no KSBs", theme.dim)], theme);
        return;
    }
    let words = format!("{} {}.", theme.state_mark(ksb_status::State::Signed), shown.list.all_done());
    // In a low pane the keys come right below.
    let gap = u16::from(rows.height >= shown.next.len() as u16 + 3);
    let bold = theme.ok.patch(Style::new().add_modifier(Modifier::BOLD));
    line(buf, place, gap, &[(&words, bold)], theme);
    for (y, (key, does)) in shown.next.iter().enumerate() {
        line(buf, place, 2 * gap + 1 + y as u16, &[(key, theme.key), (" ", theme.text), (does, theme.text)], theme);
    }
}

fn draw_row(
    row: &Row<'_>,
    shown: &KsbListProps<'_>,
    plan: &ListPlan,
    here: bool,
    theme: &Theme,
    buf: &mut Buffer,
    area: Rect,
) {
    let reason = shown.reason(row);
    let signed = row.left.is_none();
    let words = if here {
        theme.strong
    } else if signed {
        theme.dim
    } else {
        theme.text
    };
    let text_style = if signed { theme.dim } else { theme.text };
    let mark = if shown.marks.contains(&row.ksb.code) { theme.glyphs.mark } else { " " };
    let code = text::pad(&row.ksb.code.to_string(), usize::from(plan.code), theme);
    let width = usize::from(plan.text);
    let two = area.height > 1;
    let ranges = if two { text::ranges(&row.ksb.text, width) } else { iter::once(0..row.ksb.text.len()).collect() };
    let first = ranges.first().map_or("", |range| if two { &row.ksb.text[range.clone()] } else { &row.ksb.text });
    let first = text::pad(first.trim_end(), width, theme);
    let state = theme.state(row.state);
    let label = if row.state == ksb_status::State::Open { " " } else { theme.state_mark(row.state) };
    let gap = if plan.density == RowDensity::TwoLines { " " } else { "  " };
    let late = reason_style(row.state, theme);
    let word = text::pad(row.state.label(), usize::from(plan.state) - 2, theme);
    let word = if plan.density == RowDensity::Reasons { &*word } else { row.state.label() };
    let long = text::fit(&reason.long, usize::from(REASON), theme);
    let mut pieces = vec![
        (" ", theme.text),
        (mark, theme.mark),
        (" ", theme.text),
        (&*code, words),
        (" ", theme.text),
        (&*first, text_style),
        (gap, theme.text),
        (label, state),
        (" ", theme.text),
        (word, state),
    ];
    if plan.density == RowDensity::Reasons {
        pieces.push((&long, late));
    }
    line(buf, area, 0, &pieces, theme);
    if !two {
        return;
    }
    let rest = ranges.get(1).map_or("", |range| &row.ksb.text[range.start..]);
    let below = Rect { x: area.x + LEFT + plan.code + 1, width: plan.text, ..area };
    line(buf, below, 1, &[(&text::fit(rest.trim_end(), width, theme), text_style)], theme);
    let x = below.right() + 3;
    let beside = Rect { x, width: area.right().saturating_sub(x), ..area };
    line(buf, beside, 1, &[(&text::fit(&reason.short, usize::from(beside.width), theme), late)], theme);
}

fn reason_style(state: ksb_status::State, theme: &Theme) -> Style {
    match state {
        ksb_status::State::NotYet | ksb_status::State::Lapsed => theme.late,
        ksb_status::State::Signed | ksb_status::State::Open | ksb_status::State::CarriedOver => theme.dim,
        ksb_status::State::Renew | ksb_status::State::Partly | ksb_status::State::Claimed => theme.state(state),
    }
}
