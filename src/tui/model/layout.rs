//! Computes the areas of the panes and the content in view from the model.

use ratatui::layout::Rect;

use crate::domain::primitives::ids::KsbCode;
use crate::domain::programme::filter::ProgrammeFilter;
use crate::domain::standard::local_view::LocalKsb;
use crate::tui::command::{PaneId, ScreenId};
use crate::tui::model::Model;
use crate::tui::model::trainee_view::TraineeView;
use crate::tui::pane::record::{Reader, RecordKsb, RenderContext, RenderedRecord, Subject};
use crate::tui::pane::{
    detail_list, duties, ksbs, outstanding as list, readiness as readiness_rows, record, reviews as review_rows,
};
use crate::tui::screen::detail_list as why_screen;
use crate::tui::screen::frame::parts;
use crate::tui::screen::outstanding;
use crate::tui::screen::sign_off::{Areas, LayoutWidth, areas, inner};

/// Returns the screen's part of the window, if the window is large enough.
pub fn body(model: &Model) -> Option<Rect> {
    parts(Rect::new(0, 0, model.size.0, model.size.1)).map(|parts| parts.body)
}

/// Returns the areas of the Sign-off screen's panes.
pub fn panes(model: &Model) -> Option<Areas> {
    let count = model.desk.standing.as_ref().map_or(10, |standing| duties::count(standing) - 1);
    body(model).map(|body| areas(body, model.size, count, model.desk.focus))
}

/// Returns how many lines of a KSB's text a row shows.
pub fn room(areas: Areas) -> ksbs::RowDensity {
    match areas.wide {
        LayoutWidth::Yes => ksbs::RowDensity::TwoLines,
        LayoutWidth::No => ksbs::RowDensity::OneLine,
    }
}

/// Returns the subject of the record pane: the duty while the duties have the focus, else the KSB under the cursor.
pub fn subject(desk: &TraineeView) -> Option<Subject<'_>> {
    let standing = desk.standing.as_ref()?;
    match desk.current() {
        Some(code) if desk.focus != PaneId::Duties => {
            let (ksb, state) = desk.ksb(code)?;
            let claim = standing.claims.get(&code);
            let local = standing.local_of(code).map(LocalKsb::words).or_else(|| standing.also_seen(code));
            let (ksb, records) = (RecordKsb { ksb, state, local }, desk.records.get(&code).map(Vec::as_slice));
            Some(Subject::Ksb(ksb, records, claim))
        }
        _ => Some(Subject::Duty(standing, desk.duties.chosen)),
    }
}

/// Renders the record pane's lines.
pub fn sheet(model: &Model, inner: Rect) -> Option<RenderedRecord> {
    subject(&model.desk).map(|subject| record::sheet(&subject, setting(model), inner))
}

/// Returns the context that the record pane is rendered in.
pub fn setting(model: &Model) -> RenderContext<'_> {
    let reader = if model.seat.own().is_some() { Reader::Own } else { Reader::Department };
    RenderContext { today: model.today, theme: &model.theme, keymap: &model.keymap, reader }
}

/// Returns the KSBs whose rows are on the screen.
pub fn rows_shown(model: &Model) -> Vec<KsbCode> {
    let Some(standing) = &model.desk.standing else { return Vec::new() };
    if model.screen == ScreenId::Outstanding {
        let state = &model.desk.outstanding;
        let Some(area) = outstanding(model).and_then(|areas| areas.list) else { return Vec::new() };
        let height = usize::from(list::list_area(state, inner(area)).height);
        let rows = list::listed(state, standing, model.today);
        return rows.iter().skip(state.top).take(height).map(|row| row.code).collect();
    }
    let Some(areas) = panes(model) else { return Vec::new() };
    let Some(area) = areas.ksbs else { return Vec::new() };
    let (state, rows) = (&model.desk.ksbs, model.desk.rows());
    ksbs::window(state, &rows, room(areas), inner(area)).map(|(row, _)| row.ksb.code).collect()
}

/// Returns the marked KSBs that are not on the screen, and the KSB under the cursor if it is not marked.
pub fn unseen(model: &Model) -> (Vec<KsbCode>, Option<KsbCode>) {
    let marks = &model.desk.marks;
    if marks.is_empty() || !matches!(model.screen, ScreenId::SignOff | ScreenId::Outstanding) {
        return (Vec::new(), None);
    }
    let shown = rows_shown(model);
    let hidden = marks.iter().copied().filter(|code| !shown.contains(code)).collect();
    (hidden, model.desk.current().filter(|code| !marks.contains(code)))
}

/// Returns the state of the Readiness or the Reviews screen, if one of them is shown.
pub fn why_state(model: &Model) -> Option<detail_list::State> {
    match model.screen {
        ScreenId::Readiness => Some(model.desk.readiness.1),
        ScreenId::Reviews => Some(model.desk.programme.1),
        _ => None,
    }
}

/// Returns the lines of that screen once they are loaded.
pub fn why_rows(model: &Model) -> Option<Vec<detail_list::Row>> {
    let sieve = ProgrammeFilter::new(&model.desk.why.kept, model.desk.standing.as_ref()?, model.today);
    match model.screen {
        ScreenId::Readiness => {
            model.desk.readiness.0.as_ref().map(|readiness| readiness_rows::rows(readiness, &sieve, &model.theme))
        }
        ScreenId::Reviews => {
            model.desk.programme.0.as_ref().map(|programme| {
                review_rows::rows(programme, (&sieve, &model.desk.hour_marks), model.today, &model.theme)
            })
        }
        _ => None,
    }
}

/// Returns the areas of that screen's panes.
pub fn why_areas(model: &Model) -> Option<detail_list::Areas> {
    let (body, state) = (body(model)?, why_state(model)?);
    let count = why_rows(model).map_or(0, |rows| detail_list::count(&rows));
    let lines = usize::from(model.desk.why.lines(body.width.saturating_sub(2)));
    Some(why_screen::areas(body, model.size, count + lines, &state))
}

/// Returns the areas of the Outstanding screen's panes.
pub fn outstanding(model: &Model) -> Option<outstanding::Areas> {
    body(model).map(|body| outstanding::areas(body, model.size, model.pane()))
}
