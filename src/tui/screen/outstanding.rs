//! Lays out the outstanding list above the record of the selected KSB.

use ratatui::layout::Rect;

use crate::tui::command::PaneId;

/// The areas of the panes; `None` for one that is hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Areas {
    pub list: Option<Rect>,
    pub record: Option<Rect>,
}

/// Below this width or height, one pane is shown at a time.
const ONE_PANE: (u16, u16) = (60, 16);
/// Minimum rows of the record below the list.
const RECORD_LEAST: u16 = 7;

/// Divides the body for a window of this size.
pub fn areas(body: Rect, window: (u16, u16), focus: PaneId) -> Areas {
    if window.0 < ONE_PANE.0 || window.1 < ONE_PANE.1 {
        let (list, record) = if focus == PaneId::Record { (None, Some(body)) } else { (Some(body), None) };
        return Areas { list, record };
    }
    let below = (body.height / 3).max(RECORD_LEAST);
    let above = body.height - below;
    let list = Rect { height: above, ..body };
    Areas { list: Some(list), record: Some(Rect { y: body.y + above, height: below, ..body }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_panes_fill_the_body_and_never_overlap() {
        for (width, height) in (40..140).flat_map(|width| (10..60).map(move |height| (width, height))) {
            let body = Rect::new(0, 1, width, height - 2);
            let areas = areas(body, (width, height), PaneId::Outstanding);
            let all: u32 = [areas.list, areas.record].into_iter().flatten().map(Rect::area).sum();
            assert_eq!(all, body.area(), "{width}x{height}");
        }
        assert_eq!(areas(Rect::new(0, 1, 40, 8), (40, 10), PaneId::Record).list, None);
    }
}
