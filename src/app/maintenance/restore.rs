//! Restores a backup: previews what would be lost, keeps the current file, and records the restore in the log.

use std::path::{Path, PathBuf};

use crate::app::App;
use crate::clock::SystemClock;
use crate::error::Error;
use crate::keys::agent::AgentPlace;
use crate::keys::agent_key;
use crate::keys::keystore;
use crate::keys::session::Credential;
use crate::keys::touch::SharedPrompt;
use crate::log::append::head_of;
use crate::log::historical_root::old_root;
use crate::log::sign;
use crate::log::writer::LogWriter;
use crate::maintenance::backup::{sound, state_of};
use crate::maintenance::erased_copies::BEFORE_RESTORE;
use crate::random::{SystemRandom, bytes};
use crate::record::records;
use crate::storage::atomic_file::{TempFile, link_aside, unused_path};
use crate::storage::data_dir::DataDir;
use crate::verify::anchors::newest_of;
use countersign_core::filter::log::LogFilter;
use countersign_core::people::person::{Person, PersonRef, Role, Viewer};
use countersign_core::primitives::encoding::hex;
use countersign_core::primitives::ids::{LogOrigin, PersonId, StatementId};
use countersign_core::primitives::text::SafeText;
use countersign_core::record::view::{HistoryRow, TreeHead};
use countersign_core::statement::Body;
use countersign_core::statement::fields::Tree;
use countersign_core::statement::kinds::recovery::Restore;
use countersign_ledger::checkpoint_code::code;
use countersign_ledger::note::LogKey;
use countersign_store::db::{Access, Db, Tx};
use countersign_store::error::StoreError;
use countersign_store::filesystem::identity;
use countersign_store::from_elsewhere::held;
use countersign_store::index::elsewhere::{self, ReceivedRow};
use countersign_store::index::people;
use countersign_store::online_backup::{copy_to, put_in_place};
use countersign_store::{erased_and_imported, log};

/// How many lost entries a preview lists; the rest are only counted.
const MOST_SHOWN: usize = 1_000;

/// The stage of a running restore.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Copying,
    Verifying,
}

/// Gets the stage, the amount done and the total.
pub type Progress<'p> = &'p mut dyn FnMut(Stage, u64, u64);

/// A checkpoint from outside the file and its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutsideCheckpoint {
    pub found: String,
    /// One signed note, or several in a row.
    pub note: String,
    /// Whether the user named it, in which case it must be of this log.
    pub named: bool,
}

/// The present database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PresentDatabase {
    Missing,
    /// Cannot be used, and why.
    Unusable(String),
    /// Can be used; holds its tree head.
    There(TreeHead),
}

/// A planned restore; dropping it changes nothing.
pub struct Plan {
    /// The backup, copied next to the current file and open.
    app: App,
    part: TempFile,
    folder: DataDir,
    threads: usize,
    checkpoint: String,
    /// The tree head of the backup.
    pub to: TreeHead,
    pub present: PresentDatabase,
    /// The newest tree known from outside the backup, and its source.
    pub newest: (Tree, String),
    /// The first position at which the current file and the backup differ.
    pub shared: u64,
    /// The entries of the current file from there on, oldest first; at most 1,000.
    pub lost: Vec<HistoryRow>,
    /// Statements that were erased from the present file and whose text the backup brings back.
    pub not_erased: Vec<StatementId>,
    /// What was received from other departments and taken back since, and the backup brings back.
    pub not_taken_back: Vec<BroughtBack>,
}

/// What a bundle brought for somebody, was taken back, and is in the backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BroughtBack {
    pub trainee: PersonRef,
    pub origin: LogOrigin,
    pub statements: usize,
    /// Whether the backup has statements of other logs for the same trainee too.
    pub has_others: bool,
}

/// A finished restore.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// The tree head now.
    pub head: TreeHead,
    /// Where the previous file is kept.
    pub aside: Option<PathBuf>,
    pub id: StatementId,
}

impl Plan {
    /// Sets where the officer is told to touch their security key.
    #[must_use]
    pub fn with_touch_prompt(mut self, touch: SharedPrompt) -> Self {
        self.app = self.app.with_touch_prompt(touch);
        self
    }

    /// Whether the backup is older than the key that an officer has in this agent: then it does not know the key, which cannot
    /// sign its restore. Refused if no key is here that can.
    pub fn needs_older_key(&self, officer: &Person, place: &AgentPlace) -> Result<bool, Error> {
        let PresentDatabase::There(_) = &self.present else { return Ok(false) };
        let present = App::on_this_machine_to_read(self.folder.clone())?;
        if !agent_key::is_newer_than(&present, &self.app, &officer.id, place)? {
            return Ok(false);
        }
        if agent_key::has_file_that_signs(&self.app, &officer.id)? {
            return Ok(true);
        }
        let why =
            format!("The backup is older than the key of {} in the SSH agent, and does not know it", officer.name);
        Err(Error::refused(why).hint(
            "Nothing was changed. Restore a backup that was made after the key was added, or have a training officer restore this one whose key it knows",
        ))
    }

    /// Returns how many known entries the backup lacks.
    pub fn missing(&self) -> u64 {
        let present = match &self.present {
            PresentDatabase::There(head) => head.size - self.shared,
            _ => 0,
        };
        present.max(self.newest.0.size.saturating_sub(self.to.size))
    }

    /// Returns the backup, for looking up people in it.
    pub fn app(&self) -> &App {
        &self.app
    }
}

/// Plans a restore of the backup at `from`: verifies it, checks that it is of this log, and finds what would be lost.
pub fn plan(
    folder: &DataDir,
    from: &Path,
    outside: &[OutsideCheckpoint],
    threads: usize,
    progress: Progress<'_>,
) -> Result<Plan, Error> {
    SystemClock.check()?;
    if identity(from).is_some_and(|file| identity(&folder.database()) == Some(file)) {
        return Err(Error::usage("This is the data file itself, not a backup").hint("Name a backup of it"));
    }
    let backup = LogWriter::new(Db::open(from, Access::Read).map_err(unopened)?);
    let log_key = own_key(folder, &backup)?;
    let part = TempFile::make(folder.path(), &hex(&bytes::<6>(&mut SystemRandom::default())?))?;
    let (to, checkpoint) =
        copy_to(&backup.db, part.path(), state_of, &mut |done, of| progress(Stage::Copying, done, of))?;
    drop(backup);
    let verifying = &mut |done, of| progress(Stage::Verifying, done, of);
    sound(part.path(), std::slice::from_ref(&checkpoint), threads, verifying)?;
    let log = LogWriter::new(Db::open(part.path(), Access::Write)?);
    let notes = outside.iter().map(|one| opened(one, &log_key)).collect::<Result<Vec<_>, Error>>()?;
    let notes = notes.into_iter().flatten();
    let Comparison { present, shared, lost, not_erased, not_taken_back } = compare(folder, &log, &to)?;
    let mut newest = (Tree { size: to.size, root: to.root }, "the backup itself".to_owned());
    if let PresentDatabase::There(head) = &present
        && head.size > newest.0.size
    {
        newest = (Tree { size: head.size, root: head.root }, "the current file".to_owned());
    }
    for (tree, found) in notes {
        if tree.size > newest.0.size {
            newest = (tree, found);
        } else if tree.size <= to.size && log.db.read(|tx| old_root(tx, tree.size))? != Some(tree.root) {
            let why = format!("Its history does not match the checkpoint in {found}");
            return Err(Error::refused(why).hint("Nothing was changed. Find a backup that matches the checkpoint"));
        }
    }
    let log = log.with_log_key(log_key);
    let app = App::here(log, folder.clone());
    let folder = folder.clone();
    Ok(Plan { app, part, folder, threads, checkpoint, to, present, newest, shared, lost, not_erased, not_taken_back })
}

/// Explains why the backup cannot be opened.
fn unopened(fault: StoreError) -> Error {
    let hint = match &fault {
        StoreError::Missing(_) | StoreError::Empty(_) | StoreError::Foreign(_) => {
            "Nothing was changed. Give a file that `countersign backup` made"
        }
        StoreError::Truncated { .. } | StoreError::Damaged(_) | StoreError::Schema(_) => {
            "Nothing was changed. Use another backup, and keep this file"
        }
        _ => return fault.into(),
    };
    Error::from(fault).hint(hint)
}

/// Reads the log key on this machine and checks that it matches the backup's log.
fn own_key(folder: &DataDir, log: &LogWriter) -> Result<LogKey, Error> {
    let verifier = log.verifier()?;
    let key = keystore::log_key(folder, &verifier);
    key.map_err(|fault| {
        if fault != keystore::another_log_key() {
            return fault;
        }
        Error::refused(format!("The backup belongs to another log than `keys/log.key` here: {}", verifier.origin()))
            .hint("Nothing was changed. Use --data to name the folder of that log, or put its `keys` there first")
    })
}

fn opened(one: &OutsideCheckpoint, key: &LogKey) -> Result<Option<(Tree, String)>, Error> {
    match newest_of(&one.note, key.verifier()) {
        Err(fault) if one.named => {
            Err(Error::usage(format!("The checkpoint in {} cannot be used: {fault}", one.found))
                .hint("Give what `countersign checkpoint` printed"))
        }
        Err(_) => Ok(None),
        Ok(checkpoint) => Ok(Some((Tree { size: checkpoint.size, root: checkpoint.root }, one.found.clone()))),
    }
}

/// How the current file differs from a backup.
struct Comparison {
    present: PresentDatabase,
    shared: u64,
    lost: Vec<HistoryRow>,
    not_erased: Vec<StatementId>,
    not_taken_back: Vec<BroughtBack>,
}

impl Comparison {
    /// The comparison with a current file of which no entry can be read.
    fn with(present: PresentDatabase, to: &TreeHead) -> Self {
        Self { present, shared: to.size, lost: Vec::new(), not_erased: Vec::new(), not_taken_back: Vec::new() }
    }
}

/// Compares the current file with the backup: its state, how many entries they share, those it has beyond, and what was
/// erased from it alone.
fn compare(folder: &DataDir, backup: &LogWriter, to: &TreeHead) -> Result<Comparison, Error> {
    let unusable = |why: String| Ok(Comparison::with(PresentDatabase::Unusable(why), to));
    let database = folder.database();
    // A folder cannot be linked under another name.
    if database.is_dir() {
        return Err(Error::refused(format!("{} is a folder, not a file", database.display()))
            .hint("Nothing was changed. Move that folder away, then restore again"));
    }
    let db = match Db::open(&database, Access::Read) {
        Ok(db) => db,
        Err(StoreError::Missing(_)) => return Ok(Comparison::with(PresentDatabase::Missing, to)),
        Err(
            fault @ (StoreError::Empty(_)
            | StoreError::Foreign(_)
            | StoreError::Truncated { .. }
            | StoreError::Damaged(_)
            | StoreError::Schema(_)
            | StoreError::ReadOnly(_)),
        ) => return unusable(fault.to_string()),
        // A backup does not fix a newer file format, a network file system or missing permissions.
        Err(fault) => return Err(fault.into()),
    };
    let log = LogWriter::new(db);
    let (ours, theirs) = (log.db.read(log::log), backup.db.read(log::log)?);
    match ours {
        Ok(ours) if ours == theirs => {}
        Ok(_) => return Err(Error::refused("The current file belongs to another log").hint("Nothing was changed")),
        Err(fault) => return unusable(fault.to_string()),
    }
    let head = match log.head() {
        Ok(head) => head,
        Err(fault) => return unusable(fault.sentence()),
    };
    let shared = shared(&log, backup, head.size.min(to.size))?;
    // An erasure that cannot be read here cannot be named.
    let erased = log.db.read(erased_and_imported::erased_ids).unwrap_or_default();
    let in_backup = |id: &StatementId| backup.db.read(|tx| erased_and_imported::holds_any(tx, &[*id]));
    let mut not_erased = Vec::new();
    for id in erased {
        if in_backup(&id)? {
            not_erased.push(id);
        }
    }
    let not_taken_back = not_taken_back(&log, backup, shared)?;
    let app = App::here(log, folder.clone());
    let end = head.size.min(shared + MOST_SHOWN as u64);
    let most = usize::try_from(end - shared).unwrap_or(MOST_SHOWN);
    // Entries that cannot be read are still counted.
    let mut lost =
        records::history(&app, &LogFilter::default(), Some(end), most).map(|window| window.rows).unwrap_or_default();
    lost.reverse();
    Ok(Comparison { present: PresentDatabase::There(head), shared, lost, not_erased, not_taken_back })
}

/// Returns what both files received, and the current one took back.
fn not_taken_back(log: &LogWriter, backup: &LogWriter, shared: u64) -> Result<Vec<BroughtBack>, Error> {
    let received = |tx: &Tx<'_>| -> Result<Vec<(PersonId, ReceivedRow)>, StoreError> {
        let mut all = Vec::new();
        for trainee in held::trainees(tx)? {
            let rows = elsewhere::received_for(tx, &Viewer::Department, &trainee)?;
            all.extend(rows.into_iter().map(|row| (trainee.clone(), row)));
        }
        Ok(all)
    };
    // What cannot be read in the current file cannot be compared.
    let Ok(there) = log.db.read(received) else { return Ok(Vec::new()) };
    let is_there = |who: &PersonId, row: &ReceivedRow| {
        there.iter().any(|(one, other)| one == who && other.origin == row.origin && other.there == row.there)
    };
    Ok(backup.db.read(|tx| {
        let all = received(tx)?;
        let mut back = Vec::new();
        // After the shared entries, the backup is of another history.
        for (who, row) in all.iter().filter(|(who, row)| row.position < shared && !is_there(who, row)) {
            let Some(person) = people::person(tx, who)? else { continue };
            let kept = held::by_bundles(tx, who)?;
            back.push(BroughtBack {
                trainee: PersonRef { id: person.id, name: person.name },
                origin: row.origin.clone(),
                statements: kept.iter().filter(|held| held.origin == row.origin).count(),
                has_others: all.iter().filter(|(one, _)| one == who).count() > 1,
            });
        }
        Ok::<_, StoreError>(back)
    })?)
}

/// Returns the length of the common prefix of two logs, at most `most`.
fn shared(one: &LogWriter, other: &LogWriter, most: u64) -> Result<u64, Error> {
    let same = |size| -> Result<bool, Error> {
        // An entry that cannot be read is not shared.
        let root = one.db.read(|tx| old_root(tx, size)).unwrap_or_default();
        Ok(root.is_some() && root == other.db.read(|tx| old_root(tx, size))?)
    };
    let (mut low, mut high) = (0, most);
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        if same(middle)? {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    Ok(low)
}

/// Carries out a planned restore: signs it in the backup's copy, keeps the current file under a dated name, and moves the
/// copy into its place.
pub fn carry_out(
    plan: Plan,
    officer: &PersonId,
    proof: &Credential,
    reason: &SafeText,
    progress: Progress<'_>,
) -> Result<Restored, Error> {
    let Plan { mut app, part, folder, threads, checkpoint, to, present, newest, .. } = plan;
    if let (PresentDatabase::There(_), Credential::Agent(place)) = (&present, proof) {
        agent_key::check_present(&App::open_default(folder.clone())?, &app, officer, place)?;
    }
    let body =
        Body::Restore(Restore { to: Tree { size: to.size, root: to.root }, lost: newest.0, reason: reason.clone() });
    let done = sign::sign(&mut app, officer, Role::TrainingOfficer, proof, vec![body])?;
    let id = *done.ids.first().ok_or_else(|| Error::refused("Nothing was saved"))?;
    let now = app.now();
    // Closing the last connection checkpoints the write-ahead log, so the copy is complete in one file.
    drop(app);
    sound(part.path(), &[checkpoint], threads, &mut |done, of| progress(Stage::Verifying, done, of))?;
    // Another restore in the same second may have set a file aside.
    let stem = format!("{BEFORE_RESTORE}{}", now.to_string().replace(':', ""));
    let aside = unused_path(folder.path(), &stem, ".db");
    let database = folder.database();
    let kept = match &present {
        PresentDatabase::Missing => {
            part.put(&database)?;
            None
        }
        PresentDatabase::Unusable(_) => {
            link_aside(&database, &aside)?;
            part.put(&database)?;
            Some(aside)
        }
        PresentDatabase::There(before) => {
            let mut db = Db::open(&database, Access::Write)?;
            let copy = TempFile::in_folder(folder.path(), &hex(&bytes::<6>(&mut SystemRandom::default())?))?;
            copy_to(&db, copy.path(), |_| Ok(()), &mut |done, of| progress(Stage::Copying, done, of))?;
            copy.put(&aside)?;
            let still = |now: &Db| {
                if now.read(head_of)? == *before { Ok(()) } else { Err(Error::from(StoreError::HeadMoved)) }
            };
            put_in_place(&mut db, part.path(), still, &mut |done, of| progress(Stage::Copying, done, of))?;
            Some(aside)
        }
    };
    let head = LogWriter::new(Db::open(&database, Access::Read)?).head()?;
    if head != done.head {
        return Err(Error::refused("The restored file could not be read back"));
    }
    Ok(Restored { head, aside: kept, id })
}

/// Returns a tree's checkpoint code.
pub fn code_of(tree: &Tree) -> String {
    code(tree.size, &tree.root)
}
