//! Runs `bundle`: makes, checks and receives bundles of a trainee's record, and shows what was received.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use crate::commands::bundle::shape::{
    CheckedShape, ElsewhereStatementRow, ImportShape, LogRow, MadeRow, PlannedRow, ReceivedRow, ReceivedShape,
};
use crate::commands::bundle::{keys, take_back};
use crate::context::prompt::confirmed;
use crate::context::{Context, one};
use crate::output::report::{CommandOutput, Failure, listed};
use crate::output::table::{OutputBlock, Table, fact};
use countersign_app::app::App;
use countersign_app::bundle::check::{self, CheckedBundle};
use countersign_app::bundle::elsewhere::{self, ElsewhereStatement};
use countersign_app::bundle::import::{self, BundlePlan, ReceivedBundle, Recipient};
use countersign_app::bundle::make::{WithEvidence, make_file};
use countersign_app::bundle::other_logs::{self, KeyComparison, KnownLog};
use countersign_app::error::Error;
use countersign_app::report::file::Overwrite;
use countersign_core::people::person::Role;
use countersign_core::primitives::text::counted;
use countersign_core::record::view::TreeHead;

/// Moves a trainee's record between departments.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct BundleArgs {
    #[command(subcommand)]
    pub verb: Option<BundleVerb>,
    /// Whose: an id, or any part of a name that matches nobody else. Without --out, shows what was received for them.
    #[arg(required = true)]
    pub trainee: Option<String>,
    /// The file to write, or a folder to write it in.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Adds the evidence files that the record names.
    #[arg(long, requires = "out")]
    pub evidence: bool,
    /// Replaces a file that is there already.
    #[arg(long, requires = "out")]
    pub replace: bool,
}

#[derive(Debug, Subcommand)]
pub enum BundleVerb {
    /// Checks a bundle: that it is whole, and that every statement in it is as its log has it. Changes nothing.
    Check {
        /// The bundle.
        file: PathBuf,
        /// The key of a log to trust. Can be repeated. Without it, the keys that are accepted in the data folder.
        #[arg(long, value_name = "KEY")]
        key: Vec<String>,
    },
    /// Receives a bundle into this log, after a preview.
    Import {
        /// The bundle.
        file: PathBuf,
        /// The person here whom it is about, if the name does not say it.
        #[arg(long, value_name = "PERSON")]
        trainee: Option<String>,
        /// The name in the bundle, if the person here has another one: you say that the two are one person.
        #[arg(long, value_name = "NAME", requires = "trainee")]
        known_there_as: Option<String>,
        /// Does it without asking.
        #[arg(long)]
        yes: bool,
    },
    /// Takes back what was received for a trainee, if it was somebody else's: it is deleted, and the log says so.
    TakeBack {
        /// For whom it was received.
        trainee: String,
        /// The log that it is from, or the name of its site at the hub, if there is something from several. Can be repeated.
        #[arg(long, value_name = "NAME")]
        log: Vec<String>,
        /// The reason. It is kept in the log.
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// Does it without asking.
        #[arg(long)]
        yes: bool,
    },
    /// Prints the key of this log, to be read out to another department.
    Key,
    /// Lists the other logs whose keys are accepted.
    Keys,
    /// Accepts bundles from the log with this key.
    AcceptKey {
        /// The key, as that department reads it out.
        key: String,
        /// Does it without asking.
        #[arg(long)]
        yes: bool,
    },
    /// Stops accepting bundles from a log. What was received stays.
    StopKey {
        /// The log, its key, or the name of its site at the hub.
        log: String,
        /// The reason. It is kept in the log.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
}

/// Runs `bundle`.
pub fn bundle(context: &mut Context, asked: &BundleArgs) -> Result<CommandOutput, Failure> {
    match &asked.verb {
        Some(BundleVerb::Check { file, key }) => checked(context, file, key),
        Some(BundleVerb::Import { file, trainee, known_there_as, yes }) => {
            received(context, file, (trainee.as_deref(), known_there_as.as_deref()), *yes)
        }
        Some(BundleVerb::TakeBack { trainee, log, reason, yes }) => {
            take_back::taken_back(context, trainee, log, reason, *yes)
        }
        Some(BundleVerb::Key) => keys::own_key(context),
        Some(BundleVerb::Keys) => keys::keys(context),
        Some(BundleVerb::AcceptKey { key, yes }) => keys::accept(context, key, *yes),
        Some(BundleVerb::StopKey { log, reason }) => keys::stop(context, log, reason),
        None => match (&asked.trainee, &asked.out) {
            (Some(trainee), Some(out)) => made(context, asked, trainee, out),
            (Some(trainee), None) => shown(context, trainee),
            (None, _) => Err(Error::usage("Whose bundle?").hint("Name a trainee").into()),
        },
    }
}

fn made(context: &Context, asked: &BundleArgs, trainee: &str, out: &Path) -> Result<CommandOutput, Failure> {
    let app = context.open()?;
    let who = one(&app, trainee, &[Role::Trainee])?;
    let with = if asked.evidence { WithEvidence::Yes } else { WithEvidence::No };
    let overwrite = if asked.replace { Overwrite::Allowed } else { Overwrite::Refused };
    let (path, made) = make_file(&app, &who.id, with, out, overwrite)?;
    let Some(made) = made else {
        return Err(Error::refused(format!("There is already a file {}", path.display()))
            .hint("Nothing was written. Give another name, or replace it with --replace")
            .into());
    };
    let parts = &made.manifest.parts;
    let statements: u32 = parts.iter().map(|part| part.statements).sum();
    let mut facts = vec![
        fact("Wrote", path.display()),
        fact("Size", counted(made.bytes, "byte")),
        fact("Trainee", &who.name),
        fact("Statements", statements),
    ];
    let others: Vec<String> = parts.iter().skip(1).map(|part| part.log.origin().to_string()).collect();
    if !others.is_empty() {
        facts.push(fact("Also from", others.join(", ")));
    }
    if made.manifest.evidence > 0 {
        facts.push(fact("Evidence", counted(made.manifest.evidence, "file")));
    }
    let logs = parts
        .iter()
        .map(|part| LogRow::new(&part.log, part.trainee.as_str(), part.tree.size, part.statements as usize))
        .collect();
    let shape = MadeRow {
        schema: "countersign/bundle/1",
        path: path.display().to_string(),
        bytes: made.bytes,
        trainee: who.id.to_string(),
        logs,
        evidence: made.manifest.evidence,
        left_out: made.evidence_left_out,
    };
    let answer = CommandOutput::new(vec![OutputBlock::Facts(facts)], &shape)?;
    let left_out = counted(made.evidence_left_out as u64, "evidence file");
    Ok(match made.evidence_left_out {
        0 => answer,
        _ if asked.evidence => answer.aside(format!("{left_out} that the record names is not here")),
        _ => answer.aside(format!("Without {left_out} that the record names. To add them: --evidence")),
    })
}

/// Shows what was received for a trainee.
fn shown(context: &Context, trainee: &str) -> Result<CommandOutput, Failure> {
    let app = context.open()?;
    let who = one(&app, trainee, &[Role::Trainee])?;
    let (kept, all) = (elsewhere::parts(&app, &who.id)?, elsewhere::statements(&app, &who.id)?);
    let rows = kept.iter().map(|part| {
        cells![part.origin, part.there, part.statements, part.sign_offs, part.received.local_words(), part.by]
    });
    let head = vec!["log", "id there", "statements", "sign-offs", "received", "by"];
    let nothing = format!("Nothing from another department was received for {}", who.name);
    let mut parts = vec![listed(Table { head, rows: rows.collect() }, &nothing)];
    if !all.is_empty() {
        parts.extend([OutputBlock::Gap, statement_table(&all)]);
    }
    let shape = ReceivedShape {
        schema: "countersign/received/1",
        trainee: who.id.to_string(),
        logs: kept.iter().map(ReceivedRow::new).collect(),
        statements: all.iter().map(ElsewhereStatementRow::new).collect(),
    };
    Ok(CommandOutput::new(parts, &shape)?)
}

fn statement_table(all: &[ElsewhereStatement]) -> OutputBlock {
    let row = |one: &ElsewhereStatement| {
        let ended = if one.ended { "no longer counts there" } else { "" };
        cells![one.signed.local_words(), one.kind.shown(), one.signer.name, one.origin, one.summary, ended, one.id]
    };
    let head = vec!["signed", "kind", "signer", "log", "what", "", "id"];
    OutputBlock::Table(Table { head, rows: all.iter().map(row).collect() })
}

/// What the table of logs says of a key that is known nowhere here.
const NOT_COMPARED: &str = "not compared";

fn checked(context: &Context, file: &Path, keys: &[String]) -> Result<CommandOutput, Failure> {
    let trusted = keys.iter().map(|key| other_logs::parse_key(key)).collect::<Result<Vec<_>, _>>()?;
    // Without a data folder, the bundle alone is checked.
    let app: Option<App> = if trusted.is_empty() { context.open().ok() } else { None };
    let compare = |log: &_| match &app {
        Some(app) => other_logs::compare(app, log),
        None => Ok(other_logs::compare_given(&trusted, log)),
    };
    let bundle = check::check(file, &|log| match compare(log)? {
        KeyComparison::Differs(error) => Err(error),
        KeyComparison::Known(_) | KeyComparison::Stopped(_) | KeyComparison::Unknown(_) => Ok(()),
    })?;
    if let Some(app) = &app {
        import::compare_histories(app, &bundle)?;
    }
    let (mut uncompared, mut stopped): (Vec<(String, &str)>, Vec<String>) = (Vec::new(), Vec::new());
    for part in &bundle.parts {
        let word = match compare(&part.log)? {
            KeyComparison::Known(_) => continue,
            KeyComparison::Stopped(error) => {
                let again = error.hint.unwrap_or_default();
                stopped.push(format!("{}. {}", error.why, again.trim_start_matches("Nothing was changed. ")));
                "stopped here"
            }
            KeyComparison::Unknown(_) | KeyComparison::Differs(_) => NOT_COMPARED,
        };
        uncompared.push((part.log.origin().to_string(), word));
    }
    let all: Vec<ElsewhereStatement> = elsewhere::in_bundle(&bundle);
    let mut parts = vec![OutputBlock::Facts(facts(&bundle)), OutputBlock::Gap, log_table(&bundle, &uncompared)];
    if !all.is_empty() {
        parts.extend([OutputBlock::Gap, statement_table(&all)]);
    }
    let shape = CheckedShape {
        schema: "countersign/bundle-check/1",
        trainee: bundle.manifest.trainee.id.to_string(),
        trainee_name: bundle.manifest.trainee.name.to_string(),
        made: bundle.manifest.made.to_string(),
        sha256: bundle.digest.hex(),
        known: uncompared.is_empty(),
        logs: LogRow::of(&bundle),
        statements: all.iter().map(ElsewhereStatementRow::new).collect(),
        evidence: bundle.evidence.len(),
    };
    let line = if uncompared.is_empty() {
        "Intact: it is whole, and every signature and proof in it is valid"
    } else if stopped.is_empty() {
        "Intact, as far as can be told: every signature and proof in it is valid, but a key was not compared"
    } else {
        "Every signature and proof in it is valid, but you stopped accepting a key in it"
    };
    parts.splice(0..0, [OutputBlock::Line(line.to_owned()), OutputBlock::Gap]);
    let mut answer = CommandOutput::new(parts, &shape)?;
    if !uncompared.is_empty() {
        answer.code = 3;
    }
    answer = stopped.into_iter().fold(answer, CommandOutput::aside);
    let unknown = uncompared.iter().filter(|(_, word)| *word == NOT_COMPARED);
    let origins: Vec<&str> = unknown.map(|(origin, _)| origin.as_str()).collect();
    if !origins.is_empty() {
        answer = answer.aside(format!(
            "Ask for the key of {} by telephone or in person: `countersign bundle key` shows it there. Then check again with --key KEY",
            origins.join(" and of ")
        ));
    }
    Ok(answer)
}

fn facts(bundle: &CheckedBundle) -> Vec<(String, String)> {
    let mut facts = vec![
        fact("Trainee", format!("{} ({} there)", bundle.manifest.trainee.name, bundle.manifest.trainee.id)),
        fact("Made", format!("{} by {}", bundle.manifest.made.local_words(), bundle.log().origin())),
        fact("Statements", bundle.statements()),
    ];
    if !bundle.evidence.is_empty() {
        facts.push(fact("Evidence", counted(bundle.evidence.len() as u64, "file")));
    }
    facts
}

fn log_table(bundle: &CheckedBundle, uncompared: &[(String, &str)]) -> OutputBlock {
    let rows = bundle.parts.iter().map(|part| {
        let found = uncompared.iter().find(|(origin, _)| origin == part.log.origin().as_str());
        let key = found.map_or("known", |(_, word)| word);
        cells![part.log.origin(), part.trainee, part.receipts.len(), part.tree.size, key]
    });
    let head = vec!["log", "id there", "statements", "entries then", "key"];
    OutputBlock::Table(Table { head, rows: rows.collect() })
}

fn received(
    context: &mut Context,
    file: &Path,
    (trainee, known_there_as): (Option<&str>, Option<&str>),
    yes: bool,
) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let trainee = trainee.map(|text| one(app, text, &[Role::Trainee])).transpose()?;
    let recipient = Recipient { trainee: trainee.as_ref().map(|person| &person.id), known_there_as };
    let plan = import::plan(app, file, recipient)?;
    let counts = app.policy()?.imported > 0;
    let (preview, head) = (preview(&plan, counts), app.head()?);
    let shape = |done, head: &TreeHead, plan: &BundlePlan| ImportShape {
        schema: "countersign/bundle-import/1",
        done,
        trainee: plan.trainee.id.to_string(),
        trainee_name: plan.trainee.name.to_string(),
        other_name: plan.other_name.as_ref().map(ToString::to_string),
        logs: plan.parts.iter().map(PlannedRow::new).collect(),
        evidence: plan.files.len(),
        size: head.size,
        checkpoint: head.code.clone(),
    };
    let before = shape(false, &head, &plan);
    if plan.is_empty() {
        return Ok(CommandOutput::new(preview, &before)?);
    }
    let officer = context.signer(app, &[Role::TrainingOfficer])?;
    if !yes && let Some(unasked) = confirmed(&preview, &before, "Not received")? {
        return Ok(unasked);
    }
    let proof = context.proof(app, &officer)?;
    let (new, name) = (counted(plan.new_statements() as u64, "statement"), plan.trainee.name.clone());
    let mut after = shape(true, &head, &plan);
    let ReceivedBundle { done, traces } = import::import(app, &officer.id, &proof, plan)?;
    (after.size, after.checkpoint) = (done.head.size, done.head.code.clone());
    let mut parts = if yes { [preview, vec![OutputBlock::Gap]].concat() } else { Vec::new() };
    parts.extend([
        OutputBlock::Line(format!(
            "Received {new} for {name}. The log records it. To take it back: `countersign bundle take-back \"{name}\" --reason \"…\"`"
        )),
        OutputBlock::Facts(vec![fact("Entries", done.head.size), fact("Checkpoint", &done.head.code)]),
    ]);
    let answer = CommandOutput::new(parts, &after)?;
    Ok(match traces {
        None => answer,
        Some(error) => answer.aside(format!("{}. {}", error.sentence(), error.hint.unwrap_or_default())),
    })
}

/// Shows what a bundle would bring.
fn preview(plan: &BundlePlan, counts: bool) -> Vec<OutputBlock> {
    let (name, there) = (&plan.trainee.name, &plan.bundle.manifest.trainee);
    let line = if plan.is_empty() {
        format!("Everything in this bundle is here already. Nothing has changed for {name}")
    } else {
        format!("For {name}: {} from elsewhere", counted(plan.new_statements() as u64, "new statement"))
    };
    let rows = plan.parts.iter().map(|part| {
        let source = match part.known {
            KnownLog::Own => "this log",
            KnownLog::Accepted if part.is_older => "accepted, older than what is here",
            KnownLog::Accepted => "accepted",
        };
        cells![part.origin, source, part.new, part.here, part.erased]
    });
    let head = vec!["log", "key", "new", "here already", "erased there"];
    let mut parts = vec![
        OutputBlock::Line(line),
        OutputBlock::Gap,
        OutputBlock::Facts(vec![fact("There", format!("{} ({})", there.name, there.id))]),
        OutputBlock::Table(Table { head, rows: rows.collect() }),
    ];
    if let Some(other) = &plan.other_name {
        parts.insert(
            2,
            OutputBlock::Line(format!("Careful: the bundle is about {other}, and {name} has another name here")),
        );
    }
    if !plan.files.is_empty() {
        parts.push(OutputBlock::Line(format!("With {}", counted(plan.files.len() as u64, "evidence file"))));
    }
    if !plan.is_empty() {
        let words = if counts {
            "What was signed elsewhere counts here (policy imported=counts)"
        } else {
            "What was signed elsewhere is shown with its source and does not count here (policy imported=shows)"
        };
        parts.push(OutputBlock::Line(words.to_owned()));
    }
    parts
}
