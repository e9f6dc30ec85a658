//! The disk is full, the file read-only, the folder gone: said in plain words, nothing lost, and all well afterwards.

use std::process::{Command, Output};

use rustix::process::{Resource, Rlimit, getrlimit, prlimit};

use crate::cli::book::{Book, PIN};
use crate::pty::leaving::desk;
use crate::pty::terminal::{Begin, Screen};

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), output.stderr.as_slice()].concat()).into_owned()
}

#[test]
fn on_a_full_disk_a_sign_off_is_refused_in_words_and_goes_through_once_there_is_room() {
    let book = Book::demo();
    // A small file system of this test's own, full but for a few bytes; then with room again.
    let script = r#"
        mount -t tmpfs -o size=2m,mode=700 none "$PLACE" || exit 77
        cp -r "$DATA" "$PLACE/data"
        dd if=/dev/zero of="$PLACE/filler" bs=4k 2>/dev/null
        sign() { "$PROGRAM" --data "$PLACE/data" sign-off 'Alex Trainee' "$1" --as Sam --passphrase-file "$SECRET"; }
        sign K1; echo "code $?"
        "$PROGRAM" --data "$PLACE/data" verify | head -n 1
        rm "$PLACE/filler"
        sign K1; echo "code $?"
        "$PROGRAM" --data "$PLACE/data" verify | head -n 1
    "#;
    let place = tempfile::tempdir().unwrap();
    let output = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", script])
        .env("PLACE", place.path())
        .env("DATA", book.data())
        .env("PROGRAM", assert_cmd::cargo::cargo_bin!("countersign"))
        .env("SECRET", book.secret("demo"))
        .output();
    let Some(output) = output.ok().filter(|output| output.status.success()) else {
        println!("skipped: this user may not mount a file system of their own");
        return;
    };
    let told = said(&output);
    let codes: Vec<&str> = told.lines().filter(|line| line.starts_with("code ")).collect();
    assert_eq!(codes, ["code 1", "code 0"], "{told}");
    assert!(told.contains("disk is full") && told.contains("\nhint: Not saved"), "{told}");
    assert!(
        told.contains("Signed 1 KSB for Alex Trainee") && told.contains("\nIntact: every signature is valid. Nothing"),
        "{told}"
    );
}

#[test]
fn a_screen_that_cannot_write_says_so_keeps_the_marks_and_signs_once_it_can() {
    let book = Book::demo();
    let mut screen = Begin::sam(&book).shell("trap '' XFSZ; exec {}").start();
    screen.wait_for("Everything left");
    screen.keys(" ", "1 marked");
    screen.wait("the mark on the disk", |_| desk(&book).0.len() == 1);
    let whole = getrlimit(Resource::Fsize);
    let pid = Some(screen.pid());
    prlimit(pid, Resource::Fsize, Rlimit { current: Some(4096), ..whole }).unwrap();
    screen.keys("s", "PIN");
    screen.type_in(&format!("{PIN}\r"));
    screen.wait_for("The disk could not be written");
    screen.wait_for("Nothing was saved. What was there before is intact");
    assert_eq!(desk(&book).0.len(), 1);
    assert_eq!(book.size(), Book::demo_size());
    prlimit(pid, Resource::Fsize, whole).unwrap();
    screen.keys(&format!("{PIN}\r"), "Signed 1 KSB");
    assert_eq!(book.size(), Book::demo_size() + 1);
}

/// Words before a command under which even root is bound by a file's permissions; none where there is no such program.
pub fn bound() -> Option<&'static str> {
    let bound = "setpriv --bounding-set=-all --inh-caps=-all";
    if !rustix::process::geteuid().is_root() {
        return Some("");
    }
    let tried = Command::new("sh").args(["-c", &format!("{bound} true")]).output();
    let found = tried.is_ok_and(|output| output.status.success());
    if !found {
        println!("skipped: nothing is read-only for root");
    }
    found.then_some(bound)
}

fn chmod(mode: &str, path: &std::path::Path) {
    assert!(Command::new("chmod").args(["-R", mode]).arg(path).status().unwrap().success());
}

#[test]
fn a_file_that_cannot_be_written_is_shown_and_not_signed() {
    let book = Book::demo();
    let Some(bound) = bound() else { return };
    chmod("a-w", &book.database());
    let mut screen = Begin::sam(&book).shell(&format!("exec {bound} {{}}")).start();
    screen.wait_for("Everything left");
    screen.keys("s", "PIN");
    screen.keys(&format!("{PIN}\r"), "can be read but not");
    screen.wait_for("make the file and its folder");
    assert_eq!(book.size(), Book::demo_size());
}

#[test]
fn a_copy_on_a_medium_that_cannot_be_written_can_be_looked_at_and_verified() {
    let book = Book::demo();
    let Some(bound) = bound() else { return };
    let data = book.0.path().join("what? 100% read-only#1");
    std::fs::rename(book.data(), &data).unwrap();
    chmod("a-w", &data);
    let program = assert_cmd::cargo::cargo_bin!("countersign");
    let script = format!("{bound} \"$0\" --data \"$1\" verify; {bound} \"$0\" --data \"$1\" trainee Alex");
    let output = Command::new("sh").args(["-c", &script]).arg(program).arg(&data).output().unwrap();
    let told = said(&output);
    chmod("u+w", &data);
    assert!(
        told.contains("Intact: every signature is valid. Nothing that you kept was compared") && told.contains("K1"),
        "{told}"
    );
    assert!(!data.join("countersign.db-wal").exists());
}

#[test]
fn a_folder_taken_away_while_the_program_is_open_is_said_and_nothing_is_called_signed() {
    let book = Book::demo();
    let mut screen = Screen::sam(&book);
    let away = book.0.path().join("away");
    std::fs::rename(book.data(), &away).unwrap();
    screen.keys("s", "PIN");
    screen.type_in(&format!("{PIN}\r"));
    screen.wait("an answer", |screen| screen.says("Signed") || screen.says("was removed"));
    assert!(!screen.says("Signed"), "{}", screen.text());
    screen.wait_for("Not saved");
    std::fs::rename(&away, book.data()).unwrap();
    assert_eq!(book.size(), Book::demo_size());
    screen.keys(&format!("{PIN}\r"), "Signed 1 KSB");
    assert_eq!(book.size(), Book::demo_size() + 1);
}

#[test]
fn on_a_full_disk_with_no_screen_open_everything_can_be_looked_at_and_verify_does_not_say_altered() {
    let book = Book::demo();
    let script = r#"
        mount -t tmpfs -o size=3m,mode=700,nr_inodes=40 none "$PLACE" || exit 77
        cp -r "$DATA" "$PLACE/data"
        rm -f "$PLACE"/data/countersign.db-*
        case "$FAULT" in
        bytes) dd if=/dev/zero of="$PLACE/filler" bs=4k 2>/dev/null ;;
        files) n=0; while touch "$PLACE/file$n" 2>/dev/null; do n=$((n + 1)); done ;;
        esac
        run() { "$PROGRAM" --data "$PLACE/data" "$@" >"$OUT" 2>&1; echo "code $?"; cat "$OUT"; }
        run verify; run history; run trainee 'Alex Trainee'; run cohort; run checkpoint
        run sign-off 'Alex Trainee' K1 --as Sam --passphrase-file "$SECRET"
        rm -f "$PLACE/filler" "$PLACE"/file*
        run sign-off 'Alex Trainee' K1 --as Sam --passphrase-file "$SECRET"; run verify
    "#;
    for fault in ["bytes", "files"] {
        let place = tempfile::tempdir().unwrap();
        let output = Command::new("unshare")
            .args(["--user", "--map-root-user", "--mount", "sh", "-c", script])
            .env("PLACE", place.path())
            .env("DATA", book.data())
            .env("PROGRAM", assert_cmd::cargo::cargo_bin!("countersign"))
            .env("SECRET", book.secret("demo"))
            .env("OUT", book.0.path().join("out"))
            .env("FAULT", fault)
            .output();
        let Some(output) = output.ok().filter(|output| output.status.success()) else {
            println!("skipped: this user may not mount a file system of their own");
            return;
        };
        let said = said(&output);
        let codes: Vec<&str> = said.lines().filter_map(|line| line.strip_prefix("code ")).collect();
        assert_eq!(codes, ["3", "0", "0", "0", "0", "1", "0", "3"], "{fault}: {said}");
        assert!(said.contains("error: ") && said.contains("disk is full"), "{fault}: {said}");
        assert!(!said.contains("panicked") && !said.contains("Changed after signing"), "{fault}: {said}");
    }
}
