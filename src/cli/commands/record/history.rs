//! Runs `history` and `checkpoint`. Read-only.

use clap::Args;
use serde::Serialize;

use crate::context::Context;
use crate::context::filter::misread;
use crate::output::report::{CommandOutput, Failure, listed};
use crate::output::table::{OutputBlock, Table, fact};
use countersign_app::app::App;
use countersign_app::maintenance::export;
use countersign_app::record::records;
use countersign_core::filter::log::LogFilter;
use countersign_core::record::view::HistoryRow;

#[derive(Debug, Args)]
pub struct HistoryArgs {
    /// Lists only statements that fit: words of the text, by:NAME, since:DAY, until:DAY, kind:sign-off.
    pub filter: Vec<String>,
    /// Lists entries before this position in the log.
    #[arg(long, value_name = "N")]
    pub before: Option<u64>,
    /// The most to list.
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub most: u32,
}

#[derive(Debug, Args)]
pub struct CheckpointArgs {
    /// Prints only the code, as the Log shows it.
    #[arg(long)]
    pub code: bool,
}

/// Lists the log, newest first.
pub fn history(context: &Context, asked: &HistoryArgs) -> Result<CommandOutput, Failure> {
    let app = context.open()?;
    let text = asked.filter.join(" ");
    let filter = LogFilter::parse(&text, app.today()).map_err(|fault| misread(&fault, &text))?;
    let most = asked.most as usize;
    let mut window = records::history(&app, &filter, asked.before, most)?;
    let mut rows = window.rows;
    // A filtered query stops after a fixed number of entries; the next one continues.
    while let (Some(next), true) = (window.next, rows.len() < most) {
        window = records::history(&app, &filter, Some(next), most - rows.len())?;
        rows.append(&mut window.rows.clone());
    }
    let row = |row: &HistoryRow| {
        let summary =
            if row.sound == Some(false) { format!("ALTERED · {}", row.summary) } else { row.summary.clone() };
        cells![row.position, row.signed.local_words(), row.kind.shown(), row.signer_name, summary, row.id]
    };
    let table = Table {
        head: vec!["position", "signed", "kind", "signer", "what", "id"],
        rows: rows.iter().map(row).collect(),
    };
    let mut answer_parts = vec![listed(table, "No entry matches")];
    if let Some(next) = window.next {
        answer_parts
            .extend([OutputBlock::Gap, OutputBlock::Facts(vec![fact("Older entries", format!("--before {next}"))])]);
    }
    let shape = History {
        schema: "countersign/history/1",
        size: window.head.size,
        checkpoint: window.head.code.clone(),
        next: window.next,
        statements: rows.iter().map(StatementRow::new).collect(),
    };
    Ok(CommandOutput::new(answer_parts, &shape)?)
}

/// Prints the newest checkpoint: the note, which can be saved to a file, and its code.
pub fn checkpoint(context: &Context, asked: &CheckpointArgs) -> Result<CommandOutput, Failure> {
    checkpoint_of(&context.open()?, asked)
}

/// Prints the newest checkpoint of an open data directory.
pub fn checkpoint_of(app: &App, asked: &CheckpointArgs) -> Result<CommandOutput, Failure> {
    let (head, note) = (app.head()?, export::checkpoint(app)?);
    let parts =
        if asked.code { vec![OutputBlock::Line(head.code.clone())] } else { vec![OutputBlock::Verbatim(note.clone())] };
    let row = CheckpointRow { id: head.code.clone(), size: head.size, root: head.root.base64(), note };
    let answer =
        CommandOutput::new(parts, &Checkpoints { schema: "countersign/checkpoint/1", checkpoints: vec![row] })?;
    Ok(if asked.code { answer } else { answer.aside(format!("The code is {}", head.code)) })
}

/// A page of the log, newest first.
#[derive(Debug, Serialize)]
pub struct History {
    pub schema: &'static str,
    /// Entries in the log.
    pub size: u64,
    pub checkpoint: String,
    /// The value of `--before` for older entries; none at the start of the log.
    pub next: Option<u64>,
    pub statements: Vec<StatementRow>,
}

json_row! {
    /// A statement's summary.
    EntryRow from (row: &HistoryRow) {
        id: String = row.id.to_string(),
        position: u64 = row.position,
        kind: &'static str = row.kind.slug(),
        signed: String = row.signed.to_string(),
        signer_name: String = row.signer_name.to_string(),
        summary: String = row.summary.clone(),
    }
}

json_row! {
    /// A statement's summary, with whether its signature is valid.
    StatementRow from (row: &HistoryRow) {
        #[serde(flatten)]
        entry: EntryRow = EntryRow::new(row),
        sound: Option<bool> = row.sound,
        touch: Option<&'static str> = row.presence.word(),
    }
}

/// Checkpoints of the log.
#[derive(Debug, Serialize)]
pub struct Checkpoints {
    pub schema: &'static str,
    /// The newest one.
    pub checkpoints: Vec<CheckpointRow>,
}

#[derive(Debug, Serialize)]
pub struct CheckpointRow {
    pub id: String,
    pub size: u64,
    pub root: String,
    pub note: String,
}
