//! Documents of a large department and of a full record, each made by the program from start to exit.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use countersign_app::demo::large;
use countersign_app::storage::data_dir::DataDir;

const RUNS: usize = 5;

/// Measures the largest spreadsheets and the longest papers.
pub fn documents(scratch: &Path) {
    let department = scratch.join("two-thousand");
    drop(large::make(&DataDir::new(department.clone()), 2_000, 60_000, 7, &mut |_, _| {}).unwrap());
    let record = scratch.join("one-record");
    drop(large::make(&DataDir::new(record.clone()), 1, 300, 7, &mut |_, _| {}).unwrap());
    let matrix = ["matrix", "--standard", "ST0413"];
    for (what, data, kind, name) in [
        ("matrix of 2,000 people × 72 KSBs, XLSX", &department, &matrix[..], "matrix.xlsx"),
        ("the same as PDF", &department, &matrix[..], "matrix.pdf"),
        (
            "the same as of an earlier day, XLSX",
            &department,
            &[&matrix[..], &["--as-of", "yesterday"]].concat(),
            "m.xlsx",
        ),
        ("cohort of 2,000 people, XLSX", &department, &["cohort"][..], "cohort.xlsx"),
        ("portfolio of 72 KSBs with 300 records, PDF", &record, &["portfolio", "Alex Trainee"][..], "portfolio.pdf"),
        ("gateway package of the same record, ZIP", &record, &["gateway", "Alex Trainee"][..], "gateway.zip"),
    ] {
        let out = scratch.join(name);
        let (mut times, mut peak) = (Vec::new(), 0);
        for _ in 0..RUNS {
            let (time, most) = made(data, kind, &out);
            times.push(time);
            peak = peak.max(most);
        }
        times.sort_unstable();
        let bytes = std::fs::metadata(&out).unwrap().len();
        let time = times[RUNS / 2].as_secs_f64();
        println!("| {what} | {time:.2} s, {} MiB at its peak, {} KiB | |", peak >> 10, bytes >> 10);
    }
}

/// Returns how long the program took, and the most memory it held, in KiB.
fn made(data: &Path, kind: &[&str], out: &Path) -> (Duration, u64) {
    let begun = Instant::now();
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    command.arg("--data").arg(data).arg("report").args(kind).arg("--out").arg(out).arg("--replace");
    let mut child = command.stdout(Stdio::null()).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    let ended = loop {
        if let Some(ended) = child.try_wait().unwrap() {
            break ended;
        }
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let now = line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0);
        peak = peak.max(now);
        std::thread::sleep(Duration::from_millis(2));
    };
    assert!(ended.success(), "{kind:?}");
    (begun.elapsed(), peak)
}
