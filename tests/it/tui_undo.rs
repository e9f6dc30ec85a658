//! A hurried supervisor's mistakes: what was signed is taken back in few keys, all of it or none; what is signed is what is on
//! the screen; words typed for one set of KSBs are offered for no other.

use countersign_core::record::view::SessionCredential;
use countersign_tui::model::Overlay;
use countersign_tui::msg::{Effect, Outcome};
use countersign_tui::runtime::event_loop::EffectHandler as _;

use crate::cli::book::{Book, OFFICER, SUPERVISOR};
use crate::live::{ADA, Live, PRIYA, sound, staffed, state};
use crate::tui_face::code;

const PIN: &str = "2947";

/// Sam at the screen with a PIN set, and Ada open.
fn desk(book: Book) -> Live {
    let (pin, sam) = (book.keep("pin", PIN), book.keep("supervisor", SUPERVISOR));
    book.run(&["key", "pin", "--as", "Sam", "--passphrase-file", &sam, "--pin-file", &pin]).done();
    Live::new(book, "Sam", SUPERVISOR)
}

/// The keys that a person presses for `names`, each character of what is typed counted.
fn pressed(live: &mut Live, names: &str) -> usize {
    live.keys(names);
    names
        .split('\'')
        .enumerate()
        .map(|(at, part)| if at % 2 == 1 { part.len() } else { part.split(' ').filter(|key| !key.is_empty()).count() })
        .sum()
}

fn secret(live: &Live) -> &'static str {
    if live.model.sessions.iter().any(|session| session.credential == SessionCredential::Pin) {
        PIN
    } else {
        SUPERVISOR
    }
}

fn mark(live: &mut Live, codes: &[&str]) {
    live.model.trainee_view.marks = codes.iter().map(|text| code(text)).collect();
}

fn withdrawn(live: &Live, of: &str) -> bool {
    state(&live.book, of) == "open"
}

#[test]
fn a_whole_batch_just_signed_is_taken_back_with_one_pin_wherever_the_cursor_is_now() {
    for moved in ["", "down down", "3", "6", "tab tab", "0"] {
        let mut live = desk(staffed());
        let secret = secret(&live);
        mark(&mut live, &["K1", "K2", "S3"]);
        live.keys(&format!("s '{secret}' enter"));
        assert_eq!(live.said(), "Signed 3 KSBs for Ada Apprentice");
        live.shows("u take it back");
        live.keys(moved);
        let size = live.book.size();
        let count = pressed(&mut live, &format!("u '{secret}' enter"));
        assert_eq!(live.said(), "Took back 3 sign-offs for Ada Apprentice: 0 of 72 signed", "{moved}\n{}", live.text());
        assert_eq!(live.book.size(), size + 3);
        assert!(["K1", "K2", "S3"].iter().all(|code| withdrawn(&live, code)));
        assert!(count - secret.len() + PIN.len() <= 6, "{count}");
        sound(&live.book);
    }
}

#[test]
#[ignore = "slow: many runs of the program"]
fn the_key_pressed_again_after_taking_back_reaches_no_older_work_until_something_else_was_done() {
    for moved in ["", "tab", "6", "0"] {
        let mut live = desk(staffed());
        let secret = secret(&live);
        for batch in [&["K1"][..], &["K2", "S3"]] {
            mark(&mut live, batch);
            live.keys(&format!("s '{secret}' enter"));
        }
        live.keys(&format!("{moved} u '{secret}' enter"));
        assert_eq!(live.said(), "Took back 2 sign-offs for Ada Apprentice: 1 of 72 signed", "{moved}");
        live.shows("older work: move to its record, then u");
        for again in ["u", "u", "esc u"] {
            live.keys(again);
            assert_eq!(live.model.overlay, None, "{moved} {again}\n{}", live.text());
            assert!(live.said().starts_with("Nothing more was signed here just now"), "{}", live.said());
        }
        live.keys("esc 1 / 'k1' enter tab u");
        live.shows("Take back 1 sign-off for Ada Apprentice");
        live.keys("esc");
        // What is signed now can be taken back at once.
        mark(&mut live, &["S5"]);
        live.keys(&format!("s '{secret}' enter u"));
        live.shows("Take back 1 sign-off for Ada Apprentice");
    }
}

#[test]
fn the_dialog_names_all_that_is_taken_back_with_a_reason_that_can_be_changed() {
    let mut live = desk(staffed());
    let secret = secret(&live);
    mark(&mut live, &["K1", "K2"]);
    live.keys(&format!("s '{secret}' enter u"));
    for words in ["Take back 2 sign-offs for Ada Apprentice", "K1 K2", "Signed by you at", "Signed in error"] {
        live.shows(words);
    }
    live.shows("They will no longer count: 0 of 72 signed, instead of 2.");
    let Some(Overlay::Act(dialog)) = &mut live.model.overlay else { panic!("{}", live.text()) };
    dialog.form.focus_on("reason");
    live.keys(&format!("ctrl-u 'It was Bo' tab '{secret}' enter"));
    assert!(live.said().starts_with("Took back 2"), "{}", live.text());
    let newest = live.newest("withdraw");
    assert!(newest.to_string().contains("It was Bo"), "{newest}");
}

#[test]
fn the_dialog_says_what_becomes_of_the_figure_where_an_earlier_sign_off_counts_again_or_nothing_changes() {
    let mut live = desk(staffed());
    let secret = secret(&live);
    mark(&mut live, &["K1"]);
    live.keys(&format!("s '{secret}' enter"));
    mark(&mut live, &["K1", "K2", "K3"]);
    live.keys(&format!("s '{secret}' enter"));
    assert_eq!(live.said(), "Signed 3 KSBs for Ada Apprentice");
    live.keys("u");
    live.shows("They will no longer count: 1 of 72 signed, instead of 3.");
    live.keys(&format!("'{secret}' enter"));
    assert_eq!(state(&live.book, "K1"), "signed");
    assert!(withdrawn(&live, "K2") && withdrawn(&live, "K3"));
    mark(&mut live, &["K1"]);
    live.keys(&format!("s '{secret}' enter u"));
    live.shows("It will no longer count. Nothing is deleted");
}

#[test]
fn what_is_not_achieved_and_hours_and_countersigns_are_taken_back_alike() {
    let mut live = desk(staffed());
    let secret = secret(&live);
    mark(&mut live, &["K1", "K2"]);
    live.keys("n");
    let Some(Overlay::Act(dialog)) = &mut live.model.overlay else { panic!("{}", live.text()) };
    for (field, typed) in [("feedback", "Too fast"), ("action", "Once more"), ("by", "in 1 week")] {
        dialog.form.restore(&vec![(field.to_owned(), typed.to_owned())]);
    }
    let day = (live.model.today + chrono::Days::new(7)).to_string();
    dialog.form.restore(&vec![("by".to_owned(), day)]);
    dialog.form.focus_on("secret");
    live.keys(&format!("'{secret}' enter"));
    assert!(live.said().starts_with("Recorded 2 KSBs as not yet achieved"), "{}", live.text());
    live.keys(&format!("u '{secret}' enter"));
    assert_eq!(live.said(), "Took back 2 records of not yet achieved for Ada Apprentice");
    assert_eq!(state(&live.book, "K1"), "open");
    for day in ["yesterday", "today"] {
        live.book.run(&["hours", "add", "Ada", "--hours", "2", "--day", day, "--what", "Read"]).done();
    }
    live.keys("1 5 home down s");
    live.sign(secret);
    live.shows("take it back");
    live.keys("u");
    live.shows("4 hours from ");
    live.keys(&format!("'{secret}' enter"));
    assert_eq!(live.said(), "Took back 1 confirmation of hours for Ada Apprentice", "{}", live.text());
    let hours = live.book.run(&["hours", "list", "Ada", "--json"]).done().json();
    assert_eq!(hours["confirmed"], 0.0);
    // A second signature, by another supervisor.
    live.book.officer(&["policy", "set", "countersign=1"]).done();
    live.keys("1");
    mark(&mut live, &["K1", "K2"]);
    live.keys(&format!("s '{secret}' enter"));
    live.sign_in("Priya", PRIYA);
    live.open("Ada");
    mark(&mut live, &["K1", "K2"]);
    live.keys("C");
    live.sign(PRIYA);
    live.keys("u");
    live.shows("K2 of Ada Apprentice");
    live.keys(&format!("'{PRIYA}' enter"));
    assert_eq!(live.said(), "Took back 2 countersignatures for Ada Apprentice", "{}", live.text());
    sound(&live.book);
}

#[test]
#[ignore = "slow: many runs of the program"]
fn later_a_record_or_an_entry_of_the_history_takes_its_whole_batch_back() {
    for way in ["record", "history", "line"] {
        let mut live = desk(staffed());
        let secret = secret(&live);
        for batch in [&["K1", "K2", "K3"][..], &["S1"]] {
            mark(&mut live, batch);
            live.keys(&format!("s '{secret}' enter"));
        }
        match way {
            "record" => live.keys("esc 1 / 'k1' enter tab"),
            "history" => live.keys("esc 6 down"),
            _ => {
                let all = live.book.run(&["history", "kind:sign-off", "--json"]).done().json();
                let id = all["statements"][2]["id"].as_str().unwrap().to_owned();
                let done = live.book.supervisor(&["withdraw", "--batch", &id, "--reason", "Wrong trainee"]).done().out;
                assert!(done.contains("Withdrew 3 sign-offs for Ada Apprentice"), "{done}");
            }
        }
        if way != "line" {
            live.keys("u");
            live.shows("Take back 3 sign-offs for Ada Apprentice");
            live.keys(&format!("'{secret}' enter"));
        }
        assert!(["K1", "K2", "K3"].iter().all(|code| withdrawn(&live, code)), "{way}");
        assert_eq!(state(&live.book, "S1"), "signed", "{way}");
        sound(&live.book);
    }
}

#[test]
fn several_ids_are_withdrawn_by_one_command_all_or_none() {
    let book = staffed();
    for codes in ["K1,K2", "S1"] {
        book.supervisor(&["sign-off", "Ada", codes]).done();
    }
    let all = book.run(&["history", "kind:sign-off", "--json"]).done().json();
    let ids: Vec<&str> = (0..3).map(|at| all["statements"][at]["id"].as_str().unwrap()).collect();
    let size = book.size();
    let enrolment = book.run(&["history", "kind:enrolment", "--json"]).done().json();
    let other = enrolment["statements"][0]["id"].as_str().unwrap();
    assert_ne!(book.supervisor(&["withdraw", ids[0], other, "--reason", "Wrong"]).code, 0);
    assert_eq!(book.size(), size);
    book.supervisor(&["withdraw", ids[0], ids[2], ids[0], "--reason", "Wrong"]).done();
    assert_eq!(book.size(), size + 2);
    book.supervisor(&["withdraw", "--batch", ids[2], "--reason", "Wrong"]).done();
    assert_eq!(book.size(), size + 3, "the one of the batch that was left");
    assert_ne!(book.supervisor(&["withdraw", "--batch", ids[2], "--reason", "Wrong"]).code, 0);
}

#[test]
fn w_withdraws_what_is_marked_and_another_s_signature_only_as_an_officer() {
    let mut live = desk(staffed());
    let secret = secret(&live);
    mark(&mut live, &["K1", "K2", "K3"]);
    live.keys(&format!("s '{secret}' enter esc"));
    mark(&mut live, &["K1", "K3", "S9"]);
    live.keys("w");
    live.shows("Take back 2 sign-offs for Ada Apprentice");
    live.shows("all together");
    live.keys("esc");
    mark(&mut live, &["S4"]);
    live.keys(&format!("s '{secret}' enter esc"));
    let priya = live.book.keep("priya", PRIYA);
    let day = (live.model.today - chrono::Days::new(1)).to_string();
    live.book.run(&["sign-off", "Ada", "S5", "--observed", &day, "--as", "Priya", "--passphrase-file", &priya]).done();
    mark(&mut live, &["K1", "S5"]);
    live.keys("w");
    live.shows("Signed by you and Priya");
    live.shows("not in one go");
    live.keys("esc");
    mark(&mut live, &["K1", "K3", "S9"]);
    live.keys("w");
    live.keys("'Not these' tab");
    live.keys(&format!("'{secret}' enter"));
    assert!(withdrawn(&live, "K1") && withdrawn(&live, "K3") && !withdrawn(&live, "K2"), "{}", live.text());
    live.sign_in("Priya", PRIYA);
    live.open("Ada");
    mark(&mut live, &["K2"]);
    live.keys("w");
    live.shows("or a training officer can withdraw");
    live.keys("esc");
    live.sign_in("Olu", OFFICER);
    live.open("Ada");
    mark(&mut live, &["K2"]);
    live.keys(&format!("w 'Wrong' tab '{OFFICER}' enter"));
    assert!(withdrawn(&live, "K2"), "{}", live.text());
    mark(&mut live, &["S20"]);
    live.keys("w");
    assert_eq!(live.said(), "None of the marked KSBs is signed");
}

#[test]
fn mark_all_leaves_out_what_is_signed_and_says_so_in_message_and_dialog() {
    let mut live = desk(staffed());
    let secret = secret(&live);
    mark(&mut live, &["K1", "K2"]);
    live.keys(&format!("s '{secret}' enter esc"));
    live.keys("z");
    let rows = live.model.trainee_view.listed().rows.len();
    live.keys("V");
    assert_eq!((live.model.trainee_view.marks.len(), live.said()), (rows - 2, "Left out 2 that are signed"));
    live.keys("s");
    live.shows(&format!("Sign off {} KSBs for Ada Apprentice ─", rows - 2));
    live.shows("2 more are already signed and are skipped: K1 K2");
    live.keys("esc V");
    assert_eq!((live.model.trainee_view.marks.len(), live.said()), (rows, "2 of the marked rows are already signed"));
    live.keys("V");
    assert!(live.model.trainee_view.marks.is_empty());
    let size = live.book.size();
    live.keys("V");
    live.keys(&format!("s '{secret}' enter"));
    assert!(live.said().ends_with("2 were already signed"), "{}", live.said());
    assert_eq!(live.book.size(), size + u64::try_from(rows).unwrap() - 2);
    live.keys("esc V");
    assert_eq!(
        (live.model.trainee_view.marks.len(), live.said()),
        (0, format!("All {rows} are already signed").as_str())
    );
    live.keys("V");
    assert_eq!(live.model.trainee_view.marks.len(), rows, "asked again, they are marked");
    // The same where all that is signed is folded and no row is left.
    live.keys("z U");
    assert!(live.model.trainee_view.listed().rows.is_empty(), "{}", live.text());
    live.keys("V");
    assert_eq!(live.said(), format!("All {rows} are already signed"));
    live.keys("V");
    assert_eq!((live.model.trainee_view.marks.len(), live.model.trainee_view.listed().rows.len()), (rows, rows));
}

#[test]
fn a_mark_that_is_not_on_the_screen_is_named_and_one_key_signs_the_row_alone() {
    let mut live = desk(staffed());
    let secret = secret(&live);
    mark(&mut live, &["K3"]);
    live.keys("/ 's5' enter");
    live.shows("sign 1, K3 not shown");
    live.shows("only S5");
    live.keys("s");
    live.shows("not shown in the list");
    live.keys("esc o");
    live.shows("Sign off S5 for Ada Apprentice");
    live.keys(&format!("'{secret}' enter"));
    assert_eq!(state(&live.book, "S5"), "signed");
    assert_eq!(state(&live.book, "K3"), "open");
    assert_eq!(live.model.trainee_view.marks.iter().map(ToString::to_string).collect::<Vec<_>>(), ["K3"]);
}

#[test]
fn a_draft_is_offered_for_the_same_ksbs_and_outcome_alone() {
    let mut live = desk(staffed());
    let open = |live: &mut Live, codes: &[&str], key: &str| {
        mark(live, codes);
        live.keys(key);
        let Some(Overlay::Act(dialog)) = &live.model.overlay else { panic!("{}", live.text()) };
        dialog.form.value("feedback").to_owned()
    };
    open(&mut live, &["S2"], "s");
    let Some(Overlay::Act(dialog)) = &mut live.model.overlay else { panic!() };
    dialog.form.focus_on("feedback");
    live.keys("'Calm and clear' esc esc");
    for (codes, key) in [(&["S3"][..], "s"), (&["S2", "S3"], "s"), (&["S2"], "n")] {
        assert_eq!(open(&mut live, codes, key), "", "{codes:?} {key}");
        live.keys("esc");
    }
    assert_eq!(open(&mut live, &["S2"], "s"), "Calm and clear", "looking at others loses nothing");
}

#[test]
fn a_method_is_as_last_time_for_whoever_used_it_and_for_nobody_else() {
    let mut live = desk(staffed());
    let secret = secret(&live);
    mark(&mut live, &["S2"]);
    live.keys("s m v");
    live.keys(&format!("'{secret}' enter"));
    mark(&mut live, &["S3"]);
    live.keys("s");
    live.shows("DOPS, as last time");
    live.shows("direct, as last time");
    live.keys("m");
    live.shows("OCE");
    assert!(!live.text().contains("OCE, as last time"), "{}", live.text());
    live.keys("esc");
    live.sign_in("Priya", PRIYA);
    live.open("Ada");
    mark(&mut live, &["S3"]);
    live.keys("s");
    assert!(!live.text().contains("as last time"), "{}", live.text());
}

#[test]
fn a_text_that_contains_the_pin_is_refused_and_in_no_draft_until_it_is_taken_out() {
    let mut live = desk(staffed());
    let secret = secret(&live);
    let feedback = |live: &Live| {
        let Some(Overlay::Act(dialog)) = &live.model.overlay else { panic!("{}", live.text()) };
        dialog.form.value("feedback").to_owned()
    };
    let typed = |live: &mut Live, text: &str| {
        let Some(Overlay::Act(dialog)) = &mut live.model.overlay else { panic!("{}", live.text()) };
        dialog.form.focus_on("feedback");
        live.keys(text);
    };
    let size = live.book.size();
    mark(&mut live, &["S2"]);
    live.keys("s");
    typed(&mut live, &format!("'Calm {secret}'"));
    let Some(Overlay::Act(dialog)) = &mut live.model.overlay else { panic!() };
    dialog.form.focus_on("secret");
    live.keys(&format!("'{secret}' enter"));
    live.shows("This text contains your PIN. Remove it");
    live.keys("esc s");
    assert_eq!((feedback(&live), live.book.size()), (String::new(), size));
    typed(&mut live, &format!("'Calm {secret}'"));
    let Some(Overlay::Act(dialog)) = &mut live.model.overlay else { panic!() };
    dialog.form.focus_on("secret");
    live.keys(&format!("'{secret}' enter"));
    typed(&mut live, &"backspace ".repeat(secret.len()));
    live.keys("esc esc s");
    assert_eq!(feedback(&live).trim(), "Calm");
}

#[test]
fn what_would_be_refused_whatever_is_typed_takes_no_try_of_a_pin() {
    let mut live = desk(staffed());
    let priya = live.book.keep("priya", PRIYA);
    live.book.run(&["sign-off", "Ada", "K1,K2", "--as", "Priya", "--passphrase-file", &priya]).done();
    live.keys("6");
    let size = live.book.size();
    for _ in 0..4 {
        live.keys("u");
        let Some(Overlay::Act(dialog)) = &live.model.overlay else { panic!("{}", live.text()) };
        assert!(dialog.signature.refused.is_some(), "{}", live.text());
        live.keys("'9999' enter");
        assert!(!live.text().contains("Wrong PIN"), "{}", live.text());
        live.keys("esc");
    }
    assert_eq!(live.book.size(), size);
    live.open("Ada");
    live.keys("1 / 'k1' enter");
    assert_eq!(live.model.trainee_view.current(), Some(code("K1")));
    live.keys("u");
    assert_eq!(live.said(), "Only Priya Provider or a training officer can withdraw this");
    // The PIN was never tried, so it still signs.
    mark(&mut live, &["S2"]);
    live.keys(&format!("1 s '{PIN}' enter"));
    assert_eq!(live.said(), "Signed 1 KSB for Ada Apprentice");
}

#[test]
fn one_with_method_and_supervision_and_a_whole_duty_take_nine_keys_at_most_once_they_were_used() {
    let mut live = desk(staffed());
    let secret = secret(&live);
    mark(&mut live, &["S1"]);
    live.keys("s");
    let Some(Overlay::Act(dialog)) = &mut live.model.overlay else { panic!() };
    dialog.form.restore(&vec![("method".into(), "dops".into()), ("supervision".into(), "indirect".into())]);
    live.keys(&format!("'{secret}' enter esc"));
    let first = live.newest("sign-off");
    mark(&mut live, &["S2"]);
    let one = pressed(&mut live, &format!("s '{secret}' enter"));
    assert_eq!(live.said(), "Signed 1 KSB for Ada Apprentice");
    assert!(one - secret.len() + PIN.len() <= 9, "{one}");
    let second = live.newest("sign-off");
    let [first, second] = [first, second].map(|row| {
        let outcome = live.door.perform(Effect::LoadStatement(row["id"].as_str().unwrap().parse().unwrap()));
        let Outcome::Statement(full) = outcome else { panic!("{outcome:?}") };
        full.text
    });
    let of = |text: &str, name: &str| text.lines().find(|line| line.contains(name)).map(str::to_owned);
    for name in ["method", "supervision"] {
        assert!(of(&first, name).is_some(), "{first}");
        assert_eq!(of(&first, name), of(&second, name));
    }
    live.keys("esc shift-tab down down");
    let duty = pressed(&mut live, &format!("enter V s '{secret}' enter"));
    assert!(live.said().starts_with("Signed "), "{}", live.text());
    assert!(duty - secret.len() + PIN.len() <= 9, "{duty}");
}

#[test]
fn undo_is_found_by_the_words_that_people_look_for_and_a_trainee_has_none() {
    let mut live = desk(staffed());
    for word in ["undo", "wrong", "mistake"] {
        for opener in [":", "?"] {
            live.keys(&format!("{opener} '{word}'"));
            live.shows("Take back what you just signed");
            live.keys("esc esc");
        }
    }
    let _ = ADA;
    live.keys("ctrl-z");
    assert_eq!(live.said(), "No signed record is chosen here");
}

#[test]
fn the_next_person_goes_on_with_the_same_trainee_and_with_marks_of_their_own() {
    let book = staffed();
    let (pin, priya) = (book.keep("pin", PIN), book.keep("priya", PRIYA));
    book.run(&["key", "pin", "--as", "Priya", "--passphrase-file", &priya, "--pin-file", &pin]).done();
    let mut live = desk(book);
    live.sign_in("Priya", PRIYA);
    live.sign_in("Sam", SUPERVISOR);
    live.open("Ada");
    live.keys("space");
    let before = live.model.signer.clone();
    let count = pressed(&mut live, &format!("i enter '{PIN}' enter"));
    assert_ne!(live.model.signer, before, "{}", live.text());
    assert!(count <= 7, "{count}");
    // A hand-over leads to Home, and the trainee is still open.
    live.keys("1");
    live.shows("Ada Apprentice");
    assert!(live.model.trainee_view.marks.is_empty() && live.model.trainee_view.trainee_record.is_some());
}
