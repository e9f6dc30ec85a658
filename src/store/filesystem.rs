//! What kind of file system a folder lies on, and a file that only its owner may read. The one place of this floor that
//! only Unix has.

use std::fs::OpenOptions;
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// Makes an empty file for its owner alone; one that is there is never touched.
pub fn make(path: &Path) -> io::Result<()> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map(drop)
}

/// The name of the network file system that holds `folder`, if it is one: SQLite's locks cannot be trusted there.
#[must_use]
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
