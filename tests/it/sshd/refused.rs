//! What sshd and the session refuse: keys, commands, files, forwards, variables, identities.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::pty::terminal::{PATIENCE, Screen};
use crate::sshd::server::{Key, Server};

/// `ssh` comes to nothing on the output, with this exit code and these words.
fn refused(server: &Server, key: &Key, options: &[&str], command: &[&str], code: i32, words: &str) {
    let output = server.ssh(key, options, command);
    let err = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{options:?} {command:?}: {err}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "", "{options:?} {command:?}");
    assert!(err.contains(words), "{options:?} {command:?}: {err}");
}

#[test]
#[ignore = "slow: a real sshd"]
fn only_a_key_of_the_map_lets_in_and_only_while_it_is_there() {
    let Some(server) = Server::start("c") else { return };
    let alex = server.let_in("Alex Trainee");
    refused(&server, &server.key("stranger"), &[], &["checkpoint"], 255, "Permission denied");
    assert_eq!(server.ssh(&alex, &[], &["checkpoint"]).status.code(), Some(0));
    assert_eq!(server.officer(&["ssh", "revoke", "Alex Trainee"]).code, 0);
    refused(&server, &alex, &[], &["checkpoint"], 255, "Permission denied");
    let sam = server.let_in("Sam Supervisor");
    assert_eq!(server.ssh(&sam, &[], &["checkpoint"]).status.code(), Some(0));
    assert_eq!(server.officer(&["person", "leave", "Sam Supervisor"]).code, 0);
    refused(&server, &sam, &[], &["checkpoint"], 255, "Permission denied");
}

#[test]
#[ignore = "slow: a real sshd"]
fn an_open_screen_ends_by_itself_once_its_own_key_is_taken_back_or_its_person_has_left() {
    let Some(server) = Server::start("j") else { return };
    let kinds = ["ed25519", "ecdsa", "rsa"];
    let [first, second, third] = kinds.map(|kind| server.let_in_with("Alex Trainee", kind));
    let sam = server.let_in("Sam Supervisor");
    let mut screens: Vec<_> = [&first, &second, &third].map(|key| server.screen(key)).into();
    for screen in &mut screens {
        screen.wait_for("signed in as Alex Trainee");
    }
    let mut desk = server.screen(&sam);
    desk.wait_for("Say who you are");
    // Nobody touches a key: the screens that must end do, and the others go on.
    let logins = server.run(&["ssh", "list", "--json"]).json();
    let fingerprint = logins["logins"][1]["id"].as_str().unwrap();
    assert_eq!(server.officer(&["ssh", "revoke", "Alex Trainee", "--key", fingerprint]).code, 0);
    turned_away(screens.remove(1));
    for screen in &mut screens {
        screen.keys("4", "valid signature");
    }
    assert_eq!(server.officer(&["person", "leave", "Sam Supervisor"]).code, 0);
    turned_away(desk);
    assert_eq!(server.officer(&["ssh", "revoke", "Alex Trainee"]).code, 0);
    screens.into_iter().for_each(turned_away);
}

/// The screen is left, the terminal is given back, and it is said why.
fn turned_away(screen: Screen) {
    let screen = screen.end().with(1);
    assert!(screen.says("This SSH key is no longer accepted"), "{}", screen.text());
}

#[test]
#[ignore = "slow: a real sshd"]
fn no_other_command_runs_whatever_it_is_called() {
    let Some(server) = Server::start("d") else { return };
    let alex = server.let_in("Alex Trainee");
    for command in [
        "id",
        "sh",
        "outstanding; id",
        "outstanding && id",
        "outstanding $(id)",
        "receipts\nid",
        "portfolio 02c1",
        "session 02c1",
        "id --data /tmp history",
        "/usr/lib/openssh/sftp-server",
        "scp -f /etc/passwd",
    ] {
        refused(&server, &alex, &[], &[command], 2, "is not available here");
        // A terminal changes nothing: the screen does not open either.
        let output = server.ssh(&alex, &["-tt"], &[command]);
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.code() == Some(2) && !said.contains("\u{1b}[?1049h"), "{command}: {said}");
    }
    refused(&server, &alex, &["-T"], &[], 2, "The screen needs a terminal");
}

#[test]
#[ignore = "slow: a real sshd"]
fn no_file_is_fetched_or_put() {
    let Some(server) = Server::start("e") else { return };
    let alex = server.let_in("Alex Trainee");
    let secret = server.data().join("countersign.db");
    let got = server.data().parent().unwrap().join("got");
    let from = format!("{}:{}", server.address(), secret.display());
    for options in [&["-O"][..], &[]] {
        let scp = server.client("scp", &alex).args(options).arg(&from).arg(&got).output().unwrap();
        assert!(!scp.status.success() && !got.exists(), "{scp:?}");
    }
    let mut client = server.client("sftp", &alex);
    let sftp = client.args(["-b", "-"]).arg(server.address());
    let mut sftp = sftp.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let _ = writeln!(sftp.stdin.take().unwrap(), "get {} {}", secret.display(), got.display());
    assert!(!sftp.wait().unwrap().success() && !got.exists());
    let subsystem = server.ssh(&alex, &["-s"], &["sftp"]);
    assert_eq!((subsystem.status.success(), subsystem.stdout.len()), (false, 0), "{subsystem:?}");
}

#[test]
#[ignore = "slow: a real sshd"]
fn nothing_is_forwarded_in_any_direction() {
    let Some(server) = Server::start("f") else { return };
    let alex = server.let_in("Alex Trainee");
    let inside = TcpListener::bind("127.0.0.1:0").unwrap();
    let target = format!("127.0.0.1:{}", inside.local_addr().unwrap().port());
    refused(&server, &alex, &["-W", &target], &[], 255, "open failed");
    let back = format!("0:{target}");
    refused(&server, &alex, &["-o", "ExitOnForwardFailure=yes", "-N", "-R", &back], &[], 255, "forwarding failed");
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut tunnel = server.client("ssh", &alex);
    let tunnel = tunnel.args(["-N", "-L", &format!("{port}:{target}")]).arg(server.address());
    let mut tunnel = tunnel.stderr(Stdio::null()).spawn().unwrap();
    let begun = Instant::now();
    let mut line = loop {
        match TcpStream::connect(("127.0.0.1", port)) {
            Ok(line) => break line,
            Err(_) => assert!(begun.elapsed() < PATIENCE, "ssh does not listen"),
        }
        std::thread::yield_now();
    };
    line.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut bytes = Vec::new();
    // The near end is ssh's own and takes the call; the far end never comes about.
    let read = line.read_to_end(&mut bytes);
    assert!(bytes.is_empty() && !matches!(&read, Err(e) if e.kind() == std::io::ErrorKind::WouldBlock), "{read:?}");
    inside.set_nonblocking(true).unwrap();
    assert!(inside.accept().is_err(), "something came through");
    tunnel.kill().unwrap();
    tunnel.wait().unwrap();
    agent(&server, &alex);
}

/// An agent that is offered is refused by sshd.
fn agent(server: &Server, key: &Key) {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("agent");
    let mut agent = Command::new("ssh-agent").args(["-D", "-a"]).arg(&socket).stdout(Stdio::null()).spawn().unwrap();
    let begun = Instant::now();
    while std::os::unix::net::UnixStream::connect(&socket).is_err() {
        assert!(begun.elapsed() < PATIENCE, "no agent");
        std::thread::yield_now();
    }
    let mut asked = server.client("ssh", key);
    asked.env("SSH_AUTH_SOCK", &socket).arg("-A");
    let done = asked.args([&server.address(), "checkpoint"]).output().unwrap();
    agent.kill().unwrap();
    agent.wait().unwrap();
    assert!(done.status.success(), "{done:?}");
    assert!(server.log().contains("session_auth_agent_req: agent forwarding disabled"), "{}", server.log());
}

#[test]
#[ignore = "slow: a real sshd"]
fn a_variable_changes_neither_who_one_is_nor_where_the_data_is() {
    let Some(server) = Server::start("g") else { return };
    let alex = server.let_in("Alex Trainee");
    let plain = server.ssh(&alex, &[], &["outstanding"]);
    assert!(plain.status.success());
    for variable in [
        "COUNTERSIGN_DATA=/elsewhere",
        "HOME=/elsewhere",
        "XDG_DATA_HOME=/elsewhere",
        "SSH_ORIGINAL_COMMAND=portfolio",
        "USER=root",
        "COUNTERSIGN_PERSON=02c1",
        "LANG=../../../../etc/passwd",
        "LC_ALL=$(id)",
        "LD_PRELOAD=/elsewhere.so",
    ] {
        let set = server.ssh(&alex, &["-o", &format!("SetEnv={variable}")], &["outstanding"]);
        assert_eq!(set.stdout, plain.stdout, "{variable}");
    }
}

#[test]
#[ignore = "slow: a real sshd"]
fn an_identity_is_an_id_of_the_book_as_the_service_account_and_nothing_else() {
    let Some(server) = Server::start("h") else { return };
    server.let_in("Alex Trainee");
    let id = server.run(&["person", "list", "--role", "trainee", "--json"]).json()["people"][0]["id"].clone();
    for person in ["7f3a;id", "$(id)", "../x", "7F3A", "", "Alex Trainee", "7f3a id"] {
        let ran = server.run(&["session", person]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{person}: {ran:?}");
        assert_eq!(server.officer(&["ssh", "add", person, "--key", "/dev/null"]).code, 2, "{person}");
    }
    let nobody = server.run(&["session", "zzzz"]);
    assert_eq!(nobody.code, 1, "{nobody:?}");
    assert!(nobody.err.contains("This SSH key is no longer accepted"), "{nobody:?}");
    // Root reads the file all the same, but has no session on it.
    let root = Command::new(server.program())
        .arg("--data")
        .arg(server.data())
        .args(["session", id.as_str().unwrap()])
        .env("SSH_ORIGINAL_COMMAND", "portfolio")
        .output()
        .unwrap();
    assert_eq!((root.status.code(), root.stdout.len()), (Some(1), 0));
    assert!(String::from_utf8_lossy(&root.stderr).contains("the owner of the data folder"), "{root:?}");
}
