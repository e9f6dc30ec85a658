//! Lays out screen 1, Sign-off: duties, KSBs, competence record.

use ratatui::layout::Rect;

use crate::tui::command::PaneId;
use crate::tui::pane::progress::LEAST;

/// The areas of the panes; `None` for one that is hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Areas {
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
pub fn areas(body: Rect, window: (u16, u16), duties: usize, focus: PaneId) -> Areas {
    if window.0 < ONE_PANE.0 || window.1 < ONE_PANE.1 {
        let shown = |pane| (focus == pane).then_some(body);
        return Areas {
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

fn side_by_side(body: Rect, rows: u16) -> Areas {
    let side = (body.width * 2 / 7).clamp(28, 44);
    let left = Rect { width: side, ..body };
    let middle = Rect { x: body.x + side, width: body.width - 2 * side, ..body };
    let right = Rect { x: middle.right(), width: side, ..body };
    // One row more than the duties need, so that the list does not look cramped.
    let above = (rows + 1).min(body.height);
    let split = body.height - above >= LEAST;
    let (duties, progress) = if split {
        let below = Rect { y: left.y + above, height: left.height - above, ..left };
        (Rect { height: above, ..left }, Some(below))
    } else {
        (left, None)
    };
    Areas { duties: Some(duties), ksbs: Some(middle), record: Some(right), progress, wide: LayoutWidth::Yes }
}

fn stacked(body: Rect, rows: u16) -> Areas {
    let above = rows.min(body.height.saturating_sub(RECORD_LEAST)).max(body.height * 3 / 5);
    let side = (body.width * 3 / 8).clamp(22, 34);
    let duties = Rect { width: side, height: above, ..body };
    let ksbs = Rect { x: body.x + side, width: body.width - side, height: above, ..body };
    let record = Rect { y: body.y + above, height: body.height - above, ..body };
    Areas { duties: Some(duties), ksbs: Some(ksbs), record: Some(record), progress: None, wide: LayoutWidth::No }
}

/// Returns the next pane for Tab.
pub fn next(pane: PaneId) -> PaneId {
    match pane {
        PaneId::Duties => PaneId::Ksbs,
        PaneId::Ksbs => PaneId::Record,
        _ => PaneId::Duties,
    }
}

/// Returns the previous pane.
pub fn previous(pane: PaneId) -> PaneId {
    next(next(pane))
}

/// Returns the area within a pane's border.
pub fn inner(area: Rect) -> Rect {
    Rect { x: area.x + 1, y: area.y + 1, width: area.width.saturating_sub(2), height: area.height.saturating_sub(2) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(width: u16, height: u16, focus: PaneId) -> Areas {
        areas(Rect::new(0, 1, width, height - 2), (width, height), 10, focus)
    }

    #[test]
    fn panes_never_overlap_nor_leave_the_body_at_any_size() {
        for (width, height) in (40..200).flat_map(|width| (10..60).map(move |height| (width, height))) {
            let areas = at(width, height, PaneId::Ksbs);
            let shown: Vec<Rect> =
                [areas.duties, areas.ksbs, areas.record, areas.progress].into_iter().flatten().collect();
            let body = Rect::new(0, 1, width, height - 2);
            assert_eq!(shown.iter().map(|area| area.area()).sum::<u32>(), body.area(), "{width}x{height}");
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
        assert_eq!(wide.ksbs.map(|area| (area.x, area.width)), Some((34, 52)));
        let mid = at(80, 24, PaneId::Ksbs);
        assert_eq!((mid.duties, mid.record), (Some(Rect::new(0, 1, 30, 13)), Some(Rect::new(0, 14, 80, 9))));
        for (width, height) in [(59, 30), (100, 15)] {
            let small = at(width, height, PaneId::Record);
            assert_eq!((small.duties, small.ksbs), (None, None));
            assert!(small.record.is_some());
        }
    }
}
