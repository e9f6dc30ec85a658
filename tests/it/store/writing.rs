//! One writer at a time, readers that see one state, and nothing of a write that did not end.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use countersign_core::primitives::ids::PersonId;
use countersign_store::db::{Access, Db, Tx};
use countersign_store::error::{StoreError, damaged};
use countersign_store::workspace;

use crate::store::{dump, raw};
use crate::world::{OTHER_TRAINEE, SUPERVISOR, TRAINEE, pid};

fn file() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.db");
    drop(Db::create(&path).unwrap());
    (folder, path)
}

fn recent(tx: &Tx<'_>) -> Result<Vec<PersonId>, StoreError> {
    workspace::recent(tx, &pid(SUPERVISOR), 9)
}

fn open_trainee(db: &mut Db, trainee: &str) {
    db.write(|tx| workspace::put_recent(tx, &pid(SUPERVISOR), &pid(trainee))).unwrap();
}

/// The one slow test: it waits as long as the program would.
#[test]
#[ignore = "slow: many files and waits"]
fn a_writer_that_never_ends_is_waited_for_five_seconds_and_then_named() {
    let (_folder, path) = file();
    let mut db = Db::open(&path, Access::Write).unwrap();
    let other = raw(&path);
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let began = Instant::now();
    let said = db.write(|tx| workspace::put_recent(tx, &pid(SUPERVISOR), &pid(TRAINEE)));
    assert!(matches!(said, Err(StoreError::Busy)), "{said:?}");
    assert!(began.elapsed() > Duration::from_secs(4), "{:?}", began.elapsed());
    assert_eq!(db.read(recent).unwrap(), []);
    other.execute_batch("ROLLBACK").unwrap();
    open_trainee(&mut db, TRAINEE);
    assert_eq!(db.read(recent).unwrap(), [pid(TRAINEE)]);
}

#[test]
fn a_reader_sees_one_state_however_much_is_written_meanwhile() {
    let (_folder, path) = file();
    let [mut writer, reader] = [(); 2].map(|()| Db::open(&path, Access::Write).unwrap());
    open_trainee(&mut writer, TRAINEE);
    let (version, seen) = (reader.version().unwrap(), [pid(TRAINEE)]);
    reader
        .read(|tx| {
            assert_eq!(recent(tx)?, seen);
            open_trainee(&mut writer, OTHER_TRAINEE);
            assert_eq!(recent(tx)?, seen);
            Ok::<_, StoreError>(())
        })
        .unwrap();
    assert_eq!(reader.read(recent).unwrap(), [pid(OTHER_TRAINEE), pid(TRAINEE)]);
    assert_ne!(reader.version().unwrap(), version);
}

#[test]
fn a_write_that_fails_or_panics_leaves_nothing_and_the_next_one_goes_through() {
    let (_folder, path) = file();
    let mut db = Db::open(&path, Access::Write).unwrap();
    open_trainee(&mut db, TRAINEE);
    let before = dump(&raw(&path));
    let said: Result<(), StoreError> = db.write(|tx| {
        workspace::put_recent(tx, &pid(SUPERVISOR), &pid(OTHER_TRAINEE))?;
        workspace::put_marks(tx, &pid(SUPERVISOR), &pid(TRAINEE), &["S26".parse().unwrap()])?;
        assert_eq!(recent(tx)?.len(), 2);
        Err(damaged("on purpose"))
    });
    assert!(matches!(said, Err(StoreError::Damaged(why)) if why == "on purpose"));
    assert_eq!(dump(&raw(&path)), before);
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        db.write(|tx| -> Result<(), StoreError> {
            workspace::put_recent(tx, &pid(SUPERVISOR), &pid(OTHER_TRAINEE))?;
            panic!("on purpose");
        })
    }));
    assert!(panicked.is_err());
    assert_eq!(dump(&raw(&path)), before);
    open_trainee(&mut db, OTHER_TRAINEE);
    assert_eq!(db.read(recent).unwrap(), [pid(OTHER_TRAINEE), pid(TRAINEE)]);
}
