//! Moves windows to their cursors after each message, and requests what is shown but not loaded.

use crate::domain::people::person::Role;
use crate::domain::primitives::ids::KsbCode;
use crate::tui::command::{PaneId, ScreenId};
use crate::tui::model::layout::{body, outstanding, panes, room, sheet};
use crate::tui::model::trainee_view::TraineeView;
use crate::tui::model::{Lock, Model};
use crate::tui::msg::Effect;
use crate::tui::pane::{cohort, duties, ksbs, log, outstanding as list, queue, record, second_looks};
use crate::tui::screen::sign_off::inner;
use crate::tui::screen::{cohort as cohort_screen, history, queue as queue_screen, second_looks as looks_screen};
use crate::tui::update::detail_list;

/// Updates the windows and returns the effects that load what they show.
pub fn load_visible(model: &mut Model) -> Vec<Effect> {
    let mut effects = Vec::new();
    if model.lock == Lock::Locked {
        return effects;
    }
    let Some(body) = body(model) else { return effects };
    if model.screen == ScreenId::History {
        let page = history::page(&model.log, body);
        effects.extend(log::load_visible(&mut model.log, page));
        return effects;
    }
    if model.screen == ScreenId::Outstanding {
        effects.extend(settle_outstanding(model));
        return effects;
    }
    if detail_list::here(model) {
        effects.extend(detail_list::load_visible(model));
        return effects;
    }
    if model.screen == ScreenId::Cohort {
        let page = cohort_screen::page(&model.cohort, body);
        effects.extend(cohort::load_visible(&mut model.cohort, page));
        return effects;
    }
    if model.screen == ScreenId::Queue {
        let page = queue_screen::page(&model.queue, body);
        // A training officer who is not a supervisor sees everyone's claims.
        let signs = model.person().filter(|person| person.roles.contains(&Role::Supervisor));
        let of = signs.map(|person| person.id.clone());
        effects.extend(queue::load_visible(&mut model.queue, of.as_ref(), page));
        return effects;
    }
    if model.screen == ScreenId::Looks {
        let page = looks_screen::page(&model.looks, body);
        let of = model.signer.clone();
        effects.extend(second_looks::load_visible(&mut model.looks, of.as_ref(), page));
        return effects;
    }
    let Some(areas) = panes(model) else { return effects };
    effects.extend(load_record(&mut model.desk));
    let TraineeView { standing: Some(standing), duties, .. } = &mut model.desk else { return effects };
    if let Some(area) = areas.duties {
        duties::load_visible(duties, standing, inner(area).height);
    }
    if let Some(area) = areas.ksbs {
        let mut state = model.desk.ksbs.clone();
        let rows = model.desk.rows();
        let list = ksbs::list_area(&state, inner(area));
        let (at, room) = (ksbs::row(&state, &rows), room(areas));
        let tall = |index: usize| rows.get(index).map_or(1, |row| ksbs::tall(row, index == at, room, list.width));
        ksbs::load_visible(&mut state, &rows, list.height, tall);
        model.desk.ksbs = state;
    }
    if let Some(area) = areas.record {
        let mut state = model.desk.record;
        if let Some(sheet) = sheet(model, inner(area)) {
            record::load_visible(&mut state, &sheet, inner(area).height);
        }
        model.desk.record = state;
    }
    effects
}

fn settle_outstanding(model: &mut Model) -> Vec<Effect> {
    let mut effects = Vec::new();
    let Some(areas) = outstanding(model) else { return effects };
    let Some(trainee) = model.desk.standing.as_ref().map(|standing| standing.trainee.id.clone()) else {
        return effects;
    };
    if !model.desk.outstanding.asked {
        model.desk.outstanding.asked = true;
        effects.push(Effect::LoadOutstanding(trainee));
    }
    let height = areas.list.map_or(1, |area| list::list_area(&model.desk.outstanding, inner(area)).height);
    let today = model.today;
    let TraineeView { standing: Some(standing), outstanding, .. } = &mut model.desk else { return effects };
    if let Some(code) = list::load_visible(outstanding, (standing, today), height)
        && model.desk.ksbs.at != Some(code)
    {
        // The record below belongs to the list's row; the Sign-off screen then has its cursor there too.
        model.desk.list_all(code);
    }
    effects.extend(load_record(&mut model.desk));
    if let Some(area) = areas.record {
        let mut state = model.desk.record;
        if let Some(sheet) = sheet(model, inner(area)) {
            record::load_visible(&mut state, &sheet, inner(area).height);
        }
        model.desk.record = state;
    }
    effects
}

fn load_record(desk: &mut TraineeView) -> Option<Effect> {
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
