//! Defines the colours of each role on a dark or light background, in high contrast and in fewer colours, with their surfaces.
//!
//! Invariant: every role that is text reaches 4.5 : 1 on every surface that it is drawn on; in high contrast 7 : 1.

#![expect(clippy::unreadable_literal, reason = "a colour is read as six digits")]

use ratatui::style::Color;

/// The colour of each role, and the two painted surfaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Palette {
    /// Body text.
    pub text: Color,
    /// Names, headings, the current row.
    pub strong: Color,
    /// Secondary text, column heads, hints.
    pub dim: Color,
    /// Focused heading, open tab, pointer, dots of a PIN, keys.
    pub accent: Color,
    /// What is signed or met: quiet.
    pub signed: Color,
    /// What waits.
    pub claimed: Color,
    /// What lapsed, is late, is not yet achieved; an error.
    pub late: Color,
    /// What must be renewed soon.
    pub renew: Color,
    /// A success just now; ahead of the plan.
    pub ok: Color,
    /// A marked row.
    pub mark: Color,
    /// The plan in a chart.
    pub plan: Color,
    /// Lines between parts; never a text.
    pub rule: Color,
    /// The empty part of a bar, a break in a chart.
    pub track: Color,
    /// The filled part of a bar.
    pub fill: Color,
    /// A bar that is complete.
    pub full: Color,
    /// The plan on a bar.
    pub tick: Color,
    /// Surface of the one lit row.
    pub focus: Color,
    /// Colour of every text on the lit row, if it has only one.
    pub on_focus: Option<Color>,
    /// Surface of dialogs and fields.
    pub raised: Color,
}

/// Colours on a dark background.
pub const DARK: Palette = Palette {
    text: rgb(0xd5dce4),
    strong: rgb(0xf4f7fa),
    dim: rgb(0x97a4b2),
    accent: rgb(0x63c3f5),
    signed: rgb(0x8fb59d),
    claimed: rgb(0xf0bf5b),
    late: rgb(0xff8d84),
    renew: rgb(0xcfacff),
    ok: rgb(0x7fd79c),
    mark: rgb(0xf0bf5b),
    plan: rgb(0x97a4b2),
    rule: rgb(0x3d4957),
    track: rgb(0x3d4957),
    fill: rgb(0x4a86b0),
    full: rgb(0x5f8a70),
    tick: rgb(0xf4f7fa),
    focus: rgb(0x22344a),
    on_focus: None,
    raised: rgb(0x1a212b),
};

/// Colours on a light background.
pub const LIGHT: Palette = Palette {
    text: rgb(0x212b32),
    strong: rgb(0x0b1216),
    dim: rgb(0x4c6272),
    accent: rgb(0x005eb8),
    signed: rgb(0x3d6450),
    claimed: rgb(0x854f00),
    late: rgb(0xb8170f),
    renew: rgb(0x6d2aa8),
    ok: rgb(0x00653a),
    mark: rgb(0x854f00),
    plan: rgb(0x4c6272),
    rule: rgb(0xb4bec6),
    track: rgb(0xb4bec6),
    fill: rgb(0x3f83c4),
    full: rgb(0x4a7f62),
    tick: rgb(0x0b1216),
    focus: rgb(0xdcebf8),
    on_focus: None,
    raised: rgb(0xf4f7f9),
};

/// Colours of 7 : 1 and more on black.
pub const HIGH_CONTRAST: Palette = Palette {
    text: rgb(0xffffff),
    strong: rgb(0xffffff),
    dim: rgb(0xd6d6d6),
    accent: rgb(0x8fdcff),
    signed: rgb(0xc9f2d6),
    claimed: rgb(0xffe08a),
    late: rgb(0xffb3ac),
    renew: rgb(0xe6ccff),
    ok: rgb(0xb5f5c8),
    mark: rgb(0xffe08a),
    plan: rgb(0xd6d6d6),
    rule: rgb(0x9a9a9a),
    track: rgb(0x9a9a9a),
    fill: rgb(0x8fdcff),
    full: rgb(0xc9f2d6),
    tick: rgb(0xffffff),
    focus: rgb(0xffeb3b),
    on_focus: Some(rgb(0x000000)),
    raised: rgb(0x000000),
};

/// The nearest of 256 colours that keep the contrast, on a dark background.
pub const DARK_256: Palette = Palette {
    text: Color::Indexed(253),
    strong: Color::Indexed(231),
    dim: Color::Indexed(247),
    accent: Color::Indexed(75),
    signed: Color::Indexed(109),
    claimed: Color::Indexed(215),
    late: Color::Indexed(210),
    renew: Color::Indexed(183),
    ok: Color::Indexed(115),
    mark: Color::Indexed(215),
    plan: Color::Indexed(247),
    rule: Color::Indexed(238),
    track: Color::Indexed(238),
    fill: Color::Indexed(67),
    full: Color::Indexed(65),
    tick: Color::Indexed(231),
    focus: Color::Indexed(236),
    on_focus: None,
    raised: Color::Indexed(235),
};

/// The nearest of 256 colours that keep the contrast, on a light background.
pub const LIGHT_256: Palette = Palette {
    text: Color::Indexed(235),
    strong: Color::Indexed(233),
    dim: Color::Indexed(59),
    accent: Color::Indexed(25),
    signed: Color::Indexed(239),
    claimed: Color::Indexed(58),
    late: Color::Indexed(124),
    renew: Color::Indexed(55),
    ok: Color::Indexed(23),
    mark: Color::Indexed(58),
    plan: Color::Indexed(59),
    rule: Color::Indexed(250),
    track: Color::Indexed(250),
    fill: Color::Indexed(62),
    full: Color::Indexed(241),
    tick: Color::Indexed(233),
    focus: Color::Indexed(189),
    on_focus: None,
    raised: Color::Indexed(255),
};

/// High contrast in 256 colours.
pub const HIGH_CONTRAST_256: Palette = Palette {
    text: Color::Indexed(231),
    strong: Color::Indexed(231),
    dim: Color::Indexed(253),
    accent: Color::Indexed(117),
    signed: Color::Indexed(194),
    claimed: Color::Indexed(222),
    late: Color::Indexed(217),
    renew: Color::Indexed(189),
    ok: Color::Indexed(157),
    mark: Color::Indexed(222),
    plan: Color::Indexed(253),
    rule: Color::Indexed(247),
    track: Color::Indexed(247),
    fill: Color::Indexed(117),
    full: Color::Indexed(194),
    tick: Color::Indexed(231),
    focus: Color::Indexed(227),
    on_focus: Some(Color::Indexed(16)),
    raised: Color::Indexed(16),
};

/// Colours that reach the contrast on black and on white, for a terminal that does not say its background: a text is in the
/// terminal's own colour wherever one of its own is not needed.
pub const UNKNOWN: Palette = Palette {
    accent: rgb(0x0078ce),
    claimed: rgb(0xa56800),
    late: rgb(0xdf2f22),
    renew: rgb(0x9d4be5),
    ok: rgb(0x078747),
    mark: rgb(0xa56800),
    rule: rgb(0x808080),
    track: rgb(0x808080),
    fill: rgb(0x0078ce),
    full: rgb(0x078747),
    ..NONE
};

/// As [`UNKNOWN`], of the 256 colours. No amber and no yellow reaches the contrast on both.
pub const UNKNOWN_256: Palette = Palette {
    accent: Color::Indexed(63),
    late: Color::Indexed(131),
    renew: Color::Indexed(98),
    ok: Color::Indexed(29),
    rule: Color::Indexed(244),
    track: Color::Indexed(244),
    fill: Color::Indexed(63),
    full: Color::Indexed(29),
    ..NONE
};

/// Those of the sixteen colours that reach the contrast in common terminals; the rest is the terminal's own text colour.
pub const DARK_16: Palette = Palette {
    accent: Color::LightCyan,
    claimed: Color::LightYellow,
    late: Color::LightRed,
    renew: Color::LightYellow,
    ok: Color::LightGreen,
    mark: Color::LightYellow,
    rule: Color::DarkGray,
    track: Color::DarkGray,
    fill: Color::LightCyan,
    ..NONE
};

/// Sixteen colours on a light background.
pub const LIGHT_16: Palette =
    Palette { accent: Color::Blue, late: Color::Red, rule: Color::Gray, track: Color::Gray, fill: Color::Blue, ..NONE };

/// The terminal's own colours only.
pub const NONE: Palette = Palette {
    text: Color::Reset,
    strong: Color::Reset,
    dim: Color::Reset,
    accent: Color::Reset,
    signed: Color::Reset,
    claimed: Color::Reset,
    late: Color::Reset,
    renew: Color::Reset,
    ok: Color::Reset,
    mark: Color::Reset,
    plan: Color::Reset,
    rule: Color::Reset,
    track: Color::Reset,
    fill: Color::Reset,
    full: Color::Reset,
    tick: Color::Reset,
    focus: Color::Reset,
    on_focus: None,
    raised: Color::Reset,
};

const fn rgb(hex: u32) -> Color {
    Color::Rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

/// Red, green and blue of a colour in true colour or in the fixed part of the 256 colours.
pub fn components(colour: Color) -> Option<[u8; 3]> {
    match colour {
        Color::Rgb(red, green, blue) => Some([red, green, blue]),
        Color::Indexed(index @ 16..=231) => {
            let step = |n: u8| if n == 0 { 0 } else { 55 + 40 * n };
            let index = index - 16;
            Some([step(index / 36), step(index / 6 % 6), step(index % 6)])
        }
        Color::Indexed(index @ 232..) => Some([8 + 10 * (index - 232); 3]),
        _ => None,
    }
}

/// Relative luminance of a colour, from 0 to 1 (WCAG 2.2).
pub fn luminance(colour: [u8; 3]) -> f64 {
    let linear = colour.map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
}

/// Contrast of two colours, from 1 to 21 (WCAG 2.2).
pub fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

impl Palette {
    /// The roles that letters and figures are drawn in.
    pub fn texts(&self) -> [(&'static str, Color); 10] {
        [
            ("text", self.text),
            ("strong", self.strong),
            ("dim", self.dim),
            ("accent", self.accent),
            ("signed", self.signed),
            ("claimed", self.claimed),
            ("late", self.late),
            ("renew", self.renew),
            ("ok", self.ok),
            ("mark", self.mark),
        ]
    }

    /// Returns the lowest contrast of a text on this background, unless the colours are the terminal's own.
    pub fn least_contrast(&self, base: [u8; 3]) -> Option<f64> {
        let texts = self.texts().map(|(_, colour)| Some(contrast(components(colour)?, base)));
        texts.into_iter().collect::<Option<Vec<f64>>>()?.into_iter().reduce(f64::min)
    }

    /// The roles that show a value as a drawing.
    pub fn drawings(&self) -> [(&'static str, Color); 4] {
        [("fill", self.fill), ("full", self.full), ("tick", self.tick), ("plan", self.plan)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Backgrounds of common terminals.
    const DARK_BASES: [u32; 4] = [0x000000, 0x0c0c0c, 0x0f1318, 0x1e1e1e];
    const LIGHT_BASES: [u32; 3] = [0xffffff, 0xfdf6e3, 0xf2f2f2];

    fn parts(colour: Color) -> [u8; 3] {
        components(colour).unwrap()
    }

    #[test]
    fn every_text_reaches_its_contrast_on_every_surface_and_every_drawing_three_to_one() {
        let dark = DARK_BASES.map(rgb);
        let light = LIGHT_BASES.map(rgb);
        let black = [rgb(0x000000)];
        let all: [(&str, Palette, &[Color], f64); 6] = [
            ("dark", DARK, &dark, 4.5),
            ("light", LIGHT, &light, 4.5),
            ("high contrast", HIGH_CONTRAST, &black, 7.0),
            ("dark, 256", DARK_256, &dark, 4.5),
            ("light, 256", LIGHT_256, &light, 4.5),
            ("high contrast, 256", HIGH_CONTRAST_256, &black, 7.0),
        ];
        for (name, palette, bases, least) in all {
            let surfaces = bases.iter().copied().chain([palette.raised]);
            for (surface, lit) in surfaces.map(|surface| (surface, false)).chain([(palette.focus, true)]) {
                let on = |colour: Color| if lit { palette.on_focus.unwrap_or(colour) } else { colour };
                for (role, colour) in palette.texts() {
                    let reached = contrast(parts(on(colour)), parts(surface));
                    assert!(reached >= least, "{name}: {role} on {surface:?}: {reached:.2}");
                }
                for (role, colour) in palette.drawings() {
                    let reached = contrast(parts(on(colour)), parts(surface));
                    assert!(reached >= 3.0, "{name}: {role} on {surface:?}: {reached:.2}");
                }
            }
        }
    }

    #[test]
    fn where_the_background_is_unknown_every_colour_reads_on_black_and_on_white_and_no_surface_is_painted() {
        for (name, palette) in [("true colour", UNKNOWN), ("256", UNKNOWN_256)] {
            assert_eq!((palette.text, palette.strong, palette.dim), (Color::Reset, Color::Reset, Color::Reset));
            assert_eq!((palette.focus, palette.raised, palette.on_focus), (Color::Reset, Color::Reset, None));
            let all = palette.texts().map(|one| (one, 4.5)).into_iter();
            let all = all.chain(palette.drawings().map(|one| (one, 3.0)));
            // The terminal's own colour is on the terminal's own background.
            for ((role, colour), least) in all.filter(|((_, colour), _)| *colour != Color::Reset) {
                for base in [0x000000, 0xffffff] {
                    let reached = contrast(parts(colour), parts(rgb(base)));
                    assert!(reached >= least, "{name}: {role} on {base:06x}: {reached:.2}");
                }
            }
        }
    }

    #[test]
    fn the_sixteen_colours_in_use_reach_the_contrast_in_xterm_windows_terminal_and_macos() {
        // The background; bright red, green, yellow and cyan.
        let dark = [
            ("xterm", 0x000000, [0xff0000, 0x00ff00, 0xffff00, 0x00ffff]),
            ("Windows Terminal", 0x0c0c0c, [0xe74856, 0x16c60c, 0xf9f1a5, 0x61d6d6]),
            ("macOS", 0x000000, [0xfc391f, 0x31e722, 0xeaec23, 0x14f0f0]),
        ];
        let role = |colour: Color, [red, green, yellow, cyan]: [u32; 4]| match colour {
            Color::LightRed => Some(red),
            Color::LightGreen => Some(green),
            Color::LightYellow => Some(yellow),
            Color::LightCyan => Some(cyan),
            Color::Reset => None,
            other => panic!("{other:?} is not known to reach the contrast"),
        };
        for (terminal, base, colours) in dark {
            for (name, colour) in DARK_16.texts() {
                if let Some(hex) = role(colour, colours) {
                    let reached = contrast(parts(rgb(hex)), parts(rgb(base)));
                    assert!(reached >= 4.5, "{terminal}: {name}: {reached:.2}");
                }
            }
        }
        let light = [
            ("xterm", [0xcd0000, 0x0000ee]),
            ("Windows Terminal", [0xc50f1f, 0x0037da]),
            ("macOS", [0xc23621, 0x492ee1]),
        ];
        for (terminal, [red, blue]) in light {
            for (name, colour) in LIGHT_16.texts() {
                let hex = match colour {
                    Color::Red => red,
                    Color::Blue => blue,
                    Color::Reset => continue,
                    other => panic!("{other:?} is not known to reach the contrast"),
                };
                let reached = contrast(parts(rgb(hex)), [255; 3]);
                assert!(reached >= 4.5, "{terminal}: {name}: {reached:.2}");
            }
        }
    }
}
