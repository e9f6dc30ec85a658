//! Collects the lists of the screens as documents: the queue, second checks and the log.

use crate::app::App;
use crate::claims::queue;
use crate::error::Error;
use crate::record::{quality_assurance, records};
use crate::report::file::SheetFormat;
use crate::report::made::made;
use countersign_core::filter::Filter;
use countersign_core::filter::log::LogFilter;
use countersign_core::filter::schema::FilterTarget;
use countersign_core::people::person::Person;
use countersign_core::primitives::ids::PersonId;
use countersign_core::record::quality_assurance::QaReason;
use countersign_report::sheet::cell::Cell;
use countersign_report::sheet::list::List;

/// The most rows that one file gets.
const MOST_ROWS: usize = 200_000;

/// A list that a screen shows, with what its filter says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listed {
    /// The claims that wait for this supervisor, or for everyone if `None`.
    Queue(Option<PersonId>, String),
    /// The sign-offs for a second check by this person, or by anyone if `None`.
    SecondChecks(Option<PersonId>, String),
    Log(String),
}

/// Makes a list as a document. Returns how many rows it has, too. `by` is who has it made.
pub fn document(app: &App, of: &Listed, format: SheetFormat, by: Option<&Person>) -> Result<(usize, Vec<u8>), Error> {
    let list = match of {
        Listed::Queue(whose, filter) => claims(app, whose.as_ref(), filter)?,
        Listed::SecondChecks(whose, filter) => checks(app, whose.as_ref(), filter)?,
        Listed::Log(filter) => log(app, filter)?,
    };
    if list.rows.len() > MOST_ROWS {
        return Err(Error::refused(format!("This is more than {MOST_ROWS} rows"))
            .hint("Nothing was written. Filter the list first: / takes a day, a name, a kind"));
    }
    let bytes = match format {
        SheetFormat::Xlsx => list.xlsx(&made(app, by)?).map_err(Error::refused)?,
        SheetFormat::Csv => list.csv().into_bytes(),
    };
    Ok((list.rows.len(), bytes))
}

fn claims(app: &App, whose: Option<&PersonId>, typed: &str) -> Result<List, Error> {
    let filter = Filter::parse(typed, FilterTarget::Queue, app.today()).map_err(Error::usage)?;
    let found = queue::queue(app, whose, &filter, (0, MOST_ROWS + 1))?;
    let today = app.today();
    let row = |claim: &countersign_core::record::claim::QueueRow| -> Vec<Cell> {
        let codes: Vec<String> = claim.codes.iter().map(ToString::to_string).collect();
        vec![
            claim.trainee_name.as_str().into(),
            claim.trainee.as_str().into(),
            codes.join(" ").into(),
            Cell::day(Some(claim.made.local_day())),
            claim.days(today).into(),
            claim.of.as_ref().map_or("anyone", |of| of.as_str()).into(),
            claim.files.into(),
            claim.reflection.as_ref().map_or("", |said| said.as_str()).into(),
            claim.claim.to_string().into(),
        ]
    };
    Ok(List {
        name: "Queue",
        filter: typed.to_owned(),
        columns: vec![
            ("Trainee", 24.0, "Who asks."),
            ("Trainee id", 10.0, "Their id in the log."),
            ("Items", 20.0, "What they ask to have signed off."),
            ("Claimed", 13.0, "The day of the claim."),
            ("Days", 7.0, "How long it has waited."),
            ("Sent to", 20.0, "The supervisor who was asked, or anyone."),
            ("Files", 7.0, "How many evidence files came with it."),
            ("Reflection", 60.0, "What the trainee wrote."),
            ("Claim id", 38.0, "The claim's own id."),
        ],
        rows: found.rows.iter().map(row).collect(),
        nothing: "No claim waits.",
    })
}

fn checks(app: &App, whose: Option<&PersonId>, typed: &str) -> Result<List, Error> {
    let filter = Filter::parse(typed, FilterTarget::Looks, app.today()).map_err(Error::usage)?;
    let found = quality_assurance::second_looks(app, whose, &filter, (0, MOST_ROWS + 1))?;
    let row = |item: &countersign_core::record::quality_assurance::QaItem| -> Vec<Cell> {
        let why = match &item.look {
            QaReason::Rejected { by, reason } => {
                let reason = reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
                format!("{} by {by}{reason}", item.look.word())
            }
            QaReason::Countersign | QaReason::Sample { .. } => item.look.word().to_owned(),
        };
        vec![
            why.into(),
            item.trainee_name.as_str().into(),
            item.trainee.as_str().into(),
            item.code.to_string().into(),
            item.outcome.words().into(),
            item.signer_name.as_str().into(),
            Cell::day(Some(item.signed.local_day())),
            Cell::day(Some(item.since.local_day())),
            item.id.to_string().into(),
        ]
    };
    Ok(List {
        name: "Second checks",
        filter: typed.to_owned(),
        columns: vec![
            ("Why", 24.0, "What it waits for, or who rejected it and why."),
            ("Trainee", 24.0, "On whose record it is."),
            ("Trainee id", 10.0, "Their id in the log."),
            ("Item", 8.0, "The KSB or local competence."),
            ("Outcome", 18.0, "What was signed."),
            ("Signed by", 24.0, "The supervisor who signed it."),
            ("Signed", 13.0, "The day on which it was signed."),
            ("Since", 13.0, "Since when it waits for the check."),
            ("Statement id", 38.0, "The id of the sign-off."),
        ],
        rows: found.rows.iter().map(row).collect(),
        nothing: "Nothing needs a second check.",
    })
}

fn log(app: &App, typed: &str) -> Result<List, Error> {
    let filter = LogFilter::parse(typed, app.today()).map_err(Error::usage)?;
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    let mut before = None;
    loop {
        let found = records::history(app, &filter, before, 1_000)?;
        rows.extend(found.rows.iter().map(|row| -> Vec<Cell> {
            let sound = match row.sound {
                Some(true) => "valid",
                Some(false) => "NOT VALID",
                None => "not checked",
            };
            vec![
                i64::try_from(row.position).unwrap_or(i64::MAX).into(),
                Cell::day(Some(row.signed.local_day())),
                row.signed.local().format("%H:%M").to_string().into(),
                row.kind.words().into(),
                row.signer_name.as_str().into(),
                row.summary.as_str().into(),
                sound.into(),
                row.id.to_string().into(),
            ]
        }));
        before = found.next;
        if before.is_none() || rows.len() > MOST_ROWS {
            break;
        }
    }
    Ok(List {
        name: "Log",
        filter: typed.to_owned(),
        columns: vec![
            ("Entry", 9.0, "Its number in the log, from 0."),
            ("Signed", 13.0, "The day, in local time."),
            ("Time", 8.0, "The time, in local time."),
            ("Kind", 18.0, "What kind of statement it is."),
            ("Signed by", 24.0, "Whose key signed it."),
            ("What", 70.0, "What it says, in one line."),
            ("Signature", 13.0, "Whether the signature is valid."),
            ("Statement id", 38.0, "Its id."),
        ],
        rows,
        nothing: "No entry fits.",
    })
}
