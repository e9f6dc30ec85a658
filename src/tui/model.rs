//! Defines the model that the screen is drawn from. Performs no I/O; only `update` changes it.

pub mod access_mode;
pub mod acts;
pub mod filters;
pub mod layout;
pub mod trainee_view;

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::domain::people::person::Role;
use crate::domain::primitives::ids::{PersonId, StatementId};
use crate::domain::record::ksb_status::State;
use crate::domain::record::view::{PersonRow, SessionRow, TreeHead};
use crate::tui::command::{Command, CommandScope, PaneId, ScreenId};
use crate::tui::keymap::Keymap;
use crate::tui::model::access_mode::AccessMode;
use crate::tui::model::trainee_view::TraineeView;
use crate::tui::msg::Draft;
use crate::tui::msg::acts::BatchWish;
use crate::tui::overlay::{
    act, claim, claim_detail, help, page, palette, save, sign, sign_in, statement, trainee, withdraw,
};
use crate::tui::pane::{cohort, ksbs, log, queue, record, second_looks};
use crate::tui::theme::Theme;

/// Initial settings of the model.
#[derive(Debug, Clone, PartialEq)]
pub struct Setup {
    pub theme: Theme,
    pub keymap: Keymap,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// Today's date on this machine.
    pub today: NaiveDate,
    /// Idle minutes until the screen locks, from the policy.
    pub idle_minutes: u32,
    /// Days after which an observation needs a reason for being late, from the policy.
    pub late_days: u32,
    /// Whether only a training officer with their PIN can leave the program.
    pub kiosk: bool,
}

/// The state of the screen.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    pub theme: Theme,
    pub keymap: Keymap,
    /// Columns and rows.
    pub size: (u16, u16),
    pub today: NaiveDate,
    /// Idle minutes until the screen locks.
    pub idle_minutes: u32,
    /// Days after which an observation needs a reason for being late.
    pub late_days: u32,
    /// Whether only a training officer with their PIN can leave the program.
    pub kiosk: bool,
    /// Whether the data is a demo that is deleted on exit.
    pub trial: bool,
    /// Whether the program asked to confirm leaving: the next key answers.
    pub leaving: bool,
    pub screen: ScreenId,
    /// The view of the person at the screen.
    pub desk: TraineeView,
    /// The saved views of other people who used this screen.
    pub others: BTreeMap<PersonId, TraineeView>,
    pub log: log::State,
    pub queue: queue::State,
    /// The list of second checks.
    pub looks: second_looks::State,
    pub cohort: cohort::State,
    /// Sessions that are open on this screen.
    pub sessions: Vec<SessionRow>,
    /// The person who signs next.
    pub signer: Option<PersonId>,
    /// The last known tree head.
    pub head: Option<TreeHead>,
    pub lock: Lock,
    /// The overlay on top of the screen.
    pub overlay: Option<Overlay>,
    /// The message line.
    pub message: Option<Message>,
    /// The command to run once it is known who signs.
    pub pending: Option<Command>,
    /// Who signed what last on this screen, so that it can be withdrawn from anywhere.
    pub undo: Option<(PersonId, Vec<StatementId>)>,
    /// The last signer on this screen, with their method, supervision and place.
    pub last_used: Option<(PersonId, Draft)>,
    pub seat: AccessMode,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    /// Shows the open screen.
    Open,
    /// Shows who is signed in and no other personal data.
    Locked,
}

/// An overlay on top of a screen.
#[derive(Debug, Clone, PartialEq)]
pub enum Overlay {
    /// The keys that work here.
    Help(help::State),
    Palette(palette::State),
    Trainee(trainee::State),
    Statement(statement::State),
    /// A page about a standard, or the career framework.
    Page(page::State),
    Sign(Box<sign::State>),
    Withdraw(Box<withdraw::State>),
    Claim(claim_detail::State),
    /// The form of a new claim.
    Asking(Box<claim::State>),
    /// The dialog of any other action.
    Act(Box<act::State>),
    /// The folder for the evidence of a claim.
    Save(Box<save::State>),
    /// Asks who is signing, on a locked screen too.
    Person(sign_in::State),
}

/// The content of the message line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub what: String,
    /// A dim hint next to it: a checkpoint code, or what to do.
    pub beside: String,
    pub tone: MessageLevel,
}

/// The severity of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageLevel {
    Done,
    /// Not possible now.
    Refused,
    Failed,
}

impl Model {
    /// Returns a model without a signer or an open trainee.
    pub fn new(setup: Setup) -> Self {
        Self {
            theme: setup.theme,
            keymap: setup.keymap,
            size: setup.size,
            today: setup.today,
            idle_minutes: setup.idle_minutes,
            late_days: setup.late_days,
            kiosk: setup.kiosk,
            trial: false,
            leaving: false,
            screen: ScreenId::SignOff,
            desk: TraineeView::default(),
            others: BTreeMap::new(),
            log: log::State::default(),
            queue: queue::State::default(),
            looks: second_looks::State::default(),
            cohort: cohort::State::default(),
            sessions: Vec::new(),
            signer: None,
            head: None,
            lock: Lock::Open,
            overlay: None,
            message: None,
            pending: None,
            undo: None,
            last_used: None,
            seat: AccessMode::Shared,
        }
    }

    /// Returns the session of the current signer.
    pub fn session(&self) -> Option<&SessionRow> {
        let signer = self.signer.as_ref()?;
        self.sessions.iter().find(|session| session.person.id == *signer)
    }

    /// Returns the current signer.
    pub fn person(&self) -> Option<&PersonRow> {
        self.session().map(|session| &session.person)
    }

    /// Returns the pane that keys go to.
    pub fn pane(&self) -> PaneId {
        match self.screen {
            ScreenId::SignOff => self.desk.focus,
            ScreenId::Outstanding if self.desk.focus == PaneId::Record => PaneId::Record,
            ScreenId::Outstanding => PaneId::Outstanding,
            ScreenId::Queue => PaneId::Queue,
            ScreenId::Cohort => PaneId::Cohort,
            ScreenId::Readiness => PaneId::Readiness,
            ScreenId::Reviews => PaneId::Reviews,
            ScreenId::History => PaneId::Log,
            ScreenId::Looks => PaneId::Looks,
        }
    }

    /// Whether keys go to a filter input.
    pub fn typing(&self) -> bool {
        self.lock == Lock::Open && self.filtering().typing
    }

    /// Returns the first key of a command, for use in a sentence.
    pub fn key(&self, command: Command) -> String {
        self.keymap.keys_of(command).first().map_or_else(|| format!(":{}", command.row().name), ToString::to_string)
    }

    /// Returns why a command cannot run now and what to do, or `None` if it can.
    pub fn disabled_reason(&self, command: Command) -> Option<String> {
        if let Some(why) = self.seat.disabled_reason(command) {
            return Some(why);
        }
        let screen = match command.row().place {
            CommandScope::Everywhere => self.screen,
            // Both screens show a record pane, and signing works the same on both.
            CommandScope::Pane(PaneId::Record) | CommandScope::Screen(ScreenId::SignOff)
                if self.screen == ScreenId::Outstanding =>
            {
                self.screen
            }
            CommandScope::Screen(screen) => screen,
            CommandScope::Pane(PaneId::Log) => ScreenId::History,
            CommandScope::Pane(PaneId::Outstanding) => ScreenId::Outstanding,
            CommandScope::Pane(PaneId::Cohort) => ScreenId::Cohort,
            CommandScope::Pane(PaneId::Readiness) => ScreenId::Readiness,
            CommandScope::Pane(PaneId::Reviews) => ScreenId::Reviews,
            CommandScope::Pane(PaneId::Queue) => ScreenId::Queue,
            CommandScope::Pane(PaneId::Looks) => ScreenId::Looks,
            CommandScope::Pane(_) => ScreenId::SignOff,
        };
        if screen != self.screen {
            let (name, to) = match screen {
                ScreenId::SignOff => ("Sign-off", Command::ToSignOff),
                ScreenId::Outstanding => ("Outstanding", Command::ToOutstanding),
                ScreenId::Queue => ("Queue", Command::ToQueue),
                ScreenId::Cohort => ("Cohort", Command::ToCohort),
                ScreenId::Readiness => ("Readiness", Command::ToReadiness),
                ScreenId::Reviews => ("Reviews and hours", Command::ToReviews),
                ScreenId::History => ("History", Command::ToHistory),
                ScreenId::Looks => ("Second checks", Command::ToLooks),
            };
            return Some(format!("That is on the {name} screen: press {} to go there", self.key(to)));
        }
        let on_trainee = command.row().place != CommandScope::Everywhere || command == Command::Filter;
        let of_all = matches!(screen, ScreenId::History | ScreenId::Cohort | ScreenId::Queue | ScreenId::Looks);
        if on_trainee && !of_all && self.desk.standing.is_none() {
            return Some(format!("No trainee selected: press {} to choose one", self.key(Command::Trainee)));
        }
        match command {
            Command::Suspend if self.kiosk => {
                Some("This workstation stays open, so you cannot leave to the shell".into())
            }
            Command::Sign | Command::NotAchieved => self.sign_refusal(),
            Command::SignThis => match self.desk.current() {
                None => Some("No KSB is selected".into()),
                Some(_) => self.sign_refusal(),
            },
            Command::OpenClaim | Command::MarkClaim | Command::SaveFiles => {
                queue::disabled_reason(&self.queue, command)
            }
            Command::SignClaims | Command::RefuseClaims => {
                queue::disabled_reason(&self.queue, command).or_else(|| self.supervisor_refusal())
            }
            Command::Claim | Command::TakeBack => self.claim_refusal(command),
            Command::Acknowledge | Command::Dispute if self.screen == ScreenId::Reviews => self.review_refusal(command),
            Command::Acknowledge if self.seat.own().is_none() => {
                let to = self.key(Command::ToReviews);
                Some(format!(
                    "Only the trainee can mark a record as read, over SSH. For reviews that you attended, press {to}"
                ))
            }
            Command::Acknowledge | Command::Dispute => match self.desk.selected_record() {
                _ if self.screen == ScreenId::History => {
                    Some(format!("That is on your record: press {} to go there", self.key(Command::ToOutstanding)))
                }
                None => Some("Nothing is signed for this KSB yet".into()),
                Some(_) => None,
            },
            Command::Undo => self.to_undo().is_none().then(|| self.nothing_to_undo()),
            Command::Withdraw if !self.desk.marks.is_empty() => None,
            Command::Withdraw | Command::SignedText | Command::OpenText => {
                record::disabled_reason(self.desk.selected_record(), self.person(), command)
            }
            Command::Mark | Command::MarkAll | Command::OpenRecord => {
                ksbs::disabled_reason(&self.desk.ksbs, &self.desk.rows(), command)
            }
            Command::Unmark => self.desk.marks.is_empty().then(|| "Nothing is marked".into()),
            Command::OpenEntry => log::disabled_reason(&self.log, command),
            Command::Mend => {
                self.desk.waits_for().is_none().then(|| "Press Enter to see what to do, and who can do it".into())
            }
            Command::OpenTrainee => cohort::disabled_reason(&self.cohort, command),
            Command::About if self.desk.standing.is_none() => {
                Some(format!("No trainee selected: press {} to choose one", self.key(Command::Trainee)))
            }
            Command::Lock => {
                self.sessions.is_empty().then(|| "Nobody is signed in, so there is nothing to lock".into())
            }
            Command::EndSession => {
                self.signer.is_none().then(|| "Nobody is signed in, so there is no session to end".into())
            }
            _ => self.act_refusal(command),
        }
    }

    /// Returns what `undo` would withdraw: the last signed batch while the message line offers it; else the record or log
    /// entry under the cursor; else the last signed batch; else the newest record of the KSB under the cursor.
    pub fn to_undo(&self) -> Option<BatchWish> {
        let last = self.undo.as_ref().filter(|(signer, _)| self.signer.as_ref() == Some(signer));
        let last = || last.map(|(_, ids)| BatchWish::These(ids.clone()));
        let record = || self.desk.selected_record().map(|record| BatchWish::With(record.id));
        // Without a selection, only the signer's own record can be their mistake.
        let own = || self.desk.selected_record().is_some_and(|record| self.signer.as_ref() == Some(&record.signer));
        let of_trainee = matches!(self.screen, ScreenId::SignOff | ScreenId::Outstanding);
        let chosen = match self.screen {
            ScreenId::History => log::chosen(&self.log).map(BatchWish::With),
            _ if of_trainee && self.pane() == PaneId::Record => record(),
            _ => None,
        };
        let offered = self.message.as_ref().is_some_and(|said| said.tone == MessageLevel::Done);
        if offered { last().or(chosen) } else { chosen.or_else(last) }
            .or_else(|| record().filter(|_| of_trainee && own()))
    }

    /// Returns why nothing can be withdrawn.
    fn nothing_to_undo(&self) -> String {
        let of_trainee = matches!(self.screen, ScreenId::SignOff | ScreenId::Outstanding);
        match self.desk.selected_record().filter(|record| of_trainee && record.withdrawn.is_none()) {
            Some(record) => {
                record::disabled_reason(Some(record), self.person(), Command::Withdraw).unwrap_or_else(|| {
                    format!("{} signed this: press {} to withdraw it", record.signer_name, self.key(Command::Withdraw))
                })
            }
            None => "No signed record is chosen here".to_owned(),
        }
    }

    /// Returns why signing is not possible. An unknown signer is not a reason: the program asks for them.
    fn sign_refusal(&self) -> Option<String> {
        if self.desk.selection().is_empty() {
            return Some("No KSB is chosen: mark one, or move to one".into());
        }
        let (person, other) = (self.person()?, self.key(Command::Person));
        if Some(&person.id) == self.desk.trainee.as_ref() {
            return Some(format!("You cannot sign off your own record: press {other} to change who is signing"));
        }
        self.supervisor_refusal()
    }

    fn supervisor_refusal(&self) -> Option<String> {
        let (person, other) = (self.person()?, self.key(Command::Person));
        let may = person.roles.contains(&Role::Supervisor);
        (!may).then(|| format!("{} is not a supervisor: press {other} to change who is signing", person.name))
    }

    /// Returns the owner of marks and drafts: the signer, or the trainee on their own screen.
    pub fn owner(&self) -> Option<&PersonId> {
        self.signer.as_ref().or_else(|| self.seat.own().map(|choice| &choice.person.id))
    }

    /// Returns why a claim cannot be made or withdrawn.
    fn claim_refusal(&self, command: Command) -> Option<String> {
        if !matches!(self.screen, ScreenId::SignOff | ScreenId::Outstanding) {
            return Some(format!(
                "That is on a trainee's record: press {} to go there",
                self.key(Command::ToOutstanding)
            ));
        }
        let Some(standing) = &self.desk.standing else {
            return Some(format!("No trainee selected: press {} to choose one", self.key(Command::Trainee)));
        };
        let codes = self.desk.selection();
        let waits = codes.iter().find(|code| standing.claims.contains_key(code));
        if command == Command::TakeBack {
            return waits.is_none().then(|| "You have no waiting claim for this KSB".into());
        }
        if codes.is_empty() {
            return Some("No KSB is chosen: mark one, or move to one".into());
        }
        if let Some(code) = waits {
            return Some(if self.seat.own().is_some() {
                format!("{code} is already waiting: press {} to withdraw the claim", self.key(Command::TakeBack))
            } else {
                format!("{code} is already in a waiting claim: press {} to go to the queue", self.key(Command::ToQueue))
            });
        }
        let signed = codes.iter().find(|code| self.desk.ksb(**code).is_some_and(|(_, state)| state == State::Signed));
        signed.map(|code| format!("{code} is already signed. Claim only what is outstanding"))
    }
}
