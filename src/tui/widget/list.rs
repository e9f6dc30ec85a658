//! Selects the visible rows of a list and their areas.

use ratatui::layout::Rect;

/// Returns the first row to show so that all of the selected one is visible: as close as possible to `before`, the previous
/// first row, and without empty rows at the end while rows above are hidden.
pub fn first(before: usize, chosen: usize, count: usize, space: u16, height: impl Fn(usize) -> u16) -> usize {
    if count == 0 {
        return 0;
    }
    let chosen = chosen.min(count - 1);
    // The earliest first row with which all of `last` is visible.
    let earliest = |last: usize| {
        let mut room = space.saturating_sub(height(last));
        let mut first = last;
        while first > 0 && height(first - 1) <= room {
            first -= 1;
            room -= height(first);
        }
        first
    };
    before.min(earliest(count - 1)).clamp(earliest(chosen), chosen)
}

/// Returns the visible rows from `first` on and their areas; the last may be cut off.
pub fn rows(
    first: usize,
    count: usize,
    area: Rect,
    height: impl Fn(usize) -> u16,
) -> impl Iterator<Item = (usize, Rect)> {
    let mut y = area.y;
    (first..count).map_while(move |index| {
        let room = area.bottom().saturating_sub(y);
        if room == 0 {
            return None;
        }
        let row = Rect { y, height: height(index).min(room), ..area };
        y += row.height;
        Some((index, row))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::proptest;

    use super::*;

    #[test]
    fn a_list_scrolls_only_as_far_as_it_must() {
        let one = |_| 1;
        assert_eq!(first(0, 4, 10, 5, one), 0);
        assert_eq!(first(0, 5, 10, 5, one), 1);
        assert_eq!(first(4, 5, 10, 5, one), 4);
        assert_eq!(first(9, 9, 10, 5, one), 5);
        assert_eq!(first(4, 1, 10, 5, one), 1);
        assert_eq!(first(3, 0, 0, 5, one), 0);
        assert_eq!(first(0, 2, 3, 4, |row| if row == 2 { 3 } else { 1 }), 1);
    }

    proptest! {
        #[test]
        fn the_chosen_row_is_always_seen_whole_if_it_fits(
            heights in proptest::collection::vec(1u16..4, 1..30), chosen in 0usize..30, before in 0usize..40, space in 3u16..12,
        ) {
            let chosen = chosen.min(heights.len() - 1);
            let first = first(before, chosen, heights.len(), space, |row| heights[row]);
            let seen: Vec<_> = rows(first, heights.len(), Rect::new(0, 0, 1, space), |row| heights[row]).collect();
            assert!(seen.iter().any(|(row, area)| *row == chosen && area.height == heights[chosen]));
        }
    }
}
