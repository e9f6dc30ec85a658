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
    ] {
        let found = book.run(&["trainee", typed, "--json"]).done().json();
        assert_eq!(found["trainee"]["name"], name, "{typed}");
        let word = typed.split(' ').next_back().unwrap();
        for list in [&["cohort", "--json", word][..], &["person", "list", "--json", word]] {
            let out = book.run(list).done().out;
            assert!(out.contains(name), "{list:?}: {out}");
            assert!(!out.contains("Mary Ann Bell"), "{list:?}: {out}");
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
        ("brien o", ""),
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
    assert!(said.contains("Added Una Vale, PhD; the comma is part of the name"), "{said}");
}

#[test]
fn a_roster_warns_of_each_new_person_whose_name_is_much_like_one_that_is_there() {
    let book = Book::founded();
    let roster = book.0.path().join("roster.csv");
    for (name, warned) in [
        ("Trainee Ann", true),
        ("AnnTrainee", true),
        ("Аnn Trainee", true),
        ("Anna Trainee", false),
        ("Bo Trainee", false),
    ] {
        std::fs::write(&roster, format!("name,roles\n{name},trainee\n")).unwrap();
        let ran = book.officer(&["person", "import", roster.to_str().unwrap()]);
        let said = ran.out + &ran.err;
        assert_eq!(said.contains("Ann Trainee is there already"), warned, "{name}: {said}");
    }
}
