//! Runs `report person`: writes one person's competence record as PDF or as a spreadsheet.

use clap::Args;

use crate::commands::report::out::{AsOfArgs, DocumentArgs, give, maker};
use crate::context::{Context, one};
use crate::output::report::{CommandOutput, Failure};
use countersign_app::report::file::{DocumentFormat, name_warning};
use countersign_app::report::person::document;
use countersign_core::people::person::Role;

#[derive(Debug, Args)]
pub struct PersonReportArgs {
    /// Who: an id, or any part of a name that only they have.
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
    let app = &asked.as_of.of(app)?;
    let who = one(app, &asked.person, &[Role::Trainee])?;
    let name = format!("person-{}-{}.{}", who.id, app.today(), format.ending());
    let answer = give("person", &asked.document.to, &name, || document(app, &who.id, format, by.as_ref()))?;
    Ok(answer.warning(if format == DocumentFormat::Pdf { name_warning(&who) } else { None }))
}
