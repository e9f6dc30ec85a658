//! Exchanges with a hub that is a folder or a share: one folder for each site, laid out as C2SP `tlog-tiles` has it, with the
//! statements themselves next to the tiles.
//!
//! Invariant: a checkpoint is there only once all that it covers is.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs::File;
use std::path::{Path, PathBuf};

use crate::copy_binary::damaged;
use crate::error::TransportError;
use crate::folder_batches::{asked, drop_unnamed, each_batch, write_batches};
use crate::folder_files::{
    FileFault, FileWriter, MOST_FILE, can_read, damaged_file, is_folder, names, read, remove, text, unreadable,
    unwritable, written,
};
use crate::folder_rows::{bundle_path, each_entry, each_imported, read_file_of_entries, rows_in, rows_of};
use crate::folder_tiles::{Bundle, check_tiles, entries_file, read_tile, write_tile};
use crate::row_codec::{read_imported, read_texts, write_imported, write_text};
use crate::row_digest::EarlierDigests;
use crate::rows::{
    Cosignature, EarlierRows, ErasedRow, Heads, ImportedRow, MOST_COSIGNATURES, MOST_NOTE, MOST_STANDARD,
    MOST_WITNESS_NOTE, NAME, Pulled, PulledRow, SignedRow, SiteFault, SiteHead, TextRow,
};
use crate::tiles::{TileEdge, hashes_at, tile_path};
use crate::transport::{
    BatchSource, EntrySource, JoiningSite, PushedPart, RowSink, Transport, join_fault, no_log, readable,
};
use countersign_core::primitives::ids::{Digest, LogOrigin};
use countersign_ledger::merkle::TILE;

/// The file that marks a folder as a hub, and what it says.
const MARK: &str = "countersign-hub";
const FORMAT: &str = "countersign-hub/1";
/// The most bytes of the files that are short.
const SHORT: u64 = 4096;
/// How often a head is read again because a push replaced it meanwhile.
const MOST_ATTEMPTS: usize = 9;
/// Most sites, and most lines that a site keeps of its cosignatures of one log.
const MOST_SITES: usize = 1024;
const MOST_LINES: usize = 64;

/// A hub in a folder.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    /// The name of this site.
    site: String,
}

impl Folder {
    pub fn new(path: PathBuf, site: String) -> Self {
        // The folder itself may be a link; nothing in it is.
        Self { path: path.canonicalize().unwrap_or(path), site }
    }

    fn own(&self) -> PathBuf {
        self.path.join(&self.site)
    }

    /// Checks that the folder is a hub.
    fn check(&self) -> Result<(), TransportError> {
        match text(&self.path.join(MARK), SHORT)? {
            Some(found) if found.trim_end() == FORMAT => Ok(()),
            Some(found) => Err(TransportError::OtherVersion { found: first_line(&found), known: 1 }),
            None if self.path.is_dir() => Err(TransportError::Address {
                why: format!("{0} is not a hub: the file {MARK} is missing in it", self.path.display()),
                hint: "Is the share mounted? Look at the folder’s name, too",
            }),
            None => Err(self.no_folder()),
        }
    }

    fn no_folder(&self) -> TransportError {
        TransportError::Address {
            why: format!("There is no folder {}", self.path.display()),
            hint: "Is the share mounted? The hub’s administrator makes the folder",
        }
    }

    /// Makes an empty folder a hub.
    fn make(&self) -> Result<(), TransportError> {
        let mark = self.path.join(MARK);
        if !self.path.is_dir() {
            return Err(self.no_folder());
        }
        if mark.exists() {
            return Ok(());
        }
        if !names(&self.path).map_err(|fault| unreadable(&self.path, &fault))?.is_empty() {
            return Err(TransportError::Address {
                why: format!("{} is not a hub, and has other files in it", self.path.display()),
                hint: "Give the folder of the hub, or an empty one, which becomes a hub",
            });
        }
        let mut files = FileWriter::default();
        files.put(&mark, format!("{FORMAT}\n").as_bytes())?;
        files.sync();
        Ok(())
    }

    fn sites(&self) -> Result<Vec<String>, TransportError> {
        let is_site = |name: &String| name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        let mut sites = names(&self.path).map_err(|fault| unreadable(&self.path, &fault))?;
        sites.retain(|name| name != MARK && is_site(name) && is_folder(&self.path.join(name)));
        if sites.len() > MOST_SITES { Err(damaged("it has too many sites")) } else { Ok(sites) }
    }

    /// Reads the log's name and key of a site; `None` if no site is there yet.
    fn about(&self, site: &str) -> Result<Option<(LogOrigin, String)>, TransportError> {
        let folder = self.path.join(site);
        let path = folder.join("site");
        let Some(about) = text(&path, SHORT)? else {
            let began = ["checkpoint", "statements"].iter().any(|name| folder.join(name).symlink_metadata().is_ok());
            return if began { Err(unreadable(&path, &FileFault::Missing)) } else { Ok(None) };
        };
        let lines = about.split_once('\n').and_then(|(origin, vkey)| {
            Some((origin.strip_prefix("origin ")?.parse().ok()?, vkey.strip_prefix("vkey ")?.strip_suffix('\n')?))
        });
        let (origin, vkey) = lines.ok_or_else(|| damaged_file(&path, "it does not have the name and key of a log"))?;
        Ok(Some((origin, vkey.to_owned())))
    }

    /// Reads the head of a site, and adds what cannot be read and is not needed for it to the faults.
    fn head(
        &self,
        site: &str,
        (origin, vkey): (LogOrigin, String),
        sites: &[String],
        faults: &mut Vec<SiteFault>,
    ) -> Result<SiteHead, TransportError> {
        let folder = self.path.join(site);
        let checkpoint = read_checkpoint(&folder)?;
        let entries = checkpoint.as_deref().map_or(Ok(0), |note| size_of(&folder, note))?;
        let mut cosignatures = Vec::new();
        for witness in sites {
            match self.newest_line(witness, site, entries) {
                Ok(line) => cosignatures.extend(line),
                // Nobody else needs what a site may not read.
                Err(TransportError::NotGranted(_)) => {}
                Err(why) => faults.push(self.fault(witness, None, why)),
            }
        }
        cosignatures.truncate(MOST_COSIGNATURES);
        let witness_key = text(&folder.join("witness"), MOST_WITNESS_NOTE as u64).unwrap_or_else(|why| {
            faults.push(self.fault(site, Some(&origin), why));
            None
        });
        let spoke = [folder.join("checkpoint"), folder.join("cosignatures").join(site)];
        let spoke = spoke.iter().filter_map(|path| written(path)).max();
        Ok(SiteHead {
            origin,
            vkey,
            witness_key,
            site: site.to_owned(),
            entries: readable_entries(&folder, entries)?,
            put: if checkpoint.is_some() { spoke } else { written(&folder.join("site")) },
            checkpoint,
            cosignatures,
            own: site == self.site,
        })
    }

    /// Adds the head of a site, or what of it cannot be read.
    fn add_head(&self, site: &str, about: &(LogOrigin, String), sites: &[String], heads: &mut Heads) {
        let folder = self.path.join(site);
        for attempt in 0..=MOST_ATTEMPTS {
            let (mut faults, before) = (Vec::new(), read_checkpoint(&folder));
            match self.head(site, about.clone(), sites, &mut faults) {
                Ok(head) => heads.sites.push(head),
                // A push may have replaced files in the meantime, which is not a fault.
                Err(_) if attempt < MOST_ATTEMPTS && read_checkpoint(&folder) != before => continue,
                Err(why) => heads.faults.push(self.fault(site, Some(&about.0), why)),
            }
            heads.faults.append(&mut faults);
            return;
        }
    }

    /// Makes faults of folders that have the same log: nobody can tell which of them its department writes. Its own knows.
    fn set_doubles_aside(&self, heads: &mut Heads) {
        let doubles = |head: &SiteHead| -> Vec<&SiteHead> {
            heads.sites.iter().filter(|other| other.origin == head.origin && other.site != head.site).collect()
        };
        let mut faults = Vec::new();
        for head in heads.sites.iter().filter(|head| !head.own) {
            if let Some(other) = doubles(head).first() {
                let why = format!("The folders {} and {} have the same log", head.site, other.site);
                faults.push(self.fault(&head.site, Some(&head.origin), TransportError::File(why)));
            }
        }
        heads.sites.retain(|head| faults.iter().all(|fault| fault.site != head.site));
        heads.faults.append(&mut faults);
    }

    fn fault(&self, site: &str, origin: Option<&LogOrigin>, why: TransportError) -> SiteFault {
        SiteFault { site: site.to_owned(), origin: origin.cloned(), own: site == self.site, why }
    }

    /// Returns the newest cosignature by a site of another's checkpoint of a size.
    fn newest_line(&self, witness: &str, of: &str, size: u64) -> Result<Option<String>, TransportError> {
        let path = self.path.join(witness).join("cosignatures").join(of);
        let Some(lines) = text(&path, (MOST_LINES * 1100) as u64)? else { return Ok(None) };
        let mut sized = lines.lines().filter_map(|line| line.split_once(' '));
        Ok(sized.rfind(|(of, _)| *of == size.to_string()).map(|(_, line)| line.to_owned()))
    }

    fn lock(&self) -> Result<File, TransportError> {
        let path = self.own().join(".lock");
        // Opening a pipe would wait for its other end.
        if path.symlink_metadata().is_ok_and(|about| !about.is_file()) {
            return Err(damaged_file(&path, "it is not a plain file"));
        }
        let file = File::options().write(true).create(true).truncate(false).open(&path);
        let file = file.map_err(|error| unwritable(&path, &error))?;
        match file.try_lock() {
            Err(std::fs::TryLockError::WouldBlock) => Err(TransportError::Moved),
            // Some shares have no locks. The lock in the data folder is what counts on one machine.
            Ok(()) | Err(std::fs::TryLockError::Error(_)) => Ok(file),
        }
    }

    fn size(&self) -> Result<u64, TransportError> {
        let own = self.own();
        read_checkpoint(&own)?.as_deref().map_or(Ok(0), |note| size_of(&own, note))
    }

    /// Writes tiles, statements and what belongs to them; returns the root of the tree with them.
    fn write(
        &self,
        part: &PushedPart,
        (entries, batches): (EntrySource<'_>, BatchSource<'_>),
        files: &mut FileWriter,
    ) -> Result<Digest, TransportError> {
        let own = self.own();
        let mut edge = TileEdge::read(part.from, &mut |level, index, width| read_tile(&own, level, index, width))?;
        let mut bundle = Bundle::read(&own, part.from)?;
        let mut next = part.from;
        for row in entries {
            let row = row?;
            if row.position != next {
                return Err(TransportError::Here(format!("Entry {next} is missing")));
            }
            next += 1;
            let built = edge.push(row.leaf);
            bundle.push(row);
            for tile in built {
                if tile.level == 0 {
                    bundle.write(&own, tile.index, files)?;
                }
                write_tile(&own, &tile, files)?;
            }
        }
        if next != part.until {
            return Err(TransportError::Here(format!("Entry {next} is missing")));
        }
        for tile in edge.incomplete() {
            write_tile(&own, &tile, files)?;
        }
        if !bundle.rows.is_empty() {
            bundle.write(&own, part.until / TILE, files)?;
        }
        write_all_imported(&own, &part.imported, files)?;
        write_batches(&own, batches, files)?;
        for row in &part.texts {
            let path = own.join("texts").join(row.digest.hex());
            files.put(&path, &rows_of(|to| write_text(to, row))?)?;
        }
        edge.root().ok_or_else(|| damaged_file(&own.join("tile"), "its tiles are not those of one tree"))
    }

    /// Blanks what an earlier push erased, and removes what it made superfluous. Does nothing if that was done.
    fn finish(&self) -> Result<(), TransportError> {
        let own = self.own();
        let path = Pending::path(&own);
        let Some(lines) = text(&path, MOST_FILE)? else { return Ok(()) };
        let (size, pending) = (self.size()?, Pending::parse(&lines));
        if pending.is_of(size) {
            let mut files = FileWriter::default();
            let mut blanked = false;
            for position in pending.erased.into_iter().filter(|position| *position < size) {
                blank(&own, position, size, &mut files)?;
                blanked = true;
            }
            files.sync();
            if blanked {
                drop_unnamed(&own, size)?;
            }
            for kind in ["tile/entries", "statements"] {
                remove_partial(&own.join(kind), size)?;
            }
            for level in (0..).take_while(|level| hashes_at(*level, size) > 0) {
                remove_partial(&own.join(format!("tile/{level}")), hashes_at(level, size))?;
            }
        } else {
            // Its checkpoint did not get there: that push is done again, without what was erased since.
            drop_unnamed(&own, size)?;
        }
        remove(&path)
    }
}

impl Transport for Folder {
    fn join(&mut self, site: &JoiningSite) -> Result<(), TransportError> {
        self.make()?;
        let Heads { sites: mut heads, faults } = self.heads()?;
        let same = |head: &SiteHead| head.origin == site.origin && head.vkey == site.vkey && head.site == site.site;
        if !heads.iter().any(same) {
            if let Some(fault) = faults.into_iter().find(|fault| fault.site == site.site) {
                return Err(fault.why);
            }
            // Only the name tells whose a folder is.
            for head in &mut heads {
                head.own = false;
            }
            if let Some(fault) = folder_fault(&heads, site).or_else(|| join_fault(&heads, site)) {
                return Err(fault);
            }
        }
        let own = self.path.join(&site.site);
        let mut files = FileWriter::default();
        files.put(&own.join("site"), format!("origin {}\nvkey {}\n", site.origin, site.vkey).as_bytes())?;
        if let Some(note) = &site.witness_key {
            files.put(&own.join("witness"), note.as_bytes())?;
        }
        files.sync();
        Ok(())
    }

    fn heads(&mut self) -> Result<Heads, TransportError> {
        self.check()?;
        let mut heads = Heads::default();
        // If it is locked, the exchange that has the lock does this.
        if Pending::path(&self.own()).exists()
            && let Ok(_lock) = self.lock()
            && let Err(why) = self.finish()
        {
            heads.faults.push(self.fault(&self.site, None, why));
        }
        let sites = self.sites()?;
        for site in &sites {
            match self.about(site) {
                Ok(None) => {}
                Ok(Some(about)) => self.add_head(site, &about, &sites, &mut heads),
                Err(why) => heads.faults.push(self.fault(site, None, why)),
            }
        }
        self.set_doubles_aside(&mut heads);
        heads.sites.sort_by(|a, b| a.origin.cmp(&b.origin));
        Ok(heads)
    }

    fn push(
        &mut self,
        part: &PushedPart,
        entries: EntrySource<'_>,
        batches: BatchSource<'_>,
    ) -> Result<(), TransportError> {
        self.check()?;
        let _lock = self.lock()?;
        self.finish()?;
        if self.size()? != part.from {
            return Err(TransportError::Moved);
        }
        let own = self.own();
        let mut files = FileWriter::default();
        // What is left to do once the checkpoint is there, or to undo if it does not get there; after an interruption, the next
        // exchange does it.
        let mut pending = format!("{}\n", part.until);
        for ErasedRow { position, .. } in &part.erased {
            // Writing to a String cannot fail.
            let _ = writeln!(pending, "{position}");
        }
        files.put(&Pending::path(&own), pending.as_bytes())?;
        files.sync();
        let root = self.write(part, (entries, batches), &mut files)?;
        if part.checkpoint.lines().nth(2) != Some(root.base64().as_str()) {
            return Err(damaged_file(&own.join("tile"), "its tiles are not those of this log"));
        }
        files.sync();
        files.put(&own.join("checkpoint"), part.checkpoint.as_bytes())?;
        files.sync();
        self.finish()
    }

    fn cosign(&mut self, lines: &[Cosignature]) -> Result<(), TransportError> {
        let heads = self.heads()?.sites;
        let _lock = self.lock()?;
        let mut files = FileWriter::default();
        for Cosignature { origin, size, line } in lines {
            let Some(head) = heads.iter().find(|head| head.origin == *origin) else { continue };
            let path = self.own().join("cosignatures").join(&head.site);
            // What cannot be read is replaced.
            let before = text(&path, (MOST_LINES * 1100) as u64).ok().flatten().unwrap_or_default();
            let new = format!("{size} {line}");
            let mut kept: Vec<&str> = before.lines().filter(|line| *line != new).collect();
            kept.push(&new);
            let from = kept.len().saturating_sub(MOST_LINES);
            files.put(&path, format!("{}\n", kept[from..].join("\n")).as_bytes())?;
        }
        files.sync();
        Ok(())
    }

    fn pull(&mut self, origin: &LogOrigin, from: u64, into: RowSink<'_>) -> Result<Pulled, TransportError> {
        let Heads { sites, faults } = self.heads()?;
        let head = sites.into_iter().find(|head| head.origin == *origin).ok_or_else(|| {
            let fault = faults.into_iter().find(|fault| fault.origin.as_ref() == Some(origin));
            fault.map_or_else(|| no_log(origin), |fault| fault.why)
        })?;
        let head = readable(head)?;
        let folder = self.path.join(&head.site);
        let size = head.checkpoint.as_deref().map_or(Ok(0), |note| size_of(&folder, note))?;
        let pulled = pull_rows(&folder, (from, size), into);
        // Another push may have replaced files in the meantime, which is not a fault.
        let now = read_checkpoint(&folder)?;
        if now != head.checkpoint {
            return Err(TransportError::Moved);
        }
        pulled.map(|earlier| Pulled { head, earlier })
    }

    fn check_for_others(&mut self, _: &LogOrigin) -> Result<(), TransportError> {
        self.check()?;
        let _lock = self.lock()?;
        self.finish()?;
        check_tiles(&self.own(), self.size()?)
    }
}

/// Reads all of a log: rows from a position on go to `into`, those before it into digests.
fn pull_rows(folder: &Path, (from, size): (u64, u64), into: RowSink<'_>) -> Result<EarlierRows, TransportError> {
    let mut rows =
        Divided { from, pending: Pending::read(folder, size), before: BTreeSet::new(), new: BTreeSet::new() };
    let mut earlier = EarlierDigests::default();
    each_entry(folder, (0, size), &mut |mut row| {
        let is_earlier = rows.is_earlier(row.position, &row.key, &mut row.signed);
        if is_earlier { earlier.entry(&row) } else { into(PulledRow::Entry(row)) }
    })?;
    each_imported(folder, (0, size), &mut |mut row| {
        let is_earlier = rows.is_earlier(row.position, &row.key, &mut row.signed);
        if is_earlier { earlier.imported(&row) } else { into(PulledRow::Imported(row)) }
    })?;
    each_batch(folder, &rows.before, &mut |row| earlier.batch(&row))?;
    each_batch(folder, &rows.new, &mut |row| into(PulledRow::Batch(row)))?;
    let texts = folder.join("texts");
    for name in names(&texts).map_err(|fault| unreadable(&texts, &fault))? {
        if Digest::from_hex(&name).is_err() {
            continue;
        }
        let path = texts.join(name);
        let bytes = read(&path, 2 * MOST_STANDARD as u64 + 256).map_err(|fault| unreadable(&path, &fault))?;
        rows_in(&path, &bytes, |rows| {
            read_texts(rows, &mut |row: TextRow| {
                earlier.text(&row.digest, &row.canonical)?;
                if from == 0 || from < size { into(PulledRow::Text(row)) } else { Ok(()) }
            })
        })?;
    }
    Ok(earlier.finish())
}

/// How the rows of a log are divided by a position, with the batches that either part names.
struct Divided {
    from: u64,
    pending: Pending,
    before: BTreeSet<[u8; NAME]>,
    new: BTreeSet<[u8; NAME]>,
}

impl Divided {
    /// Blanks a row that is still to be blanked, notes its batch, and returns whether it comes before the position.
    fn is_earlier(&mut self, position: u64, key: &str, signed: &mut Option<SignedRow>) -> bool {
        if self.pending.is_erased(position) {
            *signed = None;
        }
        let is_earlier = position < self.from;
        let named = if is_earlier { &mut self.before } else { &mut self.new };
        named.extend(asked(key, signed.as_ref()));
        is_earlier
    }
}

/// What is left to do of a push, once its checkpoint is there.
#[derive(Default)]
struct Pending {
    /// The number of entries with that push.
    until: u64,
    /// The entries that it erased.
    erased: BTreeSet<u64>,
}

impl Pending {
    fn path(of: &Path) -> PathBuf {
        of.join(".pending")
    }

    /// Reads what is left to do for a log of a size. What cannot be read leaves nothing to do.
    fn read(of: &Path, size: u64) -> Self {
        let lines = text(&Self::path(of), MOST_FILE).ok().flatten();
        lines.as_deref().map(Self::parse).filter(|pending| pending.is_of(size)).unwrap_or_default()
    }

    fn parse(lines: &str) -> Self {
        let mut numbers = lines.lines().map_while(|line| line.parse().ok());
        Self { until: numbers.next().unwrap_or(u64::MAX), erased: numbers.collect() }
    }

    /// Whether the checkpoint of that push is there in a log of a size.
    fn is_of(&self, size: u64) -> bool {
        self.until <= size
    }

    fn is_erased(&self, position: u64) -> bool {
        self.erased.contains(&position)
    }
}

/// Adds what entries put back to the files of their tiles.
fn write_all_imported(own: &Path, rows: &[ImportedRow], files: &mut FileWriter) -> Result<(), TransportError> {
    for rows in rows.chunk_by(|a, b| a.position / TILE == b.position / TILE) {
        let path = own.join("imported").join(tile_path(rows[0].position / TILE, TILE));
        let mut all = read_file_of_imported(&path)?;
        // An exchange that was interrupted may have written some of them.
        all.retain(|row| row.position < rows[0].position);
        all.extend_from_slice(rows);
        files.put(&path, &rows_of(|to| all.iter().try_for_each(|row| write_imported(to, row)))?)?;
    }
    Ok(())
}

fn read_file_of_imported(path: &Path) -> Result<Vec<ImportedRow>, TransportError> {
    let bytes = match read(path, MOST_FILE) {
        Err(FileFault::Missing) => return Ok(Vec::new()),
        bytes => bytes.map_err(|fault| unreadable(path, &fault))?,
    };
    let mut all = Vec::new();
    rows_in(path, &bytes, |rows| {
        read_imported(rows, &mut |row| {
            all.push(row);
            Ok(())
        })
    })?;
    Ok(all)
}

/// Blanks an entry and what it put back.
fn blank(own: &Path, position: u64, size: u64, files: &mut FileWriter) -> Result<(), TransportError> {
    let path = own.join("statements").join(bundle_path(position, size));
    let mut rows = read_file_of_entries(&path)?;
    rows.iter_mut().filter(|row| row.position == position).for_each(|row| row.signed = None);
    files.put(&path, &entries_file(&rows)?)?;
    let path = own.join("imported").join(tile_path(position / TILE, TILE));
    let mut imported = read_file_of_imported(&path)?;
    if imported.iter().any(|row| row.position == position && row.signed.is_some()) {
        imported.iter_mut().filter(|row| row.position == position).for_each(|row| row.signed = None);
        files.put(&path, &rows_of(|to| imported.iter().try_for_each(|row| write_imported(to, row)))?)?;
    }
    Ok(())
}

/// Removes incomplete bundles that a larger one has replaced: a text that was erased must not stay in one of them.
fn remove_partial(folder: &Path, size: u64) -> Result<(), TransportError> {
    let last = size.saturating_sub(1) / TILE;
    for index in last.saturating_sub(1)..=last {
        let complete = (index + 1) * TILE <= size;
        let parts = folder.join(format!("{}.p", tile_path(index, TILE)));
        let kept = (size % TILE).to_string();
        for name in names(&parts).map_err(|fault| unreadable(&parts, &fault))? {
            if complete || name != kept {
                remove(&parts.join(name))?;
            }
        }
    }
    Ok(())
}

/// Returns how many entries are there, after a look at the last file; `None` if they may not be read.
fn readable_entries(folder: &Path, size: u64) -> Result<Option<u64>, TransportError> {
    if size == 0 {
        return Ok(Some(0));
    }
    let last = folder.join("statements").join(bundle_path(size - 1, size));
    match can_read(&last) {
        Ok(()) => Ok(Some(size)),
        Err(FileFault::Denied) => Ok(None),
        Err(fault) => Err(unreadable(&last, &fault)),
    }
}

fn read_checkpoint(folder: &Path) -> Result<Option<String>, TransportError> {
    text(&folder.join("checkpoint"), MOST_NOTE as u64)
}

/// Returns the size that the checkpoint of a site names.
fn size_of(folder: &Path, note: &str) -> Result<u64, TransportError> {
    let size = note.lines().nth(1).and_then(|size| size.parse().ok());
    size.ok_or_else(|| damaged_file(&folder.join("checkpoint"), "it has no number of entries"))
}

/// Returns why a log that is in a folder cannot join under another name or with another key; `None` if it is not there.
fn folder_fault(heads: &[SiteHead], site: &JoiningSite) -> Option<TransportError> {
    let there = heads.iter().find(|head| head.origin == site.origin)?;
    let (why, hint) = if there.site == site.site {
        (format!("The hub has another key for this log, under the name {}", there.site), "Tell the hub’s administrator")
    } else {
        let why = format!("This log is at the hub under the name {0}: use `--site {0}`", there.site);
        (why, "For another name, the hub’s administrator first renames its folder")
    };
    Some(TransportError::Address { why, hint })
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().chars().filter(|letter| !letter.is_control()).take(60).collect()
}
