//! Shows screen 2, Queue: the waiting claims, oldest first, with their marks.

use chrono::NaiveDate;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::command::{Command, Row, ScreenId};
use crate::dialog::save;
use crate::list::{ListQuery, ListRow, Page};
use crate::model::requests::say;
use crate::model::{MessageLevel, Model, Overlay};
use crate::msg::Effect;
use crate::msg::claims::NextStep;
use crate::pane::paged_list::{ListText, RowArea};
use crate::screen::base::{Screen, ScreenInfo};
use crate::theme::Theme;
use crate::widget::draw::owned_line;
use crate::widget::text::{columns, fit, pad};
use crate::widget::window::Title;
use countersign_core::filter::schema::FilterTarget;
use countersign_core::people::person::Role;
use countersign_core::primitives::ids::{ClaimId, PersonId};
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

    fn title(&self, model: &Model) -> Title {
        let about = match supervisor(model) {
            Some(_) => "waiting for you or any supervisor, oldest first",
            None => "all waiting claims, oldest first",
        };
        Title::new("Queue", vec![about.into()])
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

    fn back(&self, model: &mut Model) {
        if self.filter(model).text.is_empty() {
            model.marks.claims.clear();
        }
        model.list_mut(ScreenId::Queue).clear();
    }

    /// Claims that were answered lose their marks.
    fn receive_page(&self, model: &mut Model, page: &Page) {
        let rows = QueueRow::rows(&page.rows);
        if page.skip == 0 && page.of == Some(rows.len() as u64) && self.filter(model).is_empty() {
            model.marks.claims.retain(|claim, _| rows.iter().any(|row| row.claim == *claim));
        }
    }

    fn view(&self, model: &Model, buf: &mut Buffer, body: Rect) -> Option<Position> {
        let (list, theme) = (model.list(ScreenId::Queue), &model.theme);
        let count = list.count("claim", "claims");
        let text = ListText {
            title: "Queue",
            figure: &count,
            count: &format!("{count} "),
            empty: &["No claims are waiting. Trainees claim with c, on their own screen"],
            no_match: "No claim fits the filter: esc clears it",
        };
        let heading = |width| heading(room(width), theme);
        list.view(text, theme, buf, body, Some(&heading), &mut |row: &QueueRow, RowArea { area, here }, buf| {
            let marked = model.marks.claims.contains_key(&row.claim);
            draw_row(row, room(area.width), (here, marked, model.today), theme, buf, area);
        })
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
    let state = save::State::new(row.claim, &row.trainee_name, row.files, model.today);
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

/// Column widths; 0 for a column that does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Room {
    name: usize,
    codes: usize,
    whom: usize,
    says: usize,
}

/// Columns of the pointer, mark, days, the gap before the codes, and the files.
const FIXED: usize = 1 + 2 + 7 + 2 + 6;

fn room(width: u16) -> Room {
    let width = usize::from(width).saturating_sub(FIXED);
    if width < 20 + 16 + 18 {
        let name = (width / 2 + 2).min(width);
        return Room { name, codes: width - name, whom: 0, says: 0 };
    }
    let left = width - 20 - 16 - 18;
    let says = left.saturating_sub(2);
    Room { name: 20, codes: 16, whom: 16, says: if says >= 16 { says } else { 0 } }
}

fn heading(room: Room, theme: &Theme) -> String {
    let mut words = format!("    days  {}  {}", pad("Trainee", room.name, theme), pad("KSBs", room.codes, theme));
    if room.whom > 0 {
        words.push_str("  ");
        words.push_str(&pad("of", room.whom, theme));
    }
    words += " files";
    if room.says > 0 {
        words += "  says";
    }
    words
}

fn draw_row(
    row: &QueueRow,
    room: Room,
    (here, marked, today): (bool, bool, NaiveDate),
    theme: &Theme,
    buf: &mut Buffer,
    area: Rect,
) {
    let style = if here { theme.strong } else { theme.text };
    let days = row.days(today);
    let old = if days > 14 { theme.claimed } else { theme.text };
    let cut = |text: &str, width: usize| pad(&fit(text, width, theme), width, theme);
    let files = if row.files == 0 { String::new() } else { row.files.to_string() };
    let mut pieces = vec![
        (if here { theme.glyphs.pointer } else { " " }.to_owned(), theme.accent),
        (if marked { format!("{} ", theme.glyphs.mark) } else { "  ".to_owned() }, theme.accent),
        (format!("{days:>5}  "), old),
        (cut(row.trainee_name.as_str(), room.name), style),
        (format!("  {}", cut(&codes(row, room.codes), room.codes)), style),
    ];
    if room.whom > 0 {
        let whom = row.of.as_ref().map_or("any supervisor", |of| of.as_str());
        pieces.push((format!("  {}", cut(whom, room.whom)), theme.dim));
    }
    pieces.push((format!(" {files:>5}"), theme.text));
    if let (true, Some(says)) = (room.says > 0, &row.reflection) {
        pieces.push((format!("  {}", fit(says.as_str(), room.says, theme)), theme.dim));
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
