//! What keeps secrets in memory from leaving it by the back door: no core file, no other process looking in. Unix alone.

use rustix::process::{Resource, Rlimit, setrlimit};

/// Keeps this process's memory to itself. A system that refuses is no worse than before.
pub fn keep_memory_private() {
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}
