//! The dialog that withdraws a sign-off: what it was, why it no longer counts, who says so. Must never hide what is
//! withdrawn, nor promise that it disappears.

use chrono::NaiveDate;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::domain::statement::Outcome;
use crate::domain::text::{Clean, TextFault};
use crate::domain::view::{PersonRow, Record};
use crate::domain::when::day_words;
use crate::tui::key::{Held, Key, KeyPress};
use crate::tui::msg::{Effect, Failure, Way, WithdrawRequest};
use crate::tui::overlay::dialog::{self, Hint};
use crate::tui::overlay::form::{Field, Form, Need, Touched, text};
use crate::tui::overlay::form_draw::{draw_form, height};
use crate::tui::overlay::reply::Reply;
use crate::tui::overlay::signature::{SECRET, Signature, Stage};
use crate::tui::theme::Theme;
use crate::tui::widget::edit::Shape;
use crate::tui::widget::frame::Titles;

/// What withdrawing means, in the words of the dialog.
const MEANING: &str = "It stays on the record as withdrawn, with this reason, and no longer counts.";

/// What the dialog opens with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithdrawOpen {
    /// Whose signature it will be.
    pub signer: PersonRow,
    /// By what they show who they are.
    pub way: Way,
    /// Whose record it stands on.
    pub trainee_name: Clean,
    /// The sign-off.
    pub record: Record,
    /// The KSB's whole text.
    pub text: String,
    /// Today.
    pub today: NaiveDate,
}

/// The dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// What it opened with.
    pub open: WithdrawOpen,
    /// The fields.
    pub form: Form,
    /// Who signs, and how it went.
    pub signature: Signature,
}

impl State {
    /// The dialog, with the focus on the reason.
    #[must_use]
    pub fn new(open: WithdrawOpen) -> Self {
        let signature = Signature::new(open.signer.clone(), open.way);
        let reason = Field { need: Need::Required, ..Field::new("reason", "Reason", text(Shape::Lines)) };
        Self { form: Form::new(open.today, vec![reason, signature.field()]), signature, open }
    }

    /// Takes a key.
    pub fn key(&mut self, press: KeyPress) -> Reply {
        match (press.held, press.key) {
            (Held::Nothing, Key::Esc) => Reply::Close(vec![]),
            _ if self.signature.stage == Stage::Doing => Reply::Stay,
            (Held::Nothing, Key::Enter) => self.withdraw(),
            _ => {
                let touched = self.form.key(press);
                self.touched(touched)
            }
        }
    }

    /// Takes a pasted text.
    pub fn paste(&mut self, pasted: &str) -> Reply {
        if self.signature.stage == Stage::Doing {
            return Reply::Stay;
        }
        let touched = self.form.paste(pasted);
        self.touched(touched)
    }

    /// Says why it failed; the reason is kept.
    pub fn failed(&mut self, failure: &Failure) {
        self.signature.failed(failure, &mut self.form);
    }

    /// The keys that work here.
    #[must_use]
    pub fn hints(&self) -> Vec<Hint> {
        let hints = [("enter", "withdraw"), ("tab", "next field"), ("esc", "leave it")];
        hints.map(|(key, does)| (key, does.to_owned())).to_vec()
    }

    /// Draws the dialog over `area`; returns the place of the cursor.
    pub fn view(&self, theme: &Theme, area: Rect, buf: &mut Buffer) -> Option<Position> {
        let (width, _) = dialog::columns(area);
        let hints = self.hints();
        let told = self.told(theme);
        let most = area.height.saturating_sub(2);
        let told_rows: u16 = told.iter().map(|(said, _)| dialog::rows(said, width)).sum();
        let form = height(&self.form, width, theme);
        let foot = self.signature.height(&self.form, MEANING, &hints, width);
        let least = told_rows + form + foot;
        let spare = most.saturating_sub(least).min(4);
        // Where there is no room, what is withdrawn is cut before the fields and the signature are.
        let told_shown = told_rows.min(most.saturating_sub(form + foot)).max(1);
        let title = format!("Withdraw a sign-off of {}", self.open.record.code);
        let titles = Titles { left: &title, ..Titles::default() };
        let inner = dialog::open(buf, area, told_shown + form + foot + spare, titles, theme);
        let top = Rect { y: inner.y + u16::from(spare > 3), height: told_shown, ..inner }.intersection(inner);
        let mut row = 0;
        for (said, style) in &told {
            row += dialog::words(buf, top, row, said, *style, theme);
        }
        let fields = Rect { y: top.bottom() + u16::from(spare > 0), height: form, ..inner }.intersection(inner);
        let cursor = draw_form(&self.form, fields, buf, theme);
        let rest = fields.bottom() + u16::from(spare > 1);
        let foot = Rect { y: rest, height: inner.bottom().saturating_sub(rest), ..inner };
        let secret = self.signature.draw(&self.form, (MEANING, &hints), foot, buf, theme);
        cursor.or(secret)
    }

    /// The sign-off in full: the text, what was said of it, by whom and when.
    fn told(&self, theme: &Theme) -> Vec<(String, Style)> {
        let (record, dot) = (&self.open.record, theme.glyphs.dot);
        let style = if record.outcome == Outcome::Achieved { theme.ok } else { theme.bad };
        let method = record.method.map_or(String::new(), |method| format!(" {dot} {}", method.words()));
        let mut told = vec![
            (format!("{} {}", record.code, self.open.text), theme.text),
            (
                format!(
                    "{} {}{method} {dot} for {}",
                    record.outcome.words(),
                    day_words(record.observed),
                    self.open.trainee_name
                ),
                style,
            ),
            (format!("signed by {} on {}", record.signer_name, day_words(record.signed.day())), theme.dim),
        ];
        told.extend(record.feedback.as_ref().map(|said| {
            let (from, to) = theme.glyphs.quotes;
            (format!("{from}{said}{to}"), theme.dim)
        }));
        told
    }

    fn touched(&mut self, touched: Touched) -> Reply {
        if touched == Touched::Edited {
            self.signature.failure = None;
        }
        Reply::Stay
    }

    fn withdraw(&mut self) -> Reply {
        self.form.clear_faults();
        let reason = match Clean::lines(self.form.value("reason")) {
            Ok(reason) => reason,
            Err(fault) => {
                let empty = fault == TextFault::Empty;
                self.form
                    .refuse("reason", if empty { "Say why it no longer counts".to_owned() } else { fault.to_string() });
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
        Reply::Ask(vec![Effect::Withdraw(WithdrawRequest {
            signer: self.open.signer.id.clone(),
            of: self.open.record.id,
            reason,
            way: self.signature.way,
            secret: self.form.take_secret(),
        })])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::statement::Method;
    use crate::domain::value::{Secret, StatementId};
    use crate::domain::when::{Timestamp, parse_day};
    use crate::tui::overlay::sign::tests::signer;
    use crate::tui::theme::Looks;

    fn state() -> State {
        let day = |day| parse_day(day).unwrap();
        let clean = |text| Clean::line(text).unwrap();
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
        State::new(WithdrawOpen {
            signer: signer(),
            way: Way::Pin,
            trainee_name: clean("A. Trainee"),
            record,
            text: "Undertake delegated clinical technical and quality audits in your area of work.".into(),
            today: day("2026-11-21"),
        })
    }

    fn keys(state: &mut State, keys: &str) -> Reply {
        keys.split(' ').map(|key| state.key(key.parse().unwrap())).last().unwrap()
    }

    #[test]
    fn a_sign_off_is_withdrawn_with_a_reason_and_a_pin_and_not_without() {
        let mut state = state();
        assert_eq!(keys(&mut state, "enter"), Reply::Stay);
        assert_eq!(state.form.field("reason").unwrap().fault.as_deref(), Some("Say why it no longer counts"));
        assert_eq!(keys(&mut state, "W r o n g enter"), Reply::Stay);
        assert!(state.form.is_on(SECRET));
        let Reply::Ask(effects) = keys(&mut state, "1 2 3 4 enter") else { panic!() };
        let Some(Effect::Withdraw(request)) = effects.first() else { panic!() };
        assert_eq!((request.reason.as_str(), &request.secret), ("Wrong", &Secret::new("1234".into())));
        assert_eq!(keys(&mut state, "enter"), Reply::Stay);
        assert_eq!(keys(&mut state, "esc"), Reply::Close(vec![]));
    }

    #[test]
    fn the_dialog_shows_the_whole_sign_off() {
        let mut state = state();
        keys(&mut state, "F o r space t h e space w r o n g space t r a i n e e tab 1 2");
        for (width, height) in [(80, 23), (60, 19), (40, 9)] {
            let mut buf = Buffer::empty(Rect::new(0, 0, width, height));
            let area = buf.area;
            let cursor = state.view(&Theme::choose(Looks::FULL), area, &mut buf);
            let screen = crate::tui::widget::draw::tests::shown(&buf, cursor);
            insta::with_settings!({ snapshot_path => "../../../tests/it/snapshots", prepend_module_to_snapshot => false }, {
                insta::assert_snapshot!(format!("withdraw-{width}x{}", height + 1), screen);
            });
        }
    }
}
