//! Cosignatures: who makes them, of what, and what `verify` says of them.

use std::process::{Command, Stdio};

use countersign_app::hub::witness::{LastSpoke, last_spoke, self_cosignature};
use countersign_hub::rows::SiteHead;
use countersign_hub::transport::Transport as _;
use rusqlite::Connection;

use crate::bundle::{accept, away, home};
use crate::owner::Owner;
use crate::rotating::hub::FakeHub;
use crate::rotating::{exchanged, intact, joined, opened, rejected};

/// Verifies a cosignature with nothing of this program: Python's `cryptography`, as C2SP's text says.
const CHECK: &str = r"
import sys, base64, hashlib, struct
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
vkey, line, body = sys.argv[1], sys.argv[2], sys.argv[3]
name, kid, key = vkey.split('+', 2)
key = base64.b64decode(key)
assert key[0] == 4 and len(key) == 33
assert hashlib.sha256(name.encode() + b'\n' + key).digest()[:4].hex() == kid
dash, who, sig = line.split(' ')
sig = base64.b64decode(sig)
assert dash == '\u2014' and who == name and sig[:4].hex() == kid and len(sig) == 76
t = struct.unpack('>Q', sig[4:12])[0]
Ed25519PublicKey.from_public_bytes(key[1:]).verify(sig[12:], f'cosignature/v1\ntime {t}\n{body}'.encode())
print(t)
";

#[test]
#[ignore = "slow: many departments exchange their logs"]
fn a_checked_log_is_cosigned_once_and_its_department_sees_that_in_verify() {
    let (home, away) = (home(), away());
    joined(&home, &away);
    accept(&home, &away);
    let mut hub = FakeHub::with(&[&home, &away]);
    let done = exchanged(&away, &mut hub);
    assert_eq!(done.cosigned.len(), 1);
    assert!(exchanged(&away, &mut hub).cosigned.is_empty(), "it is there already");
    assert_eq!(hub.site(&home).head.cosignatures.len(), 1);
    assert_eq!(exchanged(&home, &mut hub).witnesses, 1);
    let ran = home.run(&["verify"]);
    let words = format!("1 other department has cosigned this history up to entry {}", home.size() - 1);
    assert!(ran.code == 3 && ran.err.contains(&words), "{ran:?}");
    // It stays true of what is signed later, and of no other history.
    home.supervisor(&["sign-off", "Ann Trainee", "K5"]).done();
    let ran = home.run(&["verify"]);
    assert!(ran.code == 3 && ran.err.contains(&words), "{ran:?}");
    for sql in [
        "UPDATE cosignature SET size = size - 1",
        "UPDATE cosignature SET line = replace(line, 'A', 'B')",
        "UPDATE cosignature SET witness = replace(witness, '+', '-')",
        "UPDATE cosignature SET origin = 'other.example.org/1'",
    ] {
        let changed = crate::cli::book::Book(tempfile::tempdir().unwrap());
        crate::cli::book::copy(home.0.path(), changed.0.path());
        Owner::of(&changed.database()).execute_batch(sql).unwrap();
        let ran = changed.run(&["verify"]);
        assert_eq!(ran.code, 1, "{sql}: {ran:?}");
    }
}

#[test]
fn independent_code_verifies_a_cosignature_and_its_key_is_the_one_that_the_log_names() {
    let (home, away) = (home(), away());
    joined(&home, &away);
    let mut hub = FakeHub::with(&[&home, &away]);
    exchanged(&away, &mut hub);
    let line = hub.site(&home).head.cosignatures[0].clone();
    let note = hub.site(&home).head.checkpoint.clone().unwrap();
    let witness = hub.site(&away).head.witness_key.clone().unwrap();
    let vkey = witness.lines().nth(1).unwrap().to_owned();
    let body = format!("{}\n", note.split("\n\n").next().unwrap());
    let run = |body: &str| {
        let command = Command::new("python3").args(["-c", CHECK, &vkey, &line, body]).stderr(Stdio::piped()).output();
        command.ok()
    };
    let Some(ran) = run(&body) else { return println!("skipped: python3 is not here") };
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    if said.contains("No module named") {
        return println!("skipped: python3 has no cryptography here");
    }
    assert!(ran.status.success(), "{said}");
    assert!(!run(&body.replacen('\n', "\n1", 1)).unwrap().status.success());
}

#[test]
fn a_witness_cosigns_nothing_smaller_and_no_other_history_even_if_its_copy_is_gone() {
    let (home, away) = (home(), away());
    joined(&home, &away);
    let older = FakeHub::with(&[&home, &away]);
    let fork = crate::cli::book::Book(tempfile::tempdir().unwrap());
    crate::cli::book::copy(home.0.path(), fork.0.path());
    home.supervisor(&["sign-off", "Ann Trainee", "K5"]).done();
    assert_eq!(exchanged(&away, &mut FakeHub::with(&[&home, &away])).cosigned.len(), 1);
    fork.supervisor(&["sign-off", "Ann Trainee", "K8", "K9"]).done();
    let forked = FakeHub::with(&[&fork, &away]);
    for mut hub in [older, forked] {
        std::fs::remove_dir_all(away.data().join("sites")).unwrap();
        let done = exchanged(&away, &mut hub);
        // What was cosigned counts also if the copy was deleted.
        assert!(done.cosigned.is_empty() && rejected(&done).what.contains("cosigned here"), "{done:?}");
        assert!(hub.site(&home).head.cosignatures.is_empty());
    }
    let state = Connection::open(away.database()).unwrap();
    for sql in
        ["UPDATE cosigned SET size = size - 1", "DELETE FROM cosigned", "UPDATE cosigned SET root = zeroblob(32)"]
    {
        assert!(state.execute(sql, []).is_err(), "{sql}");
    }
}

#[test]
fn a_department_shows_when_it_last_spoke_by_cosigning_its_own_newest_checkpoint() {
    let (home, away) = (home(), away());
    let mut hub = FakeHub::with(&[&home, &away]);
    let head = |hub: &mut FakeHub| hub.site(&home).head.clone();
    assert_eq!(last_spoke(&opened(&home), &head(&mut hub)), Ok(LastSpoke::Unchecked));
    let line = self_cosignature(&mut opened(&home)).unwrap();
    hub.cosign(&[line]).unwrap();
    let spoke = last_spoke(&opened(&home), &head(&mut hub));
    let time = spoke.clone().unwrap().time().unwrap();
    assert!(opened(&home).now().seconds() - time.seconds() < 600);
    // Another department believes it once it has accepted the log's key.
    assert_eq!(last_spoke(&opened(&away), &head(&mut hub)), Ok(LastSpoke::Unchecked));
    accept(&away, &home);
    assert_eq!(last_spoke(&opened(&away), &head(&mut hub)), spoke);
    // A line that is missing or altered is said, and is not silence.
    for alter in [
        |head: &mut SiteHead| head.witness_key = None,
        |head: &mut SiteHead| head.witness_key = Some("nothing".to_owned()),
        |head: &mut SiteHead| head.cosignatures.clear(),
        |head: &mut SiteHead| head.cosignatures[0] = head.cosignatures[0].replacen('A', "B", 1),
    ] {
        let mut head = head(&mut hub);
        alter(&mut head);
        assert_eq!(last_spoke(&opened(&away), &head), Ok(LastSpoke::Unchecked));
    }
    let joined = SiteHead { checkpoint: None, ..head(&mut hub) };
    assert_eq!(last_spoke(&opened(&away), &joined), Ok(LastSpoke::NotYet));
    intact(&home);
}
