//! Shows a trainee's outstanding KSBs above the record of the selected one.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::command::{Command, PaneId, ScreenId};
use crate::model::Model;
use crate::model::layout::{outstanding, render_context, subject};
use crate::model::requests::save_marks;
use crate::model::trainee_view::TraineeView;
use crate::msg::{Effect, Outcome};
use crate::pane::filter_input::FilterInput;
use crate::pane::{outstanding as list, record};
use crate::screen::base::{Screen, ScreenInfo};
use crate::screen::no_trainee::no_trainee;
use crate::screen::sign_off;
use crate::theme::Focus;
use crate::widget::part::inner;
use crate::widget::window::Title;
use countersign_core::filter::schema::FilterTarget;

pub struct OutstandingList;

static INFO: ScreenInfo = ScreenInfo {
    id: ScreenId::Outstanding,
    name: "Outstanding",
    go: Command::ToOutstanding,
    own_name: "Home",
    filter_target: FilterTarget::Outstanding,
    list: None,
    details: None,
    needs_trainee: true,
    next: None,
};

impl Screen for OutstandingList {
    fn info(&self) -> &'static ScreenInfo {
        &INFO
    }

    fn title(&self, model: &Model) -> Title {
        sign_off::trainee_title(model).unwrap_or_else(|| Title::new("Outstanding", Vec::new()))
    }

    fn filter<'m>(&self, model: &'m Model) -> &'m FilterInput {
        &model.trainee_view.outstanding.filter
    }

    fn filter_mut<'m>(&self, model: &'m mut Model) -> &'m mut FilterInput {
        &mut model.trainee_view.outstanding.filter
    }

    fn pane(&self, model: &Model) -> Option<PaneId> {
        Some(if model.trainee_view.focus == PaneId::Record { PaneId::Record } else { PaneId::Outstanding })
    }

    fn disabled_reason(&self, model: &Model, command: Command) -> Option<String> {
        sign_off::disabled_reason(model, command)
    }

    fn run(&self, model: &mut Model, command: Command) -> Option<Vec<Effect>> {
        let trainee_view = &mut model.trainee_view;
        trainee_view.focus = match command {
            Command::MarkLeft => {
                trainee_view.toggle();
                self.move_cursor(model, Command::Down);
                return Some(save_marks(model));
            }
            Command::Filter => {
                trainee_view.outstanding.filter.typing = true;
                PaneId::Ksbs
            }
            Command::NextPane | Command::PreviousPane if trainee_view.focus == PaneId::Record => PaneId::Ksbs,
            Command::OpenLeft | Command::NextPane | Command::PreviousPane => PaneId::Record,
            _ => return sign_off::run(model, command),
        };
        Some(Vec::new())
    }

    fn move_cursor(&self, model: &mut Model, command: Command) {
        let (Some(areas), Some(trainee_record)) = (outstanding(model), model.trainee_view.trainee_record.as_ref())
        else {
            return;
        };
        if model.trainee_view.focus == PaneId::Record {
            sign_off::move_in_record(model, areas.record, command);
            return;
        }
        let page = areas.list.map_or(1, |area| list::list_area(&model.trainee_view.outstanding, inner(area)).height);
        list::update(&mut model.trainee_view.outstanding, (trainee_record, model.today), page, command);
    }

    fn enter(&self, model: &mut Model) {
        if model.trainee_view.focus != PaneId::Record {
            model.trainee_view.focus = PaneId::Ksbs;
        }
    }

    /// Clears the filter, else goes back to the list.
    fn back(&self, model: &mut Model) {
        if model.trainee_view.outstanding.filter.text.is_empty() {
            model.trainee_view.focus = PaneId::Ksbs;
        } else {
            model.trainee_view.outstanding.filter = FilterInput::default();
        }
    }

    fn load(&self, model: &mut Model) -> Vec<Effect> {
        let mut effects = Vec::new();
        let (Some(areas), Some(trainee_record)) = (outstanding(model), &model.trainee_view.trainee_record) else {
            return effects;
        };
        if !model.trainee_view.outstanding.requested {
            model.trainee_view.outstanding.requested = true;
            effects.push(Effect::LoadOutstanding(trainee_record.trainee.id.clone()));
        }
        let height = areas.list.map_or(1, |area| list::list_area(&model.trainee_view.outstanding, inner(area)).height);
        let today = model.today;
        let TraineeView { trainee_record: Some(trainee_record), outstanding, .. } = &mut model.trainee_view else {
            return effects;
        };
        if let Some(code) = list::load_visible(outstanding, (trainee_record, today), height)
            && model.trainee_view.ksbs.at != Some(code)
        {
            // The record below belongs to the list's row; the Sign-off screen then has its cursor there too.
            model.trainee_view.list_all(code);
        }
        effects.extend(sign_off::load_record(&mut model.trainee_view));
        sign_off::show_record(model, areas.record);
        effects
    }

    fn receive(&self, model: &mut Model, outcome: Outcome) -> Option<Outcome> {
        let Outcome::Outstanding { trainee, rows } = outcome else { return Some(outcome) };
        if model.trainee_view.trainee.as_ref() == Some(&trainee) {
            model.trainee_view.outstanding.rows = Some(rows);
        }
        None
    }

    fn view(&self, model: &Model, buf: &mut Buffer, body: Rect) -> Option<Position> {
        let (trainee_view, theme, today) = (&model.trainee_view, &model.theme, model.today);
        let (Some(trainee_record), Some(areas)) = (&trainee_view.trainee_record, outstanding(model)) else {
            no_trainee(model, buf, body);
            return None;
        };
        let on_record = trainee_view.focus == PaneId::Record;
        let focus = |here: bool| if here { Focus::Here } else { Focus::Elsewhere };
        let (mut cursor, mut below) = (None, None);
        if let Some(area) = areas.list {
            let focus = focus(!on_record);
            cursor = list::view(
                &trainee_view.outstanding,
                trainee_record,
                (&trainee_view.marks, today),
                focus,
                theme,
                buf,
                area,
            );
        }
        // Without rows there is no record to show.
        let some = !list::listed(&trainee_view.outstanding, trainee_record, today).is_empty();
        if let (Some(area), Some(subject), true) = (areas.record, subject(trainee_view), some) {
            below = record::view(&trainee_view.record, &subject, render_context(model), focus(on_record), buf, area);
        }
        if on_record { below } else { cursor }
    }

    fn first_key(&self, _model: &Model) -> Option<(Command, &'static str)> {
        Some((Command::ToSignOff, "by duty"))
    }
}
