//! Trainees who rotate between departments of one hub: checked copies of logs, what the record shows, cosignatures, rebuilding.

mod altered;
mod batches;
mod cosigned;
mod ended;
mod hub;
mod real;
mod rebuilt;
mod record;
mod said;

pub use record::rotated;

use countersign_app::app::App;
use countersign_app::hub::copy::{CopyOutcome, Fetch, Rejection};
use countersign_app::hub::pull::{PullOutcome, PulledLogs, pull_all};
use countersign_app::hub::rotating::Brought;
use countersign_app::storage::data_dir::DataDir;

use crate::bundle::{accept, key_of};
use crate::cli::book::Book;
use crate::rotating::hub::FakeHub;

pub fn opened(book: &Book) -> App {
    App::open_default(DataDir::new(book.data())).unwrap()
}

pub fn origin_of(book: &Book) -> String {
    key_of(book).split('+').next().unwrap().to_owned()
}

/// States that someone in a book is someone in another book.
pub fn rotates(book: &Book, name: &str, (other, there): (&Book, &str), known_as: Option<&str>) {
    let (origin, id) = (origin_of(other), other.id_of(there));
    let mut args = vec!["hub", "trainee", name, "--site", origin.as_str(), "--there", id.as_str()];
    args.extend(known_as.iter().flat_map(|name| ["--known-there-as", name]));
    book.officer(&args).done();
}

fn ends(book: &Book, name: &str, other: &Book, what: Brought) {
    let origin = origin_of(other);
    let mut args = vec!["hub", "trainee", name, "--site", origin.as_str(), "--end", "--reason", "Back home"];
    if what == Brought::Goes {
        args.push("--wrong-person");
    }
    assert_eq!(book.officer(&args).code, 0);
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
