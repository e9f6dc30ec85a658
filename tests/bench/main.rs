//! The figures of the guide that need no terminal, as ratios taken in one run: `cargo bench` prints them all, and
//! `cargo bench -- --file DIR` measures a folder that `countersign demo --make` wrote, `-- --documents` only documents. `terminal.py` has the others.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)] // a bench may stop at once
#![allow(clippy::cast_precision_loss, missing_docs)] // figures are shown to three digits

mod documents;
mod rows;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use countersign_app::app::App;
use countersign_app::claims::queue;
use countersign_app::clock::SystemClock;
use countersign_app::cohort::{detail, grid};
use countersign_app::demo::{self, Demo};
use countersign_app::keys::session::Credential;
use countersign_app::people::person;
use countersign_app::random::SystemRandom;
use countersign_app::record::find_trainees;
use countersign_app::record::records;
use countersign_app::record::sign_off;
use countersign_app::storage::data_dir::DataDir;
use countersign_app::verify::log::verify;
use countersign_core::filter::Filter;
use countersign_core::filter::schema::FilterTarget;
use countersign_core::people::login::map_text;
use countersign_core::people::person::Role;
use countersign_core::primitives::ids::{Digest, KsbCode, PersonId, Secret};
use countersign_core::primitives::key::PublicKey;
use countersign_core::programme::cohort::CohortOrder;
use countersign_core::record::view::Observation;
use countersign_core::statement::kinds::sign_off::Outcome;
use countersign_ledger::sshsig::{NAMESPACE, VerifyingKey, verify as verify_one};
use countersign_store::db::Access;
use rusqlite::Connection;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let file = arguments.iter().position(|a| a == "--file").map(|at| PathBuf::from(&arguments[at + 1]));
    println!("| measure | figure | ratio |\n| --- | --- | --- |");
    let folder = tempfile::tempdir().unwrap();
    documents::documents(folder.path());
    if arguments.iter().any(|argument| argument == "--documents") {
        return;
    }
    let mut demo = demo::large::make(&DataDir::new(folder.path().join("data")), 200, 2_000, 3, &mut |_, _| {}).unwrap();
    one_a_transaction(&mut demo, folder.path());
    batch(&mut demo);
    let data = file.unwrap_or_else(|| {
        let data = folder.path().join("larger");
        demo::large::make_whole(&DataDir::new(data.clone()), 1_000, 60_000, 5, &mut |_, _| {}).unwrap();
        data
    });
    login(folder.path());
    states(&data);
    queue(&mut demo);
    day(&data);
    whole_file(&data);
}

fn seen(demo: &Demo) -> Observation {
    Observation {
        outcome: Outcome::Achieved,
        method: Some(countersign_core::statement::kinds::sign_off::Method::Dops),
        supervision: Some(countersign_core::statement::kinds::sign_off::Supervision::Direct),
        observed: demo.app.today(),
        place: None,
        feedback: None,
        action: None,
        late: None,
    }
}

fn codes(demo: &mut Demo) -> Vec<KsbCode> {
    records::trainee_record(&demo.app, &demo.trainee).unwrap().standard.ksbs().iter().map(|ksb| ksb.code).collect()
}

fn pin() -> Credential {
    Credential::Pin(Secret::new(demo::PIN.to_owned()))
}

/// Sign-offs a second through the app layer, one a transaction, against the bare insert of the same rows.
fn one_a_transaction(demo: &mut Demo, scratch: &Path) {
    const ROUNDS: usize = 6;
    const EACH: usize = 400;
    let (codes, seen) = (codes(demo), seen(demo));
    let trainees: Vec<_> = find_trainees::trainees(&demo.app).unwrap().into_iter().map(|t| t.id).collect();
    let path = demo.app.folder().database();
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        demo.app.checkpoint_wal().unwrap();
        let copy = scratch.join(format!("bare-{round}.db"));
        Connection::open(&path).unwrap().execute("VACUUM INTO ?1", [copy.to_str().unwrap()]).unwrap();
        let first = demo.app.head().unwrap().size;
        let begun = Instant::now();
        for n in 0..EACH {
            let trainee = &trainees[(round * EACH + n) % trainees.len()];
            let code = codes[(round + n) % codes.len()];
            sign_off::sign_off(&mut demo.app, &demo.supervisor, &pin(), trainee, &[code], &seen).unwrap();
        }
        ours.push(begun.elapsed() / EACH as u32);
        let rows = rows::written(&path, first);
        bare.push(rows::insert(&copy, &rows) / EACH as u32);
    }
    let (ours, bare) = (median(ours), median(bare));
    let rate = |each: Duration| 1.0 / each.as_secs_f64();
    let ratio = rate(ours) / rate(bare);
    println!(
        "| sign-offs a second, one a transaction | {:.0} (bare insert {:.0}) | {ratio:.2} of the bare insert |",
        rate(ours),
        rate(bare)
    );
}

/// A batch of all 72 KSBs.
fn batch(demo: &mut Demo) {
    let (codes, seen) = (codes(demo), seen(demo));
    let mut times = Vec::new();
    for _ in 0..40 {
        let begun = Instant::now();
        sign_off::sign_off(&mut demo.app, &demo.supervisor, &pin(), &demo.trainee, &codes, &seen).unwrap();
        times.push(begun.elapsed());
        demo.app.checkpoint_wal().unwrap();
    }
    println!("| a batch of {} signed, committed and read back | {:.2} ms | |", codes.len(), ms(median(times)));
}

/// sshd's question about a key, from the start of the program to its exit, against the start of `true`, for maps of both
/// sizes. The key is the last of the map, and one that is not there takes as long.
fn login(scratch: &Path) {
    let map = scratch.join("map");
    let keys = |count: u32| -> Vec<(PersonId, PublicKey)> {
        let key = |n: u32| PublicKey::from_strings("ssh-ed25519", &[Digest::of(&n.to_be_bytes()).0.as_slice()]);
        (0..count).map(|n| (format!("{n:x}").parse().unwrap(), key(n))).collect()
    };
    let took = |command: &mut Command| {
        let begun = Instant::now();
        let output = command.output().unwrap();
        (begun.elapsed(), output.stdout.len())
    };
    for count in [10, 10_000] {
        let keys = keys(count);
        let text = map_text("/srv/data", &keys);
        std::fs::write(&map, &text).unwrap();
        let last = text.lines().last().unwrap().splitn(3, ' ').nth(2).unwrap();
        let (kind, key) = last.split_once(' ').unwrap();
        let (mut ours, mut bare) = (Vec::new(), Vec::new());
        for _ in 0..200 {
            let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
            let (time, said) = took(command.args(["ssh", "keys", "--map"]).arg(&map).args(["countersign", kind, key]));
            assert!(said > 100);
            ours.push(time);
            bare.push(took(&mut Command::new("true")).0);
        }
        let (ours, bare) = (median(ours), median(bare));
        println!(
            "| a key to log in with, looked up among {count} | {:.2} ms (`true` {:.2} ms) | {:.2} |",
            ms(ours),
            ms(bare),
            ours.as_secs_f64() / bare.as_secs_f64()
        );
    }
}

/// One trainee's states from a file just opened, against the bare query.
fn states(data: &Path) {
    let folder = DataDir::new(data.to_owned());
    let open =
        || App::open(folder.clone(), Access::Write, Box::new(SystemClock), Box::new(SystemRandom::default())).unwrap();
    let trainee = find_trainees::find_trainees(&open(), "Alex Trainee", 1, None).unwrap().remove(0).id;
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..60 {
        let begun = Instant::now();
        let app = open();
        let standing = records::trainee_record(&app, &trainee).unwrap();
        ours.push(begun.elapsed());
        assert_eq!(standing.states.len(), 72);
        drop(app);
        let begun = Instant::now();
        rows::bare_states(&folder.database(), trainee.as_str());
        bare.push(begun.elapsed());
    }
    let (ours, bare) = (median(ours), median(bare));
    let ratio = ours.as_secs_f64() / bare.as_secs_f64();
    println!(
        "| one trainee's 72 states, file just opened | {:.2} ms (bare {:.2} ms) | {ratio:.2} |",
        ms(ours),
        ms(bare)
    );
}

/// The first window of a queue in which 5,000 claims wait among 20,000 that are answered, file just opened.
fn queue(demo: &mut Demo) {
    let folder = demo.app.folder().clone();
    let file = Connection::open(folder.database()).unwrap();
    let made = "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 25000),
        p AS (SELECT row_number() OVER () AS at, id FROM person WHERE roles & 1)
        INSERT INTO claim SELECT n, randomblob(16), (SELECT id FROM p WHERE at = n % 100 + 1), 'ST0413', '1.1',
            'What I did and what I would change', NULL, NULL, n, 0, NULL, NULL, n % 5 = 0 FROM n;
        INSERT INTO claim_item SELECT claim, claim % 33 + 1, trainee, waiting, NULL FROM claim;";
    file.execute_batch(made).unwrap();
    drop(file);
    let mut times = Vec::new();
    for _ in 0..60 {
        let app =
            App::open(folder.clone(), Access::Write, Box::new(SystemClock), Box::new(SystemRandom::default())).unwrap();
        let begun = Instant::now();
        let window = queue::queue(&app, Some(&demo.supervisor), &Filter::default(), (0, 36)).unwrap();
        times.push(begun.elapsed());
        assert_eq!((window.rows.len(), window.of), (36, 5_000));
    }
    println!("| a queue of 5,000 claims, file just opened | {:.2} ms | |", ms(median(times)));
}

/// What the screens of a working day ask of the file, just opened.
fn day(data: &Path) {
    let folder = DataDir::new(data.to_owned());
    let open =
        || App::open(folder.clone(), Access::Write, Box::new(SystemClock), Box::new(SystemRandom::default())).unwrap();
    let measured = |name: &str, ask: &mut dyn FnMut(&mut App) -> u64| {
        let mut times = Vec::new();
        let mut of = 0;
        for _ in 0..30 {
            let mut app = open();
            let begun = Instant::now();
            of = ask(&mut app);
            times.push(begun.elapsed());
        }
        println!("| {name}, {of} in all, file just opened | {:.2} ms | |", ms(median(times)));
    };
    let sam = person::find_fuzzy(&open(), "Sam Supervisor", &[Role::Supervisor], 1).unwrap().remove(0).id;
    measured("the first rows of a supervisor's queue", &mut |app| {
        queue::queue(app, Some(&sam), &Filter::default(), (0, 36)).unwrap().of
    });
    for (name, filter, order) in [
        ("the first grid of the cohort", "", CohortOrder::Behind),
        ("the same of those behind in one specialism", "behind cardiology", CohortOrder::Behind),
        ("the same of those with an open KSB of one duty", "open duty:7", CohortOrder::Behind),
        ("the same of those whose review is overdue", "overdue", CohortOrder::Behind),
        ("the same by claims", "", CohortOrder::Claims),
        ("the same by what lapses", "", CohortOrder::Lapses),
        ("the same by hours short", "", CohortOrder::Hours),
    ] {
        measured(name, &mut |app| {
            let cohort =
                grid::cohort(app, &Filter::parse(filter, FilterTarget::Cohort, app.today()).unwrap(), order).unwrap();
            assert!(!grid::cohort_rows(app, &cohort, 0, 36).unwrap().is_empty());
            cohort.len() as u64
        });
    }
    measured("the cohort by standard, and its first grid", &mut |app| {
        let cohort = grid::grouped(app, &Filter::default(), CohortOrder::Behind).unwrap();
        assert!(!grid::cohort_rows(app, &cohort, 0, 36).unwrap().is_empty());
        cohort.len() as u64
    });
    measured("the sentence of the cohort", &mut |app| u64::from(grid::summary(app).unwrap().trainees));
    measured("the first grid with each row in full", &mut |app| {
        let cohort = grid::cohort(app, &Filter::default(), CohortOrder::Behind).unwrap();
        assert!(!detail::detailed_rows(app, &cohort, 0, 36).unwrap().is_empty());
        cohort.len() as u64
    });
}

/// The whole file verified, against the bare signature checks over all cores.
fn whole_file(data: &Path) {
    let path = data.join("countersign.db");
    let threads = std::thread::available_parallelism().unwrap().get();
    let sample = rows::signatures(&path, 40_000);
    let bare_each = || {
        let begun = Instant::now();
        let next = std::sync::atomic::AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    loop {
                        let from = next.fetch_add(512, std::sync::atomic::Ordering::Relaxed);
                        let Some(part) = sample.get(from..) else { return };
                        for (key, text, signature) in part.iter().take(512) {
                            let verifier: &VerifyingKey = key;
                            verify_one(verifier, NAMESPACE, text.as_bytes(), signature).unwrap();
                        }
                        if part.is_empty() {
                            return;
                        }
                    }
                });
            }
        });
        begun.elapsed().as_secs_f64() / sample.len() as f64
    };
    let before = bare_each();
    let begun = Instant::now();
    let report = verify(&path, &[], threads, &mut |_, _| {}).unwrap();
    let took = begun.elapsed().as_secs_f64();
    assert!(report.faults.is_empty(), "{:?}", report.faults);
    let bare = before.midpoint(bare_each()) * report.head.size as f64;
    println!(
        "| verify of {} statements, {threads} threads | {took:.1} s (bare checks {bare:.1} s) | {:.2} |",
        report.head.size,
        took / bare
    );
    let bytes = std::fs::metadata(&path).unwrap().len();
    println!("| file, indexes included | {:.0} B a statement | |", bytes as f64 / report.head.size as f64);
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
