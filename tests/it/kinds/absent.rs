//! Every absence is bound to the statement that records it, whichever kind of statement is made absent, and however.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use countersign_app::app::App;
use countersign_app::storage::data_dir::DataDir;
use countersign_app::verify::anchors::ExternalAnchors;
use countersign_app::verify::log::{Verdict, verify_against};
use countersign_app::verify::rebuild;
use countersign_core::people::person::Role;
use countersign_core::primitives::ids::Digest;
use countersign_core::statement::Body;
use countersign_core::statement::decode::decode;
use countersign_core::statement::kind::Kind;
use countersign_core::statement::kinds::erase::Erase;
use countersign_ledger::merkle::{CompactRange, TILE};
use countersign_ledger::proof::{Hashes, prove_inclusion};
use countersign_ledger::receipt::TlogProof;
use countersign_ledger::receipt_text::Receipt;
use countersign_store::db::{Access, Db};
use countersign_store::error::StoreError;
use countersign_store::log;
use rusqlite::params;

use crate::kinds::department::Department;
use crate::kinds::history::{leaf, told};
use crate::owner::Owner;
use crate::random::every;
use crate::world::{OFFICER, clean};

/// The leaves of a log.
struct Leaves(Vec<Digest>);

impl Hashes for Leaves {
    type Error = StoreError;

    fn leaf(&self, index: u64) -> Result<Digest, StoreError> {
        Ok(self.0[index as usize])
    }

    fn tile(&self, tile: u64) -> Result<Digest, StoreError> {
        let mut edge = CompactRange::new();
        self.0[(tile * TILE) as usize..][..TILE as usize].iter().for_each(|leaf| {
            edge.push(*leaf);
        });
        Ok(edge.root())
    }
}

/// A history over all kinds, with an honest erasure at its end, and what was kept outside before that.
struct Case {
    d: Department,
    /// The file before the erasure.
    before: PathBuf,
    /// What was erased, and by which entry.
    erased: (u64, u64),
    checkpoint: String,
    /// A receipt of each entry that there was.
    receipts: BTreeMap<u64, String>,
    leaves: Vec<Digest>,
    folder: tempfile::TempDir,
}

fn folded(path: &Path) {
    let file = rusqlite::Connection::open(path).unwrap();
    file.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
}

impl Case {
    fn new(seed: u64) -> Self {
        let mut d = told(seed, 700);
        let folder = tempfile::tempdir().unwrap();
        let before = folder.path().join("before.db");
        folded(&d.path());
        std::fs::copy(d.path(), &before).unwrap();
        let size = d.log.len() as u64;
        let leaves: Vec<Digest> =
            (0..size).map(|at| d.erased.get(&at).map_or_else(|| leaf(&d, at), |_| kept(&d, at))).collect();
        let (checkpoint, receipts) = kept_outside(&d, &leaves);
        let mut erased = None;
        for at in (0..size).rev().filter(|at| !d.erased.contains_key(at)).collect::<Vec<_>>() {
            let of = &d.log[at as usize];
            let (of, time, kind) = (of.id, of.signed, of.body.kind());
            if kind != Kind::SignOff {
                continue;
            }
            let (leaf, reason) = (leaves[at as usize], clean("It names a patient"));
            let body =
                Erase { of, position: at, leaf, time, kind: Some(kind), put_back: None, evidence: Vec::new(), reason };
            if let Some(by) = d.say(OFFICER, Role::TrainingOfficer, Body::Erase(body)) {
                erased = Some((at, by as u64));
                break;
            }
        }
        folded(&d.path());
        Self { d, before, erased: erased.unwrap(), checkpoint, receipts, leaves, folder }
    }

    /// The newest entry of each kind that is not erased and comes before the erasure.
    fn of_each_kind(&self) -> BTreeMap<Kind, u64> {
        let there = (0..self.leaves.len() as u64).filter(|at| !self.d.erased.contains_key(at));
        there.map(|at| (self.d.log[at as usize].body.kind(), at)).collect()
    }

    /// What `verify` says of a copy that its owner changed and whose indexes were then made to fit: alone, with a checkpoint,
    /// with the receipt of an entry.
    fn found(&self, of: u64, forge: impl FnOnce(&Owner)) -> [(Verdict, Vec<String>); 3] {
        let data = tempfile::tempdir_in(self.folder.path()).unwrap();
        let copy = data.path().join("countersign.db");
        std::fs::copy(self.d.path(), &copy).unwrap();
        forge(&Owner::of(&copy));
        if let Ok(mut app) = App::open_default(DataDir::new(data.path().to_owned())) {
            let _ = rebuild::rebuild(&mut app, &mut |_, _| {});
        }
        let mut checkpoint = ExternalAnchors::default();
        checkpoint.add_checkpoints("kept", &self.checkpoint).unwrap();
        let mut receipt = ExternalAnchors::default();
        receipt.add_receipts("kept", &self.receipts[&of]).unwrap();
        [ExternalAnchors::default(), checkpoint, receipt].map(|evidence| {
            let report = verify_against(&copy, &evidence, 1, &mut |_, _| {}).unwrap();
            (report.verdict, report.faults.into_iter().map(|fault| fault.what).collect())
        })
    }

    /// Puts back what was erased, as the file had it before.
    fn put_back(&self, file: &Owner) {
        let before = rusqlite::Connection::open(&self.before).unwrap();
        let at = self.erased.0.cast_signed();
        let row: (Vec<u8>, Vec<u8>) = before
            .query_row("SELECT signature, CAST(text AS BLOB) FROM entry WHERE place = ?1", [at], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .unwrap();
        let sql = "UPDATE entry SET signature = ?2, text = CAST(?3 AS TEXT) WHERE place = ?1";
        file.execute(sql, params![at, row.0, row.1]).unwrap();
        file.execute("DELETE FROM erased WHERE place = ?1", [at]).unwrap();
    }

    /// Makes another entry absent, by the statement at `by`.
    fn make_absent(&self, file: &Owner, at: u64, by: u64) {
        let row = params![at.cast_signed(), self.leaves[at as usize].0, by.cast_signed()];
        file.execute("INSERT INTO erased VALUES (?1, ?2, ?3)", row).unwrap();
        for table in ["entry", "imported"] {
            let blank = format!("UPDATE {table} SET text = '', signature = zeroblob(64) WHERE place = ?1");
            file.execute(&blank, [at.cast_signed()]).unwrap();
        }
    }
}

/// The leaf that is kept of an erased entry.
fn kept(d: &Department, at: u64) -> Digest {
    let db = Db::open(&d.path(), Access::Read).unwrap();
    db.read(|tx| countersign_store::erased_and_imported::erased(tx, at)).unwrap().unwrap().0
}

fn kept_outside(d: &Department, leaves: &[Digest]) -> (String, BTreeMap<u64, String>) {
    let there = (0..leaves.len() as u64).filter(|at| !d.erased.contains_key(at));
    let receipts = there.map(|at| (at, receipt(&d.path(), at, leaves))).collect();
    let db = Db::open(&d.path(), Access::Read).unwrap();
    (db.read(log::head).unwrap().unwrap().checkpoint, receipts)
}

/// The receipt of an entry of any kind, by the newest checkpoint.
pub fn receipt(path: &Path, at: u64, leaves: &[Digest]) -> String {
    let db = Db::open(path, Access::Read).unwrap();
    db.read(|tx| {
        let head = log::head(tx)?.unwrap();
        let entry = log::entry_at(tx, at)?.unwrap();
        let receipt = Receipt {
            batch: None,
            signer: decode(&entry.signed.text).unwrap().signer.who.id,
            key: log::key_of(tx, &entry.signed.key)?.unwrap(),
            signature: entry.signed.signature.as_slice().try_into().unwrap(),
            text: entry.signed.text,
            log: log::log(tx)?.unwrap().1.parse().unwrap(),
            proof: TlogProof {
                index: at,
                hashes: prove_inclusion(&Leaves(leaves.to_vec()), at, head.size).unwrap(),
                checkpoint_text: head.checkpoint,
            },
        };
        Ok::<_, StoreError>(receipt.render())
    })
    .unwrap()
}

fn says(found: &(Verdict, Vec<String>), words: &str) -> bool {
    found.1.iter().any(|what| what.contains(words))
}

#[test]
#[ignore = "slow: each table of a long log is altered"]
fn an_erasure_that_is_moved_to_a_statement_of_any_kind_is_found_alone_with_a_checkpoint_and_with_its_receipt() {
    moved_to_kinds(4);
}

#[test]
#[ignore = "slow: every kind"]
fn an_erasure_that_is_moved_to_a_statement_of_any_kind_is_found_alone_with_a_checkpoint_and_with_its_receipt_every_one()
{
    moved_to_kinds(1);
}

/// Moves an erasure to a statement of every `step`th kind.
fn moved_to_kinds(step: usize) {
    let case = Case::new(3);
    let (x, by) = case.erased;
    let honest = case.found(by - 1, |_| {});
    assert_eq!(
        [honest[0].0, honest[1].0, honest[2].0],
        [Verdict::CannotTell, Verdict::Sound, Verdict::Sound],
        "{honest:?}"
    );
    let of_each_kind = case.of_each_kind();
    // A bundle comes from another log, and has tests of its own.
    let kinds = Kind::ALL.iter().filter(|kind| ![Kind::Received, Kind::TakenBack, Kind::Rotation].contains(kind));
    let missing: Vec<_> = kinds.filter(|kind| !of_each_kind.contains_key(kind)).collect();
    assert!(missing.is_empty(), "this history has no {missing:?}");
    let mut tried = 0;
    let of_each_kind: Vec<(Kind, u64)> = of_each_kind.into_iter().collect();
    for &(kind, at) in every(step, &of_each_kind) {
        let moved = case.found(at, |file| {
            case.put_back(file);
            case.make_absent(file, at, by);
        });
        let second = case.found(at, |file| case.make_absent(file, at, by));
        let by_another = case.found(at, |file| case.make_absent(file, at, by.min(at + 1)));
        let of_another_log = case.found(at, |file| {
            case.make_absent(file, at, by);
            file.execute("UPDATE erased SET statement = statement + (1 << 40) WHERE place = ?1", [at.cast_signed()])
                .unwrap();
        });
        for found in [&moved, &second, &by_another, &of_another_log] {
            assert!(says(&found[0], "no statement in the log erased it"), "{kind}: {:?}", found[0]);
            assert_eq!((found[0].0, found[1].0), (Verdict::Altered, Verdict::Altered), "{kind}: {found:?}");
            // Without its beginning nothing says whose log it is: then nothing from outside can be compared.
            if kind != Kind::Genesis {
                assert_eq!(found[2].0, Verdict::Inconsistent, "{kind}: {:?}", found[2]);
                assert!(says(&found[2], "is missing, and it was not erased"), "{kind}: {:?}", found[2]);
            }
            assert_ne!(found[2].0, Verdict::Sound);
            tried += 1;
        }
        assert!(says(&moved[0], &format!("It erases entry {x}, which is not erased")), "{kind}: {:?}", moved[0]);
    }
    println!("{tried} absences, each found alone, with a checkpoint and with a receipt");
}

#[test]
#[ignore = "slow: each table of a long log is altered"]
fn what_an_erasure_says_of_its_target_is_what_the_file_holds_of_it() {
    let case = Case::new(3);
    let (x, by) = case.erased;
    let x = x.cast_signed();
    let gone = case.found(by - 1, |file| case.put_back(file));
    assert!(says(&gone[0], "which is not erased"), "{gone:?}");
    for (what, sql) in [
        ("leaf", "UPDATE erased SET leaf = zeroblob(32) WHERE place = ?1"),
        ("id", "UPDATE entry SET id = zeroblob(16) WHERE place = ?1"),
        ("erasure", "UPDATE erased SET statement = statement - 1 WHERE place = ?1"),
        ("text", "UPDATE entry SET text = 'x' WHERE place = ?1"),
        ("signature", "UPDATE entry SET signature = randomblob(64) WHERE place = ?1"),
        ("row", "DELETE FROM erased WHERE place = ?1"),
    ] {
        let found = case.found(by - 1, |file| assert_eq!(file.execute(sql, [x]).unwrap(), 1, "{what}"));
        assert!(
            found.iter().all(|(verdict, _)| matches!(verdict, Verdict::Altered | Verdict::Inconsistent)),
            "{what}: {found:?}"
        );
    }
}

#[test]
#[ignore = "slow: each table of a long log is altered"]
fn only_kinds_on_a_record_may_be_erased() {
    let erasable: Vec<Kind> = Kind::ALL.iter().copied().filter(|kind| kind.is_erasable()).collect();
    assert_eq!(erasable.len(), 14);
    for kind in [Kind::Genesis, Kind::Person, Kind::Key, Kind::Retire, Kind::Compromise, Kind::Erase, Kind::Restore] {
        assert!(!erasable.contains(&kind), "{kind}");
    }
}
