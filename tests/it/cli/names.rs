//! People by their names: one rule finds them in every spelling, and no second person of a name is made unseen.

use unicode_normalization::UnicodeNormalization as _;

use crate::cli::book::Book;

fn case(name: &str) -> String {
    format!("{}/tests/fixtures/cases/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// A book with the people of the first list.
fn named() -> Book {
    let book = Book::founded();
    book.officer(&["person", "import", &case("names1.csv"), "--yes"]);
    book
}

fn people(book: &Book) -> Vec<String> {
    let all = book.run(&["person", "list", "--json"]).done().json();
    all["people"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
#[ignore = "slow: many runs of the program"]
fn a_person_is_found_by_every_spelling_of_their_name_in_every_command() {
    let book = named();
    let all = people(&book);
    for name in &all {
        book.officer(&["enrol", name, "ST0413", "--start", "2026-09-01"]);
    }
    for (typed, name) in [
        ("obrien", "Sean O'Brien"),
        ("O’BRIEN", "Sean O'Brien"),
        ("sean o`brien", "Sean O'Brien"),
        ("zoe oneill", "Zoë O'Neill"),
        ("o’neill", "Zoë O'Neill"),
        ("jose", "José Muñoz"),
        ("JOSE\u{301} MUN\u{303}OZ", "José Muñoz"),
        ("lukasz walesa", "Łukasz Wałęsa"),
        ("ipek yilmaz", "İpek Yılmaz"),
        ("grosse weiss", "Große Weiß"),
        ("anne marie smith jones", "Anne-Marie Smith-Jones"),
        ("smith\u{2011}jones", "Anne-Marie Smith-Jones"),
        ("小龍", "李小龍"),
        ("o brien", "Sean O'Brien"),
        ("smithjones", "Anne-Marie Smith-Jones"),
        ("јosé", "José Muñoz"),
    ] {
        let found = book.run(&["trainee", typed, "--json"]).done().json();
        assert_eq!(found["trainee"]["name"], name, "{typed}");
        let word = typed.split(' ').next_back().unwrap();
        for list in [&["cohort", "--json", word][..], &["person", "list", "--json", word]] {
            let out = book.run(list).done().out;
            assert!(out.contains(name), "{list:?}: {out}");
            assert!(!out.contains("Mary Ann Bell"), "{list:?}: {out}");
        }
        if ["smithjones", "јosé"].contains(&word) {
            continue;
        }
        let enrolled = book.run(&["history", "kind:enrolment", word]).done().out;
        assert!(enrolled.contains(name), "{word}: {enrolled}");
    }
}

#[test]
fn a_person_is_meant_by_their_words_in_any_order_or_parted_otherwise_where_nobody_fits_as_typed() {
    let book = named();
    for (typed, name) in [
        ("smithjones", "Anne-Marie Smith-Jones"),
        ("annemarie", "Anne-Marie Smith-Jones"),
        ("jones smith", "Anne-Marie Smith-Jones"),
        ("o brien", "Sean O'Brien"),
        ("O'Brien, Sean", "Sean O'Brien"),
        ("brien o", "Sean O'Brien"),
        ("brien x", ""),
    ] {
        let ran = book.officer(&["enrol", typed, "ST0413", "--start", "2026-09-01"]);
        if name.is_empty() {
            ran.refused(2, "No trainee");
        } else {
            assert!(ran.out.contains(name), "{typed}: {ran:?}");
        }
    }
}

#[test]
fn nobody_gets_a_second_record_because_a_list_spells_their_name_in_another_way() {
    let book = named();
    let (before, size) = (people(&book), book.size());
    // It names some people twice itself: each is told with both lines, and nothing is taken.
    let twice = book.officer(&["person", "import", &case("names2.csv"), "--preview"]);
    assert_ne!(twice.code, 0);
    for words in ["line 5", "line 8", "line 9", "line 11"] {
        assert!(twice.out.contains(words) || twice.err.contains(words), "{words}: {twice:?}");
    }
    assert_eq!((people(&book), book.size()), (before.clone(), size));
    let list = std::fs::read_to_string(case("names2.csv")).unwrap();
    let rows: Vec<&str> = list.lines().collect();
    for row in &rows[1..] {
        let one = book.0.path().join("one.csv");
        std::fs::write(&one, format!("{}\n{row}\n", rows[0])).unwrap();
        let done = book.officer(&["person", "import", one.to_str().unwrap(), "--yes"]);
        if row.contains('\u{200b}') {
            // What nobody can see is not taken into a name.
            assert!(done.code != 0 && done.err.contains("U+200B"), "{row}: {done:?}");
            continue;
        }
        assert_eq!(done.code, 0, "{row}: {done:?}");
        assert_eq!(people(&book), before, "{row}");
        let spelled: String = row.trim_start_matches('"').split([',', '"']).next().unwrap().nfc().collect();
        let told = done.err.contains("whose name is not changed") || before.contains(&spelled);
        assert!(told, "{row}: {done:?}");
    }
    assert_eq!(book.size(), size, "a name is not spelled anew without an id");
}

#[test]
fn a_second_person_of_a_name_is_refused_with_who_is_there_until_it_is_asked_for() {
    let book = Book::founded();
    book.officer(&["person", "add", "Zoë O'Neill", "--role", "trainee", "--department", "Echo lab"]).done();
    for spelling in
        ["Zoë O'Neill", "zoe oneill", "ZOE  O’NEILL", "O'Neill, Zoë", "O'Neill Zoë", "ZoeONeill", "Zoë. O'Nеill"]
    {
        let again = book.officer(&["person", "add", spelling, "--role", "trainee"]);
        again.refused(1, "Zoë O'Neill, trainee, Echo lab");
    }
    let count = || people(&book).iter().filter(|name| name.contains("O'Neill")).count();
    assert_eq!(count(), 1);
    book.officer(&["person", "add", "Zoë O'Neill", "--role", "trainee", "--another"]).done();
    assert_eq!(count(), 2);
    // Who has left is named too, with the way back.
    book.officer(&["person", "add", "Gone Away", "--role", "trainee"]).done();
    book.officer(&["person", "leave", "Gone Away"]).done();
    book.officer(&["person", "add", "gone away", "--role", "trainee"]).refused(1, "person return");
}

/// The exit code of a roster's preview, and what it says: each remark with its place, each change.
fn previewed(book: &Book, rows: &str, as_officer: bool) -> (i32, String) {
    let path = book.0.path().join("roster.csv");
    std::fs::write(&path, rows).unwrap();
    let args = ["person", "import", path.to_str().unwrap(), "--preview", "--json"];
    let ran = if as_officer { book.officer(&args) } else { book.run(&args) };
    let shown: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let word = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let remark = |one: &serde_json::Value| {
        format!("{}: {} (line {}, {})", word(&one["weight"]), word(&one["what"]), one["line"], word(&one["path"]))
    };
    let mut said: Vec<String> = shown["remarks"].as_array().unwrap().iter().map(remark).collect();
    said.extend(shown["people"].as_array().unwrap().iter().map(|person| person["changes"].to_string()));
    (ran.code, said.join("\n"))
}

#[test]
fn a_name_in_another_order_run_together_or_in_letters_that_look_alike_is_refused_until_it_is_asked_for() {
    let book = Book::founded();
    for name in ["Trainee Ann", "AnnTrainee", "Ann. Trainee", "Ann-Trainee", "\u{410}nn Trainee", "Αnn Trainee"] {
        book.officer(&["person", "add", name, "--role", "trainee"]).refused(1, "Ann Trainee, trainee");
        let (code, said) = previewed(&book, &format!("name,roles\n{name},trainee\n"), false);
        if name != "Ann-Trainee" {
            let fault = format!("{name} may be {} Ann Trainee, who is there already", book.id_of("Ann Trainee"));
            assert!(code == 1 && said.contains(&fault) && said.contains("line 2"), "{name}: {said}");
        }
        // Another person is one by an id of their own.
        let (code, said) = previewed(&book, &format!("id,name,roles\nc0de,{name},trainee\n"), false);
        assert!(code == 0 && said.contains(" will be a "), "{name}: {said}");
    }
    book.officer(&["person", "add", "Trainee Ann", "--role", "trainee", "--another"]).done();
    book.officer(&["person", "add", "Anna Trainee", "--role", "trainee"]).done();
}

#[test]
fn two_rows_of_one_roster_that_may_be_one_person_are_a_fault_at_the_second() {
    let book = Book::founded();
    for (one, other) in [("Una Orr", "Orr Una"), ("Una Orr-May", "OrrMay Una"), ("Una Orr", "\"Orr, Una\"")] {
        let (code, said) = previewed(&book, &format!("name,roles\n{one},trainee\n{other},trainee\n"), false);
        assert!(code == 1 && said.contains("line 2") && said.contains("line 3"), "{one} {other}: {said}");
        let rows = format!("id,name,roles\nc0de,{one},trainee\nc0df,{other},trainee\n");
        let (code, said) = previewed(&book, &rows, false);
        assert_eq!(code, 0, "{one} {other}: {said}");
    }
}

#[test]
fn one_name_alone_is_nobody_that_is_there_and_is_warned_of_where_nobody_is() {
    let book = Book::founded();
    let sam = book.id_of("Sam Supervisor");
    for name in ["Sam", "SUPERVISOR", "sam"] {
        let (code, said) = previewed(&book, &format!("name,roles\n{name},supervisor\n"), false);
        let fault = format!("{name} may be {sam} Sam Supervisor, who is there already (line 2, column A “name”)");
        assert!(code == 1 && said.contains(&fault), "{said}");
    }
    let (code, said) = previewed(&book, "name,roles\nIris,trainee\n李小龍,trainee\nIris Ng,trainee\n", false);
    assert!(code == 0 && said.contains("Iris is only one name. Write the full name (line 2"), "{said}");
    assert_eq!(said.matches("only one name").count(), 1, "{said}");
}

#[test]
fn a_supervisor_is_named_by_the_whole_name_and_a_part_is_answered_with_whom_it_could_be() {
    let book = Book::founded();
    let sam = book.id_of("Sam Supervisor");
    let roster = |supervisor: &str| {
        previewed(&book, &format!("name,roles,supervisor\nAnn Trainee,trainee,\"{supervisor}\"\n"), false)
    };
    for text in ["Supervisor Sam", "Supervisor, Sam", "SamSupervisor", "Sаm Supervisor"] {
        let (code, said) = roster(text);
        assert_eq!(code, 0, "{text}: {said}");
        assert!(said.contains("under Sam Supervisor"), "{text}: {said}");
        let turned = text == "Supervisor, Sam";
        assert!(turned || said.contains(&format!("“{text}” is read as {sam} Sam Supervisor (line 2")), "{said}");
    }
    for text in ["Sam", "sam", "Superv", "Supervisor"] {
        let (code, said) = roster(text);
        assert!(code == 1 && said.contains(&format!("“{text}” could be {sam} Sam Supervisor (line 2")), "{said}");
    }
    // A trainee is not among those who could be meant.
    let (code, said) = roster("Trainer");
    assert!(code == 1 && said.contains("Nobody is called “Trainer”"), "{said}");
    // Of several, and of those whom the file itself adds, each is named.
    let rows = "name,roles,supervisor\nAnn Trainee,trainee,Sam\nSam Young,supervisor,\n";
    let (code, said) = previewed(&book, rows, false);
    assert!(code == 1 && said.contains(&format!("“Sam” could be {sam} Sam Supervisor, Sam Young")), "{said}");
}

#[test]
fn a_name_is_found_in_any_order_by_commands_and_lists_and_what_fits_several_is_refused_with_their_ids() {
    let book = named();
    book.officer(&["person", "leave", "Mary Ann Bell"]).done();
    book.officer(&["person", "return", "bell mary"]).done();
    for (name, all) in [
        ("Mary Ann Bell", ["bell mary", "Bell, Mary Ann", "BELL, mary", "maryann"]),
        ("Anne-Marie Smith-Jones", ["Jones Smith", "annemarie", "smithjones", "Smith Jones, Anne Marie"]),
    ] {
        for typed in all {
            book.officer(&["enrol", typed, "ST0413", "--start", "2026-09-01"]);
            assert_eq!(book.run(&["trainee", typed, "--json"]).done().json()["trainee"]["name"], name, "{typed}");
            for list in [&["cohort", typed][..], &["person", "list", typed]] {
                let out = book.run(list).done().out;
                assert!(out.contains(name), "{list:?}: {out}");
            }
        }
    }
    book.officer(&["person", "add", "Bell Mary Tom", "--role", "trainee"]).done();
    let several = book.run(&["trainee", "mary bell"]).refused(2, "matches 2 trainees");
    assert!(several.err.contains("Mary Ann Bell") && several.err.contains("Bell Mary Tom"), "{several:?}");
}

#[test]
fn what_the_rules_refuse_of_a_roster_is_foreseen_with_its_row() {
    let book = Book::founded();
    let olu = book.id_of("Olu Officer");
    let rows = "name,roles,department\nNew One,trainee,\nOlu Officer,supervisor,Ward\n";
    for named in [false, true] {
        let (code, said) = previewed(&book, rows, named);
        let fault = "You cannot remove your own training officer role (line 3, column B “roles”)";
        assert!(code == 1 && said.contains(fault), "{said}");
    }
    let path = book.0.path().join("roster.csv");
    let (path, size) = (path.to_str().unwrap(), book.size());
    book.officer(&["person", "import", path, "--yes"]).refused(1, "(line 3, column B “roles”)");
    assert_eq!(book.size(), size);
    // Who signs may be renamed and registered by the roster that they sign, wherever their row is.
    let rows = format!(
        "id,name,roles,registration,standard,start\n{olu},Olu O. Officer,training officer;trainee,HCPC CS00001,,\n\
         c0de,New One,trainee,,ST0413,2026-09-01\n"
    );
    let (code, said) = previewed(&book, &rows, true);
    assert_eq!(code, 0, "{said}");
    assert_eq!(book.officer(&["person", "import", path, "--yes"]).code, 0);
    // But nothing more of their own is signed under the old name.
    let rows = format!("id,name,roles,standard,start\n{olu},Olu Officer,training officer;trainee,ST0413,2026-09-01\n");
    let (code, said) = previewed(&book, &rows, true);
    assert!(code == 1 && said.contains("(line 2, column D “standard”)"), "{said}");
    // Another training officer takes the role away; who could not is named while nobody is named as the signer.
    book.officer(&[
        "person",
        "add",
        "Pat Second",
        "--role",
        "training-officer",
        "--new-passphrase-file",
        &book.secret("wrong"),
    ])
    .done();
    let rows = "name,roles\nPat Second,supervisor\n";
    let (code, said) = previewed(&book, rows, true);
    assert!(code == 0 && !said.contains("cannot"), "{said}");
    let (code, said) = previewed(&book, rows, false);
    let warning = "Pat Second cannot sign this row: You cannot remove your own training officer role (line 2";
    assert!(code == 0 && said.contains(warning), "{said}");
}

#[test]
fn a_name_with_the_last_name_first_is_signed_the_other_way_round_and_that_is_said() {
    let book = Book::founded();
    for flag in ["--preview", "--yes"] {
        let said = book.officer(&["person", "import", &case("lastfirst.csv"), flag]);
        assert_eq!(said.code, 0, "{said:?}");
        let said = said.out + &said.err;
        assert!(said.contains("“Bell, Ann” is read as Ann Bell"), "{said}");
    }
    assert!(people(&book).contains(&"Ann Bell".to_owned()));
    let said = book.officer(&["person", "add", "Pear, Tom", "--role", "trainee"]).done().out;
    assert!(said.contains("Added Tom Pear, written “Pear, Tom”"), "{said}");
    let said = book.officer(&["person", "add", "Una Vale, PhD", "--role", "trainee"]).done().out;
    assert!(said.contains("Added Una Vale, PhD. The comma is part of the name"), "{said}");
}
