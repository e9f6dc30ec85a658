//! Judges the facts about this machine: disk, permissions, clock and sshd.

use std::path::Path;

use crate::doctor::check::{Check, State};
use crate::doctor::host::Machine;
use crate::doctor::sshd_config;
use crate::storage::data_dir::DataDir;

/// Free space below which the doctor warns: 256 MiB.
const LITTLE_ROOM: u64 = 256 << 20;

/// Checks the file system and the free space.
pub fn disk(machine: &Machine) -> Check {
    if let Some(kind) = machine.network {
        return Check::new("disk", State::Wrong, format!("The folder is on a network file system ({kind})"))
            .hint("File locks are not reliable there. Keep the data on a disk in this machine");
    }
    match machine.room {
        Some(room) if room < LITTLE_ROOM => {
            Check::new("disk", State::Attention, format!("{} MiB are free on its disk", room >> 20))
                .hint("Free some space, or soon nothing can be signed")
        }
        Some(_) => Check::new("disk", State::Good, "On a disk in this machine, with enough space"),
        None => Check::new("disk", State::Unknown, "The file system of the folder cannot be read"),
    }
}

/// Checks that the folder is 0700, its files 0600, and all are owned by the account that runs the program.
pub fn permissions(folder: &DataDir, machine: &Machine) -> Check {
    let Some(top) = machine.entries.first() else {
        return Check::new("permissions", State::Wrong, "There is no data folder");
    };
    let name = |path: &Path| path.strip_prefix(folder.path()).map_or(path, |rest| rest).display().to_string();
    let mut faults = Vec::new();
    for entry in &machine.entries {
        let most = if entry.folder { 0o700 } else { 0o600 };
        let name = if entry.path == top.path { "the folder".to_owned() } else { name(&entry.path) };
        if entry.mode & !most != 0 {
            faults.push(format!("{name} has mode {:o}, not {most:o}", entry.mode));
        }
        if entry.owner != top.owner {
            faults.push(format!("{name} belongs to a different user from the folder"));
        }
    }
    // Root may look at everything, and asks sshd, which the account cannot.
    if machine.user != top.owner && machine.user != 0 {
        faults.push("this user does not own the folder".to_owned());
    }
    if faults.is_empty() {
        return Check::new("permissions", State::Good, "Only the owner can read the folder and its files");
    }
    Check::new("permissions", State::Wrong, faults.join("; ")).hint(format!(
        "chmod -R go= {}, and chown -R to the one account that runs the program",
        folder.path().display()
    ))
}

/// Checks that the clock is synchronised.
pub fn time_service(machine: &Machine) -> Check {
    match machine.clock_kept {
        Some(true) => Check::new("time-service", State::Good, "The clock is kept by a time service"),
        Some(false) => Check::new("time-service", State::Attention, "The time service has not set the clock yet")
            .hint("`timedatectl timesync-status` says why"),
        None => {
            Check::new("time-service", State::Unknown, "It is not known whether a time service keeps the clock right")
        }
    }
}

/// Returns whether the owner is a service account: not root, the account running the program unless that is root, and one that
/// sshd looks up keys for.
pub fn own_account(machine: &Machine) -> bool {
    let Some(top) = machine.entries.first() else { return false };
    top.owner != 0 && (machine.user == top.owner || machine.user == 0) && matches!(lines(machine), Lines::Judged(_))
}

/// What is known of sshd's settings for the account.
enum Lines {
    /// Could not be determined; holds the reason, if sshd was asked.
    Unknown(Option<String>),
    /// sshd looks up no keys for it.
    None,
    /// Holds what is wrong with them.
    Judged(Vec<String>),
}

fn lines(machine: &Machine) -> Lines {
    match (machine.account.as_deref(), &machine.sshd) {
        (Some(account), Some(Ok(says))) => sshd_config::faults(says, account).map_or(Lines::None, Lines::Judged),
        (_, Some(Err(why))) => Lines::Unknown(Some(why.clone())),
        _ => Lines::Unknown(None),
    }
}

/// Checks sshd's settings for the account.
pub fn sshd(machine: &Machine) -> Check {
    let account = machine.account.as_deref().unwrap_or_default();
    match lines(machine) {
        Lines::Unknown(why) => {
            let why = why.map(|why| format!(": {why}")).unwrap_or_default();
            Check::new("sshd", State::Unknown, format!("sshd could not be asked what it does{why}"))
                .hint("If trainees connect over SSH, run `doctor` as root")
        }
        Lines::None => Check::new("sshd", State::Attention, format!("sshd has no lines for the account {account}"))
            .hint("Nobody can connect over SSH. `countersign ssh install --dry-run` prints the lines"),
        Lines::Judged(faults) if faults.is_empty() => {
            Check::new("sshd", State::Good, format!("sshd has the right lines for the account {account}"))
        }
        Lines::Judged(faults) => Check::new("sshd", State::Wrong, faults.join("; "))
            .hint("`countersign ssh install --dry-run` prints the lines"),
    }
}
