//! Shows a trainee's outstanding KSBs above the record of the selected one.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::domain::filter::schema::FilterTarget;
use crate::tui::command::{Command, PaneId};
use crate::tui::model::Model;
use crate::tui::model::layout::{outstanding, render_context, subject};
use crate::tui::model::trainee_view::TraineeView;
use crate::tui::msg::{Effect, Outcome};
use crate::tui::pane::filter_input::FilterInput;
use crate::tui::pane::{outstanding as list, record};
use crate::tui::screen::base::{Screen, ScreenInfo};
use crate::tui::screen::no_trainee::no_trainee;
use crate::tui::screen::sign_off;
use crate::tui::theme::Focus;
use crate::tui::update::common::save_marks;
use crate::tui::widget::frame::inner;
use crate::tui::widget::window::Title;

pub struct OutstandingList;

static INFO: ScreenInfo = ScreenInfo {
    name: "Outstanding",
    go: Command::ToOutstanding,
    own_subject: "My record",
    filter_target: FilterTarget::Outstanding,
    filter: |model| &model.desk.outstanding.filter,
    filter_mut: |model| &mut model.desk.outstanding.filter,
    list_mut: None,
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

    fn pane(&self, model: &Model) -> Option<PaneId> {
        Some(if model.desk.focus == PaneId::Record { PaneId::Record } else { PaneId::Outstanding })
    }

    fn disabled_reason(&self, model: &Model, command: Command) -> Option<String> {
        sign_off::disabled_reason(model, command)
    }

    fn run(&self, model: &mut Model, command: Command) -> Option<Vec<Effect>> {
        let desk = &mut model.desk;
        desk.focus = match command {
            Command::MarkLeft => {
                desk.toggle();
                self.move_cursor(model, Command::Down);
                return Some(save_marks(model));
            }
            Command::Filter => {
                desk.outstanding.filter.typing = true;
                PaneId::Ksbs
            }
            Command::NextPane | Command::PreviousPane if desk.focus == PaneId::Record => PaneId::Ksbs,
            Command::OpenLeft | Command::NextPane | Command::PreviousPane => PaneId::Record,
            _ => return sign_off::run(model, command),
        };
        Some(Vec::new())
    }

    fn move_cursor(&self, model: &mut Model, command: Command) {
        let (Some(areas), Some(standing)) = (outstanding(model), model.desk.standing.as_ref()) else { return };
        if model.desk.focus == PaneId::Record {
            sign_off::move_in_record(model, areas.record, command);
            return;
        }
        let page = areas.list.map_or(1, |area| list::list_area(&model.desk.outstanding, inner(area)).height);
        list::update(&mut model.desk.outstanding, (standing, model.today), page, command);
    }

    fn enter(&self, model: &mut Model) {
        if model.desk.focus != PaneId::Record {
            model.desk.focus = PaneId::Ksbs;
        }
    }

    /// Clears the filter, else goes back to the list.
    fn back(&self, model: &mut Model) {
        if model.desk.outstanding.filter.text.is_empty() {
            model.desk.focus = PaneId::Ksbs;
        } else {
            model.desk.outstanding.filter = FilterInput::default();
        }
    }

    fn load(&self, model: &mut Model) -> Vec<Effect> {
        let mut effects = Vec::new();
        let (Some(areas), Some(standing)) = (outstanding(model), &model.desk.standing) else { return effects };
        if !model.desk.outstanding.requested {
            model.desk.outstanding.requested = true;
            effects.push(Effect::LoadOutstanding(standing.trainee.id.clone()));
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
        effects.extend(sign_off::load_record(&mut model.desk));
        sign_off::show_record(model, areas.record);
        effects
    }

    fn receive(&self, model: &mut Model, outcome: Outcome) -> Option<Outcome> {
        let Outcome::Outstanding { trainee, rows } = outcome else { return Some(outcome) };
        if model.desk.trainee.as_ref() == Some(&trainee) {
            model.desk.outstanding.rows = Some(rows);
        }
        None
    }

    fn view(&self, model: &Model, buf: &mut Buffer, body: Rect) -> Option<Position> {
        let (desk, theme, today) = (&model.desk, &model.theme, model.today);
        let (Some(standing), Some(areas)) = (&desk.standing, outstanding(model)) else {
            no_trainee(model, buf, body);
            return None;
        };
        let on_record = desk.focus == PaneId::Record;
        let focus = |here: bool| if here { Focus::Here } else { Focus::Elsewhere };
        let (mut cursor, mut below) = (None, None);
        if let Some(area) = areas.list {
            let focus = focus(!on_record);
            cursor = list::view(&desk.outstanding, standing, (&desk.marks, today), focus, theme, buf, area);
        }
        // Without rows there is no record to show.
        let some = !list::listed(&desk.outstanding, standing, today).is_empty();
        if let (Some(area), Some(subject), true) = (areas.record, subject(desk), some) {
            below = record::view(&desk.record, &subject, render_context(model), focus(on_record), buf, area);
        }
        if on_record { below } else { cursor }
    }

    fn first_key(&self, _model: &Model) -> Option<(Command, &'static str)> {
        Some((Command::ToSignOff, "by duty"))
    }
}
