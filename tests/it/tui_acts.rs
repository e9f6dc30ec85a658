//! What is signed on the screen besides sign-offs, over a real book: hours, the gateway, reviews; what is typed and kept, and
//! who is asked first.

use countersign_app::people::ssh_keys;
use countersign_app::storage::data_dir::DataDir;
use countersign_tui::effect::choice;
use countersign_tui::effect::runner::EffectRunner;
use countersign_tui::model::Overlay;
use countersign_tui::model::access_mode::AccessMode;
use countersign_tui::msg::Msg;

use crate::cli::book::{OFFICER, QUIET, SUPERVISOR, review};
use crate::live::{ADA, Live, PRIYA, VERA, sound, staffed};
use crate::tui_gateway::keys_to;

#[test]
fn hours_are_entered_marked_and_confirmed_and_what_is_not_hours_is_refused_in_the_dialog() {
    let mut live = Live::new(staffed(), "Sam", SUPERVISOR);
    live.keys("5 s");
    assert!(live.said().starts_with("No waiting hours are chosen"), "{}", live.said());
    live.keys("m");
    for (typed, fault) in [("25", "25 hours is more than there are in a day"), ("3.1", "is not hours in quarters")] {
        let Some(Overlay::Act(dialog)) = &mut live.model.overlay else { panic!("{}", live.text()) };
        dialog.form.focus_on("hours");
        live.keys(&format!("ctrl-u '{typed}' tab ctrl-u 'Shadowed the echo clinic' enter"));
        live.shows(fault);
    }
    let Some(Overlay::Act(dialog)) = &mut live.model.overlay else { panic!("{}", live.text()) };
    dialog.form.focus_on("hours");
    live.keys("ctrl-u '3.5' enter");
    assert_eq!(live.said(), "Entered 3.5 h for Ada Apprentice. They count once a supervisor confirms them");
    for hours in ["2", "4"] {
        live.book.run(&["hours", "add", "Ada", "--hours", hours, "--day", "yesterday", "--what", "Read"]).done();
    }
    // Entries of the day before stand below; the line of the hours in all stands for all that wait.
    live.keys("1 5 home down down space down esc 5 s");
    live.shows("Confirm 3.5 hours of Ada Apprentice");
    live.shows("the hours were spent on off-the-job");
    live.sign(SUPERVISOR);
    assert_eq!(live.said(), "Confirmed 3.5 hours for Ada Apprentice");
    live.keys("home down s");
    live.shows("Confirm 6 hours of Ada Apprentice");
    live.sign(SUPERVISOR);
    let hours = live.book.run(&["hours", "list", "Ada", "--json"]).done().json();
    assert_eq!((&hours["confirmed"], &hours["waiting"]), (&9.5.into(), &0.0.into()));
    sound(&live.book);
}

#[test]
#[ignore = "slow: many runs of the program"]
fn a_requirement_is_recorded_by_a_training_officer_and_the_gateway_confirmed_by_two_people() {
    let mut live = Live::new(staffed(), "Sam", SUPERVISOR);
    live.keys("4");
    live.keys(&format!("{} m", keys_to(&live.model, "english-maths")));
    assert_eq!(live.said(), "Sam Supervisor is not a training officer: press i to change who is signing");
    live.keys("s");
    assert!(live.said().ends_with("other requirements are not met yet. Each line says what to do"));
    live.sign_in("Olu", OFFICER);
    live.open("Ada");
    live.keys("4");
    live.keys(&format!("{} m", keys_to(&live.model, "ksbs")));
    assert_eq!(live.said(), "The records show this by themselves. It cannot be recorded or waived");
    for (requirement, how) in [("english-maths", "m"), ("degree", "m"), ("hours", "w"), ("reviews", "w")] {
        live.keys(&format!("{} m tab", keys_to(&live.model, requirement)));
        let Some(Overlay::Act(dialog)) = &mut live.model.overlay else { panic!("{}", live.text()) };
        dialog.form.focus_on("outcome");
        live.keys(&format!("{how} tab enter"));
        live.shows(if how == "m" { "Say what shows it" } else { "Say why it is not required of them" });
        live.keys("'Seen on paper' enter");
        live.shows("training officer");
        live.sign(OFFICER);
        assert!(live.said().starts_with("Recorded for Ada Apprentice: “"), "{}", live.said());
    }
    let codes = live.book.run(&["standard", "show", "ST0413", "--json"]).done().json();
    let codes: Vec<String> = codes["standards"][0]["ksbs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|ksb| ksb["id"].as_str().unwrap().to_owned())
        .collect();
    let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
    live.book.supervisor(&[&["sign-off", "Ada"][..], &codes].concat()).done();
    live.say(Msg::Changed);
    live.keys("s");
    live.shows("For the employer: this trainee works at or above");
    live.shows("Every other requirement is met");
    live.sign(OFFICER);
    live.keys("s");
    live.shows("For the training provider");
    live.sign(OFFICER);
    live.shows("Two different people must confirm");
    live.keys("esc");
    live.sign_in("Priya", PRIYA);
    live.open("Ada");
    // What is left to confirm stands first.
    live.keys("4 home s");
    live.sign(PRIYA);
    live.shows("9 of 9 met");
    sound(&live.book);
}

#[test]
fn a_review_is_recorded_with_three_parties_carries_actions_over_and_is_signed_by_who_was_there() {
    let mut live = Live::new(staffed(), "Sam", SUPERVISOR);
    live.keys("5 n");
    live.shows("Progress review of Ada Apprentice");
    live.shows("Employer *   Sam Supervisor");
    // Nobody is said to have been there but who signs.
    assert!(!live.text().contains("Provider *   Priya"), "{}", live.text());
    live.keys("enter");
    live.shows("Say who was there for the provider");
    // A name is looked for as everywhere: one that nobody has is refused, and not taken for somebody else's.
    for (typed, shown) in [("Smith", "no match"), ("Dr Provider", "no match"), ("pri", "Priya Provider")] {
        live.keys(&format!("ctrl-u '{typed}'"));
        live.shows(shown);
        if shown == "no match" {
            live.keys("enter");
            live.shows(&format!("Nothing here matches “{typed}”"));
        }
    }
    // More than one of a party, and nobody twice.
    for (typed, fault) in [
        ("Zoe", "Nobody called “Zoe” could have attended"),
        ("sam", "Sam Supervisor is already listed"),
        ("o", "Several people are called “o”. Write the full name"),
    ] {
        let Some(Overlay::Act(dialog)) = &mut live.model.overlay else { panic!("{}", live.text()) };
        dialog.form.focus_on("also");
        live.keys(&format!("ctrl-u '{typed}' tab 'x' enter"));
        live.shows(fault);
        let Some(Overlay::Act(dialog)) = &mut live.model.overlay else { panic!("{}", live.text()) };
        dialog.form.focus_on("last-actions");
        live.keys("ctrl-u");
    }
    let Some(Overlay::Act(dialog)) = &mut live.model.overlay else { panic!("{}", live.text()) };
    dialog.form.focus_on("also");
    live.keys("ctrl-u 'olu for provider'");
    // None of the seven answers may be left out; each may be that there is nothing to report.
    for (topic, typed) in [
        ("Last actions and training", "'Done'"),
        ("Off-the-job evidence", "-"),
        ("Progress against the plan", "'All as planned'"),
        ("Changes to the plan", "'nothing'"),
        ("Concerns", "'none'"),
        ("New information", "-"),
    ] {
        live.keys("enter");
        live.shows(&format!("{topic}: say what, or type -"));
        live.keys(typed);
    }
    live.keys("enter");
    live.shows("New actions: write each as");
    live.keys("'Write up S26' enter");
    live.shows("“Write up S26” has no date");
    // The rating is worked out; another one asks for its reason.
    let Some(Overlay::Act(dialog)) = &mut live.model.overlay else { panic!("{}", live.text()) };
    assert_eq!(dialog.form.value("rating"), "red");
    dialog.form.focus_on("rating");
    live.keys("a");
    let Some(Overlay::Act(dialog)) = &mut live.model.overlay else { panic!("{}", live.text()) };
    dialog.form.focus_on("actions");
    live.keys("' by in 2 weeks' alt-enter 'Priya: Book the echo clinic by in 3 weeks' enter");
    live.shows("Say why it is amber and not red");
    live.keys("'The clinic opens again' enter");
    live.sign(SUPERVISOR);
    assert!(live.said().starts_with("Recorded the review of Ada Apprentice"), "{}", live.said());
    let of = |live: &Live| live.book.run(&["reviews", "Ada", "--json"]).done().json();
    assert_eq!(of(&live)["open"].as_array().unwrap().len(), 2);
    let first = of(&live)["reviews"][0].clone();
    let nothing: Vec<_> = first["answers"].as_array().unwrap().iter().map(|one| one["nothing"] == true).collect();
    assert_eq!(nothing, [false, true, false, true, true, true, false]);
    assert_eq!((&first["rating"], &first["rating_worked_out"]), (&"amber".into(), &"red".into()));
    let owners: Vec<_> = first["actions"].as_array().unwrap().iter().map(|one| one["owner"].clone()).collect();
    assert_eq!(owners, [live.id("Ada").as_str(), live.id("Priya").as_str()]);
    let there = of(&live)["reviews"][0]["attended"].as_array().unwrap().clone();
    let parties: Vec<_> = there.iter().map(|one| one["party"].as_str().unwrap()).collect();
    assert_eq!(parties, ["trainee", "employer", "provider", "provider"]);
    // Who was there for the provider signs it with a; who recorded it, or was not there, does not.
    live.keys("home down down down a");
    live.shows("No review is chosen");
    live.keys("down a");
    assert_eq!(live.said(), "You signed it when it was recorded");
    live.sign_in("Vera", VERA);
    live.open("Ada");
    live.keys("5 home down down down down a");
    assert!(live.said().starts_with("Only people who attended can sign it"), "{}", live.said());
    let provider = of(&live)["reviews"][0]["attended"].as_array().unwrap().last().unwrap()["name"].clone();
    let secret = if provider == "Priya Provider" { PRIYA } else { OFFICER };
    live.sign_in(provider.as_str().unwrap(), secret);
    live.open("Ada");
    live.keys("5 home down down down down a");
    live.shows("Acknowledge the review of");
    live.shows("Write up S26 (Ada Apprentice, by");
    live.sign(secret);
    assert_eq!(live.said(), "Marked as read. Your signature is kept with the review");
    // The next one: the last actions are listed, go on unless they are taken out, and may be given another day.
    live.sign_in("Sam", SUPERVISOR);
    live.open("Ada");
    live.keys("5 n 'pri' tab tab");
    live.keys("'Well on the way' tab - tab - tab - tab - tab - tab");
    live.keys("tab");
    live.shows("Carry over   1, 2");
    live.keys("ctrl-u '3' enter");
    live.shows("is not a number in the list above");
    live.keys("ctrl-u '2 by in 5 weeks' enter");
    live.sign(SUPERVISOR);
    let after = of(&live);
    assert_eq!(
        (after["open"].as_array().unwrap().len(), &after["open"][0]["what"]),
        (1, &"Book the echo clinic".into())
    );
    sound(&live.book);
}

#[test]
fn what_is_typed_in_one_dialog_takes_nothing_from_another_and_goes_once_it_is_signed() {
    let mut live = Live::new(staffed(), "Sam", SUPERVISOR);
    live.keys("5 n tab tab tab 'All as planned' esc m '2' tab 'Read' esc");
    live.keys("1 / 's26' enter n enter 'Too small' esc esc");
    live.keys("5 n");
    live.shows("All as planned");
    live.keys("esc m");
    live.shows("Read");
    live.keys("enter");
    assert_eq!(live.said(), "Entered 2 h for Ada Apprentice. They count once a supervisor confirms them");
    live.keys("n");
    live.shows("All as planned");
    live.keys("'pri' tab tab - tab tab - tab - tab - tab - tab - enter");
    live.sign(SUPERVISOR);
    live.keys("1 n");
    live.shows("Too small");
    live.keys("esc 5 n");
    assert!(!live.text().contains("All as planned"), "{}", live.text());
}

#[test]
fn every_command_of_these_screens_asks_first_who_it_is() {
    let book = staffed();
    book.supervisor(&["sign-off", "Ada", "S26"]).done();
    book.run(&["hours", "add", "Ada", "--hours", "2", "--what", "Read"]).done();
    let mut live = Live::at(book, (80, 24));
    live.open("Ada");
    live.keys("4");
    let requirement = format!("4 {} m", keys_to(&live.model, "hours"));
    for (keys, then) in
        [("5 home down s", "confirm-hours"), ("5 n", "hold-review"), (&requirement, "requirement"), ("7 D", "draw")]
    {
        live.keys(keys);
        assert!(matches!(live.model.overlay, Some(Overlay::Person(_))), "{then}\n{}", live.text());
        live.keys("esc");
    }
    // Hours alone are entered by anyone who is there: they count for nothing yet.
    live.keys("5 m '1' tab 'Read' enter");
    assert_eq!(live.said(), "Entered 1 h for Ada Apprentice. They count once a supervisor confirms them");
    assert!(live.model.sessions.is_empty());
}

#[test]
fn over_ssh_a_trainee_enters_hours_acknowledges_and_disputes_a_review_of_theirs_and_signs_nothing_else() {
    let book = staffed();
    book.supervisor(&review("Ada", ["Sam", "Priya"], &QUIET)).done();
    let key = book.login_key("ada");
    book.officer(&["ssh", "add", "Ada", "--key", &key]).done();
    let mut live = Live::at(book, (80, 24));
    let ada = live.id("Ada");
    let (app, _) = ssh_keys::logged_in(DataDir::new(live.book.data()), &ada, None).unwrap();
    let row = choice(&app, None, &app.person(&ada).unwrap()).unwrap();
    live.model.access_mode = AccessMode::Own(row);
    live.door = EffectRunner::new(app).over_ssh(true);
    live.open("Ada");
    live.keys("5 m '1.5' tab 'Read two papers' enter");
    assert_eq!(live.said(), "Entered 1.5 h for Ada Apprentice. They count once a supervisor confirms them");
    live.shows("Read two papers");
    for key in ["s", "n", "space", "7"] {
        live.keys(key);
        assert!(live.said().starts_with("You can read your record here"), "{key}: {}", live.said());
    }
    live.keys("end");
    while live.model.review_here().is_none() {
        live.keys("up");
    }
    live.keys("d enter");
    live.shows("Say what you disagree with");
    live.keys("'I was not asked' enter");
    live.sign(ADA);
    live.keys("a");
    live.shows("Progress against the plan: All as planned");
    live.sign(ADA);
    live.keys("a");
    assert_eq!(live.said(), "You have already signed it");
    let review = live.book.run(&["trainee", "Ada", "--json"]).done().json()["reviews"][0].clone();
    let kinds: Vec<&str> =
        review["marks"].as_array().unwrap().iter().map(|mark| mark["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["dispute", "acknowledge"]);
    sound(&live.book);
}
