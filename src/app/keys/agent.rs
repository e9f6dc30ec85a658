//! Talks to the SSH agent behind `SSH_AUTH_SOCK`: lists its keys and has them sign, within limits of size and time.

use std::collections::HashMap;
use std::fs;
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::config::AgentVars;
use crate::error::Error;
use crate::keys::touch::{SharedPrompt, Silent, TouchRequest};
use countersign_core::primitives::ids::{Digest, LogOrigin, PersonId};
use countersign_core::primitives::key::PublicKey;
use countersign_core::primitives::presence::Presence;
use countersign_core::primitives::text::counted;
use countersign_core::statement::AuthMethod;
use countersign_ledger::agent::{
    AgentFault, AgentKey, answer_length, identities, request_identities, request_signature, signature,
};
use countersign_ledger::batch::{BatchText, MOST_MEMBERS, NAMESPACE as BATCH_NAMESPACE, SignedBatch, signs_batches};
use countersign_ledger::security_key::{KeySignature, KeyVerifier};
use countersign_ledger::sshsig::{SignatureBytes, signed_data};

/// The longest that an agent has for one answer: time enough to confirm at a dialog of its own.
pub const PATIENCE: Duration = Duration::from_mins(1);
/// How often a person who waits is asked whether they gave up.
const GLANCE: Duration = Duration::from_millis(100);
/// What the path of a socket contains if sshd made it (OpenSSH 10.1 and later).
const OF_SSHD: &str = ".sshd.";

/// Where an agent listens, and whether it is reached from another machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentPlace {
    pub socket: PathBuf,
    pub forwarded: bool,
}

impl AgentPlace {
    /// Returns the agent that the environment names, if it names one. Someone who came by ssh has a forwarded one: whether an
    /// agent of this machine is behind the socket cannot be seen there.
    pub fn find(vars: AgentVars) -> Option<Self> {
        let socket = vars.socket?;
        let forwarded = vars.over_ssh || socket.to_string_lossy().contains(OF_SSHD);
        Some(Self { socket, forwarded })
    }

    /// Returns why it counts as forwarded.
    pub(crate) fn why_forwarded(&self) -> &'static str {
        if self.socket.to_string_lossy().contains(OF_SSHD) { "sshd made its socket" } else { "you came by ssh" }
    }

    /// Returns how a statement names this way to sign.
    pub fn auth(&self, key: &PublicKey) -> AuthMethod {
        match (signs_batches(key), self.forwarded) {
            (false, false) => AuthMethod::Agent,
            (false, true) => AuthMethod::ForwardedAgent,
            (true, false) => AuthMethod::SecurityKey,
            (true, true) => AuthMethod::ForwardedSecurityKey,
        }
    }
}

/// What a key is asked for: it decides what did not happen if it does not sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Statements are signed.
    Sign,
    /// A person signs in, or proves who they are.
    SignIn,
    /// Something is done that nobody signs.
    Act,
    /// A trainee hands in a claim or evidence.
    HandIn,
    /// A key is added.
    AddKey,
}

impl Purpose {
    /// Returns what did not happen, as a sentence.
    pub fn nothing(self) -> &'static str {
        match self {
            Self::Sign => "Nothing was signed",
            Self::SignIn => "You are not signed in",
            Self::Act => "Nothing was done",
            Self::HandIn => "Nothing was handed in",
            Self::AddKey => "No key was added",
        }
    }

    /// Returns the refusal with this reason.
    pub(crate) fn refused(self, why: &str) -> Error {
        Error::refused(format!("{why}. {}", self.nothing()))
    }

    /// Returns the error for a person who gave up waiting.
    pub(crate) fn given_up(self) -> Error {
        self.refused("You gave up waiting")
    }
}

/// A connection to an agent.
#[derive(Debug)]
pub struct Agent {
    stream: UnixStream,
    patience: Duration,
    touch: SharedPrompt,
    purpose: Purpose,
    /// The touch that the answer needs.
    waits_for: Option<TouchRequest>,
}

/// What a security key signed.
#[derive(Debug)]
pub struct SignedBatches {
    /// The names of their batches, by message.
    pub names: HashMap<Vec<u8>, SignatureBytes>,
    pub batches: Vec<SignedBatch>,
    /// What all signatures show about the person at the key.
    pub presence: Presence,
}

impl Agent {
    /// Connects to an agent, whose socket must belong to `user`.
    pub fn connect(place: &AgentPlace, user: u32) -> Result<Self, Error> {
        let path = &place.socket;
        let meta = fs::metadata(path).map_err(|e| absent(path, &e))?;
        if !meta.file_type().is_socket() {
            return Err(Error::refused(format!("There is no SSH agent at {}: it is not a socket", path.display())));
        }
        if meta.uid() != user {
            return Err(Error::refused(format!("The SSH agent at {} belongs to another user", path.display()))
                .hint("Start one of your own with `ssh-agent`, and add your key with `ssh-add`"));
        }
        let stream = UnixStream::connect(path).map_err(|e| absent(path, &e))?;
        let (touch, purpose) = (Arc::new(Silent), Purpose::Sign);
        Ok(Self { stream, patience: PATIENCE, touch, purpose, waits_for: None })
    }

    /// Sets where the person is told to touch their key.
    #[must_use]
    pub fn with_prompt(self, touch: SharedPrompt) -> Self {
        Self { touch, ..self }
    }

    /// Sets what its keys are asked for.
    #[must_use]
    pub fn with_purpose(self, purpose: Purpose) -> Self {
        Self { purpose, ..self }
    }

    /// Sets how long it has for one answer.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Returns the keys that it holds.
    pub fn keys(&mut self) -> Result<Vec<AgentKey>, Error> {
        let answer = self.exchange(&request_identities())?;
        identities(&answer).map_err(|fault| self.said(fault))
    }

    /// Has one key sign each message in `namespace`, and verifies each signature. Returns them by message.
    pub fn sign_all(
        &mut self,
        key: &PublicKey,
        namespace: &str,
        messages: Vec<Vec<u8>>,
    ) -> Result<HashMap<Vec<u8>, SignatureBytes>, Error> {
        let mut signatures = HashMap::with_capacity(messages.len());
        for message in messages {
            let (KeySignature::Ed25519(bytes), _) = self.sign(key, namespace, &message, None)? else {
                return Err(self.said(AgentFault::OtherKind));
            };
            signatures.insert(message, bytes);
        }
        Ok(signatures)
    }

    /// Has one key sign a message in `namespace`, and verifies the signature. Returns it with what it shows about the person.
    fn sign(
        &mut self,
        key: &PublicKey,
        namespace: &str,
        message: &[u8],
        touch: Option<TouchRequest>,
    ) -> Result<(KeySignature, Presence), Error> {
        let verifier = KeyVerifier::new(key).map_err(Error::refused)?;
        let request = request_signature(key, &signed_data(namespace, message)).map_err(|fault| self.said(fault))?;
        if let Some(request) = touch {
            self.touch.ask(request);
        }
        self.waits_for = touch;
        let answer = self.exchange(&request);
        let signed = answer.and_then(|answer| signature(&answer, key).map_err(|fault| self.said(fault)));
        self.waits_for = None;
        let signed = signed?;
        // The touch may come in the moment in which they give up.
        if self.touch.is_given_up() {
            return Err(self.purpose.given_up());
        }
        let presence = verifier
            .verify(namespace, message, &signed)
            .map_err(|_| self.purpose.refused("The signature that the SSH agent made is not valid"))?;
        if presence == Presence::Untouched {
            return Err(self.purpose.refused("The security key signed without a touch, which does not count").hint(
                "It was made with `no-touch-required`. `ssh-keygen -t ed25519-sk` makes one that asks for a touch",
            ));
        }
        Ok((signed, presence))
    }

    /// Has a key sign one message, with one touch if it is a security key.
    pub fn sign_once(&mut self, key: &PublicKey, namespace: &str, message: &[u8]) -> Result<KeySignature, Error> {
        let touch = signs_batches(key).then_some(TouchRequest { number: 1, of: 1, again: false });
        Ok(self.sign(key, namespace, message, touch)?.0)
    }

    /// Has a security key sign statements, as few touches as they need. `again` says that it signed them before in vain.
    pub fn sign_batches(
        &mut self,
        key: &PublicKey,
        (log, signer): (&LogOrigin, &PersonId),
        messages: &[Vec<u8>],
        again: bool,
    ) -> Result<SignedBatches, Error> {
        let mut made = SignedBatches { names: HashMap::new(), batches: Vec::new(), presence: Presence::Verified };
        let of = messages.len().div_ceil(MOST_MEMBERS);
        for (part, number) in messages.chunks(MOST_MEMBERS).zip(1..) {
            let members = part.iter().map(|message| Digest::of(message)).collect();
            let text = BatchText { log: log.clone(), signer: signer.clone(), key: key.fingerprint(), members }.render();
            let touch = Some(TouchRequest { number, of, again });
            let (signature, presence) = self.sign(key, BATCH_NAMESPACE, text.as_bytes(), touch)?;
            let batch = SignedBatch { text, key: key.clone(), signature };
            let name = batch.name();
            made.names.extend(part.iter().map(|message| (message.clone(), name)));
            made.presence = made.presence.min(presence);
            made.batches.push(batch);
        }
        Ok(made)
    }

    /// Sends a request and returns the answer, all within the patience.
    fn exchange(&mut self, request: &[u8]) -> Result<Vec<u8>, Error> {
        let end = Instant::now() + self.patience;
        self.send(request, end)?;
        let mut header = [0; 4];
        self.receive(&mut header, end)?;
        let mut answer = vec![0; answer_length(header).map_err(|fault| self.said(fault))?];
        self.receive(&mut answer, end)?;
        Ok(answer)
    }

    fn send(&mut self, mut bytes: &[u8], end: Instant) -> Result<(), Error> {
        while !bytes.is_empty() {
            self.stream.set_write_timeout(Some(self.left(end)?)).map_err(|e| self.broken(&e))?;
            match self.stream.write(bytes) {
                Ok(0) => return Err(self.hung_up()),
                Ok(sent) => bytes = bytes.get(sent..).unwrap_or_default(),
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => return Err(self.broken(&e)),
            }
        }
        Ok(())
    }

    fn receive(&mut self, mut bytes: &mut [u8], end: Instant) -> Result<(), Error> {
        while !bytes.is_empty() {
            // A byte now and then does not make the wait longer.
            self.stream.set_read_timeout(Some(self.left(end)?.min(GLANCE))).map_err(|e| self.broken(&e))?;
            match self.stream.read(bytes) {
                Ok(0) => return Err(self.hung_up()),
                Ok(read) => bytes = bytes.get_mut(read..).unwrap_or_default(),
                Err(e) if [ErrorKind::Interrupted, ErrorKind::WouldBlock, ErrorKind::TimedOut].contains(&e.kind()) => {
                    if self.touch.is_given_up() {
                        return Err(self.purpose.given_up());
                    }
                    if let Some(request) = self.waits_for {
                        self.touch.still_waits(request, self.left(end)?);
                    }
                }
                Err(e) => return Err(self.broken(&e)),
            }
        }
        Ok(())
    }

    fn left(&self, end: Instant) -> Result<Duration, Error> {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() { Err(self.late()) } else { Ok(left) }
    }

    fn late(&self) -> Error {
        let seconds = counted(self.patience.as_secs(), "second");
        if self.waits_for.is_some() {
            return self
                .purpose
                .refused(&format!("The security key was not touched within {seconds}"))
                .hint("Try again, and touch it when it blinks. If it asks for a PIN, type that first");
        }
        self.purpose
            .refused(&format!("The SSH agent did not answer within {seconds}"))
            .hint("It may be waiting for you to confirm or to touch a key")
    }

    fn hung_up(&self) -> Error {
        self.purpose.refused("The SSH agent ended the connection").hint("Check it with `ssh-add -l`")
    }

    fn said(&self, fault: AgentFault) -> Error {
        match fault {
            AgentFault::Refused if self.waits_for.is_some() => {
                self.purpose.refused("The security key did not sign").hint(
                    "It was not touched in time, it is not plugged in, its PIN was wrong, or the agent refused. `ssh-add -l` must list it",
                )
            }
            AgentFault::Refused => self
                .purpose
                .refused("The SSH agent refused")
                .hint("It may be locked, or the confirmation was declined. Check it with `ssh-add -l`"),
            fault => self.purpose.refused(&fault.to_string()),
        }
    }

    fn broken(&self, error: &std::io::Error) -> Error {
        match error.kind() {
            ErrorKind::WouldBlock | ErrorKind::TimedOut => self.late(),
            _ => self.hung_up(),
        }
    }
}

fn absent(path: &Path, error: &std::io::Error) -> Error {
    let why = match error.kind() {
        ErrorKind::NotFound => "nothing is there",
        ErrorKind::PermissionDenied => "it may not be opened",
        _ => "nothing answers",
    };
    Error::refused(format!("There is no SSH agent at {}: {why}", path.display()))
        .hint("`ssh-add -l` must list your key where you sign. `ssh-agent` starts an agent, `ssh-add` adds a key")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::net::UnixListener;
    use std::thread;

    const SHORT: Duration = Duration::from_millis(150);

    fn vars(socket: Option<&str>, over_ssh: bool) -> AgentVars {
        AgentVars { socket: socket.map(PathBuf::from), over_ssh }
    }

    /// What asking for the keys comes to, if the agent answers with `serve`.
    fn asked(serve: impl FnOnce(UnixStream) + Send + 'static) -> Result<Vec<AgentKey>, Error> {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("agent");
        let listener = UnixListener::bind(&socket).unwrap();
        let server = thread::spawn(move || serve(listener.accept().unwrap().0));
        let user = rustix::process::geteuid().as_raw();
        let mut agent = Agent::connect(&AgentPlace { socket, forwarded: false }, user).unwrap();
        agent.patience = SHORT;
        let found = agent.keys();
        drop(agent);
        server.join().unwrap();
        found
    }

    fn why(found: Result<Vec<AgentKey>, Error>) -> String {
        found.unwrap_err().why
    }

    #[test]
    fn an_agent_is_forwarded_where_somebody_came_by_ssh_or_sshd_made_the_socket() {
        for (socket, over_ssh, forwarded) in [
            ("/tmp/ssh-XXXX/agent.1", false, false),
            ("/tmp/ssh-XXXX/agent.1", true, true),
            ("/home/ann/.ssh/agent/s.A.agent.B", false, false),
            ("/home/ann/.ssh/agent/s.A.sshd.B", false, true),
            ("/run/user/1000/keyring/ssh", true, true),
        ] {
            let place = AgentPlace::find(vars(Some(socket), over_ssh)).unwrap();
            assert_eq!(place.forwarded, forwarded, "{socket} {over_ssh}");
            for (key, auths) in [
                (PublicKey::from_strings("ssh-ed25519", &[]), [AuthMethod::Agent, AuthMethod::ForwardedAgent]),
                (
                    PublicKey::from_strings("sk-ssh-ed25519@openssh.com", &[]),
                    [AuthMethod::SecurityKey, AuthMethod::ForwardedSecurityKey],
                ),
            ] {
                assert_eq!(place.auth(&key), auths[usize::from(forwarded)]);
            }
        }
        assert_eq!(AgentPlace::find(vars(None, true)), None);
    }

    #[test]
    fn an_agent_that_is_not_there_not_a_socket_or_of_another_user_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("agent");
        let place = AgentPlace { socket: socket.clone(), forwarded: false };
        let user = rustix::process::geteuid().as_raw();
        let why = |user| Agent::connect(&place, user).unwrap_err().why;
        assert!(why(user).contains("nothing is there"), "{}", why(user));
        fs::write(&socket, "").unwrap();
        assert!(why(user).contains("it is not a socket"), "{}", why(user));
        fs::remove_file(&socket).unwrap();
        let listener = UnixListener::bind(&socket).unwrap();
        assert!(Agent::connect(&place, user).is_ok());
        assert!(why(user + 1).contains("belongs to another user"), "{}", why(user + 1));
        drop(listener);
        assert!(why(user).contains("nothing answers"), "{}", why(user));
    }

    #[test]
    fn an_agent_that_is_silent_or_drips_is_left_after_the_patience() {
        let late = "did not answer within";
        let begun = Instant::now();
        let silent = asked(|stream| {
            let mut rest = Vec::new();
            let _ = (&stream).read_to_end(&mut rest);
        });
        assert!(why(silent).contains(late));
        let drips = asked(|mut stream| {
            let _ = stream.write_all(&[0, 0, 4, 0, 12]);
            // Each byte comes well within the patience, all of them do not.
            while stream.write_all(&[0]).is_ok() {
                thread::sleep(SHORT / 5);
            }
        });
        assert!(why(drips).contains(late));
        assert!(begun.elapsed() >= SHORT * 2 && begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
    }

    #[test]
    fn an_agent_that_hangs_up_anywhere_or_announces_too_much_is_left() {
        let whole = [0, 0, 0, 5, 12, 0, 0, 0, 0];
        for cut in 0..whole.len() {
            let found = asked(move |mut stream| {
                let _ = (&stream).read_exact(&mut [0; 5]);
                let _ = stream.write_all(&whole[..cut]);
            });
            assert!(why(found).contains("ended the connection"), "{cut}");
        }
        for length in [256 * 1024 + 1, 0x7fff_ffff, u32::MAX] {
            let found = asked(move |mut stream| {
                let _ = (&stream).read_exact(&mut [0; 5]);
                let _ = stream.write_all(&length.to_be_bytes());
            });
            assert!(why(found).contains("too long for an agent"), "{length}");
        }
        let whole = asked(move |mut stream| {
            let _ = (&stream).read_exact(&mut [0; 5]);
            let _ = stream.write_all(&whole);
        });
        assert_eq!(whole, Ok(Vec::new()));
    }
}
