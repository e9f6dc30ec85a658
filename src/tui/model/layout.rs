//! Computes the areas of a trainee's panes and what is in view in them.

use ratatui::layout::Rect;

use crate::command::{PaneId, ScreenId};
use crate::model::Model;
use crate::model::trainee_view::TraineeView;
use crate::pane::progress::LEAST;
use crate::pane::record::{Reader, RecordKsb, RenderContext, RenderedRecord, Subject};
use crate::pane::{duties, ksbs, outstanding as list, record};
use crate::widget::part::inner;
use crate::widget::window::parts;
use countersign_core::primitives::ids::KsbCode;
use countersign_core::standard::local_view::LocalKsb;

/// The areas of the Sign-off screen's panes; `None` for one that is hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignOffAreas {
    pub duties: Option<Rect>,
    pub ksbs: Option<Rect>,
    pub record: Option<Rect>,
    pub progress: Option<Rect>,
    pub wide: LayoutWidth,
}

/// Whether the window is wide enough for three columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LayoutWidth {
    /// From 100 columns.
    Yes,
    No,
}

/// Below this width or height, one pane is shown at a time.
const ONE_PANE: (u16, u16) = (60, 16);
/// Minimum window width for three columns.
const THREE_PANES: u16 = 100;
/// Minimum rows of the record below the other panes.
const RECORD_LEAST: u16 = 7;

/// Divides the body for a window of this size.
fn sign_off_areas(body: Rect, window: (u16, u16), duties: usize, focus: PaneId) -> SignOffAreas {
    if window.0 < ONE_PANE.0 || window.1 < ONE_PANE.1 {
        let shown = |pane| (focus == pane).then_some(body);
        return SignOffAreas {
            duties: shown(PaneId::Duties),
            ksbs: if matches!(focus, PaneId::Duties | PaneId::Record) { None } else { Some(body) },
            record: shown(PaneId::Record),
            progress: None,
            wide: LayoutWidth::No,
        };
    }
    let rows = duties as u16 + 3;
    if window.0 >= THREE_PANES { side_by_side(body, rows) } else { stacked(body, rows) }
}

fn side_by_side(body: Rect, rows: u16) -> SignOffAreas {
    let side = (body.width * 2 / 7).clamp(28, 44);
    let left = Rect { width: side, ..body };
    // One column for the line before each of the other two.
    let middle = Rect { x: body.x + side + 1, width: body.width - 2 * side - 2, ..body };
    let right = Rect { x: middle.right() + 1, width: side, ..body };
    // One row more than the duties need, so that the list does not look cramped.
    let above = (rows + 1).min(body.height);
    let split = body.height - above >= LEAST;
    let (duties, progress) = if split {
        let below = Rect { y: left.y + above, height: left.height - above, ..left };
        (Rect { height: above, ..left }, Some(below))
    } else {
        (left, None)
    };
    SignOffAreas { duties: Some(duties), ksbs: Some(middle), record: Some(right), progress, wide: LayoutWidth::Yes }
}

fn stacked(body: Rect, rows: u16) -> SignOffAreas {
    let above = rows.min(body.height.saturating_sub(RECORD_LEAST)).max(body.height * 3 / 5);
    let side = (body.width * 3 / 8).clamp(22, 34);
    let duties = Rect { width: side, height: above, ..body };
    let ksbs = Rect { x: body.x + side + 1, width: body.width - side - 1, height: above, ..body };
    let record = Rect { y: body.y + above, height: body.height - above, ..body };
    SignOffAreas { duties: Some(duties), ksbs: Some(ksbs), record: Some(record), progress: None, wide: LayoutWidth::No }
}

/// The areas of the Outstanding screen's panes; `None` for one that is hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutstandingAreas {
    pub list: Option<Rect>,
    pub record: Option<Rect>,
}

/// Divides the body for a window of this size.
fn outstanding_areas(body: Rect, window: (u16, u16), focus: PaneId) -> OutstandingAreas {
    if window.0 < ONE_PANE.0 || window.1 < ONE_PANE.1 {
        let (list, record) = if focus == PaneId::Record { (None, Some(body)) } else { (Some(body), None) };
        return OutstandingAreas { list, record };
    }
    let below = (body.height / 3).max(RECORD_LEAST);
    let above = body.height - below;
    let list = Rect { height: above, ..body };
    OutstandingAreas { list: Some(list), record: Some(Rect { y: body.y + above, height: below, ..body }) }
}

/// Returns the screen's part of the window, if the window is large enough.
pub fn body(model: &Model) -> Option<Rect> {
    parts(Rect::new(0, 0, model.size.0, model.size.1)).map(|parts| parts.body)
}

/// Returns the areas of the Sign-off screen's panes.
pub fn panes(model: &Model) -> Option<SignOffAreas> {
    let count =
        model.trainee_view.trainee_record.as_ref().map_or(10, |trainee_record| duties::count(trainee_record) - 1);
    body(model).map(|body| sign_off_areas(body, model.size, count, model.trainee_view.focus))
}

/// Returns how many lines of a KSB's text a row shows.
pub fn room(areas: SignOffAreas) -> ksbs::RowDensity {
    match areas.wide {
        LayoutWidth::Yes => ksbs::RowDensity::TwoLines,
        LayoutWidth::No => ksbs::RowDensity::OneLine,
    }
}

/// Returns the subject of the record pane: the duty while the duties have the focus, else the KSB under the cursor.
pub fn subject(trainee_view: &TraineeView) -> Option<Subject<'_>> {
    let trainee_record = trainee_view.trainee_record.as_ref()?;
    match trainee_view.current() {
        Some(code) if trainee_view.focus != PaneId::Duties => {
            let (ksb, state) = trainee_view.ksb(code)?;
            let claim = trainee_record.claims.get(&code);
            let local = trainee_record.local_of(code).map(LocalKsb::words).or_else(|| trainee_record.also_seen(code));
            let (ksb, records) = (RecordKsb { ksb, state, local }, trainee_view.records.get(&code).map(Vec::as_slice));
            Some(Subject::Ksb(ksb, records, claim))
        }
        _ => Some(Subject::Duty(trainee_record, trainee_view.duties.chosen)),
    }
}

/// Renders the record pane's lines.
pub fn rendered_record(model: &Model, inner: Rect) -> Option<RenderedRecord> {
    subject(&model.trainee_view).map(|subject| record::render(&subject, render_context(model), inner))
}

/// Returns the context that the record pane is rendered in.
pub fn render_context(model: &Model) -> RenderContext<'_> {
    let reader = if model.access_mode.own().is_some() { Reader::Own } else { Reader::Department };
    RenderContext { today: model.today, theme: &model.theme, keymap: &model.keymap, reader }
}

/// Returns the KSBs whose rows are on the screen.
pub fn rows_shown(model: &Model) -> Vec<KsbCode> {
    let Some(trainee_record) = &model.trainee_view.trainee_record else { return Vec::new() };
    if model.screen == ScreenId::Outstanding {
        let state = &model.trainee_view.outstanding;
        let Some(area) = outstanding(model).and_then(|areas| areas.list) else { return Vec::new() };
        let height = usize::from(list::list_area(state, inner(area)).height);
        let rows = list::listed(state, trainee_record, model.today);
        return rows.iter().skip(state.top).take(height).map(|row| row.code).collect();
    }
    let Some(areas) = panes(model) else { return Vec::new() };
    let Some(area) = areas.ksbs else { return Vec::new() };
    let (state, rows) = (&model.trainee_view.ksbs, model.trainee_view.rows());
    ksbs::window(state, &rows, room(areas), inner(area)).map(|(row, _)| row.ksb.code).collect()
}

/// Returns the marked KSBs that are not on the screen, and the KSB under the cursor if it is not marked.
pub fn unseen(model: &Model) -> (Vec<KsbCode>, Option<KsbCode>) {
    let marks = &model.trainee_view.marks;
    if marks.is_empty() || !matches!(model.screen, ScreenId::SignOff | ScreenId::Outstanding) {
        return (Vec::new(), None);
    }
    let shown = rows_shown(model);
    let hidden = marks.iter().copied().filter(|code| !shown.contains(code)).collect();
    (hidden, model.trainee_view.current().filter(|code| !marks.contains(code)))
}

/// Returns the areas of the Outstanding screen's panes.
pub fn outstanding(model: &Model) -> Option<OutstandingAreas> {
    body(model).map(|body| outstanding_areas(body, model.size, model.trainee_view.focus))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(width: u16, height: u16, focus: PaneId) -> SignOffAreas {
        sign_off_areas(Rect::new(0, 1, width, height - 2), (width, height), 10, focus)
    }

    #[test]
    fn panes_never_overlap_nor_leave_the_body_at_any_size() {
        for (width, height) in (40..200).flat_map(|width| (10..60).map(move |height| (width, height))) {
            let areas = at(width, height, PaneId::Ksbs);
            let shown: Vec<Rect> =
                [areas.duties, areas.ksbs, areas.record, areas.progress].into_iter().flatten().collect();
            let body = Rect::new(0, 1, width, height - 2);
            // What is left over are the lines between the panes.
            let lines = [areas.ksbs, areas.record].into_iter().flatten().filter(|area| area.x > 0);
            let lines: u32 = lines.map(|area| u32::from(area.height)).sum();
            assert_eq!(shown.iter().map(|area| area.area()).sum::<u32>() + lines, body.area(), "{width}x{height}");
            for area in &shown {
                assert_eq!(area.intersection(body), *area, "{width}x{height}");
                assert!(
                    shown.iter().all(|other| other == area || other.intersection(*area).is_empty()),
                    "{width}x{height}"
                );
            }
        }
    }

    #[test]
    fn the_panes_stand_side_by_side_from_100_columns_stacked_at_80_and_alone_below_60_by_16() {
        let wide = at(120, 36, PaneId::Ksbs);
        assert_eq!(wide.ksbs.map(|area| (area.x, area.width)), Some((35, 50)));
        let mid = at(80, 24, PaneId::Ksbs);
        assert_eq!((mid.duties, mid.record), (Some(Rect::new(0, 1, 30, 13)), Some(Rect::new(0, 14, 80, 9))));
        for (width, height) in [(59, 30), (100, 15)] {
            let small = at(width, height, PaneId::Record);
            assert_eq!((small.duties, small.ksbs), (None, None));
            assert!(small.record.is_some());
        }
    }

    #[test]
    fn the_outstanding_panes_fill_the_body_and_never_overlap() {
        for (width, height) in (40..140).flat_map(|width| (10..60).map(move |height| (width, height))) {
            let body = Rect::new(0, 1, width, height - 2);
            let areas = outstanding_areas(body, (width, height), PaneId::Ksbs);
            let all: u32 = [areas.list, areas.record].into_iter().flatten().map(Rect::area).sum();
            assert_eq!(all, body.area(), "{width}x{height}");
        }
        assert_eq!(outstanding_areas(Rect::new(0, 1, 40, 8), (40, 10), PaneId::Record).list, None);
    }
}
