//! A made-up department, whole: it is sound as made, and no change to it goes unseen.

use std::path::Path;

use countersign_app::claims::claim;
use countersign_app::claims::queue;
use countersign_app::demo;
use countersign_app::maintenance::export;
use countersign_app::programme::hours;
use countersign_app::programme::reviews;
use countersign_app::storage::data_dir::DataDir;
use countersign_app::verify::log::{Report, Verdict, verify};
use countersign_app::verify::rebuild;
use countersign_core::filter::Filter;
use countersign_core::primitives::ids::PersonId;
use rusqlite::Connection;

use crate::owner::Owner;
use crate::random::every;
use countersign_app::record::find_trainees;
use countersign_app::standards::adopted;

fn made(folder: &Path, trainees: u32, sign_offs: u64) -> demo::Demo {
    demo::large::make(&DataDir::new(folder.to_owned()), trainees, sign_offs, 7, &mut |_, _| {}).unwrap()
}

fn verified(folder: &Path, checkpoints: &[String]) -> Report {
    verify(&folder.join("countersign.db"), checkpoints, 2, &mut |_, _| {}).unwrap()
}

#[test]
#[ignore = "slow: departments of many sizes"]
fn a_department_of_any_size_verifies_as_made() {
    for (trainees, sign_offs) in [(1, 0), (1, 3), (3, 300), (5, 1_400)] {
        let folder = tempfile::tempdir().unwrap();
        let demo = made(folder.path(), trainees, sign_offs);
        let checkpoint = export::checkpoint(&demo.app).unwrap();
        drop(demo);
        let report = verified(folder.path(), &[]);
        assert_eq!((report.verdict, report.faults), (Verdict::CannotTell, vec![]), "{trainees} {sign_offs}");
        assert_eq!(verified(folder.path(), &[checkpoint]).verdict, Verdict::Sound);
    }
}

#[test]
#[ignore = "slow: departments of many sizes"]
fn a_department_over_five_standards_verifies_with_all_that_is_next_to_its_sign_offs() {
    for (trainees, sign_offs, waiting) in [(1, 30, 1), (12, 2_400, 12), (3, 0, 0)] {
        let folder = tempfile::tempdir().unwrap();
        let at = DataDir::new(folder.path().to_owned());
        let demo = demo::large::make_whole(&at, trainees, sign_offs, 7, &mut |_, _| {}).unwrap();
        assert_eq!(adopted::standards(&demo.app).unwrap().len(), 5);
        let queue = queue::queue(&demo.app, Some(&demo.supervisor), &Filter::default(), (0, 100)).unwrap();
        assert_eq!(queue.of, waiting, "{trainees} {sign_offs}");
        if trainees > 10 {
            let people = find_trainees::trainees(&demo.app).unwrap();
            let of = |count: &dyn Fn(&PersonId) -> usize| people.iter().map(|one| count(&one.id)).sum::<usize>();
            let app = &demo.app;
            assert!(of(&|who| reviews::reviews(app, who).unwrap().len()) > 20);
            assert!(
                of(&|who| hours::hours(app, who).unwrap().iter().filter(|row| row.confirmed.is_some()).count()) > 40
            );
            assert!(
                of(&|who| hours::hours(app, who).unwrap().iter().filter(|row| row.confirmed.is_none()).count()) > 10
            );
            assert!(of(&|who| claim::files_of(app, who).unwrap().len()) > 10);
            let answered = |who: &PersonId| {
                claim::claims_of(app, who).unwrap().iter().filter(|one| one.waiting().count() == 0).count()
            };
            assert!(of(&answered) > 10);
        }
        let checkpoint = export::checkpoint(&demo.app).unwrap();
        drop(demo);
        let report = verified(folder.path(), &[checkpoint]);
        assert_eq!((report.verdict, report.faults), (Verdict::Sound, vec![]), "{trainees} {sign_offs}");
    }
}

#[test]
fn any_one_change_to_the_file_is_seen() {
    changes_are_seen(5);
}

#[test]
#[ignore = "slow: every change"]
fn any_one_change_to_the_file_is_seen_every_one() {
    changes_are_seen(1);
}

/// Makes every `step`th change to a file, and expects that `verify` sees it.
fn changes_are_seen(step: usize) {
    let folder = tempfile::tempdir().unwrap();
    let mut demo = made(folder.path(), 3, 1_200);
    let checkpoint = export::checkpoint(&demo.app).unwrap();
    demo.app.end_session(&demo.supervisor);
    drop(demo);
    let changes = [
        "UPDATE entry SET text = replace(text, 'outcome achieved', 'outcome not-achieved') WHERE place = 100",
        "UPDATE entry SET text = text || char(10) WHERE place = 100",
        "UPDATE entry SET signature = zeroblob(64) WHERE place = 100",
        "UPDATE entry SET id = randomblob(16) WHERE place = 100",
        "UPDATE entry SET key = 1 + key % 3 WHERE place = 100",
        "UPDATE entry SET signature = (SELECT signature FROM entry WHERE place = 101) WHERE place = 100",
        "DELETE FROM entry WHERE place = 100",
        "DELETE FROM entry WHERE place = (SELECT max(place) FROM entry)",
        "UPDATE tile SET hash = zeroblob(32) WHERE tile = 0",
        "DELETE FROM tile WHERE tile = 1",
        "UPDATE head SET edge = zeroblob(length(edge))",
        "UPDATE head SET size = size - 1",
        "UPDATE head SET checkpoint = replace(checkpoint, 'demo', 'demi')",
        "UPDATE log SET vkey = vkey || 'x'",
        "UPDATE content SET canonical = replace(canonical, 'dignity', 'contempt')",
        "UPDATE sign_off SET outcome = 1 - outcome WHERE place = (SELECT max(place) FROM sign_off)",
        "UPDATE sign_off SET ksb = 1 + ksb % 33 WHERE place = (SELECT min(place) FROM sign_off)",
        "UPDATE sign_off SET trainee = signer WHERE place = (SELECT max(place) FROM sign_off)",
        "UPDATE sign_off SET signer = trainee WHERE place = (SELECT max(place) FROM sign_off)",
        "UPDATE sign_off SET withdrawn = 5 WHERE place = (SELECT max(place) FROM sign_off)",
        "UPDATE sign_off SET withdrawn = NULL WHERE withdrawn IS NOT NULL",
        "DELETE FROM sign_off WHERE place = (SELECT max(place) FROM sign_off)",
        "UPDATE state SET state = 3 - state",
        "DELETE FROM state WHERE ksb = (SELECT max(ksb) FROM state)",
        "INSERT OR IGNORE INTO state VALUES (1, 1, 1, 1, 1, NULL)",
        "UPDATE summary SET signed = signed + 1 WHERE trainee = (SELECT max(trainee) FROM summary)",
        "UPDATE summary SET duties = zeroblob(length(duties))",
        "DELETE FROM summary WHERE trainee = (SELECT max(trainee) FROM summary)",
        "UPDATE standing SET ksbs = x'00000101' WHERE trainee = (SELECT max(trainee) FROM standing)",
        "DELETE FROM standing WHERE trainee = (SELECT max(trainee) FROM standing)",
        "INSERT INTO standing SELECT max(trainee) + 1, standard, ksbs FROM standing",
        "UPDATE person SET name = 'Somebody Else' WHERE person = 2",
        "UPDATE person SET roles = 15 WHERE person = 3",
        "UPDATE enrolment SET start = '2020-01-01'",
        "UPDATE holder SET person = 1 WHERE key = 2",
        "UPDATE newest SET signed = 0",
        "INSERT INTO policy VALUES ('late-days', 300)",
    ];
    for change in every(step, &changes) {
        let copy = tempfile::tempdir().unwrap();
        std::fs::copy(folder.path().join("countersign.db"), copy.path().join("countersign.db")).unwrap();
        let file = Owner::of(&copy.path().join("countersign.db"));
        let rows = file.execute(change, []).unwrap_or_else(|error| panic!("{change}: {error}"));
        assert!(rows > 0, "{change}");
        drop(file);
        let report =
            match verify(&copy.path().join("countersign.db"), std::slice::from_ref(&checkpoint), 2, &mut |_, _| {}) {
                Ok(report) => report.verdict,
                Err(_) => Verdict::Altered,
            };
        assert!(matches!(report, Verdict::Altered | Verdict::Inconsistent), "{change}: {report:?}");
    }
}

#[test]
fn indexes_made_again_are_what_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let mut demo = made(folder.path(), 4, 900);
    let before = dump(folder.path());
    rebuild::rebuild(&mut demo.app, &mut |_, _| {}).unwrap();
    assert_eq!(before, dump(folder.path()));
    drop(demo);
    assert_eq!(verified(folder.path(), &[]).verdict, Verdict::CannotTell);
}

/// Every row of every index, as text.
fn dump(folder: &Path) -> Vec<String> {
    let file = Connection::open(folder.join("countersign.db")).unwrap();
    let mut rows = Vec::new();
    for table in [
        "person",
        "holder",
        "standard",
        "enrolment",
        "policy",
        "sign_off",
        "note",
        "fact",
        "hour",
        "carried",
        "newest",
        "state",
        "summary",
        "standing",
    ] {
        let mut statement = file.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = statement.column_count();
        let mut found = statement.query([]).unwrap();
        while let Some(row) = found.next().unwrap() {
            let cells: Vec<String> = (0..columns).map(|at| format!("{:?}", row.get_ref(at).unwrap())).collect();
            rows.push(format!("{table} {}", cells.join(" ")));
        }
    }
    assert!(rows.len() > 100);
    rows
}
