//! A clock that is wrong: set back, ahead, corrected, moved while a batch is signed. What is signed then is marked where the
//! design says so, the file stays sound, and signing goes on.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, NaiveDate};
use countersign_app::app::App;
use countersign_app::clock::{Clock, SystemClock};
use countersign_app::demo::PASSPHRASE;
use countersign_app::error::Error;
use countersign_app::keys::session::Credential;
use countersign_app::keys::unlock;
use countersign_app::people::roster;
use countersign_app::random::SystemRandom;
use countersign_app::record::records;
use countersign_app::record::sign_off;
use countersign_app::storage::data_dir::DataDir;
use countersign_app::verify::rebuild;
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::ids::{PersonId, Secret};
use countersign_core::primitives::text::SafeText;
use countersign_core::record::ksb_status::State;
use countersign_core::record::view::Observation;
use countersign_core::statement::decode::decode;
use countersign_core::statement::kinds::policy::PolicyName;
use countersign_core::statement::kinds::sign_off::Outcome;
use countersign_store::db::Access;
use rusqlite::Connection;

use crate::cli::book::Book;
use crate::faults::work::verified;
use crate::signer::person;

const DAY: i64 = 86_400;
const YEAR: i64 = 365 * DAY;

/// A clock that is where a test puts it, and that may step at every look.
#[derive(Clone)]
struct Wrong {
    seconds: Arc<AtomicI64>,
    step: Arc<AtomicI64>,
}

impl Clock for Wrong {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(self.seconds.fetch_add(self.step.load(Ordering::Relaxed), Ordering::Relaxed))
    }

    fn millis(&self) -> u64 {
        (self.now().seconds() * 1000).unsigned_abs()
    }

    fn today(&self) -> NaiveDate {
        DateTime::from_timestamp(self.seconds.load(Ordering::Relaxed), 0).unwrap().date_naive()
    }
}

struct Bench {
    book: Book,
    clock: Wrong,
    app: App,
    sam: PersonId,
    alex: PersonId,
    codes: Vec<&'static str>,
}

impl Bench {
    fn new() -> Self {
        let book = Book::small();
        let now = Arc::new(AtomicI64::new(SystemClock.now().seconds()));
        let clock = Wrong { seconds: now, step: Arc::default() };
        let folder = DataDir::new(book.data());
        let random = Box::new(SystemRandom::default());
        let app = App::open(folder, Access::Write, Box::new(clock.clone()), random).unwrap();
        let [sam, alex] = ["Sam Supervisor", "Alex Trainee"].map(|name| person(&app, name));
        Self { book, clock, app, sam, alex, codes: vec!["B4", "B3", "B2", "B1", "S4", "S3", "S2", "S1"] }
    }

    fn put(&self, seconds: i64) {
        self.clock.seconds.fetch_add(seconds, Ordering::Relaxed);
    }

    /// Signs the next KSB with the passphrase, seen today by the clock as it is; whether it is marked.
    fn sign(&mut self) -> bool {
        let code = self.codes.pop().unwrap();
        self.sign_all(&[code])
    }

    fn try_all(&mut self, codes: &[&str]) -> Result<(), Error> {
        let proof = Credential::Passphrase(Secret::new(PASSPHRASE.to_owned()));
        let codes: Vec<_> = codes.iter().map(|code| code.parse().unwrap()).collect();
        let seen = Observation {
            outcome: Outcome::Achieved,
            method: None,
            supervision: None,
            observed: self.app.today(),
            place: None,
            feedback: None,
            action: None,
            late: None,
        };
        sign_off::sign_off(&mut self.app, &self.sam, &proof, &self.alex, &codes, &seen).map(drop)
    }

    fn sign_all(&mut self, codes: &[&str]) -> bool {
        self.try_all(codes).unwrap();
        let file = Connection::open(self.book.database()).unwrap();
        let sql = "SELECT text FROM entry ORDER BY place DESC LIMIT ?1";
        let mut query = file.prepare(sql).unwrap();
        let texts = query.query_map([i64::try_from(codes.len()).unwrap()], |row| row.get::<_, String>(0)).unwrap();
        let marks: Vec<bool> = texts.map(|text| decode(&text.unwrap()).unwrap().clock_suspect).collect();
        assert!(marks.iter().all(|mark| *mark == marks[0]), "a batch has one time: {marks:?}");
        marks[0]
    }

    /// The states of KSBs by the clock as it is.
    fn states(&mut self, codes: &[&str]) -> Vec<State> {
        let standing = records::trainee_record(&self.app, &self.alex).unwrap();
        let of = |code: &&str| standing.all().find(|(ksb, _)| ksb.code.to_string() == **code).unwrap().1;
        codes.iter().map(of).collect()
    }

    fn sound(&self) {
        assert_eq!(verified(&self.book.database(), &[]).unwrap().faults, []);
    }
}

#[test]
fn a_clock_set_back_marks_what_is_signed_until_it_is_right_again() {
    for (back, marked) in [(60, false), (299, false), (3_600, true), (DAY, true), (YEAR, true)] {
        let mut bench = Bench::new();
        assert!(!bench.sign());
        bench.put(-back);
        assert_eq!((bench.sign(), bench.sign()), (marked, marked), "{back} seconds back");
        bench.put(back);
        assert!(!bench.sign(), "{back} seconds back and right again");
        bench.sound();
    }
}

#[test]
fn a_clock_that_was_ahead_and_is_corrected_marks_what_follows_and_blocks_nothing() {
    for ahead in [3_600, 40 * DAY, YEAR] {
        let mut bench = Bench::new();
        bench.put(ahead);
        // Nothing tells it from the truth yet.
        assert!(!bench.sign());
        bench.put(-ahead);
        assert!(bench.sign() && bench.sign(), "{ahead} seconds ahead");
        bench.sound();
        // Once the time is there, nothing is marked any more.
        bench.put(ahead + 60);
        assert!(!bench.sign());
        bench.sound();
    }
}

#[test]
fn a_training_officer_puts_the_newest_time_back_after_a_clock_that_was_ahead_and_nothing_is_marked_from_then_on() {
    for ahead in [3_600, 40 * DAY, YEAR] {
        let mut bench = Bench::new();
        let tilly = person(&bench.app, "Tilly Officer");
        let proof = Credential::Passphrase(Secret::new(PASSPHRASE.to_owned()));
        let reason = SafeText::line("the clock of the workstation was ahead").unwrap();
        bench.put(ahead);
        assert!(!bench.sign());
        // While the clock stands there, there is nothing to put back.
        assert!(roster::put_clock_back(&mut bench.app, &tilly, &proof, &reason).is_err());
        bench.put(-ahead);
        assert!(bench.sign(), "{ahead} seconds ahead");
        roster::put_clock_back(&mut bench.app, &tilly, &proof, &reason).unwrap();
        bench.put(1);
        assert!(!bench.sign() && !bench.sign(), "{ahead} seconds ahead, and put back");
        bench.sound();
    }
}

#[test]
#[ignore = "slow: hundreds of runs with a fault"]
fn a_sign_off_of_a_clock_that_was_ahead_lapses_from_the_day_on_which_the_time_was_put_right() {
    for ahead in [40 * DAY, YEAR, 10 * YEAR] {
        let mut bench = Bench::new();
        let tilly = person(&bench.app, "Tilly Officer");
        let proof = || Credential::Passphrase(Secret::new(PASSPHRASE.to_owned()));
        roster::set_policy(&mut bench.app, &tilly, &proof(), vec![(PolicyName::ReassessMonths, 12)]).unwrap();
        bench.put(ahead);
        bench.sign_all(&["K1"]);
        bench.put(-ahead);
        bench.sign_all(&["K2"]);
        let reason = SafeText::line("the clock of the workstation was ahead").unwrap();
        roster::put_clock_back(&mut bench.app, &tilly, &proof(), &reason).unwrap();
        for again in [false, true] {
            if again {
                rebuild::rebuild(&mut bench.app, &mut |_, _| {}).unwrap();
            }
            assert_eq!(bench.states(&["K1", "K2"]), [State::Signed; 2], "{ahead}");
            bench.put(350 * DAY);
            assert_eq!(bench.states(&["K1", "K2"]), [State::Renew; 2], "{ahead}");
            bench.put(50 * DAY);
            assert_eq!(bench.states(&["K1", "K2"]), [State::Lapsed; 2], "{ahead}");
            bench.put(-400 * DAY);
            bench.sound();
        }
        // An index that lets it count from another day is found.
        for day in [1, -1, 400, -400] {
            let file = Connection::open(bench.book.database()).unwrap();
            let move_days =
                "UPDATE sign_off SET observed = observed + ?1 WHERE place = (SELECT min(place) FROM sign_off
                WHERE ksb = (SELECT ksb FROM sign_off ORDER BY place DESC LIMIT 1 OFFSET 1))";
            assert_eq!(file.execute(move_days, [day]).unwrap(), 1);
            assert_ne!(verified(&bench.book.database(), &[]).unwrap().faults, [], "{day}");
            file.execute(move_days, [-day]).unwrap();
        }
        bench.sound();
    }
}

#[test]
fn a_clock_that_steps_in_the_midst_of_a_batch_gives_it_one_time_and_blocks_nothing() {
    for step in [-YEAR, -3_600, -1, 1, 3_600, YEAR] {
        let mut bench = Bench::new();
        assert!(!bench.sign());
        // At every look: the batch's day, and then its time, are read of clocks that are far apart.
        bench.clock.step.store(step, Ordering::Relaxed);
        let codes = ["K1", "K2", "K3", "K4"];
        let signed = bench.try_all(&codes);
        bench.clock.step.store(0, Ordering::Relaxed);
        if let Err(error) = signed {
            let words = ["is in the future", "you must say why it is late", "Nobody is signed in to sign"];
            assert!(words.iter().any(|word| error.to_string().contains(word)), "{step}: {error}");
        }
        bench.sound();
        bench.sign_all(&codes);
        bench.sound();
    }
}

#[test]
fn wrong_passphrases_and_a_clock_set_back_keep_nobody_out_for_longer_than_the_delay() {
    let mut bench = Bench::new();
    assert!(!bench.sign());
    let wrong = Secret::new("not the right words at all 9".to_owned());
    for _ in 0..5 {
        assert!(unlock::unlock(&mut bench.app, &bench.sam, &wrong).is_err());
    }
    bench.put(-YEAR);
    // The delay of the fifth is 15 seconds, by whatever clock.
    let kept_out = bench.try_all(&["K1"]).unwrap_err();
    assert!(kept_out.to_string().contains("You can try again in 15 seconds"), "{kept_out}");
    bench.put(16);
    assert!(bench.sign());
    bench.sound();
}
