//! OpenSSH's own agent with its software security key (`sk-dummy`, part of OpenSSH's tests). Where it is: the variable
//! `SK_PROVIDER` has the path of `sk-dummy.so`; without it, this is skipped.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::{ids, intact, openssh_accepts};
use crate::agent::through;
use crate::cli::book::Book;

/// An agent that may use the provider, ended with the test.
struct Agent {
    folder: tempfile::TempDir,
    provider: PathBuf,
    child: Child,
}

impl Agent {
    fn start() -> Option<Self> {
        let Some(provider) = std::env::var_os("SK_PROVIDER").map(PathBuf::from).filter(|path| path.is_file()) else {
            println!("skipped: SK_PROVIDER does not name OpenSSH's sk-dummy.so");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let mut agent = Command::new("ssh-agent");
        agent.arg("-D").arg("-P").arg(&provider).arg("-a").arg(folder.path().join("agent"));
        let child = agent.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let agent = Self { folder, provider, child };
        let begun = Instant::now();
        while std::os::unix::net::UnixStream::connect(agent.socket()).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(30), "no agent");
            std::thread::yield_now();
        }
        Some(agent)
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("agent")
    }

    /// Makes a key with these options of `ssh-keygen` and gives it to the agent.
    fn add(&self, name: &str, options: &[&str]) {
        let key = self.folder.path().join(name);
        let mut make = Command::new("ssh-keygen");
        make.args(["-q", "-t", "ed25519-sk", "-N", "", "-C", name, "-w"]).arg(&self.provider).args(options);
        assert!(make.arg("-f").arg(&key).status().unwrap().success(), "{options:?}");
        let mut add = Command::new("ssh-add");
        add.arg("-q").arg("-S").arg(&self.provider).arg(&key).env("SSH_AUTH_SOCK", self.socket());
        assert!(add.status().unwrap().success(), "{name}");
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn give(book: &Book, socket: &Path, name: &str) -> crate::cli::book::Ran {
    let officer = book.secret("officer");
    let add = ["key", "add", "Sam", "--security-key", "--comment", name, "--as", "Olu", "--passphrase-file", &officer];
    through(book, socket, &add)
}

#[test]
fn openssh_s_own_agent_and_security_key_sign_with_a_touch_and_without_one_their_key_is_not_added() {
    let Some(agent) = Agent::start() else { return };
    let book = Book::founded();
    agent.add("touched", &[]);
    agent.add("untouched", &["-O", "no-touch-required"]);
    let refused = give(&book, &agent.socket(), "untouched");
    assert!(refused.code == 1 && refused.err.contains("signed without a touch"), "{refused:?}");
    let added = give(&book, &agent.socket(), "touched");
    assert_eq!(added.code, 0, "{added:?}");
    let signed =
        through(&book, &agent.socket(), &["sign-off", "Ann Trainee", "K1", "K2", "S1", "--as", "Sam", "--json"]);
    assert_eq!((signed.code, ids(&signed).len()), (0, 3), "{signed:?}");
    intact(&book);
    let sam = book.id_of("Sam Supervisor");
    for id in ids(&signed) {
        assert!(openssh_accepts(&book, &id, &sam), "{id}");
    }
}
