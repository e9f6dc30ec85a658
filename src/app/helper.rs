//! The second thread of whoever signs: it sleeps until there are many signatures to be made. Must never run while nothing is
//! signed.

use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, OnceLock};
use std::thread;

use crate::app::signatures::Signatures;

/// Signatures that are worth a second thread.
const MANY: usize = 16;
/// Enough for what it does.
const STACK: usize = 192 * 1024;

/// The thread, once there is one. A thread that sleeps is at work at once where one that begins may wait its turn for longer
/// than all the signatures take.
#[derive(Debug, Default)]
pub(in crate::app) struct Helper(OnceLock<Waiting>);

#[derive(Debug)]
struct Waiting {
    to: Sender<Arc<Signatures>>,
    thread: Arc<OnceLock<processor::Thread>>,
}

impl Helper {
    /// Has the thread wait.
    pub(in crate::app) fn stand_by(&self) {
        let _waiting = self.waiting();
    }

    /// Has the thread sign with this one, where there are many to be signed, until what comes back is dropped.
    pub(in crate::app) fn take_up<'a>(&self, signatures: &'a Arc<Signatures>) -> End<'a> {
        if signatures.most() >= MANY {
            let waiting = self.waiting();
            if let Some(thread) = waiting.thread.get() {
                processor::leave_mine(*thread);
            }
            // Where there was no thread to be had, this one signs alone.
            let _sent = waiting.to.send(Arc::clone(signatures));
        }
        End(signatures)
    }

    fn waiting(&self) -> &Waiting {
        self.0.get_or_init(|| {
            let (to, from) = channel::<Arc<Signatures>>();
            let thread = Arc::new(OnceLock::new());
            let of = Arc::clone(&thread);
            let work = move || {
                of.get_or_init(processor::this_thread);
                for signatures in from {
                    signatures.help();
                }
            };
            let _begun = thread::Builder::new().name("signatures".to_owned()).stack_size(STACK).spawn(work);
            Waiting { to, thread }
        })
    }
}

/// However the work ends, the helper's does, too.
pub(in crate::app) struct End<'a>(&'a Signatures);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// Where a thread runs. Linux may wake one on the processor of whoever wakes it, though another is idle (in a virtual machine
/// whose caches it does not know it nearly always does), and then two threads are no faster than one.
#[cfg(target_os = "linux")]
mod processor {
    use rustix::thread::{Pid, gettid, sched_getaffinity, sched_getcpu, sched_setaffinity};

    pub type Thread = Pid;

    pub fn this_thread() -> Thread {
        gettid()
    }

    /// Has a thread run on any processor but the caller's, as far as there is one.
    pub fn leave_mine(thread: Thread) {
        if let Ok(mut others) = sched_getaffinity(None) {
            others.unset(sched_getcpu());
            if others.count() > 0 {
                let _ = sched_setaffinity(Some(thread), &others);
            }
        }
    }
}

/// Elsewhere the system is trusted with it.
#[cfg(not(target_os = "linux"))]
mod processor {
    pub type Thread = ();

    pub fn this_thread() -> Thread {}

    pub fn leave_mine(_: Thread) {}
}
