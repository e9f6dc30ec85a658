//! Moves a cursor through a list, and the window after it.

use crate::command::Command;
use crate::key::{Key, KeyPress};

/// Returns the command of a key that moves a cursor while text is typed.
pub fn moves(key: KeyPress) -> Option<Command> {
    match key.key {
        Key::Down => Some(Command::Down),
        Key::Up => Some(Command::Up),
        Key::PageDown => Some(Command::PageDown),
        Key::PageUp => Some(Command::PageUp),
        _ => None,
    }
}

/// Returns the new index in a list of `count` rows of which `page` fit, or `None` if the command does not move the cursor.
pub fn move_cursor(command: Command, at: usize, count: usize, page: usize) -> Option<usize> {
    let last = count.saturating_sub(1);
    let page = page.max(1);
    Some(match command {
        Command::Down => (at + 1).min(last),
        Command::Up => at.saturating_sub(1).min(last),
        Command::PageDown => (at + page).min(last),
        Command::PageUp => at.saturating_sub(page).min(last),
        Command::Top => 0,
        Command::Bottom => last,
        _ => return None,
    })
}

/// Returns the first row of a window `height` lines high that shows all of row `at`. A window that must move goes a third of
/// its height further: over a slow connection, one large redraw costs less than one per key.
pub fn follow(top: usize, at: usize, count: usize, height: u16, tall: impl Fn(usize) -> u16) -> usize {
    let at = at.min(count.saturating_sub(1));
    // Checks no more rows than the window has, however long the list is.
    let fit = |from: usize, to: usize, room: u16| {
        (from..to).try_fold(room, |left, row| left.checked_sub(tall(row))).is_some()
    };
    let ahead = height / 3;
    let mut first = top.min(at);
    if at < top {
        // Showing the row itself has priority over context above it.
        let above = if count == 0 { 0 } else { ahead.min(height.saturating_sub(tall(at))) };
        while first > 0 && fit(first - 1, at, above) {
            first -= 1;
        }
    } else if !fit(first, at + 1, height) {
        first = at;
        while first > 0 && fit(first - 1, at + 1, height - ahead) {
            first -= 1;
        }
    }
    while first > 0 && fit(first - 1, count, height) {
        first -= 1;
    }
    first
}

/// Returns the first line shown of a long text after a scroll key.
pub fn scrolled_to(key: Key, top: usize, page: usize, end: usize) -> usize {
    let to = match key {
        Key::Down | Key::Char('j') => top + 1,
        Key::Up | Key::Char('k') => top.saturating_sub(1),
        Key::PageDown | Key::Char(' ') => top + page,
        Key::PageUp => top.saturating_sub(page),
        Key::Home | Key::Char('g') => 0,
        Key::End | Key::Char('G') => end,
        _ => top,
    };
    to.min(end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_row_of_the_cursor_always_shows_and_no_room_is_wasted(
            top in 0usize..40, at in 0usize..40, height in 3u16..20, talls in prop::collection::vec(1u16..4, 1..40)
        ) {
            let count = talls.len();
            let at = at.min(count - 1);
            let first = follow(top, at, count, height, |row| talls[row]);
            prop_assert!(first <= at);
            prop_assert!(talls[first..=at].iter().sum::<u16>() <= height.max(talls[at]));
            prop_assert!(first == 0 || talls[first - 1..].iter().sum::<u16>() > height);
        }

        #[test]
        fn a_window_that_shows_the_cursor_stays_where_it_is(at in 0usize..30, height in 1u16..20) {
            let first = follow(0, at, 30, height, |_| 1);
            for row in first..(first + usize::from(height)).min(30) {
                prop_assert_eq!(follow(first, row, 30, height, |_| 1), first);
            }
        }
    }

    #[test]
    fn the_cursor_stops_at_both_ends_and_an_empty_list_holds_it_at_the_first_row() {
        assert_eq!(move_cursor(Command::Down, 4, 5, 3), Some(4));
        assert_eq!(move_cursor(Command::Up, 0, 5, 3), Some(0));
        assert_eq!(move_cursor(Command::PageDown, 1, 5, 3), Some(4));
        assert_eq!(move_cursor(Command::Bottom, 0, 0, 3), Some(0));
        assert_eq!(move_cursor(Command::Mark, 0, 5, 3), None);
    }
}
