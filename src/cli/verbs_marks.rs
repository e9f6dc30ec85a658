//! Defines the arguments of the commands about earlier statements, progress reviews and the clock.

use clap::{ArgGroup, Args};

use crate::domain::programme::rating::Rating;
use crate::domain::record::sampling::MOST_DRAWN;
use crate::domain::statement::kinds::sample::Draw;

/// `countersign` and `acknowledge`.
#[derive(Debug, Args)]
pub struct Statements {
    /// The statements' ids, as `trainee` and `history` show them.
    #[arg(required = true, value_name = "ID")]
    pub ids: Vec<String>,
}

/// `sample`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").args(["accept", "reject", "choose"]).required(true))]
pub struct Sample {
    /// The sign-off's id, as `trainee`, `history` and `second-looks` show it.
    #[arg(required_unless_present = "choose", conflicts_with = "choose")]
    pub id: Option<String>,
    /// Accepts the sign-off.
    #[arg(long)]
    pub accept: bool,
    /// Rejects the sign-off, so that it no longer counts; needs --reason.
    #[arg(long, requires = "reason")]
    pub reject: bool,
    /// Why.
    #[arg(long, value_name = "TEXT", conflicts_with = "choose")]
    pub reason: Option<String>,
    /// The draw that chose it, where it is not one of --choose: its seed, its place, how many were drawn, such as 2026/3/20.
    #[arg(long, value_name = "SEED/N/OF", value_parser = draw, conflicts_with = "choose")]
    pub draw: Option<Draw>,
    /// Draws this many sign-offs at random and lists them. `second-looks` keeps them until they are sampled.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_DRAWN)))]
    pub choose: Option<u32>,
    /// Draws from this seed; without it, from one by chance. The same seed at the same size of the log draws the same.
    #[arg(long, value_name = "SEED", requires = "choose")]
    pub seed: Option<u64>,
    /// Repeats a draw as the log stood with so many entries, and keeps nothing.
    #[arg(long, value_name = "SIZE", requires_all = ["choose", "seed"])]
    pub at: Option<u64>,
    /// Draws only from sign-offs that fit, as in `history`: words of the text, by:NAME, since:DAY, until:DAY.
    #[arg(long, value_name = "FILTER", num_args = 1.., requires = "choose")]
    pub of: Vec<String>,
}

/// `dispute`.
#[derive(Debug, Args)]
pub struct Dispute {
    /// The statement's id, as `trainee` and `history` show it.
    pub id: String,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}

fn draw(text: &str) -> Result<Draw, String> {
    let refused = || format!("“{text}” is not a draw. Write SEED/N/OF, such as 2026/3/20");
    let parts: Vec<&str> = text.split('/').collect();
    let [seed, number, of] = parts.as_slice() else { return Err(refused()) };
    let read = (seed.parse().ok(), number.parse().ok(), of.parse().ok());
    let (Some(seed), Some(number), Some(of)) = read else { return Err(refused()) };
    if (1..=of).contains(&number) { Ok(Draw { seed, number, of, at: None }) } else { Err(refused()) }
}

/// `review`.
#[derive(Debug, Args)]
pub struct Review {
    /// Whose: an id, or any part of a name that only they have.
    pub trainee: String,
    /// Who was there for the employer; may be said again. Who signs must be named here or with --provider.
    #[arg(long = "employer", value_name = "PERSON")]
    pub employers: Vec<String>,
    /// Who was there for the training provider; may be said again.
    #[arg(long = "provider", value_name = "PERSON")]
    pub providers: Vec<String>,
    /// The answers.
    #[command(flatten)]
    pub said: SaidInReview,
    /// 7: a new action, and by which day: “Write up S26 by 1 Dec”. It is the trainee's, unless it begins with the name of who
    /// does it: “Sam: book a session by 1 Dec”. May be said again; “nothing” where there is none.
    #[arg(long = "action", value_name = "TEXT by DATE")]
    pub actions: Vec<String>,
    /// The rating: red, amber, green or blue. Without it you are told what is worked out from the plan.
    #[arg(long, value_name = "RATING")]
    pub rating: Option<Rating>,
    /// Why the rating differs from the one worked out.
    #[arg(long, value_name = "TEXT")]
    pub rating_reason: Option<String>,
    /// This is the review at the end of a year, where the programme has one.
    #[arg(long)]
    pub year_end: bool,
    /// An open action that goes on, by its number as `reviews TRAINEE` shows it, with its day or a new one: 2, or “2 by 1
    /// Dec”; may be said again. What is not carried over is taken as done.
    #[arg(long = "carry", value_name = "N [by DATE]")]
    pub carry: Vec<String>,
    /// The day it was held: today, yesterday, “20 Nov”, 2026-11-20.
    #[arg(long, value_name = "DATE", default_value = "today")]
    pub held: String,
    /// The day of the next review. Without it, the latest day that the rule allows.
    #[arg(long, value_name = "DATE")]
    pub next: Option<String>,
    /// Why the next is later than the rule allows.
    #[arg(long, value_name = "TEXT")]
    pub late: Option<String>,
}

/// The answers of a review that are texts. None may be left out: “nothing” says that there is nothing to report.
#[derive(Debug, Args)]
pub struct SaidInReview {
    /// 1: what came of the last actions, and the training since the last review.
    #[arg(long, value_name = "TEXT")]
    pub last_actions: Option<String>,
    /// 2: the evidence of off-the-job training.
    #[arg(long, value_name = "TEXT")]
    pub evidence: Option<String>,
    /// 3: progress against the plan, planned hours that slipped and what is done about it.
    #[arg(long, value_name = "TEXT")]
    pub against_plan: Option<String>,
    /// 4: changes to the plan.
    #[arg(long, value_name = "TEXT")]
    pub changes: Option<String>,
    /// 5: concerns of any party.
    #[arg(long, value_name = "TEXT")]
    pub concerns: Option<String>,
    /// 6: new information and changes of circumstance: prior learning, learning support.
    #[arg(long, value_name = "TEXT")]
    pub new_information: Option<String>,
}

impl SaidInReview {
    /// Returns the answers in the order of the questions.
    pub fn in_order(&self) -> [Option<&str>; 6] {
        let all = [
            &self.last_actions,
            &self.evidence,
            &self.against_plan,
            &self.changes,
            &self.concerns,
            &self.new_information,
        ];
        all.map(Option::as_deref)
    }
}

/// `clock`.
#[derive(Debug, Args)]
pub struct Clock {
    /// What happened.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}
