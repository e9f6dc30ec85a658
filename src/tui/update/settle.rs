//! After every message: windows follow their cursors, and what is shown but not here is asked for, once.

use ratatui::layout::Rect;

use crate::domain::value::KsbCode;
use crate::tui::command::{PaneId, ScreenId};
use crate::tui::model::desk::Desk;
use crate::tui::model::{Lock, Model};
use crate::tui::msg::Effect;
use crate::tui::pane::record::{Setting, Sheet, Subject};
use crate::tui::pane::{duties, ksbs, log, record};
use crate::tui::screen::frame::parts;
use crate::tui::screen::history;
use crate::tui::screen::sign_off::{Areas, Wide, areas, inner};

/// Settles the model.
pub fn settle(model: &mut Model) -> Vec<Effect> {
    let mut effects = Vec::new();
    if model.lock == Lock::Locked {
        return effects;
    }
    let Some(body) = body(model) else { return effects };
    if model.screen == ScreenId::History {
        let page = history::page(&model.log, body);
        effects.extend(log::settle(&mut model.log, page));
        return effects;
    }
    let Some(areas) = panes(model) else { return effects };
    effects.extend(load_record(&mut model.desk));
    let Some(standing) = model.desk.standing.clone() else { return effects };
    if let Some(area) = areas.duties {
        duties::settle(&mut model.desk.duties, &standing.standard, inner(area).height);
    }
    if let Some(area) = areas.ksbs {
        let mut state = model.desk.ksbs.clone();
        let rows = model.desk.rows();
        let list = ksbs::list_area(&state, inner(area));
        let (at, room) = (ksbs::row(&state, &rows), room(areas));
        let tall = |index: usize| rows.get(index).map_or(1, |row| ksbs::tall(row, index == at, room, list.width));
        ksbs::settle(&mut state, &rows, list.height, tall);
        model.desk.ksbs = state;
    }
    if let Some(area) = areas.record {
        let mut state = model.desk.record;
        if let Some(sheet) = sheet(model, inner(area)) {
            record::settle(&mut state, &sheet, inner(area).height);
        }
        model.desk.record = state;
    }
    effects
}

/// The screen's own part of the window, if it is large enough.
#[must_use]
pub fn body(model: &Model) -> Option<Rect> {
    parts(Rect::new(0, 0, model.size.0, model.size.1)).map(|parts| parts.body)
}

/// Where the panes of the Sign-off screen stand.
#[must_use]
pub fn panes(model: &Model) -> Option<Areas> {
    let count = model.desk.standing.as_ref().map_or(10, |standing| standing.standard.duties().len());
    body(model).map(|body| areas(body, model.size, count, model.desk.focus))
}

/// How much of a KSB's text its row shows.
#[must_use]
pub fn room(areas: Areas) -> ksbs::Room {
    match areas.wide {
        Wide::Yes => ksbs::Room::TwoLines,
        Wide::No => ksbs::Room::OneLine,
    }
}

/// What the record pane is about: the duty where keys go to the duties, else the KSB under the cursor.
#[must_use]
pub fn subject(desk: &Desk) -> Option<Subject<'_>> {
    let standing = desk.standing.as_ref()?;
    match desk.current() {
        Some(code) if desk.focus != PaneId::Duties => {
            let (ksb, state) = desk.ksb(code)?;
            Some(Subject::Ksb(ksb, state, desk.records.get(&code).map(Vec::as_slice)))
        }
        _ => Some(Subject::Duty(standing, desk.duties.chosen)),
    }
}

/// The record pane's lines.
#[must_use]
pub fn sheet(model: &Model, inner: Rect) -> Option<Sheet> {
    let setting = Setting { today: model.today, theme: &model.theme, keymap: &model.keymap };
    subject(&model.desk).map(|subject| record::sheet(subject, setting, inner))
}

fn load_record(desk: &mut Desk) -> Option<Effect> {
    let trainee = desk.standing.as_ref()?.trainee.id.clone();
    let code: Option<KsbCode> = desk.current().filter(|_| desk.focus != PaneId::Duties);
    if code.is_none() || code == desk.about {
        return None;
    }
    desk.about = code;
    desk.record = record::State::default();
    let code = code.filter(|code| !desk.records.contains_key(code))?;
    Some(Effect::LoadRecord { trainee, code })
}
