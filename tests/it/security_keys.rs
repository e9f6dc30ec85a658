//! Security keys: one touch signs every statement of a command, each holds for `ssh-keygen`, and a signature that no touch made,
//! or that is not the one asked for, is not written.

mod altered;
mod openssh;
mod travelling;

use std::io::Write as _;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use countersign_app::app::App;
use countersign_app::keys::agent::AgentPlace;
use countersign_app::keys::session::Credential;
use countersign_app::keys::touch::{TouchPrompt, TouchRequest};
use countersign_app::record::sign_off::sign_off;
use countersign_app::storage::data_dir::DataDir;
use countersign_core::primitives::ids::Digest;
use countersign_core::primitives::key::PublicKey;
use countersign_ledger::sshsig::SigningKey;

use crate::agent::{message, string, strings, through};
use crate::cli::book::{Book, Ran};
use crate::policies::seen;

const KIND: &str = "sk-ssh-ed25519@openssh.com";

/// What the key signs and what it answers, which an honest one does not change.
#[derive(Debug, Clone)]
pub struct Answer {
    pub application: &'static str,
    pub flags: u8,
    /// What it says that its flags and counter are; what it signed are `flags` and 7.
    pub said: (u8, u32),
    /// How many bytes of the answer come; all of them, if there are no more.
    pub cut: usize,
    pub refuses: bool,
    /// Whether nobody touches it yet: the answer comes once this changes.
    pub waits: bool,
}

impl Answer {
    pub fn touched() -> Self {
        Self::with_flags(1)
    }

    pub fn with_flags(flags: u8) -> Self {
        Self { application: "ssh:", flags, said: (flags, 7), cut: usize::MAX, refuses: false, waits: false }
    }
}

/// An agent with one security key made of software.
pub struct SoftAgent {
    _folder: tempfile::TempDir,
    pub socket: PathBuf,
    pub touches: Arc<AtomicUsize>,
    answer: Arc<Mutex<Answer>>,
}

impl SoftAgent {
    pub fn start(seed: u8) -> Self {
        // Not in the book's folder, which tests copy.
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("agent");
        let listener = UnixListener::bind(&socket).unwrap();
        let (touches, answer) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(Answer::touched())));
        let agent = Self { _folder: folder, socket, touches: Arc::clone(&touches), answer: Arc::clone(&answer) };
        let key = SigningKey::from_seed(&[seed; 32]);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                while let Some(message) = message(&mut stream) {
                    let body = if message[0] == 11 {
                        [&[12, 0, 0, 0, 1][..], &string(public(&key).blob()), &string(b"token")].concat()
                    } else {
                        touches.fetch_add(1, Ordering::SeqCst);
                        while answer.lock().unwrap().waits {
                            std::thread::sleep(std::time::Duration::from_millis(2));
                        }
                        let now = answer.lock().unwrap().clone();
                        signed(&key, &now, &strings(&message[1..]).nth(1).unwrap())
                    };
                    let whole = string(&body);
                    let cut = if message[0] == 11 { usize::MAX } else { answer.lock().unwrap().cut };
                    if stream.write_all(&whole[..whole.len().min(cut)]).is_err() || cut < whole.len() {
                        break;
                    }
                }
            }
        });
        agent
    }

    pub fn answers(&self, answer: Answer) {
        *self.answer.lock().unwrap() = answer;
    }

    pub fn run(&self, book: &Book, args: &[&str]) -> Ran {
        through(book, &self.socket, args)
    }

    pub fn sam(&self, book: &Book, args: &[&str]) -> Ran {
        self.run(book, &[args, &["--as", "Sam"]].concat())
    }

    pub fn touched(&self) -> usize {
        self.touches.swap(0, Ordering::SeqCst)
    }

    pub fn give(&self, book: &Book, whom: &str) -> Ran {
        let officer = book.secret("officer");
        self.run(book, &["key", "add", whom, "--security-key", "--as", "Olu", "--passphrase-file", &officer])
    }
}

fn public(key: &SigningKey) -> PublicKey {
    PublicKey::from_strings(KIND, &[key.verifier().point(), b"ssh:"])
}

/// The answer to a request to sign `data`.
fn signed(key: &SigningKey, answer: &Answer, data: &[u8]) -> Vec<u8> {
    if answer.refuses {
        return vec![5];
    }
    let application = Digest::of(answer.application.as_bytes()).0;
    let signed = [&application[..], &[answer.flags], &7_u32.to_be_bytes(), &Digest::of(data).0].concat();
    let (flags, counter) = answer.said;
    let wire = [&string(KIND.as_bytes())[..], &string(&key.sign_note(&signed)), &[flags], &counter.to_be_bytes()];
    [&[14][..], &string(&wire.concat())].concat()
}

/// A book where Sam has a security key, with its agent.
pub fn with_key(seed: u8) -> (Book, SoftAgent) {
    let book = Book::founded();
    let agent = SoftAgent::start(seed);
    let added = agent.give(&book, "Sam");
    assert_eq!((added.code, added.err.as_str()), (0, "Touch your security key now\n"), "{added:?}");
    assert!(added.out.starts_with("Added the security key for Sam Supervisor\n"), "{added:?}");
    assert_eq!(agent.touched(), 1);
    (book, agent)
}

pub fn intact(book: &Book) {
    let ran = book.run(&["verify"]);
    assert_eq!(ran.code, 3, "{ran:?}");
}

pub fn ids(ran: &Ran) -> Vec<String> {
    let answer = ran.json();
    let statements = answer["statements"].as_array().unwrap_or_else(|| panic!("{ran:?}"));
    statements.iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

/// Gives up at one of the moments in which the program asks, and stays with it.
#[derive(Debug)]
struct GivesUp {
    at: usize,
    asked: AtomicUsize,
}

impl TouchPrompt for GivesUp {
    fn ask(&self, _: TouchRequest) {}

    fn is_given_up(&self) -> bool {
        self.asked.fetch_add(1, Ordering::SeqCst) >= self.at
    }
}

#[test]
fn whenever_somebody_gives_up_before_the_statements_are_written_nothing_is_signed() {
    let (book, agent) = with_key(38);
    let [sam, ann] = ["Sam Supervisor", "Ann Trainee"].map(|name| book.id_of(name).parse().unwrap());
    let proof = Credential::Agent(AgentPlace { socket: agent.socket.clone(), forwarded: false });
    for at in 0.. {
        let prompt = Arc::new(GivesUp { at, asked: AtomicUsize::new(0) });
        let app = App::open_default(DataDir::new(book.data())).unwrap();
        let mut app = app.with_touch_prompt(Arc::clone(&prompt) as _);
        let before = app.head().unwrap().size;
        let seen = seen(&app);
        let done = sign_off(&mut app, &sam, &proof, &ann, &["K1".parse().unwrap()], &seen);
        let gave_up = prompt.asked.load(Ordering::SeqCst) > at;
        assert_eq!((done.is_err(), app.head().unwrap().size), (gave_up, before + u64::from(!gave_up)), "{at} {done:?}");
        if !gave_up {
            // After the touch, and again when the statements are about to be written.
            assert!(at >= 2, "asked {at} times");
            break;
        }
        assert_eq!(done.unwrap_err().why, "You gave up waiting. Nothing was signed", "{at}");
    }
    intact(&book);
}

/// Every code of Ann's standard.
fn all_codes(book: &Book) -> Vec<String> {
    let record = book.run(&["trainee", "Ann Trainee", "--json"]).done().json();
    record["ksbs"].as_array().unwrap().iter().map(|ksb| ksb["id"].as_str().unwrap().to_owned()).collect()
}

/// Checks an exported statement as an auditor does, with stock OpenSSH: its batch is signed, and names it.
fn openssh_accepts(book: &Book, id: &str, who: &str) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    book.run(&["export", "--signers", "--statement", id, "--out", out, "--json"]).done();
    accepted_in(folder.path(), id, who)
}

pub fn accepted_in(folder: &Path, id: &str, who: &str) -> bool {
    let read = |name: String| std::fs::read_to_string(folder.join(name)).unwrap();
    let (text, batch) = (read(format!("{id}.txt")), read(format!("{id}.batch")));
    let time = text.lines().find_map(|line| line.strip_prefix("signed ")).unwrap().replace(['-', ':', 'T'], "");
    let mut check = Command::new("ssh-keygen");
    check.args(["-Y", "verify", "-n", "countersign-batch", "-I", who, "-f"]).arg(folder.join("allowed_signers"));
    check.arg("-s").arg(folder.join(format!("{id}.batch.sig"))).arg(format!("-Overify-time={time}"));
    let check = check.stdin(std::fs::File::open(folder.join(format!("{id}.batch"))).unwrap()).output().unwrap();
    let named = format!("statement {}", Digest::of(text.as_bytes()).hex());
    check.status.success() && batch.lines().any(|line| line == named)
}

#[test]
fn one_touch_signs_every_ksb_of_a_standard_and_each_holds_for_ssh_keygen() {
    let (book, agent) = with_key(31);
    let codes = all_codes(&book);
    let args: Vec<&str> =
        ["sign-off", "Ann Trainee", "--json"].into_iter().chain(codes.iter().map(String::as_str)).collect();
    let begun = std::time::Instant::now();
    let signed = agent.sam(&book, &args);
    println!("{} statements with one touch in {:?}", codes.len(), begun.elapsed());
    assert!(signed.code == 0 && signed.err.starts_with("Touch your security key now\n"), "{signed:?}");
    assert_eq!((ids(&signed).len(), agent.touched()), (codes.len(), 1));
    assert!(codes.len() >= 72, "{}", codes.len());
    intact(&book);
    let sam = book.id_of("Sam Supervisor");
    let all = ids(&signed);
    for id in [&all[0], &all[codes.len() / 2], &all[codes.len() - 1]] {
        assert!(openssh_accepts(&book, id, &sam), "{id}");
        assert!(!openssh_accepts(&book, id, "0ff1"), "{id}");
    }
    let one = book.run(&["export", "--statement", &all[0]]);
    assert!(one.out.contains("\nauth security-key\n") && one.out.contains("\ncount 72\n"), "{}", one.out);
}

#[test]
#[ignore = "slow: each byte is altered"]
fn a_signature_counts_with_a_touch_alone_and_where_the_policy_says_so_with_a_pin_too() {
    let (book, agent) = with_key(32);
    let codes = all_codes(&book);
    let mut codes = codes.iter().map(String::as_str);
    for policy in ["optional", "required", "verified"] {
        book.officer(&["policy", "set", &format!("security-key={policy}")]).done();
        for flags in [0, 1, 2, 4, 5, 0x40, 0x41, 0x45, 0x80, 0x81, 0xfe, 0xff_u8] {
            agent.answers(Answer::with_flags(flags));
            let before = book.size();
            let args = ["sign-off", "Ann Trainee", codes.next().unwrap()];
            let ran = agent.sam(&book, &args);
            let (touched, pin) = (flags & 1 != 0, flags & 4 != 0);
            let holds = touched && (policy != "verified" || pin);
            assert_eq!((ran.code == 0, book.size()), (holds, before + u64::from(holds)), "{policy} {flags}: {ran:?}");
            if !touched {
                assert!(ran.err.contains("signed without a touch"), "{ran:?}");
            } else if !holds {
                assert!(ran.err.contains("checked no PIN or fingerprint"), "{ran:?}");
            }
        }
    }
    intact(&book);
}

#[test]
#[ignore = "slow: each byte is altered"]
fn an_answer_that_is_cut_anywhere_or_says_other_than_what_was_signed_is_not_written() {
    let (book, agent) = with_key(33);
    let before = book.size();
    let refused = |answer: Answer, words: &str| {
        agent.answers(answer.clone());
        let ran = agent.sam(&book, &["sign-off", "Ann Trainee", "K1", "K2"]);
        assert!(ran.code == 1 && ran.out.is_empty() && ran.err.contains(words), "{answer:?}: {words}: {ran:?}");
        assert!(ran.err.contains("Nothing was signed"), "{ran:?}");
        assert_eq!(book.size(), before);
    };
    let length = 4 + 1 + 4 + 4 + KIND.len() + 4 + 64 + 1 + 4;
    for cut in 0..length {
        refused(Answer { cut, ..Answer::touched() }, "ended the connection");
    }
    let invalid = "The signature that the SSH agent made is not valid";
    for said in [(0, 7), (5, 7), (1, 6), (1, 8), (1, u32::MAX)] {
        refused(Answer { said, ..Answer::touched() }, invalid);
    }
    // A touch is never claimed by an answer alone.
    refused(Answer { said: (1, 7), ..Answer::with_flags(0) }, invalid);
    refused(Answer { application: "ssh:other", ..Answer::touched() }, invalid);
    refused(Answer { application: "https://example.org", ..Answer::touched() }, invalid);
    refused(Answer { refuses: true, ..Answer::touched() }, "The security key did not sign");
    agent.answers(Answer { cut: length, ..Answer::touched() });
    assert_eq!(agent.sam(&book, &["sign-off", "Ann Trainee", "K1", "K2"]).code, 0);
    intact(&book);
}

#[test]
fn a_key_that_nobody_touched_or_that_is_of_another_kind_is_not_added() {
    let book = Book::founded();
    let agent = SoftAgent::start(34);
    let before = book.size();
    agent.answers(Answer::with_flags(0));
    let untouched = agent.give(&book, "Sam");
    assert!(untouched.code == 1 && untouched.err.contains("signed without a touch"), "{untouched:?}");
    let officer = book.secret("officer");
    let plain = ["key", "add", "Sam", "--agent", "--as", "Olu", "--passphrase-file", &officer];
    agent.run(&book, &plain).refused(2, "The SSH agent has no such key of the kind ssh-ed25519");
    assert_eq!(book.size(), before);
    agent.answers(Answer::touched());
    assert_eq!(agent.give(&book, "Sam").code, 0);
    let again = agent.give(&book, "Sam");
    assert!(again.code == 1 && again.err.contains("This key is already in the log"), "{again:?}");
    intact(&book);
}

#[test]
fn where_the_policy_requires_a_security_key_no_other_key_signs_off_and_what_was_signed_before_counts() {
    let (book, agent) = with_key(35);
    assert_eq!(book.supervisor(&["sign-off", "Ann Trainee", "K1"]).code, 0);
    book.officer(&["policy", "set", "security-key=required"]).done();
    let refused = book.supervisor(&["sign-off", "Ann Trainee", "K2"]);
    assert!(
        refused.code == 1 && refused.err.contains("The policy requires a security key for sign-offs"),
        "{refused:?}"
    );
    assert!(refused.err.contains("Sign in where your SSH agent has it"), "{refused:?}");
    // Everything else is signed as before.
    book.officer(&["person", "add", "Pat Supervisor", "--role", "supervisor"]).done();
    assert_eq!(agent.sam(&book, &["sign-off", "Ann Trainee", "K2"]).code, 0);
    book.officer(&["policy", "set", "security-key=optional"]).done();
    book.supervisor(&["sign-off", "Ann Trainee", "K3"]).done();
    intact(&book);
}

#[test]
fn more_statements_than_a_batch_takes_need_one_touch_for_each_batch_and_nothing_is_half_signed() {
    let (book, agent) = with_key(36);
    let people: Vec<String> = (0..250).map(|n| format!("Trainee {}", spelled(n))).collect();
    let roster = people.iter().fold("name,role\n".to_owned(), |all, name| format!("{all}{name},trainee\n"));
    let file = book.keep("roster.csv", roster.trim_end());
    assert_eq!(agent.give(&book, "Olu").code, 1, "one key is of one person");
    let other = SoftAgent::start(37);
    assert_eq!(other.give(&book, "Olu").code, 0);
    other.touched();
    let before = book.size();
    let ran = other.run(&book, &["person", "import", &file, "--yes", "--as", "Olu"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let touches = other.touched();
    assert_eq!(touches, usize::try_from(book.size() - before).unwrap().div_ceil(200), "{ran:?}");
    assert!(
        touches > 1 && ran.err.contains(&format!("Touch your security key now ({touches} of {touches})")),
        "{ran:?}"
    );
    intact(&book);
}

/// A number in letters, as a name has it.
fn spelled(number: usize) -> String {
    number.to_string().bytes().map(|digit| char::from(b'a' + digit - b'0')).collect::<String>() + "x"
}
