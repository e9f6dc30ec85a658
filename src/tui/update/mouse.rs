//! Handles clicks and the wheel. A click presses the keys that lead to its place, so it reaches what the keys reach and
//! nothing else, on every screen and in every dialog.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::command::{Command, ScreenId};
use crate::dialog::form::{FieldKind, Form};
use crate::key::{Key, KeyPress};
use crate::model::layout::body;
use crate::model::{MessageLevel, Model, Overlay};
use crate::msg::Effect;
use crate::msg::mouse::{Mouse, MouseAction};
use crate::pane::filter_input::FilterInput;
use crate::screen::{self, cohort};
use crate::theme::{Appearance, Colour, Focus, Theme};
use crate::update::{commands, keys, overlays};
use crate::view::{Around, around_at, draw_body, draw_overlay};
use crate::widget::trace::{Trace, traced};

/// Rows that a step of the wheel moves by.
const WHEEL_ROWS: usize = 3;
/// More panes than any screen has.
const MOST_PANES: usize = 8;
/// More fields than any dialog has.
const MOST_FIELDS: usize = 40;
/// Looks at the screen until the cursor is on the row of the click, or never will be.
const MOST_LOOKS: usize = 100;

/// Handles the mouse.
pub fn mouse(model: &mut Model, mouse: Mouse) -> Vec<Effect> {
    if mouse.action == MouseAction::Click {
        match around_at(model, mouse.at) {
            Some(Around::Key(key)) => return keys::key(model, key),
            Some(Around::Tab(command)) => {
                answered(model);
                model.last_command = Some(command);
                return commands::run(model, command);
            }
            Some(Around::Figure("")) => {
                answered(model);
                let list = model.list_mut(ScreenId::Cohort);
                list.filter = FilterInput::default();
                list.go_to_top();
                return Vec::new();
            }
            Some(Around::Figure(filter)) => {
                answered(model);
                return cohort::show(model, filter);
            }
            None => {}
        }
    }
    if model.overlay.is_some() {
        return on_overlay(model, mouse);
    }
    answered(model);
    on_screen(model, mouse)
}

/// A click answers a question and a refusal, as any key does.
fn answered(model: &mut Model) {
    model.leaving = false;
    model.message.take_if(|message| message.tone == MessageLevel::Refused);
}

fn on_screen(model: &mut Model, Mouse { action, at }: Mouse) -> Vec<Effect> {
    let Some((panes, mut there)) = pane_at(model, at) else { return Vec::new() };
    let steps = match action {
        MouseAction::Click => steps_to(&mut there, at),
        MouseAction::WheelUp => Some(vec![Command::Up; WHEEL_ROWS]),
        MouseAction::WheelDown => Some(vec![Command::Down; WHEEL_ROWS]),
    };
    if action == MouseAction::Click && panes == 0 && steps.as_ref().is_some_and(Vec::is_empty) {
        return keys::key(model, KeyPress::plain(Key::Enter));
    }
    let focused = look(&coloured(model)).focused();
    let mut effects = Vec::new();
    for _ in 0..panes {
        effects.extend(commands::run(model, Command::NextPane));
        effects.extend(screen::load_visible(model));
    }
    for step in steps.unwrap_or_default() {
        effects.extend(commands::run(model, step));
    }
    if action != MouseAction::Click && panes > 0 {
        // The wheel leaves the focus where it was.
        for _ in 0..MOST_PANES {
            effects.extend(screen::load_visible(model));
            if look(&coloured(model)).focused() == focused {
                break;
            }
            effects.extend(commands::run(model, Command::NextPane));
        }
    }
    effects
}

/// Finds the pane at a place: how often the key for the next pane leads to it, and the screen as it is then.
fn pane_at(model: &Model, at: Position) -> Option<(usize, Model)> {
    if !body(model)?.contains(at) {
        return None;
    }
    let mut probe = coloured(model);
    let first = look(&probe).focused();
    for panes in 0..MOST_PANES {
        let seen = look(&probe);
        if (panes > 0 && seen.focused() == first) || probe.screen != model.screen {
            return None;
        }
        if seen.is_focused(at) {
            return Some((panes, probe));
        }
        press(&mut probe, Command::NextPane);
    }
    None
}

/// Returns the moves from the chosen row to the row at a place, if there is one.
fn steps_to(probe: &mut Model, at: Position) -> Option<Vec<Command>> {
    let mut steps: Vec<Command> = Vec::new();
    let mut turned = false;
    let mut row = look(probe).row?;
    for _ in 0..MOST_LOOKS {
        let (step, rows) = if at.y < row.y {
            (Command::Up, row.y - at.y)
        } else if at.y >= row.bottom() {
            (Command::Down, at.y - row.bottom() + 1)
        } else {
            return Some(steps);
        };
        let turns = steps.last().is_some_and(|last| *last != step);
        if turns && turned {
            // Between two rows there is a line that cannot be chosen.
            return None;
        }
        turned |= turns;
        // Rows may differ in height: after a jump too far it goes row by row.
        let times = if turned { 1 } else { (rows / row.height.max(1)).max(1) };
        for _ in 0..times {
            press(probe, step);
            steps.push(step);
        }
        let moved = look(probe).row?;
        if moved == row {
            return None;
        }
        row = moved;
    }
    None
}

fn press(probe: &mut Model, command: Command) {
    // Nothing is loaded for a model that is only looked at.
    let _ = commands::run(probe, command);
    let _ = screen::load_visible(probe);
}

/// What a drawing shows.
struct Seen {
    trace: Trace,
    /// The chosen row.
    row: Option<Rect>,
}

impl Seen {
    fn focused(&self) -> Option<Rect> {
        self.trace.parts.iter().find(|(_, focus)| *focus == Focus::Here).map(|(area, _)| *area)
    }

    /// Whether a place is in a part with the focus.
    fn is_focused(&self, at: Position) -> bool {
        let above = |(area, _): &&(Rect, Focus)| (area.left()..area.right()).contains(&at.x) && area.y <= at.y;
        let nearest = self.trace.parts.iter().filter(above).max_by_key(|(area, _)| area.y);
        nearest.map_or(self.trace.parts.is_empty(), |(_, focus)| *focus == Focus::Here)
    }
}

/// Draws the body of a screen in colours, and returns what is where.
fn look(model: &Model) -> Seen {
    let area = Rect::new(0, 0, model.size.0, model.size.1);
    let Some(body) = body(model) else { return Seen { trace: Trace::default(), row: None } };
    let (cursor, trace) = traced(|| draw_body(model, &mut Buffer::empty(area), body));
    let at_cursor = |cursor: Position| Rect { y: cursor.y, height: 1, ..body };
    let row = trace.rows.last().copied().or_else(|| cursor.map(at_cursor));
    Seen { trace, row }
}

/// Returns the model in colours: they tell the part with the focus.
fn coloured(model: &Model) -> Model {
    let looks = Appearance { colour: Colour::True, ..model.theme.looks };
    Model { theme: Theme::choose(looks), ..model.clone() }
}

/// What keys do in an overlay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OverlayKind {
    /// They choose a row.
    Picker,
    /// They scroll a text.
    Reading,
    /// They go from field to field.
    Form,
}

fn kind(overlay: &Overlay) -> OverlayKind {
    match overlay {
        Overlay::Help(_)
        | Overlay::Palette(_)
        | Overlay::Trainee(_)
        | Overlay::Person(_)
        | Overlay::Roster(_)
        | Overlay::Records(_)
        | Overlay::Group(_) => OverlayKind::Picker,
        Overlay::Statement(_) | Overlay::Page(_) | Overlay::Claim(_) | Overlay::Words(_) => OverlayKind::Reading,
        Overlay::Act(_) | Overlay::Save(_) => OverlayKind::Form,
    }
}

fn on_overlay(model: &mut Model, Mouse { action, at }: Mouse) -> Vec<Effect> {
    let Some(kind) = model.overlay.as_ref().map(kind) else { return Vec::new() };
    // A key that the dialog names, as one in the footer.
    let named = |(_, key): &(Rect, &str)| key.parse::<KeyPress>().ok();
    let keys = overlay_trace(model).keys;
    let clicked = keys.iter().find(|(area, _)| action == MouseAction::Click && area.contains(at)).and_then(named);
    if let Some(key) = clicked {
        return overlays::key(model, key);
    }
    let up = action == MouseAction::WheelUp;
    let keys = match (kind, action) {
        (OverlayKind::Picker, MouseAction::Click) => match row_steps(model, at) {
            Some(steps) if steps.is_empty() => vec![Key::Enter],
            steps => steps.unwrap_or_default(),
        },
        (OverlayKind::Form, MouseAction::Click) => keys_to_field(model, at),
        (OverlayKind::Reading, MouseAction::Click) => Vec::new(),
        (OverlayKind::Form, _) => vec![if up { Key::PageUp } else { Key::PageDown }],
        (OverlayKind::Picker, _) if overlay_rows(model).is_empty() => Vec::new(),
        (OverlayKind::Picker | OverlayKind::Reading, _) => vec![if up { Key::Up } else { Key::Down }; WHEEL_ROWS],
    };
    keys.into_iter().flat_map(|key| overlays::key(model, KeyPress::plain(key))).collect()
}

fn overlay_rows(model: &Model) -> Vec<Rect> {
    overlay_trace(model).rows
}

fn overlay_trace(model: &Model) -> Trace {
    let area = Rect::new(0, 0, model.size.0, model.size.1);
    traced(|| draw_overlay(model, &mut Buffer::empty(area), area)).1
}

/// Returns the keys from the chosen row of a picker to the row at a place, if there is one.
fn row_steps(model: &Model, at: Position) -> Option<Vec<Key>> {
    let Trace { rows, choices, .. } = overlay_trace(model);
    let chosen = rows.last()?;
    let from = choices.iter().position(|row| row.y == chosen.y)?;
    let to = choices.iter().position(|row| row.contains(at))?;
    let key = if to < from { Key::Up } else { Key::Down };
    Some(vec![key; to.abs_diff(from)])
}

/// Returns the keys that lead to the field at a place. A click on an option chooses it; one on a field with a letter presses
/// that, where letters change fields; one on the field with the focus goes to its next value.
fn keys_to_field(model: &Model, at: Position) -> Vec<Key> {
    let Some((tabs, there)) = field_at(model, at) else { return Vec::new() };
    let mut keys = vec![Key::Tab; tabs];
    let (Some(form), Some(now)) = (form(&there), form(model)) else { return keys };
    let Some(field) = form.fields.get(form.focus) else { return keys };
    let letter = field.letter.filter(|_| now.takes_letters());
    let (options, shown) = (overlay_trace(&there).options, |area: &Rect| area.contains(at));
    let times = match &field.kind {
        FieldKind::Radio(all) | FieldKind::Cycle(all) if !options.is_empty() => {
            let count = all.all.len().max(1);
            options.iter().position(shown).map_or(0, |wanted| (wanted + count - all.chosen) % count)
        }
        FieldKind::Radio(_) | FieldKind::Cycle(_) => usize::from(letter.is_some() || tabs == 0),
        FieldKind::Find(_) | FieldKind::Text(_) | FieldKind::Day(_) | FieldKind::Secret(_) | FieldKind::Key(_) => 0,
    };
    match letter {
        Some(letter) if times > 0 => vec![Key::Char(letter); times],
        _ => {
            keys.extend(vec![Key::Char(' '); times]);
            keys
        }
    }
}

/// Returns how often Tab leads to the field at a place, if it does, and the model as it is then.
fn field_at(model: &Model, at: Position) -> Option<(usize, Model)> {
    let mut probe = model.clone();
    for tabs in 0..MOST_FIELDS {
        if overlay_rows(&probe).iter().any(|row| row.contains(at)) {
            return Some((tabs, probe));
        }
        let _ = overlays::key(&mut probe, KeyPress::plain(Key::Tab));
    }
    None
}

/// Returns the fields of the dialog.
fn form(model: &Model) -> Option<&Form> {
    match model.overlay.as_ref()? {
        Overlay::Act(state) => Some(&state.form),
        Overlay::Save(_)
        | Overlay::Help(_)
        | Overlay::Palette(_)
        | Overlay::Trainee(_)
        | Overlay::Person(_)
        | Overlay::Roster(_)
        | Overlay::Group(_)
        | Overlay::Records(_)
        | Overlay::Statement(_)
        | Overlay::Page(_)
        | Overlay::Claim(_)
        | Overlay::Words(_) => None,
    }
}
