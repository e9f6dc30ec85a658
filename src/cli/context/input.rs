//! Reads secrets and small files, and writes exported files. Secrets are only held in [`Secret`].

use std::fs;
use std::fs::File;
use std::io::{IsTerminal as _, Read};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;
use rustix::io::Errno;
use zeroize::Zeroizing;

use countersign_app::error::Error;
use countersign_app::storage::checkpoint_mirror::end_of;
use countersign_app::storage::chosen_file::{capped_file, reason};
use countersign_app::storage::data_dir::must_be_reachable;
use countersign_core::primitives::file_name::FileName;
use countersign_core::primitives::ids::Secret;
use countersign_core::primitives::text::escape_for_terminal;
use countersign_core::record::saved::{Encoding, saved_text};

/// Maximum bytes of a secret's line.
const LONGEST: usize = 4096;

/// Maximum bytes of a file of receipts: one receipt has about 2 KiB.
const LARGEST: u64 = 64 << 20;

/// Maximum bytes of the map of SSH keys: 100,000 people.
const LARGEST_MAP: u64 = 16 << 20;

/// How long to wait for a sender that sends nothing.
const PATIENCE: Timespec = Timespec { tv_sec: 120, tv_nsec: 0 };

/// An open device, as opposed to a file on a disk.
pub type Device = File;

/// Where to read a secret from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretSource {
    /// The first line of a file.
    File(PathBuf),
    /// The next line of an open descriptor.
    Descriptor(u32),
}

impl SecretSource {
    /// Returns the source that the options name, if any.
    pub fn asked(file: Option<&Path>, descriptor: Option<u32>) -> Option<Self> {
        file.map(|path| Self::File(path.to_owned())).or(descriptor.map(Self::Descriptor))
    }

    /// Whether it is standard input, under any name.
    pub fn is_standard_input(&self) -> bool {
        match self {
            Self::Descriptor(number) => *number == 0,
            Self::File(path) => fs::metadata(path).is_ok_and(|about| !about.is_file() && is_the_same(&about, 0)),
        }
    }
}

/// Reads a secret, and a warning about its file if there is reason for one.
pub fn secret(source: &SecretSource) -> Result<(Secret, Option<String>), Error> {
    let path = match source {
        SecretSource::File(path) => path.clone(),
        SecretSource::Descriptor(number) => PathBuf::from(format!("/dev/fd/{number}")),
    };
    let doing = match source {
        SecretSource::File(path) => format!("Reading {}", path.display()),
        SecretSource::Descriptor(number) => format!("Reading file descriptor {number}"),
    };
    let failed = |e: std::io::Error| Error::usage(reason(&e)).context(doing.clone());
    // Opening a pipe without a writer must not block.
    let flags = OFlags::NONBLOCK.bits().cast_signed();
    let file = fs::OpenOptions::new().read(true).custom_flags(flags).open(&path).map_err(failed)?;
    let about = file.metadata().map_err(failed)?;
    if !about.is_file() && [1, 2].into_iter().any(|number| is_the_same(&about, number)) {
        return Err(Error::usage("Answers and messages go there, so no passphrase can be read from it")
            .context(doing)
            .hint("Name a file that contains the passphrase"));
    }
    let open_to_others = about.is_file() && about.permissions().mode() & 0o077 != 0;
    let warning = (matches!(source, SecretSource::File(_)) && open_to_others)
        .then(|| format!("Other people can read {}. Run `chmod 600` on it", path.display()));
    let line = first_line(&mut Patient { from: file, patience: PATIENCE }).map_err(failed)?;
    let secret = line.ok_or_else(|| {
        Error::usage("The first line is empty, not text, or far too long")
            .context(doing)
            .hint("Put it on a line of its own")
    })?;
    Ok((secret, warning))
}

/// Parses the number of a descriptor for secrets, which must be open before this program opens any file itself.
pub fn descriptor(text: &str) -> Result<u32, String> {
    let number: u32 = text.parse().map_err(|_| "a number such as 0 or 3 is needed".to_owned())?;
    if matches!(number, 1 | 2) {
        return Err("answers and messages go there. Use 0, or 3 or more".to_owned());
    }
    let path = PathBuf::from(format!("/dev/fd/{number}"));
    let Ok(about) = fs::metadata(&path) else { return Err("nothing is open under this number".to_owned()) };
    // The last octal digit is the access mode; only Linux reports it.
    let info = fs::read_to_string(format!("/proc/self/fdinfo/{number}")).unwrap_or_default();
    let flags = info.lines().find_map(|line| line.strip_prefix("flags:"));
    if flags.is_some_and(|flags| flags.trim().ends_with(['1', '5'])) {
        return Err("it is open for writing only".to_owned());
    }
    let flags = (OFlags::NONBLOCK | OFlags::NOCTTY).bits().cast_signed();
    let terminal = about.file_type().is_char_device()
        && fs::OpenOptions::new().read(true).custom_flags(flags).open(&path).is_ok_and(|file| file.is_terminal());
    if terminal { Err("it is a terminal. Leave the option out to be asked".to_owned()) } else { Ok(number) }
}

/// Whether a file is the one behind a descriptor of this process.
fn is_the_same(about: &fs::Metadata, number: u32) -> bool {
    let other = fs::metadata(format!("/dev/fd/{number}"));
    other.is_ok_and(|other| (other.dev(), other.ino()) == (about.dev(), about.ino()))
}

/// A reader that fails if nothing arrives for too long.
#[derive(Debug)]
pub struct Patient<F> {
    from: F,
    patience: Timespec,
}

impl Patient<BorrowedFd<'static>> {
    /// Reads standard input.
    pub fn standard_input() -> Self {
        Self { from: rustix::stdio::stdin(), patience: PATIENCE }
    }
}

impl<F: AsFd> Read for Patient<F> {
    fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
        loop {
            let mut ready = [PollFd::new(&self.from, PollFlags::IN)];
            match poll(&mut ready, Some(&self.patience)) {
                Ok(0) => {
                    let why = "Nothing arrived for 2 minutes";
                    return Err(std::io::Error::new(std::io::ErrorKind::TimedOut, why));
                }
                Ok(_) => {}
                Err(Errno::INTR) => continue,
                Err(error) => return Err(error.into()),
            }
            match rustix::io::read(&self.from, &mut *bytes) {
                Err(Errno::INTR | Errno::AGAIN) => {}
                read => return Ok(read?),
            }
        }
    }
}

/// Reads one line byte by byte, so that the rest stays in the pipe for its next reader.
fn first_line(file: &mut impl Read) -> std::io::Result<Option<Secret>> {
    let mut line = Zeroizing::new(Vec::with_capacity(LONGEST));
    let mut byte = Zeroizing::new([0_u8; 1]);
    while file.read(&mut *byte)? == 1 {
        if line.len() == LONGEST {
            return Ok(None);
        }
        line.push(byte[0]);
        if Encoding::of(&line).ends_a_line(&line) {
            break;
        }
    }
    Ok(text_of(&line))
}

/// Returns the secret in a line without its line end, or `None` if it is empty or not text.
pub fn text_of(bytes: &[u8]) -> Option<Secret> {
    let text = Zeroizing::new(saved_text(bytes)?);
    let line = text.trim_end_matches(['\n', '\r']);
    (!line.is_empty()).then(|| Secret::new(line.to_owned()))
}

/// Opens the terminal that the program was started on.
pub fn open_terminal() -> Option<Device> {
    fs::OpenOptions::new().read(true).write(true).open("/dev/tty").ok()
}

/// Reads a file of receipts or checkpoints.
pub fn kept_file(path: &Path) -> Result<String, Error> {
    let doing = format!("Reading {}", path.display());
    let read = || -> std::io::Result<String> {
        let mut bytes = Vec::new();
        File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > LARGEST {
            return Err(std::io::ErrorKind::FileTooLarge.into());
        }
        saved_text(&bytes).ok_or_else(|| std::io::ErrorKind::InvalidData.into())
    };
    read().map_err(|e| Error::usage(reason(&e)).context(doing))
}

/// Reads a file of checkpoints; of a long one only the end, with the newest.
pub fn kept_notes(path: &Path) -> Result<String, Error> {
    end_of(path).map_err(|e| Error::usage(reason(&e)).context(format!("Reading {}", path.display())))
}

/// Reads a small text file, such as a reflection or a public key.
pub fn small_text(path: &Path) -> Result<String, Error> {
    let bytes = capped_file(path, 1 << 20)?;
    saved_text(&bytes).ok_or_else(|| {
        Error::usage("It is not text").context(format!("Reading {}", path.display())).hint("Save it as UTF-8")
    })
}

/// Reads the map of SSH keys, or returns `None` if it is missing, not text, or too long.
pub fn login_map(path: &Path) -> Option<String> {
    let mut text = String::new();
    let read = File::open(path).and_then(|file| file.take(LARGEST_MAP + 1).read_to_string(&mut text)).ok()?;
    (read as u64 <= LARGEST_MAP).then_some(text)
}

/// Writes a text to a file that must not exist yet.
pub fn new_file(path: &Path, text: &str) -> Result<(), Error> {
    let write = || std::io::Write::write_all(&mut File::create_new(path)?, text.as_bytes());
    write().map_err(|e| Error::refused(format!("{}: {}", path.display(), reason(&e))))
}

/// Removes a file that could not be completed.
pub fn take_away(path: &Path) {
    // If that fails, the error has named the file to the user.
    let _ = fs::remove_file(path);
}

/// Writes files into a folder, creating it if needed. Existing files are not overwritten.
pub fn write_files(folder: &Path, files: &[(String, &str)]) -> Result<Vec<PathBuf>, Error> {
    must_be_reachable(folder)?;
    fs::create_dir_all(folder)
        .map_err(|e| Error::refused(reason(&e)).context(format!("Making {}", folder.display())))?;
    let write = |(name, text): &(String, &str)| {
        let name = FileName::parse(name)
            .map_err(|why| Error::refused(format!("No file can be named “{}”: {why}", escape_for_terminal(name))))?;
        let path = folder.join(name.as_str());
        let failed = |e: std::io::Error| Error::refused(reason(&e)).context(format!("Writing {}", path.display()));
        let written = fs::read(&path).ok().filter(|there| there == text.as_bytes());
        if written.is_none() {
            let mut file = File::create_new(&path).map_err(failed)?;
            std::io::Write::write_all(&mut file, text.as_bytes()).map_err(failed)?;
        }
        Ok(path)
    };
    files.iter().map(write).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_the_first_line_and_what_follows_stays_for_the_next() {
        let mut pipe: &[u8] = b"owl kite\r\n2947\nrest";
        assert_eq!(first_line(&mut pipe).unwrap().unwrap().reveal(), "owl kite");
        assert_eq!(first_line(&mut pipe).unwrap().unwrap().reveal(), "2947");
        assert_eq!(first_line(&mut pipe).unwrap().unwrap().reveal(), "rest");
        assert_eq!(first_line(&mut pipe).unwrap(), None);
    }

    #[test]
    fn a_secret_saved_on_windows_is_the_same_secret_and_the_next_line_stays_whole() {
        let text = "owl kite\r\n2947\r\nrest";
        for unit in [u16::to_le_bytes, u16::to_be_bytes] {
            for mark in ["", "\u{feff}"] {
                let bytes: Vec<u8> = format!("{mark}{text}").encode_utf16().flat_map(unit).collect();
                let mut pipe = bytes.as_slice();
                for line in ["owl kite", "2947", "rest"] {
                    assert_eq!(first_line(&mut pipe).unwrap().unwrap().reveal(), line, "{mark:?}");
                }
            }
        }
        let mut pipe = "\u{feff}owl kite\n2947".as_bytes();
        assert_eq!(first_line(&mut pipe).unwrap().unwrap().reveal(), "owl kite");
        assert_eq!(first_line(&mut pipe).unwrap().unwrap().reveal(), "2947");
    }

    #[test]
    fn a_sender_that_says_nothing_for_too_long_is_given_up_and_one_that_ends_is_not() {
        let (from, mut to) = std::io::pipe().unwrap();
        let mut patient = Patient { from, patience: Timespec { tv_sec: 0, tv_nsec: 0 } };
        let mut bytes = [0; 8];
        assert_eq!(patient.read(&mut bytes).unwrap_err().kind(), std::io::ErrorKind::TimedOut);
        std::io::Write::write_all(&mut to, b"abc").unwrap();
        assert_eq!(patient.read(&mut bytes).unwrap(), 3);
        assert_eq!(patient.read(&mut bytes).unwrap_err().to_string(), "Nothing arrived for 2 minutes");
        drop(to);
        assert_eq!(patient.read(&mut bytes).unwrap(), 0);
        assert_eq!(PATIENCE.tv_sec, 120);
    }

    #[test]
    fn what_is_not_text_or_is_endless_is_not_a_secret() {
        assert_eq!(text_of(&[0xff, 0xfe]), None);
        assert_eq!(text_of(b"caf\xe9"), None);
        assert_eq!(first_line(&mut [b'x'; 5000].as_slice()).unwrap(), None);
    }
}
