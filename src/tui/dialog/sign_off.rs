//! Describes the dialog of a sign-off: its KSBs, the fields of the observation, and how they become an action.

use chrono::NaiveDate;

use crate::dialog::drafts;
use crate::dialog::form::{Field, FieldKind, FieldLayout, Form, Options, Read, Requiredness, optional, required, text};
use crate::dialog::signature::{SECRET, secret_words};
use crate::msg::Draft;
use crate::msg::acts::{Action, NewGroupSignOff, NewSignOff};
use crate::msg::credential_kind::CredentialKind;
use crate::msg::group::Group;
use crate::widget::dialog_box::Hint;
use crate::widget::text_input::{LineMode, TextInput};
use countersign_core::primitives::date::long_day;
use countersign_core::primitives::file_name::StoredFileName;
use countersign_core::primitives::ids::{ClaimId, KsbCode, PersonId};
use countersign_core::primitives::text::SafeText;
use countersign_core::record::group::GroupMember;
use countersign_core::record::ksb_status::State as Standing;
use countersign_core::record::view::Observation;
use countersign_core::statement::kinds::sign_off::{
    self, MEANING_ACHIEVED, MEANING_NOT_ACHIEVED, Method, Outcome, Supervision,
};

/// A KSB to sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ksb {
    pub code: KsbCode,
    pub text: String,
    /// Current state.
    pub state: Standing,
    /// Day since which it has this state, if known.
    pub since: Option<NaiveDate>,
    /// Whether the list behind the dialog does not show it.
    pub hidden: bool,
    /// The claim that waits on it, as it was when the dialog opened.
    pub claim: Option<ClaimId>,
}

/// What a sign-off is about, and what its fields begin with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignOffForm {
    pub trainee_name: SafeText,
    /// The claims that it answers, if any.
    pub claims: Vec<ClaimId>,
    /// Names of the evidence files.
    pub rests_on: Vec<StoredFileName>,
    /// KSBs to sign, in order.
    pub items: Vec<Ksb>,
    /// Signed KSBs of the list that were left out.
    pub skipped: Vec<KsbCode>,
    /// Name of the duty that all of them are in; empty if there is none.
    pub duty: String,
    /// Days after which an observation needs a reason for being late.
    pub late_days: u32,
    /// The outcome chosen by the key; if `None`, the draft's or *achieved*.
    pub outcome: Option<Outcome>,
    /// The signer's last method, supervision and place.
    pub last_used: Draft,
    /// The people, if the one item is signed for several: then the trainee's name is who they are.
    pub group: Option<Box<Group>>,
}

/// Said of a value that is the last one used.
const LAST_TIME: &str = "as last time";

impl SignOffForm {
    /// Returns the action that signs all of it with this observation.
    pub fn signed(&self, trainee: PersonId, observation: Observation) -> Action {
        if let Some((group, item)) = self.group.as_ref().and_then(|group| Some((group, group.item()?))) {
            let member = |one: &GroupMember| (one.id.clone(), one.claim.as_ref().map(|claim| claim.id));
            let people = group.selection().into_iter().map(member).collect();
            let (of, code) = (item.of.clone(), item.code);
            return Action::SignForMany(Box::new(NewGroupSignOff { of, code, people, observation }));
        }
        Action::SignOff(Box::new(NewSignOff {
            trainee,
            items: self.items.iter().map(|item| (item.code, item.claim)).collect(),
            claims: self.claims.clone(),
            observation,
            skipped: self.skipped.len(),
        }))
    }

    /// Returns the people, if the item is signed for several.
    pub fn members(&self) -> Vec<&GroupMember> {
        self.group.as_ref().map_or_else(Vec::new, |group| group.selection())
    }

    /// Whether what is typed is kept for the open trainee.
    pub fn keeps_a_draft(&self) -> bool {
        self.claims.is_empty() && self.group.is_none()
    }

    /// Returns how many sign-offs are made.
    pub fn count(&self) -> usize {
        self.items.len().max(self.members().len())
    }

    /// Returns the draft target of these KSBs and the outcome of the form.
    pub fn target(&self, form: &Form) -> String {
        let codes: Vec<_> = self.items.iter().map(|item| item.code).collect();
        drafts::target(&codes, outcome(form).slug())
    }

    /// Returns what the fields begin with: what the signer used last, and the outcome chosen by the key.
    pub fn defaults(&self) -> Draft {
        let chosen = self.outcome.map(|outcome| ("outcome".to_owned(), outcome.slug().to_owned()));
        self.last_used.iter().cloned().chain(chosen).collect()
    }

    /// Shows and requires fields according to the outcome and the day.
    pub fn arrange(&self, form: &mut Form) {
        let not_yet = outcome(form) == Outcome::NotAchieved;
        let need = if not_yet { Requiredness::Required } else { Requiredness::Optional };
        form.change("feedback", |field| field.need = need);
        for (name, place) in [("action", FieldLayout::Own), ("by", FieldLayout::Beside)] {
            form.change(name, |field| field.place = if not_yet { place } else { FieldLayout::Away });
        }
        for (name, last) in &self.last_used {
            form.change(name, |field| field.note = if field.value() == last { LAST_TIME } else { "" });
        }
        let late = self.is_late(form);
        form.change("late", |field| field.place = if late { FieldLayout::Own } else { FieldLayout::Away });
    }

    fn is_late(&self, form: &Form) -> bool {
        let late = |seen: NaiveDate| (form.today - seen).num_days() > i64::from(self.late_days);
        form.day("seen").is_ok_and(late)
    }

    /// Returns what Enter does.
    pub fn verb(&self, form: &Form) -> String {
        let verb = match outcome(form) {
            Outcome::Achieved => "sign",
            Outcome::NotAchieved => "record",
        };
        format!("{verb} {}", self.count())
    }

    /// Returns what Enter and Esc do, which is shown next to the secret.
    pub fn hints(&self, form: &Form, way: CredentialKind) -> Vec<Hint> {
        if !form.is_on(SECRET) {
            return vec![("enter or esc", format!("back to the {}", secret_words(way)))];
        }
        let back = if self.claims.is_empty() { "back, marks kept" } else { "back" };
        vec![("enter", self.verb(form)), ("esc", back.to_owned())]
    }

    /// Returns the keys of the fields, for the screen's footer; in a small window also the one that signs.
    pub fn footer(&self, form: &Form, way: CredentialKind, small: bool) -> Vec<Hint> {
        let on_secret = form.is_on(SECRET);
        let mut hints: Vec<Hint> = Vec::new();
        if small && on_secret {
            hints.extend(self.hints(form, way).into_iter().take(1));
        }
        let mut add =
            |keys: &[(&'static str, &str)]| hints.extend(keys.iter().map(|(key, does)| (*key, (*does).to_owned())));
        match form.fields.get(form.focus) {
            _ if form.takes_letters() => {
                add(&[(self.letters(form), "change a field")]);
                if outcome(form) == Outcome::Achieved {
                    add(&[("n", "not yet instead")]);
                }
            }
            Some(Field { kind: FieldKind::Radio(_) | FieldKind::Cycle(_), .. }) => {
                add(&[("space", "change"), ("tab", "next field")]);
            }
            Some(field) if field.takes_lines() => add(&[("alt-enter", "new line"), ("tab", "next field")]),
            // A passphrase has letters of its own.
            Some(_) if on_secret => add(&[("tab", "change a field")]),
            Some(_) | None => add(&[("tab", "next field")]),
        }
        hints.push(("esc", if on_secret { "back".to_owned() } else { format!("back to the {}", secret_words(way)) }));
        hints
    }

    /// Returns the letters of the fields.
    pub fn letters(&self, form: &Form) -> &'static str {
        match (outcome(form), self.is_late(form)) {
            (Outcome::Achieved, false) => "o d f m v w",
            (Outcome::Achieved, true) => "o d l f m v w",
            (Outcome::NotAchieved, false) => "o d f a m v w b",
            (Outcome::NotAchieved, true) => "o d l f a m v w b",
        }
    }

    /// Reads the fields into an observation, or returns the first invalid field and why.
    pub fn observation(&self, form: &Form) -> Read<Observation> {
        let observed = form.day("seen").map_err(|fault| ("seen", fault))?;
        if observed > form.today {
            return Err(("seen", format!("{} is in the future. Give the day it was seen", long_day(observed))));
        }
        let late =
            if self.is_late(form) { Some(required(form, "late", "Say why it is signed so late")?) } else { None };
        let place = optional(form, "where", SafeText::line)?;
        let outcome = outcome(form);
        let (feedback, action) = match outcome {
            Outcome::Achieved => (optional(form, "feedback", SafeText::lines)?, None),
            Outcome::NotAchieved => {
                let feedback = required(form, "feedback", "Say what was not yet to the standard")?;
                let what = required(form, "action", "Say what to do next")?;
                let by = form.day("by").map_err(|fault| ("by", fault))?;
                if by < form.today {
                    return Err(("by", format!("{} is in the past", long_day(by))));
                }
                (Some(feedback), Some(sign_off::Action { what, by }))
            }
        };
        let method = form.value("method").parse::<Method>().ok();
        let supervision = form.value("supervision").parse::<Supervision>().ok();
        Ok(Observation { outcome, method, supervision, observed, place, feedback, action, late })
    }
}

/// Returns the outcome that the fields say.
pub fn outcome(form: &Form) -> Outcome {
    form.value("outcome").parse().unwrap_or(Outcome::NotAchieved)
}

/// Returns what the signature means.
pub fn meaning(form: &Form) -> &'static str {
    match outcome(form) {
        Outcome::Achieved => MEANING_ACHIEVED,
        Outcome::NotAchieved => MEANING_NOT_ACHIEVED,
    }
}

/// Returns method, supervision and place, as defaults for the next sign-off.
pub fn last_used(form: &Form) -> Draft {
    let kept = |(name, value): &(String, String)| {
        matches!(name.as_str(), "method" | "supervision" | "where") && !value.is_empty()
    };
    form.dated_draft().into_iter().filter(kept).collect()
}

/// Returns the dialog's fields, row by row.
pub fn fields() -> Vec<Field> {
    let outcomes = Outcome::ALL.iter().map(|outcome| (outcome.slug(), outcome.words()));
    let methods = Method::ALL.iter().map(|method| (method.slug(), method.words()));
    let levels = Supervision::ALL.iter().map(|level| (level.slug(), level.words()));
    let none = || std::iter::once(("", "not stated"));
    let cycle = |all: Vec<(&'static str, &'static str)>| FieldKind::Cycle(Options::new(all));
    let day = |today| FieldKind::Day(TextInput::new(LineMode::Line, today));
    let required = |field: Field| Field { need: Requiredness::Required, place: FieldLayout::Away, ..field };
    let beside = |field: Field| field.at(FieldLayout::Beside);
    vec![
        Field::new("outcome", "Outcome", FieldKind::Radio(Options::new(outcomes))).by('o'),
        beside(Field::new("method", "Method", cycle(none().chain(methods).collect())).by('m')),
        Field::new("seen", "Seen", day("today")).by('d'),
        beside(Field::new("supervision", "Supervision", cycle(none().chain(levels).collect())).by('v')),
        required(Field::new("late", "Late", text(LineMode::Lines))).by('l'),
        Field::new("feedback", "Feedback", text(LineMode::Lines)).by('f'),
        beside(Field::new("where", "Where", text(LineMode::Line)).by('w')),
        required(Field::new("action", "Action", text(LineMode::Lines))).by('a'),
        required(Field::new("by", "By", day(""))).by('b'),
    ]
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use ratatui::layout::Rect;

    use crate::dialog::action::{ActionDialogParams, State};
    use crate::dialog::action_kind::ActionKind;
    use crate::dialog::event::DialogEvent;
    use crate::msg::acts::ActionRequest;
    use crate::msg::{Effect, UiError};
    use crate::theme::{Appearance, Theme};
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

    pub(crate) fn form(count: usize) -> SignOffForm {
        let texts = [
            "Participate in clinical and quality management processes.",
            "Undertake delegated clinical technical and quality audits in your area of work.",
        ];
        let item = |at: usize| Ksb {
            code: format!("S{}", 25 + at).parse().unwrap(),
            text: texts[at % 2].to_owned(),
            state: if at == 1 { Standing::NotYet } else { Standing::Open },
            since: parse_day("2026-10-02"),
            hidden: false,
            claim: None,
        };
        SignOffForm {
            trainee_name: SafeText::line("A. Trainee").unwrap(),
            claims: Vec::new(),
            rests_on: Vec::new(),
            last_used: Draft::new(),
            group: None,
            skipped: Vec::new(),
            duty: String::new(),
            items: (0..count).map(item).collect(),
            late_days: 14,
            outcome: None,
        }
    }

    pub(crate) fn dialog(form: SignOffForm) -> ActionDialogParams {
        ActionDialogParams {
            kind: ActionKind::SignOff(Box::new(form)),
            title: String::new(),
            items: Vec::new(),
            signer: signer(),
            way: Some(CredentialKind::Pin),
            trainee: Some("atra".parse().unwrap()),
            owner: Some(signer().id),
            today: parse_day("2026-11-21").unwrap(),
            draft: Draft::new(),
        }
    }

    pub(crate) fn open(count: usize) -> ActionDialogParams {
        dialog(form(count))
    }

    fn not_achieved() -> SignOffForm {
        SignOffForm { outcome: Some(Outcome::NotAchieved), ..form(1) }
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
        assert_eq!(outcome(&state.form), Outcome::NotAchieved);
        keys(&mut state, "o");
        assert_eq!(outcome(&state.form), Outcome::Achieved);
        assert!(state.form.secret_is_empty());
    }

    #[test]
    fn the_footer_names_the_letter_of_every_field() {
        for (outcome, seen) in
            Outcome::ALL.iter().flat_map(|outcome| ["today", "2026-01-05"].map(|seen| (*outcome, seen)))
        {
            let mut state = State::new(dialog(SignOffForm { outcome: Some(outcome), ..form(1) }));
            state.form.restore(&vec![("seen".to_owned(), seen.to_owned())]);
            keys(&mut state, "tab");
            state.form.focus_on(SECRET);
            let mut named: Vec<char> =
                state.sign_off().unwrap().letters(&state.form).split(' ').flat_map(str::chars).collect();
            let mut letters: Vec<char> = state.form.field_letters().collect();
            named.sort_unstable();
            letters.sort_unstable();
            assert_eq!(named, letters, "{outcome:?} {seen}");
            let footer = state.footer(80);
            assert_eq!(footer[0].0, state.sign_off().unwrap().letters(&state.form));
            assert_eq!(footer.iter().any(|(key, _)| *key == "n"), outcome == Outcome::Achieved);
        }
    }

    #[test]
    fn a_passphrase_has_its_own_letters_and_its_fields_are_reached_by_tab() {
        let mut state = State::new(ActionDialogParams { way: Some(CredentialKind::Passphrase), ..open(1) });
        keys(&mut state, "m o w n d");
        assert_eq!((state.form.value("method"), outcome(&state.form)), ("", Outcome::Achieved));
        assert!(state.footer(80).contains(&("tab", "change a field".to_owned())));
        keys(&mut state, "tab tab space enter");
        assert_eq!((state.form.value("method"), state.form.is_on(SECRET)), ("dops", true));
        assert_eq!(request(keys(&mut state, "enter")).1, CredentialKind::Passphrase);
    }

    #[test]
    fn what_was_used_last_is_filled_in_and_said_until_it_is_changed() {
        let last_used = [("method", "dops"), ("supervision", "direct")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        let mut state = State::new(dialog(SignOffForm { last_used: last_used.to_vec(), ..form(1) }));
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
        let mut state = State::new(dialog(not_achieved()));
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
        let mut state = State::new(dialog(not_achieved()));
        assert_eq!(state.kept(), Draft::new());
        keys(&mut state, "f N o");
        let kept = state.kept();
        let other = State::new(ActionDialogParams { draft: kept.clone(), ..open(1) });
        assert_eq!((outcome(&other.form), other.form.value("feedback")), (Outcome::Achieved, ""));
        assert_eq!(other.kept(), kept, "what was not looked at is not lost");
        let again = State::new(ActionDialogParams { draft: kept, ..dialog(not_achieved()) });
        assert_eq!((outcome(&again.form), again.form.value("feedback")), (Outcome::NotAchieved, "No"));
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
        let again = State::new(ActionDialogParams { draft: draft.clone(), ..open(1) });
        assert_eq!((again.form.value("where"), again.form.value("seen")), ("lab", "today"));
        assert_eq!(keys(&mut state, "esc"), DialogEvent::Stay, "Esc leads back to the PIN");
        assert_eq!(keys(&mut state, "esc"), DialogEvent::Keep(state.left().unwrap()));
        assert_eq!(state.left().unwrap().draft, draft.clone());
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
