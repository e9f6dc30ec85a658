//! Keys to log in with: who may add one, what the map holds, what sshd's lookup answers, what a session refuses by itself.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;
use std::process::{Command, Output};

use countersign_app::demo::PASSPHRASE;

use crate::cli::book::Book;

/// The map, or nothing where there is none.
fn map(book: &Book) -> String {
    std::fs::read_to_string(book.map()).unwrap_or_default()
}

fn look_up(map: &std::path::Path, arguments: &[OsString]) -> Output {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("countersign"));
    command.env_clear().args(["ssh", "keys", "--map"]).arg(map).args(arguments).output().unwrap()
}

fn asked(book: &Book, kind: &str, key: &str) -> String {
    let output = look_up(&book.map(), &["countersign".into(), kind.into(), key.into()]);
    assert!(output.stderr.is_empty() && matches!(output.status.code(), Some(0 | 1)), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_key_lets_one_person_in_until_it_is_taken_back_and_who_did_either_is_kept() {
    let book = Book::founded();
    let file = book.login_key("ann");
    let line = std::fs::read_to_string(&file).unwrap();
    let [kind, key, _] = line.trim().split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
    book.officer(&["ssh", "add", "Ann Trainee", "--key", &file]).done();
    let (id, size) = (book.id_of("Ann Trainee"), book.size());
    assert_eq!(size, 7, "access is no statement");
    let program = assert_cmd::cargo::cargo_bin!("countersign").canonicalize().unwrap();
    let logins = book.run(&["ssh", "list", "--json"]).done().json();
    let named = logins["logins"][0]["id"].as_str().unwrap().to_owned();
    let expected = format!(
        "restrict,pty,command=\"{} --data {} session {id} --key {named}\" {kind} {key}\n",
        program.display(),
        book.data().display()
    );
    assert_eq!(asked(&book, kind, key), expected);
    assert!(!map(&book).contains("Ann") && !map(&book).contains("ward"), "{}", map(&book));
    book.officer(&["ssh", "add", "Ann Trainer", "--key", &file]).refused(1, "already belongs to Ann Trainee");
    book.officer(&["ssh", "revoke", "Ann Trainer"]).refused(2, "has no key to log in with");
    book.officer(&["ssh", "revoke", "Ann Trainee"]).done();
    assert_eq!(asked(&book, kind, key), "");
    let logins = book.run(&["ssh", "list", "--json"]).done().json();
    let (login, officer) = (&logins["logins"][0], book.id_of("Olu Officer"));
    assert_eq!((&login["person"], &login["current"]), (&id.into(), &false.into()));
    assert_eq!((&login["added_by"], &login["revoked_by"]), (&officer.clone().into(), &officer.into()));
    // What was taken back may be given to somebody else.
    book.officer(&["ssh", "add", "Ann Trainer", "--key", &file]).done();
    assert!(asked(&book, kind, key).contains(&format!("session {} --key", book.id_of("Ann Trainer"))));
}

#[test]
fn a_leaver_s_keys_leave_the_map_at_once() {
    let book = Book::founded();
    for (person, name) in [("Ann Trainee", "ann"), ("Sam Supervisor", "sam"), ("Sam Supervisor", "sam-too")] {
        book.officer(&["ssh", "add", person, "--key", &book.login_key(name)]).done();
    }
    let (ann, sam) = (book.id_of("Ann Trainee"), book.id_of("Sam Supervisor"));
    assert_eq!((map(&book).matches(&ann).count(), map(&book).matches(&format!(" {sam} ")).count()), (1, 2));
    book.officer(&["person", "leave", "Sam Supervisor"]).done();
    assert!(map(&book).contains(&ann) && !map(&book).contains(&format!(" {sam} ")), "{}", map(&book));
    book.officer(&["ssh", "add", &sam, "--key", &book.login_key("late")]).refused(1, "has left");
}

#[test]
fn only_a_training_officer_adds_a_key_and_only_a_sound_one() {
    let book = Book::founded();
    let file = book.login_key("ann");
    let add = ["ssh", "add", "Ann Trainee", "--key"];
    let (supervisor, guess) = (book.secret("supervisor"), book.secret("wrong"));
    let sam = [&add[..], &[&file, "--as", "Sam", "--passphrase-file", &supervisor]].concat();
    book.run(&sam).refused(2, "Sam Supervisor is not a training officer");
    let wrong = [&add[..], &[&file, "--as", "Olu", "--passphrase-file", &guess]].concat();
    book.run(&wrong).refused(1, "Wrong passphrase");
    for (name, text, words) in [
        ("private", "-----BEGIN OPENSSH PRIVATE KEY-----", "a private key"),
        ("two", "ssh-ed25519 AAAA\nssh-ed25519 AAAA", "two: Line 2 has a second key"),
        ("options", "# a comment\ncommand=\"sh\" ssh-ed25519 AAAA", "options: Line 2 should be an OpenSSH public key"),
        ("none", "\u{1b}[31m", "none: Line 1 should be an OpenSSH public key"),
        ("empty", "", "empty: It contains no OpenSSH public key"),
    ] {
        let file = book.keep(name, text);
        book.officer(&[&add[..], &[&file]].concat()).refused(2, words);
    }
    let place = book.0.path();
    std::fs::write(place.join("bytes"), [0xff, 0xfe, 0]).unwrap();
    std::fs::write(place.join("large"), vec![b'A'; (1 << 20) + 1]).unwrap();
    let large = place.join("large").to_str().unwrap().to_owned();
    book.officer(&[&add[..], &[&large]].concat()).refused(1, "It is larger than 1 MiB");
    assert!(Command::new("mkfifo").arg(place.join("pipe")).status().unwrap().success());
    for (name, words) in
        [("bytes", "bytes: It is not text"), ("pipe", "It is not a file"), ("gone", "There is no such file")]
    {
        let before = std::fs::read(book.database()).unwrap();
        book.officer(&[&add[..], &[place.join(name).to_str().unwrap()]].concat()).refused(2, words);
        assert_eq!(std::fs::read(book.database()).unwrap(), before, "{name}");
    }
    for (kind, size) in [("rsa", "2048"), ("rsa", "1024"), ("ecdsa", "256"), ("ecdsa", "384"), ("ecdsa", "521")] {
        let path = book.0.path().join(format!("{kind}{size}"));
        let made = Command::new("ssh-keygen").args(["-q", "-N", "", "-t", kind, "-b", size, "-f"]).arg(&path).status();
        assert!(made.unwrap().success());
        let file = path.with_extension("pub");
        let ran = book.officer(&[&add[..], &[file.to_str().unwrap()]].concat());
        if size == "1024" {
            ran.refused(2, "an RSA key of 1024 bits");
            continue;
        }
        ran.done();
        let line = std::fs::read_to_string(&file).unwrap();
        let [kind, key, _] = line.trim().split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
        assert!(asked(&book, kind, key).ends_with(&format!("\" {kind} {key}\n")), "{}", asked(&book, kind, key));
    }
    std::fs::create_dir(book.0.path().join("gone")).unwrap();
    let settings = book.0.path().join(".config/countersign/config.toml");
    std::fs::write(settings, "[ssh]\nmap = \"/nowhere/at/all/map\"\n").unwrap();
    let before = book.run(&["ssh", "list", "--json"]).out;
    book.officer(&[&add[..], &[&file]].concat()).refused(1, "/nowhere/at/all/map");
    assert_eq!(book.run(&["ssh", "list", "--json"]).out, before);
}

#[test]
fn hostile_arguments_of_the_lookup_are_answered_by_nothing() {
    let book = Book::founded();
    let file = book.login_key("ann");
    book.officer(&["ssh", "add", "Ann Trainee", "--key", &file]).done();
    let line = std::fs::read_to_string(&file).unwrap();
    let key = line.split(' ').nth(1).unwrap();
    let mut bad: Vec<Vec<OsString>> = [
        vec!["x", "ssh-ed25519", "AAAA"],
        vec!["x", "ssh-rsa", key],
        vec!["x", "ssh-ed25519", "$(id)"],
        vec!["x", "ssh-ed25519", "';--\n\"`"],
        vec!["x", "--help", "--version"],
        vec!["--help", "ssh-ed25519", ""],
        vec!["x", "", ""],
        vec!["x"],
        vec![],
        vec!["x", "ssh-ed25519", key, "more"],
    ]
    .into_iter()
    .map(|args| args.into_iter().map(OsString::from).collect())
    .collect();
    bad.push(vec!["x".into(), "ssh-ed25519".into(), "A".repeat(100_000).into()]);
    bad.push(vec!["x".into(), "ssh-ed25519".into(), OsString::from_vec(vec![0xff, 0xfe, b'A'])]);
    bad.push(vec![OsString::from_vec((1..=255).collect()), "\u{202e}".into(), "\u{0}".replace('\0', "\u{1}").into()]);
    bad.push(vec!["x".into(), "ssh-ed25519".into(), format!("{key}\n{key}").into()]);
    bad.push(vec!["x".into(), "ssh-ed25519".into(), format!("{key} ").into()]);
    for arguments in bad {
        let output = look_up(&book.map(), &arguments);
        assert!(output.stdout.is_empty(), "{arguments:?}: {output:?}");
        assert!(output.stderr.is_empty() && matches!(output.status.code(), Some(0 | 1)), "{arguments:?}: {output:?}");
    }
    for broken in ["", "countersign-keys/1", "rubbish\n", "countersign-keys/1\ndata /x y\n"] {
        std::fs::write(book.map(), broken).unwrap();
        assert_eq!(asked(&book, "ssh-ed25519", key), "", "{broken:?}");
    }
    std::fs::remove_file(book.map()).unwrap();
    assert_eq!(asked(&book, "ssh-ed25519", key), "");
    // The map is an index of the table, and is made again.
    book.run(&["ssh", "sync"]).done();
    assert_ne!(asked(&book, "ssh-ed25519", key), "");
}

#[test]
fn the_lookup_reads_the_map_and_no_other_file() {
    let book = Book::founded();
    let file = book.login_key("ann");
    book.officer(&["ssh", "add", "Ann Trainee", "--key", &file]).done();
    let line = std::fs::read_to_string(&file).unwrap();
    let [kind, key, _] = line.trim().split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
    let before = asked(&book, kind, key);
    assert!(before.starts_with("restrict,pty,command="), "{before}");
    // Neither data nor settings that could be read are wanted.
    let (data, settings) = (book.data(), book.0.path().join(".config/countersign/config.toml"));
    std::fs::write(&settings, "[[[").unwrap();
    std::fs::remove_dir_all(&data).unwrap();
    std::fs::write(&data, "no folder").unwrap();
    assert_eq!(asked(&book, kind, key), before);
    // What it opens, seen from outside, next to what the system's own loader does.
    let trace = book.0.path().join("trace");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-e", "trace=open,openat,openat2,connect,execve", "-o"]).arg(&trace);
    let program = assert_cmd::cargo::cargo_bin!("countersign");
    strace.arg(program).args(["ssh", "keys", "--map"]).arg(book.map()).args(["countersign", kind, key]);
    let Ok(output) = strace.env_clear().env("PATH", "/usr/bin:/bin").output() else {
        return println!("skipped: there is no strace");
    };
    if !output.status.success() {
        return println!("skipped: strace may not trace here: {output:?}");
    }
    assert_eq!(String::from_utf8(output.stdout).unwrap(), before);
    let seen = std::fs::read_to_string(&trace).unwrap();
    let path = |line: &str| line.split('"').nth(1).map(str::to_owned);
    let loader =
        |path: &String| ["/etc/ld.so", "/lib", "/usr/lib", "/proc/self/"].iter().any(|at| path.starts_with(at));
    let opened: Vec<String> = seen.lines().filter_map(path).filter(|path| !loader(path)).collect();
    let wanted = [program.to_str().unwrap(), book.map().to_str().unwrap()].map(str::to_owned);
    assert_eq!(opened, wanted, "{seen}");
}

#[test]
fn sshd_s_lines_are_printed_or_put_into_a_new_file_and_never_over_one() {
    let book = Book::empty();
    let printed = book.run(&["ssh", "install", "--dry-run"]);
    let program = assert_cmd::cargo::cargo_bin!("countersign").canonicalize().unwrap();
    let command = format!("AuthorizedKeysCommand {} ssh keys %u %t %k", program.display());
    assert!(printed.code == 0 && printed.out.contains(&command), "{printed:?}");
    assert!(printed.err.contains("useradd") && printed.err.contains("countersign-keys"), "{printed:?}");
    let there = book.keep("sshd.conf", "Port 22");
    book.run(&["ssh", "install", "--to", &there]).refused(1, "another file of this name");
    assert_eq!(std::fs::read_to_string(&there).unwrap(), "Port 22\n");
    for bad in ["a;b", "Root", "$(id)", ""] {
        book.run(&["ssh", "install", "--dry-run", "--user", bad]).refused(2, "an account's name");
    }
}

#[test]
fn a_session_is_given_its_data_and_person_and_takes_neither_from_the_environment() {
    let book = Book::founded();
    let id = book.id_of("Ann Trainee");
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("countersign"));
    command.env_clear().env("HOME", book.0.path()).env("COUNTERSIGN_DATA", book.data());
    let output = command.args(["session", &id]).env("SSH_ORIGINAL_COMMAND", "outstanding").output().unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("needs its data folder"), "{output:?}");
    // Without a key of theirs in the table nobody has a session.
    book.run(&["session", &id]).refused(1, "This SSH key is no longer accepted");
    book.officer(&["ssh", "add", "Ann Trainee", "--key", &book.login_key("ann")]).done();
    let session = |wanted: &str| {
        let output = book.command().args(["session", &id]).env("SSH_ORIGINAL_COMMAND", wanted).output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
    };
    assert_eq!(session("outstanding"), (0, book.run(&["outstanding", &id]).done().out));
    for spaced in ["outstanding ", " outstanding", "outstanding\n"] {
        assert_eq!(session(spaced), session("outstanding"), "{spaced:?}");
    }
    assert_eq!(session("portfolio"), (0, book.run(&["portfolio", &id]).done().out));
    assert_eq!(session("hours"), (0, book.run(&["hours", "list", &id]).done().out));
    let (code, said) = session("hours add yesterday 3.5 Shadowed the echo clinic");
    assert!(code == 0 && said.starts_with("Entered 3.5 hours for Ann Trainee"), "{said}");
    // A day of several words, as it is said.
    let day = chrono::Local::now().date_naive() - chrono::Days::new(9);
    for (form, hours) in [("%-d %b", "1.5"), ("%a %-d %B %Y", "0:30"), ("%d/%m", "2")] {
        let (code, said) = session(&format!("hours add {} {hours} Read a paper", day.format(form)));
        assert!(code == 0 && said.contains(&day.format("%a %-d %b %Y").to_string()), "{form}: {said}");
    }
    let mine = book.run(&["hours", "list", &id, "--json"]).done().json();
    let entries = mine["entries"].as_array().unwrap();
    let papers: Vec<&str> =
        entries.iter().filter(|row| row["what"] == "Read a paper").map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(papers.len(), 3);
    for paper in papers {
        book.run(&["hours", "remove", &id, paper]).done();
    }
    assert_eq!(book.run(&["hours", "list", &id, "--json"]).done().json()["waiting"], 3.5);
    for wanted in
        ["hours add", "hours add today", "hours add today 25 x", "hours add tomorrow 1 x", "hours confirm", "hourss"]
    {
        assert_eq!(session(wanted), (2, String::new()), "{wanted:?}");
    }
    assert_eq!(book.run(&["hours", "list", &id, "--json"]).done().json()["waiting"], 3.5);
    for wanted in ["", "sh", "outstanding;id", "--json"] {
        assert_eq!(session(wanted), (2, String::new()), "{wanted:?}");
    }
    book.run(&["session", &id]).refused(2, "The screen needs a terminal");
}

#[test]
fn evidence_comes_over_ssh_to_those_who_may_see_it_and_as_it_was_handed_in() {
    let book = Book::founded();
    let (ann, sam) = (book.id_of("Ann Trainee"), book.id_of("Sam Supervisor"));
    book.officer(&["person", "add", "Bo Trainee", "--role", "trainee"]).done();
    book.officer(&["enrol", "Bo Trainee", "ST0413", "--start", "2025-09-01"]).done();
    let bo = book.id_of("Bo Trainee");
    for (name, who) in [("ann", "Ann Trainee"), ("sam-login", "Sam Supervisor"), ("bo", "Bo Trainee")] {
        book.officer(&["ssh", "add", who, "--key", &book.login_key(name)]).done();
    }
    let session = |who: &str, wanted: &str, input: &[u8]| {
        let mut command = book.command();
        command.args(["session", who]).env("SSH_ORIGINAL_COMMAND", wanted).write_stdin(input);
        let output = command.output().unwrap();
        (output.status.code().unwrap(), output.stdout, String::from_utf8(output.stderr).unwrap())
    };
    // No character of it is text: what comes out is what went in.
    let picture = [b"\x89PNG\r\n\x1a\n".as_slice(), &[0, 27, 91, 50, 74, 255, 254]].concat();
    assert_eq!(session(&ann, "evidence add", &picture).0, 0);
    let held = book.run(&["evidence", "list", "Ann Trainee", "--json"]).done().json();
    let digest = held["files"][0]["id"].as_str().unwrap().trim_start_matches("sha256:").to_owned();
    for who in [&ann, &sam] {
        let (code, bytes, err) = session(who, &format!("evidence get {}", &digest[..16]), b"");
        assert_eq!((code, bytes, err.as_str()), (0, picture.clone(), ""));
    }
    let (code, bytes, err) = session(&bo, &format!("evidence get {digest}"), b"");
    assert_eq!((code, bytes.len()), (2, 0));
    assert!(err.contains("No file begins with"), "{err}");
    for wanted in
        ["evidence get", "evidence get ", "evidence get ../../keys", "evidence get 64da6a; id", "evidence get 64da"]
    {
        let (code, bytes, err) = session(&sam, wanted, b"");
        assert_eq!((code, bytes.len()), (2, 0), "{wanted}");
        assert!(err.contains("is not available here"), "{wanted}: {err}");
    }
}

#[test]
#[ignore = "slow: many runs of the program"]
fn every_trainee_of_a_busy_department_gets_an_answer_to_each_word_over_ssh() {
    let book = Book::empty();
    let (data, pass) = (book.secret("data"), book.keep("demo", PASSPHRASE));
    book.run(&["demo", "--make", &data, "--trainees", "6", "--sign-offs", "120", "--seed", "1"]).done();
    let people = book.run(&["person", "list", "--json"]).done().json();
    let of_role = |role: &str| -> Vec<(String, String)> {
        let all = people["people"].as_array().unwrap().iter();
        let with = all.filter(|one| one["roles"].as_array().unwrap().contains(&role.into()));
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        with.map(|one| (text(&one["id"]), text(&one["name"]))).collect()
    };
    let supervisor = of_role("supervisor").swap_remove(0).0;
    let asked =
        ["home", "outstanding", "portfolio", "export", "receipts", "evidence list", "hours", "checkpoint", "home read"];
    for (n, (id, name)) in of_role("trainee").iter().enumerate() {
        let key = book.login_key(&format!("login-{n}"));
        let officer = ["--as", "Tilly", "--passphrase-file", &pass];
        book.run(&[&["ssh", "add", id, "--key", &key], &officer[..]].concat()).done();
        book.run(&[&["supervise", &supervisor, id], &officer[..]].concat());
        for wanted in asked {
            let output = book.command().args(["session", id]).env("SSH_ORIGINAL_COMMAND", wanted).output().unwrap();
            let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            assert_eq!(output.status.code(), Some(0), "{name}, {wanted}: {err}");
            assert!(wanted != "home" || out.contains(&**name), "{name}: {out}");
        }
    }
}
