//! Runs `report person`: writes one person's competence record as PDF or as a spreadsheet.

use clap::Args;

use crate::commands::report::out::{AsOfArgs, DocumentArgs, give, maker};
use crate::context::Context;
use crate::output::report::{CommandOutput, Failure};
use countersign_app::report::file::{DocumentFormat, name_warning};
use countersign_app::report::person::document;

#[derive(Debug, Args)]
pub struct PersonReportArgs {
    /// Who: an id, or any part of a name that matches nobody else.
    pub person: String,
    #[command(flatten)]
    pub as_of: AsOfArgs,
    #[command(flatten)]
    pub document: DocumentArgs,
}

/// Writes the competence record.
pub fn person(context: &mut Context, asked: &PersonReportArgs) -> Result<CommandOutput, Failure> {
    let mut app = context.open()?;
    let format = asked.document.format(DocumentFormat::Pdf)?;
    let by = maker(context, &mut app)?;
    let (app, who) = asked.as_of.whose(app, &asked.person)?;
    let name = format!("person-{}-{}.{}", who.id, app.today(), format.ending());
    let answer = give("person", &asked.document.to, &name, || document(&app, &who.id, format, by.as_ref()))?;
    Ok(answer.warning(if format == DocumentFormat::Pdf { name_warning(&who) } else { None }))
}
