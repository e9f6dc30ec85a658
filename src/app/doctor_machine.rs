//! What this machine says of a data folder: permissions, owner, file system, the sshd configuration, whether the clock is
//! kept. Reading alone; what cannot be read is `None` and never taken for good.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use crate::app::files::Folder;
use crate::app::second::{Place, SecondFolder};
use crate::app::sshd::effective;
use crate::store::filesystem::{network, room};

/// The most that is read of a configuration.
const LARGEST: usize = 1 << 20;
/// Where sshd is told what to do: the drop-ins come first, as Debian's own file includes them.
const SSHD: [&str; 2] = ["/etc/ssh/sshd_config.d", "/etc/ssh/sshd_config"];
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
    /// Its permission bits.
    pub mode: u32,
    /// Its owner.
    pub owner: u32,
}

/// What is known of sshd.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sshd {
    /// What it says itself that it does with a connection of the account.
    Says(String),
    /// What its files say, drop-ins first.
    Files {
        /// Their text.
        text: String,
        /// Why it was not asked itself.
        why: String,
    },
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Machine {
    /// Who runs the program.
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
    pub checkpoints: Option<Place>,
    /// What sshd does, where that can be told.
    pub sshd: Option<Sshd>,
    /// Whether the time service keeps the clock, where that can be told.
    pub clock_kept: Option<bool>,
}

/// Looks at this machine, a data folder on it and the second folder, where there is one.
#[must_use]
pub fn look(folder: &Folder, second: Option<&SecondFolder>) -> Machine {
    let mut entries = Vec::new();
    gather(folder.path(), &mut entries);
    let owner = entries.first().map(|entry| entry.owner);
    let account = owner.and_then(account);
    Machine {
        user: rustix::process::geteuid().as_raw(),
        network: network(folder.path()),
        room: room(folder.path()),
        checkpoints: second.and_then(SecondFolder::place),
        sshd: account.as_deref().and_then(sshd),
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

/// sshd is asked, and where it does not answer its files are read. Nobody logs in as root, so nothing need be asked of that.
fn sshd(account: &str) -> Option<Sshd> {
    let asked = if account == "root" { Err("nobody logs in as root".to_owned()) } else { effective(account, None) };
    match asked {
        Ok(says) => Some(Sshd::Says(says)),
        Err(why) => files().map(|text| Sshd::Files { text, why }),
    }
}

fn files() -> Option<String> {
    let [drop_ins, whole] = SSHD.map(Path::new);
    let mut text = String::new();
    let mut files: Vec<PathBuf> =
        fs::read_dir(drop_ins).map(|all| all.flatten().map(|entry| entry.path()).collect()).unwrap_or_default();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "conf"));
    files.sort();
    for file in files {
        text.push_str(&small(&file)?);
        // What a drop-in matches ends with it.
        text.push_str("\nMatch all\n");
    }
    text.push_str(&small(whole)?);
    Some(text)
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
