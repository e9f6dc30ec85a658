//! How things look, by what they mean: sixteen colours of the user's own palette, or none, and Unicode or ASCII glyphs.
//! Must never read the environment or carry a meaning by colour alone.

use ratatui::style::{Color, Modifier, Style};

use crate::domain::record::ksb_status::State;

/// Whether colours may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// The sixteen colours of the terminal's palette.
    Sixteen,
    /// None: bold, dim, reverse and underline alone.
    None,
}

/// Which characters may be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    Unicode,
    /// ASCII alone.
    Ascii,
}

/// How a terminal is drawn on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appearance {
    pub colour: Colour,
    pub glyphs: Charset,
}

/// What decides the looks, as read by the caller. An empty variable counts as one that is not set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TerminalEnv<'a> {
    /// `NO_COLOR` (no-color.org).
    pub no_color: Option<&'a str>,
    /// `TERM`.
    pub term: Option<&'a str>,
    /// `LC_ALL`, which goes before the other two.
    pub lc_all: Option<&'a str>,
    /// `LC_CTYPE`, which goes before `LANG`.
    pub lc_ctype: Option<&'a str>,
    /// `LANG`.
    pub lang: Option<&'a str>,
    /// Whether `--ascii` was given.
    pub ascii: bool,
}

impl Appearance {
    /// Colours and glyphs.
    pub const FULL: Self = Self { colour: Colour::Sixteen, glyphs: Charset::Unicode };
    /// Neither.
    pub const PLAIN: Self = Self { colour: Colour::None, glyphs: Charset::Ascii };

    /// The looks that these surroundings allow. A locale that nobody set says nothing against Unicode.
    pub fn from(around: TerminalEnv<'_>) -> Self {
        let given = |value: Option<&str>| value.is_some_and(|v| !v.is_empty());
        let term = around.term.unwrap_or_default();
        let locale = [around.lc_all, around.lc_ctype, around.lang].into_iter().flatten().find(|v| !v.is_empty());
        let utf8 = locale.is_none_or(|name| {
            let name = name.to_ascii_lowercase();
            name.ends_with("utf-8") || name.ends_with("utf8") || name.contains("utf-8@") || name.contains("utf8@")
        });
        let bare = matches!(term, "dumb" | "vt100" | "vt102" | "vt220");
        let colour =
            if given(around.no_color) || bare || term.ends_with("-mono") { Colour::None } else { Colour::Sixteen };
        let ascii = around.ascii || !utf8 || term == "linux" || bare;
        Self { colour, glyphs: if ascii { Charset::Ascii } else { Charset::Unicode } }
    }
}

/// The characters that drawings are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glyphs {
    /// Points at the chosen row.
    pub pointer: &'static str,
    /// Stands before a marked row.
    pub mark: &'static str,
    /// Ends a text that was cut.
    pub ellipsis: &'static str,
    /// Between two things on one line.
    pub dot: &'static str,
    /// Leads to what comes next.
    pub arrow: &'static str,
    /// One typed character of a secret.
    pub hidden: &'static str,
    /// The chosen one of several.
    pub radio_on: &'static str,
    pub radio_off: &'static str,
    pub quotes: (&'static str, &'static str),
    /// Between the ends of a range.
    pub dash: &'static str,
    /// A bar's cell: full, half, empty.
    pub bar: [&'static str; 3],
    /// A border: top left, top right, bottom left, bottom right, across, down.
    pub border: [&'static str; 6],
    /// The part of a border that says how far a list is scrolled.
    pub thumb: &'static str,
}

const UNICODE: Glyphs = Glyphs {
    pointer: "▸",
    mark: "●",
    ellipsis: "…",
    dot: "·",
    arrow: "→",
    hidden: "•",
    radio_on: "(•)",
    radio_off: "( )",
    quotes: ("“", "”"),
    dash: "–",
    bar: ["━", "╸", "─"],
    border: ["╭", "╮", "╰", "╯", "─", "│"],
    thumb: "┃",
};

const ASCII: Glyphs = Glyphs {
    pointer: ">",
    mark: "*",
    ellipsis: "...",
    dot: "-",
    arrow: "->",
    hidden: "*",
    radio_on: "(*)",
    radio_off: "( )",
    quotes: ("\"", "\""),
    dash: "-",
    bar: ["=", "-", "."],
    border: ["+", "+", "+", "+", "-", "|"],
    thumb: "#",
};

/// Every style and glyph, by what it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    pub looks: Appearance,
    /// What drawings are made of.
    pub glyphs: Glyphs,
    pub text: Style,
    /// What is secondary: labels, borders without focus, hints.
    pub dim: Style,
    /// What matters most on its line.
    pub bold: Style,
    /// Focus: the border and pointer of where keys go.
    pub accent: Style,
    /// Titles with focus, keys in the footer, the wordmark.
    pub strong: Style,
    pub ok: Style,
    pub warn: Style,
    pub bad: Style,
    pub renew: Style,
    /// The dot of a marked row.
    pub mark: Style,
    /// What a filter found in a text.
    pub found: Style,
}

impl Theme {
    /// The theme for these looks.
    pub fn choose(looks: Appearance) -> Self {
        let glyphs = match looks.glyphs {
            Charset::Unicode => UNICODE,
            Charset::Ascii => ASCII,
        };
        let plain = Style::new();
        let (dim, bold) = (plain.add_modifier(Modifier::DIM), plain.add_modifier(Modifier::BOLD));
        let theme = Self {
            looks,
            glyphs,
            text: plain,
            dim,
            bold,
            accent: bold,
            strong: bold,
            ok: plain,
            warn: bold,
            bad: bold,
            renew: plain,
            mark: bold,
            found: plain.add_modifier(Modifier::UNDERLINED),
        };
        match looks.colour {
            Colour::None => theme,
            Colour::Sixteen => Self {
                accent: plain.fg(Color::Cyan),
                strong: bold.fg(Color::Cyan),
                ok: plain.fg(Color::Green),
                warn: plain.fg(Color::Yellow),
                bad: bold.fg(Color::Red),
                renew: plain.fg(Color::Magenta),
                mark: plain.fg(Color::Yellow),
                ..theme
            },
        }
    }

    /// The style of a state's mark and word.
    pub fn state(&self, state: State) -> Style {
        match state {
            State::Open => self.dim,
            State::Claimed | State::Partly => self.warn,
            State::Signed => self.ok,
            State::NotYet | State::Lapsed => self.bad,
            State::Renew => self.renew,
        }
    }

    /// A state's mark, one column wide.
    pub fn state_mark(&self, state: State) -> &'static str {
        match self.looks.glyphs {
            Charset::Unicode => state.mark(),
            Charset::Ascii => state.ascii(),
        }
    }

    /// The border and title of a frame, with focus or without.
    pub fn frame(&self, focus: Focus) -> (Style, Style) {
        match focus {
            Focus::Here => (self.accent, self.strong),
            Focus::Elsewhere => (self.dim, self.bold),
        }
    }
}

/// Whether keys go here.
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
        let base = TerminalEnv { term: Some("xterm-256color"), lang: Some("en_GB.UTF-8"), ..TerminalEnv::default() };
        assert_eq!(of(base), Appearance::FULL);
        assert_eq!(of(TerminalEnv { no_color: Some(""), ..base }), Appearance::FULL);
        assert_eq!(of(TerminalEnv { no_color: Some("1"), ..base }).colour, Colour::None);
        assert_eq!(of(TerminalEnv { term: Some("dumb"), ..base }), Appearance::PLAIN);
        assert_eq!(of(TerminalEnv { term: Some("linux"), ..base }).glyphs, Charset::Ascii);
        assert_eq!(of(TerminalEnv { ascii: true, ..base }).glyphs, Charset::Ascii);
        assert_eq!(of(TerminalEnv { lang: Some("C"), ..base }).glyphs, Charset::Ascii);
        assert_eq!(of(TerminalEnv { lc_all: Some("POSIX"), ..base }).glyphs, Charset::Ascii);
        assert_eq!(
            of(TerminalEnv { lc_all: Some(""), lc_ctype: Some("C.utf8"), lang: Some("C"), ..base }),
            Appearance::FULL
        );
        assert_eq!(of(TerminalEnv::default()), Appearance::FULL);
    }

    #[test]
    fn without_colour_no_style_has_a_colour() {
        let theme = Theme::choose(Appearance { colour: Colour::None, glyphs: Charset::Unicode });
        let styles = [
            theme.text,
            theme.dim,
            theme.accent,
            theme.strong,
            theme.ok,
            theme.warn,
            theme.bad,
            theme.renew,
            theme.mark,
        ];
        assert!(styles.iter().all(|style| style.fg.is_none() && style.bg.is_none()));
    }

    #[test]
    fn ascii_glyphs_are_ascii() {
        let g = Theme::choose(Appearance::PLAIN).glyphs;
        let all = [g.pointer, g.mark, g.ellipsis, g.dot, g.arrow, g.hidden, g.radio_on, g.radio_off, g.dash, g.thumb];
        assert!(all.iter().chain(&g.bar).chain(&g.border).all(|glyph| glyph.is_ascii()));
    }
}
