//! Shows screen 2, Queue: the waiting claims, oldest first, with their marks.

use chrono::NaiveDate;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::command::{Command, Row, ScreenId};
use crate::dialog::save;
use crate::list::{ListQuery, ListRow, Page};
use crate::model::layout::body;
use crate::model::requests::say;
use crate::model::{MessageLevel, Model, Overlay};
use crate::msg::Effect;
use crate::msg::claims::NextStep;
use crate::msg::export::{Export, Offer};
use crate::pane::claim::ClaimPane;
use crate::pane::paged_list::{ListText, MARK_AND_AGE, POINTER, RowArea, after_age, mark_and_age};
use crate::screen::base::{Screen, ScreenInfo};
use crate::theme::Theme;
use crate::widget::draw::owned_line;
use crate::widget::part::{divider, inner};
use crate::widget::split::split;
use crate::widget::text::{columns, pad};
use crate::widget::window::Title;
use countersign_core::filter::schema::FilterTarget;
use countersign_core::people::person::Role;
use countersign_core::primitives::ids::{ClaimId, PersonId};
use countersign_core::programme::cohort_reason::CLAIM_LATE_DAYS;
use countersign_core::record::claim::QueueRow;

pub struct Queue;

static INFO: ScreenInfo = ScreenInfo {
    id: ScreenId::Queue,
    name: "Queue",
    go: Command::ToQueue,
    own_name: "Queue",
    filter_target: FilterTarget::Queue,
    list: Some(|model| ListQuery::Queue(supervisor(model).cloned())),
    details: None,
    needs_trainee: false,
    next: Some(ScreenId::SecondChecks),
};

impl Screen for Queue {
    fn info(&self) -> &'static ScreenInfo {
        &INFO
    }

    fn title(&self, _model: &Model) -> Title {
        Title::default()
    }

    fn disabled_reason(&self, model: &Model, command: Command) -> Option<String> {
        let signs = matches!(command, Command::SignClaims | Command::RefuseClaims);
        if !signs && !matches!(command, Command::OpenClaim | Command::MarkClaim | Command::SaveFiles) {
            return None;
        }
        if model.claim().is_none() {
            return Some("No claim is chosen".into());
        }
        if signs && to_sign(model).is_empty() {
            return Some(format!(
                "The marked claims are from {} trainees. Move to a claim of one of them",
                trainees(model).len()
            ));
        }
        if signs { model.supervisor_refusal() } else { None }
    }

    fn run(&self, model: &mut Model, command: Command) -> Option<Vec<Effect>> {
        match command {
            Command::SignClaims | Command::RefuseClaims => {
                let then = if command == Command::RefuseClaims { NextStep::Refuse } else { NextStep::Sign };
                return Some(vec![Effect::LoadClaims { ids: to_sign(model), then }]);
            }
            Command::OpenClaim => {
                let ids = model.claim().map(|row| row.claim).into_iter().collect();
                return Some(vec![Effect::LoadClaims { ids, then: NextStep::Open }]);
            }
            Command::MarkClaim => {
                toggle(model);
                self.move_cursor(model, Command::Down);
            }
            Command::SaveFiles => save_files(model),
            _ => return None,
        }
        Some(Vec::new())
    }

    fn offer(&self, model: &Model) -> Result<Offer, String> {
        let list = model.list(ScreenId::Queue);
        if list.row::<QueueRow>().is_none() {
            return Err("No claim is shown, so there is nothing to write".to_owned());
        }
        let (whose, filter) = (supervisor(model).cloned(), list.filter.text.trim().to_owned());
        let named = format!("{} as a spreadsheet", list.count("claim", "claims"));
        Ok(Offer { export: Export::Queue { whose, filter }, named })
    }

    /// Claims that were answered lose their marks.
    fn receive_page(&self, model: &mut Model, page: &Page) {
        let rows = QueueRow::rows(&page.rows);
        if page.skip == 0 && page.of == Some(rows.len() as u64) && self.filter(model).is_empty() {
            model.marks.claims.retain(|claim, _| rows.iter().any(|row| row.claim == *claim));
        }
    }

    /// The rows that fit: the list without its heading and the filter.
    fn page(&self, model: &Model) -> u16 {
        let Some(list) = body(model).map(|body| split(body).list) else { return 1 };
        list.height.saturating_sub(1 + self.filter(model).lines(inner(list).width))
    }

    fn enter(&self, model: &mut Model) {
        model.shown_claim.requested = None;
        model.list_mut(ScreenId::Queue).invalidate();
    }

    /// Loads the claim under the cursor too, where there is room for it.
    fn load(&self, model: &mut Model) -> Vec<Effect> {
        let page = self.page(model);
        let query = ListQuery::Queue(supervisor(model).cloned());
        let page = model.list_mut(ScreenId::Queue).load_visible(query, page).map(Effect::LoadPage);
        let shown = body(model).is_some_and(|body| split(body).details.is_some());
        let wanted = model.claim().map(|row| row.claim).filter(|_| shown);
        let wanted = wanted.filter(|claim| model.shown_claim.requested != Some(*claim));
        model.shown_claim.requested = wanted.or(model.shown_claim.requested);
        let claim = wanted.map(|claim| Effect::LoadClaims { ids: vec![claim], then: NextStep::Show });
        page.into_iter().chain(claim).collect()
    }

    fn view(&self, model: &Model, buf: &mut Buffer, body: Rect) -> Option<Position> {
        let (list, theme) = (model.list(ScreenId::Queue), &model.theme);
        let areas = split(body);
        let own = supervisor(model).is_some();
        let title = match list.loaded.as_ref().and_then(|page| page.of) {
            None => "Queue".to_owned(),
            Some(0) => "No claims wait".to_owned(),
            Some(1) => "1 claim waits".to_owned(),
            Some(of) => format!("{of} claims wait"),
        };
        let empty = empty(model, own);
        let text = ListText {
            title: &title,
            figures: &figures(model, own),
            count: &format!("{} ", list.count("claim", "claims")),
            empty: &empty.each_ref().map(String::as_str),
            no_match: "No claim fits the filter: esc clears it",
        };
        let room = room(areas.list.width);
        let cursor =
            list.view(text, theme, buf, areas.list, None, &mut |row: &QueueRow, RowArea { area, here }, buf| {
                let marked = model.marks.claims.contains_key(&row.claim);
                draw_row(row, room, RowLook { here, marked, own, today: model.today }, theme, buf, area);
            });
        if let (Some(area), Some(row)) = (areas.details, list.row::<QueueRow>()) {
            if let Some(x) = areas.divider {
                divider(buf, body, x, theme);
            }
            let save = model.is_available(Command::SaveFiles).then(|| model.key(Command::SaveFiles));
            let pane = ClaimPane {
                row,
                detail: model.shown_claim.detail.as_ref().filter(|detail| detail.claim.id == row.claim),
                own,
                save: save.as_deref(),
                open: &model.key(Command::OpenClaim),
                today: model.today,
            };
            pane.view(theme, buf, area);
        }
        after_age(cursor, list.filter.typing)
    }

    fn key_label(&self, model: &Model, row: &Row) -> Option<String> {
        let counted = row.command == Command::SignClaims && !model.marks.claims.is_empty();
        counted.then(|| format!("{} {}", row.label, to_sign(model).len()))
    }
}

/// Returns whose claims are listed: a training officer who is not a supervisor sees everyone's.
fn supervisor(model: &Model) -> Option<&PersonId> {
    model.person().filter(|person| person.roles.contains(&Role::Supervisor)).map(|person| &person.id)
}

/// Asks for the folder for the evidence of the claim under the cursor.
fn save_files(model: &mut Model) {
    let Some(row) = model.claim() else { return };
    if row.files == 0 {
        say(model, MessageLevel::Refused, "This claim has no evidence".into(), String::new());
        return;
    }
    let state = save::State::evidence(row.claim, &row.trainee_name, row.files, model.today);
    model.overlay = Some(Overlay::Save(Box::new(state)));
}

/// Toggles the mark of the claim under the cursor.
fn toggle(model: &mut Model) {
    let Some((claim, trainee)) = model.claim().map(|row| (row.claim, row.trainee.clone())) else { return };
    if model.marks.claims.remove(&claim).is_none() {
        model.marks.claims.insert(claim, trainee);
    }
}

/// Returns the claims to sign: the marked ones of the trainee under the cursor, or of the only trainee with marks; without
/// marks, the claim under the cursor.
fn to_sign(model: &Model) -> Vec<ClaimId> {
    let here = model.claim();
    let marks_on = |trainee: &PersonId| -> Vec<ClaimId> {
        model.marks.claims.iter().filter(|(_, whose)| *whose == trainee).map(|(claim, _)| *claim).collect()
    };
    let marked = here.map(|row| marks_on(&row.trainee)).unwrap_or_default();
    if !marked.is_empty() {
        return marked;
    }
    match trainees(model).as_slice() {
        [] => here.map(|row| row.claim).into_iter().collect(),
        [one] => marks_on(one),
        _ => Vec::new(),
    }
}

/// Returns the trainees of the marked claims.
fn trainees(model: &Model) -> Vec<&PersonId> {
    let mut all: Vec<&PersonId> = model.marks.claims.values().collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Returns what the heading says at its right end: the marks, else whose claims they are, and the position.
fn figures(model: &Model, own: bool) -> Vec<Vec<(String, Style)>> {
    let (list, theme) = (model.list(ScreenId::Queue), &model.theme);
    let position = (list.position(), theme.dim);
    if position.0.is_empty() {
        return Vec::new();
    }
    let marks = model.marks.claims.len();
    if marks > 0 {
        let seen = list.rows().iter().filter(|row: &&QueueRow| model.marks.claims.contains_key(&row.claim)).count();
        let hidden = if seen < marks { format!(", {} not shown", marks - seen) } else { String::new() };
        let marked = (format!("{} {marks} marked{hidden}", theme.glyphs.mark), theme.mark);
        return vec![vec![marked.clone(), (format!("  {}", position.0), theme.dim)], vec![marked]];
    }
    let whose = if own { "for you and for any supervisor, oldest first" } else { "for all supervisors, oldest first" };
    let with = |words: &str| vec![(format!("{words} {} {}", theme.glyphs.dot, position.0), theme.dim)];
    vec![with(whose), with("oldest first"), vec![position.clone()]]
}

/// Returns why there are no claims, and what else can be done here.
fn empty(model: &Model, own: bool) -> [String; 2] {
    let whom = if own { " for you" } else { "" };
    let why = format!("Nothing waits{whom}. A claim appears when a trainee makes it.");
    let (trainee, cohort) = (model.key(Command::Trainee), model.key(Command::ToCohort));
    [why, format!("{trainee} chooses a trainee to sign for. {cohort} shows how everyone is doing.")]
}

/// Columns of the files, with the blank before them.
const FILES: usize = 9;
/// Columns of whom it is for, with the blank before them: `for anyone`.
const WHOM: usize = 13;

/// Column widths; 0 for a column that does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Room {
    name: usize,
    codes: usize,
    whom: usize,
    files: usize,
}

impl Room {
    #[cfg(test)]
    fn width(self) -> usize {
        POINTER + MARK_AND_AGE + self.name + 1 + self.codes + self.whom + self.files
    }
}

/// Divides a list of this width, of which the last column stays empty. Names grow first.
fn room(width: u16) -> Room {
    let left = usize::from(width).saturating_sub(POINTER + MARK_AND_AGE + 1 + 1);
    let (whom, files) = match left {
        0..=33 => (0, 0),
        34..=45 => (WHOM, 0),
        _ => (WHOM, FILES),
    };
    let left = left - whom - files;
    let codes = (left / 3).clamp(6, 24).min(left / 2);
    // The longest names have 52 columns; then a name has room for the codes.
    let name = (left - codes).min(52);
    Room { name, codes: (left - name).min(40), whom, files }
}

/// How a row is drawn.
#[derive(Debug, Clone, Copy)]
struct RowLook {
    here: bool,
    marked: bool,
    own: bool,
    today: NaiveDate,
}

fn draw_row(row: &QueueRow, room: Room, look: RowLook, theme: &Theme, buf: &mut Buffer, area: Rect) {
    let style = if look.here { theme.strong } else { theme.text };
    let days = row.days(look.today);
    let old = if days > CLAIM_LATE_DAYS { theme.late } else { theme.text };
    let mut pieces = mark_and_age(look.marked, days, old, theme);
    pieces.extend([
        (pad(row.trainee_name.as_str(), room.name, theme), style),
        (format!(" {}", pad(&codes(row, room.codes), room.codes, theme)), style),
    ]);
    if room.whom > 0 {
        let (whom, style) = match &row.of {
            Some(_) if look.own => ("for you".to_owned(), theme.claimed),
            Some(name) => (format!("for {name}"), theme.text),
            None => ("for anyone".to_owned(), theme.dim),
        };
        pieces.push((format!(" {}", pad(&whom, room.whom - 1, theme)), style));
    }
    if room.files > 0 {
        let files = match row.files {
            0 => String::new(),
            1 => "1 file".to_owned(),
            files => format!("{files} files"),
        };
        pieces.push((format!(" {}", pad(&files, room.files - 1, theme)), theme.dim));
    }
    owned_line(buf, area, 0, &pieces, theme);
}

/// Returns the codes that fit into this width, and how many more there are.
fn codes(row: &QueueRow, width: usize) -> String {
    let all: Vec<String> = row.codes.iter().map(ToString::to_string).collect();
    for shown in (1..=all.len()).rev() {
        let rest = all.len() - shown;
        let more = if rest > 0 { format!(" +{rest}") } else { String::new() };
        let words = all[..shown].join(" ") + &more;
        if columns(&words) <= width {
            return words;
        }
    }
    format!("{} KSBs", all.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_row_is_wider_than_its_list_and_names_are_whole_in_a_wide_window() {
        for width in 39..240 {
            let list = split(Rect::new(0, 3, width, 29)).list;
            let room = room(list.width);
            assert!(room.width() < usize::from(list.width), "{width}: {room:?}");
            assert!(room.name >= 12 && room.codes >= 6, "{width}: {room:?}");
            assert!(width < 199 || room.name >= 52, "{width}: {room:?}");
        }
    }
}
