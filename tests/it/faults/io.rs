//! Every call of the program to its files fails once, in its turn: nothing is called done that is not, nothing breaks, and
//! it works again afterwards.

use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::OnceLock;

use crate::cli::book::Book;
use crate::faults::disk::{Event, read, shim};
use crate::faults::work::{by_sam, each, preloaded, verified};

const EIO: i32 = 5;
const ENOSPC: i32 = 28;

/// What a run is, and how many statements it adds.
#[derive(Clone, Copy)]
struct Work {
    args: &'static [&'static str],
    by_sam: bool,
    adds: u64,
}

const SIGN_OFF: Work = Work { args: &["sign-off", "Alex", "S26"], by_sam: true, adds: 1 };
const BATCH: Work = Work { args: &["sign-off", "Alex", "K1", "K2", "K3", "S1"], by_sam: true, adds: 4 };
const REBUILD: Work = Work { args: &["rebuild"], by_sam: false, adds: 0 };

/// Which call fails, how, and whether all after it do.
#[derive(Debug, Clone, Copy)]
struct Fault {
    call: usize,
    errno: i32,
    ever: bool,
}

#[derive(Debug, Default)]
struct Tally {
    runs: usize,
    done: usize,
    /// Refused, and yet in the file: the commit was on its way.
    unsaid: usize,
}

impl Fault {
    /// As the preloaded library is told it.
    fn told(self) -> String {
        format!("{} {} {}", self.call, self.errno, if self.ever { "ever" } else { "once" })
    }
}

fn run(book: &Book, work: Work, fault: Fault) -> (Output, Vec<Event>) {
    let record = book.0.path().join("record");
    let fail = fault.told();
    let secret = book.secret("demo");
    let args = if work.by_sam { by_sam(&secret, work.args) } else { work.args.to_vec() };
    let variables = [("DISK_FAIL", fail.as_str()), ("DISK_RECORD", record.to_str().unwrap())];
    let output = preloaded(book, &args, &variables);
    (output, read(&record))
}

/// How many calls there are when none fails.
fn calls(work: Work) -> usize {
    let book = Book::small();
    let (output, events) = run(&book, work, Fault { call: usize::MAX >> 1, errno: EIO, ever: false });
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let called = events.iter().find_map(|event| if let Event::Called(calls) = event { Some(*calls) } else { None });
    called.unwrap()
}

/// One fault in a book of so many statements, and what became of it: done, or refused and yet there.
fn tried(work: Work, before: u64, fault: Fault, again: bool) -> (bool, bool) {
    let book = Book::small();
    let (output, events) = run(&book, work, fault);
    let [out, err] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    let told = format!("{fault:?}, at {:?}\n{out}{err}", events.iter().find(|e| matches!(e, Event::Failed(..))));
    let report = verified(&book.database(), &[]).unwrap_or_else(|error| panic!("{error}: {told}"));
    assert_eq!(report.faults, [], "{told}");
    let added = report.head.size - before;
    assert!(added == 0 || added == work.adds, "half a batch: {told}");
    let done = output.status.code() == Some(0);
    if done {
        assert_eq!(added, work.adds, "called done and is not: {told}");
    } else {
        assert_eq!(output.status.code(), Some(1), "{told}");
        assert!(err.starts_with("error: ") && !err.contains("panicked") && !out.contains("Signed"), "{told}");
        assert!(err.lines().count() <= 3 && !err.contains("os error"), "no plain sentence: {told}");
    }
    if again {
        let secret = book.secret("demo");
        let args = if work.by_sam { by_sam(&secret, work.args) } else { work.args.to_vec() };
        book.run(&args).done();
        assert_eq!(verified(&book.database(), &[]).unwrap().head.size, before + added + work.adds, "{told}");
    }
    (done, !done && work.adds > 0 && added > 0)
}

/// Every call fails; in full, each of four ways.
fn every_call(work: Work, in_full: bool) {
    if shim().is_none() {
        return;
    }
    let (calls, before) = (calls(work), Book::small().size());
    let ways: Vec<(i32, bool)> = [EIO, ENOSPC].into_iter().flat_map(|e| [(e, false), (e, true)]).collect();
    let count = if in_full { calls * ways.len() } else { calls };
    let tries = each(count, |number| {
        let call = number % calls + 1;
        let (errno, ever) = ways[if in_full { number / calls } else { call % ways.len() }];
        tried(work, before, Fault { call, errno, ever }, in_full || call.is_multiple_of(8))
    });
    let tally = tries.iter().fold(Tally::default(), |sum, (done, unsaid)| Tally {
        runs: sum.runs + 1,
        done: sum.done + usize::from(*done),
        unsaid: sum.unsaid + usize::from(*unsaid),
    });
    println!("{:?}: {calls} calls, {tally:?}", work.args);
    assert!(calls > 20 && tally.done > 0 && tally.done < tally.runs);
}

#[test]
#[ignore = "slow: hundreds of runs with a fault"]
fn whichever_call_of_a_sign_off_fails_nothing_is_called_signed_that_is_not() {
    every_call(SIGN_OFF, false);
}

#[test]
#[ignore = "the full figure, every call four ways"]
fn whichever_call_of_a_sign_off_fails_nothing_is_called_signed_that_is_not_in_full() {
    every_call(SIGN_OFF, true);
    every_call(BATCH, true);
}

#[test]
#[ignore = "slow: hundreds of runs with a fault"]
fn whichever_call_of_a_rebuild_fails_the_file_is_as_it_was_or_made_again() {
    every_call(REBUILD, false);
}

/// Backs up over an older backup while a call fails, of the file's folder or of the backup's: the arguments, what came of
/// it, and what was called.
fn back_up(book: &Book, to: &Path, fault: Fault) -> (Output, Vec<Event>) {
    let record = book.0.path().join("record");
    let (everything, fail) = (book.0.path().to_str().unwrap(), fault.told());
    let variables =
        [("DISK_FOLDER", everything), ("DISK_FAIL", fail.as_str()), ("DISK_RECORD", record.to_str().unwrap())];
    (preloaded(book, &["backup", to.to_str().unwrap()], &variables), read(&record))
}

/// A book, its backup, and one statement more than that has.
fn backed_up() -> (Book, PathBuf) {
    static MADE: OnceLock<Book> = OnceLock::new();
    let book = Book::once(&MADE, || {
        let book = Book::small();
        std::fs::create_dir(book.0.path().join("kept")).unwrap();
        book.run(&["backup", &book.secret("kept/backup.db"), "--json"]).done();
        let secret = book.secret("demo");
        book.run(&by_sam(&secret, &["sign-off", "Alex", "K3"])).done();
        book
    });
    let to = book.0.path().join("kept/backup.db");
    (book, to)
}

/// Every so-manieth call of a backup fails, once and for good.
fn every_call_of_a_backup(step: usize, errors: &[i32]) {
    if shim().is_none() {
        return;
    }
    let (book, to) = backed_up();
    let (older, newer) = (verified(&to, &[]).unwrap(), verified(&book.database(), &[]).unwrap());
    let (output, events) = back_up(&book, &to, Fault { call: usize::MAX >> 1, errno: EIO, ever: false });
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let called = events.iter().find_map(|event| if let Event::Called(calls) = event { Some(*calls) } else { None });
    let faults: Vec<Fault> = (1..=called.unwrap())
        .step_by(step)
        .flat_map(|call| errors.iter().map(move |errno| (call, *errno)))
        .flat_map(|(call, errno)| [false, true].map(|ever| Fault { call, errno, ever }))
        .collect();
    let done = each(faults.len(), |number| {
        let fault = faults[number];
        let (book, to) = backed_up();
        let (output, events) = back_up(&book, &to, fault);
        let [out, err] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        let told = format!("{fault:?}, at {:?}\n{out}{err}", events.iter().find(|e| matches!(e, Event::Failed(..))));
        let done = output.status.code() == Some(0);
        // What is backed up is untouched, and under the backup's name lies the older one or the new one, whole.
        assert_eq!(verified(&book.database(), &[]).as_ref(), Ok(&newer), "{told}");
        let kept = verified(&to, &[]).unwrap_or_else(|error| panic!("{error}: {told}"));
        assert!(kept == newer || (!done && kept == older), "called done and is not: {told}");
        if !done {
            assert_eq!(output.status.code(), Some(1), "{told}");
            // Where the second folder is told to fail, that is a warning before it.
            let said: Vec<&str> = err.lines().filter(|line| !line.starts_with("warning: ")).collect();
            assert!(said.len() <= 3 && said[0].starts_with("error: ") && !err.contains("panicked"), "{told}");
            assert!(!err.contains("os error"), "no plain sentence: {told}");
        }
        book.run(&["backup", to.to_str().unwrap(), "--json"]).done();
        assert_eq!(verified(&to, &[]).as_ref(), Ok(&newer), "{told}");
        let left = std::fs::read_dir(to.parent().unwrap()).unwrap().map(|entry| entry.unwrap().file_name());
        assert!(left.into_iter().all(|name| !name.to_string_lossy().starts_with('.')), "{told}");
        done
    });
    let good = done.iter().filter(|done| **done).count();
    println!("backup: {} calls, {} runs, {good} done", called.unwrap(), done.len());
    assert!(good > 0 && good < done.len());
}

#[test]
#[ignore = "slow: hundreds of runs with a fault"]
fn whichever_call_of_a_backup_fails_the_older_one_or_the_new_one_is_there_whole() {
    every_call_of_a_backup(16, &[EIO]);
}

#[test]
#[ignore = "the full figure, every call once and for good"]
fn whichever_call_of_a_backup_fails_the_older_one_or_the_new_one_is_there_whole_in_full() {
    every_call_of_a_backup(1, &[EIO]);
}
