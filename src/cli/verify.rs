//! `verify`, `rebuild` and `demo --make`: long work on a whole file, with its progress. Must never say that a file is sound
//! without saying what was there to compare it with.

use std::path::Path;

use crate::app::demo::make;
use crate::app::error::{Error, Exit};
use crate::app::files::Folder;
use crate::app::verify::{Report, Verdict, verify as look_through};
use crate::cli::answer::{Answer, Failure};
use crate::cli::context::{Context, threads as cores};
use crate::cli::input::small_file;
use crate::cli::json_log::{FaultRow, Verified, Written};
use crate::cli::output::Progress;
use crate::cli::sheet::{Part, fact};
use crate::cli::verbs::{Demo, Verify};

/// What no signature can prove, for `--explain`.
const NOT_PROVEN: [&str; 5] = [
    "What this does not prove:",
    "that what was seen happened: a signature says who answers for it",
    "when it was signed, beyond its order in the log: times are the signers' clocks",
    "who typed the passphrase or the PIN",
    "what the screen showed when it was signed, though each statement says what was meant",
];

/// Checks a file.
pub fn verify(context: &Context, asked: &Verify) -> Result<Answer, Failure> {
    let file = match &asked.file {
        Some(file) => file.clone(),
        None => context.folder()?.database(),
    };
    let checkpoints: Vec<String> = asked.checkpoints.iter().map(|path| small_file(path)).collect::<Result<_, _>>()?;
    let threads = asked.threads.map_or_else(cores, usize::from);
    let progress = Progress::new("Verifying");
    let report = look_through(&file, &checkpoints, threads, &mut |done, of| progress.at(done, of))?;
    drop(progress);
    told(&file, &report, asked)
}

fn told(file: &Path, report: &Report, asked: &Verify) -> Result<Answer, Failure> {
    let (word, code, sentence) = match report.verdict {
        Verdict::Sound => ("sound", 0, "Sound, and consistent with what was kept outside the file"),
        Verdict::Altered => ("altered", 1, "Altered: the file does not hold what was signed"),
        Verdict::Inconsistent => ("inconsistent", 2, "Inconsistent: its history is not the one that was kept outside"),
        Verdict::CannotTell => (
            "cannot-tell",
            Exit::CannotTell as u8,
            "Sound as far as can be told; nothing from outside was given to compare with",
        ),
    };
    let mut parts = vec![
        Part::Line(sentence.to_owned()),
        Part::Facts(vec![
            fact("File", file.display()),
            fact("Entries", report.head.size),
            fact("Checkpoint", &report.head.code),
            fact("Faults", report.found),
        ]),
    ];
    let listed = report.faults.iter().map(|fault| match fault.position {
        Some(position) => format!("Entry {position}: {}", fault.what),
        None => fault.what.clone(),
    });
    parts.extend(listed.map(Part::Line));
    let left = report.found.saturating_sub(report.faults.len() as u64);
    if left > 0 {
        parts.push(Part::Line(format!("and {left} more")));
    }
    if asked.explain {
        parts.push(Part::Gap);
        parts.extend(NOT_PROVEN.iter().map(|line| Part::Line((*line).to_owned())));
    }
    let shape = Verified {
        schema: "countersign/verify/1",
        verdict: word,
        exit: code,
        size: report.head.size,
        checkpoint: report.head.code.clone(),
        found: report.found,
        faults: FaultRow::of(report.faults.iter().map(|fault| (fault.position, fault.what.as_str()))),
    };
    let mut answer = Answer::new(parts, &shape)?;
    answer.code = code;
    if report.verdict == Verdict::CannotTell {
        answer = answer.aside("A checkpoint that was kept elsewhere tells more: --checkpoint FILE");
    }
    Ok(answer)
}

/// Makes every index anew.
pub fn rebuild(context: &Context) -> Result<Answer, Failure> {
    let app = &mut context.open()?;
    let progress = Progress::new("Rebuilding");
    let entries = app.rebuild(&mut |done, of| progress.at(done, of))?;
    drop(progress);
    let head = app.head()?;
    let parts = vec![
        Part::Line("Made the indexes anew from the signed statements".to_owned()),
        Part::Facts(vec![fact("Entries", entries), fact("Checkpoint", &head.code)]),
    ];
    Ok(Answer::new(parts, &Written::new(&[], &head))?)
}

/// Writes a made-up department to a folder.
pub fn demo(folder: &Path, asked: &Demo) -> Result<Answer, Failure> {
    if asked.trainees == 0 && asked.sign_offs > 0 {
        return Err(Error::usage("Sign-offs need at least one trainee").into());
    }
    let progress = Progress::new("Making");
    let made = make(&Folder::new(folder.to_owned()), asked.trainees, asked.sign_offs, asked.seed, &mut |done, of| {
        progress.at(done, of);
    })?;
    drop(progress);
    let head = made.app.head()?;
    let parts = vec![
        Part::Line("Made a department that does not exist".to_owned()),
        Part::Facts(vec![
            fact("Folder", folder.display()),
            fact("Entries", head.size),
            fact("Supervisor", &made.supervisor),
            fact("Trainee", &made.trainee),
            fact("Checkpoint", &head.code),
        ]),
    ];
    let shape = Written { person: Some(made.supervisor.to_string()), ..Written::new(&[], &head) };
    Ok(Answer::new(parts, &shape)?)
}
