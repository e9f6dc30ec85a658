//! Shows screen 2, Queue: the waiting claims, oldest first, with their marks.

use chrono::NaiveDate;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::domain::filter::schema::FilterTarget;
use crate::domain::people::person::Role;
use crate::domain::primitives::ids::{ClaimId, PersonId};
use crate::domain::record::claim::QueueRow;
use crate::tui::command::{Command, Row, ScreenId};
use crate::tui::model::lists::QueueList;
use crate::tui::model::{MessageLevel, Model, Overlay};
use crate::tui::msg::claims::NextStep;
use crate::tui::msg::{Effect, Outcome};
use crate::tui::overlay::save;
use crate::tui::overlay::sign_in::SignInContext;
use crate::tui::pane::paged_list::{ListText, PageRequest, PagedList, RowArea, Window};
use crate::tui::screen::base::{Screen, ScreenInfo};
use crate::tui::theme::Theme;
use crate::tui::update::common::say;
use crate::tui::update::dialogs;
use crate::tui::widget::draw::line;
use crate::tui::widget::text::{columns, fit, pad};
use crate::tui::widget::window::Title;

pub struct Queue;

static INFO: ScreenInfo = ScreenInfo {
    name: "Queue",
    go: Command::ToQueue,
    own_subject: "My record",
    filter_target: FilterTarget::Queue,
    filter: |model| &model.queue.list.filter,
    filter_mut: |model| &mut model.queue.list.filter,
    list_mut: Some(|model| &mut model.queue.list),
    details: None,
    needs_trainee: false,
    next: Some(ScreenId::SecondChecks),
};

impl Screen for Queue {
    fn info(&self) -> &'static ScreenInfo {
        &INFO
    }

    fn title(&self, model: &Model) -> Title {
        let about = match &model.queue.supervisor {
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
        if model.queue.list.row().is_none() {
            return Some("No claim is chosen".into());
        }
        if signs && to_sign(&model.queue).is_empty() {
            return Some(format!(
                "The marked claims are from {} trainees. Move to a claim of one of them",
                trainees(&model.queue).len()
            ));
        }
        if signs { model.supervisor_refusal() } else { None }
    }

    fn run(&self, model: &mut Model, command: Command) -> Option<Vec<Effect>> {
        match command {
            Command::SignClaims | Command::RefuseClaims => return Some(sign(model, command)),
            Command::OpenClaim => {
                let ids = model.queue.list.row().map(|row| row.claim).into_iter().collect();
                return Some(vec![Effect::LoadClaims { ids, then: NextStep::Open }]);
            }
            Command::MarkClaim => {
                toggle(&mut model.queue);
                self.move_cursor(model, Command::Down);
            }
            Command::SaveFiles => save_files(model),
            _ => return None,
        }
        Some(Vec::new())
    }

    fn back(&self, model: &mut Model) {
        if model.queue.list.filter.text.is_empty() {
            model.queue.marks.clear();
        }
        model.queue.list.clear();
    }

    fn load(&self, model: &mut Model) -> Vec<Effect> {
        let page = self.page(model);
        // A training officer who is not a supervisor sees everyone's claims.
        let signs = model.person().filter(|person| person.roles.contains(&Role::Supervisor));
        let supervisor = signs.map(|person| person.id.clone());
        let queue = &mut model.queue;
        if queue.supervisor != supervisor {
            queue.supervisor.clone_from(&supervisor);
            queue.list.invalidate();
        }
        let request = queue.list.load_visible(page);
        let load =
            |PageRequest { filter, skip, rows }| Effect::LoadQueue { of: supervisor.clone(), filter, skip, rows };
        request.map(load).into_iter().collect()
    }

    fn receive(&self, model: &mut Model, outcome: Outcome) -> Option<Outcome> {
        let Outcome::Queue { rows, skip, of } = outcome else { return Some(outcome) };
        let queue = &mut model.queue;
        // Claims that were answered lose their marks.
        if skip == 0 && of == rows.len() as u64 && queue.list.filter.is_empty() {
            queue.marks.retain(|claim, _| rows.iter().any(|row| row.claim == *claim));
        }
        queue.list.load(Window { rows, skip, of: Some(of), with: () });
        None
    }

    fn view(&self, model: &Model, buf: &mut Buffer, body: Rect) -> Option<Position> {
        let (queue, theme) = (&model.queue, &model.theme);
        let count = queue.list.loaded.as_ref().and_then(|window| window.of).map_or(String::new(), claims);
        let text = ListText {
            title: "Queue",
            figure: &count,
            count: &format!("{count} "),
            empty: &["No claims are waiting. Trainees claim with c, on their own screen"],
            no_match: "No claim fits the filter: esc clears it",
        };
        let (area, typing) = queue.list.frame(text, theme, buf, body);
        let Some(area) = area else { return typing };
        let room = room(area.width);
        heading(room, theme, buf, area);
        let rows = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
        let cursor = queue.list.draw(theme, buf, rows, &mut |row, RowArea { area, here }, buf| {
            let marked = queue.marks.contains_key(&row.claim);
            draw_row(row, room, (here, marked, model.today), theme, buf, area);
        });
        typing.or(cursor)
    }

    fn key_label(&self, model: &Model, row: &Row) -> Option<String> {
        let counted = row.command == Command::SignClaims && !model.queue.marks.is_empty();
        counted.then(|| format!("{} {}", row.label, to_sign(&model.queue).len()))
    }
}

/// Loads the claims to sign; asks for the signer first if there is none.
fn sign(model: &mut Model, command: Command) -> Vec<Effect> {
    if model.session().is_none() {
        model.pending = Some(command);
        return dialogs::ask_person(model, SignInContext::Screen);
    }
    let then = if command == Command::RefuseClaims { NextStep::Refuse } else { NextStep::Sign };
    vec![Effect::LoadClaims { ids: to_sign(&model.queue), then }]
}

/// Asks for the folder for the evidence of the claim under the cursor.
fn save_files(model: &mut Model) {
    let Some(row) = model.queue.list.row() else { return };
    if row.files == 0 {
        say(model, MessageLevel::Refused, "This claim has no evidence".into(), String::new());
        return;
    }
    let state = save::State::new(row.claim, &row.trainee_name, row.files, model.today);
    model.overlay = Some(Overlay::Save(Box::new(state)));
}

/// Toggles the mark of the claim under the cursor.
fn toggle(queue: &mut QueueList) {
    let Some((claim, trainee)) = queue.list.row().map(|row| (row.claim, row.trainee.clone())) else { return };
    if queue.marks.remove(&claim).is_none() {
        queue.marks.insert(claim, trainee);
    }
}

/// Returns the claims to sign: the marked ones of the trainee under the cursor, or of the only trainee with marks; without
/// marks, the claim under the cursor.
fn to_sign(queue: &QueueList) -> Vec<ClaimId> {
    let here = queue.list.row();
    let marks_on = |trainee: &PersonId| -> Vec<ClaimId> {
        queue.marks.iter().filter(|(_, whose)| *whose == trainee).map(|(claim, _)| *claim).collect()
    };
    let marked = here.map(|row| marks_on(&row.trainee)).unwrap_or_default();
    if !marked.is_empty() {
        return marked;
    }
    match trainees(queue).as_slice() {
        [] => here.map(|row| row.claim).into_iter().collect(),
        [one] => marks_on(one),
        _ => Vec::new(),
    }
}

/// Returns the trainees of the marked claims.
fn trainees(queue: &QueueList) -> Vec<&PersonId> {
    let mut all: Vec<&PersonId> = queue.marks.values().collect();
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

fn claims(of: u64) -> String {
    if of == 1 { "1 claim".into() } else { format!("{of} claims") }
}

fn heading(room: Room, theme: &Theme, buf: &mut Buffer, area: Rect) {
    let mut words = format!("    days  {}  {}", pad("Trainee", room.name, theme), pad("KSBs", room.codes, theme));
    if room.whom > 0 {
        words.push_str("  ");
        words.push_str(&pad("of", room.whom, theme));
    }
    words += " files";
    if room.says > 0 {
        words += "  says";
    }
    line(buf, area, 0, &[(&words, theme.dim)], theme);
}

fn draw_row(
    row: &QueueRow,
    room: Room,
    (here, marked, today): (bool, bool, NaiveDate),
    theme: &Theme,
    buf: &mut Buffer,
    area: Rect,
) {
    let style = if here { theme.bold } else { theme.text };
    let days = row.days(today);
    let old = if days > 14 { theme.warn } else { theme.text };
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
    let pieces: Vec<_> = pieces.iter().map(|(words, style)| (words.as_str(), *style)).collect();
    line(buf, area, 0, &pieces, theme);
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
