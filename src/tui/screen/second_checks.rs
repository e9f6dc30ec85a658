//! Shows screen 7, Second checks: sign-offs to countersign, to sample, or rejected by a sample.

use chrono::NaiveDate;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::command::{Command, ScreenId};
use crate::list::{ListQuery, ListRow, Page};
use crate::model::Model;
use crate::msg::Effect;
use crate::pane::paged_list::{ListText, RowArea};
use crate::screen::base::{Screen, ScreenInfo};
use crate::theme::Theme;
use crate::widget::draw::owned_line;
use crate::widget::text::{fit, pad};
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
        let about = if model.signer.is_some() { "waiting for you" } else { "waiting for anyone" };
        Title::new("Second checks", vec![about.into()])
    }

    fn run(&self, model: &mut Model, command: Command) -> Option<Vec<Effect>> {
        if command != Command::MarkSecondCheck {
            return None;
        }
        toggle(model);
        self.move_cursor(model, Command::Down);
        Some(Vec::new())
    }

    fn back(&self, model: &mut Model) {
        if self.filter(model).text.is_empty() {
            model.marks.second_checks.clear();
        }
        model.list_mut(ScreenId::SecondChecks).clear();
    }

    /// Sign-offs that were countersigned lose their marks.
    fn receive_page(&self, model: &mut Model, page: &Page) {
        let rows = QaItem::rows(&page.rows);
        if page.skip == 0 && page.of == Some(rows.len() as u64) && self.filter(model).is_empty() {
            let waits = |id| rows.iter().any(|row| row.id == id && row.look == QaReason::Countersign);
            model.marks.second_checks.retain(|id| waits(*id));
        }
    }

    fn view(&self, model: &Model, buf: &mut Buffer, body: Rect) -> Option<Position> {
        let (list, theme) = (model.list(ScreenId::SecondChecks), &model.theme);
        let count = list.count("sign-off", "sign-offs");
        let text = ListText {
            title: "Second checks",
            figure: &count,
            count: &count,
            empty: &["No second checks are waiting", "Verifiers: press D to draw sign-offs to sample"],
            no_match: "Nothing fits the filter: esc clears it",
        };
        let heading = |width| heading(room(width), theme);
        list.view(text, theme, buf, body, Some(&heading), &mut |row: &QaItem, RowArea { area, here }, buf| {
            let marked = model.marks.second_checks.contains(&row.id);
            draw_row(row, room(area.width), (here, marked, model.today), theme, buf, area);
        })
    }
}

/// Toggles the mark of the sign-off under the cursor, if it needs a countersignature.
fn toggle(model: &mut Model) {
    let Some(row) = model.second_check().filter(|row| row.look == QaReason::Countersign) else { return };
    let id = row.id;
    if !model.marks.second_checks.remove(&id) {
        model.marks.second_checks.insert(id);
    }
}

/// Columns of the name and of the signer; the reason takes the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Room {
    name: usize,
    signer: usize,
    reason: usize,
}

/// Columns of the pointer, mark, request, code and the gaps between them.
const FIXED: usize = 1 + 2 + 13 + 6;

fn room(width: u16) -> Room {
    let left = usize::from(width).saturating_sub(FIXED + 1);
    match left {
        0..=29 => Room { name: left, signer: 0, reason: 0 },
        30..=59 => Room { name: 20.min(left - 12), signer: 0, reason: left - 20.min(left - 12) - 2 },
        _ => Room { name: 20, signer: 18, reason: left - 42 },
    }
}

fn heading(room: Room, theme: &Theme) -> String {
    let mut heading =
        format!("   {}{}{}", pad("asked", 13, theme), pad("KSB", 6, theme), pad("Trainee", room.name, theme));
    if room.signer > 0 {
        heading.push_str("  signed by");
    }
    heading
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
    let rejected = matches!(row.look, QaReason::Rejected { .. });
    let reason_style = if rejected { theme.urgent } else { theme.accent };
    let cut = |text: &str, width: usize| pad(&fit(text, width, theme), width, theme);
    let mut pieces = vec![
        (if here { theme.glyphs.pointer } else { " " }.to_owned(), theme.accent),
        (if marked { format!("{} ", theme.glyphs.mark) } else { "  ".to_owned() }, theme.accent),
        (cut(row.look.word(), 13), reason_style),
        (cut(&row.code.to_string(), 6), style),
        (cut(row.trainee_name.as_str(), room.name), style),
    ];
    if room.signer > 0 {
        pieces.push((format!("  {}", cut(row.signer_name.as_str(), room.signer)), theme.dim));
    }
    if room.reason > 0 {
        pieces.push((format!("  {}", fit(&reason(row, room, today), room.reason, theme)), theme.dim));
    }
    owned_line(buf, area, 0, &pieces, theme);
}

/// Returns why the sign-off is listed.
fn reason(row: &QaItem, room: Room, today: NaiveDate) -> String {
    let by = if room.signer == 0 { format!("{}, ", row.signer_name) } else { String::new() };
    let signed = format!("{by}{}", short_day(row.signed.local_day(), today));
    match &row.look {
        QaReason::Countersign => signed,
        QaReason::Sample { draw, .. } => format!("{} of {}: {signed}", draw.number, draw.of),
        QaReason::Rejected { by, reason: Some(reason) } => format!("{by}: {reason}"),
        QaReason::Rejected { by, reason: None } => by.to_string(),
    }
}
