//! Handles and draws the dialog that withdraws signed statements, or in which a trainee acknowledges or disputes a record.

use chrono::NaiveDate;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::domain::people::person::PersonRef;
use crate::domain::primitives::date::{Timestamp, day_words};
use crate::domain::primitives::ids::StatementId;
use crate::domain::primitives::text::{SafeText, TextFault};
use crate::domain::record::view::{Batch, PersonRow, Record};
use crate::domain::statement::kinds::sign_off::Outcome;
use crate::tui::key::{Key, KeyModifier, KeyPress};
use crate::tui::msg::acts::{AnswerRequest, WithdrawRequest};
use crate::tui::msg::credential_kind::CredentialKind;
use crate::tui::msg::{Effect, UiError};
use crate::tui::overlay::dialog::{self, Hint};
use crate::tui::overlay::form::{Field, Form, FormEvent, Requiredness, text};
use crate::tui::overlay::form_draw::{draw_form, height};
use crate::tui::overlay::reply::DialogEvent;
use crate::tui::overlay::signature::{SECRET, Signature, Stage};
use crate::tui::theme::Theme;
use crate::tui::widget::frame::Titles;
use crate::tui::widget::text_input::LineMode;

/// Returns what a record is called in the withdraw dialog.
pub fn one_of(record: &Record) -> String {
    match record.outcome {
        Outcome::Achieved => format!("a sign-off of {}", record.code),
        Outcome::NotAchieved => format!("the record of {} as not yet achieved", record.code),
    }
}

/// The action that the dialog signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignedStep {
    Withdraw,
    Acknowledge,
    Dispute,
}

impl SignedStep {
    fn title(self, about: &About) -> String {
        match (self, about) {
            (_, About::Batch(batch)) => format!("Take back {} for {}", batch.counted(), batch.whose()),
            (Self::Withdraw, About::One(record, _)) => format!("Withdraw {}", one_of(record)),
            (Self::Acknowledge, About::One(record, _)) => format!("Acknowledge a record of {}", record.code),
            (Self::Dispute, About::One(record, _)) => format!("Dispute a record of {}", record.code),
        }
    }

    /// Returns what the signature means.
    fn meaning(self, about: &About) -> String {
        let (said, them) = match self {
            Self::Acknowledge => {
                return "You confirm that you have read this. Your signature is kept with the record.".to_owned();
            }
            Self::Dispute => {
                return "You disagree. Your reason is signed and kept with the record, which counts as before."
                    .to_owned();
            }
            Self::Withdraw if about.ids().len() > 1 => ("They no longer count", "them"),
            Self::Withdraw => ("It no longer counts", "it"),
        };
        let becomes = match about {
            About::Batch(batch) => batch.progress,
            About::One(..) => None,
        };
        let becomes = becomes.map_or(String::new(), |[before, after, total]| {
            format!(": {before} of {total} signed becomes {after} of {total}")
        });
        let revived = match about {
            About::Batch(batch) => batch.revived.iter().fold(String::new(), |all, said| all + " " + said + "."),
            About::One(..) => String::new(),
        };
        format!("{said}{becomes}.{revived} Nothing is deleted: the log keeps {them}, and this reason.")
    }

    fn verb(self) -> &'static str {
        match self {
            Self::Withdraw => "withdraw",
            Self::Acknowledge => "acknowledge",
            Self::Dispute => "dispute",
        }
    }

    fn wants_reason(self) -> Option<&'static str> {
        match self {
            Self::Withdraw => Some("Say why it no longer counts"),
            Self::Acknowledge => None,
            Self::Dispute => Some("Say what you disagree with"),
        }
    }
}

/// Input to the dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithdrawDialogParams {
    pub action: SignedStep,
    pub signer: PersonRow,
    pub way: CredentialKind,
    pub trainee_name: SafeText,
    pub about: About,
    /// Initial reason.
    pub reason: &'static str,
    pub today: NaiveDate,
}

/// The signed statements that the dialog is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// A sign-off, and the KSB's full text.
    One(Box<Record>, String),
    Batch(Box<Batch>),
}

impl About {
    pub fn ids(&self) -> Vec<StatementId> {
        match self {
            Self::One(record, _) => vec![record.id],
            Self::Batch(batch) => batch.ids.clone(),
        }
    }
}

/// The dialog's state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    pub open: WithdrawDialogParams,
    pub form: Form,
    pub signature: Signature,
}

impl State {
    /// Opens the dialog with the focus on the reason.
    pub fn new(open: WithdrawDialogParams) -> Self {
        let signature = Signature::new(open.signer.clone(), open.way);
        let mut fields = Vec::new();
        if open.action.wants_reason().is_some() {
            fields
                .push(Field { need: Requiredness::Required, ..Field::new("reason", "Reason", text(LineMode::Lines)) });
        }
        fields.push(signature.field());
        let mut form = Form::new(open.today, fields);
        if !open.reason.is_empty() {
            form.restore(&vec![("reason".to_owned(), open.reason.to_owned())]);
            form.focus_on(SECRET);
        }
        Self { open, form, signature }
    }

    /// Handles a key.
    pub fn key(&mut self, press: KeyPress) -> DialogEvent {
        match (press.modifier, press.key) {
            (KeyModifier::Nothing, Key::Esc) => DialogEvent::Close(vec![]),
            _ if self.signature.stage == Stage::Doing => DialogEvent::Stay,
            (KeyModifier::Nothing, Key::Enter) => self.sign(),
            (KeyModifier::Nothing, Key::Char('r')) if self.may_go_to_reason() => {
                self.form.focus_on("reason");
                DialogEvent::Stay
            }
            _ => {
                let touched = self.form.key(press);
                self.touched(touched)
            }
        }
    }

    /// Whether `r` moves to the reason: a PIN has no letters.
    fn may_go_to_reason(&self) -> bool {
        let on_pin = self.signature.way == CredentialKind::Pin && self.form.is_on(SECRET);
        on_pin && self.form.secret_is_empty() && self.open.action.wants_reason().is_some()
    }

    /// Handles a pasted text.
    pub fn paste(&mut self, pasted: &str) -> DialogEvent {
        let touched = self.signature.paste(&mut self.form, pasted);
        touched.map_or(DialogEvent::Stay, |touched| self.touched(touched))
    }

    /// Shows a failure; the reason stays.
    pub fn failed(&mut self, failure: &UiError) {
        self.signature.failed(failure, &mut self.form);
    }

    /// Returns the keys that work here.
    pub fn hints(&self) -> Vec<Hint> {
        let next = self.open.action.wants_reason().map(|_| ("tab", "next field"));
        let next = if self.may_go_to_reason() { Some(("r", "change the reason")) } else { next };
        let verb = if matches!(self.open.about, About::Batch(_)) { "take back" } else { self.open.action.verb() };
        let hints = [Some(("enter", verb)), next, Some(("esc", "cancel"))];
        hints.into_iter().flatten().map(|(key, does)| (key, does.to_owned())).collect()
    }

    /// Draws the dialog over `area` and returns the cursor position.
    pub fn view(&self, theme: &Theme, area: Rect, buf: &mut Buffer) -> Option<Position> {
        let (width, _) = dialog::columns(area);
        let (hints, meaning) = (self.hints(), self.open.action.meaning(&self.open.about));
        let messages = self.messages(theme);
        let most = area.height.saturating_sub(2);
        let message_rows: u16 = messages.iter().map(|(said, _)| dialog::rows(said, width)).sum();
        let form = height(&self.form, width, theme);
        let foot = self.signature.height(&self.form, &meaning, &hints, width);
        let least = message_rows + form + foot;
        // Empty rows: at the top, below the subject, below the fields if there are any, before the secret.
        let gaps = if form > 0 { 4 } else { 3 };
        let spare = most.saturating_sub(least).min(gaps);
        // When space is short, the subject is cut before the fields and the signature.
        let told_shown = message_rows.min(most.saturating_sub(form + foot)).max(1);
        let title = self.open.action.title(&self.open.about);
        let titles = Titles { left: &title, ..Titles::default() };
        let inner = dialog::open(buf, area, told_shown + form + foot + spare, titles, theme);
        let top = Rect { y: inner.y + u16::from(spare == gaps), height: told_shown, ..inner }.intersection(inner);
        let mut row = 0;
        for (said, style) in &messages {
            row += dialog::words(buf, top, row, said, *style, theme);
        }
        let fields = Rect { y: top.bottom() + u16::from(spare > 0), height: form, ..inner }.intersection(inner);
        let cursor = draw_form(&self.form, fields, buf, theme);
        let rest = fields.bottom() + u16::from(form > 0 && spare > 1);
        let foot = Rect { y: rest, height: inner.bottom().saturating_sub(rest), ..inner };
        let secret = self.signature.draw(&self.form, (&meaning, &hints), foot, buf, theme);
        cursor.or(secret)
    }

    /// Describes the statements in full: text, outcome, signer and time.
    fn messages(&self, theme: &Theme) -> Vec<(String, Style)> {
        match &self.open.about {
            About::One(record, text) => self.record_messages(record, text, theme),
            About::Batch(batch) => self.batch_messages(batch, theme),
        }
    }

    fn record_messages(&self, record: &Record, text: &str, theme: &Theme) -> Vec<(String, Style)> {
        let dot = theme.glyphs.dot;
        let style = if record.outcome == Outcome::Achieved { theme.ok } else { theme.bad };
        let method = record.method.map_or(String::new(), |method| format!(" {dot} {}", method.words()));
        let mut messages = vec![
            (format!("{} {text}", record.code), theme.text),
            (
                format!(
                    "{} {}{method} {dot} for {}",
                    record.outcome.words(),
                    day_words(record.observed),
                    self.open.trainee_name
                ),
                style,
            ),
            (format!("signed by {} on {}", record.signer_name, day_words(record.signed.local_day())), theme.dim),
        ];
        messages.extend(record.feedback.as_ref().map(|said| {
            let (from, to) = theme.glyphs.quotes;
            (format!("{from}{said}{to}"), theme.dim)
        }));
        messages
    }

    fn batch_messages(&self, batch: &Batch, theme: &Theme) -> Vec<(String, Style)> {
        // Codes share one line; sentences have one each.
        let what = if batch.is_of_sign_offs() { vec![batch.what.join(" ")] } else { batch.what.clone() };
        let mut messages: Vec<_> = what.into_iter().map(|line| (line, theme.text)).collect();
        let you = |who: &PersonRef| who.id == self.open.signer.id;
        let yours = batch.signers.iter().any(you).then_some("you");
        let others = batch.signers.iter().filter(|who| !you(who)).map(|who| who.name.as_str());
        let by: Vec<&str> = yours.into_iter().chain(others).collect();
        let by = by.join(" and ");
        let [first, last] = batch.signed.map(Timestamp::local);
        let day = |day: NaiveDate| if day == self.open.today { "today".to_owned() } else { day_words(day) };
        messages.push((
            if first == last && batch.signers.len() == 1 {
                let together = if batch.ids.len() > 1 { ", all together" } else { "" };
                format!("Signed by {by} at {} {}{together}.", first.format("%H:%M"), day(first.date()))
            } else if first.date() == last.date() {
                format!("Signed by {by}, {}, not in one go.", day(first.date()))
            } else {
                format!("Signed by {by}, not in one go: from {} to {}.", day(first.date()), day(last.date()))
            },
            theme.dim,
        ));
        messages
    }

    fn touched(&mut self, touched: FormEvent) -> DialogEvent {
        if touched == FormEvent::Edited {
            self.signature.failure = None;
        }
        DialogEvent::Stay
    }

    /// Returns the typed reason. If it is invalid, shows why and returns `None`.
    fn reason(&mut self, wanted: &str) -> Option<SafeText> {
        let fault = match SafeText::lines(self.form.value("reason")) {
            Ok(reason) => return Some(reason),
            Err(TextFault::Empty) => wanted.to_owned(),
            Err(fault) => fault.to_string(),
        };
        self.form.refuse("reason", fault);
        None
    }

    fn sign(&mut self) -> DialogEvent {
        self.form.clear_faults();
        let reason = match self.open.action.wants_reason().map(|wanted| self.reason(wanted)) {
            Some(None) => return DialogEvent::Stay,
            reason => reason.flatten(),
        };
        if self.form.secret_is_empty() {
            if self.form.is_on(SECRET) {
                self.form.refuse(SECRET, self.signature.wanted());
            }
            self.form.focus_on(SECRET);
            return DialogEvent::Stay;
        }
        if self.signature.refuses(&mut self.form) {
            return DialogEvent::Stay;
        }
        self.signature.failure = None;
        self.signature.stage = Stage::Doing;
        let (signer, of) = (self.open.signer.id.clone(), self.open.about.ids());
        let (way, secret) = (self.signature.way, self.form.take_secret());
        DialogEvent::Ask(match (self.open.action, reason, of.as_slice()) {
            (SignedStep::Withdraw, Some(reason), _) => {
                vec![Effect::Withdraw(WithdrawRequest { signer, of, reason, way, secret })]
            }
            (_, reason, [of]) => vec![Effect::Answer(AnswerRequest { signer, of: *of, reason, way, secret })],
            _ => Vec::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::primitives::date::{Timestamp, parse_day};
    use crate::domain::primitives::ids::Secret;
    use crate::domain::statement::kinds::sign_off::Method;
    use crate::tui::overlay::sign::tests::signer;
    use crate::tui::theme::Appearance;

    fn state() -> State {
        action(SignedStep::Withdraw)
    }

    fn action(action: SignedStep) -> State {
        let day = |day| parse_day(day).unwrap();
        let clean = |text| SafeText::line(text).unwrap();
        let record = Record {
            id: StatementId(uuid::Uuid::nil()),
            position: 5,
            code: "S26".parse().unwrap(),
            outcome: Outcome::Achieved,
            method: Some(Method::EvidenceReview),
            supervision: None,
            observed: day("2026-03-11"),
            signed: "2026-03-12T10:00:00Z".parse::<Timestamp>().unwrap(),
            signer: "ssup".parse().unwrap(),
            signer_name: clean("S. Supervisor"),
            place: None,
            feedback: Some(clean("Well argued.")),
            action: None,
            late: None,
            evidence: vec![],
            withdrawn: None,
            marks: Vec::new(),
            in_review: false,
        };
        State::new(WithdrawDialogParams {
            action,
            signer: signer(),
            way: CredentialKind::Pin,
            trainee_name: clean("A. Trainee"),
            about: About::One(
                Box::new(record),
                "Undertake delegated clinical technical and quality audits in your area of work.".into(),
            ),
            reason: "",
            today: day("2026-11-21"),
        })
    }

    fn keys(state: &mut State, keys: &str) -> DialogEvent {
        keys.split(' ').map(|key| state.key(key.parse().unwrap())).last().unwrap()
    }

    #[test]
    fn a_sign_off_is_withdrawn_with_a_reason_and_a_pin_and_not_without() {
        let mut state = state();
        assert_eq!(keys(&mut state, "enter"), DialogEvent::Stay);
        assert_eq!(state.form.field("reason").unwrap().fault.as_deref(), Some("Say why it no longer counts"));
        assert_eq!(keys(&mut state, "W r o n g enter"), DialogEvent::Stay);
        assert!(state.form.is_on(SECRET));
        let DialogEvent::Ask(effects) = keys(&mut state, "1 2 3 4 enter") else { panic!() };
        let Some(Effect::Withdraw(request)) = effects.first() else { panic!() };
        assert_eq!((request.reason.as_str(), &request.secret), ("Wrong", &Secret::new("1234".into())));
        assert_eq!(keys(&mut state, "enter"), DialogEvent::Stay);
        assert_eq!(keys(&mut state, "esc"), DialogEvent::Close(vec![]));
    }

    #[test]
    fn a_trainee_acknowledges_by_a_secret_alone_and_disputes_with_a_reason() {
        let mut read = action(SignedStep::Acknowledge);
        let DialogEvent::Ask(effects) = keys(&mut read, "1 2 3 4 enter") else { panic!() };
        assert!(matches!(effects.as_slice(), [Effect::Answer(AnswerRequest { reason: None, .. })]));
        let mut other = action(SignedStep::Dispute);
        assert_eq!(keys(&mut other, "enter"), DialogEvent::Stay);
        assert_eq!(other.form.field("reason").unwrap().fault.as_deref(), Some("Say what you disagree with"));
        let DialogEvent::Ask(effects) = keys(&mut other, "N o tab 1 2 3 4 enter") else { panic!() };
        let Some(Effect::Answer(request)) = effects.first() else { panic!() };
        assert_eq!(request.reason.as_ref().map(SafeText::as_str), Some("No"));
    }

    #[test]
    fn the_dialog_shows_the_whole_sign_off() {
        let mut state = state();
        keys(&mut state, "F o r space t h e space w r o n g space t r a i n e e tab 1 2");
        for (width, height) in [(80, 23), (60, 19), (40, 9)] {
            let mut buf = Buffer::empty(Rect::new(0, 0, width, height));
            let area = buf.area;
            let cursor = state.view(&Theme::choose(Appearance::FULL), area, &mut buf);
            let screen = crate::tui::widget::draw::tests::shown(&buf, cursor);
            insta::with_settings!({ snapshot_path => "../../../tests/it/snapshots", prepend_module_to_snapshot => false }, {
                insta::assert_snapshot!(format!("withdraw-{width}x{}", height + 1), screen);
            });
        }
    }
}
