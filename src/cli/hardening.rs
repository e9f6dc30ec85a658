//! What this process asks of its system: that secrets do not leave memory by the back door (no core file, no other process
//! looking in), and that a limit on the size of files is an error like any other. Unix alone.

use std::sync::Arc;

use rustix::process::{Resource, Rlimit, setrlimit};

/// Keeps this process's memory to itself. A system that refuses is no worse than before.
pub fn keep_memory_private() {
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}

/// Has a write beyond the limit on the size of files fail, which is then said in words, and not end the process.
pub fn have_large_writes_fail() {
    // The flag is nobody's: that the signal is caught at all makes the write fail.
    let _ = signal_hook::flag::register(signal_hook::consts::signal::SIGXFSZ, Arc::default());
}
