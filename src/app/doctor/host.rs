//! Inspects this machine for the doctor: permissions, owner, file system, sshd and time synchronisation.
//!
//! Invariant: a fact that cannot be read is `None`.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use crate::doctor::sshd::effective;
use crate::storage::checkpoint_mirror::{CheckpointMirror, MirrorPlace};
use crate::storage::data_dir::DataDir;
use countersign_store::filesystem::{network, room};

/// Read limit for small system files, in bytes.
const LARGEST: usize = 1 << 20;
/// Exists once systemd's time service has synchronised the clock.
const SYNCHRONIZED: &str = "/run/systemd/timesync/synchronized";
/// Exists while the time service runs.
const TIME_SERVICE: &str = "/run/systemd/timesync";

/// A file or folder of the data folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The path, for display.
    pub path: PathBuf,
    pub folder: bool,
    pub mode: u32,
    pub owner: u32,
}

/// The facts found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Machine {
    pub user: u32,
    /// The data folder first, then its contents.
    pub entries: Vec<Entry>,
    /// The name of the account that owns the folder.
    pub account: Option<String>,
    /// The type of network file system it is on, if any.
    pub network: Option<&'static str>,
    /// Free space, in bytes.
    pub room: Option<u64>,
    /// Where checkpoints are also kept.
    pub checkpoints: Option<MirrorPlace>,
    /// sshd's effective settings for the account (`sshd -T`), or why they are not available.
    pub sshd: Option<Result<String, String>>,
    /// Whether the clock is synchronised, if that can be determined.
    pub clock_kept: Option<bool>,
}

/// Inspects this machine, a data folder on it and the second folder, if there is one.
pub fn look(folder: &DataDir, second: Option<&CheckpointMirror>) -> Machine {
    let mut entries = Vec::new();
    gather(folder.path(), &mut entries);
    let owner = entries.first().map(|entry| entry.owner);
    let account = owner.and_then(account);
    Machine {
        user: rustix::process::geteuid().as_raw(),
        network: network(folder.path()),
        room: room(folder.path()),
        checkpoints: second.and_then(CheckpointMirror::place),
        sshd: account.as_deref().map(|account| effective(account, None)),
        account,
        clock_kept: clock_kept(),
        entries,
    }
}

fn gather(path: &Path, entries: &mut Vec<Entry>) {
    let Ok(meta) = fs::symlink_metadata(path) else { return };
    let folder = meta.is_dir();
    entries.push(Entry { path: path.to_owned(), folder, mode: meta.mode() & 0o777, owner: meta.uid() });
    if !folder {
        return;
    }
    let mut inside: Vec<PathBuf> =
        fs::read_dir(path).map(|all| all.flatten().map(|entry| entry.path()).collect()).unwrap_or_default();
    inside.sort();
    for path in inside {
        gather(&path, entries);
    }
}

/// Returns the name of an account from `/etc/passwd`.
fn account(owner: u32) -> Option<String> {
    let text = small(Path::new("/etc/passwd"))?;
    let fits = |line: &&str| line.split(':').nth(2).and_then(|uid| uid.parse().ok()) == Some(owner);
    text.lines().find(fits)?.split(':').next().map(str::to_owned)
}

fn small(path: &Path) -> Option<String> {
    fs::read_to_string(path).ok().filter(|text| text.len() <= LARGEST)
}

fn clock_kept() -> Option<bool> {
    if Path::new(SYNCHRONIZED).exists() {
        return Some(true);
    }
    // Other time services are not detected.
    Path::new(TIME_SERVICE).exists().then_some(false)
}
