//! Reads a file that a person chose, and names the medium that a folder is on.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use crate::error::Error;
use countersign_core::primitives::text::escape_for_terminal;
use countersign_store::filesystem::identity;

/// Reads a file of at most `most` bytes.
pub fn capped_file(path: &Path, most: u64) -> Result<Vec<u8>, Error> {
    let doing = format!("Reading {}", path.display());
    let failed = |e: io::Error| {
        let hint = match e.kind() {
            io::ErrorKind::PermissionDenied => "Look at who may read it",
            _ => "Look at its name, and at the folder that you are in",
        };
        Error::usage(reason(&e)).context(doing.clone()).hint(hint)
    };
    // Checked before opening: a pipe without a writer would block.
    let about = fs::metadata(path).map_err(failed)?;
    if !about.is_file() {
        return Err(Error::usage("It is not a file").context(doing).hint("Give an ordinary file"));
    }
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(most + 1).read_to_end(&mut bytes)).map_err(failed)?;
    if bytes.len() as u64 > most {
        let why = format!("It is larger than {} MiB, the most that can be read", most >> 20);
        return Err(Error::refused(why).context(doing).hint("Split it into parts, or leave out attachments"));
    }
    Ok(bytes)
}

/// Opens a file for reading from its start, with its length. `hint` says what to give instead of what is not a file.
pub fn open_chosen(path: &Path, hint: &str) -> Result<(File, u64), Error> {
    let failed = |e: io::Error| Error::usage(reason(&e)).hint("Look at its name, and at the folder that you are in");
    // Checked before opening: a pipe without a writer would block.
    let about = fs::metadata(path).map_err(failed)?;
    if !about.is_file() {
        return Err(Error::usage("It is not a file").hint(hint));
    }
    Ok((File::open(path).map_err(failed)?, about.len()))
}

/// Describes why a file could not be used.
pub fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "There is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "You do not have permission".to_owned(),
        io::ErrorKind::AlreadyExists => "There is another file of this name".to_owned(),
        io::ErrorKind::InvalidData => "It is not text".to_owned(),
        io::ErrorKind::FileTooLarge => "It is larger than 64 MiB".to_owned(),
        io::ErrorKind::IsADirectory => "It is a folder".to_owned(),
        io::ErrorKind::StorageFull => "The disk is full".to_owned(),
        _ => error.to_string().split(" (os error").next().unwrap_or_default().to_owned(),
    }
}

/// Returns the name of the medium that a folder is on, such as a memory stick: where it is mounted. None for the
/// disk that this machine starts from.
pub fn medium_of(folder: &Path) -> Option<String> {
    let folder = fs::canonicalize(folder).ok()?;
    let disk = |path: &Path| identity(path).map(|(disk, _)| disk);
    let own = disk(&folder)?;
    let mounted: PathBuf = folder.ancestors().take_while(|above| disk(above) == Some(own)).last()?.to_owned();
    mounted.file_name().map(|name| escape_for_terminal(&name.to_string_lossy()).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_disk_of_the_machine_has_no_name_and_what_is_mounted_is_named_by_its_folder() {
        assert_eq!(medium_of(Path::new("/")), None);
        assert_eq!(medium_of(Path::new("/proc/self/fd")).as_deref(), Some("proc"));
        assert_eq!(medium_of(Path::new("/no such folder")), None);
    }
}
