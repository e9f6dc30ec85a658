//! Readiness for the gateway, as values: every requirement met, not met or not known, its reasons and what mends it; and the
//! facts that it is made from. Must never decide it (employer and provider do).

use chrono::NaiveDate;

use crate::domain::primitives::ids::{KsbCode, StatementId};
use crate::domain::primitives::text::SafeText;
use crate::domain::programme::funding_rules::{EnglishRule, HoursRule};
use crate::domain::programme::hours_plan::HoursPlan;
use crate::domain::programme::review_plan::ReviewPlan;
use crate::domain::programme::review_rule::ReviewRule;
use crate::domain::record::ksb_status::{State, StatusContext};
use crate::domain::record::outstanding::Outstanding;
use crate::domain::record::view::{TraineeCard, TraineeRecord};
use crate::domain::standard::gateway_requirement::GatewayRequirement;
use crate::domain::statement::gateway::{RequirementId, RequirementOutcome};
use crate::domain::statement::recognition::Recognised;
use crate::domain::statement::review::Party;

/// Whether a requirement is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fulfilment {
    Met,
    /// It is not.
    NotMet,
    /// Nothing here says.
    NotKnown,
}

impl Fulfilment {
    /// The word for machines.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::NotMet => "not-met",
            Self::NotKnown => "not-known",
        }
    }

    /// For a reader.
    pub fn words(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::NotMet => "not met",
            Self::NotKnown => "not known",
        }
    }
}

/// How pressing what is not met is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    /// It comes in its time.
    InTime,
    /// Something is overdue or missing.
    Overdue,
    /// Something that was good has lapsed.
    Lapsed,
}

/// One sentence of why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The state that it is about, and how many KSBs are in it.
    pub state: Option<(State, u16)>,
    pub words: String,
}

impl Reason {
    /// Words about no one state.
    pub fn plain(words: impl Into<String>) -> Self {
        Self { state: None, words: words.into() }
    }

    /// In one line: `27 OPEN: duty 5 (12)`.
    pub fn line(&self) -> String {
        match self.state {
            Some((state, count)) => format!("{count} {}: {}", state.word(), self.words),
            None => self.words.clone(),
        }
    }
}

/// One requirement of the gateway, for one trainee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequirementStatus {
    /// Its short name in the standard: `english-maths`.
    pub id: String,
    pub text: String,
    pub met: Fulfilment,
    /// Whether it is met because it was waived.
    pub waived: bool,
    pub pressing: Urgency,
    pub short: String,
    pub why: Vec<Reason>,
    /// What mends it, and who; nothing where it is met or only time does.
    pub mend: Option<String>,
    /// The KSBs that it waits for.
    pub ksbs: Vec<KsbCode>,
}

/// A trainee's readiness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readiness {
    pub trainee: TraineeCard,
    /// The day on which the typical months to the gateway have passed.
    pub gateway: NaiveDate,
    /// Every requirement, in the standard's order.
    pub figures: Vec<RequirementStatus>,
    /// Prior learning that is recognised on their standard.
    pub recognised: Option<Recognised>,
}

impl Readiness {
    /// How many are met.
    pub fn met(&self) -> usize {
        self.figures.iter().filter(|figure| figure.met == Fulfilment::Met).count()
    }

    /// Those that keep a party from confirming: all that is not met but the parties' own words.
    pub fn open(&self) -> impl Iterator<Item = &RequirementStatus> {
        let word = |figure: &&RequirementStatus| matches!(figure.id.as_str(), "employer" | "provider");
        self.figures.iter().filter(move |figure| figure.met != Fulfilment::Met && !word(figure))
    }
}

/// What a training officer recorded of a requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    pub id: StatementId,
    pub requirement: RequirementId,
    pub outcome: RequirementOutcome,
    /// What shows it, or why.
    pub reason: SafeText,
    pub by: SafeText,
    /// On which day.
    pub on: NaiveDate,
}

/// A party's word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmed {
    pub id: StatementId,
    pub party: Party,
    pub by: SafeText,
    /// On which day.
    pub on: NaiveDate,
}

/// What readiness is made from.
#[derive(Debug, Clone, Copy)]
pub struct GatewayInputs<'a> {
    /// The trainee and every KSB's state.
    pub standing: &'a TraineeRecord,
    /// What is outstanding, with the newest records.
    pub outstanding: &'a [Outstanding],
    /// The requirements of the standard, or the general ones.
    pub gateway: &'a [GatewayRequirement],
    /// The rule of hours and months for the start day.
    pub rule: &'a HoursRule,
    pub review_rule: &'a ReviewRule,
    /// Whether the trainee was aged 16 to 18 at the start, where that was answered.
    pub aged_16_to_18: Option<bool>,
    /// Of whom English and maths are required.
    pub english_rule: &'a EnglishRule,
    /// The hours.
    pub hours: &'a HoursPlan,
    /// Prior learning that is recognised; it may be for another standard.
    pub recognised: Option<&'a Recognised>,
    pub reviews: &'a ReviewPlan,
    /// What training officers recorded and is not withdrawn, newest first.
    pub recorded: &'a [Recorded],
    /// What the parties confirmed and is not withdrawn.
    pub confirmed: &'a [Confirmed],
    /// KSBs signed, and seen in the last six months.
    pub recent: u16,
    /// The policy and the day.
    pub measure: &'a StatusContext,
}

impl GatewayInputs<'_> {
    /// The first day of the programme.
    pub fn start(&self) -> NaiveDate {
        self.standing.trainee.start
    }

    /// Prior learning that is recognised on the standard that they are on.
    pub fn recognised_here(&self) -> Option<&Recognised> {
        self.recognised.filter(|recognised| recognised.holds_on(self.standing.standard.reference()))
    }

    /// Whether a KSB needs no sign-off, for it is recognised as prior learning. A sign-off as not achieved, and one that has
    /// lapsed, weigh more: somebody saw it since.
    pub fn is_recognised(&self, row: &Outstanding) -> bool {
        let recognised = self.recognised_here().is_some_and(|recognised| recognised.said.codes.contains(&row.code));
        recognised && matches!(row.state, State::Open | State::Claimed | State::Partly)
    }

    /// The day on which the gateway is expected.
    pub fn gateway_day(&self) -> NaiveDate {
        self.standing.trainee.gateway(self.standing.standard.months(), self.measure.today)
    }
}
