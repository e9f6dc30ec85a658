//! Runs `claim` and `queue`: makes, lists, withdraws and answers claims.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::{Args, Subcommand};
use serde::Serialize;

use crate::commands::claims::evidence::FileRow;
use crate::commands::record::sign_off::{ObservationArgs, code_of, observation};
use crate::context::filter::{filter, trainee_first};
use crate::context::input::small_text;
use crate::context::{Context, lines, one};
use crate::output::report::{CommandOutput, Failure, listed};
use crate::output::table::{OutputBlock, Table, fact};
use crate::output::written::Written;
use countersign_app::app::App;
use countersign_app::claims::claim::{self, ClaimDraft};
use countersign_app::claims::{evidence, queue};
use countersign_app::error::Error;
use countersign_core::filter::schema::FilterTarget;
use countersign_core::people::person::{Person, PersonSearch, Role};
use countersign_core::primitives::date::{day_words, long_day};
use countersign_core::primitives::ids::{ClaimId, KsbCode, PersonId, ValueFault};
use countersign_core::primitives::text::SafeText;
use countersign_core::record::claim::{Claim, ClaimItem, QueueRow};
use countersign_core::record::claim_text::claim_digest;
use countersign_core::record::evidence::File;
use countersign_core::record::recorded::{items_words, recorded};
use countersign_core::statement::kinds::sign_off::Outcome;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct ClaimArgs {
    /// What to claim.
    #[command(flatten)]
    pub make: NewClaimArgs,
    /// What else to do.
    #[command(subcommand)]
    pub verb: Option<ClaimVerb>,
}

/// A new claim, of one's own: --as says whose, and their passphrase that it is them.
#[derive(Debug, Args)]
pub struct NewClaimArgs {
    /// The codes of what is to be signed off: S26 S27.
    #[arg(required_unless_present = "again", value_delimiter = ',', value_name = "CODE")]
    pub codes: Vec<String>,
    /// Your reflection.
    #[arg(long, value_name = "TEXT", conflicts_with = "reflection_file")]
    pub reflection: Option<String>,
    /// Reads your reflection from a text file.
    #[arg(long, value_name = "FILE")]
    pub reflection_file: Option<PathBuf>,
    /// A file that shows it, or what you handed in before (its name, or its ID in `evidence list`). Can be repeated.
    #[arg(long = "evidence", value_name = "FILE")]
    pub evidence: Vec<String>,
    /// The supervisor to ask. Without it, any supervisor in the department.
    #[arg(long, value_name = "SUPERVISOR")]
    pub of: Option<String>,
    /// The claim that this one continues. What you leave out stays as it was in that claim.
    #[arg(long, value_name = "ID")]
    pub again: Option<String>,
}

/// `claim` and a word.
#[derive(Debug, Subcommand)]
pub enum ClaimVerb {
    /// Takes back one of your own claims.
    Withdraw {
        /// The claim's id, as `claim list` shows it.
        id: String,
    },
    /// Lists a trainee's claims, or all that wait.
    List {
        /// Whose, if only theirs; then what they must be: by:hawthorn, since:monday, duty:7, s26, waiting.
        #[arg(value_name = "TRAINEE|FILTER")]
        filter: Vec<String>,
    },
    /// Shows claims in full.
    Show {
        /// The claims' ids.
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
    },
    /// Signs off waiting claims of one trainee, or records them as not achieved.
    Answer(Box<ClaimAnswerArgs>),
}

#[derive(Debug, Args)]
pub struct ClaimAnswerArgs {
    /// The claims' ids, all of one trainee.
    #[arg(required = true, value_name = "ID")]
    pub ids: Vec<String>,
    /// Answers only these KSBs of the claims. Can be repeated.
    #[arg(long = "ksb", value_name = "CODE", value_delimiter = ',')]
    pub codes: Vec<String>,
    /// What was seen.
    #[command(flatten)]
    pub seen: ObservationArgs,
}

#[derive(Debug, Args)]
pub struct QueueArgs {
    /// Lists only claims that fit: words of a name, s26, duty:7, by:hawthorn, since:monday, level:associate.
    pub filter: Vec<String>,
    /// Claims waiting for this supervisor or for anyone. Without it, all waiting claims.
    #[arg(long, value_name = "SUPERVISOR")]
    pub of: Option<String>,
    /// The most to list.
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub most: u32,
}

/// Runs `claim`.
pub fn claim(context: &mut Context, asked: &ClaimArgs) -> Result<CommandOutput, Failure> {
    match &asked.verb {
        None => make(context, &asked.make),
        Some(ClaimVerb::Withdraw { id }) => withdraw(context, id),
        Some(ClaimVerb::List { filter }) => list(context, filter),
        Some(ClaimVerb::Show { ids }) => show(context, ids),
        Some(ClaimVerb::Answer(asked)) => answer(context, asked),
    }
}

fn make(context: &mut Context, asked: &NewClaimArgs) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let who = context.signer(app, &[Role::Trainee])?;
    let reflection = match (&asked.reflection, &asked.reflection_file) {
        (Some(text), _) => lines(Some(text), "--reflection")?,
        (None, Some(file)) => lines(Some(&small_text(file)?), "--reflection-file")?,
        (None, None) => None,
    };
    let again = asked.again.as_deref().map(id_of).transpose()?;
    let codes = codes_of(&asked.codes)?;
    let of = asked.of.as_deref().map(|text| find_requested_supervisor(app, &who.id, text)).transpose()?;
    let mut wish = ClaimDraft { codes, reflection, of, again, ..ClaimDraft::default() };
    for text in &asked.evidence {
        let path = Path::new(text);
        // An existing path takes precedence over an upload of that name.
        match claim::file_meant(app, &who.id, text) {
            Ok(file) if path.symlink_metadata().is_err() => wish.stored_files.push(file.digest),
            _ => wish.files.push(evidence::take_file(app, path)?),
        }
    }
    let proof = context.proof(app, &who)?;
    let claim = claim::claim(app, &who.id, Some(&proof), wish)?;
    let whom = claim.of.as_ref().map_or("any supervisor", |(_, name)| name.as_str());
    let mut parts = vec![OutputBlock::Line(format!(
        "Claimed {}: sent to {whom}",
        items_words(&claim.items.iter().map(|item| item.code).collect::<Vec<_>>())
    ))];
    parts.extend(claim_blocks(&claim));
    answer_of(parts, &[claim])
}

/// Finds the supervisor that a text names, among those who can be asked.
pub fn find_requested_supervisor(app: &App, trainee: &PersonId, text: &str) -> Result<PersonId, Error> {
    match claim::requested_supervisor(app, trainee, text)? {
        PersonSearch::One(person) => Ok(person.id),
        PersonSearch::Nobody => {
            let names: Vec<String> =
                claim::possible_supervisors(app, trainee)?.iter().map(|one| one.name.to_string()).collect();
            Err(Error::usage(format!("No supervisor here matches “{text}”"))
                .hint(format!("The supervisors are: {}", names.join(", "))))
        }
        PersonSearch::Several(several) => {
            let names: Vec<String> = several.iter().map(|one| format!("{} {}", one.id, one.name)).collect();
            Err(Error::usage(format!("“{text}” is more than one supervisor"))
                .hint(format!("Give the id: {}", names.join(", "))))
        }
    }
}

fn withdraw(context: &mut Context, id: &str) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let id = id_of(id)?;
    let who = context.signer(app, &[Role::Trainee])?;
    claim::claim_of(app, id)?;
    let proof = context.proof(app, &who)?;
    let claim = claim::withdraw_claim(app, &who.id, Some(&proof), id)?;
    let mut parts = vec![OutputBlock::Line("Claim taken back. It is no longer waiting".to_owned())];
    parts.extend(claim_blocks(&claim));
    answer_of(parts, &[claim])
}

fn list(context: &Context, words: &[String]) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let (trainee, rest) = trainee_first(app, words, FilterTarget::Claims)?;
    let filter = filter(rest, FilterTarget::Claims, app.today())?;
    let claims = queue::filter_claims(app, trainee.as_ref().map(|person| &person.id), &filter)?;
    let row = |claim: &Claim| {
        let codes: Vec<String> = claim.items.iter().map(|item| item.code.to_string()).collect();
        cells![
            claim.trainee_name,
            claim.state().slug(),
            day_words(claim.made.local_day()),
            claim.of.as_ref().map_or("anyone", |(_, name)| name.as_str()),
            claim.evidence.len(),
            claim.id,
            codes.join(" ")
        ]
    };
    let head = vec!["trainee", "state", "made", "sent to", "files", "id", "ksbs"];
    let table = Table { head, rows: claims.iter().map(row).collect() };
    let nothing = match (trainee, filter.is_empty()) {
        (_, false) => "No claim matches",
        (Some(_), true) => "No claims yet",
        (None, true) => "No claims are waiting",
    };
    answer_of(vec![listed(table, nothing)], &claims)
}

fn show(context: &Context, ids: &[String]) -> Result<CommandOutput, Failure> {
    let app = &context.open()?;
    let claims = ids.iter().map(|id| claim::claim_of(app, id_of(id)?)).collect::<Result<Vec<_>, Error>>()?;
    let mut parts = Vec::new();
    for claim in &claims {
        if !parts.is_empty() {
            parts.push(OutputBlock::Gap);
        }
        parts.extend(claim_blocks(claim));
    }
    answer_of(parts, &claims)
}

fn answer(context: &mut Context, asked: &ClaimAnswerArgs) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let ids = asked.ids.iter().map(|id| id_of(id)).collect::<Result<Vec<_>, Error>>()?;
    let codes = codes_of(&asked.codes)?;
    let seen = observation(&asked.seen, app.today())?;
    let signer = context.signer(app, &[Role::Supervisor])?;
    // Unknown ids are reported before the passphrase is asked for.
    let claims = ids.iter().map(|id| claim::claim_of(app, *id)).collect::<Result<Vec<_>, Error>>()?;
    let wanted = |code: &KsbCode| codes.is_empty() || codes.contains(code);
    let answered: BTreeSet<KsbCode> = claims.iter().flat_map(Claim::waiting).filter(wanted).collect();
    let answered: Vec<KsbCode> = answered.into_iter().collect();
    let proof = context.proof(app, &signer)?;
    let only = if codes.is_empty() { None } else { Some(codes.as_slice()) };
    let due = seen.action.as_ref().map(|action| action.by);
    let done = queue::answer_claims(app, &signer.id, &proof, &ids, only, &seen)?;
    let line = recorded(seen.outcome, &answered, &done.trainee, due, app.today());
    let facts = vec![
        fact("KSBs", answered.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
        fact("Outcome", seen.outcome.words()),
        fact("Observed", long_day(seen.observed)),
        fact("Signer", format!("{} {}", signer.id, signer.name)),
        fact("Statements", done.ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
    ];
    Ok(CommandOutput::written(line, facts, &Written::new(&done.ids, &done.head))?.warning(done.warning))
}

/// Lists waiting claims, oldest first.
pub fn queue(context: &Context, asked: &QueueArgs) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let of: Option<Person> = asked.of.as_deref().map(|text| one(app, text, &[Role::Supervisor])).transpose()?;
    let today = app.today();
    let filter = filter(&asked.filter, FilterTarget::Queue, today)?;
    let window = queue::queue(app, of.as_ref().map(|person| &person.id), &filter, (0, asked.most as usize))?;
    let rows = window.rows.iter().map(|row| {
        let codes: Vec<String> = row.codes.iter().map(ToString::to_string).collect();
        cells![
            row.days(today),
            row.trainee_name,
            codes.join(" "),
            row.of.as_ref().map_or("anyone", SafeText::as_str),
            row.files,
            row.claim,
            row.reflection.as_ref().map(ToString::to_string).unwrap_or_default()
        ]
    });
    let head = vec!["days", "trainee", "ksbs", "sent to", "files", "id", "says"];
    let table = Table { head, rows: rows.collect() };
    let claims = window.rows.iter().map(|row| WaitingRow::new(row, today)).collect();
    let shape = Queue { schema: "countersign/queue/1", of: window.of, claims };
    let nothing = match (&of, filter.is_empty()) {
        (_, false) => "No waiting claim matches".to_owned(),
        (Some(person), true) => format!("No claims are waiting for {}", person.name),
        (None, true) => "No claims are waiting".to_owned(),
    };
    Ok(CommandOutput::new(vec![listed(table, &nothing)], &shape)?)
}

/// Renders a claim in full.
fn claim_blocks(claim: &Claim) -> Vec<OutputBlock> {
    let codes = claim.items.iter().map(|item| match &item.answered {
        Some(answered) => {
            let how = answered.outcome.map_or("answered", |outcome| outcome.words());
            format!("{} ({how}: {})", item.code, answered.by)
        }
        None => item.code.to_string(),
    });
    let mut facts = vec![
        fact("Claim", claim.id),
        fact("Trainee", format!("{} {}", claim.trainee, claim.trainee_name)),
        fact("Standard", &claim.standard),
        fact("KSBs", codes.collect::<Vec<_>>().join(", ")),
        fact("State", claim.state()),
        fact("Made", claim.made.local_words()),
        fact("Sent to", claim.of.as_ref().map_or("any supervisor", |(_, name)| name.as_str())),
    ];
    facts.extend(claim.again.map(|again| fact("Again", again)));
    facts.extend(claim.withdrawn.map(|at| fact("Withdrawn", at.local_words())));
    facts.extend(claim.evidence.iter().map(|file| fact("Evidence", file_words(file))));
    let mut parts = vec![OutputBlock::Facts(facts)];
    if let Some(reflection) = &claim.reflection {
        parts.push(OutputBlock::Gap);
        parts.extend(reflection.as_str().lines().map(|line| OutputBlock::Line(line.to_owned())));
    }
    parts
}

/// Describes a file: name, type, digest, and how many claims use it.
fn file_words(file: &File) -> String {
    let erased = if file.erased { ", erased" } else { "" };
    let claims = if file.claims == 1 { "1 claim".to_owned() } else { format!("{} claims", file.claims) };
    format!(
        "{} ({}, {} bytes{erased}; used in {claims}) sha256:{}",
        file.name,
        file.kind.slug(),
        file.size,
        file.digest.hex()
    )
}

fn answer_of(parts: Vec<OutputBlock>, claims: &[Claim]) -> Result<CommandOutput, Failure> {
    let claims = claims.iter().map(ClaimRow::new).collect();
    Ok(CommandOutput::new(parts, &Claims { schema: "countersign/claims/1", claims })?)
}

fn id_of(text: &str) -> Result<ClaimId, Error> {
    text.parse().map_err(|fault: ValueFault| Error::from(fault).hint("`countersign claim list` shows the ids"))
}

fn codes_of(texts: &[String]) -> Result<Vec<KsbCode>, Error> {
    let mut codes = texts.iter().map(|code| code_of(code)).collect::<Result<Vec<_>, _>>()?;
    codes.sort_unstable();
    codes.dedup();
    Ok(codes)
}

/// A list of claims.
#[derive(Debug, Serialize)]
pub struct Claims {
    pub schema: &'static str,
    pub claims: Vec<ClaimRow>,
}

json_row! {
    ClaimRow from (claim: &Claim) {
        id: String = claim.id.to_string(),
        trainee: String = claim.trainee.to_string(),
        trainee_name: String = claim.trainee_name.to_string(),
        standard: String = claim.standard.to_string(),
        state: &'static str = claim.state().slug(),
        made: String = claim.made.to_string(),
        withdrawn: Option<String> = claim.withdrawn.map(|at| at.to_string()),
        of: Option<String> = claim.of.as_ref().map(|(id, _)| id.to_string()),
        of_name: Option<String> = claim.of.as_ref().map(|(_, name)| name.to_string()),
        again: Option<String> = claim.again.map(|id| id.to_string()),
        reflection: Option<String> = claim.reflection.as_ref().map(ToString::to_string),
        /// Digest of its text, which the sign-off that answers it names (`claimed`).
        digest: String = claim_digest(claim).hex(),
        ksbs: Vec<ItemRow> = claim.items.iter().map(ItemRow::new).collect(),
        files: Vec<FileRow> = claim.evidence.iter().map(FileRow::new).collect(),
    }
}

json_row! {
    /// A KSB of a claim.
    ItemRow from (item: &ClaimItem) {
        id: String = item.code.to_string(),
        answered_by: Option<String> = item.answered.as_ref().map(|answered| answered.by.to_string()),
        outcome: Option<&'static str> = item.answered.as_ref().and_then(|answered| answered.outcome).map(Outcome::slug),
    }
}

/// A page of the queue.
#[derive(Debug, Serialize)]
pub struct Queue {
    pub schema: &'static str,
    /// Total number of matches.
    pub of: u64,
    /// Oldest first.
    pub claims: Vec<WaitingRow>,
}

json_row! {
    WaitingRow from (row: &QueueRow, today: NaiveDate) {
        id: String = row.claim.to_string(),
        trainee: String = row.trainee.to_string(),
        trainee_name: String = row.trainee_name.to_string(),
        ksbs: Vec<String> = row.codes.iter().map(ToString::to_string).collect(),
        made: String = row.made.to_string(),
        days: i64 = row.days(today),
        of_name: Option<String> = row.of.as_ref().map(SafeText::to_string),
        files: u32 = row.files,
        begins: Option<String> = row.reflection.as_ref().map(SafeText::to_string),
    }
}
