//! Draws thin bars: `━━╸──`.
//!
//! Invariant: a bar is full only if `value` is `most`, and empty only if it is 0.

use crate::theme::Theme;

/// Returns a bar of `width` columns for `value` of `most`, in steps of half a column.
pub fn bar(width: usize, value: u32, most: u32, theme: &Theme) -> String {
    let [full, half, empty] = theme.glyphs.bar;
    let halves = halves(width, value, most);
    let mut bar = full.repeat(halves / 2);
    if halves % 2 == 1 {
        bar.push_str(half);
    }
    bar + &empty.repeat(width - halves.div_ceil(2))
}

fn halves(width: usize, value: u32, most: u32) -> usize {
    let all = 2 * width as u64;
    if value == 0 || most == 0 || width == 0 {
        return 0;
    }
    if value >= most {
        return 2 * width;
    }
    let rounded = (2 * u64::from(value) * all + u64::from(most)) / (2 * u64::from(most));
    rounded.clamp(1, all - 1) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::Appearance;

    #[test]
    fn a_bar_is_full_only_at_the_end_and_empty_only_at_the_beginning() {
        let theme = Theme::choose(Appearance::FULL);
        let drawn = |value, most| bar(4, value, most, &theme);
        for (value, most, wanted) in [
            (0, 12, "────"),
            (1, 100, "╸───"),
            (12, 15, "━━━─"),
            (5, 13, "━╸──"),
            (7, 12, "━━╸─"),
            (99, 100, "━━━╸"),
            (8, 8, "━━━━"),
            (0, 0, "────"),
        ] {
            assert_eq!(drawn(value, most), wanted, "{value} of {most}");
        }
        assert_eq!(bar(4, 7, 12, &Theme::choose(Appearance::PLAIN)), "==-.");
    }
}
