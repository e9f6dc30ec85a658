//! Shows screen 7, Second checks: sign-offs to countersign, to sample, or rejected by a sample.

use chrono::NaiveDate;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::domain::filter::schema::FilterTarget;
use crate::domain::primitives::date::short_day;
use crate::domain::record::quality_assurance::{QaItem, QaReason};
use crate::tui::command::{Command, ScreenId};
use crate::tui::model::Model;
use crate::tui::model::lists::SecondCheckList;
use crate::tui::msg::{Effect, Outcome};
use crate::tui::pane::paged_list::{ListText, PageRequest, PagedList, RowArea, Window};
use crate::tui::screen::base::{Screen, ScreenInfo};
use crate::tui::theme::Theme;
use crate::tui::update::acts;
use crate::tui::widget::draw::line;
use crate::tui::widget::text::{fit, pad};
use crate::tui::widget::window::Title;

pub struct SecondChecks;

static INFO: ScreenInfo = ScreenInfo {
    name: "Second checks",
    go: Command::ToSecondChecks,
    own_subject: "My record",
    filter_target: FilterTarget::Looks,
    filter: |model| &model.second_checks.list.filter,
    filter_mut: |model| &mut model.second_checks.list.filter,
    list_mut: Some(|model| &mut model.second_checks.list),
    details: None,
    needs_trainee: false,
    next: Some(ScreenId::Queue),
};

impl Screen for SecondChecks {
    fn info(&self) -> &'static ScreenInfo {
        &INFO
    }

    fn title(&self, model: &Model) -> Title {
        let about = if model.second_checks.person.is_some() { "waiting for you" } else { "waiting for anyone" };
        Title::new("Second checks", vec![about.into()])
    }

    fn run(&self, model: &mut Model, command: Command) -> Option<Vec<Effect>> {
        match command {
            Command::MarkSecondCheck => {
                toggle(&mut model.second_checks);
                self.move_cursor(model, Command::Down);
                Some(Vec::new())
            }
            Command::OpenSecondCheck | Command::SignSecondChecks | Command::DrawSample => {
                Some(acts::run(model, command))
            }
            _ => None,
        }
    }

    fn back(&self, model: &mut Model) {
        if model.second_checks.list.filter.text.is_empty() {
            model.second_checks.marks.clear();
        }
        model.second_checks.list.clear();
    }

    fn load(&self, model: &mut Model) -> Vec<Effect> {
        let (page, person) = (self.page(model), model.signer.clone());
        let checks = &mut model.second_checks;
        if checks.person != person {
            checks.person.clone_from(&person);
            checks.list.invalidate();
        }
        let request = checks.list.load_visible(page);
        let load = |PageRequest { filter, skip, rows }| Effect::LoadSecondChecks { person, filter, skip, rows };
        request.map(load).into_iter().collect()
    }

    fn receive(&self, model: &mut Model, outcome: Outcome) -> Option<Outcome> {
        let Outcome::SecondChecks { rows, skip, of } = outcome else { return Some(outcome) };
        let checks = &mut model.second_checks;
        // Sign-offs that were countersigned lose their marks.
        if skip == 0 && of == rows.len() as u64 && checks.list.filter.is_empty() {
            checks.marks.retain(|id| rows.iter().any(|row| row.id == *id && row.look == QaReason::Countersign));
        }
        checks.list.load(Window { rows, skip, of: Some(of), with: () });
        None
    }

    fn view(&self, model: &Model, buf: &mut Buffer, body: Rect) -> Option<Position> {
        let (checks, theme) = (&model.second_checks, &model.theme);
        let count = checks.list.loaded.as_ref().and_then(|window| window.of).map_or(String::new(), sign_offs);
        let text = ListText {
            title: "Second checks",
            figure: &count,
            count: &count,
            empty: &["No second checks are waiting", "Verifiers: press D to draw sign-offs to sample"],
            no_match: "Nothing fits the filter: esc clears it",
        };
        let (area, typing) = checks.list.frame(text, theme, buf, body);
        let Some(area) = area else { return typing };
        let room = room(area.width);
        let mut heading =
            format!("   {}{}{}", pad("asked", 13, theme), pad("KSB", 6, theme), pad("Trainee", room.name, theme));
        if room.signer > 0 {
            heading.push_str("  signed by");
        }
        line(buf, area, 0, &[(&heading, theme.dim)], theme);
        let rows = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
        let cursor = checks.list.draw(theme, buf, rows, &mut |row, RowArea { area, here }, buf| {
            let marked = checks.marks.contains(&row.id);
            draw_row(row, room, (here, marked, model.today), theme, buf, area);
        });
        typing.or(cursor)
    }
}

/// Toggles the mark of the sign-off under the cursor, if it needs a countersignature.
fn toggle(checks: &mut SecondCheckList) {
    let Some(row) = checks.list.row().filter(|row| row.look == QaReason::Countersign) else { return };
    let id = row.id;
    if !checks.marks.remove(&id) {
        checks.marks.insert(id);
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

fn sign_offs(of: u64) -> String {
    if of == 1 { "1 sign-off".into() } else { format!("{of} sign-offs") }
}

fn draw_row(
    row: &QaItem,
    room: Room,
    (here, marked, today): (bool, bool, NaiveDate),
    theme: &Theme,
    buf: &mut Buffer,
    area: Rect,
) {
    let style = if here { theme.bold } else { theme.text };
    let rejected = matches!(row.look, QaReason::Rejected { .. });
    let reason_style = if rejected { theme.bad } else { theme.accent };
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
    let pieces: Vec<_> = pieces.iter().map(|(words, style)| (words.as_str(), *style)).collect();
    line(buf, area, 0, &pieces, theme);
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
