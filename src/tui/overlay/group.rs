//! Chooses one item and the people whose record it is signed on, as after a lecture.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::dialog::event::DialogEvent;
use crate::key::{Key, KeyModifier, KeyPress};
use crate::msg::Effect;
use crate::msg::acts::DialogQuery;
use crate::msg::group::{ChosenItem, Group};
use crate::msg::page::Text;
use crate::overlay::page;
use crate::overlay::picker::{Finder, PickerEvent, PickerProps, row_width, view as view_finder};
use crate::pane::record_words::first_name;
use crate::theme::{Focus, Theme};
use crate::widget::dialog_box::Hint;
use crate::widget::draw::{clear, line, owned_line};
use crate::widget::frame::{Titles, VisibleRows, scrolled};
use crate::widget::lines::{Line, draw_lines};
use crate::widget::part::{self, INDENT, choose};
use crate::widget::query::paste_into;
use crate::widget::text::{columns, fit, pad, ranges, wrap};
use crate::widget::window::{self, Title};
use crate::widget::{list, trace};
use countersign_core::primitives::date::day_words;
use countersign_core::primitives::fold::NameQuery;
use countersign_core::record::group::{GroupItem, GroupMember, counted_people};

/// Rows of the item's text above the people.
const TEXT: u16 = 3;
/// Rows below the people for the claim of the one under the cursor.
const CLAIM: u16 = 5;
/// Columns at the end of a row for the first words of a claim.
const CLAIM_BEGINS: usize = 16;
/// Columns by which the lines of a reflection are indented.
const HANG: usize = 2;
/// Columns of the mark and the state before a name.
const STATE: usize = 12;

/// The choice, and where its lists are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    pub group: Group,
    finder: Finder,
    /// Index of the first person shown.
    top: usize,
    /// The claim of the person under the cursor, in full.
    claim: Option<page::State>,
}

impl State {
    pub fn new(group: Group) -> Self {
        Self { group, finder: Finder::default(), top: 0, claim: None }
    }

    /// Returns the page of a claim, unless the list has another claim there by now.
    fn open_claim(&self) -> Option<&page::State> {
        let now = self.group.chosen.as_ref().and_then(claim_page)?;
        self.claim.as_ref().filter(|page| *page.text() == now)
    }

    /// Returns the effect that loads the people of the chosen item again, after something was signed.
    pub fn reload(&self) -> Option<Effect> {
        self.group.item().map(|item| self.members_of(item.clone()))
    }

    /// Returns the items that the query finds, by their index: those whose code it is first.
    fn found(&self) -> Vec<&GroupItem> {
        let text = self.finder.query.trim();
        if text.is_empty() {
            return self.group.items.iter().collect();
        }
        let code = |item: &GroupItem| item.code.to_string();
        let mut exact: Vec<&GroupItem> =
            self.group.items.iter().filter(|item| code(item).eq_ignore_ascii_case(text)).collect();
        let starts = |item: &&GroupItem| {
            let code = code(item).to_lowercase();
            code.starts_with(&text.to_lowercase()) && code.len() > text.len()
        };
        exact.extend(self.group.items.iter().filter(starts));
        let wanted = NameQuery::of(text);
        let others = self.group.items.iter().filter(|item| wanted.is_in(&item.text));
        let mut all: Vec<&GroupItem> = exact.clone();
        all.extend(others.filter(|item| !exact.contains(item)));
        all
    }

    fn members_of(&self, item: GroupItem) -> Effect {
        let (signer, filter) = (self.group.signer.clone(), self.group.filter.clone());
        Effect::Ask(DialogQuery::GroupMembers { item, signer, filter })
    }

    /// Handles a key.
    pub fn key(&mut self, press: KeyPress, size: (u16, u16)) -> DialogEvent {
        if self.group.chosen.is_some() {
            return self.people_key(press, size);
        }
        let count = self.found().len();
        match self.finder.key(press, count, size) {
            PickerEvent::Taken => match self.found().get(self.finder.chosen) {
                Some(item) => DialogEvent::Ask(vec![self.members_of((*item).clone())]),
                None => DialogEvent::Stay,
            },
            PickerEvent::Left => DialogEvent::Close(Vec::new()),
            PickerEvent::Changed | PickerEvent::Moved => DialogEvent::Stay,
        }
    }

    fn people_key(&mut self, press: KeyPress, size: (u16, u16)) -> DialogEvent {
        if self.open_claim().is_some()
            && let Some(page) = &mut self.claim
        {
            let closes = press.key == Key::Char('v') || page::update(page, press, size) != DialogEvent::Stay;
            if closes {
                self.claim = None;
            }
            return DialogEvent::Stay;
        }
        let page = self.group.chosen.as_ref().map_or(1, |chosen| usize::from(list_rows(chosen, size)));
        if press.modifier != KeyModifier::Nothing {
            return DialogEvent::LeaveGroupBy(Box::new(self.group.clone()), press);
        }
        let Some(chosen) = &mut self.group.chosen else { return DialogEvent::Stay };
        let members = chosen.members.len();
        match press.key {
            Key::Char(' ') => chosen.toggle(),
            Key::Char('V') => chosen.mark_all(),
            Key::Char('U') => chosen.marks.clear(),
            Key::Char('v') if chosen.claim().is_some() => self.claim = claim_page(chosen).map(page::State::new),
            Key::Char('s') | Key::Enter if !chosen.members.is_empty() => {
                return DialogEvent::SignGroup(Box::new(self.group.clone()));
            }
            Key::Char('T') => self.group.chosen = None,
            Key::Esc => return DialogEvent::LeaveGroup(Box::new(self.group.clone())),
            key => match list::moved(chosen.at, members, page, key) {
                Some(at) => chosen.at = at,
                None => return DialogEvent::LeaveGroupBy(Box::new(self.group.clone()), press),
            },
        }
        if let Some(chosen) = &mut self.group.chosen {
            let rows = page as u16;
            self.top = list::first(self.top, chosen.at, chosen.members.len(), rows, |_| 1);
        }
        DialogEvent::Stay
    }

    /// Pastes a text into the search for an item.
    pub fn paste(&mut self, pasted: &str) {
        if self.group.chosen.is_none() {
            paste_into(&mut self.finder.query, pasted);
            (self.finder.chosen, self.finder.top) = (0, 0);
        }
    }

    /// Returns the keys that work here.
    pub fn hints(&self, size: (u16, u16)) -> Vec<Hint> {
        if let Some(page) = self.open_claim() {
            return page::hints(page, size);
        }
        let hint = |(key, does): (&'static str, &str)| (key, does.to_owned());
        let Some(chosen) = &self.group.chosen else {
            return [("enter", "who was there"), ("esc", "close")].map(hint).into();
        };
        if chosen.members.is_empty() {
            return [("T", "other item"), ("esc", "back")].map(hint).into();
        }
        let sign = match chosen.marks.len() {
            0 => "sign for this one".to_owned(),
            many => format!("sign for {many}"),
        };
        let mut hints: Vec<Hint> = [("space", "mark"), ("V", "mark all")].map(hint).into();
        hints.push(("s", sign));
        if chosen.claim().is_some() {
            hints.push(("v", "whole claim".to_owned()));
        }
        hints.extend([("U", "unmark"), ("T", "other item"), ("esc", "back")].map(hint));
        hints
    }

    /// Draws the search over the screen, or the people below the tabs, and returns the cursor position.
    pub fn view(&self, theme: &Theme, buf: &mut Buffer, screen: Rect) -> Option<Position> {
        match &self.group.chosen {
            None => self.view_items(theme, buf, screen),
            Some(chosen) => match self.open_claim() {
                Some(page) => page::view(page, theme, buf, screen),
                None => People { chosen, filter: &self.group.filter, top: self.top }.view(theme, buf, screen),
            },
        }
    }

    fn view_items(&self, theme: &Theme, buf: &mut Buffer, screen: Rect) -> Option<Position> {
        let found = self.found();
        let code = found.iter().map(|item| item.code.to_string().len()).max().unwrap_or(0) + 2;
        let owner = found.iter().map(|item| columns(&item.of.to_string())).max().unwrap_or(0);
        let text = row_width(screen).saturating_sub(code + owner + 2);
        let rows: Vec<Vec<(String, Style)>> = found
            .iter()
            .map(|item| {
                vec![
                    (pad(&item.code.to_string(), code, theme), theme.strong),
                    (pad(&item.text, text, theme), theme.text),
                    (format!("  {}", item.of), theme.dim),
                ]
            })
            .collect();
        let none = if self.group.items.is_empty() {
            "Nobody is enrolled yet, so nothing can be signed"
        } else {
            "No item fits"
        };
        let foot = ("Type a code or a word. Then choose who was there", theme.dim);
        let props = PickerProps { title: "Sign which item for many people?", rows: &rows, none, foot };
        view_finder(&self.finder, props, theme, buf, screen)
    }
}

/// Draws the people of an item.
struct People<'a> {
    chosen: &'a ChosenItem,
    filter: &'a str,
    top: usize,
}

impl People<'_> {
    fn view(&self, theme: &Theme, buf: &mut Buffer, screen: Rect) -> Option<Position> {
        let parts = window::parts(screen)?;
        for area in parts.context.into_iter().chain([parts.body]) {
            clear(buf, area);
        }
        if let Some(area) = parts.context {
            let title = Title::new(
                format!("Sign {} for many people", self.chosen.item.code),
                vec![self.chosen.item.of.to_string()],
            );
            let right = [("Nothing is signed yet.".to_owned(), theme.dim)];
            window::context(&title, &right, theme, buf, area);
        }
        let body = parts.body;
        let text = text_area(body);
        let (words, width) = (self.chosen.item.text.as_str(), usize::from(text.width));
        for (row, range) in (0..text.height).zip(ranges(words, width)) {
            // The last row ends in the ellipsis if there is more.
            let end = if row + 1 == text.height { words.len() } else { range.end };
            line(buf, text, row, &[(&fit(words[range.start..end].trim_end(), width, theme), theme.text)], theme);
        }
        let below = Rect { y: text.bottom(), height: body.height - text.height, ..body };
        let (left, right) = (self.heading(), self.counts(theme));
        let titles =
            Titles { left: &left, right: &right, right_style: (!self.chosen.marks.is_empty()).then_some(theme.mark) };
        let inner = part::part(buf, below, titles, Focus::Here, theme);
        if self.chosen.members.is_empty() {
            let nobody = match self.filter {
                "" => "   Nobody here needs this item. T chooses another item".to_owned(),
                filter => format!("   Nobody who fits “{filter}” needs this item. T chooses another item"),
            };
            line(buf, inner, 1, &[(&nobody, theme.dim)], theme);
            return None;
        }
        let (inner, below) = with_claims(self.chosen, inner);
        self.draw_claim(theme, buf, below);
        let mut place = None;
        for (at, member) in self.chosen.members.iter().enumerate().skip(self.top).take(usize::from(inner.height)) {
            let area = Rect { y: inner.y + (at - self.top) as u16, height: 1, ..inner };
            let here = at == self.chosen.at;
            self.draw_row(member, here, theme, buf, area);
            trace::choice(area);
            if here {
                choose(buf, area, Focus::Here, theme);
                place = Some(Position::new(area.x + INDENT.min(area.width.saturating_sub(1)), area.y));
            }
        }
        let seen = VisibleRows { first: self.top, shown: usize::from(inner.height), of: self.chosen.members.len() };
        scrolled(buf, inner, seen, theme);
        place
    }

    fn heading(&self) -> String {
        let filter = self.filter;
        let who = format!("{} for whom it is required", counted_people(self.chosen.members.len()));
        if filter.is_empty() { who } else { format!("{who}, of those who fit “{filter}”") }
    }

    fn counts(&self, theme: &Theme) -> String {
        match self.chosen.marks.len() {
            0 if self.chosen.members.is_empty() => String::new(),
            0 => format!("{} of {}", self.chosen.at + 1, self.chosen.members.len()),
            many => format!("{} {many} marked", theme.glyphs.mark),
        }
    }

    fn draw_row(&self, member: &GroupMember, here: bool, theme: &Theme, buf: &mut Buffer, area: Rect) {
        let marked = self.chosen.marks.contains(&member.id);
        let mark = if marked { theme.glyphs.mark } else { " " };
        let state = format!("{} {}", theme.state_mark(member.state), member.state.label());
        let name = if here { theme.strong } else { theme.text };
        let mut pieces = vec![
            (" ".repeat(usize::from(INDENT)), theme.text),
            (format!("{mark} "), theme.mark),
            (pad(&state, STATE, theme), theme.state(member.state)),
        ];
        let used: usize = pieces.iter().map(|(words, _)| columns(words)).sum();
        let room = usize::from(area.width).saturating_sub(used + 1);
        let Some(claim) = &member.claim else {
            pieces.push((fit(member.name.as_str(), room, theme).into_owned(), name));
            owned_line(buf, area, 0, &pieces, theme);
            return;
        };
        let content = format!("  {}", claim.content(theme.glyphs.quotes).replace('\n', "  "));
        // A long name leaves room for the words that a claim begins with.
        let least = (room / 3).min(CLAIM_BEGINS);
        let shown = fit(member.name.as_str(), room - least, theme).into_owned();
        let content = fit(&content, room - columns(&shown), theme).into_owned();
        pieces.extend([(shown, name), (content, theme.dim)]);
        owned_line(buf, area, 0, &pieces, theme);
    }

    /// Draws the claim of the person under the cursor, if they made one: signing answers it. Only its first two lines begin at
    /// the edge, so that no line of a reflection looks like the line of the files.
    fn draw_claim(&self, theme: &Theme, buf: &mut Buffer, area: Rect) {
        let (Some(member), Some(claim)) = (self.chosen.members.get(self.chosen.at), self.chosen.claim()) else {
            return;
        };
        let width = usize::from(area.width);
        let first = first_name(member.name.as_str());
        let mut lines: Vec<Line> = vec![vec![(format!("{first} claimed it on {}", day_words(claim.made)), theme.dim)]];
        for (words, hang) in [(claim.files_line(), 0), (claim.reflection_words(theme.glyphs.quotes), HANG)] {
            for (at, part) in wrap(&words, width.saturating_sub(HANG)).into_iter().enumerate() {
                let before = if at == 0 { hang } else { HANG };
                lines.push(vec![(" ".repeat(before), theme.text), (part.to_owned(), theme.text)]);
            }
        }
        draw_lines(buf, area, &lines, ("v", "shows all"), theme);
    }
}

/// Returns the page of the claim of the person under the cursor, if they made one.
fn claim_page(chosen: &ChosenItem) -> Option<Text> {
    let (member, claim) = (chosen.members.get(chosen.at)?, chosen.claim()?);
    let files = match claim.files.as_slice() {
        [] => vec!["No files".to_owned()],
        names => names.iter().map(ToString::to_string).collect(),
    };
    let wrote = match &claim.reflection {
        Some(words) => words.as_str().trim().lines().map(str::to_owned).collect(),
        None => vec!["No reflection".to_owned()],
    };
    let title = format!("{}: claim of {}", member.name, chosen.item.code);
    let sections = vec![
        ("Made".to_owned(), vec![day_words(claim.made)]),
        ("Files".to_owned(), files),
        ("Reflection".to_owned(), wrote),
    ];
    Some(Text { title, sections })
}

/// Returns the area of the item's text.
fn text_area(body: Rect) -> Rect {
    Rect { x: body.x + 2, width: body.width.saturating_sub(4), height: TEXT.min(body.height / 3), ..body }
}

/// Divides the area of the people into their list and the rows below it for the claim of one of them, if anybody made one.
fn with_claims(chosen: &ChosenItem, inner: Rect) -> (Rect, Rect) {
    let anyone = chosen.members.iter().any(|member| member.claim.is_some());
    // It also has the rows that the list leaves empty.
    let empty = inner.height.saturating_sub(u16::try_from(chosen.members.len()).unwrap_or(u16::MAX));
    let rows = if anyone { CLAIM.min(inner.height / 3).max(empty) } else { 0 };
    let list = Rect { height: inner.height - rows, ..inner };
    let indent = INDENT.min(inner.width / 2);
    let width = inner.width.saturating_sub(2 * indent);
    // A row stays empty between the two.
    let below = Rect { x: inner.x + indent, y: list.bottom() + 1, width, height: rows.saturating_sub(1) };
    (list, below)
}

/// Returns the rows of the list on a screen of this size.
fn list_rows(chosen: &ChosenItem, (width, height): (u16, u16)) -> u16 {
    let Some(body) = window::parts(Rect::new(0, 0, width, height)).map(|parts| parts.body) else { return 1 };
    let inner = Rect { height: body.height.saturating_sub(text_area(body).height + 1), ..body };
    with_claims(chosen, inner).0.height.max(1)
}
