//! Handles the sign dialog: every KSB in full, the observation and the signature.

use chrono::NaiveDate;
use ratatui::layout::Rect;

use crate::dialog::drafts;
use crate::dialog::event::DialogEvent;
use crate::dialog::form::{Field, FieldKind, FieldLayout, Form, FormEvent, Requiredness};
use crate::dialog::read::{Read, optional, required};
use crate::dialog::sign_open::{SignDialogParams, fields};
use crate::dialog::signature::{SECRET, Signature, Stage, secret_words};
use crate::key::{Key, KeyModifier, KeyPress};
use crate::msg::acts::{ActionRequest, SignMode};
use crate::msg::credential_kind::CredentialKind;
use crate::msg::{Draft, Effect, UiError};
use crate::theme::Theme;
use crate::widget::dialog_box::Hint;
use countersign_core::primitives::date::long_day;
use countersign_core::primitives::text::SafeText;
use countersign_core::record::view::Observation;
use countersign_core::statement::kinds::sign_off::{
    Action, MEANING_ACHIEVED, MEANING_NOT_ACHIEVED, Method, Outcome, Supervision,
};

/// The dialog's state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    pub open: SignDialogParams,
    pub form: Form,
    pub signature: Signature,
    /// Index of the first item shown when not all fit.
    pub first: usize,
    untouched: Draft,
}

/// Columns of the screen from which the keys beside the secret are always shown there.
pub(crate) const WIDE: u16 = 72;
/// Said of a value that is the last one used.
const LAST_TIME: &str = "as last time";

impl State {
    /// Opens the dialog with the focus on the secret, where it stays until a field is opened.
    pub fn new(open: SignDialogParams) -> Self {
        let signature = Signature::new(open.signer.clone(), open.way);
        let letters = open.way == CredentialKind::Pin;
        let form = Form { letters, paired: true, ..Form::new(open.today, fields(&signature)) };
        let mut state = Self { form, signature, first: 0, untouched: Draft::new(), open };
        state.form.restore(&state.open.last_used);
        state.untouched = state.form.dated_draft();
        state.form.restore(&drafts::of_these(&state.open.draft, &state.target(state.open.outcome)));
        if state.form.day("seen") == Ok(state.open.today) {
            state.form.restore(&vec![("seen".to_owned(), "today".to_owned())]);
        }
        if let Some(outcome) = state.open.outcome {
            state.form.restore(&vec![("outcome".to_owned(), outcome.slug().to_owned())]);
        }
        state.arrange();
        state.form.focus_on(SECRET);
        state
    }

    /// Handles a key in a dialog that is drawn over this area.
    pub fn key(&mut self, press: KeyPress, theme: &Theme, area: Rect) -> DialogEvent {
        match (press.modifier, press.key) {
            (KeyModifier::Nothing, Key::Enter | Key::Esc) if !self.form.is_on(SECRET) => {
                self.form.check_day();
                self.form.focus_on(SECRET);
            }
            (KeyModifier::Nothing, Key::Esc) if self.open.group.is_some() => {
                return self.open.group.clone().map_or(DialogEvent::Stay, DialogEvent::Group);
            }
            (KeyModifier::Nothing, Key::Esc) if !self.open.keeps_a_draft() => return DialogEvent::Close(vec![]),
            (KeyModifier::Nothing, Key::Esc) => return DialogEvent::Leave(self.kept()),
            _ if self.signature.stage == Stage::Doing => return DialogEvent::Stay,
            (KeyModifier::Nothing, Key::Enter) => return self.sign(),
            (KeyModifier::Nothing, Key::PageDown) => self.first = self.page_down(theme, area),
            (KeyModifier::Nothing, Key::PageUp) => self.first = self.page_up(theme, area),
            (KeyModifier::Nothing, Key::Char('n' | 'N')) if self.form.takes_letters() => {
                let outcome = Outcome::NotAchieved.slug().to_owned();
                self.form.restore(&vec![("outcome".to_owned(), outcome)]);
                return self.touched(FormEvent::Edited);
            }
            _ => {
                let touched = self.form.key(press);
                return self.touched(touched);
            }
        }
        DialogEvent::Stay
    }

    /// Handles a pasted text.
    pub fn paste(&mut self, pasted: &str) -> DialogEvent {
        let touched = self.signature.paste(&mut self.form, pasted);
        touched.map_or(DialogEvent::Stay, |touched| self.touched(touched))
    }

    /// Shows a failure and clears the secret; the other fields stay.
    pub fn failed(&mut self, failure: &UiError) {
        self.signature.failed(failure, &mut self.form);
    }

    /// Returns the draft to save, or an empty one if nothing was typed. The outcome alone does not count: it is chosen by
    /// the key that opens the dialog.
    pub fn kept(&self) -> Draft {
        let typed = |draft: &Draft| -> Draft { draft.iter().filter(|(name, _)| name != "outcome").cloned().collect() };
        let draft = self.form.dated_draft();
        let own = (typed(&draft) != typed(&self.untouched)).then_some(draft);
        drafts::kept(&self.open.draft, own, &self.target(Some(self.outcome())))
    }

    /// Returns the draft target of these KSBs and this outcome.
    fn target(&self, outcome: Option<Outcome>) -> String {
        let codes: Vec<_> = self.open.items.iter().map(|item| item.code).collect();
        drafts::target(&codes, outcome.unwrap_or(Outcome::Achieved).slug())
    }

    /// Returns method, supervision and place, as defaults for the next sign-off.
    pub fn last_used(&self) -> Draft {
        let kept = |(name, value): &(String, String)| {
            matches!(name.as_str(), "method" | "supervision" | "where") && !value.is_empty()
        };
        self.form.dated_draft().into_iter().filter(kept).collect()
    }

    pub fn outcome(&self) -> Outcome {
        self.form.value("outcome").parse().unwrap_or(Outcome::NotAchieved)
    }

    /// Returns what the signature means.
    pub fn meaning(&self) -> &'static str {
        match self.outcome() {
            Outcome::Achieved => MEANING_ACHIEVED,
            Outcome::NotAchieved => MEANING_NOT_ACHIEVED,
        }
    }

    /// Returns what Enter and Esc do, which is shown beside the secret.
    pub fn hints(&self) -> Vec<Hint> {
        if !self.form.is_on(SECRET) {
            return vec![("enter or esc", format!("back to the {}", secret_words(self.signature.way)))];
        }
        let verb = match self.outcome() {
            Outcome::Achieved => "sign",
            Outcome::NotAchieved => "record",
        };
        let back = if self.open.claims.is_empty() { "back, marks kept" } else { "back" };
        vec![("enter", format!("{verb} {}", self.open.count())), ("esc", back.to_owned())]
    }

    /// Returns the keys of the fields, for the screen's footer; in a small window also those beside the secret.
    pub fn footer(&self, width: u16) -> Vec<Hint> {
        let on_secret = self.form.is_on(SECRET);
        let mut hints: Vec<Hint> = Vec::new();
        if width < WIDE && on_secret {
            hints.extend(self.hints().into_iter().take(1));
        }
        match self.form.fields.get(self.form.focus) {
            _ if self.form.takes_letters() => {
                hints.push((self.letters(), "change a field".to_owned()));
                if self.outcome() == Outcome::Achieved {
                    hints.push(("n", "not yet instead".to_owned()));
                }
            }
            Some(Field { kind: FieldKind::Radio(_) | FieldKind::Cycle(_), .. }) => {
                hints.extend([("space", "change"), ("tab", "next field")].map(|(key, does)| (key, does.to_owned())));
            }
            Some(field) if field.takes_lines() => {
                hints.extend(
                    [("alt-enter", "new line"), ("tab", "next field")].map(|(key, does)| (key, does.to_owned())),
                );
            }
            // A passphrase has letters of its own.
            Some(_) if self.form.is_on(SECRET) => hints.push(("tab", "change a field".to_owned())),
            Some(_) | None => hints.push(("tab", "next field".to_owned())),
        }
        let back =
            if on_secret { "back".to_owned() } else { format!("back to the {}", secret_words(self.signature.way)) };
        hints.push(("esc", back));
        hints
    }

    /// Returns the letters of the fields.
    fn letters(&self) -> &'static str {
        match (self.outcome(), self.is_late()) {
            (Outcome::Achieved, false) => "o d f m v w",
            (Outcome::Achieved, true) => "o d l f m v w",
            (Outcome::NotAchieved, false) => "o d f a m v w b",
            (Outcome::NotAchieved, true) => "o d l f a m v w b",
        }
    }

    fn touched(&mut self, touched: FormEvent) -> DialogEvent {
        self.arrange();
        if touched != FormEvent::Edited {
            return DialogEvent::Stay;
        }
        self.signature.failure = None;
        self.keep()
    }

    /// Saves the draft.
    fn keep(&self) -> DialogEvent {
        if !self.open.keeps_a_draft() {
            return DialogEvent::Stay;
        }
        let (person, trainee) = (self.open.signer.id.clone(), self.open.trainee.clone());
        DialogEvent::Ask(vec![Effect::SaveDraft { person, trainee, draft: self.kept() }])
    }

    /// Shows and requires fields according to the outcome and the day.
    fn arrange(&mut self) {
        let not_yet = self.outcome() == Outcome::NotAchieved;
        let need = if not_yet { Requiredness::Required } else { Requiredness::Optional };
        self.form.change("feedback", |field| field.need = need);
        for (name, place) in [("action", FieldLayout::Own), ("by", FieldLayout::Beside)] {
            self.form.change(name, |field| field.place = if not_yet { place } else { FieldLayout::Away });
        }
        for (name, last) in &self.open.last_used {
            self.form.change(name, |field| field.note = if field.value() == last { LAST_TIME } else { "" });
        }
        let late = self.is_late();
        self.form.change("late", |field| field.place = if late { FieldLayout::Own } else { FieldLayout::Away });
    }

    fn is_late(&self) -> bool {
        let late = |seen: NaiveDate| (self.open.today - seen).num_days() > i64::from(self.open.late_days);
        self.form.day("seen").is_ok_and(late)
    }

    fn sign(&mut self) -> DialogEvent {
        self.form.clear_faults();
        let observation = match self.observation() {
            Ok(observation) => observation,
            Err((name, sentence)) => {
                self.form.refuse(name, sentence);
                // With a secret typed, the focus stays on it, so that it is not typed again in clear text.
                if self.form.secret_is_empty() {
                    self.form.open(name);
                }
                return DialogEvent::Stay;
            }
        };
        if self.form.secret_is_empty() {
            self.form.refuse(SECRET, self.signature.wanted());
            return DialogEvent::Stay;
        }
        if self.signature.refuses(&mut self.form) {
            return self.keep();
        }
        self.signature.failure = None;
        self.signature.stage = Stage::Doing;
        DialogEvent::Ask(vec![Effect::Sign(Box::new(ActionRequest {
            signer: self.open.signer.id.clone(),
            action: self.open.action(observation),
            credential: Some((self.signature.way, self.form.take_secret())),
            mode: SignMode::Write,
        }))])
    }

    /// Reads the fields into an observation, or returns the first invalid field and why.
    fn observation(&self) -> Read<Observation> {
        let observed = self.form.day("seen").map_err(|fault| ("seen", fault))?;
        if observed > self.open.today {
            return Err(("seen", format!("{} is in the future. Give the day it was seen", long_day(observed))));
        }
        let late =
            if self.is_late() { Some(required(&self.form, "late", "Say why it is signed so late")?) } else { None };
        let place = optional(&self.form, "where", SafeText::line)?;
        let outcome = self.outcome();
        let (feedback, action) = match outcome {
            Outcome::Achieved => (optional(&self.form, "feedback", SafeText::lines)?, None),
            Outcome::NotAchieved => {
                let feedback = required(&self.form, "feedback", "Say what was not yet to the standard")?;
                let what = required(&self.form, "action", "Say what to do next")?;
                let by = self.form.day("by").map_err(|fault| ("by", fault))?;
                if by < self.open.today {
                    return Err(("by", format!("{} is in the past", long_day(by))));
                }
                (Some(feedback), Some(Action { what, by }))
            }
        };
        let method = self.form.value("method").parse::<Method>().ok();
        let supervision = self.form.value("supervision").parse::<Supervision>().ok();
        Ok(Observation { outcome, method, supervision, observed, place, feedback, action, late })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::dialog::sign_open::Item;
    use crate::msg::acts::{Action, NewSignOff};
    use crate::theme::Appearance;
    use countersign_core::people::person::Role;
    use countersign_core::primitives::date::parse_day;
    use countersign_core::primitives::ids::Secret;
    use countersign_core::record::ksb_status::State as Standing;
    use countersign_core::record::view::PersonRow;

    pub(crate) fn signer() -> PersonRow {
        PersonRow {
            id: "ssup".parse().unwrap(),
            name: SafeText::line("S. Supervisor").unwrap(),
            roles: vec![Role::Supervisor],
            registration: Some(SafeText::line("HCPC CS00000").unwrap()),
            left: false,
        }
    }

    pub(crate) fn open(count: usize) -> SignDialogParams {
        let texts = [
            "Participate in clinical and quality management processes.",
            "Undertake delegated clinical technical and quality audits in your area of work.",
        ];
        let item = |at: usize| Item {
            code: format!("S{}", 25 + at).parse().unwrap(),
            text: texts[at % 2].to_owned(),
            state: if at == 1 { Standing::NotYet } else { Standing::Open },
            since: parse_day("2026-10-02"),
            hidden: false,
            claim: None,
        };
        SignDialogParams {
            signer: signer(),
            way: CredentialKind::Pin,
            trainee: "atra".parse().unwrap(),
            trainee_name: SafeText::line("A. Trainee").unwrap(),
            claims: Vec::new(),
            rests_on: Vec::new(),
            last_used: Draft::new(),
            group: None,
            skipped: Vec::new(),
            duty: String::new(),
            items: (0..count).map(item).collect(),
            today: parse_day("2026-11-21").unwrap(),
            late_days: 14,
            outcome: None,
            draft: Draft::new(),
        }
    }

    pub(crate) fn keys(state: &mut State, keys: &str) -> DialogEvent {
        keys_in(state, keys, Rect::new(0, 1, 80, 22))
    }

    /// Presses keys in a dialog over an area.
    pub(crate) fn keys_in(state: &mut State, keys: &str, area: Rect) -> DialogEvent {
        let theme = Theme::choose(Appearance::FULL);
        keys.split(' ').map(|key| state.key(key.parse().unwrap(), &theme, area)).last().unwrap()
    }

    fn request(reply: DialogEvent) -> (NewSignOff, CredentialKind, Secret) {
        match reply {
            DialogEvent::Ask(effects) => match effects.into_iter().next() {
                Some(Effect::Sign(request)) => {
                    let ActionRequest { action: Action::SignOff(sign_off), credential: Some((way, secret)), .. } =
                        *request
                    else {
                        panic!()
                    };
                    (*sign_off, way, secret)
                }
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_pin_and_enter_sign_every_item_shown_and_a_second_enter_nothing() {
        let mut state = State::new(open(2));
        let (sign_off, way, secret) = request(keys(&mut state, "1 2 3 4 enter"));
        assert_eq!((sign_off.items.len(), secret, way), (2, Secret::new("1234".into()), CredentialKind::Pin));
        assert_eq!(sign_off.observation.outcome, Outcome::Achieved);
        assert_eq!(sign_off.observation.observed, parse_day("2026-11-21").unwrap());
        assert_eq!(keys(&mut state, "enter"), DialogEvent::Stay);
    }

    #[test]
    fn without_a_pin_enter_asks_for_it_from_any_field() {
        let mut state = State::new(open(1));
        assert_eq!(keys(&mut state, "tab tab enter"), DialogEvent::Stay);
        assert!(state.form.is_on(SECRET));
        keys(&mut state, "enter");
        assert_eq!(state.form.field(SECRET).unwrap().fault.as_deref(), Some("Type your PIN, then Enter"));
    }

    #[test]
    fn a_letter_changes_one_field_while_the_focus_stays_in_the_pin_and_a_digit_goes_to_the_pin() {
        let mut state = State::new(open(2));
        keys(&mut state, "1 m 2 v 3 m 4");
        assert!(state.form.is_on(SECRET));
        assert_eq!((state.form.value("method"), state.form.value("supervision")), ("oce", "direct"));
        assert_eq!(request(keys(&mut state, "enter")).1, CredentialKind::Pin);
        let mut state = State::new(open(1));
        for (letter, field, typed, back) in
            [("d", "seen", "1 / 1 1", "enter"), ("f", "feedback", "o k", "esc"), ("w", "where", "l a b", "enter")]
        {
            keys(&mut state, letter);
            assert!(state.form.is_on(field), "{field}");
            keys(&mut state, typed);
            assert_eq!(state.form.value(field), typed.replace(' ', ""));
            assert_eq!(keys(&mut state, back), DialogEvent::Stay);
            assert!(state.form.is_on(SECRET), "{field}");
        }
        keys(&mut state, "n");
        assert_eq!(state.outcome(), Outcome::NotAchieved);
        keys(&mut state, "o");
        assert_eq!(state.outcome(), Outcome::Achieved);
        assert!(state.form.secret_is_empty());
    }

    #[test]
    fn the_footer_names_the_letter_of_every_field() {
        for (outcome, seen) in
            Outcome::ALL.iter().flat_map(|outcome| ["today", "2026-01-05"].map(|seen| (*outcome, seen)))
        {
            let mut state = State::new(SignDialogParams { outcome: Some(outcome), ..open(1) });
            state.form.restore(&vec![("seen".to_owned(), seen.to_owned())]);
            state.arrange();
            let mut named: Vec<char> = state.letters().split(' ').flat_map(str::chars).collect();
            let mut letters: Vec<char> = state.form.field_letters().collect();
            named.sort_unstable();
            letters.sort_unstable();
            assert_eq!(named, letters, "{outcome:?} {seen}");
            let footer = state.footer(80);
            assert_eq!(footer[0].0, state.letters());
            assert_eq!(footer.iter().any(|(key, _)| *key == "n"), outcome == Outcome::Achieved);
        }
    }

    #[test]
    fn a_passphrase_has_its_own_letters_and_its_fields_are_reached_by_tab() {
        let mut state = State::new(SignDialogParams { way: CredentialKind::Passphrase, ..open(1) });
        keys(&mut state, "m o w n d");
        assert_eq!((state.form.value("method"), state.outcome()), ("", Outcome::Achieved));
        assert!(state.footer(80).contains(&("tab", "change a field".to_owned())));
        keys(&mut state, "tab tab space enter");
        assert_eq!((state.form.value("method"), state.form.is_on(SECRET)), ("dops", true));
        assert_eq!(request(keys(&mut state, "enter")).1, CredentialKind::Passphrase);
    }

    #[test]
    fn what_was_used_last_is_filled_in_and_said_until_it_is_changed() {
        let last_used = [("method", "dops"), ("supervision", "direct")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        let mut state = State::new(SignDialogParams { last_used: last_used.to_vec(), ..open(1) });
        let note = |state: &State, name: &str| state.form.field(name).unwrap().note;
        assert_eq!(
            (note(&state, "method"), note(&state, "supervision"), note(&state, "where")),
            (LAST_TIME, LAST_TIME, "")
        );
        keys(&mut state, "m");
        assert_eq!((note(&state, "method"), note(&state, "supervision")), ("", LAST_TIME));
    }

    #[test]
    fn not_achieved_is_not_signed_without_feedback_an_action_and_its_day() {
        let mut state = State::new(SignDialogParams { outcome: Some(Outcome::NotAchieved), ..open(1) });
        for (field, typed) in [("feedback", "N o"), ("action", "D o"), ("by", "i n space 2 space w e e k s")] {
            assert!(state.form.is_on(SECRET), "{field}");
            keys(&mut state, "enter");
            assert!(state.form.is_on(field), "{field}");
            assert!(state.form.field(field).unwrap().fault.is_some(), "{field}");
            keys(&mut state, typed);
            keys(&mut state, "enter");
        }
        let (sign_off, ..) = request(keys(&mut state, "1 2 3 4 enter"));
        assert_eq!(sign_off.observation.action.unwrap().by, parse_day("2026-12-05").unwrap());
    }

    #[test]
    fn an_outcome_that_its_key_chose_is_not_a_draft_for_the_other_key() {
        let mut state = State::new(SignDialogParams { outcome: Some(Outcome::NotAchieved), ..open(1) });
        assert_eq!(state.kept(), Draft::new());
        keys(&mut state, "f N o");
        let kept = state.kept();
        let other = State::new(SignDialogParams { draft: kept.clone(), ..open(1) });
        assert_eq!((other.outcome(), other.form.value("feedback")), (Outcome::Achieved, ""));
        assert_eq!(other.kept(), kept, "what was not looked at is not lost");
        let again = State::new(SignDialogParams { draft: kept, outcome: Some(Outcome::NotAchieved), ..open(1) });
        assert_eq!((again.outcome(), again.form.value("feedback")), (Outcome::NotAchieved, "No"));
    }

    #[test]
    fn a_late_observation_needs_a_reason_and_one_to_come_is_refused() {
        let mut state = State::new(open(1));
        state.form.focus_on("seen");
        keys(&mut state, "ctrl-u 1 / 1 1 enter enter");
        assert!(state.form.is_on("late"));
        state.form.focus_on("seen");
        keys(&mut state, "ctrl-u t o m o r r o w enter enter");
        let fault = state.form.field("seen").unwrap().fault.clone().unwrap();
        assert_eq!(fault, "Sun 22 Nov 2026 is in the future. Give the day it was seen");
    }

    #[test]
    fn every_edit_keeps_a_draft_which_opens_as_it_was_left_without_the_secret() {
        let mut state = State::new(open(1));
        assert_eq!(keys(&mut state, "1 2"), DialogEvent::Stay);
        assert_eq!(state.kept(), Draft::new());
        state.form.focus_on("where");
        let DialogEvent::Ask(effects) = keys(&mut state, "l a b") else { panic!() };
        let Some(Effect::SaveDraft { draft, .. }) = effects.first() else { panic!() };
        assert!(
            draft.contains(&("where".into(), "lab".into())) && draft.contains(&("seen".into(), "2026-11-21".into()))
        );
        assert!(!format!("{draft:?}").contains("12\""));
        let again = State::new(SignDialogParams { draft: draft.clone(), ..open(1) });
        assert_eq!((again.form.value("where"), again.form.value("seen")), ("lab", "today"));
        assert_eq!(keys(&mut state, "esc"), DialogEvent::Stay, "Esc leads back to the PIN");
        assert_eq!(keys(&mut state, "esc"), DialogEvent::Leave(draft.clone()));
    }

    #[test]
    fn a_failure_keeps_all_but_the_secret_and_an_ended_session_asks_for_the_passphrase() {
        let mut state = State::new(open(1));
        keys(&mut state, "1 2 3 4 enter");
        let what = "That is not the PIN of S. Supervisor".to_owned();
        state.failed(&UiError { what, hint: None, session_ended: Some("ssup".parse().unwrap()) });
        assert!(state.form.secret_is_empty() && state.form.is_on(SECRET));
        assert_eq!(request(keys(&mut state, "p w enter")).1, CredentialKind::Passphrase);
    }

    #[test]
    fn patient_data_is_refused_in_words_at_its_field() {
        let mut state = State::new(open(1));
        state.form.focus_on("feedback");
        state.paste("seen with 943 476 5919");
        keys(&mut state, "enter enter");
        assert!(state.form.is_on("feedback"));
        assert!(state.form.field("feedback").unwrap().fault.as_ref().unwrap().contains("NHS number"));
    }
}
