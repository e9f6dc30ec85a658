//! The sign dialog: every item in full, what was seen, who signs. Must never sign what it does not show, nor keep a
//! secret in a draft.

use chrono::NaiveDate;

use crate::domain::competence::State as Standing;
use crate::domain::statement::{Action, MEANING_ACHIEVED, MEANING_NOT_ACHIEVED, Method, Outcome, Supervision};
use crate::domain::text::{Clean, TextFault};
use crate::domain::value::{KsbCode, PersonId};
use crate::domain::view::{Observation, PersonRow};
use crate::domain::when::long_day;
use crate::tui::key::{Held, Key, KeyPress};
use crate::tui::msg::{Draft, Effect, Failure, SignRequest, Way};
use crate::tui::overlay::dialog::Hint;
use crate::tui::overlay::form::{Field, Form, Kind, Need, Options, Place, Touched, text};
use crate::tui::overlay::reply::Reply;
use crate::tui::overlay::signature::{SECRET, Signature, Stage};
use crate::tui::widget::edit::{Shape, Typed};

/// One KSB to sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its code.
    pub code: KsbCode,
    /// Its whole text.
    pub text: String,
    /// Where it stands now.
    pub state: Standing,
    /// Since when it stands there, where that is known.
    pub since: Option<NaiveDate>,
}

/// What the dialog opens with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignOpen {
    /// Whose signature it will be.
    pub signer: PersonRow,
    /// By what they show who they are.
    pub way: Way,
    /// For whom.
    pub trainee: PersonId,
    /// Their name.
    pub trainee_name: Clean,
    /// What will be signed, in order.
    pub items: Vec<Item>,
    /// Today.
    pub today: NaiveDate,
    /// After so many days an observation needs a reason for being late.
    pub late_days: u32,
    /// The outcome that was asked for by its own key; without one, the draft's or *achieved*.
    pub outcome: Option<Outcome>,
    /// What was typed the last time.
    pub draft: Draft,
}

/// The dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// What it opened with.
    pub open: SignOpen,
    /// The fields.
    pub form: Form,
    /// Who signs, and how it went.
    pub signature: Signature,
    /// The first item shown where not all fit.
    pub first: usize,
    untouched: Draft,
}

/// By how many items page-up and page-down go.
const PAGE: usize = 4;

impl State {
    /// The dialog, with the focus where something is still to be said: most often on the PIN.
    #[must_use]
    pub fn new(open: SignOpen) -> Self {
        let signature = Signature::new(open.signer.clone(), open.way);
        let form = Form::new(open.today, fields(&signature));
        let mut state = Self { form, signature, first: 0, untouched: Draft::new(), open };
        state.untouched = state.draft();
        state.form.restore(&state.open.draft);
        if state.form.day("seen") == Ok(state.open.today) {
            state.form.restore(&vec![("seen".to_owned(), "today".to_owned())]);
        }
        if let Some(outcome) = state.open.outcome {
            state.form.restore(&vec![("outcome".to_owned(), outcome.slug().to_owned())]);
        }
        state.arrange();
        match state.observation() {
            Ok(_) => state.form.focus_on(SECRET),
            Err((name, _)) => state.form.focus_on(name),
        }
        state
    }

    /// Takes a key.
    pub fn key(&mut self, press: KeyPress) -> Reply {
        match (press.held, press.key) {
            (Held::Nothing, Key::Esc) => return Reply::Leave(self.kept()),
            _ if self.signature.stage == Stage::Doing => return Reply::Stay,
            (Held::Nothing, Key::Enter) => return self.sign(),
            (Held::Nothing, Key::PageDown) => {
                self.first = (self.first + PAGE).min(self.open.items.len().saturating_sub(1))
            }
            (Held::Nothing, Key::PageUp) => self.first = self.first.saturating_sub(PAGE),
            _ => {
                let touched = self.form.key(press);
                return self.touched(touched);
            }
        }
        Reply::Stay
    }

    /// Takes a pasted text.
    pub fn paste(&mut self, pasted: &str) -> Reply {
        if self.signature.stage == Stage::Doing {
            return Reply::Stay;
        }
        let touched = self.form.paste(pasted);
        self.touched(touched)
    }

    /// Says why signing failed; all is kept but the secret.
    pub fn failed(&mut self, failure: &Failure) {
        self.signature.failed(failure, &mut self.form);
    }

    /// What was typed, to be kept: nothing, if it is what the dialog opens with anyway.
    #[must_use]
    pub fn kept(&self) -> Draft {
        let draft = self.draft();
        if draft == self.untouched { Draft::new() } else { draft }
    }

    /// Which outcome is chosen.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.form.value("outcome").parse().unwrap_or(Outcome::NotAchieved)
    }

    /// The sentence that is meant by signing.
    #[must_use]
    pub fn meaning(&self) -> &'static str {
        match self.outcome() {
            Outcome::Achieved => MEANING_ACHIEVED,
            Outcome::NotAchieved => MEANING_NOT_ACHIEVED,
        }
    }

    /// The keys that work here.
    #[must_use]
    pub fn hints(&self) -> Vec<Hint> {
        let choice =
            matches!(self.form.fields.get(self.form.focus), Some(Field { kind: Kind::Radio(_) | Kind::Cycle(_), .. }));
        let mut hints = vec![("enter", format!("sign {}", self.open.items.len()))];
        hints.push(if choice { ("space", "change".to_owned()) } else { ("tab", "next field".to_owned()) });
        hints.push(("esc", "keep the marks".to_owned()));
        hints
    }

    fn touched(&mut self, touched: Touched) -> Reply {
        self.arrange();
        if touched != Touched::Edited {
            return Reply::Stay;
        }
        self.signature.failure = None;
        let (person, trainee) = (self.open.signer.id.clone(), self.open.trainee.clone());
        Reply::Ask(vec![Effect::SaveDraft { person, trainee, draft: self.kept() }])
    }

    /// Shows and requires what the outcome and the day make necessary.
    fn arrange(&mut self) {
        let not_yet = self.outcome() == Outcome::NotAchieved;
        let need = if not_yet { Need::Required } else { Need::Optional };
        self.form.change("feedback", |field| field.need = need);
        for name in ["action", "by"] {
            self.form.change(name, |field| field.place = if not_yet { Place::Own } else { Place::Away });
        }
        let late = self.is_late();
        self.form.change("late", |field| field.place = if late { Place::Own } else { Place::Away });
    }

    fn is_late(&self) -> bool {
        let late = |seen: NaiveDate| (self.open.today - seen).num_days() > i64::from(self.open.late_days);
        self.form.day("seen").is_ok_and(late)
    }

    fn sign(&mut self) -> Reply {
        self.form.clear_faults();
        let observation = match self.observation() {
            Ok(observation) => observation,
            Err((name, sentence)) => {
                self.form.refuse(name, sentence);
                return Reply::Stay;
            }
        };
        if self.form.secret_is_empty() {
            if self.form.is_on(SECRET) {
                self.form.refuse(SECRET, self.signature.wanted());
            }
            self.form.focus_on(SECRET);
            return Reply::Stay;
        }
        self.signature.failure = None;
        self.signature.stage = Stage::Doing;
        Reply::Ask(vec![Effect::Sign(SignRequest {
            signer: self.open.signer.id.clone(),
            trainee: self.open.trainee.clone(),
            codes: self.open.items.iter().map(|item| item.code).collect(),
            observation,
            way: self.signature.way,
            secret: self.form.take_secret(),
        })])
    }

    /// What the fields say, or the first one that cannot be signed and why.
    fn observation(&self) -> Result<Observation, (&'static str, String)> {
        let observed = self.form.day("seen").map_err(|fault| ("seen", fault))?;
        if observed > self.open.today {
            return Err(("seen", format!("{} has not come yet; what was seen lies in the past", long_day(observed))));
        }
        let late = if self.is_late() { Some(self.required("late", "Say why it is signed so late")?) } else { None };
        let place = self.optional("where", Clean::line)?;
        let outcome = self.outcome();
        let (feedback, action) = match outcome {
            Outcome::Achieved => (self.optional("feedback", Clean::lines)?, None),
            Outcome::NotAchieved => {
                let feedback = self.required("feedback", "Say what was not yet to the standard")?;
                let what = self.required("action", "Say what to do next")?;
                let by = self.form.day("by").map_err(|fault| ("by", fault))?;
                if by < self.open.today {
                    return Err(("by", format!("{} is past", long_day(by))));
                }
                (Some(feedback), Some(Action { what, by }))
            }
        };
        let method = self.form.value("method").parse::<Method>().ok();
        let supervision = self.form.value("supervision").parse::<Supervision>().ok();
        Ok(Observation { outcome, method, supervision, observed, place, feedback, action, late })
    }

    fn required(&self, name: &'static str, wanted: &str) -> Result<Clean, (&'static str, String)> {
        self.optional(name, Clean::lines)?.ok_or_else(|| (name, wanted.to_owned()))
    }

    fn optional(
        &self,
        name: &'static str,
        clean: fn(&str) -> Result<Clean, TextFault>,
    ) -> Result<Option<Clean>, (&'static str, String)> {
        match clean(self.form.value(name)) {
            Ok(text) => Ok(Some(text)),
            Err(TextFault::Empty) => Ok(None),
            Err(fault) => Err((name, fault.to_string())),
        }
    }

    /// The fields as a draft, days in their one spelling: `today` would mean another day tomorrow.
    fn draft(&self) -> Draft {
        let mut draft = self.form.draft();
        for (name, value) in &mut draft {
            if let ("seen" | "by", Ok(day)) = (name.as_str(), self.form.day(name)) {
                *value = day.to_string();
            }
        }
        draft
    }
}

fn fields(signature: &Signature) -> Vec<Field> {
    let outcomes = Outcome::ALL.iter().map(|outcome| (outcome.slug(), outcome.words())).collect();
    let methods = Method::ALL.iter().map(|method| (method.slug(), method.words()));
    let levels = Supervision::ALL.iter().map(|level| (level.slug(), level.words()));
    let none = || std::iter::once(("", "not stated"));
    let cycle = |all| Kind::Cycle(Options { all, chosen: 0 });
    let day = |today| Kind::Day(Typed::new(Shape::Line, today));
    let required = |field: Field| Field { need: Need::Required, place: Place::Away, ..field };
    vec![
        Field::new("outcome", "Outcome", Kind::Radio(Options { all: outcomes, chosen: 0 })),
        Field::new("seen", "Seen", day("today")),
        required(Field::new("late", "Late, why", text(Shape::Lines))),
        Field::new("method", "Method", cycle(none().chain(methods).collect())),
        Field::new("supervision", "Supervision", cycle(none().chain(levels).collect())).at(Place::Beside),
        Field::new("where", "Where", text(Shape::Line)),
        Field::new("feedback", "Feedback", text(Shape::Lines)),
        required(Field::new("action", "Action", text(Shape::Lines))),
        required(Field::new("by", "By", day(""))),
        signature.field(),
    ]
}
