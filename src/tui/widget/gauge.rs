//! Draws progress: thin bars in lists (`━━╸─┆──`), one large bar, and cells of growing height. A figure always stands next
//! to them.
//!
//! Invariant: a bar is full only if `value` is `most`, and empty only if it is 0.

use ratatui::style::Style;

use crate::theme::Theme;

/// Styled pieces of a bar, from left to right.
pub type Bar = Vec<(String, Style)>;

/// Returns a thin bar of `width` columns, in steps of half a column, with the plan as a tick.
pub fn thin(width: usize, value: u32, most: u32, plan: Option<u32>, theme: &Theme) -> Bar {
    let [full, half, empty] = theme.glyphs.bar;
    let steps = steps(width, value, most, 2);
    cells(width, tick(width, value, most, plan), theme, |at| {
        let filled = if value >= most && most > 0 { theme.full } else { theme.fill };
        match steps.saturating_sub(2 * at) {
            0 => (empty, theme.track),
            1 => (half, filled),
            _ => (full, filled),
        }
    })
}

/// Returns the large bar of a screen: steps of an eighth of a column, the rest a thin rule.
pub fn large(width: usize, value: u32, most: u32, plan: Option<u32>, theme: &Theme) -> Bar {
    let steps = steps(width, value, most, 8);
    let filled = if value >= most && most > 0 { theme.full } else { theme.fill };
    cells(width, tick(width, value, most, plan), theme, |at| match steps.saturating_sub(8 * at) {
        0 => (theme.glyphs.bar[2], theme.track),
        part => (theme.glyphs.eighths[part.min(8) - 1], filled),
    })
}

/// Returns one cell that shows by its height how full something is. A complete one never touches the row above.
pub fn height(value: u32, most: u32, theme: &Theme) -> (&'static str, Style) {
    if most > 0 && value >= most {
        return (theme.glyphs.heights[6], theme.full);
    }
    if value == 0 {
        return (theme.glyphs.heights[0], theme.track);
    }
    (theme.glyphs.heights[steps(1, value, most, 8).clamp(1, 6) - 1], theme.fill)
}

/// Returns the column of the plan's tick; none on a complete bar, where nothing is left to plan.
fn tick(width: usize, value: u32, most: u32, plan: Option<u32>) -> Option<usize> {
    plan.filter(|_| most == 0 || value < most).map(|plan| place(width, plan, most))
}

/// Returns the column of a figure.
fn place(width: usize, plan: u32, most: u32) -> usize {
    let at = width as u64 * u64::from(plan.min(most)) / u64::from(most.max(1));
    (at as usize).min(width.saturating_sub(1))
}

fn cells(width: usize, tick: Option<usize>, theme: &Theme, cell: impl Fn(usize) -> (&'static str, Style)) -> Bar {
    let mut pieces: Bar = Vec::new();
    for at in 0..width {
        let (glyph, mut style) = cell(at);
        let mut shown = glyph;
        if tick == Some(at) {
            let on_fill = glyph == theme.glyphs.eighths[7];
            (shown, style) = (theme.glyphs.tick, if on_fill { theme.tick_on(style) } else { theme.tick });
        }
        match pieces.last_mut() {
            Some((words, before)) if *before == style => words.push_str(shown),
            _ => pieces.push((shown.to_owned(), style)),
        }
    }
    pieces
}

/// Returns how many of `each` steps per column are filled.
fn steps(width: usize, value: u32, most: u32, each: u64) -> usize {
    let all = each * width as u64;
    if value == 0 || most == 0 || width == 0 {
        return 0;
    }
    if value >= most {
        return all as usize;
    }
    let rounded = (2 * u64::from(value) * all + u64::from(most)) / (2 * u64::from(most));
    rounded.clamp(1, all - 1) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::Appearance;

    fn words(bar: &Bar) -> String {
        bar.iter().map(|(words, _)| words.as_str()).collect()
    }

    #[test]
    fn a_bar_is_full_only_at_the_end_and_empty_only_at_the_beginning() {
        let theme = Theme::choose(Appearance::FULL);
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
            assert_eq!(words(&thin(4, value, most, None, &theme)), wanted, "{value} of {most}");
        }
        assert_eq!(words(&thin(4, 7, 12, None, &Theme::choose(Appearance::PLAIN))), "==-.");
    }

    #[test]
    fn the_plan_is_a_tick_on_either_side_of_what_is_done_and_never_outside() {
        let theme = Theme::choose(Appearance::FULL);
        for (value, plan, wanted) in
            [(45, 42, "━━━━━━━┆────"), (17, 38, "━━╸───┆─────"), (0, 0, "┆───────────"), (72, 72, "━━━━━━━━━━━━")]
        {
            let drawn = words(&thin(12, value, 72, Some(plan), &theme));
            assert_eq!(drawn.chars().count(), 12);
            assert_eq!(drawn.chars().position(|c| c == '┆'), wanted.chars().position(|c| c == '┆'), "{drawn}");
        }
        for (value, plan, most) in [(1, 900, 72), (5, 5, 0), (0, 1, 1)] {
            assert_eq!(words(&large(16, value, most, Some(plan), &theme)).chars().count(), 16);
        }
    }

    #[test]
    fn only_a_complete_cell_has_the_greatest_height() {
        let theme = Theme::choose(Appearance::FULL);
        for most in 1..40 {
            for value in 0..most {
                assert_ne!(height(value, most, &theme).0, "▇", "{value} of {most}");
            }
            assert_eq!(height(most, most, &theme), ("▇", theme.full));
        }
    }
}
