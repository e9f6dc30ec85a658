//! What kind of file system a folder lies on. The one place of this floor that only Unix has.

use std::path::Path;

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
