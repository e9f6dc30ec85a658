//! Defines the arguments of the commands about hours, reviews and the gateway.

use clap::{ArgGroup, Args, Subcommand};

use crate::domain::programme::hours::QuarterHours;
use crate::domain::statement::kinds::requirement::{RequirementId, RequirementOutcome};
use crate::domain::statement::kinds::review::Party;

/// `hours`.
#[derive(Debug, Subcommand)]
pub enum HoursVerb {
    /// Enters hours of a trainee; they count once a supervisor confirms them.
    Add(HoursAdd),
    /// Lists a trainee's hours against what is expected. Without a trainee, lists everyone with waiting hours.
    List(HoursList),
    /// Removes hours that are not confirmed yet.
    Remove(HoursRemove),
    /// Confirms hours that wait, as a supervisor.
    Confirm(HoursConfirm),
}

/// `hours add`.
#[derive(Debug, Args)]
pub struct HoursAdd {
    /// Whose: an id, or any part of a name that only they have.
    pub trainee: String,
    /// How long, in quarters of an hour: 3, 3.5, 0:45.
    #[arg(long, value_name = "HOURS")]
    pub hours: QuarterHours,
    /// What was done, in a line.
    #[arg(long, value_name = "TEXT")]
    pub what: String,
    /// The day: today, yesterday, “20 Nov”, 2026-11-20.
    #[arg(long, value_name = "DATE", default_value = "today")]
    pub day: String,
    /// A KSB that it was towards, such as K12; may be said again.
    #[arg(long = "ksb", value_name = "CODE")]
    pub ksbs: Vec<String>,
}

/// `hours list`.
#[derive(Debug, Args)]
pub struct HoursList {
    /// Whose, if only theirs; then what they must be: by:hawthorn, since:monday, s26, waiting, confirmed.
    #[arg(value_name = "TRAINEE|FILTER")]
    pub filter: Vec<String>,
}

/// `hours remove`.
#[derive(Debug, Args)]
pub struct HoursRemove {
    /// Whose: an id, or any part of a name that only they have.
    pub trainee: String,
    /// The entry's id, as `hours list` shows it.
    pub id: String,
}

/// `hours confirm`.
#[derive(Debug, Args)]
pub struct HoursConfirm {
    /// Whose: an id, or any part of a name that only they have.
    pub trainee: String,
    /// Only these entries, as `hours list` shows them; without one, all that wait.
    #[arg(value_name = "ID")]
    pub ids: Vec<String>,
}

/// `reviews`.
#[derive(Debug, Args)]
pub struct Reviews {
    /// Whose, or else whose next review is due; then what they must be: overdue, by:hawthorn, until:20/11, level:associate.
    #[arg(value_name = "TRAINEE|FILTER")]
    pub filter: Vec<String>,
    /// Also lists those whose next review is not due yet.
    #[arg(long)]
    pub all: bool,
}

/// `requirement`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("outcome").required(true))]
pub struct Requirement {
    /// Whose: an id, or any part of a name that only they have.
    pub trainee: String,
    /// Which, by its short name, as `readiness` shows it: english-maths.
    pub requirement: RequirementId,
    /// It is met.
    #[arg(long, group = "outcome")]
    pub met: bool,
    /// It is waived: not required of them.
    #[arg(long, group = "outcome")]
    pub waived: bool,
    /// What the employer decided on English and maths for someone aged 19 or over at the start: included or declined.
    #[arg(long, group = "outcome", value_name = "DECISION", value_parser = decision)]
    pub decided: Option<RequirementOutcome>,
    /// What shows it, why it is waived, or why the employer decided so.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}

fn decision(text: &str) -> Result<RequirementOutcome, String> {
    let decision = text.parse().ok().filter(|outcome: &RequirementOutcome| outcome.is_decision());
    decision.ok_or_else(|| format!("“{text}” is neither included nor declined"))
}

/// `confirm`.
#[derive(Debug, Args)]
pub struct Confirm {
    /// Whom: an id, or any part of a name that only they have.
    pub trainee: String,
    /// For whom: employer or provider.
    #[arg(value_parser = party)]
    pub party: Party,
}

fn party(text: &str) -> Result<Party, String> {
    let party = text.parse().ok().filter(|party| *party != Party::Trainee);
    party.ok_or_else(|| format!("“{text}” is neither employer nor provider"))
}
