//! What this machine says of a data folder: permissions, owner, file system, the sshd configuration, whether the clock is
//! kept. Reading alone; what cannot be read is `None` and never taken for good.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use crate::app::doctor::sshd::effective;
use crate::app::storage::checkpoint_mirror::{CheckpointMirror, MirrorPlace};
use crate::app::storage::data_dir::DataDir;
use crate::store::filesystem::{network, room};

/// The most that is read of a configuration.
const LARGEST: usize = 1 << 20;
/// There while systemd's time service has the clock right.
const SYNCHRONIZED: &str = "/run/systemd/timesync/synchronized";
/// There while it runs, whether or not it has.
const TIME_SERVICE: &str = "/run/systemd/timesync";

/// A file or folder of the data folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its path, for the reader.
    pub path: PathBuf,
    /// Whether it is a folder.
    pub folder: bool,
    pub mode: u32,
    pub owner: u32,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Machine {
    pub user: u32,
    /// The data folder first, then all that lies in it.
    pub entries: Vec<Entry>,
    /// The name of the account that owns the folder.
    pub account: Option<String>,
    /// The network file system that it lies on, if it does.
    pub network: Option<&'static str>,
    /// Bytes that are free there.
    pub room: Option<u64>,
    /// Where checkpoints are kept besides the data.
    pub checkpoints: Option<MirrorPlace>,
    /// What sshd says that it does with a connection of the account (`sshd -T`), or why it cannot be asked.
    pub sshd: Option<Result<String, String>>,
    /// Whether the time service keeps the clock, where that can be told.
    pub clock_kept: Option<bool>,
}

/// Looks at this machine, a data folder on it and the second folder, where there is one.
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

/// The name of an account, as this machine's own list has it.
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
    // A service of another sort is not known here.
    Path::new(TIME_SERVICE).exists().then_some(false)
}
