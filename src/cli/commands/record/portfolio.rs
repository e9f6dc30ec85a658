//! Runs `portfolio`: prints a trainee's full record as readable text. Read-only.

use clap::Args;
use serde::Serialize;

use crate::commands::record::rows::Card;
use crate::commands::record::trainee::{KeptRow, KsbState, NO_LONGER_ASKED, card, each, ksb_states};
use crate::commands::standards::local::{self, LocalRow};
use crate::commands::standards::standard_page::attribution;
use crate::context::{Context, one};
use crate::output::report::{CommandOutput, Failure};
use crate::output::table::{OutputBlock, fact, wrapped};
use countersign_app::app::App;
use countersign_app::record::outstanding;
use countersign_app::standards::standard::attributed;
use countersign_core::people::person::Role;
use countersign_core::primitives::date::day_words;
use countersign_core::primitives::ids::{KsbCode, KsbKind, PersonId};
use countersign_core::record::view::{AnnotationMark, Record, TraineeRecord};
use countersign_core::statement::kind::Kind;

#[derive(Debug, Args)]
pub struct PortfolioArgs {
    /// Who: an id, or any part of a name that matches nobody else.
    pub trainee: String,
}

/// Prints a trainee's full record.
pub fn portfolio(context: &Context, asked: &PortfolioArgs) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let who = one(app, &asked.trainee, &[Role::Trainee])?;
    portfolio_of(app, &who.id)
}

/// Prints the full record of this trainee.
pub fn portfolio_of(app: &mut App, who: &PersonId) -> Result<CommandOutput, Failure> {
    let (trainee_record, records) = outstanding::whole_record(app, who)?;
    let head = app.head()?;
    let mut parts = card(&trainee_record.trainee);
    parts.push(OutputBlock::Facts(vec![fact("Checkpoint", &head.code)]));
    for (kind, heading) in
        [(KsbKind::Knowledge, "Knowledge"), (KsbKind::Skill, "Skills"), (KsbKind::Behaviour, "Behaviours")]
    {
        let mut of_kind = each(&trainee_record).zip(&records).filter(|((ksb, _), _)| ksb.code.kind == kind).peekable();
        if of_kind.peek().is_some() {
            parts.extend([OutputBlock::Gap, OutputBlock::Line(heading.to_uppercase())]);
        }
        for ((ksb, state), records) in of_kind {
            parts.extend([OutputBlock::Gap, OutputBlock::Line(format!("{:<4} {}", ksb.code, state.label()))]);
            parts.extend(wrapped(&ksb.text, 5));
            parts.extend(trainee_record.also_seen(ksb.code).into_iter().flat_map(|words| wrapped(&words, 5)));
            for record in records {
                record_blocks(record, &mut parts);
            }
            carried_blocks(&trainee_record, ksb.code, &mut parts);
        }
    }
    if !trainee_record.local.is_empty() {
        parts.extend([OutputBlock::Gap, OutputBlock::Line("LOCAL COMPETENCES".to_owned())]);
    }
    for (local, records) in trainee_record.local.iter().zip(records.iter().skip(trainee_record.standard.ksbs().len())) {
        parts.extend([OutputBlock::Gap, OutputBlock::Line(format!("{:<4} {}", local.ksb.code, local.state.label()))]);
        parts.extend(wrapped(&local.ksb.text, 5));
        parts.extend(wrapped(&local.words(), 5));
        for record in records {
            record_blocks(record, &mut parts);
        }
        carried_blocks(&trainee_record, local.ksb.code, &mut parts);
    }
    let kept = outstanding::no_longer_asked(app, who)?;
    if !kept.is_empty() {
        parts.extend([OutputBlock::Gap, OutputBlock::Line(NO_LONGER_ASKED.to_uppercase())]);
    }
    for one in &kept {
        parts.extend([OutputBlock::Gap, OutputBlock::Line(format!("{:<4} Does not count: {}", one.code, one.why))]);
        parts.extend(wrapped(&one.text, 5));
        one.records.iter().for_each(|record| record_blocks(record, &mut parts));
    }
    parts.extend(attribution(&trainee_record.standard));
    let shape = Portfolio {
        schema: "countersign/portfolio/1",
        checkpoint: head.code,
        attribution: attributed(&trainee_record.standard),
        trainee: Card::new(&trainee_record.trainee),
        ksbs: ksb_states(&trainee_record, &records),
        competences: local::rows(&trainee_record, &records),
        no_longer_asked: kept.iter().map(KeptRow::new).collect(),
    };
    Ok(CommandOutput::new(parts, &shape)?)
}

/// Renders one record: observation, feedback, next action and statement.
fn record_blocks(record: &Record, parts: &mut Vec<OutputBlock>) {
    let mut seen = vec![format!("{} {}", record.outcome.words(), day_words(record.observed))];
    seen.extend(record.method.map(|method| method.words().to_owned()));
    seen.extend(record.supervision.map(|supervision| supervision.words().to_owned()));
    seen.extend(record.place.as_ref().map(ToString::to_string));
    seen.push(record.signer_name.to_string());
    parts.extend(wrapped(&format!("- {}", seen.join(" · ")), 5));
    let mut more = Vec::new();
    more.extend(record.feedback.as_ref().map(|feedback| format!("Feedback: {feedback}")));
    more.extend(record.action.as_ref().map(|action| format!("Action by {}: {}", day_words(action.by), action.what)));
    more.extend(record.late.as_ref().map(|late| format!("Signed late: {late}")));
    more.extend(record.presence.words().map(|words| format!("Signed {words}")));
    more.extend(record.evidence.iter().map(|evidence| format!("Evidence: {}", evidence.name)));
    more.extend(
        record
            .withdrawn
            .as_ref()
            .map(|gone| format!("Withdrawn {} by {}: {}", day_words(gone.at.local_day()), gone.by_name, gone.reason)),
    );
    more.extend(record.marks.iter().filter_map(mark));
    more.push(format!("Signed {}", record.signed.local_words()));
    more.push(format!("Statement {}", record.id));
    parts.extend(more.iter().flat_map(|text| wrapped(text, 7)));
}

/// Renders what earlier records say of an item, which nobody signed here.
fn carried_blocks(trainee_record: &TraineeRecord, code: KsbCode, parts: &mut Vec<OutputBlock>) {
    for carried in trainee_record.carried.get(&code).into_iter().flatten() {
        parts.extend(wrapped(&format!("- carried over: {}", carried.seen()), 5));
        let day = day_words(carried.signed.local_day());
        let mut more = vec![format!("From {}, carried over {day} by {}", carried.origin(), carried.signer_name)];
        more.extend(
            carried.withdrawn.as_ref().map(|gone| {
                format!("Withdrawn {} by {}: {}", day_words(gone.at.local_day()), gone.by_name, gone.reason)
            }),
        );
        more.push(format!("Statement {}", carried.id));
        parts.extend(more.iter().flat_map(|text| wrapped(text, 7)));
    }
}

/// Describes a later mark on a record: the trainee's answer or a countersignature; `None` for others.
fn mark(mark: &AnnotationMark) -> Option<String> {
    let words = [(Kind::Acknowledge, "Read"), (Kind::Dispute, "Disputed"), (Kind::Countersign, "Countersigned")];
    let (_, verb) = words.into_iter().find(|(kind, _)| *kind == mark.kind)?;
    let why = mark.reason.as_ref().map_or_else(String::new, |reason| format!(": {reason}"));
    let gone = if mark.withdrawn { " (withdrawn)" } else { "" };
    Some(format!("{verb} {} by {}{gone}{why}", day_words(mark.at.local_day()), mark.by_name))
}

/// A trainee's full record.
#[derive(Debug, Serialize)]
pub struct Portfolio {
    pub schema: &'static str,
    /// The checkpoint code.
    pub checkpoint: String,
    pub trainee: Card,
    pub ksbs: Vec<KsbState>,
    pub competences: Vec<LocalRow>,
    /// Signed KSBs that they no longer answer for.
    pub no_longer_asked: Vec<KeptRow>,
    /// The attribution that the licence of the texts requires, if any.
    pub attribution: Option<String>,
}
