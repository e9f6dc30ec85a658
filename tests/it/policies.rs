//! What the policy's settings bind, seen from the use-cases at the second, or the day, where it begins.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::{DateTime, NaiveDate};
use countersign_app::app::App;
use countersign_app::clock::{Clock, SystemClock};
use countersign_app::keys::session::Credential;
use countersign_app::keys::unlock;
use countersign_app::random::SystemRandom;
use countersign_app::record::records;
use countersign_app::record::sign_off;
use countersign_app::storage::data_dir::DataDir;
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::ids::Secret;
use countersign_core::record::ksb_status::State;
use countersign_core::record::view::Observation;
use countersign_core::statement::kinds::sign_off::Outcome;
use countersign_store::db::Access;
use countersign_tui as tui;
use countersign_tui::ModelUi;
use countersign_tui::keymap::{Keymap, OwnKeys};
use countersign_tui::model::Lock;
use countersign_tui::msg::{Msg, Outcome as Done};
use countersign_tui::runtime::event_loop::Ui as _;
use countersign_tui::theme::{Appearance, Theme};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use crate::cli::book::{Book, SUPERVISOR};
use crate::signer::person;

const DAY: i64 = 86_400;

/// A clock that is where a test puts it.
#[derive(Clone)]
struct Hands(Arc<AtomicI64>);

impl Hands {
    fn put(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::Relaxed);
    }
}

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(self.0.load(Ordering::Relaxed))
    }

    fn millis(&self) -> u64 {
        (self.now().seconds() * 1000).unsigned_abs()
    }

    fn today(&self) -> NaiveDate {
        DateTime::from_timestamp(self.now().seconds(), 0).unwrap().date_naive()
    }
}

fn opened(setting: &str) -> (Book, Hands, App) {
    let book = Book::founded();
    book.officer(&["policy", "set", setting]).done();
    let clock = Hands(Arc::new(AtomicI64::new(SystemClock.now().seconds())));
    let random = Box::new(SystemRandom::default());
    let app = App::open(DataDir::new(book.data()), Access::Write, Box::new(clock.clone()), random).unwrap();
    (book, clock, app)
}

pub fn seen(app: &App) -> Observation {
    Observation {
        outcome: Outcome::Achieved,
        method: None,
        supervision: None,
        observed: app.today(),
        place: None,
        feedback: None,
        action: None,
        late: None,
    }
}

#[test]
fn a_session_lasts_as_many_hours_as_the_policy_says() {
    for hours in [1, 3, 8] {
        let (_book, clock, mut app) = opened(&format!("session-hours={hours}"));
        let [sam, ann] = ["Sam Supervisor", "Ann Trainee"].map(|name| person(&app, name));
        unlock::unlock(&mut app, &sam, &Secret::new(SUPERVISOR.to_owned())).unwrap();
        let sign = |app: &mut App, code: &str| {
            let seen = seen(app);
            sign_off::sign_off(app, &sam, &Credential::Session, &ann, &[code.parse().unwrap()], &seen)
        };
        clock.put(hours * 3600 - 1);
        sign(&mut app, "K1").unwrap_or_else(|fault| panic!("{hours}: {fault}"));
        clock.put(1);
        assert!(sign(&mut app, "K2").is_err(), "{hours} hours are over");
    }
}

#[test]
fn what_was_signed_lapses_after_as_many_months_as_the_policy_says_and_never_where_it_says_none() {
    for months in [0, 6, 24] {
        let (_book, clock, mut app) = opened(&format!("reassess-months={months}"));
        let [sam, ann] = ["Sam Supervisor", "Ann Trainee"].map(|name| person(&app, name));
        let (seen, proof) = (seen(&app), Credential::Passphrase(Secret::new(SUPERVISOR.to_owned())));
        sign_off::sign_off(&mut app, &sam, &proof, &ann, &["K1".parse().unwrap()], &seen).unwrap();
        let state = |app: &mut App| records::trainee_record(app, &ann).unwrap().states[0];
        assert_eq!(state(&mut app), State::Signed, "{months}");
        // No month is longer than 31 days, none shorter than 28.
        clock.put(months * 28 * DAY - DAY);
        assert_ne!(state(&mut app), State::Lapsed, "{months}");
        clock.put(months * 3 * DAY + 2 * DAY);
        let then = if months == 0 { State::Signed } else { State::Lapsed };
        assert_eq!(state(&mut app), then, "{months}");
    }
}

#[test]
fn idle_minutes_are_the_span_after_which_the_loop_locks_the_screen_and_the_lock_says_so() {
    for minutes in [1, 2, 7, 60] {
        let (_book, _, mut app) = opened(&format!("idle-minutes={minutes}"));
        let theme = Theme::choose(Appearance::FULL);
        let keymap = Keymap::new(&OwnKeys::new()).unwrap();
        let mut shown = ModelUi(tui::model(&mut app, theme, keymap, (80, 24)).unwrap());
        assert_eq!(shown.idle(), None, "nobody is signed in: there is nothing to lock");
        let supervisor = person(&app, "Sam Supervisor");
        let session = unlock::unlock(&mut app, &supervisor, &Secret::new(SUPERVISOR.into())).unwrap();
        shown.update(Msg::Done(Done::Unlocked { session, place: None, news: Vec::new() }));
        assert_eq!(shown.idle(), Some(Duration::from_secs(minutes * 60)));
        let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
        let text = |terminal: &Terminal<TestBackend>| format!("{}", terminal.backend());
        shown.update(Msg::Idle);
        assert_eq!((shown.0.lock, shown.idle()), (Lock::Locked, None));
        terminal.draw(|frame| shown.view(frame)).unwrap();
        let words =
            if minutes == 1 { "after 1 minute without".to_owned() } else { format!("after {minutes} minutes without") };
        assert!(text(&terminal).contains(&words), "{words}: {}", text(&terminal));
    }
}
