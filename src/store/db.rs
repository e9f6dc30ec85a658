//! Opens the one file and gives out its transactions: readers see one state, writers go one at a time. Must never be
//! opened on a file that is not ours, is newer, or lies on a network.

use std::cell::Cell;
use std::fmt::Write as _;
use std::ops::Deref;
use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{CachedStatement, Connection, OpenFlags, Transaction, TransactionBehavior};

use crate::store::error::StoreError;
use crate::store::filesystem::{identity, make_private, network, takes_files};
use crate::store::fingerprint;
use crate::store::older::Upgraded;
use crate::store::schema::{APPLICATION_ID, MIGRATIONS, NEWEST};
use crate::store::sqlite_header::{Wal, look};

/// The oldest SQLite without the WAL-reset fault that corrupts a file.
const OLDEST_SQLITE: i32 = 3_051_003;

/// Not a count of changes to a schema, which has 32 bits: nothing was checked yet.
const NEVER: i64 = i64::MIN;
/// Steps of SQLite's machine between two looks at whether it is to stop.
const STEPS: std::ffi::c_int = 100_000;

/// The open file.
#[derive(Debug)]
pub struct Db {
    conn: Connection,
    path: PathBuf,
    access: Access,
    /// Which file it was when it was opened; none in memory.
    file: Option<(u64, u64)>,
    /// Whether it was opened as a file that nothing changes.
    still: bool,
    /// SQLite's count of changes to the schema when it was last checked; nothing for a database
    /// that nobody else can open.
    checked: Option<Cell<i64>>,
    /// Whether something was written that may be in the write-ahead log alone.
    unfolded: Cell<bool>,
    /// Whether it is only read because there is no room for what SQLite lays next to it.
    no_room: bool,
    /// The upgraded copy that it is, where the file itself is of an older format and is only read.
    copy: Option<Upgraded>,
}

/// The largest file that is looked at in full: SQLite takes memory for each page that a file claims to have, though it may be a
/// hole.
pub const MOST_BYTES: u64 = 1 << 40;

/// What the file is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// To read and to write.
    Write,
    /// To read alone.
    Read,
}

/// A reading transaction: one state of the file, whatever others write.
#[derive(Debug)]
pub struct Tx<'c>(Transaction<'c>);

impl Tx<'_> {
    /// A prepared statement, kept for the next time.
    pub(in crate::store) fn prepared(&self, sql: &str) -> Result<CachedStatement<'_>, StoreError> {
        Ok(self.0.prepare_cached(sql)?)
    }
}

/// A writing transaction: nobody else writes until it ends, and nothing of it is there unless all of it is.
#[derive(Debug)]
pub struct WriteTx<'c>(Tx<'c>);

impl<'c> Deref for WriteTx<'c> {
    type Target = Tx<'c>;

    fn deref(&self) -> &Tx<'c> {
        &self.0
    }
}

impl WriteTx<'_> {
    /// Runs several statements without arguments.
    pub(in crate::store) fn batch(&self, sql: &str) -> Result<(), StoreError> {
        Ok(self.0.0.execute_batch(sql)?)
    }
}

impl Db {
    /// Makes a new file, which must not be there yet.
    pub fn create(path: &Path) -> Result<Self, StoreError> {
        check_system(path)?;
        make_private(path).map_err(|source| StoreError::Io { path: path.to_owned(), source })?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_EXRESCODE;
        let conn = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        // In the file's first page before the write-ahead log begins, so that a look at the header is enough for ever.
        conn.pragma_update(None, "application_id", APPLICATION_ID)?;
        let mut db = Self::new(conn, path, Access::Write, false);
        db.unfolded.set(true);
        db.set_up()?;
        db.upgrade()?;
        Ok(db)
    }

    fn new(conn: Connection, path: &Path, access: Access, still: bool) -> Self {
        let (path, file) = (path.to_owned(), identity(path));
        let (checked, unfolded) = (Some(Cell::new(NEVER)), Cell::new(false));
        Self { conn, path, access, file, still, checked, unfolded, no_room: false, copy: None }
    }

    /// A database that nobody else can open.
    pub(in crate::store) fn unshared(conn: Connection, access: Access) -> Self {
        let (path, unfolded) = (PathBuf::new(), Cell::new(false));
        Self { conn, path, access, file: None, still: false, checked: None, unfolded, no_room: false, copy: None }
    }

    /// Opens the file, which must be ours, whole and not newer; an older one is upgraded.
    pub fn open(path: &Path, access: Access) -> Result<Self, StoreError> {
        check_sqlite()?;
        let (found, wal) = look(path)?;
        // A backup that is only read needs no locks, so it may lie anywhere.
        let at_rest = access == Access::Read && wal == Wal::Unused;
        if !at_rest {
            check_system(path)?;
        }
        let writable = access == Access::Write && std::fs::OpenOptions::new().write(true).open(path).is_ok();
        let access = if writable { Access::Write } else { Access::Read };
        let opened = Self::open_as(path, access, (found, wal), at_rest);
        match opened {
            // All of it is in the file: it can be looked at without anything next to it.
            Err(fault) if wal != Wal::There && fault.is_for_want_of_room() => {
                let mut db = Self::open_as(path, Access::Read, (found, wal), true)?;
                db.no_room = true;
                Ok(db)
            }
            opened => opened,
        }
    }

    /// Opens a file that was looked at; one that stands still is read as if nothing ever changed it.
    fn open_as(path: &Path, access: Access, (found, wal): (u32, Wal), still: bool) -> Result<Self, StoreError> {
        let mode = match access {
            Access::Write => OpenFlags::SQLITE_OPEN_READ_WRITE,
            Access::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
        };
        let flags = mode | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_EXRESCODE;
        let still = still || (access == Access::Read && stands_still(path));
        let conn = if still {
            Connection::open_with_flags(uri(path, "immutable=1"), flags | OpenFlags::SQLITE_OPEN_URI)?
        } else {
            Connection::open_with_flags(path, flags)?
        };
        if wal == Wal::There {
            // A newer program's upgrade can still be in the write-ahead log: then nothing is folded back on closing.
            conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
            refuse_newer(&conn, path)?;
            if access == Access::Write && !belongs(&conn, path) {
                return Err(StoreError::Stray(beside(path, "-wal")));
            }
            conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
        }
        let mut db = Self::new(conn, path, access, still);
        db.set_up()?;
        // Before the upgrade, whose statements would be the first to fire a trigger.
        db.read(|_| Ok::<_, StoreError>(()))?;
        if found < NEWEST && access == Access::Write {
            db.upgrade()?;
        }
        if access == Access::Read && refuse_newer(&db.conn, path)? < NEWEST {
            if db.bytes()? > MOST_BYTES {
                return Err(StoreError::Damaged(format!("it claims to be {} GiB in size", db.bytes()? >> 30)));
            }
            return Self::of_copy(Upgraded::of(&db.conn)?);
        }
        db.check_format()?;
        Ok(db)
    }

    fn of_copy(copy: Upgraded) -> Result<Self, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = Connection::open_with_flags(copy.path(), flags | OpenFlags::SQLITE_OPEN_EXRESCODE)?;
        let mut db = Self::new(conn, copy.path(), Access::Read, false);
        db.set_up()?;
        db.copy = Some(copy);
        Ok(db)
    }

    /// A file in memory, with the real upgrades, for tests.
    pub fn in_memory() -> Result<Self, StoreError> {
        let mut db = Self::unshared(Connection::open_in_memory()?, Access::Write);
        db.set_up()?;
        db.upgrade()?;
        Ok(db)
    }

    /// The connection, for what goes page by page.
    pub(in crate::store) fn connection(&self) -> &Connection {
        &self.conn
    }

    /// The connection, to put another state in place.
    pub(in crate::store) fn connection_mut(&mut self) -> &mut Connection {
        self.unfolded.set(true);
        &mut self.conn
    }

    /// A second view of the same file, to read. The file is not opened by any other way than SQLite's: closing such a one
    /// would take this process's locks away (POSIX advisory locks).
    pub(in crate::store) fn another(&self) -> Result<Self, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = Connection::open_with_flags(&self.path, flags | OpenFlags::SQLITE_OPEN_EXRESCODE)?;
        let mut db = Self::new(conn, &self.path, Access::Read, self.still);
        db.set_up()?;
        Ok(db)
    }

    /// Whether something that was written is next to the file, in its write-ahead log, and may not be in the file itself.
    pub fn is_incomplete_alone(&self) -> bool {
        std::fs::metadata(beside(&self.path, "-wal")).is_ok_and(|meta| meta.len() > 0)
    }

    /// How long the file is, in bytes.
    pub fn bytes(&self) -> Result<u64, StoreError> {
        let pages: i64 = self.conn.query_row("PRAGMA page_count", [], |row| row.get(0))?;
        let page: i64 = self.conn.query_row("PRAGMA page_size", [], |row| row.get(0))?;
        Ok(pages.saturating_mul(page).cast_unsigned())
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads one state of the file.
    pub fn read<T, E: From<StoreError>>(&self, act: impl FnOnce(&Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        let tx = self.conn.unchecked_transaction().map_err(StoreError::from)?;
        self.recheck_schema()?;
        act(&Tx(tx))
    }

    /// Writes: all of it is on the disk when this returns, or none of it ever was.
    pub fn write<T, E: From<StoreError>>(&mut self, act: impl FnOnce(&WriteTx<'_>) -> Result<T, E>) -> Result<T, E> {
        match (self.access, self.no_room) {
            (Access::Write, _) => {}
            (Access::Read, true) => return Err(StoreError::Unwritable.into()),
            (Access::Read, false) => return Err(StoreError::ReadOnly(self.path.clone()).into()),
        }
        let tx = Transaction::new_unchecked(&self.conn, TransactionBehavior::Immediate).map_err(StoreError::from)?;
        self.recheck_schema()?;
        let tx = WriteTx(Tx(tx));
        let done = act(&tx)?;
        if self
            .file
            .is_some_and(|file| identity(&self.path) != Some(file) || identity(&beside(&self.path, "-wal")).is_none())
        {
            // SQLite would go on writing to a file that nobody can find any more.
            return Err(StoreError::Gone(self.path.clone()).into());
        }
        tx.0.0.commit().map_err(StoreError::from)?;
        self.unfolded.set(true);
        Ok(done)
    }

    /// Checks the schema again where any connection changed it since the last check, so that what was added to the file
    /// while it was open is found before it is used. Called inside a transaction: the answer holds until its end.
    fn recheck_schema(&self) -> Result<(), StoreError> {
        let Some(checked) = &self.checked else { return Ok(()) };
        let now: i64 = self.conn.prepare_cached("PRAGMA schema_version")?.query_row([], |row| row.get(0))?;
        if checked.get() != now {
            fingerprint::check(&self.conn, refuse_newer(&self.conn, &self.path)?)?;
            checked.set(now);
        }
        Ok(())
    }

    /// The file as SQLite is given its name where it is attached to another database, to read.
    pub(in crate::store) fn uri(&self) -> String {
        uri(&self.path, if self.still { "immutable=1" } else { "mode=ro" })
    }

    /// Ends every statement with [`StoreError::Stopped`] once `stop` says so.
    pub fn stop_when(&self, stop: impl FnMut() -> bool + Send + 'static) -> Result<(), StoreError> {
        Ok(self.conn.progress_handler(STEPS, Some(stop))?)
    }

    /// A number that changes when another connection commits.
    pub fn version(&self) -> Result<i64, StoreError> {
        Ok(self.conn.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?)
    }

    /// Folds the write-ahead log back into the file, so that the file alone holds all that was signed; says whether it does.
    /// Costs flushes, so it is called when nobody waits. What others still read or write is folded another time.
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

    /// From here on, what this connection deletes is overwritten, not only given free.
    pub fn wipe_what_goes(&self) -> Result<(), StoreError> {
        self.conn.query_row("PRAGMA secure_delete=ON", [], |_| Ok(()))?;
        Ok(())
    }

    /// Makes the file anew without what was deleted, and empties the write-ahead log. Refused while others read an older
    /// state.
    pub fn scrub(&mut self) -> Result<(), StoreError> {
        if self.access == Access::Read {
            return Err(StoreError::ReadOnly(self.path.clone()));
        }
        self.wipe_what_goes()?;
        // VACUUM attaches the file that it writes.
        self.conn.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 1)?;
        let scrubbed =
            self.fold_all().and_then(|()| Ok(self.conn.execute_batch("VACUUM")?)).and_then(|()| self.fold_all());
        self.conn.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
        scrubbed
    }

    /// Folds the whole write-ahead log back and leaves it empty.
    fn fold_all(&self) -> Result<(), StoreError> {
        let busy: bool = self.conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        if busy { Err(StoreError::Busy) } else { Ok(()) }
    }

    /// Whether the file may be written.
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
        // Four MiB hold what a filter reads of ten thousand trainees, at every key of it.
        conn.execute_batch(
            "PRAGMA foreign_keys=ON; PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; PRAGMA cache_size=-4000;
            PRAGMA recursive_triggers=ON;",
        )?;
        Ok(())
    }

    fn upgrade(&mut self) -> Result<(), StoreError> {
        MIGRATIONS.to_latest(&mut self.conn).map_err(|error| match error {
            rusqlite_migration::Error::RusqliteError { err, .. } => StoreError::from(err),
            other => StoreError::Damaged(other.to_string()),
        })
    }

    /// The format as SQLite reads it, write-ahead log included.
    fn check_format(&self) -> Result<(), StoreError> {
        let found = refuse_newer(&self.conn, &self.path)?;
        if found == NEWEST { Ok(()) } else { Err(StoreError::ReadOnly(self.path.clone())) }
    }
}

impl Drop for Db {
    fn drop(&mut self) {
        // The last to close the file folds it by itself; where others have it open, nobody would.
        if self.unfolded.get() {
            // What cannot be folded now is in the write-ahead log, and nothing is lost.
            let _ = self.checkpoint_wal();
        }
    }
}

/// The format as SQLite reads it, which must not be newer.
fn refuse_newer(conn: &Connection, path: &Path) -> Result<u32, StoreError> {
    let found: u32 = conn.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > NEWEST { Err(StoreError::Newer { path: path.to_owned(), found, known: NEWEST }) } else { Ok(found) }
}

/// Says whether the newest checkpoint, as the write-ahead log has it, is of the log that the file alone holds: with that of
/// another book it is not. A file that holds no log yet says nothing against it.
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

/// The file that SQLite lays beside the file at `path`.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Whether a file that may only be read is whole in itself, where SQLite could lay nothing beside it: a copy that was handed
/// over, a medium that cannot be written.
fn stands_still(path: &Path) -> bool {
    let wal = std::fs::metadata(beside(path, "-wal")).map_or(0, |meta| meta.len());
    wal == 0 && !takes_files(path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")))
}

/// The URI of a file, with how it is opened.
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

/// Refuses an SQLite with a known fault and a folder on a network.
fn check_system(path: &Path) -> Result<(), StoreError> {
    check_sqlite()?;
    // A link is followed, as SQLite follows it; a bare name lies in the folder one is in.
    let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = real.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match network(folder) {
        Some(kind) => Err(StoreError::Network { path: folder.to_owned(), kind }),
        None => Ok(()),
    }
}

/// The SQLite that this program was built with.
pub fn sqlite_version() -> &'static str {
    rusqlite::version()
}

/// Refuses an SQLite with a known fault.
fn check_sqlite() -> Result<(), StoreError> {
    if rusqlite::version_number() < OLDEST_SQLITE { Err(StoreError::OldSqlite(rusqlite::version())) } else { Ok(()) }
}
