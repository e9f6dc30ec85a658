//! A PostgreSQL of the tests' own, on 127.0.0.1: started by the first test that needs it, ended with the last.

use std::io::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::cli::book::Book;

/// How long a server may take to start.
const PATIENCE: Duration = Duration::from_mins(1);
/// Starts the server, again if it was killed, and ends it when standard input closes: also when the tests were killed.
const KEEPER: &str = r#"folder=$1; shift
until "$@" >>"$folder/log" 2>&1 || [ -e "$folder/end" ]; do sleep 0.1; done &
kept=$!; read line; touch "$folder/end"
while kill -0 $kept 2>/dev/null; do kill -INT "$(head -n 1 "$folder/data/postmaster.pid" 2>/dev/null)" 2>/dev/null; sleep 0.1; done
rm -rf "$folder""#;

/// A running server.
#[derive(Debug)]
pub struct Server {
    folder: PathBuf,
    programs: PathBuf,
    port: u16,
    keeper: Mutex<Option<(Child, ChildStdin)>>,
}

/// Where Debian has the server's programs, the newest version.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten().map(|entry| entry.path().join("bin"));
    let found = versions.filter(|folder| folder.join("initdb").exists()).max();
    found.filter(|_| Path::new("/usr/bin/psql").exists())
}

/// A command that does not run as root, which the server refuses.
fn unprivileged(program: &Path) -> Command {
    if !rustix::process::geteuid().is_root() {
        return Command::new(program);
    }
    let user = std::fs::read_to_string("/etc/passwd").unwrap();
    let user = if user.lines().any(|line| line.starts_with("postgres:")) { "postgres" } else { "nobody" };
    let mut command = Command::new("setpriv");
    command.args([&format!("--reuid={user}"), "--init-groups"]).arg(program);
    command
}

impl Server {
    /// Starts a server of one's own; `None`, with a word about it, where PostgreSQL is not installed.
    pub fn start() -> Option<Arc<Self>> {
        let Some(programs) = programs() else {
            println!("skipped: PostgreSQL is not installed here");
            return None;
        };
        let folder = tempfile::Builder::new().prefix("countersign-pg-").tempdir().unwrap().keep();
        std::fs::set_permissions(&folder, std::os::unix::fs::PermissionsExt::from_mode(0o777)).unwrap();
        let data = folder.join("data");
        let mut initdb = unprivileged(&programs.join("initdb"));
        initdb.args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "-D"]).arg(&data);
        let made = initdb.current_dir("/").stdin(Stdio::null()).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let server = Self { folder, programs, port, keeper: Mutex::new(None) };
        server.run();
        Some(Arc::new(server))
    }

    /// The server that tests share.
    pub fn shared() -> Option<Arc<Self>> {
        static RUNNING: Mutex<Weak<Server>> = Mutex::new(Weak::new());
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(server) = running.upgrade() {
            return Some(server);
        }
        let server = Self::start()?;
        *running = Arc::downgrade(&server);
        Some(server)
    }

    fn run(&self) {
        let postgres = unprivileged(&self.programs.join("postgres"));
        let mut keeper = Command::new("/bin/sh");
        keeper.args(["-c", KEEPER, "keeper"]).arg(&self.folder).arg(postgres.get_program()).args(postgres.get_args());
        keeper.arg("-D").arg(self.folder.join("data")).args(["-p", &self.port.to_string(), "-k", ""]);
        // Whatever is in the way of many short connections and kills, and nothing that changes what a commit means.
        keeper.args(["-c", "listen_addresses=127.0.0.1", "-c", "max_connections=60", "-c", "shared_buffers=64MB"]);
        let mut child = keeper.current_dir("/").stdin(Stdio::piped()).spawn().unwrap();
        let input = child.stdin.take().unwrap();
        *self.keeper.lock().unwrap() = Some((child, input));
        self.wait();
    }

    /// Kills the server. It is started again, and recovers from its log.
    pub fn crash(&self) {
        // While it starts, there may be no number yet.
        let text = std::fs::read_to_string(self.folder.join("data/postmaster.pid")).unwrap_or_default();
        if let Some(pid) = text.lines().next().and_then(|pid| pid.parse().ok()).and_then(Pid::from_raw) {
            let _ = kill_process(pid, Signal::KILL);
        }
    }

    /// Waits until it answers.
    pub fn wait(&self) {
        let until = Instant::now() + PATIENCE;
        while !self.psql("postgres", "postgres", "SELECT 1").0 {
            let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            assert!(Instant::now() < until, "the server does not answer: {log}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn end(&self) {
        if let Some((mut child, input)) = self.keeper.lock().unwrap_or_else(PoisonError::into_inner).take() {
            drop(input);
            child.wait().unwrap();
        }
    }

    /// Runs SQL as a role; whether it succeeded, what it answered and what it said.
    pub fn psql(&self, role: &str, database: &str, sql: &str) -> (bool, String, String) {
        let address = format!("postgresql://{role}@127.0.0.1:{}/{database}", self.port);
        let mut psql = Command::new("psql");
        psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-f", "-", "-d", &address]);
        let mut child = psql.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        let sql = sql.to_owned();
        let writer = std::thread::spawn(move || {
            let _ = input.write_all(sql.as_bytes());
        });
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
        (output.status.success(), text(&output.stdout), text(&output.stderr))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

/// A hub of one test: a database of its own, whose sites have roles of their own.
#[derive(Debug)]
pub struct Hub {
    pub server: Arc<Server>,
    pub database: String,
}

impl Hub {
    /// An empty hub on the shared server.
    pub fn new() -> Option<Self> {
        Some(Self::on(Server::shared()?))
    }

    /// An empty hub, made with the SQL that the program prints.
    pub fn on(server: Arc<Server>) -> Self {
        Self::made_with(server, &Book::empty().run(&["hub", "schema"]).done().out)
    }

    /// A hub made with this SQL.
    pub fn made_with(server: Arc<Server>, schema: &str) -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        // The roles that all hubs of a server share are made once.
        static MAKING: Mutex<()> = Mutex::new(());
        let _one = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
        let database = format!("hub{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let hub = Self { server, database };
        let made = hub.server.psql("postgres", "postgres", &format!("CREATE DATABASE {};", hub.database));
        assert!(made.0, "{made:?}");
        hub.superuser(schema);
        hub
    }

    /// Makes the role of a site.
    pub fn admit(&self, site: &str) {
        self.superuser(&format!("CREATE ROLE {} LOGIN IN ROLE countersign_site;", self.role(site)));
    }

    pub fn role(&self, site: &str) -> String {
        format!("{site}_{}", self.database)
    }

    /// The address of the hub for a site.
    pub fn address(&self, site: &str) -> String {
        format!("postgresql://{}@127.0.0.1:{}/{}", self.role(site), self.server.port, self.database)
    }

    /// The address of the hub for its administrator.
    pub fn as_superuser(&self) -> String {
        format!("postgresql://postgres@127.0.0.1:{}/{}", self.server.port, self.database)
    }

    /// Lets a site read another's log.
    pub fn let_read(&self, reader: &str, of: &str) {
        self.superuser(&format!("SELECT countersign.let_read('{reader}', '{of}');"));
    }

    /// Runs SQL as the superuser, and returns what it answered.
    pub fn superuser(&self, sql: &str) -> String {
        let (done, out, err) = self.server.psql("postgres", &self.database, sql);
        assert!(done, "{sql}: {err}");
        out
    }

    /// Runs SQL as a site; what it answered, or the error.
    pub fn site(&self, site: &str, sql: &str) -> Result<String, String> {
        let (done, out, err) = self.server.psql(&self.role(site), &self.database, sql);
        if done { Ok(out) } else { Err(err) }
    }

    /// Lets a book join under a name.
    pub fn join(&self, book: &Book, site: &str) {
        self.admit(site);
        let joined = book.run(&["hub", "join", &self.address(site), "--site", site]);
        assert_eq!(joined.code, 0, "{joined:?}");
    }
}
