//! Runs `standard export`: writes a standard as a CASE 1.1 package.

use clap::Args;

use crate::commands::report::out::{OutArgs, give};
use crate::commands::standards::standard_diff::resolve_standard;
use crate::context::Context;
use crate::output::report::{CommandOutput, Failure};
use countersign_app::error::Error;
use countersign_app::standards::standard::case_package;

#[derive(Debug, Args)]
pub struct StandardExport {
    /// Which: ST0413, or “ST0413 1.1” where there are several versions; or a file.
    pub standard: String,
    /// As a CASE 1.1 package (CFPackage, JSON).
    #[arg(long, required = true)]
    pub case: bool,
    /// The address under which you publish the package. Without it, addresses are urn:uuid:….
    #[arg(long, value_name = "URL")]
    pub base: Option<String>,
    #[command(flatten)]
    pub to: OutArgs,
}

/// Writes the package.
pub fn export(context: &Context, asked: &StandardExport) -> Result<CommandOutput, Failure> {
    if let Some(base) = asked.base.as_deref().filter(|base| !is_address(base)) {
        return Err(Error::usage(format!("“{base}” is not an address"))
            .hint("Write it as https://example.org/standards")
            .into());
    }
    let standard = resolve_standard(context, &asked.standard)?;
    let (reference, version) = (standard.reference().reference(), standard.reference().version());
    let name = format!("{reference}-{version}.case.json");
    give("case", &asked.to, &name, || case_package(&standard, asked.base.as_deref()))
}

fn is_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~:/%".contains(&b))
    })
}
