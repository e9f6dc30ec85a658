//! Handles the Readiness and the Reviews screen: moving, opening details, going to the KSBs.

use crate::domain::filter::schema::FilterTarget;
use crate::domain::primitives::ids::KsbCode;
use crate::tui::command::{Command, PaneId, ScreenId};
use crate::tui::model::Model;
use crate::tui::model::layout::{why_areas, why_rows, why_state};
use crate::tui::model::trainee_view::WaitsFor;
use crate::tui::msg::Effect;
use crate::tui::pane::detail_list;
use crate::tui::pane::filter_input::{FilterContext, FilterInput};

/// Whether one of the two is shown.
pub fn here(model: &Model) -> bool {
    why_state(model).is_some()
}

fn set(model: &mut Model, state: detail_list::State) {
    match model.screen {
        ScreenId::Readiness => model.desk.readiness.1 = state,
        ScreenId::Reviews => model.desk.programme.1 = state,
        _ => {}
    }
}

/// Moves the cursor, or scrolls the open details.
pub fn move_cursor(model: &mut Model, command: Command) {
    let (Some(mut state), Some(areas)) = (why_state(model), why_areas(model)) else { return };
    detail_list::update(&mut state, &why_rows(model).unwrap_or_default(), areas, command);
    set(model, state);
}

/// Opens or closes the details of the line under the cursor.
pub fn toggle(model: &mut Model) {
    let Some(mut state) = why_state(model) else { return };
    state.open = if state.open.is_some() { None } else { Some(0) };
    set(model, state);
}

/// Closes the details and returns whether they were open.
pub fn close(model: &mut Model) -> bool {
    let Some(mut state) = why_state(model).filter(|state| state.open.is_some()) else { return false };
    state.open = None;
    set(model, state);
    true
}

/// Goes to what the requirement under the cursor waits for: its KSBs in the list of all, or the Reviews screen.
pub fn mend(model: &mut Model) {
    let codes: Vec<KsbCode> = match model.desk.waits_for() {
        Some(WaitsFor::Ksbs(codes)) => codes.to_vec(),
        Some(WaitsFor::Programme) => {
            model.screen = ScreenId::Reviews;
            model.desk.why = FilterInput::default();
            model.desk.programme.1 = detail_list::State::default();
            return;
        }
        None => return,
    };
    let words: Vec<String> = codes.iter().map(ToString::to_string).collect();
    let mut filter = FilterInput::default();
    filter.set(words.join(" ").to_lowercase(), FilterContext { list: FilterTarget::Ksbs, today: model.today });
    model.screen = ScreenId::SignOff;
    model.desk.focus = PaneId::Ksbs;
    model.desk.duties.chosen = None;
    model.desk.ksbs.filter = filter;
    model.desk.ksbs.at = codes.first().copied();
    model.desk.ksbs.top = 0;
}

/// Requests what is not loaded yet, and moves the window to the cursor.
pub fn load_visible(model: &mut Model) -> Vec<Effect> {
    let mut effects = Vec::new();
    let Some(trainee) = model.desk.standing.as_ref().map(|standing| standing.trainee.id.clone()) else {
        return effects;
    };
    let Some(mut state) = why_state(model) else { return effects };
    if !state.asked {
        state.asked = true;
        effects.push(match model.screen {
            ScreenId::Readiness => Effect::LoadReadiness(trainee),
            _ => Effect::LoadProgramme(trainee),
        });
    }
    if let Some(areas) = why_areas(model) {
        detail_list::load_visible(&mut state, &why_rows(model).unwrap_or_default(), &model.desk.why, areas);
    }
    set(model, state);
    effects
}
