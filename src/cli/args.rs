//! Defines the command line, from which the parser, help, manual page and completions are generated. Secrets are never
//! arguments or environment variables.

use clap::{Parser, Subcommand};

use crate::commands::bundle::run::BundleArgs;
use crate::commands::claims::claim::{ClaimArgs, QueueArgs};
use crate::commands::claims::evidence::EvidenceVerb;
use crate::commands::home::run::HomeArgs;
use crate::commands::hub::run::HubVerb;
use crate::commands::mail::calendar::CalendarArgs;
use crate::commands::mail::digest::DigestArgs;
use crate::commands::maintenance::backup::BackupArgs;
use crate::commands::maintenance::export::ExportArgs;
use crate::commands::maintenance::import::ImportArgs;
use crate::commands::maintenance::init::InitArgs;
use crate::commands::maintenance::policy::PolicyVerb;
use crate::commands::maintenance::restore::RestoreArgs;
use crate::commands::maintenance::verify::{DemoArgs, VerifyArgs};
use crate::commands::people::erase::EraseArgs;
use crate::commands::people::key::KeyVerb;
use crate::commands::people::person::PersonVerb;
use crate::commands::people::subject_access::RetentionVerb;
use crate::commands::people::supervise::SuperviseArgs;
use crate::commands::programme::cohort::CohortArgs;
use crate::commands::programme::enrol::EnrolArgs;
use crate::commands::programme::enrolment::EnrolmentVerb;
use crate::commands::programme::hours::HoursVerb;
use crate::commands::programme::readiness::{ConfirmArgs, RequirementArgs};
use crate::commands::programme::review::{ClockArgs, ReviewArgs};
use crate::commands::programme::reviews::ReviewsArgs;
use crate::commands::record::badge::BadgeArgs;
use crate::commands::record::history::{CheckpointArgs, HistoryArgs};
use crate::commands::record::marks::{DisputeArgs, StatementArgs};
use crate::commands::record::portfolio::PortfolioArgs;
use crate::commands::record::quality_assurance::{SampleArgs, SecondChecksArgs};
use crate::commands::record::receipts::ReceiptsArgs;
use crate::commands::record::records_import::RecordsVerb;
use crate::commands::record::sign_off::{SignOffArgs, WithdrawArgs};
use crate::commands::record::trainee::TraineeArgs;
use crate::commands::report::kind::ReportKind;
use crate::commands::standards::competences::CompetencesVerb;
use crate::commands::standards::standard::StandardVerb;
use crate::context::global::Global;
use crate::ssh::args::{Session, SshVerb};
use clap::Args;

/// A workplace sign-off book: observed skills, signed by the person who saw them, checkable by anyone.
///
/// Without a command it opens the screen. Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 cannot tell (verify),
/// 4 another program is writing.
#[derive(Debug, Parser)]
#[command(name = "countersign", version, max_term_width = 100, disable_help_subcommand = true)]
pub struct CommandLine {
    /// What holds for every command.
    #[command(flatten)]
    pub global: Global,
    /// Without a command: opens the screen on this trainee.
    #[arg(long, value_name = "TRAINEE")]
    pub trainee: Option<String>,
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What can be asked for.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Makes a data folder, its log and its first training officer.
    Init(InitArgs),
    /// Adds people, lists them, records that they leave.
    #[command(subcommand)]
    Person(PersonVerb),
    /// Changes your own passphrase or PIN; adds, retires and lists keys.
    #[command(subcommand)]
    Key(KeyVerb),
    /// Lists the adopted standards, or shows one in full.
    #[command(subcommand)]
    Standard(StandardVerb),
    /// Adopts and shows a department's own lists of local competences.
    #[command(subcommand)]
    Competences(CompetencesVerb),
    /// Enrols a trainee on a standard.
    Enrol(EnrolArgs),
    /// Starts or ends a break in learning, and changes what an enrolment says.
    #[command(subcommand)]
    Enrolment(EnrolmentVerb),
    /// Assigns trainees to a supervisor, or shows who supervises whom.
    Supervise(SuperviseArgs),
    /// Shows the department's settings, or changes them.
    Policy {
        /// What to do. Without it, the settings are shown.
        #[command(subcommand)]
        verb: Option<PolicyVerb>,
    },
    /// Claims your own KSBs for sign-off, with a reflection and evidence; answers claims.
    Claim(Box<ClaimArgs>),
    /// Hands in evidence for claims, lists it and saves it.
    #[command(subcommand)]
    Evidence(EvidenceVerb),
    /// Lists the waiting claims, oldest first.
    Queue(QueueArgs),
    /// Signs off KSBs that were seen.
    SignOff(SignOffArgs),
    /// Carries over the records that a department has elsewhere: a matrix or a list, in a spreadsheet.
    #[command(subcommand)]
    Records(RecordsVerb),
    /// Withdraws a sign-off: it stays in the log and no longer counts.
    Withdraw(WithdrawArgs),
    /// Gives sign-offs, or new keys, a second signature.
    Countersign(StatementArgs),
    /// Records the outcome of sampling a sign-off, as a verifier; or draws sign-offs to sample at random.
    Sample(Box<SampleArgs>),
    /// Lists second checks: sign-offs to countersign, to sample, or rejected by a verifier.
    #[command(visible_alias = "second-looks")]
    SecondChecks(SecondChecksArgs),
    /// Records that you have read something on your record, or a progress review that you attended.
    Acknowledge(StatementArgs),
    /// Records that you disagree with something on your record.
    Dispute(DisputeArgs),
    /// Records a progress review: who attended, what was said and the next actions.
    Review(Box<ReviewArgs>),
    /// Lists progress reviews that are due, or one trainee's reviews and open actions.
    Reviews(ReviewsArgs),
    /// Enters off-the-job hours, lists them against what is expected, confirms them.
    #[command(subcommand)]
    Hours(HoursVerb),
    /// Shows every gateway requirement: whether it is met, why, and what to do.
    Readiness(TraineeArgs),
    /// Records that a gateway requirement is met or waived, as a training officer.
    Requirement(RequirementArgs),
    /// Confirms for the employer or the provider that a trainee may go to end-point assessment.
    Confirm(ConfirmArgs),
    /// Sets the log's newest time to now, after a clock was ahead.
    Clock(ClockArgs),
    /// Shows what waits for a person: claims, trainees and what is due, their own record, or the department.
    Home(HomeArgs),
    /// Makes a person's calendar: reviews, actions, reassessments and gateways.
    Calendar(CalendarArgs),
    /// Sends each person one mail about what waits, what lapses and what is new.
    Digest(Box<DigestArgs>),
    /// Lists what a trainee still has to show, the most urgent first.
    Outstanding(TraineeArgs),
    /// Shows the state of every KSB of a trainee, with its records.
    Trainee(TraineeArgs),
    /// Writes a trainee's whole record as text: every KSB with what was signed and said.
    Portfolio(PortfolioArgs),
    /// Makes a trainee's badges: signed, one for each KSB, to show anywhere. Only the trainee can ask for them.
    Badge(BadgeArgs),
    /// Takes a trainee's record to another department and back, signed by those who signed it and nobody else.
    Bundle(Box<BundleArgs>),
    /// Exchanges logs with the other departments of a hub.
    #[command(subcommand)]
    Hub(HubVerb),
    /// Makes a document for people outside: a spreadsheet or a PDF, written to a file.
    #[command(subcommand)]
    Report(Box<ReportKind>),
    /// Manages who may log in over SSH, and sets up sshd.
    #[command(subcommand)]
    Ssh(SshVerb),
    /// Runs the session of a person who logged in; sshd starts it.
    Session(Session),
    /// Shows all trainees side by side: who is behind, and by how much.
    Cohort(CohortArgs),
    /// Lists the log, newest first.
    History(HistoryArgs),
    /// Checks every signature, rule and index of a file.
    Verify(VerifyArgs),
    /// Makes a verified copy of the file, while others sign.
    Backup(BackupArgs),
    /// Restores a backup, after showing what would be lost.
    Restore(RestoreArgs),
    /// Deletes a statement's text for good; its place in the log stays.
    Erase(EraseArgs),
    /// Lists people whose records have been kept long enough.
    #[command(subcommand)]
    Retention(RetentionVerb),
    /// Checks how safely the records are kept, and what to improve.
    Doctor,
    /// Rebuilds the indexes from the signed statements.
    Rebuild,
    /// Prints the newest checkpoint, to be kept off this machine.
    Checkpoint(CheckpointArgs),
    /// Prints receipts of what is signed on a record: to keep, for anyone to check.
    Receipts(ReceiptsArgs),
    /// Puts lost sign-offs back from their receipts.
    Import(ImportArgs),
    /// Writes what others need to check a signature with ssh-keygen.
    Export(ExportArgs),
    /// Opens a made-up department to try things on, or writes one to a folder.
    Demo(DemoArgs),
    /// Prints the keys of the screen.
    Keymap,
    /// Prints completions for a shell.
    Completions {
        /// Which shell.
        shell: clap_complete::Shell,
    },
    /// Prints the manual page, of the program or of one command.
    Man(ManualArgs),
}

#[derive(Debug, Args)]
pub struct ManualArgs {
    /// Of which command.
    pub command: Option<String>,
}
