//! Keys in an SSH agent, with OpenSSH's own agent: what they sign holds for this program and for `ssh-keygen`, and what an agent
//! refuses, lacks or may not do is said.

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use countersign_ledger::sshsig::SigningKey;

use crate::cli::book::{Book, Ran, copy};

/// An agent with its folder, ended with the test.
pub struct Agent {
    folder: tempfile::TempDir,
    child: Child,
}

impl Agent {
    /// A running agent without a key, or nothing (and a line that says so) where this system has no OpenSSH.
    pub fn start() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("agent");
        let mut command = Command::new("ssh-agent");
        command.arg("-D").arg("-a").arg(&socket).stdout(Stdio::null()).stderr(Stdio::null());
        let Ok(child) = command.spawn() else {
            println!("skipped: ssh-agent is not here");
            return None;
        };
        let agent = Self { folder, child };
        let begun = Instant::now();
        while std::os::unix::net::UnixStream::connect(agent.socket()).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(30), "no agent");
            std::thread::yield_now();
        }
        Some(agent)
    }

    pub fn socket(&self) -> PathBuf {
        self.folder.path().join("agent")
    }

    /// Makes a key with this comment and gives it to the agent; returns its fingerprint.
    pub fn add(&self, kind: &str, comment: &str) -> String {
        let path = self.folder.path().join(comment);
        let made =
            Command::new("ssh-keygen").args(["-q", "-t", kind, "-N", "", "-C", comment, "-f"]).arg(&path).status();
        assert!(made.unwrap().success());
        self.ssh_add(&[path.to_str().unwrap()]);
        let print = Command::new("ssh-keygen").arg("-lf").arg(&path).output().unwrap();
        String::from_utf8(print.stdout).unwrap().split(' ').nth(1).unwrap().to_owned()
    }

    pub fn ssh_add(&self, args: &[&str]) {
        let mut add = Command::new("ssh-add");
        add.args(args).env("SSH_AUTH_SOCK", self.socket()).stdin(Stdio::null()).stderr(Stdio::null());
        assert!(add.status().unwrap().success(), "{args:?}");
    }

    /// Runs a command with this agent, and with these further variables.
    pub fn run(&self, book: &Book, vars: &[(&str, &str)], args: &[&str]) -> Ran {
        let mut command = book.command();
        command.env("SSH_AUTH_SOCK", self.socket()).envs(vars.iter().copied()).args(args);
        let output = command.output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Ran { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    }

    fn sam(&self, book: &Book, args: &[&str]) -> Ran {
        self.run(book, &[], &[args, &["--as", "Sam"]].concat())
    }

    pub fn give_sam(&self, book: &Book, more: &[&str]) -> Ran {
        let officer = book.secret("officer");
        let add = ["key", "add", "Sam", "--agent", "--as", "Olu", "--passphrase-file", &officer];
        self.run(book, &[], &[&add[..], more].concat())
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const WARD: [&str; 2] = ["SSH_CONNECTION", "192.0.2.7 50000 192.0.2.1 22"];

/// A book where Sam signs with the one key in the agent.
fn with_agent() -> Option<(Book, Agent, String)> {
    let (book, agent) = (Book::founded(), Agent::start()?);
    let print = agent.add("ed25519", "ward");
    let added = agent.give_sam(&book, &[]).done();
    assert!(added.out.starts_with("Added the key in the SSH agent for Sam Supervisor\n"), "{added:?}");
    assert!(added.out.contains(&print), "{added:?}");
    Some((book, agent, print))
}

/// Exports a statement with its signature and everyone's keys to `out`, and returns its text.
fn exported(book: &Book, id: &str) -> String {
    let out = book.0.path().join("out");
    // Export replaces no file.
    let _ = fs::remove_file(out.join("allowed_signers"));
    book.run(&["export", "--signers", "--statement", id, "--out", "out", "--json"]).done();
    fs::read_to_string(out.join(format!("{id}.txt"))).unwrap()
}

/// Whether the stock `ssh-keygen` accepts the statement that was exported to `out`, as signed by `who`.
fn openssh_accepts(out: &Path, id: &str, who: &str, time: &str) -> bool {
    let mut check = Command::new("ssh-keygen");
    check.args(["-Y", "verify", "-n", "countersign-statement", "-I", who, "-f"]).arg(out.join("allowed_signers"));
    check.arg("-s").arg(out.join(format!("{id}.txt.sig"))).arg(format!("-Overify-time={time}"));
    let check = check.stdin(fs::File::open(out.join(format!("{id}.txt"))).unwrap()).output().unwrap();
    check.status.success()
}

#[test]
fn a_key_in_an_agent_signs_without_a_passphrase_and_each_statement_holds_for_ssh_keygen() {
    let Some((book, agent, print)) = with_agent() else { return };
    let signed = agent.sam(&book, &["sign-off", "Ann Trainee", "K1", "K2", "S1", "--json"]);
    // The person is told once that a key was added in their name.
    assert!(signed.code == 0 && signed.err.contains(&print), "{signed:?}");
    agent.sam(&book, &["sign-off", "Ann Trainee", "K3"]).done();
    assert_eq!(book.run(&["verify"]).code, 3);
    let sam = book.id_of("Sam Supervisor");
    let out = book.0.path().join("out");
    let answer = signed.json();
    for one in answer["statements"].as_array().unwrap() {
        let id = one["id"].as_str().unwrap();
        let text = exported(&book, id);
        assert!(text.contains("\nauth agent\n"), "{text}");
        let time = text.lines().find_map(|line| line.strip_prefix("signed ")).unwrap().replace(['-', ':', 'T'], "");
        assert!(openssh_accepts(&out, id, &sam, &time), "{text}");
        fs::write(out.join(format!("{id}.txt")), text.replace("auth agent", "auth pin")).unwrap();
        assert!(!openssh_accepts(&out, id, &sam, &time));
    }
    assert_eq!(answer["statements"].as_array().unwrap().len(), 3);
}

#[test]
fn the_passphrase_of_another_key_still_signs_and_goes_before_the_agent() {
    let Some((book, agent, _)) = with_agent() else { return };
    let text = |ran: Ran| {
        let id = ran.json()["statements"][0]["id"].as_str().unwrap().to_owned();
        exported(&book, &id)
    };
    let secret = book.secret("supervisor");
    let sign = ["sign-off", "Ann Trainee", "K1", "--json", "--passphrase-file", &secret];
    assert!(text(agent.sam(&book, &sign)).contains("auth passphrase"));
    assert!(text(agent.sam(&book, &["sign-off", "Ann Trainee", "K2", "--json"])).contains("auth agent"));
    // Where the agent cannot be used, the passphrase is asked for.
    agent.ssh_add(&["-D"]);
    agent.sam(&book, &["sign-off", "Ann Trainee", "K3"]).refused(2, "The passphrase of Sam Supervisor is needed");
    book.run(&["sign-off", "Ann Trainee", "K3", "--as", "Sam"])
        .refused(2, "The passphrase of Sam Supervisor is needed");
}

#[test]
#[ignore = "slow: many runs of the program"]
fn a_key_is_taken_from_the_agent_only_if_it_is_the_one_meant() {
    let Some(agent) = Agent::start() else { return };
    let book = Book::founded();
    agent.give_sam(&book, &[]).refused(2, "The SSH agent has no such key of the kind ssh-ed25519");
    agent.add("rsa", "old");
    agent.give_sam(&book, &[]).refused(2, "The SSH agent has no such key of the kind ssh-ed25519");
    let (ward, home) = (agent.add("ed25519", "ward"), agent.add("ed25519", "home"));
    let several = agent.give_sam(&book, &[]).refused(2, "The SSH agent has 2 keys that it could be");
    assert!(several.err.contains(&format!("{ward} (ward), {home} (home)")), "{several:?}");
    agent.give_sam(&book, &["--comment", "old"]).refused(2, "no such key");
    assert!(agent.give_sam(&book, &["--comment", "ward"]).done().out.contains(&ward));
    assert!(agent.give_sam(&book, &["--fingerprint", &home]).done().out.contains(&home));
    agent.give_sam(&book, &["--comment", "ward"]).refused(1, "This key is already in the log");
    let files = fs::read_dir(book.data().join("keys")).unwrap();
    assert_eq!(
        files.filter(|one| one.as_ref().unwrap().file_name().to_str().unwrap().contains(&ward[7..11])).count(),
        0
    );
}

#[test]
fn an_agent_that_refuses_or_lacks_the_key_signs_nothing_and_a_retired_key_neither() {
    let Some((book, agent, print)) = with_agent() else { return };
    // Sam's other key goes, so that only the agent is left.
    let sam = book.id_of("Sam Supervisor");
    let keys = book.run(&["key", "list", "Sam", "--json"]).json();
    let first = keys["keys"][0]["id"].as_str().unwrap().to_owned();
    book.officer(&["key", "retire", &first, "--reason", "Has another"]).done();
    assert!(!book.data().join("keys").join(format!("{sam}.key")).exists());
    let sign = ["sign-off", "Ann Trainee", "K1"];
    agent.ssh_add(&["-D"]);
    agent.sam(&book, &sign).refused(1, "The SSH agent has no key of Sam Supervisor that may sign");
    agent.ssh_add(&[agent.folder.path().join("ward").to_str().unwrap()]);
    let before = book.size();
    // Asked to confirm each use, an agent without a way to ask refuses.
    agent.ssh_add(&["-D"]);
    agent.ssh_add(&["-c", agent.folder.path().join("ward").to_str().unwrap()]);
    agent.sam(&book, &sign).refused(1, "The SSH agent refused");
    assert_eq!(book.size(), before);
    agent.ssh_add(&["-D"]);
    agent.ssh_add(&[agent.folder.path().join("ward").to_str().unwrap()]);
    assert_eq!(agent.sam(&book, &sign).code, 0);
    book.officer(&["key", "retire", &print, "--reason", "New laptop"]).done();
    let ran = agent.sam(&book, &["sign-off", "Ann Trainee", "K2"]);
    assert!(ran.code != 0 && ran.out.is_empty(), "{ran:?}");
    assert_eq!(book.run(&["verify"]).code, 3);
}

#[test]
fn a_forwarded_agent_signs_only_where_the_policy_allows_it_and_the_statement_says_so() {
    let Some((book, agent, _)) = with_agent() else { return };
    let keys = book.run(&["key", "list", "Sam", "--json"]).json();
    let first = keys["keys"][0]["id"].as_str().unwrap().to_owned();
    book.officer(&["key", "retire", &first, "--reason", "Has another"]).done();
    let from_ward = |args: &[&str]| agent.run(&book, &[(WARD[0], WARD[1])], &[args, &["--as", "Sam"]].concat());
    from_ward(&["sign-off", "Ann Trainee", "K1"])
        .refused(1, "This SSH agent counts as forwarded, because you came by ssh");
    book.officer(&["policy", "set", "forwarded-agent=1"]).done();
    let signed = from_ward(&["sign-off", "Ann Trainee", "K1", "--json"]);
    let id = signed.json()["statements"][0]["id"].as_str().unwrap().to_owned();
    assert!(exported(&book, &id).contains("auth forwarded-agent"));
    // What was signed while it was allowed stays valid.
    book.officer(&["policy", "set", "forwarded-agent=0"]).done();
    from_ward(&["sign-off", "Ann Trainee", "K2"])
        .refused(1, "This SSH agent counts as forwarded, because you came by ssh");
    assert_eq!(agent.sam(&book, &["sign-off", "Ann Trainee", "K2"]).code, 0);
    assert_eq!(book.run(&["verify"]).code, 3);
}

#[test]
fn every_command_that_signs_takes_the_key_in_the_agent_and_an_officer_s_adopts_and_adds() {
    let Some(agent) = Agent::start() else { return };
    let book = Book::founded();
    agent.add("ed25519", "desk");
    let officer = book.secret("officer");
    agent.run(&book, &[], &["key", "add", "Olu", "--agent", "--as", "Olu", "--passphrase-file", &officer]).done();
    let olu = |args: &[&str]| agent.run(&book, &[], &[args, &["--as", "Olu"]].concat());
    assert_eq!(olu(&["person", "add", "Pat Officer", "--role", "training-officer"]).code, 0);
    let standard = format!("{}/tests/fixtures/standards/record-1.0.json", env!("CARGO_MANIFEST_DIR"));
    assert_eq!(olu(&["standard", "import", &standard, "--yes"]).code, 0);
    olu(&["policy", "set", "late-days=5"]).done();
    olu(&["person", "leave", "Ann Trainer"]).done();
    assert_eq!(book.run(&["verify"]).code, 3);
}

#[test]
fn what_is_about_a_key_file_says_so_to_a_person_whose_only_key_is_in_an_agent() {
    let Some(agent) = Agent::start() else { return };
    let book = Book::founded();
    agent.add("ed25519", "phone");
    let officer = book.secret("officer");
    let add = ["key", "add", "Ann Trainee", "--agent", "--as", "Olu", "--passphrase-file", &officer];
    agent.run(&book, &[], &add).done();
    let wrong = book.secret("wrong");
    let claim = ["claim", "K1", "--reflection", "I did it", "--as", "Ann Trainee", "--passphrase-file", &wrong];
    let pin = ["key", "pin", "--as", "Ann Trainee"];
    for args in [&claim[..], &pin, &[&pin[..], &["--passphrase-file", &wrong]].concat()] {
        let ran = agent.run(&book, &[], args);
        assert!(ran.code == 1 && ran.err.contains("in an SSH agent or on a security key"), "{args:?} {ran:?}");
        assert!(ran.err.contains("SSH_AUTH_SOCK") && ran.err.contains("key add"), "{ran:?}");
    }
}

/// Every command that only needs to know who it is, each as a person whose key is in an agent.
fn commands_that_ask_who_it_is(book: &Book) -> Vec<Vec<String>> {
    fs::write(book.0.path().join("notes.txt"), "What I saw").unwrap();
    let laptop = book.login_key("laptop");
    book.run(&["backup", &book.secret("kept.db"), "--json"]).done();
    let backup = book.secret("kept.db");
    let (ann, olu) = (["--as", "Ann Trainee"], ["--as", "Olu"]);
    let all: [(&[&str], &[&str]); 8] = [
        (&["claim", "S1", "--reflection", "I did it"], &ann),
        (&["evidence", "add", "notes.txt"], &ann),
        (&["evidence", "remove", "notes.txt"], &ann),
        (&["badge", "Ann Trainee", "K1", "--out", "badge.json", "--replace"], &ann),
        (&["report", "person", "Ann Trainee", "--out", "p.pdf", "--replace"], &ann),
        (&["ssh", "add", "Ann Trainee", "--key", &laptop], &olu),
        (&["ssh", "revoke", "Ann Trainee"], &olu),
        (&["restore", &backup, "--reason", "the disk failed", "--yes"], &olu),
    ];
    all.iter().map(|(args, who)| args.iter().chain(*who).map(|word| (*word).to_owned()).collect()).collect()
}

#[test]
#[ignore = "slow: many runs of the program"]
fn what_only_needs_to_know_who_it_is_takes_the_key_in_the_agent_which_signs_one_challenge() {
    for (who, from) in [("Ann Trainee", 0..5), ("Olu", 5..8)] {
        let book = Book::founded();
        let (asked, wrong) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let (count, lies) = (Arc::clone(&asked), Arc::clone(&wrong));
        let socket = our_own(&book, SigningKey::from_seed(&[23; 32]), move |_, mut signature| {
            count.fetch_add(1, Ordering::SeqCst);
            signature[7] ^= u8::from(lies.load(Ordering::SeqCst));
            signature
        });
        let (officer, secret) = (book.secret("officer"), book.secret("supervisor"));
        book.run(&["sign-off", "Ann Trainee", "K1", "--as", "Sam", "--passphrase-file", &secret]).done();
        book.officer(&["key", "issuer", "make"]).done();
        let add = ["key", "add", who, "--agent", "--as", "Olu", "--passphrase-file", &officer];
        through(&book, &socket, &add).done();
        let commands = commands_that_ask_who_it_is(&book);
        for args in &commands[from] {
            let args: Vec<&str> = args.iter().map(String::as_str).collect();
            // An agent that only says that it has the key opens nothing.
            wrong.store(true, Ordering::SeqCst);
            let before = book.size();
            let ran = through(&book, &socket, &args);
            let said = "The signature that the SSH agent made is not valid";
            assert!(ran.code == 1 && ran.err.contains(said) && book.size() == before, "{args:?} {ran:?}");
            wrong.store(false, Ordering::SeqCst);
            let forwarded = book.command().env("SSH_AUTH_SOCK", &socket).env(WARD[0], WARD[1]).args(&args).output();
            let said = String::from_utf8(forwarded.unwrap().stderr).unwrap();
            // Olu has a passphrase too, which is asked for there.
            assert!(said.contains("counts as forwarded") || said.contains("The passphrase of Olu"), "{args:?} {said}");
            asked.store(0, Ordering::SeqCst);
            let ran = through(&book, &socket, &args);
            assert!(ran.code == 0 && asked.load(Ordering::SeqCst) == 1, "{args:?} {ran:?}");
        }
        assert_eq!(book.run(&["verify"]).code, 3);
    }
}

/// An agent of our own with one key, for what OpenSSH's would never do.
fn our_own(
    book: &Book,
    key: SigningKey,
    mut answer: impl FnMut(usize, Vec<u8>) -> Vec<u8> + Send + 'static,
) -> PathBuf {
    let socket = book.0.path().join("own");
    let listener = UnixListener::bind(&socket).unwrap();
    std::thread::spawn(move || {
        let mut asked = 0;
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            while let Some(message) = message(&mut stream) {
                let body = if message[0] == 11 {
                    [&[12, 0, 0, 0, 1][..], &string(key.public().blob()), &string(b"own")].concat()
                } else {
                    asked += 1;
                    let data = strings(&message[1..]).nth(1).unwrap();
                    let signature = answer(asked, key.sign_note(&data).to_vec());
                    let wire = [string(b"ssh-ed25519"), string(&signature)].concat();
                    [&[14][..], &string(&wire)].concat()
                };
                stream.write_all(&string(&body)).unwrap();
            }
        }
    });
    socket
}

pub fn string(bytes: &[u8]) -> Vec<u8> {
    [&u32::try_from(bytes.len()).unwrap().to_be_bytes()[..], bytes].concat()
}

pub fn strings(mut rest: &[u8]) -> impl Iterator<Item = Vec<u8>> + '_ {
    std::iter::from_fn(move || {
        let (length, after) = rest.split_first_chunk::<4>()?;
        let (string, after) = after.split_at_checked(u32::from_be_bytes(*length) as usize)?;
        rest = after;
        Some(string.to_vec())
    })
}

pub fn message(stream: &mut UnixStream) -> Option<Vec<u8>> {
    let mut length = [0; 4];
    stream.read_exact(&mut length).ok()?;
    let mut message = vec![0; u32::from_be_bytes(length) as usize];
    stream.read_exact(&mut message).unwrap();
    Some(message)
}

pub fn through(book: &Book, socket: &Path, args: &[&str]) -> Ran {
    let output = book.command().env("SSH_AUTH_SOCK", socket).args(args).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

fn add_own(book: &Book, socket: &Path) {
    let officer = book.secret("officer");
    through(book, socket, &["key", "add", "Sam", "--agent", "--as", "Olu", "--passphrase-file", &officer]).done();
}

#[test]
#[ignore = "slow: many runs of the program"]
fn others_can_write_while_an_agent_takes_its_time_and_it_then_signs_what_the_log_became() {
    let book = Book::founded();
    let other = Book(tempfile::tempdir().unwrap());
    let (data, secret) = (book.data(), book.secret("officer"));
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let socket = our_own(&book, SigningKey::from_seed(&[21; 32]), move |nth, signature| {
        count.store(nth, Ordering::SeqCst);
        // The first signature proves possession; before the second and third come back, somebody else signs.
        if (2..=3).contains(&nth) {
            // The other statement has a later time than the first attempt.
            std::thread::sleep(Duration::from_millis(1_100));
            let days = format!("late-days={nth}");
            let policy = ["policy", "set", &days, "--as", "Olu", "--passphrase-file", &secret, "--data"];
            let done = other.command().args(policy).arg(&data).output().unwrap();
            assert!(done.status.success(), "{done:?}");
        }
        signature
    });
    add_own(&book, &socket);
    let before = book.size();
    let signed = through(&book, &socket, &["sign-off", "Ann Trainee", "K1", "--as", "Sam", "--json"]);
    assert_eq!(signed.code, 0, "{signed:?}");
    assert_eq!((book.size(), asked.load(Ordering::SeqCst)), (before + 3, 4));
    let log = book.run(&["history", "--json"]).done().json();
    let mut times: Vec<(u64, String)> = log["statements"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["position"].as_u64().unwrap(), one["signed"].as_str().unwrap().to_owned()))
        .collect();
    times.sort();
    assert!(times.windows(2).all(|pair| pair[0].1 <= pair[1].1), "times follow the order of the log: {times:?}");
    assert_eq!(book.run(&["verify"]).code, 3);
}

#[test]
fn a_signature_that_does_not_match_is_not_written() {
    let book = Book::founded();
    let socket = our_own(&book, SigningKey::from_seed(&[22; 32]), |nth, mut signature| {
        if nth > 1 {
            signature[40] ^= 1;
        }
        signature
    });
    add_own(&book, &socket);
    let before = book.size();
    let wrong = through(&book, &socket, &["sign-off", "Ann Trainee", "K1", "K2", "--as", "Sam"]);
    assert!(wrong.code == 1 && wrong.err.contains("The signature that the SSH agent made is not valid"), "{wrong:?}");
    assert_eq!(book.size(), before);
}

#[test]
fn a_key_that_was_stolen_or_retired_since_the_backup_does_not_restore_it() {
    let Some(agent) = Agent::start() else { return };
    let book = Book::founded();
    let print = agent.add("ed25519", "desk");
    let officer = book.secret("officer");
    agent.run(&book, &[], &["key", "add", "Olu", "--agent", "--as", "Olu", "--passphrase-file", &officer]).done();
    let backup = book.secret("kept.db");
    book.run(&["backup", &backup, "--json"]).done();
    let before = book.0.path().join("before");
    copy(&book.data(), &before);
    let restore = ["restore", &backup, "--reason", "the disk failed", "--yes", "--as", "Olu"];
    let from = (book.size() - 1).to_string();
    let ends: [&[&str]; 2] = [
        &["key", "compromise", &print, "--from", &from, "--reason", "The laptop was stolen"],
        &["key", "retire", &print, "--reason", "The laptop was sold"],
    ];
    for end in ends {
        fs::remove_dir_all(book.data()).unwrap();
        copy(&before, &book.data());
        assert_eq!(book.officer(end).code, 0, "{end:?}");
        let size = book.size();
        let ran = agent.run(&book, &[], &restore);
        assert!(ran.code == 1 && ran.err.contains("no longer signs"), "{end:?}: {ran:?}");
        assert_eq!(book.size(), size, "nothing was restored");
    }
    // A key that still signs does, also if there is nothing left to ask.
    fs::remove_dir_all(book.data()).unwrap();
    copy(&before, &book.data());
    fs::remove_file(book.database()).unwrap();
    assert_eq!(agent.run(&book, &[], &restore).code, 0);
    assert_eq!(book.run(&["verify"]).code, 3);
}

#[test]
fn a_backup_from_before_an_officer_s_key_says_that_it_does_not_know_it_and_what_to_do() {
    let Some(agent) = Agent::start() else { return };
    let book = Book::founded();
    let backup = book.secret("kept.db");
    book.run(&["backup", &backup, "--json"]).done();
    agent.add("ed25519", "desk");
    let officer = book.secret("officer");
    agent.run(&book, &[], &["key", "add", "Olu", "--agent", "--as", "Olu", "--passphrase-file", &officer]).done();
    let restore = ["restore", &backup, "--reason", "the disk failed", "--yes", "--as", "Olu"];
    // The passphrase is asked for, and why is said.
    let ran = agent.run(&book, &[], &restore);
    assert!(ran.code == 2 && ran.err.contains("The passphrase of Olu Officer is needed"), "{ran:?}");
    assert!(ran.err.contains("The backup is older than your key in the SSH agent, and does not know it"), "{ran:?}");
    // Without a key file that the backup knows, nothing here can sign.
    let keys = book.run(&["key", "list", "Olu", "--json"]).json();
    let first = keys["keys"][0]["id"].as_str().unwrap().to_owned();
    let retired = agent.run(&book, &[], &["key", "retire", &first, "--reason", "Has another", "--as", "Olu"]);
    assert_eq!(retired.code, 0, "{retired:?}");
    let size = book.size();
    let ran = agent.run(&book, &[], &restore);
    assert!(ran.code == 1 && ran.err.contains("The backup is older than the key of Olu Officer"), "{ran:?}");
    assert!(ran.err.contains("Nothing was changed. Restore a backup that was made after"), "{ran:?}");
    assert_eq!(book.size(), size);
}

/// What Sam signs while something changes outside the log, and what changes it: the words of each command, in which CLAIM and
/// HOURS are ids.
const MEANWHILE: [(&str, &str, &str); 7] = [
    ("claim answer CLAIM", "claim withdraw CLAIM --as Ada", "claim"),
    ("claim answer CLAIM", "claim K1 --again CLAIM --reflection Better --as Ada", "claim"),
    ("claim answer CLAIM", "sign-off Ada K1 --as Sam", "claim"),
    ("sign-off Ada K1", "claim withdraw CLAIM --as Ada", "claim"),
    ("sign-off Ada K1", "claim K1 --again CLAIM --reflection Better --as Ada", "claim"),
    ("sign-off Ada K2 K3", "claim K3 --reflection Unseen --as Ada", "claim"),
    ("hours confirm Ada", "hours remove Ada HOURS", "Hours were taken back"),
];

#[test]
#[ignore = "slow: many runs of the program"]
fn what_changes_outside_the_log_while_a_key_is_waited_for_is_not_signed_as_it_was() {
    for (signs, meanwhile, words) in MEANWHILE {
        let book = crate::claims::staffed();
        let claim = crate::claims::claim(&book, &["K1", "--reflection", "Seen"]);
        let day = "2026-01-05";
        book.run(&["hours", "add", "Ada", "--hours", "2", "--day", day, "--what", "Shadowed a clinic"]).done();
        let hours = book.run(&["hours", "list", "Ada", "--json"]).done().json();
        let hours = hours["entries"][0]["id"].as_str().unwrap_or_default().to_owned();
        let filled = |command: &str| -> Vec<String> {
            command.split(' ').map(|word| word.replace("CLAIM", &claim).replace("HOURS", &hours)).collect()
        };
        // It changes before the agent gives its first answer, in a process of its own.
        let mut change = filled(meanwhile);
        let secret = if meanwhile.contains("--as Ada") { "ada" } else { "supervisor" };
        if meanwhile.contains("--as") {
            change.extend(["--passphrase-file".to_owned(), book.secret(secret)]);
        }
        let armed = Arc::new(AtomicBool::new(false));
        let (now, data) = (Arc::clone(&armed), book.data());
        let socket = our_own(&book, SigningKey::from_seed(&[29; 32]), move |_, signature| {
            if now.swap(false, Ordering::SeqCst) {
                let mut other = Command::new(assert_cmd::cargo::cargo_bin!("countersign"));
                let output = other.arg("--data").arg(&data).args(&change).stdin(Stdio::null()).output().unwrap();
                assert!(output.status.success(), "{change:?}: {output:?}");
            }
            signature
        });
        add_own(&book, &socket);
        armed.store(true, Ordering::SeqCst);
        let args = filled(signs);
        let args: Vec<&str> = args.iter().map(String::as_str).chain(["--as", "Sam"]).collect();
        let signed = || {
            let json = book.run(&["history", "by:sam", "--most", "50", "--json"]).done().json();
            json["statements"].as_array().unwrap().len()
        };
        let before = signed() + usize::from(meanwhile.contains("--as Sam"));
        let ran = through(&book, &socket, &args);
        assert!(!armed.load(Ordering::SeqCst), "{signs}: nobody asked the agent");
        assert!(
            ran.code == 1 && ran.err.contains(words) && ran.err.contains("meanwhile"),
            "{signs}, {meanwhile}: {ran:?}"
        );
        assert_eq!(signed(), before, "{signs}, {meanwhile}: nothing was signed");
        assert_eq!(book.run(&["verify"]).code, 3, "{signs}, {meanwhile}");
    }
}
