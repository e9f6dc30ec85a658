//! A hub in a folder: the same exchange, laid out so that other tools read it.

use std::path::{Path, PathBuf};

use countersign_core::primitives::encoding::hex;
use countersign_core::primitives::ids::{Digest, LogOrigin};
use countersign_hub::error::TransportError;
use countersign_hub::folder::Folder;
use countersign_hub::rows::{BatchRow, PulledRow, SiteHead};
use countersign_hub::transport::Transport as _;
use countersign_ledger::merkle::{CompactRange, leaf_hash};

use crate::cli::book::Book;
use crate::hub::push::{in_file, sync};

/// The batches that a reader gets of a book's log, spelled as `batches::in_file` spells them.
pub fn pulled_batches(hub: &Path, book: &Book) -> Result<Vec<String>, TransportError> {
    let mut found = Vec::new();
    pull(hub, book, 0, &mut |row| {
        if let PulledRow::Batch(BatchRow { name, key, signature, text }) = row {
            found.push([hex(&name), key, hex(&signature), hex(text.as_bytes())].join("|"));
        }
    })?;
    found.sort();
    Ok(found)
}

fn origin(book: &Book) -> LogOrigin {
    book.run(&["checkpoint"]).out.lines().next().unwrap().parse().unwrap()
}

fn pull(hub: &Path, book: &Book, from: u64, into: &mut dyn FnMut(PulledRow)) -> Result<SiteHead, TransportError> {
    let mut reader = Folder::new(hub.to_owned(), "reader".to_owned());
    reader
        .pull(&origin(book), from, &mut |row| {
            into(row);
            Ok(())
        })
        .map(|pulled| pulled.head)
}

/// What a reader gets of a book's log from a position on, spelled as `in_file` spells it.
pub fn pulled(hub: &Path, book: &Book, from: u64) -> Result<(SiteHead, String), TransportError> {
    let mut lines: Vec<[String; 7]> = Vec::new();
    let head = pull(hub, book, from, &mut |row| match row {
        PulledRow::Entry(row) => {
            let (text, signature) = row.signed.map(|signed| (signed.text, signed.signature)).unwrap_or_default();
            let (place, id) = (row.position.to_string(), row.id.to_string());
            lines.push([place, id, row.key, hex(text.as_bytes()), hex(&signature), String::new(), String::new()]);
        }
        PulledRow::Imported(row) => {
            let line = lines.iter_mut().find(|line| line[0] == row.position.to_string()).unwrap();
            line[5] = row.id.to_string();
            line[6] = hex(row.signed.map(|signed| signed.text).unwrap_or_default().as_bytes());
        }
        PulledRow::Batch(row) => assert_eq!(Digest::of(row.text.as_bytes()).0, row.name[..32]),
        PulledRow::Text(row) => assert_eq!(Digest::of(row.canonical.as_bytes()), row.digest),
    })?;
    Ok((head, lines.iter().map(|line| line.join("|")).collect::<Vec<_>>().join("\n")))
}

/// The root of the leaves that a reader gets.
pub fn root_of_rows(hub: &Path, book: &Book) -> Result<String, TransportError> {
    let mut range = CompactRange::new();
    pull(hub, book, 0, &mut |row| {
        if let PulledRow::Entry(row) = row {
            range.push(row.leaf);
        }
    })?;
    Ok(range.root().base64())
}

fn joined(book: &Book) -> tempfile::TempDir {
    let hub = tempfile::tempdir().unwrap();
    let ran = book.run(&["hub", "join", hub.path().to_str().unwrap(), "--site", "cardiology"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    hub
}

/// Every file below a folder.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// The path of a tile, by the words of C2SP's `tlog-tiles`.
fn spelled(index: u64, width: u64) -> String {
    let mut path = String::new();
    let digits = index.to_string();
    let padded = format!("{}{digits}", "0".repeat((3 - digits.len() % 3) % 3));
    for at in (0..padded.len()).step_by(3) {
        let last = at + 3 == padded.len();
        path = if last { format!("{path}{}", &padded[at..]) } else { format!("{path}x{}/", &padded[at..at + 3]) };
    }
    if width == 256 { path } else { format!("{path}.p/{width}") }
}

#[test]
#[ignore = "slow: many departments exchange their logs"]
fn the_folder_has_a_log_as_the_file_has_it_and_another_tool_finds_its_root_from_tiles_and_entries_alike() {
    let book = Book::founded();
    let hub = joined(&book);
    let folder = hub.path().join("cardiology");
    // The tiles are crossed at 256 and 512 entries, with parts before and after.
    let codes: Vec<String> = (1..=20).map(|number| format!("K{number}")).collect();
    for turn in 0..9 {
        for _ in 0..[0, 1, 5, 6, 3, 8, 1, 4, 1][turn] {
            let mut args = vec!["sign-off", "Ann Trainee"];
            args.extend(codes.iter().map(String::as_str));
            args.extend(["--place", "Echo lab", "--feedback", "one"]);
            book.supervisor(&args).done();
        }
        sync(&book);
        let (head, rows) = pulled(hub.path(), &book, 0).unwrap();
        assert_eq!(rows, in_file(&book), "turn {turn}");
        let note = std::fs::read_to_string(folder.join("checkpoint")).unwrap();
        assert_eq!(Some(&note), head.checkpoint.as_ref());
        let size: u64 = note.lines().nth(1).unwrap().parse().unwrap();
        let (mut by_tiles, mut by_entries) = (CompactRange::new(), CompactRange::new());
        for index in 0..size.div_ceil(256) {
            let path = spelled(index, 256.min(size - index * 256));
            let hashes = std::fs::read(folder.join("tile/0").join(&path)).unwrap();
            for hash in hashes.as_chunks::<32>().0 {
                by_tiles.push(Digest(*hash));
            }
            let bundle = std::fs::read(folder.join("tile/entries").join(&path)).unwrap();
            let mut rest = bundle.as_slice();
            while let Some((length, more)) = rest.split_first_chunk::<2>() {
                let (data, more) = more.split_at(usize::from(u16::from_be_bytes(*length)));
                assert!(data.starts_with(b"countersign-entry/1 "));
                by_entries.push(leaf_hash(data));
                rest = more;
            }
        }
        assert_eq!((by_tiles.size(), by_entries.size()), (size, size));
        let root = note.lines().nth(2).unwrap();
        assert_eq!((by_tiles.root().base64().as_str(), by_entries.root().base64().as_str()), (root, root));
        for from in [0, 1, size / 2, 255.min(size), 256.min(size), size - 1, size] {
            let (_, part) = pulled(hub.path(), &book, from).unwrap();
            let wanted: Vec<&str> = rows.lines().skip(usize::try_from(from).unwrap()).collect();
            assert_eq!(part, wanted.join("\n"), "from {from}");
        }
    }
    assert!(book.size() > 520, "{}", book.size());
    assert_eq!(sync(&book), 0);
    let parts: Vec<_> = files(&folder).into_iter().filter(|path| path.to_str().unwrap().contains(".part")).collect();
    assert!(parts.is_empty(), "{parts:?}");
}

#[test]
fn what_is_erased_here_is_in_no_file_of_the_folder_after_the_next_exchange() {
    let book = Book::founded();
    let hub = joined(&book);
    let holds = |text: &str| {
        let has = |path: &PathBuf| {
            let bytes = std::fs::read(path).unwrap();
            bytes.windows(text.len()).any(|part| part == text.as_bytes())
        };
        files(hub.path()).iter().filter(|path| has(path)).count()
    };
    let sign = |text: &str| {
        book.supervisor(&["sign-off", "Ann Trainee", "K1", "--place", "Echo lab", "--feedback", text]).done();
        let history = book.run(&["history", "--json", "--most", "1"]).json();
        history["statements"][0]["id"].as_str().unwrap().to_owned()
    };
    let first = sign("the first that is regretted");
    sync(&book);
    let second = sign("the second that is regretted");
    sync(&book);
    assert_eq!((holds("the first that is regretted"), holds("the second that is regretted")), (1, 1));
    for id in [first, second] {
        let erased = book.officer(&["erase", &id, "--reason", "Named a patient"]);
        assert_eq!(erased.code, 0, "{erased:?}");
        sync(&book);
    }
    assert_eq!((holds("the first that is regretted"), holds("the second that is regretted")), (0, 0));
    assert_eq!(pulled(hub.path(), &book, 0).unwrap().1, in_file(&book));
}

#[test]
#[ignore = "slow: many departments exchange their logs"]
fn a_reader_meanwhile_gets_a_whole_log_or_is_told_that_it_moved() {
    let book = Book::founded();
    let hub = joined(&book);
    sync(&book);
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let (mut whole, mut moved) = (0, 0);
            let origin = origin(&book);
            while !done.load(std::sync::atomic::Ordering::Relaxed) {
                let mut range = CompactRange::new();
                let mut reader = Folder::new(hub.path().to_owned(), "reader".to_owned());
                let read = reader.pull(&origin, 0, &mut |row| {
                    if let PulledRow::Entry(row) = row {
                        assert_eq!(row.position, range.size());
                        range.push(row.leaf);
                    }
                    Ok(())
                });
                match read {
                    Ok(pulled) => {
                        let note = pulled.head.checkpoint.unwrap();
                        assert_eq!(note.lines().nth(2), Some(range.root().base64().as_str()));
                        whole += 1;
                    }
                    Err(TransportError::Moved) => moved += 1,
                    Err(error) => panic!("{error}"),
                }
            }
            (whole, moved)
        });
        for _ in 0..6 {
            book.supervisor(&["sign-off", "Ann Trainee", "K1", "K2", "--place", "Ward", "--feedback", "one"]).done();
            sync(&book);
        }
        done.store(true, std::sync::atomic::Ordering::Relaxed);
        let (whole, moved) = reader.join().unwrap();
        println!("{whole} whole logs, {moved} times it moved");
        assert!(whole > 0);
    });
}

/// Exchanges with a hub whose files of this log are damaged.
pub fn not_sent(book: &Book, words: &str) {
    let ran = book.run(&["hub", "sync"]);
    assert!(ran.code == 1 && ran.out.starts_with("Nothing was sent") && ran.err.contains(words), "{words}: {ran:?}");
}

#[test]
#[ignore = "slow: many departments exchange their logs"]
fn what_is_not_a_hub_is_left_as_it_is_and_what_was_altered_gets_nothing_more() {
    let book = Book::founded();
    let other = tempfile::tempdir().unwrap();
    let path = other.path().to_str().unwrap();
    let join = |path: &str| book.run(&["hub", "join", path, "--site", "cardiology"]);
    join(&format!("{path}/none")).refused(2, "There is no folder");
    std::fs::write(other.path().join("letter.txt"), "x").unwrap();
    join(path).refused(2, "is not a hub, and has other files in it");
    assert_eq!(files(other.path()).len(), 1);
    std::fs::write(other.path().join("countersign-hub"), "countersign-hub/2\n").unwrap();
    join(path).refused(1, "The hub has format countersign-hub/2");
    let hub = joined(&book);
    sync(&book);
    let folder = hub.path().join("cardiology");
    let size = book.size();
    book.supervisor(&["sign-off", "Ann Trainee", "K1", "--place", "Echo lab", "--feedback", "one"]).done();
    let tile = folder.join("tile/0").join(spelled(0, size));
    let hashes = std::fs::read(&tile).unwrap();
    for at in 0..hashes.len() {
        if at % 7 == 0 {
            let mut altered = hashes.clone();
            altered[at] ^= 1;
            std::fs::write(&tile, &altered).unwrap();
            not_sent(&book, "its tiles are not those of this log");
        }
    }
    std::fs::remove_file(&tile).unwrap();
    not_sent(&book, "is missing");
    std::os::unix::fs::symlink("/etc/passwd", &tile).unwrap();
    not_sent(&book, "cannot be used: it is not a plain file");
    std::fs::remove_file(&tile).unwrap();
    std::fs::write(&tile, &hashes).unwrap();
    assert_eq!(sync(&book), 1);
}

#[test]
fn two_sites_share_a_folder_and_neither_takes_the_name_of_the_other() {
    let (book, other) = (Book::founded(), Book::small());
    let hub = joined(&book);
    let path = hub.path().to_str().unwrap();
    other.run(&["hub", "join", path, "--site", "cardiology"]).refused(2, "Another log has the name cardiology");
    book.run(&["hub", "leave"]);
    book.run(&["hub", "join", path, "--site", "sound"]).refused(2, "This log is at the hub under the name cardiology");
    assert_eq!(book.run(&["hub", "join", path, "--site", "cardiology"]).code, 0);
    let ran = other.run(&["hub", "join", path, "--site", "respiratory"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!((sync(&book), sync(&other)), (book.size(), other.size()));
    assert_eq!(pulled(hub.path(), &other, 0).unwrap().1, in_file(&other));
    let status = book.run(&["hub", "status", "--json"]).json();
    let names: Vec<&str> =
        status["sites"].as_array().unwrap().iter().map(|site| site["id"].as_str().unwrap()).collect();
    assert_eq!(names, ["cardiology", "respiratory"]);
    assert!(status["sites"].as_array().unwrap().iter().all(|site| site["silent"] == false && site["readable"] == true));
}

#[test]
#[ignore = "slow: many departments exchange their logs"]
fn whatever_is_altered_of_the_tiles_that_other_tools_read_the_department_itself_finds_and_does_not_forget() {
    let book = Book::made_up("2", "300");
    let hub = joined(&book);
    sync(&book);
    let own = hub.path().join("cardiology");
    let tiles = files(&own.join("tile"));
    // Hashes of two levels and the data of the leaves; a complete tile and a partial one.
    assert!(tiles.len() == 5 && tiles.iter().any(|path| path.ends_with("tile/entries/000")), "{tiles:?}");
    for path in &tiles {
        let whole = std::fs::read(path).unwrap();
        let mut flipped = whole.clone();
        *flipped.last_mut().unwrap() ^= 1;
        let longer = [&whole[..], &[0]].concat();
        for (what, bytes) in [
            ("missing", None),
            ("empty", Some(&[][..])),
            ("cut", Some(&whole[..whole.len() - 1])),
            ("altered", Some(&flipped)),
            ("longer", Some(&longer)),
        ] {
            std::fs::remove_file(path).unwrap();
            if let Some(bytes) = bytes {
                std::fs::write(path, bytes).unwrap();
            }
            for args in [&["hub", "sync", "--all"][..], &["hub", "sync"], &["hub", "status"]] {
                let ran = book.run(args);
                let named = ran.err.contains(path.to_str().unwrap());
                assert!(ran.code == 1 && named && ran.out.contains("differs from the hub"), "{what} {args:?}: {ran:?}");
            }
            std::fs::write(path, &whole).unwrap();
            sync(&book);
            assert_eq!(book.run(&["hub", "status"]).code, 0);
        }
    }
}
