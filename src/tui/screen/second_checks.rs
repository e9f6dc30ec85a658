//! Shows screen 7, Second checks: sign-offs to countersign, to sample, or rejected by a sample.

use chrono::NaiveDate;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::command::{Command, Row, ScreenId};
use crate::list::{ListQuery, ListRow, Page};
use crate::model::Model;
use crate::model::layout::body;
use crate::msg::Effect;
use crate::pane::check::{self, CheckPane};
use crate::pane::paged_list::{ListText, MARK_AND_AGE, POINTER, RowArea, after_age, mark_and_age};
use crate::screen::base::{Screen, ScreenInfo};
use crate::theme::Theme;
use crate::widget::draw::owned_line;
use crate::widget::part::{divider, inner};
use crate::widget::split::{Split, split};
use crate::widget::text::pad;
use crate::widget::window::Title;
use countersign_core::filter::schema::FilterTarget;
use countersign_core::primitives::date::short_day;
use countersign_core::record::quality_assurance::{QaItem, QaReason};

pub struct SecondChecks;

static INFO: ScreenInfo = ScreenInfo {
    id: ScreenId::SecondChecks,
    name: "Second checks",
    go: Command::ToSecondChecks,
    own_name: "Second checks",
    filter_target: FilterTarget::Looks,
    list: Some(|model| ListQuery::SecondChecks(model.signer.clone())),
    details: None,
    needs_trainee: false,
    next: Some(ScreenId::Queue),
};

impl Screen for SecondChecks {
    fn info(&self) -> &'static ScreenInfo {
        &INFO
    }

    fn title(&self, model: &Model) -> Title {
        let whom = if model.signer.is_some() { "you" } else { "anyone" };
        let subject = match model.list(ScreenId::SecondChecks).loaded.as_ref().and_then(|page| page.of) {
            None => String::new(),
            Some(0) => format!("No second check waits for {whom}"),
            Some(1) => "1 sign-off needs a second check".to_owned(),
            Some(of) => format!("{of} sign-offs need a second check"),
        };
        Title::new(subject, Vec::new())
    }

    fn disabled_reason(&self, model: &Model, command: Command) -> Option<String> {
        let other = model.second_check().is_some_and(|row| row.look != QaReason::Countersign);
        let mark = command == Command::MarkSecondCheck && other;
        mark.then(|| "Only sign-offs to countersign can be marked. A sample is answered on its own".into())
    }

    fn key_label(&self, model: &Model, row: &Row) -> Option<String> {
        let look = model.second_check().map(|one| &one.look);
        match (row.command, look) {
            (Command::SignSecondChecks, Some(QaReason::Sample { .. })) => Some("accept or reject".to_owned()),
            (Command::SignSecondChecks, Some(QaReason::Countersign)) => Some("countersign".to_owned()),
            _ => None,
        }
    }

    fn run(&self, model: &mut Model, command: Command) -> Option<Vec<Effect>> {
        if command != Command::MarkSecondCheck {
            return None;
        }
        toggle(model);
        self.move_cursor(model, Command::Down);
        Some(Vec::new())
    }

    /// Sign-offs that were countersigned lose their marks.
    fn receive_page(&self, model: &mut Model, page: &Page) {
        let rows = QaItem::rows(&page.rows);
        if page.skip == 0 && page.of == Some(rows.len() as u64) && self.filter(model).is_empty() {
            let waits = |id| rows.iter().any(|row| row.id == id && row.look == QaReason::Countersign);
            model.marks.second_checks.retain(|id| waits(*id));
        }
    }

    /// The rows that fit: the list without its heading and the filter.
    fn page(&self, model: &Model) -> u16 {
        let Some(areas) = body(model).map(|body| Areas::of(body, supervisors(model))) else { return 1 };
        areas.list.height.saturating_sub(1 + self.filter(model).lines(inner(areas.list).width))
    }

    fn enter(&self, model: &mut Model) {
        model.shown_check.requested = None;
        model.list_mut(ScreenId::SecondChecks).invalidate();
    }

    /// Loads the sign-off under the cursor too, where there is room for it.
    fn load(&self, model: &mut Model) -> Vec<Effect> {
        let page = self.page(model);
        let query = ListQuery::SecondChecks(model.signer.clone());
        let page = model.list_mut(ScreenId::SecondChecks).load_visible(query, page).map(Effect::LoadPage);
        let shown = body(model).is_some_and(|body| Areas::of(body, supervisors(model)).details.is_some());
        let wanted = model.second_check().map(|row| row.id).filter(|_| shown);
        let wanted = wanted.filter(|id| model.shown_check.requested != Some(*id));
        model.shown_check.requested = wanted.or(model.shown_check.requested);
        page.into_iter().chain(wanted.map(Effect::LoadCheck)).collect()
    }

    fn view(&self, model: &Model, buf: &mut Buffer, body: Rect) -> Option<Position> {
        let (list, theme) = (model.list(ScreenId::SecondChecks), &model.theme);
        let areas = Areas::of(body, supervisors(model));
        let position = vec![(list.position(), theme.dim)];
        let may_draw = model.act_refusal(Command::DrawSample).is_none();
        let draws = Some(model.key(Command::DrawSample)).filter(|_| may_draw);
        let draw = format!("{} draws sign-offs to sample", draws.as_deref().unwrap_or("A verifier"));
        let cohort = format!("{} shows how everyone is doing", model.key(Command::ToCohort));
        let text = ListText {
            title: "To check",
            figures: &[position],
            count: &format!("{} ", list.count("sign-off", "sign-offs")),
            empty: &["No second checks are waiting", &draw, &cohort],
            no_match: "Nothing fits the filter: esc clears it",
        };
        let room = room(areas.list.width);
        let cursor = list.view(text, theme, buf, areas.list, None, &mut |row: &QaItem, RowArea { area, here }, buf| {
            let marked = model.marks.second_checks.contains(&row.id);
            draw_row(row, room, (here, marked, model.today), theme, buf, area);
        });
        if let Some(checked) = list.loaded.as_ref().and_then(|page| page.checked.as_ref()) {
            if let Some(area) = areas.checked {
                check::samples(checked, model.today, &model.key(Command::ToLog), theme, buf, area);
            }
            if let Some(area) = areas.shares {
                check::shares(checked, draws.as_deref(), theme, buf, area);
            }
        }
        if let Some(x) = areas.divider {
            divider(buf, body, x, theme);
        }
        if let Some(area) = areas.details.filter(|_| list.loaded.as_ref().is_some_and(|page| page.of == Some(0))) {
            if areas.divider.is_some() {
                check::explained(theme, buf, area);
            } else if let Some(checked) = list.loaded.as_ref().and_then(|page| page.checked.as_ref()) {
                check::shares(checked, draws.as_deref(), theme, buf, area);
            }
        }
        if let (Some(area), Some(row)) = (areas.details, list.row::<QaItem>()) {
            let pane = CheckPane {
                row,
                detail: model.shown_check.detail.as_deref().filter(|detail| detail.record.id == row.id),
                sign: &model.key(Command::SignSecondChecks),
                open: &model.key(Command::OpenSecondCheck),
                today: model.today,
            };
            pane.view(theme, buf, area);
        }
        after_age(cursor, list.filter.typing)
    }

    /// What was checked this month.
    fn figures(&self, model: &Model) -> Vec<(String, Style)> {
        let Some(checked) = model.list(ScreenId::SecondChecks).loaded.as_ref().and_then(|page| page.checked.as_ref())
        else {
            return Vec::new();
        };
        let (count, since) = (checked.samples.len(), short_day(checked.since, model.today));
        let words = if count == 0 {
            format!("none sampled since {since}")
        } else {
            format!("{count} sampled since {since}: {}", checked.words())
        };
        vec![(words, model.theme.dim)]
    }
}

/// The areas of the parts; `None` for one that does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Areas {
    list: Rect,
    checked: Option<Rect>,
    shares: Option<Rect>,
    details: Option<Rect>,
    divider: Option<u16>,
}

/// Below this many rows there is only the list on the left.
const STACKED: u16 = 22;

impl Areas {
    /// Shares out a body; how much of each of so many supervisors was sampled takes what it needs.
    fn of(body: Rect, supervisors: usize) -> Self {
        let Split { list, details, divider } = split(body);
        if divider.is_none() || body.height < STACKED {
            return Self { list, checked: None, shares: None, details, divider };
        }
        // A heading, a blank row and the key that draws.
        let shares = u16::try_from(supervisors + 3).unwrap_or(u16::MAX).clamp(6, list.height * 2 / 5);
        let first = (list.height - shares) * 5 / 8;
        let second = list.height - shares - first;
        let part = |y: u16, height: u16| Rect { y: list.y + y, height, ..list };
        // A blank row between the parts.
        Self {
            list: part(0, first - 1),
            checked: Some(part(first, second - 1)),
            shares: Some(part(first + second, list.height - first - second)),
            details,
            divider,
        }
    }
}

/// Returns how many supervisors there are whose work may be sampled.
fn supervisors(model: &Model) -> usize {
    let page = model.list(ScreenId::SecondChecks).loaded.as_ref();
    page.and_then(|page| page.checked.as_ref()).map_or(0, |checked| checked.supervisors.len())
}

/// Toggles the mark of the sign-off under the cursor, if it needs a countersignature.
fn toggle(model: &mut Model) {
    let Some(row) = model.second_check().filter(|row| row.look == QaReason::Countersign) else { return };
    let id = row.id;
    if !model.marks.second_checks.remove(&id) {
        model.marks.second_checks.insert(id);
    }
}

/// Column widths; 0 for a column that does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Room {
    name: usize,
    signer: usize,
}

/// Columns of the reason, with the gap after it: `countersign`.
const REASON: usize = 12;
/// Columns of the code, with the blanks around it.
const CODE: usize = 5;

fn room(width: u16) -> Room {
    let left = usize::from(width).saturating_sub(POINTER + MARK_AND_AGE + REASON + CODE + 1);
    if left < 28 {
        return Room { name: left, signer: 0 };
    }
    let signer = (left * 3 / 8).clamp(10, 28);
    Room { name: left - signer - 1, signer }
}

fn draw_row(
    row: &QaItem,
    room: Room,
    (here, marked, today): (bool, bool, NaiveDate),
    theme: &Theme,
    buf: &mut Buffer,
    area: Rect,
) {
    let style = if here { theme.strong } else { theme.text };
    let days = (today - row.since.local_day()).num_days().max(0);
    let old = if days > LATE_DAYS { theme.urgent } else { theme.text };
    let reason = match row.look {
        QaReason::Rejected { .. } => theme.urgent,
        QaReason::Countersign | QaReason::Sample { .. } => theme.dim,
    };
    let mut pieces = mark_and_age(marked, days, old, theme);
    pieces.extend([
        (pad(row.look.word(), REASON, theme), reason),
        (pad(row.trainee_name.as_str(), room.name, theme), style),
        (pad(&format!(" {}", row.code), CODE, theme), style),
    ]);
    if room.signer > 0 {
        pieces.push((format!(" {}", pad(row.signer_name.as_str(), room.signer, theme)), theme.dim));
    }
    owned_line(buf, area, 0, &pieces, theme);
}

/// Days after which a second check is late.
const LATE_DAYS: i64 = 7;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_never_overlap_and_no_row_is_wider_than_its_list() {
        for (width, height) in (39..240).flat_map(|width| (7..60).map(move |height| (width, height))) {
            for supervisors in [0, 7, 300] {
                let body = Rect::new(0, 3, width, height);
                let areas = Areas::of(body, supervisors);
                let parts: Vec<Rect> =
                    [Some(areas.list), areas.checked, areas.shares, areas.details].into_iter().flatten().collect();
                for part in &parts {
                    assert_eq!(part.intersection(body), *part, "{width}x{height}");
                    assert_eq!(parts.iter().filter(|other| other.intersects(*part)).count(), 1, "{width}x{height}");
                }
                let Room { name, signer } = room(areas.list.width);
                let signer = if signer == 0 { 0 } else { signer + 1 };
                assert!(
                    POINTER + MARK_AND_AGE + REASON + name + CODE + signer < usize::from(areas.list.width) + 1,
                    "{width}"
                );
                assert!(name >= 7, "{width}: {name}");
            }
        }
    }
}
