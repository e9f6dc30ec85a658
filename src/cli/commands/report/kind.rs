//! Runs `report`: makes a document and writes it to a file. Nothing is signed or changed.

use clap::Subcommand;

use crate::commands::report::activity::{self, ActivityArgs};
use crate::commands::report::certificate::{self, CertificateReportArgs};
use crate::commands::report::cohort::{self, CohortReportArgs};
use crate::commands::report::gateway::{self, GatewayReportArgs};
use crate::commands::report::matrix::{self, MatrixArgs};
use crate::commands::report::person::{self, PersonReportArgs};
use crate::commands::report::portfolio::{self, PortfolioReportArgs};
use crate::commands::report::review::{self, ReviewReportArgs};
use crate::context::Context;
use crate::output::report::{CommandOutput, Failure};

/// The documents.
#[derive(Debug, Subcommand)]
pub enum ReportKind {
    /// People by the items of a standard or list, as PDF on A3 or as a spreadsheet: who is current in what, until when, and who is the only one.
    Matrix(MatrixArgs),
    /// The cohort as a spreadsheet: who is behind, with the reason of every figure.
    Cohort(CohortReportArgs),
    /// What was signed between two days, as a spreadsheet: by whom, how often, how, and what was late.
    Activity(ActivityArgs),
    /// One person's competence record as PDF or as a spreadsheet: what they may do today, since when, and who authorised it.
    Person(PersonReportArgs),
    /// A trainee's whole record as PDF: every KSB with its sign-offs, evidence, reviews and hours.
    Portfolio(PortfolioReportArgs),
    /// One progress review as PDF: the rating, the answers, the actions and who signed.
    Review(ReviewReportArgs),
    /// A trainee's record of achievement as PDF, on one page.
    Certificate(CertificateReportArgs),
    /// A trainee's gateway package as a ZIP archive: declaration, evidence index, evidence files, receipts and how to check them.
    Gateway(GatewayReportArgs),
}

/// Makes a document.
pub fn report(context: &mut Context, kind: &ReportKind) -> Result<CommandOutput, Failure> {
    match kind {
        ReportKind::Matrix(asked) => matrix::matrix(context, asked),
        ReportKind::Cohort(asked) => cohort::cohort(context, asked),
        ReportKind::Activity(asked) => activity::activity(context, asked),
        ReportKind::Person(asked) => person::person(context, asked),
        ReportKind::Portfolio(asked) => portfolio::portfolio(context, asked),
        ReportKind::Review(asked) => review::review(context, asked),
        ReportKind::Certificate(asked) => certificate::certificate(context, asked),
        ReportKind::Gateway(asked) => gateway::gateway(context, asked),
    }
}
