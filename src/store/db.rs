//! Opens the database and runs its transactions: snapshot reads, and one writer at a time.

use std::cell::Cell;
use std::fmt::Write as _;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{CachedStatement, Connection, OpenFlags, Params, Row, Transaction, TransactionBehavior};

use crate::error::StoreError;
use crate::filesystem::{companion, identity, make_private, network, takes_files};
use crate::fingerprint;
use crate::schema::{APPLICATION_ID, NEWEST, refuse_unknown, upgrade};
use crate::sqlite_header::{Wal, look};
use crate::upgraded_copy::UpgradedCopy;

/// The first SQLite without the WAL-reset bug that corrupts a database.
const OLDEST_SQLITE: i32 = 3_051_003;

/// Outside the 32-bit range of a schema version: not checked yet.
const NEVER: i64 = i64::MIN;
/// SQLite virtual machine steps between two calls of the progress handler.
const STEPS: std::ffi::c_int = 100_000;

#[derive(Debug)]
pub struct Db {
    conn: Connection,
    path: PathBuf,
    access: Access,
    /// The file's identity when opened; `None` in memory.
    file: Option<(u64, u64)>,
    still: bool,
    /// The schema version when last checked; `None` for a database that no one else can open.
    checked: Option<Cell<i64>>,
    /// Whether there may be writes that are only in the write-ahead log.
    unfolded: Cell<bool>,
    /// Whether it is read-only because there is no room for SQLite's companion files.
    no_room: bool,
    /// What is read in place of a file of an older format that must not be written.
    upgraded: Option<Arc<UpgradedCopy>>,
}

/// The largest size that is verified, in bytes: SQLite allocates memory for every page a file claims, even if it is sparse.
pub const MOST_BYTES: u64 = 1 << 40;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    Write,
    Read,
}

/// A read transaction: one snapshot of the database.
#[derive(Debug)]
pub struct Tx<'c>(Transaction<'c>);

impl Tx<'_> {
    pub(crate) fn prepared(&self, sql: &str) -> Result<CachedStatement<'_>, StoreError> {
        Ok(self.0.prepare_cached(sql)?)
    }

    /// Returns what `read` makes of every row of a query.
    pub(crate) fn rows<T, C: FromIterator<T>>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<C, StoreError> {
        self.prepared(sql)?.query_and_then(params, read)?.collect()
    }

    /// Returns what `read` makes of the rows of a query, without those that it passes over.
    pub(crate) fn some_rows<T, C: FromIterator<T>>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> Result<Option<T>, StoreError>,
    ) -> Result<C, StoreError> {
        self.prepared(sql)?.query_and_then(params, read)?.filter_map(Result::transpose).collect()
    }

    /// Returns what `read` makes of the first row of a query, if there is one.
    pub(crate) fn row<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        self.prepared(sql)?.query_and_then(params, read)?.next().transpose()
    }
}

/// A write transaction: exclusive and atomic.
#[derive(Debug)]
pub struct WriteTx<'c>(Tx<'c>);

impl<'c> Deref for WriteTx<'c> {
    type Target = Tx<'c>;

    fn deref(&self) -> &Tx<'c> {
        &self.0
    }
}

impl WriteTx<'_> {
    pub(crate) fn run(&self, sql: &str, params: impl Params) -> Result<(), StoreError> {
        self.prepared(sql)?.execute(params)?;
        Ok(())
    }

    /// Runs several statements without parameters.
    pub(crate) fn batch(&self, sql: &str) -> Result<(), StoreError> {
        Ok(self.0.0.execute_batch(sql)?)
    }
}

impl Db {
    /// Creates a database; the file must not exist.
    pub fn create(path: &Path) -> Result<Self, StoreError> {
        check_system(path)?;
        make_private(path).map_err(|source| StoreError::Io { path: path.to_owned(), source })?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_EXRESCODE;
        let conn = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        // Set before WAL mode begins, so that it is in the file's first page and the header alone identifies the file.
        conn.pragma_update(None, "application_id", APPLICATION_ID)?;
        let mut db = Self::new(conn, path, Access::Write, false);
        db.unfolded.set(true);
        db.set_up()?;
        upgrade(&db.conn, NEWEST)?;
        Ok(db)
    }

    fn new(conn: Connection, path: &Path, access: Access, still: bool) -> Self {
        let (path, file) = (path.to_owned(), identity(path));
        let (checked, unfolded) = (Some(Cell::new(NEVER)), Cell::new(false));
        Self { conn, path, access, file, still, checked, unfolded, no_room: false, upgraded: None }
    }

    /// Wraps a connection to a database that no one else can open.
    pub(crate) fn unshared(conn: Connection, access: Access) -> Self {
        let (path, unfolded) = (PathBuf::new(), Cell::new(false));
        Self { conn, path, access, file: None, still: false, checked: None, unfolded, no_room: false, upgraded: None }
    }

    /// Opens a database, checking that it is ours, complete and not newer. An older one is upgraded; where it is only read,
    /// or cannot be written, a temporary copy of it is.
    pub fn open(path: &Path, access: Access) -> Result<Self, StoreError> {
        check_sqlite()?;
        let (found, wal) = look(path)?;
        // A backup opened read-only needs no locks, so it may be on a network.
        let at_rest = access == Access::Read && wal == Wal::Unused;
        if !at_rest {
            check_system(path)?;
        }
        let writable = access == Access::Write && std::fs::OpenOptions::new().write(true).open(path).is_ok();
        let access = if writable { Access::Write } else { Access::Read };
        let opened = Self::open_as(path, access, (found, wal), at_rest);
        match opened {
            // Without a write-ahead log, the file is complete and can be opened as immutable.
            Err(fault) if wal != Wal::There && fault.is_for_want_of_room() => {
                let mut db = Self::open_as(path, Access::Read, (found, wal), true)?;
                db.no_room = true;
                Ok(db)
            }
            opened => opened,
        }
    }

    /// Opens a file whose header was checked; with `still`, as immutable.
    fn open_as(path: &Path, access: Access, (found, wal): (u32, Wal), still: bool) -> Result<Self, StoreError> {
        let mode = match access {
            Access::Write => OpenFlags::SQLITE_OPEN_READ_WRITE,
            Access::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
        };
        let flags = mode | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_EXRESCODE;
        let still = still || (access == Access::Read && is_at_rest(path));
        let conn = if still {
            Connection::open_with_flags(uri(path, "immutable=1"), flags | OpenFlags::SQLITE_OPEN_URI)?
        } else {
            Connection::open_with_flags(path, flags)?
        };
        if wal == Wal::There {
            // The write-ahead log may hold an upgrade by a newer program, so it must not be checkpointed on close.
            conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
            known_format(&conn, path)?;
            if access == Access::Write && !belongs(&conn, path) {
                return Err(StoreError::Stray(companion(path, "-wal")));
            }
            conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
        }
        let mut db = Self::new(conn, path, access, still);
        db.set_up()?;
        // Checks the schema before the upgrade, whose statements could fire a foreign trigger.
        db.read(|_| Ok::<_, StoreError>(()))?;
        if found < NEWEST && access == Access::Write {
            upgrade(&db.conn, NEWEST)?;
        }
        match known_format(&db.conn, path)? {
            NEWEST => Ok(db),
            0 => Err(StoreError::Empty(path.to_owned())),
            _ => db.upgraded_copy(),
        }
    }

    /// Opens an upgraded copy of a file of an older format, which is then read in its place.
    fn upgraded_copy(&self) -> Result<Self, StoreError> {
        if self.bytes()? > MOST_BYTES {
            return Err(StoreError::Damaged("it is too large to be a log".to_owned()));
        }
        let upgraded = UpgradedCopy::of(&self.conn)?;
        let mut copy = Self::open_as(upgraded.path(), Access::Read, (NEWEST, Wal::Unused), true)?;
        copy.path.clone_from(&self.path);
        copy.upgraded = Some(Arc::new(upgraded));
        Ok(copy)
    }

    /// Returns the file that the connection reads.
    fn read_from(&self) -> &Path {
        self.upgraded.as_ref().map_or(&self.path, |copy| copy.path())
    }

    /// Creates a fully migrated database in memory, for tests.
    pub fn in_memory() -> Result<Self, StoreError> {
        let mut db = Self::unshared(Connection::open_in_memory()?, Access::Write);
        db.set_up()?;
        upgrade(&db.conn, NEWEST)?;
        Ok(db)
    }

    /// Returns the connection, for page-level work.
    pub(crate) fn connection(&self) -> &Connection {
        &self.conn
    }

    /// Returns the connection, for replacing the contents.
    pub(crate) fn connection_mut(&mut self) -> &mut Connection {
        self.unfolded.set(true);
        &mut self.conn
    }

    /// Opens a second read-only connection through SQLite. Opening and closing the file in any other way would drop this
    /// process's POSIX advisory locks.
    pub fn another(&self) -> Result<Self, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
        let conn = Connection::open_with_flags(self.uri(), flags | OpenFlags::SQLITE_OPEN_EXRESCODE)?;
        let mut db = Self::new(conn, &self.path, Access::Read, self.still);
        db.upgraded.clone_from(&self.upgraded);
        db.set_up()?;
        Ok(db)
    }

    /// Returns whether the write-ahead log has content that may not be in the file.
    pub fn is_incomplete_alone(&self) -> bool {
        std::fs::metadata(companion(&self.path, "-wal")).is_ok_and(|meta| meta.len() > 0)
    }

    pub fn bytes(&self) -> Result<u64, StoreError> {
        let pages: i64 = self.conn.query_row("PRAGMA page_count", [], |row| row.get(0))?;
        let page: i64 = self.conn.query_row("PRAGMA page_size", [], |row| row.get(0))?;
        Ok(pages.saturating_mul(page).cast_unsigned())
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn read<T, E: From<StoreError>>(&self, act: impl FnOnce(&Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        let tx = self.conn.unchecked_transaction().map_err(StoreError::from)?;
        self.recheck_schema()?;
        act(&Tx(tx))
    }

    /// Runs `act` in a write transaction: durable on return, or rolled back.
    pub fn write<T, E: From<StoreError>>(&mut self, act: impl FnOnce(&WriteTx<'_>) -> Result<T, E>) -> Result<T, E> {
        self.writable()?;
        let tx = Transaction::new_unchecked(&self.conn, TransactionBehavior::Immediate).map_err(StoreError::from)?;
        self.recheck_schema()?;
        let tx = WriteTx(Tx(tx));
        let done = act(&tx)?;
        if self.file.is_some_and(|file| {
            identity(&self.path) != Some(file) || identity(&companion(&self.path, "-wal")).is_none()
        }) {
            // SQLite would go on writing to an unlinked file.
            return Err(StoreError::Gone(self.path.clone()).into());
        }
        tx.0.0.commit().map_err(StoreError::from)?;
        self.unfolded.set(true);
        Ok(done)
    }

    /// Runs `act` in a write transaction that is always rolled back, to find out what it would change.
    pub fn trial<T, E: From<StoreError>>(&mut self, act: impl FnOnce(&WriteTx<'_>) -> Result<T, E>) -> Result<T, E> {
        self.writable()?;
        let tx = Transaction::new_unchecked(&self.conn, TransactionBehavior::Immediate).map_err(StoreError::from)?;
        self.recheck_schema()?;
        act(&WriteTx(Tx(tx)))
    }

    fn writable(&self) -> Result<(), StoreError> {
        match (self.access, self.no_room) {
            (Access::Write, _) => Ok(()),
            (Access::Read, true) => Err(StoreError::Unwritable),
            (Access::Read, false) => Err(StoreError::ReadOnly(self.path.clone())),
        }
    }

    /// Checks the schema again if any connection changed it, so that additions are found before use. Called inside a
    /// transaction, so that the result holds until its end.
    fn recheck_schema(&self) -> Result<(), StoreError> {
        let Some(checked) = &self.checked else { return Ok(()) };
        let now: i64 = self.conn.prepare_cached("PRAGMA schema_version")?.query_row([], |row| row.get(0))?;
        if checked.get() != now {
            fingerprint::check(&self.conn, known_format(&self.conn, &self.path)?)?;
            checked.set(now);
        }
        Ok(())
    }

    /// Returns the URI for attaching the file read-only to another database.
    pub(crate) fn uri(&self) -> String {
        uri(self.read_from(), if self.still { "immutable=1" } else { "mode=ro" })
    }

    /// Makes every statement fail with [`StoreError::Stopped`] once `stop` returns true.
    pub fn stop_when(&self, stop: impl FnMut() -> bool + Send + 'static) -> Result<(), StoreError> {
        Ok(self.conn.progress_handler(STEPS, Some(stop))?)
    }

    /// Returns a number that changes when another connection commits.
    pub fn version(&self) -> Result<i64, StoreError> {
        Ok(self.conn.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?)
    }

    /// Checkpoints the write-ahead log; returns whether the file alone now holds everything. Costs fsyncs, so call it when
    /// idle. Pages that others still use are left for the next time.
    pub fn checkpoint_wal(&self) -> Result<bool, StoreError> {
        if self.access == Access::Read || self.file.is_none() {
            return Ok(true);
        }
        let seen = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?));
        let (busy, pages, folded) = self.conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], seen)?;
        let done = busy == 0 && pages == folded;
        self.unfolded.set(self.unfolded.get() && !done);
        Ok(done)
    }

    /// Makes this connection overwrite deleted content (`secure_delete`).
    pub fn wipe_what_goes(&self) -> Result<(), StoreError> {
        self.conn.query_row("PRAGMA secure_delete=ON", [], |_| Ok(()))?;
        Ok(())
    }

    /// Rewrites the file without deleted content and empties the write-ahead log. Fails while others read an older
    /// snapshot.
    pub fn scrub(&mut self) -> Result<(), StoreError> {
        if self.access == Access::Read {
            return Err(StoreError::ReadOnly(self.path.clone()));
        }
        self.wipe_what_goes()?;
        // VACUUM attaches its output file.
        self.conn.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 1)?;
        let scrubbed =
            self.fold_all().and_then(|()| Ok(self.conn.execute_batch("VACUUM")?)).and_then(|()| self.fold_all());
        self.conn.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
        scrubbed
    }

    /// Checkpoints and truncates the write-ahead log.
    fn fold_all(&self) -> Result<(), StoreError> {
        let busy: bool = self.conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        if busy { Err(StoreError::Busy) } else { Ok(()) }
    }

    /// Folds the write-ahead log into the file and ends its use, so that the file alone is complete and is read without locks.
    pub fn settle(self) -> Result<(), StoreError> {
        self.fold_all()?;
        let mode: String = self.conn.query_row("PRAGMA journal_mode=DELETE", [], |row| row.get(0))?;
        self.unfolded.set(false);
        if mode == "delete" { Ok(()) } else { Err(StoreError::Busy) }
    }

    pub fn access(&self) -> Access {
        self.access
    }

    fn set_up(&mut self) -> Result<(), StoreError> {
        let conn = &self.conn;
        conn.set_prepared_statement_cache_capacity(64);
        conn.busy_timeout(std::time::Duration::from_secs(5))?;
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
        for (limit, most) in [
            (Limit::SQLITE_LIMIT_LENGTH, 64 << 20),
            (Limit::SQLITE_LIMIT_SQL_LENGTH, 100_000),
            (Limit::SQLITE_LIMIT_ATTACHED, 0),
            (Limit::SQLITE_LIMIT_EXPR_DEPTH, 100),
            (Limit::SQLITE_LIMIT_VARIABLE_NUMBER, 100),
        ] {
            conn.set_limit(limit, most)?;
        }
        if self.access == Access::Write {
            conn.execute_batch("PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; PRAGMA synchronous=FULL;")?;
        }
        // 4 MiB cover what a filter over ten thousand trainees reads on every key press.
        conn.execute_batch(
            "PRAGMA foreign_keys=ON; PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; PRAGMA cache_size=-4000;
            PRAGMA recursive_triggers=ON;",
        )?;
        Ok(())
    }
}

impl Drop for Db {
    fn drop(&mut self) {
        // SQLite checkpoints only when the last connection closes, so this covers the case that others keep it open.
        if self.unfolded.get() {
            // Best effort: what is not checkpointed stays in the write-ahead log.
            let _ = self.checkpoint_wal();
        }
    }
}

/// Returns the format as seen through the write-ahead log.
fn known_format(conn: &Connection, path: &Path) -> Result<u32, StoreError> {
    let found = conn.pragma_query_value(None, "user_version", |row| row.get(0))?;
    refuse_unknown(path, found)?;
    Ok(found)
}

/// Returns whether the newest checkpoint, read through the write-ahead log, is of the log in the file alone; a write-ahead
/// log of another database fails this. True if the file has no log yet.
fn belongs(conn: &Connection, path: &Path) -> bool {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let origin = Connection::open_with_flags(uri(path, "immutable=1"), flags)
        .and_then(|alone| alone.query_row("SELECT origin FROM log WHERE log = 0", [], |row| row.get::<_, String>(0)));
    let Ok(origin) = origin else { return true };
    match conn.query_row("SELECT checkpoint FROM head WHERE log = 0", [], |row| row.get::<_, String>(0)) {
        Ok(checkpoint) => checkpoint.lines().next() == Some(origin.as_str()),
        Err(fault) => fault == rusqlite::Error::QueryReturnedNoRows,
    }
}

/// Returns whether a file is complete by itself in a place where SQLite cannot create companion files, such as read-only
/// media.
fn is_at_rest(path: &Path) -> bool {
    let wal = std::fs::metadata(companion(path, "-wal")).map_or(0, |meta| meta.len());
    wal == 0 && !takes_files(path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")))
}

/// Returns the SQLite URI of a file with a query parameter.
fn uri(path: &Path, how: &str) -> String {
    let mut uri = "file:".to_owned();
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => uri.push(char::from(*byte)),
            other => {
                let _ = write!(uri, "%{other:02x}");
            }
        }
    }
    uri + "?" + how
}

/// Refuses a faulty SQLite version and a network file system.
fn check_system(path: &Path) -> Result<(), StoreError> {
    check_sqlite()?;
    // Links are resolved as SQLite does; a bare name is in the current folder.
    let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = real.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match network(folder) {
        Some(kind) => Err(StoreError::Network { path: folder.to_owned(), kind }),
        None => Ok(()),
    }
}

pub fn sqlite_version() -> &'static str {
    rusqlite::version()
}

fn check_sqlite() -> Result<(), StoreError> {
    if rusqlite::version_number() < OLDEST_SQLITE { Err(StoreError::OldSqlite(rusqlite::version())) } else { Ok(()) }
}
