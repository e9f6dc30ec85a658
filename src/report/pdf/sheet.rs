//! Lays out a document on pages: what is drawn where, and what it means to a reader who cannot see the page.
//!
//! Places are in points from the top left. Everything drawn is either tagged, in reading order, or an artifact.

use std::collections::BTreeSet;
use std::num::NonZeroU16;

use krilla::tagging::{Tag, TagKind};

use crate::made::Made;
use crate::pdf::font::Fonts;
use crate::pdf::text::{Ink, Laid, Line, Run, Setter, Style, Text, frame_of, mm};

/// The paper and its margins.
#[derive(Debug, Clone, Copy, PartialEq)]
#[must_use]
pub struct Format {
    pub width: f32,
    pub height: f32,
    pub left: f32,
    pub right: f32,
    pub top: f32,
    pub bottom: f32,
}

impl Format {
    /// A4 with room for holes.
    pub const A4: Self =
        Self { width: mm(210.0), height: mm(297.0), left: mm(25.0), right: mm(20.0), top: mm(27.0), bottom: mm(24.0) };

    pub const fn margins(self, left: f32, right: f32, top: f32, bottom: f32) -> Self {
        Self { left: mm(left), right: mm(right), top: mm(top), bottom: mm(bottom), ..self }
    }
}

/// What every page says about its document.
#[derive(Debug, Clone)]
pub struct About<'a> {
    /// The kind of document, at the left of the running head.
    pub kind: String,
    /// The trainee or subject, next to it.
    pub who: String,
    pub made: &'a Made,
}

/// Something drawn.
#[derive(Debug, Clone)]
pub enum Op {
    Words {
        x: f32,
        baseline: f32,
        style: Style,
        words: String,
    },
    /// Filled rectangles of one colour: left, top, width, height.
    Fill {
        areas: Vec<[f32; 4]>,
        ink: Ink,
    },
    Frame {
        area: [f32; 4],
        width: f32,
        ink: Ink,
    },
    /// The number of the page of an outline entry, up to the right edge.
    PageOf {
        entry: Entry,
        right: f32,
        baseline: f32,
        style: Style,
    },
}

/// What is drawn in one go: a part of the tag tree, or an artifact if it has no number.
#[derive(Debug, Clone)]
pub struct Drawn {
    pub ops: Vec<Op>,
    pub mark: Option<usize>,
}

#[derive(Debug, Clone)]
pub enum Child {
    Group(usize),
    Mark(usize),
    Link(usize),
}

#[derive(Debug, Clone)]
pub struct Group {
    pub tag: TagKind,
    pub children: Vec<Child>,
}

/// A heading, as the bookmarks have it.
#[derive(Debug, Clone)]
pub struct Bookmark {
    pub level: u16,
    pub title: String,
    pub page: usize,
    pub y: f32,
    /// The line of the contents that names it.
    pub entry: Option<Entry>,
}

/// A line of the contents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry(pub usize);

/// An area that leads to an entry.
#[derive(Debug, Clone)]
pub struct Link {
    pub page: usize,
    pub area: [f32; 4],
    pub entry: Entry,
    pub words: String,
}

/// A document being laid out.
pub struct Sheet<'a> {
    pub fonts: &'a Fonts,
    pub about: About<'a>,
    pub format: Format,
    pub pages: Vec<Vec<Drawn>>,
    /// The pages without a running head and foot.
    pub bare: BTreeSet<usize>,
    pub groups: Vec<Group>,
    pub marks: usize,
    pub bookmarks: Vec<Bookmark>,
    pub links: Vec<Link>,
    /// The letters that a face lacks.
    pub missing: BTreeSet<char>,
    open: Vec<usize>,
    /// Where the next part begins.
    pub y: f32,
    /// The left edge and the width of the column that is being filled.
    pub left: f32,
    pub width: f32,
}

/// A state to go back to.
struct Before {
    pages: usize,
    drawn: usize,
    groups: usize,
    children: Vec<usize>,
    marks: usize,
    bookmarks: usize,
    links: usize,
    y: f32,
}

impl<'a> Sheet<'a> {
    pub fn new(fonts: &'a Fonts, format: Format, about: About<'a>) -> Self {
        let group = Group { tag: Tag::Part.into(), children: Vec::new() };
        Self {
            fonts,
            about,
            format,
            pages: vec![Vec::new()],
            bare: BTreeSet::new(),
            groups: vec![group],
            marks: 0,
            bookmarks: Vec::new(),
            links: Vec::new(),
            missing: BTreeSet::new(),
            open: vec![0],
            y: format.top,
            left: format.left,
            width: format.width - format.left - format.right,
        }
    }

    // -- pages

    pub fn next_page(&mut self) {
        self.pages.push(Vec::new());
        self.y = self.format.top;
    }

    pub fn is_at_top(&self) -> bool {
        self.y <= self.format.top + 0.01
    }

    /// Returns where the text area ends.
    pub fn floor(&self) -> f32 {
        self.format.height - self.format.bottom
    }

    /// Goes to the next page unless this much fits on this one.
    pub fn room(&mut self, height: f32) {
        if self.y + height > self.floor() + 0.01 && !self.is_at_top() {
            self.next_page();
        }
    }

    /// Leaves a gap, but not at the top of a page.
    pub fn gap(&mut self, height: f32) {
        if !self.is_at_top() {
            self.y += height;
        }
    }

    fn before(&self) -> Before {
        Before {
            pages: self.pages.len(),
            drawn: self.pages.last().map_or(0, Vec::len),
            groups: self.groups.len(),
            children: self
                .open
                .iter()
                .filter_map(|at| self.groups.get(*at))
                .map(|group| group.children.len())
                .collect(),
            marks: self.marks,
            bookmarks: self.bookmarks.len(),
            links: self.links.len(),
            y: self.y,
        }
    }

    fn back_to(&mut self, before: &Before) {
        self.pages.truncate(before.pages);
        if let Some(page) = self.pages.last_mut() {
            page.truncate(before.drawn);
        }
        for (at, children) in self.open.iter().zip(&before.children) {
            if let Some(group) = self.groups.get_mut(*at) {
                group.children.truncate(*children);
            }
        }
        self.groups.truncate(before.groups);
        self.marks = before.marks;
        self.bookmarks.truncate(before.bookmarks);
        self.links.truncate(before.links);
        self.y = before.y;
    }

    /// Lays out a part on one page: on the next, if it does not fit on this one. A part longer than a page breaks.
    pub fn together(&mut self, part: impl Fn(&mut Self)) {
        let before = self.before();
        let at_top = self.is_at_top();
        part(self);
        if self.pages.len() > before.pages && !at_top {
            self.back_to(&before);
            self.next_page();
            part(self);
        }
    }

    /// Lays out a part at the bottom of the page: of the next one, if it does not fit on this one.
    pub fn at_bottom(&mut self, gap: f32, part: impl Fn(&mut Self)) {
        let before = self.before();
        part(self);
        let height = self.y - before.y;
        let fits = self.pages.len() == before.pages;
        self.back_to(&before);
        if !fits || self.y + gap + height > self.floor() {
            self.next_page();
        }
        let (y, bottom) = (self.y, self.floor() - height);
        self.y = if bottom > y { bottom } else { y };
        part(self);
    }

    /// Lays out columns next to each other, read one after the other; each is an offset and a width.
    pub fn side_by_side(&mut self, columns: &[(f32, f32)], mut part: impl FnMut(&mut Self, usize)) {
        let (top, left, width) = (self.y, self.left, self.width);
        let mut lowest = top;
        for (at, (offset, wide)) in columns.iter().enumerate() {
            (self.y, self.left, self.width) = (top, left + offset, *wide);
            part(self, at);
            lowest = lowest.max(self.y);
        }
        (self.y, self.left, self.width) = (lowest, left, width);
    }

    /// Lays out a part further in.
    pub fn indented(&mut self, by: f32, part: impl FnOnce(&mut Self)) {
        let (left, width) = (self.left, self.width);
        (self.left, self.width) = (left + by, width - by);
        part(self);
        (self.left, self.width) = (left, width);
    }

    // -- meaning

    /// Lays out a part under a tag; returns the number of its group.
    pub fn tagged(&mut self, tag: impl Into<TagKind>, part: impl FnOnce(&mut Self)) -> usize {
        let at = self.groups.len();
        self.groups.push(Group { tag: tag.into(), children: Vec::new() });
        self.add(Child::Group(at));
        self.within(at, part);
        at
    }

    /// Lays out more of a group.
    pub fn within(&mut self, group: usize, part: impl FnOnce(&mut Self)) {
        self.open.push(group);
        part(self);
        self.open.pop();
    }

    fn add(&mut self, child: Child) {
        if let Some(group) = self.open.last().and_then(|at| self.groups.get_mut(*at)) {
            group.children.push(child);
        }
    }

    // -- drawing

    pub fn page(&self) -> usize {
        self.pages.len().saturating_sub(1)
    }

    /// Draws what is read.
    pub fn draw(&mut self, ops: Vec<Op>) {
        let mark = Some(self.marks);
        self.add(Child::Mark(self.marks));
        self.marks += 1;
        self.put(Drawn { ops, mark });
    }

    /// Draws what is only seen.
    pub fn decorate(&mut self, ops: Vec<Op>) {
        self.put(Drawn { ops, mark: None });
    }

    fn put(&mut self, drawn: Drawn) {
        if let Some(page) = self.pages.last_mut() {
            page.push(drawn);
        }
    }

    /// Draws a horizontal line of the column's width, at the place reached.
    pub fn rule(&mut self, thick: f32, ink: Ink) {
        let areas = vec![[self.left, self.y - thick / 2.0, self.width, thick]];
        self.decorate(vec![Op::Fill { areas, ink }]);
    }

    pub fn link(&mut self, link: Link) {
        self.add(Child::Link(self.links.len()));
        self.links.push(link);
    }

    // -- text

    pub fn lay(&mut self, text: &Text, width: f32) -> Laid {
        Setter { fonts: self.fonts, missing: &mut self.missing }.lay(text, width)
    }

    /// Draws a text in the column, line by line over as many pages as it needs.
    pub fn text(&mut self, text: &Text) {
        let laid = self.lay(text, self.width);
        let mut lines = laid.lines.as_slice();
        loop {
            let (fit, rest) = self.split(lines);
            let top = lines.first().map_or(0.0, |line| line.top);
            self.draw(ops_of(fit, self.left, self.y - top));
            self.y += fit.last().map_or(0.0, |line| line.top + line.height - top);
            if rest.is_empty() {
                return;
            }
            lines = rest;
            self.next_page();
        }
    }

    /// Splits lines into those that fit on this page and the rest; one always fits on an empty page.
    pub fn split<'l>(&self, lines: &'l [Line]) -> (&'l [Line], &'l [Line]) {
        let top = lines.first().map_or(0.0, |line| line.top);
        let room = self.floor() - self.y + 0.01;
        let fits = lines.iter().take_while(|line| line.top + line.height - top <= room).count();
        lines.split_at(if self.is_at_top() { fits.max(1).min(lines.len()) } else { fits })
    }

    /// Draws a paragraph.
    pub fn para(&mut self, text: &Text) {
        self.tagged(Tag::P, |sheet| sheet.text(text));
    }

    /// Draws a heading, which becomes a bookmark, and stays with what follows.
    pub fn heading(&mut self, level: u16, text: &Text, entry: Option<Entry>) {
        let title = text.plain();
        let height = self.lay(text, self.width).height;
        self.room(height + mm(16.0));
        self.bookmarks.push(Bookmark { level, title: title.clone(), page: self.page(), y: self.y, entry });
        let level = NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN);
        self.tagged(Tag::Hn(level, Some(title)), |sheet| sheet.text(text));
    }
}

/// Returns what draws lines, with the top of their text at `y`.
pub fn ops_of(lines: &[Line], left: f32, y: f32) -> Vec<Op> {
    let mut ops = Vec::new();
    for line in lines {
        let baseline = y + line.top + line.height;
        for run in &line.runs {
            match run {
                Run::Words { x, style, words } => {
                    ops.push(Op::Words { x: left + x, baseline, style: *style, words: words.clone() });
                }
                Run::Frame { x, framed, size, wide } => {
                    let (area, [x, baseline, size]) = frame_of(left + x, baseline, *size, *wide);
                    ops.push(Op::Fill { areas: vec![area], ink: framed.fill });
                    ops.push(Op::Frame { area, width: 0.5, ink: framed.frame });
                    let style = Style::new(size).bold().ink(framed.ink);
                    ops.push(Op::Words { x, baseline, style, words: format!("{} ", framed.letter) });
                }
            }
        }
    }
    ops
}
