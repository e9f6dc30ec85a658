//! Runs `bundle key`, `keys`, `accept-key` and `stop-key`: the logs that bundles are accepted from.

use crate::commands::bundle::shape::{AcceptedRow, KeysShape, OwnKeyShape};
use crate::context::prompt::Terminal;
use crate::context::{Context, line};
use crate::output::report::{CommandOutput, Failure, listed};
use crate::output::table::{OutputBlock, Table, fact};
use crate::output::written::Written;
use countersign_app::bundle::other_logs::{self, AcceptedLog};
use countersign_app::error::Error;
use countersign_app::hub::{rotating, site_names};
use countersign_core::people::person::Role;

/// Prints this log's key.
pub fn own_key(context: &Context) -> Result<CommandOutput, Failure> {
    let app = context.open()?;
    let key = other_logs::own_key(&app)?;
    let shape = OwnKeyShape { schema: "countersign/log-key/1", origin: key.origin().to_string(), key: key.to_string() };
    Ok(CommandOutput::new(vec![OutputBlock::Line(key.to_string())], &shape)?)
}

/// Lists the logs whose keys were accepted.
pub fn keys(context: &Context) -> Result<CommandOutput, Failure> {
    let app = context.open()?;
    let logs = other_logs::accepted_logs(&app)?;
    let row = |log: &AcceptedLog| {
        let state = match &log.stopped {
            None => "accepted".to_owned(),
            Some((at, why)) => format!("stopped {}: {why}", at.local_words()),
        };
        cells![log.log.origin(), state, log.since.local_words(), log.by, log.log]
    };
    let table = Table { head: vec!["log", "state", "since", "by", "key"], rows: logs.iter().map(row).collect() };
    let parts = vec![listed(table, "No other department's key is accepted here")];
    let logs = logs.iter().map(AcceptedRow::new).collect();
    Ok(CommandOutput::new(parts, &KeysShape { schema: "countersign/bundle-keys/1", logs })?)
}

/// Accepts the key of another log, after showing it.
pub fn accept(context: &mut Context, key: &str, yes: bool) -> Result<CommandOutput, Failure> {
    let log = other_logs::parse_key(key)?;
    let app = &mut context.open()?;
    let officer = context.signer(app, &[Role::TrainingOfficer])?;
    let preview = vec![
        OutputBlock::Line("Accept bundles that this log signs?".to_owned()),
        OutputBlock::Facts(vec![fact("Log", log.origin()), fact("Key", &log)]),
        OutputBlock::Line("Compare every letter with that department, by telephone or in person".to_owned()),
    ];
    if !yes {
        let Some(mut terminal) = Terminal::find() else {
            return Err(Error::refused("There is no terminal to ask you at")
                .hint("Nothing has changed. To do it, add --yes")
                .into());
        };
        terminal.confirm(&preview, "Not accepted")?;
    }
    let proof = context.proof(app, &officer)?;
    let done = other_logs::accept(app, &officer.id, &proof, &log)?;
    let line = format!(
        "Accepted the key of {0}. To take this back: `countersign bundle stop-key {0} --reason \"…\"`",
        log.origin()
    );
    Ok(CommandOutput::written(line, vec![fact("Key", &log)], &Written::new(&done.ids, &done.head))?)
}

/// Stops accepting bundles from a log.
pub fn stop(context: &mut Context, named: &str, reason: &str) -> Result<CommandOutput, Failure> {
    let reason = line(Some(reason), "--reason")?.ok_or_else(|| Error::usage("A reason is needed"))?;
    let app = &mut context.open()?;
    let log = other_logs::accepted_log(app, site_names::named_log(app, named)?.as_str())?;
    let (officer, proof) = context.signer_and_proof(app, &[Role::TrainingOfficer])?;
    let done = other_logs::stop(app, &officer.id, &proof, &log, &reason)?;
    let line = format!(
        "Bundles from {} are no longer accepted. What was received stays. To accept them again: `countersign bundle accept-key KEY`",
        log.origin()
    );
    let answer = CommandOutput::written(line, vec![fact("Key", &log)], &Written::new(&done.ids, &done.head))?;
    Ok(answer.warning(rotating::not_fetched_for(app, log.origin())?))
}
