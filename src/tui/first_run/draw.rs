//! Draws the first run. When the window is short, blank rows go first, then explanations; the fields scroll with the focus.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::dialog::form::{Field, FieldKind, FieldLayout};
use crate::dialog::form_draw::{draw_value, value_columns};
use crate::first_run::fields;
use crate::first_run::state::{
    DEPARTMENT, FirstRun, FormPage, Making, OFFICER, PASSPHRASE, PASSPHRASE_AGAIN, REGISTRATION,
};
use crate::key::KeyPress;
use crate::overlay::page;
use crate::theme::{Focus, Theme};
use crate::widget::draw::{self, line};
use crate::widget::part::{self, INDENT};
use crate::widget::secret::CAPS_LOCK;
use crate::widget::text::{columns, wrap};
use crate::widget::window::{self, FooterKey, Ready, SMALLEST, footer, footer_places, too_small};
use countersign_core::people::person::Role;
use countersign_core::primitives::text::counted;
use countersign_core::record::ksb_status::State;

/// The widest form: more than that only makes gaps.
const WIDEST: u16 = 100;
/// Column of the values, of the explanations and of the facts.
const VALUES: u16 = 21;
const WORDS: u16 = 14;
const FACTS: u16 = 22;
/// Columns that a field leaves for what is said next to it, and the width from which it does.
const ASIDE: u16 = 19;
const ASIDE_FROM: u16 = 50;
/// Least columns of what is typed next to a message or a hint.
const LEAST_TYPED: usize = 12;
/// Most columns that are kept for it: a longer text scrolls.
const MOST_TYPED: usize = 24;
/// Below this many rows the program's name and the rule are left out.
const TIGHT: u16 = 14;

/// What can be clicked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    Field(usize),
    /// What makes the book.
    Make,
    /// A key in the footer.
    Key(KeyPress),
}

/// A row or some rows of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Item {
    Gap,
    Name,
    Heading(&'static str),
    Sub(&'static str),
    Field(usize),
    /// What is said about the passphrase.
    Strength,
    Part(&'static str),
    /// A label and an explanation.
    Words(&'static str, &'static str),
    Fact(State, &'static str, String),
    Step(&'static str, &'static str),
    Make,
}

/// When an item is left out of a short window: the lowest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Urgency {
    Blank,
    Explanation,
    Introduction,
    Needed,
}

/// An item with its first row and its rows.
struct Placed {
    item: Item,
    y: u16,
    rows: u16,
}

/// A page laid out in a window.
struct Layout {
    placed: Vec<Placed>,
    /// Where the page is.
    body: Rect,
    /// The first row that is visible.
    first: u16,
}

/// Draws the first run and returns the cursor position.
pub fn draw(run: &FirstRun, buf: &mut Buffer, area: Rect) -> Option<Position> {
    let theme = &run.theme;
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        too_small(theme, buf, area);
        return None;
    }
    let layout = layout(run, area);
    let total = layout.placed.iter().map(|one| one.y + one.rows).max().unwrap_or(0);
    let mut canvas = Buffer::empty(Rect::new(0, 0, area.width, total.max(1)));
    let mut cursor = None;
    for Placed { item, y, rows } in &layout.placed {
        let place = Rect { x: layout.body.x, y: *y, width: layout.body.width, height: *rows };
        let at = draw_item(run, item, place, &mut canvas);
        cursor = cursor.or(at);
    }
    let (body, first) = (layout.body, layout.first);
    for y in 0..body.height.min(total.saturating_sub(first)) {
        for x in 0..area.width {
            buf[(area.x + x, body.y + y)] = canvas[(x, first + y)].clone();
        }
    }
    let visible = cursor.filter(|place| (first..first + body.height).contains(&place.y));
    let mut cursor = visible.map(|place| Position::new(place.x, body.y + place.y - first));
    let [message, foot] = below(area);
    draw_message(run, buf, message);
    footer(&keys(run), theme, buf, foot);
    if let Some(help) = &run.help {
        draw::dim_all(buf, theme);
        cursor = page::view(help, theme, buf, area);
        footer(&keys(run), theme, buf, foot);
    }
    draw::settle(buf, theme);
    cursor
}

/// Returns what is at a place of the window.
pub fn at(run: &FirstRun, at: Position) -> Option<Spot> {
    let area = Rect::new(0, 0, run.size.0, run.size.1);
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        return None;
    }
    let ([_, foot], keys) = (below(area), keys(run));
    if foot.contains(at) {
        let (key, _) = footer_places(&keys, foot).into_iter().find(|(_, place)| place.contains(at))?;
        return keys.get(key)?.key.to_lowercase().parse().ok().map(Spot::Key);
    }
    let layout = layout(run, area);
    if run.help.is_some() || !layout.body.contains(at) {
        return None;
    }
    let row = at.y - layout.body.y + layout.first;
    let placed = layout.placed.iter().find(|one| (one.y..one.y + one.rows).contains(&row))?;
    match placed.item {
        Item::Field(field) => Some(Spot::Field(field)),
        Item::Make => Some(Spot::Make),
        _ => None,
    }
}

/// Returns the rows of the message and of the keys.
fn below(area: Rect) -> [Rect; 2] {
    [2, 1].map(|up| Rect { y: area.bottom().saturating_sub(up), height: 1, ..area })
}

fn layout(run: &FirstRun, area: Rect) -> Layout {
    let width = area.width.min(WIDEST);
    let x = area.x + (area.width - width) / 2;
    let body = Rect { x, width, height: area.height - 2, ..area };
    let mut items: Vec<(Item, u16, Urgency)> = match run.page {
        FormPage::Fields => form_items(run),
        FormPage::Summary => summary_items(run),
    }
    .into_iter()
    .filter(|(item, _)| area.height >= TIGHT || *item != Item::Name)
    .map(|(item, urgency)| (item.clone(), rows(run, &item, width), urgency))
    .collect();
    let total = |items: &[(Item, u16, Urgency)]| items.iter().map(|(_, rows, _)| rows).sum::<u16>();
    for least in [Urgency::Blank, Urgency::Explanation, Urgency::Introduction] {
        // Blank rows go one by one from the top, explanations all at once.
        while total(&items) > body.height
            && let Some(at) = items.iter().position(|(_, _, urgency)| *urgency == least)
        {
            if least == Urgency::Blank {
                items.remove(at);
            } else {
                items.retain(|(_, _, urgency)| *urgency != least);
            }
        }
    }
    let spare = body.height.saturating_sub(total(&items));
    let mut y = if spare > 3 { spare / 4 } else { 0 };
    let mut placed = Vec::new();
    for (item, rows, _) in items {
        placed.push(Placed { item, y, rows });
        y += rows;
    }
    let focused = placed.iter().position(|one| match one.item {
        Item::Field(at) => run.page == FormPage::Fields && at == run.form.focus,
        Item::Make => true,
        _ => false,
    });
    let end = focused.map_or(0, |at| {
        // What is said about the passphrase is visible with it.
        let below = placed.get(at + 1).filter(|one| one.item == Item::Strength);
        below.map_or(placed[at].y + placed[at].rows, |one| one.y + one.rows)
    });
    Layout { first: end.saturating_sub(body.height), placed, body }
}

fn form_items(run: &FirstRun) -> Vec<(Item, Urgency)> {
    let mut items = vec![
        (Item::Gap, Urgency::Blank),
        (Item::Name, Urgency::Needed),
        (Item::Gap, Urgency::Blank),
        (Item::Heading("Let's set up your sign-off book"), Urgency::Introduction),
        (Item::Sub("Nothing is saved until the next page. The up arrow goes back."), Urgency::Introduction),
        (Item::Gap, Urgency::Blank),
    ];
    for (at, field) in run.form.fields.iter().enumerate().filter(|(_, field)| field.place != FieldLayout::Away) {
        items.push((Item::Field(at), Urgency::Needed));
        if field.name == PASSPHRASE {
            items.push((Item::Strength, Urgency::Needed));
        }
    }
    let key = "opens your signing key, about once a day. Write it down and keep it away from this computer. If lost, you \
               get a new key.";
    items.extend([
        (Item::Gap, Urgency::Blank),
        (Item::Part("What the two are for"), Urgency::Explanation),
        (Item::Words("Passphrase", key), Urgency::Explanation),
        (Item::Words("PIN", "signs while you are signed in."), Urgency::Explanation),
    ]);
    items
}

fn summary_items(run: &FirstRun) -> Vec<(Item, Urgency)> {
    let written = |name| fields::name(run, name).map(|name| name.to_string()).unwrap_or_default();
    let mut you = vec![written(OFFICER)];
    let supervisor = if fields::supervises(run) { format!(" and {}", Role::Supervisor.words()) } else { String::new() };
    you.push(format!("{}{supervisor}", Role::TrainingOfficer.words()));
    you.extend(Some(written(REGISTRATION)).filter(|registration| !registration.is_empty()));
    let standard = match fields::standard(run) {
        Some(one) => {
            let figures = format!("{} in {}", counted(one.ksbs as u64, "KSB"), duties(one.duties));
            (State::Signed, "A standard", format!("{}, {figures}", one.reference))
        }
        None => (State::Open, "No standard", "adopt one before you enrol trainees".to_owned()),
    };
    let facts = [
        (State::Signed, "A sign-off book", format!("for {}", written(DEPARTMENT))),
        (State::Signed, "A folder", run.data.folder.clone()),
        (State::Signed, "You", you.join(", ")),
        (State::Signed, "Your key", "opened by your passphrase, signs with your PIN".to_owned()),
        standard,
    ];
    let steps = [
        ("1", "Add people: type them, or read a roster of any size"),
        ("2", "Give each supervisor their five words"),
        ("3", "Back up to a stick. Home reminds you until it is done"),
    ];
    let mut items = vec![
        (Item::Gap, Urgency::Blank),
        (Item::Name, Urgency::Needed),
        (Item::Gap, Urgency::Blank),
        (Item::Heading("This will be made"), Urgency::Needed),
        (Item::Sub("Nothing is on the disk yet."), Urgency::Introduction),
        (Item::Gap, Urgency::Blank),
    ];
    items.extend(facts.map(|(mark, label, words)| (Item::Fact(mark, label, words), Urgency::Needed)));
    items.extend([(Item::Gap, Urgency::Blank), (Item::Gap, Urgency::Blank)]);
    items.push((Item::Part("Next"), Urgency::Explanation));
    items.extend(steps.map(|(number, words)| (Item::Step(number, words), Urgency::Explanation)));
    items.extend([(Item::Gap, Urgency::Blank), (Item::Gap, Urgency::Blank)]);
    items.push((Item::Make, Urgency::Needed));
    items
}

fn duties(count: usize) -> String {
    if count == 1 { "1 duty".to_owned() } else { format!("{count} duties") }
}

/// Returns the columns from a column of the form to the last one that may be used.
fn room(width: u16, from: u16) -> u16 {
    width.saturating_sub(from + INDENT)
}

fn wrapped(words: &str, width: u16, from: u16) -> u16 {
    wrap(words, usize::from(room(width, from))).len() as u16
}

fn rows(run: &FirstRun, item: &Item, width: u16) -> u16 {
    match item {
        Item::Gap | Item::Heading(_) | Item::Part(_) | Item::Make => 1,
        Item::Name => 2,
        Item::Sub(words) => wrapped(words, width, INDENT),
        Item::Field(at) => {
            let field = &run.form.fields[*at];
            let fault = message(field).filter(|fault| !fits_aside(field, fault, room(width, VALUES), &run.theme));
            value_rows(run, field, room(width, VALUES)) + fault.map_or(0, |fault| wrapped(&fault, width, VALUES))
        }
        Item::Strength => strength(run).iter().map(|(words, _)| wrapped(words, width, VALUES)).sum(),
        Item::Words(_, words) => wrapped(words, width, WORDS),
        Item::Fact(_, _, words) => wrapped(words, width, FACTS),
        Item::Step(_, words) => wrapped(words, width, INDENT + 3),
    }
}

/// Returns the rows of a value: what cannot be scrolled is wrapped.
fn value_rows(run: &FirstRun, field: &Field, width: u16) -> u16 {
    unscrolled(run, field).map_or(1, |words| wrap(&words, usize::from(width)).len() as u16)
}

/// Returns the value of a field that is read, not typed in: the chosen option, or the offered passphrase.
fn unscrolled(run: &FirstRun, field: &Field) -> Option<String> {
    match &field.kind {
        FieldKind::Cycle(options) => options.all.get(options.chosen).map(|(_, words)| words.to_string()),
        FieldKind::Secret(_) if field.name == PASSPHRASE && !run.has_own_passphrase() => {
            Some(run.data.offered.reveal().to_owned())
        }
        _ => None,
    }
}

/// Returns the message about a field, with its mark. The one about the passphrase has a place of its own.
fn message(field: &Field) -> Option<String> {
    let fault = field.fault.as_ref().filter(|_| field.name != PASSPHRASE)?;
    Some(format!("{} {fault}", State::NotYet.mark()))
}

/// Whether a message has room next to a value.
fn fits_aside(field: &Field, message: &str, width: u16, theme: &Theme) -> bool {
    value_columns(&field.kind, theme).clamp(LEAST_TYPED, MOST_TYPED) + 2 + columns(message) <= usize::from(width)
}

/// Returns what is said about the passphrase.
fn strength(run: &FirstRun) -> Vec<(String, Style)> {
    let theme = &run.theme;
    if let Some(weak) = &run.weak {
        let caps = match run.form.field(PASSPHRASE).map(|field| &field.kind) {
            Some(FieldKind::Secret(typed)) if typed.is_in_capitals() => format!(". {CAPS_LOCK}"),
            _ => String::new(),
        };
        return vec![(format!("{} {weak}{caps}", theme.state_mark(State::NotYet)), theme.urgent)];
    }
    let letters = counted(run.passphrase().reveal().chars().count() as u64, "character");
    vec![(format!("{} {letters}, strong enough", theme.state_mark(State::Signed)), theme.ok)]
}

fn draw_item(run: &FirstRun, item: &Item, place: Rect, buf: &mut Buffer) -> Option<Position> {
    let theme = &run.theme;
    let from = |column: u16| Rect { x: place.x + column, width: room(place.width, column), ..place };
    let words = |buf: &mut Buffer, column: u16, words: &str, style: Style| {
        for (y, words) in wrap(words, usize::from(room(place.width, column))).into_iter().enumerate() {
            line(buf, from(column), y as u16, &[(words, style)], theme);
        }
    };
    match item {
        Item::Gap => {}
        Item::Name => draw_name(run, from(INDENT), buf),
        Item::Heading(heading) => words(buf, INDENT, heading, theme.strong),
        Item::Sub(sub) => words(buf, INDENT, sub, theme.dim),
        Item::Field(at) => return draw_field(run, *at, place, buf),
        Item::Strength => strength(run).iter().for_each(|(said, style)| words(buf, VALUES, said, *style)),
        Item::Part(heading) => {
            part::heading(buf, Rect { width: place.width - 1, ..place }, (heading, theme.strong), &[], theme);
        }
        Item::Words(label, explanation) => {
            line(buf, from(INDENT), 0, &[(label, theme.dim)], theme);
            words(buf, WORDS, explanation, theme.text);
        }
        Item::Fact(mark, label, fact) => {
            let mark_style = if *mark == State::Signed { theme.ok } else { theme.state(*mark) };
            let pieces = [(theme.state_mark(*mark), mark_style), (" ", theme.dim), (*label, theme.dim)];
            line(buf, from(INDENT), 0, &pieces, theme);
            words(buf, FACTS, fact, theme.text);
        }
        Item::Step(number, step) => {
            line(buf, from(INDENT), 0, &[(number, theme.dim)], theme);
            words(buf, INDENT + 3, step, theme.text);
        }
        Item::Make => {
            line(buf, from(INDENT), 0, &[("Make it", theme.strong)], theme);
            let keys = [
                ("enter".to_owned(), theme.key),
                (" make it and open Home   ".to_owned(), theme.text),
                ("up".to_owned(), theme.key),
                (" change something".to_owned(), theme.text),
            ];
            let wide: usize = keys.iter().map(|(words, _)| columns(words)).sum();
            let right = from(INDENT);
            if wide + columns("Make it") + 3 <= usize::from(right.width) {
                let right = Rect { x: right.right() - wide as u16, width: wide as u16, ..right };
                draw::owned_line(buf, right, 0, &keys, theme);
            }
            part::choose(buf, place, Focus::Here, theme);
            return Some(Position::new(place.x + INDENT, place.y));
        }
    }
    None
}

/// Draws the program's name, the page and how far it is.
fn draw_name(run: &FirstRun, place: Rect, buf: &mut Buffer) {
    let theme = &run.theme;
    let (page, heavy) = match run.page {
        FormPage::Fields => ("page 1 of 2", place.width / 2),
        FormPage::Summary => ("page 2 of 2", place.width),
    };
    line(buf, place, 0, &[("countersign", theme.accent)], theme);
    draw::right(buf, place, 0, (page, theme.dim), theme);
    let y = place.y + 1;
    buf.set_string(place.x, y, theme.glyphs.border[4].repeat(usize::from(place.width)), theme.rule);
    buf.set_string(place.x, y, theme.glyphs.heavy.repeat(usize::from(heavy)), theme.accent);
}

fn draw_field(run: &FirstRun, at: usize, place: Rect, buf: &mut Buffer) -> Option<Position> {
    let theme = &run.theme;
    let field = &run.form.fields[at];
    let focused = at == run.form.focus;
    let value = Rect { x: place.x + VALUES, width: room(place.width, VALUES), ..place };
    let height = value_rows(run, field, value.width).min(place.height);
    let fault = message(field);
    let aside = match &fault {
        Some(fault) if fits_aside(field, fault, value.width, theme) => (fault.as_str(), theme.urgent),
        Some(_) => ("", theme.dim),
        None => (hint(run, field), theme.dim),
    };
    let typed = usize::from(value.width).min(typed_columns(run, field));
    let aside = if typed + 2 + columns(aside.0) <= usize::from(value.width) { aside } else { ("", theme.dim) };
    let beside = columns(aside.0) as u16;
    // All fields end in the same column, unless what is said next to one needs the room.
    let kept = if value.width >= ASIDE_FROM { ASIDE } else { 0 };
    let kept = if typed + usize::from(kept) > usize::from(value.width) { 0 } else { kept };
    let left = kept.max(if beside == 0 { 0 } else { beside + 1 });
    let width = value.width.saturating_sub(left);
    let raised = Rect { x: value.x - 1, width: width + 1, height, ..value };
    let typed_in = matches!(field.kind, FieldKind::Text(_) | FieldKind::Secret(_));
    let label = if focused { theme.strong } else { theme.dim };
    line(buf, Rect { x: place.x + INDENT, width: VALUES - INDENT - 1, ..place }, 0, &[(field.label, label)], theme);
    let inner = Rect { width: width.saturating_sub(u16::from(typed_in)), height, ..value };
    let cursor = match unscrolled(run, field) {
        Some(words) => {
            for (y, words) in wrap(&words, usize::from(value.width)).into_iter().enumerate() {
                line(buf, value, y as u16, &[(words, theme.text)], theme);
            }
            Some(value.as_position())
        }
        None => draw_value(&run.form, field, inner, buf, theme),
    };
    if !aside.0.is_empty() {
        draw::right(buf, value, 0, aside, theme);
    }
    if let Some(fault) = fault.filter(|fault| !fits_aside(field, fault, value.width, theme)) {
        for (y, words) in wrap(&fault, usize::from(value.width)).into_iter().enumerate() {
            line(buf, value, height + y as u16, &[(words, theme.urgent)], theme);
        }
    }
    if typed_in && !focused {
        theme.raise(buf, raised);
    }
    if focused {
        part::choose(buf, place, Focus::Here, theme);
    }
    cursor.filter(|_| focused)
}

/// Returns the columns that a value needs on its row: what is typed scrolls.
fn typed_columns(run: &FirstRun, field: &Field) -> usize {
    let typed = || match field.kind {
        FieldKind::Radio(_) | FieldKind::Cycle(_) => value_columns(&field.kind, &run.theme),
        _ => value_columns(&field.kind, &run.theme).clamp(LEAST_TYPED, MOST_TYPED),
    };
    unscrolled(run, field).map_or_else(typed, |words| columns(&words))
}

fn hint(run: &FirstRun, field: &Field) -> &'static str {
    match field.name {
        PASSPHRASE if run.has_own_passphrase() => "your own",
        PASSPHRASE_AGAIN => "",
        name => fields::hint(name),
    }
}

fn draw_message(run: &FirstRun, buf: &mut Buffer, area: Rect) {
    let theme = &run.theme;
    if run.making != Making::No {
        window::message(("Making the sign-off book", theme.strong), "", None, theme, buf, area);
    } else if let Some(failure) = &run.failure {
        let hint = failure.hint.clone().unwrap_or_default();
        window::message((&failure.what, theme.error), &hint, None, theme, buf, area);
    }
}

/// Returns the keys that work now.
fn keys(run: &FirstRun) -> Vec<FooterKey> {
    let key = |key: &str, label: &str| FooterKey { key: key.into(), label: label.into(), ready: Ready::Yes };
    if run.help.is_some() {
        let hints = run.help.as_ref().map(|help| page::hints(help, run.size)).unwrap_or_default();
        return hints.into_iter().map(|(name, label)| key(name, &label)).collect();
    }
    let focused = run.form.fields.get(run.form.focus).map(|field| &field.kind);
    let mut keys = match run.page {
        FormPage::Fields if matches!(focused, Some(FieldKind::Radio(_) | FieldKind::Cycle(_))) => {
            vec![key("right", "change"), key("enter", "next"), key("up", "back")]
        }
        FormPage::Fields => vec![key("enter", "next field"), key("up", "back a field")],
        FormPage::Summary => vec![key("enter", "make it"), key("up", "back")],
    };
    keys.extend([key("ctrl-c", "stop, nothing is saved"), key("F1", "help")]);
    keys
}
