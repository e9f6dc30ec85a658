//! Moves the cursor in a list, and selects the visible rows and their areas.

use ratatui::layout::Rect;

use crate::key::Key;

/// Returns the row of `count` that a key moves the cursor to; `None` if it is not a key that moves.
pub fn moved(at: usize, count: usize, page: usize, key: Key) -> Option<usize> {
    let last = count.saturating_sub(1);
    match key {
        Key::Down | Key::Char('j') => Some((at + 1).min(last)),
        Key::Up | Key::Char('k') => Some(at.saturating_sub(1)),
        Key::PageDown => Some((at + page).min(last)),
        Key::PageUp => Some(at.saturating_sub(page)),
        Key::Home | Key::Char('g') => Some(0),
        Key::End | Key::Char('G') => Some(last),
        _ => None,
    }
}

/// Returns the next row after `at` that is wanted, from the top again after the last; `at` if there is none.
pub fn next(at: usize, count: usize, wanted: impl Fn(usize) -> bool) -> usize {
    (1..=count).map(|by| (at + by) % count).find(|row| wanted(*row)).unwrap_or(at)
}

/// Returns the first of `shown` rows, with the chosen one in the middle where there are rows on both sides.
pub fn centred(chosen: usize, count: usize, shown: usize) -> usize {
    if shown == 0 {
        return 0;
    }
    (chosen + 1).saturating_sub(shown).max(chosen.saturating_sub(shown / 2)).min(count.saturating_sub(shown))
}

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
    fn no_key_leaves_the_list_and_the_next_wanted_row_is_found_round_the_end() {
        let keys = [Key::Down, Key::Up, Key::PageDown, Key::PageUp, Key::Home, Key::End, Key::Char('G')];
        for (count, page) in (0..12).flat_map(|count| (1..6).map(move |page| (count, page))) {
            for at in 0..count.max(1) {
                for key in keys {
                    assert!(moved(at, count, page, key).unwrap() < count.max(1), "{key:?} from {at} of {count}");
                }
                assert_eq!(moved(at, count, page, Key::Char('z')), None);
                let every_third = |row: usize| row.is_multiple_of(3);
                let found = next(at, count, every_third);
                assert!(count == 0 || every_third(found), "{at} of {count}: {found}");
                assert_eq!(next(at, count, |_| false), at);
                let first = centred(at, count, page);
                assert!(first <= at && at < first + page && (count < page || first + page <= count), "{at} of {count}");
            }
        }
    }

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
