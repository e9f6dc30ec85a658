//! Defines styles and glyphs by their meaning: the terminal's sixteen colours or none, Unicode or ASCII. Colour is never the
//! only sign of a meaning.

use ratatui::style::{Color, Modifier, Style};

use countersign_core::record::ksb_status::State;

/// Whether colours may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// The sixteen colours of the terminal's palette.
    Sixteen,
    /// No colours: only bold, dim, reverse and underline.
    None,
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
    pub glyphs: Charset,
}

/// The environment that decides the appearance. An empty variable counts as unset.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TerminalEnv<'a> {
    /// `NO_COLOR` (no-color.org).
    pub no_color: Option<&'a str>,
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
    /// Colours and Unicode.
    pub const FULL: Self = Self { colour: Colour::Sixteen, glyphs: Charset::Unicode };
    /// Neither.
    pub const PLAIN: Self = Self { colour: Colour::None, glyphs: Charset::Ascii };

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
        let colour =
            if given(around.no_color) || bare || term.ends_with("-mono") { Colour::None } else { Colour::Sixteen };
        let ascii = around.ascii || !utf8 || term == "linux" || bare;
        Self { colour, glyphs: if ascii { Charset::Ascii } else { Charset::Unicode } }
    }
}

/// The characters that the screen is drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glyphs {
    /// Points at the selected row.
    pub pointer: &'static str,
    /// Marks a row.
    pub mark: &'static str,
    /// Ends a text that was cut.
    pub ellipsis: &'static str,
    /// Separates two things on one line.
    pub dot: &'static str,
    /// Leads to what comes next.
    pub arrow: &'static str,
    /// Hides one typed character of a secret.
    pub hidden: &'static str,
    /// The selected option.
    pub radio_on: &'static str,
    pub radio_off: &'static str,
    pub quotes: (&'static str, &'static str),
    /// Joins the ends of a range.
    pub dash: &'static str,
    /// Cells of a bar: full, half, empty.
    pub bar: [&'static str; 3],
    /// Borders: top left, top right, bottom left, bottom right, horizontal, vertical.
    pub border: [&'static str; 6],
    /// Scroll bar handle on a border.
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

/// Styles and glyphs by meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    pub looks: Appearance,
    pub glyphs: Glyphs,
    pub text: Style,
    /// Secondary text: labels, borders without focus, hints.
    pub dim: Style,
    /// The most important text on its line.
    pub bold: Style,
    /// Focus: the border and pointer of the focused pane.
    pub accent: Style,
    /// Focused titles, keys in the footer, the wordmark.
    pub strong: Style,
    pub ok: Style,
    pub warn: Style,
    pub bad: Style,
    pub renew: Style,
    /// The dot of a marked row.
    pub mark: Style,
    /// A filter match within a text.
    pub found: Style,
}

impl Theme {
    /// Returns the theme for this appearance.
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

    /// Returns the style of a state's mark and word.
    pub fn state(&self, state: State) -> Style {
        match state {
            State::Open => self.dim,
            State::Claimed | State::Partly => self.warn,
            State::Signed => self.ok,
            State::NotYet | State::Lapsed => self.bad,
            State::Renew => self.renew,
        }
    }

    /// Returns a state's mark, one column wide.
    pub fn state_mark(&self, state: State) -> &'static str {
        match self.looks.glyphs {
            Charset::Unicode => state.mark(),
            Charset::Ascii => state.ascii(),
        }
    }

    /// Returns the styles of a frame's border and title.
    pub fn frame(&self, focus: Focus) -> (Style, Style) {
        match focus {
            Focus::Here => (self.accent, self.strong),
            Focus::Elsewhere => (self.dim, self.bold),
        }
    }
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
