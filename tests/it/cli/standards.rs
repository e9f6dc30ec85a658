//! Standards on the command line: a file is seen before it is adopted, checked line by line, compared; a trainee is moved
//! by a word of its own.

use crate::cli::book::Book;

fn fixture(name: &str) -> String {
    format!("{}/tests/fixtures/standards/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn bytes(book: &Book) -> Vec<Vec<u8>> {
    // What a reader of the file would see: the log's size and every standard's text.
    let all = book.run(&["standard", "list", "--json"]).done().out;
    vec![book.size().to_be_bytes().to_vec(), all.into_bytes(), std::fs::read(book.database()).unwrap()]
}

#[test]
fn a_file_is_shown_and_then_adopted_and_never_twice() {
    let book = Book::founded();
    let before = bytes(&book);
    for flags in [&["--preview"][..], &[]] {
        let shown = book.run(&[&["standard", "import", &fixture("assistant.csv")], flags].concat()).done().out;
        for words in [
            "MU0218 1.0 Lamp room assistant",
            "7 (3 K, 3 S, 1 B)",
            "K3 belongs to no duty",
            "This was a preview; nothing has changed",
        ] {
            assert!(shown.contains(words), "{words}: {shown}");
        }
    }
    assert_eq!(bytes(&book), before);
    let adopt = ["standard", "import", &fixture("assistant.csv"), "--yes"];
    let done = book.officer(&adopt);
    assert_eq!((done.code, done.err.as_str()), (0, "warning: K3 belongs to no duty (line 13)\n"), "{done:?}");
    assert_eq!(book.size(), 8);
    let shown = book.run(&["standard", "show", "MU0218", "--json"]).done().json();
    let previewed = book.run(&["standard", "import", &fixture("assistant.csv"), "--json"]).done().json();
    assert_eq!(shown["standards"], previewed["standards"]);
    assert_eq!(previewed["adopted"], true);
    book.officer(&adopt).refused(1, "MU0218 1.0 is already adopted. An adopted standard never changes");
    book.officer(&["enrol", "Ann Trainer", "MU0218", "--start", "2025-03-01"]).done();
    book.run(&["verify"]);
    assert_eq!(book.run(&["verify", "--json"]).json()["verdict"], "cannot-tell");
}

#[test]
fn no_refusal_adopts_or_leaves_anything() {
    let book = Book::founded();
    let big = book.0.path().join("big.csv");
    std::fs::write(&big, vec![b'x'; (5 << 20) + 1]).unwrap();
    let latin = book.0.path().join("latin.csv");
    std::fs::write(&latin, b"code,text,duties\nK1,caf\xe9,\n").unwrap();
    let twice = book.0.path().join("twice.csv");
    let text = std::fs::read_to_string(fixture("assistant.csv")).unwrap();
    std::fs::write(&twice, text.replace("K2,", "K1,").replace("S2,", "S1,")).unwrap();
    let before = bytes(&book);
    for (file, code, words) in [
        (big.to_str().unwrap(), 1, "It is larger than 5 MiB, the most that can be read"),
        (latin.to_str().unwrap(), 1, "byte E9, “é” in Latin-1) (line 2)"),
        (twice.to_str().unwrap(), 1, "K1 appears twice (line 12). There is 1 more fault"),
        ("none.csv", 2, "There is no such file"),
        ("/dev/null", 2, "It is not a file"),
        (".", 2, "It is not a file"),
    ] {
        let ran = book.officer(&["standard", "import", file, "--yes"]).refused(code, words);
        assert!(code == 2 || ran.err.contains("hint: "), "{ran:?}");
    }
    let good = fixture("associate.toml");
    book.supervisor(&["standard", "import", &good, "--yes"]).refused(2, "is not a training officer");
    let wrong = ["standard", "import", &good, "--yes", "--as", "Olu", "--passphrase-file", &book.secret("wrong")];
    book.run(&wrong).refused(1, "Wrong passphrase");
    book.run(&["standard", "import", &good, "--yes"]).refused(2, "No signer was named");
    book.run(&["standard", "import", &good, "--yes", "--preview"]).refused(2, "cannot be used with");
    assert_eq!(bytes(&book), before);
}

#[test]
fn a_check_lists_every_fault_with_its_line_and_needs_no_data() {
    let book = Book::empty();
    let file = book.0.path().join("mine.csv");
    let text = std::fs::read_to_string(fixture("assistant.csv")).unwrap();
    std::fs::write(&file, text.replace("K2,", "K1,").replace("D1 D2\nK1", "D7\nK1").replace("level,2", "level,9"))
        .unwrap();
    let ran = book.run(&["standard", "check", file.to_str().unwrap()]);
    assert_eq!(ran.code, 1, "{ran:?}");
    for words in
        ["3 faults", "line 4", "line 11", "line 12", "It must be 1 to 8", "not in the standard", "appears twice"]
    {
        assert!(ran.out.contains(words), "{words}: {}", ran.out);
    }
    let rows = book.run(&["standard", "check", file.to_str().unwrap(), "--json"]).json();
    assert_eq!((&rows["faults"], rows["remarks"][0]["line"].as_u64()), (&3.into(), Some(4)), "{rows}");
    assert_eq!(
        book.run(&["standard", "check", &fixture("associate.toml")]).done().out,
        "MU0220 1.0: no fault, no warning\n"
    );
    let record = book.run(&["standard", "check", &fixture("record-1.0.json"), "--json"]).done().json();
    assert_eq!((&record["warnings"], &record["remarks"][1]["path"]), (&2.into(), &"knowledges[0]".into()), "{record}");
}

#[test]
fn two_standards_are_compared_by_their_texts_wherever_they_are() {
    let book = Book::founded();
    let (old, new) = (fixture("record-1.0.json"), fixture("record-1.1.json"));
    let told = book.run(&["standard", "diff", &old, &new]).done().out;
    for words in [
        "MU0413 1.0 to MU0413 1.1: of the KSBs 2 same, 1 moved, 1 reworded, 1 gone, 4 new",
        "moved     K2      K1     How lamps burn",
        "reworded  S2      S2     [-keep-] {+Keep+} an oil store",
        "hours           not set     926",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let json = book.run(&["standard", "diff", &old, &new, "--json"]).done().json();
    let changes: Vec<String> = json["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|item| !item["before"].is_null() && item["before"].as_str().unwrap().starts_with(['K', 'S', 'B']))
        .map(|item| format!("{} {}", item["change"].as_str().unwrap(), item["id"].as_str().unwrap()))
        .collect();
    assert_eq!(changes, ["moved K2>K1", "same S1>S1", "reworded S2>S2", "same B1>B1", "gone K1>"]);
    book.officer(&["standard", "import", &old, "--yes"]);
    let against = book.run(&["standard", "import", &new, "--json"]).done().json();
    assert_eq!((&against["against"], &against["items"]), (&"MU0413 1.0".into(), &json["items"]));
    assert_eq!(
        book.run(&["standard", "diff", "mu0413", &old]).done().out,
        "MU0413 1.0 to MU0413 1.0: nothing differs\n"
    );
    book.run(&["standard", "diff", "ST0413", "ST9999"]).refused(2, "“ST9999” is neither a standard that is adopted");
    assert_eq!(Book::empty().run(&["standard", "diff", "ST0413", "st0413 1.1"]).done().code, 0);
}

#[test]
fn a_trainee_is_moved_by_a_word_of_its_own_and_nothing_is_carried_over() {
    let book = Book::founded();
    for file in ["record-1.0.json", "record-1.1.json"] {
        assert_eq!(book.officer(&["standard", "import", &fixture(file), "--yes"]).code, 0);
    }
    let to_old = ["enrol", "Ann Trainer", "MU0413 1.0", "--start", "2024-03-01"];
    book.officer(&to_old).done();
    book.supervisor(&["sign-off", "Ann Trainer", "K1", "K2", "S1"]).done();
    let size = book.size();
    let to_new = ["enrol", "Ann Trainer", "MU0413 1.1", "--start", "2024-11-01"];
    let refused = book.officer(&to_new).refused(1, "is already on MU0413 1.0, with 3 KSBs signed");
    assert!(refused.err.contains("--preview"), "{refused:?}");
    let shown = book.run(&[&to_new[..], &["--preview"]].concat()).done().out;
    for words in ["with the same text: 2; with a different text: 1", "Nothing is carried over"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    let json = book.run(&[&to_new[..], &["--preview", "--json"]].concat()).done().json();
    let moved = json["items"].as_array().unwrap().iter().find(|item| item["id"] == "K2>K1").unwrap();
    assert_eq!((&moved["change"], &moved["state"]), (&"moved".into(), &"signed".into()));
    assert_eq!(book.size(), size);
    let done = book.officer(&[&to_new[..], &["--move"]].concat()).done().out;
    assert!(done.starts_with("Moved Ann Trainer from MU0413 1.0 to MU0413 1.1"), "{done}");
    let after = book.run(&["trainee", "Ann Trainer", "--json"]).done().json();
    assert_eq!((&after["trainee"]["standard"], &after["trainee"]["signed"]), (&"MU0413 1.1".into(), &0.into()));
    // What was signed is there still: back on the version it names, it counts.
    book.officer(&[&to_old[..], &["--move"]].concat()).done();
    let back = book.run(&["trainee", "Ann Trainer", "--json"]).done().json();
    assert_eq!(back["trainee"]["signed"], 3);
    // The same version again is not a move: a start date can be mended without one.
    book.officer(&["enrol", "Ann Trainer", "MU0413 1.0", "--start", "2024-04-01"]).done();
}

#[test]
fn the_framework_shows_each_person_s_level_and_what_leads_on() {
    let book = Book::founded();
    book.officer(&["person", "add", "Una Assistant", "--role", "trainee", "--level", "assistant"]).done();
    book.officer(&["enrol", "Una Assistant", "ST0413", "--start", "2025-09-01"]).done();
    let levels = book.run(&["standard", "levels", "--json"]).done().json();
    let row = |at: usize| &levels["levels"][at];
    assert_eq!((&row(0)["people"], &row(0)["next"]), (&1.into(), &"associate".into()));
    assert_eq!(row(2)["adopted"], serde_json::json!(["ST0413 1.1"]));
    assert_eq!(row(4)["next"], serde_json::Value::Null);
    let shown = book.run(&["trainee", "Una"]).done().out;
    assert!(shown.contains("Level       assistant\nNext level  associate, by ST0220\n"), "{shown}");
    assert!(book.run(&["person", "list"]).done().out.contains("trainee  "));
    assert!(Book::empty().run(&["standard", "levels"]).done().out.contains("Open Government Licence"));
}

const OWN_GATEWAY: &str = "reference = 'MU0220'\nversion = '1.0'\ntitle = 'Lamp room associate'\nlevel = 4\n\
    months_to_gateway = 24\n[[duties]]\nno = 1\ntext = 'Run the lamps of one floor.'\nksbs = ['K1']\n\
    [[gateway]]\nid = 'ksbs'\ntext = 'Every KSB signed'\n\
    [[gateway]]\nid = 'lamp-licence'\ntext = 'The lamp licence'\nrule = 'Held before the gateway'\n\
    alternatives = ['A licence of another tower']\n[ksbs]\nK1 = 'How lamps burn.'\n";

#[test]
fn a_standard_s_own_gateway_is_adopted_with_it_and_is_what_readiness_asks() {
    let book = Book::founded();
    let file = |name: &str, text: &str| {
        let path = book.0.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let own = file("own.toml", OWN_GATEWAY);
    let (head, rest) = OWN_GATEWAY.split_once("[[gateway]]").unwrap();
    let bare = format!("{head}[ksbs]{}", rest.split_once("[ksbs]").unwrap().1).replace("'1.0'", "'1.1'");
    let bare = file("bare.toml", &bare);
    for file in [&own, &bare] {
        book.officer(&["standard", "import", file, "--yes"]).done();
    }
    let differs = book.run(&["standard", "diff", "MU0220 1.0", "MU0220 1.1"]).done().out;
    assert!(differs.contains("gateway") && differs.contains("lamp-licence: The lamp licence"), "{differs}");
    let shown = book.run(&["standard", "show", "MU0220 1.0", "--json"]).done().json();
    assert_eq!(shown["standards"][0]["gateway"][1]["alternatives"][0], "A licence of another tower");
    book.officer(&["enrol", "Ann Trainer", "MU0220 1.0", "--start", "2025-09-01"]).done();
    let asked = |book: &Book| -> Vec<(String, String)> {
        let ready = book.run(&["readiness", "Ann Trainer", "--json"]).done().json();
        let all = ready["requirements"].as_array().unwrap().clone();
        all.iter().map(|row| (row["id"].as_str().unwrap().to_owned(), row["why"].to_string())).collect()
    };
    let ids = |all: &[(String, String)]| all.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>();
    let own = asked(&book);
    assert_eq!(ids(&own), ["ksbs", "lamp-licence"]);
    assert!(own[1].1.contains("Required: Held before the gateway") && !own[1].1.contains("programme rules"), "{own:?}");
    let met = ["requirement", "Ann Trainer", "lamp-licence", "--met", "--reason", "Licence 12 of the north tower"];
    book.officer(&met).done();
    book.officer(&["requirement", "Ann Trainer", "english-maths", "--met", "--reason", "x"])
        .refused(2, "MU0220 1.0 has no such requirement");
    // On the version that says nothing of it the programme rules ask, and say so.
    book.officer(&["enrol", "Ann Trainer", "MU0220 1.1", "--start", "2025-09-01", "--move"]);
    let general = asked(&book);
    assert!(ids(&general).contains(&"english-maths".to_owned()) && !ids(&general).contains(&"lamp-licence".to_owned()));
    let says = "by the programme rules, because MU0220 1.1 has no gateway list of its own";
    assert!(general.iter().all(|(_, why)| why.contains(says)), "{general:?}");
    assert_eq!(book.run(&["verify"]).code, 3);
    // The gateway is in the digest: altering it is seen.
    let rebuilt = book.run(&["standard", "list", "--json"]).done().json();
    let of = |id: &str| rebuilt["standards"].as_array().unwrap().iter().find(|row| row["id"] == id).unwrap().clone();
    assert_ne!(of("MU0220 1.0")["sha256"], of("MU0220 1.1")["sha256"]);
}

#[test]
fn a_comparison_says_which_ksbs_belong_to_other_duties_or_options() {
    let book = Book::founded();
    let text = std::fs::read_to_string(fixture("options.toml")).unwrap();
    let write = |name: &str, text: &str| {
        let path = book.0.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let old = write("old.toml", &text);
    let next = text.replace("version = \"1.0\"", "version = \"1.1\"");
    let diff = |text: &str| {
        let new = write("new.toml", text);
        let out = book.run(&["standard", "diff", &old, &new]).done().out;
        (out, book.run(&["standard", "diff", &old, &new, "--json"]).done().json()["mapped"].clone())
    };
    assert_eq!(diff(&next).1, serde_json::json!([]));
    // A duty that has another number alone is the same duty.
    let renumbered = next.replace("no = 1\n", "no = 9\n");
    assert_eq!(diff(&renumbered).1, serde_json::json!([]));
    // K1 is on the first duty and on the second; then on the third, too.
    let (out, mapped) = diff(&next.replace("[\"K2\", \"S1\"]", "[\"K1\", \"K2\", \"S1\"]"));
    let row = serde_json::json!({"id": "K1", "duties_before": ["D1", "D2"], "duties_after": ["D1", "D2", "D3"],
        "options_before": [], "options_after": []});
    assert_eq!(mapped, serde_json::json!([row]));
    assert!(out.contains("of the KSBs 4 same; 1 under other duties or options"), "{out}");
    assert!(out.contains("K1   duties      D1 D2   D1 D2 D3"), "{out}");
    // S1 becomes the other option's, too.
    let (out, mapped) = diff(&next.replace("duties = [2]", "duties = [2, 3]"));
    assert_eq!(
        (&mapped[0]["id"], &mapped[0]["options_after"]),
        (&"S1".into(), &serde_json::json!(["Oil lamps", "Gas lamps"]))
    );
    assert!(out.contains("S1   options     Gas lamps  Oil lamps, Gas lamps"), "{out}");
}
