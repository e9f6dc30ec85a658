//! One item signed for many people on the command line: all or none, and never two items under one code.

use crate::cli::book::Book;

const WHO: [&str; 3] = ["Ann Trainee", "Bea Trainee", "Cy Trainee"];

/// Three trainees: two on one standard, one on another with the same codes.
fn three() -> Book {
    let book = Book::founded();
    let file = book.0.path().join("lamp.toml");
    let text = "reference = 'LAMP'\nversion = '1.0'\ntitle = 'Lamp keeper'\nlevel = 2\nmonths_to_gateway = 14\n[ksbs]\nK1 = 'k'\n";
    std::fs::write(&file, text).unwrap();
    book.officer(&["standard", "import", file.to_str().unwrap(), "--yes"]).done();
    for (name, on) in [(WHO[1], "ST0413"), (WHO[2], "LAMP")] {
        book.officer(&["person", "add", name, "--role", "trainee"]).done();
        book.officer(&["enrol", name, on, "--start", "2025-09-01"]).done();
    }
    book
}

#[test]
fn one_item_is_signed_for_everyone_named_in_one_batch_that_is_taken_back_as_one() {
    let book = three();
    let size = book.size();
    let said = book.supervisor(&["sign-off", "--item", "K1", WHO[0], WHO[1], WHO[0]]).done();
    assert!(said.out.starts_with("Signed K1 for Ann Trainee and Bea Trainee\n"), "{said:?}");
    assert_eq!(book.size(), size + 2);
    let states = |code: &str| -> Vec<String> {
        let state = |who: &&str| {
            let all = book.run(&["trainee", who, "--json"]).done().json();
            let ksb = all["ksbs"].as_array().unwrap().iter().find(|ksb| ksb["id"] == code).unwrap();
            ksb["state"].as_str().unwrap().to_owned()
        };
        WHO[..2].iter().map(state).collect()
    };
    assert_eq!(states("K1"), ["signed", "signed"]);
    let id = book.run(&["history", "kind:sign-off", "--most", "1", "--json"]).done().json()["statements"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    book.supervisor(&["withdraw", "--batch", &id, "--reason", "The wrong lecture"]).done();
    assert_eq!(states("K1"), ["open", "open"]);
    assert_eq!(book.run(&["verify", "--json"]).json()["verdict"], "cannot-tell");
}

#[test]
fn nothing_is_signed_if_the_item_is_not_the_same_for_everyone_or_somebody_is_refused() {
    let book = three();
    let size = book.size();
    for (names, code, words) in [
        (
            &WHO[..],
            "K1",
            "K1 is not the same item for everyone: LAMP 1.0 (Cy Trainee), ST0413 1.1 (Ann Trainee and Bea Trainee)",
        ),
        (&[WHO[1], WHO[2]], "K2", "LAMP 1.0 has no K2"),
        (&[WHO[0], "Ann Trainer"], "K1", "Ann Trainer is not enrolled"),
        (&[WHO[0], "Zoe"], "K1", "No trainee matches “Zoe”"),
        (&[WHO[0], "Sam Supervisor"], "K1", "Sam Supervisor is not a trainee"),
        (&[], "K1", "required"),
        (&[WHO[0]], "K", "K"),
    ] {
        let ran = book.supervisor(&[&["sign-off", "--item", code], names].concat());
        assert!(ran.code != 0 && ran.err.contains(words), "{words}: {ran:?}");
        assert_eq!(book.size(), size, "{words}");
    }
}

#[test]
#[ignore = "slow: many runs of the program"]
fn nothing_seen_before_a_day_on_which_it_was_not_achieved_is_signed_later_as_achieved() {
    let book = three();
    let not_achieved = ["--not-achieved", "--feedback", "Unsafe", "--action", "Again", "--by", "in 2 weeks"];
    let days = ["3 days ago", "2 days ago", "yesterday", "today"];
    for (at, failed) in days.iter().enumerate() {
        let code = format!("K{}", at + 1);
        let observed = ["--observed", failed];
        book.supervisor(&[&["sign-off", WHO[0], &code][..], &not_achieved, &observed].concat()).done();
        for (seen_at, seen) in days.iter().enumerate() {
            let size = book.size();
            for (whose, nothing, ran) in [
                ("for Ann", "Nothing was signed. ", book.supervisor(&["sign-off", WHO[0], &code, "--observed", seen])),
                (
                    &format!(": {}: {code} was not achieved on", WHO[0]),
                    "Nothing was signed for anyone. ",
                    book.supervisor(&["sign-off", "--item", &code, WHO[1], WHO[0], "--observed", seen]),
                ),
            ] {
                if seen_at < at {
                    assert!(ran.err.contains("was not achieved on"), "{failed} {seen}: {ran:?}");
                    // Of several people, the one who is refused is named.
                    assert!(ran.err.contains(whose) && ran.err.contains(nothing), "{ran:?}");
                    assert_eq!((ran.code, book.size()), (1, size));
                }
            }
            if seen_at >= at {
                assert!(book.size() > size, "{failed} {seen}");
            }
        }
    }
}
