//! What the file system says of a file and its folder. The one place of this floor that only Unix has.

use std::fs::{OpenOptions, metadata};
use std::io;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

use rustix::fs::{Access, access};

/// Which file a path leads to: the file system and the file's number on it.
pub fn identity(path: &Path) -> Option<(u64, u64)> {
    metadata(path).ok().map(|meta| (meta.dev(), meta.ino()))
}

/// Makes an empty file for its owner alone; what SQLite lays beside it is for its owner alone, too.
pub fn make_private(path: &Path) -> io::Result<()> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map(drop)
}

/// Whether files can be made in a folder.
pub fn takes_files(folder: &Path) -> bool {
    access(folder, Access::WRITE_OK | Access::EXEC_OK).is_ok()
}

/// Bytes that are free on the file system of a folder.
pub fn room(folder: &Path) -> Option<u64> {
    let about = rustix::fs::statvfs(folder).ok()?;
    about.f_bavail.checked_mul(about.f_frsize)
}

/// The name of the network file system that holds `folder`, if it is one: SQLite's locks cannot be trusted there.
pub fn network(folder: &Path) -> Option<&'static str> {
    // Magic numbers of statfs(2).
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

/// Whether what lies at a path lies in memory alone (tmpfs, ramfs).
pub fn in_memory(path: &Path) -> bool {
    rustix::fs::statfs(path)
        .is_ok_and(|about| matches!(about.f_type.cast_unsigned() & 0xffff_ffff, 0x0102_1994 | 0x8584_58f6))
}
