//! Divides the body of a screen between a list and the details of its chosen row. The parts keep their size, whatever is in
//! them.

use ratatui::layout::Rect;

/// The areas of both parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Split {
    pub list: Rect,
    /// `None` in a small window: the list covers the body.
    pub details: Option<Rect>,
    /// The column of the line between them, if they are side by side.
    pub divider: Option<u16>,
}

/// From this many columns on they are side by side.
const SIDE_BY_SIDE: u16 = 99;
/// Below this width or height there is only the list.
const LIST_ONLY: (u16, u16) = (59, 11);

/// Divides a body.
pub fn split(body: Rect) -> Split {
    if body.width < LIST_ONLY.0 || body.height < LIST_ONLY.1 {
        return Split { list: body, details: None, divider: None };
    }
    if body.width >= SIDE_BY_SIDE {
        let divider = body.x + body.width * 7 / 12 + 1;
        let list = Rect { width: divider - 1 - body.x, ..body };
        let details = Rect { x: divider + 1, width: body.right() - divider - 1, ..body };
        return Split { list, details: Some(details), divider: Some(divider) };
    }
    let above = body.height / 2;
    let details = Rect { y: body.y + above, height: body.height - above, ..body };
    // The last row above stays empty.
    Split { list: Rect { height: above - 1, ..body }, details: Some(details), divider: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_are_within_the_body_and_apart_at_every_size() {
        for (width, height) in (39..220).flat_map(|width| (7..60).map(move |height| (width, height))) {
            let body = Rect::new(0, 3, width, height);
            let Split { list, details, divider } = split(body);
            assert_eq!(list.intersection(body), list, "{width}x{height}");
            assert!(list.height >= 4, "{width}x{height}");
            let Some(details) = details else { continue };
            assert_eq!(details.intersection(body), details, "{width}x{height}");
            assert!(!details.intersects(list) && details.height >= 6 && details.width >= 40, "{width}x{height}");
            let between = divider.is_none_or(|x| x >= list.right() && x < details.x);
            assert!(between, "{width}x{height}");
        }
    }
}
