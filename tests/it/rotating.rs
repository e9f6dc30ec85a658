//! Trainees who rotate between departments of one hub: checked copies of logs, what the record shows, cosignatures, rebuilding.

mod altered;
mod cosigned;
mod hub;
mod record;

use std::cell::Cell;

use chrono::NaiveDate;
use countersign_app::app::App;
use countersign_app::hub::copy::{CopyOutcome, Fetch, Rejection};
use countersign_app::hub::pull::{PullOutcome, PulledLogs, pull_all};
use countersign_app::hub::rotating::{Brought, NewRotation, begin, end, named_log};
use countersign_app::keys::session::Credential;
use countersign_app::storage::data_dir::DataDir;
use countersign_core::primitives::ids::Secret;
use countersign_core::primitives::text::SafeText;

use crate::bundle::{accept, key_of};
use crate::cli::book::{Book, OFFICER};
use crate::rotating::hub::FakeHub;

thread_local! {
    /// The day of the exchanges of a test.
    static DAY: Cell<Option<NaiveDate>> = const { Cell::new(None) };
}

pub fn opened(book: &Book) -> App {
    App::open_default(DataDir::new(book.data())).unwrap()
}

pub fn origin_of(book: &Book) -> String {
    key_of(book).split('+').next().unwrap().to_owned()
}

fn officer() -> Credential {
    Credential::Passphrase(Secret::new(OFFICER.to_owned()))
}

fn clean(text: &str) -> SafeText {
    SafeText::line(text).unwrap()
}

/// States that someone in a book is someone in another book.
fn rotates(book: &Book, name: &str, (other, there): (&Book, &str), known_as: Option<&str>) {
    let mut app = opened(book);
    let log = named_log(&app, &origin_of(other)).unwrap();
    let ids = [book.id_of(name), other.id_of(there), book.id_of("Olu Officer")].map(|id| id.parse().unwrap());
    let known = known_as.map(clean);
    let what = NewRotation { trainee: &ids[0], there: &ids[1], known_there_as: known.as_ref() };
    begin(&mut app, &ids[2], &officer(), &log, what).unwrap();
}

fn ends(book: &Book, name: &str, other: &Book, what: Brought) {
    let mut app = opened(book);
    let ids = [book.id_of(name), book.id_of("Olu Officer")].map(|id| id.parse().unwrap());
    let origin = origin_of(other).parse().unwrap();
    end(&mut app, &ids[1], &officer(), (&ids[0], &origin), (what, &clean("Back home"))).unwrap();
}

fn exchanged(book: &Book, hub: &mut FakeHub) -> PulledLogs {
    hub.asked_by(book);
    pull_all(&mut opened(book), hub, (Fetch::New, 2), &mut |_, _, _| {}).unwrap()
}

/// What became of the only log.
fn outcome(done: &PulledLogs) -> &CopyOutcome {
    match &done.sites[..] {
        [one] => match &one.outcome {
            PullOutcome::Copied(outcome) => outcome,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

fn rejected(done: &PulledLogs) -> &Rejection {
    match outcome(done) {
        CopyOutcome::Rejected { why, .. } => why,
        other => panic!("{other:?}"),
    }
}

/// The second department has accepted the key of the first, and Ann rotates there.
fn joined(home: &Book, away: &Book) {
    accept(away, home);
    rotates(away, "Ann Trainee", (home, "Ann Trainee"), None);
}

/// A book whose every check is content.
fn intact(book: &Book) {
    let ran = book.run(&["verify"]);
    assert_eq!(ran.code, 3, "{ran:?}");
}
