//! Runs `verify`, `rebuild` and `demo --make`, with progress. A verdict names the checkpoints and receipts that the database
//! was compared with.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use crate::context::input::{kept_file, kept_notes};
use crate::context::{Context, threads};
use crate::output::Progress;
use crate::output::report::{CommandOutput, Failure};
use crate::output::table::{OutputBlock, Table, fact};
use crate::output::written::Written;
use countersign_app::clock::{Clock as _, SystemClock};
use countersign_app::demo::large::{make, make_whole};
use countersign_app::error::{Error, Exit};
use countersign_app::init::refuse_founded;
use countersign_app::storage::data_dir::DataDir;
use countersign_app::verify::anchors::{AnchorSource, ExternalAnchors};
use countersign_app::verify::last_check;
use countersign_app::verify::log::{LastEntry, Report, Verdict, verify_against};
use countersign_app::verify::rebuild;
use countersign_core::primitives::date::day_words;

#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// The file to check. Without it, the file in the data folder.
    pub file: Option<PathBuf>,
    /// Also compares with a checkpoint kept outside the file (a note, a checkpoints.log, or a code). Can be repeated.
    #[arg(long = "checkpoint", value_name = "FILE|CODE")]
    pub checkpoints: Vec<String>,
    /// Also compares with receipts kept outside the file. Can be repeated.
    #[arg(long = "receipt", value_name = "FILE", num_args = 1..)]
    pub receipts: Vec<PathBuf>,
    /// How many threads to use. Default: one for each core.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Also says what an intact file does not prove.
    #[arg(long)]
    pub explain: bool,
}

#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Writes the made-up department to this new folder instead of opening it.
    #[arg(long, value_name = "DIR")]
    pub make: Option<PathBuf>,
    /// How many trainees to make up, with --make.
    #[arg(long, value_name = "N", requires = "make", default_value_t = 12)]
    pub trainees: u32,
    /// How many sign-offs to make up, with --make.
    #[arg(long, value_name = "M", requires = "make", default_value_t = 400)]
    pub sign_offs: u64,
    /// The same seed makes the same department.
    #[arg(long, value_name = "S", requires = "make", default_value_t = 1)]
    pub seed: u64,
    /// Sign-offs on one standard and nothing else: no claims, reviews or hours.
    #[arg(long, requires = "make")]
    pub sign_offs_only: bool,
}

/// What signatures cannot prove, for `--explain`.
const NOT_PROVEN: [&str; 5] = [
    "What this does not prove:",
    "that what was seen happened: a signature shows who vouches for it",
    "when it was signed, beyond its order in the log: times are the signers' clocks",
    "who typed the passphrase or the PIN, or touched the security key",
    "what the screen showed when it was signed, though each statement says what was meant",
];

/// What is not signed, for `--explain`.
const NOT_COVERED: [&str; 11] = [
    "What this does not cover, because nobody signs it:",
    "claims that nobody has answered or that were answered in an earlier version, with their reflections",
    "who or which department was asked to answer a claim, when it was taken back, and which earlier claim it continues",
    "names of evidence that no sign-off or signed claim gives, and when it was handed in",
    "hours that were entered and not confirmed",
    "what this department cosigned of other logs, and how far the hub brought what a rotation is about",
    "whether the file was rebuilt from a hub, which does not bring back claims, evidence files and bundles",
    "who may log in over SSH, and who supervises whom",
    "marks, drafts, whose record each person opened last, and how far each trainee has read what is new",
    "the lists of sign-offs that were drawn to be sampled",
    "the short titles of duties",
];

/// What is not signed, in one line.
const NOT_COVERED_IN_SHORT: &str = "Not covered: unanswered claims and their reflections, names of evidence, hours not confirmed, \
    log-ins, marks, drafts. `verify --explain` lists everything";

/// Verifies a database.
pub fn verify(context: &Context, asked: &VerifyArgs) -> Result<CommandOutput, Failure> {
    let mut evidence = ExternalAnchors::default();
    for text in &asked.checkpoints {
        if ExternalAnchors::lacks_size(text) && !Path::new(text).exists() {
            return Err(Error::usage(format!("The code “{text}” needs the number of entries before it"))
                .hint("Write it as it was printed, in quotes: --checkpoint '464 2J8EY-0K0YY-VB9SW-QG3Z7-1VKBPA'")
                .into());
        }
        if !evidence.add_code(text) {
            evidence.add_checkpoints(text, &kept_notes(Path::new(text))?)?;
        }
    }
    let mut received = Vec::new();
    for path in &asked.receipts {
        let name = path.display().to_string();
        received.extend(evidence.add_receipts(&name, &kept_file(path)?)?);
    }
    let file = if let Some(file) = &asked.file {
        file.clone()
    } else {
        let folder = context.folder()?;
        if !received.is_empty() && !folder.is_founded() {
            return receipts_alone(&received, asked);
        }
        folder.database()
    };
    let threads = asked.threads.map_or_else(threads, usize::from);
    let progress = Progress::new("Verifying");
    let report = verify_against(&file, &evidence, threads, &mut |done, of| progress.at(done, of))?;
    drop(progress);
    let answer = report_output(&file, &report, asked)?;
    // A file that was named needs no data folder.
    let kept = context.folder().map_or(Ok(()), |own| last_check::remember(&own, &file, SystemClock.now(), &report));
    Ok(match kept {
        Err(error) => answer.aside(format!("The date of this check was not kept: {}", error.sentence())),
        Ok(()) => answer,
    })
}

/// Checks receipts without a database: only whether each is valid by itself.
fn receipts_alone(received: &[AnchorSource], asked: &VerifyArgs) -> Result<CommandOutput, Failure> {
    let each = |one: &AnchorSource| {
        let signer = &one.statement.signer.who;
        cells![
            one.statement.id,
            one.statement.body.kind(),
            one.statement.signed.local_words(),
            format!("{} {}", signer.id, signer.name),
            format!("{} of {}", one.position, one.size),
            one.statement.log
        ]
    };
    let head = vec!["id", "kind", "signed", "signer", "position", "log"];
    let table = Table { head, rows: received.iter().map(each).collect() };
    let sentence = "Each receipt is valid on its own. There is no file to compare it with";
    let mut parts = vec![OutputBlock::Line(sentence.to_owned()), OutputBlock::Gap, OutputBlock::Table(table)];
    explain(&mut parts, asked);
    let newest = received.iter().max_by_key(|one| one.size);
    let shape = Verified {
        schema: "countersign/verify/1",
        verdict: "cannot-tell",
        exit: Exit::CannotTell as u8,
        size: newest.map_or(0, |one| one.size),
        checkpoint: newest.map_or_else(String::new, |one| one.code.clone()),
        last: None,
        found: 0,
        faults: Vec::new(),
        notes: Vec::new(),
    };
    let answer = CommandOutput { code: Exit::CannotTell as u8, ..CommandOutput::new(parts, &shape)? };
    Ok(answer.aside("To find out whether the key is really the signer’s, ask the department’s training officer"))
}

fn explain(parts: &mut Vec<OutputBlock>, asked: &VerifyArgs) {
    if asked.explain {
        parts.push(OutputBlock::Gap);
        parts.extend(NOT_PROVEN.iter().map(|line| OutputBlock::Line((*line).to_owned())));
        parts.push(OutputBlock::Gap);
        parts.extend(NOT_COVERED.iter().map(|line| OutputBlock::Line((*line).to_owned())));
    }
}

fn report_output(file: &Path, report: &Report, asked: &VerifyArgs) -> Result<CommandOutput, Failure> {
    let (word, code) = match report.verdict {
        Verdict::Sound => ("sound", 0),
        Verdict::Altered => ("altered", 1),
        Verdict::Inconsistent => ("inconsistent", 2),
        Verdict::CannotTell => ("cannot-tell", Exit::CannotTell as u8),
    };
    let mut facts = vec![fact("File", file.display())];
    if let Some(last) = &report.last {
        let last = format!("{}, {}, {}", last.kind.words(), last.department, day_words(last.signed.local_day()));
        facts.extend([fact("Entries", report.head.size), fact("Last entry", last)]);
        facts.push(fact("Checkpoint", &report.head.code));
    }
    facts.push(fact("Faults", report.found));
    let mut parts = vec![OutputBlock::Line(report.sentence().to_owned()), OutputBlock::Facts(facts)];
    let listed = report.faults.iter().map(|fault| match fault.position {
        Some(position) => format!("Entry {position}: {}", fault.what),
        None => fault.what.clone(),
    });
    parts.extend(listed.map(OutputBlock::Line));
    let left = report.found.saturating_sub(report.faults.len() as u64);
    if left > 0 {
        parts.push(OutputBlock::Line(format!("and {left} more")));
    }
    parts.push(OutputBlock::Line(NOT_COVERED_IN_SHORT.to_owned()));
    explain(&mut parts, asked);
    let shape = Verified {
        schema: "countersign/verify/1",
        verdict: word,
        exit: code,
        size: report.head.size,
        checkpoint: report.head.code.clone(),
        last: report.last.as_ref().map(LastRow::of),
        found: report.found,
        notes: report.notes.clone(),
        faults: FaultRow::of(report.faults.iter().map(|fault| (fault.position, fault.what.as_str()))),
    };
    let mut answer = CommandOutput::new(parts, &shape)?;
    answer.code = code;
    if report.verdict == Verdict::CannotTell && report.lacks.is_none() {
        answer = answer.aside(
            "To be sure that nothing was cut off, compare what you kept: --checkpoint FILE or CODE, or --receipt FILE",
        );
    }
    for what in &report.notes {
        answer = answer.aside(what);
    }
    Ok(answer)
}

/// Rebuilds all indexes.
pub fn rebuild(context: &Context) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let progress = Progress::new("Rebuilding");
    let entries = rebuild::rebuild(app, &mut |done, of| progress.at(done, of))?;
    drop(progress);
    let head = app.head()?;
    let parts = vec![
        OutputBlock::Line("Rebuilt the indexes from the signed statements".to_owned()),
        OutputBlock::Facts(vec![fact("Entries", entries), fact("Checkpoint", &head.code)]),
    ];
    Ok(CommandOutput::new(parts, &Written::new(&[], &head))?)
}

/// Writes demo data to a folder.
pub fn demo(folder: &Path, asked: &DemoArgs) -> Result<CommandOutput, Failure> {
    if asked.trainees == 0 && asked.sign_offs > 0 {
        return Err(Error::usage("Sign-offs need at least one trainee").into());
    }
    let data = DataDir::new(folder.to_owned());
    refuse_founded(&data, "--make")?;
    let progress = Progress::new("Making");
    let by = if asked.sign_offs_only { make } else { make_whole };
    let made = by(&data, asked.trainees, asked.sign_offs, asked.seed, &mut |done, of| {
        progress.at(done, of);
    })?;
    drop(progress);
    let head = made.app.head()?;
    let parts = vec![
        OutputBlock::Line("Created a made-up department".to_owned()),
        OutputBlock::Facts(vec![
            fact("Folder", folder.display()),
            fact("Entries", head.size),
            fact("Supervisor", &made.supervisor),
            fact("Trainee", &made.trainee),
            fact("Checkpoint", &head.code),
        ]),
    ];
    let shape = Written { person: Some(made.supervisor.to_string()), ..Written::new(&[], &head) };
    Ok(CommandOutput::new(parts, &shape)?)
}

/// The result of verifying a database.
#[derive(Debug, Serialize)]
pub struct Verified {
    pub schema: &'static str,
    /// `sound`, `altered`, `inconsistent` or `cannot-tell`.
    pub verdict: &'static str,
    pub exit: u8,
    /// Entries in the log.
    pub size: u64,
    pub checkpoint: String,
    /// The last readable entry.
    pub last: Option<LastRow>,
    /// Number of faults.
    pub found: u64,
    /// The first 1,000 faults.
    pub faults: Vec<FaultRow>,
    /// Further remarks.
    pub notes: Vec<String>,
}

/// The last entry of a log.
#[derive(Debug, Serialize)]
pub struct LastRow {
    /// Leaf index, from 0.
    pub position: u64,
    pub kind: &'static str,
    /// Time of signing, in UTC.
    pub signed: String,
    /// The department that the log belongs to.
    pub department: String,
}

impl LastRow {
    /// Returns the last entry of a report.
    pub fn of(last: &LastEntry) -> Self {
        Self {
            position: last.position,
            kind: last.kind.slug(),
            signed: last.signed.to_string(),
            department: last.department.clone(),
        }
    }
}

#[derive(Debug, Serialize)]
pub struct FaultRow {
    /// Its number in this list, from 1.
    pub id: usize,
    /// Leaf index, if it concerns one entry.
    pub position: Option<u64>,
    pub what: String,
}

impl FaultRow {
    /// Returns numbered rows of positions and sentences.
    pub fn of<'a>(faults: impl Iterator<Item = (Option<u64>, &'a str)>) -> Vec<Self> {
        (1..).zip(faults).map(|(id, (position, what))| Self { id, position, what: what.to_owned() }).collect()
    }
}
