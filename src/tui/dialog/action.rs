//! Handles the dialog of every action: its subject in full, its fields and the signature. The fields come from `action_kind`.

use chrono::NaiveDate;
use ratatui::layout::Rect;

use crate::dialog::action_kind::ActionKind;
use crate::dialog::drafts;
use crate::dialog::event::{DialogEvent, SavedDraft};
use crate::dialog::form::{Field, FieldKind, Form, FormEvent, Item, Read};
use crate::dialog::sign_off::SignOffForm;
use crate::dialog::signature::{SECRET, Signature, Stage, gives_up, secret_words};
use crate::key::{Key, KeyModifier, KeyPress};
use crate::msg::acts::{Action, ActionRequest, DialogQuery, SignMode};
use crate::msg::credential_kind::CredentialKind;
use crate::msg::office::{OfficeAction, OfficeTask};
use crate::msg::{Draft, Effect, UiError};
use crate::theme::Theme;
use crate::widget::dialog_box::Hint;
use countersign_core::primitives::ids::PersonId;
use countersign_core::record::view::PersonRow;
use countersign_core::statement::kinds::sign_off::Outcome;

/// Input to the dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionDialogParams {
    pub kind: ActionKind,
    pub title: String,
    /// All that the action is about, unless its kind lists it.
    pub items: Vec<Item>,
    pub signer: PersonRow,
    /// The credential to ask for; none if the action is not signed.
    pub way: Option<CredentialKind>,
    /// The trainee, if the action is on a record.
    pub trainee: Option<PersonId>,
    /// The owner of the draft; none if no draft is saved.
    pub owner: Option<PersonId>,
    pub today: NaiveDate,
    /// The saved drafts, of this dialog and of others.
    pub draft: Draft,
}

/// The dialog's state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    pub open: ActionDialogParams,
    pub form: Form,
    pub signature: Signature,
    /// The first line of the items that is shown when not all fit.
    pub first: usize,
    untouched: Draft,
}

/// Columns of the screen from which the key that signs is always shown next to the secret.
const WIDE: u16 = 72;

impl State {
    /// Opens the dialog with the focus on the first field that is missing, or on the secret.
    pub fn new(open: ActionDialogParams) -> Self {
        let mut signature = Signature::new(open.signer.clone(), open.way.unwrap_or(CredentialKind::NoKey));
        signature.role = open.kind.role();
        let mut fields = open.kind.fields();
        if open.way.is_some() {
            fields.push(signature.field());
        }
        let paired = matches!(open.kind, ActionKind::SignOff(_));
        let mut form = Form { paired, ..Form::new(open.today, fields) };
        // Letters that are typed from habit, where a passphrase was asked for until now, must not change fields.
        form.letters = signature.way == CredentialKind::Pin && open.kind.letters(&form).is_some();
        form.restore(&open.kind.defaults());
        let untouched = form.dated_draft();
        form.restore(&drafts::of_one(&open.draft, open.kind.name(), &open.kind.target(&form)));
        let mut state = Self { form, signature, first: 0, untouched, open };
        state.open.kind.restored(&mut state.form);
        state.arrange();
        let start = match (&state.open.kind, state.action()) {
            (ActionKind::SignOff(_), _) => SECRET,
            (ActionKind::Claim(_), _) => "",
            (_, Ok(_)) if state.open.way.is_some() => SECRET,
            (_, Ok(_)) => "",
            (_, Err((name, _))) => name,
        };
        state.form.focus_on(start);
        state
    }

    /// Handles a key in a dialog that is drawn over this area.
    pub fn key(&mut self, press: KeyPress, theme: &Theme, area: Rect) -> DialogEvent {
        match (press.modifier, press.key) {
            (KeyModifier::Nothing, Key::Esc) if self.signature.waits_for_key() => {
                DialogEvent::Ask(vec![Effect::GiveUp])
            }
            (KeyModifier::Nothing, Key::Char(_)) if self.signature.takes_nothing_typed(&self.form) => {
                self.signature.failure = Some(UiError {
                    what: "Nothing is typed here: Enter signs with your key".to_owned(),
                    hint: None,
                    session_ended: None,
                });
                DialogEvent::Stay
            }
            (_, Key::Char('0'..='9')) if self.signature.lacks_key.is_some() && self.form.is_on(SECRET) => {
                self.refused()
            }
            (KeyModifier::Nothing, Key::Enter | Key::Esc) if self.has_way_back() && !self.form.is_on(SECRET) => {
                self.go_to_secret(press.key);
                DialogEvent::Stay
            }
            (KeyModifier::Nothing, Key::Esc) => {
                let left = || self.left().map_or(DialogEvent::Close(vec![]), DialogEvent::Keep);
                self.open.kind.back().unwrap_or_else(left)
            }
            _ if self.signature.stage == Stage::Doing => DialogEvent::Stay,
            (KeyModifier::Nothing, Key::Enter) => self.sign(),
            (KeyModifier::Nothing, Key::PageDown) => {
                self.first = self.page_down(theme, area);
                DialogEvent::Stay
            }
            (KeyModifier::Nothing, Key::PageUp) => {
                self.first = self.page_up(theme, area);
                DialogEvent::Stay
            }
            (KeyModifier::Nothing, Key::Char('n' | 'N')) if self.form.takes_letters() && self.form.paired => {
                self.form.restore(&vec![("outcome".to_owned(), Outcome::NotAchieved.slug().to_owned())]);
                self.touched(FormEvent::Edited)
            }
            _ => {
                let touched = self.form.key(press);
                self.touched(touched)
            }
        }
    }

    /// Returns what is signed off, if this is a sign-off.
    pub fn sign_off(&self) -> Option<&SignOffForm> {
        match &self.open.kind {
            ActionKind::SignOff(of) => Some(of),
            _ => None,
        }
    }

    /// Whether Enter alone signs now, without a secret before it or a touch after it.
    pub fn signs_on_enter(&self) -> bool {
        let asks = self.signature.stage == Stage::Asking && self.form.is_on(SECRET);
        asks && self.signature.way == CredentialKind::Agent
    }

    /// Whether Enter and Esc lead from a field back to the secret.
    fn has_way_back(&self) -> bool {
        self.form.letters || self.form.paired || self.signature.way.is_in_agent()
    }

    /// Goes from a field back to the secret. Enter stays on a field that is wrong; a sign-off says so when it is signed.
    fn go_to_secret(&mut self, key: Key) {
        if self.form.paired {
            self.form.check_day();
            self.form.focus_on(SECRET);
            return;
        }
        self.form.clear_faults();
        match self.action() {
            Err((name, sentence)) if key == Key::Enter => self.form.refuse(name, sentence),
            Err(_) | Ok(_) => self.form.focus_on(SECRET),
        }
    }

    /// Reads the fields into an action, or returns the first invalid field and why.
    fn action(&self) -> Read<Action> {
        self.open.kind.action(&self.form, self.open.trainee.as_ref())
    }

    /// Says again that what is typed does not sign.
    fn refused(&mut self) -> DialogEvent {
        self.signature.failure.clone_from(&self.signature.refused);
        DialogEvent::Stay
    }

    /// Handles a pasted text.
    pub fn paste(&mut self, pasted: &str) -> DialogEvent {
        let touched = self.signature.paste(&mut self.form, pasted);
        touched.map_or(DialogEvent::Stay, |touched| self.touched(touched))
    }

    /// Shows a failure and clears the secret; the other fields stay.
    pub fn failed(&mut self, failure: &UiError) {
        let focus = self.form.focus;
        self.signature.failed(failure, &mut self.form);
        if let ActionKind::Claim(_) = self.open.kind {
            self.form.focus = focus;
        }
    }

    /// Whether the dialog saves a draft.
    pub fn keeps(&self) -> bool {
        self.open.trainee.is_some()
            && self.open.owner.is_some()
            && self.form.fields.iter().any(|field| !matches!(field.kind, FieldKind::Secret(_) | FieldKind::Key(_)))
    }

    /// Returns the drafts to save: this dialog's, unless it is what the dialog opens with anyway, and those of other
    /// dialogs.
    pub fn kept(&self) -> Draft {
        let (name, target) = (self.open.kind.name(), self.open.kind.target(&self.form));
        let draft = self.form.dated_draft();
        let is_typed = self.typed(&draft).ne(self.typed(&self.untouched));
        let own = if is_typed { drafts::aimed(draft, &target) } else { Draft::new() };
        if own.is_empty() && drafts::of_one(&self.open.draft, name, &target).is_empty() {
            // A draft for another subject is not lost by opening this one.
            return self.open.draft.clone();
        }
        drafts::with(&self.open.draft, name, own)
    }

    /// Returns the fields of a draft that count as typed.
    fn typed<'d>(&self, draft: &'d Draft) -> impl Iterator<Item = &'d (String, String)> {
        let by_key = self.open.kind.chosen_by_key();
        draft.iter().filter(move |(name, value)| name != by_key && !value.trim().is_empty())
    }

    /// Returns the draft to save on leaving, or none if no draft is saved.
    pub fn left(&self) -> Option<SavedDraft> {
        let (person, trainee) = (self.open.owner.clone()?, self.open.trainee.clone()?);
        self.keeps().then(|| SavedDraft { person, trainee, draft: self.kept() })
    }

    /// Returns the draft to save once this is signed, without this dialog's fields.
    pub fn done(&self) -> Option<SavedDraft> {
        let draft = drafts::for_dialog(&self.open.draft, self.open.kind.name());
        self.left().map(|kept| SavedDraft { draft, ..kept })
    }

    /// Returns the sentence that says what the signature means, or that it needs a security key.
    pub fn meaning(&self) -> String {
        self.signature.lacks_key.clone().unwrap_or_else(|| self.open.kind.meaning(&self.form))
    }

    /// Returns the keys that work here.
    pub fn hints(&self) -> Vec<Hint> {
        if let ActionKind::Claim(claim) = &self.open.kind {
            return claim.hints(&self.form);
        }
        if self.does(OfficeTask::BackUp) || self.does(OfficeTask::Verify) {
            return vec![("esc", "leave it running".to_owned())];
        }
        let on = self.form.fields.get(self.form.focus);
        if (self.form.letters || self.signature.way.is_in_agent()) && !self.form.is_on(SECRET) {
            let lines = on.is_some_and(Field::takes_lines).then(|| ("alt-enter", "new line".to_owned()));
            return lines
                .into_iter()
                .chain([("enter or esc", format!("back to the {}", secret_words(self.signature.way)))])
                .collect();
        }
        let mut hints = vec![("enter", self.open.kind.verb(self.open.items.len(), &self.form))];
        let letters = self.open.kind.letters(&self.form).filter(|_| self.form.takes_letters());
        match on.map(|field| &field.kind) {
            _ if letters.is_some() => hints.extend(letters.map(|(key, does)| (key, does.to_owned()))),
            Some(FieldKind::Radio(_) | FieldKind::Cycle(_)) => hints.push(("space", "change".to_owned())),
            Some(FieldKind::Text(_)) if on.is_some_and(Field::takes_lines) => {
                hints.push(("alt-enter", "new line".to_owned()));
            }
            _ if self.form.fields.len() > 1 => hints.push(("tab", "next field".to_owned())),
            _ => {}
        }
        hints.push(("esc", if self.keeps() { "close and keep" } else { "cancel" }.to_owned()));
        hints
    }

    /// Returns what Enter and Esc do, which is shown next to the secret. The footer has all other keys.
    pub fn hints_at_secret(&self) -> Vec<Hint> {
        let mut hints = match self.sign_off() {
            Some(of) => of.hints(&self.form, self.signature.way),
            None => self.hints(),
        };
        let signs_off = self.sign_off().is_some();
        let shown = |key: &str| key == "esc" || signs_off || key == "enter";
        hints.retain(|(key, _)| shown(key) && (*key != "enter" || self.signature.lacks_key.is_none()));
        hints
    }

    /// Returns the keys for the footer: not the one that signs where it is next to the secret.
    pub fn footer(&self, width: u16) -> Vec<Hint> {
        if self.signature.waits_for_key() {
            return vec![gives_up()];
        }
        let beside = match &self.open.kind {
            ActionKind::SignOff(of) => {
                let small = width < WIDE && self.signature.lacks_key.is_none();
                return of.footer(&self.form, self.signature.way, small);
            }
            ActionKind::Claim(_) => false,
            _ => self.open.way.is_some() && width >= WIDE,
        };
        let mut hints = self.hints();
        hints.retain(|(key, _)| !beside || *key != "enter");
        hints
    }

    fn touched(&mut self, touched: FormEvent) -> DialogEvent {
        self.arrange();
        if touched != FormEvent::Edited {
            return DialogEvent::Stay;
        }
        self.signature.failure = self.signature.refused.clone().filter(|_| self.signature.lacks_key.is_some());
        if let ActionKind::Office(office) = &mut self.open.kind {
            // What was refused or foreseen was for the values before.
            (self.signature.refused, office.foreseen) = (None, None);
        }
        self.keep()
    }

    /// Shows what the action would do.
    pub fn foreseen(&mut self, words: String) {
        if let ActionKind::Office(office) = &mut self.open.kind {
            office.foreseen = Some(words);
        }
    }

    /// Whether this dialog waits for the end of a task.
    pub fn does(&self, task: OfficeTask) -> bool {
        let same = matches!(&self.open.kind, ActionKind::Office(office) if office.data.task == task);
        same && self.signature.stage == Stage::Doing
    }

    /// Asks what the action would do with these values, and whether the rules refuse it.
    fn foresee(&self, action: Action) -> DialogEvent {
        let signer = self.open.signer.id.clone();
        let request = ActionRequest { signer, action, credential: None, mode: SignMode::DryRun };
        DialogEvent::Ask(vec![Effect::Sign(Box::new(request))])
    }

    /// Saves the draft, if this dialog has one.
    fn keep(&self) -> DialogEvent {
        match (&self.open.owner, &self.open.trainee) {
            (Some(person), Some(trainee)) if self.keeps() => {
                let (person, trainee) = (person.clone(), trainee.clone());
                DialogEvent::Ask(vec![Effect::SaveDraft { person, trainee, draft: self.kept() }])
            }
            _ => DialogEvent::Stay,
        }
    }

    /// Shows and requires fields according to the values of others.
    fn arrange(&mut self) {
        self.open.kind.arrange(&mut self.form);
    }

    fn sign(&mut self) -> DialogEvent {
        self.form.clear_faults();
        let action = match self.action() {
            Ok(action) => action,
            Err((name, sentence)) => {
                self.form.refuse(name, sentence);
                if self.has_way_back() && self.form.secret_is_empty() {
                    self.form.open(name);
                }
                return DialogEvent::Stay;
            }
        };
        if self.open.way.is_some() && (self.form.secret_is_empty() || self.form.is_before_the_key()) {
            if self.form.is_on(SECRET) {
                let wanted = self.open.kind.wanted().map_or_else(|| self.signature.wanted(), str::to_owned);
                self.form.refuse(SECRET, wanted);
            }
            self.form.focus_on(SECRET);
            return match &self.open.kind {
                ActionKind::Office(office) if office.is_foreseeable() => self.foresee(action),
                _ => DialogEvent::Stay,
            };
        }
        if self.signature.refuses(&mut self.form) {
            return self.keep();
        }
        self.signature.failure = None;
        let query = match (&action, self.open.way) {
            (Action::Office(OfficeAction::ImportRoster(query)), None) => {
                Some(DialogQuery::Roster(query.as_ref().clone()))
            }
            (Action::Office(OfficeAction::ImportRecords(query)), None) => {
                Some(DialogQuery::Records(query.as_ref().clone()))
            }
            _ => None,
        };
        if let Some(query) = query {
            return DialogEvent::Ask(vec![Effect::Ask(query)]);
        }
        self.signature.stage = Stage::Doing;
        let credential = self.open.way.map(|_| (self.signature.way, self.form.take_secret()));
        let signer = self.open.signer.id.clone();
        DialogEvent::Ask(vec![Effect::Sign(Box::new(ActionRequest {
            signer,
            action,
            credential,
            mode: SignMode::Write,
        }))])
    }
}
