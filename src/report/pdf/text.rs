//! Builds texts of several styles and breaks them into lines.
//!
//! A line is as high as its capitals; the leading between lines is in em. So the distances of the drawn targets hold as
//! they are.

use std::collections::BTreeSet;

use crate::pdf::font::{Face, Fonts, written};

/// Converts millimetres to points.
pub const fn mm(length: f32) -> f32 {
    length * 72.0 / 25.4
}

/// A colour; each is told apart in print without colour as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    Black,
    White,
    /// The bar over a title, the kind of document, the numbers of steps.
    Accent,
    /// Secondary text.
    Soft,
    Hairline,
    FaintLine,
    Pale,
    Mid,
}

impl Ink {
    pub fn rgb(self) -> [u8; 3] {
        match self {
            Self::Black => [0; 3],
            Self::White => [255; 3],
            Self::Accent => [0x0b, 0x4f, 0x6c],
            Self::Soft => [90; 3],
            Self::Hairline => [150; 3],
            Self::FaintLine => [170; 3],
            Self::Pale => [236; 3],
            Self::Mid => [205; 3],
        }
    }
}

/// How a text looks.
#[derive(Debug, Clone, Copy, PartialEq)]
#[must_use]
pub struct Style {
    pub face: Face,
    pub size: f32,
    pub ink: Ink,
}

impl Style {
    pub const fn new(size: f32) -> Self {
        Self { face: Face::Regular, size, ink: Ink::Black }
    }

    pub const fn bold(self) -> Self {
        Self { face: Face::Semibold, ..self }
    }

    pub const fn italic(self) -> Self {
        Self { face: Face::Italic, ..self }
    }

    pub const fn mono(self) -> Self {
        Self { face: Face::Mono, ..self }
    }

    pub const fn ink(self, ink: Ink) -> Self {
        Self { ink, ..self }
    }

    pub const fn soft(self) -> Self {
        self.ink(Ink::Soft)
    }

    pub const fn sized(self, size: f32) -> Self {
        Self { size, ..self }
    }
}

/// A letter in a small frame; the word for it follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Framed {
    pub letter: char,
    pub fill: Ink,
    pub frame: Ink,
    pub ink: Ink,
}

/// The width and height of a frame and how far it reaches under the line, in em.
const FRAME: [f32; 3] = [1.25, 1.1, 0.2];
/// The size of the letter in a frame, in em.
const IN_FRAME: f32 = 0.86;

#[derive(Debug, Clone)]
enum Piece {
    Words(Style, String),
    Frame(Framed, f32),
    /// Space of a given width, where a line may break.
    Space(f32),
    Break,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    Left,
    Right,
    Centre,
}

/// A text of several styles, not yet broken into lines.
#[derive(Debug, Clone)]
#[must_use]
pub struct Text {
    base: Style,
    pieces: Vec<Piece>,
    leading: f32,
    align: Align,
}

/// The leading of running text, in em.
const LEADING: f32 = 0.58;

impl Text {
    pub fn new(base: Style) -> Self {
        Self { base, pieces: Vec::new(), leading: LEADING, align: Align::Left }
    }

    /// Returns a text in one style.
    pub fn of(base: Style, words: &str) -> Self {
        Self::new(base).say(words)
    }

    pub fn styled(mut self, style: Style, words: &str) -> Self {
        let mut rows = words.split('\n');
        self.pieces.extend(rows.next().map(|row| Piece::Words(style, row.to_owned())));
        for row in rows {
            self.pieces.extend([Piece::Break, Piece::Words(style, row.to_owned())]);
        }
        self
    }

    pub fn say(self, words: &str) -> Self {
        let style = self.base;
        self.styled(style, words)
    }

    pub fn bold(self, words: &str) -> Self {
        let style = self.base.bold();
        self.styled(style, words)
    }

    pub fn soft(self, words: &str) -> Self {
        let style = self.base.soft();
        self.styled(style, words)
    }

    pub fn italic(self, words: &str) -> Self {
        let style = self.base.italic();
        self.styled(style, words)
    }

    pub fn mono(self, size: f32, words: &str) -> Self {
        let style = self.base.mono().sized(size);
        self.styled(style, words)
    }

    pub fn frame(mut self, framed: Framed) -> Self {
        self.pieces.push(Piece::Frame(framed, self.base.size));
        self
    }

    pub fn space(mut self, width: f32) -> Self {
        self.pieces.push(Piece::Space(width));
        self
    }

    pub fn line(mut self) -> Self {
        self.pieces.push(Piece::Break);
        self
    }

    pub fn leading(self, leading: f32) -> Self {
        Self { leading, ..self }
    }

    pub fn align(self, align: Align) -> Self {
        Self { align, ..self }
    }

    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    pub fn base(&self) -> Style {
        self.base
    }

    /// Returns the words without their styles.
    pub fn plain(&self) -> String {
        let word = |piece: &Piece| match piece {
            Piece::Words(_, words) => words.clone(),
            Piece::Frame(framed, _) => framed.letter.to_string(),
            Piece::Space(_) | Piece::Break => " ".to_owned(),
        };
        self.pieces.iter().map(word).collect()
    }
}

/// What a line draws at one place, from the left edge of its text.
#[derive(Debug, Clone)]
pub enum Run {
    Words {
        x: f32,
        style: Style,
        words: String,
    },
    /// `wide` is the width of the letter, in em.
    Frame {
        x: f32,
        framed: Framed,
        size: f32,
        wide: f32,
    },
}

/// A line of a text.
#[derive(Debug, Clone)]
pub struct Line {
    /// From the top of the text.
    pub top: f32,
    /// To the baseline.
    pub height: f32,
    pub runs: Vec<Run>,
}

/// A text in lines of a given width.
#[derive(Debug, Clone, Default)]
pub struct Laid {
    pub lines: Vec<Line>,
    pub height: f32,
}

/// A word, perhaps in several styles, with the space after it.
#[derive(Default)]
struct Word {
    runs: Vec<Run>,
    width: f32,
    space: f32,
    ends_line: bool,
}

/// Breaks texts into lines, and notes the letters that no face has.
pub struct Setter<'a> {
    pub fonts: &'a Fonts,
    pub missing: &'a mut BTreeSet<char>,
}

impl Setter<'_> {
    /// Breaks a text at spaces; a word that is too long for the width breaks at the edge.
    pub fn lay(&mut self, text: &Text, width: f32) -> Laid {
        let mut lines: Vec<(Vec<Run>, f32)> = Vec::new();
        let mut line: (Vec<Run>, f32) = (Vec::new(), 0.0);
        let mut space = 0.0;
        for word in self.words(text) {
            let ends_line = word.ends_line;
            let next_space = word.space;
            if !line.0.is_empty() && line.1 + space + word.width > width + 0.01 {
                end_with_space(&mut line.0);
                lines.push(std::mem::take(&mut line));
                space = 0.0;
            }
            for part in self.cut(word, width) {
                if !line.0.is_empty() && line.1 + space + part.width > width + 0.01 {
                    lines.push(std::mem::take(&mut line));
                    space = 0.0;
                }
                append(&mut line, space, part, |style| self.fonts.width(style.face, style.size, " "));
                space = 0.0;
            }
            space = next_space;
            if ends_line {
                end_with_space(&mut line.0);
                lines.push(std::mem::take(&mut line));
                space = 0.0;
            }
        }
        lines.push(line);
        self.stack(text, width, lines)
    }

    /// Puts lines under each other.
    fn stack(&self, text: &Text, width: f32, lines: Vec<(Vec<Run>, f32)>) -> Laid {
        let mut laid = Laid::default();
        let base = self.cap(text.base);
        for (mut runs, used) in lines {
            let cap = |run: &Run| match run {
                Run::Words { style, .. } => self.cap(*style),
                Run::Frame { .. } => base,
            };
            let height = runs.iter().map(cap).reduce(f32::max).unwrap_or(base);
            let shift = match text.align {
                Align::Left => 0.0,
                Align::Right => width - used,
                Align::Centre => (width - used) / 2.0,
            };
            for run in &mut runs {
                let (Run::Words { x, .. } | Run::Frame { x, .. }) = run;
                *x += shift;
            }
            let top = if laid.lines.is_empty() { 0.0 } else { laid.height + text.leading * text.base.size };
            laid.height = top + height;
            laid.lines.push(Line { top, height, runs });
        }
        laid
    }

    fn cap(&self, style: Style) -> f32 {
        self.fonts.cap(style.face) * style.size
    }

    /// Splits a text into words.
    fn words(&mut self, text: &Text) -> Vec<Word> {
        let mut words = Vec::new();
        let mut word = Word::default();
        for piece in &text.pieces {
            match piece {
                Piece::Words(style, said) => {
                    for (at, part) in said.split(' ').enumerate() {
                        if at > 0 {
                            let space = self.fonts.width(style.face, style.size, " ");
                            end_word(&mut words, &mut word, space);
                        }
                        if !part.is_empty() {
                            let part: String = part.chars().map(|letter| self.shown(style.face, letter)).collect();
                            let wide = self.fonts.width(style.face, style.size, &part);
                            word.runs.push(Run::Words { x: word.width, style: *style, words: part });
                            word.width += wide;
                        }
                    }
                }
                Piece::Frame(framed, size) => {
                    let wide = self.fonts.advance(Face::Semibold, framed.letter);
                    word.runs.push(Run::Frame { x: word.width, framed: *framed, size: *size, wide });
                    word.width += FRAME[0] * size;
                }
                Piece::Space(width) => end_word(&mut words, &mut word, *width),
                Piece::Break => {
                    word.ends_line = true;
                    words.push(std::mem::take(&mut word));
                }
            }
        }
        if !word.runs.is_empty() {
            words.push(word);
        }
        words
    }

    /// Returns what is written for a letter, and notes it if the face lacks it.
    fn shown(&mut self, face: Face, letter: char) -> char {
        if !self.fonts.has(face, letter) {
            self.missing.insert(letter);
        }
        written(letter)
    }

    /// Cuts a word that is wider than the line into parts that fit.
    fn cut(&self, word: Word, width: f32) -> Vec<Word> {
        if word.width <= width + 0.01 {
            return vec![word];
        }
        let mut parts = vec![Word::default()];
        for run in word.runs {
            let (style, words) = match run {
                Run::Words { style, words, .. } => (style, words),
                Run::Frame { framed, size, wide, .. } => {
                    let part = Word {
                        runs: vec![Run::Frame { x: 0.0, framed, size, wide }],
                        width: FRAME[0] * size,
                        ..Word::default()
                    };
                    parts.push(part);
                    continue;
                }
            };
            for letter in words.chars() {
                let wide = self.fonts.advance(style.face, letter) * style.size;
                let full = parts.last().is_some_and(|part| part.width > 0.0 && part.width + wide > width);
                // A mark without width stays with the letter under it.
                if full && wide > 0.0 {
                    parts.push(Word::default());
                }
                if let Some(part) = parts.last_mut() {
                    push_letter(part, style, letter);
                    part.width += wide;
                }
            }
        }
        parts
    }
}

/// Ends a word at a space; a further space widens the one before.
fn end_word(words: &mut Vec<Word>, word: &mut Word, space: f32) {
    if !word.runs.is_empty() {
        words.push(std::mem::take(word));
    }
    if let Some(last) = words.last_mut() {
        last.space += space;
    }
}

fn push_letter(part: &mut Word, style: Style, letter: char) {
    match part.runs.last_mut() {
        Some(Run::Words { style: last, words, .. }) if *last == style => words.push(letter),
        _ => part.runs.push(Run::Words { x: part.width, style, words: letter.to_string() }),
    }
}

/// Writes the space between two lines, so that readers see two words.
fn end_with_space(runs: &mut [Run]) {
    if let Some(Run::Words { words, .. }) = runs.last_mut() {
        words.push(' ');
    }
}

/// Appends a word to a line.
fn append(line: &mut (Vec<Run>, f32), space: f32, word: Word, usual: impl Fn(Style) -> f32) {
    let (runs, used) = line;
    let start = *used + space;
    if space > 0.0 {
        end_with_space(runs);
    }
    for run in word.runs {
        match (runs.last_mut(), run) {
            // Words of one style become one run, unless the space between them is a special one.
            (Some(Run::Words { style: last, words: before, .. }), Run::Words { x, style, words })
                if *last == style && x <= 0.0 && (space - usual(style)).abs() < 0.01 =>
            {
                before.push_str(&words);
            }
            (_, Run::Words { x, style, words }) => runs.push(Run::Words { x: start + x, style, words }),
            (_, Run::Frame { x, framed, size, wide }) => runs.push(Run::Frame { x: start + x, framed, size, wide }),
        }
    }
    *used = start + word.width;
}

/// Returns the frame of a framed letter (left, top, width, height) for a line with this baseline, and where the letter
/// stands in its middle: its left edge, its baseline and its size.
pub fn frame_of(x: f32, baseline: f32, size: f32, wide: f32) -> ([f32; 4], [f32; 3]) {
    let [width, height, under] = FRAME.map(|part| part * size);
    let top = baseline + under - height;
    let letter = size * IN_FRAME;
    ([x, top, width, height], [x + (width - wide * letter) / 2.0, top + f32::midpoint(height, letter * 0.66), letter])
}
