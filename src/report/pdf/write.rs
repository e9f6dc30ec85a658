//! Writes a laid-out document as PDF/A-2a and PDF/UA-1 in one file.

use std::fmt;

use chrono::{Datelike as _, Timelike as _};
use krilla::annotation::{Annotation, LinkAnnotation, Target};
use krilla::color::rgb;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::{Destination, XyzDestination};
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier, Node, SpanTag, Tag, TagGroup, TagTree};
use krilla::{Document, SerializeSettings};

use crate::made::Made;
use crate::pdf::font::{Fonts, written};
use crate::pdf::sheet::{Bookmark, Child, Drawn, Entry, Format, Op, Sheet};
use crate::pdf::text::{Ink, Style, mm};

/// The writer refused a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriteFault(pub String);

impl fmt::Display for WriteFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "The PDF could not be written: {}", self.0)
    }
}

impl std::error::Error for WriteFault {}

fn fault(what: impl fmt::Debug) -> WriteFault {
    WriteFault(format!("{what:?}"))
}

/// The widest that a name in the running head may be.
const HEAD_NAME: f32 = mm(110.0);

/// Writes the file.
pub fn write(sheet: &Sheet<'_>) -> Result<Vec<u8>, WriteFault> {
    let validators = ConfigurationBuilder::new().with_archival_validator(Archival::A2_A);
    let configuration = validators.with_accessibility_validator(Accessibility::UA1).finish().map_err(fault)?;
    let settings = SerializeSettings { configuration, enable_tagging: true, ..SerializeSettings::default() };
    let mut document = Document::new_with(settings);
    let mut marks: Vec<Option<Identifier>> = (0..sheet.marks).map(|_| None).collect();
    let mut links: Vec<Option<Identifier>> = (0..sheet.links.len()).map(|_| None).collect();
    for (at, drawn) in sheet.pages.iter().enumerate() {
        let Format { width, height, .. } = sheet.format;
        let size = PageSettings::from_wh(width, height).ok_or_else(|| fault("page size"))?;
        let mut page = document.start_page_with(size);
        for (link, place) in sheet.links.iter().zip(&mut links).filter(|(link, _)| link.page == at) {
            let Some(to) = target(sheet, link.entry) else { continue };
            let area = rect(link.area).ok_or_else(|| fault("link"))?;
            let to = Target::Destination(Destination::Xyz(destination(sheet, to)));
            let annotation = Annotation::new_link(LinkAnnotation::new(area, to), Some(link.words.clone()));
            *place = Some(page.add_tagged_annotation(annotation));
        }
        let mut surface = page.surface();
        for one in drawn {
            put(sheet, &mut surface, one, &mut marks);
        }
        if !sheet.bare.contains(&at) {
            let ops = running(sheet, at);
            put(sheet, &mut surface, &Drawn { ops, mark: None }, &mut marks);
        }
        surface.finish();
        page.finish();
    }
    document.set_outline(outline(sheet));
    let mut tree = TagTree::new().with_lang(Some("en-GB".to_owned()));
    tree.push(group(sheet, 0, &mut marks, &mut links));
    document.set_tag_tree(tree);
    document.set_metadata(metadata(sheet));
    document.finish().map_err(fault)
}

fn metadata(sheet: &Sheet<'_>) -> Metadata {
    let Made { department, utc, code, .. } = sheet.about.made;
    let two = |number: u32| u8::try_from(number).unwrap_or(1);
    // Without seconds: the same record makes the same file at the same minute.
    let made = DateTime::new(u16::try_from(utc.year()).unwrap_or(0))
        .month(two(utc.month()))
        .day(two(utc.day()))
        .hour(two(utc.hour()))
        .minute(two(utc.minute()))
        .second(0)
        .utc_offset_hour(0)
        .utc_offset_minute(0);
    let title = format!("{}: {}, {department}", sheet.about.kind, sheet.about.who);
    Metadata::new()
        .document_id(format!("{title} {code}"))
        .title(title)
        .language("en-GB".to_owned())
        .authors(vec![department.clone()])
        .keywords(vec![sheet.about.kind.clone(), department.clone()])
        .creator("countersign".to_owned())
        .creation_date(made)
}

fn group(sheet: &Sheet<'_>, at: usize, marks: &mut [Option<Identifier>], links: &mut [Option<Identifier>]) -> TagGroup {
    let Some(of) = sheet.groups.get(at) else { return TagGroup::new(Tag::Span) };
    let mut children: Vec<Node> = Vec::new();
    for child in &of.children {
        match child {
            Child::Group(at) => children.push(group(sheet, *at, marks, links).into()),
            Child::Mark(at) => children.extend(marks.get_mut(*at).and_then(Option::take).map(Node::from)),
            Child::Link(at) => children.extend(links.get_mut(*at).and_then(Option::take).map(Node::from)),
        }
    }
    TagGroup::with_children(of.tag.clone(), children)
}

/// Returns the bookmarks: each under the last one of a higher level.
fn outline(sheet: &Sheet<'_>) -> Outline {
    let mut outline = Outline::new();
    let mut rest = sheet.bookmarks.as_slice();
    while let Some((first, after)) = rest.split_first() {
        let (node, after) = bookmark(sheet, first, after);
        outline.push_child(node);
        rest = after;
    }
    outline
}

fn bookmark<'b>(sheet: &Sheet<'_>, one: &Bookmark, mut rest: &'b [Bookmark]) -> (OutlineNode, &'b [Bookmark]) {
    let mut node = OutlineNode::new(one.title.clone(), destination(sheet, one));
    while let Some((next, after)) = rest.split_first().filter(|(next, _)| next.level > one.level && one.level > 1) {
        let (child, after) = bookmark(sheet, next, after);
        node.push_child(child);
        rest = after;
    }
    (node, rest)
}

fn destination(sheet: &Sheet<'_>, of: &Bookmark) -> XyzDestination {
    XyzDestination::new(of.page, Point::from_xy(sheet.format.left, (of.y - mm(4.0)).max(0.0)))
}

/// Returns the heading that a line of the contents names.
fn target<'s>(sheet: &'s Sheet<'_>, entry: Entry) -> Option<&'s Bookmark> {
    sheet.bookmarks.iter().find(|bookmark| bookmark.entry == Some(entry))
}

fn put(sheet: &Sheet<'_>, surface: &mut Surface<'_>, drawn: &Drawn, marks: &mut [Option<Identifier>]) {
    match drawn.mark.and_then(|mark| marks.get_mut(mark)) {
        Some(mark) => *mark = Some(surface.start_tagged(ContentTag::Span(SpanTag::empty()))),
        None => {
            surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Other)));
        }
    }
    for op in &drawn.ops {
        draw(sheet, surface, op);
    }
    surface.end_tagged();
}

fn draw(sheet: &Sheet<'_>, surface: &mut Surface<'_>, op: &Op) {
    let write = |surface: &mut Surface<'_>, x: f32, baseline: f32, style: Style, words: &str| {
        surface.set_fill(Some(fill(style.ink)));
        let glyphs = sheet.fonts.glyphs(style.face, words);
        let font = sheet.fonts.font(style.face);
        surface.draw_glyphs(Point::from_xy(x, baseline), &glyphs, font, words, style.size, false);
    };
    match op {
        Op::Words { x, baseline, style, words } => write(surface, *x, *baseline, *style, words),
        Op::Fill { areas, ink } => paint(surface, areas, *ink),
        Op::Frame { area: [x, y, width, height], width: thick, ink } => {
            let half = thick / 2.0;
            let sides = [
                [x - half, y - half, width + thick, *thick],
                [x - half, y + height - half, width + thick, *thick],
                [x - half, y + half, *thick, height - thick],
                [x + width - half, y + half, *thick, height - thick],
            ];
            paint(surface, &sides, *ink);
        }
        Op::PageOf { entry, right, baseline, style } => {
            let page = target(sheet, *entry).map_or_else(|| "–".to_owned(), |to| (to.page + 1).to_string());
            let x = right - sheet.fonts.width(style.face, style.size, &page);
            write(surface, x, *baseline, *style, &page);
        }
    }
}

fn paint(surface: &mut Surface<'_>, areas: &[[f32; 4]], ink: Ink) {
    let mut path = PathBuilder::new();
    areas.iter().filter_map(|area| rect(*area)).for_each(|area| path.push_rect(area));
    if let Some(path) = path.finish() {
        surface.set_fill(Some(fill(ink)));
        surface.draw_path(&path);
    }
}

fn rect([x, y, width, height]: [f32; 4]) -> Option<Rect> {
    Rect::from_xywh(x, y, width, height)
}

fn fill(ink: Ink) -> Fill {
    let [red, green, blue] = ink.rgb();
    let paint = rgb::Color::new(red, green, blue).into();
    Fill { paint, opacity: NormalizedF32::ONE, rule: FillRule::NonZero }
}

/// Returns the running head and foot of a page.
pub fn running(sheet: &Sheet<'_>, page: usize) -> Vec<Op> {
    let Format { width, height, left, right, top, bottom } = sheet.format;
    let (fonts, about, right) = (sheet.fonts, &sheet.about, width - right);
    let line = |y: f32, thick: f32, ink| Op::Fill { areas: vec![[left, y, right - left, thick]], ink };
    let words = |x: f32, baseline: f32, style: Style, words: String| Op::Words { x, baseline, style, words };
    let wide = |style: Style, words: &str| fonts.width(style.face, style.size, words);

    let head = Style::new(8.0);
    let y = top - mm(8.0);
    let kind = wide(head.bold(), &about.kind) + head.size;
    let pages = format!("page {} of {}", page + 1, sheet.pages.len());
    let mut ops = vec![
        words(left, y - 4.0, head.bold(), about.kind.clone()),
        words(left + kind, y - 4.0, head, cut(fonts, head, &about.who, HEAD_NAME)),
        words(right - wide(head, &pages), y - 4.0, head, pages),
        line(y, 0.5, Ink::Black),
    ];

    let Made { department, by, code, .. } = about.made;
    let foot = Style::new(7.2).soft();
    let y = height - bottom + mm(7.0);
    let baseline = y + 7.2;
    let by = by.split(',').next().filter(|by| !by.is_empty()).map(|by| format!(" by {by}")).unwrap_or_default();
    let made = format!("made {}{by}", about.made.when());
    let code = code.clone();
    let log = "checkpoint code".to_owned();
    let at_code = right - wide(foot.mono(), &code);
    let at_log = at_code - 0.9 * foot.size - wide(foot, &log);
    let made_wide = wide(foot, &made);
    let gap = 0.9 * foot.size;
    let department = cut(fonts, foot, department, (at_log - left - made_wide - gap - mm(6.0)).max(mm(20.0)));
    let at_made = left + wide(foot, &department) + gap;
    let made = cut(fonts, foot, &made, at_log - at_made - mm(3.0));
    ops.extend([
        line(y, 0.4, Ink::Hairline),
        words(left, baseline, foot, department),
        words(at_made, baseline, foot, made),
        words(at_log, baseline, foot, log),
        words(at_code, baseline, foot.mono(), code),
    ]);
    ops
}

/// Cuts a text with `…` at a width.
fn cut(fonts: &Fonts, style: Style, words: &str, width: f32) -> String {
    let Style { face, size, .. } = style;
    let clean: String = words.chars().map(written).collect();
    if fonts.width(face, size, &clean) <= width {
        return clean;
    }
    let mut used = fonts.width(face, size, "…");
    let fits = |letter: &char| {
        used += fonts.advance(face, *letter) * size;
        used <= width
    };
    let mut kept: String = clean.chars().take_while(fits).collect();
    kept.push('…');
    kept
}
