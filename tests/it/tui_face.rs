//! Made-up standings over the real standard, and a screen to look at them on.

use std::fmt::Write as _;
use std::sync::Arc;

use chrono::{Duration, NaiveDate};
use countersign_core::people::person::Role;
use countersign_core::primitives::date::{Timestamp, parse_day};
use countersign_core::primitives::ids::{Digest, KsbCode, PersonId, StatementId};
use countersign_core::primitives::presence::Presence;
use countersign_core::primitives::text::SafeText;
use countersign_core::programme::cohort::{CohortHours, CohortRow, ReassessmentDue};
use countersign_core::programme::cohort_summary::CohortSummary;
use countersign_core::programme::hours::QuarterHours;
use countersign_core::programme::review_plan::ReviewDue;
use countersign_core::record::ksb_status::State;
use countersign_core::record::outstanding::outstanding;
use countersign_core::record::quality_assurance::{Checked, CheckedSignOff, SampleShare};
use countersign_core::record::view::{
    FullStatement, HistoryRow, PersonRow, Record, SessionCredential, SessionRow, TraineeCard, TraineeRecord, TreeHead,
    Withdrawal,
};
use countersign_core::rules::log_state::Policy;
use countersign_core::standard::file::st0413;
use countersign_core::statement::kind::Kind;
use countersign_core::statement::kinds::sample::Sampled;
use countersign_core::statement::kinds::sign_off::{Action, Method, Outcome, Supervision};
use countersign_tui::command::{Command, ScreenId};
use countersign_tui::key::KeyPress;
use countersign_tui::keymap::{Keymap, OwnKeys};
use countersign_tui::list::{CohortHead, Group, LogHead, Page, PageRequest, Rows};
use countersign_tui::model::{Model, Setup};
use countersign_tui::msg::{Effect, Msg, Outcome as Done, TraineeLoaded};
use countersign_tui::theme::{Appearance, Charset, Theme};
use countersign_tui::update::update;
use countersign_tui::view::draw;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect};
use ratatui::style::{Color, Modifier, Style};

/// The checkpoint code of the made-up log.
pub const CODE: &str = "6 · 6PJC7-4WFE6-E627G-KVEP2-9E3YCQ";

pub fn id(text: &str) -> PersonId {
    text.parse().unwrap()
}

pub fn clean(text: &str) -> SafeText {
    SafeText::lines(text).unwrap()
}

pub fn code(text: &str) -> KsbCode {
    text.parse().unwrap()
}

pub fn day(text: &str) -> NaiveDate {
    parse_day(text).unwrap()
}

pub fn statement(n: u128) -> StatementId {
    StatementId(uuid::Uuid::from_u128(n))
}

pub fn head(size: u64) -> TreeHead {
    TreeHead { size, root: Digest::of(&size.to_be_bytes()), code: CODE.replacen('6', &size.to_string(), 1) }
}

/// A trainee of the real standard, with states that repeat in a fixed order.
pub fn standing(who: &str, name: &str) -> TraineeRecord {
    let (standard, _) = st0413().unwrap();
    let pattern =
        [State::Signed, State::Signed, State::Open, State::Signed, State::Open, State::Signed, State::Claimed];
    let mut states: Vec<State> = (0..standard.ksbs().len()).map(|at| pattern[at % pattern.len()]).collect();
    let mut set = |text: &str, state| {
        let at = standard.ksbs().iter().position(|ksb| ksb.code == code(text)).unwrap();
        states[at] = state;
    };
    set("S26", State::NotYet);
    set("B2", State::Renew);
    set("S25", State::Open);
    for ksb in standard.ksbs().iter().filter(|ksb| ksb.duties.iter().any(|no| no.0 == 6)) {
        let at = standard.ksbs().iter().position(|one| one.code == ksb.code).unwrap();
        states[at] = State::Signed;
    }
    let trainee = TraineeCard {
        end: None,
        planned: None,
        pauses: Vec::new(),
        id: id(who),
        name: clean(name),
        standard: standard.reference().clone(),
        specialism: Some(clean("cardiology")),
        start: day("2025-09-08"),
        scope: countersign_core::standard::options::Scope::default(),
        signed: states.iter().filter(|state| state.counts(&Policy::default())).count() as u16,
        total: standard.ksbs().len() as u16,
    };
    TraineeRecord {
        trainee,
        standard: Arc::new(standard),
        states,
        claims: [].into(),
        last: [].into(),
        local: vec![],
        carried: [].into(),
        erased: [].into(),
        left: false,
        policy: Policy::default(),
    }
}

pub fn person(who: &str, name: &str, roles: &[Role]) -> PersonRow {
    PersonRow {
        id: id(who),
        name: clean(name),
        roles: roles.to_vec(),
        registration: Some(clean("HCPC CS00000")),
        left: false,
    }
}

pub fn session(who: &str, name: &str, roles: &[Role]) -> SessionRow {
    let ends = "2026-11-21T18:00:00Z".parse::<Timestamp>().unwrap();
    SessionRow { person: person(who, name, roles), credential: SessionCredential::Pin, ends }
}

pub fn record(code_text: &str, outcome: Outcome, signer: &str, name: &str) -> Record {
    Record {
        id: statement(u128::from(code(code_text).number)),
        position: 41,
        code: code(code_text),
        outcome,
        method: Some(Method::Dops),
        supervision: None,
        observed: day("2026-10-02"),
        signed: "2026-10-02T14:03:23Z".parse().unwrap(),
        signer: id(signer),
        signer_name: clean(name),
        place: None,
        feedback: Some(clean("Sample size not justified.")),
        action: Some(Action { what: clean("repeat on Q4 data"), by: day("2026-11-30") }),
        late: None,
        evidence: Vec::new(),
        withdrawn: None,
        marks: Vec::new(),
        in_review: false,
        presence: Presence::Unknown,
        source: None,
    }
}

/// What the drawn screens show of S26: not achieved in October, and an older one withdrawn.
pub fn two_records() -> Vec<Record> {
    let newest = record("S26", Outcome::NotAchieved, "off1", "T. Officer");
    let mut older = record("S26", Outcome::Achieved, "02c1", "S. Supervisor");
    older.id = statement(7);
    (older.feedback, older.action) = (None, None);
    older.method = Some(Method::EvidenceReview);
    older.supervision = Some(Supervision::Indirect);
    older.observed = day("2026-03-11");
    older.withdrawn = Some(Withdrawal {
        id: statement(9),
        at: "2026-10-02T09:00:00Z".parse().unwrap(),
        by: id("02c1"),
        by_name: clean("S. Supervisor"),
        reason: clean("for the wrong trainee"),
    });
    vec![newest, older]
}

/// What a page of a log of this size says of the log.
pub fn log_head(size: u64, level: &str) -> LogHead {
    LogHead { head: head(size), level: level.into() }
}

/// The answer to a request for a page.
pub fn loaded(request: PageRequest, rows: impl Into<Rows>, of: u64, log: Option<LogHead>) -> Msg {
    let rows = rows.into();
    let cohort = matches!(rows, Rows::Cohort(_)).then(|| cohort_head(of));
    let checked = matches!(rows, Rows::SecondChecks(_)).then(checked);
    let page = Box::new(Page { rows, skip: request.skip, of: Some(of), log, cohort, checked });
    Msg::Done(Done::PageLoaded { request, page })
}

/// The size of which there are full pictures; what must hold of the others is said in words.
pub const DRAWN: (u16, u16) = (80, 24);

/// A program at a terminal of this size.
pub struct Bench {
    pub model: Model,
    pub effects: Vec<Effect>,
}

impl Bench {
    pub fn new(width: u16, height: u16, looks: Appearance) -> Self {
        let setup = Setup {
            theme: Theme::choose(looks),
            keymap: Keymap::new(&OwnKeys::new()).unwrap(),
            size: (width, height),
            today: day("2026-11-21"),
            idle_minutes: 2,
            late_days: 7,
            kiosk: false,
        };
        // Most tests are about a trainee's record; those of Home go there.
        let model = Model { screen: ScreenId::SignOff, ..Model::new(setup) };
        Self { model, effects: Vec::new() }
    }

    /// With a supervisor signing and a trainee open, the cursor on S26 of duty 7.
    pub fn at_work(width: u16, height: u16, looks: Appearance) -> Self {
        let mut bench = Self::new(width, height, looks);
        bench.unlock("02c1", "S. Supervisor", &[Role::Supervisor], None);
        bench.open(standing("7f3a", "A. Trainee"), 6);
        bench.model.trainee_view.duties.chosen = Some(countersign_core::primitives::ids::DutyNo(7));
        bench.model.trainee_view.ksbs.at = Some(code("S26"));
        bench.say(Msg::Resize(width, height));
        bench
    }

    pub fn say(&mut self, msg: Msg) -> Vec<Effect> {
        let mut effects = update(&mut self.model, msg);
        // What the tabs count is the business of the tests of Home.
        effects.retain(|effect| !matches!(effect, Effect::LoadCounts(_)));
        self.effects.extend(effects.clone());
        // The world answers at once where the answer is known.
        let mut answers = Vec::new();
        for effect in &effects {
            if let Effect::LoadRecord { trainee, code: about } = effect {
                let records = if *about == code("S26") { two_records() } else { Vec::new() };
                answers.push(Done::Records { trainee: trainee.clone(), code: *about, records });
            }
        }
        for answer in answers {
            self.say(Msg::Done(answer));
        }
        effects
    }

    /// Answers the last request of the list on the screen.
    pub fn answer(&mut self, rows: impl Into<Rows>, of: u64, log: Option<LogHead>) -> Vec<Effect> {
        let request = self.model.list(self.model.screen).requested.clone().unwrap();
        self.say(loaded(request, rows, of, log))
    }

    pub fn unlock(&mut self, who: &str, name: &str, roles: &[Role], place: Option<&str>) -> Vec<Effect> {
        let screen = self.model.screen;
        let unlocked = Done::Unlocked { session: session(who, name, roles), place: place.map(id), news: vec![] };
        let mut effects = self.say(Msg::Done(unlocked));
        // An unlock leads to Home; the test goes on where it was.
        effects.retain(|effect| !matches!(effect, Effect::LoadHome(_)));
        self.model.screen = screen;
        effects
    }

    pub fn open(&mut self, standing: TraineeRecord, size: u64) -> Vec<Effect> {
        let newest = two_records().into_iter().rev().map(|record| (record.code, record)).collect();
        let left = outstanding(&standing, newest, [].into(), day("2026-11-21"));
        let opened = TraineeLoaded {
            trainee_record: standing,
            left,
            marks: Vec::new(),
            draft: Vec::new(),
            head: head(size),
            today: day("2026-11-21"),
        };
        self.say(Msg::Done(Done::Opened(Box::new(opened))))
    }

    /// Presses keys, by their names: `keys("space s shift-tab")`.
    pub fn keys(&mut self, names: &str) -> Vec<Effect> {
        let press = |name: &str| name.parse::<KeyPress>().unwrap();
        names.split_whitespace().flat_map(|name| self.say(Msg::Key(press(name)))).collect()
    }

    /// Types a text, letter by letter.
    pub fn type_text(&mut self, text: &str) -> Vec<Effect> {
        let press = |c: char| KeyPress::plain(countersign_tui::key::Key::Char(c));
        text.chars().flat_map(|c| self.say(Msg::Key(press(c)))).collect()
    }

    pub fn run(&mut self, command: Command) -> Vec<Effect> {
        self.say(Msg::Do(command))
    }

    pub fn draw(&self) -> (Buffer, Option<Position>) {
        let area = Rect::new(0, 0, self.model.size.0, self.model.size.1);
        let mut buf = Buffer::empty(area);
        let cursor = draw(&self.model, &mut buf, area);
        (buf, cursor)
    }

    /// The screen as text, `█` where the cursor is.
    pub fn text(&self) -> String {
        let (buf, cursor) = self.draw();
        let mut out = String::new();
        let area = *buf.area();
        for y in 0..area.height {
            let mut row = String::new();
            let mut skip = 0;
            for x in 0..area.width {
                if skip > 0 {
                    skip -= 1;
                    continue;
                }
                let symbol = buf[(x, y)].symbol();
                skip = unicode_width::UnicodeWidthStr::width(symbol).saturating_sub(1);
                row.push_str(symbol);
            }
            out.push_str(row.trim_end());
            out.push('\n');
        }
        if let Some(place) = cursor {
            writeln!(out, "cursor {},{}", place.x, place.y).unwrap();
        }
        out
    }

    /// What holds of a screen of any size: nothing is drawn outside it, its panes are closed and none lies across another,
    /// the cursor is within it, and these words can be read.
    pub fn assert_fits(&self, words: &[&str]) {
        let (width, height) = self.model.size;
        let mut buf = Buffer::filled(Rect::new(0, 0, width + 2, height + 2), Cell::new("#"));
        let cursor = draw(&self.model, &mut buf, Rect::new(0, 0, width, height));
        let text = self.text();
        let outside = buf.area.positions().filter(|at| at.x >= width || at.y >= height);
        assert!(outside.into_iter().all(|at| buf[at].symbol() == "#"), "outside {width}x{height}\n{text}");
        let seen = cursor.map_or(self.model.trainee_view.trainee_record.is_none(), |at| at.x < width && at.y < height);
        assert!(seen, "{cursor:?}\n{text}");
        for word in words {
            assert!(text.contains(word), "{word} at {width}x{height}\n{text}");
        }
        let corners = |symbol| buf.area.positions().filter(|at| buf[*at].symbol() == symbol).collect::<Vec<_>>();
        let panes: Vec<Rect> = corners("╭").into_iter().filter_map(|corner| pane(&buf, corner)).collect();
        if self.model.overlay.is_none() {
            for symbol in ["╭", "╮", "╰", "╯"] {
                assert_eq!(corners(symbol).len(), panes.len(), "an open pane at {width}x{height}\n{text}");
            }
            let apart = |one: &Rect| panes.iter().filter(|other| one.intersects(**other)).count() == 1;
            assert!(panes.iter().all(apart), "{panes:?}\n{text}");
        } else if self.model.theme.looks.glyphs == Charset::Unicode {
            assert!(!panes.is_empty(), "no dialog at {width}x{height}\n{text}");
        }
    }

    /// The styles of the screen, a letter a cell; and what the letters mean.
    pub fn styles(&self) -> String {
        let (buf, _) = self.draw();
        let area = *buf.area();
        let mut out = String::new();
        for y in 0..area.height {
            let row: String = (0..area.width).map(|x| letter(buf[(x, y)].style(), buf[(x, y)].symbol())).collect();
            out.push_str(row.trim_end());
            out.push('\n');
        }
        out
    }
}

/// The pane whose left upper corner this is, if its four sides are whole.
fn pane(buf: &Buffer, corner: Position) -> Option<Rect> {
    let is = |x, y, symbol| buf[(x, y)].symbol() == symbol;
    let right = (corner.x + 1..buf.area.width).find(|x| is(*x, corner.y, "╮"))?;
    let side = |x, y| is(x, y, "│") || is(x, y, "┃");
    let bottom = (corner.y + 1..buf.area.height).find(|y| !side(corner.x, *y) || !side(right, *y))?;
    let closed = is(corner.x, bottom, "╰") && is(right, bottom, "╯");
    closed.then(|| Rect::new(corner.x, corner.y, right - corner.x + 1, bottom - corner.y + 1))
}

/// Lower case plain, upper case bold: c(yan) g(reen) y(ellow) r(ed) m(agenta) t(ext); `-` dim, `.` a space.
fn letter(style: Style, symbol: &str) -> char {
    if symbol == " " {
        return ' ';
    }
    let letter = match style.fg {
        Some(Color::Cyan) => 'c',
        Some(Color::Green) => 'g',
        Some(Color::Yellow) => 'y',
        Some(Color::Red) => 'r',
        Some(Color::Magenta) => 'm',
        _ => 't',
    };
    if style.add_modifier.contains(Modifier::DIM) {
        '-'
    } else if style.add_modifier.contains(Modifier::BOLD) {
        letter.to_ascii_uppercase()
    } else {
        letter
    }
}

/// A history of so many rows, newest first.
pub fn history(rows: u64) -> Vec<HistoryRow> {
    (0..rows)
        .rev()
        .map(|position| HistoryRow {
            position,
            id: statement(u128::from(position)),
            kind: if position == 0 { Kind::Genesis } else { Kind::SignOff },
            signed: Timestamp::from_seconds(1_795_000_000 - 90_061 * (rows - position).cast_signed()),
            signer_name: clean(if position % 3 == 0 { "T. Officer" } else { "S. Supervisor" }),
            summary: if position == 0 {
                "Cardiology begins".into()
            } else {
                format!("S{position} achieved · A. Trainee")
            },
            sound: if position == 3 { Some(false) } else { Some(true) },
            presence: Presence::Unknown,
        })
        .collect()
}

/// Trainees to choose from.
pub fn cards() -> Vec<TraineeCard> {
    let card = |who: &str, name: &str, signed| TraineeCard {
        end: None,
        planned: None,
        id: id(who),
        name: clean(name),
        signed,
        specialism: (signed % 2 == 0).then(|| clean("cardiology")),
        ..standing("7f3a", "A. Trainee").trainee
    };
    vec![
        card("7f3a", "A. Trainee", 41),
        card("7f3b", "B. Trainee", 72),
        card("7f3c", "Bartholomew Featherstonehaugh-Cholmondeley of Wensleydale", 8),
        card("7f3d", "山田 花子", 0),
    ]
}

/// A statement in full.
pub fn full_statement() -> FullStatement {
    let text = [
        "countersign/1",
        "log cardiology.example.org/8d1f4c20",
        "id 019aa0c3-7d54-7c1e-9b7e-0f7d6a0f2a11",
        "nonce 39f835556870fb096e6bceb4c6068ca1",
        "kind sign-off",
        "seen 3 LHuLPp1HBPekXfbCJ0wZ0Ktg0tm6JabE7EAcMB73Eik=",
        "trainee 7f3a A. TRAINEE",
        "item ST0413 1.1 S26 sha256:0ba27e2cf3c1d6b5a7e8990011223344556677889900aabbccddeeff00112233",
        "outcome achieved",
        "method dops",
        "observed 2026-11-20",
        "signed 2026-11-20T14:03:23Z",
        "feedback Led the Q4 audit end to end; sample size justified well.",
        "meaning I observed this myself, to the standard stated, and am competent in it.",
        "signer 02c1 S. SUPERVISOR",
        "",
    ];
    let armored = [
        "-----BEGIN SSH SIGNATURE-----",
        "U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAg",
        "-----END SSH SIGNATURE-----",
        "",
    ];
    FullStatement {
        batch: None,
        presence: Presence::Unknown,
        position: 41,
        id: statement(26),
        text: text.join("\n"),
        armored: armored.join("\n"),
        sound: true,
        key: "SHA256:3nTgfH0vC3fEgZnYvT1jJkQ6v7mCkH0dV0m2hQ3h8bY".into(),
    }
}

/// At work at 80 by 24, with nothing asked of the world so far.
pub fn at_work() -> Bench {
    let mut bench = Bench::at_work(80, 24, Appearance::FULL);
    bench.effects.clear();
    bench
}

pub fn marks(bench: &Bench) -> Vec<String> {
    bench.model.trainee_view.marks.iter().map(ToString::to_string).collect()
}

pub fn saved(effects: &[Effect]) -> Option<Vec<KsbCode>> {
    effects.iter().rev().find_map(|effect| match effect {
        Effect::SaveMarks { marks, .. } => Some(marks.clone()),
        _ => None,
    })
}

pub fn said(bench: &Bench) -> &str {
    bench.model.message.as_ref().map_or("", |message| &message.what)
}

/// A cohort of so many trainees, made up.
pub fn cohort(rows: u16) -> Vec<CohortRow> {
    let (standing, today) = (standing("7f3a", "A. Trainee"), day("2026-11-12"));
    (0..rows)
        .map(|at| {
            let signed = at * 7 % 73;
            let long = "Wolfeschlegelsteinhausenbergerdorff the Younger";
            let name = if at == 1 { long.into() } else { format!("{at}. Beech") };
            let card = TraineeCard {
                end: None,
                planned: None,
                id: format!("c{at}").parse().unwrap(),
                name: clean(&name),
                signed,
                ..standing.trainee.clone()
            };
            let duties: Vec<u16> = (0..10).map(|duty| (signed + duty) % 12).collect();
            let row = CohortRow::new(card, None, &duties, (at % 3, at % 2), &standing.standard, today);
            let late = i64::from(at % 4) * 45;
            let due = today - Duration::days(late);
            let call = if late > 0 { ReviewDue::Overdue(late) } else { ReviewDue::Later(30) };
            let hours = CohortHours {
                confirmed: QuarterHours::hours(u32::from(at) * 30),
                expected: Some(504),
                ..CohortHours::default()
            };
            let supervisors = vec![clean("S. Supervisor"); usize::from(at % 3)];
            let again = vec![ReassessmentDue { code: code("S9"), state: State::Lapsed, due }; usize::from(at % 2)];
            let review_overdue = u32::try_from(late).unwrap();
            CohortRow { review_overdue, review: Some((due, call)), hours, supervisors, again, ..row }
        })
        .collect()
}

/// What is said above the rows of a cohort of so many trainees, half of them shown by a filter.
pub fn cohort_head(rows: u64) -> CohortHead {
    let summary = CohortSummary {
        trainees: 41,
        behind: 17,
        reviews_late: 3,
        lapsed: 3,
        with_lapsed: 2,
        claims: 14,
        oldest_claim: Some(47),
        hours_short: 12,
        paused: 1,
    };
    let standard = standing("7f3a", "A. Trainee").standard.reference().clone();
    let group = Group { standard, duties: 10, first: 0, rows, of: 2 * rows };
    CohortHead { summary, groups: if rows == 0 { Vec::new() } else { vec![group] } }
}

/// What was sampled this month.
pub fn checked() -> Checked {
    let sample = |n: u32| CheckedSignOff {
        outcome: if n % 3 == 1 { Sampled::Rejected } else { Sampled::Accepted },
        trainee_name: clean("Bartholomew Featherstonehaugh"),
        code: code("K28"),
        signer_name: clean("S. Supervisor"),
        on: day("2026-11-12"),
    };
    let share = |n: u32| SampleShare { name: clean(&format!("{n}. Supervisor")), sampled: n * 3, of: 20 * n + 10 };
    Checked {
        since: day("2026-11-01"),
        samples: (0..12).map(sample).collect(),
        supervisors: (0..9).map(share).collect(),
    }
}
