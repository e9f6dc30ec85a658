//! The indexes against a plain model of them, over sign-offs and withdrawals in any order and in batches of any size.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use countersign_core::people::person::{Role, Viewer};
use countersign_core::primitives::date::parse_day;
use countersign_core::primitives::ids::KsbCode;
use countersign_core::primitives::text::SafeText;
use countersign_core::record::ksb_status::{CountedSignOff, KsbOutcome, State, StatusContext};
use countersign_core::rules::log_state::Policy;
use countersign_core::statement::encode::encode;
use countersign_core::statement::kind::Kind;
use countersign_core::statement::kinds::sign_off::Outcome;
use countersign_core::statement::kinds::withdraw::Withdraw;
use countersign_core::statement::{Body, SignedText, Statement};
use countersign_store::db::{Access, Db, WriteTx};
use countersign_store::error::StoreError;
use countersign_store::index::indexer::{Indexer, add_statement, clear};
use countersign_store::index::sign_off_index::SignOffStatus;
use countersign_store::index::{people, sign_off_index, standards};
use countersign_store::log;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::random::cases;
use crate::store::{dump, raw};
use crate::world::{OFFICER, OTHER_SUPERVISOR, OTHER_TRAINEE, SUPERVISOR, TRAINEE, World, clean, key_of, named, pid};

const CODES: [&str; 4] = ["K1", "S26", "S1", "B6"];

#[derive(Debug, Clone)]
enum Act {
    SignOff(&'static str, &'static str, &'static str, bool),
    /// Of any sign-off that still counts.
    Withdraw(Index),
}

fn act() -> impl Strategy<Value = Act> {
    let by = select(vec![SUPERVISOR, OTHER_SUPERVISOR]);
    let of = select(vec![TRAINEE, OTHER_TRAINEE]);
    prop_oneof![
        3 => (by, of, select(CODES.to_vec()), any::<bool>()).prop_map(|(by, of, code, good)| Act::SignOff(by, of, code, good)),
        2 => any::<Index>().prop_map(Act::Withdraw),
    ]
}

/// One sign-off as the model knows it.
struct Row {
    position: u64,
    by: &'static str,
    trainee: &'static str,
    code: &'static str,
    outcome: Outcome,
    withdrawn: Option<u64>,
}

/// What the statement says next, and what the model then knows; nothing where there is nothing to withdraw.
fn said(world: &World, rows: &mut Vec<Row>, act: &Act) -> Option<Statement> {
    let position = world.log.len() as u64;
    match act {
        Act::SignOff(by, trainee, code, good) => {
            let outcome = if *good { Outcome::Achieved } else { Outcome::NotAchieved };
            rows.push(Row { position, by, trainee, code, outcome, withdrawn: None });
            Some(world.say(by, Role::Supervisor, Body::SignOff(world.sign_off(trainee, code, outcome))))
        }
        Act::Withdraw(which) => {
            let mut live: Vec<&mut Row> = rows.iter_mut().filter(|row| row.withdrawn.is_none()).collect();
            if live.is_empty() {
                return None;
            }
            let at = which.index(live.len());
            live[at].withdrawn = Some(position);
            let (of, trainee) = (world.log[live[at].position as usize].id, named(live[at].trainee));
            let body = Body::Withdraw(Withdraw { of, trainee, reason: clean("Seen wrongly") });
            Some(world.say(OFFICER, Role::TrainingOfficer, body))
        }
    }
}

fn append(tx: &WriteTx<'_>, statement: &Statement, at: usize) -> Result<(), StoreError> {
    let key = key_of(statement.signer.who.id.as_str());
    let signed = SignedText { text: encode(statement).unwrap(), key: key.fingerprint(), signature: vec![7; 64] };
    log::append(tx, at as u64, statement.id, log::add_key(tx, &key)?, &signed)
}

fn write(db: &mut Db, world: &World, from: usize) {
    db.write(|tx| {
        let mut indexer = Indexer::default();
        for (at, statement) in world.log.iter().enumerate().skip(from) {
            append(tx, statement, at)?;
            indexer.add(tx, statement, at as u64, Some(&world.standard))?;
        }
        indexer.finish(tx)
    })
    .unwrap();
}

fn begun(path: &Path) -> (Db, World) {
    let world = World::new();
    let mut db = Db::create(path).unwrap();
    db.write(|tx| standards::add_content(tx, &world.standard)).unwrap();
    write(&mut db, &world, 0);
    (db, world)
}

/// Each duty's figure, as it lies in the file.
fn duties(path: &Path, trainee: &str) -> Vec<u16> {
    let sql = "SELECT duties FROM summary JOIN person ON person = trainee WHERE id = ?1";
    let bytes: Vec<u8> = raw(path).query_row(sql, [trainee], |row| row.get(0)).unwrap_or_default();
    bytes.chunks_exact(2).map(|two| u16::from_be_bytes([two[0], two[1]])).collect()
}

fn holds(db: &Db, path: &Path, world: &World, rows: &[Row]) {
    let on = world.standard.reference();
    let all = &Viewer::Department;
    let observed = parse_day("2026-11-20").unwrap();
    let measure = StatusContext { policy: Policy::default(), today: observed };
    for trainee in [TRAINEE, OTHER_TRAINEE] {
        let id = pid(trainee);
        let mut expected: HashMap<KsbCode, State> = HashMap::new();
        let mut seen_last: BTreeMap<KsbCode, SafeText> = BTreeMap::new();
        for code in CODES {
            let of: Vec<&Row> = rows.iter().filter(|row| row.trainee == trainee && row.code == code).collect();
            let live = of.iter().filter(|row| row.withdrawn.is_none());
            let newest = live.clone().next_back();
            seen_last.extend(newest.map(|row| (code.parse().unwrap(), named(row.by).name)));
            let live = live.map(|row| CountedSignOff { outcome: row.outcome, observed, countersigned: false });
            let state = KsbOutcome::of(live).map_or(State::Open, |shown| shown.state(&measure));
            expected.insert(code.parse().unwrap(), state);
            let fate = |row: &Row| SignOffStatus { withdrawn: row.withdrawn, ..SignOffStatus::default() };
            let history: Vec<_> = of.iter().rev().map(|row| (row.position, fate(row))).collect();
            let code = code.parse().unwrap();
            assert_eq!(db.read(|tx| sign_off_index::history(tx, all, &id, on, code)).unwrap(), history);
            let other = Viewer::Own(pid(if trainee == TRAINEE { OTHER_TRAINEE } else { TRAINEE }));
            assert_eq!(db.read(|tx| sign_off_index::history(tx, &other, &id, on, code)).unwrap(), []);
            assert_eq!(db.read(|tx| sign_off_index::states(tx, &other, &id, on, &measure)).unwrap(), HashMap::new());
            assert_eq!(
                db.read(|tx| sign_off_index::deciding(tx, &other, &id, on, &measure.policy)).unwrap(),
                BTreeMap::new()
            );
        }
        let found = db.read(|tx| sign_off_index::deciding(tx, all, &id, on, &measure.policy)).unwrap();
        assert!(found.values().all(|last| last.on == observed));
        let found: BTreeMap<KsbCode, SafeText> = found.into_iter().map(|(code, last)| (code, last.by)).collect();
        assert_eq!(found, seen_last);
        expected.retain(|_, state| *state != State::Open);
        assert_eq!(db.read(|tx| sign_off_index::states(tx, all, &id, on, &measure)).unwrap(), expected);
        let signed: Vec<KsbCode> =
            expected.iter().filter(|(_, state)| **state == State::Signed).map(|(code, _)| *code).collect();
        let card = db.read(|tx| people::card(tx, all, &id, &measure)).unwrap().unwrap();
        assert_eq!(usize::from(card.signed), signed.len());
        let count = |duty: &countersign_core::standard::builder::Duty| {
            world.standard.of_duty(duty.no).filter(|ksb| signed.contains(&ksb.code)).count() as u16
        };
        let figures: Vec<u16> = world.standard.duties().iter().map(count).collect();
        let found = duties(path, trainee);
        assert!(found == figures || (found.is_empty() && signed.is_empty()), "{found:?} {figures:?}");
    }
    for row in rows {
        let fate = db.read(|tx| sign_off_index::fate(tx, row.position)).unwrap().unwrap();
        assert_eq!(fate.withdrawn, row.withdrawn);
    }
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn the_indexes_are_what_a_plain_model_says_and_the_same_when_made_again(batches in vec(vec(act(), 1..8), 1..8)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.db");
        let (mut db, mut world) = begun(&path);
        let mut rows = Vec::new();
        for batch in &batches {
            let from = world.log.len();
            for act in batch {
                if let Some(statement) = said(&world, &mut rows, act) {
                    world.add(statement);
                }
            }
            write(&mut db, &world, from);
            holds(&db, &path, &world, &rows);
        }
        let before = dump(&raw(&path));
        let standard: &Arc<_> = &world.standard;
        db.write(|tx| {
            clear(tx)?;
            world.log.iter().zip(0..).try_for_each(|(statement, at)| add_statement(tx, statement, at, Some(standard)))
        }).unwrap();
        prop_assert_eq!(&dump(&raw(&path)), &before, "one by one");
        db.write(|tx| {
            clear(tx)?;
            let mut indexer = Indexer::default();
            world.log.iter().zip(0..).try_for_each(|(s, at)| indexer.add(tx, s, at, Some(standard)))?;
            indexer.finish(tx)
        }).unwrap();
        prop_assert_eq!(&dump(&raw(&path)), &before, "all at once");
        drop(db);
        prop_assert_eq!(&dump(&raw(&path)), &before, "folded together");
    }
}

#[test]
fn what_the_rules_would_never_pass_is_not_indexed_either() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.db");
    let (mut db, mut world) = begun(&path);
    let from = world.log.len();
    world.signed_off(SUPERVISOR, TRAINEE, "S26", Outcome::Achieved);
    world.officer_says(world.withdrawal(world.newest(Kind::SignOff), TRAINEE));
    write(&mut db, &world, from);
    let at = world.log.len() as u64;
    let before = dump(&raw(&path));
    let mut of_nobody = world.sign_off(TRAINEE, "S26", Outcome::Achieved);
    of_nobody.trainee = named("n0b0dy");
    let mut elsewhere = world.sign_off(TRAINEE, "S26", Outcome::Achieved);
    elsewhere.item.standard = "ST0413 1.0".parse().unwrap();
    let mut other_start = world.enrolment(TRAINEE);
    if let Body::Enrolment(named) = &mut other_start {
        named.enrolment.standard = "ST0413 1.0".parse().unwrap();
    }
    let unknown = Withdraw { of: crate::made::id_of(999), trainee: named(TRAINEE), reason: clean("?") };
    for body in [
        world.withdrawal(world.newest(Kind::SignOff), TRAINEE),
        world.withdrawal(0, TRAINEE),
        Body::Withdraw(unknown),
        Body::SignOff(of_nobody),
        Body::SignOff(elsewhere),
        other_start,
        crate::world::grant(SUPERVISOR),
        world.adoption(),
    ] {
        let statement = world.say(OFFICER, Role::TrainingOfficer, body);
        let added = db.write(|tx| add_statement(tx, &statement, at, Some(&world.standard)));
        assert!(added.is_err(), "{:?}", statement.body);
        assert_eq!(dump(&raw(&path)), before);
    }
    drop(db);
    assert!(Db::open(&path, Access::Write).is_ok());
}
