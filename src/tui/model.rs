//! Defines the model that the screen is drawn from. Performs no I/O; only `update` changes it.

pub mod access_mode;
pub mod acts;
pub mod home;
pub mod layout;
pub mod lists;
pub mod requests;
pub mod shown;
pub mod trainee_view;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::command::{Command, PaneId, ScreenId};
use crate::dialog::{action, save, sign_in};
use crate::keymap::Keymap;
use crate::model::access_mode::AccessMode;
use crate::model::shown::{ShownCheck, ShownClaim, ShownTrainee};
use crate::model::trainee_view::TraineeView;
use crate::msg::Draft;
use crate::msg::acts::BatchWish;
use crate::msg::group::Group;
use crate::msg::trial::Trial;
use crate::overlay::{claim_detail, group, help, page, palette, records, roster, statement, tour, trainee, words};
use crate::pane::paged_list::PagedList;
use crate::pane::record;
use crate::theme::Theme;
use countersign_core::home::counts::TabCounts;
use countersign_core::people::person::Role;
use countersign_core::primitives::ids::{ClaimId, PersonId, StatementId};
use countersign_core::programme::cohort::CohortOrder;
use countersign_core::record::ksb_status::State;
use countersign_core::record::view::{PersonRow, SessionRow, TreeHead};

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
    /// What everyone signs with, if the data is a demo that is deleted on exit.
    pub trial: Option<Trial>,
    /// Whether the program asked to confirm leaving: the next key answers.
    pub leaving: bool,
    pub screen: ScreenId,
    /// The screens that were open before, newest last: Esc goes back to them.
    pub visited: Vec<ScreenId>,
    /// The command that the last key ran, if it ran one: the footer shows what may follow.
    pub last_command: Option<Command>,
    /// How many keys in a row were capitals that do nothing here, while their small letters do something.
    pub capitals: u8,
    /// The view of the person at the screen.
    pub trainee_view: TraineeView,
    /// The saved views of other people who used this screen.
    pub others: BTreeMap<PersonId, TraineeView>,
    /// The list of each screen whose list is loaded page by page.
    pub lists: [PagedList; ScreenId::ALL.len()],
    pub shown_claim: ShownClaim,
    pub shown_trainee: ShownTrainee,
    pub shown_check: ShownCheck,
    pub marks: ListMarks,
    /// The marks of other people who used this screen.
    pub other_marks: BTreeMap<PersonId, ListMarks>,
    pub cohort_order: CohortOrder,
    /// Sessions that are open on this screen.
    pub sessions: Vec<SessionRow>,
    /// The person who signs next.
    pub signer: Option<PersonId>,
    /// The last known tree head.
    pub head: Option<TreeHead>,
    /// How much waits on each screen for the person at the screen.
    pub waiting: TabCounts,
    /// Whose counts were asked for since the data last changed.
    pub counted: Option<Option<PersonId>>,
    pub home: home::State,
    pub lock: Lock,
    /// The overlay on top of the screen.
    pub overlay: Option<Overlay>,
    /// The item and the people that each signer left to sign for later.
    pub groups: BTreeMap<PersonId, Box<Group>>,
    /// The tour, if someone takes it.
    pub tour: Option<tour::State>,
    /// The message line.
    pub message: Option<Message>,
    /// The command to run once it is known who signs.
    pub pending: Option<Command>,
    /// Who signed what last on this screen, so that it can be withdrawn from anywhere.
    pub undo: Option<(PersonId, Vec<StatementId>)>,
    /// Whether work was just taken back, and nothing else was done since.
    pub taken_back: bool,
    /// The method, supervision and place that each signer used last on this screen.
    pub last_used: BTreeMap<PersonId, Draft>,
    pub access_mode: AccessMode,
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
    Claim(claim_detail::State),
    /// The dialog of an action.
    Act(Box<action::State>),
    /// Existing records before they are carried over, cell by cell.
    Records(Box<records::Preview>),
    /// A roster before it is added, row by row.
    Roster(Box<roster::Preview>),
    /// One item for many people: which, and who.
    Group(Box<group::State>),
    /// Five words for a person, shown once.
    Words(Box<words::State>),
    /// The folder for the evidence of a claim.
    Save(Box<save::State>),
    /// Asks who is signing, on a locked screen too.
    Person(sign_in::State),
}

/// The content of the message line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub what: String,
    /// A dim text next to it: a checkpoint code, or what to do.
    pub hint: String,
    pub tone: MessageLevel,
    /// The command that takes it back.
    pub undo: Option<Command>,
}

/// The severity of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageLevel {
    Done,
    /// Not possible now.
    Refused,
    Failed,
}

/// One person's marks in the queue and the second checks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListMarks {
    /// The marked claims and their trainees.
    pub claims: BTreeMap<ClaimId, PersonId>,
    pub second_checks: BTreeSet<StatementId>,
}

impl ListMarks {
    pub fn count(&self) -> usize {
        self.claims.len() + self.second_checks.len()
    }
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
            trial: None,
            leaving: false,
            screen: ScreenId::Home,
            visited: Vec::new(),
            last_command: None,
            capitals: 0,
            trainee_view: TraineeView::default(),
            others: BTreeMap::new(),
            lists: Default::default(),
            shown_claim: ShownClaim::default(),
            shown_trainee: ShownTrainee::default(),
            shown_check: ShownCheck::default(),
            marks: ListMarks::default(),
            other_marks: BTreeMap::new(),
            cohort_order: CohortOrder::default(),
            sessions: Vec::new(),
            signer: None,
            head: None,
            waiting: TabCounts::default(),
            counted: None,
            home: home::State::default(),
            lock: Lock::Open,
            overlay: None,
            groups: BTreeMap::new(),
            tour: None,
            message: None,
            pending: None,
            undo: None,
            taken_back: false,
            last_used: BTreeMap::new(),
            access_mode: AccessMode::Shared,
        }
    }

    /// Returns how much waits on a screen for the person at the screen.
    pub fn waiting(&self, screen: ScreenId) -> u32 {
        let count = match screen {
            ScreenId::Home => self.waiting.home,
            ScreenId::Queue => self.waiting.queue,
            ScreenId::Reviews => self.waiting.reviews,
            ScreenId::SecondChecks => self.waiting.second_checks,
            ScreenId::SignOff | ScreenId::Cohort | ScreenId::Readiness | ScreenId::Log => 0,
        };
        u32::try_from(count).unwrap_or(u32::MAX)
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

    /// Returns the first key of a command, for use in a sentence.
    pub fn key(&self, command: Command) -> String {
        self.keymap.keys_of(command).first().map_or_else(|| format!(":{}", command.row().name), ToString::to_string)
    }

    /// Loads everything that is shown again: the database changed.
    pub fn invalidate_all(&mut self) {
        self.trainee_view.invalidate();
        (self.counted, self.home.asked) = (None, None);
        self.shown_claim.requested = None;
        self.shown_trainee.requested = None;
        self.shown_check.requested = None;
        self.lists.iter_mut().for_each(PagedList::invalidate);
    }

    /// Says that no trainee is open.
    pub fn no_trainee(&self) -> String {
        format!("No trainee selected: press {} to choose one", self.key(Command::Trainee))
    }

    /// Whether the open screen shows the open trainee's KSBs and records.
    fn shows_records(&self) -> bool {
        self.screen == ScreenId::SignOff
    }

    /// Returns what `undo` would withdraw: the last signed batch while the message line offers it; else the record or log
    /// entry under the cursor; else the last signed batch; else the newest record of the KSB under the cursor.
    pub fn undo_target(&self) -> Option<BatchWish> {
        let last = self.undo.as_ref().filter(|(signer, _)| self.signer.as_ref() == Some(signer));
        let last = || last.map(|(_, ids)| BatchWish::These(ids.clone()));
        // The key pressed twice does not reach older work.
        if self.taken_back {
            return last();
        }
        let record = || self.trainee_view.selected_record().map(|record| BatchWish::With(record.id));
        // Without a selection, only the signer's own record can be their mistake.
        let own =
            || self.trainee_view.selected_record().is_some_and(|record| self.signer.as_ref() == Some(&record.signer));
        let chosen = match self.screen {
            ScreenId::Log => self.log_entry().map(|row| BatchWish::With(row.id)),
            _ if self.shows_records() && self.trainee_view.focus == PaneId::Record => record(),
            _ => None,
        };
        let offered = self.message.as_ref().is_some_and(|message| message.tone == MessageLevel::Done);
        if offered { last().or(chosen) } else { chosen.or_else(last) }
            .or_else(|| record().filter(|_| self.shows_records() && own()))
    }

    /// Returns why nothing can be withdrawn.
    pub fn nothing_to_undo(&self) -> String {
        if self.taken_back {
            let key = self.key(Command::Undo);
            return format!(
                "Nothing more was signed here just now. To take back older work, move to its record and press {key} there"
            );
        }
        let record = self.trainee_view.selected_record().filter(|_| self.shows_records());
        match record.filter(|record| record.withdrawn.is_none() || record.source.is_some()) {
            Some(record) => record::disabled_reason(Some(record), None, self.person(), Command::Withdraw)
                .unwrap_or_else(|| {
                    format!("{} signed this: press {} to withdraw it", record.signer_name, self.key(Command::Withdraw))
                }),
            None => "No signed record is chosen here".to_owned(),
        }
    }

    /// Returns why signing is not possible. An unknown signer is not a reason: the program asks for them.
    pub fn sign_refusal(&self) -> Option<String> {
        if self.trainee_view.selection().is_empty() {
            return Some("No KSB is chosen: mark one, or move to one".into());
        }
        let (person, other) = (self.person()?, self.key(Command::Person));
        if Some(&person.id) == self.trainee_view.trainee.as_ref() {
            return Some(format!("You cannot sign off your own record: press {other} to change who is signing"));
        }
        self.supervisor_refusal()
    }

    /// Returns why the signer cannot sign off, if they are not a supervisor.
    pub fn supervisor_refusal(&self) -> Option<String> {
        let (person, other) = (self.person()?, self.key(Command::Person));
        let may = person.roles.contains(&Role::Supervisor);
        (!may).then(|| format!("{} is not a supervisor: press {other} to change who is signing", person.name))
    }

    /// Returns the owner of marks and drafts: the signer, or the trainee on their own screen.
    pub fn owner(&self) -> Option<&PersonId> {
        self.signer.as_ref().or_else(|| self.access_mode.own().map(|choice| &choice.person.id))
    }

    /// Returns why a record cannot be acknowledged or disputed.
    pub fn answer_refusal(&self, command: Command) -> Option<String> {
        if command == Command::Acknowledge && self.access_mode.own().is_none() {
            let to = self.key(Command::ToReviews);
            return Some(format!(
                "Only the trainee can mark a record as read, over SSH. For reviews that you attended, press {to}"
            ));
        }
        // What it is about must be in sight.
        if !self.shows_records() {
            let to = self.key(Command::ToSignOff);
            return Some(format!("That is on your record: press {to} to go there"));
        }
        self.trainee_view.selected_record().is_none().then(|| "Nothing is signed for this KSB yet".into())
    }

    /// Returns why a claim cannot be made or withdrawn.
    pub fn claim_refusal(&self, command: Command) -> Option<String> {
        if !self.shows_records() {
            let whose = if self.access_mode.own().is_some() { "your" } else { "a trainee's" };
            return Some(format!("That is on {whose} record: press {} to go there", self.key(Command::ToSignOff)));
        }
        let Some(trainee_record) = &self.trainee_view.trainee_record else { return Some(self.no_trainee()) };
        let codes = self.trainee_view.selection();
        let waits = codes.iter().find(|code| trainee_record.claims.contains_key(code));
        if command == Command::TakeBack {
            return waits.is_none().then(|| "You have no waiting claim for this KSB".into());
        }
        if codes.is_empty() {
            return Some("No KSB is chosen: mark one, or move to one".into());
        }
        if let Some(code) = waits {
            return Some(if self.access_mode.own().is_some() {
                format!("{code} is already waiting: press {} to take the claim back", self.key(Command::TakeBack))
            } else {
                format!("{code} is already in a waiting claim: press {} to go to the queue", self.key(Command::ToQueue))
            });
        }
        let signed =
            codes.iter().find(|code| self.trainee_view.ksb(**code).is_some_and(|(_, state)| state == State::Signed));
        signed.map(|code| format!("{code} is already signed. Claim only what is outstanding"))
    }
}
