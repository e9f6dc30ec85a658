//! Runs `policy`: shows or changes the settings of the department.

use clap::Subcommand;
use serde::Serialize;

use crate::context::Context;
use crate::output::report::{CommandOutput, Failure};
use crate::output::table::{OutputBlock, Table, fact};
use crate::output::written::Written;
use countersign_app::people::roster;
use countersign_core::people::person::Role;
use countersign_core::rules::log_state::Policy;
use countersign_core::statement::kinds::policy::PolicyName;

#[derive(Debug, Subcommand)]
pub enum PolicyVerb {
    /// Shows the settings.
    #[command(visible_alias = "list")]
    Show,
    /// Changes settings, as NAME=VALUE.
    Set {
        /// session-hours=4, idle-minutes=2, late-days=7, countersign=1, two-person-keys=1, reassess-months=24, carried-over=counts, imported=counts, forwarded-agent=1, security-key=required.
        #[arg(required = true, value_name = "NAME=VALUE", value_parser = setting)]
        settings: Vec<(PolicyName, u32)>,
    },
}

/// Shows or changes the policy.
pub fn policy(context: &mut Context, verb: Option<&PolicyVerb>) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let Some(PolicyVerb::Set { settings }) = verb else { return shown(app.policy()?) };
    let (officer, proof) = context.signer_and_proof(app, &[Role::TrainingOfficer])?;
    let mut settings = settings.clone();
    settings.sort_by_key(|(name, _)| *name);
    // Of several values for one name the last counts, as with other options.
    settings.reverse();
    settings.dedup_by_key(|(name, _)| *name);
    settings.reverse();
    let done = roster::set_policy(app, &officer.id, &proof, settings.clone())?;
    let facts = settings.iter().map(|(name, value)| fact(name.slug(), name.shown(*value))).collect();
    let line = "Changed the department's settings";
    Ok(CommandOutput::written(line, facts, &Written::new(&done.ids, &done.head))?)
}

fn shown(policy: Policy) -> Result<CommandOutput, Failure> {
    let meaning = |name| match name {
        PolicyName::SessionHours => {
            "hours that you stay signed in after typing your passphrase; 0 asks every time you sign"
        }
        PolicyName::IdleMinutes => "idle minutes until the screen locks",
        PolicyName::LateDays => "days after which an observation needs a reason for being late",
        PolicyName::Countersign => "second signatures that an achieved sign-off needs before it counts",
        PolicyName::TwoPersonKeys => "1: a new key can sign only after another training officer countersigns it",
        PolicyName::ReassessMonths => "months after which a KSB must be reassessed; 0 means never",
        PolicyName::CarriedOver => "whether what an earlier record says counts, or is only shown",
        PolicyName::Imported => "whether what other departments signed counts, or is only shown with its source",
        PolicyName::ForwardedAgent => "1: a key in an SSH agent that was forwarded from another machine may sign",
        PolicyName::SecurityKey => {
            "whether sign-offs need a security key; verified: one that also checks a PIN or fingerprint"
        }
    };
    let row = |name: PolicyName| {
        let range = name.range();
        let range = match name.value_words() {
            [] => format!("{} to {}", range.start(), range.end()),
            words => words.join(" or "),
        };
        vec![name.slug().to_owned(), name.shown(policy.value(name)), range, meaning(name).to_owned()]
    };
    let rows = PolicyName::ALL.into_iter().map(row).collect();
    let shape = |name: PolicyName| PolicyRow {
        id: name.slug(),
        value: policy.value(name),
        least: *name.range().start(),
        most: *name.range().end(),
    };
    let policies = PolicyName::ALL.into_iter().map(shape).collect();
    let table = Table { head: vec!["setting", "value", "range", "meaning"], rows };
    Ok(CommandOutput::new(vec![OutputBlock::Table(table)], &Policies { schema: "countersign/policy/1", policies })?)
}

/// The policy.
#[derive(Debug, Serialize)]
pub struct Policies {
    pub schema: &'static str,
    /// One row per setting.
    pub policies: Vec<PolicyRow>,
}

/// A setting.
#[derive(Debug, Serialize)]
pub struct PolicyRow {
    pub id: &'static str,
    pub value: u32,
    pub least: u32,
    pub most: u32,
}

fn setting(text: &str) -> Result<(PolicyName, u32), String> {
    let (name, value) = text.split_once('=').ok_or("a setting is NAME=VALUE, such as late-days=14")?;
    let name: PolicyName = name.parse().map_err(|fault| format!("{fault}"))?;
    let range = name.range();
    let value = name.parse_value(value).ok_or_else(|| match name.value_words() {
        [] => format!("{} is {} to {}", name.slug(), range.start(), range.end()),
        words => format!("{} is {}", name.slug(), words.join(" or ")),
    })?;
    Ok((name, value))
}
