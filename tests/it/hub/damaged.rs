//! Whatever is damaged in a hub of one site, the exchange with the others goes on, and the site is named.

use std::fs::File;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use countersign_app::error::Exit;
use countersign_app::hub::copy::Fetch;
use countersign_app::hub::pull::SitePulled;
use countersign_app::hub::results::LogState;
use countersign_app::hub::status::SiteStatus;
use countersign_app::hub::sync::{Synced, sync};
use countersign_app::hub::witness::LastSpoke;

use crate::bundle::{accept, away, home};
use crate::cli::book::{Book, copy};
use crate::hub::server::Hub;
use crate::random::every;
use crate::rotating::{opened, origin_of, rotates};
use crate::security_keys::{SoftAgent, with_key};

/// Three departments at one hub in a folder: trainees rotate from two of them to the third, which has something to send. In the
/// first, a security key signed, too.
struct Three {
    hub: tempfile::TempDir,
    home: Book,
    agent: SoftAgent,
    other: Book,
    away: Book,
}

const SITES: [&str; 3] = ["cardiology", "echo", "audiology"];

impl Three {
    fn new() -> Self {
        let (home, agent) = with_key(97);
        let three = Self { hub: tempfile::tempdir().unwrap(), home, agent, other: Book::small(), away: away() };
        assert_eq!(three.home.supervisor(&["sign-off", "Ann Trainee", "K1"]).code, 0);
        let signed = three.agent.sam(&three.home, &["sign-off", "Ann Trainee", "K2", "K3"]);
        assert_eq!(signed.code, 0, "{signed:?}");
        for (book, site) in three.books().into_iter().zip(SITES) {
            book.run(&["hub", "join", three.hub.path().to_str().unwrap(), "--site", site]);
        }
        for book in [&three.home, &three.other] {
            assert_eq!(book.run(&["hub", "sync"]).code, 0);
            accept(&three.away, book);
        }
        rotates(&three.away, "Ann Trainee", (&three.home, "Ann Trainee"), None);
        let people = three.other.run(&["person", "list", "--json"]).json();
        let person = people["people"].as_array().unwrap().iter().find(|one| one["roles"][0] == "trainee").unwrap();
        let name = person["name"].as_str().unwrap();
        rotates(&three.away, "Bea Trainee", (&three.other, name), Some(name));
        let ran = three.away.run(&["hub", "sync"]);
        assert_eq!(ran.code, 0, "{ran:?}");
        three.away.supervisor(&["sign-off", "Ann Trainee", "K9"]).done();
        three
    }

    fn books(&self) -> [&Book; 3] {
        [&self.home, &self.other, &self.away]
    }

    fn exchange(&self, fetch: Fetch) -> Synced {
        let moved = "changed during the exchange";
        for _ in 0..20 {
            let done = sync(&mut opened(&self.away), (fetch, 1), &mut |_, _, _| {});
            // A process that another test begins at this moment may hold a lock for a little longer.
            match done {
                Ok(done) if !said(&done).contains(moved) => return done,
                Err(error) if !error.why.contains(moved) && !error.why.contains("Another exchange") => {
                    panic!("{error:?}")
                }
                _ => std::thread::sleep(std::time::Duration::from_millis(50)),
            }
        }
        panic!("the hub is locked")
    }

    /// What became of the log of a site.
    fn state(&self, done: &Synced, site: &str) -> LogState {
        let book = self.books()[SITES.iter().position(|one| *one == site).unwrap()];
        let origin = origin_of(book);
        done.pulled.sites.iter().find(|one| one.origin.as_str() == origin).unwrap().state()
    }
}

/// Every file below a folder, from there.
fn files(folder: &Path, below: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder.join(below)).unwrap() {
        let name = below.join(entry.unwrap().file_name());
        if folder.join(&name).is_dir() { found.extend(files(folder, &name)) } else { found.push(name) }
    }
    found.sort();
    found
}

const KINDS: [&str; 8] = ["missing", "empty", "garbage", "text", "huge", "pipe", "link", "folder"];

fn damage(path: &Path, kind: &str) {
    std::fs::remove_file(path).unwrap();
    match kind {
        "missing" => {}
        "empty" => std::fs::write(path, "").unwrap(),
        "garbage" => std::fs::write(path, [0xff; 300]).unwrap(),
        "text" => std::fs::write(path, "some\nother\ntext\n").unwrap(),
        "huge" => File::create(path).unwrap().set_len(1 << 40).unwrap(),
        "pipe" => assert!(Command::new("mkfifo").arg(path).status().unwrap().success()),
        "link" => symlink("/etc/passwd", path).unwrap(),
        _ => std::fs::create_dir(path).unwrap(),
    }
}

/// Puts a folder back as it was.
fn put_back(from: &Path, to: &Path) {
    std::fs::remove_dir_all(to).unwrap();
    std::fs::create_dir(to).unwrap();
    copy(from, to);
}

/// What the exchange says of damage.
fn said(done: &Synced) -> String {
    let whys = done.pulled.sites.iter().filter_map(SitePulled::why).map(|(why, hint)| format!("{why}. {hint}\n"));
    let faults = done.damaged.iter().map(|fault| format!("{}: {}\n", fault.site, fault.why));
    let refused = done.pushed.refused.iter().map(|error| format!("{error}\n"));
    let not_cosigned = done.pulled.not_cosigned.iter().map(|error| format!("{error}\n"));
    whys.chain(faults).chain(refused).chain(not_cosigned).collect()
}

#[test]
#[ignore = "slow: many departments exchange their logs"]
fn damage_to_any_file_of_one_site_stops_no_other_and_names_the_site() {
    damage_each(6);
}

#[test]
#[ignore = "every file in every way"]
fn damage_to_any_file_of_one_site_stops_no_other_and_names_the_site_in_full() {
    damage_each(1);
}

/// Damages every file in every way, or one in `step` of these.
fn damage_each(step: usize) {
    let three = Three::new();
    let (hub, kept) = (three.hub.path(), tempfile::tempdir().unwrap());
    copy(hub, kept.path());
    let all = files(hub, Path::new(""));
    assert!(all.len() > 25, "{all:?}");
    let each: Vec<(&PathBuf, &str)> = all.iter().flat_map(|file| KINDS.iter().map(move |kind| (file, *kind))).collect();
    // Which of the two exchanges meets it: both find what others need.
    for (number, (file, kind)) in every(step, &each).enumerate() {
        let fetch = if number % 2 == 0 { Fetch::New } else { Fetch::All };
        let Some(site) = SITES.into_iter().find(|site| file.starts_with(site)) else { continue };
        let inside = file.strip_prefix(site).unwrap().to_str().unwrap();
        if inside.starts_with('.') {
            continue;
        }
        damage(&hub.join(file), kind);
        let done = three.exchange(fetch);
        let (place, words) = (format!("{} {kind} {fetch:?}", file.display()), said(&done));
        for other in ["cardiology", "echo"].into_iter().filter(|other| *other != site) {
            assert_eq!(three.state(&done, other), LogState::Sound, "{place}: {other}: {words}");
        }
        let (is_own, is_head) = (site == "audiology", ["site", "checkpoint"].contains(&inside));
        let is_needed =
            is_head || ["statements", "texts", "imported", "batches"].iter().any(|part| inside.starts_with(part));
        if is_own {
            // Without a checkpoint, the whole log is sent again.
            let stopped = is_head && (inside, *kind) != ("checkpoint", "missing");
            let refused = done.pushed.refused.is_some();
            assert!(refused || !stopped, "{place}: {done:?}");
            assert!(refused || done.pushed.until == three.away.size(), "{place}: {done:?}");
            assert!(!refused || (done.trouble() == Some(Exit::Refused) && words.contains("/audiology/")), "{words}");
        } else {
            assert!(done.pushed.refused.is_none() && done.pushed.until == three.away.size(), "{place}: {words}");
            let sound = three.state(&done, site) == LogState::Sound;
            assert_eq!(sound, !is_needed, "{place}: {words}");
            assert_eq!(done.trouble(), (!sound).then_some(Exit::Refused), "{place}");
            let origin = origin_of(three.books()[SITES.iter().position(|one| *one == site).unwrap()]);
            let unchecked = |one: &SiteStatus| one.site == site && one.spoke == LastSpoke::Unchecked;
            let named = words.contains(site) || words.contains(&origin) || done.sites.iter().any(unchecked);
            assert!(named || inside.starts_with("tile") || inside.contains("/audiology"), "{place}: {words}");
        }
        assert!(!words.contains("cannot be reached"), "{place}: {words}");
        if sound_kinds(kind) && is_needed && !is_own {
            assert!(words.contains("cannot be used: it is"), "{place}: {words}");
        }
        put_back(kept.path(), hub);
    }
    let done = three.exchange(Fetch::All);
    assert_eq!((done.trouble(), done.pushed.until), (None, three.away.size()), "{}", said(&done));
}

/// What is no plain file, or larger than one.
fn sound_kinds(kind: &str) -> bool {
    ["huge", "pipe", "link", "folder"].contains(&kind)
}

#[test]
#[ignore = "slow: many departments exchange their logs"]
fn what_is_damaged_is_said_on_the_command_line_with_an_exit_code_and_afterwards_until_it_was_fetched() {
    let three = Three::new();
    let hub = three.hub.path();
    let (statements, aside) = (hub.join("cardiology/statements"), hub.join("cardiology/aside"));
    std::fs::rename(&statements, &aside).unwrap();
    let ran = three.away.run(&["hub", "sync", "--all"]);
    assert!(ran.code == 1 && ran.err.contains("/cardiology/statements/") && ran.err.contains("is missing"), "{ran:?}");
    let row = |out: &str, site: &str| out.lines().find(|line| line.starts_with(site)).unwrap().to_owned();
    assert!(row(&ran.out, "cardiology").contains("not fetched"), "{ran:?}");
    assert!(
        row(&ran.out, "echo").contains("up to date") && row(&ran.out, "audiology").contains("up to date"),
        "{ran:?}"
    );
    let status = three.away.run(&["hub", "status"]);
    assert!(status.code == 1 && status.err.contains("is missing"), "{status:?}");
    assert!(row(&status.out, "cardiology").contains("not fetched"), "{status:?}");
    assert_eq!(status.err.matches("is missing").count(), 1, "{status:?}");
    let json = three.away.run(&["hub", "status", "--json"]).json();
    assert_eq!(
        (&json["not_fetched"][0]["state"], json["not_fetched"].as_array().unwrap().len()),
        (&"not-fetched".into(), 1)
    );
    assert!(three.away.run(&["doctor"]).out.contains("is missing"));
    std::fs::rename(&aside, &statements).unwrap();
    assert_eq!(three.away.run(&["hub", "sync"]).code, 0);
    let status = three.away.run(&["hub", "status"]);
    assert!(status.code == 0 && status.err.is_empty(), "{status:?}");
    assert!(!three.away.run(&["doctor"]).out.contains("is missing"));
    // A site whose own name cannot be read is named by its folder.
    std::fs::write(hub.join("echo/site"), "").unwrap();
    let ran = three.away.run(&["hub", "sync"]);
    assert!(ran.code == 1 && ran.err.contains("/echo/site is damaged"), "{ran:?}");
    assert!(row(&ran.out, "echo").contains("damaged, not fetched"), "{ran:?}");
    let json = three.away.run(&["hub", "sync", "--json"]).json();
    assert_eq!((&json["damaged"][0]["id"], &json["refused"]), (&"echo".into(), &serde_json::Value::Null), "{json}");
    // What this department has there is damaged: it is told what to do, and the others are fetched.
    std::fs::write(hub.join("audiology/checkpoint"), "").unwrap();
    let ran = three.away.run(&["hub", "sync"]);
    assert!(ran.code == 1 && ran.err.contains("/audiology/checkpoint is damaged"), "{ran:?}");
    assert!(
        ran.err.contains("moves this site’s folder away") && ran.out.contains("Nothing new from cardiology"),
        "{ran:?}"
    );
    std::fs::rename(hub.join("audiology"), hub.join(".away")).unwrap();
    let joined = three.away.run(&["hub", "join", hub.to_str().unwrap(), "--site", "audiology"]);
    assert_eq!(joined.code, 0, "{joined:?}");
    let json = three.away.run(&["hub", "sync", "--json"]).json();
    assert_eq!(json["sent"], three.away.size(), "{json}");
}

#[test]
#[ignore = "slow: a real PostgreSQL"]
fn a_row_of_a_site_in_postgresql_that_cannot_be_read_stops_no_other() {
    let Some(hub) = Hub::new() else { return };
    let (home, away) = (home(), away());
    hub.join(&home, "cardiology");
    hub.join(&away, "audiology");
    for book in [&home, &away] {
        assert_eq!(book.run(&["hub", "sync"]).code, 0);
    }
    let past = "SET session_replication_role = replica;";
    hub.superuser("ALTER TABLE countersign.log DROP CONSTRAINT log_origin_plain;");
    for sql in [
        "UPDATE countersign.log SET origin = 'no origin' WHERE site = 'cardiology'",
        "UPDATE countersign.checkpoint SET note = '\\xff' WHERE log_id = (SELECT log_id FROM countersign.log WHERE site = 'cardiology')",
    ] {
        hub.superuser(&format!("{past} {sql};"));
        let ran = away.run(&["hub", "sync"]);
        assert!(ran.code == 0 && ran.err.contains("Of the site cardiology, something cannot be read"), "{ran:?}");
        assert!(ran.out.contains("damaged, not fetched"), "{ran:?}");
    }
    let ran = home.run(&["hub", "sync"]);
    assert!(ran.code == 1 && ran.err.contains("Nothing was sent"), "{ran:?}");
}

#[test]
#[ignore = "slow: many departments exchange their logs"]
fn two_folders_with_the_log_of_one_site_are_named_and_neither_passes_for_it() {
    let three = Three::new();
    let hub = three.hub.path();
    for name in ["aa", "zz"] {
        std::fs::create_dir(hub.join(name)).unwrap();
        copy(&hub.join("cardiology"), &hub.join(name));
        let ran = three.away.run(&["hub", "sync"]);
        let named = ran.err.contains("have the same log") && ran.err.contains(name) && ran.err.contains("cardiology");
        assert!(ran.code == 1 && named, "{name}: {ran:?}");
        // The department itself knows which is its own.
        let own = three.home.run(&["hub", "sync"]);
        assert!(own.code == 0 && own.err.contains(name), "{name}: {own:?}");
        std::fs::remove_dir_all(hub.join(name)).unwrap();
    }
    assert_eq!(three.away.run(&["hub", "sync"]).code, 0);
}

#[test]
#[ignore = "slow: many departments exchange their logs"]
fn nothing_is_written_where_a_link_in_the_folder_of_a_site_leads() {
    let three = Three::new();
    let elsewhere = tempfile::tempdir().unwrap();
    let own = three.hub.path().join("audiology");
    for (folder, code) in ["cosignatures", "statements", "tile"].into_iter().zip(["K4", "K5", "K6"]) {
        three.away.supervisor(&["sign-off", "Ann Trainee", code]).done();
        let (folder, aside) = (own.join(folder), own.join("aside"));
        std::fs::rename(&folder, &aside).unwrap();
        symlink(elsewhere.path(), &folder).unwrap();
        let ran = three.away.run(&["hub", "sync"]);
        assert_eq!(std::fs::read_dir(elsewhere.path()).unwrap().count(), 0, "{}: {ran:?}", folder.display());
        assert_ne!(ran.code, 0, "{}: {ran:?}", folder.display());
        std::fs::remove_file(&folder).unwrap();
        std::fs::rename(&aside, &folder).unwrap();
    }
    assert_eq!(three.away.run(&["hub", "sync"]).code, 0);
}
