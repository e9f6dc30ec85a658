//! Runs `export --person` and `retention list`: what is stored about people, and for how long. Read-only: nothing is
//! deleted automatically.

use std::fmt::Write as _;
use std::path::Path;

use clap::{Args, Subcommand};
use serde::Serialize;

use crate::commands::people::person::PersonRow;
use crate::context::input::write_files;
use crate::context::{Context, one};
use crate::output::report::{CommandOutput, Failure, listed};
use crate::output::table::{OutputBlock, Table, fact};
use countersign_app::app::App;
use countersign_app::config::settings;
use countersign_app::error::Error;
use countersign_app::people::subject_access::{self, Due, SubjectAccessReport, UnsignedWork};
use countersign_core::people::person::Role;
use countersign_core::primitives::date::long_day;
use countersign_core::record::view::FullStatement;

/// Default retention in years: a programme, and the time in which questions about it may come.
const YEARS: u32 = 6;

#[derive(Debug, Subcommand)]
pub enum RetentionVerb {
    /// Lists those whose records were kept long enough. Nothing is deleted automatically.
    List(RetentionList),
}

#[derive(Debug, Args)]
pub struct RetentionList {
    /// Years since the newest statement on a record. Without it, `retention_years` in config.toml, or 6.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100))]
    pub years: Option<u32>,
}

/// Exports everything stored about a person, as text and as one object.
pub fn subject_access(app: &App, text: &str, out: Option<&Path>) -> Result<CommandOutput, Failure> {
    let who = one(app, text, &Role::ALL)?;
    let report = subject_access::report(app, &who.id)?;
    let id = &report.person.id;
    let mut shape = PersonExport {
        schema: "countersign/person-export/1",
        people: vec![PersonRow::new(&report.person)],
        keys: report
            .keys
            .iter()
            .map(|key| PublicKeyRow { id: key.fingerprint_text(), line: key.to_string() })
            .collect(),
        statements: report.statements.iter().map(FullRow::new).collect(),
        begun: report.begun.iter().enumerate().map(|(at, begun)| UnsignedWorkRow::new(at + 1, begun)).collect(),
        files: Vec::new(),
    };
    let about = about(&report);
    let Some(folder) = out else {
        let mut all = about;
        for full in &report.statements {
            let _ = write!(all, "\n==> {} <==\n{}", full.id, full.text);
        }
        return Ok(CommandOutput::new(vec![OutputBlock::Verbatim(all)], &shape)?);
    };
    let json = serde_json::to_string_pretty(&shape).map_err(Error::refused)? + "\n";
    let mut files = vec![(format!("person-{id}.txt"), about.as_str()), (format!("person-{id}.json"), json.as_str())];
    files.extend(report.statements.iter().flat_map(FullStatement::files));
    let written = write_files(folder, &files)?;
    shape.files = written.iter().map(|path| FileRow { id: path.display().to_string() }).collect();
    let facts = vec![
        fact("Person", format!("{id} {}", report.person.name)),
        fact("Statements", report.statements.len()),
        fact("Files", written.len()),
        fact("Folder", folder.display()),
    ];
    Ok(CommandOutput::new(vec![OutputBlock::Facts(facts)], &shape)?)
}

/// Describes what is stored besides the statements.
fn about(report: &SubjectAccessReport) -> String {
    let mut text = String::new();
    let person = &report.person;
    let roles: Vec<&str> = person.roles.iter().map(|role| role.words()).collect();
    let mut line = |name: &str, value: String| {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{name}: {value}");
    };
    line("person", format!("{} {}", person.id, person.name));
    line("roles", roles.join(", "));
    for (name, value) in
        [("department", &person.department), ("registration", &person.registration), ("level", &person.level)]
    {
        if let Some(value) = value {
            line(name, value.to_string());
        }
    }
    if person.left {
        line("left", "yes".to_owned());
    }
    if let Some(enrolment) = &report.enrolment {
        line("enrolment", format!("{} from {}", enrolment.standard, enrolment.start));
        enrolment.end.iter().for_each(|end| line("planned end", end.to_string()));
        enrolment.specialism.iter().for_each(|specialism| line("specialism", specialism.to_string()));
        enrolment.scope.option.iter().for_each(|option| line("option", option.to_string()));
        for left in &enrolment.scope.left_out {
            let codes: Vec<String> = left.codes.iter().map(ToString::to_string).collect();
            line("left out", format!("{}: {}", codes.join(" "), left.reason));
        }
        enrolment.weekly.iter().for_each(|weekly| line("weekly hours", weekly.to_string()));
    }
    report.keys.iter().for_each(|key| line("key", key.to_string()));
    for begun in &report.begun {
        let begun_text = begun.text.replace('\n', " / ");
        line("begun", format!("{} by {} on {}: {begun_text}", begun.what, begun.person, begun.trainee));
    }
    line("statements", report.statements.len().to_string());
    text
}

/// Lists people whose records were kept long enough.
pub fn retention(context: &Context, verb: &RetentionVerb) -> Result<CommandOutput, Failure> {
    let RetentionVerb::List(asked) = verb;
    let app = context.open()?;
    let years = match asked.years {
        Some(years) => years,
        None => settings().map_err(Error::usage)?.retention_years.unwrap_or(YEARS),
    };
    let due = subject_access::retention(&app, years, app.today())?;
    let row = |due: &Due| {
        cells![
            due.id,
            due.name,
            if due.left { "has left" } else { "" },
            due.statements,
            long_day(due.newest.local_day()),
            long_day(due.since)
        ]
    };
    let head = vec!["id", "name", "left", "statements", "newest", "due since"];
    let table = Table { head, rows: due.iter().map(row).collect() };
    let shape = Retention { schema: "countersign/retention/1", years, people: due.iter().map(DueRow::new).collect() };
    let nothing = format!("No record is older than {years} years");
    let answer = CommandOutput::new(vec![listed(table, &nothing)], &shape)?;
    Ok(if due.is_empty() {
        answer
    } else {
        answer.aside("Nothing is deleted automatically. You decide, and erase each statement: `countersign erase`")
    })
}

/// Everything stored about a person.
#[derive(Debug, Serialize)]
pub struct PersonExport {
    pub schema: &'static str,
    pub people: Vec<PersonRow>,
    pub keys: Vec<PublicKeyRow>,
    /// Every statement by them or about them.
    pub statements: Vec<FullRow>,
    pub begun: Vec<UnsignedWorkRow>,
    /// The files written.
    pub files: Vec<FileRow>,
}

#[derive(Debug, Serialize)]
pub struct PublicKeyRow {
    /// Its fingerprint.
    pub id: String,
    pub line: String,
}

json_row! {
    UnsignedWorkRow from (id: usize, begun: &UnsignedWork) {
        /// Its number in this list, from 1.
        id: usize = id,
        what: String = begun.what.clone(),
        person: String = begun.person.clone(),
        trainee: String = begun.trainee.clone(),
        text: String = begun.text.clone(),
    }
}

/// People whose records were kept long enough.
#[derive(Debug, Serialize)]
pub struct Retention {
    pub schema: &'static str,
    /// Years since the newest statement on a record.
    pub years: u32,
    /// Longest kept first.
    pub people: Vec<DueRow>,
}

json_row! {
    /// A person whose records were kept long enough.
    DueRow from (due: &Due) {
        id: String = due.id.to_string(),
        name: String = due.name.to_string(),
        left: bool = due.left,
        statements: u64 = due.statements,
        newest: String = due.newest.to_string(),
        since: String = due.since.to_string(),
    }
}

json_row! {
    FullRow from (full: &FullStatement) {
        id: String = full.id.to_string(),
        position: u64 = full.position,
        text: String = full.text.clone(),
        signature: String = full.armored.clone(),
        key: String = full.key.clone(),
        sound: bool = full.sound,
        batch: Option<String> = full.batch.clone(),
        touch: Option<&'static str> = full.presence.word(),
    }
}

/// A file that was written.
#[derive(Debug, Serialize)]
pub struct FileRow {
    /// Its path.
    pub id: String,
}
