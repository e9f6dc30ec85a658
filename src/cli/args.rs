//! Defines the command line, from which the parser, help, manual page and completions are generated. Secrets are never
//! arguments or environment variables.

use clap::{Parser, Subcommand};

use crate::cli::commands::backup::Backup;
use crate::cli::commands::competences::CompetencesVerb;
use crate::cli::commands::enrolment::EnrolmentVerb;
use crate::cli::commands::erase::Erase;
use crate::cli::commands::import::Import;
use crate::cli::commands::quality_assurance::SecondLooks;
use crate::cli::commands::restore::Restore;
use crate::cli::commands::subject_access::RetentionVerb;
use crate::cli::commands::supervise::Supervise;
use crate::cli::context::global::Global;
use crate::cli::ssh::args::{Session, SshVerb};
use crate::cli::verbs::{
    Checkpoint, Cohort, Demo, Enrol, Export, History, Init, KeyVerb, Manual, PolicyVerb, Receipts, SignOff,
    StandardVerb, Trainee, TraineeList, Verify, Withdraw,
};
use crate::cli::verbs_claims::{Claim, EvidenceVerb, Queue};
use crate::cli::verbs_gateway::{Confirm, HoursVerb, Requirement, Reviews};
use crate::cli::verbs_marks::{Clock, Dispute, Review, Sample, Statements};
use crate::cli::verbs_people::PersonVerb;

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
    /// Opens the screen on this trainee, where no command is given.
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
    Init(Init),
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
    Enrol(Enrol),
    /// Starts or ends a break in learning, and changes what an enrolment says.
    #[command(subcommand)]
    Enrolment(EnrolmentVerb),
    /// Puts trainees under a supervisor, or shows who supervises whom.
    Supervise(Supervise),
    /// Shows the department's policy, or changes it.
    Policy {
        /// What to do; without it, the policy is shown.
        #[command(subcommand)]
        verb: Option<PolicyVerb>,
    },
    /// Claims your own KSBs for sign-off, with a reflection and evidence; answers claims.
    Claim(Box<Claim>),
    /// Hands in evidence for claims, lists it and saves it.
    #[command(subcommand)]
    Evidence(EvidenceVerb),
    /// Lists the waiting claims, oldest first.
    Queue(Queue),
    /// Signs off KSBs that were seen.
    SignOff(SignOff),
    /// Withdraws a sign-off: it stays in the log and no longer counts.
    Withdraw(Withdraw),
    /// Gives sign-offs, or new keys, a second signature.
    Countersign(Statements),
    /// Records the outcome of sampling a sign-off, as a verifier; or draws sign-offs to sample at random.
    Sample(Box<Sample>),
    /// Lists second checks: sign-offs to countersign, to sample, or rejected by a verifier.
    SecondLooks(SecondLooks),
    /// Records that you have read something on your record, or a progress review that you attended.
    Acknowledge(Statements),
    /// Records that you disagree with something on your record.
    Dispute(Dispute),
    /// Records a progress review: who attended, what was said and the next actions.
    Review(Box<Review>),
    /// Lists progress reviews that are due, or one trainee's reviews and open actions.
    Reviews(Reviews),
    /// Enters off-the-job hours, lists them against what is expected, confirms them.
    #[command(subcommand)]
    Hours(HoursVerb),
    /// Shows every gateway requirement: whether it is met, why, and what to do.
    Readiness(TraineeList),
    /// Records that a gateway requirement is met or waived, as a training officer.
    Requirement(Requirement),
    /// Confirms for the employer or the provider that a trainee may go to end-point assessment.
    Confirm(Confirm),
    /// Puts the log's newest time back after a clock was wrong.
    Clock(Clock),
    /// Lists what a trainee still has to show, the most urgent first.
    Outstanding(TraineeList),
    /// Shows the state of every KSB of a trainee, with its records.
    Trainee(TraineeList),
    /// Writes a trainee's whole record as text: every KSB with what was signed and said.
    Portfolio(Trainee),
    /// Manages who may log in over SSH, and sets up sshd.
    #[command(subcommand)]
    Ssh(SshVerb),
    /// Runs the session of a person who logged in; sshd starts it.
    Session(Session),
    /// Shows all trainees side by side: who is behind, and by how much.
    Cohort(Cohort),
    /// Lists the log, newest first.
    History(History),
    /// Checks every signature, rule and index of a file.
    Verify(Verify),
    /// Makes a verified copy of the file, while others sign.
    Backup(Backup),
    /// Restores a backup, after showing what would be lost.
    Restore(Restore),
    /// Deletes a statement's text for good; its place in the log stays.
    Erase(Erase),
    /// Lists people whose records have been kept long enough.
    #[command(subcommand)]
    Retention(RetentionVerb),
    /// Checks how safely the records are kept, and what to improve.
    Doctor,
    /// Rebuilds the indexes from the signed statements.
    Rebuild,
    /// Prints the newest checkpoint, to be kept off this machine.
    Checkpoint(Checkpoint),
    /// Prints receipts of what is signed on a record: to keep, for anyone to check.
    Receipts(Receipts),
    /// Puts lost sign-offs back from their receipts.
    Import(Import),
    /// Writes what others need to check a signature with ssh-keygen.
    Export(Export),
    /// Opens a made-up department to try things on, or writes one to a folder.
    Demo(Demo),
    /// Prints the keys of the screen.
    Keymap,
    /// Prints completions for a shell.
    Completions {
        /// Which shell.
        shell: clap_complete::Shell,
    },
    /// Prints the manual page, of the program or of one command.
    Man(Manual),
}
