//! A real sshd on this machine alone, with an account, keys and a data folder of its own, all of which go with it. Needs
//! root: sshd takes a lookup only from a place that is root's. Must never touch the machine's own sshd.

use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Instant;

use crate::cli::book::{Book, Ran};
use crate::pty::terminal::{Begin, PATIENCE, Screen};

/// The server.
pub struct Server {
    book: Book,
    /// Root's own place, with the program in it.
    place: PathBuf,
    account: String,
    owner: (u32, u32),
    port: u16,
    sshd: Option<Child>,
}

/// A person's private key file.
pub struct Key(pub PathBuf);

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// A folder in which sshd trusts a program: root's, and nobody else can write there.
fn trusted() -> Option<&'static Path> {
    let sound = |path: &Path| std::fs::metadata(path).is_ok_and(|about| about.uid() == 0 && about.mode() & 0o022 == 0);
    ["/usr/local/lib", "/opt", "/usr/lib"].into_iter().map(Path::new).find(|path| path.ancestors().all(sound))
}

impl Server {
    /// A server over a made-up department; nothing, and a line that says why, where there can be none.
    pub fn start(name: &str) -> Option<Self> {
        let why = if !Path::new("/usr/sbin/sshd").exists() {
            "there is no sshd"
        } else if !rustix::process::geteuid().is_root() {
            "sshd trusts root's programs alone, and this is not root"
        } else if trusted().is_none() {
            "there is no folder that is root's alone"
        } else {
            return Some(Self::begin(name));
        };
        println!("skipped: {why}");
        None
    }

    fn begin(name: &str) -> Self {
        let tag = format!("cs{}{name}", std::process::id());
        let (book, place) = (Book::demo(), trusted().unwrap().join(&tag));
        let home = book.0.path().to_owned();
        run(Command::new("useradd")
            .args(["--system", "--no-create-home", "--shell", "/bin/sh", "--password", "*"])
            .arg("--home-dir")
            .arg(&home)
            .arg(&tag));
        let id = |what: &str| run(Command::new("id").args([what, &tag])).parse::<u32>().unwrap();
        let owner = (id("-u"), id("-g"));
        let mut server = Self { book, place, account: tag, owner, port: 0, sshd: None };
        let place = server.place.clone();
        std::fs::create_dir(&place).unwrap();
        std::fs::set_permissions(&place, PermissionsExt::from_mode(0o755)).unwrap();
        // By another process: a file that this one has open for writing could not be run by a test next to it.
        run(Command::new("cp").arg(assert_cmd::cargo::cargo_bin!("countersign")).arg(server.program()));
        let settings = home.join(".config/countersign");
        std::fs::create_dir_all(&settings).unwrap();
        std::fs::create_dir(place.join("keys")).unwrap();
        chown(place.join("keys"), Some(owner.0), Some(owner.1)).unwrap();
        let map = format!("[ssh]\nmap = \"{}/keys/map\"\n", place.display());
        std::fs::write(settings.join("config.toml"), map).unwrap();
        give(&home, owner);
        server.listen();
        server
    }

    pub fn program(&self) -> PathBuf {
        self.place.join("countersign")
    }

    pub fn account(&self) -> &str {
        &self.account
    }

    pub fn configuration(&self) -> PathBuf {
        self.file("sshd_config")
    }

    pub fn data(&self) -> PathBuf {
        self.book.data()
    }

    fn file(&self, name: &str) -> PathBuf {
        self.place.join(name)
    }

    /// Starts sshd with the very lines that the program says it needs. All else is as permissive as sshd can be.
    fn listen(&mut self) {
        std::fs::create_dir_all("/run/sshd").unwrap();
        run(Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(self.file("host")));
        let lines = self.run(&["ssh", "install", "--dry-run", "--user", &self.account, "--keys-user", "nobody"]);
        assert_eq!(lines.code, 0, "{lines:?}");
        self.port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let (port, place) = (self.port, self.place.display());
        let config = format!(
            "Port {port}\nListenAddress 127.0.0.1\nHostKey {place}/host\nPidFile none\nUsePAM no\nLogLevel DEBUG1\n\
             AcceptEnv *\nAllowTcpForwarding yes\nAllowAgentForwarding yes\nPermitTunnel yes\nGatewayPorts yes\n\
             MaxStartups 100\nSubsystem sftp internal-sftp\n{}",
            lines.out
        );
        std::fs::write(self.file("sshd_config"), config).unwrap();
        let log = std::fs::File::create(self.file("log")).unwrap();
        let sshd = Command::new("/usr/sbin/sshd")
            .args(["-D", "-e", "-f"])
            .arg(self.file("sshd_config"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        self.sshd = Some(sshd);
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(begun.elapsed() < PATIENCE, "sshd does not listen: {}", self.log());
            std::thread::yield_now();
        }
        let host = std::fs::read_to_string(self.file("host.pub")).unwrap();
        std::fs::write(self.file("known"), format!("[127.0.0.1]:{port} {host}")).unwrap();
    }

    /// What sshd said so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.file("log")).unwrap()
    }

    /// The program as the service account runs it.
    pub fn command(&self) -> Command {
        let mut command = Command::new(self.program());
        command.env_clear().env("HOME", self.book.0.path()).current_dir("/").uid(self.owner.0).gid(self.owner.1);
        command.arg("--data").arg(self.book.data());
        command
    }

    pub fn run(&self, args: &[&str]) -> Ran {
        let output = self.command().args(args).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Ran { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// A run signed by the training officer.
    pub fn officer(&self, args: &[&str]) -> Ran {
        let passphrase = self.book.secret("demo");
        self.run(&[args, &["--as", "Tilly Officer", "--passphrase-file", &passphrase]].concat())
    }

    /// A secret in a file of the service account's.
    pub fn secret(&self, name: &str, secret: &str) -> String {
        let path = self.book.keep(name, secret);
        give(Path::new(&path), self.owner);
        path
    }

    /// The file of everyone's passphrase.
    pub fn demo_secret(&self) -> String {
        self.book.secret("demo")
    }

    /// A new key of nobody's.
    pub fn key(&self, name: &str) -> Key {
        self.key_of(name, "ed25519")
    }

    fn key_of(&self, name: &str, kind: &str) -> Key {
        let path = self.file(name);
        run(Command::new("ssh-keygen").args(["-q", "-t", kind, "-N", "", "-C", "x", "-f"]).arg(&path));
        Key(path)
    }

    /// A new key that lets a person in.
    pub fn let_in(&self, person: &str) -> Key {
        self.let_in_with(person, "ed25519")
    }

    /// A new key of some kind that lets a person in.
    pub fn let_in_with(&self, person: &str, kind: &str) -> Key {
        let key = self.key_of(&format!("{}-{kind}", person.replace(' ', "-")), kind);
        let public = key.0.with_extension("pub");
        let added = self.officer(&["ssh", "add", person, "--key", public.to_str().unwrap()]);
        assert_eq!(added.code, 0, "{added:?}");
        key
    }

    fn options(&self, key: &Key) -> Vec<String> {
        let mut args: Vec<String> = vec!["-F".into(), "none".into(), "-i".into(), key.0.to_str().unwrap().into()];
        let known = format!("UserKnownHostsFile={}", self.file("known").display());
        for option in ["IdentitiesOnly=yes", "BatchMode=yes", "StrictHostKeyChecking=yes", &known] {
            args.extend(["-o".to_owned(), option.to_owned()]);
        }
        args
    }

    /// `ssh`, `sftp` or `scp` as its user would start it, up to the address.
    pub fn client(&self, program: &str, key: &Key) -> Command {
        let mut command = Command::new(program);
        let port = if program == "ssh" { "-p" } else { "-P" };
        command.args(self.options(key)).args([port, &self.port.to_string()]).stdin(Stdio::null());
        command.env_remove("SSH_AUTH_SOCK");
        command
    }

    pub fn address(&self) -> String {
        format!("{}@127.0.0.1", self.account)
    }

    /// What `ssh` answers to a command.
    pub fn ssh(&self, key: &Key, options: &[&str], command: &[&str]) -> Output {
        self.client("ssh", key).args(options).arg(self.address()).args(command).output().unwrap()
    }

    /// A person at a terminal who logs in.
    pub fn screen(&self, key: &Key) -> Screen {
        let mut args = self.options(key);
        args.extend(["-p".to_owned(), self.port.to_string(), "-t".to_owned(), self.address()]);
        Begin { program: "/usr/bin/ssh".into(), args, environment: vec![], size: (80, 24) }.start()
    }
}

/// Takes an account away; whether it is gone.
fn gone(account: &str) -> bool {
    let _ = Command::new("userdel").arg(account).output();
    !Command::new("id").arg(account).output().is_ok_and(|output| output.status.success())
}

/// Gives a folder and all in it to its owner, and to nobody else.
fn give(path: &Path, owner: (u32, u32)) {
    chown(path, Some(owner.0), Some(owner.1)).unwrap();
    if path.is_dir() {
        std::fs::set_permissions(path, PermissionsExt::from_mode(0o700)).unwrap();
        for entry in std::fs::read_dir(path).unwrap() {
            give(&entry.unwrap().path(), owner);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(sshd) = &mut self.sshd {
            let _ = sshd.kill();
            let _ = sshd.wait();
        }
        // What a session left running would keep the account alive.
        let begun = Instant::now();
        while !gone(&self.account) && begun.elapsed() < PATIENCE {
            let own = Command::new("pgrep").args(["-U", &self.owner.0.to_string()]).output();
            for pid in String::from_utf8_lossy(&own.map(|own| own.stdout).unwrap_or_default()).lines() {
                let _ = Command::new("kill").args(["-KILL", pid]).output();
            }
        }
        let _ = std::fs::remove_dir_all(&self.place);
    }
}
