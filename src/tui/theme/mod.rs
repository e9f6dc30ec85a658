//! Defines styles and glyphs by their role. Colour is never the only sign of a meaning.

pub mod palette;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};

use crate::theme::palette::{Palette, luminance};
use countersign_core::record::ksb_status::State;

/// How many colours may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// Any colour.
    True,
    /// The 256 colours of xterm.
    Indexed,
    /// The sixteen colours of the terminal's palette.
    Sixteen,
    /// No colours: only bold and reverse.
    None,
}

/// What the colours are chosen for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Background {
    Dark,
    Light,
    /// Not known, or not yet: what is drawn reads on a dark and on a light one.
    #[default]
    Unknown,
    /// Any background: the contrast is as high as possible.
    HighContrast,
}

/// Which characters may be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    Unicode,
    Ascii,
}

/// The colours and characters of a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appearance {
    pub colour: Colour,
    pub background: Background,
    pub glyphs: Charset,
}

/// The colours that a user can set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ThemeSetting {
    Dark,
    Light,
    HighContrast,
    /// The sixteen colours of the terminal's own palette.
    Sixteen,
}

/// The environment that decides the appearance. An empty variable counts as unset.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TerminalEnv<'a> {
    /// `NO_COLOR` (no-color.org).
    pub no_color: Option<&'a str>,
    /// `COLORTERM`: `truecolor` or `24bit`.
    pub colorterm: Option<&'a str>,
    /// `TERM`.
    pub term: Option<&'a str>,
    /// `LC_ALL`, which overrides the other two.
    pub lc_all: Option<&'a str>,
    /// `LC_CTYPE`, which overrides `LANG`.
    pub lc_ctype: Option<&'a str>,
    /// `LANG`.
    pub lang: Option<&'a str>,
    /// Whether `--ascii` was given.
    pub ascii: bool,
}

impl Appearance {
    /// True colour on a dark background, and Unicode.
    pub const FULL: Self = Self { colour: Colour::True, background: Background::Dark, glyphs: Charset::Unicode };
    /// Unicode without colours.
    pub const NO_COLOUR: Self = Self { colour: Colour::None, ..Self::FULL };
    /// No colours and no Unicode.
    pub const PLAIN: Self = Self { glyphs: Charset::Ascii, ..Self::NO_COLOUR };

    /// Returns the appearance for this environment. An unset locale does not rule out Unicode.
    pub fn from(around: TerminalEnv<'_>) -> Self {
        let given = |value: Option<&str>| value.is_some_and(|v| !v.is_empty());
        let term = around.term.unwrap_or_default();
        let locale = [around.lc_all, around.lc_ctype, around.lang].into_iter().flatten().find(|v| !v.is_empty());
        let utf8 = locale.is_none_or(|name| {
            let name = name.to_ascii_lowercase();
            name.ends_with("utf-8") || name.ends_with("utf8") || name.contains("utf-8@") || name.contains("utf8@")
        });
        let bare = matches!(term, "dumb" | "vt100" | "vt102" | "vt220");
        let any = matches!(around.colorterm, Some("truecolor" | "24bit")) || term.ends_with("-direct");
        let colour = if given(around.no_color) || bare || term.ends_with("-mono") {
            Colour::None
        } else if any {
            Colour::True
        } else if term.ends_with("256color") {
            Colour::Indexed
        } else {
            Colour::Sixteen
        };
        let ascii = around.ascii || !utf8 || term == "linux" || bare;
        let glyphs = if ascii { Charset::Ascii } else { Charset::Unicode };
        // The console of Linux is black; all others are asked.
        let background = if term == "linux" { Background::Dark } else { Background::Unknown };
        Self { colour, background, glyphs }
    }

    /// Returns the appearance in the colours that the user set.
    #[must_use]
    pub fn with(self, setting: ThemeSetting) -> Self {
        let background = match setting {
            ThemeSetting::Dark | ThemeSetting::Sixteen => Background::Dark,
            ThemeSetting::Light => Background::Light,
            ThemeSetting::HighContrast => Background::HighContrast,
        };
        let colour = match (self.colour, setting) {
            (Colour::None, _) => Colour::None,
            (_, ThemeSetting::Sixteen) => Colour::Sixteen,
            (colour, _) => colour,
        };
        Self { colour, background, ..self }
    }

    /// Returns the appearance for a terminal with this background: the table that is meant for it, or the one that reads
    /// best where that one does not reach its contrast.
    #[must_use]
    pub fn on(self, base: [u8; 3]) -> Self {
        let background = if luminance(base) < DARK_BELOW { Background::Dark } else { Background::Light };
        let looks = |background| Self { background, ..self };
        let reached = |background| looks(background).palette().least_contrast(base);
        if reached(background).is_none_or(|reached| reached >= LEAST_CONTRAST) {
            return looks(background);
        }
        let best = |one: Background, other| if reached(other) > reached(one) { other } else { one };
        looks([Background::Light, Background::Dark].into_iter().fold(Background::HighContrast, best))
    }

    fn palette(self) -> Palette {
        match (self.colour, self.background) {
            (Colour::True, Background::Dark) => palette::DARK,
            (Colour::True, Background::Light) => palette::LIGHT,
            (Colour::True, Background::HighContrast) => palette::HIGH_CONTRAST,
            (Colour::True, Background::Unknown) => palette::UNKNOWN,
            (Colour::Indexed, Background::Unknown) => palette::UNKNOWN_256,
            (Colour::Indexed, Background::Dark) => palette::DARK_256,
            (Colour::Indexed, Background::Light) => palette::LIGHT_256,
            (Colour::Indexed, Background::HighContrast) => palette::HIGH_CONTRAST_256,
            (Colour::Sixteen, Background::Dark | Background::HighContrast) => palette::DARK_16,
            (Colour::Sixteen, Background::Light) => palette::LIGHT_16,
            (Colour::Sixteen, Background::Unknown) | (Colour::None, _) => palette::NONE,
        }
    }
}

/// Relative luminance below which a background is dark: there, white reads better than black.
const DARK_BELOW: f64 = 0.18;
/// Contrast that every text reaches.
const LEAST_CONTRAST: f64 = 4.5;

/// Defines the glyphs, each with its type and what it is in Unicode and in ASCII.
macro_rules! glyphs {
    ($($(#[$doc:meta])* $name:ident: $of:ty = $unicode:expr, $ascii:expr;)+) => {
        /// The characters that the screen is drawn with.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct Glyphs { $($(#[$doc])* pub $name: $of,)+ }

        const UNICODE: Glyphs = Glyphs { $($name: $unicode,)+ };
        const ASCII: Glyphs = Glyphs { $($name: $ascii,)+ };
    };
}

glyphs! {
    /// Points at the selected row.
    pointer: &'static str = "▌", ">";
    /// Marks a row.
    mark: &'static str = "●", "*";
    /// Ends a text that was cut.
    ellipsis: &'static str = "…", "..";
    /// Separates two things on one line.
    dot: &'static str = "·", "-";
    /// Leads to what comes next.
    arrow: &'static str = "→", ">";
    /// Hides one typed character of a secret; precedes a count.
    hidden: &'static str = "•", "*";
    /// The selected option.
    radio_on: &'static str = "(•)", "(*)";
    radio_off: &'static str = "( )", "( )";
    quotes: (&'static str, &'static str) = ("“", "”"), ("\"", "\"");
    /// Joins the ends of a range.
    dash: &'static str = "–", "-";
    /// Cells of a thin bar: full, half, empty.
    bar: [&'static str; 3] = ["━", "╸", "─"], ["=", "-", "."];
    /// The plan on a bar.
    tick: &'static str = "┆", "|";
    /// Cells of the large bar, from one eighth to full.
    eighths: [&'static str; 8] = ["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"], ["=", "=", "=", "=", "=", "=", "=", "#"];
    /// Cells of growing height, from one eighth to full.
    heights: [&'static str; 8] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"], [".", ":", "-", "=", "+", "*", "%", "#"];
    /// Marks of a rating: red, amber, and green or blue.
    rating: [&'static str; 3] = ["○", "◐", "●"], ["o", "%", "*"];
    /// Shades a break in a chart.
    shade: &'static str = "░", ":";
    /// The thick rule under the open tab.
    heavy: &'static str = "━", "=";
    /// Borders: top left, top right, bottom left, bottom right, horizontal, vertical.
    border: [&'static str; 6] = ["╭", "╮", "╰", "╯", "─", "│"], ["+", "+", "+", "+", "-", "|"];
    /// Scroll bar handle on a border.
    thumb: &'static str = "┃", "#";
}

/// Styles and glyphs by role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    pub looks: Appearance,
    pub glyphs: Glyphs,
    pub text: Style,
    /// Names, headings, the current row: bold.
    pub strong: Style,
    /// Secondary text: column heads, labels, hints.
    pub dim: Style,
    /// Focus: the heading, the open tab, the pointer: bold.
    pub accent: Style,
    /// A key in the footer: bold.
    pub key: Style,
    /// What is signed or met.
    pub signed: Style,
    /// What waits.
    pub claimed: Style,
    /// What is late or lapsed, in a column of figures.
    pub late: Style,
    /// What is late or lapsed, where the next step is to act: bold.
    pub urgent: Style,
    pub renew: Style,
    /// A success; ahead of the plan.
    pub ok: Style,
    /// An error next to its field: bold.
    pub error: Style,
    /// The dot of a marked row.
    pub mark: Style,
    /// The plan in a chart.
    pub plan: Style,
    /// Lines between parts.
    pub rule: Style,
    /// The empty part of a bar.
    pub track: Style,
    /// The filled part of a bar.
    pub fill: Style,
    /// A bar that is complete.
    pub full: Style,
    /// The plan on a bar.
    pub tick: Style,
    /// A filter match within a text.
    pub found: Style,
    /// The lit row.
    lit: Style,
    /// The surface of dialogs and fields.
    raised: Style,
}

impl Theme {
    /// Takes the colours for a background that was not known, unless the user chose them.
    pub fn learn(&mut self, base: [u8; 3]) {
        if self.looks.background == Background::Unknown {
            *self = Self::choose(self.looks.on(base));
        }
    }

    /// Returns the theme for this appearance.
    pub fn choose(looks: Appearance) -> Self {
        let glyphs = match looks.glyphs {
            Charset::Unicode => UNICODE,
            Charset::Ascii => ASCII,
        };
        Self::of(looks, &glyphs, &looks.palette())
    }

    fn of(looks: Appearance, glyphs: &Glyphs, palette: &Palette) -> Self {
        let plain = |colour| if colour == Color::Reset { Style::new() } else { Style::new().fg(colour) };
        let bold = |colour| plain(colour).add_modifier(Modifier::BOLD);
        // Without a colour of its own, what stands out by its colour alone stands out by its weight.
        let coloured = |colour| if colour == Color::Reset { bold(colour) } else { plain(colour) };
        let reversed =
            matches!(looks.colour, Colour::None | Colour::Sixteen) || looks.background == Background::Unknown;
        let lit = if reversed {
            Style::new().fg(Color::Reset).bg(Color::Reset).add_modifier(Modifier::REVERSED)
        } else {
            palette.on_focus.map_or(Style::new(), plain).bg(palette.focus)
        };
        Self {
            looks,
            glyphs: *glyphs,
            text: plain(palette.text),
            strong: bold(palette.strong),
            dim: plain(palette.dim),
            accent: bold(palette.accent),
            key: bold(palette.accent),
            signed: plain(palette.signed),
            claimed: coloured(palette.claimed),
            late: plain(palette.late),
            urgent: bold(palette.late),
            renew: plain(palette.renew),
            ok: plain(palette.ok),
            error: bold(palette.late),
            mark: coloured(palette.mark),
            plan: plain(palette.plan),
            rule: plain(palette.rule),
            track: plain(palette.track),
            fill: plain(palette.fill),
            full: plain(palette.full),
            tick: bold(palette.tick),
            found: bold(palette.accent),
            lit,
            raised: if palette.raised == Color::Reset { Style::new() } else { Style::new().bg(palette.raised) },
        }
    }

    /// Returns the style of a state's mark and word.
    pub fn state(&self, state: State) -> Style {
        match state {
            State::Open => self.dim,
            State::Partly => self.text,
            State::Claimed => self.claimed,
            State::Signed => self.signed,
            State::NotYet | State::Lapsed => self.urgent,
            State::Renew => self.renew,
            State::CarriedOver => self.plan,
        }
    }

    /// Returns a state's mark, one column wide.
    pub fn state_mark(&self, state: State) -> &'static str {
        match self.looks.glyphs {
            Charset::Unicode => state.mark(),
            Charset::Ascii => state.ascii(),
        }
    }

    /// Returns the style of the heading of a part.
    pub fn heading(&self, focus: Focus) -> Style {
        match focus {
            Focus::Here => self.accent,
            Focus::Elsewhere => self.strong,
        }
    }

    /// Returns the style of the plan's tick on a filled cell, so that the bar has no gap there. The sixteen colours are not
    /// ours, so it stays plain on them.
    pub fn tick_on(&self, fill: Style) -> Style {
        match (self.looks.colour, fill.fg) {
            (Colour::True | Colour::Indexed, Some(filled)) => self.tick.bg(filled),
            (Colour::True | Colour::Indexed | Colour::Sixteen | Colour::None, _) => self.tick,
        }
    }

    /// Lights a row that is drawn: the chosen row of the pane with the focus.
    pub fn light(&self, buf: &mut Buffer, row: Rect) {
        paint(buf, row, self.lit);
    }

    /// Raises an area that is drawn or about to be drawn: a dialog or a field.
    pub fn raise(&self, buf: &mut Buffer, area: Rect) {
        paint(buf, area, self.raised);
    }
}

fn paint(buf: &mut Buffer, area: Rect, style: Style) {
    buf.set_style(area.intersection(buf.area), style);
}

/// Whether a pane has the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Focus {
    Here,
    Elsewhere,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_and_unicode_are_given_up_only_for_a_reason() {
        let of = |around| Appearance::from(around);
        let base = TerminalEnv {
            term: Some("xterm-256color"),
            colorterm: Some("truecolor"),
            lang: Some("en_GB.UTF-8"),
            ..TerminalEnv::default()
        };
        let full = Appearance { background: Background::Unknown, ..Appearance::FULL };
        assert_eq!(of(base), full);
        assert_eq!(of(TerminalEnv { no_color: Some(""), ..base }), full);
        assert_eq!(of(TerminalEnv { no_color: Some("1"), ..base }).colour, Colour::None);
        assert_eq!(of(TerminalEnv { colorterm: None, ..base }).colour, Colour::Indexed);
        assert_eq!(of(TerminalEnv { colorterm: None, term: Some("xterm"), ..base }).colour, Colour::Sixteen);
        assert_eq!(of(TerminalEnv { colorterm: None, term: Some("xterm-direct"), ..base }).colour, Colour::True);
        let plain = of(TerminalEnv { term: Some("dumb"), ..base });
        assert_eq!((plain.colour, plain.glyphs), (Colour::None, Charset::Ascii));
        let linux = of(TerminalEnv { term: Some("linux"), ..base });
        assert_eq!((linux.glyphs, linux.background), (Charset::Ascii, Background::Dark));
        assert_eq!(of(TerminalEnv { ascii: true, ..base }).glyphs, Charset::Ascii);
        assert_eq!(of(TerminalEnv { lang: Some("C"), ..base }).glyphs, Charset::Ascii);
        assert_eq!(of(TerminalEnv { lc_all: Some("POSIX"), ..base }).glyphs, Charset::Ascii);
        assert_eq!(of(TerminalEnv { lc_all: Some(""), lc_ctype: Some("C.utf8"), lang: Some("C"), ..base }), full);
        assert_eq!(of(TerminalEnv::default()).glyphs, Charset::Unicode);
    }

    fn styles(theme: &Theme) -> [Style; 22] {
        [
            theme.text,
            theme.strong,
            theme.dim,
            theme.accent,
            theme.key,
            theme.signed,
            theme.claimed,
            theme.late,
            theme.urgent,
            theme.renew,
            theme.ok,
            theme.error,
            theme.mark,
            theme.plan,
            theme.rule,
            theme.track,
            theme.fill,
            theme.full,
            theme.tick,
            theme.found,
            theme.lit,
            theme.raised,
        ]
    }

    #[test]
    fn without_colour_no_style_has_a_colour() {
        let theme = Theme::choose(Appearance::NO_COLOUR);
        let plain = |colour: Option<Color>| matches!(colour, None | Some(Color::Reset));
        assert!(styles(&theme).iter().all(|style| plain(style.fg) && plain(style.bg)));
    }

    #[test]
    fn no_style_blinks_is_italic_underlined_or_dimmed_by_the_terminal() {
        for colour in [Colour::True, Colour::Indexed, Colour::Sixteen, Colour::None] {
            for background in [Background::Dark, Background::Light, Background::Unknown, Background::HighContrast] {
                let theme = Theme::choose(Appearance { colour, background, glyphs: Charset::Unicode });
                let allowed = Modifier::BOLD | Modifier::REVERSED;
                assert!(styles(&theme).iter().all(|style| allowed.contains(style.add_modifier)));
            }
        }
    }

    #[test]
    fn ascii_glyphs_are_ascii() {
        let g = Theme::choose(Appearance::PLAIN).glyphs;
        let all = [
            g.pointer,
            g.mark,
            g.ellipsis,
            g.dot,
            g.arrow,
            g.hidden,
            g.radio_on,
            g.radio_off,
            g.dash,
            g.thumb,
            g.tick,
            g.shade,
            g.heavy,
        ];
        let groups = [&g.bar[..], &g.rating, &g.border, &g.eighths, &g.heights];
        assert!(all.iter().chain(groups.into_iter().flatten()).all(|glyph| glyph.is_ascii()));
    }

    #[test]
    fn a_terminal_of_any_background_gets_the_table_that_reads_best_on_it() {
        for colour in [Colour::True, Colour::Indexed] {
            for grey in 0..=255 {
                for base in [[grey; 3], [grey, 0, 0], [0, grey, 0], [0, 0, grey], [grey, grey, 255]] {
                    let looks = Appearance { colour, ..Appearance::FULL };
                    let chosen = looks.on(base);
                    let reached =
                        |background| Appearance { background, ..looks }.palette().least_contrast(base).unwrap();
                    let got = reached(chosen.background);
                    let all = [Background::Dark, Background::Light, Background::HighContrast].map(reached);
                    assert!(got >= 4.5 || all.iter().all(|one| got >= *one), "{base:?}: {got} of {all:?}");
                    let natural = if luminance(base) < 0.18 { Background::Dark } else { Background::Light };
                    assert_eq!(chosen.background == natural, reached(natural) >= 4.5 || got <= reached(natural));
                }
            }
        }
        for (base, background) in
            [([0; 3], Background::Dark), ([255; 3], Background::Light), ([0x50; 3], Background::HighContrast)]
        {
            assert_eq!(Appearance::FULL.on(base), Appearance { background, ..Appearance::FULL });
        }
        let sixteen = Appearance { colour: Colour::Sixteen, ..Appearance::FULL };
        assert_eq!(sixteen.on([255; 3]).background, Background::Light);
    }

    #[test]
    fn the_colours_that_a_user_sets_are_used_unless_there_are_none() {
        for (setting, colour, background) in [
            (ThemeSetting::Dark, Colour::True, Background::Dark),
            (ThemeSetting::Light, Colour::True, Background::Light),
            (ThemeSetting::HighContrast, Colour::True, Background::HighContrast),
            (ThemeSetting::Sixteen, Colour::Sixteen, Background::Dark),
        ] {
            assert_eq!(Appearance::FULL.with(setting), Appearance { colour, background, ..Appearance::FULL });
            assert_eq!(Appearance::NO_COLOUR.with(setting).colour, Colour::None);
        }
    }
}
