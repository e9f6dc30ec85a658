//! Defines what a screen does: its title, commands, filter, loading and drawing.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::command::{Command, PaneId, Row, ScreenId};
use crate::list::{ListQuery, Page};
use crate::model::Model;
use crate::model::layout::body;
use crate::msg::export::Offer;
use crate::msg::{Effect, Outcome};
use crate::pane::filter_input::FilterInput;
use crate::screen::details::Details;
use crate::widget::part::inner;
use crate::widget::window::Title;
use countersign_core::filter::schema::FilterTarget;

/// The fixed part of a screen, and where its state is in the model.
pub struct ScreenInfo {
    pub id: ScreenId,
    /// Its name on its tab, and as in “on the Queue screen”.
    pub name: &'static str,
    /// The command that goes to it.
    pub go: Command,
    /// The name of its tab for a trainee who reads their own record.
    pub own_name: &'static str,
    /// The list that the filter applies to.
    pub filter_target: FilterTarget,
    /// What its list loads, if it is loaded page by page.
    pub list: Option<fn(&Model) -> ListQuery>,
    /// The list, if its details are below it.
    pub details: Option<&'static Details>,
    /// Whether it is about the open trainee.
    pub needs_trainee: bool,
    /// The screen that Tab goes to, if there is only one pane.
    pub next: Option<ScreenId>,
}

/// A screen. Its state is in the model. A list that is loaded page by page needs only the methods without a body.
pub trait Screen {
    fn info(&self) -> &'static ScreenInfo;

    fn title(&self, model: &Model) -> Title;

    fn filter<'m>(&self, model: &'m Model) -> &'m FilterInput {
        let info = self.info();
        if info.details.is_some() { &model.trainee_view.detail_filter } else { &model.list(info.id).filter }
    }

    fn filter_mut<'m>(&self, model: &'m mut Model) -> &'m mut FilterInput {
        let info = self.info();
        if info.details.is_some() { &mut model.trainee_view.detail_filter } else { &mut model.list_mut(info.id).filter }
    }

    /// The pane that keys go to, if there are several.
    fn pane(&self, _model: &Model) -> Option<PaneId> {
        None
    }

    /// Why one of its commands cannot run now and what to do, or `None` if it can.
    fn disabled_reason(&self, _model: &Model, _command: Command) -> Option<String> {
        None
    }

    /// Runs a command; `None` if the screen does nothing of its own for it.
    fn run(&self, _model: &mut Model, _command: Command) -> Option<Vec<Effect>> {
        None
    }

    /// What it offers to write to a file, or why it cannot now and what to do.
    fn offer(&self, _model: &Model) -> Result<Offer, String> {
        Err("This screen gathers what others show. Open one of them, then write that".to_owned())
    }

    /// The number of rows that fit: the body without its border, the filter and one line of headings.
    fn page(&self, model: &Model) -> u16 {
        let Some(inner) = body(model).map(inner) else { return 1 };
        inner.height.saturating_sub(self.filter(model).lines(inner.width) + 1)
    }

    fn move_cursor(&self, model: &mut Model, command: Command) {
        let (info, page) = (self.info(), self.page(model));
        match info.details {
            Some(details) => details.move_cursor(model, command),
            None => model.list_mut(info.id).move_cursor(page, command),
        }
    }

    /// Prepares it to be shown again: what it lists may have changed.
    fn enter(&self, model: &mut Model) {
        match self.info().details {
            Some(details) => (details.state_mut)(model).requested = false,
            None => model.list_mut(self.info().id).invalidate(),
        }
    }

    /// Handles Esc: clears the filter.
    fn back(&self, model: &mut Model) {
        model.list_mut(self.info().id).clear();
    }

    /// Moves the windows to the cursors and returns the effects that load what is shown.
    fn load(&self, model: &mut Model) -> Vec<Effect> {
        match self.info() {
            ScreenInfo { list: Some(query), id, .. } => {
                let (query, page) = (query(model), self.page(model));
                model.list_mut(*id).load_visible(query, page).map(Effect::LoadPage).into_iter().collect()
            }
            ScreenInfo { details: Some(details), .. } => details.load(model),
            _ => Vec::new(),
        }
    }

    /// Receives its data; returns any other outcome.
    fn receive(&self, _model: &mut Model, outcome: Outcome) -> Option<Outcome> {
        Some(outcome)
    }

    /// Notices a page of its list, before the list receives it.
    fn receive_page(&self, _model: &mut Model, _page: &Page) {}

    /// Draws the body of the window and returns the cursor position.
    fn view(&self, model: &Model, buf: &mut Buffer, body: Rect) -> Option<Position>;

    /// The key that the footer lists first, and its label.
    fn first_key(&self, model: &Model) -> Option<(Command, &'static str)> {
        let details = self.info().details.filter(|details| details.is_open(model));
        details.map(|_| (Command::Back, "back"))
    }

    /// The commands that its footer lists, in this order; `None` lists those of the table.
    fn footer(&self, _model: &Model) -> Option<&'static [Command]> {
        None
    }

    /// The footer's label of a command, if it has one; else the table's.
    fn key_label(&self, _model: &Model, _row: &Row) -> Option<String> {
        None
    }

    /// The figures at the right end of the context line.
    fn figures(&self, _model: &Model) -> Vec<(String, Style)> {
        Vec::new()
    }
}
