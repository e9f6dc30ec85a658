//! Documents written to bad places: refused in words, nothing half there, and what was there unharmed.

use std::os::unix::fs::{FileTypeExt as _, symlink};
use std::path::Path;
use std::process::{Command, Output};

use crate::cli::book::Book;
use crate::cli::papers::book;
use crate::full::bound;

/// Every document in every format: the words that ask for it, and how its file ends.
const DOCUMENTS: [(&[&str], &str); 15] = [
    (&["report", "matrix", "--standard", "ST0413"], "pdf"),
    (&["report", "matrix", "--standard", "ST0413"], "xlsx"),
    (&["report", "matrix", "--standard", "ST0413"], "csv"),
    (&["report", "cohort"], "xlsx"),
    (&["report", "cohort"], "csv"),
    (&["report", "activity", "--from", "2020-01-01"], "xlsx"),
    (&["report", "activity", "--from", "2020-01-01"], "csv"),
    (&["report", "person", "Alex Trainee"], "pdf"),
    (&["report", "person", "Alex Trainee"], "xlsx"),
    (&["report", "portfolio", "Alex Trainee"], "pdf"),
    (&["report", "review", "Alex Trainee"], "pdf"),
    (&["report", "certificate", "Alex Trainee"], "pdf"),
    (&["report", "gateway", "Alex Trainee"], "zip"),
    (&["calendar", "Alex Trainee"], "ics"),
    (&["standard", "export", "ST0413", "--case"], "json"),
];

/// Returns the names in a folder, in order.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|one| one.unwrap().file_name().into_string().unwrap()).collect();
    names.sort_unstable();
    names
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), output.stderr.as_slice()].concat()).into_owned()
}

#[test]
fn a_document_for_a_place_that_cannot_be_is_refused_in_words_and_leaves_nothing() {
    let book = book();
    let place = book.0.path().join("places");
    std::fs::create_dir(&place).unwrap();
    for (words, ending) in DOCUMENTS {
        let at = |name: &str| place.join(format!("{name}.{ending}"));
        let mine = at("mine");
        std::fs::write(&mine, "mine").unwrap();
        assert!(Command::new("mkfifo").arg(at("pipe")).status().unwrap().success());
        symlink("/no/such/stick/x", at("link")).unwrap();
        let before = names(&place);
        let refused = |to: &Path, more: &[&str], code: i32, why: &str| {
            let ran = book.run(&[words, &["--out", to.to_str().unwrap()], more].concat());
            assert_eq!(ran.code, code, "{words:?} {ending} to {to:?}: {ran:?}");
            assert!(ran.out.is_empty() && ran.err.starts_with("error: "), "{words:?} {ending} to {to:?}: {ran:?}");
            assert!(ran.err.contains(why) && ran.err.contains("\nhint: "), "{why}: {words:?} {ending}: {ran:?}");
            assert!(!ran.err.contains("os error"), "{ran:?}");
            assert_eq!(names(&place), before, "{words:?} {ending} to {to:?}");
            assert_eq!(std::fs::read(&mine).unwrap(), b"mine", "{words:?} {ending} to {to:?}");
        };
        refused(&at("none/x"), &[], 2, "There is no folder");
        refused(&mine, &[], 1, "There is already a file");
        refused(&mine.join(format!("x.{ending}")), &[], 2, "is a file, not a folder");
        refused(&at("link"), &["--replace"], 2, "leads nowhere");
        refused(&at("pipe"), &["--replace"], 1, "is not an ordinary file");
        assert!(std::fs::symlink_metadata(at("pipe")).unwrap().file_type().is_fifo());
        // A folder of that name takes the document under its own.
        let folder = at("folder");
        std::fs::create_dir(&folder).unwrap();
        book.run(&[words, &["--out", folder.to_str().unwrap()]].concat()).done();
        let inside = names(&folder);
        assert!(inside.len() == 1 && !inside[0].starts_with('.'), "{words:?}: {inside:?}");
        std::fs::remove_dir_all(&place).unwrap();
        std::fs::create_dir(&place).unwrap();
    }
}

#[test]
#[ignore = "slow: many runs of the program"]
fn a_document_for_a_folder_that_cannot_be_written_is_refused_in_words_and_leaves_what_is_there() {
    let book = book();
    let Some(bound) = bound() else { return };
    let place = book.0.path().join("closed");
    std::fs::create_dir(&place).unwrap();
    let chmod = |mode: &str| assert!(Command::new("chmod").arg(mode).arg(&place).status().unwrap().success());
    for (words, ending) in DOCUMENTS {
        let mine = place.join(format!("mine.{ending}"));
        std::fs::write(&mine, "mine").unwrap();
        let before = names(&place);
        chmod("a-w");
        for (name, more) in [("new", &[][..]), ("mine", &["--replace"])] {
            let to = place.join(format!("{name}.{ending}"));
            let mut command = Command::new("sh");
            command
                .args(["-c", &format!("exec {bound} \"$0\" \"$@\"")])
                .arg(assert_cmd::cargo::cargo_bin!("countersign"));
            command.arg("--data").arg(book.data()).args(words).arg("--out").arg(&to).args(more);
            let output = command.output().unwrap();
            let told = said(&output);
            assert_eq!(output.status.code(), Some(1), "{words:?} {ending}: {told}");
            assert!(told.contains("error: ") && told.contains("ermission"), "{words:?} {ending}: {told}");
            assert!(!told.contains("os error") && !told.contains("panicked"), "{words:?} {ending}: {told}");
            assert_eq!((names(&place), std::fs::read(&mine).unwrap()), (before.clone(), b"mine".to_vec()));
        }
        chmod("u+w");
    }
}

/// Runs the program twice on a small file system of its own, full but for `$ROOM` bytes: to a new file, and over one that is
/// there.
const FULL: &str = r#"
    mount -t tmpfs -o size=64k,mode=700 none "$PLACE" || exit 77
    printf mine > "$PLACE/mine.$ENDING"
    dd if=/dev/zero of="$PLACE/filler" bs=4k 2>/dev/null
    truncate -s "-$ROOM" "$PLACE/filler"
    "$PROGRAM" --data "$DATA" "$@" --out "$PLACE/new.$ENDING"; echo "code $?"
    "$PROGRAM" --data "$DATA" "$@" --out "$PLACE/mine.$ENDING" --replace; echo "code $?"
    echo "there $(ls -A "$PLACE" | tr '\n' ' ')"; echo "holds $(cat "$PLACE/mine.$ENDING")"
"#;

#[test]
#[ignore = "slow: many runs of the program"]
fn a_document_that_does_not_fit_on_the_disk_is_refused_in_words_and_leaves_what_is_there() {
    let book: Book = book();
    let whole = book.0.path().join("whole");
    std::fs::create_dir(&whole).unwrap();
    let place = tempfile::tempdir().unwrap();
    for (words, ending) in DOCUMENTS {
        let sized = whole.join(format!("x.{ending}"));
        book.run(&[words, &["--replace", "--out", sized.to_str().unwrap()]].concat()).done();
        let size = std::fs::metadata(&sized).unwrap().len();
        // Full from the first byte on, and half-way through.
        for room in ["0", "4096"].into_iter().filter(|room| size > room.parse().unwrap()) {
            let mut command = Command::new("unshare");
            command.args(["--user", "--map-root-user", "--mount", "sh", "-c", FULL, "sh"]).args(words);
            command.env("PLACE", place.path()).env("DATA", book.data()).env("ENDING", ending).env("ROOM", room);
            let output = command.env("PROGRAM", assert_cmd::cargo::cargo_bin!("countersign")).output();
            let Some(output) = output.ok().filter(|output| output.status.success()) else {
                println!("skipped: this user may not mount a file system of their own");
                return;
            };
            let told = said(&output);
            let lines = |begin: &str| told.lines().filter_map(|l| l.strip_prefix(begin)).collect::<Vec<_>>().join(" ");
            assert_eq!(lines("code "), "1 1", "{words:?} {ending}, {room} bytes left: {told}");
            assert_eq!(told.matches("disk is full").count(), 2, "{words:?} {ending}, {room} bytes left: {told}");
            assert!(!told.contains("os error") && !told.contains("panicked"), "{words:?} {ending}: {told}");
            assert_eq!(lines("there "), format!("filler mine.{ending} "), "{told}");
            assert_eq!(lines("holds "), "mine", "{told}");
        }
    }
}
