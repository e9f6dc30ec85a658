//! What is signed on the screen besides sign-offs, over a real book: the dialogs' keys in, the log's statements out, and what
//! the screens then show.

use countersign::app::files::Folder;
use countersign::app::service::App;
use countersign::domain::value::{PersonId, Secret};
use countersign::tui::drive::World as _;
use countersign::tui::effect::Door;
use countersign::tui::key::{Key, KeyPress};
use countersign::tui::keymap::{Keymap, OwnKeys};
use countersign::tui::model::{Model, Overlay, Setup};
use countersign::tui::msg::way::Way;
use countersign::tui::msg::{Effect, Msg, Outcome};
use countersign::tui::theme::{Looks, Theme};
use countersign::tui::update::update;
use countersign::tui::view::draw;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use serde_json::Value;

use crate::cli::book::{Book, OFFICER, SUPERVISOR};

const PRIYA: &str = "heron slate ladder moss 5";
const VERA: &str = "cedar plume anvil frost 6";
const ADA: &str = "wren basil copper dune 3";

/// A screen on a real book: every effect is carried out at once.
struct Live {
    model: Model,
    door: Door,
    book: Book,
}

impl Live {
    /// Ada on ST0413, a second supervisor and a verifier; this person at the screen with Ada open.
    fn new(book: Book, who: &str, secret: &str) -> Self {
        let mut live = Self::at(book, (100, 36));
        live.sign_in(who, secret);
        live.open("Ada");
        live
    }

    fn at(book: Book, size: (u16, u16)) -> Self {
        let app = App::on_this_machine(Folder::new(book.data())).unwrap();
        let today = app.today();
        let setup = Setup {
            theme: Theme::choose(Looks::FULL),
            keymap: Keymap::new(&OwnKeys::new()).unwrap(),
            size,
            today,
            idle_minutes: 2,
            late_days: 7,
        };
        Self { model: Model::new(setup), door: Door::new(app), book }
    }

    fn id(&self, who: &str) -> PersonId {
        let people = self.book.run(&["person", "list", "--json"]).done().json();
        let all = people["people"].as_array().unwrap().clone();
        let row = all.iter().find(|row| row["name"].as_str().unwrap().contains(who)).unwrap();
        row["id"].as_str().unwrap().parse().unwrap()
    }

    fn say(&mut self, msg: Msg) {
        let mut effects = update(&mut self.model, msg);
        while !effects.is_empty() {
            for effect in std::mem::take(&mut effects) {
                let outcome = self.door.perform(effect);
                if outcome != Outcome::Nothing {
                    effects.extend(update(&mut self.model, Msg::Done(outcome)));
                }
            }
        }
    }

    fn sign_in(&mut self, who: &str, secret: &str) {
        let (person, secret) = (self.id(who), Secret::new(secret.to_owned()));
        let outcome = self.door.perform(Effect::Unlock { person, way: Way::Passphrase, secret });
        self.say(Msg::Done(outcome));
    }

    fn open(&mut self, who: &str) {
        let (trainee, marks_of) = (self.id(who), self.model.owner().cloned());
        let outcome = self.door.perform(Effect::OpenTrainee { trainee, marks_of });
        self.say(Msg::Done(outcome));
    }

    /// Presses keys by name; what stands between `'` is typed.
    fn keys(&mut self, names: &str) {
        for (at, part) in names.split('\'').enumerate() {
            if at % 2 == 1 {
                for c in part.chars() {
                    self.say(Msg::Key(KeyPress::plain(Key::Char(c))));
                }
            } else {
                for name in part.split_whitespace() {
                    self.say(Msg::Key(name.parse().unwrap()));
                }
            }
        }
    }

    fn text(&self) -> String {
        let area = Rect::new(0, 0, self.model.size.0, self.model.size.1);
        let mut buf = Buffer::empty(area);
        draw(&self.model, &mut buf, area);
        let row = |y| (0..area.width).map(|x| buf[(x, y)].symbol()).collect::<String>();
        (0..area.height).map(row).collect::<Vec<_>>().join("\n")
    }

    fn shows(&self, words: &str) {
        assert!(self.text().contains(words), "{words}\n{}", self.text());
    }

    fn said(&self) -> &str {
        self.model.message.as_ref().map_or("", |message| &message.what)
    }

    /// Signs with the passphrase: the dialog has the focus on it.
    fn sign(&mut self, secret: &str) {
        assert!(matches!(self.model.overlay, Some(Overlay::Act(_))), "no dialog\n{}", self.text());
        self.keys(&format!("'{secret}' enter"));
    }

    fn newest(&self, kind: &str) -> Value {
        let rows = self.book.run(&["history", &format!("kind:{kind}"), "--json"]).done().json();
        rows["statements"].as_array().unwrap().first().cloned().unwrap_or(Value::Null)
    }
}

fn staffed() -> Book {
    let book = Book::founded();
    for (name, role, secret) in [
        ("Priya Provider", "supervisor", PRIYA),
        ("Vera Verifier", "verifier", VERA),
        ("Ada Apprentice", "trainee", ADA),
    ] {
        let key = book.keep(role, secret);
        book.officer(&["person", "add", name, "--role", role, "--new-passphrase-file", &key]).done();
        book.keep("supervisor", SUPERVISOR);
    }
    book.officer(&["enrol", "Ada", "ST0413", "--start", "2025-09-01"]).done();
    book
}

fn sound(book: &Book) {
    assert_eq!(book.run(&["verify"]).code, 3, "{:?}", book.run(&["verify"]));
}

fn state(book: &Book, code: &str) -> Value {
    let all = book.run(&["trainee", "Ada", "--json"]).done().json();
    let ksb = all["ksbs"].as_array().unwrap().iter().find(|ksb| ksb["id"] == code).unwrap().clone();
    ksb["state"].clone()
}

#[test]
fn all_that_is_marked_is_countersigned_in_one_dialog_that_shows_each_of_them_whole() {
    let book = staffed();
    book.officer(&["policy", "set", "countersign=1"]).done();
    book.supervisor(&["sign-off", "Ada", "S26", "S27", "K1", "--feedback", "Led it end to end"]).done();
    let mut live = Live::new(book, "Priya", PRIYA);
    live.keys("7");
    live.shows("3 sign-offs");
    live.keys("space space s");
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
    assert_eq!(live.said(), "Countersigned 2 sign-offs");
    live.shows("1 sign-off ");
    assert!(live.model.looks.marks.is_empty());
    // The rest from the KSB itself, with the cursor on it.
    live.keys("enter");
    assert_eq!(live.model.screen, countersign::tui::command::ScreenId::SignOff);
    live.keys("C");
    live.shows("Countersign 1 sign-off of Ada Apprentice");
    live.sign(PRIYA);
    live.keys("C");
    assert_eq!(live.said(), "None of it waits for a second signature");
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
    live.keys("/ 's26' enter C");
    live.shows("One signature is enough here");
    live.book.officer(&["policy", "set", "countersign=1"]).done();
    live.keys("7");
    live.shows("Nothing asks for a second look");
    live.keys("1 C");
    assert_eq!(live.said(), "None of it waits for a second signature");
    live.keys("7 s");
    assert_eq!(live.said(), "No sign-off is chosen");
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
    live.shows("Say why it does not stand");
    live.keys("'Nothing shows it'");
    // The line drops: what was typed is there again.
    let drop = update(&mut live.model, Msg::Do(countersign::tui::command::Command::Leave));
    for effect in drop.into_iter().filter(|effect| *effect != Effect::Quit) {
        live.door.perform(effect);
    }
    let mut live = Live::new(live.book, "Vera", VERA);
    live.keys("7 s");
    live.shows("Nothing shows it");
    live.sign(VERA);
    assert!(live.said().starts_with("Rejected a sign-off of Ada"), "{}", live.said());
    let text = live.book.run(&["export", "--statement", live.newest("sample")["id"].as_str().unwrap()]).out;
    assert!(text.contains("\ndraw 2026 1 of 2 at ") && text.contains("\nreason Nothing shows it\n"), "{text}");
    live.keys("s");
    live.shows("accept: it stands");
    assert!(!live.text().contains("Nothing shows it"), "an old draft\n{}", live.text());
    live.sign(VERA);
    live.shows("Nothing asks for a second look");
    live.sign_in("Sam", SUPERVISOR);
    assert_eq!(live.said(), "A sample rejected a sign-off of yours: 7 shows it, and why");
    live.keys("7");
    live.shows("Vera Verifier: Nothing shows it");
    live.keys("s");
    assert_eq!(live.said(), "A sample rejected it: enter opens the KSB, to be seen and signed anew");
    sound(&live.book);
}

#[test]
fn a_sign_off_is_sampled_from_its_record_and_from_the_history_by_a_verifier_alone() {
    let book = staffed();
    book.supervisor(&["sign-off", "Ada", "S26", "S27"]).done();
    let mut live = Live::new(book, "Vera", VERA);
    live.keys("/ 's26' enter S");
    live.shows("Sample a sign-off of S26, Ada Apprentice");
    live.sign(VERA);
    live.keys("esc esc / 's1' enter S");
    assert_eq!(live.said(), "No sign-off is here to be sampled: move to one, on a record or in the history");
    live.keys("6 S");
    assert!(live.model.overlay.is_none(), "a sample is no sign-off");
    live.keys("down S");
    live.shows("Sample a sign-off of S27");
    live.keys("esc");
    live.sign_in("Sam", SUPERVISOR);
    live.keys("6 end home down S");
    assert_eq!(live.said(), "Sam Supervisor is not a verifier: i changes person");
}

#[test]
fn hours_are_entered_marked_and_confirmed_and_what_is_no_hours_is_refused_in_the_dialog() {
    let mut live = Live::new(staffed(), "Sam", SUPERVISOR);
    live.keys("5 s");
    assert!(live.said().starts_with("No hours that wait are chosen"), "{}", live.said());
    live.keys("e");
    for (typed, fault) in [("25", "25 hours are more than a day has"), ("3.1", "is not hours in quarters")] {
        let Some(Overlay::Act(dialog)) = &mut live.model.overlay else { panic!("{}", live.text()) };
        dialog.form.focus_on("hours");
        live.keys(&format!("ctrl-u '{typed}' tab ctrl-u 'Shadowed the echo clinic' enter"));
        live.shows(fault);
    }
    let Some(Overlay::Act(dialog)) = &mut live.model.overlay else { panic!("{}", live.text()) };
    dialog.form.focus_on("hours");
    live.keys("ctrl-u '3.5' enter");
    assert_eq!(live.said(), "Entered 3.5 h: they wait for a supervisor");
    for hours in ["2", "4"] {
        live.book.run(&["hours", "add", "Ada", "--hours", hours, "--day", "yesterday", "--what", "Read"]).done();
    }
    // Entries of the day before stand below; the line of the hours in all stands for all that wait.
    live.keys("1 5 home down down space down s");
    live.shows("Confirm 3.5 hours of Ada Apprentice");
    live.shows("the hours were spent on off-the-job");
    live.sign(SUPERVISOR);
    assert_eq!(live.said(), "Confirmed 3.5 hours of Ada Apprentice");
    live.keys("home down s");
    live.shows("Confirm 6 hours of Ada Apprentice");
    live.sign(SUPERVISOR);
    let hours = live.book.run(&["hours", "list", "Ada", "--json"]).done().json();
    assert_eq!((&hours["confirmed"], &hours["waiting"]), (&9.5.into(), &0.0.into()));
    sound(&live.book);
}

#[test]
fn a_requirement_is_recorded_by_a_training_officer_and_the_gateway_confirmed_by_two_people() {
    let mut live = Live::new(staffed(), "Sam", SUPERVISOR);
    live.keys("4 down down down m");
    assert_eq!(live.said(), "Sam Supervisor is not a training officer: i changes person");
    live.keys("s");
    assert!(live.said().ends_with("other requirements are not met yet: the line of each says what mends it"));
    live.sign_in("Olu", OFFICER);
    live.open("Ada");
    live.keys("4 home down m");
    assert_eq!(live.said(), "The records alone show that: it is neither recorded nor waived");
    for (down, how) in
        [("down down down", "m"), ("down down down down down", "m"), ("down down", "w"), ("down down down down", "w")]
    {
        live.keys(&format!("home {down} m tab"));
        let Some(Overlay::Act(dialog)) = &mut live.model.overlay else { panic!("{}", live.text()) };
        dialog.form.focus_on("outcome");
        live.keys(&format!("{how} tab enter"));
        live.shows(if how == "m" { "Say what shows it" } else { "Say why it is not asked of them" });
        live.keys("'Seen on paper' enter");
        live.shows("training officer");
        live.sign(OFFICER);
        assert!(live.said().starts_with("Recorded “"), "{}", live.said());
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
    live.shows("Employer and provider are confirmed by two");
    live.keys("esc");
    live.sign_in("Priya", PRIYA);
    live.open("Ada");
    live.keys("4 end s");
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
    live.keys("enter");
    live.shows("Say what was discussed");
    live.keys("'All as planned' tab 'Write up S26' enter");
    live.shows("“Write up S26” has no day");
    live.keys("' by in 2 weeks' alt-enter 'Book the echo clinic by in 3 weeks' enter");
    live.sign(SUPERVISOR);
    assert!(live.said().starts_with("Recorded the review of Ada Apprentice"), "{}", live.said());
    let review = |live: &Live| live.book.run(&["reviews", "Ada", "--json"]).done().json();
    assert_eq!(review(&live)["open"].as_array().unwrap().len(), 2);
    // Who was there for the provider signs it with a; who recorded it, or was not there, does not.
    live.keys("home down down down a");
    live.shows("No review is chosen");
    live.keys("down a");
    assert_eq!(live.said(), "You signed it when it was recorded");
    live.sign_in("Vera", VERA);
    live.open("Ada");
    live.keys("5 home down down down down a");
    assert!(live.said().starts_with("Only who attended signs it"), "{}", live.said());
    let provider = review(&live)["reviews"][0]["attended"].as_array().unwrap().last().unwrap()["name"].clone();
    let secret = if provider == "Priya Provider" { PRIYA } else { OFFICER };
    live.sign_in(provider.as_str().unwrap(), secret);
    live.open("Ada");
    live.keys("5 home down down down down a");
    live.shows("Acknowledge the review of");
    live.shows("Write up S26 by");
    live.sign(secret);
    assert_eq!(live.said(), "Signed: it stands beside the review");
    // The next one: the last actions are listed, go on unless they are taken out, and may be given another day.
    live.sign_in("Sam", SUPERVISOR);
    live.open("Ada");
    live.keys("5 n 'Well on the way' tab");
    live.shows("Goes on      1, 2");
    live.keys("ctrl-u '3' enter");
    live.shows("is no number of the list above");
    live.keys("ctrl-u '2 by in 5 weeks' enter");
    live.sign(SUPERVISOR);
    let after = review(&live);
    assert_eq!(
        (after["open"].as_array().unwrap().len(), &after["open"][0]["what"]),
        (1, &"Book the echo clinic".into())
    );
    sound(&live.book);
}

#[test]
fn what_is_typed_in_one_dialog_takes_nothing_from_another_and_goes_once_it_is_signed() {
    let mut live = Live::new(staffed(), "Sam", SUPERVISOR);
    live.keys("5 n 'All as planned' esc e '2' tab 'Read' esc");
    live.keys("1 / 's26' enter n 'Too small' esc");
    live.keys("5 n");
    live.shows("All as planned");
    live.keys("esc e");
    live.shows("Read");
    live.keys("enter");
    assert_eq!(live.said(), "Entered 2 h: they wait for a supervisor");
    live.keys("n");
    live.shows("All as planned");
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
    for (keys, then) in
        [("5 home down s", "confirm-hours"), ("5 n", "hold-review"), ("4 down down m", "requirement"), ("7 D", "draw")]
    {
        live.keys(keys);
        assert!(matches!(live.model.overlay, Some(Overlay::Person(_))), "{then}\n{}", live.text());
        live.keys("esc");
    }
    // Hours alone are entered by whoever is there: they count for nothing yet.
    live.keys("5 e '1' tab 'Read' enter");
    assert_eq!(live.said(), "Entered 1 h: they wait for a supervisor");
    assert!(live.model.sessions.is_empty());
}
