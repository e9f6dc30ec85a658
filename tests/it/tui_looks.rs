//! Second checks on the screen, over a real book: countersigning, drawing, sampling, and who is told.

use countersign_core::programme::cohort::CohortOrder;
use countersign_tui::command::{Command, ScreenId};
use countersign_tui::list::{ListQuery, PageRequest};
use countersign_tui::model::Overlay;
use countersign_tui::msg::{Effect, Msg, Outcome};
use countersign_tui::runtime::event_loop::EffectHandler as _;
use countersign_tui::update::update;

use crate::cli::book::SUPERVISOR;
use crate::live::{Live, PRIYA, VERA, sound, staffed, state};

#[test]
fn all_that_is_marked_is_countersigned_in_one_dialog_that_shows_each_of_them_whole() {
    let book = staffed();
    book.officer(&["policy", "set", "countersign=1"]).done();
    book.supervisor(&["sign-off", "Ada", "S26", "S27", "K1", "--feedback", "Led it end to end"]).done();
    let mut live = Live::new(book, "Priya", PRIYA);
    live.keys("7");
    live.shows("3 sign-offs");
    // Esc takes nothing away that was marked.
    live.keys("space space esc esc 7 s");
    for words in
        ["Countersign 2 sign-offs of Ada Apprentice", "Led it end to end", "signed by Sam Supervisor", "countersign 2"]
    {
        live.shows(words);
    }
    live.keys("enter");
    live.shows("Type your passphrase, then Enter");
    let before = live.book.size();
    live.keys("'not the words' enter");
    live.shows("Wrong passphrase");
    assert_eq!(live.book.size(), before);
    live.sign(PRIYA);
    assert_eq!(live.said(), "Countersigned 2 sign-offs for Ada Apprentice");
    live.shows("1 sign-off ");
    assert!(live.model.marks.second_checks.is_empty());
    // The rest from the KSB itself, with the cursor on it.
    live.keys("enter");
    assert_eq!(live.model.screen, ScreenId::SignOff);
    live.keys("C");
    live.shows("Countersign 1 sign-off of Ada Apprentice");
    live.sign(PRIYA);
    live.keys("C");
    assert_eq!(live.said(), "None of these is waiting for a second signature");
    for code in ["S26", "S27", "K1"] {
        assert_eq!(state(&live.book, code), "signed", "{code}");
    }
    sound(&live.book);
}

#[test]
fn nobody_countersigns_what_they_signed_and_where_one_signature_is_enough_nothing_asks_for_two() {
    let book = staffed();
    book.supervisor(&["sign-off", "Ada", "S26"]).done();
    let mut live = Live::new(book, "Sam", SUPERVISOR);
    live.keys("1 / 's26' enter C");
    live.shows("Only one signature is needed here");
    live.book.officer(&["policy", "set", "countersign=1"]).done();
    live.keys("7");
    live.shows("No second checks are waiting");
    live.keys("1 C");
    assert_eq!(live.said(), "None of these is waiting for a second signature");
    live.keys("7 s");
    assert_eq!(live.said(), "No sign-off is chosen");
}

#[test]
fn a_page_brings_the_screen_up_to_date_unless_it_is_of_second_checks() {
    let mut live = Live::new(staffed(), "Vera", VERA);
    for (code, list, seen) in [
        ("S26", ListQuery::Log, Outcome::Nothing),
        ("S27", ListQuery::Queue(None), Outcome::Nothing),
        ("K1", ListQuery::Cohort(CohortOrder::Behind), Outcome::Nothing),
        ("K2", ListQuery::SecondChecks(None), Outcome::Changed),
    ] {
        live.book.supervisor(&["sign-off", "Ada", code]).done();
        live.door.perform(Effect::LoadPage(PageRequest { list, filter: String::new(), skip: 0, rows: 5 }));
        assert_eq!(live.door.perform(Effect::CheckForChanges), seen, "{code}");
    }
}

#[test]
fn a_verifier_draws_judges_and_the_supervisor_is_told_when_they_come_to_the_screen() {
    let book = staffed();
    book.supervisor(&["sign-off", "Ada", "S26", "S27", "K1"]).done();
    let mut live = Live::new(book, "Vera", VERA);
    live.keys("7 D");
    live.shows("How many");
    live.keys("ctrl-u '2' tab '2026' enter");
    assert!(live.said().starts_with("Drew 2 of 3 sign-offs from seed 2026"), "{}", live.said());
    live.shows("1 of 2");
    live.keys("s");
    live.shows("Sample a sign-off of");
    // Rejecting wants a reason.
    let Some(Overlay::Act(dialog)) = &mut live.model.overlay else { panic!("{}", live.text()) };
    dialog.form.focus_on("outcome");
    live.keys("r enter");
    live.shows("Say why you reject it");
    live.keys("'Nothing shows it'");
    // The line drops: what was typed is there again.
    let drop = update(&mut live.model, Msg::Do(Command::Leave));
    for effect in drop.into_iter().filter(|effect| *effect != Effect::Quit) {
        live.door.perform(effect);
    }
    let mut live = Live::new(live.book, "Vera", VERA);
    live.keys("7 s");
    live.shows("Nothing shows it");
    live.sign(VERA);
    assert!(live.said().starts_with("Rejected the sign-off of "), "{}", live.said());
    let text = live.book.run(&["export", "--statement", live.newest("sample")["id"].as_str().unwrap()]).out;
    assert!(text.contains("\ndraw 2026 1 of 2 at ") && text.contains("\nreason Nothing shows it\n"), "{text}");
    live.keys("s");
    live.shows("accept");
    assert!(!live.text().contains("Nothing shows it"), "an old draft\n{}", live.text());
    live.sign(VERA);
    live.shows("No second checks are waiting");
    live.sign_in("Sam", SUPERVISOR);
    assert_eq!(live.said(), "A verifier rejected one of your sign-offs. Press 7 to see which, and why");
    live.keys("7");
    live.shows("by Vera Verifier");
    live.keys("s");
    assert_eq!(
        live.said(),
        "A verifier rejected this sign-off. Press enter to open the KSB, so that it can be seen and signed again"
    );
    sound(&live.book);
}

#[test]
fn a_sign_off_is_sampled_from_its_record_and_from_the_history_by_a_verifier_alone() {
    let book = staffed();
    book.supervisor(&["sign-off", "Ada", "S26", "S27"]).done();
    let mut live = Live::new(book, "Vera", VERA);
    live.keys("1 / 's26' enter S");
    live.shows("Sample a sign-off of S26, Ada Apprentice");
    live.sign(VERA);
    live.keys("esc 1 / ctrl-u 's1' enter S");
    assert_eq!(live.said(), "There is no sign-off here to sample: move to one, on a record or in the Log");
    live.keys("6 S");
    assert!(live.model.overlay.is_none(), "a sample is no sign-off");
    live.keys("down S");
    live.shows("Sample a sign-off of S27");
    live.keys("esc");
    live.sign_in("Sam", SUPERVISOR);
    live.keys("6 end home down S");
    assert_eq!(live.said(), "Sam Supervisor is not a verifier: press i to change who is signing");
}

#[test]
fn what_a_sample_rejected_is_outstanding_with_who_when_and_why_until_it_is_signed_again() {
    let book = staffed();
    let not_yet = ["--not-achieved", "--feedback", "Too slow", "--action", "Watch another", "--by", "in 2 weeks"];
    book.supervisor(&[&["sign-off", "Ada", "S27"][..], &not_yet].concat()).done();
    book.supervisor(&["sign-off", "Ada", "K1", "S26", "S27", "S28"]).done();
    let secret = book.keep("vera", VERA);
    let signed = book.run(&["history", "kind:sign-off", "--json"]).done().json();
    let ids: Vec<String> =
        signed["statements"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect();
    // The newest first: S28 stays.
    for id in &ids[1..4] {
        let sample = ["sample", id, "--reject", "--reason", "Nothing shows it", "--as", "Vera"];
        book.run(&[&sample[..], &["--passphrase-file", secret.as_str()]].concat()).done();
    }
    let rows = book.run(&["outstanding", "Ada", "--json"]).done().json()["ksbs"].as_array().unwrap().clone();
    let first: Vec<_> = rows.iter().take(3).map(|row| (row["id"].as_str().unwrap(), row["state"].clone())).collect();
    assert_eq!(first, [("S27", "not-yet".into()), ("K1", "open".into()), ("S26", "open".into())]);
    for row in &rows[..3] {
        let said = &row["rejected"];
        assert_eq!((&said["by_name"], &said["reason"]), (&"Vera Verifier".into(), &"Nothing shows it".into()));
        assert!(ids.contains(&said["id"].as_str().unwrap().to_owned()) && said["signer_name"] == "Sam Supervisor");
    }
    assert_eq!(rows[0]["action"]["what"], "Watch another");
    assert!(rows[3..].iter().all(|row| row["rejected"].is_null()));
    let text = book.run(&["outstanding", "Ada"]).done().out;
    let row = text.lines().find(|line| line.starts_with("K1 ")).unwrap();
    assert!(row.contains("open") && row.contains("by Vera Verifier: Nothing shows it"), "{row}");
    let plain = book.run(&["outstanding", "Ada", "by:vera", "rejected", "--plain"]).done().out;
    assert_eq!(plain.matches("by Vera Verifier: Nothing shows it").count(), 3, "{plain}");

    let mut live = Live::new(book, "Sam", SUPERVISOR);
    assert_eq!(live.said(), "Verifiers rejected 3 of your sign-offs. Press 7 to see which, and why");
    live.keys("home down");
    let text = live.text();
    let row = text.lines().position(|line| line.contains("▌  K1 ")).unwrap();
    let rows: Vec<&str> = text.lines().skip(row).take(2).collect();
    assert!(rows[0].contains("open") && rows[1].contains("rejected "), "{rows:?}");
    live.keys("enter");
    live.shows("by Vera Verifier “Nothing shows it”");
    live.keys("esc");
    live.book.supervisor(&["sign-off", "Ada", "K1", "S27"]).done();
    live.say(Msg::Changed);
    let rows = live.book.run(&["outstanding", "Ada", "--json"]).done().json()["ksbs"].as_array().unwrap().clone();
    let left: Vec<_> = rows.iter().filter(|row| !row["rejected"].is_null()).map(|row| row["id"].clone()).collect();
    assert_eq!(left, ["S26"]);
}
