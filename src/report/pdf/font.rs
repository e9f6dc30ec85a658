//! Holds the four embedded faces, and measures letters.

use std::collections::BTreeSet;

use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::charmap::Charmap;
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::{FontRef, MetadataProvider as _};

/// Replaces a letter that a face lacks.
pub const SUBSTITUTE: char = '□';

/// A face of the two families.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    Regular,
    Semibold,
    Italic,
    /// For ids, hashes, codes and commands.
    Mono,
}

static FILES: [&[u8]; 4] = [
    include_bytes!("../../../data/fonts/SourceSans3-Regular.ttf"),
    include_bytes!("../../../data/fonts/SourceSans3-Semibold.ttf"),
    include_bytes!("../../../data/fonts/SourceSans3-It.ttf"),
    include_bytes!("../../../data/fonts/SourceCodePro-Regular.ttf"),
];

/// The faces, ready to measure and to write.
pub struct Fonts([Loaded; 4]);

struct Loaded {
    font: Font,
    map: Charmap<'static>,
    advances: GlyphMetrics<'static>,
    em: f32,
    cap: f32,
}

impl Loaded {
    fn new(file: &'static [u8]) -> Option<Self> {
        let read = FontRef::new(file).ok()?;
        let whole = read.metrics(Size::unscaled(), LocationRef::default());
        let em = f32::from(whole.units_per_em);
        Some(Self {
            font: Font::new(file.to_vec().into(), 0)?,
            map: read.charmap(),
            advances: read.glyph_metrics(Size::unscaled(), LocationRef::default()),
            em,
            cap: whole.cap_height? / em,
        })
    }

    /// Returns the glyph of a letter, or of its substitute, and its width in em.
    fn glyph(&self, letter: char) -> (u32, f32) {
        let glyph = self.map.map(letter).or_else(|| self.map.map(SUBSTITUTE)).unwrap_or_default();
        (glyph.to_u32(), self.advances.advance_width(glyph).unwrap_or(0.0) / self.em)
    }
}

/// Returns the letters of a text that the usual face lacks, each once: they print as □.
pub fn lacking(text: &str) -> BTreeSet<char> {
    let Some(fonts) = Fonts::load() else { return BTreeSet::new() };
    text.chars().filter(|letter| !fonts.has(Face::Regular, *letter)).collect()
}

/// Returns the codes of letters, such as `U+4E2D, U+6587`; of more than `most`, how many others there are.
pub fn codes(letters: &BTreeSet<char>, most: usize) -> String {
    let codes: Vec<String> = letters.iter().take(most).map(|letter| format!("U+{:04X}", u32::from(*letter))).collect();
    match letters.len().saturating_sub(most) {
        0 => codes.join(", "),
        more => format!("{} and {more} more", codes.join(", ")),
    }
}

impl Fonts {
    /// Loads the embedded faces; `None` only if the program was built with other files.
    pub fn load() -> Option<Self> {
        let [regular, semibold, italic, mono] = FILES.map(Loaded::new);
        Some(Self([regular?, semibold?, italic?, mono?]))
    }

    fn of(&self, face: Face) -> &Loaded {
        &self.0[face as usize]
    }

    pub fn has(&self, face: Face, letter: char) -> bool {
        self.of(face).map.map(letter).is_some()
    }

    /// Returns the width of a letter, in em.
    pub fn advance(&self, face: Face, letter: char) -> f32 {
        self.of(face).glyph(letter).1
    }

    /// Returns the width of a text at a size.
    pub fn width(&self, face: Face, size: f32, text: &str) -> f32 {
        text.chars().map(|letter| self.advance(face, letter)).sum::<f32>() * size
    }

    /// Returns the height of a capital, in em.
    pub fn cap(&self, face: Face) -> f32 {
        self.of(face).cap
    }

    pub fn font(&self, face: Face) -> Font {
        self.of(face).font.clone()
    }

    /// Returns the glyphs to write for a text. Each keeps its own letter, so that a copied or spoken text is the real one.
    pub fn glyphs(&self, face: Face, text: &str) -> Vec<KrillaGlyph> {
        let glyph = |(at, letter): (usize, char)| {
            let (glyph, advance) = self.of(face).glyph(letter);
            KrillaGlyph::new(GlyphId::new(glyph), advance, 0.0, 0.0, 0.0, at..at + letter.len_utf8(), None)
        };
        text.char_indices().map(glyph).collect()
    }
}

/// Returns what is written for a letter: itself, even if its glyph is the substitute; the substitute for a code that no
/// reader can map to a letter.
pub fn written(letter: char) -> char {
    let code = u32::from(letter);
    let private = matches!(code, 0xe000..=0xf8ff | 0xf_0000..);
    let none = matches!(code, 0xfdd0..=0xfdef | 0xfeff) || code & 0xfffe == 0xfffe;
    if letter.is_control() || private || none { SUBSTITUTE } else { letter }
}
