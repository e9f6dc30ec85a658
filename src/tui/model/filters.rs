//! Selects the list and the filter input of the current screen.

use crate::domain::filter::schema::FilterTarget;
use crate::tui::command::ScreenId;
use crate::tui::model::Model;
use crate::tui::pane::filter_input::FilterInput;

impl Model {
    /// Returns the list that `/` filters on this screen.
    pub fn list(&self) -> FilterTarget {
        match self.screen {
            ScreenId::SignOff => FilterTarget::Ksbs,
            ScreenId::Outstanding => FilterTarget::Outstanding,
            ScreenId::Queue => FilterTarget::Queue,
            ScreenId::Looks => FilterTarget::Looks,
            ScreenId::Cohort => FilterTarget::Cohort,
            ScreenId::Readiness => FilterTarget::Readiness,
            ScreenId::Reviews => FilterTarget::Programme,
            ScreenId::History => FilterTarget::History,
        }
    }

    /// Returns its filter input.
    pub fn filtering(&self) -> &FilterInput {
        match self.screen {
            ScreenId::SignOff => &self.desk.ksbs.filter,
            ScreenId::Outstanding => &self.desk.outstanding.filter,
            ScreenId::Queue => &self.queue.list.filter,
            ScreenId::Looks => &self.looks.list.filter,
            ScreenId::Cohort => &self.cohort.list.filter,
            ScreenId::Readiness | ScreenId::Reviews => &self.desk.why,
            ScreenId::History => &self.log.filter,
        }
    }

    /// Returns its filter input for editing.
    pub fn filtering_mut(&mut self) -> &mut FilterInput {
        match self.screen {
            ScreenId::SignOff => &mut self.desk.ksbs.filter,
            ScreenId::Outstanding => &mut self.desk.outstanding.filter,
            ScreenId::Queue => &mut self.queue.list.filter,
            ScreenId::Looks => &mut self.looks.list.filter,
            ScreenId::Cohort => &mut self.cohort.list.filter,
            ScreenId::Readiness | ScreenId::Reviews => &mut self.desk.why,
            ScreenId::History => &mut self.log.filter,
        }
    }
}
