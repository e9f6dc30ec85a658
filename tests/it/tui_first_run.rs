//! The first run: one form with a way back, each check in words, a last page with what will be made, and nothing on disk
//! before it.

use std::path::{Path, PathBuf};

use countersign_app::clock::SystemClock;
use countersign_app::init::{InitOptions, found};
use countersign_app::random::SystemRandom;
use countersign_app::storage::data_dir::DataDir;
use countersign_core::primitives::ids::Secret;
use countersign_core::primitives::text::SafeText;
use countersign_core::record::view::SessionCredential;
use countersign_tui::effect::first_run::BookMaker;
use countersign_tui::first_run::draw;
use countersign_tui::first_run::state::{DEPARTMENT, FirstRun, FormPage, Making, OFFICER, PIN_AGAIN, REGISTRATION};
use countersign_tui::key::{Key, KeyPress};
use countersign_tui::msg::mouse::{Mouse, MouseAction};
use countersign_tui::msg::{Effect, Msg, Outcome};
use countersign_tui::runtime::event_loop::{EffectHandler as _, Ui as _};
use countersign_tui::theme::{Appearance, Background, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Modifier;

const OFFERED: &str = "lantern-orchid-gravel-walnut-harbour";
const OWN: &str = "owl kite plum bridge 7";
/// Keys from the first field to the last page.
const FILLED: &str =
    "'Cardiac Physiology, Royal Infirmary' enter 'Tilly Officer' enter 'HCPC CS00001' enter enter enter '4071' enter";
const TO_THE_END: &str = " '4071' enter enter";

struct Desk {
    run: FirstRun,
    maker: BookMaker,
    folder: PathBuf,
    _place: tempfile::TempDir,
    /// What was asked for besides a new book.
    asked: Vec<Effect>,
}

impl Desk {
    fn new(size: (u16, u16), looks: Appearance) -> Self {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("new/countersign");
        Self::in_folder(place, folder, size, looks)
    }

    fn in_folder(place: tempfile::TempDir, folder: PathBuf, size: (u16, u16), looks: Appearance) -> Self {
        let maker = BookMaker::new(DataDir::new(folder.clone()), None).unwrap();
        let mut data = maker.data().unwrap();
        data.offered = Secret::new(OFFERED.to_owned());
        "/home/tilly/.local/share/countersign".clone_into(&mut data.folder);
        let run = FirstRun::new(data, Theme::choose(looks), size);
        Self { run, maker, folder, _place: place, asked: Vec::new() }
    }

    fn plain() -> Self {
        Self::new((80, 24), Appearance::FULL)
    }

    fn say(&mut self, msg: Msg) {
        for effect in self.run.update(msg) {
            match effect {
                Effect::MakeBook(_) => {
                    let outcome = self.maker.perform(effect);
                    self.say(Msg::Done(outcome));
                }
                other => self.asked.push(other),
            }
        }
    }

    /// Presses keys by name; what is between `'` is typed.
    fn keys(&mut self, names: &str) -> &mut Self {
        for (at, part) in names.split('\'').enumerate() {
            if at % 2 == 1 {
                part.chars().for_each(|c| self.say(Msg::Key(KeyPress::plain(Key::Char(c)))));
            } else {
                part.split_whitespace().for_each(|name| self.say(Msg::Key(name.parse().unwrap())));
            }
        }
        self
    }

    fn drawn(&self) -> (Buffer, Option<Position>) {
        let area = Rect::new(0, 0, self.run.size.0, self.run.size.1);
        let mut buf = Buffer::empty(area);
        let cursor = draw::draw(&self.run, &mut buf, area);
        (buf, cursor)
    }

    fn rows(&self) -> Vec<String> {
        let (buf, _) = self.drawn();
        let row = |y| (0..buf.area.width).map(|x| buf[(x, y)].symbol()).collect::<String>();
        (0..buf.area.height).map(|y| row(y).trim_end().to_owned()).collect()
    }

    fn text(&self) -> String {
        self.rows().join("\n")
    }

    fn shows(&self, words: &str) {
        assert!(self.text().contains(words), "{words}\n{}", self.text());
    }
}

fn nothing_in(folder: &Path) -> bool {
    // Not even the folder above it, which is made with it.
    !folder.parent().unwrap().exists()
}

#[test]
fn both_pages_are_as_drawn() {
    let mut desk = Desk::plain();
    desk.keys(FILLED).keys("'40'");
    insta::assert_snapshot!("first_run_form_80x24", desk.text());
    desk.keys("'71' enter enter");
    insta::assert_snapshot!("first_run_summary_80x24", desk.text());
    let mut plain = Desk::new((80, 24), Appearance::PLAIN);
    plain.keys(FILLED).keys("'40'");
    insta::assert_snapshot!("first_run_form_ascii_80x24", plain.text());
}

#[test]
#[ignore = "slow: every size of the window"]
fn at_any_size_the_field_with_the_focus_its_check_and_the_keys_are_there_and_from_80_columns_everything_is() {
    let looks = [Appearance::FULL, Appearance::NO_COLOUR, Appearance::PLAIN];
    let light = Appearance { background: Background::Light, ..Appearance::FULL };
    let sizes = [(40, 10), (40, 24), (52, 13), (60, 16), (79, 23), (80, 24), (100, 30), (120, 36), (200, 50)];
    for (size, looks) in sizes.into_iter().flat_map(|size| looks.into_iter().chain([light]).map(move |one| (size, one)))
    {
        let mut desk = Desk::new(size, looks);
        let fields = desk.run.form.fields.len() - 1;
        for at in 0..fields {
            let rows = desk.rows();
            let shown = rows.join("\n");
            let label = desk.run.form.fields[desk.run.form.focus].label;
            assert!(shown.contains(label), "{size:?} {label}\n{shown}");
            let (buf, cursor) = desk.drawn();
            let cursor = cursor.unwrap_or_else(|| panic!("{size:?} {label}: no cursor\n{shown}"));
            assert!(rows[usize::from(cursor.y)].contains(label) || at > 0, "{size:?} {label}\n{shown}");
            // The pointer says where the focus is where no colour does.
            assert_eq!(
                buf[(buf.area.width.saturating_sub(size.0.min(100)) / 2, cursor.y)].symbol(),
                desk.run.theme.glyphs.pointer,
                "{shown}"
            );
            let last = rows.last().unwrap();
            assert!(last.contains("enter") && last.contains("F1 help"), "{size:?}\n{shown}");
            let words = shown.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(!shown.contains('…') && !shown.contains(".. "), "{size:?}\n{shown}");
            if size.0 >= 80 && size.1 >= 24 {
                for needed in
                    desk.run.form.fields.iter().map(|field| field.label).filter(|label| *label != "Passphrase again")
                {
                    assert!(shown.contains(needed), "{size:?} {needed}\n{shown}");
                }
                for needed in [
                    OFFERED,
                    "36 characters, strong enough",
                    "Nothing is saved until the next page",
                    "If lost, you get a new key",
                ] {
                    assert!(words.contains(needed), "{size:?} {needed}\n{shown}");
                }
            }
            desk.keys("down");
        }
        // The first field that is wrong has the focus, not the next page.
        assert_eq!(desk.run.page, FormPage::Fields);
        desk.keys(FILLED).keys(TO_THE_END);
        assert_eq!(desk.run.page, FormPage::Summary, "{size:?}\n{}", desk.text());
        let rows = desk.rows();
        assert!(
            rows.last().unwrap().contains("enter make it") && desk.text().contains("Make it"),
            "{size:?}\n{}",
            desk.text()
        );
        if size.0 >= 80 && size.1 >= 24 {
            for needed in [
                "for Cardiac Physiology, Royal Infirmary",
                "/home/tilly/.local/share/countersign",
                "Tilly Officer, training officer, HCPC CS00001",
                "ST0413 1.1, 72 KSBs in 10 duties",
                "Nothing is on the disk yet",
                "Back up to a stick",
            ] {
                desk.shows(needed);
            }
            assert!(!desk.text().contains(OFFERED), "the passphrase is on the last page");
        }
    }
    // Below the least size of the program it says so.
    assert!(Desk::new((39, 9), Appearance::FULL).text().contains("too small"));
}

#[test]
fn without_colours_the_row_with_the_focus_is_reversed_and_no_other_is() {
    let desk = Desk::new((80, 24), Appearance::NO_COLOUR);
    let (buf, cursor) = desk.drawn();
    for y in 0..24 {
        let reversed = (0..80).any(|x| buf[(x, y)].modifier.contains(Modifier::REVERSED));
        assert_eq!(reversed, y == cursor.unwrap().y, "{y}");
    }
}

#[test]
fn what_is_wrong_is_said_at_its_field_and_enter_does_not_leave_it() {
    for (keys, label, said) in [
        ("enter", "Department", "Enter the department"),
        ("' ' enter", "Department", "Enter the department"),
        ("'Ward 943 476 5919' enter", "Department", "a valid NHS number"),
        ("'Cardiology' enter enter", "Your name", "Enter your name"),
        ("'Cardiology' enter 'Tilly' enter enter enter 'short words' enter", "Passphrase", "too short (11 characters)"),
        (
            "'Cardiology' enter 'Tilly Officer' enter enter enter 'my friend officer sings' enter",
            "Passphrase",
            "“Officer”, which is easy to guess",
        ),
        (
            "'Cardiology' enter 'Tilly' enter enter enter 'owl kite plum bridge 7' enter 'owl kite plum bridge 8' enter",
            "Passphrase again",
            "The two do not match",
        ),
        ("'Cardiology' enter 'Tilly' enter enter enter enter enter", "PIN", "Choose a PIN of 4 to 8 digits"),
        (
            "'Cardiology' enter 'Tilly' enter enter enter enter '12a' enter",
            "PIN",
            "A PIN is 4 to 8 digits and nothing else",
        ),
        ("'Cardiology' enter 'Tilly' enter enter enter enter '1234' enter", "PIN", "This PIN is too easy to guess"),
        ("'Cardiology' enter 'Tilly' enter enter enter enter '4071' enter enter", "PIN again", "Type the PIN again"),
        (
            "'Cardiology' enter 'Tilly' enter enter enter enter '4071' enter '4072' enter",
            "PIN again",
            "The two PINs do not match",
        ),
    ] {
        let mut desk = Desk::plain();
        desk.keys(keys);
        let shown = desk.text().split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(desk.run.form.fields[desk.run.form.focus].label, label, "{keys}\n{}", desk.text());
        assert!(shown.contains(said), "{keys}: {said}\n{}", desk.text());
        assert!(shown.contains("! "), "{keys}: no mark\n{}", desk.text());
    }
}

#[test]
fn the_way_back_keeps_every_entry_and_a_wrong_field_that_was_left_stays_marked() {
    let mut desk = Desk::plain();
    // The arrows go over a field that is wrong, which keeps its mark.
    desk.keys("down down");
    assert_eq!(desk.text().matches("! Enter").count(), 2, "{}", desk.text());
    desk.keys("up shift-tab up").keys(FILLED).keys("'4072' tab tab");
    assert_eq!(desk.run.page, FormPage::Fields);
    assert!(desk.run.form.is_on(PIN_AGAIN), "{}", desk.text());
    desk.shows("The two PINs do not match");
    desk.keys("ctrl-u '4071' enter enter");
    assert_eq!(desk.run.page, FormPage::Summary, "{}", desk.text());
    for back in ["up", "shift-tab", "esc"] {
        desk.keys(back);
        assert_eq!(desk.run.page, FormPage::Fields, "{back}");
        assert_eq!(desk.run.form.value(DEPARTMENT), "Cardiac Physiology, Royal Infirmary");
        assert_eq!(desk.run.form.value(OFFICER), "Tilly Officer");
        desk.keys("enter");
        assert_eq!(desk.run.page, FormPage::Summary, "{back}");
    }
    // A PIN that is changed after it was repeated is to be repeated again.
    desk.keys("up up up ctrl-u '8264' enter enter");
    desk.shows("The two PINs do not match");
    assert!(nothing_in(&desk.folder));
}

#[test]
fn the_five_words_are_offered_until_one_types_and_come_back_when_the_field_is_emptied() {
    let mut desk = Desk::plain();
    desk.keys("'Cardiology' enter 'Tilly' enter enter enter");
    desk.shows(OFFERED);
    desk.shows("✓ 36 characters, strong enough");
    desk.keys("'owl'");
    desk.shows("•••");
    let said = desk.text().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("! The passphrase is too short (3 characters). Use at least 15"), "{said}");
    desk.shows("Passphrase again");
    assert!(!desk.text().contains("owl") && !desk.text().contains(OFFERED), "{}", desk.text());
    desk.keys("' kite plum bridge 7'");
    desk.shows("✓ 22 characters, strong enough");
    desk.keys("ctrl-u");
    desk.shows(OFFERED);
    assert!(!desk.text().contains("Passphrase again"), "{}", desk.text());
}

#[test]
fn no_secret_is_kept_in_a_name_or_printed() {
    let mut desk = Desk::plain();
    desk.keys(FILLED).keys(TO_THE_END).keys("up").keys("up up up up up");
    assert_eq!(desk.run.form.fields[desk.run.form.focus].name, REGISTRATION);
    desk.keys("'4071' enter");
    desk.shows("This text contains your PIN. Remove it");
    let printed = format!("{:?}", desk.run);
    assert!(!printed.contains(OFFERED) && !printed.contains("Secret(\""), "{printed}");
    desk.keys("backspace backspace backspace backspace down down");
    desk.keys(&format!("'{OWN}' down"));
    assert!(!format!("{:?}", desk.run).contains(OWN));
}

#[test]
fn a_click_goes_to_a_field_turns_a_choice_and_presses_a_key() {
    let mut desk = Desk::plain();
    let row = |desk: &Desk, label: &str| desk.rows().iter().position(|row| row.contains(label)).unwrap() as u16;
    let click = |desk: &mut Desk, x: u16, y: u16| {
        desk.say(Msg::Mouse(Mouse { action: MouseAction::Click, at: Position::new(x, y) }));
    };
    let y = row(&desk, "Also a supervisor");
    click(&mut desk, 30, y);
    assert_eq!(desk.run.form.fields[desk.run.form.focus].label, "Also a supervisor");
    desk.shows("(•) no");
    click(&mut desk, 30, y);
    desk.shows("(•) yes");
    let y = row(&desk, "Standard");
    click(&mut desk, 30, y);
    click(&mut desk, 30, y);
    desk.shows("none yet, I shall adopt one later");
    click(&mut desk, 74, 23);
    desk.shows("Setting up a sign-off book");
    desk.keys("esc");
    assert!(!desk.text().contains("Setting up a sign-off book"));
}

#[test]
fn the_book_is_made_with_what_the_last_page_says_and_the_officer_can_sign_at_once() {
    for standard in ["", "right"] {
        let mut desk = Desk::plain();
        desk.keys(FILLED).keys(&format!("'4071' enter {standard} enter"));
        desk.shows(if standard.is_empty() { "✓ A standard" } else { "· No standard" });
        assert!(nothing_in(&desk.folder));
        desk.keys("enter");
        assert_eq!((desk.run.making, &desk.asked[..]), (Making::Done, &[Effect::Quit][..]));
        let (mut app, officer) = desk.maker.into_made().unwrap();
        let person = app.person(&officer).unwrap();
        assert_eq!((person.name.as_str(), person.registration.unwrap().as_str()), ("Tilly Officer", "HCPC CS00001"));
        let sessions = app.sessions();
        assert_eq!(
            sessions.iter().map(|one| (&one.person.id, one.credential)).collect::<Vec<_>>(),
            [(&officer, SessionCredential::Pin)]
        );
        let adopted = countersign_app::standards::adopted::standards(&app).unwrap();
        assert_eq!(adopted.len(), usize::from(standard.is_empty()));
    }
}

#[test]
fn a_failure_is_said_in_words_nothing_is_left_half_made_and_the_entries_stay() {
    let place = tempfile::tempdir().unwrap();
    // Where a folder is to be made there is a file.
    let file = place.path().join("new");
    std::fs::write(&file, "in the way").unwrap();
    let folder = file.join("countersign");
    let mut desk = Desk::in_folder(place, folder.clone(), (80, 24), Appearance::FULL);
    desk.keys(FILLED).keys(TO_THE_END).keys("enter");
    assert_eq!((desk.run.making, desk.run.page), (Making::No, FormPage::Summary));
    desk.shows("Setting up ");
    desk.shows("permissions of the folder");
    assert!(desk.rows().last().unwrap().contains("enter make it"), "{}", desk.text());
    assert!(desk.asked.is_empty() && !folder.exists());
    // Once it is put right, the same key does it.
    std::fs::remove_file(&file).unwrap();
    desk.keys("enter");
    assert_eq!(desk.run.making, Making::Done, "{}", desk.text());
    assert!(folder.join("countersign.db").exists());
}

#[test]
fn a_book_that_cannot_be_made_leaves_no_key_and_no_folder() {
    let place = tempfile::tempdir().unwrap();
    let folder = DataDir::new(place.path().join("a/b"));
    let name = |text| SafeText::name(text).unwrap();
    // The log's key is on disk when the passphrase is found to be too weak.
    let mut beginning = InitOptions {
        department: name("Cardiology"),
        origin: None,
        officer: name("Tilly Officer"),
        registration: None,
        roles: Vec::new(),
        passphrase: Secret::new("tilly officer tilly".to_owned()),
        pin: Some(Secret::new("4071".to_owned())),
        standard: None,
    };
    let make =
        |beginning: &InitOptions| found(&folder, beginning, Box::new(SystemClock), Box::new(SystemRandom::default()));
    assert!(make(&beginning).is_err());
    assert!(!place.path().join("a").exists());
    // What was there before stays.
    std::fs::create_dir_all(place.path().join("a/b/keys")).unwrap();
    std::fs::write(place.path().join("a/b/keys/note"), "mine").unwrap();
    assert!(make(&beginning).is_err());
    assert_eq!(std::fs::read_dir(place.path().join("a/b/keys")).unwrap().count(), 1);
    beginning.passphrase = Secret::new(OWN.to_owned());
    beginning.pin = Some(Secret::new("1234".to_owned()));
    assert!(make(&beginning).is_err());
    assert!(!folder.is_founded());
    beginning.pin = Some(Secret::new("4071".to_owned()));
    assert!(make(&beginning).is_ok());
}

#[test]
fn while_the_book_is_made_no_key_does_anything() {
    let mut desk = Desk::plain();
    desk.keys(FILLED).keys(TO_THE_END);
    let effects = desk.run.update(Msg::Key("enter".parse().unwrap()));
    assert!(matches!(effects[..], [Effect::MakeBook(_)]));
    desk.shows("Making the sign-off book");
    for key in ["enter", "up", "ctrl-c", "f1"] {
        assert_eq!(desk.run.update(Msg::Key(key.parse().unwrap())), [], "{key}");
    }
    assert_eq!(desk.run.update(Msg::Done(Outcome::BookMade)), [Effect::Quit]);
}
