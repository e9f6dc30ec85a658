//! All that the screen is drawn from. Must never reach a clock, a file or a terminal; nothing is changed here but by
//! `update`.

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

/// What the program is started with.
#[derive(Debug, Clone, PartialEq)]
pub struct Setup {
    pub theme: Theme,
    pub keymap: Keymap,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// Today, by this machine's calendar.
    pub today: NaiveDate,
    /// The policy's idle minutes until the screen locks.
    pub idle_minutes: u32,
    /// The policy's days after which an observation needs a reason for being late.
    pub late_days: u32,
    /// Whether the program may only be left with the PIN of a training officer.
    pub kiosk: bool,
}

/// The model.
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
    /// Whether the program may only be left with the PIN of a training officer.
    pub kiosk: bool,
    /// Whether what is shown is thrown away on leaving.
    pub trial: bool,
    /// Whether it was asked whether to leave: the next key answers.
    pub leaving: bool,
    pub screen: ScreenId,
    /// The place of whoever is at the screen.
    pub desk: TraineeView,
    /// The places of the others who have been here.
    pub others: BTreeMap<PersonId, TraineeView>,
    pub log: log::State,
    pub queue: queue::State,
    /// What asks for a second look.
    pub looks: second_looks::State,
    pub cohort: cohort::State,
    /// Sessions that are open on this screen.
    pub sessions: Vec<SessionRow>,
    /// Whose signature the next one is.
    pub signer: Option<PersonId>,
    /// Where the log stands, as last heard.
    pub head: Option<TreeHead>,
    /// Whether the screen is locked.
    pub lock: Lock,
    /// What lies over the screen.
    pub overlay: Option<Overlay>,
    /// What was last said.
    pub message: Option<Message>,
    /// What is to be done once it is known who signs.
    pub pending: Option<Command>,
    /// Who signed what last on this screen: it can be taken back from everywhere.
    pub undo: Option<(PersonId, Vec<StatementId>)>,
    /// Who signed last on this screen, and by which method, supervision and place.
    pub last_used: Option<(PersonId, Draft)>,
    pub seat: AccessMode,
}

/// Whether the screen is locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    /// It shows what is open.
    Open,
    /// It shows who is signed in, and nothing else about anyone.
    Locked,
}

/// What lies over a screen until it is answered.
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
    /// The form of a claim.
    Asking(Box<claim::State>),
    /// The dialog of anything else that is signed.
    Act(Box<act::State>),
    /// Where the evidence of a claim goes.
    Save(Box<save::State>),
    /// Who is signing? Over a locked screen, too.
    Person(sign_in::State),
}

/// Something said on the message line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub what: String,
    /// A dim word beside it: a checkpoint code, what to do.
    pub beside: String,
    pub tone: MessageLevel,
}

/// How a message is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageLevel {
    Done,
    /// It cannot be done now.
    Refused,
    Failed,
}

impl Model {
    /// Nobody is signing and no trainee is open.
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

    /// The session of the person whose signature the next one is.
    pub fn session(&self) -> Option<&SessionRow> {
        let signer = self.signer.as_ref()?;
        self.sessions.iter().find(|session| session.person.id == *signer)
    }

    /// The person whose signature the next one is.
    pub fn person(&self) -> Option<&PersonRow> {
        self.session().map(|session| &session.person)
    }

    /// The pane that keys go to.
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

    /// Whether keys go to a filter that is being typed.
    pub fn typing(&self) -> bool {
        self.lock == Lock::Open && self.filtering().typing
    }

    /// The first key of a command, to name it in a sentence.
    pub fn key(&self, command: Command) -> String {
        self.keymap.keys_of(command).first().map_or_else(|| format!(":{}", command.row().name), ToString::to_string)
    }

    /// Why a command cannot run now and what to do, or `None` where it can.
    pub fn disabled_reason(&self, command: Command) -> Option<String> {
        if let Some(why) = self.seat.disabled_reason(command) {
            return Some(why);
        }
        let screen = match command.row().place {
            CommandScope::Everywhere => self.screen,
            // Both screens show a record below, and what signs on the one signs on the other.
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
                ScreenId::Looks => ("Second looks", Command::ToLooks),
            };
            return Some(format!("That is on the {name} screen: {} goes there", self.key(to)));
        }
        let on_trainee = command.row().place != CommandScope::Everywhere || command == Command::Filter;
        let of_all = matches!(screen, ScreenId::History | ScreenId::Cohort | ScreenId::Queue | ScreenId::Looks);
        if on_trainee && !of_all && self.desk.standing.is_none() {
            return Some(format!("No trainee is open: {} chooses one", self.key(Command::Trainee)));
        }
        match command {
            Command::Suspend if self.kiosk => {
                Some("This workstation stays open: the program is not suspended here".into())
            }
            Command::Sign | Command::NotAchieved => self.sign_refusal(),
            Command::SignThis => match self.desk.current() {
                None => Some("No KSB is under the cursor".into()),
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
                Some(format!("A trainee acknowledges a record, over SSH; the reviews that you attended are under {to}"))
            }
            Command::Acknowledge | Command::Dispute => match self.desk.selected_record() {
                _ if self.screen == ScreenId::History => {
                    Some(format!("That is on your record: {} goes there", self.key(Command::ToOutstanding)))
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
            Command::Mend => self.desk.waits_for().is_none().then(|| "Enter says what mends this, and who".into()),
            Command::OpenTrainee => cohort::disabled_reason(&self.cohort, command),
            Command::About if self.desk.standing.is_none() => {
                Some(format!("No trainee is open: {} chooses one", self.key(Command::Trainee)))
            }
            Command::Lock => {
                self.sessions.is_empty().then(|| "Nobody is signed in, so there is nothing to lock".into())
            }
            Command::EndSession => {
                self.signer.is_none().then(|| "Nobody is signing, so there is no session to end".into())
            }
            _ => self.act_refusal(command),
        }
    }

    /// What would be taken back: while the message line offers it, what was signed last; else what is under the cursor in
    /// a record or in the history; else what was signed last; else the newest record of the KSB under the cursor.
    pub fn to_undo(&self) -> Option<BatchWish> {
        let last = self.undo.as_ref().filter(|(signer, _)| self.signer.as_ref() == Some(signer));
        let last = || last.map(|(_, ids)| BatchWish::These(ids.clone()));
        let record = || self.desk.selected_record().map(|record| BatchWish::With(record.id));
        // What others signed is not taken for one's own mistake where nothing was chosen.
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

    /// Why nothing can be taken back.
    fn nothing_to_undo(&self) -> String {
        let of_trainee = matches!(self.screen, ScreenId::SignOff | ScreenId::Outstanding);
        match self.desk.selected_record().filter(|record| of_trainee && record.withdrawn.is_none()) {
            Some(record) => {
                record::disabled_reason(Some(record), self.person(), Command::Withdraw).unwrap_or_else(|| {
                    format!("{} signed this: {} withdraws it", record.signer_name, self.key(Command::Withdraw))
                })
            }
            None => "Nothing that was signed is chosen here".to_owned(),
        }
    }

    /// Why nothing can be signed. That nobody has said who they are is no reason: they are asked.
    fn sign_refusal(&self) -> Option<String> {
        if self.desk.selection().is_empty() {
            return Some("No KSB is chosen: mark one, or move to one".into());
        }
        let (person, other) = (self.person()?, self.key(Command::Person));
        if Some(&person.id) == self.desk.trainee.as_ref() {
            return Some(format!("Nobody signs off for themselves: {other} changes person"));
        }
        self.supervisor_refusal()
    }

    fn supervisor_refusal(&self) -> Option<String> {
        let (person, other) = (self.person()?, self.key(Command::Person));
        let may = person.roles.contains(&Role::Supervisor);
        (!may).then(|| format!("{} is not a supervisor: {other} changes person", person.name))
    }

    /// Whose marks and drafts are kept: the signer's, or the trainee's own on their own screen.
    pub fn owner(&self) -> Option<&PersonId> {
        self.signer.as_ref().or_else(|| self.seat.own().map(|choice| &choice.person.id))
    }

    /// Why nothing can be claimed, or taken back.
    fn claim_refusal(&self, command: Command) -> Option<String> {
        if !matches!(self.screen, ScreenId::SignOff | ScreenId::Outstanding) {
            return Some(format!("That is on a trainee's record: {} goes there", self.key(Command::ToOutstanding)));
        }
        let Some(standing) = &self.desk.standing else {
            return Some(format!("No trainee is open: {} chooses one", self.key(Command::Trainee)));
        };
        let codes = self.desk.selection();
        let waits = codes.iter().find(|code| standing.claims.contains_key(code));
        if command == Command::TakeBack {
            return waits.is_none().then(|| "No claim of yours waits for this KSB".into());
        }
        if codes.is_empty() {
            return Some("No KSB is chosen: mark one, or move to one".into());
        }
        if let Some(code) = waits {
            return Some(if self.seat.own().is_some() {
                format!("{code} waits already: {} takes the claim back", self.key(Command::TakeBack))
            } else {
                format!("{code} waits already, in a claim: {} goes to the queue", self.key(Command::ToQueue))
            });
        }
        let signed = codes.iter().find(|code| self.desk.ksb(**code).is_some_and(|(_, state)| state == State::Signed));
        signed.map(|code| format!("{code} is signed and counts: claim what is outstanding"))
    }
}
