//! The first run on a real terminal: from an empty folder to Home, and out of it with nothing saved.

use crate::cli::book::{Book, OFFICER};
use crate::pty::terminal::{Begin, Screen};

fn begin(book: &Book) -> Screen {
    let mut screen = Begin::new(book, &[]).start();
    screen.wait_for("Let's set up your sign-off book");
    screen
}

/// Fills the form in, up to the repeated PIN.
fn fill(screen: &mut Screen) {
    screen.keys("Cardiac Physiology, Royal Infirmary\r", "Royal Infirmary");
    screen.keys("Tilly Officer\r", "Tilly Officer");
    screen.keys("HCPC CS00001\r", "HCPC CS00001");
    screen.keys("y\r", "(•) yes");
    screen.keys(OFFICER, "Passphrase again");
    screen.keys(&format!("\r{OFFICER}\r"), "characters, strong enough");
    screen.type_in("4071\r");
}

#[test]
fn an_empty_folder_becomes_a_book_and_home_opens_signed_in() {
    let book = Book::empty();
    let mut screen = begin(&book);
    fill(&mut screen);
    // A PIN that is repeated wrongly is told, and the next page does not come.
    screen.keys("4072\r", "The two PINs do not match");
    assert!(screen.says("page 1 of 2"));
    screen.keys("\u{15}4071\r", "right change");
    screen.keys("\r", "This will be made");
    // The way back, and forward again.
    screen.keys("\x1b[A", "page 1 of 2");
    screen.wait_for("Tilly Officer");
    screen.keys("\r", "page 2 of 2");
    assert!(!book.data().exists());
    screen.keys("\r", "signing as Tilly Officer");
    screen.wait_for("The sign-off book is made");
    screen.wait_for("There is no backup yet");
    screen.wait_for("No trainee yet");
    // The PIN signs at once: Enter on the missing backup opens its dialog.
    screen.keys("\r", "Back up the book");
    screen.type_in("\x1b");
    screen.wait_without("Back up the book");
    screen.type_in("q");
    screen.end().with(0);
    let people = book.run(&["person", "list", "--plain"]).done().out;
    assert!(
        people.contains("Tilly Officer\nroles: supervisor, training officer\nregistration: HCPC CS00001"),
        "{people}"
    );
    assert_eq!(book.run(&["verify"]).code, 3);
    let add =
        ["person", "add", "Ann", "--role", "trainee", "--as", "Tilly", "--passphrase-file", &book.secret("officer")];
    book.run(&add).done();
}

#[test]
fn leaving_either_page_saves_nothing_and_says_so() {
    for pages in [1, 2] {
        let book = Book::empty();
        let mut screen = begin(&book);
        fill(&mut screen);
        if pages == 2 {
            screen.keys("4071\r\r", "This will be made");
        }
        screen.type_in("\u{3}");
        let ended = screen.end().with(1);
        assert!(ended.says("Nothing was saved"), "{}", ended.text());
        assert!(!book.data().exists());
    }
}

#[test]
fn a_power_cut_before_the_last_key_leaves_nothing_on_disk() {
    let book = Book::empty();
    let mut screen = begin(&book);
    fill(&mut screen);
    screen.keys("4071\r\r", "This will be made");
    screen.cut();
    assert!(!book.data().exists());
}
