//! What is opened and what is not: only a whole file of ours that is not newer; any other stays as it is, byte for byte.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use countersign_core::people::person::{Role, Viewer};
use countersign_store::db::{Access, Db};
use countersign_store::error::StoreError;
use countersign_store::index::people;
use countersign_store::schema::NEWEST;
use countersign_store::workspace;
use rusqlite::Connection;
use tempfile::TempDir;

use crate::store::{dump, raw};
use crate::world::{SUPERVISOR, TRAINEE, pid};

fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.db");
    (folder, path)
}

/// A file with two hundred rows, after together.
fn made() -> (TempDir, PathBuf) {
    let (folder, path) = folder();
    drop(Db::create(&path).unwrap());
    let conn = raw(&path);
    fill(&conn, 200);
    drop(conn);
    (folder, path)
}

fn fill(conn: &Connection, rows: u32) {
    let sql = "INSERT INTO person (id, name, roles, \"left\", place)
        SELECT 'p' || value, printf('%.200c', 'N'), 1, 0, value FROM (WITH RECURSIVE n(value) AS
        (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < ?1) SELECT value FROM n)";
    conn.execute(sql, [rows]).unwrap();
}

/// Names and bytes of all that lies in a folder.
fn lies_in(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut all: Vec<(PathBuf, Vec<u8>)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.clone(), fs::read(path).unwrap_or_default()))
        .collect();
    all.sort();
    all
}

/// Opens for both, each of which must be refused and leave the folder as it was.
fn refused(path: &Path) -> StoreError {
    let before = lies_in(path.parent().unwrap());
    let faults = [Access::Read, Access::Write].map(|access| Db::open(path, access).expect_err("opened"));
    assert_eq!(lies_in(path.parent().unwrap()), before, "{faults:?}");
    let [read, write] = faults;
    assert_eq!(read.to_string(), write.to_string());
    write
}

#[test]
fn what_is_missing_empty_or_not_ours_is_refused_and_left_as_it_is() {
    let (folder, path) = folder();
    assert!(matches!(refused(&path), StoreError::Missing(at) if at == path));
    fs::write(&path, "").unwrap();
    assert!(matches!(refused(&path), StoreError::Empty(_)));
    for text in ["x", "SQLite format 3\0", &"notes of the meeting\n".repeat(999)] {
        fs::write(&path, text).unwrap();
        assert!(matches!(refused(&path), StoreError::Foreign(_)), "{text}");
    }
    fs::remove_file(&path).unwrap();
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE log (x); PRAGMA user_version = 1").unwrap();
    assert!(matches!(refused(&path), StoreError::Foreign(_)));
    fs::create_dir(folder.path().join("d")).unwrap();
    assert!(matches!(refused(&folder.path().join("d")), StoreError::Foreign(_)));
}

#[test]
fn a_file_is_made_for_its_owner_alone_and_never_over_another() {
    let (folder, path) = folder();
    drop(Db::create(&path).unwrap());
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    fs::write(folder.path().join("text"), "a text").unwrap();
    fs::write(folder.path().join("empty"), "").unwrap();
    let before = lies_in(folder.path());
    for there in ["x.db", "text", "empty"] {
        let fault = Db::create(&folder.path().join(there)).unwrap_err();
        assert!(matches!(fault, StoreError::Io { .. }), "{there}: {fault}");
    }
    assert!(matches!(Db::create(&folder.path().join("none/x.db")), Err(StoreError::Io { .. })));
    assert_eq!(lies_in(folder.path()), before);
}

#[test]
fn a_newer_file_is_refused_and_left_untouched_byte_for_byte() {
    let (_folder, path) = made();
    let mut bytes = fs::read(&path).unwrap();
    bytes[60..64].copy_from_slice(&99_u32.to_be_bytes());
    fs::write(&path, bytes).unwrap();
    assert!(matches!(refused(&path), StoreError::Newer { found: 99, known: NEWEST, .. }));
}

#[test]
fn a_newer_format_that_still_is_in_the_write_ahead_log_alone_is_refused_and_left_untouched() {
    for access in [Access::Read, Access::Write] {
        let (_folder, path) = made();
        let newer = raw(&path);
        newer.execute_batch("PRAGMA wal_autocheckpoint = 0; PRAGMA user_version = 99").unwrap();
        let (_other, copy) = folder();
        for end in ["", "-wal"] {
            fs::copy(format!("{}{end}", path.display()), format!("{}{end}", copy.display())).unwrap();
        }
        let before = lies_in(copy.parent().unwrap());
        assert!(matches!(Db::open(&copy, access), Err(StoreError::Newer { found: 99, .. })));
        let after = lies_in(copy.parent().unwrap());
        let without_index = |all: Vec<(PathBuf, Vec<u8>)>| -> Vec<_> {
            all.into_iter().filter(|(path, _)| !path.to_string_lossy().ends_with("-shm")).collect()
        };
        assert!(without_index(after) == without_index(before), "{access:?}");
    }
}

#[test]
fn a_file_that_is_cut_short_anywhere_is_refused() {
    let (_folder, path) = made();
    let whole = fs::read(&path).unwrap();
    let page = usize::from(u16::from_be_bytes([whole[16], whole[17]]));
    assert!(whole.len() > 10 * page);
    let odd = [1, 15, 16, 99, 100, 101, page - 1, page + 1, 3 * page + 77, whole.len() - page - 1, whole.len() - 1];
    for cut in (1..whole.len() / page).map(|pages| pages * page).chain(odd) {
        fs::write(&path, &whole[..cut]).unwrap();
        match refused(&path) {
            StoreError::Truncated { bytes, expected, .. } => {
                assert_eq!((bytes, expected), (cut as u64, whole.len() as u64));
            }
            StoreError::Foreign(_) => assert!(cut < 100, "{cut}"),
            other => panic!("cut at {cut}: {other}"),
        }
    }
    fs::write(&path, &whole).unwrap();
    assert!(Db::open(&path, Access::Write).is_ok());
}

#[test]
fn a_file_whose_missing_pages_all_stand_in_the_write_ahead_log_loses_nothing() {
    let (_folder, path) = folder();
    drop(Db::create(&path).unwrap());
    let short = fs::read(&path).unwrap();
    let writer = raw(&path);
    writer.execute_batch("PRAGMA wal_autocheckpoint = 0").unwrap();
    fill(&writer, 200);
    let rows = dump(&writer);
    let wal = fs::read(format!("{}-wal", path.display())).unwrap();
    writer.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())).unwrap();
    let after = fs::read(&path).unwrap();
    assert!(after.len() > short.len());
    // Killed after the first page was after back: it counts pages that the file has not yet.
    let torn = [&after[..4096], &short[4096..]].concat();
    let copy_with = |wal: &[u8]| {
        let (folder, copy) = folder();
        fs::write(&copy, &torn).unwrap();
        fs::write(format!("{}-wal", copy.display()), wal).unwrap();
        (folder, copy)
    };
    for access in [Access::Read, Access::Write] {
        let (_folder, copy) = copy_with(&wal);
        let db = Db::open(&copy, access).unwrap();
        assert_eq!(db.read(|tx| people::people(tx, &Viewer::Department, &Role::ALL)).unwrap().len(), 200);
        drop(db);
        assert_eq!(dump(&raw(&copy)), rows);
    }
    // Frames that an older round of the write-ahead log left behind do not count.
    let mut older = wal.clone();
    for frame in (32..older.len()).step_by(24 + 4096).skip(1) {
        older[frame + 8] ^= 1;
    }
    let (_other, copy) = copy_with(&older);
    assert!(matches!(refused(&copy), StoreError::Truncated { .. }));
    for cut in [0, 32, 32 + 24 + 4096, wal.len() / 2] {
        let (_folder, copy) = copy_with(&wal[..cut]);
        assert!(matches!(refused(&copy), StoreError::Truncated { .. }), "{cut}");
    }
}

#[test]
fn a_file_opened_for_reading_is_read_and_never_written() {
    let (folder, path) = made();
    let before = fs::read(&path).unwrap();
    let mut db = Db::open(&path, Access::Read).unwrap();
    assert_eq!(db.access(), Access::Read);
    assert_eq!(db.read(|tx| people::people(tx, &Viewer::Department, &Role::ALL)).unwrap().len(), 200);
    let write = db.write(|tx| workspace::put_recent(tx, &pid(SUPERVISOR), &pid(TRAINEE)));
    assert!(matches!(write, Err(StoreError::ReadOnly(at)) if at == path));
    drop(db);
    assert_eq!(fs::read(&path).unwrap(), before);
    drop(folder);
}

#[test]
#[ignore = "slow: many files and waits"]
fn a_header_with_one_wrong_byte_is_refused_or_read_as_what_it_was_and_never_panics() {
    let (_folder, path) = made();
    let whole = fs::read(&path).unwrap();
    let everyone = |db: &Db| db.read(|tx| people::people(tx, &Viewer::Department, &Role::ALL));
    let rows = everyone(&Db::open(&path, Access::Read).unwrap()).unwrap();
    let mut refused = 0;
    for at in 0..100 {
        for flip in [0x01, 0x80, 0xff] {
            let mut bytes = whole.clone();
            bytes[at] ^= flip;
            let (_other, copy) = folder();
            fs::write(&copy, &bytes).unwrap();
            let named = at < 16 || (68..72).contains(&at);
            match Db::open(&copy, Access::Write) {
                Err(fault) => {
                    assert!(!named || matches!(fault, StoreError::Foreign(_)), "{at}: {fault}");
                    refused += 1;
                }
                Ok(db) => {
                    assert!(!named, "{at}");
                    let read = everyone(&db);
                    assert!(read.is_err() || read.is_ok_and(|read| read == rows), "{at} {flip:x}");
                }
            }
        }
    }
    assert!(refused > 3 * 20, "{refused}");
}
