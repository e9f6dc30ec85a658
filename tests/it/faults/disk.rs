//! A disk that loses power: what a real program did to its files, in order, and what of it may be there afterwards. Must
//! never keep less than what a flush promised, nor tear a sector.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::random::random;

/// What a disk writes whole or not at all.
const SECTOR: usize = 512;

/// One thing that was done to the files of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    Made(PathBuf),
    Wrote(PathBuf, usize, Vec<u8>),
    Cut(PathBuf, usize),
    Flushed(PathBuf),
    Removed(PathBuf),
    Moved(PathBuf, PathBuf),
    /// The program told somebody something.
    Said(String),
    /// The call that was to fail has failed.
    Failed(usize, PathBuf),
    /// There were so many calls that could fail.
    Called(usize),
}

/// The library that is preloaded before the program; none, and a line that says so, where there is no compiler.
pub fn shim() -> Option<&'static Path> {
    static MADE: OnceLock<Option<PathBuf>> = OnceLock::new();
    let made = MADE.get_or_init(|| {
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/faults/disk.c");
        let made = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("disk-{}.so", std::process::id()));
        let flags = ["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o"];
        let compiled = Command::new("cc").args(flags).arg(&made).arg(source).arg("-ldl").output();
        match compiled {
            Err(fault) => {
                println!("skipped: no C compiler is here ({fault})");
                None
            }
            Ok(output) => {
                assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
                Some(made)
            }
        }
    });
    made.as_deref()
}

/// The record as the library wrote it.
pub fn read(record: &Path) -> Vec<Event> {
    let bytes = std::fs::read(record).unwrap_or_default();
    let mut rest = bytes.as_slice();
    let mut events = Vec::new();
    while let Some((letter, after)) = rest.split_first() {
        let (path, after) = string(after);
        let (number, after) = after.split_first_chunk::<8>().unwrap();
        let (data, after) = string(after);
        let (path, number) = (PathBuf::from(text(path)), usize::try_from(u64::from_le_bytes(*number)).unwrap());
        events.push(match letter {
            b'O' => Event::Made(path),
            b'W' => Event::Wrote(path, number, data.to_vec()),
            b'T' => Event::Cut(path, number),
            b'S' => Event::Flushed(path),
            b'U' => Event::Removed(path),
            b'R' => Event::Moved(path, text(data).into()),
            b'A' => Event::Said(text(data)),
            b'F' => Event::Failed(number, path),
            b'C' => Event::Called(number),
            other => panic!("{other}"),
        });
        rest = after;
    }
    events
}

fn string(bytes: &[u8]) -> (&[u8], &[u8]) {
    let (count, rest) = bytes.split_first_chunk::<4>().unwrap();
    rest.split_at(u32::from_le_bytes(*count) as usize)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A change to a file's bytes that no flush has followed yet.
#[derive(Debug, Clone)]
enum Change {
    Wrote(usize, Vec<u8>),
    Cut(usize),
}

/// A change to a folder that no flush has followed yet.
#[derive(Debug, Clone)]
enum Entry {
    Added(PathBuf, usize),
    Removed(PathBuf),
    Moved(PathBuf, PathBuf),
}

#[derive(Debug, Clone, Default)]
struct File {
    kept: Vec<u8>,
    pending: Vec<Change>,
}

/// The files of a folder, each with what is surely kept and what may be.
#[derive(Debug, Clone, Default)]
pub struct Disk {
    files: Vec<File>,
    /// As the program sees it.
    names: BTreeMap<PathBuf, usize>,
    /// As it surely is on the disk.
    kept: BTreeMap<PathBuf, usize>,
    pending: Vec<Entry>,
}

impl Disk {
    /// What lies in a folder, all of it kept.
    pub fn of(folder: &Path) -> Self {
        let mut disk = Self::default();
        disk.take(folder);
        disk.kept = disk.names.clone();
        disk
    }

    fn take(&mut self, folder: &Path) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                self.take(&path);
            } else {
                self.names.insert(path.clone(), self.files.len());
                self.files.push(File { kept: std::fs::read(&path).unwrap(), pending: vec![] });
            }
        }
    }

    /// Something more was done.
    pub fn step(&mut self, event: &Event) {
        match event {
            Event::Made(path) => {
                self.files.push(File::default());
                self.names.insert(path.clone(), self.files.len() - 1);
                self.pending.push(Entry::Added(path.clone(), self.files.len() - 1));
            }
            Event::Wrote(path, at, bytes) => self.change(path, Change::Wrote(*at, bytes.clone())),
            Event::Cut(path, size) => self.change(path, Change::Cut(*size)),
            Event::Flushed(path) => match self.names.get(path) {
                Some(file) => {
                    let file = &mut self.files[*file];
                    let pending = std::mem::take(&mut file.pending);
                    for change in &pending {
                        apply(&mut file.kept, change);
                    }
                }
                None => self.flush_folder(path),
            },
            Event::Removed(path) => {
                self.names.remove(path).unwrap();
                self.pending.push(Entry::Removed(path.clone()));
            }
            Event::Moved(from, to) => {
                rename(&mut self.names, from, to);
                self.pending.push(Entry::Moved(from.clone(), to.clone()));
            }
            Event::Said(_) | Event::Failed(..) | Event::Called(_) => {}
        }
    }

    fn change(&mut self, path: &Path, change: Change) {
        self.files[self.names[path]].pending.push(change);
    }

    fn flush_folder(&mut self, folder: &Path) {
        let (flushed, pending) = std::mem::take(&mut self.pending).into_iter().partition(|entry| match entry {
            Entry::Added(path, _) | Entry::Removed(path) | Entry::Moved(_, path) => path.parent() == Some(folder),
        });
        self.pending = pending;
        let flushed: Vec<Entry> = flushed;
        for entry in &flushed {
            enter(&mut self.kept, entry);
        }
    }

    /// How many keys the program sees.
    pub fn keys(&self) -> usize {
        self.names.keys().filter(|path| path.extension().is_some_and(|e| e == "key")).count()
    }

    /// The disk as it may be found: of what no flush followed, any part, in sectors; of the names, any beginning.
    pub fn image(&self, random: &mut fastrand::Rng) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut names = self.kept.clone();
        let entries = random.usize(..=self.pending.len());
        self.pending[..entries].iter().for_each(|entry| enter(&mut names, entry));
        // All, none, a beginning, whole writes here and there, sectors here and there.
        let way = random.u8(..5);
        names.into_iter().map(|(path, file)| (path, content(&self.files[file], way, random))).collect()
    }
}

fn content(file: &File, way: u8, random: &mut fastrand::Rng) -> Vec<u8> {
    let mut bytes = file.kept.clone();
    let reached = random.usize(..=file.pending.len());
    for (number, change) in file.pending.iter().enumerate() {
        match (way, change) {
            // Of the second way, nothing.
            (0, _) => apply(&mut bytes, change),
            (2, _) if number < reached => apply(&mut bytes, change),
            // The write at which the power went may be there in part.
            (2, Change::Wrote(at, data)) if number == reached => tear(&mut bytes, *at, data, random),
            (4, Change::Wrote(at, data)) => tear(&mut bytes, *at, data, random),
            (3 | 4, _) if random.bool() => apply(&mut bytes, change),
            _ => {}
        }
    }
    bytes
}

/// Writes some sectors of it and not others.
fn tear(bytes: &mut Vec<u8>, at: usize, data: &[u8], random: &mut fastrand::Rng) {
    let mut from = 0;
    while from < data.len() {
        let size = (SECTOR - (at + from) % SECTOR).min(data.len() - from);
        if random.bool() {
            apply(bytes, &Change::Wrote(at + from, data[from..from + size].to_vec()));
        }
        from += size;
    }
}

fn apply(bytes: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Cut(size) => bytes.resize(*size, 0),
        Change::Wrote(at, data) => {
            if bytes.len() < at + data.len() {
                bytes.resize(at + data.len(), 0);
            }
            bytes[*at..at + data.len()].copy_from_slice(data);
        }
    }
}

fn enter(names: &mut BTreeMap<PathBuf, usize>, entry: &Entry) {
    match entry {
        Entry::Added(path, file) => drop(names.insert(path.clone(), *file)),
        Entry::Removed(path) => drop(names.remove(path)),
        Entry::Moved(from, to) => rename(names, from, to),
    }
}

fn rename(names: &mut BTreeMap<PathBuf, usize>, from: &Path, to: &Path) {
    let file = names.remove(from).unwrap();
    names.insert(to.to_owned(), file);
}

#[test]
fn what_was_flushed_is_on_every_image_and_what_was_not_is_on_some() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a");
    std::fs::write(&path, [1; 1024]).unwrap();
    let mut disk = Disk::of(folder.path());
    let (other, moved) = (folder.path().join("b"), folder.path().join("c"));
    for event in [
        Event::Wrote(path.clone(), 0, vec![2; 1024]),
        Event::Flushed(path.clone()),
        Event::Wrote(path.clone(), 256, vec![3; 1024]),
        Event::Made(other.clone()),
        Event::Wrote(other.clone(), 0, b"all".to_vec()),
        Event::Flushed(other.clone()),
        Event::Moved(other, moved.clone()),
    ] {
        disk.step(&event);
    }
    let mut random = random(0);
    let images: Vec<_> = (0..400).map(|_| disk.image(&mut random)).collect();
    assert!(images.iter().all(|image| image[&path][..256] == [2; 256] && !image[&path].contains(&1)));
    // A sector is there or not: what begins in its midst is there up to its end.
    let sectors = |image: &BTreeMap<PathBuf, Vec<u8>>| (image[&path][256], image[&path][511], image[&path][512]);
    assert!(images.iter().map(sectors).all(|(first, last, _)| first == last));
    for wanted in [(2, 2, 2), (3, 3, 3), (3, 3, 2), (2, 2, 3)] {
        assert!(images.iter().map(sectors).any(|found| found == wanted), "{wanted:?}");
    }
    assert!(images.iter().any(|image| image.contains_key(&moved)) && images.iter().any(|image| image.len() == 1));
    assert!(images.iter().all(|image| image.get(&moved).is_none_or(|bytes| bytes == b"all")));
    disk.step(&Event::Flushed(folder.path().to_owned()));
    assert!((0..40).all(|_| disk.image(&mut random).contains_key(&moved)));
}
