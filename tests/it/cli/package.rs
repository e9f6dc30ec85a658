//! The gateway package, unpacked with stock `unzip` and checked with the README's own commands and nothing else.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::OnceLock;

use countersign_core::primitives::ids::Digest;

use crate::cli::book::Book;
use crate::cli::papers::tool;

/// A made-up department. Alex has handed in two files of the same name in different cases, one that Windows would refuse and
/// one that is not Latin, for a KSB that is signed off; and one file for none.
fn book() -> Book {
    static MADE: OnceLock<Book> = OnceLock::new();
    Book::once(&MADE, || {
        let book = crate::cli::papers::book();
        let (own, pass) = (book.keep("own", "heron slate ladder moss 5"), book.secret("demo"));
        let key = ["key", "add", "Alex Trainee", "--new-passphrase-file", &own, "--as", "Tilly Officer"];
        book.run(&[&key[..], &["--passphrase-file", &pass]].concat()).done();
        let record = book.run(&["portfolio", "Alex Trainee", "--json"]).done().json();
        let open = |ksb: &&serde_json::Value| ksb["records"].as_array().is_some_and(Vec::is_empty);
        let open = record["ksbs"].as_array().unwrap().iter().find(open).unwrap()["id"].as_str().unwrap().to_owned();
        let mut claim = vec!["claim".to_owned(), open.clone(), "--reflection".to_owned(), "What I did".to_owned()];
        for (folder, name, text) in [
            ("one", "audit.txt", "The audit of the first quarter.\n"),
            ("two", "Audit.txt", "The audit of the second quarter.\n"),
            ("three", "con.txt", "A conversation about consent.\n"),
            ("four", "réflexion 漢字.txt", "Written in two scripts.\n"),
        ] {
            let file = kept(&book, folder, name, text);
            claim.extend(["--evidence".to_owned(), file]);
        }
        let claim: Vec<&str> = claim.iter().map(String::as_str).collect();
        let alex = ["--as", "Alex Trainee", "--passphrase-file", &own];
        let claimed = book.run(&[&claim[..], &alex, &["--json"]].concat()).done().json();
        let id = claimed["claims"][0]["id"].as_str().unwrap();
        book.run(&["claim", "answer", id, "--as", "Sam Supervisor", "--passphrase-file", &pass]).done();
        let unused = kept(&book, "five", "unused.txt", "For a KSB that nobody has seen.\n");
        book.run(&[&["evidence", "add", &unused], &alex[..]].concat()).done();
        book
    })
}

fn kept(book: &Book, folder: &str, name: &str, text: &str) -> String {
    let folder = book.0.path().join(folder);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(name), text).unwrap();
    folder.join(name).to_str().unwrap().to_owned()
}

/// Unpacks Alex's package into a folder next to the data.
fn unpacked(book: &Book) -> Option<std::path::PathBuf> {
    package(book, "Alex Trainee").map(|(folder, _)| folder)
}

/// Unpacks a package, and returns the SHA-256 that the command printed.
pub fn package(book: &Book, whose: &str) -> Option<(std::path::PathBuf, String)> {
    let zip = book.secret("gateway.zip");
    let answer = book.run(&["report", "gateway", whose, "--out", &zip, "--replace", "--json"]).done().json();
    assert_eq!(answer["kind"], "gateway");
    let folder = book.0.path().join("unpacked");
    std::fs::create_dir_all(&folder).unwrap();
    let done = Command::new("unzip").args(["-q", "-o", &zip, "-d"]).arg(&folder).env("LC_ALL", "C.UTF-8").output();
    let Ok(done) = done else {
        println!("skipped: unzip is not here");
        return None;
    };
    assert!(done.status.success(), "{done:?}");
    Some((folder, answer["sha256"].as_str().unwrap().to_owned()))
}

pub fn shell(folder: &Path, command: &str) -> Output {
    Command::new("sh").args(["-c", command]).current_dir(folder).env("LC_ALL", "C.UTF-8").output().unwrap()
}

pub fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Returns the commands of the README: the lines that are further in, part by part.
pub fn commands(readme: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let mut within = false;
    for line in readme.lines() {
        // A line of a table of files may go on further in still.
        let command = line.strip_prefix("    ").filter(|command| !command.starts_with(' '));
        match command {
            Some(command) if within => all.last_mut().unwrap().extend(["\n", command]),
            Some(command) => all.push(command.to_owned()),
            None => {}
        }
        within = command.is_some();
    }
    all
}

pub fn files(folder: &Path, of: &str) -> BTreeSet<String> {
    let Ok(entries) = std::fs::read_dir(folder.join(of)) else { return BTreeSet::new() };
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
#[ignore = "slow: many runs of the program"]
fn an_outsider_checks_a_gateway_package_with_the_commands_of_its_readme() {
    let book = book();
    let Some((folder, sha256)) = package(&book, "Alex Trainee") else { return };
    let readme = std::fs::read_to_string(folder.join("README.txt")).unwrap();
    let [archive, sums, receipts, log, keys, signed, evidence, verify] = commands(&readme).try_into().unwrap();
    let count = |name: &str| files(&folder, name).len();

    let done = shell(book.0.path(), &archive);
    assert!(said(&done).starts_with(&sha256), "{sha256}: {}", said(&done));

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

    let published = book.run(&["export", "--signers"]).out;
    std::fs::write(folder.join("published_signers"), &published).unwrap();
    assert_eq!(said(&shell(&folder, &keys)), "", "every key is published");

    let done = shell(&folder, &evidence);
    assert_eq!(said(&done).matches("Good: evidence/").count(), count("evidence"), "{}", said(&done));
    assert!(count("evidence") >= 4 && !said(&done).contains("BAD"), "{}", said(&done));

    let (_, code) = verify.split_once("--checkpoint ").unwrap();
    let done = book.run(&["verify", "--checkpoint", code.trim_matches('\'')]);
    assert!(done.code == 0 && done.out.starts_with("Intact"), "{done:?}");

    // Whatever is changed, a step of the README finds it, even if SHA256SUMS is made again.
    let file = files(&folder, "evidence").into_iter().next().unwrap();
    std::fs::write(folder.join("evidence").join(&file), "another text\n").unwrap();
    assert!(!shell(&folder, &sums).status.success());
    assert!(said(&shell(&folder, &evidence)).contains(&format!("BAD: evidence/{file}")));
    let own = std::fs::read_to_string(folder.join("allowed_signers")).unwrap();
    let line = published.lines().next().unwrap().replacen("AAAA", "AAAB", 1);
    std::fs::write(folder.join("allowed_signers"), format!("{own}{line}\n")).unwrap();
    assert_eq!(said(&shell(&folder, &keys)).trim_end(), line);
    std::fs::write(folder.join("allowed_signers"), own).unwrap();
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
fn a_gateway_package_holds_the_evidence_of_what_is_signed_off_and_nothing_else_that_was_handed_in() {
    let book = book();
    let Some(folder) = unpacked(&book) else { return };
    let list = book.run(&["evidence", "list", "Alex Trainee", "--json"]).done().json();
    let handed_in: BTreeSet<String> =
        list["files"].as_array().unwrap().iter().map(|file| file["id"].as_str().unwrap().to_owned()).collect();
    let achieved: BTreeSet<String> = (files(&folder, "statements").iter().filter(|name| !name.ends_with(".txt.sig")))
        .map(|name| std::fs::read_to_string(folder.join("statements").join(name)).unwrap())
        .filter(|text| text.contains("\noutcome achieved\n"))
        .flat_map(|text| {
            let named = text.lines().filter_map(|line| line.strip_prefix("evidence sha256:"));
            named.map(|rest| rest[..64].to_owned()).collect::<Vec<_>>()
        })
        .collect();
    let packed = files(&folder, "evidence");
    let digests: BTreeSet<String> = packed
        .iter()
        .map(|name| Digest::of(&std::fs::read(folder.join("evidence").join(name)).unwrap()).hex())
        .collect();
    assert_eq!(digests, handed_in.intersection(&achieved).cloned().collect());
    assert!(digests.len() < handed_in.len());
    for name in ["audit.txt", "Audit-2.txt", "_con.txt", "réflexion 漢字.txt"] {
        assert!(packed.contains(name), "{name}: {packed:?}");
    }
    assert!(!packed.contains("unused.txt"), "{packed:?}");
    let readme = std::fs::read_to_string(folder.join("README.txt")).unwrap();
    let readme = readme.split_whitespace().collect::<Vec<_>>().join(" ");
    let more = handed_in.len() - packed.len();
    let said =
        if more == 1 { "One more file was handed in".to_owned() } else { format!("{more} more files were handed in") };
    assert!(readme.contains(&said) && readme.contains("must not contain patient data"), "{said}: {readme}");
    if let Some(text) = tool("pdftotext", &["-layout", folder.join("gateway.pdf").to_str().unwrap(), "-"]) {
        for name in &packed {
            assert!(name.contains('漢') || text.contains(&format!("evidence/{name}")), "{name}: {text}");
        }
    }
}

#[test]
fn a_command_copied_from_the_declaration_is_the_one_of_the_readme_line_for_line() {
    let book = book();
    let Some(folder) = unpacked(&book) else { return };
    let readme = std::fs::read_to_string(folder.join("README.txt")).unwrap();
    let Some(text) = tool("pdftotext", &["-raw", folder.join("gateway.pdf").to_str().unwrap(), "-"]) else { return };
    let lines: BTreeSet<&str> = text.lines().collect();
    for line in commands(&readme).iter().flat_map(|command| command.lines()) {
        assert!(lines.contains(line), "{line}\n{text}");
    }
}

#[test]
fn a_package_without_a_sign_off_has_only_steps_that_succeed() {
    let book = Book::founded();
    let Some((folder, _)) = package(&book, "Ann Trainee") else { return };
    assert!(files(&folder, "receipts").is_empty() && files(&folder, "evidence").is_empty());
    let readme = std::fs::read_to_string(folder.join("README.txt")).unwrap();
    let all = commands(&readme);
    let [_, sums, _, signed, _] = all.as_slice() else { panic!("{all:?}") };
    for command in [sums, signed] {
        let done = shell(&folder, command);
        assert!(done.status.success() && !said(&done).contains("BAD"), "{command}: {}", said(&done));
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
