//! Draws a form, scrolled so that the focused field is visible.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::dialog::form::{Field, FieldKind, FieldLayout, Form, Options, Requiredness};
use crate::theme::{Focus, Theme};
use crate::widget::{draw, text, text_area_view, text_line_view, trace};
use countersign_core::primitives::date::{long_day, short_day};

/// Columns of a label.
const LABEL: u16 = 13;
const NARROW_LABEL: u16 = 12;
/// Columns of a letter and the space after it.
const LETTER: u16 = 2;
/// Columns of a letter and a label where fields are in two columns: on the left, and on the right or in a single column.
const LEFT_LABEL: u16 = 12;
const RIGHT_LABEL: u16 = 15;
/// Minimum width for two fields in one row.
const PAIRS_FROM: u16 = 68;
/// Maximum rows of one field.
const MOST_ROWS: u16 = 6;

/// Returns the rows that the form takes at this width.
pub fn height(form: &Form, width: u16, theme: &Theme) -> u16 {
    slots(form, width, theme).iter().map(|slot| slot.area.bottom()).max().unwrap_or(0)
}

/// Draws the fields except those laid out apart. Returns the cursor position and the rows of the field with the focus, if
/// one of them has it.
pub fn draw_fields(form: &Form, into: Rect, buf: &mut Buffer, theme: &Theme) -> (Option<Position>, Option<Rect>) {
    let into = into.intersection(buf.area);
    if into.is_empty() {
        return (None, None);
    }
    let slots = slots(form, into.width, theme);
    let whole = Rect::new(0, 0, into.width, slots.iter().map(|slot| slot.area.bottom()).max().unwrap_or(0).max(1));
    let mut canvas = Buffer::empty(whole);
    theme.raise(&mut canvas, whole);
    let mut cursor = None;
    let mut first = 0;
    for slot in &slots {
        let focused = slot.index == form.focus;
        let place = draw_field(form, slot, &mut canvas, theme);
        if focused {
            cursor = place;
            let last = slot.area.bottom().max(place.map_or(0, |place| place.y + 1));
            first = last.saturating_sub(into.height).min(slot.area.y);
        }
    }
    let focused = slots.iter().find(|slot| slot.index == form.focus && slot.area.y >= first);
    let lit = focused.map(|slot| {
        let Rect { x, y, width, height } = slot.area;
        Rect { x: into.x + x, y: into.y + y - first, width, height }.intersection(into)
    });
    if let Some(place) = lit {
        trace::row(place, Focus::Here);
        let slot = focused.filter(|slot| !form.paired && slot.area.width > slot.label);
        if let Some((slot, FieldKind::Radio(options))) = slot.map(|slot| (slot, &form.fields[slot.index].kind)) {
            let rows = slot.area.height - fault_rows(&form.fields[slot.index], slot.area.width - slot.label);
            let value = Rect { x: place.x + slot.label, width: place.width - slot.label, height: rows, ..place };
            for area in option_areas(options, value, theme) {
                trace::option(area.intersection(into));
            }
        }
    }
    for y in 0..into.height.min(whole.height - first) {
        for x in 0..into.width {
            buf[(into.x + x, into.y + y)] = canvas[(x, first + y)].clone();
        }
    }
    let seen = cursor.filter(|place| (first..first + into.height).contains(&place.y));
    (seen.map(|place| Position::new(into.x + place.x, into.y + place.y - first)), lit)
}

/// The area of a field before scrolling.
struct Slot {
    index: usize,
    area: Rect,
    label: u16,
}

fn slots(form: &Form, width: u16, theme: &Theme) -> Vec<Slot> {
    if form.paired {
        return paired_slots(form, width, theme);
    }
    let label = if width >= 44 { LABEL } else { NARROW_LABEL } + if form.letters { LETTER } else { 0 };
    let mut slots: Vec<Slot> = Vec::new();
    let mut y = 0;
    for (index, field) in form.fields.iter().enumerate() {
        if matches!(field.place, FieldLayout::Apart | FieldLayout::Away) {
            continue;
        }
        let value = width.saturating_sub(label);
        let rows = value_rows(field, value, theme) + fault_rows(field, value);
        slots.push(Slot { index, area: Rect::new(0, y, width, rows), label });
        y += rows;
    }
    slots
}

/// Places fields in two columns where there is room. A field that needs more than its cell takes rows of its own.
fn paired_slots(form: &Form, width: u16, theme: &Theme) -> Vec<Slot> {
    let right = (width >= PAIRS_FROM).then_some((width / 2).saturating_sub(1));
    let left_label = if right.is_some() { LEFT_LABEL } else { RIGHT_LABEL };
    let mut slots: Vec<Slot> = Vec::new();
    let mut y = 0;
    // The row whose right cell is free.
    let mut free = None;
    for (index, field) in form.fields.iter().enumerate() {
        let (x, label) = match (field.place, right) {
            (FieldLayout::Apart | FieldLayout::Away, _) => continue,
            (FieldLayout::Beside, Some(right)) => (right, RIGHT_LABEL),
            (FieldLayout::Own | FieldLayout::Beside, _) => (0, left_label),
        };
        let end = right.filter(|right| x < *right).map_or(width, |right| right.saturating_sub(1));
        let cell = end.saturating_sub(x + label);
        if needs_rows(form, index, cell) {
            let value = width.saturating_sub(label);
            let rows = value_rows(field, value, theme) + fault_rows(field, value);
            slots.push(Slot { index, area: Rect::new(0, y, width, rows), label });
            (y, free) = (y + rows, None);
            continue;
        }
        let top = free.take().filter(|_| x > 0).unwrap_or(y);
        slots.push(Slot { index, area: Rect::new(x, top, end.saturating_sub(x), 1), label });
        y = y.max(top + 1);
        free = (x == 0 && right.is_some()).then_some(top);
    }
    slots
}

/// Whether a field takes rows of its own: a text that is open or too long for its cell, or a field with a message.
fn needs_rows(form: &Form, index: usize, cell: u16) -> bool {
    let field = &form.fields[index];
    let long = |text: &str| text.contains('\n') || text::columns(text) > usize::from(cell);
    field.fault.is_some()
        || match &field.kind {
            FieldKind::Text(typed) => index == form.focus || long(typed.text()),
            FieldKind::Day(typed) => index != form.focus && long(typed.text()),
            FieldKind::Radio(_)
            | FieldKind::Cycle(_)
            | FieldKind::Find(_)
            | FieldKind::Secret(_)
            | FieldKind::Key(_) => false,
        }
}

fn value_rows(field: &Field, width: u16, theme: &Theme) -> u16 {
    match &field.kind {
        FieldKind::Text(typed) => text_area_view::height(typed, width).clamp(1, MOST_ROWS),
        FieldKind::Radio(options) if radio_columns(options, theme) > usize::from(width) => options.all.len() as u16,
        _ => 1,
    }
}

fn fault_rows(field: &Field, width: u16) -> u16 {
    field.fault.as_ref().map_or(0, |fault| text::wrap(fault, usize::from(width)).len() as u16)
}

/// Returns the columns that a value takes on one row.
pub fn value_columns(kind: &FieldKind, theme: &Theme) -> usize {
    match kind {
        FieldKind::Radio(options) => radio_columns(options, theme),
        FieldKind::Cycle(options) => options.all.get(options.chosen).map_or(0, |(_, words)| text::columns(words)),
        FieldKind::Text(typed) | FieldKind::Day(typed) => text::columns(typed.text()) + 1,
        FieldKind::Find(find) => text::columns(find.text()) + 1,
        FieldKind::Secret(hidden) => hidden.columns(theme) + 1,
        FieldKind::Key(place) => text::columns(place),
    }
}

fn radio_columns(options: &Options, theme: &Theme) -> usize {
    let each = options.all.iter().map(|(_, words)| text::columns(theme.glyphs.radio_on) + 1 + text::columns(words));
    each.sum::<usize>() + 3 * options.all.len().saturating_sub(1)
}

fn draw_field(form: &Form, slot: &Slot, buf: &mut Buffer, theme: &Theme) -> Option<Position> {
    let shown = &form.fields[slot.index];
    let focused = slot.index == form.focus;
    let label = Rect { width: slot.label.min(slot.area.width), ..slot.area };
    let style = if focused { theme.key } else { theme.dim };
    // In two columns an empty value says that it is needed.
    let mark = if shown.need == Requiredness::Required && !form.paired { " *" } else { "" };
    let letter = match shown.letter.filter(|_| form.letters) {
        Some(letter) => format!("{letter} "),
        None if form.letters && !form.paired => " ".repeat(usize::from(LETTER)),
        None => String::new(),
    };
    draw::line(buf, label, 0, &[(&letter, theme.key), (shown.label, style), (mark, theme.claimed)], theme);
    let value = Rect { x: slot.area.x + label.width, width: slot.area.width - label.width, ..slot.area };
    let rows = slot.area.height.saturating_sub(fault_rows(shown, value.width)).max(1);
    let value_area = Rect { height: rows, ..value };
    let cursor = if form.paired {
        draw_short(form, shown, focused, value_area, buf, theme)
    } else {
        draw_value(form, shown, value_area, buf, theme)
    };
    if let Some(fault) = &shown.fault {
        for (row, line) in text::wrap(fault, usize::from(value.width)).iter().enumerate() {
            draw::line(buf, value, rows + row as u16, &[(line, theme.urgent)], theme);
        }
    }
    cursor.filter(|_| focused)
}

/// Draws a value in its cell, in words; one that is being typed, or is too long for it, as it is typed.
fn draw_short(
    form: &Form,
    shown: &Field,
    focused: bool,
    value: Rect,
    buf: &mut Buffer,
    theme: &Theme,
) -> Option<Position> {
    let (words, style) = match &shown.kind {
        FieldKind::Radio(options) | FieldKind::Cycle(options) => {
            let (slug, words) = options.all.get(options.chosen).cloned().unwrap_or_default();
            (words.into_owned(), if slug.is_empty() { theme.dim } else { theme.text })
        }
        FieldKind::Text(typed) | FieldKind::Day(typed) if typed.text().trim().is_empty() && !focused => {
            match shown.need {
                Requiredness::Required => ("needed".to_owned(), theme.claimed),
                Requiredness::Optional => ("none".to_owned(), theme.dim),
            }
        }
        FieldKind::Day(typed) if !focused && value.height == 1 => (day_in_words(form, shown, typed.text()), theme.text),
        FieldKind::Text(_) | FieldKind::Day(_) | FieldKind::Find(_) | FieldKind::Secret(_) | FieldKind::Key(_) => {
            return draw_value(form, shown, value, buf, theme);
        }
    };
    let note = if shown.note.is_empty() { String::new() } else { format!(", {}", shown.note) };
    let words = text::fit(&(words + &note), usize::from(value.width), theme).into_owned();
    draw::line(buf, value, 0, &[(&words, style)], theme);
    Some(value.as_position())
}

/// Returns a day as it was typed and as a date: `today, Sat 28 Nov`.
fn day_in_words(form: &Form, shown: &Field, typed: &str) -> String {
    let Ok(day) = form.day(shown.name) else { return typed.to_owned() };
    let date = format!("{} {}", day.format("%a"), short_day(day, form.today));
    if typed.chars().any(|c| c.is_ascii_digit()) { date } else { format!("{}, {date}", typed.trim()) }
}

/// Draws the value of a field and returns the cursor position in it.
pub fn draw_value(form: &Form, shown: &Field, value: Rect, buf: &mut Buffer, theme: &Theme) -> Option<Position> {
    match &shown.kind {
        FieldKind::Radio(options) => draw_radio(options, value, buf, theme),
        FieldKind::Cycle(options) => {
            let (slug, words) = options.all.get(options.chosen).cloned().unwrap_or_default();
            let style = if slug.is_empty() { theme.dim } else { theme.text };
            draw::line(buf, value, 0, &[(&words, style)], theme);
            Some(value.as_position())
        }
        FieldKind::Text(typed) if value.height > 1 => text_area_view::draw(typed, value, buf, theme.text),
        FieldKind::Text(typed) => text_line_view::draw(typed, value, buf, theme.text),
        FieldKind::Day(typed) => {
            let style = if form.replaces { theme.dim } else { theme.text };
            let place = text_line_view::draw(typed, value, buf, style);
            let typed_date = form.day(shown.name).map_or_else(|_| "not a date".to_owned(), long_day);
            let used = text::columns(typed.text()) as u16 + 2;
            if used < value.width && !typed.text().is_empty() {
                let rest = Rect { x: value.x + used, width: value.width - used, ..value };
                draw::line(buf, rest, 0, &[(&typed_date, theme.dim)], theme);
            }
            place
        }
        FieldKind::Find(find) => {
            let style = if find.is_fresh() { theme.strong } else { theme.text };
            let place = text_line_view::draw(find.input(), value, buf, style);
            let used = text::columns(find.text()) as u16 + 2;
            if used < value.width {
                let rest = Rect { x: value.x + used, width: value.width - used, ..value };
                draw::line(buf, rest, 0, &[(&find.aside(), theme.dim)], theme);
            }
            place
        }
        FieldKind::Secret(hidden) => hidden.draw(value, buf, theme),
        FieldKind::Key(place) => {
            draw::line(buf, value, 0, &[(place, theme.text)], theme);
            Some(value.as_position())
        }
    }
}

/// Returns the place of each option: below each other in a value of several rows, else side by side.
fn option_areas(options: &Options, value: Rect, theme: &Theme) -> Vec<Rect> {
    let mut areas = Vec::new();
    let mut at = value;
    for (_, words) in &options.all {
        let used = (text::columns(theme.glyphs.radio_on) + 1 + text::columns(words)) as u16;
        areas.push(Rect { width: used.min(at.width), height: at.height.min(1), ..at });
        at = if value.height > 1 {
            Rect { y: at.y + 1, height: at.height.saturating_sub(1), ..at }
        } else {
            let used = (used + 3).min(at.width);
            Rect { x: at.x + used, width: at.width - used, ..at }
        };
    }
    areas
}

fn draw_radio(options: &Options, value: Rect, buf: &mut Buffer, theme: &Theme) -> Option<Position> {
    let mut cursor = None;
    for ((index, (_, words)), at) in options.all.iter().enumerate().zip(option_areas(options, value, theme)) {
        let chosen = index == options.chosen;
        let (glyph, style) =
            if chosen { (theme.glyphs.radio_on, theme.strong) } else { (theme.glyphs.radio_off, theme.text) };
        draw::line(buf, at, 0, &[(glyph, style), (" ", style), (words, style)], theme);
        if chosen {
            cursor = Some(Position::new((at.x + 1).min(value.right().saturating_sub(1)), at.y));
        }
    }
    cursor
}
