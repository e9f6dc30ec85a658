//! Lays out the lines of a competence record: what to do first, then who saw what.

use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::pane::duties;
use crate::pane::record_subject::{Place, Reader, RecordKsb, RenderContext, RenderedRecord};
use crate::pane::record_words::{empty, first_name, outcome_words};
use crate::widget::pane_heading::{Pieces, width as columns_of};
use crate::widget::text::{columns, pad, wrap};
use countersign_core::primitives::date::{day_words, short_day};
use countersign_core::primitives::ids::{DutyNo, KsbKind};
use countersign_core::record::claim::PendingClaim;
use countersign_core::record::ksb_status::State;
use countersign_core::record::left_reason::{ago_words, sent_to};
use countersign_core::record::view::{
    AnnotationMark, CarriedRecord, MOST_RECORDS, Record, TraineeRecord, live_in_order_seen,
};
use countersign_core::standard::local_view::LOCAL_GROUP;
use countersign_core::statement::kind::Kind;
use countersign_core::statement::kinds::sample::Sampled;
use countersign_core::statement::kinds::sign_off::{Action, Outcome};

/// Minimum height for blank lines between the parts.
const AIRY: u16 = 12;
/// Columns of the labels of a pane below the list.
const LABEL: usize = 12;
/// Indent of the details of a pane next to the list.
const INDENT: usize = 2;

/// The lines of one pane.
struct Page<'a> {
    lines: Vec<Pieces>,
    width: usize,
    place: Place,
    context: RenderContext<'a>,
}

impl Page<'_> {
    fn plain(&mut self, words: &str, style: Style) {
        self.lines.extend(wrap(words, self.width.max(4)).into_iter().map(|part| vec![(part.to_owned(), style)]));
    }

    fn gap(&mut self) {
        if !self.lines.is_empty() {
            self.lines.push(Vec::new());
        }
    }

    fn indent(&self) -> usize {
        if self.place == Place::Below { LABEL } else { INDENT }
    }

    /// Appends an indented text.
    fn text(&mut self, words: &str, style: Style) {
        let indent = self.indent();
        for part in wrap(words, self.width.saturating_sub(indent).max(4)) {
            self.lines.push(vec![(" ".repeat(indent), style), (part.to_owned(), style)]);
        }
    }

    /// Begins an entry: below the list, its label and what follows it; next to the list, a heading with its day.
    fn entry(&mut self, mark: &str, label: &str, style: Style, day: &str, parts: &[(String, Style)]) {
        let dim = self.context.theme.dim;
        if self.place == Place::Beside {
            let mut letters = label.chars();
            let first = letters.next().map(|c| c.to_uppercase().collect::<String>()).unwrap_or_default();
            let words = format!("{mark} {first}{}", letters.as_str()).trim_start().to_owned();
            let gap = self.width.saturating_sub(columns(&words) + columns(day));
            if gap > 0 {
                self.lines.push(vec![(words, style), (" ".repeat(gap), dim), (day.to_owned(), dim)]);
            } else {
                self.lines.push(vec![(words, style)]);
                self.text(day, dim);
            }
            for (words, style) in parts {
                self.text(words, *style);
            }
            return;
        }
        let mut pieces = vec![(pad(format!("{mark} {label}").trim_start(), LABEL, self.context.theme), style)];
        for (words, style) in parts {
            let begun = columns_of(&pieces) > LABEL;
            let joint = if begun { 2 } else { 0 };
            if begun && columns_of(&pieces) + joint + columns(words) > self.width {
                self.lines.push(std::mem::take(&mut pieces));
                pieces.push((" ".repeat(LABEL), *style));
            } else if begun {
                pieces.push(("  ".to_owned(), *style));
            }
            let room = self.width.saturating_sub(columns_of(&pieces)).max(4);
            let mut lines = wrap(words, room).into_iter();
            pieces.push((lines.next().unwrap_or_default().to_owned(), *style));
            for line in lines {
                self.lines.push(std::mem::take(&mut pieces));
                pieces = vec![(" ".repeat(LABEL), *style), (line.to_owned(), *style)];
            }
        }
        self.lines.push(pieces);
    }
}

/// Returns the lines about a duty, or about everything.
pub fn duty_lines(
    trainee_record: &TraineeRecord,
    duty: Option<DutyNo>,
    context: RenderContext<'_>,
    width: usize,
) -> Vec<Pieces> {
    let theme = context.theme;
    let place = if width < 55 { Place::Beside } else { Place::Below };
    let mut page = Page { lines: Vec::new(), width, place, context };
    match duty {
        Some(LOCAL_GROUP) => {
            let mut lists: Vec<String> = trainee_record.local.iter().map(|local| local.list.to_string()).collect();
            lists.dedup();
            page.plain(&format!("The department's own: {}", lists.join(", ")), theme.strong);
            page.plain("These are in addition to the standard and do not count towards its figures.", theme.dim);
        }
        Some(no) => {
            if let Some(duty) = trainee_record.standard.duty(no) {
                if place == Place::Beside && !duty.title.is_empty() {
                    page.plain(&duty.title, theme.strong);
                }
                page.plain(&duty.text, theme.text);
            }
        }
        None => {
            let (standard, count) = (trainee_record.standard.reference(), trainee_record.standard.ksbs().len());
            let duties = trainee_record.standard.duties().len();
            page.plain(
                &format!("{standard}, level {}: {count} KSBs in {duties} duties", trainee_record.standard.level()),
                theme.dim,
            );
        }
    }
    if let Some(words) = signed_words(trainee_record, duty, context) {
        page.plain(&words, theme.dim);
    }
    page.lines
}

/// Says who signed the KSBs of a duty: `10 signed by you just now, 3 earlier by Marek Nowak and Priya Sudbury.`
fn signed_words(trainee_record: &TraineeRecord, duty: Option<DutyNo>, context: RenderContext<'_>) -> Option<String> {
    let of = trainee_record.all().filter(|(ksb, _)| duty.is_some_and(|no| ksb.duties.contains(&no)));
    let signed: Vec<_> = of.filter(|(_, state)| *state == State::Signed).map(|(ksb, _)| ksb.code).collect();
    let just = signed.iter().filter(|code| context.just.contains(code)).count();
    let mut names: Vec<&str> = Vec::new();
    for code in signed.iter().filter(|code| !context.just.contains(code)) {
        let Some(last) = trainee_record.last.get(code) else { continue };
        let name = if Some(last.by.as_str()) == context.name { "you" } else { last.by.as_str() };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let by = match names.as_slice() {
        [] => String::new(),
        [one] => format!(" by {one}"),
        [some @ .., last] if names.len() <= 3 => format!(" by {} and {last}", some.join(", ")),
        some => format!(" by {} people", some.len()),
    };
    match (just, signed.len() - just) {
        (0, 0) => None,
        (0, earlier) => Some(format!("{earlier} signed{by}.")),
        (just, 0) => Some(format!("{just} signed by you just now.")),
        (just, earlier) => Some(format!("{just} signed by you just now, {earlier} earlier{by}.")),
    }
}

/// Returns the lines of a KSB: its text, what to do, and its records.
pub fn ksb_lines(
    subject: &RecordKsb<'_>,
    records: Option<&[Record]>,
    claim: Option<&PendingClaim>,
    context: RenderContext<'_>,
    inner: Rect,
) -> RenderedRecord {
    let (theme, airy) = (context.theme, inner.height >= AIRY);
    let place = if inner.width < 55 { Place::Beside } else { Place::Below };
    let mut page = Page { lines: Vec::new(), width: usize::from(inner.width), place, context };
    page.plain(&subject.ksb.text, theme.text);
    let open = records.and_then(|records| open_action(subject.state, records));
    if let Some((action, record)) = open {
        if airy {
            page.gap();
        }
        to_do(&mut page, action, record);
    }
    if let Some(claim) = claim {
        if airy {
            page.gap();
        }
        let day = claim.since.local_day();
        let words = format!("{}, {}", ago_words(day, context.today), sent_to(claim, context.name));
        let mark = theme.state_mark(State::Claimed);
        page.entry(mark, "claimed", theme.claimed, &short_day(day, context.today), &[(words, theme.text)]);
    }
    if let Some(words) = &subject.local {
        if airy {
            page.gap();
        }
        page.plain(words, theme.dim);
    }
    let has_carried = subject.of.carried.contains_key(&subject.ksb.code);
    let mut found = Vec::new();
    for record in records.unwrap_or_default() {
        if airy {
            page.gap();
        }
        let start = page.lines.len();
        let shown = open.is_some_and(|(_, of)| of.id == record.id);
        one_record(&mut page, record, shown);
        found.push(start..page.lines.len());
    }
    for carried in subject.of.carried.get(&subject.ksb.code).into_iter().flatten() {
        if airy {
            page.gap();
        }
        let mut parts = carried_words(carried, context).into_iter();
        let (label, mark) = (State::CarriedOver.label(), theme.state_mark(State::CarriedOver));
        let style = if carried.is_live() { theme.state(State::CarriedOver) } else { theme.dim };
        page.entry(mark, label, style, &day_words(carried.item.on), &parts.next().into_iter().collect::<Vec<_>>());
        parts.for_each(|(words, style)| page.text(&words, style));
    }
    if records.is_some_and(|records| records.len() == MOST_RECORDS) {
        page.plain("For older records: countersign trainee", theme.dim);
    }
    if place == Place::Below && records.is_some_and(<[Record]>::is_empty) && claim.is_none() && !has_carried {
        let style = |key| if key { theme.key } else { theme.dim };
        let words = empty(context.keymap, context.reader == Reader::Own);
        page.lines.push(words.into_iter().map(|(words, key)| (words, style(key))).collect());
    }
    if place == Place::Beside && subject.ksb.code.kind != KsbKind::Local {
        for no in &subject.ksb.duties {
            let Some(duty) = subject.of.standard.duty(*no) else { continue };
            let (left, all) = duties::left(subject.of, Some(*no));
            page.gap();
            let (name, figure) = (format!("Duty {no}"), format!("{left} left of {all}"));
            let gap = page.width.saturating_sub(columns(&name) + columns(&figure)).max(1);
            page.lines.push(vec![(name, theme.dim), (" ".repeat(gap), theme.dim), (figure, theme.dim)]);
            page.text(&duty.text, theme.dim);
        }
    }
    RenderedRecord { lines: page.lines, records: found }
}

/// Says who saw it according to an earlier record, which record that is, who carried it over, and what became of it.
pub fn carried_words(carried: &CarriedRecord, context: RenderContext<'_>) -> Vec<(String, Style)> {
    let theme = context.theme;
    let (open, close) = theme.glyphs.quotes;
    let style = if carried.is_live() { theme.text } else { theme.dim };
    let entered = short_day(carried.signed.local_day(), context.today);
    let mut said = vec![
        (carried.seen(), style),
        (format!("from {}, carried over {entered} by {}", carried.origin(), carried.signer_name), theme.dim),
    ];
    if let Some(withdrawal) = &carried.withdrawn {
        let when = short_day(withdrawal.at.local_day(), context.today);
        said.push((
            format!("withdrawn {when} by {} {open}{}{close}", withdrawal.by_name, withdrawal.reason),
            theme.dim,
        ));
    }
    if carried.in_review {
        said.push(("under review: the signing key was compromised. Carry it over again".into(), theme.claimed));
    }
    said.extend(carried.marks.iter().map(|mark| (mark_words(mark, context), theme.dim)));
    said
}

/// Returns the action that the KSB waits for, with its record.
pub fn open_action(state: State, records: &[Record]) -> Option<(&Action, &Record)> {
    let last = live_in_order_seen(records).pop().filter(|_| state == State::NotYet)?;
    Some((last.action.as_ref()?, last))
}

/// Appends what to do, by when, and whether the trainee has read it.
fn to_do(page: &mut Page<'_>, action: &Action, record: &Record) {
    let (theme, today) = (page.context.theme, page.context.today);
    let late = (today - action.by).num_days();
    let by = format!("by {}", short_day(action.by, today));
    let style = if late > 0 { theme.urgent } else { theme.claimed };
    if page.place == Place::Beside {
        let label = match late {
            ..=0 => "to do".to_owned(),
            1 => "to do, 1 day late".to_owned(),
            late => format!("to do, {late} days late"),
        };
        page.entry(theme.glyphs.arrow, &label, style, &by, &[(action.what.to_string(), theme.text)]);
        return;
    }
    let mut parts = vec![(format!("{} {by}", action.what), theme.text)];
    let read = record.marks.iter().rev().find(|mark| mark.kind == Kind::Acknowledge && !mark.withdrawn);
    parts.extend(read.map(|mark| (mark_words(mark, page.context), theme.dim)));
    page.entry(theme.glyphs.arrow, "to do", style, &by, &parts);
}

/// Appends one record; the action of `shown` is above it already.
fn one_record(page: &mut Page<'_>, record: &Record, shown: bool) {
    let (context, theme) = (page.context, page.context.theme);
    let (mark, label) = outcome_words(record, theme);
    let gone = !record.is_live();
    let style = |style: Style| if gone { theme.dim } else { style };
    // The heading of the pane is loud; its records are quiet.
    let tone = if record.outcome == Outcome::NotAchieved { theme.late } else { theme.signed };
    let day = day_words(record.observed);
    let how = how_words(record);
    match page.place {
        Place::Below => {
            let by = format!("{day} by {}", record.signer_name);
            let mut parts = vec![(by, style(theme.text))];
            parts.extend((!how.is_empty()).then(|| (how.join(", "), theme.dim)));
            page.entry(mark, label, style(tone), &day, &parts);
            said(page, record, style(theme.text));
        }
        Place::Beside => {
            page.entry(mark, label, style(tone), &day, &[]);
            said(page, record, style(theme.text));
            page.text(record.signer_name.as_str(), theme.dim);
            let (observed, place) = how.split_at(how.len() - usize::from(record.place.is_some()));
            for words in [observed.join(", "), place.join(", ")].iter().filter(|words| !words.is_empty()) {
                page.text(words, theme.dim);
            }
        }
    }
    if let Some(action) = record.action.as_ref().filter(|_| !shown) {
        let by = short_day(action.by, context.today);
        page.text(&format!("{} {} by {by}", theme.glyphs.arrow, action.what), theme.dim);
    }
    after(page, record, shown);
}

/// Returns how it was seen: method, supervision, files, place.
pub fn how_words(record: &Record) -> Vec<String> {
    let mut how: Vec<String> = record.method.iter().map(|method| method.words().to_owned()).collect();
    how.extend(record.supervision.map(|supervision| supervision.words().to_owned()));
    match record.evidence.len() {
        0 => {}
        1 => how.push("1 file".into()),
        files => how.push(format!("{files} files")),
    }
    how.extend(record.place.as_ref().map(ToString::to_string));
    how
}

/// Appends what was said of it.
fn said(page: &mut Page<'_>, record: &Record, style: Style) {
    if let Some(feedback) = &record.feedback {
        page.text(feedback.as_str(), style);
    }
}

/// Appends what became of it: late, withdrawn, in review, countersigned, read, disputed.
fn after(page: &mut Page<'_>, record: &Record, shown: bool) {
    for (words, style) in after_words(record, page.context) {
        let read = shown && page.place == Place::Below && words.contains(" read it ");
        if !read {
            page.text(&words, style);
        }
    }
}

/// Returns what became of a record, one sentence each.
pub fn after_words(record: &Record, context: RenderContext<'_>) -> Vec<(String, Style)> {
    let theme = context.theme;
    let (open, close) = theme.glyphs.quotes;
    let mut said = Vec::new();
    if let Some(late) = &record.late {
        said.push((format!("signed late: {late}"), theme.dim));
    }
    if let Some(words) = record.presence.words() {
        said.push((format!("signed {words}"), theme.dim));
    }
    if let Some(withdrawal) = &record.withdrawn {
        let hand = if withdrawal.by == record.signer {
            "by the same person".into()
        } else {
            format!("by {}", withdrawal.by_name)
        };
        let when = short_day(withdrawal.at.local_day(), context.today);
        said.push((format!("withdrawn {when}, {hand} {open}{}{close}", withdrawal.reason), theme.dim));
    }
    if record.in_review {
        said.push(("under review: the signing key was compromised. Sign it off again".into(), theme.claimed));
    }
    for mark in &record.marks {
        let ending = match (mark.withdrawn, mark.in_review) {
            (true, _) => ", withdrawn",
            (false, true) => ", in review",
            (false, false) => "",
        };
        let reason = mark.reason.as_ref().map(|reason| format!(" {open}{reason}{close}")).unwrap_or_default();
        let style = match (mark.kind, mark.sampled) {
            _ if mark.withdrawn || mark.in_review => theme.dim,
            (Kind::Dispute, _) | (_, Some(Sampled::Rejected)) => theme.claimed,
            (_, _) => theme.dim,
        };
        said.push((format!("{}{ending}{reason}", mark_words(mark, context)), style));
    }
    said
}

fn mark_words(mark: &AnnotationMark, context: RenderContext<'_>) -> String {
    let when = short_day(mark.at.local_day(), context.today);
    let name = first_name(mark.by_name.as_str());
    if mark.kind == Kind::Acknowledge {
        return format!("{name} read it {when}");
    }
    if mark.kind == Kind::Dispute {
        return format!("{name} disputed it {when}");
    }
    format!("{} {when} by {}", mark.words(), mark.by_name)
}
