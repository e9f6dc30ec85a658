//! What the laws of faults share: a small file to work on, where it is quickest; the program under the preloaded library;
//! threads that share a number of runs. Must never do anything to a file itself.

use std::path::Path;
use std::process::{Output, Stdio};
use std::thread;

use countersign_app::verify::log::{Report, verify};

use crate::cli::book::Book;
use crate::faults::disk::shim;

/// The cores that work is shared on.
pub fn cores() -> usize {
    thread::available_parallelism().map_or(2, usize::from)
}

/// Runs this for each number below `count`, on all cores, and gives what each resulted in, in order.
pub fn each<T: Send>(count: usize, run: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = std::sync::atomic::AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let number = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            if number >= count {
                return done;
            }
            done.push((number, run(number)));
        }
    };
    let mut done: Vec<(usize, T)> = thread::scope(|scope| {
        let threads: Vec<_> = (0..cores()).map(|_| scope.spawn(work)).collect();
        let joined = threads.into_iter().map(thread::ScopedJoinHandle::join);
        joined.flat_map(|done| done.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    done.sort_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, one)| one).collect()
}

/// A folder that goes away, in memory where this system has such a place, with room.
pub fn folder() -> tempfile::TempDir {
    const ROOM: u64 = 1 << 30;
    let has_room =
        rustix::fs::statvfs("/dev/shm").is_ok_and(|about| about.f_bavail.saturating_mul(about.f_frsize) > ROOM);
    let in_memory = has_room.then(|| tempfile::tempdir_in("/dev/shm").ok()).flatten();
    in_memory.unwrap_or_else(|| tempfile::tempdir().unwrap())
}

/// What `verify` finds in a file, alone or with checkpoints from outside.
pub fn verified(database: &Path, checkpoints: &[String]) -> Result<Report, String> {
    verify(database, checkpoints, 1, &mut |_, _| {}).map_err(|error| error.to_string())
}

/// A run of the program on a book, under the preloaded library.
pub fn preloaded(book: &Book, args: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("countersign"));
    command.env_clear().env("HOME", book.0.path()).env("LD_PRELOAD", shim().unwrap());
    command.env("DISK_FOLDER", book.data()).envs(variables.iter().copied());
    command.arg("--data").arg(book.data()).args(args).stdin(Stdio::null()).output().unwrap()
}

/// The arguments with which Sam, of a made-up department, signs.
pub fn by_sam<'a>(secret: &'a str, args: &[&'a str]) -> Vec<&'a str> {
    [args, &["--as", "Sam Supervisor", "--passphrase-file", secret]].concat()
}

/// Waits for so long: a moment at random is what these laws are about. Nothing is expected to have happened by then.
pub fn pause(moment: std::time::Duration) {
    let (_nobody, nothing) = std::sync::mpsc::channel::<()>();
    let _ = nothing.recv_timeout(moment);
}
