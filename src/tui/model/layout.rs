//! Computes the areas of a trainee's panes and what is in view in them.

use ratatui::layout::Rect;

use crate::command::{PaneId, ScreenId};
use crate::model::Model;
use crate::model::trainee_view::TraineeView;
use crate::pane::ksbs::{ListPlan, RowDensity};
use crate::pane::record::{Reader, RecordKsb, RenderContext, RenderedRecord, Subject};
use crate::pane::{duties, record, record_full};
use crate::widget::part::inner;
use crate::widget::window::parts;
use countersign_core::primitives::ids::KsbCode;
use countersign_core::standard::local_view::LocalKsb;

/// The areas of the Sign-off screen's panes; `None` for one that is hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignOffAreas {
    pub duties: Option<Rect>,
    pub ksbs: Option<Rect>,
    pub record: Option<Rect>,
    /// What is below the duties: the progress in figures.
    pub progress: Option<Rect>,
    /// The record in full, instead of everything else.
    pub full: Option<Rect>,
    pub density: RowDensity,
}

/// What the areas depend on besides the size of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Needs {
    /// Rows of the duties.
    duties: u16,
    /// Columns in which every name of a duty is in full.
    names: u16,
    focus: PaneId,
    full: bool,
}

/// Below this width or height, one pane is shown at a time.
const ONE_PANE: (u16, u16) = (60, 16);
/// Minimum window width for three columns.
const THREE_PANES: u16 = 100;
/// Minimum window width for a row's reason in a column of its own.
const ONE_LINE: u16 = 160;
/// Minimum rows of the record below the other panes.
const RECORD_LEAST: u16 = 6;
/// Minimum rows of the progress.
const PROGRESS_LEAST: u16 = 3;

/// Divides the body for a window of this size.
fn sign_off_areas(body: Rect, window: (u16, u16), needs: Needs) -> SignOffAreas {
    let alone = window.0 < ONE_PANE.0 || window.1 < ONE_PANE.1;
    let none = SignOffAreas {
        duties: None,
        ksbs: None,
        record: None,
        progress: None,
        full: None,
        density: match window.0 {
            ONE_LINE.. => RowDensity::Reasons,
            THREE_PANES.. => RowDensity::TwoLines,
            _ => RowDensity::OneLine,
        },
    };
    if needs.full || alone && needs.focus == PaneId::Record {
        return SignOffAreas { full: Some(body), ..none };
    }
    if alone {
        let density = RowDensity::OneLine;
        return match needs.focus {
            PaneId::Duties => SignOffAreas { duties: Some(body), density, ..none },
            PaneId::Ksbs | PaneId::Record => SignOffAreas { ksbs: Some(body), density, ..none },
        };
    }
    if window.0 >= THREE_PANES { side_by_side(body, needs, none) } else { stacked(body, needs, none) }
}

fn side_by_side(body: Rect, needs: Needs, none: SignOffAreas) -> SignOffAreas {
    let side = needs.names.max(36).min((body.width + 1) * 3 / 10);
    let last = ((body.width + 1) * 27 / 100).clamp(27, 36);
    let left = Rect { width: side, ..body };
    // One column for the line before each of the other two.
    let middle = Rect { x: body.x + side + 1, width: body.width - side - last - 2, ..body };
    let right = Rect { x: middle.right() + 1, width: last, ..body };
    // One row more than the duties need, so that the list does not look cramped.
    let above = (needs.duties + 2).min(body.height);
    let below = Rect { y: left.y + above, height: left.height - above, ..left };
    let progress = (below.height >= PROGRESS_LEAST).then_some(below);
    let duties = if progress.is_some() { Rect { height: above, ..left } } else { left };
    SignOffAreas { duties: Some(duties), ksbs: Some(middle), record: Some(right), progress, ..none }
}

fn stacked(body: Rect, needs: Needs, none: SignOffAreas) -> SignOffAreas {
    let above = (needs.duties + 1).min(body.height.saturating_sub(RECORD_LEAST)).max(body.height * 3 / 5);
    let side = ((body.width + 1) * 7 / 20).clamp(22, 34);
    let duties = Rect { width: side, height: above, ..body };
    let ksbs = Rect { x: body.x + side + 1, width: body.width - side - 1, height: above, ..body };
    let record = Rect { y: body.y + above, height: body.height - above, ..body };
    SignOffAreas { duties: Some(duties), ksbs: Some(ksbs), record: Some(record), ..none }
}

/// Returns the screen's part of the window, if the window is large enough.
pub fn body(model: &Model) -> Option<Rect> {
    parts(Rect::new(0, 0, model.size.0, model.size.1)).map(|parts| parts.body)
}

/// Returns the areas of the Sign-off screen's panes.
pub fn panes(model: &Model) -> Option<SignOffAreas> {
    let view = &model.trainee_view;
    let record = view.trainee_record.as_ref();
    let needs = Needs {
        duties: record.map_or(11, duties::count) as u16,
        names: record.map_or(0, duties::wanted),
        focus: view.focus,
        full: view.full && view.focus == PaneId::Record,
    };
    body(model).map(|body| sign_off_areas(body, model.size, needs))
}

/// Returns the places in the list of KSBs.
pub fn list_plan(model: &Model) -> Option<ListPlan> {
    let areas = panes(model)?;
    let listed = model.trainee_view.listed();
    Some(ListPlan::new(&model.trainee_view.ksbs, &listed, areas.density, inner(areas.ksbs?)))
}

/// Returns the subject of the record pane: the duty while the duties have the focus or nothing is listed, else the KSB under
/// the cursor.
pub fn subject(trainee_view: &TraineeView) -> Option<Subject<'_>> {
    let trainee_record = trainee_view.trainee_record.as_ref()?;
    match trainee_view.current() {
        Some(code) if trainee_view.focus != PaneId::Duties => {
            let (ksb, state) = trainee_view.ksb(code)?;
            let claim = trainee_record.claims.get(&code);
            let local = trainee_record.local_of(code).map(LocalKsb::words).or_else(|| trainee_record.also_seen(code));
            let left = trainee_view.left.iter().find(|left| left.code == code);
            let ksb = RecordKsb { ksb, state, local, left, of: trainee_record };
            Some(Subject::Ksb(ksb, trainee_view.records.get(&code).map(Vec::as_slice), claim))
        }
        _ => Some(Subject::Duty(trainee_record, trainee_view.duties.chosen)),
    }
}

/// Renders the lines of the record pane, or of the record in full.
pub fn rendered_record(model: &Model, areas: SignOffAreas) -> Option<(RenderedRecord, u16)> {
    let subject = subject(&model.trainee_view)?;
    let context = render_context(model);
    match (areas.full, areas.record) {
        (Some(full), _) => {
            let page =
                record_full::render(&subject, (context, &model.trainee_view.record), model.trainee_view.check(), full);
            Some((page.history, page.rows.height))
        }
        (None, Some(area)) => {
            let inner = record::inner(area);
            Some((record::render(&subject, context, inner), inner.height))
        }
        (None, None) => None,
    }
}

/// Returns the context that the record pane is rendered in.
pub fn render_context(model: &Model) -> RenderContext<'_> {
    let own = model.access_mode.own();
    let reader = if own.is_some() { Reader::Own } else { Reader::Department };
    let name = model.person().or(own.map(|choice| &choice.person)).map(|person| person.name.as_str());
    RenderContext {
        today: model.today,
        theme: &model.theme,
        keymap: &model.keymap,
        reader,
        name,
        just: &model.trainee_view.just_signed,
    }
}

/// Returns the KSBs whose rows are on the screen.
pub fn rows_shown(model: &Model) -> Vec<KsbCode> {
    let Some(plan) = list_plan(model) else { return Vec::new() };
    let listed = model.trainee_view.listed();
    let window = plan.window(&model.trainee_view.ksbs, &listed);
    window.iter().map(|(index, ..)| listed.rows[*index].ksb.code).collect()
}

/// Returns the marked KSBs that are not on the screen, and the KSB under the cursor if it is not marked.
pub fn unseen(model: &Model) -> (Vec<KsbCode>, Option<KsbCode>) {
    let marks = &model.trainee_view.marks;
    if marks.is_empty() || model.screen != ScreenId::SignOff {
        return (Vec::new(), None);
    }
    let shown = rows_shown(model);
    let hidden = marks.iter().copied().filter(|code| !shown.contains(code)).collect();
    (hidden, model.trainee_view.current().filter(|code| !marks.contains(code)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(width: u16, height: u16, focus: PaneId, full: bool) -> SignOffAreas {
        let needs = Needs { duties: 12, names: 36, focus, full };
        sign_off_areas(Rect::new(0, 3, width - 1, height - 5), (width, height), needs)
    }

    #[test]
    fn panes_never_overlap_nor_leave_the_window_and_leave_only_the_lines_between_them_at_any_size() {
        for (width, height) in (40..210).flat_map(|width| (10..60).map(move |height| (width, height))) {
            let body = Rect::new(0, 3, width - 1, height - 5);
            for focus in [PaneId::Duties, PaneId::Ksbs, PaneId::Record] {
                let areas = at(width, height, focus, false);
                let shown: Vec<Rect> = [areas.duties, areas.ksbs, areas.record, areas.progress, areas.full]
                    .into_iter()
                    .flatten()
                    .collect();
                let between: u32 = match (areas.ksbs, areas.record, areas.duties) {
                    (Some(ksbs), Some(record), Some(_)) if record.y == ksbs.y => 2 * u32::from(body.height),
                    (Some(ksbs), Some(_), Some(_)) => u32::from(ksbs.height),
                    _ => 0,
                };
                let all: u32 = shown.iter().map(|area| area.area()).sum();
                assert_eq!(all + between, body.area(), "{width}x{height}");
                for area in &shown {
                    assert_eq!(area.intersection(body), *area, "{width}x{height}");
                    let apart = |other: &Rect| other == area || other.intersection(*area).is_empty();
                    assert!(shown.iter().all(apart), "{width}x{height}");
                }
            }
            assert_eq!(at(width, height, PaneId::Record, true).full, Some(body));
        }
    }

    #[test]
    fn the_panes_are_side_by_side_from_100_columns_stacked_at_80_and_alone_below_60_by_16() {
        let wide = at(120, 36, PaneId::Ksbs, false);
        assert_eq!(wide.ksbs.map(|area| (area.x, area.width)), Some((37, 49)));
        let mid = at(80, 24, PaneId::Ksbs, false);
        assert_eq!((mid.duties, mid.record), (Some(Rect::new(0, 3, 28, 13)), Some(Rect::new(0, 16, 79, 6))));
        for (width, height) in [(59, 30), (100, 15)] {
            let small = at(width, height, PaneId::Record, false);
            assert_eq!((small.duties, small.ksbs), (None, None));
            assert!(small.full.is_some());
        }
    }
}
