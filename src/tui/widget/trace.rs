//! Notes where a drawing puts its parts and its chosen rows, so that the mouse finds them wherever a screen has them.

use std::cell::RefCell;

use ratatui::layout::Rect;

use crate::theme::Focus;

/// Where a drawing put what can be clicked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trace {
    /// The parts of the screen with their headings.
    pub parts: Vec<(Rect, Focus)>,
    /// The chosen rows of the part with the focus; in a dialog, the field with the focus.
    pub rows: Vec<Rect>,
    /// The keys that a dialog names.
    pub keys: Vec<(Rect, &'static str)>,
    /// The options of the field with the focus, in order.
    pub options: Vec<Rect>,
    /// The rows of a picker, in order: one key leads from each to the next.
    pub choices: Vec<Rect>,
}

thread_local! {
    static TRACE: RefCell<Option<Trace>> = const { RefCell::new(None) };
}

/// Draws, and returns where the parts and the chosen rows are.
pub fn traced<T>(draw: impl FnOnce() -> T) -> (T, Trace) {
    TRACE.set(Some(Trace::default()));
    let drawn = draw();
    (drawn, TRACE.take().unwrap_or_default())
}

/// Notes a part.
pub fn part(area: Rect, focus: Focus) {
    note(|trace| trace.parts.push((area, focus)));
}

/// Notes a chosen row.
pub fn row(area: Rect, focus: Focus) {
    if focus == Focus::Here {
        note(|trace| trace.rows.push(area));
    }
}

/// Notes a key that a dialog names.
pub fn key(area: Rect, key: &'static str) {
    note(|trace| trace.keys.push((area, key)));
}

/// Notes an option of the field with the focus.
pub fn option(area: Rect) {
    note(|trace| trace.options.push(area));
}

/// Notes a row of a picker, chosen or not.
pub fn choice(area: Rect) {
    note(|trace| trace.choices.push(area));
}

fn note(change: impl FnOnce(&mut Trace)) {
    TRACE.with_borrow_mut(|trace| trace.as_mut().map(change));
}
