//! Every call of the program to its files fails once, in its turn: nothing is called done that is not, nothing breaks, and
//! it works again afterwards.

use std::process::Output;

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

fn run(book: &Book, work: Work, fault: Fault) -> (Output, Vec<Event>) {
    let record = book.0.path().join("record");
    let fail = format!("{} {} {}", fault.call, fault.errno, if fault.ever { "ever" } else { "once" });
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

/// One fault, and what became of it: done, or refused and yet there.
fn tried(work: Work, fault: Fault, again: bool) -> (bool, bool) {
    let book = Book::small();
    let before = verified(&book.database(), &[]).unwrap().head.size;
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
    let calls = calls(work);
    let ways: Vec<(i32, bool)> = [EIO, ENOSPC].into_iter().flat_map(|e| [(e, false), (e, true)]).collect();
    let count = if in_full { calls * ways.len() } else { calls };
    let tries = each(count, |number| {
        let call = number % calls + 1;
        let (errno, ever) = ways[if in_full { number / calls } else { call % ways.len() }];
        tried(work, Fault { call, errno, ever }, in_full || call.is_multiple_of(8))
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
fn whichever_call_of_a_sign_off_fails_nothing_is_called_signed_that_is_not() {
    every_call(SIGN_OFF, false);
}

#[test]
#[ignore = "the full figure, every call four ways: minutes"]
fn whichever_call_of_a_sign_off_fails_nothing_is_called_signed_that_is_not_in_full() {
    every_call(SIGN_OFF, true);
    every_call(BATCH, true);
}

#[test]
fn whichever_call_of_a_rebuild_fails_the_file_is_as_it_was_or_made_anew() {
    every_call(REBUILD, false);
}
