//! Runs `standard levels`: shows the career framework and the standards that lead from level to level. Read-only.

use std::sync::Arc;

use serde::Serialize;

use crate::context::Context;
use crate::output::report::{CommandOutput, Failure};
use crate::output::table::{OutputBlock, Table, fact, wrapped};
use countersign_app::error::Error;
use countersign_app::people::person;
use countersign_app::standards::adopted;
use countersign_core::people::person::{Person, Role};
use countersign_core::primitives::level::Level;
use countersign_core::standard::Standard;
use countersign_core::standard::framework::{Framework, LevelNotes, Route};

/// Shows the five levels.
pub fn levels(context: &Context) -> Result<CommandOutput, Failure> {
    let framework = framework()?;
    let (standards, people) = if context.folder()?.is_founded() {
        let app = context.open()?;
        (adopted::standards(&app)?, person::people(&app, &Role::ALL)?)
    } else {
        (Vec::new(), Vec::new())
    };
    let rows: Vec<LevelRow> = framework.levels().iter().map(|notes| level_row(notes, &standards, &people)).collect();
    let line = |row: &LevelRow| {
        cells![
            row.id,
            row.standard.clone().unwrap_or_default(),
            row.adopted.join(", "),
            row.next.unwrap_or_default(),
            row.people,
            row.does.clone()
        ]
    };
    let head = vec!["level", "standard", "adopted", "leads to", "people", "what they do"];
    let mut parts = vec![OutputBlock::Table(Table { head, rows: rows.iter().map(line).collect() })];
    // The table already says what each level does.
    let sections = framework.sections();
    for (heading, texts) in sections.split_last().map(|(_, rest)| rest).unwrap_or_default() {
        parts.extend([OutputBlock::Gap, OutputBlock::Line(heading.to_uppercase())]);
        let is_new = |text: &&String| rows.iter().all(|row| row.does != **text);
        parts.extend(texts.iter().filter(is_new).flat_map(|text| wrapped(text, 2)));
    }
    let licence = fact("Licence", &framework.attribution);
    parts.extend([OutputBlock::Gap, OutputBlock::Facts(vec![fact("From", framework.from()), licence])]);
    let routes = framework.routes().iter().map(|Route { id, name, text }| RouteRow {
        id: id.clone(),
        name: name.clone(),
        text: text.clone(),
    });
    let shape = Levels {
        schema: "countersign/levels/1",
        levels: rows,
        about: framework.about.clone(),
        routes: routes.collect(),
        source: framework.source.clone(),
        dated: framework.dated.to_string(),
        checked: framework.checked.to_string(),
        attribution: framework.attribution.clone(),
    };
    Ok(CommandOutput::new(parts, &shape)?)
}

fn level_row(notes: &LevelNotes, standards: &[Arc<Standard>], people: &[Person]) -> LevelRow {
    let public = notes.standard.as_ref().map(|standard| standard.reference.as_str());
    let trains = |standard: &&Arc<Standard>| public == Some(standard.reference().reference());
    LevelRow {
        id: notes.level.slug(),
        name: notes.name.clone(),
        does: notes.does.clone(),
        trained: notes.trained.clone(),
        standard: public.map(str::to_owned),
        adopted: standards.iter().filter(trains).map(|standard| standard.reference().to_string()).collect(),
        next: notes.level.next().map(Level::slug),
        people: people.iter().filter(|person| !person.left && level_of(person) == Some(notes.level)).count(),
        routes: notes.routes.clone(),
        registers: notes.registers.clone(),
        others: notes.others.clone(),
    }
}

/// Returns a person's level and the next one, as facts for their card.
pub fn of_person(person: &Person) -> Result<Vec<(String, String)>, Error> {
    let Some(level) = level_of(person) else { return Ok(Vec::new()) };
    let mut facts = vec![fact("Level", level)];
    if let Some(next) = level.next() {
        let framework = framework()?;
        let standard = framework.level(next).and_then(|notes| notes.standard.as_ref());
        let by = match standard {
            Some(standard) => format!("{next}, by {}", standard.reference),
            None => next.to_string(),
        };
        facts.push(fact("Next level", by));
    }
    Ok(facts)
}

fn level_of(person: &Person) -> Option<Level> {
    person.level.as_ref().and_then(|level| level.as_str().parse().ok())
}

fn framework() -> Result<Framework, Error> {
    Framework::built_in().map_err(Error::refused)
}

/// The levels of the career framework.
#[derive(Debug, Serialize)]
pub struct Levels {
    pub schema: &'static str,
    pub levels: Vec<LevelRow>,
    pub about: String,
    pub routes: Vec<RouteRow>,
    pub source: String,
    pub dated: String,
    pub checked: String,
    pub attribution: String,
}

/// A route of the career framework.
#[derive(Debug, Serialize)]
pub struct RouteRow {
    pub id: String,
    pub name: String,
    pub text: String,
}

#[derive(Debug, Serialize)]
pub struct LevelRow {
    pub id: &'static str,
    pub name: String,
    pub does: String,
    pub trained: String,
    pub standard: Option<String>,
    pub adopted: Vec<String>,
    pub next: Option<&'static str>,
    pub people: usize,
    pub routes: Vec<String>,
    pub registers: Vec<String>,
    pub others: Vec<String>,
}
