//! Local competences on the command line: a list is seen before it is adopted, signed by, counted, replaced; one that is
//! altered afterwards is found out.

use countersign_core::primitives::ids::Digest;

use crate::cli::book::Book;
use crate::owner::Owner;

const EXAMPLE: &str = include_str!("../../../data/competences-example.toml");

/// The example as a file, with some words changed.
fn file(book: &Book, name: &str, changes: &[(&str, &str)]) -> String {
    let mut text = EXAMPLE.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    let path = book.0.path().join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn adopted() -> Book {
    let book = Book::founded();
    let list = file(&book, "list.toml", &[]);
    book.officer(&["competences", "import", &list, "--yes"]).done();
    book
}

fn local(book: &Book, code: &str) -> serde_json::Value {
    let all = book.run(&["trainee", "Ann Trainee", "--json"]).done().json();
    let rows = all["competences"].as_array().unwrap().clone();
    rows.into_iter().find(|row| row["id"] == code).unwrap()
}

#[test]
fn a_list_is_shown_then_adopted_and_never_twice() {
    let book = Book::founded();
    let list = file(&book, "list.toml", &[]);
    let before = (book.size(), std::fs::read(book.database()).unwrap());
    for flags in [&["--preview"][..], &[]] {
        let shown = book.run(&[&["competences", "import", &list], flags].concat()).done().out;
        for words in [
            "CARDIO-LOCAL 1",
            "ST0413 1.1",
            "K13 S6 S13",
            "training officer",
            "This was a preview; nothing has changed",
        ] {
            assert!(shown.contains(words), "{words}: {shown}");
        }
    }
    assert_eq!((book.size(), std::fs::read(book.database()).unwrap()), before);
    book.supervisor(&["competences", "import", &list, "--yes"]).refused(2, "is not a training officer");
    book.officer(&["competences", "import", &list, "--yes"]).done();
    let shown = book.run(&["competences", "show", "CARDIO-LOCAL", "--json"]).done().json();
    let previewed = book.run(&["competences", "import", &list, "--json"]).done().json();
    assert_eq!(previewed["adopted"], true);
    assert_eq!(shown["lists"][0]["competences"], previewed["lists"][0]["competences"]);
    assert_eq!((&shown["lists"][0]["in_force"], &shown["lists"][0]["id"]), (&true.into(), &"CARDIO-LOCAL 1".into()));
    book.officer(&["competences", "import", &list, "--yes"])
        .refused(1, "CARDIO-LOCAL 1 is already adopted. An adopted list never changes");
    // It is not a standard: nobody is enrolled on it, and no list of standards has it.
    assert!(!book.run(&["standard", "list"]).done().out.contains("CARDIO-LOCAL"));
    let enrol = ["enrol", "Ann Trainer", "CARDIO-LOCAL", "--start", "2025-09-01"];
    book.officer(&enrol).refused(2, "No standard “CARDIO-LOCAL” is adopted");
}

#[test]
fn no_refusal_adopts_or_leaves_anything() {
    let book = Book::founded();
    let before = std::fs::read(book.database()).unwrap();
    for (changes, words) in [
        (&[("ST0413 1.1", "ST9999 1.0")][..], "ST9999 1.0 is not adopted"),
        (&[("\"L2\"", "\"L1\"")], "L1 appears twice (line 16)"),
        (&[("\"S7\"", "\"S77\"")], "L4 is linked to S77, which is not a KSB of ST0413 1.1"),
        (&[("[\"training-officer\"]", "[\"person:zzzz\"]")], "Nobody here has the id zzzz"),
        (&[("observations = 3", "observations = 0"), ("months = 12", "months = 0")], ". There is 1 more fault"),
    ] {
        let list = file(&book, "bad.toml", changes);
        book.officer(&["competences", "import", &list, "--yes"]).refused(1, words);
        let checked = book.run(&["competences", "check", &list]);
        let fault = !words.contains("is not adopted");
        assert_eq!(checked.code, i32::from(fault), "{checked:?}");
    }
    book.officer(&["competences", "import", "none.toml", "--yes"]).refused(2, "There is no such file");
    assert_eq!(std::fs::read(book.database()).unwrap(), before);
}

#[test]
fn each_observation_is_a_sign_off_of_its_own_and_counts_towards_the_list_s_number_and_its_ksbs_alone() {
    let book = adopted();
    let card = |book: &Book| book.run(&["trainee", "Ann Trainee", "--json"]).done().json()["trainee"]["signed"].clone();
    let state = |code: &str| local(&book, code)["state"].as_str().unwrap().to_owned();
    assert_eq!((state("L1").as_str(), state("L4").as_str()), ("open", "open"));
    for count in 1..=5 {
        book.supervisor(&["sign-off", "Ann Trainee", "L1"]).done();
        let row = local(&book, "L1");
        assert_eq!((&row["observations"], &row["wanted"]), (&count.into(), &5.into()));
        assert_eq!(row["state"], if count < 5 { "partly" } else { "signed" }, "{count}");
        assert_eq!(row["due"].is_null(), count < 5);
    }
    // The standard's figures and states are as they were; what was seen is said at each KSB.
    assert_eq!(card(&book), 0);
    let all = book.run(&["trainee", "Ann Trainee", "--json"]).json();
    let ksbs = all["ksbs"].as_array().unwrap();
    for ksb in ksbs {
        let linked = ["K13", "S6", "S13"].contains(&ksb["id"].as_str().unwrap());
        assert_eq!((ksb["state"].as_str().unwrap(), ksb["seen_in"].as_array().unwrap().len()), ("open", linked.into()));
    }
    let told = book.run(&["trainee", "Ann Trainee"]).done().out;
    assert!(told.contains("Also seen in L1 (5, last "), "{told}");
    let portfolio = book.run(&["portfolio", "Ann Trainee"]).done().out;
    assert!(portfolio.contains("LOCAL COMPETENCES") && portfolio.contains("Seen 5 of 5 times"), "{portfolio}");
    // Withdrawn like any other, it is one fewer.
    let newest = local(&book, "L1")["records"][0]["id"].as_str().unwrap().to_owned();
    book.supervisor(&["withdraw", &newest, "--reason", "Another trainee"]).done();
    assert_eq!((state("L1").as_str(), &local(&book, "L1")["observations"]), ("partly", &4.into()));
    // Not achieved asks for another, and takes nothing away.
    let fell =
        ["sign-off", "Ann Trainee", "L1", "--not-achieved", "--feedback", "x", "--action", "y", "--by", "tomorrow"];
    book.supervisor(&fell).done();
    let left = book.run(&["outstanding", "Ann Trainee"]).done().out;
    assert!(left.contains("not yet, 4 of 5"), "{left}");
    assert!(left.contains("Local competences"), "{left}");
    book.supervisor(&["sign-off", "Ann Trainee", "L1"]).done();
    assert_eq!(state("L1"), "signed");
    // Both kinds in one go; who may sign is who may.
    book.supervisor(&["sign-off", "Ann Trainee", "S13,L4"]).done();
    assert_eq!((state("L4").as_str(), card(&book)), ("signed", 1.into()));
    let size = book.size();
    book.supervisor(&["sign-off", "Ann Trainee", "L3"]).refused(1, "Sam Supervisor may not sign off L3");
    book.supervisor(&["sign-off", "Ann Trainee", "L9"])
        .refused(2, "No list of local competences for ST0413 1.1 has L9");
    assert_eq!(book.size(), size);
    let readiness = book.run(&["readiness", "Ann Trainee", "--json"]).done().json();
    assert!(!readiness.to_string().contains("\"L1\""), "{readiness}");
    book.run(&["rebuild"]).done();
    assert_eq!((state("L1").as_str(), state("L4").as_str()), ("signed", "signed"));
    assert_eq!(book.run(&["verify", "--json"]).json()["verdict"], "cannot-tell");
    let receipts = book.run(&["receipts", "Ann Trainee", "--json"]).done().json();
    assert!(receipts.to_string().contains("item CARDIO-LOCAL 1 L1 sha256:"));
}

#[test]
fn a_later_version_begins_again_after_saying_so_and_the_earlier_stays_to_be_read() {
    let book = adopted();
    book.supervisor(&["sign-off", "Ann Trainee", "L1,L4"]).done();
    let later = file(&book, "later.toml", &[("version = \"1\"", "version = \"2\""), ("Fits an", "Fits and tests an")]);
    let shown = book.run(&["competences", "import", &later]).done().out;
    let words = "It would replace CARDIO-LOCAL 1: 3 competences keep code and text; 1 trainee has sign-offs";
    assert!(shown.contains(words), "{shown}");
    book.officer(&["competences", "import", &later, "--yes"]).done();
    for code in ["L1", "L2", "L3", "L4"] {
        assert_eq!(
            (&local(&book, code)["state"], &local(&book, code)["list"]),
            (&"open".into(), &"CARDIO-LOCAL 2".into())
        );
    }
    let listed = book.run(&["competences", "list"]).done().out;
    assert!(listed.contains("replaced by a later version") && listed.contains("in force"), "{listed}");
    assert!(book.run(&["competences", "show", "CARDIO-LOCAL 1"]).done().out.contains("Fits an ambulatory"));
    assert!(book.run(&["history", "CARDIO-LOCAL 1 L1"]).done().out.contains("L1 achieved"));
    // Another list may not have a code that this one has.
    let other = file(&book, "other.toml", &[("CARDIO-LOCAL", "ECHO-LOCAL")]);
    book.officer(&["competences", "import", &other, "--yes"]).refused(1, "CARDIO-LOCAL 2 already has L1");
    assert_eq!(book.run(&["verify", "--json"]).json()["verdict"], "cannot-tell");
}

#[test]
fn a_claim_on_a_local_competence_waits_and_is_answered_by_its_sign_off() {
    let book = adopted();
    let key = ["--new-passphrase-file", &book.keep("ada", "yak moss tile canoe 31")];
    book.officer(&[&["person", "add", "Ada Ashe", "--role", "trainee"][..], &key].concat()).done();
    book.officer(&["enrol", "Ada Ashe", "ST0413", "--start", "2025-09-01"]).done();
    let ada = |args: &[&str]| book.run(&[args, &["--as", "Ada", "--passphrase-file", &book.secret("ada")]].concat());
    let state = || {
        let all = book.run(&["trainee", "Ada", "--json"]).done().json();
        all["competences"][3]["state"].as_str().unwrap().to_owned()
    };
    ada(&["claim", "L4", "--reflection", "Cleaned it"]).done();
    assert_eq!(state(), "claimed");
    let queue = || book.run(&["queue", "--json"]).done().json();
    let id = queue()["claims"][0]["id"].as_str().unwrap().to_owned();
    assert!(book.run(&["claim", "show", &id]).done().out.contains("L4"));
    book.supervisor(&["claim", "answer", &id]).done();
    assert_eq!((state().as_str(), queue()["of"].clone()), ("signed", 0.into()));
    ada(&["claim", "L4"]).refused(1, "L4 is already signed");
    ada(&["claim", "L9"]).refused(2, "No list of local competences for ST0413 1.1 has L9");
    book.run(&["rebuild"]).done();
    assert_eq!((state().as_str(), queue()["of"].clone()), ("signed", 0.into()));
}

#[test]
fn a_list_that_is_altered_afterwards_is_found_out() {
    let book = adopted();
    book.supervisor(&["sign-off", "Ann Trainee", "L1"]).done();
    let sound = std::fs::read(book.database()).unwrap();
    for (from, to) in [
        ("observations 5\nmonths 24", "observations 1\nmonths 24"),
        ("12-lead", "3-lead"),
        ("may-sign training-officer\n", ""),
    ] {
        std::fs::write(book.database(), &sound).unwrap();
        let file = Owner::of(&book.database());
        let changed = file
            .execute(
                "UPDATE content SET canonical = replace(canonical, ?1, ?2) WHERE canonical LIKE '%competences/1%'",
                [from, to],
            )
            .unwrap();
        assert_eq!(changed, 1);
        drop(file);
        assert_eq!(book.run(&["verify"]).code, 1, "{from}");
        // With its digest made to fit, it is not the one that was signed.
        let file = Owner::of(&book.database());
        let text: String = file
            .query_row("SELECT canonical FROM content WHERE canonical LIKE '%competences/1%'", [], |row| row.get(0))
            .unwrap();
        let digest = Digest::of(text.as_bytes());
        file.execute("UPDATE content SET digest = ?1 WHERE canonical = ?2", rusqlite::params![digest.0, text]).unwrap();
        file.execute("UPDATE standard SET digest = ?1 WHERE reference = 'CARDIO-LOCAL'", [digest.0]).unwrap();
        drop(file);
        assert_eq!(book.run(&["verify"]).code, 1, "{from}");
    }
    std::fs::write(book.database(), &sound).unwrap();
    assert_eq!(book.run(&["verify"]).code, 3);
}

#[test]
fn a_filter_of_one_trainee_s_record_holds_for_local_competences_as_for_ksbs() {
    let book = adopted();
    book.supervisor(&["sign-off", "Ann Trainee", "L1", "L4", "K1"]).done();
    let not_yet = ["--not-achieved", "--feedback", "Slow", "--action", "Again", "--by", "in 2 weeks"];
    book.supervisor(&[&["sign-off", "Ann Trainee", "L2"][..], &not_yet].concat()).done();
    for (words, listed) in [
        (&["partly"][..], &["L1"][..]),
        (&["not-yet"], &["L2"]),
        (&["equipment"], &["L4"]),
        (&["by:sam", "signed"], &["K1", "L4"]),
        (&["l3"], &["L3"]),
        (&["l1", "l2", "open"], &[]),
    ] {
        let out = book.run(&[&["trainee", "Ann Trainee"], words].concat()).done().out;
        let found: Vec<&str> = ["K1", "L1", "L2", "L3", "L4"]
            .into_iter()
            .filter(|code| out.lines().any(|line| line.split_whitespace().next() == Some(code)))
            .collect();
        assert_eq!(found, listed, "{words:?}: {out}");
    }
}
