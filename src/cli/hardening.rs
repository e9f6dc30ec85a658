//! Hardens the process: no core dumps, no access to its memory by other processes, and an error instead of a signal at the
//! file size limit. Unix only.

use std::sync::Arc;

use rustix::process::{Resource, Rlimit, setrlimit};

/// Protects this process's memory. Best effort: a refusal by the system is ignored.
pub fn keep_memory_private() {
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}

/// Makes a write beyond the file size limit fail with an error instead of ending the process.
pub fn have_large_writes_fail() {
    // The flag is not used: catching the signal is enough to make the write fail.
    let _ = signal_hook::flag::register(signal_hook::consts::signal::SIGXFSZ, Arc::default());
}
