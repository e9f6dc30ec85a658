//! Handles the sign-in question and the lock screen: a person by a few letters of their name, then PIN or passphrase.

use crate::command::Command;
use crate::dialog::event::DialogEvent;
use crate::dialog::signature::{Stage, gives_up, secret_words};
use crate::key::{Key, KeyModifier, KeyPress};
use crate::msg::PersonChoice;
use crate::msg::credential_kind::CredentialKind;
use crate::msg::trial::Trial;
use crate::msg::{Effect, UiError};
use crate::widget::dialog_box::Hint;
use crate::widget::secret::SecretInput;
use crate::widget::text_input::{EditResult, LineMode, TextInput};
use countersign_core::primitives::ids::Secret;

/// Limit of people to load: more than any screen shows.
const MOST: usize = 50;

/// What the question is shown over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignInContext {
    /// Over a screen, which Esc goes back to.
    Screen,
    /// On a locked screen.
    Lock(Locked),
}

/// What a locked screen shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Locked {
    /// Idle minutes after which it locked; `None` if a person locked it.
    pub after_minutes: Option<u32>,
    /// Checkpoint code; empty if unknown.
    pub code: String,
    /// What came of a signature that was waited for when it locked.
    pub wait: Option<EndedWait>,
}

/// What came of a signature that was waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndedWait {
    NothingSigned,
    Signed,
}

/// The state of the question.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    pub over: SignInContext,
    /// Letters typed of a name.
    pub filter: TextInput,
    pub people: Vec<PersonChoice>,
    /// Index of the highlighted person.
    pub selected: usize,
    /// The chosen person; keys then go to the secret.
    pub chosen: Option<PersonChoice>,
    pub secret: SecretInput,
    pub failure: Option<UiError>,
    pub stage: Stage,
    /// What an SSH agent or a security key waits for.
    pub progress: Option<String>,
    /// What everyone signs with, in a demo.
    pub trial: Option<Trial>,
}

impl State {
    /// Asks who is signing, with nobody listed yet; [`State::ask`] returns the search to run.
    pub fn new(over: SignInContext) -> Self {
        Self {
            over,
            filter: TextInput::new(LineMode::Line, ""),
            people: Vec::new(),
            selected: 0,
            chosen: None,
            secret: SecretInput::default(),
            failure: None,
            stage: Stage::Asking,
            progress: None,
            trial: None,
        }
    }

    /// Returns the search for the typed letters.
    pub fn ask(&self) -> Effect {
        Effect::FindPeople { text: self.filter.text().to_owned(), most: MOST }
    }

    /// Receives the people found. Until letters are typed, a locked screen lists only people with a session.
    pub fn found(&mut self, people: Vec<PersonChoice>) {
        let quiet = matches!(self.over, SignInContext::Lock(_)) && self.filter.text().is_empty();
        self.people = people.into_iter().filter(|choice| !quiet || choice.signed_in).collect();
        self.selected = 0;
    }

    /// Receives the only people who may answer; a single one is chosen at once.
    pub fn found_alone(&mut self, people: Vec<PersonChoice>) {
        (self.people, self.selected) = (people, 0);
        if self.people.len() == 1 && self.chosen.is_none() && self.filter.text().is_empty() {
            self.chosen = self.people.first().cloned();
        }
    }

    /// Handles a key.
    pub fn key(&mut self, press: KeyPress) -> DialogEvent {
        if let (SignInContext::Lock(_), KeyModifier::Ctrl, Key::Char('q' | 'c')) =
            (&self.over, press.modifier, press.key)
        {
            return DialogEvent::Run(Command::Leave);
        }
        match (press.modifier, press.key) {
            (KeyModifier::Nothing, Key::Esc) if self.waits_for_key() => DialogEvent::Ask(vec![Effect::GiveUp]),
            (KeyModifier::Nothing, Key::Esc) => self.back(),
            _ if self.stage == Stage::Doing => DialogEvent::Stay,
            (KeyModifier::Nothing, Key::Enter) => {
                if self.chosen.is_some() {
                    self.unlock()
                } else {
                    self.choose()
                }
            }
            // Nothing is typed for a key in an agent: a letter is one of another name.
            _ if self.chose_agent() && press.typed().is_some() => {
                self.chosen = None;
                self.filter.clear();
                self.filter.key(press);
                self.searched()
            }
            _ if self.chose_agent() => DialogEvent::Stay,
            _ if self.chosen.is_some() => {
                if self.secret.key(press) == EditResult::Changed {
                    self.failure = None;
                }
                DialogEvent::Stay
            }
            (KeyModifier::Nothing, Key::Down | Key::Tab) | (KeyModifier::Ctrl, Key::Char('n')) => self.point(1),
            (_, Key::BackTab) | (KeyModifier::Nothing, Key::Up) | (KeyModifier::Ctrl, Key::Char('p')) => {
                self.point(self.people.len().saturating_sub(1))
            }
            (KeyModifier::Nothing, Key::Char('0'..='9')) if self.only_one_with_a_pin() => {
                self.choose();
                self.secret.key(press);
                DialogEvent::Stay
            }
            _ => match self.filter.key(press) {
                EditResult::Changed => self.searched(),
                EditResult::Moved | EditResult::Ignored => DialogEvent::Stay,
            },
        }
    }

    /// Handles a pasted text.
    pub fn paste(&mut self, pasted: &str) -> DialogEvent {
        if self.stage == Stage::Doing {
            return DialogEvent::Stay;
        }
        if self.chose_agent() {
            self.failure = Some(UiError {
                what: "Nothing is typed here: Enter signs you in with your key".to_owned(),
                hint: None,
                session_ended: None,
            });
            return DialogEvent::Stay;
        }
        if self.chosen.is_some() {
            self.failure = None;
            self.secret.paste(pasted);
            return DialogEvent::Stay;
        }
        self.filter.paste(pasted);
        self.searched()
    }

    /// Shows a failure and clears the secret; after the session ended, the passphrase is asked for.
    pub fn failed(&mut self, failure: &UiError) {
        (self.stage, self.progress) = (Stage::Asking, None);
        self.secret.clear();
        for choice in self.people.iter_mut().chain(self.chosen.as_mut()) {
            if failure.session_ended.as_ref() == Some(&choice.person.id) {
                choice.way = CredentialKind::Passphrase;
            }
        }
        self.failure = Some(failure.clone());
    }

    /// Offers the key that the SSH agent has of somebody by now.
    pub fn key_found(&mut self, found: &PersonChoice) {
        for choice in self.people.iter_mut().filter(|choice| choice.person.id == found.person.id) {
            *choice = found.clone();
        }
        let what = "The SSH agent has your key now".to_owned();
        self.failure = Some(UiError { what, hint: Some("Press Enter once more".to_owned()), session_ended: None });
    }

    /// Whether the chosen person signs with a key in an agent.
    fn chose_agent(&self) -> bool {
        self.chosen.as_ref().is_some_and(|choice| choice.way.is_in_agent())
    }

    /// Whether an SSH agent or a security key is waited for, which Esc ends.
    pub fn waits_for_key(&self) -> bool {
        self.stage == Stage::Doing && self.chose_agent()
    }

    /// Returns the keys that work here.
    pub fn hints(&self) -> Vec<Hint> {
        if self.waits_for_key() {
            return vec![gives_up()];
        }
        let locked = matches!(self.over, SignInContext::Lock(_));
        let back = match (&self.chosen, locked) {
            (Some(_), _) => "another person",
            (None, true) => "clear",
            (None, false) => "back",
        };
        let mut hints = vec![("enter", if self.chosen.is_some() { "unlock" } else { "choose" }), ("esc", back)];
        if locked {
            hints.push(("ctrl-q", "leave"));
        }
        hints.into_iter().map(|(key, does)| (key, does.to_owned())).collect()
    }

    fn back(&mut self) -> DialogEvent {
        if self.chosen.take().is_some() {
            self.secret.clear();
            self.failure = None;
            self.stage = Stage::Asking;
            return DialogEvent::Ask(vec![self.ask()]);
        }
        if matches!(self.over, SignInContext::Screen) {
            return DialogEvent::Close(vec![]);
        }
        self.filter.clear();
        self.searched()
    }

    fn searched(&mut self) -> DialogEvent {
        self.failure = None;
        DialogEvent::Ask(vec![self.ask()])
    }

    fn point(&mut self, by: usize) -> DialogEvent {
        if !self.people.is_empty() {
            self.selected = (self.selected + by) % self.people.len();
        }
        DialogEvent::Stay
    }

    /// Whether a number is typed as a name: probably a PIN, so it is not shown.
    pub(in crate::dialog) fn is_number(&self) -> bool {
        let text = self.filter.text();
        !text.is_empty() && text.chars().all(|digit| digit.is_ascii_digit())
    }

    fn only_one_with_a_pin(&self) -> bool {
        matches!(self.people.as_slice(), [only] if only.way == CredentialKind::Pin)
    }

    fn choose(&mut self) -> DialogEvent {
        self.failure = None;
        match self.people.get(self.selected) {
            Some(choice) if choice.way == CredentialKind::NoKey => {
                let what = format!("{} has no key on this machine", choice.person.name);
                let hint = Some("A training officer can make one".to_owned());
                self.failure = Some(UiError { what, hint, session_ended: None });
                // If it is in an agent that cannot be used, the answer says why.
                let (person, way) = (choice.person.id.clone(), choice.way);
                return DialogEvent::Ask(vec![Effect::Unlock { person, way, secret: Secret::default() }]);
            }
            choice => self.chosen = choice.cloned(),
        }
        // A key in an agent needs nothing typed.
        if self.chose_agent() { self.unlock() } else { DialogEvent::Stay }
    }

    fn unlock(&mut self) -> DialogEvent {
        let Some(choice) = &self.chosen else { return DialogEvent::Stay };
        if self.secret.is_empty() && !choice.way.is_in_agent() {
            let what = format!("Type your {}, then Enter", secret_words(choice.way));
            self.failure = Some(UiError { what, hint: None, session_ended: None });
            return DialogEvent::Stay;
        }
        self.failure = None;
        self.stage = Stage::Doing;
        let (person, way) = (choice.person.id.clone(), choice.way);
        DialogEvent::Ask(vec![Effect::Unlock { person, way, secret: self.secret.take() }])
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::theme::{Appearance, Theme};
    use crate::widget::draw;
    use countersign_core::primitives::text::SafeText;
    use countersign_core::record::view::PersonRow;
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;

    pub(crate) fn choice(id: &str, name: &str, way: CredentialKind) -> PersonChoice {
        let person = PersonRow {
            id: id.parse().unwrap(),
            name: SafeText::line(name).unwrap(),
            roles: vec![],
            registration: None,
            left: false,
        };
        PersonChoice { person, way, signed_in: way == CredentialKind::Pin }
    }

    pub(crate) fn three() -> Vec<PersonChoice> {
        vec![
            choice("ssup", "S. Supervisor", CredentialKind::Pin),
            choice("ssud", "S. Sudbury", CredentialKind::Pin),
            choice("tsum", "T. Sumner", CredentialKind::Passphrase),
        ]
    }

    pub(crate) fn keys(state: &mut State, keys: &str) -> DialogEvent {
        keys.split(' ').map(|key| state.key(key.parse().unwrap())).last().unwrap()
    }

    pub(crate) fn locked() -> State {
        let code = "6 · 6PJC7-4WFE6-E627G-KVEP2-9E3YCQ".to_owned();
        State::new(SignInContext::Lock(Locked { after_minutes: Some(2), code, wait: None }))
    }

    pub(crate) fn drawn(state: &State, width: u16, height: u16, looks: Appearance) -> String {
        let mut buf = Buffer::empty(Rect::new(0, 0, width, height));
        let area = buf.area;
        let cursor = state.view(&Theme::choose(looks), area, &mut buf);
        draw::tests::shown(&buf, cursor)
    }

    pub(crate) fn holds(name: &str, screen: &str) {
        insta::with_settings!({ snapshot_path => "../../../tests/it/snapshots", prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(name, screen);
        });
    }

    pub(crate) fn found(mut state: State) -> State {
        keys(&mut state, "s u");
        state.found(three());
        state
    }

    #[test]
    fn a_few_letters_enter_a_pin_and_enter_unlock() {
        let mut state = State::new(SignInContext::Screen);
        assert_eq!(
            keys(&mut state, "s u"),
            DialogEvent::Ask(vec![Effect::FindPeople { text: "su".into(), most: MOST }])
        );
        state.found(three());
        let unlock = |id: &str, way, secret: &str| {
            DialogEvent::Ask(vec![Effect::Unlock {
                person: id.parse().unwrap(),
                way,
                secret: Secret::new(secret.into()),
            }])
        };
        assert_eq!(keys(&mut state, "down enter 1 2 3 4 enter"), unlock("ssud", CredentialKind::Pin, "1234"));
        assert_eq!(keys(&mut state, "enter 9"), DialogEvent::Stay, "an answer is awaited");
        keys(&mut state, "esc down");
        assert_eq!(keys(&mut state, "enter p w enter"), unlock("tsum", CredentialKind::Passphrase, "pw"));
    }

    #[test]
    fn after_the_wait_for_a_key_a_letter_starts_another_name_and_a_pasted_secret_goes_nowhere() {
        for way in [CredentialKind::Agent, CredentialKind::SecurityKey] {
            for over in [SignInContext::Screen, locked().over] {
                let mut state = State::new(over);
                keys(&mut state, "s");
                state.found(vec![choice("ssup", "S. Supervisor", way)]);
                assert!(matches!(keys(&mut state, "enter"), DialogEvent::Ask(_)));
                assert_eq!(keys(&mut state, "t"), DialogEvent::Stay, "a key is waited for");
                assert_eq!(keys(&mut state, "esc"), DialogEvent::Ask(vec![Effect::GiveUp]));
                state.failed(&UiError { what: "You gave up waiting".into(), hint: None, session_ended: None });
                state.paste("lantern orchid gravel");
                assert!(state.failure.take().unwrap().what.starts_with("Nothing is typed here"));
                assert!(state.secret.is_empty() && state.filter.text() == "s");
                let search = DialogEvent::Ask(vec![Effect::FindPeople { text: "t".into(), most: MOST }]);
                assert_eq!((keys(&mut state, "t"), state.chosen), (search, None));
            }
        }
    }

    #[test]
    fn a_key_that_the_agent_has_by_now_is_offered_to_its_owner_where_they_are() {
        let mut state = State::new(SignInContext::Screen);
        state.found(vec![choice("a", "A. Other", CredentialKind::Pin), choice("n", "N. Nokey", CredentialKind::NoKey)]);
        keys(&mut state, "down enter");
        state.key_found(&choice("n", "N. Nokey", CredentialKind::SecurityKey));
        let failure = state.failure.clone().unwrap();
        assert_eq!(
            (failure.what.as_str(), failure.hint.as_deref()),
            ("The SSH agent has your key now", Some("Press Enter once more"))
        );
        let unlock = DialogEvent::Ask(vec![Effect::Unlock {
            person: "n".parse().unwrap(),
            way: CredentialKind::SecurityKey,
            secret: Secret::default(),
        }]);
        assert_eq!(keys(&mut state, "enter"), unlock);
    }

    #[test]
    fn a_digit_goes_to_the_pin_where_one_person_is_left_and_to_the_name_where_several_are() {
        let mut state = locked();
        state.found(three());
        assert!(matches!(keys(&mut state, "7"), DialogEvent::Ask(_)));
        state.found(three()[..1].to_vec());
        assert_eq!(keys(&mut state, "1"), DialogEvent::Stay);
        assert!(state.chosen.is_some() && !state.secret.is_empty());
    }

    #[test]
    fn a_locked_screen_names_those_signed_in_alone_and_esc_does_not_leave_it() {
        let mut state = locked();
        state.found(three());
        assert_eq!(state.people.len(), 2);
        assert!(matches!(keys(&mut state, "esc"), DialogEvent::Ask(_)));
        assert_eq!(keys(&mut state, "ctrl-q"), DialogEvent::Run(Command::Leave));
        assert_eq!(keys(&mut State::new(SignInContext::Screen), "esc"), DialogEvent::Close(vec![]));
    }

    #[test]
    fn a_refusal_takes_the_secret_and_a_person_without_a_key_is_told_who_can_help() {
        let mut state = State::new(SignInContext::Screen);
        state.found(vec![
            choice("ssup", "S. Supervisor", CredentialKind::Pin),
            choice("n", "N. Nokey", CredentialKind::NoKey),
        ]);
        keys(&mut state, "enter 1 1 enter");
        state.failed(&UiError { what: "Wrong".into(), hint: None, session_ended: Some("ssup".parse().unwrap()) });
        assert!(state.secret.is_empty());
        assert_eq!(state.chosen.as_ref().unwrap().way, CredentialKind::Passphrase);
        keys(&mut state, "esc down enter");
        assert_eq!(state.failure.unwrap().what, "N. Nokey has no key on this machine");
    }
}
