//! Shows one KSB in full: its text, its history, and what is known of the chosen record.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::pane::duties;
use crate::pane::record::{self, State};
use crate::pane::record_lines::{after_words, carried_words, how_words};
use crate::pane::record_subject::{RecordKsb, RenderContext, RenderedRecord, Subject};
use crate::pane::record_words::outcome_words;
use crate::theme::Focus;
use crate::widget::draw::owned_line;
use crate::widget::pane_heading::Pieces;
use crate::widget::part::{INDENT, choose, heading};
use crate::widget::text::{columns, pad, pad_left, wrap};
use countersign_core::primitives::date::{day_words, late_words, short_day};
use countersign_core::record::ksb_status;
use countersign_core::record::view::{Record, RecordCheck};
use countersign_core::statement::kinds::sign_off::Outcome;

/// The lines of the page and their places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FullPage {
    text: Vec<Pieces>,
    pub history: RenderedRecord,
    about: Vec<Pieces>,
    /// The heading of the history.
    head: Rect,
    /// The rows of the history.
    pub rows: Rect,
    /// The chosen record, below its heading.
    below: Option<Rect>,
    top: Rect,
}

/// Columns of a day and of a mark with its word.
const DAY: usize = 13;
const WORD: usize = 11;
/// Below this width, what was said is below the day.
const NARROW: usize = 58;
/// Columns of the labels of the chosen record.
const LABEL: usize = 11;
/// Below this height, too, what to do is below the record that asked for it.
const LOW: u16 = 16;
/// Minimum rows of the history.
const LEAST: u16 = 3;

/// Lays out the page.
pub fn render(
    subject: &Subject<'_>,
    (context, state): (RenderContext<'_>, &State),
    check: Option<&RecordCheck>,
    area: Rect,
) -> FullPage {
    let inner = Rect { x: area.x + INDENT, width: area.width.saturating_sub(INDENT + 1), ..area };
    let width = usize::from(inner.width);
    let (text, history, about) = match subject {
        Subject::Ksb(ksb, records, _) => {
            let records = records.unwrap_or_default();
            let chosen = records.get(state.chosen.min(records.len().saturating_sub(1)));
            let about = chosen.map_or(Vec::new(), |record| about(record, ksb, context, check, width));
            let mut history = history(records, ksb.state, context, (width, area.height < LOW));
            earlier(&mut history, ksb, context, width);
            (text(ksb, context, width), history, about)
        }
        Subject::Duty(..) => (record::render(subject, context, inner).lines, RenderedRecord::default(), Vec::new()),
    };
    let airy = area.height >= 14;
    let gap = u16::from(airy);
    let top = Rect { y: inner.y + gap, height: (text.len() as u16).min(inner.height / 2), ..inner };
    let head = Rect { y: (top.bottom() + gap).min(area.bottom()), height: 1, ..area };
    let wanted = about.len() as u16 + 1;
    let free = area.bottom().saturating_sub(head.bottom());
    let shown = !about.is_empty() && free >= wanted + LEAST + gap;
    let below = shown.then(|| Rect { y: area.bottom() - wanted, height: wanted, ..area });
    let end = below.map_or(area.bottom(), |below| below.y - gap);
    let rows = Rect { y: head.bottom(), height: end.saturating_sub(head.bottom()), ..inner };
    FullPage { text, history, about, head, rows, below, top }
}

/// Draws the page and returns the cursor position.
pub fn view(
    state: &State,
    subject: &Subject<'_>,
    context: RenderContext<'_>,
    check: Option<&RecordCheck>,
    buf: &mut Buffer,
    area: Rect,
) -> Option<Position> {
    let theme = context.theme;
    let page = render(subject, (context, state), check, area);
    for (y, pieces) in page.text.iter().take(usize::from(page.top.height)).enumerate() {
        owned_line(buf, page.top, y as u16, pieces, theme);
    }
    let Subject::Ksb(ksb, records, _) = subject else { return Some(Position::new(page.top.x, page.top.y)) };
    let count = records.map_or(0, <[Record]>::len);
    heading(buf, page.head, ("History", theme.heading(Focus::Here)), &standing(ksb, state, count, context), theme);
    for (y, pieces) in page.history.lines.iter().skip(state.top).take(usize::from(page.rows.height)).enumerate() {
        owned_line(buf, page.rows, y as u16, pieces, theme);
    }
    if let Some(below) = page.below {
        heading(buf, below, ("This record", theme.strong), &[], theme);
        let lines = Rect { y: below.y + 1, height: below.height - 1, ..page.rows };
        for (y, pieces) in page.about.iter().enumerate() {
            owned_line(buf, lines, y as u16, pieces, theme);
        }
    }
    let Some(lines) = page.history.records.get(state.chosen).filter(|_| page.rows.height > 0) else {
        return Some(Position::new(page.top.x, page.top.y));
    };
    let in_view = |line: usize| line.saturating_sub(state.top).min(usize::from(page.rows.height)) as u16;
    let (first, last) = (in_view(lines.start), in_view(lines.end));
    let row = Rect { x: area.x, y: page.rows.y + first, width: area.width - 1, height: last.saturating_sub(first) };
    choose(buf, row, Focus::Here, theme);
    // Its first line is as strong as the chosen row of any list.
    if lines.start >= state.top {
        let day = Rect { width: (DAY as u16).min(page.rows.width), y: row.y, height: 1, ..page.rows };
        buf.set_style(day, theme.strong);
        theme.light(buf, day);
    }
    Some(Position::new(page.rows.x, page.rows.y + first.min(page.rows.height - 1)))
}

/// Returns the state, and the position of the chosen record among several.
fn standing(ksb: &RecordKsb<'_>, state: &State, count: usize, context: RenderContext<'_>) -> Pieces {
    let theme = context.theme;
    let style = theme.state(ksb.state);
    let mark = format!("{} {}", theme.state_mark(ksb.state), ksb.state.label());
    let last = ksb.of.last.get(&ksb.ksb.code).filter(|_| ksb.left.is_none());
    let reason = match (ksb.left, last) {
        (Some(left), _) => left.reason(ksb.of, context.today, context.name).long,
        (None, last) => {
            let carried = ksb.of.carried_over(ksb.ksb.code).map(|carried| carried.item.on);
            last.map(|last| last.on).or(carried).map(day_words).unwrap_or_default()
        }
    };
    let joint = if ksb.left.is_some() && !reason.is_empty() { ", " } else { " " };
    let place = if count > 1 {
        format!("{} of {count} {} ", state.chosen.min(count - 1) + 1, theme.glyphs.dot)
    } else {
        String::new()
    };
    vec![(place, theme.dim), (format!("{mark}{joint}{reason}").trim_end().to_owned(), style)]
}

fn text(ksb: &RecordKsb<'_>, context: RenderContext<'_>, width: usize) -> Vec<Pieces> {
    let theme = context.theme;
    let code = format!("{:<4}", ksb.ksb.code);
    let mut lines: Vec<Pieces> = Vec::new();
    for part in wrap(&ksb.ksb.text, width.saturating_sub(columns(&code)).max(4)) {
        let lead = if lines.is_empty() { code.clone() } else { " ".repeat(columns(&code)) };
        lines.push(vec![(lead, theme.strong), (part.to_owned(), theme.text)]);
    }
    let indent = " ".repeat(columns(&code));
    let others: Vec<String> = ksb.ksb.duties.iter().skip(1).map(|no| duties::name(ksb.of, Some(*no))).collect();
    let also = (!others.is_empty()).then(|| format!("Also in {}", others.join(", ")));
    for words in [&ksb.local, &also].into_iter().flatten() {
        for part in wrap(words, width.saturating_sub(columns(&indent)).max(4)) {
            lines.push(vec![(indent.clone(), theme.dim), (part.to_owned(), theme.dim)]);
        }
    }
    lines
}

/// Lays out the records, newest first, each with the action that it asked for above it.
fn history(
    records: &[Record],
    state: ksb_status::State,
    context: RenderContext<'_>,
    (width, low): (usize, bool),
) -> RenderedRecord {
    let mut page = RenderedRecord::default();
    if records.is_empty() {
        page.lines.push(vec![("Nothing signed yet".to_owned(), context.theme.dim)]);
    }
    // Where there is little room, the record itself comes first.
    let after = low || width < NARROW;
    for (at, one) in records.iter().enumerate() {
        let newer = records[..at].iter().rev().find(|record| record.is_live());
        if !after {
            to_do(&mut page, one, newer, state, context, width);
        }
        gap(&mut page);
        let start = page.lines.len();
        one_record(&mut page, one, context, width);
        page.records.push(start..page.lines.len());
        if after {
            to_do(&mut page, one, newer, state, context, width);
        }
    }
    page
}

/// Appends what earlier records say.
fn earlier(page: &mut RenderedRecord, ksb: &RecordKsb<'_>, context: RenderContext<'_>, width: usize) {
    let theme = context.theme;
    for carried in ksb.of.carried.get(&ksb.ksb.code).into_iter().flatten() {
        gap(page);
        let (style, body) = if carried.is_live() {
            (theme.state(ksb_status::State::CarriedOver), theme.text)
        } else {
            (theme.dim, theme.dim)
        };
        let mark = theme.state_mark(ksb_status::State::CarriedOver);
        let parts = carried_words(carried, context);
        entry(page, (&day_words(carried.item.on), body), (mark, "earlier", style), &parts, width, context);
    }
}

/// Appends what a record asked for, and whether a newer one answered it.
fn to_do(
    page: &mut RenderedRecord,
    one: &Record,
    newer: Option<&Record>,
    state: ksb_status::State,
    context: RenderContext<'_>,
    width: usize,
) {
    let (Some(action), theme) = (&one.action, context.theme) else { return };
    let done = newer.filter(|record| record.outcome == Outcome::Achieved).map(|record| record.observed);
    let late = (context.today - action.by).num_days();
    let pending = one.is_live() && newer.is_none() && state == ksb_status::State::NotYet;
    let (ending, style) = match done {
        Some(day) => (format!("Done by {}.", short_day(day, context.today)), theme.dim),
        None if pending && late > 0 => (format!("{}.", capital(&late_words(late))), theme.urgent),
        None if pending => (String::new(), theme.claimed),
        None => (String::new(), theme.dim),
    };
    let what = action.what.as_str();
    let stop = if ending.is_empty() || what.ends_with(['.', '!', '?']) { "" } else { "." };
    let words = format!("{what}{stop} {ending}");
    let body = if pending { theme.text } else { theme.dim };
    gap(page);
    let label = (theme.glyphs.arrow, "to do", style);
    entry(page, (&day_words(action.by), body), label, &[(words, body)], width, context);
}

fn one_record(page: &mut RenderedRecord, one: &Record, context: RenderContext<'_>, width: usize) {
    let theme = context.theme;
    let (open, close) = theme.glyphs.quotes;
    let gone = !one.is_live();
    let (mark, label) = outcome_words(one, theme);
    let tone = if one.outcome == Outcome::NotAchieved { theme.late } else { theme.signed };
    let pick = |style: Style| if gone { theme.dim } else { style };
    let who = std::iter::once(one.signer_name.to_string()).chain(how_words(one)).collect::<Vec<_>>().join(", ");
    let mut parts = vec![(who, pick(theme.text))];
    parts.extend(one.feedback.iter().map(|feedback| (format!("{open}{feedback}{close}"), pick(theme.text))));
    parts.extend(after_words(one, context));
    let day = day_words(one.observed);
    entry(page, (&day, pick(theme.text)), (mark, label, pick(tone)), &parts, width, context);
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().collect::<String>() + letters.as_str()).unwrap_or_default()
}

fn gap(page: &mut RenderedRecord) {
    if !page.lines.is_empty() {
        page.lines.push(Vec::new());
    }
}

fn entry(
    page: &mut RenderedRecord,
    (day, day_style): (&str, Style),
    (mark, label, style): (&str, &str, Style),
    parts: &[(String, Style)],
    width: usize,
    context: RenderContext<'_>,
) {
    let lead = |words: &str, columns: usize| pad(words, columns, context.theme);
    let day = pad_left(day, DAY - 2, context.theme);
    let mut first =
        Some(vec![(lead(&day, DAY), day_style), (lead(format!("{mark} {label}").trim_start(), WORD), style)]);
    let indent = if width < NARROW { 2 } else { DAY + WORD };
    if width < NARROW {
        page.lines.extend(first.take());
    }
    for (words, style) in parts {
        for part in wrap(words.trim_end(), width.saturating_sub(indent).max(4)) {
            let mut pieces = first.take().unwrap_or_else(|| vec![(" ".repeat(indent), *style)]);
            pieces.push((part.to_owned(), *style));
            page.lines.push(pieces);
        }
    }
    page.lines.extend(first);
}

/// Returns what is known of the chosen record: when it was seen and signed, whether its signature checks, what comes next,
/// and its files.
fn about(
    record: &Record,
    ksb: &RecordKsb<'_>,
    context: RenderContext<'_>,
    check: Option<&RecordCheck>,
    width: usize,
) -> Vec<Pieces> {
    let theme = context.theme;
    let signed = record.signed.local();
    let when = signed.format("%H:%M");
    let seen = if signed.date() == record.observed {
        format!("{}, signed the same day at {when}", day_words(record.observed))
    } else {
        format!("{}, signed on {} at {when}", day_words(record.observed), day_words(signed.date()))
    };
    let registration = check.and_then(|check| check.registration.as_ref()).map(|number| format!(", {number}"));
    let of = format!(", {}, key of {}{}", record.entry(), record.signer_name, registration.unwrap_or_default());
    let (mark, word, style) = match check.map(|check| check.sound) {
        Some(true) => (theme.state_mark(ksb_status::State::Signed), " valid", theme.signed),
        Some(false) => (theme.state_mark(ksb_status::State::NotYet), " not valid", theme.urgent),
        None => ("", "not checked yet", theme.dim),
    };
    let due = ksb.of.local_of(ksb.ksb.code).map_or_else(|| check.and_then(|check| check.due), |local| local.due);
    let next = match (&record.withdrawn, record.outcome, due) {
        (Some(_), ..) => "none: it was taken back and no longer counts".to_owned(),
        (None, Outcome::NotAchieved, _) => match &record.action {
            Some(action) => format!("{} by {}", action.what, day_words(action.by)),
            None => "to be shown again".to_owned(),
        },
        (None, Outcome::Achieved, Some(due)) => format!("to be shown again by {}", day_words(due)),
        (None, Outcome::Achieved, None) => "none: it does not have to be shown again".to_owned(),
    };
    let files: Vec<&str> = record.evidence.iter().map(|file| file.name.as_str()).collect();
    let files = if files.is_empty() { "none".to_owned() } else { files.join(", ") };
    let row = |label: &str, pieces: Pieces| {
        let mut row = vec![(pad(label, LABEL, theme), theme.dim)];
        row.extend(pieces);
        row
    };
    let fit = |words: String| crate::widget::text::fit(&words, width.saturating_sub(LABEL), theme).into_owned();
    vec![
        row("Seen", vec![(fit(seen), theme.text)]),
        row("Signature", vec![(mark.to_owned(), style), (word.to_owned(), style), (of, theme.text)]),
        row("Next", vec![(fit(next), theme.text)]),
        row("Files", vec![(fit(files), theme.text)]),
    ]
}
