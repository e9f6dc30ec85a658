//! A book that was just set up: every screen says why it is empty, and each key and command that it names does something.

use std::sync::OnceLock;

use countersign_app::people::ssh_keys;
use countersign_app::storage::data_dir::DataDir;
use countersign_tui::command::{Command, ScreenId, TABLE};
use countersign_tui::effect::choice;
use countersign_tui::effect::runner::EffectRunner;
use countersign_tui::key::KeyPress;
use countersign_tui::model::access_mode::AccessMode;
use countersign_tui::model::{MessageLevel, Overlay};
use countersign_tui::msg::Msg;
use countersign_tui::screen;

use crate::cli::book::{Book, OFFICER, SUPERVISOR};
use crate::live::Live;

/// Olu Officer and Sam Supervisor, and nobody else.
fn new_book() -> Book {
    static MADE: OnceLock<Book> = OnceLock::new();
    Book::once(&MADE, || {
        let book = Book::empty();
        let init = ["init", "--department", "Cardiology", "--name", "Olu Officer", "--passphrase-file"];
        book.run(&[&init[..], &[&book.secret("officer")]].concat()).done();
        let key = ["--new-passphrase-file", &book.secret("supervisor")];
        book.officer(&[&["person", "add", "Sam Supervisor", "--role", "supervisor"], &key[..]].concat()).done();
        book
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seat {
    Officer,
    Supervisor,
    /// Nobody has signed in.
    Nobody,
    /// A trainee over SSH whom nobody has enrolled yet.
    Trainee,
}

fn at(seat: Seat, size: (u16, u16)) -> Live {
    let book = new_book();
    match seat {
        Seat::Officer | Seat::Supervisor => {
            let mut live = Live::at(book, size);
            let (who, secret) = if seat == Seat::Officer { ("Olu", OFFICER) } else { ("Sam", SUPERVISOR) };
            live.sign_in(who, secret);
            live
        }
        Seat::Nobody => Live::at(book, size),
        Seat::Trainee => {
            book.officer(&["person", "add", "Ada Apprentice", "--role", "trainee"]).done();
            let key = book.login_key("ada");
            book.officer(&["ssh", "add", "Ada", "--key", &key]).done();
            let mut live = Live::at(book, size);
            let ada = live.id("Ada");
            let (app, _) = ssh_keys::logged_in(DataDir::new(live.book.data()), &ada, None).unwrap();
            live.model.access_mode = AccessMode::Own(choice(&app, None, &app.person(&ada).unwrap()).unwrap());
            live.door = EffectRunner::new(app).over_ssh(true);
            live
        }
    }
}

fn go(live: &mut Live, id: ScreenId) {
    live.say(Msg::Do(screen::get(id).info().go));
    assert_eq!(live.model.screen, id);
    live.model.message = None;
}

/// The rows between what is around every screen.
fn body(live: &Live) -> Vec<String> {
    let text = live.text();
    let rows: Vec<&str> = text.lines().collect();
    rows[2..rows.len() - 2].iter().map(|row| row.trim().to_owned()).filter(|row| !row.is_empty()).collect()
}

/// The keys and commands that rows name: what does something (`3 shows`), what a row begins with, and `:command`.
fn named(rows: &[String], live: &Live) -> Vec<String> {
    let is_key = |word: &str| {
        word.parse::<KeyPress>().is_ok()
            && live
                .model
                .keymap
                .reachable(live.model.screen, None)
                .any(|row| live.model.keymap.keys_of(row.command).iter().any(|key| key.to_string() == word))
    };
    let mut found = Vec::new();
    for row in rows {
        let words: Vec<&str> = row.split_whitespace().map(|word| word.trim_end_matches(['.', ','])).collect();
        for (at, pair) in words.windows(2).enumerate() {
            let does = pair[1].ends_with('s') && pair[1].len() > 3 && pair[1].starts_with(char::is_lowercase);
            let begins = at == 0 && pair[1].starts_with(char::is_uppercase) && pair[0] != "A";
            if is_key(pair[0]) && (does || begins) {
                found.push(pair[0].to_owned());
            }
        }
        found.extend(words.iter().filter(|word| word.len() > 3 && word.starts_with(':')).map(|&word| word.to_owned()));
    }
    found
}

#[test]
#[ignore = "slow: every key on every screen"]
fn every_screen_of_a_new_book_says_why_it_is_empty_and_each_key_that_it_names_does_something() {
    let mut faults = Vec::new();
    for seat in [Seat::Officer, Seat::Supervisor, Seat::Nobody, Seat::Trainee] {
        for size in [(80, 24), (120, 36)] {
            for id in ScreenId::ALL {
                let info = screen::get(id).info();
                let mut live = at(seat, size);
                if !live.model.is_available(info.go) {
                    continue;
                }
                go(&mut live, id);
                let rows = body(&live);
                let place = format!("{seat:?} {id:?} {size:?}\n{}", live.text());
                let sentence = rows.iter().any(|row| {
                    row.split_whitespace()
                        .filter(|word| word.chars().all(|c| c.is_alphabetic() || ".,'".contains(c)))
                        .count()
                        >= 3
                });
                faults.extend((!sentence).then(|| format!("no sentence: {place}")));
                let cut = id != ScreenId::Log && rows.iter().any(|row| row.contains('…'));
                faults.extend(cut.then(|| format!("cut: {place}")));
                let elsewhere = place.contains("countersign ");
                faults.extend(elsewhere.then(|| format!("a command of another place: {place}")));
                let names = named(&rows, &live);
                // The log of a new book has its first entries; all other screens say what to do.
                let anything = id == ScreenId::Log || seat == Seat::Trainee || !names.is_empty();
                faults.extend((!anything).then(|| format!("no key: {place}")));
                for name in names {
                    let mut live = at(seat, size);
                    go(&mut live, id);
                    let before = live.model.clone();
                    match name.strip_prefix(':') {
                        Some(command) => {
                            let row = TABLE.iter().find(|row| row.name == command);
                            let row = row.unwrap_or_else(|| panic!("{name} is no command: {place}"));
                            // As a person types it.
                            live.keys(&format!(": '{}' enter", row.name));
                        }
                        None => live.keys(&name),
                    }
                    let nothing = live.model == before;
                    faults.extend(nothing.then(|| format!("{name} does nothing: {place}")));
                    let refused = live.model.message.as_ref().filter(|message| message.tone != MessageLevel::Done);
                    faults.extend(refused.map(|message| format!("{name}: {}: {place}", message.what)));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

#[test]
fn the_missing_backup_on_home_opens_its_dialog_with_one_key() {
    let mut live = at(Seat::Officer, (100, 30));
    go(&mut live, ScreenId::Home);
    live.shows("There is no backup yet");
    live.keys("enter");
    let Some(Overlay::Act(dialog)) = &live.model.overlay else { panic!("{}", live.text()) };
    assert_eq!(dialog.open.kind.name(), Command::BackUp.row().name);
    live.keys("esc");
    // Who may not is told so.
    let mut live = at(Seat::Supervisor, (100, 30));
    live.say(Msg::Do(Command::BackUp));
    assert!(live.said().contains("is not a training officer"), "{}", live.said());
}

#[test]
fn who_has_no_pin_is_offered_one_when_they_sign_in() {
    let live = at(Seat::Officer, (100, 30));
    assert_eq!(live.said(), "You have no PIN yet");
    live.shows(":set-pin sets one");
}
