//! Runs `hub`: joins a hub of several sites, exchanges with it and shows how far behind each site is.

use clap::Subcommand;

use crate::commands::hub::rebuild::RebuildArgs;
use crate::commands::hub::rotation::TraineeArgs;
use crate::commands::hub::shape::{
    BroughtRow, DamagedRow, FetchedRow, HubRow, HubShape, NotFetchedRow, SiteRow, StatusShape, SyncShape,
};
use crate::commands::hub::{pulled, rebuild, rotation, words};
use crate::context::{Context, threads};
use crate::output::Progress;
use crate::output::report::{CommandOutput, Failure};
use crate::output::table::{OutputBlock, Table, fact};
use countersign_app::error::Error;
use countersign_app::hub::copy::Fetch;
use countersign_app::hub::pull::SitePulled;
use countersign_app::hub::results::LogState;
use countersign_app::hub::selection::evidence;
use countersign_app::hub::status::{HubStatus, SiteState, SiteStatus};
use countersign_app::hub::sync::Stage;
use countersign_app::hub::{join, settings, status, sync};
use countersign_app::verify::log::evidence_words;
use countersign_core::primitives::date::Timestamp;

#[derive(Debug, Subcommand)]
pub enum HubVerb {
    /// Prints the SQL that makes a hub in PostgreSQL, for its administrator.
    Schema,
    /// Joins a hub. Nothing of the log is sent yet.
    Join {
        /// What psql connects to, without a password, or the full path of a folder.
        #[arg(value_name = "ADDRESS")]
        address: String,
        /// This department's name at the hub: small letters, digits and hyphens.
        #[arg(long, value_name = "NAME")]
        site: String,
    },
    /// Exchanges with the hub once: sends what it lacks, then fetches and checks the logs of the departments to which trainees
    /// here rotate. Can be interrupted at any moment.
    Sync {
        /// Fetches whole logs again, also the entries that are here.
        #[arg(long)]
        all: bool,
    },
    /// Says who a trainee here is in another department, so that the hub brings their statements; or that this ends.
    Trainee(TraineeArgs),
    /// Lists the trainees whose statements the hub brings.
    Trainees,
    /// Builds a lost data folder again from this department's log at the hub.
    Rebuild(RebuildArgs),
    /// Shows each site of the hub: how far behind it is, and when it was last seen.
    Status,
    /// Leaves the hub. What is there stays there.
    Leave,
}

/// Runs `hub`.
pub fn hub(context: &mut Context, verb: &HubVerb) -> Result<CommandOutput, Failure> {
    match verb {
        HubVerb::Schema => Ok(CommandOutput::text(status::schema().to_owned())),
        HubVerb::Join { address, site } => joined(context, address, site),
        HubVerb::Sync { all } => synced(context, if *all { Fetch::All } else { Fetch::New }),
        HubVerb::Trainee(asked) => rotation::trainee(context, asked),
        HubVerb::Trainees => rotation::trainees(context),
        HubVerb::Rebuild(asked) => rebuild::rebuild(context, asked),
        HubVerb::Status => shown(context),
        HubVerb::Leave => left(context),
    }
}

fn joined(context: &Context, address: &str, site: &str) -> Result<CommandOutput, Failure> {
    let mut app = context.open()?;
    let hub = join::join(&mut app, address, site)?;
    let line = format!("Joined the hub as {}", hub.site);
    let shape = HubShape { schema: "countersign/hub/1", hub: vec![HubRow::new(&hub)] };
    let answer = CommandOutput::new(vec![OutputBlock::Line(line), facts(&hub)], &shape)?;
    Ok(answer.aside("To send the log: `countersign hub sync`, by hand or with the timer countersign-hub-sync"))
}

fn facts(hub: &settings::HubSettings) -> OutputBlock {
    OutputBlock::Facts(vec![fact("Site", &hub.site), fact("Address", &hub.address)])
}

fn synced(context: &Context, fetch: Fetch) -> Result<CommandOutput, Failure> {
    let mut app = context.open()?;
    let mut progress: Option<(Stage, Progress)> = None;
    let synced = sync::sync(&mut app, (fetch, threads()), &mut |stage, done, of| {
        let label = match stage {
            Stage::Sending => "Sending",
            Stage::Checking => "Checking",
            Stage::Comparing => "Comparing",
        };
        if progress.as_ref().is_none_or(|(shown, _)| *shown != stage) {
            progress = Some((stage, Progress::new(label)));
        }
        if let Some((_, bar)) = &mut progress {
            bar.at(done, of);
        }
    })?;
    drop(progress);
    let trouble = synced.trouble();
    let pushed = &synced.pushed;
    let line = match pushed.until - pushed.from {
        _ if pushed.refused.is_some() => "Nothing was sent".to_owned(),
        _ if synced.own_differs.is_some() => "What the hub has of this log is not what this file has".to_owned(),
        0 => format!("The hub has everything of this log: {}", entries(pushed.until)),
        sent => format!("Sent {}. The hub has everything of this log: {}", entries(sent), entries(pushed.until)),
    };
    let mut parts = vec![OutputBlock::Line(line)];
    if pushed.erased > 0 {
        parts.push(OutputBlock::Line(format!(
            "Deleted there, because they were erased here: {}",
            entries(pushed.erased)
        )));
    }
    let shape = SyncShape {
        schema: "countersign/hub-sync/1",
        sent: pushed.until - pushed.from,
        erased: pushed.erased,
        size: pushed.until,
        refused: pushed.refused.as_ref().map(Error::sentence),
        differs: synced.own_differs.as_ref().map(Error::sentence),
        damaged: synced.damaged.iter().map(DamagedRow::new).collect(),
        sites: synced.sites.iter().map(SiteRow::new).collect(),
        fetched: synced.pulled.sites.iter().map(FetchedRow::new).collect(),
        trainees: synced.pulled.brought.iter().map(BroughtRow::new).collect(),
        cosigned: synced.pulled.cosigned.iter().map(ToString::to_string).collect(),
        witnesses: synced.pulled.witnesses,
    };
    let (lines, mut warnings) = pulled::words(&synced.pulled);
    parts.extend(lines.into_iter().map(OutputBlock::Line));
    parts.extend([OutputBlock::Gap, words::table(&synced.sites, &synced.damaged)]);
    let mut answer = CommandOutput::new(parts, &shape)?;
    answer.code = trouble.map_or(0, |exit| exit as u8);
    if let Some(error) = pushed.refused.as_ref().or(synced.own_differs.as_ref()) {
        warnings.insert(0, format!("{}. {}", error.sentence(), error.hint.as_deref().unwrap_or_default()));
    }
    warnings.extend(words::warnings(&synced.sites, &synced.damaged, &warnings));
    Ok(warnings.into_iter().fold(answer, |answer, warning| answer.warning(Some(warning))))
}

fn entries(count: u64) -> String {
    if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") }
}

fn shown(context: &Context) -> Result<CommandOutput, Failure> {
    let app = context.open()?;
    let (hub, last, found) = status::status(&app)?;
    let mut shape = StatusShape::new(&hub, last.as_ref().map(|last| last.at));
    let last_words = last.as_ref().map_or_else(|| "never".to_owned(), |last| last.at.local_words());
    let facts =
        OutputBlock::Facts(vec![fact("Site", &hub.site), fact("Hub", &hub.address), fact("Last exchange", last_words)]);
    let mut troubles = status::troubles(&app)?;
    let mut warnings = Vec::new();
    let mut answer = match found {
        HubStatus::Now(sites, faults) => {
            for site in &sites {
                // The last exchange knew less than the hub says now.
                troubles.retain(|one| one.origin != site.origin || one.state != LogState::NotReadable);
                if site.state == SiteState::Failed(LogState::NotReadable) {
                    troubles.push(SitePulled::not_readable(&site.origin).result());
                }
            }
            shape.sites = sites.iter().map(SiteRow::new).collect();
            shape.damaged = faults.iter().map(DamagedRow::new).collect();
            shape.not_fetched = troubles.iter().map(NotFetchedRow::new).collect();
            let mut answer = CommandOutput::new(vec![facts, OutputBlock::Gap, words::table(&sites, &faults)], &shape)?;
            answer.code = u8::from(!troubles.is_empty() || !sites.iter().all(SiteStatus::is_well));
            let said: Vec<String> = troubles.iter().map(|trouble| trouble.why.clone()).collect();
            warnings.extend(words::warnings(&sites, &faults, &said));
            answer
        }
        HubStatus::Unreachable(error, last) => {
            shape.reached = false;
            shape.not_fetched = troubles.iter().map(NotFetchedRow::new).collect();
            let mut parts = vec![facts];
            if let Some(last) = last {
                let row = |site: &settings::SeenSite| cells![site.site, site.size, spoke(site.spoke)];
                let rows = last.sites.iter().map(row).collect();
                let table = Table { head: vec!["site", "entries at the hub", "last seen"], rows };
                let heading = format!("As it was on {}:", last.at.local_words());
                parts.extend([OutputBlock::Gap, OutputBlock::Line(heading), OutputBlock::Table(table)]);
            }
            let mut answer = CommandOutput::new(parts, &shape)?;
            answer.code = error.exit as u8;
            answer.warning(Some(error.sentence())).warning(error.hint)
        }
    };
    warnings.splice(0..0, troubles.into_iter().map(|trouble| trouble.why));
    for (file, now) in evidence(app.folder().path()) {
        let said = evidence_words(&file, now);
        answer = if now { answer.warning(Some(said)) } else { answer.aside(said) };
    }
    Ok(warnings.into_iter().fold(answer, |answer, warning| answer.warning(Some(warning))))
}

/// Says when a site was last seen, as it was known.
fn spoke(time: Option<Timestamp>) -> String {
    time.map_or_else(|| "not known".to_owned(), Timestamp::local_words)
}

fn left(context: &Context) -> Result<CommandOutput, Failure> {
    let app = context.open()?;
    let hub = join::leave(&app)?;
    let line = format!("Left the hub. It keeps what {} has sent", hub.site);
    let shape = HubShape { schema: "countersign/hub/1", hub: Vec::new() };
    let answer = CommandOutput::new(vec![OutputBlock::Line(line)], &shape)?;
    Ok(answer.aside("The hub’s administrator can end this site’s role. To join again: `countersign hub join`"))
}
