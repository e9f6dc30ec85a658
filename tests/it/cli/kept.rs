//! What is kept outside the file: receipts since a day, checkpoints as note and as code, and what none of it proves.

use crate::cli::book::Book;

#[test]
#[ignore = "slow: many runs of the program"]
fn receipts_are_of_one_trainee_or_of_all_and_since_a_day_of_what_was_signed_then_or_later() {
    let book = Book::demo();
    book.sam(&["sign-off", "Alex Trainee", "S1"]).done();
    let ids = |args: &[&str]| -> Vec<String> {
        let answer = book.run(&[&["receipts"], args, &["--json"]].concat()).done().json();
        answer["receipts"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
    };
    let all = ids(&["Alex Trainee"]);
    let everybody = ids(&[]);
    assert!(all.len() > 10 && all.len() < everybody.len() && all.iter().all(|id| everybody.contains(id)));
    let today = ids(&["Alex Trainee", "--since", "today"]);
    assert_eq!(today, all[all.len() - 1..]);
    let day = |id: &String| {
        let text = book.run(&["export", "--statement", id]).out;
        text.lines().find_map(|line| line.strip_prefix("signed ")).unwrap()[..10].to_owned()
    };
    let days: Vec<String> = all.iter().map(day).collect();
    // Each day on which anything was signed is an edge: what was signed on it is in, what was signed before is not.
    for since in days.iter().step_by(9) {
        let wanted: Vec<&String> = all.iter().zip(&days).filter(|(_, day)| *day >= since).map(|(id, _)| id).collect();
        assert_eq!(ids(&["Alex Trainee", "--since", since]).iter().collect::<Vec<_>>(), wanted, "{since}");
    }
    book.run(&["receipts", "Alex Trainee", "--since", "soon"]).refused(2, "soon");
}

#[test]
fn a_checkpoint_is_a_note_with_its_code_next_to_it_and_either_is_held_against_the_file() {
    let book = Book::founded();
    let printed = book.run(&["checkpoint"]);
    let code = book.run(&["checkpoint", "--code"]).done().out;
    assert!(printed.code == 0 && printed.err.contains(code.trim()), "{printed:?}");
    assert!(printed.out.lines().nth(1) == Some("7") && printed.out.contains("\n— "), "{printed:?}");
    let note = book.0.path().join("note");
    std::fs::write(&note, &printed.out).unwrap();
    let (note, code) = (note.to_str().unwrap(), code.trim());
    for kept in [note, code, &code.to_lowercase()] {
        assert_eq!(book.run(&["verify", "--checkpoint", kept]).code, 0, "{kept}");
    }
    book.supervisor(&["sign-off", "Ann Trainee", "K1"]).done();
    let newer = book.run(&["checkpoint", "--code"]).done().out;
    assert_ne!(newer.trim(), code);
    // The older one still holds: the log has grown from it.
    assert_eq!(book.run(&["verify", "--checkpoint", note]).code, 0);
    let history = book.run(&["history", "--json"]).done().json();
    assert_eq!(history["checkpoint"], newer.trim());
}

#[test]
fn what_a_sound_file_does_not_prove_is_said_when_it_is_asked_for_and_changes_no_verdict() {
    let book = Book::founded();
    let code = book.run(&["checkpoint", "--code"]).done().out;
    for more in [&[][..], &["--checkpoint", code.trim()]] {
        let plain = book.run(&[&["verify"], more].concat());
        let told = book.run(&[&["verify", "--explain"], more].concat());
        assert_eq!(told.code, plain.code);
        assert!(!plain.out.contains("does not prove") && told.out.starts_with(plain.out.trim_end()), "{told:?}");
        for words in ["happened", "beyond its order", "typed the passphrase", "what the screen showed"] {
            assert!(told.out.contains(words), "{words}: {told:?}");
        }
    }
}
