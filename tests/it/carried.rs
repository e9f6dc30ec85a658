//! What an earlier record says, carried over, shown and counted: by use cases and commands on a real file.

use chrono::{Days, NaiveDate};
use countersign_app::app::App;
use countersign_app::cohort::grid;
use countersign_app::keys::session::Credential;
use countersign_app::record::carry_over::{CarriedPerson, CarriedReceipt, CarriedSource, carry_over, check};
use countersign_app::record::{outstanding, records, sign_off};
use countersign_app::storage::data_dir::DataDir;
use countersign_app::verify::log::{Verdict, verify};
use countersign_core::filter::Filter;
use countersign_core::primitives::ids::{Digest, Secret};
use countersign_core::programme::cohort::CohortOrder;
use countersign_core::record::ksb_status::State;
use countersign_core::record::view::{Observation, TraineeRecord};
use countersign_core::statement::kinds::carry_over::CarriedItem;
use countersign_core::statement::kinds::sign_off::{Evidence, Outcome};

use crate::cli::book::{Book, OFFICER, SUPERVISOR};
use crate::signer::person;
use crate::world::clean;

fn opened(book: &Book) -> App {
    App::open_default(DataDir::new(book.data())).unwrap()
}

fn item(code: &str, on: NaiveDate) -> CarriedItem {
    let (code, assessor) = (code.parse().unwrap(), Some(clean("J. Smith")));
    CarriedItem { code, on, assessor, level: Some(clean("3")) }
}

fn source() -> CarriedSource {
    CarriedSource {
        source: clean("Training matrix of 2024"),
        file: Evidence { digest: Digest::of(b"matrix"), name: clean("matrix.xlsx") },
    }
}

/// Carries these items over for Ann, seen so many days ago.
fn carried(app: &mut App, codes: &[&str], days: u64, proof: &Credential) -> CarriedReceipt {
    let (olu, ann) = (person(app, "Olu Officer"), person(app, "Ann Trainee"));
    let on = app.today() - Days::new(days);
    let people = [CarriedPerson { trainee: ann, items: codes.iter().map(|code| item(code, on)).collect() }];
    carry_over(app, &olu, proof, &source(), &people).unwrap()
}

fn passphrase(secret: &str) -> Credential {
    Credential::Passphrase(Secret::new(secret.to_owned()))
}

fn record(app: &App) -> TraineeRecord {
    records::trainee_record(app, &person(app, "Ann Trainee")).unwrap()
}

fn state(app: &App, code: &str) -> State {
    let code = code.parse().unwrap();
    record(app).all().find(|(ksb, _)| ksb.code == code).map(|(_, state)| state).unwrap()
}

/// Ann's figures: her record, her card in the cohort, how many are left.
fn figures(app: &mut App) -> [usize; 3] {
    let ann = person(app, "Ann Trainee");
    let cohort = grid::cohort(app, &Filter::default(), CohortOrder::default()).unwrap();
    let rows = grid::cohort_rows(app, &cohort, 0, usize::MAX).unwrap();
    let row = rows.iter().find(|row| row.trainee.id == ann).unwrap();
    let (record, left) = outstanding::outstanding(app, &ann).unwrap();
    assert_eq!(record.trainee.signed, record.figures(None).0);
    [record.trainee.signed.into(), row.trainee.signed.into(), left.len()]
}

#[test]
fn what_is_carried_over_is_shown_and_counts_in_every_figure_where_the_policy_says_so_and_only_there() {
    let book = Book::founded();
    let mut app = opened(&book);
    let total = usize::from(record(&app).trainee.total);
    assert_eq!(figures(&mut app), [0, 0, total]);
    let dry = carried(&mut app, &["K1", "K2", "S26"], 400, &Credential::DryRun);
    assert_eq!((dry.ids.len(), dry.people, dry.items, dry.already), (0, 1, 3, 0));
    assert_eq!(figures(&mut app), [0, 0, total]);
    let done = carried(&mut app, &["K1", "K2", "S26"], 400, &passphrase(OFFICER));
    assert_eq!((done.ids.len(), done.people, done.items, done.already), (1, 1, 3, 0));
    // The same again says nothing new.
    let again = carried(&mut app, &["S26", "K2"], 400, &passphrase(OFFICER));
    assert_eq!((again.ids.len(), again.people, again.items, again.already), (0, 0, 0, 2));
    assert_eq!(again.head, done.head);
    assert_eq!(state(&app, "K1"), State::CarriedOver);
    assert_eq!(figures(&mut app), [0, 0, total]);
    assert!(book.run(&["readiness", "Ann Trainee"]).done().out.contains("3 carried over"));
    book.officer(&["policy", "set", "carried-over=counts"]).done();
    let mut app = opened(&book);
    assert_eq!(state(&app, "K1"), State::CarriedOver);
    assert_eq!(figures(&mut app), [3, 3, total - 3]);
    assert_eq!(record(&app).counting_carried(), 3);
    assert!(book.run(&["readiness", "Ann Trainee"]).done().out.contains("3 signed, counting 3 carried over"));
    let shown = book.run(&["trainee", "Ann Trainee"]).done().out;
    for words in
        ["CARRIED OVER", "J. Smith", "Training matrix of 2024 (matrix.xlsx)", "3 of these, from earlier records"]
    {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    // A lapse is as of a sign-off of that day.
    for (months, expected) in [(36, [3, 3, total - 3]), (12, [0, 0, total])] {
        book.officer(&["policy", "set", &format!("reassess-months={months}")]).done();
        assert_eq!(figures(&mut opened(&book)), expected, "{months}");
    }
    book.officer(&["policy", "set", "reassess-months=0", "carried-over=shows"]).done();
    assert_eq!(figures(&mut opened(&book)), [0, 0, total]);
}

#[test]
fn a_sign_off_decides_over_an_earlier_record_which_is_there_again_once_it_is_withdrawn_and_goes_with_its_own_withdrawal()
 {
    let book = Book::founded();
    book.officer(&["policy", "set", "carried-over=counts"]).done();
    let mut app = opened(&book);
    let done = carried(&mut app, &["K1", "S26"], 30, &passphrase(OFFICER));
    let [olu, sam, ann] = ["Olu Officer", "Sam Supervisor", "Ann Trainee"].map(|name| person(&app, name));
    let seen = Observation {
        outcome: Outcome::NotAchieved,
        method: None,
        supervision: None,
        observed: app.today() - Days::new(300),
        place: None,
        feedback: Some(clean("Not yet steady")),
        action: Some(countersign_core::statement::kinds::sign_off::Action {
            what: clean("Do two more"),
            by: app.today() + Days::new(20),
        }),
        late: Some(clean("Found in a notebook")),
    };
    let proof = passphrase(SUPERVISOR);
    let signed = sign_off::sign_off(&mut app, &sam, &proof, &ann, &["S26".parse().unwrap()], &seen).unwrap();
    assert_eq!((state(&app, "S26"), state(&app, "K1")), (State::NotYet, State::CarriedOver));
    sign_off::withdraw(&mut app, &sam, &Credential::Session, signed.ids[0], &clean("Wrong person")).unwrap();
    assert_eq!(state(&app, "S26"), State::CarriedOver);
    sign_off::withdraw(&mut app, &olu, &Credential::Session, done.ids[0], &clean("Another Ann")).unwrap();
    assert_eq!((state(&app, "S26"), state(&app, "K1")), (State::Open, State::Open));
    assert_eq!(record(&app).trainee.signed, 0);
    // Withdrawn, it is kept, and the same record may be carried over again.
    assert!(book.run(&["trainee", "Ann Trainee"]).done().out.contains("withdrawn"));
    let again = carried(&mut app, &["K1", "S26"], 30, &Credential::Session);
    assert_eq!((again.items, again.already), (2, 0));
    assert_eq!(state(&app, "K1"), State::CarriedOver);
    let erased = ["erase", &again.ids[0].to_string(), "--reason", "It named someone else"];
    // It notes that a saved receipt still has the text.
    assert_eq!(book.officer(&erased).code, 0);
    assert_eq!(state(&opened(&book), "K1"), State::Open);
    let report = verify(&book.database(), &[], 2, &mut |_, _| {}).unwrap();
    assert_eq!((report.verdict, report.faults), (Verdict::CannotTell, vec![]));
}

#[test]
fn everything_that_would_be_refused_is_named_for_each_person_and_item_and_nothing_is_signed() {
    let book = Book::founded();
    let mut app = opened(&book);
    let [olu, sam, ann, other] =
        ["Olu Officer", "Sam Supervisor", "Ann Trainee", "Ann Trainer"].map(|name| person(&app, name));
    let (today, before) = (app.today(), app.head().unwrap());
    let items = vec![item("K1", today), item("K2", today + Days::new(3)), item("S999", today), item("L1", today)];
    let people = [
        CarriedPerson { trainee: ann.clone(), items },
        CarriedPerson { trainee: other, items: vec![item("K1", today)] },
        CarriedPerson { trainee: sam, items: vec![item("K1", today)] },
    ];
    let refused = check(&mut app, &olu, &source(), &people).unwrap();
    let named: Vec<(bool, Option<String>)> =
        refused.iter().map(|one| (one.trainee == ann, one.code.map(|code| code.to_string()))).collect();
    let code = |code: &str| Some(code.to_owned());
    assert_eq!(named, [(true, code("K2")), (true, code("S999")), (true, code("L1")), (false, None), (false, None)]);
    for (one, words) in refused.iter().zip(["in the future", "has no S999", "has L1", "not enrolled", "not enrolled"]) {
        assert!(one.why.why.contains(words), "{words}: {:?}", one.why);
    }
    carry_over(&mut app, &olu, &passphrase(OFFICER), &source(), &people).unwrap_err();
    assert_eq!(app.head().unwrap(), before);
    // The rules refuse what is on the signer's own account.
    let fine = [CarriedPerson { trainee: ann, items: vec![item("K1", today)] }];
    assert!(check(&mut app, &olu, &source(), &fine).unwrap().is_empty());
    let sam = person(&app, "Sam Supervisor");
    assert!(!check(&mut app, &sam, &source(), &fine).unwrap().is_empty());
}

#[test]
fn a_record_that_is_too_long_for_one_statement_is_carried_over_in_several_at_once() {
    let book = Book::founded();
    let mut app = opened(&book);
    let [olu, ann] = ["Olu Officer", "Ann Trainee"].map(|name| person(&app, name));
    let (today, long) = (app.today(), Some(clean(&"ß".repeat(200))));
    let codes: Vec<_> = record(&app).standard.ksbs().iter().map(|ksb| ksb.code).collect();
    let items = codes
        .iter()
        .map(|code| CarriedItem { code: *code, on: today, assessor: long.clone(), level: long.clone() })
        .collect();
    let people = [CarriedPerson { trainee: ann, items }];
    let done = carry_over(&mut app, &olu, &passphrase(OFFICER), &source(), &people).unwrap();
    assert!(done.ids.len() > 1, "{done:?}");
    assert_eq!((done.people, done.items), (1, codes.len()));
    assert!(record(&app).states.iter().all(|state| *state == State::CarriedOver));
}

#[test]
fn a_carried_over_item_has_no_badge_and_says_why() {
    let book = Book::founded();
    book.officer(&["policy", "set", "carried-over=counts"]).done();
    carried(&mut opened(&book), &["K1"], 30, &passphrase(OFFICER));
    book.officer(&["key", "issuer", "make"]).done();
    let key = book.keep("ann", "gravel teapot comet willow 83");
    book.officer(&["key", "add", "Ann Trainee", "--new-passphrase-file", &key]).done();
    let out = book.secret("badges");
    book.run(&["badge", "Ann Trainee", "K1", "--out", &out, "--passphrase-file", &key])
        .refused(1, "K1 is carried over from an earlier record, so it cannot have a badge");
}
