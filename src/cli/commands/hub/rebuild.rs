//! Runs `hub rebuild`: builds a lost data folder again from the hub.

use clap::Args;

use crate::commands::hub::shape::RebuiltShape;
use crate::context::{Context, threads};
use crate::output::Progress;
use crate::output::report::{CommandOutput, Failure};
use crate::output::table::{OutputBlock, fact};
use countersign_app::bundle::other_logs::parse_key;
use countersign_app::hub::rebuild::{self, LostSite, Rebuilt};
use countersign_core::primitives::text::counted;

#[derive(Debug, Args)]
pub struct RebuildArgs {
    /// What psql connects to, without a password, or the full path of a folder.
    #[arg(value_name = "ADDRESS")]
    pub address: String,
    /// This department's name at the hub, or its log, of which the first letters are enough.
    #[arg(long, value_name = "NAME")]
    pub site: String,
    /// The log's key, if somebody kept it or another department has accepted it.
    #[arg(long, value_name = "KEY")]
    pub key: Option<String>,
}

/// Rebuilds a data folder.
pub fn rebuild(context: &Context, asked: &RebuildArgs) -> Result<CommandOutput, Failure> {
    let folder = context.folder()?;
    let key = asked.key.as_deref().map(parse_key).transpose()?;
    let progress = Progress::new("Checking");
    let lost = LostSite { site: &asked.site, key: key.as_ref(), threads: threads() };
    let rebuilt = rebuild::rebuild_from(&folder, &asked.address, lost, &mut |done, of| progress.at(done, of))?;
    drop(progress);
    let Rebuilt { log, head, evidence, bundles, can_sign, .. } = &rebuilt;
    let mut parts = vec![
        OutputBlock::Line(format!(
            "Rebuilt {} from the hub: every signature and rule was checked",
            folder.path().display()
        )),
        OutputBlock::Facts(vec![
            fact("Log", log.origin()),
            fact("Entries", head.size),
            fact("Checkpoint", &head.code),
            fact("Key", log),
        ]),
        OutputBlock::Line(
            "Compare the checkpoint and the key with what you kept, or with another department".to_owned(),
        ),
    ];
    parts.push(OutputBlock::Line("What did not come back:".to_owned()));
    parts.extend(missing(&rebuilt).into_iter().map(|line| OutputBlock::Line(format!("- {line}"))));
    let shape = RebuiltShape {
        schema: "countersign/hub-rebuild/1",
        log: log.origin().to_string(),
        key: log.to_string(),
        size: head.size,
        checkpoint: head.code.clone(),
        evidence: *evidence,
        bundles: *bundles,
        can_sign: *can_sign,
    };
    Ok(CommandOutput::new(parts, &shape)?)
}

fn missing(rebuilt: &Rebuilt) -> Vec<String> {
    let mut lines = Vec::new();
    if !rebuilt.can_sign {
        lines.push("The keys. To sign, put `keys/` back from a backup made with --keys. Without `keys/log.key`, nothing more can be signed in this log".to_owned());
    }
    if rebuilt.evidence > 0 {
        let sign_offs = counted(rebuilt.evidence, "sign-off");
        lines.push(format!(
            "Evidence files that {sign_offs} name. Hand them in again (`countersign evidence add`) or restore a backup"
        ));
    }
    if rebuilt.bundles > 0 {
        let bundles = counted(rebuilt.bundles, "bundle");
        lines
            .push(format!("What {bundles} brought from other departments. Ask for the bundles again and receive them"));
    }
    lines.push("Claims, also those that were answered, marks, drafts and log-ins over SSH".to_owned());
    lines.push(
        "Nobody signs the short titles of duties, which came from the hub: look at them (`countersign standard show`)"
            .to_owned(),
    );
    lines.push("The hub itself: `countersign hub join` again, then `countersign hub sync`".to_owned());
    lines
}
