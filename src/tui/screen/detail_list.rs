//! Lays out screens 4 and 5, Readiness and Reviews: a list above the details of the selected line.

use ratatui::layout::Rect;

use crate::tui::pane::detail_list::{Areas, State};

/// Below this width or height, one pane is shown at a time.
const ONE_PANE: (u16, u16) = (60, 16);
/// Minimum rows of the details below the list.
const WHY_LEAST: u16 = 8;

/// Divides the body for a window of this size. A list of `count` lines takes no more than it needs.
pub fn areas(body: Rect, window: (u16, u16), count: usize, state: &State) -> Areas {
    if state.open.is_some() {
        return Areas { list: None, why: Some(body) };
    }
    if window.0 < ONE_PANE.0 || window.1 < ONE_PANE.1 {
        return Areas { list: Some(body), why: None };
    }
    let most = body.height - (body.height / 3).max(WHY_LEAST);
    let wanted = u16::try_from(count + 2).unwrap_or(u16::MAX);
    let above = wanted.max(body.height / 2).min(most);
    let list = Rect { height: above, ..body };
    Areas { list: Some(list), why: Some(Rect { y: body.y + above, height: body.height - above, ..body }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_panes_fill_the_body_and_the_reasons_always_have_room() {
        for (width, height) in (40..140).flat_map(|width| (10..60).map(move |height| (width, height))) {
            let body = Rect::new(0, 1, width, height - 2);
            for count in [0, 9, 300] {
                let areas = areas(body, (width, height), count, &State::default());
                let all: u32 = [areas.list, areas.why].into_iter().flatten().map(Rect::area).sum();
                assert_eq!(all, body.area(), "{width}x{height}");
                assert!(areas.why.is_none_or(|area| area.height >= WHY_LEAST.min(body.height / 2)));
            }
            let open = State { open: Some(0), ..State::default() };
            assert_eq!(super::areas(body, (width, height), 9, &open), Areas { list: None, why: Some(body) });
        }
    }
}
