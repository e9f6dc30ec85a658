//! Selects the subject of an action other than a sign-off, and explains why it is not possible now. An unknown signer is not
//! a reason: the program asks for them.

use std::collections::BTreeSet;

use crate::command::{Command, ScreenId};
use crate::model::Model;
use crate::model::access_mode::AccessMode;
use crate::model::lists::SecondCheckAction;
use crate::model::trainee_view::{ReviewsLine, reviews_lines};
use crate::msg::office::OfficeTask;
use countersign_core::people::person::Role;
use countersign_core::primitives::ids::{KsbCode, StatementId};
use countersign_core::programme::hours::HourRow;
use countersign_core::record::view::RecordedReview;
use countersign_core::statement::kind::Kind;
use countersign_core::statement::kinds::requirement::SHOWN;

const NO_HOURS: &str = "No waiting hours are chosen: move to an entry, or mark several with space";

impl Model {
    /// Returns why an action is not possible now and what to do, or `None` if it is.
    pub fn act_refusal(&self, command: Command) -> Option<String> {
        if let Some(task) = OfficeTask::of(command) {
            return self.office_refusal(task);
        }
        let supervises: &[Role] = &[Role::Supervisor, Role::TrainingOfficer];
        match command {
            Command::MarkSecondCheck | Command::OpenSecondCheck => {
                self.second_check().is_none().then(|| "No sign-off is chosen".into())
            }
            Command::SignSecondChecks => self.look_refusal(),
            Command::Countersign if self.trainee_view.selection().is_empty() => {
                Some("No KSB is chosen: mark one, or move to one".into())
            }
            Command::Countersign | Command::SignForMany => self.lacks(&[Role::Supervisor], "is not a supervisor"),
            Command::Sample if self.sample_target().is_none() => {
                Some("There is no sign-off here to sample: move to one, on a record or in the Log".into())
            }
            Command::DrawSample | Command::Sample => self.lacks(&[Role::Verifier], "is not a verifier"),
            Command::MarkHours => self.entry_here().is_none().then(|| NO_HOURS.into()),
            Command::ConfirmHours if self.selected_hours().is_empty() => Some(NO_HOURS.into()),
            Command::ConfirmHours => self.lacks(supervises, "is neither a supervisor nor a training officer"),
            Command::HoldReview if self.trainee_view.programme.0.is_none() => {
                Some("The reviews are still loading. Try again in a moment".into())
            }
            Command::Requirement => self.requirement_refusal(),
            Command::ConfirmGateway if self.gateway_refusal().is_some() => self.gateway_refusal(),
            Command::HoldReview | Command::ConfirmGateway => {
                self.lacks(supervises, "is neither a supervisor nor a training officer")
            }
            _ => None,
        }
    }

    /// Returns the open trainee's local competences that the signer may not sign off.
    pub fn barred(&self) -> BTreeSet<KsbCode> {
        let (Some(person), Some(record)) = (self.person(), &self.trainee_view.trainee_record) else {
            return BTreeSet::new();
        };
        let barred = record.local.iter().filter(|local| !local.term.allows(&person.id, &person.roles));
        barred.map(|local| local.ksb.code).collect()
    }

    /// Says how trainees are added, for a screen that is empty because there are none.
    pub fn how_to_add_trainees(&self) -> String {
        if self.is_available(Command::AddPerson) && self.act_refusal(Command::AddPerson).is_none() {
            let [one, many] = [Command::AddPerson, Command::ImportRoster].map(|command| self.key(command));
            return format!("{one} adds one, {many} many");
        }
        if self.is_available(Command::Person) {
            let other = self.key(Command::Person);
            format!("An officer adds them: {other} changes who signs")
        } else {
            "An officer adds them".to_owned()
        }
    }

    /// Returns why a task of a training officer is not possible now.
    fn office_refusal(&self, task: OfficeTask) -> Option<String> {
        let officer: &[Role] = &[Role::TrainingOfficer];
        match task {
            OfficeTask::SetPin => None,
            _ if task.needs_files() && self.access_mode != AccessMode::Shared => {
                Some("Over SSH, files on the server are not read or written. Do this at the workstation".to_owned())
            }
            OfficeTask::Verify => {
                self.lacks(&[Role::TrainingOfficer, Role::Verifier], "is neither a training officer nor a verifier")
            }
            _ => self.lacks(officer, "is not a training officer"),
        }
    }

    /// Returns why the signer cannot, if they have none of these roles.
    fn lacks(&self, roles: &[Role], words: &str) -> Option<String> {
        let person = self.person()?;
        let has = person.roles.iter().any(|role| roles.contains(role));
        (!has).then(|| format!("{} {words}: press {} to change who is signing", person.name, self.key(Command::Person)))
    }

    fn look_refusal(&self) -> Option<String> {
        match self.checks_to_sign() {
            None => Some("No sign-off is chosen".into()),
            Some(SecondCheckAction::Rejected) => {
                let open = self.key(Command::OpenSecondCheck);
                Some(format!(
                    "A verifier rejected this sign-off. Press {open} to open the KSB, so that it can be seen and signed again"
                ))
            }
            Some(SecondCheckAction::Countersign(_)) => self.lacks(&[Role::Supervisor], "is not a supervisor"),
            Some(SecondCheckAction::Sample(_)) => self.lacks(&[Role::Verifier], "is not a verifier"),
        }
    }

    fn gateway_refusal(&self) -> Option<String> {
        let Some(readiness) = &self.trainee_view.readiness.0 else {
            return Some("The Gateway screen is still loading. Try again in a moment".into());
        };
        match readiness.open().count() {
            0 => None,
            1 => Some("Another requirement is not met yet. Its line says what to do".into()),
            open => Some(format!("{open} other requirements are not met yet. Each line says what to do")),
        }
    }

    fn requirement_refusal(&self) -> Option<String> {
        let Some(readiness) = &self.trainee_view.readiness.0 else {
            return Some("The Gateway screen is still loading. Try again in a moment".into());
        };
        let figure = readiness.figures.get(self.trainee_view.readiness.1.at)?;
        match figure.id.as_str() {
            "employer" | "provider" => Some(format!(
                "Only the employer or provider can confirm this: press {} to confirm",
                self.key(Command::ConfirmGateway)
            )),
            id if SHOWN.contains(&id) => {
                Some("The records show this by themselves. It cannot be recorded or waived".into())
            }
            _ => self.lacks(&[Role::TrainingOfficer], "is not a training officer"),
        }
    }

    /// Whether a command is offered on this screen in this access mode. Others are shown nowhere.
    pub fn is_available(&self, command: Command) -> bool {
        // At a workstation, attendees acknowledge a review on the Reviews screen; only the trainee acknowledges a record.
        let here =
            command != Command::Acknowledge || self.access_mode.own().is_some() || self.screen == ScreenId::Reviews;
        here && self.access_mode.is_available(command)
    }

    /// Returns why the review under the cursor cannot be acknowledged or disputed.
    pub fn review_refusal(&self, command: Command) -> Option<String> {
        let Some(review) = self.review_here() else {
            return Some("No review is chosen: move to one that was held".into());
        };
        if review.withdrawn {
            return Some("It is withdrawn".into());
        }
        let own = self.access_mode.own().map(|choice| &choice.person.id);
        let who = own.or_else(|| self.person().map(|person| &person.id))?;
        let kind = if command == Command::Dispute { Kind::Dispute } else { Kind::Acknowledge };
        if review.marks.iter().any(|mark| mark.kind == kind && mark.by == *who && !mark.withdrawn) {
            return Some(
                if kind == Kind::Dispute { "You have already disputed it" } else { "You have already signed it" }
                    .into(),
            );
        }
        if review.signer == *who {
            return Some("You signed it when it was recorded".into());
        }
        let there = review.review.attended.iter().any(|there| there.who.id == *who);
        (!there).then(|| {
            format!(
                "Only people who attended can sign it: press {} to change who is signing",
                self.key(Command::Person)
            )
        })
    }

    /// Returns the sign-off to sample: on the record, in the log or in the list of second checks.
    pub fn sample_target(&self) -> Option<StatementId> {
        match self.screen {
            ScreenId::SignOff => self.trainee_view.selected_record().map(|record| record.id),
            ScreenId::Log => {
                self.log_entry().filter(|row| row.kind == Kind::SignOff || row.kind == Kind::Import).map(|row| row.id)
            }
            ScreenId::SecondChecks => self.second_check().map(|row| row.id),
            _ => None,
        }
    }

    fn line_here(&self) -> Option<ReviewsLine<'_>> {
        let (programme, state) = (self.trainee_view.programme.0.as_ref()?, self.trainee_view.programme.1);
        let lines = reviews_lines(programme);
        lines.get(state.at.min(lines.len().saturating_sub(1))).copied()
    }

    /// Returns the hours entry under the cursor, if it is not confirmed yet.
    pub fn entry_here(&self) -> Option<&HourRow> {
        match self.line_here()? {
            ReviewsLine::Entry(row) if row.confirmed.is_none() => Some(row),
            _ => None,
        }
    }

    /// Returns the review under the cursor.
    pub fn review_here(&self) -> Option<&RecordedReview> {
        match self.line_here()? {
            ReviewsLine::Review(review) => Some(review),
            _ => None,
        }
    }

    /// Returns the hours entries to confirm: the marked ones, else the one under the cursor, else (on the line of total
    /// hours) all that wait.
    pub fn selected_hours(&self) -> Vec<&HourRow> {
        let Some(programme) = &self.trainee_view.programme.0 else { return Vec::new() };
        let waiting = programme.entries.iter().filter(|row| row.confirmed.is_none());
        let marks = &self.trainee_view.hour_marks;
        if !marks.is_empty() {
            return waiting.filter(|row| marks.contains(&row.entry.id)).collect();
        }
        match self.line_here() {
            Some(ReviewsLine::Hours) => waiting.collect(),
            _ => self.entry_here().into_iter().collect(),
        }
    }
}
