//! What was signed in another department and counts here: documents say where, and nothing of it is said to be in this log.

use countersign_app::app::App;
use countersign_app::cohort::progress::progress_series;
use countersign_app::record::find_trainees::trainees;
use countersign_app::storage::data_dir::DataDir;

use super::{accept, away, bundle, home, import, key_of, state};
use crate::cli::book::{Book, Ran};
use crate::cli::package::{commands, files, package, said, shell};
use crate::cli::papers::tool;

const ANN: &str = "gravel teapot comet willow 83";

/// The other department, in which what was signed at home counts; and the name of the log at home.
fn received() -> (Book, String) {
    let (home, away) = (home(), away());
    accept(&away, &home);
    import(&away, &bundle(&home, "out.bundle", &[]), &[]).done();
    away.officer(&["policy", "set", "imported=counts"]).done();
    let origin = key_of(&home).split('+').next().unwrap().to_owned();
    (away, origin)
}

fn badge(book: &Book, args: &[&str]) -> Ran {
    let pass = book.secret("ann");
    book.run(&[&["badge", "Ann Trainee"], args, &["--passphrase-file", &pass]].concat())
}

#[test]
fn progress_over_the_months_counts_what_was_signed_in_another_department_once_it_counts() {
    let (book, _) = received();
    book.supervisor(&["sign-off", "Ann Trainee", "K2"]).done();
    for policy in ["imported=shows", "imported=counts"] {
        book.officer(&["policy", "set", policy]).done();
        let app = App::open_default(DataDir::new(book.data())).unwrap();
        let trainee = trainees(&app).unwrap().into_iter().find(|one| one.name.as_str() == "Ann Trainee").unwrap();
        let series = progress_series(&app, &trainee.id).unwrap();
        let record = book.run(&["trainee", "Ann Trainee", "--json"]).done().json();
        let counts = record["ksbs"].as_array().unwrap().iter().filter(|ksb| ksb["state"] == "signed").count();
        assert_eq!(usize::from(series.signed), counts, "{policy}");
        assert_eq!(counts > 1, policy.ends_with("counts"), "{policy}");
    }
}

#[test]
fn a_department_makes_badges_only_of_what_its_own_log_has() {
    let (book, origin) = received();
    book.officer(&["key", "issuer", "make"]).done();
    let ann = book.keep("ann", ANN);
    book.officer(&["key", "add", "Ann Trainee", "--new-passphrase-file", &ann]).done();
    let out = book.secret("badges");
    for code in ["K1", "S1"] {
        let why = format!("{code} was signed off at {origin}, so it cannot have a badge of this department");
        badge(&book, &[code, "--out", &out]).refused(1, &why);
    }
    badge(&book, &["--out", &out]).refused(1, "record was signed off in another department");
    badge(&book, &["K3", "--out", &out]).refused(1, "K3 cannot have a badge yet: not yet achieved on ");
    badge(&book, &["K4", "--out", &out]).refused(1, "K4 cannot have a badge yet: withdrawn on ");
    assert!(!std::path::Path::new(&out).exists());

    book.supervisor(&["sign-off", "Ann Trainee", "K2", "S1"]).done();
    let made = badge(&book, &["--out", &out, "--json"]).done().json();
    let made = made["badges"].as_array().unwrap();
    assert_eq!(made.iter().map(|one| one["code"].as_str().unwrap()).collect::<Vec<_>>(), ["K2", "S1"]);
    let size = book.size();
    for one in made {
        let text = std::fs::read_to_string(one["path"].as_str().unwrap()).unwrap();
        let (_, entry) = text.split_once(", entry ").unwrap();
        let entry: u64 = entry.split(' ').next().unwrap().parse().unwrap();
        assert!(entry < size && !text.contains(&origin), "{text}");
    }
}

#[test]
#[ignore = "slow: many departments exchange bundles"]
fn every_step_of_a_gateway_readme_succeeds_for_a_package_with_statements_of_two_logs() {
    let (book, origin) = received();
    let own = key_of(&book);
    // First with nothing signed here, then with both.
    for signed_here in [false, true] {
        if signed_here {
            book.supervisor(&["sign-off", "Ann Trainee", "K2"]).done();
        }
        let Some((folder, _)) = package(&book, "Ann Trainee") else { return };
        let readme = std::fs::read_to_string(folder.join("README.txt")).unwrap();
        let [_, sums, receipts, logs, keys, signed, verify] = commands(&readme).try_into().unwrap();
        let count = |name: &str| files(&folder, name).len();
        assert!(shell(&folder, &sums).status.success());

        let good = said(&shell(&folder, &receipts));
        assert_eq!(good.lines().filter(|line| line.starts_with("good: ")).count(), count("receipts"), "{good}");
        let named: Vec<&str> = logs.lines().collect();
        assert!(good.lines().all(|line| named.iter().any(|key| line.ends_with(key))), "{logs}: {good}");
        let words = readme.split_whitespace().collect::<Vec<_>>().join(" ");
        for key in &named {
            let lines = match good.lines().filter(|line| line.ends_with(key)).count() {
                1 => "1 line".to_owned(),
                lines => format!("{lines} lines"),
            };
            let whose = match key.split('+').next().unwrap() {
                name if name == origin => format!("{lines} with the key of {origin}, the log of another department"),
                name => format!("{lines} with the key of this department's log, {name}"),
            };
            assert!(words.contains(&whose), "{whose}: {words}");
        }
        assert_eq!(named.contains(&own.as_str()), signed_here, "{logs}");

        // As a program on Windows may save it.
        let published = book.run(&["export", "--signers"]).out;
        let wide: Vec<u8> = "\u{feff}"
            .encode_utf16()
            .chain(published.replace('\n', "\r\n").encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        for bytes in [
            published.clone().into_bytes(),
            published.replace('\n', "\r\n").into_bytes(),
            format!("\u{feff}{published}").into_bytes(),
            wide,
        ] {
            std::fs::write(folder.join("published_signers"), &bytes).unwrap();
            assert_eq!(said(&shell(&folder, &keys)), "", "every key is published");
            let forged = published.lines().next().unwrap().replacen("AAAA", "AAAB", 1);
            let before = std::fs::read_to_string(folder.join("allowed_signers")).unwrap();
            std::fs::write(folder.join("allowed_signers"), format!("{before}{forged}\n")).unwrap();
            assert_eq!(said(&shell(&folder, &keys)).trim_end(), forged);
            std::fs::write(folder.join("allowed_signers"), before).unwrap();
        }

        let good = said(&shell(&folder, &signed));
        assert_eq!(good.lines().filter(|line| line.starts_with("Good ")).count(), count("statements") / 2, "{good}");
        assert!(!good.contains("BAD") && good.contains(&format!("@{origin}")), "{good}");
        // A changed statement of either log is found.
        let texts = files(&folder, "statements").into_iter().filter(|name| !name.ends_with(".txt.sig"));
        let texts: Vec<String> = texts.collect();
        for name in &texts {
            let path = folder.join("statements").join(name);
            let text = std::fs::read_to_string(&path).unwrap();
            std::fs::write(&path, text.replacen("\nid ", "\nid  ", 1)).unwrap();
        }
        assert_eq!(said(&shell(&folder, &signed)).matches("BAD: ").count(), texts.len());

        let (_, code) = verify.split_once("--checkpoint ").unwrap();
        assert_eq!(book.run(&["verify", "--checkpoint", code.trim_matches('\'')]).code, 0);
    }
}

#[test]
fn every_document_says_in_which_other_log_an_entry_is() {
    let (book, origin) = received();
    book.supervisor(&["sign-off", "Ann Trainee", "K2"]).done();
    for kind in ["person", "portfolio"] {
        let out = book.secret(&format!("{kind}.pdf"));
        book.run(&["report", kind, "Ann Trainee", "--out", &out]).done();
        let Some(text) = tool("pdftotext", &["-raw", &out, "-"]) else { return };
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let size = book.size();
        let mut counts = (0, 0);
        for (at, _) in text.match_indices(" entry ") {
            let rest = &text[at + " entry ".len()..];
            let Ok(entry) = rest.split([' ', ',']).next().unwrap().parse::<u64>() else { continue };
            let there = rest.starts_with(&format!("{entry} of {origin}"));
            assert!(there || entry < size, "{kind}: {entry} of {size}: {text}");
            if there { counts.0 += 1 } else { counts.1 += 1 }
        }
        assert!(counts.0 >= 2 && counts.1 == 1, "{kind}: {counts:?}: {text}");
    }
    let out = book.secret("c.pdf");
    book.run(&["report", "certificate", "Ann Trainee", "--out", &out]).done();
    let Some(text) = tool("pdftotext", &["-raw", &out, "-"]) else { return };
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in
        ["log holds 1 sign-off as achieved on this record", "department received 2 sign-offs as achieved from "]
    {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(text.contains(&format!("at {origin} on ")), "{text}");
}

#[test]
fn what_one_department_saw_before_the_other_saw_it_not_achieved_is_not_what_counts() {
    const NOT: [&str; 7] = ["--not-achieved", "--feedback", "Unsafe", "--action", "Again", "--by", "in 2 weeks"];
    let (home, away) = (home(), away());
    accept(&away, &home);
    import(&away, &bundle(&home, "first.bundle", &[]), &[]).done();
    away.officer(&["policy", "set", "imported=counts"]).done();
    // Not achieved here; then signed there, as seen on the day before.
    away.supervisor(&[&["sign-off", "Ann Trainee", "K7"], &NOT[..]].concat()).done();
    home.supervisor(&["sign-off", "Ann Trainee", "K7", "--observed", "yesterday"]).done();
    // Not achieved there; here, what was seen before that is refused.
    home.supervisor(&[&["sign-off", "Ann Trainee", "K8"], &NOT[..]].concat()).done();
    import(&away, &bundle(&home, "second.bundle", &[]), &[]).done();
    assert_eq!([state(&away, "K7"), state(&away, "K8")], ["not-yet", "not-yet"]);
    let late = away.supervisor(&["sign-off", "Ann Trainee", "K8", "--observed", "yesterday"]);
    late.refused(1, "K8 was not achieved on");
    // What is seen on that day or later answers it, wherever it is signed.
    away.supervisor(&["sign-off", "Ann Trainee", "K8"]).done();
    home.supervisor(&["sign-off", "Ann Trainee", "K7"]).done();
    import(&away, &bundle(&home, "third.bundle", &[]), &[]).done();
    assert_eq!([state(&away, "K7"), state(&away, "K8")], ["signed", "signed"]);
    let states = || ["K7", "K8"].map(|code| state(&away, code));
    let before = states();
    away.run(&["rebuild"]).done();
    assert_eq!(states(), before);
    super::intact(&away);
}
