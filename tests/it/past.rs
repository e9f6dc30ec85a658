//! Documents of an earlier day: each says what the program said at the end of that day, however much was signed, withdrawn or
//! changed since.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{Days, NaiveDate};
use countersign_app::app::App;
use countersign_app::claims::claim::{self, ClaimDraft};
use countersign_app::clock::{Clock, SystemClock};
use countersign_app::cohort::grid;
use countersign_app::keys::session::Credential;
use countersign_app::people::{person, roster};
use countersign_app::programme::training_plan::{self, NewRecognition};
use countersign_app::programme::{gateway, hours};
use countersign_app::random::SystemRandom;
use countersign_app::record::sign_off;
use countersign_app::report::file::{DocumentFormat, SheetFormat};
use countersign_app::report::matrix::{MatrixAsked, MatrixOf};
use countersign_app::report::past::as_of;
use countersign_app::report::{cohort, matrix, person as competence, portfolio};
use countersign_app::storage::data_dir::DataDir;
use countersign_core::filter::Filter;
use countersign_core::people::break_in_learning::BreakPeriod;
use countersign_core::people::person::{Enrolment, Role};
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::ids::{KsbCode, PersonId, Secret, StatementId};
use countersign_core::programme::cohort::CohortOrder;
use countersign_core::programme::hours::QuarterHours;
use countersign_core::record::view::Observation;
use countersign_core::statement::kinds::requirement::RequirementOutcome;
use countersign_core::statement::kinds::sign_off::Outcome;
use countersign_report::made::Made;
use countersign_store::db::Access;

use crate::claims::staffed;
use crate::cli::book::{Book, OFFICER, SUPERVISOR};
use crate::signer::person as named;
use crate::world::clean;

const DAY: i64 = 86_400;
const ADA: &str = "wren basil copper dune 3";

/// A clock that a test moves on, in the day of this machine's time zone.
#[derive(Clone)]
struct Hands(Arc<AtomicI64>);

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(self.0.load(Ordering::Relaxed))
    }

    fn millis(&self) -> u64 {
        (self.now().seconds() * 1000).unsigned_abs()
    }

    fn today(&self) -> NaiveDate {
        self.now().local_day()
    }
}

fn proof(secret: &str) -> Credential {
    Credential::Passphrase(Secret::new(secret.to_owned()))
}

fn codes(text: &str) -> Vec<KsbCode> {
    text.split(' ').map(|code| code.parse().unwrap()).collect()
}

fn seen(app: &App, days_ago: u64, outcome: Outcome) -> Observation {
    let not_yet = outcome == Outcome::NotAchieved;
    let by = app.today() + Days::new(14);
    Observation {
        outcome,
        method: None,
        supervision: None,
        observed: app.today() - Days::new(days_ago),
        place: None,
        feedback: not_yet.then(|| clean("Not yet safe alone")),
        action: not_yet.then(|| countersign_core::statement::kinds::sign_off::Action { what: clean("Try again"), by }),
        late: (days_ago > 5).then(|| clean("Away")),
    }
}

/// Takes the last column of a CSV file away, which says of which earlier day it is, and nothing else of that day's own file.
fn undated(app: &App, text: String) -> String {
    if countersign_app::report::made::made(app, None).unwrap().as_of.is_none() {
        return text;
    }
    let day = app.today().to_string();
    let line = |(at, line): (usize, &str)| {
        let (rest, last) = line.rsplit_once(',').unwrap();
        assert!(if at == 0 { last.eq_ignore_ascii_case("As at") } else { last == day }, "{line}");
        format!("{rest}\r\n")
    };
    text.trim_end_matches("\r\n").split("\r\n").enumerate().map(line).collect()
}

/// Everything that the documents of a day are made from, and those without a time of making.
fn said(app: &App) -> String {
    let made = Made {
        by: String::new(),
        size: 0,
        code: String::new(),
        ..countersign_app::report::made::made(app, None).unwrap()
    };
    let made = Made {
        day: NaiveDate::MIN,
        time: chrono::NaiveTime::MIN,
        utc: chrono::NaiveDateTime::MIN,
        as_of: None,
        ..made
    };
    let asked = MatrixAsked { of: MatrixOf::Standard("ST0413"), filter: &Filter::default(), typed: "", cells: false };
    let csv = DocumentFormat::Sheet(SheetFormat::Csv);
    let text = |bytes: Vec<u8>| undated(app, String::from_utf8(bytes).unwrap());
    let mut all = text(matrix::document(app, asked, csv, None).unwrap());
    let rows = grid::cohort(app, &Filter::default(), CohortOrder::Behind).unwrap();
    let order = ("", CohortOrder::Behind);
    all.push_str(&text(cohort::document(app, &rows, order, SheetFormat::Csv, None).unwrap()));
    for one in person::people(app, &[Role::Trainee]).unwrap() {
        if one.left || person::enrolment(app, &one.id).unwrap().is_none() {
            writeln!(all, "{} has left or is on nothing", one.name).unwrap();
            continue;
        }
        let mut record = competence::values(app, &one.id, None).unwrap();
        record.made = made.clone();
        let mut papers = portfolio::values(app, &one.id, None).unwrap();
        papers.made = made.clone();
        let ready = gateway::readiness(app, &one.id).unwrap();
        writeln!(all, "{record:#?}\n{papers:#?}\n{ready:#?}").unwrap();
    }
    all
}

/// A department whose days a test writes.
struct History {
    book: Book,
    clock: Hands,
    app: App,
    sam: PersonId,
    olu: PersonId,
    ada: PersonId,
    bea: PersonId,
    /// What was signed last.
    last: Vec<StatementId>,
}

impl History {
    fn new() -> Self {
        let book = staffed();
        let clock = Hands(Arc::new(AtomicI64::new(SystemClock.now().seconds())));
        let random = Box::new(SystemRandom::default());
        let app = App::open(DataDir::new(book.data()), Access::Write, Box::new(clock.clone()), random).unwrap();
        let [sam, olu, ada, bea] =
            ["Sam Supervisor", "Olu Officer", "Ada Apprentice", "Bea Beginner"].map(|name| named(&app, name));
        Self { book, clock, app, sam, olu, ada, bea, last: Vec::new() }
    }

    fn sign(&mut self, whose: &PersonId, of: &str, days_ago: u64, outcome: Outcome) {
        let seen = seen(&self.app, days_ago, outcome);
        let (sam, proof) = (self.sam.clone(), proof(SUPERVISOR));
        self.last = sign_off::sign_off(&mut self.app, &sam, &proof, whose, &codes(of), &seen).unwrap().ids;
    }

    /// Does what happens on a day.
    fn live(&mut self, day: usize) {
        let (sam, olu, ada, bea) = (self.sam.clone(), self.olu.clone(), self.ada.clone(), self.bea.clone());
        let (officer, supervisor, own) = (proof(OFFICER), proof(SUPERVISOR), proof(ADA));
        let today = self.app.today();
        let app = &mut self.app;
        match day {
            0 => self.sign(&ada, "K1 K2 S26", 0, Outcome::Achieved),
            1 => {
                let draft =
                    ClaimDraft { codes: codes("K3 K4"), reflection: Some(clean("I led it")), ..ClaimDraft::default() };
                claim::claim(app, &ada, Some(&own), draft).unwrap();
            }
            2 => self.sign(&ada, "K3", 0, Outcome::Achieved),
            3 => self.sign(&bea, "S1 S2", 1, Outcome::NotAchieved),
            4 => {
                let of = self.last[0];
                sign_off::withdraw(app, &sam, &supervisor, of, &clean("Signed in error")).unwrap();
            }
            5 => {
                let waits = claim::claims_of(app, &ada).unwrap()[0].id;
                claim::withdraw_claim(app, &ada, Some(&own), waits).unwrap();
            }
            6 => {
                let new = hours::NewHours {
                    day: today,
                    hours: QuarterHours::hours(6),
                    what: clean("A course"),
                    codes: Vec::new(),
                };
                hours::add_hours(app, &ada, new).unwrap();
            }
            7 => {
                hours::confirm_hours(app, &sam, &supervisor, &ada, &[]).unwrap();
            }
            8 => {
                let settings = vec![("reassess-months".parse().unwrap(), 1)];
                roster::set_policy(app, &olu, &officer, settings).unwrap();
            }
            9 => {
                let span = BreakPeriod { from: today, back: None };
                let who = app.person(&bea).unwrap();
                roster::pause(app, &olu, &officer, &who, span, clean("Parental leave")).unwrap();
            }
            10 => {
                let start = today - Days::new(100);
                let standard = person::enrolment(app, &ada).unwrap().unwrap().standard;
                let enrolment = Enrolment {
                    trainee: ada.clone(),
                    standard,
                    start,
                    specialism: None,
                    weekly: None,
                    end: None,
                    scope: countersign_core::standard::options::Scope::default(),
                    aged_16_to_18: Some(false),
                };
                let new = roster::NewPerson {
                    name: clean("Cy Comer"),
                    roles: vec![Role::Trainee],
                    department: None,
                    registration: None,
                    level: None,
                    second: false,
                };
                roster::add_trainee(app, &olu, &officer, new, enrolment, None).unwrap();
            }
            12 => {
                let span = BreakPeriod { from: today - Days::new(3), back: Some(today) };
                let who = app.person(&bea).unwrap();
                roster::pause(app, &olu, &officer, &who, span, clean("Back")).unwrap();
            }
            13 => {
                let new = NewRecognition {
                    hours: Some(QuarterHours::hours(40)),
                    codes: codes("K5"),
                    reason: clean("Worked as an assistant"),
                    support: clean("A certificate"),
                };
                training_plan::recognise(app, &olu, &officer, &ada, new).unwrap();
            }
            14 => {
                let about = ("english-maths".parse().unwrap(), RequirementOutcome::Met, clean("Two certificates"));
                gateway::record_requirement(app, &olu, &officer, &ada, about).unwrap();
            }
            15 => {
                roster::leave(app, &olu, &officer, &bea).unwrap();
            }
            17 => {
                roster::reinstate(app, &olu, &officer, &bea).unwrap();
            }
            18 => self.sign(&ada, "K1", 10, Outcome::NotAchieved),
            20 => {
                let settings = vec![("reassess-months".parse().unwrap(), 0), ("countersign".parse().unwrap(), 1)];
                roster::set_policy(app, &olu, &officer, settings).unwrap();
            }
            22 => {
                let settings = vec![("reassess-months".parse().unwrap(), 1), ("countersign".parse().unwrap(), 0)];
                roster::set_policy(app, &olu, &officer, settings).unwrap();
            }
            _ => {}
        }
    }
}

#[test]
#[ignore = "slow: every document on every day"]
fn as_of_any_day_every_document_says_what_the_program_said_at_the_end_of_that_day() {
    let mut history = History::new();
    let mut days: Vec<(NaiveDate, String)> = Vec::new();
    for day in 0..40 {
        history.live(day);
        days.push((history.app.today(), said(&history.app)));
        history.clock.0.fetch_add(DAY, Ordering::Relaxed);
    }
    let different: std::collections::BTreeSet<&String> = days.iter().map(|(_, said)| said).collect();
    assert_eq!(different.len(), days.len(), "each day says something of its own");
    for (day, then) in &days {
        let past = as_of(&history.app, *day).unwrap();
        let now = said(&past);
        if now != *then {
            let at = then.lines().zip(now.lines()).position(|(one, other)| one != other).unwrap_or(0);
            let near = |text: &str| text.lines().skip(at.saturating_sub(6)).take(12).collect::<Vec<_>>().join("\n");
            panic!("{day}, line {at}: then\n{}\nas of now\n{}", near(then), near(&now));
        }
    }
    let made = countersign_app::report::made::made(&as_of(&history.app, days[3].0).unwrap(), None).unwrap();
    assert_eq!((made.as_of, made.day), (Some(days[3].0), history.app.today()));
    assert_eq!((made.size, made.code), (history.app.head().unwrap().size, history.app.head().unwrap().code));
}

#[test]
fn a_day_that_has_not_come_or_is_before_the_log_is_refused_and_nothing_is_written_by_a_look_back() {
    let history = History::new();
    let (app, today) = (&history.app, history.app.today());
    for (day, why) in [(today + Days::new(1), "has not come yet"), (today - Days::new(400), "Nothing was recorded on")]
    {
        let fault = as_of(app, day).err().unwrap().to_string();
        assert!(fault.contains(why), "{fault}");
    }
    let before = std::fs::read(history.book.database()).unwrap();
    let mut past = as_of(app, today).unwrap();
    let (sam, ada) = (history.sam.clone(), history.ada.clone());
    let seen = seen(&past, 0, Outcome::Achieved);
    assert!(sign_off::sign_off(&mut past, &sam, &proof(SUPERVISOR), &ada, &codes("K9"), &seen).is_err());
    assert_eq!(std::fs::read(history.book.database()).unwrap(), before);
}
