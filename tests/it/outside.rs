//! The check from outside, as a person without the program would do it: stock ssh-keygen on what was exported.

use std::process::Command;

use crate::cli::book::Book;

#[test]
#[ignore = "slow: many runs of the program"]
fn stock_ssh_keygen_accepts_every_statement_and_refuses_each_one_altered() {
    let book = Book::demo();
    let most = "60";
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/check.sh");
    let mut check = Command::new("sh");
    check.args([script, assert_cmd::cargo::cargo_bin!("countersign").to_str().unwrap()]);
    let output = check.arg(book.data()).arg(most).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    println!("{}", said.trim_end());
    if output.status.code() == Some(77) {
        return;
    }
    assert_eq!((output.status.code(), said.as_str()), (Some(0), "60 accepted, 60 altered refused\n"));
}
