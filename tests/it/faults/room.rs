//! No room on the disk, no room for files, a limit on their size, a disk that turned read-only: said in words, nothing lost,
//! and all well once it is put right.

use std::os::unix::process::ExitStatusExt as _;
use std::process::Command;

use crate::cli::book::Book;
use crate::faults::work::each;
use crate::random::{in_full, random};

/// A small file system of this run's own, in which a little room is left, or none; then with room again.
const SCRIPT: &str = r#"
    mount -t tmpfs -o size=2m,mode=700,nr_inodes="$INODES" none "$PLACE" || exit 77
    cp -r "$DATA" "$PLACE/data"
    program() { "$PROGRAM" --data "$PLACE/data" "$@"; }
    sign() { program sign-off 'Alex Trainee' "$CODE" --as Sam --passphrase-file "$SECRET"; echo "code $?"; }
    look() { program verify | head -n 1; program history --most 1 --json | grep '"size"'; }
    look
    case "$FAULT" in
    full)
        dd if=/dev/zero of="$PLACE/filler" bs=1k 2>/dev/null
        truncate -s "-${LEFT}K" "$PLACE/filler"
        sign; look; rm "$PLACE/filler" ;;
    files)
        n=0; while touch "$PLACE/file$n" 2>/dev/null; do n=$((n + 1)); done
        for k in $(seq 1 "$LEFT"); do rm -f "$PLACE/file$((n - k))"; done
        sign; look; rm -f "$PLACE"/file* ;;
    limit)
        (ulimit -f "$LEFT"; sign); look ;;
    read-only)
        mount -o remount,ro "$PLACE"; sign; look; mount -o remount,rw "$PLACE" ;;
    esac
    sign; look
"#;

const FAULTS: &[&str] = &["full", "files", "limit", "read-only"];

#[derive(Debug, Default)]
struct Tally {
    refused: usize,
    /// There was still room enough.
    signed: usize,
}

/// One fault with so much room left; nothing where no file system can be mounted.
fn tried(number: usize) -> Option<(&'static str, bool)> {
    let mut random = random(number);
    let fault = FAULTS[number % FAULTS.len()];
    let left = match fault {
        // Each is refused at least once.
        _ if number < FAULTS.len() => 0,
        // KiB, files, blocks of 512 bytes.
        "full" => random.u32(..140),
        "files" => random.u32(..6),
        "limit" => random.u32(..460),
        _ => 0,
    };
    let (book, place) = (Book::small(), tempfile::tempdir().unwrap());
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount", "sh", "-c", SCRIPT]);
    command.env("PLACE", place.path()).env("DATA", book.data()).env("SECRET", book.secret("demo"));
    command.env("PROGRAM", assert_cmd::cargo::cargo_bin!("countersign"));
    command.env("INODES", "40").env("CODE", "K1").env("FAULT", fault).env("LEFT", left.to_string());
    let output = command.output().ok()?;
    if output.status.code() == Some(77) || output.status.code() == Some(1) && output.stdout.is_empty() {
        return None;
    }
    let told = String::from_utf8_lossy(&[output.stdout.as_slice(), output.stderr.as_slice()].concat()).into_owned();
    let told = format!("{fault} with {left} left ({:?}):\n{told}", output.status.signal());
    let codes: Vec<&str> = told.lines().filter_map(|line| line.strip_prefix("code ")).collect();
    let sizes: Vec<u64> = told
        .lines()
        .filter_map(|line| line.trim().strip_prefix("\"size\": ")?.trim_end_matches(',').parse().ok())
        .collect();
    let sound = told.lines().filter(|line| line.starts_with("Intact: every signature is valid. Nothing")).count();
    assert_eq!(codes.len(), 2, "{told}");
    let (first, again) = (codes[0] == "0", codes[1] == "0");
    assert!(again && (first || codes[0] == "1"), "{told}");
    // Before, amid and after: without room for what readers share, the file is looked at as it lies there.
    assert!(sound == sizes.len() && sound == 3, "{told}");
    assert_eq!(sizes[sizes.len() - 1] - sizes[0], 1 + u64::from(first), "{told}");
    assert_eq!(sizes[1] - sizes[0], u64::from(first), "{told}");
    if !first {
        assert!(told.contains("error: ") && told.contains("hint: "), "no sentence: {told}");
        assert!(!told.contains("panicked") && !told.contains("os error"), "no plain sentence: {told}");
    }
    Some((fault, first))
}

fn faults(count: usize) {
    let tried = each(count, tried);
    if tried.iter().any(Option::is_none) {
        println!("skipped: this user may not mount a file system of their own");
        return;
    }
    for fault in FAULTS {
        let runs = tried.iter().flatten().filter(|(of, _)| of == fault);
        let tally = runs.fold(Tally::default(), |sum, (_, signed)| Tally {
            refused: sum.refused + usize::from(!signed),
            signed: sum.signed + usize::from(*signed),
        });
        println!("{fault}: {tally:?}");
        assert!(tally.refused > 0, "{fault}");
    }
}

#[test]
#[ignore = "slow: hundreds of runs with a fault"]
fn without_room_a_sign_off_is_refused_in_words_and_goes_through_once_there_is_some() {
    faults(16);
}

#[test]
#[ignore = "the full figure"]
fn without_room_a_sign_off_is_refused_in_words_and_goes_through_once_there_is_some_in_full() {
    faults(in_full(80));
}
