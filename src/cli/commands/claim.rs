//! Runs `claim` and `queue`: makes, lists, withdraws and answers claims.

use std::collections::BTreeSet;
use std::path::Path;

use crate::app::app::App;
use crate::app::claims::claim::ClaimDraft;
use crate::app::error::Error;
use crate::cli::commands::sign_off::{code_of, observation};
use crate::cli::context::filter::{filter, trainee_first};
use crate::cli::context::input::small_text;
use crate::cli::context::{Context, lines, one};
use crate::cli::json::claims::{ClaimRow, Claims, Queue as QueueShape, WaitingRow};
use crate::cli::json::log::Written;
use crate::cli::output::report::{CommandOutput, Failure, listed};
use crate::cli::output::table::{OutputBlock, Table, fact};
use crate::cli::verbs_claims::{Claim as Asked, ClaimAnswer, ClaimMake, ClaimVerb, Queue};
use crate::domain::filter::schema::FilterTarget;
use crate::domain::people::person::{Found, Person, Role};
use crate::domain::primitives::date::{day_words, long_day};
use crate::domain::primitives::ids::{ClaimId, KsbCode, PersonId, ValueFault};
use crate::domain::primitives::text::SafeText;
use crate::domain::record::claim::Claim;
use crate::domain::record::evidence::File;
use crate::domain::record::recorded::recorded;

/// Runs `claim`.
pub fn claim(context: &mut Context, asked: &Asked) -> Result<CommandOutput, Failure> {
    match &asked.verb {
        None => make(context, &asked.make),
        Some(ClaimVerb::Withdraw { id }) => withdraw(context, id),
        Some(ClaimVerb::List { filter }) => list(context, filter),
        Some(ClaimVerb::Show { ids }) => show(context, ids),
        Some(ClaimVerb::Answer(asked)) => answer(context, asked),
    }
}

fn make(context: &mut Context, asked: &ClaimMake) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let who = context.signer(app, &[Role::Trainee])?;
    let reflection = match (&asked.reflection, &asked.reflection_file) {
        (Some(text), _) => lines(Some(text), "--reflection")?,
        (None, Some(file)) => lines(Some(&small_text(file)?), "--reflection-file")?,
        (None, None) => None,
    };
    let again = asked.again.as_deref().map(id_of).transpose()?;
    let codes = codes_of(&asked.codes)?;
    let of = asked.of.as_deref().map(|text| who_is_asked(app, &who.id, text)).transpose()?;
    let mut wish = ClaimDraft { codes, reflection, of, again, ..ClaimDraft::default() };
    for text in &asked.evidence {
        let path = Path::new(text);
        // An existing path takes precedence over an upload of that name.
        match app.file_meant(&who.id, text) {
            Ok(file) if path.symlink_metadata().is_err() => wish.held.push(file.digest),
            _ => wish.files.push(app.take_file(path)?),
        }
    }
    let passphrase = context.passphrase(&who)?;
    let claim = app.claim(&who.id, Some(&passphrase), wish)?;
    let whom = claim.of.as_ref().map_or("any supervisor", |(_, name)| name.as_str());
    let mut parts = vec![OutputBlock::Line(format!("Claimed {}: sent to {whom}", counted(claim.items.len())))];
    parts.extend(told(&claim));
    answer_of(parts, &[claim])
}

/// Finds the supervisor that a text names, among those who can be asked.
pub fn who_is_asked(app: &App, trainee: &PersonId, text: &str) -> Result<PersonId, Error> {
    match app.requested_supervisor(trainee, text)? {
        Found::One(person) => Ok(person.id),
        Found::Nobody => {
            let names: Vec<String> = app.who_can_be_asked(trainee)?.iter().map(|one| one.name.to_string()).collect();
            Err(Error::usage(format!("No supervisor here matches “{text}”"))
                .hint(format!("The supervisors are: {}", names.join(", "))))
        }
        Found::Several(several) => {
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
    app.claim_of(id)?;
    let passphrase = context.passphrase(&who)?;
    let claim = app.withdraw_claim(&who.id, Some(&passphrase), id)?;
    let mut parts = vec![OutputBlock::Line("Claim taken back. It is no longer waiting".to_owned())];
    parts.extend(told(&claim));
    answer_of(parts, &[claim])
}

fn list(context: &Context, words: &[String]) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let (trainee, rest) = trainee_first(app, words, FilterTarget::Claims)?;
    let filter = filter(rest, FilterTarget::Claims, app.today())?;
    let claims = app.filter_claims(trainee.as_ref().map(|person| &person.id), &filter)?;
    let row = |claim: &Claim| {
        let codes: Vec<String> = claim.items.iter().map(|item| item.code.to_string()).collect();
        vec![
            claim.trainee_name.to_string(),
            claim.state().slug().to_owned(),
            day_words(claim.made.local_day()),
            claim.of.as_ref().map_or("anyone", |(_, name)| name.as_str()).to_owned(),
            claim.evidence.len().to_string(),
            claim.id.to_string(),
            codes.join(" "),
        ]
    };
    let head = vec!["trainee", "state", "made", "of", "files", "id", "ksbs"];
    let table = Table { head, rows: claims.iter().map(row).collect() };
    let nothing = match (trainee, filter.is_empty()) {
        (_, false) => "No claim fits",
        (Some(_), true) => "No claims yet",
        (None, true) => "No claims are waiting",
    };
    answer_of(vec![listed(table, nothing)], &claims)
}

fn show(context: &Context, ids: &[String]) -> Result<CommandOutput, Failure> {
    let app = &context.open()?;
    let claims = ids.iter().map(|id| app.claim_of(id_of(id)?)).collect::<Result<Vec<_>, Error>>()?;
    let mut parts = Vec::new();
    for claim in &claims {
        if !parts.is_empty() {
            parts.push(OutputBlock::Gap);
        }
        parts.extend(told(claim));
    }
    answer_of(parts, &claims)
}

fn answer(context: &mut Context, asked: &ClaimAnswer) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let ids = asked.ids.iter().map(|id| id_of(id)).collect::<Result<Vec<_>, Error>>()?;
    let codes = codes_of(&asked.codes)?;
    let seen = observation(&asked.seen, app.today())?;
    let signer = context.signer(app, &[Role::Supervisor])?;
    // Unknown ids are reported before the passphrase is asked for.
    let claims = ids.iter().map(|id| app.claim_of(*id)).collect::<Result<Vec<_>, Error>>()?;
    let wanted = |code: &KsbCode| codes.is_empty() || codes.contains(code);
    let answered: BTreeSet<KsbCode> = claims.iter().flat_map(Claim::waiting).filter(wanted).collect();
    let answered: Vec<KsbCode> = answered.into_iter().collect();
    let proof = context.proof(&signer)?;
    let only = if codes.is_empty() { None } else { Some(codes.as_slice()) };
    let due = seen.action.as_ref().map(|action| action.by);
    let done = app.answer_claims(&signer.id, &proof, &ids, only, &seen)?;
    let parts = vec![
        OutputBlock::Line(recorded(seen.outcome, &answered, &done.trainee, due, app.today())),
        OutputBlock::Facts(vec![
            fact("Observed", long_day(seen.observed)),
            fact("Signer", format!("{} {}", signer.id, signer.name)),
            fact("Statements", done.ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
            fact("Checkpoint", &done.head.code),
        ]),
    ];
    Ok(CommandOutput::new(parts, &Written::new(&done.ids, &done.head))?.warning(done.warning))
}

/// Lists waiting claims, oldest first.
pub fn queue(context: &Context, asked: &Queue) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let of: Option<Person> = asked.of.as_deref().map(|text| one(app, text, &[Role::Supervisor])).transpose()?;
    let today = app.today();
    let filter = filter(&asked.filter, FilterTarget::Queue, today)?;
    let window = app.queue(of.as_ref().map(|person| &person.id), &filter, (0, asked.most))?;
    let rows = window.rows.iter().map(|row| {
        let codes: Vec<String> = row.codes.iter().map(ToString::to_string).collect();
        vec![
            row.days(today).to_string(),
            row.trainee_name.to_string(),
            codes.join(" "),
            row.of.as_ref().map_or("anyone", SafeText::as_str).to_owned(),
            row.files.to_string(),
            row.claim.to_string(),
            row.reflection.as_ref().map(ToString::to_string).unwrap_or_default(),
        ]
    });
    let head = vec!["days", "trainee", "ksbs", "of", "files", "id", "says"];
    let table = Table { head, rows: rows.collect() };
    let claims = window.rows.iter().map(|row| WaitingRow::new(row, today)).collect();
    let shape = QueueShape { schema: "countersign/queue/1", of: window.of, claims };
    let nothing = if filter.is_empty() { "No claims are waiting" } else { "No waiting claims match" };
    Ok(CommandOutput::new(vec![listed(table, nothing)], &shape)?)
}

/// Renders a claim in full.
fn told(claim: &Claim) -> Vec<OutputBlock> {
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
    if let Some(said) = &claim.reflection {
        parts.push(OutputBlock::Gap);
        parts.extend(said.as_str().lines().map(|line| OutputBlock::Line(line.to_owned())));
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
    let claims = claims.iter().map(ClaimRow::from).collect();
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

fn counted(codes: usize) -> String {
    if codes == 1 { "1 KSB".to_owned() } else { format!("{codes} KSBs") }
}
