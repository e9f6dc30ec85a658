//! Renders the competence record of one KSB: its text and its sign-offs, newest first.

use chrono::NaiveDate;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::command::Command;
use crate::keymap::Keymap;
use crate::pane::record_words::{duties, empty, keys};
use crate::theme::{Focus, Theme};
use crate::widget::draw::owned_line;
use crate::widget::frame::Titles;
use crate::widget::part::{choose, part};
use crate::widget::text;
use countersign_core::people::person::Role;
use countersign_core::primitives::date::{day_words, short_day};
use countersign_core::primitives::ids::{DutyNo, KsbKind};
use countersign_core::record::claim::PendingClaim;
use countersign_core::record::ksb_status;
use countersign_core::record::view::{MOST_RECORDS, PersonRow, Record, TraineeRecord};
use countersign_core::standard::Ksb;
use countersign_core::standard::local_view::LOCAL_GROUP;
use countersign_core::statement::kind::Kind;
use countersign_core::statement::kinds::sample::Sampled;
use countersign_core::statement::kinds::sign_off::Outcome;

/// The selection and the window.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct State {
    /// Index of the selected record; 0 is the newest.
    pub chosen: usize,
    /// First visible line.
    pub top: usize,
}

/// A KSB or local competence, with its state.
#[derive(Debug, Clone)]
pub struct RecordKsb<'a> {
    pub ksb: &'a Ksb,
    pub state: ksb_status::State,
    /// Progress of a local competence, or the local competences that a KSB was shown by.
    pub local: Option<String>,
}

/// The subject of the pane.
#[derive(Debug, Clone)]
pub enum Subject<'a> {
    /// A KSB, its records once loaded, and its waiting claim.
    Ksb(RecordKsb<'a>, Option<&'a [Record]>, Option<&'a PendingClaim>),
    /// A duty, or all of them.
    Duty(&'a TraineeRecord, Option<DutyNo>),
}

/// The context that the lines depend on.
#[derive(Debug, Clone, Copy)]
pub struct RenderContext<'a> {
    pub today: NaiveDate,
    pub theme: &'a Theme,
    pub keymap: &'a Keymap,
    pub reader: Reader,
}

/// Who reads the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// Staff, who may sign or withdraw.
    Department,
    Own,
}

/// The pane's lines before scrolling.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RenderedRecord {
    /// Styled pieces, one vector per line.
    pub lines: Vec<Vec<(String, Style)>>,
    /// The first line of each record.
    pub records: Vec<usize>,
}

/// Minimum height for blank lines between the parts.
const AIRY: u16 = 12;
/// Indent of a record's details.
const INDENT: usize = 2;

/// A part of a record: the separator before it on the same line, the words, their style.
type RecordPart<'a> = (&'a str, String, Style);

impl RenderedRecord {
    /// Appends parts one after the other; a part that does not fit on the line starts an indented one.
    fn flow(&mut self, width: usize, first: usize, parts: &[RecordPart<'_>]) {
        let (mut pieces, mut used) = (Vec::new(), 0);
        for (index, (joint, words, style)) in parts.iter().enumerate() {
            if index > 0 && used + text::columns(joint) + text::columns(words) <= width {
                used += text::columns(joint) + text::columns(words);
                pieces.push((format!("{joint}{words}"), *style));
                continue;
            }
            let indent = if index == 0 { first } else { INDENT };
            if index > 0 {
                self.lines.push(std::mem::take(&mut pieces));
            }
            let wrapped = text::wrap(words, width.saturating_sub(INDENT.max(indent)).max(4));
            let last = wrapped.len().saturating_sub(1);
            for (at, part) in wrapped.into_iter().enumerate() {
                let indent = if at == 0 { indent } else { INDENT };
                let line = vec![(" ".repeat(indent), *style), (part.to_owned(), *style)];
                if at == last {
                    (used, pieces) = (indent + text::columns(part), line);
                } else {
                    self.lines.push(line);
                }
            }
        }
        self.lines.push(pieces);
    }

    fn plain(&mut self, words: &str, width: usize, style: Style) {
        self.lines.extend(text::wrap(words, width.max(4)).into_iter().map(|part| vec![(part.to_owned(), style)]));
    }
}

/// Lays out the pane's lines for this inner area.
pub fn render(subject: &Subject<'_>, context: RenderContext<'_>, inner: Rect) -> RenderedRecord {
    let (mut rendered, theme) = (RenderedRecord::default(), context.theme);
    let (width, airy) = (usize::from(inner.width.saturating_sub(2)), inner.height >= AIRY);
    match subject {
        Subject::Duty(trainee_record, Some(LOCAL_GROUP)) => {
            let mut lists: Vec<String> = trainee_record.local.iter().map(|local| local.list.to_string()).collect();
            lists.dedup();
            rendered.plain(&format!("The department's own: {}", lists.join(", ")), width, theme.strong);
            rendered.plain(
                "These are in addition to the standard and do not count towards its figures",
                width,
                theme.dim,
            );
        }
        Subject::Duty(trainee_record, Some(no)) => {
            if let Some(duty) = trainee_record.standard.duty(*no) {
                if !duty.title.is_empty() {
                    rendered.plain(&duty.title, width, theme.strong);
                }
                rendered.plain(&duty.text, width, theme.text);
            }
        }
        Subject::Duty(trainee_record, None) => {
            rendered.plain(trainee_record.standard.title(), width, theme.strong);
            let (standard, count) = (trainee_record.standard.reference(), trainee_record.standard.ksbs().len());
            let duties = trainee_record.standard.duties().len();
            rendered.plain(
                &format!("{standard}, level {}: {count} KSBs in {duties} duties", trainee_record.standard.level()),
                width,
                theme.dim,
            );
        }
        Subject::Ksb(RecordKsb { ksb, local, .. }, records, claim) => {
            rendered.plain(&ksb.text, width, theme.strong);
            if airy && ksb.code.kind != KsbKind::Local {
                rendered.plain(&duties(&ksb.duties), width, theme.dim);
            }
            if let Some(words) = local {
                rendered.plain(words, width, theme.dim);
            }
            if let Some(claim) = claim {
                let mark = theme.state_mark(ksb_status::State::Claimed);
                let (since, whom) = (short_day(claim.since.local_day(), context.today), claim.whom());
                rendered.plain(&format!("{mark} claimed {since}, sent to {whom}"), width, theme.claimed);
            }
            for record in records.unwrap_or_default() {
                if airy {
                    rendered.lines.push(Vec::new());
                }
                rendered.records.push(rendered.lines.len());
                render_record(&mut rendered, record, context, width);
            }
            if records.is_some_and(|records| records.len() == MOST_RECORDS) {
                rendered.plain("For older records: countersign trainee", width, theme.dim);
            }
            let closing = match records {
                Some([]) => empty(context.keymap, context.reader == Reader::Own),
                Some(_) if airy => keys(context.keymap, context.reader == Reader::Own),
                _ => Vec::new(),
            };
            if !closing.is_empty() {
                if airy {
                    rendered.lines.push(Vec::new());
                }
                let whole: usize = closing.iter().map(|(words, _)| text::columns(words)).sum();
                // If they do not fit on one line, each key starts a new line.
                for row in closing.chunk_by(|_, (_, key)| whole <= width || !key) {
                    let style = |key| if key { theme.key } else { theme.dim };
                    rendered.lines.push(row.iter().map(|(words, key)| (words.clone(), style(*key))).collect());
                }
            }
        }
    }
    rendered
}

/// Lays out one record.
fn render_record(rendered: &mut RenderedRecord, record: &Record, context: RenderContext<'_>, width: usize) {
    let theme = context.theme;
    let dot = format!(" {} ", theme.glyphs.dot);
    let (open, close) = theme.glyphs.quotes;
    let state = match record.outcome {
        Outcome::Achieved => ksb_status::State::Signed,
        Outcome::NotAchieved => ksb_status::State::NotYet,
    };
    let gone = !record.is_live();
    let style = |style: Style| if gone { theme.dim } else { style };
    let outcome = format!("{} {}", theme.state_mark(state), record.outcome.words());
    let observed = if width < 40 { short_day(record.observed, context.today) } else { day_words(record.observed) };
    let mut head: Vec<RecordPart<'_>> =
        vec![("", outcome, style(theme.state(state))), (" ", observed, style(theme.text))];
    if let Some(method) = record.method {
        head.push((&dot, method.words().to_owned(), style(theme.text)));
    }
    if let Some(supervision) = record.supervision {
        head.push((&dot, supervision.words().to_owned(), style(theme.text)));
    }
    if let Some(place) = &record.place {
        head.push((&dot, place.to_string(), style(theme.text)));
    }
    match record.evidence.len() {
        0 => {}
        1 => head.push((&dot, "1 file".into(), style(theme.text))),
        files => head.push((&dot, format!("{files} files"), style(theme.text))),
    }
    head.push((&dot, record.signer_name.to_string(), theme.dim));
    rendered.flow(width, 0, &head);
    let mut details: Vec<RecordPart<'_>> = Vec::new();
    if let Some(feedback) = &record.feedback {
        details.push(("  ", feedback.to_string(), style(theme.text)));
    }
    if let Some(action) = &record.action {
        let by = short_day(action.by, context.today);
        details.push(("  ", format!("{} {} by {by}", theme.glyphs.arrow, action.what), style(theme.claimed)));
    }
    if let Some(late) = &record.late {
        details.push(("  ", format!("signed late: {late}"), theme.dim));
    }
    if let Some(withdrawal) = &record.withdrawn {
        let hand = if withdrawal.by == record.signer {
            "by the same person".into()
        } else {
            format!("by {}", withdrawal.by_name)
        };
        details.push((
            "  ",
            format!("withdrawn {}, {hand}", short_day(withdrawal.at.local_day(), context.today)),
            theme.dim,
        ));
        details.push((" ", format!("{open}{}{close}", withdrawal.reason), theme.dim));
    }
    if record.in_review {
        details.push(("  ", "under review: the signing key was compromised. Sign it off again".into(), theme.claimed));
    }
    for mark in &record.marks {
        let when = short_day(mark.at.local_day(), context.today);
        let (words, style) = match (mark.kind, mark.sampled) {
            (Kind::Acknowledge, _) => (format!("read {when}"), theme.dim),
            (Kind::Dispute, _) => (format!("disputed {when}"), theme.claimed),
            (_, Some(Sampled::Rejected)) => (format!("{} {when} by {}", mark.words(), mark.by_name), theme.claimed),
            _ => (format!("{} {when} by {}", mark.words(), mark.by_name), style(theme.text)),
        };
        let ending = match (mark.withdrawn, mark.in_review) {
            (true, _) => ", withdrawn",
            (false, true) => ", in review",
            (false, false) => "",
        };
        let reason = mark.reason.as_ref().map(|reason| format!(" {open}{reason}{close}")).unwrap_or_default();
        let style = if mark.withdrawn || mark.in_review { theme.dim } else { style };
        details.push(("  ", format!("{words}{ending}{reason}"), style));
    }
    if !details.is_empty() {
        rendered.flow(width, INDENT, &details);
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
    let first = rendered.records.get(chosen).copied().unwrap_or(0);
    let end = rendered.records.get(chosen + 1).copied().unwrap_or(rendered.lines.len());
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
pub fn disabled_reason(record: Option<&Record>, person: Option<&PersonRow>, command: Command) -> Option<String> {
    if !matches!(command, Command::Withdraw | Command::SignedText | Command::OpenText) {
        return None;
    }
    let Some(record) = record else { return Some("Nothing is signed for this KSB yet".into()) };
    if command != Command::Withdraw {
        return None;
    }
    if record.withdrawn.is_some() {
        return Some("It is already withdrawn. Nothing is ever deleted".into());
    }
    let may = |person: &PersonRow| person.id == record.signer || person.roles.contains(&Role::TrainingOfficer);
    let refused = person.is_some_and(|person| !may(person));
    refused.then(|| format!("Only {} or a training officer can withdraw this", record.signer_name))
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
    let theme = context.theme;
    let (left, right) = match subject {
        Subject::Ksb(RecordKsb { ksb, state, .. }, ..) => {
            (ksb.code.to_string(), format!("{} {}", theme.state_mark(*state), state.word()))
        }
        Subject::Duty(trainee_record, no) => {
            let (signed, total) = trainee_record.figures(*no);
            let name = match no {
                None => "All duties".into(),
                Some(LOCAL_GROUP) => "Local competences".into(),
                Some(no) => format!("Duty {no}"),
            };
            (name, format!("{signed} of {total}"))
        }
    };
    let inner = part(buf, area, Titles { left: &left, right: &right, right_style: None }, focus, theme);
    let rendered = render(subject, context, inner);
    let body = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    for (y, pieces) in rendered.lines.iter().skip(state.top).take(usize::from(inner.height)).enumerate() {
        owned_line(buf, body, y as u16, pieces, theme);
    }
    if focus == Focus::Elsewhere || inner.is_empty() {
        return None;
    }
    let chosen = rendered.records.get(state.chosen).and_then(|line| line.checked_sub(state.top));
    let row = chosen.filter(|row| *row < usize::from(inner.height));
    if let Some(row) = row {
        choose(buf, Rect { y: inner.y + row as u16, height: 1, ..inner }, Focus::Here, theme);
    }
    Some(Position::new(inner.x + 1, inner.y + row.unwrap_or(0) as u16))
}
