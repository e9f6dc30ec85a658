//! Queries the file system about files and folders, with Unix-only calls.

use std::fs::{OpenOptions, metadata};
use std::io;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};

pub fn identity(path: &Path) -> Option<(u64, u64)> {
    metadata(path).ok().map(|meta| (meta.dev(), meta.ino()))
}

/// Returns a path with an ending added, as SQLite names its companion files.
pub fn companion(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Creates an empty file for its owner only; SQLite gives its companion files the same mode.
pub fn make_private(path: &Path) -> io::Result<()> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map(drop)
}

pub fn takes_files(folder: &Path) -> bool {
    access(folder, Access::WRITE_OK | Access::EXEC_OK).is_ok()
}

/// Returns the free space on a folder's file system, in bytes.
pub fn room(folder: &Path) -> Option<u64> {
    let about = rustix::fs::statvfs(folder).ok()?;
    about.f_bavail.checked_mul(about.f_frsize)
}

/// Returns the type of the network file system that `folder` is on, if any: SQLite's locks are unreliable there.
pub fn network(folder: &Path) -> Option<&'static str> {
    // Magic numbers from statfs(2).
    match rustix::fs::statfs(folder).ok()?.f_type.cast_unsigned() & 0xffff_ffff {
        0x6969 => Some("NFS"),
        0x517b => Some("SMB"),
        0xff53_4d42 => Some("CIFS"),
        0xfe53_4d42 => Some("SMB2"),
        0x5346_414f => Some("AFS"),
        0x0102_1997 => Some("9p"),
        _ => None,
    }
}

/// Returns whether a path is on an in-memory file system (tmpfs, ramfs).
pub fn in_memory(path: &Path) -> bool {
    rustix::fs::statfs(path)
        .is_ok_and(|about| matches!(about.f_type.cast_unsigned() & 0xffff_ffff, 0x0102_1994 | 0x8584_58f6))
}
