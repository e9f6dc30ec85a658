//! Renders the competence record of one KSB: why it is left, and its sign-offs, newest first.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::command::Command;
use crate::pane::duties;
use crate::pane::record_lines::{duty_lines, ksb_lines};
use crate::pane::record_subject::{Place, Reader, RecordKsb, RenderContext, RenderedRecord, Subject};
use crate::pane::record_words::{empty, keys};
use crate::theme::Focus;
use crate::widget::draw::owned_line;
use crate::widget::pane_heading::{Pieces, across, beside, width};
use crate::widget::part::choose;
use countersign_core::people::person::Role;
use countersign_core::primitives::date::day_words;
use countersign_core::record::ksb_status;
use countersign_core::record::view::CarriedRecord;
use countersign_core::record::view::{PersonRow, Record};
use countersign_core::standard::local_view::LOCAL_GROUP;

/// The selection and the window.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct State {
    /// Index of the selected record; 0 is the newest.
    pub chosen: usize,
    /// First visible line.
    pub top: usize,
}

/// Columns before and after the lines: the pointer, a blank; the margin.
const AROUND: u16 = 3;

/// Returns the area of the lines of a pane.
pub fn inner(area: Rect) -> Rect {
    let indent = if Place::of(area.width) == Place::Below { 2 } else { 1 };
    Rect {
        x: area.x + indent,
        y: area.y + 1,
        width: area.width.saturating_sub(AROUND.min(indent + 1)),
        height: area.height.saturating_sub(1),
    }
}

/// Lays out the pane's lines for this inner area.
pub fn render(subject: &Subject<'_>, context: RenderContext<'_>, inner: Rect) -> RenderedRecord {
    match subject {
        Subject::Duty(trainee_record, duty) => RenderedRecord {
            lines: duty_lines(trainee_record, *duty, context, usize::from(inner.width)),
            records: Vec::new(),
        },
        Subject::Ksb(ksb, records, claim) => ksb_lines(ksb, *records, *claim, context, inner),
    }
}

/// Moves the selection, or scrolls if there is nothing more to select.
pub fn update(state: &mut State, rendered: &RenderedRecord, height: u16, command: Command) -> bool {
    let (page, last) = (usize::from(height.max(1)), rendered.records.len().saturating_sub(1));
    match command {
        Command::Down if state.chosen < last => reveal(state, rendered, page, state.chosen + 1),
        Command::Down => state.top += 1,
        Command::Up if state.chosen > 0 => reveal(state, rendered, page, state.chosen - 1),
        Command::Up => state.top = state.top.saturating_sub(1),
        Command::PageDown => state.top += page,
        Command::PageUp => state.top = state.top.saturating_sub(page),
        Command::Top => *state = State::default(),
        Command::Bottom => *state = State { chosen: last, top: rendered.lines.len() },
        _ => return false,
    }
    load_visible(state, rendered, height);
    true
}

/// Selects a record and scrolls to show as much of it as fits.
fn reveal(state: &mut State, rendered: &RenderedRecord, page: usize, chosen: usize) {
    let first = rendered.records.get(chosen).map_or(0, |lines| lines.start);
    let end = rendered.records.get(chosen).map_or(0, |lines| lines.end);
    state.top = state.top.max(end.saturating_sub(page)).min(first);
    state.chosen = chosen;
}

/// Keeps the window within the lines.
pub fn load_visible(state: &mut State, rendered: &RenderedRecord, height: u16) {
    state.top = state.top.min(rendered.lines.len().saturating_sub(usize::from(height)));
    state.chosen = state.chosen.min(rendered.records.len().saturating_sub(1));
}

/// Returns the record that a command applies to: the selected one or, without focus, the newest valid one.
pub fn selected_record<'a>(state: &State, records: &'a [Record], focus: Focus) -> Option<&'a Record> {
    match focus {
        Focus::Here => records.get(state.chosen),
        Focus::Elsewhere => records.iter().find(|record| record.is_live()).or(records.first()),
    }
}

/// Returns why a command cannot run on this record for this person.
pub fn disabled_reason(
    record: Option<&Record>,
    carried: Option<&CarriedRecord>,
    person: Option<&PersonRow>,
    command: Command,
) -> Option<String> {
    if !matches!(command, Command::Withdraw | Command::SignedText | Command::OpenText) {
        return None;
    }
    if command != Command::Withdraw && (record.is_some() || carried.is_some()) {
        return None;
    }
    let officer = |person: &PersonRow| person.roles.contains(&Role::TrainingOfficer);
    let Some(record) = record else {
        return match carried {
            None => Some("Nothing is signed for this KSB yet".into()),
            Some(_) => person
                .is_some_and(|person| !officer(person))
                .then(|| "Only a training officer can withdraw what is carried over".into()),
        };
    };
    if let Some(source) = &record.source {
        return Some(format!("It was signed at {}: only that department can withdraw it", source.origin));
    }
    if record.withdrawn.is_some() {
        return Some("It is already withdrawn. Nothing is ever deleted".into());
    }
    let may = |person: &PersonRow| person.id == record.signer || officer(person);
    let refused = person.is_some_and(|person| !may(person));
    refused.then(|| format!("Only {} or a training officer can withdraw this", record.signer_name))
}

/// Returns the heading of the pane, and its endings, the longest first.
fn heading(subject: &Subject<'_>, state: &State, context: RenderContext<'_>, focus: Focus) -> (Pieces, Vec<Pieces>) {
    let theme = context.theme;
    let first = theme.heading(focus);
    match subject {
        Subject::Ksb(RecordKsb { ksb, state: of, left, of: trainee_record, .. }, records, _) => {
            let duty = ksb.duties.first().map(|no| format!(" {}", duties::name(trainee_record, Some(*no))));
            let name = vec![(ksb.code.to_string(), first), (duty.unwrap_or_default(), theme.dim)];
            let style = theme.state(*of);
            let mark = format!("{} {}", theme.state_mark(*of), of.label());
            let reason = left.map(|left| left.reason(trainee_record, context.today, context.name).short);
            let last = trainee_record.last.get(&ksb.code).filter(|_| left.is_none());
            let carried = trainee_record.carried_over(ksb.code).filter(|_| left.is_none());
            let day = last.map(|last| last.on).or(carried.map(|carried| carried.item.on));
            let reason = reason.or_else(|| day.map(day_words)).unwrap_or_default();
            let action = left.is_some_and(|left| left.late_since(trainee_record, context.today).is_some())
                && *of == ksb_status::State::NotYet;
            let joint = if left.is_none() { " " } else { ", " };
            let mut endings = Vec::new();
            if let (Focus::Here, Some(count @ 2..)) = (focus, records.map(<[Record]>::len)) {
                let place = format!("record {} of {count} {} ", state.chosen + 1, theme.glyphs.dot);
                endings.push(vec![(place, theme.dim), (mark.clone(), style)]);
            }
            if action {
                endings.push(vec![(format!("{mark}, action {reason}"), style)]);
            }
            if !reason.is_empty() {
                endings.push(vec![(format!("{mark}{joint}{reason}"), style)]);
            }
            endings.push(vec![(mark, style)]);
            (name, endings)
        }
        Subject::Duty(trainee_record, no) => {
            let name = match no {
                None => trainee_record.standard.title().to_owned(),
                Some(LOCAL_GROUP) => "Local competences".into(),
                Some(no) => format!("Duty {no}"),
            };
            let (left, all) = duties::left(trainee_record, *no);
            let mark = theme.state_mark(ksb_status::State::Signed);
            let ending = match left {
                0 if all > 0 => (format!("{mark} all signed"), theme.signed),
                left => (format!("{left} left of {all}"), theme.dim),
            };
            (vec![(name, first)], vec![vec![ending]])
        }
    }
}

/// Draws the pane and returns the cursor position.
pub fn view(
    state: &State,
    subject: &Subject<'_>,
    context: RenderContext<'_>,
    focus: Focus,
    buf: &mut Buffer,
    area: Rect,
) -> Option<Position> {
    let (theme, place) = (context.theme, Place::of(area.width));
    let (name, endings) = heading(subject, state, context, focus);
    let within = inner(area);
    match place {
        Place::Below => across(buf, area, &name, &endings, theme),
        Place::Beside => beside(buf, area, 1, &name[..1].to_vec(), &endings, theme),
    }
    let rendered = render(subject, context, within);
    for (y, pieces) in rendered.lines.iter().skip(state.top).take(usize::from(within.height)).enumerate() {
        owned_line(buf, within, y as u16, pieces, theme);
    }
    if place == Place::Beside {
        closing(subject, context, rendered.lines.len(), buf, within);
    }
    if focus == Focus::Elsewhere || within.is_empty() {
        return None;
    }
    let Some(lines) = rendered.records.get(state.chosen) else { return Some(Position::new(within.x, within.y)) };
    let first = lines.start.saturating_sub(state.top).min(usize::from(within.height));
    let last = lines.end.saturating_sub(state.top).min(usize::from(within.height));
    let row = Rect {
        x: area.x,
        width: area.width.saturating_sub(1),
        y: within.y + first as u16,
        height: (last - first) as u16,
    };
    // The pointer is on all of its lines; to light them all would send too much over a slow line.
    choose(buf, row, Focus::Elsewhere, theme);
    buf.set_style(Rect { width: row.width.min(1), ..row }, theme.accent);
    choose(buf, Rect { height: row.height.min(1), ..row }, Focus::Here, theme);
    Some(Position::new(within.x, within.y + first.min(usize::from(within.height) - 1) as u16))
}

/// Draws the keys of a record on the last line of a pane next to the list, if it is free.
fn closing(subject: &Subject<'_>, context: RenderContext<'_>, lines: usize, buf: &mut Buffer, within: Rect) {
    let Subject::Ksb(_, Some(records), _) = subject else { return };
    let own = context.reader == Reader::Own;
    let words = if records.is_empty() { empty(context.keymap, own) } else { keys(context.keymap, own) };
    let style = |key: bool| if key { context.theme.key } else { context.theme.dim };
    let pieces: Pieces = words.into_iter().map(|(words, key)| (words, style(key))).collect();
    let last = usize::from(within.height).saturating_sub(2);
    if lines < last && width(&pieces) <= usize::from(within.width) {
        owned_line(buf, within, last as u16, &pieces, context.theme);
    }
}
