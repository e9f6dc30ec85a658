//! Receipts, bundles and restored logs with statements that a security key signed.

use super::{accepted_in, ids, intact, with_key};
use crate::bundle::{accept, away, bundle};
use crate::cli::book::Book;
use crate::imports::{import, receipts};
use crate::owner::Owner;

#[test]
#[ignore = "slow: each byte is altered"]
fn a_receipt_has_the_batch_and_any_byte_of_it_that_changes_is_found() {
    use countersign_ledger::receipt_text::Receipt;
    let (book, agent) = with_key(51);
    let signed = agent.sam(&book, &["sign-off", "Ann Trainee", "K1", "K2", "--json"]);
    assert_eq!(ids(&signed).len(), 2);
    let files = receipts(&book, "receipts");
    for path in &files {
        let text = std::fs::read_to_string(path).unwrap();
        assert!(text.contains("\nbatch ") && text.contains("\ncountersign-batch/1\n"), "{text}");
        assert!(Receipt::parse(&text).unwrap().check().is_ok());
        for at in 0..text.len() {
            for add in [1, 2, 32, 128] {
                let mut altered = text.as_bytes().to_vec();
                altered[at] = altered[at].wrapping_add(add);
                let Ok(altered) = String::from_utf8(altered) else { continue };
                let checked = Receipt::parse(&altered).and_then(|receipt| receipt.check());
                assert!(checked.is_err(), "byte {at} plus {add}");
            }
        }
    }
    // So does the script that needs nothing but Python and ssh-keygen.
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/data/guide/check-receipt.py");
    if let Ok(ran) = std::process::Command::new("python3").arg(script).args(&files).output() {
        assert!(ran.status.success(), "{ran:?}");
        assert_eq!(String::from_utf8_lossy(&ran.stdout).matches("good: sign-off").count(), 2, "{ran:?}");
    }
    let ran = book.run(&["verify", "--receipt", &files[0], &files[1]]);
    assert_eq!(ran.code, 0, "{ran:?}");
}

#[test]
fn what_was_lost_comes_back_from_receipts_with_its_batch() {
    let (book, agent) = with_key(52);
    let old = book.secret("before.db");
    book.run(&["backup", &old, "--json"]).done();
    let signed = agent.sam(&book, &["sign-off", "Ann Trainee", "K1", "K2", "K3", "--json"]);
    assert_eq!(ids(&signed).len(), 3);
    let files = receipts(&book, "receipts");
    std::fs::copy(&old, book.database()).unwrap();
    for beside in ["countersign.db-wal", "countersign.db-shm"] {
        let _ = std::fs::remove_file(book.data().join(beside));
    }
    let back = import(&book, &files[..2], &["--yes"]);
    assert_eq!(back.code, 0, "{back:?}");
    intact(&book);
    let batches = |book: &Book| -> i64 {
        Owner::of(&book.database()).query_row("SELECT count(*) FROM touch", [], |row| row.get(0)).unwrap()
    };
    assert_eq!(batches(&book), 1);
}

#[test]
#[ignore = "slow: each byte is altered"]
fn a_bundle_takes_the_batches_along_to_another_department_and_back() {
    let (home, agent) = with_key(53);
    let away = away();
    let signed = agent.sam(&home, &["sign-off", "Ann Trainee", "K1", "S1", "--json"]);
    assert_eq!(signed.code, 0, "{signed:?}");
    // Another batch, which stays.
    assert_eq!(agent.sam(&home, &["sign-off", "Ann Trainee", "S3"]).code, 0);
    accept(&away, &home);
    let imported = |book: &Book, file: &std::path::Path, more: &[&str]| {
        book.officer(&[&["bundle", "import", file.to_str().unwrap(), "--yes"], more].concat()).done()
    };
    imported(&away, &bundle(&home, "out.bundle", &[]), &[]);
    intact(&away);
    let batches = |book: &Book| -> i64 {
        Owner::of(&book.database()).query_row("SELECT count(*) FROM touch", [], |row| row.get(0)).unwrap()
    };
    assert_eq!(batches(&away), 2);
    // An auditor of the other department checks it with stock OpenSSH.
    let id = &ids(&signed)[0];
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    assert_eq!(away.run(&["export", "--signers", "--statement", id, "--out", out]).code, 0);
    let line = std::fs::read_to_string(folder.path().join("allowed_signers")).unwrap();
    let who =
        line.lines().find(|line| line.contains(" sk-ssh-ed25519@openssh.com ")).unwrap().split(' ').next().unwrap();
    assert!(accepted_in(folder.path(), id, who), "{who}");
    away.supervisor(&["sign-off", "Ann Trainee", "K2"]).done();
    accept(&home, &away);
    imported(&home, &bundle(&away, "back.bundle", &[]), &[]);
    intact(&home);
    // An erasure at home takes the batch with it there too, once nothing else names it.
    for id in ids(&signed) {
        let ran = home.officer(&["erase", &id, "--reason", "Asked for by the trainee"]);
        assert_eq!(ran.code, 0, "{ran:?}");
    }
    assert_eq!(batches(&home), 1);
    imported(&away, &bundle(&home, "again.bundle", &[]), &[]);
    intact(&away);
    assert_eq!(batches(&away), 1);
}

/// The commands of the guide for what a security key signed, in their order.
fn of_the_guide() -> Vec<String> {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/data/guide/receipts.md")).unwrap();
    let section = page.split("# What a security key signed").nth(1).unwrap().split("\n#").next().unwrap();
    section.lines().filter_map(|line| line.strip_prefix("    ")).map(str::to_owned).collect()
}

#[test]
fn an_auditor_checks_what_a_security_key_signed_with_the_commands_of_the_guide() {
    let (book, agent) = with_key(43);
    let signed = agent.sam(&book, &["sign-off", "Ann Trainee", "K1", "K2", "--json"]);
    let id = ids(&signed).remove(0);
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    let exported = book.run(&["export", "--signers", "--statement", &id, "--out", out]);
    assert_eq!(exported.code, 0, "{exported:?}");
    let file = folder.path().join(format!("{id}.txt"));
    let text = std::fs::read_to_string(&file).unwrap();
    let time = text.lines().find_map(|line| line.strip_prefix("signed ")).unwrap().replace(['-', ':', 'T'], "");
    let commands = of_the_guide();
    assert_eq!(commands.len(), 3, "{commands:?}");
    let run = |command: &str| {
        let own = |word: &str| match word {
            "09f2" => book.id_of("Sam Supervisor"),
            word if word.starts_with("-Overify-time=") => format!("-Overify-time={time}"),
            word => word.replace("ID", &id),
        };
        let command = command.split(' ').map(own).collect::<Vec<_>>().join(" ");
        let output = std::process::Command::new("sh").arg("-c").arg(&command).current_dir(folder.path()).output();
        let output = output.unwrap();
        (output.status.success(), String::from_utf8(output.stdout).unwrap())
    };
    let [signature, named, flags] = [&commands[0], &commands[1], &commands[2]].map(|command| run(command));
    assert!(signature.0 && signature.1.starts_with("Good \"countersign-batch\" signature"), "{signature:?}");
    assert!(named.0, "{named:?}");
    assert!(flags.1.trim_start().starts_with("01"), "{flags:?}");
    // A statement of another batch, or one that somebody changed, is not named.
    std::fs::write(&file, text.replace("K1", "K3")).unwrap();
    assert!(!run(&commands[1]).0);
}
