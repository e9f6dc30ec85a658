//! Runs `standard list`, `show` and its page; the other verbs have their own files.

use clap::Subcommand;

use crate::commands::standards::levels::levels;
use crate::commands::standards::standard_diff::{StandardCompare, compare, resolve_standard};
use crate::commands::standards::standard_export::{StandardExport, export};
use crate::commands::standards::standard_file::{StandardCheck, StandardImport, check, import};
use crate::commands::standards::standard_page::{attribution, sections};
use crate::commands::standards::standard_rows::{StandardRow, Standards};
use crate::context::Context;
use crate::output::report::{CommandOutput, Failure, listed};
use crate::output::table::{OutputBlock, Table, fact, wrapped};
use countersign_app::standards::adopted;
use countersign_app::standards::standard::{self, page_of, shipped};
use countersign_core::standard::Standard;
use countersign_core::standard::file::is_shipped;
use countersign_core::standard::gateway_requirement::GatewayRequirement;
use countersign_core::standard::options::StandardOption;

#[derive(Debug, Subcommand)]
pub enum StandardVerb {
    /// Lists the adopted standards.
    List,
    /// Shows a standard: its duties and KSBs in full.
    Show {
        /// Which: ST0413, or “ST0413 1.1” where there are several versions.
        standard: String,
        /// Shows the publisher's information instead: purpose, entry, versions, gateway, assessment, recognition. A
        /// standard that comes with the program, or a file, need not be adopted.
        #[arg(long)]
        about: bool,
    },
    /// Shows what a file would adopt, and adopts it with --yes.
    Import(StandardImport),
    /// Writes a standard as a CASE package, for other systems.
    Export(StandardExport),
    /// Compares two standards, by their texts.
    Diff(StandardCompare),
    /// Says what is wrong with a standard's file, line by line.
    Check(StandardCheck),
    /// Shows the levels of the career framework and the standards that lead to them.
    Levels,
}

/// Runs `standard`.
pub fn standard(context: &mut Context, verb: &StandardVerb) -> Result<CommandOutput, Failure> {
    match verb {
        StandardVerb::List => list(context),
        StandardVerb::Show { standard, about: true } => about(context, standard),
        StandardVerb::Show { standard, about: false } => show(context, standard),
        StandardVerb::Import(asked) => import(context, asked),
        StandardVerb::Export(asked) => export(context, asked),
        StandardVerb::Diff(asked) => compare(context, asked),
        StandardVerb::Check(asked) => check(asked),
        StandardVerb::Levels => levels(context),
    }
}

fn list(context: &Context) -> Result<CommandOutput, Failure> {
    let standards = adopted::standards(&context.open()?)?;
    let row = |standard: &Standard| {
        cells![
            standard.reference(),
            standard.level(),
            standard.duties().len(),
            standard.ksbs().len(),
            standard.starts().words(),
            standard.title()
        ]
    };
    let rows = standards.iter().map(|standard| row(standard)).collect();
    let table = Table { head: vec!["id", "level", "duties", "ksbs", "starts", "title"], rows };
    let rows = standards.iter().map(|standard| StandardRow::brief(standard)).collect();
    let shape = Standards { schema: "countersign/standards/1", standards: rows };
    Ok(CommandOutput::new(vec![listed(table, "No standard is adopted")], &shape)?)
}

/// Renders the options of a standard, and what each adds to the core.
fn options_table(standard: &Standard) -> Table {
    let row = |option: &StandardOption| {
        let duties: Vec<String> = option.duties.iter().map(ToString::to_string).collect();
        let ksbs: Vec<String> = option.ksbs.iter().map(ToString::to_string).collect();
        vec![option.name.clone(), duties.join(" "), ksbs.join(" ")]
    };
    Table { head: vec!["option", "duties", "ksbs"], rows: standard.options().iter().map(row).collect() }
}

fn show(context: &Context, text: &str) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let reference = adopted::find_standard(app, text)?;
    let standard = adopted::standard(app, &reference)?;
    let hours = standard.hours().map(|hours| hours.to_string()).unwrap_or_default();
    let duty = |duty: &countersign_core::standard::builder::Duty| {
        vec![duty.no.to_string(), duty.title.clone(), duty.text.clone()]
    };
    let ksb = |ksb: &countersign_core::standard::Ksb| {
        let duties: Vec<String> = ksb.duties.iter().map(ToString::to_string).collect();
        vec![ksb.code.to_string(), duties.join(" "), ksb.text.clone()]
    };
    let duties = standard.duties().iter().map(duty).collect();
    let ksbs = standard.ksbs().iter().map(ksb).collect();
    let asked = |one: &GatewayRequirement| {
        let more = one.rule.iter().chain(&one.alternatives).chain(&one.note).chain(&one.source);
        vec![one.id.clone(), one.text.clone(), more.cloned().collect::<Vec<_>>().join("; ")]
    };
    let gateway = standard.gateway().iter().map(asked).collect();
    let gateway = Table { head: vec!["gateway", "asked", "more"], rows: gateway };
    let mut parts = vec![
        OutputBlock::Line(format!("{reference} {}", standard.title())),
        OutputBlock::Facts(vec![
            fact("Level", standard.level()),
            fact("Months to the gateway", standard.months()),
            fact("Off-the-job hours", hours),
            fact("Starts", standard.starts().words()),
            fact("SHA-256", standard.digest().hex()),
            fact("More about it", format!("countersign standard show \"{reference}\" --about")),
        ]),
        OutputBlock::Gap,
        listed(Table { head: vec!["duty", "title", "text"], rows: duties }, "It has no duties"),
        OutputBlock::Gap,
        OutputBlock::Table(Table { head: vec!["ksb", "duties", "text"], rows: ksbs }),
        OutputBlock::Gap,
        listed(options_table(&standard), "It has no options: everything in it is required of everyone"),
        OutputBlock::Gap,
        listed(
            gateway,
            "Its text has no gateway list of its own. `countersign readiness` shows what is required and why",
        ),
    ];
    parts.extend(attribution(&standard));
    let shape = Standards { schema: "countersign/standards/1", standards: vec![StandardRow::whole(&standard)] };
    Ok(CommandOutput::new(parts, &shape)?)
}

/// Shows the page about a standard.
fn about(context: &Context, text: &str) -> Result<CommandOutput, Failure> {
    let standard = resolve_standard(context, text)?;
    let page = if context.folder()?.is_founded() {
        standard::about_page(&context.open()?, &standard)?
    } else {
        page_of(&standard, &shipped()?)?
    };
    let row = StandardRow::whole(&standard).with_page(&page);
    let mut parts = vec![OutputBlock::Line(format!("{} {}", page.standard, page.title))];
    parts.extend(sections(&page));
    if standard.about().is_empty() && !is_shipped(standard.reference()) {
        parts.push(OutputBlock::Gap);
        parts.extend(wrapped(UNSAID, 0));
    }
    Ok(CommandOutput::new(parts, &Standards { schema: "countersign/standards/1", standards: vec![row] })?)
}

/// Answer for a standard without a page.
const UNSAID: &str = "No publisher's texts about this standard are kept here. If you have its public record, read them there: `countersign standard show FILE --about`";
