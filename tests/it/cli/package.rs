//! The gateway package, unpacked with stock `unzip` and checked with the README's own commands and nothing else.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::OnceLock;

use countersign_core::primitives::ids::Digest;

use crate::cli::book::Book;
use crate::cli::papers::tool;

/// A made-up department. Alex has handed in two files of the same name in different cases, one that Windows would refuse, and
/// one that is not Latin.
fn book() -> Book {
    static MADE: OnceLock<Book> = OnceLock::new();
    Book::once(&MADE, || {
        let book = crate::cli::papers::book();
        let (own, pass) = (book.keep("own", "heron slate ladder moss 5"), book.secret("demo"));
        let key = ["key", "add", "Alex Trainee", "--new-passphrase-file", &own, "--as", "Tilly Officer"];
        book.run(&[&key[..], &["--passphrase-file", &pass]].concat()).done();
        for (folder, name, text) in [
            ("one", "audit.txt", "The audit of the first quarter.\n"),
            ("two", "Audit.txt", "The audit of the second quarter.\n"),
            ("three", "con.txt", "A conversation about consent.\n"),
            ("four", "réflexion 漢字.txt", "Written in two scripts.\n"),
        ] {
            let folder = book.0.path().join(folder);
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join(name), text).unwrap();
            let file = folder.join(name);
            let add = ["evidence", "add", file.to_str().unwrap(), "--as", "Alex Trainee", "--passphrase-file"];
            book.run(&[&add[..], &[&own]].concat()).done();
        }
        book
    })
}

/// Unpacks Alex's package into a folder next to the data.
fn unpacked(book: &Book) -> Option<std::path::PathBuf> {
    let zip = book.secret("gateway.zip");
    let answer = book.run(&["report", "gateway", "Alex Trainee", "--out", &zip, "--json"]).done().json();
    assert_eq!(answer["kind"], "gateway");
    let folder = book.0.path().join("unpacked");
    std::fs::create_dir_all(&folder).unwrap();
    let done = Command::new("unzip").args(["-q", &zip, "-d"]).arg(&folder).env("LC_ALL", "C.UTF-8").output();
    let Ok(done) = done else {
        println!("skipped: unzip is not here");
        return None;
    };
    assert!(done.status.success(), "{done:?}");
    Some(folder)
}

fn shell(folder: &Path, command: &str) -> Output {
    Command::new("sh").args(["-c", command]).current_dir(folder).env("LC_ALL", "C.UTF-8").output().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Returns the commands of the README: the lines that are further in, part by part.
fn commands(readme: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let mut within = false;
    for line in readme.lines() {
        match line.strip_prefix("    ") {
            Some(command) if within => all.last_mut().unwrap().extend(["\n", command]),
            Some(command) if !command.starts_with(' ') => all.push(command.to_owned()),
            _ => {}
        }
        within = line.starts_with("    ");
    }
    all
}

fn files(folder: &Path, of: &str) -> BTreeSet<String> {
    let Ok(entries) = std::fs::read_dir(folder.join(of)) else { return BTreeSet::new() };
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn an_outsider_checks_a_gateway_package_with_the_commands_of_its_readme() {
    let book = book();
    let Some(folder) = unpacked(&book) else { return };
    let readme = std::fs::read_to_string(folder.join("README.txt")).unwrap();
    let [sums, receipts, log, signed, verify] = commands(&readme).try_into().unwrap();
    let count = |name: &str| files(&folder, name).len();

    let done = shell(&folder, &sums);
    assert!(done.status.success(), "{}", said(&done));
    assert_eq!(
        said(&done).lines().filter(|line| line.ends_with(": OK")).count(),
        7 + count("evidence") + count("receipts") + count("statements")
    );

    let done = shell(&folder, &receipts);
    assert!(done.status.success(), "{}", said(&done));
    let good = said(&done);
    assert_eq!(good.lines().filter(|line| line.starts_with("good: ")).count(), count("receipts"));
    assert!(count("receipts") > 10 && good.lines().all(|line| line.ends_with(&log)), "{log}: {good}");

    let done = shell(&folder, &signed);
    let good = said(&done);
    assert_eq!(good.lines().filter(|line| line.starts_with("Good ")).count(), count("statements") / 2, "{good}");
    assert!(count("statements") / 2 >= count("receipts") && !good.contains("BAD"), "{good}");

    let (_, code) = verify.split_once("--checkpoint ").unwrap();
    let done = book.run(&["verify", "--checkpoint", code.trim_matches('\'')]);
    assert!(done.code == 0 && done.out.starts_with("Intact"), "{done:?}");

    // Whatever is changed, a step of the README finds it.
    let all = folder.join("statements");
    let first = files(&folder, "statements").into_iter().find(|name| !name.ends_with(".txt.sig")).unwrap();
    let text = std::fs::read_to_string(all.join(&first)).unwrap();
    std::fs::write(all.join(&first), text.replacen("\nid ", "\nid  ", 1)).unwrap();
    assert!(!shell(&folder, &sums).status.success());
    assert!(said(&shell(&folder, &signed)).contains(&format!("BAD: statements/{first}")));
    let first = files(&folder, "receipts").into_iter().next().unwrap();
    let text = std::fs::read_to_string(folder.join("receipts").join(&first)).unwrap();
    std::fs::write(
        folder.join("receipts").join(&first),
        text.replacen("outcome achieved", "outcome  achieved", 1).replacen("\nsigned 2", "\nsigned 1", 1),
    )
    .unwrap();
    let done = shell(&folder, &receipts);
    assert!(!done.status.success() && said(&done).contains("BAD"), "{}", said(&done));
}

#[test]
fn a_gateway_package_holds_every_evidence_file_under_a_name_of_its_own() {
    let book = book();
    let Some(folder) = unpacked(&book) else { return };
    let list = book.run(&["evidence", "list", "Alex Trainee", "--json"]).done().json();
    let handed_in = list["files"].as_array().unwrap();
    let packed = files(&folder, "evidence");
    assert_eq!(packed.len(), handed_in.len(), "{packed:?}");
    let digests: BTreeSet<String> = packed
        .iter()
        .map(|name| Digest::of(&std::fs::read(folder.join("evidence").join(name)).unwrap()).hex())
        .collect();
    assert_eq!(digests, handed_in.iter().map(|file| file["id"].as_str().unwrap().to_owned()).collect());
    for name in ["audit.txt", "Audit-2.txt", "_con.txt", "réflexion 漢字.txt"] {
        assert!(packed.contains(name), "{name}: {packed:?}");
    }
    if let Some(text) = tool("pdftotext", &["-layout", folder.join("gateway.pdf").to_str().unwrap(), "-"]) {
        for name in &packed {
            assert!(name.contains('漢') || text.contains(&format!("evidence/{name}")), "{name}: {text}");
        }
    }
}

#[test]
fn a_declaration_lists_every_ksb_and_requirement_and_says_draft_until_all_is_met() {
    let book = book();
    let Some(folder) = unpacked(&book) else { return };
    let path = folder.join("gateway.pdf").to_str().unwrap().to_owned();
    tool("qpdf", &["--check", &path]);
    let Some(text) = tool("pdftotext", &["-layout", &path, "-"]) else { return };
    let readiness = book.run(&["readiness", "Alex Trainee", "--json"]).done().json();
    let asked: Vec<_> = readiness["requirements"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["id"] != "employer" && row["id"] != "provider")
        .collect();
    let missing = asked.iter().filter(|row| row["standing"] != "met").count();
    assert!(missing > 0);
    assert!(text.contains(&format!("DRAFT: {missing} of {} not yet met", asked.len())), "{text}");
    assert!(text.contains("Nobody can declare"), "{text}");
    let record = book.run(&["portfolio", "Alex Trainee", "--json"]).done().json();
    for ksb in record["ksbs"].as_array().unwrap() {
        let code = ksb["id"].as_str().unwrap();
        assert!(text.lines().any(|line| line.split_whitespace().next() == Some(code)), "{code} begins no line");
        let newest = ksb["records"]
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["outcome"] == "achieved" && one["withdrawn"].is_null());
        if let Some(id) = newest.and_then(|one| one["id"].as_str()) {
            assert!(text.contains(id), "{code}: {id}");
        }
    }
    for heading in [
        "Every requirement",
        "Declaration",
        "Evidence index",
        "Evidence files",
        "Progress reviews",
        "README of the package",
    ] {
        assert!(text.contains(heading), "{heading}: {text}");
    }
}

#[test]
fn a_gateway_package_holds_only_statements_about_its_trainee() {
    let book = book();
    let Some(folder) = unpacked(&book) else { return };
    let people = book.run(&["person", "list", "--json"]).json();
    let others: Vec<&str> = (people["people"].as_array().unwrap().iter())
        .filter(|person| person["roles"].as_array().unwrap().iter().any(|role| role == "trainee"))
        .filter_map(|person| person["name"].as_str().filter(|name| *name != "Alex Trainee"))
        .collect();
    assert!(others.len() > 1, "{people}");
    for name in files(&folder, "statements").iter().filter(|name| !name.ends_with(".txt.sig")) {
        let text = std::fs::read_to_string(folder.join("statements").join(name)).unwrap();
        assert!(text.contains("Alex Trainee"), "{name}: {text}");
        assert!(others.iter().all(|other| !text.contains(other)), "{name}: {text}");
    }
}
