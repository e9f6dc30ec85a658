//! Runs `doctor`: reports how the records are kept, and what would keep them better. Read-only.

use serde::Serialize;

use crate::context::Context;
use crate::output::report::{CommandOutput, Failure};
use crate::output::table::{OutputBlock, Table, fact};
use countersign_app::clock::{Clock as _, SystemClock};
use countersign_app::doctor::check::{Check, State};
use countersign_app::doctor::examine::examine;
use countersign_app::doctor::host::look;

/// Checks the data directory and this machine.
pub fn doctor(context: &Context) -> Result<CommandOutput, Failure> {
    let folder = context.folder()?;
    let second = context.second(&folder);
    let found = examine(&folder, &look(&folder, second.as_ref()), second.as_ref(), SystemClock.now());
    let row = |check: &Check| {
        let mut words = check.why.clone();
        if let Some(hint) = check.hint.as_ref().filter(|_| check.state != State::Good) {
            words.push_str(". ");
            words.push_str(hint);
        }
        vec![check.what.to_owned(), check.state.word().to_owned(), words]
    };
    let table = Table { head: vec!["check", "state", "why"], rows: found.checks.iter().map(row).collect() };
    let needed = found.level.needed_for_next();
    let mut facts = vec![fact("Assurance level", found.level)];
    facts.extend(found.missing.iter().map(|what| fact(needed, what)));
    let checks = found.checks.iter().map(|check| CheckRow {
        id: check.what,
        state: check.state.word(),
        why: check.why.clone(),
        hint: check.hint.clone(),
    });
    let shape = Doctor {
        schema: "countersign/doctor/1",
        level: found.level.to_string(),
        missing: found.missing.clone(),
        checks: checks.collect(),
    };
    let mut answer =
        CommandOutput::new(vec![OutputBlock::Facts(facts), OutputBlock::Gap, OutputBlock::Table(table)], &shape)?;
    answer.code = u8::from(!found.well());
    Ok(answer)
}

/// The doctor's findings.
#[derive(Debug, Serialize)]
pub struct Doctor {
    pub schema: &'static str,
    /// `L0` to `L3`.
    pub level: String,
    /// What is missing for the next level.
    pub missing: Vec<&'static str>,
    pub checks: Vec<CheckRow>,
}

#[derive(Debug, Serialize)]
pub struct CheckRow {
    /// What was checked.
    pub id: &'static str,
    /// `good`, `attention`, `unknown` or `wrong`.
    pub state: &'static str,
    pub why: String,
    pub hint: Option<String>,
}
