//! Draws a form, scrolled so that the focused field is visible.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::dialog::form::{Field, FieldKind, FieldLayout, Form, Options, Requiredness};
use crate::theme::{Focus, Theme};
use crate::widget::{draw, text, text_area_view, text_line_view, trace};
use countersign_core::primitives::date::long_day;

/// Columns of a label, and of a label in a row of two fields.
const LABEL: u16 = 13;
const NARROW_LABEL: u16 = 12;
const PAIRED: u16 = 29;
/// Minimum width for two fields in one row.
const PAIRS_FROM: u16 = 56;
/// Maximum rows of one field.
const MOST_ROWS: u16 = 6;

/// Returns the rows that the form takes at this width.
pub fn height(form: &Form, width: u16, theme: &Theme) -> u16 {
    slots(form, width, theme).iter().map(|slot| slot.area.bottom()).max().unwrap_or(0)
}

/// Draws the fields except those laid out apart. Returns the cursor position, if one of them has the focus.
pub fn draw_form(form: &Form, into: Rect, buf: &mut Buffer, theme: &Theme) -> Option<Position> {
    let into = into.intersection(buf.area);
    if into.is_empty() {
        return None;
    }
    let slots = slots(form, into.width, theme);
    let whole = Rect::new(0, 0, into.width, slots.iter().map(|slot| slot.area.bottom()).max().unwrap_or(0).max(1));
    let mut canvas = Buffer::empty(whole);
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
    if let Some(Rect { x, y, width, height }) = focused.map(|slot| slot.area) {
        let place = Rect { x: into.x + x, y: into.y + y - first, width, height };
        trace::row(place.intersection(into), Focus::Here);
    }
    for y in 0..into.height.min(whole.height - first) {
        for x in 0..into.width {
            buf[(into.x + x, into.y + y)] = canvas[(x, first + y)].clone();
        }
    }
    let seen = cursor.filter(|place| (first..first + into.height).contains(&place.y));
    seen.map(|place| Position::new(into.x + place.x, into.y + place.y - first))
}

/// The area of a field before scrolling.
struct Slot {
    index: usize,
    area: Rect,
    label: u16,
}

fn slots(form: &Form, width: u16, theme: &Theme) -> Vec<Slot> {
    let label = if width >= 44 { LABEL } else { NARROW_LABEL };
    let mut slots: Vec<Slot> = Vec::new();
    let mut y = 0;
    for (index, field) in form.fields.iter().enumerate() {
        let same_line = field.place == FieldLayout::Beside && width >= PAIRS_FROM && !slots.is_empty();
        let (x, y_here) = match field.place {
            FieldLayout::Apart | FieldLayout::Away => continue,
            _ if same_line => (PAIRED, slots.last().map_or(y, |slot| slot.area.y)),
            _ => (0, y),
        };
        let value = width.saturating_sub(x + label);
        let rows = value_rows(field, value, theme) + fault_rows(field, value);
        slots.push(Slot { index, area: Rect::new(x, y_here, width - x, rows), label });
        y = y.max(y_here + rows);
    }
    slots
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
    let mark = if shown.need == Requiredness::Required { " *" } else { "" };
    draw::line(buf, label, 0, &[(shown.label, style), (mark, theme.claimed)], theme);
    let value = Rect { x: slot.area.x + label.width, width: slot.area.width - label.width, ..slot.area };
    let rows = value_rows(shown, value.width, theme);
    let cursor = draw_value(form, shown, Rect { height: rows, ..value }, buf, theme);
    if let Some(fault) = &shown.fault {
        for (row, line) in text::wrap(fault, usize::from(value.width)).iter().enumerate() {
            draw::line(buf, value, rows + row as u16, &[(line, theme.urgent)], theme);
        }
    }
    cursor.filter(|_| focused)
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
            let place = text_line_view::draw(typed, value, buf, theme.text);
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
    }
}

fn draw_radio(options: &Options, value: Rect, buf: &mut Buffer, theme: &Theme) -> Option<Position> {
    let stacked = value.height > 1;
    let mut cursor = None;
    let mut at = value;
    for (index, (_, words)) in options.all.iter().enumerate() {
        let chosen = index == options.chosen;
        let (glyph, style) =
            if chosen { (theme.glyphs.radio_on, theme.strong) } else { (theme.glyphs.radio_off, theme.text) };
        let used = draw::line(buf, at, 0, &[(glyph, style), (" ", style), (words, style)], theme);
        if chosen {
            cursor = Some(Position::new((at.x + 1).min(value.right().saturating_sub(1)), at.y));
        }
        at = if stacked {
            Rect { y: at.y + 1, height: at.height.saturating_sub(1), ..at }
        } else {
            let used = (used + 3).min(at.width);
            Rect { x: at.x + used, width: at.width - used, ..at }
        };
    }
    cursor
}
