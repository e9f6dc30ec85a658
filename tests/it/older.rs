//! A file that an earlier version made opens, verifies and signs.

use std::path::Path;

use crate::cli::book::Book;

fn copied(folder: &str) -> Book {
    let book = Book::empty();
    book.keep("demo", countersign::app::demo::PASSPHRASE);
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(folder);
    crate::cli::book::copy(&from, &book.data());
    book
}

#[test]
fn a_file_of_the_first_version_verifies_with_what_was_kept_then_and_goes_on() {
    let book = copied("format-9");
    let kept = |name: &str| book.data().join(name).to_str().unwrap().to_owned();
    let (checkpoint, receipts) = (kept("checkpoint.txt"), kept("receipts.txt"));
    let against = ["verify", "--checkpoint", &checkpoint, "--receipt", &receipts];
    let verified = book.run(&against);
    assert_eq!(verified.code, 0, "{verified:?}");
    assert!(verified.err.contains("An earlier version erased entry 61"), "{verified:?}");
    book.sam(&["sign-off", "Alex Trainee", "K2"]).done();
    let id = book.run(&["history", "kind:sign-off", "--most", "1", "--json"]).done().json()["statements"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let erased = book.run(&[
        "erase",
        &id,
        "--reason",
        "it named a patient",
        "--as",
        "Tilly Officer",
        "--passphrase-file",
        &book.secret("demo"),
    ]);
    assert_eq!(erased.code, 0, "{erased:?}");
    assert_eq!(book.run(&["rebuild"]).code, 0);
    let verified = book.run(&against);
    assert_eq!(verified.code, 0, "{verified:?}");
}
